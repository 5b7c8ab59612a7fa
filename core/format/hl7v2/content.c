/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/hl7v2/content.h"

enum { ADT_EVENTS = 56 };

/* Trigger events of ADT, v2 chapter 3, and the effect that acquisition 5 gives them. */
#define RULE(number, act, need) [number] = {PLX_ADT_##act, PLX_HL7_NEEDS_##need}
static const plx_hl7_adt_rule ADT_RULES[ADT_EVENTS] = {
    RULE(1, ADMIT, PERSON),
    RULE(2, TRANSFER, PERSON),
    RULE(3, DISCHARGE, PERSON),
    RULE(4, REGISTER, PERSON),
    RULE(5, PREADMIT, PERSON),
    RULE(6, TO_INPATIENT, PERSON),
    RULE(7, TO_OUTPATIENT, PERSON),
    RULE(8, UPDATE, PERSON),
    RULE(9, DEPART, PERSON),
    RULE(10, ARRIVE, PERSON),
    RULE(11, CANCEL_ADMIT, PERSON),
    RULE(12, CANCEL_TRANSFER, PERSON),
    RULE(13, CANCEL_DISCHARGE, PERSON),
    RULE(14, PREADMIT, PERSON),
    RULE(15, PENDING_TRANSFER, PERSON),
    RULE(16, PENDING_DISCHARGE, PERSON),
    RULE(17, SWAP, TWO_VISITS),
    RULE(18, MERGE_PERSON, OLD_PERSON),
    RULE(20, BED_STATUS, BED),
    RULE(21, LEAVE, PERSON),
    RULE(22, RETURN, PERSON),
    RULE(23, DELETE_VISIT, PERSON),
    RULE(24, LINK, TWO_PERSONS),
    RULE(25, CANCEL_PENDING_DISCHARGE, PERSON),
    RULE(26, CANCEL_PENDING_TRANSFER, PERSON),
    RULE(27, CANCEL_PENDING_ADMIT, PERSON),
    RULE(28, UPDATE, PERSON),
    RULE(29, DELETE_PERSON, PERSON),
    RULE(30, MERGE_PERSON, OLD_PERSON),
    RULE(31, UPDATE, PERSON),
    RULE(32, CANCEL_ARRIVE, PERSON),
    RULE(33, CANCEL_DEPART, PERSON),
    RULE(34, MERGE_PERSON, OLD_PERSON),
    RULE(35, MERGE_ACCOUNT, OLD_ACCOUNT),
    RULE(36, MERGE_PERSON, OLD_PERSON),
    RULE(37, UNLINK, TWO_PERSONS),
    RULE(38, CANCEL_PREADMIT, PERSON),
    RULE(39, MERGE_PERSON, OLD_PERSON),
    RULE(40, MERGE_PERSON, OLD_PERSON),
    RULE(41, MERGE_ACCOUNT, OLD_ACCOUNT),
    RULE(42, MERGE_VISIT, OLD_VISIT),
    RULE(43, MOVE_PERSON, OLD_PERSON),
    RULE(44, MOVE_ACCOUNT, OLD_ACCOUNT),
    RULE(45, MOVE_VISIT, OLD_VISIT),
    RULE(46, CHANGE_PERSON_ID, OLD_PERSON),
    RULE(47, CHANGE_PERSON_ID, OLD_PERSON),
    RULE(48, CHANGE_PERSON_ID, OLD_PERSON),
    RULE(49, CHANGE_ACCOUNT_ID, OLD_ACCOUNT),
    RULE(50, CHANGE_VISIT_ID, OLD_VISIT),
    RULE(51, CHANGE_ALT_VISIT_ID, OLD_ALTERNATE_VISIT),
    RULE(52, CANCEL_LEAVE, PERSON),
    RULE(53, CANCEL_RETURN, PERSON),
    RULE(54, ATTENDING, PERSON),
    RULE(55, CANCEL_ATTENDING, PERSON),
};
#undef RULE

bool plx_hl7_valued(const plx_hl7_message *m, plx_hl7_span span)
{
    return span.presence == PLX_VALUE && plx_slice_trim(plx_hl7_slice(m, span)).n > 0;
}

bool plx_hl7_group_next(plx_hl7_grouping *group, bool is_orc, bool obr_first)
{
    const bool joins_orc = !is_orc && group->orc && !group->obr && !group->obx;
    const bool joins_obr = is_orc && obr_first && group->obr && !group->orc && !group->obx;
    const bool opens = !group->open || !(joins_orc || joins_obr);
    if (opens) *group = (plx_hl7_grouping){.open = true};
    if (is_orc)
        group->orc = true;
    else
        group->obr = true;
    return opens;
}

