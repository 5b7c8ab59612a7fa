/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What time alone changes: cancels that waited in vain, inputs of scores that expire, words of live
 * twins that grow old, stays that leave. An encounter has at most one valid moment in the heap;
 * items left from before are passed over. */
#include "core/twin/body.h"

static int64_t earlier(int64_t a, int64_t b)
{
    if (a == PLX_TIME_NONE) return b;
    if (b == PLX_TIME_NONE) return a;
    return a < b ? a : b;
}

static int64_t cancels_due_us(const plx_twin *t, const twin_encounter *e)
{
    int64_t due_us = PLX_TIME_NONE;
    if (e->waiting_n == 0) return due_us;
    const twin_event *events = twin_events_of(t, e);
    for (uint32_t i = 0; i < e->events_n; i++) {
        if (!plx_twin_action_is_cancel(events[i].action) || events[i].resolved) continue;
        int64_t end_us = twin_source_at(t, events[i].source)->arrival_us + t->world.cancel_wait_us;
        if (end_us > t->world.now_us) due_us = earlier(due_us, end_us);
    }
    return due_us;
}

/* A stay that is over, or never was, leaves after its last change; a plan after its time. */
static int64_t retirement_due_us(const plx_twin *t, const twin_encounter *e)
{
    if (t->world.retention_us == 0) return PLX_TIME_NONE;
    if (twin_status_is_active(e->stay.status)) return PLX_TIME_NONE;
    int64_t from_us = e->last_us;
    if (e->stay.status == TWIN_STATUS_PLANNED && e->stay.status_us > from_us)
        from_us = e->stay.status_us;
    return from_us + t->world.retention_us;
}

/* A provisional stay leaves the board when its values are old. */
static int64_t hiding_due_us(const plx_twin *t, const twin_encounter *e)
{
    if (!twin_encounter_is_provisional(e) || !e->score) return PLX_TIME_NONE;
    int64_t end_us = e->last_us + TWIN_PROVISIONAL_SHOWN_US;
    return end_us > t->world.now_us ? end_us : PLX_TIME_NONE;
}

static void heap_grow(plx_twin *t)
{
    uint32_t capacity = t->heap_capacity ? 2 * t->heap_capacity : 64;
    twin_block block = plx_twin_block_take(t, &t->region, capacity * sizeof(plx_heap_item));
    uint64_t old_bytes = t->heap_capacity * sizeof(plx_heap_item);
    if (t->heap) {
        memcpy(plx_twin_at(t, block), plx_twin_at(t, t->heap), old_bytes);
        plx_twin_block_give(t, &t->region, t->heap, old_bytes);
    }
    t->heap = block;
    t->heap_capacity = capacity;
}

static plx_heap heap_of(const plx_twin *t)
{
    return (plx_heap){plx_twin_at(t, t->heap), t->heap_n, t->heap_capacity};
}

void plx_twin_wake_set(plx_twin *t, uint32_t encounter)
{
    twin_encounter *e = twin_encounter_at(t, encounter);
    int64_t due_us = earlier(cancels_due_us(t, e), retirement_due_us(t, e));
    due_us = earlier(due_us, plx_twin_score_wake_us(t, encounter));
    due_us = earlier(due_us, hiding_due_us(t, e));
    due_us = earlier(due_us, plx_twin_body_stale_us(t, encounter));
    if (due_us == PLX_TIME_NONE) return;
    if (e->wake_us != PLX_TIME_NONE && e->wake_us <= due_us) return; /* it will look again then */
    if (t->heap_n == t->heap_capacity) heap_grow(t);
    plx_heap heap = heap_of(t);
    uint64_t payload = (uint64_t)e->number << 32 | encounter;
    bool put = plx_heap_put(&heap, (plx_heap_item){due_us, payload, payload});
    PLX_ASSERT(put);
    t->heap_n = heap.n;
    e->wake_us = due_us;
}

static void wake(twin_context *c, uint32_t encounter)
{
    plx_twin *t = c->t;
    twin_encounter *e = twin_encounter_at(t, encounter);
    int64_t retire_us = retirement_due_us(t, e);
    if (retire_us != PLX_TIME_NONE && retire_us <= t->world.now_us) {
        plx_twin_encounter_retire(c, encounter);
        return;
    }
    if (e->waiting_n > 0) {
        twin_span before = twin_span_of(e);
        uint8_t marks = e->marks;
        uint32_t waiting_n = e->waiting_n;
        plx_twin_stay_fold(t, encounter);
        if (e->waiting_n != waiting_n || e->marks != marks)
            plx_twin_encounter_settle(c, encounter, before);
    }
    plx_twin_score_update(c, encounter);
    if (twin_encounter_is_provisional(e) || e->body) plx_twin_encounter_touch(c, encounter);
    plx_twin_wake_set(t, encounter);
}

void plx_twin_wake_all(twin_context *c)
{
    plx_twin *t = c->t;
    for (uint32_t n = 0; n < TWIN_WAKES_MAX && t->heap_n > 0;) {
        plx_heap heap = heap_of(t);
        if (heap.items[0].time_us > t->world.now_us) break;
        plx_heap_item item = {0};
        bool taken = plx_heap_take(&heap, &item);
        PLX_ASSERT(taken);
        t->heap_n = heap.n;
        uint32_t encounter = (uint32_t)item.payload;
        if (!twin_is_live(t, TWIN_ENCOUNTER, encounter)) continue;
        twin_encounter *e = twin_encounter_at(t, encounter);
        if (e->number != item.payload >> 32 || e->wake_us != item.time_us) continue;
        e->wake_us = PLX_TIME_NONE;
        wake(c, encounter);
        n++;
    }
}
