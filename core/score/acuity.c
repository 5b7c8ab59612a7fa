/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Acuity and children: ESI version 4 (AHRQ handbook; level 2 at danger-zone vitals, where the
 * handbook says "consider"), Brighton PEWS (Monaghan 2005, Paediatr Nurs 17:32). */
#include "core/score/input.h"

enum { LIFESAVING, HIGH_RISK, CONFUSED, DISTRESS, RESOURCES, AGE, HR, RR, SPO2 };

static const plx_score_unit AGE_UNITS[] = {
    {"a", NULL, 12, 1}, {"d", NULL, 12, 365.25}, {"wk", NULL, 84, 365.25}, {NULL, NULL, 0, 0}};
static const plx_score_input INPUTS[] = {
    {PLX_IN_FLAG("lifesaving")},
    {PLX_IN_FLAG("high_risk")},
    {PLX_IN_FLAG("confused")},
    {PLX_IN_FLAG("severe_pain_distress")},
    {PLX_IN_POSITIVE("resources", "1", "", 0), .whole = true},
    {PLX_IN_NUMBER("age_months", "mo", "", 0, 1500, 0), .units = AGE_UNITS},
    {PLX_IN_HR},
    {PLX_IN_RR},
    {PLX_IN_SPO2}};
static const plx_chart_step YES_NO[] = {PLX_BELOW(0, 0, "false"), PLX_ABOVE(0, "true")};
static const plx_chart_step RESOURCES_STEPS[] = {PLX_UP_TO(0, 0, "none"), PLX_UP_TO(1, 0, "one"),
                                                 PLX_ABOVE(0, ">=2")};
static const plx_chart_step AGE_STEPS[] = {PLX_BELOW(3, 0, "<3 mo"), PLX_BELOW(36, 0, "<3 a"),
                                           PLX_BELOW(96, 0, "<8 a"), PLX_ABOVE(0, ">=8 a")};
/* The edges of all ages in one chart: step k is within the limits of the k oldest groups. */
static const plx_chart_step HR_STEPS[] = {PLX_UP_TO(100, 0, "<=100"), PLX_UP_TO(140, 0, ">100"),
                                          PLX_UP_TO(160, 0, ">140"), PLX_UP_TO(180, 0, ">160"),
                                          PLX_ABOVE(0, ">180")};
static const plx_chart_step RR_STEPS[] = {PLX_UP_TO(20, 0, "<=20"), PLX_UP_TO(30, 0, ">20"),
                                          PLX_UP_TO(40, 0, ">30"), PLX_UP_TO(50, 0, ">40"),
                                          PLX_ABOVE(0, ">50")};
static const plx_chart_step SPO2_STEPS[] = {PLX_BELOW(92, 0, "<92"), PLX_ABOVE(0, ">=92")};
static const plx_chart_axis AXES[] = {
    PLX_AXIS(YES_NO),   PLX_AXIS(YES_NO),          PLX_AXIS(YES_NO),
    PLX_AXIS(YES_NO),   PLX_AXIS(RESOURCES_STEPS), PLX_AXIS_FIXED(AGE_STEPS),
    PLX_AXIS(HR_STEPS), PLX_AXIS(RR_STEPS),        PLX_AXIS(SPO2_STEPS)};
enum { AGE_GROUPS = 4 };

static int32_t danger_zone(const uint8_t *step, plx_chart_reason *reason)
{
    const uint8_t allowed = (uint8_t)(AGE_GROUPS - 1 - step[AGE]);
    if (step[HR] > allowed)
        reason->lead = HR;
    else if (step[RR] > allowed)
        reason->lead = RR;
    else if (step[SPO2] == 0)
        reason->lead = SPO2;
    else
        return 3;
    reason->rule = "danger-zone vital sign (handbook: consider level 2)";
    return 2;
}

static int32_t level(const uint8_t *step, plx_chart_reason *reason)
{
    for (uint32_t i = LIFESAVING; i <= DISTRESS; i++) {
        reason->lead = i;
        if (step[i]) return i == LIFESAVING ? 1 : 2;
    }
    reason->lead = RESOURCES;
    return step[RESOURCES] < 2 ? 5 - step[RESOURCES] : danger_zone(step, reason);
}

/* The decision point of the handbook's algorithm that gave the level. */
static const char *decision(int32_t sum, const uint8_t *step)
{
    (void)sum;
    if (step[LIFESAVING]) return "A";
    if (step[HIGH_RISK] || step[CONFUSED] || step[DISTRESS]) return "B";
    return step[RESOURCES] < 2 ? "C" : "D";
}

static const plx_chart_item ITEMS[] = {{"level", PLX_BIT(SPO2 + 1) - 1, level}};
static const plx_chart CHART = {PLX_CHART_OF(AXES, ITEMS), .per_point = 1, .also = decision};

const plx_score plx_score_esi4 = {PLX_SCORE_ABOUT(INPUTS, "ESI4", "esi4/1", "AHRQ ESI v4"),
                                  .also_key = "step", .chart = &CHART};

enum { BEHAVIOUR, CARDIOVASCULAR, RESPIRATORY, NEBULISER };

static const plx_score_input P_INPUTS[] = {{PLX_IN_WHOLE("behaviour", 0, 3, PLX_EXPIRY_SET_S)},
                                           {PLX_IN_WHOLE("cardiovascular", 0, 3, PLX_EXPIRY_SET_S)},
                                           {PLX_IN_WHOLE("respiratory", 0, 3, PLX_EXPIRY_SET_S)},
                                           {PLX_IN_FLAG("neb_or_vomit")}};
static const plx_chart_step GRADES[] = {PLX_UP_TO(0, 0, "0"), PLX_UP_TO(1, 1, "1"),
                                        PLX_UP_TO(2, 2, "2"), PLX_ABOVE(3, "3")};
static const plx_chart_step ADDS_2[] = {PLX_BELOW(0, 0, "false"), PLX_ABOVE(2, "true")};
static const plx_chart_axis P_AXES[] = {PLX_AXIS(GRADES), PLX_AXIS(GRADES), PLX_AXIS(GRADES),
                                        PLX_AXIS(ADDS_2)};
static const plx_chart_item P_ITEMS[] = {{"behaviour", PLX_BIT(BEHAVIOUR), NULL},
                                         {"cardiovascular", PLX_BIT(CARDIOVASCULAR), NULL},
                                         {"respiratory", PLX_BIT(RESPIRATORY), NULL},
                                         {"neb_or_vomit", PLX_BIT(NEBULISER), NULL}};
static const char *const P_BANDS[] = {"routine", "escalate"};

static uint32_t p_band(int32_t sum, bool red, const plx_score_given *given)
{
    (void)given;
    return red || sum >= 4 ? 1 : 0;
}

static const plx_chart P_CHART = {PLX_CHART_OF(P_AXES, P_ITEMS), .per_point = 1, .red_points = 3,
                                  .band = p_band};

const plx_score plx_score_pews_brighton = {
    PLX_SCORE_ABOUT(P_INPUTS, "PEWS_BRIGHTON", "pews_brighton/1", "Monaghan 2005"),
    PLX_SCORE_BANDS(P_BANDS), .chart = &P_CHART};
