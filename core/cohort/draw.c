/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <math.h>

#include "core/base/rng.h"
#include "core/cohort/cohort.h"

/* Shares are those of a monitored adult in an emergency department, with more bleeding than there
 * is, so that each of its bands has cases: priors of this project. */
static const struct {
    plx_cause cause;
    double share;
    bool begins_later;
} mix[] = {
    {PLX_CAUSE_STABLE, 0.18, false},
    {PLX_CAUSE_HAEMORRHAGE, 0.14, false},
    {PLX_CAUSE_BLEEDING, 0.16, true},
    {PLX_CAUSE_SEPSIS, 0.13, false},
    {PLX_CAUSE_ANAPHYLAXIS, 0.05, true},
    {PLX_CAUSE_CARDIOGENIC, 0.11, false},
    {PLX_CAUSE_TAMPONADE, 0.04, false},
    {PLX_CAUSE_TENSION_PNEUMOTHORAX, 0.04, true},
    {PLX_CAUSE_PULMONARY_EMBOLISM, 0.05, true},
    {PLX_CAUSE_PNEUMONIA, 0.06, false},
    {PLX_CAUSE_ASTHMA, 0.04, false},
};
enum { MIX_N = sizeof mix / sizeof *mix };

#define LOST_SHARE_MAX 0.45   /* of his blood volume, by the origin */
#define BLEEDS_MIN_LEAST 10.5 /* so that he has bled for 10 min when he is measured */
#define QUICK_ML_MIN 155.0
#define QUICK_ML_MIN_MAX 250.0

static double least(double a, double b)
{
    return a < b ? a : b;
}

static double within(double x, double low, double high)
{
    return x < low ? low : least(x, high);
}

static double between(plx_rng *r, double low, double high)
{
    return low + (high - low) * plx_rng_unit(r);
}

static double rounded(double value, double per_unit)
{
    return floor(value * per_unit + 0.5) / per_unit;
}

static plx_person draw_person(plx_rng *r)
{
    plx_person p = {.sex = plx_rng_unit(r) < 0.5 ? PLX_SEX_MALE : PLX_SEX_FEMALE};
    p.age = floor(between(r, 18, 90));
    p.height_cm = floor(plx_rng_normal(r, p.sex == PLX_SEX_MALE ? 176 : 163, 7));
    const double bmi = within(plx_rng_normal(r, 26, 4), 18, 40);
    p.weight_kg = floor(bmi * p.height_cm * p.height_cm / 1e4);
    const double hypertension = plx_rng_unit(r), beta_blocker = plx_rng_unit(r);
    if (p.age > 50 && hypertension < 0.4) p.chronic |= PLX_CHRONIC_HYPERTENSION;
    if (p.age > 60 && beta_blocker < 0.15) p.chronic |= PLX_CHRONIC_BETA_BLOCKER;
    return p;
}

/* 8 to 38 % of his blood by the origin, 20 to 80 % of it before admission. */
static void draw_haemorrhage(plx_rng *r, plx_cohort_case *c)
{
    const double all = between(r, 0.08, 0.38) * plx_person_blood_volume_ml(&c->person);
    c->lost_ml = rounded(between(r, 0.2, 0.8) * all, 1);
    c->rate_ml_min = rounded((all - c->lost_ml) / (PLX_COHORT_ORIGIN_S / 60), 1);
    c->onset_s = -(int32_t)between(r, 600, 1500);
}

/* Of those that begin under observation 45 % are quick where the body allows it, then 35 % bleed
 * 50 to 150 mL/min, the rest less. */
static void draw_bleeding(plx_rng *r, plx_cohort_case *c)
{
    const double bv = plx_person_blood_volume_ml(&c->person), band = plx_rng_unit(r);
    const double quickest = least(LOST_SHARE_MAX * bv / BLEEDS_MIN_LEAST, QUICK_ML_MIN_MAX);
    if (band < 0.45 && quickest > QUICK_ML_MIN)
        c->rate_ml_min = between(r, QUICK_ML_MIN, quickest);
    else if (band < 0.80)
        c->rate_ml_min = between(r, 50, 150);
    else
        c->rate_ml_min = between(r, 15, 50);
    c->rate_ml_min = floor(c->rate_ml_min);
    const double longest = least(LOST_SHARE_MAX * bv / c->rate_ml_min, 25);
    c->onset_s = (int32_t)(PLX_COHORT_ORIGIN_S - 60 * between(r, BLEEDS_MIN_LEAST, longest));
}

plx_cohort_case plx_cohort_draw(uint64_t seed, uint64_t id)
{
    plx_rng r = plx_rng_init(seed, id);
    plx_cohort_case c = {.id = id, .seed = plx_rng_below(&r, 1000000000)};
    c.person = draw_person(&r);
    double at = plx_rng_unit(&r);
    uint32_t i = 0;
    while (i + 1 < MIX_N && at > mix[i].share)
        at -= mix[i++].share;
    c.cause = mix[i].cause;
    if (plx_causes[c.cause].conditions_n) c.severity = rounded(between(&r, 0.25, 0.9), 100);
    if (c.cause == PLX_CAUSE_HAEMORRHAGE)
        draw_haemorrhage(&r, &c);
    else if (c.cause == PLX_CAUSE_BLEEDING)
        draw_bleeding(&r, &c);
    else if (c.cause != PLX_CAUSE_STABLE)
        c.onset_s =
            mix[i].begins_later ? (int32_t)between(&r, 420, 900) : -(int32_t)between(&r, 600, 1200);
    c.art = plx_rng_unit(&r) < 0.3;
    c.etco2 = plx_rng_unit(&r) < 0.3;
    c.cuff_s = plx_rng_unit(&r) < 0.5 ? 180 : 300;
    c.missing = rounded(between(&r, 0, 0.3), 100);
    return c;
}
