/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* For tests of commands: runs the binary named by POLLUX and looks at what it prints. */
#ifndef PLX_APP_COMMAND_FOR_TEST_H
#define PLX_APP_COMMAND_FOR_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* "patient fit" with its words for the shell; both streams end in output (n bytes, cut). Its exit
 * status. */
static inline int command_output(char *output, size_t n, const char *command, const char *words)
{
    char line[1024];
    snprintf(line, sizeof line, "\"%s\" %s %s 2>&1", getenv("POLLUX"), command, words);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    output[fread(output, 1, n - 1, pipe)] = 0;
    return WEXITSTATUS(pclose(pipe));
}

static inline void output_has(const char *output, const char *text)
{
    if (!strstr(output, text)) print_message("# no \"%s\" in:\n%s", text, output);
    assert_non_null(strstr(output, text));
}

#endif
