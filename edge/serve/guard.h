/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Who may talk to us: checks on the text of headers (RFC 9110 7.2, 12.5.3; RFC 6454), no state. */
#ifndef PLX_EDGE_SERVE_GUARD_H
#define PLX_EDGE_SERVE_GUARD_H

#include "core/base/slice.h"

enum { SERVE_HOST_MAX = 256, SERVE_ARGUMENTS_MAX = 32 };

/* "HOST:PORT" or "[v6]:PORT" into host (terminated, without brackets, "" = every address) and port.
 * PLX_SYNTAX when it is neither; outputs unchanged then. */
PLX_MUST_CHECK plx_status serve_address_split(plx_slice text, char host[SERVE_HOST_MAX],
                                              uint16_t *port);
/* A page of another site can make a name of its own point to this machine (DNS rebinding): so Host
 * must be an address, "localhost", the configured host, or the machine's own name. */
bool serve_host_known(plx_slice host, const char *configured, const char *machine);
/* Origin is http:// or https:// and exactly Host. */
bool serve_origin_same(plx_slice origin, plx_slice host);

typedef struct serve_encodings {
    bool gzip, br;
} serve_encodings;
/* Which compressed forms an Accept-Encoding takes; q=0 refuses. */
serve_encodings serve_accept_encoding(plx_slice header);
/* True when If-None-Match names the etag (weak comparison) or is "*". */
bool serve_etag_match(plx_slice header, const char *etag);
/* The sub-protocol list of a WebSocket names it. */
bool serve_list_has(plx_slice list, const char *name);

/* The first bytes of a connection. 0: libwebsockets can read the request line, or it is not whole
 * yet; else the status to refuse it with (RFC 9110 15.5.1, 15.6.2; RFC 9112 3) and a sentence. */
int serve_request_check(plx_slice bytes, const char **sentence);

#endif
