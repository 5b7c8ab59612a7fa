/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: what HL7 v2 messages say is what the twin holds, so that one misreading of the standard,
 * shared by the simulated hospital and the reader, does not go unseen. Oracle: sequences written by
 * hand (the texts in test/sequence), each with the paragraph that it follows, by someone who wrote
 * neither. Each runs as it stands; with every message twice; with the whole sent again at the end;
 * with the twin copied in memory after every step; and, where the order cannot matter, reversed and
 * shuffled. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/format/json/json.h"
#include "core/twin/board.h"
#include "core/twin/report.h"
#include "test/sequence_world.h"

enum {
    SHUFFLES = 8,
    SEQUENCES_AT_LEAST = 150, /* fewer: the data were not found whole */
    TEXT_MAX = 1 << 16,
    BOARD_MAX = 1 << 20,
    TOKENS_MAX = 1 << 16
};

static sequence sequences[SEQUENCES_MAX];
static uint32_t sequences_n;

/* Checks. Each says what differs and returns whether all is as wished.
 * ------------------------------
 */

typedef struct check {
    const sequence *s;
    const sequence_world *w;
    const char *variant;
    bool first_run; /* outcomes, answers and books are those of the plain run */
    bool fault;
} check;

static void differ(check *c, const char *what, const char *wished, const char *got)
{
    fprintf(stderr, "%s, %s: %s\n  expected:\n%s\n  got:\n%s\n", c->s->name, c->variant, what,
            wished, got);
    c->fault = true;
}

static void check_report(check *c, const char *verb, plx_report which)
{
    static char wished[TEXT_MAX], got[TEXT_MAX];
    static _Alignas(16) char scratch_memory[TEXT_MAX];
    plx_arena scratch = plx_arena_init(scratch_memory, sizeof scratch_memory);
    plx_out out = plx_out_init(got, sizeof got - 1);
    assert_int_equal(plx_report_write(c->w->twin, which, &scratch, &out), PLX_OK);
    got[out.n] = 0;
    sequence_wished_lines(c->s, verb, wished, sizeof wished);
    if (strcmp(wished, got) != 0) differ(c, verb, wished, got);
}

/* A word of a wish against what is so. */
static void check_word(check *c, const sequence_wish *wish, plx_slice wished, const char *got)
{
    char line[512], expected[256];
    if (plx_slice_is(wished, got)) return;
    snprintf(line, sizeof line, "line %u: %.*s %.*s", wish->line, (int)wish->verb.n, wish->verb.at,
             (int)wish->rest.n, wish->rest.at);
    snprintf(expected, sizeof expected, "%.*s", (int)wished.n, wished.at);
    differ(c, line, expected, got);
}

static const sequence_delivery *delivery_of(check *c, plx_slice *rest)
{
    uint64_t number = 0;
    if (!plx_slice_u64(sequence_word(rest), c->w->deliveries_n, &number) || number == 0)
        fail_msg("%s: no such message", c->s->name);
    return &c->w->deliveries[number - 1];
}

static void check_answer(check *c, const sequence_wish *wish, plx_slice rest)
{
    const sequence_delivery *d = delivery_of(c, &rest);
    char code[8], error[8];
    sequence_delivery_answer(d, code, error);
    check_word(c, wish, sequence_word(&rest), code[0] ? code : "none");
    const plx_slice wished_error = sequence_word(&rest);
    if (wished_error.n > 0) check_word(c, wish, wished_error, error);
}

static void check_books(check *c, const sequence_wish *wish, plx_slice rest)
{
    plx_books b;
    char got[256];
    plx_twin_books(c->w->twin, PLX_IFACE_FIRST, &b);
    snprintf(got, sizeof got,
             "received=%u applied=%u duplicate=%u ignored=%u refused=%u dead=%u fixed=%u",
             (unsigned)b.received, (unsigned)b.applied, (unsigned)b.duplicate, (unsigned)b.ignored,
             (unsigned)b.refused, (unsigned)b.dead_open, (unsigned)b.dead_fixed);
    check_word(c, wish, rest, got);
}

