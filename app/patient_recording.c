/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/patient_recording.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>

#include "app/app.h"
#include "app/patient_recording_private.h"
#include "core/format/edf/edf.h"
#include "edge/acquire/wfdb_record.h"

static bool ends_with(const char *path, const char *ending)
{
    const size_t n = strlen(path), m = strlen(ending);
    return n > m && strcasecmp(path + n - m, ending) == 0;
}

static bool is_edf(const char *path)
{
    return ends_with(path, ".edf") || ends_with(path, ".bdf");
}

static bool is_file(const char *path, const char *ending)
{
    char whole[4096];
    struct stat about;
    const int n = snprintf(whole, sizeof whole, "%s%s", path, ending);
    return n > 0 && (size_t)n < sizeof whole && stat(whole, &about) == 0 && S_ISREG(about.st_mode);
}

bool plx_recording_is(const char *path)
{
    return is_edf(path) || ends_with(path, ".hea") || is_file(path, ".hea");
}

void plx_recording_release(plx_recording *r)
{
    free(r->windows);
    r->windows = NULL;
    r->windows_n = r->windows_max = 0;
}

static plx_status problem_is(char *problem, plx_status status, const char *sentence)
{
    snprintf(problem, PLX_RECORDING_PROBLEM_MAX, "%s", sentence);
    return status;
}

static plx_status ended(plx_recording *r, plx_status status, char *problem)
{
    plx_recording_person_end(r);
    if (status == PLX_UNSUPPORTED)
        return problem_is(problem, status,
                          "no channel of ECG, arterial pressure, plethysmogram or breath");
    if (status != PLX_OK) return problem_is(problem, status, plx_status_text(status));
    if (r->windows_n > 0) return PLX_OK;
    return problem_is(problem, PLX_UNSUPPORTED, "no vital sign could be had from its channels");
}

/* A WFDB record. */

typedef struct wfdb_run {
    plx_wfdb_record *record;
    const plx_wfdb_signal *signals;
    int32_t *frame;
    plx_recording_channel channels[PLX_WFDB_SIGNALS_MAX];
    plx_recording_feed feed;
} wfdb_run;

static double wfdb_sample(void *context, uint32_t channel, uint32_t j)
{
    const wfdb_run *run = context;
    const plx_wfdb_signal *s = &run->signals[channel];
    double value = NAN;
    return plx_wfdb_physical(s, run->frame[s->at + j], &value) ? value : NAN;
}

static bool is_missing(const int32_t *frame, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (frame[i] != PLX_WFDB_INVALID) return false;
    return true;
}

/* A file that ends early is read as far as it goes. */
static plx_status feed_frames(wfdb_run *run, char *problem)
{
    const uint32_t n = plx_wfdb_record_frame_samples(run->record);
    plx_recording_block block = {.context = run, .sample = wfdb_sample, .parts = 1};
    plx_status status;
    while ((status = plx_wfdb_record_next(run->record, run->frame, problem)) == PLX_OK) {
        block.missing = is_missing(run->frame, n);
        PLX_TRY(plx_recording_feed_block(&run->feed, &block));
    }
    if (status != PLX_MISSING && status != PLX_TRUNCATED) return status;
    return plx_recording_feed_end(&run->feed);
}

static plx_status run_wfdb(wfdb_run *run, plx_recording *r, char *problem)
{
    const plx_wfdb_header *h = plx_wfdb_record_header(run->record);
    const uint32_t samples = plx_wfdb_record_frame_samples(run->record);
    run->signals = plx_wfdb_record_signals(run->record);
    run->frame = calloc(samples + 1, sizeof *run->frame);
    if (!run->frame) return PLX_FULL;
    for (uint32_t i = 0; i < h->signals_n; i++) {
        const plx_wfdb_signal *s = &run->signals[i];
        plx_recording_channel *c = &run->channels[i];
        *c = (plx_recording_channel){.kind = PLX_RECORDING_NOTHING,
                                     .fs = h->frequency_hz * s->per_frame,
                                     .step = fabs(1 / s->gain),
                                     .samples = s->per_frame};
        plx_recording_name(s->name, s->unit, c);
    }
    PLX_TRY(
        plx_recording_feed_begin(&run->feed, r, run->channels, h->signals_n, 1 / h->frequency_hz));
    return feed_frames(run, problem);
}

static void read_comments(const char *path, plx_recording *r)
{
    char whole[4096], *text = NULL;
    size_t n = 0;
    const int length =
        snprintf(whole, sizeof whole, "%s%s", path, ends_with(path, ".hea") ? "" : ".hea");
    if (length < 0 || (size_t)length >= sizeof whole) return;
    if (plx_app_read_file(whole, &text, &n) == PLX_OK)
        plx_recording_person((plx_slice){text, n}, r);
    free(text);
}

static plx_status open_wfdb(const char *path, wfdb_run *run, char *problem)
{
    char why[PLX_WFDB_PROBLEM_MAX] = "";
    const plx_wfdb_notes silent = {NULL, NULL};
    const plx_status status = plx_wfdb_record_open(path, true, silent, &run->record, why);
    return status == PLX_OK ? PLX_OK : problem_is(problem, status, why);
}

