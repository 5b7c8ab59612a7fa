/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the commands on a VITALS.csv share: the file is read, its first hour is fitted with progress
 * on a terminal, and who has no answer is told. Form of the file: core/assimilate/README.md. */
#ifndef PLX_APP_PATIENT_VITALS_H
#define PLX_APP_PATIENT_VITALS_H

#include "core/assimilate/esmda.h"

enum { PLX_PATIENT_FIT_MEMBERS = 256, PLX_PATIENT_FIT_SEED = 1, PLX_PATIENT_FIT_WINDOW_S_MIN = 30 };

typedef struct plx_patient_fit {
    const char *words;      /* of the command, in its sentences */
    uint64_t members, seed; /* options */
    plx_vitals vitals;      /* observations and actions count from the window's first second */
    plx_esmda_input input;
    plx_esmda fit;           /* complete after plx_patient_fit_run */
    plx_esmda_worker worker; /* */
    uint32_t from_s;         /* second of the file at which the window begins */
    uint32_t unused_n;       /* observations after the window */
    char *text;              /* owned, as what follows */
    void *arena, *memory;
    int64_t began_us, shown_us; /* of the progress */
} plx_patient_fit;

/* -1 = go on; or the exit status, when all is said: a sentence on stderr, or on stdout, with
 * PLX_EXIT_OK, the JSON line of a person whom the model has no answer for. */
int plx_patient_fit_read(plx_patient_fit *p, const char *path);
/* The first half of it, for who fits nothing: the file is in p->vitals, its seconds as they are. */
int plx_patient_fit_open(plx_patient_fit *p, const char *path);
uint32_t plx_patient_fit_first_second(const plx_vitals *vitals); /* of the first row */
/* One line of JSON, why there is no answer; PLX_EXIT_OK. */
int plx_patient_fit_tell_none(const char *status, const char *reason);
int plx_patient_fit_run(plx_patient_fit *p);
const char *plx_patient_fit_status(const plx_patient_fit *p); /* when it is complete */
/* On a terminal, from the first second after the run began. of: "of the fit". */
void plx_patient_fit_progress(plx_patient_fit *p, double share, const char *of);
void plx_patient_fit_progress_end(plx_patient_fit *p);
void plx_patient_fit_release(plx_patient_fit *p); /* of a zeroed one, too */

#endif
