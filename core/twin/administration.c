/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What is said of drugs and fluids (v2 chapter 4): a dose is one such word, of an order. It is
 * known by its kind, code, sub-id and, when it was given or dispensed, its time; said again it is a
 * new version, the newest by when it was issued. Which words stand (corrections with another time,
 * withdrawn ones) is worked out from all of them when they are read, so the order of arrival makes
 * no difference. */
#include "core/twin/private.h"

static bool has_time(uint8_t word)
{
    return word == PLX_MEDICATION_GIVEN || word == PLX_MEDICATION_DISPENSED;
}

static bool same_key(const twin_dose *a, const twin_dose *b)
{
    return a->word == b->word && a->code == b->code && a->system == b->system &&
           a->code_text == b->code_text && a->sub_id == b->sub_id &&
           (!has_time(a->word) || a->at_us == b->at_us);
}

static bool issued_after(const plx_twin *t, const twin_dose *a, const twin_dose *b)
{
    if (a->issued_us != b->issued_us) return a->issued_us > b->issued_us;
    int order = plx_twin_source_compare(t, a->source, b->source);
    return order ? order > 0 : a->index > b->index;
}

/* By time, then as they were issued. */
static bool is_later(const plx_twin *t, const twin_dose *a, const twin_dose *b)
{
    return a->at_us != b->at_us ? a->at_us > b->at_us : issued_after(t, a, b);
}

static const twin_text *texts_of(const twin_dose *d, uint32_t *n)
{
    *n = (uint32_t)((offsetof(twin_dose, reason) - offsetof(twin_dose, code)) / sizeof(twin_text)) +
         1;
    return &d->code;
}

static bool same_content(const twin_dose *a, const twin_dose *b)
{
    uint32_t n;
    const twin_text *x = texts_of(a, &n), *y = texts_of(b, &n);
    for (uint32_t i = 0; i < n; i++)
        if (x[i] != y[i]) return false;
    return a->issued_us == b->issued_us && a->at_us == b->at_us && a->end_us == b->end_us &&
           a->status == b->status && a->action == b->action && a->amount_said == b->amount_said;
}

/* The list of an order: newest first. */

static void link_dose(plx_twin *t, uint32_t dose)
{
    twin_dose *d = twin_dose_at(t, dose);
    twin_order *o = twin_order_at(t, d->order);
    uint32_t before = 0, after = o->doses;
    while (after && is_later(t, twin_dose_at(t, after), d)) {
        before = after;
        after = twin_dose_at(t, after)->next;
    }
    d->next = after;
    if (before)
        twin_dose_at(t, before)->next = dose;
    else
        o->doses = dose;
    o->doses_n++;
}

static void unlink_dose(plx_twin *t, uint32_t dose)
{
    const twin_dose *d = twin_dose_at(t, dose);
    twin_order *o = twin_order_at(t, d->order);
    uint32_t *at = &o->doses;
    while (*at != dose)
        at = &twin_dose_at(t, *at)->next;
    *at = d->next;
    twin_dose_at(t, dose)->next = 0;
    o->doses_n--;
}

static void versions_free(plx_twin *t, uint32_t dose)
{
    while (dose) {
        uint32_t older = twin_dose_at(t, dose)->older;
        plx_twin_record_free(t, TWIN_DOSE, dose);
        dose = older;
    }
}

static void trim_versions(plx_twin *t, uint32_t head)
{
    uint32_t dose = head;
    for (uint32_t n = 1; n < TWIN_VERSIONS_MAX && dose; n++)
        dose = twin_dose_at(t, dose)->older;
    if (!dose || !twin_dose_at(t, dose)->older) return;
    t->world.cut++;
    versions_free(t, twin_dose_at(t, dose)->older);
    twin_dose_at(t, dose)->older = 0;
}

/* At the limit the oldest goes, which may be this one. */
static void trim_doses(plx_twin *t, uint32_t order)
{
    const twin_order *o = twin_order_at(t, order);
    if (o->doses_n <= TWIN_DOSES_MAX) return;
    uint32_t last = o->doses;
    while (twin_dose_at(t, last)->next)
        last = twin_dose_at(t, last)->next;
    t->world.cut++;
    unlink_dose(t, last);
    versions_free(t, last);
}

