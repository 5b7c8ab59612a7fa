/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Wichura 1988, "Algorithm AS 241: the percentage points of the normal distribution", PPND16:
 * three rational approximations, relative error about 1e-15. */
#include <math.h>

#include "core/base/mathx.h"

enum { TERMS = 8 };

typedef struct rational {
    double numerator[TERMS], denominator[TERMS]; /* lowest power first */
} rational;

static const rational central = {
    {3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946,
     45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227},
    {1.0, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597,
     39307.89580009271, 28729.085735721943, 5226.495278852854}};

static const rational middle = {
    {1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
     1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414},
    {1.0, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
     0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-09}};

static const rational tail = {
    {6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
     0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-05, 2.0103343992922881e-07},
    {1.0, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
     1.8463183175100548e-05, 1.421511758316446e-07, 2.0442631033899397e-15}};

static double ratio(const rational *q, double r)
{
    double numerator = q->numerator[TERMS - 1], denominator = q->denominator[TERMS - 1];
    for (int i = TERMS - 2; i >= 0; i--) {
        numerator = numerator * r + q->numerator[i];
        denominator = denominator * r + q->denominator[i];
    }
    return numerator / denominator;
}

double plx_normal_quantile(double p)
{
    if (!(p >= 0.0 && p <= 1.0)) return __builtin_nan("");
    const double d = p - 0.5;
    if (fabs(d) <= 0.425) return d * ratio(&central, 0.180625 - d * d);
    const double outer = d < 0 ? p : 1.0 - p;
    if (outer == 0.0) return d < 0 ? -__builtin_inf() : __builtin_inf();
    const double r = sqrt(-plx_log(outer));
    const double size = r <= 5.0 ? ratio(&middle, r - 1.6) : ratio(&tail, r - 5.0);
    return d < 0 ? -size : size;
}
