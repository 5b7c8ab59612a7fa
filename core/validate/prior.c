/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/validate/prior.h"

#include <math.h>
#include <string.h>

#include "core/base/mathx.h"
#include "core/validate/prior_table.h"

enum { ROWS = sizeof rows / sizeof *rows };

const char *plx_prior_family_name(plx_prior_family family)
{
    static const char *const names[PLX_PRIOR_FAMILY_N] = {"chart", "wave"};
    return (uint32_t)family < PLX_PRIOR_FAMILY_N ? names[family] : "unknown";
}

static bool is_of(const prior_row *row, plx_prior_family family, const char *name)
{
    return row->family == family && strcmp(row->vital, name) == 0;
}

/* Rows of a vital stand together, horizons rise: the last one not above and the first not below. */
static bool neighbours(plx_prior_family family, const char *name, double horizon_s,
                       const prior_row *of[2])
{
    of[0] = of[1] = NULL;
    for (int i = 0; i < ROWS; i++) {
        if (!is_of(&rows[i], family, name)) continue;
        if (rows[i].horizon_s <= horizon_s || !of[0]) of[0] = &rows[i];
        if (!of[1] || of[1]->horizon_s < horizon_s) of[1] = &rows[i];
    }
    return of[0] != NULL;
}

static double between(double a, double b, double share)
{
    return a + share * (b - a);
}

static void mix(const prior_row *const of[2], double horizon_s, plx_rolling_prior *out)
{
    const prior_row *a = of[0], *b = of[1];
    double share = 0.0, grown = 1.0;
    if (b->horizon_s > a->horizon_s)
        share = plx_log(horizon_s / a->horizon_s) / plx_log(b->horizon_s / a->horizon_s);
    else
        grown = sqrt(sqrt(horizon_s / a->horizon_s));
    *out = (plx_rolling_prior){
        .growth = grown * between(a->growth, b->growth, share),
        .last_growth = grown * between(a->last_growth, b->last_growth, share),
        .blend = {.counts = between(a->counts, b->counts, share)},
    };
    out->blend.bins = out->blend.counts;
    double rest = 0.0; /* the table is rounded: the sum is 1 again */
    for (int i = WEIGHTS - 1; i > PLX_BLEND_PERSISTENCE; i--)
        rest += out->blend.weight[i] = between(a->weight[i], b->weight[i], share);
    out->blend.weight[PLX_BLEND_PERSISTENCE] = rest < 1.0 ? 1.0 - rest : 0.0;
    for (int i = 0; i < SIGNS; i++)
        out->blend.sign[i] = between(a->sign[i], b->sign[i], share);
    for (int i = 0; i < PLX_BLEND_KNOTS; i++)
        out->blend.shape[i] = between(a->shape[i], b->shape[i], share);
}

void plx_prior_fill(plx_prior_family family, const char *const *names, plx_rolling_model *model,
                    plx_rolling_prior prior[PLX_ROLLING_VITALS_MAX][PLX_ROLLING_HORIZONS_MAX])
{
    const prior_row *of[2];
    for (uint32_t v = 0; v < model->vitals; v++)
        for (uint32_t h = 0; h < model->horizons; h++) {
            prior[v][h] = (plx_rolling_prior){0};
            if (!neighbours(family, names[v], model->horizon_s[h], of)) continue;
            mix(of, model->horizon_s[h], &prior[v][h]);
            model->vital[v].usual_step = of[0]->step;
            model->vital[v].usual_level = of[0]->level;
        }
    model->prior = (const plx_rolling_prior(*)[PLX_ROLLING_HORIZONS_MAX])prior;
}