static uint32_t number_of(plx_slice type)
{
    if (type.n != 3) return 0;
    const unsigned char *at = (const unsigned char *)type.at;
    return PLX_HL7_ID(at[0], at[1], at[2]);
}

void plx_hl7_fault_set(const plx_hl7_message *m, plx_hl7_place place, uint16_t code,
                       const char *text, plx_hl7_fault *fault)
{
    *fault = (plx_hl7_fault){.code = code,
                             .field = place.field,
                             .component = place.component,
                             .offset = (uint32_t)m->bytes.n,
                             .text = text};
    memcpy(fault->segment, place.id, 3);
    fault->segment_n = 1;
    if (place.segment >= m->segments_n) return;
    const uint32_t id = number_of(plx_slice_of(place.id));
    uint32_t n = 0;
    for (uint32_t i = 0; i <= place.segment; i++)
        n += plx_hl7_id_number(m, i) == id;
    fault->segment_n = (uint16_t)(n < UINT16_MAX ? n : UINT16_MAX);
    const plx_hl7_segment *s = &m->segments[place.segment];
    const plx_hl7_span field = plx_hl7_field(m, place.segment, place.field);
    fault->offset = place.field > 0 ? field.offset : s->offset;
}

static plx_hl7_adt_rule adt_rule(plx_slice trigger)
{
    uint64_t number;
    if (trigger.n == 3 && trigger.at[0] == 'A' &&
        plx_slice_u64((plx_slice){trigger.at + 1, 2}, ADT_EVENTS - 1, &number))
        return ADT_RULES[number];
    return (plx_hl7_adt_rule){PLX_ADT_NONE, PLX_HL7_NEEDS_NOTHING};
}

/* Alarms and waveforms come as ORU too, and are no results. */
static bool is_result_event(plx_slice trigger)
{
    return !plx_slice_is(trigger, "R40") && !plx_slice_is(trigger, "R41") &&
           !plx_slice_is(trigger, "R42") && !plx_slice_is(trigger, "W01") &&
           !plx_slice_is(trigger, "W02");
}

static plx_hl7_family family_of(plx_slice type, plx_slice trigger)
{
    switch (number_of(type)) {
    case PLX_HL7_ID('A', 'D', 'T'):
        return PLX_HL7_FAMILY_ADT;
    case PLX_HL7_ID('O', 'R', 'U'):
        return is_result_event(trigger) ? PLX_HL7_FAMILY_RESULT : PLX_HL7_FAMILY_OTHER;
    case PLX_HL7_ID('O', 'U', 'L'):
        return PLX_HL7_FAMILY_RESULT;
    case PLX_HL7_ID('O', 'R', 'M'):
    case PLX_HL7_ID('O', 'M', 'L'):
    case PLX_HL7_ID('O', 'M', 'G'):
    case PLX_HL7_ID('O', 'M', 'I'):
    case PLX_HL7_ID('O', 'M', 'P'):
    case PLX_HL7_ID('R', 'D', 'E'):
    case PLX_HL7_ID('R', 'D', 'S'):
    case PLX_HL7_ID('R', 'G', 'V'):
    case PLX_HL7_ID('R', 'A', 'S'):
        return PLX_HL7_FAMILY_ORDER;
    default:
        return PLX_HL7_FAMILY_OTHER;
    }
}

static void first(uint32_t *place, uint32_t segment)
{
    if (*place == UINT32_MAX) *place = segment;
}

static void first_two(uint32_t places[2], uint32_t *n, uint32_t segment)
{
    if (*n < 2) places[*n] = segment;
    ++*n;
}

