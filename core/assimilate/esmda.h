/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The admission fit: which bodies explain the vitals of the first minutes. Ensemble smoother with
 * multiple data assimilation (Emerick & Reynolds 2013, Comput Geosci 55:3): the window is run four
 * times by every member, and after each run
 *   theta += C_ty (C_yy + alpha R)^-1 (d + sqrt(alpha R) eps - y),  alpha = 4,
 * with C from the anomalies of the ensemble, theta at most 12 lumped parameters (logarithms where
 * they are positive), d the observations as means of 30 s, y what the member predicts for them.
 * A run: the settled prior body with the member's parameters comes to rest; then his vessels open
 * or close and he loses the blood that he had lost before the window; he gets used to that, and
 * lives through the window with the averaged circulation. A fifth run with the fitted parameters
 * gives the ensemble that goes on. Same input, same bits, for every lane width and however the
 * members are shared among threads. */
#ifndef PLX_CORE_ASSIMILATE_ESMDA_H
#define PLX_CORE_ASSIMILATE_ESMDA_H

#include "core/physiology/care.h"
#include "core/physiology/measure.h"
#include "core/vitals/vitals.h"

/* X(name, unit, logarithm): what can be fitted. Rows of body_table.h, but for deficit, tone and
 * bleeding.
 */
#define PLX_ESMDA_PARAMETER_LIST(X)                                                                \
    X(deficit, "mL", false)     /* blood lost before the window; below 0: too much */              \
    X(tone, "1", true)          /* factor on the resistance since he is ill; 1 = as at rest */     \
    X(r_scale, "1", true)       /* systemic resistance */                                          \
    X(vu_v, "mL", false)        /* unstressed volume of the veins */                               \
    X(e_scale, "1", true)       /* contractility */                                                \
    X(c_sa, "mL/mmHg", true)    /* arterial compliance */                                          \
    X(p_n, "mmHg", false)       /* set point of the baroreflex */                                  \
    X(g_tv, "1", true)          /* vagal gain */                                                   \
    X(t0, "s", true)            /* heart period without nerves */                                  \
    X(shunt, "1", true)         /* */                                                              \
    X(vd_alv, "1", true)        /* alveolar dead space */                                          \
    X(vo2_0, "mL/s", true)      /* oxygen demand */                                                \
    X(drive, "1", true)         /* gain of the chemoreflexes */                                    \
    X(k_fluid, "1/s", true)     /* exchange with the interstitium */                               \
    X(bleeding, "mL/min", true) /* goes on through the window; not beside one of the chart */

typedef enum plx_esmda_parameter {
#define X(name, unit, logarithm) PLX_ESMDA_##name,
    PLX_ESMDA_PARAMETER_LIST(X)
#undef X
        PLX_ESMDA_PARAMETER_N
} plx_esmda_parameter;

/* What heart rate, cuff, saturation and breathing rate speak of; vd_alv needs the carbon dioxide.
 */
#define PLX_ESMDA_USUAL ((1u << PLX_ESMDA_k_fluid) - 1 - (1u << PLX_ESMDA_vd_alv))

enum {
    PLX_ESMDA_PASSES = 4,
    PLX_ESMDA_FITTED_MAX = 12,
    PLX_ESMDA_DATA_MAX = 120, /* means of observations; when there are more, bins get longer */
    PLX_ESMDA_BIN_S = 30,     /* */
    PLX_ESMDA_WINDOW_S_MAX = 3600,
    PLX_ESMDA_MEMBERS_MAX = 1024,
    PLX_ESMDA_OBSERVATIONS_MAX = 8192,
    PLX_ESMDA_QUANTITIES_MAX = 12, /* kinds of observations */
    PLX_ESMDA_ROWS_MIN = 3,        /* moments with a heart rate or a blood pressure */
    PLX_ESMDA_BROKEN_PCT_MAX = 20, /* of the members, in a run */
    PLX_ESMDA_REST_S = 60,         /* the parameters are new to the body */
    PLX_ESMDA_LOSS_S = 60,         /* in which the deficit is lost */
    PLX_ESMDA_AFTER_S = 40,        /* in which the nerves answer it */
    PLX_ESMDA_FIRST_BEATS_S = 20,  /* then with beats: the averaged equations learn from them, */
    PLX_ESMDA_BEATS_S = 12         /* in later runs what is new */
};

/* What an observation was worth, in the order of the input. */
typedef enum plx_esmda_flag {
    PLX_ESMDA_UNUSED, /* the fit kept its prior */
    PLX_ESMDA_USED,
    PLX_ESMDA_DOUBTFUL, /* counts less than half: more than 2.4 sd from what the fit expects */
    PLX_ESMDA_ARTEFACT, /* more than 6 sd: not used */
    PLX_ESMDA_ONE_SIDED /* a saturation of 100: only a lower one would contradict it */
} plx_esmda_flag;

/* What a hypothesis adds to the prior of one parameter: theta (the logarithm where the list says
 * so)
 * += shift + sd z. */
typedef struct plx_esmda_change {
    double shift, sd; /* sd 0 or more */
} plx_esmda_change;

