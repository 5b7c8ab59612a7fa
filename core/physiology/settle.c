/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A body brought to the resting values that are known of its person. Six parameters answer for up
 * to seven values; the step of a member is the smallest in prior standard deviations that explains
 * its miss, s = J'(J J' + I)^-1 r, with a value's own sd of 1 unit. J is measured once, on the
 * median body; each member then learns its own from what its steps did (Broyden 1965). */
#include <string.h>

#include "core/base/mathx.h"
#include "core/physiology/care.h"
#include "core/physiology/person.h"

enum {
    VALUES = 7, /* hr sbp dbp map pp cvp sv */
    FITTED = 6,
    GROUP = PLX_BODY_GROUP,
    ROUNDS = 14,
    LEAD_S = 40, /* of a round: the veins follow their nerves with 20 s */
    LOOK_S = 20,
    NERVES_S = 5, /* between two looks at the command of rest, of which this many make a mean */
    NERVES_LOOKS = 12,
    FIRST_S = 180 /* from the first state to rest, before J is measured */
};
#define TRIAL_SD 0.4        /* step with which J is measured, in prior sd */
#define LONGEST_STEP_SD 1.0 /* */
#define CLOSE_ENOUGH 1.0    /* units */

static const struct {
    plx_body_param_id id;
    double sd; /* prior, as in person.c */
    bool added;
} fitted[FITTED] = {{PLX_BODY_P_t0, 0.10, false},   {PLX_BODY_P_r_scale, 0.25, false},
                    {PLX_BODY_P_c_sa, 0.20, false}, {PLX_BODY_P_e_scale, 0.25, false},
                    {PLX_BODY_P_p_n, 8, true},      {PLX_BODY_P_vu_v, 250, true}};

static const struct {
    double low, high;
} bounds[PLX_BODY_PARAM_N] = {
#define X(name, unit, low, high, text) {low, high},
    PLX_BODY_PARAM(X)
#undef X
};

/* What one member knows of itself. */
typedef struct learner {
    double jacobian[VALUES][FITTED]; /* unit / prior sd */
    double seen[VALUES], step[FITTED];
} learner;

typedef struct fit {
    double want[VALUES]; /* 0 = free */
    double jacobian[VALUES][FITTED];
    plx_second quiet;
    plx_body *body;
    uint32_t lanes, first; /* of the group at hand */
    uint32_t looks;        /* at its nerves */
    double seen[GROUP][VALUES];
} fit;

void plx_person_settle_nerves(plx_body *b, uint32_t first, uint32_t count, float part)
{
    for (uint32_t m = first; m < first + count; m++) {
        float gain = plx_body_param(b, PLX_BODY_P_g_vu)[m];
        float full =
            132.5f * (gain > 0.3f ? gain : 0.3f) * plx_body_param(b, PLX_BODY_P_v_scale)[m];
        float seen = -plx_body_state(b, PLX_BODY_th_vev)[m] / full;
        float *rest = plx_body_param(b, PLX_BODY_P_s_rest) + m;
        *rest += part * ((seen > 6 ? 6 : seen) - *rest);
    }
}

static void rest(fit *f, uint32_t count, uint32_t seconds)
{
    plx_second second[NERVES_S];
    plx_body_run_options options = {PLX_BODY_PULSATILE, f->lanes, f->first, count};
    for (uint32_t i = 0; i < NERVES_S; i++)
        second[i] = f->quiet;
    for (uint32_t done = 0, n; done < seconds; done += n) {
        n = seconds - done < NERVES_S ? seconds - done : NERVES_S;
        plx_status status = plx_body_run(f->body, &options, second, n, NULL);
        PLX_ASSERT(status == PLX_OK);
        f->body->time_s += n;
        if (n < NERVES_S) continue;
        f->looks += f->looks < NERVES_LOOKS;
        float part = 1.0f / (float)f->looks;
        plx_person_settle_nerves(f->body, f->first, count, part);
    }
}

