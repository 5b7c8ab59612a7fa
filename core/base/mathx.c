/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Cody & Waite argument reduction and Taylor polynomials on the reduced range, where their next
 * term is below 2^-58 of the result. pow carries its logarithm as a sum of two doubles. */
#include "core/base/mathx.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define INFINITE __builtin_inf()
#define NOT_A_NUMBER __builtin_nan("")

#define LN2_HIGH 0x1.62e42fefa3p-1    /* 41 bits: times an exponent it is exact */
#define LN2_LOW 0x1.3de6af278ece6p-42 /* ln 2 - LN2_HIGH */
#define INV_LN2 0x1.71547652b82fep+0
#define SQRT_2 0x1.6a09e667f3bcdp+0

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* 2^k for -1022 <= k <= 1023. */
static double power_of_2(int k)
{
    return from_bits((uint64_t)(k + 1023) << 52);
}

/* exp(high + low), |low| far below |high|; high is finite. */
static double exp_sum(double high, double low)
{
    if (high > 710.0) return INFINITE;
    if (high < -746.0) return 0.0;
    const double k = floor(high * INV_LN2 + 0.5);
    const double a = high - k * LN2_HIGH, b = k * LN2_LOW - low;
    const double r = a - b, error = (a - r) - b;
    double p = 1.0 / 6227020800.0; /* 1/13! */
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    const double e = 1.0 + (r + (error + r * r * p));
    const int n = (int)k, half = n / 2;
    return e * power_of_2(half) * power_of_2(n - half); /* two steps reach the subnormals */
}

double plx_exp(double x)
{
    if (x != x) return x;
    if (fabs(x) > 1000.0) return x > 0 ? INFINITE : 0.0;
    return exp_sum(x, 0.0);
}

/* x = m x 2^k with m in [sqrt 1/2, sqrt 2); x is positive and finite. */
static double split_exponent(double x, int *k)
{
    int shift = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        shift = -54;
    }
    const uint64_t bits = bits_of(x);
    *k = (int)(bits >> 52) - 1023 + shift;
    double m = from_bits((bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1023) << 52);
    if (m >= SQRT_2) {
        m *= 0.5;
        (*k)++;
    }
    return m;
}

/* With s = f / (2 + f) and z = s^2, ln(1 + f) = s (2 + 2/3 z + 2/5 z^2 + ...). This is the series
 * from 2/5 on, divided by z^2. */
static double log_tail(double z)
{
    double p = 2.0 / 23.0;
    p = p * z + 2.0 / 21.0;
    p = p * z + 2.0 / 19.0;
    p = p * z + 2.0 / 17.0;
    p = p * z + 2.0 / 15.0;
    p = p * z + 2.0 / 13.0;
    p = p * z + 2.0 / 11.0;
    p = p * z + 2.0 / 9.0;
    p = p * z + 2.0 / 7.0;
    p = p * z + 2.0 / 5.0;
    return p;
}

double plx_log(double x)
{
    if (x != x) return x;
    if (x < 0) return NOT_A_NUMBER;
    if (x == 0) return -INFINITE;
    if (x == INFINITE) return x;
    int k;
    const double f = split_exponent(x, &k) - 1.0;
    const double s = f / (2.0 + f), z = s * s;
    const double rest = z * (log_tail(z) * z + 2.0 / 3.0);
    /* 2 s = f - s f, and s f = f^2/2 - s f^2/2: the large terms are then exact. */
    const double half = 0.5 * f * f;
    return k * LN2_HIGH - ((half - (s * (half + rest) + k * LN2_LOW)) - f);
}

typedef struct pair {
    double high, low; /* the sum of both; |low| <= half an ulp of high */
} pair;

static pair sum(double a, double b)
{
    const double s = a + b, t = s - a;
    return (pair){s, (a - (s - t)) + (b - t)};
}

