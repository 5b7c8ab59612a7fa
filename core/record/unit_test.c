/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: aliases lead to UCUM and conversion is exact to the digits it keeps. Oracles:
 * knowledge/unit.csv read by the test itself with long double arithmetic; values worked out by hand
 * from the factors. Tolerance: half a unit of the last digit kept (long double: 1e-17 relative
 * besides). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "core/base/rng.h"
#include "core/record/csv_for_test.h"
#include "core/record/unit.h"

static plx_slice alias(const char *sent)
{
    return plx_unit_alias(plx_slice_of(sent));
}

static void test_alias(void **state)
{
    (void)state;
    assert_true(plx_slice_is(alias("mmHg"), "mm[Hg]"));
    assert_true(plx_slice_is(alias("266016"), "mm[Hg]"));
    assert_true(plx_slice_is(alias("MDC_DIM_MMHG"), "mm[Hg]"));
    assert_true(plx_slice_is(alias("bpm"), "/min"));
    assert_true(plx_slice_is(alias("268160"), "[degF]"));
    assert_true(plx_slice_is(alias("\xc2\xb0"
                                   "C"),
                             "Cel"));
    const plx_slice unknown[] = {PLX_LIT("furlong"), PLX_LIT("mm[Hg]"), PLX_LIT(""),
                                 PLX_LIT("mmhG")};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        const plx_slice same = plx_unit_alias(unknown[i]);
        assert_ptr_equal(same.at, unknown[i].at);
        assert_int_equal(same.n, unknown[i].n);
    }
}

static void check(const char *key, const char *unit, const char *sent, const char *expected)
{
    const plx_quantity q = plx_quantity_from_key(plx_slice_of(key));
    plx_decimal d;
    assert_int_not_equal(q, PLX_QUANTITY_OTHER);
    assert_int_equal(plx_decimal_parse(plx_slice_of(sent), &d), PLX_OK);
    assert_int_equal(plx_unit_to_canonical(q, alias(unit), &d, &d), PLX_OK);
    if (!plx_slice_is(plx_decimal_text(&d), expected))
        fail_msg("%s %s %s: %.*s, not %s", key, sent, unit, d.text_n, d.text, expected);
}

static void test_values(void **state)
{
    (void)state;
    check("temp", "degF", "98.6", "37.0");
    check("temp", "degF", "100.4", "38.0");
    check("temp", "degF", "100.5", "38.0556");
    check("temp", "degF", "-40", "-40");
    check("temp", "K", "310.15", "37.00");
    check("temp", "K", "0", "-273.15");
    check("temp", "C", "38.10", "38.10");
    check("nibp_sys", "kPa", "16.0", "120.01");
    check("nibp_sys", "kPa", "-0.1", "-0.75");
    check("cvp", "cmH2O", "10", "7.356");
    check("glucose", "mg/dL", "90", "4.995");
    check("creatinine", "mg/dL", "1.2", "106.08");
    check("urea", "mg/dL", "14", "4.998");
    check("bilirubin", "mg/dL", "1.1", "18.81");
    check("calcium", "mg/dL", "9.5", "2.3702");
    check("calcium_ion", "meq/L", "2.4", "1.2");
    check("magnesium", "mg/dL", "2.0", "0.8228");
    check("phosphate", "mg/dL", "3.4", "1.0979");
    check("lactate", "mg/dL", "18", "1.998");
    check("haemoglobin", "g/dL", "13.5", "135");
    check("haemoglobin", "mmol/L", "9.1", "146.637");
    check("albumin", "g/dL", "4.0", "40");
    check("crp", "mg/dL", "2.35", "23.5");
    check("sodium", "mEq/L", "139", "139");
    check("ethanol", "mg/dL", "80", "17.368");
    check("d_dimer", "mg/L FEU", "0.52", "520");
    check("troponin_t_hs", "ng/mL", "0.014", "14");
    check("wbc", "K/uL", "7.25", "7.25");
    check("weight", "lb", "150", "68.039");
    check("height", "in", "70.5", "179.07");
    check("hr", "Hz", "1.25", "75");
    check("fio2", "1", "0.21", "21");
    check("o2_flow", "mL/h", "60000", "1.0000");
    check("tidal_volume", "L", "0.450", "450");
    check("st_ii", "uV", "-150", "-1.50");
    check("hcg", "mIU/mL", "25", "25");
    check("gcs", "", "15", "15");
    check("inr", "", "2.5", "2.5");
}

