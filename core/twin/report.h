/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The twin as documents: exports that can be compared with a truth file, the books, dead letters,
 * and the provenance of a number. Lines are sorted, so equal worlds give equal bytes.
 *
 *   census: visit,person,status,class,location,attending         one line an encounter not
 * cancelled beds:   location,visit[;visit..]                             one line an occupied bed
 *   results: filler,code,sub_id,status,value,unit                one line a result key, latest
 * version visit and person are the identifiers without authority; location is
 * point^room^bed^facility with trailing ^ removed; status is the words planned, arrived,
 * in-progress, on-leave, finished. */
#ifndef PLX_CORE_TWIN_REPORT_H
#define PLX_CORE_TWIN_REPORT_H

#include "core/twin/twin.h"

typedef enum plx_report { PLX_REPORT_CENSUS, PLX_REPORT_BEDS, PLX_REPORT_RESULTS } plx_report;

/* Appended to out, which needs room for the lines twice. Fields are quoted as in RFC 4180 when they
 * hold a comma or a quote; a line break in a text is written \n. scratch: 16 bytes an encounter,
 * place or observation (by report) and 4 an encounter suffice. PLX_SPACE when out or scratch is too
 * small. */
PLX_MUST_CHECK plx_status plx_report_write(const plx_twin *twin, plx_report which,
                                           plx_arena *scratch, plx_out *out);

/* Per interface: received = applied + rejected(duplicate + ignored + refused + dead) + pending. */
typedef struct plx_books {
    uint64_t received, applied, duplicate, ignored, refused, dead_open, dead_fixed, dead_discarded;
    int64_t last_arrival_us;
} plx_books;

void plx_twin_books(const plx_twin *twin, uint32_t iface, plx_books *books); /* zero when unknown */
/* The entry is a dead letter that nobody has fixed or discarded. */
bool plx_twin_dead_is_open(const plx_twin *twin, uint64_t seq);

/* {"topic":"feeds","j":..,"now":..,"interfaces":[{"iface":2,"name":"..","received":..,...}],
 *  "dead":[{"seq":..,"iface":..,"arrival":..,"state":"open","code":101,"reason":"..",
 *           "segment":"PID","segment_n":1,"field":3,"component":0,"offset":120,"attempts":0}],
 *  "dead_dropped":0}: at most limit dead letters, open ones first, then newest first; "original"
 * when it is a repaired copy itself, "by" and "why" when a person closed it. */
void plx_feeds_write(const plx_twin *twin, uint32_t limit, plx_out *out);

/* Provenance tree of an id as JSON:
 * {"id":"..","what":"NEWS2","value":V,"rule":"news2/1","source":"..",
 * "class":"discrete-cds","inputs":[{...same..}],"raw":{"seq":..,"iface":..,"arrival":..,"from":..,
 * "length":..}}. PLX_UNKNOWN when the twin holds nothing under the id. */
PLX_MUST_CHECK plx_status plx_why_write(const plx_twin *twin, uint64_t id, plx_out *out);
/* The same of what a live twin said, from its entry in the journal: model, version, seed, the
 * journal sequence up to which it knew everything, how many values it used. PLX_UNKNOWN: the entry
 * is no result, cannot be read, or is not the id's. */
PLX_MUST_CHECK plx_status plx_why_result_write(const plx_entry *entry, uint64_t id, plx_out *out);

#endif
