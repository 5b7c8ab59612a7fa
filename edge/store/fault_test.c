/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a full disk refuses and recovers by itself; an error of the disk ends the writing for good
 * and loses nothing that was acknowledged; a flipped bit is found and its place is named. Oracle:
 * contents that follow from numbers; each fault put at every change in turn, so that none is left
 * out by luck; a real file system of a few megabytes.
 * Tolerance: none. POLLUX_CRASH_POINTS sets the number of flipped bits, 200 by default. */
#include "edge/store/test_journal.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "edge/store/fault_vfs.h"

enum { MOST = 3000, GROUPS = 12, EACH = 4, FLIPS_DEFAULT = 200 };

static plx_store_options options_of(const char *path, const char *vfs)
{
    return (plx_store_options){.directory = path,
                               .ballast_bytes = PLX_STORE_NO_BALLAST,
                               .file_bytes_max = 30 * 1024,
                               .wal_frames_max = 64,
                               .vfs = vfs};
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

static void verify_ok(const char *path, uint64_t n)
{
    plx_store_options options = options_of(path, NULL);
    plx_store *store = test_open(&options);
    plx_journal_verdict verdict;
    assert_int_equal(plx_journal_verify(store, &verdict), PLX_OK);
    if (verdict.status != PLX_OK) fail_msg("%s", verdict.sentence);
    assert_int_equal(verdict.last_seq, n);
    content_check(store, n);
    plx_store_close(store);
}

/* One scenario: open, groups over several files. Where a call fails "failed" looks at it; it gives
 * PLX_OK to try again. Returns what ended it. */
typedef plx_status (*on_failure)(plx_store *store, plx_status status);

static plx_status scenario(const char *path, on_failure failed, uint64_t *durable)
{
    plx_store_options options = options_of(path, plx_fault_vfs());
    plx_store *store = NULL;
    char problem[256];
    *durable = 0;
    plx_status status = plx_store_open(&store, &options, problem, sizeof problem);
    if (status != PLX_OK) {
        assert_true(strlen(problem) > 10);
        if (failed(NULL, status) != PLX_OK) return status;
        store = test_open(&options);
    }
    for (uint64_t g = 0; g < GROUPS; g++) {
        status = test_append(store, 1 + g * EACH, EACH, MOST);
        if (status != PLX_OK) {
            assert_int_equal(plx_store_last_seq(store), g * EACH);
            if (failed(store, status) != PLX_OK) break;
            status = test_append(store, 1 + g * EACH, EACH, MOST);
            assert_int_equal(status, PLX_OK);
        }
        *durable = plx_store_last_seq(store);
    }
    plx_store_close(store);
    return status;
}

static plx_status no_failure(plx_store *store, plx_status status)
{
    (void)store;
    fail_msg("failed with %s", plx_status_name(status));
    return status;
}

/* Changes that a run without faults makes, the checkpoint thread's among them. */
static uint64_t changes_of_a_run(void)
{
    char path[TEST_PATH];
    uint64_t durable = 0;
    test_directory_make(path);
    plx_fault_arm(&(plx_fault_plan){.skip_sync = true});
    assert_int_equal(scenario(path, no_failure, &durable), PLX_OK);
    uint64_t n = plx_fault_changes();
    verify_ok(path, GROUPS * EACH);
    test_directory_clear(path);
    assert_true(n > 50);
    return n;
}

static size_t failures;

static plx_status until_space_is_back(plx_store *store, plx_status status)
{
    assert_int_equal(status, PLX_DISK_FULL);
    failures++;
    if (store) {
        uint64_t last = plx_store_last_seq(store);
        content_check(store, last); /* reading goes on, and sees nothing of what was refused */
        assert_int_equal(test_append(store, last + 1, EACH, MOST), PLX_DISK_FULL);
        assert_int_equal(plx_store_last_seq(store), last);
    }
    plx_fault_arm(&(plx_fault_plan){.skip_sync = true});
    return PLX_OK;
}

static void disk_full_at_every_write(void **state)
{
    (void)state;
    uint64_t n = changes_of_a_run();
    failures = 0;
    for (uint64_t at = 1; at <= n; at++) {
        char path[TEST_PATH];
        uint64_t durable = 0;
        test_directory_make(path);
        plx_fault_arm(&(plx_fault_plan){.fault = PLX_FAULT_FULL, .at = at, .skip_sync = true});
        assert_int_equal(scenario(path, until_space_is_back, &durable), PLX_OK);
        assert_int_equal(durable, GROUPS * EACH);
        plx_fault_arm(&(plx_fault_plan){0});
        verify_ok(path, GROUPS * EACH);
        test_directory_clear(path);
    }
    fprintf(stderr, "# full at %llu places, met by the writer at %zu\n", (unsigned long long)n,
            failures);
    assert_true(failures * 2 > n);
}

static plx_status for_good(plx_store *store, plx_status status)
{
    assert_int_equal(status, PLX_IO);
    failures++;
    plx_fault_arm(&(plx_fault_plan){.skip_sync = true}); /* the disk works again: too late */
    if (store) {
        uint64_t last = plx_store_last_seq(store);
        assert_int_equal(test_append(store, last + 1, EACH, MOST), PLX_IO);
        assert_int_equal(plx_store_last_seq(store), last);
    }
    return PLX_IO;
}

static void error_at_every_change(plx_fault fault)
{
    uint64_t n = changes_of_a_run();
    failures = 0;
    for (uint64_t at = 1; at <= n; at++) {
        char path[TEST_PATH];
        uint64_t durable = 0;
        test_directory_make(path);
        plx_fault_arm(&(plx_fault_plan){.fault = fault, .at = at, .skip_sync = true});
        plx_status status = scenario(path, for_good, &durable);
        if (status == PLX_OK) assert_int_equal(durable, GROUPS * EACH);
        plx_fault_arm(&(plx_fault_plan){0});
        plx_store_options options = options_of(path, NULL);
        plx_store *store = test_open(&options); /* the next start verifies */
        uint64_t last = plx_store_last_seq(store);
        assert_true(last == durable || last == durable + EACH);
        content_check(store, last);
        assert_int_equal(test_append(store, last + 1, EACH, MOST), PLX_OK);
        plx_store_close(store);
        verify_ok(path, last + EACH);
        test_directory_clear(path);
    }
    fprintf(stderr, "# error at %llu places, met by the writer at %zu\n", (unsigned long long)n,
            failures);
    assert_true(failures * 2 > n);
}

static void write_error_at_every_change(void **state)
{
    (void)state;
    error_at_every_change(PLX_FAULT_WRITE_ERROR);
}

static void sync_error_at_every_change(void **state)
{
    (void)state;
    error_at_every_change(PLX_FAULT_SYNC_ERROR);
}

/* A real full disk. */

enum { TMPFS_NOT_ALLOWED = 77, TMPFS_BYTES = 8 << 20, TMPFS_BALLAST = 1 << 20 };

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "# line %d: %s\n", __LINE__, #condition);                              \
            return 1;                                                                              \
        }                                                                                          \
    } while (0)

