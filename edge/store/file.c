/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One SQLite file of the journal. The only place that knows its tables. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "edge/store/inner.h"

#define APPLICATION_ID "1347180618" /* "PLXJ" */
#define COLUMNS                                                                                    \
    "seq, kind, verdict, iface, ref, arrival_us, mono_us, ext_key, body_hash, schema, peer, crc, " \
    "chain, body"

/* body is last: what comes before it is read without touching its pages. */
static const char TABLES[] =
    "create table journal(seq integer primary key, kind integer not null, verdict integer not "
    "null, "
    "iface integer not null, ref integer not null, arrival_us integer not null, "
    "mono_us integer not null, ext_key blob not null, body_hash blob not null, "
    "schema integer not null, peer text not null, crc integer not null, chain blob not null, "
    "body blob not null);"
    "create table meta(id integer primary key check(id = 1), epoch text not null, "
    "first_seq integer not null, before_chain blob not null);";

plx_status plx_status_of_sqlite(sqlite3 *db)
{
    int code = db ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;
    bool full = db && plx_status_of_errno(sqlite3_system_errno(db)) == PLX_DISK_FULL;
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return PLX_OK;
    case SQLITE_FULL:
        return PLX_DISK_FULL;
    case SQLITE_IOERR:
        /* Whatever a failed sync says, what it should have written may be lost. */
        if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) return PLX_IO;
        if (code == SQLITE_IOERR_NOMEM) return PLX_SPACE;
        return full ? PLX_DISK_FULL : PLX_IO;
    case SQLITE_CANTOPEN:
        return full ? PLX_DISK_FULL : PLX_IO;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return PLX_LOCKED;
    case SQLITE_NOMEM:
        return PLX_SPACE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_SCHEMA:
    case SQLITE_ERROR: /* a table that is not there */
        return PLX_CORRUPT;
    default:
        return PLX_IO;
    }
}

static plx_status run(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? PLX_OK : plx_status_of_sqlite(db);
}

static plx_status prepare(sqlite3 *db, const char *sql, sqlite3_stmt **statement)
{
    int code = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
    return code == SQLITE_OK ? PLX_OK : plx_status_of_sqlite(db);
}

/* file: URI of a path, with what a URI reads differently escaped. */
static void uri_make(const char *path, const char *query, char uri[3 * PLX_STORE_PATH_MAX + 32])
{
    plx_out out = plx_out_init(uri, 3 * PLX_STORE_PATH_MAX + 31);
    plx_out_text(&out, "file:");
    for (const char *at = path; *at; at++) {
        if (*at == '%' || *at == '?' || *at == '#') {
            plx_out_char(&out, '%');
            plx_out_hex(&out, (const uint8_t *)at, 1);
        } else {
            plx_out_char(&out, *at);
        }
    }
    plx_out_text(&out, query);
    PLX_ASSERT(!out.full);
    uri[out.n] = '\0';
}

