/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/ledger/prediction.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/time.h"
#include "core/base/wire.h"
#include "core/validate/rival.h"
#include "core/validate/score.h"

#define POINT_MAX 32767 /* of either sign: 65534 steps */

static const uint8_t magic[4] = {'P', 'L', 'X', 'P'};

const double plx_prediction_normal_quantiles[PLX_PREDICTION_LEVELS] = {
    -2.3263478740408411,  -1.9599639845400542,  -1.6448536269514727,  -1.2815515655446005,
    -1.0364333894937896,  -0.84162123357291421, -0.67448975019608174, -0.52440051270804078,
    -0.38532046640756762, -0.2533471031357998,  -0.12566134685507403, 0.0,
    0.12566134685507403,  0.2533471031357998,   0.38532046640756762,  0.52440051270804078,
    0.67448975019608174,  0.84162123357291421,  1.0364333894937896,   1.2815515655446005,
    1.6448536269514727,   1.9599639845400542,   2.3263478740408411};

const char *plx_prediction_kind_text(plx_prediction_kind kind)
{
    static const char *const texts[PLX_PREDICTION_KIND_N] = {
#define X(name, text) text,
        PLX_PREDICTION_KIND_TABLE(X)
#undef X
    };
    return (uint32_t)kind < PLX_PREDICTION_KIND_N ? texts[kind] : "unknown";
}

static const struct {
    const char *text;
    int64_t s;
} horizons[PLX_HORIZON_N] = {
#define X(name, text, s) {text, s},
    PLX_HORIZON_TABLE(X)
#undef X
};

const char *plx_horizon_text(plx_horizon horizon)
{
    return (uint32_t)horizon < PLX_HORIZON_N ? horizons[horizon].text : "unknown";
}

int64_t plx_horizon_us(plx_horizon horizon)
{
    PLX_ASSERT((uint32_t)horizon < PLX_HORIZON_N);
    return horizons[horizon].s * PLX_SECOND_US;
}

plx_horizon plx_horizon_of(int64_t lead_us)
{
    PLX_ASSERT(lead_us > 0);
    const double lead = (double)lead_us * 1e-6;
    uint32_t h = 0;
    /* The border of two classes is their geometric mean. */
    while (h + 1 < PLX_HORIZON_N && lead * lead > (double)horizons[h].s * (double)horizons[h + 1].s)
        h++;
    return (plx_horizon)h;
}

plx_status plx_prediction_text(const char *text, char out[PLX_PREDICTION_TEXT])
{
    const size_t n = strlen(text);
    if (n >= PLX_PREDICTION_TEXT) return PLX_LIMIT;
    for (size_t i = 0; i < n; i++)
        if (text[i] <= ' ' || text[i] > '~') return PLX_SYNTAX;
    memset(out, 0, PLX_PREDICTION_TEXT);
    memcpy(out, text, n);
    return PLX_OK;
}

static bool usable(double value)
{
    return fabs(value) <= PLX_PREDICTION_VALUE_MAX;
}

/* values do not fall. */
static void set_points(plx_prediction *p, plx_form form, const double *values, uint32_t n)
{
    const double low = values[0], high = values[n - 1];
    p->form = (uint8_t)form;
    p->reason = 0;
    p->n = (uint8_t)n;
    p->base = low + 0.5 * (high - low);
    p->step = (high - low) / (2.0 * POINT_MAX);
    memset(p->point, 0, sizeof p->point);
    if (!(p->step > 0.0)) return;
    for (uint32_t i = 0; i < n; i++) {
        double point = floor((values[i] - p->base) / p->step + 0.5);
        if (point > POINT_MAX) point = POINT_MAX;
        if (point < -POINT_MAX) point = -POINT_MAX;
        p->point[i] = (int16_t)point;
    }
}

plx_status plx_prediction_set_members(plx_prediction *p, const double *values, uint32_t n)
{
    if (n < 2) return PLX_MISSING;
    if (n > PLX_PREDICTION_MEMBERS_MAX) return PLX_LIMIT;
    double copy[PLX_PREDICTION_MEMBERS_MAX];
    for (uint32_t i = 0; i < n; i++)
        if (!usable(values[i])) return PLX_RANGE;
    memcpy(copy, values, n * sizeof copy[0]);
    plx_validate_sample sample;
    PLX_TRY(plx_validate_sample_make(copy, n, &sample));
    set_points(p, PLX_FORM_ENSEMBLE, copy, n);
    return PLX_OK;
}

