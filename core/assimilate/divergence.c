/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/assimilate/divergence.h"

/* One wild value may not count for ever: a z beyond it is an artefact anyway. */
#define MOST_Z 10.0

plx_divergence plx_divergence_init(void)
{
    return (plx_divergence){.mean = 1, .unsure_s = -1, .adrift_s = -1, .return_s = -1};
}

double plx_divergence_value(const plx_divergence *d)
{
    return __builtin_sqrt(d->mean);
}

/* Since when something holds that holds now, or -1. */
static int64_t since(int64_t before_s, bool holds, int64_t now_s)
{
    if (!holds) return -1;
    return before_s >= 0 ? before_s : now_s;
}

static bool for_long(int64_t since_s, int64_t now_s, int64_t dwell_s)
{
    return since_s >= 0 && now_s - since_s >= dwell_s;
}

void plx_divergence_add(plx_divergence *d, int64_t time_s, double z, bool used)
{
    const bool tame = z >= -MOST_Z && z <= MOST_Z; /* no number is as wild as it gets */
    double z2 = tame ? z * z : MOST_Z * MOST_Z;
    d->mean += PLX_DIVERGENCE_WEIGHT * (z2 - d->mean);
    d->n++;
    d->rejected = used ? 0 : d->rejected + 1;
    double value = plx_divergence_value(d);
    d->unsure_s = since(d->unsure_s, value >= PLX_DIVERGENCE_LIMIT_UNSURE, time_s);
    d->adrift_s = since(d->adrift_s, value > PLX_DIVERGENCE_LIMIT_ADRIFT, time_s);
    d->return_s = since(d->return_s, value < PLX_DIVERGENCE_LIMIT_UNSURE && used, time_s);
    if (for_long(d->adrift_s, time_s, PLX_DIVERGENCE_DWELL_S) ||
        d->rejected >= PLX_DIVERGENCE_REJECTED)
        d->state = PLX_DIVERGENCE_ADRIFT;
    else if (d->state == PLX_DIVERGENCE_TRACKING &&
             for_long(d->unsure_s, time_s, PLX_DIVERGENCE_DWELL_S))
        d->state = PLX_DIVERGENCE_UNSURE;
    else if (for_long(d->return_s, time_s, PLX_DIVERGENCE_RETURN_S))
        d->state = PLX_DIVERGENCE_TRACKING;
}

const char *plx_divergence_word(plx_divergence_state state)
{
    static const char *const WORDS[] = {
#define X(name, word) word,
        PLX_DIVERGENCE_STATE_TABLE(X)
#undef X
    };
    return state < PLX_DIVERGENCE_STATE_N ? WORDS[state] : "";
}
