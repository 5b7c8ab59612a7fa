/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* OBX-5 by OBX-2 (v2 chapter 7 and 2A), and which numbers mean that there is none. */
#include "core/format/hl7v2/map_inner.h"
#include "core/record/unit.h"

typedef enum value_type {
    TYPE_OTHER, /* shown as it stands */
    TYPE_NUMBER,
    TYPE_STRUCTURED_NUMBER,
    TYPE_CODED,
    TYPE_TEXT,
    TYPE_STRING, /* a text that may be a number */
    TYPE_FIRST,  /* the first component is the value */
    TYPE_DOCUMENT,
    TYPE_ARRAY
} value_type;

static value_type type_of(plx_slice sent)
{
    static const struct {
        char name[4];
        uint8_t type;
    } types[] = {
        {"NM", TYPE_NUMBER}, {"ST", TYPE_STRING},   {"TX", TYPE_TEXT},
        {"FT", TYPE_TEXT},   {"CE", TYPE_CODED},    {"CWE", TYPE_CODED},
        {"CNE", TYPE_CODED}, {"CF", TYPE_CODED},    {"SN", TYPE_STRUCTURED_NUMBER},
        {"DT", TYPE_FIRST},  {"TM", TYPE_FIRST},    {"TS", TYPE_FIRST},
        {"DTM", TYPE_FIRST}, {"ID", TYPE_FIRST},    {"IS", TYPE_FIRST},
        {"RP", TYPE_FIRST},  {"ED", TYPE_DOCUMENT}, {"NA", TYPE_ARRAY},
        {"MA", TYPE_ARRAY},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (plx_slice_is(sent, types[i].name)) return (value_type)types[i].type;
    return sent.n == 0 ? TYPE_STRING : TYPE_OTHER;
}

static uint32_t components(const plx_hl7_mapper *p, plx_hl7_span span, plx_hl7_span *parts,
                           uint32_t max)
{
    return plx_hl7_parts_read(p->m, span, p->m->delimiters.component, parts, max);
}

/* Cuts a comparator off the front: 0, '<', '>', 'l', 'g'. */
static char cut_comparator(plx_slice *s)
{
    if (s->n == 0 || (s->at[0] != '<' && s->at[0] != '>')) return 0;
    char c = s->at[0];
    size_t n = 1;
    if (s->n > 1 && s->at[1] == '=') {
        c = c == '<' ? 'l' : 'g';
        n = 2;
    }
    *s = (plx_slice){s->at + n, s->n - n};
    return c;
}

static bool read_number(plx_slice s, plx_observation_facts *o)
{
    const char comparator = cut_comparator(&s);
    if (plx_decimal_parse(s, &o->number) != PLX_OK) return false;
    o->comparator = comparator;
    o->numeric = true;
    return true;
}

static bool outside_hard_limits(const plx_observation_facts *o, const plx_quantity_info *info)
{
    plx_decimal canonical;
    if (plx_unit_to_canonical(o->quantity, o->unit, &o->number, &canonical) != PLX_OK)
        canonical = o->number;
    return canonical.value < info->hard_low || canonical.value > info->hard_high;
}

/* Numbers that devices send when they have none (acquisition 7). A laboratory may find 2047 of
 * something: outside MDC they count only where the quantity cannot have that value. */
static bool means_nothing(const plx_observation_facts *o)
{
    static const struct {
        int64_t mantissa;
        uint8_t scale;
        bool possible; /* as a value of what can be negative */
    } sentinels[] = {{-1, 0, true},     {-100, 0, true},    {-999, 0, false},
                     {-999, 1, false},  {-32768, 0, false}, {2047, 0, false},
                     {32767, 0, false}, {65535, 0, false},  {8388607, 0, false}};
    const plx_quantity_info *info = plx_quantity_get(o->quantity);
    const bool mapped = o->quantity != PLX_QUANTITY_OTHER;
    if (o->comparator || (o->number.value >= 0 && o->number.value < 2047)) return false;
    for (size_t i = 0; i < sizeof sentinels / sizeof sentinels[0]; i++) {
        if (plx_decimal_compare_to(&o->number, sentinels[i].mantissa, sentinels[i].scale) != 0)
            continue;
        if (sentinels[i].possible) return mapped && info->hard_low >= 0;
        return plx_slice_is(o->code_system, "MDC") || (mapped && outside_hard_limits(o, info));
    }
    return false;
}

static bool is_dashes(plx_slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.at[i] != '-') return false;
    return s.n > 0;
}

/* NM, and ST where the quantity is a number. */
static void map_number(plx_hl7_mapper *p, plx_hl7_span field, bool must, plx_observation_facts *o)
{
    plx_hl7_span parts[2];
    const char repetition = p->m->delimiters.repetition;
    o->value = plx_hl7_view_lines(p, field);
    if (o->value.presence != PLX_VALUE) return;
    const bool one = plx_hl7_parts_read(p->m, field, repetition, parts, 2) == 1;
    if (one) o->value.text = plx_slice_trim(o->value.text);
    if (one && read_number(o->value.text, o)) {
        o->sentinel = means_nothing(o);
    } else if (is_dashes(o->value.text)) {
        o->sentinel = true;
    } else if (must) {
        p->warnings++;
    }
}

static plx_slice joined(plx_hl7_mapper *p, const plx_slice *pieces, uint32_t n)
{
    size_t size = 0;
    for (uint32_t i = 0; i < n; i++)
        size += pieces[i].n;
    char *memory = plx_arena_take(p->arena, size, 1);
    if (!memory) {
        p->full = true;
        return (plx_slice){0};
    }
    plx_out out = plx_out_init(memory, size);
    for (uint32_t i = 0; i < n; i++)
        plx_out_slice_add(&out, pieces[i]);
    return plx_out_slice(&out);
}

