/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A ledger, forecasts and values in few words, for its tests and its bench. */
#ifndef PLX_CORE_LEDGER_LEDGER_FOR_TEST_H
#define PLX_CORE_LEDGER_LEDGER_FOR_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/time.h"
#include "core/ledger/ledger.h"

#define LEDGER_START INT64_C(1790035200000000) /* midnight UTC in 2026 */
#define MINUTE PLX_MINUTE_US

static inline plx_ledger *ledger_for_test(const plx_ledger_limits *limits, void **memory)
{
    plx_ledger *l = NULL;
    const size_t size = plx_ledger_size(limits);
    *memory = malloc(size);
    if (!*memory || plx_ledger_init(*memory, size, limits, &l) != PLX_OK) abort();
    char model[PLX_PREDICTION_TEXT];
    if (plx_prediction_text("test-model", model) != PLX_OK) abort();
    if (plx_ledger_model_add(l, model, 1, PLX_MODEL_SHADOW) != PLX_OK) abort();
    return l;
}

static inline plx_ledger_key key_for_test(plx_target target, plx_horizon horizon)
{
    plx_ledger_key key;
    memset(&key, 0, sizeof key);
    if (plx_prediction_text("test-model", key.model) != PLX_OK) abort();
    key.version = 1;
    key.target = target;
    key.horizon = horizon;
    return key;
}

/* Without a form. */
static inline plx_prediction prediction_for_test(uint64_t id, uint64_t subject, plx_target target,
                                                 int64_t issued_us, int64_t lead_us)
{
    plx_prediction p;
    memset(&p, 0, sizeof p);
    p.id = id;
    p.cutoff = id - 1;
    p.version = 1;
    p.subject = subject;
    p.issued_us = issued_us;
    p.valid_from_us = p.valid_to_us = issued_us + lead_us;
    const plx_truth_rule *rule = plx_truth_rule_of(target);
    if (plx_prediction_text("test-model", p.model) != PLX_OK) abort();
    if (plx_prediction_text(rule->code, p.target) != PLX_OK) abort();
    if (plx_prediction_text(rule->unit, p.unit) != PLX_OK) abort();
    p.horizon = (uint8_t)plx_horizon_of(lead_us);
    plx_prediction_set_no_answer(&p, 1);
    return p;
}

/* The quantiles of a normal law. */
static inline void set_normal(plx_prediction *p, double mean, double sd)
{
    double values[PLX_PREDICTION_LEVELS];
    for (int i = 0; i < PLX_PREDICTION_LEVELS; i++)
        values[i] = mean + sd * plx_prediction_normal_quantiles[i];
    if (plx_prediction_set_quantiles(p, values) != PLX_OK) abort();
}

static inline plx_ledger_value value_for_test(uint64_t id, uint64_t subject, plx_target target,
                                              int64_t time_us, double value)
{
    uint32_t source = 1;
    while (!(plx_truth_rule_of(target)->sources & source))
        source <<= 1;
    return (plx_ledger_value){.subject = subject,
                              .id = id,
                              .version = id,
                              .target = target,
                              .time_us = time_us,
                              .value = value,
                              .quality = PLX_QUALITY_GOOD,
                              .kind = PLX_KIND_MEASURED,
                              .source = source};
}

#endif
