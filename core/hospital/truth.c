/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What a perfect reader of the messages handed out so far knows. Each visit keeps a ledger of what
 * its ADT messages state, in the order in which it happened; the truth is the ledger read through,
 * leaving out what was not handed out. Nothing here looks at a message. */
#include "core/hospital/inner.h"

told plx_hosp_ledger_fold(const visit *v)
{
    told t = {.person = NOBODY, .attending = ATTENDING_NONE};
    uint64_t undone = 0;
    /* From the last one: what is undone does not undo (A53 takes back an A22 that took back an
     * A21). */
    for (uint32_t i = v->ledger_n; i-- > 0;) {
        const statement *s = &v->ledger[i];
        if (s->sent && s->undoes != UNDOES_NOTHING && !(undone >> i & 1))
            undone |= UINT64_C(1) << s->undoes;
    }
    for (uint32_t i = 0; i < v->ledger_n; i++) {
        const statement *s = &v->ledger[i];
        if (!s->sent) continue;
        t.person = s->person;
        t.number = s->number;
        if (s->place) t.place = s->place;
        if (s->class) t.class = s->class;
        if (s->attending != ATTENDING_UNSAID) t.attending = s->attending;
        if (s->status && !(undone >> i & 1)) t.status = s->status;
    }
    return t;
}

static void remember(hospital *h, const told *t)
{
    if (h->histories_n == h->histories_capacity) {
        plx_hosp_person_drop(h, h->histories[h->histories_first].person);
        h->histories_first = (h->histories_first + 1) % h->histories_capacity;
        h->histories_n--;
        h->forgot = true;
    }
    const uint32_t at = (h->histories_first + h->histories_n++) % h->histories_capacity;
    plx_hosp_person_keep(h, t->person);
    h->histories[at] = (history){.number = t->number,
                                 .person = t->person,
                                 .place = t->place,
                                 .attending = t->attending,
                                 .status = t->status,
                                 .class = t->class};
}

void plx_hosp_visit_close(hospital *h, visit *v)
{
    const told t = plx_hosp_ledger_fold(v);
    if (v->ledger_n > 0 && t.status != STATUS_CANCELLED) remember(h, &t);
    if (v->person != NOBODY) plx_hosp_person_drop(h, v->person);
    if (v->old_person != NOBODY) plx_hosp_person_drop(h, v->old_person);
    v->used = false;
    h->free_visits[h->free_visits_n++] = plx_hosp_visit_slot(h, v);
}

/* One pass over all visits that are told and not cancelled, live ones first. */
typedef struct walk {
    const hospital *h;
    uint32_t live, past;
} walk;

static bool walk_next(walk *w, told *t)
{
    const hospital *h = w->h;
    while (w->live < h->visits_high) {
        const visit *v = &h->visits[w->live++];
        if (!v->used) continue;
        *t = plx_hosp_ledger_fold(v);
        if (t->person != NOBODY && t->status != STATUS_CANCELLED) return true;
    }
    if (w->past == h->histories_n) return false;
    const history *x = &h->histories[(h->histories_first + w->past++) % h->histories_capacity];
    *t = (told){.person = x->person,
                .number = x->number,
                .place = x->place,
                .attending = x->attending,
                .status = x->status,
                .class = x->class};
    return true;
}

/* Heap sort of 64-bit keys: no recursion, no extra memory. */
typedef int (*comparison)(const hospital *h, uint64_t a, uint64_t b);

static void sift(const hospital *h, uint64_t *keys, uint32_t n, uint32_t at, comparison compare)
{
    for (uint32_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && compare(h, keys[child], keys[child + 1]) < 0) child++;
        if (compare(h, keys[at], keys[child]) >= 0) return;
        const uint64_t swap = keys[at];
        keys[at] = keys[child];
        keys[child] = swap;
    }
}

