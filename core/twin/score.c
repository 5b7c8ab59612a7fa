/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* NEWS2 of each stay, from the newest usable values that have not expired; made anew when one
 * arrives, is corrected, is withdrawn or expires. */
#include "core/twin/private.h"
#include "core/twin/staleness.h"

enum { ADULT_YEARS = 16, NO_VALUE = 255 };
enum { TREND_DOWN, TREND_LEVEL, TREND_UP };
#define TREND_US PLX_HOUR_US /* an arrow is shown so long after the change */

static int64_t earlier(int64_t a, int64_t b)
{
    return a == PLX_TIME_NONE || b < a ? b : a;
}

typedef struct pick {
    uint32_t row; /* 0 = none */
    int64_t expires_us;
} pick;

/* The newest usable, unexpired value of a quantity. */
static pick pick_one(const plx_twin *t, uint32_t encounter, plx_quantity q)
{
    uint32_t series = plx_twin_series_find(t, encounter, q);
    if (!series) return (pick){0, INT64_MAX};
    const twin_series *s = twin_series_at(t, series);
    const uint32_t *rows = twin_series_rows(t, s);
    bool expires = plx_staleness_of(q, PLX_KIND_MEASURED, PLX_TIME_NONE) != PLX_STALENESS_DECISION;
    for (uint32_t i = s->rows_n; i > 0; i--) {
        const twin_row *r = twin_row_at(t, rows[i - 1]);
        if (expires && t->world.now_us - r->when_us > PLX_STALENESS_LONGEST_US) break;
        if (!plx_twin_row_usable(r)) continue;
        int64_t before_us = i > 1 ? twin_row_at(t, rows[i - 2])->when_us : PLX_TIME_NONE;
        int64_t gap_us = i > 1 ? r->when_us - before_us : PLX_TIME_NONE;
        plx_staleness_class class = plx_staleness_of(q, (plx_kind)r->kind, gap_us);
        int64_t expires_us = plx_staleness_expires_us(class, r->when_us);
        if (expires_us > t->world.now_us) return (pick){rows[i - 1], expires_us};
    }
    return (pick){0, INT64_MAX};
}

/* The newest among several quantities; the first one listed when times are equal. */
static pick pick_newest(const plx_twin *t, uint32_t encounter, const plx_quantity *q, size_t n)
{
    pick best = {0, INT64_MAX};
    for (size_t i = 0; i < n; i++) {
        pick p = pick_one(t, encounter, q[i]);
        if (!p.row) continue;
        bool newer =
            !best.row || twin_row_at(t, p.row)->when_us > twin_row_at(t, best.row)->when_us;
        if (newer) best = p;
    }
    return best;
}

static plx_decimal number_of(const plx_twin *t, uint32_t row)
{
    plx_decimal d = plx_decimal_make(0, 0);
    plx_status status = plx_decimal_parse(twin_text_get(t, twin_row_at(t, row)->canonical), &d);
    PLX_ASSERT(status == PLX_OK); /* it was written from a decimal */
    return d;
}

static bool means_oxygen(const plx_twin *t, uint32_t row)
{
    const twin_row *r = twin_row_at(t, row);
    plx_quantity q = twin_series_at(t, r->series)->quantity;
    if (q == PLX_QUANTITY_O2_DEVICE) return plx_slice_is(twin_text_get(t, r->canonical), "oxygen");
    plx_decimal d = number_of(t, row);
    return plx_decimal_compare_to(&d, q == PLX_QUANTITY_FIO2 ? 21 : 0, 0) > 0;
}

/* Device, flow and fraction say the same thing: the newest word counts; said at the same time,
 * oxygen wins. */
static pick pick_oxygen(const plx_twin *t, uint32_t encounter)
{
    static const plx_quantity ALL[] = {PLX_QUANTITY_O2_DEVICE, PLX_QUANTITY_O2_FLOW,
                                       PLX_QUANTITY_FIO2};
    pick best = {0, INT64_MAX};
    for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++) {
        pick p = pick_one(t, encounter, ALL[i]);
        if (!p.row) continue;
        int64_t when_us = twin_row_at(t, p.row)->when_us;
        int64_t best_us = best.row ? twin_row_at(t, best.row)->when_us : PLX_TIME_NONE;
        bool wins = !best.row || when_us > best_us ||
                    (when_us == best_us && means_oxygen(t, p.row) && !means_oxygen(t, best.row));
        if (wins) best = p;
    }
    return best;
}

/* ACVPU as charted. A coma scale of 15 is alert; anything less may be new confusion or old
 * dementia, so it leaves the input open. */
static pick pick_consciousness(const plx_twin *t, uint32_t encounter)
{
    pick p = pick_one(t, encounter, PLX_QUANTITY_ACVPU);
    if (p.row) return p;
    p = pick_one(t, encounter, PLX_QUANTITY_GCS);
    if (!p.row) return p;
    plx_decimal gcs = number_of(t, p.row);
    return plx_decimal_compare_to(&gcs, 15, 0) == 0 ? p : (pick){0, p.expires_us};
}

