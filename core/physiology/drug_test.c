/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: each drug moves as its published compartments say, reaches its effect when it was seen to,
 *   and is conserved.
 * Oracle: the differential equations of the published sets (restated here per 70 kg) in Runge-Kutta
 *   steps of 50 ms, with what is eliminated as an integral of its own; the characteristic
 *   polynomial for the terminal half-life; clearances of Beloeil 2005, Abboud 2009, Martinsson
 * 1986. Tolerance: 1e-7 of the dose; 3 s of the time of the peak; 1e-4 of what was given over a
 * day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/physiology/drug.h"

static const plx_person reference = {
    .sex = PLX_SEX_MALE, .age = 53, .height_cm = 177, .weight_kg = 70};

/* Rates per minute. */
typedef struct kinetics {
    double v1, k10, k12, k13, k21, k31, ke0;
} kinetics;

static kinetics of_volumes(const double v[3], const double cl[3], double ke0)
{
    return (kinetics){v[0],         cl[0] / v[0], cl[1] / v[0], cl[2] / v[0],
                      cl[1] / v[1], cl[2] / v[2], ke0};
}

static kinetics published(plx_drug drug)
{
    switch (drug) {
    case PLX_DRUG_PROPOFOL: { /* Schnider 1998: 53 years, 177 cm, 70 kg */
        double lean = 1.1 * 70 - 128 * (70 / 177.0) * (70 / 177.0);
        return of_volumes(
            (const double[]){4.27, 18.9, 238},
            (const double[]){1.89 + 0.0456 * (70 - 77) - 0.0681 * (lean - 59), 1.29, 0.836}, 0.456);
    }
    case PLX_DRUG_KETAMINE: /* Domino 1984 */
        return (kinetics){0.063 * 70, .438, .592, .590, .247, .0146, 0.5};
    case PLX_DRUG_ROCURONIUM:
        return (kinetics){0.056 * 70, .175, .100, 0, .0245, 0, .168};
    case PLX_DRUG_NALOXONE:
        return of_volumes((const double[]){.408 * 70, .636 * 70, 1.637 * 70},
                          (const double[]){.049 * 70, .046 * 70, .026 * 70}, 0.3);
    case PLX_DRUG_FUROSEMIDE: /* half-life 60 min, 8 L; the effect follows in 10 s */
        return (kinetics){8, log(2) / 60, 0, 0, 0, 0, 6};
    default: /* succinylcholine: 1 min, 10 L */
        return (kinetics){10, log(2), 0, 0, 0, 0, 6};
    }
}

/* Sets whose ke0 comes from the time of the peak: the compartments alone. */
static kinetics published_by_peak(plx_drug drug)
{
    switch (drug) {
    case PLX_DRUG_FENTANYL: /* Scott & Stanski 1987 */
        return of_volumes((const double[]){12.1, 35.7, 224}, (const double[]){0.632, 2.8, 1.55}, 0);
    case PLX_DRUG_MORPHINE:
        return (kinetics){0.25 * 70, .0705, .127, .0183, .0260, .00163, 0};
    case PLX_DRUG_ETOMIDATE: /* Arden 1986 */
        return (kinetics){0.09 * 70, .205, .284, .209, .131, .00479, 0};
    default: /* midazolam */
        return of_volumes((const double[]){3.3, 17.56, 96.76}, (const double[]){.535, 2.01, .832},
                          0);
    }
}

enum { ROWS = 5 }; /* amounts 1 2 3, concentration at the site, eliminated */

static void slope(const kinetics *k, double rate_ug_min, const double x[ROWS], double d[ROWS])
{
    d[0] = rate_ug_min - (k->k10 + k->k12 + k->k13) * x[0] + k->k21 * x[1] + k->k31 * x[2];
    d[1] = k->k12 * x[0] - k->k21 * x[1];
    d[2] = k->k13 * x[0] - k->k31 * x[2];
    d[3] = k->ke0 * (x[0] / k->v1 - x[3]);
    d[4] = k->k10 * x[0];
}

static void runge_kutta(const kinetics *k, double rate_ug_min, double h, double x[ROWS])
{
    const double part[4] = {0, 0.5, 0.5, 1}, weight[4] = {1, 2, 2, 1};
    double d[ROWS] = {0}, y[ROWS], sum[ROWS] = {0};
    for (int stage = 0; stage < 4; stage++) {
        for (int i = 0; i < ROWS; i++)
            y[i] = x[i] + part[stage] * h * d[i];
        slope(k, rate_ug_min, y, d);
        for (int i = 0; i < ROWS; i++)
            sum[i] += weight[stage] * d[i];
    }
    for (int i = 0; i < ROWS; i++)
        x[i] += h / 6 * sum[i];
}

