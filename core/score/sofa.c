/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* SOFA, six organs of 0 to 4 points (Vincent 1996, Intensive Care Med 22:707; bilirubin 12.0 and
 * creatinine 5.0 mg/dL count 4, where the paper prints ">"). Ventilator and drugs are "not given"
 * unless said; urine of 24 h is optional. Band: a rise of 2 or more over the baseline (0 when it is
 * not known), the organ dysfunction of Sepsis-3 (Singer 2016). */
#include "core/score/input.h"

enum { PF, VENT, PLT, BILI, MAP, DOPAMINE, DOBUTAMINE, EPI, NOREPI, GCS, CREAT, URINE24, BASELINE };

static const plx_score_unit CREAT_UNITS[] = {{"umol/L", NULL, 10, 884}, {NULL, NULL, 0, 0}};
static const plx_score_unit BILI_UNITS[] = {{"umol/L", NULL, 10, 171}, {NULL, NULL, 0, 0}};
static const plx_score_unit URINE_UNITS[] = {{"L", NULL, 1000, 1},
                                             {"mL/d", NULL, 1, 1},
                                             {"L/d", NULL, 1000, 1},
                                             {"mL/(24.h)", NULL, 1, 1},
                                             {NULL, NULL, 0, 0}};

#define DRUG(key)                                                                                  \
    {                                                                                              \
        PLX_IN_POSITIVE(key, "ug/kg/min", "", PLX_EXPIRY_SET_S), .optional = true, .assumed = true \
    }

static const plx_score_input INPUTS[] = {
    {PLX_IN_POSITIVE("pf", "mm[Hg]", "po2_art", PLX_EXPIRY_GAS_S)},
    {PLX_IN_FLAG("vent"), .optional = true, .assumed = true},
    {PLX_IN_POSITIVE("plt", "10*9/L", "platelets", PLX_EXPIRY_LAB_S)},
    {PLX_IN_POSITIVE("bili", "mg/dL", "", PLX_EXPIRY_LAB_S), .units = BILI_UNITS},
    {PLX_IN_MAP},
    DRUG("dopamine"),
    DRUG("dobutamine"),
    DRUG("epi"),
    DRUG("norepi"),
    {PLX_IN_GCS},
    {PLX_IN_POSITIVE("creat", "mg/dL", "", PLX_EXPIRY_LAB_S), .units = CREAT_UNITS},
    {PLX_IN_POSITIVE("urine24", "mL", "", PLX_EXPIRY_LAB_S), .units = URINE_UNITS,
     .optional = true},
    {PLX_IN_WHOLE("baseline", 0, 24, 0), .optional = true}};

static const plx_chart_step PF_STEPS[] = {PLX_BELOW(100, 4, "<100"), PLX_BELOW(200, 3, "<200"),
                                          PLX_BELOW(300, 2, "<300"), PLX_BELOW(400, 1, "<400"),
                                          PLX_ABOVE(0, ">=400")};
static const plx_chart_step YES_NO[] = {PLX_BELOW(0, 0, "false"), PLX_ABOVE(0, "true")};
static const plx_chart_step PLT_STEPS[] = {PLX_BELOW(20, 4, "<20"), PLX_BELOW(50, 3, "<50"),
                                           PLX_BELOW(100, 2, "<100"), PLX_BELOW(150, 1, "<150"),
                                           PLX_ABOVE(0, ">=150")};
static const plx_chart_step BILI_STEPS[] = {PLX_BELOW(1.2, 0, "<1.2"), PLX_BELOW(2, 1, "1.2-1.9"),
                                            PLX_BELOW(6, 2, "2.0-5.9"),
                                            PLX_BELOW(12, 3, "6.0-11.9"), PLX_ABOVE(4, ">=12")};
static const plx_chart_step MAP_STEPS[] = {PLX_BELOW(70, 1, "<70"), PLX_ABOVE(0, ">=70")};
static const plx_chart_step DOPAMINE_STEPS[] = {PLX_UP_TO(0, 0, "none"), PLX_UP_TO(5, 2, "<=5"),
                                                PLX_UP_TO(15, 3, ">5"), PLX_ABOVE(4, ">15")};
