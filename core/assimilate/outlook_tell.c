/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What an outlook tells when all have run. */
#include "core/assimilate/outlook.h"
#include "core/base/mathx.h"
#include "core/base/rng.h"
#include "core/score/news2.h"

#define OXYGEN_FIO2 0.22 /* breathes more than air */
#define LN_2 0.69314718055994530942

enum { STREAM = 1 << 24 };

static uint32_t slots_of(const plx_outlook *o)
{
    return o->groups_n * PLX_BODY_GROUP;
}

static double weight_of(const plx_outlook *o, uint32_t slot)
{
    return o->weight[slot / PLX_BODY_GROUP];
}

double plx_outlook_gone_share(const plx_outlook *o, uint32_t arm, uint32_t h)
{
    double share = o->groups_n == 0;
    for (uint32_t i = 0; i < slots_of(o); i++)
        if (plx_outlook_gone(o, arm, h, i)) share += weight_of(o, i);
    return share;
}

bool plx_outlook_no_answer(const plx_outlook *o, uint32_t arm, uint32_t h)
{
    return plx_outlook_gone_share(o, arm, h) * 100 > PLX_OUTLOOK_GONE_PCT_MAX;
}

plx_weighted_summary plx_outlook_value(const plx_outlook *o, uint32_t arm, uint32_t h,
                                       plx_outlook_quantity q)
{
    const double *x = plx_outlook_values(o, arm, h, q);
    size_t n = 0;
    for (uint32_t i = 0; i < slots_of(o); i++)
        if (!plx_outlook_gone(o, arm, h, i))
            o->sorting[n++] = (plx_weighted){x[i], weight_of(o, i)};
    return plx_weighted_summarise(o->sorting, n, o->scratch);
}

plx_weighted_summary plx_outlook_contrast(const plx_outlook *o, uint32_t arm, uint32_t h,
                                          plx_outlook_quantity q)
{
    const double *x = plx_outlook_values(o, arm, h, q), *none = plx_outlook_values(o, 0, h, q);
    size_t n = 0;
    for (uint32_t i = 0; i < slots_of(o); i++)
        if (!plx_outlook_gone(o, arm, h, i) && !plx_outlook_gone(o, 0, h, i))
            o->sorting[n++] = (plx_weighted){x[i] - none[i], weight_of(o, i)};
    return plx_weighted_summarise(o->sorting, n, o->scratch);
}

/* Times what the first arm has in the same member. */
static double ratio(const plx_outlook *o, uint32_t arm, uint32_t h, plx_outlook_quantity q,
                    uint32_t i)
{
    return plx_outlook_values(o, arm, h, q)[i] / plx_outlook_values(o, 0, h, q)[i];
}

plx_outlook_chances plx_outlook_chances_of(const plx_outlook *o, uint32_t arm, uint32_t h)
{
    const double change = PLX_OUTLOOK_RESPONSE_PCT / 100.0;
    const uint32_t *hypoxic_s = o->hypoxic_s + (size_t)arm * slots_of(o);
    plx_outlook_chances all = {0};
    for (uint32_t i = 0; i < slots_of(o); i++) {
        const double w = weight_of(o, i);
        const bool gone = plx_outlook_gone(o, arm, h, i);
        const double map = plx_outlook_values(o, arm, h, PLX_OUTLOOK_map_mmhg)[i];
        const double pcwp = plx_outlook_values(o, arm, h, PLX_OUTLOOK_pcwp_mmhg)[i];
        if (!gone && map >= PLX_OUTLOOK_MAP_MMHG) all.perfused += w;
        if (hypoxic_s[i] > 0 && hypoxic_s[i] <= o->plan.at_s[h]) all.hypoxic += w;
        if (gone || pcwp > PLX_OUTLOOK_PCWP_MMHG) all.congested += w;
        if (gone || ratio(o, arm, h, PLX_OUTLOOK_do2_ml_min, i) <= 1 - change) all.starved += w;
        if (!gone && ratio(o, arm, h, PLX_OUTLOOK_co_l_min, i) >= 1 + change) all.responds += w;
    }
    return all;
}

