/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How fast the twin applies messages on one core, and how large it is, as CSV: case,value,unit,n.
 *
 * The stream is the simulated hospital's (seed 1, no faults): every message is read once without
 * the twin (parse and map) and once through plx_twin_apply; apply is what is left after the first
 * is taken off. Seconds are processor time, the best of three passes. n: messages, records or runs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/format/hl7v2/map.h"
#include "core/hospital/hospital.h"
#include "core/twin/board.h"
#include "core/twin/report.h"
#include "core/twin/twin.h"

enum { MESSAGES_MAX = 60000, PASSES = 3, KINDS = 3 };
static const size_t REGION_BYTES = (size_t)1 << 30;
static const size_t STEP_BYTES = (size_t)16 << 20;
static const char *const KIND_NAMES[KINDS] = {"adt", "result", "order"};

typedef struct stream {
    plx_slice bodies[MESSAGES_MAX];
    int64_t arrivals_us[MESSAGES_MAX];
    uint8_t kinds[MESSAGES_MAX];
    uint32_t n, of_kind[KINDS];
    void *step;
} stream;

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void *take(size_t n)
{
    void *at = calloc(n, 1);
    if (!at) exit(1);
    return at;
}

static uint8_t kind_of(plx_slice body)
{
    const char *type = body.at;
    for (int bars = 0; bars < 8 && type < body.at + body.n; type++)
        bars += *type == '|';
    return memcmp(type, "ADT", 3) == 0 ? 0 : memcmp(type, "ORU", 3) == 0 ? 1 : 2;
}

static void stream_fill(stream *s)
{
    plx_hospital_model model = plx_hospital_model_default();
    plx_hospital_message m;
    plx_hospital *h;
    model.seed = 1;
    model.start_us = INT64_C(1764000000000000);
    model.journeys_max = 1500;
    size_t n = plx_hospital_size(&model);
    void *memory = take(n);
    if (plx_hospital_init(&h, memory, n, &model) != PLX_OK) exit(1);
    while (s->n < MESSAGES_MAX && plx_hospital_next(h, &m)) {
        char *copy = take(m.bytes.n);
        memcpy(copy, m.bytes.at, m.bytes.n);
        s->bodies[s->n] = (plx_slice){copy, m.bytes.n};
        s->arrivals_us[s->n] = m.due_us;
        s->kinds[s->n] = kind_of(s->bodies[s->n]);
        s->of_kind[s->kinds[s->n++]]++;
    }
    free(memory);
}

/* Parse and map alone, as apply does it. */
static void read_one(stream *s, uint32_t i)
{
    plx_arena step = plx_arena_init(s->step, STEP_BYTES);
    size_t n = s->bodies[i].n;
    plx_hl7_message m = {.index_capacity = (uint32_t)(n / 4 + 64),
                         .segments_capacity = (uint32_t)(n / 32 + 16)};
    plx_hl7_error error;
    plx_hl7_fault fault;
    plx_event event;
    plx_hl7_map_options options = {0};
    m.index = plx_arena_take(&step, m.index_capacity, sizeof *m.index);
    m.segments = plx_arena_take(&step, m.segments_capacity, sizeof *m.segments);
    if (plx_hl7_parse(s->bodies[i], &m, &error) != PLX_OK ||
        plx_hl7_map(&m, &options, &step, &event, &fault) != PLX_OK)
        exit(1);
}

static void apply_one(stream *s, plx_twin *t, uint32_t i)
{
    plx_arena step = plx_arena_init(s->step, STEP_BYTES);
    plx_applied applied;
    plx_entry entry = {.seq = i + 1,
                       .kind = PLX_ENTRY_MESSAGE,
                       .verdict = PLX_VERDICT_ACCEPTED,
                       .iface = PLX_IFACE_FIRST,
                       .schema = PLX_ENTRY_SCHEMA,
                       .arrival_us = s->arrivals_us[i],
                       .body = s->bodies[i]};
    if (plx_twin_apply(t, &entry, &step, &applied) != PLX_OK ||
        applied.outcome != PLX_OUTCOME_APPLIED)
        exit(1);
}

static plx_twin *fresh_twin(void *memory)
{
    plx_twin_model model = plx_twin_model_default();
    plx_twin *t;
    model.retention_us = 0;
    if (plx_twin_init(&t, memory, REGION_BYTES, &model) != PLX_OK) exit(1);
    return t;
}

