/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Annotations lie in the input; reading ends. */
#include <stdlib.h>

#include "core/format/wfdb/annotation.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    plx_wfdb_annotations a;
    plx_wfdb_annotation one;
    plx_wfdb_error error = {0};
    plx_status status;
    size_t left = n + 1;
    volatile char sum = 0;
    plx_wfdb_annotations_init(&a, (plx_slice){(const char *)bytes, n});
    while ((status = plx_wfdb_annotations_next(&a, &one, &error)) == PLX_OK) {
        PLX_ASSERT(n - a.at < left && one.code > 0 && one.code <= PLX_WFDB_CODE_MAX);
        left = n - a.at;
        for (size_t i = 0; i < one.aux.n; i++)
            sum = (char)(sum + one.aux.at[i]);
        for (size_t i = 0; i < plx_wfdb_mnemonic(&a, one.code).n; i++)
            sum = (char)(sum + plx_wfdb_mnemonic(&a, one.code).at[i]);
        (void)plx_wfdb_annotation_frame(&a, one.tick, 250);
    }
    if (status != PLX_MISSING) PLX_ASSERT(error.text && error.offset <= n);
    PLX_ASSERT(plx_wfdb_annotations_next(&a, &one, &error) == PLX_MISSING);
    return 0;
}
