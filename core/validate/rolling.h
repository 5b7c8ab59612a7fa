/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Rolling-origin forecasts of recorded patients, scored as their truths come.
 *
 *   origin   a time at which a vital was measured, with at least PLX_ROLLING_BEFORE earlier values
 *            of it. Origins closer than a PLX_ROLLING_SPACING-th of the horizon are passed over.
 *   issued   at the origin, from values up to it: the three rivals (rival.h), the shown forecast
 *            (blend.h) and, when the caller has them, the members of the twin.
 *   twin     there are two blends, without the twin and with it. The one with it is shown when what
 *            it has gained, here and with the patients before, is over PLX_ROLLING_SURE standard
 *            errors after at least PLX_ROLLING_EARNED errors: a twin never makes worse what is
 * shown but by chance. truth    of the measured values after the origin the nearest to origin +
 * horizon, the earlier of two; at most a quarter of the horizon and 30 min away. Else there is
 * none. learnt   when the first value at or after origin + horizon comes, which settles the truth,
 * or the next one after the tolerance; so no forecast knows of a later value.
 *
 * A patient's errors teach his own later forecasts at once, and those of later patients when he
 * ends. The order of patients is the caller's; the same order gives the same bits.
 *
 * Units: time us, horizons s, values the unit of the vital. Memory is the caller's. */
#ifndef PLX_CORE_VALIDATE_ROLLING_H
#define PLX_CORE_VALIDATE_ROLLING_H

#include "core/validate/blend.h"
#include "core/validate/rival.h"
#include "core/validate/tally.h"

enum {
    PLX_ROLLING_VITALS_MAX = 8,
    PLX_ROLLING_HORIZONS_MAX = 8,
    PLX_ROLLING_BEFORE = 3,
    PLX_ROLLING_FEW = 50, /* fewer forecasts allow no verdict */
    PLX_ROLLING_SPACING = 60,
    PLX_ROLLING_PENDING_MAX = 80, /* forecasts of one vital and horizon without a truth yet */
    PLX_ROLLING_MEMBERS_MAX = 256,
    PLX_ROLLING_EARNED = 20,    /* errors; a prior */
    PLX_ROLLING_BORROWED = 200, /* errors; a prior */
};

#define PLX_ROLLING_SURE 2.0 /* one-sided 97.7 % by the normal law; a prior */

typedef struct plx_rolling_vital {
    double low, high;     /* what is possible; low < high */
    double usual_drift_h; /* mean absolute change in an hour but for noise, > 0: a prior that a few
                             errors replace */
    double usual_step;    /* mean absolute change from value to value; 0: not known */
    double usual_level;   /* mean of others; 0: not known */
} plx_rolling_vital;

/* What others taught about a vital at a horizon: errors are told in mean changes from value to
 * value, so that a calm patient's are small before any is known. All zero: nothing. */
typedef struct plx_rolling_prior {
    double growth;         /* mean absolute error of the shown centre; 0: not known */
    double last_growth;    /* the same of the last value */
    plx_blend_prior blend; /* counts 0: the usual one */
} plx_rolling_prior;

typedef struct plx_rolling_model {
    uint32_t vitals;   /* 1..PLX_ROLLING_VITALS_MAX */
    uint32_t horizons; /* 1..PLX_ROLLING_HORIZONS_MAX */
    plx_rolling_vital vital[PLX_ROLLING_VITALS_MAX];
    double horizon_s[PLX_ROLLING_HORIZONS_MAX]; /* strictly rising, 60 s to 24 h */
    const plx_rolling_prior (
        *prior)[PLX_ROLLING_HORIZONS_MAX]; /* (vitals x horizons); NULL: none */
    bool charted; /* about a value an hour: the rivals' fits look back 4 h (line), 48 h (AR(1)) */
} plx_rolling_model;

/* PLX_RANGE when a field is outside its limits. */
PLX_MUST_CHECK plx_status plx_rolling_check(const plx_rolling_model *model);
/* How far from origin + horizon the truth may be, us. */
int64_t plx_rolling_tolerance_us(double horizon_s);

/* CRPS of the blend without the twin less that of the blend with it, each weighted as an error is
 * learnt: what the twin has earned. All zero is empty. */
typedef struct plx_rolling_duel {
    double n, sum, squares;
} plx_rolling_duel;

/* Of the patients before. All zero is empty. */
typedef struct plx_rolling_population {
    plx_validate_moments level[PLX_ROLLING_VITALS_MAX];
    double step_sum[PLX_ROLLING_VITALS_MAX], step_n[PLX_ROLLING_VITALS_MAX];
    double last_sum[PLX_ROLLING_VITALS_MAX][PLX_ROLLING_HORIZONS_MAX]; /* errors of persistence */
    double last_n[PLX_ROLLING_VITALS_MAX][PLX_ROLLING_HORIZONS_MAX];
    plx_blend_sums sums[PLX_ROLLING_VITALS_MAX][PLX_ROLLING_HORIZONS_MAX];
    plx_blend_sums twin_sums[PLX_ROLLING_VITALS_MAX][PLX_ROLLING_HORIZONS_MAX]; /* with the twin */
    plx_rolling_duel duel[PLX_ROLLING_VITALS_MAX][PLX_ROLLING_HORIZONS_MAX];
} plx_rolling_population;

