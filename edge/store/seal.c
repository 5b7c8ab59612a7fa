/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The checksum of a closed journal file: journal/NNNNNNNN.sum holds
 *   blake2b-256 <64 hex digits> bytes <size>
 * so that a flipped bit is found even where no row lies. Only for files that nobody in this process
 * has open through SQLite for writing: closing a second descriptor gives up POSIX locks. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "edge/store/inner.h"

enum { SEAL_BLOCK = 1 << 18, SEAL_LINE_MAX = 160 };

bool plx_journal_sealed(const plx_store *store, uint32_t number)
{
    char path[PLX_STORE_PATH_MAX];
    plx_journal_path(store, number, ".sum", path);
    return access(path, F_OK) == 0;
}

static plx_status file_hash(const char *path, const atomic_bool *stop, uint8_t hash[32],
                            uint64_t *size)
{
    static _Thread_local uint8_t block[SEAL_BLOCK];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return plx_status_of_errno(errno);
    plx_blake2b b;
    plx_blake2b_init(&b, 32);
    ssize_t n = 1;
    for (*size = 0; n > 0 && !(stop && *stop); *size += (uint64_t)n) {
        n = read(fd, block, sizeof block);
        if (n < 0) break;
        plx_blake2b_add(&b, block, (size_t)n);
    }
    close(fd);
    if (n > 0) return PLX_STOPPED;
    if (n < 0) return PLX_IO;
    plx_blake2b_end(&b, hash);
    return PLX_OK;
}

static plx_status line_make(const plx_store *store, uint32_t number, const atomic_bool *stop,
                            char line[SEAL_LINE_MAX])
{
    char path[PLX_STORE_PATH_MAX];
    uint8_t hash[32];
    uint64_t size = 0;
    plx_journal_path(store, number, ".db", path);
    PLX_TRY(file_hash(path, stop, hash, &size));
    plx_out out = plx_out_init(line, SEAL_LINE_MAX - 1);
    plx_out_text(&out, "blake2b-256 ");
    plx_out_hex(&out, hash, sizeof hash);
    plx_out_text(&out, " bytes ");
    plx_out_u64(&out, size);
    plx_out_char(&out, '\n');
    line[out.n] = '\0';
    return PLX_OK;
}

/* What a reader that came too early left of an empty WAL; from now on readers use none. */
static void wal_remove(const plx_store *store, uint32_t number)
{
    char path[PLX_STORE_PATH_MAX];
    plx_journal_path(store, number, ".db-wal", path);
    unlink(path);
    plx_journal_path(store, number, ".db-shm", path);
    unlink(path);
}

plx_status plx_journal_seal(const plx_store *store, uint32_t number, const atomic_bool *stop)
{
    char line[SEAL_LINE_MAX], temporary[PLX_STORE_PATH_MAX], path[PLX_STORE_PATH_MAX];
    PLX_TRY(line_make(store, number, stop, line));
    plx_journal_path(store, number, ".sum.new", temporary);
    plx_journal_path(store, number, ".sum", path);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return plx_status_of_errno(errno);
    ssize_t n = (ssize_t)strlen(line);
    plx_status status = PLX_OK;
    errno = 0;
    if (write(fd, line, (size_t)n) != n || fsync(fd) != 0) status = plx_status_of_errno(errno);
    close(fd);
    if (status == PLX_OK && rename(temporary, path) != 0) status = plx_status_of_errno(errno);
    if (status != PLX_OK) {
        unlink(temporary);
        return status;
    }
    wal_remove(store, number);
    return plx_directory_sync(path);
}

plx_status plx_journal_seal_check(const plx_store *store, uint32_t number)
{
    char line[SEAL_LINE_MAX], stored[SEAL_LINE_MAX] = "", path[PLX_STORE_PATH_MAX];
    plx_journal_path(store, number, ".sum", path);
    FILE *f = fopen(path, "re");
    if (!f) return errno == ENOENT ? PLX_MISSING : PLX_IO;
    size_t n = fread(stored, 1, sizeof stored - 1, f);
    stored[n] = '\0';
    fclose(f);
    PLX_TRY(line_make(store, number, NULL, line));
    return strcmp(line, stored) == 0 ? PLX_OK : PLX_CORRUPT;
}
