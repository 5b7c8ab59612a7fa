/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <math.h>
#include <string.h>

#include "app/cohort_report.h"

enum { COVER_50, COVER_80, COVER_90, COVER_95 };
enum { KEYS_BYTES = 512 };

/* A table: its name and the keys of a row, by commas: words, then numbers. */
typedef struct table {
    const plx_cohort_report *report;
    const char *name, *keys;
} table;

static table table_begin(const plx_cohort_report *report, const char *name, const char *keys)
{
    if (!report->json) fprintf(report->to, "\n# %s\n%s\n", name, keys);
    return (table){report, name, keys};
}

static void put_number(FILE *to, bool json, double value)
{
    if (isfinite(value))
        fprintf(to, "%.5g", value);
    else if (json)
        fputs("null", to);
}

/* A row begins with its words (plain: no quotes in them); as many numbers as there are keys left.
 */
static void row_of_words(const table *t, const char *const *words, int words_n,
                         const double *numbers)
{
    FILE *to = t->report->to;
    const bool json = t->report->json;
    const char *key = t->keys;
    if (json) fprintf(to, "{\"table\":\"%s\"", t->name);
    for (int i = 0; *key; i++) {
        const int n = (int)strcspn(key, ",");
        if (json)
            fprintf(to, ",\"%.*s\":", n, key);
        else if (i > 0)
            putc(',', to);
        if (i < words_n)
            fprintf(to, json ? "\"%s\"" : "%s", words[i]);
        else
            put_number(to, json, numbers[i - words_n]);
        key += n + (key[n] == ',');
    }
    fputs(json ? "}\n" : "\n", to);
}

static void row(const table *t, const char *word, const double *numbers)
{
    row_of_words(t, &word, 1, numbers);
}

static double share(uint64_t part, uint64_t all)
{
    return all > 0 ? (double)part / (double)all : NAN;
}

static double cover(const plx_validate_tally *t, uint32_t level)
{
    return share(t->cover[level].inside, t->cover[level].n);
}

static double width(const plx_validate_tally *t, uint32_t level)
{
    return t->cover[level].n ? t->cover[level].width_sum / (double)t->cover[level].n : NAN;
}

static double mean(const plx_validate_moments *m)
{
    return m->n > 0 ? m->mean : NAN;
}

static double skill(const plx_validate_duel *duel)
{
    double value = NAN;
    return plx_validate_duel_skill(duel, &value) == PLX_OK ? value : NAN;
}

static double flat_p(const plx_validate_tally *t)
{
    plx_validate_flatness f;
    return plx_validate_ranks_flatness(&t->ranks, &f) == PLX_OK ? f.p : NAN;
}

/* Forecasts of a horizon together: their units differ, so only coverage is told. */
static void row_all(const plx_cohort_score *s, const table *t, uint32_t h)
{
    plx_validate_tally all = {0};
    for (int v = 0; v < PLX_COHORT_VITAL_N; v++)
        plx_validate_tally_merge(&all, &s->forecast[h][v]);
    const double numbers[] = {t->report->plan->minutes[h],
                              (double)all.crps.n,
                              cover(&all, COVER_50),
                              cover(&all, COVER_80),
                              cover(&all, COVER_90),
                              cover(&all, COVER_95),
                              NAN,
                              NAN,
                              NAN,
                              NAN,
                              NAN};
    row(t, "all", numbers);
}

static void report_forecasts(const plx_cohort_report *r, const plx_cohort_score *s)
{
    const table t = table_begin(r, "forecast",
                                "vital,minutes,n,cover50,cover80,cover90,cover95,width90,crps,"
                                "skill_persistence,bias,rank_p");
    for (int v = 0; v < PLX_COHORT_VITAL_N; v++)
        for (uint32_t h = 0; h < r->plan->horizons_n; h++) {
            const plx_validate_tally *f = &s->forecast[h][v];
            const double numbers[] = {
                r->plan->minutes[h],   (double)f->crps.n,  cover(f, COVER_50), cover(f, COVER_80),
                cover(f, COVER_90),    cover(f, COVER_95), width(f, COVER_90), mean(&f->crps),
                skill(&s->duel[h][v]), mean(&f->error),    flat_p(f)};
            row(&t, plx_cohort_vital_name(v), numbers);
        }
    for (uint32_t h = 0; h < r->plan->horizons_n; h++)
        row_all(s, &t, h);
}

static void row_deficit(const table *t, const char *word, const plx_validate_tally *d,
                        const plx_validate_moments *error)
{
    const double numbers[] = {(double)d->error.n, mean(error), mean(&d->error), cover(d, COVER_90),
                              width(d, COVER_90)};
    row(t, word, numbers);
}

static void report_hidden(const plx_cohort_report *r, const plx_cohort_score *s)
{
    static const char *const names[PLX_COHORT_BAND_N] = {
#define X(id, words, low, error) words,
        PLX_COHORT_BAND_LIST(X)
#undef X
    };
    const table d = table_begin(r, "deficit_ml", "who,n,mae,bias,cover90,width90");
    row_deficit(&d, "bleeds: vitals from before", &s->deficit[1], &s->deficit_error[1]);
    row_deficit(&d, "bleeds: none from before", &s->deficit[0], &s->deficit_error[0]);
    row_deficit(&d, "does not bleed", &s->deficit_others, &s->deficit_error_others);
    const table b = table_begin(r, "bleeding_10min", "rate,n,met,error_share,cover90,width90,bias");
    for (int i = PLX_COHORT_BAND_N - 1; i >= 0; i--) {
        const plx_cohort_band *band = &s->band[i];
        const double numbers[] = {(double)band->n,
                                  share(band->met, band->n),
                                  mean(&band->error),
                                  cover(&band->tally, COVER_90),
                                  width(&band->tally, COVER_90),
                                  mean(&band->tally.error)};
        row(&b, names[i], numbers);
    }
}

