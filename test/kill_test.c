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

#include "core/base/hash.h"
#include "core/base/rng.h"
#include "core/hospital/hospital.h"
#include "edge/acquire/mllp_client.h"
#include "edge/host/clock.h"
#include "edge/store/store.h"
#include "test/server_process.h"

enum { MESSAGES_MAX = 60000, KILLS = 200, IN_FLIGHT = 400, ROUND_US_MIN = 3000, ROUND_US = 60000 };

typedef struct traffic {
    plx_slice messages[MESSAGES_MAX]; /* copies */
    uint32_t streams[MESSAGES_MAX];
    uint8_t answered[MESSAGES_MAX]; /* 'A' positive, 'E' negative, 0 none yet */
    size_t n, sent, answers;
} traffic;

static void make_messages(traffic *load)
{
    plx_hospital_model model = plx_hospital_model_default();
    model.seed = 4711;
    model.start_us = INT64_C(1764000000) * PLX_SECOND_US;
    model.journeys_max = MESSAGES_MAX / 60;
    size_t size = plx_hospital_size(&model);
    void *memory = malloc(size);
    plx_hospital *hospital = NULL;
    assert_int_equal(plx_hospital_init(&hospital, memory, size, &model), PLX_OK);
    plx_hospital_message message;
    while (load->n < MESSAGES_MAX && plx_hospital_next(hospital, &message)) {
        char *copy = malloc(message.bytes.n);
        memcpy(copy, message.bytes.at, message.bytes.n);
        load->streams[load->n] = message.stream;
        load->messages[load->n++] = (plx_slice){copy, message.bytes.n};
    }
    free(memory);
}

static void on_answer(void *self, const plx_mllp_answer *answer)
{
    traffic *load = self;
    assert_true(answer->code[0] != 0); /* the client never gives up here */
    load->answered[answer->token] = answer->code[1] == 'A' ? 'A' : 'E';
    load->answers++;
}

static plx_mllp_client *connect_client(const server_process *server, traffic *load)
{
    plx_mllp_client_options options = {
        .to = server->mllp, .connections = 8, .window = 64, .timeout_ms = 5000};
    plx_mllp_client *client = NULL;
    char problem[256];
    assert_int_equal(
        plx_mllp_client_init(&client, &options, on_answer, load, problem, sizeof problem), PLX_OK);
    return client;
}

/* Sends until the time is over or everything is answered. */
static void send_for(plx_mllp_client *client, traffic *load, int64_t for_us)
{
    int64_t until_us = plx_boot_us() + for_us;
    while (plx_boot_us() < until_us && load->answers < load->n) {
        while (load->sent < load->n && load->sent - load->answers < IN_FLIGHT) {
            if (plx_mllp_client_send(client, load->streams[load->sent], load->sent,
                                     load->messages[load->sent], false) != PLX_OK)
                break;
            load->sent++;
        }
        plx_mllp_client_run(client, 5);
    }
}

/* MSH-10 of a message. */
static plx_slice control_id(plx_slice message)
{
    size_t at = 0;
    for (int field = 1; field < 10; field++) {
        const char *bar = memchr(message.at + at, '|', message.n - at);
        assert_non_null(bar);
        at = (size_t)(bar - message.at) + 1;
    }
    const char *end = memchr(message.at + at, '|', message.n - at);
    return (plx_slice){message.at + at, (size_t)(end - message.at) - at};
}

enum { TABLE = 1 << 18 };

typedef struct tally {
    const traffic *load;
    uint32_t slots[TABLE]; /* message number + 1 by hash of its control id */
    uint8_t accepted[MESSAGES_MAX];
    uint64_t strangers;
} tally;

static uint32_t *slot_of(tally *found, plx_slice id)
{
    uint64_t hash = plx_hash64(id.at, id.n, 1);
    for (uint32_t i = (uint32_t)hash & (TABLE - 1);; i = (i + 1) & (TABLE - 1)) {
        uint32_t value = found->slots[i];
        if (!value || plx_slice_equal(control_id(found->load->messages[value - 1]), id))
            return &found->slots[i];
    }
}

