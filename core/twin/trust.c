/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/twin/trust.h"

#include "core/twin/treatment.h"

static const char MODEL[] = "live-twin";
static const plx_ledger_limits LIMITS = {.open_max = 16384,
                                         .series_max = 512,
                                         .tracks_max = 4096,
                                         .cells_max = 128,
                                         .models_max = 8,
                                         .seed = 22};
static const plx_ledger_sink NOBODY; /* states are read when they are asked for */

static plx_ledger *ledger_of(const plx_twin *t)
{
    return t->world.ledger ? plx_twin_at(t, t->world.ledger) : NULL;
}

uint64_t plx_twin_trust_growth(const plx_twin *t)
{
    return t->world.ledger ? 0 : plx_twin_block_bytes(plx_ledger_size(&LIMITS));
}

bool plx_twin_trust_sound(const plx_twin *t, uint64_t used)
{
    if (!t->world.ledger) return true;
    const uint64_t at = (uint64_t)t->world.ledger * TWIN_UNIT;
    return at >= sizeof *t && at <= used && plx_ledger_size(&LIMITS) <= used - at;
}

/* As bytes: equal journals leave equal ones, and nothing in them is followed before they are
 * compared. */
void plx_twin_trust_hash(const plx_twin *t, plx_blake2b *hash)
{
    if (t->world.ledger)
        plx_blake2b_add(hash, plx_twin_at(t, t->world.ledger), plx_ledger_size(&LIMITS));
}

static plx_ledger *ledger_get(plx_twin *t)
{
    if (t->world.ledger) return ledger_of(t);
    plx_ledger *l = NULL;
    const size_t n = plx_ledger_size(&LIMITS);
    t->world.ledger = plx_twin_block_take(t, &t->region, n);
    plx_status status = plx_ledger_init(plx_twin_at(t, t->world.ledger), n, &LIMITS, &l);
    PLX_ASSERT(status == PLX_OK);
    return l;
}

void plx_twin_trust_tick(plx_twin *t)
{
    if (t->world.ledger) plx_ledger_tick(ledger_of(t), t->world.now_us, &NOBODY);
}

/* Truth. */

static const struct {
    plx_quantity quantity;
    plx_target target;
    uint8_t vital; /* PLX_POSTERIOR_ */
} measured[] = {
    {PLX_QUANTITY_HR, PLX_TARGET_HR, PLX_POSTERIOR_HR},
    {PLX_QUANTITY_ABP_SYS, PLX_TARGET_ABP_SYS, PLX_POSTERIOR_SBP},
    {PLX_QUANTITY_NIBP_SYS, PLX_TARGET_NIBP_SYS, PLX_POSTERIOR_SBP},
    {PLX_QUANTITY_ABP_DIA, PLX_TARGET_ABP_DIA, PLX_POSTERIOR_DBP},
    {PLX_QUANTITY_NIBP_DIA, PLX_TARGET_NIBP_DIA, PLX_POSTERIOR_DBP},
    {PLX_QUANTITY_ABP_MEAN, PLX_TARGET_ABP_MEAN, PLX_POSTERIOR_MAP},
    {PLX_QUANTITY_NIBP_MEAN, PLX_TARGET_NIBP_MEAN, PLX_POSTERIOR_MAP},
    {PLX_QUANTITY_SPO2, PLX_TARGET_SPO2, PLX_POSTERIOR_SPO2},
    {PLX_QUANTITY_RESP_RATE, PLX_TARGET_RR, PLX_POSTERIOR_RR},
    {PLX_QUANTITY_TEMP, PLX_TARGET_TEMP, PLX_POSTERIOR_TEMP},
};
enum { MEASURED = sizeof measured / sizeof *measured };

static plx_target target_of(plx_quantity q)
{
    for (uint32_t i = 0; i < MEASURED; i++)
        if (measured[i].quantity == q) return measured[i].target;
    return PLX_TARGET_N;
}

/* What a value says of an event that lasts. PLX_TARGET_N: nothing. */
static plx_target event_of(plx_target target, double value, bool *holds)
{
    switch (target) {
    case PLX_TARGET_ABP_MEAN:
    case PLX_TARGET_NIBP_MEAN:
        *holds = value < 65;
        return PLX_TARGET_MAP_BELOW_65;
    case PLX_TARGET_SPO2:
        *holds = value < 90;
        return PLX_TARGET_SPO2_BELOW_90;
    default:
        return PLX_TARGET_N;
    }
}

