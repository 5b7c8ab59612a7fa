/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One HTTP request at a time on a connection: decide, ask or look up, send head, send body. */
#include <stdlib.h>

#include "edge/serve/private.h"

static const char JSON[] = "application/json";

/* Answers. */

static void answer_with(serve_http *http, int status, const char *type, plx_serve_bytes bytes)
{
    http->status = status;
    http->bytes = bytes.at;
    http->n = bytes.n;
    http->sent = 0;
    http->stage = SERVE_HEAD;
    plx_out out = plx_out_init(http->type, sizeof http->type - 1);
    plx_out_text(&out, type);
    http->type[out.n] = '\0';
    lws_set_timeout(http->wsi, PENDING_TIMEOUT_HTTP_CONTENT, SERVE_READ_S);
    lws_callback_on_writable(http->wsi);
}

static void refuse(serve_http *http, int status, const char *sentence)
{
    size_t n = serve_error_json(sentence, http->small, sizeof http->small);
    answer_with(http, status, JSON, (plx_serve_bytes){(const uint8_t *)http->small, n});
}

/* The rest of the request is not wanted. */
static void refuse_and_close(serve_http *http, int status, const char *sentence)
{
    http->close_after = true;
    refuse(http, status, sentence);
}

static void refuse_method(serve_http *http, const char *allow)
{
    http->allow = allow;
    refuse(http, 405, "This address does not take that method; Allow lists what it takes.");
}

static void not_found(serve_http *http)
{
    refuse(http, 404, "There is nothing at this address.");
}

/* Life of a request. */

static void release(serve_http *http)
{
    if (http->slot != UINT32_MAX) {
        serve_slot *slot = &http->serve->slots[http->slot];
        slot->http = NULL;
        slot->generation++;
    }
    http->serve->bodies_bytes -= http->body_capacity;
    free(http->body);
    free(http->owned);
    struct lws *wsi = http->wsi;
    plx_serve *serve = http->serve;
    *http = (serve_http){.serve = serve, .wsi = wsi, .slot = UINT32_MAX};
}

static void begin(serve_http *http, struct lws *wsi)
{
    if (http->serve) {
        release(http); /* the user space of a connection is zero at first, then ours */
        return;
    }
    *http = (serve_http){.serve = serve_of(wsi), .wsi = wsi, .slot = UINT32_MAX};
}

/* Arguments, decoded, joined again; false when they are too long. */
static bool read_query(serve_http *http)
{
    size_t n = 0;
    http->query[0] = '\0';
    for (int i = 0; lws_hdr_fragment_length(http->wsi, WSI_TOKEN_HTTP_URI_ARGS, i) > 0; i++) {
        size_t left = sizeof http->query - n;
        if (left < 2) return false;
        if (n > 0) http->query[n++] = '&';
        int taken = lws_hdr_copy_fragment(http->wsi, http->query + n, (int)(sizeof http->query - n),
                                          WSI_TOKEN_HTTP_URI_ARGS, i);
        if (taken < 0) return false;
        n += (size_t)taken;
    }
    return true;
}

static void ask(serve_http *http)
{
    plx_serve *s = http->serve;
    uint32_t slot = s->slots_hint, tried = 0;
    while (tried < PLX_SERVE_HTTP_MAX && s->slots[slot].http) {
        slot = (slot + 1) % PLX_SERVE_HTTP_MAX;
        tried++;
    }
    if (tried == PLX_SERVE_HTTP_MAX) {
        refuse_and_close(http, 503, "Too many requests are waiting; try again in a moment.");
        return;
    }
    s->slots_hint = (slot + 1) % PLX_SERVE_HTTP_MAX;
    s->slots[slot].http = http;
    http->slot = slot;
    http->stage = SERVE_WAITING;
    http->since_us = plx_boot_us();
    lws_set_timeout(http->wsi, NO_PENDING_TIMEOUT, 0);
    plx_serve_request request = {
        .ticket = (uint64_t)s->slots[slot].generation << 32 | (slot + 1),
        .post = http->post,
        .path = plx_slice_of(http->path),
        .query = plx_slice_of(http->query),
        .body = {(const char *)http->body, http->body_n},
    };
    s->options.ask(s->options.self, &request);
}

void serve_http_answer(plx_serve *serve, serve_answer *answer)
{
    uint32_t slot = (uint32_t)answer->ticket - 1;
    if (slot >= PLX_SERVE_HTTP_MAX) return;
    serve_http *http = serve->slots[slot].http;
    if (!http || serve->slots[slot].generation != (uint32_t)(answer->ticket >> 32) ||
        http->stage != SERVE_WAITING)
        return; /* who asked is gone */
    http->owned = answer->bytes;
    answer->bytes = NULL;
    answer_with(http, answer->status, answer->type, (plx_serve_bytes){http->owned, answer->n});
}

