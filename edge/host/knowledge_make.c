/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <stdio.h>
#include <string.h>

#include "core/base/decimal.h"
#include "edge/host/knowledge_private.h"

#define MOST 0.98   /* of a chance that follows from LR+ alone */
#define LEAST 0.001 /* of any chance */

/* A text that a sentence is about: where it stands is looked for by key and value, from the entry
 * on that has "of". */
typedef struct place {
    const doc *d;
    const char *key, *value, *of; /* of: id, finding or presentation of the entry; NULL: the file */
    bool again;                   /* the second one of its kind */
} place;

static size_t find(const place *p, size_t from, const char *key, const char *value)
{
    const plx_slice t = p->d->yaml.text;
    return plx_yaml_find(t, from, t.n, key, value);
}

static size_t entry_of(const place *p)
{
    static const char *const keys[] = {"finding", "presentation", "id"};
    for (size_t i = 0; p->of && i < sizeof keys / sizeof *keys; i++) {
        const size_t at = find(p, 0, keys[i], p->of);
        if (at < p->d->yaml.text.n) return at;
    }
    return 0;
}

static plx_status wrong(const place *p, const char *sentence)
{
    char text[300];
    const plx_slice t = p->d->yaml.text;
    const char *value = p->value ? p->value : "";
    const size_t from = entry_of(p);
    size_t at = find(p, from, p->key, value);
    if (at < t.n && p->again) at = find(p, at + 1, p->key, value);
    if (at >= t.n) at = find(p, from, p->key, "");
    snprintf(text, sizeof text, "%s: \"%.80s\": %s", p->key, value, sentence);
    return plx_yaml_complain(&p->d->yaml, plx_yaml_line(t, at), text);
}

static plx_status take_text(loader *l, const char *text, plx_slice *out)
{
    const size_t n = text ? strlen(text) : 0;
    char *memory = plx_arena_take(&l->arena, n + 1, 1);
    *out = (plx_slice){NULL, 0};
    if (!memory) {
        snprintf(l->problem, l->problem_n, "not enough memory for the knowledge");
        return PLX_FULL;
    }
    if (n) memcpy(memory, text, n);
    *out = (plx_slice){memory, n};
    return PLX_OK;
}

/* Absent: unchanged. */
static plx_status read_number(const place *p, double low, double high, double *out)
{
    char sentence[80];
    plx_decimal d;
    if (!p->value) return PLX_OK;
    if (plx_decimal_parse(plx_slice_of(p->value), &d) == PLX_OK && d.value >= low &&
        d.value <= high) {
        *out = d.value;
        return PLX_OK;
    }
    snprintf(sentence, sizeof sentence, "a number from %g to %g", low, high);
    return wrong(p, sentence);
}

static plx_status read_truth(const place *p, bool *out)
{
    if (!p->value) return PLX_OK;
    const bool yes = strcmp(p->value, "true") == 0;
    if (!yes && strcmp(p->value, "false") != 0) return wrong(p, "true or false");
    *out = yes;
    return PLX_OK;
}

static plx_status read_source(loader *l, const doc *d, const char *of, const char *id,
                              uint16_t *source)
{
    if (!id)
        return wrong(&(place){.d = d, .key = "id", .value = of}, "a number here has no source");
    for (uint32_t i = 1; i < l->k->sources_n; i++)
        if (plx_slice_is(l->k->sources[i].id, id)) {
            *source = (uint16_t)i;
            return PLX_OK;
        }
    return wrong(&(place){.d = d, .key = "source", .value = id, .of = of},
                 "source.yaml does not name it");
}

