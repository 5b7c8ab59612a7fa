/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* RXO, RXE, RXD, RXG, RXA with the RXR, RXC and TQ1 around them (v2 chapter 4, from 2.6 on 4A). */
#include "core/format/hl7v2/map_inner.h"

enum { PARTS = 6, ALTERNATE = 3 }; /* CE: code, text, system, and the alternate three */

/* Field numbers; 0 = the segment has no such field. */
typedef struct layout {
    uint32_t id;
    plx_medication_word word;
    uint8_t code, sub_id, start, end, amount, unit, per, rate, rate_unit, strength, strength_unit,
        volume, volume_unit;
} layout;

static const layout LAYOUTS[] = {
    {PLX_HL7_ID('R', 'X', 'O'), PLX_MEDICATION_REQUESTED, 1, 0, 0, 0, 2, 4, 17, 21, 22, 18, 19, 0,
     0},
    {PLX_HL7_ID('R', 'X', 'E'), PLX_MEDICATION_ORDERED, 2, 0, 0, 0, 3, 5, 22, 23, 24, 25, 26, 33,
     34},
    {PLX_HL7_ID('R', 'X', 'D'), PLX_MEDICATION_DISPENSED, 2, 1, 3, 0, 4, 5, 0, 0, 0, 16, 17, 0, 0},
    {PLX_HL7_ID('R', 'X', 'G'), PLX_MEDICATION_TO_GIVE, 4, 1, 0, 0, 5, 7, 14, 15, 16, 17, 18, 23,
     24},
    {PLX_HL7_ID('R', 'X', 'A'), PLX_MEDICATION_GIVEN, 5, 2, 3, 4, 6, 7, 12, 0, 0, 13, 14, 23, 24},
};

static const layout *layout_of(uint32_t id)
{
    for (size_t i = 0; i < sizeof LAYOUTS / sizeof *LAYOUTS; i++)
        if (LAYOUTS[i].id == id) return &LAYOUTS[i];
    return NULL;
}

bool plx_hl7_is_medication(uint32_t id)
{
    return layout_of(id) != NULL;
}

/* The triplet that is known, else the first that is there. */
static void map_code(plx_hl7_mapper *p, plx_hl7_span span, plx_medication_facts *d)
{
    plx_hl7_span parts[PARTS];
    const uint32_t n = plx_hl7_parts_read(p->m, span, p->m->delimiters.component, parts, PARTS);
    for (uint32_t i = 0; i < n && d->medication == PLX_MEDICATION_NONE; i += ALTERNATE) {
        const plx_slice code = plx_hl7_view(p, parts[i]);
        const plx_slice text = plx_hl7_view(p, parts[i + 1]);
        const plx_slice system = plx_hl7_view(p, parts[i + 2]);
        const plx_medication m = plx_medication_from_code(code, system, text);
        if (m == PLX_MEDICATION_NONE && (d->code.n > 0 || d->code_text.n > 0)) continue;
        d->code = code;
        d->code_text = text;
        d->code_system = system;
        d->medication = m;
    }
}

/* Code, or text when that one alone is a unit. */
static plx_slice map_unit(plx_hl7_mapper *p, plx_hl7_span span)
{
    plx_hl7_span parts[2];
    plx_amount_unit unit;
    (void)plx_hl7_parts_read(p->m, span, p->m->delimiters.component, parts, 2);
    const plx_slice code = plx_hl7_view(p, parts[0]), text = plx_hl7_view(p, parts[1]);
    if (code.n == 0) return text;
    return !plx_amount_unit_parse(code, &unit) && plx_amount_unit_parse(text, &unit) ? text : code;
}

static plx_hl7_span first_of(const plx_hl7_fields *f, uint32_t number)
{
    if (number == 0) return (plx_hl7_span){f->end, 0, PLX_ABSENT, 0};
    return plx_hl7_fields_first(f, number);
}

static plx_amount map_amount(plx_hl7_mapper *p, const plx_hl7_fields *f, uint32_t number,
                             uint32_t unit)
{
    plx_hl7_span part;
    const plx_hl7_span sent = first_of(f, number);
    (void)plx_hl7_parts_read(p->m, sent, p->m->delimiters.component, &part, 1);
    return (plx_amount){.number = plx_hl7_view_text(p, sent.presence == PLX_VALUE ? part : sent),
                        .unit = map_unit(p, first_of(f, unit))};
}

/* Table 0322. */
static plx_given_status status_of(plx_slice code, uint32_t *warnings)
{
    static const char CODES[][3] = {"", "CP", "PA", "RE", "NA"};
    for (unsigned i = 0; i < sizeof CODES / sizeof *CODES; i++)
        if (plx_slice_is(code, CODES[i])) return (plx_given_status)i;
    ++*warnings;
    return PLX_GIVEN_NONE;
}

