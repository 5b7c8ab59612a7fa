/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/decimal.h"
#include "core/diagnose/learnt.h"

typedef struct reader {
    const plx_json *json;
    plx_arena *arena;
    plx_knowledge *k;
    char *why;
    size_t why_n;
} reader;

static plx_status bad(reader *r, const char *sentence)
{
    return plx_refuse(r->why, r->why_n, PLX_SYNTAX, sentence);
}

static bool is(const reader *r, uint32_t token, plx_json_type type)
{
    return token != PLX_NO_INDEX && r->json->tokens[token].type == type;
}

static double number_of(const reader *r, uint32_t token, double otherwise)
{
    plx_decimal d;
    if (!is(r, token, PLX_JSON_NUMBER) ||
        plx_decimal_parse(plx_json_text(r->json, token), &d) != PLX_OK)
        return otherwise;
    return d.value;
}

static double number_at(const reader *r, uint32_t object, const char *key, double otherwise)
{
    return number_of(r, plx_json_get(r->json, object, key), otherwise);
}

static bool true_at(const reader *r, uint32_t object, const char *key)
{
    return is(r, plx_json_get(r->json, object, key), PLX_JSON_TRUE);
}

/* Absent: empty. */
static plx_status text_at(reader *r, uint32_t object, const char *key, plx_slice *text)
{
    const uint32_t token = plx_json_get(r->json, object, key);
    *text = (plx_slice){NULL, 0};
    if (!is(r, token, PLX_JSON_STRING)) return PLX_OK;
    const size_t n = plx_json_text(r->json, token).n;
    char *memory = plx_arena_take(r->arena, n + 1, 1);
    if (!memory) return plx_refuse(r->why, r->why_n, PLX_FULL, "not enough memory to read it");
    plx_out out = plx_out_init(memory, n + 1);
    plx_json_string(r->json, token, &out);
    *text = plx_out_slice(&out);
    return PLX_OK;
}

static uint32_t list_at(const reader *r, uint32_t object, const char *key, uint32_t *n)
{
    const uint32_t token = plx_json_get(r->json, object, key);
    *n = is(r, token, PLX_JSON_ARRAY) ? r->json->tokens[token].children : 0;
    return token;
}

static plx_status count_records(reader *r)
{
    plx_knowledge *k = r->k;
    *k = (plx_knowledge){.presentations_n = 1, .sources_n = 2};
    const uint32_t findings = list_at(r, 0, "findings", &k->findings_n);
    list_at(r, 0, "diagnoses", &k->diagnoses_n);
    if (k->findings_n == 0 || k->diagnoses_n == 0)
        return bad(r, "it has no findings or no diagnoses");
    for (uint32_t i = 0, f = findings + 1; i < k->findings_n; i++, f = r->json->tokens[f].next) {
        uint32_t items_n;
        list_at(r, f, "items", &items_n);
        if (items_n == 0 || items_n > PLX_FINDING_ITEMS_MAX)
            return bad(r, "a finding has no items or more than 256");
        k->items_n += items_n;
        if (k->items_n > PLX_ITEMS_MAX) return bad(r, "there are too many items");
    }
    k->groups_n = k->findings_n;
    k->priors_n = k->diagnoses_n;
    return PLX_OK;
}

static plx_status read_items(reader *r, uint32_t finding, const plx_finding *f)
{
    const plx_knowledge *k = r->k;
    uint32_t n;
    uint32_t token = list_at(r, finding, "items", &n) + 1;
    for (uint32_t i = f->first; i < f->first + n; i++, token = r->json->tokens[token].next) {
        plx_item *item = &k->items[i];
        uint32_t p_n;
        const uint32_t p = list_at(r, token, "p", &p_n);
        PLX_TRY(text_at(r, token, "id", &item->id));
        PLX_TRY(text_at(r, token, "text", &item->text));
        item->value = number_at(r, token, "value", 0);
        item->base = number_at(r, token, "base", -1);
        if (p_n != k->diagnoses_n) return bad(r, "\"p\" has a number for each diagnosis");
        for (uint32_t d = 0; d < p_n; d++) {
            const size_t cell = (size_t)i * k->diagnoses_n + d;
            k->p1[cell] = number_of(r, p + 1 + d, -1);
            k->p0[cell] = item->base;
            k->source[cell] = 1;
            k->verified[cell] = 1;
        }
    }
    return PLX_OK;
}

