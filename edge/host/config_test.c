/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a configuration is taken as a whole or refused with one sentence that names the line.
 * Oracle: golden sentences; the example file in knowledge/site.
 * Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "edge/host/config.h"

static void defaults(void **state)
{
    (void)state;
    plx_config c;
    plx_config_default(&c);
    assert_string_equal(c.http, "127.0.0.1:8080");
    assert_string_equal(c.data, "pollux-data");
    assert_int_equal(c.mllp_n, 1);
    assert_string_equal(c.mllp[0].address, "127.0.0.1:2575");
    assert_string_equal(c.mllp[0].name, "mllp");
    assert_int_equal(c.connections_per_peer, 64);
    assert_int_equal(c.live_twins, 64);
    assert_int_equal(c.live_twin_workers, 0);
    assert_true(c.log_json);
    plx_config_destroy(&c);
    plx_config_destroy(&c);
}

static plx_config read_good(const char *yaml)
{
    plx_config c = {0};
    char problem[256] = "";
    plx_status status = plx_config_parse("f", plx_slice_of(yaml), &c, problem, sizeof problem);
    if (status != PLX_OK) print_error("%s\n", problem);
    assert_int_equal(status, PLX_OK);
    return c;
}

static void every_key(void **state)
{
    (void)state;
    plx_config c = read_good("http: '[::1]:80'\n"
                             "data: /tmp/x\n"
                             "zone: -05:30\n"
                             "mllp:\n"
                             "  - {address: '0.0.0.0:1', zone: 120}\n"
                             "  - address: h:2\n"
                             "    name: lab.2\n"
                             "    reused_control_id: true\n"
                             "    charset: GB 18030-2000\n"
                             "  - address: h:3\n"
                             "log: {level: error, form: text}\n"
                             "limits:\n"
                             "  connections_per_peer: 512\n"
                             "  live_twins: 0\n"
                             "  live_twin_workers: 3\n");
    assert_string_equal(c.http, "[::1]:80");
    assert_string_equal(c.data, "/tmp/x");
    assert_int_equal(c.zone_minutes, -330);
    assert_int_equal(c.mllp_n, 3);
    assert_string_equal(c.mllp[0].address, "0.0.0.0:1");
    assert_string_equal(c.mllp[0].name, "mllp");
    assert_int_equal(c.mllp[0].zone_minutes, 120);
    assert_false(c.mllp[0].reused_control_id);
    assert_string_equal(c.mllp[1].name, "lab.2");
    assert_int_equal(c.mllp[1].zone_minutes, -330);
    assert_true(c.mllp[1].reused_control_id);
    assert_int_equal(c.mllp[0].charset, PLX_CHARSET_NONE);
    assert_int_equal(c.mllp[1].charset, PLX_CHARSET_CHINESE);
    assert_string_equal(c.mllp[2].name, "mllp-3");
    assert_int_equal(c.log_level, PLX_LOG_ERROR);
    assert_false(c.log_json);
    assert_int_equal(c.connections_per_peer, 512);
    assert_int_equal(c.live_twins, 0);
    assert_int_equal(c.live_twin_workers, 3);
    plx_config_destroy(&c);
}

static void what_is_not_said_is_default(void **state)
{
    (void)state;
    plx_config c = read_good("data: d\n");
    assert_string_equal(c.data, "d");
    assert_string_equal(c.http, "127.0.0.1:8080");
    assert_int_equal(c.mllp_n, 1);
    plx_config_destroy(&c);
}

static void one_sentence_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *sentence;
    } cases[] = {
        {"http: h:1\n# port: 3\nport: 3\n",
         "f line 3: the key \"port\" is unknown; see knowledge/site/pollux.yaml for all keys"},
        {"mllp:\n  - address: h:1\n    nam: x\n",
         "f line 3: the key \"nam\" is unknown; see knowledge/site/pollux.yaml for all keys"},
        {"http: h:1\ndata: d\nhttp: h:2\n", "f line 3: the key \"http\" stands here twice"},
        {"mllp:\n  - name: x\n", "f line 2: \"address\" is missing in this entry"},
        {"http: h:1\nmllp: 5\n", "f line 2: this is not as it should be: "
                                 "Expecting SEQUENCE, got event: SCALAR"},
        {"data: [d]\n", "f line 1: this is not as it should be: "
                        "Expecting STRING, got event: SEQUENCE_START"},
        {"\n\nhttp: nowhere\n",
         "f line 3: http: \"nowhere\" is wrong: the port is missing; write HOST:PORT"},
        {"mllp:\n  - address: h:1\n  - address: h:99999\n",
         "f line 3: address: \"h:99999\" is wrong: the port is not a number from 0 to 65535"},
        {"mllp:\n  - address: h:1\n  - address: h:2\n  - {name: x, address: h:1}\n",
         "f line 4: address: \"h:1\" is used twice"},
        {"mllp:\n  - {address: h:1, name: x}\n  - {address: h:2, name: x}\n",
         "f line 3: name: \"x\" is used twice"},
        {"mllp:\n  - {address: h:1, name: mllp-2}\n  - {address: h:2}\n",
         "f: name: \"mllp-2\" is used twice"},
        {"mllp:\n  - address: h:1\n    name: a b\n",
         "f line 3: name: \"a b\" is wrong: 1 to 64 letters, digits, - _ . are possible"},
        {"mllp:\n  - address: h:1\n    reused_control_id: maybe\n",
         "f line 3: reused_control_id: \"maybe\" is wrong: true or false is possible"},
        {"mllp:\n  - address: h:1\n    zone: Berlin\n",
         "f line 3: zone: \"Berlin\" is wrong: minutes east of UTC, or a zone like +02:00"},
        {"mllp:\n  - address: h:1\n    charset: klingon\n",
         "f line 3: charset: \"klingon\" is wrong: a set of HL7 table 0211, like 8859/15, GB "
         "18030-2000 or ISO IR87"},
        {"zone: 2000\n",
         "f line 1: zone: \"2000\" is wrong: minutes east of UTC, or a zone like +02:00"},
        {"log:\n  level: loud\n", "f line 2: level: \"loud\" is wrong: debug, info, warn or error"},
        {"log:\n  form: xml\n", "f line 2: form: \"xml\" is wrong: json or text"},
        {"limits:\n  connections_per_peer: 0\n",
         "f line 2: connections_per_peer: \"0\" is wrong: a number from 1 to 512"},
        {"limits:\n  connections_per_peer: 513\n",
         "f line 2: connections_per_peer: \"513\" is wrong: a number from 1 to 512"},
        {"limits:\n  live_twins: 129\n",
         "f line 2: live_twins: \"129\" is wrong: a number from 0 to 128"},
        {"limits:\n  live_twin_workers: many\n",
         "f line 2: live_twin_workers: \"many\" is wrong: a number from 0 to 64"},
        {"data: \"\"\n", "f line 1: data: \"\" is wrong: a directory is needed"},
        {"", "f: the file says nothing; remove it or write a key"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plx_config c = {.mllp_n = 77};
        char problem[256] = "";
        assert_int_equal(
            plx_config_parse("f", plx_slice_of(cases[i].yaml), &c, problem, sizeof problem),
            PLX_CONFIG);
        assert_string_equal(problem, cases[i].sentence);
        assert_int_equal(c.mllp_n, 77);
    }
}

