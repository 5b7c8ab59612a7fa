/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a patient's waveforms become the vitals of each window; what is not sure is absent with its
 * reason; blocks change nothing. Oracles: a drawn patient of known rates and pressures; a record of
 * the MIMIC Database with machine annotations (skipped without the shared folder).
 * Tolerance: 1 /min, 2 mmHg. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/hash.h"
#include "core/signal/abp.h"
#include "core/signal/ecg.h"
#include "core/signal/patient_for_test.h"
#include "core/signal/ppg.h"
#include "core/signal/record_for_test.h"
#include "core/signal/resp.h"
#include "core/signal/summary.h"

#define WFDB PLX_SOURCE_ROOT "/../shared/data/wfdb/records"

#define GOLDEN UINT64_C(0xeac7e87f379e0c37)

enum { FS = 250, SECONDS = 190, WINDOWS = 40 };

static patient man;
static plx_signal_ecg ecg;
static plx_signal_abp abp;
static plx_signal_ppg ppg;
static plx_signal_resp resp;
static plx_signal_summary summary;
static plx_signal_window window[WINDOWS];

static void give(plx_fuse_channel channel, const plx_signal_beat *out, uint32_t n, double fs)
{
    for (uint32_t i = 0; i < n; i++)
        assert_int_equal(plx_signal_summary_beat(&summary, channel, out[i].sample / fs, &out[i]),
                         PLX_OK);
}

static void begin(double ecg_fs, double fs, double length_s)
{
    assert_int_equal(plx_signal_ecg_init(&ecg, ecg_fs, 1, NAN, NAN), PLX_OK);
    assert_int_equal(plx_signal_abp_init(&abp, fs, NAN, NAN), PLX_OK);
    assert_int_equal(plx_signal_ppg_init(&ppg, fs, 0.01F, NAN, NAN), PLX_OK);
    assert_int_equal(plx_signal_resp_init(&resp, fs, false, 0.01F), PLX_OK);
    assert_int_equal(plx_signal_summary_init(&summary, length_s), PLX_OK);
}

/* All of it in blocks of so many samples, one channel after the other; the line is damped from 90 s
 * on, the finger is off from 60 s. Returns the windows given. */
static uint32_t run(uint32_t block, double length_s)
{
    plx_signal_beat out[PLX_SIGNAL_STEP_MAX];
    uint32_t n = 0;
    memset(window, 0, sizeof window);
    begin(FS, FS, length_s);
    for (uint32_t from = 0; from < SECONDS * FS; from += block) {
        uint32_t to = from + block < SECONDS * FS ? from + block : SECONDS * FS;
        for (uint32_t i = from; i < to; i++) {
            float mv = (float)patient_ecg(&man, (double)i / FS);
            give(PLX_FUSE_ECG, out, plx_signal_ecg_step(&ecg, &mv, out), FS);
        }
        for (uint32_t i = from; i < to; i++) {
            double t = (double)i / FS, x = patient_abp(&man, t);
            if (t > 90) x = 100 + 0.2 * (x - 100);
            give(PLX_FUSE_ABP, out, plx_signal_abp_step(&abp, (float)x, out), FS);
        }
        for (uint32_t i = from; i < to; i++) {
            double t = (double)i / FS;
            float x = t > 60 ? 0 : (float)patient_ppg(&man, t);
            give(PLX_FUSE_PPG, out, plx_signal_ppg_step(&ppg, x, out), FS);
        }
        for (uint32_t i = from; i < to; i++) {
            float x = (float)patient_resp(&man, (double)i / FS);
            if (plx_signal_resp_step(&resp, x, out))
                assert_int_equal(plx_signal_summary_breath(&summary, out->sample / FS, out),
                                 PLX_OK);
        }
        while (n < WINDOWS && plx_signal_summary_tick(&summary, (double)to / FS, &window[n]))
            n++;
    }
    return n;
}

static bool near(plx_signal_value v, double want, double within)
{
    return v.present && fabs(v.value - want) <= within && v.low <= v.value && v.value <= v.high;
}

