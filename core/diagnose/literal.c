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
