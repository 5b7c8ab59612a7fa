/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a forecast has one outcome, which follows from what is known and not from the order in
 * which it became known; every limit does what the header says. Oracles: cases written out by hand;
 * every order of a small journal, merged patients, corrections and late values among it, gives one
 * digest; the same journal gives the same bytes; a copy of the memory goes on as the ledger it was
 * taken from; a golden digest. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "core/base/hash.h"
#include "core/base/rng.h"
#include "core/ledger/ledger_for_test.h"

static const plx_ledger_limits small = {64, 8, 32, 8, 2, 0, 7};

/* The last score of the forecast with that id, and how many there were. */
typedef struct seen {
    plx_ledger_score last;
    uint64_t wanted;
    uint32_t n;
} seen;

static void see(void *context, const plx_ledger_score *score)
{
    seen *s = context;
    if (score->prediction != s->wanted) return;
    s->last = *score;
    s->n++;
}

typedef struct world {
    plx_ledger *l;
    void *memory;
    seen seen;
    plx_ledger_sink sink;
    uint64_t value_id;
} world;

/* Subject 1 has one forecast of its heart rate, id 10, 5 minutes after the start. */
static void begin(world *w)
{
    memset(w, 0, sizeof *w);
    w->l = ledger_for_test(&small, &w->memory);
    w->seen.wanted = 10;
    w->sink = (plx_ledger_sink){&w->seen, see, NULL};
    plx_prediction p = prediction_for_test(10, 1, PLX_TARGET_HR, LEDGER_START, 5 * MINUTE);
    set_normal(&p, 80, 5);
    assert_int_equal(plx_ledger_predict(w->l, LEDGER_START, &p, &w->sink), PLX_OK);
}

static void end(world *w)
{
    free(w->memory);
}

static plx_ledger_value value_at(world *w, int64_t s, double value)
{
    return value_for_test(++w->value_id, 1, PLX_TARGET_HR, LEDGER_START + s * PLX_SECOND_US, value);
}

static void truth(world *w, int64_t now_s, plx_ledger_value v)
{
    assert_int_equal(plx_ledger_truth(w->l, LEDGER_START + now_s * PLX_SECOND_US, &v, &w->sink),
                     PLX_OK);
}

static void tick(world *w, int64_t s)
{
    plx_ledger_tick(w->l, LEDGER_START + s * PLX_SECOND_US, &w->sink);
}

static const plx_ledger_cell *only_cell(const world *w)
{
    assert_int_equal(plx_ledger_cells(w->l), 1);
    return plx_ledger_cell_at(w->l, 0);
}

static void test_observed(void **state)
{
    (void)state;
    world w;
    begin(&w);
    truth(&w, 270, value_at(&w, 270, 84));
    truth(&w, 300, value_at(&w, 300, 86));
    truth(&w, 330, value_at(&w, 330, 99));
    assert_int_equal(w.seen.n, 0); /* the window is open */
    tick(&w, 331);
    assert_int_equal(w.seen.n, 1);
    assert_int_equal(w.seen.last.outcome, PLX_FATE_OBSERVED);
    assert_true(w.seen.last.truth == 86 && !w.seen.last.settled);
    assert_true(fabs(w.seen.last.judgement.verdict.error + 6) < 0.01);
    assert_true(w.seen.last.judgement.verdict.inside[2]);  /* 71.8 to 88.2 */
    assert_false(w.seen.last.judgement.verdict.inside[0]); /* 76.6 to 83.4 */
    /* A late value changes the median: a second version, and the sums hold only that one. */
    truth(&w, 400, value_at(&w, 310, 80));
    assert_int_equal(w.seen.n, 2);
    assert_true(w.seen.last.truth == 85 && w.seen.last.version == 2);
    assert_int_equal(only_cell(&w)->sums[0].scored, 1);
    plx_aggregate once = {0};
    plx_aggregate_put(&once, &w.seen.last.judgement, 15, 1);
    assert_memory_equal(&once, &only_cell(&w)->sums[0], sizeof once);
    tick(&w, 600);
    assert_int_equal(plx_ledger_open(w.l), 1);
    tick(&w, 601);
    assert_int_equal(plx_ledger_open(w.l), 0);
    assert_true(w.seen.last.settled && w.seen.last.truth == 85);
    assert_int_equal(only_cell(&w)->outcome[PLX_FATE_OBSERVED], 1);
    assert_int_equal(only_cell(&w)->outcome[PLX_FATE_PENDING], 0);
    end(&w);
}

