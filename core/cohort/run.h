/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The twin experiment of one case: the truth lives and is measured each minute from admission to
 * the origin, the live twin (track.h) follows what is measured, then each of its likely causes is
 * run on (outlook.h) and compared with what the truth's sensors show at the horizons. A bleeding is
 * stopped at the origin, and the chart says so. A function of case and plan alone. */
#ifndef PLX_CORE_COHORT_RUN_H
#define PLX_CORE_COHORT_RUN_H

#include "core/assimilate/outlook.h"
#include "core/cohort/truth.h"
#include "core/validate/rival.h"
#include "core/validate/score.h"

/* X(kind): vitals that are forecast. */
#define PLX_COHORT_VITAL_LIST(X)                                                                   \
    X(hr_bpm)                                                                                      \
    X(sbp_mmhg)                                                                                    \
    X(map_mmhg)                                                                                    \
    X(spo2_pct)                                                                                    \
    X(rr_per_min)
typedef enum plx_cohort_vital {
#define X(kind) PLX_COHORT_##kind,
    PLX_COHORT_VITAL_LIST(X)
#undef X
        PLX_COHORT_VITAL_N
} plx_cohort_vital;

/* X(parameter): of whose intervals the truth is asked. */
#define PLX_COHORT_PARAMETER_LIST(X)                                                               \
    X(r_scale)                                                                                     \
    X(e_scale)                                                                                     \
    X(c_sa)                                                                                        \
    X(vu_v)                                                                                        \
    X(p_n)                                                                                         \
    X(t0)                                                                                          \
    X(g_ts)                                                                                        \
    X(g_tv)                                                                                        \
    X(shunt)                                                                                       \
    X(vd_alv)                                                                                      \
    X(vo2_0)                                                                                       \
    X(drive)
typedef enum plx_cohort_parameter {
#define X(name) PLX_COHORT_P_##name,
    PLX_COHORT_PARAMETER_LIST(X)
#undef X
        PLX_COHORT_PARAMETER_N
} plx_cohort_parameter;

const char *plx_cohort_vital_name(int vital);
const char *plx_cohort_parameter_name(int parameter);

enum {
    PLX_COHORT_HORIZONS_MAX = 6,
    PLX_COHORT_MINUTES_MAX = PLX_OUTLOOK_S_MAX / 60, /* of the last one */
    PLX_COHORT_EQUAL_N = 200, /* values of one weight that stand for a weighted ensemble */
    PLX_COHORT_BLED_S = 600   /* a bleeding is told after so long under observation */
};
/* An illness counts as moderate or severe above; a blood loss by its share at the origin, others by
 * their severity: priors. */
#define PLX_COHORT_LOSS_GRADED 0.15
#define PLX_COHORT_SEVERITY_GRADED 0.45
#define PLX_COHORT_WEIGHT_LEAST 0.01 /* a cause below is not forecast */
#define PLX_COHORT_SHOCK_INDEX 0.9   /* 1/(min mmHg): above it the rule says shock */
#define PLX_COHORT_MAP_MMHG 65       /* an illness shows below it, or over the index, or below */
#define PLX_COHORT_SPO2_PCT 90

typedef struct plx_cohort_plan {
    uint32_t members, lanes, causes; /* as in track.h */
    uint32_t watch_s;                /* PLX_COHORT_ORIGIN_S, or a multiple of 60 below it */
    uint32_t horizons_n;             /* 1..PLX_COHORT_HORIZONS_MAX */
    uint8_t minutes[PLX_COHORT_HORIZONS_MAX];
    bool perturbed;
    plx_body_variant variant;
} plx_cohort_plan;

typedef struct plx_cohort_forecast {
    bool scored, rivalled;
    plx_validate_verdict verdict;
    double rival_crps; /* of persistence */
} plx_cohort_forecast;

/* One number that is hidden: what is true, what is told (mean). */
typedef struct plx_cohort_hidden {
    bool known;
    double truth, told, median;
    plx_validate_verdict verdict;
} plx_cohort_hidden;

typedef struct plx_cohort_result {
    plx_cohort_case of;
    uint32_t lost_s; /* since admission, when the truth's circulation stood still; 0: never */
    plx_cohort_forecast forecast[PLX_COHORT_HORIZONS_MAX][PLX_COHORT_VITAL_N];
    plx_cohort_hidden deficit, bleeding, parameter[PLX_COHORT_PARAMETER_N];
    bool graded; /* moderate or severe */
    bool shows;  /* in the true vitals at the origin */
    double mechanism[PLX_MECHANISM_N], rule[PLX_MECHANISM_N];
} plx_cohort_result;

/* What a rule of the shock index says: over 0.9 shock is 0.8 likely, else 0.3 (also when nothing
 * was measured: NaN); mechanisms share it as their causes do before anything is measured. */
void plx_cohort_rule(double shock_index, double probability[PLX_MECHANISM_N]);

/* Values with weights -> PLX_COHORT_EQUAL_N rising values: at the middles of equal parts of the
 * weight. Values are sorted by it; scratch (n). */
void plx_cohort_equal(plx_weighted *values, size_t n, plx_weighted *scratch,
                      double equal[PLX_COHORT_EQUAL_N]);

/* Bytes that a case of this plan needs, a multiple of 64 and to be aligned to it. */
size_t plx_cohort_size(const plx_cohort_plan *plan);

/* memory: plx_cohort_size bytes, of the caller until it returns. PLX_OK; PLX_UNSUPPORTED: the live
 * twin has no answer for him. */
PLX_MUST_CHECK plx_status plx_cohort_run(const plx_cohort_plan *plan, const plx_cohort_case *of,
                                         void *memory, plx_cohort_result *result);

#endif
