/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the journal that a server left says, for tests: a failure is the test's. */
#ifndef PLX_TEST_JOURNAL_H
#define PLX_TEST_JOURNAL_H

#include "test/server_process.h"

/* Output of `pollux journal VERB --data ..`, malloc'd. */
char *journal_report(const server_process *server, const char *verb);
/* The state that the server saved at its end is that of a replay of the whole journal. */
void journal_is_snapshot(const server_process *server);

#endif
