/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the fit finds what made the vitals, says how sure it is, is the same bits however it is
 * shared, and does not fall for a wrong reading.
 * Oracle: twin experiments: a body of the same prior, beating, whose parameters and losses are
 * known; the books of blood. Tolerance: over the persons of a test the mean error is below that of
 * the prior; 90 % intervals hold the losses of all but one, and 15 of 20 truths of the prior. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/assimilate/esmda.h"
#include "core/base/hash.h"
#include "core/base/rng.h"
#include "core/physiology/widest_for_test.h"

enum { MINUTES = 10, KINDS = 5, VITALS = MINUTES * KINDS, MINUTE_S = 60, PERSONS = 4 };

static const plx_person adult = {.sex = PLX_SEX_MALE, .age = 44, .height_cm = 180, .weight_kg = 77};
static const uint8_t kinds[KINDS] = {PLX_MEASURE_hr_bpm, PLX_MEASURE_sbp_mmhg, PLX_MEASURE_dbp_mmhg,
                                     PLX_MEASURE_spo2_pct, PLX_MEASURE_rr_per_min};
static const double noise[KINDS] = {2, 7, 6, 2, 2};

typedef struct truth {
    plx_person person; /* with his resting values when they are asked for */
    double deficit, r_scale;
    plx_vitals_observation vitals[VITALS];
} truth;

static plx_esmda fit;
static plx_esmda_worker worker;

static plx_body *new_body(uint32_t members, uint64_t seed)
{
    plx_body *body = calloc(1, plx_body_size(members));
    assert_non_null(body);
    body->members = members;
    body->seed = seed;
    return body;
}

/* One minute; means over its second half of member 0 into seen, when not null. */
static void beat(plx_body *body, double bleed_ml_s, double seen[KINDS])
{
    static float values[MINUTE_S * KINDS * PLX_BODY_GROUP];
    const plx_body_trace trace = {.quantities = kinds, .quantities_n = KINDS, .values = values};
    const plx_body_run_options options = {PLX_BODY_PULSATILE, widest(), 0, PLX_BODY_GROUP};
    plx_second second[MINUTE_S];
    plx_care care;
    plx_care_init(&care, &adult);
    for (int s = 0; s < MINUTE_S; s++) {
        plx_care_step(&care, &second[s]);
        second[s].bleed_ml_s = (float)bleed_ml_s;
    }
    assert_int_equal(plx_body_run(body, &options, second, MINUTE_S, &trace), PLX_OK);
    body->time_s += MINUTE_S;
    for (int k = 0; seen && k < KINDS; k++) {
        seen[k] = 0;
        for (int s = MINUTE_S / 2; s < MINUTE_S; s++)
            seen[k] += (double)values[(s * KINDS + k) * PLX_BODY_GROUP] / (MINUTE_S / 2);
    }
}

/* A person of the prior loses blood over ten minutes or his vessels open; five minutes later the
 * monitor is on, for ten minutes. */
static void make_truth(truth *t, uint64_t seed, double loss_ml, double r_factor, bool known)
{
    plx_body *body = new_body(PLX_BODY_GROUP, 1000 + seed);
    plx_rng rng = plx_rng_init(seed, 77);
    double seen[KINDS];
    t->person = adult;
    assert_int_equal(plx_person_settle(&adult, 1, widest(), 300, body), PLX_OK);
    if (known) {
        beat(body, 0, seen);
        t->person.base.hr = seen[0], t->person.base.sbp = seen[1], t->person.base.dbp = seen[2];
    }
    plx_body_param(body, PLX_BODY_P_r_scale)[0] *= (float)r_factor;
    t->r_scale = (double)plx_body_param(body, PLX_BODY_P_r_scale)[0];
    for (int i = 0; i < 10; i++)
        beat(body, loss_ml / 600, NULL);
    for (int i = 0; i < 5; i++)
        beat(body, 0, NULL);
    t->deficit = (double)plx_body_param(body, PLX_BODY_P_v_blood0)[0] -
                 (double)plx_body_state(body, PLX_BODY_v_blood)[0];
    for (uint32_t i = 0; i < MINUTES; i++) {
        beat(body, 0, seen);
        for (uint32_t k = 0; k < KINDS; k++) {
            double value = seen[k] + plx_rng_normal(&rng, 0, noise[k]);
            if (kinds[k] == PLX_MEASURE_spo2_pct && value > 100) value = 100;
            t->vitals[i * KINDS + k] = (plx_vitals_observation){.time_s = i * MINUTE_S + 45,
                                                                .quantity = (plx_measure)kinds[k],
                                                                .value = value,
                                                                .sd = noise[k],
                                                                .one_sided = value == 100};
        }
    }
    free(body);
}

