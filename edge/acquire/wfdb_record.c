/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/acquire/wfdb_record.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/format/wfdb/segment.h"
#include "edge/acquire/wfdb_part.h"

struct plx_wfdb_record {
    char *folder; /* "" or with "/" at its end */
    plx_wfdb_notes notes;
    plx_wfdb_part own;     /* the record's header; for one without segments its files too */
    plx_wfdb_part shape;   /* of a record of segments: where the signals are described */
    plx_wfdb_part segment; /* being read */
    const plx_wfdb_signal *signals;
    uint32_t frame_samples;
    plx_wfdb_link *links;
    uint32_t open_segment; /* index, or segments_n: none */
    bool absent;           /* the segment is a gap */
    int32_t *in;           /* a frame of the segment */
    uint32_t in_capacity;
    uint64_t frame, frames;
};

const char *plx_wfdb_note_code(plx_wfdb_note_kind kind)
{
    static const char *const CODES[] = {
#define X(name, code, text) code,
        PLX_WFDB_NOTE_TABLE(X)
#undef X
    };
    return kind < PLX_WFDB_NOTE_COUNT ? CODES[kind] : "";
}

const char *plx_wfdb_note_text(plx_wfdb_note_kind kind)
{
    static const char *const TEXTS[] = {
#define X(name, code, text) text,
        PLX_WFDB_NOTE_TABLE(X)
#undef X
    };
    return kind < PLX_WFDB_NOTE_COUNT ? TEXTS[kind] : "";
}

static plx_status no_memory(char *problem)
{
    return plx_wfdb_problem(problem, PLX_FULL, "not enough memory; close other programs");
}

static bool is_gap(const plx_wfdb_segment *segment)
{
    return plx_slice_is(segment->name, "~");
}

/* The layout, or the first segment that exists, says what the signals are. */
static plx_status find_shape(plx_wfdb_record *r, char *problem)
{
    const plx_wfdb_header *h = &r->own.header;
    uint32_t tries = h->layout == PLX_WFDB_VARIABLE ? 1 : h->segments_n;
    plx_status status = PLX_MISSING;
    for (uint32_t i = 0; i < tries && status == PLX_MISSING; i++)
        if (!is_gap(&h->segments[i]))
            status = plx_wfdb_part_open(&r->shape, r->folder, h->segments[i].name, problem);
    if (status == PLX_MISSING)
        return plx_wfdb_problem(problem, PLX_IO, "%.*s: %s", (int)h->name.n, h->name.at,
                                h->layout == PLX_WFDB_VARIABLE
                                    ? "the header of the layout does not exist"
                                    : "none of its segments exists");
    PLX_TRY(status);
    if (r->shape.header.signals_n == h->signals_n && r->shape.header.segments_n == 0) return PLX_OK;
    return plx_wfdb_problem(problem, PLX_CONFLICT,
                            "%.*s: record and layout or first segment differ in their signals",
                            (int)h->name.n, h->name.at);
}

static plx_status open_segments(plx_wfdb_record *r, char *problem)
{
    const plx_wfdb_header *h = &r->own.header;
    PLX_TRY(find_shape(r, problem));
    r->links = calloc(h->signals_n + 1, sizeof *r->links);
    if (!r->links) return no_memory(problem);
    r->signals = r->shape.header.signals;
    r->frame_samples = r->shape.header.frame_samples;
    r->frames = h->frames;
    r->open_segment = h->segments_n;
    return PLX_OK;
}

static plx_status open_record(plx_wfdb_record *r, const char *path, bool samples, char *problem)
{
    const char *slash = strrchr(path, '/');
    size_t folder_n = slash ? (size_t)(slash - path) + 1 : 0;
    plx_slice name = plx_slice_of(path + folder_n);
    if (name.n > 4 && memcmp(name.at + name.n - 4, ".hea", 4) == 0) name.n -= 4;
    r->folder = calloc(folder_n + 1, 1);
    if (!r->folder) return no_memory(problem);
    memcpy(r->folder, path, folder_n);
    plx_status status = plx_wfdb_part_open(&r->own, r->folder, name, problem);
    if (status != PLX_OK) return status == PLX_MISSING ? PLX_IO : status;
    if (r->own.header.segments_n > 0) return open_segments(r, problem);
    r->signals = r->own.header.signals;
    r->frame_samples = r->own.header.frame_samples;
    r->frames = r->own.header.frames;
    if (!samples) return PLX_OK;
    PLX_TRY(plx_wfdb_part_load(&r->own, r->folder, problem));
    r->frames = r->own.reader.frames;
    plx_wfdb_part_check(&r->own, 0, r->notes);
    return PLX_OK;
}

