/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: every score is what its paper says, for any numbers and with any inputs missing; every
 * patient is in exactly one band; more of what is bad never lowers the points.
 * Oracle: the definitions of signals-and-scores, section 7, written again as conditions on doubles
 * (definition_for_test.h); for missing inputs, plain enumeration. Tolerance: 1e-9. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <math.h>

#include "core/base/rng.h"
#include "core/score/chart.h"
#include "core/score/definition_for_test.h"

enum { VALUES_MAX = 64 };

/* Values that an input can have, dense at the edges of its chart. */
typedef struct values {
    double at[VALUES_MAX];
    uint32_t n;
} values;

static void add(values *v, const plx_score_input *input, double x)
{
    if (input->whole) x = floor(x);
    const double high = input->high_hundredths == INT32_MAX ? 1e6 : input->high_hundredths / 100.0;
    if (x < input->low_hundredths / 100.0 || x > high) return;
    assert_true(v->n < VALUES_MAX);
    v->at[v->n++] = x;
}

static values values_of(const plx_score *score, uint32_t i)
{
    const plx_score_input *input = &score->inputs[i];
    const plx_chart_axis *axis = &score->chart->axes[i];
    values v = {.n = 0};
    if (input->type != PLX_SCORE_NUMBER) {
        for (uint32_t k = 0; k < axis->n; k++)
            v.at[v.n++] = k;
        return v;
    }
    add(&v, input, input->low_hundredths / 100.0);
    for (uint32_t k = 0; k + 1 < axis->n; k++) {
        const double edge = axis->steps[k].edge_hundredths / 100.0;
        add(&v, input, edge - 0.01);
        add(&v, input, edge);
        add(&v, input, edge + 0.01);
        add(&v, input, edge + 1);
    }
    return v;
}

static plx_score_given given_of(const plx_score_input *input, double x)
{
    plx_score_given g = {.given = !isnan(x)};
    if (isnan(x)) return g;
    if (input->type == PLX_SCORE_NUMBER)
        g.number = plx_decimal_make((int64_t)floor(x * 100 + 0.5), 2);
    g.flag = x != 0;
    g.code = x >= 0 && x <= CHAR_MAX ? (char)x : 0;
    if (input->type == PLX_SCORE_CODE) g.code = input->codes[(int)x];
    return g;
}

static void run(const plx_score *score, const double *x, plx_score_result *r)
{
    plx_score_given given[PLX_SCORE_INPUTS_MAX] = {0};
    for (uint32_t i = 0; i < score->inputs_n; i++)
        given[i] = given_of(&score->inputs[i], x[i]);
    plx_score_run(score, given, r);
    assert_int_equal(r->rejected, 0);
}

static void random_patient(const plx_score *score, plx_rng *rng, double *x)
{
    for (uint32_t i = 0; i < score->inputs_n; i++) {
        const values v = values_of(score, i);
        x[i] = v.at[plx_rng_below(rng, v.n)];
        if (score->inputs[i].optional && plx_rng_below(rng, 3) == 0) x[i] = NAN;
    }
}

static void expect(const plx_score *score, const double *x, const plx_score_result *r)
{
    double sum = 0;
    assert_true(r->known);
    if (fabs(r->value - definition(score->name, x)) > 1e-9)
        fail_msg("%s: %f, not %f", score->name, r->value, definition(score->name, x));
    const char *band = definition_band(score->name, r->value, x);
    assert_int_equal(r->bands ? 1 : 0, score->bands_n ? 1 : 0);
    assert_int_equal(r->bands & (r->bands - 1), 0); /* one at most */
    if (r->bands) assert_string_equal(score->bands[__builtin_ctz(r->bands)], band);
    for (uint32_t i = 0; i < score->inputs_n; i++)
        sum += r->parts[i].points;
    assert_true(fabs(sum - r->value) < 1e-9);
    if (r->groups_n == 0) return;
    sum = 0;
    for (uint32_t i = 0; i < r->groups_n; i++)
        sum += r->groups[i].points;
    assert_true(fabs(sum - r->value) < 1e-9);
}

