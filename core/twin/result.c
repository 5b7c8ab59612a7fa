/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Observations (v2 chapter 7). A result is known by its order, OBX-3 and OBX-4; without an order by
 * its series and time. Versions are ordered by when they were issued, so a correction that
 * overtakes its preliminary still wins. The newest version stands in the series, older ones hang
 * behind it. */
#include "core/twin/private.h"
#include "core/twin/trust.h"

/* P < F < C < X < D < W when issued in the same moment */
static uint32_t status_rank(uint8_t status)
{
    static const uint8_t RANKS[] = {
        [PLX_RESULT_NONE] = 1,         [PLX_RESULT_PRELIMINARY] = 0,  [PLX_RESULT_FINAL] = 1,
        [PLX_RESULT_CORRECTED] = 2,    [PLX_RESULT_UNOBTAINABLE] = 3, [PLX_RESULT_DELETED] = 4,
        [PLX_RESULT_WRONG_PATIENT] = 5};
    return status < sizeof RANKS ? RANKS[status] : 0;
}

static bool issued_after(const plx_twin *t, const twin_row *a, const twin_row *b)
{
    if (a->issued_us != b->issued_us) return a->issued_us > b->issued_us;
    if (a->status != b->status) return status_rank(a->status) > status_rank(b->status);
    int order = plx_twin_source_compare(t, a->source, b->source);
    return order ? order > 0 : a->index > b->index;
}

bool plx_twin_row_withdrawn(const twin_row *r)
{
    return r->status == PLX_RESULT_DELETED || r->status == PLX_RESULT_WRONG_PATIENT;
}

bool plx_twin_row_usable(const twin_row *r)
{
    static const bool USABLE[] = {
#define X(NAME, word, usable) usable,
        TWIN_REASON_TABLE(X)
#undef X
    };
    if (plx_twin_row_withdrawn(r) || r->kind == PLX_KIND_DEMO || r->comparator) return false;
    bool quality = r->quality == PLX_QUALITY_GOOD || r->quality == PLX_QUALITY_SUSPECT;
    return quality && USABLE[r->reason] && r->presence == PLX_VALUE;
}

/* Series. */

static uint32_t series_find(const plx_twin *t, uint32_t encounter, uint32_t quantity,
                            twin_text code, twin_text system)
{
    uint64_t hash =
        plx_twin_key_hash(TWIN_MAP_SERIES, (uint32_t[4]){encounter, quantity, code, system});
    uint32_t at = PLX_MAP_START, found;
    while ((found = plx_twin_index_find(t, TWIN_MAP_SERIES, hash, &at)) != 0) {
        const twin_series *s = twin_series_at(t, found);
        if (s->encounter == encounter && s->quantity == quantity && s->code == code &&
            s->system == system)
            return found;
    }
    return 0;
}

uint32_t plx_twin_series_find(const plx_twin *t, uint32_t encounter, plx_quantity quantity)
{
    return series_find(t, encounter, quantity, 0, 0);
}

static void series_link(plx_twin *t, uint32_t series, uint32_t encounter)
{
    twin_series *s = twin_series_at(t, series);
    twin_encounter *e = twin_encounter_at(t, encounter);
    s->encounter = encounter;
    s->next = e->series;
    s->previous = 0;
    if (e->series) twin_series_at(t, e->series)->previous = series;
    e->series = series;
    plx_twin_index_put(t, TWIN_MAP_SERIES, plx_twin_index_hash_of(t, TWIN_MAP_SERIES, series),
                       series);
}

static void series_unlink(plx_twin *t, uint32_t series)
{
    twin_series *s = twin_series_at(t, series);
    plx_twin_index_remove(t, TWIN_MAP_SERIES, plx_twin_index_hash_of(t, TWIN_MAP_SERIES, series),
                          series);
    if (s->previous)
        twin_series_at(t, s->previous)->next = s->next;
    else
        twin_encounter_at(t, s->encounter)->series = s->next;
    if (s->next) twin_series_at(t, s->next)->previous = s->previous;
    s->next = s->previous = 0;
}