/* Scores of one vital at one horizon. All zero is empty. */
typedef struct plx_rolling_score {
    plx_validate_tally shown, rival[PLX_RIVAL_KIND_N], twin;
    plx_validate_moments shown_beside_twin; /* CRPS of the shown where the twin answered */
    plx_validate_moments weight[PLX_BLEND_PART_N];
    uint64_t origins, without_truth;
} plx_rolling_score;

typedef struct plx_rolling_scores {
    plx_rolling_score at[PLX_ROLLING_VITALS_MAX][PLX_ROLLING_HORIZONS_MAX];
} plx_rolling_scores;

typedef struct plx_rolling_mean {
    double value, weight;
} plx_rolling_mean;

typedef struct plx_rolling_pending {
    int64_t origin_us, target_us;
    plx_blend_forecast shown;       /* one of the two below */
    plx_blend_forecast plain, with; /* without the twin; with it, if it answered */
    plx_validate_normal rival[PLX_RIVAL_KIND_N];
    uint32_t members; /* 0: the twin did not answer */
    double member[PLX_ROLLING_MEMBERS_MAX];
} plx_rolling_pending;

typedef struct plx_rolling_line {
    plx_blend_sums sums, twin_sums;
    plx_rolling_duel duel;
    plx_rolling_mean near, far;
    double last_sum, last_n;
    int64_t origin_us, learnt_us; /* newest; meaningless without one */
    bool issued, learnt;
    uint32_t first, n; /* ring of pending forecasts */
    plx_rolling_pending pending[PLX_ROLLING_PENDING_MAX];
} plx_rolling_line;

typedef struct plx_rolling_series {
    uint32_t n; /* values so far */
    int64_t last_us;
    double last, sum;
    double step_sum;         /* of absolute changes from value to value */
    plx_rolling_mean recent; /* of the same, half-life four values */
    plx_rival_model rivals;
    plx_rival_state rival;
    plx_rival_origin look; /* what the rivals know since the last value */
    plx_rolling_line line[PLX_ROLLING_HORIZONS_MAX];
} plx_rolling_series;

/* Some 20 MB; plx_rolling_begin makes it ready, whatever it held. */
typedef struct plx_rolling_patient {
    int64_t now_us;
    bool begun;
    plx_rolling_series series[PLX_ROLLING_VITALS_MAX];
} plx_rolling_patient;

/* What was measured at one time. */
typedef struct plx_rolling_values {
    int64_t time_us;
    bool measured[PLX_ROLLING_VITALS_MAX];
    double value[PLX_ROLLING_VITALS_MAX];
} plx_rolling_values;

/* What the twin says at the same time, values at it included. */
typedef struct plx_rolling_twin {
    uint32_t members;                     /* 2..PLX_ROLLING_MEMBERS_MAX */
    bool answers[PLX_ROLLING_VITALS_MAX]; /* at all horizons */
    double now[PLX_ROLLING_VITALS_MAX];   /* its mean at the origin; NaN: not said */
    const double *member; /* (vitals x horizons x members), borrowed for the call; read where it
                             answers; as observed, noise included */
} plx_rolling_twin;

/* What a population of patients, each of whom came as if nobody had been before, teaches the next
 * one at horizon h: for its vitals (model->vitals) one each. A vital with few errors borrows from
 * the others, which count as at most PLX_ROLLING_BORROWED errors. */
void plx_rolling_teach(const plx_rolling_model *model, const plx_rolling_population *population,
                       uint32_t h, plx_rolling_prior prior[PLX_ROLLING_VITALS_MAX]);
/* The sums of one population into another. */
void plx_rolling_merge(const plx_rolling_model *model, plx_rolling_population *to,
                       const plx_rolling_population *from);

typedef struct plx_rolling {
    const plx_rolling_model *model;
    plx_rolling_population *population;
    plx_rolling_scores *scores;
    plx_rolling_patient *patient;
} plx_rolling;

/* A new patient; the one before must have ended. */
void plx_rolling_begin(plx_rolling *rolling);
/* True when values would make an origin of any vital and horizon: then ask the twin. */
bool plx_rolling_is_origin(const plx_rolling *rolling, const plx_rolling_values *values);
/* Settles truths, learns, issues. twin may be NULL. PLX_RANGE, and nothing changed: a time that is
 * not after the one before, a value that is not possible, members that are not finite. */
PLX_MUST_CHECK plx_status plx_rolling_step(plx_rolling *rolling, const plx_rolling_values *values,
                                           const plx_rolling_twin *twin);
/* Settles what has a truth and adds the patient to the population. */
void plx_rolling_end(plx_rolling *rolling);

#endif
