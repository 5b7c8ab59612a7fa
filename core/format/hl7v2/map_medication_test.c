/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: RDE, RDS, RGV and RAS become what a message says of drugs and fluids, with absent, empty
 * and null kept apart. Oracle: the segment tables of v2.5.1 chapter 4 by hand. Tolerance: none. */
#include "core/format/hl7v2/map_for_test.h"

#define MSH(type) "MSH|^~\\&|PHARMACY|N|PLX|ED|20260714100000Z||" type "|41|P|2.5.1\r"
#define PID "PID|1||4711^^^NORTH^MR\r"

static void an_order(void **state)
{
    (void)state;
    const plx_event e = test_map(
        MSH("RDE^O11^RDE_O11") PID
        "ORC|NW|P1^H|F1^PH|||||||20260714095900Z\rTQ1|1||||||20260714100000Z|20260714140000Z\r"
        "RXE||N8^Norepi "
        "drip^L^7512^norepinephrine^RXNORM|0.1||ug/kg/min^ug/kg/min^UCUM|||||||||||||"
        "||||h|5|mL/h\rRXR|IV^Intravenous^HL70162||PUMP^Syringe pump\r"
        "RXC|A|7512^norepinephrine^RXNORM|8|mg\rRXC|B|D5W|250|mL\rRXC|A|X|9|mg\r"
        "ORC|NW|P2^H\rRXE||^paracetamol^|\"\"||mg\r");
    assert_int_equal(e.orders_n, 2);
    assert_int_equal(e.medications_n, 2);
    const plx_medication_facts *d = e.medications;
    assert_int_equal(d->word, PLX_MEDICATION_ORDERED);
    assert_int_equal(d->order, 0);
    assert_int_equal(d->index, 1);
    assert_text(d->code, "7512"); /* the alternate, which is known */
    assert_string_equal(plx_medication_get(d->medication)->key, "norepinephrine");
    assert_value(d->amount.number, "0.1");
    assert_text(d->amount.unit, "ug/kg/min");
    assert_text(d->per, "h");
    assert_value(d->rate.number, "5");
    assert_text(d->rate.unit, "mL/h");
    assert_value(d->strength.number, "8");
    assert_text(d->strength.unit, "mg");
    assert_value(d->volume.number, "250");
    assert_text(d->volume.unit, "mL");
    assert_text(d->route, "IV");
    assert_text(d->route_text, "Intravenous");
    assert_text(d->device, "Syringe pump");
    assert_when(d->start, "2026-07-14T10:00Z", 14);
    assert_when(d->end, "2026-07-14T14:00Z", 14);
    assert_text(e.orders[0].code, "7512");
    assert_text(e.orders[0].service, "PHR");
    d++;
    assert_int_equal(d->order, 1);
    assert_int_equal(d->index, 2);
    assert_presence(d->amount.number, PLX_NULL);
    assert_presence(d->rate.number, PLX_ABSENT);
    assert_int_equal(d->start.presence, PLX_ABSENT);
    assert_text(d->route, "");
}

