/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* libcyaml checks keys and shapes; every value is read as a text and checked here, because libcyaml
 * takes any word for true and cuts numbers. */
#include <stdio.h>
#include <stdlib.h>

#include "edge/host/address.h"
#include "edge/host/config.h"
#include "edge/host/yaml.h"

_Static_assert((int)PLX_CONFIG_FILE_MAX == (int)PLX_YAML_FILE_MAX, "one limit of a file");

/* the shape of the file. */

typedef struct file_mllp {
    char *address, *name, *reused_control_id, *zone, *charset;
} file_mllp;

typedef struct file_log {
    char *level, *form;
} file_log;

typedef struct file_limits {
    char *connections_per_peer, *live_twins, *live_twin_workers;
} file_limits;

typedef struct file_root {
    char *http, *data, *zone;
    file_mllp *mllp;
    unsigned mllp_n;
    file_log *log;
    file_limits *limits;
} file_root;

#define TEXT(type, key)                                                                            \
    CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, key, 0,           \
                           PLX_CONFIG_TEXT_MAX)

static const cyaml_schema_field_t MLLP_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("address", CYAML_FLAG_POINTER, file_mllp, address, 0,
                           PLX_CONFIG_TEXT_MAX),
    TEXT(file_mllp, name),
    TEXT(file_mllp, reused_control_id),
    TEXT(file_mllp, zone),
    TEXT(file_mllp, charset),
    CYAML_FIELD_END};
static const cyaml_schema_field_t LOG_FIELDS[] = {TEXT(file_log, level), TEXT(file_log, form),
                                                  CYAML_FIELD_END};
static const cyaml_schema_field_t LIMITS_FIELDS[] = {
    TEXT(file_limits, connections_per_peer), TEXT(file_limits, live_twins),
    TEXT(file_limits, live_twin_workers), CYAML_FIELD_END};
static const cyaml_schema_value_t MLLP = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, file_mllp, MLLP_FIELDS)};
static const cyaml_schema_field_t ROOT_FIELDS[] = {
    TEXT(file_root, http),
    TEXT(file_root, data),
    TEXT(file_root, zone),
    CYAML_FIELD_SEQUENCE_COUNT("mllp", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, file_root, mllp,
                               mllp_n, &MLLP, 1, PLX_CONFIG_MLLP_MAX),
    CYAML_FIELD_MAPPING_PTR("log", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, file_root, log,
                            LOG_FIELDS),
    CYAML_FIELD_MAPPING_PTR("limits", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, file_root, limits,
                            LIMITS_FIELDS),
    CYAML_FIELD_END};
static const cyaml_schema_value_t ROOT = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, file_root, ROOT_FIELDS)};

/* sentences and lines. */

/* The line of the nth "key: ... value" (1 = first); 0 when there is none (a value over several
 * lines). */
static unsigned find_line(const plx_yaml *y, const char *key, const char *value, unsigned nth)
{
    size_t at = plx_yaml_find(y->text, 0, y->text.n, key, value);
    while (--nth > 0 && at < y->text.n)
        at = plx_yaml_find(y->text, at + 1, y->text.n, key, value);
    return plx_yaml_line(y->text, at);
}

static plx_status wrong(const plx_yaml *r, const char *key, const char *value, const char *expected)
{
    char sentence[256];
    snprintf(sentence, sizeof sentence, "%s: \"%.60s\" is wrong: %s", key, value, expected);
    return plx_yaml_complain(r, find_line(r, key, value, 1), sentence);
}

/* values. */

bool plx_config_zone(plx_slice text, int32_t *minutes)
{
    if (plx_slice_is(text, "Z")) {
        *minutes = 0;
        return true;
    }
    bool sign = text.n > 0 && (text.at[0] == '+' || text.at[0] == '-');
    plx_slice digits = {text.at + sign, text.n - sign};
    uint64_t hours = 0, rest = 0;
    if (sign && digits.n == 5 && digits.at[2] == ':') {
        if (!plx_slice_u64((plx_slice){digits.at, 2}, 24, &hours) ||
            !plx_slice_u64((plx_slice){digits.at + 3, 2}, 59, &rest))
            return false;
    } else if (!plx_slice_u64(digits, 24 * 60, &rest)) {
        return false;
    }
    uint64_t all = hours * 60 + rest;
    if (all > 24 * 60) return false;
    *minutes = text.at[0] == '-' ? -(int32_t)all : (int32_t)all;
    return true;
}

