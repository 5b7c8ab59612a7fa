/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Memory, chance, and the loop: events happen in order of time and render messages; a message
 * leaves when nothing that could still happen would leave before it. */
#include "core/hospital/hospital.h"

#include "core/base/mathx.h"
#include "core/hospital/inner.h"

enum { STREAM_ARRIVALS = 1, STREAM_FAULTS = 2, STREAM_GLOBAL = 3 };

plx_hospital_model plx_hospital_model_default(void)
{
    return (plx_hospital_model){.seed = 1,
                                .start_us = INT64_C(1772431200) * PLX_SECOND_US,
                                .arrivals_per_hour = 6,
                                .beds_resus = 4,
                                .beds_majors = 16,
                                .beds_minors = 10,
                                .beds_paeds = 6};
}

static bool share(double p)
{
    return p >= 0 && p <= 1;
}

static bool model_valid(const plx_hospital_model *m)
{
    static const int64_t SPAN_US = 100 * 366 * PLX_DAY_US; /* 1970 to 2070 */
    const plx_hospital_faults *f = &m->faults;
    const bool beds =
        m->beds_resus <= PLX_HOSPITAL_BEDS_MAX && m->beds_majors <= PLX_HOSPITAL_BEDS_MAX &&
        m->beds_minors <= PLX_HOSPITAL_BEDS_MAX && m->beds_paeds <= PLX_HOSPITAL_BEDS_MAX;
    return beds && m->arrivals_per_hour > 0 && m->arrivals_per_hour <= PLX_HOSPITAL_ARRIVALS_MAX &&
           m->warm_us >= 0 && m->warm_us <= 366 * PLX_DAY_US && m->start_us >= 366 * PLX_DAY_US &&
           m->start_us <= SPAN_US && m->journeys_max <= PLX_HOSPITAL_JOURNEYS_MAX &&
           m->bodies <= PLX_HOSPITAL_BODIES_MAX && m->waves <= PLX_HOSPITAL_WAVES_MAX &&
           m->waves <= m->bodies && share(f->duplicate) && share(f->late) && share(f->reorder) &&
           share(f->malformed) && share(f->drop) && f->clock_s >= 0 && f->clock_s <= 86400;
}

/* Not zeroed, so that pages are not touched before they are used: each array has a mark of how far
 * it was ever used. */
static void *take(plx_arena *arena, size_t n, size_t size)
{
    const size_t at = (arena->used + 15) / 16 * 16;
    if (at > arena->capacity || n * size > arena->capacity - at) return NULL;
    arena->used = at + n * size;
    return arena->base + at;
}

/* Takes every array from the arena; false when it is too small. */
static bool carve(hospital *h, plx_arena *arena, const plx_hospital_model *m)
{
    const uint32_t journeys = m->journeys_max ? m->journeys_max : PLX_HOSPITAL_ENDLESS_JOURNEYS;
    h->visits_capacity = 256 + 40 * (uint32_t)(m->arrivals_per_hour + 1);
    h->histories_capacity = journeys;
    h->persons_capacity = PERSONS_PER_JOURNEY * (journeys + h->visits_capacity) + 64;
    h->results_capacity = RESULTS_PER_JOURNEY * journeys + 1024;
    h->places_n = plx_hosp_places_count(m);
    h->events.capacity = EVENTS_PER_VISIT * h->visits_capacity + h->places_n + 16;
    h->outbox.capacity = SLOTS;
    h->visits = take(arena, h->visits_capacity, sizeof *h->visits);
    h->free_visits = take(arena, h->visits_capacity, sizeof *h->free_visits);
    h->histories = take(arena, h->histories_capacity, sizeof *h->histories);
    h->persons = take(arena, h->persons_capacity, sizeof *h->persons);
    h->results = take(arena, h->results_capacity, sizeof *h->results);
    h->places = take(arena, h->places_n, sizeof *h->places);
    h->events.items = take(arena, h->events.capacity, sizeof *h->events.items);
    h->outbox.items = take(arena, h->outbox.capacity, sizeof *h->outbox.items);
    h->slots = take(arena, SLOTS, sizeof *h->slots);
    h->free_slots = take(arena, SLOTS, sizeof *h->free_slots);
    h->slot_bytes = take(arena, SLOTS, SLOT_BYTES);
    h->free_bedsides = take(arena, m->bodies, sizeof *h->free_bedsides);
    h->bedsides = take(arena, m->bodies, plx_hosp_bedside_bytes());
    h->waveforms = take(arena, m->waves, sizeof *h->waveforms);
    return h->waveforms != NULL;
}

