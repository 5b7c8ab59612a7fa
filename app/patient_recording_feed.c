/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Samples of the chosen channels into the detectors of core/signal; their windows out. */
#include <math.h>
#include <stdlib.h>

#include "app/patient_recording_private.h"
#include "core/vitals/noise.h"

#define SLEEP_S 10.0 /* missing in a row: the detectors wait for the next sample and begin anew */
#define FLAT_STEPS 3.0F /* a signal that moves by fewer digital units is flat */

/* Of a kind the channel of the lowest rank, after one that was taken; -1: none. */
static int32_t best_of(const plx_recording_channel *c, uint32_t n, plx_recording_kind kind,
                       int32_t taken)
{
    int32_t best = -1;
    for (uint32_t i = 0; i < n; i++) {
        if (c[i].kind != kind || (int32_t)i == taken) continue;
        if (taken >= 0 && c[i].fs != c[taken].fs) continue;
        if (best < 0 || c[i].rank < c[best].rank) best = (int32_t)i;
    }
    return best;
}

static void choose(plx_recording_feed *f, uint32_t n)
{
    const plx_recording_channel *c = f->channels;
    for (int k = 0; k < PLX_RECORDING_NUMBER; k++)
        f->at[k] = best_of(c, n, (plx_recording_kind)k, -1);
    f->lead[0] = f->at[PLX_RECORDING_ECG];
    f->lead[1] = f->lead[0] < 0 ? -1 : best_of(c, n, PLX_RECORDING_ECG, f->lead[0]);
    f->leads = (uint32_t)(f->lead[0] >= 0) + (f->lead[1] >= 0);
    const bool line = f->at[PLX_RECORDING_ABP] >= 0;
    const bool beats = f->leads > 0 || line || f->at[PLX_RECORDING_PPG] >= 0;
    for (int v = 0; v < PLX_CHART_VITAL_N; v++) {
        const bool pressure = v == PLX_CHART_SBP || v == PLX_CHART_DBP || v == PLX_CHART_MAP;
        const bool by_signal = (v == PLX_CHART_HR && beats) || (pressure && line) ||
                               (v == PLX_CHART_RR && f->at[PLX_RECORDING_RESP] >= 0);
        f->number_at[v] = -1;
        for (uint32_t i = 0; i < n && !by_signal; i++) {
            if (c[i].kind != PLX_RECORDING_NUMBER || (int)c[i].vital != v) continue;
            if (f->number_at[v] < 0 || c[i].rank < c[f->number_at[v]].rank)
                f->number_at[v] = (int32_t)i;
        }
    }
}

static plx_status begin_detectors(plx_recording_feed *f)
{
    const plx_recording_channel *c = f->channels;
    const int32_t abp = f->at[PLX_RECORDING_ABP], ppg = f->at[PLX_RECORDING_PPG],
                  resp = f->at[PLX_RECORDING_RESP];
    if (f->leads > 0) PLX_TRY(plx_signal_ecg_init(&f->ecg, c[f->lead[0]].fs, f->leads, NAN, NAN));
    if (abp >= 0) PLX_TRY(plx_signal_abp_init(&f->abp, c[abp].fs, NAN, NAN));
    if (ppg >= 0)
        PLX_TRY(plx_signal_ppg_init(&f->ppg, c[ppg].fs, FLAT_STEPS * (float)c[ppg].step, NAN, NAN));
    if (resp >= 0)
        PLX_TRY(
            plx_signal_resp_init(&f->resp, c[resp].fs, false, FLAT_STEPS * (float)c[resp].step));
    return PLX_OK;
}

plx_status plx_recording_feed_begin(plx_recording_feed *f, plx_recording *out,
                                    const plx_recording_channel *channels, uint32_t n,
                                    double block_s)
{
    *f = (plx_recording_feed){.out = out, .channels = channels, .seconds = block_s};
    choose(f, n);
    bool any = false;
    for (int k = 0; k < PLX_RECORDING_NUMBER; k++)
        any = any || f->at[k] >= 0;
    for (int v = 0; v < PLX_CHART_VITAL_N; v++)
        any = any || f->number_at[v] >= 0;
    if (!any) return PLX_UNSUPPORTED;
    PLX_TRY(plx_signal_summary_init(&f->summary, PLX_RECORDING_WINDOW_S));
    return begin_detectors(f);
}

/* At the beginning of the next block. */
static double now_s(const plx_recording_feed *f)
{
    return f->base_s + (double)f->blocks * f->seconds;
}

/* A beat too late for its window is left out of it, as one that was not seen. */
static void give(plx_recording_feed *f, plx_fuse_channel channel, double fs,
                 const plx_signal_beat *beat, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        (void)!plx_signal_summary_beat(&f->summary, channel,
                                       f->base_s + fmax(beat[i].sample / fs, 0), &beat[i]);
}

