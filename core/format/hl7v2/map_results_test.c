/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: orders and observations of ORU, ORM, OML, OMG and OUL arrive in the event; each kind of
 * value is what the sender meant; no sentinel and no demo value can pass for a vital. Oracle: own
 * messages of the shapes of v2 chapters 4 and 7 and of acquisition 6 and 7. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "core/format/hl7v2/map_for_test.h"

#define MSH(type) "MSH|^~\\&|LAB|NORTH|PLX|ED|20260714093000||" type "|C1|P|2.5.1\r"
#define PID "PID|1||4711^^^NORTH^MR\r"

/* One OBX under one OBR. */
static plx_observation_facts observe(const char *obx)
{
    char text[1024];
    (void)snprintf(text, sizeof text,
                   MSH("ORU^R01") PID "OBR|1|P1|F1|24323-8^Panel^LN|||20260714080000\rOBX|%s\r",
                   obx);
    const plx_event e = test_map(text);
    assert_int_equal(e.observations_n, 1);
    assert_int_equal(e.orders_n, 1);
    return e.observations[0];
}

static plx_observation_facts value_of(const char *type, const char *value)
{
    char obx[512];
    (void)snprintf(obx, sizeof obx, "1|%s|X1^Something^L||%s||||||F", type, value);
    return observe(obx);
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *sent, *text, *number;
        char comparator;
    } cases[] = {
        {"80", "80", "80", 0},
        {"1.10", "1.10", "1.10", 0},
        {"-3.5", "-3.5", "-3.5", 0},
        {"+4", "+4", "+4", 0},
        {" 7 ", "7", "7", 0},
        {"<5", "<5", "5", '<'},
        {">1000", ">1000", "1000", '>'},
        {"<=0.1", "<=0.1", "0.1", 'l'},
        {">= 20", ">= 20", "20", 'g'},
        {"0", "0", "0", 0},
        {".5", ".5", ".5", 0},
        {"1e3", "1e3", "1e3", 0},
        {"-999", "-999", "-999", 0}, /* no device, no quantity: a number as any other */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const plx_observation_facts o = value_of("NM", cases[i].sent);
        if (!o.numeric) fail_msg("%s is no number", cases[i].sent);
        assert_value(o.value, cases[i].text);
        assert_text(plx_decimal_text(&o.number), cases[i].number);
        assert_int_equal(o.comparator, cases[i].comparator);
        assert_text(o.value_type, "NM");
    }
    assert_true(value_of("NM", "1.10").number.value == 1.10);
}

static void test_numbers_that_are_none(void **state)
{
    (void)state;
    static const struct {
        const char *sent, *text;
        plx_presence presence;
        bool sentinel;
    } cases[] = {
        {"", "", PLX_EMPTY, false},
        {"  ", "", PLX_EMPTY, false},
        {"\"\"", "", PLX_NULL, false},
        {"---", "", PLX_EMPTY, true},
        {"-", "", PLX_EMPTY, true},
        {"cancelled", "cancelled", PLX_VALUE, false},
        {"60~120", "60\n120", PLX_VALUE, false},
        {"37,5", "37,5", PLX_VALUE, false},
        {"<>5", "<>5", PLX_VALUE, false},
        {"<", "<", PLX_VALUE, false},
        {"1234567890123456789", "1234567890123456789", PLX_VALUE, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const plx_observation_facts o = value_of("NM", cases[i].sent);
        assert_false(o.numeric);
        assert_int_equal(o.value.presence, cases[i].presence);
        assert_text(o.value.text, cases[i].text);
        assert_int_equal(o.sentinel, cases[i].sentinel);
        assert_int_equal(o.comparator, 0);
    }
    assert_int_equal(observe("1|NM|X1").value.presence, PLX_ABSENT);
    assert_int_equal(test_map(MSH("ORU^R01") PID "OBX|1|NM|X1||text\r").warnings, 1);
}

static void test_structured_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *sent, *text;
        bool numeric;
        char comparator;
    } cases[] = {
        {">^100", ">100", true, '>'},    {"<=^5", "<=5", true, 'l'},
        {"^182", "182", true, 0},        {"=^7.0", "7.0", true, 0},
        {"12", "12", true, 0},           {"^1^:^128", "1:128", false, 0},
        {"^10^-^20", "10-20", false, 0}, {"^2^+", "2+", false, 0},
        {"<>^5", "<>5", false, 0},       {"^^^", "", false, 0},
        {"^^:^128", ":128", false, 0},   {">^abc", ">abc", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const plx_observation_facts o = value_of("SN", cases[i].sent);
        assert_text(o.value.text, cases[i].text);
        assert_int_equal(o.value.presence, cases[i].text[0] ? PLX_VALUE : PLX_EMPTY);
        if (o.numeric != cases[i].numeric) fail_msg("%s", cases[i].sent);
        assert_int_equal(o.comparator, cases[i].comparator);
    }
    assert_int_equal(value_of("SN", "\"\"").value.presence, PLX_NULL);
}