/* received = applied + rejected, on both interfaces, and nothing is missing. */
static void check_balance(check *c)
{
    uint64_t received = 0;
    for (uint32_t iface = PLX_IFACE_REPAIR; iface <= PLX_IFACE_FIRST; iface++) {
        plx_books b;
        plx_twin_books(c->w->twin, iface, &b);
        assert_int_equal(b.received, b.applied + b.duplicate + b.ignored + b.refused + b.dead_open +
                                         b.dead_fixed + b.dead_discarded);
        received += b.received;
    }
    assert_int_equal(received, c->w->deliveries_n);
}

/* The board. */

static char board_text[BOARD_MAX];
static plx_json_token board_tokens[TOKENS_MAX];
static plx_json board;

static void read_board(const check *c)
{
    plx_out out = plx_out_init(board_text, sizeof board_text - 1);
    plx_board_write(c->w->twin, &out);
    assert_false(out.full);
    board_text[out.n] = 0;
    board = (plx_json){.tokens = board_tokens, .capacity = TOKENS_MAX};
    plx_json_error error = {0};
    if (plx_json_parse(plx_out_slice(&out), &board, &error) != PLX_OK)
        fail_msg("%s: the board is no JSON: %s at %u", c->s->name, error.text, error.offset);
}

/* Decoded text of a member; "" when it is not there or no string. */
static void member_text(uint32_t object, const char *key, char *text, size_t capacity)
{
    plx_out out = plx_out_init(text, capacity - 1);
    const uint32_t token = plx_json_get(&board, object, key);
    if (token != UINT32_MAX) {
        if (board.tokens[token].type == PLX_JSON_STRING)
            plx_json_string(&board, token, &out);
        else
            plx_out_slice_add(&out, plx_json_text(&board, token));
    }
    text[out.n] = 0;
}

/* The row is in the bed of that location. */
static bool row_lies_in(uint32_t row, const char *location)
{
    char id[32], here[256], other[32];
    const uint32_t beds = plx_json_get(&board, 0, "beds");
    member_text(row, "id", id, sizeof id);
    for (uint32_t b = beds + 1; b < board.tokens[beds].next; b = board.tokens[b].next) {
        const uint32_t rows = plx_json_get(&board, b, "rows");
        member_text(b, "location", here, sizeof here);
        for (uint32_t r = rows + 1; r < board.tokens[rows].next; r++) {
            snprintf(other, sizeof other, "%.*s", (int)plx_json_text(&board, r).n,
                     plx_json_text(&board, r).at);
            if (strcmp(here, location) == 0 && strcmp(other, id) == 0) return true;
        }
    }
    return false;
}

static bool row_is_of(uint32_t row, plx_slice who)
{
    char key[128], name[256];
    const uint32_t cells = plx_json_get(&board, row, "c");
    member_text(plx_json_get(&board, cells, "name"), "v", name, sizeof name);
    snprintf(key, sizeof key, "%.*s", (int)who.n, who.at);
    return strcmp(key, "*") == 0 || strstr(name, key) != NULL || row_lies_in(row, key);
}

/* UINT32_MAX unless exactly one row is meant. */
static uint32_t row_of(plx_slice who)
{
    const uint32_t rows = plx_json_get(&board, 0, "rows");
    uint32_t found = UINT32_MAX, n = 0;
    assert_int_not_equal(rows, UINT32_MAX);
    for (uint32_t r = rows + 1; r < board.tokens[rows].next; r = board.tokens[r].next) {
        if (!row_is_of(r, who)) continue;
        found = r;
        n++;
    }
    return n == 1 ? found : UINT32_MAX;
}

static void value_text(uint32_t value, bool interval, char *text, size_t capacity)
{
    char low[32], high[32], nothing[32];
    snprintf(text, capacity, "none");
    if (value == UINT32_MAX || board.tokens[value].type != PLX_JSON_OBJECT) return;
    if (plx_json_get(&board, value, "v") != UINT32_MAX) {
        member_text(value, "v", text, capacity);
        return;
    }
    member_text(value, "lo", low, sizeof low);
    member_text(value, "hi", high, sizeof high);
    member_text(value, "e", nothing, sizeof nothing);
    if (interval && low[0])
        snprintf(text, capacity, "%s..%s", low, high);
    else
        snprintf(text, capacity, "(%s)", nothing);
}

