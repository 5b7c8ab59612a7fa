/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Consciousness and injury: GCS (Teasdale and Jennett 1974; a part that cannot be tested is
 * missing, not 1), RTS = 0.9368 G + 0.7326 S + 0.2908 R (Champion 1989, J Trauma 29:623). */
#include "core/score/input.h"

enum { EYE, VERBAL, MOTOR };

static const plx_score_input G_INPUTS[] = {{PLX_IN_WHOLE("eye", 1, 4, PLX_EXPIRY_CHARTED_S)},
                                           {PLX_IN_WHOLE("verbal", 1, 5, PLX_EXPIRY_CHARTED_S)},
                                           {PLX_IN_WHOLE("motor", 1, 6, PLX_EXPIRY_CHARTED_S)}};
static const plx_chart_step EYE_STEPS[] = {PLX_UP_TO(1, 1, "1"), PLX_UP_TO(2, 2, "2"),
                                           PLX_UP_TO(3, 3, "3"), PLX_ABOVE(4, "4")};
static const plx_chart_step VERBAL_STEPS[] = {PLX_UP_TO(1, 1, "1"), PLX_UP_TO(2, 2, "2"),
                                              PLX_UP_TO(3, 3, "3"), PLX_UP_TO(4, 4, "4"),
                                              PLX_ABOVE(5, "5")};
static const plx_chart_step MOTOR_STEPS[] = {PLX_UP_TO(1, 1, "1"), PLX_UP_TO(2, 2, "2"),
                                             PLX_UP_TO(3, 3, "3"), PLX_UP_TO(4, 4, "4"),
                                             PLX_UP_TO(5, 5, "5"), PLX_ABOVE(6, "6")};
static const plx_chart_axis G_AXES[] = {PLX_AXIS(EYE_STEPS), PLX_AXIS(VERBAL_STEPS),
                                        PLX_AXIS(MOTOR_STEPS)};
static const plx_chart_item G_ITEMS[] = {{"eye", PLX_BIT(EYE), NULL},
                                         {"verbal", PLX_BIT(VERBAL), NULL},
                                         {"motor", PLX_BIT(MOTOR), NULL}};
static const char *const G_BANDS[] = {"mild", "moderate", "severe"};

static uint32_t g_band(int32_t sum, bool red, const plx_score_given *given)
{
    (void)red;
    (void)given;
    return sum >= 13 ? 0 : sum >= 9 ? 1 : 2;
}

static const plx_chart G_CHART = {PLX_CHART_OF(G_AXES, G_ITEMS), .per_point = 1, .band = g_band};

const plx_score plx_score_gcs = {PLX_SCORE_ABOUT(G_INPUTS, "GCS", "gcs/1", "Teasdale 1974"),
                                 PLX_SCORE_BANDS(G_BANDS), .chart = &G_CHART};

enum { R_GCS, R_SBP, R_RR };
enum { G = 9368, S = 7326, R = 2908, PER_POINT = 10000 };

static const plx_score_input R_INPUTS[] = {{PLX_IN_GCS}, {PLX_IN_SBP}, {PLX_IN_RR}};
static const plx_chart_step R_GCS_STEPS[] = {
    PLX_BELOW(4, 0 * G, "3"), PLX_BELOW(6, 1 * G, "4-5"), PLX_BELOW(9, 2 * G, "6-8"),
    PLX_BELOW(13, 3 * G, "9-12"), PLX_ABOVE(4 * G, "13-15")};
static const plx_chart_step R_SBP_STEPS[] = {
    PLX_BELOW(1, 0 * S, "0"), PLX_BELOW(50, 1 * S, "1-49"), PLX_BELOW(76, 2 * S, "50-75"),
    PLX_UP_TO(89, 3 * S, "76-89"), PLX_ABOVE(4 * S, ">89")};
static const plx_chart_step R_RR_STEPS[] = {PLX_BELOW(1, 0 * R, "0"), PLX_BELOW(6, 1 * R, "1-5"),
                                            PLX_BELOW(10, 2 * R, "6-9"),
                                            PLX_UP_TO(29, 4 * R, "10-29"), PLX_ABOVE(3 * R, ">29")};
static const plx_chart_axis R_AXES[] = {PLX_AXIS(R_GCS_STEPS), PLX_AXIS(R_SBP_STEPS),
                                        PLX_AXIS(R_RR_STEPS)};
static const plx_chart_item R_ITEMS[] = {
    {"gcs", PLX_BIT(R_GCS), NULL}, {"sbp", PLX_BIT(R_SBP), NULL}, {"rr", PLX_BIT(R_RR), NULL}};
static const plx_chart R_CHART = {PLX_CHART_OF(R_AXES, R_ITEMS), .per_point = PER_POINT,
                                  .decimals = 4};

const plx_score plx_score_rts = {PLX_SCORE_ABOUT(R_INPUTS, "RTS", "rts/1", "Champion 1989"),
                                 .chart = &R_CHART};
