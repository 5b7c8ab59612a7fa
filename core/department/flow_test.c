/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a state can be stopped, copied and gone on with; common random numbers make differences
 * sharp; nobody is lost. Oracles: the uninterrupted run (hash), the parent's hash, conservation
 * laws (exact), the variance reductions of the shared ed_a.md. Tolerance: none where exact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include <math.h>

#include "core/base/hash.h"
#include "core/base/rng.h"
#include "core/department/ed_a_for_test.h"
#include "core/department/flow_measure.h"

static plx_flow_model model, other;
static plx_flow_state state, copy, child;

static uint64_t tally_hash(const plx_flow_tally *t)
{
    plx_flow_tally plain = *t;
    plain.los = plain.door = NULL;
    return plx_hash64(&plain, sizeof plain, 0);
}

/* One golden hash for every compiler, level of optimisation and machine. */
static void test_golden(void **test_state)
{
    (void)test_state;
    plx_flow_tally tally = {0};
    ed_a_for_test(&model, 4);
    plx_flow_begin(&model, &state, 7, 3, 5 * PLX_HOUR_US);
    plx_flow_tally_begin(&tally, &model, &state, 20 * PLX_DAY_US);
    plx_flow_advance(&model, &state, 20 * PLX_DAY_US, &tally);
    plx_flow_tally_end(&tally, &model, &state);
    uint64_t hash = tally.events;
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++)
        hash = plx_rng_mix(hash ^ tally.los_us[a]) + plx_rng_mix(tally.door_us[a] ^ tally.left[a]);
    if (hash != UINT64_C(0xac6164e58120852e))
        print_message("# hash 0x%016llx\n", (unsigned long long)hash);
    assert_true(hash == UINT64_C(0xac6164e58120852e));
}

static void test_resume(void **test_state)
{
    (void)test_state;
    enum { CUTS = 1000 };
    const int64_t end = 2 * PLX_DAY_US;
    plx_flow_tally whole = {0};
    ed_a_for_test(&model, 4);
    plx_flow_begin(&model, &state, 1, 1, 0);
    plx_flow_tally_begin(&whole, &model, &state, end);
    plx_flow_advance(&model, &state, end, &whole);
    const uint64_t hash = plx_flow_hash(&state), counted = tally_hash(&whole);
    for (uint64_t cut = 1; cut <= CUTS; cut++) {
        const int64_t at = (int64_t)(plx_rng_at(9, cut) % (uint64_t)end);
        plx_flow_tally tally = {0};
        plx_flow_begin(&model, &copy, 1, 1, 0);
        plx_flow_tally_begin(&tally, &model, &copy, end);
        plx_flow_advance(&model, &copy, at, &tally);
        memset(&child, 0x5a, sizeof child);
        plx_flow_fork(&child, &copy);
        plx_flow_advance(&model, &child, end, &tally);
        assert_true(plx_flow_hash(&child) == hash);
        assert_true(tally_hash(&tally) == counted);
    }
}

static void test_fork_leaves_the_parent(void **test_state)
{
    (void)test_state;
    plx_flow_tally tally = {0};
    ed_a_for_test(&model, 4);
    plx_flow_begin(&model, &state, 1, 2, 0);
    plx_flow_tally_begin(&tally, &model, &state, 3 * PLX_DAY_US);
    plx_flow_advance(&model, &state, PLX_DAY_US / 2, &tally);
    const uint64_t hash = plx_flow_hash(&state);
    uint64_t first = 0;
    for (int i = 0; i < 1000; i++) {
        plx_flow_tally own = tally;
        plx_flow_fork(&child, &state);
        assert_true(plx_flow_hash(&child) == hash);
        plx_flow_advance(&model, &child, PLX_DAY_US, &own);
        plx_flow_fork(&copy, &child); /* a child of a child */
        plx_flow_advance(&model, &copy, PLX_DAY_US + PLX_HOUR_US, &own);
        if (i == 0) first = plx_flow_hash(&copy);
        assert_true(plx_flow_hash(&copy) == first);
    }
    assert_true(plx_flow_hash(&state) == hash);
    assert_true(plx_flow_used(&state) <= 32 * 1024);
}

/* Mean door to doctor of a day from empty, by replication. */
static void door_times(unsigned doctors, uint64_t seed, double *door_min, unsigned n)
{
    ed_a_for_test(&model, doctors);
    for (unsigned r = 0; r < n; r++) {
        plx_flow_tally tally = {0};
        plx_flow_ratio measure[PLX_FLOW_MEASURE_N];
        plx_flow_begin(&model, &state, seed, r, 0);
        plx_flow_tally_begin(&tally, &model, &state, PLX_DAY_US);
        plx_flow_advance(&model, &state, PLX_DAY_US, &tally);
        plx_flow_tally_end(&tally, &model, &state);
        plx_flow_measures(&model, &tally, measure);
        door_min[r] = measure[PLX_FLOW_MEASURE_DOOR].sum / measure[PLX_FLOW_MEASURE_DOOR].of;
    }
}

static double difference_variance(const double *a, const double *b, unsigned n)
{
    double sum = 0, squares = 0;
    for (unsigned i = 0; i < n; i++) {
        sum += b[i] - a[i];
        squares += (b[i] - a[i]) * (b[i] - a[i]);
    }
    return (squares - sum * sum / n) / (n - 1);
}

