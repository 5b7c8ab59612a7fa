/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The text writer of slice.h. Doubles are written from their exact binary value: the shift of a
 * 53-bit mantissa times a power of ten fits 128 bits, and what is 2^52 or more is an integer. */
#include <math.h>

#include "core/base/slice.h"

__extension__ typedef unsigned __int128 u128;

enum { DECIMALS_MAX = 9, U64_DIGITS = 20 };

void plx_out_bytes(plx_out *out, const void *bytes, size_t n)
{
    const size_t left = out->capacity - out->n;
    if (n > left) {
        out->full = true;
        n = left;
    }
    if (n == 0) return;
    memcpy(out->at + out->n, bytes, n);
    out->n += n;
}

void plx_out_slice_add(plx_out *out, plx_slice s)
{
    plx_out_bytes(out, s.at, s.n);
}

void plx_out_text(plx_out *out, const char *text)
{
    plx_out_bytes(out, text, strlen(text));
}

void plx_out_char(plx_out *out, char c)
{
    if (out->n == out->capacity) {
        out->full = true;
        return;
    }
    out->at[out->n++] = c;
}

void plx_out_u64_padded(plx_out *out, uint64_t value, unsigned width)
{
    PLX_ASSERT(width <= U64_DIGITS);
    char digits[U64_DIGITS];
    unsigned at = U64_DIGITS;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    while (U64_DIGITS - at < width)
        digits[--at] = '0';
    plx_out_bytes(out, digits + at, U64_DIGITS - at);
}

void plx_out_u64(plx_out *out, uint64_t value)
{
    plx_out_u64_padded(out, value, 0);
}

void plx_out_i64(plx_out *out, int64_t value)
{
    if (value < 0) plx_out_char(out, '-');
    plx_out_u64(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void plx_out_hex(plx_out *out, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        plx_out_char(out, digits[bytes[i] >> 4]);
        plx_out_char(out, digits[bytes[i] & 15]);
    }
}

/* mantissa x 2^shift, an integer of 2^52 or more, by repeated division by 10^9. */
static void out_huge(plx_out *out, uint64_t mantissa, unsigned shift)
{
    enum { WORDS = 36, CHUNKS = 40 };
    uint32_t words[WORDS] = {0}, chunks[CHUNKS];
    const u128 spread = (u128)mantissa << shift % 32;
    for (unsigned i = 0; i < 3; i++)
        words[shift / 32 + i] = (uint32_t)(spread >> 32 * i);
    unsigned n = 0, top = shift / 32 + 3;
    while (top > 0) {
        uint64_t rest = 0;
        for (unsigned i = top; i-- > 0;) {
            rest = rest << 32 | words[i];
            words[i] = (uint32_t)(rest / 1000000000);
            rest %= 1000000000;
        }
        chunks[n++] = (uint32_t)rest;
        while (top > 0 && words[top - 1] == 0)
            top--;
    }
    plx_out_u64(out, chunks[--n]);
    while (n > 0)
        plx_out_u64_padded(out, chunks[--n], 9);
}

/* mantissa x 2^-shift rounded to an integer, ties to even. The mantissa is below 2^83. */
static uint64_t round_shift(u128 mantissa, unsigned shift)
{
    if (shift == 0) return (uint64_t)mantissa;
    if (shift > 90) return 0;
    const u128 whole = mantissa >> shift, rest = mantissa - (whole << shift);
    const u128 half = (u128)1 << (shift - 1);
    const bool up = rest > half || (rest == half && (whole & 1));
    return (uint64_t)whole + up;
}

static void out_finite(plx_out *out, double size, bool minus, unsigned decimals)
{
    static const uint32_t powers[] = {1,      10,      100,      1000,      10000,
                                      100000, 1000000, 10000000, 100000000, 1000000000};
    uint64_t bits;
    memcpy(&bits, &size, sizeof bits);
    const uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    const int exponent = (int)(bits >> 52);
    const uint64_t mantissa = exponent ? fraction | UINT64_C(1) << 52 : fraction;
    const int power = (exponent ? exponent : 1) - 1075; /* size = mantissa x 2^power */
    uint64_t whole = 0, parts = 0;
    if (power < 0) {
        const unsigned shift = (unsigned)-power;
        whole = shift < 64 ? mantissa >> shift : 0;
        const uint64_t rest = shift < 64 ? mantissa - (whole << shift) : mantissa;
        if (decimals == 0)
            whole = round_shift(mantissa, shift);
        else
            parts = round_shift((u128)rest * powers[decimals], shift);
        if (decimals > 0 && parts == powers[decimals]) {
            parts = 0;
            whole++;
        }
    }
    if (minus && (whole || parts || power >= 0)) plx_out_char(out, '-');
    if (power >= 0)
        out_huge(out, mantissa, (unsigned)power);
    else
        plx_out_u64(out, whole);
    if (decimals == 0) return;
    plx_out_char(out, '.');
    plx_out_u64_padded(out, parts, decimals);
}

void plx_out_double(plx_out *out, double value, unsigned decimals)
{
    PLX_ASSERT(decimals <= DECIMALS_MAX);
    if (value != value) {
        plx_out_text(out, "nan");
    } else if (fabs(value) > 0x1.fffffffffffffp1023) {
        plx_out_text(out, value < 0 ? "-inf" : "inf");
    } else {
        out_finite(out, fabs(value), value < 0, decimals);
    }
}

void plx_out_double_short(plx_out *out, double value, unsigned decimals)
{
    const size_t from = out->n;
    plx_out_double(out, value, decimals);
    if (decimals == 0 || out->full || !memchr(out->at + from, '.', out->n - from)) return;
    while (out->at[out->n - 1] == '0')
        out->n--;
    if (out->at[out->n - 1] == '.') out->n--;
}

plx_status plx_refuse(char *why, size_t why_n, plx_status status, const char *sentence)
{
    plx_out out = plx_out_init(why, why_n - 1);
    plx_out_text(&out, sentence);
    why[out.n] = 0;
    return status;
}
