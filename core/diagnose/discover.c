/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/diagnose/discover.h"

#include "core/base/decimal.h"

#define QUESTION_S 5

plx_status plx_discovery_take(plx_discovery *d, plx_arena *arena)
{
    *d = (plx_discovery){.arena = arena};
    d->findings = plx_arena_take(arena, PLX_FINDINGS_MAX, sizeof *d->findings);
    d->items = plx_arena_take(arena, PLX_ITEMS_MAX, sizeof *d->items);
    d->diagnoses = plx_arena_take(arena, PLX_DIAGNOSES_MAX, sizeof *d->diagnoses);
    return d->findings && d->items && d->diagnoses ? PLX_OK : PLX_FULL;
}

/* Decoded, cut to a name. */
static plx_slice name_of(const plx_json *json, uint32_t token, char *memory)
{
    plx_out out = plx_out_init(memory, PLX_NAME_MAX);
    if (json->tokens[token].type == PLX_JSON_STRING)
        plx_json_string(json, token, &out);
    else
        plx_out_slice_add(&out, plx_json_text(json, token));
    return plx_out_slice(&out);
}

static plx_status keep(plx_discovery *d, plx_slice name, plx_slice *kept)
{
    char *memory = plx_arena_take(d->arena, name.n + 1, 1);
    if (!memory) return PLX_FULL;
    memcpy(memory, name.at, name.n);
    *kept = (plx_slice){memory, name.n};
    return PLX_OK;
}

static plx_status add_diagnosis(plx_discovery *d, plx_slice name)
{
    for (uint32_t i = 0; i < d->diagnoses_n; i++)
        if (plx_slice_equal(d->diagnoses[i], name)) return PLX_OK;
    if (d->diagnoses_n == PLX_DIAGNOSES_MAX) return PLX_LIMIT;
    return keep(d, name, &d->diagnoses[d->diagnoses_n++]);
}

static plx_status find_finding(plx_discovery *d, plx_slice name, uint32_t *finding)
{
    for (*finding = 0; *finding < d->findings_n; ++*finding)
        if (plx_slice_equal(d->findings[*finding].id, name)) return PLX_OK;
    if (d->findings_n == PLX_FINDINGS_MAX) return PLX_LIMIT;
    return keep(d, name, &d->findings[d->findings_n++].id);
}

static plx_status add_item(plx_discovery *d, uint32_t finding, const plx_json *json, uint32_t token)
{
    char memory[PLX_NAME_MAX];
    const plx_slice name = name_of(json, token, memory);
    for (uint32_t i = 0; i < d->items_n; i++)
        if (d->items[i].finding == finding && plx_slice_equal(d->items[i].id, name)) return PLX_OK;
    if (d->items_n == PLX_ITEMS_MAX || d->findings[finding].items_n == PLX_FINDING_ITEMS_MAX)
        return PLX_LIMIT;
    plx_discovered_item *item = &d->items[d->items_n++];
    plx_decimal number;
    item->finding = finding;
    if (plx_decimal_parse(name, &number) == PLX_OK) item->value = number.value;
    d->findings[finding].items_n++;
    return keep(d, name, &item->id);
}

static plx_status add_value(plx_discovery *d, uint32_t finding, const plx_json *json,
                            uint32_t token)
{
    plx_discovered_finding *f = &d->findings[finding];
    const plx_json_token *tokens = json->tokens;
    switch (tokens[token].type) {
    case PLX_JSON_TRUE:
    case PLX_JSON_FALSE:
        f->yes_no = true;
        return PLX_OK;
    case PLX_JSON_NUMBER:
        f->number = true;
        return add_item(d, finding, json, token);
    case PLX_JSON_STRING:
        f->text = true;
        return add_item(d, finding, json, token);
    case PLX_JSON_ARRAY:
        f->list = true;
        for (uint32_t v = token + 1; v < tokens[token].next; v = tokens[v].next)
            if (tokens[v].type == PLX_JSON_STRING || tokens[v].type == PLX_JSON_NUMBER)
                PLX_TRY(add_item(d, finding, json, v));
        return PLX_OK;
    case PLX_JSON_OBJECT:
    case PLX_JSON_NULL:
        break;
    }
    return PLX_OK;
}