static plx_status read_finding(reader *r, uint32_t token, plx_finding *f)
{
    const uint32_t kind = plx_json_get(r->json, token, "kind");
    plx_slice normal;
    f->kind = PLX_FINDING_KIND_N;
    for (int i = 0; i < PLX_FINDING_KIND_N && kind != PLX_NO_INDEX; i++)
        if (plx_slice_is(plx_json_text(r->json, kind), plx_finding_kind_word((plx_finding_kind)i)))
            f->kind = (plx_finding_kind)i;
    list_at(r, token, "items", &f->items_n);
    PLX_TRY(text_at(r, token, "id", &f->id));
    PLX_TRY(text_at(r, token, "text", &f->text));
    PLX_TRY(text_at(r, token, "normal", &normal));
    if (f->id.n == 0) return bad(r, "a finding has no id");
    const double group = number_at(r, token, "group", 0);
    f->group = group >= 0 && group < r->k->groups_n ? (uint32_t)group : r->k->groups_n;
    f->cost_s = number_at(r, token, "cost_s", 5);
    f->reliability = 1;
    f->decisive = true_at(r, token, "decisive");
    f->is_antecedent = true_at(r, token, "antecedent");
    f->parent = f->normal = PLX_NO_INDEX;
    PLX_TRY(read_items(r, token, f));
    for (uint32_t i = f->first; i < f->first + f->items_n && normal.n > 0; i++)
        if (plx_slice_equal(r->k->items[i].id, normal)) f->normal = i;
    return PLX_OK;
}

static plx_status read_findings(reader *r)
{
    plx_knowledge *k = r->k;
    uint32_t n, first = 0;
    const uint32_t list = list_at(r, 0, "findings", &n);
    uint32_t token = list + 1;
    for (uint32_t i = 0; i < n; i++, token = r->json->tokens[token].next) {
        plx_finding *f = &k->findings[i];
        f->first = first;
        PLX_TRY(read_finding(r, token, f));
        first += f->items_n;
    }
    token = list + 1;
    for (uint32_t i = 0; i < n; i++, token = r->json->tokens[token].next) {
        plx_slice parent;
        PLX_TRY(text_at(r, token, "parent", &parent));
        if (parent.n > 0) k->findings[i].parent = plx_knowledge_finding(k, parent);
    }
    return PLX_OK;
}

static plx_status read_prior(reader *r, uint32_t token, uint32_t d)
{
    uint32_t ages_n, n[2];
    const uint32_t ages = list_at(r, 0, "ages", &ages_n);
    const uint32_t lists[2] = {list_at(r, token, "prior_f", &n[0]),
                               list_at(r, token, "prior_m", &n[1])};
    plx_prior *p = &r->k->priors[d];
    if (ages_n == 0 || ages_n > PLX_PRIOR_BANDS_MAX || n[0] != ages_n || n[1] != ages_n)
        return bad(r, "a diagnosis has a prior for each of \"ages\"");
    *p = (plx_prior){.diagnosis = d, .bands_n = ages_n, .source = 1, .verified = true};
    for (uint32_t b = 0; b < ages_n; b++) {
        p->from_years[b] = number_of(r, ages + 1 + b, -1);
        for (int sex = 0; sex < 2; sex++)
            p->p[sex][b] = number_of(r, lists[sex] + 1 + b, -1);
    }
    return PLX_OK;
}

static plx_status read_diagnoses(reader *r)
{
    uint32_t n;
    uint32_t token = list_at(r, 0, "diagnoses", &n) + 1;
    for (uint32_t i = 0; i < n; i++, token = r->json->tokens[token].next) {
        plx_diagnosis *d = &r->k->diagnoses[i];
        PLX_TRY(text_at(r, token, "id", &d->id));
        PLX_TRY(text_at(r, token, "name", &d->name));
        PLX_TRY(text_at(r, token, "icd10", &d->icd10));
        if (d->id.n == 0) return bad(r, "a diagnosis has no id");
        d->must_not_miss = true_at(r, token, "must_not_miss");
        d->miss_cost = number_at(r, token, "miss_cost", 1);
        d->cases = number_at(r, token, "cases", 0);
        d->test_threshold = 0.01;
        PLX_TRY(read_prior(r, token, i));
    }
    return PLX_OK;
}

