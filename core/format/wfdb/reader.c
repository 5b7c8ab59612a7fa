/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/wfdb/reader.h"

#include "core/format/wfdb/format.h"

static plx_slice bytes_of(const plx_wfdb_reader *r, const plx_wfdb_signal *s)
{
    plx_slice file = r->files[s->group];
    uint64_t skip = plx_wfdb_format_is_flac(s->format) ? 0 : s->offset; /* decoded: no offset */
    if (skip >= file.n) return (plx_slice){NULL, 0};
    return (plx_slice){file.at + skip, file.n - (size_t)skip};
}

/* Whole frames in the signal's file. */
static uint64_t frames_in_file(const plx_wfdb_reader *r, const plx_wfdb_signal *s)
{
    const plx_wfdb_format *format = plx_wfdb_format_find(s->format);
    PLX_ASSERT(format && s->samples > 0);
    return plx_wfdb_format_samples(format, bytes_of(r, s).n) / s->samples;
}

static uint32_t greatest_skew(const plx_wfdb_header *h)
{
    uint32_t skew = 0;
    for (uint32_t i = 0; i < h->signals_n; i++)
        if (h->signals[i].skew > skew) skew = h->signals[i].skew;
    return skew;
}

static uint64_t less(uint64_t frames, uint32_t skew)
{
    return frames > skew ? frames - skew : 0;
}

plx_status plx_wfdb_reader_init(plx_wfdb_reader *r, const plx_wfdb_header *header,
                                const plx_slice *files, int32_t *sums)
{
    if (header->layout != PLX_WFDB_SINGLE) return PLX_UNSUPPORTED;
    *r = (plx_wfdb_reader){.header = header, .files = files, .sums = sums};
    uint64_t held = UINT64_MAX;
    for (uint32_t i = 0; i < header->signals_n; i++) {
        const plx_wfdb_signal *s = &header->signals[i];
        sums[i] = s->initial;
        if (s->group == PLX_WFDB_NO_FILE) continue;
        uint64_t frames = less(frames_in_file(r, s), s->skew);
        if (frames >= held) continue;
        held = frames;
        r->short_group = (uint32_t)s->group;
    }
    if (header->groups_n == 0) held = header->signals_n > 0 ? header->frames : 0;
    if (!header->frames_stated)
        r->frames = held;
    else if (header->signals_n > 0)
        r->frames = less(header->frames, greatest_skew(header));
    r->frames_held = held < r->frames ? held : r->frames;
    return PLX_OK;
}

/* Place of sample j of a frame of the file. A FLAC file has its channels in turn. */
static uint64_t place_of(const plx_wfdb_signal *s, uint64_t frame, uint32_t j)
{
    if (plx_wfdb_format_is_flac(s->format))
        return (frame * s->per_frame + j) * s->channels + s->channel;
    return frame * s->samples + s->before + j;
}

/* The samples of one signal in a frame of its file. */
static bool read_signal(const plx_wfdb_signal *s, const uint8_t *bytes, uint64_t frame,
                        int32_t *sum, int32_t *out)
{
    for (uint32_t j = 0; j < s->per_frame; j++) {
        int32_t value = plx_wfdb_format_sample(s->format, bytes, place_of(s, frame, j));
        if (s->format == PLX_WFDB_DIFFERENCES) {
            int64_t total = (int64_t)*sum + value;
            if (total > INT32_MAX || total <= INT32_MIN) return false;
            value = *sum = (int32_t)total;
        }
        out[j] = value;
    }
    return true;
}

static void mark_invalid(const plx_wfdb_signal *s, int32_t *values)
{
    const plx_wfdb_format *format = plx_wfdb_format_find(s->format);
    if (!format || !format->has_invalid) return;
    for (uint32_t j = 0; j < s->per_frame; j++)
        if (values[j] == format->invalid) values[j] = PLX_WFDB_INVALID;
}

/* Differences before the first frame of a skewed signal. */
static bool add_up_skew(plx_wfdb_reader *r, uint32_t i, int32_t *scratch)
{
    const plx_wfdb_signal *s = &r->header->signals[i];
    const uint8_t *bytes = (const uint8_t *)bytes_of(r, s).at;
    r->sums[i] = s->initial;
    for (uint32_t frame = 0; frame < s->skew; frame++)
        if (!read_signal(s, bytes, frame, &r->sums[i], scratch)) return false;
    return true;
}

static plx_status end_of(const plx_wfdb_reader *r)
{
    return r->frames_held < r->frames ? PLX_TRUNCATED : PLX_MISSING;
}

