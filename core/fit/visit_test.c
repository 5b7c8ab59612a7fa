/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: rows of a log become visits; what cannot be is told.
 * Oracle: logs written by hand. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fit/log.h"

enum { EVENTS = 64 };
static plx_visit_event events[EVENTS];
static plx_log_result result;
static plx_log_map map;
static char scratch[4096], why[PLX_MAP_WHY_MAX];

static plx_status read_log(const char *text)
{
    assert_true(plx_log_most(plx_slice_of(text), &map) <= EVENTS);
    return plx_log_read(plx_slice_of(text), &map, scratch, events, &result, why, sizeof why);
}

static plx_visit first_visit(plx_visit_faults *faults)
{
    plx_visit v;
    bool valid;
    *faults = (plx_visit_faults){0};
    plx_visit_sort(events, result.n);
    plx_visit_next(events, result.n, 0, INT64_MIN, &v, &valid, faults);
    assert_true(valid);
    return v;
}

static void rows_in_any_order_are_a_visit(void **state)
{
    (void)state;
    plx_visit_faults faults;
    plx_log_map_begin(&map);
    assert_int_equal(read_log("\xEF\xBB\xBF"
                              "time;case_id;activity;acuity;disposition;location\n"
                              "2024-01-01T10:30:00;7;doctor_end;;;\n"
                              "2024-01-01T10:00:00;7;arrival;2;;\n"
                              "2024-01-01 10:05;7;triage_end;;;\n"
                              "2024-01-01T10:06:30.5+01:00;7;place;;;majors/M07\n"
                              "2024-01-01T10:10:00Z;7;doctor_start;;;\n"
                              "2024-01-01T10:31:00;7;order_lab;;;\n"
                              "2024-01-01T11:31:00;7;result_lab;;;\n"
                              "2024-01-01T13:00:00;7;depart;;admit;\n"),
                     PLX_OK);
    assert_int_equal(result.n, 8);
    const plx_visit v = first_visit(&faults);
    assert_int_equal(v.acuity, 1);
    assert_int_equal(v.disposition, PLX_FLOW_ADMIT);
    assert_int_equal(v.contact_n, 1);
    assert_true(v.contact[0].to_us - v.contact[0].from_us == 20 * PLX_MINUTE_US);
    assert_true(v.test[0].result_us - v.test[0].order_us == PLX_HOUR_US);
    assert_string_equal(result.zones.name[v.zone], "majors");
    assert_string_equal(result.kinds.name[0], "lab");
    assert_true(v.first_us[PLX_FLOW_NOTE_DEPART] - v.first_us[PLX_FLOW_NOTE_ARRIVAL] ==
                3 * PLX_HOUR_US);
    /* 2024-01-01 was a Monday */
    assert_true(v.first_us[PLX_FLOW_NOTE_ARRIVAL] % (7 * PLX_DAY_US) == 10 * PLX_HOUR_US);
    for (int i = 0; i < PLX_VISIT_FAULT_N; i++)
        assert_int_equal(faults.n[i], 0);
}

static void what_cannot_be_is_told(void **state)
{
    (void)state;
    plx_visit_faults faults;
    plx_log_map_begin(&map);
    assert_int_equal(read_log("case_id,time,activity,acuity\n"
                              "1,2024-01-01T09:00,triage_end,9\n"
                              "1,2024-01-01T10:00,arrival,3\n"
                              "1,2024-01-01T10:01,arrival,\n"
                              "1,2024-01-01T10:02,doctor_end,\n"
                              "1,2024-01-01T11:00,depart,\n"
                              "1,2024-01-01T12:00,result_ct,\n"
                              "1,2024-02-30T12:00,depart,\n"
                              "1,2024-01-01T12:00,levitation,\n"
                              ",2024-01-01T12:00,depart,\n"
                              "1,2024-01-01T12:00\n"),
                     PLX_OK);
    assert_true(result.fault[PLX_LOG_TIME] == 1 && result.line[PLX_LOG_TIME] == 8);
    assert_string_equal(result.text[PLX_LOG_ACTIVITY], "levitation");
    assert_true(result.fault[PLX_LOG_CASE] == 1 && result.fault[PLX_LOG_SHAPE] == 1);
    assert_true(result.fault[PLX_LOG_ACUITY] == 1 && result.passed == 4 && result.rows == 10);
    const plx_visit v = first_visit(&faults);
    assert_int_equal(v.acuity, 2);
    assert_int_equal(faults.n[PLX_VISIT_BEFORE_ARRIVAL], 1);
    assert_int_equal(faults.n[PLX_VISIT_ARRIVED_TWICE], 1);
    assert_int_equal(faults.n[PLX_VISIT_UNPAIRED], 1);
    assert_int_equal(faults.n[PLX_VISIT_AFTER_DEPARTURE], 1);
    assert_int_equal(read_log("a,b\n1,2\n"), PLX_MISSING);
    assert_non_null(strstr(why, "case_id, time, activity"));
    assert_int_equal(read_log(""), PLX_MISSING);
}

