/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/twin/private.h"

/* MR names a person in this hospital; other types may be shared, mistyped or placeholders. */
static uint32_t main_id(const plx_person_facts *facts)
{
    for (uint32_t i = 0; i < facts->ids_n; i++)
        if (plx_slice_is(facts->ids[i].type, "MR")) return i;
    return 0;
}

/* A word replaces another when it weighs more: that of the system that keeps the persons, then the
 * later one. */
static bool weighs_more(const plx_twin *t, uint32_t source, uint32_t than)
{
    if (than == 0) return true;
    const twin_source *a = twin_source_at(t, source), *b = twin_source_at(t, than);
    if (a->adt != b->adt) return a->adt > b->adt;
    if (a->recorded_us != b->recorded_us) return a->recorded_us > b->recorded_us;
    return plx_twin_source_compare(t, source, than) >= 0;
}

static bool fact_is_news(twin_context *c, twin_facts *f, twin_fact fact, plx_presence presence)
{
    if (presence != PLX_VALUE && presence != PLX_NULL) return false;
    uint32_t source = plx_twin_source_hold(c);
    bool news = weighs_more(c->t, source, f->source[fact]);
    if (news) {
        plx_twin_source_set(c, &f->source[fact]);
        f->presence[fact] = (uint8_t)presence;
    }
    plx_twin_source_release(c->t, source);
    return news;
}

static void text_fact(twin_context *c, twin_facts *f, twin_fact fact, twin_text *field,
                      const plx_text *said)
{
    if (fact_is_news(c, f, fact, said->presence)) plx_twin_text_set(c->t, field, said->text);
}

static void facts_take(twin_context *c, uint32_t node, const plx_person_facts *said)
{
    plx_twin *t = c->t;
    twin_node *n = twin_node_at(t, node);
    if (!n->facts) n->facts = plx_twin_record_take(t, TWIN_FACTS);
    twin_facts *f = twin_facts_at(t, n->facts);
    text_fact(c, f, TWIN_FACT_FAMILY, &f->family, &said->family);
    text_fact(c, f, TWIN_FACT_GIVEN, &f->given, &said->given);
    text_fact(c, f, TWIN_FACT_SEX, &f->sex, &said->sex);
    text_fact(c, f, TWIN_FACT_DEATH, &f->death, &said->death_indicator);
    if (fact_is_news(c, f, TWIN_FACT_BIRTH, said->birth.presence)) {
        bool value = said->birth.presence == PLX_VALUE;
        f->birth_us = value ? said->birth.time_us : PLX_TIME_NONE;
        f->birth_precision = value ? said->birth.precision : 0;
    }
}

uint32_t plx_twin_person_take(twin_context *c, const plx_person_facts *facts)
{
    plx_twin *t = c->t;
    if (facts->ids_n == 0) return 0;
    uint32_t first = main_id(facts);
    uint32_t node = plx_twin_node_get(t, TWIN_PERSON_ID, &facts->ids[first], 0);
    uint32_t group = twin_group_of(t, node);
    for (uint32_t i = 0; i < facts->ids_n; i++) {
        if (i == first || facts->ids[i].value.text.n == 0) continue;
        plx_twin_node_get(t, TWIN_PERSON_ID, &facts->ids[i], group);
    }
    facts_take(c, node, facts);
    uint32_t source = plx_twin_source_hold(c);
    const twin_source *s = twin_source_at(t, source);
    twin_node *n = twin_node_at(t, node);
    if (s->adt && s->recorded_us > n->named_us) n->named_us = s->recorded_us;
    plx_twin_source_release(t, source);
    return node;
}

/* The survivor's own word, and what came under an old identifier after the last merge (late
 * messages follow), go before what was known of the one that was merged away. */
uint32_t plx_twin_person_fact(const plx_twin *t, uint32_t group, twin_fact fact)
{
    const twin_group *g = twin_group_at(t, group);
    uint32_t best = 0, fallback = 0;
    for (uint32_t node = g->members; node; node = twin_node_at(t, node)->next) {
        uint32_t index = twin_node_at(t, node)->facts;
        if (!index) continue;
        uint32_t source = twin_facts_at(t, index)->source[fact];
        if (!source) continue;
        bool valid = !g->survivor || node == g->survivor ||
                     twin_source_at(t, source)->recorded_us > g->merged_us;
        uint32_t *slot = valid ? &best : &fallback;
        if (!*slot || weighs_more(t, source, twin_facts_at(t, *slot)->source[fact])) *slot = index;
    }
    return best ? best : fallback;
}

void plx_twin_person_link(twin_context *c, uint32_t one, uint32_t other, bool linked, int64_t at_us)
{
    plx_twin *t = c->t;
    uint32_t a = one < other ? one : other, b = one < other ? other : one;
    uint64_t hash = plx_twin_key_hash(TWIN_MAP_LINK, (uint32_t[4]){a, b, 0, 0});
    uint32_t at = PLX_MAP_START, index;
    while ((index = plx_twin_index_find(t, TWIN_MAP_LINK, hash, &at)) != 0)
        if (twin_link_at(t, index)->one == a && twin_link_at(t, index)->other == b) break;
    bool first = index == 0;
    if (first) {
        index = plx_twin_record_take(t, TWIN_LINK);
        twin_link_at(t, index)->one = a;
        twin_link_at(t, index)->other = b;
        plx_twin_index_put(t, TWIN_MAP_LINK, hash, index);
        twin_group_at(t, twin_group_of(t, a))->kept = 1;
        twin_group_at(t, twin_group_of(t, b))->kept = 1;
    }
    twin_link *l = twin_link_at(t, index);
    if (!first && at_us < l->happened_us) return;
    l->linked = linked;
    l->happened_us = at_us;
    plx_twin_source_set(c, &l->source);
}

int32_t plx_twin_person_age_years(const plx_twin *t, uint32_t group, int64_t at_us)
{
    uint32_t index = group ? plx_twin_person_fact(t, group, TWIN_FACT_BIRTH) : 0;
    if (!index || twin_facts_at(t, index)->birth_us == PLX_TIME_NONE) return -1;
    const twin_facts *f = twin_facts_at(t, index);
    plx_civil birth = plx_time_to_civil(f->birth_us), now = plx_time_to_civil(at_us);
    bool before_birthday =
        now.month < birth.month || (now.month == birth.month && now.day < birth.day);
    int32_t years = now.year - birth.year - before_birthday;
    return years < 0 || years > 150 ? -1 : years;
}
