/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/assimilate/whatif.h"

#include <string.h>

#include "core/assimilate/esmda_inside.h"
#include "core/base/status.h"

static const uint8_t quantities[PLX_WHATIF_QUANTITY_N] = {
#define X(name) PLX_QUANTITY_##name,
    PLX_WHATIF_QUANTITY_LIST(X)
#undef X
};

plx_quantity plx_whatif_quantity_of(plx_whatif_quantity quantity)
{
    return (plx_quantity)quantities[quantity];
}

/* Gives the piece and moves on; with memory null it only counts. */
static void *take(char *memory, size_t *at, size_t bytes)
{
    char *piece = memory ? memory + *at : NULL;
    *at += (bytes + 63) / 64 * 64;
    return piece;
}

static size_t lay_out(plx_whatif *w, const plx_whatif_input *in, char *memory)
{
    size_t at = 0, m = in->body->members, q = PLX_WHATIF_QUANTITY_N;
    w->body = take(memory, &at, plx_body_size(in->body->members));
    w->trace = take(memory, &at, PLX_WHATIF_MINUTE_S * q * m * sizeof(float));
    w->values = take(memory, &at, in->arms_n * in->horizons_n * q * m * sizeof(double));
    w->sorting = take(memory, &at, m * sizeof(double));
    w->gone = take(memory, &at, in->arms_n * m);
    w->hypoxic = take(memory, &at, in->arms_n * m);
    return at;
}

size_t plx_whatif_size(const plx_whatif_input *input)
{
    plx_whatif nowhere;
    return lay_out(&nowhere, input, NULL);
}

void plx_whatif_begin(plx_whatif *w, const plx_whatif_input *input, void *memory)
{
    PLX_ASSERT(input->arms_n >= 1 && input->arms_n <= PLX_WHATIF_ARMS_MAX);
    PLX_ASSERT(input->horizons_n >= 1 && input->horizons_n <= PLX_WHATIF_HORIZONS_MAX);
    PLX_ASSERT(input->arms[0].actions_n == 0);
    memset(memory, 0, plx_whatif_size(input));
    lay_out(w, input, memory);
    w->input = input;
}

static double *values_of(const plx_whatif *w, uint32_t arm, uint32_t horizon, uint32_t quantity)
{
    const plx_whatif_input *in = w->input;
    size_t row = ((size_t)arm * in->horizons_n + horizon) * PLX_WHATIF_QUANTITY_N + quantity;
    return w->values + row * in->body->members;
}

/* The mean of the minute. */
static double mean_of(const plx_whatif *w, uint32_t quantity, uint32_t m)
{
    const plx_body_trace trace = {.quantities_n = PLX_WHATIF_QUANTITY_N, .values = w->trace};
    return plx_body_trace_mean(&trace, w->body->members, PLX_WHATIF_MINUTE_S, quantity, m);
}

static void look(plx_whatif *w, uint32_t arm, uint8_t minute)
{
    uint32_t members = w->body->members;
    uint8_t *gone = w->gone + (size_t)arm * members, *hypoxic = w->hypoxic + (size_t)arm * members;
    for (uint32_t m = 0; m < members; m++) {
        if (!gone[m] && plx_body_is_lost(w->body, m)) gone[m] = minute;
        if (!hypoxic[m] && (gone[m] || mean_of(w, PLX_WHATIF_spo2_pct, m) < PLX_WHATIF_SPO2_PCT))
            hypoxic[m] = minute;
    }
}

