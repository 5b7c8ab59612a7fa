/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Quotients: shock index hr/sbp (Allgower 1967), modified shock index hr/((sbp+2 dbp)/3) (Liu 2012,
 * World J Emerg Med 3:114), ROX (spo2/fio2)/rr on high-flow oxygen (Roca 2019, AJRCCM 199:1368).
 * A quotient and an edge that differ by less than 1e-12 of the edge count as equal, so that 0.9 is
 * 0.9 whatever the binary rounding. A missing input takes every value between its limits; a
 * quotient by zero has no value and lies in the band of the largest ones. */
#include <math.h>

#include "core/score/input.h"

static const double SAME = 1e-12;

/* The smallest and the largest value that an input can have. */
typedef struct range {
    double low, high;
} range;

static range range_of(const plx_score_input *input, const plx_score_given *given)
{
    if (given->given) return (range){given->number.value, given->number.value};
    return (range){input->low_hundredths / 100.0, input->high_hundredths / 100.0};
}

static range divide(range a, range b)
{
    return (range){b.high > 0 ? a.low / b.high : INFINITY, b.low > 0 ? a.high / b.low : INFINITY};
}

static bool reaches(double value, double edge)
{
    return value >= edge * (1 - SAME);
}

static bool exceeds(double value, double edge)
{
    return value > edge * (1 + SAME);
}

/* What is common: the interval, its bands (all between the lowest and the highest), the parts. */
static void write(const plx_score *score, const plx_score_given *given, range value,
                  uint32_t (*band)(double value), plx_score_result *r)
{
    const uint32_t a = band(value.low), b = band(value.high);
    for (uint32_t i = a < b ? a : b; i <= (a < b ? b : a); i++)
        r->bands |= 1u << i;
    r->decimals = 4;
    r->min = value.low;
    r->max = value.high;
    r->known = value.low == value.high && isfinite(value.low);
    r->value = r->known ? value.low : 0;
    for (uint32_t i = 0; i < score->inputs_n; i++) {
        const plx_score_input *input = &score->inputs[i];
        r->parts[i].used = given[i].given;
        r->parts[i].open = true; /* a quotient is not a sum of points */
        r->parts[i].rule = "quotient";
        const bool useful = r->missing >> i & 1 && !input->optional && (r->bands & (r->bands - 1));
        if (useful && r->most_useful < 0) r->most_useful = (int)i;
    }
}

enum { HR, SBP, DBP };

static const plx_score_input SI_INPUTS[] = {{PLX_IN_HR}, {PLX_IN_SBP}};
static const char *const SI_BANDS[] = {"normal", "abnormal"};

static uint32_t si_band(double value)
{
    return reaches(value, 0.9) ? 1 : 0;
}

static void si_run(const plx_score_given *given, plx_score_result *r)
{
    const range hr = range_of(&SI_INPUTS[HR], &given[HR]);
    const range sbp = range_of(&SI_INPUTS[SBP], &given[SBP]);
    write(&plx_score_shock_index, given, divide(hr, sbp), si_band, r);
}

const plx_score plx_score_shock_index = {PLX_SCORE_ABOUT(SI_INPUTS, "SI", "si/1", "Allgower 1967"),
                                         PLX_SCORE_BANDS(SI_BANDS), .run = si_run};

static const plx_score_input MSI_INPUTS[] = {{PLX_IN_HR}, {PLX_IN_SBP}, {PLX_IN_DBP}};
static const char *const MSI_BANDS[] = {"low", "normal", "high"};

static uint32_t msi_band(double value)
{
    return exceeds(value, 1.3) ? 2 : reaches(value, 0.7) ? 1 : 0;
}

static void msi_run(const plx_score_given *given, plx_score_result *r)
{
    const range hr = range_of(&MSI_INPUTS[HR], &given[HR]);
    const range sbp = range_of(&MSI_INPUTS[SBP], &given[SBP]);
    const range dbp = range_of(&MSI_INPUTS[DBP], &given[DBP]);
    const range mean = {(sbp.low + 2 * dbp.low) / 3, (sbp.high + 2 * dbp.high) / 3};
    write(&plx_score_modified_shock_index, given, divide(hr, mean), msi_band, r);
}

const plx_score plx_score_modified_shock_index = {
    PLX_SCORE_ABOUT(MSI_INPUTS, "MSI", "msi/1", "Liu 2012"), PLX_SCORE_BANDS(MSI_BANDS),
    .run = msi_run};

enum { SPO2, FIO2, RR, HOURS };

static const plx_score_unit FIO2_UNITS[] = {{"%", NULL, 1, 100}, {NULL, NULL, 0, 0}};
static const plx_score_input ROX_INPUTS[] = {
    {PLX_IN_SPO2},
    {.key = "fio2",
     .type = PLX_SCORE_NUMBER,
     .unit = "1",
     .quantity = "",
     .low_hundredths = 21,
     .high_hundredths = 100,
     .codes = "",
     .other_unit = "%",
     .expires_s = PLX_EXPIRY_SET_S,
     .units = FIO2_UNITS},
    {PLX_IN_RR},
    {PLX_IN_POSITIVE("hours", "h", "", 0), .optional = true}}; /* on high-flow oxygen */
static const char *const ROX_BANDS[] = {"low-risk", "not-low-risk", "fail"};

static uint32_t rox_band(double value)
{
    return reaches(value, 4.88) ? 0 : 1;
}

/* Below which value the cannula is expected to fail, by the hours on it. */
static double rox_fails_below(const plx_score_given *hours)
{
    const double h = hours->given ? hours->number.value : 0;
    return h >= 12 ? 3.85 : h >= 6 ? 3.47 : h >= 2 ? 2.85 : 0;
}

static void rox_run(const plx_score_given *given, plx_score_result *r)
{
    const range spo2 = range_of(&ROX_INPUTS[SPO2], &given[SPO2]);
    const range fio2 = range_of(&ROX_INPUTS[FIO2], &given[FIO2]);
    const range rr = range_of(&ROX_INPUTS[RR], &given[RR]);
    const range value = divide(divide(spo2, fio2), rr);
    const double edge = rox_fails_below(&given[HOURS]);
    write(&plx_score_rox, given, value, rox_band, r);
    if (edge > 0 && !reaches(value.low, edge)) r->bands |= PLX_BIT(2);
    if (edge > 0 && !reaches(value.high, edge)) r->bands &= ~PLX_BIT(1);
}

const plx_score plx_score_rox = {PLX_SCORE_ABOUT(ROX_INPUTS, "ROX", "rox/1", "Roca 2019"),
                                 PLX_SCORE_BANDS(ROX_BANDS), .run = rox_run};
