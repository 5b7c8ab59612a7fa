/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "test/sequence_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { INDEX_MAX = 1 << 16, SEGMENTS_MAX = 1 << 12, WINDOW_KEYS = 1024 };

static uint32_t index_memory[INDEX_MAX];
static plx_hl7_segment segment_memory[SEGMENTS_MAX];

/* The arrays are shared: one message at a time. */
static plx_status parse(plx_slice bytes, plx_hl7_message *m, plx_hl7_error *error)
{
    *m = (plx_hl7_message){.index = index_memory,
                           .index_capacity = INDEX_MAX,
                           .segments = segment_memory,
                           .segments_capacity = SEGMENTS_MAX};
    return plx_hl7_parse(bytes, m, error);
}

/* One of two regions, all zero: a twin and its copy. Their pages are given back and not unmapped,
 * because thousands of worlds begin here. */
static void *zeroed_region(size_t number)
{
    static void *regions[2];
    const size_t n = plx_twin_size_min();
    if (!regions[number])
        regions[number] = mmap(NULL, n, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_ptr_not_equal(regions[number], MAP_FAILED);
    assert_int_equal(madvise(regions[number], n, MADV_DONTNEED), 0);
    return regions[number];
}

void sequence_world_begin(sequence_world *w)
{
    memset(w, 0, sizeof *w);
    const plx_twin_model model = plx_twin_model_default();
    w->capacity = plx_twin_size_min();
    w->memory = zeroed_region(0);
    w->window_memory = calloc(1, plx_duplicate_size(WINDOW_KEYS));
    assert_non_null(w->window_memory);
    w->window = plx_duplicate_init(w->window_memory, WINDOW_KEYS);
    assert_int_equal(plx_twin_init(&w->twin, w->memory, w->capacity, &model), PLX_OK);
}

void sequence_world_end(sequence_world *w)
{
    free(w->window_memory);
}

static plx_outcome apply(sequence_world *w, const plx_entry *entry)
{
    static uint8_t *step_memory;
    if (!step_memory) step_memory = malloc(PLX_TWIN_STEP_BYTES);
    assert_non_null(step_memory);
    plx_arena step = plx_arena_init(step_memory, PLX_TWIN_STEP_BYTES);
    plx_applied applied;
    memset(&applied, 0xA5, sizeof applied);
    assert_int_equal(plx_twin_apply(w->twin, entry, &step, &applied), PLX_OK);
    assert_true(applied.touched_n <= PLX_TWIN_TOUCHED_MAX);
    assert_int_equal(plx_twin_seq(w->twin), entry->seq);
    return applied.outcome;
}

void sequence_world_deliver(sequence_world *w, plx_slice bytes, int64_t arrival_us, uint64_t edits)
{
    assert_true(w->deliveries_n < sizeof w->deliveries / sizeof *w->deliveries);
    sequence_delivery *d = &w->deliveries[w->deliveries_n++];
    plx_hl7_message m;
    plx_hl7_error error = {0};
    const plx_status status = parse(bytes, &m, &error);
    const uint32_t iface = edits ? PLX_IFACE_REPAIR : PLX_IFACE_FIRST;
    plx_hl7_judge(bytes, status == PLX_OK ? &m : NULL, &error, iface, false, &d->intake);
    d->bytes = bytes;
    d->entry = (plx_entry){.seq = ++w->seq,
                           .kind = edits ? PLX_ENTRY_EDITED : PLX_ENTRY_MESSAGE,
                           .verdict = d->intake.verdict,
                           .iface = iface,
                           .schema = PLX_ENTRY_SCHEMA,
                           .ref = edits,
                           .arrival_us = arrival_us,
                           .mono_us = arrival_us,
                           .peer = PLX_LIT("test"),
                           .body = bytes};
    memcpy(d->entry.ext_key, d->intake.ext_key, sizeof d->entry.ext_key);
    memcpy(d->entry.body_hash, d->intake.body_hash, sizeof d->entry.body_hash);
    plx_entry *e = &d->entry;
    if (plx_duplicate_concerns(e)) {
        const plx_status found =
            plx_duplicate_find(w->window, e->ext_key, e->body_hash, arrival_us, &d->first);
        const plx_duplicate_first self = {e->seq, arrival_us, e->verdict};
        if (found == PLX_OK) {
            plx_duplicate_add(w->window, e->ext_key, e->body_hash, &self);
        } else {
            e->verdict = found == PLX_DUPLICATE ? PLX_VERDICT_DUPLICATE : PLX_VERDICT_CONFLICT;
            e->ref = d->first.seq;
        }
    }
    d->outcome = apply(w, e);
}

void sequence_world_tick(sequence_world *w, int64_t now_us)
{
    const plx_entry entry = {.seq = ++w->seq,
                             .kind = PLX_ENTRY_TICK,
                             .iface = PLX_IFACE_INTERNAL,
                             .schema = PLX_ENTRY_SCHEMA,
                             .arrival_us = now_us,
                             .mono_us = now_us};
    assert_int_equal(apply(w, &entry), PLX_OUTCOME_INTERNAL);
}

void sequence_world_fork(sequence_world *w)
{
    const size_t used = plx_twin_used(w->twin);
    assert_true(used <= w->capacity);
    uint8_t before[32], after[32];
    plx_twin_hash(w->twin, before);
    void *copy = zeroed_region(w->region ^= 1);
    memcpy(copy, w->memory, used);
    memset(w->memory, 0xA5, used); /* whoever still looks here is found out */
    w->memory = copy;
    assert_int_equal(plx_twin_adopt(&w->twin, copy, used, w->capacity), PLX_OK);
    plx_twin_hash(w->twin, after);
    assert_memory_equal(before, after, sizeof before);
    assert_int_equal(plx_twin_seq(w->twin), w->seq);
}

static void copy_field(const plx_hl7_message *m, const char *id, uint32_t number, char text[8])
{
    for (uint32_t s = 0; s < m->segments_n; s++) {
        const plx_hl7_segment *segment = &m->segments[s];
        if (segment->id_length != 3 || memcmp(m->bytes.at + segment->offset, id, 3) != 0) continue;
        const plx_slice field = plx_hl7_slice(m, plx_hl7_field(m, s, number));
        snprintf(text, 8, "%.*s", (int)strcspn(field.at, "^|\r"), field.at);
    }
}

void sequence_delivery_answer(const sequence_delivery *d, char code[8], char error[8])
{
    static char memory[1 << 16];
    static const plx_hl7_fault twice = {
        .code = 205, .segment = "MSH", .segment_n = 1, .field = 10, .text = "used before"};
    code[0] = error[0] = 0;
    if (!plx_hl7_ack_due(&d->intake, PLX_HL7_ACK_ORIGINAL, d->entry.verdict)) return;
    plx_hl7_message m;
    plx_hl7_error problem;
    const plx_hl7_message *message = parse(d->bytes, &m, &problem) == PLX_OK ? &m : NULL;
    const bool again = d->entry.verdict == PLX_VERDICT_DUPLICATE;
    const plx_hl7_fault *fault = d->intake.fault.code ? &d->intake.fault : NULL;
    if (d->entry.verdict == PLX_VERDICT_CONFLICT) fault = &twice; /* as the server does */
    plx_out out = plx_out_init(memory, sizeof memory - 1);
    plx_hl7_ack_write(message, PLX_HL7_ACK_ORIGINAL, again ? d->first.verdict : d->entry.verdict,
                      fault, again ? d->first.seq : d->entry.seq,
                      again ? d->first.arrival_us : d->entry.arrival_us, &out);
    assert_false(out.full);
    memory[out.n] = 0;
    assert_int_equal(parse(plx_out_slice(&out), &m, &problem), PLX_OK);
    copy_field(&m, "MSA", 1, code);
    copy_field(&m, "ERR", 3, error);
}

const char *sequence_outcome_text(plx_outcome outcome)
{
    switch (outcome) {
    case PLX_OUTCOME_APPLIED:
        return "applied";
    case PLX_OUTCOME_DUPLICATE:
        return "duplicate";
    case PLX_OUTCOME_IGNORED:
        return "ignored";
    case PLX_OUTCOME_REFUSED:
        return "refused";
    case PLX_OUTCOME_DEAD:
        return "dead";
    case PLX_OUTCOME_INTERNAL:
        return "internal";
    }
    return "";
}
