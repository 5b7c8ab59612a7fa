/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the ledger tells a right model from a wrong one, says what is wrong with it, takes a model
 * down that stops being right, and steps back from it for the one patient whom it does not follow.
 * Oracle: simulated patients whose law of the future is known (a stationary Gaussian process with
 * exponential correlation), and forecasters that know it or are wrong in a known way. Tolerance:
 * 99.9 % limits of the binomial law, chi-square p > 0.001; the bars of the design; figures printed
 * are fixed by their keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "core/base/rng.h"
#include "core/ledger/ledger_for_test.h"

#define HR_MEAN 80.0
#define HR_SD 8.0

enum { SUBJECTS_MAX = 16 };

static const plx_ledger_limits limits = {4096, 32, 64, 8, 2, 0, 11};

/* How a forecaster is wrong: sd x width, centre + bias sds; noise: of its centre, in sds. */
typedef struct forecaster {
    double width, bias, noise;
    bool ensemble;
} forecaster;

typedef struct hospital {
    plx_ledger *l;
    void *memory;
    plx_rng rng;
    plx_ledger_sink sink;
    uint64_t id;
    int64_t now_us, every_us, lead_us;
    double rate_per_s;
    uint32_t subjects;
    double hr[SUBJECTS_MAX + 1];
    double shift[SUBJECTS_MAX + 1]; /* added to what is measured: what the forecaster misses */
    plx_ledger_change change;       /* the last one */
    uint32_t changes;
} hospital;

static void note(void *context, const plx_ledger_change *change)
{
    hospital *h = context;
    h->change = *change;
    h->changes++;
}

static void open_hospital(hospital *h, uint64_t key, uint32_t subjects, int64_t every_us,
                          int64_t lead_us)
{
    memset(h, 0, sizeof *h);
    h->l = ledger_for_test(&limits, &h->memory);
    h->rng = plx_rng_init(key, 1);
    h->sink = (plx_ledger_sink){h, NULL, note};
    h->now_us = LEDGER_START;
    h->every_us = every_us;
    h->lead_us = lead_us;
    h->rate_per_s = 1.0 / 1800.0;
    h->subjects = subjects;
    for (uint32_t s = 1; s <= subjects; s++)
        h->hr[s] = plx_rng_normal(&h->rng, HR_MEAN, HR_SD);
}

static void predict(hospital *h, uint32_t subject, const forecaster *f)
{
    const double rho = exp(-h->rate_per_s * (double)h->lead_us * 1e-6);
    const double sd = HR_SD * sqrt(1 - rho * rho);
    double centre = HR_MEAN + rho * (h->hr[subject] - HR_MEAN) + f->bias * sd;
    if (f->noise > 0) centre += plx_rng_normal(&h->rng, 0, f->noise * sd);
    plx_prediction p = prediction_for_test(++h->id, subject, PLX_TARGET_HR, h->now_us, h->lead_us);
    if (f->ensemble) {
        double members[PLX_PREDICTION_MEMBERS_MAX];
        for (int i = 0; i < PLX_PREDICTION_MEMBERS_MAX; i++)
            members[i] = plx_rng_normal(&h->rng, centre, f->width * sd);
        assert_int_equal(plx_prediction_set_members(&p, members, PLX_PREDICTION_MEMBERS_MAX),
                         PLX_OK);
    } else {
        set_normal(&p, centre, f->width * sd);
    }
    assert_int_equal(plx_ledger_predict(h->l, h->now_us, &p, &h->sink), PLX_OK);
}

/* Each subject's value, then a forecast for it. */
static void go_on(hospital *h, const forecaster *f, int64_t until_us)
{
    const double rho = exp(-h->rate_per_s * (double)h->every_us * 1e-6);
    for (; h->now_us < until_us; h->now_us += h->every_us) {
        plx_ledger_tick(h->l, h->now_us, &h->sink);
        for (uint32_t s = 1; s <= h->subjects; s++) {
            h->hr[s] = HR_MEAN + rho * (h->hr[s] - HR_MEAN) +
                       plx_rng_normal(&h->rng, 0, HR_SD * sqrt(1 - rho * rho));
            const plx_ledger_value v =
                value_for_test(++h->id, s, PLX_TARGET_HR, h->now_us, h->hr[s] + h->shift[s]);
            assert_int_equal(plx_ledger_truth(h->l, h->now_us, &v, &h->sink), PLX_OK);
            predict(h, s, f);
        }
    }
}

