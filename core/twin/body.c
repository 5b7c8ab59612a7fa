/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/twin/body.h"
#include "core/format/json/pair.h"

#include "core/twin/trust.h"

#define NAMED 0.5F /* a mechanism below it is not named: unknown */
#define STALE_US (15 * PLX_MINUTE_US)

static const char CLASS[] = "device-type";
static const char STALE[] = "The twin has said nothing for 15 minutes: this is its last word.";

/* Taking. */

static uint32_t body_of(plx_twin *t, uint32_t encounter)
{
    uint32_t body = twin_encounter_at(t, encounter)->body;
    if (body) return body;
    body = plx_twin_record_take(t, TWIN_BODY);
    twin_encounter_at(t, encounter)->body = body;
    twin_body_at(t, body)->encounter = encounter;
    for (uint32_t i = 0; i < PLX_POSTERIOR_NUMBER_N; i++)
        memcpy(&twin_body_at(t, body)->number[i], &(float){__builtin_nanf("")}, sizeof(float));
    return body;
}

/* A horizon that is asked more rarely keeps its own moment. */
static void take_horizon(twin_body *b, uint32_t horizon, const plx_posterior *p)
{
    uint32_t chance = plx_posterior_chance_at(horizon, 0);
    uint32_t fan = plx_posterior_fan_at(horizon, 0, 0);
    memcpy(&b->number[chance], &p->number[chance], PLX_POSTERIOR_CHANCE_N * sizeof *b->number);
    memcpy(&b->number[fan], &p->number[fan],
           PLX_POSTERIOR_VITAL_N * PLX_POSTERIOR_LEVEL_N * sizeof *b->number);
    b->forecast_us[horizon] = p->at_us;
}

static void take(twin_context *c, uint32_t body, const plx_posterior *p)
{
    twin_body *b = twin_body_at(c->t, body);
    b->at_us = p->at_us;
    b->heard_us = p->heard_us;
    b->since_us = p->since_us;
    b->version = p->version;
    b->seed = p->seed;
    b->cutoff = p->cutoff;
    b->used = p->used;
    b->artefacts = p->artefacts;
    b->late = p->late;
    b->acts = p->acts;
    b->status = p->status;
    b->worst = p->worst;
    b->assumed = p->assumed;
    plx_twin_text_set(c->t, &b->reason, plx_slice_of(p->reason));
    plx_twin_source_set(c, &b->source);
    memcpy(b->number, p->number, PLX_POSTERIOR_SHORT_N * sizeof *b->number);
    for (uint32_t h = 0; p->forecast && h < PLX_POSTERIOR_HORIZON_N; h++)
        if (plx_posterior_says(p, h)) take_horizon(b, h, p);
    plx_twin_wake_set(c->t, b->encounter);
    if (!p->forecast) return;
    plx_twin_source_set(c, &b->forecast_source);
    plx_twin_trust_issue(c, body, p);
}

const char *plx_twin_body_apply(twin_context *c)
{
    plx_posterior p;
    if (c->entry->body.n > 0 && c->entry->body.at[0] == '{')
        return NULL; /* a what-if: it was told */
    if (plx_posterior_decode((const uint8_t *)c->entry->body.at, c->entry->body.n, &p) != PLX_OK)
        return "result-not-readable";
    uint32_t encounter = plx_twin_encounter_numbered(c->t, p.subject);
    if (!encounter) return "result-of-a-stay-that-left";
    uint32_t body = body_of(c->t, encounter);
    const twin_body *before = twin_body_at(c->t, body);
    if (before->at_us != PLX_TIME_NONE && before->at_us > p.at_us) return "result-older-than-known";
    take(c, body, &p);
    plx_twin_encounter_touch(c, encounter);
    return NULL;
}

void plx_twin_body_free(plx_twin *t, uint32_t encounter)
{
    twin_encounter *e = twin_encounter_at(t, encounter);
    if (e->body) plx_twin_record_free(t, TWIN_BODY, e->body);
    e->body = 0;
}

