/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: `pollux score` answers line by line in its contracted form, survives bad lines, and agrees
 * with the published vectors of every score it knows.
 * Oracle: oracles/scores.csv of the shared folder (skipped without it); lines written by hand.
 * Tolerance: 5e-5 for scores that are no whole numbers, none otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/format/json/json.h"
#include "core/score/score.h"

enum { TEXT_MAX = 1 << 20 };

/* Runs pollux score on the lines; returns its exit status and what it wrote. */
static int run_score(const char *lines, char *answer)
{
    char path[] = "/tmp/plx_score_XXXXXX", command[512];
    const char *pollux = getenv("POLLUX");
    const int fd = mkstemp(path);
    assert_non_null(pollux);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, lines, strlen(lines)), strlen(lines));
    close(fd);
    snprintf(command, sizeof command, "'%s' score < %s 2> /dev/null", pollux, path);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    const size_t n = fread(answer, 1, TEXT_MAX - 1, f);
    answer[n] = 0;
    const int status = pclose(f);
    unlink(path);
    return WEXITSTATUS(status);
}

static void exact_form(void **state)
{
    (void)state;
    static char answer[TEXT_MAX];
    const int status = run_score(
        "{\"score\":\"NEWS2\",\"inputs\":{\"rr\":{\"v\":22,\"u\":\"/min\",\"age_s\":120},"
        "\"spo2\":95,\"o2\":false,\"sbp\":105,\"pulse\":95,\"acvpu\":\"A\",\"temp\":37.0}}\n",
        answer);
    assert_int_equal(status, 0);
    assert_string_equal(
        answer,
        "{\"score\":\"NEWS2\",\"value\":5,\"min\":5,\"max\":5,\"band\":\"medium\",\"bands\":"
        "[\"medium\"],\"detail\":{\"rr\":2,\"spo2\":1,\"o2\":0,\"sbp\":1,\"pulse\":1,\"acvpu\":0,"
        "\"temp\":0},\"missing\":[],\"rejected\":[],\"stale\":[],\"why\":["
        "{\"input\":\"rr\",\"value\":22,\"unit\":\"/min\",\"points\":2,\"rule\":\"21-24\","
        "\"age_s\":120,\"quality\":\"good\"},"
        "{\"input\":\"spo2\",\"value\":95,\"unit\":\"%\",\"points\":1,\"rule\":\"94-95\","
        "\"age_s\":null,\"quality\":\"good\"},"
        "{\"input\":\"o2\",\"value\":false,\"unit\":\"1\",\"points\":0,\"rule\":\"air\","
        "\"age_s\":null,\"quality\":\"good\"},"
        "{\"input\":\"sbp\",\"value\":105,\"unit\":\"mm[Hg]\",\"points\":1,\"rule\":\"101-110\","
        "\"age_s\":null,\"quality\":\"good\"},"
        "{\"input\":\"pulse\",\"value\":95,\"unit\":\"/min\",\"points\":1,\"rule\":\"91-110\","
        "\"age_s\":null,\"quality\":\"good\"},"
        "{\"input\":\"acvpu\",\"value\":\"A\",\"unit\":\"1\",\"points\":0,\"rule\":\"A\","
        "\"age_s\":null,\"quality\":\"good\"},"
        "{\"input\":\"temp\",\"value\":37.0,\"unit\":\"Cel\",\"points\":0,\"rule\":\"36.1-38.0\","
        "\"age_s\":null,\"quality\":\"good\"}],"
        "\"next\":{\"worse\":{\"input\":\"o2\",\"at\":\"oxygen\",\"to\":\"high\"},"
        "\"most_useful\":null},\"source\":\"RCP 2017\",\"rule\":\"news2/1\"}\n");
}

static void bad_lines(void **state)
{
    (void)state;
    static char answer[TEXT_MAX];
    static const char *const BAD[] = {"{\"score\":\"NEWS2\",\"inputs\":{",
                                      "[]",
                                      "null",
                                      "{\"score\":\"NEWS2\"}",
                                      "{\"inputs\":{}}",
                                      "{\"score\":3,\"inputs\":{}}",
                                      "{\"score\":\"NEWS2\",\"inputs\":[]}",
                                      "{\"score\":\"NEWS2\",\"inputs\":{\"rr\":NaN}}",
                                      "{\"score\":\"NEWS2\",\"inputs\":{\"rr\":Infinity}}",
                                      "{\"score\":\"NEWS2\",\"inputs\":{\"rr\":16,\"rr\":30}}"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        char lines[512];
        snprintf(lines, sizeof lines, "\n%s\n{\"score\":\"NEWS2\",\"inputs\":{}}\r\n", BAD[i]);
        assert_int_equal(run_score(lines, answer), 1);
        assert_memory_equal(answer, "{\"error\":\"", 10);
        assert_non_null(
            strstr(answer, "\"line\":2}\n{\"score\":\"NEWS2\",\"value\":null,\"min\":0,"));
    }
    assert_int_equal(run_score("", answer), 0);
    assert_string_equal(answer, "");
    assert_int_equal(run_score("{\"score\":\"X\",\"inputs\":{}}\n", answer), 2);
    assert_non_null(strstr(answer, "NEWS2"));
    assert_non_null(strstr(answer, "\"line\":1}"));
}

