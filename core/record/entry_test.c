/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: seals are the documented function of all fields and the entry before; any change is found.
 * Oracles: seals of two entries computed in Python (struct, hashlib, a CRC bit by bit); the
 * canonical bytes put together here in one piece. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/hash.h"
#include "core/base/rng.h"
#include "core/record/entry.h"

static const uint8_t no_chain[32];
static const char body[] = "MSH|^~\\&|MON|ICU|PLX|ED|20261125160655||ORU^R01|41|P|2.6\r"
                           "PID|1||77^^^HOSP^MR\r";

static plx_entry first_entry(void)
{
    return (plx_entry){.seq = 1,
                       .kind = PLX_ENTRY_ADMIN,
                       .verdict = PLX_VERDICT_ACCEPTED,
                       .iface = PLX_IFACE_INTERNAL,
                       .schema = PLX_ENTRY_SCHEMA,
                       .arrival_us = INT64_C(1795622815120000),
                       .mono_us = 5000000,
                       .body = PLX_LIT("{\"what\":\"start\"}")};
}

static plx_entry second_entry(void)
{
    plx_entry e = {.seq = 2,
                   .kind = PLX_ENTRY_MESSAGE,
                   .verdict = PLX_VERDICT_DUPLICATE,
                   .iface = 3,
                   .schema = 1,
                   .ref = 1,
                   .arrival_us = INT64_C(1795622815999999),
                   .mono_us = -7,
                   .peer = PLX_LIT("10.0.0.9:40123"),
                   .body = {body, sizeof body - 1}};
    for (int i = 0; i < 16; i++) {
        e.ext_key[i] = (uint8_t)i;
        e.body_hash[i] = (uint8_t)(100 + i);
    }
    return e;
}

static void check_chain(const plx_entry *e, uint32_t crc, const char *hex)
{
    char text[64];
    plx_out out = plx_out_init(text, sizeof text);
    plx_out_hex(&out, e->chain, sizeof e->chain);
    assert_int_equal(e->crc, crc);
    assert_true(plx_slice_is(plx_out_slice(&out), hex));
}

static void test_golden(void **state)
{
    (void)state;
    plx_entry a = first_entry(), b = second_entry();
    plx_entry_seal(&a, no_chain);
    check_chain(&a, 0xba948921, "c8b0e3791ddd9f46450d8923bad7d74735ae16a5fb37e827eac0df15233113c0");
    plx_entry_seal(&b, a.chain);
    check_chain(&b, 0x25da547f, "f98d05a161b195c65eb9a8c8786fbc7020e1641ba88975023045007d382b5ed8");
    assert_int_equal(plx_entry_check(&a, no_chain), PLX_OK);
    assert_int_equal(plx_entry_check(&b, a.chain), PLX_OK);
    assert_int_equal(plx_entry_check(&b, no_chain), PLX_CORRUPT);
}

static void put(plx_out *out, uint64_t value, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        plx_out_char(out, (char)(value >> 8 * i));
}

static void test_canonical_bytes(void **state)
{
    (void)state;
    static char memory[8192], text[4096];
    plx_rng rng = plx_rng_init(1, 1);
    for (int round = 0; round < 500; round++) {
        plx_entry e = second_entry();
        for (size_t i = 0; i < sizeof text; i++)
            text[i] = (char)plx_rng_u64(&rng);
        e.seq = plx_rng_u64(&rng);
        e.ref = plx_rng_u64(&rng);
        e.arrival_us = (int64_t)plx_rng_u64(&rng);
        e.peer = (plx_slice){text, plx_rng_below(&rng, 40)};
        e.body = (plx_slice){text + 40, plx_rng_below(&rng, 4000)};
        plx_out out = plx_out_init(memory, sizeof memory);
        plx_out_bytes(&out, text + 7, 32); /* the chain before */
        put(&out, e.seq, 8);
        put(&out, (uint64_t)e.kind, 2);
        put(&out, (uint64_t)e.verdict, 2);
        put(&out, e.iface, 4);
        put(&out, e.ref, 8);
        put(&out, (uint64_t)e.arrival_us, 8);
        put(&out, (uint64_t)e.mono_us, 8);
        plx_out_bytes(&out, e.ext_key, 16);
        plx_out_bytes(&out, e.body_hash, 16);
        put(&out, e.schema, 2);
        put(&out, e.peer.n, 4);
        plx_out_slice_add(&out, e.peer);
        put(&out, e.body.n, 8);
        plx_out_slice_add(&out, e.body);
        const uint32_t crc = plx_crc32c(0, memory + 32, out.n - 32);
        put(&out, crc, 4);
        uint8_t chain[32];
        plx_blake2b_once(chain, 32, memory, out.n);
        plx_entry_seal(&e, (const uint8_t *)text + 7);
        assert_int_equal(e.crc, crc);
        assert_memory_equal(e.chain, chain, 32);
    }
}

