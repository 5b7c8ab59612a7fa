/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/score/chart.h"

/* Sums that can be reached, each once; with red in the lowest bit. */
typedef struct sums {
    int32_t at[PLX_CHART_SUMS_MAX];
    uint32_t n;
} sums;

typedef struct work {
    const plx_score *score;
    const plx_chart *chart;
    const plx_score_given *given;
    uint8_t step[PLX_SCORE_INPUTS_MAX]; /* of known inputs; of unknown ones while they are tried */
    uint32_t unknown;                   /* bit per input whose step is not known */
} work;

static int32_t sum_of(int32_t packed)
{
    return (packed - (packed & 1)) / 2;
}

static void add_sum(sums *s, int32_t sum, bool red)
{
    const int32_t packed = sum * 2 + (red ? 1 : 0);
    for (uint32_t i = 0; i < s->n; i++)
        if (s->at[i] == packed) return;
    PLX_ASSERT(s->n < PLX_CHART_SUMS_MAX);
    s->at[s->n++] = packed;
}

static bool up_to(const plx_chart_step *step, const plx_decimal *number)
{
    if (step->edge_hundredths == PLX_CHART_OPEN) return true;
    const int side = plx_decimal_compare_to(number, step->edge_hundredths, 2);
    return side < 0 || (side == 0 && !step->below);
}

static uint8_t step_of(const plx_chart_axis *axis, const plx_score_input *input,
                       const plx_score_given *given)
{
    uint8_t i = 0;
    if (input->type == PLX_SCORE_FLAG) return given->flag ? 1 : 0;
    if (input->type == PLX_SCORE_WORD) return (uint8_t)given->code;
    if (input->type == PLX_SCORE_CODE)
        return (uint8_t)(strchr(input->codes, given->code) - input->codes);
    while (!up_to(&axis->steps[i], &given->number))
        i++;
    return i;
}

static void classify(work *w)
{
    for (uint32_t i = 0; i < w->score->inputs_n; i++) {
        const plx_chart_axis *axis = &w->chart->axes[i];
        const plx_score_input *input = &w->score->inputs[i];
        if (axis->n == 0) continue;
        if (w->given[i].given)
            w->step[i] = step_of(axis, input, &w->given[i]);
        else if (input->optional && !w->given[i].unreadable)
            w->step[i] = axis->absent;
        else
            w->unknown |= 1u << i;
        PLX_ASSERT(w->step[i] < axis->n);
    }
}

static uint32_t first_of(uint32_t bits)
{
    return (uint32_t)__builtin_ctz(bits);
}

static int32_t item_points(const work *w, const plx_chart_item *item, plx_chart_reason *reason)
{
    *reason = (plx_chart_reason){first_of(item->inputs), NULL};
    if (item->points) return item->points(w->step, reason);
    return w->chart->axes[reason->lead].steps[w->step[reason->lead]].points;
}

/* Next combination of steps of the inputs in bits, the first one fastest; false after the last. */
static bool turn(work *w, uint32_t bits)
{
    for (; bits; bits &= bits - 1) {
        const uint32_t i = first_of(bits);
        if (++w->step[i] < w->chart->axes[i].n) return true;
        w->step[i] = 0;
    }
    return false;
}

static bool is_red(const work *w, int32_t points)
{
    return w->chart->red_points && points >= w->chart->red_points;
}

/* Every number of points that an item can give. */
static void reach_item(work *w, const plx_chart_item *item, sums *reached)
{
    plx_chart_reason reason;
    const uint32_t open = item->inputs & w->unknown;
    reached->n = 0;
    do {
        const int32_t points = item_points(w, item, &reason);
        add_sum(reached, points, is_red(w, points));
    } while (turn(w, open));
}

static void combine(const sums *a, const sums *b, sums *both)
{
    both->n = 0;
    for (uint32_t i = 0; i < a->n; i++)
        for (uint32_t k = 0; k < b->n; k++)
            add_sum(both, sum_of(a->at[i]) + sum_of(b->at[k]), (a->at[i] | b->at[k]) & 1);
}

