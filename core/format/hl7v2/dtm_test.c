/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: every form of TS and DTM that is sent is read with its precision, and nothing else is.
 * Oracle: the same moment written as ISO 8601, read by core/base/time; every day of 400 years
 * against a count of days; cut and changed texts against the grammar. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "core/format/hl7v2/dtm.h"
#include "core/format/hl7v2/message_for_test.h"

typedef struct good {
    const char *text;
    int32_t zone_minutes;
    const char *iso;
    uint8_t precision;
    bool zone_known;
} good;

static const good GOOD[] = {
    {"2026", 0, "2026-01-01T00:00Z", 4, false},
    {"202607", 0, "2026-07-01T00:00Z", 6, false},
    {"20260714", 0, "2026-07-14T00:00Z", 8, false},
    {"2026071409", 0, "2026-07-14T09:00Z", 10, false},
    {"202607140930", 0, "2026-07-14T09:30Z", 12, false},
    {"20260714093059", 0, "2026-07-14T09:30:59Z", 14, false},
    {"20260714093059.1", 0, "2026-07-14T09:30:59.1Z", 15, false},
    {"20260714093059.12", 0, "2026-07-14T09:30:59.12Z", 16, false},
    {"20260714093059.123", 0, "2026-07-14T09:30:59.123Z", 17, false},
    {"20260714093059.1234", 0, "2026-07-14T09:30:59.1234Z", 18, false},
    {"20260714093059.123456", 0, "2026-07-14T09:30:59.123456Z", 20, false},
    {"20260714093059.1234569", 0, "2026-07-14T09:30:59.123456Z", 20, false},
    {"20260714093059123", 0, "2026-07-14T09:30:59.123Z", 17, false},
    {"20260714093059+0000", 60, "2026-07-14T09:30:59Z", 14, true},
    {"20260714093059-0000", 60, "2026-07-14T09:30:59Z", 14, true},
    {"20260714093059Z", 60, "2026-07-14T09:30:59Z", 14, true},
    {"20260714093059+0200", 0, "2026-07-14T07:30:59Z", 14, true},
    {"20260714093059-0730", 0, "2026-07-14T17:00:59Z", 14, true},
    {"20260714093059.5+0545", 0, "2026-07-14T03:45:59.5Z", 15, true},
    {"20260714093059123-0500", 0, "2026-07-14T14:30:59.123Z", 17, true},
    {"202607140930+1400", 0, "2026-07-13T19:30Z", 12, true},
    {"2026071409-1400", 0, "2026-07-14T23:00Z", 10, true},
    {"20260714+0100", 0, "2026-07-13T23:00Z", 8, true},
    {"2026-0500", 0, "2026-01-01T05:00Z", 4, true},
    {"20260714093059", 120, "2026-07-14T07:30:59Z", 14, false},
    {"20260714093059", -300, "2026-07-14T14:30:59Z", 14, false},
    {"202607142400", 0, "2026-07-15T00:00Z", 12, false},
    {"2026071424", 0, "2026-07-15T00:00Z", 10, false},
    {"20261231240000", 0, "2027-01-01T00:00Z", 14, false},
    {"20261231240000.000", 0, "2027-01-01T00:00Z", 17, false},
    {"20240229", 0, "2024-02-29T00:00Z", 8, false},
    {"20000229235959", 0, "2000-02-29T23:59:59Z", 14, false},
    {" 20260714093059 ", 0, "2026-07-14T09:30:59Z", 14, false},
    {"00010101", 0, "0001-01-01T00:00Z", 8, false},
    {"99991231235959", 0, "9999-12-31T23:59:59Z", 14, false},
    {"19000101", 0, "1900-01-01T00:00Z", 8, false},
};

static void test_forms_that_are_sent(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
        const good *g = &GOOD[i];
        plx_when when = {0};
        if (plx_hl7_dtm_parse(plx_slice_of(g->text), g->zone_minutes, &when) != PLX_OK)
            fail_msg("%s is refused", g->text);
        if (when.time_us != test_time(g->iso)) fail_msg("%s is not %s", g->text, g->iso);
        assert_int_equal(when.precision, g->precision);
        assert_int_equal(when.zone_known, g->zone_known);
        assert_int_equal(when.presence, PLX_VALUE);
    }
}

typedef struct bad {
    const char *text;
    plx_status status;
} bad;

