/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A source file as a text in which numbers are looked for: comments dropped, blanks squeezed out
 * (one stays between two words). In a pattern @ stands for the number that is asked for, $ for any
 * other: "1.0f - @ * sepsis" finds 0.75 in "1.0f - 0.75f * sepsis". */
#ifndef PLX_TEST_SOURCE_TEXT_H
#define PLX_TEST_SOURCE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum { SOURCE_BYTES_MAX = 1 << 16, SOURCE_PATTERN_MAX = 320 };

typedef struct source_text {
    char path[64]; /* from the root of the project */
    size_t n;
    char text[SOURCE_BYTES_MAX];  /* ends with NUL */
    bool asked[SOURCE_BYTES_MAX]; /* a number starts here that some pattern has asked for */
} source_text;

/* What a pattern finds: places where it fits, the number of the first, and of the last that has
 * another one. */
typedef struct source_found {
    size_t places;
    double value, other;
} source_found;

/* path from the root of the project. False: not there, or larger than SOURCE_BYTES_MAX. */
bool source_text_read(source_text *source, const char *path);

/* The same squeezing, for a pattern. out: SOURCE_PATTERN_MAX. False when it does not fit. */
bool source_text_squeeze(const char *in, char *out);

/* Bytes of the number that starts at `at` (sign, suffix included), 0 = none. */
size_t source_text_number(const char *at, double *value);

/* True when a number can start at this place, not in the middle of a word. */
bool source_text_starts(const source_text *source, size_t at);

/* Marks what it finds in `asked`. pattern: squeezed, with one @. */
source_found source_text_find(source_text *source, const char *pattern);

#endif
