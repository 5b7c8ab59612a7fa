/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/store/store.h"
#include "test/journal.h"

char *journal_report(const server_process *server, const char *verb)
{
    char words[512];
    snprintf(words, sizeof words, "journal %s --data %s", verb, server->data);
    int status = -1;
    char *text = pollux_output(words, &status);
    assert_int_equal(status, 0);
    return text;
}

void journal_is_snapshot(const server_process *server)
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
    char *replayed = journal_report(server, "hash");
    assert_non_null(strstr(replayed, hex));
    free(replayed);
}
