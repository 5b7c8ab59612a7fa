/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Small dense symmetric systems in double: A = L L' (Cholesky, row by row) and A x = b by forward
 * and backward substitution. All sums run in one fixed order, so the same input gives the same
 * bits on every machine. Golub & Van Loan 2013, Matrix Computations 4th ed., section 4.2. */
#ifndef PLX_CORE_ASSIMILATE_LINEAR_H
#define PLX_CORE_ASSIMILATE_LINEAR_H

#include <stdint.h>

#include "core/base/status.h"

#define PLX_LINEAR_JITTER 1e-9 /* of the largest diagonal element, added to each */
enum { PLX_LINEAR_TRIES = 4 }; /* jitter 0, then 1e-9, 1e-7, 1e-5 of it */

/* a: (n x n), rows one after the other; its lower triangle with the diagonal is read and becomes L.
 * diagonal: (n) for the caller's memory; holds the diagonal of A afterwards.
 * PLX_RANGE: A is not positive definite even with the largest jitter, or not finite; a is then
 * without meaning. The upper triangle is used to begin again and becomes A's transpose. */
PLX_MUST_CHECK plx_status plx_linear_factor(double *a, double *diagonal, uint32_t n);

/* Sum of x[i] y[i] in four partial sums, always in the same order. */
double plx_linear_product(const double *x, const double *y, uint32_t n);

/* x (n): b on entry, the solution of L L' x = b afterwards. l: of plx_linear_factor. */
void plx_linear_solve(const double *l, uint32_t n, double *x);

#endif
