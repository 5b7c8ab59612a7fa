/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Orders: known by the placer's or the filler's number, one order once both are known (v2 chapter
 * 4). Its state is that of the latest word on the order (ORC-1, ORC-5) and on its result (OBR-25).
 */
#include "core/twin/private.h"

enum { FROM_RESULTS = 1, BUSY = 2 };

/* Whose an order may be: of this stay, or of this person; 0 = unknown, which agrees with all. */
typedef struct bearer {
    uint32_t encounter, group;
} bearer;

static bool may_bear(const plx_twin *t, const twin_order *o, bearer b)
{
    uint32_t owner = twin_group_of(t, twin_encounter_at(t, o->encounter)->owner);
    return o->encounter == b.encounter || !b.group || !owner || owner == b.group;
}

/* Same number, and not a different person's: a laboratory gives a result to another patient under
 * the number it withdraws from the first. */
static uint32_t find_number(const plx_twin *t, twin_map_kind map, const plx_identifier *id,
                            bearer whose)
{
    twin_text value, authority;
    if (id->value.presence != PLX_VALUE || id->value.text.n == 0) return 0;
    if (!plx_twin_text_find(t, id->value.text, &value)) return 0;
    if (!plx_twin_text_find(t, id->authority, &authority)) return 0;
    uint64_t hash = plx_twin_key_hash(map, (uint32_t[4]){value, authority, 0, 0});
    uint32_t at = PLX_MAP_START, found;
    while ((found = plx_twin_index_find(t, map, hash, &at)) != 0) {
        const twin_order *o = twin_order_at(t, found);
        bool same = map == TWIN_MAP_PLACER ? o->placer == value && o->placer_authority == authority
                                           : o->filler == value && o->filler_authority == authority;
        if (same && may_bear(t, o, whose)) return found;
    }
    return 0;
}

static bool filler_differs(const plx_twin *t, uint32_t order, const plx_identifier *filler)
{
    const twin_order *o = twin_order_at(t, order);
    if (filler->value.presence != PLX_VALUE || !o->filler) return false;
    return !plx_slice_equal(twin_text_get(t, o->filler), filler->value.text) ||
           !plx_slice_equal(twin_text_get(t, o->filler_authority), filler->authority);
}

static uint32_t find_order(const plx_twin *t, const plx_order_facts *facts, bearer whose)
{
    uint32_t filler = find_number(t, TWIN_MAP_FILLER, &facts->filler, whose);
    if (filler) return filler;
    uint32_t placer = find_number(t, TWIN_MAP_PLACER, &facts->placer, whose);
    return placer && !filler_differs(t, placer, &facts->filler) ? placer : 0;
}

uint32_t plx_twin_order_find(const plx_twin *t, const plx_order_facts *facts, uint32_t encounter,
                             uint32_t group)
{
    return find_order(t, facts, (bearer){encounter, group});
}

/* Lists and numbers. */

static void unlink_order(plx_twin *t, uint32_t order)
{
    twin_order *o = twin_order_at(t, order);
    if (o->previous)
        twin_order_at(t, o->previous)->next = o->next;
    else
        twin_encounter_at(t, o->encounter)->orders = o->next;
    if (o->next) twin_order_at(t, o->next)->previous = o->previous;
    o->next = o->previous = 0;
}

static void link_order(plx_twin *t, uint32_t order, uint32_t encounter)
{
    twin_order *o = twin_order_at(t, order);
    twin_encounter *e = twin_encounter_at(t, encounter);
    o->encounter = encounter;
    o->next = e->orders;
    if (e->orders) twin_order_at(t, e->orders)->previous = order;
    e->orders = order;
}

void plx_twin_order_move(plx_twin *t, uint32_t order, uint32_t encounter)
{
    unlink_order(t, order);
    link_order(t, order, encounter);
}

void plx_twin_order_free(plx_twin *t, uint32_t order)
{
    twin_order *o = twin_order_at(t, order);
    PLX_ASSERT(o->rows_n == 0);
    plx_twin_doses_free(t, order);
    unlink_order(t, order);
    if (o->placer)
        plx_twin_index_remove(t, TWIN_MAP_PLACER, plx_twin_index_hash_of(t, TWIN_MAP_PLACER, order),
                              order);
    if (o->filler)
        plx_twin_index_remove(t, TWIN_MAP_FILLER, plx_twin_index_hash_of(t, TWIN_MAP_FILLER, order),
                              order);
    plx_twin_record_free(t, TWIN_ORDER, order);
}