/* Exact product by Dekker's splitting into halves of 26 bits. */
static pair product(double a, double b)
{
    const double p = a * b;
    const double ca = a * 0x1.0000002p27, cb = b * 0x1.0000002p27;
    const double ah = ca - (ca - a), al = a - ah, bh = cb - (cb - b), bl = b - bh;
    return (pair){p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
}

static pair pair_multiply(pair a, pair b)
{
    pair p = product(a.high, b.high);
    p.low += a.high * b.low + a.low * b.high;
    return sum(p.high, p.low);
}

static pair pair_add(pair a, pair b)
{
    pair s = sum(a.high, b.high);
    s.low += a.low + b.low;
    return sum(s.high, s.low);
}

static pair pair_divide(pair a, pair b)
{
    const double q = a.high / b.high;
    const pair back = product(q, b.high);
    const double rest = (a.high - back.high) - back.low + a.low - q * b.low;
    return sum(q, rest / b.high);
}

/* ln x to about 2^-66 of its value; x is positive and finite. */
static pair log_pair(double x)
{
    int k;
    const double f = split_exponent(x, &k) - 1.0;
    const pair s = pair_divide((pair){f, 0.0}, sum(2.0, f));
    const pair z = pair_multiply(s, s);
    const pair third = {0x1.5555555555555p-1, 0x1.5555555555555p-55}; /* 2/3 */
    pair r = pair_add(pair_multiply(z, third), sum(z.high * z.high * log_tail(z.high), 0.0));
    r = pair_add(r, (pair){2.0, 0.0});
    r = pair_multiply(r, s);
    const pair power = sum(k * LN2_HIGH, k * LN2_LOW);
    return pair_add(power, r);
}

static double pow_positive(double x, double y)
{
    if (x == 1.0) return 1.0;
    if (x == 0.0) return y > 0 ? 0.0 : INFINITE;
    if (fabs(y) == INFINITE || x == INFINITE) return (x > 1.0) == (y > 0) ? INFINITE : 0.0;
    /* Beyond 2^64 the result over- or underflows for every x next to 1. */
    if (fabs(y) > 0x1p64) return (x > 1.0) == (y > 0) ? INFINITE : 0.0;
    const pair e = pair_multiply(log_pair(x), (pair){y, 0.0});
    return exp_sum(e.high, e.low);
}

double plx_pow(double x, double y)
{
    if (x != x || y != y) return NOT_A_NUMBER;
    if (y == 0.0) return 1.0;
    const bool minus = (bits_of(x) >> 63) != 0;
    if (!minus) return pow_positive(x, y);
    const bool whole = floor(y) == y; /* infinities too */
    const bool odd = whole && fabs(y) < 0x1p53 && floor(y * 0.5) * 2.0 != y;
    if (x < 0.0 && !whole && x != -INFINITE) return NOT_A_NUMBER;
    const double size = pow_positive(-x, y);
    return odd ? -size : size;
}

/* x - k pi/2 as a pair, |result| <= pi/4 and a little; *quadrant is k modulo 4. */
static pair reduce_angle(double x, int *quadrant)
{
    /* pi/2 = A + B + C + D; A, B and C have 33 bits, so their products with k < 2^20 are exact. */
    const double a = 0x1.921fb544p+0, b = 0x1.0b4611a6p-34, c = 0x1.3198a2ep-69;
    const double d = 0x1.b839a252049c1p-104;
    const double k = floor(x * 0x1.45f306dc9c883p-1 + 0.5);
    const pair first = sum(x - k * a, -k * b);
    const pair second = sum(first.high, -k * c);
    *quadrant = (int)((int64_t)k & 3);
    const pair tail = sum(second.high, first.low);
    return sum(tail.high, tail.low + (second.low - k * d));
}

static double sin_kernel(pair r)
{
    const double x = r.high, z = x * x;
    double p = 1.0 / 355687428096000.0; /* 1/17! */
    p = p * z - 1.0 / 1307674368000.0;
    p = p * z + 1.0 / 6227020800.0;
    p = p * z - 1.0 / 39916800.0;
    p = p * z + 1.0 / 362880.0;
    p = p * z - 1.0 / 5040.0;
    p = p * z + 1.0 / 120.0;
    p = p * z - 1.0 / 6.0;
    return x + (x * z * p + r.low * (1.0 - 0.5 * z));
}

static double cos_kernel(pair r)
{
    const double x = r.high, z = x * x, half = 0.5 * z;
    double p = -1.0 / 6402373705728000.0; /* 1/18! */
    p = p * z + 1.0 / 20922789888000.0;
    p = p * z - 1.0 / 87178291200.0;
    p = p * z + 1.0 / 479001600.0;
    p = p * z - 1.0 / 3628800.0;
    p = p * z + 1.0 / 40320.0;
    p = p * z - 1.0 / 720.0;
    p = p * z + 1.0 / 24.0;
    const double w = 1.0 - half;
    return w + (((1.0 - w) - half) + (z * z * p - x * r.low));
}

enum { ANGLE_MAX = 1000000 };

double plx_sin(double x)
{
    if (!(fabs(x) <= ANGLE_MAX)) return NOT_A_NUMBER;
    if (x == 0.0) return x;
    int quadrant;
    const pair r = reduce_angle(x, &quadrant);
    const double size = quadrant & 1 ? cos_kernel(r) : sin_kernel(r);
    return quadrant & 2 ? -size : size;
}

double plx_cos(double x)
{
    if (!(fabs(x) <= ANGLE_MAX)) return NOT_A_NUMBER;
    int quadrant;
    const pair r = reduce_angle(x, &quadrant);
    const double size = quadrant & 1 ? sin_kernel(r) : cos_kernel(r);
    return (quadrant + 1) & 2 ? -size : size;
}
