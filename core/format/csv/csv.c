/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/csv/csv.h"

void plx_csv_init(plx_csv *csv, plx_slice bytes, char *scratch, size_t scratch_n)
{
    *csv = (plx_csv){.rest = bytes,
                     .scratch = scratch,
                     .scratch_n = scratch_n,
                     .next_line = 1,
                     .separator = ','};
}

static bool at_line_end(plx_slice s, size_t i)
{
    return i >= s.n || s.at[i] == '\n' ||
           (s.at[i] == '\r' && (i + 1 == s.n || s.at[i + 1] == '\n'));
}

static plx_status bare(const plx_csv *csv, size_t *i, plx_slice *field)
{
    plx_slice s = csv->rest;
    size_t begin = *i;
    while (!at_line_end(s, *i) && s.at[*i] != csv->separator) {
        if (s.at[*i] == '"') return PLX_SYNTAX;
        (*i)++;
    }
    *field = (plx_slice){s.at + begin, *i - begin};
    return PLX_OK;
}

/* A field with doubled quotes is written without them to scratch. */
static plx_status undouble(plx_csv *csv, plx_slice in, size_t *used, plx_slice *field)
{
    char *out = csv->scratch + *used;
    size_t n = 0;
    if (in.n > csv->scratch_n - *used) return PLX_SPACE;
    for (size_t i = 0; i < in.n; i++) {
        out[n++] = in.at[i];
        if (in.at[i] == '"') i++;
    }
    *used += n;
    *field = (plx_slice){out, n};
    return PLX_OK;
}

static plx_status quoted(plx_csv *csv, size_t *i, size_t *used, plx_slice *field)
{
    plx_slice s = csv->rest;
    size_t begin = ++*i;
    bool doubled = false;
    for (;; (*i)++) {
        if (*i >= s.n) return PLX_SYNTAX;
        if (s.at[*i] == '\n') csv->next_line++;
        if (s.at[*i] != '"') continue;
        if (*i + 1 >= s.n || s.at[*i + 1] != '"') break;
        doubled = true;
        (*i)++;
    }
    *field = (plx_slice){s.at + begin, *i - begin};
    (*i)++;
    if (!at_line_end(s, *i) && s.at[*i] != csv->separator) return PLX_SYNTAX;
    return doubled ? undouble(csv, *field, used, field) : PLX_OK;
}

static size_t after_line_end(plx_slice s, size_t i)
{
    if (i < s.n && s.at[i] == '\r') i++;
    if (i < s.n && s.at[i] == '\n') i++;
    return i;
}

static plx_status read_record(plx_csv *csv, size_t *i)
{
    plx_slice s = csv->rest;
    size_t used = 0;
    csv->fields_n = 0;
    for (;;) {
        if (csv->fields_n == PLX_CSV_FIELDS_MAX) return PLX_LIMIT;
        plx_slice *field = &csv->fields[csv->fields_n++];
        bool quote = *i < s.n && s.at[*i] == '"';
        PLX_TRY(quote ? quoted(csv, i, &used, field) : bare(csv, i, field));
        if (at_line_end(s, *i)) return PLX_OK;
        (*i)++;
    }
}

plx_status plx_csv_next(plx_csv *csv)
{
    size_t i = 0;
    while (i < csv->rest.n && at_line_end(csv->rest, i)) {
        i = after_line_end(csv->rest, i);
        csv->next_line++;
    }
    csv->line = csv->next_line;
    plx_status status = i >= csv->rest.n ? PLX_MISSING : read_record(csv, &i);
    if (status != PLX_OK) {
        csv->fields_n = 0;
        csv->rest.n = 0;
        return status;
    }
    i = after_line_end(csv->rest, i);
    csv->next_line++;
    csv->rest = (plx_slice){csv->rest.at + i, csv->rest.n - i};
    return PLX_OK;
}

int plx_csv_column(const plx_csv *csv, const char *name)
{
    for (uint32_t i = 0; i < csv->fields_n; i++)
        if (plx_slice_is(csv->fields[i], name)) return (int)i;
    return -1;
}
