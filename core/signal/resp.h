/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Breaths of a chest signal (impedance, belt) or of carbon dioxide, in any unit: band-pass, then
 * pairs of extrema whose height passes a share of the usual one (Schafer & Kratky 2008, Ann Biomed
 * Eng 36:476). Quality from how even the breaths are and how much of the movement is breath. */
#ifndef PLX_CORE_SIGNAL_RESP_H
#define PLX_CORE_SIGNAL_RESP_H

#include "core/signal/filter.h"

enum {
    PLX_RESP_PER_S = 25,   /* after averaging, 1/s */
    PLX_RESP_BREATHS = 32, /* that are kept */
};
#define PLX_RESP_WINDOW_S 32.0 /* a rate is of the breaths in it */
#define PLX_RESP_APNOEA_S 20.0 /* without a breath on a good signal */

typedef struct plx_signal_resp {
    plx_signal_resampler rate;
    plx_signal_watch watch;
    plx_signal_section high_pass, low_pass;
    uint64_t n; /* averaged samples so far */
    double sum; /* of the average in work */
    uint32_t in_sum, gap;
    double in_band, all; /* power, followed over 10 s */
    bool rising;
    double extreme, last_low, first_low, first_high; /* running extremum; first: of the first 8 s */
    uint64_t extreme_at;
    double top_s[PLX_RESP_BREATHS], height[PLX_RESP_BREATHS]; /* end of inspiration; swing */
    uint32_t breaths;                                         /* so far */
    uint32_t broken; /* breaths[..broken] are before a gap */
} plx_signal_resp;

/* child: breathes up to 90 /min; else the band ends at 0.7 Hz. flat: a signal that moves less than
 * this in 2 s is flat: give what is far below a breath. PLX_RANGE: fs. */
PLX_MUST_CHECK plx_status plx_signal_resp_init(plx_signal_resp *s, double fs, bool child,
                                               float flat);

/* A breath is told (final) at its end of inspiration, when the signal has turned for sure; period_s
 * is from the breath before, height the swing. */
uint32_t plx_signal_resp_step(plx_signal_resp *s, float x,
                              plx_signal_beat out[PLX_SIGNAL_STEP_MAX]);

plx_signal_quality plx_signal_resp_quality(const plx_signal_resp *s);

/* Breaths a minute over PLX_RESP_WINDOW_S; absent with a reason: NO_BEAT is apnoea. */
plx_signal_value plx_signal_resp_rate(const plx_signal_resp *s);

#endif