static void pick_all(const plx_twin *t, uint32_t encounter, pick picks[PLX_NEWS2_INPUTS])
{
    static const plx_quantity PRESSURE[] = {PLX_QUANTITY_NIBP_SYS, PLX_QUANTITY_ABP_SYS};
    static const plx_quantity TEMPERATURE[] = {PLX_QUANTITY_TEMP,      PLX_QUANTITY_TEMP_CORE,
                                               PLX_QUANTITY_TEMP_ORAL, PLX_QUANTITY_TEMP_RECTAL,
                                               PLX_QUANTITY_TEMP_EAR,  PLX_QUANTITY_TEMP_AXILLA};
    picks[PLX_NEWS2_RR] = pick_one(t, encounter, PLX_QUANTITY_RESP_RATE);
    picks[PLX_NEWS2_SPO2] = pick_one(t, encounter, PLX_QUANTITY_SPO2);
    picks[PLX_NEWS2_O2] = pick_oxygen(t, encounter);
    picks[PLX_NEWS2_SBP] = pick_newest(t, encounter, PRESSURE, 2);
    picks[PLX_NEWS2_PULSE] = pick_one(t, encounter, PLX_QUANTITY_HR);
    if (!picks[PLX_NEWS2_PULSE].row)
        picks[PLX_NEWS2_PULSE] = pick_one(t, encounter, PLX_QUANTITY_PULSE);
    picks[PLX_NEWS2_ACVPU] = pick_consciousness(t, encounter);
    picks[PLX_NEWS2_TEMP] =
        pick_newest(t, encounter, TEMPERATURE, sizeof TEMPERATURE / sizeof *TEMPERATURE);
}

static char letter_of(const plx_twin *t, uint32_t row)
{
    const twin_row *r = twin_row_at(t, row);
    if (twin_series_at(t, r->series)->quantity == PLX_QUANTITY_GCS) return 'A';
    return twin_text_get(t, r->canonical).at[0];
}

static void fill_inputs(const plx_twin *t, uint32_t encounter, const pick picks[PLX_NEWS2_INPUTS],
                        plx_news2_inputs *in)
{
    *in = (plx_news2_inputs){0};
    for (int i = 0; i < PLX_NEWS2_INPUTS; i++) {
        in->given[i] = picks[i].row != 0;
        if (!in->given[i]) continue;
        if (i == PLX_NEWS2_O2)
            in->on_oxygen = means_oxygen(t, picks[i].row);
        else if (i == PLX_NEWS2_ACVPU)
            in->acvpu = letter_of(t, picks[i].row);
        else
            in->number[i] = number_of(t, picks[i].row);
    }
    pick scale = pick_one(t, encounter, PLX_QUANTITY_SPO2_SCALE);
    plx_decimal two = plx_decimal_make(2, 0), said;
    if (!scale.row) return;
    said = number_of(t, scale.row);
    in->scale2 = plx_decimal_compare(&said, &two) == 0;
}

static plx_slice input_text(const plx_twin *t, const plx_news2_inputs *in, int i, uint32_t row)
{
    if (i == PLX_NEWS2_O2) return in->on_oxygen ? PLX_LIT("oxygen") : PLX_LIT("air");
    if (i == PLX_NEWS2_ACVPU) return (plx_slice){&in->acvpu, 1};
    return twin_text_get(t, twin_row_at(t, row)->canonical);
}

static void fill_score(plx_twin *t, twin_score *s, const plx_news2_inputs *in,
                       const pick picks[PLX_NEWS2_INPUTS])
{
    plx_news2_result result;
    plx_news2_score(in, &result);
    for (int i = 0; i < PLX_NEWS2_INPUTS; i++) {
        s->points[i] = result.points[i];
        if (!in->given[i]) continue;
        const twin_row *r = twin_row_at(t, picks[i].row);
        s->input[i] = plx_twin_text_hold(t, input_text(t, in, i, picks[i].row));
        s->input_us[i] = r->when_us;
        s->input_id[i] = plx_twin_source_id(t, r->source, r->index);
        if (r->quality == PLX_QUALITY_SUSPECT) s->suspect |= (uint8_t)(1u << i);
        if (r->when_us > s->when_us) s->when_us = r->when_us;
    }
    s->scale2 = in->scale2;
    s->known = result.known;
    s->value = result.known ? result.value : 0;
    s->low = result.min;
    s->high = result.max;
    s->bands = result.bands;
    s->missing = result.missing;
    s->rejected = result.rejected;
    s->useful = result.most_useful < 0 ? NO_VALUE : (uint8_t)result.most_useful;
}