plx_status plx_wfdb_reader_next(plx_wfdb_reader *r, int32_t *frame)
{
    if (r->frame >= r->frames_held) return end_of(r);
    const uint64_t now = r->frame++;
    for (uint32_t i = 0; i < r->header->signals_n; i++) {
        const plx_wfdb_signal *s = &r->header->signals[i];
        int32_t *out = frame + s->at;
        if (s->group == PLX_WFDB_NO_FILE) {
            for (uint32_t j = 0; j < s->per_frame; j++)
                out[j] = PLX_WFDB_INVALID;
            continue;
        }
        if (now == 0 && s->format == PLX_WFDB_DIFFERENCES && !add_up_skew(r, i, out))
            return PLX_RANGE;
        const uint8_t *bytes = (const uint8_t *)bytes_of(r, s).at;
        if (!read_signal(s, bytes, now + s->skew, &r->sums[i], out)) return PLX_RANGE;
        mark_invalid(s, out);
    }
    return PLX_OK;
}

/* Adds the differences of one signal from the reader's frame to another; false beyond 32 bits. */
static bool add_up(plx_wfdb_reader *r, uint32_t i, uint64_t from, uint64_t to)
{
    const plx_wfdb_signal *s = &r->header->signals[i];
    const uint8_t *bytes = (const uint8_t *)bytes_of(r, s).at;
    uint64_t frame = from > 0 ? from + s->skew : 0;
    if (from == 0) r->sums[i] = s->initial;
    for (; frame < to + s->skew; frame++) {
        for (uint32_t j = 0; j < s->per_frame; j++) {
            int64_t total = (int64_t)r->sums[i] +
                            plx_wfdb_format_sample(s->format, bytes, place_of(s, frame, j));
            if (total > INT32_MAX || total <= INT32_MIN) return false;
            r->sums[i] = (int32_t)total;
        }
    }
    return true;
}

plx_status plx_wfdb_reader_seek(plx_wfdb_reader *r, uint64_t frame)
{
    if (frame > r->frames_held) return end_of(r);
    uint64_t from = frame < r->frame ? 0 : r->frame;
    for (uint32_t i = 0; i < r->header->signals_n && frame > 0; i++) {
        if (r->header->signals[i].format != PLX_WFDB_DIFFERENCES) continue;
        if (!add_up(r, i, from, frame)) return PLX_RANGE;
    }
    r->frame = frame;
    return PLX_OK;
}

plx_status plx_wfdb_reader_sum(const plx_wfdb_reader *r, uint32_t signal, plx_wfdb_sum *sum)
{
    const plx_wfdb_signal *s = &r->header->signals[signal];
    if (s->group == PLX_WFDB_NO_FILE) return PLX_MISSING;
    uint64_t frames = frames_in_file(r, s);
    if (r->header->frames_stated) {
        if (frames < r->header->frames) return PLX_TRUNCATED;
        frames = r->header->frames;
    }
    const uint8_t *bytes = (const uint8_t *)bytes_of(r, s).at;
    plx_wfdb_sum found = {.initial = s->initial};
    uint32_t total = 0, value = (uint32_t)s->initial;
    bool differences = s->format == PLX_WFDB_DIFFERENCES;
    for (uint64_t frame = 0; frame < frames; frame++) {
        for (uint32_t j = 0; j < s->per_frame; j++) {
            uint32_t stored =
                (uint32_t)plx_wfdb_format_sample(s->format, bytes, place_of(s, frame, j));
            value = differences ? value + stored : stored;
            total += value;
            if (frame == 0 && j == 0) found.initial = (int32_t)value;
        }
    }
    found.checksum = (uint16_t)(total & UINT16_MAX);
    found.checksum_differs = s->checksum_stated && s->checksum != found.checksum;
    const plx_wfdb_format *format = plx_wfdb_format_find(s->format);
    bool measured = !format->has_invalid || found.initial != format->invalid;
    found.initial_differs =
        s->initial_stated && !differences && measured && s->initial != found.initial;
    *sum = found;
    return PLX_OK;
}

static int32_t mean_of(const int32_t *samples, uint32_t n)
{
    int64_t sum = 0;
    for (uint32_t j = 0; j < n; j++) {
        if (samples[j] == PLX_WFDB_INVALID) return PLX_WFDB_INVALID;
        sum += samples[j];
    }
    return (int32_t)(sum / (int64_t)n);
}

void plx_wfdb_smooth(const plx_wfdb_signal *signals, uint32_t signals_n, const int32_t *frame,
                     int32_t *values)
{
    for (uint32_t i = 0; i < signals_n; i++)
        values[i] = mean_of(frame + signals[i].at, signals[i].per_frame);
}

uint32_t plx_wfdb_finest(const plx_wfdb_signal *signals, uint32_t signals_n)
{
    uint32_t finest = 1;
    for (uint32_t i = 0; i < signals_n; i++)
        if (signals[i].per_frame > finest) finest = signals[i].per_frame;
    return finest;
}

void plx_wfdb_row(const plx_wfdb_signal *signals, uint32_t signals_n, const int32_t *frame,
                  uint32_t row, uint32_t finest, int32_t *values)
{
    for (uint32_t i = 0; i < signals_n; i++) {
        uint64_t j = (uint64_t)signals[i].per_frame * row / finest;
        values[i] = frame[signals[i].at + j];
    }
}
