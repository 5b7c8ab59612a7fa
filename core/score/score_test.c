/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the register finds scores and inputs, converts units exactly, and turns away what is of the
 * wrong type, outside its limits or too old, saying why.
 * Oracle: values worked out by hand; for conversions, exact fractions.
 * Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/score/score.h"

enum { RR, SPO2, O2, SBP, PULSE, ACVPU, TEMP, SCALE, AGE, PREGNANT };

static plx_score_given number(const char *text, const char *unit)
{
    plx_score_given g = {.given = true, .unit = plx_slice_of(unit)};
    assert_int_equal(plx_decimal_parse(plx_slice_of(text), &g.number), PLX_OK);
    return g;
}

/* A patient with no points. */
static void healthy(plx_score_given given[PLX_SCORE_INPUTS_MAX])
{
    memset(given, 0, sizeof *given * PLX_SCORE_INPUTS_MAX);
    given[RR] = number("16", "");
    given[SPO2] = number("98", "");
    given[O2] = (plx_score_given){.given = true};
    given[SBP] = number("120", "");
    given[PULSE] = number("75", "");
    given[ACVPU] = (plx_score_given){.given = true, .code = 'A'};
    given[TEMP] = number("37.0", "");
}

static void finds(void **state)
{
    (void)state;
    const plx_score *news2 = plx_score_find(plx_slice_of("NEWS2"));
    assert_ptr_equal(news2, &plx_score_news2);
    assert_null(plx_score_find(plx_slice_of("news2")));
    assert_null(plx_score_find(plx_slice_of("")));
    assert_ptr_equal(plx_score_at(0), news2);
    assert_null(plx_score_at(1000));
    assert_int_equal(plx_score_input_find(news2, plx_slice_of("temp")), TEMP);
    assert_int_equal(plx_score_input_find(news2, plx_slice_of("Temp")), news2->inputs_n);
    for (uint32_t n = 0; plx_score_at(n); n++) {
        assert_true(plx_score_at(n)->inputs_n <= PLX_SCORE_INPUTS_MAX);
        assert_true(plx_score_at(n)->bands_n <= PLX_SCORE_BANDS_MAX);
    }
}

static double score_with(uint32_t input, plx_score_given given, plx_score_result *r)
{
    plx_score_given all[PLX_SCORE_INPUTS_MAX];
    healthy(all);
    all[input] = given;
    plx_score_run(&plx_score_news2, all, r);
    return r->value;
}

static void converts_exactly(void **state)
{
    (void)state;
    plx_score_result r;
    assert_true(score_with(TEMP, number("95.0", "[degF]"), &r) == 3); /* 35.0 Cel, not above */
    assert_true(score_with(TEMP, number("95.01", "[degF]"), &r) == 1);
    assert_true(score_with(TEMP, number("100.4", "[degF]"), &r) == 0); /* 38.0 */
    assert_true(score_with(TEMP, number("100.400001", "[degF]"), &r) == 1);
    assert_true(score_with(SBP, number("11.5", "kPa"), &r) == 3); /* 86.25713 */
    assert_true(score_with(SBP, number("12", "kPa"), &r) == 2);   /* 90.00744 */
    assert_true(score_with(SBP, number("120", "mmHg"), &r) == 0);
    assert_true(score_with(RR, number("25", "/min"), &r) == 3);
    assert_true(r.known && r.parts[RR].used);
    score_with(TEMP, number("98.6", "[degF]"), &r);
    assert_int_equal(plx_decimal_compare_to(&r.parts[TEMP].value, 370, 1), 0);
}

/* No pressure of up to six digits after the point in kPa comes to lie on an edge by the rounding of
 * the conversion: its exact product is on the same side of every edge as the converted value. */
static void conversion_keeps_sides(void **state)
{
    (void)state;
    static const int64_t EDGES[] = {90, 100, 110, 219};
    for (size_t e = 0; e < sizeof EDGES / sizeof *EDGES; e++) {
        int64_t power = 1;
        for (unsigned scale = 0; scale <= 6; scale++, power *= 10) {
            const int64_t nearest = EDGES[e] * power * 100000 / 750062;
            for (int64_t m = nearest - 1; m <= nearest + 2; m++) {
                plx_score_result r;
                plx_score_given g = {.given = true, .unit = plx_slice_of("kPa")};
                g.number = plx_decimal_make(m, scale);
                score_with(SBP, g, &r);
                const int exact = m * 750062 > EDGES[e] * power * 100000;
                assert_int_equal(plx_decimal_compare_to(&r.parts[SBP].value, EDGES[e], 0) > 0,
                                 exact);
            }
        }
    }
}

