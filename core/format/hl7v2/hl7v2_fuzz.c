/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Any bytes: parse, walk every part, decode every leaf, encode. Traps when encoding does not give
 * the input back, when the parts of a level do not add up to their whole, when access by number and
 * by walk differ, when a decoded text needs more room than it may, or when an array is overrun. */
#include "core/format/hl7v2/hl7v2.h"

enum { INDEX_MAX = 1 << 13, SEGMENTS_MAX = 1 << 12, TEXT_MAX = 1 << 20, GROWTH_MAX = 33 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static char text[TEXT_MAX];

static void check_decode(const plx_hl7_message *m, plx_hl7_span span)
{
    plx_out out = plx_out_init(text, sizeof text);
    bool same = plx_hl7_decode(m, span, &out);
    plx_slice raw = plx_hl7_slice(m, span);
    PLX_ASSERT(out.full || out.n <= raw.n * GROWTH_MAX);
    PLX_ASSERT(!same || plx_slice_equal(plx_out_slice(&out), raw));
    plx_hl7_warning warning = {0};
    if (!plx_hl7_decode_check(m, span, &warning)) return;
    PLX_ASSERT(warning.offset >= span.offset && warning.offset < span.offset + span.length);
    PLX_ASSERT(m->bytes.at[warning.offset] == m->delimiters.escape);
}

typedef struct level {
    plx_hl7_walk (*walk)(const plx_hl7_message *, plx_hl7_span);
    plx_hl7_span (*nth)(const plx_hl7_message *, plx_hl7_span, uint32_t);
} level;

static const level LEVELS[] = {{plx_hl7_walk_repetitions, plx_hl7_repetition},
                               {plx_hl7_walk_components, plx_hl7_component},
                               {plx_hl7_walk_subcomponents, plx_hl7_subcomponent}};

static void check_parts(const plx_hl7_message *m, plx_hl7_span span, unsigned depth)
{
    check_decode(m, span);
    if (depth == sizeof LEVELS / sizeof LEVELS[0]) return;
    plx_hl7_walk walk = LEVELS[depth].walk(m, span);
    plx_hl7_span part;
    uint32_t n = 0, next = span.offset;
    for (; plx_hl7_walk_next(m, &walk, &part); n++) {
        PLX_ASSERT(part.offset == next && part.presence != PLX_ABSENT);
        next = part.offset + part.length + 1;
        plx_hl7_span same = n < 4 ? LEVELS[depth].nth(m, span, n + 1) : part;
        PLX_ASSERT(same.offset == part.offset && same.length == part.length);
        check_parts(m, part, depth + 1);
    }
    PLX_ASSERT(n == 0 || next == span.offset + span.length + 1);
    PLX_ASSERT(LEVELS[depth].nth(m, span, n + 1).presence == PLX_ABSENT);
}

static void check_message(const plx_hl7_message *m)
{
    for (uint32_t s = 0; s < m->segments_n; s++) {
        plx_hl7_walk walk = plx_hl7_walk_fields(m, s);
        plx_hl7_span field;
        uint32_t n = 0;
        for (; plx_hl7_walk_next(m, &walk, &field); n++) {
            plx_hl7_span same = n < 8 ? plx_hl7_field(m, s, n + 1) : field;
            PLX_ASSERT(same.offset == field.offset && same.length == field.length);
            check_parts(m, field, 0);
        }
        PLX_ASSERT(plx_hl7_field_count(m, s) == n);
        PLX_ASSERT(plx_hl7_get(m, s, n + 1, 1).presence == PLX_ABSENT);
    }
    plx_out out = plx_out_init(text, sizeof text);
    plx_hl7_encode(m, &out);
    PLX_ASSERT(plx_slice_equal(plx_out_slice(&out), m->bytes));
    for (uint32_t i = 1; i < m->index_n; i++)
        PLX_ASSERT(m->index[i - 1] < m->index[i]);
    PLX_ASSERT(m->index_n == 0 || m->index[m->index_n - 1] < m->bytes.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static uint32_t index[INDEX_MAX];
    static plx_hl7_segment segments[SEGMENTS_MAX];
    if (n == 0) return 0;
    /* The last byte sometimes makes the arrays small. */
    uint32_t room = data[n - 1] % 16 == 0 ? data[n - 1] / 16 : INDEX_MAX;
    plx_hl7_message m = {.index = index,
                         .index_capacity = room,
                         .segments = segments,
                         .segments_capacity = room < SEGMENTS_MAX ? room : SEGMENTS_MAX};
    plx_slice bytes = {(const char *)data, n};
    plx_hl7_error error = {0};
    plx_status status = plx_hl7_parse(bytes, &m, &error);
    if (status == PLX_SPACE) {
        if (error.index_needed > INDEX_MAX || error.segments_needed > SEGMENTS_MAX) return 0;
        m.index_capacity = error.index_needed;
        m.segments_capacity = error.segments_needed;
        status = plx_hl7_parse(bytes, &m, &error);
        PLX_ASSERT(status != PLX_SPACE);
    }
    if (status == PLX_OK)
        check_message(&m);
    else
        PLX_ASSERT(error.text && error.offset <= n);
    return 0;
}