/* Which parts of an entry were read in their source. */
static plx_status read_status(const doc *d, const char *of, const char *word, bool *pos, bool *neg)
{
    if (!word)
        return wrong(&(place){.d = d, .key = "id", .value = of}, "a number here has no status");
    *pos = strcmp(word, "verified") == 0 || strcmp(word, "lr_pos verified") == 0;
    *neg = strcmp(word, "verified") == 0 || strcmp(word, "lr_neg verified") == 0;
    if (*pos || *neg || strcmp(word, "unverified") == 0) return PLX_OK;
    return wrong(&(place){.d = d, .key = "status", .value = word, .of = of},
                 "verified, unverified, lr_pos verified or lr_neg verified");
}

/* Counting. */

void plx_knowledge_count(loader *l)
{
    plx_knowledge *k = l->k;
    *k = (plx_knowledge){.sources_n = 1, .diagnoses_n = 1}; /* source 0: none; the last: other */
    for (uint32_t i = 0; i < l->docs_n; i++) {
        const doc *d = &l->docs[i];
        if (d->kind == DOC_SOURCE) k->sources_n += d->n;
        if (d->kind == DOC_FINDING) k->findings_n += d->n;
        if (d->kind == DOC_FINDING)
            for (unsigned j = 0; j < d->n; j++)
                k->rules_n += ((file_finding *)d->root)[j].derive != NULL;
        if (d->kind == DOC_DIAGNOSIS) k->priors_n += ((file_diagnosis *)d->root)->prior_n;
        if (d->kind == DOC_DIAGNOSIS) k->diagnoses_n++;
        if (d->kind == DOC_PRESENTATION) k->presentations_n++;
    }
    k->items_n = k->groups_n = k->findings_n;
}

/* Sources and presentations. */

static plx_status make_sources(loader *l, const doc *d, uint32_t *n)
{
    for (unsigned i = 0; i < d->n; i++) {
        const file_source *from = &((file_source *)d->root)[i];
        for (uint32_t j = 1; j < *n; j++)
            if (plx_slice_is(l->k->sources[j].id, from->id))
                return wrong(&(place){.d = d, .key = "id", .value = from->id, .again = true},
                             "this source stands twice");
        plx_source *s = &l->k->sources[(*n)++];
        PLX_TRY(take_text(l, from->id, &s->id));
        PLX_TRY(take_text(l, from->citation, &s->citation));
        PLX_TRY(take_text(l, from->read, &s->read));
    }
    return PLX_OK;
}

static plx_status make_presentation(loader *l, const doc *d, plx_presentation *p)
{
    const file_presentation *from = d->root;
    if (plx_knowledge_presentation(l->k, plx_slice_of(from->id)) != PLX_NO_INDEX)
        return wrong(&(place){.d = d, .key = "id", .value = from->id, .again = true},
                     "this presentation stands twice");
    p->age_low = 18;
    p->age_high = 110;
    PLX_TRY(read_number(&(place){.d = d, .key = "age_low", .value = from->age_low}, 0, 130,
                        &p->age_low));
    PLX_TRY(read_number(&(place){.d = d, .key = "age_high", .value = from->age_high}, p->age_low,
                        130, &p->age_high));
    PLX_TRY(take_text(l, from->id, &p->id));
    return take_text(l, from->text, &p->text);
}

/* Findings. */

/* "sbp < 100 mm[Hg]" */
static plx_status make_rule(loader *l, const doc *d, const char *text, uint32_t finding,
                            plx_finding_rule *rule)
{
    char variable[33] = "", op[3] = "", number[17] = "", unit[33] = "";
    const place p = {.d = d, .key = "derive", .value = text};
    plx_decimal limit;
    const int n = sscanf(text, "%32s %2s %16s %32s", variable, op, number, unit);
    const bool good_op = strcmp(op, "<") == 0 || strcmp(op, "<=") == 0 || strcmp(op, ">") == 0 ||
                         strcmp(op, ">=") == 0;
    if (n < 3 || !good_op || plx_decimal_parse(plx_slice_of(number), &limit) != PLX_OK)
        return wrong(&p, "variable, one of < <= > >=, number, unit: sbp < 100 mm[Hg]");
    *rule = (plx_finding_rule){.finding = finding, .limit = limit.value};
    snprintf(rule->op, sizeof rule->op, "%s", op);
    PLX_TRY(take_text(l, variable, &rule->variable));
    return take_text(l, unit, &rule->unit);
}