static bool is_stale(const plx_twin *t, const twin_body *b)
{
    return b->at_us + STALE_US <= t->world.now_us;
}

int64_t plx_twin_body_stale_us(const plx_twin *t, uint32_t encounter)
{
    uint32_t body = twin_encounter_at(t, encounter)->body;
    if (!body || is_stale(t, twin_body_at(t, body))) return PLX_TIME_NONE;
    return twin_body_at(t, body)->at_us + STALE_US;
}

/* Telling. */

static float number(const twin_body *b, uint32_t at)
{
    float x;
    memcpy(&x, &b->number[at], sizeof x);
    return x;
}

static void put_number(plx_json_writer *w, const char *key, float x, unsigned decimals)
{
    plx_json_key(w, key);
    plx_json_put_double(w, (double)x, decimals);
}

static void write_time(plx_json_writer *w, int64_t time_us)
{
    if (time_us == PLX_TIME_NONE)
        plx_json_put_null(w);
    else
        plx_json_put_i64(w, time_us);
}

static void put_time(plx_json_writer *w, const char *key, int64_t time_us)
{
    plx_json_key(w, key);
    write_time(w, time_us);
}

static const struct {
    const char *key, *unit;
    unsigned decimals;
} vitals[PLX_POSTERIOR_VITAL_N] =
    {
#define X(id, key, unit, code) {key, unit, PLX_POSTERIOR_##id == PLX_POSTERIOR_TEMP ? 2 : 1},
        PLX_POSTERIOR_VITAL_TABLE(X)
#undef X
},
  hidden[PLX_POSTERIOR_HIDDEN_N] = {
#define X(id, key, unit)                                                                           \
    {key, unit,                                                                                    \
     PLX_POSTERIOR_H_##id >= PLX_POSTERIOR_H_ELASTANCE ? 3                                         \
     : PLX_POSTERIOR_H_##id == PLX_POSTERIOR_H_CO      ? 1                                         \
                                                       : 0},
      PLX_POSTERIOR_HIDDEN_TABLE(X)
#undef X
};

