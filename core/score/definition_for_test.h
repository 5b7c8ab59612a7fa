/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The scores as conditions on doubles, independent of the charts: x[] in the order of a score's
 * inputs, NaN = an optional input that was not given; flags 0 or 1, letters and words by number. */
#ifndef PLX_CORE_SCORE_DEFINITION_FOR_TEST_H
#define PLX_CORE_SCORE_DEFINITION_FOR_TEST_H

#include <math.h>
#include <stdbool.h>
#include <string.h>

static inline double define_sofa(const double *x)
{
    const double pf = x[0], plt = x[2], bili = x[3], map = x[4], gcs = x[9], creat = x[10];
    const bool vent = x[1] == 1;
    double resp = pf < 100 ? 4 : pf < 200 ? 3 : pf < 300 ? 2 : pf < 400 ? 1 : 0;
    if (!vent && resp > 2) resp = 2;
    const double coag = plt < 20 ? 4 : plt < 50 ? 3 : plt < 100 ? 2 : plt < 150 ? 1 : 0;
    const double liver = bili >= 12 ? 4 : bili >= 6 ? 3 : bili >= 2 ? 2 : bili >= 1.2 ? 1 : 0;
    double cv = map < 70 ? 1 : 0;
    if (x[5] > 0 || x[6] > 0) cv = 2;
    if (x[5] > 5 || x[7] > 0 || x[8] > 0) cv = 3;
    if (x[5] > 15 || x[7] > 0.1 || x[8] > 0.1) cv = 4;
    const double cns = gcs >= 15 ? 0 : gcs >= 13 ? 1 : gcs >= 10 ? 2 : gcs >= 6 ? 3 : 4;
    double renal = creat >= 5 ? 4 : creat >= 3.5 ? 3 : creat >= 2 ? 2 : creat >= 1.2 ? 1 : 0;
    if (x[11] < 500) renal = fmax(renal, 3);
    if (x[11] < 200) renal = 4;
    return resp + coag + liver + cv + cns + renal;
}

static inline double define_rts(const double *x)
{
    const double gcs = x[0], sbp = x[1], rr = x[2];
    const int g = gcs >= 13 ? 4 : gcs >= 9 ? 3 : gcs >= 6 ? 2 : gcs >= 4 ? 1 : 0;
    const int s = sbp > 89 ? 4 : sbp >= 76 ? 3 : sbp >= 50 ? 2 : sbp >= 1 ? 1 : 0;
    const int r = rr > 29 ? 3 : rr >= 10 ? 4 : rr >= 6 ? 2 : rr >= 1 ? 1 : 0;
    return 0.9368 * g + 0.7326 * s + 0.2908 * r;
}

static inline double define_gbs(const double *x)
{
    const double urea = x[0], hb = x[1], sbp = x[3];
    const bool woman = x[2] == 1;
    double sum = urea < 6.5 ? 0 : urea < 8 ? 2 : urea < 10 ? 3 : urea < 25 ? 4 : 6;
    if (woman)
        sum += hb < 100 ? 6 : hb < 120 ? 1 : 0;
    else
        sum += hb < 100 ? 6 : hb < 120 ? 3 : hb < 130 ? 1 : 0;
    sum += sbp < 90 ? 3 : sbp < 100 ? 2 : sbp < 110 ? 1 : 0;
    return sum + (x[4] >= 100) + x[5] + 2 * (x[6] + x[7] + x[8]);
}

static inline double define_mews(const double *x)
{
    const double sbp = x[0], hr = x[1], rr = x[2], temp = x[3];
    double sum = sbp <= 70 ? 3 : sbp <= 80 ? 2 : sbp <= 100 ? 1 : sbp <= 199 ? 0 : 2;
    sum += hr <= 40 ? 2 : hr <= 50 ? 1 : hr <= 100 ? 0 : hr <= 110 ? 1 : hr <= 129 ? 2 : 3;
    sum += rr < 9 ? 2 : rr <= 14 ? 0 : rr <= 20 ? 1 : rr <= 29 ? 2 : 3;
    return sum + (temp < 35 || temp >= 38.5 ? 2 : 0) + x[4];
}

