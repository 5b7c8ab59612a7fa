/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/wfdb/segment.h"

#include <math.h>

static plx_wfdb_link_kind kind_of(const plx_wfdb_signal *to, const plx_wfdb_signal *from)
{
    if (from->format == 0) return PLX_WFDB_LINK_ABSENT; /* named, but without samples */
    if (!plx_slice_equal(to->unit, from->unit) || to->per_frame != from->per_frame)
        return PLX_WFDB_LINK_UNUSABLE;
    bool same = to->gain == from->gain && to->baseline == from->baseline;
    return same ? PLX_WFDB_LINK_SAME : PLX_WFDB_LINK_SCALED;
}

static bool serves(const plx_wfdb_signal *to, uint32_t to_at, const plx_wfdb_signal *from,
                   uint32_t from_at, plx_wfdb_layout layout)
{
    if (layout == PLX_WFDB_FIXED) return to_at == from_at;
    return plx_slice_equal(to->name, from->name);
}

void plx_wfdb_links_make(const plx_wfdb_signal *signals, uint32_t signals_n,
                         const plx_wfdb_header *segment, plx_wfdb_layout layout,
                         plx_wfdb_link *links)
{
    for (uint32_t i = 0; i < signals_n; i++) {
        links[i] = (plx_wfdb_link){.kind = PLX_WFDB_LINK_ABSENT};
        for (uint32_t k = 0; k < segment->signals_n; k++) {
            const plx_wfdb_signal *from = &segment->signals[k];
            if (!serves(&signals[i], i, from, k, layout)) continue;
            links[i] = (plx_wfdb_link){kind_of(&signals[i], from), k};
            break;
        }
    }
}

static int32_t converted(const plx_wfdb_signal *to, const plx_wfdb_signal *from, int32_t digital)
{
    double value = 0;
    if (!plx_wfdb_physical(from, digital, &value)) return PLX_WFDB_INVALID;
    double rounded = floor(value * to->gain + (double)to->baseline + 0.5);
    bool fits = rounded > (double)INT32_MIN && rounded <= (double)INT32_MAX;
    return fits ? (int32_t)rounded : PLX_WFDB_INVALID;
}

void plx_wfdb_links_apply(const plx_wfdb_signal *signals, uint32_t signals_n,
                          const plx_wfdb_link *links, const plx_wfdb_signal *from,
                          const int32_t *in, int32_t *out)
{
    for (uint32_t i = 0; i < signals_n; i++) {
        const plx_wfdb_signal *to = &signals[i], *source = &from[links[i].from];
        for (uint32_t j = 0; j < to->per_frame; j++) {
            int32_t *value = &out[to->at + j];
            if (links[i].kind == PLX_WFDB_LINK_SAME)
                *value = in[source->at + j];
            else if (links[i].kind == PLX_WFDB_LINK_SCALED)
                *value = converted(to, source, in[source->at + j]);
            else
                *value = PLX_WFDB_INVALID;
        }
    }
}

uint32_t plx_wfdb_segment_of(const plx_wfdb_header *record, uint64_t frame)
{
    uint32_t low = 0, high = record->segments_n; /* the last one that begins at or before frame */
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (record->segments[middle].first <= frame)
            low = middle;
        else
            high = middle;
    }
    return low;
}
