/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: forecasts begin where the department is, and comparisons are of the same patients. Oracles:
 * what is left of a duration (shared queue_truths.csv, 3.5 h and cv 1), an arm that changes nothing
 * (difference exactly 0), counts that must agree, tables of good and bad what-ifs. Tolerance: five
 * standard errors for draws, none elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "core/department/ed_a_for_test.h"
#include "core/department/forecast.h"
#include "core/department/whatif.h"

#define START_US (64 * PLX_DAY_US + 17 * PLX_HOUR_US)
enum { R = 400, HOURS = 6, ARMS = 4, PRESENT = 20, GRID = 4 * HOURS + 1 };

static plx_flow_model model, arm[ARMS];
static plx_flow_state state;
static plx_forecast_desk desk;
static plx_flow_present present[PRESENT];
static uint16_t count[PLX_FORECAST_SERIES_N][GRID][R];
static float nedocs[GRID][R], edwin[GRID][R], door_min[PLX_FLOW_ACUITIES][R];
static int64_t gone_us[PRESENT][R];
static uint8_t end[PRESENT][R], lwbs[PLX_FLOW_ACUITIES][R], overrun[R];
static uint16_t beds[PLX_FORECAST_WINDOWS][PLX_FLOW_WARDS_MAX][R];
static double effect[PLX_FORECAST_EFFECT_N][ARMS][R];
static uint32_t beyond[R];

static plx_flow_present somebody(unsigned i, plx_flow_stage stage, unsigned acuity, int minutes)
{
    return (plx_flow_present){.number = 1000 + i,
                              .arrival_us = START_US - (minutes + 60) * PLX_MINUTE_US,
                              .since_us = START_US - minutes * PLX_MINUTE_US,
                              .acuity = (uint8_t)acuity,
                              .stage = (uint8_t)stage,
                              .zone = 0,
                              .source = 0,
                              .ward = PLX_FLOW_NONE,
                              .doctor = PLX_FLOW_NONE,
                              .disposition = PLX_FLOW_UNDECIDED};
}

/* ED-A with names, so that what-ifs can speak of it. */
static void named_ed_a(void)
{
    ed_a_for_test(&model, 4);
    strcpy(model.zone[0].name, "majors");
    strcpy(model.pool[0].name, "triage_nurse");
    strcpy(model.pool[1].name, "doctor");
    strcpy(model.kind[0].name, "lab");
    strcpy(model.source[0].name, "walk_in");
    model.treatment_places = 22;
    model.hospital_beds = 300;
}

/* What is left of a boarding delay of 3.5 h, cv 1, that has lasted 4 h; patience likewise. */
static void test_residual(void **test_state)
{
    (void)test_state;
    enum { DRAWS = 4000 };
    double sum = 0, squares = 0;
    char why[128];
    named_ed_a();
    model.source[0].off = true;
    for (unsigned h = 0; h < 24; h++)
        model.ward[0].delay[h] = lognormal_for_test(&model, 210, 1);
    assert_int_equal(plx_flow_model_finish(&model, why, sizeof why), PLX_OK);
    present[0] = somebody(0, PLX_FLOW_BOARDING, 2, 240);
    for (uint64_t r = 0; r < DRAWS; r++) {
        int64_t left_us = 0;
        uint8_t how = 0;
        plx_flow_tally tally = {.watch_us = &left_us, .watch_end = &how};
        plx_flow_begin(&model, &state, 1, r, START_US);
        assert_true(plx_flow_put(&model, &state, present, 1, true));
        plx_flow_settle(&model, &state);
        assert_true(state.present == 1 && state.zone[0].busy == 1 && state.beyond == 0);
        plx_flow_tally_begin(&tally, &model, &state, START_US + 100 * PLX_DAY_US);
        plx_flow_advance(&model, &state, START_US + 100 * PLX_DAY_US, &tally);
        assert_true(left_us > START_US && how == PLX_FLOW_ADMIT && state.present == 0);
        const double hours = (double)(left_us - START_US) / (double)PLX_HOUR_US;
        sum += hours;
        squares += hours * hours;
    }
    const double mean = sum / DRAWS, sd = sqrt(squares / DRAWS - mean * mean);
    assert_true(fabs(mean - 3.4568) <= 5 * sd / sqrt(DRAWS));
}

/* Every stage can be put in; the resources that it takes are taken, and all come out again. */
static void test_stages(void **test_state)
{
    (void)test_state;
    named_ed_a();
    model.source[0].off = true;
    char why[128];
    assert_int_equal(plx_flow_model_finish(&model, why, sizeof why), PLX_OK);
    for (unsigned stage = 0; stage <= PLX_FLOW_LEAVING; stage++)
        present[stage] = somebody(stage, (plx_flow_stage)stage, 1, 20);
    const unsigned n = PLX_FLOW_LEAVING + 1;
    plx_flow_tally tally = {0};
    plx_flow_begin(&model, &state, 1, 0, START_US);
    assert_true(plx_flow_put(&model, &state, present, n, false));
    assert_true(state.present == n && state.zone[0].busy == 8 && state.pool[1].busy == 1 &&
                state.pool[0].busy == 1 && state.ward[0].requests == 1);
    plx_flow_settle(&model, &state);
    plx_flow_tally_begin(&tally, &model, &state, START_US + 60 * PLX_DAY_US);
    plx_flow_advance(&model, &state, START_US + 60 * PLX_DAY_US, &tally);
    assert_true(state.present == 0 && state.zone[0].busy == 0 && state.pool[0].busy == 0 &&
                state.pool[1].busy == 0);
    assert_true(tally.departed[1] == n && tally.arrived[1] == 0);
}

