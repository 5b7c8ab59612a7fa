/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* exp, log, pow, sin and cos with the same bits on every C library and CPU (libm's differ). Error
 * below 2 ulp on the tested range; NaN in gives NaN out; overflow gives
 * infinity. plx_pow(x, 0) is 1, and a negative x with a y that is no integer gives NaN. */
#ifndef PLX_CORE_BASE_MATHX_H
#define PLX_CORE_BASE_MATHX_H

double plx_exp(double x);
double plx_log(double x);
double plx_pow(double x, double y);
/* Radians; NaN beyond |x| = 1e6. */
double plx_sin(double x);
double plx_cos(double x);
/* Inverse of the standard normal distribution function, 0 <= p <= 1 (AS 241, error about 1e-15). */
double plx_normal_quantile(double p);

#endif
