/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One request or message to a running server, and its answer, for tests: a failure is the test's.
 */
#ifndef PLX_TEST_EXCHANGE_H
#define PLX_TEST_EXCHANGE_H

#include "test/server_process.h"

typedef struct answer {
    int status;
    char *body; /* in memory below, terminated */
    char *memory;
} answer;

void answer_free(answer *a);
/* One request on a connection of its own; the server closes it after the answer. */
answer exchange(const server_process *server, const char *head, const char *body);
answer get(const server_process *server, const char *target);
/* origin: HOST:PORT of the page that asks, or NULL. */
answer post(const server_process *server, const char *target, const char *origin, const char *body);
/* MLLP: sends a message and gives its answer. */
void exchanges(const server_process *server, const char *message, char reply[2048]);

#endif