void plx_twin_order_busy(plx_twin *t, uint32_t order, bool busy)
{
    if (!twin_is_live(t, TWIN_ORDER, order)) return;
    twin_order *o = twin_order_at(t, order);
    if (busy) {
        o->from_results |= BUSY;
        return;
    }
    o->from_results &= FROM_RESULTS;
    /* a report that it was cancelled waits for a late order */
    bool cancelled = o->result_status == 'X' && o->placer;
    if (o->from_results && o->rows_n == 0 && !cancelled) plx_twin_order_free(t, order);
}

static void number_set(plx_twin *t, uint32_t order, twin_map_kind map, const plx_identifier *id)
{
    twin_order *o = twin_order_at(t, order);
    bool placer = map == TWIN_MAP_PLACER;
    if (id->value.presence != PLX_VALUE || id->value.text.n == 0) return;
    if (placer ? o->placer : o->filler) return;
    plx_twin_text_set(t, placer ? &o->placer : &o->filler, id->value.text);
    plx_twin_text_set(t, placer ? &o->placer_authority : &o->filler_authority, id->authority);
    plx_twin_index_put(t, map, plx_twin_index_hash_of(t, map, order), order);
}

static int64_t min_time(int64_t a, int64_t b)
{
    if (a == PLX_TIME_NONE) return b;
    return b == PLX_TIME_NONE || a < b ? a : b;
}

static void keep_later_text(plx_twin *t, twin_text *into, twin_text from)
{
    if (*into || !from) return;
    *into = from;
    plx_twin_text_keep(t, from);
}

static void keep_later_source(plx_twin *t, uint32_t *into, uint32_t from)
{
    if (!from || (*into && plx_twin_source_compare(t, *into, from) >= 0)) return;
    plx_twin_source_keep(t, from);
    plx_twin_source_release(t, *into);
    *into = from;
}

/* Two records that turn out to be one order: "from" knew only the placer's number, "into" only the
 * filler's. */
static void order_pour(plx_twin *t, uint32_t from, uint32_t into)
{
    twin_order *f = twin_order_at(t, from), *o = twin_order_at(t, into);
    uint8_t busy = o->from_results & BUSY;
    f->from_results |= BUSY; /* their results may leave on the way */
    o->from_results |= BUSY;
    plx_twin_result_pour(t, from, into);
    plx_twin_result_follow(t, into);
    plx_twin_doses_pour(t, from, into);
    o->from_results = (uint8_t)((o->from_results & FROM_RESULTS) | busy);
    keep_later_text(t, &o->code, f->code);
    keep_later_text(t, &o->code_system, f->code_system);
    keep_later_text(t, &o->code_text, f->code_text);
    keep_later_text(t, &o->service, f->service);
    bool later =
        f->control_source && (!o->control_source ||
                              plx_twin_source_compare(t, f->control_source, o->control_source) > 0);
    if (later) {
        o->control = f->control;
        o->control_us = f->control_us;
        plx_twin_text_set(t, &o->status, twin_text_get(t, f->status));
    }
    keep_later_source(t, &o->control_source, f->control_source);
    keep_later_source(t, &o->text_source, f->text_source);
    keep_later_source(t, &o->source, f->from_results & FROM_RESULTS ? 0 : f->source);
    if (!o->ordered_by) o->ordered_by = f->ordered_by;
    o->ordered_us = min_time(o->ordered_us, f->ordered_us);
    o->collected_us = o->collected_us == PLX_TIME_NONE ? f->collected_us : o->collected_us;
    o->received_us = o->received_us == PLX_TIME_NONE ? f->received_us : o->received_us;
    o->first_result_us = min_time(o->first_result_us, f->first_result_us);
    o->final_us = min_time(o->final_us, f->final_us);
    if (!(f->from_results & FROM_RESULTS)) o->from_results &= BUSY;
    plx_twin_order_free(t, from);
    plx_twin_order_doses_seen(t, into);
}

/* What a message says. */

