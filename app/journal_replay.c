/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux journal replay: how fast the journal becomes state; with --diff what another build of
 * Pollux makes of the same journal: state hash, and every report line by line. Exit status 1 when a
 * report differs. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/app.h"
#include "app/replay.h"

static const char WORDS[] = "journal replay";
static const char *const REPORTS[] = {"census", "beds", "results", "dead"};
enum { REPORTS_N = sizeof REPORTS / sizeof REPORTS[0] };

/* All that a command writes to its standard output; PLX_IO with errno when it cannot be run. */
static plx_status output_of(char *const words[], char **bytes, size_t *n, int *exit_status)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return PLX_IO;
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execv(words[0], words);
        _exit(127);
    }
    close(ends[1]);
    size_t capacity = 1 << 16;
    *n = 0;
    *bytes = malloc(capacity);
    for (ssize_t k = 1; child > 0 && *bytes && k > 0;) {
        k = read(ends[0], *bytes + *n, capacity - *n);
        if (k > 0) *n += (size_t)k;
        if (*n < capacity) continue;
        capacity *= 2;
        char *more = realloc(*bytes, capacity);
        if (!more) free(*bytes);
        *bytes = more;
    }
    close(ends[0]);
    if (child < 0 || waitpid(child, exit_status, 0) != child) return PLX_IO;
    return *bytes ? PLX_OK : PLX_SPACE;
}

typedef struct other {
    const char *program, *data;
    uint64_t to;
} other;

/* OTHER journal VERB [--what WHAT] --data DIR [--to SEQ] [--json] */
static int other_run(const other *o, const char *verb, const char *what, char **bytes, size_t *n)
{
    char to[24];
    char *words[12];
    size_t k = 0;
    words[k++] = (char *)(uintptr_t)o->program;
    words[k++] = (char *)(uintptr_t) "journal";
    words[k++] = (char *)(uintptr_t)verb;
    words[k++] = (char *)(uintptr_t) "--data";
    words[k++] = (char *)(uintptr_t)o->data;
    if (what) {
        words[k++] = (char *)(uintptr_t) "--what";
        words[k++] = (char *)(uintptr_t)what;
    } else {
        words[k++] = (char *)(uintptr_t) "--json";
    }
    if (o->to != UINT64_MAX) {
        snprintf(to, sizeof to, "%llu", (unsigned long long)o->to);
        words[k++] = (char *)(uintptr_t) "--to";
        words[k++] = to;
    }
    words[k] = NULL;
    int result = 0;
    plx_status status = output_of(words, bytes, n, &result);
    if (status == PLX_OK && WIFEXITED(result) && WEXITSTATUS(result) == 0) return PLX_EXIT_OK;
    free(*bytes);
    *bytes = NULL;
    return plx_app_fail(PLX_EXIT_WORLD, WORDS,
                        "the other Pollux could not do its part; is this it?", o->program);
}

static plx_slice line_take(plx_slice *text)
{
    const char *end = text->n ? memchr(text->at, '\n', text->n) : NULL;
    plx_slice line = {text->at, end ? (size_t)(end - text->at) : text->n};
    size_t gone = line.n + (end != NULL);
    *text = (plx_slice){text->at + gone, text->n - gone};
    return line;
}

typedef struct difference {
    uint64_t lines, only_ours, only_theirs;
    plx_slice first_ours, first_theirs;
} difference;

typedef struct lines {
    plx_slice *at; /* owned, sorted by bytes */
    size_t n;
} lines;

static int by_bytes(const void *a, const void *b)
{
    return plx_slice_compare(*(const plx_slice *)a, *(const plx_slice *)b);
}

static bool lines_make(plx_slice text, lines *l)
{
    size_t n = 0, capacity = 1;
    for (size_t i = 0; i < text.n; i++)
        capacity += text.at[i] == '\n';
    l->at = malloc(capacity * sizeof *l->at);
    while (l->at && text.n)
        l->at[n++] = line_take(&text);
    l->n = n;
    if (l->at) qsort(l->at, n, sizeof *l->at, by_bytes);
    return l->at != NULL;
}

static difference lines_compare(const lines *ours, const lines *theirs)
{
    difference d = {0};
    for (size_t a = 0, b = 0; a < ours->n || b < theirs->n; d.lines++) {
        int order = a == ours->n     ? 1
                    : b == theirs->n ? -1
                                     : plx_slice_compare(ours->at[a], theirs->at[b]);
        if (order < 0 && d.only_ours++ == 0) d.first_ours = ours->at[a];
        if (order > 0 && d.only_theirs++ == 0) d.first_theirs = theirs->at[b];
        a += order <= 0;
        b += order >= 0;
    }
    return d;
}

