/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Lines of a header: the record line, the segments, and signal lines through header_signal.c. */
#include "core/base/time.h"
#include "core/format/wfdb/header_inner.h"

plx_slice plx_wfdb_field(plx_slice *rest)
{
    *rest = plx_slice_trim(*rest);
    size_t n = 0;
    while (n < rest->n && rest->at[n] != ' ' && rest->at[n] != '\t')
        n++;
    plx_slice field = {rest->at, n};
    *rest = plx_slice_trim((plx_slice){rest->at + n, rest->n - n});
    return field;
}

size_t plx_wfdb_until(plx_slice s, const char *stops)
{
    size_t n = 0;
    while (n < s.n && !(s.at[n] && strchr(stops, s.at[n])))
        n++;
    return n;
}

plx_slice plx_wfdb_cut(plx_slice *s, size_t n)
{
    plx_slice head = {s->at, n};
    *s = (plx_slice){s->at + n, s->n - n};
    return head;
}

plx_status plx_wfdb_fault(plx_wfdb_lines *l, plx_status status, plx_slice at, const char *text)
{
    l->error = (plx_wfdb_error){text, (uint64_t)(at.at - l->text.at), l->line};
    return status;
}

bool plx_wfdb_number(plx_slice s, double *value)
{
    plx_decimal d;
    if (s.n == 0 || plx_decimal_parse(s, &d) != PLX_OK) return false;
    *value = d.value;
    return true;
}

bool plx_wfdb_integer(plx_slice s, int64_t low, int64_t high, int64_t *value)
{
    bool minus = s.n > 0 && s.at[0] == '-';
    if (s.n > 1 && (minus || s.at[0] == '+')) s = (plx_slice){s.at + 1, s.n - 1};
    uint64_t magnitude = 0;
    if (!plx_slice_u64(s, UINT32_MAX, &magnitude)) return false;
    int64_t found = minus ? -(int64_t)magnitude : (int64_t)magnitude;
    if (found < low || found > high) return false;
    *value = found;
    return true;
}

/* A name leads to a file: it stays in or below the header's folder, and is printable. */
bool plx_wfdb_name_is_safe(plx_slice name)
{
    size_t part = 0; /* where the part of the path begins */
    if (name.n == 0 || name.at[0] == '/') return false;
    for (size_t i = 0; i <= name.n; i++) {
        if (i < name.n && ((unsigned char)name.at[i] <= ' ' || name.at[i] == 127)) return false;
        if (i < name.n && name.at[i] != '/') continue;
        if (i - part == 0 || (i - part <= 2 && name.at[part] == '.' && name.at[i - 1] == '.'))
            return false; /* "", ".", ".." */
        part = i + 1;
    }
    return true;
}

/* The next line that says something; false at the end. */
static bool next_line(plx_wfdb_lines *l, plx_slice *line)
{
    while (l->rest.n > 0) {
        const char *end = memchr(l->rest.at, '\n', l->rest.n);
        size_t n = end ? (size_t)(end - l->rest.at) : l->rest.n;
        *line = plx_wfdb_cut(&l->rest, n);
        if (l->rest.n > 0) (void)plx_wfdb_cut(&l->rest, 1);
        l->line++;
        if (line->n > 0 && line->at[line->n - 1] == '\r') line->n--;
        *line = plx_slice_trim(*line);
        if (line->n > 0 && line->at[0] != '#') return true;
    }
    *line = (plx_slice){l->text.at + l->text.n, 0};
    return false;
}

static plx_status read_frequency(plx_wfdb_lines *l, plx_wfdb_header *h, plx_slice field)
{
    plx_slice rest = field;
    plx_slice frequency = plx_wfdb_cut(&rest, plx_wfdb_until(rest, "/"));
    if (!plx_wfdb_number(frequency, &h->frequency_hz) || !(h->frequency_hz > 0))
        return plx_wfdb_fault(l, PLX_RANGE, field, "the sampling frequency is no number above 0");
    h->counter_hz = h->frequency_hz;
    if (rest.n == 0) return PLX_OK;
    (void)plx_wfdb_cut(&rest, 1);
    plx_slice counter = plx_wfdb_cut(&rest, plx_wfdb_until(rest, "("));
    if (!plx_wfdb_number(counter, &h->counter_hz) || !(h->counter_hz > 0))
        return plx_wfdb_fault(l, PLX_RANGE, field, "the counter frequency is no number above 0");
    if (rest.n == 0) return PLX_OK;
    if (rest.n < 3 || rest.at[rest.n - 1] != ')' ||
        !plx_wfdb_number((plx_slice){rest.at + 1, rest.n - 2}, &h->counter_base))
        return plx_wfdb_fault(l, PLX_SYNTAX, field, "the base counter value is not (NUMBER)");
    return PLX_OK;
}

