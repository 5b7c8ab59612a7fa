/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The feeds screen: books of the interfaces, dead letters. */
#include "core/format/json/json.h"
#include "core/format/json/pair.h"
#include "core/twin/private.h"
#include "core/twin/report.h"

void plx_twin_books(const plx_twin *t, uint32_t iface, plx_books *books)
{
    *books = (plx_books){.last_arrival_us = PLX_TIME_NONE};
    if (iface >= PLX_IFACE_MAX) return;
    const twin_book *b = &t->books[iface];
    *books = (plx_books){b->received,  b->applied,    b->duplicate,      b->ignored, b->refused,
                         b->dead_open, b->dead_fixed, b->dead_discarded, b->last_us};
}

static void write_interface(const plx_twin *t, uint32_t iface, plx_json_writer *w)
{
    const twin_book *b = &t->books[iface];
    plx_json_object(w);
    plx_pair_count(w, "iface", iface);
    plx_json_key(w, "name");
    if (b->name)
        plx_json_put_string(w, twin_text_get(t, b->name));
    else
        plx_json_put_text(w, iface == PLX_IFACE_REPAIR ? "repair" : "");
    plx_pair_count(w, "received", b->received);
    plx_pair_count(w, "applied", b->applied);
    plx_pair_count(w, "duplicate", b->duplicate);
    plx_pair_count(w, "ignored", b->ignored);
    plx_pair_count(w, "refused", b->refused);
    plx_pair_count(w, "dead_open", b->dead_open);
    plx_pair_count(w, "dead_fixed", b->dead_fixed);
    plx_pair_count(w, "dead_discarded", b->dead_discarded);
    if (b->last_us != PLX_TIME_NONE) {
        plx_json_key(w, "last_arrival");
        plx_json_put_i64(w, b->last_us);
    }
    plx_json_object_end(w);
}

static void put_string(plx_json_writer *w, const char *key, plx_slice text)
{
    if (!text.n) return;
    plx_json_key(w, key);
    plx_json_put_string(w, text);
}

static void write_dead(const plx_twin *t, uint32_t dead, plx_json_writer *w)
{
    static const char *const STATES[] = {"open", "fixed", "discarded"};
    const twin_dead *d = twin_dead_at(t, dead);
    size_t segment_n = 0;
    while (segment_n < sizeof d->segment && d->segment[segment_n])
        segment_n++;
    plx_json_object(w);
    plx_pair_count(w, "seq", d->seq);
    plx_pair_count(w, "iface", d->iface);
    plx_json_key(w, "arrival");
    plx_json_put_i64(w, d->arrival_us);
    plx_json_key(w, "state");
    plx_json_put_text(w, STATES[d->state]);
    plx_pair_count(w, "code", d->code);
    plx_json_key(w, "reason");
    plx_json_put_string(w, twin_text_get(t, d->reason));
    put_string(w, "segment", (plx_slice){(const char *)d->segment, segment_n});
    plx_pair_count(w, "segment_n", d->segment_n);
    plx_pair_count(w, "field", d->field);
    plx_pair_count(w, "component", d->component);
    plx_pair_count(w, "offset", d->offset);
    plx_pair_count(w, "attempts", d->attempts);
    if (d->original) plx_pair_count(w, "original", d->original);
    put_string(w, "by", twin_text_get(t, d->by));
    put_string(w, "why", twin_text_get(t, d->why));
    plx_json_object_end(w);
}

/* Both lists are in the order in which letters entered them; open ones by sequence. Newest first,
 * open before closed: what needs somebody's work stands on top. */
static void write_dead_letters(const plx_twin *t, uint32_t limit, plx_json_writer *w)
{
    for (uint32_t d = t->world.open_last; d && limit; d = twin_dead_at(t, d)->previous, limit--)
        write_dead(t, d, w);
    for (uint32_t d = t->world.closed_last; d && limit; d = twin_dead_at(t, d)->previous, limit--)
        write_dead(t, d, w);
}

void plx_feeds_write(const plx_twin *t, uint32_t limit, plx_out *out)
{
    plx_json_writer w = plx_json_writer_init(out);
    plx_json_object(&w);
    plx_json_key(&w, "topic");
    plx_json_put_text(&w, "feeds");
    plx_pair_count(&w, "j", t->world.seq);
    plx_json_key(&w, "now");
    plx_json_put_i64(&w, t->world.now_us);
    plx_json_key(&w, "interfaces");
    plx_json_array(&w);
    for (uint32_t i = 0; i < PLX_IFACE_MAX; i++)
        if (t->books[i].received || t->books[i].name) write_interface(t, i, &w);
    plx_json_array_end(&w);
    plx_json_key(&w, "dead");
    plx_json_array(&w);
    write_dead_letters(t, limit, &w);
    plx_json_array_end(&w);
    plx_pair_count(&w, "dead_dropped", t->world.dead_dropped);
    plx_json_object_end(&w);
}
