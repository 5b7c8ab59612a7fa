/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/assimilate/adjust.h"

#include "core/base/mathx.h"
#include "core/base/rng.h"

/* How a row is moved. ROOT: what may be none at all, such as a bleeding. */
typedef enum scale { PLAIN, LOG, ROOT } scale;

/* X(row, scale, walk): walk is its sd in a minute, in the scale of the row (prior: a person's own
 * goes an eighth of the prior's spread in an hour, what ails him three times as far; those that the
 * vitals move most up to four times as far, so that their intervals hold: twin experiments). */
#define PARAMETERS(X)                                                                              \
    X(r_scale, LOG, 0.010)                                                                         \
    X(rp_scale, LOG, 0.004)                                                                        \
    X(e_scale, LOG, 0.008)                                                                         \
    X(c_sa, LOG, 0.010)                                                                            \
    X(vu_v, PLAIN, 8)                                                                              \
    X(p_n, PLAIN, 0.2)                                                                             \
    X(s_rest, PLAIN, 0)                                                                            \
    X(g_ts, LOG, 0.004)                                                                            \
    X(g_tv, LOG, 0.008)                                                                            \
    X(g_r, LOG, 0.004)                                                                             \
    X(g_vu, LOG, 0.004)                                                                            \
    X(g_e, LOG, 0.004)                                                                             \
    X(t0, LOG, 0.006)                                                                              \
    X(shunt, LOG, 0.01)                                                                            \
    X(vd_alv, LOG, 0.012)                                                                          \
    X(vo2_0, LOG, 0.003)                                                                           \
    X(drive, LOG, 0.020)                                                                           \
    X(k_fluid, LOG, 0.004)                                                                         \
    X(a_fluid, LOG, 0.004)                                                                         \
    X(v_blood0, PLAIN, 0)                                                                          \
    X(sick, LOG, 0.02)                                                                             \
    X(bleed, ROOT, 0.03)

#define STATES(X)                                                                                  \
    X(th_elv, PLAIN)                                                                               \
    X(th_erv, PLAIN)                                                                               \
    X(th_rsp, PLAIN)                                                                               \
    X(th_rep, PLAIN)                                                                               \
    X(th_vsv, PLAIN)                                                                               \
    X(th_vev, PLAIN)                                                                               \
    X(th_ts, PLAIN)                                                                                \
    X(th_tv, PLAIN)                                                                                \
    X(y_lag, PLAIN)                                                                                \
    X(z_lag, PLAIN)                                                                                \
    X(xpa, PLAIN)                                                                                  \
    X(xpf, PLAIN)                                                                                  \
    X(xca, PLAIN)                                                                                  \
    X(xcf, PLAIN)                                                                                  \
    X(f_o2, PLAIN)                                                                                 \
    X(f_co2, PLAIN)                                                                                \
    X(o2_fast, PLAIN)                                                                              \
    X(o2_slow, PLAIN)                                                                              \
    X(co2_fast, PLAIN)                                                                             \
    X(co2_slow, PLAIN)                                                                             \
    X(o2_art, PLAIN)                                                                               \
    X(co2_art, PLAIN)                                                                              \
    X(o2_ven, PLAIN)                                                                               \
    X(co2_ven, PLAIN)                                                                              \
    X(spo2, PLAIN)                                                                                 \
    X(lactate, LOG)                                                                                \
    X(temp, PLAIN)                                                                                 \
    X(t_set, PLAIN)                                                                                \
    X(v_eff, PLAIN)                                                                                \
    X(leaked, PLAIN)                                                                               \
    X(r_ref, PLAIN)                                                                                \
    X(bled, PLAIN)                                                                                 \
    X(v_blood, PLAIN)

static const plx_body_bound parameter_bounds[PLX_BODY_PARAM_N] = {
#define X(name, unit, low, high, text) {low, high},
    PLX_BODY_PARAM(X)
#undef X
};

static const struct {
    uint16_t row;
    uint8_t scale;
    double walk;
} table[] = {
#define X(name, how, walk) {PLX_BODY_STATE_N + PLX_BODY_P_##name, how, walk},
    PARAMETERS(X)
#undef X
#define X(name, how) {PLX_BODY_##name, how, 0},
        STATES(X)
#undef X
};