static plx_ledger_key the_key(const hospital *h)
{
    return key_for_test(PLX_TARGET_HR, plx_horizon_of(h->lead_us));
}

static const plx_ledger_cell *the_cell(const hospital *h)
{
    return plx_ledger_cell_at(h->l, 0);
}

static plx_aggregate_summary judge(uint64_t key, const forecaster *f)
{
    hospital h;
    plx_aggregate_summary summary;
    open_hospital(&h, key, 8, 15 * MINUTE, 15 * MINUTE);
    go_on(&h, f, LEDGER_START + 4 * PLX_DAY_US);
    plx_ledger_tick(h.l, h.now_us + PLX_HOUR_US, NULL);
    assert_int_equal(plx_aggregate_summarise(&the_cell(&h)->sums[0], 15, &summary), PLX_OK);
    free(h.memory);
    return summary;
}

static void test_ideal(void **state)
{
    (void)state;
    for (int ensemble = 0; ensemble < 2; ensemble++) {
        const forecaster ideal = {1, 0, 0, ensemble};
        const plx_aggregate_summary s = judge(21, &ideal);
        assert_true(s.n > 3000);
        assert_int_equal(s.calibration, PLX_CALIBRATION_FIT);
        for (int i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
            const double e = s.cover[i].expected;
            assert_true(fabs(s.cover[i].share - e) < 3.29 * sqrt(e * (1 - e) / (double)s.n));
        }
        assert_true(s.flatness.p > 0.001);
        assert_true(fabs(s.spread_skill - 1) < 0.05);
        assert_true(fabs(s.bias) < 3.29 * s.bias_se);
        printf("# ideal, %s: skill %.3f against persistence, %.3f trend, %.3f AR(1)\n",
               ensemble ? "64 members" : "quantiles", s.skill[0], s.skill[1], s.skill[2]);
        for (int k = 0; k < PLX_RIVAL_KIND_N; k++) {
            assert_true(s.skill[k] > 0 && s.pairs[k] > 3000);
            assert_true(s.difference[k] + 3 * s.difference_se[k] < 0);
        }
    }
}

static void test_wrong_ones_are_named(void **state)
{
    (void)state;
    static const struct {
        forecaster f;
        plx_calibration name;
    } cases[] = {
        {{0.7, 0, 0, false}, PLX_CALIBRATION_NARROW}, {{0.7, 0, 0, true}, PLX_CALIBRATION_NARROW},
        {{1.4, 0, 0, false}, PLX_CALIBRATION_WIDE},   {{1.4, 0, 0, true}, PLX_CALIBRATION_WIDE},
        {{1, 0.3, 0, false}, PLX_CALIBRATION_HIGH},   {{1, -0.3, 0, true}, PLX_CALIBRATION_LOW}};
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const plx_aggregate_summary s = judge(30 + i, &cases[i].f);
        assert_string_equal(plx_calibration_text(s.calibration),
                            plx_calibration_text(cases[i].name));
        assert_true(s.flatness.p < 0.001);
    }
}

static void test_too_few(void **state)
{
    (void)state;
    hospital h;
    plx_aggregate_summary s;
    const forecaster narrow = {0.1, 0, 0, false};
    open_hospital(&h, 3, 1, 15 * MINUTE, 15 * MINUTE);
    go_on(&h, &narrow, LEDGER_START + 40 * 15 * MINUTE);
    assert_int_equal(plx_aggregate_summarise(&the_cell(&h)->sums[0], 15, &s), PLX_NO_ANSWER);
    assert_int_equal(s.calibration, PLX_CALIBRATION_TOO_FEW);
    free(h.memory);
}

