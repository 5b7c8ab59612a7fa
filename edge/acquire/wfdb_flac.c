/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/acquire/wfdb_flac.h"

#include <FLAC/stream_decoder.h>
#include <stdlib.h>

#include "core/format/wfdb/format.h"

typedef struct decoding {
    plx_slice rest; /* not read yet */
    const plx_wfdb_format *format;
    uint32_t channels;
    uint64_t left; /* samples that may still be kept */
    uint8_t *bytes;
    size_t n, capacity;
    plx_status status;
    const char *why;
} decoding;

static void fail(decoding *d, plx_status status, const char *why)
{
    if (d->status != PLX_OK) return;
    d->status = status;
    d->why = why;
}

static FLAC__StreamDecoderReadStatus on_read(const FLAC__StreamDecoder *decoder,
                                             FLAC__byte buffer[], size_t *n, void *context)
{
    (void)decoder;
    decoding *d = context;
    if (*n > d->rest.n) *n = d->rest.n;
    if (*n == 0) return FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM;
    memcpy(buffer, d->rest.at, *n);
    d->rest = (plx_slice){d->rest.at + *n, d->rest.n - *n};
    return FLAC__STREAM_DECODER_READ_STATUS_CONTINUE;
}

static bool make_room(decoding *d, size_t n)
{
    if (d->capacity - d->n >= n) return true;
    size_t capacity = d->capacity * 2 > d->n + n ? d->capacity * 2 : d->n + n;
    uint8_t *bytes = realloc(d->bytes, capacity);
    if (!bytes) return false;
    d->bytes = bytes;
    d->capacity = capacity;
    return true;
}

static void put(decoding *d, int32_t value)
{
    uint32_t bits = (uint32_t)(d->format->code == 508 ? value + 128 : value);
    for (unsigned i = 0; i < d->format->pack_bytes; i++)
        d->bytes[d->n++] = (uint8_t)(bits >> 8 * i);
}

static FLAC__StreamDecoderWriteStatus on_samples(const FLAC__StreamDecoder *decoder,
                                                 const FLAC__Frame *frame,
                                                 const FLAC__int32 *const channels[], void *context)
{
    (void)decoder;
    decoding *d = context;
    uint64_t n = frame->header.blocksize;
    if (frame->header.channels != d->channels || frame->header.bits_per_sample > d->format->bits) {
        fail(d, PLX_CONFLICT, "the FLAC stream has other channels or bits than the header tells");
        return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT;
    }
    if (n > d->left / d->channels) n = d->left / d->channels;
    if (!make_room(d, n * d->channels * d->format->pack_bytes)) {
        fail(d, PLX_FULL, "not enough memory for the decoded samples");
        return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT;
    }
    for (uint64_t i = 0; i < n; i++)
        for (uint32_t c = 0; c < d->channels; c++)
            put(d, channels[c][i]);
    d->left -= n * d->channels;
    return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
}

static void on_error(const FLAC__StreamDecoder *decoder, FLAC__StreamDecoderErrorStatus status,
                     void *context)
{
    (void)decoder;
    (void)status;
    fail(context, PLX_SYNTAX, "the file is no FLAC stream or is damaged");
}

static void decode_all(FLAC__StreamDecoder *decoder, decoding *d)
{
    bool more = true; /* one step beyond the last sample: whether it is the stream's last, too */
    while (d->status == PLX_OK && more) {
        more = d->left >= d->channels;
        if (!FLAC__stream_decoder_process_single(decoder))
            fail(d, PLX_SYNTAX, "the file is no FLAC stream or is damaged");
        if (FLAC__stream_decoder_get_state(decoder) == FLAC__STREAM_DECODER_END_OF_STREAM) break;
    }
}

plx_status plx_wfdb_flac_decode(plx_slice stream, const plx_wfdb_signal *signal,
                                uint64_t samples_max, plx_slice *decoded, bool *md5_differs,
                                const char **why)
{
    decoding d = {.rest = stream,
                  .format = plx_wfdb_format_find(signal->format),
                  .channels = signal->channels,
                  .left = samples_max};
    FLAC__StreamDecoder *decoder = FLAC__stream_decoder_new();
    if (!decoder) {
        *why = "not enough memory for the decoder";
        return PLX_FULL;
    }
    (void)FLAC__stream_decoder_set_md5_checking(decoder, true);
    if (FLAC__stream_decoder_init_stream(decoder, on_read, NULL, NULL, NULL, NULL, on_samples, NULL,
                                         on_error, &d) == FLAC__STREAM_DECODER_INIT_STATUS_OK)
        decode_all(decoder, &d);
    else
        fail(&d, PLX_FULL, "the FLAC decoder cannot be started");
    bool ended = FLAC__stream_decoder_get_state(decoder) == FLAC__STREAM_DECODER_END_OF_STREAM;
    bool holds = FLAC__stream_decoder_finish(decoder);
    FLAC__stream_decoder_delete(decoder);
    if (d.status != PLX_OK) {
        free(d.bytes);
        *why = d.why;
        return d.status;
    }
    *md5_differs = ended && !holds;
    *decoded = (plx_slice){(const char *)d.bytes, d.n};
    return PLX_OK;
}