plx_status plx_discovery_add(plx_discovery *d, const plx_json *json)
{
    char memory[PLX_NAME_MAX];
    const uint32_t diagnosis = plx_json_get(json, 0, "diagnosis"),
                   findings = plx_json_get(json, 0, "findings");
    if (diagnosis != UINT32_MAX && json->tokens[diagnosis].type == PLX_JSON_STRING)
        PLX_TRY(add_diagnosis(d, name_of(json, diagnosis, memory)));
    if (findings == UINT32_MAX || json->tokens[findings].type != PLX_JSON_OBJECT) return PLX_OK;
    for (uint32_t key = findings + 1; key < json->tokens[findings].next;
         key = json->tokens[key + 1].next) {
        uint32_t finding, value = key + 1;
        if (json->tokens[value].type == PLX_JSON_OBJECT) value = plx_json_get(json, value, "v");
        PLX_TRY(find_finding(d, name_of(json, key, memory), &finding));
        if (value != UINT32_MAX) PLX_TRY(add_value(d, finding, json, value));
    }
    return PLX_OK;
}

static plx_finding_kind kind_of(const plx_discovered_finding *f)
{
    if (f->items_n == 0) return PLX_FINDING_YES_NO;
    return f->list ? PLX_FINDING_MANY_OF : f->text ? PLX_FINDING_ONE_OF : PLX_FINDING_NUMBER;
}

/* Items of one finding in its place; those of a number by rising value. */
static void make_items(const plx_discovery *d, uint32_t finding, plx_knowledge *k)
{
    const plx_finding *f = &k->findings[finding];
    uint32_t n = 0;
    k->items[f->first].base = 0.5;
    for (uint32_t i = 0; i < d->items_n && f->kind != PLX_FINDING_YES_NO; i++) {
        if (d->items[i].finding != finding) continue;
        uint32_t at = f->first + n++;
        for (; f->kind == PLX_FINDING_NUMBER && at > f->first &&
               k->items[at - 1].value > d->items[i].value;
             at--)
            k->items[at] = k->items[at - 1];
        k->items[at] = (plx_item){.id = d->items[i].id, .value = d->items[i].value, .base = 0.5};
    }
}

plx_status plx_discovery_make(const plx_discovery *d, plx_arena *arena, plx_knowledge *k, char *why,
                              size_t why_n)
{
    if (d->diagnoses_n == 0 || d->findings_n == 0)
        return plx_refuse(why, why_n, PLX_MISSING, "no case has a diagnosis and findings");
    *k = (plx_knowledge){.diagnoses_n = d->diagnoses_n,
                         .findings_n = d->findings_n,
                         .groups_n = d->findings_n,
                         .priors_n = d->diagnoses_n,
                         .sources_n = 2,
                         .presentations_n = 1};
    for (uint32_t f = 0; f < d->findings_n; f++)
        k->items_n += d->findings[f].items_n ? d->findings[f].items_n : 1;
    const plx_status status = plx_knowledge_take(k, arena);
    if (status != PLX_OK) return plx_refuse(why, why_n, status, "too many names, or no memory");
    uint32_t first = 0;
    for (uint32_t f = 0; f < d->findings_n; f++) {
        k->findings[f] = (plx_finding){.id = d->findings[f].id,
                                       .text = d->findings[f].id,
                                       .kind = kind_of(&d->findings[f]),
                                       .first = first,
                                       .items_n = d->findings[f].items_n,
                                       .normal = PLX_NO_INDEX,
                                       .parent = PLX_NO_INDEX,
                                       .group = f,
                                       .cost_s = QUESTION_S,
                                       .reliability = 1};
        if (k->findings[f].items_n == 0) k->findings[f].items_n = 1;
        make_items(d, f, k);
        first += k->findings[f].items_n;
    }
    for (uint32_t i = 0; i < d->diagnoses_n; i++)
        k->diagnoses[i] = (plx_diagnosis){
            .id = d->diagnoses[i], .name = d->diagnoses[i], .miss_cost = 1, .test_threshold = 0.01};
    k->closed_default = true;
    k->sources[1] = (plx_source){PLX_LIT("learnt"), PLX_LIT("counted in cases"), PLX_LIT("data")};
    k->presentations[0] = (plx_presentation){PLX_LIT("any"), PLX_LIT("any complaint"), 0, 130};
    return PLX_OK;
}
