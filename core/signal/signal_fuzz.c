/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: no samples break a detector: floats of any bits, steps, ramps and noise at any rate.
 * Oracle: sanitizers; events keep to their bound, lie in the past and in order, qualities are in
 * 0..1, and a copy in the middle goes on alike. */
#include <string.h>

#include "core/base/rng.h"
#include "core/signal/abp.h"
#include "core/signal/ecg.h"
#include "core/signal/ppg.h"
#include "core/signal/resp.h"
#include "core/signal/summary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SAMPLES_MAX = 8000 };

typedef struct reader {
    const uint8_t *data;
    size_t size, at;
    plx_rng rng;
    uint32_t left; /* samples of the present stretch */
    uint32_t samples;
    uint8_t kind;
    float value, by;
} reader;

static float float_of(reader *r)
{
    float x = 0;
    if (r->size - r->at >= sizeof x) memcpy(&x, r->data + r->at, sizeof x), r->at += sizeof x;
    return x;
}

/* The bytes are a list of stretches: kind, length, level, change. */
static bool sample(reader *r, float *x)
{
    if (r->samples++ == SAMPLES_MAX) return false;
    if (r->left == 0) {
        if (r->size - r->at < 6) return false;
        r->kind = r->data[r->at++];
        r->left = 1 + 8U * r->data[r->at++];
        r->value = float_of(r);
        r->by = float_of(r);
    }
    r->left--;
    switch (r->kind % 4) {
    case 0:
        *x = r->value;
        break;
    case 1:
        *x = (r->value += r->by);
        break;
    case 2:
        *x = r->value + r->by * (float)plx_rng_normal(&r->rng, 0, 1);
        break;
    default:
        *x = r->left % 200 < 20 ? r->by : r->value;
        break; /* pulses */
    }
    return true;
}

static void check_quality(plx_signal_quality q)
{
    PLX_ASSERT(q.value >= 0 && q.value <= 1 && (unsigned)q.reason < PLX_SIGNAL_REASON_COUNT);
}

static void check(const plx_signal_beat *beat, uint32_t n, uint64_t samples, double last[2])
{
    PLX_ASSERT(n <= PLX_SIGNAL_STEP_MAX);
    for (uint32_t i = 0; i < n; i++) {
        PLX_ASSERT(beat[i].quality >= 0 && beat[i].quality <= 1);
        PLX_ASSERT(beat[i].sample >= 0 && beat[i].sample <= (double)samples);
        PLX_ASSERT(beat[i].sample >= last[beat[i].status]);
        last[beat[i].status] = beat[i].sample;
    }
}

static void abp(reader r, double fs)
{
    static plx_signal_abp s, copy;
    plx_signal_beat beat[PLX_SIGNAL_STEP_MAX], same[PLX_SIGNAL_STEP_MAX];
    double last[2] = {0};
    float x = 0;
    PLX_ASSERT(plx_signal_abp_init(&s, fs, -1000, 1000) == PLX_OK);
    copy = s;
    for (uint64_t i = 1; sample(&r, &x); i++) {
        uint32_t n = plx_signal_abp_step(&s, x, beat);
        check(beat, n, i, last);
        check_quality(plx_signal_abp_quality(&s));
        PLX_ASSERT(plx_signal_abp_step(&copy, x, same) == n);
        PLX_ASSERT(memcmp(beat, same, n * sizeof *beat) == 0);
        if (i % 100 == 0) copy = s;
    }
}

static void ecg(reader r, double fs, uint32_t leads)
{
    static plx_signal_ecg s, copy;
    plx_signal_beat beat[PLX_SIGNAL_STEP_MAX], same[PLX_SIGNAL_STEP_MAX];
    double last[2] = {0};
    float mv[PLX_ECG_LEADS] = {0};
    PLX_ASSERT(plx_signal_ecg_init(&s, fs, leads, -1000, 1000) == PLX_OK);
    copy = s;
    for (uint64_t i = 1; sample(&r, &mv[0]); i++) {
        mv[1] = (float)i - mv[0];
        uint32_t n = plx_signal_ecg_step(&s, mv, beat);
        check(beat, n, i, last);
        if (i % 16 == 0) check_quality(plx_signal_ecg_quality(&s));
        PLX_ASSERT(plx_signal_ecg_step(&copy, mv, same) == n);
        PLX_ASSERT(memcmp(beat, same, n * sizeof *beat) == 0);
        if (i % 100 == 0) copy = s;
    }
    PLX_ASSERT(plx_signal_ecg_end(&s, beat) <= 1);
}

