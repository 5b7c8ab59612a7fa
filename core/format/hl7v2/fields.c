/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/hl7v2/fields.h"

void plx_hl7_fields_read(const plx_hl7_message *m, uint32_t segment, uint32_t last,
                         plx_hl7_fields *fields)
{
    PLX_ASSERT(last < PLX_HL7_FIELDS_MAX);
    fields->m = m;
    fields->segment = segment;
    fields->n = 0;
    fields->end = (uint32_t)m->bytes.n;
    fields->header = plx_hl7_is_header(m, segment);
    if (segment >= m->segments_n) return;
    const plx_hl7_segment *s = &m->segments[segment];
    const char *bytes = m->bytes.at, separator = m->delimiters.field;
    fields->end = s->offset + s->length;
    /* One separator more than fields: it ends the last one. No branch that cannot be guessed. */
    uint32_t n = 0;
    for (uint32_t e = s->first; e < s->end && n <= last; e++) {
        fields->entry[n] = e;
        n += bytes[m->index[e]] == separator;
    }
    fields->n = n;
}

uint32_t plx_hl7_parts_split(const plx_hl7_message *m, plx_hl7_span span, char separator,
                             plx_hl7_span *parts, uint32_t max)
{
    const char *bytes = m->bytes.at;
    const uint32_t *index = m->index;
    const uint32_t end = span.offset + span.length;
    uint32_t n = 0, from = span.offset, first = span.entry;
    for (uint32_t e = span.entry; n < max && e < m->index_n && index[e] < end; e++) {
        if (bytes[index[e]] != separator) continue;
        parts[n++] = plx_hl7_span_make(m, from, index[e], first);
        from = index[e] + 1;
        first = e + 1;
    }
    if (n < max) parts[n++] = plx_hl7_span_make(m, from, end, first);
    for (uint32_t i = n; i < max; i++)
        parts[i] = (plx_hl7_span){end, 0, PLX_ABSENT, 0};
    return n;
}