/* In the shadow until it may go live, then live. */
static void bring_live(hospital *h, const forecaster *f)
{
    const plx_ledger_key key = the_key(h);
    go_on(h, f, LEDGER_START + 6 * PLX_DAY_US);
    assert_int_equal(plx_ledger_decide(h->l, h->now_us, &key, PLX_MODEL_LIVE, false, &h->sink),
                     PLX_CONFLICT); /* not 7 days */
    go_on(h, f, LEDGER_START + 10 * PLX_DAY_US);
    assert_int_equal(plx_ledger_decide(h->l, h->now_us, &key, PLX_MODEL_LIVE, false, &h->sink),
                     PLX_OK);
    go_on(h, f, LEDGER_START + 14 * PLX_DAY_US);
    assert_int_equal(the_cell(h)->state, PLX_MODEL_LIVE);
    assert_int_equal(h->changes, 1);
}

static void test_coverage_demotes(void **state)
{
    (void)state;
    hospital h;
    const forecaster ideal = {1, 0, 0, false};
    const forecaster narrow = {0.63, 0, 0, false}; /* 90 -> 70 % */
    open_hospital(&h, 5, 8, 15 * MINUTE, 15 * MINUTE);
    bring_live(&h, &ideal);
    const int64_t began = h.now_us;
    go_on(&h, &narrow, began + PLX_DAY_US);
    assert_int_equal(the_cell(&h)->state, PLX_MODEL_DEMOTED);
    assert_int_equal(h.change.reason, PLX_STATE_REASON_COVERAGE_NARROW);
    assert_true(h.change.evidence > PLX_DRIFT_COVERAGE_ALARM);
    printf("# 8 patients, coverage 90 to 70 %%: demoted after %.1f h\n",
           (double)(h.change.at_us - began) / 3600e6);
    /* Nothing raises it again but a person, and by way of the shadow. */
    go_on(&h, &ideal, began + 2 * PLX_DAY_US);
    const plx_ledger_key key = the_key(&h);
    assert_int_equal(the_cell(&h)->state, PLX_MODEL_DEMOTED);
    assert_int_equal(plx_ledger_decide(h.l, h.now_us, &key, PLX_MODEL_LIVE, true, &h.sink),
                     PLX_CONFLICT);
    assert_int_equal(plx_ledger_decide(h.l, h.now_us, &key, PLX_MODEL_SHADOW, false, &h.sink),
                     PLX_OK);
    assert_int_equal(plx_ledger_decide(h.l, h.now_us, &key, PLX_MODEL_LIVE, false, &h.sink),
                     PLX_CONFLICT);
    assert_int_equal(plx_ledger_decide(h.l, h.now_us, &key, PLX_MODEL_LIVE, true, &h.sink), PLX_OK);
    assert_int_equal(h.change.reason, PLX_STATE_REASON_DEMO);
    plx_advice advice;
    plx_ledger_advise(h.l, &key, 1, &advice);
    assert_int_equal(advice.action, PLX_ADVICE_AS_IS);
    free(h.memory);
}

/* Honest about its width, but no better than noise on top of what it knew. */
static void test_skill_demotes(void **state)
{
    (void)state;
    hospital h;
    const forecaster ideal = {1, 0, 0, false}, vague = {1.8, 0, 1.5, false};
    open_hospital(&h, 6, 8, 15 * MINUTE, 15 * MINUTE);
    bring_live(&h, &ideal);
    const int64_t began = h.now_us;
    go_on(&h, &vague, began + 15 * PLX_DAY_US);
    assert_int_equal(the_cell(&h)->state, PLX_MODEL_DEMOTED);
    printf("# honest but worse than its rivals: %s after %.1f days: %s\n",
           plx_model_state_text(h.change.to), (double)(h.change.at_us - began) / 86400e6,
           plx_state_reason_text(h.change.reason));
    assert_true(h.change.reason == PLX_STATE_REASON_SKILL_FALLING ||
                h.change.reason == PLX_STATE_REASON_SKILL_BELOW);
    free(h.memory);
}