/* HH:MM:SS[.FFF], MM:SS or SS. */
static plx_status read_time(plx_wfdb_lines *l, plx_wfdb_header *h, plx_slice field)
{
    static const int64_t MAX[] = {23, 59, 59};
    int64_t parts[3] = {0, 0, 0}, micro = 0;
    size_t colons = 0;
    for (size_t i = 0; i < field.n; i++)
        colons += field.at[i] == ':';
    plx_slice rest = field;
    bool good = colons <= 2;
    for (size_t i = 2 - (colons < 2 ? colons : 2); good && i < 3; i++) {
        plx_slice part = plx_wfdb_cut(&rest, plx_wfdb_until(rest, i < 2 ? ":" : "."));
        good = plx_wfdb_integer(part, 0, MAX[i], &parts[i]);
        if (i < 2 && rest.n > 0) (void)plx_wfdb_cut(&rest, 1);
    }
    if (good && rest.n > 0) {
        int64_t unit = PLX_SECOND_US;
        good = rest.n > 1;
        for (size_t i = 1; i < rest.n && good; i++) {
            good = rest.at[i] >= '0' && rest.at[i] <= '9';
            unit /= 10;
            micro += (rest.at[i] - '0') * unit;
        }
    }
    if (!good) return plx_wfdb_fault(l, PLX_SYNTAX, field, "the time is not HH:MM:SS");
    h->time_of_day_us = ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * PLX_SECOND_US + micro;
    return PLX_OK;
}

static plx_status read_date(plx_wfdb_lines *l, plx_wfdb_header *h, plx_slice field)
{
    plx_slice rest = field;
    int64_t day = 0, month = 0, year = 0;
    plx_slice part = plx_wfdb_cut(&rest, plx_wfdb_until(rest, "/"));
    bool good = plx_wfdb_integer(part, 1, 31, &day) && rest.n > 0;
    if (good) (void)plx_wfdb_cut(&rest, 1);
    part = plx_wfdb_cut(&rest, plx_wfdb_until(rest, "/"));
    good = good && plx_wfdb_integer(part, 1, 12, &month) && rest.n > 0;
    if (good) (void)plx_wfdb_cut(&rest, 1);
    good = good && plx_wfdb_integer(rest, 1, 9999, &year);
    const plx_civil civil = {.year = (int32_t)year, .month = (int32_t)month, .day = (int32_t)day};
    if (!good || !plx_civil_valid(&civil))
        return plx_wfdb_fault(l, PLX_SYNTAX, field, "the date is not DD/MM/YYYY");
    h->year = civil.year;
    h->month = civil.month;
    h->day = civil.day;
    return PLX_OK;
}

static plx_status read_name(plx_wfdb_lines *l, plx_wfdb_header *h, plx_slice field)
{
    plx_slice rest = field;
    h->name = plx_wfdb_cut(&rest, plx_wfdb_until(rest, "/"));
    if (!plx_wfdb_name_is_safe(h->name))
        return plx_wfdb_fault(l, PLX_SYNTAX, field, "the record's name cannot be a name");
    if (rest.n == 0) return PLX_OK;
    uint64_t segments = 0;
    (void)plx_wfdb_cut(&rest, 1);
    if (!plx_slice_u64(rest, UINT32_MAX, &segments) || segments == 0)
        return plx_wfdb_fault(l, PLX_SYNTAX, field, "the number of segments is no whole number");
    if (segments > PLX_WFDB_SEGMENTS_MAX)
        return plx_wfdb_fault(l, PLX_LIMIT, field, "there are too many segments");
    h->segments_n = (uint32_t)segments;
    h->layout = PLX_WFDB_FIXED;
    return PLX_OK;
}

static plx_status read_record_line(plx_wfdb_lines *l, plx_wfdb_header *h, plx_slice line)
{
    PLX_TRY(read_name(l, h, plx_wfdb_field(&line)));
    plx_slice field = plx_wfdb_field(&line);
    uint64_t number = 0;
    if (!plx_slice_u64(field, UINT32_MAX, &number))
        return plx_wfdb_fault(l, PLX_SYNTAX, field, "the number of signals is no whole number");
    if (number > PLX_WFDB_SIGNALS_MAX)
        return plx_wfdb_fault(l, PLX_LIMIT, field, "there are more signals than 512");
    h->signals_n = (uint32_t)number;
    if (line.n == 0) return PLX_OK;
    PLX_TRY(read_frequency(l, h, plx_wfdb_field(&line)));
    if (line.n == 0) return PLX_OK;
    field = plx_wfdb_field(&line);
    if (!plx_slice_u64(field, UINT64_MAX, &number))
        return plx_wfdb_fault(l, PLX_SYNTAX, field, "the number of samples is no whole number");
    if (number > PLX_WFDB_FRAMES_MAX)
        return plx_wfdb_fault(l, PLX_LIMIT, field, "there are more samples than 10^9");
    h->frames = number;
    h->frames_stated = number > 0;
    if (line.n == 0) return PLX_OK;
    PLX_TRY(read_time(l, h, plx_wfdb_field(&line)));
    if (line.n == 0) return PLX_OK;
    PLX_TRY(read_date(l, h, plx_wfdb_field(&line)));
    if (line.n == 0) return PLX_OK;
    return plx_wfdb_fault(l, PLX_SYNTAX, line, "the record line has a field too many");
}

