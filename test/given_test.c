/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: what the staff of the simulated hospital gives reaches the twin as the actions that its
 * bodies lived through, also over a wire that repeats, delays and reorders. Oracle: the RAS
 * messages as a small reader of its own reads them; the actions of the hospital's protocols by hand
 * (a bag of Ringer in 15 min, of red cells in 10). Tolerance: none of times and kinds; 1 % of
 * amounts by weight, which is charted to 0.1 kg. */
#include "core/format/hl7v2/dtm.h"
#include "core/hospital/hospital.h"
#include "core/hospital/reader_for_test.h"
#include "core/twin/invariant_for_test.h"
#include "core/twin/treatment.h"
#include "core/twin/world_for_test.h"

enum { GIVEN_MAX = 4000, TEXT = 24, MESSAGE = 16384 };

typedef struct given {
    char visit[TEXT], start[TEXT], code[TEXT], amount[TEXT], unit[TEXT];
} given;

typedef struct account {
    given all[GIVEN_MAX];
    uint32_t n;
} account;

static account told;

static void read_given(const char *m)
{
    given g;
    char type[TEXT];
    get(m, 9, 1, type, sizeof type);
    if (strcmp(type, "RAS") != 0) return;
    const char *rxa = segment(m, "RXA", 0);
    get(segment(m, "PV1", 0), 19, 1, g.visit, sizeof g.visit);
    get(rxa, 3, 0, g.start, sizeof g.start);
    get(rxa, 5, 1, g.code, sizeof g.code);
    get(rxa, 6, 0, g.amount, sizeof g.amount);
    get(rxa, 7, 1, g.unit, sizeof g.unit);
    for (uint32_t i = 0; i < told.n; i++)
        if (memcmp(&told.all[i], &g, sizeof g) == 0) return; /* sent again */
    assert_true(told.n < GIVEN_MAX);
    told.all[told.n++] = g;
}

/* All messages into the twin. */
static world run(const char *faults, uint32_t journeys)
{
    static char text[MESSAGE + 1];
    const char *problem = "";
    plx_hospital_model model = plx_hospital_model_default();
    plx_hospital *h;
    plx_hospital_message msg;
    model.seed = 4;
    model.arrivals_per_hour = 20;
    model.journeys_max = journeys;
    model.bodies = 64;
    assert_int_equal(plx_hospital_faults_parse(plx_slice_of(faults), &model.faults, &problem),
                     PLX_OK);
    const size_t size = (plx_hospital_size(&model) + 15) / 16 * 16;
    void *memory = aligned_alloc(16, size);
    assert_non_null(memory);
    assert_int_equal(plx_hospital_init(&h, memory, size, &model), PLX_OK);
    world w = world_init(NULL);
    told.n = 0;
    while (plx_hospital_next(h, &msg)) {
        if (msg.malformed) continue;
        memset(text, 0, sizeof text);
        memcpy(text, msg.bytes.at, msg.bytes.n);
        read_given(text);
        w.clock_us = msg.due_us;
        world_message(&w, text);
    }
    free(memory);
    return w;
}

static uint32_t stay_of(const plx_twin *t, const char *visit)
{
    const plx_identifier id = {.value = {plx_slice_of(visit), PLX_VALUE},
                               .authority = PLX_LIT("PGH")};
    const uint32_t node = plx_twin_node_find(t, TWIN_VISIT_ID, &id);
    return node ? twin_group_at(t, twin_group_of(t, node))->encounter : 0;
}

static int64_t time_of(const char *start)
{
    plx_when when;
    assert_int_equal(plx_hl7_dtm_parse(plx_slice_of(start), 0, &when), PLX_OK);
    return when.time_us;
}

static bool near(double x, double expected)
{
    return x > expected * 0.99 - 1e-9 && x < expected * 1.01 + 1e-9;
}

