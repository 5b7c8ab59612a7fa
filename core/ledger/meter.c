/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/ledger/meter.h"

#include <math.h>

#include "core/base/status.h"
#include "core/base/time.h"

#define EWMA_WEIGHT 0.1
#define Z_MAX 10.0 /* one artefact must not make a patient adrift for an hour */
#define D_UNSURE 1.5
#define D_ADRIFT 2.5
#define D_MODEST 0.5
#define LOST_SKILL (-0.1)

static int64_t slot_of(int64_t time_us, int64_t horizon_us)
{
    const int64_t slot_us = horizon_us / PLX_METER_SLOTS_PER_HORIZON;
    const int64_t slot = time_us / slot_us;
    return time_us % slot_us < 0 ? slot - 1 : slot;
}

void plx_meter_put(plx_meter *meter, const plx_meter_entry *entry, int64_t horizon_us)
{
    const int64_t slot = slot_of(entry->valid_us, horizon_us);
    uint32_t at = (uint32_t)meter->n;
    while (at > 0 && slot_of(meter->entry[at - 1].valid_us, horizon_us) > slot)
        at--;
    if (at > 0 && slot_of(meter->entry[at - 1].valid_us, horizon_us) == slot) {
        plx_meter_entry *there = &meter->entry[at - 1];
        const bool newer = entry->valid_us > there->valid_us ||
                           (entry->valid_us == there->valid_us && entry->id >= there->id);
        if (newer) *there = *entry;
        return;
    }
    if (meter->n < PLX_METER_N) {
        for (uint32_t i = (uint32_t)meter->n++; i > at; i--)
            meter->entry[i] = meter->entry[i - 1];
        meter->entry[at] = *entry;
    } else if (at > 0) {
        for (uint32_t i = 0; i + 1 < at; i++)
            meter->entry[i] = meter->entry[i + 1];
        meter->entry[at - 1] = *entry;
    }
}

/* D and how long it has been where; times of the forecasts, PLX_TIME_NONE = it is not there. */
typedef struct walk {
    double d_square;
    int64_t unsure_us, adrift_us, calm_us;
    plx_meter_state at;
} walk;

static int64_t since(int64_t before_us, bool there, int64_t now_us)
{
    if (!there) return PLX_TIME_NONE;
    return before_us == PLX_TIME_NONE ? now_us : before_us;
}

static bool lasted(int64_t since_us, int64_t now_us, int64_t long_us)
{
    return since_us != PLX_TIME_NONE && now_us - since_us >= long_us;
}

static double ewma(double d_square, double z)
{
    const double clipped = fabs(z) < Z_MAX ? z : Z_MAX;
    return d_square + EWMA_WEIGHT * (clipped * clipped - d_square);
}

static void walk_on(walk *w, double z, int64_t now_us)
{
    w->d_square = ewma(w->d_square, z);
    const double d = sqrt(w->d_square);
    w->unsure_us = since(w->unsure_us, d >= D_UNSURE, now_us);
    w->adrift_us = since(w->adrift_us, d > D_ADRIFT, now_us);
    w->calm_us = since(w->calm_us, d < D_UNSURE, now_us);
    if (lasted(w->adrift_us, now_us, 2 * PLX_MINUTE_US))
        w->at = PLX_METER_STATE_ADRIFT;
    else if (w->at == PLX_METER_STATE_TRACKING && lasted(w->unsure_us, now_us, 2 * PLX_MINUTE_US))
        w->at = PLX_METER_STATE_UNSURE;
    else if (lasted(w->calm_us, now_us, 5 * PLX_MINUTE_US))
        w->at = PLX_METER_STATE_TRACKING;
}

typedef struct duel {
    double n, model, rival, squares; /* squares of model - rival */
} duel;

static bool is_lost(const duel *d)
{
    if (d->n < PLX_METER_LEAST || !(d->rival > 0.0)) return false;
    if (1.0 - d->model / d->rival > LOST_SKILL) return false;
    const double mean = (d->model - d->rival) / d->n;
    const double variance = d->squares / d->n - mean * mean;
    /* Forecasts of one horizon share their errors. */
    const double independent = d->n / PLX_METER_SLOTS_PER_HORIZON;
    return mean * mean * independent > variance;
}

