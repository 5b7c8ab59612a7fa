/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: QRS complexes are found at every rate of sampling, soon, with one lead or two; a bad lead
 * does no harm to a good one, and noise gets no answer. Oracles: drawn patients; the reference
 * beats of the MIT-BIH Arrhythmia Database (skipped without the shared folder).
 * Tolerance: 25 ms, 0.2 s of latency; blocks of any size give the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/signal/ecg.h"
#include "core/signal/patient_for_test.h"
#include "core/signal/record_for_test.h"

#define MITDB PLX_SOURCE_ROOT "/../shared/data/ecg/mitdb"

enum { FOUND_MAX = 6000, RECORDS = 25 };

typedef struct found {
    double final_s[FOUND_MAX], latency_s;
    uint32_t final_n, live_n, good_n; /* good: final ones that are usable */
    double usable_s;                  /* time with a usable quality */
} found;

static found seen;
static patient man;

static void take(double t, double fs, const plx_signal_beat *out, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        double at = out[k].sample / fs;
        if (out[k].status == PLX_SIGNAL_FINAL) {
            if (seen.final_n < FOUND_MAX) seen.final_s[seen.final_n++] = at;
            seen.good_n += out[k].quality >= PLX_SIGNAL_USABLE;
        } else {
            seen.live_n++;
            if (t - at > seen.latency_s) seen.latency_s = t - at;
        }
    }
}

/* noise: sd in mV of each lead; a negative one: the lead is off. */
static void run(double fs, double seconds, uint32_t leads, const double noise[2])
{
    static plx_signal_ecg s;
    plx_signal_beat out[PLX_SIGNAL_STEP_MAX];
    memset(&seen, 0, sizeof seen);
    assert_int_equal(plx_signal_ecg_init(&s, fs, leads, NAN, NAN), PLX_OK);
    for (uint32_t i = 0; i < (uint32_t)(seconds * fs); i++) {
        double t = i / fs, x = patient_ecg(&man, t);
        float mv[2];
        for (int k = 0; k < 2; k++) {
            double e = noise[k] > 0 ? plx_rng_normal(&man.rng, 0, noise[k]) : 0;
            mv[k] = noise[k] < 0 ? 0.5F : (float)((k ? -0.6 * x : x) + e);
        }
        take(t, fs, out, plx_signal_ecg_step(&s, mv, out));
        if (t > 5 && plx_signal_ecg_quality(&s).value >= PLX_SIGNAL_USABLE) seen.usable_s += 1 / fs;
    }
    take(seconds, fs, out, plx_signal_ecg_end(&s, out));
}

static match against_truth(double from_s, double to_s)
{
    return match_beats(man.r_s, man.n, seen.final_s, seen.final_n, 0.15, from_s, to_s);
}

static void clean_beats_are_found(void **state)
{
    (void)state;
    const double fs[] = {100, 128, 250, 360, 500, 1000}, rate[] = {40, 75, 170};
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < 3; k++) {
            patient_init(&man, rate[k], 0.04, 62);
            run(fs[i], 60, 1 + (uint32_t)k % 2, (double[]){0.02, 0.02});
            match m = against_truth(4, 59);
            if (m.missed + m.extra || m.worst_s > 0.025 || seen.latency_s > 0.2)
                fail_msg("%g Hz, %g /min: %u missed, %u extra, %.3f s off, %.3f s late", fs[i],
                         rate[k], m.missed, m.extra, m.worst_s, seen.latency_s);
            assert_true(seen.usable_s > 51);
        }
}

static void one_good_lead_is_enough(void **state)
{
    (void)state;
    const double noise[][2] = {{0.02, 0.5}, {0.5, 0.02}, {-1, 0.02}, {0.02, -1}};
    for (int i = 0; i < 4; i++) {
        patient_init(&man, 80, 0.05, 122);
        run(250, 120, 2, noise[i]);
        match m = against_truth(15, 119);
        if (m.missed + m.extra > 1) fail_msg("case %d: %u missed, %u extra", i, m.missed, m.extra);
    }
}

static void noise_gets_no_answer(void **state)
{
    (void)state;
    patient_init(&man, 80, 0.05, 122);
    memset(man.r_s, 0, sizeof man.r_s);
    man.n = 0;
    run(250, 120, 2, (double[]){0.3, 0.3});
    if (seen.usable_s > 3 || seen.good_n > 5)
        fail_msg("%.1f s usable, %u usable beats in noise", seen.usable_s, seen.good_n);
    run(250, 60, 2, (double[]){-1, -1});
    assert_true(seen.usable_s == 0 && seen.final_n == 0);
}

static void a_gap_is_told_and_survived(void **state)
{
    (void)state;
    static plx_signal_ecg s;
    plx_signal_beat out[PLX_SIGNAL_STEP_MAX];
    patient_init(&man, 80, 0.03, 62);
    memset(&seen, 0, sizeof seen);
    assert_int_equal(plx_signal_ecg_init(&s, 360, 1, NAN, NAN), PLX_OK);
    for (uint32_t i = 0; i < 60 * 360; i++) {
        double t = i / 360.;
        float mv = t > 20 && t < 30 ? NAN : (float)patient_ecg(&man, t);
        take(t, 360, out, plx_signal_ecg_step(&s, &mv, out));
        if (i == 25 * 360) {
            plx_signal_quality q = plx_signal_ecg_quality(&s);
            assert_true(q.value == 0 && q.reason == PLX_SIGNAL_REASON_GAP);
        }
    }
    match m = against_truth(20.3, 29.5);
    assert_true(m.hit == 0 && m.extra == 0);
    m = against_truth(31.5, 59);
    assert_true(m.missed == 0 && m.extra == 0);
    assert_true(plx_signal_ecg_quality(&s).value >= PLX_SIGNAL_GOOD);
}

