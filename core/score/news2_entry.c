/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* NEWS2 as an entry of the register of scores: seven inputs of the chart, the scale, and what
 * decides whether the score applies at all. */
#include "core/score/news2.h"
#include "core/score/score.h"

enum { SCALE = PLX_NEWS2_INPUTS, AGE, PREGNANT, INPUTS_N, AGE_MIN = 16 };

/* Expiry from the staleness table (trust, section 11): NIBP 60 min, temperature and consciousness
 * 8 h. Respiration, saturation and pulse are taken as charted with the pressure; who feeds values
 * of a monitor must drop them after 60 s before asking. */
enum { SET_S = 3600, CHARTED_S = 8 * 3600 };

static const plx_score_input INPUTS[INPUTS_N] = {
    {"rr", PLX_SCORE_NUMBER, "/min", "resp_rate", 0, 12000, "", "", SET_S, false, false, false,
     NULL},
    {"spo2", PLX_SCORE_NUMBER, "%", "spo2", 0, 10000, "", "", SET_S, false, false, false, NULL},
    {"o2", PLX_SCORE_FLAG, "1", "", 0, 0, "", "", SET_S, false, false, false, NULL},
    {"sbp", PLX_SCORE_NUMBER, "mm[Hg]", "nibp_sys", 0, 35000, "", "", SET_S, false, false, false,
     NULL},
    {"pulse", PLX_SCORE_NUMBER, "/min", "pulse", 0, 35000, "", "", SET_S, false, false, false,
     NULL},
    {"acvpu", PLX_SCORE_CODE, "1", "", 0, 0, "ACVPU", "", CHARTED_S, false, false, false, NULL},
    {"temp", PLX_SCORE_NUMBER, "Cel", "temp", 2000, 4500, "", "[degF]", CHARTED_S, false, false,
     false, NULL},
    {"scale", PLX_SCORE_NUMBER, "1", "", 100, 200, "", "", 0, true, true, false, NULL},
    {"age", PLX_SCORE_NUMBER, "a", "", 0, 12500, "", "", 0, false, true, false, NULL},
    {"pregnant", PLX_SCORE_FLAG, "1", "", 0, 0, "", "", 0, false, true, false, NULL},
};

static const char *const BANDS[] = {"low", "low-medium", "medium", "high"};

static bool applies(const plx_score_given *given, plx_score_result *result)
{
    uint32_t input = INPUTS_N;
    if (given[AGE].given && plx_decimal_compare_to(&given[AGE].number, AGE_MIN, 0) < 0) input = AGE;
    if (given[PREGNANT].given && given[PREGNANT].flag) input = PREGNANT;
    if (input == INPUTS_N) return true;
    result->applicable = false;
    result->notes[result->notes_n++] = (plx_score_note){input, PLX_SCORE_NOTE_NOT_APPLICABLE};
    return false;
}

static void read_inputs(const plx_score_given *given, plx_news2_inputs *in)
{
    for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS; i++) {
        in->given[i] = given[i].given;
        in->number[i] = given[i].number;
    }
    in->on_oxygen = given[PLX_NEWS2_O2].flag;
    in->acvpu = given[PLX_NEWS2_ACVPU].code;
    const plx_score_given *scale = &given[SCALE];
    in->scale2 = scale->given && plx_decimal_compare_to(&scale->number, 2, 0) == 0;
    /* Scale 2 only when a clinician recorded it; a record that is no scale leaves both open. */
    in->scale_unknown = scale->unreadable || (scale->given && !in->scale2 &&
                                              plx_decimal_compare_to(&scale->number, 1, 0) != 0);
}

static void run(const plx_score_given *given, plx_score_result *result)
{
    plx_news2_inputs in = {0};
    plx_news2_result r;
    if (!applies(given, result)) return;
    read_inputs(given, &in);
    plx_news2_score(&in, &r);
    result->known = r.known;
    result->value = r.value;
    result->min = r.min;
    result->max = r.max;
    result->bands = r.bands;
    result->most_useful = r.most_useful;
    for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS; i++) {
        plx_score_part *part = &result->parts[i];
        part->used = in.given[i];
        part->open = r.open >> i & 1;
        part->points = r.points[i];
        part->rule = part->open ? "depends on o2 and scale" : plx_news2_rule(&in, i);
    }
    plx_news2_worse worse;
    if (!plx_news2_next_worse(&in, &worse)) return;
    result->worse_input = (int)worse.input;
    result->worse_at = worse.at;
    result->worse_band = worse.to;
}

const plx_score plx_score_news2 = {
    .name = "NEWS2",
    .source = "RCP 2017",
    .rule = "news2/1",
    .inputs = INPUTS,
    .inputs_n = INPUTS_N,
    .bands = BANDS,
    .bands_n = PLX_NEWS2_BANDS,
    .run = run,
};