/* Of all versions of a value the first that came names it. */
static uint64_t first_id(const plx_twin *t, uint32_t row)
{
    uint64_t id = UINT64_MAX;
    for (; row; row = twin_row_at(t, row)->older) {
        const twin_row *r = twin_row_at(t, row);
        uint64_t own = plx_provenance_of(twin_source_at(t, r->source)->seq, r->index);
        if (own < id) id = own;
    }
    return id;
}

/* What has no room or no rival is counted by the ledger. */
static void put_truth(plx_twin *t, const plx_ledger_value *value)
{
    plx_status status = plx_ledger_truth(ledger_of(t), t->world.now_us, value, &NOBODY);
    (void)status;
}

static void tell_truth(plx_twin *t, uint64_t subject, plx_target target, uint32_t row)
{
    const twin_row *r = twin_row_at(t, row);
    plx_decimal d;
    if (plx_decimal_parse(twin_text_get(t, r->canonical), &d) != PLX_OK) return;
    const bool manual = r->kind == PLX_KIND_MANUAL;
    const plx_ledger_value value = {.subject = subject,
                                    .id = first_id(t, row),
                                    .version = twin_source_at(t, r->source)->seq,
                                    .target = target,
                                    .time_us = r->when_us,
                                    .value = d.value,
                                    .quality = (plx_quality)r->quality,
                                    .kind = (plx_kind)r->kind,
                                    .source = manual ? PLX_SOURCE_CHART : PLX_SOURCE_MONITOR,
                                    .retracted = !plx_twin_row_usable(r)};
    put_truth(t, &value);
    bool holds;
    plx_ledger_value event = value;
    event.target = event_of(target, value.value, &holds);
    if (event.target == PLX_TARGET_N) return;
    event.value = holds;
    event.source = PLX_SOURCE_DERIVED;
    put_truth(t, &event);
}

void plx_twin_trust_value(plx_twin *t, uint32_t encounter, uint32_t row)
{
    const twin_encounter *e = twin_encounter_at(t, encounter);
    if (!t->world.ledger || !e->body || !twin_body_at(t, e->body)->judged) return;
    const plx_target target = target_of(twin_series_at(t, twin_row_at(t, row)->series)->quantity);
    if (target != PLX_TARGET_N) tell_truth(t, e->number, target, row);
}

/* What was measured before his first forecast, for the rivals: the newest of each quantity. */
static void tell_past(plx_twin *t, uint32_t encounter)
{
    enum { PAST = 64 };
    for (uint32_t i = 0; i < MEASURED; i++) {
        const uint32_t series = plx_twin_series_find(t, encounter, measured[i].quantity);
        if (!series) continue;
        const twin_series *s = twin_series_at(t, series);
        const uint32_t first = s->rows_n > PAST ? s->rows_n - PAST : 0;
        for (uint32_t k = first; k < s->rows_n; k++)
            tell_truth(t, twin_encounter_at(t, encounter)->number, measured[i].target,
                       twin_series_rows(t, s)[k]);
    }
}

void plx_twin_trust_stay(plx_twin *t, uint32_t encounter)
{
    const twin_encounter *e = twin_encounter_at(t, encounter);
    if (!t->world.ledger || !e->body) return;
    const bool here = twin_status_is_active(e->stay.status);
    plx_ledger_leave(ledger_of(t), t->world.now_us, e->number,
                     here ? PLX_TIME_NONE : e->stay.finished_us, &NOBODY);
}

/* Treatments. */

static uint32_t act_of(const plx_action *a)
{
    switch (a->kind) {
    case PLX_ACTION_FLUID:
        return a->fluid == PLX_FLUID_PRBC || a->fluid == PLX_FLUID_WHOLE_BLOOD ? PLX_ACT_BLOOD
                                                                               : PLX_ACT_FLUID;
    case PLX_ACTION_DRUG:
        switch (a->drug) {
        case PLX_DRUG_NOREPINEPHRINE:
        case PLX_DRUG_PHENYLEPHRINE:
        case PLX_DRUG_EPINEPHRINE:
        case PLX_DRUG_VASOPRESSIN:
        case PLX_DRUG_DOBUTAMINE:
        case PLX_DRUG_NITROGLYCERIN:
        case PLX_DRUG_ATROPINE:
            return PLX_ACT_VASOACTIVE;
        default:
            return PLX_ACT_SEDATION;
        }
    case PLX_ACTION_AIRWAY:
        return PLX_ACT_OXYGEN;
    case PLX_ACTION_ANTIPYRETIC:
    case PLX_ACTION_COOLING:
        return PLX_ACT_TEMPERATURE;
    case PLX_ACTION_BLEEDING_CONTROL:
        return PLX_ACT_HAEMOSTASIS;
    default:
        return PLX_ACT_VENTILATION;
    }
}

