/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Venous thrombo-embolism: Wells for embolism (Wells 2000, Thromb Haemost 83:416; two tiers as
 * band, three as band3), PERC (Kline 2004, J Thromb Haemost 2:1247; rules out only at a low
 * clinical suspicion), Wells for deep vein thrombosis (Wells 2003, NEJM 349:1227). */
#include "core/score/input.h"

enum { HALF = 1, ONE = 2 }; /* points of Wells for embolism, in halves */

#define FLAG_STEPS(name, points)                                                                   \
    static const plx_chart_step name[] = {PLX_BELOW(0, 0, "false"), PLX_ABOVE(points, "true")}
FLAG_STEPS(ADDS_3, 3 * ONE);
FLAG_STEPS(ADDS_1_HALF, ONE + HALF);
FLAG_STEPS(ADDS_ONE, ONE);
FLAG_STEPS(COUNTS, 1);
FLAG_STEPS(TAKES_2, -2);

enum { P_DVT, P_ALT, P_HR, P_IMMOB, P_PRIOR, P_HAEMOPTYSIS, P_MALIGNANCY };

static const plx_score_input P_INPUTS[] = {{PLX_IN_FLAG("dvt_signs")},
                                           {PLX_IN_FLAG("alt_dx_less_likely")},
                                           {PLX_IN_HR},
                                           {PLX_IN_FLAG("immob_or_surgery_4wk")},
                                           {PLX_IN_FLAG("prior_vte")},
                                           {PLX_IN_FLAG("haemoptysis")},
                                           {PLX_IN_FLAG("malignancy")}};
static const plx_chart_step P_HR_STEPS[] = {PLX_UP_TO(100, 0, "<=100"),
                                            PLX_ABOVE(ONE + HALF, ">100")};
static const plx_chart_axis P_AXES[] = {PLX_AXIS(ADDS_3),
                                        PLX_AXIS(ADDS_3),
                                        PLX_AXIS(P_HR_STEPS),
                                        PLX_AXIS_FIXED(ADDS_1_HALF),
                                        PLX_AXIS_FIXED(ADDS_1_HALF),
                                        PLX_AXIS(ADDS_ONE),
                                        PLX_AXIS_FIXED(ADDS_ONE)};
static const plx_chart_item P_ITEMS[] = {{"dvt_signs", PLX_BIT(P_DVT), NULL},
                                         {"alt_dx_less_likely", PLX_BIT(P_ALT), NULL},
                                         {"hr", PLX_BIT(P_HR), NULL},
                                         {"immob_or_surgery_4wk", PLX_BIT(P_IMMOB), NULL},
                                         {"prior_vte", PLX_BIT(P_PRIOR), NULL},
                                         {"haemoptysis", PLX_BIT(P_HAEMOPTYSIS), NULL},
                                         {"malignancy", PLX_BIT(P_MALIGNANCY), NULL}};
static const char *const LIKELY[] = {"unlikely", "likely"};

static uint32_t p_band(int32_t sum, bool red, const plx_score_given *given)
{
    (void)red;
    (void)given;
    return sum > 4 * ONE ? 1 : 0;
}

static const char *p_band3(int32_t sum, const uint8_t *step)
{
    (void)step;
    return sum < 2 * ONE ? "low" : sum <= 6 * ONE ? "moderate" : "high";
}

static const plx_chart P_CHART = {PLX_CHART_OF(P_AXES, P_ITEMS), .per_point = ONE, .decimals = 1,
                                  .band = p_band, .also = p_band3};

const plx_score plx_score_wells_pe = {
    PLX_SCORE_ABOUT(P_INPUTS, "WELLS_PE", "wells_pe/1", "Wells 2000"), PLX_SCORE_BANDS(LIKELY),
    .also_key = "band3", .chart = &P_CHART};

enum { C_AGE, C_HR, C_SPO2, C_LEG, C_HAEMOPTYSIS, C_SURGERY, C_PRIOR, C_OESTROGEN };

static const plx_score_input C_INPUTS[] = {{PLX_IN_AGE},
                                           {PLX_IN_HR},
                                           {PLX_IN_SPO2},
                                           {PLX_IN_FLAG("leg_swelling")},
                                           {PLX_IN_FLAG("haemoptysis")},
                                           {PLX_IN_FLAG("surgery_trauma_4wk")},
                                           {PLX_IN_FLAG("prior_vte")},
                                           {PLX_IN_FLAG("oestrogen")}};
