/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: what a row asks for is taken from the right seconds of a run, and judged by the rule;
 * populations and parameters that are not understood are skipped with the reason.
 * Oracle: series made by hand, whose answers are known exactly; the rule in protocol.h.
 * Tolerance: 1e-4 relative (the series are float). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/physiology/protocol_for_test.h"

enum { START = PLX_PROTOCOL_SETTLE_S, SECONDS = START + 4000 };

/* What every series here is made on: nothing happened, all is 0. */
static void empty_run(void)
{
    memset(run.series, 0, sizeof *run.series);
    run.start_s = START, run.seconds = SECONDS, run.event_s = -1;
    run.infused_ml = run.infusion_s = run.algebra = 0;
    run.out_of_envelope = run.no_answer = run.algebraic = false;
}

static float *series(uint32_t row)
{
    return run.series->at[row];
}

static plx_target_result judged(const char *quantity, const char *time_s, const char *kind)
{
    plx_target t = {.quantity = plx_slice_of(quantity),
                    .time_s = plx_slice_of(time_s),
                    .kind = plx_slice_of(kind),
                    .params = PLX_LIT("max_s=900")};
    plx_target_result r;
    plx_target_judge(&t, &run, &r);
    return r;
}

static void is(double expected, const char *quantity, const char *time_s, const char *kind)
{
    plx_target_result r = judged(quantity, time_s, kind);
    assert_true(r.has_value);
    if (fabs(r.value - expected) > 1e-4 * fabs(expected) + 1e-9)
        print_message("# %s: %g, not %g\n", quantity, r.value, expected);
    assert_true(fabs(r.value - expected) <= 1e-4 * fabs(expected) + 1e-9);
}

/* A ramp of 1 a second from the start on, at 60 before: means over 20 s lag by 10.5 s. */
static void means_before_a_time(void **state)
{
    (void)state;
    empty_run();
    for (uint32_t s = 0; s < SECONDS; s++)
        series(PLX_MEASURE_hr_bpm)[s] = s < START ? 60 : (float)(60 + s - START);
    is(60 + 100 - 10.5, "hr_bpm", "100", "range");
    is(100 - 10.5, "hr_bpm", "100", "delta");
    is(60, "hr_bpm", "0", "range");
    run.seconds = START + 50; /* stopped early: the last there is */
    is(60 + 50 - 10.5, "hr_bpm", "3000", "range");
    run.event_s = 40;
    is(60 + 40 - 10.5, "hr_bpm", "event", "range");
    assert_false(judged("hr_bpm", "soon", "range").has_value);
    assert_false(judged("luck", "100", "range").has_value);
}

static void change_in_per_cent(void **state)
{
    (void)state;
    empty_run();
    for (uint32_t s = 0; s < SECONDS; s++)
        series(PLX_MEASURE_sv_ml)[s] = s < START ? 80 : 60;
    plx_target t = {.quantity = PLX_LIT("sv_ml"),
                    .unit = PLX_LIT("pct"),
                    .time_s = PLX_LIT("100"),
                    .kind = PLX_LIT("delta")};
    plx_target_result r;
    plx_target_judge(&t, &run, &r);
    assert_true(fabs(r.value + 25) < 1e-4);
}

static void times_to_a_saturation(void **state)
{
    (void)state;
    empty_run();
    for (uint32_t s = 0; s < SECONDS; s++) {
        series(PLX_MEASURE_spo2_pct)[s] = s < START ? 98 : 98 - 0.01f * (float)(s - START);
        series(PLX_MEASURE_sao2_fraction)[s] = s < START + 77 ? 0.95f : 0.85f;
    }
    is(301, "time_to_spo2_95_s", "event", "range");
    is(801, "time_to_spo2_90_s", "event", "range");
    is(900, "time_to_spo2_88_s", "event", "range"); /* after max_s is never */
    is(900, "time_to_spo2_10_s", "event", "range");
    is(77, "time_to_sao2_90_s", "event", "range");
    assert_false(judged("time_to_spo2__s", "event", "range").has_value);
    assert_false(judged("time_to_spo2_90", "event", "range").has_value);
    assert_false(judged("time_to_etco2_90_s", "event", "range").has_value);
    is(900, "time_to_event_s", "event", "range");
    run.event_s = 123;
    is(123, "time_to_event_s", "event", "range");
}