static inline double define_rems(const double *x)
{
    const double age = x[0], map = x[1], hr = x[2], rr = x[3], spo2 = x[4], gcs = x[5];
    double sum = age < 45 ? 0 : age <= 54 ? 2 : age <= 64 ? 3 : age <= 74 ? 5 : 6;
    sum += map > 159 ? 4 : map >= 130 ? 3 : map >= 110 ? 2 : map >= 70 ? 0 : map >= 50 ? 2 : 4;
    if (hr > 179 || hr < 40)
        sum += 4;
    else
        sum += hr >= 140 ? 3 : hr >= 110 ? 2 : hr >= 70 ? 0 : hr >= 55 ? 2 : 3;
    if (rr > 49 || rr < 6)
        sum += 4;
    else
        sum += rr >= 35 ? 3 : rr >= 25 ? 1 : rr >= 12 ? 0 : rr >= 10 ? 1 : 2;
    sum += spo2 < 75 ? 4 : spo2 <= 85 ? 3 : spo2 <= 89 ? 1 : 0;
    return sum + (gcs >= 14 ? 0 : gcs >= 11 ? 1 : gcs >= 8 ? 2 : gcs >= 5 ? 3 : 4);
}

static inline double define_cart(const double *x)
{
    const double rr = x[0], hr = x[1], dbp = x[2], age = x[3];
    return (rr < 21    ? 0
            : rr <= 23 ? 8
            : rr <= 25 ? 12
            : rr <= 29 ? 15
                       : 22) +
           (hr < 110    ? 0
            : hr <= 139 ? 4
                        : 13) +
           (dbp > 49    ? 0
            : dbp >= 40 ? 4
            : dbp >= 35 ? 6
                        : 13) +
           (age < 55    ? 0
            : age <= 69 ? 4
                        : 9);
}

static inline double define_heart(const double *x)
{
    const double risk = x[4] == 1 || x[3] >= 3 ? 2 : x[3] >= 1 ? 1 : 0;
    return x[0] + x[1] +
           (x[2] < 45   ? 0
            : x[2] < 65 ? 1
                        : 2) +
           risk +
           (x[5] <= 1   ? 0
            : x[5] <= 3 ? 1
                        : 2);
}

static inline double define_esi4(const double *x)
{
    const double months = x[5], hr = x[6], rr = x[7];
    if (x[0] == 1) return 1;
    if (x[1] == 1 || x[2] == 1 || x[3] == 1) return 2;
    if (x[4] < 2) return x[4] < 1 ? 5 : 4;
    const double hr_max = months < 3 ? 180 : months < 36 ? 160 : months < 96 ? 140 : 100;
    const double rr_max = months < 3 ? 50 : months < 36 ? 40 : months < 96 ? 30 : 20;
    return hr > hr_max || rr > rr_max || x[8] < 92 ? 2 : 3;
}

static inline double define_ctas_pain(const double *x)
{
    const int grade = x[0] >= 8 ? 0 : x[0] >= 4 ? 1 : 2;
    if (x[1] == 0) return (x[2] == 0 ? 2 : 3) + grade;
    return x[2] == 0 ? 3 + grade : grade == 0 ? 4 : 5;
}

static inline double define_wells_pe(const double *x)
{
    return 3 * (x[0] + x[1]) + 1.5 * ((x[2] > 100) + x[3] + x[4]) + x[5] + x[6];
}

