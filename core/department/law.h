/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Laws of durations as tables of their quantile function, so that every family costs the same few
 * nanoseconds, one uniform number makes one duration (inversion), and a changed law moves every
 * patient the same way. A table has mean 1 (before p0 and max): a law is a table and a scale.
 *
 * Nodes are dense in both tails: with q = min(p, 1 - p), 64 cells in each octave of q from 1/2 down
 * to 2^-15, linear between nodes (relative error below 3e-5 for cv <= 1); beyond, the closed form.
 * The edge of an atom or a maximum is smeared over the cell that it lies in. Johnson, Kotz &
 * Balakrishnan 1994/95, "Continuous univariate distributions", for the families. */
#ifndef PLX_CORE_DEPARTMENT_LAW_H
#define PLX_CORE_DEPARTMENT_LAW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"

/* X(name, word in a model file) */
#define PLX_LAW_TABLE(X)                                                                           \
    X(DETERMINISTIC, "deterministic")                                                              \
    X(EXPONENTIAL, "exponential")                                                                  \
    X(LOGNORMAL, "lognormal")                                                                      \
    X(GAMMA, "gamma")                                                                              \
    X(WEIBULL, "weibull")                                                                          \
    X(LOGLOGISTIC, "loglogistic")                                                                  \
    X(EMPIRICAL, "empirical")

typedef enum plx_law_family {
#define X(name, word) PLX_LAW_##name,
    PLX_LAW_TABLE(X)
#undef X
        PLX_LAW_FAMILY_N
} plx_law_family;

enum { PLX_LAW_POINTS_MAX = 101 };

/* What a model file says about a duration. */
typedef struct plx_law {
    plx_law_family family;
    double mean;     /* > 0, any unit; of the law without p0 and max. Empirical: ignored */
    double cv;       /* standard deviation / mean, 0.01..5 (loglogistic to 3); not used by others */
    double p0;       /* probability of exactly 0, 0..0.999 */
    double max;      /* truncated above, redrawn from what is left; 0 = no maximum. Same unit */
    uint8_t point_n; /* empirical: 2..101 quantiles at p = 0, 1/(n-1), ..., 1, rising, >= 0 */
    double point[PLX_LAW_POINTS_MAX]; /* same unit */
} plx_law;

enum { PLX_LAW_OCTAVES = 14, PLX_LAW_CELLS = 64, PLX_LAW_NODES = PLX_LAW_OCTAVES * PLX_LAW_CELLS };

typedef struct plx_law_quantiles {
    double shape, shift; /* family's own: see law.c */
    double p0, kept;     /* atom at 0; F(max), 1 without a maximum */
    double low, high;    /* empirical: the ends */
    double cv, max;      /* as asked, max in means: for finding the table again */
    plx_law_family family;
    float node[2][PLX_LAW_NODES + 1]; /* [upper tail][rising q from 2^-15 to 1/2], mean 1 */
} plx_law_quantiles;

/* A family with mean 1 and a cv, without atom, maximum and table. */
typedef struct plx_law_form {
    plx_law_family family; /* not empirical */
    double shape, shift;   /* its own: see law.c */
} plx_law_form;

plx_law_form plx_law_form_of(plx_law_family family, double cv);
/* P(X > x). Relative error about 1e-14 while it is above 1e-15. */
double plx_law_form_survival(const plx_law_form *form, double x);

/* Checks the law and fills the table; *scale: the unit of law->mean that one unit of the table is.
 * PLX_RANGE with a sentence in why; outputs unchanged then. */
PLX_MUST_CHECK plx_status plx_law_make(const plx_law *law, plx_law_quantiles *table, double *scale,
                                       char *why, size_t why_n);
/* True when the table is that of the law (an empirical law never is). */
bool plx_law_same(const plx_law *law, const plx_law_quantiles *table);

/* Quantile at tail probability q (0 < q <= 1/2): of p = q, or of p = 1 - q when upper. */
double plx_law_quantile(const plx_law_quantiles *table, bool upper, double q);
/* P(X > x), x >= 0 in units of the table. */
double plx_law_survival(const plx_law_quantiles *table, double x);
/* What is left of a duration that has lasted for x already: S^-1(u S(x)) - x, 0 < u < 1. Where the
 * law knows nothing that lasts so long (S(x) < 1e-12): the mean of the last 5 % beyond its 95 %
 * point; *beyond (may be NULL) says so. */
double plx_law_residual(const plx_law_quantiles *table, double x, double u, bool *beyond);

/* The same with 64 random bits: bit 63 chooses the tail, the others are q in steps of 2^-64. */
static inline double plx_law_draw(const plx_law_quantiles *table, uint64_t bits)
{
    const uint64_t q = bits << 1 | 1;
    const unsigned octave = (unsigned)__builtin_clzll(q);
    if (__builtin_expect(octave >= PLX_LAW_OCTAVES, 0))
        return plx_law_quantile(table, bits >> 63, (double)q * 0x1p-65);
    const uint64_t rest = q << octave << 1; /* below the leading one: 6 bits of cell, then inside */
    const float *node = table->node[bits >> 63] +
                        ((PLX_LAW_OCTAVES - 1 - octave) * PLX_LAW_CELLS + (unsigned)(rest >> 58));
    const double inside = (double)(int64_t)(rest << 6 >> 11) * 0x1p-53;
    const double from = node[0];
    return from + inside * (node[1] - from);
}

#endif