/* Seconds by kind of message; the clock costs some 50 ns a message, in both passes alike. */
static void pass(stream *s, plx_twin *t, double seconds[KINDS])
{
    memset(seconds, 0, KINDS * sizeof *seconds);
    for (uint32_t i = 0; i < s->n; i++) {
        double start = now_s();
        if (t)
            apply_one(s, t, i);
        else
            read_one(s, i);
        seconds[s->kinds[i]] += now_s() - start;
    }
}

static void keep_best(double best[KINDS], const double seconds[KINDS], int run)
{
    for (int k = 0; k < KINDS; k++)
        if (run == 0 || seconds[k] < best[k]) best[k] = seconds[k];
}

static void print(const char *name, double value, const char *unit, uint32_t n)
{
    printf("%s,%.6g,%s,%u\n", name, value, unit, n);
}

static uint32_t lines_of(const plx_twin *t, plx_report which, char *text, size_t capacity)
{
    uint32_t n = 0;
    void *memory = take((size_t)64 << 20);
    plx_arena scratch = plx_arena_init(memory, (size_t)64 << 20);
    plx_out out = plx_out_init(text, capacity);
    if (plx_report_write(t, which, &scratch, &out) != PLX_OK) exit(1);
    for (size_t i = 0; i < out.n; i++)
        n += out.at[i] == '\n';
    free(memory);
    return n;
}

static void measure_whole(const plx_twin *t, const void *region)
{
    size_t used = plx_twin_used(t), capacity = (size_t)64 << 20;
    char *text = take(capacity), *copy = take(used);
    uint8_t hash[32];
    uint32_t visits = lines_of(t, PLX_REPORT_CENSUS, text, capacity);
    plx_twin *fork;
    double start = now_s();
    memcpy(copy, region, used);
    print("fork", (now_s() - start) * 1e3, "ms", 1);
    start = now_s();
    if (plx_twin_adopt(&fork, copy, used, used) != PLX_OK) exit(1);
    print("adopt", (now_s() - start) * 1e3, "ms", 1);
    start = now_s();
    plx_twin_hash(t, hash);
    print("hash", (now_s() - start) * 1e3, "ms", 1);
    plx_out out = plx_out_init(text, capacity);
    start = now_s();
    plx_board_write(t, &out);
    print("board", (now_s() - start) * 1e3, "ms", 1);
    print("region", (double)used / 1e6, "MB", 1);
    print("region_per_visit", (double)used / visits, "B", visits);
    free(text);
    free(copy);
}

/* Shapes that must not be quadratic. */

typedef struct shape {
    const char *name;
    uint32_t n;
    /* Message i of n as text. */
    void (*write)(char *text, size_t capacity, uint32_t i, uint32_t n);
} shape;

static void one_event(char *text, size_t capacity, uint32_t minute, const char *trigger,
                      uint32_t visit, uint32_t i)
{
    snprintf(text, capacity,
             "MSH|^~\\&|REG|H|P|P|20261125120000||ADT^%s|C%u|P|2.5.1\r"
             "EVN||202611%02u%02u%02u\rPID|1||P%u^^^H^MR||DOE^JANE||19700101|F\r"
             "PV1|1|E|ED^R%u^1^H||||D%u^CHEN||||||||||||V%u^^^H\rPV2|||^chest pain\r",
             trigger, i, 1 + minute / 1440 % 28, minute / 60 % 24, minute % 60, visit, i % 50,
             i % 9, visit);
}

static void observations(char *text, size_t capacity, uint32_t i, uint32_t n)
{
    (void)n;
    snprintf(text, capacity,
             "MSH|^~\\&|MON|H|P|P|20261125120000||ORU^R01|C%u|P|2.5.1\rPID|1||P1^^^H^MR\r"
             "PV1|1|E|||||||||||||||||V1^^^H\rOBR|1|||VS\r"
             "OBX|1|NM|8867-4^HR^LN||%u|/min|||||F|||20261125%02u%02u%02u\r",
             i, 60 + i % 90, i / 3600 % 24, i / 60 % 60, i % 60);
}

static void events_in_order(char *text, size_t capacity, uint32_t i, uint32_t n)
{
    (void)n;
    one_event(text, capacity, i, i == 0 ? "A04" : "A02", 1, i);
}

static void events_backwards(char *text, size_t capacity, uint32_t i, uint32_t n)
{
    one_event(text, capacity, n - i, "A02", 1, i);
}

static void events_cancelled(char *text, size_t capacity, uint32_t i, uint32_t n)
{
    (void)n;
    one_event(text, capacity, i, i % 2 ? "A12" : "A02", 1, i);
}

