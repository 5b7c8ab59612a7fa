/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Bodies in other character sets as UTF-8, by the conversions of the C library (iconv). The same
 * bytes give the same text wherever the library has the same tables, so a replay of the journal
 * ends in the same state. A message of ASCII, UTF-8 or (named by itself) 8859/1 needs none: core
 * reads it as it is. */
#ifndef PLX_EDGE_HOST_CHARSET_H
#define PLX_EDGE_HOST_CHARSET_H

#include "core/format/hl7v2/charset.h"
#include "core/record/entry.h"

enum {
    /* A text is so much longer than its body at most; more is PLX_LIMIT. */
    PLX_CHARSET_GROWTH = 3,
    PLX_CHARSET_CHARACTER_MAX = 8 /* bytes of one character, with the escape before it */
};

/* One for each thread: it keeps its conversions and memory. */
typedef struct plx_charset_converter plx_charset_converter;

/* NULL without memory. */
plx_charset_converter *plx_charset_converter_init(void);
void plx_charset_converter_destroy(plx_charset_converter *converter); /* NULL is allowed */

/* The text of a message's body. *view: NULL when the body can be read as it is, else borrowed until
 * the next call. A byte that means nothing, alone or with those after it, becomes U+FFFD; line ends
 * stay where they are, and an escape (ISO 2022) holds to the end of its line. *found: which set,
 * may be NULL. PLX_FULL without memory; PLX_UNSUPPORTED when the C library lacks the conversion:
 * *view is NULL then, and the bytes are read as UTF-8. */
PLX_MUST_CHECK plx_status plx_charset_view(plx_charset_converter *converter, plx_slice body,
                                           plx_charset otherwise, const plx_view **view,
                                           plx_charset_found *found);

/* The same for an entry that is to be applied; other kinds than messages are left alone. PLX_FULL
 * without memory; a missing conversion is no error. */
PLX_MUST_CHECK plx_status plx_charset_attach(plx_charset_converter *converter,
                                             plx_charset otherwise, plx_entry *entry);

/* UTF-8 in a character set, for an answer to who uses it; borrowed until the next call. PLX_SYNTAX
 * when it cannot say a character, PLX_FULL, PLX_UNSUPPORTED as above. */
PLX_MUST_CHECK plx_status plx_charset_encode(plx_charset_converter *converter, plx_charset charset,
                                             plx_slice utf8, plx_slice *bytes);

#endif
