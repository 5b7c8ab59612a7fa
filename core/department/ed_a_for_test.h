/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* ED-A, the reference department of the shared oracles (ed_a.md), filled in by hand; for tests and
 * benchmarks. Hourly rates: EDSim statistics, as given there. */
#ifndef PLX_CORE_DEPARTMENT_ED_A_FOR_TEST_H
#define PLX_CORE_DEPARTMENT_ED_A_FOR_TEST_H

#include <string.h>

#include "core/department/flow.h"

static inline plx_flow_law law_for_test(plx_flow_model *m, plx_law law)
{
    plx_flow_law out;
    char why[128];
    PLX_ASSERT(plx_flow_model_law(m, &law, &out, why, sizeof why) == PLX_OK);
    return out;
}

static inline plx_flow_law lognormal_for_test(plx_flow_model *m, double mean, double cv)
{
    return law_for_test(m, (plx_law){.family = PLX_LAW_LOGNORMAL, .mean = mean, .cv = cv});
}

/* n of pool index at all hours. */
static inline void staff_for_test(plx_flow_model *m, unsigned pool, unsigned n)
{
    const plx_flow_shift all = {
        .n = (uint16_t)n, .what = PLX_FLOW_CHANGE_POOL, .index = (uint8_t)pool};
    PLX_ASSERT(plx_flow_model_shift(m, 127, 0, 1440, all) == PLX_OK);
}

static inline void ed_a_for_test(plx_flow_model *m, unsigned doctors)
{
    static const double rate[24] = {
        5.63736263736264, 4.72451790633609, 3.86647727272727, 3.44285714285714, 3.26843657817109,
        3.65229885057471, 3.48717948717949, 5.33701657458564, 7.00274725274725, 8.35342465753425,
        9.46301369863014, 10.9534246575342, 10.5150684931507, 10.2876712328767, 10.0630136986301,
        10.1835616438356, 10.1424657534247, 9.85753424657534, 9.49041095890411, 10.013698630137,
        9.02191780821918, 8.10958904109589, 7.70684931506849, 7.03581267217631};
    static const double share[4] = {0.01, 0.21, 0.66, 0.94}, contact[5] = {40, 30, 20, 12, 8};
    static const double test[5] = {1, 0.8, 0.6, 0.3, 0.1}, admit[5] = {0.8, 0.35, 0.15, 0.05, 0.01};
    char why[128];
    plx_flow_model_begin(m);
    m->source_n = m->zone_n = m->kind_n = m->ward_n = 1;
    m->pool_n = 2;
    for (unsigned h = 0; h < PLX_FLOW_WEEK_H; h++)
        m->source[0].rate_per_h[h] = rate[h % 24];
    for (unsigned h = 0; h < 24; h++) {
        for (unsigned i = 0; i < 4; i++)
            m->source[0].acuity_below[h][i] = plx_flow_below(share[i]);
        m->ward[0].delay[h] = lognormal_for_test(m, 240, 1);
    }
    m->zone[0].places = 22;
    m->triage_pool = 0;
    m->doctor_pool = 1;
    m->triage = lognormal_for_test(m, 6, 0.5);
    m->kind[0].delay = lognormal_for_test(m, 75, 0.8);
    staff_for_test(m, 0, 2);
    staff_for_test(m, 1, doctors);
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++) {
        m->zone_order_n[a] = 1;
        m->first[a] = lognormal_for_test(m, contact[a], 0.7);
        m->review[a] = lognormal_for_test(m, 8, 0.7);
        m->kind[0].below[a] = plx_flow_below(test[a]);
        for (unsigned d = PLX_FLOW_ADMIT; d < PLX_FLOW_DISCHARGE; d++)
            m->disposition_below[a][d] = plx_flow_below(admit[a]);
        if (a >= 2)
            m->patience[a] = law_for_test(m, (plx_law){.family = PLX_LAW_EXPONENTIAL, .mean = 240});
    }
    PLX_ASSERT(plx_flow_model_finish(m, why, sizeof why) == PLX_OK);
}

#endif