static inline double sum_of_first(const double *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

static inline double define_target(const char *name, double level)
{
    static const double CTAS[] = {0, 15, 30, 60, 120}, MTS[] = {0, 10, 60, 120, 240};
    const int i = (int)level - 1;
    if (name[0] == 'M') return MTS[i];
    return name[0] == 'K' && i == 1 ? 10 : CTAS[i];
}

static inline double define_small(const char *name, const double *x)
{
    if (strcmp(name, "qSOFA") == 0) return (x[0] >= 22) + (x[1] <= 100) + (x[2] < 15);
    if (strcmp(name, "SIRS") == 0)
        return (x[0] > 38 || x[0] < 36) + (x[1] > 90) + (x[2] > 20 || x[3] < 32) +
               (x[4] > 12 || x[4] < 4 || x[5] > 10);
    if (strcmp(name, "GCS") == 0) return sum_of_first(x, 3);
    if (strcmp(name, "CURB65") == 0)
        return x[0] + (x[1] > 7) + (x[2] >= 30) + (x[3] < 90 || x[4] <= 60) + (x[5] >= 65);
    if (strcmp(name, "PERC") == 0)
        return (x[0] >= 50) + (x[1] >= 100) + (x[2] < 95) + sum_of_first(x + 3, 5);
    if (strcmp(name, "WELLS_DVT") == 0) return sum_of_first(x, 9) - 2 * x[9];
    if (strcmp(name, "CSRS") == 0)
        return -x[0] + x[1] + 2 * (x[2] + x[3]) + x[4] + x[5] + 2 * (x[6] - x[7] + x[8]);
    if (strcmp(name, "PEWS_BRIGHTON") == 0) return sum_of_first(x, 3) + 2 * x[3];
    if (strcmp(name, "CTAS_SPO2") == 0) return x[0] < 90 ? 1 : x[0] < 92 ? 2 : x[0] <= 94 ? 3 : 0;
    if (strcmp(name, "CTAS_GCS") == 0) return x[0] <= 9 ? 1 : x[0] <= 13 ? 2 : 0;
    if (strcmp(name, "CTAS_TEMP") == 0)
        return !(x[0] > 38) ? 0 : x[1] + x[2] > 0 ? 2 : x[3] > 0 ? 3 : 4;
    return define_target(name, x[0]);
}

static inline double definition(const char *name, const double *x)
{
    static const struct {
        const char *name;
        double (*define)(const double *x);
    } LARGE[] = {
        {"SOFA", define_sofa},        {"RTS", define_rts},   {"GBS", define_gbs},
        {"MEWS", define_mews},        {"REMS", define_rems}, {"CART", define_cart},
        {"HEART", define_heart},      {"ESI4", define_esi4}, {"CTAS_PAIN", define_ctas_pain},
        {"WELLS_PE", define_wells_pe}};
    for (size_t i = 0; i < sizeof LARGE / sizeof *LARGE; i++)
        if (strcmp(name, LARGE[i].name) == 0) return LARGE[i].define(x);
    return define_small(name, x);
}

static inline const char *definition_band(const char *name, double v, const double *x)
{
    if (strcmp(name, "qSOFA") == 0 || strcmp(name, "SIRS") == 0)
        return v >= 2 ? "positive" : "negative";
    if (strcmp(name, "SOFA") == 0) return v - (isnan(x[12]) ? 0 : x[12]) >= 2 ? ">=2" : "<2";
    if (strcmp(name, "GCS") == 0) return v >= 13 ? "mild" : v >= 9 ? "moderate" : "severe";
    if (strcmp(name, "CURB65") == 0) return v <= 1 ? "low" : v < 3 ? "moderate" : "severe";
    if (strcmp(name, "HEART") == 0) return v <= 3 ? "low" : v <= 6 ? "moderate" : "high";
    if (strcmp(name, "WELLS_PE") == 0) return v > 4 ? "likely" : "unlikely";
    if (strcmp(name, "WELLS_DVT") == 0) return v >= 2 ? "likely" : "unlikely";
    if (strcmp(name, "PERC") == 0) return v > 0 ? "not-ruled-out" : "rule-out";
    if (strcmp(name, "GBS") == 0) return v <= 1 ? "low" : "not-low";
    if (strcmp(name, "MEWS") == 0) return v >= 5 ? "high" : "low";
    if (strcmp(name, "CSRS") == 0)
        return v <= -2  ? "very-low"
               : v <= 0 ? "low"
               : v <= 3 ? "medium"
               : v <= 5 ? "high"
                        : "very-high";
    if (strcmp(name, "PEWS_BRIGHTON") == 0)
        return v >= 4 || x[0] == 3 || x[1] == 3 || x[2] == 3 ? "escalate" : "routine";
    if (strcmp(name, "MTS_TARGET") == 0)
        return v < 10 ? "red" : v < 60 ? "orange" : v < 120 ? "yellow" : v < 240 ? "green" : "blue";
    return "";
}

#endif
