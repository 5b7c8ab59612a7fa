/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/diagnose/literal.h"

static bool is_blank(char c)
{
    return c == ' ' || c == ',' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_number(char c)
{
    return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
}

static void pass(plx_literal *l, size_t n)
{
    l->rest.at += n;
    l->rest.n -= n;
}

static plx_literal_kind string(plx_literal *l)
{
    const char quote = l->rest.at[0];
    for (size_t i = 1; i < l->rest.n; i++) {
        if (l->rest.at[i] == '\\') {
            i++;
        } else if (l->rest.at[i] == quote) {
            l->text = (plx_slice){l->rest.at + 1, i - 1};
            pass(l, i + 1);
            return PLX_LITERAL_STRING;
        }
    }
    return PLX_LITERAL_BAD;
}

plx_literal_kind plx_literal_next(plx_literal *l)
{
    while (l->rest.n > 0 && is_blank(l->rest.at[0]))
        pass(l, 1);
    if (l->rest.n == 0) return PLX_LITERAL_END;
    const char c = l->rest.at[0];
    if (c == '\'' || c == '"') return string(l);
    if (c == '[' || c == '(' || c == ']' || c == ')') {
        pass(l, 1);
        return c == '[' || c == '(' ? PLX_LITERAL_OPEN : PLX_LITERAL_CLOSE;
    }
    size_t n = 0;
    while (n < l->rest.n && is_number(l->rest.at[n]))
        n++;
    if (n == 0) return PLX_LITERAL_BAD;
    l->text = (plx_slice){l->rest.at, n};
    pass(l, n);
    return PLX_LITERAL_NUMBER;
}

void plx_literal_string(plx_slice text, plx_out *out)
{
    for (size_t i = 0; i < text.n; i++) {
        const bool escape =
            text.at[i] == '\\' && i + 1 < text.n &&
            (text.at[i + 1] == '\\' || text.at[i + 1] == '\'' || text.at[i + 1] == '"');
        if (escape) i++;
        plx_out_char(out, text.at[i]);
    }
}

enum { DIGITS_MAX = 15, EXPONENT_MAX = 400 };

/* Digits from *i on; those beyond DIGITS_MAX only count. */
static uint32_t digits(plx_slice t, size_t *i, double *mantissa, uint32_t *kept, uint32_t *n)
{
    uint32_t left_out = 0;
    for (*n = 0; *i < t.n && t.at[*i] >= '0' && t.at[*i] <= '9'; ++*i, ++*n) {
        if (*kept < DIGITS_MAX) {
            *mantissa = *mantissa * 10 + (t.at[*i] - '0');
            *kept += *mantissa > 0;
        } else {
            left_out++;
        }
    }
    return left_out;
}

bool plx_literal_number(plx_slice text, double *value)
{
    size_t i = 0;
    double mantissa = 0;
    uint32_t kept = 0, whole, fraction = 0;
    const bool negative = text.n > 0 && text.at[0] == '-';
    if (text.n > 0 && (text.at[0] == '-' || text.at[0] == '+')) i++;
    int64_t exponent = digits(text, &i, &mantissa, &kept, &whole);
    if (i < text.n && text.at[i] == '.') {
        i++;
        const uint32_t left_out = digits(text, &i, &mantissa, &kept, &fraction);
        exponent -= fraction - left_out;
    }
    if (whole + fraction == 0) return false;
    if (i < text.n && (text.at[i] == 'e' || text.at[i] == 'E')) {
        uint64_t power = 0;
        const bool minus = i + 1 < text.n && text.at[i + 1] == '-';
        i += i + 1 < text.n && (minus || text.at[i + 1] == '+') ? 2 : 1;
        if (!plx_slice_u64((plx_slice){text.at + i, text.n - i}, EXPONENT_MAX, &power))
            return false;
        exponent += minus ? -(int64_t)power : (int64_t)power;
        i = text.n;
    }
    if (i < text.n) return false;
    for (; exponent > 0 && mantissa < 1e300; exponent--)
        mantissa *= 10;
    for (; exponent < 0 && mantissa > 0; exponent++)
        mantissa /= 10;
    *value = negative ? -mantissa : mantissa;
    return true;
}