static plx_status connect(const plx_store *store, const char *path, int flags, sqlite3 **db)
{
    *db = NULL;
    int code =
        sqlite3_open_v2(path, db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, store->vfs);
    if (code != SQLITE_OK) {
        plx_status status = plx_status_of_sqlite(*db);
        sqlite3_close(*db);
        *db = NULL;
        return status;
    }
    sqlite3_busy_timeout(*db, PLX_STORE_BUSY_MS);
    sqlite3_db_config(*db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(*db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return PLX_OK;
}

/* A file that nobody writes: no locks, no WAL, works on read-only media. */
static plx_status connect_immutable(const plx_store *store, const char *path, sqlite3 **db)
{
    char uri[3 * PLX_STORE_PATH_MAX + 32];
    uri_make(path, "?immutable=1", uri);
    return connect(store, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, db);
}

static bool wal_empty(const plx_store *store, uint32_t number)
{
    char path[PLX_STORE_PATH_MAX];
    plx_journal_path(store, number, ".db-wal", path);
    FILE *f = fopen(path, "re");
    if (!f) return true;
    bool empty = fgetc(f) == EOF;
    fclose(f);
    return empty;
}

plx_status plx_sqlite_open(const plx_store *store, uint32_t number, plx_file_mode mode,
                           sqlite3 **db)
{
    char path[PLX_STORE_PATH_MAX];
    plx_journal_path(store, number, ".db", path);
    if (mode == PLX_FILE_WRITE) {
        PLX_TRY(connect(store, path, SQLITE_OPEN_READWRITE, db));
        /* The checkpoint thread alone takes the WAL over, even at the end. */
        sqlite3_db_config(*db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        return run(*db, "pragma synchronous=full; pragma wal_autocheckpoint=0; "
                        "pragma temp_store=memory; pragma cache_size=-32768;");
    }
    if (plx_journal_sealed(store, number)) {
        PLX_TRY(connect_immutable(store, path, db));
    } else {
        plx_status status = connect(store, path, SQLITE_OPEN_READONLY, db);
        if (status == PLX_OK) status = run(*db, "select count(*) from sqlite_schema");
        if (status == PLX_IO && wal_empty(store, number)) { /* its folder cannot be written */
            sqlite3_close(*db);
            status = connect_immutable(store, path, db);
        }
        if (status != PLX_OK) return status;
    }
    return run(*db, "pragma cell_size_check=on");
}

static plx_status meta_read(plx_journal_file *file)
{
    sqlite3_stmt *s = NULL;
    PLX_TRY(prepare(file->db, "select epoch, first_seq, before_chain from meta", &s));
    plx_status status = PLX_CORRUPT;
    if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_bytes(s, 0) == 8 &&
        sqlite3_column_int64(s, 1) > 0 && sqlite3_column_bytes(s, 2) == 32) {
        memcpy(file->epoch, sqlite3_column_blob(s, 0), 8);
        file->epoch[8] = '\0';
        file->first_seq = (uint64_t)sqlite3_column_int64(s, 1);
        memcpy(file->before_chain, sqlite3_column_blob(s, 2), 32);
        status = PLX_OK;
    }
    sqlite3_finalize(s);
    return status;
}

static plx_status version_check(sqlite3 *db)
{
    sqlite3_stmt *s = NULL;
    PLX_TRY(prepare(db, "pragma user_version", &s));
    int version = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int(s, 0) : -1;
    sqlite3_finalize(s);
    if (version < 0) return plx_status_of_sqlite(db);
    return version > PLX_JOURNAL_FORMAT ? PLX_UNSUPPORTED : PLX_OK;
}

static plx_status statements_prepare(plx_journal_file *file, plx_file_mode mode)
{
    if (mode == PLX_FILE_READ)
        return prepare(file->db,
                       "select " COLUMNS " from journal where seq >= ?1 order by seq limit ?2",
                       &file->rows);
    PLX_TRY(prepare(file->db, "begin immediate", &file->begin));
    PLX_TRY(prepare(file->db, "commit", &file->commit));
    PLX_TRY(prepare(file->db, "rollback", &file->rollback));
    return prepare(file->db,
                   "insert into journal(" COLUMNS ") values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
                   "?10, ?11, ?12, ?13, ?14)",
                   &file->insert);
}

plx_status plx_journal_file_open(const plx_store *store, uint32_t number, plx_file_mode mode,
                                 plx_journal_file *file, char *problem, size_t problem_n)
{
    *file = (plx_journal_file){.number = number};
    plx_status status = plx_sqlite_open(store, number, mode, &file->db);
    if (status == PLX_OK) status = version_check(file->db);
    if (status == PLX_OK) status = meta_read(file);
    if (status == PLX_OK) status = statements_prepare(file, mode);
    if (status == PLX_OK) return PLX_OK;
    if (status == PLX_UNSUPPORTED)
        snprintf(problem, problem_n, "journal/%08u.db was written by a newer Pollux; use that one",
                 number);
    else
        snprintf(problem, problem_n, "journal/%08u.db cannot be opened: %.120s", number,
                 file->db ? sqlite3_errmsg(file->db) : plx_status_text(status));
    plx_journal_file_close(file);
    return status;
}

void plx_journal_file_close(plx_journal_file *file)
{
    sqlite3_finalize(file->begin);
    sqlite3_finalize(file->insert);
    sqlite3_finalize(file->commit);
    sqlite3_finalize(file->rollback);
    sqlite3_finalize(file->rows);
    sqlite3_close(file->db);
    *file = (plx_journal_file){0};
}

static plx_status meta_write(sqlite3 *db, uint64_t first_seq, const uint8_t before_chain[32],
                             const char epoch[9])
{
    sqlite3_stmt *s = NULL;
    PLX_TRY(prepare(db, "insert into meta values(1, ?1, ?2, ?3)", &s));
    sqlite3_bind_text(s, 1, epoch, 8, SQLITE_STATIC);
    sqlite3_bind_int64(s, 2, (sqlite3_int64)first_seq);
    sqlite3_bind_blob(s, 3, before_chain, 32, SQLITE_STATIC);
    plx_status status = sqlite3_step(s) == SQLITE_DONE ? PLX_OK : plx_status_of_sqlite(db);
    sqlite3_finalize(s);
    return status;
}

static plx_status tables_make(const plx_store *store, const char *path, uint64_t first_seq,
                              const uint8_t before_chain[32], const char epoch[9])
{
    sqlite3 *db = NULL;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600); /* SQLite would say 0644 */
    if (fd < 0) return plx_status_of_errno(errno);
    close(fd);
    PLX_TRY(connect(store, path, SQLITE_OPEN_READWRITE, &db));
    char pragmas[256];
    snprintf(pragmas, sizeof pragmas,
             "pragma page_size=%d; pragma journal_mode=wal; pragma synchronous=full; "
             "pragma application_id=" APPLICATION_ID "; pragma user_version=%d; begin",
             PLX_JOURNAL_PAGE_BYTES, PLX_JOURNAL_FORMAT);
    plx_status status = run(db, pragmas);
    if (status == PLX_OK) status = run(db, TABLES);
    if (status == PLX_OK) status = meta_write(db, first_seq, before_chain, epoch);
    if (status == PLX_OK) status = run(db, "commit");
    if (status == PLX_OK &&
        sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) != SQLITE_OK)
        status = plx_status_of_sqlite(db);
    sqlite3_close(db);
    return status;
}

