/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The comment lines: who the person is and how he is measured. */
#include <string.h>

#include "core/base/decimal.h"
#include "core/base/time.h"
#include "core/base/utf8.h"
#include "core/vitals/vitals_private.h"

/* X(key, low, high, needed): what is a number. Who cannot be is no person; the envelope of the
 * model is the model's matter. */
#define NUMBERS(X)                                                                                 \
    X(age, 0, 130, true)                                                                           \
    X(height_cm, 20, 280, true)                                                                    \
    X(weight_kg, 0.3, 650, true)                                                                   \
    X(saps2, 0, 163, false)

enum {
    KEY_sex,
#define X(key, low, high, needed) KEY_##key,
    NUMBERS(X)
#undef X
        KEY_chronic,
    KEY_t0,
    KEY_bp,
    KEY_hr,
    KEY_rr,
    KEY_N
};

static const char *const key_names[KEY_N] = {
    "sex",
#define X(key, low, high, needed) #key,
    NUMBERS(X)
#undef X
        "chronic",
    "t0",
    "bp",
    "hr",
    "rr",
};

static plx_status number(plx_vitals_reader *r, const char *key, plx_slice text,
                         const double range[2], double *value)
{
    plx_decimal d;
    if (plx_decimal_parse(text, &d) == PLX_OK && d.value >= range[0] && d.value <= range[1]) {
        *value = d.value;
        return PLX_OK;
    }
    (void)plx_vitals_wrong(r, PLX_RANGE, key, text, "a number from ");
    plx_out_double_short(&r->why, range[0], 1);
    plx_out_text(&r->why, " to ");
    plx_out_double_short(&r->why, range[1], 1);
    return PLX_RANGE;
}

/* One of two words. */
static plx_status choose(plx_vitals_reader *r, const char *key, plx_slice text,
                         const char *const words[2], bool *second)
{
    if (!plx_slice_is(text, words[0]) && !plx_slice_is(text, words[1])) {
        (void)plx_vitals_wrong(r, PLX_UNKNOWN, key, text, words[0]);
        plx_out_text(&r->why, " or ");
        plx_out_text(&r->why, words[1]);
        return PLX_UNKNOWN;
    }
    *second = plx_slice_is(text, words[1]);
    return PLX_OK;
}

/* hypertension|copd */
static plx_status chronic(plx_vitals_reader *r, plx_slice list)
{
    for (;;) {
        const char *bar = list.n ? memchr(list.at, '|', list.n) : NULL;
        plx_slice word = {list.at, bar ? (size_t)(bar - list.at) : list.n};
        uint32_t bit = 0;
        if (plx_person_chronic_named(word, &bit) != PLX_OK)
            return plx_vitals_wrong(r, PLX_UNKNOWN, "chronic", word, PLX_PERSON_CHRONIC_WORDS);
        r->vitals->person.chronic |= bit;
        if (!bar) return PLX_OK;
        list = (plx_slice){bar + 1, list.n - word.n - 1};
    }
}

