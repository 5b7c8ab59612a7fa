/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: an acknowledgement has, byte for byte, the form of v2 chapter 2 (2.9, 2.15 MSA, ERR) for
 * the version and mode of the sender, whatever its delimiters. Oracle: answers written by hand;
 * for odd delimiters the parser. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "core/format/hl7v2/intake.h"
#include "core/format/hl7v2/message_for_test.h"

#define PID "PID|1||4711\r"

static char answer_memory[4096];

static const plx_hl7_fault FAULT = {.code = 101,
                                    .segment = "PID",
                                    .segment_n = 1,
                                    .field = 3,
                                    .offset = 40,
                                    .text = "no identifier: fill PID-3"};

typedef struct answer_of {
    const char *message; /* NULL: none that could be parsed */
    plx_hl7_ack_level level;
    plx_verdict verdict;
    const plx_hl7_fault *fault;
} answer_of;

static plx_slice answer(answer_of a)
{
    plx_out out = plx_out_init(answer_memory, sizeof answer_memory);
    plx_hl7_message m;
    if (a.message) m = test_message(a.message);
    plx_hl7_ack_write(a.message ? &m : NULL, a.level, a.verdict, a.fault, 42,
                      test_time("2026-07-14T09:30:59.75Z"), &out);
    assert_false(out.full);
    return plx_out_slice(&out);
}

static void assert_answer(answer_of a, const char *expected)
{
    assert_text(answer(a), expected);
}

static void test_original_mode_v23(void **state)
{
    (void)state;
    const char *m = "MSH|^~\\&|REG|NORTH|PLX|ED|202607140930||ADT^A01|77|P|2.3\r" PID;
    assert_answer((answer_of){m, PLX_HL7_ACK_ORIGINAL, PLX_VERDICT_ACCEPTED, NULL},
                  "MSH|^~\\&|PLX|ED|REG|NORTH|20260714093059+0000||ACK^A01^ACK|P42|P|2.3\r"
                  "MSA|AA|77\r");
    assert_answer((answer_of){m, PLX_HL7_ACK_ORIGINAL, PLX_VERDICT_ERROR, &FAULT},
                  "MSH|^~\\&|PLX|ED|REG|NORTH|20260714093059+0000||ACK^A01^ACK|P42|P|2.3\r"
                  "MSA|AE|77|no identifier: fill PID-3\r"
                  "ERR|PID^1^3^101&Required field missing&HL70357\r");
}

static void test_original_mode_v24(void **state)
{
    (void)state;
    const plx_hl7_fault refused = {.code = 202,
                                   .segment = "MSH",
                                   .segment_n = 1,
                                   .field = 11,
                                   .text = "the processing id (MSH-11) is not P, T or D"};
    assert_answer(
        (answer_of){"MSH|^~\\&|LAB^1.2.3^ISO|NORTH|PLX|ED|2026||ORU^R01^ORU_R01|a~b|Q|2.4\r",
                    PLX_HL7_ACK_ORIGINAL, PLX_VERDICT_REFUSED, &refused},
        "MSH|^~\\&|PLX|ED|LAB^1.2.3^ISO|NORTH|20260714093059+0000||ACK^R01^ACK|P42|Q|2.4\r"
        "MSA|AR|a~b|the processing id (MSH-11) is not P, T or D\r"
        "ERR|MSH^1^11^202&Unsupported processing id&HL70357\r");
}

static void test_original_mode_v251(void **state)
{
    (void)state;
    const char *m = "MSH|^~\\&|REG|NORTH|PLX|ED|2026||ADT^A01^ADT_A01|77|P|2.5.1||||||8859/1\r" PID;
    const char *head =
        "MSH|^~\\&|PLX|ED|REG|NORTH|20260714093059+0000||ACK^A01^ACK|P42|P|2.5.1||||||8859/1\r";
    char expected[512];
    (void)snprintf(expected, sizeof expected, "%sMSA|AA|77\r", head);
    assert_answer((answer_of){m, PLX_HL7_ACK_ORIGINAL, PLX_VERDICT_SHADOW, NULL}, expected);
    assert_answer((answer_of){m, PLX_HL7_ACK_ORIGINAL, PLX_VERDICT_DUPLICATE, NULL}, expected);
    (void)snprintf(expected, sizeof expected,
                   "%sMSA|AE|77\rERR||PID^1^3|101^Required field missing^HL70357|E||||"
                   "no identifier: fill PID-3\r",
                   head);
    assert_answer((answer_of){m, PLX_HL7_ACK_ORIGINAL, PLX_VERDICT_ERROR, &FAULT}, expected);
    const plx_hl7_fault twice = {.code = 205, .text = "same id & other content"};
    (void)snprintf(expected, sizeof expected,
                   "%sMSA|AE|77\rERR|||205^Duplicate key identifier^HL70357|E||||"
                   "same id \\T\\ other content\r",
                   head);
    assert_answer((answer_of){m, PLX_HL7_ACK_ORIGINAL, PLX_VERDICT_CONFLICT, &twice}, expected);
}

