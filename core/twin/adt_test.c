/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: persons, stays and beds are what the ADT messages amount to, in whatever order they come.
 * Oracle: states worked out by hand from the text of HL7 v2.5.1 chapter 3 (paragraph beside each
 * sequence) and design acquisition 5. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/twin/world_for_test.h"

enum { MESSAGES_MAX = 12 };

/* Messages in order of arrival; "@13:05" lets time pass. census, beds: the whole reports. */
typedef struct sequence {
    const char *name, *paragraph;
    const char *messages[MESSAGES_MAX];
    const char *census, *beds;
} sequence;

#define M1 "ED^R1^1^H"
#define M2 "ED^R2^1^H"
#define M3 "ED^R3^1^H"
#define A04_V1 ADT("1", "A04", "1000", "P1", "E", M1, "V1")
#define A02_V1 ADT("2", "A02", "1010", "P1", "E", M2, "V1")
#define A03_V1 ADT("3", "A03", "1100", "P1", "E", M2, "V1")

static const sequence SEQUENCES[] = {
    {"register",
     "3.3.4: A04, a patient arrives, class and place from PV1",
     {A04_V1},
     "V1,P1,arrived,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"admit",
     "3.3.1: A01, admitted to an assigned bed",
     {ADT("1", "A01", "1000", "P1", "I", M1, "V1")},
     "V1,P1,in-progress,I,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"register again",
     "3.3.4 and design: A04 on a known visit is an update",
     {A04_V1, ADT("2", "A04", "1005", "P1", "E", M2, "V1")},
     "V1,P1,arrived,E,ED^R2^1^H,\n",
     "ED^R2^1^H,V1\n"},
    {"transfer",
     "3.3.2: A02, the new location is in PV1-3, the old bed is free",
     {A04_V1, A02_V1},
     "V1,P1,arrived,E,ED^R2^1^H,\n",
     "ED^R2^1^H,V1\n"},
    {"discharge",
     "3.3.3: A03, the stay ends and the bed is free",
     {A04_V1, A02_V1, A03_V1},
     "V1,P1,finished,E,ED^R2^1^H,\n",
     ""},
    {"cancel after transfer",
     "3.3.12: A12, back to the location before",
     {A04_V1, A02_V1, ADT6("3", "A12", "1020", "1010", "P1", "E", M1, "V1")},
     "V1,P1,arrived,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"cancel without EVN-6",
     "3.4.1.6: EVN-6 may be missing; the last transfer that stands falls",
     {A04_V1, A02_V1, ADT("3", "A02", "1030", "P1", "E", M3, "V1"),
      ADT("4", "A12", "1040", "P1", "E", M2, "V1")},
     "V1,P1,arrived,E,ED^R2^1^H,\n",
     "ED^R2^1^H,V1\n"},
    {"cancel names an earlier transfer",
     "3.4.1.6: EVN-6 is when the cancelled event happened",
     {A04_V1, A02_V1, ADT("3", "A02", "1030", "P1", "E", M3, "V1"),
      ADT6("4", "A12", "1040", "1010", "P1", "E", M3, "V1")},
     "V1,P1,arrived,E,ED^R3^1^H,\n",
     "ED^R3^1^H,V1\n"},
    {"two cancels",
     "3.3.12: each undoes one transfer",
     {A04_V1, A02_V1, ADT("3", "A02", "1030", "P1", "E", M3, "V1"),
      ADT("4", "A12", "1040", "P1", "E", M2, "V1"), ADT("5", "A12", "1050", "P1", "E", M1, "V1")},
     "V1,P1,arrived,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"one cancel said twice",
     "3.4.1.6: both name the same event, so only that one falls",
     {A04_V1, A02_V1, ADT("3", "A02", "1030", "P1", "E", M3, "V1"),
      ADT6("4", "A12", "1040", "1030", "P1", "E", M2, "V1"),
      ADT6("5", "A12", "1050", "1030", "P1", "E", M2, "V1")},
     "V1,P1,arrived,E,ED^R2^1^H,\n",
     "ED^R2^1^H,V1\n"},
    {"one cancel sent again under another id",
     "2.9: a resent event is the same event",
     {A04_V1, A02_V1, ADT("3", "A02", "1030", "P1", "E", M3, "V1"),
      ADT("4", "A12", "1040", "P1", "E", M2, "V1"), ADT("5", "A12", "1040", "P1", "E", M2, "V1")},
     "V1,P1,arrived,E,ED^R2^1^H,\n",
     "ED^R2^1^H,V1\n"},
    {"cancel before its transfer",
     "3.3.12, messages overtaking",
     {A04_V1, ADT6("3", "A12", "1020", "1010", "P1", "E", M1, "V1"), A02_V1},
     "V1,P1,arrived,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"cancel before its transfer spares the earlier one",
     "3.4.1.6",
     {A04_V1, A02_V1, ADT6("4", "A12", "1040", "1030", "P1", "E", M2, "V1"),
      ADT("3", "A02", "1030", "P1", "E", M3, "V1")},
     "V1,P1,arrived,E,ED^R2^1^H,\n",
     "ED^R2^1^H,V1\n"},
    {"cancel that names nothing known falls back in time",
     "design: EVN-6 first, else the last",
     {A04_V1, A02_V1, ADT6("4", "A12", "1040", "1033", "P1", "E", M1, "V1"), "@12:30"},
     "V1,P1,arrived,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"cancel alone changes nothing",
     "design: waits 10 min, then a flag, state unchanged",
     {A04_V1, ADT("2", "A12", "1040", "P1", "E", M1, "V1"), "@12:30"},
     "V1,P1,arrived,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"update repeats a cancelled transfer",
     "3.3.8: A08 repeats what the sender knew at the time",
     {A04_V1, A02_V1, ADT("3", "A08", "1015", "P1", "E", M2, "V1"),
      ADT6("4", "A12", "1020", "1010", "P1", "E", M1, "V1")},
     "V1,P1,arrived,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"late transfer",
     "EVN-6: a transfer entered later does not undo the one after it",
     {A04_V1, ADT("2", "A02", "1030", "P1", "E", M3, "V1"),
      ADT6("3", "A02", "1045", "1010", "P1", "E", M2, "V1")},
     "V1,P1,arrived,E,ED^R3^1^H,\n",
     "ED^R3^1^H,V1\n"},
    {"discharge overtakes transfer",
     "3.3.3: what happened before the discharge does not reopen",
     {A04_V1, A03_V1, A02_V1},
     "V1,P1,finished,E,ED^R2^1^H,\n",
     ""},
    {"everything backwards",
     "the fold is by time of happening",
     {A03_V1, A02_V1, A04_V1},
     "V1,P1,finished,E,ED^R2^1^H,\n",
     ""},
    {"cancel discharge",
     "3.3.13: A13 reopens; PV1-3 is where the patient is now",
     {A04_V1, A02_V1, A03_V1, ADT6("4", "A13", "1110", "1100", "P1", "E", M2, "V1")},
     "V1,P1,arrived,E,ED^R2^1^H,\n",
     "ED^R2^1^H,V1\n"},
    {"cancel discharge into another bed",
     "3.3.13: this location may differ from the one before",
     {A04_V1, A02_V1, A03_V1, ADT6("4", "A13", "1110", "1100", "P1", "E", M3, "V1")},
     "V1,P1,arrived,E,ED^R3^1^H,\n",
     "ED^R3^1^H,V1\n"},
    {"cancel discharge first",
     "3.3.13, messages overtaking",
     {A04_V1, A02_V1, ADT6("4", "A13", "1110", "1100", "P1", "E", M2, "V1"), A03_V1},
     "V1,P1,arrived,E,ED^R2^1^H,\n",
     "ED^R2^1^H,V1\n"},
    {"cancel admit",
     "3.3.11: A11, the visit never was; it is not in the census",
     {A04_V1, ADT6("2", "A11", "1005", "1000", "P1", "E", M1, "V1")},
     "",
     ""},
    {"cancel the admission of a registered patient",
     "3.3.11: only the A01 falls",
     {A04_V1, ADT("2", "A01", "1030", "P1", "I", M2, "V1"),
      ADT6("3", "A11", "1040", "1030", "P1", "E", M1, "V1")},
     "V1,P1,arrived,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"everything in one minute, the cancel sent first",
     "3.4.1.6: EVN-6 names the event, however late it comes",
     {MSH("2", "ADT^A11", "0955") EVN6("A11", "1000", "1000") PID("P1") PV1("E", M1, "V1"), A04_V1,
      ADT("3", "A04", "1000", "P1", "E", M1, "V1")},
     "",
     ""},
    {"an update does not revive a cancelled visit",
     "3.3.11",
     {A04_V1, ADT6("2", "A11", "1005", "1000", "P1", "E", M1, "V1"),
      ADT("3", "A08", "1006", "P1", "E", M1, "V1")},
     "",
     ""},
    {"registered again after the cancel",
     "3.3.4",
     {A04_V1, ADT6("2", "A11", "1005", "1000", "P1", "E", M1, "V1"),
      ADT("3", "A04", "1010", "P1", "E", M2, "V1")},
     "V1,P1,arrived,E,ED^R2^1^H,\n",
     "ED^R2^1^H,V1\n"},
    {"pre-admit",
     "3.3.5: A05, planned: nobody lies in the bed yet",
     {ADT("1", "A05", "0900", "P1", "P", M1, "V1")},
     "V1,P1,planned,P,ED^R1^1^H,\n",
     ""},
    {"pre-admit, then here",
     "3.3.5, 3.3.4",
     {ADT("1", "A05", "0900", "P1", "P", "ED", "V1"), A04_V1},
     "V1,P1,arrived,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"pending admit cancelled",
     "3.3.14, 3.3.27",
     {ADT("1", "A14", "0900", "P1", "P", "ED", "V1"),
      ADT6("2", "A27", "0930", "0900", "P1", "P", "ED", "V1")},
     "",
     ""},
    {"pre-admit cancelled",
     "3.3.38",
     {ADT("1", "A05", "0900", "P1", "P", "ED", "V1"),
      ADT6("2", "A38", "0930", "0900", "P1", "P", "ED", "V1")},
     "",
     ""},
    {"to inpatient",
     "3.3.6: A06, class I, still in the emergency bed",
     {A04_V1, ADT("2", "A06", "1030", "P1", "I", M1, "V1")},
     "V1,P1,in-progress,I,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"back to outpatient",
     "3.3.7: A07",
     {A04_V1, ADT("2", "A06", "1030", "P1", "I", M1, "V1"),
      ADT("3", "A07", "1040", "P1", "E", M1, "V1")},
     "V1,P1,in-progress,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"tracking",
     "3.3.9, 3.3.10: A09 and A10 do not change the assigned bed",
     {A04_V1, MSH("2", "ADT^A09", "1010") EVN("A09", "1010") PID("P1")
                  PV1X("E", "XRAY", M1, "", "XRAY", "V1", "", "", "", "")},
     "V1,P1,arrived,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"leave of absence",
     "3.3.21: the bed stays the patient's",
     {A04_V1, ADT("2", "A21", "1010", "P1", "E", M1, "V1")},
     "V1,P1,on-leave,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"back from leave",
     "3.3.22",
     {ADT("1", "A01", "1000", "P1", "I", M1, "V1"), ADT("2", "A21", "1010", "P1", "I", M1, "V1"),
      ADT("3", "A22", "1100", "P1", "I", M1, "V1")},
     "V1,P1,in-progress,I,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"leave cancelled",
     "3.3.52",
     {A04_V1, ADT("2", "A21", "1010", "P1", "E", M1, "V1"),
      ADT6("3", "A52", "1015", "1010", "P1", "E", M1, "V1")},
     "V1,P1,arrived,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"return cancelled",
     "3.3.53",
     {A04_V1, ADT("2", "A21", "1010", "P1", "E", M1, "V1"),
      ADT("3", "A22", "1100", "P1", "E", M1, "V1"),
      ADT6("4", "A53", "1105", "1100", "P1", "E", M1, "V1")},
     "V1,P1,on-leave,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"swap",
     "3.3.17: A17, both at once",
     {A04_V1, ADT("2", "A04", "1000", "P2", "E", M2, "V2"),
      MSH("3", "ADT^A17", "1030") EVN("A17", "1030") PID("P1") PV1("E", M2, "V1") PID("P2")
          PV1("E", M1, "V2")},
     "V1,P1,arrived,E,ED^R2^1^H,\nV2,P2,arrived,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V2\nED^R2^1^H,V1\n"},
    {"swap before the arrivals",
     "3.3.17, messages overtaking",
     {MSH("3", "ADT^A17", "1030") EVN("A17", "1030") PID("P1") PV1("E", M2, "V1") PID("P2")
          PV1("E", M1, "V2"),
      ADT("2", "A04", "1000", "P2", "E", M2, "V2"), A04_V1},
     "V1,P1,arrived,E,ED^R2^1^H,\nV2,P2,arrived,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V2\nED^R2^1^H,V1\n"},
    {"two in one bed",
     "design: a conflict is shown, never refused",
     {A04_V1, ADT("2", "A04", "1001", "P2", "E", M1, "V2")},
     "V1,P1,arrived,E,ED^R1^1^H,\nV2,P2,arrived,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1;V2\n"},
    {"implied transfer",
     "3.3.8 and design: A08 with another PV1-3",
     {A04_V1, ADT("2", "A08", "1010", "P1", "E", M2, "V1")},
     "V1,P1,arrived,E,ED^R2^1^H,\n",
     "ED^R2^1^H,V1\n"},
    {"late update with the old place",
     "the fold is by time of happening",
     {A04_V1, A02_V1, ADT("3", "A08", "1005", "P1", "E", M1, "V1")},
     "V1,P1,arrived,E,ED^R2^1^H,\n",
     "ED^R2^1^H,V1\n"},
    {"empty leaves",
     "2.5.3: an empty field leaves the value",
     {MSH("1", "ADT^A04", "1000") EVN("A04", "1000") PID("P1")
          PV1X("E", M1, "", "D1^CHEN", "", "V1", "", "", "", ""),
      MSH("2", "ADT^A08", "1010") EVN("A08", "1010") PID("P1") PV1("E", "", "V1")},
     "V1,P1,arrived,E,ED^R1^1^H,D1\n",
     "ED^R1^1^H,V1\n"},
    {"null clears",
     "2.5.3: \"\" clears the value",
     {MSH("1", "ADT^A04", "1000") EVN("A04", "1000") PID("P1")
          PV1X("E", M1, "", "D1^CHEN", "", "V1", "", "", "", ""),
      MSH("2", "ADT^A08", "1010") EVN("A08", "1010") PID("P1")
          PV1X("E", "\"\"", "", "\"\"", "", "V1", "", "", "", "")},
     "V1,P1,arrived,E,,\n",
     ""},
    {"attending changes and back",
     "3.3.54, 3.3.55",
     {MSH("1", "ADT^A04", "1000") EVN("A04", "1000") PID("P1")
          PV1X("E", M1, "", "D1^CHEN", "", "V1", "", "", "", ""),
      MSH("2", "ADT^A54", "1010") EVN("A54", "1010") PID("P1")
          PV1X("E", M1, "", "D2^IVES", "", "V1", "", "", "", ""),
      MSH("3", "ADT^A08", "1015") EVN("A08", "1015") PID("P1")
          PV1X("E", M1, "", "D2^IVES", "", "V1", "", "", "", ""),
      MSH("4", "ADT^A55", "1020") EVN6("A55", "1020", "1010") PID("P1")
          PV1X("E", M1, "", "D1^CHEN", "", "V1", "", "", "", "")},
     "V1,P1,arrived,E,ED^R1^1^H,D1\n",
     "ED^R1^1^H,V1\n"},
    {"an update alone",
     "FHIR reading of v2 (IG 1.0.0): who is spoken of is here",
     {ADT("1", "A08", "1010", "P1", "E", M1, "V1")},
     "V1,P1,in-progress,E,ED^R1^1^H,\n",
     "ED^R1^1^H,V1\n"},
    {"an update of who has left",
     "PV1-45 is valued: the stay is over",
     {MSH("1", "ADT^A08", "1010") EVN("A08", "1010") PID("P1")
          PV1X("E", M1, "", "", "", "V1", "01", "", DAY "0700", DAY "0900")},
     "V1,P1,finished,E,ED^R1^1^H,\n",
     ""},
    {"visit deleted",
     "3.3.23: entered in error, kept, not in the census",
     {A04_V1, ADT("2", "A23", "1010", "P1", "E", M1, "V1")},
     "",
     ""},
    {"no visit number",
     "design: PID-3 and the first arrival",
     {MSH("1", "ADT^A04", "1000") EVN("A04", "1000") PID("P1") "PV1|1|E|" M1 "\r",
      MSH("2", "ADT^A02", "1010") EVN("A02", "1010") PID("P1") "PV1|1|E|" M2 "\r"},
     ",P1,arrived,E,ED^R2^1^H,\n",
     "ED^R2^1^H,\n"},
    {"account number instead",
     "design: without PV1-19 the account is the key",
     {MSH("1", "ADT^A04", "1000") EVN("A04", "1000") PIDA("P1", "AC1") "PV1|1|E|" M1 "\r",
      MSH("2", "ADT^A03", "1100") EVN("A03", "1100") PIDA("P1", "AC1") "PV1|1|E|" M1 "\r"},
     "AC1,P1,finished,E,ED^R1^1^H,\n",
     ""},
    {"two stays of one person",
     "PV1-19 tells them apart",
     {A04_V1, A03_V1, ADT("4", "A04", "1200", "P1", "E", M3, "V2")},
     "V1,P1,finished,E,ED^R1^1^H,\nV2,P1,arrived,E,ED^R3^1^H,\n",
     "ED^R3^1^H,V2\n"},
};

