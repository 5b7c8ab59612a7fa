/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: every message gets the verdict, the fault and the place that v2 chapter 2 (2.9) and
 * acquisition 3 give it, and keys that are equal exactly when the message is the same. Oracle: own
 * messages, each wrong in one known way. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/hash.h"
#include "core/format/hl7v2/intake.h"
#include "core/format/hl7v2/message_for_test.h"
#include "core/record/event.h"

#define MSH(type) "MSH|^~\\&|REG|NORTH|PLX|ED|20260714093000||" type "|C1|P|2.5.1\r"
#define EVN "EVN||20260714092900\r"
#define PID "PID|1||4711^^^NORTH^MR||Roe^Ada\r"
#define PV1 "PV1|1|E|ED^3^A\r"

static plx_hl7_intake judge(const char *text)
{
    plx_hl7_intake intake;
    const plx_hl7_message m = test_message(text);
    plx_hl7_judge(m.bytes, &m, NULL, PLX_IFACE_FIRST, false, &intake);
    return intake;
}

static void assert_accepted(const char *text)
{
    const plx_hl7_intake intake = judge(text);
    if (intake.verdict != PLX_VERDICT_ACCEPTED)
        fail_msg("%s: %s: %s", text, plx_verdict_text(intake.verdict), intake.fault.text);
    assert_int_equal(intake.fault.code, 0);
}

typedef struct place {
    const char *segment;
    int segment_n, field;
} place;

static void assert_fault(const char *text, plx_verdict verdict, int code, place where)
{
    const plx_hl7_intake intake = judge(text);
    if (intake.verdict != verdict || intake.fault.code != code)
        fail_msg("%s: %s %d", text, plx_verdict_text(intake.verdict), intake.fault.code);
    assert_string_equal(intake.fault.segment, where.segment);
    assert_int_equal(intake.fault.segment_n, where.segment_n);
    assert_int_equal(intake.fault.field, where.field);
    assert_non_null(intake.fault.text);
    assert_true(intake.fault.offset <= strlen(text));
}

static void assert_error(const char *text, int code, place where)
{
    assert_fault(text, PLX_VERDICT_ERROR, code, where);
}

static void assert_refused(const char *text, int code, place where)
{
    assert_fault(text, PLX_VERDICT_REFUSED, code, where);
}

static void test_usual_messages_are_accepted(void **state)
{
    (void)state;
    assert_accepted(MSH("ADT^A01^ADT_A01") EVN PID PV1);
    assert_accepted(MSH("ADT^A08") PID PV1);                  /* EVN is often missing */
    assert_accepted(MSH("ADT") "EVN|A03|20260714\r" PID PV1); /* the event in EVN only */
    assert_accepted(MSH("ADT^A99") "ZZZ|1\r");                /* unknown events are kept */
    assert_accepted(MSH("ZZZ^Z01") "ZZZ|1\r");                /* unknown types, too */
    assert_accepted(MSH("MDM^T02") "TXA|1\r");
    assert_accepted(MSH("ORU^R01") PID "OBR|1\rOBX|1|NM|8867-4^HR^LN||80\r");
    assert_accepted(MSH("ORM^O01") PID "ORC|NW|1\rOBR|1|1\r");
    assert_accepted(MSH("ADT^A20") "NPU|ED^3^A|C\r");
    assert_accepted(MSH("ADT^A20") PV1);
    assert_accepted(MSH("ADT^A01") "pid|1||4711\r"); /* small letters are the same segment */
}

static void test_versions(void **state)
{
    (void)state;
    static const struct {
        const char *version;
        bool taken;
    } versions[] = {
        {"2.1", true},     {"2.2", true},      {"2.3", true},  {"2.3.1", true}, {"2.4", true},
        {"2.5", true},     {"2.5.1", true},    {"2.6", true},  {"2.7", true},   {"2.7.1", true},
        {"2.8.2", true},   {"2.9", true},      {"", true},     {"2", true},     {" 2.4 ", true},
        {"2.5^USA", true}, {"2.5.1^^x", true}, {"3.0", false}, {"1.0", false},  {"2.0", false},
        {"2.10", false},   {"2.", false},      {"2.x", false}, {"2.5x", false}, {"v2.5", false},
        {"FHIR", false},
    };
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, "MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|%s\r" PID,
                       versions[i].version);
        if (versions[i].taken)
            assert_accepted(text);
        else
            assert_refused(text, 203, (place){"MSH", 1, 12});
    }
    assert_accepted("MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P\r" PID);
}