static void test_what_is_no_truth(void **state)
{
    (void)state;
    world w;
    begin(&w);
    plx_ledger_value v = value_at(&w, 300, 80);
    const plx_kind kinds[] = {PLX_KIND_IMPUTED, PLX_KIND_PREDICTED, PLX_KIND_DEMO};
    for (int i = 0; i < 3; i++) {
        v.kind = kinds[i];
        v.id = v.version = ++w.value_id;
        truth(&w, 300, v);
    }
    v.kind = PLX_KIND_MEASURED;
    const plx_quality bad[] = {PLX_QUALITY_SUSPECT, PLX_QUALITY_IMPOSSIBLE, PLX_QUALITY_STALE};
    for (int i = 0; i < 3; i++) {
        v.quality = bad[i];
        v.id = v.version = ++w.value_id;
        truth(&w, 300, v);
    }
    v.quality = PLX_QUALITY_GOOD;
    v.source = PLX_SOURCE_CHART;
    v.id = v.version = ++w.value_id;
    truth(&w, 300, v);
    assert_int_equal(plx_ledger_counted(w.l).not_truth, 7);
    tick(&w, 601);
    assert_int_equal(w.seen.last.outcome, PLX_FATE_NEVER);
    assert_int_equal(only_cell(&w)->sums[0].scored, 0);
    v.value = NAN;
    assert_int_equal(plx_ledger_truth(w.l, LEDGER_START, &v, &w.sink), PLX_RANGE);
    v.value = 80;
    v.id = 0;
    assert_int_equal(plx_ledger_truth(w.l, LEDGER_START, &v, &w.sink), PLX_RANGE);
    end(&w);
}

static void test_outcomes(void **state)
{
    (void)state;
    world w;
    begin(&w); /* an action of a listed kind inside the window, told late */
    truth(&w, 300, value_at(&w, 300, 70));
    tick(&w, 340);
    plx_ledger_action(w.l, LEDGER_START + 350 * PLX_SECOND_US, 1, PLX_ACT_METABOLIC,
                      LEDGER_START + MINUTE, &w.sink);
    assert_int_equal(w.seen.last.outcome, PLX_FATE_OBSERVED);
    plx_ledger_action(w.l, LEDGER_START + 350 * PLX_SECOND_US, 1, PLX_ACT_FLUID,
                      LEDGER_START + MINUTE, &w.sink);
    assert_int_equal(w.seen.last.outcome, PLX_FATE_INTERVENED);
    assert_int_equal(only_cell(&w)->sums[PLX_STRATUM_AS_IS].scored, 0);
    assert_int_equal(only_cell(&w)->sums[PLX_STRATUM_INTERVENED].scored, 1);
    end(&w);
    begin(&w); /* left, then not */
    plx_ledger_leave(w.l, LEDGER_START + MINUTE, 1, LEDGER_START + MINUTE, &w.sink);
    tick(&w, 331);
    assert_int_equal(w.seen.last.outcome, PLX_FATE_LEFT);
    plx_ledger_leave(w.l, LEDGER_START + 340 * PLX_SECOND_US, 1, PLX_TIME_NONE, &w.sink);
    assert_int_equal(w.seen.last.outcome, PLX_FATE_PENDING);
    truth(&w, 400, value_at(&w, 299, 70));
    assert_int_equal(w.seen.last.outcome, PLX_FATE_OBSERVED);
    assert_int_equal(only_cell(&w)->outcome[PLX_FATE_LEFT], 0);
    end(&w);
    begin(&w);
    assert_int_equal(
        plx_ledger_mark_set(w.l, LEDGER_START, 1, PLX_TARGET_HR, 11, PLX_LEDGER_WITHDRAW, &w.sink),
        PLX_UNKNOWN);
    assert_int_equal(
        plx_ledger_mark_set(w.l, LEDGER_START, 1, PLX_TARGET_HR, 10, PLX_LEDGER_WITHDRAW, &w.sink),
        PLX_OK);
    truth(&w, 300, value_at(&w, 300, 70));
    tick(&w, 601);
    assert_int_equal(w.seen.last.outcome, PLX_FATE_WITHDRAWN);
    end(&w);
    begin(&w); /* retracted after it was scored */
    plx_ledger_value v = value_at(&w, 300, 70);
    truth(&w, 300, v);
    tick(&w, 340);
    v.version = 50;
    v.retracted = true;
    truth(&w, 350, v);
    assert_int_equal(w.seen.last.outcome, PLX_FATE_PENDING);
    tick(&w, 601);
    assert_int_equal(w.seen.last.outcome, PLX_FATE_NEVER);
    assert_int_equal(only_cell(&w)->sums[0].scored, 0);
    end(&w);
}

