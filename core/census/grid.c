/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/census/grid.h"

#include <math.h>

#include "core/base/time.h"

static int64_t hour_of(int64_t time_us)
{
    const int64_t hour = time_us / PLX_HOUR_US;
    return time_us % PLX_HOUR_US < 0 ? hour - 1 : hour;
}

plx_status plx_census_grid_span(const plx_census_rows *rows, plx_census_grid *out)
{
    if (rows->rows == 0) return PLX_MISSING;
    int64_t first = hour_of(rows->time_us[0]), last = first;
    for (uint32_t i = 1; i < rows->rows; i++) {
        const int64_t hour = hour_of(rows->time_us[i]);
        if (hour < first) first = hour;
        if (hour > last) last = hour;
    }
    if (last - first >= PLX_CENSUS_HOURS_MAX) return PLX_LIMIT;
    *out = (plx_census_grid){first, (uint32_t)(last - first + 1)};
    return PLX_OK;
}

void plx_census_grid_fill(const plx_census_rows *rows, const plx_census_grid *grid, double *value,
                          int64_t *newest)
{
    for (uint32_t i = 0; i < grid->hours; i++)
        newest[i] = INT64_MIN;
    for (size_t i = 0; i < (size_t)rows->columns * grid->hours; i++)
        value[i] = (double)NAN;
    for (uint32_t i = 0; i < rows->rows; i++) {
        const int64_t at = hour_of(rows->time_us[i]) - grid->first_hour;
        if (at < 0 || at >= grid->hours || rows->time_us[i] < newest[at]) continue;
        newest[at] = rows->time_us[i];
        for (uint32_t c = 0; c < rows->columns; c++)
            value[(size_t)c * grid->hours + (size_t)at] =
                rows->value[(size_t)i * rows->columns + c];
    }
}

static bool parts_words(char c)
{
    return c == '_' || c == ' ' || c == '-' || c == '.' || c == '/';
}

/* Other columns whose name begins (or ends) with the part and goes on with another word; at most
 * one more than can be used. */
static uint32_t sharing(const plx_slice *name, uint32_t columns, uint32_t own, plx_slice part,
                        bool at_begin, uint32_t *index)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < columns; i++) {
        if (i == own || name[i].n <= part.n) continue;
        const size_t rest = name[i].n - part.n;
        const char *shared = at_begin ? name[i].at : name[i].at + rest;
        const char beside = at_begin ? name[i].at[part.n] : name[i].at[rest - 1];
        if (!parts_words(beside) || memcmp(shared, part.at, part.n) != 0) continue;
        if (n == PLX_CENSUS_COMPANIONS_MAX) return n + 1;
        index[n++] = i;
    }
    return n;
}

uint32_t plx_census_companions(const plx_slice *name, uint32_t columns, uint32_t own,
                               uint32_t index[PLX_CENSUS_COMPANIONS_MAX])
{
    const plx_slice word = name[own];
    bool single = true;
    for (size_t n = word.n; n-- > 1;) {
        if (!parts_words(word.at[n])) continue;
        single = false;
        const plx_slice part = {word.at, n};
        const uint32_t found = sharing(name, columns, own, part, true, index);
        if (found >= 1 && found <= PLX_CENSUS_COMPANIONS_MAX) return found;
    }
    for (size_t i = 0; i + 1 < word.n; i++) {
        if (!parts_words(word.at[i])) continue;
        const plx_slice part = {word.at + i + 1, word.n - i - 1};
        const uint32_t found = sharing(name, columns, own, part, false, index);
        if (found >= 1 && found <= PLX_CENSUS_COMPANIONS_MAX) return found;
    }
    uint32_t n = 0;
    if (!single || columns > PLX_CENSUS_COMPANIONS_MAX + 1) return 0;
    for (uint32_t i = 0; i < columns; i++)
        if (i != own) index[n++] = i;
    return n;
}

void plx_census_departments(const plx_slice *name, uint32_t columns, uint32_t *department)
{
    for (uint32_t c = 0; c < columns; c++) {
        uint32_t index[PLX_CENSUS_COMPANIONS_MAX];
        const uint32_t n = plx_census_companions(name, columns, c, index);
        department[c] = c;
        for (uint32_t i = 0; i < n; i++)
            if (index[i] < department[c]) department[c] = department[index[i]];
    }
}
