/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: NEWS2 of a stay follows its inputs: new, corrected, withdrawn, expired; and staleness.csv
 * says what the code uses. Oracle: points from the chart of the Royal College of Physicians 2017
 * added by hand; limits of design trust 11. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/twin/staleness.h"
#include "core/twin/world_for_test.h"

#define BED "ED^R1^1^H"
#define STAY PID("P1") PV1("E", BED, "V1")
#define ARRIVAL ADT("A", "A04", "1000", "P1", "E", BED, "V1")
#define NUMBER(code, value, unit, at) "OBX|1|NM|" code "||" value "|" unit "|||||F|||" DAY at "\r"
#define VITALS(id, at, obx) ORU(id, at) STAY "OBR|1|||VS|||" DAY at "\r" obx
#define RR(v, at) NUMBER("9279-1^RR^LN", v, "/min", at)
#define SPO2(v, at) NUMBER("59408-5^SpO2^LN", v, "%", at)
#define SBP(v, at) NUMBER("8480-6^SBP^LN", v, "mm[Hg]", at)
#define HR(v, at) NUMBER("8867-4^HR^LN", v, "/min", at)
#define PULSE(v, at) NUMBER("8889-8^Pulse^LN", v, "/min", at)
#define TEMP(v, at) NUMBER("8310-5^T^LN", v, "Cel", at)
#define FLOW(v, at) NUMBER("3151-8^O2^LN", v, "L/min", at)
#define FIO2(v, at) NUMBER("3150-6^FiO2^LN", v, "%", at)
#define ACVPU(v, at) "OBX|1|CWE|67775-7^ACVPU^LN||" v "|||||F||||" DAY at "\r"
#define GCS(v, at) NUMBER("9269-2^GCS^LN", v, "1", at)
#define ALL_BUT_O2(at)                                                                             \
    RR("22", at) SPO2("94", at) SBP("105", at) PULSE("95", at) ACVPU("A", at) TEMP("38.5", at)

static const twin_score *score_of(const world *w)
{
    uint32_t s = world_stay(w, "V1")->score;
    assert_int_not_equal(s, 0);
    return twin_score_at(w->t, s);
}

static void expect_known(const world *w, int value)
{
    const twin_score *s = score_of(w);
    if (!s->known || s->value != value)
        fail_msg("expected %d, got %d-%d (known %d)", value, s->low, s->high, s->known);
}

static void expect_interval(const world *w, int low, int high)
{
    const twin_score *s = score_of(w);
    if (s->known || s->low != low || s->high != high)
        fail_msg("expected %d-%d, got %d-%d (known %d)", low, high, s->low, s->high, s->known);
}

/* rr 22: 2, spo2 94: 1, air 0, sbp 105: 1, pulse 95: 1, A 0, temp 38.5: 1 -> 6, medium */
static void all_inputs_give_a_value(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    assert_int_equal(world_stay(&w, "V1")->score, 0);
    world_message(&w, VITALS("1", "1150", ALL_BUT_O2("1150") FLOW("0", "1150")));
    expect_known(&w, 6);
    const twin_score *s = score_of(&w);
    assert_int_equal(s->bands, 1 << PLX_NEWS2_MEDIUM);
    static const uint8_t POINTS[] = {2, 1, 0, 1, 1, 0, 1};
    assert_memory_equal(s->points, POINTS, sizeof POINTS);
    assert_true(s->when_us == NOON_US - 10 * PLX_MINUTE_US);
    for (int i = 0; i < PLX_NEWS2_INPUTS; i++)
        assert_int_equal(plx_provenance_seq(s->input_id[i]), 2);
    assert_int_equal(plx_provenance_index(s->input_id[PLX_NEWS2_RR]), 1);
    assert_int_equal(plx_provenance_index(s->input_id[PLX_NEWS2_O2]), 7);
    assert_int_equal(s->index, PLX_PROVENANCE_DERIVED);
    world_destroy(&w);
}

