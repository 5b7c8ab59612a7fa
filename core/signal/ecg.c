/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/signal/ecg.h"

#include <math.h>
#include <string.h>

#include "core/base/mathx.h"

enum {
    PER_S = PLX_SIGNAL_PER_S,
    MEAN_ONE = 34,   /* 0.136 s, of one lead: joins the two slopes of a wide complex */
    MEAN_MORE = 28,  /* 0.112 s, of two */
    CLOSE = 40,      /* 0.16 s after its top a peak is closed, if it has not fallen by half */
    REFRACTORY = 50, /* 0.2 s */
    TWAVE = 90,      /* 0.36 s */
    AROUND = 15,     /* 0.06 s: where the R wave is looked for */
    LATE = 10,       /* the band-pass */
    GAP = 25,        /* 0.1 s */
    BLIND = 100,     /* 0.4 s after a longer gap a lead is not heard: the filters ring */
    BETWEEN = 40,    /* 0.16 s after a top the beat is over: the noise is followed */
    START = 2 * PER_S,
};
#define USUAL_MIN 1e-6   /* mV/s */
#define SILENCE_S 5.0    /* without a beat the heights are learned again */
#define FLAT_MV 0.05F    /* prior */
#define NOISE_S 3.0      /* time constant of the noise between beats */
#define LOUD 0.65        /* noise in usual beats at which a lead has no voice */
#define THRESHOLD 0.34   /* way from noise to beats; tuned on 26 records of the MIT-BIH database */
#define SEARCH_BACK 0.6  /* of the threshold */
#define T_WAVE_SLOPE 0.5 /* of the last beat's; steeper ones are beats */
#define EARLY_UNTIL 0.35 /* of the usual interval: a beat so soon must be higher */
#define EARLY_HEIGHT 1.8 /* by this factor; tuned */
#define DUE_FROM 0.8     /* from here to the full interval the factor falls below 1 */
#define DUE_HEIGHT 0.7   /* to this */
#define BETWEEN_RR 1.25  /* a low peak between two beats of one interval is none */
#define BETWEEN_HEIGHT 0.6 /* of both neighbours */

plx_status plx_signal_ecg_init(plx_signal_ecg *s, double fs, uint32_t leads, float limit_low,
                               float limit_high)
{
    plx_signal_resampler rate;
    if (leads < 1 || leads > PLX_ECG_LEADS || !(fs >= PLX_ECG_FS_MIN)) return PLX_RANGE;
    PLX_TRY(plx_signal_resampler_init(&rate, fs));
    memset(s, 0, sizeof *s);
    s->leads = leads;
    s->last.at = -1e9;
    for (uint32_t i = 0; i < leads; i++) {
        plx_ecg_lead *l = &s->lead[i];
        s->rate[i] = rate;
        plx_signal_watch_init(&l->watch, FLAT_MV, limit_low, limit_high);
        plx_signal_low_pass(&l->low, 15, PER_S);
        plx_signal_high_pass(&l->high, 5, PER_S);
        plx_signal_high_pass(&l->mains, 40, PER_S);
        plx_signal_moving_init(&l->mean, leads == 1 ? MEAN_ONE : MEAN_MORE);
        l->usual = USUAL_MIN;
    }
    return PLX_OK;
}

static double median_of(const double *ring, uint32_t n)
{
    return plx_signal_median(ring, n < PLX_ECG_LEVELS ? n : PLX_ECG_LEVELS);
}

static float band_at(const plx_ecg_lead *l, uint64_t n)
{
    return l->band[n % PLX_ECG_RING];
}

/* Usual energy of this lead's beats: of the last eight, at first of the maxima of whole seconds. */
static void renew_usual(plx_ecg_lead *l)
{
    double level = l->heights >= 3 ? median_of(l->height, l->heights)
                                   : plx_signal_median(l->start, l->starts < 8 ? l->starts : 8);
    l->usual = level > USUAL_MIN ? level : USUAL_MIN;
}