static const plx_score *chart_at(uint32_t *n)
{
    while (plx_score_at(*n) && !plx_score_at(*n)->chart)
        (*n)++;
    return plx_score_at((*n)++);
}

static void as_defined(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(1, 2);
    uint32_t scores = 0;
    for (uint32_t n = 0; plx_score_at(n); scores++) {
        const plx_score *score = chart_at(&n);
        if (!score) break;
        for (int k = 0; k < 3000; k++) {
            double x[PLX_SCORE_INPUTS_MAX];
            plx_score_result r;
            random_patient(score, &rng, x);
            run(score, x, &r);
            expect(score, x, &r);
        }
    }
    assert_true(scores >= 20);
}

/* What one or two missing inputs could make of the score. */
typedef struct span {
    double min, max;
    uint32_t bands;
} span;

static void include(const plx_score *score, const double *x, span *s)
{
    const double value = definition(score->name, x);
    s->min = value < s->min ? value : s->min;
    s->max = value > s->max ? value : s->max;
    for (uint32_t b = 0; b < score->bands_n; b++)
        if (strcmp(score->bands[b], definition_band(score->name, value, x)) == 0)
            s->bands |= 1u << b;
}

static void missing_as_enumerated(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(2, 2);
    for (uint32_t n = 0; plx_score_at(n);) {
        const plx_score *score = chart_at(&n);
        if (!score) break;
        for (int k = 0; k < 300; k++) {
            double x[PLX_SCORE_INPUTS_MAX], y[PLX_SCORE_INPUTS_MAX];
            plx_score_result r;
            span s = {1e9, -1e9, 0};
            random_patient(score, &rng, x);
            const uint32_t a = (uint32_t)plx_rng_below(&rng, score->inputs_n);
            const uint32_t b = (uint32_t)plx_rng_below(&rng, score->inputs_n);
            if (score->inputs[a].optional || score->inputs[b].optional) continue;
            const values va = values_of(score, a), vb = values_of(score, b);
            memcpy(y, x, sizeof y);
            for (uint32_t i = 0; i < va.n; i++) {
                for (uint32_t j = 0; j < vb.n; j++) {
                    y[b] = vb.at[j];
                    y[a] = va.at[i];
                    include(score, y, &s);
                }
            }
            x[a] = x[b] = NAN;
            run(score, x, &r);
            assert_int_equal(r.missing, 1u << a | 1u << b);
            if (fabs(r.min - s.min) > 1e-9 || fabs(r.max - s.max) > 1e-9)
                fail_msg("%s: %f to %f, not %f to %f", score->name, r.min, r.max, s.min, s.max);
            assert_int_equal(r.bands, s.bands);
            assert_int_equal(r.known, s.min == s.max);
            if (r.most_useful >= 0) assert_true(r.missing >> r.most_useful & 1);
        }
    }
}

/* The way into a worse band leads into a worse band. */
static void next_worse_is_true(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(3, 2);
    uint32_t named = 0;
    for (uint32_t n = 0; plx_score_at(n);) {
        const plx_score *score = chart_at(&n);
        if (!score) break;
        for (int k = 0; k < 300; k++) {
            double x[PLX_SCORE_INPUTS_MAX];
            plx_score_result r, then;
            random_patient(score, &rng, x);
            run(score, x, &r);
            if (r.worse_input < 0) continue;
            const uint32_t i = (uint32_t)r.worse_input;
            const values v = values_of(score, i);
            bool found = false;
            for (uint32_t j = 0; j < v.n && !found; j++) {
                x[i] = v.at[j];
                run(score, x, &then);
                found = then.bands == 1u << r.worse_band;
            }
            assert_true(found);
            assert_true(1u << r.worse_band > r.bands);
            assert_true(r.worse_at[0] != 0);
            named++;
        }
    }
    assert_true(named > 1000);
}