/* A normal number of this place; the same in every arm. */
static double noise(const plx_outlook *o, uint32_t h, plx_track_kind kind, uint32_t slot,
                    uint32_t draw)
{
    const uint64_t place = ((uint64_t)h * PLX_TRACK_MEASURED_N + kind) * PLX_OUTLOOK_DRAWS + draw;
    plx_rng rng = plx_rng_init(o->seed, STREAM + place * PLX_OUTLOOK_SLOTS_MAX + slot);
    return plx_rng_normal(&rng, 0, 1);
}

/* Measured once. */
static double measured(const plx_outlook *o, uint32_t arm, uint32_t h, plx_track_kind kind,
                       uint32_t slot, uint32_t draw)
{
    const double is = plx_outlook_values(o, arm, h, (plx_outlook_quantity)kind)[slot];
    const double x = is + o->plan.sd[kind] * noise(o, h, kind, slot, draw);
    if (kind == PLX_TRACK_spo2_pct && x > 100) return 100;
    return x < 0 ? 0 : x;
}

/* As a chart has it: a temperature in tenths, all else whole. */
static plx_decimal charted(double x, bool tenths)
{
    return plx_decimal_make((int64_t)(x * (tenths ? 10 : 1) + 0.5), tenths);
}

static uint8_t news2(const plx_outlook *o, uint32_t arm, uint32_t h, uint32_t slot, uint32_t draw,
                     char acvpu)
{
    static const struct {
        plx_news2_input input;
        plx_track_kind kind;
    } from[] = {{PLX_NEWS2_RR, PLX_TRACK_rr_per_min},
                {PLX_NEWS2_SPO2, PLX_TRACK_spo2_pct},
                {PLX_NEWS2_SBP, PLX_TRACK_sbp_mmhg},
                {PLX_NEWS2_PULSE, PLX_TRACK_hr_bpm},
                {PLX_NEWS2_TEMP, PLX_TRACK_core_temp_c}};
    plx_news2_inputs in = {.acvpu = acvpu};
    plx_news2_result result;
    in.given[PLX_NEWS2_O2] = in.given[PLX_NEWS2_ACVPU] = true;
    in.on_oxygen = plx_outlook_values(o, arm, h, PLX_OUTLOOK_fio2)[slot] > OXYGEN_FIO2;
    for (uint32_t i = 0; i < sizeof from / sizeof *from; i++) {
        const double x = measured(o, arm, h, from[i].kind, slot, draw);
        in.given[from[i].input] = true;
        in.number[from[i].input] = charted(x, from[i].kind == PLX_TRACK_core_temp_c);
    }
    plx_news2_score(&in, &result);
    return result.max;
}

/* All measurements of those present; how many. */
static size_t measure_all(const plx_outlook *o, uint32_t arm, uint32_t h, plx_track_kind kind)
{
    size_t n = 0;
    for (uint32_t i = 0; i < slots_of(o); i++)
        for (uint32_t d = 0; d < PLX_OUTLOOK_DRAWS && !plx_outlook_gone(o, arm, h, i); d++)
            o->sorting[n++] = (plx_weighted){measured(o, arm, h, kind, i, d), weight_of(o, i)};
    return n;
}

void plx_outlook_show_quantiles(const plx_outlook *o, uint32_t arm, uint32_t h, plx_track_kind kind,
                                const double *shares, uint32_t n, double *quantiles)
{
    const size_t values_n = measure_all(o, arm, h, kind);
    plx_weighted_sort(o->sorting, values_n, o->scratch);
    for (uint32_t i = 0; i < n; i++)
        quantiles[i] = plx_weighted_quantile(o->sorting, values_n, shares[i]);
}

plx_outlook_shown plx_outlook_show(const plx_outlook *o, uint32_t arm, uint32_t h, char acvpu)
{
    plx_outlook_shown shown = {0};
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
        shown.vital[k] = plx_weighted_summarise(
            o->sorting, measure_all(o, arm, h, (plx_track_kind)k), o->scratch);
    for (uint32_t i = 0; i < slots_of(o); i++)
        for (uint32_t d = 0; d < PLX_OUTLOOK_DRAWS; d++) {
            const double w = weight_of(o, i) / PLX_OUTLOOK_DRAWS;
            const bool gone = plx_outlook_gone(o, arm, h, i);
            if (gone || measured(o, arm, h, PLX_TRACK_map_mmhg, i, d) < PLX_OUTLOOK_MAP_MMHG)
                shown.map_below_65 += w;
            if (gone || measured(o, arm, h, PLX_TRACK_spo2_pct, i, d) < PLX_OUTLOOK_SPO2_PCT)
                shown.spo2_below_90 += w;
            if (gone || news2(o, arm, h, i, d, acvpu) >= PLX_OUTLOOK_NEWS2) shown.news2_7 += w;
        }
    return shown;
}

