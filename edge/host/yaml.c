/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/host/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Looking in the text. */

static bool one_of(char c, const char *set)
{
    return c && strchr(set, c) != NULL;
}

/* The end of a comment or a quoted text that begins at i; i when none does. */
static size_t pass_over(plx_slice t, size_t i)
{
    bool begins = i == 0 || one_of(t.at[i - 1], " \t\n[{,");
    char c = t.at[i];
    if (!begins || !one_of(c, "#\"'")) return i;
    const char *end = memchr(t.at + i + 1, c == '#' ? '\n' : c, t.n - i - 1);
    return end ? (size_t)(end - t.at) : t.n;
}

static bool value_follows(plx_slice t, size_t from, const char *value)
{
    const char *end = memchr(t.at + from, '\n', t.n - from);
    size_t n = end ? (size_t)(end - t.at) - from : t.n - from;
    return value[0] == 0 || memmem(t.at + from, n, value, strlen(value)) != NULL;
}

/* Where a key that begins at i ends, its quotes too; i when it is not this key with a colon. */
static size_t key_ends(plx_slice t, size_t i, const char *key)
{
    size_t key_n = strlen(key), quote = one_of(t.at[i], "\"'") ? 1 : 0, end = i + 2 * quote + key_n;
    if (end >= t.n || memcmp(t.at + i + quote, key, key_n) != 0) return i;
    if (quote && t.at[end - 1] != t.at[i]) return i;
    while (end < t.n && t.at[end] == ' ')
        end++;
    return end < t.n && t.at[end] == ':' ? end : i;
}

size_t plx_yaml_find(plx_slice t, size_t from, size_t to, const char *key, const char *value)
{
    if (to > t.n) to = t.n;
    for (size_t i = from; i < to; i++) {
        bool starts = i == 0 || one_of(t.at[i - 1], " \t\n-{,");
        size_t end = starts ? key_ends(t, i, key) : i;
        if (end > i && value_follows(t, end, value)) return i;
        i = pass_over(t, i);
    }
    return to;
}

unsigned plx_yaml_line(plx_slice text, size_t offset)
{
    unsigned line = 1;
    if (offset >= text.n) return 0;
    for (size_t i = 0; i < offset; i++)
        line += text.at[i] == '\n';
    return line;
}

/* Complaints. */

plx_status plx_yaml_complain(const plx_yaml *y, unsigned line, const char *sentence)
{
    if (line > 0)
        snprintf(y->problem, y->problem_n, "%.120s line %u: %s", y->name, line, sentence);
    else
        snprintf(y->problem, y->problem_n, "%.120s: %s", y->name, sentence);
    return PLX_CONFIG;
}

static void listen_to_cyaml(cyaml_log_t level, void *context, const char *format, va_list arguments)
{
    (void)level;
    plx_yaml *y = context;
    char text[PLX_YAML_SAID_MAX];
    vsnprintf(text, sizeof text, format, arguments);
    text[strcspn(text, "\n")] = 0;
    const char *line = strstr(text, "(line: ");
    if (line && y->line == 0) y->line = (unsigned)strtoul(line + 7, NULL, 10);
    if (!line && y->said[0] == 0) {
        const char *from = strncmp(text, "Load: ", 6) == 0 ? text + 6 : text;
        memcpy(y->said, from, strlen(from) + 1);
    }
}

static size_t offset_of_line(plx_slice t, unsigned line)
{
    size_t i = 0;
    for (; line > 1 && i < t.n; i++)
        line -= t.at[i] == '\n';
    return i;
}