size_t plx_hospital_size(const plx_hospital_model *m)
{
    if (!model_valid(m)) return 0;
    const size_t journeys = m->journeys_max ? m->journeys_max : PLX_HOSPITAL_ENDLESS_JOURNEYS;
    const size_t visits = 256 + 40 * (size_t)(m->arrivals_per_hour + 1);
    const size_t places = plx_hosp_places_count(m);
    const size_t events = EVENTS_PER_VISIT * visits + places + 16;
    return sizeof(hospital) + visits * (sizeof(visit) + sizeof(uint32_t)) +
           journeys * sizeof(history) +
           (PERSONS_PER_JOURNEY * (journeys + visits) + 64) * sizeof(person) +
           (RESULTS_PER_JOURNEY * journeys + 1024) * sizeof(result) + places * sizeof(place) +
           (events + SLOTS) * sizeof(plx_heap_item) +
           SLOTS * (sizeof(slot) + sizeof(uint32_t) + SLOT_BYTES) +
           m->bodies * (sizeof(uint16_t) + plx_hosp_bedside_bytes()) + m->waves * sizeof(waveform) +
           16 * 16;
}

plx_status plx_hospital_init(plx_hospital **out, void *memory, size_t capacity,
                             const plx_hospital_model *m)
{
    if (!model_valid(m)) return PLX_RANGE;
    plx_arena arena = plx_arena_init(memory, capacity);
    if ((uintptr_t)memory % 16 != 0 || capacity < plx_hospital_size(m)) return PLX_SPACE;
    hospital *h = plx_arena_take(&arena, 1, sizeof *h);
    if (!h || !carve(h, &arena, m)) return PLX_SPACE;
    h->model = *m;
    h->arrivals = plx_rng_init(m->seed, STREAM_ARRIVALS);
    h->faults = plx_rng_init(m->seed, STREAM_FAULTS);
    h->global = plx_rng_init(m->seed, STREAM_GLOBAL);
    h->now_us = h->last_due_us = m->start_us - m->warm_us;
    h->returned = NOBODY;
    for (uint32_t i = 0; i < SLOTS; i++)
        h->free_slots[h->free_slots_n++] = SLOTS - 1 - i;
    for (uint32_t i = 0; i < m->bodies; i++)
        h->free_bedsides[h->free_bedsides_n++] = (uint16_t)(m->bodies - 1 - i);
    plx_hosp_places_init(h);
    plx_hosp_arrival_next(h);
    plx_hosp_waveforms_init(h);
    *out = h;
    return PLX_OK;
}

bool plx_hosp_chance(plx_rng *rng, double p)
{
    return plx_rng_unit(rng) < p;
}

double plx_hosp_between(plx_rng *rng, double low, double high)
{
    return low + (high - low) * plx_rng_unit(rng);
}

static int64_t whole_seconds(double minutes)
{
    return (int64_t)(minutes * 60) * PLX_SECOND_US;
}

int64_t plx_hosp_minutes_between(plx_rng *rng, double low, double high)
{
    return whole_seconds(plx_hosp_between(rng, low, high));
}

int64_t plx_hosp_minutes_lognormal(plx_rng *rng, double median, double sigma)
{
    return whole_seconds(median * plx_exp(plx_rng_normal(rng, 0, sigma)));
}

uint32_t plx_hosp_visit_slot(const hospital *h, const visit *v)
{
    return (uint32_t)(v - h->visits);
}

visit *plx_hosp_visit_new(hospital *h)
{
    uint32_t i;
    if (h->free_visits_n > 0)
        i = h->free_visits[--h->free_visits_n];
    else if (h->visits_high < h->visits_capacity)
        i = h->visits_high++;
    else
        return NULL;
    memset(&h->visits[i], 0, sizeof h->visits[i]);
    h->visits[i].used = true;
    return &h->visits[i];
}

void plx_hosp_schedule(hospital *h, int64_t time_us, event e)
{
    const uint64_t payload = (uint64_t)e.order << 40 | (uint64_t)e.kind << 32 | e.visit;
    const bool put = plx_heap_put(&h->events, (plx_heap_item){time_us, h->ties++, payload});
    PLX_ASSERT(put);
}

void plx_hosp_schedule_order(hospital *h, visit *v, int64_t time_us, event_kind kind,
                             uint32_t number)
{
    v->events_n++;
    plx_hosp_schedule(h, time_us,
                      (event){.visit = plx_hosp_visit_slot(h, v),
                              .kind = (uint8_t)kind,
                              .order = (uint16_t)number});
}

void plx_hosp_schedule_visit(hospital *h, visit *v, int64_t time_us, event_kind kind)
{
    plx_hosp_schedule_order(h, v, time_us, kind, 0);
}

