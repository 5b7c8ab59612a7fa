/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the tests of judging, acknowledging and mapping share. Included by tests only. */
#ifndef PLX_CORE_FORMAT_MESSAGE_FOR_TEST_H
#define PLX_CORE_FORMAT_MESSAGE_FOR_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/time.h"
#include "core/format/hl7v2/hl7v2.h"

enum { TEST_INDEX_MAX = 1 << 16, TEST_SEGMENTS_MAX = 1 << 13 };

static uint32_t test_index[TEST_INDEX_MAX];
static plx_hl7_segment test_segments[TEST_SEGMENTS_MAX];

/* The arrays are shared: one message at a time. */
static inline plx_status test_parse(plx_slice bytes, plx_hl7_message *m, plx_hl7_error *error)
{
    *m = (plx_hl7_message){.index = test_index,
                           .index_capacity = TEST_INDEX_MAX,
                           .segments = test_segments,
                           .segments_capacity = TEST_SEGMENTS_MAX};
    return plx_hl7_parse(bytes, m, error);
}

static inline plx_hl7_message test_message(const char *text)
{
    plx_hl7_message m;
    plx_hl7_error error;
    assert_int_equal(test_parse(plx_slice_of(text), &m, &error), PLX_OK);
    return m;
}

static inline void assert_text(plx_slice s, const char *text)
{
    if (s.n != strlen(text) || (s.n > 0 && memcmp(s.at, text, s.n) != 0))
        fail_msg("\"%.*s\" is not \"%s\"", (int)s.n, s.n ? s.at : "", text);
}

static inline int64_t test_time(const char *iso)
{
    int64_t time_us = 0;
    assert_int_equal(plx_time_from_iso(plx_slice_of(iso), &time_us), PLX_OK);
    return time_us;
}

#endif