static plx_status make_base(loader *l, const doc *d, const file_finding *from, plx_item *item)
{
    uint16_t source;
    bool pos, neg;
    const place base = {.d = d, .key = "id", .value = from->id};
    if (!from->base) return wrong(&base, "a finding needs a base rate");
    item->base = -1;
    PLX_TRY(read_number(&(place){d, "base", from->base, from->id, false}, LEAST, 1 - LEAST,
                        &item->base));
    PLX_TRY(read_source(l, d, from->id, from->source, &source));
    return read_status(d, from->id, from->status, &pos, &neg);
}

static plx_status make_finding(loader *l, const doc *d, const file_finding *from, uint32_t i)
{
    plx_finding *f = &l->k->findings[i];
    *f = (plx_finding){.kind = PLX_FINDING_YES_NO,
                       .first = i,
                       .items_n = 1,
                       .normal = PLX_NO_INDEX,
                       .parent = PLX_NO_INDEX,
                       .group = i,
                       .cost_s = 5,
                       .reliability = 1};
    if (plx_knowledge_finding(l->k, plx_slice_of(from->id)) != PLX_NO_INDEX)
        return wrong(&(place){.d = d, .key = "id", .value = from->id, .again = true},
                     "this finding stands twice");
    if (from->kind && strcmp(from->kind, "yes_no") != 0)
        return wrong(&(place){d, "kind", from->kind, from->id, false},
                     "findings with likelihood ratios are yes_no; derive one for each band");
    PLX_TRY(take_text(l, from->id, &f->id));
    PLX_TRY(take_text(l, from->ask ? from->ask : from->text, &f->text));
    PLX_TRY(take_text(l, "", &l->k->items[i].id));
    PLX_TRY(take_text(l, from->text, &l->k->items[i].text));
    PLX_TRY(read_number(&(place){d, "reliability", from->reliability, from->id, false}, 0.5, 1,
                        &f->reliability));
    PLX_TRY(read_truth(&(place){d, "decisive", from->decisive, from->id, false}, &f->decisive));
    if (from->cost) {
        PLX_TRY(read_number(&(place){d, "seconds", from->cost->seconds, from->id, false}, 0, 1e6,
                            &f->cost_s));
        PLX_TRY(
            read_number(&(place){d, "harm", from->cost->harm, from->id, false}, 0, 1, &f->harm));
        PLX_TRY(read_number(&(place){d, "money", from->cost->money, from->id, false}, 0, 1e6,
                            &f->money));
    }
    return make_base(l, d, from, &l->k->items[i]);
}

/* Findings of one group get the number of its first one. */
static void join_group(loader *l, const char *group, uint32_t finding)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < l->docs_n; i++) {
        const doc *d = &l->docs[i];
        if (d->kind != DOC_FINDING) continue;
        for (unsigned j = 0; j < d->n; j++, at++) {
            const char *other = ((file_finding *)d->root)[j].group;
            if (!other || strcmp(other, group) != 0) continue;
            l->k->findings[finding].group = at;
            return;
        }
    }
}

static plx_status link_findings(loader *l)
{
    uint32_t n = 0, rule = 0;
    for (uint32_t i = 0; i < l->docs_n; i++) {
        const doc *d = &l->docs[i];
        if (d->kind != DOC_FINDING) continue;
        for (unsigned j = 0; j < d->n; j++, n++) {
            const file_finding *from = &((file_finding *)d->root)[j];
            if (from->group) join_group(l, from->group, n);
            if (from->derive) PLX_TRY(make_rule(l, d, from->derive, n, &l->k->rules[rule++]));
            if (!from->needs) continue;
            const uint32_t parent = plx_knowledge_finding(l->k, plx_slice_of(from->needs));
            if (parent == PLX_NO_INDEX || parent == n)
                return wrong(&(place){.d = d, .key = "needs", .value = from->needs},
                             "no such finding");
            l->k->findings[n].parent = parent;
        }
    }
    return PLX_OK;
}

