/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One entry of the journal: what happened to Pollux, in the order in which it became durable. The
 * journal is the source of truth; everything else can be rebuilt from it.
 *
 * Canonical bytes of an entry, for crc and chain (little-endian, in this order):
 *   seq u64, kind u16, verdict u16, iface u32, ref u64, arrival_us i64, mono_us i64,
 *   ext_key[16], body_hash[16], schema u16, peer length u32, peer, body length u64, body
 * crc   = CRC-32C(canonical bytes)
 * chain = BLAKE2b-256(previous chain, canonical bytes, crc u32); the first previous is 32 zeros. */
#ifndef PLX_CORE_RECORD_ENTRY_H
#define PLX_CORE_RECORD_ENTRY_H

#include "core/base/slice.h"
#include "core/record/view.h"

/* X(NAME, text). Numbers are stored: append only. */
#define PLX_ENTRY_KIND_TABLE(X)                                                                    \
    X(NONE, "none")                                                                                \
    X(MESSAGE, "message")  /* raw bytes of one frame, without the frame */                         \
    X(BATCH_PART, "batch") /* one message of an FHS/BHS batch; ref = sequence of its first */      \
    X(EDITED, "edited")    /* repaired copy of a dead letter; ref = the original's sequence */     \
    X(COMMAND, "command")  /* a step of the command loop */                                        \
    X(RESULT, "result")    /* a model's result */                                                  \
    X(ACTION, "action")    /* what a user did, JSON */                                             \
    X(TICK, "tick")        /* time passed; no body; at most one a second */                        \
    X(CLOCK_STEP, "clock") /* the wall clock was stepped; body JSON with both readings */          \
    X(ADMIN, "admin")      /* administrative, JSON: start, demo, interface names */

typedef enum plx_entry_kind {
#define X(name, text) PLX_ENTRY_##name,
    PLX_ENTRY_KIND_TABLE(X)
#undef X
        PLX_ENTRY_KIND_COUNT
} plx_entry_kind;

/* Decided before the entry is written, from the bytes and the duplicate window alone. Stored. */
#define PLX_VERDICT_TABLE(X)                                                                       \
    X(ACCEPTED, "accepted")   /* AA: goes to the twin */                                           \
    X(DUPLICATE, "duplicate") /* same key and body in the window; ref = the first sequence */      \
    X(CONFLICT, "conflict")   /* same key, other body: AE 205, dead letter; ref = the first one */ \
    X(ERROR, "error")         /* AE: unusable content, dead letter */                              \
    X(REFUSED, "refused")     /* AR: version, type, processing id, limits */                       \
    X(BROKEN, "broken")       /* a frame cut off or over its limit; no answer was possible */      \
    X(SHADOW, "shadow")       /* MSH-11 T or D: accepted, never applied to production */

typedef enum plx_verdict {
#define X(name, text) PLX_VERDICT_##name,
    PLX_VERDICT_TABLE(X)
#undef X
        PLX_VERDICT_COUNT
} plx_verdict;

enum { PLX_IFACE_INTERNAL = 0, PLX_IFACE_REPAIR = 1, PLX_IFACE_FIRST = 2, PLX_IFACE_MAX = 512 };
enum { PLX_ENTRY_SCHEMA = 1 };

typedef struct plx_entry {
    uint64_t seq; /* 1.. contiguous; set by the commit thread */
    plx_entry_kind kind;
    plx_verdict verdict;
    uint32_t iface;     /* PLX_IFACE_* or the number of a configured interface */
    uint16_t schema;    /* PLX_ENTRY_SCHEMA */
    uint64_t ref;       /* another entry, by kind and verdict; 0 = none */
    int64_t arrival_us; /* UTC; never running back inside a clock epoch */
    int64_t mono_us;    /* boot clock */
    uint8_t
        ext_key[16]; /* BLAKE2b-128 of interface, MSH-3, MSH-4, MSH-10; zero when not a message */
    uint8_t body_hash[16]; /* BLAKE2b-128 of all bytes after the MSH segment */
    plx_slice peer;        /* address or certificate name */
    plx_slice body;        /* raw bytes, never changed */
    uint32_t crc;
    uint8_t chain[32];
    const plx_view *view; /* the body's text when it is in another character set; NULL = the body
                           * is it. Made anew from the body by whoever applies the entry: not
                           * stored, no part of the checksum */
} plx_entry;

const char *plx_entry_kind_text(plx_entry_kind kind);
const char *plx_verdict_text(plx_verdict verdict);
/* Sets crc and chain from the other fields and the chain of the entry before it. */
void plx_entry_seal(plx_entry *entry, const uint8_t previous_chain[32]);
/* PLX_CORRUPT when crc or chain differ from what the fields give. */
PLX_MUST_CHECK plx_status plx_entry_check(const plx_entry *entry, const uint8_t previous_chain[32]);

#endif