static bool read_bool(const char *text, bool *value)
{
    *value = strcmp(text, "true") == 0;
    return *value || strcmp(text, "false") == 0;
}

/* The number of a word of a list; -1 when it is none. */
static int word_of(const char *text, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], text) == 0) return i;
    return -1;
}

static bool is_interface_name(const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.') return false;
    }
    return n > 0 && n <= PLX_CONFIG_NAME_MAX;
}

static plx_status check_address(const plx_yaml *r, const char *key, const char *text, unsigned nth)
{
    char host[PLX_ADDRESS_HOST_MAX], sentence[256];
    uint16_t port;
    const char *problem;
    if (plx_address_split(plx_slice_of(text), host, &port, &problem) == PLX_OK) return PLX_OK;
    snprintf(sentence, sizeof sentence, "%s: \"%.60s\" is wrong: %s", key, text, problem);
    return plx_yaml_complain(r, find_line(r, key, text, nth), sentence);
}

/* from the file's texts to the configuration. */

typedef struct config_memory { /* owned by plx_config.memory */
    file_root *root;           /* libcyaml's */
    plx_config_mllp *mllp;
    char (*names)[16]; /* of interfaces that have none in the file */
} config_memory;

static void destroy_memory(config_memory *m)
{
    if (!m) return;
    plx_yaml_free(&ROOT, m->root);
    free(m->mllp);
    free(m->names);
    free(m);
}

static plx_status check_unique(const plx_yaml *r, const plx_config_mllp *mllp, uint32_t i)
{
    char sentence[256];
    for (uint32_t k = 0; k < i; k++) {
        bool any_port = strlen(mllp[i].address) > 2 &&
                        strcmp(mllp[i].address + strlen(mllp[i].address) - 2, ":0") == 0;
        if (strcmp(mllp[k].address, mllp[i].address) == 0 && !any_port) {
            snprintf(sentence, sizeof sentence, "address: \"%.60s\" is used twice",
                     mllp[i].address);
            return plx_yaml_complain(r, find_line(r, "address", mllp[i].address, 2), sentence);
        }
        if (strcmp(mllp[k].name, mllp[i].name) == 0) {
            snprintf(sentence, sizeof sentence, "name: \"%.64s\" is used twice", mllp[i].name);
            return plx_yaml_complain(r, find_line(r, "name", mllp[i].name, 2), sentence);
        }
    }
    return PLX_OK;
}

static plx_status read_mllp(const plx_yaml *r, config_memory *m, uint32_t i, int32_t zone_minutes)
{
    const file_mllp *from = &m->root->mllp[i];
    plx_config_mllp *to = &m->mllp[i];
    snprintf(m->names[i], sizeof m->names[i], i == 0 ? "mllp" : "mllp-%u", i + 1);
    *to = (plx_config_mllp){.address = from->address,
                            .name = from->name ? from->name : m->names[i],
                            .zone_minutes = zone_minutes};
    PLX_TRY(check_address(r, "address", to->address, 1));
    if (!is_interface_name(to->name))
        return wrong(r, "name", to->name, "1 to 64 letters, digits, - _ . are possible");
    if (from->reused_control_id && !read_bool(from->reused_control_id, &to->reused_control_id))
        return wrong(r, "reused_control_id", from->reused_control_id, "true or false is possible");
    if (from->zone && !plx_config_zone(plx_slice_of(from->zone), &to->zone_minutes))
        return wrong(r, "zone", from->zone, "minutes east of UTC, or a zone like +02:00");
    to->charset = from->charset ? plx_charset_named(plx_slice_of(from->charset)) : PLX_CHARSET_NONE;
    if (from->charset && to->charset == PLX_CHARSET_NONE)
        return wrong(r, "charset", from->charset,
                     "a set of HL7 table 0211, like 8859/15, GB 18030-2000 or ISO IR87");
    return check_unique(r, m->mllp, i);
}

