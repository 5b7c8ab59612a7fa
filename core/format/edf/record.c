/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Data records with their times, and the annotations (TALs) in them. */
#include "core/base/decimal.h"
#include "core/format/edf/edf.h"

enum { TEXT_END = 0x14, DURATION_MARK = 0x15 };
#define SAME_TIME_S 1e-6 /* times of records are decimal text: what rounding may leave */

static plx_status fault(plx_edf_error *error, plx_status status, uint64_t at, const char *text)
{
    if (error) *error = (plx_edf_error){text, at};
    return status;
}

static uint64_t record_at(const plx_edf_header *h, uint64_t record)
{
    return h->header_bytes + record * h->record_bytes;
}

/* Index of the first signal of annotations from i on; signals_n when there is none. */
static uint32_t annotations_from(const plx_edf_header *h, uint32_t i)
{
    while (i < h->signals_n && !h->signals[i].annotations)
        i++;
    return i;
}

static plx_status cut_off(const plx_edf_header *h, plx_slice file, plx_edf_error *error)
{
    if (h->records_held == h->records) return PLX_MISSING;
    return fault(error, PLX_TRUNCATED, file.n, "the file has fewer data records than it states");
}

static bool number(plx_slice s, double *value)
{
    plx_decimal d;
    if (plx_decimal_parse(s, &d) != PLX_OK) return false;
    *value = d.value;
    return true;
}

/* Takes bytes up to one of two marks, which stays; false when neither comes. */
static bool take_until(plx_slice file, size_t *at, size_t end, int mark, int other, plx_slice *text)
{
    size_t begin = *at;
    while (*at < end && file.at[*at] != mark && file.at[*at] != other)
        ++*at;
    *text = (plx_slice){file.at + begin, *at - begin};
    return *at < end;
}

/* +ONSET[\x15DURATION]\x14; *at is then behind it. */
static bool read_onset(plx_slice file, size_t *at, size_t end, plx_edf_annotation *tal)
{
    *tal = (plx_edf_annotation){0};
    if (*at >= end || (file.at[*at] != '+' && file.at[*at] != '-')) return false;
    if (!take_until(file, at, end, TEXT_END, DURATION_MARK, &tal->onset)) return false;
    if (!number(tal->onset, &tal->onset_s)) return false;
    if (file.at[*at] == DURATION_MARK) {
        ++*at;
        if (!take_until(file, at, end, TEXT_END, TEXT_END, &tal->duration)) return false;
        if (!number(tal->duration, &tal->duration_s) || tal->duration_s < 0) return false;
    }
    ++*at;
    return true;
}

/* The time that the first TAL of a record tells. */
static plx_status onset_told(const plx_edf_header *h, plx_slice file, uint64_t record,
                             double *onset_s, plx_edf_error *error)
{
    const plx_edf_signal *s = &h->signals[annotations_from(h, 0)];
    size_t at = (size_t)(record_at(h, record) + s->at);
    size_t end = at + (size_t)s->samples * h->sample_bytes;
    plx_edf_annotation tal;
    if (!read_onset(file, &at, end, &tal))
        return fault(error, PLX_SYNTAX, at, "a data record does not tell its time");
    *onset_s = tal.onset_s;
    return PLX_OK;
}

void plx_edf_reader_init(plx_edf_reader *r, const plx_edf_header *header, plx_slice file)
{
    *r = (plx_edf_reader){.header = header, .file = file};
}

static plx_status onset_of(const plx_edf_reader *r, double *onset_s, plx_edf_error *error)
{
    const plx_edf_header *h = r->header;
    bool told = annotations_from(h, 0) < h->signals_n;
    if (told && (r->next == 0 || h->kind == PLX_EDF_DISCONTINUOUS))
        return onset_told(h, r->file, r->next, onset_s, error);
    *onset_s = r->end_s;
    return PLX_OK;
}

