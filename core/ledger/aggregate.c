/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/ledger/aggregate.h"

#include <math.h>
#include <string.h>

#define NAN_ __builtin_nan("")

const char *plx_fate_text(plx_fate outcome)
{
    static const char *const texts[PLX_FATE_N] = {
#define X(name, text) text,
        PLX_FATE_TABLE(X)
#undef X
    };
    return (uint32_t)outcome < PLX_FATE_N ? texts[outcome] : "unknown";
}

const char *plx_calibration_text(plx_calibration calibration)
{
    static const char *const texts[] = {"too few",  "fits",     "too narrow",
                                        "too wide", "too high", "too low"};
    return (uint32_t)calibration < sizeof texts / sizeof texts[0] ? texts[calibration] : "unknown";
}

double plx_judgement_score(const plx_judgement *j)
{
    if (!j->event) return j->verdict.crps;
    return (j->probability - j->happened) * (j->probability - j->happened);
}

int64_t plx_aggregate_fixed(double in_scales, double clip)
{
    const double clipped = in_scales > clip ? clip : in_scales < -clip ? -clip : in_scales;
    return (int64_t)floor(clipped * PLX_AGGREGATE_ONE + 0.5);
}

static int64_t fixed(double value, double scale)
{
    return plx_aggregate_fixed(value / scale, PLX_AGGREGATE_CLIP);
}

static int64_t fixed_square(double value, double scale)
{
    const double x = value / scale;
    return plx_aggregate_fixed(x * x, (double)PLX_AGGREGATE_CLIP * PLX_AGGREGATE_CLIP);
}

static uint32_t bin_of(double unit)
{
    const uint32_t bin = (uint32_t)(unit * PLX_VALIDATE_BINS);
    return bin < PLX_VALIDATE_BINS ? bin : PLX_VALIDATE_BINS - 1;
}

static void put_value(plx_aggregate *to, const plx_validate_verdict *v, double scale, int sign)
{
    const uint64_t one = (uint64_t)(int64_t)sign;
    to->error += sign * fixed(v->error, scale);
    to->error_squares += sign * fixed_square(v->error, scale);
    to->spread += sign * fixed_square(sqrt(v->spread), scale);
    to->bin[bin_of(v->pit)] += one;
    for (uint32_t i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
        if (!(fabs(v->width[i]) <= 1e300)) continue;
        to->covered[i] += one;
        to->inside[i] += v->inside[i] ? one : 0;
        to->width[i] += sign * fixed(v->width[i], scale);
        to->expected[i] += sign * plx_aggregate_fixed(v->expected[i], 1.0);
    }
}

static void put_event(plx_aggregate *to, const plx_judgement *j, int sign)
{
    const uint32_t bin = bin_of(j->probability);
    to->bin[bin] += (uint64_t)(int64_t)sign;
    to->happened[bin] += j->happened > 0.0 ? (uint64_t)(int64_t)sign : 0;
    to->probability[bin] += sign * plx_aggregate_fixed(j->probability, 1.0);
}

void plx_aggregate_put(plx_aggregate *to, const plx_judgement *j, double scale, int sign)
{
    PLX_ASSERT(sign == 1 || sign == -1);
    const double score = plx_judgement_score(j);
    to->scored += (uint64_t)(int64_t)sign;
    to->score += sign * fixed(score, scale);
    to->score_squares += sign * fixed_square(score, scale);
    for (uint32_t k = 0; k < PLX_RIVAL_KIND_N; k++) {
        if (!j->rival_known[k]) continue;
        to->pairs[k] += (uint64_t)(int64_t)sign;
        to->model[k] += sign * fixed(score, scale);
        to->rival[k] += sign * fixed(j->rival[k], scale);
        to->difference_squares[k] += sign * fixed_square(score - j->rival[k], scale);
    }
    if (j->event)
        put_event(to, j, sign);
    else
        put_value(to, &j->verdict, scale, sign);
}

void plx_aggregate_merge(plx_aggregate *to, const plx_aggregate *from)
{
    /* Every member is a 64-bit sum. */
    uint64_t sums[sizeof *to / sizeof(uint64_t)], more[sizeof *to / sizeof(uint64_t)];
    memcpy(sums, to, sizeof sums);
    memcpy(more, from, sizeof more);
    for (uint32_t i = 0; i < sizeof *to / sizeof(uint64_t); i++)
        sums[i] += more[i];
    memcpy(to, sums, sizeof sums);
}