/* One sample of a lead into its energy. */
static double lead_step(plx_ecg_lead *l, uint64_t n, float mv, bool missing)
{
    if (n == 0) {
        plx_signal_settle(&l->low, (double)mv);
        plx_signal_settle(&l->high, (double)mv);
        plx_signal_settle(&l->mains, (double)mv);
    }
    plx_signal_watch_step(&l->watch, mv, missing);
    l->gap = missing ? l->gap + 1 : 0;
    if (l->gap > GAP)
        l->blind = BLIND;
    else if (l->blind > 0)
        l->blind--;
    double rough = fabs(plx_signal_filter(&l->mains, (double)mv));
    l->rough += (rough - l->rough) / (2 * PER_S);
    double band = plx_signal_filter(&l->high, plx_signal_filter(&l->low, (double)mv));
    l->band[n % PLX_ECG_RING] = (float)band;
    /* y = (2x(t) + x(t-d) - x(t-3d) - 2x(t-4d)) / 10d, d = 1.25 samples */
    double slope = 0;
    if (n >= 5) {
        double b1 = 0.75 * (double)band_at(l, n - 1) + 0.25 * (double)band_at(l, n - 2);
        double b3 = 0.25 * (double)band_at(l, n - 3) + 0.75 * (double)band_at(l, n - 4);
        slope = (2 * band + b1 - b3 - 2 * (double)band_at(l, n - 5)) / (10 * 0.005);
    }
    l->slope[n % PLX_ECG_RING] = (float)slope;
    double energy = plx_signal_moving_add(&l->mean, fabs(slope)) / l->mean.n;
    if (energy < 0) energy = 0;
    l->energy = (float)energy;
    if (energy > l->level) l->level = energy;
    if (n % PER_S == PER_S - 1) { /* maxima of whole seconds, from the second on */
        if (n > PER_S && l->weight > 0) l->start[l->starts++ % 8] = l->level;
        l->level = 0;
        renew_usual(l);
    }
    return energy;
}

/* How far a lead may speak: the quieter between beats, the more. */
static double weight_of(const plx_ecg_lead *l)
{
    if (l->blind > 0) return 0;
    plx_signal_reason reason = plx_signal_watch_reason(&l->watch);
    if (reason == PLX_SIGNAL_REASON_FLAT || reason == PLX_SIGNAL_REASON_SATURATED) return 0;
    double ratio = l->noise / l->usual;
    double w = 1 - ratio / LOUD;
    return w < 0.02 ? 0.02 : w * w;
}

static void add(double *ring, uint32_t *n, double value)
{
    ring[(*n)++ % PLX_ECG_LEVELS] = value;
}

static double threshold(const plx_signal_ecg *s)
{
    double high = s->beat_heights ? median_of(s->beat_height, s->beat_heights) : 1;
    double low = median_of(s->noise_height, s->noise_heights);
    return low + THRESHOLD * (high - low);
}

/* What tells right seconds from wrong ones. */
enum { FEATURES = 6 };

static void features(const plx_signal_ecg *s, double f[FEATURES])
{
    double noise = 0, weights = 0, rough = 0, best = 1;
    for (uint32_t k = 0; k < s->leads; k++) {
        const plx_ecg_lead *l = &s->lead[k];
        double ratio = l->noise / l->usual;
        if (ratio < best) best = ratio;
        noise += l->weight * ratio;
        rough += l->weight * l->rough / l->usual * 20;
        weights += l->weight;
    }
    uint32_t n = s->beat_heights < PLX_ECG_LEVELS ? s->beat_heights : PLX_ECG_LEVELS;
    double high = median_of(s->beat_height, s->beat_heights), spread = 0;
    double rr = median_of(s->rr_s, s->rrs), irregular = 0;
    for (uint32_t i = 0; i < n; i++)
        spread += fabs(s->beat_height[i] - high) / (high > 1e-6 ? high : 1e-6) / n;
    uint32_t m = s->rrs < PLX_ECG_LEVELS ? s->rrs : PLX_ECG_LEVELS;
    for (uint32_t i = 0; i < m; i++)
        irregular += fabs(s->rr_s[i] - rr) / (rr > 0 ? rr : 1) / m;
    double low = median_of(s->noise_height, s->noise_heights);
    f[0] = best;
    f[1] = weights > 0 ? noise / weights : 1;
    f[2] = low / (high > 1e-6 ? high : 1e-6);
    f[3] = spread;
    f[4] = irregular;
    f[5] = weights > 0 ? rough / weights : 1;
    for (int i = 0; i < FEATURES; i++)
        if (!(f[i] <= 1)) f[i] = 1;
}

