/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: identifiers lead to the right person and stay, before, during and after merges and moves,
 * and data that come too early find their way. Oracle: worked out by hand from HL7 v2.5.1 3.3.40
 * to 3.3.51 and 3.6, and design acquisition 5; every order of the messages of a scenario must end
 * alike. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/twin/world_for_test.h"

enum { MESSAGES_MAX = 6 };

typedef struct scenario {
    const char *name, *paragraph;
    const char *messages[MESSAGES_MAX];
    const char *census, *results;
} scenario;

#define BED "ED^R1^1^H"
#define BED2 "ED^R2^1^H"
#define ARRIVES(id, at, person, visit) ADT(id, "A04", at, person, "E", BED, visit)
#define A40(id, at, person, old) MSH(id, "ADT^A40", at) EVN("A40", at) PID(person) MRG(old)
#define RESULT(id, sent, person, visit, filler, value)                                             \
    ORU(id, sent)                                                                                  \
    PID(person)                                                                                    \
    visit OBR("", filler, "CBC", "1010", sent, "F")                                                \
        OBX("1", "718-7^Hb^LN", "", value, "g/L", "F", "1010")
#define IN_VISIT(visit) PV1("E", BED, visit)

/* Every permutation of the messages must give these reports. */
static const scenario SCENARIOS[] = {
    {"merge",
     "3.3.40: MRG-1 gives way to PID-3",
     {ARRIVES("1", "1000", "OLD", "V1"), A40("2", "1030", "NEW", "OLD")},
     "V1,NEW,arrived,E,ED^R1^1^H,\n",
     ""},
    {"late message under the old identifier",
     "design: late messages with the old id follow",
     {ARRIVES("1", "1000", "OLD", "V1"), A40("2", "1030", "NEW", "OLD"),
      ADT("3", "A02", "1040", "OLD", "E", BED2, "V1")},
     "V1,NEW,arrived,E,ED^R2^1^H,\n",
     ""},
    {"chain",
     "3.6.2: A into B, B into C",
     {ARRIVES("1", "1000", "A", "V1"), ARRIVES("2", "1001", "B", "V2"), A40("3", "1030", "B", "A"),
      A40("4", "1040", "C", "B")},
     "V1,C,arrived,E,ED^R1^1^H,\nV2,C,arrived,E,ED^R1^1^H,\n",
     ""},
    {"merged the other way round later",
     "design: merges are facts in order of time",
     {ARRIVES("1", "1000", "A", "V1"), A40("2", "1030", "B", "A"), A40("3", "1040", "A", "B")},
     "V1,A,arrived,E,ED^R1^1^H,\n",
     ""},
    {"two old ones",
     "3.3.40",
     {ARRIVES("1", "1000", "A", "V1"), ARRIVES("2", "1001", "B", "V2"), A40("3", "1030", "C", "A"),
      A40("4", "1031", "C", "B")},
     "V1,C,arrived,E,ED^R1^1^H,\nV2,C,arrived,E,ED^R1^1^H,\n",
     ""},
    {"into one that had ended",
     "the merge leads on to what survived it",
     {A40("1", "1030", "B", "A"), A40("2", "1040", "A", "D"), ARRIVES("3", "1050", "D", "V1")},
     "V1,B,arrived,E,ED^R1^1^H,\n",
     ""},
    {"change of identifier",
     "3.3.47: A47",
     {ARRIVES("1", "1000", "OLD", "V1"),
      MSH("2", "ADT^A47", "1030") EVN("A47", "1030") PID("NEW") MRG("OLD")},
     "V1,NEW,arrived,E,ED^R1^1^H,\n",
     ""},
    {"visit moves to another person",
     "3.3.45: A45",
     {ARRIVES("1", "1000", "WRONG", "V1"), ARRIVES("2", "0900", "WRONG", "V9"),
      MSH("3", "ADT^A45", "1030") EVN("A45", "1030")
          PID("RIGHT") "MRG|WRONG^^^H^MR||||V1^^^H^VN\r" PV1("E", BED, "V1")},
     "V1,RIGHT,arrived,E,ED^R1^1^H,\nV9,WRONG,arrived,E,ED^R1^1^H,\n",
     ""},
    {"results of a moved visit follow it",
     "3.3.45",
     {ARRIVES("1", "1000", "WRONG", "V1"),
      MSH("2", "ADT^A45", "1030") EVN("A45", "1030")
          PID("RIGHT") "MRG|WRONG^^^H^MR||||V1^^^H^VN\r" PV1("E", BED, "V1"),
      RESULT("3", "1040", "WRONG", IN_VISIT("V1"), "F1", "120")},
     "V1,RIGHT,arrived,E,ED^R1^1^H,\n",
     "F1,718-7,,F,120,g/L\n"},
    {"visit number changes",
     "3.3.50: A50",
     {ARRIVES("1", "1000", "P1", "V1"),
      MSH("2", "ADT^A50", "1030") EVN("A50", "1030")
          PID("P1") "MRG|P1^^^H^MR||||V1^^^H^VN\r" PV1("E", BED, "V2"),
      ADT("3", "A02", "1040", "P1", "E", BED2, "V2"),
      ADT("4", "A03", "1100", "P1", "E", BED2, "V1")},
     "V2,P1,finished,E,ED^R2^1^H,\n",
     ""},
    {"visits merge",
     "3.3.42: A42",
     {ARRIVES("1", "1000", "P1", "V1"), ADT("2", "A04", "1005", "P1", "E", BED2, "V2"),
      MSH("3", "ADT^A42", "1030") EVN("A42", "1030")
          PID("P1") "MRG|P1^^^H^MR||||V1^^^H^VN\r" PV1("E", BED2, "V2")},
     "V2,P1,arrived,E,ED^R2^1^H,\n",
     ""},
    {"results before the arrival, with the visit",
     "design: provisional, then joined",
     {RESULT("1", "1020", "P1", IN_VISIT("V1"), "F1", "120"), ARRIVES("2", "1000", "P1", "V1")},
     "V1,P1,arrived,E,ED^R1^1^H,\n",
     "F1,718-7,,F,120,g/L\n"},
    {"results before the arrival, person alone",
     "design: joined when one arrival matches",
     {RESULT("1", "1020", "P1", , "F1", "120"), ARRIVES("2", "1000", "P1", "V1")},
     "V1,P1,arrived,E,ED^R1^1^H,\n",
     "F1,718-7,,F,120,g/L\n"},
    {"results of a merged person before the arrival",
     "3.3.40 and design",
     {RESULT("1", "1020", "OLD", , "F1", "120"), ARRIVES("2", "1000", "NEW", "V1"),
      A40("3", "1030", "NEW", "OLD")},
     "V1,NEW,arrived,E,ED^R1^1^H,\n",
     "F1,718-7,,F,120,g/L\n"},
    {"person alone, two stays",
     "design: the stay whose interval holds the time",
     {ARRIVES("1", "0700", "P1", "V1"), ADT("2", "A03", "0800", "P1", "E", BED, "V1"),
      ARRIVES("3", "1000", "P1", "V2"), RESULT("4", "1020", "P1", , "F1", "120")},
     "V1,P1,finished,E,ED^R1^1^H,\nV2,P1,arrived,E,ED^R1^1^H,\n",
     "F1,718-7,,F,120,g/L\n"},
};

