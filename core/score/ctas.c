/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* First-order modifiers of the Canadian triage scale for adults (Beveridge 1999; Bullard 2008, CJEM
 * 10:136; fever above 38.0 Cel as in the manual of 2012 and later): the level that one fact asks
 * for, 0 = none. And minutes to a physician by level: CTAS 1999; KTAS, the same with 10 minutes at
 * level 2; MTS (Mackway-Jones, 3rd edition). */
#include "core/score/input.h"

static const plx_chart_step YES_NO[] = {PLX_BELOW(0, 0, "false"), PLX_ABOVE(0, "true")};

static const plx_score_input O_INPUTS[] = {{PLX_IN_SPO2}};
static const plx_chart_step O_STEPS[] = {PLX_BELOW(90, 1, "<90"), PLX_BELOW(92, 2, "<92"),
                                         PLX_UP_TO(94, 3, "92-94"), PLX_ABOVE(0, ">94")};
static const plx_chart_axis O_AXES[] = {PLX_AXIS(O_STEPS)};
static const plx_chart_item O_ITEMS[] = {{"spo2", PLX_BIT(0), NULL}};
static const plx_chart O_CHART = {PLX_CHART_OF(O_AXES, O_ITEMS), .per_point = 1};

const plx_score plx_score_ctas_spo2 = {
    PLX_SCORE_ABOUT(O_INPUTS, "CTAS_SPO2", "ctas_spo2/1", "Bullard 2008"), .chart = &O_CHART};

static const plx_score_input G_INPUTS[] = {{PLX_IN_GCS}};
static const plx_chart_step G_STEPS[] = {PLX_UP_TO(9, 1, "<=9"), PLX_UP_TO(13, 2, "10-13"),
                                         PLX_ABOVE(0, ">=14")};
static const plx_chart_axis G_AXES[] = {PLX_AXIS(G_STEPS)};
static const plx_chart_item G_ITEMS[] = {{"gcs", PLX_BIT(0), NULL}};
static const plx_chart G_CHART = {PLX_CHART_OF(G_AXES, G_ITEMS), .per_point = 1};

const plx_score plx_score_ctas_gcs = {
    PLX_SCORE_ABOUT(G_INPUTS, "CTAS_GCS", "ctas_gcs/1", "Bullard 2008"), .chart = &G_CHART};

enum { TEMP, IMMUNE, SEPTIC, UNWELL };

static const plx_score_input T_INPUTS[] = {{PLX_IN_TEMP},
                                           {PLX_IN_FLAG("immunocompromised")},
                                           {PLX_IN_FLAG("looks_septic")},
                                           {PLX_IN_FLAG("looks_unwell")}};
static const plx_chart_step T_STEPS[] = {PLX_UP_TO(38.0, 0, "<=38.0"), PLX_ABOVE(0, ">38.0")};
static const plx_chart_axis T_AXES[] = {PLX_AXIS(T_STEPS), PLX_AXIS_FIXED(YES_NO), PLX_AXIS(YES_NO),
                                        PLX_AXIS(YES_NO)};

static int32_t fever(const uint8_t *step, plx_chart_reason *reason)
{
    reason->lead = TEMP;
    if (step[TEMP] == 0) return 0;
    reason->lead = step[IMMUNE] ? IMMUNE : step[SEPTIC] ? SEPTIC : step[UNWELL] ? UNWELL : TEMP;
    return step[IMMUNE] || step[SEPTIC] ? 2 : step[UNWELL] ? 3 : 4;
}

static const plx_chart_item T_ITEMS[] = {
    {"fever", PLX_BIT(TEMP) | PLX_BIT(IMMUNE) | PLX_BIT(SEPTIC) | PLX_BIT(UNWELL), fever}};
static const plx_chart T_CHART = {PLX_CHART_OF(T_AXES, T_ITEMS), .per_point = 1};

const plx_score plx_score_ctas_temp = {
    PLX_SCORE_ABOUT(T_INPUTS, "CTAS_TEMP", "ctas_temp/1", "Bullard 2008, manual 2012"),
    .chart = &T_CHART};

enum { NRS, LOCATION, DURATION };

static const plx_score_input P_INPUTS[] = {
    {PLX_IN_NUMBER("nrs", "1", "", 0, 10, PLX_EXPIRY_SET_S)},
    {PLX_IN_WORD("location", PLX_SCORE_WORD, "central|peripheral")},
    {PLX_IN_WORD("duration", PLX_SCORE_WORD, "acute|chronic")}};
