/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a prediction is what it says or is refused with the right reason, and its bytes bring back
 * the same one and no other. Oracles: the values before rounding; each byte changed, each length
 * cut; a golden checksum of one encoding. Tolerance: half a step of 1/65534 of the range. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/mathx.h"
#include "core/base/rng.h"
#include "core/base/time.h"
#include "core/ledger/prediction.h"

#define START INT64_C(1790000000000000)

static plx_prediction sample_prediction(void)
{
    plx_prediction p;
    memset(&p, 0, sizeof p);
    p.id = 1001;
    p.version = UINT64_C(0x0123456789abcdef);
    p.subject = 77;
    p.cutoff = 1000;
    p.issued_us = START;
    p.valid_from_us = p.valid_to_us = START + 15 * PLX_MINUTE_US;
    assert_int_equal(plx_prediction_text("vitals-ensemble", p.model), PLX_OK);
    assert_int_equal(plx_prediction_text("8867-4", p.target), PLX_OK);
    assert_int_equal(plx_prediction_text("/min", p.unit), PLX_OK);
    p.shown = 3;
    p.model_class = PLX_MODEL_CLASS_DEVICE_TYPE;
    p.horizon = PLX_HORIZON_15MIN;
    const double members[] = {81, 79, 90.5, 85, 85, 60};
    assert_int_equal(plx_prediction_set_members(&p, members, 6), PLX_OK);
    return p;
}

static void test_forms(void **state)
{
    (void)state;
    plx_prediction p = sample_prediction();
    double values[PLX_PREDICTION_MEMBERS_MAX];
    const double sorted[] = {60, 79, 81, 85, 85, 90.5};
    plx_prediction_values(&p, values);
    for (int i = 0; i < 6; i++)
        assert_true(fabs(values[i] - sorted[i]) <= 0.51 * 30.5 / 65534);
    const double same[] = {5, 5, 5};
    assert_int_equal(plx_prediction_set_members(&p, same, 3), PLX_OK);
    plx_prediction_values(&p, values);
    assert_true(values[0] == 5 && values[2] == 5);
    double q[PLX_PREDICTION_LEVELS];
    for (int i = 0; i < PLX_PREDICTION_LEVELS; i++)
        assert_true(fabs(plx_prediction_normal_quantiles[i] - plx_normal_quantile(plx_levels[i])) <
                    1e-14);
    for (int i = 0; i < PLX_PREDICTION_LEVELS; i++)
        q[i] = 100.0 * plx_levels[i] * plx_levels[i];
    assert_int_equal(plx_prediction_set_quantiles(&p, q), PLX_OK);
    assert_int_equal(plx_prediction_check(&p), PLX_OK);
    plx_prediction_values(&p, values);
    for (int i = 0; i < PLX_PREDICTION_LEVELS; i++)
        assert_true(fabs(values[i] - q[i]) <= 0.51 * 98.0 / 65534);
    q[3] = q[2] - 1;
    assert_int_equal(plx_prediction_set_quantiles(&p, q), PLX_CONFLICT);
    q[3] = NAN;
    assert_int_equal(plx_prediction_set_quantiles(&p, q), PLX_RANGE);
    assert_int_equal(plx_prediction_set_members(&p, q, 1), PLX_MISSING);
    assert_int_equal(plx_prediction_set_members(&p, q, 65), PLX_LIMIT);
    assert_int_equal(plx_prediction_set_members(&p, q, 5), PLX_RANGE);
    assert_int_equal(plx_prediction_set_probability(&p, 1.5), PLX_RANGE);
    assert_int_equal(plx_prediction_set_probability(&p, NAN), PLX_RANGE);
    assert_int_equal(plx_prediction_set_probability(&p, 0.25), PLX_OK);
    assert_int_equal(plx_prediction_check(&p), PLX_CONFLICT); /* a quantity */
    p.kind = PLX_PREDICTION_EVENT;
    assert_int_equal(plx_prediction_check(&p), PLX_OK);
    plx_prediction_set_no_answer(&p, 9);
    assert_int_equal(plx_prediction_check(&p), PLX_OK);
}

static void test_horizons(void **state)
{
    (void)state;
    for (int h = 0; h < PLX_HORIZON_N; h++) {
        assert_int_equal(plx_horizon_of(plx_horizon_us((plx_horizon)h)), h);
        assert_int_equal(plx_horizon_of(plx_horizon_us((plx_horizon)h) * 11 / 10), h);
    }
    assert_int_equal(plx_horizon_of(1), PLX_HORIZON_1MIN);
    assert_int_equal(plx_horizon_of(INT64_MAX), PLX_HORIZON_24H);
    assert_int_equal(plx_horizon_of(134 * PLX_SECOND_US), PLX_HORIZON_1MIN);
    assert_int_equal(plx_horizon_of(135 * PLX_SECOND_US), PLX_HORIZON_5MIN);
}

#define REFUSED(change, status)                                                                    \
    do {                                                                                           \
        plx_prediction p = sample_prediction();                                                    \
        change;                                                                                    \
        assert_int_equal(plx_prediction_check(&p), status);                                        \
    } while (0)