typedef void (*handler)(hospital *h, visit *v, const event *e);

/* Which file an event belongs to; the kinds before REGISTER have no visit. */
static handler handler_of(event_kind kind)
{
    if (kind <= EVENT_OVERFLOW) return plx_hosp_handle_journey;
    switch (kind) {
    case EVENT_VITALS:
    case EVENT_CHARTED:
        return plx_hosp_handle_vitals;
    case EVENT_COLLECT:
    case EVENT_PRELIMINARY:
    case EVENT_FINAL:
    case EVENT_CORRECT:
    case EVENT_CANCEL_ORDER:
    case EVENT_RIGHT_PATIENT:
        return plx_hosp_handle_order;
    case EVENT_IDENTIFY:
    case EVENT_MOVE_VISIT:
    case EVENT_RENUMBER:
        return plx_hosp_handle_identity;
    default:
        return kind < EVENT_DECIDE ? plx_hosp_handle_treat : plx_hosp_handle_leave;
    }
}

void plx_hosp_close_when_over(hospital *h, visit *v)
{
    if (v->used && v->phase == PHASE_OVER && v->events_n == 0 && v->outbox_n == 0)
        plx_hosp_visit_close(h, v);
}

static void happen(hospital *h)
{
    plx_heap_item item;
    const bool took = plx_heap_take(&h->events, &item);
    PLX_ASSERT(took);
    const event e = {.visit = (uint32_t)item.payload,
                     .kind = (uint8_t)(item.payload >> 32),
                     .order = (uint16_t)(item.payload >> 40)};
    h->now_us = item.time_us;
    if (e.kind == EVENT_ARRIVAL) {
        plx_hosp_arrive(h);
    } else if (e.kind == EVENT_BED_CLEAN) {
        plx_hosp_place_cleaned(h, (uint16_t)e.visit);
        plx_hosp_fill_beds(h);
    } else if (e.kind == EVENT_WAVEFORMS) {
        plx_hosp_waveforms_second(h);
    } else {
        visit *v = &h->visits[e.visit];
        v->events_n--;
        handler_of(e.kind)(h, v, &e);
        plx_hosp_close_when_over(h, v);
    }
}

static void told_by_slot(hospital *h, const slot *s)
{
    if (s->merged != NOBODY) h->persons[s->merged].merge_sent = true;
    for (uint32_t i = 0; i < s->facts_n; i++) {
        result *r = &h->results[s->facts[i].result];
        if (s->version <= r->version) continue;
        r->version = s->version;
        r->status = s->facts[i].status;
        r->value = s->facts[i].value;
    }
}

static void sent(hospital *h, uint32_t number)
{
    const slot *s = &h->slots[number];
    if (!s->malformed && !s->duplicate) told_by_slot(h, s);
    const uint32_t visits[2] = {s->visit, s->other_visit};
    const uint8_t statements[2] = {s->statement, s->other_statement};
    for (int k = 0; k < 2; k++) {
        if (visits[k] == NOBODY) continue;
        visit *v = &h->visits[visits[k]];
        if (statements[k] != UNDOES_NOTHING) v->ledger[statements[k]].sent = true;
        v->outbox_n--;
        plx_hosp_close_when_over(h, v);
    }
}

static void count(plx_hospital_counts *c, const slot *s)
{
    c->messages++;
    c->duplicates += s->duplicate;
    c->malformed += s->malformed;
    c->late += s->late;
    c->reordered += s->reordered;
    c->dropped += s->drop_after;
}

bool plx_hospital_next(plx_hospital *h, plx_hospital_message *message)
{
    if (h->returned != NOBODY) plx_hosp_outbox_free(h, h->returned);
    h->returned = NOBODY;
    for (;;) {
        const bool events = !h->stopped && h->events.n > 0;
        const bool first = h->outbox.n == 0 ||
                           (events && h->events.items[0].time_us <= h->outbox.items[0].time_us);
        if (!events || !first || h->free_slots_n < SLOTS_RESERVE) break;
        happen(h);
    }
    if (!plx_hosp_outbox_pop(h, message)) return false;
    count(&h->counts, &h->slots[h->returned]);
    sent(h, h->returned);
    return true;
}

void plx_hospital_stop(plx_hospital *h)
{
    h->stopped = true;
}

void plx_hospital_count(const plx_hospital *h, plx_hospital_counts *counts)
{
    *counts = h->counts;
    counts->present = 0;
    for (uint32_t i = 0; i < h->visits_high; i++)
        counts->present += h->visits[i].used && h->visits[i].phase < PHASE_LEFT;
}