static plx_esmda_input input_of(const truth *t, uint64_t seed)
{
    return (plx_esmda_input){.person = t->person,
                             .observations = t->vitals,
                             .observations_n = VITALS,
                             .window_s = MINUTES * MINUTE_S,
                             .members = 256,
                             .lanes = widest(),
                             .parameters = PLX_ESMDA_USUAL,
                             .seed = seed};
}

/* The caller frees the memory. */
static void *fit_to(const plx_esmda_input *input)
{
    char why[100];
    assert_int_equal(plx_esmda_check(input, why, sizeof why), PLX_OK);
    void *memory = malloc(plx_esmda_size(input));
    assert_non_null(memory);
    assert_int_equal(plx_esmda_begin(&fit, input, NULL, memory), PLX_OK);
    assert_int_equal(plx_esmda_complete(&fit, &worker), PLX_OK);
    assert_int_equal(plx_body_broken(fit.body, NULL, NULL), 0);
    return memory;
}

static uint32_t place_of(plx_esmda_parameter parameter)
{
    uint32_t p = 0;
    while (p < fit.fitted_n && fit.fitted[p] != parameter)
        p++;
    assert_true(p < fit.fitted_n);
    return p;
}

static bool holds(const plx_esmda_summary *s, double x)
{
    return s->p05 <= x && x <= s->p95;
}

/* Errors of one parameter over the persons of a test. */
typedef struct errors {
    double prior, posterior;
    int held;
} errors;

static void note(errors *e, plx_esmda_parameter parameter, double value)
{
    uint32_t p = place_of(parameter);
    e->prior += fabs(fit.prior[p].mean - value) / PERSONS;
    e->posterior += fabs(fit.posterior[p].mean - value) / PERSONS;
    e->held += holds(&fit.posterior[p], value);
    assert_true(fit.posterior[p].sd < fit.prior[p].sd);
}

static void test_bled(void **state)
{
    (void)state;
    static truth t;
    errors e = {0};
    for (uint64_t i = 1; i <= PERSONS; i++) {
        make_truth(&t, i, 1000, 1, false);
        plx_esmda_input input = input_of(&t, i);
        void *memory = fit_to(&input);
        note(&e, PLX_ESMDA_deficit, t.deficit);
        free(memory);
    }
    print_message("# deficit: prior misses %.0f mL, posterior %.0f, holds %d\n", e.prior,
                  e.posterior, e.held);
    assert_true(e.posterior < e.prior);
    assert_true(e.held >= PERSONS - 1);
}

static void test_vessels_open(void **state)
{
    (void)state;
    static truth t;
    errors e = {0};
    for (uint64_t i = 1; i <= PERSONS; i++) {
        make_truth(&t, i, 0, 0.5, false);
        plx_esmda_input input = input_of(&t, i);
        void *memory = fit_to(&input);
        uint32_t r = place_of(PLX_ESMDA_r_scale);
        note(&e, PLX_ESMDA_tone, 0.5);
        assert_true(fit.posterior[r].sd < fit.prior[r].sd);
        free(memory);
    }
    print_message("# tone: prior misses %.3f, posterior %.3f, holds %d\n", e.prior, e.posterior,
                  e.held);
    assert_true(e.posterior < 0.8 * e.prior);
}

