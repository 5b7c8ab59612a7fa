/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/twin/cell.h"

#include "core/twin/body.h"

enum { TEXT_MAX = 512, BAND_HIGH = 1 << PLX_NEWS2_HIGH, BAND_MEDIUM = 1 << PLX_NEWS2_MEDIUM };

const char *plx_twin_cell_key(twin_cell cell)
{
    static const char *const KEYS[] = {
#define X(NAME, key) key,
        TWIN_CELL_TABLE(X)
#undef X
    };
    return KEYS[cell];
}

uint32_t plx_twin_cell_place(const twin_encounter *e)
{
    return e->stay.location ? e->stay.location : e->unnamed_place;
}

/* A word of an ADT message. */
static void put_word(const plx_twin *t, plx_json_writer *w, plx_slice text, int64_t at_us,
                     uint32_t source)
{
    twin_value x = twin_value_none();
    if (!text.n) {
        plx_json_put_null(w);
        return;
    }
    x.v = text;
    x.k = plx_kind_letter(PLX_KIND_MANUAL);
    x.t = at_us;
    x.i = plx_twin_source_id(t, source, 0);
    plx_twin_value_write(w, &x);
}

static void put_derived(plx_json_writer *w, plx_slice text, int64_t at_us, plx_provenance id)
{
    twin_value x = twin_value_none();
    x.v = text;
    x.k = plx_kind_letter(PLX_KIND_DERIVED);
    x.t = at_us;
    x.i = id;
    plx_twin_value_write(w, &x);
}