static plx_status read_wfdb(const char *path, plx_recording *r, char *problem)
{
    char why[PLX_WFDB_PROBLEM_MAX] = "";
    wfdb_run *run = calloc(1, sizeof *run);
    if (!run) return problem_is(problem, PLX_FULL, "no memory left");
    plx_status status = open_wfdb(path, run, problem);
    if (status == PLX_OK) {
        read_comments(path, r);
        status = ended(r, run_wfdb(run, r, why), problem);
        if (why[0] && status != PLX_OK && status != PLX_UNSUPPORTED)
            (void)problem_is(problem, status, why);
        plx_wfdb_record_close(run->record);
    } else if (status == PLX_UNSUPPORTED) {
        status = PLX_SYNTAX; /* of the format: it cannot be read */
    }
    free(run->frame);
    free(run);
    return status;
}

/* An EDF file. */

typedef struct edf_run {
    plx_edf_header header;
    plx_edf_signal signals[PLX_EDF_SIGNALS_MAX];
    plx_edf_record record;
    plx_recording_channel channels[PLX_EDF_SIGNALS_MAX];
    plx_recording_feed feed;
} edf_run;

static double edf_sample(void *context, uint32_t channel, uint32_t j)
{
    const edf_run *run = context;
    const plx_edf_signal *s = &run->signals[channel];
    double value = NAN;
    const int32_t digital = plx_edf_sample(&run->header, &run->record, s, j);
    return plx_edf_physical(s, digital, &value) ? value : NAN;
}

static plx_status feed_records(edf_run *run, plx_slice file)
{
    plx_edf_reader reader;
    plx_status status;
    const double parts = ceil(run->header.record_s);
    const plx_recording_block block = {
        .context = run, .sample = edf_sample, .parts = parts < 1e6 ? (uint32_t)parts : 1000000};
    plx_edf_reader_init(&reader, &run->header, file);
    while ((status = plx_edf_reader_next(&reader, &run->record, NULL)) == PLX_OK) {
        if (run->record.gap_s > 0) PLX_TRY(plx_recording_feed_gap(&run->feed, run->record.gap_s));
        PLX_TRY(plx_recording_feed_block(&run->feed, &block));
    }
    if (status != PLX_MISSING && status != PLX_TRUNCATED) return status;
    return plx_recording_feed_end(&run->feed);
}

/* Age and sex, as far as the patient's field has them. */
static void edf_person(const plx_edf_header *h, plx_recording *r)
{
    const plx_edf_person *p = &h->person;
    if (p->sex) {
        r->person.sex = p->sex == 'F' ? PLX_SEX_FEMALE : PLX_SEX_MALE;
        r->sex_stated = true;
    }
    const int age = h->year - p->year - (h->month * 32 + h->day < p->month * 32 + p->day);
    if (p->year == 0 || h->year == 0 || age < 0 || age > 120) return;
    r->person.age = age;
    r->age_stated = true;
}

static plx_status run_edf(edf_run *run, plx_slice file, plx_recording *r)
{
    plx_edf_header *h = &run->header;
    *h = (plx_edf_header){.signals = run->signals, .signals_capacity = PLX_EDF_SIGNALS_MAX};
    if (plx_edf_header_parse(file, h, NULL) != PLX_OK) return PLX_SYNTAX;
    edf_person(h, r);
    if (!(h->record_s > 0)) return PLX_UNSUPPORTED;
    for (uint32_t i = 0; i < h->signals_n; i++) {
        const plx_edf_signal *s = &run->signals[i];
        const double digital = (double)s->digital_max - s->digital_min;
        plx_recording_channel *c = &run->channels[i];
        *c = (plx_recording_channel){
            .kind = PLX_RECORDING_NOTHING, .fs = s->samples / h->record_s, .samples = s->samples};
        if (s->annotations || !s->calibrated) continue;
        c->step = fabs((s->physical_max - s->physical_min) / digital);
        plx_recording_name(s->label, s->unit, c);
    }
    PLX_TRY(plx_recording_feed_begin(&run->feed, r, run->channels, h->signals_n, h->record_s));
    return feed_records(run, file);
}

static plx_status read_edf(const char *path, plx_recording *r, char *problem)
{
    char *bytes = NULL;
    size_t n = 0;
    if (plx_app_read_file(path, &bytes, &n) != PLX_OK)
        return problem_is(problem, PLX_IO, strerror(errno));
    edf_run *run = calloc(1, sizeof *run);
    const plx_status status =
        ended(r, run ? run_edf(run, (plx_slice){bytes, n}, r) : PLX_FULL, problem);
    free(run);
    free(bytes);
    return status;
}

plx_status plx_recording_read(const char *path, plx_recording *r, char *problem)
{
    *r = (plx_recording){0};
    return is_edf(path) ? read_edf(path, r, problem) : read_wfdb(path, r, problem);
}
