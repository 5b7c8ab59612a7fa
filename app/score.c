/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux score: one JSON object per line on stdin, one per line out (score_line.h). */
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"
#include "app/score_line.h"

enum { OUT_BYTES = 1 << 16 };

static void say_unknown(uint64_t number)
{
    char text[64];
    snprintf(text, sizeof text, "line %llu", (unsigned long long)number);
    plx_app_fail(PLX_EXIT_USAGE, "score", "no such score; the answer lists those known", text);
}

int plx_app_score(int argc, char **argv)
{
    static char memory[OUT_BYTES];
    static plx_score_line line;
    size_t files_n = 0, capacity = 0;
    int status = plx_options_read("score", argc, argv, NULL, 0, NULL, 0, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    char *text = NULL;
    ssize_t n;
    while ((n = getline(&text, &capacity, stdin)) >= 0) {
        plx_out out = plx_out_init(memory, sizeof memory);
        while (n > 0 && text[n - 1] && strchr(" \t\r\n", text[n - 1]))
            n--;
        line.number++;
        if (n == 0) continue;
        const int answered = plx_score_line_answer(&line, (plx_slice){text, (size_t)n}, &out);
        if (answered > status) status = answered;
        if (answered == PLX_EXIT_USAGE) say_unknown(line.number);
        fwrite(out.at, 1, out.n, stdout);
    }
    free(text);
    return status;
}
