/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/json_reader.h"

#include <stdio.h>
#include <string.h>

#include "core/base/decimal.h"

enum { PATH_MAX_BYTES = 160, NAME_SHOWN = 40, DEPTH_SHOWN = 12 };

static void position(plx_slice text, uint32_t offset, unsigned *line, unsigned *column)
{
    *line = *column = 1;
    for (uint32_t i = 0; i < offset && i < text.n; i++) {
        *column = text.at[i] == '\n' ? 1 : *column + 1;
        *line += text.at[i] == '\n';
    }
}

/* Path of the token: down from the root to the child that holds it. */
static void put_path(const plx_reader *r, uint32_t token, plx_out *out)
{
    const plx_json_token *tokens = r->json.tokens;
    uint32_t at = 0;
    for (int depth = 0; depth < DEPTH_SHOWN && at < token; depth++) {
        const bool object = tokens[at].type == PLX_JSON_OBJECT;
        uint32_t child = at + 1, index = 0;
        while (child < tokens[at].next && tokens[child].next <= token) {
            child = tokens[child].next;
            index++;
        }
        if (child >= tokens[at].next) return;
        if (object) { /* children alternate key, value */
            uint32_t key = at + 1;
            for (uint32_t i = 0; i < index / 2; i++)
                key = tokens[tokens[key].next].next;
            plx_slice name = plx_json_text(&r->json, key);
            if (name.n > NAME_SHOWN) name.n = NAME_SHOWN;
            if (at > 0) plx_out_char(out, '.');
            plx_out_slice_add(out, name);
            if (child == key) return; /* the fault is the key */
        } else {
            plx_out_char(out, '[');
            plx_out_u64(out, index);
            plx_out_char(out, ']');
        }
        at = child;
    }
}

static void say(plx_reader *r, uint32_t offset, plx_slice path, const char *sentence)
{
    unsigned line, column;
    position(r->json.text, offset, &line, &column);
    snprintf(r->why, sizeof r->why, "line %u, column %u%s%.*s: %s", line, column,
             path.n ? ", " : "", (int)path.n, path.at, sentence);
    r->failed = true;
}

void plx_reader_fault(plx_reader *r, uint32_t token, const char *sentence)
{
    char path[PATH_MAX_BYTES];
    plx_out out = plx_out_init(path, sizeof path);
    if (r->failed) return;
    put_path(r, token, &out);
    say(r, r->json.tokens[token].offset, plx_out_slice(&out), sentence);
}

void plx_reader_parse(plx_reader *r, plx_slice text)
{
    plx_json_error error = {NULL, 0};
    r->failed = false;
    r->why[0] = 0;
    const plx_status status = plx_json_parse(text, &r->json, &error);
    r->json.text = text;
    if (status != PLX_OK)
        say(r, error.offset, (plx_slice){"", 0}, error.text ? error.text : plx_status_text(status));
}

static bool word_in(plx_slice name, const char *words)
{
    for (const char *at = words; *at;) {
        const size_t n = strcspn(at, ",");
        if (plx_slice_equal(name, (plx_slice){at, n})) return true;
        at += n + (at[n] == ',');
    }
    return false;
}

bool plx_reader_is(const plx_reader *r, uint32_t token, plx_json_type type)
{
    return token < r->json.n && r->json.tokens[token].type == type;
}

void plx_reader_keys(plx_reader *r, uint32_t object, const char *words)
{
    char sentence[320];
    if (r->failed || object == UINT32_MAX) return;
    if (!plx_reader_is(r, object, PLX_JSON_OBJECT)) {
        plx_reader_fault(r, object, "an object {...} is expected here");
        return;
    }
    for (uint32_t key = object + 1; key < r->json.tokens[object].next;
         key = plx_reader_next(r, key + 1))
        if (!word_in(plx_json_text(&r->json, key), words)) {
            snprintf(sentence, sizeof sentence, "this key is not known; known here: %s", words);
            plx_reader_fault(r, key, sentence);
            return;
        }
}

