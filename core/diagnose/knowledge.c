/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/diagnose/knowledge.h"

#include "core/base/mathx.h"

/* X(field, how many) */
#define ARRAYS(X)                                                                                  \
    X(diagnoses, k->diagnoses_n)                                                                   \
    X(findings, k->findings_n)                                                                     \
    X(items, k->items_n)                                                                           \
    X(sources, k->sources_n)                                                                       \
    X(priors, k->priors_n)                                                                         \
    X(presentations, k->presentations_n)                                                           \
    X(rules, k->rules_n)                                                                           \
    X(p1, cells)                                                                                   \
    X(p0, cells)                                                                                   \
    X(source, cells)                                                                               \
    X(verified, cells)                                                                             \
    X(listed, (size_t)k->findings_n * k->diagnoses_n)                                              \
    X(yes, cells)                                                                                  \
    X(no, cells)

size_t plx_knowledge_bytes(const plx_knowledge *k)
{
    const size_t cells = (size_t)k->items_n * k->diagnoses_n;
    size_t bytes = 0;
#define X(field, n) bytes += ((size_t)(n) * sizeof *k->field + 31) / 16 * 16;
    ARRAYS(X)
#undef X
    return bytes;
}

plx_status plx_knowledge_take(plx_knowledge *k, plx_arena *arena)
{
    if (k->diagnoses_n > PLX_DIAGNOSES_MAX || k->findings_n > PLX_FINDINGS_MAX ||
        k->items_n > PLX_ITEMS_MAX || k->groups_n > PLX_FINDINGS_MAX ||
        k->sources_n > PLX_KNOWLEDGE_SOURCES_MAX)
        return PLX_LIMIT;
    const size_t cells = (size_t)k->items_n * k->diagnoses_n;
#define X(field, count)                                                                            \
    {                                                                                              \
        const size_t n = (count);                                                                  \
        k->field = plx_arena_take(arena, n > 0 ? n : 1, sizeof *k->field);                         \
        if (!k->field) return PLX_FULL;                                                            \
    }
    ARRAYS(X)
#undef X
    k->temperature = 1;
    k->rho = PLX_GROUP_RHO;
    return PLX_OK;
}

const char *plx_finding_kind_word(plx_finding_kind kind)
{
    static const char *const words[] = {
#define X(name, word) word,
        PLX_FINDING_KINDS(X)
#undef X
    };
    return kind < PLX_FINDING_KIND_N ? words[kind] : "?";
}

uint32_t plx_knowledge_diagnosis(const plx_knowledge *k, plx_slice id)
{
    for (uint32_t d = 0; d < k->diagnoses_n; d++)
        if (plx_slice_equal(k->diagnoses[d].id, id) || plx_slice_equal(k->diagnoses[d].name, id))
            return d;
    return PLX_NO_INDEX;
}

uint32_t plx_knowledge_finding(const plx_knowledge *k, plx_slice id)
{
    for (uint32_t f = 0; f < k->findings_n; f++)
        if (plx_slice_equal(k->findings[f].id, id)) return f;
    return PLX_NO_INDEX;
}

uint32_t plx_knowledge_item(const plx_knowledge *k, uint32_t finding, plx_slice id)
{
    const plx_finding *f = &k->findings[finding];
    for (uint32_t i = f->first; i < f->first + f->items_n; i++)
        if (plx_slice_equal(k->items[i].id, id)) return i;
    return PLX_NO_INDEX;
}

uint32_t plx_knowledge_presentation(const plx_knowledge *k, plx_slice id)
{
    for (uint32_t p = 0; p < k->presentations_n; p++)
        if (plx_slice_equal(k->presentations[p].id, id)) return p;
    return PLX_NO_INDEX;
}

uint32_t plx_knowledge_number_item(const plx_knowledge *k, uint32_t finding, double value)
{
    const plx_finding *f = &k->findings[finding];
    uint32_t item = f->first;
    for (uint32_t i = f->first; i < f->first + f->items_n; i++)
        if (k->items[i].value <= value) item = i;
    return item;
}

static double clip(double x, double limit)
{
    return x > limit ? limit : x < -limit ? -limit : x;
}

double plx_knowledge_weight(const plx_knowledge *k, const plx_finding *f, uint32_t item,
                            uint32_t diagnosis, bool yes, double r)
{
    const size_t cell = (size_t)item * k->diagnoses_n + diagnosis;
    if (k->source[cell] == 0) return 0;
    double p1 = k->p1[cell], p0 = k->p0[cell];
    if (!yes) p1 = 1 - p1, p0 = 1 - p0;
    p1 = r * p1 + (1 - r) * (1 - p1);
    p0 = r * p0 + (1 - r) * (1 - p0);
    return clip(plx_log(p1) - plx_log(p0),
                f->decisive ? PLX_WEIGHT_CLIP_DECISIVE : PLX_WEIGHT_CLIP);
}