static void write_bed(const plx_twin *t, const twin_encounter *e, plx_json_writer *w)
{
    uint32_t place = plx_twin_cell_place(e);
    if (!place) {
        plx_json_put_null(w);
        return;
    }
    char memory[TEXT_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    const twin_place *p = twin_place_at(t, place);
    plx_slice room = twin_text_get(t, p->room), bed = twin_text_get(t, p->bed);
    plx_out_slice_add(&out, room);
    if (room.n && bed.n) plx_out_char(&out, '-');
    plx_out_slice_add(&out, bed);
    if (!out.n) plx_out_slice_add(&out, twin_text_get(t, p->point));
    twin_value x = twin_value_none();
    x.v = plx_out_slice(&out);
    x.k = plx_kind_letter(PLX_KIND_MANUAL);
    x.t = e->stay.location ? e->stay.location_us : e->first_us;
    x.i = plx_twin_source_id(t, e->stay.location_source, 0);
    x.open = true;
    plx_twin_value_write(w, &x);
    if (e->stay.implied) {
        plx_json_key(w, "implied");
        plx_json_put_bool(w, true);
    }
    if (e->stay.temporary) {
        plx_json_key(w, "at");
        plx_json_put_string(w, twin_text_get(t, twin_place_at(t, e->stay.temporary)->point));
    }
    plx_json_object_end(w);
}

static const twin_facts *fact_of(const plx_twin *t, const twin_encounter *e, twin_fact fact)
{
    uint32_t group = twin_group_of(t, e->owner);
    uint32_t index = group ? plx_twin_person_fact(t, group, fact) : 0;
    return index ? twin_facts_at(t, index) : NULL;
}

static void write_name(const plx_twin *t, const twin_encounter *e, plx_json_writer *w)
{
    char memory[TEXT_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    const twin_facts *family = fact_of(t, e, TWIN_FACT_FAMILY);
    const twin_facts *given = fact_of(t, e, TWIN_FACT_GIVEN);
    if (!family && !given) {
        plx_json_put_null(w);
        return;
    }
    if (family) plx_out_slice_add(&out, twin_text_get(t, family->family));
    if (given && given->given) {
        if (out.n) plx_out_text(&out, ", ");
        plx_out_slice_add(&out, twin_text_get(t, given->given));
    }
    uint32_t source = family ? family->source[TWIN_FACT_FAMILY] : given->source[TWIN_FACT_GIVEN];
    twin_value x = twin_value_none();
    x.v = plx_out_slice(&out);
    if (!x.v.n) x.e = "null";
    x.k = plx_kind_letter(PLX_KIND_MANUAL);
    x.i = plx_twin_source_id(t, source, 0);
    plx_twin_value_write(w, &x);
}

/* Cleared by the sender, which is not the same as never heard. */
static bool put_cleared(const plx_twin *t, const twin_facts *f, twin_fact fact, plx_json_writer *w)
{
    if (!f || f->presence[fact] != PLX_NULL) return false;
    twin_value x = twin_value_none();
    x.e = "null";
    x.k = plx_kind_letter(PLX_KIND_MANUAL);
    x.i = plx_twin_source_id(t, f->source[fact], 0);
    plx_twin_value_write(w, &x);
    return true;
}

static void write_age(const plx_twin *t, const twin_encounter *e, plx_json_writer *w)
{
    const twin_facts *f = fact_of(t, e, TWIN_FACT_BIRTH);
    if (put_cleared(t, f, TWIN_FACT_BIRTH, w)) return;
    int32_t years = plx_twin_person_age_years(t, twin_group_of(t, e->owner), t->world.now_us);
    if (!f || years < 0) {
        plx_json_put_null(w);
        return;
    }
    char memory[16];
    plx_out out = plx_out_init(memory, sizeof memory);
    int64_t months = (t->world.now_us - f->birth_us) / (PLX_DAY_US * 365 / 12);
    bool infant = years < 2 && months >= 0;
    plx_out_i64(&out, infant ? months : years);
    twin_value x = twin_value_none();
    x.v = plx_out_slice(&out);
    x.u = infant ? PLX_LIT("mo") : PLX_LIT("a");
    x.k = plx_kind_letter(PLX_KIND_DERIVED);
    x.i = plx_twin_source_id(t, f->source[TWIN_FACT_BIRTH], 0);
    plx_twin_value_write(w, &x);
}

static void write_sex(const plx_twin *t, const twin_encounter *e, plx_json_writer *w)
{
    const twin_facts *f = fact_of(t, e, TWIN_FACT_SEX);
    if (put_cleared(t, f, TWIN_FACT_SEX, w)) return;
    if (f)
        put_word(t, w, twin_text_get(t, f->sex), PLX_TIME_NONE, f->source[TWIN_FACT_SEX]);
    else
        plx_json_put_null(w);
}

static void write_arrived(const plx_twin *t, const twin_encounter *e, plx_json_writer *w)
{
    char memory[40];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_out_iso(&out, e->stay.arrived_us, 0);
    put_word(t, w, plx_out_slice(&out), e->stay.arrived_us, e->stay.arrived_source);
}

/* Vital signs. */

/* The newest value that may be true; without one, the newest word at all. */
static uint32_t newest(const plx_twin *t, uint32_t encounter, const plx_quantity *q, size_t n)
{
    for (int usable = 1; usable >= 0; usable--) {
        uint32_t best = 0;
        for (size_t i = 0; i < n; i++) {
            uint32_t series = plx_twin_series_find(t, encounter, q[i]);
            uint32_t row = plx_twin_series_latest(t, series, usable);
            bool newer =
                row && (!best || twin_row_at(t, row)->when_us > twin_row_at(t, best)->when_us);
            if (newer) best = row;
        }
        if (best) return best;
    }
    return 0;
}

static void put_row(const plx_twin *t, uint32_t row, plx_json_writer *w)
{
    if (!row) {
        plx_json_put_null(w);
        return;
    }
    twin_value x;
    plx_twin_value_of_row(t, row, &x);
    plx_twin_value_write(w, &x);
}

/* The heart rate of the ECG; the pulse when there is none. */
static void write_hr(const plx_twin *t, uint32_t encounter, plx_json_writer *w)
{
    static const plx_quantity HR[] = {PLX_QUANTITY_HR}, PULSE[] = {PLX_QUANTITY_PULSE};
    uint32_t hr = newest(t, encounter, HR, 1), pulse = newest(t, encounter, PULSE, 1);
    bool later = pulse && (!hr || twin_row_at(t, pulse)->when_us - twin_row_at(t, hr)->when_us >
                                      PLX_MINUTE_US);
    put_row(t, later ? pulse : hr, w);
}

/* Diastolic of the same measurement, 0 when it is not there. */
static uint32_t diastolic_of(const plx_twin *t, uint32_t encounter, uint32_t systolic)
{
    const twin_row *s = twin_row_at(t, systolic);
    bool cuff = twin_series_at(t, s->series)->quantity == PLX_QUANTITY_NIBP_SYS;
    uint32_t series =
        plx_twin_series_find(t, encounter, cuff ? PLX_QUANTITY_NIBP_DIA : PLX_QUANTITY_ABP_DIA);
    if (!series) return 0;
    const twin_series *d = twin_series_at(t, series);
    for (uint32_t i = d->rows_n; i > 0; i--) {
        uint32_t row = twin_series_rows(t, d)[i - 1];
        const twin_row *r = twin_row_at(t, row);
        if (r->when_us < s->when_us) return 0;
        if (r->when_us == s->when_us && plx_twin_row_usable(r)) return row;
    }
    return 0;
}

static void write_bp(const plx_twin *t, uint32_t encounter, plx_json_writer *w)
{
    static const plx_quantity ALL[] = {PLX_QUANTITY_NIBP_SYS, PLX_QUANTITY_ABP_SYS};
    uint32_t systolic = newest(t, encounter, ALL, 2);
    if (!systolic || !plx_twin_row_usable(twin_row_at(t, systolic))) {
        put_row(t, systolic, w);
        return;
    }
    char memory[2 * PLX_DECIMAL_TEXT_MAX + 2];
    plx_out out = plx_out_init(memory, sizeof memory);
    twin_value x, d;
    plx_twin_value_of_row(t, systolic, &x);
    uint32_t diastolic = diastolic_of(t, encounter, systolic);
    plx_out_slice_add(&out, x.v);
    if (diastolic) {
        plx_twin_value_of_row(t, diastolic, &d);
        plx_out_char(&out, '/');
        plx_out_slice_add(&out, d.v);
        if (d.q != PLX_QUALITY_GOOD && x.q == PLX_QUALITY_GOOD) {
            x.q = d.q;
            x.reason = d.reason;
        }
    }
    x.v = plx_out_slice(&out);
    plx_twin_value_write(w, &x);
}

static void write_o2(const plx_twin *t, uint32_t encounter, plx_json_writer *w)
{
    static const plx_quantity ALL[] = {PLX_QUANTITY_O2_FLOW, PLX_QUANTITY_O2_DEVICE,
                                       PLX_QUANTITY_FIO2};
    uint32_t row = newest(t, encounter, ALL, sizeof ALL / sizeof *ALL);
    if (!row) {
        plx_json_put_null(w);
        return;
    }
    twin_value x;
    plx_twin_value_of_row(t, row, &x);
    const twin_row *r = twin_row_at(t, row);
    plx_quantity q = twin_series_at(t, r->series)->quantity;
    if (q == PLX_QUANTITY_O2_DEVICE) x.v = twin_text_get(t, r->value);
    bool none = q == PLX_QUANTITY_O2_FLOW && plx_slice_is(x.v, "0");
    if (none) {
        x.v = PLX_LIT("air");
        x.u = (plx_slice){NULL, 0};
    }
    plx_twin_value_write(w, &x);
}

static void write_temp(const plx_twin *t, uint32_t encounter, plx_json_writer *w)
{
    static const plx_quantity ALL[] = {PLX_QUANTITY_TEMP,      PLX_QUANTITY_TEMP_CORE,
                                       PLX_QUANTITY_TEMP_ORAL, PLX_QUANTITY_TEMP_RECTAL,
                                       PLX_QUANTITY_TEMP_EAR,  PLX_QUANTITY_TEMP_AXILLA};
    put_row(t, newest(t, encounter, ALL, sizeof ALL / sizeof *ALL), w);
}

static void write_one(const plx_twin *t, uint32_t encounter, plx_quantity q, plx_json_writer *w)
{
    put_row(t, newest(t, encounter, &q, 1), w);
}

static void write_news2(const plx_twin *t, const twin_encounter *e, plx_json_writer *w)
{
    if (e->score)
        plx_twin_value_score(t, w, e->score);
    else
        plx_json_put_null(w);
}

/* Alarm, orders, next step. */

/* NEWS2 of 5 and more (RCP 2017), then what people must sort out. */
static void write_alarm(const plx_twin *t, const twin_encounter *e, plx_json_writer *w)
{
    static const char *const MARKS[] = {
#define X(NAME, word) word,
        TWIN_MARK_TABLE(X)
#undef X
    };
    char memory[TEXT_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    const twin_score *s = e->score ? twin_score_at(t, e->score) : NULL;
    bool high = s && s->applicable && s->bands == BAND_HIGH;
    bool medium = s && s->applicable && !high && (s->bands & ~(BAND_HIGH | BAND_MEDIUM)) == 0;
    bool scored = high || medium;
    if (scored) {
        plx_out_text(&out, "NEWS2 ");
        plx_out_u64(&out, s->low);
        if (!s->known) {
            plx_out_char(&out, '-');
            plx_out_u64(&out, s->high);
        }
    }
    for (int i = 0; i < TWIN_MARKS; i++) {
        if (!(e->marks >> i & 1)) continue;
        if (out.n) plx_out_text(&out, "; ");
        plx_out_text(&out, MARKS[i]);
    }
    if (!out.n) {
        plx_json_put_null(w);
        return;
    }
    twin_value x = twin_value_none();
    x.v = plx_out_slice(&out);
    x.k = plx_kind_letter(PLX_KIND_DERIVED);
    x.t = scored ? s->when_us : e->last_us;
    x.i = scored ? plx_twin_source_id(t, s->source, s->index)
                 : plx_twin_source_id(t, e->stay.status_source, 0);
    x.f = scored ? "discrete-cds" : "flow";
    x.open = true;
    plx_twin_value_write(w, &x);
    if (scored) {
        plx_json_key(w, "band");
        plx_json_put_text(w, high ? "high" : "medium");
    }
    plx_json_object_end(w);
}

static void write_staff(const plx_twin *t, uint32_t staff, int64_t at_us, uint32_t source,
                        plx_json_writer *w)
{
    if (!staff) {
        plx_json_put_null(w);
        return;
    }
    const twin_staff *s = twin_staff_at(t, staff);
    put_word(t, w, twin_text_get(t, s->family ? s->family : s->id), at_us, source);
}

static bool is_done(const twin_order *o)
{
    return o->state == TWIN_ORDER_FINAL || o->state == TWIN_ORDER_CORRECTED ||
           o->state == TWIN_ORDER_GIVEN;
}

static bool is_off(const twin_order *o)
{
    return o->state == TWIN_ORDER_CANCELLED || o->state == TWIN_ORDER_ERROR;
}

static int64_t since_us(const twin_order *o)
{
    return o->ordered_us != PLX_TIME_NONE ? o->ordered_us : o->first_result_us;
}

static uint32_t newest_source(const twin_order *o)
{
    return o->result_source ? o->result_source : o->control_source ? o->control_source : o->source;
}

static void write_lab(const plx_twin *t, const twin_encounter *e, plx_json_writer *w)
{
    uint32_t ordered = 0, done = 0, source = 0;
    int64_t at_us = PLX_TIME_NONE;
    for (uint32_t i = e->orders; i; i = twin_order_at(t, i)->next) {
        const twin_order *o = twin_order_at(t, i);
        if (o->category != TWIN_CATEGORY_LAB || is_off(o)) continue;
        ordered++;
        done += is_done(o);
        uint32_t s = newest_source(o);
        if (!source || plx_twin_source_compare(t, s, source) > 0) source = s;
        int64_t us = is_done(o) ? o->result_us : since_us(o);
        if (us > at_us) at_us = us;
    }
    if (!ordered) {
        plx_json_put_null(w);
        return;
    }
    char memory[32];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_out_u64(&out, done);
    plx_out_char(&out, '/');
    plx_out_u64(&out, ordered);
    put_derived(w, plx_out_slice(&out), at_us, plx_twin_source_id(t, source, 0));
}

static const char *state_word(const twin_order *o)
{
    static const char *const WORDS[] = {
        [TWIN_ORDER_NONE] = "done",           [TWIN_ORDER_ORDERED] = "ordered",
        [TWIN_ORDER_SCHEDULED] = "scheduled", [TWIN_ORDER_IN_PROGRESS] = "in progress",
        [TWIN_ORDER_HELD] = "on hold",        [TWIN_ORDER_PRELIMINARY] = "preliminary",
        [TWIN_ORDER_FINAL] = "final",         [TWIN_ORDER_CORRECTED] = "corrected",
        [TWIN_ORDER_CANCELLED] = "cancelled", [TWIN_ORDER_ERROR] = "error",
        [TWIN_ORDER_GIVEN] = "given"};
    return WORDS[o->state];
}

static plx_slice order_name(const plx_twin *t, const twin_order *o)
{
    return twin_text_get(t, o->code_text ? o->code_text : o->code);
}

/* The order of a category that has waited longest; 0 when nothing is open. any: of all categories.
 */
static uint32_t longest_open(const plx_twin *t, const twin_encounter *e, twin_category category,
                             bool any)
{
    uint32_t best = 0;
    for (uint32_t i = e->orders; i; i = twin_order_at(t, i)->next) {
        const twin_order *o = twin_order_at(t, i);
        bool vital = o->category == TWIN_CATEGORY_VITAL;
        if (is_done(o) || is_off(o) || vital || (!any && o->category != category)) continue;
        if (o->state == TWIN_ORDER_NONE) continue;
        if (!best || since_us(o) < since_us(twin_order_at(t, best))) best = i;
    }
    return best;
}

static uint32_t newest_done(const plx_twin *t, const twin_encounter *e, twin_category category)
{
    uint32_t best = 0;
    for (uint32_t i = e->orders; i; i = twin_order_at(t, i)->next) {
        const twin_order *o = twin_order_at(t, i);
        if (!is_done(o) || o->category != category) continue;
        if (!best || o->result_us > twin_order_at(t, best)->result_us) best = i;
    }
    return best;
}

/* The study that is waited for, else the one that came last. */
static void write_study(const plx_twin *t, const twin_encounter *e, twin_category category,
                        plx_json_writer *w)
{
    uint32_t index = longest_open(t, e, category, false);
    if (!index) index = newest_done(t, e, category);
    if (!index) {
        plx_json_put_null(w);
        return;
    }
    char memory[TEXT_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    const twin_order *o = twin_order_at(t, index);
    plx_out_slice_add(&out, order_name(t, o));
    if (out.n) plx_out_char(&out, ' ');
    plx_out_text(&out, state_word(o));
    put_derived(w, plx_out_slice(&out), is_done(o) ? o->result_us : since_us(o),
                plx_twin_source_id(t, newest_source(o), 0));
}

static void write_next(const plx_twin *t, const twin_encounter *e, plx_json_writer *w)
{
    char memory[TEXT_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    const twin_stay *s = &e->stay;
    uint32_t order = longest_open(t, e, TWIN_CATEGORY_OTHER, true), source = 0;
    int64_t at_us = PLX_TIME_NONE;
    if (twin_encounter_is_provisional(e)) {
        plx_out_text(&out, "identify; ADT not seen");
        at_us = e->first_us;
    } else if (s->pending_source || s->admission_source) {
        plx_out_text(&out, "boarding");
        const twin_place *p = s->pending ? twin_place_at(t, s->pending) : NULL;
        if (p) {
            plx_out_text(&out, ", bed in ");
            plx_out_slice_add(&out, twin_text_get(t, p->point));
        }
        at_us = s->admission_source ? s->admission_us : s->pending_us;
        source = s->admission_source ? s->admission_source : s->pending_source;
    } else if (s->leaving_source) {
        plx_out_text(&out, "to be discharged");
        at_us = s->leaving_us;
        source = s->leaving_source;
    } else if (order) {
        const twin_order *o = twin_order_at(t, order);
        plx_out_slice_add(&out, order_name(t, o));
        plx_out_text(&out, ": ");
        plx_out_text(&out, state_word(o));
        at_us = since_us(o);
        source = newest_source(o);
    } else if (s->status == TWIN_STATUS_ARRIVED && !s->attending) {
        plx_out_text(&out, "to be seen");
        at_us = s->arrived_us;
        source = s->arrived_source;
    }
    if (out.n)
        put_derived(w, plx_out_slice(&out), at_us, plx_twin_source_id(t, source, 0));
    else
        plx_json_put_null(w);
}

static void write_dispo(const plx_twin *t, const twin_encounter *e, plx_json_writer *w)
{
    const twin_stay *s = &e->stay;
    if (s->disposition)
        put_word(t, w, twin_text_get(t, s->disposition), s->disposition_us, s->disposition_source);
    else if (s->admission_source)
        put_word(t, w, PLX_LIT("admit"), s->admission_us, s->admission_source);
    else if (s->pending_source)
        put_word(t, w, PLX_LIT("transfer planned"), s->pending_us, s->pending_source);
    else if (s->leaving_source)
        put_word(t, w, PLX_LIT("discharge planned"), s->leaving_us, s->leaving_source);
    else
        plx_json_put_null(w);
}

/* The newest of everything that is known about the stay. */
static void write_fresh(const plx_twin *t, const twin_encounter *e, plx_json_writer *w)
{
    const twin_stay *s = &e->stay;
    int64_t at_us = s->status_us;
    uint32_t source = s->status_source, index = 0;
    if (s->location_us > at_us) {
        at_us = s->location_us;
        source = s->location_source;
    }
    for (uint32_t i = e->series; i; i = twin_series_at(t, i)->next) {
        uint32_t row = plx_twin_series_latest(t, i, false);
        if (!row || twin_row_at(t, row)->when_us <= at_us) continue;
        at_us = twin_row_at(t, row)->when_us;
        source = twin_row_at(t, row)->source;
        index = twin_row_at(t, row)->index;
    }
    if (at_us == PLX_TIME_NONE) {
        plx_json_put_null(w);
        return;
    }
    char memory[40];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_out_iso(&out, at_us, 0);
    put_derived(w, plx_out_slice(&out), at_us, plx_twin_source_id(t, source, index));
}

static void write_measured(const plx_twin *t, uint32_t encounter, twin_cell cell,
                           plx_json_writer *w)
{
    static const plx_quantity ONE[TWIN_CELLS] = {[TWIN_CELL_TRIAGE] = PLX_QUANTITY_TRIAGE,
                                                 [TWIN_CELL_SPO2] = PLX_QUANTITY_SPO2,
                                                 [TWIN_CELL_RR] = PLX_QUANTITY_RESP_RATE,
                                                 [TWIN_CELL_ACVPU] = PLX_QUANTITY_ACVPU};
    if (cell == TWIN_CELL_HR)
        write_hr(t, encounter, w);
    else if (cell == TWIN_CELL_BP)
        write_bp(t, encounter, w);
    else if (cell == TWIN_CELL_TEMP)
        write_temp(t, encounter, w);
    else if (cell == TWIN_CELL_O2)
        write_o2(t, encounter, w);
    else if (ONE[cell])
        write_one(t, encounter, ONE[cell], w);
    else
        plx_json_put_null(w); /* no model answers here yet: padmit */
}

static void write_person(const plx_twin *t, const twin_encounter *e, twin_cell cell,
                         plx_json_writer *w)
{
    if (cell == TWIN_CELL_NAME)
        write_name(t, e, w);
    else if (cell == TWIN_CELL_AGE)
        write_age(t, e, w);
    else
        write_sex(t, e, w);
}

void plx_twin_cell_write(const plx_twin *t, uint32_t encounter, twin_cell cell, plx_json_writer *w)
{
    const twin_encounter *e = twin_encounter_at(t, encounter);
    const twin_stay *s = &e->stay;
    switch (cell) {
    case TWIN_CELL_BED:
        return write_bed(t, e, w);
    case TWIN_CELL_NAME:
    case TWIN_CELL_AGE:
    case TWIN_CELL_SEX:
        return write_person(t, e, cell, w);
    case TWIN_CELL_COMPLAINT:
        return put_word(t, w, twin_text_get(t, s->complaint), s->complaint_us, s->complaint_source);
    case TWIN_CELL_ARRIVED:
        return write_arrived(t, e, w);
    case TWIN_CELL_NEWS2:
        return write_news2(t, e, w);
    case TWIN_CELL_ALARM:
        return write_alarm(t, e, w);
    case TWIN_CELL_DOCTOR:
        return write_staff(t, s->attending, s->attending_us, s->attending_source, w);
    case TWIN_CELL_NURSE:
        return write_staff(t, s->nurse, s->nurse_us, s->nurse_source, w);
    case TWIN_CELL_LAB:
        return write_lab(t, e, w);
    case TWIN_CELL_IMG:
        return write_study(t, e, TWIN_CATEGORY_IMAGING, w);
    case TWIN_CELL_MED:
        return write_study(t, e, TWIN_CATEGORY_MEDICATION, w);
    case TWIN_CELL_NEXT:
        return write_next(t, e, w);
    case TWIN_CELL_DISPO:
        return write_dispo(t, e, w);
    case TWIN_CELL_SHOCK:
        return plx_twin_body_cell(t, encounter, w);
    case TWIN_CELL_RISK:
        return plx_twin_body_risk(t, encounter, w);
    case TWIN_CELL_FRESH:
        return write_fresh(t, e, w);
    default:
        return write_measured(t, encounter, cell, w);
    }
}