static void sort(const hospital *h, uint64_t *keys, uint32_t n, comparison compare)
{
    for (uint32_t i = n / 2; i-- > 0;)
        sift(h, keys, n, i, compare);
    for (uint32_t end = n; end > 1; end--) {
        const uint64_t swap = keys[0];
        keys[0] = keys[end - 1];
        keys[end - 1] = swap;
        sift(h, keys, end - 1, 0, compare);
    }
}

static int compare_numbers(const hospital *h, uint64_t a, uint64_t b)
{
    (void)h;
    return a < b ? -1 : a > b;
}

/* place << 32 | visit number; all bed lines begin with the place's text. */
static int compare_beds(const hospital *h, uint64_t a, uint64_t b)
{
    if (a >> 32 == b >> 32) return compare_numbers(h, a, b);
    return plx_hosp_place_compare(h->places, (uint16_t)(a >> 32), (uint16_t)(b >> 32));
}

static void write_code(plx_out *out, const result *r)
{
    const service *s = &plx_hosp_services[r->service];
    if (s->imaging)
        plx_out_text(out, r->item == 0 ? "18782-3,1" : "19005-8,2");
    else
        plx_out_text(out, s->analytes[r->item].loinc);
    if (!s->imaging) plx_out_char(out, ',');
}

static int compare_results(const hospital *h, uint64_t a, uint64_t b)
{
    const result *x = &h->results[a], *y = &h->results[b];
    const bool images[2] = {plx_hosp_services[x->service].imaging,
                            plx_hosp_services[y->service].imaging};
    if (images[0] != images[1]) return images[0] ? 1 : -1; /* L.. before R.. */
    if (x->filler != y->filler) return x->filler < y->filler ? -1 : 1;
    char texts[2][32];
    plx_out p = plx_out_init(texts[0], sizeof texts[0]),
            q = plx_out_init(texts[1], sizeof texts[1]);
    write_code(&p, x);
    write_code(&q, y);
    return plx_slice_compare(plx_out_slice(&p), plx_out_slice(&q));
}

static const char *status_text(uint8_t status)
{
    static const char *const TEXTS[] = {"",         "planned",  "arrived",  "in-progress",
                                        "on-leave", "finished", "cancelled"};
    return TEXTS[status];
}

static void write_census_line(const hospital *h, const told *t, plx_out *out)
{
    const person *p = &h->persons[plx_hosp_person_told(h, t->person)];
    plx_hosp_put_number(out, "V", t->number, 8);
    plx_out_char(out, ',');
    plx_hosp_put_number(out, p->temporary ? "T" : "M", p->number, 8);
    plx_out_char(out, ',');
    plx_out_text(out, status_text(t->status));
    plx_out_char(out, ',');
    if (t->class) plx_out_char(out, t->class);
    plx_out_char(out, ',');
    plx_hosp_place_write(out, h->places, t->place);
    plx_out_char(out, ',');
    if (t->attending != ATTENDING_NONE)
        plx_hosp_put_number(out, "D", plx_hosp_staff_number('D', t->attending), 3);
    plx_out_char(out, '\n');
}

static uint64_t *keys_take(plx_arena *scratch, uint32_t n)
{
    return plx_arena_take(scratch, n > 0 ? n : 1, sizeof(uint64_t));
}

static plx_status write_census(const hospital *h, plx_arena *scratch, plx_out *out)
{
    walk w = {h, 0, 0};
    told t;
    uint32_t n = 0;
    while (walk_next(&w, &t))
        n++;
    /* Visit number and where the walk stood before it. */
    uint64_t *keys = keys_take(scratch, n);
    if (!keys) return PLX_SPACE;
    w = (walk){h, 0, 0};
    for (uint32_t i = 0; i < n; i++) {
        walk_next(&w, &t);
        const uint64_t at = w.past > 0 ? UINT64_C(1) << 31 | (w.past - 1) : w.live - 1;
        keys[i] = (uint64_t)t.number << 32 | at;
    }
    sort(h, keys, n, compare_numbers);
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t at = (uint32_t)keys[i];
        w = at >> 31 ? (walk){h, h->visits_high, at & INT32_MAX} : (walk){h, at, 0};
        walk_next(&w, &t);
        write_census_line(h, &t, out);
    }
    return PLX_OK;
}

