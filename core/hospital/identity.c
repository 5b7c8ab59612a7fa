/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Persons, and the ways in which a hospital gets them wrong and right again: temporary and doubled
 * persons merged (A40), a visit under the wrong person moved (A45), a visit number changed (A50).
 */
#include "core/hospital/inner.h"

static const double YEAR_DAYS = 365.25;

static double age_draw(plx_rng *rng, age_class age)
{
    switch (age) {
    case AGE_CHILD:
        return plx_hosp_between(rng, 0.2, 15.9);
    case AGE_ADULT:
        return plx_hosp_between(rng, 16, 88);
    case AGE_ELDER:
        return plx_hosp_between(rng, 62, 97);
    default:
        return plx_hosp_chance(rng, 0.25) ? plx_hosp_between(rng, 0.2, 15.9)
                                          : plx_hosp_between(rng, 16, 92);
    }
}

static uint32_t slot_free(hospital *h)
{
    for (uint32_t k = 0; k < h->persons_capacity; k++) {
        const uint32_t i = h->persons_next;
        h->persons_next = i + 1 < h->persons_capacity ? i + 1 : 0;
        if (i < h->persons_high && h->persons[i].refs > 0) continue;
        if (i >= h->persons_high) h->persons_high = i + 1;
        return i;
    }
    return NOBODY;
}

uint32_t plx_hosp_person_new(hospital *h, plx_rng *rng, bool temporary, age_class age)
{
    const uint32_t i = slot_free(h);
    if (i == NOBODY) return NOBODY;
    person *p = &h->persons[i];
    *p = (person){.merged_into = NOBODY, .temporary = temporary};
    p->number = temporary ? ++h->temporary_numbers : ++h->person_numbers;
    p->man = plx_hosp_chance(rng, 0.49);
    p->family = (uint8_t)plx_rng_below(rng, plx_hosp_family_names_n);
    p->given = (uint8_t)plx_rng_below(rng, GIVEN_NAMES_N);
    p->street = (uint8_t)plx_rng_below(rng, plx_hosp_streets_n);
    const int64_t today = h->now_us / PLX_DAY_US;
    p->birth_day = (int32_t)(today - (int64_t)(age_draw(rng, age) * YEAR_DAYS));
    return i;
}

void plx_hosp_person_keep(hospital *h, uint32_t i)
{
    h->persons[i].refs++;
}

/* A person that nothing names any more lets go of whom it was merged into. */
void plx_hosp_person_drop(hospital *h, uint32_t i)
{
    while (i != NOBODY) {
        PLX_ASSERT(h->persons[i].refs > 0);
        if (--h->persons[i].refs > 0) return;
        i = h->persons[i].merged_into;
    }
}

uint32_t plx_hosp_person_resolve(const hospital *h, uint32_t i)
{
    while (h->persons[i].merged_into != NOBODY)
        i = h->persons[i].merged_into;
    return i;
}

uint32_t plx_hosp_person_told(const hospital *h, uint32_t i)
{
    while (h->persons[i].merged_into != NOBODY && h->persons[i].merge_sent)
        i = h->persons[i].merged_into;
    return i;
}

uint32_t plx_hosp_person_known(const hospital *h, plx_rng *rng)
{
    const uint32_t n = h->known_n < KNOWN ? h->known_n : KNOWN;
    if (n == 0) return NOBODY;
    const uint32_t i = plx_hosp_person_resolve(h, h->known[plx_rng_below(rng, n)]);
    return h->persons[i].temporary || h->persons[i].present ? NOBODY : i;
}

void plx_hosp_person_remember(hospital *h, uint32_t i)
{
    uint32_t *known = &h->known[h->known_n++ % KNOWN];
    plx_hosp_person_keep(h, i);
    if (h->known_n > KNOWN) plx_hosp_person_drop(h, *known);
    *known = i;
}

int32_t plx_hosp_person_age(const person *p, int64_t now_us)
{
    return (int32_t)((double)(now_us / PLX_DAY_US - p->birth_day) / YEAR_DAYS);
}

/* The person before is kept: the ledger and late messages still name it. Happens once a visit. */
static void rename_visit(hospital *h, visit *v, uint32_t to)
{
    PLX_ASSERT(v->old_person == NOBODY);
    plx_hosp_person_keep(h, to);
    h->persons[v->person].present--;
    h->persons[to].present++;
    v->old_person = v->person;
    v->person = to;
}

/* Other systems go on with the old identity for a while. */
static void begin_stale(hospital *h, visit *v)
{
    v->stale_until_us = h->now_us + plx_hosp_minutes_between(&v->rng, 5, 120);
}

/* The temporary or doubled person turns out to be another: known already, or new. */
static void identify(hospital *h, visit *v)
{
    const uint32_t from = v->person;
    uint32_t to = plx_hosp_chance(&v->rng, 0.5) ? plx_hosp_person_known(h, &v->rng) : NOBODY;
    if (to == NOBODY || to == from) to = plx_hosp_person_new(h, &v->rng, false, AGE_ANY);
    if (to == NOBODY || h->persons[from].merged_into != NOBODY) return;
    if (h->persons[to].refs == 0) { /* new: the same body under its own name */
        h->persons[to].man = h->persons[from].man;
        h->persons[to].birth_day = h->persons[from].birth_day;
    }
    h->persons[from].merged_into = to;
    plx_hosp_person_keep(h, to);
    rename_visit(h, v, to);
    begin_stale(h, v);
    /* A47 changes the number of one person; A40 merges two. */
    const bool renamed = h->persons[to].refs == 2 && h->persons[from].temporary;
    const bool by_a47 = renamed && plx_hosp_chance(&v->rng, 0.3);
    plx_hosp_adt_send(
        h, v,
        &(adt){.trigger = by_a47 ? "A47" : "A40", .person_only = true, .from_person = from + 1});
}

static void move_visit(hospital *h, visit *v)
{
    const uint32_t from = v->person, to = plx_hosp_person_new(h, &v->rng, false, AGE_ANY);
    if (to == NOBODY) return;
    h->persons[to].birth_day = h->persons[from].birth_day;
    h->persons[to].man = h->persons[from].man;
    rename_visit(h, v, to);
    plx_hosp_adt_send(h, v,
                      &(adt){.trigger = "A45", .from_person = from + 1, .from_number = v->number});
}

static void renumber(hospital *h, visit *v)
{
    v->old_number = v->number;
    v->number = ++h->visit_numbers;
    begin_stale(h, v);
    plx_hosp_adt_send(h, v, &(adt){.trigger = "A50", .from_number = v->old_number});
}

void plx_hosp_handle_identity(hospital *h, visit *v, const event *e)
{
    if (v->phase >= PHASE_LEFT || v->status == STATUS_CANCELLED) return;
    switch (e->kind) {
    case EVENT_IDENTIFY:
        identify(h, v);
        break;
    case EVENT_MOVE_VISIT:
        move_visit(h, v);
        break;
    default:
        PLX_ASSERT(e->kind == EVENT_RENUMBER);
        renumber(h, v);
    }
}
