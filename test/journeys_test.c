/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: thousands of simulated journeys, with every fault the wire knows, end in exactly the state
 * that the generator says; nothing good is refused, nothing broken is taken. Oracle: the
 * generator's own truth (core/hospital), which shares no code with the reader. Tolerance: none;
 * census, beds and results are equal line by line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "core/base/rng.h"
#include "core/clean/duplicate.h"
#include "core/format/hl7v2/intake.h"
#include "core/hospital/hospital.h"
#include "core/twin/report.h"

enum {
    INDEX_MAX = 1 << 16,
    SEGMENTS_MAX = 1 << 12,
    WINDOW_KEYS = 1 << 20,
    SHOWN_MAX = 5 /* differences that are printed */
};
#define WORLD_BYTES ((size_t)3 << 30) /* reserved; only what is used is touched */
#define TEXT_BYTES ((size_t)64 << 20)

typedef struct world {
    plx_twin *twin;
    plx_duplicate_window *window;
    plx_arena step;
    uint64_t seq;
    uint64_t taken, duplicates, refused, good_refused, broken_taken, dead, waves;
} world;

static void *reserve(size_t n)
{
    void *at =
        mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(at != MAP_FAILED);
    return at;
}

/* Returns how many oddities the parser noticed. */
static uint32_t judge(plx_slice bytes, plx_entry *e)
{
    static uint32_t index[INDEX_MAX];
    static plx_hl7_segment segments[SEGMENTS_MAX];
    plx_hl7_message m = {.index = index,
                         .index_capacity = INDEX_MAX,
                         .segments = segments,
                         .segments_capacity = SEGMENTS_MAX};
    plx_hl7_error error = {0};
    plx_hl7_intake intake;
    const plx_status status = plx_hl7_parse(bytes, &m, &error);
    plx_hl7_judge(bytes, status == PLX_OK ? &m : NULL, &error, e->iface, false, &intake);
    e->verdict = intake.verdict;
    memcpy(e->ext_key, intake.ext_key, sizeof e->ext_key);
    memcpy(e->body_hash, intake.body_hash, sizeof e->body_hash);
    return status == PLX_OK ? m.warnings_n : 0;
}

/* As the commit thread does: the verdict, then the window. */
static void look_for_duplicate(world *w, plx_entry *e)
{
    plx_duplicate_first first;
    const plx_duplicate_first self = {e->seq, e->arrival_us, e->verdict};
    if (!plx_duplicate_concerns(e)) return;
    switch (plx_duplicate_find(w->window, e->ext_key, e->body_hash, e->arrival_us, &first)) {
    case PLX_OK:
        plx_duplicate_add(w->window, e->ext_key, e->body_hash, &self);
        return;
    case PLX_DUPLICATE:
        e->verdict = PLX_VERDICT_DUPLICATE;
        break;
    default:
        e->verdict = PLX_VERDICT_CONFLICT;
        break;
    }
    e->ref = first.seq;
}

static void deliver(world *w, const plx_hospital_message *message)
{
    plx_entry e = {.seq = ++w->seq,
                   .kind = PLX_ENTRY_MESSAGE,
                   .iface = PLX_IFACE_FIRST,
                   .schema = PLX_ENTRY_SCHEMA,
                   .arrival_us = message->due_us,
                   .mono_us = message->due_us,
                   .peer = PLX_LIT("hospital"),
                   .body = message->bytes};
    plx_applied applied;
    const uint32_t warnings = judge(message->bytes, &e);
    if (!message->malformed) assert_int_equal(warnings, 0);
    look_for_duplicate(w, &e);
    assert_int_equal(plx_twin_apply(w->twin, &e, &w->step, &applied), PLX_OK);
    plx_arena_reset(&w->step);
    const bool positive = e.verdict == PLX_VERDICT_ACCEPTED || e.verdict == PLX_VERDICT_DUPLICATE;
    w->taken += positive;
    w->duplicates += e.verdict == PLX_VERDICT_DUPLICATE;
    w->refused += !positive;
    w->good_refused += !positive && !message->malformed;
    w->broken_taken += positive && message->malformed;
    w->dead += positive && applied.outcome == PLX_OUTCOME_DEAD;
    w->waves += applied.outcome == PLX_OUTCOME_IGNORED &&
                strcmp(applied.reason, "waveform-not-stored-yet") == 0;
}

