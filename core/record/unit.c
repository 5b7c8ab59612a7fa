/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Conversion is exact in 128-bit integers; only the last step rounds, half to even. */
#include "core/record/unit.h"

#include "core/record/unit_table.h"

__extension__ typedef __int128 i128;
__extension__ typedef unsigned __int128 u128;

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof *(array)))

enum {
    GUARD_DIGITS = 3, /* kept beyond the resolution of what was sent */
    DIGITS_MAX = PLX_DECIMAL_DIGITS_MAX
};

plx_slice plx_unit_alias(plx_slice sent)
{
    const plx_name *found = plx_name_find(alias_names, alias_slots, COUNT(alias_slots), sent);
    return found ? plx_slice_of(ucum_units[found->value]) : sent;
}

/* sign x (size + a bit more when rest) x 10^-scale */
typedef struct exact {
    u128 size;
    int32_t scale;
    bool minus, rest;
} exact;

/* Quotient by a small number, without the compiler's run-time library. */
static u128 divide_small(u128 n, uint32_t divisor, uint32_t *remainder)
{
    u128 quotient = 0;
    uint64_t rest = 0;
    for (int limb = 3; limb >= 0; limb--) {
        rest = rest << 32 | (uint32_t)(n >> 32 * limb);
        quotient = quotient << 32 | (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    *remainder = (uint32_t)rest;
    return quotient;
}

static void divide(exact *x, uint32_t divisor)
{
    uint32_t remainder;
    x->size = divide_small(x->size, divisor, &remainder);
    x->rest = x->rest || remainder != 0;
}

/* Rounded half to even to the given number of digits after the point; never adds digits. */
static void round_to(exact *x, int32_t scale)
{
    uint32_t last = 0;
    if (x->scale <= scale) return;
    while (x->scale > scale) {
        x->rest = x->rest || last != 0;
        x->size = divide_small(x->size, 10, &last);
        x->scale--;
    }
    if (last > 5 || (last == 5 && (x->rest || (x->size & 1)))) x->size++;
    x->rest = false;
}

static i128 power_of_10(int32_t n)
{
    i128 p = 1;
    for (; n > 0; n--)
        p *= 10;
    return p;
}

static exact exact_of(i128 mantissa, int32_t scale)
{
    return (exact){mantissa < 0 ? -(u128)mantissa : (u128)mantissa, scale, mantissa < 0, false};
}

/* (value + before) x factor / divisor, with digits to spare when the division does not end. */
static exact scale_value(const conversion *c, const plx_decimal *in, int32_t digits)
{
    const i128 shifted = in->mantissa + c->before * power_of_10(in->scale);
    exact x = exact_of(shifted * c->factor, in->scale + c->scale);
    if (c->divisor == 1) return x;
    for (; x.scale <= digits; x.scale++)
        x.size *= 10;
    divide(&x, (uint32_t)c->divisor);
    return x;
}

static void add_after(exact *x, const conversion *c)
{
    if (c->after == 0) return;
    for (; x->scale < c->after_scale; x->scale++)
        x->size *= 10;
    const i128 size = (i128)x->size;
    const i128 sum = (x->minus ? -size : size) + c->after * power_of_10(x->scale - c->after_scale);
    *x = exact_of(sum, x->scale);
}

static plx_status convert(const conversion *c, const plx_decimal *in, plx_decimal *out)
{
    /* The last digit sent weighs 10^-scale; what it is worth in the new unit sets the digits. */
    int32_t worth = in->scale - c->magnitude;
    worth = worth < 0 ? 0 : worth > DIGITS_MAX ? DIGITS_MAX : worth;
    const int32_t digits = worth + GUARD_DIGITS > DIGITS_MAX ? DIGITS_MAX : worth + GUARD_DIGITS;
    exact x = scale_value(c, in, digits);
    round_to(&x, digits);
    add_after(&x, c);
    const u128 end = (u128)power_of_10(DIGITS_MAX);
    while (x.size >= end && x.scale > 0)
        round_to(&x, x.scale - 1);
    if (x.size >= end) return PLX_RANGE;
    while (x.scale > worth) {
        uint32_t last;
        const u128 shorter = divide_small(x.size, 10, &last);
        if (last != 0) break;
        x.size = shorter;
        x.scale--;
    }
    const int64_t mantissa = (int64_t)x.size;
    *out = plx_decimal_make(x.minus ? -mantissa : mantissa, (unsigned)x.scale);
    return PLX_OK;
}

plx_status plx_unit_to_canonical(plx_quantity q, plx_slice unit, const plx_decimal *in,
                                 plx_decimal *out)
{
    if (q == PLX_QUANTITY_OTHER || q >= plx_quantity_count()) return PLX_UNKNOWN;
    const char *canonical = plx_quantity_get(q)->unit;
    const bool unitless = unit.n == 0 && strcmp(canonical, "1") == 0;
    if (unitless || plx_slice_is(unit, canonical)) {
        *out = *in;
        return PLX_OK;
    }
    const uint32_t class = quantity_class[q];
    for (uint32_t i = class_first[class]; i < class_first[class + 1]; i++)
        if (plx_slice_is(unit, conversions[i].from)) return convert(&conversions[i], in, out);
    return PLX_UNKNOWN;
}