static void test_what_if(void **state)
{
    (void)state;
    for (int done = 0; done < 2; done++) {
        world w;
        begin(&w);
        w.seen.wanted = 11;
        plx_prediction p = prediction_for_test(11, 1, PLX_TARGET_HR, LEDGER_START, 5 * MINUTE);
        set_normal(&p, 80, 5);
        assert_int_equal(plx_prediction_text("500-ml", p.arm), PLX_OK);
        p.arm_hash = 5;
        p.uses = PLX_USE_WHAT_IF;
        assert_int_equal(plx_ledger_predict(w.l, LEDGER_START, &p, &w.sink), PLX_OK);
        if (done)
            assert_int_equal(plx_ledger_mark_set(w.l, LEDGER_START + MINUTE, 1, PLX_TARGET_HR, 11,
                                                 PLX_LEDGER_CARRIED_OUT, &w.sink),
                             PLX_OK);
        truth(&w, 300, value_at(&w, 300, 70));
        tick(&w, 601);
        assert_int_equal(w.seen.last.outcome, done ? PLX_FATE_OBSERVED : PLX_FATE_WITHDRAWN);
        assert_int_equal(only_cell(&w)->sums[PLX_STRATUM_WHAT_IF].scored, done);
        assert_int_equal(only_cell(&w)->sums[PLX_STRATUM_AS_IS].scored, 1);
        end(&w);
    }
}

static void test_events(void **state)
{
    (void)state;
    world w;
    begin(&w);
    w.seen.wanted = 20;
    for (uint64_t id = 20; id < 22; id++) {
        plx_prediction p =
            prediction_for_test(id, id, PLX_TARGET_MAP_LOW, LEDGER_START, 5 * MINUTE);
        p.valid_from_us = LEDGER_START;
        p.kind = PLX_PREDICTION_EVENT;
        assert_int_equal(plx_prediction_set_probability(&p, 0.3), PLX_OK);
        assert_int_equal(plx_ledger_predict(w.l, LEDGER_START, &p, &w.sink), PLX_OK);
    }
    for (int s = 0; s <= 300; s += 60) {
        plx_ledger_value v = value_for_test(++w.value_id, 20, PLX_TARGET_MAP_LOW,
                                            LEDGER_START + s * PLX_SECOND_US, 0);
        truth(&w, s, v);
    }
    truth(&w, 300, value_for_test(++w.value_id, 21, PLX_TARGET_MAP_LOW, LEDGER_START + MINUTE, 1));
    tick(&w, 421);
    assert_int_equal(w.seen.last.outcome, PLX_FATE_OBSERVED);
    assert_true(w.seen.last.truth == 0);
    assert_true(fabs(plx_judgement_score(&w.seen.last.judgement) - 0.09) < 1e-12);
    assert_true(w.seen.last.judgement.rival_known[0]);
    assert_true(w.seen.last.judgement.rival[0] == 0.25); /* base rate of nothing: one half */
    const plx_ledger_key key = key_for_test(PLX_TARGET_MAP_LOW, PLX_HORIZON_5MIN);
    const plx_ledger_cell *c = plx_ledger_cell_find(w.l, &key);
    assert_non_null(c);
    assert_int_equal(c->settled, 2);
    assert_int_equal(c->settled_events, 1);
    assert_int_equal(c->sums[0].bin[6], 2);
    assert_int_equal(c->sums[0].happened[6], 1);
    end(&w);
}