static void map_given(plx_hl7_mapper *p, const plx_hl7_fields *f, plx_medication_facts *d)
{
    plx_hl7_span parts[2];
    (void)plx_hl7_parts_read(p->m, plx_hl7_fields_first(f, 18), p->m->delimiters.component, parts,
                             2);
    d->reason = plx_hl7_view(p, parts[1]);
    if (d->reason.n == 0) d->reason = plx_hl7_view(p, parts[0]);
    d->status = status_of(plx_hl7_view(p, plx_hl7_fields_component(f, 20, 1)), &p->warnings);
    const plx_slice action = plx_hl7_view(p, plx_hl7_fields_component(f, 21, 1));
    const bool known = action.n == 1 && memchr("ADU", action.at[0], 3);
    if (known) d->action = action.at[0];
    if (!known && action.n > 0) p->warnings++;
    d->entered = plx_hl7_map_when(p, plx_hl7_fields_first(f, 22));
}

void plx_hl7_map_medication(plx_hl7_mapper *p, uint32_t segment, plx_medication_facts *d)
{
    enum { LAST = 34 };
    plx_hl7_fields f;
    const layout *at = layout_of(plx_hl7_id_number(p->m, segment));
    PLX_ASSERT(at);
    plx_hl7_fields_read(p->m, segment, LAST, &f);
    memset(d, 0, sizeof *d);
    d->offset = p->m->segments[segment].offset;
    d->length = p->m->segments[segment].length;
    d->word = at->word;
    d->entered.time_us = PLX_TIME_NONE;
    map_code(p, first_of(&f, at->code), d);
    d->sub_id = plx_hl7_view(p, first_of(&f, at->sub_id));
    d->start = plx_hl7_map_when(p, first_of(&f, at->start));
    d->end = plx_hl7_map_when(p, first_of(&f, at->end));
    d->amount = map_amount(p, &f, at->amount, at->unit);
    d->per = plx_hl7_view(p, first_of(&f, at->per));
    d->rate = map_amount(p, &f, at->rate, at->rate_unit);
    d->strength = map_amount(p, &f, at->strength, at->strength_unit);
    d->volume = map_amount(p, &f, at->volume, at->volume_unit);
    if (d->word == PLX_MEDICATION_GIVEN) map_given(p, &f, d);
}

void plx_hl7_map_rxr(plx_hl7_mapper *p, uint32_t rxr, plx_medication_facts *d, uint32_t n)
{
    enum { RXR_LAST = 3 };
    plx_hl7_fields f;
    plx_hl7_span route[2], device[2];
    if (n == 0) return;
    plx_hl7_fields_read(p->m, rxr, RXR_LAST, &f);
    (void)plx_hl7_parts_read(p->m, plx_hl7_fields_first(&f, 1), p->m->delimiters.component, route,
                             2);
    (void)plx_hl7_parts_read(p->m, plx_hl7_fields_first(&f, 3), p->m->delimiters.component, device,
                             2);
    const plx_slice code = plx_hl7_view(p, route[0]), text = plx_hl7_view(p, route[1]);
    plx_slice by = plx_hl7_view(p, device[1]);
    if (by.n == 0) by = plx_hl7_view(p, device[0]);
    for (uint32_t i = 0; i < n; i++) {
        d[i].route = code;
        d[i].route_text = text;
        d[i].device = by;
    }
}

void plx_hl7_map_rxc(plx_hl7_mapper *p, uint32_t rxc, plx_medication_facts *d)
{
    enum { RXC_LAST = 4 };
    plx_hl7_fields f;
    plx_hl7_fields_read(p->m, rxc, RXC_LAST, &f);
    const plx_slice type = plx_hl7_view(p, plx_hl7_fields_first(&f, 1));
    const plx_amount part = map_amount(p, &f, 3, 4);
    if (plx_slice_is(type, "A") && d->strength.number.presence != PLX_VALUE) d->strength = part;
    if (plx_slice_is(type, "B") && d->volume.number.presence != PLX_VALUE) d->volume = part;
}

void plx_hl7_map_tq1(plx_hl7_mapper *p, uint32_t tq1, plx_when *start, plx_when *end)
{
    enum { TQ1_LAST = 8 };
    plx_hl7_fields f;
    plx_hl7_fields_read(p->m, tq1, TQ1_LAST, &f);
    if (start->presence != PLX_VALUE) *start = plx_hl7_map_when(p, plx_hl7_fields_first(&f, 7));
    if (end->presence != PLX_VALUE) *end = plx_hl7_map_when(p, plx_hl7_fields_first(&f, 8));
}