static void outline_read(plx_hl7_content *c)
{
    const plx_hl7_message *m = c->m;
    uint32_t pid[2] = {UINT32_MAX, UINT32_MAX}, pv1[2] = {UINT32_MAX, UINT32_MAX};
    plx_hl7_grouping group = {0};
    c->evn = c->pv2 = c->mrg = c->npu = c->msa = UINT32_MAX;
    for (uint32_t i = 1; i < m->segments_n; i++) {
        c->payload_n++;
        switch (plx_hl7_id_number(m, i)) {
        case PLX_HL7_ID('E', 'V', 'N'):
            first(&c->evn, i);
            break;
        case PLX_HL7_ID('P', 'I', 'D'):
            first_two(pid, &c->pid_n, i);
            break;
        case PLX_HL7_ID('P', 'V', '1'):
            first_two(pv1, &c->pv1_n, i);
            break;
        case PLX_HL7_ID('P', 'V', '2'):
            first(&c->pv2, i);
            break;
        case PLX_HL7_ID('M', 'R', 'G'):
            first(&c->mrg, i);
            c->mrg_n++;
            break;
        case PLX_HL7_ID('N', 'P', 'U'):
            first(&c->npu, i);
            break;
        case PLX_HL7_ID('O', 'B', 'X'):
            group.obx = true;
            c->obx_n++;
            break;
        case PLX_HL7_ID('O', 'R', 'C'):
            c->orders_n += plx_hl7_group_next(&group, true, c->obr_first);
            break;
        case PLX_HL7_ID('O', 'B', 'R'):
            c->orders_n += plx_hl7_group_next(&group, false, c->obr_first);
            break;
        case PLX_HL7_ID('R', 'X', 'O'):
        case PLX_HL7_ID('R', 'X', 'E'):
        case PLX_HL7_ID('R', 'X', 'D'):
        case PLX_HL7_ID('R', 'X', 'G'):
        case PLX_HL7_ID('R', 'X', 'A'):
            c->medications_n++;
            break;
        case PLX_HL7_ID('M', 'S', 'A'):
            first(&c->msa, i);
            c->payload_n--;
            break;
        case PLX_HL7_ID('E', 'R', 'R'):
        case PLX_HL7_ID('S', 'F', 'T'):
        case PLX_HL7_ID('U', 'A', 'C'):
        case PLX_HL7_ID('N', 'T', 'E'):
        case PLX_HL7_ID('D', 'S', 'C'):
            c->payload_n--;
            break;
        default:
            break;
        }
    }
    c->pid = pid[0];
    c->pid_2 = pid[1];
    c->pv1 = pv1[0];
    c->pv1_2 = pv1[1];
}

static plx_slice trimmed(const plx_hl7_message *m, plx_hl7_span span)
{
    if (span.presence != PLX_VALUE) return (plx_slice){m->bytes.at + span.offset, 0};
    return plx_slice_trim(plx_hl7_slice(m, span));
}

void plx_hl7_content_read(const plx_hl7_message *m, plx_hl7_content *c)
{
    enum { MSH_LAST = 18 };
    memset(c, 0, sizeof *c);
    c->m = m;
    plx_hl7_fields_read(m, 0, MSH_LAST, &c->msh);
    c->type = trimmed(m, plx_hl7_fields_component(&c->msh, 9, 1));
    c->trigger = trimmed(m, plx_hl7_fields_component(&c->msh, 9, 2));
    c->obr_first = plx_slice_is(c->type, "OUL");
    outline_read(c);
    if (c->trigger.n == 0 && c->evn != UINT32_MAX)
        c->trigger = trimmed(m, plx_hl7_get(m, c->evn, 1, 1));
    c->family = family_of(c->type, c->trigger);
    if (c->family == PLX_HL7_FAMILY_ADT) c->adt = adt_rule(c->trigger);
    c->specimen_first =
        (c->obr_first && (plx_slice_is(c->trigger, "R22") || plx_slice_is(c->trigger, "R23"))) ||
        plx_slice_is(c->trigger, "O33") || plx_slice_is(c->trigger, "O35");
}

int plx_hl7_version_minor(const plx_hl7_message *m, const plx_hl7_fields *msh)
{
    const plx_slice v = trimmed(m, plx_hl7_fields_component(msh, 12, 1));
    if (v.n == 0 || plx_slice_is(v, "2")) return 0;
    if (v.n < 3 || v.at[0] != '2' || v.at[1] != '.') return -1;
    if (v.at[2] < '1' || v.at[2] > '9' || (v.n > 3 && v.at[3] != '.')) return -1;
    return v.at[2] - '0';
}

static plx_status complain(const plx_hl7_content *c, plx_hl7_place place, uint16_t code,
                           const char *text, plx_hl7_fault *fault)
{
    plx_hl7_fault_set(c->m, place, code, text, fault);
    return PLX_MISSING;
}

/* The next segment with the id of the one before; UINT32_MAX if none. */
static uint32_t next_alike(const plx_hl7_message *m, uint32_t before)
{
    const uint32_t id = plx_hl7_id_number(m, before);
    for (uint32_t i = before + 1; i < m->segments_n; i++)
        if (plx_hl7_id_number(m, i) == id) return i;
    return UINT32_MAX;
}