enum { ROWS = sizeof table / sizeof *table, V_BLOOD = ROWS - 1 }; /* its row is the deficit */
_Static_assert((int)ROWS <= (int)PLX_ADJUST_ROWS_MAX, "rows have their place");

#define SMALL 1e-6 /* where a logarithm begins */
#define NU 4.0     /* Student's t, as in the fit */
/* Part of the spread that a value takes away is given back: errors of the model come again with
 * each value, so values are worth less than their number (prior, set so that intervals hold). */
#define RELAX 0.35

static double root(double x)
{
    return __builtin_sqrt(x > 0 ? x : 0);
}

static double scaled(double x, uint8_t how)
{
    return how == PLAIN ? x : how == ROOT ? root(x) : plx_log(x > SMALL ? x : SMALL);
}

static double natural(double z, uint8_t how)
{
    return how == PLAIN ? z : how == ROOT ? (z > 0 ? z * z : 0) : plx_exp(z);
}

/* What a vital shows of blood lost grows with it: the first litre is made up for, the second is
 * not. On this scale (x: of his own volume) it is about even (prior: a fifth of the volume, at
 * which class II of a haemorrhage is half way). */
#define LOSS_SHARE 0.2

static double shown_loss(double ml, double whole)
{
    double x = ml / (LOSS_SHARE * whole), size = x < 0 ? -x : x;
    return x * (1 + size);
}

static double loss_shown(double z, double whole)
{
    double size = (__builtin_sqrt(1 + 4 * (z < 0 ? -z : z)) - 1) / 2;
    return (z < 0 ? -size : size) * LOSS_SHARE * whole;
}

void plx_adjust_load(plx_adjust *a, const plx_body *body)
{
    a->members = body->members;
    a->rows_n = ROWS;
    PLX_ASSERT(a->members <= PLX_ADJUST_MEMBERS_MAX);
    for (uint32_t i = 0; i < ROWS; i++) {
        const float *x = body->rows + (size_t)table[i].row * body->members;
        for (uint32_t m = 0; m < a->members; m++)
            a->row[i][m] = scaled((double)x[m], table[i].scale);
    }
    const float *whole = plx_body_param_get(body, PLX_BODY_P_v_blood0);
    for (uint32_t m = 0; m < a->members; m++) {
        a->v_blood[m] = a->row[V_BLOOD][m];
        a->row[V_BLOOD][m] = shown_loss((double)whole[m] - a->v_blood[m], (double)whole[m]);
    }
}

static double mean_of(const double *x, uint32_t n)
{
    double sum = 0;
    for (uint32_t m = 0; m < n; m++)
        sum += x[m];
    return sum / n;
}

/* square_sum: of the anomalies before the move. */
static void relax(double *x, uint32_t n, double square_sum)
{
    double mean = mean_of(x, n), left = 0;
    for (uint32_t m = 0; m < n; m++)
        left += (x[m] - mean) * (x[m] - mean);
    if (!(left > 0) || left >= square_sum) return;
    double widen = 1 + RELAX * (__builtin_sqrt(square_sum / left) - 1);
    for (uint32_t m = 0; m < n; m++)
        x[m] = mean + widen * (x[m] - mean);
}

/* The moves of a row by its regression on the predictions. */
static void follow(double *x, uint32_t n, const double *anomaly, double square_sum,
                   const double *move)
{
    double mean = mean_of(x, n), xx = 0, xh = 0;
    for (uint32_t m = 0; m < n; m++) {
        double d = x[m] - mean;
        xx += d * d;
        xh += d * anomaly[m];
    }
    if (!(xx > 0)) return;
    double slope = xh / square_sum;
    for (uint32_t m = 0; m < n; m++)
        x[m] += slope * move[m];
    relax(x, n, xx);
}