static void expect(world *w, const scenario *s, const uint8_t *order, uint32_t n)
{
    const char *census = world_report(w, PLX_REPORT_CENSUS);
    char text[64] = "";
    for (uint32_t i = 0; i < n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d ", order[i] + 1);
    if (strcmp(census, s->census) != 0)
        fail_msg("%s (%s), order %s: expected\n%sgot\n%s", s->name, s->paragraph, text, s->census,
                 census);
    const char *results = world_report(w, PLX_REPORT_RESULTS);
    if (strcmp(results, s->results) != 0)
        fail_msg("%s (%s), order %s: expected\n%sgot\n%s", s->name, s->paragraph, text, s->results,
                 results);
}

static void run_in_order(const void *self, const uint8_t *order, uint32_t n)
{
    const scenario *s = self;
    world w = world_init(NULL);
    for (uint32_t i = 0; i < n; i++)
        assert_int_equal(world_message(&w, s->messages[order[i]]), PLX_OUTCOME_APPLIED);
    expect(&w, s, order, n);
    world_destroy(&w);
}

static void every_order(const scenario *s)
{
    uint32_t n = 0;
    while (n < MESSAGES_MAX && s->messages[n])
        n++;
    world_every_order(n, run_in_order, s);
}

static void every_order_ends_alike(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SCENARIOS / sizeof *SCENARIOS; i++)
        every_order(&SCENARIOS[i]);
}