static void test_processing_ids(void **state)
{
    (void)state;
    assert_int_equal(judge("MSH|^~\\&|||||||ADT^A01|1|T|2.5\r" PID).verdict, PLX_VERDICT_SHADOW);
    assert_int_equal(judge("MSH|^~\\&|||||||ADT^A01|1|D|2.5\r" PID).verdict, PLX_VERDICT_SHADOW);
    assert_int_equal(judge("MSH|^~\\&|||||||ADT^A01|1|T^A|2.5\r" PID).verdict, PLX_VERDICT_SHADOW);
    assert_accepted("MSH|^~\\&|||||||ADT^A01|1||2.5\r" PID);
    assert_accepted("MSH|^~\\&|||||||ADT^A01|1|P^R|2.5\r" PID);
    assert_refused("MSH|^~\\&|||||||ADT^A01|1|X|2.5\r" PID, 202, (place){"MSH", 1, 11});
    assert_refused("MSH|^~\\&|||||||ADT^A01|1|p|2.5\r" PID, 202, (place){"MSH", 1, 11});
    assert_refused("MSH|^~\\&|||||||ADT^A01|1|PROD|2.5\r" PID, 202, (place){"MSH", 1, 11});
    /* an error in a test message stays an error */
    assert_error("MSH|^~\\&|||||||ADT^A01||T|2.5\r" PID, 101, (place){"MSH", 1, 10});
}

static void test_header_fields(void **state)
{
    (void)state;
    assert_error("MSH|^~\\&|||||2026|||1|P|2.5\r" PID, 101, (place){"MSH", 1, 9});
    assert_error("MSH|^~\\&|||||2026||^A01|1|P|2.5\r" PID, 101, (place){"MSH", 1, 9});
    assert_error("MSH|^~\\&|||||2026||\"\"|1|P|2.5\r" PID, 101, (place){"MSH", 1, 9});
    assert_error("MSH|^~\\&|||||2026||{}|1|P|2.5\r" PID, 103, (place){"MSH", 1, 9});
    assert_error("MSH|^~\\&|||||2026||A very long text here|1|P|2.5\r" PID, 103,
                 (place){"MSH", 1, 9});
    assert_error("MSH|^~\\&|||||2026||ADT^A01||P|2.5\r" PID, 101, (place){"MSH", 1, 10});
    assert_error("MSH|^~\\&|||||2026||ADT^A01| |P|2.5\r" PID, 101, (place){"MSH", 1, 10});
    assert_error("MSH|^~\\&|||||2026||ADT^A01\r" PID, 101, (place){"MSH", 1, 10});
    assert_error("MSH|^~\\&\r", 101, (place){"MSH", 1, 9});
    assert_accepted("MSH|^~\\&|||||||ADT^A01|1|P|2.5\r" PID);
    assert_accepted("MSH|^~\\&|||||20260714240000.00+0200^S||ADT^A01|1|P|2.5\r" PID);
    assert_error("MSH|^~\\&|||||14.07.2026||ADT^A01|1|P|2.5\r" PID, 102, (place){"MSH", 1, 7});
    assert_error("MSH|^~\\&|||||00000000||ADT^A01|1|P|2.5\r" PID, 102, (place){"MSH", 1, 7});
}

static void test_faults_point_at_the_byte(void **state)
{
    (void)state;
    const char *text = MSH("ADT^A01") EVN "PID|1||\r" PV1;
    const plx_hl7_intake intake = judge(text);
    assert_int_equal(intake.fault.offset, strstr(text, "PID") + 7 - text);
    const char *missing = MSH("ADT^A01") EVN;
    assert_int_equal(judge(missing).fault.offset, strlen(missing));
}