static void test_common_numbers(void **test_state)
{
    (void)test_state;
    enum { N = 2000 };
    static double with[3][N], without[3][N];
    const double bar[2] = {2.3, 4.3};
    for (unsigned d = 0; d < 3; d++) {
        door_times(4 + d, 11, with[d], N);
        door_times(4 + d, 12 + d, without[d], N);
    }
    for (unsigned d = 0; d < 2; d++) {
        const double common = difference_variance(with[d], with[d + 1], N);
        const double apart = difference_variance(without[d], without[d + 1], N);
        print_message("# %u to %u doctors: variance %.1f against %.1f, reduced %.2f times\n", 4 + d,
                      5 + d, common, apart, apart / common);
        assert_true(apart / common >= bar[d]);
    }
    door_times(4, 11, without[0], N);
    assert_true(difference_variance(with[0], without[0], N) == 0);
}

/* Patients x time in the department = sum of their stays, exactly, when it ends empty (Little). */
static void test_little(void **test_state)
{
    (void)test_state;
    plx_flow_tally tally = {0};
    ed_a_for_test(&model, 4);
    model.source[0].to_us = 100 * PLX_DAY_US;
    plx_flow_begin(&model, &state, 3, 0, 0);
    plx_flow_tally_begin(&tally, &model, &state, 110 * PLX_DAY_US);
    plx_flow_advance(&model, &state, 110 * PLX_DAY_US, &tally);
    plx_flow_tally_end(&tally, &model, &state);
    assert_int_equal(state.present, 0);
    int64_t stages = 0, presence = 0;
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++) {
        assert_true(tally.arrived[a] == tally.departed[a] + tally.left[a]);
        assert_true(tally.present_us[a] == (int64_t)(tally.los_us[a] + tally.left_us[a]));
        presence += tally.present_us[a];
    }
    for (unsigned stage = 0; stage < PLX_FLOW_STAGE_N; stage++)
        for (unsigned hour = 0; hour < 24; hour++)
            stages += tally.by_hour[stage][hour];
    assert_true(stages == presence && presence > 0);
}

/* What is noted is what is counted: times of departure and arrival add up to the stays. */
static void test_log(void **test_state)
{
    (void)test_state;
    enum { DAYS = 20, NOTES = 60000 };
    plx_flow_log log = {.note = malloc(NOTES * sizeof *log.note), .max = NOTES};
    assert_non_null(log.note);
    plx_flow_tally tally = {.log = &log};
    ed_a_for_test(&model, 4);
    model.source[0].to_us = DAYS * PLX_DAY_US;
    plx_flow_begin(&model, &state, 3, 0, 0);
    plx_flow_tally_begin(&tally, &model, &state, (DAYS + 10) * PLX_DAY_US);
    plx_flow_advance(&model, &state, (DAYS + 10) * PLX_DAY_US, &tally);
    plx_flow_tally_end(&tally, &model, &state);
    assert_false(log.full);
    uint64_t n[PLX_FLOW_NOTE_N] = {0}, stays_us = 0, counted_us = 0, seen = 0, left = 0;
    for (size_t i = 0; i < log.n; i++) {
        const plx_flow_note *x = &log.note[i];
        n[x->what]++;
        if (x->what == PLX_FLOW_NOTE_ARRIVAL) stays_us -= (uint64_t)x->time_us;
        if (x->what == PLX_FLOW_NOTE_DEPART || x->what == PLX_FLOW_NOTE_LWBS)
            stays_us += (uint64_t)x->time_us;
        assert_true(i == 0 || log.note[i - 1].time_us <= x->time_us);
    }
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++) {
        counted_us += tally.los_us[a] + tally.left_us[a];
        seen += tally.seen[a];
        left += tally.left[a];
    }
    assert_true(stays_us == counted_us);
    assert_true(n[PLX_FLOW_NOTE_LWBS] == left && n[PLX_FLOW_NOTE_DECISION] == seen);
    assert_true(n[PLX_FLOW_NOTE_PLACE] == seen);
    assert_true(n[PLX_FLOW_NOTE_ORDER] == n[PLX_FLOW_NOTE_RESULT] && n[PLX_FLOW_NOTE_ORDER] > 0);
    assert_true(n[PLX_FLOW_NOTE_DOCTOR_START] == n[PLX_FLOW_NOTE_DOCTOR_END]);
    free(log.note);
}

/* More patients than there is room for: told, and nothing breaks. */
static void test_overrun(void **test_state)
{
    (void)test_state;
    plx_flow_tally tally = {0};
    ed_a_for_test(&model, 4);
    model.source[0].level = 100;
    char why[128];
    assert_int_equal(plx_flow_model_finish(&model, why, sizeof why), PLX_OK);
    plx_flow_begin(&model, &state, 3, 0, 0);
    plx_flow_tally_begin(&tally, &model, &state, 10 * PLX_DAY_US);
    plx_flow_advance(&model, &state, 10 * PLX_DAY_US, &tally);
    assert_true(state.overrun);
}

/* Many laws at once: the sixth family, an atom; the same law shares its table. */
static void test_laws_share_tables(void **test_state)
{
    (void)test_state;
    plx_flow_model_begin(&other);
    const plx_flow_law a = lognormal_for_test(&other, 10, 0.5);
    const plx_flow_law b = lognormal_for_test(&other, 20, 0.5);
    assert_true(a.table == b.table && b.scale_us == 2 * a.scale_us && other.table_n == 1);
    char why[128];
    plx_law law = {.family = PLX_LAW_LOGNORMAL, .mean = 1, .cv = 0.02};
    plx_flow_law out;
    while (other.table_n < PLX_FLOW_TABLES_MAX) {
        law.cv += 0.01;
        assert_int_equal(plx_flow_model_law(&other, &law, &out, why, sizeof why), PLX_OK);
    }
    law.cv = 3;
    assert_int_equal(plx_flow_model_law(&other, &law, &out, why, sizeof why), PLX_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_resume),
        cmocka_unit_test(test_fork_leaves_the_parent),
        cmocka_unit_test(test_common_numbers),
        cmocka_unit_test(test_little),
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_overrun),
        cmocka_unit_test(test_laws_share_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