static bool in_bed(const told *t)
{
    return t->place >= PLACE_FIRST_BED && t->status >= STATUS_ARRIVED &&
           t->status <= STATUS_ON_LEAVE;
}

static plx_status write_beds(const hospital *h, plx_arena *scratch, plx_out *out)
{
    uint32_t n = 0, k = 0;
    walk w = {h, 0, 0};
    told t;
    while (walk_next(&w, &t))
        n += in_bed(&t);
    uint64_t *keys = keys_take(scratch, n);
    if (!keys) return PLX_SPACE;
    w = (walk){h, 0, 0};
    while (walk_next(&w, &t))
        if (in_bed(&t)) keys[k++] = (uint64_t)t.place << 32 | t.number;
    sort(h, keys, n, compare_beds);
    for (uint32_t i = 0; i < n; i++) {
        const bool same = i > 0 && keys[i] >> 32 == keys[i - 1] >> 32;
        if (!same) {
            if (i > 0) plx_out_char(out, '\n');
            plx_hosp_place_write(out, h->places, (uint16_t)(keys[i] >> 32));
        }
        plx_out_char(out, same ? ';' : ',');
        plx_hosp_put_number(out, "V", (uint32_t)keys[i], 8);
    }
    if (n > 0) plx_out_char(out, '\n');
    return PLX_OK;
}

static void write_result_line(const result *r, plx_out *out)
{
    const service *s = &plx_hosp_services[r->service];
    plx_hosp_put_number(out, s->imaging ? "R" : "L", r->filler, 8);
    plx_out_char(out, ',');
    write_code(out, r);
    plx_out_char(out, ',');
    plx_out_char(out, r->status);
    plx_out_char(out, ',');
    const bool empty = r->status == 'D' || r->status == 'X';
    if (s->imaging && !empty) {
        const report_text *text = &plx_hosp_reports[r->value];
        plx_out_text(out, r->item == 0 ? text->plain_findings : text->plain_impression);
    }
    if (!s->imaging && !empty) {
        const analyte *a = &s->analytes[r->item];
        const plx_decimal value = plx_decimal_make(r->value, a->decimals);
        plx_out_slice_add(out, plx_decimal_text(&value));
        plx_out_char(out, ',');
        plx_out_text(out, a->unit);
    } else {
        plx_out_char(out, ',');
    }
    plx_out_char(out, '\n');
}

static plx_status write_results(const hospital *h, plx_arena *scratch, plx_out *out)
{
    uint32_t n = 0, k = 0;
    for (uint32_t i = 0; i < h->results_n; i++)
        n += h->results[i].version > 0;
    uint64_t *keys = keys_take(scratch, n);
    if (!keys) return PLX_SPACE;
    for (uint32_t i = 0; i < h->results_n; i++)
        if (h->results[i].version > 0) keys[k++] = i;
    sort(h, keys, n, compare_results);
    for (uint32_t i = 0; i < n; i++)
        write_result_line(&h->results[keys[i]], out);
    return PLX_OK;
}

plx_status plx_hospital_truth_write(const plx_hospital *h, plx_arena *scratch, plx_out *out)
{
    static plx_status (*const BLOCKS[])(const hospital *, plx_arena *,
                                        plx_out *) = {write_census, write_beds, write_results};
    static const char *const HEADS[] = {"# census\n", "# beds\n", "# results\n"};
    if (h->forgot) return PLX_LIMIT;
    const plx_arena before = *scratch;
    for (int i = 0; i < 3; i++) {
        plx_out_text(out, HEADS[i]);
        PLX_TRY(BLOCKS[i](h, scratch, out));
        *scratch = before;
    }
    return out->full ? PLX_SPACE : PLX_OK;
}