/* The house's own code system names a quantity by its key. */
static plx_quantity quantity_of(const plx_observation_facts *said)
{
    if (said->quantity != PLX_QUANTITY_OTHER) return said->quantity;
    bool house = plx_slice_is(said->code_system, "PLX") || plx_slice_is(said->code_system, "99PLX");
    return house ? plx_quantity_from_key(said->code) : PLX_QUANTITY_OTHER;
}

static uint32_t series_get(plx_twin *t, uint32_t encounter, const plx_observation_facts *said)
{
    plx_quantity quantity = quantity_of(said);
    bool mapped = quantity != PLX_QUANTITY_OTHER;
    plx_slice none = {NULL, 0};
    twin_text code = plx_twin_text_hold(t, mapped         ? none
                                           : said->code.n ? said->code
                                                          : said->code_text);
    twin_text system = plx_twin_text_hold(t, mapped ? none : said->code_system);
    uint32_t series = series_find(t, encounter, quantity, code, system);
    if (series) {
        plx_twin_text_release(t, code);
        plx_twin_text_release(t, system);
        return series;
    }
    series = plx_twin_record_take(t, TWIN_SERIES);
    twin_series *s = twin_series_at(t, series);
    s->quantity = quantity;
    s->code = code;
    s->system = system;
    s->code_text = plx_twin_text_hold(t, said->code_text);
    series_link(t, series, encounter);
    return series;
}

uint32_t plx_twin_series_latest(const plx_twin *t, uint32_t series, bool usable)
{
    if (!series) return 0;
    const twin_series *s = twin_series_at(t, series);
    for (uint32_t i = s->rows_n; i > 0; i--) {
        uint32_t row = twin_series_rows(t, s)[i - 1];
        const twin_row *r = twin_row_at(t, row);
        if (usable ? plx_twin_row_usable(r)
                   : !plx_twin_row_withdrawn(r) && r->kind != PLX_KIND_DEMO)
            return row;
    }
    return 0;
}

static bool row_before(const plx_twin *t, uint32_t a, uint32_t b)
{
    const twin_row *x = twin_row_at(t, a), *y = twin_row_at(t, b);
    if (x->when_us != y->when_us) return x->when_us < y->when_us;
    int order = plx_twin_source_compare(t, x->source, y->source);
    return order ? order < 0 : x->index < y->index;
}

