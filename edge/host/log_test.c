/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a log line holds exactly the given fields, a storm of one event becomes a count, and a
 * reader that stops reading never stops the program. Oracle: golden lines; counts. Tolerance: none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "edge/host/clock.h"
#include "edge/host/log.h"

static int saved_stderr = -1;
static int ends[2];

static void catch_stderr(void)
{
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    saved_stderr = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
}

static void release_stderr(void)
{
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    close(ends[0]);
}

/* What stands in the pipe, terminated. */
static size_t caught(char *text, size_t capacity)
{
    ssize_t n = read(ends[0], text, capacity - 1);
    text[n > 0 ? n : 0] = 0;
    return n > 0 ? (size_t)n : 0;
}

static unsigned count_of(const char *text, const char *part)
{
    unsigned n = 0;
    for (; (text = strstr(text, part)) != NULL; text++)
        n++;
    return n;
}

static void check_line(const plx_log_line *line, bool json, const char *expected)
{
    char memory[PLX_LOG_LINE_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_log_write(line, json, &out);
    assert_false(out.full);
    assert_int_equal(out.n, strlen(expected));
    assert_memory_equal(memory, expected, out.n);
}

static void golden_lines(void **state)
{
    (void)state;
    plx_log_line line = {.wall_us = 1500000,
                         .level = PLX_LOG_WARN,
                         .room = "store",
                         .event = "disk-full",
                         .fields = PLX_LOG_NONE};
    check_line(&line, true,
               "{\"t\":\"1970-01-01T00:00:01.500Z\",\"level\":\"warn\",\"room\":\"store\","
               "\"event\":\"disk-full\"}\n");
    check_line(&line, false, "1970-01-01T00:00:01.500Z warn store disk-full\n");
    line.fields = (plx_log_fields){.seq = 7, .iface = 2, .n = -3, .ms = 1.25, .status = "a\"b"};
    line.repeated = 4;
    line.suppressed = 5;
    check_line(&line, true,
               "{\"t\":\"1970-01-01T00:00:01.500Z\",\"level\":\"warn\",\"room\":\"store\","
               "\"event\":\"disk-full\",\"seq\":7,\"iface\":2,\"n\":-3,\"ms\":1.250,"
               "\"status\":\"a_b\",\"repeated\":4,\"suppressed\":5}\n");
    check_line(&line, false,
               "1970-01-01T00:00:01.500Z warn store disk-full seq=7 iface=2 n=-3 ms=1.250 "
               "status=a\"b repeated=4 suppressed=5\n");
}

static void levels_and_forms(void **state)
{
    (void)state;
    char text[4096];
    catch_stderr();
    plx_log(PLX_LOG_DEBUG, "host", "test-hidden", PLX_LOG_NONE);
    assert_int_equal(caught(text, sizeof text), 0);
    plx_log(PLX_LOG_INFO, "host", "test-seen", PLX_LOG_NONE);
    assert_true(caught(text, sizeof text) > 0);
    assert_non_null(strstr(text, "\"event\":\"test-seen\"}\n"));
    plx_log_configure(PLX_LOG_ERROR, false);
    plx_log(PLX_LOG_WARN, "host", "test-hidden", PLX_LOG_NONE);
    assert_int_equal(caught(text, sizeof text), 0);
    plx_log(PLX_LOG_ERROR, "host", "test-text", PLX_LOG_NONE);
    assert_true(caught(text, sizeof text) > 0);
    assert_non_null(strstr(text, " error host test-text\n"));
    plx_log_configure(PLX_LOG_INFO, true);
    release_stderr();
}

static void storm_becomes_a_count(void **state)
{
    (void)state;
    char text[16384];
    catch_stderr();
    for (int i = 0; i < 25; i++)
        plx_log(PLX_LOG_WARN, "host", "test-storm", PLX_LOG_NONE);
    plx_log(PLX_LOG_WARN, "other", "test-storm", PLX_LOG_NONE); /* another room's */
    caught(text, sizeof text);
    assert_int_equal(count_of(text, "\"room\":\"host\",\"event\":\"test-storm\""), 10);
    assert_int_equal(count_of(text, "\"room\":\"other\",\"event\":\"test-storm\""), 1);
    plx_log_tick();
    assert_int_equal(caught(text, sizeof text), 0); /* too early */
    plx_log_tick_at(plx_boot_us() + 11 * INT64_C(1000000));
    caught(text, sizeof text);
    assert_int_equal(count_of(text, "\n"), 1);
    assert_non_null(strstr(text, "\"level\":\"warn\",\"room\":\"host\",\"event\":\"test-storm\","
                                 "\"repeated\":15}\n"));
    plx_log(PLX_LOG_WARN, "host", "test-storm", PLX_LOG_NONE); /* a new window */
    caught(text, sizeof text);
    assert_int_equal(count_of(text, "test-storm"), 1);
    release_stderr();
}

static void long_line_is_cut(void **state)
{
    (void)state;
    static char event[PLX_LOG_LINE_MAX + 100];
    memset(event, 'e', sizeof event - 1);
    char text[4096];
    catch_stderr();
    plx_log(PLX_LOG_WARN, "host", event, PLX_LOG_NONE);
    assert_int_equal(caught(text, sizeof text), PLX_LOG_LINE_MAX);
    assert_int_equal(text[PLX_LOG_LINE_MAX - 1], '\n');
    release_stderr();
}

static void stuck_reader_does_not_stop_us(void **state)
{
    (void)state;
    static char text[1 << 20];
    static char names[4096][16];
    catch_stderr();
    /* More different events than are counted, so every line is written until the pipe is full. */
    for (int i = 0; i < 4096; i++) {
        snprintf(names[i], sizeof names[i], "test-%d", i);
        plx_log(PLX_LOG_WARN, "host", names[i], PLX_LOG_NONE);
    }
    size_t n = caught(text, sizeof text);
    unsigned lines = count_of(text, "\n");
    assert_true(n > 0 && lines < 4096);
    plx_log(PLX_LOG_WARN, "host", "test-after", PLX_LOG_NONE);
    caught(text, sizeof text);
    char expected[64];
    snprintf(expected, sizeof expected, "\"suppressed\":%u}", 4096 - lines);
    assert_non_null(strstr(text, expected));
    release_stderr();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_lines),
        cmocka_unit_test(levels_and_forms),
        cmocka_unit_test(storm_becomes_a_count),
        cmocka_unit_test(long_line_is_cut),
        cmocka_unit_test(stuck_reader_does_not_stop_us),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
