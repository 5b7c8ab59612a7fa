/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: what is appended is read back, over files and restarts; damage is named; snapshots are
 * kept. Oracle: entries that follow from their numbers; the checksums of core/record; the file
 * system. Tolerance: none. */
#include "edge/store/test_journal.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <utime.h>

#include "core/base/time.h"

enum { MOST = 2000 };

static int directory_setup(void **state)
{
    char *path = calloc(1, TEST_PATH);
    test_directory_make(path);
    *state = path;
    return 0;
}

static int directory_teardown(void **state)
{
    test_directory_clear(*state);
    free(*state);
    return 0;
}

static plx_store_options options_of(void **state)
{
    return (plx_store_options){.directory = *state,
                               .ballast_bytes = PLX_STORE_NO_BALLAST,
                               .file_bytes_max = 100 * 1024,
                               .seal_bytes = 30000}; /* a file takes several slices */
}

static plx_store_options reader_of(void **state)
{
    plx_store_options options = options_of(state);
    options.read_only = true;
    return options;
}

static bool exists(void **state, const char *name)
{
    char path[2 * TEST_PATH];
    snprintf(path, sizeof path, "%s/%s", (const char *)*state, name);
    return access(path, F_OK) == 0;
}

static void content_check(plx_store *store, uint64_t n)
{
    test_content content = {.most = MOST};
    assert_int_equal(plx_journal_read(store, 1, UINT64_MAX, test_content_visit, &content), PLX_OK);
    assert_false(content.differs);
    assert_int_equal(content.n, n);
    for (size_t i = 0; i < content.n; i++)
        assert_int_equal(content.ids[i], i + 1);
    free(content.ids);
}

static void verify_ok(plx_store *store, uint64_t n)
{
    plx_journal_verdict verdict;
    assert_int_equal(plx_journal_verify(store, &verdict), PLX_OK);
    if (verdict.status != PLX_OK) fail_msg("%s", verdict.sentence);
    assert_int_equal(verdict.entries, n);
    assert_int_equal(verdict.last_seq, n);
}

/* Messages 1 .. n in groups of 7; the files are closed and sealed where they end. */
static void journal_make(void **state, uint64_t n)
{
    plx_store_options options = options_of(state);
    plx_store *store = test_open(&options);
    for (uint64_t id = 1; id <= n; id += 7)
        assert_int_equal(test_append(store, id, n - id + 1 < 7 ? n - id + 1 : 7, MOST), PLX_OK);
    assert_int_equal(plx_store_last_seq(store), n);
    plx_store_close(store);
}

static void written_and_read(void **state)
{
    plx_store_options options = options_of(state);
    plx_store *store = test_open(&options);
    char epoch[9], again[9];
    plx_store_epoch(store, epoch);
    assert_int_equal(strlen(epoch), 8);
    assert_int_equal(plx_store_last_seq(store), 0);
    content_check(store, 0);
    verify_ok(store, 0);
    assert_int_equal(plx_journal_append(store, NULL, 0), PLX_OK);
    assert_int_equal(test_append(store, 1, 1, MOST), PLX_OK);
    assert_int_equal(test_append(store, 2, 60, MOST), PLX_OK);
    content_check(store, 61);
    plx_store_close(store);
    store = test_open(&options);
    plx_store_epoch(store, again);
    assert_string_equal(again, epoch);
    assert_int_equal(plx_store_last_seq(store), 61);
    assert_int_equal(test_append(store, 62, 3, MOST), PLX_OK);
    content_check(store, 64);
    verify_ok(store, 64);
    plx_store_close(store);
}

static void every_field_comes_back(void **state)
{
    plx_store_options options = options_of(state);
    plx_store *store = test_open(&options);
    static const char BODY[] = "MSH|^~\\&|\r\0\xff\xc3\x28";
    plx_entry e = {.kind = PLX_ENTRY_EDITED,
                   .verdict = PLX_VERDICT_SHADOW,
                   .iface = UINT32_MAX,
                   .schema = UINT16_MAX,
                   .ref = UINT64_MAX,
                   .arrival_us = INT64_MIN,
                   .mono_us = INT64_MAX,
                   .peer = {"a\0b\xff", 4},
                   .body = {BODY, sizeof BODY}};
    memset(e.ext_key, 0xEE, sizeof e.ext_key);
    memset(e.body_hash, 0xBB, sizeof e.body_hash);
    plx_entry empty = {.kind = PLX_ENTRY_TICK, .schema = 1};
    assert_int_equal(plx_journal_append(store, &e, 1), PLX_OK);
    assert_int_equal(plx_journal_append(store, &empty, 1), PLX_OK);
    assert_int_equal(e.seq, 1);
    assert_int_equal(empty.seq, 2);
    plx_journal_verdict verdict;
    assert_int_equal(plx_journal_verify(store, &verdict), PLX_OK); /* compares with crc and chain */
    assert_int_equal(verdict.status, PLX_OK);
    assert_int_equal(verdict.entries, 2);
    assert_memory_equal(verdict.chain, empty.chain, 32);
    plx_store_close(store);
}

