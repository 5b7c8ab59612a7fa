/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The data directory: its folders, its lock, its ballast, and which journal files it holds. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edge/store/inner.h"

plx_status plx_status_of_errno(int error)
{
    return error == ENOSPC || error == EDQUOT ? PLX_DISK_FULL : PLX_IO;
}

void plx_store_path(const plx_store *store, const char *name, char path[PLX_STORE_PATH_MAX])
{
    int n = snprintf(path, PLX_STORE_PATH_MAX, "%s/%s", store->directory, name);
    PLX_ASSERT(n > 0 && n < PLX_STORE_PATH_MAX);
}

void plx_journal_path(const plx_store *store, uint32_t number, const char *suffix,
                      char path[PLX_STORE_PATH_MAX])
{
    int n =
        snprintf(path, PLX_STORE_PATH_MAX, "%s/journal/%08u%s", store->directory, number, suffix);
    PLX_ASSERT(n > 0 && n < PLX_STORE_PATH_MAX);
}

plx_status plx_path_sync(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return plx_status_of_errno(errno);
    int failed = fsync(fd);
    close(fd);
    return failed ? PLX_IO : PLX_OK;
}

plx_status plx_directory_sync(const char *path)
{
    char folder[PLX_STORE_PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (!slash) return plx_path_sync(".");
    slash[slash == folder] = '\0';
    return plx_path_sync(folder);
}

/* The directory and the parents that are missing. */
static int make_all(const char *path)
{
    char part[PLX_STORE_PATH_MAX];
    snprintf(part, sizeof part, "%s", path);
    for (char *at = part + 1; *at; at++) {
        if (*at != '/') continue;
        *at = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST) return -1;
        *at = '/';
    }
    return mkdir(part, 0700) != 0 && errno != EEXIST ? -1 : 0;
}

plx_status plx_store_directories_make(const plx_store *store, char *problem, size_t problem_n)
{
    char journal[PLX_STORE_PATH_MAX], snapshot[PLX_STORE_PATH_MAX];
    plx_store_path(store, "journal", journal);
    plx_store_path(store, "snapshot", snapshot);
    if (make_all(store->directory) == 0 && (mkdir(journal, 0700) == 0 || errno == EEXIST) &&
        (mkdir(snapshot, 0700) == 0 || errno == EEXIST) &&
        plx_directory_sync(store->directory) == PLX_OK)
        return plx_directory_sync(journal);
    int error = errno;
    snprintf(problem, problem_n, "%.150s cannot be made: %s", store->directory, strerror(error));
    return plx_status_of_errno(error);
}

static void boot_id_read(char id[64])
{
    id[0] = '\0';
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (!f) return;
    if (fscanf(f, "%63s", id) != 1) id[0] = '\0';
    fclose(f);
}

/* Who holds the lock, from what the holder wrote into it. */
static void holder_tell(const plx_store *store, int fd, char *problem, size_t problem_n)
{
    char text[128] = "", own[64], id[64] = "";
    long pid = 0;
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    boot_id_read(own);
    bool told = sscanf(text, "pid %ld boot %63s", &pid, id) == 2;
    snprintf(problem, problem_n,
             "%.120s is in use by process %ld%s; stop it, or give another --data", store->directory,
             pid, told && strcmp(id, own) != 0 ? " of another machine or an earlier boot" : "");
}

plx_status plx_store_lock(plx_store *store, char *problem, size_t problem_n)
{
    char path[PLX_STORE_PATH_MAX], id[64], text[128];
    plx_store_path(store, "lock", path);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        snprintf(problem, problem_n, "%.150s cannot be opened: %s", path, strerror(errno));
        return plx_status_of_errno(errno);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        holder_tell(store, fd, problem, problem_n);
        close(fd);
        return PLX_LOCKED;
    }
    boot_id_read(id);
    int n = snprintf(text, sizeof text, "pid %ld boot %s\n", (long)getpid(), id);
    /* The kernel's lock is what counts; the text only tells people. On a full disk it may be empty.
     */
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n) errno = 0;
    store->lock_fd = fd;
    return PLX_OK;
}

plx_status plx_store_ballast_make(plx_store *store, uint64_t spare)
{
    if (store->ballast_bytes == 0 || store->ballast_held) return PLX_OK;
    char path[PLX_STORE_PATH_MAX];
    plx_store_path(store, "ballast", path);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return plx_status_of_errno(errno);
    int error = posix_fallocate(fd, 0, (off_t)(store->ballast_bytes + spare));
    if (error == 0 && ftruncate(fd, (off_t)store->ballast_bytes) != 0) error = errno;
    close(fd);
    if (error) {
        unlink(path); /* half a ballast would only use up what is left */
        return plx_status_of_errno(error);
    }
    store->ballast_held = true;
    return PLX_OK;
}

void plx_store_ballast_drop(plx_store *store)
{
    char path[PLX_STORE_PATH_MAX];
    plx_store_path(store, "ballast", path);
    unlink(path);
    store->ballast_held = false;
}

/* The number in NNNNNNNN.db, or 0. */
static uint32_t number_of(const char *name)
{
    uint64_t number = 0;
    plx_slice text = plx_slice_of(name);
    if (text.n != 11 || strcmp(name + 8, ".db") != 0) return 0;
    if (!plx_slice_u64((plx_slice){name, 8}, PLX_JOURNAL_NUMBER_MAX, &number)) return 0;
    return (uint32_t)number;
}

/* Smallest and largest number above "above", and how many there are. */
static plx_status range_scan(const plx_store *store, uint32_t *first, uint32_t *last, uint32_t *n)
{
    char path[PLX_STORE_PATH_MAX];
    plx_store_path(store, "journal", path);
    DIR *folder = opendir(path);
    if (!folder) return errno == ENOENT ? PLX_MISSING : PLX_IO;
    *first = *last = *n = 0;
    for (struct dirent *e; (e = readdir(folder));) {
        uint32_t number = number_of(e->d_name);
        if (number == 0) continue;
        if (*n == 0 || number < *first) *first = number;
        if (number > *last) *last = number;
        (*n)++;
    }
    closedir(folder);
    return *n == 0 ? PLX_MISSING : PLX_OK;
}

plx_status plx_journal_range(const plx_store *store, uint32_t *first, uint32_t *last, char *problem,
                             size_t problem_n)
{
    uint32_t n = 0;
    plx_status status = range_scan(store, first, last, &n);
    if (status != PLX_OK) {
        snprintf(problem, problem_n, "%.150s holds no journal; give the server's --data directory",
                 store->directory);
        return status;
    }
    if (*last - *first + 1 == n) return PLX_OK;
    char path[PLX_STORE_PATH_MAX];
    for (uint32_t k = *first; k < *last; k++) {
        plx_journal_path(store, k + 1, ".db", path);
        if (access(path, F_OK) == 0) continue;
        snprintf(problem, problem_n,
                 "journal/%08u.db is missing, though later files are there; "
                 "restore it from a backup",
                 k + 1);
        *last = k;
        return PLX_CORRUPT;
    }
    return PLX_OK; /* a file appeared between the two looks */
}
