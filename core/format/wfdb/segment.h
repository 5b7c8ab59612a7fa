/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How the signals of a segment serve those of a record that is made of segments. */
#ifndef PLX_CORE_FORMAT_WFDB_SEGMENT_H
#define PLX_CORE_FORMAT_WFDB_SEGMENT_H

#include "core/format/wfdb/wfdb.h"

typedef enum plx_wfdb_link_kind {
    PLX_WFDB_LINK_SAME,     /* digital values as they are */
    PLX_WFDB_LINK_SCALED,   /* another gain or baseline: values are converted and rounded */
    PLX_WFDB_LINK_ABSENT,   /* the segment does not have this signal */
    PLX_WFDB_LINK_UNUSABLE, /* it has, but in another unit or with other samples of a frame */
} plx_wfdb_link_kind;

typedef struct plx_wfdb_link {
    plx_wfdb_link_kind kind;
    uint32_t from; /* signal of the segment, when SAME or SCALED */
} plx_wfdb_link;

/* Fills links[signals_n]: by name when the layout is variable, by position when it is fixed. */
void plx_wfdb_links_make(const plx_wfdb_signal *signals, uint32_t signals_n,
                         const plx_wfdb_header *segment, plx_wfdb_layout layout,
                         plx_wfdb_link *links);
/* A frame of the segment becomes one of the record; what has no source is invalid. */
void plx_wfdb_links_apply(const plx_wfdb_signal *signals, uint32_t signals_n,
                          const plx_wfdb_link *links, const plx_wfdb_signal *from,
                          const int32_t *in, int32_t *out);
/* Index of the segment that holds the frame, which is one of the record's. */
uint32_t plx_wfdb_segment_of(const plx_wfdb_header *record, uint64_t frame);

#endif
