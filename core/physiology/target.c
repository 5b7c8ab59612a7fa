/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Reading the keys of a row, and judging what came out. */
#include "core/base/decimal.h"
#include "core/base/mathx.h"
#include "core/physiology/protocol.h"

enum { MEAN_S = 20, BASELINE_S = 60 };

bool plx_target_key(plx_slice list, const char *key, plx_slice *value)
{
    size_t n = strlen(key);
    for (size_t i = 0; i < list.n;) {
        size_t end = i;
        while (end < list.n && list.at[end] != ';')
            end++;
        if (end - i > n && list.at[i + n] == '=' && memcmp(list.at + i, key, n) == 0) {
            *value = (plx_slice){list.at + i + n + 1, end - i - n - 1};
            return true;
        }
        i = end + 1;
    }
    return false;
}

static bool number_of(plx_slice text, double *out)
{
    plx_decimal d;
    if (plx_decimal_parse(text, &d) != PLX_OK) return false;
    *out = d.value;
    return true;
}

double plx_target_number(plx_slice list, const char *key, double fallback)
{
    plx_slice text;
    double x = fallback;
    if (plx_target_key(list, key, &text)) number_of(text, &x);
    return x;
}

/* Mean of a row over the n seconds that end at a column; what stopped early stays as it was. */
static double mean_before(const plx_protocol_run *run, uint32_t row, int64_t end, int64_t n)
{
    int64_t to = end > run->seconds ? run->seconds : end, from = to - n < 0 ? 0 : to - n;
    double sum = 0;
    for (int64_t s = from; s < to; s++)
        sum += (double)run->series->at[row][s];
    return to > from ? sum / (double)(to - from) : 0;
}

/* Greatest less smallest systolic pressure in the window: what breathing does to it. */
static double pulsus(const plx_protocol_run *run, int64_t end)
{
    float top = -1e9f, low = 1e9f;
    int64_t to = end > run->seconds ? run->seconds : end, from = to - MEAN_S;
    for (int64_t s = from < 0 ? 0 : from; s < to; s++) {
        float x = run->series->at[PLX_MEASURE_sbp_mmhg][s];
        top = x > top ? x : top;
        low = x < low ? x : low;
    }
    return (double)(top - low);
}

static double largest(const plx_protocol_run *run, uint32_t row)
{
    double top = -1e30;
    for (uint32_t s = run->start_s; s < run->seconds; s++)
        if ((double)run->series->at[row][s] > top) top = (double)run->series->at[row][s];
    return top;
}

/* First time that a row is below a bound; if it never is, how long that was waited for. */
static double time_below(const plx_target *t, const plx_protocol_run *run, uint32_t row,
                         double bound)
{
    double most = plx_protocol_wait_s(t);
    uint32_t s = run->start_s;
    while (s < run->seconds && (double)run->series->at[row][s] >= bound)
        s++;
    double passed = s - run->start_s;
    return s == run->seconds || passed > most ? most : passed;
}

/* time_to_spo2_NN_s and time_to_sao2_NN_s. */
static bool time_to_saturation(const plx_target *t, const plx_protocol_run *run, double *value)
{
    static const plx_slice words[2] = {PLX_LIT("time_to_spo2_"), PLX_LIT("time_to_sao2_")};
    plx_slice q = t->quantity;
    size_t n = words[0].n;
    if (q.n < n + 3 || memcmp(q.at + q.n - 2, "_s", 2) != 0) return false;
    bool oximeter = memcmp(q.at, words[0].at, n) == 0;
    uint64_t percent = 0;
    if (!oximeter && memcmp(q.at, words[1].at, n) != 0) return false;
    if (!plx_slice_u64((plx_slice){q.at + n, q.n - n - 2}, 100, &percent)) return false;
    double bound = (double)percent;
    *value = oximeter ? time_below(t, run, PLX_MEASURE_spo2_pct, bound)
                      : time_below(t, run, PLX_MEASURE_sao2_fraction, bound / 100);
    return true;
}

