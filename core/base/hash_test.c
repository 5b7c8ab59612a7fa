/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: CRC-32C, BLAKE2b and the table hash. Oracles: RFC 3720 B.4, RFC 7693 appendix A, values of
 * Python's hashlib, a CRC bit by bit, a table hash written again in Python. Tolerance: none; for
 * the spread of the table hash as stated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/rng.h"
#include "core/base/slice.h"

enum { DATA = 65537 };
static uint8_t data[DATA];

static int fill_data(void **state)
{
    (void)state;
    for (int i = 0; i < DATA; i++)
        data[i] = (uint8_t)(i * 7 + 3);
    return 0;
}

static void check_hex(const uint8_t *bytes, size_t n, const char *expected)
{
    char text[200];
    plx_out out = plx_out_init(text, sizeof text);
    plx_out_hex(&out, bytes, n);
    assert_true(plx_slice_is(plx_out_slice(&out), expected));
}

static void test_crc_vectors(void **state)
{
    (void)state;
    uint8_t bytes[32];
    const uint8_t pdu[48] = {
        0x01, 0xc0, [16] = 0x14, [22] = 0x04, [27] = 0x14, [31] = 0x18, [32] = 0x28, [40] = 0x02};
    assert_int_equal(plx_crc32c(0, "", 0), 0);
    assert_int_equal(plx_crc32c(0, "123456789", 9), 0xe3069283);
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(plx_crc32c(0, bytes, 32), 0x8a9136aa);
    memset(bytes, 0xff, sizeof bytes);
    assert_int_equal(plx_crc32c(0, bytes, 32), 0x62a8ab43);
    for (int i = 0; i < 32; i++)
        bytes[i] = (uint8_t)i;
    assert_int_equal(plx_crc32c(0, bytes, 32), 0x46dd794e);
    for (int i = 0; i < 32; i++)
        bytes[i] = (uint8_t)(31 - i);
    assert_int_equal(plx_crc32c(0, bytes, 32), 0x113fdb5c);
    assert_int_equal(plx_crc32c(0, pdu, 48), 0xd9963a56);
}

static uint32_t slow_crc(const uint8_t *bytes, size_t n)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
    }
    return ~crc;
}

static void test_crc_in_pieces(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(11, 1);
    for (int i = 0; i < 3000; i++) {
        const size_t at = plx_rng_below(&rng, 64), n = plx_rng_below(&rng, 700);
        const size_t cut = plx_rng_below(&rng, n + 1);
        const uint32_t whole = slow_crc(data + at, n);
        assert_int_equal(plx_crc32c(0, data + at, n), whole);
        assert_int_equal(plx_crc32c(plx_crc32c(0, data + at, cut), data + at + cut, n - cut),
                         whole);
    }
}

