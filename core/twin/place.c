/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Places and staff exist because messages name them; nothing configures them. */
#include "core/twin/private.h"

/* False when a part is not known to the twin at all. */
static bool place_key(const plx_twin *t, const plx_location *l, uint32_t key[4])
{
    return plx_twin_text_find(t, l->point_of_care, &key[0]) &&
           plx_twin_text_find(t, l->room, &key[1]) && plx_twin_text_find(t, l->bed, &key[2]) &&
           plx_twin_text_find(t, l->facility, &key[3]);
}

uint32_t plx_twin_place_find(const plx_twin *t, const plx_location *location)
{
    uint32_t key[4], at = PLX_MAP_START, found;
    if (location->presence != PLX_VALUE || !place_key(t, location, key)) return 0;
    uint64_t hash = plx_twin_key_hash(TWIN_MAP_PLACE, key);
    while ((found = plx_twin_index_find(t, TWIN_MAP_PLACE, hash, &at)) != 0) {
        const twin_place *p = twin_place_at(t, found);
        if (p->point == key[0] && p->room == key[1] && p->bed == key[2] && p->facility == key[3])
            return found;
    }
    return 0;
}

/* The record of a location that is not known yet. area: the one that stands for its point of care,
 * 0 for itself. */
static uint32_t place_make(plx_twin *t, const plx_location *location, uint32_t area)
{
    uint32_t index = plx_twin_record_take(t, TWIN_PLACE);
    twin_place *p = twin_place_at(t, index);
    p->point = plx_twin_text_hold(t, location->point_of_care);
    p->room = plx_twin_text_hold(t, location->room);
    p->bed = plx_twin_text_hold(t, location->bed);
    p->facility = plx_twin_text_hold(t, location->facility);
    p->area = area ? area : index;
    plx_twin_index_put(t, TWIN_MAP_PLACE, plx_twin_index_hash_of(t, TWIN_MAP_PLACE, index), index);
    return index;
}

uint32_t plx_twin_place_get(plx_twin *t, const plx_location *location)
{
    bool any =
        location->point_of_care.n || location->room.n || location->bed.n || location->facility.n;
    if (location->presence != PLX_VALUE || !any) return 0;
    uint32_t index = plx_twin_place_find(t, location), area = 0;
    if (index) return index;
    plx_location only_point = {.presence = PLX_VALUE,
                               .point_of_care = location->point_of_care,
                               .facility = location->facility};
    if (location->room.n || location->bed.n) {
        area = plx_twin_place_find(t, &only_point);
        if (!area) area = place_make(t, &only_point, 0);
    }
    return place_make(t, location, area);
}

void plx_twin_place_status(twin_context *c, uint32_t place, plx_slice status, int64_t at_us)
{
    twin_place *p = twin_place_at(c->t, place);
    uint32_t source = plx_twin_source_hold(c);
    bool later =
        p->status_us == PLX_TIME_NONE || at_us > p->status_us ||
        (at_us == p->status_us && plx_twin_source_compare(c->t, source, p->status_source) >= 0);
    if (later) {
        p->status_us = at_us;
        plx_twin_text_set(c->t, &p->status, status);
        plx_twin_source_set(c, &p->status_source);
    }
    plx_twin_source_release(c->t, source);
}

/* Occupancy. */

static void mark_set(twin_context *c, uint32_t encounter, bool conflict)
{
    twin_encounter *e = twin_encounter_at(c->t, encounter);
    uint8_t marks = (uint8_t)(e->marks & ~TWIN_MARK_BED_CONFLICT);
    if (conflict) marks |= TWIN_MARK_BED_CONFLICT;
    if (marks == e->marks) return;
    e->marks = marks;
    plx_twin_encounter_touch(c, encounter);
}

static void place_leave(twin_context *c, uint32_t encounter)
{
    plx_twin *t = c->t;
    twin_encounter *e = twin_encounter_at(t, encounter);
    if (!e->place) return;
    twin_place *p = twin_place_at(t, e->place);
    if (e->place_previous)
        twin_encounter_at(t, e->place_previous)->place_next = e->place_next;
    else
        p->occupants = e->place_next;
    if (e->place_next) twin_encounter_at(t, e->place_next)->place_previous = e->place_previous;
    e->place = e->place_next = e->place_previous = 0;
    mark_set(c, encounter, false);
    if (--p->occupants_n == 1) mark_set(c, p->occupants, false);
}

void plx_twin_place_occupy(twin_context *c, uint32_t encounter, uint32_t place)
{
    plx_twin *t = c->t;
    twin_encounter *e = twin_encounter_at(t, encounter);
    if (e->place == place) return;
    place_leave(c, encounter);
    if (!place) return;
    twin_place *p = twin_place_at(t, place);
    e->place = place;
    e->place_next = p->occupants;
    if (p->occupants) twin_encounter_at(t, p->occupants)->place_previous = encounter;
    p->occupants = encounter;
    p->occupants_n++;
    if (!p->bed || p->occupants_n < 2) return;
    mark_set(c, encounter, true);
    if (p->occupants_n == 2) mark_set(c, e->place_next, true);
}

/* Staff. */

static uint32_t staff_find(const plx_twin *t, const plx_staff_name *s)
{
    twin_text id, authority, family, given;
    if (!plx_twin_text_find(t, s->id, &id) || !plx_twin_text_find(t, s->authority, &authority))
        return 0;
    if (!id &&
        (!plx_twin_text_find(t, s->family, &family) || !plx_twin_text_find(t, s->given, &given)))
        return 0;
    uint32_t key[4] = {id, authority, 0, 0}, at = PLX_MAP_START, found;
    if (!id) memcpy(key, (uint32_t[4]){0, 0, family, given}, sizeof key);
    uint64_t hash = plx_twin_key_hash(TWIN_MAP_STAFF, key);
    while ((found = plx_twin_index_find(t, TWIN_MAP_STAFF, hash, &at)) != 0) {
        const twin_staff *m = twin_staff_at(t, found);
        if (id ? m->id == id && m->authority == authority
               : !m->id && m->family == family && m->given == given)
            return found;
    }
    return 0;
}

uint32_t plx_twin_staff_get(twin_context *c, const plx_staff_name *said)
{
    plx_twin *t = c->t;
    if (said->presence != PLX_VALUE || (!said->id.n && !said->family.n && !said->given.n)) return 0;
    uint32_t index = staff_find(t, said);
    bool first = index == 0;
    if (first) {
        index = plx_twin_record_take(t, TWIN_STAFF);
        twin_staff *m = twin_staff_at(t, index);
        m->id = plx_twin_text_hold(t, said->id);
        m->authority = plx_twin_text_hold(t, said->id.n ? said->authority : said->id);
        m->family = plx_twin_text_hold(t, said->family);
        m->given = plx_twin_text_hold(t, said->given);
        plx_twin_source_set(c, &m->source);
        plx_twin_index_put(t, TWIN_MAP_STAFF, plx_twin_index_hash_of(t, TWIN_MAP_STAFF, index),
                           index);
        return index;
    }
    twin_staff *m = twin_staff_at(t, index);
    bool other_name = said->family.n && !plx_slice_equal(twin_text_get(t, m->family), said->family);
    if (!m->id || !other_name) return index;
    uint32_t source = plx_twin_source_hold(c);
    if (!m->family || plx_twin_source_compare(t, source, m->source) >= 0) {
        plx_twin_text_set(t, &m->family, said->family);
        plx_twin_text_set(t, &m->given, said->given);
        plx_twin_source_set(c, &m->source);
    }
    plx_twin_source_release(t, source);
    return index;
}