static plx_text text_of(plx_slice s)
{
    return (plx_text){s, s.n > 0 ? PLX_VALUE : PLX_EMPTY};
}

/* SN: comparator ^ number ^ separator or suffix ^ number. A ratio or a range is no number. */
static void map_structured_number(plx_hl7_mapper *p, plx_hl7_span repetition,
                                  plx_observation_facts *o)
{
    enum { COMPARATOR, FIRST, SEPARATOR, SECOND, PARTS };
    plx_hl7_span parts[PARTS];
    plx_slice pieces[PARTS];
    uint32_t pieces_n = 0;
    o->value.presence = repetition.presence;
    if (repetition.presence != PLX_VALUE) return;
    (void)components(p, repetition, parts, PARTS);
    for (uint32_t i = 0; i < PARTS; i++) {
        pieces[i] = plx_hl7_view(p, parts[i]);
        pieces_n += pieces[i].n > 0;
    }
    if (plx_slice_is(pieces[COMPARATOR], "=")) pieces[COMPARATOR].n = 0;
    o->value =
        text_of(pieces_n == 1 && pieces[FIRST].n > 0 ? pieces[FIRST] : joined(p, pieces, PARTS));
    if (pieces[SEPARATOR].n > 0 || pieces[SECOND].n > 0) return;
    if (read_number(o->value.text, o)) o->sentinel = means_nothing(o);
}

static void map_coded(plx_hl7_mapper *p, plx_hl7_span repetition, plx_observation_facts *o)
{
    plx_hl7_span code;
    (void)components(p, repetition, &code, 1);
    o->value_code = plx_hl7_view(p, code);
    o->value = plx_hl7_map_coded(p, repetition);
    if (is_dashes(o->value.text)) o->sentinel = true;
}

/* ED: source ^ type ^ subtype ^ encoding ^ data. The data are not read here. */
static void map_document(plx_hl7_mapper *p, plx_hl7_span repetition, plx_observation_facts *o)
{
    enum { TYPE = 1, SUBTYPE = 2, ENCODING = 3, DATA = 4, PARTS = 5 };
    plx_hl7_span parts[PARTS];
    char digits[20];
    plx_out size = plx_out_init(digits, sizeof digits);
    o->value.presence = repetition.presence;
    if (repetition.presence != PLX_VALUE) return;
    (void)components(p, repetition, parts, PARTS);
    plx_out_u64(&size, parts[DATA].length);
    const plx_slice pieces[] = {plx_hl7_view(p, parts[TYPE]),
                                PLX_LIT("/"),
                                plx_hl7_view(p, parts[SUBTYPE]),
                                PLX_LIT(", "),
                                plx_hl7_view(p, parts[ENCODING]),
                                PLX_LIT(", "),
                                plx_out_slice(&size),
                                PLX_LIT(" bytes")};
    o->value = text_of(joined(p, pieces, sizeof pieces / sizeof pieces[0]));
}

static void map_array(plx_hl7_mapper *p, plx_hl7_span field, plx_observation_facts *o)
{
    char digits[20];
    plx_out size = plx_out_init(digits, sizeof digits);
    o->value.presence = field.presence;
    if (field.presence != PLX_VALUE) return;
    plx_out_u64(&size, field.length);
    const plx_slice pieces[] = {o->value_type, PLX_LIT(", "), plx_out_slice(&size),
                                PLX_LIT(" bytes")};
    o->value = text_of(joined(p, pieces, sizeof pieces / sizeof pieces[0]));
}

static void map_first(plx_hl7_mapper *p, plx_hl7_span repetition, plx_observation_facts *o)
{
    plx_hl7_span part;
    (void)components(p, repetition, &part, 1);
    o->value = plx_hl7_view_text(p, part);
}

/* The text or number of a value that is none. */
static void clear(plx_observation_facts *o)
{
    o->value = (plx_text){.presence = PLX_EMPTY};
    o->value_code = (plx_slice){0};
    o->numeric = false;
    o->comparator = 0;
    memset(&o->number, 0, sizeof o->number);
}

void plx_hl7_map_value(plx_hl7_mapper *p, plx_hl7_span field, plx_observation_facts *o)
{
    const bool numeric = plx_quantity_get(o->quantity)->unit[0] != '\0';
    plx_hl7_span first;
    (void)plx_hl7_parts_read(p->m, field, p->m->delimiters.repetition, &first, 1);
    switch (type_of(o->value_type)) {
    case TYPE_NUMBER:
        map_number(p, field, true, o);
        break;
    case TYPE_STRING:
        if (numeric)
            map_number(p, field, false, o);
        else
            o->value = plx_hl7_view_lines(p, field);
        break;
    case TYPE_STRUCTURED_NUMBER:
        map_structured_number(p, first, o);
        break;
    case TYPE_CODED:
        map_coded(p, first, o);
        break;
    case TYPE_FIRST:
        map_first(p, first, o);
        break;
    case TYPE_DOCUMENT:
        map_document(p, first, o);
        break;
    case TYPE_ARRAY:
        map_array(p, field, o);
        break;
    case TYPE_TEXT:
    case TYPE_OTHER:
        o->value = plx_hl7_view_lines(p, field);
        break;
    }
    const bool unobtainable = o->status == PLX_RESULT_UNOBTAINABLE && o->numeric;
    if (o->sentinel || unobtainable) clear(o);
}
