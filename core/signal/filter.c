/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/signal/filter.h"

#include <math.h>
#include <string.h>

#include "core/base/mathx.h"

#define ANTI_ALIAS 0.4 /* of the inner rate */

const char *plx_signal_reason_text(plx_signal_reason reason)
{
    static const char *const text[] = {
#define X(name, words) words,
        PLX_SIGNAL_REASON_TABLE(X)
#undef X
    };
    return (unsigned)reason < PLX_SIGNAL_REASON_COUNT ? text[reason] : "?";
}

/* tan(pi cut / fs): the pre-warped corner. */
static double warped(double cut_hz, double fs)
{
    double share = cut_hz / fs;
    if (share > 0.45) share = 0.45;
    double angle = 3.14159265358979323846 * share;
    return plx_sin(angle) / plx_cos(angle);
}

void plx_signal_low_pass(plx_signal_section *f, double cut_hz, double fs)
{
    double k = warped(cut_hz, fs), d = 1 / (1 + 1.41421356237309505 * k + k * k);
    *f = (plx_signal_section){.b0 = k * k * d, .b1 = 2 * k * k * d, .b2 = k * k * d};
    f->a1 = 2 * (k * k - 1) * d;
    f->a2 = (1 - 1.41421356237309505 * k + k * k) * d;
}

void plx_signal_high_pass(plx_signal_section *f, double cut_hz, double fs)
{
    double k = warped(cut_hz, fs), d = 1 / (1 + 1.41421356237309505 * k + k * k);
    *f = (plx_signal_section){.b0 = d, .b1 = -2 * d, .b2 = d};
    f->a1 = 2 * (k * k - 1) * d;
    f->a2 = (1 - 1.41421356237309505 * k + k * k) * d;
}

double plx_signal_filter(plx_signal_section *f, double x)
{
    double y = f->b0 * x + f->s1;
    f->s1 = f->b1 * x - f->a1 * y + f->s2;
    f->s2 = f->b2 * x - f->a2 * y;
    return y;
}

void plx_signal_settle(plx_signal_section *f, double x)
{
    double y = x * (f->b0 + f->b1 + f->b2) / (1 + f->a1 + f->a2);
    f->s2 = f->b2 * x - f->a2 * y;
    f->s1 = f->b1 * x - f->a1 * y + f->s2;
}

void plx_signal_moving_init(plx_signal_moving *m, uint32_t n)
{
    PLX_ASSERT(n >= 1 && n <= PLX_SIGNAL_MOVING_MAX);
    memset(m, 0, sizeof *m);
    m->n = n;
}

double plx_signal_moving_add(plx_signal_moving *m, double x)
{
    m->sum += (double)(float)x - (double)m->value[m->at];
    m->value[m->at] = (float)x;
    if (++m->at == m->n) {
        m->at = 0;
        m->sum = 0;
        for (uint32_t i = 0; i < m->n; i++)
            m->sum += (double)m->value[i];
    }
    return m->sum;
}