static void administrations(void **state)
{
    (void)state;
    const plx_event e = test_map(
        MSH("RAS^O17^RAS_O17") PID
        "ORC|RE|P1^H|F1^PH\rRXE||7512^norepinephrine^RXNORM||||\rOBX|1|NM|8867-4^HR^LN||80|/min\r"
        "RXA|0|1|20260714100100Z|20260714100200Z|7512^norepinephrine^RXNORM|5|mg^mg^UCUM|||N1|||1|"
        "mg/mL||||||CP|A|20260714100300Z\r"
        "RXA|0|2|20260714101000Z||7512^norepinephrine^RXNORM||mg|||||h||||||00^Patient "
        "refused^NIP||"
        "RE|U\rRXR|IV\r"
        "RXA|0|3|20260714102000Z|\"\"|7512^norepinephrine^RXNORM|999||||||||||||||XX|Q\r");
    assert_int_equal(e.orders_n, 1);
    assert_int_equal(e.observations_n, 1);
    assert_int_equal(e.medications_n, 4);
    const plx_medication_facts *d = e.medications;
    assert_int_equal(d[0].word, PLX_MEDICATION_ORDERED);
    assert_int_equal(d[0].index, 2); /* behind the one OBX */
    assert_int_equal(d[1].word, PLX_MEDICATION_GIVEN);
    assert_text(d[1].sub_id, "1");
    assert_when(d[1].start, "2026-07-14T10:01Z", 14);
    assert_when(d[1].end, "2026-07-14T10:02Z", 14);
    assert_value(d[1].amount.number, "5");
    assert_text(d[1].amount.unit, "mg");
    assert_value(d[1].strength.number, "1");
    assert_int_equal(d[1].status, PLX_GIVEN_COMPLETE);
    assert_int_equal(d[1].action, 'A');
    assert_when(d[1].entered, "2026-07-14T10:03Z", 14);
    assert_text(d[1].route, "IV"); /* one RXR for all before it */
    assert_text(d[2].per, "h");
    assert_presence(d[2].amount.number, PLX_EMPTY);
    assert_text(d[2].reason, "Patient refused");
    assert_int_equal(d[2].status, PLX_GIVEN_REFUSED);
    assert_int_equal(d[2].action, 'U');
    assert_text(d[2].route, "IV");
    assert_int_equal(d[3].end.presence, PLX_NULL);
    assert_int_equal(d[3].status, PLX_GIVEN_NONE);
    assert_int_equal(d[3].action, 0);
    assert_text(d[3].route, "");
    assert_int_equal(e.warnings, 2); /* XX, Q */
}

static void dispensed_and_to_give(void **state)
{
    (void)state;
    plx_event e = test_map(MSH("RDS^O13") PID "ORC|RE|P1\rRXD|1|161^acetaminophen^RXNORM|"
                                              "20260714100100Z|2|TAB^tablet\rRXR|PO\r");
    assert_int_equal(e.medications_n, 1);
    assert_int_equal(e.medications[0].word, PLX_MEDICATION_DISPENSED);
    assert_when(e.medications[0].start, "2026-07-14T10:01Z", 14);
    assert_value(e.medications[0].amount.number, "2");
    assert_text(e.medications[0].route, "PO");
    e = test_map(MSH("RGV^O15") PID "ORC|RE|P1\rRXG|1||20260714|7512^norepinephrine^RXNORM|8||mg|||"
                                    "||||h|4|mL/h|32|ug/mL\r");
    assert_int_equal(e.medications[0].word, PLX_MEDICATION_TO_GIVE);
    assert_value(e.medications[0].amount.number, "8");
    assert_text(e.medications[0].per, "h");
    assert_value(e.medications[0].rate.number, "4");
    assert_value(e.medications[0].strength.number, "32");
    assert_text(e.medications[0].strength.unit, "ug/mL");
    /* without ORC, and parts without anything to belong to */
    e = test_map(MSH("RAS^O17") PID "RXR|IV\rRXC|A|1\rTQ1|1\rRXA|0|1|20260714|||999\r");
    assert_int_equal(e.medications[0].order, UINT32_MAX);
    assert_int_equal(e.orders_n, 0);
    e = test_map(MSH("ORM^O01") PID "ORC|NW|P1\rRXO|161^acetaminophen^RXNORM|1||g\r");
    assert_int_equal(e.medications[0].word, PLX_MEDICATION_REQUESTED);
    assert_value(e.medications[0].amount.number, "1");
    assert_text(e.medications[0].amount.unit, "g");
    e = test_map(MSH("ADT^A01") PID "RXA|0|1\r");
    assert_int_equal(e.medications_n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order),
        cmocka_unit_test(administrations),
        cmocka_unit_test(dispensed_and_to_give),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
