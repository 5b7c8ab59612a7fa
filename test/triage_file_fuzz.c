/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: no table of triage cases breaks its reading or its grading.
 * Oracle: sanitizers; an error has its sentence and leaves nothing; what is read has possible
 * numbers alone, and gives probabilities that sum to 1. */
#include <math.h>
#include <stdlib.h>

#include "app/triage_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const plx_triage_case *c)
{
    plx_triage_result r;
    double sum = 0;
    for (plx_triage_number k = 0; k < PLX_TRIAGE_NUMBERS; k++)
        PLX_ASSERT(isnan(c->number[k]) || plx_triage_number_possible(k, c->number[k]));
    plx_triage_grade(&plx_triage_model_builtin, c, &r);
    for (uint32_t k = 0; k < PLX_TRIAGE_LEVELS; k++)
        sum += r.level[k];
    PLX_ASSERT(fabs(sum - 1) < 1e-9 && r.best >= 1 && r.best <= PLX_TRIAGE_LEVELS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char HEADER[] =
        "Age;Sex;Chief_complain;SBP;HR;Mental;Pain;NRS;BT;level;Disposition\n";
    char why[PLX_TRIAGE_WHY_MAX];
    plx_triage_file file;
    if (size == 0) return 0;
    const size_t head = data[0] & 1 ? sizeof HEADER - 1 : 0, n = head + size - 1;
    char *bytes = malloc(n + 1);
    if (!bytes) abort();
    memcpy(bytes, HEADER, head);
    memcpy(bytes + head, data + 1, size - 1);
    const plx_status status = plx_triage_file_read(&file, bytes, n, why);
    PLX_ASSERT((status == PLX_OK) == (why[0] == 0));
    for (uint32_t i = 0; i < file.n && i < 64; i++)
        check(&file.cases[i]);
    PLX_ASSERT(status == PLX_OK || file.n == 0);
    plx_triage_file_destroy(&file);
    return 0;
}