static void test_persons_must_be_known(void **state)
{
    (void)state;
    assert_error(MSH("ADT^A01") EVN PV1, 100, (place){"PID", 1, 0});
    assert_error(MSH("ADT^A01") "PID|1\r" PV1, 101, (place){"PID", 1, 3});
    assert_error(MSH("ADT^A01") "PID|1||^^^NORTH^MR||Roe\r", 101, (place){"PID", 1, 3});
    assert_error(MSH("ADT^A01") "PID|1||\"\"\r", 101, (place){"PID", 1, 3});
    assert_error(MSH("ADT^A01") "PID|1||  ~ ^x\r", 101, (place){"PID", 1, 3});
    assert_accepted(MSH("ADT^A01") "PID|1||~4711\r");
    assert_accepted(MSH("ADT^A01") "PID|1|4711\r");
    assert_accepted(MSH("ADT^A01") "PID|1|||4711\r");
    assert_accepted(MSH("ADT^A01") "PID|1|||||||||||||||||ACC7\r");
    assert_accepted(MSH("ADT^A01") "PID|1\rPV1|1|E|||||||||||||||||V9\r");
    assert_error(MSH("ORU^R01") "OBR|1\rOBX|1|NM|1||2\r", 101, (place){"PID", 1, 3});
    assert_error(MSH("ORM^O01") "PID|1\rORC|NW\r", 101, (place){"PID", 1, 3});
    assert_accepted(MSH("ADT^A60") PV1 "IAM|1\r"); /* no state, so no need */
}

static void test_devices_may_know_their_bed_only(void **state)
{
    (void)state;
    assert_accepted(MSH("ORU^R01") "PID|1\rPV1|1|E|ED^3^A\rOBX|1|NM|1||2\r");
    assert_accepted(MSH("ORU^R01") "PV1|1|E|^^BED7\rOBX|1|NM|1||2\r");
    assert_error(MSH("ORU^R01") "PV1|1|E|^^\rOBX|1|NM|1||2\r", 101, (place){"PID", 1, 3});
    assert_error(MSH("ADT^A08") "PID|1\rPV1|1|E|ED^3^A\r", 101, (place){"PID", 1, 3});
    assert_error(MSH("ORM^O01") "PID|1\rPV1|1|E|ED^3^A\r", 101, (place){"PID", 1, 3});
}

static void test_merges_need_what_ends(void **state)
{
    (void)state;
    static const struct {
        const char *event;
        uint16_t field;
    } events[] = {{"A18", 1}, {"A30", 1}, {"A34", 1}, {"A35", 3}, {"A36", 1}, {"A39", 1},
                  {"A40", 1}, {"A41", 3}, {"A42", 5}, {"A43", 1}, {"A44", 3}, {"A45", 5},
                  {"A46", 1}, {"A47", 1}, {"A48", 1}, {"A49", 3}, {"A50", 5}, {"A51", 6}};
    static const char *const mrg[] = {
        "", "MRG|M1\r", "", "MRG|||M3\r", "", "MRG|||||M5\r", "MRG||||||M6\r"};
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        char text[256];
        const char *form = "MSH|^~\\&|||||2026||ADT^%s|1|P|2.5\r" PID "%s";
        (void)snprintf(text, sizeof text, form, events[i].event, "");
        assert_error(text, 100, (place){"MRG", 1, 0});
        (void)snprintf(text, sizeof text, form, events[i].event, "MRG|||||||Roe^Old\r");
        assert_error(text, 101, (place){"MRG", 1, events[i].field});
        (void)snprintf(text, sizeof text, form, events[i].event, mrg[events[i].field]);
        assert_accepted(text);
    }
    assert_accepted(MSH("ADT^A40") PID "MRG||||X^^^MPI^PE\r");
    assert_accepted(MSH("ADT^A40") PID "MRG||X\r");
    assert_error(MSH("ADT^A40") PID "MRG|1\r" PID "MRG|2\r", 100, (place){"PID", 2, 0});
    assert_error(MSH("ADT^A45") PID "MRG|||||1\r" PV1 "MRG|||||2\r", 100, (place){"MRG", 2, 0});
}

