/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/store/fault_vfs.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/rng.h"
#include "core/base/status.h"

enum { IMAGES_MAX = 256, PATH_BYTES = 512 };

/* A write, or with bytes NULL a truncation to "offset". */
typedef struct change {
    int64_t offset, n;
    uint8_t *bytes; /* owned */
} change;

/* What the disk has of a file, and what it was only told. */
typedef struct image {
    char path[PATH_BYTES];
    uint8_t *durable; /* owned */
    int64_t durable_n;
    change *pending; /* owned */
    size_t pending_n, pending_capacity;
    bool removed; /* and the directory not synced since */
} image;

typedef struct fault_file {
    sqlite3_file base;
    image *image; /* NULL unless power cuts are played */
    sqlite3_file *real;
} fault_file;

static sqlite3_vfs *system_vfs, own_vfs;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static plx_fault_plan plan;
static atomic_ullong changes;
static atomic_bool fired;
static image images[IMAGES_MAX];
static size_t images_n;

/* Images. */

static void pending_clear(image *m)
{
    for (size_t i = 0; i < m->pending_n; i++)
        free(m->pending[i].bytes);
    m->pending_n = 0;
}

static void durable_load(image *m)
{
    FILE *f = fopen(m->path, "rb");
    free(m->durable);
    m->durable = NULL;
    m->durable_n = 0;
    if (!f) return;
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    m->durable = malloc((size_t)size + 1);
    PLX_ASSERT(m->durable);
    m->durable_n = (int64_t)fread(m->durable, 1, (size_t)size, f);
    fclose(f);
}

static image *image_of(const char *path)
{
    for (size_t i = 0; i < images_n; i++)
        if (strcmp(images[i].path, path) == 0) return &images[i];
    return NULL;
}

static image *image_open(const char *path)
{
    image *m = image_of(path);
    if (!m) {
        PLX_ASSERT(images_n < IMAGES_MAX);
        m = &images[images_n++];
        snprintf(m->path, sizeof m->path, "%s", path);
    }
    if (m->pending_n == 0) durable_load(m); /* renamed over, or first seen */
    m->removed = false;
    return m;
}

static void pending_add(image *m, int64_t offset, const void *bytes, int64_t n)
{
    if (m->pending_n == m->pending_capacity) {
        m->pending_capacity = 2 * m->pending_capacity + 16;
        m->pending = realloc(m->pending, m->pending_capacity * sizeof *m->pending);
        PLX_ASSERT(m->pending);
    }
    change c = {offset, n, NULL};
    if (bytes) {
        c.bytes = malloc((size_t)n + 1);
        PLX_ASSERT(c.bytes);
        memcpy(c.bytes, bytes, (size_t)n);
    }
    m->pending[m->pending_n++] = c;
}

static void durable_resize(image *m, int64_t n)
{
    if (n <= m->durable_n) {
        m->durable_n = n;
        return;
    }
    m->durable = realloc(m->durable, (size_t)n + 1);
    PLX_ASSERT(m->durable);
    memset(m->durable + m->durable_n, 0, (size_t)(n - m->durable_n));
    m->durable_n = n;
}

static void durable_put(image *m, int64_t offset, const uint8_t *bytes, int64_t n)
{
    if (offset + n > m->durable_n) durable_resize(m, offset + n);
    memcpy(m->durable + offset, bytes, (size_t)n);
}

static void image_sync(image *m)
{
    for (size_t i = 0; i < m->pending_n; i++) {
        const change *c = &m->pending[i];
        if (c->bytes)
            durable_put(m, c->offset, c->bytes, c->n);
        else
            durable_resize(m, c->offset);
    }
    pending_clear(m);
}

static void images_forget(void)
{
    for (size_t i = 0; i < images_n; i++) {
        pending_clear(&images[i]);
        free(images[i].pending);
        free(images[i].durable);
        images[i] = (image){0};
    }
    images_n = 0;
}

/* A change reaches the disk sector by sector, each with the same chance. */
static void change_tear(image *m, const change *c, plx_rng *rng, int64_t sector, uint64_t percent)
{
    if (!c->bytes) {
        if (plx_rng_below(rng, 100) < percent) durable_resize(m, c->offset);
        return;
    }
    for (int64_t at = c->offset, end = c->offset + c->n; at < end;) {
        int64_t next = (at / sector + 1) * sector;
        if (next > end) next = end;
        if (plx_rng_below(rng, 100) < percent)
            durable_put(m, at, c->bytes + (at - c->offset), next - at);
        at = next;
    }
}

