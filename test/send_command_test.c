/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: `pollux hl7 send` as scripts see it: report, exit status, order per patient, the rate, and
 * what it says when nobody is there. Oracle: what a server of edge/acquire received; counts by
 * hand. Tolerance: the rate may be missed by 20 %. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "edge/acquire/mllp_fixture.h"
#include "edge/host/clock.h"
#include "test/server_process.h"

enum { N = 60, PATIENTS = 7 };

static char path[64];

/* N messages of PATIENTS patients with ids k0, k1 ...; every 20th is an ACK, every 15th has no
 * patient. */
static void write_file(void)
{
    strcpy(path, "/tmp/plx-send-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "wb");
    for (int i = 0; i < N; i++) {
        if (i % 20 == 19)
            fprintf(f, "MSH|^~\\&|S|ED|P|ED|20260101120000||ACK^A01^ACK|k%d|P|2.5\rMSA|AA|1\r", i);
        else if (i % 15 == 14)
            fprintf(f, "MSH|^~\\&|S|ED|P|ED|20260101120000||ADT^A01^ADT_A01|k%d|P|2.5\r", i);
        else
            fprintf(f,
                    "MSH|^~\\&|S|ED|P|ED|20260101120000||ADT^A08^ADT_A01|k%d|P|2.5\r"
                    "EVN|A08|20260101120000\rPID|1||p%d^^^ED^MR||Test^A\rPV1|1|E|ED^1^A\r",
                    i, i % PATIENTS);
    }
    assert_int_equal(fclose(f), 0);
}

static char *send_file(uint16_t port, const char *more, int *exit_status)
{
    char words[512];
    snprintf(words, sizeof words, "hl7 send %s --to 127.0.0.1:%u %s", path, port, more);
    return pollux_output(words, exit_status);
}

static double number_after(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    if (!at) print_error("%s is not in %s\n", name, text);
    assert_non_null(at);
    return strtod(at + strlen(name), NULL);
}

static void report_and_order(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    write_file();
    int status = -1;
    char *out =
        send_file(journal_port(&j), "--json --connections 3 --window 4 --repeat 3", &status);
    assert_int_equal(status, 0);
    assert_int_equal(number_after(out, "\"sent\":"), 3 * N);
    assert_int_equal(number_after(out, "\"none_asked\":"), 3 * 3);
    assert_int_equal(number_after(out, "\"refused\":"), 3 * 3);
    assert_int_equal(number_after(out, "\"accepted\":"), 3 * (N - 6));
    assert_int_equal(number_after(out, "\"no_answer\":"), 0);
    assert_int_equal(number_after(out, "\"AE\":"), 3 * 3);
    assert_true(number_after(out, "\"p50\":") <= number_after(out, "\"p99\":"));
    assert_int_equal(strchr(out, '\n') - out, strlen(out) - 1); /* one line */
    free(out);
    assert_int_equal(journal_count(&j), 3 * N);
    /* Of one patient in the order of the file, round after round, each with its own control id. */
    int last[PATIENTS];
    memset(last, 0xFF, sizeof last);
    for (size_t i = 0; i < journal_count(&j); i++) {
        char body[512] = "";
        memcpy(body, j.entries[i].entry.body.at, j.entries[i].entry.body.n);
        const char *pid = strstr(body, "||p"), *id = strstr(body, "|k");
        if (!pid) continue;
        char *end;
        int position = (int)strtol(id + 2, &end, 10);
        if (*end == '.') position += N * (int)strtol(end + 1, NULL, 10);
        int patient = (int)strtol(pid + 3, NULL, 10);
        assert_true(position > last[patient]);
        last[patient] = position;
    }
    unlink(path);
    journal_stop(&j);
}

static void table_for_people(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    write_file();
    int status = -1;
    char *out = send_file(journal_port(&j), "", &status);
    assert_int_equal(status, 0);
    assert_int_equal(number_after(out, "sent "), N);
    assert_int_equal(number_after(out, "accepted "), N - 6);
    assert_int_equal(number_after(out, "  AE "), 3);
    assert_true(number_after(out, "msg/s ") > 0);
    free(out);
    unlink(path);
    journal_stop(&j);
}

static void rate_is_kept(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    write_file();
    int status = -1;
    int64_t start_us = plx_boot_us();
    char *out = send_file(journal_port(&j), "--rate 100 --json", &status);
    double seconds = (double)(plx_boot_us() - start_us) / 1e6;
    assert_int_equal(status, 0);
    assert_true(seconds > 0.8 * (N - 1) / 100.0);
    assert_true(number_after(out, "\"msg_per_s\":") < 125);
    free(out);
    unlink(path);
    journal_stop(&j);
}

static void no_answer_is_a_failure(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    write_file();
    uint16_t port = journal_port(&j);
    journal_stop(&j); /* nobody listens there any more */
    int status = -1;
    char *out = send_file(port, "--json", &status);
    assert_int_equal(status, 1);
    assert_string_equal(out, "");
    free(out);
    unlink(path);
}

static void wrong_usage(void **state)
{
    (void)state;
    const struct {
        const char *words;
        int status;
    } cases[] = {
        {"hl7 send", 2},
        {"hl7 send file", 2},
        {"hl7 send file --to", 2},
        {"hl7 send a b --to 127.0.0.1:1", 2},
        {"hl7 send file --to 127.0.0.1:1 --connections 0", 2},
        {"hl7 send file --to 127.0.0.1:1 --window 257", 2},
        {"hl7 send /nonexistent --to 127.0.0.1:1", 1},
        {"hl7 send /dev/null --to 127.0.0.1:1", 1},
        {"hl7 send --help", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int status = -1;
        free(pollux_output(cases[i].words, &status));
        assert_int_equal(status, cases[i].status);
    }
    write_file();
    int status = -1;
    char words[256];
    snprintf(words, sizeof words, "hl7 send %s --to nowhere", path);
    free(pollux_output(words, &status));
    assert_int_equal(status, 2);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(report_and_order), cmocka_unit_test(table_for_people),
        cmocka_unit_test(rate_is_kept),     cmocka_unit_test(no_answer_is_a_failure),
        cmocka_unit_test(wrong_usage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