static void run_messages(world *w, const sequence *s)
{
    for (int i = 0; i < MESSAGES_MAX && s->messages[i]; i++) {
        int hour, minute;
        if (sscanf(s->messages[i], "@%d:%d", &hour, &minute) == 2) {
            world_tick(w, hour, minute);
        } else if (world_message(w, s->messages[i]) != PLX_OUTCOME_APPLIED) {
            fail_msg("%s: message %d: %s", s->name, i + 1,
                     w->applied.reason ? w->applied.reason : "not applied");
        }
    }
}

static void expect_report(world *w, const sequence *s, plx_report which, const char *expected)
{
    const char *got = world_report(w, which);
    if (strcmp(got, expected) != 0)
        fail_msg("%s (%s): expected\n%sgot\n%s", s->name, s->paragraph, expected, got);
}

static void sequences_end_in_their_state(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SEQUENCES / sizeof *SEQUENCES; i++) {
        const sequence *s = &SEQUENCES[i];
        world w = world_init(NULL);
        run_messages(&w, s);
        expect_report(&w, s, PLX_REPORT_CENSUS, s->census);
        expect_report(&w, s, PLX_REPORT_BEDS, s->beds);
        world_destroy(&w);
    }
}

/* A resent message is the same event: every sequence ends alike when each message comes twice. */
static void said_twice_is_said_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SEQUENCES / sizeof *SEQUENCES; i++) {
        sequence doubled = SEQUENCES[i];
        world w = world_init(NULL);
        for (int k = 0; k < MESSAGES_MAX && doubled.messages[k]; k++) {
            sequence one = {.name = doubled.name, .messages = {doubled.messages[k]}};
            run_messages(&w, &one);
            run_messages(&w, &one);
        }
        expect_report(&w, &doubled, PLX_REPORT_CENSUS, doubled.census);
        expect_report(&w, &doubled, PLX_REPORT_BEDS, doubled.beds);
        world_destroy(&w);
    }
}