/* Chance that the last three seconds' beats are right: logistic, fitted by ridge regression on
 * seconds of the same records with noise of 0.5-12 Hz and 20-100 Hz at 24 to 0 dB, one and two
 * leads. Fitted on half of the records, it told the chances of the other half with an expected
 * calibration error of 0.010. */
plx_signal_quality plx_signal_ecg_quality(const plx_signal_ecg *s)
{
    static const double weight[FEATURES] = {-3.46, -5.94, 2.43, -4.54, -7.12, 1.37};
    plx_signal_reason reason = PLX_SIGNAL_REASON_NONE;
    uint32_t working = 0;
    for (uint32_t k = 0; k < s->leads; k++) {
        plx_signal_reason r = plx_signal_watch_reason(&s->lead[k].watch);
        if (r == PLX_SIGNAL_REASON_NONE) working++;
        if (k == 0 || reason == PLX_SIGNAL_REASON_NONE) reason = r;
    }
    if (working == 0) return (plx_signal_quality){0, reason};
    bool silent = s->n >= 5 * PER_S && (double)s->n - s->last.at > PLX_ECG_PAUSE_S * PER_S;
    if (silent) return (plx_signal_quality){0, PLX_SIGNAL_REASON_NO_BEAT};
    if (s->beat_heights < 3 || s->n < 4 * PER_S)
        return (plx_signal_quality){0, PLX_SIGNAL_REASON_TOO_SHORT};
    double f[FEATURES], z = 7.39;
    features(s, f);
    for (int i = 0; i < FEATURES; i++)
        z += weight[i] * f[i];
    if (f[3] < 0.12 && f[4] < 0.06) z += 3; /* even beats of even height are no noise (prior) */
    z += -6.25 * f[0] * f[0] - 2.35 * f[2] * f[2];
    double value = 1 / (1 + plx_exp(-z));
    return (plx_signal_quality){value, value >= PLX_SIGNAL_USABLE ? PLX_SIGNAL_REASON_NONE
                                                                  : PLX_SIGNAL_REASON_NOISE};
}

/* Where the R wave is: the middle of the band-passed power around the peak. */
static double r_wave(const plx_signal_ecg *s, const plx_ecg_peak *p)
{
    uint64_t centre = (uint64_t)p->at - s->lead[0].mean.n / 2 + 1;
    double moment = 0, mass = 1e-30;
    for (uint64_t i = centre - AROUND; i <= centre + AROUND && i < s->n; i++) {
        double power = 0;
        for (uint32_t k = 0; k < s->leads; k++) {
            double x = (double)band_at(&s->lead[k], i) / s->lead[k].usual;
            power += s->lead[k].weight * x * x;
        }
        moment += power * ((double)i - (double)centre);
        mass += power;
    }
    return (double)centre + moment / mass;
}

/* Band-passed height in the lead that speaks loudest. */
static float height_at(const plx_signal_ecg *s, uint64_t n)
{
    uint32_t loud = s->leads == 2 && s->lead[1].weight > s->lead[0].weight;
    return (float)fabs((double)band_at(&s->lead[loud], n));
}

static uint32_t close_open(plx_signal_ecg *s, double next_rr_s, double next_height,
                           plx_signal_beat *out)
{
    double m = s->rrs >= 4 ? median_of(s->rr_s, s->rrs) : 9;
    double both = s->open_gap_s + next_rr_s;
    s->has_open = false;
    if (next_rr_s > 0 && s->open_gap_s > 0 && both < BETWEEN_RR * m &&
        s->open_height < BETWEEN_HEIGHT * s->before_height &&
        s->open_height < BETWEEN_HEIGHT * next_height)
        return 0;
    *out = s->open;
    plx_signal_quality q = plx_signal_ecg_quality(s);
    if (q.value < out->quality) out->quality = q.value, out->reason = q.reason;
    out->status = PLX_SIGNAL_FINAL;
    return 1;
}

