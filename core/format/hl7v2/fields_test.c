/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: fields and parts found in one pass are those that access one by one finds. Oracle: the
 * walks of hl7v2.h, over own messages and 20,000 random ones. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/rng.h"
#include "core/format/hl7v2/fields.h"
#include "core/format/hl7v2/message_for_test.h"

static void assert_same(const plx_hl7_message *m, plx_hl7_span a, plx_hl7_span b)
{
    assert_int_equal(a.presence, b.presence);
    if (a.presence == PLX_ABSENT) return;
    assert_int_equal(a.offset, b.offset);
    assert_int_equal(a.length, b.length);
    assert_true(plx_slice_equal(plx_hl7_slice(m, a), plx_hl7_slice(m, b)));
}

static void compare_parts(const plx_hl7_message *m, plx_hl7_span field)
{
    plx_hl7_span repetitions[3], parts[4];
    const uint32_t n = plx_hl7_parts_read(m, field, m->delimiters.repetition, repetitions, 3);
    const uint32_t all = plx_hl7_repetition_count(m, field);
    assert_int_equal(n, all < 3 ? all : 3);
    for (uint32_t r = 0; r < 3; r++) {
        assert_same(m, repetitions[r], plx_hl7_repetition(m, field, r + 1));
        (void)plx_hl7_parts_read(m, repetitions[r], m->delimiters.component, parts, 4);
        for (uint32_t c = 0; c < 4; c++)
            assert_same(m, parts[c], plx_hl7_component(m, repetitions[r], c + 1));
        (void)plx_hl7_parts_read(m, parts[0], m->delimiters.subcomponent, repetitions, 1);
        assert_same(m, repetitions[0], plx_hl7_subcomponent(m, parts[0], 1));
        (void)plx_hl7_parts_read(m, field, m->delimiters.repetition, repetitions, 3);
    }
}

static void compare(const plx_hl7_message *m, uint32_t segment, uint32_t last)
{
    plx_hl7_fields f;
    plx_hl7_fields_read(m, segment, last, &f);
    for (uint32_t number = plx_hl7_is_header(m, segment) ? 2 : 1; number <= last; number++) {
        const plx_hl7_span field = plx_hl7_fields_get(&f, number);
        assert_same(m, field, plx_hl7_field(m, segment, number));
        assert_same(m, plx_hl7_fields_first(&f, number), plx_hl7_get(m, segment, number, 0));
        assert_same(m, plx_hl7_fields_component(&f, number, 2), plx_hl7_get(m, segment, number, 2));
        if (number == 2 && plx_hl7_is_header(m, segment)) continue; /* unsplit */
        compare_parts(m, field);
    }
}

static void test_known_messages(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "MSH|^~\\&|A^B&C|D\rPID|1||x^y~z^~w|\"\"||\rZZZ\r",
        "MSH|^~\\&\r",
        "MSH$%~!@$A%B$@@%%~~\rPV1$\r",
        "MSH|&&&&|A&B&C|D\rPID|&|&&|a&b\r",
        "MSH||A|B\rPID|a^b\r",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const plx_hl7_message m = test_message(texts[i]);
        for (uint32_t s = 0; s <= m.segments_n; s++)
            for (uint32_t last = 1; last < PLX_HL7_FIELDS_MAX; last += 5)
                compare(&m, s, last);
    }
}

static void test_random_messages(void **state)
{
    (void)state;
    static const char alphabet[] = "||||^^~&\\\r\"\"ab ";
    plx_rng rng = plx_rng_init(7, 0);
    for (unsigned round = 0; round < 20000; round++) {
        char text[128] = "MSH|^~\\&|A\rPID";
        size_t n = strlen(text);
        while (n < sizeof text - 1)
            text[n++] = alphabet[plx_rng_below(&rng, sizeof alphabet - 1)];
        text[n] = '\0';
        const plx_hl7_message m = test_message(text);
        for (uint32_t s = 0; s < m.segments_n; s++)
            compare(&m, s, 12);
    }
}

/* What lies behind the last field asked for is not there. */
static void test_only_what_was_read(void **state)
{
    (void)state;
    const plx_hl7_message m = test_message("MSH|^~\\&|A\rPID|1|2|3|4\r");
    plx_hl7_fields f;
    plx_hl7_fields_read(&m, 1, 2, &f);
    assert_text(plx_hl7_slice(&m, plx_hl7_fields_get(&f, 2)), "2");
    assert_int_equal(plx_hl7_fields_get(&f, 5).presence, PLX_ABSENT);
    plx_hl7_fields_read(&m, UINT32_MAX, 2, &f);
    assert_int_equal(plx_hl7_fields_get(&f, 1).presence, PLX_ABSENT);
    assert_int_equal(plx_hl7_fields_component(&f, 1, 10).presence, PLX_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_messages),
        cmocka_unit_test(test_random_messages),
        cmocka_unit_test(test_only_what_was_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