static void expect_note(const plx_score_given *given, const plx_score_result *r, const char *text)
{
    char memory[160];
    plx_out out = plx_out_init(memory, sizeof memory - 1);
    assert_int_equal(r->notes_n, 1);
    plx_score_note_write(&plx_score_news2, given, &r->notes[0], &out);
    memory[out.n] = 0;
    assert_string_equal(memory, text);
}

static void rejects(void **state)
{
    (void)state;
    const struct {
        uint32_t input;
        plx_score_given given;
        const char *note;
    } C[] = {
        {TEMP, number("98.6", ""), "temp 98.6 is outside 20 to 45 Cel; it would fit in [degF]"},
        {TEMP, number("46", ""), "temp 46 is outside 20 to 45 Cel"},
        {TEMP, number("98.6", "Cel"), "temp 98.6 is outside 20 to 45 Cel"},
        {SBP, number("120", "mL"), "sbp cannot be converted from this unit to mm[Hg]"},
        {RR, {.given = true, .unreadable = true}, "rr takes a number"},
        {O2, {.given = true, .unreadable = true}, "o2 takes true or false"},
        {ACVPU, {.given = true, .code = 'a'}, "acvpu takes one of the letters ACVPU"},
        {ACVPU, {.given = true, .code = 0}, "acvpu takes one of the letters ACVPU"},
        {SCALE, number("3", ""), "scale 3 is outside 1 to 2, whole numbers only"},
        {SCALE, number("1.5", ""), "scale 1.5 is outside 1 to 2, whole numbers only"},
    };
    for (size_t i = 0; i < sizeof C / sizeof *C; i++) {
        plx_score_given all[PLX_SCORE_INPUTS_MAX];
        plx_score_result r;
        healthy(all);
        all[C[i].input] = C[i].given;
        plx_score_run(&plx_score_news2, all, &r);
        assert_int_equal(r.rejected, 1u << C[i].input);
        assert_int_equal(r.missing, r.rejected);
        assert_false(r.parts[C[i].input].used);
        expect_note(all, &r, C[i].note);
    }
}

static void stale(void **state)
{
    (void)state;
    plx_score_result r;
    plx_score_given g = number("22", "");
    g.age_known = true;
    g.age_s = 3600;
    assert_true(score_with(RR, g, &r) == 2 && r.stale == 0);
    g.age_s = 3601;
    score_with(RR, g, &r);
    assert_int_equal(r.stale, 1u << RR);
    assert_int_equal(r.missing, 1u << RR);
    assert_int_equal(r.rejected, 0);
    assert_false(r.known);
    assert_true(r.min == 0 && r.max == 3);
    g = number("38.5", "");
    g.age_known = true;
    g.age_s = 8 * 3600;
    assert_true(score_with(TEMP, g, &r) == 1 && r.stale == 0);
}

static void interval_and_next(void **state)
{
    (void)state;
    plx_score_result r;
    score_with(TEMP, (plx_score_given){0}, &r);
    assert_false(r.known);
    assert_true(r.min == 0 && r.max == 3);
    assert_int_equal(r.bands, 3); /* low, low-medium */
    assert_int_equal(r.most_useful, TEMP);
    assert_int_equal(r.worse_input, -1);
    assert_true(score_with(RR, number("16", ""), &r) == 0);
    assert_int_equal(r.worse_input, SBP);
    assert_string_equal(r.worse_at, ">219");
    assert_string_equal(plx_score_news2.bands[r.worse_band], "low-medium");
    /* A scale that is no scale leaves both open: 93 % on air is 2 points or none. */
    plx_score_given all[PLX_SCORE_INPUTS_MAX];
    healthy(all);
    all[SPO2] = number("93", "");
    all[SCALE] = (plx_score_given){.given = true, .unreadable = true};
    plx_score_run(&plx_score_news2, all, &r);
    assert_true(r.min == 0 && r.max == 2 && r.parts[SPO2].open);
}

static void not_applicable(void **state)
{
    (void)state;
    plx_score_result r;
    assert_true(score_with(AGE, number("16", ""), &r) == 0 && r.applicable);
    score_with(AGE, number("15.9", ""), &r);
    assert_false(r.applicable);
    assert_false(r.known);
    score_with(PREGNANT, (plx_score_given){.given = true, .flag = true}, &r);
    assert_false(r.applicable);
    score_with(PREGNANT, (plx_score_given){.given = true}, &r);
    assert_true(r.applicable && r.known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds),         cmocka_unit_test(converts_exactly),
        cmocka_unit_test(rejects),       cmocka_unit_test(conversion_keeps_sides),
        cmocka_unit_test(stale),         cmocka_unit_test(interval_and_next),
        cmocka_unit_test(not_applicable)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