static uint32_t accept(plx_signal_ecg *s, const plx_ecg_peak *p, plx_signal_beat *out)
{
    uint32_t events = 0;
    double rr = (p->at - s->last.at) / PER_S;
    if (s->has_open) events += close_open(s, rr, p->height, out);
    if (rr < 3) add(s->rr_s, &s->rrs, rr);
    add(s->beat_height, &s->beat_heights, p->height);
    for (uint32_t k = 0; k < s->leads; k++) {
        add(s->lead[k].height, &s->lead[k].heights, p->share[k]);
        renew_usual(&s->lead[k]);
    }
    s->open_gap_s = rr < 3 ? rr : 0;
    s->before_height = s->last.height;
    s->open_height = p->height;
    s->last = *p;
    s->best.height = 0;
    plx_signal_quality q = plx_signal_ecg_quality(s);
    double r = r_wave(s, p);
    s->open = (plx_signal_beat){.sample = plx_signal_resampler_index(&s->rate[0], r - LATE),
                                .quality = q.value,
                                .reason = q.reason,
                                .period_s = s->open_gap_s,
                                .height = height_at(s, (uint64_t)r)};
    s->has_open = true;
    out[events++] = s->open;
    return events;
}

/* Between the second shortest and the median of the last intervals. */
static double low_rr(const plx_signal_ecg *s)
{
    double first = 9, second = 9;
    uint32_t n = s->rrs < PLX_ECG_LEVELS ? s->rrs : PLX_ECG_LEVELS;
    for (uint32_t i = 0; i < n; i++) {
        double x = s->rr_s[i];
        if (x < first)
            second = first, first = x;
        else if (x < second)
            second = x;
    }
    return (second + median_of(s->rr_s, s->rrs)) / 2;
}

/* How much higher than usual a peak must be that comes this soon after the last beat. */
static double early(const plx_signal_ecg *s, double since)
{
    double rr = s->rrs >= 3 ? low_rr(s) : 0.8;
    double x = since / PER_S / rr;
    if (x < EARLY_UNTIL) return EARLY_HEIGHT;
    if (x < DUE_FROM)
        return EARLY_HEIGHT + (1 - EARLY_HEIGHT) * (x - EARLY_UNTIL) / (DUE_FROM - EARLY_UNTIL);
    if (x < 1) return 1 + (DUE_HEIGHT - 1) * (x - DUE_FROM) / (1 - DUE_FROM);
    return DUE_HEIGHT;
}

/* A closed peak: beat, noise or T wave. */
static uint32_t judge(plx_signal_ecg *s, const plx_ecg_peak *p, plx_signal_beat *out)
{
    double since = p->at - s->last.at;
    if (since < REFRACTORY) return 0;
    bool t_wave = since < TWAVE && p->slope < T_WAVE_SLOPE * s->last.slope;
    if (p->height > threshold(s) * early(s, since) && !t_wave) return accept(s, p, out);
    add(s->noise_height, &s->noise_heights, p->height);
    if (since >= TWAVE && p->height > s->best.height) s->best = *p;
    return 0;
}

/* Largest slope of the sum in the 0.22 s up to its top: the slope comes before its mean. */
static double slope_before(const plx_signal_ecg *s, double top)
{
    double most = 0;
    for (uint64_t i = 0; i < 2 * s->lead[0].mean.n; i++) {
        double x = 0, weights = 0;
        uint64_t at = (uint64_t)top - i;
        for (uint32_t k = 0; k < s->leads; k++) {
            const plx_ecg_lead *l = &s->lead[k];
            x += l->weight * fabs((double)l->slope[at % PLX_ECG_RING]) / l->usual;
            weights += l->weight;
        }
        if (weights > 0 && x / weights > most) most = x / weights;
    }
    return most;
}

