/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A signal's line, and its place in the file that it shares with its neighbours. */
#include "core/format/wfdb/header_inner.h"

static plx_status read_format_code(plx_wfdb_lines *l, plx_slice code, plx_wfdb_signal *s)
{
    enum { ADC_BITS = 12, ADC_BITS_DIFFERENCES = 10 /* header(5)'s defaults */ };
    uint64_t number = 0;
    if (!plx_slice_u64(code, UINT16_MAX, &number))
        return plx_wfdb_fault(l, PLX_SYNTAX, code, "the format of a signal is no number");
    if (number != 0 && !plx_wfdb_format_find((unsigned)number))
        return plx_wfdb_fault(l, PLX_UNSUPPORTED, code, "there is no such format of signals");
    s->format = (uint16_t)number;
    s->adc_bits = number == PLX_WFDB_DIFFERENCES ? ADC_BITS_DIFFERENCES : ADC_BITS;
    return PLX_OK;
}

/* FORMAT[xSAMPLES][:SKEW][+OFFSET] */
static plx_status read_format(plx_wfdb_lines *l, plx_slice field, plx_wfdb_signal *s)
{
    static const struct {
        char mark;
        uint64_t low, high;
    } PARTS[] = {
        {'x', 1, PLX_WFDB_PER_FRAME_MAX}, {':', 0, PLX_WFDB_SKEW_MAX}, {'+', 0, INT64_MAX}};
    uint64_t values[] = {1, 0, 0};
    plx_slice rest = field;
    PLX_TRY(read_format_code(l, plx_wfdb_cut(&rest, plx_wfdb_until(rest, "x:+")), s));
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
        if (rest.n == 0 || rest.at[0] != PARTS[i].mark) continue;
        (void)plx_wfdb_cut(&rest, 1);
        plx_slice number = plx_wfdb_cut(&rest, plx_wfdb_until(rest, "x:+"));
        if (!plx_slice_u64(number, PARTS[i].high, &values[i]) || values[i] < PARTS[i].low)
            return plx_wfdb_fault(l, PLX_RANGE, number,
                                  "samples of a frame, skew or offset cannot be so");
    }
    if (rest.n > 0)
        return plx_wfdb_fault(l, PLX_SYNTAX, rest, "the format is not CODE[xN][:SKEW][+OFFSET]");
    s->per_frame = (uint32_t)values[0];
    s->skew = (uint32_t)values[1];
    s->offset = values[2];
    return PLX_OK;
}

/* GAIN[(BASELINE)][/UNIT] */
static plx_status read_gain(plx_wfdb_lines *l, plx_slice field, plx_wfdb_signal *s, bool *baseline)
{
    plx_slice rest = field;
    plx_slice gain = plx_wfdb_cut(&rest, plx_wfdb_until(rest, "(/"));
    double number = 0;
    if (gain.n > 0 && !plx_wfdb_number(gain, &number))
        return plx_wfdb_fault(l, PLX_SYNTAX, field, "the gain of a signal is no number");
    s->calibrated = number != 0;
    if (s->calibrated) s->gain = number;
    if (rest.n > 0 && rest.at[0] == '(') {
        (void)plx_wfdb_cut(&rest, 1);
        plx_slice inside = plx_wfdb_cut(&rest, plx_wfdb_until(rest, ")"));
        int64_t value = 0;
        if (rest.n == 0 || !plx_wfdb_integer(inside, INT32_MIN, INT32_MAX, &value))
            return plx_wfdb_fault(l, PLX_SYNTAX, field, "the baseline is not (WHOLE NUMBER)");
        (void)plx_wfdb_cut(&rest, 1);
        s->baseline = (int32_t)value;
        *baseline = true;
    }
    if (rest.n == 0) return PLX_OK;
    if (rest.at[0] != '/' || rest.n == 1)
        return plx_wfdb_fault(l, PLX_SYNTAX, field, "the gain is not GAIN[(BASELINE)][/UNIT]");
    s->unit = (plx_slice){rest.at + 1, rest.n - 1};
    return PLX_OK;
}