/* The incremental path and the whole fold give the same stay. */
static void fold_anew_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SEQUENCES / sizeof *SEQUENCES; i++) {
        world w = world_init(NULL);
        run_messages(&w, &SEQUENCES[i]);
        for (uint32_t e = twin_next(w.t, TWIN_ENCOUNTER, 0); e;
             e = twin_next(w.t, TWIN_ENCOUNTER, e)) {
            twin_stay before = twin_encounter_at(w.t, e)->stay;
            plx_twin_stay_fold(w.t, e);
            if (memcmp(&before, &twin_encounter_at(w.t, e)->stay, sizeof before) != 0)
                fail_msg("%s: the stay depends on how it was folded", SEQUENCES[i].name);
        }
        world_destroy(&w);
    }
}

static void cancel_alone_is_flagged_and_heals(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, A04_V1);
    world_message(&w, ADT6("3", "A12", "1020", "1010", "P1", "E", M1, "V1"));
    assert_int_equal(world_stay(&w, "V1")->marks & TWIN_MARK_CANCEL_ALONE, 0);
    world_tick(&w, 12, 9);
    assert_int_equal(world_stay(&w, "V1")->marks & TWIN_MARK_CANCEL_ALONE, 0);
    world_tick(&w, 12, 11);
    assert_int_not_equal(world_stay(&w, "V1")->marks & TWIN_MARK_CANCEL_ALONE, 0);
    assert_int_equal(w.applied.touched_n, 1);
    world_message(&w, A02_V1);
    assert_int_equal(world_stay(&w, "V1")->marks & TWIN_MARK_CANCEL_ALONE, 0);
    assert_string_equal(world_report(&w, PLX_REPORT_BEDS), "ED^R1^1^H,V1\n");
    world_destroy(&w);
}

