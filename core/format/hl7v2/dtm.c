/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/hl7v2/dtm.h"

enum {
    TO_SECOND = 14,
    WITH_MILLISECONDS = 17,
    FRACTION_KEPT = 6, /* digits of a microsecond */
    FRACTION_MAX = 12  /* digits read */
};

typedef struct reading {
    plx_civil civil;
    uint32_t precision;
    int32_t zone_minutes;
    bool zone_known, next_day;
} reading;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t count_digits(plx_slice s, size_t from)
{
    size_t n = from;
    while (n < s.n && is_digit(s.at[n]))
        n++;
    return n - from;
}

/* n digits, n <= 6; they are digits. */
static int32_t number(const char *at, size_t n)
{
    int32_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (at[i] - '0');
    return value;
}

static int32_t microseconds(const char *at, size_t n)
{
    size_t kept = n < FRACTION_KEPT ? n : FRACTION_KEPT;
    int32_t value = number(at, kept);
    for (; kept < FRACTION_KEPT; kept++)
        value *= 10;
    return value;
}

/* at: 4, 6, 8, 10, 12 or 14 digits. Parts that were not sent take their lowest value. */
static plx_civil civil_read(const char *at, size_t n)
{
    plx_civil c = {.month = 1, .day = 1};
    c.year = number(at, 4);
    if (n >= 6) c.month = number(at + 4, 2);
    if (n >= 8) c.day = number(at + 6, 2);
    if (n >= 10) c.hour = number(at + 8, 2);
    if (n >= 12) c.minute = number(at + 10, 2);
    if (n >= 14) c.second = number(at + 12, 2);
    return c;
}

static plx_status zone_read(plx_slice zone, reading *r)
{
    if (zone.n == 0) return PLX_OK;
    r->zone_known = true;
    r->zone_minutes = 0;
    if (zone.n == 1 && zone.at[0] == 'Z') return PLX_OK;
    if (zone.n != 5 || (zone.at[0] != '+' && zone.at[0] != '-') || count_digits(zone, 1) != 4)
        return PLX_SYNTAX;
    const int32_t minutes = number(zone.at + 3, 2);
    const int32_t all = number(zone.at + 1, 2) * 60 + minutes;
    if (minutes > 59 || all > PLX_HL7_ZONE_MAX) return PLX_RANGE;
    r->zone_minutes = zone.at[0] == '-' ? -all : all;
    return PLX_OK;
}

static plx_status read(plx_slice text, reading *r)
{
    const plx_slice s = plx_slice_trim(text);
    const size_t n = count_digits(s, 0);
    const bool run_on = n == WITH_MILLISECONDS;
    size_t end = n;
    if (!run_on && (n < 4 || n > TO_SECOND || n % 2 != 0)) return PLX_SYNTAX;
    r->civil = civil_read(s.at, run_on ? TO_SECOND : n);
    r->precision = (uint32_t)n;
    if (run_on) r->civil.microsecond = microseconds(s.at + TO_SECOND, n - TO_SECOND);
    if (n == TO_SECOND && n < s.n && s.at[n] == '.') {
        const size_t digits = count_digits(s, n + 1);
        if (digits == 0 || digits > FRACTION_MAX) return PLX_SYNTAX;
        r->civil.microsecond = microseconds(s.at + n + 1, digits);
        r->precision += (uint32_t)(digits < FRACTION_KEPT ? digits : FRACTION_KEPT);
        end = n + 1 + digits;
    }
    PLX_TRY(zone_read((plx_slice){s.at + end, s.n - end}, r));
    const plx_civil *c = &r->civil;
    if (c->hour == 24 && c->minute == 0 && c->second == 0 && c->microsecond == 0) {
        r->civil.hour = 0;
        r->next_day = true;
    }
    return plx_civil_valid(&r->civil) ? PLX_OK : PLX_RANGE;
}

static plx_status parse(plx_slice text, int32_t zone_minutes, bool zone_applies, plx_when *when)
{
    reading r = {.zone_minutes = zone_minutes};
    PLX_TRY(read(text, &r));
    int64_t time_us = plx_time_from_civil(&r.civil);
    if (r.next_day) time_us += PLX_DAY_US;
    if (zone_applies) time_us -= r.zone_minutes * PLX_MINUTE_US;
    *when = (plx_when){.time_us = time_us,
                       .precision = (uint8_t)r.precision,
                       .zone_known = r.zone_known,
                       .presence = PLX_VALUE};
    return PLX_OK;
}

plx_status plx_hl7_dtm_parse(plx_slice text, int32_t zone_minutes, plx_when *when)
{
    return parse(text, zone_minutes, true, when);
}

plx_status plx_hl7_dtm_parse_civil(plx_slice text, plx_when *when)
{
    return parse(text, 0, false, when);
}