static const plx_chart_step C_AGE_STEPS[] = {PLX_BELOW(50, 0, "<50"), PLX_ABOVE(1, ">=50")};
static const plx_chart_step C_HR_STEPS[] = {PLX_BELOW(100, 0, "<100"), PLX_ABOVE(1, ">=100")};
static const plx_chart_step C_SPO2_STEPS[] = {PLX_BELOW(95, 1, "<95"), PLX_ABOVE(0, ">=95")};
static const plx_chart_axis C_AXES[] = {PLX_AXIS_FIXED(C_AGE_STEPS),
                                        PLX_AXIS(C_HR_STEPS),
                                        PLX_AXIS(C_SPO2_STEPS),
                                        PLX_AXIS(COUNTS),
                                        PLX_AXIS(COUNTS),
                                        PLX_AXIS_FIXED(COUNTS),
                                        PLX_AXIS_FIXED(COUNTS),
                                        PLX_AXIS_FIXED(COUNTS)};
static const plx_chart_item C_ITEMS[] = {{"age", PLX_BIT(C_AGE), NULL},
                                         {"hr", PLX_BIT(C_HR), NULL},
                                         {"spo2", PLX_BIT(C_SPO2), NULL},
                                         {"leg_swelling", PLX_BIT(C_LEG), NULL},
                                         {"haemoptysis", PLX_BIT(C_HAEMOPTYSIS), NULL},
                                         {"surgery_trauma_4wk", PLX_BIT(C_SURGERY), NULL},
                                         {"prior_vte", PLX_BIT(C_PRIOR), NULL},
                                         {"oestrogen", PLX_BIT(C_OESTROGEN), NULL}};
static const char *const C_BANDS[] = {"rule-out", "not-ruled-out"};

static uint32_t c_band(int32_t sum, bool red, const plx_score_given *given)
{
    (void)red;
    (void)given;
    return sum > 0 ? 1 : 0;
}

static const plx_chart C_CHART = {PLX_CHART_OF(C_AXES, C_ITEMS), .per_point = 1, .band = c_band};

const plx_score plx_score_perc = {PLX_SCORE_ABOUT(C_INPUTS, "PERC", "perc/1", "Kline 2004"),
                                  PLX_SCORE_BANDS(C_BANDS), .chart = &C_CHART};

enum { ALTERNATIVE = 9 };

static const plx_score_input D_INPUTS[] = {{PLX_IN_FLAG("active_cancer")},
                                           {PLX_IN_FLAG("paralysis_cast")},
                                           {PLX_IN_FLAG("bedridden3d_or_surgery12wk")},
                                           {PLX_IN_FLAG("vein_tenderness")},
                                           {PLX_IN_FLAG("whole_leg_swollen")},
                                           {PLX_IN_FLAG("calf_gt_3cm")},
                                           {PLX_IN_FLAG("pitting_oedema")},
                                           {PLX_IN_FLAG("collateral_veins")},
                                           {PLX_IN_FLAG("prior_dvt")},
                                           {PLX_IN_FLAG("alt_dx_as_likely")}};
static const plx_chart_axis D_AXES[] = {
    PLX_AXIS_FIXED(COUNTS), PLX_AXIS_FIXED(COUNTS), PLX_AXIS_FIXED(COUNTS), PLX_AXIS(COUNTS),
    PLX_AXIS(COUNTS),       PLX_AXIS(COUNTS),       PLX_AXIS(COUNTS),       PLX_AXIS(COUNTS),
    PLX_AXIS_FIXED(COUNTS), PLX_AXIS(TAKES_2)};
static const plx_chart_item D_ITEMS[] = {{"active_cancer", PLX_BIT(0), NULL},
                                         {"paralysis_cast", PLX_BIT(1), NULL},
                                         {"bedridden3d_or_surgery12wk", PLX_BIT(2), NULL},
                                         {"vein_tenderness", PLX_BIT(3), NULL},
                                         {"whole_leg_swollen", PLX_BIT(4), NULL},
                                         {"calf_gt_3cm", PLX_BIT(5), NULL},
                                         {"pitting_oedema", PLX_BIT(6), NULL},
                                         {"collateral_veins", PLX_BIT(7), NULL},
                                         {"prior_dvt", PLX_BIT(8), NULL},
                                         {"alt_dx_as_likely", PLX_BIT(ALTERNATIVE), NULL}};

static uint32_t d_band(int32_t sum, bool red, const plx_score_given *given)
{
    (void)red;
    (void)given;
    return sum >= 2 ? 1 : 0;
}

static const plx_chart D_CHART = {PLX_CHART_OF(D_AXES, D_ITEMS), .per_point = 1, .band = d_band};

const plx_score plx_score_wells_dvt = {
    PLX_SCORE_ABOUT(D_INPUTS, "WELLS_DVT", "wells_dvt/1", "Wells 2003"), PLX_SCORE_BANDS(LIKELY),
    .chart = &D_CHART};