static void fill_trend(const plx_twin *t, twin_score *s, const twin_score *before)
{
    uint8_t last = before ? before->last : NO_VALUE;
    s->trend = TREND_LEVEL;
    s->last = s->known ? s->value : last;
    if (!before) return;
    s->changed_us = before->changed_us;
    s->trend = before->trend;
    if (!s->known || last == NO_VALUE || s->value == last) return;
    s->trend = s->value > last ? TREND_UP : TREND_DOWN;
    s->changed_us = t->world.now_us;
}

static bool same_score(const twin_score *a, const twin_score *b)
{
    return memcmp(a->input_id, b->input_id, sizeof a->input_id) == 0 &&
           memcmp(a->input, b->input, sizeof a->input) == 0 &&
           memcmp(a->points, b->points, sizeof a->points) == 0 && a->scale2 == b->scale2 &&
           a->applicable == b->applicable && a->suspect == b->suspect;
}

static void score_push(plx_twin *t, uint32_t encounter, uint32_t score)
{
    twin_encounter *e = twin_encounter_at(t, encounter);
    twin_score_at(t, score)->older = e->score;
    e->score = score;
    uint32_t x = score;
    for (int n = 1; n < TWIN_SCORES_MAX && x; n++)
        x = twin_score_at(t, x)->older;
    if (!x || !twin_score_at(t, x)->older) return;
    plx_twin_record_free(t, TWIN_SCORE, twin_score_at(t, x)->older);
    twin_score_at(t, x)->older = 0;
}

/* An arrow that has been shown long enough goes level. */
static void trend_age(twin_context *c, uint32_t encounter)
{
    plx_twin *t = c->t;
    uint32_t score = twin_encounter_at(t, encounter)->score;
    if (!score) return;
    twin_score *s = twin_score_at(t, score);
    if (s->trend == TREND_LEVEL || t->world.now_us - s->changed_us < TREND_US) return;
    s->trend = TREND_LEVEL;
    plx_twin_encounter_touch(c, encounter);
}

static bool is_applicable(const plx_twin *t, const twin_encounter *e)
{
    int32_t years = plx_twin_person_age_years(t, twin_group_of(t, e->owner), t->world.now_us);
    return years < 0 || years >= ADULT_YEARS;
}

void plx_twin_score_update(twin_context *c, uint32_t encounter)
{
    plx_twin *t = c->t;
    pick picks[PLX_NEWS2_INPUTS];
    plx_news2_inputs in;
    twin_encounter *e = twin_encounter_at(t, encounter);
    trend_age(c, encounter);
    if (!e->series && !e->score) return;
    pick_all(t, encounter, picks);
    fill_inputs(t, encounter, picks, &in);
    bool any = e->score != 0;
    for (int i = 0; i < PLX_NEWS2_INPUTS; i++)
        any |= in.given[i];
    if (!any) return;
    uint32_t score = plx_twin_record_take(t, TWIN_SCORE), before = e->score;
    twin_score *s = twin_score_at(t, score);
    s->applicable = is_applicable(t, e);
    s->encounter = encounter;
    fill_score(t, s, &in, picks);
    for (int i = 0; i < PLX_NEWS2_INPUTS; i++)
        if (picks[i].expires_us != INT64_MAX)
            s->expires_us = earlier(s->expires_us, picks[i].expires_us);
    if (before && same_score(s, twin_score_at(t, before))) {
        twin_score_at(t, before)->expires_us = s->expires_us;
        plx_twin_record_free(t, TWIN_SCORE, score);
        plx_twin_wake_set(t, encounter);
        return;
    }
    fill_trend(t, s, before ? twin_score_at(t, before) : NULL);
    s->source = plx_twin_source_hold(c);
    s->index = (uint16_t)(PLX_PROVENANCE_DERIVED + c->derived_n++);
    PLX_ASSERT(s->index < PLX_PROVENANCE_PER_ENTRY);
    score_push(t, encounter, score);
    plx_twin_encounter_touch(c, encounter);
    plx_twin_wake_set(t, encounter);
}

void plx_twin_score_review(twin_context *c, uint32_t encounter)
{
    const twin_encounter *e = twin_encounter_at(c->t, encounter);
    if (!e->score) return;
    bool was = twin_score_at(c->t, e->score)->applicable;
    if (was != is_applicable(c->t, e)) plx_twin_score_update(c, encounter);
}

int64_t plx_twin_score_wake_us(const plx_twin *t, uint32_t encounter)
{
    const twin_encounter *e = twin_encounter_at(t, encounter);
    if (!e->score) return PLX_TIME_NONE;
    const twin_score *s = twin_score_at(t, e->score);
    bool arrow = s->trend != TREND_LEVEL;
    return arrow ? earlier(s->expires_us, s->changed_us + TREND_US) : s->expires_us;
}

void plx_twin_score_free(plx_twin *t, uint32_t encounter)
{
    twin_encounter *e = twin_encounter_at(t, encounter);
    while (e->score) {
        uint32_t older = twin_score_at(t, e->score)->older;
        plx_twin_record_free(t, TWIN_SCORE, e->score);
        e->score = older;
    }
}