void serve_http_tick(plx_serve *serve, int64_t now_us)
{
    for (uint32_t i = 0; i < PLX_SERVE_HTTP_MAX; i++) {
        serve_http *http = serve->slots[i].http;
        if (http && http->stage == SERVE_WAITING && now_us - http->since_us > SERVE_ANSWER_US)
            refuse_and_close(http, 504, "No answer came in time; try again.");
    }
}

/* Routes. */

static const plx_serve_asset *find_asset(const char *path)
{
    if (plx_serve_assets_n == 0 && strcmp(path, "/") == 0) return &plx_serve_notice;
    for (size_t i = 0; i < plx_serve_assets_n; i++)
        if (strcmp(path, plx_serve_assets[i].path) == 0) return &plx_serve_assets[i];
    return NULL;
}

static void send_asset(serve_http *http, const plx_serve_asset *asset)
{
    char header[256];
    http->etag = asset->etag;
    http->immutable = asset->path[1] != '\0';
    if (serve_header_get(http->wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, header, sizeof header) > 0 &&
        serve_etag_match(plx_slice_of(header), asset->etag)) {
        answer_with(http, 304, asset->type, (plx_serve_bytes){NULL, 0});
        return;
    }
    serve_encodings taken = {false, false};
    if (serve_header_get(http->wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, header, sizeof header) > 0)
        taken = serve_accept_encoding(plx_slice_of(header));
    plx_serve_bytes bytes = asset->plain;
    if (taken.br && asset->br.at) {
        bytes = asset->br;
        http->encoding = "br";
    } else if (taken.gzip && asset->gz.at) {
        bytes = asset->gz;
        http->encoding = "gzip";
    }
    answer_with(http, 200, asset->type, bytes);
}

static void send_health(serve_http *http)
{
    static const char LIVE[] = "{\"live\":true}", READY[] = "{\"ready\":true}";
    http->api = true; /* never from a cache */
    bool live = strcmp(http->path, "/health/live") == 0;
    if (!live && strcmp(http->path, "/health/ready") != 0) {
        not_found(http);
    } else if (!live && !http->serve->ready) {
        refuse(http, 503, "Not ready: the journal is still being replayed.");
    } else {
        const char *text = live ? LIVE : READY;
        answer_with(http, 200, JSON, (plx_serve_bytes){(const uint8_t *)text, strlen(text)});
    }
}

