/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Why this number (design: trust 9): from a score to its inputs, from an input to the bytes of its
 * message. Ids need no table: they are found by looking. A look is a walk over one pool of records,
 * a few milliseconds with a million of them. */
#include "core/format/json/pair.h"
#include "core/record/provenance.h"
#include "core/twin/report.h"
#include "core/twin/value.h"

static uint32_t source_find(const plx_twin *t, uint64_t seq)
{
    for (uint32_t i = twin_next(t, TWIN_SOURCE, 0); i; i = twin_next(t, TWIN_SOURCE, i))
        if (twin_source_at(t, i)->seq == seq) return i;
    return 0;
}

static uint32_t row_find(const plx_twin *t, uint32_t source, uint32_t index)
{
    for (uint32_t i = twin_next(t, TWIN_ROW, 0); i; i = twin_next(t, TWIN_ROW, i)) {
        const twin_row *r = twin_row_at(t, i);
        if (r->source == source && r->index == index) return i;
    }
    return 0;
}

static uint32_t dose_find(const plx_twin *t, uint32_t source, uint32_t index)
{
    for (uint32_t i = twin_next(t, TWIN_DOSE, 0); i; i = twin_next(t, TWIN_DOSE, i)) {
        const twin_dose *d = twin_dose_at(t, i);
        if (d->source == source && d->index == index) return i;
    }
    return 0;
}

static uint32_t score_find(const plx_twin *t, uint32_t source, uint32_t index)
{
    for (uint32_t i = twin_next(t, TWIN_SCORE, 0); i; i = twin_next(t, TWIN_SCORE, i)) {
        const twin_score *s = twin_score_at(t, i);
        if (s->source == source && s->index == index) return i;
    }
    return 0;
}

static void put_raw(const plx_twin *t, uint32_t source, uint32_t from, uint32_t length,
                    plx_json_writer *w)
{
    const twin_source *s = twin_source_at(t, source);
    plx_json_key(w, "raw");
    plx_json_object(w);
    plx_pair_count(w, "seq", s->seq);
    plx_pair_count(w, "iface", s->iface);
    plx_json_key(w, "arrival");
    plx_json_put_i64(w, s->arrival_us);
    plx_pair_count(w, "from", from);
    plx_pair_count(w, "length", length);
    plx_json_object_end(w);
}

/* "ORU^R01, sent by MONITOR" */
static void put_sender(const plx_twin *t, uint32_t source, plx_json_writer *w)
{
    char memory[512];
    plx_out out = plx_out_init(memory, sizeof memory);
    const twin_source *s = twin_source_at(t, source);
    plx_out_slice_add(&out, twin_text_get(t, s->type));
    if (s->trigger) plx_out_char(&out, '^');
    plx_out_slice_add(&out, twin_text_get(t, s->trigger));
    if (s->application) plx_out_text(&out, ", sent by ");
    plx_out_slice_add(&out, twin_text_get(t, s->application));
    plx_json_key(w, "source");
    plx_json_put_string(w, plx_out_slice(&out));
}

static void node_begin(plx_json_writer *w, uint64_t id, plx_slice what)
{
    plx_json_object(w);
    plx_json_key(w, "id");
    plx_twin_put_id(w, id);
    plx_json_key(w, "what");
    plx_json_put_string(w, what);
}

static plx_slice row_name(const plx_twin *t, uint32_t row)
{
    const twin_row *r = twin_row_at(t, row);
    const twin_series *s = twin_series_at(t, r->series);
    if (s->quantity != PLX_QUANTITY_OTHER) return plx_slice_of(plx_quantity_get(s->quantity)->key);
    return twin_text_get(t, s->code_text ? s->code_text : r->code);
}