static void bed_conflict_begins_and_ends(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, A04_V1);
    world_message(&w, ADT("2", "A04", "1001", "P2", "E", M1, "V2"));
    assert_int_not_equal(world_stay(&w, "V1")->marks & TWIN_MARK_BED_CONFLICT, 0);
    assert_int_not_equal(world_stay(&w, "V2")->marks & TWIN_MARK_BED_CONFLICT, 0);
    assert_int_equal(w.applied.touched_n, 2); /* the one who lay there before is told too */
    world_message(&w, ADT("3", "A04", "1002", "P3", "E", M1, "V3"));
    world_message(&w, ADT("4", "A02", "1010", "P3", "E", M2, "V3"));
    assert_int_not_equal(world_stay(&w, "V1")->marks & TWIN_MARK_BED_CONFLICT, 0);
    world_message(&w, ADT("5", "A02", "1020", "P1", "E", M3, "V1"));
    assert_int_equal(world_stay(&w, "V1")->marks & TWIN_MARK_BED_CONFLICT, 0);
    assert_int_equal(world_stay(&w, "V2")->marks & TWIN_MARK_BED_CONFLICT, 0);
    /* a waiting room is no bed */
    world_message(&w, ADT("6", "A02", "1030", "P1", "E", "WAIT", "V1"));
    world_message(&w, ADT("7", "A02", "1030", "P2", "E", "WAIT", "V2"));
    assert_int_equal(world_stay(&w, "V1")->marks & TWIN_MARK_BED_CONFLICT, 0);
    world_destroy(&w);
}

