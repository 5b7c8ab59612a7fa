/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "test/traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/hospital/hospital.h"
#include "edge/host/clock.h"
#include "edge/store/store.h"

traffic *traffic_make(size_t n)
{
    traffic *load = calloc(1, sizeof *load);
    plx_hospital_model model = plx_hospital_model_default();
    model.seed = 4711;
    model.start_us = INT64_C(1764000000) * PLX_SECOND_US;
    model.journeys_max = TRAFFIC_MESSAGES_MAX / 30; /* about 38 messages each */
    size_t size = plx_hospital_size(&model);
    void *memory = malloc(size);
    plx_hospital *hospital = NULL;
    assert_int_equal(plx_hospital_init(&hospital, memory, size, &model), PLX_OK);
    plx_hospital_message message;
    while (load->n < n && plx_hospital_next(hospital, &message)) {
        char *copy = malloc(message.bytes.n);
        memcpy(copy, message.bytes.at, message.bytes.n);
        load->streams[load->n] = message.stream;
        load->messages[load->n++] = (plx_slice){copy, message.bytes.n};
    }
    free(memory);
    return load;
}

void traffic_destroy(traffic *load)
{
    for (size_t i = 0; i < load->n; i++)
        free((void *)(uintptr_t)load->messages[i].at);
    free(load);
}

void traffic_rewind(traffic *load)
{
    memset(load->answered, 0, sizeof load->answered);
    load->sent = load->answers = 0;
}

static void on_answer(void *self, const plx_mllp_answer *answer)
{
    traffic *load = self;
    assert_true(answer->code[0] != 0); /* the client never gives up here */
    load->answered[answer->token] = answer->code[1] == 'A' ? 'A' : 'E';
    load->answers++;
}

plx_mllp_client *traffic_connect(const server_process *server, traffic *load)
{
    plx_mllp_client_options options = {
        .to = server->mllp, .connections = 8, .window = 64, .timeout_ms = 5000};
    plx_mllp_client *client = NULL;
    char problem[256];
    assert_int_equal(
        plx_mllp_client_init(&client, &options, on_answer, load, problem, sizeof problem), PLX_OK);
    return client;
}

plx_mllp_client *traffic_reconnect(const server_process *server, traffic *load)
{
    plx_mllp_client *client = traffic_connect(server, load);
    for (size_t i = 0; i < load->sent; i++)
        if (!load->answered[i])
            assert_int_equal(
                plx_mllp_client_send(client, load->streams[i], i, load->messages[i], false),
                PLX_OK);
    return client;
}

/* Sends until the time is over or everything is answered. */
void traffic_send_for(plx_mllp_client *client, traffic *load, int64_t for_us)
{
    int64_t until_us = plx_boot_us() + for_us;
    while (plx_boot_us() < until_us && load->answers < load->n) {
        while (load->sent < load->n && load->sent - load->answers < TRAFFIC_IN_FLIGHT) {
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
    uint8_t accepted[TRAFFIC_MESSAGES_MAX];
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

void traffic_in_journal_once(const server_process *server, const traffic *load)
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
