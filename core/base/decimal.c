/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/decimal.h"

__extension__ typedef __int128 i128;

#define MANTISSA_END INT64_C(1000000000000000000) /* 10^18 */

static const int64_t powers[PLX_DECIMAL_DIGITS_MAX + 1] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    MANTISSA_END,
};

/* Nearest double of a / b by long division in bits; 2^53 <= a < 10^18, 1 < b <= 10^18. */
static double divide_exact(uint64_t a, uint64_t b)
{
    uint64_t quotient = a / b, rest = a % b;
    double unit = 1.0;
    while (quotient < UINT64_C(1) << 61) {
        rest <<= 1;
        quotient <<= 1;
        if (rest >= b) {
            rest -= b;
            quotient |= 1;
        }
        unit *= 0.5;
    }
    quotient |= rest != 0; /* 62 bits and a sticky one: the conversion rounds once */
    return (double)(int64_t)quotient * unit;
}

static double nearest(int64_t mantissa, unsigned scale)
{
    const int64_t size = mantissa < 0 ? -mantissa : mantissa;
    /* Up to 2^53 both operands are exact doubles, so one division rounds correctly. */
    if (size <= INT64_C(1) << 53 || scale == 0) return (double)mantissa / (double)powers[scale];
    const double value = divide_exact((uint64_t)size, (uint64_t)powers[scale]);
    return mantissa < 0 ? -value : value;
}

typedef struct number {
    uint64_t mantissa;
    int32_t scale;     /* digits after the point; below 0 after a positive exponent */
    uint32_t digits;   /* of the grammar, leading zeros too */
    bool minus, exact; /* exact: no more than 18 significant digits */
} number;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t scan_digits(plx_slice s, size_t i, number *x)
{
    for (; i < s.n && is_digit(s.at[i]); i++) {
        x->digits++;
        if (x->mantissa >= (uint64_t)MANTISSA_END / 10)
            x->exact = false;
        else
            x->mantissa = x->mantissa * 10 + (uint64_t)(s.at[i] - '0');
    }
    return i;
}

/* The exponent's digits from i; false on a malformed one. Clamped: what is far out stays far out.
 */
static bool scan_exponent(plx_slice s, size_t i, int32_t *exponent)
{
    const bool minus = i < s.n && s.at[i] == '-';
    if (i < s.n && (s.at[i] == '-' || s.at[i] == '+')) i++;
    if (i == s.n) return false;
    int32_t sum = 0;
    for (; i < s.n; i++) {
        if (!is_digit(s.at[i])) return false;
        if (sum < 1000) sum = sum * 10 + (s.at[i] - '0');
    }
    *exponent = minus ? -sum : sum;
    return true;
}

static bool scan(plx_slice s, number *x)
{
    size_t i = 0;
    *x = (number){.exact = true};
    if (s.n > 0 && (s.at[0] == '-' || s.at[0] == '+')) x->minus = s.at[i++] == '-';
    i = scan_digits(s, i, x);
    if (i < s.n && s.at[i] == '.') {
        const uint32_t before = x->digits;
        i = scan_digits(s, i + 1, x);
        /* A scale beyond 1000 is out of range whatever follows. */
        x->scale = x->digits - before < 1000 ? (int32_t)(x->digits - before) : 1000;
    }
    if (x->digits == 0) return false;
    if (i == s.n) return true;
    int32_t exponent = 0;
    if ((s.at[i] != 'e' && s.at[i] != 'E') || !scan_exponent(s, i + 1, &exponent)) return false;
    x->scale -= exponent;
    return true;
}

plx_status plx_decimal_parse(plx_slice text, plx_decimal *out)
{
    const plx_slice s = plx_slice_trim(text);
    number x;
    if (!scan(s, &x)) return PLX_SYNTAX;
    if (!x.exact || s.n > PLX_DECIMAL_TEXT_MAX || x.scale > PLX_DECIMAL_DIGITS_MAX)
        return PLX_RANGE;
    for (; x.scale < 0 && x.mantissa; x.scale++) {
        if (x.mantissa >= (uint64_t)MANTISSA_END / 10) return PLX_RANGE;
        x.mantissa *= 10;
    }
    plx_decimal d = {.text_n = (uint8_t)s.n};
    d.mantissa = x.minus ? -(int64_t)x.mantissa : (int64_t)x.mantissa;
    d.scale = x.scale < 0 ? 0 : (uint8_t)x.scale;
    d.value = nearest(d.mantissa, d.scale);
    memcpy(d.text, s.at, s.n);
    *out = d;
    return PLX_OK;
}

plx_decimal plx_decimal_make(int64_t mantissa, unsigned scale)
{
    PLX_ASSERT(scale <= PLX_DECIMAL_DIGITS_MAX);
    PLX_ASSERT(mantissa > -MANTISSA_END && mantissa < MANTISSA_END);
    plx_decimal d = {.mantissa = mantissa, .scale = (uint8_t)scale};
    d.value = nearest(mantissa, scale);
    plx_out out = plx_out_init(d.text, sizeof d.text);
    const int64_t size = mantissa < 0 ? -mantissa : mantissa;
    if (mantissa < 0) plx_out_char(&out, '-');
    plx_out_i64(&out, size / powers[scale]);
    if (scale > 0) {
        plx_out_char(&out, '.');
        plx_out_u64_padded(&out, (uint64_t)(size % powers[scale]), scale);
    }
    d.text_n = (uint8_t)out.n;
    return d;
}

int plx_decimal_compare_to(const plx_decimal *a, int64_t mantissa, unsigned scale)
{
    PLX_ASSERT(scale <= PLX_DECIMAL_DIGITS_MAX);
    i128 left = a->mantissa, right = mantissa;
    if (a->scale < scale)
        left *= powers[scale - a->scale];
    else
        right *= powers[a->scale - scale];
    return left < right ? -1 : left > right;
}

int plx_decimal_compare(const plx_decimal *a, const plx_decimal *b)
{
    return plx_decimal_compare_to(a, b->mantissa, b->scale);
}
