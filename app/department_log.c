/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/department_log.h"

#include <stdlib.h>

enum { NOTES_MAX = 65536 };                 /* of a day */
#define MONDAY_US INT64_C(1704067200000000) /* 2024-01-01 */

static const char *const words[PLX_FLOW_NOTE_N] = {
#define X(name, word) word,
    PLX_FLOW_NOTE_TABLE(X)
#undef X
};
static const char *const dispositions[PLX_FLOW_DISPOSITION_N] = {
#define X(name, word) word,
    PLX_FLOW_DISPOSITION_TABLE(X)
#undef X
};

static void put(const plx_flow_model *m, const plx_flow_note *n, FILE *to)
{
    char text[40];
    plx_out out = plx_out_init(text, sizeof text);
    plx_out_iso(&out, MONDAY_US + n->time_us, 3);
    const plx_slice time = plx_out_slice(&out);
    const bool test = n->what == PLX_FLOW_NOTE_ORDER || n->what == PLX_FLOW_NOTE_RESULT;
    const bool asked =
        n->what == PLX_FLOW_NOTE_CONSULT_REQUEST || n->what == PLX_FLOW_NOTE_CONSULT_SEEN;
    fprintf(to, "%016llx,%.*s,%s", (unsigned long long)n->patient, (int)time.n - 1, time.at,
            words[n->what]);
    if (test) fprintf(to, "_%s", m->kind[n->index].name);
    fprintf(to, ",%u,%s,%s,%s\n", n->acuity + 1u,
            n->disposition < PLX_FLOW_DISPOSITION_N ? dispositions[n->disposition] : "",
            asked ? m->service[n->index].name : "",
            n->what == PLX_FLOW_NOTE_PLACE ? m->zone[n->index].name : "");
}

plx_status plx_department_log(const plx_flow_model *model, unsigned days, uint64_t seed, FILE *to)
{
    plx_flow_state *state = malloc(sizeof *state);
    plx_flow_log log = {.note = malloc(NOTES_MAX * sizeof *log.note), .max = NOTES_MAX};
    plx_status status = state && log.note ? PLX_OK : PLX_SPACE;
    if (status == PLX_OK) {
        plx_flow_begin(model, state, seed, 0, 0);
        fputs("case_id,time,activity,acuity,disposition,resource,location\n", to);
    }
    for (unsigned day = 0; status == PLX_OK && day < days; day++) {
        plx_flow_tally tally = {.log = &log};
        const int64_t end_us = (day + 1) * PLX_DAY_US;
        log.n = 0;
        plx_flow_tally_begin(&tally, model, state, end_us);
        plx_flow_advance(model, state, end_us, &tally);
        for (size_t i = 0; i < log.n; i++)
            put(model, &log.note[i], to);
        if (state->overrun || log.full) status = PLX_FULL;
    }
    free(log.note);
    free(state);
    return status;
}
