/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/twin/private.h"

static bool text_agrees(const plx_twin *t, twin_text held, plx_slice said)
{
    return plx_slice_equal(twin_text_get(t, held), said);
}

uint32_t plx_twin_node_find(const plx_twin *t, uint8_t kind, const plx_identifier *id)
{
    twin_text value;
    if (id->value.text.n == 0 || !plx_twin_text_find(t, id->value.text, &value)) return 0;
    uint64_t hash = plx_twin_key_hash(TWIN_MAP_NODE, (uint32_t[4]){kind, value, 0, 0});
    uint32_t at = PLX_MAP_START, found, exact = 0, loose = 0, loose_n = 0;
    while ((found = plx_twin_index_find(t, TWIN_MAP_NODE, hash, &at)) != 0) {
        const twin_node *n = twin_node_at(t, found);
        if (n->kind != kind || n->value != value) continue;
        bool authority = text_agrees(t, n->authority, id->authority);
        bool type = text_agrees(t, n->type, id->type) || kind != TWIN_PERSON_ID;
        if (authority && type) exact = found;
        bool no_authority = kind != TWIN_PERSON_ID && (!n->authority || !id->authority.n);
        bool no_type = !n->type || !id->type.n;
        if ((authority || no_authority) && (type || no_type)) {
            loose = found;
            loose_n++;
        }
    }
    if (exact) return exact;
    return loose_n == 1 ? loose : 0;
}