static double gained_ml(const plx_protocol_run *run, uint32_t row, int64_t end)
{
    int64_t start = run->start_s;
    return mean_before(run, row, end, MEAN_S) -
           mean_before(run, PLX_MEASURE_plasma_volume_ml, start, BASELINE_S);
}

/* Hours after the end of an infusion until half of the plasma gained then is gone; when the run
 * ends before, by the rate of loss so far. */
static double half_life_h(const plx_protocol_run *run)
{
    int64_t end = run->start_s + (int64_t)run->infusion_s;
    double top = gained_ml(run, PLX_MEASURE_plasma_volume_ml, end), left = top;
    for (int64_t s = end; s <= run->seconds; s += MEAN_S) {
        left = gained_ml(run, PLX_MEASURE_plasma_volume_ml, s);
        if (left < 0.5 * top) return (double)(s - end) / 3600;
    }
    double hours = (double)(run->seconds - end) / 3600;
    return left < top ? hours * plx_log(2) / plx_log(top / left) : __builtin_inf();
}

/* Quantities that are made of more than one column; false: not one of these. */
static bool made(const plx_target *t, const plx_protocol_run *run, double time_s, double *value)
{
    plx_slice q = t->quantity;
    int64_t end = run->start_s + (int64_t)time_s, start = run->start_s;
    if (time_to_saturation(t, run, value)) return true;
    if (plx_slice_is(q, "time_to_event_s"))
        *value = run->event_s >= 0 ? (double)run->event_s : plx_protocol_wait_s(t);
    else if (plx_slice_is(q, "pulsus_paradoxus_mmhg"))
        *value = pulsus(run, end);
    else if (plx_slice_is(q, "urine_peak_ml_min"))
        *value = largest(run, PLX_MEASURE_urine_ml_min);
    else if (plx_slice_is(q, "delta_plasma_volume_ml"))
        *value = gained_ml(run, PLX_MEASURE_plasma_volume_ml, end);
    else if (plx_slice_is(q, "plasma_loss_fraction"))
        *value = -gained_ml(run, PLX_MEASURE_plasma_volume_ml, end) /
                 mean_before(run, PLX_MEASURE_plasma_volume_ml, start, BASELINE_S);
    else if (plx_slice_is(q, "plasma_expansion_fraction")) {
        double part =
            run->infusion_s > 0 && time_s < run->infusion_s ? time_s / run->infusion_s : 1;
        *value = gained_ml(run, PLX_MEASURE_plasma_volume_ml, end) / (run->infused_ml * part);
    } else if (plx_slice_is(q, "plasma_expansion_ratio"))
        *value = gained_ml(run, PLX_MEASURE_plasma_volume_ml, end) /
                 gained_ml(run, PLX_PROTOCOL_OTHER, end);
    else if (plx_slice_is(q, "intravascular_half_life_h"))
        *value = half_life_h(run);
    else
        return false;
    return true;
}

static bool row_of(plx_slice quantity, uint32_t *row)
{
    plx_measure q;
    if (plx_slice_is(quantity, "plasma_ug_l"))
        *row = PLX_PROTOCOL_PLASMA;
    else if (plx_slice_is(quantity, "effect_site_ug_l"))
        *row = PLX_PROTOCOL_EFFECT;
    else if (plx_measure_named(quantity, &q) == PLX_OK)
        *row = q;
    else
        return false;
    return true;
}

static bool is_change(const plx_target *t)
{
    return plx_slice_is(t->kind, "delta") || plx_slice_is(t->kind, "trend");
}

