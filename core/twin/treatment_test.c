/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: what was charted and administered becomes actions of a body, with time and provenance.
 * Oracle: by hand, from the messages. Tolerance: none. */
#include "core/twin/treatment.h"
#include "core/twin/world_for_test.h"

enum { MANY = 64 };

#define STAY ADT("1", "A04", "1000", "P1", "E", "ED^R1^1^H", "V1")
/* A charted word on oxygen: id, time, rows */
#define CHART(id, at) ORU(id, at) PID("P1") PV1("E", "ED^R1^1^H", "V1") "OBR|1|||VS\r"
#define DEVICE(at, text) "OBX|1|ST|o2_device^Device^PLX||" text "||||||F|||" DAY at "\r"
#define FLOW(at, value) OBX("2", "3151-8^Flow^LN", "", value, "L/min", "F", at)
#define FIO2(at, value) OBX("3", "3150-6^FiO2^LN", "", value, "%", "F", at)

typedef struct gas {
    plx_oxygen device;
    float flow_l_min, fi_o2;
} gas;

static int64_t at_us(int hour, int minute)
{
    return NOON_US + ((int64_t)(hour - 12) * 60 + minute) * PLX_MINUTE_US;
}

static void airway(const plx_twin_treatment *x, int hour, int minute, gas expected)
{
    assert_int_equal(x->at_us, at_us(hour, minute));
    assert_int_equal(x->action.kind, PLX_ACTION_AIRWAY);
    assert_int_equal(x->action.airway.device, expected.device);
    assert_true(x->action.airway.flow_l_min == expected.flow_l_min);
    assert_true(x->action.airway.fi_o2 == expected.fi_o2);
}

static void oxygen_of_one_moment(void **state)
{
    (void)state;
    static const struct {
        const char *rows;
        gas expected;
    } CASES[] = {
        {DEVICE("1005", "Nasal cannula") FLOW("1005", "3"), {PLX_OXYGEN_NASAL_CANNULA, 3, 0}},
        {DEVICE("1005", "NC"), {PLX_OXYGEN_NASAL_CANNULA, 2, 0}},
        {DEVICE("1005", "Simple face mask") FLOW("1005", "6") FIO2("1005", "40"),
         {PLX_OXYGEN_SIMPLE_MASK, 6, 0}},
        {DEVICE("1005", "Non-rebreather mask") FLOW("1005", "15"),
         {PLX_OXYGEN_NON_REBREATHER, 15, 0}},
        {DEVICE("1005", "Venturi mask") FLOW("1005", "4") FIO2("1005", "28"),
         {PLX_OXYGEN_ROOM, 0, 0.28f}},
        {DEVICE("1005", "High flow nasal") FLOW("1005", "40") FIO2("1005", "50"),
         {PLX_OXYGEN_ROOM, 0, 0.5f}},
        {DEVICE("1005", "HFNC") FLOW("1005", "40"), {PLX_OXYGEN_HIGH_FLOW_NASAL, 40, 0}},
        {FLOW("1005", "2"), {PLX_OXYGEN_NASAL_CANNULA, 2, 0}},
        {FLOW("1005", "8"), {PLX_OXYGEN_SIMPLE_MASK, 8, 0}},
        {FLOW("1005", "15"), {PLX_OXYGEN_NON_REBREATHER, 15, 0}},
        {FIO2("1005", "35"), {PLX_OXYGEN_ROOM, 0, 0.35f}},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[2048];
        world w = world_init(NULL);
        plx_twin_treatment out[MANY];
        world_message(&w, STAY);
        (void)snprintf(text, sizeof text, "%s%s", CHART("2", "1006"), CASES[i].rows);
        assert_int_equal(world_message(&w, text), PLX_OUTCOME_APPLIED);
        const uint32_t e = world_visit(&w, "V1");
        assert_int_equal(plx_twin_treatments(w.t, e, PLX_TIME_NONE, out, MANY), 1);
        airway(&out[0], 10, 5, CASES[i].expected);
        assert_int_equal(out[0].seq, 2);
        assert_int_equal(plx_provenance_seq(out[0].id), 2);
        assert_int_equal(plx_twin_treatments_left_out(w.t, e, PLX_TIME_NONE), 0);
        world_destroy(&w);
    }
}

static const char *const STORY[] = {
    CHART("2", "1005") DEVICE("1005", "room air"), /* as it was */
    CHART("3", "1010") DEVICE("1010", "nasal cannula") FLOW("1010", "2"),
    CHART("4", "1020") FLOW("1020", "4"),             /* the cannula stays */
    CHART("5", "1025") FLOW("1025", "4"),             /* nothing new */
    CHART("6", "1030") FLOW("1030", "15"),            /* too much for a cannula */
    CHART("7", "1040") DEVICE("1040", "CPAP mask"),   /* no body has its settings */
    CHART("8", "1050") FIO2("1050", "30") "",         /* of that CPAP */
    CHART("9", "1100") DEVICE("1100", "Simple mask"), /* its usual flow */
    CHART("A", "1110") FLOW("1110", "0"),
    CHART("B", "1120") FIO2("1120", "21"),
};
enum { STORY_N = sizeof STORY / sizeof *STORY };

static void oxygen_over_time(void **state)
{
    (void)state;
    world w = world_init(NULL);
    plx_twin_treatment out[MANY];
    world_message(&w, STAY);
    for (int i = STORY_N; i > 0; i--) /* what comes last happened first */
        assert_int_equal(world_message(&w, STORY[i - 1]), PLX_OUTCOME_APPLIED);
    const uint32_t e = world_visit(&w, "V1");
    assert_int_equal(plx_twin_treatments(w.t, e, PLX_TIME_NONE, out, MANY), 5);
    airway(&out[0], 10, 10, (gas){PLX_OXYGEN_NASAL_CANNULA, 2, 0});
    airway(&out[1], 10, 20, (gas){PLX_OXYGEN_NASAL_CANNULA, 4, 0});
    airway(&out[2], 10, 30, (gas){PLX_OXYGEN_NON_REBREATHER, 15, 0});
    airway(&out[3], 11, 0, (gas){PLX_OXYGEN_SIMPLE_MASK, 6, 0});
    airway(&out[4], 11, 10, (gas){PLX_OXYGEN_ROOM, 0, 0});
    assert_int_equal(plx_twin_treatments_left_out(w.t, e, PLX_TIME_NONE), 2);
    assert_int_equal(plx_twin_treatments_left_out(w.t, e, at_us(10, 50)), 1);
    /* since a moment, and as many as there is room for */
    assert_int_equal(plx_twin_treatments(w.t, e, at_us(10, 20), out, 2), 4);
    airway(&out[0], 10, 20, (gas){PLX_OXYGEN_NASAL_CANNULA, 4, 0});
    airway(&out[1], 10, 30, (gas){PLX_OXYGEN_NON_REBREATHER, 15, 0});
    assert_int_equal(plx_twin_treatments(w.t, 0, PLX_TIME_NONE, out, MANY), 0);
    world_destroy(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oxygen_of_one_moment),
        cmocka_unit_test(oxygen_over_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