/* Truths of the prior itself, so that nine of ten intervals should hold them: at least 15 of 20. */
static void test_honest(void **state)
{
    (void)state;
    static truth t;
    int held = 0;
    for (uint64_t i = 1; i <= 10; i++) {
        plx_rng rng = plx_rng_init(i, 5);
        double loss = plx_rng_normal(&rng, 250, 500), tone = exp(plx_rng_normal(&rng, 0, 0.4));
        make_truth(&t, i, loss > 0 ? loss : 0, tone, i % 2);
        plx_esmda_input input = input_of(&t, i);
        input.members = 128;
        void *memory = fit_to(&input);
        held += holds(&fit.posterior[place_of(PLX_ESMDA_deficit)], t.deficit);
        held += holds(&fit.posterior[place_of(PLX_ESMDA_tone)], tone);
        free(memory);
    }
    print_message("# holds %d of 20\n", held);
    assert_true(held >= 15);
}

/* Who is known from before shows what he lost, if his vessels are as they were. */
static void test_known_at_rest(void **state)
{
    (void)state;
    static truth t;
    make_truth(&t, 1, 1000, 1, true);
    plx_esmda_input input = input_of(&t, 1);
    input.parameters &= ~(1u << PLX_ESMDA_tone);
    void *memory = fit_to(&input);
    uint32_t p = place_of(PLX_ESMDA_deficit);
    assert_false(fit.base_missed);
    assert_true(fabs(fit.posterior[p].mean - t.deficit) < 250);
    assert_true(holds(&fit.posterior[p], t.deficit));
    assert_true(fit.posterior[p].sd < 0.5 * fit.prior[p].sd);
    free(memory);
}

/* Same bits. */

static uint64_t hash_of(const plx_esmda *f)
{
    uint32_t n = f->input->members;
    uint64_t h = plx_hash64(f->body->rows, plx_body_size(n) - sizeof(plx_body), 1);
    h = plx_hash64(f->posterior, sizeof f->posterior, h);
    h = plx_hash64(f->hidden, sizeof f->hidden, h);
    return plx_hash64(f->flags, f->input->observations_n, h);
}

static void test_same_bits(void **state)
{
    (void)state;
    static truth t;
    static plx_esmda_worker other;
    char why[100];
    make_truth(&t, 3, 1000, 1, false);
    plx_esmda_input input = input_of(&t, 5);
    input.members = 64, input.lanes = 4;
    void *memory = fit_to(&input);
    uint64_t first = hash_of(&fit);
    free(memory);
    for (uint32_t lanes = 4; lanes <= widest(); lanes *= 2) {
        input.lanes = lanes;
        assert_int_equal(plx_esmda_check(&input, why, sizeof why), PLX_OK);
        memory = malloc(plx_esmda_size(&input));
        assert_non_null(memory);
        memset(&other, 0xa5, sizeof other);
        assert_int_equal(plx_esmda_begin(&fit, &input, NULL, memory), PLX_OK);
        while (!fit.complete) { /* as two threads would, the second one ahead */
            plx_esmda_run(&fit, 48, 16, &other);
            plx_esmda_run(&fit, 0, 48, &worker);
            assert_int_equal(plx_esmda_update(&fit), PLX_OK);
        }
        assert_true(hash_of(&fit) == first);
        free(memory);
    }
}

/* Bad data. */

static void test_outlier(void **state)
{
    (void)state;
    static truth t;
    make_truth(&t, 3, 1000, 1, false);
    plx_esmda_input input = input_of(&t, 3);
    uint32_t wrong = 5 * KINDS + 1; /* a systolic pressure */
    void *memory = fit_to(&input);
    plx_esmda_summary clean = fit.posterior[0];
    assert_int_equal(fit.flags[wrong], PLX_ESMDA_USED);
    free(memory);
    t.vitals[wrong].value += 120;
    memory = fit_to(&input);
    assert_int_equal(fit.flags[wrong], PLX_ESMDA_ARTEFACT);
    assert_true(fabs(fit.posterior[0].mean - clean.mean) < 0.5 * clean.sd);
    for (uint32_t i = 0; i < VITALS; i++)
        assert_true(i == wrong || fit.flags[i] == PLX_ESMDA_USED ||
                    fit.flags[i] == PLX_ESMDA_ONE_SIDED);
    free(memory);
}

