/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/score_line.h"

#include <stdio.h>

#include "app/app.h"

static void note_ignored(plx_score_line *l, uint32_t key)
{
    plx_out *out = &l->ignored_out;
    const plx_slice text = plx_json_text(&l->json, key);
    if (out->capacity - out->n < text.n + 32) return; /* the first ones tell enough */
    plx_out_text(out, ",\"unknown key ignored: ");
    plx_out_slice_add(out, text);
    plx_out_char(out, '"');
}

static void read_number(plx_score_line *l, uint32_t token, plx_score_given *given)
{
    given->unreadable = l->json.tokens[token].type != PLX_JSON_NUMBER ||
                        plx_decimal_parse(plx_json_text(&l->json, token), &given->number) != PLX_OK;
}

/* Number of a word among "acute|chronic", -1 = none of them. */
static int word_number(const char *words, plx_slice text)
{
    for (int i = 0; *words; i++) {
        const size_t n = strcspn(words, "|");
        if (plx_slice_equal(text, (plx_slice){words, n})) return i;
        words += n + (words[n] == '|');
    }
    return -1;
}

static void read_word(plx_slice text, const plx_score_input *input, plx_score_given *given)
{
    const int number = word_number(input->codes, text);
    given->unreadable = number < 0;
    given->code = given->unreadable ? 0 : (char)number;
}

static void read_value(plx_score_line *l, uint32_t token, const plx_score_input *input,
                       plx_score_given *given)
{
    const plx_json_type sent = l->json.tokens[token].type;
    const plx_score_type type = input->type;
    const plx_slice text = plx_json_text(&l->json, token);
    given->given = sent != PLX_JSON_NULL;
    if (type == PLX_SCORE_NUMBER) {
        read_number(l, token, given);
    } else if (type == PLX_SCORE_FLAG) {
        given->unreadable = sent != PLX_JSON_TRUE && sent != PLX_JSON_FALSE;
        given->flag = sent == PLX_JSON_TRUE;
    } else if (type == PLX_SCORE_WORD) {
        read_word(sent == PLX_JSON_STRING ? text : (plx_slice){0}, input, given);
    } else {
        given->unreadable = sent != PLX_JSON_STRING || text.n != 1;
        given->code = given->unreadable ? 0 : text.at[0];
    }
}

static void read_age(plx_score_line *l, uint32_t token, plx_score_given *given)
{
    plx_decimal age;
    given->age_known = l->json.tokens[token].type == PLX_JSON_NUMBER &&
                       plx_decimal_parse(plx_json_text(&l->json, token), &age) == PLX_OK &&
                       age.mantissa >= 0;
    if (given->age_known) given->age_s = (uint64_t)age.value;
    given->unreadable = given->unreadable || !given->age_known;
}

static void read_qualifier(plx_score_line *l, uint32_t token, const plx_score_input *input,
                           plx_slice *into, plx_score_given *given)
{
    *into = plx_json_text(&l->json, token);
    if (l->json.tokens[token].type != PLX_JSON_STRING || input->type != PLX_SCORE_NUMBER)
        given->unreadable = true;
}

/* {"v":98.6,"u":"[degF]"}, {"v":25,"u":"mg/dL","as":"BUN"} */
static void read_members(plx_score_line *l, uint32_t object, const plx_score_input *input,
                         plx_score_given *given)
{
    const plx_json_token *tokens = l->json.tokens;
    given->given = given->unreadable = true;
    const uint32_t v = plx_json_get(&l->json, object, "v");
    if (v != UINT32_MAX) {
        given->unreadable = false;
        read_value(l, v, input, given);
    }
    for (uint32_t key = object + 1; key < tokens[object].next; key = tokens[key + 1].next) {
        const plx_slice name = plx_json_text(&l->json, key);
        if (plx_slice_is(name, "u")) {
            read_qualifier(l, key + 1, input, &given->unit, given);
        } else if (plx_slice_is(name, "as")) {
            read_qualifier(l, key + 1, input, &given->as, given);
        } else if (plx_slice_is(name, "age_s")) {
            read_age(l, key + 1, given);
        } else if (!plx_slice_is(name, "v")) {
            note_ignored(l, key);
        }
    }
}