static const char *name_of(world *w, const char *visit)
{
    static char text[256];
    uint32_t group = twin_group_of(w->t, world_stay(w, visit)->owner);
    uint32_t f = plx_twin_person_fact(w->t, group, TWIN_FACT_FAMILY);
    plx_slice s = f ? twin_text_get(w->t, twin_facts_at(w->t, f)->family) : (plx_slice){"", 0};
    snprintf(text, sizeof text, "%.*s", (int)s.n, s.n ? s.at : "");
    return text;
}

#define UPDATE(id, at, person, name)                                                               \
    MSH(id, "ADT^A08", at) EVN("A08", at) PIDN(person, name, "19700101", "F") PV1("E", BED, "V1")

/* Facts: the latest by time; empty leaves, null clears; an order's PID fills gaps only. */
static void person_facts_are_the_latest(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVES("1", "1000", "P1", "V1"));
    assert_string_equal(name_of(&w, "V1"), "DOE");
    world_message(&w, UPDATE("2", "1020", "P1", "ROE^JANE"));
    world_message(&w, UPDATE("3", "1010", "P1", "LATE^JANE"));
    assert_string_equal(name_of(&w, "V1"), "ROE");
    world_message(&w, UPDATE("4", "1030", "P1", ""));
    assert_string_equal(name_of(&w, "V1"), "ROE");
    world_message(&w, ORU("5", "1040") PIDN("P1", "LABNAME^X", "", "M") PV1("E", BED, "V1")
                          OBR("", "F1", "CBC", "1010", "1040", "F"));
    assert_string_equal(name_of(&w, "V1"), "ROE");
    world_message(&w, UPDATE("6", "1050", "P1", "\"\""));
    assert_string_equal(name_of(&w, "V1"), "");
    world_destroy(&w);
}

/* The survivor's word goes before that of the one merged away, whatever their times; what comes
 * later under the old identifier counts. */
static void merged_facts_do_not_displace_the_survivors(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, MSH("1", "ADT^A31", "0900") EVN("A31", "0900")
                          PIDN("NEW", "TRUE^NAME", "19600505", "M"));
    world_message(&w, MSH("2", "ADT^A04", "1000") EVN("A04", "1000")
                          PIDN("TMP", "UNKNOWN^MALE", "19000101", "M") PV1("E", BED, "V1"));
    assert_string_equal(name_of(&w, "V1"), "UNKNOWN");
    world_message(&w,
                  MSH("3", "ADT^A40", "1030") EVN("A40", "1030") "PID|1||NEW^^^H^MR\r" MRG("TMP"));
    assert_string_equal(name_of(&w, "V1"), "TRUE");
    world_message(&w, MSH("4", "ADT^A08", "1020") EVN("A08", "1020")
                          PIDN("TMP", "STILL^UNKNOWN", "", "M") PV1("E", BED, "V1"));
    assert_string_equal(name_of(&w, "V1"), "TRUE");
    world_message(&w, MSH("5", "ADT^A08", "1040") EVN("A08", "1040")
                          PIDN("TMP", "CORRECTED^NAME", "", "M") PV1("E", BED, "V1"));
    assert_string_equal(name_of(&w, "V1"), "CORRECTED");
    world_destroy(&w);
}

static void two_candidates_wait_for_a_person(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVES("1", "1000", "P1", "V1"));
    world_message(&w, ADT("2", "A04", "1001", "P1", "E", BED2, "V2"));
    assert_int_equal(world_message(&w, RESULT("3", "1020", "P1", , "F1", "120")),
                     PLX_OUTCOME_APPLIED);
    uint32_t group = twin_group_of(w.t, world_stay(&w, "V1")->owner);
    uint32_t held = twin_group_at(w.t, group)->encounter;
    assert_int_not_equal(held, 0);
    assert_int_not_equal(twin_encounter_at(w.t, held)->marks & TWIN_MARK_CANDIDATES, 0);
    assert_int_equal(world_stay(&w, "V1")->orders, 0);
    assert_int_equal(world_stay(&w, "V2")->orders, 0);
    /* both kept: nothing is guessed, nothing is lost */
    assert_string_equal(world_report(&w, PLX_REPORT_RESULTS), "F1,718-7,,F,120,g/L\n");
    world_destroy(&w);
}