/* Position of the first row that does not come before the given one. */
static uint32_t lower_bound(const plx_twin *t, const twin_series *s, uint32_t row)
{
    const uint32_t *rows = twin_series_rows(t, s);
    uint32_t low = 0, high = s->rows_n;
    if (high > 0 && row_before(t, rows[high - 1], row)) return high; /* nearly always */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (row_before(t, rows[middle], row))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void rows_grow(plx_twin *t, twin_series *s)
{
    uint64_t old_bytes = s->rows_capacity * sizeof(uint32_t);
    uint64_t bytes = plx_twin_block_bytes(old_bytes ? 2 * old_bytes : 4 * sizeof(uint32_t));
    twin_block block = plx_twin_block_take(t, &t->region, bytes);
    if (s->rows) {
        memcpy(plx_twin_at(t, block), plx_twin_at(t, s->rows), old_bytes);
        plx_twin_block_give(t, &t->region, s->rows, old_bytes);
    }
    s->rows = block;
    s->rows_capacity = (uint32_t)(bytes / sizeof(uint32_t));
}

static void series_add(plx_twin *t, uint32_t series, uint32_t row)
{
    twin_series *s = twin_series_at(t, series);
    if (s->rows_n == s->rows_capacity) rows_grow(t, s);
    uint32_t *rows = twin_series_rows(t, s), at = lower_bound(t, s, row);
    memmove(rows + at + 1, rows + at, (s->rows_n - at) * sizeof *rows);
    rows[at] = row;
    s->rows_n++;
    twin_row_at(t, row)->series = series;
}

static void series_drop(plx_twin *t, uint32_t row)
{
    twin_series *s = twin_series_at(t, twin_row_at(t, row)->series);
    uint32_t *rows = twin_series_rows(t, s), at = lower_bound(t, s, row);
    PLX_ASSERT(at < s->rows_n && rows[at] == row);
    memmove(rows + at, rows + at + 1, (s->rows_n - at - 1) * sizeof *rows);
    rows[--s->rows_n] = 0;
}

/* Heads: the newest version of each result. */

static void order_link(plx_twin *t, uint32_t row)
{
    twin_row *r = twin_row_at(t, row);
    if (!r->order) return;
    twin_order *o = twin_order_at(t, r->order);
    r->order_previous = 0;
    r->order_next = o->rows;
    if (o->rows) twin_row_at(t, o->rows)->order_previous = row;
    o->rows = row;
    o->rows_n++;
    plx_twin_index_put(t, TWIN_MAP_RESULT, plx_twin_index_hash_of(t, TWIN_MAP_RESULT, row), row);
}

static void order_unlink(plx_twin *t, uint32_t row)
{
    twin_row *r = twin_row_at(t, row);
    if (!r->order) return;
    twin_order *o = twin_order_at(t, r->order);
    plx_twin_index_remove(t, TWIN_MAP_RESULT, plx_twin_index_hash_of(t, TWIN_MAP_RESULT, row), row);
    if (r->order_previous)
        twin_row_at(t, r->order_previous)->order_next = r->order_next;
    else
        o->rows = r->order_next;
    if (r->order_next) twin_row_at(t, r->order_next)->order_previous = r->order_previous;
    r->order_next = r->order_previous = 0;
    o->rows_n--;
}

static void count_withdrawn(plx_twin *t, uint32_t row, bool now)
{
    const twin_row *r = twin_row_at(t, row);
    if (r->status != PLX_RESULT_WRONG_PATIENT) return;
    twin_encounter *e = twin_encounter_at(t, twin_series_at(t, r->series)->encounter);
    if (now)
        e->withdrawn_n++;
    else
        e->withdrawn_n--;
    e->marks = (uint8_t)((e->marks & ~TWIN_MARK_WRONG_PATIENT) |
                         (e->withdrawn_n ? TWIN_MARK_WRONG_PATIENT : 0));
}

static void head_remove(plx_twin *t, uint32_t row)
{
    count_withdrawn(t, row, false);
    series_drop(t, row);
    order_unlink(t, row);
}

static void versions_free(plx_twin *t, uint32_t row)
{
    while (row) {
        uint32_t older = twin_row_at(t, row)->older;
        plx_twin_record_free(t, TWIN_ROW, row);
        row = older;
    }
}

/* A result with all its versions goes; an order known from it alone goes too. */
static void result_free(plx_twin *t, uint32_t row)
{
    uint32_t order = twin_row_at(t, row)->order;
    head_remove(t, row);
    versions_free(t, row);
    if (!order) return;
    const twin_order *o = twin_order_at(t, order);
    if (o->rows_n == 0 && o->from_results == 1) plx_twin_order_free(t, order);
}

/* At the limit the oldest value of the series goes, which may be this one. */
static void head_add(plx_twin *t, uint32_t series, uint32_t row)
{
    series_add(t, series, row);
    order_link(t, row);
    count_withdrawn(t, row, true);
    twin_series *s = twin_series_at(t, series);
    if (s->rows_n <= TWIN_SERIES_ROWS_MAX) return;
    s->cut++;
    t->world.cut++;
    result_free(t, twin_series_rows(t, s)[0]);
}

/* Versions. */

static uint32_t find_by_order(const plx_twin *t, uint32_t order, twin_text code, twin_text sub_id)
{
    uint64_t hash = plx_twin_key_hash(TWIN_MAP_RESULT, (uint32_t[4]){order, code, sub_id, 0});
    uint32_t at = PLX_MAP_START, found;
    while ((found = plx_twin_index_find(t, TWIN_MAP_RESULT, hash, &at)) != 0) {
        const twin_row *r = twin_row_at(t, found);
        if (r->order == order && r->code == code && r->sub_id == sub_id) return found;
    }
    return 0;
}

/* What tells a datum without an order from others of its series. */
typedef struct datum {
    int64_t when_us;
    twin_text code, sub_id, application;
} datum;

static datum datum_of(const plx_twin *t, const twin_row *r)
{
    return (datum){r->when_us, r->code, r->sub_id, twin_source_at(t, r->source)->application};
}

bool plx_twin_result_is_latest(const plx_twin *t, uint32_t row)
{
    const twin_row *r = twin_row_at(t, row);
    const twin_order *o = twin_order_at(t, r->order);
    uint64_t hash = plx_twin_index_hash_of(t, TWIN_MAP_FILLER, r->order);
    uint32_t at = PLX_MAP_START, other;
    while ((other = plx_twin_index_find(t, TWIN_MAP_FILLER, hash, &at)) != 0) {
        const twin_order *x = twin_order_at(t, other);
        bool same = x->filler == o->filler && x->filler_authority == o->filler_authority;
        if (other == r->order || !same) continue;
        uint32_t rival = find_by_order(t, other, r->code, r->sub_id);
        /* of the same moment (OBR-22) both are told: W of the one, F of the other */
        if (rival && twin_row_at(t, rival)->issued_us > r->issued_us) return false;
    }
    return true;
}

/* The same quantity at the same time from the same sender is the same datum. */
static uint32_t find_by_time(const plx_twin *t, uint32_t series, datum d)
{
    const twin_series *s = twin_series_at(t, series);
    const uint32_t *rows = twin_series_rows(t, s);
    uint32_t low = 0, high = s->rows_n;
    if (high > 0 && twin_row_at(t, rows[high - 1])->when_us < d.when_us)
        return 0; /* nearly always */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (twin_row_at(t, rows[middle])->when_us < d.when_us)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < s->rows_n && twin_row_at(t, rows[low])->when_us == d.when_us; low++) {
        const twin_row *x = twin_row_at(t, rows[low]);
        bool same_sender = twin_source_at(t, x->source)->application == d.application;
        if (!x->order && same_sender && x->code == d.code && x->sub_id == d.sub_id)
            return rows[low];
    }
    return 0;
}

