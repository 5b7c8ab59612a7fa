/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Opening and closing a store, and the one way into the journal. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/base/time.h"
#include "edge/host/log.h"
#include "edge/store/inner.h"

#define FILE_BYTES_DEFAULT (UINT64_C(1) << 30)

static int64_t day_of(int64_t arrival_us)
{
    int64_t day = arrival_us / PLX_DAY_US;
    return arrival_us % PLX_DAY_US < 0 ? day - 1 : day;
}

static int on_commit(void *self, sqlite3 *db, const char *name, int frames)
{
    (void)db;
    (void)name;
    plx_checkpoint_note(self, frames);
    return SQLITE_OK;
}

/* Opening. */

static plx_status epoch_make(plx_store *store)
{
    uint8_t bytes[4];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) return PLX_IO;
    plx_out out = plx_out_init(store->epoch, 8);
    plx_out_hex(&out, bytes, sizeof bytes);
    return PLX_OK;
}

static plx_status first_file_make(plx_store *store, char *problem, size_t problem_n)
{
    static const uint8_t ZERO[32];
    plx_status status = epoch_make(store);
    if (status == PLX_OK) status = plx_journal_file_create(store, 1, 1, ZERO, store->epoch);
    if (status != PLX_OK)
        snprintf(problem, problem_n, "the journal cannot be begun in %.120s: %s", store->directory,
                 plx_status_text(status));
    return status;
}