/* Oxygen unknown: 6 on air, 8 on oxygen. */
static void missing_input_gives_an_interval(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    world_message(&w, VITALS("1", "1150", ALL_BUT_O2("1150")));
    expect_interval(&w, 6, 8);
    assert_int_equal(score_of(&w)->missing, 1 << PLX_NEWS2_O2);
    world_message(&w, VITALS("2", "1151", FLOW("2", "1151")));
    expect_known(&w, 8);
    assert_int_equal(score_of(&w)->trend, 1); /* an interval is no earlier value */
    world_destroy(&w);
}

static void correction_and_withdrawal_score_anew(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    world_message(&w, VITALS("1", "1150", ALL_BUT_O2("1150") FLOW("0", "1150")));
    expect_known(&w, 6);
    world_message(&w, ORU("2", "1155") STAY
                  "OBR|1|||VS\rOBX|1|NM|9279-1^RR^LN||18|/min|||||C|||" DAY "1150\r");
    expect_known(&w, 4); /* rr 18: 0 */
    assert_int_equal(plx_provenance_seq(score_of(&w)->input_id[PLX_NEWS2_RR]), 3);
    assert_int_equal(score_of(&w)->trend, 0); /* falling */
    world_message(&w, ORU("3", "1156") STAY "OBR|1|||VS\rOBX|1|NM|9279-1^RR^LN|||/min|||||D|||" DAY
                                            "1150\r");
    expect_interval(&w, 4, 7);
    /* the value before stays readable behind it */
    const twin_score *older = twin_score_at(w.t, score_of(&w)->older);
    assert_int_equal(older->value, 4);
    world_destroy(&w);
}

/* A measured value is used for 60 min, one charted by hand for 8 h (design trust 11). */
static void inputs_expire_by_tick(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    world_message(&w, VITALS("1", "1159", ALL_BUT_O2("1159") FLOW("0", "1159")));
    expect_known(&w, 6);
    world_tick(&w, 12, 58);
    expect_known(&w, 6);
    world_tick(&w, 12, 59);
    const twin_score *s = score_of(&w);
    assert_int_equal(s->known, 0);
    assert_int_equal(s->missing, 1 << PLX_NEWS2_RR | 1 << PLX_NEWS2_SPO2 | 1 << PLX_NEWS2_O2 |
                                     1 << PLX_NEWS2_SBP | 1 << PLX_NEWS2_PULSE);
    assert_int_equal(w.applied.touched_n, 1);
    world_tick(&w, 19, 58); /* temperature and consciousness are charted */
    assert_int_equal(score_of(&w)->missing & 1 << PLX_NEWS2_TEMP, 0);
    world_tick(&w, 19, 59);
    assert_int_equal(score_of(&w)->missing, (1 << PLX_NEWS2_INPUTS) - 1);
    world_destroy(&w);
}

/* Values 10 s apart are a stream: a minute of silence ends it; the charted value before it takes
 * over again. */
static void a_stream_that_stops_is_old_at_once(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    world_message(&w, ORU("1", "1150") STAY
                  "OBR|1|||VS\rOBX|1|NM|8867-4^HR^LN||140|/min|||||F|||" DAY "1150|||MMEAS\r");
    world_message(&w, VITALS("2", "115900", HR("80", "115900")));
    world_message(&w, VITALS("3", "115910", HR("81", "115910")));
    uint8_t points = score_of(&w)->points[PLX_NEWS2_PULSE];
    assert_int_equal(points, 0);
    world_tick(&w, 12, 1);
    assert_int_equal(score_of(&w)->points[PLX_NEWS2_PULSE], 0); /* 80, a spot value, still counts */
    world_tick(&w, 12, 59);
    assert_int_equal(score_of(&w)->points[PLX_NEWS2_PULSE], 3); /* 140, charted */
    world_destroy(&w);
}