static bool same_content(const twin_row *a, const twin_row *b)
{
    bool same_word = a->issued_us == b->issued_us && a->status == b->status &&
                     a->when_us == b->when_us && a->promoted == b->promoted;
    bool same_value = a->value == b->value && a->unit == b->unit && a->kind == b->kind &&
                      a->comparator == b->comparator && a->presence == b->presence;
    return same_word && (same_value || a->promoted);
}

static void text_copy(plx_twin *t, twin_text *into, twin_text from)
{
    plx_twin_text_keep(t, from);
    plx_twin_text_release(t, *into);
    *into = from;
}

/* Table 0085 U: final now, without sending again what was sent as preliminary. */
static void promote(plx_twin *t, twin_row *into)
{
    uint32_t row = into->older;
    while (row) {
        const twin_row *r = twin_row_at(t, row);
        if (!r->promoted && r->presence == PLX_VALUE && !plx_twin_row_withdrawn(r)) break;
        row = r->older;
    }
    if (!row) return;
    const twin_row *from = twin_row_at(t, row);
    text_copy(t, &into->value, from->value);
    text_copy(t, &into->canonical, from->canonical);
    text_copy(t, &into->unit, from->unit);
    text_copy(t, &into->reference, from->reference);
    text_copy(t, &into->abnormal, from->abnormal);
    into->kind = from->kind;
    into->quality = from->quality;
    into->reason = from->reason;
    into->comparator = from->comparator;
    into->presence = from->presence;
}

static void versions_promote(plx_twin *t, uint32_t head)
{
    for (uint32_t x = head; x; x = twin_row_at(t, x)->older)
        if (twin_row_at(t, x)->promoted) promote(t, twin_row_at(t, x));
}

static void versions_trim(plx_twin *t, uint32_t head)
{
    uint32_t row = head;
    for (uint32_t n = 1; n < TWIN_VERSIONS_MAX && row; n++)
        row = twin_row_at(t, row)->older;
    if (!row || !twin_row_at(t, row)->older) return;
    t->world.cut++;
    versions_free(t, twin_row_at(t, row)->older);
    twin_row_at(t, row)->older = 0;
}