double plx_signal_median(const double *value, uint32_t n)
{
    double sorted[PLX_SIGNAL_MEDIAN_MAX];
    PLX_ASSERT(n <= PLX_SIGNAL_MEDIAN_MAX);
    if (n == 0) return 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = i;
        for (; at > 0 && sorted[at - 1] > value[i]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = value[i];
    }
    return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

plx_status plx_signal_resampler_init(plx_signal_resampler *r, double fs)
{
    if (!(fs >= PLX_SIGNAL_FS_MIN && fs <= PLX_SIGNAL_FS_MAX)) return PLX_RANGE;
    memset(r, 0, sizeof *r);
    r->per_out = fs / PLX_SIGNAL_PER_S;
    r->smooths = fs > PLX_SIGNAL_PER_S;
    r->now_missing = true;
    if (r->smooths) plx_signal_low_pass(&r->smooth, ANTI_ALIAS * PLX_SIGNAL_PER_S, fs);
    return PLX_OK;
}

void plx_signal_resampler_put(plx_signal_resampler *r, float x)
{
    bool missing = !(x >= -PLX_SIGNAL_SAMPLE_MAX && x <= PLX_SIGNAL_SAMPLE_MAX);
    r->before = r->now;
    r->before_missing = r->now_missing;
    r->now_missing = missing;
    r->in++;
    if (missing) return;
    if (!r->began) {
        r->began = true;
        r->before = x;
        if (r->smooths) plx_signal_settle(&r->smooth, (double)x);
    }
    r->now = r->smooths ? (float)plx_signal_filter(&r->smooth, (double)x) : x;
}

bool plx_signal_resampler_take(plx_signal_resampler *r, float *x, bool *missing)
{
    double at = (double)r->out * r->per_out; /* between sample in - 2 and in - 1 */
    if (r->in == 0 || at > (double)(r->in - 1)) return false;
    double share = at - ((double)r->in - 2);
    *missing = r->now_missing || (r->before_missing && share < 1);
    *x = share < 1 ? r->before + (float)share * (r->now - r->before) : r->now;
    r->out++;
    return true;
}

double plx_signal_resampler_index(const plx_signal_resampler *r, double inner)
{
    /* the smoothing is late by sqrt(2) / (2 pi cut) s */
    double late =
        r->smooths ? 0.2250790790 / (ANTI_ALIAS * PLX_SIGNAL_PER_S) * PLX_SIGNAL_PER_S : 0;
    double index = (inner - late) * r->per_out;
    return index > 0 ? index : 0;
}

void plx_signal_watch_init(plx_signal_watch *w, float flat, float limit_low, float limit_high)
{
    memset(w, 0, sizeof *w);
    w->flat = flat;
    w->limit_low = limit_low;
    w->limit_high = limit_high;
}

void plx_signal_watch_step(plx_signal_watch *w, float x, bool missing)
{
    uint32_t i = w->seconds % PLX_SIGNAL_WATCH_S;
    if (w->in_second == 0) {
        w->low[i] = w->high[i] = x;
        w->missing[i] = w->clipped[i] = 0;
    }
    if (x < w->low[i]) w->low[i] = x;
    if (x > w->high[i]) w->high[i] = x;
    if (missing) w->missing[i]++;
    if (x <= w->limit_low || x >= w->limit_high) w->clipped[i]++;
    if (++w->in_second == PLX_SIGNAL_PER_S) {
        w->in_second = 0;
        w->seconds++;
    }
}

plx_signal_reason plx_signal_watch_reason(const plx_signal_watch *w)
{
    if (w->seconds < 2) return PLX_SIGNAL_REASON_TOO_SHORT;
    uint32_t a = (w->seconds - 1) % PLX_SIGNAL_WATCH_S, b = (w->seconds - 2) % PLX_SIGNAL_WATCH_S;
    if (w->missing[a] + w->missing[b] > PLX_SIGNAL_PER_S / 2) return PLX_SIGNAL_REASON_GAP;
    if (w->clipped[a] + w->clipped[b] > PLX_SIGNAL_PER_S / 5) return PLX_SIGNAL_REASON_SATURATED;
    float low = w->low[a] < w->low[b] ? w->low[a] : w->low[b];
    float high = w->high[a] > w->high[b] ? w->high[a] : w->high[b];
    return high - low < w->flat ? PLX_SIGNAL_REASON_FLAT : PLX_SIGNAL_REASON_NONE;
}

void plx_signal_recent_add(plx_signal_recent *r, double at_s, const plx_signal_beat *beat)
{
    uint32_t i = r->n++ % PLX_SIGNAL_RECENT;
    r->at_s[i] = at_s;
    r->quality[i] = (float)beat->quality;
    r->reason[i] = (uint8_t)beat->reason;
}

plx_signal_quality plx_signal_recent_quality(const plx_signal_recent *r, const plx_signal_watch *w,
                                             double now_s, double pause_s)
{
    plx_signal_quality q = {0, plx_signal_watch_reason(w)};
    if (q.reason != PLX_SIGNAL_REASON_NONE) return q;
    double sum = 0, worst = 1;
    uint32_t counted = 0, n = r->n < PLX_SIGNAL_RECENT ? r->n : PLX_SIGNAL_RECENT;
    bool fresh = false;
    for (uint32_t i = 0; i < n; i++) {
        double age_s = now_s - r->at_s[i], quality = (double)r->quality[i];
        if (age_s > 10) continue;
        if (age_s < pause_s) fresh = true;
        sum += quality;
        counted++;
        if (quality < worst) {
            worst = quality;
            q.reason = (plx_signal_reason)r->reason[i];
        }
    }
    if (counted < 3 || !fresh) {
        q.reason = now_s < 5 ? PLX_SIGNAL_REASON_TOO_SHORT : PLX_SIGNAL_REASON_NO_BEAT;
        return q;
    }
    q.value = sum / counted;
    if (q.value >= PLX_SIGNAL_GOOD) q.reason = PLX_SIGNAL_REASON_NONE;
    return q;
}