static void feed_ecg(plx_recording_feed *f, const plx_recording_block *b, uint32_t j)
{
    plx_signal_beat beat[PLX_SIGNAL_STEP_MAX];
    float mv[PLX_ECG_LEADS];
    for (uint32_t i = 0; i < f->leads; i++)
        mv[i] = (float)(b->sample(b->context, (uint32_t)f->lead[i], j) *
                        f->channels[f->lead[i]].factor);
    give(f, PLX_FUSE_ECG, f->channels[f->lead[0]].fs, beat, plx_signal_ecg_step(&f->ecg, mv, beat));
}

static void feed_one(plx_recording_feed *f, plx_recording_kind kind, const plx_recording_block *b,
                     uint32_t j)
{
    plx_signal_beat beat[PLX_SIGNAL_STEP_MAX];
    const plx_recording_channel *c = &f->channels[f->at[kind]];
    if (kind == PLX_RECORDING_ECG) {
        feed_ecg(f, b, j);
        return;
    }
    const float x = (float)(b->sample(b->context, (uint32_t)f->at[kind], j) * c->factor);
    if (kind == PLX_RECORDING_ABP) {
        give(f, PLX_FUSE_ABP, c->fs, beat, plx_signal_abp_step(&f->abp, x, beat));
    } else if (kind == PLX_RECORDING_PPG) {
        give(f, PLX_FUSE_PPG, c->fs, beat, plx_signal_ppg_step(&f->ppg, x, beat));
    } else {
        const uint32_t n = plx_signal_resp_step(&f->resp, x, beat);
        for (uint32_t i = 0; i < n; i++)
            (void)!plx_signal_summary_breath(&f->summary,
                                             f->base_s + fmax(beat[i].sample / c->fs, 0), &beat[i]);
    }
}

static void feed_number(plx_recording_feed *f, int vital, const plx_recording_block *b, uint32_t j)
{
    const uint32_t i = (uint32_t)f->number_at[vital];
    const double x = b->sample(b->context, i, j);
    if (!(x > 0)) return; /* monitors write 0 for what they do not know */
    const double at_s = now_s(f) + j / f->channels[i].fs;
    struct plx_recording_numbers *numbers =
        &f->numbers[(uint64_t)(at_s / PLX_RECORDING_WINDOW_S) % 2];
    numbers->sum[vital] += x;
    numbers->n[vital]++;
}

/* By ECG or a pulse, arterial line, impedance. */
static double sd_of(plx_chart_vital vital)
{
    static const plx_measure quantities[PLX_CHART_VITAL_N] = {
        [PLX_CHART_HR] = PLX_MEASURE_hr_bpm,        [PLX_CHART_SBP] = PLX_MEASURE_sbp_mmhg,
        [PLX_CHART_DBP] = PLX_MEASURE_dbp_mmhg,     [PLX_CHART_MAP] = PLX_MEASURE_map_mmhg,
        [PLX_CHART_SPO2] = PLX_MEASURE_spo2_pct,    [PLX_CHART_RR] = PLX_MEASURE_rr_per_min,
        [PLX_CHART_TEMP] = PLX_MEASURE_core_temp_c, [PLX_CHART_ETCO2] = PLX_MEASURE_etco2_mmhg};
    return plx_vitals_sd(quantities[vital], true, NAN);
}

static void put(plx_recording_window *w, plx_chart_vital vital, const plx_signal_value *from)
{
    if (!from->present || from->quality < PLX_SIGNAL_USABLE) return;
    w->measured[vital] = true;
    w->value[vital] = from->value;
    w->sd[vital] = sd_of(vital);
}

/* Pressures of which one contradicts the others are no pressures. */
static void check_pressures(plx_recording *r, plx_recording_window *w)
{
    const double sys = w->value[PLX_CHART_SBP], dia = w->value[PLX_CHART_DBP],
                 mean = w->value[PLX_CHART_MAP];
    bool *has = w->measured;
    const bool wrong = (has[PLX_CHART_SBP] && has[PLX_CHART_DBP] && !(sys > dia)) ||
                       (has[PLX_CHART_MAP] && has[PLX_CHART_SBP] && !(mean < sys)) ||
                       (has[PLX_CHART_MAP] && has[PLX_CHART_DBP] && !(mean > dia));
    if (!wrong) return;
    for (int v = PLX_CHART_SBP; v <= PLX_CHART_MAP; v++) {
        r->left_out += has[v];
        has[v] = false;
    }
}