/* A thousand stays of one person, results without a visit number between them. */
static void visits_of_one(char *text, size_t capacity, uint32_t i, uint32_t n)
{
    (void)n;
    if (i % 2 == 0)
        snprintf(
            text, capacity,
            "MSH|^~\\&|REG|H|P|P|20261125120000||ADT^A04|C%u|P|2.5.1\rEVN||202611%02u%02u%02u\r"
            "PID|1||P1^^^H^MR\rPV1|1|E|ED||||||||||||||||V%u^^^H\r",
            i, 1 + i / 1440 % 28, i / 60 % 24, i % 60, i);
    else
        snprintf(text, capacity,
                 "MSH|^~\\&|LAB|H|P|P|20261125120000||ORU^R01|C%u|P|2.5.1\rPID|1||P1^^^H^MR\r"
                 "OBR|1||F%u|CBC\rOBX|1|NM|718-7^Hb^LN||120|g/L|||||F|||202612%02u%02u%02u\r",
                 i, i, 1 + i / 1440 % 28, i / 60 % 24, i % 60);
}

/* Four messages a visit, 10,000 visits: what an idle stay costs in memory. */
static void idle_visits(char *text, size_t capacity, uint32_t i, uint32_t n)
{
    static const char *const TRIGGERS[] = {"A04", "A08", "A02", "A03"};
    (void)n;
    one_event(text, capacity, i / 4 % 1000 + i % 4, TRIGGERS[i % 4], i / 4, i);
}

static const shape SHAPES[] = {
    {"observations_one_stay", 10000, observations}, {"events_in_order", 1000, events_in_order},
    {"events_backwards", 1000, events_backwards},   {"events_cancelled", 1000, events_cancelled},
    {"visits_one_person", 2000, visits_of_one},     {"idle_visits", 40000, idle_visits}};

/* Cost of the first and of the last tenth of the messages. */
static void measure_shape(stream *s, const shape *x, void *region)
{
    char text[1024], name[64];
    plx_twin *t = fresh_twin(region);
    size_t empty = plx_twin_used(t);
    double tenth[10] = {0};
    for (uint32_t i = 0; i < x->n; i++) {
        x->write(text, sizeof text, i, x->n);
        s->bodies[0] = (plx_slice){text, strlen(text)};
        s->arrivals_us[0] = INT64_C(1795608000000000);
        plx_arena step = plx_arena_init(s->step, STEP_BYTES);
        plx_applied applied;
        plx_entry entry = {.seq = i + 1,
                           .kind = PLX_ENTRY_MESSAGE,
                           .iface = PLX_IFACE_FIRST,
                           .arrival_us = s->arrivals_us[0],
                           .body = s->bodies[0]};
        double start = now_s();
        if (plx_twin_apply(t, &entry, &step, &applied) != PLX_OK) exit(1);
        tenth[i * 10 / x->n] += now_s() - start;
        if (applied.outcome != PLX_OUTCOME_APPLIED) exit(1);
    }
    snprintf(name, sizeof name, "%s_first_tenth", x->name);
    print(name, tenth[0] * 10 / x->n * 1e9, "ns", x->n / 10);
    snprintf(name, sizeof name, "%s_last_tenth", x->name);
    print(name, tenth[9] * 10 / x->n * 1e9, "ns", x->n / 10);
    if (x->write != idle_visits) return;
    print("idle_visit_bytes", (double)(plx_twin_used(t) - empty) / (x->n / 4), "B", x->n / 4);
}

int main(void)
{
    stream *s = take(sizeof *s);
    void *region = take(REGION_BYTES);
    double read_s[KINDS], apply_s[KINDS], seconds[KINDS];
    plx_twin *t = NULL;
    s->step = take(STEP_BYTES);
    stream_fill(s);
    for (int run = 0; run < PASSES; run++) {
        pass(s, NULL, seconds);
        keep_best(read_s, seconds, run);
        t = fresh_twin(region);
        pass(s, t, seconds);
        keep_best(apply_s, seconds, run);
    }
    double all_s = 0;
    printf("case,value,unit,n\n");
    for (int k = 0; k < KINDS; k++) {
        char name[64];
        double n = s->of_kind[k] ? s->of_kind[k] : 1;
        all_s += apply_s[k];
        snprintf(name, sizeof name, "%s_read", KIND_NAMES[k]);
        print(name, read_s[k] / n * 1e9, "ns", s->of_kind[k]);
        snprintf(name, sizeof name, "%s_apply", KIND_NAMES[k]);
        print(name, (apply_s[k] - read_s[k]) / n * 1e9, "ns", s->of_kind[k]);
    }
    print("messages_per_s", s->n / all_s, "1/s", s->n);
    measure_whole(t, region);
    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++)
        measure_shape(s, &SHAPES[i], region);
    return 0;
}
