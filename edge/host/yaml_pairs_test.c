/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: pairs come with their group, in order; what is no pair is told with its line.
 * Oracle: written by hand. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "edge/host/yaml_pairs.h"

static char said[512], problem[256];

static plx_status note(void *to, plx_slice group, plx_slice key, plx_slice value, char *why,
                       size_t why_n)
{
    (void)to;
    if (plx_slice_is(key, "wrong")) return plx_refuse(why, why_n, PLX_CONFIG, "nobody knows it");
    const size_t n = strlen(said);
    snprintf(said + n, sizeof said - n, "%.*s|%.*s|%.*s;", (int)group.n, group.at, (int)key.n,
             key.at, (int)value.n, value.at);
    return PLX_OK;
}

static plx_status read_text(const char *text)
{
    said[0] = problem[0] = 0;
    return plx_yaml_pairs("map.yaml", plx_slice_of(text), note, NULL, problem, sizeof problem);
}

static void pairs_come_in_order(void **state)
{
    (void)state;
    assert_int_equal(read_text("delimiter: \";\" # found otherwise\n"
                               "columns: {case_id: Case ID, resource: \"org:group\"}\n"
                               "activities:\n  ER Registration: arrival\n  Release *: ignore\n"),
                     PLX_OK);
    assert_string_equal(said, "|delimiter|;;columns|case_id|Case ID;columns|resource|org:group;"
                              "activities|ER Registration|arrival;activities|Release *|ignore;");
    assert_int_equal(read_text(""), PLX_OK);
    assert_string_equal(said, "");
}

static void what_is_no_pair_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"a: b\nc: [d]\n", "map.yaml line 2: a text is expected here, not a list"},
        {"a:\n  b:\n    c: d\n", "map.yaml line 3: a text is expected here"},
        {"only words\n", "map.yaml line 1: keys with their values are expected"},
        {"a: b\nwrong: c\n", "map.yaml line 2: nobody knows it"},
        {"a: {b: c\n", "this is not YAML"},
        {"a: &x b\nc: *x\n", "map.yaml line 2: anchors"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_text(cases[i].text), PLX_CONFIG);
        if (!strstr(problem, cases[i].says)) fail_msg("%s: %s", cases[i].text, problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(pairs_come_in_order),
                                       cmocka_unit_test(what_is_no_pair_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
