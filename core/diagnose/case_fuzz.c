/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: no bytes break a reader of cases: a row of DDXPlus, a case in JSON, a file that was learnt.
 * Oracle: sanitizers; what is read leads to probabilities that sum to 1, a learnt file that is read
 * is written and read again to the same text. */
#include <math.h>
#include <string.h>

#include "core/diagnose/case_json.h"
#include "core/diagnose/discover.h"
#include "core/diagnose/infer.h"
#include "core/diagnose/learnt.h"
#include "core/diagnose/tables_for_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 8 << 20, TOKENS = 16384, TEXT = 1 << 20 };
static uint8_t memory[MEMORY], memory_again[MEMORY];
static plx_json_token tokens[TOKENS], tokens_again[TOKENS];
static char text[TEXT], text_again[TEXT];

static void check(const plx_knowledge *k, const plx_case *c, plx_arena *arena)
{
    plx_belief b;
    char why[160];
    double sum = 0;
    const plx_status room = plx_belief_take(k, arena, &b);
    if (room != PLX_OK || plx_infer(k, c, &b, why, sizeof why) != PLX_OK) return;
    for (uint32_t d = 0; d < k->diagnoses_n; d++)
        sum += b.p[d];
    PLX_ASSERT(fabs(sum - 1) < 1e-9);
}

/* Likelihoods from nothing but the tables. */
static void fill(plx_knowledge *k)
{
    char why[160];
    for (size_t i = 0; i < (size_t)k->items_n * k->diagnoses_n; i++) {
        k->p1[i] = 0.05 + 0.01 * (double)(i % 90);
        k->p0[i] = 0.5;
        k->source[i] = 1;
    }
    for (uint32_t d = 0; d < k->diagnoses_n; d++)
        k->priors[d] = (plx_prior){.diagnosis = d, .bands_n = 1, .p = {{0.1}, {0.2}}};
    const plx_status status = plx_knowledge_compile(k, why, sizeof why);
    PLX_ASSERT(status == PLX_OK);
}

static void try_row(const plx_knowledge *k, plx_slice bytes, plx_case *c, plx_arena *arena)
{
    const plx_ddxplus_layout layout = {{0, 1, 2, 3, 4, 5}, 6};
    plx_slice fields[6] = {{0}};
    plx_case_unknown unknown = {0};
    char why[160];
    for (int i = 0; i < 6; i++) { /* fields are lines here */
        const char *end = bytes.n ? memchr(bytes.at, '\n', bytes.n) : NULL;
        const size_t n = end ? (size_t)(end - bytes.at) : bytes.n;
        fields[i] = (plx_slice){bytes.at, n};
        bytes.at += n + (end ? 1 : 0);
        bytes.n -= n + (end ? 1 : 0);
    }
    if (plx_ddxplus_row(k, &layout, fields, 6, c, &unknown, why, sizeof why) != PLX_OK) return;
    plx_case_close(k, c);
    check(k, c, arena);
}

static void try_learnt(const plx_json *json)
{
    plx_arena arena = plx_arena_init(memory_again, MEMORY / 2);
    plx_knowledge k, again;
    plx_lister lister;
    char why[160];
    if (plx_learnt_read(json, &arena, &k, &lister, why, sizeof why) != PLX_OK) return;
    plx_out out = plx_out_init(text, TEXT), out_again = plx_out_init(text_again, TEXT);
    plx_learnt_write(&k, &lister, 1, PLX_LIT("x"), &out);
    plx_json written = {.tokens = tokens_again, .capacity = TOKENS};
    if (out.full || plx_json_parse(plx_out_slice(&out), &written, NULL) != PLX_OK) return;
    plx_arena rest = plx_arena_init(memory_again + MEMORY / 2, MEMORY / 2);
    /* rounding may move what lies at a bound over it: then it is refused, which is a right answer
     */
    if (plx_learnt_read(&written, &rest, &again, &lister, why, sizeof why) != PLX_OK) return;
    plx_learnt_write(&again, &lister, 1, PLX_LIT("x"), &out_again);
    PLX_ASSERT(out_again.full || plx_slice_equal(plx_out_slice(&out), plx_out_slice(&out_again)));
}

static void try_discovery(const plx_json *json)
{
    plx_arena arena = plx_arena_init(memory_again, MEMORY);
    plx_discovery d;
    plx_knowledge k;
    char why[160];
    plx_status status = plx_discovery_take(&d, &arena);
    PLX_ASSERT(status == PLX_OK);
    if (plx_discovery_add(&d, json) != PLX_OK ||
        plx_discovery_make(&d, &arena, &k, why, sizeof why) != PLX_OK)
        return;
    const plx_finding *last = &k.findings[k.findings_n - 1];
    PLX_ASSERT(last->first + last->items_n == k.items_n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 16000) return 0;
    const plx_slice bytes = {(const char *)data, size};
    plx_arena arena = plx_arena_init(memory, MEMORY);
    plx_knowledge k;
    plx_case c;
    plx_case_unknown unknown = {0};
    char why[160];
    tables_for_test(&k, &arena);
    fill(&k);
    plx_finding_rule rule = {4, PLX_LIT("sbp"), PLX_LIT("mm[Hg]"), "<", 100};
    k.rules = &rule;
    k.rules_n = 1;
    const plx_status room = plx_case_take(&k, &arena, &c);
    PLX_ASSERT(room == PLX_OK);
    try_row(&k, bytes, &c, &arena);
    plx_json json = {.tokens = tokens, .capacity = TOKENS};
    if (plx_json_parse(bytes, &json, NULL) != PLX_OK) return 0;
    if (plx_case_json_read(&k, &json, &c, &unknown, why, sizeof why) == PLX_OK)
        check(&k, &c, &arena);
    try_learnt(&json);
    try_discovery(&json);
    return 0;
}