/* A bolus of 1 mg, 10 ug/s in the second quarter of an hour. */
static void one_second_is_exact(void **state)
{
    (void)state;
    const plx_drug drugs[] = {PLX_DRUG_PROPOFOL, PLX_DRUG_KETAMINE,   PLX_DRUG_ROCURONIUM,
                              PLX_DRUG_NALOXONE, PLX_DRUG_FUROSEMIDE, PLX_DRUG_SUCCINYLCHOLINE,
                              PLX_DRUG_FENTANYL, PLX_DRUG_MORPHINE,   PLX_DRUG_ETOMIDATE,
                              PLX_DRUG_MIDAZOLAM};
    for (size_t n = 0; n < sizeof drugs / sizeof *drugs; n++) {
        bool by_peak = n >= 6;
        kinetics k = by_peak ? published_by_peak(drugs[n]) : published(drugs[n]);
        plx_drug_state s = {.model = plx_drug_model_for(drugs[n], &reference, 0)};
        double x[ROWS] = {1000, 0, 0, 0, 0};
        s.amount_ug[0] = s.given_ug = 1000;
        for (int t = 0; t < 3600; t++) {
            double rate = t >= 900 && t < 1800 ? 10 : 0;
            plx_drug_step(&s, rate);
            for (int i = 0; i < 20; i++)
                runge_kutta(&k, rate * 60, 0.05 / 60, x);
        }
        for (int i = 0; i < 3; i++)
            assert_true(fabs(s.amount_ug[i] - x[i]) < 1e-7 * 10000);
        assert_true(fabs(s.cleared_ug - x[4]) < 1e-7 * 10000);
        assert_true(fabs(s.given_ug - 10000) < 1e-9);
        assert_true(fabs(plx_drug_plasma_ug_l(&s) - x[0] / k.v1) < 1e-7 * 10000 / k.v1);
        if (!by_peak) assert_true(fabs(s.effect_ug_l - x[3]) < 1e-7 * 10000 / k.v1);
    }
}

/* The effect after a bolus is greatest when it was seen to be. */
static void the_effect_peaks_when_it_was_seen(void **state)
{
    (void)state;
    const struct {
        plx_drug drug;
        double peak_min;
    } seen[] = {{PLX_DRUG_FENTANYL, 3.69},
                {PLX_DRUG_MORPHINE, 93.8},
                {PLX_DRUG_ETOMIDATE, 1.6},
                {PLX_DRUG_MIDAZOLAM, 4}};
    for (size_t n = 0; n < sizeof seen / sizeof *seen; n++) {
        plx_drug_state s = {.model = plx_drug_model_for(seen[n].drug, &reference, 0)};
        double top = 0;
        int when_s = 0;
        s.amount_ug[0] = 100;
        for (int t = 1; t < 4 * 3600; t++) {
            plx_drug_step(&s, 0);
            if (s.effect_ug_l > top) top = s.effect_ug_l, when_s = t;
        }
        assert_true(fabs(when_s - seen[n].peak_min * 60) <= 3);
    }
}

/* The slowest root of (s+k10+k12+k13)(s+k21)(s+k31) - k12 k21 (s+k31) - k13 k31 (s+k21). */
static double polynomial(const kinetics *k, double s)
{
    return (s + k->k10 + k->k12 + k->k13) * (s + k->k21) * (s + k->k31) -
           k->k12 * k->k21 * (s + k->k31) - k->k13 * k->k31 * (s + k->k21);
}

static void the_half_life_is_that_of_the_slowest_root(void **state)
{
    (void)state;
    const plx_drug drugs[] = {PLX_DRUG_FENTANYL, PLX_DRUG_MORPHINE, PLX_DRUG_ETOMIDATE,
                              PLX_DRUG_MIDAZOLAM};
    for (size_t n = 0; n < sizeof drugs / sizeof *drugs; n++) {
        kinetics k = published_by_peak(drugs[n]);
        double low = 0, high = k.k31; /* it lies between: the sign changes once */
        for (int i = 0; i < 200; i++) {
            double middle = 0.5 * (low + high);
            if (polynomial(&k, -middle) > 0)
                low = middle;
            else
                high = middle;
        }
        double wanted = log(2) / low,
               found = plx_drug_model_for(drugs[n], &reference, 0).half_life_min;
        assert_true(fabs(found - wanted) < 1e-3 * wanted);
    }
    plx_drug_model m = plx_drug_model_for(PLX_DRUG_ATROPINE, &reference, 0);
    assert_true(fabs(m.half_life_min - 180) < 1e-6);
}

