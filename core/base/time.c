/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Days are counted in years that begin on 1 March, so that the leap day is the last one. */
#include "core/base/time.h"

enum {
    DAYS_400_YEARS = 146097,
    DAYS_100_YEARS = 36524,
    DAYS_4_YEARS = 1461,
    DAYS_TO_EPOCH = 719468 /* from 0000-03-01 to 1970-01-01 */
};

static bool is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int32_t month_days(int32_t year, int32_t month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

bool plx_civil_valid(const plx_civil *c)
{
    if (c->year < 1 || c->year > 9999 || c->month < 1 || c->month > 12 || c->day < 1) return false;
    return c->day <= month_days(c->year, c->month) && c->hour >= 0 && c->hour <= 23 &&
           c->minute >= 0 && c->minute <= 59 && c->second >= 0 && c->second <= 59 &&
           c->microsecond >= 0 && c->microsecond <= 999999;
}

/* From 1 March to the first day of the m-th month after March (0..11): 31, 30, 31, 30, 31 twice. */
static int64_t days_before_month(int64_t m)
{
    return (153 * m + 2) / 5;
}

int64_t plx_time_from_civil(const plx_civil *c)
{
    PLX_ASSERT(plx_civil_valid(c));
    const int64_t year = c->year - (c->month <= 2);
    const int64_t month = c->month <= 2 ? c->month + 9 : c->month - 3;
    const int64_t days = year * 365 + year / 4 - year / 100 + year / 400 +
                         days_before_month(month) + c->day - 1 - DAYS_TO_EPOCH;
    return ((days * 24 + c->hour) * 60 + c->minute) * PLX_MINUTE_US + c->second * PLX_SECOND_US +
           c->microsecond;
}

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

plx_civil plx_time_to_civil(int64_t time_us)
{
    const int64_t days = floor_divide(time_us, PLX_DAY_US);
    int64_t rest = time_us % PLX_DAY_US;
    if (rest < 0) rest += PLX_DAY_US;
    const int64_t since = days + DAYS_TO_EPOCH;
    const int64_t era = floor_divide(since, DAYS_400_YEARS);
    const int64_t in_era = since - era * DAYS_400_YEARS;
    const int64_t year = (in_era - in_era / (DAYS_4_YEARS - 1) + in_era / DAYS_100_YEARS -
                          in_era / (DAYS_400_YEARS - 1)) /
                         365;
    const int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    const int64_t month = (5 * in_year + 2) / 153;
    plx_civil c = {0};
    c.day = (int32_t)(in_year - days_before_month(month) + 1);
    c.month = (int32_t)(month < 10 ? month + 3 : month - 9);
    c.year = (int32_t)(year + era * 400 + (month >= 10));
    c.microsecond = (int32_t)(rest % PLX_SECOND_US);
    rest /= PLX_SECOND_US;
    c.second = (int32_t)(rest % 60);
    c.minute = (int32_t)(rest / 60 % 60);
    c.hour = (int32_t)(rest / 3600);
    return c;
}

void plx_out_iso(plx_out *out, int64_t time_us, unsigned decimals)
{
    PLX_ASSERT(decimals == 0 || decimals == 3 || decimals == 6);
    if (time_us == PLX_TIME_NONE) return;
    const plx_civil c = plx_time_to_civil(time_us);
    if (c.year < 1 || c.year > 9999) return;
    plx_out_u64_padded(out, (uint64_t)c.year, 4);
    plx_out_char(out, '-');
    plx_out_u64_padded(out, (uint64_t)c.month, 2);
    plx_out_char(out, '-');
    plx_out_u64_padded(out, (uint64_t)c.day, 2);
    plx_out_char(out, 'T');
    plx_out_u64_padded(out, (uint64_t)c.hour, 2);
    plx_out_char(out, ':');
    plx_out_u64_padded(out, (uint64_t)c.minute, 2);
    plx_out_char(out, ':');
    plx_out_u64_padded(out, (uint64_t)c.second, 2);
    if (decimals > 0) {
        plx_out_char(out, '.');
        plx_out_u64_padded(out, (uint64_t)(decimals == 3 ? c.microsecond / 1000 : c.microsecond),
                           decimals);
    }
    plx_out_char(out, 'Z');
}

typedef struct reader {
    plx_slice text;
    size_t at;
} reader;

static bool read_char(reader *r, char c)
{
    if (r->at == r->text.n || r->text.at[r->at] != c) return false;
    r->at++;
    return true;
}

/* Exactly n digits. */
static bool read_number(reader *r, size_t n, int32_t *value)
{
    uint64_t number;
    if (r->text.n - r->at < n) return false;
    if (!plx_slice_u64((plx_slice){r->text.at + r->at, n}, 9999, &number)) return false;
    r->at += n;
    *value = (int32_t)number;
    return true;
}

/* The digits after the point: 1 to 9, what is finer than a microsecond is cut off. */
static bool read_fraction(reader *r, int32_t *microsecond)
{
    enum { DIGITS_MAX = 9 };
    unsigned n = 0;
    for (; r->at < r->text.n; r->at++, n++) {
        const unsigned digit = (unsigned)(unsigned char)r->text.at[r->at] - '0';
        if (digit > 9) break;
        if (n < 6) *microsecond = *microsecond * 10 + (int32_t)digit;
    }
    for (unsigned i = n; i < 6; i++)
        *microsecond *= 10;
    return n >= 1 && n <= DIGITS_MAX;
}

/* Minutes east of UTC. */
static bool read_zone(reader *r, int32_t *minutes)
{
    *minutes = 0;
    if (read_char(r, 'Z')) return true;
    const bool west = read_char(r, '-');
    if (!west && !read_char(r, '+')) return false;
    int32_t hour, minute;
    if (!read_number(r, 2, &hour) || !read_char(r, ':') || !read_number(r, 2, &minute))
        return false;
    if (hour > 23 || minute > 59) return false;
    *minutes = west ? -(hour * 60 + minute) : hour * 60 + minute;
    return true;
}

plx_status plx_time_from_iso(plx_slice text, int64_t *time_us)
{
    reader r = {text, 0};
    plx_civil c = {0};
    int32_t zone_min;
    if (!read_number(&r, 4, &c.year) || !read_char(&r, '-') || !read_number(&r, 2, &c.month) ||
        !read_char(&r, '-') || !read_number(&r, 2, &c.day) || !read_char(&r, 'T') ||
        !read_number(&r, 2, &c.hour) || !read_char(&r, ':') || !read_number(&r, 2, &c.minute))
        return PLX_SYNTAX;
    if (read_char(&r, ':')) {
        if (!read_number(&r, 2, &c.second)) return PLX_SYNTAX;
        if (read_char(&r, '.') && !read_fraction(&r, &c.microsecond)) return PLX_SYNTAX;
    }
    if (!read_zone(&r, &zone_min) || r.at != text.n) return PLX_SYNTAX;
    if (!plx_civil_valid(&c)) return PLX_RANGE;
    const int64_t utc_us = plx_time_from_civil(&c) - zone_min * PLX_MINUTE_US;
    const int32_t year = plx_time_to_civil(utc_us).year;
    if (year < 1 || year > 9999) return PLX_RANGE;
    *time_us = utc_us;
    return PLX_OK;
}
