/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/physiology/drug.h"

#include <string.h>

#include "core/base/mathx.h"

enum { N = 4, TAYLOR = 14, SQUARINGS = 10, PEAK_STEP_S = 2 };

/* Rates per minute, volume in L; k1n from the centre, kn1 back, ke0 of the effect site. */
typedef struct rates {
    double v1_l, k10, k12, k13, k21, k31, ke0;
} rates;

/* A row of published sets, per 70 kg or per kg; how they scale is in rates_for. */
typedef enum form { PER_KG_RATES, FIXED_VOLUMES, PER_KG_VOLUMES, ONE } form;

typedef struct row {
    form form;
    double a[6];     /* rates: V/kg k10 k12 k13 k21 k31; volumes: V1 V2 V3 Cl1 Cl2 Cl3 (min) */
    double ke0;      /* per min; 0 = from the time of the peak, or none */
    double peak_min; /* of the effect after a bolus; 0 = none */
} row;

/* Sets as collected in stanpumpR (MIT); one-compartment ones: half-life (min) and volume (L),
 * priors. Peak times: Scott & Stanski 1987 (fentanyl), Arden 1986 (etomidate). */
static const row rows[PLX_DRUG_N] = {
    [PLX_DRUG_FENTANYL] = {FIXED_VOLUMES, {12.1, 35.7, 224, 0.632, 2.8, 1.55}, 0, 3.69},
    [PLX_DRUG_MORPHINE] = {PER_KG_RATES, {0.25, .0705, .127, .0183, .0260, .00163}, 0, 93.8},
    [PLX_DRUG_KETAMINE] = {PER_KG_RATES, {0.063, .438, .592, .590, .247, .0146}, 0.5, 0},
    [PLX_DRUG_ETOMIDATE] = {PER_KG_RATES, {0.09, .205, .284, .209, .131, .00479}, 0, 1.6},
    [PLX_DRUG_MIDAZOLAM] = {FIXED_VOLUMES, {3.3, 17.56, 96.76, .535, 2.01, .832}, 0, 4},
    [PLX_DRUG_ROCURONIUM] = {PER_KG_RATES, {0.056, .175, .100, 0, .0245, 0}, .168, 0},
    [PLX_DRUG_NALOXONE] = {PER_KG_VOLUMES, {.408, .636, 1.637, .049, .046, .026}, .3, 0},
    [PLX_DRUG_SUCCINYLCHOLINE] = {ONE, {1, 10}, 0, 0},
    [PLX_DRUG_VASOPRESSIN] = {ONE, {10, 20}, 0, 0},
    [PLX_DRUG_DOBUTAMINE] = {ONE, {2.4, 14}, 0, 0},
    [PLX_DRUG_ATROPINE] = {ONE, {180, 200}, 0, 0},
    [PLX_DRUG_NITROGLYCERIN] = {ONE, {3, 200}, 0, 0},
    [PLX_DRUG_FUROSEMIDE] = {ONE, {60, 8}, 0, 0},
    [PLX_DRUG_SALBUTAMOL] = {ONE, {240, 150}, 0, 0},
};

static const double LN2 = 0.6931471805599453;

/* exp(A) by scaling, Taylor and squaring; exact to rounding for rates of minutes. */
static void matrix_multiply(double out[N][N], const double x[N][N], const double y[N][N])
{
    double z[N][N];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            z[i][j] = 0;
            for (int k = 0; k < N; k++)
                z[i][j] += x[i][k] * y[k][j];
        }
    memcpy(out, z, sizeof z);
}

static void matrix_unit(double m[N][N])
{
    memset(m, 0, sizeof(double) * N * N);
    for (int i = 0; i < N; i++)
        m[i][i] = 1;
}

/* *sum = exp(A t), *integral = integral of exp(A s) from 0 to t, both from one series. */
static void matrix_exp(const double a[N][N], double t, double sum[N][N], double integral[N][N])
{
    double h = t / (1 << SQUARINGS), scaled[N][N], term[N][N];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            scaled[i][j] = a[i][j] * h;
    matrix_unit(sum);
    matrix_unit(term);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            integral[i][j] = term[i][j] * h;
    for (int n = 1; n <= TAYLOR; n++) {
        matrix_multiply(term, term, scaled);
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                term[i][j] /= n;
                sum[i][j] += term[i][j];
                integral[i][j] += term[i][j] * h / (n + 1);
            }
    }
    for (int s = 0; s < SQUARINGS; s++) {
        double later[N][N];
        matrix_multiply(later, sum, integral);
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++)
                integral[i][j] += later[i][j];
        matrix_multiply(sum, sum, sum);
    }
}

