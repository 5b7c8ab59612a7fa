/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/ledger/truth.h"

#include <string.h>

#include "core/base/time.h"
#include "core/validate/score.h"

enum { FROZEN_LEAST = 10 };
#define ALIVE_SHARE 0.9
#define EVENT_HAPPENED 0.5

#define SOURCES_MONITOR PLX_SOURCE_MONITOR
#define SOURCES_BEDSIDE (PLX_SOURCE_MONITOR | PLX_SOURCE_CHART)
#define SOURCES_LAB PLX_SOURCE_LAB
#define SOURCES_DERIVED PLX_SOURCE_DERIVED
#define SOURCES_RECORD (PLX_SOURCE_ADT | PLX_SOURCE_CHART)
#define SOURCES_DEPARTMENT PLX_SOURCE_DEPARTMENT

static const plx_truth_rule rules[PLX_TARGET_N] = {
#define X(name, code, unit, how, window, grace, hold, frozen, sources, actions, scale)             \
    {code,                                                                                         \
     unit,                                                                                         \
     PLX_TRUTH_##how,                                                                              \
     (window)*PLX_SECOND_US,                                                                       \
     (grace)*PLX_SECOND_US,                                                                        \
     (hold)*PLX_SECOND_US,                                                                         \
     (frozen)*PLX_SECOND_US,                                                                       \
     SOURCES_##sources,                                                                            \
     actions,                                                                                      \
     scale},
    PLX_TARGET_TABLE(X)
#undef X
};

const plx_truth_rule *plx_truth_rule_of(plx_target target)
{
    PLX_ASSERT((uint32_t)target < PLX_TARGET_N);
    return &rules[target];
}

plx_target plx_target_from_code(const char *code)
{
    uint32_t i = 0;
    while (i < PLX_TARGET_N && strcmp(rules[i].code, code) != 0)
        i++;
    return (plx_target)i;
}

int64_t plx_truth_due_us(const plx_truth_rule *rule, int64_t valid_to_us)
{
    return valid_to_us + rule->window_us;
}

int64_t plx_truth_settled_us(const plx_truth_rule *rule, int64_t valid_to_us)
{
    return valid_to_us + (rule->grace_us > rule->window_us ? rule->grace_us : rule->window_us);
}

int64_t plx_truth_from_us(const plx_truth_rule *rule, const plx_truth_question *question)
{
    switch (rule->how) {
    case PLX_TRUTH_FIRST:
        return question->valid_from_us - rule->window_us;
    case PLX_TRUTH_EVENT:
        return question->valid_from_us - rule->hold_us;
    case PLX_TRUTH_STATE:
    case PLX_TRUTH_HOLDS:
        return question->valid_to_us - rule->hold_us;
    case PLX_TRUTH_FINAL:
        return question->issued_us + 1;
    default:
        return question->valid_to_us - rule->window_us;
    }
}