static plx_status read_value(plx_vitals_reader *r, int key, plx_slice value)
{
    plx_person *p = &r->vitals->person;
    bool second = false;
    switch (key) {
    case KEY_sex:
        PLX_TRY(choose(r, "sex", value, (const char *const[]){"m", "f"}, &second));
        p->sex = second ? PLX_SEX_FEMALE : PLX_SEX_MALE;
        return PLX_OK;
#define X(name, low, high, needed)                                                                 \
    case KEY_##name:                                                                               \
        return number(r, #name, value, (const double[]){low, high}, &p->name);
        NUMBERS(X)
#undef X
    case KEY_chronic:
        return chronic(r, value);
    case KEY_t0:
        if (plx_time_from_iso(value, &r->vitals->t0_us) == PLX_OK) return PLX_OK;
        return plx_vitals_wrong(r, PLX_RANGE, "t0", value,
                                "a time like 2026-11-25T16:06:55Z, with its zone");
    case KEY_bp:
        PLX_TRY(choose(r, "bp", value, (const char *const[]){"cuff", "art"}, &second));
        r->bp = second ? PLX_VITALS_ART : PLX_VITALS_CUFF;
        return PLX_OK;
    case KEY_hr:
        return choose(r, "hr", value, (const char *const[]){"ecg", "pulse"}, &r->pulse);
    default:
        return choose(r, "rr", value, (const char *const[]){"impedance", "counted"}, &r->counted);
    }
}

static plx_status read_pair(plx_vitals_reader *r, plx_slice word, uint32_t *said)
{
    const char *equals = memchr(word.at, '=', word.n);
    if (!equals)
        return plx_vitals_wrong(r, PLX_SYNTAX, "comment line", word,
                                "each word of it is key=value, or none of them is");
    plx_slice key = {word.at, (size_t)(equals - word.at)};
    plx_slice value = {equals + 1, word.n - key.n - 1};
    int k = 0;
    while (k < KEY_N && !plx_slice_is(key, key_names[k]))
        k++;
    if (k == KEY_N)
        return plx_vitals_wrong(r, PLX_UNKNOWN, "comment line", key,
                                "known are sex, age, height_cm, weight_kg, saps2, chronic, t0, bp, "
                                "hr and rr");
    if (*said >> k & 1)
        return plx_vitals_wrong(r, PLX_CONFLICT, key_names[k], value, "it is said twice");
    *said |= 1u << k;
    return read_value(r, k, value);
}

/* A line without any "=" is a remark. */
static plx_status read_comment(plx_vitals_reader *r, plx_slice line, uint32_t *said)
{
    if (line.n == 0 || !memchr(line.at, '=', line.n)) return PLX_OK;
    while ((line = plx_slice_trim(line)).n > 0) {
        size_t n = 0;
        while (n < line.n && line.at[n] != ' ' && line.at[n] != '\t')
            n++;
        PLX_TRY(read_pair(r, (plx_slice){line.at, n}, said));
        line = (plx_slice){line.at + n, line.n - n};
    }
    return PLX_OK;
}

static plx_status check_complete(plx_vitals_reader *r, uint32_t said)
{
    static const bool needed[KEY_N] = {[KEY_sex] = true,
#define X(key, low, high, is_needed) [KEY_##key] = is_needed,
                                       NUMBERS(X)
#undef X
    };
    for (int k = 0; k < KEY_N; k++) {
        if (!needed[k] || said >> k & 1) continue;
        plx_vitals_begin(r);
        plx_out_text(&r->why, key_names[k]);
        plx_out_text(&r->why, " is missing: a line like \"# sex=f age=67 height_cm=162 "
                              "weight_kg=70\" comes before the header");
        return PLX_MISSING;
    }
    return PLX_OK;
}

plx_status plx_vitals_person_read(plx_vitals_reader *r, plx_slice *text)
{
    uint32_t said = 0;
    for (r->line = 1; text->n > 0; r->line++) {
        const char *end = memchr(text->at, '\n', text->n);
        size_t n = end ? (size_t)(end - text->at) : text->n;
        plx_slice line = {text->at, n > 0 && text->at[n - 1] == '\r' ? n - 1 : n};
        line = plx_slice_trim(line);
        if (line.n > 0 && line.at[0] != '#') break;
        if (line.n > 0) PLX_TRY(read_comment(r, (plx_slice){line.at + 1, line.n - 1}, &said));
        size_t whole = end ? n + 1 : n;
        *text = (plx_slice){text->at + whole, text->n - whole};
    }
    if (text->n == 0)
        return plx_vitals_complain(r, PLX_MISSING,
                                   "there is no header: it names the columns, as in "
                                   "time_s,hr_bpm,sbp_mmhg,dbp_mmhg");
    return check_complete(r, said);
}
