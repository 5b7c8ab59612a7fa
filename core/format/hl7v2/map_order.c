/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* ORC, OBR, SPM (v2 chapters 4 and 7). A field of ORC wins over the same one of OBR. */
#include "core/format/hl7v2/map_inner.h"

/* Table 0119. Refusals of a request (UC, UD ...) leave the order as it is: a status. */
static plx_order_control control_of(plx_slice code)
{
    static const struct {
        char code[3];
        uint8_t control;
    } controls[] = {
        {"NW", PLX_ORDER_NEW},         {"SN", PLX_ORDER_NEW},         {"CH", PLX_ORDER_NEW},
        {"OK", PLX_ORDER_OK},          {"NA", PLX_ORDER_OK},          {"CA", PLX_ORDER_CANCEL},
        {"CR", PLX_ORDER_CANCELLED},   {"OC", PLX_ORDER_CANCELLED},   {"DC", PLX_ORDER_DISCONTINUE},
        {"DR", PLX_ORDER_DISCONTINUE}, {"OD", PLX_ORDER_DISCONTINUE}, {"HD", PLX_ORDER_HOLD},
        {"HR", PLX_ORDER_HOLD},        {"OH", PLX_ORDER_HOLD},        {"RL", PLX_ORDER_RELEASE},
        {"OE", PLX_ORDER_RELEASE},     {"OR", PLX_ORDER_RELEASE},     {"RP", PLX_ORDER_REPLACE},
        {"RO", PLX_ORDER_REPLACE},     {"RQ", PLX_ORDER_REPLACE},     {"RU", PLX_ORDER_REPLACE},
        {"XO", PLX_ORDER_CHANGE},      {"XR", PLX_ORDER_CHANGE},      {"XX", PLX_ORDER_CHANGE},
        {"SC", PLX_ORDER_STATUS},      {"SR", PLX_ORDER_STATUS},      {"SS", PLX_ORDER_STATUS},
        {"RE", PLX_ORDER_STATUS},      {"PA", PLX_ORDER_STATUS},      {"PR", PLX_ORDER_STATUS},
        {"UC", PLX_ORDER_STATUS},      {"UD", PLX_ORDER_STATUS},      {"UH", PLX_ORDER_STATUS},
        {"UM", PLX_ORDER_STATUS},      {"UR", PLX_ORDER_STATUS},      {"UX", PLX_ORDER_STATUS},
        {"DE", PLX_ORDER_STATUS},      {"UA", PLX_ORDER_REFUSED},
    };
    for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++)
        if (code.n == 2 && memcmp(code.at, controls[i].code, 2) == 0)
            return (plx_order_control)controls[i].control;
    return PLX_ORDER_NONE;
}

/* Takes a value only where there is none yet. */
static void fill_id(plx_hl7_mapper *p, plx_hl7_span span, plx_identifier *id)
{
    if (id->value.presence != PLX_VALUE) *id = plx_hl7_map_ei(p, span);
}

static void fill_when(plx_hl7_mapper *p, plx_hl7_span span, plx_when *when)
{
    if (when->presence != PLX_VALUE) *when = plx_hl7_map_when(p, span);
}

static void fill_staff(plx_hl7_mapper *p, plx_hl7_span span, plx_staff_name *name)
{
    if (name->presence != PLX_VALUE) *name = plx_hl7_map_xcn(p, span);
}

static void fill_code(plx_hl7_mapper *p, plx_hl7_span span, plx_order_facts *order)
{
    enum { PARTS = 6, ALTERNATE = 3 };
    plx_hl7_span parts[PARTS];
    if (order->code.n > 0 || order->code_text.n > 0) return;
    (void)plx_hl7_parts_read(p->m, span, p->m->delimiters.component, parts, PARTS);
    for (unsigned i = 0; i < PARTS && order->code.n == 0 && order->code_text.n == 0;
         i += ALTERNATE) {
        order->code = plx_hl7_view(p, parts[i]);
        order->code_text = plx_hl7_view(p, parts[i + 1]);
        order->code_system = plx_hl7_view(p, parts[i + 2]);
    }
}

void plx_hl7_map_orc(plx_hl7_mapper *p, uint32_t orc, plx_order_facts *order)
{
    enum { ORC_LAST = 12 };
    plx_hl7_fields f;
    plx_hl7_fields_read(p->m, orc, ORC_LAST, &f);
    const plx_slice control = plx_hl7_view(p, plx_hl7_fields_first(&f, 1));
    order->control = control_of(control);
    if (control.n > 0 && order->control == PLX_ORDER_NONE) p->warnings++;
    /* in OUL the OBR comes first, and here its own numbers win as well */
    const plx_identifier placer = plx_hl7_map_ei(p, plx_hl7_fields_first(&f, 2));
    const plx_identifier filler = plx_hl7_map_ei(p, plx_hl7_fields_first(&f, 3));
    if (placer.value.presence == PLX_VALUE) order->placer = placer;
    if (filler.value.presence == PLX_VALUE) order->filler = filler;
    order->status = plx_hl7_view_text(p, plx_hl7_fields_first(&f, 5));
    order->ordered = plx_hl7_map_when(p, plx_hl7_fields_first(&f, 9));
    fill_staff(p, plx_hl7_fields_first(&f, 12), &order->ordered_by);
}

void plx_hl7_map_obr(plx_hl7_mapper *p, uint32_t obr, plx_order_facts *order)
{
    enum { OBR_LAST = 25 };
    plx_hl7_fields f;
    plx_hl7_fields_read(p->m, obr, OBR_LAST, &f);
    fill_id(p, plx_hl7_fields_first(&f, 2), &order->placer);
    fill_id(p, plx_hl7_fields_first(&f, 3), &order->filler);
    fill_code(p, plx_hl7_fields_first(&f, 4), order);
    fill_when(p, plx_hl7_fields_first(&f, 7), &order->collected);
    fill_when(p, plx_hl7_fields_first(&f, 14), &order->received);
    fill_staff(p, plx_hl7_fields_first(&f, 16), &order->ordered_by);
    order->reported = plx_hl7_map_when(p, plx_hl7_fields_first(&f, 22));
    order->service = plx_hl7_view(p, plx_hl7_fields_first(&f, 24));
    const plx_slice status = plx_hl7_view(p, plx_hl7_fields_first(&f, 25));
    order->result_status = status.n > 0 ? status.at[0] : 0;
}

void plx_hl7_map_spm(plx_hl7_mapper *p, uint32_t spm, plx_order_facts *order)
{
    enum { SPM_LAST = 18 };
    plx_hl7_fields f;
    plx_hl7_fields_read(p->m, spm, SPM_LAST, &f);
    fill_when(p, plx_hl7_fields_component(&f, 17, 1), &order->collected);
    fill_when(p, plx_hl7_fields_first(&f, 18), &order->received);
}