/* 1000 mL in 1000 s stay to the half; then half of it goes with 1/2000 a second. */
static void plasma_of_an_infusion(void **state)
{
    (void)state;
    empty_run();
    run.infused_ml = 1000, run.infusion_s = 1000;
    for (uint32_t s = 0; s < SECONDS; s++) {
        double t = s < START ? 0 : s - START;
        double gain = t < 1000 ? 0.5 * t : 500 * exp((1000 - t) / 2000);
        series(PLX_MEASURE_plasma_volume_ml)[s] = (float)(3000 + gain);
        series(PLX_PROTOCOL_OTHER)[s] = (float)(3000 + 0.25 * gain);
        series(PLX_MEASURE_urine_ml_min)[s] = s == START + 600 ? 9 : s < START ? 20 : 1;
    }
    is(500 * 0.9895, "delta_plasma_volume_ml", "1000", "range");
    is(0.5 * 0.979, "plasma_expansion_fraction", "500", "range"); /* of what ran in so far */
    is(0.5 * 0.9895, "plasma_expansion_fraction", "1000", "range");
    is(4, "plasma_expansion_ratio", "2000", "range");
    is(-500 * 0.9895 / 3000, "plasma_loss_fraction", "1000", "range");
    is(9, "urine_peak_ml_min", "event", "range");
    double half = judged("intravascular_half_life_h", "event", "range").value;
    assert_true(fabs(half - 2000 * log(2) / 3600) < 0.02);
    run.seconds = START + 1900; /* too short: goes on by its rate */
    half = judged("intravascular_half_life_h", "event", "range").value;
    assert_true(fabs(half - 2000 * log(2) / 3600) < 0.03);
}

static void pulse_falls_with_the_breath(void **state)
{
    (void)state;
    empty_run();
    for (uint32_t s = 0; s < SECONDS; s++)
        series(PLX_MEASURE_sbp_mmhg)[s] = (float)(120 + 7 * (s % 5 == 0) - 4 * (s % 7 == 0));
    is(11, "pulsus_paradoxus_mmhg", "900", "range");
    is(11, "pulsus_paradoxus_mmhg", "90000", "range");
}

static plx_grade graded(double value, const char *kind, const char *expected, const char *low,
                        const char *high)
{
    plx_target t = {.quantity = PLX_LIT("x"),
                    .kind = plx_slice_of(kind),
                    .expected = plx_slice_of(expected),
                    .low = plx_slice_of(low),
                    .high = plx_slice_of(high)};
    plx_target_result r;
    empty_run();
    run.algebraic = true, run.algebra = value;
    plx_target_judge(&t, &run, &r);
    return r.grade;
}

static void the_rule_of_grades(void **state)
{
    (void)state;
    assert_int_equal(graded(11, "value", "10", "", ""), PLX_GREEN); /* a tenth */
    assert_int_equal(graded(11.1, "value", "10", "", ""), PLX_YELLOW);
    assert_int_equal(graded(-9, "value", "-10", "", ""), PLX_GREEN);
    assert_int_equal(graded(3, "range", "", "", ""), PLX_GREEN);
    assert_int_equal(graded(13, "range", "", "8", "10"), PLX_YELLOW); /* 30 % of the bound */
    assert_int_equal(graded(13.1, "range", "", "8", "10"), PLX_RED);
    assert_int_equal(graded(-5, "trend", "increase", "", ""), PLX_RED); /* open, yet against it */
    assert_int_equal(graded(5, "trend", "increase", "", ""), PLX_GREEN);
    assert_int_equal(graded(5, "trend", "decrease", "", "10"), PLX_RED);
    assert_int_equal(graded(-1, "trend", "no_change", "-10", "10"), PLX_GREEN);
    assert_int_equal(graded(1, "delta", "-10", "-20", "0"), PLX_RED); /* the other way */
    assert_int_equal(graded(-0.5, "delta", "-10", "-20", "-1"), PLX_YELLOW);
    assert_int_equal(graded(1, "delta", "-1", "-3", "3"), PLX_GREEN); /* inside is inside */
    assert_int_equal(graded(NAN, "delta", "-1", "-3", "3"), PLX_RED);
}

static void skipped(const char *protocol, const char *params, const char *population,
                    const char *why)
{
    plx_target t = {.protocol = plx_slice_of(protocol),
                    .params = plx_slice_of(params),
                    .population = plx_slice_of(population)};
    assert_int_equal(plx_protocol_simulate(&t, 1, &run), PLX_UNKNOWN);
    assert_string_equal(run.why, why);
}

static void what_is_not_understood_is_skipped(void **state)
{
    (void)state;
    skipped("rest", "", "hight_cm=180", "a key of population is not known");
    skipped("rest", "", "species=swine", "only humans have a body here");
    skipped("rest", "", "chronic=hypertension|gout", "a chronic illness is not known");
    skipped("lbnp", "stop=presyncope", "any", "suction needs stages_mmhg or ramp_mmhg_min");
    skipped("haemorrhage", "rate_ml_min=50", "any",
            "a bleed needs volume_ml, fraction or rate and duration");
    skipped("haemorrhage", "volume_ml=500;steps=41", "any", "a bleed has 1 to 40 steps");
    skipped("ventilator", "mode=oscillation", "any", "the mode is neither vc nor pc");
    skipped("hypercapnia", "method=steady_state", "any", "the method is not hyperoxic_rebreathing");
}