static void test_two_patients(void **state)
{
    (void)state;
    const char *other = "PID|1||4712\r";
    char text[512];
    (void)snprintf(text, sizeof text, "%s%s", MSH("ADT^A24") PID, other);
    assert_accepted(text);
    assert_error(MSH("ADT^A24") PID, 100, (place){"PID", 1, 0});
    assert_error(MSH("ADT^A37") PID PID PID, 100, (place){"PID", 1, 0});
    assert_accepted(MSH("ADT^A17") PID PV1 "PID|2||4712\rPV1|1|E|ED^4^A\r");
    assert_error(MSH("ADT^A17") PID PV1 "PID|2||4712\r", 100, (place){"PV1", 1, 0});
    assert_error(MSH("ADT^A17") PID PV1 "PID|2\rPV1|1|E|ED^4^A\r", 101, (place){"PID", 2, 3});
    assert_error(MSH("ADT^A08") PID "PID|2||4712\r", 100, (place){"PID", 2, 0});
    assert_error(MSH("ADT^A20") "NPX|1\r", 100, (place){"NPU", 1, 0});
}

static void test_results_of_several_patients(void **state)
{
    (void)state;
    assert_accepted(MSH("ORU^R01") PID "OBR|1\r" PID "OBR|2\r");
    assert_accepted(MSH("ORU^R01") PID PV1 "OBR|1\r" PID PV1 "OBR|2\r");
    assert_error(MSH("ORU^R01") PID "OBR|1\rPID|1||4712\rOBR|2\r", 100, (place){"PID", 2, 3});
    assert_error(MSH("ORU^R01") PID "OBR|1\rPID|1|9|4711^^^NORTH^MR\rOBR|2\r", 100,
                 (place){"PID", 2, 2});
    assert_error(MSH("ORU^R01") PID "PV1|1|E|||||||||||||||||V1\rOBR|1\r" PID
                                    "PV1|1|E|||||||||||||||||V2\rOBR|2\r",
                 100, (place){"PV1", 2, 19});
    /* prior results in an order may belong to an older visit */
    assert_accepted(MSH("OML^O21") PID "PV1|1|E|||||||||||||||||V1\rORC|NW\r" PID
                                       "PV1|1|E|||||||||||||||||V2\rORC|PR\r");
}

/* n copies of a segment after a header. */
static char *many(const char *head, const char *segment, size_t n)
{
    const size_t one = strlen(segment), first = strlen(head);
    char *text = malloc(first + n * one + 1);
    assert_non_null(text);
    memcpy(text, head, first);
    for (size_t i = 0; i < n; i++)
        memcpy(text + first + i * one, segment, one);
    text[first + n * one] = '\0';
    return text;
}

static void test_more_than_an_event_holds(void **state)
{
    (void)state;
    static const struct {
        const char *segment;
        size_t max;
        const char *id;
    } cases[] = {{"OBX|1|NM|1||2\r", PLX_EVENT_OBSERVATIONS_MAX, "OBX"},
                 {"OBR|1\r", PLX_EVENT_ORDERS_MAX, "OBR"},
                 {"ORC|RE\rOBR|1\rNTE|1\r", PLX_EVENT_ORDERS_MAX, "OBR"}};
    for (size_t i = 0; i < 3; i++) {
        char *text = many(MSH("ORU^R01") PID, cases[i].segment, cases[i].max);
        assert_accepted(text);
        free(text);
        text = many(MSH("ORU^R01") PID, cases[i].segment, cases[i].max + 1);
        assert_refused(text, 207, (place){cases[i].id, 1, 0});
        free(text);
    }
    char *text = many(MSH("RAS^O17") PID "ORC|RE|1\rOBX|1|NM|1||2\r", "RXA|0|1\r",
                      PLX_EVENT_OBSERVATIONS_MAX - 1);
    assert_accepted(text);
    free(text);
    text = many(MSH("RAS^O17") PID "ORC|RE|1\rOBX|1|NM|1||2\r", "RXA|0|1\r",
                PLX_EVENT_OBSERVATIONS_MAX);
    assert_refused(text, 207, (place){"RXA", 1, 0});
    free(text);
}