static bool is_chance(double p)
{
    return p > 0 && p < 1;
}

static plx_status check_finding(const plx_knowledge *k, uint32_t i, char *why, size_t why_n)
{
    const plx_finding *f = &k->findings[i];
    if (f->items_n == 0 || f->items_n > PLX_FINDING_ITEMS_MAX || f->first + f->items_n > k->items_n)
        return plx_refuse(why, why_n, PLX_RANGE, "a finding has no items or too many");
    if (f->kind >= PLX_FINDING_KIND_N || (f->kind == PLX_FINDING_YES_NO && f->items_n != 1))
        return plx_refuse(why, why_n, PLX_RANGE, "a yes_no finding has one item");
    if (f->group >= k->groups_n)
        return plx_refuse(why, why_n, PLX_RANGE, "a finding is in a group that does not exist");
    if (!(f->reliability >= 0.5 && f->reliability <= 1))
        return plx_refuse(why, why_n, PLX_RANGE, "a reliability lies from 0.5 to 1");
    if (!(f->cost_s >= 0 && f->harm >= 0 && f->money >= 0))
        return plx_refuse(why, why_n, PLX_RANGE, "no cost is below 0");
    uint32_t steps = 0;
    for (uint32_t up = f->parent; up != PLX_NO_INDEX; up = k->findings[up].parent)
        if (up >= k->findings_n || ++steps > k->findings_n)
            return plx_refuse(why, why_n, PLX_CONFLICT, "findings need each other in a circle");
    for (uint32_t item = f->first; item < f->first + f->items_n; item++)
        if (!is_chance(k->items[item].base))
            return plx_refuse(why, why_n, PLX_RANGE, "a base rate lies between 0 and 1");
    return PLX_OK;
}

static plx_status check(const plx_knowledge *k, char *why, size_t why_n)
{
    const size_t cells = (size_t)k->items_n * k->diagnoses_n;
    if (k->diagnoses_n == 0 || k->findings_n == 0)
        return plx_refuse(why, why_n, PLX_MISSING, "there are no diagnoses or no findings");
    for (uint32_t f = 0; f < k->findings_n; f++)
        PLX_TRY(check_finding(k, f, why, why_n));
    for (size_t c = 0; c < cells; c++)
        if (k->source[c] && !(is_chance(k->p1[c]) && is_chance(k->p0[c])))
            return plx_refuse(why, why_n, PLX_RANGE, "a likelihood lies between 0 and 1");
    for (uint32_t i = 0; i < k->priors_n; i++) {
        const plx_prior *p = &k->priors[i];
        if (p->presentation >= k->presentations_n || p->diagnosis >= k->diagnoses_n ||
            p->bands_n == 0 || p->bands_n > PLX_PRIOR_BANDS_MAX)
            return plx_refuse(why, why_n, PLX_RANGE, "a prior is of nothing that is known");
        for (uint32_t b = 0; b < p->bands_n; b++)
            if (!is_chance(p->p[0][b]) || !is_chance(p->p[1][b]) ||
                (b > 0 && !(p->from_years[b] > p->from_years[b - 1])))
                return plx_refuse(why, why_n, PLX_RANGE,
                                  "a prior lies between 0 and 1 and its ages rise");
    }
    if (!(k->temperature > 0 && k->rho >= 0 && k->rho <= 1))
        return plx_refuse(why, why_n, PLX_RANGE, "temperature is above 0, rho from 0 to 1");
    return PLX_OK;
}

plx_status plx_knowledge_compile(plx_knowledge *k, char *why, size_t why_n)
{
    PLX_TRY(check(k, why, why_n));
    for (uint32_t i = 0; i < k->findings_n; i++) {
        const plx_finding *f = &k->findings[i];
        for (uint32_t item = f->first; item < f->first + f->items_n; item++)
            for (uint32_t d = 0; d < k->diagnoses_n; d++) {
                const size_t cell = (size_t)item * k->diagnoses_n + d;
                k->yes[cell] = plx_knowledge_weight(k, f, item, d, true, 1);
                k->no[cell] = plx_knowledge_weight(k, f, item, d, false, 1);
            }
    }
    return PLX_OK;
}
