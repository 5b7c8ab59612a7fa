/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: what the twin says survives its bytes, and what is no sense is not taken.
 * Oracle: the posterior itself; one fault at a time. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/assimilate/posterior.h"

static plx_posterior sample(bool forecast)
{
    plx_posterior p;
    plx_posterior_init(&p);
    p.version = 0xABCDEF;
    p.subject = 17;
    p.cutoff = 1234;
    p.at_us = 1764000000000000;
    p.worst = PLX_POSTERIOR_SBP;
    strcpy(p.reason, "because");
    p.number[PLX_POSTERIOR_AT_MECHANISM] = 0.25F;
    p.number[plx_posterior_hidden_at(PLX_POSTERIOR_H_DEFICIT, PLX_POSTERIOR_MIDDLE)] = 1100;
    p.forecast = forecast;
    if (!forecast) return p;
    p.number[plx_posterior_chance_at(1, PLX_POSTERIOR_MAP_LOW)] = 0.5F;
    for (uint32_t i = 0; i < PLX_POSTERIOR_LEVEL_N; i++)
        p.number[plx_posterior_fan_at(4, PLX_POSTERIOR_TEMP, i)] = 36 + 0.1F * (float)i;
    return p;
}

static void it_comes_back_as_it_was(void **state)
{
    (void)state;
    for (int forecast = 0; forecast < 2; forecast++) {
        uint8_t bytes[PLX_POSTERIOR_BYTES_MAX];
        plx_posterior p = sample(forecast), back;
        memset(&back, 0, sizeof back);
        assert_int_equal(plx_posterior_check(&p), PLX_OK);
        size_t n = plx_posterior_encode(&p, bytes);
        assert_int_equal(plx_posterior_decode(bytes, n, &back), PLX_OK);
        assert_memory_equal(p.number, back.number, sizeof p.number);
        assert_string_equal(p.reason, back.reason);
        assert_int_equal(p.at_us, back.at_us);
        assert_int_equal(forecast, back.forecast);
        assert_int_equal(plx_posterior_decode(bytes, n - 1, &back), PLX_TRUNCATED);
        bytes[n / 2] ^= 1;
        assert_int_not_equal(plx_posterior_decode(bytes, n, &back), PLX_OK);
        bytes[0] = 'Q';
        assert_int_equal(plx_posterior_decode(bytes, n, &back), PLX_SYNTAX);
    }
}

static void nonsense_is_not_taken(void **state)
{
    (void)state;
    plx_posterior p = sample(true);
    p.number[PLX_POSTERIOR_AT_CAUSE] = 1.5F;
    assert_int_equal(plx_posterior_check(&p), PLX_RANGE);
    p = sample(true);
    p.number[plx_posterior_fan_at(4, PLX_POSTERIOR_TEMP, 3)] = 1;
    assert_int_equal(plx_posterior_check(&p), PLX_CONFLICT);
    p = sample(true);
    p.number[plx_posterior_fan_at(4, PLX_POSTERIOR_TEMP, 3)] = __builtin_nanf("");
    assert_int_equal(plx_posterior_check(&p), PLX_CONFLICT);
    p = sample(true);
    p.forecast = false;
    assert_int_equal(plx_posterior_check(&p), PLX_RANGE);
    p = sample(false);
    p.at_us = INT64_MIN;
    assert_int_equal(plx_posterior_check(&p), PLX_RANGE);
    p = sample(false);
    p.status = PLX_POSTERIOR_STATUS_N;
    assert_int_equal(plx_posterior_check(&p), PLX_RANGE);
    p = sample(false);
    p.reason[3] = '\n';
    assert_int_equal(plx_posterior_check(&p), PLX_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_back_as_it_was),
        cmocka_unit_test(nonsense_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