/* libcyaml's line is that of the last thing it understood: the culprit stands there or below. */
static plx_status explain(const plx_yaml *y, cyaml_err_t error)
{
    char sentence[2 * PLX_YAML_SAID_MAX];
    const char *key = strrchr(y->said, ' ');
    key = key ? key + 1 : "";
    size_t from = offset_of_line(y->text, y->line);
    unsigned line = y->line, found = 0;
    if (error == CYAML_ERR_INVALID_KEY) {
        found = plx_yaml_line(y->text, plx_yaml_find(y->text, from, y->text.n, key, ""));
        snprintf(sentence, sizeof sentence, "the key \"%s\" is unknown; see %s for all keys", key,
                 y->all_keys);
    } else if (strstr(y->said, "already seen")) {
        size_t first = plx_yaml_find(y->text, from, y->text.n, key, "");
        size_t again = plx_yaml_find(y->text, first + 1, y->text.n, key, "");
        found = plx_yaml_line(y->text, again);
        if (!found) found = plx_yaml_line(y->text, first);
        snprintf(sentence, sizeof sentence, "the key \"%s\" stands here twice", key);
    } else if (error == CYAML_ERR_MAPPING_FIELD_MISSING) {
        snprintf(sentence, sizeof sentence, "\"%s\" is missing in this entry", key);
    } else {
        snprintf(sentence, sizeof sentence, "this is not as it should be: %s",
                 y->said[0] ? y->said : cyaml_strerror(error));
    }
    return plx_yaml_complain(y, found ? found : line, sentence);
}

/* Loading. */

static plx_status load(plx_yaml *y, const cyaml_schema_value_t *schema, void **data, unsigned *n)
{
    /* No aliases: a file of a few lines must not become a large one. */
    const cyaml_config_t config = {.log_fn = listen_to_cyaml,
                                   .log_ctx = y,
                                   .mem_fn = cyaml_mem,
                                   .log_level = CYAML_LOG_ERROR,
                                   .flags = CYAML_CFG_NO_ALIAS};
    *data = NULL;
    if (y->text.n > 0 && memchr(y->text.at, 0, y->text.n))
        return plx_yaml_complain(y, 0, "this is no text file");
    cyaml_err_t error =
        cyaml_load_data((const uint8_t *)y->text.at, y->text.n, &config, schema, data, n);
    if (error == CYAML_ERR_OOM) {
        plx_yaml_complain(y, 0, "not enough memory to read it");
        return PLX_FULL;
    }
    if (error != CYAML_OK) return explain(y, error);
    return PLX_OK;
}

plx_status plx_yaml_load(plx_yaml *y, const cyaml_schema_value_t *schema, void **data)
{
    return load(y, schema, data, NULL);
}

plx_status plx_yaml_load_list(plx_yaml *y, const cyaml_schema_value_t *schema, void **data,
                              unsigned *n)
{
    *n = 0;
    return load(y, schema, data, n);
}

void plx_yaml_free_list(const cyaml_schema_value_t *schema, void *data, unsigned n)
{
    const cyaml_config_t config = {.mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR};
    if (data) cyaml_free(&config, schema, data, n);
}

void plx_yaml_free(const cyaml_schema_value_t *schema, void *data)
{
    plx_yaml_free_list(schema, data, 0);
}

plx_status plx_yaml_read(const char *path, const char *kind, plx_slice *text, char *problem,
                         size_t problem_n)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        snprintf(problem, problem_n, "%.120s cannot be read: %m; check its name and rights", path);
        return PLX_CONFIG;
    }
    char *bytes = malloc(PLX_YAML_FILE_MAX + 1);
    size_t n = bytes ? fread(bytes, 1, PLX_YAML_FILE_MAX + 1, f) : 0;
    bool failed = ferror(f);
    fclose(f);
    if (!bytes) {
        snprintf(problem, problem_n, "not enough memory to read %.120s", path);
        return PLX_FULL;
    }
    if (failed || n > PLX_YAML_FILE_MAX) {
        snprintf(problem, problem_n, "%.120s is no %s file (%s)", path, kind,
                 failed ? "it cannot be read" : "more than 1 MiB");
        free(bytes);
        return PLX_CONFIG;
    }
    *text = (plx_slice){bytes, n};
    return PLX_OK;
}