static void new_remove(const plx_store *store, uint32_t number)
{
    static const char *const SUFFIX[] = {".new", ".new-wal", ".new-shm", ".new-journal"};
    char path[PLX_STORE_PATH_MAX];
    for (size_t i = 0; i < sizeof SUFFIX / sizeof SUFFIX[0]; i++) {
        plx_journal_path(store, number, SUFFIX[i], path);
        unlink(path);
    }
}

/* Made whole under another name first, so that a file of the journal is always complete. */
plx_status plx_journal_file_create(const plx_store *store, uint32_t number, uint64_t first_seq,
                                   const uint8_t before_chain[32], const char epoch[9])
{
    char temporary[PLX_STORE_PATH_MAX], path[PLX_STORE_PATH_MAX];
    plx_journal_path(store, number, ".new", temporary);
    plx_journal_path(store, number, ".db", path);
    new_remove(store, number);
    plx_status status = tables_make(store, temporary, first_seq, before_chain, epoch);
    if (status == PLX_OK) status = plx_path_sync(temporary);
    if (status == PLX_OK && rename(temporary, path) != 0) status = plx_status_of_errno(errno);
    if (status != PLX_OK) {
        new_remove(store, number);
        return status;
    }
    return plx_directory_sync(path);
}

plx_status plx_journal_row_write(plx_journal_file *file, const plx_entry *e)
{
    sqlite3_stmt *s = file->insert;
    sqlite3_bind_int64(s, 1, (sqlite3_int64)e->seq);
    sqlite3_bind_int(s, 2, (int)e->kind);
    sqlite3_bind_int(s, 3, (int)e->verdict);
    sqlite3_bind_int64(s, 4, e->iface);
    sqlite3_bind_int64(s, 5, (sqlite3_int64)e->ref);
    sqlite3_bind_int64(s, 6, e->arrival_us);
    sqlite3_bind_int64(s, 7, e->mono_us);
    sqlite3_bind_blob(s, 8, e->ext_key, 16, SQLITE_STATIC);
    sqlite3_bind_blob(s, 9, e->body_hash, 16, SQLITE_STATIC);
    sqlite3_bind_int(s, 10, e->schema);
    sqlite3_bind_text64(s, 11, e->peer.n ? e->peer.at : "", e->peer.n, SQLITE_STATIC, SQLITE_UTF8);
    sqlite3_bind_int64(s, 12, e->crc);
    sqlite3_bind_blob(s, 13, e->chain, 32, SQLITE_STATIC);
    sqlite3_bind_blob64(s, 14, e->body.n ? e->body.at : "", e->body.n, SQLITE_STATIC);
    plx_status status = sqlite3_step(s) == SQLITE_DONE ? PLX_OK : plx_status_of_sqlite(file->db);
    sqlite3_reset(s);
    return status;
}

