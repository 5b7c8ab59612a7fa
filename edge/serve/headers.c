/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Headers of every answer: design operations 6. Strict-Transport-Security is for TLS only: on plain
 * HTTP browsers ignore it (RFC 6797 7.2). */
#include "core/format/json/json.h"
#include "edge/serve/private.h"

typedef struct head_line {
    const char *name, *value;
} head_line;

static const head_line ALWAYS[] = {
    {"content-security-policy:",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
     "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
     "require-trusted-types-for 'script'"},
    {"x-content-type-options:", "nosniff"},
    {"referrer-policy:", "no-referrer"},
    {"cross-origin-opener-policy:", "same-origin"},
    {"cross-origin-resource-policy:", "same-origin"},
    {"permissions-policy:", "camera=(), microphone=(), geolocation=()"},
};

static bool add(struct lws *wsi, const char *name, const char *value, uint8_t **at, uint8_t *end)
{
    return lws_add_http_header_by_name(wsi, (const unsigned char *)name,
                                       (const unsigned char *)value, (int)strlen(value), at,
                                       end) == 0;
}

int serve_head_write(const serve_http *http, uint8_t *memory, size_t capacity)
{
    struct lws *wsi = http->wsi;
    uint8_t *at = memory, *end = memory + capacity;
    unsigned status = (unsigned)http->status | LWSAHH_FLAG_NO_SERVER_NAME;
    if (lws_add_http_header_status(wsi, status, &at, end)) return -1;
    for (size_t i = 0; i < sizeof ALWAYS / sizeof ALWAYS[0]; i++)
        if (!add(wsi, ALWAYS[i].name, ALWAYS[i].value, &at, end)) return -1;
    const char *cache = http->immutable ? "public, max-age=31536000, immutable"
                        : http->api     ? "no-store"
                                        : "no-cache";
    bool whole = add(wsi, "cache-control:", cache, &at, end);
    if (http->etag)
        whole = whole && add(wsi, "etag:", http->etag, &at, end) &&
                add(wsi, "vary:", "accept-encoding", &at, end);
    if (http->encoding) whole = whole && add(wsi, "content-encoding:", http->encoding, &at, end);
    if (http->allow) whole = whole && add(wsi, "allow:", http->allow, &at, end);
    if (http->close_after) whole = whole && add(wsi, "connection:", "close", &at, end);
    if (http->status != 304) {
        whole = whole && add(wsi, "content-type:", http->type, &at, end) &&
                lws_add_http_header_content_length(wsi, http->n, &at, end) == 0;
    }
    if (!whole || lws_finalize_http_header(wsi, &at, end)) return -1;
    return (int)(at - memory);
}

size_t serve_error_json(const char *sentence, char *out, size_t capacity)
{
    plx_out text = plx_out_init(out, capacity);
    plx_json_writer w = plx_json_writer_init(&text);
    plx_json_object(&w);
    plx_json_key(&w, "error");
    plx_json_put_text(&w, sentence);
    plx_json_object_end(&w);
    return text.n;
}