/* Inputs that only ever make a score worse when they rise (1) or fall (-1). */
static const struct {
    const char *score, *key;
    int direction;
} M[] = {{"qSOFA", "rr", 1},
         {"qSOFA", "sbp", -1},
         {"qSOFA", "gcs", -1},
         {"SIRS", "hr", 1},
         {"SIRS", "rr", 1},
         {"SIRS", "paco2_mmHg", -1},
         {"SOFA", "pf", -1},
         {"SOFA", "plt", -1},
         {"SOFA", "bili", 1},
         {"SOFA", "map", -1},
         {"SOFA", "dopamine", 1},
         {"SOFA", "norepi", 1},
         {"SOFA", "gcs", -1},
         {"SOFA", "creat", 1},
         {"SOFA", "urine24", -1},
         {"CURB65", "rr", 1},
         {"CURB65", "sbp", -1},
         {"CURB65", "dbp", -1},
         {"CURB65", "urea_mmol", 1},
         {"CURB65", "age", 1},
         {"HEART", "age", 1},
         {"HEART", "trop_x_uln", 1},
         {"HEART", "risk_factors", 1},
         {"GBS", "urea_mmol", 1},
         {"GBS", "hb_gL", -1},
         {"GBS", "sbp", -1},
         {"GBS", "hr", 1},
         {"CART", "rr", 1},
         {"CART", "hr", 1},
         {"CART", "dbp", -1},
         {"CART", "age", 1},
         {"REMS", "age", 1},
         {"REMS", "spo2", -1},
         {"REMS", "gcs", -1},
         {"RTS", "gcs", 1},
         {"RTS", "sbp", 1},
         {"PERC", "spo2", -1},
         {"PERC", "hr", 1},
         {"WELLS_PE", "hr", 1},
         {"ESI4", "hr", -1},
         {"ESI4", "rr", -1},
         {"ESI4", "spo2", 1},
         {"ESI4", "resources", -1},
         {"CTAS_GCS", "gcs", 0},
         {"CTAS_PAIN", "nrs", -1}};

/* Up the whole range in steps of a twentieth: known, one band, never against the direction. */
static void sweep(const plx_score *score, uint32_t i, int direction, double *x)
{
    const plx_score_input *input = &score->inputs[i];
    const double low = input->low_hundredths / 100.0;
    const double high = input->high_hundredths == INT32_MAX ? 600 : input->high_hundredths / 100.0;
    double before = 0;
    for (int64_t h = 0; low + (double)h / 20 <= high; h++) {
        plx_score_result r;
        if (input->whole && h % 20) continue;
        x[i] = low + (double)h / 20;
        run(score, x, &r);
        assert_true(r.known && (r.bands & (r.bands - 1)) == 0);
        if (h > 0) assert_true((r.value - before) * direction >= 0);
        before = r.value;
    }
}

static void monotone(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(4, 2);
    for (size_t m = 0; m < sizeof M / sizeof *M; m++) {
        const plx_score *score = plx_score_find(plx_slice_of(M[m].score));
        const uint32_t i = plx_score_input_find(score, plx_slice_of(M[m].key));
        assert_true(i < score->inputs_n);
        for (int k = 0; k < 5; k++) {
            double x[PLX_SCORE_INPUTS_MAX];
            random_patient(score, &rng, x);
            sweep(score, i, M[m].direction, x);
        }
    }
}

static double quotient(const char *name, const char *const *texts, plx_score_result *r)
{
    const plx_score *score = plx_score_find(plx_slice_of(name));
    plx_score_given given[PLX_SCORE_INPUTS_MAX] = {0};
    for (uint32_t i = 0; i < score->inputs_n; i++) {
        given[i].given = texts[i] != NULL;
        if (texts[i])
            assert_int_equal(plx_decimal_parse(plx_slice_of(texts[i]), &given[i].number), PLX_OK);
    }
    plx_score_run(score, given, r);
    return r->value;
}

