/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the files of the mapping share: texts, data types, and one function for each group of
 * segments. Private to this room. */
#ifndef PLX_CORE_FORMAT_MAP_INNER_H
#define PLX_CORE_FORMAT_MAP_INNER_H

#include "core/base/arena.h"
#include "core/format/hl7v2/content.h"
#include "core/record/event.h"

typedef struct plx_hl7_mapper {
    const plx_hl7_message *m;
    plx_arena *arena;
    int32_t zone_minutes;
    bool plain;  /* ASCII without escapes behind the header: every text is borrowed as it is */
    bool latin1; /* MSH-18 is ISO 8859-1 */
    bool full;   /* the arena was too small: what was mapped is not complete */
    uint32_t warnings;
    plx_slice time_text; /* the last time that was read, and what it says: rows repeat it */
    plx_when time;
} plx_hl7_mapper;

/* map_text.c: decoded texts. A span that is absent, empty or null gives an empty slice. */
plx_hl7_mapper plx_hl7_mapper_init(const plx_hl7_message *m, const plx_hl7_fields *msh,
                                   int32_t zone_minutes, plx_arena *arena);
plx_slice plx_hl7_view(plx_hl7_mapper *p, plx_hl7_span span);
/* Blanks only count as PLX_EMPTY. */
plx_text plx_hl7_view_text(plx_hl7_mapper *p, plx_hl7_span span);
/* A whole field of free text, a line for each repetition; blanks in front are kept. */
plx_text plx_hl7_view_lines(plx_hl7_mapper *p, plx_hl7_span field);

/* map_types.c: data types, each in its forms since 2.1. Span: one repetition, unless said. */
plx_identifier plx_hl7_map_cx(plx_hl7_mapper *p, plx_hl7_span span);
plx_identifier plx_hl7_map_ei(plx_hl7_mapper *p, plx_hl7_span span);
plx_location plx_hl7_map_pl(plx_hl7_mapper *p, plx_hl7_span span);
plx_staff_name plx_hl7_map_xcn(plx_hl7_mapper *p, plx_hl7_span span);
/* HD as a whole field: namespace, else universal id. */
plx_slice plx_hl7_map_hd(plx_hl7_mapper *p, plx_hl7_span span);
/* TS or DTM. What is no time is PLX_EMPTY, with a warning. */
plx_when plx_hl7_map_when(plx_hl7_mapper *p, plx_hl7_span span);
plx_when plx_hl7_map_birth(plx_hl7_mapper *p, plx_hl7_span span);
/* CE, CWE, CNE, CF: text, else code, of the first pair or the alternate one. */
plx_text plx_hl7_map_coded(plx_hl7_mapper *p, plx_hl7_span span);
/* Appends the repetitions of a CX field that have an id. */
void plx_hl7_map_ids(plx_hl7_mapper *p, plx_hl7_span field, plx_identifier *ids, uint32_t *ids_n);

/* map_adt.c */
void plx_hl7_map_person(plx_hl7_mapper *p, uint32_t pid, plx_person_facts *person);
void plx_hl7_map_visit(plx_hl7_mapper *p, uint32_t pv1, plx_visit_facts *visit);
void plx_hl7_map_merge(plx_hl7_mapper *p, uint32_t mrg, plx_merge_facts *merge);
void plx_hl7_map_bed(plx_hl7_mapper *p, uint32_t npu, plx_visit_facts *visit);
void plx_hl7_map_complaint(plx_hl7_mapper *p, uint32_t pv2, plx_visit_facts *visit);
/* A ROL of the message that names the nurse; others change nothing. */
void plx_hl7_map_role(plx_hl7_mapper *p, uint32_t rol, plx_visit_facts *visit);

/* map_order.c */
void plx_hl7_map_orc(plx_hl7_mapper *p, uint32_t orc, plx_order_facts *order);
void plx_hl7_map_obr(plx_hl7_mapper *p, uint32_t obr, plx_order_facts *order);
/* Times of a specimen, as far as the order has none. */
void plx_hl7_map_spm(plx_hl7_mapper *p, uint32_t spm, plx_order_facts *order);

/* map_medication.c: an RXO, RXE, RXD, RXG or RXA, but for index, order and demo of the message. */
bool plx_hl7_is_medication(uint32_t id);
void plx_hl7_map_medication(plx_hl7_mapper *p, uint32_t segment, plx_medication_facts *medication);
/* Of those (n) before it; of the one before it. */
void plx_hl7_map_rxr(plx_hl7_mapper *p, uint32_t rxr, plx_medication_facts *medications,
                     uint32_t n);
void plx_hl7_map_rxc(plx_hl7_mapper *p, uint32_t rxc, plx_medication_facts *medication);
/* As far as they are not known. */
void plx_hl7_map_tq1(plx_hl7_mapper *p, uint32_t tq1, plx_when *start, plx_when *end);

/* map_observation.c: an OBX, but for index, order and demo of the message. order may be NULL. */
void plx_hl7_map_obx(plx_hl7_mapper *p, uint32_t obx, const plx_order_facts *order,
                     plx_observation_facts *observation);
/* map_value.c: OBX-5 by OBX-2; o has code, quantity, unit and value_type. */
void plx_hl7_map_value(plx_hl7_mapper *p, plx_hl7_span field, plx_observation_facts *o);

#endif
