/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <inttypes.h>
#include <stdlib.h>

#include "app/app.h"
#include "app/wave.h"

enum { DIGITAL_WIDTH = 7, PHYSICAL_WIDTH = 15, PHYSICAL_DECIMALS = 8 };

typedef struct rows {
    const plx_wave *wave;
    const plx_wfdb_signal *signals;
    uint32_t signals_n, finest; /* rows of a frame */
    double rows_per_s;
    int32_t *frame, *values; /* owned */
} rows;

static void put_cell(plx_slice text, int width)
{
    size_t shown = text.n < (size_t)width ? text.n : (size_t)width; /* its end, as rdsamp does */
    printf("\t%*s", width - (int)shown, "");
    plx_wave_put_text(stdout, (plx_slice){text.at + text.n - shown, shown});
}

static void put_heads(const rows *r)
{
    const plx_wave *w = r->wave;
    const int width = w->physical ? PHYSICAL_WIDTH : DIGITAL_WIDTH;
    printf("%15s", w->physical ? "Elapsed time" : "sample #");
    for (uint32_t i = 0; i < w->chosen_n; i++) {
        plx_slice name = r->signals[w->chosen[i]].name;
        char number[16];
        int n = snprintf(number, sizeof number, "sig %" PRIu32, w->chosen[i]);
        put_cell(name.n > 0 ? name : (plx_slice){number, (size_t)n}, width);
    }
    putchar('\n');
    if (!w->physical) return;
    printf("%15s", "(seconds)");
    for (uint32_t i = 0; i < w->chosen_n; i++) {
        plx_slice unit = r->signals[w->chosen[i]].unit;
        if (unit.n > (size_t)width - 2) unit.n = (size_t)width - 2;
        printf("\t%*s(", width - 2 - (int)unit.n, "");
        plx_wave_put_text(stdout, unit);
        putchar(')');
    }
    putchar('\n');
}

static void put_row(const rows *r, uint64_t number)
{
    const plx_wave *w = r->wave;
    if (w->physical)
        printf("%15.3f", (double)number / r->rows_per_s);
    else
        printf("%15" PRIu64, number);
    for (uint32_t i = 0; i < w->chosen_n; i++) {
        int32_t digital = r->values[w->chosen[i]];
        double value = 0;
        bool valid = plx_wfdb_physical(&r->signals[w->chosen[i]], digital, &value);
        if (!valid)
            printf("\t%*s", w->physical ? PHYSICAL_WIDTH : DIGITAL_WIDTH, "-");
        else if (w->physical)
            printf("\t%*.*f", PHYSICAL_WIDTH, PHYSICAL_DECIMALS, value);
        else
            printf("\t%*" PRId32, DIGITAL_WIDTH, digital);
    }
    putchar('\n');
}

static void put_frame(const rows *r, uint64_t frame)
{
    if (!r->wave->high) {
        plx_wfdb_smooth(r->signals, r->signals_n, r->frame, r->values);
        put_row(r, frame);
        return;
    }
    for (uint32_t row = 0; row < r->finest; row++) {
        plx_wfdb_row(r->signals, r->signals_n, r->frame, row, r->finest, r->values);
        put_row(r, frame * r->finest + row);
    }
}

static int put_all(plx_wave *w, const rows *r)
{
    plx_status status = plx_wfdb_record_seek(w->record, w->first, w->problem);
    if (!w->bare) put_heads(r);
    for (uint64_t frame = w->first; status == PLX_OK && frame < w->end; frame++) {
        status = plx_wfdb_record_next(w->record, r->frame, w->problem);
        if (status == PLX_OK) put_frame(r, frame);
        if (ferror(stdout)) break;
    }
    if (status == PLX_OK || status == PLX_MISSING) return PLX_EXIT_OK;
    return plx_app_fail(PLX_EXIT_WORLD, "wave", "the record cannot be read to its end", w->problem);
}

int plx_wave_samples(plx_wave *w)
{
    const plx_wfdb_header *h = plx_wfdb_record_header(w->record);
    const plx_wfdb_signal *signals = plx_wfdb_record_signals(w->record);
    rows r = {.wave = w,
              .signals = signals,
              .signals_n = h->signals_n,
              .finest = w->high ? plx_wfdb_finest(signals, h->signals_n) : 1};
    r.rows_per_s = h->frequency_hz * r.finest;
    r.frame = calloc(plx_wfdb_record_frame_samples(w->record) + 1, sizeof *r.frame);
    r.values = calloc(h->signals_n + 1, sizeof *r.values);
    int status =
        r.frame && r.values
            ? put_all(w, &r)
            : plx_app_fail(PLX_EXIT_WORLD, "wave", "not enough memory; close other programs", NULL);
    free(r.frame);
    free(r.values);
    return status;
}
