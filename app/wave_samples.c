/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Samples of a WFDB record. */
#include <stdlib.h>

#include "app/app.h"
#include "app/wave.h"

typedef struct rows {
    plx_wave *wave;
    const plx_wfdb_signal *signals;
    uint32_t signals_n, finest; /* rows of a frame */
    int32_t *frame, *digital;   /* owned, as the rest */
    plx_wave_value *values;
    plx_wave_column *columns;
} rows;

static void put_row(const rows *r, uint64_t number)
{
    for (uint32_t i = 0; i < r->signals_n; i++) {
        plx_wave_value *v = &r->values[i];
        v->digital = r->digital[i];
        v->valid = plx_wfdb_physical(&r->signals[i], v->digital, &v->physical);
    }
    plx_wave_put_row(r->wave, number, (double)number / r->wave->rows_per_s, r->values);
}

static void put_frame(const rows *r, uint64_t frame)
{
    if (!r->wave->high) {
        plx_wfdb_smooth(r->signals, r->signals_n, r->frame, r->digital);
        put_row(r, frame);
        return;
    }
    for (uint32_t row = 0; row < r->finest; row++) {
        plx_wfdb_row(r->signals, r->signals_n, r->frame, row, r->finest, r->digital);
        put_row(r, frame * r->finest + row);
    }
}

static int put_all(const rows *r)
{
    plx_wave *w = r->wave;
    uint64_t frames = plx_wfdb_record_frames(w->record), end = w->end < frames ? w->end : frames;
    plx_status status = plx_wfdb_record_seek(w->record, w->first, w->problem);
    plx_wave_put_heads(w, r->columns);
    for (uint64_t frame = w->first; status == PLX_OK && frame < w->end; frame++) {
        status = plx_wfdb_record_next(w->record, r->frame, w->problem);
        if (status == PLX_OK) put_frame(r, frame);
        plx_wave_progress(w, frame - w->first, end > w->first ? end - w->first : 1);
        if (ferror(stdout)) break;
    }
    plx_wave_progress_end(w);
    if (status == PLX_OK || status == PLX_MISSING) return PLX_EXIT_OK;
    return plx_app_fail(PLX_EXIT_WORLD, "wave", "the record cannot be read to its end", w->problem);
}

int plx_wave_samples(plx_wave *w)
{
    const plx_wfdb_header *h = plx_wfdb_record_header(w->record);
    const plx_wfdb_signal *signals = plx_wfdb_record_signals(w->record);
    const size_t n = h->signals_n + (size_t)1; /* calloc(0) may be NULL */
    rows r = {.wave = w,
              .signals = signals,
              .signals_n = h->signals_n,
              .finest = w->high ? plx_wfdb_finest(signals, h->signals_n) : 1};
    w->rows_per_s = h->frequency_hz * r.finest;
    r.frame = calloc(plx_wfdb_record_frame_samples(w->record) + (size_t)1, sizeof *r.frame);
    r.digital = calloc(n, sizeof *r.digital);
    r.values = calloc(n, sizeof *r.values);
    r.columns = calloc(n, sizeof *r.columns);
    bool enough = r.frame && r.digital && r.values && r.columns;
    for (uint32_t i = 0; enough && i < h->signals_n; i++)
        r.columns[i] = (plx_wave_column){signals[i].name, signals[i].unit};
    int status = enough ? put_all(&r)
                        : plx_app_fail(PLX_EXIT_WORLD, "wave",
                                       "not enough memory; close other programs", NULL);
    free(r.frame);
    free(r.digital);
    free(r.values);
    free(r.columns);
    return status;
}