static void test_enhanced_mode(void **state)
{
    (void)state;
    const char *m = "MSH|^~\\&|REG|NORTH|PLX|ED|2026||ADT^A01|77|T|2.5|||AL|AL\r" PID;
    const char *head = "MSH|^~\\&|PLX|ED|REG|NORTH|20260714093059+0000||ACK^A01^ACK|P42|T|2.5\r";
    static const struct {
        plx_hl7_ack_level level;
        plx_verdict verdict;
        const char *code;
    } cases[] = {{PLX_HL7_ACK_ACCEPT, PLX_VERDICT_ACCEPTED, "CA"},
                 {PLX_HL7_ACK_ACCEPT, PLX_VERDICT_ERROR, "CE"},
                 {PLX_HL7_ACK_ACCEPT, PLX_VERDICT_CONFLICT, "CE"},
                 {PLX_HL7_ACK_ACCEPT, PLX_VERDICT_REFUSED, "CR"},
                 {PLX_HL7_ACK_APPLICATION, PLX_VERDICT_ACCEPTED, "AA"},
                 {PLX_HL7_ACK_APPLICATION, PLX_VERDICT_ERROR, "AE"},
                 {PLX_HL7_ACK_APPLICATION, PLX_VERDICT_REFUSED, "AR"},
                 {PLX_HL7_ACK_APPLICATION, PLX_VERDICT_BROKEN, "AE"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char expected[512];
        const bool good = cases[i].verdict == PLX_VERDICT_ACCEPTED;
        (void)snprintf(expected, sizeof expected, "%sMSA|%s|77\r%s", head, cases[i].code,
                       good ? ""
                            : "ERR||PID^1^3|101^Required field missing^HL70357|E||||"
                              "no identifier: fill PID-3\r");
        assert_answer((answer_of){m, cases[i].level, cases[i].verdict, &FAULT}, expected);
    }
}

static void test_every_code_of_the_table(void **state)
{
    (void)state;
    static const struct {
        uint16_t code;
        const char *text;
    } codes[] = {{100, "Segment sequence error"},    {101, "Required field missing"},
                 {102, "Data type error"},           {103, "Table value not found"},
                 {200, "Unsupported message type"},  {201, "Unsupported event code"},
                 {202, "Unsupported processing id"}, {203, "Unsupported version id"},
                 {204, "Unknown key identifier"},    {205, "Duplicate key identifier"},
                 {206, "Application record locked"}, {207, "Application internal error"}};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        const plx_hl7_fault f = {.code = codes[i].code,
                                 .segment = "OBX",
                                 .segment_n = 12,
                                 .field = 5,
                                 .component = 2,
                                 .text = "x"};
        char expected[512];
        (void)snprintf(expected, sizeof expected,
                       "MSH|^~\\&|||||20260714093059+0000||ACK|P42||2.9\rMSA|AE|\r"
                       "ERR||OBX^12^5^1^2|%u^%s^HL70357|E||||x\r",
                       codes[i].code, codes[i].text);
        assert_answer(
            (answer_of){"MSH|^~\\&||||||||||2.9\r", PLX_HL7_ACK_ORIGINAL, PLX_VERDICT_ERROR, &f},
            expected);
    }
}

static void test_what_has_no_header(void **state)
{
    (void)state;
    const plx_hl7_fault f = {.code = 100, .text = "the message does not begin with an MSH segment"};
    assert_answer((answer_of){NULL, PLX_HL7_ACK_ORIGINAL, PLX_VERDICT_ERROR, &f},
                  "MSH|^~\\&|||||20260714093059+0000||ACK|P42|P|2.5\rMSA|AE|\r"
                  "ERR|||100^Segment sequence error^HL70357|E||||"
                  "the message does not begin with an MSH segment\r");
    assert_answer((answer_of){NULL, PLX_HL7_ACK_ORIGINAL, PLX_VERDICT_REFUSED, NULL},
                  "MSH|^~\\&|||||20260714093059+0000||ACK|P42|P|2.5\rMSA|AR|\r"
                  "ERR|||207^Application internal error^HL70357|E||||the message was not taken\r");
    /* a header with nothing in it; an empty version is an old one */
    assert_answer((answer_of){"MSH|^~\\&\r", PLX_HL7_ACK_ORIGINAL, PLX_VERDICT_ERROR, &f},
                  "MSH|^~\\&|||||20260714093059+0000||ACK|P42||\r"
                  "MSA|AE||the message does not begin with an MSH segment\r"
                  "ERR|^^^100&Segment sequence error&HL70357\r");
}

static void test_unknown_version_gets_the_new_form(void **state)
{
    (void)state;
    const plx_hl7_fault f = {.code = 203, .segment = "MSH", .segment_n = 1, .field = 12};
    assert_answer((answer_of){"MSH|^~\\&|A||||2026||ADT^A01|1|P|3.0\r", PLX_HL7_ACK_ORIGINAL,
                              PLX_VERDICT_REFUSED, &f},
                  "MSH|^~\\&|||A||20260714093059+0000||ACK^A01^ACK|P42|P|3.0\rMSA|AR|1\r"
                  "ERR||MSH^1^12|203^Unsupported version id^HL70357|E||||\r");
}