static plx_status stop_at_third(void *self, const plx_entry *e)
{
    uint64_t *last = self;
    *last = e->seq;
    return e->seq == 3 ? PLX_FULL : PLX_OK;
}

static plx_status count_one(void *self, const plx_entry *e)
{
    uint64_t *sum = self;
    *sum += e->seq;
    return PLX_OK;
}

static void verify_shows_entries(void **state)
{
    journal_make(state, 100);
    plx_store_options options = reader_of(state);
    plx_store *store = test_open(&options);
    plx_journal_verdict verdict = {.status = PLX_CORRUPT};
    uint64_t sum = 0, last = 0;
    assert_int_equal(plx_journal_verify_each(store, &verdict, count_one, &sum), PLX_OK);
    assert_int_equal(verdict.status, PLX_OK);
    assert_int_equal(sum, 5050);
    assert_int_equal(plx_journal_verify_each(store, &verdict, stop_at_third, &last), PLX_FULL);
    assert_int_equal(last, 3);
    plx_store_close(store);
}

static void ranges_are_read(void **state)
{
    journal_make(state, 700); /* ten files and more */
    plx_store_options options = reader_of(state);
    plx_store *store = test_open(&options);
    assert_true(exists(state, "journal/00000005.db"));
    uint64_t last = 0, sum = 0;
    assert_int_equal(plx_journal_read(store, 1, UINT64_MAX, stop_at_third, &last), PLX_FULL);
    assert_int_equal(last, 3);
    for (uint64_t from = 1; from < 700; from += 97) {
        uint64_t to = from + 120 > 700 ? 700 : from + 120;
        sum = 0;
        assert_int_equal(plx_journal_read(store, from, to, count_one, &sum), PLX_OK);
        assert_int_equal(sum, (from + to) * (to - from + 1) / 2);
    }
    sum = 0;
    assert_int_equal(plx_journal_read(store, 700, UINT64_MAX, count_one, &sum), PLX_OK);
    assert_int_equal(sum, 700);
    assert_int_equal(plx_journal_read(store, 701, UINT64_MAX, count_one, &sum), PLX_OK);
    assert_int_equal(plx_journal_read(store, 5000, 6000, count_one, &sum), PLX_OK);
    assert_int_equal(plx_journal_read(store, 9, 8, count_one, &sum), PLX_OK);
    assert_int_equal(sum, 700);
    plx_store_close(store);
}

static void a_reader_beside_the_writer(void **state)
{
    plx_store_options options = options_of(state), reading = reader_of(state);
    plx_store *store = test_open(&options);
    assert_int_equal(test_append(store, 1, 20, MOST), PLX_OK);
    plx_store *reader = test_open(&reading);
    content_check(reader, 20);
    for (uint64_t id = 21; id < 400; id += 20) {
        assert_int_equal(test_append(store, id, 20, MOST), PLX_OK);
        content_check(reader, id + 19); /* a reader sees what came since, over new files */
    }
    verify_ok(reader, 400);
    plx_store_close(reader);
    plx_store_close(store);
}

static void midnight_begins_a_file(void **state)
{
    plx_store_options options = options_of(state);
    plx_store *store = test_open(&options);
    static const int64_t MIDNIGHT = 20000 * PLX_DAY_US;
    const int64_t arrivals[] = {MIDNIGHT - 2, MIDNIGHT - 1, MIDNIGHT, MIDNIGHT - 5, MIDNIGHT + 1};
    for (size_t i = 0; i < 5; i++) {
        plx_entry e = {.kind = PLX_ENTRY_TICK, .schema = 1, .arrival_us = arrivals[i]};
        assert_int_equal(plx_journal_append(store, &e, 1), PLX_OK);
        assert_int_equal(exists(state, "journal/00000002.db"), i >= 2);
    }
    assert_false(exists(state, "journal/00000003.db")); /* a clock that ran back begins none */
    verify_ok(store, 5);
    plx_store_close(store);
}