/* The whole numbers after the gain. *n: how many of them are there. */
static plx_status read_numbers(plx_wfdb_lines *l, plx_slice *line, int64_t values[5], size_t *n)
{
    static const struct {
        int64_t low, high;
        const char *fault;
    } FIELDS[5] = {
        {0, 64, "the ADC's resolution is no number of bits"},
        {INT32_MIN, INT32_MAX, "the ADC's zero is no whole number"},
        {INT32_MIN, INT32_MAX, "the initial value is no whole number"},
        {INT16_MIN, UINT16_MAX, "the checksum is no number of 16 bits"},
        {0, UINT32_MAX, "the block size is no whole number"},
    };
    for (*n = 0; *n < 5 && line->n > 0; ++*n) {
        plx_slice field = plx_wfdb_field(line);
        if (!plx_wfdb_integer(field, FIELDS[*n].low, FIELDS[*n].high, &values[*n]))
            return plx_wfdb_fault(l, PLX_SYNTAX, field, FIELDS[*n].fault);
    }
    return PLX_OK;
}

plx_status plx_wfdb_signal_line(plx_wfdb_lines *l, plx_slice line, plx_wfdb_signal *signal)
{
    plx_wfdb_signal s = {.unit = PLX_LIT(PLX_WFDB_UNIT_DEFAULT), .gain = PLX_WFDB_GAIN_DEFAULT};
    s.file = plx_wfdb_field(&line);
    if (line.n == 0)
        return plx_wfdb_fault(l, PLX_MISSING, s.file, "the format of a signal is missing");
    PLX_TRY(read_format(l, plx_wfdb_field(&line), &s));
    if (s.format != 0 && (!plx_wfdb_name_is_safe(s.file) || plx_slice_is(s.file, "-")))
        return plx_wfdb_fault(l, PLX_UNSUPPORTED, s.file,
                              "a signal's file must lie beside the header or below it");
    bool baseline = false;
    if (line.n > 0) PLX_TRY(read_gain(l, plx_wfdb_field(&line), &s, &baseline));
    int64_t values[5] = {0};
    size_t n = 0;
    PLX_TRY(read_numbers(l, &line, values, &n));
    if (values[0] > 0) s.adc_bits = (uint32_t)values[0];
    s.adc_zero = (int32_t)values[1];
    if (!baseline) s.baseline = s.adc_zero;
    s.initial_stated = n > 2;
    s.initial = s.initial_stated ? (int32_t)values[2] : s.adc_zero;
    s.checksum_stated = n > 3;
    s.checksum = (uint16_t)(values[3] & UINT16_MAX);
    s.block = (uint32_t)values[4];
    s.name = line;
    *signal = s;
    return PLX_OK;
}

/* Tells all signals of a group how large it became. */
static void close_group(plx_wfdb_header *h, uint32_t last)
{
    const plx_wfdb_signal end = h->signals[last];
    for (uint32_t i = last - end.channel; i <= last; i++) {
        h->signals[i].channels = end.channel + 1;
        h->signals[i].samples = end.before + end.per_frame;
    }
}

plx_status plx_wfdb_signal_place(plx_wfdb_lines *l, plx_slice line, plx_wfdb_header *h, uint32_t i)
{
    plx_wfdb_signal *s = &h->signals[i];
    const plx_wfdb_signal *above = i > 0 ? s - 1 : NULL;
    s->at = h->frame_samples;
    h->frame_samples += s->per_frame;
    if (h->frame_samples > PLX_WFDB_FRAME_MAX)
        return plx_wfdb_fault(l, PLX_LIMIT, line, "a frame has too many samples");
    s->group = PLX_WFDB_NO_FILE;
    if (s->format == 0) return PLX_OK;
    if (!above || above->format == 0 || !plx_slice_equal(above->file, s->file)) {
        s->group = (int32_t)h->groups_n++;
    } else {
        if (above->format != s->format)
            return plx_wfdb_fault(l, PLX_CONFLICT, line, "signals of one file differ in format");
        if (above->offset != s->offset)
            return plx_wfdb_fault(l, PLX_CONFLICT, line, "signals of one file differ in offset");
        if (plx_wfdb_format_is_flac(s->format) && above->per_frame != s->per_frame)
            return plx_wfdb_fault(l, PLX_CONFLICT, line,
                                  "signals of one FLAC file differ in samples of a frame");
        s->group = above->group;
        s->channel = above->channel + 1;
        s->before = above->before + above->per_frame;
    }
    close_group(h, i);
    return PLX_OK;
}
