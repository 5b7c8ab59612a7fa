/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/wfdb/annotation.h"

#include <math.h>

#include "core/base/decimal.h"

enum { WORD = 2, SKIP_BYTES = 4, STEP_BITS = 10, STEP_MASK = 1023, AUX_MASK = 255 };
#define TICK_MAX (INT64_C(1) << 62)

plx_slice plx_wfdb_mnemonic(const plx_wfdb_annotations *a, unsigned code)
{
    static const char *const TEXTS[] = {
#define X(code, text) [code] = (text),
        PLX_WFDB_CODE_TABLE(X)
#undef X
    };
    if (code > PLX_WFDB_CODE_MAX) return PLX_LIT("?");
    return a->mnemonics[code].n > 0 ? a->mnemonics[code] : plx_slice_of(TEXTS[code]);
}

static plx_status fault(plx_wfdb_annotations *a, plx_status status, const char *text,
                        plx_wfdb_error *error)
{
    if (error) *error = (plx_wfdb_error){.text = text, .offset = a->at};
    a->ended = true;
    return status;
}

static plx_status cut_off(plx_wfdb_annotations *a, plx_wfdb_error *error)
{
    return fault(a, PLX_TRUNCATED, "the annotations end without a zero word; the file is cut off",
                 error);
}

static uint32_t word_at(const plx_wfdb_annotations *a, size_t at)
{
    const uint8_t *b = (const uint8_t *)a->bytes.at + at;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8;
}

/* Two words, the high one first. */
static int32_t skip_at(const plx_wfdb_annotations *a, size_t at)
{
    return (int32_t)(word_at(a, at) << 16 | word_at(a, at + WORD));
}

static bool left(const plx_wfdb_annotations *a, size_t n)
{
    return a->bytes.n - a->at >= n;
}

static plx_status move(plx_wfdb_annotations *a, int64_t step, plx_wfdb_error *error)
{
    a->tick += step;
    if (a->tick <= TICK_MAX && a->tick >= -TICK_MAX) return PLX_OK;
    return fault(a, PLX_RANGE, "the time of an annotation is beyond all records", error);
}

/* A word that says more about an annotation; a->at is behind it. */
static plx_status read_more(plx_wfdb_annotations *a, uint32_t word, plx_wfdb_annotation *one,
                            plx_wfdb_error *error)
{
    const uint32_t data = word & STEP_MASK;
    switch (word >> STEP_BITS) {
    case PLX_WFDB_NUM:
        a->number = one->number = (int8_t)(data & UINT8_MAX);
        return PLX_OK;
    case PLX_WFDB_SUB:
        one->subtype = (int8_t)(data & UINT8_MAX);
        return PLX_OK;
    case PLX_WFDB_CHN:
        a->channel = one->channel = (uint8_t)(data & UINT8_MAX);
        return PLX_OK;
    case PLX_WFDB_AUX: {
        size_t n = data & AUX_MASK, padded = n + n % 2;
        if (!left(a, padded)) return cut_off(a, error);
        one->aux = (plx_slice){a->bytes.at + a->at, n};
        a->at += padded;
        return PLX_OK;
    }
    default:
        return fault(a, PLX_SYNTAX, "there is no such annotation code; is this the right file?",
                     error);
    }
}

/* Steps and SKIPs up to the word of an annotation; PLX_MISSING at the zero word. */
static plx_status find(plx_wfdb_annotations *a, uint32_t *word, plx_wfdb_error *error)
{
    for (;;) {
        if (!left(a, WORD)) return cut_off(a, error);
        *word = word_at(a, a->at);
        if (*word == 0) {
            a->ended = true;
            return PLX_MISSING;
        }
        if (*word >> STEP_BITS != PLX_WFDB_SKIP) break;
        if (!left(a, WORD + SKIP_BYTES)) return cut_off(a, error);
        PLX_TRY(move(a, skip_at(a, a->at + WORD), error));
        a->at += WORD + SKIP_BYTES;
    }
    a->at += WORD;
    return PLX_OK;
}

static bool says_more(const plx_wfdb_annotations *a)
{
    return left(a, WORD) && word_at(a, a->at) >> STEP_BITS > PLX_WFDB_SKIP;
}

