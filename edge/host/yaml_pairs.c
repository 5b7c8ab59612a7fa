/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/host/yaml_pairs.h"

#include <stdbool.h>
#include <stdio.h>
#include <yaml.h>

enum { DEPTH_MAX = 2, KEY_MAX = 128, WHY_MAX = 200 };

typedef struct walk {
    yaml_parser_t parser;
    const char *name;
    char *problem;
    size_t problem_n, depth;
    bool has_key;
    char group[KEY_MAX], key[KEY_MAX];
    plx_yaml_pair *take;
    void *to;
} walk;

static plx_status complain(walk *w, size_t line, const char *sentence)
{
    snprintf(w->problem, w->problem_n, "%s line %zu: %s", w->name, line, sentence);
    return PLX_CONFIG;
}

static plx_status scalar(walk *w, const yaml_event_t *e)
{
    const plx_slice text = {(const char *)e->data.scalar.value, e->data.scalar.length};
    const size_t line = e->start_mark.line + 1;
    char why[WHY_MAX] = "";
    if (w->depth == 0) return complain(w, line, "keys with their values are expected");
    if (!w->has_key) {
        if (text.n >= KEY_MAX || memchr(text.at, 0, text.n))
            return complain(w, line, "a key has at most 127 bytes");
        memcpy(w->key, text.at, text.n);
        w->key[text.n] = 0;
        w->has_key = true;
        return PLX_OK;
    }
    w->has_key = false;
    if (w->take(w->to, plx_slice_of(w->depth == 2 ? w->group : ""), plx_slice_of(w->key), text, why,
                sizeof why) == PLX_OK)
        return PLX_OK;
    return complain(w, line, why);
}

static plx_status step(walk *w, const yaml_event_t *e)
{
    const size_t line = e->start_mark.line + 1;
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        return scalar(w, e);
    case YAML_MAPPING_START_EVENT:
        if (w->depth == DEPTH_MAX || (w->depth == 1 && !w->has_key))
            return complain(w, line, "a text is expected here");
        if (w->depth == 1) memcpy(w->group, w->key, sizeof w->group);
        w->has_key = false;
        w->depth++;
        return PLX_OK;
    case YAML_MAPPING_END_EVENT:
        w->depth--;
        return PLX_OK;
    case YAML_SEQUENCE_START_EVENT:
        return complain(w, line, "a text is expected here, not a list");
    case YAML_ALIAS_EVENT:
        return complain(w, line, "anchors and aliases are not understood here");
    default:
        return PLX_OK;
    }
}

plx_status plx_yaml_pairs(const char *name, plx_slice text, plx_yaml_pair *take, void *to,
                          char *problem, size_t problem_n)
{
    walk w = {.name = name, .problem = problem, .problem_n = problem_n, .take = take, .to = to};
    plx_status status = PLX_OK;
    if (!yaml_parser_initialize(&w.parser)) return complain(&w, 1, "no memory left");
    yaml_parser_set_input_string(&w.parser, (const unsigned char *)text.at, text.n);
    for (bool over = false; status == PLX_OK && !over;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&w.parser, &event)) {
            status = complain(&w, w.parser.problem_mark.line + 1, "this is not YAML");
            break;
        }
        over = event.type == YAML_STREAM_END_EVENT;
        status = step(&w, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&w.parser);
    return status;
}
