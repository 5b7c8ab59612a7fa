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
#include <unistd.h>

/* "patient fit" with its words for the shell; both streams end in output (n bytes, cut). Its exit
 * status. */
static inline int command_output(char *output, size_t n, const char *command, const char *words)
{
    char line[2048];
    snprintf(line, sizeof line, "\"%s\" %s %s 2>&1", getenv("POLLUX"), command, words);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    output[fread(output, 1, n - 1, pipe)] = 0;
    return WEXITSTATUS(pclose(pipe));
}

/* The same for a file with this text, which goes first among its words. */
static inline int command_output_of(char *output, size_t n, const char *command, const char *text,
                                    const char *words)
{
    char path[] = "/tmp/pollux-test-XXXXXX", all[768];
    const int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (long)strlen(text));
    close(file);
    snprintf(all, sizeof all, "%s %s", path, words);
    const int status = command_output(output, n, command, all);
    unlink(path);
    return status;
}

/* The number behind a key that stands behind a word. */
static inline double output_number(const char *output, const char *word, const char *key)
{
    const char *at = strstr(output, word);
    assert_non_null(at);
    at = strstr(at, key);
    assert_non_null(at);
    return strtod(at + strlen(key), NULL);
}

static inline void output_has(const char *output, const char *text)
{
    if (!strstr(output, text)) print_message("# no \"%s\" in:\n%s", text, output);
    assert_non_null(strstr(output, text));
}

#endif
