/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/utf8.h"
#include "core/format/json/json.h"

plx_json_writer plx_json_writer_init(plx_out *out)
{
    return (plx_json_writer){out, 0, 0, false};
}

/* Before every value: the comma after the one before it. The outermost level has none. */
static void begin_value(plx_json_writer *w)
{
    if (!w->after_key && w->depth > 0) {
        const uint64_t bit = UINT64_C(1) << (w->depth - 1);
        if (w->comma & bit) plx_out_char(w->out, ',');
        w->comma |= bit;
    }
    w->after_key = false;
}

static void open_container(plx_json_writer *w, char bracket)
{
    PLX_ASSERT(w->depth < PLX_JSON_DEPTH_MAX);
    begin_value(w);
    plx_out_char(w->out, bracket);
    w->comma &= ~(UINT64_C(1) << w->depth);
    w->depth++;
}

static void close_container(plx_json_writer *w, char bracket)
{
    PLX_ASSERT(w->depth > 0 && !w->after_key);
    w->depth--;
    plx_out_char(w->out, bracket);
}

void plx_json_object(plx_json_writer *w)
{
    open_container(w, '{');
}

void plx_json_object_end(plx_json_writer *w)
{
    close_container(w, '}');
}

void plx_json_array(plx_json_writer *w)
{
    open_container(w, '[');
}

void plx_json_array_end(plx_json_writer *w)
{
    close_container(w, ']');
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void out_escape(plx_out *out, unsigned char c)
{
    static const char letters[] = "btn fr"; /* 0x08 to 0x0d; 0x0b has no letter */
    plx_out_char(out, '\\');
    if (c == '"' || c == '\\') {
        plx_out_char(out, (char)c);
    } else if (c >= 0x08 && c <= 0x0d && c != 0x0b) {
        plx_out_char(out, letters[c - 0x08]);
    } else {
        plx_out_text(out, "u00");
        plx_out_hex(out, &c, 1);
    }
}

/* U+2028 and U+2029 end a line in JavaScript before 2019, so they are escaped too. */
static void out_sequence(plx_out *out, plx_slice sequence, bool valid)
{
    if (!valid)
        plx_out_text(out, PLX_UTF8_REPLACEMENT);
    else if (plx_slice_is(sequence, "\xe2\x80\xa8"))
        plx_out_text(out, "\\u2028");
    else if (plx_slice_is(sequence, "\xe2\x80\xa9"))
        plx_out_text(out, "\\u2029");
    else
        plx_out_slice_add(out, sequence);
}

static void out_string(plx_out *out, plx_slice s)
{
    plx_out_char(out, '"');
    while (s.n > 0) {
        size_t n = 0;
        while (n < s.n && is_plain((unsigned char)s.at[n]))
            n++;
        if (n > 0) {
            plx_out_bytes(out, s.at, n);
        } else if ((unsigned char)s.at[0] < 0x80) {
            n = 1;
            out_escape(out, (unsigned char)s.at[0]);
        } else {
            bool valid;
            n = plx_utf8_next(s, &valid);
            out_sequence(out, (plx_slice){s.at, n}, valid);
        }
        s = (plx_slice){s.at + n, s.n - n};
    }
    plx_out_char(out, '"');
}

void plx_json_key_slice(plx_json_writer *w, plx_slice key)
{
    PLX_ASSERT(w->depth > 0 && !w->after_key);
    begin_value(w);
    out_string(w->out, key);
    plx_out_char(w->out, ':');
    w->after_key = true;
}

void plx_json_key(plx_json_writer *w, const char *key)
{
    plx_json_key_slice(w, plx_slice_of(key));
}

void plx_json_put_string(plx_json_writer *w, plx_slice utf8)
{
    begin_value(w);
    out_string(w->out, utf8);
}

void plx_json_put_text(plx_json_writer *w, const char *text)
{
    plx_json_put_string(w, plx_slice_of(text));
}

void plx_json_put_u64(plx_json_writer *w, uint64_t value)
{
    begin_value(w);
    plx_out_u64(w->out, value);
}

void plx_json_put_i64(plx_json_writer *w, int64_t value)
{
    begin_value(w);
    plx_out_i64(w->out, value);
}

void plx_json_put_double(plx_json_writer *w, double value, unsigned decimals)
{
    if (value - value != 0.0) { /* NaN and the infinities */
        plx_json_put_null(w);
        return;
    }
    begin_value(w);
    plx_out_double(w->out, value, decimals);
}

void plx_json_put_bool(plx_json_writer *w, bool value)
{
    plx_json_put_raw(w, value ? PLX_LIT("true") : PLX_LIT("false"));
}

void plx_json_put_null(plx_json_writer *w)
{
    plx_json_put_raw(w, PLX_LIT("null"));
}

void plx_json_put_raw(plx_json_writer *w, plx_slice json)
{
    begin_value(w);
    plx_out_slice_add(w->out, json);
}