static plx_status read_trees(reader *r, uint32_t token, size_t d, plx_lister *l)
{
    enum { SPLITS = PLX_LISTER_TREES * PLX_LISTER_SPLITS };
    enum { LEAVES = PLX_LISTER_TREES * PLX_LISTER_LEAVES };
    uint32_t splits_n, leaves_n;
    const uint32_t split = list_at(r, token, "split", &splits_n),
                   leaf = list_at(r, token, "leaf", &leaves_n);
    l->bias[d] = number_at(r, token, "bias", 0);
    if (splits_n != SPLITS || leaves_n != LEAVES)
        return bad(r, "the lister's trees have another size");
    for (uint32_t i = 0; i < SPLITS; i++) {
        const double feature = number_of(r, split + 1 + i, -1);
        if (feature >= l->features_n) return bad(r, "the lister looks at what is not there");
        l->split[d * SPLITS + i] = feature < 0 ? PLX_NO_INDEX : (uint32_t)feature;
    }
    for (uint32_t i = 0; i < LEAVES; i++)
        l->leaf[d * LEAVES + i] = number_of(r, leaf + 1 + i, 0);
    return PLX_OK;
}

static plx_status read_lister(reader *r, plx_lister *l)
{
    const uint32_t object = plx_json_get(r->json, 0, "lister");
    uint32_t n;
    *l = (plx_lister){0};
    if (!is(r, object, PLX_JSON_OBJECT)) return PLX_OK;
    uint32_t token = list_at(r, object, "diagnoses", &n) + 1;
    if (n != r->k->diagnoses_n) return bad(r, "the lister has trees for each diagnosis");
    if (plx_lister_take(r->k, r->arena, l) != PLX_OK)
        return plx_refuse(r->why, r->why_n, PLX_FULL, "not enough memory to read it");
    l->threshold = number_at(r, object, "threshold", l->threshold);
    for (uint32_t d = 0; d < n; d++, token = r->json->tokens[token].next)
        PLX_TRY(read_trees(r, token, d, l));
    return PLX_OK;
}

size_t plx_learnt_read_bytes(const plx_json *json)
{
    /* every number of the text is at most four of memory, every text its own length */
    return (size_t)json->n * 96 + json->text.n + (1u << 20);
}

plx_status plx_learnt_read(const plx_json *json, plx_arena *arena, plx_knowledge *k,
                           plx_lister *lister, char *why, size_t why_n)
{
    reader r = {json, arena, k, why, why_n};
    if (json->n == 0 || json->tokens[0].type != PLX_JSON_OBJECT)
        return bad(&r, "it is no JSON object");
    const double version = number_at(&r, 0, "pollux_knowledge", 0);
    if (!(version > 0)) return bad(&r, "it was not written by \"pollux diagnose learn\"");
    if (version > PLX_LEARNT_VERSION || version < PLX_LEARNT_VERSION)
        return plx_refuse(why, why_n, PLX_UNSUPPORTED,
                          "it is of another version; learn it again with this program");
    PLX_TRY(count_records(&r));
    const plx_status status = plx_knowledge_take(k, arena);
    if (status != PLX_OK) return plx_refuse(why, why_n, status, "it is larger than is possible");
    PLX_TRY(read_diagnoses(&r));
    PLX_TRY(read_findings(&r));
    k->temperature = number_at(&r, 0, "temperature", 1);
    k->rho = number_at(&r, 0, "rho", PLX_GROUP_RHO);
    k->calibrated = k->closed_default = true;
    k->sources[1].id = PLX_LIT("learnt");
    k->sources[1].read = PLX_LIT("data");
    PLX_TRY(text_at(&r, 0, "from", &k->sources[1].citation));
    k->presentations[0] = (plx_presentation){PLX_LIT("any"), PLX_LIT("any complaint"), 0, 130};
    PLX_TRY(read_lister(&r, lister));
    return plx_knowledge_compile(k, why, why_n);
}