/* Half of it is missing, one kind wholly. */
static void test_missing(void **state)
{
    (void)state;
    static truth t;
    static plx_vitals_observation left[VITALS];
    uint32_t n = 0;
    make_truth(&t, 3, 1000, 1, false);
    for (uint32_t i = 0; i < VITALS; i++)
        if (t.vitals[i].quantity != PLX_MEASURE_dbp_mmhg && i % 2 == 0) left[n++] = t.vitals[i];
    plx_esmda_input input = input_of(&t, 3);
    input.observations = left, input.observations_n = n;
    void *memory = fit_to(&input);
    assert_false(fit.prior_only);
    assert_int_equal(fit.data_n, n);
    assert_true(holds(&fit.posterior[0], t.deficit));
    free(memory);
}

static void test_too_few(void **state)
{
    (void)state;
    static truth t;
    make_truth(&t, 3, 1000, 1, false);
    plx_esmda_input input = input_of(&t, 3);
    for (uint32_t rows = 0; rows <= 3; rows++) {
        input.observations_n = rows * KINDS;
        input.members = 32;
        void *memory = fit_to(&input);
        assert_true(fit.prior_only == (rows < PLX_ESMDA_ROWS_MIN));
        for (uint32_t p = 0; fit.prior_only && p < fit.fitted_n; p++)
            assert_memory_equal(&fit.prior[p], &fit.posterior[p], sizeof fit.prior[p]);
        for (uint32_t i = 0; fit.prior_only && i < input.observations_n; i++)
            assert_int_equal(fit.flags[i], PLX_ESMDA_UNUSED);
        free(memory);
    }
}

/* A saturation of 100 does not pull anybody who is near it; one of 88 says that he shunts. */
static void test_full_saturation(void **state)
{
    (void)state;
    static truth t;
    double shunt[2];
    make_truth(&t, 3, 0, 1, false);
    plx_esmda_input input = input_of(&t, 3);
    for (int low = 0; low < 2; low++) {
        for (uint32_t i = 3; i < VITALS; i += KINDS)
            t.vitals[i].value = low ? 88 : 100, t.vitals[i].one_sided = !low;
        void *memory = fit_to(&input);
        uint32_t p = place_of(PLX_ESMDA_shunt);
        for (uint32_t i = 3; i < VITALS; i += KINDS)
            assert_int_equal(fit.flags[i] == PLX_ESMDA_ONE_SIDED, !low);
        shunt[low] = fit.posterior[p].mean / fit.prior[p].mean;
        free(memory);
    }
    assert_true(shunt[0] > 0.6 && shunt[0] < 1.05);
    assert_true(shunt[1] > 1.3);
}

/* Blood and care. */

/* What a member is said to have lost is what his books hold; and he goes on from there. */
static void test_books(void **state)
{
    (void)state;
    static truth t;
    make_truth(&t, 3, 1000, 1, false);
    plx_esmda_input input = input_of(&t, 3);
    input.members = 32, input.window_s = 600;
    input.parameters = 1u << PLX_ESMDA_deficit | 1u << PLX_ESMDA_bleeding;
    void *memory = fit_to(&input);
    const float *bled = plx_body_state_get(fit.body, PLX_BODY_bled);
    const float *factor = plx_body_param_get(fit.body, PLX_BODY_P_bleed);
    for (uint32_t m = 0; m < input.members; m++) {
        double before = fit.theta[m] > 0 ? fit.theta[m] : 0; /* the deficit is listed first */
        double flow = exp(fit.theta[input.members + m]);
        assert_true(fabs((double)factor[m] * 20 - flow) < 1e-3 * flow);
        assert_true(fabs((double)bled[m] - (before + flow * 10)) < 0.02 * (before + flow * 10) + 2);
    }
    assert_int_equal(fit.care.time_s, 600);
    plx_second second[30];
    for (int s = 0; s < 30; s++)
        plx_care_step(&fit.care, &second[s]);
    assert_true(second[29].bleed_ml_s > 0.3f);
    const plx_body_run_options options = {PLX_BODY_PULSATILE, widest(), 0, input.members};
    assert_int_equal(plx_body_run(fit.body, &options, second, 30, NULL), PLX_OK);
    assert_int_equal(plx_body_broken(fit.body, NULL, NULL), 0);
    free(memory);
}