/* The value that the row asks for; false with a reason in text. */
static bool measure(const plx_target *t, const plx_protocol_run *run, plx_target_result *r)
{
    double time_s = 0;
    uint32_t row;
    if (run->algebraic) {
        r->value = run->algebra;
        return true;
    }
    if (plx_slice_is(t->time_s, "event"))
        time_s = run->event_s >= 0 ? (double)run->event_s : (double)(run->seconds - run->start_s);
    else if (!number_of(t->time_s, &time_s)) {
        memcpy(r->text, "time_s is no number", 20);
        return false;
    }
    if (made(t, run, time_s, &r->value)) return true;
    if (!row_of(t->quantity, &row)) {
        memcpy(r->text, "the quantity is not known", 26);
        return false;
    }
    r->value = mean_before(run, row, run->start_s + (int64_t)time_s, MEAN_S);
    if (!is_change(t)) return true;
    double before = mean_before(run, row, run->start_s, BASELINE_S);
    r->value -= before;
    if (plx_slice_is(t->unit, "pct")) r->value *= 100 / before;
    return true;
}

/* Against the direction that the row names, or that the sign of an expected change tells. */
static bool wrong_way(const plx_target *t, double value)
{
    double expected = 0;
    if (plx_slice_is(t->expected, "increase")) expected = 1;
    if (plx_slice_is(t->expected, "decrease")) expected = -1;
    if (plx_slice_is(t->kind, "delta")) number_of(t->expected, &expected);
    return is_change(t) && value * expected < 0;
}

/* Bounds of the row; open ones are infinite, a value without bounds has 10 %. */
static void bounds_of(const plx_target *t, double *low, double *high)
{
    double expected;
    *low = -__builtin_inf(), *high = __builtin_inf();
    bool any = number_of(t->low, low);
    any = number_of(t->high, high) || any;
    if (any || !plx_slice_is(t->kind, "value") || !number_of(t->expected, &expected)) return;
    double tenth = expected < 0 ? -0.1 * expected : 0.1 * expected;
    *low = expected - tenth, *high = expected + tenth;
}

/* Does all that a row asks for lie before the second in which the members gave no answer? */
static bool complete(const plx_target *t, const plx_protocol_run *run)
{
    double passed = (double)run->seconds - run->start_s, most = plx_protocol_wait_s(t), value = 0;
    if (!run->no_answer) return true;
    if (passed <= 0) return false;
    if (plx_slice_is(t->quantity, "intravascular_half_life_h")) return false;
    if (time_to_saturation(t, run, &value)) return value < most || passed >= most;
    if (!number_of(t->time_s, &value)) return false; /* an event ends a run: it did not come */
    return passed >= value;
}

static plx_grade grade(const plx_target *t, double value)
{
    double low, high;
    bounds_of(t, &low, &high);
    bool named = plx_slice_is(t->kind, "trend"); /* open bounds do not excuse the direction */
    if (named && wrong_way(t, value)) return PLX_RED;
    if (value >= low && value <= high) return PLX_GREEN;
    if (value != value || wrong_way(t, value)) return PLX_RED;
    double bound = value < low ? low : high, miss = value < low ? low - value : value - high;
    double size = bound < 0 ? -bound : bound, width = high - low;
    double measure = width < __builtin_inf() && width > size ? width : size;
    return miss <= 0.3 * measure ? PLX_YELLOW : PLX_RED;
}

void plx_target_judge(const plx_target *t, const plx_protocol_run *run, plx_target_result *r)
{
    *r = (plx_target_result){.grade = PLX_SKIP};
    if (plx_slice_is(t->quantity, "status")) {
        const char *word = run->out_of_envelope ? "out_of_envelope"
                           : run->no_answer     ? "no_answer"
                                                : "answered";
        memcpy(r->text, word, strlen(word) + 1);
        r->grade = plx_slice_is(t->expected, word) ? PLX_GREEN : PLX_RED;
        return;
    }
    if (run->out_of_envelope) {
        memcpy(r->text, run->why, sizeof r->text);
        return;
    }
    r->has_value = measure(t, run, r);
    if (!r->has_value) return;
    if (complete(t, run)) {
        r->grade = grade(t, r->value);
        return;
    }
    r->has_value = false;
    r->grade = PLX_RED;
    memcpy(r->text, run->why, sizeof r->text);
}
