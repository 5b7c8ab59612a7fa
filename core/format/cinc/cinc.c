/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/cinc/cinc.h"

#include "core/base/decimal.h"

enum { CELLS = 4 };

static plx_slice without_end(plx_slice line)
{
    if (line.n > 0 && line.at[line.n - 1] == '\r') line.n--;
    return line;
}

bool plx_cinc_is_header(plx_slice line)
{
    static const char mark[] = "\xef\xbb\xbf"; /* some editors begin a file with it */
    if (line.n >= 3 && memcmp(line.at, mark, 3) == 0) line = (plx_slice){line.at + 3, line.n - 3};
    return plx_slice_is(plx_slice_trim(without_end(line)), PLX_CINC_HEADER);
}

static bool split(plx_slice line, plx_slice cell[CELLS])
{
    int n = 0;
    size_t from = 0;
    for (size_t i = 0; i <= line.n; i++) {
        if (i < line.n && line.at[i] != ',') continue;
        if (n == CELLS) return false;
        cell[n++] = plx_slice_trim((plx_slice){line.at + from, i - from});
        from = i + 1;
    }
    return n == CELLS;
}

static bool read_time(plx_slice text, uint32_t *minute)
{
    const char *colon = memchr(text.at, ':', text.n);
    uint64_t hours = 0, minutes = 0;
    if (!colon) return false;
    const size_t n = (size_t)(colon - text.at);
    if (n + 3 != text.n) return false;
    if (!plx_slice_u64((plx_slice){text.at, n}, 999, &hours)) return false;
    if (!plx_slice_u64((plx_slice){colon + 1, 2}, 59, &minutes)) return false;
    *minute = (uint32_t)(60 * hours + minutes);
    return true;
}

static plx_cinc_parameter parameter_of(plx_slice word)
{
    static const char *const names[] = {
#define X(name) #name,
        PLX_CINC_PARAMETERS(X)
#undef X
    };
    for (int i = 0; i < PLX_CINC_OTHER; i++)
        if (plx_slice_is(word, names[i])) return (plx_cinc_parameter)i;
    return PLX_CINC_OTHER;
}

static plx_status wrong(const char **why, const char *sentence)
{
    *why = sentence;
    return PLX_SYNTAX;
}

plx_status plx_cinc_parse(plx_slice line, plx_cinc_row *row, const char **why)
{
    plx_slice cell[CELLS];
    plx_cinc_row out = {0};
    line = without_end(line);
    if (line.n > PLX_CINC_LINE_MAX) {
        *why = "a row has at most 256 bytes";
        return PLX_LIMIT;
    }
    if (!split(line, cell))
        return wrong(why, "a row has four cells: RecordID,Time,Parameter,Value");
    if (!plx_slice_u64(cell[0], UINT64_MAX, &out.record_id))
        return wrong(why, "RecordID is a whole number");
    if (!read_time(cell[1], &out.minute))
        return wrong(why, "Time is hours and minutes, hh:mm, below 1000:00");
    out.parameter = parameter_of(cell[2]);
    plx_decimal value;
    out.readable = plx_decimal_parse(cell[3], &value) == PLX_OK;
    if (out.readable) out.value = value.value;
    *row = out;
    return PLX_OK;
}