static void test_unknown(void **state)
{
    (void)state;
    plx_decimal in, out = {.mantissa = 77};
    assert_int_equal(plx_decimal_parse(PLX_LIT("7.2"), &in), PLX_OK);
    const struct {
        const char *key, *unit;
    } rows[] = {
        {"hr", ""},           {"glucose", "g/L"},    {"glucose", "mmHg"}, {"sodium", "mg/dL"},
        {"d_dimer", "DDU"},   {"creatinine", "g/L"}, {"temp", "kPa"},     {"other", "mmHg"},
        {"no such key", "1"}, {"potassium", "kPa"},  {"o2_device", "1"},  {"weight", "L"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const plx_quantity q = plx_quantity_from_key(plx_slice_of(rows[i].key));
        assert_int_equal(plx_unit_to_canonical(q, alias(rows[i].unit), &in, &out), PLX_UNKNOWN);
        assert_int_equal(out.mantissa, 77);
    }
    assert_int_equal(plx_unit_to_canonical(UINT16_MAX, PLX_LIT("kPa"), &in, &out), PLX_UNKNOWN);
}

static void test_too_long(void **state)
{
    (void)state;
    plx_decimal in, out = {.mantissa = 77};
    const plx_quantity q = plx_quantity_from_key(PLX_LIT("tidal_volume"));
    assert_int_equal(plx_decimal_parse(PLX_LIT("123456789012345678"), &in), PLX_OK);
    assert_int_equal(plx_unit_to_canonical(q, PLX_LIT("L"), &in, &out), PLX_RANGE);
    assert_int_equal(out.mantissa, 77);
    check("weight", "g", "123456789012345678", "123456789012345.678");
    check("height", "in", "12345678901234567.8", "31358024409135802.2");
    check("temp", "K", "0.123456789012345678", "-273.026543210987654");
}

/* One row of the CSV against long double: digits kept are those of the header's rule. */
static void check_row(const csv *c, plx_quantity q, plx_rng *rng)
{
    const long double before = strtold(c->field[4], NULL), after = strtold(c->field[6], NULL);
    long double factor = strtold(c->field[5], NULL);
    const char *slash = strchr(c->field[5], '/');
    if (slash) factor /= strtold(slash + 1, NULL);
    for (int i = 0; i < 300; i++) {
        const unsigned scale = (unsigned)plx_rng_below(rng, 6);
        const plx_decimal in =
            plx_decimal_make((int64_t)plx_rng_below(rng, 20000000) - 10000000, scale);
        plx_decimal out;
        assert_int_equal(plx_unit_to_canonical(q, plx_slice_of(c->field[2]), &in, &out), PLX_OK);
        const long double exact =
            ((long double)in.mantissa / powl(10, scale) + before) * factor + after;
        const long double got = (long double)out.mantissa / powl(10, out.scale);
        const double worth = fmax(0, scale - ceil((double)log10l(factor) - 1e-12));
        const long double tolerance = 0.5L * powl(10, -worth - 3) + 1e-17L * fabsl(exact);
        if (fabsl(got - exact) > tolerance)
            fail_msg("%s %s: %.*s gives %.*s", c->field[1], c->field[2], in.text_n, in.text,
                     out.text_n, out.text);
    }
}

/* The largest and the finest decimals: converted or out of range, never wrong. */
static void check_extremes(const csv *c, plx_quantity q)
{
    for (unsigned i = 0; i < 4 * 19; i++) {
        const int64_t size = i % 4 < 2 ? INT64_C(999999999999999999) : 1;
        const plx_decimal in = plx_decimal_make(i % 2 ? -size : size, i / 4);
        plx_decimal out;
        const plx_status status = plx_unit_to_canonical(q, plx_slice_of(c->field[2]), &in, &out);
        if (status == PLX_RANGE) {
            assert_true(fabs(in.value) > 1e12);
            continue;
        }
        assert_int_equal(status, PLX_OK);
        plx_decimal again;
        assert_int_equal(plx_decimal_parse(plx_decimal_text(&out), &again), PLX_OK);
        assert_memory_equal(&out, &again, sizeof out);
    }
}

static void test_every_row(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(1, 1);
    csv units = csv_open(PLX_SOURCE_ROOT "/knowledge/unit.csv");
    assert_non_null(units.file);
    int aliases = 0, conversions = 0;
    while (csv_next(&units)) {
        if (strcmp(units.field[0], "alias") == 0) {
            assert_true(plx_slice_is(alias(units.field[2]), units.field[3]));
            assert_true(plx_slice_is(alias(units.field[3]), units.field[3])); /* ends there */
            aliases++;
            continue;
        }
        csv quantities = csv_open(PLX_SOURCE_ROOT "/knowledge/quantity.csv");
        while (csv_next(&quantities))
            if (strcmp(quantities.field[3], units.field[1]) == 0) {
                check_row(&units, (plx_quantity)atoi(quantities.field[0]), &rng);
                check_extremes(&units, (plx_quantity)atoi(quantities.field[0]));
                conversions++;
            }
    }
    assert_true(aliases > 150 && conversions > 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alias),     cmocka_unit_test(test_values),
        cmocka_unit_test(test_unknown),   cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_every_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