/* Means over LOOK_S seconds of the group's members into f->seen. */
static void look(fit *f)
{
    static const plx_body_state_id rows[VALUES] = {PLX_BODY_beat_s, PLX_BODY_sbp, PLX_BODY_dbp,
                                                   PLX_BODY_map,    PLX_BODY_sbp, PLX_BODY_cvp,
                                                   PLX_BODY_edv};
    memset(f->seen, 0, sizeof f->seen);
    for (int s = 0; s < LOOK_S; s++) {
        rest(f, GROUP, 1);
        for (uint32_t m = 0; m < GROUP; m++)
            for (int i = 0; i < VALUES; i++) {
                double x = (double)plx_body_state_get(f->body, rows[i])[f->first + m];
                if (i == 4) x -= (double)plx_body_state_get(f->body, PLX_BODY_dbp)[f->first + m];
                if (i == 6) x -= (double)plx_body_state_get(f->body, PLX_BODY_esv)[f->first + m];
                f->seen[m][i] += x / LOOK_S;
            }
    }
    for (uint32_t m = 0; m < GROUP; m++)
        f->seen[m][0] = 60 / f->seen[m][0];
}

/* Moves a parameter by so many prior sd, as far as its bounds let it; returns what it went. */
static double move(plx_body *b, uint32_t m, int k, double step)
{
    float *p = plx_body_param(b, fitted[k].id) + m;
    double from = (double)*p,
           to = fitted[k].added ? from + fitted[k].sd * step : from * plx_exp(fitted[k].sd * step);
    double low = bounds[fitted[k].id].low, high = bounds[fitted[k].id].high;
    to = to < low ? low : to > high ? high : to;
    *p = (float)to;
    return (fitted[k].added ? to - from : plx_log(to / from)) / fitted[k].sd;
}

void plx_person_settle_books(plx_body *b, uint32_t m)
{
    float heart = plx_body_state(b, PLX_BODY_v_la)[m] + plx_body_state(b, PLX_BODY_v_ra)[m] +
                  plx_body_state(b, PLX_BODY_v_lv)[m] + plx_body_state(b, PLX_BODY_v_rv)[m];
    float bv = plx_body_param(b, PLX_BODY_P_v_blood0)[m];
    float *room = plx_body_param(b, PLX_BODY_P_v_heart0) + m;
    float *blood = plx_body_state(b, PLX_BODY_v_blood) + m;
    if (*room < 1.15f * heart) *room = 1.15f * heart;
    plx_body_state(b, PLX_BODY_v_sv)[m] += bv - *blood;
    *blood = bv;
    plx_body_state(b, PLX_BODY_v_blood_rest)[m] = 0;
    plx_body_state(b, PLX_BODY_v_rbc)[m] =
        bv * plx_body_param(b, PLX_BODY_P_hb0)[m] / PLX_HB_PER_HCT;
    plx_body_state(b, PLX_BODY_r_ref)[m] = plx_body_state(b, PLX_BODY_isf)[m] = 0;
    plx_body_state(b, PLX_BODY_leaked)[m] = 0;
}

/* Solves A z = r of n <= VALUES by elimination; A is symmetric and at least the identity. */
static void solve(double a[VALUES][VALUES], double r[VALUES], int n)
{
    for (int i = 0; i < n; i++)
        for (int k = i + 1; k < n; k++) {
            double f = a[k][i] / a[i][i];
            for (int j = i; j < n; j++)
                a[k][j] -= f * a[i][j];
            r[k] -= f * r[i];
        }
    for (int i = n; i-- > 0;) {
        for (int j = i + 1; j < n; j++)
            r[i] -= a[i][j] * r[j];
        r[i] /= a[i][i];
    }
}

static void propose(const fit *f, const learner *l, double step[FITTED])
{
    double a[VALUES][VALUES], r[VALUES];
    int active[VALUES], n = 0;
    for (int i = 0; i < VALUES; i++)
        if (f->want[i] > 0) active[n++] = i;
    for (int i = 0; i < n; i++) {
        r[i] = f->want[active[i]] - l->seen[active[i]];
        for (int j = 0; j < n; j++) {
            a[i][j] = i == j;
            for (int k = 0; k < FITTED; k++)
                a[i][j] += l->jacobian[active[i]][k] * l->jacobian[active[j]][k];
        }
    }
    solve(a, r, n);
    for (int k = 0; k < FITTED; k++) {
        step[k] = 0;
        for (int i = 0; i < n; i++)
            step[k] += l->jacobian[active[i]][k] * r[i];
        double most = LONGEST_STEP_SD;
        step[k] = step[k] > most ? most : step[k] < -most ? -most : step[k];
    }
}

