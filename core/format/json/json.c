/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* RFC 8259 tokenizer: one pass, an explicit stack of PLX_JSON_DEPTH_MAX frames, no recursion. */
#include "core/format/json/json.h"

#include "core/base/hash.h"
#include "core/base/utf8.h"
#include "core/format/json/json_string.h"

typedef struct frame {
    uint32_t token, children;
    bool object;
} frame;

typedef struct parser {
    plx_slice text;
    size_t at;
    plx_json json; /* n counts on when the tokens do not fit */
    plx_json_error error;
    uint64_t seed; /* of the whole text: keys that collide cannot be prepared */
    uint32_t depth;
    frame stack[PLX_JSON_DEPTH_MAX];
} parser;

static plx_status fail(parser *p, plx_status status, const char *sentence, size_t offset)
{
    p->error = (plx_json_error){sentence, (uint32_t)offset};
    return status;
}

/* What is wrong at p->at: the end of the text, or the sentence. */
static plx_status unexpected(parser *p, const char *sentence)
{
    if (p->at >= p->text.n) return fail(p, PLX_TRUNCATED, "the text ends too early", p->text.n);
    return fail(p, PLX_SYNTAX, sentence, p->at);
}

/* 0 at the end of the text (a NUL in it is no JSON either). */
static char peek(const parser *p)
{
    return p->at < p->text.n ? p->text.at[p->at] : 0;
}

static void skip_blanks(parser *p)
{
    for (; p->at < p->text.n; p->at++) {
        const char c = p->text.at[p->at];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
    }
}

