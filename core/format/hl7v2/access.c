/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Access to an indexed message: spans, walks, and the way back to bytes. */
#include "core/format/hl7v2/hl7v2.h"

plx_slice plx_hl7_slice(const plx_hl7_message *m, plx_hl7_span span)
{
    return (plx_slice){m->bytes.at + span.offset, span.length};
}

/* What a number beyond the last segment means, so that a search need not be checked before an
 * access. */
static plx_hl7_segment segment_of(const plx_hl7_message *m, uint32_t segment)
{
    if (segment < m->segments_n) return m->segments[segment];
    return (plx_hl7_segment){.offset = (uint32_t)m->bytes.n};
}

plx_slice plx_hl7_id(const plx_hl7_message *m, uint32_t segment)
{
    plx_hl7_segment s = segment_of(m, segment);
    return (plx_slice){m->bytes.at + s.offset, s.id_length};
}

bool plx_hl7_segment_is(const plx_hl7_message *m, uint32_t segment, const char *id)
{
    return plx_slice_is(plx_hl7_id(m, segment), id);
}

uint32_t plx_hl7_find(const plx_hl7_message *m, const char *id, uint32_t from)
{
    plx_slice wanted = plx_slice_of(id);
    for (uint32_t i = from; i < m->segments_n; i++)
        if (plx_slice_equal(plx_hl7_id(m, i), wanted)) return i;
    return UINT32_MAX;
}

bool plx_hl7_is_header(const plx_hl7_message *m, uint32_t segment)
{
    plx_slice id = plx_hl7_id(m, segment);
    return id.n == 3 && (memcmp(id.at, "MSH", 3) == 0 || memcmp(id.at, "BHS", 3) == 0 ||
                         memcmp(id.at, "FHS", 3) == 0);
}

static plx_hl7_span span_of(const plx_hl7_message *m, uint32_t offset, uint32_t end, uint32_t entry)
{
    const char *at = m->bytes.at + offset;
    uint32_t n = end - offset;
    plx_presence presence = PLX_VALUE;
    if (n == 0)
        presence = PLX_EMPTY;
    else if (n == 2 && at[0] == '"' && at[1] == '"')
        presence = PLX_NULL;
    return (plx_hl7_span){offset, n, presence, entry};
}

/* Entry of the next separator in [entry, end), else end. */
static uint32_t next_separator(const plx_hl7_message *m, uint32_t entry, uint32_t end,
                               char separator)
{
    const char *at = m->bytes.at;
    while (entry < end && at[m->index[entry]] != separator)
        entry++;
    return entry;
}

plx_hl7_span plx_hl7_field(const plx_hl7_message *m, uint32_t segment, uint32_t field)
{
    const plx_hl7_segment s = segment_of(m, segment);
    const uint32_t segment_end = s.offset + s.length;
    uint32_t entry = s.first;
    if (plx_hl7_is_header(m, segment) && field > 0 && entry < s.end) {
        uint32_t offset = m->index[entry];
        if (field == 1) return span_of(m, offset, offset + 1, entry + 1);
        field--;
    }
    for (uint32_t n = 1; n < field && entry < s.end; n++)
        entry = next_separator(m, entry + 1, s.end, m->delimiters.field);
    if (field == 0 || entry >= s.end) return (plx_hl7_span){segment_end, 0, PLX_ABSENT, s.end};
    uint32_t last = next_separator(m, entry + 1, s.end, m->delimiters.field);
    return span_of(m, m->index[entry] + 1, last < s.end ? m->index[last] : segment_end, entry + 1);
}

uint32_t plx_hl7_field_count(const plx_hl7_message *m, uint32_t segment)
{
    const plx_hl7_segment s = segment_of(m, segment);
    uint32_t n = 0;
    for (uint32_t entry = s.first; entry < s.end; entry++)
        n += m->bytes.at[m->index[entry]] == m->delimiters.field;
    return n + (n > 0 && plx_hl7_is_header(m, segment));
}

