/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: what ADT messages say of persons, visits, beds and merges arrives in the event, in old and
 * new forms of the data types, with absent, empty and null kept apart. Oracle: own messages whose
 * parts are known; the event table of acquisition 5, written out once more. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "core/format/hl7v2/map_for_test.h"

#define MSH(type) "MSH|^~\\&|REG|NORTH|PLX|ED|20260714093000||" type "|C1|P|2.5.1\r"
#define PID "PID|1||4711^^^NORTH^MR||Roe^Ada\r"

static const struct {
    const char *event;
    plx_adt_action action;
} EVENTS[] = {
    {"A01", PLX_ADT_ADMIT},
    {"A02", PLX_ADT_TRANSFER},
    {"A03", PLX_ADT_DISCHARGE},
    {"A04", PLX_ADT_REGISTER},
    {"A05", PLX_ADT_PREADMIT},
    {"A06", PLX_ADT_TO_INPATIENT},
    {"A07", PLX_ADT_TO_OUTPATIENT},
    {"A08", PLX_ADT_UPDATE},
    {"A09", PLX_ADT_DEPART},
    {"A10", PLX_ADT_ARRIVE},
    {"A11", PLX_ADT_CANCEL_ADMIT},
    {"A12", PLX_ADT_CANCEL_TRANSFER},
    {"A13", PLX_ADT_CANCEL_DISCHARGE},
    {"A14", PLX_ADT_PREADMIT},
    {"A15", PLX_ADT_PENDING_TRANSFER},
    {"A16", PLX_ADT_PENDING_DISCHARGE},
    {"A17", PLX_ADT_SWAP},
    {"A18", PLX_ADT_MERGE_PERSON},
    {"A19", PLX_ADT_NONE},
    {"A20", PLX_ADT_BED_STATUS},
    {"A21", PLX_ADT_LEAVE},
    {"A22", PLX_ADT_RETURN},
    {"A23", PLX_ADT_DELETE_VISIT},
    {"A24", PLX_ADT_LINK},
    {"A25", PLX_ADT_CANCEL_PENDING_DISCHARGE},
    {"A26", PLX_ADT_CANCEL_PENDING_TRANSFER},
    {"A27", PLX_ADT_CANCEL_PENDING_ADMIT},
    {"A28", PLX_ADT_UPDATE},
    {"A29", PLX_ADT_DELETE_PERSON},
    {"A30", PLX_ADT_MERGE_PERSON},
    {"A31", PLX_ADT_UPDATE},
    {"A32", PLX_ADT_CANCEL_ARRIVE},
    {"A33", PLX_ADT_CANCEL_DEPART},
    {"A34", PLX_ADT_MERGE_PERSON},
    {"A35", PLX_ADT_MERGE_ACCOUNT},
    {"A36", PLX_ADT_MERGE_PERSON},
    {"A37", PLX_ADT_UNLINK},
    {"A38", PLX_ADT_CANCEL_PREADMIT},
    {"A39", PLX_ADT_MERGE_PERSON},
    {"A40", PLX_ADT_MERGE_PERSON},
    {"A41", PLX_ADT_MERGE_ACCOUNT},
    {"A42", PLX_ADT_MERGE_VISIT},
    {"A43", PLX_ADT_MOVE_PERSON},
    {"A44", PLX_ADT_MOVE_ACCOUNT},
    {"A45", PLX_ADT_MOVE_VISIT},
    {"A46", PLX_ADT_CHANGE_PERSON_ID},
    {"A47", PLX_ADT_CHANGE_PERSON_ID},
    {"A48", PLX_ADT_CHANGE_PERSON_ID},
    {"A49", PLX_ADT_CHANGE_ACCOUNT_ID},
    {"A50", PLX_ADT_CHANGE_VISIT_ID},
    {"A51", PLX_ADT_CHANGE_ALT_VISIT_ID},
    {"A52", PLX_ADT_CANCEL_LEAVE},
    {"A53", PLX_ADT_CANCEL_RETURN},
    {"A54", PLX_ADT_ATTENDING},
    {"A55", PLX_ADT_CANCEL_ATTENDING},
    {"A56", PLX_ADT_NONE},
    {"A60", PLX_ADT_NONE},
    {"A99", PLX_ADT_NONE},
    {"a01", PLX_ADT_NONE},
    {"A1", PLX_ADT_NONE},
    {"A001", PLX_ADT_NONE},
    {"B01", PLX_ADT_NONE},
};