static void test_acknowledgements_are_known(void **state)
{
    (void)state;
    assert_true(judge(MSH("ACK^A01^ACK") "MSA|AA|1\r").is_ack);
    assert_true(judge(MSH("ACK") "MSA|AE|1\rERR|1\r").is_ack);
    assert_true(judge("MSH|^~\\&|||||||ACK|||\rMSA|AA|1\r").is_ack);
    assert_true(judge("MSH|^~\\&|||||||||P|2.5\rMSA|AA|1\r").is_ack);
    assert_false(judge(MSH("ADT^A01") PID).is_ack);
    assert_false(judge(MSH("RSP^K22") "MSA|AA|1\rQAK|1\r" PID).is_ack);
    assert_int_equal(judge(MSH("ACK^A01") "MSA|AA|1\r").verdict, PLX_VERDICT_ACCEPTED);
    assert_int_equal(judge("MSH|^~\\&|||||||ACK||T|9.9\rMSA|AA|1\r").verdict, PLX_VERDICT_SHADOW);
}

static void test_bytes_that_are_no_message(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        plx_verdict verdict;
    } cases[] = {
        {"", PLX_VERDICT_ERROR},
        {"hello", PLX_VERDICT_ERROR},
        {"MSH", PLX_VERDICT_ERROR},
        {"MSHA^~\\&A", PLX_VERDICT_ERROR},
        {"MSH\r", PLX_VERDICT_ERROR},
        {"PID|1\r", PLX_VERDICT_ERROR},
        {"\xEF\xBB\xBF", PLX_VERDICT_ERROR},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plx_hl7_message m;
        plx_hl7_error error = {0};
        plx_hl7_intake intake;
        const plx_slice bytes = plx_slice_of(cases[i].bytes);
        const uint8_t zero[16] = {0};
        assert_int_not_equal(test_parse(bytes, &m, &error), PLX_OK);
        plx_hl7_judge(bytes, NULL, &error, 2, false, &intake);
        assert_int_equal(intake.verdict, cases[i].verdict);
        assert_int_equal(intake.fault.code, 100);
        assert_ptr_equal(intake.fault.text, error.text);
        assert_memory_equal(intake.ext_key, zero, 16);
        plx_hl7_judge(bytes, NULL, NULL, 2, false, &intake);
        assert_non_null(intake.fault.text);
    }
}

static void test_limits_are_refused(void **state)
{
    (void)state;
    char *text = many("\r\n " MSH("ORU^R01") PID "ZZZ|1", "~2", PLX_HL7_REPETITIONS_MAX);
    plx_hl7_message m;
    plx_hl7_error error = {0};
    plx_hl7_intake intake;
    assert_int_equal(test_parse(plx_slice_of(text), &m, &error), PLX_LIMIT);
    plx_hl7_judge(plx_slice_of(text), NULL, &error, 2, false, &intake);
    assert_int_equal(intake.verdict, PLX_VERDICT_REFUSED);
    assert_int_equal(intake.fault.code, 207);
    assert_ptr_equal(intake.fault.text, error.text);
    free(text);
}

static void keys(const char *text, uint32_t iface, bool reused, plx_hl7_intake *intake)
{
    const plx_hl7_message m = test_message(text);
    plx_hl7_judge(m.bytes, &m, NULL, iface, reused, intake);
}

static void assert_keys(const char *a, const char *b, bool reused, bool same_key, bool same_body)
{
    plx_hl7_intake x, y;
    keys(a, 2, reused, &x);
    keys(b, 2, reused, &y);
    assert_int_equal(memcmp(x.ext_key, y.ext_key, 16) == 0, same_key);
    assert_int_equal(memcmp(x.body_hash, y.body_hash, 16) == 0, same_body);
}

