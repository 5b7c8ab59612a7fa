/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Samples and annotations of an EDF, EDF+ or BDF file. A row is a sample of its finest signal; the
 * others repeat theirs. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <strings.h>

#include "app/app.h"
#include "app/wave.h"
#include "core/format/edf/edf.h"

#define MICROSECONDS_PER_S 1e6

typedef struct edf_rows {
    plx_wave *wave;
    plx_slice file;
    plx_edf_header h;
    plx_edf_signal signals[PLX_EDF_SIGNALS_MAX];
    const plx_edf_signal *shown[PLX_EDF_SIGNALS_MAX]; /* those with samples */
    uint32_t shown_n, finest;                         /* finest: rows of a data record */
    plx_wave_column columns[PLX_EDF_SIGNALS_MAX];
    plx_wave_value values[PLX_EDF_SIGNALS_MAX];
} edf_rows;

bool plx_wave_is_edf(const char *path)
{
    size_t n = strlen(path);
    return n > 4 &&
           (strcasecmp(path + n - 4, ".edf") == 0 || strcasecmp(path + n - 4, ".bdf") == 0);
}

static int fail(const edf_rows *r, const char *sentence, const plx_edf_error *error)
{
    char detail[PLX_WFDB_PROBLEM_MAX];
    snprintf(detail, sizeof detail, "%.200s byte %" PRIu64 ": %s", r->wave->path, error->offset,
             error->text);
    return plx_app_fail(PLX_EXIT_WORLD, "wave", sentence, detail);
}

static void put_row(edf_rows *r, const plx_edf_record *record, uint32_t row)
{
    const plx_wave *w = r->wave;
    const uint64_t number = record->index * r->finest + row;
    if (number < w->first || number >= w->end) return;
    for (uint32_t i = 0; i < r->shown_n; i++) {
        const plx_edf_signal *s = r->shown[i];
        plx_wave_value *v = &r->values[i];
        uint32_t j = (uint32_t)((uint64_t)s->samples * row / r->finest);
        v->digital = plx_edf_sample(&r->h, record, s, j);
        v->valid = plx_edf_physical(s, v->digital, &v->physical) || !w->physical;
    }
    double within = r->h.record_s * row / r->finest;
    plx_wave_put_row(w, number, record->onset_s + within, r->values);
}

static int put_samples(edf_rows *r)
{
    plx_wave *w = r->wave;
    plx_edf_reader reader;
    plx_edf_record record;
    plx_edf_error error = {0};
    plx_status status = PLX_OK;
    plx_edf_reader_init(&reader, &r->h, r->file);
    plx_wave_put_heads(w, r->columns);
    while (r->shown_n > 0 && reader.next * r->finest < w->end && !ferror(stdout)) {
        status = plx_edf_reader_next(&reader, &record, &error);
        if (status != PLX_OK) break;
        if (record.gap_s > 0)
            fprintf(stderr, "pollux wave: note: gap: %.6f s before record %" PRIu64 " at %.6f s\n",
                    record.gap_s, record.index, record.onset_s);
        for (uint32_t row = 0; row < r->finest; row++)
            put_row(r, &record, row);
        plx_wave_progress(w, record.index, r->h.records);
    }
    plx_wave_progress_end(w);
    if (status == PLX_OK || status == PLX_MISSING) return PLX_EXIT_OK;
    return fail(r, "the file cannot be read to its end", &error);
}

/* w->first and w->end are microseconds here: annotations have no rows. */
static bool inside(const plx_wave *w, double onset_s)
{
    double us = onset_s * MICROSECONDS_PER_S;
    return (w->first == 0 || us >= (double)w->first) && us < (double)w->end;
}

static void put_annotation(const plx_wave *w, const plx_edf_annotation *one)
{
    if (!inside(w, one->onset_s)) return;
    if (w->json) {
        printf("{\"onset_s\":%.7f,\"duration_s\":", one->onset_s);
        if (one->duration.n > 0)
            printf("%.7f", one->duration_s);
        else
            printf("null");
        printf(",\"text\":");
        plx_wave_put_json(one->text);
        puts("}");
        return;
    }
    printf("%15.*s\t%15.*s\t", (int)one->onset.n, one->onset.at, (int)one->duration.n,
           one->duration.n > 0 ? one->duration.at : "");
    plx_wave_put_text(stdout, one->text);
    putchar('\n');
}

static int put_annotations(edf_rows *r)
{
    plx_edf_annotations a;
    plx_edf_annotation one;
    plx_edf_error error = {0};
    plx_edf_annotations_init(&a, &r->h, r->file);
    if (!r->wave->bare && !r->wave->json)
        printf("%15s\t%15s\t%s\n", "onset (s)", "duration (s)", "text");
    plx_status status;
    while ((status = plx_edf_annotations_next(&a, &one, &error)) == PLX_OK)
        put_annotation(r->wave, &one);
    if (status == PLX_MISSING) return PLX_EXIT_OK;
    return fail(r, "the annotations cannot be read to their end", &error);
}

static int run(edf_rows *r)
{
    plx_wave *w = r->wave;
    plx_edf_error error = {0};
    r->h = (plx_edf_header){.signals = r->signals, .signals_capacity = PLX_EDF_SIGNALS_MAX};
    if (plx_edf_header_parse(r->file, &r->h, &error) != PLX_OK)
        return fail(r, "the file cannot be read", &error);
    if (r->h.left_over > 0)
        fprintf(stderr, "pollux wave: note: %" PRIu64 " bytes behind the last data record\n",
                r->h.left_over);
    for (uint32_t i = 0; i < r->h.signals_n; i++) {
        const plx_edf_signal *s = &r->signals[i];
        if (s->annotations) continue;
        r->columns[r->shown_n] = (plx_wave_column){s->label, s->unit};
        r->shown[r->shown_n++] = s;
        if (s->samples > r->finest) r->finest = s->samples;
    }
    w->rows_per_s = r->h.record_s > 0 ? r->finest / r->h.record_s : 0;
    int status =
        plx_wave_read_words(w, w->annotations ? MICROSECONDS_PER_S : w->rows_per_s, r->shown_n);
    if (status != PLX_EXIT_OK) return status;
    return w->annotations ? put_annotations(r) : put_samples(r);
}

int plx_wave_edf(plx_wave *w)
{
    static edf_rows r;
    char *bytes = NULL;
    size_t n = 0;
    if (plx_app_read_file(w->path, &bytes, &n) != PLX_OK) {
        snprintf(w->problem, sizeof w->problem, "%.200s: %s", w->path, strerror(errno));
        return plx_app_fail(PLX_EXIT_WORLD, "wave",
                            "the file cannot be read; check name and rights", w->problem);
    }
    const char *slash = strrchr(w->path, '/');
    w->name = plx_slice_of(slash ? slash + 1 : w->path);
    r = (edf_rows){.wave = w, .file = {bytes, n}};
    int status = run(&r);
    free(bytes);
    return status;
}
