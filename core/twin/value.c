/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/twin/value.h"

#include "core/record/provenance.h"

void plx_twin_put_id(plx_json_writer *w, uint64_t id)
{
    char memory[PLX_BASE36_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_out_base36(&out, id);
    plx_json_put_string(w, plx_out_slice(&out));
}

static void put_quality(plx_json_writer *w, plx_quality quality, const char *reason)
{
    char memory[64];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_out_text(&out, plx_quality_text(quality));
    if (reason && reason[0]) {
        plx_out_char(&out, ':');
        plx_out_text(&out, reason);
    }
    plx_json_key(w, "q");
    plx_json_put_string(w, plx_out_slice(&out));
}

static void put_member(plx_json_writer *w, const char *key, plx_slice text)
{
    plx_json_key(w, key);
    plx_json_put_string(w, text);
}

void plx_twin_value_write(plx_json_writer *w, const twin_value *x)
{
    plx_json_object(w);
    if (x->v.n) put_member(w, "v", x->v);
    if (x->e) put_member(w, "e", plx_slice_of(x->e));
    if (x->u.n) put_member(w, "u", x->u);
    if (x->k) put_member(w, "k", (plx_slice){&x->k, 1});
    if (x->t != PLX_TIME_NONE) {
        plx_json_key(w, "t");
        plx_json_put_i64(w, x->t);
    }
    if (x->q != PLX_QUALITY_GOOD) put_quality(w, x->q, x->reason);
    if (x->i) {
        plx_json_key(w, "i");
        plx_twin_put_id(w, x->i);
    }
    if (x->f) put_member(w, "f", plx_slice_of(x->f));
    if (x->st) put_member(w, "st", plx_slice_of(x->st));
    if (!x->open) plx_json_object_end(w);
}

const char *plx_twin_reason_word(uint8_t reason)
{
    static const char *const WORDS[] = {
#define X(NAME, word, usable) word,
        TWIN_REASON_TABLE(X)
#undef X
    };
    return WORDS[reason];
}

/* Time since the value before it in its series; PLX_TIME_NONE for the first. */
static int64_t gap_us(const plx_twin *t, uint32_t row)
{
    const twin_series *s = twin_series_at(t, twin_row_at(t, row)->series);
    const uint32_t *rows = twin_series_rows(t, s);
    for (uint32_t i = s->rows_n; i > 1; i--)
        if (rows[i - 1] == row)
            return twin_row_at(t, row)->when_us - twin_row_at(t, rows[i - 2])->when_us;
    return PLX_TIME_NONE;
}

static unsigned digits_of(int64_t mantissa)
{
    unsigned n = 0;
    for (; mantissa != 0; mantissa /= 10)
        n++;
    return n;
}

/* Half to even, away from the digits that only the conversion made. */
static plx_decimal rounded(plx_decimal d, unsigned digits)
{
    int64_t mantissa = d.mantissa;
    unsigned scale = d.scale, n = digits_of(mantissa);
    bool rest = false;
    int64_t last = 0;
    for (; scale > 0 && n > digits; n--, scale--) {
        rest |= last != 0;
        last = mantissa % 10;
        mantissa /= 10;
    }
    int64_t size = last < 0 ? -last : last, sign = d.mantissa < 0 ? -1 : 1;
    if (size > 5 || (size == 5 && (rest || mantissa % 2 != 0))) mantissa += sign;
    return plx_decimal_make(mantissa, scale);
}

static plx_slice shown_number(const plx_twin *t, const twin_row *r, plx_decimal *memory)
{
    enum { DIGITS_LEAST = 3 };
    plx_slice canonical = twin_text_get(t, r->canonical);
    plx_decimal sent, converted;
    bool numbers = plx_decimal_parse(twin_text_get(t, r->value), &sent) == PLX_OK &&
                   plx_decimal_parse(canonical, &converted) == PLX_OK;
    if (r->canonical == r->value || !numbers || sent.mantissa == converted.mantissa)
        return canonical;
    unsigned digits = digits_of(sent.mantissa);
    *memory = rounded(converted, digits < DIGITS_LEAST ? DIGITS_LEAST : digits);
    return plx_decimal_text(memory);
}

void plx_twin_value_of_row(const plx_twin *t, uint32_t row, twin_value *x)
{
    const twin_row *r = twin_row_at(t, row);
    plx_quantity q = twin_series_at(t, r->series)->quantity;
    bool number = r->canonical && q != PLX_QUANTITY_OTHER;
    *x = twin_value_none();
    x->v = number ? shown_number(t, r, &x->number) : twin_text_get(t, r->value);
    if (r->presence != PLX_VALUE) x->e = r->presence == PLX_NULL ? "null" : "absent";
    x->u = number ? plx_slice_of(plx_quantity_get(q)->unit) : twin_text_get(t, r->unit);
    x->k = plx_kind_letter((plx_kind)r->kind);
    x->t = r->when_us;
    x->q = (plx_quality)r->quality;
    x->reason = plx_twin_reason_word(r->reason);
    x->i = plx_twin_source_id(t, r->source, r->index);
    x->st = plx_staleness_get(plx_staleness_of(q, (plx_kind)r->kind, gap_us(t, row)))->key;
}

static void put_bands(plx_json_writer *w, uint8_t bands)
{
    uint32_t n = 0;
    for (int b = 0; b < PLX_NEWS2_BANDS; b++)
        n += bands >> b & 1;
    plx_json_key(w, n == 1 ? "band" : "bands");
    if (n != 1) plx_json_array(w);
    for (int b = 0; b < PLX_NEWS2_BANDS; b++)
        if (bands >> b & 1) plx_json_put_text(w, plx_news2_band_text((plx_news2_band)b));
    if (n != 1) plx_json_array_end(w);
}

static void put_score_members(plx_json_writer *w, const twin_score *s)
{
    if (!s->known) {
        plx_json_key(w, "lo");
        plx_json_put_u64(w, s->low);
        plx_json_key(w, "hi");
        plx_json_put_u64(w, s->high);
    }
    put_bands(w, s->bands);
    plx_json_key(w, "trend");
    plx_json_put_i64(w, (int64_t)s->trend - 1);
    plx_json_key(w, "missing");
    plx_json_array(w);
    for (int i = 0; i < PLX_NEWS2_INPUTS; i++)
        if (s->missing >> i & 1) plx_json_put_text(w, plx_news2_key((plx_news2_input)i));
    plx_json_array_end(w);
}

void plx_twin_value_score(const plx_twin *t, plx_json_writer *w, uint32_t score)
{
    const twin_score *s = twin_score_at(t, score);
    char digits[4];
    plx_out text = plx_out_init(digits, sizeof digits);
    twin_value x = twin_value_none();
    plx_out_u64(&text, s->value);
    x.k = plx_kind_letter(PLX_KIND_DERIVED);
    x.t = s->when_us;
    x.i = plx_twin_source_id(t, s->source, s->index);
    x.f = "discrete-cds";
    if (!s->applicable) {
        x.e = "absent";
        x.q = PLX_QUALITY_ABSENT;
        x.reason = "not-applicable-below-16";
        plx_twin_value_write(w, &x);
        return;
    }
    if (s->known)
        x.v = plx_out_slice(&text);
    else
        x.e = "absent";
    if (s->suspect) {
        x.q = PLX_QUALITY_SUSPECT;
        x.reason = "input";
    }
    x.open = true;
    plx_twin_value_write(w, &x);
    put_score_members(w, s);
    plx_json_object_end(w);
}
