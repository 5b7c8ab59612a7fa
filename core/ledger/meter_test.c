/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the meter says of one patient what its header says, whatever the order in which scores
 * came. Oracles: the recursion of D written out; every case of advice made by hand; shuffled
 * entries. Tolerance: rounding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/base/time.h"
#include "core/ledger/meter.h"

#define START INT64_C(1790000000000000)
#define HORIZON (20 * PLX_MINUTE_US) /* a slot each 5 min */

static plx_meter_entry entry(int k, float z, float score, float rival_score)
{
    plx_meter_entry e;
    memset(&e, 0, sizeof e);
    e.valid_us = START - START % (5 * PLX_MINUTE_US) + k * 5 * PLX_MINUTE_US;
    e.id = (uint64_t)(k + 1);
    e.z = z;
    e.score = score;
    e.rival_score[0] = rival_score;
    e.rival_z[0] = 1;
    e.rivals = 1;
    e.scored = 1;
    return e;
}

static plx_meter filled(int n, float z, float score, float rival_score)
{
    plx_meter m;
    memset(&m, 0, sizeof m);
    for (int k = 0; k < n; k++) {
        const float wobble = k % 2 ? 0.01f : -0.01f;
        const plx_meter_entry e = entry(k, z, score + wobble, rival_score - wobble);
        plx_meter_put(&m, &e, HORIZON);
    }
    return m;
}

static plx_meter_reading read_at(const plx_meter *m, int k)
{
    plx_meter_reading r;
    plx_meter_read(m, HORIZON, entry(k, 0, 0, 0).valid_us, &r);
    return r;
}

static void test_order(void **state)
{
    (void)state;
    enum { N = 40 };
    plx_meter_entry all[N];
    plx_rng rng = plx_rng_init(1, 1);
    plx_meter first;
    for (int k = 0; k < N; k++) { /* two to a slot */
        all[k] = entry(k / 2, (float)k, 1, 1);
        all[k].valid_us += k % 2;
        all[k].id = (uint64_t)k + 1;
        all[k].scored = k % 7 != 0;
    }
    for (int shuffle = 0; shuffle < 50; shuffle++) {
        plx_meter m;
        memset(&m, 0, sizeof m);
        for (int i = 0; i < N; i++)
            plx_meter_put(&m, &all[i], HORIZON);
        if (shuffle == 0) first = m;
        assert_memory_equal(&m, &first, sizeof m);
        assert_int_equal(m.n, PLX_METER_N);
        assert_int_equal(m.entry[0].id, 10); /* the later one of slot 4 */
        for (int i = N - 1; i > 0; i--) {
            const uint64_t j = plx_rng_below(&rng, (uint64_t)i + 1);
            const plx_meter_entry kept = all[i];
            all[i] = all[j];
            all[j] = kept;
        }
    }
    plx_meter_entry again = first.entry[3];
    again.scored = 0; /* a score that is taken back keeps its place */
    plx_meter_put(&first, &again, HORIZON);
    assert_int_equal(first.n, PLX_METER_N);
    assert_int_equal(first.entry[3].scored, 0);
    plx_meter_entry before = entry(-30, 1, 1, 1); /* and times before 1970 have slots too */
    before.valid_us = -1;
    plx_meter_put(&first, &before, HORIZON);
    assert_int_equal(first.entry[0].id, 10);
}

static void test_divergence(void **state)
{
    (void)state;
    plx_meter m = filled(16, 1.2f, 1, 2);
    plx_meter_reading r = read_at(&m, 16);
    double square = 1;
    for (int k = 0; k < 16; k++)
        square = 0.9 * square + 0.1 * (double)(1.2f * 1.2f);
    assert_true(fabs(r.d - sqrt(square)) < 1e-6);
    assert_int_equal(r.state, PLX_METER_STATE_TRACKING);
    assert_int_equal(r.n, 16);
    m = filled(16, 0.1f, 1, 2);
    assert_int_equal(read_at(&m, 16).state, PLX_METER_STATE_MODEST);
    m = filled(16, 2.2f, 1, 2);
    assert_int_equal(read_at(&m, 16).state, PLX_METER_STATE_UNSURE);
    m = filled(16, 4.0f, 1, 2);
    assert_int_equal(read_at(&m, 16).state, PLX_METER_STATE_ADRIFT);
    m = filled(7, 1.0f, 1, 2);
    assert_int_equal(read_at(&m, 7).state, PLX_METER_STATE_UNKNOWN);
    m = filled(4, 9.0f, 1, 2); /* so wrong that four are enough */
    assert_int_equal(read_at(&m, 4).state, PLX_METER_STATE_ADRIFT);
    m = filled(16, 4.0f, 1, 2); /* eight horizons are 32 slots: half of them are too old */
    assert_int_equal(read_at(&m, 32 + 7).n, 9);
    assert_int_equal(read_at(&m, 60).n, 0);
    assert_int_equal(read_at(&m, 60).state, PLX_METER_STATE_UNKNOWN);
    m = filled(6, 1, 1, 2); /* a single artefact is no divergence */
    const plx_meter_entry artefact = entry(6, 1e6f, 1, 2), after = entry(7, 0.5f, 1, 2);
    plx_meter_put(&m, &artefact, HORIZON);
    assert_int_equal(read_at(&m, 7).state, PLX_METER_STATE_UNKNOWN);
    plx_meter_put(&m, &after, HORIZON);
    assert_int_not_equal(read_at(&m, 8).state, PLX_METER_STATE_TRACKING);
}