/* Mechanisms, the likeliest first. */
static void rank(const twin_body *b, uint8_t order[PLX_MECHANISM_N])
{
    for (uint8_t i = 0; i < PLX_MECHANISM_N; i++) {
        uint8_t at = i;
        for (; at > 0 && number(b, order[at - 1]) < number(b, i); at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}
_Static_assert(PLX_POSTERIOR_AT_MECHANISM == 0, "a mechanism is its place");

static bool says_mechanisms(const twin_body *b)
{
    float first = number(b, PLX_POSTERIOR_AT_MECHANISM);
    return first == first;
}

static void write_mechanisms(const twin_body *b, plx_json_writer *w)
{
    uint8_t order[PLX_MECHANISM_N];
    plx_json_key(w, "mechanisms");
    if (!says_mechanisms(b)) {
        plx_json_put_null(w);
        return;
    }
    rank(b, order);
    plx_json_array(w);
    for (uint32_t i = 0; i < PLX_MECHANISM_N; i++) {
        plx_json_object(w);
        plx_pair_text(w, "m", plx_mechanism_name((plx_mechanism)order[i]));
        put_number(w, "p", number(b, order[i]), 3);
        plx_json_object_end(w);
    }
    plx_json_array_end(w);
    bool named = number(b, order[0]) >= NAMED;
    plx_pair_text(w, "named", named ? plx_mechanism_name((plx_mechanism)order[0]) : "unknown");
    plx_json_key(w, "causes");
    plx_json_object(w);
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        put_number(w, plx_cause_name((plx_cause)c), number(b, PLX_POSTERIOR_AT_CAUSE + c), 3);
    plx_json_object_end(w);
}

/* A predicted number as a served value, with its interval of 90 %. */
static void put_predicted(plx_json_writer *w, float v, float low, float high, const char *unit,
                          unsigned decimals)
{
    char memory[32];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_out_double(&out, (double)v, decimals);
    plx_json_object(w);
    plx_json_key(w, "v");
    plx_json_put_string(w, plx_out_slice(&out));
    plx_pair_text(w, "u", unit);
    plx_pair_text(w, "k", "p");
    if (low == low) {
        put_number(w, "lo", low, decimals);
        put_number(w, "hi", high, decimals);
        put_number(w, "l", 0.9F, 1);
    }
    plx_json_object_end(w);
}

static void write_hidden(const twin_body *b, plx_json_writer *w)
{
    plx_json_key(w, "hidden");
    plx_json_object(w);
    for (uint32_t i = 0; i < PLX_POSTERIOR_HIDDEN_N; i++) {
        float middle = number(b, plx_posterior_hidden_at(i, PLX_POSTERIOR_MIDDLE));
        if (middle != middle) continue;
        plx_json_key(w, hidden[i].key);
        put_predicted(w, middle, number(b, plx_posterior_hidden_at(i, PLX_POSTERIOR_LOW)),
                      number(b, plx_posterior_hidden_at(i, PLX_POSTERIOR_HIGH)), hidden[i].unit,
                      hidden[i].decimals);
    }
    plx_json_object_end(w);
}

static void write_now(const twin_body *b, plx_json_writer *w)
{
    plx_json_key(w, "now");
    plx_json_object(w);
    for (uint32_t i = 0; i < PLX_POSTERIOR_VITAL_N; i++) {
        float v = number(b, PLX_POSTERIOR_AT_NOW + i);
        if (v != v) continue;
        plx_json_key(w, vitals[i].key);
        put_predicted(w, v, __builtin_nanf(""), 0, vitals[i].unit, vitals[i].decimals);
    }
    plx_json_object_end(w);
    plx_json_key(w, "divergence");
    plx_json_object(w);
    for (uint32_t i = 0; i < PLX_POSTERIOR_VITAL_N; i++) {
        float d = number(b, PLX_POSTERIOR_AT_DIVERGENCE + i);
        if (d == d) put_number(w, vitals[i].key, d, 2);
    }
    plx_json_object_end(w);
}

/* Forecast. */

static uint32_t place_of(uint32_t horizon, uint32_t vital)
{
    return horizon * PLX_POSTERIOR_VITAL_N + vital;
}

static float shown(const twin_body *b, uint32_t place, uint32_t level)
{
    float x;
    memcpy(&x, &b->shown[place * TWIN_SHOWN_LEVELS + level], sizeof x);
    return x;
}

static void write_quantiles(const twin_body *b, uint32_t vital, plx_json_writer *w)
{
    plx_json_key(w, "q");
    plx_json_array(w);
    for (uint32_t h = 0; h < PLX_POSTERIOR_HORIZON_N; h++) {
        const bool told = b->forecast_us[h] != PLX_TIME_NONE;
        plx_json_array(w);
        for (uint32_t i = 0; told && i < TWIN_SHOWN_LEVELS; i++)
            plx_json_put_double(w, (double)shown(b, place_of(h, vital), i), vitals[vital].decimals);
        plx_json_array_end(w);
    }
    plx_json_array_end(w);
}

/* As the ledger advises, and by whom and why it is so. */
static void write_fan(const twin_body *b, uint32_t vital, plx_json_writer *w)
{
    plx_json_key(w, vitals[vital].key);
    plx_json_object(w);
    plx_pair_text(w, "u", vitals[vital].unit);
    write_quantiles(b, vital, w);
    plx_json_key(w, "by");
    plx_json_array(w);
    for (uint32_t h = 0; h < PLX_POSTERIOR_HORIZON_N; h++)
        plx_json_put_text(w, plx_twin_trust_by_word(b->shown_by[place_of(h, vital)]));
    plx_json_array_end(w);
    plx_json_key(w, "why");
    plx_json_array(w);
    for (uint32_t h = 0; h < PLX_POSTERIOR_HORIZON_N; h++)
        plx_json_put_text(
            w, plx_advice_reason_text((plx_advice_reason)b->shown_why[place_of(h, vital)]));
    plx_json_array_end(w);
    plx_json_object_end(w);
}

static void write_chances(const twin_body *b, plx_json_writer *w)
{
    static const char *const EVENTS[] = {"map_low", "spo2_low", "news2_high"};
    plx_json_key(w, "chances");
    plx_json_object(w);
    for (uint32_t e = 0; e < PLX_POSTERIOR_CHANCE_N; e++) {
        plx_json_key(w, EVENTS[e]);
        plx_json_array(w);
        for (uint32_t h = 0; h < PLX_POSTERIOR_HORIZON_N; h++)
            plx_json_put_double(w, (double)number(b, plx_posterior_chance_at(h, e)), 3);
        plx_json_array_end(w);
    }
    plx_json_object_end(w);
}

static void write_forecast(const plx_twin *t, const twin_body *b, plx_json_writer *w)
{
    plx_json_key(w, "forecast");
    if (!b->forecast_source) {
        plx_json_put_null(w);
        return;
    }
    plx_json_object(w);
    plx_json_key(w, "at");
    plx_json_array(w);
    for (uint32_t h = 0; h < PLX_POSTERIOR_HORIZON_N; h++)
        write_time(w, b->forecast_us[h]);
    plx_json_array_end(w);
    plx_json_key(w, "i");
    plx_twin_put_id(w, plx_twin_source_id(t, b->forecast_source, 0));
    plx_json_key(w, "horizons");
    plx_json_array(w);
    for (uint32_t h = 0; h < PLX_POSTERIOR_HORIZON_N; h++)
        plx_json_put_u64(w, plx_posterior_horizon_s[h]);
    plx_json_array_end(w);
    plx_json_key(w, "vitals");
    plx_json_object(w);
    for (uint32_t v = 0; v < PLX_POSTERIOR_VITAL_N; v++) {
        float any = number(b, plx_posterior_fan_at(0, v, 0));
        if (any == any) write_fan(b, v, w);
    }
    plx_json_object_end(w);
    write_chances(b, w);
    plx_json_object_end(w);
}

static void write_state(const plx_twin *t, const twin_body *b, plx_json_writer *w)
{
    plx_slice reason = twin_text_get(t, b->reason);
    plx_posterior_status status = (plx_posterior_status)b->status;
    float worst = number(b, PLX_POSTERIOR_AT_DIVERGENCE + b->worst % PLX_POSTERIOR_VITAL_N);
    const bool stale = is_stale(t, b);
    plx_pair_text(w, "status", stale ? "stale" : plx_posterior_status_word(status));
    plx_json_key(w, "text");
    if (stale)
        plx_json_put_text(w, STALE);
    else if (reason.n)
        plx_json_put_string(w, reason);
    else
        plx_json_put_text(w, plx_posterior_status_sentence(status));
    plx_pair_text(w, "f", CLASS);
    plx_pair_text(w, "k", "p");
    plx_json_key(w, "shown");
    plx_json_put_bool(w, plx_twin_trust_shown(t));
    put_time(w, "at", b->at_us);
    put_time(w, "heard", b->heard_us);
    put_time(w, "since", b->since_us);
    plx_json_key(w, "i");
    plx_twin_put_id(w, plx_twin_source_id(t, b->source, 0));
    plx_json_key(w, "assumed");
    plx_json_put_bool(w, b->assumed);
    plx_pair_count(w, "used", b->used);
    plx_pair_count(w, "artefacts", b->artefacts);
    plx_pair_count(w, "late", b->late);
    plx_pair_count(w, "acts", b->acts);
    if (worst != worst) return;
    plx_pair_text(w, "worst", vitals[b->worst % PLX_POSTERIOR_VITAL_N].key);
    put_number(w, "d", worst, 2);
}

void plx_twin_body_write(const plx_twin *t, uint32_t encounter, plx_json_writer *w)
{
    uint32_t body = twin_encounter_at(t, encounter)->body;
    if (!body) {
        plx_json_put_null(w);
        return;
    }
    const twin_body *b = twin_body_at(t, body);
    plx_json_object(w);
    write_state(t, b, w);
    write_mechanisms(b, w);
    write_hidden(b, w);
    write_now(b, w);
    write_forecast(t, b, w);
    plx_json_object_end(w);
}

/* Cells. */

static bool is_followed(const plx_twin *t, const twin_body *b)
{
    return !is_stale(t, b) &&
           (b->status == PLX_POSTERIOR_TRACKING || b->status == PLX_POSTERIOR_UNSURE);
}

static void put_cell(const plx_twin *t, const twin_body *b, uint32_t source, int64_t at_us,
                     plx_slice text, plx_json_writer *w)
{
    twin_value x = twin_value_none();
    x.v = text;
    x.k = 'p';
    x.t = at_us;
    x.i = plx_twin_source_id(t, source, 0);
    x.f = CLASS;
    if (b->status == PLX_POSTERIOR_UNSURE) x.q = PLX_QUALITY_SUSPECT;
    if (b->status == PLX_POSTERIOR_UNSURE) x.reason = "twin-unsure";
    plx_twin_value_write(w, &x);
}

/* Surely: more than nothing in the tenth of a litre that is told. */
static bool lacks_blood(const twin_body *b)
{
    return number(b, plx_posterior_hidden_at(PLX_POSTERIOR_H_DEFICIT, PLX_POSTERIOR_LOW)) > 0 &&
           number(b, plx_posterior_hidden_at(PLX_POSTERIOR_H_DEFICIT, PLX_POSTERIOR_MIDDLE)) >= 50;
}

void plx_twin_body_cell(const plx_twin *t, uint32_t encounter, plx_json_writer *w)
{
    char memory[96];
    uint8_t order[PLX_MECHANISM_N];
    uint32_t body = twin_encounter_at(t, encounter)->body;
    const twin_body *b = body ? twin_body_at(t, body) : NULL;
    if (!b || !is_followed(t, b) || !says_mechanisms(b) || !plx_twin_trust_shown(t)) {
        plx_json_put_null(w);
        return;
    }
    rank(b, order);
    uint8_t first = order[0];
    if (number(b, first) < NAMED || first == PLX_MECHANISM_STABLE) {
        plx_json_put_null(w);
        return;
    }
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_out_text(&out, plx_mechanism_name((plx_mechanism)first));
    plx_out_char(&out, ' ');
    plx_out_double(&out, (double)number(b, first), 2);
    if (first == PLX_MECHANISM_HYPOVOLAEMIC && lacks_blood(b)) {
        float deficit =
            number(b, plx_posterior_hidden_at(PLX_POSTERIOR_H_DEFICIT, PLX_POSTERIOR_MIDDLE));
        plx_out_text(&out, ", -");
        plx_out_double(&out, (double)deficit / 1000, 1);
        plx_out_text(&out, " L");
    }
    put_cell(t, b, b->source, b->at_us, plx_out_slice(&out), w);
}

void plx_twin_body_risk(const plx_twin *t, uint32_t encounter, plx_json_writer *w)
{
    enum { HOUR = 3 };
    char memory[32];
    uint32_t body = twin_encounter_at(t, encounter)->body;
    const twin_body *b = body ? twin_body_at(t, body) : NULL;
    float p =
        b ? number(b, plx_posterior_chance_at(HOUR, PLX_POSTERIOR_NEWS2_HIGH)) : __builtin_nanf("");
    if (p != p || !is_followed(t, b) || !plx_twin_trust_shown(t)) {
        plx_json_put_null(w);
        return;
    }
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_out_double(&out, (double)p, 2);
    put_cell(t, b, b->forecast_source, b->forecast_us[HOUR], plx_out_slice(&out), w);
}
