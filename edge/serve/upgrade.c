/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Who may become a WebSocket: same origin, /ws, plx.1, and a free place. The refusal is an HTTP
 * answer that is written at once, because the connection has no request of ours yet. */
#include "edge/serve/private.h"

int serve_header_get(struct lws *wsi, enum lws_token_indexes header, char *out, size_t capacity)
{
    out[0] = '\0';
    if (lws_hdr_total_length(wsi, header) <= 0) return 0;
    return lws_hdr_copy(wsi, out, (int)capacity, header);
}

static int refuse(struct lws *wsi, int status, const char *sentence)
{
    uint8_t memory[LWS_PRE + SERVE_REFUSAL_MAX];
    int n = serve_refusal_write(wsi, status, sentence, memory + LWS_PRE, SERVE_REFUSAL_MAX);
    if (n > 0 && lws_write(wsi, memory + LWS_PRE, (size_t)n, LWS_WRITE_HTTP_HEADERS) == n)
        serve_farewell(serve_of(wsi), lws_get_socket_fd(wsi));
    return -1;
}

int serve_upgrade_check(plx_serve *serve, struct lws *wsi, const char *to)
{
    char host[SERVE_HOST_MAX], text[SERVE_HOST_MAX + 16];
    char *uri = NULL;
    int uri_n = 0;
    if (strcasecmp(to, "websocket") != 0)
        return refuse(wsi, 501,
                      "This server speaks HTTP/1.1 and WebSocket here; ask without "
                      "Upgrade.");
    if (lws_http_get_uri_and_method(wsi, &uri, &uri_n) != LWSHUMETH_GET ||
        !plx_slice_is((plx_slice){uri, (size_t)uri_n}, "/ws"))
        return refuse(wsi, 404, "There is no WebSocket at this address.");
    if (serve_header_get(wsi, WSI_TOKEN_HOST, host, sizeof host) <= 0 ||
        !serve_host_known(plx_slice_of(host), serve->host, serve->machine))
        return refuse(wsi, 421, "This server does not know itself by the name in Host.");
    if (serve_header_get(wsi, WSI_TOKEN_ORIGIN, text, sizeof text) <= 0 ||
        !serve_origin_same(plx_slice_of(text), plx_slice_of(host)))
        return refuse(wsi, 403, "The connection does not come from this server's own pages.");
    if (serve_header_get(wsi, WSI_TOKEN_PROTOCOL, text, sizeof text) <= 0 ||
        !serve_list_has(plx_slice_of(text), "plx.1"))
        return refuse(wsi, 400, "The sub-protocol must be plx.1.");
    if (serve->live_n >= PLX_SERVE_WEBSOCKETS_MAX)
        return refuse(wsi, 503, "Too many viewers are connected; close a window and try again.");
    return 0;
}