#define MONITOR(id, at, who, place, hr)                                                            \
    "MSH|^~\\&|MON|H|PLX|ED|" DAY at "||ORU^R01|" id "|P|2.6\rPID|1||" who "\rPV1|1|E|" place      \
    "\rOBR|1|||MDC^^MDC|||" DAY at "\rOBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|" hr          \
    "|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R|||" DAY at "\r"

static bool has_hr(world *w, const char *visit)
{
    return plx_twin_series_find(w->t, world_visit(w, visit), PLX_QUANTITY_HR) != 0;
}

/* A monitor that knows its bed alone speaks of the one who lies there. */
static void bed_alone_means_its_occupant(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, MONITOR("1", "1005", "", BED, "88")); /* nobody yet: held with the bed */
    world_message(&w, ARRIVES("2", "1000", "P1", "V1"));    /* was there already: joined */
    assert_true(has_hr(&w, "V1"));
    world_message(&w, MONITOR("3", "1010", "", BED, "90"));
    uint32_t series = plx_twin_series_find(w.t, world_visit(&w, "V1"), PLX_QUANTITY_HR);
    assert_int_equal(twin_series_at(w.t, series)->rows_n, 2);
    /* two in the bed: nobody's */
    world_message(&w, ADT("4", "A04", "1011", "P2", "E", BED, "V2"));
    world_message(&w, MONITOR("5", "1012", "", BED, "91"));
    assert_int_equal(twin_series_at(w.t, series)->rows_n, 2);
    assert_false(has_hr(&w, "V2"));
    world_destroy(&w);
}

/* Data of before the patient came are another's: not joined. */
static void bed_data_of_before_stay_apart(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, MONITOR("1", "0955", "", BED, "88"));
    world_message(&w, ARRIVES("2", "1000", "P1", "V1"));
    assert_false(has_hr(&w, "V1"));
    world_destroy(&w);
}

/* The monitor names one person and lies beside another: quarantine, and a mark. */
static void device_that_contradicts_is_held(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVES("1", "1000", "P1", "V1"));
    world_message(&w, ADT("2", "A04", "1001", "P2", "E", BED2, "V2"));
    world_message(&w, MONITOR("3", "1010", "P2^^^H^MR", BED, "88"));
    assert_false(has_hr(&w, "V1"));
    assert_false(has_hr(&w, "V2"));
    assert_int_equal(w.applied.touched_n, 1);
    assert_int_not_equal(twin_encounter_at(w.t, w.applied.touched[0])->marks & TWIN_MARK_IDENTITY,
                         0);
    world_message(&w, MONITOR("4", "1011", "P2^^^H^MR", BED2, "89"));
    assert_true(has_hr(&w, "V2"));
    world_message(&w, ADT("5", "A08", "1012", "P1", "E", BED, "V1")); /* still nobody's */
    assert_false(has_hr(&w, "V1"));
    world_destroy(&w);
}

/* One visit number, two persons: the later word counts and the row is marked, until a merge. */
static void contested_visit_is_marked(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVES("1", "1000", "P1", "V1"));
    world_message(&w, ADT("2", "A08", "1010", "P2", "E", BED, "V1"));
    assert_string_equal(world_report(&w, PLX_REPORT_CENSUS), "V1,P2,arrived,E,ED^R1^1^H,\n");
    assert_int_not_equal(world_stay(&w, "V1")->marks & TWIN_MARK_IDENTITY, 0);
    world_message(&w, A40("3", "1020", "P2", "P1"));
    assert_int_equal(world_stay(&w, "V1")->marks & TWIN_MARK_IDENTITY, 0);
    world_destroy(&w);
}

