/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "app/app.h"
#include "app/wave.h"
#include "core/base/time.h"
#include "core/format/wfdb/annotation.h"

enum { NAME_MAX_BYTES = 4096 };
#define DAYS_SHOWN_MAX 100000000.0

/* [HH:MM:SS.mmm DD/MM/YYYY] when the record states its time, else how long after its beginning. */
static void put_time(const plx_wfdb_header *h, int64_t frame)
{
    double ms = floor(1000.0 * (double)frame / h->frequency_hz + 0.5);
    if (!(fabs(ms) < DAYS_SHOWN_MAX * 86400e3)) { /* no clock shows this */
        printf("%12s", "-");
        return;
    }
    int64_t us = (int64_t)ms * 1000;
    if (h->time_of_day_us < 0) {
        int64_t s = llabs(us) / PLX_SECOND_US, part = llabs(us) % PLX_SECOND_US / 1000;
        char text[48];
        const char *sign = us < 0 ? "-" : "";
        if (s >= 3600)
            snprintf(text, sizeof text, "%s%" PRId64 ":%02d:%02d.%03d", sign, s / 3600,
                     (int)(s / 60 % 60), (int)(s % 60), (int)part);
        else
            snprintf(text, sizeof text, "%s%d:%02d.%03d", sign, (int)(s / 60), (int)(s % 60),
                     (int)part);
        printf("%12s", text);
        return;
    }
    const plx_civil day = {.year = h->year, .month = h->month, .day = h->day};
    int64_t begin = h->year > 0 ? plx_time_from_civil(&day) : 0;
    plx_civil at = plx_time_to_civil(begin + h->time_of_day_us + us);
    printf("[%02d:%02d:%02d.%03d", (int)at.hour, (int)at.minute, (int)at.second,
           (int)at.microsecond / 1000);
    if (h->year > 0) printf(" %02d/%02d/%04d", (int)at.day, (int)at.month, (int)at.year);
    putchar(']');
}

static void put_json(const plx_wfdb_header *h, int64_t frame, plx_slice mnemonic,
                     const plx_wfdb_annotation *one)
{
    printf("{\"sample\":%" PRId64 ",\"time_s\":%.6f,\"code\":", frame,
           (double)frame / h->frequency_hz);
    plx_wave_put_json(mnemonic);
    printf(",\"subtype\":%d,\"channel\":%d,\"number\":%d,\"aux\":", one->subtype, one->channel,
           one->number);
    size_t n = one->aux.n;
    while (n > 0 && one->aux.at[n - 1] == 0)
        n--;
    plx_wave_put_json((plx_slice){one->aux.at, n});
    puts("}");
}

static void put_columns(const plx_wfdb_header *h, int64_t frame, plx_slice mnemonic,
                        const plx_wfdb_annotation *one)
{
    put_time(h, frame);
    printf("  %7" PRId64 "%*s", frame, mnemonic.n < 6 ? 6 - (int)mnemonic.n : 1, "");
    plx_wave_put_text(stdout, mnemonic);
    printf("%5d%5d%5d", one->subtype, one->channel, one->number);
    if (one->aux.n > 0) {
        putchar('\t');
        plx_wave_put_text(stdout, one->aux);
    }
    putchar('\n');
}

static bool inside(const plx_wave *w, int64_t frame)
{
    if (w->first > 0 && (frame < 0 || (uint64_t)frame < w->first)) return false;
    return frame < 0 || (uint64_t)frame < w->end;
}

static int put_all(const plx_wave *w, plx_slice bytes, const char *path)
{
    const plx_wfdb_header *h = plx_wfdb_record_header(w->record);
    plx_wfdb_annotations a;
    plx_wfdb_annotation one;
    plx_wfdb_error error;
    plx_wfdb_annotations_init(&a, bytes);
    if (!w->bare && !w->json) puts("      Time    Sample #  Type  Sub Chan  Num\tAux");
    plx_status status;
    while ((status = plx_wfdb_annotations_next(&a, &one, &error)) == PLX_OK) {
        int64_t frame = plx_wfdb_annotation_frame(&a, one.tick, h->frequency_hz);
        if (!inside(w, frame)) continue;
        (w->json ? put_json : put_columns)(h, frame, plx_wfdb_mnemonic(&a, one.code), &one);
    }
    if (status == PLX_MISSING) return PLX_EXIT_OK;
    char detail[PLX_WFDB_PROBLEM_MAX];
    snprintf(detail, sizeof detail, "%.200s byte %" PRIu64 ": %s", path, error.offset, error.text);
    return plx_app_fail(PLX_EXIT_WORLD, "wave", "the annotations cannot be read to their end",
                        detail);
}

int plx_wave_annotations(plx_wave *w)
{
    size_t length = strlen(w->path), n = 0;
    if (length > 4 && strcmp(w->path + length - 4, ".hea") == 0) length -= 4;
    char path[NAME_MAX_BYTES], *bytes = NULL;
    int made = snprintf(path, sizeof path, "%.*s.%s", (int)length, w->path, w->annotations);
    if (made < 0 || made >= (int)sizeof path)
        return plx_app_fail(PLX_EXIT_USAGE, "wave", "the name of the file is too long", NULL);
    if (plx_app_read_file(path, &bytes, &n) != PLX_OK) {
        char detail[PLX_WFDB_PROBLEM_MAX];
        snprintf(detail, sizeof detail, "%.200s: %s", path, strerror(errno));
        return plx_app_fail(PLX_EXIT_WORLD, "wave",
                            "the annotations cannot be read; check name and rights", detail);
    }
    int status = put_all(w, (plx_slice){bytes, n}, path);
    free(bytes);
    return status;
}