/* True when the POST may go on to its body. */
static bool check_post(serve_http *http)
{
    char origin[SERVE_HOST_MAX + 16], host[SERVE_HOST_MAX], text[32];
    uint64_t n = 0;
    int origin_n = serve_header_get(http->wsi, WSI_TOKEN_ORIGIN, origin, sizeof origin);
    int host_n = serve_header_get(http->wsi, WSI_TOKEN_HOST, host, sizeof host);
    if (origin_n <= 0 || host_n <= 0 ||
        !serve_origin_same(plx_slice_of(origin), plx_slice_of(host))) {
        refuse_and_close(http, 403, "The request does not come from this server's own pages.");
        return false;
    }
    if (lws_hdr_total_length(http->wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0 ||
        serve_header_get(http->wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, text, sizeof text) <= 0) {
        refuse_and_close(http, 411, "A POST must say its Content-Length.");
        return false;
    }
    if (!plx_slice_u64(plx_slice_of(text), UINT64_MAX, &n)) {
        refuse_and_close(http, 400, "Content-Length is not a number.");
        return false;
    }
    if (n > PLX_SERVE_BODY_MAX) {
        refuse_and_close(http, 413, "The request is larger than 10 MiB.");
        return false;
    }
    if (http->serve->bodies_bytes + n > SERVE_BODIES_MAX || !(http->body = malloc(n + 1))) {
        refuse_and_close(http, 503, "Too many large requests at once; try again in a moment.");
        return false;
    }
    http->body_capacity = (size_t)n;
    http->serve->bodies_bytes += (size_t)n;
    return true;
}

static void route_api(serve_http *http, int method)
{
    http->api = true;
    if (method == LWSHUMETH_GET || method == LWSHUMETH_HEAD) {
        ask(http);
        return;
    }
    if (method != LWSHUMETH_POST) {
        http->close_after = true;
        refuse_method(http, "GET, HEAD, POST");
        return;
    }
    http->post = true;
    if (check_post(http)) http->stage = SERVE_BODY;
}

static void route(serve_http *http, int method)
{
    if (strncmp(http->path, "/api/", 5) == 0) {
        route_api(http, method);
        return;
    }
    const plx_serve_asset *asset = find_asset(http->path);
    bool health = strncmp(http->path, "/health/", 8) == 0;
    bool live = strcmp(http->path, "/ws") == 0;
    if (!asset && !health && !live) {
        not_found(http);
    } else if (method != LWSHUMETH_GET && method != LWSHUMETH_HEAD) {
        http->close_after = true; /* whatever body it has is not read */
        refuse_method(http, "GET, HEAD");
    } else if (asset) {
        send_asset(http, asset);
    } else if (health) {
        send_health(http);
    } else {
        refuse(http, 426, "This address speaks WebSocket only, sub-protocol plx.1.");
    }
}

static int begin_request(serve_http *http, struct lws *wsi, const char *uri, size_t uri_n)
{
    begin(http, wsi);
    char *unused = NULL;
    int unused_n = 0;
    int method = lws_http_get_uri_and_method(wsi, &unused, &unused_n);
    http->head_only = method == LWSHUMETH_HEAD;
    char host[SERVE_HOST_MAX];
    int host_n = serve_header_get(wsi, WSI_TOKEN_HOST, host, sizeof host);
    if (host_n < 0 || (host_n > 0 && !serve_host_known(plx_slice_of(host), http->serve->host,
                                                       http->serve->machine))) {
        refuse_and_close(http, 421,
                         "This server does not know itself by the name in Host; open it "
                         "by its address or the machine's name.");
    } else if (uri_n >= sizeof http->path || memchr(uri, '\0', uri_n) || !read_query(http)) {
        refuse_and_close(http, 414, "The address is too long.");
    } else {
        memcpy(http->path, uri, uri_n);
        http->path[uri_n] = '\0';
        route(http, method);
    }
    return 0;
}

/* Bytes. */

static int finish(serve_http *http)
{
    struct lws *wsi = http->wsi;
    bool close_after = http->close_after;
    release(http);
    if (close_after) {
        serve_farewell(serve_of(wsi), lws_get_socket_fd(wsi));
        return -1;
    }
    return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static int write_head(serve_http *http)
{
    uint8_t *memory = http->serve->scratch + LWS_PRE;
    int n = serve_head_write(http, memory, SERVE_CHUNK);
    if (n < 0) return -1;
    bool last = http->head_only || http->n == 0 || http->status == 304;
    enum lws_write_protocol how = LWS_WRITE_HTTP_HEADERS;
    if (last) how |= LWS_WRITE_H2_STREAM_END;
    if (lws_write(http->wsi, memory, (size_t)n, how) < n) return -1;
    http->stage = SERVE_SENDING;
    if (last) return finish(http);
    lws_callback_on_writable(http->wsi);
    return 0;
}

static int write_chunk(serve_http *http)
{
    size_t n = http->n - http->sent;
    if (n > SERVE_CHUNK) n = SERVE_CHUNK;
    bool last = http->sent + n == http->n;
    uint8_t *memory = http->serve->scratch + LWS_PRE;
    memcpy(memory, http->bytes + http->sent, n);
    if (lws_write(http->wsi, memory, n, last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < (int)n)
        return -1;
    http->sent += n;
    if (last) return finish(http);
    lws_set_timeout(http->wsi, PENDING_TIMEOUT_HTTP_CONTENT, SERVE_READ_S);
    lws_callback_on_writable(http->wsi);
    return 0;
}

static void read_body(serve_http *http, const void *bytes, size_t n)
{
    if (http->stage != SERVE_BODY || n == 0) return; /* a body that nobody asked for */
    if (n > http->body_capacity - http->body_n) {
        refuse_and_close(http, 400, "The body is longer than its Content-Length.");
        return;
    }
    memcpy(http->body + http->body_n, bytes, n);
    http->body_n += n;
}

/* Always -1: libwebsockets closes its handle, and the gate has one of its own. */
static int accept_connection(plx_serve *serve, int fd)
{
    if (serve->connections < PLX_SERVE_HTTP_MAX + PLX_SERVE_WEBSOCKETS_MAX) serve_gate(serve, fd);
    return -1;
}

int serve_http_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                        size_t n)
{
    serve_http *http = user;
    switch (reason) {
    case LWS_CALLBACK_HTTP:
        return begin_request(http, wsi, in, n);
    case LWS_CALLBACK_HTTP_BODY:
        if (http && http->serve) read_body(http, in, n);
        return 0;
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        if (http && http->serve && http->stage == SERVE_BODY) ask(http);
        return 0;
    case LWS_CALLBACK_HTTP_WRITEABLE:
        if (http && http->serve && http->stage == SERVE_HEAD) return write_head(http);
        if (http && http->serve && http->stage == SERVE_SENDING) return write_chunk(http);
        return 0;
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
        if (http && http->serve) release(http);
        return 0;
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return serve_upgrade_check(serve_of(wsi), wsi, in);
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: /* "http" is no sub-protocol */
        return -1;
    case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
        return accept_connection(serve_of(wsi), (int)(intptr_t)in);
    case LWS_CALLBACK_WSI_CREATE:
        serve_of(wsi)->connections++;
        return 0;
    case LWS_CALLBACK_WSI_DESTROY:
        serve_of(wsi)->connections--;
        return 0;
    case LWS_CALLBACK_RAW_ADOPT: /* CONNECT asks for a tunnel */
    case LWS_CALLBACK_RAW_RX:
        return -1;
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
        serve_mailbox_empty(serve_of(wsi));
        return 0;
    default:
        return 0;
    }
}