static void identifiers_agree_by_authority_and_type(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVES("1", "1000", "P1", "V1"));
    struct {
        plx_identifier id;
        bool known;
    } cases[] = {
        {{{PLX_LIT("P1"), PLX_VALUE}, PLX_LIT("H"), PLX_LIT("MR")}, true},
        {{{PLX_LIT("P1"), PLX_VALUE}, PLX_LIT("H"), {NULL, 0}}, true},      /* no type said */
        {{{PLX_LIT("P1"), PLX_VALUE}, PLX_LIT("H"), PLX_LIT("SS")}, false}, /* another kind */
        {{{PLX_LIT("P1"), PLX_VALUE}, PLX_LIT("X"), PLX_LIT("MR")}, false}, /* another house */
        {{{PLX_LIT("P1"), PLX_VALUE}, {NULL, 0}, PLX_LIT("MR")}, false},    /* which house? */
        {{{PLX_LIT("P2"), PLX_VALUE}, PLX_LIT("H"), PLX_LIT("MR")}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(plx_twin_node_find(w.t, TWIN_PERSON_ID, &cases[i].id) != 0,
                         cases[i].known);
    /* a visit number without its authority is found when it is the only one */
    plx_identifier bare = {.value = {PLX_LIT("V1"), PLX_VALUE}};
    assert_int_not_equal(plx_twin_node_find(w.t, TWIN_VISIT_ID, &bare), 0);
    world_message(&w,
                  "MSH|^~\\&|REG|X|PLX|ED|" DAY
                  "1000||ADT^A04|9|P|2.5.1\r" EVN("A04", "1000") "PID|1||Q1^^^X^MR\rPV1|1|E|" BED
                                                                 "||||||||||||||||V1^^^X\r");
    assert_int_equal(plx_twin_node_find(w.t, TWIN_VISIT_ID, &bare), 0);
    world_destroy(&w);
}

/* Only the main identifier decides who it is: a shared placeholder joins nobody. */
static void placeholders_join_nobody(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(
        &w, MSH("1", "ADT^A04", "1000")
                EVN("A04", "1000") "PID|1||P1^^^H^MR~999999999^^^US^SS\r" PV1("E", BED, "V1"));
    world_message(
        &w, MSH("2", "ADT^A04", "1000")
                EVN("A04", "1000") "PID|1||999999999^^^US^SS~P2^^^H^MR\r" PV1("E", BED2, "V2"));
    assert_string_equal(world_report(&w, PLX_REPORT_CENSUS),
                        "V1,P1,arrived,E,ED^R1^1^H,\nV2,P2,arrived,E,ED^R2^1^H,\n");
    world_destroy(&w);
}

static void accounts_merge_and_move(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, MSH("1", "ADT^A04", "1000") EVN("A04", "1000")
                          PIDA("P1", "AC1") "PV1|1|E|" BED "\r");
    world_message(&w, MSH("2", "ADT^A41", "1010") EVN("A41", "1010")
                          PIDA("P1", "AC2") "MRG|P1^^^H^MR||AC1^^^H\r");
    assert_string_equal(world_report(&w, PLX_REPORT_CENSUS), "AC2,P1,arrived,E,ED^R1^1^H,\n");
    world_message(&w, MSH("3", "ADT^A03", "1020") EVN("A03", "1020")
                          PIDA("P1", "AC1") "PV1|1|E|" BED "\r"); /* the old account follows */
    assert_string_equal(world_report(&w, PLX_REPORT_CENSUS), "AC2,P1,finished,E,ED^R1^1^H,\n");
    world_message(&w, MSH("4", "ADT^A44", "1030") EVN("A44", "1030")
                          PIDA("P2", "AC2") "MRG|P1^^^H^MR||AC2^^^H\r");
    assert_string_equal(world_report(&w, PLX_REPORT_CENSUS), "AC2,P2,finished,E,ED^R1^1^H,\n");
    world_message(&w, MSH("5", "ADT^A49", "1040") EVN("A49", "1040")
                          PIDA("P2", "AC3") "MRG|P2^^^H^MR||AC2^^^H\r");
    assert_string_equal(world_report(&w, PLX_REPORT_CENSUS), "AC3,P2,finished,E,ED^R1^1^H,\n");
    world_destroy(&w);
}

/* 3.3.43: the identifier, with what is known under it, belongs to another person. */
static void identifier_moves(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, MSH("1", "ADT^A04", "1000")
                          EVN("A04", "1000") "PID|1||P1^^^H^MR\r" PV1("E", BED, "V1"));
    world_message(&w, MSH("2", "ADT^A04", "1000")
                          EVN("A04", "1000") "PID|1||P2^^^H^MR\r" PV1("E", BED2, "V2"));
    world_message(&w,
                  MSH("3", "ADT^A43", "1010") EVN("A43", "1010") "PID|1||P2^^^H^MR\r" MRG("P1"));
    uint32_t one = twin_group_of(w.t, world_stay(&w, "V1")->owner);
    uint32_t two = twin_group_of(w.t, world_stay(&w, "V2")->owner);
    assert_int_equal(one, two);
    assert_int_equal(twin_group_at(w.t, two)->encounters_n, 2);
    world_destroy(&w);
}