static const bad BAD[] = {
    {"", PLX_SYNTAX},
    {" ", PLX_SYNTAX},
    {"2", PLX_SYNTAX},
    {"202", PLX_SYNTAX},
    {"20260", PLX_SYNTAX},
    {"2026071", PLX_SYNTAX},
    {"202607140", PLX_SYNTAX},
    {"2026071409305", PLX_SYNTAX},
    {"202607140930591", PLX_SYNTAX},
    {"2026071409305912", PLX_SYNTAX},
    {"202607140930591234", PLX_SYNTAX},
    {"20260714093059.", PLX_SYNTAX},
    {"20260714093059.1234567890123", PLX_SYNTAX},
    {"202607140930.5", PLX_SYNTAX},
    {"20260714093059+", PLX_SYNTAX},
    {"20260714093059+1", PLX_SYNTAX},
    {"20260714093059+010", PLX_SYNTAX},
    {"20260714093059+01:00", PLX_SYNTAX},
    {"20260714093059+01000", PLX_SYNTAX},
    {"20260714093059 +0100", PLX_SYNTAX},
    {"20260714093059Z0", PLX_SYNTAX},
    {"20260714T093059", PLX_SYNTAX},
    {"2026-07-14", PLX_SYNTAX},
    {"07/14/2026", PLX_SYNTAX},
    {"2026 07 14", PLX_SYNTAX},
    {"-20260714", PLX_SYNTAX},
    {"YYYYMMDD", PLX_SYNTAX},
    {"\"\"", PLX_SYNTAX},
    {"0000", PLX_RANGE},
    {"00000000", PLX_RANGE},
    {"00000000000000", PLX_RANGE},
    {"20260000", PLX_RANGE},
    {"20260700", PLX_RANGE},
    {"20261301", PLX_RANGE},
    {"20260732", PLX_RANGE},
    {"20260230", PLX_RANGE},
    {"20250229", PLX_RANGE},
    {"19000229", PLX_RANGE},
    {"2026071425", PLX_RANGE},
    {"202607142401", PLX_RANGE},
    {"20260714240001", PLX_RANGE},
    {"20260714240000.1", PLX_RANGE},
    {"202607140960", PLX_RANGE},
    {"20260714235960", PLX_RANGE},
    {"20260714+1401", PLX_RANGE},
    {"20260714+0060", PLX_RANGE},
};

static void test_other_forms_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        plx_when when = {.time_us = 7, .precision = 7};
        const plx_status status = plx_hl7_dtm_parse(plx_slice_of(BAD[i].text), 0, &when);
        if (status != BAD[i].status) fail_msg("%s gives %s", BAD[i].text, plx_status_name(status));
        assert_int_equal(when.time_us, 7);
        assert_int_equal(when.precision, 7);
    }
}

static void test_birth_dates_keep_their_day(void **state)
{
    (void)state;
    plx_when when;
    assert_int_equal(plx_hl7_dtm_parse_civil(PLX_LIT("19880818"), &when), PLX_OK);
    assert_int_equal(when.time_us, test_time("1988-08-18T00:00Z"));
    assert_int_equal(plx_hl7_dtm_parse_civil(PLX_LIT("198808181126+0215"), &when), PLX_OK);
    assert_int_equal(when.time_us, test_time("1988-08-18T11:26Z"));
    assert_true(when.zone_known);
    assert_int_equal(plx_hl7_dtm_parse_civil(PLX_LIT("19881318"), &when), PLX_RANGE);
    assert_int_equal(plx_hl7_dtm_parse_civil(PLX_LIT("1988-08"), &when), PLX_SYNTAX);
}

/* 400 years are one cycle of the calendar: days follow one another without a gap. */
static void test_every_day_follows_the_last(void **state)
{
    (void)state;
    int64_t last = test_time("1799-12-31T00:00Z");
    uint32_t days = 0;
    for (unsigned date = 18000101; date <= 21991231; date++) {
        char text[16];
        plx_when when;
        (void)snprintf(text, sizeof text, "%08u", date);
        if (plx_hl7_dtm_parse(plx_slice_of(text), 0, &when) != PLX_OK) continue;
        assert_int_equal(when.time_us - last, PLX_DAY_US);
        last = when.time_us;
        days++;
    }
    assert_int_equal(days, 146097);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms_that_are_sent),
        cmocka_unit_test(test_other_forms_are_refused),
        cmocka_unit_test(test_birth_dates_keep_their_day),
        cmocka_unit_test(test_every_day_follows_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