static void ppg(reader r, double fs)
{
    static plx_signal_ppg s, copy;
    plx_signal_beat beat[PLX_SIGNAL_STEP_MAX], same[PLX_SIGNAL_STEP_MAX];
    double last[2] = {0};
    float x = 0;
    PLX_ASSERT(plx_signal_ppg_init(&s, fs, 0.01F, -1000, 1000) == PLX_OK);
    copy = s;
    for (uint64_t i = 1; sample(&r, &x); i++) {
        uint32_t n = plx_signal_ppg_step(&s, x, beat);
        check(beat, n, i, last);
        check_quality(plx_signal_ppg_quality(&s));
        PLX_ASSERT(plx_signal_ppg_step(&copy, x, same) == n);
        PLX_ASSERT(memcmp(beat, same, n * sizeof *beat) == 0);
        if (i % 100 == 0) copy = s;
    }
    PLX_ASSERT(plx_signal_ppg_end(&s, beat) <= 1);
}

static void check_value(plx_signal_value v)
{
    PLX_ASSERT(v.quality >= 0 && v.quality <= 1 && (unsigned)v.reason < PLX_SIGNAL_REASON_COUNT);
    PLX_ASSERT(v.present ? v.value > 0 && v.low <= v.value && v.value <= v.high : v.value == 0);
}

static void resp(reader r, double fs)
{
    static plx_signal_resp s, copy;
    plx_signal_beat beat[PLX_SIGNAL_STEP_MAX], same[PLX_SIGNAL_STEP_MAX];
    double last[2] = {0};
    float x = 0;
    PLX_ASSERT(plx_signal_resp_init(&s, fs, r.size % 2, 0.01F) == PLX_OK);
    copy = s;
    for (uint64_t i = 1; sample(&r, &x); i++) {
        uint32_t n = plx_signal_resp_step(&s, x, beat);
        check(beat, n, i, last);
        check_value(plx_signal_resp_rate(&s));
        PLX_ASSERT(plx_signal_resp_step(&copy, x, same) == n);
        PLX_ASSERT(memcmp(beat, same, n * sizeof *beat) == 0);
        if (i % 100 == 0) copy = s;
    }
}

/* Beats of any time and quality in any order. */
static void fuse(reader r)
{
    static plx_signal_fuse f;
    static plx_signal_summary s;
    plx_signal_window w;
    plx_signal_fuse_init(&f);
    PLX_ASSERT(plx_signal_summary_init(&s, 5 + r.size % 55) == PLX_OK);
    double now_s = 0;
    float x = 0, y = 0;
    while (sample(&r, &x) && sample(&r, &y)) {
        plx_fuse_channel channel = (plx_fuse_channel)(r.left % 4);
        plx_signal_beat beat = {.quality = (double)x,
                                .sys = x,
                                .dia = y,
                                .mean = x,
                                .status = r.left % 7 ? PLX_SIGNAL_FINAL : PLX_SIGNAL_LIVE};
        if (y > 0 && y < 30) now_s += (double)y;
        plx_status a = plx_signal_fuse_beat(&f, channel, now_s, beat.quality);
        PLX_ASSERT(a == PLX_OK || a == PLX_RANGE);
        check_value(plx_signal_fuse_all(&f, now_s, NULL));
        if (a != PLX_OK) continue;
        PLX_ASSERT(plx_signal_summary_beat(&s, channel, now_s, &beat) != PLX_RANGE);
        if (beat.quality > 0.8)
            PLX_ASSERT(plx_signal_summary_breath(&s, now_s, &beat) != PLX_RANGE);
        while (plx_signal_summary_tick(&s, now_s, &w))
            check_value(w.hr_bpm);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    double fs = 100 + 900. * data[0] / 255;
    reader r = {.data = data, .size = size, .at = 2, .rng = plx_rng_init(1, 1)};
    switch (data[1] % 5) {
    case 0:
        abp(r, fs);
        break;
    case 1:
        ppg(r, fs);
        break;
    case 2:
        resp(r, fs);
        break;
    case 3:
        fuse(r);
        break;
    default:
        ecg(r, fs, 1 + data[1] / 5 % 2);
        break;
    }
    return 0;
}
