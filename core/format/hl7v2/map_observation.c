/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* OBX (v2 chapter 7; devices: PCD-01): what was observed, in which unit, when and how. */
#include "core/format/hl7v2/map_inner.h"
#include "core/record/unit.h"

enum { PARTS = 6, ALTERNATE = 3 }; /* CE: code, text, system, and the alternate three */

static bool is_mdc_name(plx_slice s)
{
    return s.n > 4 && memcmp(s.at, "MDC_", 4) == 0;
}

/* MDC: the name wins over the number, wherever it stands, because vendors send wrong numbers. */
static plx_quantity quantity_of(plx_slice code, plx_slice text, plx_slice system)
{
    if (plx_slice_is(system, "MDC") && !is_mdc_name(code) && is_mdc_name(text)) {
        const plx_quantity q = plx_quantity_from_code(text, system);
        if (q != PLX_QUANTITY_OTHER) return q;
    }
    const plx_quantity q = plx_quantity_from_code(code, system);
    if (q != PLX_QUANTITY_OTHER || !plx_slice_is(system, "MDC")) return q;
    return plx_quantity_from_code(text, system);
}

static void map_code(plx_hl7_mapper *p, plx_hl7_span span, plx_observation_facts *o)
{
    plx_hl7_span parts[PARTS];
    const uint32_t n = plx_hl7_parts_read(p->m, span, p->m->delimiters.component, parts, PARTS);
    o->code = plx_hl7_view(p, parts[0]);
    o->code_text = plx_hl7_view(p, parts[1]);
    o->code_system = plx_hl7_view(p, parts[2]);
    o->quantity = quantity_of(o->code, o->code_text, o->code_system);
    if (n <= ALTERNATE || o->quantity != PLX_QUANTITY_OTHER) return;
    const plx_slice code = plx_hl7_view(p, parts[ALTERNATE]);
    const plx_slice text = plx_hl7_view(p, parts[ALTERNATE + 1]);
    const plx_slice system = plx_hl7_view(p, parts[ALTERNATE + 2]);
    const plx_quantity q = quantity_of(code, text, system);
    if (q == PLX_QUANTITY_OTHER && (o->code.n > 0 || code.n == 0)) return;
    o->code = code;
    o->code_text = text;
    o->code_system = system;
    o->quantity = q;
}

/* Another slice than the one that went in: a row of the table knew it. */
static bool is_alias(plx_slice sent, plx_slice *unit)
{
    if (sent.n == 0) return false;
    *unit = plx_unit_alias(sent);
    return unit->at != sent.at;
}

/* OBX-6: a code or name that the unit table knows, of either triplet; else what is marked as UCUM;
 * else the first that is there, as sent. */
static plx_slice map_unit(plx_hl7_mapper *p, plx_hl7_span span)
{
    plx_hl7_span parts[PARTS];
    plx_slice sent[PARTS], unit;
    const uint32_t n = plx_hl7_parts_read(p->m, span, p->m->delimiters.component, parts, PARTS);
    for (uint32_t i = 0; i < n; i++)
        sent[i] = plx_hl7_view(p, parts[i]);
    for (uint32_t i = n; i < PARTS; i++)
        sent[i] = (plx_slice){0};
    for (uint32_t i = 0; i < n; i += ALTERNATE) {
        if (plx_slice_is(sent[i + 2], "UCUM") && sent[i].n > 0) return plx_unit_alias(sent[i]);
        if (is_alias(sent[i], &unit) || is_alias(sent[i + 1], &unit)) return unit;
    }
    for (uint32_t i = 0; i < n; i++)
        if (i % ALTERNATE != 2 && sent[i].n > 0) return sent[i];
    return (plx_slice){0};
}

/* Table 0085. */
static plx_result_status status_of(plx_slice sent, uint32_t *warnings)
{
    switch (sent.n == 1 ? sent.at[0] : 0) {
    case 'P':
    case 'R':
    case 'S':
    case 'I':
        return PLX_RESULT_PRELIMINARY;
    case 'F':
    case 'U':
    case 'V':
        return PLX_RESULT_FINAL;
    case 'C':
    case 'A':
    case 'B':
        return PLX_RESULT_CORRECTED;
    case 'D':
        return PLX_RESULT_DELETED;
    case 'W':
        return PLX_RESULT_WRONG_PATIENT;
    case 'X':
        return PLX_RESULT_UNOBTAINABLE;
    case 'N':
    case 'O':
        return PLX_RESULT_NO_CHANGE;
    default:
        if (sent.n > 0) ++*warnings;
        return PLX_RESULT_NONE;
    }
}

static bool contains_demo(plx_slice s)
{
    static const char word[] = "DEMO";
    enum { N = sizeof word - 1 };
    for (size_t i = 0; i + N <= s.n; i++)
        if (memcmp(s.at + i, word, N) == 0) return true;
    return false;
}

/* One flag: its code; several: all as they stand. */
static plx_slice map_abnormal(plx_hl7_mapper *p, const plx_hl7_fields *f)
{
    plx_hl7_span parts[2];
    const plx_hl7_span field = plx_hl7_fields_get(f, 8);
    const uint32_t n = plx_hl7_parts_read(p->m, field, p->m->delimiters.repetition, parts, 2);
    return plx_hl7_view(p, n > 1 ? field : plx_hl7_fields_component(f, 8, 1));
}

/* The first of two components that has characters. */
static plx_slice either(plx_hl7_mapper *p, const plx_hl7_fields *f, uint32_t field, uint32_t second)
{
    const plx_slice s = plx_hl7_view(p, plx_hl7_fields_component(f, field, 1));
    return s.n > 0 ? s : plx_hl7_view(p, plx_hl7_fields_component(f, field, second));
}

void plx_hl7_map_obx(plx_hl7_mapper *p, uint32_t obx, const plx_order_facts *order,
                     plx_observation_facts *o)
{
    enum { OBX_LAST = 18 };
    plx_hl7_fields f;
    plx_hl7_fields_read(p->m, obx, OBX_LAST, &f);
    o->offset = p->m->segments[obx].offset;
    o->length = p->m->segments[obx].length;
    o->value_type = plx_hl7_view(p, plx_hl7_fields_first(&f, 2));
    map_code(p, plx_hl7_fields_first(&f, 3), o);
    o->sub_id = plx_hl7_view(p, plx_hl7_fields_first(&f, 4));
    o->unit = map_unit(p, plx_hl7_fields_first(&f, 6));
    o->reference = plx_hl7_view(p, plx_hl7_fields_get(&f, 7));
    o->abnormal = map_abnormal(p, &f);
    o->demo = contains_demo(o->abnormal);
    const plx_slice status = plx_hl7_view(p, plx_hl7_fields_first(&f, 11));
    o->status = status_of(status, &p->warnings);
    o->status_code = status.n > 0 ? status.at[0] : 0;
    plx_hl7_map_value(p, plx_hl7_fields_get(&f, 5), o);
    o->when = plx_hl7_map_when(p, plx_hl7_fields_first(&f, 14));
    if (o->when.presence != PLX_VALUE && order && order->collected.presence == PLX_VALUE)
        o->when = order->collected;
    o->method = either(p, &f, 17, 2);
    o->device = either(p, &f, 18, 3);
}