/* The first value at time_us or later. */
static uint32_t first_from(plx_truth_row row, int64_t time_us)
{
    uint32_t low = 0, high = row.n;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (row.sample[middle].time_us >= time_us)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The values that count from one time to another, both inside and after the moment of issue. */
typedef struct span {
    int64_t from_us, to_us;
} span;

static span clip(const plx_truth_question *q, int64_t from_us, int64_t to_us)
{
    return (span){from_us > q->issued_us ? from_us : q->issued_us + 1, to_us};
}

static span around(const plx_truth_rule *rule, const plx_truth_question *q)
{
    return clip(q, q->valid_to_us - rule->window_us, q->valid_to_us + rule->window_us);
}

/* The value at `at` stands in a run of one value, often and for long. */
static bool is_frozen(const plx_truth_rule *rule, plx_truth_row row, uint32_t at)
{
    if (rule->frozen_us == 0) return false;
    const double value = row.sample[at].value;
    uint32_t n = 0;
    int64_t first_us = row.sample[at].time_us, last_us = first_us;
    for (uint32_t i = at + 1; i-- > 0;) {
        if (!plx_truth_counts(&row.sample[i])) continue;
        if (row.sample[i].value != value) break;
        first_us = row.sample[i].time_us;
        n++;
    }
    for (uint32_t i = at + 1; i < row.n; i++) {
        if (!plx_truth_counts(&row.sample[i])) continue;
        if (row.sample[i].value != value) break;
        last_us = row.sample[i].time_us;
        n++;
    }
    return n >= FROZEN_LEAST && last_us - first_us >= rule->frozen_us;
}

static plx_status choose_median(const plx_truth_rule *rule, plx_truth_row row, span in,
                                double *value)
{
    double values[PLX_TRUTH_SAMPLES_MAX + 1];
    uint32_t n = 0, last = 0;
    for (uint32_t i = first_from(row, in.from_us); i < row.n; i++) {
        if (row.sample[i].time_us > in.to_us) break;
        if (!plx_truth_counts(&row.sample[i])) continue;
        values[n++] = row.sample[i].value;
        last = i;
    }
    if (n == 0 || is_frozen(rule, row, last)) return PLX_MISSING;
    if (n == 1) {
        *value = values[0];
        return PLX_OK;
    }
    plx_validate_sample sorted;
    PLX_TRY(plx_validate_sample_make(values, n, &sorted));
    *value = plx_validate_quantile_sample(&sorted, 0.5);
    return PLX_OK;
}

static plx_status choose_nearest(plx_truth_row row, span in, int64_t wanted_us, double *value)
{
    int64_t best_us = INT64_MAX;
    for (uint32_t i = first_from(row, in.from_us); i < row.n; i++) {
        const plx_truth_sample *s = &row.sample[i];
        if (s->time_us > in.to_us) break;
        const int64_t off_us =
            s->time_us < wanted_us ? wanted_us - s->time_us : s->time_us - wanted_us;
        if (!plx_truth_counts(s) || off_us >= best_us) continue;
        best_us = off_us;
        *value = s->value;
    }
    return best_us == INT64_MAX ? PLX_MISSING : PLX_OK;
}

static plx_status choose_first(plx_truth_row row, span in, double *value)
{
    for (uint32_t i = first_from(row, in.from_us); i < row.n; i++) {
        if (row.sample[i].time_us > in.to_us) break;
        if (!plx_truth_counts(&row.sample[i])) continue;
        *value = row.sample[i].value;
        return PLX_OK;
    }
    return PLX_MISSING;
}

static plx_status choose_last(plx_truth_row row, span in, double *value)
{
    for (uint32_t i = first_from(row, in.to_us + 1); i-- > 0;) {
        if (row.sample[i].time_us < in.from_us) break;
        if (!plx_truth_counts(&row.sample[i])) continue;
        *value = row.sample[i].value;
        return PLX_OK;
    }
    return PLX_MISSING;
}

/* The part of a span that signs of life cover, each for hold. */
static double alive_share(plx_truth_row row, span in, int64_t hold_us)
{
    int64_t covered_us = 0, until_us = in.from_us;
    for (uint32_t i = first_from(row, in.from_us - hold_us); i < row.n; i++) {
        const plx_truth_sample *s = &row.sample[i];
        if (s->time_us >= in.to_us) break;
        if (!plx_truth_counts(s)) continue;
        const int64_t begin_us = s->time_us > until_us ? s->time_us : until_us;
        const int64_t end_us = s->time_us + hold_us < in.to_us ? s->time_us + hold_us : in.to_us;
        if (end_us <= begin_us) continue;
        covered_us += end_us - begin_us;
        until_us = end_us;
    }
    return (double)covered_us / (double)(in.to_us - in.from_us);
}

static plx_status choose_event(const plx_truth_rule *rule, plx_truth_row row,
                               const plx_truth_question *q, double *value)
{
    const span in = {q->valid_from_us, q->valid_to_us};
    for (uint32_t i = first_from(row, in.from_us + 1); i < row.n; i++) {
        if (row.sample[i].time_us > in.to_us) break;
        if (!plx_truth_counts(&row.sample[i]) || row.sample[i].value < EVENT_HAPPENED) continue;
        *value = 1.0;
        return PLX_OK;
    }
    if (in.to_us <= in.from_us) return PLX_MISSING;
    if (alive_share(row, in, rule->hold_us) < ALIVE_SHARE) return PLX_MISSING;
    *value = 0.0;
    return PLX_OK;
}

plx_status plx_truth_choose(const plx_truth_rule *rule, plx_truth_row row,
                            const plx_truth_question *q, double *value)
{
    PLX_ASSERT(row.n <= PLX_TRUTH_SAMPLES_MAX);
    switch (rule->how) {
    case PLX_TRUTH_MEDIAN:
        return choose_median(rule, row, around(rule, q), value);
    case PLX_TRUTH_NEAREST:
        return choose_nearest(row, around(rule, q), q->valid_to_us, value);
    case PLX_TRUTH_FIRST:
        return choose_first(
            row, clip(q, q->valid_from_us - rule->window_us, q->valid_to_us + rule->window_us),
            value);
    case PLX_TRUTH_EVENT:
        return choose_event(rule, row, q, value);
    case PLX_TRUTH_STATE:
        return choose_last(row, (span){q->valid_to_us - rule->hold_us, q->valid_to_us}, value);
    case PLX_TRUTH_HOLDS:
        return choose_last(row, clip(q, q->valid_to_us - rule->hold_us, q->valid_to_us), value);
    default:
        return choose_last(row, clip(q, q->issued_us, q->valid_to_us + rule->grace_us), value);
    }
}