static void odd_inputs(void **state)
{
    (void)state;
    static char answer[TEXT_MAX];
    assert_int_equal(
        run_score(
            "{\"score\":\"NEWS2\",\"case\":7,\"inputs\":{\"rr\":\"16\",\"spo2\":[98],\"o2\":0,"
            "\"sbp\":{\"u\":\"kPa\"},\"pulse\":{\"v\":75,\"q\":1},\"acvpu\":\"AV\","
            "\"temp\":null,\"extra\":1}}\n",
            answer),
        0);
    assert_non_null(strstr(answer,
                           "\"missing\":[\"rr\",\"spo2\",\"o2\",\"sbp\",\"acvpu\",\"temp\"],"
                           "\"rejected\":[\"rr\",\"spo2\",\"o2\",\"sbp\",\"acvpu\"]"));
    assert_non_null(strstr(answer, "\"detail\":{\"pulse\":0}"));
    assert_non_null(strstr(answer, "unknown key ignored: case"));
    assert_non_null(strstr(answer, "unknown key ignored: q"));
    assert_non_null(strstr(answer, "unknown key ignored: extra"));
    assert_int_equal(
        run_score("{\"score\":\"NEWS2\",\"inputs\":{\"rr\":{\"v\":22,\"age_s\":7200}}}\n", answer),
        0);
    assert_non_null(strstr(answer, "\"stale\":[{\"input\":\"rr\",\"value\":22,\"unit\":\"/min\","
                                   "\"age_s\":7200}]"));
}

static void words_and_organs(void **state)
{
    (void)state;
    static char answer[TEXT_MAX];
    assert_int_equal(
        run_score("{\"score\":\"CTAS_PAIN\",\"inputs\":{\"nrs\":9,\"location\":\"central\","
                  "\"duration\":\"acute\"}}\n",
                  answer),
        0);
    assert_non_null(strstr(answer, "\"value\":2,\"min\":2,\"max\":2,\"band\":null,\"bands\":[]"));
    assert_non_null(strstr(answer, "{\"input\":\"location\",\"value\":\"central\""));
    assert_int_equal(
        run_score("{\"score\":\"CTAS_PAIN\",\"inputs\":{\"nrs\":9,\"location\":\"left\","
                  "\"duration\":\"acute\"}}\n",
                  answer),
        0);
    assert_non_null(strstr(answer, "location takes one of the words central|peripheral"));
    assert_int_equal(
        run_score("{\"score\":\"SOFA\",\"inputs\":{\"pf\":150,\"norepi\":0.2}}\n", answer), 0);
    assert_non_null(strstr(answer, "\"detail\":{\"resp\":2,\"coag\":null,\"liver\":null,\"cv\":4,"
                                   "\"cns\":null,\"renal\":null}"));
    assert_non_null(strstr(answer, "vent not given, taken as no"));
    assert_int_equal(run_score("{\"score\":\"SI\",\"inputs\":{\"hr\":90}}\n", answer), 0);
    assert_non_null(strstr(answer, "\"max\":null"));
}

/* One field of a CSV record, unquoted into field; returns what follows. */
static const char *csv_field(const char *at, char *field, size_t size)
{
    size_t n = 0;
    const bool quoted = *at == '"';
    if (quoted) at++;
    while (*at && (quoted || (*at != ',' && *at != '\n'))) {
        if (quoted && *at == '"' && *++at != '"') break;
        if (n + 1 < size) field[n++] = *at;
        at++;
    }
    field[n] = 0;
    while (n > 0 && field[n - 1] == '\r')
        field[--n] = 0;
    return *at ? at + 1 : at;
}

typedef struct vector {
    char score[32], id[32], kind[32], inputs[2048], expected[64], detail[2048];
} vector;

typedef struct document {
    plx_json json;
    plx_json_token tokens[512];
} document;

static void parse(document *d, const char *text, size_t n)
{
    plx_json_error error;
    d->json = (plx_json){.text = {text, n}, .tokens = d->tokens, .capacity = 512};
    assert_int_equal(plx_json_parse(d->json.text, &d->json, &error), PLX_OK);
}

static double number_of(const document *d, uint32_t token)
{
    plx_decimal number;
    assert_int_equal(plx_decimal_parse(plx_json_text(&d->json, token), &number), PLX_OK);
    return number.value;
}

static void expect_number(const vector *v, const document *d, const char *key, double expected)
{
    const uint32_t token = plx_json_get(&d->json, 0, key);
    assert_true(token != UINT32_MAX);
    if (fabs(number_of(d, token) - expected) > 5e-5)
        fail_msg("%s: %s is %f, expected %f", v->id, key, number_of(d, token), expected);
}