/* Among the versions of its head: the newest of them stands in the list. */
static void version_add(plx_twin *t, uint32_t head, uint32_t dose)
{
    twin_dose *d = twin_dose_at(t, dose);
    for (uint32_t x = head; x; x = twin_dose_at(t, x)->older)
        if (same_content(twin_dose_at(t, x), d)) { /* sent again under another control id */
            plx_twin_record_free(t, TWIN_DOSE, dose);
            return;
        }
    if (issued_after(t, d, twin_dose_at(t, head))) {
        unlink_dose(t, head);
        d->older = head;
        link_dose(t, dose);
        trim_versions(t, dose);
        return;
    }
    uint32_t x = head;
    while (twin_dose_at(t, x)->older &&
           !issued_after(t, d, twin_dose_at(t, twin_dose_at(t, x)->older)))
        x = twin_dose_at(t, x)->older;
    d->older = twin_dose_at(t, x)->older;
    twin_dose_at(t, x)->older = dose;
    trim_versions(t, head);
}

static void dose_add(plx_twin *t, uint32_t dose)
{
    const twin_dose *d = twin_dose_at(t, dose);
    uint32_t head = twin_order_at(t, d->order)->doses;
    while (head && !same_key(twin_dose_at(t, head), d))
        head = twin_dose_at(t, head)->next;
    if (head) {
        version_add(t, head, dose);
        return;
    }
    link_dose(t, dose);
    trim_doses(t, d->order);
}

/* What a message says. */

static int64_t issued_us(const twin_context *c, const plx_medication_facts *said)
{
    if (said->entered.presence == PLX_VALUE) return said->entered.time_us;
    return c->event->sent_us != PLX_TIME_NONE ? c->event->sent_us : c->entry->arrival_us;
}

static int64_t at_us(const twin_context *c, const plx_medication_facts *said)
{
    if (said->start.presence == PLX_VALUE) return said->start.time_us;
    const plx_event *e = c->event;
    const plx_when *ordered = said->order < e->orders_n ? &e->orders[said->order].ordered : NULL;
    return ordered && ordered->presence == PLX_VALUE ? ordered->time_us : issued_us(c, said);
}

/* In what tells of giving, the order is repeated as a context: it is no new word on it. */
static bool is_context(const twin_context *c, const plx_medication_facts *said)
{
    plx_slice type = c->event->type;
    bool giving =
        plx_slice_is(type, "RAS") || plx_slice_is(type, "RGV") || plx_slice_is(type, "RDS");
    return giving && said->word <= PLX_MEDICATION_ORDERED;
}

static uint32_t dose_make(twin_context *c, uint32_t order, const plx_medication_facts *said)
{
    plx_twin *t = c->t;
    uint32_t dose = plx_twin_record_take(t, TWIN_DOSE);
    twin_dose *d = twin_dose_at(t, dose);
    const struct {
        twin_text *into;
        plx_slice said;
    } texts[] = {{&d->code, said->code},
                 {&d->system, said->code_system},
                 {&d->code_text, said->code_text},
                 {&d->sub_id, said->sub_id},
                 {&d->amount, said->amount.number.text},
                 {&d->unit, said->amount.unit},
                 {&d->per, said->per},
                 {&d->rate, said->rate.number.text},
                 {&d->rate_unit, said->rate.unit},
                 {&d->strength, said->strength.number.text},
                 {&d->strength_unit, said->strength.unit},
                 {&d->volume, said->volume.number.text},
                 {&d->volume_unit, said->volume.unit},
                 {&d->route, said->route},
                 {&d->route_text, said->route_text},
                 {&d->device, said->device},
                 {&d->reason, said->reason}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i].into = plx_twin_text_hold(t, texts[i].said);
    d->source = plx_twin_source_hold(c);
    d->order = order;
    d->at_us = at_us(c, said);
    d->end_us = said->end.time_us;
    d->issued_us = issued_us(c, said);
    d->offset = said->offset;
    d->length = said->length;
    d->index = (uint16_t)said->index;
    d->medication = said->medication;
    d->word = (uint8_t)said->word;
    d->status = (uint8_t)said->status;
    d->action = (uint8_t)said->action;
    d->amount_said = (uint8_t)said->amount.number.presence;
    d->demo = said->demo;
    return dose;
}

bool plx_twin_dose_take(twin_context *c, uint32_t order, const plx_medication_facts *said)
{
    if (is_context(c, said)) return false;
    dose_add(c->t, dose_make(c, order, said));
    return true;
}

