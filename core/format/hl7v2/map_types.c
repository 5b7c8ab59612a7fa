/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Old forms need no code of their own: CK, CM, PN and CN of 2.1 and 2.2 have the same parts at the
 * same places as the types that followed them, only fewer. */
#include "core/format/hl7v2/dtm.h"
#include "core/format/hl7v2/map_inner.h"

static uint32_t components(const plx_hl7_mapper *p, plx_hl7_span span, plx_hl7_span *parts,
                           uint32_t max)
{
    return plx_hl7_parts_read(p->m, span, p->m->delimiters.component, parts, max);
}

/* First sub-component. */
static plx_hl7_span first_part(const plx_hl7_mapper *p, plx_hl7_span component)
{
    plx_hl7_span part;
    (void)plx_hl7_parts_read(p->m, component, p->m->delimiters.subcomponent, &part, 1);
    return part;
}

/* HD as a component: namespace, else universal id. */
static plx_slice authority(plx_hl7_mapper *p, plx_hl7_span component)
{
    plx_hl7_span parts[2];
    if (component.presence != PLX_VALUE) return plx_hl7_view(p, component);
    (void)plx_hl7_parts_read(p->m, component, p->m->delimiters.subcomponent, parts, 2);
    const plx_slice name = plx_hl7_view(p, parts[0]);
    return name.n > 0 ? name : plx_hl7_view(p, parts[1]);
}

plx_slice plx_hl7_map_hd(plx_hl7_mapper *p, plx_hl7_span span)
{
    plx_hl7_span parts[2];
    (void)components(p, span, parts, 2);
    const plx_slice name = plx_hl7_view(p, parts[0]);
    return name.n > 0 ? name : plx_hl7_view(p, parts[1]);
}

plx_identifier plx_hl7_map_cx(plx_hl7_mapper *p, plx_hl7_span span)
{
    plx_hl7_span parts[5];
    (void)components(p, span, parts, 5);
    return (plx_identifier){.value = plx_hl7_view_text(p, parts[0]),
                            .authority = authority(p, parts[3]),
                            .type = plx_hl7_view(p, parts[4])};
}

plx_identifier plx_hl7_map_ei(plx_hl7_mapper *p, plx_hl7_span span)
{
    plx_hl7_span parts[3];
    (void)components(p, span, parts, 3);
    plx_identifier id = {.value = plx_hl7_view_text(p, parts[0]),
                         .authority = plx_hl7_view(p, parts[1])};
    if (id.authority.n == 0) id.authority = plx_hl7_view(p, parts[2]);
    return id;
}

plx_location plx_hl7_map_pl(plx_hl7_mapper *p, plx_hl7_span span)
{
    plx_hl7_span parts[8];
    if (span.presence != PLX_VALUE) return (plx_location){.presence = span.presence};
    (void)components(p, span, parts, 8);
    plx_location l = {.point_of_care = authority(p, parts[0]),
                      .room = authority(p, parts[1]),
                      .bed = authority(p, parts[2]),
                      .facility = authority(p, parts[3]),
                      .status = plx_hl7_view(p, parts[4]),
                      .type = plx_hl7_view(p, parts[5]),
                      .building = authority(p, parts[6]),
                      .floor = authority(p, parts[7])};
    const bool any = l.point_of_care.n || l.room.n || l.bed.n || l.facility.n || l.status.n ||
                     l.type.n || l.building.n || l.floor.n;
    l.presence = any ? PLX_VALUE : PLX_EMPTY;
    return l;
}

plx_staff_name plx_hl7_map_xcn(plx_hl7_mapper *p, plx_hl7_span span)
{
    plx_hl7_span parts[9];
    if (span.presence != PLX_VALUE) return (plx_staff_name){.presence = span.presence};
    (void)components(p, span, parts, 9);
    plx_staff_name name = {.id = plx_hl7_view(p, parts[0]),
                           .family = plx_hl7_view(p, first_part(p, parts[1])),
                           .given = plx_hl7_view(p, parts[2]),
                           .authority = authority(p, parts[8])};
    name.presence = name.id.n || name.family.n || name.given.n ? PLX_VALUE : PLX_EMPTY;
    return name;
}

