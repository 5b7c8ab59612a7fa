/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: no bytes break the reading of a prediction. Oracle: sanitizers, with memory of exactly the
 * size of the input; what is taken passes the check and gives the same bytes again. Half of the
 * inputs get a true checksum, so that the fields behind it are reached. */
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/ledger/prediction.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_back(const uint8_t *bytes, size_t n)
{
    plx_prediction p;
    if (plx_prediction_decode(bytes, n, &p) != PLX_OK) return;
    uint8_t again[PLX_PREDICTION_BYTES_MAX];
    double values[PLX_PREDICTION_MEMBERS_MAX];
    PLX_ASSERT(plx_prediction_check(&p) == PLX_OK);
    PLX_ASSERT(plx_prediction_encode(&p, again) == n && memcmp(again, bytes, n) == 0);
    plx_prediction_values(&p, values);
    for (uint32_t i = 1; i < p.n; i++)
        PLX_ASSERT(values[i] >= values[i - 1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *bytes = malloc(size + 4);
    if (!bytes) abort();
    if (size > 0) memcpy(bytes, data, size);
    const uint32_t crc = plx_crc32c(0, bytes, size);
    for (size_t i = 0; i < 4; i++)
        bytes[size + i] = (uint8_t)(crc >> (8 * i));
    read_back(bytes, size + 4);
    free(bytes);
    uint8_t *exact = malloc(size + !size);
    if (!exact) abort();
    if (size > 0) memcpy(exact, data, size);
    read_back(exact, size);
    free(exact);
    return 0;
}