/* With everything that any of the events needs. */
static void test_every_event(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof EVENTS / sizeof EVENTS[0]; i++) {
        const char *event = EVENTS[i].event;
        const bool two = !strcmp(event, "A17") || !strcmp(event, "A24") || !strcmp(event, "A37");
        const char *second = two ? "PID|2||4712\rPV1|2|E|ED^4^A\r" : "";
        char text[512];
        (void)snprintf(text, sizeof text, MSH("ADT^%s") PID "MRG|1||3||5|6\rPV1|1|E|ED^3^A\r%s",
                       event, second);
        const plx_event e = test_map(text);
        if (e.adt != EVENTS[i].action) fail_msg("%s gives %d", event, e.adt);
        assert_text(e.trigger, event);
        assert_int_equal(e.warnings, 0);
        /* the event may stand in EVN alone */
        (void)snprintf(text, sizeof text,
                       MSH("ADT") "EVN|%s\r" PID "MRG|1||3||5|6\rPV1|1|E|ED^3^A\r%s", event,
                       second);
        const plx_event same = test_map(text);
        assert_int_equal(same.adt, EVENTS[i].action);
        assert_text(same.trigger, event);
    }
    assert_int_equal(test_map(MSH("BAR^A01") PID).adt, PLX_ADT_NONE);
    assert_int_equal(test_map(MSH("ADT^A04") "EVN|A08\r" PID).adt, PLX_ADT_REGISTER);
}

static void test_header(void **state)
{
    (void)state;
    const plx_event e = test_map("MSH|^~\\&|^1.2.3^ISO|NORTH^9.9^ISO|P|E|20260714093000.5+0200||"
                                 "ADT^A08^ADT_A01|C\\T\\7|P^T|2.5\rEVN|A08|20260714092900||||"
                                 "20260714091500\r" PID);
    assert_text(e.type, "ADT");
    assert_text(e.trigger, "A08");
    assert_text(e.control_id, "C&7");
    assert_text(e.application, "1.2.3");
    assert_text(e.facility, "NORTH");
    assert_int_equal(e.processing, 'P');
    assert_int_equal(e.sent_us, test_time("2026-07-14T07:30:00.5Z"));
    assert_int_equal(e.recorded_us, test_time("2026-07-14T09:29:00Z"));
    assert_int_equal(e.event_occurred_us, test_time("2026-07-14T09:15:00Z"));
    assert_int_equal(e.happened_us, e.event_occurred_us);
    assert_int_equal(test_map("MSH|^~\\&|||||||ADT^A08|1||2.5\r" PID).processing, 'P');
    assert_int_equal(test_map("MSH|^~\\&|||||||ADT^A08|1|D|2.5\r" PID).processing, 'D');
}