static void read_inputs(plx_score_line *l, uint32_t object)
{
    const plx_json_token *tokens = l->json.tokens;
    for (uint32_t key = object + 1; key < tokens[object].next; key = tokens[key + 1].next) {
        const uint32_t i = plx_score_input_find(l->score, plx_json_text(&l->json, key));
        if (i == l->score->inputs_n)
            note_ignored(l, key);
        else if (tokens[key + 1].type == PLX_JSON_OBJECT)
            read_members(l, key + 1, &l->score->inputs[i], &l->given[i]);
        else
            read_value(l, key + 1, &l->score->inputs[i], &l->given[i]);
    }
}

static void write_names(plx_json_writer *w, const char *key, const plx_score *score, uint32_t bits)
{
    plx_json_key(w, key);
    plx_json_array(w);
    for (uint32_t i = 0; i < score->inputs_n; i++)
        if (bits >> i & 1) plx_json_put_text(w, score->inputs[i].key);
    plx_json_array_end(w);
}

static void write_number(plx_json_writer *w, const char *key, bool there, double value,
                         unsigned decimals)
{
    plx_json_key(w, key);
    if (there)
        plx_json_put_double(w, value, decimals);
    else
        plx_json_put_null(w);
}

static void write_bands(plx_json_writer *w, const plx_score *score, const plx_score_result *r)
{
    const bool one = r->bands && !(r->bands & (r->bands - 1));
    plx_json_key(w, "band");
    if (!r->applicable)
        plx_json_put_text(w, "not applicable");
    else if (one)
        plx_json_put_text(w, score->bands[__builtin_ctz(r->bands)]);
    else
        plx_json_put_null(w);
    plx_json_key(w, "bands");
    plx_json_array(w);
    for (uint32_t b = 0; b < score->bands_n; b++)
        if (r->bands >> b & 1) plx_json_put_text(w, score->bands[b]);
    plx_json_array_end(w);
}

static plx_slice word_at(const char *words, int number)
{
    for (; number > 0; number--)
        words += strcspn(words, "|") + 1;
    return (plx_slice){words, strcspn(words, "|")};
}

static void write_input_value(plx_json_writer *w, const plx_score_input *input,
                              const plx_score_given *given, const plx_score_part *part)
{
    plx_json_key(w, "value");
    if (input->type == PLX_SCORE_NUMBER)
        plx_json_put_raw(w, plx_decimal_text(&part->value));
    else if (input->type == PLX_SCORE_FLAG)
        plx_json_put_bool(w, given->flag);
    else if (input->type == PLX_SCORE_WORD)
        plx_json_put_string(w, word_at(input->codes, given->code));
    else
        plx_json_put_string(w, (plx_slice){&given->code, 1});
    plx_json_key(w, "unit");
    plx_json_put_text(w, input->unit);
}

static void write_why(plx_json_writer *w, const plx_score_line *l, const plx_score_result *r)
{
    plx_json_key(w, "why");
    plx_json_array(w);
    for (uint32_t i = 0; i < l->score->inputs_n; i++) {
        const plx_score_part *part = &r->parts[i];
        if (!part->used) continue;
        plx_json_object(w);
        plx_json_key(w, "input");
        plx_json_put_text(w, l->score->inputs[i].key);
        write_input_value(w, &l->score->inputs[i], &l->given[i], part);
        write_number(w, "points", !part->open, part->points, r->decimals);
        plx_json_key(w, "rule");
        plx_json_put_text(w, part->rule);
        write_number(w, "age_s", l->given[i].age_known, (double)l->given[i].age_s, 0);
        plx_json_key(w, "quality");
        plx_json_put_text(w, "good");
        plx_json_object_end(w);
    }
    plx_json_array_end(w);
}

