/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Headers of every answer: design operations 6. Strict-Transport-Security is for TLS only: on plain
 * HTTP browsers ignore it (RFC 6797 7.2). */
#include "core/format/json/json.h"
#include "edge/serve/private.h"

typedef struct lws_protocol_vhost_options head_line;

static const head_line ALWAYS[] = {
    {&ALWAYS[1], NULL, "content-security-policy:",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
     "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
     "require-trusted-types-for 'script'"},
    {&ALWAYS[2], NULL, "x-content-type-options:", "nosniff"},
    {&ALWAYS[3], NULL, "referrer-policy:", "no-referrer"},
    {&ALWAYS[4], NULL, "cross-origin-opener-policy:", "same-origin"},
    {&ALWAYS[5], NULL, "cross-origin-resource-policy:", "same-origin"},
    {NULL, NULL, "permissions-policy:", "camera=(), microphone=(), geolocation=()"},
};
const struct lws_protocol_vhost_options *const serve_head_always = ALWAYS;

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
    if (lws_add_http_header_status(wsi, status, &at, end)) return -1; /* and ALWAYS */
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

int serve_refusal_write(struct lws *wsi, int status, const char *sentence, uint8_t *memory,
                        size_t capacity)
{
    serve_http http = {.wsi = wsi, .status = status, .close_after = true, .api = true};
    memcpy(http.type, "application/json", sizeof "application/json");
    http.n = serve_error_json(sentence, http.small, sizeof http.small);
    PLX_ASSERT(http.n < capacity);
    int n = serve_head_write(&http, memory, capacity - http.n);
    if (n < 0) return -1;
    memcpy(memory + n, http.small, http.n);
    return n + (int)http.n;
}