static void report_parameters(const plx_cohort_report *r, const plx_cohort_score *s)
{
    const table t = table_begin(r, "parameter", "parameter,n,cover50,cover90,width90,bias,rank_p");
    plx_validate_tally all = {0};
    for (int p = 0; p < PLX_COHORT_PARAMETER_N; p++) {
        const plx_validate_tally *x = &s->parameter[p];
        const double numbers[] = {(double)x->error.n, cover(x, COVER_50), cover(x, COVER_90),
                                  width(x, COVER_90), mean(&x->error),    flat_p(x)};
        row(&t, plx_cohort_parameter_name(p), numbers);
        plx_validate_tally_merge(&all, x);
    }
    const double numbers[] = {
        (double)all.error.n, cover(&all, COVER_50), cover(&all, COVER_90), NAN, NAN, NAN};
    row(&t, "all", numbers);
}

static void row_mechanisms(const table *t, const char *who, const plx_cohort_mechanisms *m)
{
    const double numbers[] = {(double)m->n,
                              share(m->first, m->n),
                              share(m->n - m->said, m->n),
                              share(m->wrong, m->n),
                              share(m->said - m->wrong, m->said),
                              mean(&m->log_score.model),
                              mean(&m->log_score.rival)};
    row(t, who, numbers);
}

static void report_mechanisms(const plx_cohort_report *r, const plx_cohort_score *s)
{
    char keys[KEYS_BYTES] = "true";
    for (int m = 0; m < PLX_MECHANISM_N; m++) {
        strcat(keys, ",");
        strcat(keys, plx_mechanism_name((plx_mechanism)m));
    }
    strcat(keys, ",abstained");
    const table t = table_begin(r, "mechanism", keys);
    for (int m = 0; m < PLX_MECHANISM_N; m++) {
        double numbers[PLX_MECHANISM_N + 1];
        for (int k = 0; k <= PLX_MECHANISM_N; k++)
            numbers[k] = (double)s->confusion[m][k];
        row(&t, plx_mechanism_name((plx_mechanism)m), numbers);
    }
    const table x = table_begin(r, "differential",
                                "who,n,top1,abstained,wrong,right_when_said,log_score,"
                                "log_score_shock_index");
    row_mechanisms(&x, "moderate and severe", &s->mechanisms);
    row_mechanisms(&x, "of these shown by vitals", &s->showing);
    const double all[] = {
        (double)s->log_score_all.model.n, NAN, NAN, NAN, NAN, mean(&s->log_score_all.model),
        mean(&s->log_score_all.rival)};
    row(&x, "all", all);
}

void plx_cohort_report_score(const plx_cohort_report *r, const plx_cohort_score *s)
{
    const table t = table_begin(r, "cohort", "truth,cases,members,lost_before,lost_after");
    const double numbers[] = {(double)s->cases, r->plan->members, (double)s->lost_before,
                              (double)s->lost_after};
    row(&t, r->plan->perturbed ? "perturbed" : "same model", numbers);
    report_forecasts(r, s);
    report_hidden(r, s);
    report_mechanisms(r, s);
    report_parameters(r, s);
}

static double if_known(const plx_cohort_hidden *h, double value)
{
    return h->known ? value : NAN;
}

void plx_cohort_report_cases(const plx_cohort_report *r, const plx_cohort_result *results,
                             uint32_t n)
{
    const table t = table_begin(
        r, "case",
        "cause,likeliest,id,severity,onset_s,lost_s,deficit_ml,deficit_told_ml,deficit_median_ml,"
        "deficit_in90,bleeding_ml_min,bleeding_told_ml_min,bleeding_in90,"
        "graded,shows,p_likeliest,p_true");
    for (uint32_t i = 0; i < n; i++) {
        const plx_cohort_result *c = &results[i];
        const plx_cohort_hidden *d = &c->deficit, *b = &c->bleeding;
        int top = 0;
        for (int m = 1; m < PLX_MECHANISM_N; m++)
            if (c->mechanism[m] > c->mechanism[top]) top = m;
        const double numbers[] = {(double)c->of.id,
                                  c->of.severity,
                                  c->of.onset_s,
                                  c->lost_s,
                                  if_known(d, d->truth),
                                  if_known(d, d->told),
                                  if_known(d, d->median),
                                  if_known(d, d->verdict.inside[COVER_90]),
                                  if_known(b, b->truth),
                                  if_known(b, b->median),
                                  if_known(b, b->verdict.inside[COVER_90]),
                                  c->graded,
                                  if_known(d, c->shows),
                                  if_known(d, c->mechanism[top]),
                                  if_known(d, c->mechanism[plx_causes[c->of.cause].mechanism])};
        const char *const words[] = {plx_cause_name(c->of.cause),
                                     d->known ? plx_mechanism_name((plx_mechanism)top) : ""};
        row_of_words(&t, words, 2, numbers);
    }
}
