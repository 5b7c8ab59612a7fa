/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/fit/quality.h"

#include <math.h>

enum { WARM_D = 7 };

typedef struct table {
    plx_quality_row *row;
    unsigned n;
} table;

static void add(table *t, const char *what, const char *rest, unsigned number, double fit,
                double log)
{
    if (t->n == PLX_QUALITY_ROWS_MAX || !isfinite(log)) return;
    plx_quality_row *r = &t->row[t->n++];
    plx_out out = plx_out_init(r->what, PLX_QUALITY_WHAT - 1);
    *r = (plx_quality_row){.fit = fit, .log = log, .low = NAN, .high = NAN};
    plx_out_text(&out, what);
    plx_out_text(&out, rest);
    if (number < 10) plx_out_char(&out, '0');
    plx_out_u64(&out, number);
    r->what[plx_out_slice(&out).n] = 0;
}

/* Quantiles of the log with what chance makes of them: order statistics. */
static void add_quantiles(table *t, const char *what, const plx_flow_histogram *fit,
                          const plx_sample *log)
{
    static const unsigned percents[] = {10, 25, 50, 75, 90, 95};
    for (unsigned i = 0; i < sizeof percents / sizeof *percents && log->n > 0; i++) {
        const double p = percents[i] / 100.0, d = 1.96 * sqrt(p * (1 - p) / (double)log->n);
        const unsigned before = t->n;
        add(t, what, ".q", percents[i], plx_flow_histogram_quantile_min(fit, p),
            plx_flow_histogram_quantile_min(&log->seen, p));
        if (t->n == before) continue;
        t->row[before].low = plx_flow_histogram_quantile_min(&log->seen, p - d > 0 ? p - d : 0);
        t->row[before].high = plx_flow_histogram_quantile_min(&log->seen, p + d < 1 ? p + d : 1);
    }
}

static void all_of(const plx_sample by_class[PLX_FIT_CLASSES], plx_sample *all)
{
    *all = (plx_sample){0};
    for (int c = 0; c < PLX_FIT_CLASSES; c++)
        plx_sample_merge(all, &by_class[c]);
}

static void add_counts(table *t, const plx_flow_tally *tally, const plx_fit *log, unsigned days)
{
    double left = 0, departed = 0, log_left = 0, log_departed = 0;
    for (int c = 0; c < PLX_FIT_CLASSES; c++) {
        left += (double)tally->left[c];
        departed += (double)tally->departed[c];
        log_left += (double)log->left[c];
        log_departed += (double)log->stay[c].n;
        const double n = (double)log->stay[c].n, fitted = (double)tally->departed[c];
        if (n > 0 && fitted > 0)
            add(t, "los_mean", ".acuity", (unsigned)c + 1,
                (double)tally->los_us[c] / fitted / (double)PLX_MINUTE_US,
                log->stay[c].sum_min / n);
    }
    if (departed + left > 0 && log_left > 0) {
        add(t, "lwbs_pct", ".all", 0, 100 * left / (departed + left),
            100 * log_left / (log_departed + log_left));
    }
    if (log->shifted || log->hours < 24) return;
    for (unsigned h = 0; h < 24; h++) {
        double sum = 0;
        for (int stage = 0; stage < PLX_FLOW_CLEANING; stage++)
            sum += (double)tally->by_hour[stage][h];
        add(t, "census", ".h", h, sum / ((double)days * (double)PLX_HOUR_US),
            (double)log->census_us[h] / ((double)log->hours / 24 * (double)PLX_HOUR_US));
    }
}

unsigned plx_quality_run(const plx_flow_model *model, const plx_fit *log, unsigned days,
                         uint64_t seed, plx_quality_desk *desk, plx_quality_row *rows)
{
    table t = {rows, 0};
    plx_flow_tally warm = {0}, tally = {.los = &desk->los, .door = &desk->door};
    desk->los = desk->door = (plx_flow_histogram){0};
    plx_flow_begin(model, &desk->state, seed, 0, 0);
    plx_flow_tally_begin(&warm, model, &desk->state, WARM_D * PLX_DAY_US);
    plx_flow_advance(model, &desk->state, WARM_D * PLX_DAY_US, &warm);
    plx_flow_tally_begin(&tally, model, &desk->state, (WARM_D + days) * PLX_DAY_US);
    plx_flow_advance(model, &desk->state, (WARM_D + days) * PLX_DAY_US, &tally);
    plx_flow_tally_end(&tally, model, &desk->state);
    if (desk->state.overrun) return 0;
    all_of(log->stay, &desk->all);
    add_quantiles(&t, "los", &desk->los, &desk->all);
    all_of(log->door, &desk->all);
    add_quantiles(&t, "door", &desk->door, &desk->all);
    add_counts(&t, &tally, log, days);
    return t.n;
}