static void test_times_stand_in_for_each_other(void **state)
{
    (void)state;
    plx_event e = test_map(MSH("ADT^A08") "EVN|A08|20260714092900\r" PID);
    assert_int_equal(e.happened_us, test_time("2026-07-14T09:29:00Z"));
    assert_int_equal(e.event_occurred_us, PLX_TIME_NONE);
    e = test_map(MSH("ADT^A08") "EVN|A08\r" PID);
    assert_int_equal(e.happened_us, test_time("2026-07-14T09:30:00Z"));
    assert_int_equal(e.recorded_us, e.happened_us);
    e = test_map(MSH("ADT^A08") "EVN|A08|yesterday||||00000000\r" PID);
    assert_int_equal(e.happened_us, test_time("2026-07-14T09:30:00Z"));
    assert_int_equal(e.warnings, 2);
    e = test_map("MSH|^~\\&|||||||ADT^A08|1|P|2.5\r" PID);
    assert_int_equal(e.happened_us, PLX_TIME_NONE);
    assert_int_equal(e.sent_us, PLX_TIME_NONE);
    e = test_map_in(MSH("ADT^A08") "EVN|A08|20260714092900-0500\r" PID, 120);
    assert_int_equal(e.sent_us, test_time("2026-07-14T07:30:00Z"));
    assert_int_equal(e.recorded_us, test_time("2026-07-14T14:29:00Z"));
}

static void test_person(void **state)
{
    (void)state;
    const plx_event e = test_map_in(
        MSH("ADT^A08") "PID|1|OLD7|4711^1^M11^NORTH&1.2&ISO^MR~99^^^&2.16.840^SS~4711^1^M11^NORTH^"
                       "MR"
                       "|ALT9^^^X|Roe&van&Roe^Ada^M^Jr~Alias^A||198808181126+0215|F^female"
                       "||||||||||ACC1^^^NORTH^AN||||||||||||Y\r",
        120);
    const plx_person_facts *p = &e.person;
    assert_int_equal(p->ids_n, 4);
    assert_id(p->ids[0], "4711", "NORTH", "MR");
    assert_id(p->ids[1], "99", "2.16.840", "SS");
    assert_id(p->ids[2], "OLD7", "", "");
    assert_id(p->ids[3], "ALT9", "X", "");
    assert_id(p->account, "ACC1", "NORTH", "AN");
    assert_value(p->family, "Roe");
    assert_value(p->given, "Ada");
    assert_value(p->sex, "F");
    assert_value(p->death_indicator, "Y");
    assert_when(p->birth, "1988-08-18T11:26Z", 12);
    assert_false(e.visit.given);
    assert_int_equal(e.visit.admitted.time_us, PLX_TIME_NONE);
}

static void test_person_of_version_21(void **state)
{
    (void)state;
    const plx_event e = test_map("MSH|^~\\&|REG||||198808181126||ADT^A01|1|P|2.1\r"
                                 "PID|1|EXT5|4711|ALT6|ROE^ADA|SMITH|19480203|F\r"
                                 "PV1|1|I|4W^402^1|||3N^300|7^JONES^TOM|||||||||||||V77\r");
    assert_int_equal(e.person.ids_n, 3);
    assert_id(e.person.ids[0], "4711", "", "");
    assert_id(e.person.ids[1], "EXT5", "", "");
    assert_id(e.person.ids[2], "ALT6", "", "");
    assert_value(e.person.family, "ROE");
    assert_when(e.person.birth, "1948-02-03T00:00Z", 8);
    assert_text(e.visit.assigned.room, "402");
    assert_text(e.visit.attending.family, "JONES");
    assert_presence(e.visit.visit.value, PLX_EMPTY);
    assert_int_equal(test_map(MSH("ADT^A01") "PID|1||1||WHOLE NAME\r").person.given.presence,
                     PLX_ABSENT);
}

static void test_more_identifiers_than_kept(void **state)
{
    (void)state;
    char text[512] = MSH("ADT^A01") "PID|1||1";
    for (int i = 2; i <= PLX_EVENT_IDS_MAX + 3; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "~%d", i);
    const plx_event e = test_map(strcat(text, "~1~~^^^X\r"));
    assert_int_equal(e.person.ids_n, PLX_EVENT_IDS_MAX);
    assert_id(e.person.ids[PLX_EVENT_IDS_MAX - 1], "16", "", "");
    assert_int_equal(e.warnings, 3);
}

/* A segment with texts at their field numbers, rising; the list ends with 0. */
typedef struct part {
    int field;
    const char *text;
} part;

