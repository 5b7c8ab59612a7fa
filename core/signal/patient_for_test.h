/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* For the tests of this room: a patient whose beats are known, drawn as ECG, arterial pressure,
 * plethysmogram and breath; and how well found beats match known ones. */
#ifndef PLX_CORE_SIGNAL_PATIENT_FOR_TEST_H
#define PLX_CORE_SIGNAL_PATIENT_FOR_TEST_H

#include <math.h>
#include <stddef.h>

#include "core/base/mathx.h"
#include "core/base/rng.h"
#include "core/signal/signal.h"

enum { PATIENT_BEATS = 1200 };
#define PATIENT_ABP_DELAY_S 0.18 /* R wave to the onset at the wrist */
#define PATIENT_PPG_DELAY_S 0.25 /* and at the finger */
#define PATIENT_PI 3.14159265358979

typedef struct patient {
    double r_s[PATIENT_BEATS]; /* R waves */
    uint32_t n;
    double sys, dia, breaths_per_min;
    plx_rng rng;
    uint32_t at; /* the beat before the last drawn time */
} patient;

/* rate: /min; spread: of an interval, as a share of it. */
static inline void patient_init(patient *p, double rate, double spread, double seconds)
{
    *p = (patient){.sys = 120, .dia = 75, .breaths_per_min = 15, .rng = plx_rng_init(5, 1)};
    for (double t = 0.3; t < seconds && p->n < PATIENT_BEATS; p->n++) {
        p->r_s[p->n] = t;
        double rr = plx_rng_normal(&p->rng, 60 / rate, spread * 60 / rate);
        t += rr < 0.3 ? 0.3 : rr;
    }
}

/* The last beat at or before t, or -1. Times are asked for in order, or from the start again. */
static inline int patient_beat(patient *p, double t)
{
    if (p->at >= p->n || p->r_s[p->at] > t) p->at = 0;
    while (p->at + 1 < p->n && p->r_s[p->at + 1] <= t)
        p->at++;
    return p->n > 0 && p->r_s[p->at] <= t ? (int)p->at : -1;
}

static inline double patient_bell(double t, double at, double width)
{
    double z = (t - at) / width;
    return z * z < 60 ? plx_exp(-z * z / 2) : 0;
}

/* Lead II, mV. */
static inline double patient_ecg(patient *p, double t)
{
    int last = patient_beat(p, t);
    double sum = 0;
    for (int k = last - 1; k <= last + 1; k++) {
        if (k < 0 || k >= (int)p->n) continue;
        double u = t - p->r_s[k], rr = k > 0 ? p->r_s[k] - p->r_s[k - 1] : 0.8;
        sum += 0.12 * patient_bell(u, -0.16, 0.022) - 0.10 * patient_bell(u, -0.026, 0.009) +
               1.10 * patient_bell(u, 0, 0.011) - 0.22 * patient_bell(u, 0.026, 0.011) +
               0.28 * patient_bell(u, 0.28 * sqrt(rr / 0.8), 0.045);
    }
    return sum;
}

/* A pulse in 0..1 that begins and ends at 0: up in rise_s, down with a dicrotic wave. */
static inline double patient_pulse(patient *p, double t, double rise_s)
{
    int k = patient_beat(p, t);
    if (k < 0) return 0;
    double u = t - p->r_s[k], period = k + 1 < (int)p->n ? p->r_s[k + 1] - p->r_s[k] : 0.8;
    if (u < rise_s) return (1 - plx_cos(PATIENT_PI * u / rise_s)) / 2;
    double w = (u - rise_s) / (period - rise_s);
    if (w >= 1) return 0;
    double fall = (plx_exp(-2.2 * w) - plx_exp(-2.2)) / (1 - plx_exp(-2.2));
    return fall + 0.08 * patient_bell(w, 0.45, 0.07);
}

static inline double patient_abp(patient *p, double t)
{
    return p->dia + (p->sys - p->dia) * patient_pulse(p, t - PATIENT_ABP_DELAY_S, 0.12);
}

static inline double patient_ppg(patient *p, double t)
{
    return patient_pulse(p, t - PATIENT_PPG_DELAY_S, 0.18);
}

/* Chest impedance: up in 40 % of a breath. */
static inline double patient_resp(const patient *p, double t)
{
    double phase = t * p->breaths_per_min / 60;
    phase -= floor(phase);
    return phase < 0.4 ? (1 - plx_cos(PATIENT_PI * phase / 0.4)) / 2
                       : (1 + plx_cos(PATIENT_PI * (phase - 0.4) / 0.6)) / 2;
}

typedef struct match {
    uint32_t hit, missed, extra;
    double worst_s, sum_s; /* of hits: largest |found - known|, sum of found - known */
} match;

/* Both in order, in s; each known beat takes the nearest free one within window_s. Known beats
 * outside from_s..to_s, and found ones outside it by more than the window, do not count. */
static inline match match_beats(const double *known, size_t known_n, const double *found,
                                size_t found_n, double window_s, double from_s, double to_s)
{
    match m = {0};
    size_t j = 0;
    for (size_t i = 0; i < known_n; i++) {
        if (known[i] < from_s || known[i] > to_s) continue;
        while (j < found_n && found[j] < known[i] - window_s) {
            if (found[j] >= from_s) m.extra++;
            j++;
        }
        size_t best = found_n;
        for (size_t k = j; k < found_n && found[k] <= known[i] + window_s; k++) {
            bool nearer =
                best == found_n || fabs(found[k] - known[i]) < fabs(found[best] - known[i]);
            if (i + 1 < known_n && fabs(found[k] - known[i + 1]) < fabs(found[k] - known[i])) break;
            if (nearer) best = k;
        }
        if (best == found_n) {
            m.missed++;
            continue;
        }
        double off = found[best] - known[i];
        m.hit++;
        m.sum_s += off;
        if (fabs(off) > m.worst_s) m.worst_s = fabs(off);
        for (; j < best; j++)
            if (found[j] >= from_s) m.extra++;
        j = best + 1;
    }
    for (; j < found_n && found[j] <= to_s; j++)
        if (found[j] >= from_s) m.extra++;
    return m;
}

#endif