static const struct {
    uint32_t n, out_n;
    const char *hex;
} blake2b_rows[] = {
    {0, 64,
     "786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419d25e1031afee585313896444934e"
     "b04b903a685b1448b755d56f701afe9be2ce"},
    {0, 32, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"},
    {1, 32, "e88bd757ad5b9bedf372d8d3f0cf6c962a469db61a265f6418e1ffed86da29ec"},
    {63, 16, "45c379911678ea646b566f8f5623fb44"},
    {127, 32, "c9ae3859964b35f04c54b36d33cf299d7290ee621005d28e51598a943560aaaa"},
    {128, 32, "f0501d06597880592bc49234eef100ec1ff349058d0e9d9b753504e24af86dd6"},
    {129, 32, "a34a4e1e03c541dfbf3099c4b6c143c022ced65c28bd7e8a10e0a098461aecf0"},
    {255, 64,
     "1a5199ac66a00e8a87ad1c7fbad30b33137dd8312bf6d98602dacf8f40ea2cb623a7fbc63e5a6bfa434d337ae7da"
     "5ca1a52502a215a3fe0297a151be85d88789"},
    {256, 64,
     "91019c558584980249ca43eceed27e19f1c3c24161b93eed1eee2a6a774f60bf8a81b43750870bee1698feac9c53"
     "36ae4d5c842e7ead159bf3916387e8ded9ae"},
    {257, 64,
     "9f1975efca45e7b74b020975d4d2c22802906ed8bfefca51ac497bd23147fc8f303890d8e5471ab6caaa02362e83"
     "1a9e8d3435279912ccd4842c7806b096c348"},
    {1000, 20, "7347a87d12c5b902eefd08b8b5c14816494c2639"},
    {4096, 1, "83"},
    {65537, 32, "2cbf7bf7254bbf693239f9713faf3ae9a4c08072b356d84fbdeb45c90e0bef98"},
};

static void test_blake2b_vectors(void **state)
{
    (void)state;
    uint8_t out[64];
    plx_blake2b_once(out, 64, "abc", 3);
    check_hex(out, 64,
              "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
              "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    plx_blake2b_once(out, 32, "abc", 3);
    check_hex(out, 32, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    for (size_t i = 0; i < sizeof blake2b_rows / sizeof *blake2b_rows; i++) {
        out[blake2b_rows[i].out_n % 64] = 0x5a;
        plx_blake2b_once(out, blake2b_rows[i].out_n, data, blake2b_rows[i].n);
        check_hex(out, blake2b_rows[i].out_n, blake2b_rows[i].hex);
        if (blake2b_rows[i].out_n < 64) assert_int_equal(out[blake2b_rows[i].out_n], 0x5a);
    }
}

static void test_blake2b_in_pieces(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(12, 1);
    for (int i = 0; i < 2000; i++) {
        const size_t n = plx_rng_below(&rng, 1200);
        uint8_t whole[32], pieces[32];
        plx_blake2b_once(whole, 32, data, n);
        plx_blake2b b;
        plx_blake2b_init(&b, 32);
        for (size_t at = 0; at < n;) {
            const size_t step = plx_rng_below(&rng, 3) ? plx_rng_below(&rng, 300) : 128;
            const size_t take = step < n - at ? step : n - at;
            plx_blake2b_add(&b, data + at, take);
            at += take;
        }
        plx_blake2b_end(&b, pieces);
        assert_memory_equal(whole, pieces, 32);
    }
}

static void test_hash64_values(void **state)
{
    (void)state;
    const struct {
        uint32_t n;
        uint64_t hash;
    } rows[] = {
        {0, UINT64_C(0x32e1b7ceee1139e3)},   {1, UINT64_C(0xded8c32ace94a6c1)},
        {3, UINT64_C(0x18be0c4c641c9239)},   {4, UINT64_C(0x64ebeba7f7143254)},
        {7, UINT64_C(0xb02b4b7512e091ab)},   {8, UINT64_C(0xe2dd492e58d04bc3)},
        {16, UINT64_C(0x49fb58af73590542)},  {17, UINT64_C(0xc5d28a9d84fcad9c)},
        {32, UINT64_C(0x3ce32dabbf44a9f2)},  {33, UINT64_C(0xf9da633d9ba9b7a4)},
        {100, UINT64_C(0x652d73ce6b330b14)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(plx_hash64(data, rows[i].n, 5) == rows[i].hash);
        assert_true(plx_hash64(data, rows[i].n, 6) != rows[i].hash);
    }
}

static int compare_u64(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Record numbers as senders count them: no collision, and even slots (chi-square of 1,024 bins by
 * the low and by the high bits; mean 1,023, sd 45). */
static void test_hash64_spread(void **state)
{
    (void)state;
    enum { N = 200000, BINS = 1024 };
    static uint64_t hashes[N];
    static uint32_t low[BINS], high[BINS];
    for (int i = 0; i < N; i++) {
        char key[32];
        plx_out out = plx_out_init(key, sizeof key);
        plx_out_text(&out, i % 2 ? "MRN" : "MSG-2026");
        plx_out_u64_padded(&out, (uint64_t)i, i % 3 ? 8 : 6);
        hashes[i] = plx_hash64(key, out.n, 0);
        low[hashes[i] % BINS]++;
        high[hashes[i] >> 54]++;
    }
    double chi_low = 0, chi_high = 0;
    for (int i = 0; i < BINS; i++) {
        const double mean = (double)N / BINS;
        chi_low += (low[i] - mean) * (low[i] - mean) / mean;
        chi_high += (high[i] - mean) * (high[i] - mean) / mean;
    }
    assert_true(chi_low > 800 && chi_low < 1250);
    assert_true(chi_high > 800 && chi_high < 1250);
    qsort(hashes, N, sizeof *hashes, compare_u64);
    for (int i = 1; i < N; i++)
        assert_true(hashes[i] != hashes[i - 1]);
}

/* One bit of the key turned over changes half of the hash. */
static void test_hash64_avalanche(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 40; n++) {
        uint64_t changed = 0, cases = 0;
        for (size_t bit = 0; bit < 8 * n; bit++)
            for (size_t from = 0; from < 20; from++, cases++) {
                uint8_t key[40];
                memcpy(key, data + 50 * from, n);
                const uint64_t before = plx_hash64(key, n, 0);
                key[bit / 8] ^= (uint8_t)(1 << bit % 8);
                changed += (uint64_t)__builtin_popcountll(before ^ plx_hash64(key, n, 0));
            }
        const double mean = (double)changed / (double)cases;
        assert_true(mean > 30 && mean < 34);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crc_vectors),      cmocka_unit_test(test_crc_in_pieces),
        cmocka_unit_test(test_blake2b_vectors),  cmocka_unit_test(test_blake2b_in_pieces),
        cmocka_unit_test(test_hash64_values),    cmocka_unit_test(test_hash64_spread),
        cmocka_unit_test(test_hash64_avalanche),
    };
    return cmocka_run_group_tests(tests, fill_data, NULL);
}
