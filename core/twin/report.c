/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/twin/report.h"

#include "core/twin/private.h"

/* A line in the text written so far; prefix: its first bytes, big-endian, so that most comparisons
 * end there. */
typedef struct line {
    uint64_t prefix;
    uint32_t at, n;
} line;

typedef struct report {
    const plx_twin *t;
    plx_out *out;
    size_t start;
    line *lines;
    size_t lines_n, lines_max;
    uint32_t *visits; /* of one bed */
    bool full;
} report;

static void line_end(report *r, size_t at)
{
    plx_out_char(r->out, '\n');
    if (r->lines_n == r->lines_max || r->out->full || r->out->n > UINT32_MAX) {
        r->full = true;
        return;
    }
    line x = {0, (uint32_t)at, (uint32_t)(r->out->n - at)};
    for (uint32_t i = 0; i < 8; i++)
        x.prefix = x.prefix << 8 | (i < x.n ? (uint8_t)r->out->at[at + i] : 0);
    r->lines[r->lines_n++] = x;
}

/* RFC 4180: quoted when a separator, a quote or a line break is inside; a line break in a text
 * becomes the two characters \n so that a line stays a line. */
static void put_field(plx_out *out, plx_slice text)
{
    bool quote = false;
    for (size_t i = 0; i < text.n; i++)
        quote |= text.at[i] == ',' || text.at[i] == '"';
    if (quote) plx_out_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        char c = text.at[i];
        if (c == '\n' || c == '\r') {
            plx_out_text(out, c == '\n' ? "\\n" : "\\r");
            continue;
        }
        if (c == '"') plx_out_char(out, '"');
        plx_out_char(out, c);
    }
    if (quote) plx_out_char(out, '"');
}

/* Sorting. */

static int compare(const report *r, const line *a, const line *b)
{
    if (a->prefix != b->prefix) return a->prefix < b->prefix ? -1 : 1;
    plx_slice x = {r->out->at + a->at, a->n - 1}, y = {r->out->at + b->at, b->n - 1};
    return plx_slice_compare(x, y);
}

static void sift(const report *r, size_t at, size_t n)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= n) return;
        if (child + 1 < n && compare(r, &r->lines[child], &r->lines[child + 1]) < 0) child++;
        if (compare(r, &r->lines[at], &r->lines[child]) >= 0) return;
        line swap = r->lines[at];
        r->lines[at] = r->lines[child];
        r->lines[child] = swap;
        at = child;
    }
}

static void sort(const report *r)
{
    for (size_t i = r->lines_n / 2; i > 0; i--)
        sift(r, i - 1, r->lines_n);
    for (size_t n = r->lines_n; n > 1; n--) {
        line swap = r->lines[0];
        r->lines[0] = r->lines[n - 1];
        r->lines[n - 1] = swap;
        sift(r, 0, n - 1);
    }
}

/* The lines in order, over a copy behind them. */
static plx_status arrange(report *r)
{
    size_t bytes = r->out->n - r->start;
    if (r->full || r->out->full || r->out->capacity - r->out->n < bytes) return PLX_SPACE;
    sort(r);
    char *to = r->out->at + r->out->n;
    for (size_t i = 0; i < r->lines_n; i++) {
        memcpy(to, r->out->at + r->lines[i].at, r->lines[i].n);
        to += r->lines[i].n;
    }
    memmove(r->out->at + r->start, r->out->at + r->start + bytes, bytes);
    return PLX_OK;
}

/* Lines. */

static void put_location(const plx_twin *t, uint32_t place, plx_out *out)
{
    if (!place) return;
    const twin_place *p = twin_place_at(t, place);
    twin_text parts[4] = {p->point, p->room, p->bed, p->facility};
    int n = 4;
    while (n > 0 && !parts[n - 1])
        n--;
    for (int i = 0; i < n; i++) {
        if (i > 0) plx_out_char(out, '^');
        put_field(out, twin_text_get(t, parts[i]));
    }
}

/* The visit number it goes by; without one the account number. */
static plx_slice visit_of(const plx_twin *t, const twin_encounter *e)
{
    uint32_t node = e->visit ? plx_twin_group_name(t, e->visit) : 0;
    if (!node && e->account) node = plx_twin_group_name(t, twin_group_of(t, e->account));
    return node ? twin_text_get(t, twin_node_at(t, node)->value) : (plx_slice){NULL, 0};
}

static plx_slice person_of(const plx_twin *t, const twin_encounter *e)
{
    if (!e->owner) return (plx_slice){NULL, 0};
    uint32_t node = plx_twin_group_name(t, twin_group_of(t, e->owner));
    return twin_text_get(t, twin_node_at(t, node)->value);
}

static const char *status_word(uint8_t status)
{
    static const char *const WORDS[TWIN_STATUSES] = {[TWIN_STATUS_PLANNED] = "planned",
                                                     [TWIN_STATUS_ARRIVED] = "arrived",
                                                     [TWIN_STATUS_IN_PROGRESS] = "in-progress",
                                                     [TWIN_STATUS_ON_LEAVE] = "on-leave",
                                                     [TWIN_STATUS_FINISHED] = "finished"};
    return WORDS[status];
}