/* Diagnoses. */

/* A range counts with its end nearer to 1. */
static plx_status read_ratio(const place *p, double *ratio)
{
    plx_decimal low, high;
    const char *dash = strchr(p->value, '-');
    const size_t n = dash ? (size_t)(dash - p->value) : strlen(p->value);
    if (plx_decimal_parse((plx_slice){p->value, n}, &low) != PLX_OK ||
        (dash && plx_decimal_parse(plx_slice_of(dash + 1), &high) != PLX_OK) || low.value < 0 ||
        (dash && !(high.value > low.value)))
        return wrong(p, "a likelihood ratio above 0, or a range like 5.7-53.9");
    if (!dash) high = low;
    *ratio = low.value > 1 ? low.value : high.value < 1 ? high.value : dash ? 1 : low.value;
    if (!(*ratio > 0)) return wrong(p, "a likelihood ratio lies above 0");
    return PLX_OK;
}

static double inside(double p)
{
    return p < LEAST ? LEAST : p > 1 - LEAST ? 1 - LEAST : p;
}

/* P(finding | d) and P(finding | not d) from what is known; ratio 0: not known. */
static void set_chances(plx_knowledge *k, size_t cell, double base, double pos, double neg)
{
    double p1 = base, p0 = base;
    if (pos > 0 && neg > 0 && pos > 1) {
        p0 = (1 - neg) / (pos - neg);
        p1 = pos * p0;
    } else if (pos > 0 && neg > 0) { /* a finding that speaks against: LR+ < 1 < LR- */
        p0 = (neg - 1) / (neg - pos);
        p1 = pos * p0;
    } else if (pos > 0) {
        p1 = pos * base > MOST ? MOST : pos * base;
    } else if (neg > 0) {
        p1 = 1 - neg * (1 - base);
    }
    k->p1[cell] = inside(p1);
    k->p0[cell] = inside(p0);
}

static plx_status make_evidence(loader *l, const doc *d, const file_evidence *from, uint32_t di)
{
    const place about = {.d = d, .key = "finding", .value = from->finding};
    const uint32_t f = plx_knowledge_finding(l->k, plx_slice_of(from->finding));
    uint16_t source;
    bool pos_read, neg_read;
    double pos = 0, neg = 0;
    if (f == PLX_NO_INDEX) return wrong(&about, "no file of findings has it");
    const size_t cell = (size_t)f * l->k->diagnoses_n + di;
    if (l->k->listed[cell]) return wrong(&about, "it stands twice here");
    l->k->listed[cell] = 1;
    if (!from->lr_pos && !from->lr_neg) return wrong(&about, "it needs lr_pos, lr_neg or both");
    if (from->lr_pos)
        PLX_TRY(read_ratio(&(place){d, "lr_pos", from->lr_pos, from->finding, false}, &pos));
    if (from->lr_neg)
        PLX_TRY(read_ratio(&(place){d, "lr_neg", from->lr_neg, from->finding, false}, &neg));
    if (pos > 0 && neg > 0 && (pos - 1) * (neg - 1) >= 0)
        return wrong(&about, "of lr_pos and lr_neg one lies above 1 and one below");
    PLX_TRY(read_source(l, d, from->finding, from->source, &source));
    PLX_TRY(read_status(d, from->finding, from->status, &pos_read, &neg_read));
    const bool whole = (pos_read || !(pos > 0)) && (neg_read || !(neg > 0));
    l->counts->verified += (uint32_t)(pos > 0 && pos_read) + (uint32_t)(neg > 0 && neg_read);
    l->counts->unverified += (uint32_t)(pos > 0 && !pos_read) + (uint32_t)(neg > 0 && !neg_read);
    if (!l->unverified && !pos_read) pos = 0;
    if (!l->unverified && !neg_read) neg = 0;
    if (!(pos > 0) && !(neg > 0)) return PLX_OK;
    set_chances(l->k, cell, l->k->items[f].base, pos, neg);
    l->k->source[cell] = source;
    l->k->verified[cell] = !l->unverified || whole;
    return PLX_OK;
}