/* The second component of TS (until 2.2; kept until 2.5) says how much of the first is meant. */
static size_t digits_meant(plx_slice precision)
{
    static const char letters[] = "YLDHMS";
    const char *hit = precision.n == 1 ? strchr(letters, precision.at[0]) : NULL;
    return hit && *hit ? 4 + 2 * (size_t)(hit - letters) : SIZE_MAX;
}

/* The first component, without what the sender says that it does not mean. */
static plx_slice time_meant(const plx_hl7_mapper *p, const plx_hl7_span parts[2])
{
    plx_slice s = plx_slice_trim(plx_hl7_slice(p->m, parts[0]));
    if (parts[1].presence != PLX_VALUE) return s;
    const size_t meant = digits_meant(plx_slice_trim(plx_hl7_slice(p->m, parts[1])));
    size_t digits = 0;
    while (digits < s.n && s.at[digits] >= '0' && s.at[digits] <= '9')
        digits++;
    if (meant < digits) s.n = meant;
    return s;
}

static plx_when map_time(plx_hl7_mapper *p, plx_hl7_span span, bool civil)
{
    plx_hl7_span parts[2];
    (void)components(p, span, parts, 2);
    plx_when when = {.time_us = PLX_TIME_NONE, .presence = parts[0].presence};
    if (parts[0].presence != PLX_VALUE) return when;
    when.presence = PLX_EMPTY;
    const plx_slice s = time_meant(p, parts);
    if (s.n == 0) return when;
    if (!civil && plx_slice_equal(s, p->time_text)) return p->time;
    const plx_status status =
        civil ? plx_hl7_dtm_parse_civil(s, &when) : plx_hl7_dtm_parse(s, p->zone_minutes, &when);
    if (status != PLX_OK) {
        p->warnings++;
    } else if (!civil) {
        p->time_text = s;
        p->time = when;
    }
    return when;
}

plx_when plx_hl7_map_when(plx_hl7_mapper *p, plx_hl7_span span)
{
    return map_time(p, span, false);
}

plx_when plx_hl7_map_birth(plx_hl7_mapper *p, plx_hl7_span span)
{
    return map_time(p, span, true);
}

plx_text plx_hl7_map_coded(plx_hl7_mapper *p, plx_hl7_span span)
{
    enum { CODE = 0, TEXT = 1, OTHER_CODE = 3, OTHER_TEXT = 4, ORIGINAL = 8, PARTS = 9 };
    static const uint8_t order[] = {TEXT, CODE, ORIGINAL, OTHER_TEXT, OTHER_CODE};
    plx_hl7_span parts[PARTS];
    plx_text text = {.presence = span.presence};
    if (span.presence != PLX_VALUE) return text;
    (void)components(p, span, parts, PARTS);
    text.presence = PLX_EMPTY;
    for (size_t i = 0; i < sizeof order && text.presence != PLX_VALUE; i++)
        text = plx_hl7_view_text(p, parts[order[i]]);
    if (text.presence != PLX_VALUE) text = (plx_text){.presence = PLX_EMPTY};
    return text;
}

static bool same_id(const plx_identifier *a, const plx_identifier *b)
{
    return plx_slice_equal(a->value.text, b->value.text) &&
           plx_slice_equal(a->authority, b->authority) && plx_slice_equal(a->type, b->type);
}

static bool has_id(const plx_identifier *ids, uint32_t n, const plx_identifier *id)
{
    for (uint32_t i = 0; i < n; i++)
        if (same_id(&ids[i], id)) return true;
    return false;
}

void plx_hl7_map_ids(plx_hl7_mapper *p, plx_hl7_span field, plx_identifier *ids, uint32_t *ids_n)
{
    plx_hl7_span repetition;
    if (field.presence != PLX_VALUE) return;
    plx_hl7_walk walk = plx_hl7_walk_repetitions(p->m, field);
    while (plx_hl7_walk_next(p->m, &walk, &repetition)) {
        const plx_identifier id = plx_hl7_map_cx(p, repetition);
        if (id.value.presence != PLX_VALUE || has_id(ids, *ids_n, &id)) continue;
        if (*ids_n == PLX_EVENT_IDS_MAX) {
            p->warnings++;
            continue;
        }
        ids[(*ids_n)++] = id;
    }
}