/* Site option for an A08 with another place: accept, ignore, flag. */
static void implied_transfer_follows_the_option(void **state)
{
    (void)state;
    for (int option = 0; option < 3; option++) {
        plx_twin_model model = plx_twin_model_default();
        model.implied_transfer = (plx_twin_implied)option;
        world w = world_init(&model);
        world_message(&w, A04_V1);
        world_message(&w, ADT("2", "A08", "1010", "P1", "E", M2, "V1"));
        bool moved = option != PLX_TWIN_IMPLIED_IGNORE;
        assert_string_equal(world_report(&w, PLX_REPORT_BEDS),
                            moved ? "ED^R2^1^H,V1\n" : "ED^R1^1^H,V1\n");
        assert_int_equal(world_stay(&w, "V1")->stay.implied, moved);
        assert_int_equal((world_stay(&w, "V1")->marks & TWIN_MARK_IMPLIED) != 0,
                         option == PLX_TWIN_IMPLIED_FLAG);
        world_message(&w, ADT("3", "A02", "1015", "P1", "E", M3, "V1"));
        assert_int_equal(world_stay(&w, "V1")->stay.implied, 0);
        world_destroy(&w);
    }
}

static void pending_and_tracking_are_noted(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, A04_V1);
    world_message(&w, MSH("2", "ADT^A15", "1010") EVN("A15", "1010") PID("P1")
                          PV1X("E", M1, "", "", "", "V1", "", "W3^4^1^H", "", ""));
    assert_int_not_equal(world_stay(&w, "V1")->stay.pending, 0);
    world_message(&w, ADT6("3", "A26", "1020", "1010", "P1", "E", M1, "V1"));
    assert_int_equal(world_stay(&w, "V1")->stay.pending, 0);
    world_message(&w, ADT("4", "A16", "1030", "P1", "E", M1, "V1"));
    assert_int_not_equal(world_stay(&w, "V1")->stay.leaving_source, 0);
    world_message(&w, ADT6("5", "A25", "1040", "1030", "P1", "E", M1, "V1"));
    assert_int_equal(world_stay(&w, "V1")->stay.leaving_source, 0);
    world_message(&w, MSH("6", "ADT^A09", "1050") EVN("A09", "1050") PID("P1")
                          PV1X("E", M1, "", "", "XRAY", "V1", "", "", "", ""));
    assert_int_not_equal(world_stay(&w, "V1")->stay.temporary, 0);
    world_message(&w, MSH("7", "ADT^A33", "1051") EVN6("A33", "1051", "1050") PID("P1")
                          PV1("E", M1, "V1"));
    assert_int_equal(world_stay(&w, "V1")->stay.temporary, 0);
    world_message(&w, MSH("8", "ADT^A10", "1055") EVN("A10", "1055") PID("P1")
                          PV1X("E", M1, "", "", "CT", "V1", "", "", "", ""));
    assert_int_not_equal(world_stay(&w, "V1")->stay.temporary, 0);
    world_message(&w, MSH("9", "ADT^A10", "1105") EVN("A10", "1105") PID("P1") PV1("E", M1, "V1"));
    assert_int_equal(world_stay(&w, "V1")->stay.temporary, 0); /* back at the bed */
    world_destroy(&w);
}

