/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* exp, log, pow, sin and cos with the same bits on every C library and CPU (libm's differ). Error
 * below 2 ulp on the tested range; NaN in gives NaN out; overflow gives infinity. */
#ifndef PLX_CORE_BASE_MATHX_H
#define PLX_CORE_BASE_MATHX_H

double plx_exp(double x);
double plx_log(double x);
double plx_pow(double x, double y);
double plx_sin(double x); /* |x| <= 1e6, radians */
double plx_cos(double x);

#endif