static void links_are_noted(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, MSH("1", "ADT^A24", "1000") EVN("A24", "1000") PID("P1") PID("P2"));
    world_message(&w, MSH("2", "ADT^A37", "1010") EVN("A37", "1010") PID("P2") PID("P1"));
    world_message(&w, MSH("3", "ADT^A24", "1005") EVN("A24", "1005") PID("P1") PID("P2"));
    uint32_t link = twin_next(w.t, TWIN_LINK, 0);
    assert_int_not_equal(link, 0);
    assert_int_equal(twin_next(w.t, TWIN_LINK, link), 0); /* one pair, one link */
    assert_int_equal(twin_link_at(w.t, link)->linked, 0); /* the latest by time: unlinked */
    assert_int_equal(
        world_message(&w, MSH("4", "ADT^A24", "1020") EVN("A24", "1020") PID("P1") PID("P1")),
        PLX_OUTCOME_DEAD);
    world_destroy(&w);
}

static void deleted_person_leaves_the_bed(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVES("1", "1000", "P1", "V1"));
    world_message(&w, MSH("2", "ADT^A29", "1010") EVN("A29", "1010") PID("P1"));
    uint32_t group = twin_group_of(w.t, world_stay(&w, "V1")->owner);
    assert_true(twin_group_at(w.t, group)->deleted_us != PLX_TIME_NONE);
    assert_int_equal(world_stay(&w, "V1")->stay.status, TWIN_STATUS_IN_ERROR);
    assert_string_equal(world_report(&w, PLX_REPORT_BEDS), "");
    world_message(&w, ARRIVES("3", "0950", "P1", "V2")); /* late: deleted with the others */
    assert_int_equal(world_stay(&w, "V2")->stay.status, TWIN_STATUS_IN_ERROR);
    world_message(&w, ARRIVES("4", "1100", "P1", "V3")); /* here again */
    assert_string_equal(world_report(&w, PLX_REPORT_BEDS), "ED^R1^1^H,V3\n");
    world_destroy(&w);
}

static void merges_beyond_the_fold_limit_still_forward(void **state)
{
    (void)state;
    char text[512];
    world w = world_init(NULL);
    for (int i = 0; i < TWIN_EDGES_FOLD_MAX + 20; i++) {
        snprintf(text, sizeof text,
                 "MSH|^~\\&|REG|H|PLX|ED|%s10%02d%02d||ADT^A40|%d|P|2.5.1\rEVN|A40|%s10%02d%02d\r"
                 "PID|1||N%d^^^H^MR\rMRG|N%d^^^H^MR\r",
                 DAY, i / 60, i % 60, i, DAY, i / 60, i % 60, i + 1, i);
        assert_int_equal(world_message(&w, text), PLX_OUTCOME_APPLIED);
    }
    world_message(&w, ARRIVES("X", "1200", "N0", "V1"));
    snprintf(text, sizeof text, "V1,N%d,arrived,E,ED^R1^1^H,\n", TWIN_EDGES_FOLD_MAX + 20);
    assert_string_equal(world_report(&w, PLX_REPORT_CENSUS), text);
    world_destroy(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_ends_alike),
        cmocka_unit_test(person_facts_are_the_latest),
        cmocka_unit_test(merged_facts_do_not_displace_the_survivors),
        cmocka_unit_test(two_candidates_wait_for_a_person),
        cmocka_unit_test(bed_alone_means_its_occupant),
        cmocka_unit_test(bed_data_of_before_stay_apart),
        cmocka_unit_test(device_that_contradicts_is_held),
        cmocka_unit_test(contested_visit_is_marked),
        cmocka_unit_test(identifiers_agree_by_authority_and_type),
        cmocka_unit_test(placeholders_join_nobody),
        cmocka_unit_test(accounts_merge_and_move),
        cmocka_unit_test(identifier_moves),
        cmocka_unit_test(links_are_noted),
        cmocka_unit_test(deleted_person_leaves_the_bed),
        cmocka_unit_test(merges_beyond_the_fold_limit_still_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
