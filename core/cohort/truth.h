/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The true patient of a case: one body that is ill, lives on second by second and is measured with
 * noise. Nothing of it is known to the twin but what is measured.
 *
 * Perturbed, as far as parameters and actions of the model go: gains of the reflexes x 0.6 to 1.6
 * each, exchange with the interstitium x 0.4 to 2, a bleeding after admission flows as the pressure
 * does (a wound) and not at a fixed rate, and sensors: noise x 0.8 to 1.5, a cuff that is off by sd
 * 4 mmHg all the time, a saturation by sd 1. The twin goes by the usual sd. */
#ifndef PLX_CORE_COHORT_TRUTH_H
#define PLX_CORE_COHORT_TRUTH_H

#include "core/assimilate/track.h"
#include "core/base/rng.h"
#include "core/cohort/cohort.h"

enum {
    PLX_COHORT_STEP_S = 15, /* what is measured is the mean of so long */
    PLX_COHORT_LANES = 4    /* the first member of so many is the patient */
};

typedef struct plx_cohort_truth {
    const plx_cohort_case *of; /* borrowed */
    bool perturbed, begun;     /* begun: the onset is behind him */
    plx_body *body;            /* in the caller's memory */
    plx_care care;
    plx_rng noise;
    double sd[PLX_TRACK_MEASURED_N], factor[PLX_TRACK_MEASURED_N], offset[PLX_TRACK_MEASURED_N];
    double mean[PLX_TRACK_MEASURED_N]; /* of the last step */
    double blood_out[PLX_BODY_GROUP];  /* mL since admission */
    double out_ago[4];                 /* blood_out of him 15, 30, 45, 60 s ago */
    float trace[PLX_COHORT_STEP_S * PLX_TRACK_MEASURED_N * PLX_BODY_GROUP];
} plx_cohort_truth;

/* Bytes for the body, aligned to 64. */
size_t plx_cohort_truth_size(void);
/* A person at rest, then what was before admission. */
void plx_cohort_truth_begin(plx_cohort_truth *t, const plx_cohort_case *of, bool perturbed,
                            void *memory);
/* A multiple of PLX_COHORT_STEP_S; now_s: since admission, before the step. */
void plx_cohort_truth_run(plx_cohort_truth *t, uint32_t now_s, uint32_t seconds);
/* Bleeding is stopped. */
void plx_cohort_truth_stop(plx_cohort_truth *t);
static inline bool plx_cohort_truth_lost(const plx_cohort_truth *t)
{
    return plx_body_is_lost(t->body, 0);
}

/* What a chart gets at this moment; gives the number. */
uint32_t plx_cohort_truth_chart(plx_cohort_truth *t, uint32_t now_s,
                                plx_vitals_observation to[PLX_TRACK_MEASURED_N]);
/* One value as its sensor would show it. */
double plx_cohort_truth_shown(plx_cohort_truth *t, plx_track_kind kind);
/* A saturation is shown in whole percents up to 100. */
double plx_cohort_as_shown(plx_track_kind kind, double value);
/* Hidden. */
double plx_cohort_truth_deficit_ml(const plx_cohort_truth *t);
double plx_cohort_truth_bleeding_ml_min(const plx_cohort_truth *t); /* mean of the last minute */

#endif