/* Where Kalman's update of a scalar takes each member. false: it says nothing. */
static bool moves_of(const plx_adjust_datum *d, const double *h, uint32_t n, double *anomaly,
                     double *square_sum, double *move)
{
    double mean = mean_of(h, n);
    *square_sum = 0;
    for (uint32_t m = 0; m < n; m++) {
        anomaly[m] = h[m] - mean;
        *square_sum += anomaly[m] * anomaly[m];
    }
    double variance = *square_sum / (n - 1), r = d->sd * d->sd, miss = d->value - mean;
    if (!(variance > 1e-12)) return false;
    double weight = (NU + 1) / (NU + miss * miss / (variance + r));
    if (weight < 1) r /= weight;
    double gain = variance / (variance + r), narrow = __builtin_sqrt(1 - gain) - 1;
    for (uint32_t m = 0; m < n; m++)
        move[m] = gain * miss + narrow * anomaly[m];
    double low = d->value - d->sd;
    for (uint32_t m = 0; d->one_sided && m < n; m++)
        move[m] = h[m] < low ? gain * (low - h[m]) : 0;
    return true;
}

void plx_adjust_move(plx_adjust *a, double *predicted, uint32_t kinds,
                     const plx_adjust_datum *datum)
{
    double anomaly[PLX_ADJUST_MEMBERS_MAX], move[PLX_ADJUST_MEMBERS_MAX], square_sum;
    uint32_t n = a->members;
    double *h = predicted + (size_t)datum->kind * n;
    if (!moves_of(datum, h, n, anomaly, &square_sum, move)) return;
    for (uint32_t i = 0; i < a->rows_n; i++)
        follow(a->row[i], n, anomaly, square_sum, move);
    for (uint32_t k = 0; k < kinds; k++)
        if (k != datum->kind) follow(predicted + (size_t)k * n, n, anomaly, square_sum, move);
    for (uint32_t m = 0; m < n; m++)
        h[m] += move[m];
}

void plx_adjust_walk(plx_adjust *a, double minutes, bool agitated, uint64_t seed, uint64_t stream)
{
    double length = __builtin_sqrt(minutes) * (agitated ? 2 : 1);
    plx_rng rng = plx_rng_init(seed, stream);
    for (uint32_t i = 0; i < a->rows_n; i++) {
        if (table[i].walk <= 0) continue;
        for (uint32_t m = 0; m < a->members; m++)
            a->row[i][m] += plx_rng_normal(&rng, 0, table[i].walk * length);
    }
}

static plx_body_bound bound_of(uint16_t row)
{
    return row < PLX_BODY_STATE_N ? plx_body_state_bound((plx_body_state_id)row)
                                  : parameter_bounds[row - PLX_BODY_STATE_N];
}

/* Blood comes to and goes from the veins; its red cells are those of the rest. The row is what he
 * lacks of his own volume: who is a larger person has not bled less. */
static void move_blood(const plx_adjust *a, plx_body *body, uint32_t m)
{
    float *veins[2] = {plx_body_state(body, PLX_BODY_v_sv), plx_body_state(body, PLX_BODY_v_ev)};
    float *book = plx_body_state(body, PLX_BODY_v_blood),
          *cells = plx_body_state(body, PLX_BODY_v_rbc);
    double all = (double)veins[0][m] + (double)veins[1][m], before = a->v_blood[m];
    double whole = (double)plx_body_param_get(body, PLX_BODY_P_v_blood0)[m];
    double change = whole - loss_shown(a->row[V_BLOOD][m], whole) - before;
    if (change < -0.5 * all) change = -0.5 * all;
    double share = all > 0 ? (double)veins[0][m] / all : 0.5;
    book[m] = (float)(before + change);
    cells[m] = (float)((double)cells[m] * (before + change) / before);
    veins[0][m] = (float)((double)veins[0][m] + change * share);
    veins[1][m] = (float)((double)veins[1][m] + change * (1 - share));
}

void plx_adjust_store(const plx_adjust *a, plx_body *body)
{
    for (uint32_t i = 0; i < a->rows_n; i++) {
        plx_body_bound bound = bound_of(table[i].row);
        float *x = body->rows + (size_t)table[i].row * body->members;
        for (uint32_t m = 0; m < a->members; m++) {
            double z = natural(a->row[i][m], table[i].scale);
            x[m] = (float)(z < bound.low ? bound.low : z > bound.high ? bound.high : z);
        }
    }
    for (uint32_t m = 0; m < a->members; m++)
        move_blood(a, body, m);
}
