/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a patient who bleeds is sent to the real server; his live twin says so, foresees, answers a
 * what-if, and all of it is in the journal: after SIGKILL the last word stands, and a replay has
 * the state that the server saved, predictions and their ledger included. Oracle: the messages; the
 * replay. Tolerance: none for the state; the mechanism only has to be named as likely. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/time.h"
#include "edge/host/clock.h"
#include "test/exchange.h"
#include "test/journal.h"

enum { MINUTES = 14, WAITS_MAX = 400, TIME_MAX = 32 };

static void time_of(int64_t minutes_ago, char out[TIME_MAX])
{
    plx_clock clock;
    plx_clock_init(&clock, 1);
    plx_civil c = plx_time_to_civil(plx_clock_now(&clock) - minutes_ago * PLX_MINUTE_US);
    snprintf(out, TIME_MAX, "%04d%02d%02d%02d%02d%02d+0000", c.year, c.month, c.day, c.hour,
             c.minute, c.second);
}

static void send_accepted(const server_process *server, const char *message)
{
    char reply[2048];
    exchanges(server, message, reply);
    if (!strstr(reply, "MSA|AA")) fail_msg("%.200s", reply);
}

/* Arrives, then bleeds 1.5 L in a quarter of an hour: pulse up, pressure down, breathing up. */
static void send_patient(const server_process *server)
{
    char at[TIME_MAX], message[2048];
    time_of(MINUTES + 2, at);
    snprintf(
        message, sizeof message,
        "MSH|^~\\&|REG|H|PLX|ED|%s||ADT^A01|A1|P|2.5.1\rEVN|A01|%s\r"
        "PID|1||M1^^^H^MR||DOE^JANE||19800101|F\rPV1|1|E|Resus^R01^1^H||||||||||||||||V1^^^H^VN\r",
        at, at);
    send_accepted(server, message);
    for (int minute = MINUTES; minute > 0; minute--) {
        const int step = MINUTES - minute;
        time_of(minute, at);
        snprintf(message, sizeof message,
                 "MSH|^~\\&|MON|H|PLX|ED|%s||ORU^R01|B%d|P|2.5.1\rPID|1||M1^^^H^MR||DOE^JANE\r"
                 "PV1|1|E|Resus^R01^1^H||||||||||||||||V1^^^H^VN\rOBR|1|||182777000^Monitoring^SCT|"
                 "||%s\r"
                 "OBX|1|NM|8867-4^HR^LN||%d|/min|||||R|||%s\r"
                 "OBX|2|NM|76215-3^ABP^LN||%d|mm[Hg]|||||R|||%s\r"
                 "OBX|3|NM|76213-8^ABP^LN||%d|mm[Hg]|||||R|||%s\r"
                 "OBX|4|NM|59408-5^SpO2^LN||97|%%|||||R|||%s\r"
                 "OBX|5|NM|9279-1^RR^LN||%d|/min|||||R|||%s\r",
                 at, minute, at, 78 + 4 * step, at, 126 - 4 * step, at, 78 - 2 * step, at, at,
                 14 + step / 2, at);
        send_accepted(server, message);
    }
}

/* The stay's document once it holds the text, or fails. */
static answer wait_for(const server_process *server, const char *text)
{
    answer a = {0};
    for (int i = 0; i < WAITS_MAX; i++) {
        a = get(server, "/api/state?topic=enc:1");
        if (a.status == 200 && strstr(a.body, text)) return a;
        if (i + 1 == WAITS_MAX) fail_msg("%s never came; last was %.3000s", text, a.body);
        answer_free(&a);
        usleep(50000);
    }
    return a;
}

static double number_after(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    assert_non_null(at);
    return strtod(at + strlen(key), NULL);
}

/* The provenance id of the word that stands leads to its model. */
static void why_is_told(const server_process *server)
{
    char target[64];
    answer a = get(server, "/api/state?topic=enc:1");
    const char *at = strstr(a.body, "\"body\":{");
    at = at ? strstr(at, "\"i\":\"") : NULL;
    assert_non_null(at);
    at += strlen("\"i\":\"");
    snprintf(target, sizeof target, "/api/why/%.*s", (int)strcspn(at, "\""), at);
    answer_free(&a);
    a = get(server, target);
    assert_int_equal(a.status, 200);
    assert_non_null(strstr(a.body, "\"what\":\"live twin\""));
    assert_non_null(strstr(a.body, "\"cutoff\":"));
    answer_free(&a);
}

static void what_happens_is_known_asked_and_kept(void **state)
{
    server_process *server = *state;
    send_patient(server);
    answer a = wait_for(server, "\"horizons\":[300,900");
    assert_non_null(strstr(a.body, "\"status\":\"tracking\""));
    assert_non_null(strstr(a.body, "\"shown\":false")); /* no demonstration: still in the shadow */
    answer_free(&a);
    a = wait_for(server, "\"named\":\"hypovolaemic\""); /* at least as likely as all else */
    answer_free(&a);

    a = post(server, "/api/whatif/patient", server->http,
             "{\"stay\":\"1\",\"arms\":[\"crystalloid 500 mL 15 min\",\"prbc 300 mL 10 min\"]}");
    assert_int_equal(a.status, 200);
    assert_non_null(strstr(a.body, "\"arm\":\"prbc 300 mL 10 min\""));
    assert_non_null(strstr(a.body, "\"difference\":{"));
    answer_free(&a);
    a = post(server, "/api/whatif/patient", server->http,
             "{\"stay\":\"1\",\"arms\":[\"prayer 300 mL\"]}");
    assert_int_equal(a.status, 400);
    answer_free(&a);

    why_is_told(server);
    a = get(server, "/api/state?topic=trust");
    assert_int_equal(a.status, 200);
    assert_true(number_after(a.body, "\"predictions\":") > 0);
    answer_free(&a);

    server_kill(server); /* with workers in the middle of what they say */
    assert_true(server_start(server));
    a = wait_for(server, "\"horizons\":[300,900");
    answer_free(&a);
    assert_int_equal(server_terminate(server), 0);
    journal_is_snapshot(server);
    assert_true(server_start(server));
    a = wait_for(server, "\"horizons\":[300,900");
    answer_free(&a);
}

static int start_server(void **state)
{
    server_process *server = malloc(sizeof *server);
    server_prepare(server);
    *state = server;
    return server_start(server) ? 0 : -1;
}

static int end_server(void **state)
{
    server_process *server = *state;
    int status = server->pid ? server_terminate(server) : 0;
    server_remove(server);
    free(server);
    return status;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_happens_is_known_asked_and_kept, start_server,
                                        end_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