static void closed_files_are_sealed(void **state)
{
    journal_make(state, 300);
    plx_store_options options = options_of(state);
    plx_store *store = test_open(&options); /* seals what the first run left */
    for (int i = 0; i < 200 && !exists(state, "journal/00000003.sum"); i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_true(exists(state, "journal/00000001.sum"));
    assert_true(exists(state, "journal/00000002.sum"));
    assert_true(exists(state, "journal/00000003.sum"));
    assert_false(exists(state, "journal/00000002.db-wal"));
    assert_false(exists(state, "journal/00000003.db-wal"));
    assert_true(exists(state, "journal/00000004.db"));
    verify_ok(store, 300);
    plx_store_close(store);
    assert_false(exists(state, "journal/00000004.db-wal")); /* a clean end leaves whole files */
}

static void one_process_at_a_time(void **state)
{
    plx_store_options options = options_of(state);
    plx_store *store = test_open(&options), *second = NULL;
    char problem[256], expected[64];
    assert_int_equal(plx_store_open(&second, &options, problem, sizeof problem), PLX_LOCKED);
    assert_null(second);
    snprintf(expected, sizeof expected, "in use by process %ld", (long)getpid());
    assert_non_null(strstr(problem, expected));
    pid_t child = fork();
    if (child == 0) {
        plx_status status = plx_store_open(&second, &options, problem, sizeof problem);
        _exit(status == PLX_LOCKED && strstr(problem, expected) ? 0 : 1);
    }
    int result = 0;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    plx_store_close(store);
    store = test_open(&options); /* given back */
    plx_store_close(store);
}

static void nothing_to_read(void **state)
{
    plx_store_options options = reader_of(state);
    plx_store *store = NULL;
    char problem[256];
    assert_int_equal(plx_store_open(&store, &options, problem, sizeof problem), PLX_MISSING);
    assert_non_null(strstr(problem, "holds no journal"));
    assert_null(store);
    options.directory = "";
    assert_int_equal(plx_store_open(&store, &options, problem, sizeof problem), PLX_LIMIT);
    options = (plx_store_options){.directory = "/proc/nowhere"};
    assert_int_equal(plx_store_open(&store, &options, problem, sizeof problem), PLX_IO);
    assert_non_null(strstr(problem, "cannot be made"));
    plx_store_close(NULL);
}

static void remove_file(void **state, const char *name)
{
    char path[2 * TEST_PATH];
    snprintf(path, sizeof path, "%s/%s", (const char *)*state, name);
    assert_int_equal(unlink(path), 0);
}

static void old_files_may_go(void **state)
{
    journal_make(state, 500);
    remove_file(state, "journal/00000001.db");
    plx_store_options options = options_of(state);
    plx_store *store = test_open(&options);
    plx_journal_verdict verdict;
    assert_int_equal(plx_journal_verify(store, &verdict), PLX_OK);
    assert_int_equal(verdict.status, PLX_OK);
    assert_true(verdict.first_seq > 1);
    assert_int_equal(verdict.last_seq, 500);
    assert_int_equal(verdict.entries, 500 - verdict.first_seq + 1);
    uint64_t sum = 0;
    assert_int_equal(plx_journal_read(store, 1, UINT64_MAX, count_one, &sum), PLX_MISSING);
    assert_int_equal(plx_journal_read(store, verdict.first_seq, UINT64_MAX, count_one, &sum),
                     PLX_OK);
    assert_int_equal(test_append(store, 501, 5, MOST), PLX_OK);
    plx_store_close(store);
}

static void a_gap_is_named(void **state)
{
    journal_make(state, 500);
    remove_file(state, "journal/00000002.db");
    plx_store_options options = options_of(state), reading = reader_of(state);
    plx_store *store = NULL;
    char problem[256];
    assert_int_equal(plx_store_open(&store, &options, problem, sizeof problem), PLX_CORRUPT);
    assert_non_null(strstr(problem, "00000002.db is missing"));
    store = test_open(&reading);
    plx_journal_verdict verdict;
    assert_int_equal(plx_journal_verify(store, &verdict), PLX_OK);
    assert_int_equal(verdict.status, PLX_CORRUPT);
    assert_non_null(strstr(verdict.sentence, "00000002.db is missing"));
    assert_true(verdict.broken_seq > 1 && verdict.broken_seq < 500);
    plx_store_close(store);
}

/* Changes the middle of the body of a row by SQL: pages and all stay well formed. */
static void row_change(void **state, const char *file, const char *what)
{
    char command[4 * TEST_PATH];
    snprintf(command, sizeof command, "sqlite3 '%s/journal/%s' \"%s\"", (const char *)*state, file,
             what);
    assert_int_equal(system(command), 0);
}

static bool have_sqlite_shell(void)
{
    return system("sqlite3 --version >/dev/null 2>&1") == 0;
}

static void changed_rows_are_found(void **state)
{
    static const struct {
        const char *sql, *sentence;
    } CASES[] = {
        {"update journal set body = body || 'x' where seq = 45", "entry 45 does not match"},
        {"update journal set kind = kind + 65536 where seq = 45", "entry 45 cannot be read"},
        {"update journal set verdict = 1 where seq = 45", "entry 45 does not match"},
        {"update journal set peer = '' where seq = 45", "entry 45 does not match"},
        {"update journal set chain = zeroblob(32) where seq = 45", "entry 45 does not match"},
        {"update journal set crc = crc + 1 where seq = 45", "entry 45 does not match"},
        {"update journal set seq = 4500 where seq = 45", "entry 45 is missing"},
        {"delete from journal where seq = 45", "entry 45 is missing"},
        {"drop table journal", "00000001.db does not open: entr"},
    };
    if (!have_sqlite_shell()) skip();
    plx_store_options options = options_of(state), reading = reader_of(state);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        journal_make(state, 60);
        row_change(state, "00000001.db", CASES[i].sql);
        char problem[256];
        plx_store *store = NULL;
        assert_int_equal(plx_store_open(&store, &options, problem, sizeof problem), PLX_CORRUPT);
        if (!strstr(problem, CASES[i].sentence)) fail_msg("%s", problem);
        store = test_open(&reading);
        plx_journal_verdict verdict;
        assert_int_equal(plx_journal_verify(store, &verdict), PLX_OK);
        assert_int_equal(verdict.status, PLX_CORRUPT);
        assert_non_null(strstr(verdict.sentence, CASES[i].sentence));
        uint64_t sum = 0;
        assert_int_equal(plx_journal_read(store, 1, UINT64_MAX, count_one, &sum), PLX_CORRUPT);
        plx_store_close(store);
        test_directory_clear(*state);
        assert_int_equal(mkdir(*state, 0700), 0);
    }
}

