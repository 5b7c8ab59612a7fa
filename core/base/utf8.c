/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/utf8.h"

/* What may follow a first byte: how many bytes, and the range of the second. */
typedef struct lead {
    uint8_t more, low, high;
} lead;

static lead lead_of(uint8_t c)
{
    if (c >= 0xc2 && c <= 0xdf) return (lead){1, 0x80, 0xbf};
    if (c == 0xe0) return (lead){2, 0xa0, 0xbf};
    if (c == 0xed) return (lead){2, 0x80, 0x9f};
    if (c >= 0xe1 && c <= 0xef) return (lead){2, 0x80, 0xbf};
    if (c == 0xf0) return (lead){3, 0x90, 0xbf};
    if (c >= 0xf1 && c <= 0xf3) return (lead){3, 0x80, 0xbf};
    if (c == 0xf4) return (lead){3, 0x80, 0x8f};
    return (lead){0, 0, 0};
}

size_t plx_utf8_next(plx_slice s, bool *valid)
{
    const uint8_t *bytes = (const uint8_t *)s.at;
    *valid = bytes[0] < 0x80;
    if (*valid) return 1;
    const lead first = lead_of(bytes[0]);
    size_t n = 1;
    for (; n <= first.more; n++) {
        const uint8_t low = n == 1 ? first.low : 0x80, high = n == 1 ? first.high : 0xbf;
        if (n == s.n || bytes[n] < low || bytes[n] > high) return n;
    }
    *valid = first.more > 0;
    return n;
}

bool plx_utf8_valid(plx_slice s)
{
    bool valid = true;
    while (valid && s.n > 0) {
        const size_t n = plx_utf8_next(s, &valid);
        s = (plx_slice){s.at + n, s.n - n};
    }
    return valid;
}

void plx_out_utf8(plx_out *out, uint32_t code)
{
    PLX_ASSERT(code <= 0x10ffff && (code < 0xd800 || code > 0xdfff));
    char bytes[4];
    size_t n = 0;
    if (code < 0x80) {
        bytes[n++] = (char)code;
    } else if (code < 0x800) {
        bytes[n++] = (char)(0xc0 | code >> 6);
        bytes[n++] = (char)(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        bytes[n++] = (char)(0xe0 | code >> 12);
        bytes[n++] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[n++] = (char)(0x80 | (code & 0x3f));
    } else {
        bytes[n++] = (char)(0xf0 | code >> 18);
        bytes[n++] = (char)(0x80 | (code >> 12 & 0x3f));
        bytes[n++] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[n++] = (char)(0x80 | (code & 0x3f));
    }
    plx_out_bytes(out, bytes, n);
}

void plx_out_utf8_clean(plx_out *out, plx_slice s)
{
    while (s.n > 0) {
        bool valid;
        const size_t n = plx_utf8_next(s, &valid);
        if (valid)
            plx_out_bytes(out, s.at, n);
        else
            plx_out_text(out, PLX_UTF8_REPLACEMENT);
        s = (plx_slice){s.at + n, s.n - n};
    }
}

void plx_out_quote(plx_out *out, plx_slice s, size_t max)
{
    plx_out_char(out, '"');
    for (size_t left = max; s.n > 0;) {
        bool valid;
        const size_t n = plx_utf8_next(s, &valid);
        if (n > left) break;
        if (!valid)
            plx_out_text(out, PLX_UTF8_REPLACEMENT);
        else if ((unsigned char)s.at[0] < 0x20 || s.at[0] == 0x7f)
            plx_out_char(out, '?');
        else
            plx_out_bytes(out, s.at, n);
        left -= n;
        s = (plx_slice){s.at + n, s.n - n};
    }
    plx_out_char(out, '"');
}
