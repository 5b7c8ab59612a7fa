/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A small reader of HL7 v2 messages for the tests of this room, written from the standard: it
 * shares no code with the generator nor with the reader of core/format. A message ends with a
 * carriage return and NUL. */
#ifndef PLX_CORE_HOSPITAL_READER_FOR_TEST_H
#define PLX_CORE_HOSPITAL_READER_FOR_TEST_H

#include <stddef.h>
#include <string.h>

/* Segment n-th with this id; NULL when there is none. */
static inline const char *segment(const char *m, const char *id, int n)
{
    for (const char *at = m; *at; at = strchr(at, '\r') + 1) {
        if (memcmp(at, id, 3) == 0 && n-- == 0) return at;
        if (!strchr(at, '\r')) break;
    }
    return NULL;
}

/* Component c (from 1, 0 = whole) of field f into text, empty when it is not there. */
static inline void get(const char *at, int f, int c, char *text, size_t size)
{
    text[0] = 0;
    if (!at) return;
    if (memcmp(at, "MSH", 3) == 0) f--;
    for (; f > 0 && *at != '\r'; at++)
        f -= *at == '|';
    for (int k = 1; f == 0 && k < c && *at != '|' && *at != '\r'; at++)
        k += *at == '^';
    if (f > 0 || (c > 1 && at[-1] != '^')) return;
    size_t n = 0;
    while (at[n] != '|' && at[n] != '\r' && (c == 0 || at[n] != '^') && n + 1 < size) {
        text[n] = at[n];
        n++;
    }
    text[n] = 0;
}

#endif
