/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* UTF-8 as Unicode 3.9 table 3-7 defines it: no overlong forms, no surrogates, nothing above
 * U+10FFFF. */
#ifndef PLX_CORE_BASE_UTF8_H
#define PLX_CORE_BASE_UTF8_H

#include "core/base/slice.h"

#define PLX_UTF8_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Bytes of the sequence that s begins with (1 to 4), s not empty. When *valid becomes false they
 * are the longest start of a sequence that went wrong (at least one byte): replace them by one
 * U+FFFD. */
size_t plx_utf8_next(plx_slice s, bool *valid);
bool plx_utf8_valid(plx_slice s);
/* code <= 0x10FFFF and no surrogate. */
void plx_out_utf8(plx_out *out, uint32_t code);
/* Every invalid sequence becomes U+FFFD. */
void plx_out_utf8_clean(plx_out *out, plx_slice s);
/* "s" in quotes, for a sentence: the whole characters of its first max bytes; what is invalid
 * becomes U+FFFD and a control character "?". */
void plx_out_quote(plx_out *out, plx_slice s, size_t max);

#endif
