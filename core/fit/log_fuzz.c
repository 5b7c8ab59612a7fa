/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Any text is a log or is refused; whatever it says is sorted and folded into visits. */
#include <stdlib.h>
#include <string.h>

#include "core/fit/fit.h"
#include "core/fit/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const names[] = {"sepsis", "xes"};
    plx_log_map map;
    plx_log_result log;
    plx_visit_faults faults = {0};
    char why[PLX_MAP_WHY_MAX];
    if (n == 0) return 0;
    plx_log_map_begin(&map);
    if (data[0] % 3 < 2 && plx_log_map_named(&map, names[data[0] % 3]) != PLX_OK) abort();
    const plx_slice text = {(const char *)data + 1, n - 1};
    const size_t most = plx_log_most(text, &map);
    plx_visit_event *events = malloc(most * sizeof *events);
    char *scratch = malloc(text.n + 1);
    plx_fit *fit = calloc(1, sizeof *fit);
    if (!events || !scratch || !fit) abort();
    fit->shifted = true;
    if (plx_log_read(text, &map, scratch, events, &log, why, sizeof why) == PLX_OK) {
        if (log.n > most) abort();
        plx_visit_sort(events, log.n);
        for (size_t at = 0; at < log.n;) {
            plx_visit visit;
            bool valid;
            at = plx_visit_next(events, log.n, at, INT64_MIN, &visit, &valid, &faults);
            if (valid) plx_fit_add(fit, &visit);
        }
    }
    free(fit);
    free(scratch);
    free(events);
    return 0;
}