/* Minutes until the advice for a subject is another action than before, at most `most`. */
static int minutes_until(hospital *h, const forecaster *f, uint32_t subject, bool as_is, int most)
{
    const plx_ledger_key key = the_key(h);
    const int64_t began = h->now_us;
    plx_advice advice;
    do {
        go_on(h, f, h->now_us + 1);
        plx_ledger_advise(h->l, &key, subject, &advice);
        if ((advice.action == PLX_ADVICE_AS_IS) == as_is) break;
    } while (h->now_us - began < most * MINUTE);
    return (int)((h->now_us - began) / MINUTE);
}

static void live_by_demo(hospital *h, const forecaster *f)
{
    const plx_ledger_key key = the_key(h);
    plx_advice advice;
    go_on(h, f, h->now_us + 1);
    plx_ledger_advise(h->l, &key, 1, &advice);
    assert_int_equal(advice.action, PLX_ADVICE_RIVAL); /* in the shadow */
    assert_int_equal(advice.reason, PLX_ADVICE_MODEL_OFF_REASON);
    assert_int_equal(plx_ledger_decide(h->l, h->now_us, &key, PLX_MODEL_LIVE, true, NULL), PLX_OK);
    plx_ledger_advise(h->l, &key, 1, &advice);
    assert_int_equal(advice.reason, PLX_ADVICE_UNJUDGED_REASON);
}

static void test_steps_back_for_one_patient(void **state)
{
    (void)state;
    hospital h;
    const forecaster ideal = {1, 0, 0, false};
    open_hospital(&h, 8, 4, MINUTE, 15 * MINUTE);
    live_by_demo(&h, &ideal);
    go_on(&h, &ideal, LEDGER_START + 4 * PLX_HOUR_US);
    /* Subject 1 bleeds in a way that the model does not see: 30 more beats from now on. */
    h.shift[1] = 30;
    const int found = minutes_until(&h, &ideal, 1, false, 120);
    plx_advice advice;
    const plx_ledger_key key = the_key(&h);
    go_on(&h, &ideal, h.now_us + 30 * MINUTE);
    plx_ledger_advise(h.l, &key, 1, &advice);
    assert_int_equal(advice.action, PLX_ADVICE_RIVAL);
    assert_true(advice.reason == PLX_ADVICE_ADRIFT_REASON ||
                advice.reason == PLX_ADVICE_LOSES_REASON);
    assert_true(advice.reading.d > 2 && advice.reading.skill[PLX_RIVAL_PERSISTENCE] < 0);
    plx_validate_normal law;
    assert_int_equal(
        plx_ledger_rival(h.l, 1, PLX_TARGET_HR, advice.rival, h.now_us, h.now_us + h.lead_us, &law),
        PLX_OK);
    assert_true(law.mean > 90);
    plx_ledger_advise(h.l, &key, 2, &advice);
    assert_int_equal(advice.action, PLX_ADVICE_AS_IS); /* the others are not touched */
    h.shift[1] = 0;
    const int back = minutes_until(&h, &ideal, 1, true, 600);
    printf("# 15 min ahead, 30 beats off: stepped back after %d min, returned %d min after\n",
           found, back);
    assert_true(found <= 25 && back < 240);
    free(h.memory);
}

static void test_a_quarter_adrift(void **state)
{
    (void)state;
    hospital h;
    const forecaster ideal = {1, 0, 0, false};
    open_hospital(&h, 9, 8, MINUTE, 5 * MINUTE);
    live_by_demo(&h, &ideal);
    go_on(&h, &ideal, LEDGER_START + 2 * PLX_HOUR_US);
    assert_int_equal(the_cell(&h)->patients, 8);
    h.shift[1] = h.shift[2] = 60; /* two of eight: not more than a quarter */
    go_on(&h, &ideal, h.now_us + 25 * MINUTE);
    assert_int_equal(the_cell(&h)->adrift, 2);
    assert_int_equal(the_cell(&h)->state, PLX_MODEL_LIVE);
    h.shift[3] = 60;
    const int64_t began = h.now_us;
    go_on(&h, &ideal, began + 48 * MINUTE); /* a little later the coverage would demote it */
    assert_int_equal(the_cell(&h)->state, PLX_MODEL_WATCH);
    assert_int_equal(h.change.reason, PLX_STATE_REASON_ADRIFT);
    assert_true(h.change.evidence == 3.0 / 8);
    free(h.memory);
}

