/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: codes, names, routes and units of drugs mean what the tables say. Oracle: the tables read
 * by hand; arithmetic of units. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "core/record/medication.h"

static const char *key(const char *code, const char *system_, const char *text)
{
    return plx_medication_get(plx_medication_from_code(plx_slice_of(code), plx_slice_of(system_),
                                                       plx_slice_of(text)))
        ->key;
}

static void codes_and_names(void **state)
{
    (void)state;
    assert_string_equal(key("7512", "RXNORM", ""), "norepinephrine");
    assert_string_equal(key("3992", "RxNorm", "anything"), "epinephrine");
    assert_string_equal(key("C01CA24", "ATC", ""), "epinephrine");
    assert_string_equal(key("R03CC02", "WC", ""), "salbutamol");
    assert_string_equal(key("prbc", "PLX", ""), "prbc");
    assert_string_equal(key("other", "PLX", ""), "other");
    assert_string_equal(key("7512", "ATC", "norepinephrine"), "other"); /* a code is a code */
    assert_string_equal(key("12345", "L", "Norepinephrine 8 mg/250 mL"), "norepinephrine");
    assert_string_equal(key("NORADRENALINE", "L", ""), "norepinephrine");
    assert_string_equal(key("", "", "LACTATED RINGER'S, 1000 mL"), "ringer");
    assert_string_equal(key("", "", "Sodium chloride 0.9% (1000 mL)"), "saline");
    /* what only looks alike */
    assert_string_equal(key("", "", "Sodium chloride 3%"), "other");
    assert_string_equal(key("", "", "epinephrine-lidocaine"), "other");
    assert_string_equal(key("", "", "epinephrine/lidocaine"), "other");
    assert_string_equal(key("", "", "morphinezine"), "other");
    assert_string_equal(key("", "", "ketorolac"), "other");
    assert_string_equal(key("", "", ""), "other");
    assert_string_equal(plx_medication_get(UINT16_MAX)->key, "other");
    assert_string_equal(plx_medication_get((plx_medication)plx_medication_count())->key, "other");
    for (uint32_t i = 1; i < plx_medication_count(); i++) /* each is known by its key */
        assert_int_equal(
            plx_medication_from_code(plx_slice_of(plx_medication_get((uint16_t)i)->key),
                                     PLX_LIT("PLX"), (plx_slice){0}),
            i);
}

static void routes(void **state)
{
    (void)state;
    double over_s = -1, share = -1;
    const plx_medication epinephrine = plx_medication_from_text(PLX_LIT("epinephrine"));
    assert_int_equal(plx_route_named((plx_slice){0}, (plx_slice){0}), PLX_ROUTE_IV);
    assert_int_equal(plx_route_named(PLX_LIT("IM"), PLX_LIT("Intravenous")), PLX_ROUTE_IM);
    assert_int_equal(plx_route_named(PLX_LIT("7"), PLX_LIT("iv push")), PLX_ROUTE_IV);
    assert_int_equal(plx_route_named(PLX_LIT("EP"), (plx_slice){0}), PLX_ROUTE_OTHER);
    assert_true(plx_medication_uptake(epinephrine, PLX_ROUTE_IV, &over_s, &share));
    assert_true(over_s == 0 && share == 1);
    assert_true(plx_medication_uptake(epinephrine, PLX_ROUTE_IM, &over_s, &share));
    assert_true(over_s == 1200 && share == 1);
    assert_false(plx_medication_uptake(epinephrine, PLX_ROUTE_ORAL, &over_s, &share));
    assert_true(over_s == 1200 && share == 1);
}

static void units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        plx_amount_unit unit;
    } GOOD[] = {{"mg", {PLX_AMOUNT_MASS, 1e3, 0, false, false}},
                {"MCG", {PLX_AMOUNT_MASS, 1, 0, false, false}},
                {" \xC2\xB5g ", {PLX_AMOUNT_MASS, 1, 0, false, false}},
                {"ug/kg/min", {PLX_AMOUNT_MASS, 1, 60, true, false}},
                {"mg / hr", {PLX_AMOUNT_MASS, 1e3, 3600, false, false}},
                {"mL/h", {PLX_AMOUNT_VOLUME, 1, 3600, false, false}},
                {"L", {PLX_AMOUNT_VOLUME, 1e3, 0, false, false}},
                {"units/min", {PLX_AMOUNT_UNITS, 1, 60, false, false}},
                {"mg/mL", {PLX_AMOUNT_MASS, 1e3, 0, false, true}}};
    static const char *const BAD[] = {"",         "tab", "mg/",      "/min",
                                      "mg/kg/kg", "%",   "mg/min/h", "ug/kg/min/mL/h",
                                      "mgg",      "m",   "mg//min"};
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        plx_amount_unit u;
        assert_true(plx_amount_unit_parse(plx_slice_of(GOOD[i].text), &u));
        assert_int_equal(u.kind, GOOD[i].unit.kind);
        assert_true(u.factor == GOOD[i].unit.factor && u.per_s == GOOD[i].unit.per_s);
        assert_true(u.per_kg == GOOD[i].unit.per_kg && u.per_ml == GOOD[i].unit.per_ml);
    }
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        plx_amount_unit u = {.factor = 7};
        assert_false(plx_amount_unit_parse(plx_slice_of(BAD[i]), &u));
        assert_true(u.factor == 7);
    }
}

static void generator(void **state)
{
    (void)state;
    if (system("python3 -c 'import csv' 2>/dev/null") != 0) skip();
    const int status =
        system("python3 '" PLX_SOURCE_ROOT "/tool/make_medication_table.py' --check");
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_and_names),
        cmocka_unit_test(routes),
        cmocka_unit_test(units),
        cmocka_unit_test(generator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