/* A lead that is changed gives smaller waves: at most ten seconds are lost. */
static void small_beats_are_learned(void **state)
{
    (void)state;
    static plx_signal_ecg s;
    plx_signal_beat out[PLX_SIGNAL_STEP_MAX];
    patient_init(&man, 80, 0.03, 62);
    memset(&seen, 0, sizeof seen);
    assert_int_equal(plx_signal_ecg_init(&s, 250, 1, NAN, NAN), PLX_OK);
    for (uint32_t i = 0; i < 60 * 250; i++) {
        float mv = (float)(patient_ecg(&man, i / 250.) * (i < 20 * 250 ? 1.5 : 0.1));
        take(i / 250., 250, out, plx_signal_ecg_step(&s, &mv, out));
    }
    match m = against_truth(30, 57);
    assert_int_equal(m.missed + m.extra, 0);
}

static void blocks_and_copies_change_nothing(void **state)
{
    (void)state;
    const uint32_t block[] = {1, 7, 64, 1000};
    static plx_signal_beat events[4][1000];
    static plx_signal_ecg s, copy;
    uint32_t n[4] = {0};
    patient_init(&man, 90, 0.1, 62);
    for (int i = 0; i < 4; i++) {
        plx_rng rng = plx_rng_init(1, 2);
        assert_int_equal(plx_signal_ecg_init(&s, 360, 2, NAN, NAN), PLX_OK);
        for (uint32_t at = 0; at < 360 * 60;) {
            copy = s;
            for (uint32_t k = 0; k < block[i] && at < 360 * 60; k++, at++) {
                double x = patient_ecg(&man, at / 360.);
                float mv[2] = {(float)(x + plx_rng_normal(&rng, 0, 0.1)), (float)(-x / 2)};
                n[i] += plx_signal_ecg_step(&copy, mv, &events[i][n[i]]);
            }
            s = copy;
        }
        assert_int_equal(n[i], n[0]);
        assert_memory_equal(events[i], events[0], n[0] * sizeof events[0][0]);
    }
    assert_true(n[0] > 150);
}

static void wrong_arguments_are_refused(void **state)
{
    (void)state;
    static plx_signal_ecg s = {.n = 7};
    assert_int_equal(plx_signal_ecg_init(&s, 99, 1, NAN, NAN), PLX_RANGE);
    assert_int_equal(plx_signal_ecg_init(&s, 250, 0, NAN, NAN), PLX_RANGE);
    assert_int_equal(plx_signal_ecg_init(&s, 250, 3, NAN, NAN), PLX_RANGE);
    assert_int_equal(s.n, 7);
    assert_true(sizeof s < 65536);
}

/* Both leads or the first of a record against its reference, 5:00 to the end; the first minutes
 * only when quick. */
static match record(const char *name, uint32_t leads, uint32_t seconds, bool *there)
{
    static plx_signal_ecg s;
    static double reference[RECORD_BEATS];
    plx_signal_beat out[PLX_SIGNAL_STEP_MAX];
    size_t bytes = record_read(MITDB, name, "dat");
    *there = bytes > 0;
    if (!*there) return (match){0};
    memset(&seen, 0, sizeof seen);
    assert_int_equal(plx_signal_ecg_init(&s, 360, leads, NAN, NAN), PLX_OK);
    for (size_t i = 0; i < bytes / 3 && i < seconds * 360ULL; i++) {
        float mv[2] = {(float)(record_212(2 * i) - 1024) / 200,
                       (float)(record_212(2 * i + 1) - 1024) / 200};
        take((double)i / 360, 360, out, plx_signal_ecg_step(&s, mv, out));
    }
    take(seconds, 360, out, plx_signal_ecg_end(&s, out));
    size_t n = record_read(MITDB, name, "atr");
    uint32_t known = record_beats(n, 360, reference);
    return match_beats(reference, known, seen.final_s, seen.final_n, 0.15, 300, seconds - 2);
}

/* Record 207 stays out: its stretches of flutter have no reference beats. */
static void reference_beats_are_found(void **state)
{
    (void)state;
    static const char *const name[] = {
        "100", "101", "106", "108", "109", "112", "114", "115", "116", "118", "119", "122", "124",
        "201", "203", "205", "208", "209", "215", "220", "223", "230", "102", "104", "107", "217"};
    for (uint32_t leads = 1; leads <= 2; leads++) {
        match all = {0};
        for (int i = 0; i < RECORDS; i++) {
            bool there = false;
            match m = record(name[i], leads, 480, &there);
            all.hit += m.hit;
            all.missed += m.missed;
            all.extra += m.extra;
        }
        if (all.hit == 0) skip();
        double se = 100. * all.hit / (all.hit + all.missed);
        double ppv = 100. * all.hit / (all.hit + all.extra);
        print_message("# MIT-BIH 5:00-8:00, %u lead(s): Se %.2f %%, +P %.2f %%\n", leads, se, ppv);
        assert_true(se > (leads == 2 ? 99.7 : 99.5) && ppv > (leads == 2 ? 99.7 : 99.0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_beats_are_found),
        cmocka_unit_test(one_good_lead_is_enough),
        cmocka_unit_test(noise_gets_no_answer),
        cmocka_unit_test(a_gap_is_told_and_survived),
        cmocka_unit_test(small_beats_are_learned),
        cmocka_unit_test(blocks_and_copies_change_nothing),
        cmocka_unit_test(wrong_arguments_are_refused),
        cmocka_unit_test(reference_beats_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