static void a_newer_format_is_refused(void **state)
{
    if (!have_sqlite_shell()) skip();
    journal_make(state, 10);
    row_change(state, "00000001.db", "pragma user_version = 2");
    plx_store_options options = options_of(state);
    plx_store *store = NULL;
    char problem[256];
    assert_int_equal(plx_store_open(&store, &options, problem, sizeof problem), PLX_UNSUPPORTED);
    assert_non_null(strstr(problem, "newer Pollux"));
}

static void the_ballast(void **state)
{
    plx_store_options options = options_of(state);
    options.ballast_bytes = 1 << 20;
    plx_store *store = test_open(&options);
    char path[2 * TEST_PATH];
    struct stat info;
    snprintf(path, sizeof path, "%s/ballast", (const char *)*state);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_size, 1 << 20);
    assert_true(info.st_blocks * 512 >= 1 << 20); /* really held back */
    plx_store_close(store);
}

static void snapshots(void **state)
{
    plx_store_options options = options_of(state);
    plx_store *store = test_open(&options);
    char bytes[5000], back[5000];
    uint8_t hash[32], hash_back[32];
    uint64_t seq = 0;
    size_t n = 0;
    assert_int_equal(plx_snapshot_get(store, UINT64_MAX, &seq, hash_back, back, sizeof back, &n),
                     PLX_UNKNOWN);
    for (uint64_t s = 10; s <= 60; s += 10) {
        memset(bytes, (int)s, sizeof bytes);
        memset(hash, (int)s + 1, sizeof hash);
        assert_int_equal(plx_snapshot_put(store, s, hash, bytes, sizeof bytes - s), PLX_OK);
    }
    /* Made on one day: the newest three are left. */
    assert_true(exists(state, "snapshot/40.plx"));
    assert_false(exists(state, "snapshot/30.plx"));
    assert_int_equal(plx_snapshot_get(store, UINT64_MAX, &seq, hash_back, back, sizeof back, &n),
                     PLX_OK);
    assert_int_equal(seq, 60);
    assert_int_equal(n, sizeof bytes - 60);
    assert_memory_equal(back, bytes, n);
    assert_memory_equal(hash_back, hash, 32);
    assert_int_equal(plx_snapshot_get(store, 59, &seq, hash_back, back, sizeof back, &n), PLX_OK);
    assert_int_equal(seq, 50);
    assert_int_equal(plx_snapshot_get(store, 39, &seq, hash_back, back, sizeof back, &n),
                     PLX_UNKNOWN);
    assert_int_equal(plx_snapshot_get(store, 60, &seq, hash_back, back, 100, &n), PLX_SPACE);
    assert_int_equal(n, sizeof bytes - 60);
    assert_int_equal(plx_snapshot_put(store, 61, hash, bytes, 0), PLX_OK);
    assert_int_equal(plx_snapshot_get(store, 61, &seq, hash_back, NULL, 0, &n), PLX_OK);
    assert_int_equal(seq, 61);
    assert_int_equal(n, 0);
    plx_store_close(store);
}

