/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Provenance id: journal sequence x 4096 + output index. No table is needed, because every output
 * is a function of the journal. Text form: base 36, lower case. Index 0 is the entry
 * itself; 1..3071 are its observations in message order (OBX order); 3072..4095 are derived values
 * (scores). */
#ifndef PLX_CORE_RECORD_PROVENANCE_H
#define PLX_CORE_RECORD_PROVENANCE_H

#include "core/base/slice.h"

enum { PLX_PROVENANCE_PER_ENTRY = 4096, PLX_PROVENANCE_DERIVED = 3072, PLX_BASE36_MAX = 13 };

typedef uint64_t plx_provenance;

static inline plx_provenance plx_provenance_of(uint64_t seq, uint32_t index)
{
    return seq * PLX_PROVENANCE_PER_ENTRY + index;
}
static inline uint64_t plx_provenance_seq(plx_provenance id)
{
    return id / 4096;
}
static inline uint32_t plx_provenance_index(plx_provenance id)
{
    return (uint32_t)(id % 4096);
}

void plx_out_base36(plx_out *out, uint64_t value);
/* 1..13 digits 0-9a-z; PLX_SYNTAX or PLX_RANGE otherwise, *value unchanged. */
PLX_MUST_CHECK plx_status plx_base36_parse(plx_slice text, uint64_t *value);

#endif
