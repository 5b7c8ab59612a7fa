/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Any bytes: parsed or refused. What is parsed is written, parsed again to the same tokens, and
 * written again to the same bytes. A count for too few tokens is exact. */
#include <stdlib.h>

#include "core/format/json/rewrite_for_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TOKENS = 4096, BYTES = 65536 };
static plx_json_token tokens[TOKENS], tokens_again[TOKENS];
static char first[BYTES], second[BYTES], memory[BYTES];

static void check_structure(const plx_json *json)
{
    for (uint32_t i = 0; i < json->n; i++) {
        const plx_json_token *t = &json->tokens[i];
        PLX_ASSERT(t->next > i && t->next <= json->n);
        PLX_ASSERT((size_t)t->offset + t->length <= json->text.n);
        uint32_t children = 0;
        for (uint32_t child = i + 1; child < t->next; child = json->tokens[child].next)
            children++;
        PLX_ASSERT(children == t->children);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const plx_slice text = {(const char *)data, size};
    plx_json_error error = {NULL, UINT32_MAX};
    plx_json json = {.tokens = tokens, .capacity = TOKENS}, again = {.tokens = tokens_again};
    if (size > 8000) return 0;
    if (plx_json_parse(text, &json, &error) != PLX_OK) {
        PLX_ASSERT(error.text && error.offset <= size);
        return 0;
    }
    PLX_ASSERT(json.n <= size / 2 + 1);
    check_structure(&json);
    plx_out out = plx_out_init(first, sizeof first),
            out_again = plx_out_init(second, sizeof second);
    rewrite_for_test(&json, &out, memory);
    PLX_ASSERT(!out.full);
    PLX_ASSERT(plx_json_parse(plx_out_slice(&out), &again, NULL) == PLX_SPACE && again.n == json.n);
    again.capacity = again.n;
    PLX_ASSERT(plx_json_parse(plx_out_slice(&out), &again, NULL) == PLX_OK && again.n == json.n);
    for (uint32_t i = 0; i < json.n; i++)
        PLX_ASSERT(tokens[i].type == tokens_again[i].type &&
                   tokens[i].next == tokens_again[i].next);
    rewrite_for_test(&again, &out_again, memory);
    PLX_ASSERT(plx_slice_equal(plx_out_slice(&out), plx_out_slice(&out_again)));
    return 0;
}