static plx_recording_window *new_window(plx_recording *r)
{
    if (r->windows_n == r->windows_max) {
        const uint32_t max = r->windows_max ? 2 * r->windows_max : 256;
        plx_recording_window *more = realloc(r->windows, max * sizeof *more);
        if (!more) return NULL;
        r->windows = more;
        r->windows_max = max;
    }
    plx_recording_window *w = &r->windows[r->windows_n];
    *w = (plx_recording_window){0};
    return w;
}

static plx_status take_window(plx_recording_feed *f, const plx_signal_window *from)
{
    plx_recording_window *w = new_window(f->out);
    if (!w) return PLX_FULL;
    w->time_s = (uint32_t)(from->to_s + 0.5);
    put(w, PLX_CHART_HR, &from->hr_bpm);
    put(w, PLX_CHART_SBP, &from->sbp_mmhg);
    put(w, PLX_CHART_DBP, &from->dbp_mmhg);
    put(w, PLX_CHART_MAP, &from->map_mmhg);
    put(w, PLX_CHART_RR, &from->rr_per_min);
    struct plx_recording_numbers *numbers =
        &f->numbers[(uint64_t)(from->from_s / PLX_RECORDING_WINDOW_S + 0.5) % 2];
    bool any = false;
    for (int v = 0; v < PLX_CHART_VITAL_N; v++) {
        if (numbers->n[v] > 0) {
            w->measured[v] = true;
            w->value[v] = numbers->sum[v] / numbers->n[v];
            w->sd[v] = v == PLX_CHART_RR ? PLX_VITALS_COUNTED_SD : sd_of((plx_chart_vital)v);
        }
    }
    memset(numbers, 0, sizeof *numbers);
    check_pressures(f->out, w);
    for (int v = 0; v < PLX_CHART_VITAL_N; v++)
        any = any || w->measured[v];
    f->out->windows_n += any;
    return PLX_OK;
}

static plx_status take_windows(plx_recording_feed *f, double until_s)
{
    plx_signal_window window;
    while (plx_signal_summary_tick(&f->summary, until_s, &window))
        PLX_TRY(take_window(f, &window));
    return PLX_OK;
}

static void feed_part(plx_recording_feed *f, const plx_recording_block *b, uint32_t part)
{
    for (int k = 0; k < PLX_RECORDING_NUMBER; k++) {
        if (f->at[k] < 0) continue;
        const uint64_t n = f->channels[f->at[k]].samples;
        for (uint64_t j = n * part / b->parts; j < n * (part + 1) / b->parts; j++)
            feed_one(f, (plx_recording_kind)k, b, (uint32_t)j);
    }
    for (int v = 0; v < PLX_CHART_VITAL_N; v++) {
        if (f->number_at[v] < 0) continue;
        const uint64_t n = f->channels[f->number_at[v]].samples;
        for (uint64_t j = n * part / b->parts; j < n * (part + 1) / b->parts; j++)
            feed_number(f, v, b, (uint32_t)j);
    }
}

static plx_status begin_anew(plx_recording_feed *f)
{
    f->base_s = now_s(f);
    f->blocks = 0;
    return begin_detectors(f);
}

plx_status plx_recording_feed_block(plx_recording_feed *f, const plx_recording_block *b)
{
    const bool slept = f->missing_s > SLEEP_S;
    f->missing_s = b->missing ? f->missing_s + f->seconds : 0;
    if (slept && !b->missing) PLX_TRY(begin_anew(f));
    for (uint32_t part = 0; part < b->parts; part++) {
        const double share = (double)(part + 1) / b->parts;
        if (!slept || !b->missing) feed_part(f, b, part);
        PLX_TRY(take_windows(f, now_s(f) + share * f->seconds));
    }
    f->blocks++;
    return PLX_OK;
}

static void end_detectors(plx_recording_feed *f)
{
    plx_signal_beat beat[PLX_SIGNAL_STEP_MAX];
    const plx_recording_channel *c = f->channels;
    const int32_t abp = f->at[PLX_RECORDING_ABP], ppg = f->at[PLX_RECORDING_PPG];
    if (f->leads > 0)
        give(f, PLX_FUSE_ECG, c[f->lead[0]].fs, beat, plx_signal_ecg_end(&f->ecg, beat));
    if (abp >= 0) give(f, PLX_FUSE_ABP, c[abp].fs, beat, plx_signal_abp_end(&f->abp, beat));
    if (ppg >= 0) give(f, PLX_FUSE_PPG, c[ppg].fs, beat, plx_signal_ppg_end(&f->ppg, beat));
}

plx_status plx_recording_feed_gap(plx_recording_feed *f, double seconds)
{
    end_detectors(f);
    PLX_TRY(begin_anew(f));
    f->base_s += seconds;
    return take_windows(f, f->base_s);
}

plx_status plx_recording_feed_end(plx_recording_feed *f)
{
    end_detectors(f);
    return take_windows(f, now_s(f) + PLX_SUMMARY_GRACE_S);
}
