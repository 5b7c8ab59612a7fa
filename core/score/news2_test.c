/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: NEWS2 scores as the chart of the Royal College of Physicians prints it, at every edge of
 * every band and between them; with inputs missing it gives exactly what their values could make of
 * it. Oracle: the chart typed in again as "points if low <= value <= high" rows; for missing
 * inputs, the plain enumeration of every combination of one value per class. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "core/base/rng.h"
#include "core/score/news2.h"

/* Chart 1 in its printed whole numbers (temperature in tenths). */
typedef struct printed {
    plx_news2_input input;
    int scale;  /* of SpO2; 1, 2, or 0 = other inputs */
    int oxygen; /* 0, 1, or 2 = either */
    int low, high, points;
} printed;

static const printed CHART[] = {
    {PLX_NEWS2_RR, 0, 2, 0, 8, 3},        {PLX_NEWS2_RR, 0, 2, 9, 11, 1},
    {PLX_NEWS2_RR, 0, 2, 12, 20, 0},      {PLX_NEWS2_RR, 0, 2, 21, 24, 2},
    {PLX_NEWS2_RR, 0, 2, 25, 120, 3},     {PLX_NEWS2_SPO2, 1, 2, 0, 91, 3},
    {PLX_NEWS2_SPO2, 1, 2, 92, 93, 2},    {PLX_NEWS2_SPO2, 1, 2, 94, 95, 1},
    {PLX_NEWS2_SPO2, 1, 2, 96, 100, 0},   {PLX_NEWS2_SPO2, 2, 2, 0, 83, 3},
    {PLX_NEWS2_SPO2, 2, 2, 84, 85, 2},    {PLX_NEWS2_SPO2, 2, 2, 86, 87, 1},
    {PLX_NEWS2_SPO2, 2, 2, 88, 92, 0},    {PLX_NEWS2_SPO2, 2, 0, 93, 100, 0},
    {PLX_NEWS2_SPO2, 2, 1, 93, 94, 1},    {PLX_NEWS2_SPO2, 2, 1, 95, 96, 2},
    {PLX_NEWS2_SPO2, 2, 1, 97, 100, 3},   {PLX_NEWS2_SBP, 0, 2, 0, 90, 3},
    {PLX_NEWS2_SBP, 0, 2, 91, 100, 2},    {PLX_NEWS2_SBP, 0, 2, 101, 110, 1},
    {PLX_NEWS2_SBP, 0, 2, 111, 219, 0},   {PLX_NEWS2_SBP, 0, 2, 220, 350, 3},
    {PLX_NEWS2_PULSE, 0, 2, 0, 40, 3},    {PLX_NEWS2_PULSE, 0, 2, 41, 50, 1},
    {PLX_NEWS2_PULSE, 0, 2, 51, 90, 0},   {PLX_NEWS2_PULSE, 0, 2, 91, 110, 1},
    {PLX_NEWS2_PULSE, 0, 2, 111, 130, 2}, {PLX_NEWS2_PULSE, 0, 2, 131, 350, 3},
    {PLX_NEWS2_TEMP, 0, 2, 200, 350, 3},  {PLX_NEWS2_TEMP, 0, 2, 351, 360, 1},
    {PLX_NEWS2_TEMP, 0, 2, 361, 380, 0},  {PLX_NEWS2_TEMP, 0, 2, 381, 390, 1},
    {PLX_NEWS2_TEMP, 0, 2, 391, 450, 2},
};

/* One patient in printed whole numbers; -1 = missing (acvpu 0). */
typedef struct patient {
    int number[PLX_NEWS2_INPUTS]; /* temperature in tenths; O2 0 or 1 */
    char acvpu;
    int scale; /* 1, 2, 0 = unknown */
} patient;

static const patient HEALTHY = {{16, 98, 0, 120, 75, 0, 370}, 'A', 1};

static plx_news2_inputs inputs_of(const patient *p)
{
    plx_news2_inputs in = {.scale2 = p->scale == 2, .scale_unknown = p->scale == 0};
    for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS; i++) {
        in.given[i] = i == PLX_NEWS2_ACVPU ? p->acvpu != 0 : p->number[i] >= 0;
        if (in.given[i]) in.number[i] = plx_decimal_make(p->number[i], i == PLX_NEWS2_TEMP);
    }
    in.on_oxygen = p->number[PLX_NEWS2_O2] == 1;
    in.acvpu = p->acvpu;
    return in;
}