static void test_refusals(void **state)
{
    (void)state;
    REFUSED((void)0, PLX_OK);
    REFUSED(p.id = 0, PLX_MISSING);
    REFUSED(p.cutoff = 1001, PLX_CONFLICT);
    REFUSED(p.valid_to_us = p.issued_us, PLX_CONFLICT);
    REFUSED(p.valid_from_us = p.valid_to_us + 1, PLX_CONFLICT);
    REFUSED(p.valid_from_us = p.issued_us - 1, PLX_CONFLICT);
    REFUSED(p.issued_us = INT64_MIN, PLX_RANGE);
    REFUSED(p.horizon = PLX_HORIZON_5MIN, PLX_CONFLICT);
    REFUSED(p.horizon = PLX_HORIZON_N, PLX_RANGE);
    REFUSED(p.uses = 4, PLX_RANGE);
    REFUSED(p.model[0] = 0, PLX_SYNTAX);
    REFUSED(memset(p.model, 0, sizeof p.model), PLX_MISSING);
    REFUSED(memset(p.model, 'a', sizeof p.model), PLX_LIMIT);
    REFUSED(p.unit[1] = ' ', PLX_SYNTAX);
    REFUSED(p.arm[0] = 'a', PLX_CONFLICT);
    REFUSED(p.arm_hash = 1, PLX_CONFLICT);
    REFUSED((p.arm[0] = 'a', p.arm_hash = 1), PLX_OK);
    REFUSED(p.n = 1, PLX_MISSING);
    REFUSED(p.n = 5, PLX_RANGE); /* a point behind the last */
    REFUSED(p.point[2] = 32767, PLX_CONFLICT);
    REFUSED(p.step = -p.step, PLX_RANGE);
    REFUSED(p.step = NAN, PLX_RANGE);
    REFUSED(p.base = INFINITY, PLX_RANGE);
    REFUSED(p.reason = 1, PLX_RANGE);
    REFUSED(p.form = PLX_FORM_QUANTILES, PLX_MISSING);
    char text[PLX_PREDICTION_TEXT];
    assert_int_equal(plx_prediction_text("123456789012345678901234", text), PLX_LIMIT);
    assert_int_equal(plx_prediction_text("a b", text), PLX_SYNTAX);
}

static void test_bytes(void **state)
{
    (void)state;
    const plx_prediction p = sample_prediction();
    uint8_t bytes[PLX_PREDICTION_BYTES_MAX + 1];
    const size_t n = plx_prediction_encode(&p, bytes);
    plx_prediction q, kept;
    assert_int_equal(plx_prediction_decode(bytes, n, &q), PLX_OK);
    assert_memory_equal(&p, &q, sizeof p);
    kept = q;
    for (size_t cut = 0; cut < n; cut++)
        assert_int_not_equal(plx_prediction_decode(bytes, cut, &q), PLX_OK);
    assert_int_equal(plx_prediction_decode(bytes, 3, &q), PLX_TRUNCATED);
    bytes[n] = 0;
    assert_int_equal(plx_prediction_decode(bytes, n + 1, &q), PLX_SYNTAX);
    for (size_t i = 0; i < n; i++) {
        bytes[i] ^= 0x10;
        assert_int_not_equal(plx_prediction_decode(bytes, n, &q), PLX_OK);
        bytes[i] ^= 0x10;
    }
    bytes[4] = 2;
    assert_int_equal(plx_prediction_decode(bytes, n, &q), PLX_UNSUPPORTED);
    bytes[4] = 1;
    bytes[20] ^= 1;
    assert_int_equal(plx_prediction_decode(bytes, n, &q), PLX_CORRUPT);
    assert_memory_equal(&kept, &q, sizeof q);
    bytes[20] ^= 1;
    /* Stored in journals: a change of these bytes needs a new format number. */
    assert_int_equal(n, 143);
    assert_int_equal(plx_crc32c(0, bytes, n - 4), 0xae7a038);
}

/* Every prediction with any form goes through its bytes and comes back. */
static void test_round_trip(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(5, 1);
    for (int k = 0; k < 2000; k++) {
        plx_prediction p = sample_prediction(), q;
        double values[PLX_PREDICTION_MEMBERS_MAX];
        const uint32_t n = 2 + (uint32_t)plx_rng_below(&rng, 63);
        for (uint32_t i = 0; i < n; i++)
            values[i] = plx_rng_normal(&rng, 0, pow(10, k % 12 - 3));
        assert_int_equal(plx_prediction_set_members(&p, values, n), PLX_OK);
        if (k % 3 == 0) {
            p.kind = PLX_PREDICTION_EVENT;
            assert_int_equal(plx_prediction_set_probability(&p, plx_rng_unit(&rng)), PLX_OK);
        }
        uint8_t bytes[PLX_PREDICTION_BYTES_MAX];
        assert_int_equal(plx_prediction_check(&p), PLX_OK);
        const size_t size = plx_prediction_encode(&p, bytes);
        assert_int_equal(plx_prediction_decode(bytes, size, &q), PLX_OK);
        assert_memory_equal(&p, &q, sizeof p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms), cmocka_unit_test(test_horizons),
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_round_trip)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
