/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What a simulated hospital sends to a server under test, and what the server said to it. */
#ifndef PLX_TEST_TRAFFIC_H
#define PLX_TEST_TRAFFIC_H

#include "core/base/slice.h"
#include "edge/acquire/mllp_client.h"
#include "test/server_process.h"

enum { TRAFFIC_MESSAGES_MAX = 120000, TRAFFIC_IN_FLIGHT = 400 };

typedef struct traffic {
    plx_slice messages[TRAFFIC_MESSAGES_MAX]; /* copies, owned */
    uint32_t streams[TRAFFIC_MESSAGES_MAX];
    uint8_t answered[TRAFFIC_MESSAGES_MAX]; /* 'A' positive, 'E' negative, 0 none yet */
    size_t n, sent, answers;
} traffic;

/* At most n messages of a simulated hospital, seeded. Aborts the test when they cannot be made. */
traffic *traffic_make(size_t n);
void traffic_destroy(traffic *load);
/* Nothing is sent and nothing answered. */
void traffic_rewind(traffic *load);
plx_mllp_client *traffic_connect(const server_process *server, traffic *load);
/* A client that was destroyed with answers open: a new one sends those messages again, same bytes.
 */
plx_mllp_client *traffic_reconnect(const server_process *server, traffic *load);
/* Sends until the time is over or everything is answered. */
void traffic_send_for(plx_mllp_client *client, traffic *load, int64_t for_us);
/* Asserts that the journal holds each message with a positive answer exactly once as accepted, and
 * no other message as accepted. */
void traffic_in_journal_once(const server_process *server, const traffic *load);

#endif
