/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the messages say what the truth says. The truth comes from the generator's own books and
 * never looks at a message; here a small reader does nothing else. Oracle: that reader, written
 * from the standard (chapters 3 and 7): it collects every statement, sorts them by the time they
 * speak of, and reads them through. It knows nothing of the generator. Tolerance: none, the lines
 * are equal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/hospital/hospital.h"
#include "core/hospital/reader_for_test.h"

enum { STATEMENTS_MAX = 60000, RESULTS_MAX = 60000, TEXT = 48 };

typedef struct statement {
    char trigger[4], visit[16], person[16], class[4], place[TEXT], attending[16];
    char time[24], undone[24]; /* sorts as text: one zone, fixed width */
} statement;

typedef struct line_of_result {
    char key[TEXT], status[4], value[64], unit[16], time[24];
} line_of_result;

typedef struct change { /* from becomes to, for ever */
    char from[16], to[16];
} change;

typedef struct reader {
    statement *statements;
    line_of_result *results;
    change changes[2000]; /* of persons (A40) and visits (A50) */
    uint32_t statements_n, results_n, changes_n;
} reader;

static void decode(char *text)
{
    char *to = text;
    for (const char *at = text; *at;) {
        if (at[0] == '\\' && at[1] && at[2] == '\\') {
            *to++ = at[1] == 'T' ? '&' : at[1] == 'F' ? '|' : at[1] == 'S' ? '^' : '?';
            at += 3;
        } else {
            *to++ = *at++;
        }
    }
    *to = 0;
}

static void add_statement(reader *r, const char *m, const char *trigger, int n)
{
    assert_true(r->statements_n < STATEMENTS_MAX);
    statement *s = &r->statements[r->statements_n++];
    const char *pv1 = segment(m, "PV1", n), *evn = segment(m, "EVN", 0);
    memset(s, 0, sizeof *s);
    memcpy(s->trigger, trigger, 4);
    get(segment(m, "PID", n), 3, 1, s->person, sizeof s->person);
    get(pv1, 19, 1, s->visit, sizeof s->visit);
    get(pv1, 2, 0, s->class, sizeof s->class);
    get(pv1, 3, 0, s->place, sizeof s->place);
    get(pv1, 7, 1, s->attending, sizeof s->attending);
    get(evn, 6, 0, s->time, sizeof s->time);
    /* A cancel happens when it is entered; EVN-6 names what it undoes. */
    if (strstr("A11 A12 A13 A27 A38 A55", trigger)) {
        memcpy(s->undone, s->time, sizeof s->time);
        get(evn, 2, 0, s->time, sizeof s->time);
    }
}

static void add_change(reader *r, const char *m, int mrg, const char *to_segment, int to_field)
{
    assert_true(r->changes_n < 2000);
    change *c = &r->changes[r->changes_n++];
    get(segment(m, "MRG", 0), mrg, 1, c->from, sizeof c->from);
    get(segment(m, to_segment, 0), to_field, 1, c->to, sizeof c->to);
}

static void add_results(reader *r, const char *m)
{
    char filler[16];
    get(segment(m, "OBR", 0), 3, 1, filler, sizeof filler);
    if (!filler[0]) return; /* vitals */
    for (int n = 0;; n++) {
        const char *obx = segment(m, "OBX", n);
        if (!obx) break;
        assert_true(r->results_n < RESULTS_MAX);
        line_of_result *x = &r->results[r->results_n++];
        char code[16], sub[8];
        get(obx, 3, 1, code, sizeof code);
        get(obx, 4, 0, sub, sizeof sub);
        snprintf(x->key, sizeof x->key, "%s,%s,%s", filler, code, sub);
        get(obx, 11, 0, x->status, sizeof x->status);
        get(obx, 5, 0, x->value, sizeof x->value);
        get(obx, 6, 1, x->unit, sizeof x->unit);
        get(segment(m, "MSH", 0), 7, 0, x->time, sizeof x->time);
        decode(x->value);
    }
}

/* A duplicate needs no care: reading a statement twice changes nothing. */
static void read_message(reader *r, const char *m)
{
    char type[8], trigger[4];
    get(m, 9, 1, type, sizeof type);
    get(m, 9, 2, trigger, sizeof trigger);
    if (strcmp(type, "ORU") == 0) add_results(r, m);
    /* A20 is about a bed, A31 about a person. */
    if (strcmp(type, "ADT") != 0 || strstr("A20 A31", trigger)) return;
    if (strstr("A40 A47", trigger)) {
        add_change(r, m, 1, "PID", 3);
        return;
    }
    if (strcmp(trigger, "A50") == 0) add_change(r, m, 5, "PV1", 19);
    add_statement(r, m, trigger, 0);
    if (strcmp(trigger, "A17") == 0) add_statement(r, m, trigger, 1);
}