static plx_status what_if(const char *text, plx_flow_model *into, plx_whatif_fault *fault)
{
    *into = model;
    return plx_whatif_parse(plx_slice_of(text), START_US, START_US + HOURS * PLX_HOUR_US, into,
                            fault);
}

static void test_forecast(void **test_state)
{
    (void)test_state;
    plx_whatif_fault fault;
    named_ed_a();
    assert_int_equal(what_if("lab +0%; arrivals -0%", &arm[1], &fault), PLX_OK);
    assert_int_equal(what_if("+2 doctors 18:00-23:00", &arm[2], &fault), PLX_OK);
    assert_int_equal(what_if("surge 15 patients 17:30 over 30 min", &arm[3], &fault), PLX_OK);
    for (unsigned i = 0; i < PRESENT; i++)
        present[i] =
            somebody(i, i < 8 ? PLX_FLOW_WAIT_PLACE : PLX_FLOW_IN_DIAGNOSTICS, 2, 10 + (int)i);
    const plx_forecast_plan plan = {.arm = {&model, &arm[1], &arm[2], &arm[3]},
                                    .arms_n = ARMS,
                                    .present = present,
                                    .present_n = PRESENT,
                                    .seed = 3,
                                    .start_us = START_US,
                                    .hours = HOURS,
                                    .replications = R};
    const plx_forecast_slots slots = {&count[0][0][0], &nedocs[0][0],  &edwin[0][0],
                                      &gone_us[0][0],  &end[0][0],     &door_min[0][0],
                                      &lwbs[0][0],     &beds[0][0][0], &effect[0][0][0],
                                      overrun,         beyond};
    for (uint32_t r = R; r-- > 0;) /* any order */
        plx_forecast_replication(&plan, &slots, r, &desk);
    for (uint32_t r = 0; r < R; r++) {
        assert_true(overrun[r] == 0);
        /* At the start: those who are there; 12 of them hold places, the others get 8 of 10. */
        assert_int_equal(count[PLX_FORECAST_PRESENT][0][r], PRESENT);
        assert_int_equal(count[PLX_FORECAST_ZONE][0][r], PRESENT);
        assert_int_equal(count[PLX_FORECAST_BY_ACUITY + 2][0][r], PRESENT);
        for (int g = 0; g < GRID; g++) {
            unsigned sum = 0;
            for (int a = 0; a < PLX_FLOW_ACUITIES; a++)
                sum += count[PLX_FORECAST_BY_ACUITY + a][g][r];
            assert_int_equal(sum, count[PLX_FORECAST_PRESENT][g][r]);
        }
        for (int e = 0; e < PLX_FORECAST_EFFECT_N; e++)
            assert_true(effect[e][0][r] == effect[e][1][r] ||
                        (isnan(effect[e][0][r]) && isnan(effect[e][1][r])));
        assert_true(beds[0][0][r] <= beds[1][0][r]);
    }
    const int door = PLX_FORECAST_EFFECT_DOOR_MEAN, hours = PLX_FORECAST_EFFECT_PATIENT_H;
    const plx_forecast_pair none = plx_forecast_compare(effect[door][0], effect[door][1], R);
    assert_true(none.difference == 0 && none.low == 0 && none.high == 0 && none.lower_p == 0.5);
    const plx_forecast_pair more = plx_forecast_compare(effect[door][0], effect[door][2], R);
    assert_true(more.high < 0 && more.lower_p > 0.8 && more.n == R);
    const plx_forecast_pair surge = plx_forecast_compare(effect[hours][0], effect[hours][3], R);
    assert_true(surge.low > 10 && surge.lower_p < 0.05);
}

static void test_compare(void **test_state)
{
    (void)test_state;
    const double base[5] = {1, 2, 3, 4, NAN}, other[5] = {2, 4, 4, 6, 1};
    const plx_forecast_pair p = plx_forecast_compare(base, other, 5);
    assert_true(p.n == 4 && p.base == 2.5 && p.value == 4 && p.difference == 1.5);
    assert_true(p.lower_p == 0);
    const double se = sqrt(1.0 / 3 / 4);
    assert_true(fabs(p.detectable - 2.8 * se) < 1e-12);
    assert_true(fabs(p.high - 1.5 - 3.182 * se) < 0.15 * se); /* t(3) of the table */
    assert_int_equal(plx_forecast_compare(base + 4, other, 1).n, 0);
}

