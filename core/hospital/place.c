/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/hospital/inner.h"

typedef struct area_text {
    const char *name, *room; /* point of care, prefix of its rooms */
    uint8_t beds_a_room;
} area_text;

static const area_text TEXTS[AREAS] = {{"Resus", "R", 1}, {"Majors", "M", 2}, {"Minors", "N", 1},
                                       {"Paeds", "P", 1}, {"AMU", "A", 2},    {"SAU", "S", 2},
                                       {"W3A", "A", 2},   {"W3B", "B", 2},    {"W4A", "A", 2},
                                       {"W4B", "B", 2},   {"HDU", "H", 1},    {"ICU", "I", 1}};

/* Enough wards that the department is not blocked for ever: a quarter of the patients stays 2.6
 * days in the mean, so 16 beds are in use per arrival an hour. */
static uint32_t ward_beds(const plx_hospital_model *m)
{
    return 4 + (uint32_t)(m->arrivals_per_hour * 24 / WARDS);
}

static uint32_t area_beds(const plx_hospital_model *m, uint32_t area)
{
    const uint32_t beds[4] = {m->beds_resus, m->beds_majors, m->beds_minors, m->beds_paeds};
    return area < AREA_WARD ? beds[area] : ward_beds(m);
}

uint32_t plx_hosp_places_count(const plx_hospital_model *model)
{
    uint32_t n = PLACE_FIRST_BED;
    for (uint32_t area = 0; area < AREAS; area++)
        n += area_beds(model, area);
    return n;
}

void plx_hosp_places_init(hospital *h)
{
    uint32_t at = PLACE_FIRST_BED;
    for (uint32_t area = 0; area < AREAS; area++) {
        const uint32_t beds_a_room = TEXTS[area].beds_a_room;
        h->area_first[area] = at;
        for (uint32_t i = 0; i < area_beds(&h->model, area); i++, at++) {
            place *p = &h->places[at];
            memset(p, 0, sizeof *p);
            p->area = (uint8_t)area;
            p->room = (uint16_t)(i / beds_a_room + 1);
            p->bed = (uint8_t)(i % beds_a_room + 1);
            p->visit = NOBODY;
            const double error_s = plx_hosp_between(&h->global, -1, 1) * h->model.faults.clock_s;
            p->clock_ms = (int32_t)(error_s * 1000);
        }
    }
    h->area_first[AREAS] = at;
    PLX_ASSERT(at == h->places_n && at <= UINT16_MAX);
}

uint16_t plx_hosp_place_find(hospital *h, uint32_t area)
{
    const uint32_t first = h->area_first[area], n = h->area_first[area + 1] - first;
    if (n == 0) return PLACE_NOWHERE;
    const uint32_t start = (uint32_t)plx_rng_below(&h->global, n);
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t at = first + (start + i) % n;
        if (h->places[at].state == PLACE_FREE) return (uint16_t)at;
    }
    return PLACE_NOWHERE;
}

void plx_hosp_place_take(hospital *h, uint16_t at, visit *v)
{
    v->place = at;
    if (at < PLACE_FIRST_BED) return;
    h->places[at].state = PLACE_BUSY;
    h->places[at].visit = plx_hosp_visit_slot(h, v);
}

void plx_hosp_place_release(hospital *h, uint16_t at)
{
    if (at < PLACE_FIRST_BED) return;
    place *p = &h->places[at];
    p->visit = NOBODY;
    p->state = p->area >= AREA_WARD ? PLACE_FREE : PLACE_DIRTY;
    if (p->state == PLACE_FREE) return;
    plx_hosp_adt_bed_status(h, at, 'H');
    plx_hosp_schedule(h, h->now_us + plx_hosp_minutes_between(&h->global, 8, 25),
                      (event){.visit = at, .kind = EVENT_BED_CLEAN});
}

void plx_hosp_place_cleaned(hospital *h, uint16_t at)
{
    h->places[at].state = PLACE_FREE;
    plx_hosp_adt_bed_status(h, at, 'U');
}

static uint32_t area_wanted(const visit *v)
{
    if (v->triage == 1) return AREA_RESUS;
    if (v->age_years < 16) return AREA_PAEDS;
    return v->triage <= 3 ? AREA_MAJORS : AREA_MINORS;
}

uint32_t plx_hosp_area_for(const hospital *h, const visit *v)
{
    static const uint8_t ELSE[4] = {AREA_MAJORS, AREA_MINORS, AREA_PAEDS, AREA_RESUS};
    uint32_t area = area_wanted(v);
    for (int i = 0; i < 4 && h->area_first[area] == h->area_first[area + 1]; i++)
        area = ELSE[area];
    return area;
}

void plx_hosp_place_write(plx_out *out, const place *places, uint16_t at)
{
    if (at == PLACE_NOWHERE) return;
    if (at < PLACE_FIRST_BED) {
        static const char *const NAMES[] = {"", "Waiting", "Corridor", "Imaging"};
        plx_out_text(out, NAMES[at]);
        plx_out_text(out, "^^^");
    } else {
        const place *p = &places[at];
        plx_out_text(out, TEXTS[p->area].name);
        plx_out_char(out, '^');
        plx_hosp_put_number(out, TEXTS[p->area].room, p->room, 2);
        plx_out_char(out, '^');
        plx_out_u64(out, p->bed);
        plx_out_char(out, '^');
    }
    plx_out_text(out, HOSPITAL_FACILITY);
}

int plx_hosp_place_compare(const place *places, uint16_t a, uint16_t b)
{
    char texts[2][64];
    plx_out x = plx_out_init(texts[0], sizeof texts[0]),
            y = plx_out_init(texts[1], sizeof texts[1]);
    plx_hosp_place_write(&x, places, a);
    plx_hosp_place_write(&y, places, b);
    return plx_slice_compare(plx_out_slice(&x), plx_out_slice(&y));
}