static const char *now_called(const reader *r, const char *name)
{
    for (uint32_t i = 0; i < r->changes_n; i++)
        if (strcmp(r->changes[i].from, name) == 0) return now_called(r, r->changes[i].to);
    return name;
}

static int by_visit_and_time(const void *a, const void *b)
{
    const statement *x = a, *y = b;
    const int visit = strcmp(x->visit, y->visit);
    return visit ? visit : strcmp(x->time, y->time);
}

static int by_key_and_time(const void *a, const void *b)
{
    const line_of_result *x = a, *y = b;
    const int key = strcmp(x->key, y->key);
    return key ? key : strcmp(x->time, y->time);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Status after the statements [first, end) of a visit, sorted by time. A return, a cancelled leave
 * and a cancelled discharge take away the last statement of that kind before them. */
static const char *status_after(const statement *first, const statement *end)
{
    static const struct {
        const char *trigger, *status, *takes_away;
    } SAYS[] = {{"A05", "planned", ""},     {"A14", "planned", ""},     {"A04", "arrived", ""},
                {"A01", "in-progress", ""}, {"A06", "in-progress", ""}, {"A21", "on-leave", ""},
                {"A03", "finished", ""},    {"A11", "cancelled", ""},   {"A23", "cancelled", ""},
                {"A27", "cancelled", ""},   {"A38", "cancelled", ""},   {"A22", "", "A21"},
                {"A52", "", "A21"},         {"A53", "", "A22"},         {"A13", "", "A03"}};
    bool away[256] = {0};
    const char *status = "";
    assert_true(end - first <= 256);
    for (const statement *s = end; s-- > first;) {
        for (size_t k = 0; k < sizeof SAYS / sizeof *SAYS && !away[s - first]; k++) {
            if (strcmp(SAYS[k].trigger, s->trigger) != 0 || !SAYS[k].takes_away[0]) continue;
            const statement *x = s;
            while (x > first && strcmp(x->trigger, SAYS[k].takes_away) != 0)
                x--;
            away[x - first] = true;
            /* The same statement may have been sent twice. */
            for (; x > first && strcmp(x[-1].time, x->time) == 0; x--)
                away[x - 1 - first] = true;
        }
    }
    for (const statement *s = first; s < end; s++) {
        if (away[s - first]) continue;
        if (strcmp(s->trigger, "A04") == 0 && strcmp(status, "in-progress") == 0) continue;
        for (size_t k = 0; k < sizeof SAYS / sizeof *SAYS; k++)
            if (strcmp(SAYS[k].trigger, s->trigger) == 0 && SAYS[k].status[0])
                status = SAYS[k].status;
    }
    return status;
}

typedef struct block { /* lines to be sorted */
    char (*lines)[160];
    uint32_t n;
} block;

/* One visit: its census line, and its bed as "place,visit". */
static void read_visit(const reader *r, const statement *first, const statement *end, block *census,
                       block *beds)
{
    const char *class = "", *place = "", *attending = "", *person = "";
    const char *const status = status_after(first, end);
    for (const statement *s = first; s < end; s++) {
        person = s->person;
        if (s->class[0]) class = s->class;
        if (s->place[0]) place = s->place;
        if (strcmp(s->attending, "\"\"") == 0)
            attending = "";
        else if (s->attending[0])
            attending = s->attending;
    }
    if (strcmp(status, "cancelled") == 0) return;
    snprintf(census->lines[census->n++], 160, "%s,%s,%s,%s,%s,%s", first->visit,
             now_called(r, person), status, class, place, attending);
    const char *bar = strchr(place, '^');
    const bool active = strcmp(status, "finished") != 0 && strcmp(status, "planned") != 0;
    if (active && bar && bar[1] != '^')
        snprintf(beds->lines[beds->n++], 160, "%s,%s", place, first->visit);
}

static void write_block(block *b, plx_out *out, const char *head)
{
    qsort(b->lines, b->n, sizeof *b->lines, by_text);
    plx_out_text(out, head);
    for (uint32_t i = 0; i < b->n; i++) {
        plx_out_text(out, b->lines[i]);
        plx_out_char(out, '\n');
    }
}

/* The end state, in the form of the truth. Journeys are over, so beds hold one visit at most. */
static void write_read(reader *r, plx_out *out)
{
    block blocks[3];
    for (int i = 0; i < 3; i++)
        blocks[i] = (block){calloc(STATEMENTS_MAX, sizeof *blocks[i].lines), 0};
    for (uint32_t i = 0; i < r->statements_n; i++) {
        char *visit = r->statements[i].visit;
        memmove(visit, now_called(r, visit), sizeof r->statements[i].visit);
    }
    qsort(r->statements, r->statements_n, sizeof *r->statements, by_visit_and_time);
    for (uint32_t i = 0, end; i < r->statements_n; i = end) {
        for (end = i; end < r->statements_n &&
                      strcmp(r->statements[end].visit, r->statements[i].visit) == 0;)
            end++;
        read_visit(r, &r->statements[i], &r->statements[end], &blocks[0], &blocks[1]);
    }
    qsort(r->results, r->results_n, sizeof *r->results, by_key_and_time);
    for (uint32_t i = 0; i < r->results_n; i++) {
        const line_of_result *x = &r->results[i];
        if (i + 1 < r->results_n && strcmp(x[1].key, x->key) == 0) continue;
        snprintf(blocks[2].lines[blocks[2].n++], 160, "%s,%s,%s,%s", x->key, x->status, x->value,
                 x->unit);
    }
    write_block(&blocks[0], out, "# census\n");
    write_block(&blocks[1], out, "# beds\n");
    write_block(&blocks[2], out, "# results\n");
    for (int i = 0; i < 3; i++)
        free(blocks[i].lines);
}

static void expect_same(const char *read, const char *truth)
{
    while (*read || *truth) {
        const size_t n = strcspn(read, "\n"), k = strcspn(truth, "\n");
        if (n != k || memcmp(read, truth, n) != 0)
            fail_msg("read  %.*s\n      truth %.*s", (int)n, read, (int)k, truth);
        read += n + (read[n] != 0);
        truth += k + (truth[k] != 0);
    }
}

static void read_all(uint64_t seed, uint32_t journeys, uint32_t bodies, const char *faults)
{
    plx_hospital_model m = plx_hospital_model_default();
    const char *problem;
    plx_hospital *h;
    plx_hospital_message msg;
    m.seed = seed;
    m.journeys_max = journeys;
    m.bodies = bodies;
    assert_int_equal(plx_hospital_faults_parse(plx_slice_of(faults), &m.faults, &problem), PLX_OK);
    const size_t size = (plx_hospital_size(&m) + 15) / 16 * 16, text_n = 8 << 20;
    void *memory = aligned_alloc(16, size), *scratch = malloc(text_n);
    char *read = calloc(1, text_n), *truth = calloc(1, text_n);
    reader *r = calloc(1, sizeof *r);
    r->statements = calloc(STATEMENTS_MAX, sizeof *r->statements);
    r->results = calloc(RESULTS_MAX, sizeof *r->results);
    assert_int_equal(plx_hospital_init(&h, memory, size, &m), PLX_OK);
    while (plx_hospital_next(h, &msg)) {
        static char text[PLX_HOSPITAL_MESSAGE_MAX + 1];
        if (msg.malformed) continue;
        memcpy(text, msg.bytes.at, msg.bytes.n);
        text[msg.bytes.n] = 0;
        read_message(r, text);
    }
    plx_arena arena = plx_arena_init(scratch, text_n);
    plx_out read_out = plx_out_init(read, text_n - 1), out = plx_out_init(truth, text_n - 1);
    write_read(r, &read_out);
    assert_int_equal(plx_hospital_truth_write(h, &arena, &out), PLX_OK);
    expect_same(read, truth);
    free(r->statements);
    free(r->results);
    free(r);
    free(read);
    free(truth);
    free(memory);
    free(scratch);
}

static void plain(void **state)
{
    (void)state;
    read_all(1, 1500, 0, "none");
}

static void with_all_faults(void **state)
{
    (void)state;
    read_all(2, 1500, 0, "all");
}

static void out_of_order(void **state)
{
    (void)state;
    read_all(3, 1500, 0, "late=0.5,reorder=0.5");
}

/* What bodies change are values and treatment, never the books. */
static void with_bodies(void **state)
{
    (void)state;
    read_all(4, 400, 64, "all");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(plain), cmocka_unit_test(with_all_faults),
                                       cmocka_unit_test(out_of_order),
                                       cmocka_unit_test(with_bodies)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
