/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Which character set a message is in: MSH-18 (v2 table 0211), found in the raw bytes before they
 * are split, because in some sets the second byte of a character may be a delimiter. */
#ifndef PLX_CORE_FORMAT_CHARSET_H
#define PLX_CORE_FORMAT_CHARSET_H

#include "core/base/slice.h"

/* X(NAME, name in messages, name of the conversion, way). The way says how bytes are grouped:
 * SINGLE, DOUBLE (a byte from 0x81 on takes the next one with it) or SHIFT (ISO 2022 escapes).
 * Numbers are stored: append only. */
#define PLX_CHARSET_TABLE(X)                                                                       \
    X(NONE, "", "", SINGLE) /* not said: ASCII or UTF-8 */                                         \
    X(UTF8, "UNICODE UTF-8", "", SINGLE)                                                           \
    X(LATIN1, "8859/1", "ISO-8859-1", SINGLE)                                                      \
    X(LATIN2, "8859/2", "ISO-8859-2", SINGLE)                                                      \
    X(LATIN3, "8859/3", "ISO-8859-3", SINGLE)                                                      \
    X(LATIN4, "8859/4", "ISO-8859-4", SINGLE)                                                      \
    X(CYRILLIC, "8859/5", "ISO-8859-5", SINGLE)                                                    \
    X(ARABIC, "8859/6", "ISO-8859-6", SINGLE)                                                      \
    X(GREEK, "8859/7", "ISO-8859-7", SINGLE)                                                       \
    X(HEBREW, "8859/8", "ISO-8859-8", SINGLE)                                                      \
    X(LATIN5, "8859/9", "ISO-8859-9", SINGLE)                                                      \
    X(LATIN6, "8859/10", "ISO-8859-10", SINGLE)                                                    \
    X(THAI, "8859/11", "ISO-8859-11", SINGLE)                                                      \
    X(LATIN7, "8859/13", "ISO-8859-13", SINGLE) /* there is no part 12 */                          \
    X(LATIN8, "8859/14", "ISO-8859-14", SINGLE)                                                    \
    X(LATIN9, "8859/15", "ISO-8859-15", SINGLE)                                                    \
    X(JAPANESE, "ISO IR87", "ISO-2022-JP-2", SHIFT) /* and IR14, IR159 */                          \
    X(CHINESE, "GB 18030-2000", "GB18030", DOUBLE)                                                 \
    X(TAIWANESE, "BIG-5", "BIG5", DOUBLE)                                                          \
    X(KOREAN, "KS X 1001", "EUC-KR", DOUBLE)

typedef enum plx_charset {
#define X(NAME, name, conversion, way) PLX_CHARSET_##NAME,
    PLX_CHARSET_TABLE(X)
#undef X
        PLX_CHARSET_COUNT
} plx_charset;

typedef enum plx_charset_way {
    PLX_CHARSET_SINGLE,
    PLX_CHARSET_DOUBLE,
    PLX_CHARSET_SHIFT
} plx_charset_way;

/* The set of a name: those of table 0211 and what senders write for them, whatever their case,
 * blanks and hyphens. PLX_CHARSET_NONE when it is none of them. */
plx_charset plx_charset_named(plx_slice name);
const char *plx_charset_name(plx_charset charset); /* as table 0211 has it; "" for none */
plx_charset_way plx_charset_way_of(plx_charset charset);
const char *plx_charset_conversion(plx_charset charset); /* "" where none is needed */

typedef struct plx_charset_found {
    plx_charset charset;
    bool named;   /* by the message itself */
    bool unknown; /* it names one that is not in the table; the bytes are read as UTF-8 */
} plx_charset_found;

/* First repetition of MSH-18, else what the interface is set to. Where the first says ASCII or
 * nothing and a later one names a Japanese set, that one is switched to by escapes in the text. */
plx_charset_found plx_hl7_charset(plx_slice bytes, plx_charset otherwise);

#endif
