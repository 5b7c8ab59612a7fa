/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The last two minutes of published operations, so that a viewer who was away (or is slow) gets
 * what it missed: the newest operation per topic and field, in the order of these newest ones. Only
 * the serve thread touches it.
 *
 * An operation is a JSON array [topic, field, value]. Its identity is topic and field; a field that
 * ends in + or - ("row+", "row-") speaks of a member of a collection, and the identity is topic and
 * member: the id string itself, or the object's first member "id".
 *
 * A name that ends in a colon ("enc:") is a family: of what is published under it a viewer gets the
 * operations of the members that he named ("enc:4f"). */
#ifndef PLX_EDGE_SERVE_RING_H
#define PLX_EDGE_SERVE_RING_H

#include "edge/serve/serve.h"

enum {
    SERVE_TOPICS_MAX = 64,             /* published names */
    SERVE_SUBS_MAX = 64,               /* topics of one viewer */
    SERVE_TOPIC_MAX = 48,              /* bytes of a name with its NUL */
    SERVE_MERGE_OPS_MAX = 1 << 17,     /* different operations in one merge */
    SERVE_MERGE_TABLE = 4 * (1 << 17), /* slots of the merge's hash table, a power of two */
    SERVE_OP_DEPTH_MAX = 64
};

typedef struct serve_op {
    uint64_t key, topic;     /* hashes of the identity and of the topic alone */
    uint32_t offset, length; /* in the batch's text */
} serve_op;

typedef struct serve_batch {
    uint64_t j;            /* journal position whose effects are included */
    int64_t added_us;      /* boot clock */
    uint64_t at;           /* running position in the byte ring: ops_n serve_op, then the text */
    uint64_t bytes_before; /* text bytes of all batches before this one, ever */
    uint32_t text_n, ops_n, topic, spare;
} serve_batch;

/* What a viewer wants: bits of published names, hashes of the members that he named. */
typedef struct serve_wish {
    uint64_t topics;
    uint32_t members_n;
    uint64_t members[SERVE_SUBS_MAX];
} serve_wish;

typedef struct serve_ring {
    serve_batch *batches; /* owned: PLX_SERVE_RING_BATCHES_MAX, by running number */
    uint8_t *bytes;       /* owned: PLX_SERVE_RING_BYTES_MAX */
    uint64_t *table;      /* owned: SERVE_MERGE_TABLE, scratch of a merge */
    plx_slice *kept;      /* owned: SERVE_MERGE_OPS_MAX, scratch of a merge */
    uint64_t first, next; /* running numbers: oldest kept, next to come */
    uint64_t head;        /* running byte position of the next batch */
    uint64_t text_bytes;  /* text bytes of all batches, ever */
    uint64_t j;           /* newest journal position told */
    uint64_t base_j;      /* everything after it is in the ring */
    uint64_t seed;
    uint64_t families; /* bits of the names that are */
    uint32_t topics_n;
    bool known; /* j and base_j mean something */
    char topics[SERVE_TOPICS_MAX][SERVE_TOPIC_MAX];
} serve_ring;

/* PLX_SPACE when the system gives no memory; the ring is then zero. seed: random. */
PLX_MUST_CHECK plx_status serve_ring_init(serve_ring *ring, uint64_t seed);
void serve_ring_destroy(serve_ring *ring); /* accepts a zeroed struct */

/* Publishes ops (may be empty: only j moves on). Old batches make room. PLX_SYNTAX when ops is not
 * a list of operations, PLX_LIMIT when it is larger than half the ring or j runs back, PLX_FULL
 * when there are too many topics: then nothing is added and the caller must clear the ring. */
PLX_MUST_CHECK plx_status serve_ring_add(serve_ring *ring, uint64_t j, plx_slice topic,
                                         plx_slice ops, int64_t now_us);
/* Forgets everything up to j: viewers that are behind need a snapshot. */
void serve_ring_clear(serve_ring *ring, uint64_t j);
/* Drops what is older than PLX_SERVE_RING_SECONDS. */
void serve_ring_expire(serve_ring *ring, int64_t now_us);

/* Adds what a subscription names; a name of which nothing was published yet adds nothing. At most
 * SERVE_SUBS_MAX to one wish. */
void serve_ring_want(const serve_ring *ring, const char *topic, serve_wish *wish);
/* True when a viewer that has the effects up to j can go on with the batches kept here. */
bool serve_ring_covers(const serve_ring *ring, uint64_t j);
/* Number of the first batch that a viewer at j may lack: topics are published one after the other
 * at one j, so batches of j itself count as unknown to it. */
uint64_t serve_ring_find(const serve_ring *ring, uint64_t j);
/* Text bytes from batch number from on, all topics. */
uint64_t serve_ring_behind(const serve_ring *ring, uint64_t from);
/* True when a batch from number from on holds something that is wanted. */
bool serve_ring_has(const serve_ring *ring, uint64_t from, const serve_wish *wish);
/* Appends the newest operation per identity of batches from.. on. PLX_SPACE when out or the scratch
 * is too small (out is then unusable), PLX_UNKNOWN when from has left the ring. */
PLX_MUST_CHECK plx_status serve_ring_merge(serve_ring *ring, uint64_t from, const serve_wish *wish,
                                           plx_out *out);

#endif
