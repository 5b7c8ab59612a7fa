/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Mapping of one text, for the tests of the mapping. Included by tests only. */
#ifndef PLX_CORE_FORMAT_MAP_FOR_TEST_H
#define PLX_CORE_FORMAT_MAP_FOR_TEST_H

#include "core/format/hl7v2/message_for_test.h"

#include "core/format/hl7v2/map.h"

enum { TEST_ARENA = 1 << 21 };

static _Alignas(16) char test_memory[TEST_ARENA];

/* Maps in a zone; texts live until the next call. */
static inline plx_event test_map_in(const char *text, int32_t zone_minutes)
{
    static plx_hl7_message m;
    const plx_hl7_map_options options = {zone_minutes};
    plx_arena arena = plx_arena_init(test_memory, sizeof test_memory);
    plx_event event;
    plx_hl7_fault fault = {0};
    m = test_message(text);
    if (plx_hl7_map(&m, &options, &arena, &event, &fault) != PLX_OK)
        fail_msg("%s: %s", text, fault.text ? fault.text : "space");
    return event;
}

static inline plx_event test_map(const char *text)
{
    return test_map_in(text, 0);
}

static inline void assert_value(plx_text t, const char *text)
{
    assert_int_equal(t.presence, PLX_VALUE);
    assert_text(t.text, text);
}

static inline void assert_presence(plx_text t, plx_presence presence)
{
    assert_int_equal(t.presence, presence);
    assert_int_equal(t.text.n, 0);
}

static inline void assert_id(plx_identifier id, const char *value, const char *authority,
                             const char *type)
{
    assert_value(id.value, value);
    assert_text(id.authority, authority);
    assert_text(id.type, type);
}

static inline void assert_when(plx_when when, const char *iso, int precision)
{
    assert_int_equal(when.presence, PLX_VALUE);
    assert_int_equal(when.time_us, test_time(iso));
    assert_int_equal(when.precision, precision);
}

#endif
