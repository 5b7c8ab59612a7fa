/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/twin/board.h"

#include "core/base/hash.h"
#include "core/twin/body.h"
#include "core/twin/cell.h"
#include "core/twin/trust.h"

/* What a row has beside its cells, and what only the topic of a stay has. */
enum {
    META_AREA = TWIN_CELLS,
    META_PROVISIONAL,
    META_CONFLICT,
    ROW_PARTS,
    META_BODY = ROW_PARTS,
    PARTS
};
_Static_assert((int)PARTS <= (int)PLX_BOARD_CELLS_MAX, "a cell has no hash");

typedef struct shown {    /* one encounter as the viewer knows it */
    uint64_t part[PARTS]; /* hash of what was written */
    uint32_t number;      /* of the encounter in this slot; 0 = no row */
    uint32_t zero;
} shown;

struct plx_board_view {
    uint32_t encounters_max;
    uint32_t n; /* slots that were ever used; those beyond are not initialised */
    uint32_t demo, zero;
};

static shown *slots_of(const plx_board_view *v)
{
    return (shown *)(uintptr_t)(v + 1);
}

size_t plx_board_view_size(uint32_t encounters_max)
{
    return sizeof(plx_board_view) + ((size_t)encounters_max + 1) * sizeof(shown);
}

plx_board_view *plx_board_view_init(void *memory, uint32_t encounters_max)
{
    plx_board_view *v = memory;
    *v = (plx_board_view){.encounters_max = encounters_max};
    return v;
}

/* Who is on the board. */

static bool is_boarding(const twin_stay *s)
{
    return s->patient_class == 'I' || s->admission_source || s->pending_source;
}

static bool is_in_department(const plx_twin *t, const twin_encounter *e)
{
    if (!twin_status_is_active(e->stay.status)) return false;
    uint32_t place = e->stay.location;
    return !place || twin_place_at(t, twin_place_at(t, place)->area)->emergency ||
           e->stay.patient_class == 'E';
}

bool plx_twin_is_on_board(const plx_twin *t, uint32_t encounter)
{
    if (!twin_is_live(t, TWIN_ENCOUNTER, encounter)) return false;
    const twin_encounter *e = twin_encounter_at(t, encounter);
    if (!twin_encounter_is_provisional(e)) return is_in_department(t, e);
    return e->score && t->world.now_us - e->last_us < TWIN_PROVISIONAL_SHOWN_US;
}

/* Rows. */

static const char *part_key(int part)
{
    static const char *const META[] = {"area", "provisional", "conflict", "body"};
    return part < TWIN_CELLS ? plx_twin_cell_key((twin_cell)part) : META[part - TWIN_CELLS];
}

static void write_part(const plx_twin *t, uint32_t encounter, int part, plx_json_writer *w)
{
    const twin_encounter *e = twin_encounter_at(t, encounter);
    uint32_t place = plx_twin_cell_place(e);
    switch (part) {
    case META_AREA:
        plx_json_put_string(w, place ? twin_text_get(t, twin_place_at(t, place)->point)
                                     : (plx_slice){NULL, 0});
        break;
    case META_BODY:
        plx_twin_body_write(t, encounter, w);
        break;
    case META_PROVISIONAL:
        plx_json_put_bool(w, twin_encounter_is_provisional(e));
        break;
    case META_CONFLICT:
        plx_json_put_bool(w, (e->marks & (TWIN_MARK_BED_CONFLICT | TWIN_MARK_IDENTITY |
                                          TWIN_MARK_CANDIDATES)) != 0);
        break;
    default:
        plx_twin_cell_write(t, encounter, (twin_cell)part, w);
        break;
    }
}

static void write_members(const plx_twin *t, uint32_t encounter, int parts, plx_json_writer *w)
{
    const twin_encounter *e = twin_encounter_at(t, encounter);
    plx_json_key(w, "id");
    plx_twin_put_id(w, e->number);
    plx_json_key(w, "person");
    if (e->owner)
        plx_twin_put_id(
            w, twin_node_at(t, plx_twin_group_name(t, twin_group_of(t, e->owner)))->number);
    else
        plx_json_put_null(w);
    for (int part = META_AREA; part < parts; part++) {
        plx_json_key(w, part_key(part));
        write_part(t, encounter, part, w);
    }
    plx_json_key(w, "c");
    plx_json_object(w);
    for (int part = 0; part < TWIN_CELLS; part++) {
        plx_json_key(w, part_key(part));
        write_part(t, encounter, part, w);
    }
    plx_json_object_end(w);
}

static void write_row(const plx_twin *t, uint32_t encounter, plx_json_writer *w)
{
    plx_json_object(w);
    write_members(t, encounter, ROW_PARTS, w);
    plx_json_object_end(w);
}

/* The topic of one stay. */