/* First component of any repetition is valued. */
static bool any_id(const plx_hl7_message *m, plx_hl7_span field)
{
    plx_hl7_walk walk = plx_hl7_walk_repetitions(m, field);
    plx_hl7_span repetition;
    while (plx_hl7_walk_next(m, &walk, &repetition)) {
        plx_hl7_span id;
        (void)plx_hl7_parts_read(m, repetition, m->delimiters.component, &id, 1);
        if (plx_hl7_valued(m, id)) return true;
    }
    return false;
}

static bool pid_identifies(const plx_hl7_message *m, uint32_t pid)
{
    plx_hl7_fields f;
    plx_hl7_fields_read(m, pid, 18, &f);
    return any_id(m, plx_hl7_fields_get(&f, 3)) || any_id(m, plx_hl7_fields_get(&f, 2)) ||
           any_id(m, plx_hl7_fields_get(&f, 4)) || any_id(m, plx_hl7_fields_get(&f, 18));
}

static bool pv1_identifies(const plx_hl7_message *m, uint32_t pv1)
{
    return pv1 != UINT32_MAX && any_id(m, plx_hl7_field(m, pv1, 19));
}

/* PV1-3 with any character: a monitor that knows its bed only. */
static bool bed_known(const plx_hl7_message *m, uint32_t pv1)
{
    plx_hl7_walk walk = plx_hl7_walk_components(m, plx_hl7_get(m, pv1, 3, 0));
    plx_hl7_span part;
    while (plx_hl7_walk_next(m, &walk, &part))
        if (plx_hl7_valued(m, part)) return true;
    return false;
}

static plx_status person_check(const plx_hl7_content *c, uint32_t pid, uint32_t pv1,
                               plx_hl7_fault *fault)
{
    if (pid != UINT32_MAX && pid_identifies(c->m, pid)) return PLX_OK;
    if (pv1_identifies(c->m, pv1)) return PLX_OK;
    if (c->family == PLX_HL7_FAMILY_RESULT && bed_known(c->m, pv1)) return PLX_OK;
    return complain(c, (plx_hl7_place){"PID", pid, 3, 0}, 101,
                    "no patient identifier: fill PID-3 (or PID-2, PID-4, PID-18, PV1-19)", fault);
}

static plx_status two_check(const plx_hl7_content *c, plx_hl7_fault *fault)
{
    if (c->pid_n != 2)
        return complain(c, (plx_hl7_place){"PID", UINT32_MAX, 0, 0}, 100,
                        "this event is about two patients and needs exactly two PID segments",
                        fault);
    if (c->adt.needs == PLX_HL7_NEEDS_TWO_VISITS && c->pv1_n != 2)
        return complain(c, (plx_hl7_place){"PV1", UINT32_MAX, 0, 0}, 100,
                        "a swap of beds needs a PV1 segment after each PID", fault);
    PLX_TRY(person_check(c, c->pid, c->pv1, fault));
    return person_check(c, c->pid_2, c->pv1_2, fault);
}

static plx_status bed_check(const plx_hl7_content *c, plx_hl7_fault *fault)
{
    if (c->npu != UINT32_MAX || bed_known(c->m, c->pv1)) return PLX_OK;
    return complain(c, (plx_hl7_place){"NPU", UINT32_MAX, 0, 0}, 100,
                    "a bed status needs the bed: an NPU segment, or PV1-3 with PV1-40", fault);
}

static plx_status merge_check(const plx_hl7_content *c, plx_hl7_fault *fault)
{
    plx_hl7_fields f;
    uint16_t field = 1;
    if (c->mrg_n == 0)
        return complain(c, (plx_hl7_place){"MRG", UINT32_MAX, 0, 0}, 100,
                        "a merge, move or change of identifier needs an MRG segment", fault);
    if (c->mrg_n > 1)
        return complain(c, (plx_hl7_place){"MRG", next_alike(c->m, c->mrg), 0, 0}, 100,
                        "several merges in one message; send one message for each", fault);
    plx_hl7_fields_read(c->m, c->mrg, 6, &f);
    if (c->adt.needs == PLX_HL7_NEEDS_OLD_ACCOUNT) field = 3;
    if (c->adt.needs == PLX_HL7_NEEDS_OLD_VISIT) field = 5;
    if (c->adt.needs == PLX_HL7_NEEDS_OLD_ALTERNATE_VISIT) field = 6;
    if (any_id(c->m, plx_hl7_fields_get(&f, field))) return PLX_OK;
    if (field == 1 &&
        (any_id(c->m, plx_hl7_fields_get(&f, 4)) || any_id(c->m, plx_hl7_fields_get(&f, 2))))
        return PLX_OK;
    return complain(c, (plx_hl7_place){"MRG", c->mrg, field, 0}, 101,
                    "the identifier that ends is missing in the MRG segment", fault);
}

