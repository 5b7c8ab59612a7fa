/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* For tests, fuzzers and benchmarks: a knowledge of random numbers with findings of every kind,
 * children, groups and a decisive test; and random cases. */
#ifndef PLX_CORE_DIAGNOSE_KNOWLEDGE_FOR_TEST_H
#define PLX_CORE_DIAGNOSE_KNOWLEDGE_FOR_TEST_H

#include "core/base/rng.h"
#include "core/diagnose/case.h"

enum { NAME_FOR_TEST = 8 };

/* "d12", in the arena. */
static inline plx_slice name_for_test(plx_arena *arena, char letter, uint32_t i)
{
    char *memory = plx_arena_take(arena, 1, NAME_FOR_TEST);
    PLX_ASSERT(memory);
    plx_out out = plx_out_init(memory, NAME_FOR_TEST);
    plx_out_char(&out, letter);
    plx_out_u64(&out, i);
    return plx_out_slice(&out);
}

static inline void finding_for_test(plx_knowledge *k, plx_arena *arena, uint32_t i, plx_rng *rng)
{
    plx_finding *f = &k->findings[i];
    const uint32_t first = i ? k->findings[i - 1].first + k->findings[i - 1].items_n : 0;
    const bool child = i % 7 == 6;
    *f = (plx_finding){.id = name_for_test(arena, 'f', i),
                       .text = PLX_LIT("Is it so?"),
                       .kind = (plx_finding_kind)(i % 5 < 2 ? PLX_FINDING_YES_NO : i % 5 - 1),
                       .first = first,
                       .normal = PLX_NO_INDEX,
                       .parent = child ? i - 6 : PLX_NO_INDEX,
                       .group = i % 3 == 2 ? i - 1 : i,
                       .cost_s = 5 + 10 * (i % 4),
                       .reliability = i % 11 == 10 ? 0.8 : 1,
                       .decisive = i % 13 == 12};
    f->items_n = f->kind == PLX_FINDING_YES_NO ? 1 : 4;
    if (f->kind != PLX_FINDING_YES_NO && f->kind != PLX_FINDING_MANY_OF) f->normal = first;
    for (uint32_t item = 0; item < f->items_n; item++) {
        plx_item *it = &k->items[first + item];
        if (f->items_n > 1) it->id = name_for_test(arena, 'v', item);
        it->value = item;
        it->base = 0.05 + 0.5 * plx_rng_unit(rng);
    }
}

/* Likelihoods of one finding; those of one_of and number sum to 1 over its items. */
static inline void likelihoods_for_test(plx_knowledge *k, uint32_t i, plx_rng *rng)
{
    const plx_finding *f = &k->findings[i];
    for (uint32_t d = 0; d < k->diagnoses_n; d++) {
        double sum = 0, p[4];
        for (uint32_t item = 0; item < f->items_n; item++)
            sum += p[item] = 0.02 + plx_rng_unit(rng);
        for (uint32_t item = 0; item < f->items_n; item++) {
            const size_t cell = (size_t)(f->first + item) * k->diagnoses_n + d;
            const bool one = f->kind == PLX_FINDING_ONE_OF || f->kind == PLX_FINDING_NUMBER;
            k->p1[cell] = one ? p[item] / sum : 0.95 * p[item] / 1.02;
            k->p0[cell] = one ? 0.25 : k->items[f->first + item].base;
            k->source[cell] = !k->diagnoses[d].other && (i + d) % 9 != 0;
            if (!k->source[cell]) k->p1[cell] = k->p0[cell];
        }
    }
}

/* diagnoses_n >= 2: the last one is "other". The arena is the caller's. */
static inline void knowledge_for_test(plx_knowledge *k, uint32_t diagnoses_n, uint32_t findings_n,
                                      uint64_t seed, plx_arena *arena)
{
    plx_rng rng = plx_rng_init(seed, 1);
    char why[160];
    *k = (plx_knowledge){.diagnoses_n = diagnoses_n,
                         .findings_n = findings_n,
                         .items_n = findings_n * 4,
                         .groups_n = findings_n,
                         .sources_n = 2,
                         .priors_n = diagnoses_n - 1,
                         .presentations_n = 1};
    PLX_ASSERT(plx_knowledge_take(k, arena) == PLX_OK);
    k->presentations[0] = (plx_presentation){PLX_LIT("pain"), PLX_LIT("Pain"), 0, 120};
    for (uint32_t d = 0; d < diagnoses_n; d++) {
        k->diagnoses[d] = (plx_diagnosis){.must_not_miss = d % 4 == 0,
                                          .other = d + 1 == diagnoses_n,
                                          .miss_cost = d % 4 == 0 ? 10 : 1,
                                          .test_threshold = 0.01};
        k->diagnoses[d].id = k->diagnoses[d].name = name_for_test(arena, 'd', d);
        if (d + 1 == diagnoses_n) break;
        plx_prior *p = &k->priors[d];
        *p = (plx_prior){.diagnosis = d, .bands_n = 2, .from_years = {0, 50}, .source = 1};
        for (int sex = 0; sex < 2; sex++)
            for (int band = 0; band < 2; band++)
                p->p[sex][band] = (0.1 + 0.8 * plx_rng_unit(&rng)) / diagnoses_n;
    }
    for (uint32_t f = 0; f < findings_n; f++)
        finding_for_test(k, arena, f, &rng);
    k->items_n = k->findings[findings_n - 1].first + k->findings[findings_n - 1].items_n;
    for (uint32_t f = 0; f < findings_n; f++)
        likelihoods_for_test(k, f, &rng);
    PLX_ASSERT(plx_knowledge_compile(k, why, sizeof why) == PLX_OK);
}

/* Each finding is known with this chance; answers at random. */
static inline void case_for_test(const plx_knowledge *k, plx_case *c, double known, uint64_t seed)
{
    plx_rng rng = plx_rng_init(seed, 2);
    plx_case_clear(k, c);
    c->age = (double)plx_rng_below(&rng, 100);
    c->sex = (int)plx_rng_below(&rng, 2);
    for (uint32_t f = 0; f < k->findings_n; f++) {
        const uint32_t item =
            k->findings[f].first + (uint32_t)plx_rng_below(&rng, k->findings[f].items_n);
        if (plx_rng_unit(&rng) > known) continue;
        if (plx_rng_unit(&rng) < 0.5)
            plx_case_answer_yes(k, c, f, item);
        else
            plx_case_answer_no(k, c, f);
    }
}

#endif