static int chart_points(const patient *p, plx_news2_input input)
{
    if (input == PLX_NEWS2_O2) return p->number[input] ? 2 : 0;
    if (input == PLX_NEWS2_ACVPU) return p->acvpu == 'A' ? 0 : 3;
    for (size_t i = 0; i < sizeof CHART / sizeof *CHART; i++) {
        const printed *row = &CHART[i];
        if (row->input != input || (row->scale && row->scale != p->scale)) continue;
        if (row->oxygen != 2 && row->oxygen != p->number[PLX_NEWS2_O2]) continue;
        if (p->number[input] >= row->low && p->number[input] <= row->high) return row->points;
    }
    fail_msg("the chart has no row for input %d = %d", input, p->number[input]);
    return -1;
}

static int chart_score(const patient *p, plx_news2_band *band)
{
    int sum = 0;
    bool red = false;
    for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS; i++) {
        const int points = chart_points(p, i);
        sum += points;
        red = red || points == 3;
    }
    *band = sum >= 7   ? PLX_NEWS2_HIGH
            : sum >= 5 ? PLX_NEWS2_MEDIUM
            : red      ? PLX_NEWS2_LOW_MEDIUM
                       : PLX_NEWS2_LOW;
    return sum;
}

static void expect_as_chart(const patient *p)
{
    const plx_news2_inputs in = inputs_of(p);
    plx_news2_result r;
    plx_news2_band band;
    plx_news2_score(&in, &r);
    assert_true(r.known);
    assert_int_equal(r.value, chart_score(p, &band));
    assert_int_equal(r.bands, 1u << band);
    assert_int_equal(r.missing | r.rejected | r.open, 0);
    assert_int_equal(r.most_useful, -1);
    for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS; i++)
        assert_int_equal(r.points[i], chart_points(p, i));
}

static void every_printed_value(void **state)
{
    (void)state;
    for (size_t row = 0; row < sizeof CHART / sizeof *CHART; row++) {
        for (int v = CHART[row].low; v <= CHART[row].high; v++) {
            for (int oxygen = 0; oxygen < 2; oxygen++) {
                patient p = HEALTHY;
                p.number[CHART[row].input] = v;
                p.number[PLX_NEWS2_O2] = oxygen;
                if (CHART[row].scale) p.scale = CHART[row].scale;
                expect_as_chart(&p);
            }
        }
    }
    for (const char *c = "ACVPU"; *c; c++) {
        patient p = HEALTHY;
        p.acvpu = *c;
        expect_as_chart(&p);
    }
}

static uint8_t points_of_text(plx_news2_input input, const char *text, bool scale2, bool oxygen)
{
    plx_news2_inputs in = inputs_of(&HEALTHY);
    plx_news2_result r;
    in.scale2 = scale2;
    in.on_oxygen = oxygen;
    assert_int_equal(plx_decimal_parse(plx_slice_of(text), &in.number[input]), PLX_OK);
    plx_news2_score(&in, &r);
    assert_int_equal(r.rejected, 0);
    return r.points[input];
}

/* Real values between the printed whole numbers: the next band starts right above an edge. */
static void between_the_printed_values(void **state)
{
    (void)state;
    assert_int_equal(points_of_text(PLX_NEWS2_SBP, "90.5", false, false), 2);
    assert_int_equal(points_of_text(PLX_NEWS2_SBP, "90.000000000000001", false, false), 2);
    assert_int_equal(points_of_text(PLX_NEWS2_SBP, "90.000", false, false), 3);
    assert_int_equal(points_of_text(PLX_NEWS2_SBP, "219.01", false, false), 3);
    assert_int_equal(points_of_text(PLX_NEWS2_RR, "8.01", false, false), 1);
    assert_int_equal(points_of_text(PLX_NEWS2_RR, "24.0001", false, false), 3);
    assert_int_equal(points_of_text(PLX_NEWS2_TEMP, "38.0", false, false), 0);
    assert_int_equal(points_of_text(PLX_NEWS2_TEMP, "38.05", false, false), 1);
    assert_int_equal(points_of_text(PLX_NEWS2_TEMP, "39.04", false, false), 2);
    assert_int_equal(points_of_text(PLX_NEWS2_TEMP, "35.0", false, false), 3);
    assert_int_equal(points_of_text(PLX_NEWS2_SPO2, "95.2", false, false), 0);
    assert_int_equal(points_of_text(PLX_NEWS2_SPO2, "92.5", true, false), 0);
    assert_int_equal(points_of_text(PLX_NEWS2_SPO2, "92.5", true, true), 1);
    assert_int_equal(points_of_text(PLX_NEWS2_SPO2, "96.1", true, true), 3);
}

