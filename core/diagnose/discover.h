/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Cases in JSON without tables: which diagnoses, findings and values they name -> the records of a
 * knowledge without numbers. A finding is many_of when any case has a list for it, else one_of when
 * any has a text, else number, else yes_no. */
#ifndef PLX_CORE_DIAGNOSE_DISCOVER_H
#define PLX_CORE_DIAGNOSE_DISCOVER_H

#include "core/diagnose/knowledge.h"
#include "core/format/json/json.h"

typedef struct plx_discovered_finding {
    plx_slice id;
    bool list, text, number, yes_no;
    uint32_t items_n;
} plx_discovered_finding;

typedef struct plx_discovered_item {
    uint32_t finding;
    plx_slice id;
    double value; /* of a number */
} plx_discovered_item;

typedef struct plx_discovery {
    plx_arena *arena; /* of the texts */
    plx_discovered_finding *findings;
    plx_discovered_item *items;
    plx_slice *diagnoses;
    uint32_t findings_n, items_n, diagnoses_n;
} plx_discovery;

/* About 1 MB of the arena, which must outlive the knowledge. PLX_FULL. */
PLX_MUST_CHECK plx_status plx_discovery_take(plx_discovery *d, plx_arena *arena);
/* One case; what has another form than it must is passed over, its reader will say so. PLX_LIMIT:
 * too many names or values; PLX_FULL. */
PLX_MUST_CHECK plx_status plx_discovery_add(plx_discovery *d, const plx_json *json);
/* *k as of plx_ddxplus_tables, but without tables. PLX_MISSING, PLX_FULL with a sentence. */
PLX_MUST_CHECK plx_status plx_discovery_make(const plx_discovery *d, plx_arena *arena,
                                             plx_knowledge *k, char *why, size_t why_n);

#endif