static void which_value_counts(void **state)
{
    (void)state;
    static const struct {
        const char *obx;
        int input, points;
        bool given;
    } CASES[] = {
        /* heart rate goes before pulse */
        {PULSE("140", "1155") HR("80", "1150"), PLX_NEWS2_PULSE, 0, true},
        {PULSE("140", "1155"), PLX_NEWS2_PULSE, 3, true},
        /* line or cuff: the newer */
        {SBP("85", "1150") NUMBER("76215-3^ABP^LN", "120", "mm[Hg]", "1155"), PLX_NEWS2_SBP, 0,
         true},
        {SBP("85", "1155") NUMBER("76215-3^ABP^LN", "120", "mm[Hg]", "1150"), PLX_NEWS2_SBP, 3,
         true},
        /* oxygen: the newest word of flow, fraction and device */
        {FLOW("2", "1150"), PLX_NEWS2_O2, 2, true},
        {FLOW("0", "1150"), PLX_NEWS2_O2, 0, true},
        {FIO2("21", "1150"), PLX_NEWS2_O2, 0, true},
        {FIO2("28", "1150"), PLX_NEWS2_O2, 2, true},
        {FLOW("2", "1150") FIO2("21", "1155"), PLX_NEWS2_O2, 0, true},
        {FLOW("2", "1155") FIO2("21", "1155"), PLX_NEWS2_O2, 2, true},
        {"OBX|1|ST|o2_device^^PLX||Room air||||||F|||" DAY "1150\r", PLX_NEWS2_O2, 0, true},
        {"OBX|1|ST|o2_device^^PLX||Mask||||||F|||" DAY "1150\r", PLX_NEWS2_O2, 2, true},
        /* coma scale 15 is alert; less may be new or old */
        {GCS("15", "1150"), PLX_NEWS2_ACVPU, 0, true},
        {GCS("14", "1150"), PLX_NEWS2_ACVPU, 0, false},
        {GCS("15", "1155") ACVPU("V", "1150"), PLX_NEWS2_ACVPU, 3, true},
        /* temperature of any site, the newest */
        {TEMP("39.5", "1150") NUMBER("8331-1^oral^LN", "36.5", "Cel", "1155"), PLX_NEWS2_TEMP, 0,
         true},
        /* suspect by its limit alone is used: it must ring */
        {SBP("55", "1150"), PLX_NEWS2_SBP, 3, true},
        /* no unit, impossible, demo: not used */
        {NUMBER("8867-4^HR^LN", "140", "", "1150"), PLX_NEWS2_PULSE, 0, false},
        {NUMBER("8867-4^HR^LN", "400", "/min", "1150"), PLX_NEWS2_PULSE, 0, false},
        {"OBX|1|NM|8867-4^HR^LN||140|/min||DEMO|||F|||" DAY "1150\r", PLX_NEWS2_PULSE, 0, false},
        /* the last good one stays when the next says nothing */
        {HR("140", "1150") "OBX|1|NM|8867-4^HR^LN||-999|/min|||||F|||" DAY "1155\r",
         PLX_NEWS2_PULSE, 3, true},
        /* scale 2 only when a clinician recorded it: 90 % is 0 there, 3 on scale 1 */
        {SPO2("90", "1150") "OBX|1|NM|spo2_scale^^PLX||2|1|||||F|||" DAY "1150\r", PLX_NEWS2_SPO2,
         0, true},
        {SPO2("90", "1150") "OBX|1|NM|spo2_scale^^PLX||1|1|||||F|||" DAY "1150\r", PLX_NEWS2_SPO2,
         3, true},
        {SPO2("90", "1150"), PLX_NEWS2_SPO2, 3, true},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[1024];
        world w = world_init(NULL);
        world_message(&w, ARRIVAL);
        /* another input, so that there is a score */
        snprintf(text, sizeof text, VITALS("1", "1158", "%s"), CASES[i].obx);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s", RR("16", "1158"));
        assert_int_equal(world_message(&w, text), PLX_OUTCOME_APPLIED);
        const twin_score *s = score_of(&w);
        bool given = !(s->missing >> CASES[i].input & 1);
        if (given != CASES[i].given || s->points[CASES[i].input] != CASES[i].points)
            fail_msg("case %zu: given %d points %d", i, given, s->points[CASES[i].input]);
        world_destroy(&w);
    }
}