static void add_segment(char *text, size_t size, const char *id, const part *parts)
{
    plx_out out = plx_out_init(text, size - 1);
    out.n = strlen(text);
    plx_out_text(&out, id);
    int field = 0;
    for (; parts->field > 0; parts++) {
        for (; field < parts->field; field++)
            plx_out_char(&out, '|');
        plx_out_text(&out, parts->text);
    }
    plx_out_char(&out, '\r');
    assert_false(out.full);
    out.at[out.n] = '\0';
}

/* Absent, empty, null and value, for each kind of field. */
static void test_presences(void **state)
{
    (void)state;
    static const struct {
        const char *field;
        plx_presence presence;
    } cases[] = {{"", PLX_EMPTY}, {"\"\"", PLX_NULL}, {"  ", PLX_EMPTY}, {"2026", PLX_VALUE}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *f = cases[i].field;
        const part pid[] = {{3, "4711"}, {5, f}, {7, f}, {8, f}, {18, f}, {0, NULL}};
        const part pv1[] = {{2, f},  {3, f},  {6, f},  {7, f},  {11, f}, {19, f},  {36, f},
                            {40, f}, {42, f}, {43, f}, {44, f}, {45, f}, {0, NULL}};
        const part pv2[] = {{3, f}, {0, NULL}};
        char text[512] = MSH("ADT^A08");
        add_segment(text, sizeof text, "PID", pid);
        add_segment(text, sizeof text, "PV1", pv1);
        add_segment(text, sizeof text, "PV2", pv2);
        const plx_event e = test_map(text);
        const plx_presence is = cases[i].presence;
        assert_int_equal(e.person.family.presence, is);
        assert_int_equal(e.person.birth.presence, is);
        assert_int_equal(e.person.sex.presence, is);
        assert_int_equal(e.person.account.value.presence, is);
        assert_int_equal(e.visit.patient_class.presence, is);
        assert_int_equal(e.visit.assigned.presence, is);
        assert_int_equal(e.visit.prior.presence, is);
        assert_int_equal(e.visit.attending.presence, is);
        assert_int_equal(e.visit.temporary.presence, is);
        assert_int_equal(e.visit.visit.value.presence, is);
        assert_int_equal(e.visit.disposition.presence, is);
        assert_int_equal(e.visit.bed_status.presence, is);
        assert_int_equal(e.visit.pending.presence, is);
        assert_int_equal(e.visit.prior_temporary.presence, is);
        assert_int_equal(e.visit.admitted.presence, is);
        assert_int_equal(e.visit.discharged.presence, is);
        assert_int_equal(e.visit.complaint.presence, is);
        assert_int_equal(e.visit.alternate_visit.value.presence, PLX_ABSENT);
        assert_int_equal(e.person.death_indicator.presence, PLX_ABSENT);
        assert_int_equal(e.warnings, 0);
    }
    const plx_event e = test_map(MSH("ADT^A08") "PID|1||4711\rPV1|1\r");
    assert_int_equal(e.person.family.presence, PLX_ABSENT);
    assert_int_equal(e.person.birth.presence, PLX_ABSENT);
    assert_int_equal(e.visit.assigned.presence, PLX_ABSENT);
    assert_int_equal(e.visit.nurse.presence, PLX_ABSENT);
    assert_int_equal(e.visit.complaint.presence, PLX_ABSENT);
}

