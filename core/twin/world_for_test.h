/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A world for tests: messages as text go through judging, parsing, mapping and applying, as in the
 * program. All happens on 2026-11-25 unless a message says otherwise. Included by tests only. */
#ifndef PLX_CORE_TWIN_WORLD_FOR_TEST_H
#define PLX_CORE_TWIN_WORLD_FOR_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/format/hl7v2/intake.h"
#include "core/twin/board.h"
#include "core/twin/private.h"
#include "core/twin/report.h"

/* Segments. Times are HHMM of the day, or the whole rest of a time. */
#define DAY "20261125"
#define MSH(id, type, sent) "MSH|^~\\&|REG|H|PLX|ED|" DAY sent "||" type "|" id "|P|2.5.1\r"
#define EVN(trigger, recorded) "EVN|" trigger "|" DAY recorded "\r"
#define EVN6(trigger, recorded, occurred) "EVN|" trigger "|" DAY recorded "||||" DAY occurred "\r"
#define PID(mrn) "PID|1||" mrn "^^^H^MR||DOE^JANE||19700101|F\r"
#define PIDN(mrn, name, birth, sex) "PID|1||" mrn "^^^H^MR||" name "||" birth "|" sex "\r"
#define PIDA(mrn, account) "PID|1||" mrn "^^^H^MR||DOE^JANE||19700101|F||||||||||" account "^^^H\r"
#define PV1(class, place, visit) "PV1|1|" class "|" place "||||||||||||||||" visit "^^^H^VN\r"
/* class, place, prior, attending, temporary, visit, disposition, pending, admitted, discharged */
#define PV1X(class, place, prior, doctor, temp, visit, dispo, pending, in, out)                    \
    "PV1|1|" class "|" place "|||" prior "|" doctor "||||" temp "||||||||" visit                   \
                   "^^^H^VN|||||||||||||||||" dispo "||||||" pending "||" in "|" out "\r"
#define PV2(complaint) "PV2|||" complaint "\r"
/* A whole ADT message: control id, trigger, recorded, person, class, place, visit */
#define ADT(id, trigger, at, mrn, class, place, visit)                                             \
    MSH(id, "ADT^" trigger, at) EVN(trigger, at) PID(mrn) PV1(class, place, visit)
/* The same, recorded later than it happened (EVN-6); of a cancel: what it undoes. */
#define ADT6(id, trigger, at, happened, mrn, class, place, visit)                                  \
    MSH(id, "ADT^" trigger, at) EVN6(trigger, at, happened) PID(mrn) PV1(class, place, visit)
#define MRG(old) "MRG|" old "^^^H^MR\r"
#define ORU(id, sent) "MSH|^~\\&|LAB|H|PLX|ED|" DAY sent "||ORU^R01|" id "|P|2.5.1\r"
#define OBR(placer, filler, code, at, reported, status)                                            \
    "OBR|1|" placer "|" filler "|" code "|||" DAY at "|||||||||||||||" DAY reported                \
    "||LAB|" status "\r"
#define OBX(n, code, sub, value, unit, status, at)                                                 \
    "OBX|" n "|NM|" code "|" sub "|" value "|" unit "|||||" status "|||" DAY at "\r"

#define NOON_US INT64_C(1795608000000000) /* 2026-11-25T12:00:00Z */

enum { WORLD_BYTES = 64 * 1024 * 1024, WORLD_TEXT = 8 * 1024 * 1024 };

typedef struct world {
    plx_twin *t;
    void *region, *step;
    char *text;       /* for reports */
    int64_t clock_us; /* arrival of the next entry; one second more each */
    uint64_t seq;
    plx_applied applied; /* of the last entry */
} world;

/* The memory of the world that ended last: thousands of worlds need not have theirs anew. */
static void *world_spare;

static inline world world_init(const plx_twin_model *model)
{
    world w = {.clock_us = NOON_US};
    plx_twin_model standard = plx_twin_model_default();
    w.region = world_spare ? world_spare : malloc(WORLD_BYTES + 2 * WORLD_TEXT);
    assert_non_null(w.region);
    world_spare = NULL;
    w.step = (char *)w.region + WORLD_BYTES;
    w.text = (char *)w.step + WORLD_TEXT;
    assert_int_equal(plx_twin_init(&w.t, w.region, WORLD_BYTES, model ? model : &standard), PLX_OK);
    return w;
}