static void an_illness_that_he_always_has(void **state)
{
    (void)state;
    plx_target t = {.protocol = PLX_LIT("rest"),
                    .population = PLX_LIT("species=human;chronic=copd|hypertension;age=60")};
    assert_int_equal(plx_protocol_simulate(&t, 1, &run), PLX_OK);
    assert_false(run.out_of_envelope);
    t.population = PLX_LIT("sex=f;pregnant_week=24");
    assert_int_equal(plx_protocol_simulate(&t, 1, &run), PLX_OK);
    assert_true(run.out_of_envelope);
    assert_string_equal(run.why, "pregnant week 24 above 20");
}

/* Suction is negative whatever its sign in the file, and a fluid's own end is waited for. */
static void waiting(void **state)
{
    (void)state;
    plx_target t = {.params = PLX_LIT("max_s=77"), .quantity = PLX_LIT("time_to_event_s")};
    assert_true(plx_protocol_wait_s(&t) == 77);
    t.params = (plx_slice){0};
    assert_true(plx_protocol_wait_s(&t) == 1800);
    t.quantity = PLX_LIT("intravascular_half_life_h");
    assert_true(plx_protocol_wait_s(&t) > 3 * 3600);
    t.protocol = PLX_LIT("lbnp"), t.params = PLX_LIT("ramp_mmhg_min=30"), t.quantity = PLX_LIT("");
    assert_int_equal(plx_protocol_simulate(&t, 120, &run), PLX_OK);
    t.quantity = PLX_LIT("cvp_mmhg"), t.time_s = PLX_LIT("120"), t.kind = PLX_LIT("delta");
    plx_target_result r;
    plx_target_judge(&t, &run, &r);
    assert_true(r.value < -2);
}

static double slope_of(const char *protocol, const char *params, const char *population)
{
    plx_target t = {.protocol = plx_slice_of(protocol),
                    .params = plx_slice_of(params),
                    .population = plx_slice_of(population)};
    plx_target_result r;
    assert_int_equal(plx_protocol_simulate(&t, 0, &run), PLX_OK);
    plx_target_judge(&t, &run, &r);
    assert_true(r.has_value);
    return r.value;
}

/* 10 to 20 ms/mmHg in young men, about half at 60 (Laitinen 1998, Am J Physiol 274:H2086); 1.5 to 3
 * L/min/mmHg (Nunn). */
static void reflexes_have_the_slopes_of_people(void **state)
{
    (void)state;
    double young = slope_of("baroreflex_gain", "range_mmhg=20", "sex=m;age=25");
    double old = slope_of("baroreflex_gain", "range_mmhg=20", "sex=m;age=65");
    double ill = slope_of("baroreflex_gain", "range_mmhg=20", "sex=m;age=65;chronic=diabetes");
    assert_true(young > 8 && young < 30);
    assert_true(old > 1 && old < 0.8 * young);
    assert_true(ill < old);
    double co2 = slope_of("hypercapnia", "method=hyperoxic_rebreathing", "sex=m;age=35");
    assert_true(co2 > 1 && co2 < 4);
}

static void lost(const char *quantity, const char *time_s)
{
    plx_target_result r = judged(quantity, time_s, "value");
    assert_false(r.has_value);
    assert_int_equal(r.grade, PLX_RED);
    assert_string_equal(r.text, "they broke");
}

/* What was whole before the members broke is answered; the rest is red with the reason. */
static void no_answer_is_red_from_where_it_begins(void **state)
{
    (void)state;
    empty_run();
    run.no_answer = true;
    strcpy(run.why, "they broke");
    run.seconds = START + 600;
    for (uint32_t s = 0; s < SECONDS; s++) {
        series(PLX_MEASURE_map_mmhg)[s] = 80;
        series(PLX_MEASURE_spo2_pct)[s] = s < START + 200 ? 97 : 85;
    }
    is(80, "map_mmhg", "600", "value");
    lost("map_mmhg", "601");
    lost("map_mmhg", "event");
    is(200, "time_to_spo2_90_s", "event", "value");
    lost("time_to_spo2_80_s", "event");
    lost("time_to_event_s", "event");
    lost("intravascular_half_life_h", "300");
    run.seconds = START + 900; /* all that is waited for (max_s) has been seen */
    is(900, "time_to_spo2_80_s", "event", "value");
    run.seconds = START;
    lost("time_to_spo2_90_s", "event");
    run.seconds = 0;
    lost("time_to_spo2_90_s", "event");
    lost("map_mmhg", "0");
    assert_int_equal(judged("happiness", "10", "value").grade, PLX_SKIP);
    assert_string_equal(judged("status", "", "value").text, "no_answer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_before_a_time),
        cmocka_unit_test(change_in_per_cent),
        cmocka_unit_test(times_to_a_saturation),
        cmocka_unit_test(plasma_of_an_infusion),
        cmocka_unit_test(pulse_falls_with_the_breath),
        cmocka_unit_test(the_rule_of_grades),
        cmocka_unit_test(what_is_not_understood_is_skipped),
        cmocka_unit_test(an_illness_that_he_always_has),
        cmocka_unit_test(waiting),
        cmocka_unit_test(reflexes_have_the_slopes_of_people),
        cmocka_unit_test(no_answer_is_red_from_where_it_begins),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