static plx_status read_segment(plx_wfdb_lines *l, const plx_wfdb_header *h, plx_slice line,
                               plx_wfdb_segment *segment)
{
    segment->name = plx_wfdb_field(&line);
    plx_slice field = plx_wfdb_field(&line);
    if (!plx_wfdb_name_is_safe(segment->name))
        return plx_wfdb_fault(l, PLX_SYNTAX, segment->name, "a segment's name cannot be a name");
    if (!plx_slice_u64(field, UINT64_MAX, &segment->frames) || line.n > 0)
        return plx_wfdb_fault(l, PLX_SYNTAX, field, "a segment is not NAME SAMPLES");
    if (segment->frames > PLX_WFDB_FRAMES_MAX)
        return plx_wfdb_fault(l, PLX_LIMIT, field, "a segment has more samples than 10^9");
    bool gap = plx_slice_is(segment->name, "~");
    if (gap && (double)segment->frames > PLX_WFDB_GAP_MAX_S * h->frequency_hz)
        return plx_wfdb_fault(l, PLX_LIMIT, field, "a gap is longer than 10 hours");
    return PLX_OK;
}

static plx_status read_segments(plx_wfdb_lines *l, plx_wfdb_header *h)
{
    uint64_t frames = 0;
    plx_slice line;
    for (uint32_t i = 0; i < h->segments_n; i++) {
        plx_wfdb_segment segment = {.first = frames};
        if (!next_line(l, &line))
            return plx_wfdb_fault(l, PLX_MISSING, line, "the line of a segment is missing");
        PLX_TRY(read_segment(l, h, line, &segment));
        if (segment.frames == 0 && i > 0)
            return plx_wfdb_fault(l, PLX_RANGE, line, "only the first segment may have no samples");
        if (segment.frames == 0) h->layout = PLX_WFDB_VARIABLE;
        frames += segment.frames;
        if (frames > PLX_WFDB_FRAMES_MAX)
            return plx_wfdb_fault(l, PLX_LIMIT, line, "there are more samples than 10^9");
        h->segments[i] = segment;
    }
    if (h->frames_stated && frames != h->frames)
        return plx_wfdb_fault(l, PLX_CONFLICT, line,
                              "the segments do not add up to the samples of the record");
    h->frames = frames;
    h->frames_stated = true;
    return PLX_OK;
}

static plx_status read_signals(plx_wfdb_lines *l, plx_wfdb_header *h)
{
    plx_slice line;
    for (uint32_t i = 0; i < h->signals_n; i++) {
        if (!next_line(l, &line))
            return plx_wfdb_fault(l, PLX_MISSING, line, "the line of a signal is missing");
        PLX_TRY(plx_wfdb_signal_line(l, line, &h->signals[i]));
        PLX_TRY(plx_wfdb_signal_place(l, line, h, i));
    }
    return PLX_OK;
}

static plx_status read_lines(plx_wfdb_lines *l, plx_wfdb_header *h)
{
    plx_slice line;
    if (l->text.n > PLX_WFDB_TEXT_MAX)
        return plx_wfdb_fault(l, PLX_LIMIT, l->text, "the header is larger than 64 MiB");
    if (!next_line(l, &line))
        return plx_wfdb_fault(l, PLX_MISSING, line, "the header has no record line");
    PLX_TRY(read_record_line(l, h, line));
    bool segments = h->segments_n > 0;
    if (segments ? h->segments_n > h->segments_capacity : h->signals_n > h->signals_capacity)
        return PLX_SPACE;
    PLX_TRY(segments ? read_segments(l, h) : read_signals(l, h));
    if (next_line(l, &line))
        return plx_wfdb_fault(l, PLX_CONFLICT, line,
                              "the header has more lines than its first one tells");
    return PLX_OK;
}

plx_status plx_wfdb_header_parse(plx_slice text, plx_wfdb_header *h, plx_wfdb_error *error)
{
    plx_wfdb_lines lines = {.text = text, .rest = text};
    plx_wfdb_header fresh = {.signals = h->signals,
                             .signals_capacity = h->signals_capacity,
                             .segments = h->segments,
                             .segments_capacity = h->segments_capacity,
                             .frequency_hz = PLX_WFDB_FREQUENCY_DEFAULT,
                             .counter_hz = PLX_WFDB_FREQUENCY_DEFAULT,
                             .time_of_day_us = -1};
    plx_status status = read_lines(&lines, &fresh);
    if (status == PLX_SPACE)
        lines.error = (plx_wfdb_error){.text = "more memory is needed for signals or segments"};
    else if (status != PLX_OK)
        fresh.signals_n = fresh.segments_n = fresh.groups_n = fresh.frame_samples = 0;
    if (status != PLX_OK && error) *error = lines.error;
    *h = fresh;
    return status;
}

bool plx_wfdb_physical(const plx_wfdb_signal *signal, int32_t digital, double *value)
{
    if (digital == PLX_WFDB_INVALID) return false;
    *value = ((double)digital - (double)signal->baseline) / signal->gain;
    return true;
}