static void test_what_if_words(void **test_state)
{
    (void)test_state;
    static const char *const good[] = {"+1 doctor 18:00-02:00",
                                       "-1 doctor",
                                       "+1 doctors",
                                       "+4 beds majors",
                                       "-6 beds majors 16:00-20:00",
                                       "+1 triage nurse 19:00-07:00",
                                       "+2 beds",
                                       "boarding off",
                                       "boarding off 18:00-20:00",
                                       "boarding -30%",
                                       "lab -15%",
                                       "arrivals +20% 12:00-20:00",
                                       "arrivals -20%",
                                       "surge 20 patients 15:00",
                                       "surge 30 patients 15:00 over 90 min acuity 1:4,2:10,3:16",
                                       "+1 doctor 18:00-02:00; boarding -30% ;lab -15%",
                                       "contact -10%",
                                       "triage +10%",
                                       "boarding on"};
    static const struct {
        const char *text;
        plx_status status;
        uint32_t at;
    } bad[] = {{"", PLX_SYNTAX, 0},
               {"+1", PLX_SYNTAX, 2},
               {"1 doctor", PLX_SYNTAX, 0},
               {"+1 docter", PLX_SYNTAX, 3},
               {"+1 doctor 18-02", PLX_SYNTAX, 10},
               {"+1 doctor 18:00-25:00", PLX_SYNTAX, 10},
               {"+1 doctor 18:00-20:00 please", PLX_SYNTAX, 22},
               {"+1 ct", PLX_UNSUPPORTED, 3},
               {"+1 porter", PLX_UNSUPPORTED, 3},
               {"+1 np", PLX_UNSUPPORTED, 3},
               {"fast-track on", PLX_UNSUPPORTED, 13},
               {"boarding", PLX_SYNTAX, 8},
               {"boarding 30%", PLX_SYNTAX, 9},
               {"boarding -300%", PLX_SYNTAX, 14},
               {"lab off", PLX_UNSUPPORTED, 7},
               {"ambulances off", PLX_UNSUPPORTED, 14},
               {"surge 0 patients 15:00", PLX_SYNTAX, 6},
               {"surge 5 patients", PLX_SYNTAX, 16},
               {"surge 5 patients 15:00 acuity 1:4", PLX_SYNTAX, 30},
               {"surge 5 patients 15:00 acuity 6:5", PLX_SYNTAX, 30},
               {"ward +5 beds medicine 12:00", PLX_UNSUPPORTED, 13},
               {"arrivals -20%; arrivals -10%", PLX_UNSUPPORTED, 28},
               {"+1 doctor;", PLX_SYNTAX, 10}};
    plx_whatif_fault fault;
    named_ed_a();
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        const plx_status status = what_if(good[i], &arm[0], &fault);
        if (status != PLX_OK) print_message("# %s: %u %s\n", good[i], fault.at, fault.why);
        assert_int_equal(status, PLX_OK);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        fault.why[0] = 0;
        const plx_status status = what_if(bad[i].text, &arm[0], &fault);
        if (status != bad[i].status || fault.at != bad[i].at)
            print_message("# %s: %d at %u %s\n", bad[i].text, (int)status, fault.at, fault.why);
        assert_true(status == bad[i].status && fault.at == bad[i].at && fault.why[0]);
    }
}

/* A window of an arm: n more doctors from 18 to 02, counted at the hours around. */
static void test_what_if_window(void **test_state)
{
    (void)test_state;
    plx_whatif_fault fault;
    plx_flow_tally tally = {0};
    named_ed_a();
    model.carry_max = 8;
    model.same_doctor = true;
    char why[128];
    assert_int_equal(plx_flow_model_finish(&model, why, sizeof why), PLX_OK);
    for (int cut = 0; cut < 2; cut++) {
        const int change = cut ? -1 : 2;
        assert_int_equal(
            what_if(cut ? "-1 doctor 18:00-02:00" : "+2 doctors 18:00-02:00", &arm[0], &fault),
            PLX_OK);
        plx_flow_begin(&arm[0], &state, 1, 0, START_US);
        plx_flow_tally_begin(&tally, &arm[0], &state, START_US + PLX_DAY_US);
        for (int minute = 30; minute < 1440; minute += 60) {
            plx_flow_advance(&arm[0], &state, START_US + minute * PLX_MINUTE_US, &tally);
            const bool inside = minute > 60 && minute < 9 * 60;
            assert_int_equal(state.pool[1].on, inside ? 4 + change : 4);
            int carried = 0, with = 0;
            for (unsigned d = 0; d < arm[0].doctor_n; d++) {
                carried += state.doctor[d].carried;
                with += state.doctor[d].with != 0;
                assert_true(state.doctor[d].carried <= 8);
            }
            assert_true(with == state.pool[1].busy && carried <= state.present);
        }
        plx_flow_advance(&arm[0], &state, START_US + PLX_DAY_US, &tally);
        plx_flow_tally_end(&tally, &arm[0], &state);
        assert_true(tally.pool_us[1] == (4 * 24 + change * 8) * PLX_HOUR_US);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_residual),      cmocka_unit_test(test_stages),
        cmocka_unit_test(test_forecast),      cmocka_unit_test(test_compare),
        cmocka_unit_test(test_what_if_words), cmocka_unit_test(test_what_if_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