static void check_board(check *c, const sequence_wish *wish, plx_slice rest)
{
    char got[512];
    const plx_slice who = sequence_word(&rest);
    const uint32_t row = row_of(who);
    const bool news2 = plx_slice_is(wish->verb, "news2");
    char key[32] = "news2";
    if (row == UINT32_MAX) {
        check_word(c, wish, PLX_LIT("one row of the board"), board_text);
        return;
    }
    if (!news2) {
        const plx_slice word = sequence_word(&rest);
        snprintf(key, sizeof key, "%.*s", (int)word.n, word.at);
    }
    if (plx_slice_is(wish->verb, "row"))
        member_text(row, key, got, sizeof got);
    else
        value_text(plx_json_get(&board, plx_json_get(&board, row, "c"), key), news2, got,
                   sizeof got);
    check_word(c, wish, plx_slice_trim(rest), got);
}

static void check_wish(check *c, const sequence_wish *wish)
{
    plx_slice rest = wish->rest;
    if (plx_slice_is(wish->verb, "news2") || plx_slice_is(wish->verb, "cell") ||
        plx_slice_is(wish->verb, "row")) {
        check_board(c, wish, rest);
    } else if (!c->first_run) {
        return;
    } else if (plx_slice_is(wish->verb, "outcome")) {
        const sequence_delivery *d = delivery_of(c, &rest);
        check_word(c, wish, plx_slice_trim(rest), sequence_outcome_text(d->outcome));
    } else if (plx_slice_is(wish->verb, "ack")) {
        check_answer(c, wish, rest);
    } else if (plx_slice_is(wish->verb, "books")) {
        check_books(c, wish, rest);
    }
}

static bool check_all(const sequence *s, const sequence_world *w, const char *variant,
                      bool first_run)
{
    check c = {s, w, variant, first_run, false};
    check_report(&c, "census", PLX_REPORT_CENSUS);
    check_report(&c, "beds", PLX_REPORT_BEDS);
    check_report(&c, "results", PLX_REPORT_RESULTS);
    check_balance(&c);
    read_board(&c);
    for (uint32_t i = 0; i < s->wishes_n; i++)
        check_wish(&c, &s->wishes[i]);
    return !c.fault;
}

/* Runs. */

typedef struct course {
    const char *name;
    bool twice, again, forks, shuffled;
    uint32_t order[SEQUENCE_STEPS_MAX]; /* which message comes in the place of the i-th step */
} course;

static course plain(const sequence *s, const char *name)
{
    course c = {.name = name};
    for (uint32_t i = 0; i < s->steps_n; i++)
        c.order[i] = i;
    return c;
}

static const sequence_step *message_of(const sequence *s, uint32_t number)
{
    for (uint32_t i = 0; i < s->steps_n; i++)
        if (s->steps[i].kind == SEQUENCE_MESSAGE && --number == 0) return &s->steps[i];
    fail_msg("%s: no such message", s->name);
    return NULL;
}

/* The step's message, at the time of its place. A repair is made by hand: it comes once. */
static void deliver(sequence_world *w, const sequence *s, const sequence_step *m,
                    int64_t arrival_us)
{
    uint64_t repaired = 0;
    const char *original = m->edits ? message_of(s, m->edits)->bytes.at : NULL;
    for (uint32_t i = w->deliveries_n; original && i > 0; i--)
        if (w->deliveries[i - 1].bytes.at == original) repaired = w->deliveries[i - 1].entry.seq;
    sequence_world_deliver(w, m->bytes, arrival_us, repaired);
}

/* In another order everything comes late: no message arrives before it was sent. */
static int64_t late_us(const sequence *s, uint32_t step)
{
    if (s->steps[step].kind == SEQUENCE_TICK) return s->steps[step].arrival_us;
    return s->steps[s->messages_n - 1].arrival_us + step * (PLX_SECOND_US / 1000);
}

