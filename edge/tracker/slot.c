/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One patient on a worker: his bodies live on bin by bin, and what they say is submitted. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/hash.h"
#include "core/base/time.h"
#include "edge/host/log.h"
#include "edge/tracker/private.h"

/* Of equations, causes and filter as they are now: another one when their results change. */
static uint64_t model_version(void)
{
    static const char NAME[] = "live twin 1: 12 causes x 64 members, bins of 15 s";
    return plx_hash64(NAME, sizeof NAME - 1, 1);
}

static uint64_t seed_of(uint64_t number)
{
    return plx_hash64(&number, sizeof number, 2);
}

void tracker_slot_load(tracker_slot *s, const plx_track_input *input)
{
    if (!s->made || s->anew) {
        plx_track_input in = *input;
        in.person = s->person;
        in.seed = seed_of(s->number);
        plx_live_init(s->live, &in, (char *)s->live + plx_aligned(sizeof(plx_live)));
        s->at_us = s->told_us = s->forecast_us = s->far_us = PLX_TIME_NONE;
        s->made = true;
        s->anew = false;
    }
    plx_status status = PLX_OK; /* what has no room is counted by the twin */
    for (uint32_t i = 0; i < s->values_n; i++)
        status = plx_live_put(s->live, &s->values[i]);
    for (uint32_t i = 0; i < s->actions_n; i++)
        status = plx_live_act(s->live, &s->actions[i]);
    (void)status;
    s->values_n = s->actions_n = 0;
    s->live_acvpu = s->acvpu;
    s->live_assumed = s->assumed;
}

/* Telling. */

static void submit(plx_tracker *t, const plx_posterior *posterior)
{
    uint8_t bytes[PLX_POSTERIOR_BYTES_MAX];
    /* Of a body in extremis a number may be beyond all bounds: that word is lost, not the server.
     */
    plx_status status = plx_posterior_check(posterior);
    if (status != PLX_OK) {
        plx_log_fields fields = PLX_LOG_NONE;
        fields.status = plx_status_name(status);
        plx_log(PLX_LOG_ERROR, "tracker", "word-out-of-range", fields);
    } else {
        size_t n = plx_posterior_encode(posterior, bytes);
        status = t->options.submit(t->options.self, bytes, n, 0);
    }
    pthread_mutex_lock(&t->mutex);
    t->results += status == PLX_OK;
    t->lost += status != PLX_OK;
    pthread_mutex_unlock(&t->mutex);
}

void tracker_slot_say(plx_tracker *t, const tracker_slot *s, plx_posterior_status status,
                      const char *why, int64_t at_us)
{
    plx_posterior p;
    plx_posterior_init(&p);
    p.version = model_version();
    p.subject = s->number;
    p.at_us = at_us;
    p.status = (uint8_t)status;
    memcpy(p.reason, why, strlen(why));
    submit(t, &p);
}

static bool is_due(int64_t last_us, int64_t at_us, int64_t every_s)
{
    return last_us == PLX_TIME_NONE || at_us - last_us >= every_s * PLX_SECOND_US;
}

static void tell(tracker_worker *w, tracker_slot *s)
{
    plx_posterior p;
    plx_live_tell(s->live, w->teller, &p);
    p.version = model_version();
    p.subject = s->number;
    p.assumed = s->live_assumed;
    int64_t at_us = s->live->at_us;
    if (is_due(s->forecast_us, at_us, PLX_TRACKER_FORECAST_S)) {
        bool far = is_due(s->far_us, at_us, PLX_TRACKER_FAR_S);
        uint32_t horizons_n = far ? PLX_POSTERIOR_HORIZON_N : PLX_LIVE_HORIZONS_NEAR;
        plx_live_foresee(s->live, w->teller, horizons_n, s->live_acvpu, &p);
        if (p.forecast) s->forecast_us = at_us;
        if (p.forecast && far) s->far_us = at_us;
    }
    s->told_us = at_us;
    submit(w->tracker, &p);
}

/* While he is far behind he is told of once a minute of his time. */
void tracker_slot_run(tracker_worker *w, tracker_slot *s, int64_t now_us)
{
    plx_live_step step = PLX_LIVE_STEPPED;
    for (uint32_t n = 0; n < TRACKER_BINS_AT_ONCE && step == PLX_LIVE_STEPPED; n++)
        step = plx_live_run(s->live, now_us);
    bool caught_up = step == PLX_LIVE_WAITS;
    if (step == PLX_LIVE_SILENT) {
        if (!s->silent) tracker_slot_say(w->tracker, s, PLX_POSTERIOR_SILENT, "", now_us);
        s->silent = true;
        return;
    }
    s->silent = false;
    if (!s->live->begun) return;
    int64_t every_s = caught_up ? PLX_LIVE_BIN_S : PLX_TRACKER_FORECAST_S;
    if (is_due(s->told_us, s->live->at_us, every_s)) tell(w, s);
}
