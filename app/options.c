/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"

typedef struct plx_command_help {
    const char *words, *usage, *sentence, *example;
} plx_command_help;

static const plx_command_help HELP[] = {
#define X(function, words, usage, sentence, example) {words, usage, sentence, example},
    PLX_COMMAND_TABLE(X)
#undef X
};

int plx_app_fail(int exit_status, const char *words, const char *sentence, const char *detail)
{
    const char *colon = detail && detail[0] ? ": " : "";
    fprintf(stderr, "pollux %s: %s%s%s\n", words, sentence, colon, detail ? detail : "");
    return exit_status;
}

static int help(const char *words)
{
    for (size_t i = 0; i < sizeof HELP / sizeof HELP[0]; i++) {
        if (strcmp(HELP[i].words, words) != 0) continue;
        printf("usage: pollux %s %s\n%s.\n\nexample:\n  %s\n", words, HELP[i].usage,
               HELP[i].sentence, HELP[i].example);
    }
    return -1;
}

static bool store_number(const plx_option *o, const char *text)
{
    char *end = NULL;
    errno = 0;
    double value = strtod(text, &end);
    if (end == text || *end || errno || !isfinite(value)) return false;
    if ((o->low != 0 || o->high != 0) && (value < o->low || value > o->high)) return false;
    if (o->kind == PLX_OPTION_DOUBLE) {
        *(double *)o->into = value;
        return true;
    }
    return plx_slice_u64(plx_slice_of(text), UINT64_MAX, (uint64_t *)o->into);
}

static int read_option(const char *words, const plx_option *o, int argc, char **argv, int *i)
{
    if (o->kind == PLX_OPTION_FLAG) {
        *(bool *)o->into = true;
        return PLX_EXIT_OK;
    }
    if (*i + 1 >= argc)
        return plx_app_fail(PLX_EXIT_USAGE, words, "this option needs a value", o->name);
    const char *text = argv[++*i];
    if (o->kind == PLX_OPTION_TEXT) {
        *(const char **)o->into = text;
        return PLX_EXIT_OK;
    }
    if (o->kind == PLX_OPTION_LIST) {
        plx_option_list *list = o->into;
        if (list->n == PLX_OPTION_LIST_MAX) {
            char sentence[64];
            snprintf(sentence, sizeof sentence, "this option can be said %d times",
                     PLX_OPTION_LIST_MAX);
            return plx_app_fail(PLX_EXIT_USAGE, words, sentence, o->name);
        }
        list->at[list->n++] = text;
        return PLX_EXIT_OK;
    }
    if (store_number(o, text)) return PLX_EXIT_OK;
    char detail[160];
    if (o->low != 0 || o->high != 0)
        snprintf(detail, sizeof detail, "%s takes a number from %g to %g, not \"%.60s\"", o->name,
                 o->low, o->high, text);
    else
        snprintf(detail, sizeof detail, "%s takes a whole number, not \"%.60s\"", o->name, text);
    return plx_app_fail(PLX_EXIT_USAGE, words, "a value is wrong", detail);
}

int plx_options_read(const char *words, int argc, char **argv, const plx_option *options,
                     size_t options_n, const char **files, size_t files_max, size_t *files_n)
{
    *files_n = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return help(words);
        const plx_option *found = NULL;
        for (size_t k = 0; k < options_n; k++)
            if (strcmp(options[k].name, argv[i]) == 0) found = &options[k];
        if (found) {
            int status = read_option(words, found, argc, argv, &i);
            if (status != PLX_EXIT_OK) return status;
        } else if (argv[i][0] == '-' && argv[i][1]) {
            return plx_app_fail(PLX_EXIT_USAGE, words, "no such option (try --help)", argv[i]);
        } else if (*files_n == files_max) {
            return plx_app_fail(PLX_EXIT_USAGE, words, "one argument too many (try --help)",
                                argv[i]);
        } else {
            files[(*files_n)++] = argv[i];
        }
    }
    return PLX_EXIT_OK;
}

plx_status plx_app_read_file(const char *path, char **bytes, size_t *n)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *f = standard ? stdin : fopen(path, "rb");
    if (!f) return PLX_IO;
    size_t used = 0, capacity = 1 << 16;
    char *at = malloc(capacity);
    while (at) {
        size_t got = fread(at + used, 1, capacity - used, f);
        used += got;
        if (got == 0) break;
        if (used < capacity) continue;
        capacity *= 2;
        char *more = realloc(at, capacity);
        if (!more) free(at);
        at = more;
    }
    bool failed = !at || ferror(f);
    if (!standard) fclose(f);
    if (failed) {
        free(at);
        return PLX_IO;
    }
    *bytes = at;
    *n = used;
    return PLX_OK;
}