static const plx_chart_step DOBUTAMINE_STEPS[] = {PLX_UP_TO(0, 0, "none"), PLX_ABOVE(2, "any")};
static const plx_chart_step EPI_STEPS[] = {PLX_UP_TO(0, 0, "none"), PLX_UP_TO(0.1, 3, "<=0.1"),
                                           PLX_ABOVE(4, ">0.1")};
static const plx_chart_step GCS_STEPS[] = {PLX_BELOW(6, 4, "<6"), PLX_BELOW(10, 3, "6-9"),
                                           PLX_BELOW(13, 2, "10-12"), PLX_BELOW(15, 1, "13-14"),
                                           PLX_ABOVE(0, "15")};
static const plx_chart_step CREAT_STEPS[] = {PLX_BELOW(1.2, 0, "<1.2"), PLX_BELOW(2, 1, "1.2-1.9"),
                                             PLX_BELOW(3.5, 2, "2.0-3.4"),
                                             PLX_BELOW(5, 3, "3.5-4.9"), PLX_ABOVE(4, ">=5")};
static const plx_chart_step URINE_STEPS[] = {PLX_BELOW(200, 4, "<200"), PLX_BELOW(500, 3, "<500"),
                                             PLX_ABOVE(0, ">=500")};
enum { NO_URINE_LOSS = 2 };

static const plx_chart_axis AXES[] = {PLX_AXIS(PF_STEPS),
                                      PLX_AXIS(YES_NO),
                                      PLX_AXIS(PLT_STEPS),
                                      PLX_AXIS(BILI_STEPS),
                                      PLX_AXIS(MAP_STEPS),
                                      PLX_AXIS(DOPAMINE_STEPS),
                                      PLX_AXIS(DOBUTAMINE_STEPS),
                                      PLX_AXIS(EPI_STEPS),
                                      PLX_AXIS(EPI_STEPS),
                                      PLX_AXIS(GCS_STEPS),
                                      PLX_AXIS(CREAT_STEPS),
                                      PLX_AXIS_ABSENT(URINE_STEPS, NO_URINE_LOSS),
                                      {0}};

static int32_t lungs(const uint8_t *step, plx_chart_reason *reason)
{
    const int32_t points = PF_STEPS[step[PF]].points;
    reason->lead = PF;
    if (points <= 2 || step[VENT]) return points;
    reason->rule = "<300, without ventilatory support";
    return 2;
}

static int32_t circulation(const uint8_t *step, plx_chart_reason *reason)
{
    int32_t most = MAP_STEPS[step[MAP]].points;
    reason->lead = MAP;
    for (uint32_t i = DOPAMINE; i <= NOREPI; i++) {
        const int32_t points = AXES[i].steps[step[i]].points;
        if (points <= most) continue;
        most = points;
        reason->lead = i;
    }
    return most;
}

static int32_t kidneys(const uint8_t *step, plx_chart_reason *reason)
{
    const int32_t creat = CREAT_STEPS[step[CREAT]].points;
    const int32_t urine = URINE_STEPS[step[URINE24]].points;
    reason->lead = urine > creat ? URINE24 : CREAT;
    return urine > creat ? urine : creat;
}

static const plx_chart_item ITEMS[] = {
    {"resp", PLX_BIT(PF) | PLX_BIT(VENT), lungs},
    {"coag", PLX_BIT(PLT), NULL},
    {"liver", PLX_BIT(BILI), NULL},
    {"cv", PLX_BIT(MAP) | PLX_BIT(DOPAMINE) | PLX_BIT(DOBUTAMINE) | PLX_BIT(EPI) | PLX_BIT(NOREPI),
     circulation},
    {"cns", PLX_BIT(GCS), NULL},
    {"renal", PLX_BIT(CREAT) | PLX_BIT(URINE24), kidneys}};

static const char *const BANDS[] = {"<2", ">=2"};

static uint32_t rise(int32_t sum, bool red, const plx_score_given *given)
{
    (void)red;
    const int32_t baseline = given[BASELINE].given ? (int32_t)given[BASELINE].number.value : 0;
    return sum - baseline >= 2 ? 1 : 0;
}

static const plx_chart CHART = {PLX_CHART_OF(AXES, ITEMS), .per_point = 1, .groups = true,
                                .band = rise};

const plx_score plx_score_sofa = {PLX_SCORE_ABOUT(INPUTS, "SOFA", "sofa/1", "Vincent 1996"),
                                  PLX_SCORE_BANDS(BANDS), .chart = &CHART};
