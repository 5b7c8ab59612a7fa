/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The books of each interface and the dead letters (operations 3). Every message ends in exactly
 * one column; the columns count what happened, also when a dead letter is no longer held. */
#include "core/twin/private.h"
#include "core/twin/report.h"

twin_book *plx_twin_book_of(plx_twin *t, uint32_t iface)
{
    return &t->books[iface < PLX_IFACE_MAX ? iface : PLX_IFACE_MAX - 1];
}

uint32_t plx_twin_dead_find(const plx_twin *t, uint64_t seq)
{
    uint32_t key[4] = {(uint32_t)seq, (uint32_t)(seq >> 32), 0, 0}, at = PLX_MAP_START, found;
    uint64_t hash = plx_twin_key_hash(TWIN_MAP_DEAD, key);
    while ((found = plx_twin_index_find(t, TWIN_MAP_DEAD, hash, &at)) != 0)
        if (twin_dead_at(t, found)->seq == seq) return found;
    return 0;
}

uint32_t plx_twin_charset(const plx_twin *t, const plx_entry *entry)
{
    uint32_t iface = entry->iface;
    uint32_t dead = entry->kind == PLX_ENTRY_EDITED ? plx_twin_dead_find(t, entry->ref) : 0;
    if (dead) iface = twin_dead_at(t, dead)->iface;
    return t->books[iface < PLX_IFACE_MAX ? iface : PLX_IFACE_MAX - 1].charset;
}

bool plx_twin_dead_is_open(const plx_twin *t, uint64_t seq)
{
    uint32_t dead = plx_twin_dead_find(t, seq);
    return dead && twin_dead_at(t, dead)->state == TWIN_DEAD_OPEN;
}

static void list_add(plx_twin *t, uint32_t dead)
{
    twin_dead *d = twin_dead_at(t, dead);
    bool open = d->state == TWIN_DEAD_OPEN;
    uint32_t *first = open ? &t->world.open_first : &t->world.closed_first;
    uint32_t *last = open ? &t->world.open_last : &t->world.closed_last;
    d->previous = *last;
    d->next = 0;
    if (*last)
        twin_dead_at(t, *last)->next = dead;
    else
        *first = dead;
    *last = dead;
}

static void list_remove(plx_twin *t, uint32_t dead)
{
    twin_dead *d = twin_dead_at(t, dead);
    bool open = d->state == TWIN_DEAD_OPEN;
    uint32_t *first = open ? &t->world.open_first : &t->world.closed_first;
    uint32_t *last = open ? &t->world.open_last : &t->world.closed_last;
    if (d->previous)
        twin_dead_at(t, d->previous)->next = d->next;
    else
        *first = d->next;
    if (d->next)
        twin_dead_at(t, d->next)->previous = d->previous;
    else
        *last = d->previous;
}

/* At the limit one that was closed goes first, then the oldest. */
static void make_room(plx_twin *t)
{
    if (t->world.dead_n < TWIN_DEAD_MAX) return;
    uint32_t goes = t->world.closed_first ? t->world.closed_first : t->world.open_first;
    list_remove(t, goes);
    plx_twin_index_remove(t, TWIN_MAP_DEAD, plx_twin_index_hash_of(t, TWIN_MAP_DEAD, goes), goes);
    plx_twin_record_free(t, TWIN_DEAD, goes);
    t->world.dead_n--;
    t->world.dead_dropped++;
}

void plx_twin_dead_add(twin_context *c, const plx_hl7_fault *fault)
{
    plx_twin *t = c->t;
    make_room(t);
    uint32_t index = plx_twin_record_take(t, TWIN_DEAD);
    twin_dead *d = twin_dead_at(t, index);
    d->seq = c->entry->seq;
    d->original = c->entry->kind == PLX_ENTRY_EDITED ? c->entry->ref : 0;
    d->arrival_us = c->entry->arrival_us;
    d->iface = (uint16_t)(c->entry->iface < PLX_IFACE_MAX ? c->entry->iface : PLX_IFACE_MAX - 1);
    d->reason = plx_twin_text_hold(t, plx_slice_of(fault->text));
    d->code = fault->code;
    d->offset = fault->offset;
    d->segment_n = fault->segment_n;
    d->field = fault->field;
    d->component = fault->component;
    memcpy(d->segment, fault->segment, sizeof d->segment);
    d->state = TWIN_DEAD_OPEN;
    list_add(t, index);
    t->world.dead_n++;
    plx_twin_index_put(t, TWIN_MAP_DEAD, plx_twin_index_hash_of(t, TWIN_MAP_DEAD, index), index);
    plx_twin_book_of(t, d->iface)->dead_open++;
    c->applied->feeds = true;
}

bool plx_twin_dead_close(twin_context *c, uint64_t seq, twin_dead_state state, plx_slice by,
                         plx_slice why)
{
    plx_twin *t = c->t;
    uint32_t dead = plx_twin_dead_find(t, seq);
    if (!dead || twin_dead_at(t, dead)->state != TWIN_DEAD_OPEN) return false;
    twin_dead *d = twin_dead_at(t, dead);
    twin_book *book = plx_twin_book_of(t, d->iface);
    list_remove(t, dead);
    d->state = (uint8_t)state;
    list_add(t, dead);
    plx_twin_text_set(t, &d->by, by);
    plx_twin_text_set(t, &d->why, why);
    book->dead_open--;
    if (state == TWIN_DEAD_FIXED)
        book->dead_fixed++;
    else
        book->dead_discarded++;
    c->applied->feeds = true;
    return true;
}

/* A chain of copies of copies is at most as long as there are dead letters, each older than the one
 * before. */
void plx_twin_dead_repaired(twin_context *c, uint64_t original, bool applied)
{
    plx_twin *t = c->t;
    uint32_t dead = plx_twin_dead_find(t, original);
    if (!dead) return;
    if (!applied) {
        twin_dead_at(t, dead)->attempts++;
        c->applied->feeds = true;
        return;
    }
    for (uint32_t n = 0; dead && n < TWIN_DEAD_MAX; n++) {
        uint64_t next = twin_dead_at(t, dead)->original, seq = twin_dead_at(t, dead)->seq;
        plx_twin_dead_close(c, seq, TWIN_DEAD_FIXED, c->entry->peer, (plx_slice){NULL, 0});
        dead = next && next < seq ? plx_twin_dead_find(t, next) : 0;
    }
}
