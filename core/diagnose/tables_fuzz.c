/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: no bytes break the reader of DDXPlus' tables; and none that of Python literals.
 * Oracle: sanitizers; items lie where findings say; a literal's reader comes to an end. */
#include "core/diagnose/literal.h"
#include "core/diagnose/tables_for_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 8 << 20, TOKENS = 16384 };
static uint8_t memory[MEMORY];
static plx_json_token tokens[2][TOKENS];

static void try_literal(plx_slice bytes)
{
    plx_literal l = {.rest = bytes};
    plx_literal_kind kind;
    size_t n = 0;
    while ((kind = plx_literal_next(&l)) != PLX_LITERAL_END && kind != PLX_LITERAL_BAD) {
        char out_memory[64];
        plx_out out = plx_out_init(out_memory, sizeof out_memory);
        double value;
        if (kind == PLX_LITERAL_STRING) plx_literal_string(l.text, &out);
        if (kind == PLX_LITERAL_NUMBER && plx_literal_number(l.text, &value))
            PLX_ASSERT(value == value);
        PLX_ASSERT(++n <= bytes.n);
    }
}

/* The bytes are one table; the other is a good one. */
static void try_tables(const plx_json *conditions, const plx_json *evidences)
{
    plx_arena arena = plx_arena_init(memory, MEMORY);
    plx_knowledge k;
    char why[160];
    if (plx_ddxplus_tables(conditions, evidences, &arena, &k, why, sizeof why) != PLX_OK) return;
    for (uint32_t i = 0; i < k.findings_n; i++) {
        const plx_finding *f = &k.findings[i];
        PLX_ASSERT(f->items_n > 0 && f->first + f->items_n <= k.items_n);
        PLX_ASSERT(f->normal == PLX_NO_INDEX ||
                   (f->normal >= f->first && f->normal < f->first + f->items_n));
        PLX_ASSERT(f->parent == PLX_NO_INDEX || f->parent < k.findings_n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 16000) return 0;
    const plx_slice bytes = {(const char *)data, size};
    plx_json json = {.tokens = tokens[0], .capacity = TOKENS},
             good = {.tokens = tokens[1], .capacity = TOKENS};
    try_literal(bytes);
    if (plx_json_parse(bytes, &json, NULL) != PLX_OK) return 0;
    if (plx_json_parse(PLX_LIT(CONDITIONS_FOR_TEST), &good, NULL) == PLX_OK)
        try_tables(&good, &json);
    if (plx_json_parse(PLX_LIT(EVIDENCES_FOR_TEST), &good, NULL) == PLX_OK)
        try_tables(&json, &good);
    return 0;
}
