/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Whatever the file says, reading stays inside it and ends. */
#include <stdlib.h>

#include "core/format/edf/edf.h"

enum { ROOM = 16, RECORDS_READ = 64 };

static plx_edf_signal signals[ROOM];
static volatile int32_t sum;

static void read_records(const plx_edf_header *h, plx_slice file)
{
    plx_edf_reader r;
    plx_edf_record record;
    plx_edf_error error = {0};
    plx_status status = PLX_OK;
    double before = 0;
    plx_edf_reader_init(&r, h, file);
    for (int k = 0; k < RECORDS_READ; k++) {
        if ((status = plx_edf_reader_next(&r, &record, &error)) != PLX_OK) break;
        PLX_ASSERT(k == 0 || record.onset_s >= before - 1e-6);
        before = record.onset_s;
        for (uint32_t i = 0; i < h->signals_n; i++)
            for (uint32_t j = 0; j < signals[i].samples; j++)
                sum ^= plx_edf_sample(h, &record, &signals[i], j);
    }
    if (status != PLX_OK && status != PLX_MISSING) PLX_ASSERT(error.text && error.offset <= file.n);
}

static void read_annotations(const plx_edf_header *h, plx_slice file)
{
    plx_edf_annotations a;
    plx_edf_annotation one;
    plx_edf_error error = {0};
    plx_status status;
    size_t n = 0;
    plx_edf_annotations_init(&a, h, file);
    while ((status = plx_edf_annotations_next(&a, &one, &error)) == PLX_OK) {
        PLX_ASSERT(n++ < file.n && one.text.n > 0 && one.onset.n > 1);
        for (size_t i = 0; i < one.text.n; i++)
            sum ^= one.text.at[i];
    }
    if (status != PLX_MISSING) PLX_ASSERT(error.text && error.offset <= file.n);
    PLX_ASSERT(plx_edf_annotations_next(&a, &one, &error) == PLX_MISSING);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char *copy = malloc(n > 0 ? n : 1); /* so that reading behind the end is found */
    if (!copy) return 0;
    memcpy(copy, bytes, n);
    plx_slice file = {copy, n};
    plx_edf_header h = {.signals = signals, .signals_capacity = ROOM};
    plx_edf_error error = {0};
    plx_status status = plx_edf_header_parse(file, &h, &error);
    if (status == PLX_OK) {
        PLX_ASSERT(h.header_bytes + h.records_held * h.record_bytes + h.left_over == n);
        read_records(&h, file);
        read_annotations(&h, file);
    } else {
        PLX_ASSERT(error.text && error.offset <= n);
    }
    free(copy);
    return 0;
}