static void children_are_not_scored(void **state)
{
    (void)state;
    static const struct {
        const char *birth;
        bool applicable;
    } CASES[] = {{"20101126", false}, {"20101125", true}, {"", true}, {"20200101", false}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[1024];
        world w = world_init(NULL);
        snprintf(text, sizeof text,
                 MSH("1", "ADT^A04", "1000")
                     EVN("A04", "1000") "PID|1||P1^^^H^MR||X^Y||%s|M\r" PV1("E", BED, "V1"),
                 CASES[i].birth);
        world_message(&w, text);
        world_message(&w, VITALS("2", "1150", ALL_BUT_O2("1150")));
        assert_int_equal(score_of(&w)->applicable, CASES[i].applicable);
        /* the date of birth comes later: the score follows */
        world_message(&w, MSH("3", "ADT^A08", "1155") EVN("A08", "1155")
                              PIDN("P1", "X^Y", "19800101", "M") PV1("E", BED, "V1"));
        assert_int_equal(score_of(&w)->applicable, true);
        world_destroy(&w);
    }
}

static void trend_shows_for_an_hour(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    world_message(&w, VITALS("1", "1150", ALL_BUT_O2("1150") FLOW("0", "1150")));
    assert_int_equal(score_of(&w)->trend, 1);
    world_message(&w, VITALS("2", "1155", RR("26", "1155"))); /* 2 -> 3 */
    expect_known(&w, 7);
    assert_int_equal(score_of(&w)->trend, 2);
    world_message(&w, VITALS("3", "1156", RR("27", "1156"))); /* the same points: still rising */
    assert_int_equal(score_of(&w)->trend, 2);
    w.clock_us = NOON_US + 55 * PLX_MINUTE_US;
    world_message(&w, VITALS("4", "1250", ALL_BUT_O2("1250") RR("27", "1252") FLOW("0", "1250")));
    assert_int_equal(score_of(&w)->trend, 2);
    world_tick(&w, 13, 5);
    assert_int_equal(score_of(&w)->trend, 1);
    world_destroy(&w);
}

static void scores_are_kept_up_to_the_limit(void **state)
{
    (void)state;
    char text[512];
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    for (int i = 0; i < TWIN_SCORES_MAX + 6; i++) {
        snprintf(text, sizeof text,
                 ORU("1", "1150") STAY "OBR|1|||VS\rOBX|1|NM|9279-1^RR^LN||%d|/min|||||F|||" DAY
                                       "11%02d\r",
                 16 + i, 30 + i);
        world_message(&w, text);
    }
    assert_int_equal(w.t->pools[TWIN_SCORE].live, TWIN_SCORES_MAX);
    world_destroy(&w);
}

/* Time changes at most TWIN_WAKES_MAX stays in one entry; the others follow with the next. */
static void many_expiries_are_spread(void **state)
{
    (void)state;
    enum { STAYS = TWIN_WAKES_MAX + 50 };
    char text[512];
    world w = world_init(NULL);
    for (int i = 0; i < STAYS; i++) {
        w.clock_us = NOON_US;
        snprintf(
            text, sizeof text,
            ORU("1", "1150") "PID|1||P%d^^^H^MR\rPV1|1|E|||||||||||||||||V%d^^^H\rOBR|1|||VS\r" HR(
                "80", "1150"),
            i, i);
        assert_int_equal(world_message(&w, text), PLX_OUTCOME_APPLIED);
    }
    uint32_t expired = 0;
    for (int round = 0; round < 2; round++) {
        world_tick(&w, 12, 50);
        assert_int_equal(w.applied.all, round == 0); /* more than can be named */
        expired = 0;
        for (uint32_t s = twin_next(w.t, TWIN_SCORE, 0); s; s = twin_next(w.t, TWIN_SCORE, s))
            expired += twin_score_at(w.t, s)->missing == (1 << PLX_NEWS2_INPUTS) - 1;
        assert_int_equal(expired, round == 0 ? TWIN_WAKES_MAX : STAYS);
    }
    world_destroy(&w);
}

/* Staleness. */