static void test_no_time(void **state)
{
    (void)state;
    plx_out out = plx_out_init(answer_memory, sizeof answer_memory);
    const plx_hl7_message m = test_message("MSH|^~\\&|||||||ADT|1|P|2.3\r");
    plx_hl7_ack_write(&m, PLX_HL7_ACK_ORIGINAL, PLX_VERDICT_ACCEPTED, NULL, UINT64_MAX,
                      PLX_TIME_NONE, &out);
    assert_text(plx_out_slice(&out), "MSH|^~\\&|||||||ACK|P18446744073709551615|P|2.3\rMSA|AA|1\r");
    out = plx_out_init(answer_memory, 20);
    plx_hl7_ack_write(&m, PLX_HL7_ACK_ORIGINAL, PLX_VERDICT_ACCEPTED, NULL, 1, 0, &out);
    assert_true(out.full);
    assert_int_equal(out.n, 20);
}

static void test_frame_bytes_are_left_out(void **state)
{
    (void)state;
    assert_answer((answer_of){"MSH|^~\\&|A\x1C|B\x0B||||2026|ADT^A01|1\x1C|P|2.3\r",
                              PLX_HL7_ACK_ORIGINAL, PLX_VERDICT_ACCEPTED, NULL},
                  "MSH|^~\\&|||A|B|20260714093059+0000||ACK^A01^ACK|P42|P|2.3\rMSA|AA|1\r");
}

/* With its own delimiters the answer says the same. */
static void test_odd_delimiters(void **state)
{
    (void)state;
    static const char *const messages[] = {
        "MSH$%~\\&$REG$N$PLX$ED$2026$$ADT%A01$7$P$2.5\r",
        "MSH@~&#\\@REG@N@PLX@ED@2026@@ADT~A01@7@P@2.5\r",
        "MSH|^~\\&#|REG|N|PLX|ED|2026||ADT^A01|7|P|2.7\r",
        "MSH|^|REG|N|PLX|ED|2026||ADT^A01|7|P|2.5\r",
        "MSH|&&&&|REG|N|PLX|ED|2026||ADT&A01|7|P|2.5\r",
        "MSH|^~\\\\&|REG|N|PLX|ED|2026||ADT^A01|7|P|2.5\r",
        "MSH:^~\\&:REG:N:PLX:ED:2026::ADT^A01:7:P:2.5\r",
        "MSH ^~\\& REG N PLX ED 2026  ADT^A01 7 P 2.5\r",
        "MSH||REG|N|PLX|ED|2026||ADT^A01|7|P|2.5\r",
    };
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        const plx_hl7_fault f = {.code = 101,
                                 .segment = "PID",
                                 .segment_n = 1,
                                 .field = 3,
                                 .text = "send $ or @: not | & ^ ~ \\ # % !"};
        const plx_slice s =
            answer((answer_of){messages[i], PLX_HL7_ACK_ORIGINAL, PLX_VERDICT_ERROR, &f});
        plx_hl7_message ack;
        plx_hl7_error error;
        char decoded[256];
        plx_out out = plx_out_init(decoded, sizeof decoded);
        assert_int_equal(test_parse(s, &ack, &error), PLX_OK);
        assert_int_equal(ack.segments_n, 3);
        assert_text(plx_hl7_slice(&ack, plx_hl7_field(&ack, 0, 3)), "PLX");
        assert_text(plx_hl7_slice(&ack, plx_hl7_field(&ack, 0, 6)), "N");
        assert_text(plx_hl7_slice(&ack, plx_hl7_field(&ack, 1, 1)), "AE");
        assert_text(plx_hl7_slice(&ack, plx_hl7_field(&ack, 1, 2)), "7");
        assert_int_equal(plx_hl7_field_count(&ack, 2), 8);
        /* where the escape character splits, nothing can be escaped: delimiters are left out */
        const plx_hl7_delimiters *d = &ack.delimiters;
        if (d->escape == d->component || d->escape == d->subcomponent) continue;
        assert_text(plx_hl7_slice(&ack, plx_hl7_get(&ack, 2, 3, 1)), "101");
        (void)plx_hl7_decode(&ack, plx_hl7_field(&ack, 2, 8), &out);
        assert_text(plx_out_slice(&out), f.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_original_mode_v23),
        cmocka_unit_test(test_original_mode_v24),
        cmocka_unit_test(test_original_mode_v251),
        cmocka_unit_test(test_enhanced_mode),
        cmocka_unit_test(test_every_code_of_the_table),
        cmocka_unit_test(test_what_has_no_header),
        cmocka_unit_test(test_unknown_version_gets_the_new_form),
        cmocka_unit_test(test_no_time),
        cmocka_unit_test(test_frame_bytes_are_left_out),
        cmocka_unit_test(test_odd_delimiters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