static void test_keys(void **state)
{
    (void)state;
    const char *first = "MSH|^~\\&|A|B|C|D|2026||ADT^A01|7|P|2.5\rPID|1||1\r";
    assert_keys(first, first, false, true, true);
    /* another receiver, time, event: not part of the key */
    assert_keys(first, "MSH|^~\\&|A|B|X|Y|2027||ADT^A08|7|T|2.3\rPID|1||1\r", false, true, true);
    assert_keys(first, "MSH|^~\\&|A|B|C|D|2026||ADT^A01|7|P|2.5\rPID|1||2\r", false, true, false);
    assert_keys(first, "MSH|^~\\&|A|B|C|D|2026||ADT^A01|8|P|2.5\rPID|1||1\r", false, false, true);
    assert_keys(first, "MSH|^~\\&|A2|B|C|D|2026||ADT^A01|7|P|2.5\rPID|1||1\r", false, false, true);
    assert_keys(first, "MSH|^~\\&|A|B2|C|D|2026||ADT^A01|7|P|2.5\rPID|1||1\r", false, false, true);
    /* text that moves from one field to the next is another key */
    assert_keys("MSH|^~\\&|AB|C|||2026||ADT^A01|7\rPID|1||1\r",
                "MSH|^~\\&|A|BC|||2026||ADT^A01|7\rPID|1||1\r", false, false, true);
    /* monitors that restart their counters */
    assert_keys(first, "MSH|^~\\&|A|B|C|D|2026||ADT^A01|8|P|2.5\rPID|1||1\r", true, true, true);
    assert_keys(first, "MSH|^~\\&|A|B|C|D|2027||ADT^A01|7|P|2.5\rPID|1||1\r", true, false, true);
    assert_keys(first, "MSH|^~\\&|A|B|C|D|2026||ADT^A01|7|P|2.5\rPID|1||2\r", true, false, false);
}

static void test_keys_are_what_the_journal_says(void **state)
{
    (void)state;
    const char *text = "MSH|^~\\&|A^x|B|C|D|2026||ADT^A01|7|P|2.5\r\nPID|1||1\r\n";
    const char material[] = "\x02\x01\0\0A^x\rB\r7\r";
    uint8_t expected[16];
    plx_hl7_intake x, other;
    keys(text, 0x102, false, &x);
    plx_blake2b_once(expected, 16, material, sizeof material - 1);
    assert_memory_equal(x.ext_key, expected, 16);
    plx_blake2b_once(expected, 16, "PID|1||1\r\n", 10);
    assert_memory_equal(x.body_hash, expected, 16);
    keys(text, 3, false, &other);
    assert_memory_not_equal(x.ext_key, other.ext_key, 16);
}

static void test_without_a_name_there_is_no_key(void **state)
{
    (void)state;
    const uint8_t zero[16] = {0};
    plx_hl7_intake x;
    keys("MSH|^~\\&|A|B|C|D|2026||ADT^A01||P|2.5\rPID|1||1\r", 2, false, &x);
    assert_memory_equal(x.ext_key, zero, 16);
    assert_memory_not_equal(x.body_hash, zero, 16);
    keys("MSH|^~\\&|A|B|C|D|||ADT^A01|7|P|2.5\rPID|1||1\r", 2, true, &x);
    assert_memory_equal(x.ext_key, zero, 16);
    keys("MSH|^~\\&|A|B|C|D|||ADT^A01|7|P|2.5\r", 2, false, &x);
    assert_memory_not_equal(x.ext_key, zero, 16);
}

static void test_modes(void **state)
{
    (void)state;
    static const struct {
        const char *fields;
        bool enhanced;
        char accept, application;
    } cases[] = {
        {"", false, 0, 0},
        {"||||", false, 0, 0},
        {"|||\"\"|\"\"", false, 0, 0},
        {"|||AL|NE", true, 'A', 'N'},
        {"|||NE|AL", true, 'N', 'A'},
        {"|||SU|ER", true, 'S', 'E'},
        {"|||AL|", true, 'A', 0},
        {"||||AL", true, 0, 'A'},
        {"|||yes", true, 'A', 0},
        {"||| ER ", true, 'E', 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, "MSH|^~\\&|||||2026||ADT^A01|1|P|2.5%s\r" PID,
                       cases[i].fields);
        const plx_hl7_intake x = judge(text);
        assert_int_equal(x.enhanced, cases[i].enhanced);
        assert_int_equal(x.accept_when, cases[i].accept);
        assert_int_equal(x.application_when, cases[i].application);
    }
}

