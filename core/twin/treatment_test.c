/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: what was charted and administered becomes actions of a body, with time and provenance.
 * Oracle: by hand, from the messages. Tolerance: none of times and kinds,
 * 1e-9 of amounts. */
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

/* Medication. */

#define PH(id, type, sent) "MSH|^~\\&|PH|H|PLX|ED|" DAY sent "||" type "|" id "|P|2.5.1\r"
#define WHO PID("P1") PV1("E", "ED^R1^1^H", "V1")
#define WEIGHT                                                                                     \
    ORU("W", "0950") WHO "OBR|1|||VS\r" OBX("1", "29463-7^Weight^LN", "", "80", "kg", "F", "0950")
#define NE "7512^norepinephrine^RXNORM"
#define RXA(sub, start, end, drug, amount, unit, action)                                           \
    "RXA|0|" sub "|" DAY start "|" end "|" drug "|" amount "|" unit "|||||||||||||CP|" action "\r"
#define RAS(id, sent, number, rxa) PH(id, "RAS^O17", sent) WHO "ORC|RE|" number "^H\r" rxa
#define RDE(id, sent, control, number, rxe)                                                        \
    PH(id, "RDE^O11", sent) WHO "ORC|" control "|" number "^H\rRXE||" rxe "\r"

static world stay_with(const char *const *messages, uint32_t n)
{
    world w = world_init(NULL);
    world_message(&w, STAY);
    for (uint32_t i = 0; i < n; i++)
        assert_int_equal(world_message(&w, messages[i]), PLX_OUTCOME_APPLIED);
    return w;
}

static void near(double x, double expected)
{
    assert_true(x > expected - 1e-9 && x < expected + 1e-9);
}

static void is_drug(const plx_twin_treatment *x, int64_t us, plx_drug drug, plx_dose_unit unit,
                    double amount, double duration_s)
{
    assert_int_equal(x->at_us, us);
    assert_int_equal(x->action.kind, PLX_ACTION_DRUG);
    assert_int_equal(x->action.drug, drug);
    assert_int_equal(x->action.unit, unit);
    near(x->action.amount, amount);
    near(x->action.duration_s, duration_s);
}

