/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Every field lies in the input or in scratch; the reader ends. */
#include <stdlib.h>

#include "core/format/csv/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    plx_csv csv;
    char *scratch = malloc(n + 1);
    if (!scratch) return 0;
    plx_csv_init(&csv, (plx_slice){(const char *)bytes, n}, scratch, n);
    size_t left = csv.rest.n + 1;
    while (plx_csv_next(&csv) == PLX_OK) {
        PLX_ASSERT(csv.rest.n < left && csv.fields_n > 0);
        left = csv.rest.n;
        volatile char sum = 0;
        for (uint32_t i = 0; i < csv.fields_n; i++)
            for (size_t k = 0; k < csv.fields[i].n; k++)
                sum = (char)(sum + csv.fields[i].at[k]);
    }
    free(scratch);
    return 0;
}
