/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Windows of some seconds: final beats of ECG, arterial line and plethysmogram, and breaths ->
 * heart rate (/min, voted over channels), systolic, diastolic and mean pressure (mmHg, medians of
 * usable beats) and respiratory rate (/min), each with quality, count and interval, or absent with
 * its reason. A beat belongs to the window in which it lies; a window is given PLX_SUMMARY_GRACE_S
 * after its end, when all its beats are final, so the result does not depend on blocks. */
#ifndef PLX_CORE_SIGNAL_SUMMARY_H
#define PLX_CORE_SIGNAL_SUMMARY_H

#include "core/signal/fuse.h"

enum { PLX_SUMMARY_BEATS = 256 }; /* pressures kept of one window; more are counted only */
#define PLX_SUMMARY_GRACE_S 4.0
#define PLX_SUMMARY_MIN_S 5.0  /* shortest window */
#define PLX_SUMMARY_MAX_S 60.0 /* longest */

typedef struct plx_signal_window {
    double from_s, to_s;
    plx_signal_value hr_bpm, sbp_mmhg, dbp_mmhg, map_mmhg, rr_per_min;
} plx_signal_window;

/* Beats of one window so far. */
typedef struct plx_summary_part {
    struct plx_summary_rate {
        double rr_s, rr2_s2, quality; /* sums over usable intervals */
        uint32_t n, seen;             /* seen: usable or not */
        plx_signal_reason reason;     /* of the last bad one */
    } channel[PLX_FUSE_CHANNELS], breath;
    double sys[PLX_SUMMARY_BEATS], dia[PLX_SUMMARY_BEATS], mean[PLX_SUMMARY_BEATS];
    double pressure_quality;
    uint32_t pressures, pressures_seen;
    plx_signal_reason pressure_reason;
} plx_summary_part;

typedef struct plx_signal_summary {
    double length_s;
    uint64_t window;          /* index of the first window that is still open */
    plx_summary_part part[2]; /* of window and the one after, at index % 2 */
    double last_s[PLX_FUSE_CHANNELS];
    bool last_usable[PLX_FUSE_CHANNELS];
} plx_signal_summary;

/* PLX_RANGE: length_s outside PLX_SUMMARY_MIN_S..MAX_S; the state is then as it was. */
PLX_MUST_CHECK plx_status plx_signal_summary_init(plx_signal_summary *s, double length_s);

/* at_s: time of beat->sample from 0 on. Only final ones count. PLX_RANGE: at_s is no time;
 * PLX_CONFLICT: its window is given already or not yet open: tick first. */
PLX_MUST_CHECK plx_status plx_signal_summary_beat(plx_signal_summary *s, plx_fuse_channel channel,
                                                  double at_s, const plx_signal_beat *beat);
PLX_MUST_CHECK plx_status plx_signal_summary_breath(plx_signal_summary *s, double at_s,
                                                    const plx_signal_beat *breath);

/* Time goes on to now_s: true when a window is given; ask again until false. */
bool plx_signal_summary_tick(plx_signal_summary *s, double now_s, plx_signal_window *out);

#endif