/* The first few lines that differ; both texts are sorted. */
static size_t print_differences(const char *twin, const char *truth)
{
    size_t found = 0;
    while (*twin || *truth) {
        const size_t n = strcspn(twin, "\n"), k = strcspn(truth, "\n");
        const plx_slice a = {twin, n}, b = {truth, k};
        const int order = !*twin ? 1 : !*truth ? -1 : plx_slice_compare(a, b);
        if (order != 0 && found++ < SHOWN_MAX)
            print_error("%s %.*s\n", order < 0 ? "twin: " : "truth:", (int)(order < 0 ? n : k),
                        order < 0 ? twin : truth);
        if (order <= 0) twin += n + (twin[n] != 0);
        if (order >= 0) truth += k + (truth[k] != 0);
    }
    return found;
}

static void expect_truth(const world *w, const plx_hospital *h)
{
    char *truth = reserve(TEXT_BYTES), *told = reserve(TEXT_BYTES);
    void *scratch = reserve(TEXT_BYTES);
    plx_arena arena = plx_arena_init(scratch, TEXT_BYTES);
    plx_out out = plx_out_init(truth, TEXT_BYTES - 1);
    assert_int_equal(plx_hospital_truth_write(h, &arena, &out), PLX_OK);
    static const char *const HEADS[] = {"# census\n", "# beds\n", "# results\n"};
    out = plx_out_init(told, TEXT_BYTES - 1);
    for (int i = 0; i < 3; i++) {
        arena = plx_arena_init(scratch, TEXT_BYTES);
        plx_out_text(&out, HEADS[i]);
        assert_int_equal(plx_report_write(w->twin, (plx_report)i, &arena, &out), PLX_OK);
    }
    told[out.n] = 0; /* the report uses the room behind its lines */
    size_t differences = 0;
    const char *at[2] = {told, truth};
    for (int i = 0; i < 3; i++) { /* block by block, so that sorting holds */
        char *next[2];
        for (int k = 0; k < 2; k++) {
            at[k] += strlen(HEADS[i]);
            next[k] = i < 2 ? strstr(at[k], HEADS[i + 1]) : NULL;
            if (next[k]) *next[k] = 0;
        }
        differences += print_differences(at[0], at[1]);
        for (int k = 0; next[0] && next[1] && k < 2; k++) {
            *next[k] = '#';
            at[k] = next[k];
        }
    }
    munmap(truth, TEXT_BYTES);
    munmap(told, TEXT_BYTES);
    munmap(scratch, TEXT_BYTES);
    assert_int_equal(differences, 0);
}

static void expect_books(const world *w, const plx_hospital_counts *c, uint64_t resent)
{
    plx_books books;
    plx_twin_books(w->twin, PLX_IFACE_FIRST, &books);
    assert_int_equal(books.received, c->messages + resent);
    assert_int_equal(books.received, books.applied + books.duplicate + books.ignored +
                                         books.refused + books.dead_open);
    assert_int_equal(w->good_refused, 0);
    assert_int_equal(w->broken_taken, 0);
    assert_int_equal(w->dead, 0);
    assert_int_equal(w->refused, c->malformed);
    assert_int_equal(w->duplicates, c->duplicates + resent);
    assert_true(books.ignored >= c->waves);
    if (c->waves > 0) print_message("# of them waveforms %llu\n", (unsigned long long)c->waves);
    if (c->waves > 0) assert_int_equal(w->waves, c->waves);
}