/* Information: exact for the mixture of what the members foresee, each blurred by its measurement
 * and by a part of the spread of its cause (a kernel density: members are few). */

#define KERNEL2 0.5 /* share of the variance: Silverman's rule for 20 members and 4 kinds */

typedef struct mixture {
    const plx_outlook *o;
    uint32_t arm, h, kinds;
    double sd[PLX_CAUSE_N][PLX_TRACK_MEASURED_N]; /* of one member */
} mixture;

static bool counts(const mixture *m, uint32_t slot)
{
    return !plx_outlook_gone(m->o, m->arm, m->h, slot);
}

static uint32_t cause_of(const plx_outlook *o, uint32_t slot)
{
    return o->cause[slot / PLX_BODY_GROUP];
}

static void blur(mixture *m, uint32_t cause, uint32_t kind)
{
    const plx_outlook *o = m->o;
    const double *x = plx_outlook_values(o, m->arm, m->h, (plx_outlook_quantity)kind);
    double n = 0, sum = 0, square = 0;
    for (uint32_t i = 0; i < slots_of(o); i++)
        if (cause_of(o, i) == cause && counts(m, i)) n++, sum += x[i];
    for (uint32_t i = 0; i < slots_of(o); i++)
        if (cause_of(o, i) == cause && counts(m, i)) square += (x[i] - sum / n) * (x[i] - sum / n);
    const double spread = n > 0 ? square / n : 0;
    m->sd[cause][kind] = __builtin_sqrt(o->plan.sd[kind] * o->plan.sd[kind] + KERNEL2 * spread);
}

/* Logarithm of the density of what is shown around a member. */
static double log_density(const mixture *m, const double *shown, uint32_t slot)
{
    double sum = 0;
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++) {
        if (!(m->kinds >> k & 1)) continue;
        const double sd = m->sd[cause_of(m->o, slot)][k];
        const double is = plx_outlook_values(m->o, m->arm, m->h, (plx_outlook_quantity)k)[slot];
        sum -= plx_log(sd) + 0.5 * (shown[k] - is) * (shown[k] - is) / (sd * sd);
    }
    return sum;
}

/* log2(p(mechanism | shown) / p(mechanism)) of the mechanism of a member. */
static double bits(const mixture *m, const double *shown, uint32_t slot)
{
    const plx_outlook *o = m->o;
    const plx_mechanism mine = plx_causes[cause_of(o, slot)].mechanism;
    const double own = log_density(m, shown, slot);
    double all = 0, same = 0, total = 0, prior = 0;
    for (uint32_t i = 0; i < slots_of(o); i++) {
        if (!counts(m, i)) continue;
        const double density = log_density(m, shown, i) - own;
        const double w = weight_of(o, i) * plx_exp(density > 600 ? 600 : density);
        const bool is_same = plx_causes[cause_of(o, i)].mechanism == mine;
        all += w, total += weight_of(o, i);
        if (is_same) same += w, prior += weight_of(o, i);
    }
    return plx_log(same / all * total / prior) / LN_2;
}

double plx_outlook_information(const plx_outlook *o, uint32_t arm, uint32_t h, uint32_t kinds)
{
    mixture m = {.o = o, .arm = arm, .h = h, .kinds = kinds};
    double sum = 0, present = 0;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
            blur(&m, c, k);
    for (uint32_t i = 0; i < slots_of(o); i++) {
        if (!counts(&m, i)) continue;
        present += weight_of(o, i);
        for (uint32_t d = 0; d < PLX_OUTLOOK_DRAWS; d++) {
            double shown[PLX_TRACK_MEASURED_N];
            for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
                shown[k] = plx_outlook_values(o, arm, h, (plx_outlook_quantity)k)[i] +
                           m.sd[cause_of(o, i)][k] * noise(o, h, (plx_track_kind)k, i, d);
            sum += weight_of(o, i) / PLX_OUTLOOK_DRAWS * bits(&m, shown, i);
        }
    }
    return present > 0 ? sum / present : __builtin_nan("");
}