/* Table 0155 and acquisition 3, written out. */
static void test_when_an_acknowledgement_is_due(void **state)
{
    (void)state;
    const plx_hl7_intake original = {0}, ack = {.is_ack = true};
    for (plx_verdict v = 0; v < PLX_VERDICT_COUNT; v++) {
        const bool good =
            v == PLX_VERDICT_ACCEPTED || v == PLX_VERDICT_SHADOW || v == PLX_VERDICT_DUPLICATE;
        assert_true(plx_hl7_ack_due(&original, PLX_HL7_ACK_ORIGINAL, v));
        assert_false(plx_hl7_ack_due(&original, PLX_HL7_ACK_ACCEPT, v));
        assert_false(plx_hl7_ack_due(&original, PLX_HL7_ACK_APPLICATION, v));
        assert_false(plx_hl7_ack_due(&ack, PLX_HL7_ACK_ORIGINAL, v));
        for (const char *when = "ASEN"; *when; when++) {
            const bool due = *when == 'A' || (*when == 'S' && good) || (*when == 'E' && !good);
            const plx_hl7_intake first = {.enhanced = true, .accept_when = *when};
            const plx_hl7_intake second = {.enhanced = true, .application_when = *when};
            assert_false(plx_hl7_ack_due(&first, PLX_HL7_ACK_ORIGINAL, v));
            assert_int_equal(plx_hl7_ack_due(&first, PLX_HL7_ACK_ACCEPT, v), due);
            assert_false(plx_hl7_ack_due(&first, PLX_HL7_ACK_APPLICATION, v));
            assert_int_equal(plx_hl7_ack_due(&second, PLX_HL7_ACK_APPLICATION, v), due);
            assert_false(plx_hl7_ack_due(&second, PLX_HL7_ACK_ACCEPT, v));
        }
    }
}

/* Two bodies that differ in bytes which mean nothing have one text, and are two messages. */
static void test_body_hash_is_of_the_bytes_as_sent(void **state)
{
    (void)state;
#define NAMED(name) MSH("ADT^A04^ADT_A01") EVN "PID|1||4711^^^NORTH^MR||" name "\r" PV1
    static const char *const raw[] = {NAMED("\xFF"), NAMED("\xFE")};
    plx_hl7_intake of_text[2], plain[2];
    for (int i = 0; i < 2; i++) {
        const plx_hl7_message m = test_message(NAMED("\xEF\xBF\xBD"));
        plx_hl7_judge(plx_slice_of(raw[i]), &m, NULL, PLX_IFACE_FIRST, false, &of_text[i]);
        plain[i] = judge(raw[i]);
        assert_int_equal(of_text[i].verdict, PLX_VERDICT_ACCEPTED);
        assert_memory_equal(of_text[i].body_hash, plain[i].body_hash, 16);
        assert_memory_equal(of_text[i].ext_key, plain[i].ext_key, 16);
    }
    assert_memory_not_equal(of_text[0].body_hash, of_text[1].body_hash, 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_body_hash_is_of_the_bytes_as_sent),
        cmocka_unit_test(test_usual_messages_are_accepted),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_processing_ids),
        cmocka_unit_test(test_header_fields),
        cmocka_unit_test(test_faults_point_at_the_byte),
        cmocka_unit_test(test_persons_must_be_known),
        cmocka_unit_test(test_devices_may_know_their_bed_only),
        cmocka_unit_test(test_merges_need_what_ends),
        cmocka_unit_test(test_two_patients),
        cmocka_unit_test(test_results_of_several_patients),
        cmocka_unit_test(test_more_than_an_event_holds),
        cmocka_unit_test(test_acknowledgements_are_known),
        cmocka_unit_test(test_bytes_that_are_no_message),
        cmocka_unit_test(test_limits_are_refused),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_keys_are_what_the_journal_says),
        cmocka_unit_test(test_without_a_name_there_is_no_key),
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_when_an_acknowledgement_is_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