static void image_write(const image *m)
{
    FILE *f = fopen(m->path, "wb");
    PLX_ASSERT(f);
    size_t n = fwrite(m->durable, 1, (size_t)m->durable_n, f);
    PLX_ASSERT(n == (size_t)m->durable_n);
    fclose(f);
}

void plx_fault_power_cut(uint64_t seed)
{
    static const uint64_t PERCENT[] = {0, 10, 50, 90, 100};
    plx_rng rng = plx_rng_init(seed, 77);
    for (size_t i = 0; i < images_n; i++) {
        image *m = &images[i];
        char shared[PATH_BYTES + 8];
        snprintf(shared, sizeof shared, "%.*s-shm", PATH_BYTES - 1, m->path);
        unlink(shared); /* lived in memory */
        bool exists = access(m->path, F_OK) == 0;
        if (!exists && !m->removed) continue; /* renamed away */
        if (m->removed && plx_rng_below(&rng, 2) == 0) continue;
        int64_t sector = plx_rng_below(&rng, 2) ? 512 : 4096;
        uint64_t percent = PERCENT[plx_rng_below(&rng, 5)];
        for (size_t k = 0; k < m->pending_n; k++)
            change_tear(m, &m->pending[k], &rng, sector, percent);
        image_write(m);
    }
    images_forget();
}

/* Faults. */

typedef enum act { ACT_WRITE, ACT_SYNC, ACT_OTHER } act;
typedef enum verdict { GO_ON, FAIL_FULL, FAIL_ERROR, FAIL_SYNC, KILL_MIDDLE, KILL_AFTER } verdict;

static verdict fire(verdict v)
{
    atomic_store(&fired, true);
    return v;
}

static plx_fault_plan plan_get(void)
{
    pthread_mutex_lock(&mutex);
    plx_fault_plan p = plan;
    pthread_mutex_unlock(&mutex);
    return p;
}

static verdict judge_kill(uint64_t seed)
{
    switch (seed % 3) {
    case 0:
        kill(getpid(), SIGKILL);
        return GO_ON;
    case 1:
        return KILL_MIDDLE;
    default:
        return KILL_AFTER;
    }
}

static verdict judge(act what)
{
    uint64_t number = atomic_fetch_add(&changes, 1) + 1;
    plx_fault_plan p = plan_get();
    if (p.fault == PLX_FAULT_NONE || number < p.at) return GO_ON;
    switch (p.fault) {
    case PLX_FAULT_KILL:
        return number == p.at ? judge_kill(p.seed) : GO_ON;
    case PLX_FAULT_POWER_CUT:
        return fire(FAIL_ERROR);
    case PLX_FAULT_FULL:
        return what == ACT_WRITE ? fire(FAIL_FULL) : GO_ON;
    case PLX_FAULT_WRITE_ERROR:
        return what == ACT_WRITE && !atomic_load(&fired) ? fire(FAIL_ERROR) : GO_ON;
    default:
        return what == ACT_SYNC && !atomic_load(&fired) ? fire(FAIL_SYNC) : GO_ON;
    }
}

static int fail(int code)
{
    errno = EIO;
    return code;
}

void plx_fault_arm(const plx_fault_plan *p)
{
    pthread_mutex_lock(&mutex);
    plan = *p;
    atomic_store(&changes, 0);
    atomic_store(&fired, false);
    pthread_mutex_unlock(&mutex);
}

uint64_t plx_fault_changes(void)
{
    return atomic_load(&changes);
}

bool plx_fault_fired(void)
{
    return atomic_load(&fired);
}

/* Files. */

static sqlite3_file *real_of(sqlite3_file *f)
{
    return ((fault_file *)f)->real;
}

