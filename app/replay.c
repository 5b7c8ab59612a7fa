/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/app.h"
#include "core/base/decimal.h"
#include "core/format/json/json.h"
#include "edge/host/clock.h"

enum {
    ADMIN_TOKENS = 64,
    ADMIN_AMONG_FIRST = 64, /* the entry that tells of the start is among so many */
    PROGRESS_ENTRIES = 4096,
    REPORT_BYTES = 1 << 20, /* first size of a report's memory, doubled until it fits */
};
#define REPORT_BYTES_MAX (UINT64_C(4) << 30)

static double now_s(void)
{
    return (double)plx_boot_us() / 1e6;
}

static void *map(size_t n)
{
    void *at =
        mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

static int fail(const plx_replay *r, const char *sentence, const char *detail)
{
    return plx_app_fail(PLX_EXIT_WORLD, r->words, sentence, detail);
}

/* Administrative entries. */

/* false when the entry is not an administrative one of that event. */
static bool admin_parse(const plx_entry *entry, const char *event, plx_json *json)
{
    plx_json_error error;
    if (entry->kind != PLX_ENTRY_ADMIN) return false;
    if (plx_json_parse(entry->body, json, &error) != PLX_OK) return false;
    uint32_t token = plx_json_get(json, 0, "event");
    return token != UINT32_MAX && plx_slice_is(plx_json_text(json, token), event);
}

/* The settings of the twin that its journal tells; what it does not tell stays as it is. */
static plx_status model_read(void *self, const plx_entry *entry)
{
    plx_twin_model *model = self;
    plx_json_token tokens[ADMIN_TOKENS];
    plx_json json = {.tokens = tokens, .capacity = ADMIN_TOKENS};
    if (!admin_parse(entry, "start", &json) && !admin_parse(entry, "demo", &json)) return PLX_OK;
    uint32_t token = plx_json_get(&json, 0, "zone_minutes");
    if (token == UINT32_MAX) return PLX_STOPPED;
    plx_decimal minutes;
    if (plx_decimal_parse(plx_json_text(&json, token), &minutes) == PLX_OK && minutes.scale == 0 &&
        minutes.mantissa >= -1440 && minutes.mantissa <= 1440)
        model->zone_minutes = (int32_t)minutes.mantissa;
    return PLX_STOPPED;
}

static void name_read(plx_replay *r, const plx_entry *entry)
{
    plx_json_token tokens[ADMIN_TOKENS];
    plx_json json = {.tokens = tokens, .capacity = ADMIN_TOKENS};
    if (!admin_parse(entry, "interface", &json)) return;
    uint32_t number = plx_json_get(&json, 0, "iface"), name = plx_json_get(&json, 0, "name");
    uint64_t iface = 0;
    if (number == UINT32_MAX || name == UINT32_MAX) return;
    if (!plx_slice_u64(plx_json_text(&json, number), PLX_IFACE_MAX - 1, &iface)) return;
    plx_out out = plx_out_init(r->counts[iface].name, PLX_REPLAY_NAME_BYTES - 1);
    plx_json_string(&json, name, &out);
    r->counts[iface].name[out.n] = '\0';
}

/* Replay. */

int plx_replay_open(plx_replay *r, const char *words, const char *data)
{
    *r = (plx_replay){.words = words};
    char problem[256];
    plx_store_options options = {.directory = data, .read_only = true};
    if (plx_store_open(&r->store, &options, problem, sizeof problem) != PLX_OK)
        return fail(r, problem, NULL);
    plx_twin_model model = plx_twin_model_default();
    plx_status status = PLX_OK;
    if (plx_store_last_seq(r->store) > 0)
        status = plx_journal_read(r->store, 1, ADMIN_AMONG_FIRST, model_read, &model);
    if (status == PLX_IO) return fail(r, plx_status_text(status), NULL); /* damage shows later */
    r->region = map(PLX_REPLAY_REGION_BYTES);
    r->step = plx_arena_init(map(PLX_REPLAY_STEP_BYTES), PLX_REPLAY_STEP_BYTES);
    r->charsets = plx_charset_converter_init();
    if (!r->region || !r->step.base || !r->charsets ||
        plx_twin_init(&r->twin, r->region, PLX_REPLAY_REGION_BYTES, &model) != PLX_OK)
        return fail(r, "there is not enough address space; raise the limit (ulimit -v)", NULL);
    snprintf(r->counts[PLX_IFACE_INTERNAL].name, PLX_REPLAY_NAME_BYTES, "internal");
    snprintf(r->counts[PLX_IFACE_REPAIR].name, PLX_REPLAY_NAME_BYTES, "repair");
    return PLX_EXIT_OK;
}

void plx_replay_close(plx_replay *r)
{
    plx_store_close(r->store);
    plx_charset_converter_destroy(r->charsets);
    if (r->region) munmap(r->region, PLX_REPLAY_REGION_BYTES);
    if (r->step.base) munmap(r->step.base, PLX_REPLAY_STEP_BYTES);
    *r = (plx_replay){0};
}

int plx_replay_command(const char *words, int argc, char **argv,
                       int (*use)(plx_replay *r, bool json))
{
    static plx_replay r;
    const char *data = PLX_DATA_DEFAULT;
    bool json = false;
    const plx_option options[] = {{"--data", PLX_OPTION_TEXT, &data, 0, 0},
                                  {"--json", PLX_OPTION_FLAG, &json, 0, 0}};
    size_t files_n = 0;
    int status = plx_options_read(words, argc, argv, options, 2, NULL, 0, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    status = plx_replay_open(&r, words, data);
    if (status == PLX_EXIT_OK) status = use(&r, json);
    plx_replay_close(&r);
    return status;
}

static void progress(plx_replay *r, uint64_t seq, double began_s)
{
    double at_s = now_s();
    if (at_s - began_s < 2 || at_s - r->shown_s < 0.2 || !isatty(STDERR_FILENO)) return;
    uint64_t last = plx_store_last_seq(r->store);
    if (r->to < last) last = r->to;
    r->shown_s = at_s;
    fprintf(stderr, "\r%s: %3.0f %% of %llu entries ", r->words,
            last ? 100.0 * (double)seq / (double)last : 100.0, (unsigned long long)last);
}

static void count(plx_replay *r, const plx_entry *entry)
{
    r->entries++;
    r->bytes += entry->body.n;
    bool message = entry->kind == PLX_ENTRY_MESSAGE || entry->kind == PLX_ENTRY_BATCH_PART ||
                   entry->kind == PLX_ENTRY_EDITED;
    if (entry->iface >= PLX_IFACE_MAX || !message) return;
    r->counts[entry->iface].received++;
    r->counts[entry->iface].duplicate += entry->verdict == PLX_VERDICT_DUPLICATE;
}

static plx_status apply(void *self, const plx_entry *entry)
{
    plx_replay *r = self;
    if (r->entries == 0 && entry->seq != 1) r->partial = true;
    count(r, entry);
    name_read(r, entry);
    if (r->entries % PROGRESS_ENTRIES == 0) progress(r, entry->seq, r->seconds);
    if (r->partial) return PLX_OK;
    plx_entry read = *entry;
    PLX_TRY(plx_charset_attach(r->charsets, (plx_charset)plx_twin_charset(r->twin, entry), &read));
    plx_arena_reset(&r->step);
    return plx_twin_apply(r->twin, &read, &r->step, &r->applied);
}

int plx_replay_run(plx_replay *r, uint64_t to, plx_journal_verdict *verdict)
{
    r->to = to;
    double began_s = r->seconds = now_s();
    plx_status status = verdict ? plx_journal_verify_each(r->store, verdict, apply, r)
                                : plx_journal_read(r->store, 1, to, apply, r);
    r->seconds = now_s() - began_s;
    if (r->shown_s > 0) fprintf(stderr, "\r%60s\r", "");
    switch (status) {
    case PLX_OK:
        return PLX_EXIT_OK;
    case PLX_MISSING:
        return fail(r,
                    "older journal files were removed, so it cannot be replayed from its beginning",
                    NULL);
    case PLX_FULL:
        return fail(r, "the replayed world is larger than 16 GiB", NULL);
    default:
        return fail(r, plx_status_text(status), NULL);
    }
}

/* Reports. */

int plx_replay_report_named(const char *name)
{
    static const struct {
        const char *name;
        int which;
    } REPORTS[] = {{"census", PLX_REPORT_CENSUS},
                   {"beds", PLX_REPORT_BEDS},
                   {"results", PLX_REPORT_RESULTS},
                   {"dead", PLX_REPLAY_DEAD}};
    for (size_t i = 0; i < sizeof REPORTS / sizeof REPORTS[0]; i++)
        if (strcmp(REPORTS[i].name, name) == 0) return REPORTS[i].which;
    return -1;
}

static void letter_write(const plx_json *json, uint32_t letter, plx_out *out)
{
    static const char *const FIELDS[] = {"seq",    "iface",    "arrival",   "state",
                                         "code",   "segment",  "segment_n", "field",
                                         "offset", "attempts", "reason"};
    for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++) {
        uint32_t token = plx_json_get(json, letter, FIELDS[i]);
        if (i) plx_out_char(out, ',');
        if (token == UINT32_MAX || json->tokens[token].type == PLX_JSON_NULL) continue;
        if (json->tokens[token].type == PLX_JSON_STRING)
            plx_json_string(json, token, out);
        else
            plx_out_slice_add(out, plx_json_text(json, token));
    }
    plx_out_char(out, '\n');
}

typedef struct letter {
    uint64_t seq;
    uint32_t token;
} letter;

static int by_seq(const void *a, const void *b)
{
    uint64_t x = ((const letter *)a)->seq, y = ((const letter *)b)->seq;
    return x < y ? -1 : x > y;
}

/* Dead letters of a parsed feeds document, in the order of the journal. */
static plx_status letters_sort(const plx_json *json, letter *letters, uint32_t *n)
{
    uint32_t list = plx_json_get(json, 0, "dead");
    if (list == UINT32_MAX) return PLX_SYNTAX;
    uint32_t at = list + 1;
    for (*n = 0; *n < json->tokens[list].children; at = json->tokens[at].next) {
        uint32_t seq = plx_json_get(json, at, "seq");
        letters[*n] = (letter){0, at};
        if (seq == UINT32_MAX ||
            !plx_slice_u64(plx_json_text(json, seq), UINT64_MAX, &letters[*n].seq))
            return PLX_SYNTAX;
        (*n)++;
    }
    qsort(letters, *n, sizeof *letters, by_seq);
    return PLX_OK;
}

static plx_status letters_write(plx_slice document, plx_out *out)
{
    plx_json json = {.text = document, .capacity = (uint32_t)(document.n / 2 + 16)};
    plx_json_error error;
    uint32_t n = 0;
    json.tokens = malloc(json.capacity * sizeof *json.tokens);
    letter *letters = malloc(json.capacity * sizeof *letters);
    plx_status status =
        json.tokens && letters ? plx_json_parse(document, &json, &error) : PLX_SPACE;
    if (status == PLX_OK) status = letters_sort(&json, letters, &n);
    for (uint32_t i = 0; i < n && status == PLX_OK; i++)
        letter_write(&json, letters[i].token, out);
    free(letters);
    free(json.tokens);
    return status == PLX_OK && out->full ? PLX_SPACE : status;
}

static plx_status report_into(plx_replay *r, int which, plx_out *out)
{
    if (which != PLX_REPLAY_DEAD) {
        plx_arena_reset(&r->step);
        return plx_report_write(r->twin, (plx_report)which, &r->step, out);
    }
    plx_out document = plx_out_init(malloc(out->capacity), out->capacity);
    if (!document.at) return PLX_SPACE;
    plx_feeds_write(r->twin, UINT32_MAX, &document);
    plx_status status = document.full ? PLX_SPACE : letters_write(plx_out_slice(&document), out);
    free(document.at);
    return status;
}

int plx_replay_report(plx_replay *r, int which, char **bytes, size_t *n)
{
    for (uint64_t capacity = REPORT_BYTES; capacity <= REPORT_BYTES_MAX; capacity *= 4) {
        plx_out out = plx_out_init(malloc(capacity), capacity);
        if (!out.at) break;
        plx_status status = report_into(r, which, &out);
        if (status == PLX_OK && !out.full) {
            *bytes = out.at;
            *n = out.n;
            return PLX_EXIT_OK;
        }
        free(out.at);
        if (status != PLX_OK && status != PLX_SPACE) return fail(r, plx_status_text(status), NULL);
    }
    return fail(r, "the report does not fit into memory", NULL);
}

bool plx_replay_balanced(const plx_replay *r, uint32_t iface, plx_books *books)
{
    *books = (plx_books){0};
    plx_twin_books(r->twin, iface, books);
    uint64_t dead = books->dead_open + books->dead_fixed + books->dead_discarded;
    return books->received == r->counts[iface].received &&
           books->duplicate == r->counts[iface].duplicate &&
           books->received ==
               books->applied + books->duplicate + books->ignored + books->refused + dead;
}

void plx_replay_hash(const plx_replay *r, char hex[65])
{
    uint8_t hash[32];
    plx_twin_hash(r->twin, hash);
    plx_out out = plx_out_init(hex, 64);
    plx_out_hex(&out, hash, sizeof hash);
    hex[64] = '\0';
}