static plx_status read_limits(const plx_yaml *r, plx_config *c, const file_limits *from)
{
    uint64_t number = 0;
    if (from->connections_per_peer) {
        const char *text = from->connections_per_peer;
        if (!plx_slice_u64(plx_slice_of(text), 512, &number) || number == 0)
            return wrong(r, "connections_per_peer", text, "a number from 1 to 512");
        c->connections_per_peer = (uint32_t)number;
    }
    if (from->live_twins) {
        if (!plx_slice_u64(plx_slice_of(from->live_twins), PLX_CONFIG_TWINS_MAX, &number))
            return wrong(r, "live_twins", from->live_twins, "a number from 0 to 128");
        c->live_twins = (uint32_t)number;
    }
    if (from->live_twin_workers) {
        if (!plx_slice_u64(plx_slice_of(from->live_twin_workers), PLX_CONFIG_WORKERS_MAX, &number))
            return wrong(r, "live_twin_workers", from->live_twin_workers, "a number from 0 to 64");
        c->live_twin_workers = (uint32_t)number;
    }
    return PLX_OK;
}

static plx_status read_root(const plx_yaml *r, config_memory *m, plx_config *c)
{
    static const char *const LEVELS[] = {"debug", "info", "warn", "error", NULL};
    static const char *const FORMS[] = {"text", "json", NULL};
    const file_root *from = m->root;
    if (from->http) c->http = from->http;
    if (from->data) c->data = from->data;
    PLX_TRY(check_address(r, "http", c->http, 1));
    if (c->data[0] == 0) return wrong(r, "data", "", "a directory is needed");
    if (from->zone && !plx_config_zone(plx_slice_of(from->zone), &c->zone_minutes))
        return wrong(r, "zone", from->zone, "minutes east of UTC, or a zone like +02:00");
    if (from->log && from->log->level) {
        int level = word_of(from->log->level, LEVELS);
        if (level < 0) return wrong(r, "level", from->log->level, "debug, info, warn or error");
        c->log_level = (plx_log_level)level;
    }
    if (from->log && from->log->form) {
        int form = word_of(from->log->form, FORMS);
        if (form < 0) return wrong(r, "form", from->log->form, "json or text");
        c->log_json = form == 1;
    }
    if (from->limits) PLX_TRY(read_limits(r, c, from->limits));
    for (uint32_t i = 0; i < from->mllp_n; i++)
        PLX_TRY(read_mllp(r, m, i, c->zone_minutes));
    if (from->mllp_n > 0) {
        c->mllp = m->mllp;
        c->mllp_n = from->mllp_n;
    }
    return PLX_OK;
}

void plx_config_default(plx_config *config)
{
    static const plx_config_mllp one = {.address = "127.0.0.1:2575", .name = "mllp"};
    *config = (plx_config){.http = "127.0.0.1:8080",
                           .data = "pollux-data",
                           .mllp = &one,
                           .mllp_n = 1,
                           .log_level = PLX_LOG_INFO,
                           .log_json = true,
                           .connections_per_peer = PLX_CONFIG_PER_PEER,
                           .live_twins = PLX_CONFIG_TWINS};
}

static plx_status load(plx_yaml *r, config_memory *m, plx_config *made)
{
    void *root = NULL;
    PLX_TRY(plx_yaml_load(r, &ROOT, &root));
    if (!root) return plx_yaml_complain(r, 0, "the file says nothing; remove it or write a key");
    m->root = root;
    m->mllp = calloc(m->root->mllp_n + 1, sizeof *m->mllp);
    m->names = calloc(m->root->mllp_n + 1, sizeof *m->names);
    if (!m->mllp || !m->names) return PLX_FULL;
    return read_root(r, m, made);
}

plx_status plx_config_parse(const char *name, plx_slice yaml, plx_config *config, char *problem,
                            size_t problem_n)
{
    plx_yaml r = {.name = name,
                  .text = yaml,
                  .all_keys = "knowledge/site/pollux.yaml",
                  .problem = problem,
                  .problem_n = problem_n};
    config_memory *memory = calloc(1, sizeof *memory);
    plx_config made;
    plx_config_default(&made);
    snprintf(problem, problem_n, "not enough memory to read %.120s", name);
    plx_status status = memory ? load(&r, memory, &made) : PLX_FULL;
    if (status != PLX_OK) {
        destroy_memory(memory);
        return status;
    }
    made.memory = memory;
    *config = made;
    return PLX_OK;
}

plx_status plx_config_read(const char *path, plx_config *config, char *problem, size_t problem_n)
{
    plx_slice text;
    PLX_TRY(plx_yaml_read(path, "configuration", &text, problem, problem_n));
    plx_status status = plx_config_parse(path, text, config, problem, problem_n);
    free((char *)text.at);
    return status;
}

void plx_config_destroy(plx_config *config)
{
    destroy_memory(config->memory);
    *config = (plx_config){0};
}