static void test_visit(void **state)
{
    (void)state;
    const part pv1[] = {{2, "E"},
                        {3, "ED^3^A^NORTH&1.2&ISO^O^N^MAIN^2"},
                        {6, "WAIT^^C1"},
                        {7, "D7^House&von^Greg^^^Dr^MD^^LIC&1.3~D8^Other"},
                        {11, "X-RAY^1"},
                        {19, "V100^^^NORTH^VN"},
                        {36, "01^home"},
                        {40, "C"},
                        {42, "W5^1^2"},
                        {43, "TMP^3"},
                        {44, "202607140800"},
                        {45, "20260714"},
                        {50, "ALT1^^^N^XV"},
                        {0, NULL}};
    char text[512] = MSH("ADT^A02") PID;
    add_segment(text, sizeof text, "PV1", pv1);
    const plx_visit_facts visit = test_map(text).visit;
    assert_true(visit.given);
    assert_value(visit.patient_class, "E");
    assert_text(visit.assigned.point_of_care, "ED");
    assert_text(visit.assigned.room, "3");
    assert_text(visit.assigned.bed, "A");
    assert_text(visit.assigned.facility, "NORTH");
    assert_text(visit.assigned.status, "O");
    assert_text(visit.assigned.type, "N");
    assert_text(visit.assigned.building, "MAIN");
    assert_text(visit.assigned.floor, "2");
    assert_text(visit.prior.point_of_care, "WAIT");
    assert_text(visit.prior.room, "");
    assert_text(visit.prior.bed, "C1");
    assert_text(visit.attending.id, "D7");
    assert_text(visit.attending.family, "House");
    assert_text(visit.attending.given, "Greg");
    assert_text(visit.attending.authority, "LIC");
    assert_text(visit.temporary.point_of_care, "X-RAY");
    assert_id(visit.visit, "V100", "NORTH", "VN");
    assert_value(visit.disposition, "01");
    assert_value(visit.bed_status, "C");
    assert_text(visit.pending.point_of_care, "W5");
    assert_text(visit.prior_temporary.room, "3");
    assert_when(visit.admitted, "2026-07-14T08:00Z", 12);
    assert_when(visit.discharged, "2026-07-14T00:00Z", 8);
    assert_id(visit.alternate_visit, "ALT1", "N", "XV");
}

static void test_complaint_and_nurse(void **state)
{
    (void)state;
    plx_event e =
        test_map(MSH("ADT^A04") PID "PV2|||R07.4^Chest pain^I10\r"
                                    "ROL|1|AD|PP|9^Family^Doc\r"
                                    "ROL|2|AD|NURSE^Nurse^HL70443|N5^Bell^Clara^^^^^^HR\r");
    assert_value(e.visit.complaint, "Chest pain");
    assert_text(e.visit.nurse.id, "N5");
    assert_text(e.visit.nurse.family, "Bell");
    assert_text(e.visit.nurse.authority, "HR");
    e = test_map(MSH("ADT^A08") PID "PV2|||R07.4\rROL|2|UP|RN|N6^Gale\rROL|2|DE|PN|N6^Gale\r");
    assert_value(e.visit.complaint, "R07.4");
    assert_int_equal(e.visit.nurse.presence, PLX_NULL);
    e = test_map(MSH("ADT^A08") PID "PV2|||^^^^Sore \\.br\\throat\rROL|2|UP|RN\r");
    assert_value(e.visit.complaint, "Sore \nthroat");
    assert_int_equal(e.visit.nurse.presence, PLX_ABSENT);
}

static void test_swap_and_links(void **state)
{
    (void)state;
    plx_event e = test_map(MSH("ADT^A17") PID "PV1|1|E|ED^1\rOBX|1|NM|8302-2^H^LN||170|cm\r"
                                              "PID|2||4712\rPV1|1|E|ED^2\r");
    assert_id(e.person.ids[0], "4711", "NORTH", "MR");
    assert_text(e.visit.assigned.room, "1");
    assert_id(e.other_person.ids[0], "4712", "", "");
    assert_true(e.other_visit.given);
    assert_text(e.other_visit.assigned.room, "2");
    assert_int_equal(e.observations_n, 0); /* of whom is not said */
    e = test_map(MSH("ADT^A24") PID "PID|2||4712\r");
    assert_id(e.other_person.ids[0], "4712", "", "");
    assert_false(e.other_visit.given);
    e = test_map(MSH("ADT^A08") PID);
    assert_int_equal(e.other_person.ids_n, 0);
    assert_int_equal(e.other_visit.discharged.time_us, PLX_TIME_NONE);
}