static void lost_rows_do_not_make_visits_long(void **state)
{
    (void)state;
    plx_visit_faults faults;
    plx_visit v;
    bool valid;
    plx_log_map_begin(&map);
    /* the end of the first contact and the beginning of the second are lost */
    assert_int_equal(read_log("case_id,time,activity\n"
                              "1,2024-01-01T10:00,triage_end\n"
                              "1,2024-01-01T10:05,doctor_start\n"
                              "1,2024-01-01T10:20,order_lab\n"
                              "1,2024-01-01T11:20,result_lab\n"
                              "1,2024-01-01T11:40,doctor_end\n"),
                     PLX_OK);
    v = first_visit(&faults);
    assert_true(v.contact_n == 1 && v.contact[0].to_us == PLX_TIME_NONE);
    assert_int_equal(faults.n[PLX_VISIT_UNPAIRED], 1);
    assert_int_equal(faults.n[PLX_VISIT_NO_ARRIVAL], 1); /* the triage stands for it */
    assert_true(v.first_us[PLX_FLOW_NOTE_ARRIVAL] == v.first_us[PLX_FLOW_NOTE_TRIAGE_END]);
    plx_visit_next(events, result.n, 0, INT64_MAX, &v, &valid, &faults);
    assert_false(valid); /* he may have been there before the log was */
    assert_int_equal(faults.n[PLX_VISIT_BEFORE_LOG], 1);
}

static void somebody_elses_words(void **state)
{
    (void)state;
    plx_visit_faults faults;
    assert_int_equal(plx_log_map_named(&map, "sepsis"), PLX_OK);
    assert_true(map.shifted);
    assert_int_equal(read_log("Case ID;Activity;Complete Timestamp;org:group\n"
                              "A;ER Registration;2014/10/22 11:15:41.000;A\n"
                              "A;Leucocytes;2014/10/22 11:27:00.000;B\n"
                              "A;IV Liquid;2014/10/22 14:03:47.000;A\n"
                              "A;Admission NC;2014/10/22 14:13:19.000;D\n"
                              "A;Release A;2014/11/02 15:15:00.000;E\n"),
                     PLX_OK);
    const plx_visit v = first_visit(&faults);
    assert_int_equal(v.disposition, PLX_FLOW_ADMIT);
    assert_true(v.first_us[PLX_FLOW_NOTE_DEPART] - v.first_us[PLX_FLOW_NOTE_ARRIVAL] ==
                (2 * 3600 + 57 * 60 + 38) * PLX_SECOND_US);
    assert_int_equal(plx_log_map_named(&map, "xes"), PLX_OK);
    assert_int_equal(read_log("case:concept:name,concept:name,time:timestamp,lifecycle:transition\n"
                              "A,arrival,2024-01-01T10:00:00+00:00,complete\n"
                              "A,doctor,2024-01-01T10:30:00+00:00,start\n"
                              "A,doctor,2024-01-01T10:50:00+00:00,complete\n"),
                     PLX_OK);
    assert_true(first_visit(&faults).contact[0].to_us != PLX_TIME_NONE);
    assert_int_equal(plx_log_map_named(&map, "martian"), PLX_MISSING);
}

static void a_visit_a_row(void **state)
{
    (void)state;
    plx_visit_faults faults;
    plx_log_map_begin(&map);
    static const char *const pairs[][3] = {{"wide", "arrival", "ArrTime"},
                                           {"wide", "doctor_start", "SeenTime"},
                                           {"wide", "depart", "DepTime"},
                                           {"columns", "acuity", "Triage"},
                                           {"acuity", "urgent", "3"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_int_equal(plx_log_map_set(&map, plx_slice_of(pairs[i][0]), plx_slice_of(pairs[i][1]),
                                         plx_slice_of(pairs[i][2]), why, sizeof why),
                         PLX_OK);
    assert_int_equal(read_log("ArrTime,SeenTime,DepTime,Triage\n"
                              "2024-01-01T10:00,2024-01-01T10:20,2024-01-01T12:00,urgent\n"
                              "2024-01-01T11:00,,2024-01-01T12:00,urgent\n"),
                     PLX_OK);
    assert_int_equal(result.n, 5);
    assert_int_equal(first_visit(&faults).acuity, 2);
    assert_int_equal(
        plx_log_map_set(&map, PLX_LIT(""), PLX_LIT("colour"), PLX_LIT("red"), why, sizeof why),
        PLX_CONFIG);
    assert_int_equal(
        plx_log_map_set(&map, PLX_LIT("columns"), PLX_LIT("name"), PLX_LIT("x"), why, sizeof why),
        PLX_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_in_any_order_are_a_visit), cmocka_unit_test(what_cannot_be_is_told),
        cmocka_unit_test(lost_rows_do_not_make_visits_long), cmocka_unit_test(somebody_elses_words),
        cmocka_unit_test(a_visit_a_row)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