/* A litre of fluid in the window is in the bodies; the care after it still holds what runs. */
static void test_actions(void **state)
{
    (void)state;
    static truth t;
    const plx_action actions[] = {{.at_s = 0,
                                   .kind = PLX_ACTION_FLUID,
                                   .fluid = PLX_FLUID_RINGER,
                                   .amount = 1000,
                                   .duration_s = 500},
                                  {.at_s = 37,
                                   .kind = PLX_ACTION_DRUG,
                                   .drug = PLX_DRUG_NOREPINEPHRINE,
                                   .unit = PLX_DOSE_UG_KG_MIN,
                                   .amount = 0.1,
                                   .duration_s = 3600}};
    double deficit[2];
    make_truth(&t, 3, 0, 1, false);
    plx_esmda_input input = input_of(&t, 3);
    input.members = 32, input.observations_n = 0;
    input.actions = actions;
    for (uint32_t n = 0; n < 2; n++) {
        input.actions_n = 2 * n;
        void *memory = fit_to(&input);
        deficit[n] = fit.hidden[PLX_ESMDA_DEFICIT].mean;
        assert_true((plx_care_plasma_ug_l(&fit.care, PLX_DRUG_NOREPINEPHRINE) > 1) == (n == 1));
        free(memory);
    }
    assert_true(deficit[0] - deficit[1] > 400 && deficit[0] - deficit[1] < 1000);
}

/* Longer than 120 data at 30 s allow, and every hypothesis may move a prior. */
static void test_bins_and_changes(void **state)
{
    (void)state;
    static plx_vitals_observation many[2400];
    static plx_esmda_change changes[PLX_ESMDA_PARAMETER_N];
    static truth t;
    make_truth(&t, 3, 0, 1, false);
    for (uint32_t i = 0; i < 2400; i++) {
        many[i] = t.vitals[i % VITALS];
        many[i].time_s = i / KINDS * 5;
    }
    changes[PLX_ESMDA_tone] = (plx_esmda_change){-0.5, 0.2};
    plx_esmda_input input = input_of(&t, 3);
    input.members = 32, input.window_s = 2400, input.observations = many,
    input.observations_n = 2400;
    void *memory = fit_to(&input);
    double plain = fit.prior[place_of(PLX_ESMDA_tone)].p50;
    assert_int_equal(fit.bin_s, 120);
    assert_int_equal(fit.data_n, 100);
    free(memory);
    input.changes = changes;
    input.observations_n = 0;
    memory = fit_to(&input);
    assert_true(fabs(fit.prior[place_of(PLX_ESMDA_tone)].p50 / plain - exp(-0.5)) < 0.1);
    free(memory);
}

/* Broken members. */

static void test_broken(void **state)
{
    (void)state;
    static truth t;
    make_truth(&t, 3, 0, 1, false);
    plx_esmda_input input = input_of(&t, 3);
    input.members = 32;
    void *memory = malloc(plx_esmda_size(&input));
    plx_body *settled = new_body(32, input.seed);
    assert_non_null(memory);
    for (uint32_t broken = 3; broken <= 9; broken += 6) {
        assert_int_equal(plx_person_settle(&adult, 1, widest(), 60, settled), PLX_OK);
        for (uint32_t m = 0; m < broken; m++)
            plx_body_state(settled, PLX_BODY_v_sv)[3 * m] = NAN;
        assert_int_equal(plx_esmda_begin(&fit, &input, settled, memory), PLX_OK);
        plx_status status = plx_esmda_complete(&fit, &worker);
        assert_int_equal(status, broken == 3 ? PLX_OK : PLX_NO_ANSWER);
        if (status == PLX_OK) {
            assert_int_equal(fit.redrawn, 3 * (PLX_ESMDA_PASSES + 1));
            assert_int_equal(plx_body_broken(fit.body, NULL, NULL), 0);
            assert_true(fit.posterior[0].mean > -500 && fit.posterior[0].mean < 2500);
        } else {
            assert_string_equal(fit.why,
                                "9 of 32 members left physiological bounds in run 1 of the fit");
        }
    }
    free(settled);
    free(memory);
}