static void table_is_the_csv(void **state)
{
    (void)state;
    FILE *f = fopen(PLX_SOURCE_ROOT "/knowledge/site/staleness.csv", "r");
    assert_non_null(f);
    char line[512];
    int rows = -1; /* the header */
    while (fgets(line, sizeof line, f)) {
        char key[32];
        unsigned fresh, stale, expires;
        if (line[0] == '#') continue;
        if (rows++ < 0) continue;
        assert_int_equal(sscanf(line, "%31[^,],%u,%u,%u", key, &fresh, &stale, &expires), 4);
        const plx_staleness *s = plx_staleness_get((plx_staleness_class)(rows - 1));
        assert_string_equal(s->key, key);
        assert_int_equal(s->fresh_s, fresh);
        assert_int_equal(s->stale_s, stale);
        assert_int_equal(s->expires_s, expires);
    }
    fclose(f);
    assert_int_equal(rows, PLX_STALENESS_CLASSES);
}

static void classes_follow_the_quantity(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        plx_kind kind;
        int64_t gap_us;
        plx_staleness_class class;
    } CASES[] = {
        {"hr", PLX_KIND_MEASURED, PLX_TIME_NONE, PLX_STALENESS_SPOT},
        {"hr", PLX_KIND_MEASURED, 15 * PLX_SECOND_US, PLX_STALENESS_CONTINUOUS},
        {"hr", PLX_KIND_MEASURED, 16 * PLX_SECOND_US, PLX_STALENESS_SPOT},
        {"hr", PLX_KIND_MANUAL, PLX_SECOND_US, PLX_STALENESS_CHARTED},
        {"temp", PLX_KIND_MEASURED, PLX_SECOND_US, PLX_STALENESS_CHARTED},
        {"temp_axilla", PLX_KIND_MEASURED, PLX_TIME_NONE, PLX_STALENESS_CHARTED},
        {"acvpu", PLX_KIND_MANUAL, PLX_TIME_NONE, PLX_STALENESS_CHARTED},
        {"lactate", PLX_KIND_MEASURED, PLX_TIME_NONE, PLX_STALENESS_GAS},
        {"hco3", PLX_KIND_MEASURED, PLX_TIME_NONE, PLX_STALENESS_GAS},
        {"glucose", PLX_KIND_MEASURED, PLX_TIME_NONE, PLX_STALENESS_LAB},
        {"potassium", PLX_KIND_MEASURED, PLX_TIME_NONE, PLX_STALENESS_LAB},
        {"osmolality", PLX_KIND_MEASURED, PLX_TIME_NONE, PLX_STALENESS_LAB},
        {"pulse_rppg", PLX_KIND_MEASURED, PLX_TIME_NONE, PLX_STALENESS_CAMERA},
        {"triage", PLX_KIND_MANUAL, PLX_TIME_NONE, PLX_STALENESS_DECISION},
        {"spo2_scale", PLX_KIND_MANUAL, PLX_TIME_NONE, PLX_STALENESS_DECISION},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        plx_quantity q = plx_quantity_from_key(plx_slice_of(CASES[i].key));
        assert_int_not_equal(q, PLX_QUANTITY_OTHER);
        if (plx_staleness_of(q, CASES[i].kind, CASES[i].gap_us) != CASES[i].class)
            fail_msg("%s: another class", CASES[i].key);
    }
    assert_true(plx_staleness_expires_us(PLX_STALENESS_SPOT, 5) == 5 + PLX_HOUR_US);
    assert_true(plx_staleness_expires_us(PLX_STALENESS_DECISION, 5) == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_inputs_give_a_value),
        cmocka_unit_test(missing_input_gives_an_interval),
        cmocka_unit_test(correction_and_withdrawal_score_anew),
        cmocka_unit_test(inputs_expire_by_tick),
        cmocka_unit_test(a_stream_that_stops_is_old_at_once),
        cmocka_unit_test(which_value_counts),
        cmocka_unit_test(children_are_not_scored),
        cmocka_unit_test(trend_shows_for_an_hour),
        cmocka_unit_test(scores_are_kept_up_to_the_limit),
        cmocka_unit_test(many_expiries_are_spread),
        cmocka_unit_test(table_is_the_csv),
        cmocka_unit_test(classes_follow_the_quantity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