void plx_meter_read(const plx_meter *meter, int64_t horizon_us, int64_t now_us,
                    plx_meter_reading *out)
{
    int64_t read_us = 8 * horizon_us;
    if (read_us < 30 * PLX_MINUTE_US) read_us = 30 * PLX_MINUTE_US;
    walk w = {1.0, PLX_TIME_NONE, PLX_TIME_NONE, PLX_TIME_NONE, PLX_METER_STATE_TRACKING};
    duel duels[PLX_RIVAL_KIND_N] = {0};
    double rival_square[PLX_RIVAL_KIND_N] = {1.0, 1.0, 1.0};
    uint32_t n = 0;
    for (uint32_t i = 0; i < meter->n; i++) {
        const plx_meter_entry *e = &meter->entry[i];
        if (!e->scored || now_us - e->valid_us > read_us) continue;
        n++;
        walk_on(&w, (double)e->z, e->valid_us);
        for (uint32_t k = 0; k < PLX_RIVAL_KIND_N; k++) {
            if (!(e->rivals >> k & 1)) continue;
            const double model = (double)e->score, rival = (double)e->rival_score[k];
            duels[k].n += 1.0;
            duels[k].model += model;
            duels[k].rival += rival;
            duels[k].squares += (model - rival) * (model - rival);
            rival_square[k] = ewma(rival_square[k], (double)e->rival_z[k]);
        }
    }
    out->n = n;
    out->d = sqrt(w.d_square);
    out->state = w.at;
    if (w.at == PLX_METER_STATE_TRACKING && n == PLX_METER_N && out->d < D_MODEST)
        out->state = PLX_METER_STATE_MODEST;
    if (n < PLX_METER_LEAST && w.at != PLX_METER_STATE_ADRIFT) out->state = PLX_METER_STATE_UNKNOWN;
    for (uint32_t k = 0; k < PLX_RIVAL_KIND_N; k++) {
        out->pairs[k] = (uint32_t)duels[k].n;
        out->skill[k] =
            duels[k].rival > 0.0 ? 1.0 - duels[k].model / duels[k].rival : __builtin_nan("");
        out->rival_d[k] = sqrt(rival_square[k]);
        out->lost[k] = is_lost(&duels[k]);
    }
}

const char *plx_advice_reason_text(plx_advice_reason reason)
{
    static const char *const texts[PLX_ADVICE_REASON_N] = {
#define X(name, text) text,
        PLX_ADVICE_REASON_TABLE(X)
#undef X
    };
    return (uint32_t)reason < PLX_ADVICE_REASON_N ? texts[reason] : "unknown";
}

/* The rival against which the model did worst; persistence while nothing is known. */
static plx_rival_kind best_rival(const plx_meter_reading *r)
{
    plx_rival_kind best = PLX_RIVAL_PERSISTENCE;
    for (int k = 1; k < PLX_RIVAL_KIND_N; k++) {
        if (r->pairs[k] < PLX_METER_LEAST || r->pairs[k] < r->pairs[best]) continue;
        if (r->skill[k] < r->skill[best]) best = (plx_rival_kind)k;
    }
    return best;
}

static double widening(double d)
{
    if (!(d > 1.0)) return 1.0;
    return d < PLX_METER_WIDEN_MAX ? d : PLX_METER_WIDEN_MAX;
}

static void step_back(plx_advice *out, plx_advice_reason reason)
{
    out->action = PLX_ADVICE_RIVAL;
    out->reason = reason;
    const double d = out->reading.rival_d[out->rival];
    out->factor = d > D_UNSURE ? widening(d) : 1.0;
}

void plx_meter_advise(const plx_meter_reading *reading, bool shown, plx_advice *out)
{
    *out = (plx_advice){.action = PLX_ADVICE_AS_IS,
                        .reason = PLX_ADVICE_TRACKING_REASON,
                        .factor = 1.0,
                        .rival = best_rival(reading),
                        .reading = *reading};
    /* Two poor forecasts: the better one stays, as wide as its errors are. */
    const bool rival_worse =
        reading->pairs[out->rival] >= PLX_METER_LEAST && reading->skill[out->rival] > 0.0;
    if (!shown) {
        step_back(out, PLX_ADVICE_MODEL_OFF_REASON);
    } else if (reading->state == PLX_METER_STATE_ADRIFT) {
        if (!rival_worse) {
            step_back(out, PLX_ADVICE_ADRIFT_REASON);
            return;
        }
        out->action = PLX_ADVICE_WIDEN;
        out->reason = PLX_ADVICE_ADRIFT_REASON;
        out->factor = widening(reading->d);
    } else if (reading->lost[out->rival] || reading->lost[PLX_RIVAL_PERSISTENCE]) {
        step_back(out, PLX_ADVICE_LOSES_REASON);
    } else if (reading->state == PLX_METER_STATE_UNSURE) {
        out->action = PLX_ADVICE_WIDEN;
        out->reason = PLX_ADVICE_UNSURE_REASON;
        out->factor = widening(reading->d);
    } else if (reading->state == PLX_METER_STATE_UNKNOWN) {
        out->reason = PLX_ADVICE_UNJUDGED_REASON;
    } else if (reading->state == PLX_METER_STATE_MODEST) {
        out->reason = PLX_ADVICE_MODEST_REASON;
    }
}

void plx_meter_widen(double *values, uint32_t n, double factor)
{
    if (n == 0) return;
    const double middle = 0.5 * (values[(n - 1) / 2] + values[n / 2]);
    for (uint32_t i = 0; i < n; i++)
        values[i] = middle + factor * (values[i] - middle);
}