static plx_advice advise(const plx_meter *m, bool shown)
{
    plx_advice a;
    const plx_meter_reading r = read_at(m, 16);
    plx_meter_advise(&r, shown, &a);
    return a;
}

static void assert_advice(plx_advice a, plx_advice_action action, plx_advice_reason reason)
{
    assert_int_equal(a.action, action);
    assert_string_equal(plx_advice_reason_text(a.reason), plx_advice_reason_text(reason));
    assert_true(a.factor >= 1 && a.factor <= PLX_METER_WIDEN_MAX);
}

static void test_advice(void **state)
{
    (void)state;
    plx_meter m = filled(16, 1, 1, 2);
    assert_advice(advise(&m, true), PLX_ADVICE_AS_IS, PLX_ADVICE_TRACKING_REASON);
    assert_true(fabs(advise(&m, true).reading.skill[0] - 0.5) < 0.01);
    assert_advice(advise(&m, false), PLX_ADVICE_RIVAL, PLX_ADVICE_MODEL_OFF_REASON);
    m = filled(16, 1, 2, 1);
    assert_advice(advise(&m, true), PLX_ADVICE_RIVAL, PLX_ADVICE_LOSES_REASON);
    assert_int_equal(advise(&m, true).rival, PLX_RIVAL_PERSISTENCE);
    m = filled(16, 1, 1.05f, 1); /* worse by less than a tenth */
    assert_advice(advise(&m, true), PLX_ADVICE_AS_IS, PLX_ADVICE_TRACKING_REASON);
    m = filled(16, 2, 1, 2);
    assert_advice(advise(&m, true), PLX_ADVICE_WIDEN, PLX_ADVICE_UNSURE_REASON);
    assert_true(fabs(advise(&m, true).factor - advise(&m, true).reading.d) < 1e-12);
    m = filled(16, 5, 2, 1);
    assert_advice(advise(&m, true), PLX_ADVICE_RIVAL, PLX_ADVICE_ADRIFT_REASON);
    m = filled(16, 9, 1, 2); /* the rival is worse still */
    assert_advice(advise(&m, true), PLX_ADVICE_WIDEN, PLX_ADVICE_ADRIFT_REASON);
    assert_true(advise(&m, true).factor == PLX_METER_WIDEN_MAX);
    m = filled(3, 1, 1, 2);
    assert_advice(advise(&m, true), PLX_ADVICE_AS_IS, PLX_ADVICE_UNJUDGED_REASON);
    m = filled(16, 0, 1, 2);
    assert_advice(advise(&m, true), PLX_ADVICE_AS_IS, PLX_ADVICE_MODEST_REASON);
    memset(&m, 0, sizeof m);
    assert_advice(advise(&m, true), PLX_ADVICE_AS_IS, PLX_ADVICE_UNJUDGED_REASON);
    m = filled(16, 5, 2, 1); /* a rival that errs as much is widened */
    for (int k = 0; k < PLX_METER_N; k++)
        m.entry[k].rival_z[0] = 3;
    assert_true(advise(&m, true).factor > 2);
    assert_string_equal(plx_advice_reason_text(PLX_ADVICE_REASON_N), "unknown");
}

static void test_widen(void **state)
{
    (void)state;
    double odd[] = {1, 2, 5}, even[] = {0, 2, 4, 10};
    plx_meter_widen(odd, 3, 2);
    assert_true(odd[0] == 0 && odd[1] == 2 && odd[2] == 8);
    plx_meter_widen(even, 4, 3);
    assert_true(even[0] == -6 && even[1] == 0 && even[2] == 6 && even[3] == 24);
    plx_meter_widen(odd, 0, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_order),
                                       cmocka_unit_test(test_divergence),
                                       cmocka_unit_test(test_advice), cmocka_unit_test(test_widen)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