static void test_coded_values(void **state)
{
    (void)state;
    static const struct {
        const char *type, *sent, *text, *code;
    } cases[] = {
        {"CE", "A^Alert^L", "Alert", "A"},
        {"CWE", "A", "A", "A"},
        {"CWE", "^Confused", "Confused", ""},
        {"CNE", "260385009^Negative^SCT^N^Neg^L", "Negative", "260385009"},
        {"CWE", "^^^N^Neg^L", "Neg", ""},
        {"CWE", "^^^^^^^^as written", "as written", ""},
        {"CF", "A^Line 1\\.br\\Line 2", "Line 1\nLine 2", "A"},
        {"CE", "A^Alert~B^Other", "Alert", "A"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const plx_observation_facts o = value_of(cases[i].type, cases[i].sent);
        assert_value(o.value, cases[i].text);
        assert_text(o.value_code, cases[i].code);
        assert_false(o.numeric);
    }
    assert_int_equal(value_of("CE", "").value.presence, PLX_EMPTY);
    assert_int_equal(value_of("CE", "^^").value.presence, PLX_EMPTY);
    assert_int_equal(value_of("CE", "\"\"").value.presence, PLX_NULL);
    assert_true(value_of("CE", "---").sentinel);
}

static void test_texts(void **state)
{
    (void)state;
    assert_value(value_of("TX", "one~two~~four").value, "one\ntwo\n\nfour");
    assert_value(value_of("FT", "a\\.br\\b\\.sp2\\c\\R\\d").value, "a\nb\n\nc~d");
    assert_value(value_of("ST", "a ^ b & c").value, "a ^ b & c"); /* no parts in a text */
    assert_value(value_of("ST", "   kept in front  ").value, "   kept in front");
    assert_value(value_of("TX", "L\xC3\xB6sung~\\X4F\\K").value, "L\xC3\xB6sung\nOK");
    assert_value(value_of("FT", "\\.sp99\\\\.sp99\\x").value,
                 "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
                 "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
                 "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
                 "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
                 "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nx");
    assert_int_equal(value_of("TX", "~~").value.presence, PLX_EMPTY);
    assert_value(value_of("", "untyped").value, "untyped");
    assert_value(value_of("ZZ", "a^b~c").value, "a^b\nc");
    assert_false(value_of("ST", "120").numeric); /* of what is not known */
    assert_value(value_of("ST", "---").value, "---");
}

static void test_other_types(void **state)
{
    (void)state;
    assert_value(value_of("DT", "20260714").value, "20260714");
    assert_value(value_of("TS", "202607140930^M").value, "202607140930");
    assert_value(value_of("TM", "0930").value, "0930");
    assert_value(value_of("ED", "^application^pdf^Base64^JVBERi0xLjQ=").value,
                 "application/pdf, Base64, 12 bytes");
    assert_value(value_of("ED", "^^^^").value, "/, , 0 bytes");
    assert_int_equal(value_of("ED", "").value.presence, PLX_EMPTY);
    assert_value(value_of("RP", "pacs\\F\\1^APP^IM^JPEG").value, "pacs|1");
    assert_value(value_of("NA", "1^2^3~4").value, "NA, 7 bytes");
    assert_value(value_of("IS", "POS").value, "POS");
}

/* A laboratory that sends numbers as text: they count where the code is known as a quantity. */
static void test_numbers_sent_as_text(void **state)
{
    (void)state;
    plx_observation_facts o = observe("1|ST|2823-3^K^LN||4.4|mmol/L|||||F");
    assert_true(o.numeric);
    assert_true(o.number.value == 4.4);
    o = observe("1|ST|2823-3^K^LN||<1.5|mmol/L|||||F");
    assert_int_equal(o.comparator, '<');
    o = observe("1||8867-4^HR^LN||80|/min|||||F");
    assert_true(o.numeric);
    o = observe("1|ST|2823-3^K^LN||haemolysed|mmol/L|||||F");
    assert_false(o.numeric);
    assert_value(o.value, "haemolysed");
    o = observe("1|ST|67775-7^ACVPU^LN||1|||||||F"); /* a code, not a number */
    assert_int_equal(o.quantity, PLX_QUANTITY_ACVPU);
    assert_false(o.numeric);
}

static void test_codes(void **state)
{
    (void)state;
    static const struct {
        const char *sent, *code, *system, *text;
        plx_quantity quantity;
    } cases[] = {
        {"8867-4^Heart rate^LN", "8867-4", "LN", "Heart rate", PLX_QUANTITY_HR},
        {"8867-4", "8867-4", "", "", PLX_QUANTITY_HR},
        {"147842^MDC_ECG_HEART_RATE^MDC", "147842", "MDC", "MDC_ECG_HEART_RATE", PLX_QUANTITY_HR},
        {"MDC_ECG_HEART_RATE^147842^MDC", "MDC_ECG_HEART_RATE", "MDC", "147842", PLX_QUANTITY_HR},
        /* the name wins over a wrong number, and stands in for a missing one */
        {"147842^MDC_PULS_OXIM_SAT_O2^MDC", "147842", "MDC", "MDC_PULS_OXIM_SAT_O2",
         PLX_QUANTITY_SPO2},
        {"^MDC_PULS_OXIM_SAT_O2^MDC", "", "MDC", "MDC_PULS_OXIM_SAT_O2", PLX_QUANTITY_SPO2},
        {"0^MDC_PULS_OXIM_SAT_O2^MDC", "0", "MDC", "MDC_PULS_OXIM_SAT_O2", PLX_QUANTITY_SPO2},
        {"147842^MDC_NOBODY_KNOWS^MDC", "147842", "MDC", "MDC_NOBODY_KNOWS", PLX_QUANTITY_HR},
        {"PULSE^Puls^L^8867-4^HR^LN", "8867-4", "LN", "HR", PLX_QUANTITY_HR},
        {"9279-1^RR^LN^147842^MDC_ECG_HEART_RATE^MDC", "9279-1", "LN", "RR",
         PLX_QUANTITY_RESP_RATE},
        {"1-8^x^LN^147842^MDC_ECG_HEART_RATE^MDC", "147842", "MDC", "MDC_ECG_HEART_RATE",
         PLX_QUANTITY_HR},
        {"^^^LOC1^Local^L", "LOC1", "L", "Local", PLX_QUANTITY_OTHER},
        {"LOC1^Local^L^LOC2^Other^L2", "LOC1", "L", "Local", PLX_QUANTITY_OTHER},
        {"8867-4^HR^99ABC", "8867-4", "99ABC", "HR", PLX_QUANTITY_OTHER},
        {"", "", "", "", PLX_QUANTITY_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char obx[256];
        (void)snprintf(obx, sizeof obx, "1|NM|%s||7||||||F", cases[i].sent);
        const plx_observation_facts o = observe(obx);
        assert_text(o.code, cases[i].code);
        assert_text(o.code_system, cases[i].system);
        assert_text(o.code_text, cases[i].text);
        if (o.quantity != cases[i].quantity) fail_msg("%s is %u", cases[i].sent, o.quantity);
    }
}

static void test_units(void **state)
{
    (void)state;
    static const struct {
        const char *sent, *unit;
    } cases[] = {
        {"mm[Hg]", "mm[Hg]"},
        {"mmHg", "mm[Hg]"},
        {"266016^MDC_DIM_MMHG^MDC", "mm[Hg]"},
        {"MDC_DIM_MMHG", "mm[Hg]"},
        {"^MDC_DIM_MMHG^MDC", "mm[Hg]"},
        {"999^MDC_DIM_MMHG^MDC", "mm[Hg]"},
        {"bpm", "/min"},
        {"xyz^local^L^mmol/L^^UCUM", "mmol/L"},
        {"xyz^local^L", "xyz"},
        {"^furlong", "furlong"},
        {"mg/dL^^UCUM", "mg/dL"},
        {"\"\"", ""},
        {"", ""},
        {"^^", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char obx[256];
        (void)snprintf(obx, sizeof obx, "1|NM|X1||7|%s|||||F", cases[i].sent);
        assert_text(observe(obx).unit, cases[i].unit);
    }
}

/* acquisition 7, row "no value". */
static void test_sentinels_never_become_vitals(void **state)
{
    (void)state;
    static const struct {
        const char *code, *value, *unit;
        bool sentinel;
    } cases[] = {
        {"147842^MDC_ECG_HEART_RATE^MDC", "-999", "/min", true},
        {"147842^MDC_ECG_HEART_RATE^MDC", "-99.9", "/min", true},
        {"147842^MDC_ECG_HEART_RATE^MDC", "-999.0", "/min", true},
        {"147842^MDC_ECG_HEART_RATE^MDC", "-100", "/min", true},
        {"147842^MDC_ECG_HEART_RATE^MDC", "-1", "/min", true},
        {"147842^MDC_ECG_HEART_RATE^MDC", "32767", "/min", true},
        {"147842^MDC_ECG_HEART_RATE^MDC", "-32768", "/min", true},
        {"147842^MDC_ECG_HEART_RATE^MDC", "65535", "/min", true},
        {"147842^MDC_ECG_HEART_RATE^MDC", "8388607", "/min", true},
        {"147842^MDC_ECG_HEART_RATE^MDC", "2047", "/min", true},
        {"147842^MDC_ECG_HEART_RATE^MDC", "---", "/min", true},
        {"147842^MDC_ECG_HEART_RATE^MDC", "0", "/min", false},
        {"147842^MDC_ECG_HEART_RATE^MDC", "80", "/min", false},
        {"147842^MDC_ECG_HEART_RATE^MDC", ">2047", "/min", false},
        {"151868^MDC_VOL_AWAY_TIDAL^MDC", "2047", "mL", true},
        {"999999^MDC_NOBODY_KNOWS^MDC", "32767", "", true},
        {"999999^MDC_NOBODY_KNOWS^MDC", "-1", "", false}, /* it may be negative */
        {"8867-4^HR^LN", "-1", "", true},
        {"8867-4^HR^LN", "2047", "/min", true},
        {"8310-5^Temp^LN", "-1", "Cel", true},
        {"8310-5^Temp^LN", "-99.9", "[degF]", true},
        {"1925-7^Base excess^LN", "-1", "mmol/L", false},
        {"60985-9^CVP^LN", "-1", "mm[Hg]", false},
        {"60985-9^CVP^LN", "-100", "mm[Hg]", false}, /* impossible, but that is for later */
        {"60985-9^CVP^LN", "-999", "mm[Hg]", true},
        {"48065-7^D-dimer^LN", "2047", "ug/L", false}, /* a laboratory may find that */
        {"48065-7^D-dimer^LN", "65535", "ug/L", false},
        {"1742-6^ALT^LN", "32767", "U/L", false},
        {"FERR^Ferritin^L", "2047", "ug/L", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char obx[256];
        (void)snprintf(obx, sizeof obx, "1|NM|%s||%s|%s|||||F", cases[i].code, cases[i].value,
                       cases[i].unit);
        const plx_observation_facts o = observe(obx);
        if (o.sentinel != cases[i].sentinel) fail_msg("%s of %s", cases[i].value, cases[i].code);
        assert_int_equal(o.numeric, !o.sentinel);
        assert_int_equal(o.value.presence, o.sentinel ? PLX_EMPTY : PLX_VALUE);
        if (o.sentinel) assert_int_equal(o.number.text_n, 0);
    }
}

static void test_status(void **state)
{
    (void)state;
    static const struct {
        const char *sent;
        plx_result_status status;
    } cases[] = {
        {"P", PLX_RESULT_PRELIMINARY},  {"R", PLX_RESULT_PRELIMINARY},
        {"S", PLX_RESULT_PRELIMINARY},  {"I", PLX_RESULT_PRELIMINARY},
        {"F", PLX_RESULT_FINAL},        {"U", PLX_RESULT_FINAL},
        {"V", PLX_RESULT_FINAL},        {"C", PLX_RESULT_CORRECTED},
        {"A", PLX_RESULT_CORRECTED},    {"B", PLX_RESULT_CORRECTED},
        {"D", PLX_RESULT_DELETED},      {"W", PLX_RESULT_WRONG_PATIENT},
        {"X", PLX_RESULT_UNOBTAINABLE}, {"N", PLX_RESULT_NO_CHANGE},
        {"O", PLX_RESULT_NO_CHANGE},    {"", PLX_RESULT_NONE},
        {"Q", PLX_RESULT_NONE},         {"final", PLX_RESULT_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char obx[128];
        (void)snprintf(obx, sizeof obx, "1|NM|X1||7||||||%s", cases[i].sent);
        const plx_observation_facts o = observe(obx);
        assert_int_equal(o.status, cases[i].status);
        assert_int_equal(o.status_code, cases[i].sent[0]);
    }
    assert_int_equal(test_map(MSH("ORU^R01") PID "OBX|1|NM|1||2||||||Q\r").warnings, 1);
    plx_observation_facts o = observe("1|NM|8867-4^HR^LN||80|/min|||||X");
    assert_false(o.numeric);
    assert_int_equal(o.value.presence, PLX_EMPTY);
    o = observe("1|ST|X1||no sample||||||X");
    assert_value(o.value, "no sample");
}

static void test_demo(void **state)
{
    (void)state;
    assert_true(observe("1|NM|X1||7|||DEMO|||F").demo);
    assert_true(observe("1|NM|X1||7|||L~PDEMO1|||F").demo);
    assert_false(observe("1|NM|X1||7|||H|||F").demo);
    assert_false(observe("1|NM|X1||7|||DEM|||F").demo);
    const plx_event e = test_map("MSH|^~\\&|||||||ORU^R01|1|T|2.5\r" PID "OBX|1|NM|X1||7||||||F\r");
    assert_true(e.observations[0].demo);
}

static void test_the_rest_of_an_obx(void **state)
{
    (void)state;
    const plx_observation_facts o = observe(
        "1|NM|X1|1.2.3^x|7|mmol/L|3.5-5.0~other|H^High^HL70078|||C|||20260714081500.5-0400|||AMEAS^"
        "auto^MDC|0012FF^MON^00^EUI-64");
    assert_text(o.sub_id, "1.2.3^x");
    assert_text(o.reference, "3.5-5.0~other");
    assert_text(o.abnormal, "H");
    assert_when(o.when, "2026-07-14T12:15:00.5Z", 15);
    assert_text(o.method, "AMEAS");
    assert_text(o.device, "0012FF");
    assert_int_equal(o.status_code, 'C');
    assert_int_equal(o.index, 1);
    assert_int_equal(o.order, 0);
    const plx_observation_facts bare =
        observe("1|NM|X1||7|||H~L|||||||||^manual|^^00A0-EUI^EUI-64");
    assert_text(bare.abnormal, "H~L");
    assert_when(bare.when, "2026-07-14T08:00:00Z", 14); /* of the OBR */
    assert_text(bare.method, "manual");
    assert_text(bare.device, "00A0-EUI");
}

static void test_bytes_of_a_segment(void **state)
{
    (void)state;
    const char *text = MSH("ORU^R01") PID "OBX|1|NM|X1||7\rOBX|2|NM|X1||8|\r";
    const plx_event e = test_map(text);
    assert_int_equal(e.observations_n, 2);
    assert_int_equal(e.orders_n, 0);
    assert_int_equal(e.observations[0].order, UINT32_MAX);
    assert_int_equal(e.observations[1].index, 2);
    assert_text((plx_slice){text + e.observations[1].offset, e.observations[1].length},
                "OBX|2|NM|X1||8|");
    assert_int_equal(e.observations[0].when.presence, PLX_ABSENT);
    assert_int_equal(e.observations[0].when.time_us, PLX_TIME_NONE);
}

static void test_an_order(void **state)
{
    (void)state;
    const plx_event e = test_map(
        MSH("ORM^O01") PID "ORC|NW|P7^NORTH|F7^^1.2.3^ISO||IP||||202607140910|||D7^House^Greg\r"
                           "OBR|1|OTHER|OTHER|24323-8^CMP^LN|||202607140920|||||||202607140940||"
                           "D8^Other||||||202607141000||LAB|F\r");
    assert_int_equal(e.orders_n, 1);
    assert_int_equal(e.observations_n, 0);
    const plx_order_facts *o = &e.orders[0];
    assert_id(o->placer, "P7", "NORTH", "");
    assert_id(o->filler, "F7", "1.2.3", "");
    assert_int_equal(o->control, PLX_ORDER_NEW);
    assert_value(o->status, "IP");
    assert_text(o->code, "24323-8");
    assert_text(o->code_system, "LN");
    assert_text(o->code_text, "CMP");
    assert_int_equal(o->result_status, 'F');
    assert_when(o->ordered, "2026-07-14T09:10Z", 12);
    assert_when(o->collected, "2026-07-14T09:20Z", 12);
    assert_when(o->received, "2026-07-14T09:40Z", 12);
    assert_when(o->reported, "2026-07-14T10:00Z", 12);
    assert_text(o->service, "LAB");
    assert_text(o->ordered_by.family, "House");
}

static void test_an_order_in_parts(void **state)
{
    (void)state;
    plx_event e = test_map(MSH("ORM^O01") PID "ORC|CA|P1\r");
    assert_int_equal(e.orders_n, 1);
    assert_int_equal(e.orders[0].control, PLX_ORDER_CANCEL);
    assert_int_equal(e.orders[0].collected.time_us, PLX_TIME_NONE);
    assert_int_equal(e.orders[0].filler.value.presence, PLX_ABSENT);
    e = test_map(MSH("ORU^R01") PID "OBR|1|P1^X|F1^Y|^^^LOC^Local panel^L||||||||||||D8\r");
    assert_id(e.orders[0].placer, "P1", "X", "");
    assert_id(e.orders[0].filler, "F1", "Y", "");
    assert_text(e.orders[0].code, "LOC");
    assert_text(e.orders[0].code_text, "Local panel");
    assert_text(e.orders[0].ordered_by.id, "D8");
    assert_int_equal(e.orders[0].control, PLX_ORDER_NONE);
    assert_int_equal(e.orders[0].result_status, 0);
    /* medication in an order message */
    e = test_map(MSH("ORM^O01") PID "ORC|NW|P1\rRXO|387517004^Paracetamol^SCT|500\r");
    assert_text(e.orders[0].code_text, "Paracetamol");
    assert_text(e.orders[0].service, "PHR");
}

static void test_order_control(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        plx_order_control control;
    } cases[] = {
        {"NW", PLX_ORDER_NEW},         {"SN", PLX_ORDER_NEW},         {"CH", PLX_ORDER_NEW},
        {"OK", PLX_ORDER_OK},          {"NA", PLX_ORDER_OK},          {"CA", PLX_ORDER_CANCEL},
        {"OC", PLX_ORDER_CANCELLED},   {"CR", PLX_ORDER_CANCELLED},   {"DC", PLX_ORDER_DISCONTINUE},
        {"OD", PLX_ORDER_DISCONTINUE}, {"DR", PLX_ORDER_DISCONTINUE}, {"HD", PLX_ORDER_HOLD},
        {"OH", PLX_ORDER_HOLD},        {"RL", PLX_ORDER_RELEASE},     {"OE", PLX_ORDER_RELEASE},
        {"RP", PLX_ORDER_REPLACE},     {"RU", PLX_ORDER_REPLACE},     {"XO", PLX_ORDER_CHANGE},
        {"XX", PLX_ORDER_CHANGE},      {"SC", PLX_ORDER_STATUS},      {"RE", PLX_ORDER_STATUS},
        {"UC", PLX_ORDER_STATUS},      {"UA", PLX_ORDER_REFUSED},     {"", PLX_ORDER_NONE},
        {"ZZ", PLX_ORDER_NONE},        {"NEW", PLX_ORDER_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, MSH("ORM^O01") PID "ORC|%s|P1\r", cases[i].code);
        const plx_event e = test_map(text);
        assert_int_equal(e.orders[0].control, cases[i].control);
        const bool odd = cases[i].code[0] && cases[i].control == PLX_ORDER_NONE;
        assert_int_equal(e.warnings, odd);
    }
}

/* Which segments belong together, by the structures of ORU_R01, ORM_O01, OML_O21, OUL_R22. */
static void test_orders_and_their_observations(void **state)
{
    (void)state;
    plx_event e = test_map(MSH("ORU^R01") PID "ORC|RE|P1\rOBR|1||F1|A\rNTE|1||x\rOBX|1|NM|X1||1\r"
                                              "OBX|2|NM|X2||2\rOBR|2||F2|B\rOBX|1|NM|X3||3\r"
                                              "ORC|RE|P3\rOBR|3||F3|C\rOBX|1|NM|X4||4\r");
    assert_int_equal(e.orders_n, 3);
    assert_int_equal(e.observations_n, 4);
    const uint32_t under[] = {0, 0, 1, 2};
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(e.observations[i].order, under[i]);
        assert_int_equal(e.observations[i].index, i + 1);
    }
    assert_id(e.orders[0].placer, "P1", "", "");
    assert_id(e.orders[0].filler, "F1", "", "");
    assert_int_equal(e.orders[1].placer.value.presence, PLX_EMPTY);
    assert_id(e.orders[2].placer, "P3", "", "");
    /* OUL: the ORC follows its OBR, and the specimen stands in front */
    e = test_map(MSH("OUL^R22") PID "SPM|1|||BLD|||||||||||||20260714070000|20260714073000\r"
                                    "OBR|1||F1|A\rORC|RE|P1|FX\rOBX|1|NM|X1||1\r"
                                    "OBR|2||F2|B|||20260714080000\rORC|RE|P2\rOBX|1|NM|X2||2\r");
    assert_int_equal(e.orders_n, 2);
    assert_id(e.orders[0].placer, "P1", "", "");
    assert_id(e.orders[0].filler, "FX", "", "");
    assert_when(e.orders[0].collected, "2026-07-14T07:00Z", 14);
    assert_when(e.orders[0].received, "2026-07-14T07:30Z", 14);
    assert_when(e.orders[1].collected, "2026-07-14T08:00Z", 14);
    assert_when(e.observations[0].when, "2026-07-14T07:00Z", 14);
    assert_int_equal(e.observations[1].order, 1);
    /* elsewhere the specimen follows the order */
    e = test_map(MSH("OML^O21") PID "ORC|NW|P1\rOBR|1|||A\rSPM|1|||BLD|||||||||||||20260714070000^"
                                    "20260714070500\rORC|NW|P2\rOBR|2|||B\r");
    assert_when(e.orders[0].collected, "2026-07-14T07:00Z", 14);
    assert_int_equal(e.orders[1].collected.presence, PLX_ABSENT);
}

static void test_what_is_kept_without_state(void **state)
{
    (void)state;
    static const char *const types[] = {"MDM^T02", "SIU^S12", "BAR^P01", "DFT^P03", "VXU^V04",
                                        "ORU^R40", "ORU^W01", "ORU^R42", "PPR^PC1", "ADT^A60"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        char text[256];
        (void)snprintf(text, sizeof text,
                       "MSH|^~\\&|||||||%s|1|P|2.5\r" PID "ORC|NW|1\rOBR|1\rOBX|1|NM|8867-4||80\r",
                       types[i]);
        const plx_event e = test_map(text);
        assert_int_equal(e.adt, PLX_ADT_NONE);
        assert_int_equal(e.orders_n, 0);
        assert_int_equal(e.observations_n, 0);
        assert_id(e.person.ids[0], "4711", "NORTH", "MR");
    }
    const plx_event e = test_map(MSH("ADT^A01") PID "OBX|1|NM|29463-7^W^LN||70|kg\rOBR|1\r");
    assert_int_equal(e.observations_n, 1);
    assert_int_equal(e.orders_n, 0);
}

/* Own message in the shape of a PCD-01 monitor: containment rows, an older cuff pressure, two
 * channels of one quantity, a sentinel, and a metric whose code stands in the alternate. */
static void test_a_monitor(void **state)
{
    (void)state;
    const plx_event e = test_map(
        "MSH|^~\\&|MON^0012FF^EUI-64||||20260714100000-0500||ORU^R01^ORU_R01|41|P|2.6|||NE|AL\r"
        "PID|||4711^^^NORTH^MR\rPV1||E|ED^3^A\r"
        "OBR|1|||182777000^monitoring of patient^SCT|||20260714100000-0500\r"
        "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||||||0012FF^^0012FF^"
        "EUI-64\r"
        "OBX|2|NM|147842^MDC_ECG_HEART_RATE^MDC|1.2.1.1|88|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R\r"
        "OBX|3|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.1|97|262688^MDC_DIM_PERCENT^MDC|||||R\r"
        "OBX|4|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.2.1|-999|262688^MDC_DIM_PERCENT^MDC|||||R\r"
        "OBX|5|NM|150021^MDC_PRESS_BLD_NONINV_SYS^MDC|1.4.1.1|121|266016^MDC_DIM_MMHG^MDC|||||R|||"
        "20260714093600-0500|||AMEAS^^MDC\r"
        "OBX|6|NM|8310-5^Temp^LN^150364^MDC_TEMP_BODY^MDC|1.5.1.1|100.4|266560^MDC_DIM_FAHR^MDC||||"
        "|"
        "R\r");
    assert_int_equal(e.observations_n, 6);
    const plx_observation_facts *o = e.observations;
    assert_int_equal(o[0].status, PLX_RESULT_UNOBTAINABLE);
    assert_text(o[0].device, "0012FF");
    assert_int_equal(o[1].quantity, PLX_QUANTITY_HR);
    assert_text(o[1].unit, "/min");
    assert_true(o[1].numeric);
    assert_when(o[1].when, "2026-07-14T15:00Z", 14);
    assert_int_equal(o[2].quantity, PLX_QUANTITY_SPO2);
    assert_text(o[2].sub_id, "1.3.1.1");
    assert_text(o[3].sub_id, "1.3.2.1");
    assert_true(o[3].sentinel && !o[3].numeric);
    assert_when(o[4].when, "2026-07-14T14:36Z", 14);
    assert_text(o[4].method, "AMEAS");
    assert_text(o[4].unit, "mm[Hg]");
    assert_int_equal(o[5].quantity, PLX_QUANTITY_TEMP);
    assert_text(o[5].unit, "[degF]");
    assert_int_equal(e.warnings, 0);
}

static void test_arena_too_small(void **state)
{
    (void)state;
    const plx_hl7_message m = test_message(MSH("ORU^R01") PID "OBR|1\rOBX|1|FT|X1||a\\.br\\b\r");
    const plx_hl7_map_options options = {0};
    plx_event event;
    plx_hl7_fault fault;
    memset(&event, 0x5A, sizeof event);
    const plx_event before = event;
    size_t capacity = 0;
    for (;; capacity += 8) {
        plx_arena arena = plx_arena_init(test_memory, capacity);
        const plx_status status = plx_hl7_map(&m, &options, &arena, &event, &fault);
        assert_true(arena.used <= capacity);
        if (status == PLX_OK) break;
        assert_int_equal(status, PLX_SPACE);
        assert_memory_equal(&event, &before, sizeof event);
    }
    assert_in_range(capacity, 1, 3 * 1024 + 3 * m.bytes.n);
    assert_value(event.observations[0].value, "a\nb");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_numbers_that_are_none),
        cmocka_unit_test(test_structured_numbers),
        cmocka_unit_test(test_coded_values),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_other_types),
        cmocka_unit_test(test_numbers_sent_as_text),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_sentinels_never_become_vitals),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_demo),
        cmocka_unit_test(test_the_rest_of_an_obx),
        cmocka_unit_test(test_bytes_of_a_segment),
        cmocka_unit_test(test_an_order),
        cmocka_unit_test(test_an_order_in_parts),
        cmocka_unit_test(test_order_control),
        cmocka_unit_test(test_orders_and_their_observations),
        cmocka_unit_test(test_what_is_kept_without_state),
        cmocka_unit_test(test_a_monitor),
        cmocka_unit_test(test_arena_too_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