/* What was begun since the last forecast: a forecast as things were is another one then. */
static void tell_acts(twin_context *c, uint32_t encounter, twin_body *b)
{
    plx_twin *t = c->t;
    plx_twin_treatment *all =
        plx_arena_take(c->step, PLX_TWIN_TREATMENTS_MAX, sizeof(plx_twin_treatment));
    if (!all) return; /* told with the next forecast */
    const uint32_t n = plx_twin_treatments_after(t, encounter, b->acted_seq, all);
    for (uint32_t i = 0; i < n; i++)
        plx_ledger_action(ledger_of(t), t->world.now_us, twin_encounter_at(t, encounter)->number,
                          act_of(&all[i].action), all[i].at_us, &NOBODY);
    b->acted_seq = t->world.seq;
}

/* Issuing. */

static bool newest_us(const plx_twin *t, uint32_t encounter, plx_quantity q, int64_t *at_us)
{
    const uint32_t row = plx_twin_series_latest(t, plx_twin_series_find(t, encounter, q), true);
    if (row) *at_us = twin_row_at(t, row)->when_us;
    return row != 0;
}

/* The source that measured a vital last; PLX_TARGET_N: nothing did. */
static plx_target target_for(const plx_twin *t, uint32_t encounter, uint32_t vital)
{
    plx_target best = PLX_TARGET_N;
    int64_t best_us = PLX_TIME_NONE;
    for (uint32_t i = 0; i < MEASURED; i++) {
        int64_t at_us;
        if (measured[i].vital != vital || !newest_us(t, encounter, measured[i].quantity, &at_us))
            continue;
        if (best != PLX_TARGET_N && at_us <= best_us) continue;
        best = measured[i].target;
        best_us = at_us;
    }
    return best;
}

static int64_t horizon_us(uint32_t h)
{
    return plx_posterior_horizon_s[h] * PLX_SECOND_US;
}

static plx_ledger_key key_of(const plx_posterior *p, plx_target target, uint32_t h)
{
    plx_ledger_key key = {
        .version = p->version, .target = target, .horizon = plx_horizon_of(horizon_us(h))};
    memcpy(key.model, MODEL, sizeof MODEL);
    return key;
}

/* In a demonstration every model is live from the first: the one exception, marked on the screen.
 */
static void make_live(plx_twin *t, const plx_ledger_key *key)
{
    const plx_ledger_cell *cell = plx_ledger_cell_find(ledger_of(t), key);
    if (!t->world.demo || !cell || cell->state != PLX_MODEL_SHADOW) return;
    plx_status status =
        plx_ledger_decide(ledger_of(t), t->world.now_us, key, PLX_MODEL_LIVE, true, &NOBODY);
    (void)status; /* refused: it stays in the shadow */
}

/* Of a target and a horizon, with what is in it still to be set. place: among those of a horizon;
 * the ledger takes them by rising number. */
enum { PLACES = PLX_POSTERIOR_CHANCE_N + PLX_POSTERIOR_VITAL_N };

static plx_prediction prediction_of(const twin_context *c, const plx_posterior *p,
                                    const plx_ledger_key *key, uint32_t h, uint32_t place)
{
    const plx_truth_rule *rule = plx_truth_rule_of(key->target);
    plx_prediction x = {.id = plx_provenance_of(c->entry->seq, 1 + h * PLACES + place),
                        .version = p->version,
                        .subject = p->subject,
                        .cutoff = p->cutoff,
                        .issued_us = p->at_us,
                        .valid_from_us = p->at_us + horizon_us(h),
                        .valid_to_us = p->at_us + horizon_us(h),
                        .shown = 1,
                        .model_class = PLX_MODEL_CLASS_DEVICE_TYPE,
                        .kind = plx_truth_is_event(rule) ? PLX_PREDICTION_EVENT
                                                         : PLX_PREDICTION_QUANTITY,
                        .horizon = (uint8_t)key->horizon,
                        .scope = PLX_SCOPE_OUT};
    memcpy(x.model, MODEL, sizeof MODEL);
    plx_status status = plx_prediction_text(rule->code, x.target);
    if (status == PLX_OK) status = plx_prediction_text(rule->unit, x.unit);
    PLX_ASSERT(status == PLX_OK); /* texts of a table fit */
    return x;
}