static plx_status read_numbers(const doc *d, const char *of, const char *key, char *const *texts,
                               unsigned n, double low, double high, double *out)
{
    for (unsigned i = 0; i < n; i++)
        PLX_TRY(read_number(&(place){d, key, texts[i], of, false}, low, high, &out[i]));
    return PLX_OK;
}

static plx_status make_prior(loader *l, const doc *d, const file_prior *from, uint32_t di,
                             plx_prior *p)
{
    bool pos, neg;
    const place about = {.d = d, .key = "presentation", .value = from->presentation};
    *p = (plx_prior){.diagnosis = di, .bands_n = from->age_n};
    p->presentation = plx_knowledge_presentation(l->k, plx_slice_of(from->presentation));
    if (p->presentation == PLX_NO_INDEX) return wrong(&about, "no such presentation");
    if (from->age_n == 0 || from->age_n > PLX_PRIOR_BANDS_MAX || from->f_n != from->age_n ||
        from->m_n != from->age_n)
        return wrong(&about, "age, F and M are lists of the same length, 1 to 24");
    PLX_TRY(
        read_numbers(d, from->presentation, "age", from->age, from->age_n, 0, 130, p->from_years));
    PLX_TRY(read_numbers(d, from->presentation, "F", from->f, from->f_n, 1e-6, 0.98, p->p[0]));
    PLX_TRY(read_numbers(d, from->presentation, "M", from->m, from->m_n, 1e-6, 0.98, p->p[1]));
    for (unsigned i = 1; i < from->age_n; i++)
        if (!(p->from_years[i] > p->from_years[i - 1]))
            return wrong(&(place){d, "age", NULL, from->presentation, false}, "ages rise");
    PLX_TRY(read_source(l, d, from->presentation, from->source, &p->source));
    PLX_TRY(read_status(d, from->presentation, from->status, &pos, &neg));
    p->verified = pos && neg;
    l->counts->priors_unverified += !p->verified;
    return PLX_OK;
}

static plx_status make_diagnosis(loader *l, const doc *d, uint32_t di, uint32_t *priors_n)
{
    const file_diagnosis *from = d->root;
    plx_diagnosis *to = &l->k->diagnoses[di];
    if (plx_knowledge_diagnosis(l->k, plx_slice_of(from->id)) != PLX_NO_INDEX)
        return wrong(&(place){.d = d, .key = "id", .value = from->id, .again = true},
                     "this diagnosis stands twice");
    if (from->prior_n == 0)
        return wrong(&(place){.d = d, .key = "id", .value = from->id}, "a diagnosis needs a prior");
    to->test_threshold = 0.01;
    PLX_TRY(read_truth(&(place){.d = d, .key = "must_not_miss", .value = from->must_not_miss},
                       &to->must_not_miss));
    to->miss_cost = to->must_not_miss ? 10 : 1;
    PLX_TRY(read_number(&(place){.d = d, .key = "miss_cost", .value = from->miss_cost}, 1, 1000,
                        &to->miss_cost));
    PLX_TRY(read_number(&(place){.d = d, .key = "test_threshold", .value = from->test_threshold},
                        1e-6, 1, &to->test_threshold));
    PLX_TRY(take_text(l, from->name, &to->name));
    PLX_TRY(take_text(l, from->icd10_n ? from->icd10[0] : "", &to->icd10));
    PLX_TRY(take_text(l, from->id, &to->id));
    for (unsigned i = 0; i < from->prior_n; i++)
        PLX_TRY(make_prior(l, d, &from->prior[i], di, &l->k->priors[(*priors_n)++]));
    for (unsigned i = 0; i < from->evidence_n; i++)
        PLX_TRY(make_evidence(l, d, &from->evidence[i], di));
    return PLX_OK;
}