static void test_refusals(void **state)
{
    (void)state;
    world w;
    begin(&w);
    plx_prediction p = prediction_for_test(11, 1, PLX_TARGET_HR, LEDGER_START, 5 * MINUTE), q = p;
    const int64_t now = LEDGER_START + MINUTE;
    assert_int_equal(plx_ledger_predict(w.l, now, &p, &w.sink), PLX_OK);
    assert_int_equal(only_cell(&w)->outcome[PLX_FATE_ABSTAINED], 1);
    assert_int_equal(plx_ledger_predict(w.l, now, &p, &w.sink), PLX_DUPLICATE);
    set_normal(&q, 80, 5);
    q.id = 12;
    q.version = 2;
    assert_int_equal(plx_ledger_predict(w.l, now, &q, &w.sink), PLX_UNKNOWN);
    q.version = 1;
    q.unit[0] = 'm';
    assert_int_equal(plx_ledger_predict(w.l, now, &q, &w.sink), PLX_CONFLICT);
    q.unit[0] = '/';
    q.horizon = PLX_HORIZON_1MIN;
    assert_int_equal(plx_ledger_predict(w.l, now, &q, &w.sink), PLX_CONFLICT);
    q.horizon = PLX_HORIZON_5MIN;
    q.target[0] = '9';
    assert_int_equal(plx_ledger_predict(w.l, now, &q, &w.sink), PLX_OK);
    assert_int_equal(plx_ledger_counted(w.l).no_rule, 1);
    q.target[0] = '8';
    q.id = 13;
    q.issued_us = q.valid_from_us = now + 1;
    q.valid_to_us = q.valid_from_us = now + 1 + 5 * MINUTE;
    assert_int_equal(plx_ledger_predict(w.l, now, &q, &w.sink), PLX_RANGE); /* from the future */
    truth(&w, 300, value_at(&w, 300, 80));
    q = prediction_for_test(13, 1, PLX_TARGET_HR, LEDGER_START, 5 * MINUTE);
    set_normal(&q, 80, 5);
    assert_int_equal(plx_ledger_predict(w.l, LEDGER_START + 5 * MINUTE, &q, &w.sink), PLX_OK);
    assert_int_equal(only_cell(&w)->outcome[PLX_FATE_LATE_ISSUED], 1);
    assert_int_equal(plx_ledger_open(w.l), 1);
    assert_int_equal(plx_ledger_counted(w.l).refused, 4);
    end(&w);
}