static void catecholamines_leave_slower_in_the_ill(void **state)
{
    (void)state;
    plx_person p = reference;
    plx_drug_model well = plx_drug_model_for(PLX_DRUG_NOREPINEPHRINE, &p, 0);
    assert_true(well.clearance_l_min > 1.7 && well.clearance_l_min < 2.1); /* Ensinger 1992 */
    assert_true(well.endogenous_ug_l > 0.1 && well.endogenous_ug_l < 0.3);
    double clearance = 0, half_life = 0;
    for (p.saps2 = 20; p.saps2 <= 100; p.saps2 += 20) {
        plx_drug_model m = plx_drug_model_for(PLX_DRUG_NOREPINEPHRINE, &p, 0);
        assert_true(fabs(m.clearance_l_min - 3.0 * pow(p.saps2 / 20, -1.1)) < 1e-9);
        if (p.saps2 > 20)
            assert_true(m.clearance_l_min < clearance && m.half_life_min > half_life);
        else
            assert_true(fabs(m.half_life_min - 2) < 1e-9);
        clearance = m.clearance_l_min, half_life = m.half_life_min;
        m = plx_drug_model_for(PLX_DRUG_EPINEPHRINE, &p, 0);
        assert_true(fabs(m.clearance_l_min * 60 - 127 * pow(p.saps2 / 50, -0.67)) < 1e-9);
        assert_true(fabs(m.half_life_min * m.clearance_l_min - 3.5 * 127 / 60) < 1e-9);
    }
}

/* Plasma over the rate in steady state, and no jump when the rate is changed. */
static void phenylephrine_is_cleared_less_at_a_high_rate(void **state)
{
    (void)state;
    plx_person p = reference;
    p.weight_kg = 75;
    const double rate[] = {0, 0.5, 2, 4, 9}, litres_min[] = {9.7, 9.7, 7.81, 5.3, 5.3};
    plx_drug_model first = plx_drug_model_for(PLX_DRUG_PHENYLEPHRINE, &p, 0);
    for (size_t i = 0; i < sizeof rate / sizeof *rate; i++) {
        plx_drug_model m = plx_drug_model_for(PLX_DRUG_PHENYLEPHRINE, &p, rate[i]);
        assert_true(fabs(m.clearance_l_min - litres_min[i]) < 0.01);
        assert_true(m.v1_l == first.v1_l);
        plx_drug_state s = {.model = m};
        for (int t = 0; t < 7200; t++)
            plx_drug_step(&s, 75.0 / 60);
        assert_true(fabs(plx_drug_plasma_ug_l(&s) * m.clearance_l_min - 75) < 0.01);
    }
}

/* Any adult, any drug, a day: what was given is there or eliminated, nothing is below zero. */
static void nothing_is_lost_in_a_day(void **state)
{
    (void)state;
    const plx_person people[] = {
        reference,
        {.sex = PLX_SEX_FEMALE, .age = 95, .height_cm = 140, .weight_kg = 35},
        {.sex = PLX_SEX_MALE, .age = 16, .height_cm = 210, .weight_kg = 250},
        {.sex = PLX_SEX_FEMALE, .age = 40, .height_cm = 150, .weight_kg = 250, .saps2 = 110},
    };
    for (size_t n = 0; n < sizeof people / sizeof *people; n++)
        for (int d = 0; d < PLX_DRUG_N; d++) {
            plx_drug_model m = plx_drug_model_for((plx_drug)d, &people[n], 1);
            assert_true(m.v1_l > 0.5 && m.clearance_l_min > 0.01 && m.half_life_min >= 0.9);
            plx_drug_state s = {.model = m};
            double eliminated = 0, k_s = m.clearance_l_min / m.v1_l / 60;
            s.amount_ug[0] = s.given_ug = 1000;
            for (int t = 0; t < 24 * 3600; t++) {
                double before = s.amount_ug[0], cleared = s.cleared_ug;
                plx_drug_step(&s, t < 3600 ? 10 : 0);
                double most = before > s.amount_ug[0] ? before : s.amount_ug[0];
                eliminated += s.cleared_ug - cleared;
                assert_true(s.cleared_ug - cleared <= k_s * most * 1.01 + 1e-9);
                assert_true(s.amount_ug[0] >= 0 && s.amount_ug[1] >= 0 && s.amount_ug[2] >= 0);
                assert_true(s.effect_ug_l >= 0);
            }
            double held = s.amount_ug[0] + s.amount_ug[1] + s.amount_ug[2];
            assert_true(fabs(s.given_ug - 37000) < 1e-6);
            assert_true(fabs(held + eliminated - s.given_ug) < 1e-4 * s.given_ug);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_second_is_exact),
        cmocka_unit_test(the_effect_peaks_when_it_was_seen),
        cmocka_unit_test(the_half_life_is_that_of_the_slowest_root),
        cmocka_unit_test(catecholamines_leave_slower_in_the_ill),
        cmocka_unit_test(phenylephrine_is_cleared_less_at_a_high_rate),
        cmocka_unit_test(nothing_is_lost_in_a_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
