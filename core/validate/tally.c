/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/validate/tally.h"

#include <math.h>

#include "core/validate/law.h"

#define NORMAL_975 1.959963984540054

static bool usable(double x)
{
    return fabs(x) <= 1e300;
}

static uint32_t bin_of(double unit)
{
    const uint32_t bin = (uint32_t)(unit * PLX_VALIDATE_BINS);
    return bin < PLX_VALIDATE_BINS ? bin : PLX_VALIDATE_BINS - 1;
}

void plx_validate_moments_add(plx_validate_moments *to, double value)
{
    const double away = value - to->mean;
    to->n++;
    to->mean += away / (double)to->n;
    to->squares += away * (value - to->mean);
}

void plx_validate_moments_merge(plx_validate_moments *to, const plx_validate_moments *from)
{
    if (from->n == 0) return;
    if (to->n == 0) {
        *to = *from;
        return;
    }
    const double a = (double)to->n, b = (double)from->n, away = from->mean - to->mean;
    to->n += from->n;
    to->mean += away * b / (a + b);
    to->squares += from->squares + away * away * a * b / (a + b);
}

double plx_validate_moments_variance(const plx_validate_moments *m)
{
    return m->n < 2 ? __builtin_nan("") : m->squares / (double)(m->n - 1);
}

double plx_validate_moments_standard_error(const plx_validate_moments *m)
{
    return sqrt(plx_validate_moments_variance(m) / (double)m->n);
}

plx_status plx_validate_ranks_add(plx_validate_ranks *to, double pit)
{
    if (!(pit >= 0.0 && pit <= 1.0)) return PLX_RANGE;
    to->bin[bin_of(pit)]++;
    return PLX_OK;
}

void plx_validate_ranks_merge(plx_validate_ranks *to, const plx_validate_ranks *from)
{
    for (uint32_t i = 0; i < PLX_VALIDATE_BINS; i++)
        to->bin[i] += from->bin[i];
}

plx_status plx_validate_ranks_flatness(const plx_validate_ranks *ranks, plx_validate_flatness *out)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < PLX_VALIDATE_BINS; i++)
        n += ranks->bin[i];
    if (n < PLX_VALIDATE_RANKS_LEAST) return PLX_NO_ANSWER;
    const double share = (double)n / PLX_VALIDATE_BINS;
    double sum = 0.0;
    for (uint32_t i = 0; i < PLX_VALIDATE_BINS; i++)
        sum += ((double)ranks->bin[i] - share) * ((double)ranks->bin[i] - share);
    out->statistic = sum / share;
    out->p = plx_law_chi_square_p(out->statistic, PLX_VALIDATE_BINS - 1);
    return PLX_OK;
}

plx_status plx_validate_tally_add(plx_validate_tally *to, const plx_validate_verdict *verdict)
{
    if (!usable(verdict->error) || !usable(verdict->crps)) return PLX_RANGE;
    PLX_TRY(plx_validate_ranks_add(&to->ranks, verdict->pit));
    plx_validate_moments_add(&to->error, verdict->error);
    plx_validate_moments_add(&to->crps, verdict->crps);
    if (verdict->spread_known && usable(verdict->spread)) {
        plx_validate_moments_add(&to->spread, verdict->spread);
        plx_validate_moments_add(&to->square_error, verdict->error * verdict->error);
    }
    for (uint32_t i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
        if (!usable(verdict->width[i])) continue; /* the levels do not reach that far */
        to->cover[i].n++;
        to->cover[i].inside += verdict->inside[i];
        to->cover[i].width_sum += verdict->width[i];
        to->cover[i].expected_sum += verdict->expected[i];
    }
    return PLX_OK;
}

void plx_validate_tally_abstain(plx_validate_tally *to)
{
    to->abstained++;
}

void plx_validate_tally_merge(plx_validate_tally *to, const plx_validate_tally *from)
{
    plx_validate_moments_merge(&to->error, &from->error);
    plx_validate_moments_merge(&to->crps, &from->crps);
    plx_validate_moments_merge(&to->spread, &from->spread);
    plx_validate_moments_merge(&to->square_error, &from->square_error);
    for (uint32_t i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
        to->cover[i].n += from->cover[i].n;
        to->cover[i].inside += from->cover[i].inside;
        to->cover[i].width_sum += from->cover[i].width_sum;
        to->cover[i].expected_sum += from->cover[i].expected_sum;
    }
    plx_validate_ranks_merge(&to->ranks, &from->ranks);
    to->abstained += from->abstained;
}