static int file_close(sqlite3_file *f)
{
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int file_read(sqlite3_file *f, void *into, int n, sqlite3_int64 offset)
{
    return real_of(f)->pMethods->xRead(real_of(f), into, n, offset);
}

static int file_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 offset)
{
    sqlite3_file *real = real_of(f);
    image *m = ((fault_file *)f)->image;
    verdict v = judge(ACT_WRITE);
    if (v == FAIL_FULL) return fail(SQLITE_FULL);
    if (v == FAIL_ERROR) return fail(SQLITE_IOERR_WRITE);
    if (v == KILL_MIDDLE) n /= 2;
    if (m) {
        pthread_mutex_lock(&mutex);
        pending_add(m, offset, bytes, n);
        pthread_mutex_unlock(&mutex);
    }
    int code = real->pMethods->xWrite(real, bytes, n, offset);
    if (v == KILL_MIDDLE || v == KILL_AFTER) kill(getpid(), SIGKILL);
    return code;
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    image *m = ((fault_file *)f)->image;
    verdict v = judge(ACT_OTHER);
    if (v == FAIL_ERROR) return fail(SQLITE_IOERR_TRUNCATE);
    if (m) {
        pthread_mutex_lock(&mutex);
        pending_add(m, size, NULL, 0);
        pthread_mutex_unlock(&mutex);
    }
    int code = real_of(f)->pMethods->xTruncate(real_of(f), size);
    if (v == KILL_MIDDLE || v == KILL_AFTER) kill(getpid(), SIGKILL);
    return code;
}

static int file_sync(sqlite3_file *f, int flags)
{
    image *m = ((fault_file *)f)->image;
    verdict v = judge(ACT_SYNC);
    if (v == FAIL_ERROR || v == FAIL_SYNC) return fail(SQLITE_IOERR_FSYNC);
    plx_fault_plan p = plan_get();
    if (p.sync_delay_us) {
        struct timespec nap = {.tv_nsec = (long)p.sync_delay_us * 1000};
        nanosleep(&nap, NULL);
    }
    if (m) {
        pthread_mutex_lock(&mutex);
        image_sync(m);
        pthread_mutex_unlock(&mutex);
    }
    int code = p.skip_sync ? SQLITE_OK : real_of(f)->pMethods->xSync(real_of(f), flags);
    if (v == KILL_MIDDLE || v == KILL_AFTER) kill(getpid(), SIGKILL);
    return code;
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int file_lock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int file_unlock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int file_reserved(sqlite3_file *f, int *result)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), result);
}

static int file_control(sqlite3_file *f, int operation, void *argument)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), operation, argument);
}

static int file_sector(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int file_characteristics(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int file_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **at)
{
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, at);
}

static int file_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *f)
{
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int file_shm_unmap(sqlite3_file *f, int remove)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
}

static const sqlite3_io_methods METHODS = {
    .iVersion = 2, /* without memory-mapped reads, which would pass us by */
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *v, sqlite3_filename path, sqlite3_file *file, int flags, int *out)
{
    (void)v;
    fault_file *f = (fault_file *)file;
    *f = (fault_file){.real = (sqlite3_file *)(f + 1)};
    int kinds = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
    if (path && plan_get().fault == PLX_FAULT_POWER_CUT && (flags & kinds)) {
        pthread_mutex_lock(&mutex);
        f->image = image_open(path);
        pthread_mutex_unlock(&mutex);
    }
    int code = system_vfs->xOpen(system_vfs, path, f->real, flags, out);
    if (code == SQLITE_OK) f->base.pMethods = &METHODS;
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_directory)
{
    (void)vfs;
    verdict v = judge(ACT_OTHER);
    if (v == FAIL_ERROR) return fail(SQLITE_IOERR_DELETE);
    int code = system_vfs->xDelete(system_vfs, path, sync_directory);
    pthread_mutex_lock(&mutex);
    image *m = image_of(path);
    if (m && code == SQLITE_OK) m->removed = !sync_directory;
    pthread_mutex_unlock(&mutex);
    if (v == KILL_MIDDLE || v == KILL_AFTER) kill(getpid(), SIGKILL);
    return code;
}

const char *plx_fault_vfs(void)
{
    if (system_vfs) return own_vfs.zName;
    system_vfs = sqlite3_vfs_find(NULL);
    PLX_ASSERT(system_vfs);
    own_vfs = *system_vfs;
    own_vfs.zName = "plx-fault";
    own_vfs.pNext = NULL;
    own_vfs.szOsFile = (int)sizeof(fault_file) + system_vfs->szOsFile;
    own_vfs.xOpen = vfs_open;
    own_vfs.xDelete = vfs_delete;
    int code = sqlite3_vfs_register(&own_vfs, 0);
    PLX_ASSERT(code == SQLITE_OK);
    return own_vfs.zName;
}
