/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Durations that were seen, or of which only is known that they last longer, grouped in the bins of
 * plx_flow_histogram; and the law that explains them best. Plain data, all zero is empty. */
#ifndef PLX_CORE_FIT_SAMPLE_H
#define PLX_CORE_FIT_SAMPLE_H

#include "core/department/flow.h"

typedef struct plx_sample {
    uint64_t n, open_n; /* seen; known to last longer */
    uint64_t zero_n;    /* of those seen: a minute or less */
    double sum_min;     /* of both, without zeros: time at risk */
    plx_flow_histogram seen, open;
} plx_sample;

/* us below 0 counts as 0. */
void plx_sample_add(plx_sample *sample, int64_t us);
void plx_sample_add_open(plx_sample *sample, int64_t us);
void plx_sample_merge(plx_sample *to, const plx_sample *from);

/* A law in minutes and how well it is known. */
typedef struct plx_sample_law {
    plx_law law;
    bool known;          /* false: nothing was seen; law is not set */
    uint64_t n;          /* durations seen */
    double se_log_mean;  /* standard error of ln(mean) */
    double worst_decile; /* largest relative error of its deciles against those seen; NaN: open
                            durations, or fewer than 30 */
} plx_sample_law;

/* families: bits of plx_law_family; of exponential, lognormal, gamma, weibull and loglogistic the
 * best by Bayes' information criterion, each by maximum likelihood with open durations (Nelder &
 * Mead 1965 on ln mean and ln cv). An atom at 0 when over 2 % last a minute or less. When a decile
 * of the best is more than 5 % off, a hundred durations and more speak for themselves: an empirical
 * law of 41 quantiles; its mean and cv are those of the best family. */
void plx_sample_fit(const plx_sample *sample, unsigned families, plx_sample_law *out);

/* A small cell leans on its parent: ln mean, ln cv and p0 are (n own + 30 parent) / (n + 30), and
 * below 30 the family is the parent's. What is not known becomes the parent; empirical laws stay.
 */
void plx_sample_shrink(plx_sample_law *own, const plx_sample_law *parent);

#define PLX_SAMPLE_ANY                                                                             \
    (1u << PLX_LAW_EXPONENTIAL | 1u << PLX_LAW_LOGNORMAL | 1u << PLX_LAW_GAMMA |                   \
     1u << PLX_LAW_WEIBULL | 1u << PLX_LAW_LOGLOGISTIC)

#endif
