/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: no text breaks the reader of faults; what it takes gives a model that runs. */
#include <stdlib.h>

#include "core/hospital/hospital.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *problem = NULL;
    plx_hospital_model m = plx_hospital_model_default();
    const plx_status status =
        plx_hospital_faults_parse((plx_slice){(const char *)data, size}, &m.faults, &problem);
    PLX_ASSERT((status == PLX_OK) == (problem == NULL));
    if (status != PLX_OK) return 0;
    m.seed = size;
    m.journeys_max = 3;
    const size_t bytes = plx_hospital_size(&m);
    PLX_ASSERT(bytes > 0);
    void *memory = aligned_alloc(16, (bytes + 15) / 16 * 16);
    plx_hospital *h;
    plx_hospital_message message;
    if (!memory) return 0;
    PLX_ASSERT(plx_hospital_init(&h, memory, bytes, &m) == PLX_OK);
    for (int i = 0; i < 40 && plx_hospital_next(h, &message); i++)
        PLX_ASSERT(message.bytes.n > 0);
    free(memory);
    return 0;
}