static uint64_t file_size(sqlite3 *db)
{
    sqlite3_stmt *s = NULL;
    uint64_t pages = 0;
    if (sqlite3_prepare_v2(db, "pragma page_count", -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        pages = (uint64_t)sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return pages * PLX_JOURNAL_PAGE_BYTES;
}

static int64_t file_day(sqlite3 *db)
{
    sqlite3_stmt *s = NULL;
    int64_t day = INT64_MIN;
    if (sqlite3_prepare_v2(db, "select arrival_us from journal order by seq limit 1", -1, &s,
                           NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        day = day_of(sqlite3_column_int64(s, 0));
    sqlite3_finalize(s);
    return day;
}

/* Where the journal ends, from its last file. */
static plx_status end_find(plx_store *store, plx_journal_file *file)
{
    uint64_t last = 0;
    PLX_TRY(plx_journal_file_last(file, &last, store->chain));
    atomic_store(&store->last_seq, last);
    memcpy(store->epoch, file->epoch, sizeof store->epoch);
    return PLX_OK;
}

/* The last entries, over as many files as they lie in. */
static plx_status tail_check(const plx_store *store, char *problem, size_t problem_n)
{
    uint64_t last = atomic_load(&store->last_seq);
    plx_journal_walk walk = {.from = last > PLX_JOURNAL_TAIL ? last - PLX_JOURNAL_TAIL : 0,
                             .to = UINT64_MAX};
    plx_status status = plx_journal_walk_run(store, &walk);
    if (status == PLX_MISSING) { /* older files were removed: from where it begins */
        walk = (plx_journal_walk){.to = UINT64_MAX};
        status = plx_journal_walk_run(store, &walk);
    }
    if (status == PLX_OK && walk.last_seq == last && memcmp(walk.chain, store->chain, 32) == 0)
        return PLX_OK;
    snprintf(problem, problem_n, "%s",
             walk.problem[0] ? walk.problem : "the journal's end cannot be read");
    return status == PLX_OK ? PLX_CORRUPT : status;
}

static plx_status open_for_reading(plx_store *store, char *problem, size_t problem_n)
{
    uint32_t first = 0, last = 0;
    plx_status status = plx_journal_range(store, &first, &last, problem, problem_n);
    if (status != PLX_OK && status != PLX_CORRUPT) return status;
    plx_journal_file file;
    /* A broken file is no reason to refuse a reader: what can be read is read, the rest is named.
     */
    for (uint32_t k = last; k >= first && k > 0; k--) {
        status = plx_journal_file_open(store, k, PLX_FILE_READ, &file, problem, problem_n);
        if (status == PLX_CORRUPT) continue;
        if (status != PLX_OK) return status;
        status = end_find(store, &file);
        plx_journal_file_close(&file);
        if (status != PLX_CORRUPT) return status;
    }
    return PLX_OK;
}

static plx_status open_for_writing(plx_store *store, char *problem, size_t problem_n)
{
    uint32_t first = 1, last = 1;
    PLX_TRY(plx_store_directories_make(store, problem, problem_n));
    PLX_TRY(plx_store_lock(store, problem, problem_n));
    if (plx_store_ballast_make(store, 0) != PLX_OK)
        plx_log(PLX_LOG_WARN, "store", "no-ballast", PLX_LOG_NONE);
    plx_status status = plx_journal_range(store, &first, &last, problem, problem_n);
    if (status == PLX_MISSING) {
        first = last = 1;
        status = first_file_make(store, problem, problem_n);
    }
    PLX_TRY(status);
    PLX_TRY(plx_journal_file_open(store, last, PLX_FILE_WRITE, &store->file, problem, problem_n));
    status = end_find(store, &store->file);
    if (status != PLX_OK)
        snprintf(problem, problem_n, "journal/%08u.db: its last entry cannot be read", last);
    if (status == PLX_OK) status = tail_check(store, problem, problem_n);
    PLX_TRY(status);
    store->file_bytes = file_size(store->file.db);
    store->file_day = file_day(store->file.db);
    sqlite3_wal_hook(store->file.db, on_commit, store);
    return plx_checkpoint_start(store, first, last);
}

plx_status plx_store_open(plx_store **store, const plx_store_options *options, char *problem,
                          size_t problem_n)
{
    problem[0] = '\0';
    plx_store *s = calloc(1, sizeof *s);
    if (!s) return PLX_SPACE;
    s->lock_fd = -1;
    s->vfs = options->vfs;
    s->checkpoint.frames_max = (int)options->wal_frames_max;
    s->checkpoint.seal_bytes = options->seal_bytes;
    s->read_only = options->read_only;
    s->file_bytes_max = options->file_bytes_max ? options->file_bytes_max : FILE_BYTES_DEFAULT;
    s->ballast_bytes = options->ballast_bytes ? options->ballast_bytes : PLX_STORE_BALLAST_BYTES;
    if (options->ballast_bytes == PLX_STORE_NO_BALLAST) s->ballast_bytes = 0;
    int n = snprintf(s->directory, sizeof s->directory, "%s", options->directory);
    plx_status status = PLX_LIMIT;
    if (n <= 0 || n >= (int)sizeof s->directory)
        snprintf(problem, problem_n, "the name of the data directory is empty or too long");
    else if (s->read_only)
        status = open_for_reading(s, problem, problem_n);
    else
        status = open_for_writing(s, problem, problem_n);
    if (status != PLX_OK) {
        if (problem[0] == '\0') snprintf(problem, problem_n, "%s", plx_status_text(status));
        plx_store_close(s);
        return status;
    }
    *store = s;
    return PLX_OK;
}

void plx_store_close(plx_store *store)
{
    if (!store) return;
    plx_journal_file_close(&store->file);
    plx_checkpoint_stop(store);
    if (store->lock_fd >= 0) close(store->lock_fd);
    free(store);
}

uint64_t plx_store_last_seq(const plx_store *store)
{
    return atomic_load(&store->last_seq);
}

void plx_store_epoch(const plx_store *store, char epoch[9])
{
    memcpy(epoch, store->epoch, sizeof store->epoch);
}

/* Appending. */

/* The next file; one that is there already was begun by a try that met a full disk halfway. */
static plx_status next_open(plx_store *store, plx_journal_file *file)
{
    uint32_t number = store->file.number + 1;
    uint64_t first_seq = atomic_load(&store->last_seq) + 1;
    char path[PLX_STORE_PATH_MAX], problem[256];
    plx_journal_path(store, number, ".db", path);
    if (number > PLX_JOURNAL_NUMBER_MAX) return PLX_IO;
    if (access(path, F_OK) != 0)
        PLX_TRY(plx_journal_file_create(store, number, first_seq, store->chain, store->epoch));
    PLX_TRY(plx_journal_file_open(store, number, PLX_FILE_WRITE, file, problem, sizeof problem));
    if (file->first_seq == first_seq && memcmp(file->before_chain, store->chain, 32) == 0)
        return PLX_OK;
    plx_journal_file_close(file);
    return PLX_CORRUPT;
}

static plx_status turn_when_due(plx_store *store, int64_t arrival_us)
{
    bool used = store->file_day != INT64_MIN;
    bool due = store->file_bytes >= store->file_bytes_max || day_of(arrival_us) > store->file_day;
    if (!used || !due) return PLX_OK;
    plx_journal_file file;
    PLX_TRY(next_open(store, &file));
    plx_journal_file_close(&store->file);
    store->file = file;
    store->file_bytes = 0;
    store->file_day = INT64_MIN;
    sqlite3_wal_hook(file.db, on_commit, store);
    plx_checkpoint_turn(store, file.number);
    return PLX_OK;
}

static void seal(plx_store *store, plx_entry *entries, size_t n, uint64_t *bytes)
{
    uint64_t seq = atomic_load(&store->last_seq);
    const uint8_t *chain = store->chain;
    *bytes = 0;
    for (size_t i = 0; i < n; i++) {
        entries[i].seq = ++seq;
        plx_entry_seal(&entries[i], chain);
        chain = entries[i].chain;
        *bytes += entries[i].peer.n + entries[i].body.n + PLX_JOURNAL_ROW_BYTES;
    }
}

static plx_status step(plx_journal_file *file, sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    plx_status status = code == SQLITE_DONE ? PLX_OK : plx_status_of_sqlite(file->db);
    sqlite3_reset(statement);
    return status;
}

static plx_status transaction(plx_journal_file *file, const plx_entry *entries, size_t n)
{
    PLX_TRY(step(file, file->begin));
    plx_status status = PLX_OK;
    for (size_t i = 0; i < n && status == PLX_OK; i++)
        status = plx_journal_row_write(file, &entries[i]);
    if (status == PLX_OK) status = step(file, file->commit);
    if (status != PLX_OK && !sqlite3_get_autocommit(file->db)) sqlite3_step(file->rollback);
    sqlite3_reset(file->rollback);
    return status;
}

static plx_status append(plx_store *store, plx_entry *entries, size_t n)
{
    if (store->disk_full) PLX_TRY(plx_store_ballast_make(store, store->ballast_bytes / 4));
    PLX_TRY(turn_when_due(store, entries[0].arrival_us));
    uint64_t bytes = 0;
    seal(store, entries, n, &bytes);
    plx_gate_enter(store);
    plx_status status = transaction(&store->file, entries, n);
    plx_gate_leave(store);
    PLX_TRY(status);
    store->file_bytes += bytes;
    if (store->file_day == INT64_MIN) store->file_day = day_of(entries[0].arrival_us);
    memcpy(store->chain, entries[n - 1].chain, 32);
    atomic_store(&store->last_seq, entries[n - 1].seq);
    return PLX_OK;
}

plx_status plx_journal_append(plx_store *store, plx_entry *entries, size_t n)
{
    PLX_ASSERT(!store->read_only);
    if (atomic_load(&store->suspect)) return PLX_IO;
    if (n == 0) return PLX_OK;
    plx_status status = append(store, entries, n);
    if (status == PLX_DISK_FULL && store->ballast_held) plx_store_ballast_drop(store);
    store->disk_full = status == PLX_DISK_FULL;
    if (status != PLX_OK && status != PLX_DISK_FULL && status != PLX_LOCKED &&
        status != PLX_SPACE) {
        atomic_store(&store->suspect, true);
        status = PLX_IO;
    }
    return status;
}