plx_status plx_wfdb_record_open(const char *path, bool samples, plx_wfdb_notes notes,
                                plx_wfdb_record **record, char *problem)
{
    *record = NULL;
    plx_wfdb_record *r = calloc(1, sizeof *r);
    if (!r) return no_memory(problem);
    r->notes = notes;
    plx_status status = open_record(r, path, samples, problem);
    if (status != PLX_OK) {
        plx_wfdb_record_close(r);
        return status;
    }
    *record = r;
    return PLX_OK;
}

void plx_wfdb_record_close(plx_wfdb_record *record)
{
    if (!record) return;
    plx_wfdb_part_close(&record->own);
    plx_wfdb_part_close(&record->shape);
    plx_wfdb_part_close(&record->segment);
    free(record->links);
    free(record->in);
    free(record->folder);
    free(record);
}

const plx_wfdb_header *plx_wfdb_record_header(const plx_wfdb_record *record)
{
    return &record->own.header;
}

const plx_wfdb_signal *plx_wfdb_record_signals(const plx_wfdb_record *record)
{
    return record->signals;
}

uint32_t plx_wfdb_record_frame_samples(const plx_wfdb_record *record)
{
    return record->frame_samples;
}

uint64_t plx_wfdb_record_frames(const plx_wfdb_record *record)
{
    return record->frames;
}

static void say_of_segment(const plx_wfdb_record *r, const plx_wfdb_segment *at,
                           plx_wfdb_note_kind kind, int32_t signal, uint64_t found)
{
    if (!r->notes.say) return;
    plx_wfdb_note note = {.kind = kind,
                          .name = at->name,
                          .signal_index = signal,
                          .first = at->first,
                          .frames = at->frames};
    if (signal >= 0) note.signal = r->signals[signal].name;
    if (kind == PLX_WFDB_NOTE_SEGMENT_SHORT) {
        note.stated = (int64_t)at->frames;
        note.found = (int64_t)found;
    }
    r->notes.say(r->notes.context, &note);
}

static void say_of_links(const plx_wfdb_record *r, const plx_wfdb_segment *at)
{
    for (uint32_t i = 0; i < r->own.header.signals_n; i++) {
        plx_wfdb_link_kind kind = r->links[i].kind;
        if (kind == PLX_WFDB_LINK_SAME) continue;
        say_of_segment(r, at,
                       kind == PLX_WFDB_LINK_ABSENT     ? PLX_WFDB_NOTE_SIGNAL_ABSENT
                       : kind == PLX_WFDB_LINK_UNUSABLE ? PLX_WFDB_NOTE_SIGNAL_UNUSABLE
                                                        : PLX_WFDB_NOTE_SIGNAL_SCALED,
                       (int32_t)i, 0);
    }
}

static plx_status fit_segment(plx_wfdb_record *r, const plx_wfdb_segment *at, char *problem)
{
    const plx_wfdb_header *h = &r->own.header, *s = &r->segment.header;
    bool same_signals = h->layout == PLX_WFDB_VARIABLE || s->signals_n == h->signals_n;
    if (s->segments_n > 0)
        return plx_wfdb_problem(problem, PLX_UNSUPPORTED, "segment %.*s has segments of its own",
                                (int)at->name.n, at->name.at);
    if (s->frequency_hz != h->frequency_hz || !same_signals)
        return plx_wfdb_problem(problem, PLX_CONFLICT,
                                "segment %.*s has another frequency or other signals than its "
                                "record",
                                (int)at->name.n, at->name.at);
    if (s->frame_samples > r->in_capacity) {
        int32_t *more = realloc(r->in, s->frame_samples * sizeof *more);
        if (!more) return no_memory(problem);
        r->in = more;
        r->in_capacity = s->frame_samples;
    }
    plx_wfdb_links_make(r->signals, h->signals_n, s, h->layout, r->links);
    PLX_TRY(plx_wfdb_part_load(&r->segment, r->folder, problem));
    plx_wfdb_part_check(&r->segment, at->first, r->notes);
    say_of_links(r, at);
    if (r->segment.reader.frames < at->frames)
        say_of_segment(r, at, PLX_WFDB_NOTE_SEGMENT_SHORT, -1, r->segment.reader.frames);
    return PLX_OK;
}

