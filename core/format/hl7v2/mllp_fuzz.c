/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Any stream in any chunks: frames, broken frames and the number of noise bytes are the same as
 * when all of it arrives at once, and no byte is lost. The first byte seeds the sizes of the
 * chunks. */
#include "core/format/hl7v2/mllp.h"

enum { RECORD_MAX = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

typedef struct record {
    char bytes[RECORD_MAX]; /* kind and body of every frame */
    size_t n, noise, consumed;
} record;

static void note(record *r, plx_mllp_found found, plx_slice body)
{
    if (found == PLX_MLLP_NOISE) {
        r->noise += body.n;
        return;
    }
    if (r->n + body.n + 2 > RECORD_MAX) return;
    r->bytes[r->n++] = (char)found;
    if (body.n > 0) memcpy(r->bytes + r->n, body.at, body.n);
    r->n += body.n;
    r->bytes[r->n++] = PLX_MLLP_START; /* cannot be in a body */
}

/* Everything the splitter says about bytes [*start, end) of the stream, moving *start. */
static void drain(plx_mllp_splitter *s, const char *stream, size_t *start, size_t end, record *r)
{
    for (;;) {
        plx_slice window = {stream + *start, end - *start}, body = {0};
        size_t consumed = SIZE_MAX;
        plx_mllp_found found = plx_mllp_next(s, window, &body, &consumed);
        PLX_ASSERT(consumed <= window.n);
        *start += consumed;
        r->consumed += consumed;
        if (found == PLX_MLLP_MORE) return;
        PLX_ASSERT(consumed > 0 && body.at >= window.at);
        PLX_ASSERT(body.at + body.n <= window.at + consumed);
        note(r, found, body);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static record whole, parts;
    if (n == 0) return 0;
    uint32_t chunk = data[0];
    const char *stream = (const char *)data + 1;
    n--;
    whole.n = whole.noise = whole.consumed = parts.n = parts.noise = parts.consumed = 0;
    plx_mllp_splitter one = {0}, many = {0};
    size_t start = 0;
    drain(&one, stream, &start, n, &whole);
    PLX_ASSERT(one.inside ? stream[start] == PLX_MLLP_START : start == n);
    start = 0;
    for (size_t end = 0; end < n;) {
        chunk = chunk * 1103515245u + 12345u;
        size_t more = 1 + (chunk >> 16) % (1 + data[0] % 32);
        end = n - end < more ? n : end + more;
        drain(&many, stream, &start, end, &parts);
    }
    PLX_ASSERT(parts.n == whole.n && memcmp(parts.bytes, whole.bytes, whole.n) == 0);
    PLX_ASSERT(parts.noise == whole.noise && parts.consumed == whole.consumed);
    PLX_ASSERT(one.inside == many.inside);
    return 0;
}
