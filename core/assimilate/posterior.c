/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/assimilate/posterior.h"

#include <string.h>

#include "core/base/time.h"
#include "core/base/wire.h"

#define VALUE_MAX 1e7F /* absolute, of any number */

enum { FORMAT = 1 };

static const uint8_t magic[4] = {'P', 'L', 'X', 'B'};

const uint32_t plx_posterior_horizon_s[PLX_POSTERIOR_HORIZON_N] = {300, 900, 1800, 3600, 14400};

void plx_posterior_init(plx_posterior *posterior)
{
    memset(posterior, 0, sizeof *posterior);
    posterior->at_us = posterior->heard_us = posterior->since_us = PLX_TIME_NONE;
    for (uint32_t i = 0; i < PLX_POSTERIOR_NUMBER_N; i++)
        posterior->number[i] = __builtin_nanf("");
}

static const struct {
    const char *word, *sentence;
} statuses[PLX_POSTERIOR_STATUS_N] = {
#define X(name, word, sentence) {word, sentence},
    PLX_POSTERIOR_STATUS_TABLE(X)
#undef X
};

const char *plx_posterior_status_word(plx_posterior_status status)
{
    return status < PLX_POSTERIOR_STATUS_N ? statuses[status].word : "";
}

const char *plx_posterior_status_sentence(plx_posterior_status status)
{
    return status < PLX_POSTERIOR_STATUS_N ? statuses[status].sentence : "";
}

/* Checking. */

static bool is_probability(uint32_t i)
{
    return i <= (uint32_t)PLX_POSTERIOR_LAST_CAUSE ||
           (i >= (uint32_t)PLX_POSTERIOR_AT_CHANCE && i <= (uint32_t)PLX_POSTERIOR_LAST_CHANCE);
}

static plx_status numbers_check(const plx_posterior *r)
{
    for (uint32_t i = 0; i < PLX_POSTERIOR_NUMBER_N; i++) {
        float x = r->number[i];
        if (x != x) continue;
        if (i >= PLX_POSTERIOR_SHORT_N && !r->forecast) return PLX_RANGE;
        if (!(x >= -VALUE_MAX && x <= VALUE_MAX)) return PLX_RANGE;
        if (is_probability(i) && !(x >= 0.0F && x <= 1.0F)) return PLX_RANGE;
    }
    return PLX_OK;
}

/* Quantiles of one vital: all are said, or none. */
static plx_status fan_check(const float *level)
{
    for (uint32_t i = 1; i < PLX_POSTERIOR_LEVEL_N; i++) {
        if ((level[i] != level[i]) != (level[0] != level[0])) return PLX_CONFLICT;
        if (level[i] < level[i - 1]) return PLX_CONFLICT;
    }
    return PLX_OK;
}

static bool time_is_usable(int64_t time_us)
{
    return time_us == PLX_TIME_NONE || (time_us >= 0 && time_us < INT64_MAX / 4);
}

plx_status plx_posterior_check(const plx_posterior *r)
{
    if (r->status >= PLX_POSTERIOR_STATUS_N || r->worst >= PLX_POSTERIOR_VITAL_N || r->assumed > 1)
        return PLX_RANGE;
    if (!time_is_usable(r->at_us) || r->at_us == PLX_TIME_NONE || !time_is_usable(r->heard_us) ||
        !time_is_usable(r->since_us))
        return PLX_RANGE;
    size_t n = 0;
    while (n < PLX_POSTERIOR_TEXT && r->reason[n] >= ' ' && r->reason[n] <= '~')
        n++;
    for (; n < PLX_POSTERIOR_TEXT; n++)
        if (r->reason[n] != 0) return PLX_RANGE;
    if (r->reason[PLX_POSTERIOR_TEXT - 1] != 0) return PLX_RANGE;
    PLX_TRY(numbers_check(r));
    for (uint32_t h = 0; h < PLX_POSTERIOR_HORIZON_N; h++)
        for (uint32_t v = 0; v < PLX_POSTERIOR_VITAL_N; v++)
            PLX_TRY(fan_check(&r->number[plx_posterior_fan_at(h, v, 0)]));
    return PLX_OK;
}

/* Bytes. */

#define PUT_U64(w, field) plx_wire_put(w, field, 8);
#define PUT_TIME(w, field) plx_wire_put(w, (uint64_t)(field), 8);
#define PUT_U32(w, field) plx_wire_put(w, field, 4);
#define PUT_U8(w, field) plx_wire_put(w, field, 1);
#define PUT_TEXT(w, field) plx_wire_put_text(w, field);

size_t plx_posterior_encode(const plx_posterior *r, uint8_t out[PLX_POSTERIOR_BYTES_MAX])
{
    plx_wire_writer w = {out, sizeof magic};
    const uint32_t n = r->forecast ? PLX_POSTERIOR_NUMBER_N : PLX_POSTERIOR_SHORT_N;
    memcpy(out, magic, sizeof magic);
    plx_wire_put(&w, FORMAT, 2);
#define X(type, name, meaning) PUT_##type(&w, r->name)
    PLX_POSTERIOR_TABLE(X)
#undef X
    plx_wire_put(&w, n, 2);
    for (uint32_t i = 0; i < n; i++)
        plx_wire_put_float(&w, r->number[i]);
    plx_wire_put_crc(&w);
    PLX_ASSERT(w.n <= PLX_POSTERIOR_BYTES_MAX);
    return w.n;
}

#define GET_U64(r, field) field = plx_wire_get(r, 8);
#define GET_TIME(r, field) field = (int64_t)plx_wire_get(r, 8);
#define GET_U32(r, field) field = (uint32_t)plx_wire_get(r, 4);
#define GET_U8(r, field) field = (uint8_t)plx_wire_get(r, 1);
#define GET_TEXT(r, field) plx_wire_get_text(r, field, PLX_POSTERIOR_TEXT);

plx_status plx_posterior_decode(const uint8_t *bytes, size_t n, plx_posterior *out)
{
    if (n < sizeof magic) return PLX_TRUNCATED;
    if (memcmp(bytes, magic, sizeof magic) != 0) return PLX_SYNTAX;
    plx_wire_reader r = {bytes, n, sizeof magic, PLX_OK};
    const uint64_t format = plx_wire_get(&r, 2);
    if (r.status == PLX_OK && format != FORMAT) return PLX_UNSUPPORTED;
    plx_posterior p;
    plx_posterior_init(&p);
#define X(type, name, meaning) GET_##type(&r, p.name)
    PLX_POSTERIOR_TABLE(X)
#undef X
    const uint32_t count = (uint32_t)plx_wire_get(&r, 2);
    if (r.status != PLX_OK) return r.status;
    p.forecast = count == PLX_POSTERIOR_NUMBER_N;
    if (!p.forecast && count != PLX_POSTERIOR_SHORT_N) return PLX_RANGE;
    for (uint32_t i = 0; r.status == PLX_OK && i < count; i++)
        p.number[i] = plx_wire_get_float(&r);
    PLX_TRY(plx_wire_get_crc(&r));
    PLX_TRY(plx_posterior_check(&p));
    *out = p;
    return PLX_OK;
}