plx_status plx_validate_tally_coverage(const plx_validate_tally *tally, uint32_t level,
                                       plx_validate_coverage *out)
{
    if (level >= PLX_VALIDATE_LEVEL_N) return PLX_RANGE;
    const plx_validate_cover *cover = &tally->cover[level];
    if (cover->n == 0) return PLX_NO_ANSWER;
    const double n = (double)cover->n, share = (double)cover->inside / n;
    const double z2 = NORMAL_975 * NORMAL_975, scale = 1.0 + z2 / n;
    const double centre = (share + z2 / (2.0 * n)) / scale;
    const double half = NORMAL_975 * sqrt(share * (1.0 - share) / n + z2 / (4.0 * n * n)) / scale;
    *out = (plx_validate_coverage){.n = cover->n,
                                   .share = share,
                                   .low = centre - half,
                                   .high = centre + half,
                                   .expected = cover->expected_sum / n,
                                   .width = cover->width_sum / n};
    return PLX_OK;
}

plx_status plx_validate_tally_spread_skill(const plx_validate_tally *tally, double *ratio)
{
    if (tally->spread.n == 0 || !(tally->square_error.mean > 0.0)) return PLX_NO_ANSWER;
    *ratio = sqrt(tally->spread.mean / tally->square_error.mean);
    return PLX_OK;
}

plx_status plx_validate_duel_add(plx_validate_duel *to, double model, double rival)
{
    if (!usable(model) || !usable(rival)) return PLX_RANGE;
    plx_validate_moments_add(&to->model, model);
    plx_validate_moments_add(&to->rival, rival);
    plx_validate_moments_add(&to->difference, model - rival);
    return PLX_OK;
}

void plx_validate_duel_merge(plx_validate_duel *to, const plx_validate_duel *from)
{
    plx_validate_moments_merge(&to->model, &from->model);
    plx_validate_moments_merge(&to->rival, &from->rival);
    plx_validate_moments_merge(&to->difference, &from->difference);
}

plx_status plx_validate_duel_skill(const plx_validate_duel *duel, double *skill)
{
    if (duel->rival.n == 0 || !(duel->rival.mean > 0.0)) return PLX_NO_ANSWER;
    *skill = 1.0 - duel->model.mean / duel->rival.mean;
    return PLX_OK;
}

plx_status plx_validate_events_add(plx_validate_events *to, double p, bool event)
{
    if (!(p >= 0.0 && p <= 1.0)) return PLX_RANGE;
    plx_validate_event_bin *bin = &to->bin[bin_of(p)];
    bin->n++;
    bin->p_sum += p;
    bin->p_square_sum += p * p;
    if (event) {
        bin->events++;
        bin->p_event_sum += p;
    }
    return PLX_OK;
}

void plx_validate_events_merge(plx_validate_events *to, const plx_validate_events *from)
{
    for (uint32_t i = 0; i < PLX_VALIDATE_BINS; i++) {
        to->bin[i].n += from->bin[i].n;
        to->bin[i].events += from->bin[i].events;
        to->bin[i].p_sum += from->bin[i].p_sum;
        to->bin[i].p_square_sum += from->bin[i].p_square_sum;
        to->bin[i].p_event_sum += from->bin[i].p_event_sum;
    }
}

/* The parts of one bin, times its n: (p - o)^2 summed is their sum with the signs of the header. */
static void add_bin(plx_validate_brier *sum, const plx_validate_event_bin *bin, double base_rate)
{
    if (bin->n == 0) return;
    const double n = (double)bin->n, events = (double)bin->events;
    const double p = bin->p_sum / n, o = events / n;
    sum->score += bin->p_square_sum - 2.0 * bin->p_event_sum + events;
    sum->reliability += n * (p - o) * (p - o);
    sum->resolution += n * (o - base_rate) * (o - base_rate);
    sum->within_variance += bin->p_square_sum - n * p * p;
    sum->within_covariance += 2.0 * (bin->p_event_sum - n * p * o);
}

plx_status plx_validate_events_brier(const plx_validate_events *events, plx_validate_brier *out)
{
    uint64_t n = 0, happened = 0;
    for (uint32_t i = 0; i < PLX_VALIDATE_BINS; i++) {
        n += events->bin[i].n;
        happened += events->bin[i].events;
    }
    if (n == 0) return PLX_NO_ANSWER;
    const double total = (double)n, base_rate = (double)happened / total;
    plx_validate_brier sum = {.n = n, .uncertainty = base_rate * (1.0 - base_rate)};
    for (uint32_t i = 0; i < PLX_VALIDATE_BINS; i++)
        add_bin(&sum, &events->bin[i], base_rate);
    sum.score /= total;
    sum.reliability /= total;
    sum.resolution /= total;
    sum.within_variance /= total;
    sum.within_covariance /= total;
    *out = sum;
    return PLX_OK;
}