/* One bit turned over in any field, in the crc, the chain or the chain before. */
static void test_every_change_is_found(void **state)
{
    (void)state;
    char peer[] = "10.0.0.9:40123", copy[sizeof body];
    memcpy(copy, body, sizeof body);
    plx_entry e = second_entry();
    e.peer.at = peer;
    e.body.at = copy;
    uint8_t before[32] = {1, 2, 3};
    plx_entry_seal(&e, before);
    assert_int_equal(plx_entry_check(&e, before), PLX_OK);
    const struct {
        void *at;
        size_t n;
    } parts[] = {{&e.seq, 8},     {&e.kind, 2},      {&e.verdict, 2},    {&e.iface, 4},
                 {&e.schema, 2},  {&e.ref, 8},       {&e.arrival_us, 8}, {&e.mono_us, 8},
                 {e.ext_key, 16}, {e.body_hash, 16}, {peer, 14},         {copy, sizeof body - 1},
                 {&e.crc, 4},     {e.chain, 32},     {before, 32}};
    for (size_t part = 0; part < sizeof parts / sizeof *parts; part++)
        for (size_t bit = 0; bit < 8 * parts[part].n; bit++) {
            uint8_t *byte = (uint8_t *)parts[part].at + bit / 8;
            *byte ^= (uint8_t)(1 << bit % 8);
            assert_int_equal(plx_entry_check(&e, before), PLX_CORRUPT);
            *byte ^= (uint8_t)(1 << bit % 8);
        }
    e.body.n--;
    assert_int_equal(plx_entry_check(&e, before), PLX_CORRUPT);
    e.body.n++;
    /* A byte moved from peer to body: the lengths are part of the seal. */
    e.peer.n--;
    assert_int_equal(plx_entry_check(&e, before), PLX_CORRUPT);
    e.peer.n++;
    assert_int_equal(plx_entry_check(&e, before), PLX_OK);
}

static void test_texts(void **state)
{
    (void)state;
    assert_string_equal(plx_entry_kind_text(PLX_ENTRY_CLOCK_STEP), "clock");
    assert_string_equal(plx_entry_kind_text(PLX_ENTRY_ADMIN), "admin");
    assert_string_equal(plx_entry_kind_text(PLX_ENTRY_KIND_COUNT), "unknown kind");
    assert_string_equal(plx_verdict_text(PLX_VERDICT_BROKEN), "broken");
    assert_string_equal(plx_verdict_text((plx_verdict)-1), "unknown verdict");
    /* Stored numbers: these must never change. */
    assert_int_equal(PLX_ENTRY_MESSAGE, 1);
    assert_int_equal(PLX_ENTRY_TICK, 7);
    assert_int_equal(PLX_ENTRY_ADMIN, 9);
    assert_int_equal(PLX_VERDICT_ACCEPTED, 0);
    assert_int_equal(PLX_VERDICT_SHADOW, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_canonical_bytes),
        cmocka_unit_test(test_every_change_is_found),
        cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
