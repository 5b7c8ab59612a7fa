/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The canonical bytes are never assembled: the fixed fields go through a small buffer, peer and
 * body are hashed where they lie. */
#include "core/record/entry.h"

#include "core/base/hash.h"

enum {
    FIXED_BYTES = 8 + 2 + 2 + 4 + 8 + 8 + 8 + 16 + 16 + 2 + 4, /* up to the length of peer */
    BODY_LENGTH_BYTES = 8
};

static const char *const kind_texts[] = {
#define X(name, text) text,
    PLX_ENTRY_KIND_TABLE(X)
#undef X
};

static const char *const verdict_texts[] = {
#define X(name, text) text,
    PLX_VERDICT_TABLE(X)
#undef X
};

const char *plx_entry_kind_text(plx_entry_kind kind)
{
    return (unsigned)kind < PLX_ENTRY_KIND_COUNT ? kind_texts[kind] : "unknown kind";
}

const char *plx_verdict_text(plx_verdict verdict)
{
    return (unsigned)verdict < PLX_VERDICT_COUNT ? verdict_texts[verdict] : "unknown verdict";
}

/* Little-endian, n bytes; the place after them. */
static uint8_t *store(uint8_t *at, uint64_t value, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        at[i] = (uint8_t)(value >> 8 * i);
    return at + n;
}

typedef struct seal {
    uint32_t crc;
    uint8_t chain[32];
} seal;

static seal seal_of(const plx_entry *e, const uint8_t previous_chain[32])
{
    PLX_ASSERT(e->peer.n <= UINT32_MAX);
    uint8_t fixed[FIXED_BYTES], length[BODY_LENGTH_BYTES], crc_bytes[4];
    uint8_t *at = store(fixed, e->seq, 8);
    at = store(at, (uint64_t)e->kind, 2);
    at = store(at, (uint64_t)e->verdict, 2);
    at = store(at, e->iface, 4);
    at = store(at, e->ref, 8);
    at = store(at, (uint64_t)e->arrival_us, 8);
    at = store(at, (uint64_t)e->mono_us, 8);
    memcpy(at, e->ext_key, sizeof e->ext_key);
    memcpy(at + 16, e->body_hash, sizeof e->body_hash);
    at = store(at + 32, e->schema, 2);
    at = store(at, e->peer.n, 4);
    PLX_ASSERT(at == fixed + FIXED_BYTES);
    store(length, e->body.n, BODY_LENGTH_BYTES);

    seal result = {0};
    result.crc = plx_crc32c(result.crc, fixed, sizeof fixed);
    result.crc = plx_crc32c(result.crc, e->peer.at, e->peer.n);
    result.crc = plx_crc32c(result.crc, length, sizeof length);
    result.crc = plx_crc32c(result.crc, e->body.at, e->body.n);
    store(crc_bytes, result.crc, 4);

    plx_blake2b hash;
    plx_blake2b_init(&hash, sizeof result.chain);
    plx_blake2b_add(&hash, previous_chain, 32);
    plx_blake2b_add(&hash, fixed, sizeof fixed);
    plx_blake2b_add(&hash, e->peer.at, e->peer.n);
    plx_blake2b_add(&hash, length, sizeof length);
    plx_blake2b_add(&hash, e->body.at, e->body.n);
    plx_blake2b_add(&hash, crc_bytes, sizeof crc_bytes);
    plx_blake2b_end(&hash, result.chain);
    return result;
}

void plx_entry_seal(plx_entry *entry, const uint8_t previous_chain[32])
{
    const seal s = seal_of(entry, previous_chain);
    entry->crc = s.crc;
    memcpy(entry->chain, s.chain, sizeof entry->chain);
}

plx_status plx_entry_check(const plx_entry *entry, const uint8_t previous_chain[32])
{
    const seal s = seal_of(entry, previous_chain);
    if (s.crc != entry->crc || memcmp(s.chain, entry->chain, sizeof s.chain) != 0)
        return PLX_CORRUPT;
    return PLX_OK;
}