static void test_limits(void **state)
{
    (void)state;
    plx_ledger_limits limits = small;
    assert_true(plx_ledger_size(&limits) > 0);
    limits.open_max = PLX_LEDGER_OPEN_MAX + 1;
    assert_int_equal(plx_ledger_size(&limits), 0);
    limits = small;
    void *memory;
    plx_ledger *l = ledger_for_test(&limits, &memory);
    plx_ledger *other = NULL;
    assert_int_equal(plx_ledger_init(memory, 10, &limits, &other), PLX_SPACE);
    /* Twice the open maximum: the first ones go, but for one that somebody saw. */
    for (uint64_t id = 1; id <= 128; id++) {
        plx_prediction p =
            prediction_for_test(id, 1 + id % 4, PLX_TARGET_HR, LEDGER_START, 60 * MINUTE);
        set_normal(&p, 80, 5);
        p.shown = id == 3;
        assert_int_equal(plx_ledger_predict(l, LEDGER_START, &p, NULL), PLX_OK);
    }
    assert_int_equal(plx_ledger_open(l), 64);
    assert_int_equal(plx_ledger_counted(l).dropped, 64);
    assert_int_equal(plx_ledger_cell_at(l, 0)->outcome[PLX_FATE_DROPPED], 64);
    assert_int_equal(
        plx_ledger_mark_set(l, LEDGER_START, 4, PLX_TARGET_HR, 3, PLX_LEDGER_WITHDRAW, NULL),
        PLX_OK);
    assert_int_equal(
        plx_ledger_mark_set(l, LEDGER_START, 1, PLX_TARGET_HR, 64, PLX_LEDGER_WITHDRAW, NULL),
        PLX_UNKNOWN);
    for (uint64_t id = 129; id <= 300; id++) { /* many more, so the timers are rebuilt */
        plx_prediction p = prediction_for_test(id, 1, PLX_TARGET_HR, LEDGER_START, 60 * MINUTE);
        set_normal(&p, 80, 5);
        p.shown = id > 236;
        const plx_status status = plx_ledger_predict(l, LEDGER_START, &p, NULL);
        assert_int_equal(status, id < 300 ? PLX_OK : PLX_FULL); /* with id 3: 64 were seen */
    }
    plx_ledger_tick(l, LEDGER_START + PLX_DAY_US, NULL);
    assert_int_equal(plx_ledger_open(l), 0);
    /* Series: those that rest make room for others. */
    for (uint64_t subject = 10; subject < 40; subject++) {
        plx_ledger_value v =
            value_for_test(subject, subject, PLX_TARGET_HR, LEDGER_START + PLX_DAY_US, 80);
        assert_int_equal(plx_ledger_truth(l, LEDGER_START + PLX_DAY_US, &v, NULL), PLX_OK);
    }
    assert_int_equal(plx_ledger_counted(l).series_gone, 26);
    free(memory);
}

/* A small journal about two names of one patient: forecasts first, the rest in any order. */
enum { STEPS = 7 };

static void step(plx_ledger *l, int k)
{
    const int64_t at = LEDGER_START + 5 * MINUTE, now = LEDGER_START + 6 * MINUTE + k;
    plx_ledger_value v = value_for_test(101, 1, PLX_TARGET_HR, at, 84);
    switch (k) {
    case 0:
        break;
    case 1: /* its correction, to another time */
        v.version = 900;
        v.value = 95;
        v.time_us = at - 10 * PLX_SECOND_US;
        break;
    case 2:
        v = value_for_test(102, 2, PLX_TARGET_HR, at + PLX_SECOND_US, 70);
        break;
    case 3:
        v = value_for_test(103, 1, PLX_TARGET_HR, at + 20 * PLX_SECOND_US, 76);
        break;
    case 4:
        assert_int_equal(plx_ledger_merge(l, now, 2, 1, NULL), PLX_OK);
        return;
    case 5:
        plx_ledger_action(l, now, 1, PLX_ACT_BLOOD, LEDGER_START + 100 * PLX_SECOND_US, NULL);
        return;
    default:
        v = value_for_test(102, 2, PLX_TARGET_HR, at + PLX_SECOND_US, 70);
        v.version = 901;
        v.retracted = true;
        break;
    }
    assert_int_equal(plx_ledger_truth(l, now, &v, NULL), PLX_OK);
}

static void forecast_two_names(plx_ledger *l)
{
    for (uint64_t id = 1; id <= 12; id++) {
        const int64_t now = LEDGER_START + (int64_t)id * 20 * PLX_SECOND_US;
        plx_prediction p = prediction_for_test(id, 1 + id % 2, PLX_TARGET_HR, now,
                                               LEDGER_START + 5 * MINUTE - now);
        set_normal(&p, 80 + (double)id, 5);
        assert_int_equal(plx_ledger_predict(l, now, &p, NULL), PLX_OK);
    }
}