/* Every member of the expected object must be in ours with the same text, lists whatever order. */
static void expect_same(const vector *v, const document *d, uint32_t ours, const document *e,
                        uint32_t theirs)
{
    if (e->json.tokens[theirs].type == PLX_JSON_ARRAY) {
        assert_int_equal(d->json.tokens[ours].children, e->json.tokens[theirs].children);
        for (uint32_t i = theirs + 1; i < e->json.tokens[theirs].next; i++) {
            bool found = false;
            for (uint32_t k = ours + 1; k < d->json.tokens[ours].next; k++)
                found = found ||
                        plx_slice_equal(plx_json_text(&d->json, k), plx_json_text(&e->json, i));
            if (!found) fail_msg("%s: a list differs from %s", v->id, v->detail);
        }
        return;
    }
    if (!plx_slice_equal(plx_json_text(&d->json, ours), plx_json_text(&e->json, theirs)))
        fail_msg("%s: ours is %.*s in %s", v->id, (int)plx_json_text(&d->json, ours).n,
                 plx_json_text(&d->json, ours).at, v->detail);
}

static void expect_detail(const vector *v, const document *d)
{
    static document e;
    parse(&e, v->detail, strlen(v->detail));
    for (uint32_t key = 1; key < e.json.tokens[0].next; key = e.json.tokens[key + 1].next) {
        const plx_slice name = plx_json_text(&e.json, key);
        char text[64];
        snprintf(text, sizeof text, "%.*s", (int)name.n, name.at);
        const uint32_t ours =
            plx_json_get(&d->json, 0, plx_slice_is(name, "sub") ? "detail" : text);
        assert_true(ours != UINT32_MAX);
        if (!plx_slice_is(name, "sub")) {
            expect_same(v, d, ours, &e, key + 1);
            continue;
        }
        assert_int_equal(d->json.tokens[ours].children, e.json.tokens[key + 1].children);
        for (uint32_t k = key + 2; k < e.json.tokens[key + 1].next; k += 2) {
            const plx_slice input = plx_json_text(&e.json, k);
            snprintf(text, sizeof text, "%.*s", (int)input.n, input.at);
            expect_same(v, d, plx_json_get(&d->json, ours, text), &e, k + 1);
        }
    }
}

static void expect_vector(const vector *v, const char *line, size_t n)
{
    static document d;
    parse(&d, line, n);
    const char *dots = strstr(v->expected, "..");
    if (dots) {
        expect_number(v, &d, "min", strtod(v->expected, NULL));
        expect_number(v, &d, "max", strtod(dots + 2, NULL));
    } else {
        expect_number(v, &d, "value", strtod(v->expected, NULL));
    }
    expect_detail(v, &d);
}

static const char *next_vector(const char *at, vector *v)
{
    char source[512];
    at = csv_field(at, v->score, sizeof v->score);
    at = csv_field(at, v->id, sizeof v->id);
    at = csv_field(at, v->kind, sizeof v->kind);
    at = csv_field(at, v->inputs, sizeof v->inputs);
    at = csv_field(at, v->expected, sizeof v->expected);
    at = csv_field(at, v->detail, sizeof v->detail);
    return csv_field(at, source, sizeof source);
}

static void published_vectors(void **state)
{
    (void)state;
    static char csv[TEXT_MAX], lines[TEXT_MAX], answer[TEXT_MAX];
    FILE *f = fopen(PLX_SOURCE_ROOT "/../shared/oracles/scores.csv", "rb");
    if (!f) skip();
    csv[fread(csv, 1, sizeof csv - 1, f)] = 0;
    fclose(f);
    vector v;
    const char *first = next_vector(csv, &v);
    plx_out out = plx_out_init(lines, sizeof lines - 1);
    uint32_t asked = 0, answered = 0;
    for (const char *at = first; *at;) {
        at = next_vector(at, &v);
        if (!plx_score_find(plx_slice_of(v.score))) continue;
        plx_out_text(&out, "{\"score\":\"");
        plx_out_text(&out, v.score);
        plx_out_text(&out, "\",\"inputs\":");
        plx_out_text(&out, v.inputs);
        plx_out_text(&out, "}\n");
        asked++;
    }
    lines[out.n] = 0;
    assert_false(out.full);
    assert_true(asked >= 100);
    assert_int_equal(run_score(lines, answer), 0);
    const char *line = answer;
    for (const char *at = first; *at;) {
        at = next_vector(at, &v);
        if (!plx_score_find(plx_slice_of(v.score))) continue;
        const char *end = strchr(line, '\n');
        assert_non_null(end);
        expect_vector(&v, line, (size_t)(end - line));
        line = end + 1;
        answered++;
    }
    assert_int_equal(answered, asked);
    assert_int_equal(*line, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_form), cmocka_unit_test(bad_lines), cmocka_unit_test(odd_inputs),
        cmocka_unit_test(words_and_organs), cmocka_unit_test(published_vectors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