/* Propofol: Schnider 1998. */
static rates propofol(const plx_person *p)
{
    double over = p->age - 53, w = p->weight_kg - 77, lean = plx_person_lean_mass_kg(p) - 59;
    double v1 = 4.27, v2 = 18.9 - 0.391 * over, v3 = 238;
    double cl1 = 1.89 + 0.0456 * w - 0.0681 * lean + 0.0264 * (p->height_cm - 177);
    double cl2 = 1.29 - 0.024 * over, cl3 = 0.836;
    if (v2 < 3) v2 = 3;
    if (cl1 < 0.6) cl1 = 0.6;
    if (cl2 < 0.3) cl2 = 0.3;
    return (rates){v1, cl1 / v1, cl2 / v1, cl3 / v1, cl2 / v2, cl3 / v3, 0.456};
}

static rates one_compartment(double clearance_l_min, double half_life_min)
{
    double v = clearance_l_min * half_life_min / LN2;
    return (rates){.v1_l = v, .k10 = clearance_l_min / v};
}

static double saps2(const plx_person *p)
{
    return p->saps2 > 0 ? p->saps2 : 20;
}

/* Beloeil 2005: CL = 3.0 (SAPS2/20)^-1.1 in the ill, half-life 2 min at 20; volunteers 1.95 (their
 * plasma at 0.2 ug/kg/min is 7.5 ug/L, Ensinger 1992). The half-life grows as the clearance falls.
 */
static rates norepinephrine(const plx_person *p)
{
    if (p->saps2 <= 0) return one_compartment(1.95 * p->weight_kg / 70, 2);
    double cl = 3.0 * plx_pow(p->saps2 / 20, -1.1);
    return one_compartment(cl, 2 * 3.0 / cl);
}

/* Abboud 2009: CL = 127 (BW/70)^0.60 (SAPS2/50)^-0.67 L/h; half-life 3.5 min at SAPS2 50. What
 * clears it faster does not make the body larger: the volume is that of 50 in all. */
static rates epinephrine(const plx_person *p)
{
    double at_50 = 127.0 / 60 * plx_pow(p->weight_kg / 70, 0.60);
    double cl = at_50 * plx_pow(saps2(p) / 50, -0.67);
    return one_compartment(cl, 3.5 * at_50 / cl);
}

/* Clearance falls with the rate (fits the plasma of Martinsson 1986 at 0.5, 2 and 4 ug/kg/min: 3.9,
 * 19 and 57 ug/L); the volume is the same at any rate, so that a new rate moves no concentration:
 * half-life 5 min in the middle, a prior. */
static rates phenylephrine(const plx_person *p, double rate)
{
    double r = rate < 0.5 ? 0 : rate > 4 ? 1 : (rate - 0.5) / 3.5, size = p->weight_kg / 75;
    double v = 7.5 * 5 / LN2 * size;
    return (rates){.v1_l = v, .k10 = (9.7 - 4.4 * r) * size / v};
}

static rates rates_of_row(const row *r, const plx_person *p)
{
    const double *a = r->a;
    double kg = p->weight_kg, per70 = kg / 70;
    switch (r->form) {
    case PER_KG_RATES:
        return (rates){a[0] * kg, a[1], a[2], a[3], a[4], a[5], r->ke0};
    case FIXED_VOLUMES:
        return (rates){a[0] * per70, a[3] / a[0], a[4] / a[0], a[5] / a[0],
                       a[4] / a[1],  a[5] / a[2], r->ke0};
    case PER_KG_VOLUMES:
        return (rates){a[0] * kg,   a[3] / a[0], a[4] / a[0], a[5] / a[0],
                       a[4] / a[1], a[5] / a[2], r->ke0};
    case ONE:
    default:
        return (rates){.v1_l = a[1] * per70, .k10 = LN2 / a[0]};
    }
}

static rates rates_for(plx_drug drug, const plx_person *p, double rate)
{
    switch (drug) {
    case PLX_DRUG_PROPOFOL:
        return propofol(p);
    case PLX_DRUG_NOREPINEPHRINE:
        return norepinephrine(p);
    case PLX_DRUG_EPINEPHRINE:
        return epinephrine(p);
    case PLX_DRUG_PHENYLEPHRINE:
        return phenylephrine(p, rate);
    default:
        return rates_of_row(&rows[drug], p);
    }
}