/* Every sum of the items but one (skip; items_n = none). */
static void reach_all(work *w, uint32_t skip, sums *reached)
{
    sums item, before;
    reached->n = 0;
    add_sum(reached, 0, false);
    for (uint32_t k = 0; k < w->chart->items_n; k++) {
        if (k == skip) continue;
        reach_item(w, &w->chart->items[k], &item);
        if (item.n == 1 && reached->n == 1) {
            const int32_t red = (reached->at[0] | item.at[0]) & 1;
            reached->at[0] = (reached->at[0] & ~1) + (item.at[0] & ~1) + red;
            continue;
        }
        before = *reached;
        combine(&before, &item, reached);
    }
}

static uint32_t band_of(const work *w, int32_t sum, bool red)
{
    return w->chart->band ? w->chart->band(sum, red, w->given) : 0;
}

static double points_of(const work *w, int32_t sum)
{
    return (double)sum / w->chart->per_point;
}

static void write_span(const work *w, const sums *reached, plx_score_result *r)
{
    int32_t low = INT32_MAX, high = INT32_MIN;
    for (uint32_t i = 0; i < reached->n; i++) {
        const int32_t sum = sum_of(reached->at[i]);
        low = sum < low ? sum : low;
        high = sum > high ? sum : high;
        if (w->chart->band) r->bands |= 1u << band_of(w, sum, reached->at[i] & 1);
    }
    r->min = points_of(w, low);
    r->max = points_of(w, high);
    r->known = low == high;
    r->value = r->known ? r->min : 0;
    if (w->chart->also && !w->unknown) r->also = w->chart->also(low, w->step);
}

static void write_part(work *w, uint32_t i, plx_score_part *part)
{
    part->used = w->given[i].given;
    part->rule = w->chart->axes[i].steps[w->step[i]].rule;
}

/* The item's points go to the input that decided; if that one was not given, to the first that
 * was. */
static void write_item(work *w, const plx_chart_item *item, plx_score_result *r)
{
    sums reached;
    plx_chart_reason reason;
    uint32_t given = 0;
    reach_item(w, item, &reached);
    const bool open = reached.n > 1;
    const int32_t points = item_points(w, item, &reason);
    for (uint32_t bits = item->inputs; bits; bits &= bits - 1) {
        const uint32_t i = first_of(bits);
        if (!w->given[i].given) continue;
        given |= 1u << i;
        write_part(w, i, &r->parts[i]);
        r->parts[i].open = open;
        if (open) r->parts[i].rule = "depends on what is missing";
    }
    if (!given || open) return;
    const uint32_t lead = given >> reason.lead & 1 ? reason.lead : first_of(given);
    r->parts[lead].points = points_of(w, points);
    if (reason.rule) r->parts[lead].rule = reason.rule;
}

static void write_group(work *w, uint32_t k, plx_score_result *r)
{
    sums reached;
    reach_item(w, &w->chart->items[k], &reached);
    r->groups[k] = (plx_score_group){
        .name = w->chart->items[k].name,
        .open = reached.n > 1,
        .points = points_of(w, sum_of(reached.at[0])),
    };
    r->groups_n = k + 1;
}

/* How far one missing input alone can move the band (or, without bands, the points), the others
 * held anywhere; and the largest change of points beside it. */
typedef struct leverage {
    uint32_t bands;
    int32_t points;
} leverage;

static void widen(const work *w, const sums *reached, int32_t rest, leverage *l)
{
    uint32_t low = UINT32_MAX, high = 0;
    int32_t least = INT32_MAX, most = INT32_MIN;
    for (uint32_t i = 0; i < reached->n; i++) {
        const int32_t points = sum_of(reached->at[i]), sum = points + sum_of(rest);
        const uint32_t band = band_of(w, sum, (reached->at[i] | rest) & 1);
        low = band < low ? band : low;
        high = band > high ? band : high;
        least = points < least ? points : least;
        most = points > most ? points : most;
    }
    if (high - low > l->bands) l->bands = high - low;
    if (most - least > l->points) l->points = most - least;
}

