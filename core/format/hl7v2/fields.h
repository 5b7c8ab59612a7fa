/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Many fields of one segment, or many parts of one span, found in one pass over its index entries
 * instead of a walk for each. Private to this room. */
#ifndef PLX_CORE_FORMAT_FIELDS_H
#define PLX_CORE_FORMAT_FIELDS_H

#include "core/format/hl7v2/hl7v2.h"

enum { PLX_HL7_FIELDS_MAX = 52 /* the last field that any mapping reads is PV1-50 */ };

typedef struct plx_hl7_fields {
    const plx_hl7_message *m;
    uint32_t segment;
    uint32_t n;   /* separators found, at most PLX_HL7_FIELDS_MAX */
    uint32_t end; /* byte after the segment */
    bool header;
    uint32_t entry[PLX_HL7_FIELDS_MAX + 1]; /* index entries of the separators; one to spare */
} plx_hl7_fields;

/* last: the highest field number that will be asked for, at most PLX_HL7_FIELDS_MAX - 1. A segment
 * number beyond the last one gives a segment without fields. */
void plx_hl7_fields_read(const plx_hl7_message *m, uint32_t segment, uint32_t last,
                         plx_hl7_fields *fields);

static inline plx_hl7_span plx_hl7_span_make(const plx_hl7_message *m, uint32_t offset,
                                             uint32_t end, uint32_t entry)
{
    const char *at = m->bytes.at + offset;
    const uint32_t n = end - offset;
    plx_presence presence = PLX_VALUE;
    if (n == 0)
        presence = PLX_EMPTY;
    else if (n == 2 && at[0] == '"' && at[1] == '"')
        presence = PLX_NULL;
    return (plx_hl7_span){offset, n, presence, entry};
}

/* No delimiter of any level is inside: its first part is the span itself, and there is no other.
 * Nearly every field of a message is like that. */
static inline bool plx_hl7_span_is_whole(const plx_hl7_message *m, plx_hl7_span span)
{
    return span.presence != PLX_VALUE || span.entry >= m->index_n ||
           m->index[span.entry] >= span.offset + span.length;
}

/* As plx_hl7_parts_read, for a span that is not whole. */
uint32_t plx_hl7_parts_split(const plx_hl7_message *m, plx_hl7_span span, char separator,
                             plx_hl7_span *parts, uint32_t max);

/* Parts of a span at one level, split at separator; parts[i] for i >= the count returned are
 * PLX_ABSENT. Parts after the max-th (at least one) are left out. */
static inline uint32_t plx_hl7_parts_read(const plx_hl7_message *m, plx_hl7_span span,
                                          char separator, plx_hl7_span *parts, uint32_t max)
{
    if (!plx_hl7_span_is_whole(m, span)) return plx_hl7_parts_split(m, span, separator, parts, max);
    parts[0] = span;
    for (uint32_t i = 1; i < max; i++)
        parts[i] = (plx_hl7_span){span.offset + span.length, 0, PLX_ABSENT, 0};
    return span.presence != PLX_ABSENT;
}

/* A whole field, with its repetitions. number: HL7's, from 1 to the last that was read; MSH-1 not.
 */
static inline plx_hl7_span plx_hl7_fields_get(const plx_hl7_fields *f, uint32_t number)
{
    const uint32_t i = number - 1 - f->header; /* the separator before it */
    if (i >= f->n) return (plx_hl7_span){f->end, 0, PLX_ABSENT, 0};
    const uint32_t from = f->m->index[f->entry[i]] + 1;
    const uint32_t to = i + 1 < f->n ? f->m->index[f->entry[i + 1]] : f->end;
    return plx_hl7_span_make(f->m, from, to, f->entry[i] + 1);
}

/* First repetition of a field. */
static inline plx_hl7_span plx_hl7_fields_first(const plx_hl7_fields *f, uint32_t number)
{
    const plx_hl7_span field = plx_hl7_fields_get(f, number);
    plx_hl7_span first;
    if (plx_hl7_span_is_whole(f->m, field)) return field;
    (void)plx_hl7_parts_split(f->m, field, f->m->delimiters.repetition, &first, 1);
    return first;
}

/* First repetition, one component; component 1..10. */
static inline plx_hl7_span plx_hl7_fields_component(const plx_hl7_fields *f, uint32_t number,
                                                    uint32_t component)
{
    plx_hl7_span parts[10];
    PLX_ASSERT(component >= 1 && component <= 10);
    const plx_hl7_span first = plx_hl7_fields_first(f, number);
    if (plx_hl7_span_is_whole(f->m, first)) {
        if (component == 1) return first;
        return (plx_hl7_span){first.offset + first.length, 0, PLX_ABSENT, 0};
    }
    (void)plx_hl7_parts_split(f->m, first, f->m->delimiters.component, parts, component);
    return parts[component - 1];
}

#endif