void plx_whatif_run(plx_whatif *w, uint32_t arm)
{
    const plx_whatif_input *in = w->input;
    const plx_arm *a = &in->arms[arm];
    const plx_body_trace trace = {
        .quantities = quantities, .quantities_n = PLX_WHATIF_QUANTITY_N, .values = w->trace};
    plx_care care = *in->care;
    char why[100];
    memcpy(w->body, in->body, plx_body_size(in->body->members));
    for (uint32_t i = 0; i < a->actions_n; i++) {
        plx_status status = plx_care_act(&care, &a->actions[i], why, sizeof why);
        PLX_ASSERT(status == PLX_OK); /* rehearsed when the arm was parsed */
    }
    for (uint32_t h = 0, minute = 1; h < in->horizons_n; minute++) {
        plx_body_variant variant =
            minute <= PLX_WHATIF_BEATS_MIN ? PLX_BODY_PULSATILE : PLX_BODY_AVERAGED;
        const plx_body_run_options options = {variant, in->lanes, 0, w->body->members};
        plx_care_live(&care, w->body, &options, PLX_WHATIF_MINUTE_S, &trace);
        look(w, arm, (uint8_t)minute);
        if (minute != in->minutes[h]) continue;
        for (uint32_t q = 0; q < PLX_WHATIF_QUANTITY_N; q++)
            for (uint32_t m = 0; m < w->body->members; m++)
                values_of(w, arm, h, q)[m] = mean_of(w, q, m);
        h++;
    }
}

/* Reading. */

static bool present(const plx_whatif *w, uint32_t arm, uint32_t horizon, uint32_t m)
{
    uint8_t gone = w->gone[(size_t)arm * w->input->body->members + m];
    return !gone || gone > w->input->minutes[horizon];
}

uint32_t plx_whatif_present(const plx_whatif *w, uint32_t arm, uint32_t horizon)
{
    uint32_t n = 0;
    for (uint32_t m = 0; m < w->input->body->members; m++)
        n += present(w, arm, horizon, m);
    return n;
}

bool plx_whatif_no_answer(const plx_whatif *w, uint32_t arm, uint32_t horizon)
{
    uint32_t n = w->input->body->members;
    return (n - plx_whatif_present(w, arm, horizon)) * 100 > n * PLX_WHATIF_GONE_PCT_MAX;
}

static plx_esmda_summary summary(double *values, uint32_t n)
{
    double none = __builtin_nan("");
    if (n < 2) return (plx_esmda_summary){none, none, none, none, none};
    return plx_esmda_summarise(values, n);
}

plx_esmda_summary plx_whatif_value(const plx_whatif *w, uint32_t arm, uint32_t horizon,
                                   plx_whatif_quantity quantity)
{
    const double *values = values_of(w, arm, horizon, quantity);
    uint32_t n = 0;
    for (uint32_t m = 0; m < w->input->body->members; m++)
        if (present(w, arm, horizon, m)) w->sorting[n++] = values[m];
    return summary(w->sorting, n);
}

plx_esmda_summary plx_whatif_contrast(const plx_whatif *w, uint32_t arm, uint32_t horizon,
                                      plx_whatif_quantity quantity)
{
    const double *values = values_of(w, arm, horizon, quantity);
    const double *none = values_of(w, 0, horizon, quantity);
    uint32_t n = 0;
    for (uint32_t m = 0; m < w->input->body->members; m++)
        if (present(w, arm, horizon, m) && present(w, 0, horizon, m))
            w->sorting[n++] = values[m] - none[m];
    return summary(w->sorting, n);
}

double plx_whatif_perfused(const plx_whatif *w, uint32_t arm, uint32_t horizon)
{
    const double *map = values_of(w, arm, horizon, PLX_WHATIF_map_mmhg);
    uint32_t n = 0, members = w->input->body->members;
    for (uint32_t m = 0; m < members; m++)
        n += present(w, arm, horizon, m) && map[m] >= PLX_WHATIF_MAP_MMHG;
    return (double)n / members;
}

double plx_whatif_hypoxic(const plx_whatif *w, uint32_t arm, uint32_t horizon)
{
    uint32_t n = 0, members = w->input->body->members;
    const uint8_t *hypoxic = w->hypoxic + (size_t)arm * members;
    for (uint32_t m = 0; m < members; m++)
        n += hypoxic[m] && hypoxic[m] <= w->input->minutes[horizon];
    return (double)n / members;
}