static void test_merge(void **state)
{
    (void)state;
    const plx_event e = test_map(
        MSH("ADT^A40") PID "MRG|4712^^^NORTH^MR~4713^^^NORTH^MR|ALT^^^A|ACC2^^^NORTH^AN|EXT^^^X|"
                           "V2^^^NORTH^VN|AV2|Roe^Old\r");
    assert_int_equal(e.merge.ids_n, 4);
    assert_id(e.merge.ids[0], "4712", "NORTH", "MR");
    assert_id(e.merge.ids[1], "4713", "NORTH", "MR");
    assert_id(e.merge.ids[2], "EXT", "X", "");
    assert_id(e.merge.ids[3], "ALT", "A", "");
    assert_id(e.merge.account, "ACC2", "NORTH", "AN");
    assert_id(e.merge.visit, "V2", "NORTH", "VN");
    assert_id(e.merge.alternate_visit, "AV2", "", "");
}

static void test_bed_status(void **state)
{
    (void)state;
    plx_event e = test_map(MSH("ADT^A20") "NPU|ED^3^A|H^Housekeeping\r");
    assert_text(e.visit.assigned.bed, "A");
    assert_value(e.visit.bed_status, "H");
    assert_false(e.visit.given);
    const part pv1[] = {{3, "ED^3^B"}, {40, "K"}, {0, NULL}};
    char text[256] = MSH("ADT^A20");
    add_segment(text, sizeof text, "PV1", pv1);
    e = test_map(text);
    assert_text(e.visit.assigned.bed, "B");
    assert_value(e.visit.bed_status, "K");
    e = test_map(MSH("ADT^A08") PID "PV1|1|E|ED^3^B\rNPU|ED^9^X|C\r");
    assert_text(e.visit.assigned.bed, "B"); /* NPU counts in A20 only */
}

static void test_precision_said_apart(void **state)
{
    (void)state;
    plx_event e = test_map(MSH("ADT^A08") "PID|1||1||||19880705000000^D\r");
    assert_when(e.person.birth, "1988-07-05T00:00Z", 8);
    e = test_map(MSH("ADT^A08") "PID|1||1||||19880705^L\r");
    assert_when(e.person.birth, "1988-07-01T00:00Z", 6);
    e = test_map(MSH("ADT^A08") "PID|1||1||||1988^S\r");
    assert_when(e.person.birth, "1988-01-01T00:00Z", 4);
    e = test_map(MSH("ADT^A08") "PID|1||1||||19880705^Q\r");
    assert_when(e.person.birth, "1988-07-05T00:00Z", 8);
    e = test_map(MSH("ADT^A08") "PID|1||1||||\"\"^D\r");
    assert_int_equal(e.person.birth.presence, PLX_NULL);
    e = test_map(MSH("ADT^A08") "PID|1||1||||^D\r");
    assert_int_equal(e.person.birth.presence, PLX_EMPTY);
    e = test_map(MSH("ADT^A08") "PID|1||1||||00000000\r");
    assert_int_equal(e.person.birth.presence, PLX_EMPTY);
    assert_int_equal(e.person.birth.time_us, PLX_TIME_NONE);
    assert_int_equal(e.warnings, 1);
}

static void test_texts_are_decoded(void **state)
{
    (void)state;
    plx_event e = test_map(MSH("ADT^A08") "PID|1|| 4711 ^^^A\\T\\B||O\\S\\Neill^\\X41\\da ^\r");
    assert_id(e.person.ids[0], "4711", "A&B", "");
    assert_value(e.person.family, "O^Neill");
    assert_value(e.person.given, "Ada");
    e = test_map(MSH("ADT^A08") "PID|1||1||M\xC3\xBCller^\xE4\xBD\xA0\r");
    assert_value(e.person.family, "M\xC3\xBCller");
    assert_value(e.person.given, "\xE4\xBD\xA0");
    assert_int_equal(e.warnings, 0);
    e = test_map(MSH("ADT^A08") "PID|1||1||M\xFCller^\\Q\\\r");
    assert_value(e.person.family, "M\xEF\xBF\xBDller");
    assert_value(e.person.given, "\\Q\\"); /* an escape that nobody knows stays */
    assert_int_equal(e.warnings, 1);
}