typedef struct plx_esmda_input {
    plx_person person;
    const plx_action *actions; /* by rising at_s (since the window began), all before window_s */
    const plx_vitals_observation *observations; /* by rising time_s, none after window_s */
    uint32_t actions_n, observations_n;
    uint32_t window_s;
    uint32_t members;    /* a multiple of PLX_BODY_GROUP, 32 or more; 256 */
    uint32_t lanes;      /* 4, 8 or 16 */
    uint32_t parameters; /* bit p: plx_esmda_parameter p is fitted */
    uint64_t seed;
    /* (PLX_ESMDA_PARAMETER_N), a hypothesis of what he has; or null: nothing is added */
    const plx_esmda_change *changes;
} plx_esmda_input;

typedef struct plx_esmda_summary {
    double mean, sd, p05, p50, p95; /* across the members */
} plx_esmda_summary;

typedef enum plx_esmda_hidden {
    PLX_ESMDA_CO,      /* L/min, mean of the last bin */
    PLX_ESMDA_SVR,     /* dyn.s/cm5, mean of the last bin */
    PLX_ESMDA_DEFICIT, /* mL below the volume of health, at the end of the window */
    PLX_ESMDA_HIDDEN_N
} plx_esmda_hidden;

typedef struct plx_esmda {
    const plx_esmda_input *input; /* borrowed, as are its arrays */
    uint32_t pass;                /* runs done; the fit is complete after the last */
    uint32_t passes;              /* updates: PLX_ESMDA_PASSES, or 0 */
    bool complete;
    bool prior_only;  /* too few observations to learn from */
    bool base_missed; /* some base values of the person cannot be reached; the nearest bodies run */
    uint32_t fitted_n, data_n, bin_s, bins, quantities_n, redrawn;
    char why[120]; /* the sentence of PLX_NO_ANSWER */
    plx_esmda_parameter fitted[PLX_ESMDA_FITTED_MAX];
    plx_esmda_summary prior[PLX_ESMDA_FITTED_MAX]; /* in the units of the list */
    plx_esmda_summary posterior[PLX_ESMDA_FITTED_MAX];
    plx_esmda_summary hidden[PLX_ESMDA_HIDDEN_N];
    plx_body *body; /* at the end of the window, when complete; ready to be run on */
    plx_care care;  /* the same */
    uint8_t *flags; /* plx_esmda_flag of each observation */

    /* The rest is for esmda.c. */
    uint8_t quantities[PLX_ESMDA_QUANTITIES_MAX + 2]; /* observed ones, then two hidden ones */
    double centre[PLX_ESMDA_FITTED_MAX], spread[PLX_ESMDA_FITTED_MAX]; /* of the prior theta */
    plx_body *settled;
    float *learnt;      /* (rows av_* x members): how the averaged equations differ from beats */
    double *theta;      /* (fitted x members) */
    double *predicted;  /* (data x members) */
    double *hidden_of;  /* (HIDDEN_N x members) */
    double *normal;     /* (data x members): anomalies over their sd, later innovations */
    double *innovation; /* (data x members) */
    double *square;     /* (data x data) */
    double *sorting;    /* (members) */
    uint16_t *source, *datum_at, *datum_of; /* (members), (quantities x bins), (observations) */
    uint8_t *broken;                        /* (members) */
} plx_esmda;

/* What one thread needs to run members. */
typedef struct plx_esmda_worker {
    _Alignas(64) char body[sizeof(plx_body) +
                           sizeof(float) * PLX_BODY_GROUP * (PLX_BODY_STATE_N + PLX_BODY_PARAM_N)];
    float trace[10 * (PLX_ESMDA_QUANTITIES_MAX + 2) * PLX_BODY_GROUP];
    double sums[(PLX_ESMDA_QUANTITIES_MAX + 2) * PLX_BODY_GROUP];
} plx_esmda_worker;

const char *plx_esmda_parameter_name(plx_esmda_parameter parameter);
const char *plx_esmda_parameter_unit(plx_esmda_parameter parameter);

/* PLX_OK, or with the sentence in why (100 bytes or more): PLX_UNSUPPORTED: the model has no answer
 * for this person; PLX_RANGE: a number is outside its range; PLX_CONFLICT: something is not in
 * order of time, or two bleedings; what plx_care_act says of an action. */
PLX_MUST_CHECK plx_status plx_esmda_check(const plx_esmda_input *input, char *why, size_t why_n);

/* Bytes of memory that a fit needs, aligned as malloc's. The input passed its check. */
size_t plx_esmda_size(const plx_esmda_input *input);

/* Draws and settles the prior. memory: plx_esmda_size bytes, borrowed as long as the fit is used.
 * settled: null, or the ensemble of plx_person_settle with the same person, seed and members, when
 * the caller has it; it is copied. The input passed its check. PLX_NO_ANSWER with why. */
PLX_MUST_CHECK plx_status plx_esmda_begin(plx_esmda *fit, const plx_esmda_input *input,
                                          const plx_body *settled, void *memory);

/* Runs members first..first+count (whole groups) through the window; each member once between two
 * updates, on any thread that has its own worker. */
void plx_esmda_run(plx_esmda *fit, uint32_t first, uint32_t count, plx_esmda_worker *worker);

/* When all members were run: moves their parameters, or completes the fit. PLX_NO_ANSWER with why:
 * too many members left physiological bounds; the fit has ended without an answer. */
PLX_MUST_CHECK plx_status plx_esmda_update(plx_esmda *fit);

/* Runs and updates on this thread until the fit is complete. */
PLX_MUST_CHECK plx_status plx_esmda_complete(plx_esmda *fit, plx_esmda_worker *worker);

#endif