/* A feed that hangs, sends twice or falls silent is not the model's fault. */
static void test_feed_faults_do_not_demote(void **state)
{
    (void)state;
    hospital h;
    const forecaster ideal = {1, 0, 0, false};
    open_hospital(&h, 10, 6, MINUTE, 5 * MINUTE);
    live_by_demo(&h, &ideal);
    go_on(&h, &ideal, LEDGER_START + 2 * PLX_HOUR_US);
    const uint64_t scored = the_cell(&h)->sums[0].scored;
    for (int minute = 0; minute < 8 * 60; minute++, h.now_us += MINUTE) {
        for (uint32_t s = 1; s <= h.subjects; s++) {
            for (int twice = 0; twice < 2; twice++) { /* 140 for hours, every row doubled */
                const plx_ledger_value v = value_for_test(++h.id, s, PLX_TARGET_HR, h.now_us, 140);
                if (minute < 240)
                    assert_int_equal(plx_ledger_truth(h.l, h.now_us, &v, &h.sink), PLX_OK);
            }
            predict(&h, s, &ideal);
        }
    }
    assert_int_equal(the_cell(&h)->state, PLX_MODEL_LIVE);
    assert_int_equal(h.changes, 0);
    assert_true(the_cell(&h)->sums[0].scored < scored + 6 * 8);
    assert_true(the_cell(&h)->outcome[PLX_FATE_NEVER] > 6 * 400);
    assert_true(plx_ledger_cell_in_doubt(the_cell(&h)));
    free(h.memory);
}

/* How often a right model is stepped back from, and a poor one is not. */
static void share_of_advice(uint64_t key, const forecaster *f, double share[3])
{
    hospital h;
    int n = 0;
    open_hospital(&h, key, 8, 3 * MINUTE, 15 * MINUTE);
    live_by_demo(&h, f);
    go_on(&h, f, LEDGER_START + 3 * PLX_HOUR_US);
    const plx_ledger_key k = the_key(&h);
    for (; h.now_us < LEDGER_START + 15 * PLX_HOUR_US;) {
        go_on(&h, f, h.now_us + 9 * MINUTE);
        for (uint32_t s = 1; s <= h.subjects; s++) {
            plx_advice advice;
            plx_ledger_advise(h.l, &k, s, &advice);
            share[advice.action]++;
            n++;
        }
    }
    for (int i = 0; i < 3; i++)
        share[i] /= n;
    free(h.memory);
}

static void test_advice(void **state)
{
    (void)state;
    const forecaster ideal = {1, 0, 0, false}, narrow = {0.4, 0, 0, false},
                     poor = {1.8, 0, 1.5, false};
    double right[3] = {0}, wrong[3] = {0}, loser[3] = {0};
    share_of_advice(40, &ideal, right);
    share_of_advice(41, &narrow, wrong);
    share_of_advice(42, &poor, loser);
    printf("# advice as is / widened / rival: right model %.3f %.3f %.3f, too narrow %.3f %.3f "
           "%.3f, worse than persistence %.3f %.3f %.3f\n",
           right[0], right[1], right[2], wrong[0], wrong[1], wrong[2], loser[0], loser[1],
           loser[2]);
    assert_true(right[0] > 0.85 && right[2] < 0.1);
    assert_true(wrong[0] < 0.2);
    assert_true(loser[2] > 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ideal),
                                       cmocka_unit_test(test_wrong_ones_are_named),
                                       cmocka_unit_test(test_too_few),
                                       cmocka_unit_test(test_coverage_demotes),
                                       cmocka_unit_test(test_skill_demotes),
                                       cmocka_unit_test(test_steps_back_for_one_patient),
                                       cmocka_unit_test(test_a_quarter_adrift),
                                       cmocka_unit_test(test_feed_faults_do_not_demote),
                                       cmocka_unit_test(test_advice)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
