/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Prints the samples or the annotations of a WFDB record in the columns of rdsamp -v and rdann -v;
 * an invalid sample is "-". */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"
#include "app/wave.h"

static const char WORDS[] = "wave";

static plx_slice without_zeros(plx_slice text)
{
    const char *end = text.n > 0 ? memchr(text.at, 0, text.n) : NULL;
    return end ? (plx_slice){text.at, (size_t)(end - text.at)} : text;
}

void plx_wave_put_text(FILE *to, plx_slice text)
{
    text = without_zeros(text);
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < ' ' || c == 127)
            fprintf(to, "\\x%02X", c);
        else
            putc(c, to);
    }
}

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

/* Seconds, or "s" and a number of frames. */
static bool frame_of(const char *text, double frequency_hz, uint64_t *frame)
{
    if (text[0] == 's') return plx_slice_u64(plx_slice_of(text + 1), PLX_WFDB_FRAMES_MAX, frame);
    char *end = NULL;
    double seconds = strtod(text, &end);
    if (end == text || *end || !(seconds >= 0)) return false;
    double found = floor(seconds * frequency_hz + 0.5);
    if (!(found <= PLX_WFDB_FRAMES_MAX)) return false;
    *frame = (uint64_t)found;
    return true;
}

static bool read_span(plx_wave *w)
{
    const double hz = plx_wfdb_record_header(w->record)->frequency_hz;
    w->first = 0;
    w->end = UINT64_MAX;
    return (!w->from || frame_of(w->from, hz, &w->first)) &&
           (!w->to || frame_of(w->to, hz, &w->end));
}

/* "0,3,1" into w->chosen; all signals when nothing was said. */
static bool read_chosen(plx_wave *w)
{
    const uint32_t n = plx_wfdb_record_header(w->record)->signals_n;
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

static int run_open(plx_wave *w)
{
    if (!read_span(w))
        return plx_app_fail(PLX_EXIT_USAGE, WORDS,
                            "--from and --to take seconds, or s and a number of frames", NULL);
    if (!read_chosen(w))
        return plx_app_fail(PLX_EXIT_USAGE, WORDS,
                            "--signals takes numbers of signals, from 0: 0,2", NULL);
    int status = w->annotations ? plx_wave_annotations(w) : plx_wave_samples(w);
    if (fflush(stdout) != 0 || ferror(stdout))
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "the output cannot be written; free some space",
                            NULL);
    return status;
}

static int run(plx_wave *w)
{
    plx_wfdb_notes notes = {NULL, say_note};
    plx_status status =
        plx_wfdb_record_open(w->path, !w->annotations, notes, &w->record, w->problem);
    if (status != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "the record cannot be read", w->problem);
    int exit_status = run_open(w);
    plx_wfdb_record_close(w->record);
    return exit_status;
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
