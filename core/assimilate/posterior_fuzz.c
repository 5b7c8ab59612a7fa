/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Any bytes, as they are and with the right checksum behind them: what is taken is sound, and its
 * bytes are those. */
#include <stdlib.h>
#include <string.h>

#include "core/assimilate/posterior.h"
#include "core/base/hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static plx_posterior p;

static void read_back(const uint8_t *bytes, size_t n)
{
    uint8_t again[PLX_POSTERIOR_BYTES_MAX];
    if (plx_posterior_decode(bytes, n, &p) != PLX_OK) return;
    PLX_ASSERT(plx_posterior_check(&p) == PLX_OK);
    PLX_ASSERT(plx_posterior_encode(&p, again) == n && memcmp(again, bytes, n) == 0);
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
    read_back(bytes, size);
    free(bytes);
    return 0;
}