static void census(report *r)
{
    const plx_twin *t = r->t;
    for (uint32_t i = twin_next(t, TWIN_ENCOUNTER, 0); i; i = twin_next(t, TWIN_ENCOUNTER, i)) {
        const twin_encounter *e = twin_encounter_at(t, i);
        const char *word = status_word(e->stay.status);
        if (!word) continue;
        size_t at = r->out->n;
        const twin_staff *s = e->stay.attending ? twin_staff_at(t, e->stay.attending) : NULL;
        put_field(r->out, visit_of(t, e));
        plx_out_char(r->out, ',');
        put_field(r->out, person_of(t, e));
        plx_out_char(r->out, ',');
        plx_out_text(r->out, word);
        plx_out_char(r->out, ',');
        if (e->stay.patient_class) plx_out_char(r->out, (char)e->stay.patient_class);
        plx_out_char(r->out, ',');
        put_location(t, e->stay.location, r->out);
        plx_out_char(r->out, ',');
        if (s) put_field(r->out, twin_text_get(t, s->id ? s->id : s->family));
        line_end(r, at);
    }
}

static bool visit_before(const plx_twin *t, uint32_t a, uint32_t b)
{
    int order = plx_slice_compare(visit_of(t, twin_encounter_at(t, a)),
                                  visit_of(t, twin_encounter_at(t, b)));
    return order ? order < 0 : a < b;
}

/* Shell sort: a bed nearly always holds one. */
static void sort_visits(const plx_twin *t, uint32_t *visits, uint32_t n)
{
    for (uint32_t gap = n / 2; gap > 0; gap /= 2)
        for (uint32_t i = gap; i < n; i++) {
            uint32_t x = visits[i], k = i;
            for (; k >= gap && visit_before(t, x, visits[k - gap]); k -= gap)
                visits[k] = visits[k - gap];
            visits[k] = x;
        }
}

static void beds(report *r)
{
    const plx_twin *t = r->t;
    for (uint32_t i = twin_next(t, TWIN_PLACE, 0); i; i = twin_next(t, TWIN_PLACE, i)) {
        const twin_place *p = twin_place_at(t, i);
        if (!p->bed || p->occupants_n == 0) continue;
        size_t at = r->out->n;
        uint32_t n = 0;
        for (uint32_t e = p->occupants; e; e = twin_encounter_at(t, e)->place_next)
            r->visits[n++] = e;
        sort_visits(t, r->visits, n);
        put_location(t, i, r->out);
        for (uint32_t k = 0; k < n; k++) {
            plx_out_char(r->out, k == 0 ? ',' : ';');
            put_field(r->out, visit_of(t, twin_encounter_at(t, r->visits[k])));
        }
        line_end(r, at);
    }
}

static void results(report *r)
{
    const plx_twin *t = r->t;
    for (uint32_t i = twin_next(t, TWIN_ORDER, 0); i; i = twin_next(t, TWIN_ORDER, i)) {
        const twin_order *o = twin_order_at(t, i);
        if (!o->filler) continue;
        for (uint32_t k = o->rows; k; k = twin_row_at(t, k)->order_next) {
            const twin_row *x = twin_row_at(t, k);
            if (!plx_twin_result_is_latest(t, k)) continue;
            size_t at = r->out->n;
            put_field(r->out, twin_text_get(t, o->filler));
            plx_out_char(r->out, ',');
            put_field(r->out, twin_text_get(t, x->code));
            plx_out_char(r->out, ',');
            put_field(r->out, twin_text_get(t, x->sub_id));
            plx_out_char(r->out, ',');
            if (x->status_code) plx_out_char(r->out, (char)x->status_code);
            plx_out_char(r->out, ',');
            put_field(r->out, twin_text_get(t, x->value));
            plx_out_char(r->out, ',');
            put_field(r->out, twin_text_get(t, x->unit));
            line_end(r, at);
        }
    }
}

plx_status plx_report_write(const plx_twin *t, plx_report which, plx_arena *scratch, plx_out *out)
{
    static const twin_pool_kind POOLS[] = {TWIN_ENCOUNTER, TWIN_PLACE, TWIN_ROW};
    report r = {.t = t, .out = out, .start = out->n, .lines_max = t->pools[POOLS[which]].live};
    r.lines = plx_arena_take(scratch, r.lines_max + 1, sizeof(line));
    r.visits = plx_arena_take(scratch, t->pools[TWIN_ENCOUNTER].live + 1, sizeof(uint32_t));
    if (!r.lines || !r.visits) return PLX_SPACE;
    switch (which) {
    case PLX_REPORT_CENSUS:
        census(&r);
        break;
    case PLX_REPORT_BEDS:
        beds(&r);
        break;
    case PLX_REPORT_RESULTS:
        results(&r);
        break;
    }
    return arrange(&r);
}
