/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the duplicate window needs after a restart: the keys of the last day, read once, from the
 * newest entry back, and told in journal order. */
#include <stdio.h>
#include <stdlib.h>

#include "core/clean/duplicate.h"
#include "edge/store/inner.h"

enum { OLD_IN_A_ROW = 4096 }; /* a short spell of a wrong clock does not end the search */

typedef struct key {
    uint8_t ext_key[16], body_hash[16];
    uint64_t seq;
    int64_t arrival_us;
    uint16_t kind, verdict;
} key;

typedef struct key_search {
    key *keys; /* newest first */
    uint32_t n, capacity, keys_max;
    uint32_t old_in_a_row;
    int64_t newest_us, window_us;
} key_search;

static void row_get(sqlite3_stmt *rows, plx_entry *e)
{
    *e = (plx_entry){.seq = (uint64_t)sqlite3_column_int64(rows, 0),
                     .kind = (plx_entry_kind)sqlite3_column_int(rows, 1),
                     .verdict = (plx_verdict)sqlite3_column_int(rows, 2),
                     .arrival_us = sqlite3_column_int64(rows, 3)};
    const void *ext_key = sqlite3_column_blob(rows, 4), *body_hash = sqlite3_column_blob(rows, 5);
    if (sqlite3_column_bytes(rows, 4) == 16) memcpy(e->ext_key, ext_key, 16);
    if (sqlite3_column_bytes(rows, 5) == 16) memcpy(e->body_hash, body_hash, 16);
}

static plx_status key_keep(key_search *search, const plx_entry *e)
{
    if (search->n == search->capacity) {
        uint32_t capacity = 2 * search->capacity + 4096;
        key *more = realloc(search->keys, capacity * sizeof *more);
        if (!more) return PLX_SPACE;
        search->keys = more;
        search->capacity = capacity;
    }
    key *k = &search->keys[search->n++];
    *k = (key){.seq = e->seq,
               .arrival_us = e->arrival_us,
               .kind = (uint16_t)e->kind,
               .verdict = (uint16_t)e->verdict};
    memcpy(k->ext_key, e->ext_key, 16);
    memcpy(k->body_hash, e->body_hash, 16);
    return PLX_OK;
}

static plx_status row_look(key_search *search, const plx_entry *e)
{
    if (search->newest_us == INT64_MIN) search->newest_us = e->arrival_us;
    bool old = search->newest_us - e->arrival_us > search->window_us;
    search->old_in_a_row = old ? search->old_in_a_row + 1 : 0;
    return old || !plx_duplicate_concerns(e) ? PLX_OK : key_keep(search, e);
}

static bool finished(const key_search *search)
{
    return search->n >= search->keys_max || search->old_in_a_row >= OLD_IN_A_ROW;
}

static plx_status file_search(const plx_store *store, uint32_t number, key_search *search)
{
    plx_journal_file file;
    char problem[256];
    sqlite3_stmt *rows = NULL;
    PLX_TRY(plx_journal_file_open(store, number, PLX_FILE_READ, &file, problem, sizeof problem));
    plx_status status = PLX_OK;
    int code = sqlite3_prepare_v2(file.db,
                                  "select seq, kind, verdict, arrival_us, ext_key, body_hash "
                                  "from journal order by seq desc",
                                  -1, &rows, NULL);
    if (code == SQLITE_OK) code = SQLITE_ROW;
    while (status == PLX_OK && code == SQLITE_ROW && !finished(search)) {
        plx_entry e;
        code = sqlite3_step(rows);
        if (code != SQLITE_ROW) break;
        row_get(rows, &e);
        status = row_look(search, &e);
    }
    if (status == PLX_OK && code != SQLITE_ROW && code != SQLITE_DONE)
        status = plx_status_of_sqlite(file.db);
    sqlite3_finalize(rows);
    plx_journal_file_close(&file);
    return status;
}

plx_status plx_journal_keys(const plx_store *store, uint32_t keys_max, int64_t window_us,
                            void (*visit)(void *self, const plx_entry *entry), void *self)
{
    uint32_t first = 0, last = 0;
    char problem[256];
    key_search search = {.keys_max = keys_max, .newest_us = INT64_MIN, .window_us = window_us};
    plx_status status = plx_journal_range(store, &first, &last, problem, sizeof problem);
    for (uint32_t number = last; status == PLX_OK && number >= first && number > 0; number--) {
        if (finished(&search)) break;
        status = file_search(store, number, &search);
    }
    for (uint32_t i = search.n; status == PLX_OK && i > 0; i--) {
        const key *k = &search.keys[i - 1];
        plx_entry e = {.seq = k->seq,
                       .kind = (plx_entry_kind)k->kind,
                       .verdict = (plx_verdict)k->verdict,
                       .arrival_us = k->arrival_us};
        memcpy(e.ext_key, k->ext_key, 16);
        memcpy(e.body_hash, k->body_hash, 16);
        visit(self, &e);
    }
    free(search.keys);
    return status;
}
