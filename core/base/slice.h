/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A slice is a borrowed run of bytes, not terminated by NUL; a plx_out is a bounded text writer. */
#ifndef PLX_CORE_BASE_SLICE_H
#define PLX_CORE_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/base/status.h"

typedef struct plx_slice {
    const char *at; /* owner: whoever gave the slice; may be NULL when n is 0 */
    size_t n;       /* bytes */
} plx_slice;

#define PLX_LIT(literal) ((plx_slice){"" literal, sizeof(literal) - 1})

static inline plx_slice plx_slice_of(const char *text)
{
    return (plx_slice){text, text ? strlen(text) : 0};
}

static inline bool plx_slice_equal(plx_slice a, plx_slice b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.at, b.at, a.n) == 0);
}

static inline bool plx_slice_is(plx_slice a, const char *text)
{
    return plx_slice_equal(a, plx_slice_of(text));
}

/* Without the blanks (space, tab) at both ends. */
static inline plx_slice plx_slice_trim(plx_slice s)
{
    while (s.n > 0 && (s.at[0] == ' ' || s.at[0] == '\t')) {
        s.at++;
        s.n--;
    }
    while (s.n > 0 && (s.at[s.n - 1] == ' ' || s.at[s.n - 1] == '\t'))
        s.n--;
    return s;
}

/* Decimal digits only; false on anything else or above max, *value unchanged. */
bool plx_slice_u64(plx_slice s, uint64_t max, uint64_t *value);
/* -1, 0, 1 by unsigned bytes, then by length. */
int plx_slice_compare(plx_slice a, plx_slice b);

/* Text writer into the caller's memory. What does not fit is dropped and full becomes true: check
 * it once at the end. n never exceeds capacity; the text is not terminated. */
typedef struct plx_out {
    char *at;
    size_t n, capacity;
    bool full;
} plx_out;

static inline plx_out plx_out_init(char *memory, size_t capacity)
{
    return (plx_out){memory, 0, capacity, false};
}

static inline plx_slice plx_out_slice(const plx_out *out)
{
    return (plx_slice){out->at, out->n};
}

void plx_out_bytes(plx_out *out, const void *bytes, size_t n);
void plx_out_slice_add(plx_out *out, plx_slice s);
void plx_out_text(plx_out *out, const char *text);
void plx_out_char(plx_out *out, char c);
void plx_out_u64(plx_out *out, uint64_t value);
void plx_out_i64(plx_out *out, int64_t value);
/* Zero-padded to at least width digits (width <= 20). */
void plx_out_u64_padded(plx_out *out, uint64_t value, unsigned width);
void plx_out_hex(plx_out *out, const uint8_t *bytes, size_t n);

/* Says why: the sentence, cut to why_n bytes (1 or more) with its NUL; gives the status back, so
 * that a check returns it. */
plx_status plx_refuse(char *why, size_t why_n, plx_status status, const char *sentence);
/* Fixed number of decimals, 0 to 9, rounded from the exact binary value, ties to even; no minus
 * sign before a zero. NaN and infinities as "nan", "inf", "-inf". */
void plx_out_double(plx_out *out, double value, unsigned decimals);
/* The same without zeros at its end: 0.5, 30, -120. */
void plx_out_double_short(plx_out *out, double value, unsigned decimals);

#endif