static void limits(void **state)
{
    (void)state;
    static const struct {
        plx_news2_input input;
        const char *low, *below, *high, *above;
    } L[] = {{PLX_NEWS2_RR, "0", "-1", "120", "120.1"},
             {PLX_NEWS2_SPO2, "0", "-0.1", "100", "101"},
             {PLX_NEWS2_SBP, "0", "-3", "350", "350.5"},
             {PLX_NEWS2_PULSE, "0", "-0.01", "350", "900"},
             {PLX_NEWS2_TEMP, "20", "19.9", "45", "98.6"}};
    for (size_t i = 0; i < sizeof L / sizeof *L; i++) {
        plx_news2_inputs in = inputs_of(&HEALTHY);
        plx_news2_result r;
        const char *const texts[4] = {L[i].low, L[i].high, L[i].below, L[i].above};
        for (int k = 0; k < 4; k++) {
            assert_int_equal(plx_decimal_parse(plx_slice_of(texts[k]), &in.number[L[i].input]),
                             PLX_OK);
            plx_news2_score(&in, &r);
            assert_int_equal(r.rejected, k < 2 ? 0 : 1u << L[i].input);
            assert_int_equal(r.missing, r.rejected);
            assert_int_equal(r.known, k < 2);
            assert_string_equal(plx_news2_rule(&in, L[i].input)[0] ? "some" : "",
                                k < 2 ? "some" : "");
        }
    }
    plx_news2_inputs in = inputs_of(&HEALTHY);
    plx_news2_result r;
    in.acvpu = 'X';
    plx_news2_score(&in, &r);
    assert_int_equal(r.rejected, 1u << PLX_NEWS2_ACVPU);
    in.acvpu = 0;
    plx_news2_score(&in, &r);
    assert_int_equal(r.rejected, 1u << PLX_NEWS2_ACVPU);
}

/* What the missing inputs of a patient could make of it, by plain enumeration. */
typedef struct span {
    int min, max;
    unsigned bands;
} span;

static const int VALUES[PLX_NEWS2_INPUTS][12] = {{8, 11, 20, 24, 25, -1},
                                                 {83, 85, 87, 91, 92, 93, 94, 95, 96, 97, -1},
                                                 {0, 1, -1},
                                                 {90, 100, 110, 219, 220, -1},
                                                 {40, 50, 90, 110, 130, 131, -1},
                                                 {0, 1, -1}, /* A, V */
                                                 {350, 360, 380, 390, 391, -1}};

static bool is_missing(const patient *p, plx_news2_input i)
{
    return i == PLX_NEWS2_ACVPU ? p->acvpu == 0 : p->number[i] < 0;
}

static void set(patient *p, plx_news2_input i, int value)
{
    p->number[i] = value;
    if (i == PLX_NEWS2_ACVPU) p->acvpu = value ? 'V' : 'A';
}

static void enumerate(patient p, unsigned from, span *s)
{
    if (from == PLX_NEWS2_INPUTS && p.scale) {
        plx_news2_band band;
        const int sum = chart_score(&p, &band);
        s->min = sum < s->min ? sum : s->min;
        s->max = sum > s->max ? sum : s->max;
        s->bands |= 1u << band;
    } else if (from == PLX_NEWS2_INPUTS) {
        for (p.scale = 1; p.scale <= 2; p.scale++)
            enumerate(p, from, s);
    } else if (!is_missing(&p, from)) {
        enumerate(p, from + 1, s);
    } else {
        for (const int *v = VALUES[from]; *v >= 0; v++) {
            set(&p, from, *v);
            enumerate(p, from + 1, s);
        }
    }
}

static patient random_patient(plx_rng *rng, unsigned missing)
{
    patient p = {.acvpu = "ACVPU"[plx_rng_below(rng, 5)]};
    static const int low[] = {0, 70, 0, 60, 30, 0, 330}, high[] = {40, 100, 1, 240, 180, 0, 420};
    for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS; i++) {
        p.number[i] = low[i] + (int)plx_rng_below(rng, (uint64_t)(high[i] - low[i] + 1));
        if (!(missing >> i & 1)) continue;
        p.number[i] = -1;
        if (i == PLX_NEWS2_ACVPU) p.acvpu = 0;
    }
    p.scale = (int)plx_rng_below(rng, 3);
    return p;
}