static void prior_place_that_differs_is_noticed(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, A04_V1);
    world_message(&w, MSH("2", "ADT^A02", "1010") EVN("A02", "1010") PID("P1")
                          PV1X("E", M2, M1, "", "", "V1", "", "", "", ""));
    assert_int_equal(world_stay(&w, "V1")->stay.prior_differs, 0);
    world_message(&w, MSH("3", "ADT^A02", "1020") EVN("A02", "1020") PID("P1")
                          PV1X("E", M3, M1, "", "", "V1", "", "", "", ""));
    assert_int_equal(world_stay(&w, "V1")->stay.prior_differs, 1);
    world_destroy(&w);
}

static void discharge_time_and_disposition(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, A04_V1);
    world_message(&w, MSH("2", "ADT^A03", "1105") EVN("A03", "1105") PID("P1")
                          PV1X("E", M1, "", "", "", "V1", "01", "", DAY "0955", DAY "1100"));
    const twin_stay *s = &world_stay(&w, "V1")->stay;
    assert_true(s->finished_us == NOON_US - PLX_HOUR_US); /* PV1-45 */
    assert_true(s->arrived_us == NOON_US - 2 * PLX_HOUR_US);
    assert_memory_equal(twin_text_get(w.t, s->disposition).at, "01", 2);
    /* an update after it repeats the disposition; the cancel takes both back */
    world_message(&w, MSH("3", "ADT^A08", "1110") EVN("A08", "1110") PID("P1")
                          PV1X("E", M1, "", "", "", "V1", "01", "", "", DAY "1100"));
    world_message(&w, ADT6("4", "A13", "1120", "1105", "P1", "E", M1, "V1"));
    s = &world_stay(&w, "V1")->stay;
    assert_int_equal(s->disposition, 0);
    assert_true(s->finished_us == PLX_TIME_NONE);
    world_destroy(&w);
}

