/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One line of `pollux score`: {"score":"NEWS2","inputs":{...}} in, one JSON object out. An input is
 * a value in the house unit or {"v":98.6,"u":"[degF]","age_s":120}; with "as" where the unit alone
 * does not say what was measured ({"v":25,"u":"mg/dL","as":"BUN"}). */
#ifndef PLX_APP_SCORE_LINE_H
#define PLX_APP_SCORE_LINE_H

#include "core/format/json/json.h"
#include "core/score/score.h"

enum { PLX_SCORE_LINE_MAX = 1 << 20, PLX_SCORE_LINE_TOKENS_MAX = 8192 };

typedef struct plx_score_line {
    uint64_t number; /* of the line, from 1; the caller's */
    plx_json json;
    plx_json_token tokens[PLX_SCORE_LINE_TOKENS_MAX];
    const plx_score *score;
    plx_score_given given[PLX_SCORE_INPUTS_MAX];
    char ignored[2048]; /* keys nobody knows, as notes in JSON, each with a comma before it */
    plx_out ignored_out;
} plx_score_line;

/* Adds one line to out: the answer, or {"error":...,"line":n}. text (no line break in it) is
 * borrowed until the next call. Gives the exit status that the line asks for: PLX_EXIT_OK,
 * PLX_EXIT_WORLD for a line that cannot be read, PLX_EXIT_USAGE for a score that is not known. */
int plx_score_line_answer(plx_score_line *line, plx_slice text, plx_out *out);

#endif