/* Largest step of the band that input alone can cause, the others held anywhere. */
static int largest_step(const patient *p, plx_news2_input input)
{
    int best = 0;
    patient q = *p;
    /* Walk the other missing inputs like an odometer. */
    unsigned at[PLX_NEWS2_INPUTS] = {0};
    for (int scale = p->scale ? p->scale : 1; scale <= (p->scale ? p->scale : 2); scale++) {
        for (bool more = true; more;) {
            int low = PLX_NEWS2_BANDS, high = -1;
            q.scale = scale;
            for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS; i++)
                if (is_missing(p, i) && i != input) set(&q, i, VALUES[i][at[i]]);
            for (const int *v = VALUES[input]; *v >= 0; v++) {
                plx_news2_band band;
                set(&q, input, *v);
                chart_score(&q, &band);
                low = (int)band < low ? (int)band : low;
                high = (int)band > high ? (int)band : high;
            }
            best = high - low > best ? high - low : best;
            more = false;
            for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS && !more; i++) {
                if (!is_missing(p, i) || i == input) continue;
                more = VALUES[i][++at[i]] >= 0;
                if (!more) at[i] = 0;
            }
        }
    }
    return best;
}

static void missing_as_enumerated(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(1, 1);
    for (unsigned missing = 0; missing < 1u << PLX_NEWS2_INPUTS; missing++) {
        /* Five and more missing ones: few rounds, they take 10^5 combinations each. */
        const int rounds = __builtin_popcount(missing) < 4 ? 60 : 2;
        for (int k = 0; k < rounds; k++) {
            const patient p = random_patient(&rng, missing);
            const plx_news2_inputs in = inputs_of(&p);
            span s = {99, -1, 0};
            plx_news2_result r;
            enumerate(p, 0, &s);
            plx_news2_score(&in, &r);
            assert_int_equal(r.min, s.min);
            assert_int_equal(r.max, s.max);
            assert_int_equal(r.bands, s.bands);
            assert_int_equal(r.missing, missing);
            assert_int_equal(r.known, s.min == s.max);
        }
    }
}

static void most_useful_as_enumerated(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(2, 1);
    for (int k = 0; k < 3000; k++) {
        unsigned missing = 0;
        for (int n = 0; n < 3; n++)
            missing |= 1u << plx_rng_below(&rng, PLX_NEWS2_INPUTS);
        const patient p = random_patient(&rng, missing);
        const plx_news2_inputs in = inputs_of(&p);
        plx_news2_result r;
        int best = 0;
        plx_news2_score(&in, &r);
        for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS; i++) {
            const int step = missing >> i & 1 ? largest_step(&p, i) : 0;
            best = step > best ? step : best;
        }
        if (!(r.bands & (r.bands - 1))) best = 0;
        assert_int_equal(r.most_useful >= 0, best > 0);
        if (best > 0) assert_int_equal(largest_step(&p, (plx_news2_input)r.most_useful), best);
    }
}

/* The example of the chart's own joint rule: scale 2, 97 %, oxygen not recorded. */
static void open_points(void **state)
{
    (void)state;
    patient p = HEALTHY;
    plx_news2_result r;
    p.scale = 2;
    p.number[PLX_NEWS2_SPO2] = 97;
    p.number[PLX_NEWS2_O2] = -1;
    plx_news2_inputs in = inputs_of(&p);
    plx_news2_score(&in, &r);
    assert_int_equal(r.open, 1u << PLX_NEWS2_SPO2);
    assert_int_equal(r.min, 0);
    assert_int_equal(r.max, 5);
    assert_int_equal(r.bands, 1u << PLX_NEWS2_LOW | 1u << PLX_NEWS2_MEDIUM);
    assert_int_equal(r.most_useful, PLX_NEWS2_O2);
    p.number[PLX_NEWS2_SPO2] = 90; /* the same points on air and on oxygen */
    in = inputs_of(&p);
    plx_news2_score(&in, &r);
    assert_int_equal(r.open, 0);
    assert_int_equal(r.max, 2);
}

