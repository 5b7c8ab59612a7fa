/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Prints the samples or the annotations of a WFDB record in the columns of rdsamp -v and rdann -v
 * (an invalid sample is "-"), or those of an EDF file. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"
#include "app/wave.h"

static const char WORDS[] = "wave";

static void say_note(void *context, const plx_wfdb_note *note)
{
    (void)context;
    fprintf(stderr, "pollux %s: note: %s: ", WORDS, plx_wfdb_note_code(note->kind));
    plx_wave_put_text(stderr, note->name);
    if (note->signal_index >= 0) {
        fprintf(stderr, ", signal %" PRId32 " ", note->signal_index);
        plx_wave_put_text(stderr, note->signal);
    }
    fprintf(stderr, ": %s", plx_wfdb_note_text(note->kind));
    if (note->frames > 0)
        fprintf(stderr, "; frames %" PRIu64 " to %" PRIu64, note->first,
                note->first + note->frames - 1);
    if (note->stated != note->found)
        fprintf(stderr, "; stated %" PRId64 ", found %" PRId64, note->stated, note->found);
    putc('\n', stderr);
}

/* Seconds, or "s" and a number of rows. */
static bool row_of(const char *text, double rows_per_s, uint64_t *row)
{
    if (text[0] == 's') return plx_slice_u64(plx_slice_of(text + 1), UINT64_MAX, row);
    char *end = NULL;
    double seconds = strtod(text, &end);
    if (end == text || *end || !(seconds >= 0)) return false;
    double found = floor(seconds * rows_per_s + 0.5);
    if (!(found < 9e15)) return false; /* 2^53: whole numbers are exact below */
    *row = (uint64_t)found;
    return true;
}

/* "0,3,1" into w->chosen; all signals when nothing was said. */
static bool read_chosen(plx_wave *w, uint32_t n)
{
    w->chosen_n = 0;
    for (uint32_t i = 0; !w->signals && i < n; i++)
        w->chosen[w->chosen_n++] = i;
    for (const char *at = w->signals; at;) {
        size_t length = strcspn(at, ",");
        uint64_t index = 0;
        if (w->chosen_n == PLX_WFDB_SIGNALS_MAX || n == 0) return false;
        if (!plx_slice_u64((plx_slice){at, length}, n - 1, &index)) return false;
        w->chosen[w->chosen_n++] = (uint32_t)index;
        at = at[length] ? at + length + 1 : NULL;
    }
    return true;
}

int plx_wave_read_words(plx_wave *w, double rows_per_s, uint32_t signals_n)
{
    w->first = 0;
    w->end = UINT64_MAX;
    bool span = (!w->from || row_of(w->from, rows_per_s, &w->first)) &&
                (!w->to || row_of(w->to, rows_per_s, &w->end));
    if (!span)
        return plx_app_fail(PLX_EXIT_USAGE, WORDS,
                            "--from and --to take seconds, or s and a number of samples", NULL);
    if (!read_chosen(w, signals_n))
        return plx_app_fail(PLX_EXIT_USAGE, WORDS,
                            "--signals takes numbers of signals, from 0: 0,2", NULL);
    return PLX_EXIT_OK;
}

static int run_wfdb(plx_wave *w)
{
    plx_wfdb_notes notes = {NULL, say_note};
    plx_status status =
        plx_wfdb_record_open(w->path, !w->annotations, notes, &w->record, w->problem);
    if (status != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "the record cannot be read", w->problem);
    const plx_wfdb_header *h = plx_wfdb_record_header(w->record);
    w->name = h->name;
    int exit_status = plx_wave_read_words(w, h->frequency_hz, h->signals_n);
    if (exit_status == PLX_EXIT_OK)
        exit_status = w->annotations ? plx_wave_annotations(w) : plx_wave_samples(w);
    plx_wfdb_record_close(w->record);
    return exit_status;
}

static int run(plx_wave *w)
{
    int status = plx_wave_is_edf(w->path) ? plx_wave_edf(w) : run_wfdb(w);
    if (fflush(stdout) != 0 || ferror(stdout))
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "the output cannot be written; free some space",
                            NULL);
    return status;
}

int plx_app_wave(int argc, char **argv)
{
    static plx_wave w;
    const plx_option options[] = {
        {"--from", PLX_OPTION_TEXT, &w.from, 0, 0},
        {"--to", PLX_OPTION_TEXT, &w.to, 0, 0},
        {"--signals", PLX_OPTION_TEXT, &w.signals, 0, 0},
        {"--high", PLX_OPTION_FLAG, &w.high, 0, 0},
        {"--physical", PLX_OPTION_FLAG, &w.physical, 0, 0},
        {"--annotations", PLX_OPTION_TEXT, &w.annotations, 0, 0},
        {"--bare", PLX_OPTION_FLAG, &w.bare, 0, 0},
        {"--json", PLX_OPTION_FLAG, &w.json, 0, 0},
    };
    size_t files_n = 0;
    int status = plx_options_read(WORDS, argc, argv, options, sizeof options / sizeof options[0],
                                  &w.path, 1, &files_n);
    if (status < 0) return PLX_EXIT_OK;
    if (status != PLX_EXIT_OK) return status;
    if (files_n == 0)
        return plx_app_fail(PLX_EXIT_USAGE, WORDS, "a record is needed (try --help)", NULL);
    return run(&w);
}