static void write_detail(plx_json_writer *w, const plx_score *score, const plx_score_result *r)
{
    plx_json_key(w, "detail");
    plx_json_object(w);
    for (uint32_t i = 0; i < r->groups_n; i++)
        write_number(w, r->groups[i].name, !r->groups[i].open, r->groups[i].points, r->decimals);
    for (uint32_t i = 0; i < score->inputs_n && r->groups_n == 0; i++) {
        const plx_score_part *part = &r->parts[i];
        if (part->used)
            write_number(w, score->inputs[i].key, !part->open, part->points, r->decimals);
    }
    plx_json_object_end(w);
}

/* Stale inputs are shown with their age. */
static void write_stale(plx_json_writer *w, const plx_score_line *l, const plx_score_result *r)
{
    plx_json_key(w, "stale");
    plx_json_array(w);
    for (uint32_t i = 0; i < l->score->inputs_n; i++) {
        if (!(r->stale >> i & 1)) continue;
        plx_json_object(w);
        plx_json_key(w, "input");
        plx_json_put_text(w, l->score->inputs[i].key);
        write_input_value(w, &l->score->inputs[i], &l->given[i], &r->parts[i]);
        write_number(w, "age_s", true, (double)l->given[i].age_s, 0);
        plx_json_object_end(w);
    }
    plx_json_array_end(w);
}

static void write_next(plx_json_writer *w, const plx_score *score, const plx_score_result *r)
{
    plx_json_key(w, "next");
    plx_json_object(w);
    plx_json_key(w, "worse");
    if (r->worse_input >= 0) {
        plx_json_object(w);
        plx_json_key(w, "input");
        plx_json_put_text(w, score->inputs[r->worse_input].key);
        plx_json_key(w, "at");
        plx_json_put_text(w, r->worse_at);
        plx_json_key(w, "to");
        plx_json_put_text(w, score->bands[r->worse_band]);
        plx_json_object_end(w);
    } else {
        plx_json_put_null(w);
    }
    plx_json_key(w, "most_useful");
    if (r->most_useful >= 0)
        plx_json_put_text(w, score->inputs[r->most_useful].key);
    else
        plx_json_put_null(w);
    plx_json_object_end(w);
}

static void write_also(plx_json_writer *w, const plx_score *score, const plx_score_result *r)
{
    if (!score->also_key) return;
    plx_json_key(w, score->also_key);
    if (r->also)
        plx_json_put_text(w, r->also);
    else
        plx_json_put_null(w);
}

static void write_notes(plx_json_writer *w, plx_score_line *l, const plx_score_result *r)
{
    if (r->notes_n == 0 && l->ignored_out.n == 0) return;
    char text[256];
    plx_json_key(w, "notes");
    plx_json_array(w);
    for (uint32_t i = 0; i < r->notes_n; i++) {
        plx_out note = plx_out_init(text, sizeof text);
        plx_score_note_write(l->score, l->given, &r->notes[i], &note);
        plx_json_put_string(w, plx_out_slice(&note));
    }
    plx_slice ignored = plx_out_slice(&l->ignored_out);
    if (ignored.n > 0) plx_json_put_raw(w, (plx_slice){ignored.at + 1, ignored.n - 1});
    plx_json_array_end(w);
}

static void write_result(plx_score_line *l, const plx_score_result *r, plx_out *out)
{
    const plx_score *score = l->score;
    plx_json_writer w = plx_json_writer_init(out);
    plx_json_object(&w);
    plx_json_key(&w, "score");
    plx_json_put_text(&w, score->name);
    write_number(&w, "value", r->applicable && r->known, r->value, r->decimals);
    write_number(&w, "min", r->applicable, r->min, r->decimals);
    write_number(&w, "max", r->applicable, r->max, r->decimals);
    write_bands(&w, score, r);
    write_also(&w, score, r);
    write_detail(&w, score, r);
    write_names(&w, "missing", score, r->missing);
    write_names(&w, "rejected", score, r->rejected);
    write_stale(&w, l, r);
    write_why(&w, l, r);
    write_next(&w, score, r);
    plx_json_key(&w, "source");
    plx_json_put_text(&w, score->source);
    plx_json_key(&w, "rule");
    plx_json_put_text(&w, score->rule);
    write_notes(&w, l, r);
    plx_json_object_end(&w);
    plx_out_char(out, '\n');
}

