/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/cohort/run.h"

#define RULE_SHOCK_ABOVE 0.8 /* probability of shock over the index, and below it: priors */
#define RULE_SHOCK_BELOW 0.3

const char *plx_cohort_vital_name(int vital)
{
    static const char *const names[] = {
#define X(kind) #kind,
        PLX_COHORT_VITAL_LIST(X)
#undef X
    };
    return names[vital];
}

const char *plx_cohort_parameter_name(int parameter)
{
    static const char *const names[] = {
#define X(name) #name,
        PLX_COHORT_PARAMETER_LIST(X)
#undef X
    };
    return names[parameter];
}

void plx_cohort_rule(double shock_index, double probability[PLX_MECHANISM_N])
{
    const double shock = shock_index > PLX_COHORT_SHOCK_INDEX ? RULE_SHOCK_ABOVE : RULE_SHOCK_BELOW;
    double all = 0;
    for (int m = 0; m < PLX_MECHANISM_N; m++)
        probability[m] = 0;
    for (int c = 0; c < PLX_CAUSE_N; c++) {
        if (plx_causes[c].mechanism == PLX_MECHANISM_STABLE) continue;
        probability[plx_causes[c].mechanism] += plx_causes[c].prior;
        all += plx_causes[c].prior;
    }
    for (int m = 0; m < PLX_MECHANISM_N; m++)
        probability[m] *= shock / all;
    probability[PLX_MECHANISM_STABLE] = 1 - shock;
}

void plx_cohort_equal(plx_weighted *values, size_t n, plx_weighted *scratch,
                      double equal[PLX_COHORT_EQUAL_N])
{
    double all = 0, sum = 0;
    plx_weighted_sort(values, n, scratch);
    for (size_t i = 0; i < n; i++)
        all += values[i].weight;
    size_t at = 0;
    for (int k = 0; k < PLX_COHORT_EQUAL_N; k++) {
        const double until = (k + 0.5) / PLX_COHORT_EQUAL_N * all;
        while (at + 1 < n && sum + values[at].weight < until)
            sum += values[at++].weight;
        equal[k] = values[at].value;
    }
}