/* Whether an action is what was told of. kg: 0 = the weight was never charted. */
static bool is_that(const given *g, const plx_twin_treatment *x, double kg)
{
    const plx_action *a = &x->action;
    const double amount = strtod(g->amount, NULL);
    if (x->at_us != time_of(g->start)) return false;
    if (strcmp(g->code, "RL") == 0 || strcmp(g->code, "PRBC") == 0) {
        const bool ringer = g->code[0] == 'R';
        return a->kind == PLX_ACTION_FLUID && near(a->amount, amount) &&
               a->fluid == (ringer ? PLX_FLUID_RINGER : PLX_FLUID_PRBC) &&
               near(a->duration_s, ringer ? 900 : 600);
    }
    if (strcmp(g->code, "161") == 0) return a->kind == PLX_ACTION_ANTIPYRETIC;
    if (amount == 0) return a->kind == PLX_ACTION_STOP && a->drug == PLX_DRUG_NOREPINEPHRINE;
    if (a->kind != PLX_ACTION_DRUG) return false;
    if (strcmp(g->unit, "ug/kg/min") == 0)
        return a->drug == PLX_DRUG_NOREPINEPHRINE && near(a->amount, kg > 0 ? amount * kg : amount);
    if (strcmp(g->unit, "mg/h") == 0)
        return a->drug == PLX_DRUG_NALOXONE && near(a->amount, amount * 1000 / 60);
    const double in_ug = strcmp(g->unit, "mg") == 0 ? 1000 : 1;
    const bool epinephrine = strcmp(g->code, "3992") == 0, salbutamol = strcmp(g->code, "435") == 0;
    return near(a->amount, amount * in_ug) && a->duration_s == (epinephrine  ? 1200
                                                                : salbutamol ? 600
                                                                             : 0);
}

static double weight_of(const plx_twin *t, uint32_t encounter)
{
    plx_decimal kg;
    uint32_t series = plx_twin_series_find(t, encounter, PLX_QUANTITY_WEIGHT);
    uint32_t row = plx_twin_series_latest(t, series, true);
    if (!row) return 0;
    assert_int_equal(plx_decimal_parse(twin_text_get(t, twin_row_at(t, row)->canonical), &kg),
                     PLX_OK);
    return kg.value;
}

static void compare(const char *faults, uint32_t journeys)
{
    static plx_twin_treatment out[1024];
    world w = run(faults, journeys);
    uint32_t found = 0, drugs = 0, left_out = 0;
    for (uint32_t e = twin_next(w.t, TWIN_ENCOUNTER, 0); e; e = twin_next(w.t, TWIN_ENCOUNTER, e)) {
        const uint32_t n = plx_twin_treatments(w.t, e, PLX_TIME_NONE, out, 1024);
        assert_true(n <= 1024);
        for (uint32_t i = 0; i < n; i++)
            drugs += out[i].action.kind != PLX_ACTION_AIRWAY;
        left_out += plx_twin_treatments_left_out(w.t, e, PLX_TIME_NONE);
    }
    for (uint32_t i = 0; i < told.n; i++) {
        const uint32_t e = stay_of(w.t, told.all[i].visit);
        assert_int_not_equal(e, 0);
        const uint32_t n = plx_twin_treatments(w.t, e, PLX_TIME_NONE, out, 1024);
        bool here = false;
        for (uint32_t k = 0; k < n; k++)
            here |= is_that(&told.all[i], &out[k], weight_of(w.t, e));
        if (!here)
            fail_msg("%s %s %s %s of %s is not there", told.all[i].start, told.all[i].code,
                     told.all[i].amount, told.all[i].unit, told.all[i].visit);
        found += here;
    }
    print_message("# faults %s: %u administrations, %u found, %u actions\n", faults, told.n, found,
                  drugs);
    assert_true(told.n > 10);
    assert_int_equal(drugs, told.n);
    assert_int_equal(left_out, 0);
    check_twin(w.t);
    world_destroy(&w);
}

static void over_a_good_wire(void **state)
{
    (void)state;
    compare("none", 80);
}

static void over_a_bad_wire(void **state)
{
    (void)state;
    compare("all", 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_a_good_wire),
        cmocka_unit_test(over_a_bad_wire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