/* Puts a version among those of its result. It may leave at once, at the limit of its series. */
static void version_add(plx_twin *t, uint32_t head, uint32_t series, uint32_t row)
{
    twin_row *r = twin_row_at(t, row);
    for (uint32_t x = head; x; x = twin_row_at(t, x)->older)
        if (same_content(twin_row_at(t, x), r)) { /* sent again under another control id */
            plx_twin_record_free(t, TWIN_ROW, row);
            return;
        }
    if (issued_after(t, r, twin_row_at(t, head))) {
        head_remove(t, head);
        r->older = head;
        versions_trim(t, row);
        for (uint32_t x = head; x; x = twin_row_at(t, x)->older)
            twin_row_at(t, x)->series = series;
        versions_promote(t, row);
        head_add(t, series, row);
        return;
    }
    r->series = twin_row_at(t, head)->series;
    uint32_t x = head;
    while (twin_row_at(t, x)->older &&
           !issued_after(t, r, twin_row_at(t, twin_row_at(t, x)->older)))
        x = twin_row_at(t, x)->older;
    r->older = twin_row_at(t, x)->older;
    twin_row_at(t, x)->older = row;
    versions_promote(t, head);
    versions_trim(t, head);
}

static uint32_t row_make(twin_context *c, uint32_t series, const plx_observation_facts *said)
{
    plx_twin *t = c->t;
    uint32_t row = plx_twin_record_take(t, TWIN_ROW);
    twin_row *r = twin_row_at(t, row);
    r->source = plx_twin_source_hold(c);
    r->series = series;
    r->value = plx_twin_text_hold(t, said->value.text);
    r->unit = plx_twin_text_hold(t, said->unit);
    r->code = plx_twin_text_hold(t, said->code);
    r->system = plx_twin_text_hold(t, said->code_system);
    r->sub_id = plx_twin_text_hold(t, said->sub_id);
    r->method = plx_twin_text_hold(t, said->method);
    r->reference = plx_twin_text_hold(t, said->reference);
    r->abnormal = plx_twin_text_hold(t, said->abnormal);
    r->offset = said->offset;
    r->length = said->length;
    r->index = (uint16_t)said->index;
    r->status = (uint8_t)said->status;
    r->status_code = (uint8_t)said->status_code;
    r->comparator = (uint8_t)said->comparator;
    r->presence = (uint8_t)said->value.presence;
    r->promoted = said->status_code == 'U' && said->value.presence == PLX_EMPTY && !said->sentinel;
    plx_twin_quality_judge(c, said, r);
    return row;
}

static void note_first(twin_encounter *e, int64_t when_us)
{
    if (!twin_encounter_is_provisional(e)) return;
    if (e->first_us == PLX_TIME_NONE || when_us < e->first_us) e->first_us = when_us;
}

void plx_twin_result_note_loose(plx_twin *t, uint32_t encounter)
{
    twin_encounter *e = twin_encounter_at(t, encounter);
    if (e->loose) return;
    e->loose = 1;
    if (e->owner) twin_group_at(t, twin_group_of(t, e->owner))->loose_n++;
}

void plx_twin_result_take(twin_context *c, uint32_t encounter, uint32_t order,
                          const plx_observation_facts *said, int64_t issued_us, bool loose)
{
    plx_twin *t = c->t;
    if (said->status == PLX_RESULT_NO_CHANGE) return;
    if (order) encounter = twin_order_at(t, order)->encounter;
    uint32_t series = series_get(t, encounter, said);
    uint32_t row = row_make(c, series, said), head = 0;
    twin_row *r = twin_row_at(t, row);
    r->order = order;
    r->issued_us = issued_us;
    r->loose = loose;
    if (order) head = find_by_order(t, order, r->code, r->sub_id);
    r->when_us = said->when.presence == PLX_VALUE ? said->when.time_us
                 : head                           ? twin_row_at(t, head)->when_us
                                                  : issued_us;
    if (!order) head = find_by_time(t, series, datum_of(t, r));
    note_first(twin_encounter_at(t, encounter), r->when_us);
    if (loose) plx_twin_result_note_loose(t, encounter);
    if (head)
        version_add(t, head, series, row);
    else
        head_add(t, series, row);
    if (twin_is_live(t, TWIN_ROW, row)) plx_twin_trust_value(t, encounter, row);
    plx_twin_encounter_news(c, encounter);
}

