/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <string.h>

#include "app/cohort_file.h"
#include "core/base/decimal.h"
#include "core/format/csv/csv.h"

/* X(column, least, most): numbers as they stand in the file. */
#define NUMBERS(X)                                                                                 \
    X(id, 0, 1e9)                                                                                  \
    X(seed, 0, 1e15)                                                                               \
    X(age, 16, 95)                                                                                 \
    X(height_cm, 140, 210)                                                                         \
    X(weight_kg, 35, 250)                                                                          \
    X(severity, 0, 1)                                                                              \
    X(onset_s, -PLX_COHORT_BEFORE_S_MAX, PLX_COHORT_ORIGIN_S)                                      \
    X(lost_ml, 0, 5000)                                                                            \
    X(rate_ml_min, 0, 1200)                                                                        \
    X(cuff_s, 60, PLX_COHORT_ORIGIN_S)                                                             \
    X(etco2, 0, 1)                                                                                 \
    X(missing, 0, 0.9)

typedef enum number {
#define X(column, least, most) N_##column,
    NUMBERS(X)
#undef X
        NUMBER_N
} number;

static const struct {
    const char *column;
    double least, most;
} numbers[NUMBER_N] = {
#define X(column, least, most) {#column, least, most},
    NUMBERS(X)
#undef X
};

enum { SEX, CHRONIC, CAUSE, BP, WORD_N };
static const char *const words[WORD_N] = {"sex", "chronic", "cause", "bp"};

typedef struct reader {
    plx_csv csv;
    int number_at[NUMBER_N], word_at[WORD_N];
    char *why;
} reader;

static plx_status fail(reader *r, plx_status status, const char *sentence, const char *column)
{
    snprintf(r->why, PLX_COHORT_WHY_MAX, "line %llu: %s%s%s", (unsigned long long)r->csv.line,
             sentence, column ? " " : "", column ? column : "");
    return status;
}

static plx_status find_columns(reader *r)
{
    for (int i = 0; i < NUMBER_N; i++) {
        r->number_at[i] = plx_csv_column(&r->csv, numbers[i].column);
        if (r->number_at[i] < 0)
            return fail(r, PLX_MISSING, "there is no column", numbers[i].column);
    }
    for (int i = 0; i < WORD_N; i++) {
        r->word_at[i] = plx_csv_column(&r->csv, words[i]);
        if (r->word_at[i] < 0) return fail(r, PLX_MISSING, "there is no column", words[i]);
    }
    return PLX_OK;
}

static plx_status read_number(reader *r, int i, double *value)
{
    plx_decimal d;
    if (plx_decimal_parse(r->csv.fields[r->number_at[i]], &d) == PLX_OK &&
        d.value >= numbers[i].least && d.value <= numbers[i].most) {
        *value = d.value;
        return PLX_OK;
    }
    char text[80];
    snprintf(text, sizeof text, "is a number from %.15g to %.15g", numbers[i].least,
             numbers[i].most);
    snprintf(r->why, PLX_COHORT_WHY_MAX, "line %llu: %s %s", (unsigned long long)r->csv.line,
             numbers[i].column, text);
    return PLX_RANGE;
}

/* Joined by bars; empty: none. */
static plx_status read_chronic(reader *r, plx_slice text, uint32_t *chronic)
{
    while (text.n > 0) {
        const char *bar = memchr(text.at, '|', text.n);
        const size_t n = bar ? (size_t)(bar - text.at) : text.n;
        uint32_t bit = 0;
        if (plx_person_chronic_named((plx_slice){text.at, n}, &bit) != PLX_OK)
            return fail(r, PLX_RANGE, "chronic is one of " PLX_PERSON_CHRONIC_WORDS, NULL);
        *chronic |= bit;
        text.at += n + (bar ? 1 : 0);
        text.n -= n + (bar ? 1 : 0);
    }
    return PLX_OK;
}

static plx_status read_words(reader *r, plx_cohort_case *c)
{
    const plx_slice *f = r->csv.fields;
    const plx_slice sex = f[r->word_at[SEX]], bp = f[r->word_at[BP]], cause = f[r->word_at[CAUSE]];
    if (!plx_slice_is(sex, "m") && !plx_slice_is(sex, "f"))
        return fail(r, PLX_RANGE, "sex is m or f", NULL);
    c->person.sex = plx_slice_is(sex, "m") ? PLX_SEX_MALE : PLX_SEX_FEMALE;
    if (!plx_slice_is(bp, "art") && !plx_slice_is(bp, "cuff"))
        return fail(r, PLX_RANGE, "bp is art or cuff", NULL);
    c->art = plx_slice_is(bp, "art");
    uint32_t i = 0;
    while (i < PLX_CAUSE_N && !plx_slice_is(cause, plx_cause_name((plx_cause)i)))
        i++;
    if (i == PLX_CAUSE_N || i == PLX_CAUSE_MIXED)
        return fail(r, PLX_RANGE, "cause is a cause of the live twin, but not mixed", NULL);
    c->cause = (plx_cause)i;
    return read_chronic(r, f[r->word_at[CHRONIC]], &c->person.chronic);
}