uint32_t plx_reader_get(plx_reader *r, uint32_t object, const char *key)
{
    if (r->failed) return UINT32_MAX;
    const uint32_t token = plx_json_get(&r->json, object, key);
    return plx_reader_is(r, token, PLX_JSON_NULL) ? UINT32_MAX : token;
}

uint32_t plx_reader_need(plx_reader *r, uint32_t object, const char *key)
{
    const uint32_t token = plx_reader_get(r, object, key);
    if (token == UINT32_MAX && !r->failed) {
        char sentence[80];
        snprintf(sentence, sizeof sentence, "the key %s is missing", key);
        plx_reader_fault(r, object == UINT32_MAX ? 0 : object, sentence);
    }
    return token;
}

double plx_reader_number(plx_reader *r, uint32_t token, double low, double high, double otherwise)
{
    char sentence[96];
    plx_decimal d;
    if (r->failed || token == UINT32_MAX) return otherwise;
    if (plx_reader_is(r, token, PLX_JSON_NUMBER) &&
        plx_decimal_parse(plx_json_text(&r->json, token), &d) == PLX_OK && d.value >= low &&
        d.value <= high)
        return d.value;
    snprintf(sentence, sizeof sentence, "a number from %g to %g is expected here", low, high);
    plx_reader_fault(r, token, sentence);
    return otherwise;
}

uint32_t plx_reader_count(plx_reader *r, uint32_t token, uint32_t high, uint32_t otherwise)
{
    const double value = plx_reader_number(r, token, 0, high, otherwise);
    if (value == (double)(uint32_t)value) return (uint32_t)value;
    plx_reader_fault(r, token, "a whole number is expected here");
    return otherwise;
}

bool plx_reader_flag(plx_reader *r, uint32_t token, bool otherwise)
{
    if (r->failed || token == UINT32_MAX) return otherwise;
    if (plx_reader_is(r, token, PLX_JSON_TRUE)) return true;
    if (!plx_reader_is(r, token, PLX_JSON_FALSE))
        plx_reader_fault(r, token, "true or false is expected here");
    return false;
}

void plx_reader_text(plx_reader *r, uint32_t token, char *text, size_t n)
{
    text[0] = 0;
    if (r->failed || token == UINT32_MAX) return;
    plx_out out = plx_out_init(text, n - 1);
    if (plx_reader_is(r, token, PLX_JSON_STRING)) plx_json_string(&r->json, token, &out);
    text[out.full ? 0 : out.n] = 0;
    if (out.n == 0 || out.full || memchr(text, 0, out.n)) {
        char sentence[64];
        snprintf(sentence, sizeof sentence, "a text of 1 to %zu bytes is expected here", n - 1);
        plx_reader_fault(r, token, sentence);
    }
}

uint32_t plx_reader_array(plx_reader *r, uint32_t token, uint32_t low, uint32_t high)
{
    char sentence[80];
    if (r->failed || token == UINT32_MAX) return 0;
    if (plx_reader_is(r, token, PLX_JSON_ARRAY) && r->json.tokens[token].children >= low &&
        r->json.tokens[token].children <= high)
        return r->json.tokens[token].children;
    if (low == high)
        snprintf(sentence, sizeof sentence, "a list of %u is expected here", low);
    else
        snprintf(sentence, sizeof sentence, "a list of %u to %u is expected here", low, high);
    plx_reader_fault(r, token, sentence);
    return 0;
}

void plx_reader_numbers(plx_reader *r, uint32_t token, double low, double high, double *out,
                        uint32_t n)
{
    if (plx_reader_array(r, token, n, n) != n) return;
    uint32_t at = plx_reader_first(token);
    for (uint32_t i = 0; i < n; i++, at = plx_reader_next(r, at))
        out[i] = plx_reader_number(r, at, low, high, 0);
}