plx_status plx_edf_reader_next(plx_edf_reader *r, plx_edf_record *record, plx_edf_error *error)
{
    const plx_edf_header *h = r->header;
    double onset_s = 0;
    if (r->next >= h->records_held) return cut_off(h, r->file, error);
    PLX_TRY(onset_of(r, &onset_s, error));
    const uint64_t at = record_at(h, r->next);
    double gap_s = r->next > 0 ? onset_s - r->end_s : 0;
    if (gap_s < -SAME_TIME_S)
        return fault(error, PLX_CONFLICT, at, "a data record begins before the last one ended");
    if (gap_s > PLX_EDF_GAP_MAX_S)
        return fault(error, PLX_LIMIT, at, "the gap before a data record is longer than 10 hours");
    *record = (plx_edf_record){.index = r->next,
                               .onset_s = onset_s,
                               .gap_s = gap_s > SAME_TIME_S ? gap_s : 0,
                               .bytes = (const uint8_t *)r->file.at + at};
    r->end_s = onset_s + h->record_s;
    r->next++;
    return PLX_OK;
}

int32_t plx_edf_sample(const plx_edf_header *h, const plx_edf_record *record,
                       const plx_edf_signal *signal, uint32_t j)
{
    const uint8_t *b = record->bytes + signal->at + (size_t)j * h->sample_bytes;
    uint32_t low = (uint32_t)b[0] | (uint32_t)b[1] << 8;
    if (!h->bdf) return (int32_t)((low ^ 0x8000) - 0x8000);
    return (int32_t)(((low | (uint32_t)b[2] << 16) ^ 0x800000) - 0x800000);
}

/* The text of signal a->signal in record a->record. */
static void enter(plx_edf_annotations *a)
{
    const plx_edf_header *h = a->header;
    if (a->signal >= h->signals_n || a->record >= h->records_held) return;
    const plx_edf_signal *s = &h->signals[a->signal];
    a->at = (size_t)(record_at(h, a->record) + s->at);
    a->end = a->at + (size_t)s->samples * h->sample_bytes;
}

void plx_edf_annotations_init(plx_edf_annotations *a, const plx_edf_header *header, plx_slice file)
{
    *a = (plx_edf_annotations){
        .header = header, .file = file, .signal = annotations_from(header, 0)};
    a->ended = a->signal >= header->signals_n;
    enter(a);
}

/* The next signal of annotations, in this record or the next one. */
static bool go_on(plx_edf_annotations *a)
{
    const plx_edf_header *h = a->header;
    a->signal = annotations_from(h, a->signal + 1);
    if (a->signal >= h->signals_n) {
        a->signal = annotations_from(h, 0);
        a->record++;
    }
    enter(a);
    return a->record < h->records_held;
}

/* One text of the TAL being read, or its end; PLX_MISSING: nothing to give yet. */
static plx_status read_text(plx_edf_annotations *a, plx_edf_annotation *found)
{
    plx_slice text;
    if (a->at >= a->end) return PLX_SYNTAX;
    if (a->file.at[a->at] == 0) {
        a->open.onset.n = 0;
        a->at++;
        return PLX_MISSING;
    }
    size_t begin = a->at;
    if (!take_until(a->file, &a->at, a->end, TEXT_END, 0, &text) || a->file.at[a->at] == 0) {
        a->at = begin;
        return PLX_SYNTAX;
    }
    a->at++;
    if (text.n == 0) return PLX_MISSING; /* a record's own mark */
    *found = a->open;
    found->text = text;
    return PLX_OK;
}

static plx_status step(plx_edf_annotations *a, plx_edf_annotation *found)
{
    if (a->open.onset.n > 0) return read_text(a, found);
    if (a->at < a->end && a->file.at[a->at] == 0) {
        a->at++;
        return PLX_MISSING;
    }
    size_t at = a->at;
    if (!read_onset(a->file, &at, a->end, &a->open)) return PLX_SYNTAX;
    a->at = at;
    return PLX_MISSING;
}

plx_status plx_edf_annotations_next(plx_edf_annotations *a, plx_edf_annotation *annotation,
                                    plx_edf_error *error)
{
    if (a->ended) return PLX_MISSING;
    plx_edf_annotation found;
    while (a->record < a->header->records_held) {
        if (a->at >= a->end && a->open.onset.n == 0) {
            if (!go_on(a)) break;
            continue;
        }
        plx_status status = step(a, &found);
        if (status == PLX_MISSING) continue;
        if (status == PLX_OK) {
            *annotation = found;
            return PLX_OK;
        }
        a->ended = true;
        return fault(error, status, a->at, "the text of an annotation is no TAL");
    }
    a->ended = true;
    return cut_off(a->header, a->file, error);
}