static void bed_status_is_the_latest_by_time(void **state)
{
    (void)state;
    world w = world_init(NULL);
    assert_int_equal(
        world_message(&w, MSH("1", "ADT^A20", "1010") EVN("A20", "1010") "NPU|" M1 "|H\r"),
        PLX_OUTCOME_APPLIED);
    world_message(&w, MSH("2", "ADT^A20", "1030") EVN("A20", "1030") "NPU|" M1 "|U\r");
    world_message(&w, MSH("3", "ADT^A20", "1020") EVN("A20", "1020") "NPU|" M1 "|C\r");
    plx_location m1 = {.presence = PLX_VALUE,
                       .point_of_care = PLX_LIT("ED"),
                       .room = PLX_LIT("R1"),
                       .bed = PLX_LIT("1"),
                       .facility = PLX_LIT("H")};
    uint32_t place = plx_twin_place_find(w.t, &m1);
    assert_int_not_equal(place, 0);
    plx_slice status = twin_text_get(w.t, twin_place_at(w.t, place)->status);
    assert_int_equal(status.n, 1);
    assert_int_equal(status.at[0], 'U');
    world_destroy(&w);
}

static void person_events_make_no_stay(void **state)
{
    (void)state;
    world w = world_init(NULL);
    assert_int_equal(world_message(&w, ADT("1", "A31", "1000", "P1", "N", "", "V1")),
                     PLX_OUTCOME_APPLIED);
    assert_int_equal(
        world_message(&w, MSH("2", "ADT^A28", "1000") EVN("A28", "1000") PID("P2") "PV1|1|N\r"),
        PLX_OUTCOME_APPLIED);
    assert_int_equal(
        world_message(&w, MSH("3", "ADT^A08", "1000") EVN("A08", "1000") PID("P3") "PV1|1|E\r"),
        PLX_OUTCOME_APPLIED);
    assert_string_equal(world_report(&w, PLX_REPORT_CENSUS), "");
    assert_int_equal(world_message(&w, MSH("4", "ADT^A60", "1000") EVN("A60", "1000") PID("P1")),
                     PLX_OUTCOME_IGNORED);
    assert_string_equal(w.applied.reason, "event-without-state");
    world_destroy(&w);
}

