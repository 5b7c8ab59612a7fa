/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What kind of message this is, where its segments lie, and whether its content can be used. Judged
 * before the message is written down and asked again by the mapping, so that nothing that was
 * accepted turns out to be unusable later. Private to this room.
 *
 * One message speaks of one patient: swap and links of two. Merges of several persons, and results
 * of several patients, in one message are refused with the advice to send one message each; a PID
 * repeated with the same PID-3 (and, for results, no other PV1-19) is the same patient. */
#ifndef PLX_CORE_FORMAT_CONTENT_H
#define PLX_CORE_FORMAT_CONTENT_H

#include "core/format/hl7v2/fields.h"
#include "core/format/hl7v2/intake.h"
#include "core/record/event.h"

typedef enum plx_hl7_family {
    PLX_HL7_FAMILY_OTHER, /* kept, counted, no state */
    PLX_HL7_FAMILY_ADT,
    PLX_HL7_FAMILY_RESULT, /* ORU but alarms (R40..R42) and waveforms (W01, W02); OUL */
    PLX_HL7_FAMILY_ORDER   /* ORM, OML, OMG, OMI, OMP; RDE, RDS, RGV, RAS */
} plx_hl7_family;

typedef enum plx_hl7_needs { /* what an ADT event must carry */
                             PLX_HL7_NEEDS_NOTHING,
                             PLX_HL7_NEEDS_PERSON,
                             PLX_HL7_NEEDS_TWO_PERSONS,
                             PLX_HL7_NEEDS_TWO_VISITS,
                             PLX_HL7_NEEDS_BED,
                             PLX_HL7_NEEDS_OLD_PERSON, /* MRG-1, 2 or 4 */
                             PLX_HL7_NEEDS_OLD_ACCOUNT,
                             PLX_HL7_NEEDS_OLD_VISIT,
                             PLX_HL7_NEEDS_OLD_ALTERNATE_VISIT
} plx_hl7_needs;

typedef struct plx_hl7_adt_rule {
    plx_adt_action action;
    plx_hl7_needs needs;
} plx_hl7_adt_rule;

/* Which ORC and OBR segments make one order. */
typedef struct plx_hl7_grouping {
    bool open, orc, obr, obx; /* of the current order */
} plx_hl7_grouping;

typedef struct plx_hl7_content {
    const plx_hl7_message *m;
    plx_hl7_fields msh;      /* up to MSH-18 */
    plx_slice type, trigger; /* MSH-9.1, MSH-9.2 else EVN-1; trimmed, not decoded */
    plx_hl7_family family;
    plx_hl7_adt_rule adt;
    bool obr_first;      /* OUL: ORC follows its OBR */
    bool specimen_first; /* SPM stands before the orders it is for */
    /* segment numbers of the first, or first and second; UINT32_MAX when there is none */
    uint32_t evn, pid, pid_2, pv1, pv1_2, pv2, mrg, npu, msa;
    uint32_t pid_n, pv1_n, mrg_n, obx_n, orders_n;
    uint32_t medications_n; /* RXO, RXE, RXD, RXG, RXA */
    uint32_t payload_n;     /* segments that an acknowledgement does not have */
} plx_hl7_content;

void plx_hl7_content_read(const plx_hl7_message *m, plx_hl7_content *content);
/* PLX_MISSING, PLX_SYNTAX or PLX_LIMIT (more orders or observations than an event holds) with
 * *fault. *fault unchanged when PLX_OK. */
PLX_MUST_CHECK plx_status plx_hl7_content_check(const plx_hl7_content *content,
                                                plx_hl7_fault *fault);

/* An ORC or OBR comes: true when it opens a new order. */
bool plx_hl7_group_next(plx_hl7_grouping *group, bool is_orc, bool obr_first);

typedef struct plx_hl7_place {
    const char *id;   /* three letters */
    uint32_t segment; /* number, UINT32_MAX when it is missing */
    uint16_t field, component;
} plx_hl7_place;

void plx_hl7_fault_set(const plx_hl7_message *m, plx_hl7_place place, uint16_t code,
                       const char *text, plx_hl7_fault *fault);
/* Has characters that are not blanks, and is not null. */
bool plx_hl7_valued(const plx_hl7_message *m, plx_hl7_span span);

/* MSH-12.1: 1..9 for 2.1 to 2.9 (2.5.1 is 5), 0 when empty or only "2", -1 when not 2.x. */
int plx_hl7_version_minor(const plx_hl7_message *m, const plx_hl7_fields *msh);

/* Segment ids as numbers; small letters, which some senders use, count as capitals. */
#define PLX_HL7_ID(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))
static inline uint32_t plx_hl7_capital(char c)
{
    return (uint32_t)(unsigned char)c - (c >= 'a' && c <= 'z' ? 32 : 0);
}
/* 0 when the id has not three characters. */
static inline uint32_t plx_hl7_id_number(const plx_hl7_message *m, uint32_t segment)
{
    const plx_hl7_segment *s = &m->segments[segment];
    if (s->id_length != 3) return 0;
    const char *at = m->bytes.at + s->offset;
    return PLX_HL7_ID(plx_hl7_capital(at[0]), plx_hl7_capital(at[1]), plx_hl7_capital(at[2]));
}

#endif
