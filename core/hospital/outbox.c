/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What is rendered and not sent yet, in order of its due time, and the faults of the wire. */
#include "core/hospital/inner.h"

uint32_t plx_hosp_outbox_take(hospital *h, plx_out *out)
{
    PLX_ASSERT(h->free_slots_n > 0);
    const uint32_t i = h->free_slots[--h->free_slots_n];
    slot *s = &h->slots[i];
    memset(s, 0, sizeof *s);
    s->visit = s->other_visit = s->merged = NOBODY;
    s->statement = s->other_statement = UNDOES_NOTHING;
    *out = plx_out_init(h->slot_bytes + (size_t)i * SLOT_BYTES, SLOT_BYTES);
    return i;
}

void plx_hosp_outbox_free(hospital *h, uint32_t i)
{
    h->free_slots[h->free_slots_n++] = i;
}

static char *bytes_of(const hospital *h, uint32_t i)
{
    return h->slot_bytes + (size_t)i * SLOT_BYTES;
}

static void enqueue(hospital *h, uint32_t i, int64_t due_us)
{
    h->slots[i].due_us = due_us;
    const bool put = plx_heap_put(&h->outbox, (plx_heap_item){due_us, h->ties++, i});
    PLX_ASSERT(put);
}

/* Offset of field n (from 2) of the header. */
static size_t header_field(plx_slice good, unsigned n)
{
    size_t at = 0;
    for (unsigned bars = 0; bars + 1 < n; at++)
        bars += good.at[at] == '|';
    return at;
}

/* Offset of the segment, good.n when it is not there. */
static size_t segment_at(plx_slice good, const char *id)
{
    for (size_t at = 0; at + 4 < good.n; at++)
        if ((at == 0 || good.at[at - 1] == '\r') && memcmp(good.at + at, id, 3) == 0) return at;
    return good.n;
}

static size_t segment_end(plx_slice good, size_t at)
{
    while (at < good.n && good.at[at] != '\r')
        at++;
    return at < good.n ? at + 1 : at;
}

static void add(plx_out *out, plx_slice good, size_t from, size_t to)
{
    plx_out_bytes(out, good.at + from, to - from);
}

/* The header's beginning up to and with a control id of its own. */
static void add_header(const hospital *h, plx_out *out, plx_slice good)
{
    add(out, good, 0, h->control_at + h->control_n);
    plx_out_char(out, 'X');
}

typedef enum breakage {
    BREAK_CUT_HEADER,
    BREAK_NO_ID,
    BREAK_TYPE,
    BREAK_GARBAGE,
    BREAK_NO_PID, /* this and the next only where the PID must be there: ADT */
    BREAK_CUT_PID,
    BREAK_KINDS
} breakage;

static void write_broken(hospital *h, plx_out *out, plx_slice good, breakage kind)
{
    const size_t type = header_field(good, 9), type_end = header_field(good, 10) - 1;
    const size_t id_end = h->control_at + h->control_n, pid = segment_at(good, "PID");
    switch (kind) {
    case BREAK_CUT_HEADER:
        add(out, good, 0, header_field(good, 8));
        break;
    case BREAK_NO_ID:
        add(out, good, 0, h->control_at);
        add(out, good, id_end, good.n);
        break;
    case BREAK_TYPE:
        add(out, good, 0, type);
        plx_out_text(out, "??");
        add(out, good, type_end, id_end);
        plx_out_char(out, 'X');
        add(out, good, id_end, good.n);
        break;
    case BREAK_NO_PID:
        add_header(h, out, good);
        add(out, good, id_end, pid);
        add(out, good, segment_end(good, pid), good.n);
        break;
    case BREAK_CUT_PID:
        add_header(h, out, good);
        add(out, good, id_end, pid);
        plx_out_text(out, "PID|1|\r");
        break;
    default:
        plx_out_text(out, "#noise#");
        for (uint64_t n = 1 + plx_rng_below(&h->faults, 200); n > 0; n--)
            plx_out_char(out, (char)(0x20 + plx_rng_below(&h->faults, 0x5F)));
        break;
    }
}

static void put_broken_copy(hospital *h, const slot *s, plx_slice good, int64_t due_us)
{
    plx_out out;
    const bool must =
        memcmp(good.at + header_field(good, 9), "ADT", 3) == 0 && segment_at(good, "PID") < good.n;
    const uint64_t kinds = must ? BREAK_KINDS : BREAK_NO_PID;
    const uint32_t i = plx_hosp_outbox_take(h, &out);
    write_broken(h, &out, good, (breakage)plx_rng_below(&h->faults, kinds));
    PLX_ASSERT(!out.full);
    h->slots[i].n = (uint32_t)out.n;
    h->slots[i].stream = s->stream;
    h->slots[i].malformed = true;
    enqueue(h, i, due_us);
}

static void put_duplicate(hospital *h, const slot *s, plx_slice good, int64_t due_us)
{
    plx_out out;
    const uint32_t i = plx_hosp_outbox_take(h, &out);
    plx_out_slice_add(&out, good);
    h->slots[i].n = (uint32_t)good.n;
    h->slots[i].stream = s->stream;
    h->slots[i].duplicate = true;
    enqueue(h, i, due_us);
}

static int64_t seconds(hospital *h, uint64_t low, uint64_t high)
{
    return (int64_t)(low + plx_rng_below(&h->faults, high - low + 1)) * PLX_SECOND_US;
}

void plx_hosp_outbox_put(hospital *h, uint32_t i, const plx_out *out, int64_t due_us)
{
    const plx_hospital_faults *f = &h->model.faults;
    slot *s = &h->slots[i];
    PLX_ASSERT(!out->full);
    s->n = (uint32_t)out->n;
    if (s->visit != NOBODY) h->visits[s->visit].outbox_n++;
    if (s->other_visit != NOBODY) h->visits[s->other_visit].outbox_n++;
    const plx_slice good = {bytes_of(h, i), s->n};
    if (plx_hosp_chance(&h->faults, f->malformed)) put_broken_copy(h, s, good, due_us);
    s->drop_after = plx_hosp_chance(&h->faults, f->drop);
    /* What is held back fills slots: no more of it when half of them are taken. */
    const bool room = h->free_slots_n > SLOTS / 2;
    if (plx_hosp_chance(&h->faults, f->late) && room) {
        s->late = true;
        due_us += seconds(h, 60, 7200);
    } else if (plx_hosp_chance(&h->faults, f->reorder) && room) {
        s->reordered = true;
        due_us += seconds(h, 2, 300);
    }
    enqueue(h, i, due_us);
    if (plx_hosp_chance(&h->faults, f->duplicate) && room)
        put_duplicate(h, s, good, due_us + seconds(h, 0, 600));
}

bool plx_hosp_outbox_pop(hospital *h, plx_hospital_message *message)
{
    plx_heap_item item;
    if (!plx_heap_take(&h->outbox, &item)) return false;
    const uint32_t i = (uint32_t)item.payload;
    const slot *s = &h->slots[i];
    if (!h->stopped && item.time_us > h->last_due_us) h->last_due_us = item.time_us;
    h->returned = i;
    *message = (plx_hospital_message){.due_us = h->last_due_us,
                                      .stream = s->stream,
                                      .malformed = s->malformed,
                                      .drop_after = s->drop_after,
                                      .bytes = {bytes_of(h, i), s->n}};
    return true;
}