/* At its limit an encounter forgets the older half of its events, but not that the patient came. */
static void events_have_a_limit(void **state)
{
    (void)state;
    char text[1024];
    world w = world_init(NULL);
    world_message(&w, A04_V1);
    for (int i = 0; i < TWIN_EVENTS_MAX + 10; i++) {
        snprintf(text, sizeof text,
                 "MSH|^~\\&|REG|H|PLX|ED|%s100000||ADT^A02|X%d|P|2.5.1\rEVN|A02|%s10%02d%02d\r" PID(
                     "P1") "PV1|1|E|ED^R%d^1^H||||||||||||||||V1^^^H^VN\r",
                 DAY, i, DAY, 1 + i / 60 % 59, i % 60, i % 7);
        assert_int_equal(world_message(&w, text), PLX_OUTCOME_APPLIED);
    }
    const twin_encounter *e = world_stay(&w, "V1");
    assert_true(e->events_n <= TWIN_EVENTS_MAX);
    assert_int_equal(e->events_cut, TWIN_EVENTS_MAX / 2);
    assert_int_equal(e->stay.status, TWIN_STATUS_ARRIVED);
    world_destroy(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_end_in_their_state),
        cmocka_unit_test(said_twice_is_said_once),
        cmocka_unit_test(fold_anew_changes_nothing),
        cmocka_unit_test(cancel_alone_is_flagged_and_heals),
        cmocka_unit_test(bed_conflict_begins_and_ends),
        cmocka_unit_test(implied_transfer_follows_the_option),
        cmocka_unit_test(pending_and_tracking_are_noted),
        cmocka_unit_test(prior_place_that_differs_is_noticed),
        cmocka_unit_test(discharge_time_and_disposition),
        cmocka_unit_test(bed_status_is_the_latest_by_time),
        cmocka_unit_test(person_events_make_no_stay),
        cmocka_unit_test(events_have_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