static uint32_t add_token(parser *p, plx_json_type type, size_t offset, size_t length)
{
    const uint32_t i = p->json.n++;
    if (i < p->json.capacity)
        p->json.tokens[i] =
            (plx_json_token){type, (uint32_t)offset, (uint32_t)length, 0, p->json.n};
    return i;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* At least one digit. */
static plx_status scan_digits(parser *p)
{
    if (!is_digit(peek(p))) return unexpected(p, "a number needs a digit here");
    while (is_digit(peek(p)))
        p->at++;
    return PLX_OK;
}

static plx_status scan_number(parser *p)
{
    const size_t start = p->at;
    if (peek(p) == '-') p->at++;
    if (peek(p) == '0') {
        p->at++;
        if (is_digit(peek(p))) return unexpected(p, "a number must not begin with 0");
    } else {
        PLX_TRY(scan_digits(p));
    }
    if (peek(p) == '.') {
        p->at++;
        PLX_TRY(scan_digits(p));
    }
    if (peek(p) == 'e' || peek(p) == 'E') {
        p->at++;
        if (peek(p) == '+' || peek(p) == '-') p->at++;
        PLX_TRY(scan_digits(p));
    }
    add_token(p, PLX_JSON_NUMBER, start, p->at - start);
    return PLX_OK;
}

static plx_status scan_literal(parser *p, plx_json_type type, plx_slice word)
{
    const size_t start = p->at;
    for (size_t i = 0; i < word.n; i++, p->at++)
        if (peek(p) != word.at[i]) return unexpected(p, "a value is expected here");
    add_token(p, type, start, word.n);
    return PLX_OK;
}

static plx_status scan_hex_4(parser *p, uint32_t *code)
{
    *code = 0;
    for (int i = 0; i < 4; i++, p->at++) {
        const char c = peek(p), lower = (char)(c | 0x20);
        if (!is_digit(c) && (lower < 'a' || lower > 'f'))
            return unexpected(p, "\\u needs four hexadecimal digits");
        *code = *code << 4 | (uint32_t)(is_digit(c) ? c - '0' : lower - 'a' + 10);
    }
    return PLX_OK;
}

/* p->at is at the backslash. */
static plx_status scan_escape(parser *p)
{
    static const char lone[] = "a surrogate stands alone";
    const size_t start = p->at++;
    const char c = peek(p);
    if (c == 0 || !strchr("\"\\/bfnrtu", c)) return unexpected(p, "no such escape");
    p->at++;
    if (c != 'u') return PLX_OK;
    uint32_t code;
    PLX_TRY(scan_hex_4(p, &code));
    if (code < 0xd800 || code > 0xdfff) return PLX_OK;
    if (code > 0xdbff) return fail(p, PLX_SYNTAX, lone, start);
    for (const char *expected = "\\u"; *expected; expected++, p->at++)
        if (peek(p) != *expected)
            return p->at < p->text.n ? fail(p, PLX_SYNTAX, lone, start) : unexpected(p, lone);
    PLX_TRY(scan_hex_4(p, &code));
    return code >= 0xdc00 && code <= 0xdfff ? PLX_OK : fail(p, PLX_SYNTAX, lone, start);
}

/* Bytes of a string that need no look: 0x20..0x7f without quote and backslash. */
static size_t plain_run(const char *at, size_t n)
{
    size_t i = 0;
    while (i < n && (unsigned char)at[i] >= 0x20 && (unsigned char)at[i] < 0x80 && at[i] != '"' &&
           at[i] != '\\')
        i++;
    return i;
}

/* p->at is at the quote. */
static plx_status scan_string(parser *p)
{
    const size_t start = ++p->at;
    for (;;) {
        p->at += plain_run(p->text.at + p->at, p->text.n - p->at);
        const char c = peek(p);
        if (c == '"') break;
        if (c == '\\') {
            PLX_TRY(scan_escape(p));
        } else if ((unsigned char)c >= 0x80) {
            bool valid;
            const plx_slice rest = {p->text.at + p->at, p->text.n - p->at};
            const size_t n = plx_utf8_next(rest, &valid);
            if (!valid) return fail(p, PLX_SYNTAX, "the text is not valid UTF-8", p->at);
            p->at += n;
        } else {
            return unexpected(p, "a control character must be escaped");
        }
    }
    add_token(p, PLX_JSON_STRING, start, p->at - start);
    p->at++;
    return PLX_OK;
}

static plx_status scan_key(parser *p)
{
    skip_blanks(p);
    if (peek(p) != '"') return unexpected(p, "a key in quotes is expected here");
    PLX_TRY(scan_string(p));
    skip_blanks(p);
    if (peek(p) != ':') return unexpected(p, "a colon is expected here");
    p->at++;
    frame *top = &p->stack[p->depth - 1];
    if (top->children >= 2 * PLX_JSON_KEYS_MAX)
        return fail(p, PLX_LIMIT, "an object has too many keys", p->at);
    top->children++;
    return PLX_OK;
}

static plx_status open_container(parser *p, bool object)
{
    if (p->depth == PLX_JSON_DEPTH_MAX)
        return fail(p, PLX_LIMIT, "the text is nested too deeply", p->at);
    const uint32_t token = add_token(p, object ? PLX_JSON_OBJECT : PLX_JSON_ARRAY, p->at, 0);
    p->stack[p->depth++] = (frame){token, 0, object};
    p->at++;
    return PLX_OK;
}

static plx_status close_container(parser *p)
{
    const frame top = p->stack[--p->depth];
    p->at++;
    if (p->json.n > p->json.capacity) return PLX_OK; /* counting only */
    plx_json_token *token = &p->json.tokens[top.token];
    token->length = (uint32_t)p->at - token->offset;
    token->children = top.children;
    token->next = p->json.n;
    if (!top.object) return PLX_OK;
    const uint32_t key = plx_json_duplicate_key(&p->json, top.token, p->seed);
    if (key == UINT32_MAX) return PLX_OK;
    return fail(p, PLX_SYNTAX, "a key stands twice in one object", p->json.tokens[key].offset);
}

static plx_status scan_value(parser *p)
{
    skip_blanks(p);
    if (p->depth > 0) p->stack[p->depth - 1].children++;
    switch (peek(p)) {
    case '{':
        return open_container(p, true);
    case '[':
        return open_container(p, false);
    case '"':
        return scan_string(p);
    case 't':
        return scan_literal(p, PLX_JSON_TRUE, PLX_LIT("true"));
    case 'f':
        return scan_literal(p, PLX_JSON_FALSE, PLX_LIT("false"));
    case 'n':
        return scan_literal(p, PLX_JSON_NULL, PLX_LIT("null"));
    default:
        if (peek(p) != '-' && !is_digit(peek(p))) return unexpected(p, "a value is expected here");
        return scan_number(p);
    }
}

/* After a value or an opening bracket: closes what ends here. *more: another value follows. */
static plx_status scan_separators(parser *p, bool opened, bool *more)
{
    *more = false;
    while (p->depth > 0) {
        const frame *top = &p->stack[p->depth - 1];
        skip_blanks(p);
        if (peek(p) == (top->object ? '}' : ']')) {
            PLX_TRY(close_container(p));
            opened = false;
            continue;
        }
        if (!opened) {
            if (peek(p) != ',')
                return unexpected(p, top->object ? "a comma or } is expected here"
                                                 : "a comma or ] is expected here");
            p->at++;
        }
        *more = true;
        return top->object ? scan_key(p) : PLX_OK;
    }
    return PLX_OK;
}

static plx_status scan_document(parser *p)
{
    if (p->text.n >= UINT32_MAX) return fail(p, PLX_LIMIT, "the text is longer than 4 GiB", 0);
    for (bool more = true; more;) {
        const uint32_t depth = p->depth;
        PLX_TRY(scan_value(p));
        PLX_TRY(scan_separators(p, p->depth > depth, &more));
    }
    skip_blanks(p);
    if (p->at < p->text.n) return unexpected(p, "something follows the value");
    if (p->json.n <= p->json.capacity) return PLX_OK;
    return fail(p, PLX_SPACE, "there is room for too few tokens", 0);
}

plx_status plx_json_parse(plx_slice text, plx_json *json, plx_json_error *error)
{
    parser p = {.text = text, .json = {text, json->tokens, 0, json->capacity}};
    p.seed = plx_hash64(text.at, text.n, 0);
    const plx_status status = scan_document(&p);
    if (status != PLX_OK) {
        if (error) *error = p.error;
        json->n = status == PLX_SPACE ? p.json.n : 0;
        return status;
    }
    *json = p.json;
    return PLX_OK;
}

plx_slice plx_json_text(const plx_json *json, uint32_t token)
{
    PLX_ASSERT(token < json->n);
    const plx_json_token *t = &json->tokens[token];
    return (plx_slice){json->text.at + t->offset, t->length};
}
