/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* PID, PV1, PV2, MRG, NPU, ROL (v2 chapter 3). */
#include "core/format/hl7v2/map_inner.h"

static plx_text component_text(plx_hl7_mapper *p, const plx_hl7_fields *f, uint32_t field,
                               uint32_t component)
{
    const plx_hl7_span first = plx_hl7_fields_first(f, field);
    if (first.presence != PLX_VALUE) return plx_hl7_view_text(p, first);
    return plx_hl7_view_text(p, plx_hl7_fields_component(f, field, component));
}

static plx_text part_text(plx_hl7_mapper *p, plx_hl7_span component)
{
    plx_hl7_span part;
    (void)plx_hl7_parts_read(p->m, component, p->m->delimiters.subcomponent, &part, 1);
    return plx_hl7_view_text(p, part);
}

/* XPN, and PN of 2.1: family (its first sub-component since 2.3), given. */
static void map_name(plx_hl7_mapper *p, plx_hl7_span name, plx_person_facts *person)
{
    plx_hl7_span parts[2];
    if (name.presence != PLX_VALUE) {
        person->family.presence = person->given.presence = name.presence;
        return;
    }
    (void)plx_hl7_parts_read(p->m, name, p->m->delimiters.component, parts, 2);
    person->family = part_text(p, parts[0]);
    person->given = part_text(p, parts[1]);
}

void plx_hl7_map_person(plx_hl7_mapper *p, uint32_t pid, plx_person_facts *person)
{
    enum { PID_LAST = 30 };
    plx_hl7_fields f;
    plx_hl7_fields_read(p->m, pid, PID_LAST, &f);
    plx_hl7_map_ids(p, plx_hl7_fields_get(&f, 3), person->ids, &person->ids_n);
    plx_hl7_map_ids(p, plx_hl7_fields_get(&f, 2), person->ids, &person->ids_n);
    plx_hl7_map_ids(p, plx_hl7_fields_get(&f, 4), person->ids, &person->ids_n);
    map_name(p, plx_hl7_fields_first(&f, 5), person);
    person->birth = plx_hl7_map_birth(p, plx_hl7_fields_first(&f, 7));
    person->sex = component_text(p, &f, 8, 1);
    person->account = plx_hl7_map_cx(p, plx_hl7_fields_first(&f, 18));
    person->death_indicator = component_text(p, &f, 30, 1);
}

void plx_hl7_map_visit(plx_hl7_mapper *p, uint32_t pv1, plx_visit_facts *visit)
{
    enum { PV1_LAST = 50 };
    plx_hl7_fields f;
    plx_hl7_fields_read(p->m, pv1, PV1_LAST, &f);
    visit->given = true;
    visit->patient_class = component_text(p, &f, 2, 1);
    visit->assigned = plx_hl7_map_pl(p, plx_hl7_fields_first(&f, 3));
    visit->prior = plx_hl7_map_pl(p, plx_hl7_fields_first(&f, 6));
    visit->attending = plx_hl7_map_xcn(p, plx_hl7_fields_first(&f, 7));
    visit->temporary = plx_hl7_map_pl(p, plx_hl7_fields_first(&f, 11));
    visit->visit = plx_hl7_map_cx(p, plx_hl7_fields_first(&f, 19));
    visit->disposition = component_text(p, &f, 36, 1);
    visit->bed_status = component_text(p, &f, 40, 1);
    visit->pending = plx_hl7_map_pl(p, plx_hl7_fields_first(&f, 42));
    visit->prior_temporary = plx_hl7_map_pl(p, plx_hl7_fields_first(&f, 43));
    visit->admitted = plx_hl7_map_when(p, plx_hl7_fields_first(&f, 44));
    visit->discharged = plx_hl7_map_when(p, plx_hl7_fields_first(&f, 45));
    visit->alternate_visit = plx_hl7_map_cx(p, plx_hl7_fields_first(&f, 50));
}

void plx_hl7_map_merge(plx_hl7_mapper *p, uint32_t mrg, plx_merge_facts *merge)
{
    plx_hl7_fields f;
    plx_hl7_fields_read(p->m, mrg, 6, &f);
    plx_hl7_map_ids(p, plx_hl7_fields_get(&f, 1), merge->ids, &merge->ids_n);
    plx_hl7_map_ids(p, plx_hl7_fields_get(&f, 4), merge->ids, &merge->ids_n);
    plx_hl7_map_ids(p, plx_hl7_fields_get(&f, 2), merge->ids, &merge->ids_n);
    merge->account = plx_hl7_map_cx(p, plx_hl7_fields_first(&f, 3));
    merge->visit = plx_hl7_map_cx(p, plx_hl7_fields_first(&f, 5));
    merge->alternate_visit = plx_hl7_map_cx(p, plx_hl7_fields_first(&f, 6));
}

void plx_hl7_map_bed(plx_hl7_mapper *p, uint32_t npu, plx_visit_facts *visit)
{
    plx_hl7_fields f;
    plx_hl7_fields_read(p->m, npu, 2, &f);
    visit->assigned = plx_hl7_map_pl(p, plx_hl7_fields_first(&f, 1));
    visit->bed_status = component_text(p, &f, 2, 1);
}

void plx_hl7_map_complaint(plx_hl7_mapper *p, uint32_t pv2, plx_visit_facts *visit)
{
    visit->complaint = plx_hl7_map_coded(p, plx_hl7_get(p->m, pv2, 3, 0));
}

void plx_hl7_map_role(plx_hl7_mapper *p, uint32_t rol, plx_visit_facts *visit)
{
    plx_hl7_fields f;
    plx_hl7_fields_read(p->m, rol, 4, &f);
    const plx_slice role = plx_hl7_view(p, plx_hl7_fields_component(&f, 3, 1));
    if (!plx_slice_is(role, "NURSE") && !plx_slice_is(role, "RN") && !plx_slice_is(role, "PN"))
        return;
    if (plx_slice_is(plx_hl7_view(p, plx_hl7_fields_component(&f, 2, 1)), "DE"))
        visit->nurse = (plx_staff_name){.presence = PLX_NULL};
    else
        visit->nurse = plx_hl7_map_xcn(p, plx_hl7_fields_first(&f, 4));
}