static inline void world_destroy(world *w)
{
    free(world_spare);
    world_spare = w->region;
}

static inline plx_outcome world_entry(world *w, plx_entry entry)
{
    plx_arena step = plx_arena_init(w->step, WORLD_TEXT);
    entry.seq = ++w->seq;
    entry.schema = PLX_ENTRY_SCHEMA;
    entry.arrival_us = w->clock_us;
    w->clock_us += PLX_SECOND_US;
    assert_int_equal(plx_twin_apply(w->t, &entry, &step, &w->applied), PLX_OK);
    return w->applied.outcome;
}

static inline plx_verdict world_judge(plx_slice body)
{
    static uint32_t index[1 << 17];
    static plx_hl7_segment segments[1 << 15];
    plx_hl7_message m = {.index = index,
                         .index_capacity = sizeof index / sizeof *index,
                         .segments = segments,
                         .segments_capacity = sizeof segments / sizeof *segments};
    plx_hl7_error error;
    plx_hl7_intake intake;
    bool whole = plx_hl7_parse(body, &m, &error) == PLX_OK;
    plx_hl7_judge(body, whole ? &m : NULL, whole ? NULL : &error, 2, false, &intake);
    return intake.verdict;
}

static inline plx_outcome world_message(world *w, const char *text)
{
    plx_slice body = plx_slice_of(text);
    return world_entry(w, (plx_entry){.kind = PLX_ENTRY_MESSAGE,
                                      .verdict = world_judge(body),
                                      .iface = PLX_IFACE_FIRST,
                                      .body = body});
}

static inline plx_outcome world_json(world *w, plx_entry_kind kind, const char *json)
{
    return world_entry(w, (plx_entry){.kind = kind, .body = plx_slice_of(json)});
}

/* Time passes to HH:MM of the day, or of the next one after 24:00. */
static inline void world_tick(world *w, int hour, int minute)
{
    w->clock_us = NOON_US + ((int64_t)(hour - 12) * 60 + minute) * PLX_MINUTE_US;
    world_entry(w, (plx_entry){.kind = PLX_ENTRY_TICK});
}

static inline const char *world_report(world *w, plx_report which)
{
    plx_arena scratch = plx_arena_init(w->step, WORLD_TEXT);
    plx_out out = plx_out_init(w->text, WORLD_TEXT - 1);
    assert_int_equal(plx_report_write(w->t, which, &scratch, &out), PLX_OK);
    w->text[out.n] = 0;
    return w->text;
}

/* The stay of a visit number, 0 when there is none. */
static inline uint32_t world_visit(const world *w, const char *number)
{
    plx_identifier id = {.value = {plx_slice_of(number), PLX_VALUE}, .authority = PLX_LIT("H")};
    uint32_t node = plx_twin_node_find(w->t, TWIN_VISIT_ID, &id);
    return node ? twin_group_at(w->t, twin_group_of(w->t, node))->encounter : 0;
}

static inline const twin_encounter *world_stay(const world *w, const char *number)
{
    uint32_t e = world_visit(w, number);
    assert_int_not_equal(e, 0);
    return twin_encounter_at(w->t, e);
}

/* One cell of a stay as JSON. */
static inline const char *world_board(world *w)
{
    plx_out out = plx_out_init(w->text, WORLD_TEXT - 1);
    plx_board_write(w->t, &out);
    assert_false(out.full);
    w->text[out.n] = 0;
    return w->text;
}

/* Heap's method without recursion: each permutation of 0..n-1 (n <= 16), once. */
typedef void world_permuted(const void *self, const uint8_t *order, uint32_t n);

static inline void world_every_order(uint32_t n, world_permuted *each, const void *self)
{
    uint8_t order[16], count[16] = {0};
    assert_true(n <= 16);
    for (uint32_t i = 0; i < n; i++)
        order[i] = (uint8_t)i;
    each(self, order, n);
    for (uint32_t i = 0; i < n;) {
        if (count[i] >= i) {
            count[i++] = 0;
            continue;
        }
        uint32_t k = i % 2 ? count[i] : 0;
        uint8_t swap = order[k];
        order[k] = order[i];
        order[i] = swap;
        each(self, order, n);
        count[i]++;
        i = 0;
    }
}

#endif