static bool run(const sequence *s, const course *c, uint8_t hash[32])
{
    static sequence_world w;
    sequence_world_begin(&w);
    for (uint32_t i = 0; i < s->steps_n; i++) {
        const int64_t arrival_us = c->shuffled ? late_us(s, i) : s->steps[i].arrival_us;
        if (s->steps[i].kind == SEQUENCE_TICK) {
            sequence_world_tick(&w, arrival_us);
        } else {
            const sequence_step *m = &s->steps[c->order[i]];
            deliver(&w, s, m, arrival_us);
            if (c->twice && !m->edits) deliver(&w, s, m, arrival_us);
        }
        if (c->forks) sequence_world_fork(&w);
    }
    const int64_t now_us = plx_twin_now(w.twin);
    for (uint32_t i = 0; c->again && i < s->steps_n; i++)
        if (s->steps[i].kind == SEQUENCE_MESSAGE && !s->steps[i].edits)
            deliver(&w, s, &s->steps[i], now_us);
    plx_twin_hash(w.twin, hash);
    const bool first_run = !c->twice && !c->again && !c->shuffled;
    const bool good = check_all(s, &w, c->name, first_run);
    sequence_world_end(&w);
    return good;
}

/* Messages stand in front of the ticks. */
static void turn_round(const sequence *s, course *c)
{
    for (uint32_t i = 0; i < s->messages_n; i++)
        c->order[i] = s->messages_n - 1 - i;
}

static void shuffle(const sequence *s, course *c, uint64_t stream)
{
    plx_rng rng = plx_rng_init(20260301, stream);
    for (uint32_t i = s->messages_n; i > 1; i--) {
        const uint32_t other = (uint32_t)plx_rng_below(&rng, i);
        const uint32_t kept = c->order[i - 1];
        c->order[i - 1] = c->order[other];
        c->order[other] = kept;
    }
}

static bool run_in_other_orders(const sequence *s)
{
    char name[32];
    uint8_t hash[32];
    course reversed = plain(s, "reversed");
    reversed.shuffled = true;
    turn_round(s, &reversed);
    if (!run(s, &reversed, hash)) return false;
    for (uint32_t i = 0; i < SHUFFLES; i++) {
        snprintf(name, sizeof name, "shuffle %u", i);
        course shuffled = plain(s, name);
        shuffled.shuffled = true;
        shuffle(s, &shuffled, i);
        if (!run(s, &shuffled, hash)) return false;
    }
    return true;
}

static void sequence_leads_to_its_state(void **state)
{
    const sequence *s = *state;
    uint8_t hash[32], forked_hash[32], other[32];
    const course as_written = plain(s, "as written");
    course forked = plain(s, "copied after every step");
    course twice = plain(s, "every message twice");
    course again = plain(s, "all sent again at the end");
    forked.forks = twice.twice = again.again = true;
    if (!run(s, &as_written, hash)) fail_msg("%s", s->name);
    bool good = run(s, &forked, forked_hash);
    assert_memory_equal(hash, forked_hash, sizeof hash);
    good &= run(s, &twice, other);
    good &= run(s, &again, other);
    if (s->any_order) good &= run_in_other_orders(s);
    if (!good) fail_msg("%s", s->name);
}

/* Files. */

static int is_text(const struct dirent *entry)
{
    const char *end = strrchr(entry->d_name, '.');
    return end && strcmp(end, ".txt") == 0;
}

static bool read_all(const char *directory)
{
    struct dirent **names;
    bool good = true;
    const int n = scandir(directory, &names, is_text, alphasort);
    for (int i = 0; i < n; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", directory, names[i]->d_name);
        good &= sequence_file_read(path, sequences, &sequences_n);
        free(names[i]);
    }
    if (n > 0) free(names);
    return good && n > 0;
}

static void data_are_whole(void **state)
{
    (void)state;
    assert_true(sequences_n >= SEQUENCES_AT_LEAST);
    for (uint32_t i = 0; i < sequences_n; i++)
        for (uint32_t k = 0; k < i; k++)
            assert_string_not_equal(sequences[i].name, sequences[k].name);
}

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[SEQUENCES_MAX + 1];
    size_t tests_n = 0;
    if (!read_all(argc > 1 ? argv[1] : PLX_SOURCE_ROOT "/test/sequence")) return 1;
    if (argc <= 1) tests[tests_n++] = (struct CMUnitTest)cmocka_unit_test(data_are_whole);
    for (uint32_t i = 0; i < sequences_n; i++)
        tests[tests_n++] = (struct CMUnitTest){sequences[i].name, sequence_leads_to_its_state, NULL,
                                               NULL, &sequences[i]};
    return _cmocka_run_group_tests("sequences", tests, tests_n, NULL, NULL);
}