/* J += (dy - J s) s' / (s's + a small step's square, for what is noise). */
static void learn(learner *l, const double seen[VALUES])
{
    double square = 0.01;
    for (int k = 0; k < FITTED; k++)
        square += l->step[k] * l->step[k];
    for (int i = 0; i < VALUES; i++) {
        double miss = seen[i] - l->seen[i];
        for (int k = 0; k < FITTED; k++)
            miss -= l->jacobian[i][k] * l->step[k];
        for (int k = 0; k < FITTED; k++)
            l->jacobian[i][k] += miss * l->step[k] / square;
        l->seen[i] = seen[i];
    }
}

static double worst_miss(const fit *f, const double seen[VALUES])
{
    double worst = 0;
    for (int i = 0; i < VALUES; i++) {
        double miss = f->want[i] > 0 ? f->want[i] - seen[i] : 0;
        miss = miss < 0 ? -miss : miss;
        if (miss > worst) worst = miss;
    }
    return worst;
}

/* Parameter k of the median body is changed in member k + 1. */
static void measure_jacobian(fit *f, const plx_person *person)
{
    plx_person_body(person, 0, f->body);
    f->first = 0;
    for (int k = 0; k < FITTED; k++)
        move(f->body, (uint32_t)k + 1, k, TRIAL_SD);
    rest(f, GROUP, FIRST_S);
    look(f);
    for (int i = 0; i < VALUES; i++)
        for (int k = 0; k < FITTED; k++)
            f->jacobian[i][k] = (f->seen[k + 1][i] - f->seen[0][i]) / TRIAL_SD;
}

/* How many members of the group stay away from a value. */
static uint32_t fit_group(fit *f)
{
    learner all[GROUP];
    uint32_t away = 0;
    f->looks = 0;
    rest(f, GROUP, FIRST_S - LEAD_S);
    for (int round = 0; round <= ROUNDS; round++) {
        rest(f, GROUP, LEAD_S);
        look(f);
        for (uint32_t m = 0; m < GROUP; m++) {
            learner *l = &all[m];
            plx_person_settle_books(f->body, f->first + m);
            if (round == ROUNDS) {
                away += worst_miss(f, f->seen[m]) > CLOSE_ENOUGH;
                continue;
            }
            if (round == 0) {
                memcpy(l->jacobian, f->jacobian, sizeof l->jacobian);
                memcpy(l->seen, f->seen[m], sizeof l->seen);
            } else {
                learn(l, f->seen[m]);
            }
            propose(f, l, l->step);
            for (int k = 0; k < FITTED; k++)
                l->step[k] = move(f->body, f->first + m, k, l->step[k]);
        }
    }
    return away;
}

static bool anything(const double want[VALUES])
{
    bool any = false;
    for (int i = 0; i < VALUES; i++)
        any |= want[i] > 0;
    return any;
}

plx_status plx_person_settle(const plx_person *p, double spread, uint32_t lanes, uint32_t settle_s,
                             plx_body *body)
{
    plx_care care;
    fit f = {.want = {p->base.hr, p->base.sbp, p->base.dbp, p->base.map, p->base.pp, p->base.cvp,
                      p->base.sv},
             .body = body,
             .lanes = lanes};
    uint32_t away = 0;
    uint64_t end_s = 0;
    plx_care_init(&care, p);
    plx_care_step(&care, &f.quiet);
    if (anything(f.want)) measure_jacobian(&f, p);
    plx_person_body(p, spread, body);
    for (f.first = 0; f.first < body->members && anything(f.want); f.first += GROUP) {
        body->time_s = 0;
        away += fit_group(&f);
        end_s = body->time_s;
    }
    body->time_s = end_s, f.first = 0;
    rest(&f, body->members, settle_s);
    for (uint32_t m = 0; m < body->members; m++)
        plx_person_settle_books(body, m);
    return away > body->members / 10 ? PLX_RANGE : PLX_OK;
}
