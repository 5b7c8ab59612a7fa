/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: no text from a browser breaks the reader of plx.1. Oracle: sanitizers; a message that is
 * taken holds only terminated, known topics. */
#include <stddef.h>
#include <stdint.h>

#include "edge/serve/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > SERVE_MESSAGE_MAX) return 0;
    serve_message message;
    const char *why = NULL;
    int code = serve_message_parse((plx_slice){(const char *)data, size}, &message, &why);
    if (code != 0) {
        PLX_ASSERT(why && strlen(why) <= 100 && code >= 1000 && code < 5000);
        return 0;
    }
    PLX_ASSERT(message.subs_n <= SERVE_SUBS_MAX);
    for (uint32_t i = 0; i < message.subs_n; i++)
        PLX_ASSERT(message.subs[i][0] && strlen(message.subs[i]) < SERVE_TOPIC_MAX);
    PLX_ASSERT(strlen(message.epoch) < SERVE_EPOCH_MAX);
    return 0;
}