static void difference_print(const char *name, const difference *d, bool json)
{
    if (json) {
        printf("{\"report\":\"%s\",\"lines\":%llu,\"only_this\":%llu,\"only_other\":%llu}\n", name,
               (unsigned long long)d->lines, (unsigned long long)d->only_ours,
               (unsigned long long)d->only_theirs);
        return;
    }
    if (d->only_ours + d->only_theirs == 0) {
        printf("%-8s same, %llu lines\n", name, (unsigned long long)d->lines);
        return;
    }
    printf("%-8s differs: %llu lines only here, %llu only there\n", name,
           (unsigned long long)d->only_ours, (unsigned long long)d->only_theirs);
    if (d->only_ours) printf("  here:  %.*s\n", (int)d->first_ours.n, d->first_ours.at);
    if (d->only_theirs) printf("  there: %.*s\n", (int)d->first_theirs.n, d->first_theirs.at);
}

static int report_compare(plx_replay *r, const other *o, const char *name, bool json, bool *same)
{
    char *ours = NULL, *theirs = NULL;
    size_t ours_n = 0, theirs_n = 0;
    int status = plx_replay_report(r, plx_replay_report_named(name), &ours, &ours_n);
    if (status == PLX_EXIT_OK) status = other_run(o, "export", name, &theirs, &theirs_n);
    lines left = {0}, right = {0};
    if (status == PLX_EXIT_OK && lines_make((plx_slice){ours, ours_n}, &left) &&
        lines_make((plx_slice){theirs, theirs_n}, &right)) {
        difference d = lines_compare(&left, &right);
        difference_print(name, &d, json);
        *same &= d.only_ours + d.only_theirs == 0;
    } else if (status == PLX_EXIT_OK) {
        status = plx_app_fail(PLX_EXIT_WORLD, WORDS, "the reports do not fit into memory", NULL);
    }
    free(left.at);
    free(right.at);
    free(ours);
    free(theirs);
    return status;
}

static int diff(plx_replay *r, const other *o, bool json)
{
    char hex[65], *text = NULL;
    size_t n = 0;
    bool same = true;
    plx_replay_hash(r, hex);
    int status = other_run(o, "replay", NULL, &text, &n);
    if (status != PLX_EXIT_OK) return status;
    bool hash_same = memmem(text, n, hex, 64) != NULL;
    free(text);
    if (json)
        printf("{\"report\":\"hash\",\"same\":%s}\n", hash_same ? "true" : "false");
    else
        printf("%-8s %s\n", "hash", hash_same ? "same state, bit for bit" : "differs");
    for (size_t i = 0; i < REPORTS_N && status == PLX_EXIT_OK; i++)
        status = report_compare(r, o, REPORTS[i], json, &same);
    if (status != PLX_EXIT_OK || same) return status;
    return plx_app_fail(PLX_EXIT_WORLD, WORDS,
                        "the two builds make different states of this journal", NULL);
}

static void timing_print(const plx_replay *r, bool json)
{
    char hex[65];
    plx_replay_hash(r, hex);
    double per_s = r->seconds > 0 ? (double)r->entries / r->seconds : 0;
    if (json)
        printf("{\"entries\":%llu,\"bytes\":%llu,\"seconds\":%.3f,\"entries_per_s\":%.0f,"
               "\"hash\":\"%s\"}\n",
               (unsigned long long)r->entries, (unsigned long long)r->bytes, r->seconds, per_s,
               hex);
    else
        printf("%llu entries, %.1f MB in %.3f s: %.0f entries/s\nstate hash %s\n",
               (unsigned long long)r->entries, (double)r->bytes / 1e6, r->seconds, per_s, hex);
}

int plx_app_journal_replay(int argc, char **argv)
{
    other o = {.data = PLX_DATA_DEFAULT, .to = UINT64_MAX};
    bool json = false;
    const plx_option options[] = {{"--data", PLX_OPTION_TEXT, &o.data, 0, 0},
                                  {"--to", PLX_OPTION_U64, &o.to, 0, 0},
                                  {"--diff", PLX_OPTION_TEXT, &o.program, 0, 0},
                                  {"--json", PLX_OPTION_FLAG, &json, 0, 0}};
    size_t files_n = 0;
    int status = plx_options_read(WORDS, argc, argv, options, 4, NULL, 0, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    static plx_replay r;
    status = plx_replay_open(&r, WORDS, o.data);
    if (status == PLX_EXIT_OK) status = plx_replay_run(&r, o.to, NULL);
    if (status == PLX_EXIT_OK) {
        timing_print(&r, json);
        fflush(stdout);
        if (o.program) status = diff(&r, &o, json);
    }
    plx_replay_close(&r);
    return status;
}