static void run_order(const int *order, uint8_t digest[32])
{
    void *memory;
    plx_ledger *l = ledger_for_test(&small, &memory);
    forecast_two_names(l);
    for (int i = 0; i < STEPS; i++)
        step(l, order[i]);
    plx_ledger_tick(l, LEDGER_START + 30 * MINUTE, NULL);
    assert_int_equal(plx_ledger_open(l), 0);
    assert_true(plx_ledger_cell_at(l, 0)->sums[0].scored > 0);
    assert_true(plx_ledger_cell_at(l, 0)->sums[1].scored > 0);
    plx_ledger_digest(l, digest);
    free(memory);
}

static bool next_order(int *order)
{
    int i = STEPS - 1, j = STEPS - 1;
    while (i > 0 && order[i - 1] >= order[i])
        i--;
    if (i == 0) return false;
    while (order[j] <= order[i - 1])
        j--;
    int kept = order[i - 1];
    order[i - 1] = order[j];
    order[j] = kept;
    for (j = STEPS - 1; i < j; i++, j--) {
        kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
    return true;
}

static void test_every_order(void **state)
{
    (void)state;
    int order[STEPS] = {0, 1, 2, 3, 4, 5, 6}, orders = 0;
    uint8_t first[32], digest[32];
    run_order(order, first);
    do {
        run_order(order, digest);
        assert_memory_equal(first, digest, 32);
        orders++;
    } while (next_order(order));
    assert_int_equal(orders, 5040);
}

/* Hours of forecasts and values of a few patients; predictions go through their bytes. */
static void play(plx_ledger *l, int from, int to)
{
    for (int minute = from; minute < to; minute++) {
        const int64_t now = LEDGER_START + minute * MINUTE;
        for (uint64_t subject = 1; subject <= 3; subject++) {
            plx_rng rng = plx_rng_init(3, (uint64_t)minute * 10 + subject);
            const uint64_t id = (uint64_t)minute * 100 + subject * 10 + 1;
            plx_ledger_value v = value_for_test(id * 4096, subject, PLX_TARGET_HR, now,
                                                80 + plx_rng_normal(&rng, 0, 5));
            assert_int_equal(plx_ledger_truth(l, now, &v, NULL), PLX_OK);
            for (uint64_t k = 0; k < 2; k++) {
                plx_prediction p = prediction_for_test(id + k, subject, PLX_TARGET_HR, now,
                                                       k ? 15 * MINUTE : 5 * MINUTE);
                set_normal(&p, 80, 5);
                uint8_t bytes[PLX_PREDICTION_BYTES_MAX];
                plx_prediction q;
                const size_t n = plx_prediction_encode(&p, bytes);
                assert_int_equal(plx_prediction_decode(bytes, n, &q), PLX_OK);
                assert_int_equal(plx_ledger_predict(l, now, &q, NULL), PLX_OK);
            }
        }
    }
}

static void test_replay_and_copy(void **state)
{
    (void)state;
    void *memory[2];
    const size_t size = plx_ledger_size(&(plx_ledger_limits){256, 8, 32, 8, 2, 0, 7});
    plx_ledger *l[2];
    for (int i = 0; i < 2; i++) {
        l[i] = ledger_for_test(&(plx_ledger_limits){256, 8, 32, 8, 2, 0, 7}, &memory[i]);
        play(l[i], 1, 120);
    }
    assert_memory_equal(memory[0], memory[1], size);
    void *copy = malloc(size);
    assert_non_null(copy);
    memcpy(copy, memory[0], size);
    play(l[0], 120, 200);
    play(copy, 120, 200);
    play(l[1], 120, 200);
    assert_memory_equal(memory[0], copy, size);
    assert_memory_equal(memory[0], memory[1], size);
    uint8_t digest[32];
    plx_ledger_digest(l[0], digest);
    assert_int_equal(plx_crc32c(0, digest, sizeof digest), 0x1c784592);
    free(copy);
    free(memory[0]);
    free(memory[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_observed),       cmocka_unit_test(test_what_is_no_truth),
        cmocka_unit_test(test_outcomes),       cmocka_unit_test(test_what_if),
        cmocka_unit_test(test_events),         cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_limits),         cmocka_unit_test(test_every_order),
        cmocka_unit_test(test_replay_and_copy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
