/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The live twin of a person with a VITALS.csv: it lives through the minutes of the file, and is
 * then asked what it sees. */
#ifndef PLX_APP_PATIENT_BANK_H
#define PLX_APP_PATIENT_BANK_H

#include "app/json_pair.h"
#include "app/patient_vitals.h"
#include "core/assimilate/outlook.h"

/* Below it no mechanism is named. */
#define PLX_PATIENT_BANK_NAMED 0.5

enum {
    PLX_PATIENT_BANK_UPDATES = 3, /* fewer: what is told is what persons of his kind are */
    PLX_PATIENT_BANK_MEMBERS = PLX_TRACK_MEMBERS
};

/* What was measured last of a vital. */
typedef struct plx_patient_last {
    bool known;
    uint32_t time_s; /* of the file */
    double value;
} plx_patient_last;

/* Safe tests: does output rise, and what would the answer tell of the mechanism? */
enum { PLX_PATIENT_CHALLENGES_N = 2 };
typedef struct plx_patient_challenge {
    const char *arm;             /* constant text */
    uint32_t at_s;               /* after its begin */
    bool no_answer;              /* then the rest says nothing */
    double responds;             /* probability that output rises by 10 % */
    plx_weighted_summary output; /* change of output, L/min */
    double bits, waiting_bits;   /* that it tells of the mechanism; that as much waiting tells */
} plx_patient_challenge;

typedef struct plx_patient_bank {
    plx_patient_fit *p; /* borrowed: the file, and the progress */
    uint32_t members;   /* of each cause; 0: PLX_PATIENT_BANK_MEMBERS */
    uint32_t from_s;    /* second of the file at which the twin begins to be told */
    uint32_t now_s;     /* of the file: until then it was told */
    uint32_t kinds;     /* bit k: plx_track_kind k was measured */
    plx_patient_last last[PLX_TRACK_MEASURED_N];
    double sd[PLX_TRACK_MEASURED_N]; /* of the last measurement */
    double mechanism[PLX_MECHANISM_N];
    plx_outlook_hidden_state hidden[PLX_OUTLOOK_HIDDEN_N];
    plx_track track;
    plx_patient_challenge
        challenge[PLX_PATIENT_CHALLENGES_N]; /* after plx_patient_bank_challenge */
    plx_outlook outlook;                     /* after plx_patient_bank_ahead */
    plx_outlook_worker *worker;
    plx_weighted *scratch;
    void *memory, *ahead;
} plx_patient_bank;

/* All of these: -1 = go on, or the exit status when all is said (patient_vitals.h). */
/* Of a fit that was read: the minutes of its window. */
int plx_patient_bank_of_fit(plx_patient_bank *bank, plx_patient_fit *p);
/* Opens the file of p and lives through all of it. */
int plx_patient_bank_of_file(plx_patient_bank *bank, plx_patient_fit *p, const char *path);
/* Forks the bank and runs the plan, which is given the noise of what was measured. */
int plx_patient_bank_ahead(plx_patient_bank *bank, plx_outlook_plan *plan);
/* Forks the bank for the safe tests. */
int plx_patient_bank_challenge(plx_patient_bank *bank);
/* "norepinephrine 0.1 ug/kg/min" */
int plx_patient_bank_arm(const plx_patient_bank *bank, const char *text, plx_arm *arm);
void plx_patient_bank_release(plx_patient_bank *bank); /* of a zeroed one, too */

const char *plx_patient_bank_status(const plx_patient_bank *bank); /* "fitted", "prior_only" */
/* "hypovolaemic", or "unknown". */
const char *plx_patient_bank_mechanism(const plx_patient_bank *bank);
/* The measured vital that tells most of a hidden state; PLX_TRACK_KIND_N: none tells anything. */
plx_track_kind plx_patient_bank_teller(const plx_patient_bank *bank, plx_outlook_hidden hidden);

/* A line "mechanism: ..." and a table of what is hidden. */
void plx_patient_bank_print(const plx_patient_bank *bank);
/* Keys "mechanism" and "mechanisms" of an object; key "name" with a list of what is hidden. */
void plx_patient_bank_json_mechanism(const plx_patient_bank *bank, plx_json_writer *w);
void plx_patient_bank_json_hidden(const plx_patient_bank *bank, const char *name,
                                  plx_json_writer *w);
const char *plx_patient_challenge_word(uint32_t challenge); /* "legs raised" */
/* A table, and a key "safe_tests" with a list. */
void plx_patient_bank_print_challenges(const plx_patient_bank *bank);
void plx_patient_bank_json_challenges(const plx_patient_bank *bank, plx_json_writer *w);
/* Key with mean, p05, p25, p50, p75, p95. */
void plx_patient_bank_json_summary(plx_json_writer *w, const char *key,
                                   const plx_weighted_summary *s);

#endif