uint32_t plx_board_stay_find(const plx_twin *t, plx_slice id)
{
    uint64_t number = 0;
    if (plx_base36_parse(id, &number) != PLX_OK || number == 0) return 0;
    return plx_twin_encounter_numbered(t, number);
}

static void write_head(const plx_twin *t, plx_slice topic, plx_json_writer *w)
{
    plx_json_key(w, "topic");
    plx_json_put_string(w, topic);
    plx_json_key(w, "j");
    plx_json_put_u64(w, t->world.seq);
    plx_json_key(w, "now");
    plx_json_put_i64(w, t->world.now_us);
    plx_json_key(w, "demo");
    plx_json_put_bool(w, t->world.demo);
}

static plx_slice stay_topic(uint32_t number, char memory[4 + PLX_BASE36_MAX])
{
    plx_out topic = plx_out_init(memory, 4 + PLX_BASE36_MAX);
    plx_out_text(&topic, "enc:");
    plx_out_base36(&topic, number);
    return plx_out_slice(&topic);
}

void plx_board_trust_write(const plx_twin *t, plx_out *out)
{
    plx_json_writer w = plx_json_writer_init(out);
    plx_json_object(&w);
    write_head(t, PLX_LIT("trust"), &w);
    plx_twin_trust_write(t, &w);
    plx_json_object_end(&w);
}

void plx_board_stay_write(const plx_twin *t, uint32_t encounter, plx_out *out)
{
    char memory[4 + PLX_BASE36_MAX];
    plx_json_writer w = plx_json_writer_init(out);
    plx_json_object(&w);
    write_head(t, stay_topic(twin_encounter_at(t, encounter)->number, memory), &w);
    write_members(t, encounter, PARTS, &w);
    plx_json_object_end(&w);
}

/* The whole topic. */

static void put_location(const plx_twin *t, const twin_place *p, plx_json_writer *w)
{
    char memory[4 * 256];
    plx_out out = plx_out_init(memory, sizeof memory);
    twin_text parts[4] = {p->point, p->room, p->bed, p->facility};
    int n = 4;
    while (n > 0 && !parts[n - 1])
        n--;
    for (int i = 0; i < n; i++) {
        if (i > 0) plx_out_char(&out, '^');
        plx_out_slice_add(&out, twin_text_get(t, parts[i]));
    }
    plx_json_put_string(w, plx_out_slice(&out));
}

static void write_bed(const plx_twin *t, uint32_t place, plx_json_writer *w)
{
    const twin_place *p = twin_place_at(t, place);
    plx_json_object(w);
    plx_json_key(w, "bed");
    plx_json_put_string(w, twin_text_get(t, p->bed));
    plx_json_key(w, "area");
    plx_json_put_string(w, twin_text_get(t, p->point));
    plx_json_key(w, "location");
    put_location(t, p, w);
    plx_json_key(w, "status");
    if (p->status) {
        twin_value x = twin_value_none();
        x.v = twin_text_get(t, p->status);
        x.k = plx_kind_letter(PLX_KIND_MANUAL);
        x.t = p->status_us;
        x.i = plx_twin_source_id(t, p->status_source, 0);
        plx_twin_value_write(w, &x);
    } else {
        plx_json_put_null(w);
    }
    plx_json_key(w, "rows");
    plx_json_array(w);
    for (uint32_t e = p->occupants; e; e = twin_encounter_at(t, e)->place_next)
        plx_twin_put_id(w, twin_encounter_at(t, e)->number);
    plx_json_array_end(w);
    plx_json_object_end(w);
}

typedef struct counts {
    uint64_t dept, waiting, boarding;
} counts;

static void count(const plx_twin *t, uint32_t encounter, counts *n)
{
    const twin_encounter *e = twin_encounter_at(t, encounter);
    if (twin_encounter_is_provisional(e)) return;
    uint32_t place = e->stay.location;
    bool bed = place && twin_place_at(t, place)->bed;
    n->dept++;
    n->boarding += is_boarding(&e->stay);
    n->waiting += e->stay.status == TWIN_STATUS_ARRIVED && !bed;
}

static void write_counts(const counts *n, plx_json_writer *w)
{
    plx_json_object(w);
    plx_json_key(w, "dept");
    plx_json_put_u64(w, n->dept);
    plx_json_key(w, "waiting");
    plx_json_put_u64(w, n->waiting);
    plx_json_key(w, "boarding");
    plx_json_put_u64(w, n->boarding);
    plx_json_object_end(w);
}

