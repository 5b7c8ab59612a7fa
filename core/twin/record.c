/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/twin/private.h"

uint32_t plx_twin_record_take(plx_twin *t, twin_pool_kind pool)
{
    uint32_t index = plx_twin_pool_take(t, &t->region, &t->pools[pool]);
    uint8_t *record = plx_twin_pool_get(t, &t->pools[pool], index);
    plx_twin_layout_clear(plx_twin_layout_of(pool), record);
    if (pool == TWIN_ENCOUNTER)
        plx_twin_layout_clear(&plx_twin_stay_layout, &((twin_encounter *)(void *)record)->stay);
    return index;
}

static void release_fields(plx_twin *t, const twin_layout *layout, const uint8_t *record)
{
    for (uint32_t i = 0; i < layout->fields_n; i++) {
        const twin_field *f = &layout->fields[i];
        if (f->kind != TWIN_KIND_TEXT && f->kind != TWIN_KIND_SOURCE) continue;
        for (uint32_t k = 0; k < f->n; k++) {
            uint32_t value;
            memcpy(&value, record + f->offset + k * sizeof value, sizeof value);
            if (f->kind == TWIN_KIND_TEXT)
                plx_twin_text_release(t, value);
            else
                plx_twin_source_release(t, value);
        }
    }
}

void plx_twin_record_free(plx_twin *t, twin_pool_kind pool, uint32_t index)
{
    release_fields(t, plx_twin_layout_of(pool), plx_twin_pool_get(t, &t->pools[pool], index));
    plx_twin_pool_give(t, &t->pools[pool], index);
}

/* Sources. */

/* The digits at the end of a control id, up to 18: senders count up. */
static uint64_t trailing_number(plx_slice id)
{
    uint64_t number = 0, unit = 1;
    for (size_t i = id.n, digits = 0; i > 0 && digits < 18; i--, digits++, unit *= 10) {
        char c = id.at[i - 1];
        if (c < '0' || c > '9') break;
        number += (uint64_t)(c - '0') * unit;
    }
    return number;
}

static uint32_t source_make(twin_context *c)
{
    plx_twin *t = c->t;
    const plx_event *e = c->event;
    uint32_t index = plx_twin_record_take(t, TWIN_SOURCE);
    twin_source *s = twin_source_at(t, index);
    s->seq = c->entry->seq;
    s->arrival_us = c->entry->arrival_us;
    s->sent_us = s->recorded_us = c->entry->arrival_us;
    s->length = (uint32_t)c->entry->body.n;
    s->iface = (uint16_t)c->entry->iface;
    if (!e) {
        s->type = plx_twin_text_hold(t, plx_slice_of(plx_entry_kind_text(c->entry->kind)));
        return index;
    }
    if (e->sent_us != PLX_TIME_NONE) s->sent_us = e->sent_us;
    s->recorded_us = e->recorded_us != PLX_TIME_NONE ? e->recorded_us : s->sent_us;
    s->order = trailing_number(e->control_id);
    s->adt = plx_slice_is(e->type, "ADT");
    s->type = plx_twin_text_hold(t, e->type);
    s->trigger = plx_twin_text_hold(t, e->trigger);
    s->application = plx_twin_text_hold(t, e->application);
    return index;
}

uint32_t plx_twin_source_hold(twin_context *c)
{
    if (!c->source) {
        c->source = source_make(c);
        plx_twin_source_keep(c->t, c->source); /* by the context; let go at the end of the entry */
    }
    plx_twin_source_keep(c->t, c->source);
    return c->source;
}

void plx_twin_source_keep(plx_twin *t, uint32_t source)
{
    if (source) twin_source_at(t, source)->holders++;
}

void plx_twin_source_release(plx_twin *t, uint32_t source)
{
    if (source == 0) return;
    twin_source *s = twin_source_at(t, source);
    PLX_ASSERT(s->holders > 0);
    if (--s->holders == 0) plx_twin_record_free(t, TWIN_SOURCE, source);
}

void plx_twin_source_set(twin_context *c, uint32_t *field)
{
    uint32_t old = *field;
    *field = plx_twin_source_hold(c);
    plx_twin_source_release(c->t, old);
}

int plx_twin_source_compare(const plx_twin *t, uint32_t a, uint32_t b)
{
    if (a == b) return 0;
    const twin_source *x = twin_source_at(t, a), *y = twin_source_at(t, b);
    if (x->sent_us != y->sent_us) return x->sent_us < y->sent_us ? -1 : 1;
    if (x->order != y->order) return x->order < y->order ? -1 : 1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

plx_provenance plx_twin_source_id(const plx_twin *t, uint32_t source, uint32_t index)
{
    return source ? plx_provenance_of(twin_source_at(t, source)->seq, index) : 0;
}