static twin_category category_of(plx_slice service)
{
    static const char LAB[] = " BG BLB CH CP HM IMM LAB MB MCB MYC OSL PAT SP SR TX VR ";
    static const char IMAGING[] = " CT CUS NMR NMS OUS RAD RUS RX VUS XRC US MR XR ";
    char word[8] = " ";
    if (plx_slice_is(service, "PHR")) return TWIN_CATEGORY_MEDICATION;
    if (service.n == 0 || service.n > 4) return TWIN_CATEGORY_OTHER;
    memcpy(word + 1, service.at, service.n);
    word[service.n + 1] = ' ';
    plx_slice in[] = {plx_slice_of(LAB), plx_slice_of(IMAGING)};
    for (int i = 0; i < 2; i++)
        for (size_t at = 0; at + service.n + 2 <= in[i].n; at++)
            if (memcmp(in[i].at + at, word, service.n + 2) == 0)
                return i == 0 ? TWIN_CATEGORY_LAB : TWIN_CATEGORY_IMAGING;
    return TWIN_CATEGORY_OTHER;
}

/* Without OBR-24 the first word of the code or its text tells imaging apart. */
static twin_category category_of_words(plx_slice code, plx_slice text)
{
    static const char *const WORDS[] = {"CT",  "XR",  "MR",   "MRI",  "US",
                                        "CXR", "RAD", "XRAY", "X-RAY"};
    plx_slice said[] = {code, text};
    for (int k = 0; k < 2; k++) {
        size_t n = 0;
        while (n < said[k].n && said[k].at[n] != ' ' && said[k].at[n] != '_')
            n++;
        for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
            if (plx_slice_is((plx_slice){said[k].at, n}, WORDS[i])) return TWIN_CATEGORY_IMAGING;
    }
    return TWIN_CATEGORY_OTHER;
}

static bool status_is(const plx_twin *t, const twin_order *o, const char *code)
{
    return plx_slice_is(twin_text_get(t, o->status), code);
}

static bool is_cancelled(const plx_twin *t, const twin_order *o)
{
    return o->control == PLX_ORDER_CANCEL || o->control == PLX_ORDER_CANCELLED ||
           o->control == PLX_ORDER_DISCONTINUE || status_is(t, o, "CA") || status_is(t, o, "DC") ||
           status_is(t, o, "RP") || o->result_status == 'X';
}

bool plx_twin_order_is_off(const plx_twin *t, uint32_t order)
{
    const twin_order *o = twin_order_at(t, order);
    return is_cancelled(t, o) || o->control == PLX_ORDER_HOLD || status_is(t, o, "HD");
}

static twin_order_state state_of(const plx_twin *t, uint32_t order)
{
    const twin_order *o = twin_order_at(t, order);
    if (o->result_status == 'C') return TWIN_ORDER_CORRECTED;
    if (o->result_status == 'F' || (o->result_status == 0 && o->rows_n > 0))
        return TWIN_ORDER_FINAL;
    if (is_cancelled(t, o)) return TWIN_ORDER_CANCELLED;
    if (o->control == PLX_ORDER_REFUSED || status_is(t, o, "ER")) return TWIN_ORDER_ERROR;
    if (plx_twin_dose_given(t, order)) return TWIN_ORDER_GIVEN;
    if (status_is(t, o, "CM")) return TWIN_ORDER_FINAL;
    bool partly = o->result_status == 'P' || o->result_status == 'R' || o->result_status == 'A';
    if (partly) return TWIN_ORDER_PRELIMINARY;
    if (o->control == PLX_ORDER_HOLD || status_is(t, o, "HD")) return TWIN_ORDER_HELD;
    if (o->result_status == 'I' || status_is(t, o, "IP") || status_is(t, o, "A"))
        return TWIN_ORDER_IN_PROGRESS;
    if (o->result_status == 'S' || status_is(t, o, "SC")) return TWIN_ORDER_SCHEDULED;
    return o->from_results & FROM_RESULTS ? TWIN_ORDER_NONE : TWIN_ORDER_ORDERED;
}

/* They tell of the drug, under the numbers of the order: no word on the order itself. */
static bool tells_of_giving(const twin_context *c)
{
    plx_slice type = c->event->type;
    return plx_slice_is(type, "RAS") || plx_slice_is(type, "RGV") || plx_slice_is(type, "RDS");
}

static void take_control(twin_context *c, twin_order *o, const plx_order_facts *facts)
{
    if (tells_of_giving(c)) return;
    if (facts->control == PLX_ORDER_NONE && facts->status.presence != PLX_VALUE) return;
    uint32_t source = plx_twin_source_hold(c);
    if (!o->control_source || plx_twin_source_compare(c->t, source, o->control_source) >= 0) {
        o->control = (uint8_t)facts->control;
        o->control_us = facts->ordered.presence == PLX_VALUE
                            ? facts->ordered.time_us
                            : twin_source_at(c->t, source)->sent_us;
        plx_twin_text_set(c->t, &o->status, facts->status.text);
        plx_twin_source_set(c, &o->control_source);
    }
    plx_twin_source_release(c->t, source);
}