/* Rows and columns: amounts 1 2 3, effect concentration; per second. */
static void system_of(const rates *r, double a[N][N])
{
    memset(a, 0, sizeof(double) * N * N);
    a[0][0] = -(r->k10 + r->k12 + r->k13) / 60;
    a[0][1] = r->k21 / 60, a[0][2] = r->k31 / 60;
    a[1][0] = r->k12 / 60, a[1][1] = -r->k21 / 60;
    a[2][0] = r->k13 / 60, a[2][2] = -r->k31 / 60;
    a[3][0] = r->ke0 / 60 / r->v1_l, a[3][3] = -r->ke0 / 60;
}

/* Time of the largest effect after a bolus, min. */
static double peak_min(const rates *r)
{
    double a[N][N], step[N][N], unused[N][N], x[N] = {1, 0, 0, 0}, last = -1;
    system_of(r, a);
    matrix_exp(a, PEAK_STEP_S, step, unused);
    for (int t = 0; t < 6 * 3600; t += PEAK_STEP_S) {
        double y[N] = {0};
        for (int i = 0; i < N; i++)
            for (int k = 0; k < N; k++)
                y[i] += step[i][k] * x[k];
        if (y[3] < last) return t / 60.0;
        last = y[3];
        memcpy(x, y, sizeof x);
    }
    return 360;
}

/* ke0 that puts the peak where it was observed: a larger one is earlier. */
static double ke0_for_peak(rates r, double wanted_min)
{
    double low = 1e-4, high = 20;
    for (int i = 0; i < 30; i++) {
        double middle = plx_exp(0.5 * (plx_log(low) + plx_log(high)));
        r.ke0 = middle;
        if (peak_min(&r) > wanted_min)
            low = middle;
        else
            high = middle;
    }
    return plx_exp(0.5 * (plx_log(low) + plx_log(high)));
}

/* Terminal half-life by the slowest decay of the three compartments over some days. */
static double half_life_min(const rates *r)
{
    double slowest = r->k10;
    if (r->k21 <= 0) return LN2 / slowest;
    double a[N][N], step[N][N], unused[N][N], x[N] = {1, 0, 0, 0};
    system_of(r, a);
    matrix_exp(a, 600, step, unused);
    double before = 0;
    for (int i = 0; i < 400; i++) {
        double y[N] = {0};
        for (int j = 0; j < N; j++)
            for (int k = 0; k < N; k++)
                y[j] += step[j][k] * x[k];
        before = x[0];
        memcpy(x, y, sizeof x);
        if (x[0] < 1e-200) break;
    }
    return LN2 * 10 / plx_log(before / x[0]);
}

plx_drug_model plx_drug_model_for(plx_drug drug, const plx_person *person, double rate_ug_kg_min)
{
    PLX_ASSERT((unsigned)drug < PLX_DRUG_N);
    rates r = rates_for(drug, person, rate_ug_kg_min);
    if (rows[drug].peak_min > 0) r.ke0 = ke0_for_peak(r, rows[drug].peak_min);
    bool at_once = r.ke0 <= 0;
    if (at_once) r.ke0 = 6; /* a lag of 10 s: the blood on its way */
    plx_drug_model m = {.drug = (uint32_t)drug,
                        .v1_l = r.v1_l,
                        .clearance_l_min = r.k10 * r.v1_l,
                        .half_life_min = half_life_min(&r)};
    if (drug == PLX_DRUG_NOREPINEPHRINE) m.endogenous_ug_l = 0.2;
    double a[N][N], integral[N][N];
    system_of(&r, a);
    matrix_exp(a, 1, m.step, integral);
    for (int i = 0; i < N; i++)
        m.infused[i] = integral[i][0];
    return m;
}

void plx_drug_step(plx_drug_state *s, double rate_ug_s)
{
    double x[N] = {s->amount_ug[0], s->amount_ug[1], s->amount_ug[2], s->effect_ug_l}, y[N];
    for (int i = 0; i < N; i++) {
        y[i] = s->model.infused[i] * rate_ug_s;
        for (int k = 0; k < N; k++)
            y[i] += s->model.step[i][k] * x[k];
    }
    s->given_ug += rate_ug_s;
    s->cleared_ug += x[0] + x[1] + x[2] + rate_ug_s - y[0] - y[1] - y[2];
    memcpy(s->amount_ug, y, sizeof s->amount_ug);
    s->effect_ug_l = y[3];
}

double plx_drug_plasma_ug_l(const plx_drug_state *s)
{
    return s->amount_ug[0] / s->model.v1_l + s->model.endogenous_ug_l;
}
