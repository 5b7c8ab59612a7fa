/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/triage_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/decimal.h"
#include "core/format/csv/csv.h"

/* What a column means. Numbers of the case come first, in their own order. */
enum {
    COLUMN_SEX = PLX_TRIAGE_NUMBERS,
    COLUMN_INJURY,
    COLUMN_PAIN,
    COLUMN_COMPLAINT,
    COLUMN_LEVEL,
    COLUMN_DISPOSITION,
    COLUMNS
};

static const struct {
    const char *name; /* lower case */
    int column;
} NAMES[] = {{"age", PLX_TRIAGE_AGE},
             {"sbp", PLX_TRIAGE_SBP},
             {"dbp", PLX_TRIAGE_DBP},
             {"hr", PLX_TRIAGE_HR},
             {"pulse", PLX_TRIAGE_HR},
             {"rr", PLX_TRIAGE_RR},
             {"bt", PLX_TRIAGE_TEMP},
             {"temp", PLX_TRIAGE_TEMP},
             {"saturation", PLX_TRIAGE_SPO2},
             {"spo2", PLX_TRIAGE_SPO2},
             {"nrs_pain", PLX_TRIAGE_NRS},
             {"nrs", PLX_TRIAGE_NRS},
             {"arrival mode", PLX_TRIAGE_ARRIVAL},
             {"arrival_mode", PLX_TRIAGE_ARRIVAL},
             {"arrival", PLX_TRIAGE_ARRIVAL},
             {"mental", PLX_TRIAGE_MENTAL},
             {"avpu", PLX_TRIAGE_MENTAL},
             {"sex", COLUMN_SEX},
             {"injury", COLUMN_INJURY},
             {"pain", COLUMN_PAIN},
             {"chief_complain", COLUMN_COMPLAINT},
             {"chief_complaint", COLUMN_COMPLAINT},
             {"complaint", COLUMN_COMPLAINT},
             {"ktas_expert", COLUMN_LEVEL},
             {"level", COLUMN_LEVEL},
             {"disposition", COLUMN_DISPOSITION}};

typedef struct reader {
    plx_csv csv;
    int at[COLUMNS]; /* field of a column, -1 = not there */
    plx_triage_file *file;
} reader;

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_name(plx_slice field, const char *name)
{
    field = plx_slice_trim(field);
    if (field.n != strlen(name)) return false;
    for (size_t i = 0; i < field.n; i++)
        if (lower(field.at[i]) != name[i]) return false;
    return true;
}

/* ';' when the header has more of them than of ','. */
static char delimiter_of(plx_slice bytes)
{
    int semicolons = 0, commas = 0;
    for (size_t i = 0; i < bytes.n && bytes.at[i] != '\n'; i++) {
        semicolons += bytes.at[i] == ';';
        commas += bytes.at[i] == ',';
    }
    return semicolons > commas ? ';' : ',';
}

static plx_status read_header(reader *r, char *why)
{
    for (int k = 0; k < COLUMNS; k++)
        r->at[k] = -1;
    for (uint32_t i = 0; i < r->csv.fields_n; i++)
        for (size_t k = 0; k < sizeof NAMES / sizeof *NAMES; k++)
            if (r->at[NAMES[k].column] < 0 && same_name(r->csv.fields[i], NAMES[k].name))
                r->at[NAMES[k].column] = (int)i;
    if (r->at[COLUMN_COMPLAINT] >= 0 && r->at[PLX_TRIAGE_AGE] >= 0) return PLX_OK;
    return plx_refuse(why, PLX_TRIAGE_WHY_MAX, PLX_MISSING,
                      "the first line must name the columns, at least Age and Chief_complain");
}

static plx_slice field_of(const reader *r, int column)
{
    const int i = r->at[column];
    if (i < 0 || (uint32_t)i >= r->csv.fields_n) return (plx_slice){0};
    return plx_slice_trim(r->csv.fields[i]);
}

/* NaN for what is no number. */
static double number_of(plx_slice text)
{
    char copy[PLX_DECIMAL_TEXT_MAX];
    plx_decimal number;
    if (text.n == 0 || text.n > sizeof copy) return NAN;
    for (size_t i = 0; i < text.n; i++)
        copy[i] = text.at[i] == ',' ? '.' : text.at[i];
    if (plx_decimal_parse((plx_slice){copy, text.n}, &number) != PLX_OK) return NAN;
    return number.value;
}

static double mental_of(plx_slice text)
{
    const char *states = "AVPU";
    const char letter = text.n == 1 ? (char)(text.at[0] & ~0x20) : 0;
    const char *at = letter ? strchr(states, letter) : NULL;
    if (letter == 'C') return 2; /* new confusion */
    return at ? (double)(at - states) + 1 : number_of(text);
}

/* 1 and 2, or the first letters of the two answers in either case; -1 for anything else. */
static int8_t answer_of(plx_slice text, double yes, double no, const char *letters)
{
    const double number = number_of(text);
    if (text.n > 0 && lower(text.at[0]) == letters[0]) return 1;
    if (text.n > 0 && lower(text.at[0]) == letters[1]) return 0;
    return number == yes ? 1 : number == no ? 0 : -1;
}

static bool whole_between(double x, int low, int high)
{
    return x >= low && x <= high && x == floor(x);
}