/* First index entry at or after an offset. */
static uint32_t entry_search(const plx_hl7_message *m, uint32_t offset)
{
    uint32_t low = 0, high = m->index_n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (m->index[middle] < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A span that was made by hand has no entry: look for it. */
static uint32_t entry_of(const plx_hl7_message *m, plx_hl7_span span)
{
    uint32_t e = span.entry;
    bool known = e <= m->index_n && (e == 0 || m->index[e - 1] <= span.offset) &&
                 (e == m->index_n || m->index[e] >= span.offset);
    return known ? e : entry_search(m, span.offset);
}

static plx_hl7_walk walk_of(const plx_hl7_message *m, plx_hl7_span span, char separator)
{
    return (plx_hl7_walk){.offset = span.offset,
                          .end = span.offset + span.length,
                          .entry = entry_of(m, span),
                          .entry_end = m->index_n,
                          .separator = separator,
                          .more = span.presence != PLX_ABSENT};
}

plx_hl7_walk plx_hl7_walk_fields(const plx_hl7_message *m, uint32_t segment)
{
    const plx_hl7_segment s = segment_of(m, segment);
    bool any = s.first < s.end;
    bool header = any && plx_hl7_is_header(m, segment);
    uint32_t offset = any ? m->index[s.first] + !header : s.offset + s.length;
    return (plx_hl7_walk){.offset = offset,
                          .end = s.offset + s.length,
                          .entry = any ? s.first + 1 : s.end,
                          .entry_end = s.end,
                          .separator = m->delimiters.field,
                          .more = any,
                          .header_id = header};
}

plx_hl7_walk plx_hl7_walk_repetitions(const plx_hl7_message *m, plx_hl7_span field)
{
    return walk_of(m, field, m->delimiters.repetition);
}

plx_hl7_walk plx_hl7_walk_components(const plx_hl7_message *m, plx_hl7_span repetition)
{
    return walk_of(m, repetition, m->delimiters.component);
}

plx_hl7_walk plx_hl7_walk_subcomponents(const plx_hl7_message *m, plx_hl7_span component)
{
    return walk_of(m, component, m->delimiters.subcomponent);
}

bool plx_hl7_walk_next(const plx_hl7_message *m, plx_hl7_walk *w, plx_hl7_span *part)
{
    if (!w->more) return false;
    if (w->header_id) {
        *part = span_of(m, w->offset, w->offset + 1, w->entry);
        w->offset++;
        w->header_id = false;
        return true;
    }
    uint32_t start = w->entry;
    const char *at = m->bytes.at;
    while (w->entry < w->entry_end && m->index[w->entry] < w->end &&
           at[m->index[w->entry]] != w->separator)
        w->entry++;
    w->more = w->entry < w->entry_end && m->index[w->entry] < w->end;
    uint32_t end = w->more ? m->index[w->entry] : w->end;
    *part = span_of(m, w->offset, end, start);
    w->offset = end + 1;
    w->entry += w->more;
    return true;
}

static plx_hl7_span nth(const plx_hl7_message *m, plx_hl7_walk walk, uint32_t n)
{
    plx_hl7_span part = {walk.end, 0, PLX_ABSENT, walk.entry_end};
    for (uint32_t i = 0; i < n; i++)
        if (!plx_hl7_walk_next(m, &walk, &part))
            return (plx_hl7_span){walk.end, 0, PLX_ABSENT, walk.entry};
    return part;
}

plx_hl7_span plx_hl7_repetition(const plx_hl7_message *m, plx_hl7_span field, uint32_t n)
{
    return nth(m, plx_hl7_walk_repetitions(m, field), n);
}

plx_hl7_span plx_hl7_component(const plx_hl7_message *m, plx_hl7_span repetition, uint32_t n)
{
    return nth(m, plx_hl7_walk_components(m, repetition), n);
}

plx_hl7_span plx_hl7_subcomponent(const plx_hl7_message *m, plx_hl7_span component, uint32_t n)
{
    return nth(m, plx_hl7_walk_subcomponents(m, component), n);
}

uint32_t plx_hl7_repetition_count(const plx_hl7_message *m, plx_hl7_span field)
{
    plx_hl7_walk walk = plx_hl7_walk_repetitions(m, field);
    plx_hl7_span part;
    uint32_t n = 0;
    while (plx_hl7_walk_next(m, &walk, &part))
        n++;
    return n;
}

plx_hl7_span plx_hl7_get(const plx_hl7_message *m, uint32_t segment, uint32_t field,
                         uint32_t component)
{
    plx_hl7_span first = plx_hl7_repetition(m, plx_hl7_field(m, segment, field), 1);
    return component == 0 ? first : plx_hl7_component(m, first, component);
}

/* Parts of one span joined by the delimiter of their level: three nested loops, one for each level
 * below the field. */
static void encode_component(const plx_hl7_message *m, plx_hl7_span component, plx_out *out)
{
    plx_hl7_walk subs = plx_hl7_walk_subcomponents(m, component);
    plx_hl7_span sub;
    for (uint32_t n = 0; plx_hl7_walk_next(m, &subs, &sub); n++) {
        if (n > 0) plx_out_char(out, m->delimiters.subcomponent);
        plx_out_slice_add(out, plx_hl7_slice(m, sub));
    }
}

static void encode_field(const plx_hl7_message *m, plx_hl7_span field, plx_out *out)
{
    plx_hl7_walk repetitions = plx_hl7_walk_repetitions(m, field);
    plx_hl7_span repetition, component;
    for (uint32_t r = 0; plx_hl7_walk_next(m, &repetitions, &repetition); r++) {
        if (r > 0) plx_out_char(out, m->delimiters.repetition);
        plx_hl7_walk components = plx_hl7_walk_components(m, repetition);
        for (uint32_t c = 0; plx_hl7_walk_next(m, &components, &component); c++) {
            if (c > 0) plx_out_char(out, m->delimiters.component);
            encode_component(m, component, out);
        }
    }
}

void plx_hl7_encode(const plx_hl7_message *m, plx_out *out)
{
    uint32_t written = 0;
    for (uint32_t i = 0; i < m->segments_n; i++) {
        const plx_hl7_segment *s = &m->segments[i];
        plx_out_bytes(out, m->bytes.at + written, s->offset - written);
        plx_out_slice_add(out, plx_hl7_id(m, i));
        uint32_t unseparated = plx_hl7_is_header(m, i) ? 2 : 0; /* MSH-1 is the separator */
        plx_hl7_walk fields = plx_hl7_walk_fields(m, i);
        plx_hl7_span field;
        for (uint32_t n = 1; plx_hl7_walk_next(m, &fields, &field); n++) {
            if (n > unseparated) plx_out_char(out, m->delimiters.field);
            encode_field(m, field, out);
        }
        written = s->offset + s->length;
    }
    plx_out_bytes(out, m->bytes.at + written, m->bytes.n - written);
}
