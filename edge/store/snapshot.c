/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Snapshot files: DIR/snapshot/<seq>.plx = header of 64 bytes, then the bytes. Header,
 * little-endian: "PLXSNAP1", seq u64, n u64, state hash[32], CRC-32C u32 of the 56 bytes before and
 * the content, 0 u32 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "edge/store/inner.h"

enum {
    HEADER_BYTES = 64,
    HEADER_CHECKED = 56,
    IO_BYTES = 1 << 20, /* of one read or write */
    FILES_MAX = 4096,   /* looked at; more than retention ever leaves */
    KEEP_NEWEST = 3,
    KEEP_DAYS = 14
};
static const char MAGIC[9] = "PLXSNAP1";

static void put_u64(uint8_t *at, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get_u64(const uint8_t *at)
{
    uint64_t value = 0;
    for (int i = 7; i >= 0; i--)
        value = value << 8 | at[i];
    return value;
}

static void snapshot_path(const plx_store *store, uint64_t seq, const char *suffix,
                          char path[PLX_STORE_PATH_MAX])
{
    char name[64];
    snprintf(name, sizeof name, "snapshot/%llu%s", (unsigned long long)seq, suffix);
    plx_store_path(store, name, path);
}

/* Each piece is on its way to the disk before the next is written: one sync of all of it at the end
 * would hold the journal's own syncs, which share the file system's log, for tens of milliseconds.
 */
static plx_status write_all(int fd, const void *bytes, size_t n)
{
    const char *at = bytes;
    while (n > 0) {
        ssize_t k = write(fd, at, n < IO_BYTES ? n : IO_BYTES);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return plx_status_of_errno(errno);
        sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE);
        at += k;
        n -= (size_t)k;
    }
    return PLX_OK;
}

static plx_status read_all(int fd, void *bytes, size_t n)
{
    char *at = bytes;
    while (n > 0) {
        ssize_t k = read(fd, at, n < IO_BYTES ? n : IO_BYTES);
        if (k < 0 && errno == EINTR) continue;
        if (k < 0) return PLX_IO;
        if (k == 0) return PLX_TRUNCATED;
        at += k;
        n -= (size_t)k;
    }
    return PLX_OK;
}

static plx_status file_write(const char *path, const uint8_t header[HEADER_BYTES],
                             const void *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return plx_status_of_errno(errno);
    plx_status status = write_all(fd, header, HEADER_BYTES);
    if (status == PLX_OK) status = write_all(fd, bytes, n);
    if (status == PLX_OK && fsync(fd) != 0) status = PLX_IO;
    if (close(fd) != 0 && status == PLX_OK) status = plx_status_of_errno(errno);
    return status;
}

/* Sequences that have a file, newest first. */
static plx_status files_list(const plx_store *store, uint64_t seqs[FILES_MAX], size_t *n)
{
    char path[PLX_STORE_PATH_MAX];
    plx_store_path(store, "snapshot", path);
    *n = 0;
    DIR *folder = opendir(path);
    if (!folder) return errno == ENOENT ? PLX_OK : PLX_IO;
    for (struct dirent *e; *n < FILES_MAX && (e = readdir(folder));) {
        plx_slice name = plx_slice_of(e->d_name);
        uint64_t seq = 0;
        if (name.n < 5 || memcmp(name.at + name.n - 4, ".plx", 4) != 0) continue;
        if (!plx_slice_u64((plx_slice){name.at, name.n - 4}, UINT64_MAX, &seq)) continue;
        size_t at = (*n)++;
        for (; at > 0 && seqs[at - 1] < seq; at--)
            seqs[at] = seqs[at - 1];
        seqs[at] = seq;
    }
    closedir(folder);
    return PLX_OK;
}