static void windows_tell_the_patient(void **state)
{
    (void)state;
    patient_init(&man, 84, 0.03, SECONDS + 2);
    man.sys = 128;
    man.dia = 66;
    uint32_t n = run(1, 30);
    assert_int_equal(n, 6);
    for (uint32_t i = 0; i < n; i++) {
        const plx_signal_window *w = &window[i];
        assert_true(w->from_s == i * 30. && w->to_s == w->from_s + 30);
        assert_true(near(w->hr_bpm, 84, 1.5) && w->hr_bpm.quality >= PLX_SIGNAL_GOOD);
        if (i > 0) assert_true(near(w->rr_per_min, 15, 1));
        if (i < 3) {
            assert_true(near(w->sbp_mmhg, 128, 2) && near(w->dbp_mmhg, 66, 2));
            assert_true(w->map_mmhg.value > 80 && w->map_mmhg.value < 97);
            assert_true(w->sbp_mmhg.count > 30);
        } else {
            assert_true(!w->sbp_mmhg.present && !w->map_mmhg.present);
            assert_int_equal(w->sbp_mmhg.reason, PLX_SIGNAL_REASON_DAMPED);
        }
    }
}

static bool same(plx_signal_value a, plx_signal_value b)
{
    return a.present == b.present && a.value == b.value && a.low == b.low && a.high == b.high &&
           a.quality == b.quality && a.count == b.count && a.reason == b.reason;
}

static void blocks_change_nothing(void **state)
{
    (void)state;
    static plx_signal_window first[WINDOWS];
    const uint32_t block[] = {7, 64, 1000};
    patient_init(&man, 90, 0.08, SECONDS + 2);
    uint32_t n = run(1, 10);
    assert_int_equal(n, 18);
    memcpy(first, window, sizeof window);
    for (int k = 0; k < 3; k++) {
        assert_int_equal(run(block[k], 10), n);
        for (uint32_t i = 0; i < n; i++) {
            assert_true(same(window[i].hr_bpm, first[i].hr_bpm));
            assert_true(same(window[i].sbp_mmhg, first[i].sbp_mmhg));
            assert_true(same(window[i].map_mmhg, first[i].map_mmhg));
            assert_true(same(window[i].rr_per_min, first[i].rr_per_min));
        }
    }
}

static uint64_t mix(uint64_t h, plx_signal_value v)
{
    double x[] = {v.value, v.low, v.high, v.quality, v.count, v.reason};
    return plx_hash64(x, sizeof x, h);
}

/* The same bits from gcc and clang, with and without optimisation. */
static void the_same_bits_everywhere(void **state)
{
    (void)state;
    uint64_t h = 0;
    patient_init(&man, 77, 0.06, SECONDS + 2);
    uint32_t n = run(100, 15);
    for (uint32_t i = 0; i < n; i++) {
        h = mix(mix(h, window[i].hr_bpm), window[i].sbp_mmhg);
        h = mix(mix(h, window[i].map_mmhg), window[i].rr_per_min);
    }
    if (h != GOLDEN) fail_msg("golden hash %016llx", (unsigned long long)h);
}

static void nothing_gives_nothing(void **state)
{
    (void)state;
    plx_signal_window w;
    plx_signal_beat beat = {.quality = 1, .status = PLX_SIGNAL_FINAL};
    assert_int_equal(plx_signal_summary_init(&summary, 4), PLX_RANGE);
    assert_int_equal(plx_signal_summary_init(&summary, NAN), PLX_RANGE);
    assert_int_equal(plx_signal_summary_init(&summary, 10), PLX_OK);
    assert_false(plx_signal_summary_tick(&summary, 13.9, &w));
    assert_true(plx_signal_summary_tick(&summary, 14, &w));
    assert_true(!w.hr_bpm.present && w.hr_bpm.reason == PLX_SIGNAL_REASON_NO_BEAT);
    assert_true(!w.sbp_mmhg.present && !w.rr_per_min.present);
    assert_int_equal(plx_signal_summary_beat(&summary, PLX_FUSE_ECG, 9, &beat), PLX_CONFLICT);
    assert_int_equal(plx_signal_summary_beat(&summary, PLX_FUSE_ECG, 31, &beat), PLX_CONFLICT);
    assert_int_equal(plx_signal_summary_beat(&summary, PLX_FUSE_ECG, -1, &beat), PLX_RANGE);
    assert_int_equal(plx_signal_summary_beat(&summary, PLX_FUSE_ECG, 15, &beat), PLX_OK);
}

