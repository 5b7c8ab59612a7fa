/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the journal commands tell the truth about a journal, whole or damaged, with the exit status
 * that scripts rely on. Oracle: a journal of twelve entries written here; the commands against each
 * other. Tolerance: none. Needs the program itself, named by POLLUX. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "edge/store/store.h"

enum { PATH_BYTES = 256, OUTPUT_BYTES = 1 << 16 };

static const char A01[] =
    "MSH|^~\\&|ADT|H|POLLUX|H|20260101120000+0000||ADT^A01^ADT_A01|1|P|2.5.1\r"
    "EVN|A01|20260101120000+0000\r"
    "PID|1||1001^^^H^MR||Test^Anna||19800101|F\r"
    "PV1|1|E|ED^1^1^H||||||||||||||||1001^^^H^VN|||||||||||||||||||||||||"
    "20260101115500+0000\r";
static const char A03[] =
    "MSH|^~\\&|ADT|H|POLLUX|H|20260101130000+0000||ADT^A03^ADT_A03|2|P|2.5.1\r"
    "EVN|A03|20260101130000+0000\r"
    "PID|1||1001^^^H^MR||Test^Anna||19800101|F\r"
    "PV1|1|E|ED^1^1^H||||||||||||||||1001^^^H^VN|||||||||||||||||||||||||"
    "20260101115500+0000|20260101130000+0000\r";
static const char NOT_HL7[] = "not a message";
static const char CUT[] = "MSH|^~\\&|ADT|H|POL";

/* What arrives, in order; body NULL: a tick. */
static const struct {
    plx_entry_kind kind;
    plx_verdict verdict;
    uint32_t iface;
    uint64_t ref;
    const char *body;
} ARRIVALS[] = {
    {PLX_ENTRY_ADMIN, PLX_VERDICT_ACCEPTED, 0, 0,
     "{\"event\":\"start\",\"version\":\"t\",\"epoch_us\":1767225600000000,\"speed\":1.000,"
     "\"seed\":0}"},
    {PLX_ENTRY_ADMIN, PLX_VERDICT_ACCEPTED, 0, 0,
     "{\"event\":\"interface\",\"iface\":2,\"name\":\"front door\"}"},
    {PLX_ENTRY_TICK, PLX_VERDICT_ACCEPTED, 0, 0, NULL},
    {PLX_ENTRY_MESSAGE, PLX_VERDICT_ACCEPTED, 2, 0, A01},
    {PLX_ENTRY_MESSAGE, PLX_VERDICT_DUPLICATE, 2, 4, A01},
    {PLX_ENTRY_MESSAGE, PLX_VERDICT_CONFLICT, 2, 4, A03},
    {PLX_ENTRY_MESSAGE, PLX_VERDICT_ERROR, 2, 0, NOT_HL7},
    {PLX_ENTRY_MESSAGE, PLX_VERDICT_REFUSED, 2, 0, A03},
    {PLX_ENTRY_MESSAGE, PLX_VERDICT_BROKEN, 2, 0, CUT},
    {PLX_ENTRY_TICK, PLX_VERDICT_ACCEPTED, 0, 0, NULL},
    {PLX_ENTRY_MESSAGE, PLX_VERDICT_ACCEPTED, 2, 0, A03},
    {PLX_ENTRY_TICK, PLX_VERDICT_ACCEPTED, 0, 0, NULL},
};
enum { ARRIVALS_N = sizeof ARRIVALS / sizeof ARRIVALS[0] };