/* Codes of the public data: 1 home, 2 ward, 3 intensive care, 4 left, 5 transfer, 6 death, 7
 * operation. */
static void read_truth(const reader *r, plx_triage_truth *truth)
{
    const double level = number_of(field_of(r, COLUMN_LEVEL));
    const double code = number_of(field_of(r, COLUMN_DISPOSITION));
    truth->level = whole_between(level, 1, PLX_TRIAGE_LEVELS) ? (uint8_t)level : 0;
    truth->admission = truth->critical = PLX_TRIAGE_NOT_KNOWN;
    if (!whole_between(code, 1, 7)) return;
    truth->admission = code != 1 && code != 4;
    truth->critical = code == 3 || code == 6;
}

/* A complaint with doubled quotes lies in the reader's scratch: the next record begins behind it.
 */
static void keep_scratch(reader *r, plx_slice text)
{
    const char *from = r->csv.scratch;
    if (text.n == 0 || text.at < from || text.at >= from + r->csv.scratch_n) return;
    const size_t used = (size_t)(text.at - from) + text.n;
    r->csv.scratch += used;
    r->csv.scratch_n -= used;
}

static void read_case(reader *r, plx_triage_case *c, plx_triage_truth *truth)
{
    for (plx_triage_number k = 0; k < PLX_TRIAGE_NUMBERS; k++) {
        const plx_slice text = field_of(r, (int)k);
        c->number[k] = k == PLX_TRIAGE_MENTAL ? mental_of(text) : number_of(text);
        const bool whole = k == PLX_TRIAGE_MENTAL || k == PLX_TRIAGE_ARRIVAL;
        const bool odd = whole && !isnan(c->number[k]) && c->number[k] != floor(c->number[k]);
        if (isnan(c->number[k]) || (plx_triage_number_possible(k, c->number[k]) && !odd)) continue;
        c->number[k] = NAN;
        r->file->refused++;
    }
    c->male = answer_of(field_of(r, COLUMN_SEX), 2, 1, "mf");
    c->injury = answer_of(field_of(r, COLUMN_INJURY), 2, 1, "yn");
    c->pain = answer_of(field_of(r, COLUMN_PAIN), 1, 0, "yn");
    c->complaint = field_of(r, COLUMN_COMPLAINT);
    keep_scratch(r, c->complaint);
    read_truth(r, truth);
}

static plx_status too_large(char *why)
{
    return plx_refuse(why, PLX_TRIAGE_WHY_MAX, PLX_LIMIT,
                      "more cases than 200,000; split the file");
}

static plx_status grow(plx_triage_file *f, uint32_t *capacity, char *why)
{
    if (f->n < *capacity) return PLX_OK;
    *capacity = *capacity ? *capacity * 2 : 256;
    plx_triage_case *cases = realloc(f->cases, *capacity * sizeof *cases);
    if (cases) f->cases = cases;
    plx_triage_truth *truths = realloc(f->truths, *capacity * sizeof *truths);
    if (truths) f->truths = truths;
    if (cases && truths) return PLX_OK;
    return plx_refuse(why, PLX_TRIAGE_WHY_MAX, PLX_SPACE, "not enough memory for the cases");
}

static plx_status read_rows(reader *r, char *why)
{
    plx_triage_file *f = r->file;
    uint32_t capacity = 0;
    plx_status status = plx_csv_next(&r->csv);
    if (status == PLX_OK) PLX_TRY(read_header(r, why));
    while (status == PLX_OK && (status = plx_csv_next(&r->csv)) == PLX_OK) {
        if (f->n == PLX_TRIAGE_CASES_MAX) return too_large(why);
        PLX_TRY(grow(f, &capacity, why));
        read_case(r, &f->cases[f->n], &f->truths[f->n]);
        f->n++;
    }
    if (status != PLX_MISSING) {
        snprintf(why, PLX_TRIAGE_WHY_MAX, "line %llu is no record of a table",
                 (unsigned long long)r->csv.line);
        return status;
    }
    if (f->n > 0) return PLX_OK;
    return plx_refuse(why, PLX_TRIAGE_WHY_MAX, PLX_MISSING, "the file has no cases");
}

plx_status plx_triage_file_read(plx_triage_file *file, char *bytes, size_t n, char *why)
{
    *file = (plx_triage_file){.bytes = bytes, .scratch = malloc(n + 1)};
    reader r = {.file = file};
    why[0] = 0;
    plx_status status = PLX_SPACE;
    if (file->scratch) {
        const bool mark = n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
        const plx_slice text = {bytes + (mark ? 3 : 0), n - (mark ? 3 : 0)};
        plx_csv_init(&r.csv, text, file->scratch, n + 1);
        r.csv.separator = delimiter_of(text);
        status = read_rows(&r, why);
    } else {
        plx_refuse(why, PLX_TRIAGE_WHY_MAX, PLX_SPACE, "not enough memory for the file");
    }
    if (status != PLX_OK) plx_triage_file_destroy(file);
    return status;
}

void plx_triage_file_destroy(plx_triage_file *file)
{
    free(file->bytes);
    free(file->scratch);
    free(file->cases);
    free(file->truths);
    *file = (plx_triage_file){0};
}