static plx_status count_entry(void *self, const plx_entry *entry)
{
    tally *found = self;
    if (entry->kind != PLX_ENTRY_MESSAGE || entry->verdict == PLX_VERDICT_BROKEN) return PLX_OK;
    uint32_t value = *slot_of(found, control_id(entry->body));
    if (!value)
        found->strangers++;
    else if (entry->verdict == PLX_VERDICT_ACCEPTED)
        found->accepted[value - 1]++;
    return PLX_OK;
}

static void journal_holds_each_once(const server_process *server, const traffic *load)
{
    tally *found = calloc(1, sizeof *found);
    found->load = load;
    for (size_t i = 0; i < load->n; i++)
        *slot_of(found, control_id(load->messages[i])) = (uint32_t)i + 1;
    plx_store *store = NULL;
    plx_store_options options = {.directory = server->data, .read_only = true};
    char problem[256];
    assert_int_equal(plx_store_open(&store, &options, problem, sizeof problem), PLX_OK);
    assert_int_equal(plx_journal_read(store, 1, UINT64_MAX, count_entry, found), PLX_OK);
    plx_store_close(store);
    assert_int_equal(found->strangers, 0);
    for (size_t i = 0; i < load->n; i++)
        assert_int_equal(found->accepted[i], load->answered[i] == 'A');
    free(found);
}

static char *report(const server_process *server, const char *verb)
{
    char words[512];
    snprintf(words, sizeof words, "journal %s --data %s", verb, server->data);
    int status = -1;
    char *text = pollux_output(words, &status);
    assert_int_equal(status, 0);
    return text;
}

static void same_report(const server_process *a, const server_process *b, const char *verb)
{
    char *left = report(a, verb), *right = report(b, verb);
    assert_string_equal(left, right);
    free(left);
    free(right);
}

static void snapshot_hash_is_replay_hash(const server_process *server)
{
    enum { ROOM = 1 << 30 };
    plx_store *store = NULL;
    plx_store_options options = {.directory = server->data, .read_only = true};
    char problem[256], hex[65];
    uint8_t hash[32];
    uint64_t seq = 0;
    size_t n = 0;
    void *memory = malloc(ROOM);
    assert_int_equal(plx_store_open(&store, &options, problem, sizeof problem), PLX_OK);
    assert_int_equal(plx_snapshot_get(store, UINT64_MAX, &seq, hash, memory, ROOM, &n), PLX_OK);
    assert_int_equal(seq, plx_store_last_seq(store));
    plx_store_close(store);
    free(memory);
    plx_out out = plx_out_init(hex, 64);
    plx_out_hex(&out, hash, sizeof hash);
    hex[64] = 0;
    char *replayed = report(server, "hash");
    assert_non_null(strstr(replayed, hex));
    free(replayed);
}

static void undisturbed_run(server_process *server, traffic *load)
{
    memset(load->answered, 0, sizeof load->answered);
    load->sent = load->answers = 0;
    server_prepare(server);
    assert_true(server_start(server));
    plx_mllp_client *client = connect_client(server, load);
    send_for(client, load, INT64_C(120) * PLX_SECOND_US);
    assert_int_equal(load->answers, load->n);
    plx_mllp_client_destroy(client);
    assert_int_equal(server_terminate(server), 0);
}

static void killed_server_loses_and_repeats_nothing(void **state)
{
    (void)state;
    const char *wanted = getenv("POLLUX_KILLS");
    int kills = wanted ? atoi(wanted) : KILLS;
    traffic *load = calloc(1, sizeof *load);
    make_messages(load);
    assert_true(load->n > 10000);
    server_process server, other;
    server_prepare(&server);
    assert_true(server_start(&server));
    plx_mllp_client *client = connect_client(&server, load);
    plx_rng rng = plx_rng_init(20261125, 1);
    for (int i = 0; i < kills; i++) {
        send_for(client, load, ROUND_US_MIN + (int64_t)plx_rng_below(&rng, ROUND_US));
        server_kill(&server);
        assert_true(server_start(&server));
    }
    size_t under_load = load->answers;
    send_for(client, load, INT64_C(120) * PLX_SECOND_US);
    assert_int_equal(load->answers, load->n);
    plx_mllp_client_destroy(client);
    assert_int_equal(server_terminate(&server), 0);
    journal_holds_each_once(&server, load);
    free(report(&server, "verify"));
    snapshot_hash_is_replay_hash(&server);
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