static bool exists(const char *folder, const char *name)
{
    char path[2 * TEST_PATH];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static bool fill(const char *folder, size_t bytes)
{
    char path[2 * TEST_PATH];
    snprintf(path, sizeof path, "%s/other", folder);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    bool done = fd >= 0 && posix_fallocate(fd, 0, (off_t)bytes) == 0;
    close(fd);
    return done;
}

static void unfill(const char *folder)
{
    char path[2 * TEST_PATH];
    snprintf(path, sizeof path, "%s/other", folder);
    unlink(path);
}

/* In a process of its own with its own mounts: nothing is left behind whatever happens. */
static int on_small_disk(const char *path)
{
    char size[64], problem[256], data[TEST_PATH + 8];
    snprintf(size, sizeof size, "size=%d", TMPFS_BYTES);
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", path, "tmpfs", 0, size) != 0)
        return TMPFS_NOT_ALLOWED;
    snprintf(data, sizeof data, "%s/data", path);
    plx_store_options options = options_of(data, NULL);
    options.ballast_bytes = TMPFS_BALLAST;
    options.file_bytes_max = 1 << 20;
    plx_store *store = NULL;
    MUST(plx_store_open(&store, &options, problem, sizeof problem) == PLX_OK);
    MUST(exists(data, "ballast"));
    MUST(fill(path, 3 << 20));
    /* What a closed file's WAL gives back may be used, once the ballast is whole again. */
    uint64_t last = 0;
    int refused = 0, given_back = 0;
    for (int i = 0; i < 2000 && refused < 20; i++) {
        last = plx_store_last_seq(store);
        plx_status status = test_append(store, last + 1, 16, MOST);
        MUST(status == PLX_OK || status == PLX_DISK_FULL);
        /* Its space is for log, audit and shutdown, not for intake. */
        MUST(exists(data, "ballast") == (status == PLX_OK));
        MUST(plx_store_last_seq(store) == last + (status == PLX_OK ? 16 : 0));
        given_back += status == PLX_OK && refused > 0;
        refused = status == PLX_OK ? 0 : refused + 1;
    }
    MUST(refused == 20 && given_back <= 3 && last > 100);
    unfill(path);
    MUST(test_append(store, last + 1, 16, MOST) == PLX_OK);
    MUST(exists(data, "ballast"));
    last = plx_store_last_seq(store);
    plx_store_close(store);
    plx_journal_verdict verdict;
    MUST(plx_store_open(&store, &options, problem, sizeof problem) == PLX_OK);
    MUST(plx_journal_verify(store, &verdict) == PLX_OK && verdict.status == PLX_OK);
    MUST(verdict.last_seq == last);
    plx_store_close(store);
    return 0;
}

static void a_small_disk_runs_full(void **state)
{
    (void)state;
    if (geteuid() != 0) skip();
    char path[TEST_PATH];
    test_directory_make(path);
    pid_t child = fork();
    if (child == 0) _exit(on_small_disk(path));
    int result = 0;
    assert_int_equal(waitpid(child, &result, 0), child);
    test_directory_clear(path);
    assert_true(WIFEXITED(result));
    if (WEXITSTATUS(result) == TMPFS_NOT_ALLOWED) skip();
    assert_int_equal(WEXITSTATUS(result), 0);
}

/* Bit rot. */

static void flip(const char *path, const char *name, long bit)
{
    char file[2 * TEST_PATH];
    snprintf(file, sizeof file, "%s/journal/%s", path, name);
    FILE *f = fopen(file, "r+b");
    assert_non_null(f);
    fseek(f, bit / 8, SEEK_SET);
    int c = fgetc(f);
    fseek(f, bit / 8, SEEK_SET);
    fputc(c ^ (1 << bit % 8), f);
    fclose(f);
}

static long size_of(const char *path, const char *name)
{
    char file[2 * TEST_PATH];
    struct stat info;
    snprintf(file, sizeof file, "%s/journal/%s", path, name);
    assert_int_equal(stat(file, &info), 0);
    return info.st_size;
}

static uint64_t flips(void)
{
    const char *text = getenv("POLLUX_CRASH_POINTS");
    uint64_t n = FLIPS_DEFAULT;
    if (text && !plx_slice_u64(plx_slice_of(text), 1000000, &n)) fail_msg("POLLUX_CRASH_POINTS?");
    return n;
}

static uint64_t first_seq, last_seq; /* of file 2 */

static plx_status look(void *self, const plx_entry *e)
{
    (void)self;
    (void)e;
    return PLX_OK;
}

static void closed_journal_make(const char *path)
{
    plx_store_options options = options_of(path, NULL);
    plx_store *store = test_open(&options);
    while (plx_store_last_seq(store) < 200) {
        assert_int_equal(test_append(store, plx_store_last_seq(store) + 1, EACH, MOST), PLX_OK);
        if (!exists(path, "journal/00000002.db")) first_seq = plx_store_last_seq(store) + 1;
        if (!exists(path, "journal/00000003.db")) last_seq = plx_store_last_seq(store);
    }
    for (int i = 0; i < 500 && !exists(path, "journal/00000003.sum"); i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_true(exists(path, "journal/00000002.sum"));
    plx_store_close(store);
    assert_true(first_seq > 1 && last_seq > first_seq);
}

/* The sentence names the file, and an entry in it. */
static void found_in_file_2(plx_store *store)
{
    plx_journal_verdict verdict;
    plx_status status = plx_journal_verify(store, &verdict);
    if (status != PLX_OK || verdict.status != PLX_CORRUPT)
        fail_msg("not found: %s", status == PLX_OK ? verdict.sentence : plx_status_name(status));
    if (!strstr(verdict.sentence, "00000002.db")) fail_msg("%s", verdict.sentence);
    assert_in_range(verdict.broken_seq, first_seq, last_seq);
    const char *at = strpbrk(strstr(verdict.sentence, ".db") + 3, "0123456789");
    assert_non_null(at);
    assert_in_range(strtoull(at, NULL, 10), first_seq, last_seq);
}

static void a_flipped_bit_is_named(void **state)
{
    (void)state;
    char path[TEST_PATH];
    test_directory_make(path);
    closed_journal_make(path);
    plx_store_options reading = options_of(path, NULL);
    reading.read_only = true;
    plx_rng rng = plx_rng_init(1, 3);
    size_t rows = 0;
    for (uint64_t i = 0; i < flips() + 800; i++) {
        /* First each bit of the header, which decides how the file is understood. */
        long bit = i < 800 ? (long)i
                           : (long)plx_rng_below(&rng, (uint64_t)size_of(path, "00000002.db") * 8);
        flip(path, "00000002.db", bit);
        plx_store *store = test_open(&reading);
        found_in_file_2(store);
        rows += plx_journal_read(store, 1, UINT64_MAX, look, NULL) == PLX_CORRUPT;
        plx_store_close(store);
        flip(path, "00000002.db", bit);
    }
    fprintf(stderr, "# of %llu flipped bits %zu lay where a reader meets them\n",
            (unsigned long long)flips() + 800, rows);
    verify_ok(path, 200); /* each bit was put back */
    test_directory_clear(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(disk_full_at_every_write),   cmocka_unit_test(write_error_at_every_change),
        cmocka_unit_test(sync_error_at_every_change), cmocka_unit_test(a_small_disk_runs_full),
        cmocka_unit_test(a_flipped_bit_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