/* stop_after: messages after which nothing new happens, 0 = never; what is held back still comes.
 */
static void run(uint64_t seed, uint32_t journeys, uint64_t stop_after, const char *faults,
                uint32_t bodies, uint32_t waves)
{
    plx_hospital_model m = plx_hospital_model_default();
    plx_twin_model model = plx_twin_model_default();
    const char *problem;
    world w = {0};
    m.seed = seed;
    m.journeys_max = journeys;
    m.bodies = bodies;
    m.waves = waves;
    model.retention_us = 0;
    assert_int_equal(plx_hospital_faults_parse(plx_slice_of(faults), &m.faults, &problem), PLX_OK);
    const size_t size = plx_hospital_size(&m);
    void *memory = reserve(size), *twin_memory = reserve(WORLD_BYTES);
    void *window_memory = reserve(plx_duplicate_size(WINDOW_KEYS));
    plx_hospital *h;
    assert_int_equal(plx_hospital_init(&h, memory, size, &m), PLX_OK);
    assert_int_equal(plx_twin_init(&w.twin, twin_memory, WORLD_BYTES, &model), PLX_OK);
    w.window = plx_duplicate_init(window_memory, WINDOW_KEYS);
    void *step = reserve(PLX_TWIN_STEP_BYTES);
    w.step = plx_arena_init(step, PLX_TWIN_STEP_BYTES);
    plx_hospital_message message;
    uint64_t resent = 0;
    while (plx_hospital_next(h, &message)) {
        deliver(&w, &message);
        if (stop_after > 0 && w.seq - resent >= stop_after) plx_hospital_stop(h);
        if (!message.drop_after) continue;
        deliver(&w, &message); /* no answer came, so the client sent it again */
        resent++;
    }
    plx_hospital_counts counts;
    plx_hospital_count(h, &counts);
    print_message("# %u journeys, %llu messages, twin of %zu MiB\n", journeys,
                  (unsigned long long)counts.messages, plx_twin_used(w.twin) >> 20);
    expect_truth(&w, h);
    expect_books(&w, &counts, resent);
    munmap(step, PLX_TWIN_STEP_BYTES);
    munmap(memory, size);
    munmap(twin_memory, WORLD_BYTES);
    munmap(window_memory, plx_duplicate_size(WINDOW_KEYS));
}

static void without_faults(void **state)
{
    (void)state;
    run(1, 1000, 0, "none", 0, 0);
}

static void one_fault_at_a_time(void **state)
{
    (void)state;
    static const char *const FAULTS[] = {"duplicate=0.3", "late=0.3", "reorder=0.5",
                                         "malformed=0.3", "drop=0.3", "clock=600"};
    for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++)
        run(10 + i, 300, 0, FAULTS[i], 0, 0);
}

/* The department is full, patients are expected, boarding, on leave. */
static void stopped_in_the_middle(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(1, 1);
    for (uint64_t seed = 100; seed < 130; seed++)
        run(seed, 0, 500 + plx_rng_below(&rng, 12000), seed % 3 ? "all" : "late=0.3,reorder=0.3", 0,
            0);
}

static void ten_thousand_with_all(void **state)
{
    (void)state;
    run(2, 10000, 0, "all", 0, 0);
}

static void with_bodies(void **state)
{
    (void)state;
    run(3, 500, 0, "all", 64, 0);
    run(4, 500, 0, "none", 5, 0); /* most keep the walk */
}

/* Waveforms are taken, ignored by rule, and leave no trace. */
static void with_waves(void **state)
{
    (void)state;
    run(5, 0, 8000, "none", 32, 2);
    run(6, 0, 8000, "all", 32, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_faults),        cmocka_unit_test(one_fault_at_a_time),
        cmocka_unit_test(stopped_in_the_middle), cmocka_unit_test(ten_thousand_with_all),
        cmocka_unit_test(with_bodies),           cmocka_unit_test(with_waves)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