/* What must go together. */
static plx_status check_case(reader *r, const plx_cohort_case *c)
{
    char why[80];
    if (plx_person_check(&c->person, why, sizeof why) != PLX_OK)
        return fail(r, PLX_RANGE, why, NULL);
    if (c->cuff_s % 60) return fail(r, PLX_RANGE, "cuff_s is a multiple of 60", NULL);
    if ((c->severity > 0) != (plx_causes[c->cause].conditions_n > 0))
        return fail(r, PLX_CONFLICT,
                    "a severity above 0 goes with a cause that is a condition, and only with it",
                    NULL);
    if (c->lost_ml > 0 && c->onset_s >= 0)
        return fail(r, PLX_CONFLICT, "lost_ml is lost before admission: onset_s is below 0", NULL);
    if ((c->lost_ml > 0 || c->rate_ml_min > 0) && !plx_cohort_bleeds(c))
        return fail(r, PLX_CONFLICT, "lost_ml and rate_ml_min are of haemorrhage and bleeding",
                    NULL);
    if (plx_cohort_bleeds(c) && (c->onset_s < 0) != (c->cause == PLX_CAUSE_HAEMORRHAGE))
        return fail(r, PLX_CONFLICT, "haemorrhage begins before admission, bleeding after it",
                    NULL);
    return PLX_OK;
}

static plx_status read_case(reader *r, plx_cohort_case *c)
{
    double v[NUMBER_N];
    *c = (plx_cohort_case){0};
    for (int i = 0; i < NUMBER_N; i++)
        PLX_TRY(read_number(r, i, &v[i]));
    PLX_TRY(read_words(r, c));
    c->id = (uint64_t)v[N_id];
    c->seed = (uint64_t)v[N_seed];
    c->person.age = v[N_age];
    c->person.height_cm = v[N_height_cm];
    c->person.weight_kg = v[N_weight_kg];
    c->severity = v[N_severity];
    c->onset_s = (int32_t)v[N_onset_s];
    c->lost_ml = v[N_lost_ml];
    c->rate_ml_min = v[N_rate_ml_min];
    c->cuff_s = (uint32_t)v[N_cuff_s];
    c->etco2 = v[N_etco2] > 0;
    c->missing = v[N_missing];
    return check_case(r, c);
}

plx_status plx_cohort_parse(plx_slice bytes, plx_cohort_case *cases, uint32_t max, uint32_t *n,
                            char *why)
{
    char scratch[1024];
    reader r = {.why = why};
    plx_csv_init(&r.csv, bytes, scratch, sizeof scratch);
    plx_status status = plx_csv_next(&r.csv);
    if (status == PLX_MISSING) return fail(&r, status, "the file is empty", NULL);
    if (status != PLX_OK) return fail(&r, status, plx_status_text(status), NULL);
    const uint32_t columns = r.csv.fields_n;
    PLX_TRY(find_columns(&r));
    uint32_t count = 0;
    while ((status = plx_csv_next(&r.csv)) == PLX_OK) {
        if (count == max) return fail(&r, PLX_LIMIT, "more cases than can be run at once", NULL);
        if (r.csv.fields_n != columns)
            return fail(&r, PLX_SYNTAX, "not as many cells as the first line", NULL);
        PLX_TRY(read_case(&r, &cases[count++]));
    }
    if (status != PLX_MISSING) return fail(&r, status, plx_status_text(status), NULL);
    *n = count;
    return PLX_OK;
}

void plx_cohort_write_head(FILE *to)
{
    fputs("id,seed,sex,age,height_cm,weight_kg,chronic,cause,severity,onset_s,lost_ml,rate_ml_min,"
          "bp,cuff_s,etco2,missing\n",
          to);
}

void plx_cohort_write(FILE *to, const plx_cohort_case *c)
{
    static const char *const names[] = {"hypertension",  "heart_failure",       "beta_blocker",
                                        "copd",          "atrial_fibrillation", "diabetes",
                                        "kidney_disease"};
    fprintf(to, "%llu,%llu,%c,%.15g,%.15g,%.15g,", (unsigned long long)c->id,
            (unsigned long long)c->seed, c->person.sex == PLX_SEX_MALE ? 'm' : 'f', c->person.age,
            c->person.height_cm, c->person.weight_kg);
    const char *bar = "";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (c->person.chronic >> i & 1) {
            fprintf(to, "%s%s", bar, names[i]);
            bar = "|";
        }
    fprintf(to, ",%s,%.15g,%d,%.15g,%.15g,%s,%u,%d,%.15g\n", plx_cause_name(c->cause), c->severity,
            c->onset_s, c->lost_ml, c->rate_ml_min, c->art ? "art" : "cuff", c->cuff_s, c->etco2,
            c->missing);
}