static void quotients(void **state)
{
    (void)state;
    plx_score_result r;
    assert_true(quotient("SI", (const char *[]){"81.9", "91"}, &r) > 0.8999);
    assert_int_equal(r.bands, 2);
    quotient("SI", (const char *[]){"81.899", "91"}, &r);
    assert_int_equal(r.bands, 1);
    quotient("SI", (const char *[]){NULL, "100"}, &r);
    assert_true(!r.known && r.min == 0 && r.max == 3.5 && r.bands == 3 && r.most_useful == 0);
    quotient("SI", (const char *[]){"120", NULL}, &r);
    assert_true(r.min > 0.34 && isinf(r.max) && r.bands == 3);
    quotient("SI", (const char *[]){"0", "0"}, &r);
    assert_true(!r.known && r.bands == 2);
    quotient("MSI", (const char *[]){"91", "70", "70"}, &r); /* 1.3, not above */
    assert_int_equal(r.bands, 2);
    quotient("MSI", (const char *[]){"49", "70", "70"}, &r); /* 0.7 */
    assert_int_equal(r.bands, 2);
    quotient("MSI", (const char *[]){"48.9", "70", "70"}, &r);
    assert_int_equal(r.bands, 1);
    quotient("ROX", (const char *[]){"97.6", "0.5", "40", NULL}, &r); /* 4.88 */
    assert_int_equal(r.bands, 1);
    quotient("ROX", (const char *[]){"97.5", "0.5", "40", NULL}, &r);
    assert_int_equal(r.bands, 2);
    quotient("ROX", (const char *[]){"85", "0.6", "40", "6"}, &r); /* 3.54 */
    assert_int_equal(r.bands, 2);
    quotient("ROX", (const char *[]){"85", "0.6", "40", "12"}, &r);
    assert_int_equal(r.bands, 4);
    quotient("ROX", (const char *[]){NULL, "0.6", "40", "2"}, &r); /* up to 4.17 */
    assert_int_equal(r.bands, 6);
}

static void units(void **state)
{
    (void)state;
    static const struct {
        const char *score, *key, *text, *unit, *as;
        int64_t hundredths; /* in the house unit */
    } U[] = {{"SOFA", "creat", "106.08", "umol/L", "", 120},
             {"SOFA", "bili", "34.2", "umol/L", "", 200},
             {"SOFA", "pf", "25", "kPa", "", 18752},
             {"SOFA", "urine24", "0.5", "L", "", 50000},
             {"SOFA", "plt", "150", "10*3/uL", "", 15000},
             {"CURB65", "urea_mmol", "19.6", "mg/dL", "BUN", 700},
             {"CURB65", "urea_mmol", "42.042", "mg/dL", "", 700},
             {"GBS", "hb_gL", "11.9", "g/dL", "", 11900},
             {"ROX", "fio2", "60", "%", "", 60},
             {"ESI4", "age_months", "8", "a", "", 9600},
             {"CURB65", "age", "780", "mo", "", 6500},
             {"SIRS", "temp", "100.4", "[degF]", "", 3800}};
    for (size_t k = 0; k < sizeof U / sizeof *U; k++) {
        const plx_score *score = plx_score_find(plx_slice_of(U[k].score));
        const uint32_t i = plx_score_input_find(score, plx_slice_of(U[k].key));
        plx_score_given given[PLX_SCORE_INPUTS_MAX] = {0};
        plx_score_result r;
        given[i] = (plx_score_given){
            .given = true, .unit = plx_slice_of(U[k].unit), .as = plx_slice_of(U[k].as)};
        assert_int_equal(plx_decimal_parse(plx_slice_of(U[k].text), &given[i].number), PLX_OK);
        plx_score_run(score, given, &r);
        assert_int_equal(r.rejected, 0);
        const double off = r.parts[i].value.value * 100 - (double)U[k].hundredths;
        if (strcmp(U[k].key, "pf") == 0)
            assert_true(fabs(off) < 1);
        else
            assert_int_equal(plx_decimal_compare_to(&r.parts[i].value, U[k].hundredths, 2), 0);
        given[i].as = plx_slice_of("salt");
        plx_score_run(score, given, &r);
        assert_int_equal(r.rejected, 1u << i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_defined),         cmocka_unit_test(missing_as_enumerated),
        cmocka_unit_test(next_worse_is_true), cmocka_unit_test(monotone),
        cmocka_unit_test(quotients),          cmocka_unit_test(units)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