/* Not YAML at all, aliases, and bytes that are no text: refused, whatever the sentence. */
static void no_yaml(void **state)
{
    (void)state;
    const plx_slice cases[] = {PLX_LIT("data: \"\n"),  PLX_LIT("- a\n"),
                               PLX_LIT("a: b: c\n"),   PLX_LIT("data: &x d\nhttp: *x\n"),
                               PLX_LIT("\t\n"),        PLX_LIT("data: \xFF\n"),
                               PLX_LIT("data: d\0\n"), PLX_LIT("mllp: []\n"),
                               PLX_LIT("log:\n")};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plx_config c = {0};
        char problem[256] = "";
        assert_int_equal(plx_config_parse("f", cases[i], &c, problem, sizeof problem), PLX_CONFIG);
        assert_true(strlen(problem) > 10);
        assert_null(c.memory);
    }
}

static void zones(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t minutes;
    } good[] = {{"Z", 0},        {"0", 0},         {"120", 120},     {"-300", -300}, {"+60", 60},
                {"+02:00", 120}, {"-05:30", -330}, {"+24:00", 1440}, {"1440", 1440}};
    int32_t minutes = 0;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(plx_config_zone(plx_slice_of(good[i].text), &minutes));
        assert_int_equal(minutes, good[i].minutes);
    }
    const char *bad[] = {"",      "+",      "-",      "z",   "1441",    "+24:01", "+2:00",
                         "02:00", "+02:60", "+25:00", "1.5", "+02:00 ", "--5"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(plx_config_zone(plx_slice_of(bad[i]), &minutes));
    assert_int_equal(minutes, 1440);
}

static void example_file(void **state)
{
    (void)state;
    plx_config c = {0};
    char problem[256] = "";
    plx_status status =
        plx_config_read(PLX_SOURCE_ROOT "/knowledge/site/pollux.yaml", &c, problem, sizeof problem);
    assert_string_equal(problem, status == PLX_OK ? problem : "");
    assert_int_equal(status, PLX_OK);
    assert_int_equal(c.mllp_n, 4);
    assert_int_equal(c.mllp[3].charset, PLX_CHARSET_LATIN9);
    assert_int_equal(c.mllp[0].zone_minutes, 60);
    assert_int_equal(c.mllp[1].zone_minutes, 0);
    assert_true(c.mllp[2].reused_control_id);
    plx_config_destroy(&c);
}

static void files_that_cannot_be(void **state)
{
    (void)state;
    plx_config c = {0};
    char problem[256] = "";
    assert_int_equal(plx_config_read("/nonexistent/pollux.yaml", &c, problem, sizeof problem),
                     PLX_CONFIG);
    assert_string_equal(problem, "/nonexistent/pollux.yaml cannot be read: No such file or "
                                 "directory; check its name and rights");
    assert_int_equal(plx_config_read("/", &c, problem, sizeof problem), PLX_CONFIG);
    char path[] = "/tmp/plx-config-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    static char large[PLX_CONFIG_FILE_MAX + 1];
    memset(large, '#', sizeof large);
    assert_int_equal(write(fd, large, sizeof large), sizeof large);
    close(fd);
    assert_int_equal(plx_config_read(path, &c, problem, sizeof problem), PLX_CONFIG);
    assert_non_null(strstr(problem, "more than 1 MiB"));
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(every_key),
        cmocka_unit_test(what_is_not_said_is_default),
        cmocka_unit_test(one_sentence_with_its_line),
        cmocka_unit_test(no_yaml),
        cmocka_unit_test(zones),
        cmocka_unit_test(example_file),
        cmocka_unit_test(files_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