static plx_status open_segment(plx_wfdb_record *r, uint32_t i, char *problem)
{
    const plx_wfdb_segment *at = &r->own.header.segments[i];
    plx_wfdb_part_close(&r->segment);
    r->open_segment = r->own.header.segments_n;
    r->absent = is_gap(at);
    if (r->absent) {
        say_of_segment(r, at, PLX_WFDB_NOTE_GAP, -1, 0);
    } else {
        plx_status status = plx_wfdb_part_open(&r->segment, r->folder, at->name, problem);
        r->absent = status == PLX_MISSING;
        if (r->absent)
            say_of_segment(r, at, PLX_WFDB_NOTE_SEGMENT_MISSING, -1, 0);
        else if (status != PLX_OK)
            return status;
        else
            PLX_TRY(fit_segment(r, at, problem));
    }
    r->open_segment = i;
    return PLX_OK;
}

static plx_status told(plx_status status, const plx_wfdb_part *part, char *problem)
{
    const plx_wfdb_header *h = &part->header;
    if (status == PLX_RANGE)
        return plx_wfdb_problem(problem, status, "%.*s: its differences add up to nonsense",
                                (int)h->name.n, h->name.at);
    if (status != PLX_TRUNCATED) return status;
    plx_slice file = {"", 0};
    for (uint32_t i = 0; i < h->signals_n; i++)
        if (h->signals[i].group == (int32_t)part->reader.short_group) file = h->signals[i].file;
    return plx_wfdb_problem(problem, status,
                            "%.*s ends after frame %" PRIu64 " of %" PRIu64
                            " that the header of %.*s states; fetch it again",
                            (int)file.n, file.at, part->reader.frames_held, part->reader.frames,
                            (int)h->name.n, h->name.at);
}

static plx_status next_of_segments(plx_wfdb_record *r, int32_t *frame, char *problem)
{
    const plx_wfdb_header *h = &r->own.header;
    if (r->frame >= r->frames) return PLX_MISSING;
    uint32_t i = plx_wfdb_segment_of(h, r->frame);
    if (i != r->open_segment) PLX_TRY(open_segment(r, i, problem));
    const uint64_t within = r->frame - h->segments[i].first;
    if (r->absent || within >= r->segment.reader.frames) {
        for (uint32_t k = 0; k < r->frame_samples; k++)
            frame[k] = PLX_WFDB_INVALID;
    } else {
        plx_wfdb_reader *reader = &r->segment.reader;
        if (reader->frame != within)
            PLX_TRY(told(plx_wfdb_reader_seek(reader, within), &r->segment, problem));
        PLX_TRY(told(plx_wfdb_reader_next(reader, r->in), &r->segment, problem));
        plx_wfdb_links_apply(r->signals, h->signals_n, r->links, r->segment.header.signals, r->in,
                             frame);
    }
    r->frame++;
    return PLX_OK;
}

plx_status plx_wfdb_record_next(plx_wfdb_record *record, int32_t *frame, char *problem)
{
    if (record->own.header.segments_n > 0) return next_of_segments(record, frame, problem);
    return told(plx_wfdb_reader_next(&record->own.reader, frame), &record->own, problem);
}

plx_status plx_wfdb_record_seek(plx_wfdb_record *record, uint64_t frame, char *problem)
{
    if (record->own.header.segments_n == 0)
        return told(plx_wfdb_reader_seek(&record->own.reader, frame), &record->own, problem);
    if (frame > record->frames) return PLX_MISSING;
    record->frame = frame;
    return PLX_OK;
}