static void set_if_said(plx_twin *t, twin_text *field, plx_slice said, bool latest)
{
    if (said.n && (latest || !*field)) plx_twin_text_set(t, field, said);
}

static void take_description(twin_context *c, twin_order *o, const plx_order_facts *facts)
{
    plx_twin *t = c->t;
    uint32_t source = plx_twin_source_hold(c);
    bool latest = !o->text_source || plx_twin_source_compare(t, source, o->text_source) >= 0;
    if (latest) plx_twin_source_set(c, &o->text_source);
    plx_twin_source_release(t, source);
    set_if_said(t, &o->code, facts->code, latest);
    set_if_said(t, &o->code_system, facts->code_system, latest);
    set_if_said(t, &o->code_text, facts->code_text, latest);
    set_if_said(t, &o->service, facts->service, latest);
    uint32_t staff = plx_twin_staff_get(c, &facts->ordered_by);
    if (staff && (latest || !o->ordered_by)) o->ordered_by = staff;
    bool collected = facts->collected.presence == PLX_VALUE;
    bool received = facts->received.presence == PLX_VALUE;
    if (collected && (latest || o->collected_us == PLX_TIME_NONE))
        o->collected_us = facts->collected.time_us;
    if (received && (latest || o->received_us == PLX_TIME_NONE))
        o->received_us = facts->received.time_us;
    if (facts->ordered.presence == PLX_VALUE)
        o->ordered_us = min_time(o->ordered_us, facts->ordered.time_us);
    twin_category category = category_of(twin_text_get(t, o->service));
    if (category == TWIN_CATEGORY_OTHER && !o->service)
        category = category_of_words(twin_text_get(t, o->code), twin_text_get(t, o->code_text));
    if (category != TWIN_CATEGORY_OTHER) o->category = (uint8_t)category;
}

static bool is_result_message(const twin_context *c)
{
    return plx_slice_is(c->event->type, "ORU") || plx_slice_is(c->event->type, "OUL");
}

static uint32_t order_make(twin_context *c, uint32_t encounter, bool from_results, bool loose)
{
    uint32_t order = plx_twin_record_take(c->t, TWIN_ORDER);
    twin_order *o = twin_order_at(c->t, order);
    o->from_results = from_results;
    o->loose = loose;
    link_order(c->t, order, encounter);
    if (loose) plx_twin_result_note_loose(c->t, encounter);
    return order;
}

/* The record of the numbers; one that knew the placer's and one that knew the filler's become one.
 */
static uint32_t order_of(twin_context *c, uint32_t encounter, const plx_order_facts *facts,
                         uint32_t group, bool loose)
{
    plx_twin *t = c->t;
    bool results = is_result_message(c);
    bearer whose = {encounter, group};
    uint32_t order = find_order(t, facts, whose);
    uint32_t placer = find_number(t, TWIN_MAP_PLACER, &facts->placer, whose);
    if (!order) order = order_make(c, encounter, results, loose);
    bool same = placer && placer != order && !twin_order_at(t, placer)->filler &&
                !twin_order_at(t, order)->placer;
    if (same) order_pour(t, placer, order);
    number_set(t, order, TWIN_MAP_PLACER, &facts->placer);
    number_set(t, order, TWIN_MAP_FILLER, &facts->filler);
    return order;
}

uint32_t plx_twin_order_unnumbered(twin_context *c, uint32_t encounter,
                                   const plx_medication_facts *said, bool loose)
{
    plx_twin *t = c->t;
    for (uint32_t i = twin_encounter_at(t, encounter)->orders; i; i = twin_order_at(t, i)->next) {
        const twin_order *o = twin_order_at(t, i);
        bool same = !o->placer && !o->filler && o->category == TWIN_CATEGORY_MEDICATION &&
                    plx_slice_equal(twin_text_get(t, o->code), said->code) &&
                    plx_slice_equal(twin_text_get(t, o->code_system), said->code_system) &&
                    plx_slice_equal(twin_text_get(t, o->code_text), said->code_text);
        if (same) return i;
    }
    uint32_t order = order_make(c, encounter, false, loose);
    twin_order *o = twin_order_at(t, order);
    o->code = plx_twin_text_hold(t, said->code);
    o->code_system = plx_twin_text_hold(t, said->code_system);
    o->code_text = plx_twin_text_hold(t, said->code_text);
    o->service = plx_twin_text_hold(t, PLX_LIT("PHR"));
    o->category = TWIN_CATEGORY_MEDICATION;
    o->source = plx_twin_source_hold(c);
    return order;
}

