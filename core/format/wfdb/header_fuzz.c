/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A header that is accepted keeps its limits and its signals lie in their frames; one that is not
 * has a sentence. */
#include <stdlib.h>

#include "core/format/wfdb/wfdb.h"

static void check_signals(const plx_wfdb_header *h)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < h->signals_n; i++) {
        const plx_wfdb_signal *s = &h->signals[i];
        PLX_ASSERT(s->at == at && s->per_frame > 0 && s->gain != 0);
        PLX_ASSERT(s->group < (int32_t)h->groups_n);
        PLX_ASSERT(s->group == PLX_WFDB_NO_FILE || s->before + s->per_frame <= s->samples);
        PLX_ASSERT(s->group == PLX_WFDB_NO_FILE || s->channel < s->channels);
        at += s->per_frame;
    }
    PLX_ASSERT(at == h->frame_samples);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    enum { ROOM = 64 };
    static plx_wfdb_signal signals[ROOM];
    static plx_wfdb_segment segments[ROOM];
    char *text = malloc(n + 1); /* so that reading behind the end is found */
    if (!text) return 0;
    memcpy(text, bytes, n);
    plx_wfdb_header h = {.signals = signals,
                         .signals_capacity = ROOM,
                         .segments = segments,
                         .segments_capacity = ROOM};
    plx_wfdb_error error = {0};
    plx_status status = plx_wfdb_header_parse((plx_slice){text, n}, &h, &error);
    if (status == PLX_OK && h.segments_n == 0) check_signals(&h);
    if (status == PLX_OK) PLX_ASSERT(h.frames <= PLX_WFDB_FRAMES_MAX && h.frequency_hz > 0);
    if (status != PLX_OK) PLX_ASSERT(error.text && error.offset <= n);
    free(text);
    return 0;
}
