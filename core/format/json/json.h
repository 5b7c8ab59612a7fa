/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* JSON (RFC 8259) in and out, without allocation. The tokenizer keeps number text (1.10 stays 1.10)
 * and refuses duplicate keys, too much depth, lone surrogates and overlong UTF-8. */
#ifndef PLX_CORE_FORMAT_JSON_H
#define PLX_CORE_FORMAT_JSON_H

#include "core/base/slice.h"

enum { PLX_JSON_DEPTH_MAX = 64, PLX_JSON_KEYS_MAX = 4096 /* per object */ };

typedef enum plx_json_type {
    PLX_JSON_NULL,
    PLX_JSON_TRUE,
    PLX_JSON_FALSE,
    PLX_JSON_NUMBER,
    PLX_JSON_STRING,
    PLX_JSON_ARRAY,
    PLX_JSON_OBJECT
} plx_json_type;

/* Tokens in document order. An object's children alternate key, value. */
typedef struct plx_json_token {
    plx_json_type type;
    uint32_t offset, length; /* of the text; strings without their quotes, escapes not decoded */
    uint32_t children;       /* direct: members x 2 or elements */
    uint32_t next;           /* token after this value and everything inside it */
} plx_json_token;

typedef struct plx_json {
    plx_slice text;
    plx_json_token *tokens; /* caller's memory */
    uint32_t n, capacity;
} plx_json;

typedef struct plx_json_error {
    const char *text; /* constant sentence */
    uint32_t offset;  /* of the byte where it went wrong */
} plx_json_error;

/* json->tokens and json->capacity are the caller's (capacity may be 0). PLX_SYNTAX, PLX_TRUNCATED,
 * or PLX_LIMIT (depth, keys of an object, 4 GiB): *error says what and where (error may be NULL),
 * json->n becomes 0. PLX_SPACE: json->n becomes the capacity that is needed; this much room is
 * always enough: half the bytes of the text and one. A byte order mark is refused. The text is
 * borrowed. */
PLX_MUST_CHECK plx_status plx_json_parse(plx_slice text, plx_json *json, plx_json_error *error);
/* Value of a member of object token "object"; UINT32_MAX when absent, or when "object" is no object
 * or UINT32_MAX itself, so that calls can be chained. Keys are compared decoded. */
uint32_t plx_json_get(const plx_json *json, uint32_t object, const char *key);
plx_slice plx_json_text(const plx_json *json, uint32_t token); /* raw text of the token */
/* Decoded string into out; nothing for a token of another type. */
void plx_json_string(const plx_json *json, uint32_t token, plx_out *out);

/* Writer: commas are placed by themselves, except between values at the outermost level, which may
 * hold several (one object per line). Strings are escaped: quotes, backslashes, control characters,
 * U+2028 and U+2029. Wrong nesting is a bug; whether all fitted is told by out->full. */
typedef struct plx_json_writer {
    plx_out *out;
    uint64_t comma; /* bit depth - 1: the next value at this depth needs a comma */
    uint32_t depth;
    bool after_key;
} plx_json_writer;

plx_json_writer plx_json_writer_init(plx_out *out);
void plx_json_object(plx_json_writer *w);
void plx_json_object_end(plx_json_writer *w);
void plx_json_array(plx_json_writer *w);
void plx_json_array_end(plx_json_writer *w);
void plx_json_key(plx_json_writer *w, const char *key);
void plx_json_key_slice(plx_json_writer *w, plx_slice key);   /* as plx_json_put_string */
void plx_json_put_string(plx_json_writer *w, plx_slice utf8); /* invalid UTF-8 becomes U+FFFD */
void plx_json_put_text(plx_json_writer *w, const char *text);
void plx_json_put_u64(plx_json_writer *w, uint64_t value);
void plx_json_put_i64(plx_json_writer *w, int64_t value);
/* NaN and infinities become null. */
void plx_json_put_double(plx_json_writer *w, double value, unsigned decimals);
void plx_json_put_bool(plx_json_writer *w, bool value);
void plx_json_put_null(plx_json_writer *w);
void plx_json_put_raw(plx_json_writer *w, plx_slice json); /* a value already in JSON */

#endif
