/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: no bytes break the reading of a character set. The first byte chooses the interface's set.
 * Oracle: sanitizers; the text is UTF-8 of at most three times the bytes; line ends are where they
 * were; offsets of the body do not go back; a second reading gives the same text; what the set can
 * say comes back as the same text when it is written and read again. */
#include <stdlib.h>

#include "core/base/utf8.h"
#include "edge/host/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t lines_of(plx_slice s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.at[i] == '\r' || s.at[i] == '\n';
    return n;
}

static void check(plx_slice body, const plx_view *view)
{
    uint32_t last = 0;
    PLX_ASSERT(view->text.n <= PLX_CHARSET_GROWTH * body.n && plx_utf8_valid(view->text));
    PLX_ASSERT(lines_of(view->text) == lines_of(body));
    for (uint32_t i = 0; i < view->text.n; i++) {
        uint32_t raw = plx_view_raw(view, i);
        PLX_ASSERT(raw >= last && raw < body.n);
        if (view->text.at[i] == '\r') PLX_ASSERT(body.at[raw] == '\r');
        last = raw;
    }
    PLX_ASSERT(plx_view_raw(view, (uint32_t)view->text.n) == body.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static plx_charset_converter *one, *two;
    if (!one) one = plx_charset_converter_init();
    if (!two) two = plx_charset_converter_init();
    if (!one || !two) abort();
    if (size == 0) return 0;
    plx_charset otherwise = (plx_charset)(data[0] % PLX_CHARSET_COUNT);
    plx_slice body = {(const char *)data + 1, size - 1}, bytes;
    const plx_view *view = NULL, *again = NULL;
    plx_charset_found found;
    PLX_ASSERT(plx_charset_view(one, body, otherwise, &view, &found) == PLX_OK);
    if (!view) return 0;
    check(body, view);
    PLX_ASSERT(plx_charset_view(two, body, otherwise, &again, NULL) == PLX_OK && again);
    PLX_ASSERT(plx_slice_equal(view->text, again->text));
    if (view->replaced || plx_charset_encode(one, found.charset, view->text, &bytes) != PLX_OK)
        return 0;
    PLX_ASSERT(plx_charset_view(two, bytes, found.charset, &again, NULL) == PLX_OK);
    if (again) PLX_ASSERT(plx_slice_equal(view->text, again->text));
    return 0;
}