/* Bad input. */

static void refused(const plx_esmda_input *input, plx_status status, const char *sentence)
{
    char why[100] = "";
    assert_int_equal(plx_esmda_check(input, why, sizeof why), status);
    assert_string_equal(why, sentence);
}

static void test_refused(void **state)
{
    (void)state;
    plx_vitals_observation o[] = {{10, 0, PLX_MEASURE_hr_bpm, 80, 2, false, false},
                                  {20, 0, PLX_MEASURE_hr_bpm, 81, 2, false, false}};
    plx_action bleed = {.kind = PLX_ACTION_BLEED, .rate_ml_min = 50};
    const plx_esmda_change change = {0, -1};
    plx_esmda_change changes[PLX_ESMDA_PARAMETER_N] = {{0}};
    const plx_esmda_input good = {.person = adult,
                                  .observations = o,
                                  .observations_n = 2,
                                  .window_s = 300,
                                  .members = 256,
                                  .lanes = 8,
                                  .parameters = PLX_ESMDA_USUAL};
    char why[100];
    plx_esmda_input bad = good;
    assert_int_equal(plx_esmda_check(&good, why, sizeof why), PLX_OK);
    bad.person.age = 4, refused(&bad, PLX_UNSUPPORTED, "age 4 below 16"), bad = good;
    bad.members = 100;
    refused(&bad, PLX_RANGE, "members are a multiple of 16 from 32 to 1024"), bad = good;
    bad.lanes = 5, refused(&bad, PLX_RANGE, "lanes are 4, 8 or 16"), bad = good;
    bad.window_s = 0, refused(&bad, PLX_RANGE, "the window goes from 1 to 3600 s"), bad = good;
    bad.parameters = 0, refused(&bad, PLX_RANGE, "1 to 12 parameters can be fitted");
    bad.parameters = (1u << PLX_ESMDA_PARAMETER_N) - 1;
    refused(&bad, PLX_RANGE, "1 to 12 parameters can be fitted");
    bad.parameters++, refused(&bad, PLX_RANGE, "a parameter to fit is not known"), bad = good;
    changes[3] = change, bad.changes = changes;
    refused(&bad, PLX_RANGE, "a change of a prior is no number or has an sd below 0"), bad = good;
    bad.window_s = 15;
    refused(&bad, PLX_RANGE, "an observation comes after the window"), bad = good;
    o[0].time_s = 25;
    refused(&bad, PLX_CONFLICT, "an observation stands after a later one"), o[0].time_s = 10;
    o[1].sd = 0;
    refused(&bad, PLX_RANGE, "an observation is no number or has no sd above 0"), o[1].sd = 2;
    o[1].value = NAN;
    refused(&bad, PLX_RANGE, "an observation is no number or has no sd above 0"), o[1].value = 80;
    bad.actions = &bleed, bad.actions_n = 1;
    bad.parameters = 1u << PLX_ESMDA_bleeding;
    refused(&bad, PLX_CONFLICT, "a bleeding of the chart has its own rate: none can be fitted");
    bad.parameters = PLX_ESMDA_USUAL, bleed.at_s = 300;
    refused(&bad, PLX_RANGE, "an action comes after the window");
    bleed.at_s = 0, bleed.rate_ml_min = 0;
    refused(&bad, PLX_RANGE, "bleeding needs a rate of up to 1200 mL/min");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bled),
        cmocka_unit_test(test_vessels_open),
        cmocka_unit_test(test_honest),
        cmocka_unit_test(test_known_at_rest),
        cmocka_unit_test(test_same_bits),
        cmocka_unit_test(test_outlier),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_too_few),
        cmocka_unit_test(test_full_saturation),
        cmocka_unit_test(test_books),
        cmocka_unit_test(test_actions),
        cmocka_unit_test(test_bins_and_changes),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
