/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the real server, killed with SIGKILL at random points while a simulated hospital sends to
 * it, loses no acknowledged message, applies none twice, and ends in the state that it would have
 * had without the kills. Oracle: what the sender was told (positive ACKs); a second server that is
 * never killed; a replay of the journal from nothing. Tolerance: none. POLLUX_KILLS sets the number
 * of kills (200). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/base/time.h"
#include "test/journal.h"
#include "test/server_process.h"
#include "test/traffic.h"

/* Each start replays the journal, so the messages are as many as the kills need. */
enum {
    KILLS = 200,
    SHOWN_EACH = 100,
    MESSAGES_A_KILL = 100,
    ROUND_US_MIN = 1000,
    ROUND_US = 6000,
    WAITS_MAX = 5000
};

static void same_report(const server_process *a, const server_process *b, const char *verb)
{
    char *left = journal_report(a, verb), *right = journal_report(b, verb);
    assert_string_equal(left, right);
    free(left);
    free(right);
}

static void undisturbed_run(server_process *server, traffic *load)
{
    traffic_rewind(load);
    server_prepare(server);
    assert_true(server_start(server));
    plx_mllp_client *client = traffic_connect(server, load);
    traffic_send_for(client, load, INT64_C(120) * PLX_SECOND_US);
    assert_int_equal(load->answers, load->n);
    plx_mllp_client_destroy(client);
    assert_int_equal(server_terminate(server), 0);
}

static void killed_server_loses_and_repeats_nothing(void **state)
{
    (void)state;
    const char *wanted = getenv("POLLUX_KILLS");
    int kills = wanted ? atoi(wanted) : KILLS;
    size_t messages = (size_t)kills * MESSAGES_A_KILL;
    traffic *load = traffic_make(messages < TRAFFIC_MESSAGES_MAX ? messages : TRAFFIC_MESSAGES_MAX);
    assert_true(load->n > messages / 2);
    server_process server, other;
    server_prepare(&server);
    assert_true(server_start(&server));
    plx_mllp_client *client = traffic_connect(&server, load);
    plx_rng rng = plx_rng_init(20261125, 1);
    for (int i = 0; i < kills; i++) {
        size_t before = load->answers;
        for (int k = 0; k < WAITS_MAX && load->answers == before && before < load->n; k++)
            traffic_send_for(client, load, ROUND_US_MIN);
        traffic_send_for(client, load, (int64_t)plx_rng_below(&rng, ROUND_US));
        server_kill(&server);
        plx_mllp_client_destroy(client);
        assert_true(server_start(&server));
        client = traffic_reconnect(&server, load);
        if ((i + 1) % SHOWN_EACH == 0) fprintf(stderr, "# %d of %d kills\n", i + 1, kills);
    }
    size_t under_load = load->answers;
    traffic_send_for(client, load, INT64_C(120) * PLX_SECOND_US);
    assert_int_equal(load->answers, load->n);
    plx_mllp_client_destroy(client);
    assert_int_equal(server_terminate(&server), 0);
    traffic_in_journal_once(&server, load);
    free(journal_report(&server, "verify"));
    journal_is_snapshot(&server);
    undisturbed_run(&other, load);
    same_report(&server, &other, "export --what census");
    same_report(&server, &other, "export --what beds");
    same_report(&server, &other, "export --what results");
    print_message("# %d kills, %zu of %zu messages answered between them\n", kills, under_load,
                  load->n);
    server_remove(&server);
    server_remove(&other);
    for (size_t i = 0; i < load->n; i++)
        free((void *)(uintptr_t)load->messages[i].at);
    free(load);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(killed_server_loses_and_repeats_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