void plx_twin_doses_free(plx_twin *t, uint32_t order)
{
    twin_order *o = twin_order_at(t, order);
    while (o->doses) {
        uint32_t dose = o->doses;
        unlink_dose(t, dose);
        versions_free(t, dose);
    }
}

void plx_twin_doses_pour(plx_twin *t, uint32_t from_order, uint32_t to_order)
{
    twin_order *o = twin_order_at(t, from_order);
    while (o->doses) {
        uint32_t dose = o->doses;
        unlink_dose(t, dose);
        while (dose) { /* each version finds its place */
            uint32_t older = twin_dose_at(t, dose)->older;
            twin_dose_at(t, dose)->older = 0;
            twin_dose_at(t, dose)->order = to_order;
            dose_add(t, dose);
            dose = older;
        }
    }
}

int64_t plx_twin_doses_first_us(const plx_twin *t, uint32_t order)
{
    int64_t first_us = PLX_TIME_NONE;
    for (uint32_t i = twin_order_at(t, order)->doses; i; i = twin_dose_at(t, i)->next)
        if (twin_dose_at(t, i)->word == PLX_MEDICATION_GIVEN) first_us = twin_dose_at(t, i)->at_us;
    return first_us;
}

/* Reading. */

static bool is_given(const twin_dose *d)
{
    return d->word == PLX_MEDICATION_GIVEN && d->action != 'D' && d->status != PLX_GIVEN_REFUSED &&
           d->status != PLX_GIVEN_NOT;
}

static bool counts_up(const plx_twin *t, const twin_dose *d)
{
    return d->sub_id != 0 && !plx_slice_is(twin_text_get(t, d->sub_id), "0");
}

static bool same_name(const twin_dose *a, const twin_dose *b)
{
    return a->word == b->word && a->code == b->code && a->system == b->system &&
           a->code_text == b->code_text && a->sub_id == b->sub_id;
}

/* One of its versions does not only correct or withdraw. */
static bool was_added(const plx_twin *t, uint32_t dose)
{
    for (uint32_t i = dose; i; i = twin_dose_at(t, i)->older)
        if (twin_dose_at(t, i)->action != 'U' && twin_dose_at(t, i)->action != 'D') return true;
    return false;
}

/* A correction with another time means the one added under this sub-id, when there is one alone. */
static bool is_corrected_elsewhere(const plx_twin *t, uint32_t dose)
{
    const twin_dose *d = twin_dose_at(t, dose);
    uint32_t added_n = 0;
    bool corrected = false;
    if (!counts_up(t, d) || !was_added(t, dose)) return false;
    for (uint32_t i = twin_order_at(t, d->order)->doses; i; i = twin_dose_at(t, i)->next) {
        const twin_dose *x = twin_dose_at(t, i);
        if (!same_name(x, d)) continue;
        const bool added = was_added(t, i);
        added_n += added;
        corrected |= !added && issued_after(t, x, d);
    }
    return corrected && added_n == 1;
}

bool plx_twin_dose_stands(const plx_twin *t, uint32_t dose)
{
    const twin_dose *d = twin_dose_at(t, dose);
    return is_given(d) && !d->demo && !is_corrected_elsewhere(t, dose);
}

static uint64_t first_seq_of(const plx_twin *t, uint32_t dose)
{
    uint64_t seq = UINT64_MAX;
    for (uint32_t i = dose; i && is_given(twin_dose_at(t, i)); i = twin_dose_at(t, i)->older) {
        const uint64_t x = twin_source_at(t, twin_dose_at(t, i)->source)->seq;
        if (x < seq) seq = x;
    }
    return seq;
}

uint64_t plx_twin_dose_first_seq(const plx_twin *t, uint32_t dose)
{
    const twin_dose *d = twin_dose_at(t, dose);
    uint64_t seq = first_seq_of(t, dose);
    if (was_added(t, dose)) return seq;
    for (uint32_t i = twin_order_at(t, d->order)->doses; i; i = twin_dose_at(t, i)->next) {
        if (i == dose || !same_name(twin_dose_at(t, i), d)) continue;
        if (!is_corrected_elsewhere(t, i)) continue;
        const uint64_t x = first_seq_of(t, i);
        if (x < seq) seq = x;
    }
    return seq;
}

uint32_t plx_twin_dose_given(const plx_twin *t, uint32_t order)
{
    for (uint32_t i = twin_order_at(t, order)->doses; i; i = twin_dose_at(t, i)->next)
        if (plx_twin_dose_stands(t, i)) return i;
    return 0;
}
