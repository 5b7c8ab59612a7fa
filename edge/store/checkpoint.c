/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The checkpoint thread: copies what the WAL holds into the file while the commit thread goes on,
 * winds the WAL back before it grows past its bound, and seals files that were closed, a slice at
 * a time: a gigabyte read in one go would let the WAL of the next file grow to its bound.
 *
 * Bound of the WAL: PLX_WAL_FRAMES_MAX pages, plus what is written during one checkpoint. At the
 * bound the writer waits for the last few frames to be copied. Only a foreign reader that keeps a
 * transaction open can prevent that; then the WAL ends with its file, at file_bytes_max. */
#include <errno.h>

#include "edge/host/log.h"
#include "edge/store/inner.h"

enum {
    PLX_WAL_FRAMES_MAX = 4096,   /* 64 MiB: wind back */
    PLX_WAL_PARTS = 32,          /* a pass each time so much of that is new: 2 MiB */
    PLX_WAL_IDLE_MS = 2000,      /* a checkpoint after so long at the latest */
    PLX_WAL_READER_WAIT_MS = 20, /* for a reader to finish, with the writer waiting too */
    PLX_SEAL_BYTES = 2 << 20,    /* of a closed file, read at a time: about 2 ms */
    PLX_SEAL_PAUSE_MS = 6        /* between two times: the writer's files come first */
};

void plx_gate_enter(plx_store *store)
{
    plx_checkpoint *c = &store->checkpoint;
    pthread_mutex_lock(&c->gate);
    while (atomic_load(&c->gate_wanted))
        pthread_cond_wait(&c->gate_free, &c->gate);
}

void plx_gate_leave(plx_store *store)
{
    pthread_mutex_unlock(&store->checkpoint.gate);
}

/* What a failed write means to the thread: a full disk is met again by the writer, which tells
 * people; a failed sync must never be tried again. */
static void failed(plx_store *store, plx_status status)
{
    if (status != PLX_IO || atomic_exchange(&store->suspect, true)) return;
    plx_log_fields fields = PLX_LOG_NONE;
    fields.n = store->checkpoint.open;
    fields.status = plx_status_name(status);
    plx_log(PLX_LOG_ERROR, "store", "checkpoint-failed", fields);
}

static plx_status checkpoint(plx_store *store, int mode, int *frames, int *done)
{
    plx_checkpoint *c = &store->checkpoint;
    int code = sqlite3_wal_checkpoint_v2(c->db, NULL, mode, frames, done);
    plx_status status = code == SQLITE_OK ? PLX_OK : plx_status_of_sqlite(c->db);
    failed(store, status);
    return status;
}

/* SQLite syncs the file only after a pass that caught up with the writer. Doing it after every
 * pass, with nobody waiting, leaves little for the one pass that the writer has to wait for. */
static plx_status pass(plx_store *store, int *frames, int *done)
{
    plx_checkpoint *c = &store->checkpoint;
    sqlite3_file *file = NULL;
    PLX_TRY(checkpoint(store, SQLITE_CHECKPOINT_PASSIVE, frames, done));
    c->frames_done = *done;
    plx_status status = PLX_IO;
    if (sqlite3_file_control(c->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK &&
        file && file->pMethods &&
        file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY) == SQLITE_OK)
        status = PLX_OK;
    failed(store, status);
    return status;
}

static void wind_back(plx_store *store)
{
    plx_checkpoint *c = &store->checkpoint;
    int frames = 0, done = 0;
    /* What came during the pass before: so that the writer waits for little. */
    if (pass(store, &frames, &done) != PLX_OK) return;
    atomic_store(&c->gate_wanted, true);
    pthread_mutex_lock(&c->gate);
    if (checkpoint(store, SQLITE_CHECKPOINT_RESTART, &frames, &done) == PLX_OK) {
        c->frames_done = 0;
        atomic_store(&c->frames, 0);
    }
    atomic_store(&c->gate_wanted, false);
    pthread_cond_broadcast(&c->gate_free);
    pthread_mutex_unlock(&c->gate);
}

static plx_status file_connect(plx_store *store, uint32_t number)
{
    plx_checkpoint *c = &store->checkpoint;
    if (c->open == number) return PLX_OK;
    plx_status status = plx_sqlite_open(store, number, PLX_FILE_WRITE, &c->db);
    if (status != PLX_OK) {
        sqlite3_close(c->db);
        c->db = NULL;
        return status;
    }
    sqlite3_busy_timeout(c->db, PLX_WAL_READER_WAIT_MS);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    c->open = number;
    c->frames_done = 0;
    return PLX_OK;
}

/* The last to close a file empties and removes its WAL. A suspect file is left as it lies. */
static void file_disconnect(plx_store *store)
{
    plx_checkpoint *c = &store->checkpoint;
    if (!c->db) return;
    if (atomic_load(&store->suspect))
        sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(c->db);
    c->db = NULL;
    c->open = 0;
}

/* Takes the rest of a closed file's WAL over; then it is as it stays. */
static plx_status file_settle(plx_store *store, uint32_t number)
{
    plx_checkpoint *c = &store->checkpoint;
    if (c->open != number) file_disconnect(store);
    PLX_TRY(file_connect(store, number));
    int frames = 0, done = 0;
    PLX_TRY(checkpoint(store, SQLITE_CHECKPOINT_TRUNCATE, &frames, &done));
    file_disconnect(store);
    return PLX_OK;
}