void plx_twin_order_doses_seen(plx_twin *t, uint32_t order)
{
    twin_order *o = twin_order_at(t, order);
    if (!o->doses) return;
    o->from_results &= BUSY;
    if (o->rows_n == 0 && !o->result_status) {
        uint32_t dose = plx_twin_dose_given(t, order);
        uint32_t source = dose ? twin_dose_at(t, dose)->source : 0;
        o->result_us = dose ? twin_dose_at(t, dose)->at_us : PLX_TIME_NONE;
        plx_twin_source_keep(t, source);
        plx_twin_source_release(t, o->result_source);
        o->result_source = source;
    }
    o->state = (uint8_t)state_of(t, order);
}

/* An order found by time is the stay's that a later message names. */
static void named(twin_context *c, uint32_t order, uint32_t encounter)
{
    plx_twin *t = c->t;
    twin_order *o = twin_order_at(t, order);
    o->loose = 0;
    uint32_t from = o->encounter;
    if (from == encounter) return;
    uint8_t busy = o->from_results & BUSY;
    o->from_results |= BUSY; /* its results may leave on the way */
    plx_twin_order_move(t, order, encounter);
    plx_twin_result_follow(t, order);
    o->from_results = (uint8_t)((o->from_results & FROM_RESULTS) | busy);
    plx_twin_home_tidy(c, from);
}

uint32_t plx_twin_order_take(twin_context *c, uint32_t encounter, const plx_order_facts *facts,
                             uint32_t group, bool loose)
{
    plx_twin *t = c->t;
    bool placer = facts->placer.value.presence == PLX_VALUE && facts->placer.value.text.n;
    bool filler = facts->filler.value.presence == PLX_VALUE && facts->filler.value.text.n;
    if (!placer && !filler) return 0;
    uint32_t order = order_of(c, encounter, facts, group, loose);
    twin_order *o = twin_order_at(t, order);
    bool results = is_result_message(c);
    if (!results || !o->source) {
        uint32_t source = plx_twin_source_hold(c);
        bool better = !o->source || (o->from_results & FROM_RESULTS) ||
                      plx_twin_source_compare(t, source, o->source) < 0;
        if (better) plx_twin_source_set(c, &o->source);
        plx_twin_source_release(t, source);
    }
    if (!results) o->from_results &= BUSY;
    if (o->loose && !loose) named(c, order, encounter);
    take_control(c, o, facts);
    take_description(c, o, facts);
    if (facts->control == PLX_ORDER_NEW && o->ordered_us == PLX_TIME_NONE)
        o->ordered_us = twin_source_at(t, o->source)->sent_us;
    o->state = (uint8_t)state_of(t, order);
    return order;
}

void plx_twin_order_results_seen(twin_context *c, uint32_t order, const plx_order_facts *facts,
                                 bool has_values)
{
    plx_twin *t = c->t;
    twin_order *o = twin_order_at(t, order);
    if (!facts->result_status && !has_values) return;
    uint32_t source = plx_twin_source_hold(c);
    bool said = facts->reported.presence == PLX_VALUE;
    int64_t at_us = said ? facts->reported.time_us : twin_source_at(t, source)->sent_us;
    bool same_time = at_us == o->result_us && o->result_source;
    bool later = at_us > o->result_us ||
                 (same_time && plx_twin_source_compare(t, source, o->result_source) >= 0);
    if (later && facts->result_status) {
        o->result_status = (uint8_t)facts->result_status;
        o->result_us = at_us;
        plx_twin_source_set(c, &o->result_source);
    }
    bool final = facts->result_status == 'F' || facts->result_status == 'C';
    if (has_values) o->first_result_us = min_time(o->first_result_us, at_us);
    if (final) o->final_us = min_time(o->final_us, at_us);
    if (o->category == TWIN_CATEGORY_OTHER && o->rows) {
        const twin_series *s = twin_series_at(t, twin_row_at(t, o->rows)->series);
        o->category = (uint8_t)plx_twin_quantity_category(s->quantity);
    }
    o->state = (uint8_t)state_of(t, order);
    plx_twin_source_release(t, source);
}
