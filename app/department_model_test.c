/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a model file becomes the model that it describes; a wrong one is refused with place and
 * reason. Oracles: ED-A as filled in by hand runs to the same hash as ED-A from the shared file;
 * the example runs and keeps its books. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/department_model.h"
#include "core/department/ed_a_for_test.h"

enum { TOKENS = 16384, BYTES = 1 << 16 };
static plx_json_token tokens[TOKENS];
static plx_reader reader;
static plx_flow_model model, by_hand;
static plx_flow_state state;
static char text[BYTES], changed[BYTES];

static bool read_file(const char *path)
{
    FILE *from = fopen(path, "r");
    if (!from) return false;
    text[fread(text, 1, sizeof text - 1, from)] = 0;
    fclose(from);
    return true;
}

static plx_status parse(const char *json)
{
    reader = (plx_reader){.json = {.tokens = tokens, .capacity = TOKENS}};
    return plx_department_model_read(&reader, plx_slice_of(json), &model);
}

static uint64_t run_hash(const plx_flow_model *m, int64_t days, plx_flow_tally *tally)
{
    plx_flow_begin(m, &state, 5, 1, 0);
    plx_flow_tally_begin(tally, m, &state, days * PLX_DAY_US);
    plx_flow_advance(m, &state, days * PLX_DAY_US, tally);
    plx_flow_tally_end(tally, m, &state);
    assert_false(state.overrun);
    return plx_flow_hash(&state);
}

static void test_ed_a(void **test_state)
{
    (void)test_state;
    plx_flow_tally a = {0}, b = {0};
    if (!read_file(PLX_SOURCE_ROOT "/../shared/oracles/ed_a_model.json")) skip();
    if (parse(text) != PLX_OK) print_message("# %s\n", reader.why);
    assert_false(reader.failed);
    ed_a_for_test(&by_hand, 4);
    assert_true(run_hash(&model, 50, &a) == run_hash(&by_hand, 50, &b));
    assert_true(a.events == b.events && a.events > 30000);
}

static void test_example(void **test_state)
{
    (void)test_state;
    plx_flow_tally tally = {0};
    assert_true(read_file(PLX_SOURCE_ROOT "/knowledge/department/example.json"));
    if (parse(text) != PLX_OK) print_message("# %s\n", reader.why);
    assert_false(reader.failed);
    assert_true(model.people && model.doctor_n == 7 && model.zone_n == 4 && model.kind_n == 4);
    run_hash(&model, 100, &tally);
    uint64_t arrived = 0, ended = 0;
    int64_t busy = 0;
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++) {
        arrived += tally.arrived[a];
        ended += tally.departed[a] + tally.left[a];
    }
    assert_true(arrived == ended + state.present && arrived > 15000 && state.present < 150);
    for (unsigned hour = 0; hour < 24; hour++)
        busy += tally.by_hour[PLX_FLOW_WITH_DOCTOR][hour];
    assert_true(busy > 0 && tally.left[4] > 0);
    /* Staff-hours on duty are those of the roster: 2 x 9 + 9 + 2 x 9 + 2 x 9 a day. */
    assert_true(tally.pool_us[model.doctor_pool] == 100 * 63 * PLX_HOUR_US);
}

/* The example with one text replaced must be refused, and say what is in the hints. */
static void refused(const char *from, const char *to, const char *hint, const char *place)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    assert_int_equal(parse(changed), PLX_SYNTAX);
    if (!strstr(reader.why, hint) || !strstr(reader.why, place))
        print_message("# %s\n", reader.why);
    assert_non_null(strstr(reader.why, hint));
    assert_non_null(strstr(reader.why, place));
}

static void test_refused(void **test_state)
{
    (void)test_state;
    assert_true(read_file(PLX_SOURCE_ROOT "/knowledge/department/example.json"));
    refused("model/1", "model/2", "schema must be", "line 2");
    refused("\"places\": 18", "\"places\": -1", "a number from 0", "zones[1].places");
    refused("\"places\": 18", "\"places\": 2.5", "whole number", "zones[1].places");
    refused("\"places\": 18", "\"beds\": 26", "not known; known here: name,places",
            "zones[1].beds");
    refused("\"lognormal\"", "\"normal\"", "known laws", "zones[0].clean_min.law");
    refused("\"cv\": 0.6", "\"cv\": 60", "cv must be", "clean_min");
    refused("\"minors\"]", "\"minor\"]", "no zone has this name", "zone_by_acuity.3[1]");
    refused("07:00", "7:00", "HH:MM", "staff[1].shifts[0].from");
    refused("mon-sun", "mon-son", "days such as", "staff[0].shifts[0].days");
    refused("\"strict\"", "\"fair\"", "strict or accumulating", "contact.priority");
    refused("\"died\": 0.03", "\"died\": 0.3", "add up to 1", "disposition.p_by_acuity.1");
    refused("\"share\": 0.7", "\"share\": 0.6", "add up to 1", "boarding");
    refused("\"pool\": \"doctor\"", "\"pool\": \"physician\"", "a pool of staff named doctor", "");
    refused("occupancy>=1.0", "nedocs>100", "the rule is", "crowding.crowded");
    refused("\"day_cv\": 0.037", "\"day_cv\": \"0.037\"", "a number from", "arrivals[0].day_cv");
    refused("{", "[", "", "line");
}

static void test_every_cut(void **test_state)
{
    (void)test_state;
    assert_true(read_file(PLX_SOURCE_ROOT "/knowledge/department/example.json"));
    const size_t n = strlen(text);
    for (size_t cut = 0; cut + 2 < n; cut += 97) {
        memcpy(changed, text, cut);
        changed[cut] = 0;
        assert_int_equal(parse(changed), PLX_SYNTAX);
        assert_true(strlen(reader.why) > 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ed_a),
        cmocka_unit_test(test_example),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_every_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
