/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What one observation is worth by itself: unit, limits, codes (design: acquisition 13 and 14). The
 * value as sent is kept whatever comes out. */
#include "core/record/unit.h"
#include "core/twin/private.h"

/* Rows of knowledge/quantity.csv, which are append-only. */
enum { ROW_GLUCOSE = 42, ROW_GLUCOSE_POC = 43, ROW_OSMOLALITY = 84 };

twin_category plx_twin_quantity_category(plx_quantity q)
{
    if (q == PLX_QUANTITY_OTHER) return TWIN_CATEGORY_OTHER;
    if (q >= ROW_GLUCOSE && q <= ROW_OSMOLALITY && q != ROW_GLUCOSE_POC) return TWIN_CATEGORY_LAB;
    return TWIN_CATEGORY_VITAL;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool starts(plx_slice text, const char *word)
{
    size_t n = strlen(word);
    if (text.n < n) return false;
    for (size_t i = 0; i < n; i++)
        if (lower(text.at[i]) != word[i]) return false;
    return true;
}

static bool is_word(plx_slice text, const char *word)
{
    return text.n == strlen(word) && starts(text, word);
}

/* 'A' 'C' 'V' 'P' 'U', 0 when the words are not understood. */
static char acvpu_of(plx_slice text)
{
    static const struct {
        const char *word;
        char letter;
    } WORDS[] = {{"alert", 'A'},         {"new confusion", 'C'},     {"new onset", 'C'},
                 {"confus", 'C'},        {"newly confus", 'C'},      {"voice", 'V'},
                 {"verbal", 'V'},        {"responds to voice", 'V'}, {"responds to verbal", 'V'},
                 {"pain", 'P'},          {"responds to pain", 'P'},  {"unresponsive", 'U'},
                 {"not responsive", 'U'}};
    if (text.n == 1) {
        char c = lower(text.at[0]);
        return c == 'a' || c == 'c' || c == 'v' || c == 'p' || c == 'u' ? (char)(c - 'a' + 'A') : 0;
    }
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (starts(text, WORDS[i].word)) return WORDS[i].letter;
    return 0;
}

static bool is_air(plx_slice text)
{
    return is_word(text, "ra") || is_word(text, "air") || is_word(text, "none") ||
           starts(text, "room air") || starts(text, "no oxygen") || is_word(text, "no device");
}

static void worth(twin_row *r, plx_quality quality, twin_reason reason)
{
    r->quality = (uint8_t)quality;
    r->reason = (uint8_t)reason;
}

/* Consciousness and the oxygen device are words; scores need the house's letters. */
static void judge_word(twin_context *c, const plx_observation_facts *said, plx_quantity q,
                       twin_row *r)
{
    char letter = acvpu_of(said->value_code);
    if (!letter) letter = acvpu_of(said->value.text);
    if (q == PLX_QUANTITY_ACVPU && !letter) {
        worth(r, PLX_QUALITY_SUSPECT, TWIN_REASON_CODE_UNKNOWN);
        return;
    }
    bool air = is_air(said->value.text) || is_air(said->value_code);
    plx_slice device = air ? PLX_LIT("air") : PLX_LIT("oxygen");
    plx_slice word = q == PLX_QUANTITY_ACVPU ? (plx_slice){&letter, 1} : device;
    plx_twin_text_set(c->t, &r->canonical, word);
    worth(r, PLX_QUALITY_GOOD, TWIN_REASON_NONE);
}

static void judge_number(twin_context *c, const plx_observation_facts *said, plx_quantity q,
                         twin_row *r)
{
    const plx_quantity_info *info = plx_quantity_get(q);
    plx_decimal canonical = said->number;
    bool unitless = plx_slice_is(plx_slice_of(info->unit), "1");
    if (!said->numeric) {
        worth(r, PLX_QUALITY_SUSPECT, TWIN_REASON_NO_NUMBER);
        return;
    }
    if (said->unit.n == 0 && !unitless) {
        worth(r, PLX_QUALITY_SUSPECT, TWIN_REASON_UNIT_MISSING);
        return;
    }
    bool convert = said->unit.n > 0;
    if (convert && plx_unit_to_canonical(q, said->unit, &said->number, &canonical) != PLX_OK) {
        worth(r, PLX_QUALITY_SUSPECT, TWIN_REASON_UNIT_UNKNOWN);
        return;
    }
    plx_twin_text_set(c->t, &r->canonical, plx_decimal_text(&canonical));
    if (canonical.value < info->hard_low || canonical.value > info->hard_high)
        worth(r, PLX_QUALITY_IMPOSSIBLE, TWIN_REASON_HARD_LIMIT);
    else if (canonical.value < info->soft_low || canonical.value > info->soft_high)
        worth(r, PLX_QUALITY_SUSPECT, TWIN_REASON_SOFT_LIMIT);
    else
        worth(r, PLX_QUALITY_GOOD, TWIN_REASON_NONE);
}

/* Staff chart these whatever system sends them. */
static bool charted_by_nature(plx_quantity q)
{
    return q == PLX_QUANTITY_ACVPU || q == PLX_QUANTITY_GCS || q == PLX_QUANTITY_TRIAGE ||
           q == PLX_QUANTITY_SPO2_SCALE || q == PLX_QUANTITY_O2_DEVICE;
}

static bool says_manual(plx_slice method)
{
    plx_slice word = PLX_LIT("MMEAS");
    for (size_t i = 0; i + word.n <= method.n; i++)
        if (memcmp(method.at + i, word.at, word.n) == 0) return true;
    return starts(method, "manual") || starts(method, "chart");
}

static plx_kind kind_of(const twin_context *c, const plx_observation_facts *said, plx_quantity q)
{
    if (said->demo) return PLX_KIND_DEMO;
    if (said->status == PLX_RESULT_CORRECTED) return PLX_KIND_CORRECTED;
    bool vital = plx_twin_quantity_category(q) == TWIN_CATEGORY_VITAL;
    bool registration = plx_slice_is(c->event->type, "ADT");
    bool manual = charted_by_nature(q) || says_manual(said->method) || (vital && registration);
    return manual ? PLX_KIND_MANUAL : PLX_KIND_MEASURED;
}

void plx_twin_quality_judge(twin_context *c, const plx_observation_facts *said, twin_row *r)
{
    plx_quantity q = twin_series_at(c->t, r->series)->quantity;
    r->kind = (uint8_t)kind_of(c, said, q);
    if (said->status == PLX_RESULT_UNOBTAINABLE)
        worth(r, PLX_QUALITY_ABSENT, TWIN_REASON_UNOBTAINABLE);
    else if (said->sentinel)
        worth(r, PLX_QUALITY_ABSENT, TWIN_REASON_SENTINEL);
    else if (said->value.presence != PLX_VALUE)
        worth(r, PLX_QUALITY_ABSENT, TWIN_REASON_NO_VALUE);
    else if (q == PLX_QUANTITY_ACVPU || q == PLX_QUANTITY_O2_DEVICE)
        judge_word(c, said, q, r);
    else if (q == PLX_QUANTITY_OTHER)
        worth(r, PLX_QUALITY_GOOD, TWIN_REASON_NONE);
    else
        judge_number(c, said, q, r);
}
