/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A department's model from its own visits: who comes, how long each step takes and for whom, how
 * patient they are, how many places, nurses and doctors there are. What a log does not hold is not
 * in the model, and `missing` says so; nothing is imputed. Section 4 of the design's page.
 *
 *   begin -> add (each visit) -> end: samples, counts, presence -> laws, shares, capacities */
#ifndef PLX_CORE_FIT_FIT_H
#define PLX_CORE_FIT_FIT_H

#include "core/fit/arrivals.h"
#include "core/fit/presence.h"
#include "core/fit/sample.h"
#include "core/fit/visit.h"

enum { PLX_FIT_CLASSES = PLX_FLOW_ACUITIES };

/* X(NAME, sentence): what the log does not show. */
#define PLX_FIT_MISSING_TABLE(X)                                                                   \
    X(CALENDAR, "its calendar is shifted: no arrivals, no shifts, no places")                      \
    X(ACUITY, "no acuity is written down: everybody is of acuity 3")                               \
    X(TRIAGE, "the beginning of triage is not in the log: nurses do not limit it")                 \
    X(PLACES, "places are not in the log: they do not limit anybody")                              \
    X(DOCTORS, "contacts with a doctor are not in the log: doctors do not limit anybody")          \
    X(CONTACT_END,                                                                                 \
      "the end of a contact is not in the log: how long it lasts and how many doctors there are "  \
      "cannot be told apart; a contact lasts until the next event")                                \
    X(LEAVERS, "nobody left without being seen: patience has no end")                              \
    X(DECISION, "decisions are not in the log: what follows the last event is the way out")

typedef enum plx_fit_missing {
#define X(name, sentence) PLX_FIT_NO_##name,
    PLX_FIT_MISSING_TABLE(X)
#undef X
        PLX_FIT_MISSING_N
} plx_fit_missing;

const char *plx_fit_missing_text(plx_fit_missing missing);

/* Collected; large (4 MB), the caller's, zeroed. */
typedef struct plx_fit {
    bool shifted;       /* dates are not real: intervals only */
    int64_t end_us;     /* last event of the log: what is open then is open */
    uint32_t *arrivals; /* (hours) of each hour from first_hour on; the caller's, zeroed */
    size_t hours;
    int64_t first_hour; /* since a Monday 00:00 */
    plx_presence doctors, nurses, places[PLX_FLOW_ZONES_MAX];
    uint64_t visits, open, by_hour[24][PLX_FIT_CLASSES], unknown_acuity;
    uint64_t of[PLX_FIT_CLASSES], left[PLX_FIT_CLASSES], seen[PLX_FIT_CLASSES];
    uint64_t decided[PLX_FIT_CLASSES][PLX_FLOW_DISPOSITION_N];
    uint64_t has[PLX_FLOW_NOTE_N]; /* visits with a note of the kind */
    uint64_t zone[PLX_FIT_CLASSES][PLX_FLOW_ZONES_MAX];
    uint64_t tested[PLX_FLOW_KINDS_MAX][PLX_FIT_CLASSES];
    uint64_t asked[PLX_FLOW_SERVICES_MAX][PLX_FIT_CLASSES];
    plx_sample triage, first[PLX_FIT_CLASSES], review[PLX_FIT_CLASSES];
    plx_sample test[PLX_FLOW_KINDS_MAX], consult[PLX_FLOW_SERVICES_MAX];
    plx_sample leaving[PLX_FLOW_DISPOSITION_N], board[24 / 6]; /* by 6 h of the request */
    plx_sample patience[2][PLX_FIT_CLASSES];                   /* until placed, until seen */
    /* what a model is held against: stays of who departed, door to doctor, presence by hour */
    plx_sample stay[PLX_FIT_CLASSES], door[PLX_FIT_CLASSES];
    int64_t census_us[24];
} plx_fit;

typedef struct plx_fit_model {
    bool missing[PLX_FIT_MISSING_N];
    plx_arrivals arrivals;
    double acuity_p[24][PLX_FIT_CLASSES];
    plx_sample_law triage, first[PLX_FIT_CLASSES], review;
    uint16_t nurses[2][PLX_PRESENCE_BLOCKS], doctors[2][PLX_PRESENCE_BLOCKS];
    uint16_t places[PLX_FLOW_ZONES_MAX]; /* 0: not used */
    uint8_t zone_order[PLX_FIT_CLASSES][PLX_FLOW_ZONES_MAX], zone_order_n[PLX_FIT_CLASSES];
    double test_p[PLX_FLOW_KINDS_MAX][PLX_FIT_CLASSES];
    double consult_p[PLX_FLOW_SERVICES_MAX][PLX_FIT_CLASSES];
    plx_sample_law test[PLX_FLOW_KINDS_MAX], consult[PLX_FLOW_SERVICES_MAX];
    double disposition_p[PLX_FIT_CLASSES][PLX_FLOW_DISPOSITION_N];
    plx_sample_law leaving[PLX_FLOW_DISPOSITION_N], board[24 / 6];
    plx_sample_law patience[PLX_FIT_CLASSES]; /* not known: no end */
    bool patience_until_doctor, patience_from_arrival;
} plx_fit_model;

/* A visit of the log, or of the part that is fitted. */
void plx_fit_add(plx_fit *fit, const plx_visit *visit);
/* zones_n: zones that the log names. */
void plx_fit_end(const plx_fit *fit, unsigned zones_n, plx_fit_model *out);

#endif
