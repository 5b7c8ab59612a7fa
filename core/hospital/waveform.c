/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Each second the bodies behind these monitors live a second of beats. A monitor that is free goes
 * to the first monitored bed, in the order of beds, whose patient has a body; it stays until he
 * leaves the bed or its area needs no monitor. */
#include <math.h>

#include "core/hospital/inner.h"

void plx_hosp_waveforms_init(hospital *h)
{
    for (uint32_t i = 0; i < h->model.waves; i++)
        h->waveforms[i].visit = NOBODY;
    if (h->model.waves == 0) return;
    const int64_t first_us = h->model.start_us + PLX_SECOND_US - 1;
    plx_hosp_schedule(h, first_us - first_us % PLX_SECOND_US, (event){.kind = EVENT_WAVEFORMS});
}

waveform *plx_hosp_waveform_of(const hospital *h, const bedside *b)
{
    return b->waveform == NO_WAVEFORM ? NULL : &h->waveforms[b->waveform - 1];
}

void plx_hosp_waveform_end(hospital *h, bedside *b)
{
    if (b->waveform == NO_WAVEFORM) return;
    h->waveforms[b->waveform - 1].visit = NOBODY;
    b->waveform = NO_WAVEFORM;
}

static bool is_monitored(const hospital *h, visit *v)
{
    const bool there = v->phase == PHASE_PLACED || v->phase == PHASE_BOARDING;
    return there && plx_hosp_vitals_interval_us(h, v) > 0;
}

static void begin(hospital *h, uint32_t at, visit *v)
{
    bedside *b = plx_hosp_bedside_catch_up(h, v);
    if (!b) return; /* lost */
    waveform *w = &h->waveforms[at];
    *w = (waveform){.visit = plx_hosp_visit_slot(h, v), .phase = -1};
    plx_wave_init(&w->monitor, b->care.severity[PLX_CONDITION_ATRIAL_FIBRILLATION] > 0);
    b->waveform = (uint16_t)(at + 1);
    b->lived_us = h->now_us;
}

/* A patient for a monitor that is free; false: there is none. */
static bool attach(hospital *h, uint32_t at)
{
    for (uint32_t i = PLACE_FIRST_BED; i < h->places_n; i++) {
        if (h->places[i].visit == NOBODY) continue;
        visit *v = &h->visits[h->places[i].visit];
        const bedside *b = plx_hosp_bedside_of(h, v);
        if (!b || b->waveform != NO_WAVEFORM || v->place != i || !is_monitored(h, v)) continue;
        begin(h, at, v);
        return true;
    }
    return false;
}

/* A new beat began within this sample; the share of it that belongs to the new one. */
static void next_beat(waveform *w, double share)
{
    w->now.length_s -= share / PLX_WAVE_PER_S;
    if (w->whole) w->beats[w->beats_n++ % WAVEFORM_BEATS] = w->now;
    w->whole = true;
    w->now = (waveform_beat){.length_s = share / PLX_WAVE_PER_S};
}

/* at: phase of the beat, 0..1 */
static void count(waveform *w, double at, double mmhg)
{
    waveform_beat *b = &w->now;
    const double moved = at - w->phase;
    b->length_s += 1.0 / PLX_WAVE_PER_S;
    if (w->phase >= 0 && moved < -0.5) next_beat(w, at / (1 + moved));
    w->phase = at;
    if (b->samples == 0 || mmhg > b->top_mmhg) b->top_mmhg = mmhg;
    if (b->samples == 0 || mmhg < b->low_mmhg) b->low_mmhg = mmhg;
    b->sum_mmhg += mmhg;
    b->samples++;
}

bool plx_hosp_waveform_count(const waveform *w, waveform_numbers *numbers)
{
    const uint32_t n = w->beats_n < WAVEFORM_BEATS ? (uint32_t)w->beats_n : WAVEFORM_BEATS;
    double s = 0, sys = 0, dia = 0, map = 0;
    for (uint32_t i = 0; i < n; i++) {
        const waveform_beat *b = &w->beats[i];
        s += b->length_s;
        sys += b->top_mmhg / n;
        dia += b->low_mmhg / n;
        map += b->sum_mmhg / b->samples / n;
    }
    if (w->seconds < WAVEFORM_LEAD_IN_S || n == 0) return false;
    *numbers = (waveform_numbers){60 * n / s, sys, dia, map};
    return true;
}

static int16_t in_steps(double x, double per_unit)
{
    static const double MOST = INT16_MAX - 1; /* INT16_MAX says that there is no sample */
    const double steps = floor(x * per_unit + 0.5);
    return (int16_t)(steps > MOST ? MOST : steps < -MOST ? -MOST : steps);
}

static void draw(waveform *w, const float *wave, waveform_second *drawn)
{
    for (uint32_t i = 0; i < PLX_WAVE_PER_S; i++) {
        float out[PLX_SIGNAL_N];
        const float *sample = wave + (size_t)i * PLX_WAVE_N;
        plx_wave_step(&w->monitor, sample, out);
        count(w, (double)sample[PLX_WAVE_PHASE], (double)sample[PLX_WAVE_ABP]);
        for (uint32_t s = 0; s < PLX_SIGNAL_N; s++) {
            const waveform_channel *c = &plx_hosp_waveform_channels[s];
            if (i % c->step == 0)
                drawn->samples[s][i / c->step] = in_steps((double)out[s], c->per_unit);
        }
    }
    w->seconds++;
}

static void second(hospital *h, waveform *w)
{
    visit *v = &h->visits[w->visit];
    bedside *b = plx_hosp_bedside_of(h, v);
    float wave[PLX_WAVE_PER_S * PLX_WAVE_N];
    waveform_second drawn;
    if (!is_monitored(h, v)) {
        plx_hosp_waveform_end(h, b);
        return;
    }
    if (!plx_hosp_bedside_beat(h, v, wave)) return; /* lost, and the monitor is free */
    draw(w, wave, &drawn);
    if (w->seconds > WAVEFORM_LEAD_IN_S) plx_hosp_waveform_send(h, v, b, &drawn);
}

void plx_hosp_waveforms_second(hospital *h)
{
    bool more = true;
    for (uint32_t i = 0; i < h->model.waves; i++)
        if (h->waveforms[i].visit != NOBODY) second(h, &h->waveforms[i]);
    for (uint32_t i = 0; more && i < h->model.waves; i++)
        if (h->waveforms[i].visit == NOBODY) more = attach(h, i);
    /* When nothing else will happen, nobody is left. */
    if (h->events.n > 0)
        plx_hosp_schedule(h, h->now_us + PLX_SECOND_US, (event){.kind = EVENT_WAVEFORMS});
}