static void test_character_sets(void **state)
{
    (void)state;
    static const struct {
        const char *charset, *family;
        uint32_t warnings;
    } cases[] = {{"8859/1", "M\xC3\xBCller", 0},
                 {"ISO-8859-1", "M\xC3\xBCller", 0},
                 {"8859/1~UNICODE UTF-8", "M\xC3\xBCller", 0},
                 {"", "M\xEF\xBF\xBDller", 1},
                 {"UNICODE UTF-8", "M\xEF\xBF\xBDller", 1},
                 {"8859/15", "M\xEF\xBF\xBDller", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        (void)snprintf(text, sizeof text,
                       "MSH|^~\\&|||||||ADT^A08|1|P|2.5||||||%s\rPID|1||1||M\xFCller^\\XFC\\\r",
                       cases[i].charset);
        const plx_event e = test_map(text);
        assert_value(e.person.family, cases[i].family);
        /* a byte by its number belongs to the same set */
        assert_value(e.person.given, cases[i].warnings ? "\xEF\xBF\xBD" : "\xC3\xBC");
        assert_int_equal(e.warnings, 2 * cases[i].warnings);
    }
}

static void test_other_delimiters_and_lines(void **state)
{
    (void)state;
    plx_event e = test_map("MSH$%~!@$REG$N$P$E$2026$$ADT%A02$1$P$2.5\n"
                           "pid$1$$4711%%%NORTH@1.2%MR$$Roe%A^B|!F!\n"
                           "PV1$1$E$ED%3\n");
    assert_int_equal(e.adt, PLX_ADT_TRANSFER);
    assert_id(e.person.ids[0], "4711", "NORTH", "MR");
    assert_value(e.person.given, "A^B|$");
    assert_text(e.visit.assigned.room, "3");
    /* two levels with one character: the higher one wins */
    e = test_map("MSH|&&&&|REG|N|||2026||ADT|1|P|2.5\rEVN|A04\rPID|1||4711&4712&||Roe&Ada\r");
    assert_int_equal(e.person.ids_n, 2);
    assert_id(e.person.ids[1], "4712", "", "");
    assert_value(e.person.family, "Roe");
}

static void test_unusable_messages_say_why(void **state)
{
    (void)state;
    const plx_hl7_map_options options = {0};
    const plx_hl7_message m = test_message(MSH("ADT^A40") PID);
    plx_arena arena = plx_arena_init(test_memory, sizeof test_memory);
    plx_event event;
    plx_hl7_fault fault = {0};
    memset(&event, 0x5A, sizeof event);
    const plx_event before = event;
    assert_int_equal(plx_hl7_map(&m, &options, &arena, &event, &fault), PLX_MISSING);
    assert_int_equal(fault.code, 100);
    assert_string_equal(fault.segment, "MRG");
    assert_memory_equal(&event, &before, sizeof event);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_event),
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_times_stand_in_for_each_other),
        cmocka_unit_test(test_person),
        cmocka_unit_test(test_person_of_version_21),
        cmocka_unit_test(test_more_identifiers_than_kept),
        cmocka_unit_test(test_presences),
        cmocka_unit_test(test_visit),
        cmocka_unit_test(test_complaint_and_nurse),
        cmocka_unit_test(test_swap_and_links),
        cmocka_unit_test(test_merge),
        cmocka_unit_test(test_bed_status),
        cmocka_unit_test(test_precision_said_apart),
        cmocka_unit_test(test_texts_are_decoded),
        cmocka_unit_test(test_character_sets),
        cmocka_unit_test(test_other_delimiters_and_lines),
        cmocka_unit_test(test_unusable_messages_say_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