static plx_status adt_check(const plx_hl7_content *c, plx_hl7_fault *fault)
{
    if (c->adt.needs == PLX_HL7_NEEDS_NOTHING) return PLX_OK;
    if (c->adt.needs == PLX_HL7_NEEDS_BED) return bed_check(c, fault);
    if (c->pid_n == 0)
        return complain(c, (plx_hl7_place){"PID", UINT32_MAX, 0, 0}, 100,
                        "this event is about a patient and needs a PID segment", fault);
    if (c->adt.needs == PLX_HL7_NEEDS_TWO_PERSONS || c->adt.needs == PLX_HL7_NEEDS_TWO_VISITS)
        return two_check(c, fault);
    if (c->pid_n > 1)
        return complain(c, (plx_hl7_place){"PID", c->pid_2, 0, 0}, 100,
                        "several patients in one message; send one message for each", fault);
    PLX_TRY(person_check(c, c->pid, c->pv1, fault));
    return c->adt.needs == PLX_HL7_NEEDS_PERSON ? PLX_OK : merge_check(c, fault);
}

/* The first later segment like this one whose field says something else; UINT32_MAX if none. */
static uint32_t differs(const plx_hl7_message *m, uint32_t first, uint32_t field)
{
    const plx_slice own = trimmed(m, plx_hl7_field(m, first, field));
    for (uint32_t i = next_alike(m, first); i != UINT32_MAX; i = next_alike(m, i))
        if (!plx_slice_equal(trimmed(m, plx_hl7_field(m, i, field)), own)) return i;
    return UINT32_MAX;
}

static plx_status one_patient_check(const plx_hl7_content *c, plx_hl7_fault *fault)
{
    static const uint16_t identifiers[] = {3, 2, 4};
    plx_hl7_place place = {"PID", UINT32_MAX, 0, 0};
    for (uint32_t i = 0; i < 3 && c->pid_n > 1 && place.segment == UINT32_MAX; i++) {
        place.field = identifiers[i];
        place.segment = differs(c->m, c->pid, place.field);
    }
    if (place.segment == UINT32_MAX && c->pv1_n > 1 && c->family == PLX_HL7_FAMILY_RESULT)
        place = (plx_hl7_place){"PV1", differs(c->m, c->pv1, 19), 19, 0};
    if (place.segment == UINT32_MAX) return PLX_OK;
    return complain(c, place, 100,
                    "several patients or visits in one message; send one message for each", fault);
}

static plx_status size_check(const plx_hl7_content *c, plx_hl7_fault *fault)
{
    const bool drugs = c->family != PLX_HL7_FAMILY_ADT;
    if (drugs && c->obx_n + c->medications_n > PLX_EVENT_OBSERVATIONS_MAX && c->medications_n > 0)
        (void)complain(c, (plx_hl7_place){"RXA", UINT32_MAX, 0, 0}, 207,
                       "more than 3071 OBX and RX segments in one message; split it", fault);
    else if (c->obx_n > PLX_EVENT_OBSERVATIONS_MAX)
        (void)complain(c, (plx_hl7_place){"OBX", UINT32_MAX, 0, 0}, 207,
                       "more than 3071 OBX segments in one message; split it", fault);
    else if (c->orders_n > PLX_EVENT_ORDERS_MAX)
        (void)complain(c, (plx_hl7_place){"OBR", UINT32_MAX, 0, 0}, 207,
                       "more than 1024 orders in one message; split it", fault);
    else
        return PLX_OK;
    return PLX_LIMIT;
}

plx_status plx_hl7_content_check(const plx_hl7_content *c, plx_hl7_fault *fault)
{
    if (c->family == PLX_HL7_FAMILY_OTHER) return PLX_OK;
    PLX_TRY(size_check(c, fault));
    if (c->family == PLX_HL7_FAMILY_ADT) return adt_check(c, fault);
    PLX_TRY(one_patient_check(c, fault));
    return person_check(c, c->pid, c->pv1, fault);
}
