/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* For the tests of the two pulse detectors: what was found, beside the patient's known beats. */
#ifndef PLX_CORE_SIGNAL_PULSE_FOR_TEST_H
#define PLX_CORE_SIGNAL_PULSE_FOR_TEST_H

#include "core/signal/patient_for_test.h"

enum { FOUND_MAX = 2000 };

typedef struct found {
    double live_s[FOUND_MAX], final_s[FOUND_MAX], latency_s;
    plx_signal_beat final[FOUND_MAX];
    uint32_t live_n, final_n;
    plx_signal_quality quality;
} found;

/* Events that came with the sample at t, in s. */
static inline void found_take(found *f, double t, double fs, const plx_signal_beat *out, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        double at_s = out[k].sample / fs;
        if (out[k].status == PLX_SIGNAL_LIVE) {
            f->live_s[f->live_n++] = at_s;
            if (t - at_s > f->latency_s) f->latency_s = t - at_s;
        } else {
            f->final_s[f->final_n] = at_s;
            f->final[f->final_n++] = out[k];
        }
    }
}

/* Onsets come delay_s after the R waves. */
static inline match found_match(const found *f, const patient *p, double delay_s, double from_s,
                                double to_s)
{
    static double onset[PATIENT_BEATS];
    for (uint32_t i = 0; i < p->n; i++)
        onset[i] = p->r_s[i] + delay_s;
    return match_beats(onset, p->n, f->live_s, f->live_n, 0.1, from_s, to_s);
}

#endif
