/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Float lanes: PLX_LANES ensemble members side by side in one register (4 SSE2 and NEON, 8 AVX2, 16
 * AVX-512), in the compiler's vector extensions. Every operation is element by element and no lane
 * sees another, so a member has the same bits at every width; exp and log are our own (libm differs
 * between machines), and the build forbids contraction. Error against double: exp 2e-7 relative,
 * log 2e-7 absolute near 1 and relative elsewhere, hump 2e-7 absolute. */
#ifndef PLX_CORE_PHYSIOLOGY_LANE_H
#define PLX_CORE_PHYSIOLOGY_LANE_H

#include <stdint.h>

#ifdef __SSE2__
#include <immintrin.h>
#endif

#ifndef PLX_LANES
#define PLX_LANES 4
#endif

typedef float lane __attribute__((vector_size(4 * PLX_LANES)));
typedef int32_t lane_int __attribute__((vector_size(4 * PLX_LANES))); /* a mask: 0 or -1 */

#define LANE_INLINE static inline __attribute__((always_inline, unused))

LANE_INLINE lane lane_all(float x)
{
    return (lane){0} + x;
}

/* The mask form, not a loop: GCC makes scalar code of the loop. */
LANE_INLINE lane lane_select(lane_int mask, lane yes, lane no)
{
    return (lane)((mask & (lane_int)yes) | (~mask & (lane_int)no));
}

/* a > b ? a : b and a < b ? a : b, which is what one x86 instruction does, NaN included. */
#if defined __AVX512F__ && PLX_LANES == 16
#define LANE_EXTREME(op, compare) _mm512_##op##_ps(a, b)
#elif defined __AVX__ && PLX_LANES == 8
#define LANE_EXTREME(op, compare) _mm256_##op##_ps(a, b)
#elif defined __SSE2__ && PLX_LANES == 4
#define LANE_EXTREME(op, compare) _mm_##op##_ps(a, b)
#else
#define LANE_EXTREME(op, compare) lane_select(a compare b, a, b)
#endif

LANE_INLINE lane lane_max(lane a, lane b)
{
    return LANE_EXTREME(max, >);
}

LANE_INLINE lane lane_min(lane a, lane b)
{
    return LANE_EXTREME(min, <);
}

LANE_INLINE lane lane_clamp(lane x, float low, float high)
{
    return lane_min(lane_max(x, lane_all(low)), lane_all(high));
}

LANE_INLINE lane lane_positive(lane x)
{
    return lane_max(x, lane_all(0));
}

/* Does the mask hold in any lane? For leaving out work that would change nothing. */
LANE_INLINE int lane_any(lane_int mask)
{
#if defined __AVX512F__ && PLX_LANES == 16
    return _mm512_test_epi32_mask((__m512i)mask, (__m512i)mask) != 0;
#elif defined __AVX__ && PLX_LANES == 8
    return _mm256_movemask_ps((__m256)mask) != 0;
#elif defined __SSE2__ && PLX_LANES == 4
    return _mm_movemask_ps((__m128)mask) != 0;
#else
    int any = 0;
    for (int i = 0; i < PLX_LANES; i++)
        any |= mask[i];
    return any;
#endif
}

/* 2^k e^r with r in +-ln 2 / 2, for x in -87..88. */
LANE_INLINE lane lane_exp_inside(lane x)
{
    lane shifted = x * 1.44269504f + 12582912.0f; /* 1.5 * 2^23 rounds to the nearest integer */
    lane k = shifted - 12582912.0f;
    lane r = x - k * 0.693359375f + k * 2.12194440e-4f;
    lane p = lane_all(1.0f / 720) * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    p = p * r * r + r + 1.0f;
    lane_int n = __builtin_convertvector(k, lane_int);
    return (lane)((lane_int)p + (n << 23));
}

LANE_INLINE lane lane_exp(lane x)
{
    return lane_exp_inside(lane_clamp(x, -87.0f, 88.0f));
}

/* x = m 2^k with m in 0.71..1.41; log m by the series of artanh. Needs x > 0 and normal. */
LANE_INLINE lane lane_log(lane x)
{
    lane_int bits = (lane_int)x;
    lane_int k = ((bits - 0x3f3504f3) >> 23);
    lane m = (lane)(bits - (k << 23));
    lane s = (m - 1.0f) / (m + 1.0f), y = s * s;
    lane p = lane_all(2.0f / 9) * y + 2.0f / 7;
    p = p * y + 2.0f / 5;
    p = p * y + 2.0f / 3;
    p = p * y * s + 2.0f * s;
    lane kf = __builtin_convertvector(k, lane);
    return kf * 0.693359375f + (p - kf * 2.12194440e-4f);
}

LANE_INLINE lane lane_pow(lane x, lane y)
{
    return lane_exp(y * lane_log(lane_max(x, lane_all(1e-30f))));
}

/* sin^2(pi u) for u in 0..1, as cos^2 of the distance from the middle. */
LANE_INLINE lane lane_hump(lane u)
{
    lane x = (u - 0.5f) * 3.14159265f, y = x * x;
    lane c = lane_all(1.0f / 479001600) * y - 1.0f / 3628800;
    c = c * y + 1.0f / 40320;
    c = c * y - 1.0f / 720;
    c = c * y + 1.0f / 24;
    c = c * y - 0.5f;
    c = c * y + 1.0f;
    return c * c;
}

/* What decays towards nothing becomes nothing: denormals are slow. */
LANE_INLINE lane lane_flush(lane x)
{
    lane_int keep = (x >= 1e-30f) | (x <= -1e-30f) | (x != x); /* a NaN stays to be seen */
    return (lane)(keep & (lane_int)x);
}

/* sum += x with what rounding lost kept in rest (Kahan 1965). */
LANE_INLINE void lane_add(lane *sum, lane *rest, lane x)
{
    lane y = x - *rest, t = *sum + y;
    *rest = (t - *sum) - y;
    *sum = t;
}

#endif
