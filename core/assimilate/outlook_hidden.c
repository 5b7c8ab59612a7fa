/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What is hidden in a patient now, over all causes of the bank. */
#include "core/assimilate/outlook.h"

/* End-systolic pressure over the systolic one: Kelly et al. 1992. */
#define END_SYSTOLE 0.9
#define LV_UNSTRESSED_ML 16.77 /* V0 of the left ventricle of the reference man: Ursino 1998 */
#define LEAST_ML 5.0           /* above V0: an empty heart has no elastance */

static const struct {
    const char *name, *unit, *meaning;
} rows[PLX_OUTLOOK_HIDDEN_N] = {
#define X(name, unit, meaning) {#name, unit, meaning},
    PLX_OUTLOOK_HIDDEN_LIST(X)
#undef X
};

const char *plx_outlook_hidden_name(plx_outlook_hidden hidden)
{
    return rows[hidden].name;
}

const char *plx_outlook_hidden_unit(plx_outlook_hidden hidden)
{
    return rows[hidden].unit;
}

const char *plx_outlook_hidden_meaning(plx_outlook_hidden hidden)
{
    return rows[hidden].meaning;
}

double plx_outlook_elastance(const plx_body *body, uint32_t m)
{
    const double sbp = (double)plx_body_state_get(body, PLX_BODY_sbp)[m];
    const double esv = (double)plx_body_state_get(body, PLX_BODY_esv)[m];
    const double scale = (double)plx_body_param_get(body, PLX_BODY_P_v_scale)[m];
    const double stressed = esv - LV_UNSTRESSED_ML * scale;
    return END_SYSTOLE * sbp / (stressed > LEAST_ML ? stressed : LEAST_ML);
}

static double value_of(const plx_track *t, plx_cause c, plx_outlook_hidden hidden, uint32_t m)
{
    switch (hidden) {
    case PLX_OUTLOOK_H_deficit_ml:
        return plx_track_hidden_of(t, c, PLX_TRACK_DEFICIT, m);
    case PLX_OUTLOOK_H_bleeding_ml_min:
        return plx_track_hidden_of(t, c, PLX_TRACK_BLEEDING, m);
    case PLX_OUTLOOK_H_co_l_min:
        return plx_track_predicted(t, c, PLX_TRACK_co_l_min)[m];
    case PLX_OUTLOOK_H_svr_dyn_s_cm5:
        return plx_track_predicted(t, c, PLX_TRACK_svr_dyn_s_cm5)[m];
    case PLX_OUTLOOK_H_shunt_fraction:
        return plx_track_predicted(t, c, PLX_TRACK_shunt_fraction)[m];
    default:
        PLX_ASSERT(hidden == PLX_OUTLOOK_H_lv_elastance_mmhg_ml);
        return plx_outlook_elastance(t->body[c], m);
    }
}

static size_t gather(const plx_track *t, plx_outlook_hidden hidden, plx_weighted *to)
{
    size_t n = 0;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        for (uint32_t m = 0; t->body[c] && t->weight[c] > 0 && m < t->input.members; m++)
            to[n++] = (plx_weighted){value_of(t, (plx_cause)c, hidden, m),
                                     t->weight[c] / t->input.members};
    return n;
}

/* In the order of gather. */
static double correlation(const plx_track *t, const plx_weighted *x, plx_track_kind kind)
{
    double w = 0, mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (int pass = 0; pass < 2; pass++) {
        size_t i = 0;
        for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
            for (uint32_t m = 0; t->body[c] && t->weight[c] > 0 && m < t->input.members; m++, i++) {
                const double y = plx_track_predicted(t, (plx_cause)c, kind)[m];
                if (pass == 0) {
                    w += x[i].weight, mx += x[i].weight * x[i].value, my += x[i].weight * y;
                    continue;
                }
                const double dx = x[i].value - mx / w, dy = y - my / w;
                xx += x[i].weight * dx * dx, yy += x[i].weight * dy * dy;
                xy += x[i].weight * dx * dy;
            }
    }
    return xx > 0 && yy > 0 ? xy / __builtin_sqrt(xx * yy) : 0;
}

plx_outlook_hidden_state plx_outlook_hidden_of(const plx_track *t, plx_outlook_hidden hidden,
                                               plx_weighted *scratch)
{
    plx_outlook_hidden_state state;
    const size_t n = gather(t, hidden, scratch);
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
        state.correlation[k] = correlation(t, scratch, (plx_track_kind)k);
    state.now = plx_weighted_summarise(scratch, n, scratch + PLX_OUTLOOK_SLOTS_MAX);
    return state;
}
