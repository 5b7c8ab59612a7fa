/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/vitals/vitals.h"

#include <string.h>

#include "core/base/time.h"
#include "core/base/utf8.h"
#include "core/vitals/vitals_private.h"

/* Sentences. */

void plx_vitals_begin(plx_vitals_reader *r)
{
    r->why.n = 0;
    r->why.full = false;
    plx_out_text(&r->why, "line ");
    plx_out_u64(&r->why, r->line);
    plx_out_text(&r->why, ": ");
}

plx_status plx_vitals_complain(plx_vitals_reader *r, plx_status status, const char *sentence)
{
    plx_vitals_begin(r);
    plx_out_text(&r->why, sentence);
    return status;
}

plx_status plx_vitals_wrong(plx_vitals_reader *r, plx_status status, const char *name,
                            plx_slice text, const char *expected)
{
    plx_vitals_begin(r);
    plx_out_text(&r->why, name);
    plx_out_text(&r->why, ": ");
    plx_out_quote(&r->why, text, PLX_VITALS_QUOTE_MAX);
    plx_out_text(&r->why, " is wrong: ");
    plx_out_text(&r->why, expected);
    return status;
}

/* Memory: one row can fill a place of every kind, and fio2 can be a note too. */

static size_t rows_at_most(plx_slice text)
{
    size_t lines = 1;
    for (size_t i = 0; i < text.n && lines < PLX_VITALS_ROWS_MAX; i++)
        lines += text.at[i] == '\n';
    return lines;
}

enum { NOTES_A_ROW = PLX_VITALS_MEASURED_N + 1, ALIGNMENT = 16, ARRAYS = 5 };

size_t plx_vitals_size(plx_slice text)
{
    size_t a_row = PLX_VITALS_MEASURED_N * sizeof(plx_vitals_observation) + sizeof(plx_action) +
                   sizeof(uint32_t) + sizeof(plx_vitals_fio2) +
                   NOTES_A_ROW * sizeof(plx_vitals_note);
    return rows_at_most(text) * a_row + ARRAYS * ALIGNMENT;
}

static bool lay_out(plx_vitals *v, size_t rows, plx_arena *arena)
{
    v->observations = plx_arena_take(arena, rows * PLX_VITALS_MEASURED_N, sizeof *v->observations);
    v->actions = plx_arena_take(arena, rows, sizeof *v->actions);
    v->action_lines = plx_arena_take(arena, rows, sizeof *v->action_lines);
    v->fio2 = plx_arena_take(arena, rows, sizeof *v->fio2);
    v->notes = plx_arena_take(arena, rows * NOTES_A_ROW, sizeof *v->notes);
    return v->observations && v->actions && v->action_lines && v->fio2 && v->notes;
}

/* The whole. */

static plx_status next_record(plx_vitals_reader *r)
{
    plx_status status = plx_csv_next(&r->csv);
    r->line = r->csv.line;
    if (status == PLX_SYNTAX)
        return plx_vitals_complain(r, status,
                                   "a quote is wrong: a cell with quotes begins and ends with one, "
                                   "and one inside is doubled");
    if (status == PLX_LIMIT) return plx_vitals_complain(r, status, "a row has at most 64 cells");
    if (status == PLX_SPACE)
        return plx_vitals_complain(r, PLX_LIMIT, "a cell with doubled quotes is too long");
    return status;
}

static plx_status check_bytes(plx_vitals_reader *r, plx_slice text)
{
    size_t i = 0;
    bool valid = true;
    for (r->line = 1; i < text.n && valid && text.at[i];) {
        r->line += text.at[i] == '\n';
        i += plx_utf8_next((plx_slice){text.at + i, text.n - i}, &valid);
    }
    if (!valid) return plx_vitals_complain(r, PLX_SYNTAX, "the text is not UTF-8");
    return i < text.n ? plx_vitals_complain(r, PLX_SYNTAX, "the text holds a byte 0") : PLX_OK;
}

/* The actions are given to a care without a body, so that none can fail later. */
static plx_status rehearse(plx_vitals_reader *r)
{
    const plx_vitals *v = r->vitals;
    plx_care care;
    plx_second second;
    uint32_t now_s = 0;
    char why[100];
    if (plx_person_check(&v->person, why, sizeof why) != PLX_OK) return PLX_OK;
    plx_care_init(&care, &v->person);
    for (uint32_t i = 0; i < v->actions_n; i++) {
        for (; now_s < v->actions[i].at_s; now_s++)
            plx_care_step(&care, &second);
        plx_status status = plx_care_act(&care, &v->actions[i], why, sizeof why);
        r->line = v->action_lines[i];
        if (status == PLX_FULL)
            return plx_vitals_complain(r, status, "too many drugs (8) or infusions (16) at once");
        if (status != PLX_OK) return plx_vitals_complain(r, status, why);
    }
    return PLX_OK;
}

static plx_status read_all(plx_vitals_reader *r, plx_slice text)
{
    plx_status status;
    if (text.n >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0) /* a byte order mark */
        text = (plx_slice){text.at + 3, text.n - 3};
    PLX_TRY(check_bytes(r, text));
    PLX_TRY(plx_vitals_person_read(r, &text));
    plx_csv_init(&r->csv, text, r->scratch, sizeof r->scratch);
    r->csv.next_line = r->line;
    PLX_TRY(next_record(r));
    PLX_TRY(plx_vitals_header_read(r));
    while ((status = next_record(r)) == PLX_OK) {
        if (r->vitals->rows_n == PLX_VITALS_ROWS_MAX)
            return plx_vitals_complain(r, PLX_LIMIT, "there are more than 65536 rows");
        PLX_TRY(plx_vitals_row_read(r));
    }
    return status == PLX_MISSING ? rehearse(r) : status;
}

plx_status plx_vitals_parse(plx_slice text, plx_arena *arena, plx_vitals *vitals, char *why,
                            size_t why_n)
{
    plx_vitals_reader r = {.vitals = vitals, .why = plx_out_init(why, why_n - 1), .line = 1};
    *vitals = (plx_vitals){.t0_us = PLX_TIME_NONE};
    r.actions.person = &vitals->person;
    plx_status status = PLX_SPACE;
    if (lay_out(vitals, rows_at_most(text), arena))
        status = read_all(&r, text);
    else
        plx_out_text(&r.why, "the memory is too small for this text");
    why[r.why.n] = 0;
    return status;
}

/* Notes. */

void plx_vitals_note_write(const plx_vitals_note *note, char *why, size_t why_n)
{
    static const char *const reasons[] = {[PLX_VITALS_IMPOSSIBLE] = "possible is ",
                                          [PLX_VITALS_CONTRADICTED] =
                                              "it contradicts another pressure of this row",
                                          [PLX_VITALS_POOR] = "its signal is poor"};
    plx_out out = plx_out_init(why, why_n - 1);
    plx_out_text(&out, "line ");
    plx_out_u64(&out, note->line);
    plx_out_text(&out, ": ");
    plx_out_text(&out, plx_measure_name(note->quantity));
    plx_out_char(&out, ' ');
    plx_out_double_short(&out, note->value, 3);
    plx_out_text(&out, " is left out: ");
    plx_out_text(&out, reasons[note->fault]);
    if (note->fault == PLX_VITALS_IMPOSSIBLE) {
        plx_out_double_short(&out, note->low, 3);
        plx_out_text(&out, " to ");
        plx_out_double_short(&out, note->high, 3);
    }
    why[out.n] = 0;
}