static leverage leverage_of(work *w, const plx_chart_item *item, uint32_t input, const sums *rest)
{
    leverage l = {0, 0};
    const uint32_t unknown = w->unknown;
    const uint32_t others = item->inputs & unknown & ~(1u << input);
    sums alone;
    do {
        w->unknown = 1u << input;
        w->step[input] = 0;
        reach_item(w, item, &alone);
        w->unknown = unknown;
        for (uint32_t i = 0; i < rest->n; i++)
            widen(w, &alone, rest->at[i], &l);
    } while (turn(w, others));
    return l;
}

static void find_most_useful(work *w, plx_score_result *r)
{
    leverage best = {0, 0};
    sums rest;
    for (uint32_t k = 0; k < w->chart->items_n; k++) {
        const plx_chart_item *item = &w->chart->items[k];
        if (!(item->inputs & w->unknown)) continue;
        reach_all(w, k, &rest);
        for (uint32_t bits = item->inputs & w->unknown; bits; bits &= bits - 1) {
            const leverage l = leverage_of(w, item, first_of(bits), &rest);
            if (w->chart->band && l.bands == 0) continue;
            if (l.bands < best.bands || (l.bands == best.bands && l.points <= best.points))
                continue;
            best = l;
            r->most_useful = (int)first_of(bits);
        }
    }
}

static const char *way_in(const plx_chart_axis *axis, const plx_score_input *input, uint8_t from,
                          uint8_t to)
{
    if (input->type != PLX_SCORE_NUMBER) return axis->steps[to].rule;
    return to < from ? axis->steps[to].from_above : axis->steps[to - 1].next_up;
}

/* The nearest way into a higher band: fewest steps of a chart, then the higher band, then order. */
static void find_worse(work *w, int32_t packed, plx_score_result *r)
{
    const uint32_t now = band_of(w, sum_of(packed), packed & 1);
    uint32_t best_steps = UINT32_MAX, best_band = 0;
    sums rest;
    for (uint32_t k = 0; k < w->chart->items_n && now + 1 < w->score->bands_n; k++) {
        const plx_chart_item *item = &w->chart->items[k];
        plx_chart_reason reason;
        reach_all(w, k, &rest);
        for (uint32_t bits = item->inputs; bits; bits &= bits - 1) {
            const uint32_t i = first_of(bits);
            const uint8_t here = w->step[i];
            if (w->chart->axes[i].fixed || !w->given[i].given) continue;
            for (uint8_t to = 0; to < w->chart->axes[i].n; to++) {
                w->step[i] = to;
                const int32_t points = item_points(w, item, &reason);
                const bool red = is_red(w, points) || (rest.at[0] & 1);
                const uint32_t band = band_of(w, points + sum_of(rest.at[0]), red);
                const uint32_t steps = (uint32_t)(to < here ? here - to : to - here);
                if (band <= now || steps > best_steps) continue;
                if (steps == best_steps && band <= best_band) continue;
                best_steps = steps;
                best_band = band;
                r->worse_input = (int)i;
                r->worse_band = band;
                r->worse_at = way_in(&w->chart->axes[i], &w->score->inputs[i], here, to);
            }
            w->step[i] = here;
        }
    }
}

void plx_chart_run(const plx_score *score, const plx_score_given *given, plx_score_result *result)
{
    work w = {.score = score, .chart = score->chart, .given = given};
    sums reached;
    PLX_ASSERT(w.chart->items_n <= PLX_CHART_ITEMS_MAX);
    classify(&w);
    reach_all(&w, w.chart->items_n, &reached);
    result->decimals = w.chart->decimals;
    write_span(&w, &reached, result);
    for (uint32_t k = 0; k < w.chart->items_n; k++) {
        write_item(&w, &w.chart->items[k], result);
        if (w.chart->groups) write_group(&w, k, result);
    }
    if (w.unknown)
        find_most_useful(&w, result);
    else if (w.chart->band)
        find_worse(&w, reached.at[0], result);
}
