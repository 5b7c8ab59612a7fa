/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/serve/ring.h"

#include <sys/mman.h>

#include "core/base/hash.h"

static void *map(size_t n)
{
    void *at =
        mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

static const size_t BATCHES_BYTES = PLX_SERVE_RING_BATCHES_MAX * sizeof(serve_batch);
static const size_t TABLE_BYTES = SERVE_MERGE_TABLE * sizeof(uint64_t);
static const size_t KEPT_BYTES = SERVE_MERGE_OPS_MAX * sizeof(plx_slice);

plx_status serve_ring_init(serve_ring *ring, uint64_t seed)
{
    *ring = (serve_ring){.seed = seed};
    ring->batches = map(BATCHES_BYTES);
    ring->bytes = map(PLX_SERVE_RING_BYTES_MAX);
    ring->table = map(TABLE_BYTES);
    ring->kept = map(KEPT_BYTES);
    if (ring->batches && ring->bytes && ring->table && ring->kept) return PLX_OK;
    serve_ring_destroy(ring);
    return PLX_SPACE;
}

void serve_ring_destroy(serve_ring *ring)
{
    if (ring->batches) munmap(ring->batches, BATCHES_BYTES);
    if (ring->bytes) munmap(ring->bytes, PLX_SERVE_RING_BYTES_MAX);
    if (ring->table) munmap(ring->table, TABLE_BYTES);
    if (ring->kept) munmap(ring->kept, KEPT_BYTES);
    *ring = (serve_ring){0};
}

/* Operations. */

/* End of the JSON string that begins at from (its quote), or 0. */
static size_t string_end(plx_slice s, size_t from)
{
    for (size_t i = from + 1; i < s.n; i++) {
        if (s.at[i] == '\\')
            i++;
        else if (s.at[i] == '"')
            return i + 1;
    }
    return 0;
}

/* End of the JSON array that begins at from, or 0. */
static size_t array_end(plx_slice s, size_t from)
{
    char open[SERVE_OP_DEPTH_MAX];
    unsigned depth = 0;
    for (size_t i = from; i < s.n; i++) {
        char c = s.at[i];
        if (c == '"') {
            size_t end = string_end(s, i);
            if (end == 0) return 0;
            i = end - 1;
        } else if (c == '[' || c == '{') {
            if (depth == SERVE_OP_DEPTH_MAX) return 0;
            open[depth++] = c == '[' ? ']' : '}';
        } else if (c == ']' || c == '}') {
            if (depth == 0 || open[--depth] != c) return 0;
            if (depth == 0) return i + 1;
        }
    }
    return 0;
}

/* Text between the quotes of a string at *at; moves *at behind it. Empty at NULL when none. */
static plx_slice take_string(plx_slice s, size_t *at)
{
    plx_slice none = {NULL, 0};
    if (*at >= s.n || s.at[*at] != '"') return none;
    size_t from = *at, end = string_end(s, from);
    if (end == 0) return none;
    *at = end;
    return (plx_slice){s.at + from + 1, end - from - 2};
}

static bool take_comma(plx_slice s, size_t *at)
{
    if (*at >= s.n || s.at[*at] != ',') return false;
    ++*at;
    return true;
}

static bool op_key(const serve_ring *ring, plx_slice op, uint64_t *key, uint64_t *topic_key)
{
    static const char ID[] = "{\"id\":";
    size_t at = 1;
    plx_slice topic = take_string(op, &at);
    if (!topic.at || !take_comma(op, &at)) return false;
    plx_slice field = take_string(op, &at);
    if (!field.at || field.n == 0 || !take_comma(op, &at)) return false;
    uint64_t topic_hash = *topic_key = plx_hash64(topic.at, topic.n, ring->seed);
    char last = field.at[field.n - 1];
    if (last != '+' && last != '-') {
        *key = plx_hash64(field.at, field.n, topic_hash);
        return true;
    }
    if (op.n - at > sizeof ID && memcmp(op.at + at, ID, sizeof ID - 1) == 0) at += sizeof ID - 1;
    plx_slice id = take_string(op, &at);
    *key = plx_hash64(id.at ? id.at : "", id.n, ~topic_hash); /* ~: members are not fields */
    return id.at != NULL;
}

/* Number of operations, written to ops when it is given; 0 when the text is no list of them. */
static uint32_t index_ops(const serve_ring *ring, plx_slice text, serve_op *ops)
{
    uint32_t n = 0;
    for (size_t at = 0; at < text.n;) {
        if (n > 0 && !take_comma(text, &at)) return 0;
        size_t end = at < text.n && text.at[at] == '[' ? array_end(text, at) : 0;
        if (end == 0) return 0;
        if (ops) {
            serve_op *op = &ops[n];
            *op = (serve_op){.offset = (uint32_t)at, .length = (uint32_t)(end - at)};
            plx_slice whole = {text.at + at, end - at};
            if (!op_key(ring, whole, &op->key, &op->topic)) return 0;
        }
        at = end;
        n++;
    }
    return n;
}

/* Ring. */

static serve_batch *batch_at(const serve_ring *ring, uint64_t number)
{
    return &ring->batches[number % PLX_SERVE_RING_BATCHES_MAX];
}

static serve_op *batch_ops(const serve_ring *ring, const serve_batch *batch)
{
    return (serve_op *)(void *)(ring->bytes + batch->at % PLX_SERVE_RING_BYTES_MAX);
}

static const char *batch_text(const serve_ring *ring, const serve_batch *batch)
{
    return (const char *)(batch_ops(ring, batch) + batch->ops_n);
}

static void drop_oldest(serve_ring *ring)
{
    ring->base_j = batch_at(ring, ring->first)->j;
    ring->first++;
}

/* Running position of n contiguous bytes; old batches are dropped until they are free. */
static uint64_t make_room(serve_ring *ring, uint64_t n)
{
    const uint64_t capacity = PLX_SERVE_RING_BYTES_MAX;
    uint64_t at = (ring->head + 15) / 16 * 16;
    if (at % capacity + n > capacity) at = (at / capacity + 1) * capacity;
    while (ring->first < ring->next && (at + n > batch_at(ring, ring->first)->at + capacity ||
                                        ring->next - ring->first == PLX_SERVE_RING_BATCHES_MAX))
        drop_oldest(ring);
    return at;
}

static plx_status topic_index(serve_ring *ring, plx_slice topic, uint32_t *index)
{
    if (topic.n == 0 || topic.n >= SERVE_TOPIC_MAX) return PLX_SYNTAX;
    uint32_t i = 0;
    while (i < ring->topics_n && !plx_slice_is(topic, ring->topics[i]))
        i++;
    if (i == SERVE_TOPICS_MAX) return PLX_FULL;
    if (i == ring->topics_n) {
        memcpy(ring->topics[i], topic.at, topic.n);
        ring->topics[i][topic.n] = '\0';
        if (topic.at[topic.n - 1] == ':') ring->families |= UINT64_C(1) << i;
        ring->topics_n++;
    }
    *index = i;
    return PLX_OK;
}

plx_status serve_ring_add(serve_ring *ring, uint64_t j, plx_slice topic, plx_slice ops,
                          int64_t now_us)
{
    uint32_t index = 0;
    PLX_TRY(topic_index(ring, topic, &index));
    if (ring->known && j < ring->j) return PLX_LIMIT;
    if (!ring->known) ring->base_j = j; /* what lies before the first word is not in the ring */
    ring->known = true;
    if (ops.n == 0) {
        ring->j = j;
        return PLX_OK;
    }
    if (ops.n > PLX_SERVE_RING_BYTES_MAX / 2) return PLX_LIMIT;
    uint32_t ops_n = index_ops(ring, ops, NULL);
    if (ops_n == 0) return PLX_SYNTAX;
    uint64_t index_bytes = (uint64_t)ops_n * sizeof(serve_op);
    if (index_bytes + ops.n > PLX_SERVE_RING_BYTES_MAX / 2) return PLX_LIMIT;
    serve_batch batch = {.j = j,
                         .added_us = now_us,
                         .at = make_room(ring, index_bytes + ops.n),
                         .bytes_before = ring->text_bytes,
                         .text_n = (uint32_t)ops.n,
                         .ops_n = ops_n,
                         .topic = index};
    if (index_ops(ring, ops, batch_ops(ring, &batch)) == 0) return PLX_SYNTAX;
    memcpy(batch_ops(ring, &batch) + ops_n, ops.at, ops.n);
    *batch_at(ring, ring->next++) = batch;
    ring->head = batch.at + index_bytes + ops.n;
    ring->text_bytes += ops.n;
    ring->j = j;
    return PLX_OK;
}

void serve_ring_clear(serve_ring *ring, uint64_t j)
{
    if (ring->known && j < ring->j) j = ring->j;
    ring->next++; /* every viewer's place is now before the ring */
    ring->first = ring->next;
    ring->j = ring->base_j = j;
    ring->known = true;
}

void serve_ring_expire(serve_ring *ring, int64_t now_us)
{
    while (ring->first < ring->next &&
           now_us - batch_at(ring, ring->first)->added_us > PLX_SERVE_RING_SECONDS * 1000000LL)
        drop_oldest(ring);
}

void serve_ring_want(const serve_ring *ring, const char *topic, serve_wish *wish)
{
    const char *colon = strchr(topic, ':');
    size_t family_n = colon ? (size_t)(colon - topic) + 1 : 0;
    for (uint32_t i = 0; i < ring->topics_n; i++) {
        if (strcmp(ring->topics[i], topic) == 0) wish->topics |= UINT64_C(1) << i;
        bool member = ring->families >> i & 1 && family_n == strlen(ring->topics[i]) &&
                      memcmp(ring->topics[i], topic, family_n) == 0;
        if (!member || wish->members_n == SERVE_SUBS_MAX) continue;
        wish->topics |= UINT64_C(1) << i;
        wish->members[wish->members_n++] = plx_hash64(topic, strlen(topic), ring->seed);
    }
}

static bool wants_batch(const serve_batch *batch, const serve_wish *wish)
{
    return wish->topics >> batch->topic & 1;
}

static bool wants_op(const serve_ring *ring, const serve_batch *batch, const serve_op *op,
                     const serve_wish *wish)
{
    if (!(ring->families >> batch->topic & 1)) return true;
    for (uint32_t i = 0; i < wish->members_n; i++)
        if (wish->members[i] == op->topic) return true;
    return false;
}

bool serve_ring_covers(const serve_ring *ring, uint64_t j)
{
    /* >= base_j would let a viewer through that has one topic of base_j and lacks another's */
    bool nothing_lost = ring->base_j == ring->j && ring->first == ring->next;
    return ring->known && j <= ring->j && (j > ring->base_j || (nothing_lost && j == ring->j));
}

uint64_t serve_ring_find(const serve_ring *ring, uint64_t j)
{
    uint64_t low = ring->first, high = ring->next;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (batch_at(ring, middle)->j < j)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint64_t serve_ring_behind(const serve_ring *ring, uint64_t from)
{
    if (from >= ring->next) return 0;
    if (from < ring->first) return UINT64_MAX;
    return ring->text_bytes - batch_at(ring, from)->bytes_before;
}

bool serve_ring_has(const serve_ring *ring, uint64_t from, const serve_wish *wish)
{
    for (uint64_t b = from; b < ring->next; b++) {
        const serve_batch *batch = batch_at(ring, b);
        const serve_op *ops = batch_ops(ring, batch);
        for (uint32_t i = 0; wants_batch(batch, wish) && i < batch->ops_n; i++)
            if (wants_op(ring, batch, &ops[i], wish)) return true;
    }
    return false;
}

/* Merge. */

/* True when key was not there before. 0 marks a free slot. */
static bool table_add(uint64_t *table, uint64_t mask, uint64_t key)
{
    if (key == 0) key = 1;
    uint64_t slot = key & mask;
    for (; table[slot]; slot = (slot + 1) & mask)
        if (table[slot] == key) return false;
    table[slot] = key;
    return true;
}

/* Slots for n keys at half load. */
static uint64_t table_size(uint64_t n)
{
    uint64_t size = 64;
    while (size < 2 * n && size < SERVE_MERGE_TABLE)
        size *= 2;
    return size;
}

static plx_status merge_batch(serve_ring *ring, const serve_batch *batch, const serve_wish *wish,
                              uint64_t mask, uint32_t *kept_n)
{
    const serve_op *ops = batch_ops(ring, batch);
    const char *text = batch_text(ring, batch);
    for (uint32_t i = batch->ops_n; i > 0; i--) {
        const serve_op *op = &ops[i - 1];
        if (!wants_op(ring, batch, op, wish)) continue;
        if (!table_add(ring->table, mask, op->key)) continue;
        if (*kept_n == SERVE_MERGE_OPS_MAX) return PLX_SPACE;
        ring->kept[(*kept_n)++] = (plx_slice){text + op->offset, op->length};
    }
    return PLX_OK;
}

plx_status serve_ring_merge(serve_ring *ring, uint64_t from, const serve_wish *wish, plx_out *out)
{
    if (from < ring->first) return PLX_UNKNOWN;
    uint64_t ops_n = 0;
    for (uint64_t b = from; b < ring->next; b++)
        if (wants_batch(batch_at(ring, b), wish)) ops_n += batch_at(ring, b)->ops_n;
    uint64_t size = table_size(ops_n);
    memset(ring->table, 0, size * sizeof ring->table[0]);
    uint32_t kept_n = 0;
    for (uint64_t b = ring->next; b > from; b--) {
        const serve_batch *batch = batch_at(ring, b - 1);
        if (wants_batch(batch, wish)) PLX_TRY(merge_batch(ring, batch, wish, size - 1, &kept_n));
    }
    for (uint32_t i = kept_n; i > 0 && !out->full; i--) {
        plx_out_slice_add(out, ring->kept[i - 1]);
        if (i > 1) plx_out_char(out, ',');
    }
    return out->full ? PLX_SPACE : PLX_OK;
}
