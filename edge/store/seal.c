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

plx_status plx_seal_begin(const plx_store *store, uint32_t number, plx_seal *seal)
{
    char path[PLX_STORE_PATH_MAX];
    plx_journal_path(store, number, ".db", path);
    *seal = (plx_seal){.fd = open(path, O_RDONLY | O_CLOEXEC), .number = number};
    if (seal->fd < 0) return plx_status_of_errno(errno);
    plx_blake2b_init(&seal->hash, 32);
    seal->begun = true;
    return PLX_OK;
}

void plx_seal_drop(plx_seal *seal)
{
    if (seal->begun) close(seal->fd);
    seal->begun = false;
}

plx_status plx_seal_read(plx_seal *seal, uint64_t bytes, bool *all)
{
    static _Thread_local uint8_t block[SEAL_BLOCK];
    *all = false;
    for (uint64_t done = 0; done < bytes && !*all;) {
        size_t most = bytes - done < sizeof block ? (size_t)(bytes - done) : sizeof block;
        ssize_t n = read(seal->fd, block, most);
        if (n < 0) return PLX_IO;
        plx_blake2b_add(&seal->hash, block, (size_t)n);
        done += (uint64_t)n;
        seal->bytes += (uint64_t)n;
        *all = n == 0;
    }
    return PLX_OK;
}

static void line_make(plx_seal *seal, char line[SEAL_LINE_MAX])
{
    uint8_t hash[32];
    plx_blake2b_end(&seal->hash, hash);
    plx_out out = plx_out_init(line, SEAL_LINE_MAX - 1);
    plx_out_text(&out, "blake2b-256 ");
    plx_out_hex(&out, hash, sizeof hash);
    plx_out_text(&out, " bytes ");
    plx_out_u64(&out, seal->bytes);
    plx_out_char(&out, '\n');
    line[out.n] = '\0';
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

plx_status plx_seal_write(const plx_store *store, plx_seal *seal)
{
    char line[SEAL_LINE_MAX], temporary[PLX_STORE_PATH_MAX], path[PLX_STORE_PATH_MAX];
    uint32_t number = seal->number;
    plx_seal_drop(seal);
    line_make(seal, line);
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
    plx_seal seal;
    bool all = false;
    PLX_TRY(plx_seal_begin(store, number, &seal));
    plx_status status = plx_seal_read(&seal, UINT64_MAX, &all);
    plx_seal_drop(&seal);
    if (status != PLX_OK) return status;
    line_make(&seal, line);
    return strcmp(line, stored) == 0 ? PLX_OK : PLX_CORRUPT;
}
