/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Any line is a row inside its limits or one of two errors with a sentence. */
#include "core/format/cinc/cinc.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const plx_slice line = {(const char *)bytes, n};
    plx_cinc_row row;
    const char *why = NULL;
    plx_status status = plx_cinc_parse(line, &row, &why);
    if (status == PLX_OK) {
        PLX_ASSERT(row.minute <= PLX_CINC_MINUTE_MAX);
        PLX_ASSERT(row.parameter < PLX_CINC_PARAMETER_N);
        PLX_ASSERT(!plx_cinc_is_header(line));
    } else {
        PLX_ASSERT((status == PLX_SYNTAX || status == PLX_LIMIT) && why);
    }
    return 0;
}
