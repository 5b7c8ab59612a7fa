/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the files of the fit share: how a parameter is written, and the step from one run to the
 * next. */
#ifndef PLX_CORE_ASSIMILATE_ESMDA_INSIDE_H
#define PLX_CORE_ASSIMILATE_ESMDA_INSIDE_H

#include "core/assimilate/esmda.h"

#define PLX_ESMDA_ALPHA 4.0          /* of each pass; their inverses sum to 1 */
#define PLX_ESMDA_BLEEDING_ML_MIN 20 /* median of the prior of a bleeding that goes on */
#define PLX_ESMDA_NO_DATUM UINT16_MAX

typedef struct plx_esmda_row {
    plx_body_param_id id; /* PLX_BODY_PARAM_N: deficit, tone */
    bool logarithm;
    double low, high; /* natural */
    double unit;      /* natural value that is 1 in the body's row */
} plx_esmda_row;

/* The row of a parameter in the body and its limits. */
plx_esmda_row plx_esmda_row_of(plx_esmda_parameter parameter);

/* theta from a natural value and back. */
double plx_esmda_theta(const plx_esmda_row *row, double natural);
double plx_esmda_natural(const plx_esmda_row *row, double theta);

static inline double *plx_esmda_theta_of(const plx_esmda *fit, uint32_t p)
{
    return fit->theta + (size_t)p * fit->input->members;
}

/* The rows of the averaged equations' difference from beats. */
enum {
    PLX_ESMDA_LEARNT_FIRST = PLX_BODY_av_left,
    PLX_ESMDA_LEARNT_N = PLX_BODY_av_vag - PLX_BODY_av_left + 1
};

/* Values of a parameter in all members, or null when it is not fitted. */
static inline const double *plx_esmda_fitted(const plx_esmda *fit, plx_esmda_parameter parameter)
{
    for (uint32_t p = 0; p < fit->fitted_n; p++)
        if (fit->fitted[p] == parameter) return plx_esmda_theta_of(fit, p);
    return NULL;
}

/* One update from the predictions; flags of the observations by the way. */
PLX_MUST_CHECK plx_status plx_esmda_learn(plx_esmda *fit);

/* Flags only, from the predictions of the last run. */
void plx_esmda_judge(plx_esmda *fit);

/* Of n values, 2 or more, which are put in order. */
plx_esmda_summary plx_esmda_summarise(double *values, uint32_t n);

#endif