/* set: how its form was set. What is refused is counted by the ledger. */
static void put_prediction(twin_context *c, const plx_prediction *x, plx_status set,
                           const plx_ledger_key *key)
{
    if (set == PLX_OK) set = plx_ledger_predict(ledger_of(c->t), c->t->world.now_us, x, &NOBODY);
    make_live(c->t, key);
}

static void predict(twin_context *c, const plx_posterior *p, const plx_ledger_key *key, uint32_t h,
                    uint32_t v)
{
    plx_prediction x = prediction_of(c, p, key, h, PLX_POSTERIOR_CHANCE_N + v);
    double level[PLX_PREDICTION_LEVELS];
    for (uint32_t i = 0; i < PLX_PREDICTION_LEVELS; i++)
        level[i] = (double)p->number[plx_posterior_fan_at(h, v, i)];
    put_prediction(c, &x, plx_prediction_set_quantiles(&x, level), key);
}

static const plx_target events[PLX_POSTERIOR_CHANCE_N] = {
    [PLX_POSTERIOR_MAP_LOW] = PLX_TARGET_MAP_BELOW_65,
    [PLX_POSTERIOR_SPO2_LOW] = PLX_TARGET_SPO2_BELOW_90,
    [PLX_POSTERIOR_NEWS2_HIGH] = PLX_TARGET_NEWS2_7,
};

static void predict_events(twin_context *c, const plx_posterior *p, uint32_t h)
{
    for (uint32_t e = 0; e < PLX_POSTERIOR_CHANCE_N; e++) {
        const plx_ledger_key key = key_of(p, events[e], h);
        plx_prediction x = prediction_of(c, p, &key, h, e);
        const double chance = (double)p->number[plx_posterior_chance_at(h, e)];
        put_prediction(c, &x, plx_prediction_set_probability(&x, chance), &key);
    }
}

/* The score that stands with this word: a sign of life of the event, and its truth. */
static void tell_news2(twin_context *c, uint32_t encounter)
{
    plx_twin *t = c->t;
    const twin_encounter *e = twin_encounter_at(t, encounter);
    const twin_score *s = e->score ? twin_score_at(t, e->score) : NULL;
    if (!s || !s->known || !s->applicable) return;
    const plx_ledger_value value = {.subject = e->number,
                                    .id = plx_provenance_of(c->entry->seq, 0),
                                    .version = c->entry->seq,
                                    .target = PLX_TARGET_NEWS2_7,
                                    .time_us = t->world.now_us,
                                    .value = s->value >= 7,
                                    .quality = PLX_QUALITY_GOOD,
                                    .kind = PLX_KIND_DERIVED,
                                    .source = PLX_SOURCE_DERIVED};
    put_truth(t, &value);
}

/* Showing. */

static void show_rival(plx_twin *t, const plx_posterior *p, const plx_ledger_key *key, uint32_t h,
                       const plx_advice *advice, double level[PLX_PREDICTION_LEVELS], uint8_t *by)
{
    plx_validate_normal law;
    *by = TWIN_TRUST_BY_NOBODY;
    if (plx_ledger_rival(ledger_of(t), p->subject, key->target, advice->rival, t->world.now_us,
                         p->at_us + horizon_us(h), &law) != PLX_OK)
        return;
    *by = (uint8_t)(TWIN_TRUST_BY_PERSISTENCE + advice->rival);
    for (uint32_t i = 0; i < PLX_PREDICTION_LEVELS; i++) {
        level[i] = law.mean + law.sd * advice->factor * plx_prediction_normal_quantiles[i];
        if (level[i] < 0) level[i] = 0;
        if (key->target == PLX_TARGET_SPO2 && level[i] > 100) level[i] = 100;
    }
}

