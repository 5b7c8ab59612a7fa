/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Finds the command that the words name and runs it. */
#include <stdio.h>

#include "app/app.h"

typedef struct plx_command {
    const char *words;
    int (*run)(int argc, char **argv);
    const char *usage, *sentence;
} plx_command;

static const plx_command COMMANDS[] = {
#define X(function, words, usage, sentence, example) {words, plx_app_##function, usage, sentence},
    PLX_COMMAND_TABLE(X)
#undef X
};
enum { COMMANDS_N = sizeof COMMANDS / sizeof COMMANDS[0] };

static int usage(FILE *to)
{
    fprintf(to,
            "Pollux, a digital twin of an emergency department\n\nusage: pollux COMMAND ...\n\n");
    for (size_t i = 0; i < COMMANDS_N; i++)
        fprintf(to, "  %-16s %s\n", COMMANDS[i].words, COMMANDS[i].sentence);
    fprintf(to, "\npollux COMMAND --help tells more.\n");
    return to == stdout ? PLX_EXIT_OK : PLX_EXIT_USAGE;
}

/* How many arguments the command's words take; 0 when they do not match. */
static int words_match(const char *words, int argc, char **argv)
{
    int n = 0;
    const char *at = words;
    while (*at) {
        size_t length = strcspn(at, " ");
        if (n >= argc || strlen(argv[n]) != length || memcmp(argv[n], at, length) != 0) return 0;
        n++;
        at += length + (at[length] == ' ');
    }
    return n;
}

/* "pollux hl7 --help" lists the verbs of the noun. */
static int unknown(const char *noun, const char *verb)
{
    size_t noun_n = strlen(noun), verbs = 0;
    bool help = strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0;
    for (size_t i = 0; i < COMMANDS_N; i++) {
        const char *words = COMMANDS[i].words;
        if (strncmp(words, noun, noun_n) != 0 || words[noun_n] != ' ') continue;
        if (verbs++ == 0 && !help) fprintf(stderr, "pollux %s: say what to do:\n", noun);
        fprintf(help ? stdout : stderr, "  %-16s %s\n", words, COMMANDS[i].sentence);
    }
    if (verbs) return help ? PLX_EXIT_OK : PLX_EXIT_USAGE;
    return plx_app_fail(PLX_EXIT_USAGE, noun, "no such command; pollux --help lists them", NULL);
}

int main(int argc, char **argv)
{
    if (argc < 2) return usage(stderr);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) return usage(stdout);
    if (strcmp(argv[1], "--version") == 0) return plx_app_version(1, argv);
    for (size_t i = 0; i < COMMANDS_N; i++) {
        int n = words_match(COMMANDS[i].words, argc - 1, argv + 1);
        if (n > 0) return COMMANDS[i].run(argc - n, argv + n);
    }
    return unknown(argv[1], argc > 2 ? argv[2] : "");
}