/* Ten minutes of the MIMIC Database: ECG 500 /s, pressure and breath 125 /s, four to one in a
 * frame. The marks are those of a machine (gqrs);
 * that each beat of the ECG has its pulse is the better oracle. */
static void a_recorded_patient(void **state)
{
    (void)state;
    static double mark[RECORD_BEATS], r_s[RECORD_BEATS], onset[RECORD_BEATS];
    plx_signal_beat out[PLX_SIGNAL_STEP_MAX];
    uint32_t r_n = 0, onset_n = 0, n = 0, answered = 0;
    size_t bytes = record_read(WFDB, "03700181", "dat");
    if (bytes == 0) skip();
    begin(500, 125, 30);
    for (size_t f = 0; f < bytes / 9; f++) {
        for (size_t k = 0; k < 4; k++) {
            float mv = (float)(record_212(6 * f + k) / 2963.77);
            uint32_t got = plx_signal_ecg_step(&ecg, &mv, out);
            give(PLX_FUSE_ECG, out, got, 500);
            for (uint32_t i = 0; i < got; i++)
                if (out[i].status == PLX_SIGNAL_FINAL) r_s[r_n++] = out[i].sample / 500;
        }
        float mmhg = (float)((record_212(6 * f + 4) + 1605) / 12.84);
        uint32_t got = plx_signal_abp_step(&abp, mmhg, out);
        give(PLX_FUSE_ABP, out, got, 125);
        for (uint32_t i = 0; i < got; i++)
            if (out[i].status == PLX_SIGNAL_FINAL) onset[onset_n++] = out[i].sample / 125 - 0.2;
        if (plx_signal_resp_step(&resp, (float)(record_212(6 * f + 5) / 2000.), out))
            assert_int_equal(plx_signal_summary_breath(&summary, out->sample / 125, out), PLX_OK);
        plx_signal_window w;
        if (!plx_signal_summary_tick(&summary, (double)f / 125, &w)) continue;
        n++;
        answered += w.hr_bpm.present && w.sbp_mmhg.present;
        print_message("# %3.0f s: HR %.0f, %.0f/%.0f (%.0f) mmHg, RR %.0f\n", w.to_s,
                      w.hr_bpm.value, w.sbp_mmhg.value, w.dbp_mmhg.value, w.map_mmhg.value,
                      w.rr_per_min.value);
    }
    uint32_t marks = record_beats(record_read(WFDB, "03700181", "gqrsh"), 500, mark);
    match e = match_beats(mark, marks, r_s, r_n, 0.15, 10, 590);
    match p = match_beats(r_s, r_n, onset, onset_n, 0.2, 10, 590);
    print_message(
        "# ECG, marks of gqrs: %u hit, %u missed, %u not marked; pulses of the ECG's beats: %u "
        "hit, %u missed, %u extra; %u of %u windows with rate and pressure\n",
        e.hit, e.missed, e.extra, p.hit, p.missed, p.extra, answered, n);
    assert_true(e.hit > 1100 && e.missed <= 2); /* gqrs leaves out beats that have a pulse */
    assert_true(p.hit > 1170 && p.missed + p.extra <= 12);
    assert_true(answered >= 17);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_tell_the_patient), cmocka_unit_test(blocks_change_nothing),
        cmocka_unit_test(the_same_bits_everywhere), cmocka_unit_test(nothing_gives_nothing),
        cmocka_unit_test(a_recorded_patient),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