/* Each diagnosis of a presentation has a prior there, and the other way round. */
static plx_status check_presentation(loader *l, const doc *d)
{
    const file_presentation *from = d->root;
    const uint32_t p = plx_knowledge_presentation(l->k, plx_slice_of(from->id));
    uint32_t priors = 0;
    for (uint32_t i = 0; i < l->k->priors_n; i++)
        priors += l->k->priors[i].presentation == p;
    for (unsigned i = 0; i < from->diagnoses_n; i++) {
        const place about = {.d = d, .key = "diagnoses", .value = from->diagnoses[i]};
        const uint32_t di = plx_knowledge_diagnosis(l->k, plx_slice_of(from->diagnoses[i]));
        bool has = false;
        if (di == PLX_NO_INDEX) return wrong(&about, "no file of diagnoses has it");
        for (uint32_t j = 0; j < l->k->priors_n; j++)
            has = has || (l->k->priors[j].presentation == p && l->k->priors[j].diagnosis == di);
        if (!has) return wrong(&about, "this diagnosis has no prior for this presentation");
    }
    if (priors != from->diagnoses_n)
        return wrong(&(place){.d = d, .key = "id", .value = from->id},
                     "a diagnosis has a prior for this presentation, but is not in its list");
    return PLX_OK;
}

static plx_status each(loader *l, doc_kind kind)
{
    uint32_t n = kind == DOC_SOURCE ? 1 : 0, priors_n = 0;
    for (uint32_t i = 0; i < l->docs_n; i++) {
        const doc *d = &l->docs[i];
        if (d->kind != kind) continue;
        if (kind == DOC_SOURCE) PLX_TRY(make_sources(l, d, &n));
        if (kind == DOC_PRESENTATION) PLX_TRY(make_presentation(l, d, &l->k->presentations[n++]));
        if (kind == DOC_DIAGNOSIS) PLX_TRY(make_diagnosis(l, d, n++, &priors_n));
        for (unsigned j = 0; kind == DOC_FINDING && j < d->n; j++)
            PLX_TRY(make_finding(l, d, &((file_finding *)d->root)[j], n++));
    }
    return PLX_OK;
}

plx_status plx_knowledge_make(loader *l)
{
    plx_knowledge *k = l->k;
    const plx_status status = plx_knowledge_take(k, &l->arena);
    if (status != PLX_OK) {
        snprintf(l->problem, l->problem_n, "the knowledge is larger than is possible");
        return PLX_CONFIG;
    }
    PLX_TRY(each(l, DOC_SOURCE));
    PLX_TRY(each(l, DOC_PRESENTATION));
    PLX_TRY(each(l, DOC_FINDING));
    PLX_TRY(link_findings(l));
    for (uint32_t f = 0; f < k->findings_n; f++)
        for (uint32_t d = 0; d < k->diagnoses_n; d++)
            k->p1[(size_t)f * k->diagnoses_n + d] = k->p0[(size_t)f * k->diagnoses_n + d] =
                k->items[f].base;
    PLX_TRY(each(l, DOC_DIAGNOSIS));
    plx_diagnosis *other = &k->diagnoses[k->diagnoses_n - 1];
    *other = (plx_diagnosis){.other = true, .miss_cost = 1, .test_threshold = 0.01};
    other->id = other->name = PLX_LIT("other");
    for (uint32_t i = 0; i < l->docs_n; i++)
        if (l->docs[i].kind == DOC_PRESENTATION) PLX_TRY(check_presentation(l, &l->docs[i]));
    char why[160];
    if (plx_knowledge_compile(k, why, sizeof why) == PLX_OK) return PLX_OK;
    snprintf(l->problem, l->problem_n, "the knowledge is wrong: %s", why);
    return PLX_CONFIG;
}