/* What the sender wrote, when the house made something else of it. */
static void put_as_sent(const plx_twin *t, const twin_row *r, plx_json_writer *w)
{
    char memory[2 * TWIN_TEXT_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    if (!r->canonical || (r->canonical == r->value && !r->comparator)) return;
    plx_out_text(&out, "sent as ");
    if (r->comparator) plx_out_char(&out, (char)r->comparator);
    plx_out_slice_add(&out, twin_text_get(t, r->value));
    if (r->unit) plx_out_char(&out, ' ');
    plx_out_slice_add(&out, twin_text_get(t, r->unit));
    plx_json_key(w, "note");
    plx_json_put_string(w, plx_out_slice(&out));
}

static void write_version(const plx_twin *t, uint32_t row, plx_json_writer *w)
{
    const twin_row *r = twin_row_at(t, row);
    char status[2] = {r->status_code ? (char)r->status_code : '-', 0};
    node_begin(w, plx_twin_source_id(t, r->source, r->index), row_name(t, row));
    twin_value x;
    plx_twin_value_of_row(t, row, &x);
    plx_json_key(w, "value");
    plx_twin_value_write(w, &x);
    plx_pair_text(w, "rule", "record/1");
    put_sender(t, r->source, w);
    plx_pair_text(w, "status", status);
    put_as_sent(t, r, w);
    put_raw(t, r->source, r->offset, r->length, w);
}

/* An observation and the versions before it. */
static void write_row(const plx_twin *t, uint32_t row, plx_json_writer *w)
{
    write_version(t, row, w);
    plx_json_key(w, "inputs");
    plx_json_array(w);
    for (uint32_t x = twin_row_at(t, row)->older; x; x = twin_row_at(t, x)->older) {
        write_version(t, x, w);
        plx_json_object_end(w);
    }
    plx_json_array_end(w);
    plx_json_object_end(w);
}

/* A word on a drug: "0.1 ug/kg/min", as sent, with when it was given and what became of it. */
static void write_dose_version(const plx_twin *t, uint32_t dose, plx_json_writer *w)
{
    static const char *const WORDS[] = {"requested", "ordered", "dispensed", "to give", "given"};
    static const char *const STATUS[] = {"", "complete", "partly", "refused", "not"};
    const twin_dose *d = twin_dose_at(t, dose);
    twin_value x = twin_value_none();
    x.v = twin_text_get(t, d->amount);
    x.u = twin_text_get(t, d->unit);
    x.t = d->at_us;
    x.i = plx_twin_source_id(t, d->source, d->index);
    node_begin(w, x.i, twin_text_get(t, d->code_text ? d->code_text : d->code));
    plx_json_key(w, "value");
    plx_twin_value_write(w, &x);
    plx_pair_text(w, "rule", "record/1");
    put_sender(t, d->source, w);
    char memory[64];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_out_text(&out, WORDS[d->word]);
    if (d->status) plx_out_char(&out, ' ');
    plx_out_text(&out, STATUS[d->status]);
    if (d->action == 'D') plx_out_text(&out, ", withdrawn");
    plx_json_key(w, "status");
    plx_json_put_string(w, plx_out_slice(&out));
    put_raw(t, d->source, d->offset, d->length, w);
}

static void write_dose(const plx_twin *t, uint32_t dose, plx_json_writer *w)
{
    write_dose_version(t, dose, w);
    plx_json_key(w, "inputs");
    plx_json_array(w);
    for (uint32_t x = twin_dose_at(t, dose)->older; x; x = twin_dose_at(t, x)->older) {
        write_dose_version(t, x, w);
        plx_json_object_end(w);
    }
    plx_json_array_end(w);
    plx_json_object_end(w);
}

static void write_input(const plx_twin *t, const twin_score *s, int i, plx_json_writer *w)
{
    uint64_t id = s->input_id[i];
    uint32_t source = source_find(t, plx_provenance_seq(id));
    uint32_t row = source ? row_find(t, source, plx_provenance_index(id)) : 0;
    node_begin(w, id, plx_slice_of(plx_news2_key((plx_news2_input)i)));
    twin_value x = twin_value_none();
    if (row) plx_twin_value_of_row(t, row, &x);
    if (!row) { /* it left at a limit; the score kept what it used */
        x.v = twin_text_get(t, s->input[i]);
        x.t = s->input_us[i];
        x.i = id;
    }
    plx_json_key(w, "value");
    plx_twin_value_write(w, &x);
    plx_pair_count(w, "points", s->points[i]);
    plx_json_key(w, "used");
    plx_json_put_string(w, twin_text_get(t, s->input[i]));
    if (row) {
        put_sender(t, twin_row_at(t, row)->source, w);
        put_raw(t, twin_row_at(t, row)->source, twin_row_at(t, row)->offset,
                twin_row_at(t, row)->length, w);
    }
    plx_json_object_end(w);
}

static void write_score(const plx_twin *t, uint32_t score, plx_json_writer *w)
{
    const twin_score *s = twin_score_at(t, score);
    node_begin(w, plx_twin_source_id(t, s->source, s->index), PLX_LIT("NEWS2"));
    plx_json_key(w, "value");
    plx_twin_value_score(t, w, score);
    plx_pair_text(w, "rule", s->scale2 ? "news2/1, SpO2 scale 2" : "news2/1, SpO2 scale 1");
    plx_pair_text(w, "source", "Royal College of Physicians 2017");
    plx_pair_text(w, "class", "discrete-cds");
    plx_json_key(w, "inputs");
    plx_json_array(w);
    for (int i = 0; i < PLX_NEWS2_INPUTS; i++)
        if (s->input_id[i]) write_input(t, s, i, w);
    plx_json_array_end(w);
    put_raw(t, s->source, 0, twin_source_at(t, s->source)->length, w);
    plx_json_object_end(w);
}

/* The message itself: facts of persons and stays, orders, bed status. */
static void write_message(const plx_twin *t, uint32_t source, plx_json_writer *w)
{
    const twin_source *s = twin_source_at(t, source);
    node_begin(w, plx_provenance_of(s->seq, 0), PLX_LIT("message"));
    twin_value x = twin_value_none();
    x.v = twin_text_get(t, s->trigger ? s->trigger : s->type);
    x.t = s->recorded_us;
    plx_json_key(w, "value");
    plx_twin_value_write(w, &x);
    plx_pair_text(w, "rule", "record/1");
    put_sender(t, source, w);
    put_raw(t, source, 0, s->length, w);
    plx_json_object_end(w);
}

/* A message that was never applied left nothing but its dead letter. */
static plx_status write_dead(const plx_twin *t, uint64_t seq, plx_out *out)
{
    uint32_t dead = plx_twin_dead_find(t, seq);
    if (!dead) return PLX_UNKNOWN;
    const twin_dead *d = twin_dead_at(t, dead);
    plx_json_writer w = plx_json_writer_init(out);
    node_begin(&w, plx_provenance_of(seq, 0), PLX_LIT("dead letter"));
    plx_json_key(&w, "note");
    plx_json_put_string(&w, twin_text_get(t, d->reason));
    plx_json_key(&w, "raw");
    plx_json_object(&w);
    plx_pair_count(&w, "seq", seq);
    plx_pair_count(&w, "iface", d->iface);
    plx_json_key(&w, "arrival");
    plx_json_put_i64(&w, d->arrival_us);
    plx_pair_count(&w, "from", d->offset);
    plx_pair_count(&w, "length", 0);
    plx_json_object_end(&w);
    plx_json_object_end(&w);
    return PLX_OK;
}

plx_status plx_why_write(const plx_twin *t, uint64_t id, plx_out *out)
{
    uint32_t source = source_find(t, plx_provenance_seq(id)), index = plx_provenance_index(id);
    if (!source && index == 0) return write_dead(t, plx_provenance_seq(id), out);
    if (!source) return PLX_UNKNOWN;
    plx_json_writer w = plx_json_writer_init(out);
    if (index == 0) {
        write_message(t, source, &w);
        return PLX_OK;
    }
    bool derived = index >= PLX_PROVENANCE_DERIVED;
    uint32_t found = derived ? score_find(t, source, index) : row_find(t, source, index);
    uint32_t dose = derived || found ? 0 : dose_find(t, source, index);
    if (!found && !dose) return PLX_UNKNOWN;
    if (dose)
        write_dose(t, dose, &w);
    else if (derived)
        write_score(t, found, &w);
    else
        write_row(t, found, &w);
    return PLX_OK;
}