static void a_rotten_snapshot_is_passed_over(void **state)
{
    plx_store_options options = options_of(state);
    plx_store *store = test_open(&options);
    char bytes[300], back[300], path[2 * TEST_PATH];
    uint8_t hash[32] = {1};
    uint64_t seq = 0;
    size_t n = 0;
    memset(bytes, 7, sizeof bytes);
    assert_int_equal(plx_snapshot_put(store, 1, hash, bytes, sizeof bytes), PLX_OK);
    assert_int_equal(plx_snapshot_put(store, 2, hash, bytes, sizeof bytes), PLX_OK);
    snprintf(path, sizeof path, "%s/snapshot/2.plx", (const char *)*state);
    for (long at = 0; at < 364; at++) {    /* each byte of header and content, and one cut off */
        if (at >= 60 && at < 64) continue; /* padding */
        FILE *f = fopen(path, "r+b");
        fseek(f, at, SEEK_SET);
        int c = fgetc(f);
        fseek(f, at, SEEK_SET);
        fputc(c ^ 4, f);
        fclose(f);
        assert_int_equal(plx_snapshot_get(store, 9, &seq, hash, back, sizeof back, &n), PLX_OK);
        assert_int_equal(seq, 1);
        f = fopen(path, "r+b");
        fseek(f, at, SEEK_SET);
        fputc(c, f);
        fclose(f);
    }
    assert_int_equal(plx_snapshot_get(store, 9, &seq, hash, back, sizeof back, &n), PLX_OK);
    assert_int_equal(seq, 2);
    assert_int_equal(truncate(path, 363), 0);
    assert_int_equal(plx_snapshot_get(store, 9, &seq, hash, back, sizeof back, &n), PLX_OK);
    assert_int_equal(seq, 1);
    plx_store_close(store);
}

static void one_snapshot_a_day_stays(void **state)
{
    plx_store_options options = options_of(state);
    plx_store *store = test_open(&options);
    uint8_t hash[32] = {0};
    time_t now = time(NULL);
    for (uint64_t s = 1; s <= 40; s++) { /* two a day for 20 days, the newest today */
        assert_int_equal(plx_snapshot_put(store, s, hash, &s, sizeof s), PLX_OK);
        char path[2 * TEST_PATH];
        snprintf(path, sizeof path, "%s/snapshot/%llu.plx", (const char *)*state,
                 (unsigned long long)s);
        time_t then = now - (time_t)((40 - s) / 2) * 86400;
        assert_int_equal(utime(path, &(struct utimbuf){then, then}), 0);
    }
    assert_int_equal(plx_snapshot_put(store, 41, hash, hash, 1), PLX_OK);
    size_t left = 0;
    for (uint64_t s = 1; s <= 41; s++) {
        char name[64];
        snprintf(name, sizeof name, "snapshot/%llu.plx", (unsigned long long)s);
        bool there = exists(state, name);
        left += there;
        if (s >= 39) assert_true(there);                           /* the newest three */
        if (s < 39 && s % 2 == 1) assert_false(there);             /* the earlier of a day */
        if (s < 39 && s % 2 == 0) assert_int_equal(there, s > 12); /* 14 days */
    }
    assert_int_equal(left, 3 + 13);
    plx_store_close(store);
}

#define WITH_DIRECTORY(f) cmocka_unit_test_setup_teardown(f, directory_setup, directory_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(written_and_read),
        WITH_DIRECTORY(every_field_comes_back),
        WITH_DIRECTORY(verify_shows_entries),
        WITH_DIRECTORY(ranges_are_read),
        WITH_DIRECTORY(a_reader_beside_the_writer),
        WITH_DIRECTORY(midnight_begins_a_file),
        WITH_DIRECTORY(closed_files_are_sealed),
        WITH_DIRECTORY(one_process_at_a_time),
        WITH_DIRECTORY(nothing_to_read),
        WITH_DIRECTORY(old_files_may_go),
        WITH_DIRECTORY(a_gap_is_named),
        WITH_DIRECTORY(changed_rows_are_found),
        WITH_DIRECTORY(a_newer_format_is_refused),
        WITH_DIRECTORY(the_ballast),
        WITH_DIRECTORY(snapshots),
        WITH_DIRECTORY(a_rotten_snapshot_is_passed_over),
        WITH_DIRECTORY(one_snapshot_a_day_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