static const plx_chart_step NRS_STEPS[] = {PLX_BELOW(4, 0, "0-3"), PLX_BELOW(8, 0, "4-7"),
                                           PLX_ABOVE(0, ">=8")};
static const plx_chart_step LOCATION_STEPS[] = {PLX_UP_TO(0, 0, "central"),
                                                PLX_ABOVE(0, "peripheral")};
static const plx_chart_step DURATION_STEPS[] = {PLX_UP_TO(0, 0, "acute"), PLX_ABOVE(0, "chronic")};
static const plx_chart_axis P_AXES[] = {PLX_AXIS(NRS_STEPS), PLX_AXIS(LOCATION_STEPS),
                                        PLX_AXIS(DURATION_STEPS)};

static int32_t pain(const uint8_t *step, plx_chart_reason *reason)
{
    static const int32_t LEVELS[2][2][3] = {{{4, 3, 2}, {5, 4, 3}}, {{5, 4, 3}, {5, 5, 4}}};
    reason->lead = NRS;
    return LEVELS[step[LOCATION]][step[DURATION]][step[NRS]];
}

static const plx_chart_item P_ITEMS[] = {
    {"pain", PLX_BIT(NRS) | PLX_BIT(LOCATION) | PLX_BIT(DURATION), pain}};
static const plx_chart P_CHART = {PLX_CHART_OF(P_AXES, P_ITEMS), .per_point = 1};

const plx_score plx_score_ctas_pain = {
    PLX_SCORE_ABOUT(P_INPUTS, "CTAS_PAIN", "ctas_pain/1", "Bullard 2008"), .chart = &P_CHART};

static const plx_score_input L_INPUTS[] = {{PLX_IN_WHOLE("level", 1, 5, 0)}};
static const plx_chart_item L_ITEMS[] = {{"level", PLX_BIT(0), NULL}};

#define TARGET_STEPS(name, second, third, fourth, fifth)                                           \
    static const plx_chart_step name[] = {PLX_UP_TO(1, 0, "1"), PLX_UP_TO(2, second, "2"),         \
                                          PLX_UP_TO(3, third, "3"), PLX_UP_TO(4, fourth, "4"),     \
                                          PLX_ABOVE(fifth, "5")}
TARGET_STEPS(CTAS_MIN, 15, 30, 60, 120);
TARGET_STEPS(KTAS_MIN, 10, 30, 60, 120);
TARGET_STEPS(MTS_MIN, 10, 60, 120, 240);

static const plx_chart_axis CTAS_AXES[] = {PLX_AXIS(CTAS_MIN)};
static const plx_chart CTAS_CHART = {PLX_CHART_OF(CTAS_AXES, L_ITEMS), .per_point = 1};
const plx_score plx_score_ctas_target = {
    PLX_SCORE_ABOUT(L_INPUTS, "CTAS_TARGET", "ctas_target/1", "CTAS 1999"), .chart = &CTAS_CHART};

static const plx_chart_axis KTAS_AXES[] = {PLX_AXIS(KTAS_MIN)};
static const plx_chart KTAS_CHART = {PLX_CHART_OF(KTAS_AXES, L_ITEMS), .per_point = 1};
const plx_score plx_score_ktas_target = {
    PLX_SCORE_ABOUT(L_INPUTS, "KTAS_TARGET", "ktas_target/1", "CTAS 1999; KTAS level 2: 10 min"),
    .chart = &KTAS_CHART};

static const char *const COLOURS[] = {"blue", "green", "yellow", "orange", "red"};

static uint32_t colour(int32_t sum, bool red, const plx_score_given *given)
{
    (void)red;
    (void)given;
    return sum == 0 ? 4 : sum == 10 ? 3 : sum == 60 ? 2 : sum == 120 ? 1 : 0;
}

static const plx_chart_axis MTS_AXES[] = {PLX_AXIS(MTS_MIN)};
static const plx_chart MTS_CHART = {PLX_CHART_OF(MTS_AXES, L_ITEMS), .per_point = 1,
                                    .band = colour};
const plx_score plx_score_mts_target = {
    PLX_SCORE_ABOUT(L_INPUTS, "MTS_TARGET", "mts_target/1", "Mackway-Jones, MTS 3rd ed."),
    PLX_SCORE_BANDS(COLOURS), .chart = &MTS_CHART};