/* Follows the sum over its tops; a closed one is judged. */
static uint32_t climb(plx_signal_ecg *s, double sum, plx_signal_beat *out)
{
    plx_ecg_peak *r = &s->rising;
    if (sum > r->height) {
        r->height = sum;
        r->at = (double)s->n;
        for (uint32_t k = 0; k < s->leads; k++)
            r->share[k] = (double)s->lead[k].energy;
        return 0;
    }
    if (r->height <= 0 || (sum >= r->height / 2 && (double)s->n - r->at < CLOSE)) return 0;
    plx_ecg_peak closed = *r;
    *r = (plx_ecg_peak){0};
    closed.slope = slope_before(s, closed.at);
    return judge(s, &closed, out);
}

/* The leads' energies in usual heights, as one. */
static double join(plx_signal_ecg *s, const float *mv, const bool *missing)
{
    double sum = 0, weights = 0;
    for (uint32_t k = 0; k < s->leads; k++) {
        plx_ecg_lead *l = &s->lead[k];
        double energy = lead_step(l, s->n, mv[k], missing[k]), level = l->usual;
        l->weight = weight_of(l);
        sum += l->weight * sqrt(energy / level);
        weights += l->weight;
        if ((double)s->n - s->last.at > BETWEEN && energy < level)
            l->noise += (energy - l->noise) / (NOISE_S * PER_S);
    }
    sum = weights > 0 ? sum / weights : 0;
    return sum * sum; /* a burst on one lead alone weighs little */
}

static bool search_is_due(const plx_signal_ecg *s, double silence_s)
{
    double rr = s->rrs ? median_of(s->rr_s, s->rrs) : 1;
    return silence_s > 1.5 * rr + 0.1 && s->best.height > SEARCH_BACK * threshold(s);
}

/* After a long silence the beats may have become small: from the last seconds' maxima on again. */
static void forget(plx_signal_ecg *s)
{
    double heard = 0;
    for (uint32_t k = 0; k < s->leads; k++)
        heard += s->lead[k].weight;
    if (heard <= 0) return;
    for (uint32_t k = 0; k < s->leads; k++) {
        s->lead[k].heights = 0;
        renew_usual(&s->lead[k]);
    }
    s->beat_heights = s->noise_heights = 0;
    s->best.height = 0;
}

static uint32_t inner(plx_signal_ecg *s, const float *mv, const bool *missing, plx_signal_beat *out)
{
    double sum = join(s, mv, missing), silence = ((double)s->n - s->last.at) / PER_S;
    uint32_t events = 0;
    if (s->n >= START) {
        events = climb(s, sum, out);
        if (events) silence = 0;
        if (s->best.height > 0 && search_is_due(s, silence)) {
            plx_ecg_peak found = s->best;
            events += accept(s, &found, out + events);
        } else if (s->has_open && silence > PLX_ECG_PAUSE_S) {
            events += close_open(s, 0, 0, out + events);
        }
        if (s->beat_heights > 0 && silence > SILENCE_S) forget(s);
    }
    s->n++;
    return events;
}

uint32_t plx_signal_ecg_step(plx_signal_ecg *s, const float *mv,
                             plx_signal_beat out[PLX_SIGNAL_STEP_MAX])
{
    uint32_t events = 0;
    float x[PLX_ECG_LEADS] = {0};
    bool missing[PLX_ECG_LEADS] = {0};
    for (uint32_t k = 0; k < s->leads; k++)
        plx_signal_resampler_put(&s->rate[k], mv[k]);
    for (;;) {
        bool more = false;
        for (uint32_t k = 0; k < s->leads; k++)
            more = plx_signal_resampler_take(&s->rate[k], &x[k], &missing[k]);
        if (!more) return events;
        events += inner(s, x, missing, out + events);
    }
}

uint32_t plx_signal_ecg_end(plx_signal_ecg *s, plx_signal_beat out[PLX_SIGNAL_STEP_MAX])
{
    return s->has_open ? close_open(s, 0, 0, out) : 0;
}