/* The running moments that the tally's formulas take; sums are in scales. */
static plx_validate_moments moments_of(uint64_t n, int64_t sum, int64_t squares, double scale)
{
    plx_validate_moments m = {.n = n};
    if (n == 0) return m;
    const double mean = (double)sum / PLX_AGGREGATE_ONE / (double)n;
    const double rest = (double)squares / PLX_AGGREGATE_ONE - mean * mean * (double)n;
    m.mean = mean * scale;
    m.squares = (rest > 0.0 ? rest : 0.0) * scale * scale;
    return m;
}

static void summarise_rivals(const plx_aggregate *a, double scale, plx_aggregate_summary *out)
{
    for (uint32_t k = 0; k < PLX_RIVAL_KIND_N; k++) {
        const plx_validate_moments d =
            moments_of(a->pairs[k], a->model[k] - a->rival[k], a->difference_squares[k], scale);
        out->pairs[k] = a->pairs[k];
        out->difference[k] = d.n > 0 ? d.mean : NAN_;
        out->difference_se[k] = plx_validate_moments_standard_error(&d);
        out->skill[k] = a->rival[k] > 0 ? 1.0 - (double)a->model[k] / (double)a->rival[k] : NAN_;
    }
}

static void summarise_values(const plx_aggregate *a, double scale, plx_aggregate_summary *out)
{
    plx_validate_tally tally = {0};
    for (uint32_t i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
        tally.cover[i] =
            (plx_validate_cover){.n = a->covered[i],
                                 .inside = a->inside[i],
                                 .width_sum = (double)a->width[i] / PLX_AGGREGATE_ONE * scale,
                                 .expected_sum = (double)a->expected[i] / PLX_AGGREGATE_ONE};
        if (plx_validate_tally_coverage(&tally, i, &out->cover[i]) != PLX_OK)
            out->cover[i] = (plx_validate_coverage){0, NAN_, NAN_, NAN_, NAN_, NAN_};
    }
    for (uint32_t i = 0; i < PLX_VALIDATE_BINS; i++)
        tally.ranks.bin[i] = a->bin[i];
    if (plx_validate_ranks_flatness(&tally.ranks, &out->flatness) != PLX_OK)
        out->flatness = (plx_validate_flatness){NAN_, NAN_};
    const plx_validate_moments error = moments_of(a->scored, a->error, a->error_squares, scale);
    out->bias = error.n > 0 ? error.mean : NAN_;
    out->bias_se = plx_validate_moments_standard_error(&error);
    const double square = (double)a->error_squares / PLX_AGGREGATE_ONE / (double)a->scored;
    out->rmse = scale * sqrt(square);
    out->spread_skill =
        a->error_squares > 0 ? sqrt((double)a->spread / (double)a->error_squares) : NAN_;
}

/* PIT of a forecast that is too high lies low: the mean tells it, while both tails tell width. */
static plx_calibration calibration_of(const plx_aggregate *a, const plx_aggregate_summary *s)
{
    const double n = (double)a->scored, limit = 3.0;
    if (fabs(s->bias) > limit * s->bias_se && fabs(s->bias) > 0.1 * s->rmse)
        return s->bias > 0.0 ? PLX_CALIBRATION_HIGH : PLX_CALIBRATION_LOW;
    for (uint32_t i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
        const plx_validate_coverage *c = &s->cover[i];
        if (c->n == 0) continue;
        const double se = sqrt(c->expected * (1.0 - c->expected) / n);
        if (c->share < c->expected - limit * se) return PLX_CALIBRATION_NARROW;
        if (c->share > c->expected + limit * se) return PLX_CALIBRATION_WIDE;
    }
    return PLX_CALIBRATION_FIT;
}

plx_status plx_aggregate_summarise(const plx_aggregate *a, double scale, plx_aggregate_summary *out)
{
    const plx_validate_moments score = moments_of(a->scored, a->score, a->score_squares, scale);
    memset(out, 0, sizeof *out);
    out->n = a->scored;
    out->score = score.n > 0 ? score.mean : NAN_;
    out->score_se = plx_validate_moments_standard_error(&score);
    summarise_rivals(a, scale, out);
    summarise_values(a, scale, out);
    const bool event = a->covered[2] == 0 && a->scored > 0;
    if (event) out->bias = out->bias_se = out->rmse = out->spread_skill = NAN_;
    out->calibration = PLX_CALIBRATION_TOO_FEW;
    if (a->scored < PLX_AGGREGATE_LEAST) return PLX_NO_ANSWER;
    out->calibration = event ? PLX_CALIBRATION_FIT : calibration_of(a, out);
    return PLX_OK;
}
