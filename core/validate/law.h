/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The laws that scores are measured against: the normal law and chi-square, with the same bits on
 * every machine. Sources: Abramowitz & Stegun 1964, 26.2.10, 26.2.14 (normal), 6.5.29, 6.5.31
 * (incomplete gamma), 6.1.41 (Stirling). NaN in gives NaN out. */
#ifndef PLX_CORE_VALIDATE_LAW_H
#define PLX_CORE_VALIDATE_LAW_H

#include <stdint.h>

#define PLX_LAW_INV_SQRT_PI 0.56418958354775628695

/* Standard normal density, and P(Z <= z) with a relative error below 1e-13 in both tails. */
double plx_law_normal_density(double z);
double plx_law_normal_cdf(double z);
/* E|m + s Z| for a standard normal Z: the kernel of every CRPS of normals. s >= 0; |m| at s = 0. */
double plx_law_normal_mean_abs(double m, double s);
/* ln of the gamma function, a > 0 (else NaN); relative error below 1e-13 away from its zeros. */
double plx_law_log_gamma(double a);
/* Upper regularised incomplete gamma function Q(a, x), a > 0, x >= 0; else NaN. Relative error
 * below 1e-10 for a up to 1e4; NaN where the series or fraction needs more than 10,000 terms. */
double plx_law_gamma_upper(double a, double x);
/* P(a chi-square variable with that many degrees of freedom >= statistic); degrees > 0. */
double plx_law_chi_square_p(double statistic, uint32_t degrees);

#endif
