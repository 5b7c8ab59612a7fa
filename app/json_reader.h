/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A JSON document read against a schema: the first fault stays, with line, column and path, and all
 * that is read after it is a default. So a reader is written as straight lines and asked once at
 * the end. A member that is null counts as absent. */
#ifndef PLX_APP_JSON_READER_H
#define PLX_APP_JSON_READER_H

#include "core/format/json/json.h"

enum { PLX_READER_WHY_MAX = 400, PLX_READER_NONE = -1 };

typedef struct plx_reader {
    plx_json json; /* parsed; tokens and text are the caller's */
    bool failed;
    char why[PLX_READER_WHY_MAX];
} plx_reader;

/* Parses text into r->json.tokens (set with capacity by the caller: half the bytes and one). */
void plx_reader_parse(plx_reader *r, plx_slice text);
/* "line 3, column 7, zones[1].places: sentence"; nothing when there was a fault before. */
void plx_reader_fault(plx_reader *r, uint32_t token, const char *sentence);

/* Every key of the object must be one of the words ("a,b,c"); the token must be an object. */
void plx_reader_keys(plx_reader *r, uint32_t object, const char *words);
/* Value of a member; UINT32_MAX when absent or null. need: a fault when absent. */
uint32_t plx_reader_get(plx_reader *r, uint32_t object, const char *key);
uint32_t plx_reader_need(plx_reader *r, uint32_t object, const char *key);
bool plx_reader_is(const plx_reader *r, uint32_t token, plx_json_type type);
/* Number in low..high, or otherwise: what stands in for a member that is absent. */
double plx_reader_number(plx_reader *r, uint32_t token, double low, double high, double otherwise);
bool plx_reader_flag(plx_reader *r, uint32_t token, bool otherwise);
/* Whole number in 0..high. */
uint32_t plx_reader_count(plx_reader *r, uint32_t token, uint32_t high, uint32_t otherwise);
/* String of 1 to n - 1 bytes into text, with its NUL; "" when absent. */
void plx_reader_text(plx_reader *r, uint32_t token, char *text, size_t n);
/* Elements of an array of low..high of them; 0 when absent or wrong. */
uint32_t plx_reader_array(plx_reader *r, uint32_t token, uint32_t low, uint32_t high);
/* First element or key; the one after a value. */
static inline uint32_t plx_reader_first(uint32_t token)
{
    return token + 1;
}
static inline uint32_t plx_reader_next(const plx_reader *r, uint32_t token)
{
    return r->json.tokens[token].next;
}
/* n numbers in low..high. */
void plx_reader_numbers(plx_reader *r, uint32_t token, double low, double high, double *out,
                        uint32_t n);

#endif