uint32_t plx_twin_node_get(plx_twin *t, uint8_t kind, const plx_identifier *id, uint32_t group)
{
    uint32_t index = plx_twin_node_find(t, kind, id);
    if (index) { /* what is said more fully now is kept */
        twin_node *n = twin_node_at(t, index);
        if (!n->type) plx_twin_text_set(t, &n->type, id->type);
        if (!n->authority) plx_twin_text_set(t, &n->authority, id->authority);
        return index;
    }
    index = plx_twin_record_take(t, TWIN_NODE);
    twin_node *n = twin_node_at(t, index);
    n->kind = kind;
    n->number = t->world.next_node++;
    n->value = plx_twin_text_hold(t, id->value.text);
    n->authority = plx_twin_text_hold(t, id->authority);
    n->type = plx_twin_text_hold(t, id->type);
    if (!group) {
        group = plx_twin_record_take(t, TWIN_GROUP);
        twin_group_at(t, group)->kind = kind;
    }
    twin_group *g = twin_group_at(t, group);
    n->group = group;
    n->next = g->members;
    g->members = index;
    g->members_n++;
    plx_twin_index_put(t, TWIN_MAP_NODE, plx_twin_index_hash_of(t, TWIN_MAP_NODE, index), index);
    return index;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Everything of group "from" goes to group "to"; the caller chose the smaller one as from. */
static void group_pour(plx_twin *t, uint32_t from, uint32_t to)
{
    twin_group *f = twin_group_at(t, from), *g = twin_group_at(t, to);
    for (uint32_t node = f->members; node;) {
        twin_node *n = twin_node_at(t, node);
        uint32_t next = n->next;
        n->group = to;
        n->next = g->members;
        g->members = node;
        node = next;
    }
    for (uint32_t edge = f->edges; edge;) {
        twin_edge *e = twin_edge_at(t, edge);
        uint32_t next = e->next;
        e->next = g->edges;
        g->edges = edge;
        edge = next;
    }
    g->members_n += f->members_n;
    g->edges_n += f->edges_n;
    g->encounters_n += f->encounters_n;
    g->loose_n += f->loose_n;
    g->merged_us = later(g->merged_us, f->merged_us);
    g->deleted_us = later(g->deleted_us, f->deleted_us);
    g->kept |= f->kept;
    plx_twin_record_free(t, TWIN_GROUP, from);
}

/* Which identifier survives. */

/* The rule, for merges in order of time: "from" ends and "to" stays. A merge into an identifier
 * that had ended itself leads on to what survived it; one that reverses an earlier one makes its
 * target the survivor. */
static uint32_t survivor_step(bool joined, uint32_t survivor_of_to, uint32_t from, uint32_t to)
{
    if (joined) return survivor_of_to ? survivor_of_to : to;
    return survivor_of_to == 0 || survivor_of_to == from ? to : survivor_of_to;
}

typedef struct set { /* of a node during a fold */
    uint32_t node, parent, survivor;
} set;

static uint32_t set_of(set *sets, uint32_t *n, uint32_t node)
{
    for (uint32_t i = 0; i < *n; i++)
        if (sets[i].node == node) return i;
    sets[*n] = (set){node, *n, 0};
    return (*n)++;
}

static uint32_t root_of(const set *sets, uint32_t i)
{
    while (sets[i].parent != i)
        i = sets[i].parent;
    return i;
}

static bool edge_before(const plx_twin *t, uint32_t a, uint32_t b)
{
    const twin_edge *x = twin_edge_at(t, a), *y = twin_edge_at(t, b);
    if (x->happened_us != y->happened_us) return x->happened_us < y->happened_us;
    int order = plx_twin_source_compare(t, x->source, y->source);
    return order ? order < 0 : a < b;
}

/* All merges of a group in order of time, from the start. */
static uint32_t survivor_fold(const plx_twin *t, const twin_group *g)
{
    uint32_t edges[TWIN_EDGES_FOLD_MAX], n = 0, sets_n = 0, last = 0;
    set sets[2 * TWIN_EDGES_FOLD_MAX];
    for (uint32_t edge = g->edges; edge; edge = twin_edge_at(t, edge)->next) {
        uint32_t at = n++;
        for (; at > 0 && edge_before(t, edge, edges[at - 1]); at--)
            edges[at] = edges[at - 1];
        edges[at] = edge;
    }
    for (uint32_t i = 0; i < n; i++) {
        const twin_edge *e = twin_edge_at(t, edges[i]);
        uint32_t from = root_of(sets, set_of(sets, &sets_n, e->from));
        uint32_t to = root_of(sets, set_of(sets, &sets_n, e->to));
        sets[to].survivor = survivor_step(from != to, sets[to].survivor, e->from, e->to);
        sets[from].parent = to;
        last = to;
    }
    return sets[last].survivor;
}

uint32_t plx_twin_node_merge(twin_context *c, uint32_t from, uint32_t to, int64_t happened_us)
{
    plx_twin *t = c->t;
    if (from == to) return twin_group_of(t, to);
    uint32_t one = twin_group_of(t, from), other = twin_group_of(t, to), whole = other;
    const twin_group *f = twin_group_at(t, one), *g = twin_group_at(t, other);
    uint32_t survivor = survivor_step(one != other, g->survivor, from, to);
    int64_t latest_us = later(f->merged_us, g->merged_us);
    uint32_t encounter = g->encounter ? g->encounter : f->encounter;
    if (one != other) {
        bool smaller = f->members_n + f->edges_n <= g->members_n + g->edges_n;
        whole = smaller ? other : one;
        group_pour(t, smaller ? one : other, whole);
    }
    twin_group *w = twin_group_at(t, whole);
    uint32_t index = plx_twin_record_take(t, TWIN_EDGE);
    *twin_edge_at(t, index) = (twin_edge){.live = TWIN_LIVE,
                                          .next = w->edges,
                                          .from = from,
                                          .to = to,
                                          .happened_us = happened_us,
                                          .source = plx_twin_source_hold(c)};
    w->edges = index;
    w->edges_n++;
    w->encounter = encounter;
    w->merged_us = later(latest_us, happened_us);
    bool in_order = happened_us > latest_us || w->edges_n > TWIN_EDGES_FOLD_MAX;
    w->survivor = in_order ? survivor : survivor_fold(t, w);
    return whole;
}

/* Moves and names. */

static void member_remove(plx_twin *t, uint32_t group, uint32_t node)
{
    twin_group *g = twin_group_at(t, group);
    uint32_t *link = &g->members;
    while (*link != node)
        link = &twin_node_at(t, *link)->next;
    *link = twin_node_at(t, node)->next;
    g->members_n--;
    if (g->survivor == node) g->survivor = 0;
}

static void counts_move(plx_twin *t, const twin_node *n, twin_group *from, twin_group *to)
{
    for (uint32_t e = n->encounters; e; e = twin_encounter_at(t, e)->owner_next) {
        uint32_t loose = twin_encounter_at(t, e)->loose;
        from->encounters_n--;
        to->encounters_n++;
        from->loose_n -= loose;
        to->loose_n += loose;
    }
}

static void edges_drop(plx_twin *t, twin_group *g)
{
    for (uint32_t edge = g->edges; edge;) {
        uint32_t next = twin_edge_at(t, edge)->next;
        plx_twin_record_free(t, TWIN_EDGE, edge);
        edge = next;
    }
}

void plx_twin_node_move(twin_context *c, uint32_t node, uint32_t group, int64_t happened_us)
{
    plx_twin *t = c->t;
    twin_node *n = twin_node_at(t, node);
    if (n->moved_us != PLX_TIME_NONE && happened_us < n->moved_us) return;
    n->moved_us = happened_us;
    uint32_t old = n->group;
    if (old == group) return;
    twin_group *from = twin_group_at(t, old), *to = twin_group_at(t, group);
    member_remove(t, old, node);
    counts_move(t, n, from, to);
    n->group = group;
    n->next = to->members;
    to->members = node;
    to->members_n++;
    if (from->members_n > 0) return;
    if (!to->encounter) to->encounter = from->encounter;
    edges_drop(t, from);
    plx_twin_record_free(t, TWIN_GROUP, old);
}

uint32_t plx_twin_group_name(const plx_twin *t, uint32_t group)
{
    const twin_group *g = twin_group_at(t, group);
    if (g->survivor) return g->survivor;
    uint32_t best = g->members;
    for (uint32_t node = g->members; node; node = twin_node_at(t, node)->next) {
        const twin_node *n = twin_node_at(t, node), *b = twin_node_at(t, best);
        bool same = n->named_us == b->named_us;
        if (n->named_us > b->named_us ||
            (same && plx_slice_compare(twin_text_get(t, n->value), twin_text_get(t, b->value)) < 0))
            best = node;
    }
    return best;
}
