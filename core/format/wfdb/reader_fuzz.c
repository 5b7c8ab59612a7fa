/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Input: a header, a zero byte, and the bytes of every file of it. Reading stays inside them, all
 * formats included; frames read after a seek are those read in turn. */
#include <stdlib.h>

#include "core/format/wfdb/reader.h"

enum { ROOM = 16, FRAME_MAX = 4096, FRAMES_READ = 200 };

static plx_wfdb_signal signals[ROOM];
static int32_t sums[ROOM], in_turn[FRAME_MAX], sought[FRAME_MAX];
static plx_slice files[ROOM];

static void read_all(plx_wfdb_reader *r, uint32_t samples)
{
    plx_status status = PLX_OK;
    uint64_t n = 0;
    while (n < FRAMES_READ && (status = plx_wfdb_reader_next(r, in_turn)) == PLX_OK)
        n++;
    if (status == PLX_RANGE || n == 0) return;
    PLX_ASSERT(n == FRAMES_READ || n == r->frames_held);
    PLX_ASSERT(plx_wfdb_reader_seek(r, n - 1) == PLX_OK);
    PLX_ASSERT(plx_wfdb_reader_next(r, sought) == PLX_OK);
    PLX_ASSERT(n == FRAMES_READ || memcmp(in_turn, sought, samples * sizeof *sought) == 0);
}

static void read_record(plx_slice text, plx_slice bytes)
{
    plx_wfdb_header h = {.signals = signals, .signals_capacity = ROOM};
    plx_wfdb_reader r;
    if (plx_wfdb_header_parse(text, &h, NULL) != PLX_OK) return;
    if (h.frame_samples > FRAME_MAX) return;
    for (uint32_t i = 0; i < h.groups_n; i++)
        files[i] = bytes;
    if (plx_wfdb_reader_init(&r, &h, files, sums) != PLX_OK) return;
    read_all(&r, h.frame_samples);
    plx_wfdb_sum sum;
    for (uint32_t i = 0; i < h.signals_n; i++)
        (void)!plx_wfdb_reader_sum(&r, i, &sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const uint8_t *zero = n > 0 ? memchr(bytes, 0, n) : NULL;
    if (!zero) return 0;
    size_t text_n = (size_t)(zero - bytes), rest = n - text_n - 1;
    char *file = malloc(rest + 1);
    if (!file) return 0;
    memcpy(file, zero + 1, rest);
    char *exact = realloc(file, rest > 0 ? rest : 1);
    if (exact) file = exact;
    read_record((plx_slice){(const char *)bytes, text_n}, (plx_slice){file, rest});
    free(file);
    return 0;
}