static bool bytes_get(sqlite3_stmt *rows, int column, void *into, int n)
{
    const void *at = sqlite3_column_blob(rows, column);
    if (!at || sqlite3_column_bytes(rows, column) != n) return false;
    memcpy(into, at, (size_t)n);
    return true;
}

static plx_slice slice_get(sqlite3_stmt *rows, int column)
{
    const void *at = sqlite3_column_blob(rows, column);
    return (plx_slice){at, at ? (size_t)sqlite3_column_bytes(rows, column) : 0};
}

/* Exactly what was written: a number that does not fit its field is not masked into one that does.
 */
static uint64_t number_get(sqlite3_stmt *rows, int column, uint64_t max, bool *usable)
{
    int64_t value = sqlite3_column_int64(rows, column);
    *usable &= sqlite3_column_type(rows, column) == SQLITE_INTEGER;
    *usable &= max == UINT64_MAX || (value >= 0 && (uint64_t)value <= max);
    return (uint64_t)value;
}

bool plx_journal_row_read(sqlite3_stmt *rows, plx_entry *e)
{
    bool usable = true;
    *e = (plx_entry){.seq = number_get(rows, 0, UINT64_MAX, &usable),
                     .kind = (plx_entry_kind)number_get(rows, 1, UINT16_MAX, &usable),
                     .verdict = (plx_verdict)number_get(rows, 2, UINT16_MAX, &usable),
                     .iface = (uint32_t)number_get(rows, 3, UINT32_MAX, &usable),
                     .ref = number_get(rows, 4, UINT64_MAX, &usable),
                     .arrival_us = (int64_t)number_get(rows, 5, UINT64_MAX, &usable),
                     .mono_us = (int64_t)number_get(rows, 6, UINT64_MAX, &usable),
                     .schema = (uint16_t)number_get(rows, 9, UINT16_MAX, &usable),
                     .peer = slice_get(rows, 10),
                     .crc = (uint32_t)number_get(rows, 11, UINT32_MAX, &usable),
                     .body = slice_get(rows, 13)};
    return usable && bytes_get(rows, 7, e->ext_key, 16) && bytes_get(rows, 8, e->body_hash, 16) &&
           bytes_get(rows, 12, e->chain, 32);
}

plx_status plx_journal_file_chain(plx_journal_file *file, uint64_t seq, uint8_t chain[32])
{
    sqlite3_stmt *s = NULL;
    PLX_TRY(prepare(file->db, "select chain from journal where seq = ?1", &s));
    sqlite3_bind_int64(s, 1, (sqlite3_int64)seq);
    bool found = sqlite3_step(s) == SQLITE_ROW && bytes_get(s, 0, chain, 32);
    sqlite3_finalize(s);
    return found ? PLX_OK : PLX_CORRUPT;
}

plx_status plx_journal_file_last(plx_journal_file *file, uint64_t *seq, uint8_t chain[32])
{
    sqlite3_stmt *s = NULL;
    PLX_TRY(prepare(file->db, "select seq, chain from journal order by seq desc limit 1", &s));
    int code = sqlite3_step(s);
    plx_status status = PLX_CORRUPT;
    if (code == SQLITE_DONE) {
        *seq = file->first_seq - 1;
        memcpy(chain, file->before_chain, 32);
        status = PLX_OK;
    } else if (code == SQLITE_ROW && bytes_get(s, 1, chain, 32)) {
        *seq = (uint64_t)sqlite3_column_int64(s, 0);
        status = *seq >= file->first_seq ? PLX_OK : PLX_CORRUPT;
    }
    sqlite3_finalize(s);
    return status;
}