void plx_board_write(const plx_twin *t, plx_out *out)
{
    counts n = {0, 0, 0};
    plx_json_writer w = plx_json_writer_init(out);
    plx_json_object(&w);
    write_head(t, PLX_LIT("board"), &w);
    plx_json_key(&w, "rows");
    plx_json_array(&w);
    for (uint32_t e = twin_next(t, TWIN_ENCOUNTER, 0); e; e = twin_next(t, TWIN_ENCOUNTER, e)) {
        if (!plx_twin_is_on_board(t, e)) continue;
        write_row(t, e, &w);
        count(t, e, &n);
    }
    plx_json_array_end(&w);
    plx_json_key(&w, "beds");
    plx_json_array(&w);
    for (uint32_t p = twin_next(t, TWIN_PLACE, 0); p; p = twin_next(t, TWIN_PLACE, p)) {
        const twin_place *x = twin_place_at(t, p);
        if (x->bed && twin_place_at(t, x->area)->emergency) write_bed(t, p, &w);
    }
    plx_json_array_end(&w);
    plx_json_key(&w, "counts");
    write_counts(&n, &w);
    plx_json_object_end(&w);
}

/* Changes. */

static void op_begin(plx_out *out, plx_json_writer *w, plx_slice topic, const char *field)
{
    bool first = out->n == 0 || out->at[out->n - 1] == '[';
    if (!first) plx_out_char(out, ',');
    *w = plx_json_writer_init(out);
    plx_json_array(w);
    plx_json_put_string(w, topic);
    plx_json_put_text(w, field);
}

/* Hash of one part as it would be written. */
static uint64_t part_hash(const plx_twin *t, uint32_t encounter, int part, char *memory,
                          size_t capacity, size_t *n)
{
    plx_out out = plx_out_init(memory, capacity);
    plx_json_writer w = plx_json_writer_init(&out);
    write_part(t, encounter, part, &w);
    *n = out.n;
    return plx_hash64(out.at, out.n, (uint64_t)part + 1);
}

static shown *slot_of(plx_board_view *v, uint32_t encounter)
{
    while (v->n <= encounter)
        memset(&slots_of(v)[v->n++], 0, sizeof(shown));
    return &slots_of(v)[encounter];
}

static void row_leaves(shown *s, plx_out *out)
{
    plx_json_writer w;
    op_begin(out, &w, PLX_LIT("board"), "row-");
    plx_twin_put_id(&w, s->number);
    plx_json_array_end(&w);
    memset(s, 0, sizeof *s);
}

static void row_comes(const plx_twin *t, uint32_t encounter, shown *s, plx_out *out)
{
    char memory[PLX_BOARD_PART_BYTES];
    size_t n;
    plx_json_writer w;
    s->number = twin_encounter_at(t, encounter)->number;
    for (int part = 0; part < PARTS;
         part++) /* a body that has been told of is told after the row */
        if (part < ROW_PARTS || !twin_encounter_at(t, encounter)->body)
            s->part[part] = part_hash(t, encounter, part, memory, sizeof memory, &n);
    op_begin(out, &w, PLX_LIT("board"), "row+");
    write_row(t, encounter, &w);
    plx_json_array_end(&w);
}

static void row_changes(const plx_twin *t, uint32_t encounter, shown *s, plx_out *out,
                        plx_out *stays)
{
    char memory[PLX_BOARD_PART_BYTES], topic_memory[4 + PLX_BASE36_MAX];
    plx_slice topic = stay_topic(s->number, topic_memory);
    for (int part = 0; part < PARTS; part++) {
        size_t n;
        uint64_t hash = part_hash(t, encounter, part, memory, sizeof memory, &n);
        if (hash == s->part[part]) continue;
        s->part[part] = hash;
        plx_json_writer w;
        op_begin(part < ROW_PARTS ? out : stays, &w, topic, part_key(part));
        plx_json_put_raw(&w, (plx_slice){memory, n});
        plx_json_array_end(&w);
    }
}

void plx_board_delta(const plx_twin *t, uint32_t encounter, plx_board_view *v, plx_out *out,
                     plx_out *stays)
{
    if (encounter == 0 || encounter > v->encounters_max) return;
    shown *s = slot_of(v, encounter);
    bool here = plx_twin_is_on_board(t, encounter);
    bool other = here && s->number && s->number != twin_encounter_at(t, encounter)->number;
    if (s->number && (!here || other)) row_leaves(s, out);
    if (!here) return;
    if (!s->number) row_comes(t, encounter, s, out);
    row_changes(t, encounter, s, out, stays);
}

void plx_board_delta_all(const plx_twin *t, plx_board_view *v, plx_out *out, plx_out *stays)
{
    uint32_t n = t->pools[TWIN_ENCOUNTER].n > v->n ? t->pools[TWIN_ENCOUNTER].n : v->n;
    if (t->world.demo != v->demo) {
        plx_json_writer w;
        op_begin(out, &w, PLX_LIT("board"), "demo");
        plx_json_put_bool(&w, t->world.demo);
        plx_json_array_end(&w);
        v->demo = t->world.demo;
    }
    for (uint32_t i = 1; i < n; i++)
        plx_board_delta(t, i, v, out, stays);
}