plx_status plx_prediction_set_quantiles(plx_prediction *p,
                                        const double values[PLX_PREDICTION_LEVELS])
{
    for (uint32_t i = 0; i < PLX_PREDICTION_LEVELS; i++)
        if (!usable(values[i])) return PLX_RANGE;
    for (uint32_t i = 1; i < PLX_PREDICTION_LEVELS; i++)
        if (values[i] < values[i - 1]) return PLX_CONFLICT;
    set_points(p, PLX_FORM_QUANTILES, values, PLX_PREDICTION_LEVELS);
    return PLX_OK;
}

static void set_pointless(plx_prediction *p, plx_form form, double base, uint8_t reason)
{
    p->form = (uint8_t)form;
    p->reason = reason;
    p->n = 0;
    p->base = base;
    p->step = 0.0;
    memset(p->point, 0, sizeof p->point);
}

plx_status plx_prediction_set_probability(plx_prediction *p, double probability)
{
    if (!(probability >= 0.0 && probability <= 1.0)) return PLX_RANGE;
    set_pointless(p, PLX_FORM_PROBABILITY, probability + 0.0, 0);
    return PLX_OK;
}

void plx_prediction_set_no_answer(plx_prediction *p, uint8_t reason)
{
    set_pointless(p, PLX_FORM_NO_ANSWER, 0.0, reason);
}

void plx_prediction_values(const plx_prediction *p, double out[PLX_PREDICTION_MEMBERS_MAX])
{
    for (uint32_t i = 0; i < p->n; i++)
        out[i] = p->base + p->step * p->point[i];
}

static plx_status text_check(const char *text, bool may_be_empty)
{
    uint32_t n = 0;
    while (n < PLX_PREDICTION_TEXT && text[n] > ' ' && text[n] <= '~')
        n++;
    if (n == PLX_PREDICTION_TEXT) return PLX_LIMIT;
    for (uint32_t i = n; i < PLX_PREDICTION_TEXT; i++)
        if (text[i] != 0) return PLX_SYNTAX;
    return n == 0 && !may_be_empty ? PLX_MISSING : PLX_OK;
}

static bool time_is_usable(int64_t time_us)
{
    return time_us <= PLX_RIVAL_TIME_MAX_US && time_us >= -PLX_RIVAL_TIME_MAX_US;
}

#define CHECK_U64(p, name, largest)
#define CHECK_TIME(p, name, largest)                                                               \
    if (!time_is_usable((p)->name)) return PLX_RANGE;
#define CHECK_TEXT(p, name, largest) PLX_TRY(text_check((p)->name, largest));
#define CHECK_U32(p, name, largest)
#define CHECK_U8(p, name, largest)                                                                 \
    if ((int)(p)->name > (int)(largest)) return PLX_RANGE;

static plx_status fields_check(const plx_prediction *p)
{
#define X(type, name, largest, unit, meaning) CHECK_##type(p, name, largest)
    PLX_PREDICTION_TABLE(X)
#undef X
    return p->zero == 0 ? PLX_OK : PLX_RANGE;
}

static plx_status points_check(const plx_prediction *p)
{
    uint32_t low = 0, high = 0; /* how many points the form has */
    if (p->form == PLX_FORM_QUANTILES) low = high = PLX_PREDICTION_LEVELS;
    if (p->form == PLX_FORM_ENSEMBLE) low = 2, high = PLX_PREDICTION_MEMBERS_MAX;
    if (p->n < low) return PLX_MISSING;
    if (p->n > high) return PLX_LIMIT;
    /* Twice the largest value, so that sums of rounded parts still pass. */
    if (!usable(p->base) || !(p->step >= 0.0 && p->step * POINT_MAX <= PLX_PREDICTION_VALUE_MAX))
        return PLX_RANGE;
    for (uint32_t i = 0; i < PLX_PREDICTION_MEMBERS_MAX; i++) {
        if (i >= p->n && p->point[i] != 0) return PLX_RANGE;
        if (i > 0 && i < p->n && p->point[i] < p->point[i - 1]) return PLX_CONFLICT;
    }
    if (p->n == 0 && p->step != 0.0) return PLX_RANGE;
    if (p->form == PLX_FORM_PROBABILITY && !(p->base >= 0.0 && p->base <= 1.0)) return PLX_RANGE;
    if (p->form == PLX_FORM_NO_ANSWER ? p->base != 0.0 : p->reason != 0) return PLX_RANGE;
    return PLX_OK;
}

