/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/json/json_string.h"

#include "core/base/hash.h"
#include "core/base/utf8.h"

enum { CHUNK = 256, SLOTS_MAX = 2 * PLX_JSON_KEYS_MAX };

static bool has_escape(plx_slice raw)
{
    return raw.n > 0 && memchr(raw.at, '\\', raw.n) != NULL;
}

static uint32_t hex_4(const char *at)
{
    uint32_t code = 0;
    for (int i = 0; i < 4; i++) {
        const uint32_t c = (unsigned char)at[i];
        code = code << 4 | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return code;
}

/* Decodes the escape that *raw begins with, or copies a run without one. At most room bytes of a
 * run; an escape gives at most four. */
static void decode_step(plx_slice *raw, size_t room, plx_out *out)
{
    size_t n = 0;
    if (raw->at[0] != '\\') {
        const char *end = memchr(raw->at, '\\', raw->n);
        n = end ? (size_t)(end - raw->at) : raw->n;
        if (n > room) n = room;
        plx_out_bytes(out, raw->at, n);
    } else if (raw->at[1] == 'u') {
        uint32_t code = hex_4(raw->at + 2);
        n = 6;
        if (code >= 0xd800 && code < 0xdc00) {
            code = 0x10000 + ((code - 0xd800) << 10) + (hex_4(raw->at + 8) - 0xdc00);
            n = 12;
        }
        plx_out_utf8(out, code);
    } else {
        static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
        plx_out_char(out, to[strchr(from, raw->at[1]) - from]);
        n = 2;
    }
    *raw = (plx_slice){raw->at + n, raw->n - n};
}

void plx_json_string(const plx_json *json, uint32_t token, plx_out *out)
{
    PLX_ASSERT(token < json->n);
    if (json->tokens[token].type != PLX_JSON_STRING) return;
    plx_slice raw = plx_json_text(json, token);
    while (raw.n > 0)
        decode_step(&raw, raw.n, out);
}

/* Fills the chunk with decoded bytes; fewer than CHUNK - 3 only at the end of the string. */
static size_t decode_chunk(plx_slice *raw, char chunk[CHUNK])
{
    plx_out out = plx_out_init(chunk, CHUNK);
    while (raw->n > 0 && out.n <= CHUNK - 4)
        decode_step(raw, CHUNK - out.n, &out);
    return out.n;
}

/* The decoded bytes of a string, one after the other. */
typedef struct stream {
    plx_slice raw;
    char chunk[CHUNK];
    size_t at, n;
} stream;

/* -1 at the end. */
static int next_byte(stream *s)
{
    if (s->at == s->n) {
        s->n = decode_chunk(&s->raw, s->chunk);
        s->at = 0;
        if (s->n == 0) return -1;
    }
    return (unsigned char)s->chunk[s->at++];
}

bool plx_json_same_string(plx_slice a, plx_slice b)
{
    if (plx_slice_equal(a, b)) return true;
    if (!has_escape(a) && !has_escape(b)) return false;
    stream left = {.raw = a}, right = {.raw = b};
    for (;;) {
        const int byte = next_byte(&left);
        if (byte != next_byte(&right)) return false;
        if (byte < 0) return true;
    }
}

/* Equal decoded strings have equal hashes: both are taken in pieces of 64 decoded bytes. */
static uint64_t hash_string(plx_slice raw, uint64_t seed)
{
    enum { PIECE = 64 };
    char piece[PIECE];
    size_t n = 0;
    if (!has_escape(raw)) {
        for (; raw.n > PIECE; raw.at += PIECE, raw.n -= PIECE)
            seed = plx_hash64(raw.at, PIECE, seed);
        return plx_hash64(raw.at, raw.n, seed);
    }
    stream s = {.raw = raw};
    for (int byte = next_byte(&s); byte >= 0; byte = next_byte(&s)) {
        if (n == PIECE) {
            seed = plx_hash64(piece, PIECE, seed);
            n = 0;
        }
        piece[n++] = (char)byte;
    }
    return plx_hash64(piece, n, seed);
}

uint32_t plx_json_duplicate_key(const plx_json *json, uint32_t object, uint64_t seed)
{
    const plx_json_token *tokens = json->tokens;
    const uint32_t keys_n = tokens[object].children / 2;
    uint32_t slots[SLOTS_MAX], slots_n = 4; /* token of a key, 0 = empty (token 0 is no key) */
    PLX_ASSERT(keys_n <= PLX_JSON_KEYS_MAX);
    while (slots_n < 2 * keys_n)
        slots_n *= 2;
    memset(slots, 0, slots_n * sizeof *slots);
    for (uint32_t i = 0, key = object + 1; i < keys_n; i++, key = tokens[key + 1].next) {
        const plx_slice text = plx_json_text(json, key);
        uint32_t at = (uint32_t)hash_string(text, seed) & (slots_n - 1);
        for (; slots[at]; at = (at + 1) & (slots_n - 1))
            if (plx_json_same_string(plx_json_text(json, slots[at]), text)) return key;
        slots[at] = key;
    }
    return UINT32_MAX;
}

static bool decoded_is(plx_slice raw, plx_slice plain)
{
    if (!has_escape(raw)) return plx_slice_equal(raw, plain);
    stream s = {.raw = raw};
    for (size_t i = 0; i < plain.n; i++)
        if (next_byte(&s) != (unsigned char)plain.at[i]) return false;
    return next_byte(&s) < 0;
}

uint32_t plx_json_get(const plx_json *json, uint32_t object, const char *key)
{
    if (object >= json->n || json->tokens[object].type != PLX_JSON_OBJECT) return UINT32_MAX;
    const uint32_t end = json->tokens[object].next;
    const plx_slice wanted = plx_slice_of(key);
    for (uint32_t i = object + 1; i < end; i = json->tokens[i + 1].next)
        if (decoded_is(plx_json_text(json, i), wanted)) return i + 1;
    return UINT32_MAX;
}
