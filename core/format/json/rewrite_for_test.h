/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* For tests and the fuzzer: a parsed document goes through the writer, strings decoded and encoded
 * again, numbers as they stand. */
#ifndef PLX_CORE_FORMAT_JSON_REWRITE_FOR_TEST_H
#define PLX_CORE_FORMAT_JSON_REWRITE_FOR_TEST_H

#include "core/format/json/json.h"

/* Decoded text of a string token, in memory that holds at least the token's bytes. */
static inline plx_slice decoded_for_test(const plx_json *json, uint32_t token, char *memory)
{
    plx_out out = plx_out_init(memory, plx_json_text(json, token).n);
    plx_json_string(json, token, &out);
    PLX_ASSERT(!out.full);
    return plx_out_slice(&out);
}

/* memory: at least as long as the longest string. */
static inline void rewrite_for_test(const plx_json *json, plx_out *out, char *memory)
{
    plx_json_writer w = plx_json_writer_init(out);
    uint32_t open[PLX_JSON_DEPTH_MAX], seen[PLX_JSON_DEPTH_MAX], depth = 0;
    for (uint32_t i = 0; i < json->n; i++) {
        const plx_json_type type = json->tokens[i].type;
        if (depth > 0 && json->tokens[open[depth - 1]].type == PLX_JSON_OBJECT &&
            seen[depth - 1]++ % 2 == 0) {
            plx_json_key_slice(&w, decoded_for_test(json, i, memory));
            continue;
        }
        if (type == PLX_JSON_OBJECT || type == PLX_JSON_ARRAY) {
            type == PLX_JSON_OBJECT ? plx_json_object(&w) : plx_json_array(&w);
            seen[depth] = 0;
            open[depth++] = i;
        } else if (type == PLX_JSON_STRING) {
            plx_json_put_string(&w, decoded_for_test(json, i, memory));
        } else {
            plx_json_put_raw(&w, plx_json_text(json, i));
        }
        for (; depth > 0 && json->tokens[open[depth - 1]].next == i + 1; depth--)
            json->tokens[open[depth - 1]].type == PLX_JSON_OBJECT ? plx_json_object_end(&w)
                                                                  : plx_json_array_end(&w);
    }
    PLX_ASSERT(w.depth == 0);
}

#endif