static int fail_line(const plx_score_line *l, int status, const char *error, const char *detail,
                     plx_out *out)
{
    plx_json_writer w = plx_json_writer_init(out);
    char text[600];
    const int n = snprintf(text, sizeof text, "%s%s", error, detail);
    plx_json_object(&w);
    plx_json_key(&w, "error");
    plx_json_put_string(&w, (plx_slice){text, n < (int)sizeof text ? (size_t)n : sizeof text - 1});
    plx_json_key(&w, "line");
    plx_json_put_u64(&w, l->number);
    plx_json_object_end(&w);
    plx_out_char(out, '\n');
    return status;
}

static int fail_unknown(const plx_score_line *l, plx_out *out)
{
    char known[512];
    plx_out names = plx_out_init(known, sizeof known - 1);
    for (uint32_t i = 0; plx_score_at(i); i++) {
        plx_out_char(&names, ' ');
        plx_out_text(&names, plx_score_at(i)->name);
    }
    known[names.n] = 0;
    return fail_line(l, PLX_EXIT_USAGE, "no such score; known are:", known, out);
}

/* Finds score and inputs of a parsed line; PLX_EXIT_OK when both are there. */
static int read_line(plx_score_line *l, plx_out *out)
{
    const plx_json *json = &l->json;
    if (json->tokens[0].type != PLX_JSON_OBJECT)
        return fail_line(l, PLX_EXIT_WORLD, "a line is a JSON object", "", out);
    const uint32_t name = plx_json_get(json, 0, "score"), inputs = plx_json_get(json, 0, "inputs");
    if (name == UINT32_MAX || json->tokens[name].type != PLX_JSON_STRING)
        return fail_line(l, PLX_EXIT_WORLD, "\"score\" must name a score", "", out);
    l->score = plx_score_find(plx_json_text(json, name));
    if (!l->score) return fail_unknown(l, out);
    if (inputs == UINT32_MAX || json->tokens[inputs].type != PLX_JSON_OBJECT)
        return fail_line(l, PLX_EXIT_WORLD, "\"inputs\" must be an object", "", out);
    for (uint32_t key = 1; key < json->tokens[0].next; key = json->tokens[key + 1].next)
        if (key + 1 != name && key + 1 != inputs) note_ignored(l, key);
    read_inputs(l, inputs);
    return PLX_EXIT_OK;
}

int plx_score_line_answer(plx_score_line *l, plx_slice text, plx_out *out)
{
    plx_json_error error;
    memset(l->given, 0, sizeof l->given);
    l->json.tokens = l->tokens;
    l->json.capacity = PLX_SCORE_LINE_TOKENS_MAX;
    l->ignored_out = plx_out_init(l->ignored, sizeof l->ignored);
    l->json.text = text;
    if (text.n > PLX_SCORE_LINE_MAX)
        return fail_line(l, PLX_EXIT_WORLD, "the line is longer than 1 MiB", "", out);
    if (plx_json_parse(text, &l->json, &error) != PLX_OK) {
        char where[32];
        snprintf(where, sizeof where, " (byte %u)", (unsigned)error.offset);
        return fail_line(l, PLX_EXIT_WORLD, error.text, where, out);
    }
    const int status = read_line(l, out);
    if (status != PLX_EXIT_OK) return status;
    plx_score_result result;
    plx_score_run(l->score, l->given, &result);
    write_result(l, &result, out);
    return PLX_EXIT_OK;
}
