/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Tests only: entries whose every byte follows from a number, directories that go away, and what a
 * journal holds. Included once by each test of this room. */
#ifndef PLX_EDGE_STORE_TEST_JOURNAL_H
#define PLX_EDGE_STORE_TEST_JOURNAL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "core/base/rng.h"
#include "edge/store/store.h"

enum { TEST_BODY_MAX = 8192, TEST_PATH = 256 };

/* Content of message number id: 40 bytes to "most", all from id. */
static inline size_t test_body(uint64_t id, size_t most, char body[TEST_BODY_MAX])
{
    plx_rng rng = plx_rng_init(id, 5);
    size_t n = 40 + (size_t)plx_rng_below(&rng, most - 39);
    for (size_t i = 0; i < n; i++)
        body[i] = (char)plx_rng_below(&rng, 256);
    memcpy(body, &id, sizeof id);
    return n;
}

static inline uint64_t test_id_of(const plx_entry *e)
{
    uint64_t id = 0;
    if (e->body.n >= sizeof id) memcpy(&id, e->body.at, sizeof id);
    return id;
}

static inline plx_entry test_entry(uint64_t id, const char *body, size_t n)
{
    plx_entry e = {.kind = PLX_ENTRY_MESSAGE,
                   .iface = PLX_IFACE_FIRST + (uint32_t)(id % 5),
                   .schema = PLX_ENTRY_SCHEMA,
                   .arrival_us = 1700000000000000 + (int64_t)id * 1000,
                   .mono_us = (int64_t)id * 1000,
                   .peer = PLX_LIT("127.0.0.1:40404"),
                   .body = {body, n}};
    plx_blake2b_once(e.ext_key, sizeof e.ext_key, &id, sizeof id);
    plx_blake2b_once(e.body_hash, sizeof e.body_hash, body, n);
    return e;
}

/* n entries id, id + 1 ... in one transaction. */
static inline plx_status test_append(plx_store *store, uint64_t id, size_t n, size_t most)
{
    static char bodies[64][TEST_BODY_MAX];
    plx_entry entries[64];
    assert_true(n <= 64);
    for (size_t i = 0; i < n; i++) {
        size_t bytes = test_body(id + i, most, bodies[i]);
        entries[i] = test_entry(id + i, bodies[i], bytes);
    }
    return plx_journal_append(store, entries, n);
}

/* In memory when there is room: neither a killed process nor the played power cuts need a disk. */
static inline void test_directory_make(char path[TEST_PATH])
{
    struct statvfs room;
    bool memory = access("/dev/shm", W_OK) == 0 && statvfs("/dev/shm", &room) == 0 &&
                  (uint64_t)room.f_bavail * room.f_frsize >= UINT64_C(512) << 20;
    snprintf(path, TEST_PATH, "%s/plx-store-XXXXXX", memory ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(path));
}

static inline int test_remove(const char *path, const struct stat *info, int type, struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

static inline void test_directory_clear(const char *path)
{
    nftw(path, test_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static inline plx_store *test_open(const plx_store_options *options)
{
    plx_store *store = NULL;
    char problem[256];
    plx_status status = plx_store_open(&store, options, problem, sizeof problem);
    if (status != PLX_OK) fail_msg("%s", problem);
    return store;
}

/* What a journal holds, entry by entry: message i + 1 is message id "ids[i]". */
typedef struct test_content {
    uint64_t *ids; /* owned; of accepted messages, 0 for the rest */
    size_t n, capacity;
    size_t most;  /* bytes of a body at most, as they were written */
    bool differs; /* an entry is not what its number says */
} test_content;

static inline plx_status test_content_visit(void *self, const plx_entry *e)
{
    test_content *content = self;
    char body[TEST_BODY_MAX];
    if (content->n == content->capacity) {
        content->capacity = 2 * content->capacity + 64;
        content->ids = realloc(content->ids, content->capacity * sizeof *content->ids);
        assert_non_null(content->ids);
    }
    bool message = e->kind == PLX_ENTRY_MESSAGE && e->verdict == PLX_VERDICT_ACCEPTED;
    uint64_t id = message ? test_id_of(e) : 0;
    if (message) {
        plx_slice expected = {body, test_body(id, content->most, body)};
        content->differs |= !plx_slice_equal(expected, e->body);
    }
    content->differs |= e->seq != content->n + 1;
    content->ids[content->n++] = id;
    return PLX_OK;
}

#endif