static void journal_write(const char *path)
{
    plx_store *store = NULL;
    char problem[256];
    plx_store_options options = {.directory = path, .ballast_bytes = PLX_STORE_NO_BALLAST};
    assert_int_equal(plx_store_open(&store, &options, problem, sizeof problem), PLX_OK);
    for (size_t i = 0; i < ARRIVALS_N; i++) {
        plx_entry e = {.kind = ARRIVALS[i].kind,
                       .verdict = ARRIVALS[i].verdict,
                       .iface = ARRIVALS[i].iface,
                       .ref = ARRIVALS[i].ref,
                       .schema = PLX_ENTRY_SCHEMA,
                       .arrival_us = 1767268800000000 + (int64_t)i * 1000000,
                       .body = plx_slice_of(ARRIVALS[i].body)};
        if (e.kind == PLX_ENTRY_MESSAGE) {
            plx_blake2b_once(e.ext_key, 16, e.body.at, e.body.n);
            e.peer = PLX_LIT("127.0.0.1:1");
        }
        assert_int_equal(plx_journal_append(store, &e, 1), PLX_OK);
    }
    plx_store_close(store);
}

static int setup(void **state)
{
    char *path = calloc(1, PATH_BYTES);
    snprintf(path, PATH_BYTES, "/tmp/plx-journal-XXXXXX");
    assert_non_null(mkdtemp(path));
    journal_write(path);
    *state = path;
    return 0;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

static int teardown(void **state)
{
    nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return 0;
}

/* Runs "pollux journal <words> --data <path>"; output and, after it, errors. */
static int journal(const char *path, const char *words, char output[OUTPUT_BYTES], size_t *n)
{
    char command[2048];
    const char *pollux = getenv("POLLUX");
    if (!pollux) skip();
    snprintf(command, sizeof command, "'%s' journal %s --data '%s' 2>&1", pollux, words, path);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    size_t got = fread(output, 1, OUTPUT_BYTES - 1, f);
    output[got] = '\0';
    if (n) *n = got;
    int result = pclose(f);
    assert_true(WIFEXITED(result));
    return WEXITSTATUS(result);
}

static void expect(const char *path, const char *words, int exit_status, const char *part)
{
    static char output[OUTPUT_BYTES];
    int got = journal(path, words, output, NULL);
    if (got != exit_status || !strstr(output, part))
        fail_msg("%s: exit %d, \"%s\"; expected %d with \"%s\"", words, got, output, exit_status,
                 part);
}

static void a_whole_journal_verifies(void **state)
{
    expect(*state, "verify", 0, "entries 1 to 12 verify");
    expect(*state, "verify", 0, "books balance: 7 received, 2 applied, 5 rejected with a reason\n");
    expect(*state, "verify --json", 0, "{\"status\":\"ok\"");
    expect(*state, "verify --json", 0, "\"received\":7,\"applied\":2,\"rejected\":5");
    expect("/nonexistent", "verify", 1, "holds no journal");
    expect(*state, "verify --nonsense", 2, "no such option");
    expect(*state, "verify --help", 0, "example:");
}

static void stats_are_the_books(void **state)
{
    expect(*state, "stats", 0, "front door");
    expect(*state, "stats --json", 0,
           "{\"iface\":2,\"name\":\"front door\",\"received\":7,\"applied\":2,\"duplicate\":1,");
    expect(*state, "stats --json", 0, "{\"name\":\"total\",\"received\":7,\"applied\":2,");
    expect(*state, "stats --json", 0, "\"balanced\":true}");
}

static void messages_come_back_framed(void **state)
{
    static char output[OUTPUT_BYTES], expected[OUTPUT_BYTES];
    size_t n = 0;
    plx_out out = plx_out_init(expected, sizeof expected);
    for (size_t i = 0; i < ARRIVALS_N; i++) {
        if (ARRIVALS[i].kind != PLX_ENTRY_MESSAGE || ARRIVALS[i].verdict == PLX_VERDICT_BROKEN)
            continue;
        plx_out_char(&out, 0x0B);
        plx_out_text(&out, ARRIVALS[i].body);
        plx_out_text(&out, "\x1C\r");
    }
    assert_int_equal(journal(*state, "export", output, &n), 0);
    assert_int_equal(n, out.n);
    assert_memory_equal(output, expected, n);
    assert_int_equal(journal(*state, "export --what messages --from 4 --to 4", output, &n), 0);
    assert_int_equal(n, sizeof A01 - 1 + 3);
    assert_int_equal(journal(*state, "export --from 1 --to 3", output, &n), 0);
    assert_int_equal(n, 0);
}

static void the_state_comes_out_sorted(void **state)
{
    static char census[OUTPUT_BYTES];
    assert_int_equal(journal(*state, "export --what census", census, NULL), 0);
    assert_int_equal(memcmp(census, "1001,1001,finished,", 19), 0);
    expect(*state, "export --what census --to 10", 0, "1001,1001,in-progress,");
    expect(*state, "export --what beds --to 10", 0, "1001\n");
    expect(*state, "export --what dead", 0, "\n7,2,");
    expect(*state, "export --what everything", 2, "--what takes");
    expect(*state, "export --what beds --from 2", 2, "--from goes with");
    expect(*state, "export --from x", 2, "a whole number");
}

static void every_replay_has_one_hash(void **state)
{
    static char first[OUTPUT_BYTES], second[OUTPUT_BYTES];
    assert_int_equal(journal(*state, "hash", first, NULL), 0);
    assert_int_equal(strlen(first), 65);
    assert_int_equal(strspn(first, "0123456789abcdef"), 64);
    assert_int_equal(journal(*state, "hash", second, NULL), 0);
    assert_string_equal(first, second);
    first[64] = '\0';
    expect(*state, "hash --json", 0, first);
    expect(*state, "replay --json", 0, first);
    expect(*state, "replay", 0, "12 entries");
    expect(*state, "replay --to 5", 0, "5 entries");
    assert_int_equal(journal(*state, "replay --to 5 --json", second, NULL), 0);
    assert_null(strstr(second, first));
}

static void builds_are_compared(void **state)
{
    char words[1024];
    const char *pollux = getenv("POLLUX");
    if (!pollux) skip();
    snprintf(words, sizeof words, "replay --diff '%s'", pollux);
    expect(*state, words, 0, "same state, bit for bit");
    expect(*state, words, 0, "census   same, 1 lines");
    expect(*state, "replay --diff /bin/false", 1, "the other Pollux could not do its part");
    /* A build that makes nothing of the journal. */
    char script[PATH_BYTES + 16];
    snprintf(script, sizeof script, "%s/other", (const char *)*state);
    FILE *f = fopen(script, "w");
    assert_non_null(f);
    fputs("#!/bin/sh\nexit 0\n", f);
    fclose(f);
    assert_int_equal(chmod(script, 0700), 0);
    snprintf(words, sizeof words, "replay --diff '%s'", script);
    expect(*state, words, 1, "census   differs: 1 lines only here, 0 only there");
    expect(*state, words, 1, "make different states");
}

static void damage_is_named(void **state)
{
    char path[PATH_BYTES + 32];
    snprintf(path, sizeof path, "%s/journal/00000001.db", (const char *)*state);
    static char bytes[1 << 20];
    FILE *f = fopen(path, "r+b");
    size_t n = fread(bytes, 1, sizeof bytes, f);
    const char *at = memmem(bytes, n, NOT_HL7, sizeof NOT_HL7 - 1);
    assert_non_null(at);
    fseek(f, at - bytes, SEEK_SET);
    fputc('N', f);
    fclose(f);
    expect(*state, "verify", 1,
           "journal/00000001.db: entry 7 does not match its checksum or chain");
    expect(*state, "verify --json", 1, "\"status\":\"corrupt\"");
    expect(*state, "verify --json", 1, "\"broken_seq\":7");
    expect(*state, "hash", 1, "run pollux journal verify");
    expect(*state, "stats", 1, "run pollux journal verify");
    expect(*state, "export", 1, "run pollux journal verify");
    expect(*state, "replay --to 6", 0, "6 entries"); /* what comes before it is still good */
}

#define WITH_JOURNAL(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_JOURNAL(a_whole_journal_verifies),  WITH_JOURNAL(stats_are_the_books),
        WITH_JOURNAL(messages_come_back_framed), WITH_JOURNAL(the_state_comes_out_sorted),
        WITH_JOURNAL(every_replay_has_one_hash), WITH_JOURNAL(builds_are_compared),
        WITH_JOURNAL(damage_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
