/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Whatever the bytes: the room that is asked for is enough, every value and name can be read, a
 * refusal is a sentence. */
#include <stdlib.h>

#include "core/format/csv/series.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const plx_slice text = {(const char *)bytes, n};
    const size_t size = plx_series_size(text);
    const char *const names[] = {"present"};
    const plx_series_choice choice = {NULL, names, n % 2};
    char why[PLX_SERIES_WHY_MAX] = "";
    plx_series series;
    void *memory = malloc(size);
    if (!memory) return 0;
    plx_arena arena = plx_arena_init(memory, size);
    const plx_status status = plx_series_parse(text, &choice, &arena, &series, why, sizeof why);
    PLX_ASSERT(status == PLX_OK || why[0] != 0);
    if (status == PLX_OK) {
        volatile double sum = 0;
        volatile char letters = 0;
        PLX_ASSERT(series.rows > 0 && series.columns > 0);
        for (uint32_t i = 0; i < series.columns; i++)
            for (size_t k = 0; k < series.name[i].n; k++)
                letters = (char)(letters + series.name[i].at[k]);
        for (size_t i = 0; i < (size_t)series.rows * series.columns; i++)
            sum = sum + series.value[i];
        for (uint32_t i = 0; i < series.rows; i++)
            sum = sum + (double)series.time_us[i];
    }
    free(memory);
    return 0;
}