/* What is shown of one vital and horizon: the twin's forecast as the ledger advises. */
static void show(plx_twin *t, twin_body *b, const plx_posterior *p, const plx_ledger_key *key,
                 uint32_t h, uint32_t v)
{
    static const uint8_t SHOWN[TWIN_SHOWN_LEVELS] = {PLX_LEVEL_05, PLX_LEVEL_25, PLX_LEVEL_50,
                                                     PLX_LEVEL_75, PLX_LEVEL_95};
    const uint32_t place = h * PLX_POSTERIOR_VITAL_N + v;
    double level[PLX_PREDICTION_LEVELS];
    plx_advice advice = {.action = PLX_ADVICE_AS_IS, .reason = PLX_ADVICE_UNJUDGED_REASON};
    uint8_t by = TWIN_TRUST_BY_TWIN;
    if (key->target != PLX_TARGET_N) plx_ledger_advise(ledger_of(t), key, p->subject, &advice);
    for (uint32_t i = 0; i < PLX_PREDICTION_LEVELS; i++)
        level[i] = (double)p->number[plx_posterior_fan_at(h, v, i)];
    if (advice.action == PLX_ADVICE_WIDEN) {
        plx_meter_widen(level, PLX_PREDICTION_LEVELS, advice.factor);
        by = TWIN_TRUST_BY_WIDENED;
    } else if (advice.action == PLX_ADVICE_RIVAL) {
        show_rival(t, p, key, h, &advice, level, &by);
    }
    b->shown_by[place] = by;
    b->shown_why[place] = (uint8_t)advice.reason;
    for (uint32_t i = 0; i < TWIN_SHOWN_LEVELS; i++) {
        const float x = by == TWIN_TRUST_BY_NOBODY ? __builtin_nanf("") : (float)level[SHOWN[i]];
        memcpy(&b->shown[place * TWIN_SHOWN_LEVELS + i], &x, sizeof x);
    }
}

static void begin_model(plx_twin *t, uint64_t version)
{
    char model[PLX_PREDICTION_TEXT] = {0};
    memcpy(model, MODEL, sizeof MODEL);
    plx_status status = plx_ledger_model_add(ledger_get(t), model, version, PLX_MODEL_SHADOW);
    (void)status; /* known already; or the ledger counts what it refuses of it */
}

static bool says_fan(const plx_posterior *p, uint32_t h, uint32_t v)
{
    const float any = p->number[plx_posterior_fan_at(h, v, 0)];
    return any == any;
}

static void show_nothing(twin_body *b, uint32_t h, uint32_t v)
{
    const uint32_t place = h * PLX_POSTERIOR_VITAL_N + v;
    const float none = __builtin_nanf("");
    b->shown_by[place] = TWIN_TRUST_BY_NOBODY;
    for (uint32_t i = 0; i < TWIN_SHOWN_LEVELS; i++)
        memcpy(&b->shown[place * TWIN_SHOWN_LEVELS + i], &none, sizeof none);
}

/* A meter keeps one forecast each quarter of its horizon: more need not be judged. */
static bool is_due(const twin_body *b, const plx_posterior *p, uint32_t h)
{
    const int64_t quarter_us = horizon_us(h) / PLX_METER_SLOTS_PER_HORIZON;
    return b->graded_us[h] == PLX_TIME_NONE || p->at_us - b->graded_us[h] >= quarter_us;
}

void plx_twin_trust_issue(twin_context *c, uint32_t body, const plx_posterior *p)
{
    plx_twin *t = c->t;
    begin_model(t, p->version);
    twin_body *b = twin_body_at(t, body);
    const uint32_t encounter = b->encounter;
    if (!b->judged) tell_past(t, encounter);
    b->judged = 1;
    tell_acts(c, encounter, b);
    tell_news2(c, encounter);
    for (uint32_t h = 0; h < PLX_POSTERIOR_HORIZON_N; h++) {
        const bool due = is_due(b, p, h);
        if (due && plx_posterior_says(p, h)) predict_events(c, p, h);
        for (uint32_t v = 0; v < PLX_POSTERIOR_VITAL_N; v++) {
            if (!says_fan(p, h, v)) {
                if (plx_posterior_says(p, h)) show_nothing(b, h, v);
                continue;
            }
            const plx_ledger_key key = key_of(p, target_for(t, encounter, v), h);
            if (due && key.target != PLX_TARGET_N) predict(c, p, &key, h, v);
            if (due) b->graded_us[h] = p->at_us;
            show(t, b, p, &key, h, v);
        }
    }
}

bool plx_twin_trust_shown(const plx_twin *t)
{
    const plx_ledger *l = ledger_of(t);
    bool shown = t->world.demo;
    for (uint32_t i = 0; l && !shown && i < plx_ledger_cells(l); i++) {
        const plx_ledger_cell *cell = plx_ledger_cell_at(l, i);
        shown = strcmp(cell->key.model, MODEL) == 0 && plx_model_state_shown(cell->state);
    }
    return shown;
}

const char *plx_twin_trust_by_word(uint8_t by)
{
    static const char *const WORDS[] = {
#define X(NAME, word) word,
        TWIN_TRUST_BY_TABLE(X)
#undef X
    };
    return by < TWIN_TRUST_BY_N ? WORDS[by] : "";
}