/* The newest three stay; of the others the newest of each UTC day, for 14 days. */
static void retention_apply(const plx_store *store, uint64_t seqs[FILES_MAX])
{
    size_t n = 0;
    if (files_list(store, seqs, &n) != PLX_OK) return;
    int64_t today = (int64_t)time(NULL) / 86400, day_kept = INT64_MAX;
    for (size_t i = 0; i < n; i++) {
        char path[PLX_STORE_PATH_MAX];
        struct stat info;
        snapshot_path(store, seqs[i], ".plx", path);
        if (stat(path, &info) != 0) continue;
        int64_t day = (int64_t)info.st_mtim.tv_sec / 86400;
        bool first_of_day = day != day_kept, young = today - day < KEEP_DAYS;
        if (i >= KEEP_NEWEST && !(first_of_day && young))
            unlink(path);
        else
            day_kept = day;
    }
}

plx_status plx_snapshot_put(plx_store *store, uint64_t seq, const uint8_t hash[32],
                            const void *bytes, size_t n)
{
    PLX_ASSERT(!store->read_only);
    char path[PLX_STORE_PATH_MAX], temporary[PLX_STORE_PATH_MAX];
    uint8_t header[HEADER_BYTES] = {0};
    memcpy(header, MAGIC, 8);
    put_u64(header + 8, seq);
    put_u64(header + 16, n);
    memcpy(header + 24, hash, 32);
    uint32_t crc = plx_crc32c(plx_crc32c(0, header, HEADER_CHECKED), bytes, n);
    put_u64(header + HEADER_CHECKED, crc);
    snapshot_path(store, seq, ".new", temporary);
    snapshot_path(store, seq, ".plx", path);
    plx_status status = file_write(temporary, header, bytes, n);
    if (status == PLX_OK && rename(temporary, path) != 0) status = plx_status_of_errno(errno);
    if (status != PLX_OK) {
        unlink(temporary);
        return status;
    }
    PLX_TRY(plx_directory_sync(path));
    uint64_t *seqs = malloc(FILES_MAX * sizeof *seqs);
    if (seqs) retention_apply(store, seqs); /* else next time */
    free(seqs);
    return PLX_OK;
}

static plx_status file_read(int fd, uint64_t seq, uint8_t hash[32], void *memory, size_t capacity,
                            size_t *n)
{
    uint8_t header[HEADER_BYTES];
    struct stat info;
    PLX_TRY(read_all(fd, header, HEADER_BYTES));
    if (memcmp(header, MAGIC, 8) != 0 || get_u64(header + 8) != seq) return PLX_CORRUPT;
    uint64_t size = get_u64(header + 16);
    if (fstat(fd, &info) != 0) return PLX_IO;
    if ((uint64_t)info.st_size != size + HEADER_BYTES) return PLX_TRUNCATED;
    *n = (size_t)size;
    if (size > capacity) return PLX_SPACE;
    PLX_TRY(read_all(fd, memory, (size_t)size));
    uint32_t crc = plx_crc32c(plx_crc32c(0, header, HEADER_CHECKED), memory, (size_t)size);
    if (get_u64(header + HEADER_CHECKED) != crc) return PLX_CORRUPT;
    memcpy(hash, header + 24, 32);
    return PLX_OK;
}

plx_status plx_snapshot_get(plx_store *store, uint64_t at_most, uint64_t *seq, uint8_t hash[32],
                            void *memory, size_t capacity, size_t *n)
{
    uint64_t *seqs = malloc(FILES_MAX * sizeof *seqs);
    if (!seqs) return PLX_SPACE;
    size_t files = 0;
    plx_status status = files_list(store, seqs, &files), found = PLX_UNKNOWN;
    for (size_t i = 0; status == PLX_OK && i < files && found != PLX_OK; i++) {
        if (seqs[i] > at_most) continue;
        char path[PLX_STORE_PATH_MAX];
        size_t size = 0;
        snapshot_path(store, seqs[i], ".plx", path);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0) continue;
        plx_status one = file_read(fd, seqs[i], hash, memory, capacity, &size);
        close(fd);
        if (one != PLX_OK && one != PLX_SPACE) continue; /* torn or rotten: an older one will do */
        *seq = seqs[i];
        *n = size;
        found = one;
        if (one == PLX_SPACE) break;
    }
    free(seqs);
    return status == PLX_OK ? found : status;
}