static void next_worse(void **state)
{
    (void)state;
    patient p = HEALTHY; /* rr 22: 2, spo2 95: 1, pulse 95: 1, sbp 105: 1 = 5 */
    plx_news2_worse w = {PLX_NEWS2_INPUTS, "untouched", PLX_NEWS2_LOW};
    p.number[PLX_NEWS2_RR] = 22;
    p.number[PLX_NEWS2_SPO2] = 95;
    p.number[PLX_NEWS2_PULSE] = 115;
    p.number[PLX_NEWS2_SBP] = 105;
    p.number[PLX_NEWS2_O2] = -1;
    plx_news2_inputs in = inputs_of(&p);
    assert_false(plx_news2_next_worse(&in, &w)); /* missing */
    assert_string_equal(w.at, "untouched");
    p.number[PLX_NEWS2_O2] = 0; /* 2 + 1 + 2 + 1 = 6: one more point anywhere */
    in = inputs_of(&p);
    assert_true(plx_news2_next_worse(&in, &w));
    assert_int_equal(w.input, PLX_NEWS2_RR);
    assert_string_equal(w.at, ">24");
    assert_int_equal(w.to, PLX_NEWS2_HIGH);
    p.number[PLX_NEWS2_RR] = 25; /* 7: already high */
    in = inputs_of(&p);
    assert_false(plx_news2_next_worse(&in, &w));
    p = HEALTHY; /* one step from healthy: only a single 3 leads up */
    in = inputs_of(&p);
    assert_true(plx_news2_next_worse(&in, &w));
    assert_int_equal(w.input, PLX_NEWS2_SBP);
    assert_string_equal(w.at, ">219");
    assert_int_equal(w.to, PLX_NEWS2_LOW_MEDIUM);
    p.number[PLX_NEWS2_RR] = 22; /* 2 + 2 + 1 = 5; SBP 120 to <=100 gives 2, 2 steps */
    p.number[PLX_NEWS2_PULSE] = 115;
    p.number[PLX_NEWS2_SBP] = 101;
    in = inputs_of(&p);
    assert_true(plx_news2_next_worse(&in, &w));
    assert_int_equal(w.input, PLX_NEWS2_O2);
    assert_string_equal(w.at, "oxygen");
    p.number[PLX_NEWS2_O2] = 1;
    p.scale = 2;
    p.number[PLX_NEWS2_SPO2] = 90; /* 2 + 2 + 2 + 1 = 7 */
    in = inputs_of(&p);
    assert_false(plx_news2_next_worse(&in, &w));
}

/* Any way into a higher band that is named is one: moving there by the chart reaches that band. */
static void next_worse_is_true(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(3, 1);
    for (int k = 0; k < 5000; k++) {
        patient p = random_patient(&rng, 0);
        if (p.scale == 0) p.scale = 1;
        const plx_news2_inputs in = inputs_of(&p);
        plx_news2_band now, then;
        plx_news2_worse w;
        chart_score(&p, &now);
        if (!plx_news2_next_worse(&in, &w)) continue;
        if (w.input == PLX_NEWS2_O2 || w.input == PLX_NEWS2_ACVPU) {
            set(&p, w.input, 1);
        } else {
            const bool tenths = w.input == PLX_NEWS2_TEMP;
            const double edge = strtod(w.at + (w.at[0] == '<' ? 2 : 1), NULL);
            const int value = (int)(edge * (tenths ? 10 : 1) + 0.5);
            p.number[w.input] = w.at[0] == '<' ? value : value + 1;
        }
        chart_score(&p, &then);
        assert_int_equal(then, w.to);
        assert_true(then > now);
    }
}

static void texts(void **state)
{
    (void)state;
    const plx_news2_inputs in = inputs_of(&HEALTHY);
    plx_news2_inputs none = {0};
    assert_string_equal(plx_news2_rule(&in, PLX_NEWS2_RR), "12-20");
    assert_string_equal(plx_news2_rule(&in, PLX_NEWS2_SPO2), ">=96");
    assert_string_equal(plx_news2_rule(&in, PLX_NEWS2_O2), "air");
    assert_string_equal(plx_news2_rule(&in, PLX_NEWS2_ACVPU), "A");
    assert_string_equal(plx_news2_rule(&in, PLX_NEWS2_TEMP), "36.1-38.0");
    assert_string_equal(plx_news2_rule(&none, PLX_NEWS2_RR), "");
    assert_string_equal(plx_news2_key(PLX_NEWS2_TEMP), "temp");
    assert_string_equal(plx_news2_unit(PLX_NEWS2_TEMP), "Cel");
    assert_string_equal(plx_news2_band_text(PLX_NEWS2_LOW_MEDIUM), "low-medium");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_printed_value),
                                       cmocka_unit_test(between_the_printed_values),
                                       cmocka_unit_test(limits),
                                       cmocka_unit_test(missing_as_enumerated),
                                       cmocka_unit_test(most_useful_as_enumerated),
                                       cmocka_unit_test(open_points),
                                       cmocka_unit_test(next_worse),
                                       cmocka_unit_test(next_worse_is_true),
                                       cmocka_unit_test(texts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
