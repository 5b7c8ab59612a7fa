/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: no bytes of a stranger break the checks of request line and headers. Oracle: sanitizers; a
 * refusal has a status and a sentence, and a line that passes names a path without a zero byte. */
#include <stddef.h>
#include <stdint.h>

#include "edge/serve/guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    plx_slice text = {(const char *)data, size};
    const char *sentence = NULL;
    int status = serve_request_check(text, &sentence);
    PLX_ASSERT(status == 0 || ((status == 400 || status == 501) && sentence));
    const char *end = size ? memchr(data, '\n', size) : NULL;
    if (status == 0 && end && end > text.at + 1) {
        size_t n = (size_t)(end - text.at);
        PLX_ASSERT(memchr(text.at, '/', n) && !memchr(text.at, '\0', n));
    }
    char host[SERVE_HOST_MAX] = "";
    uint16_t port = 0;
    if (serve_address_split(text, host, &port) == PLX_OK) PLX_ASSERT(strlen(host) < SERVE_HOST_MAX);
    (void)serve_host_known(text, "board.example", "ed1");
    (void)serve_origin_same(text, text);
    (void)serve_accept_encoding(text);
    (void)serve_etag_match(text, "\"e\"");
    (void)serve_list_has(text, "plx.1");
    return 0;
}
