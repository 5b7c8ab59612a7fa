/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: no line breaks `pollux score`. The first byte chooses a score; the rest is the line, or,
 * when it is a JSON object, also the inputs of that score.
 * Oracle: sanitizers; every line gets one line of valid JSON; a score that is known gives an
 * interval that is one, and a band that is among the possible ones. */
#include <stdlib.h>

#include "app/app.h"
#include "app/score_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_answer(const plx_out *out, int status)
{
    static plx_json_token tokens[16384];
    plx_json json = {.tokens = tokens, .capacity = 16384};
    PLX_ASSERT(!out->full && out->n > 0 && out->at[out->n - 1] == '\n');
    PLX_ASSERT(plx_json_parse((plx_slice){out->at, out->n - 1}, &json, NULL) == PLX_OK);
    const bool error = plx_json_get(&json, 0, "error") != UINT32_MAX;
    PLX_ASSERT(error == (status != PLX_EXIT_OK));
    if (error) return;
    const uint32_t band = plx_json_get(&json, 0, "band"), bands = plx_json_get(&json, 0, "bands");
    if (json.tokens[bands].children == 1)
        PLX_ASSERT(plx_slice_equal(plx_json_text(&json, band), plx_json_text(&json, bands + 1)));
}

static void answer(plx_slice text)
{
    static plx_score_line line;
    static char memory[1 << 16];
    plx_out out = plx_out_init(memory, sizeof memory);
    line.number = 1;
    const int status = plx_score_line_answer(&line, text, &out);
    check_answer(&out, status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 4096) return 0;
    uint32_t scores = 0;
    while (plx_score_at(scores))
        scores++;
    char text[8192];
    plx_out out = plx_out_init(text, sizeof text);
    plx_out_text(&out, "{\"score\":\"");
    plx_out_text(&out, plx_score_at(data[0] % scores)->name);
    plx_out_text(&out, "\",\"inputs\":");
    plx_out_bytes(&out, data + 1, size - 1);
    plx_out_char(&out, '}');
    answer(plx_out_slice(&out));
    answer((plx_slice){(const char *)data + 1, size - 1});
    return 0;
}
