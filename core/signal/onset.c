/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/signal/onset.h"

#include <string.h>

enum { PER_S = PLX_SIGNAL_PER_S };

plx_status plx_signal_onset_init(plx_signal_onset *o, double fs,
                                 const plx_signal_onset_times *times, double cut_hz)
{
    plx_signal_resampler rate;
    PLX_TRY(plx_signal_resampler_init(&rate, fs));
    memset(o, 0, sizeof *o);
    o->times = *times;
    o->rate = rate;
    plx_signal_low_pass(&o->low_pass, cut_hz, PER_S);
    plx_signal_moving_init(&o->rises, times->window);
    return PLX_OK;
}

double plx_signal_onset_rise(plx_signal_onset *o, float x, bool missing, double *smooth)
{
    if (o->n == 0) {
        plx_signal_settle(&o->low_pass, (double)x);
        o->last_smooth = (double)x;
    }
    plx_signal_watch_step(&o->watch, x, missing);
    o->gap = missing ? o->gap + 1 : 0;
    *smooth = plx_signal_filter(&o->low_pass, (double)x);
    double rise = *smooth - o->last_smooth;
    o->last_smooth = *smooth;
    o->raw[o->n % PLX_ONSET_RING] = x;
    return plx_signal_moving_add(&o->rises, rise > 0 ? rise : 0);
}

uint32_t plx_signal_onset_turn(plx_signal_onset *o, bool above)
{
    uint32_t due = 0;
    bool pause = o->has_open && (double)o->n - o->open > PLX_ONSET_PAUSE_S * PER_S;
    if (o->has_open && (o->gap > PLX_ONSET_GAP || pause)) {
        due |= PLX_ONSET_CLOSE;
        o->confirming = false;
    }
    if (o->confirming) {
        if (o->n - o->fired == o->times.confirm) due |= PLX_ONSET_CONFIRM;
    } else if (o->gap == 0 && o->learned > PLX_ONSET_LEARN_FIRST &&
               o->n - o->fired > o->times.refractory && above && !o->above) {
        o->fired = o->n;
        o->confirming = true;
        due |= PLX_ONSET_CROSSED;
    }
    if (due & PLX_ONSET_CONFIRM) o->confirming = false;
    o->above = above;
    return due;
}

plx_signal_beat plx_signal_onset_open(plx_signal_onset *o, double onset)
{
    o->open = onset;
    o->has_open = true;
    return (plx_signal_beat){.sample = plx_signal_resampler_index(&o->rate, onset),
                             .quality = plx_signal_onset_quality(o).value,
                             .status = PLX_SIGNAL_LIVE};
}

plx_signal_quality plx_signal_onset_quality(const plx_signal_onset *o)
{
    return plx_signal_recent_quality(&o->recent, &o->watch, (double)o->n / PER_S,
                                     PLX_ONSET_PAUSE_S);
}