static plx_status read_one(plx_wfdb_annotations *a, plx_wfdb_annotation *one, plx_wfdb_error *error)
{
    uint32_t word = 0;
    PLX_TRY(find(a, &word, error));
    *one = (plx_wfdb_annotation){.channel = a->channel, .number = a->number};
    if (word >> STEP_BITS > PLX_WFDB_CODE_MAX) { /* one that says more about nothing, or unknown */
        a->at -= WORD;
        return fault(a, PLX_SYNTAX, "there is no such annotation code; is this the right file?",
                     error);
    }
    one->code = (uint8_t)(word >> STEP_BITS);
    PLX_TRY(move(a, word & STEP_MASK, error));
    one->tick = a->tick;
    while (says_more(a)) {
        word = word_at(a, a->at);
        a->at += WORD;
        PLX_TRY(read_more(a, word, one, error));
    }
    return PLX_OK;
}

/* The rest of a text that begins so; false otherwise. */
static bool begins(plx_slice text, plx_slice with, plx_slice *rest)
{
    if (text.n < with.n || memcmp(text.at, with.at, with.n) != 0) return false;
    *rest = (plx_slice){text.at + with.n, text.n - with.n};
    return true;
}

/* "15 c calibration pulse" */
static void define(plx_wfdb_annotations *a, plx_slice text)
{
    uint64_t code = 0;
    text = plx_slice_trim(text);
    size_t n = 0;
    while (n < text.n && text.at[n] != ' ' && text.at[n] != '\t')
        n++;
    if (!plx_slice_u64((plx_slice){text.at, n}, PLX_WFDB_CODE_MAX, &code)) return;
    text = plx_slice_trim((plx_slice){text.at + n, text.n - n});
    for (n = 0; n < text.n && (unsigned char)text.at[n] > ' ';)
        n++;
    a->mnemonics[code] = (plx_slice){text.at, n};
}

/* Takes in a note at the beginning of the file; false when it is for people. */
static bool take_in(plx_wfdb_annotations *a, const plx_wfdb_annotation *one, bool *defining)
{
    if (one->tick != 0) return false;
    if (one->code == 0) return true;
    if (one->code != PLX_WFDB_NOTE || one->subtype != 0) return false;
    plx_slice rest;
    if (begins(one->aux, PLX_LIT("## time resolution: "), &rest)) {
        plx_decimal number;
        while (rest.n > 0 && rest.at[rest.n - 1] == 0)
            rest.n--;
        if (plx_decimal_parse(rest, &number) != PLX_OK || !(number.value > 0)) return false;
        a->ticks_hz = number.value;
        return true;
    }
    if (begins(one->aux, PLX_LIT("## annotation type definitions"), &rest)) return *defining = true;
    if (!*defining) return false;
    if (begins(one->aux, PLX_LIT("## end of definitions"), &rest))
        *defining = false;
    else
        define(a, one->aux);
    return true;
}

void plx_wfdb_annotations_init(plx_wfdb_annotations *a, plx_slice bytes)
{
    *a = (plx_wfdb_annotations){.bytes = bytes};
    plx_wfdb_annotations ahead = *a;
    plx_wfdb_annotation one;
    bool defining = false;
    while (read_one(&ahead, &one, NULL) == PLX_OK && take_in(&ahead, &one, &defining))
        *a = ahead;
}

plx_status plx_wfdb_annotations_next(plx_wfdb_annotations *a, plx_wfdb_annotation *annotation,
                                     plx_wfdb_error *error)
{
    plx_wfdb_annotation one;
    do {
        if (a->ended) return PLX_MISSING;
        PLX_TRY(read_one(a, &one, error));
    } while (one.code == 0);
    *annotation = one;
    return PLX_OK;
}

int64_t plx_wfdb_annotation_frame(const plx_wfdb_annotations *a, int64_t tick, double frequency_hz)
{
    if (a->ticks_hz == 0 || a->ticks_hz == frequency_hz) return tick;
    double frame = floor((double)tick * frequency_hz / a->ticks_hz + 0.5);
    if (frame > (double)TICK_MAX) return TICK_MAX;
    return frame < -(double)TICK_MAX ? -TICK_MAX : (int64_t)frame;
}
