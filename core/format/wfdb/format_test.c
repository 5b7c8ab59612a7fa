/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: each format's bytes become its samples; sizes, the cut last pack, the value for invalid.
 * Oracle: PhysioNet's signal(5), by hand; a slow packer of bits for the formats of packs.
 * Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/format/wfdb/format.h"

typedef struct sample_case {
    unsigned code;
    const char *bytes;
    size_t bytes_n;
    int32_t samples[4];
    size_t samples_n;
} sample_case;

#define BYTES(text) (text), sizeof(text) - 1
static const sample_case CASES[] = {
    {8, BYTES("\x00\x01\x7f\x80"), {0, 1, 127, -128}, 4},
    {16, BYTES("\x01\x00\xff\xff\xff\x7f\x00\x80"), {1, -1, 32767, -32768}, 4},
    {61, BYTES("\x00\x01\xff\xff\x7f\xff\x80\x00"), {1, -1, 32767, -32768}, 4},
    {24,
     BYTES("\x01\x02\x03\xff\xff\xff\xff\xff\x7f\x00\x00\x80"),
     {0x030201, -1, 8388607, -8388608},
     4},
    {32,
     BYTES("\x01\x02\x03\x04\xff\xff\xff\xff\xff\xff\xff\x7f\x00\x00\x00\x80"),
     {0x04030201, -1, INT32_MAX, INT32_MIN},
     4},
    {80, BYTES("\x80\x81\xff\x00"), {0, 1, 127, -128}, 4},
    {160, BYTES("\x00\x80\x01\x80\xff\xff\x00\x00"), {0, 1, 32767, -32768}, 4},
    {212, BYTES("\x01\x70\xff\xff\x8f\x00"), {1, 0x7ff, -1, -2048}, 4},
    {212, BYTES("\xe3\x73"), {0x3e3}, 1},
    /* w0 = 3 << 1 | 17 << 11, w1 = 1022 << 1 | 16 << 11: third 17 + (16 << 5) = 529 - 1024 */
    {310, BYTES("\x06\x88\xfc\x87"), {3, -2, -495}, 3},
    {310, BYTES("\xfe\x03\x00\x04"), {511, -512}, 2},
    /* 3 | 1022 << 10 | 512 << 20 */
    {311, BYTES("\x03\xf8\x0f\x20"), {3, -2, -512}, 3},
    {311, BYTES("\xff\x05\x08"), {511, -511}, 2},
    {508, BYTES("\x80\x81\xff\x00"), {0, 1, 127, -128}, 4},
    {516, BYTES("\x01\x00\xff\xff"), {1, -1}, 2},
    {524, BYTES("\x00\x00\x80"), {-8388608}, 1},
};

static void bytes_become_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const sample_case *c = &CASES[i];
        const plx_wfdb_format *f = plx_wfdb_format_find(c->code);
        assert_non_null(f);
        assert_int_equal(plx_wfdb_format_bytes(f, c->samples_n), c->bytes_n);
        for (size_t k = 0; k < c->samples_n; k++)
            assert_int_equal(plx_wfdb_format_sample(c->code, (const uint8_t *)c->bytes, k),
                             c->samples[k]);
    }
}

/* Puts the low bits of value at a bit of the bytes, the lowest first. */
static void put_bits(uint8_t *bytes, unsigned at, uint32_t value, unsigned bits)
{
    for (unsigned i = 0; i < bits; i++)
        if (value >> i & 1) bytes[(at + i) / 8] |= (uint8_t)(1u << (at + i) % 8);
}

/* Every value at every place of a pack, with all other bits set and cleared. */
static void packs_keep_every_value(void **state)
{
    (void)state;
    for (int32_t value = -2048; value < 2048; value++) {
        uint32_t u = (uint32_t)value;
        for (unsigned k = 0; k < 6; k++) {
            uint8_t b[9] = {0}, c[8] = {0};
            unsigned pack = k / 2 * 24;
            if (k % 2 == 0)
                put_bits(b, pack, u & 0xFFF, 12);
            else { /* low byte last, high bits in the upper half of the middle byte */
                put_bits(b, pack + 16, u & 0xFF, 8);
                put_bits(b, pack + 12, u >> 8 & 15, 4);
            }
            assert_int_equal(plx_wfdb_format_sample(212, b, k), value);
            if (value < -512 || value > 511) continue;
            put_bits(c, k / 3 * 32 + k % 3 * 10, u & 1023, 10);
            assert_int_equal(plx_wfdb_format_sample(311, c, k), value);
            memset(c, 0, sizeof c);
            if (k % 3 < 2) {
                put_bits(c, k / 3 * 32 + k % 3 * 16 + 1, u & 1023, 10);
            } else {
                put_bits(c, k / 3 * 32 + 11, u & 31, 5);
                put_bits(c, k / 3 * 32 + 27, u >> 5 & 31, 5);
            }
            assert_int_equal(plx_wfdb_format_sample(310, c, k), value);
        }
    }
}

static void sizes_round_both_ways(void **state)
{
    (void)state;
#define X(code, bits, samples, bytes, has_invalid) code,
    static const unsigned CODES[] = {PLX_WFDB_FORMAT_TABLE(X)};
#undef X
    for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++) {
        const plx_wfdb_format *f = plx_wfdb_format_find(CODES[i]);
        for (uint64_t n = 0; n < 50; n++) {
            uint64_t bytes = plx_wfdb_format_bytes(f, n);
            bool spread = CODES[i] == 310 && n % 3 == 2; /* room for the third is there */
            assert_int_equal(plx_wfdb_format_samples(f, bytes), n + spread);
            if (n > 0) assert_true(plx_wfdb_format_samples(f, bytes - 1) < n);
        }
    }
    assert_null(plx_wfdb_format_find(0));
    assert_null(plx_wfdb_format_find(13));
}

static void invalid_is_the_lowest_value(void **state)
{
    (void)state;
    assert_int_equal(plx_wfdb_format_find(80)->invalid, -128);
    assert_int_equal(plx_wfdb_format_find(212)->invalid, -2048);
    assert_int_equal(plx_wfdb_format_find(311)->invalid, -512);
    assert_int_equal(plx_wfdb_format_find(24)->invalid, -8388608);
    assert_int_equal(plx_wfdb_format_find(32)->invalid, INT32_MIN);
    assert_false(plx_wfdb_format_find(8)->has_invalid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_become_samples),
        cmocka_unit_test(packs_keep_every_value),
        cmocka_unit_test(sizes_round_both_ways),
        cmocka_unit_test(invalid_is_the_lowest_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
