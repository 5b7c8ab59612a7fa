/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: over long random journals every forecast ends once, with the outcome and the truth that all
 * statements about its subject give, and the counts of the cells agree. Oracle: a slow judge that
 * keeps every statement and looks at all of them for each forecast; it knows no windows that
 * close, no pools, no order of arrival but what came before the forecast settled. Tolerance: none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/rng.h"
#include "core/ledger/ledger_for_test.h"

enum {
    SUBJECTS = 4,
    STATEMENTS_MAX = 20000,
    FORECASTS_MAX = 8000,
    MOMENTS = 3000,
    LATE_MAX_S = 200
};

static const plx_target targets[] = {PLX_TARGET_SPO2, PLX_TARGET_NIBP_SYS};

typedef struct forecast {
    plx_prediction p;
    uint32_t target;
    bool withdrawn;
    plx_fate outcome;
    double truth;
    uint32_t ends;
} forecast;

typedef struct moment {
    int64_t us, arrival_us;
    uint64_t subject;
} moment;

typedef struct journal {
    plx_ledger *l;
    void *memory;
    plx_ledger_sink sink;
    plx_rng rng;
    int64_t now_us;
    uint64_t id;
    plx_ledger_value statement[STATEMENTS_MAX];
    int64_t arrival_us[STATEMENTS_MAX];
    forecast forecast[FORECASTS_MAX];
    moment action[STATEMENTS_MAX];
    uint32_t statements, forecasts, actions;
} journal;

static journal j;

static uint32_t below(uint32_t n)
{
    return (uint32_t)plx_rng_below(&j.rng, n);
}

static void note_end(void *context, const plx_ledger_score *score)
{
    (void)context;
    if (!score->settled) return;
    for (uint32_t i = 0; i < j.forecasts; i++) {
        if (j.forecast[i].p.id != score->prediction) continue;
        j.forecast[i].outcome = score->outcome;
        j.forecast[i].truth = score->truth;
        j.forecast[i].ends++;
        return;
    }
    fail();
}

static int64_t settled_us(const forecast *f)
{
    return plx_truth_settled_us(plx_truth_rule_of(targets[f->target]), f->p.valid_to_us);
}

static bool is_newest(uint32_t statement, int64_t until_us)
{
    const plx_ledger_value *v = &j.statement[statement];
    for (uint32_t k = 0; k < j.statements; k++)
        if (j.statement[k].id == v->id && j.statement[k].version > v->version &&
            j.arrival_us[k] <= until_us)
            return false;
    return true;
}

/* What is known when the forecast settles: the newest word on each value around its time, those
 * that count, by time and id. */
static uint32_t known(const forecast *f, plx_truth_sample *out)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < j.statements; i++) {
        const plx_ledger_value *v = &j.statement[i];
        if (v->subject != f->p.subject || v->target != targets[f->target]) continue;
        if (v->time_us < f->p.valid_to_us - 500 * PLX_SECOND_US) continue;
        if (v->time_us > f->p.valid_to_us + 500 * PLX_SECOND_US) continue;
        if (j.arrival_us[i] > settled_us(f) || !is_newest(i, settled_us(f))) continue;
        if (v->retracted || v->quality != PLX_QUALITY_GOOD) continue;
        uint32_t at = n++;
        for (; at > 0 && (out[at - 1].time_us > v->time_us ||
                          (out[at - 1].time_us == v->time_us && out[at - 1].id > v->id));
             at--)
            out[at] = out[at - 1];
        out[at] = (plx_truth_sample){v->time_us, v->value, v->id, 1};
    }
    return n;
}

static bool median_of(const forecast *f, const plx_truth_sample *s, uint32_t n, double *truth)
{
    double in[256];
    uint32_t m = 0;
    for (uint32_t i = 0; i < n; i++) {
        const int64_t off = s[i].time_us - f->p.valid_to_us;
        if (off < -30 * PLX_SECOND_US || off > 30 * PLX_SECOND_US) continue;
        if (s[i].time_us <= f->p.issued_us) continue;
        uint32_t at = m++;
        for (; at > 0 && in[at - 1] > s[i].value; at--)
            in[at] = in[at - 1];
        in[at] = s[i].value;
    }
    if (m == 0) return false;
    *truth = m % 2 ? in[m / 2] : in[m / 2 - 1] + (in[m / 2] - in[m / 2 - 1]) * 0.5;
    return true;
}

static bool nearest_of(const forecast *f, const plx_truth_sample *s, uint32_t n, double *truth)
{
    int64_t best = 451 * PLX_SECOND_US;
    for (uint32_t i = 0; i < n; i++) {
        const int64_t off = s[i].time_us < f->p.valid_to_us ? f->p.valid_to_us - s[i].time_us
                                                            : s[i].time_us - f->p.valid_to_us;
        if (s[i].time_us <= f->p.issued_us || off >= best || off > 450 * PLX_SECOND_US) continue;
        best = off;
        *truth = s[i].value;
    }
    return best <= 450 * PLX_SECOND_US;
}

static plx_fate judge(const forecast *f, const plx_truth_sample *s, uint32_t n, double *truth)
{
    *truth = 0;
    if (f->withdrawn) return PLX_FATE_WITHDRAWN;
    const bool found = f->target == 0 ? median_of(f, s, n, truth) : nearest_of(f, s, n, truth);
    if (!found) return PLX_FATE_NEVER;
    const uint32_t listed = plx_truth_rule_of(targets[f->target])->actions;
    for (uint32_t i = 0; i < j.actions; i++)
        if (j.action[i].subject == f->p.subject && j.action[i].arrival_us <= settled_us(f) &&
            j.action[i].us > f->p.issued_us && j.action[i].us <= f->p.valid_to_us &&
            listed & PLX_ACT_SEDATION)
            return PLX_FATE_INTERVENED;
    return PLX_FATE_OBSERVED;
}