/* Moving. */

static uint32_t series_like(plx_twin *t, uint32_t series, uint32_t encounter)
{
    const twin_series *s = twin_series_at(t, series);
    uint32_t found = series_find(t, encounter, s->quantity, s->code, s->system);
    if (found) return found;
    found = plx_twin_record_take(t, TWIN_SERIES);
    twin_series *n = twin_series_at(t, found);
    n->quantity = s->quantity;
    n->code = s->code;
    n->system = s->system;
    n->code_text = s->code_text;
    plx_twin_text_keep(t, n->code);
    plx_twin_text_keep(t, n->system);
    plx_twin_text_keep(t, n->code_text);
    series_link(t, found, encounter);
    return found;
}

/* One result goes to a series of another encounter; it may meet versions of itself there. */
static void result_move(plx_twin *t, uint32_t row, uint32_t series)
{
    datum d = datum_of(t, twin_row_at(t, row));
    uint32_t head = twin_row_at(t, row)->order ? 0 : find_by_time(t, series, d);
    head_remove(t, row);
    for (uint32_t x = row; x; x = twin_row_at(t, x)->older)
        twin_row_at(t, x)->series = series;
    if (!head) {
        head_add(t, series, row);
        return;
    }
    while (row) {
        uint32_t older = twin_row_at(t, row)->older;
        twin_row_at(t, row)->older = 0;
        if (head)
            version_add(t, head, series, row);
        else
            head_add(t, series, row);
        head = find_by_time(t, series, d);
        row = older;
    }
}

void plx_twin_series_free(plx_twin *t, uint32_t series)
{
    twin_series *s = twin_series_at(t, series);
    while (s->rows_n > 0)
        result_free(t, twin_series_rows(t, s)[s->rows_n - 1]);
    plx_twin_block_give(t, &t->region, s->rows, s->rows_capacity * sizeof(uint32_t));
    series_unlink(t, series);
    plx_twin_record_free(t, TWIN_SERIES, series);
}

void plx_twin_series_move(plx_twin *t, uint32_t series, uint32_t encounter)
{
    twin_series *s = twin_series_at(t, series);
    uint32_t target = series_find(t, encounter, s->quantity, s->code, s->system);
    if (!target) {
        series_unlink(t, series);
        series_link(t, series, encounter);
        return;
    }
    while (s->rows_n > 0)
        result_move(t, twin_series_rows(t, s)[s->rows_n - 1], target);
    plx_twin_series_free(t, series);
}

static void result_pour_one(plx_twin *t, uint32_t row, uint32_t order)
{
    const twin_row *r = twin_row_at(t, row);
    twin_text code = r->code, sub_id = r->sub_id;
    uint32_t series = r->series;
    head_remove(t, row);
    while (row) {
        uint32_t older = twin_row_at(t, row)->older, head = find_by_order(t, order, code, sub_id);
        twin_row_at(t, row)->older = 0;
        twin_row_at(t, row)->order = order;
        if (head)
            version_add(t, head, series, row);
        else
            head_add(t, series, row);
        row = older;
    }
}

void plx_twin_result_pour(plx_twin *t, uint32_t from_order, uint32_t to_order)
{
    while (twin_order_at(t, from_order)->rows)
        result_pour_one(t, twin_order_at(t, from_order)->rows, to_order);
}

void plx_twin_result_move(plx_twin *t, uint32_t row, uint32_t encounter)
{
    result_move(t, row, series_like(t, twin_row_at(t, row)->series, encounter));
}

void plx_twin_result_follow(plx_twin *t, uint32_t order)
{
    const twin_order *o = twin_order_at(t, order);
    for (uint32_t row = o->rows; row;) {
        uint32_t series = twin_row_at(t, row)->series;
        bool there = twin_series_at(t, series)->encounter == o->encounter;
        if (!there) plx_twin_result_move(t, row, o->encounter);
        row = there ? twin_row_at(t, row)->order_next : o->rows; /* moved: it stands first now */
    }
}