/* One administration each, with the order before it or none. */
static void one_drug(void **state)
{
    (void)state;
    static const struct {
        const char *order, *given;
        plx_drug drug;
        plx_dose_unit unit;
        double amount, duration_s;
    } CASES[] = {
        {NULL, RAS("3", "1001", "N1", RXA("1", "1000", "", NE, "0.1", "ug/kg/min", "A")),
         PLX_DRUG_NOREPINEPHRINE, PLX_DOSE_UG_MIN, 8, 0},
        {NULL, RAS("3", "1001", "N1", RXA("1", "1000", "", "C01CA03^^ATC", "4.8", "mg/h", "A")),
         PLX_DRUG_NOREPINEPHRINE, PLX_DOSE_UG_MIN, 80, 0},
        {RDE("2", "0955", "NW", "N1", NE "|5||mL/h\rRXC|A|" NE "|8|mg\rRXC|B|D5W|250|mL"),
         RAS("3", "1001", "N1", RXA("1", "1000", "", NE, "15", "mL/h", "A")),
         PLX_DRUG_NOREPINEPHRINE, PLX_DOSE_UG_MIN, 8, 0},
        {NULL, RAS("3", "1001", "N1", RXA("1", "1000", "", "^Morphine sulfate", "5", "mg", "A")),
         PLX_DRUG_MORPHINE, PLX_DOSE_UG, 5000, 0},
        {NULL,
         RAS("3", "1001", "N1",
             RXA("1", "1000", DAY "1005", "6960^midazolam^RXNORM", "0.05", "mg/kg", "A")),
         PLX_DRUG_MIDAZOLAM, PLX_DOSE_UG, 4000, 300},
        {NULL,
         RAS("3", "1001", "N1", RXA("1", "1000", "", "^adrenaline", "500", "mcg", "A") "RXR|IM\r"),
         PLX_DRUG_EPINEPHRINE, PLX_DOSE_UG, 500, 1200},
        {RDE("2", "0955", "NW", "N1", "435^albuterol^RXNORM|5||mg\rRXR|NEB"),
         RAS("3", "1001", "N1", RXA("1", "1000", "", "435^albuterol^RXNORM", "5", "mg", "A")),
         PLX_DRUG_SALBUTAMOL, PLX_DOSE_UG, 5000, 600},
        {NULL,
         RAS("3", "1001", "N1", RXA("1", "1000", "", "11149^^RXNORM", "0.03", "units/min", "A")),
         PLX_DRUG_VASOPRESSIN, PLX_DOSE_UNIT_MIN, 0.03, 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        plx_twin_treatment out[MANY];
        world w = stay_with((const char *const[]){WEIGHT, CASES[i].given}, 2);
        if (CASES[i].order) world_message(&w, CASES[i].order); /* late */
        const uint32_t e = world_visit(&w, "V1");
        assert_int_equal(plx_twin_treatments_left_out(w.t, e, PLX_TIME_NONE), 0);
        assert_int_equal(plx_twin_treatments(w.t, e, PLX_TIME_NONE, out, MANY), 1);
        is_drug(&out[0], at_us(10, 0), CASES[i].drug, CASES[i].unit, CASES[i].amount,
                CASES[i].duration_s);
        assert_int_equal(plx_provenance_seq(out[0].id), 3);
        plx_care care;
        char why[100];
        plx_care_init(&care, &(plx_person){.age = 50, .height_cm = 180, .weight_kg = 80});
        assert_int_equal(plx_care_act(&care, &out[0].action, why, sizeof why), PLX_OK);
        world_destroy(&w);
    }
}

static void one_fluid(void **state)
{
    (void)state;
    static const struct {
        const char *order, *given;
        plx_fluid fluid;
        double ml, duration_s;
    } CASES[] = {
        {NULL, RAS("3", "1001", "N1", RXA("1", "1000", "", "^Lactated Ringers", "500", "mL", "A")),
         PLX_FLUID_RINGER, 500, 900},
        {NULL,
         RAS("3", "1001", "N1", RXA("1", "1000", DAY "1020", "^normal saline", "1", "L", "A")),
         PLX_FLUID_SALINE, 1000, 1200},
        {NULL,
         RAS("3", "1001", "N1",
             RXA("1", "1000", DAY "1010", "^packed red cells", "1", "unit", "A")),
         PLX_FLUID_PRBC, 300, 600},
        {RDE("2", "0955", "NW", "N1", "^normal saline|1000||mL||||||||||||||||||250|mL/h"),
         RAS("3", "1001", "N1", RXA("1", "1000", "", "^normal saline", "1000", "mL", "A")),
         PLX_FLUID_SALINE, 1000, 14400},
        {NULL, RAS("3", "1001", "N1", RXA("1", "1000", "", "^normal saline", "125", "mL/h", "A")),
         PLX_FLUID_SALINE, 125, 3600},
        {NULL,
         RAS("3", "1001", "N1", RXA("1", "1000", DAY "1400", "^normal saline", "125", "mL/h", "A")),
         PLX_FLUID_SALINE, 500, 14400},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        plx_twin_treatment out[MANY];
        world w = stay_with((const char *const[]){CASES[i].given}, 1);
        if (CASES[i].order) world_message(&w, CASES[i].order);
        assert_int_equal(plx_twin_treatments(w.t, world_visit(&w, "V1"), PLX_TIME_NONE, out, MANY),
                         1);
        assert_int_equal(out[0].action.kind, PLX_ACTION_FLUID);
        assert_int_equal(out[0].action.fluid, CASES[i].fluid);
        near(out[0].action.amount, CASES[i].ml);
        near(out[0].action.duration_s, CASES[i].duration_s);
        world_destroy(&w);
    }
}

static void left_out(void **state)
{
    (void)state;
    static const char *const RXAS[] = {
        RXA("1", "1000", "", "^ceftriaxone", "2", "g", "A"),
        RXA("1", "1000", "", NE, "", "", "A"),
        RXA("1", "1000", "", NE, "999", "", "A"),
        RXA("1", "1000", "", NE, "5", "mL/h", "A"), /* of which strength? */
        RXA("1", "1000", "", NE, "-5", "mg", "A"),
        RXA("1", "1000", "", NE, "5", "units", "A"),
        RXA("1", "1000", "", "^morphine", "5", "mg", "A") "RXR|PO\r",
        RXA("1", "1000", "", "^normal saline", "5", "mg", "A"),
        RXA("1", "1000", "", "7806^oxygen^RXNORM", "2", "L/min", "A"),
    };
    for (size_t i = 0; i < sizeof RXAS / sizeof *RXAS; i++) {
        char text[1024];
        plx_twin_treatment out[MANY];
        world w = stay_with(NULL, 0);
        (void)snprintf(text, sizeof text, "%s%s", RAS("3", "1001", "N1", ""), RXAS[i]);
        world_message(&w, text);
        const uint32_t e = world_visit(&w, "V1");
        assert_int_equal(plx_twin_treatments(w.t, e, PLX_TIME_NONE, out, MANY), 0);
        assert_int_equal(plx_twin_treatments_left_out(w.t, e, PLX_TIME_NONE), 1);
        world_destroy(&w);
    }
}

/* A rate is raised, lowered, ended by its order; one that nobody ended ends by its own time. */
static void rates_over_time(void **state)
{
    (void)state;
    static const char *const MESSAGES[] = {
        WEIGHT,
        RDE("2", "0955", "NW", "N1", NE "|0.05||ug/kg/min"),
        RAS("3", "1001", "N1", RXA("1", "1000", "", NE, "0.05", "ug/kg/min", "A")),
        RAS("4", "1011", "N1", RXA("2", "1010", "", NE, "0.1", "ug/kg/min", "A")),
        RDE("5", "1100", "DC", "N1", NE "|0.05||ug/kg/min"),
        RAS("6", "1101", "N2", RXA("1", "1030", DAY "1045", "11149^^RXNORM", "0.03", "U/min", "A")),
        RAS("7", "1101", "N3", RXA("1", "1050", "", "161^acetaminophen^RXNORM", "1", "g", "A")),
    };
    plx_twin_treatment out[PLX_TWIN_TREATMENTS_MAX];
    world w = stay_with(MESSAGES, sizeof MESSAGES / sizeof *MESSAGES);
    const uint32_t e = world_visit(&w, "V1");
    assert_int_equal(plx_twin_treatments(w.t, e, PLX_TIME_NONE, out, PLX_TWIN_TREATMENTS_MAX), 6);
    is_drug(&out[0], at_us(10, 0), PLX_DRUG_NOREPINEPHRINE, PLX_DOSE_UG_MIN, 4, 0);
    is_drug(&out[1], at_us(10, 10), PLX_DRUG_NOREPINEPHRINE, PLX_DOSE_UG_MIN, 8, 0);
    is_drug(&out[2], at_us(10, 30), PLX_DRUG_VASOPRESSIN, PLX_DOSE_UNIT_MIN, 0.03, 0);
    assert_int_equal(out[3].action.kind, PLX_ACTION_STOP);
    assert_int_equal(out[3].action.drug, PLX_DRUG_VASOPRESSIN);
    assert_int_equal(out[3].at_us, at_us(10, 45));
    assert_int_equal(out[4].action.kind, PLX_ACTION_ANTIPYRETIC);
    assert_int_equal(out[5].action.kind, PLX_ACTION_STOP);
    assert_int_equal(out[5].action.drug, PLX_DRUG_NOREPINEPHRINE);
    assert_int_equal(out[5].at_us, at_us(11, 0));
    assert_int_equal(out[5].seq, 6);
    /* a zero is a stop, and nothing stops it again */
    world_message(&w, RAS("8", "1102", "N1", RXA("3", "1055", "", NE, "0", "ug/kg/min", "A")));
    assert_int_equal(plx_twin_treatments(w.t, e, at_us(10, 51), out, MANY), 1);
    assert_int_equal(out[0].action.kind, PLX_ACTION_STOP);
    assert_int_equal(out[0].at_us, at_us(10, 55));
    world_destroy(&w);
}

/* What a body that knows all up to a sequence is told: new things once, settings as they follow. */
static void news_for_a_body(void **state)
{
    (void)state;
    plx_twin_treatment out[PLX_TWIN_TREATMENTS_MAX];
    world w = stay_with((const char *const[]){WEIGHT}, 1);
    const uint32_t e = world_visit(&w, "V1");
    world_message(&w, RAS("3", "1001", "N1", RXA("1", "1000", "", "^morphine", "5", "mg", "A")));
    world_message(&w, RAS("4", "1021", "N2", RXA("1", "1020", "", NE, "0.1", "ug/kg/min", "A")));
    assert_int_equal(plx_twin_treatments_after(w.t, e, 2, out), 2);
    assert_int_equal(plx_twin_treatments_after(w.t, e, 3, out), 1);
    assert_int_equal(plx_twin_treatments_after(w.t, e, 4, out), 0);
    /* the amount, then the time of the morphine corrected: it is not given again */
    world_message(&w, RAS("5", "1030", "N1", RXA("1", "1000", "", "^morphine", "4", "mg", "U")));
    assert_int_equal(plx_twin_treatments_after(w.t, e, 4, out), 0);
    world_message(&w, RAS("6", "1031", "N1", RXA("1", "1002", "", "^morphine", "4", "mg", "U")));
    assert_int_equal(plx_twin_treatments_after(w.t, e, 4, out), 0);
    assert_int_equal(plx_twin_treatments(w.t, e, PLX_TIME_NONE, out, MANY), 2);
    is_drug(&out[0], at_us(10, 2), PLX_DRUG_MORPHINE, PLX_DOSE_UG, 4000, 0);
    assert_int_equal(out[0].first_seq, 3);
    assert_int_equal(out[0].seq, 6);
    /* a rate of before, heard of late: the one that follows it is said again */
    world_message(&w, RAS("7", "1032", "N2", RXA("2", "1010", "", NE, "0.05", "ug/kg/min", "A")));
    assert_int_equal(plx_twin_treatments_after(w.t, e, 6, out), 2);
    is_drug(&out[0], at_us(10, 10), PLX_DRUG_NOREPINEPHRINE, PLX_DOSE_UG_MIN, 4, 0);
    is_drug(&out[1], at_us(10, 20), PLX_DRUG_NOREPINEPHRINE, PLX_DOSE_UG_MIN, 8, 0);
    world_destroy(&w);
}

/* Keys of the table are words of the body. */
static void keys_are_known(void **state)
{
    (void)state;
    for (uint32_t i = 1; i < plx_medication_count(); i++) {
        const plx_medication_info *m = plx_medication_get((plx_medication)i);
        plx_drug drug;
        plx_fluid fluid;
        if (m->kind == PLX_MEDICATION_DRUG)
            assert_int_equal(plx_drug_named(plx_slice_of(m->key), &drug), PLX_OK);
        if (m->kind == PLX_MEDICATION_FLUID)
            assert_int_equal(plx_fluid_named(plx_slice_of(m->key), &fluid), PLX_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oxygen_of_one_moment),
        cmocka_unit_test(oxygen_over_time),
        cmocka_unit_test(one_drug),
        cmocka_unit_test(one_fluid),
        cmocka_unit_test(left_out),
        cmocka_unit_test(rates_over_time),
        cmocka_unit_test(news_for_a_body),
        cmocka_unit_test(keys_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