static void say(plx_ledger_value v)
{
    assert_int_equal(plx_ledger_truth(j.l, j.now_us, &v, &j.sink), PLX_OK);
    assert_true(j.statements < STATEMENTS_MAX);
    j.arrival_us[j.statements] = j.now_us;
    j.statement[j.statements++] = v;
}

/* A new value, in time or late; or another word about one of the last. */
static void step_value(void)
{
    const uint64_t subject = 1 + below(SUBJECTS);
    const plx_target target = targets[below(2)];
    plx_ledger_value v =
        value_for_test(++j.id, subject, target,
                       j.now_us - (int64_t)below(LATE_MAX_S) * PLX_SECOND_US, 80 + below(30));
    if (below(6) == 0) v.quality = PLX_QUALITY_SUSPECT;
    if (below(4) == 0 && j.statements > 20) {
        const uint64_t version = v.version;
        v = j.statement[j.statements - 1 - below(20)];
        v.version = below(4) == 0 ? v.version - 1 : version; /* or an old word again */
        v.value = 80 + below(30);
        v.retracted = below(3) == 0;
        if (below(3) == 0) v.time_us -= (int64_t)below(30) * PLX_SECOND_US;
        if (v.version < v.id) return;
        for (uint32_t i = 0; i < j.statements;
             i++) /* two words of one version: one journal entry */
            if (j.statement[i].id == v.id && j.statement[i].version == v.version) return;
    }
    say(v);
}

static void step_forecast(void)
{
    static const int64_t leads_s[] = {60, 300, 900};
    const uint32_t target = below(2);
    forecast *f = &j.forecast[j.forecasts];
    assert_true(j.forecasts < FORECASTS_MAX);
    memset(f, 0, sizeof *f);
    f->p = prediction_for_test(++j.id, 1 + below(SUBJECTS), targets[target], j.now_us,
                               leads_s[below(3)] * PLX_SECOND_US);
    f->target = target;
    set_normal(&f->p, 80 + below(30), 1 + below(10));
    f->p.shown = below(2);
    assert_int_equal(plx_ledger_predict(j.l, j.now_us, &f->p, &j.sink), PLX_OK);
    j.forecasts++;
}

static void step_other(void)
{
    const uint64_t subject = 1 + below(SUBJECTS);
    const int64_t began = j.now_us - (int64_t)below(LATE_MAX_S) * PLX_SECOND_US;
    if (below(8) == 0) {
        plx_ledger_action(j.l, j.now_us, subject, PLX_ACT_SEDATION, began, &j.sink);
        j.action[j.actions++] = (moment){began, j.now_us, subject};
    }
    if (below(8) == 0 && j.forecasts > 10) {
        forecast *f = &j.forecast[j.forecasts - 1 - below(10)];
        if (plx_ledger_mark_set(j.l, j.now_us, f->p.subject, targets[f->target], f->p.id,
                                PLX_LEDGER_WITHDRAW, &j.sink) == PLX_OK)
            f->withdrawn = true;
    }
}

static void check_counts(void)
{
    uint64_t outcomes[PLX_FATE_N] = {0}, closed = 0, scored = 0;
    for (uint32_t c = 0; c < plx_ledger_cells(j.l); c++)
        for (int o = 0; o < PLX_FATE_N; o++)
            outcomes[o] += plx_ledger_cell_at(j.l, c)->outcome[o];
    for (uint32_t c = 0; c < plx_ledger_cells(j.l); c++)
        scored +=
            plx_ledger_cell_at(j.l, c)->sums[0].scored + plx_ledger_cell_at(j.l, c)->sums[1].scored;
    for (int o = 0; o < PLX_FATE_N; o++)
        closed += outcomes[o];
    assert_int_equal(outcomes[PLX_FATE_PENDING], 0);
    assert_int_equal(closed, j.forecasts);
    assert_int_equal(scored, outcomes[PLX_FATE_OBSERVED] + outcomes[PLX_FATE_INTERVENED]);
}

static void test_random_journals(void **state)
{
    (void)state;
    uint64_t seen[PLX_FATE_N] = {0};
    plx_truth_sample samples[STATEMENTS_MAX / 4];
    for (uint64_t run = 0; run < 4; run++) {
        const plx_ledger_limits limits = {512, 8, 64, 16, 2, 0, 5};
        memset(&j, 0, sizeof j);
        j.l = ledger_for_test(&limits, &j.memory);
        j.rng = plx_rng_init(run, 4);
        j.sink.scored = note_end;
        j.now_us = LEDGER_START;
        for (int k = 0; k < MOMENTS; k++, j.now_us += (int64_t)below(20) * PLX_SECOND_US) {
            const uint32_t what = below(3);
            if (what == 0) step_value();
            if (what == 1) step_forecast();
            if (what == 2) step_other();
        }
        plx_ledger_tick(j.l, j.now_us + PLX_DAY_US, &j.sink);
        assert_int_equal(plx_ledger_open(j.l), 0);
        assert_int_equal(plx_ledger_counted(j.l).too_late, 0);
        check_counts();
        for (uint32_t i = 0; i < j.forecasts; i++) {
            const forecast *f = &j.forecast[i];
            double truth;
            const uint32_t n = known(f, samples);
            assert_int_equal(f->ends, 1);
            assert_int_equal(f->outcome, judge(f, samples, n, &truth));
            assert_true(f->truth == truth);
            seen[f->outcome]++;
        }
        free(j.memory);
    }
    for (int o = PLX_FATE_OBSERVED; o <= PLX_FATE_WITHDRAWN; o++)
        if (o != PLX_FATE_LEFT) assert_true(seen[o] > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_journals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