/* A slice of the oldest closed file without a checksum. */
static plx_status file_seal(plx_store *store, uint32_t number, bool *all)
{
    plx_checkpoint *c = &store->checkpoint;
    *all = !c->seal.begun && plx_journal_sealed(store, number);
    if (*all) return PLX_OK;
    if (!c->seal.begun) {
        PLX_TRY(file_settle(store, number));
        PLX_TRY(plx_seal_begin(store, number, &c->seal));
    }
    PLX_TRY(plx_seal_read(&c->seal, c->seal_bytes, all));
    return *all ? plx_seal_write(store, &c->seal) : PLX_OK;
}

/* Closed files, oldest first, until one takes longer. One that cannot be read is for verify to
 * name. */
static void files_seal(plx_store *store, uint32_t current)
{
    plx_checkpoint *c = &store->checkpoint;
    while (c->sealed_upto + 1 < current && !atomic_load(&c->stopping)) {
        bool all = false;
        plx_status status = file_seal(store, c->sealed_upto + 1, &all);
        if (status != PLX_OK) plx_seal_drop(&c->seal);
        if (status != PLX_OK && status != PLX_CORRUPT) return;
        if (status == PLX_CORRUPT) file_disconnect(store);
        if (status == PLX_OK && !all) return;
        c->sealed_upto++;
    }
}

/* due: enough is new, or nothing was done for long. */
static void work(plx_store *store, bool due)
{
    plx_checkpoint *c = &store->checkpoint;
    uint32_t current = atomic_load(&c->current);
    if (atomic_load(&store->suspect)) return;
    files_seal(store, current);
    if (c->open != current) file_disconnect(store);
    if (file_connect(store, current) != PLX_OK) return;
    int frames = atomic_load(&c->frames), done = 0;
    if (!due || frames == c->frames_done) return;
    if (pass(store, &frames, &done) != PLX_OK) return;
    if (frames >= c->frames_max) wind_back(store);
}

static struct timespec wait_until(int ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += ms / 1000;
    at.tv_nsec += ms % 1000 * 1000000L;
    if (at.tv_nsec >= 1000000000L) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000L;
    }
    return at;
}

static void *checkpoint_main(void *self)
{
    plx_store *store = self;
    plx_checkpoint *c = &store->checkpoint;
    pthread_mutex_lock(&c->mutex);
    while (!atomic_load(&c->stopping)) {
        struct timespec until = wait_until(c->seal.begun ? PLX_SEAL_PAUSE_MS : PLX_WAL_IDLE_MS);
        int waited = 0;
        while (!c->due && waited == 0 && !atomic_load(&c->stopping))
            waited = pthread_cond_timedwait(&c->wake, &c->mutex, &until);
        bool due = c->due || !c->seal.begun;
        c->due = false;
        pthread_mutex_unlock(&c->mutex);
        if (!atomic_load(&c->stopping)) work(store, due);
        pthread_mutex_lock(&c->mutex);
    }
    pthread_mutex_unlock(&c->mutex);
    return NULL;
}

static void wake(plx_checkpoint *c)
{
    pthread_mutex_lock(&c->mutex);
    c->due = true;
    pthread_cond_signal(&c->wake);
    pthread_mutex_unlock(&c->mutex);
}

void plx_checkpoint_note(plx_store *store, int frames)
{
    plx_checkpoint *c = &store->checkpoint;
    int before = atomic_exchange(&c->frames, frames);
    int due = c->frames_max / PLX_WAL_PARTS;
    if (frames / due > before / due) wake(c);
}

void plx_checkpoint_turn(plx_store *store, uint32_t current)
{
    plx_checkpoint *c = &store->checkpoint;
    atomic_store(&c->frames, 0);
    atomic_store(&c->current, current);
    wake(c);
}

plx_status plx_checkpoint_start(plx_store *store, uint32_t first, uint32_t current)
{
    plx_checkpoint *c = &store->checkpoint;
    if (c->frames_max < PLX_WAL_PARTS) c->frames_max = PLX_WAL_FRAMES_MAX;
    if (c->seal_bytes == 0) c->seal_bytes = PLX_SEAL_BYTES;
    pthread_condattr_t boot;
    pthread_condattr_init(&boot);
    pthread_condattr_setclock(&boot, CLOCK_MONOTONIC);
    pthread_mutex_init(&c->mutex, NULL);
    pthread_mutex_init(&c->gate, NULL);
    pthread_cond_init(&c->wake, &boot);
    pthread_cond_init(&c->gate_free, NULL);
    pthread_condattr_destroy(&boot);
    atomic_store(&c->current, current);
    c->sealed_upto = first - 1;
    c->due = true;
    c->running = pthread_create(&c->thread, NULL, checkpoint_main, store) == 0;
    return c->running ? PLX_OK : PLX_SPACE;
}

/* The writer has closed its connection: closing the last one takes the rest of the WAL over. */
void plx_checkpoint_stop(plx_store *store)
{
    plx_checkpoint *c = &store->checkpoint;
    if (!c->running) return;
    atomic_store(&c->stopping, true);
    wake(c);
    pthread_join(c->thread, NULL);
    c->running = false;
    plx_seal_drop(&c->seal);
    uint32_t current = atomic_load(&c->current);
    if (c->open != current) file_disconnect(store);
    if (atomic_load(&store->suspect) || file_connect(store, current) == PLX_OK)
        file_disconnect(store);
    pthread_mutex_destroy(&c->mutex);
    pthread_mutex_destroy(&c->gate);
    pthread_cond_destroy(&c->wake);
    pthread_cond_destroy(&c->gate_free);
}