plx_status plx_prediction_check(const plx_prediction *p)
{
    PLX_TRY(fields_check(p));
    if (p->id == 0) return PLX_MISSING;
    if (p->cutoff >= p->id) return PLX_CONFLICT;
    if (p->issued_us >= p->valid_to_us || p->valid_from_us > p->valid_to_us) return PLX_CONFLICT;
    if (p->valid_from_us < p->issued_us) return PLX_CONFLICT;
    if (p->horizon != plx_horizon_of(p->valid_to_us - p->issued_us)) return PLX_CONFLICT;
    if ((p->arm[0] == 0) != (p->arm_hash == 0)) return PLX_CONFLICT;
    const bool event = p->kind == PLX_PREDICTION_EVENT;
    if (p->form != PLX_FORM_NO_ANSWER && (p->form == PLX_FORM_PROBABILITY) != event)
        return PLX_CONFLICT;
    return points_check(p);
}

#define PUT_U64(w, field) plx_wire_put(w, field, 8);
#define PUT_TIME(w, field) plx_wire_put(w, (uint64_t)(field), 8);
#define PUT_TEXT(w, field) plx_wire_put_text(w, field);
#define PUT_U32(w, field) plx_wire_put(w, field, 4);
#define PUT_U8(w, field) plx_wire_put(w, field, 1);

size_t plx_prediction_encode(const plx_prediction *p, uint8_t out[PLX_PREDICTION_BYTES_MAX])
{
    plx_wire_writer w = {out, sizeof magic};
    memcpy(out, magic, sizeof magic);
    plx_wire_put(&w, PLX_PREDICTION_FORMAT, 2);
#define X(type, name, largest, unit, meaning) PUT_##type(&w, p->name)
    PLX_PREDICTION_TABLE(X)
#undef X
    plx_wire_put_double(&w, p->base);
    plx_wire_put_double(&w, p->step);
    for (uint32_t i = 0; i < p->n; i++)
        plx_wire_put(&w, (uint16_t)p->point[i], 2);
    plx_wire_put_crc(&w);
    PLX_ASSERT(w.n <= PLX_PREDICTION_BYTES_MAX);
    return w.n;
}

#define GET_U64(r, field) field = plx_wire_get(r, 8);
#define GET_TIME(r, field) field = (int64_t)plx_wire_get(r, 8);
#define GET_TEXT(r, field) plx_wire_get_text(r, field, PLX_PREDICTION_TEXT);
#define GET_U32(r, field) field = (uint32_t)plx_wire_get(r, 4);
#define GET_U8(r, field) field = (uint8_t)plx_wire_get(r, 1);

plx_status plx_prediction_decode(const uint8_t *bytes, size_t n, plx_prediction *out)
{
    if (n < sizeof magic) return PLX_TRUNCATED;
    if (memcmp(bytes, magic, sizeof magic) != 0) return PLX_SYNTAX;
    plx_wire_reader r = {bytes, n, sizeof magic, PLX_OK};
    const uint64_t format = plx_wire_get(&r, 2);
    if (r.status == PLX_OK && format != PLX_PREDICTION_FORMAT) return PLX_UNSUPPORTED;
    plx_prediction p;
    memset(&p, 0, sizeof p);
#define X(type, name, largest, unit, meaning) GET_##type(&r, p.name)
    PLX_PREDICTION_TABLE(X)
#undef X
    p.base = plx_wire_get_double(&r);
    p.step = plx_wire_get_double(&r);
    if (r.status == PLX_OK && p.n > PLX_PREDICTION_MEMBERS_MAX) return PLX_LIMIT;
    for (uint32_t i = 0; r.status == PLX_OK && i < p.n; i++)
        p.point[i] = (int16_t)(uint16_t)plx_wire_get(&r, 2);
    PLX_TRY(plx_wire_get_crc(&r));
    PLX_TRY(plx_prediction_check(&p));
    *out = p;
    return PLX_OK;
}
