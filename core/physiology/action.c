/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The words of actions: which keys each takes, and what it becomes. */
#include "core/physiology/action.h"

#include <string.h>

#include "core/base/decimal.h"
#include "core/base/utf8.h"
#include "core/physiology/action_fault.h"

#define K(key) (1u << PLX_KEY_##key)
#define FLOWS (K(volume_ml) | K(duration_s) | K(rate_ml_min))
#define MACHINE (K(vt_ml_kg) | K(rr_per_min) | K(peep) | K(fio2))

/* What a tube and a ventilator are set to when nothing is said. */
static const plx_airway after_intubation = {
    .vent = PLX_VENT_VOLUME, .fi_o2 = 1, .peep_cmh2o = 5, .pressure_cmh2o = 15, .rate_per_min = 12};
#define VT_ML_KG 8.0

static const char *const key_names[PLX_KEY_N] = {
#define X(key) #key,
    PLX_ACTION_KEYS(X)
#undef X
};

typedef struct verb {
    const char *word;
    plx_action_kind kind;
    uint32_t must, may;
    plx_action_key amount; /* the key that becomes action.amount; PLX_KEY_N = none */
    double low, high;      /* of it */
} verb;

static const verb verbs[] = {
    {"bleed", PLX_ACTION_BLEED, K(rate_ml_min), K(volume_ml), PLX_KEY_volume_ml, 1, 10000},
    {"wound", PLX_ACTION_WOUND, K(rate_ml_min), 0, PLX_KEY_rate_ml_min, 0, 1200},
    {"bleeding_control", PLX_ACTION_BLEEDING_CONTROL, K(factor), 0, PLX_KEY_factor, 0, 1},
    {"tourniquet", PLX_ACTION_BLEEDING_CONTROL, 0, 0, PLX_KEY_N, 0, 0},
    {"crystalloid", PLX_ACTION_FLUID, K(volume_ml), FLOWS | K(fluid), PLX_KEY_volume_ml, 1, 20000},
    {"oxygen", PLX_ACTION_AIRWAY, K(device), K(flow_l_min) | K(fio2), PLX_KEY_N, 0, 0},
    {"cpap", PLX_ACTION_AIRWAY, K(peep), K(pressure) | K(fio2), PLX_KEY_N, 0, 0},
    {"niv", PLX_ACTION_AIRWAY, K(peep), K(pressure) | K(fio2), PLX_KEY_N, 0, 0},
    {"intubate", PLX_ACTION_AIRWAY, 0, MACHINE, PLX_KEY_N, 0, 0},
    {"ventilator", PLX_ACTION_AIRWAY, 0, MACHINE | K(mode) | K(pressure), PLX_KEY_N, 0, 0},
    {"peep", PLX_ACTION_AIRWAY, K(peep), 0, PLX_KEY_N, 0, 0},
    {"extubate", PLX_ACTION_AIRWAY, 0, 0, PLX_KEY_N, 0, 0},
    {"decompress", PLX_ACTION_DECOMPRESS, 0, 0, PLX_KEY_N, 0, 0},
    {"pericardiocentesis", PLX_ACTION_PERICARDIOCENTESIS, 0, K(volume_ml), PLX_KEY_volume_ml, 1,
     2000},
    {"antipyretic", PLX_ACTION_ANTIPYRETIC, 0, K(duration_s), PLX_KEY_N, 0, 0},
    {"cooling", PLX_ACTION_COOLING, K(temp_c), 0, PLX_KEY_temp_c, 25, 42},
    {"temperature", PLX_ACTION_TEMPERATURE, K(temp_c), 0, PLX_KEY_temp_c, 25, 42},
    {"passive_leg_raise", PLX_ACTION_LEG_RAISE, 0, K(volume_ml) | K(duration_s), PLX_KEY_volume_ml,
     1, 1500},
    {"stand", PLX_ACTION_STAND, 0, K(volume_ml) | K(duration_s), PLX_KEY_volume_ml, 1, 1500},
    {"lbnp", PLX_ACTION_LBNP, K(pressure_mmhg), 0, PLX_KEY_pressure_mmhg, -120, 0},
    {"condition", PLX_ACTION_CONDITION, K(name) | K(severity), K(onset_s), PLX_KEY_severity, 0, 1},
    {"stop", PLX_ACTION_STOP, 0, K(drug), PLX_KEY_N, 0, 0},
};
static const verb drug_verb = {
    "drug", PLX_ACTION_DRUG, K(dose) | K(unit), K(duration_s), PLX_KEY_dose, 0, 1e7};
static const verb fluid_verb = {
    "fluid", PLX_ACTION_FLUID, K(volume_ml), FLOWS, PLX_KEY_volume_ml, 1, 20000};
static const verb cells_verb = {
    "cells", PLX_ACTION_FLUID, K(volume_ml), FLOWS | K(hct), PLX_KEY_volume_ml, 1, 20000};

/* Sentences. */

plx_out plx_action_fault_begin(plx_action_fault *fault, plx_action_place place, plx_action_key key)
{
    fault->place = place;
    fault->key = key;
    return plx_out_init(fault->why, sizeof fault->why - 1);
}

plx_status plx_action_fault_end(plx_action_fault *fault, const plx_out *out, plx_status status)
{
    fault->why[out->n] = 0;
    return status;
}

typedef struct job {
    plx_action_reader *reader;
    const plx_action_words *words;
} job;

static bool said(const job *j, plx_action_key key)
{
    return j->words->text[key].at != NULL;
}

static plx_status complain(const job *j, const char *sentence)
{
    plx_out out = plx_action_fault_begin(&j->reader->fault, PLX_ACTION_AT_VERB, PLX_KEY_N);
    plx_out_text(&out, sentence);
    return plx_action_fault_end(&j->reader->fault, &out, PLX_CONFLICT);
}

/* device: "hose" is wrong: EXPECTED. The sentence is left open for more. */
static plx_out begin_wrong(const job *j, plx_action_key key)
{
    plx_out out = plx_action_fault_begin(&j->reader->fault, PLX_ACTION_AT_VALUE, key);
    plx_out_text(&out, key_names[key]);
    plx_out_text(&out, ": ");
    plx_out_quote(&out, j->words->text[key], PLX_ACTION_QUOTE_MAX);
    plx_out_text(&out, " is wrong: ");
    return out;
}

static plx_status wrong(const job *j, plx_action_key key, const char *expected)
{
    plx_out out = begin_wrong(j, key);
    plx_out_text(&out, expected);
    return plx_action_fault_end(&j->reader->fault, &out, PLX_RANGE);
}

/* Values. */

typedef struct range {
    double low, high;
} range;

/* What is not said stays. */
static plx_status number(const job *j, plx_action_key key, range r, double *value)
{
    plx_decimal d;
    if (!said(j, key)) return PLX_OK;
    plx_status status = plx_decimal_parse(j->words->text[key], &d);
    if (status == PLX_OK && d.value >= r.low && d.value <= r.high) {
        *value = d.value;
        return PLX_OK;
    }
    plx_out out = begin_wrong(j, key);
    plx_out_text(&out, "a number from ");
    plx_out_double_short(&out, r.low, 3);
    plx_out_text(&out, " to ");
    plx_out_double_short(&out, r.high, 3);
    return plx_action_fault_end(&j->reader->fault, &out, PLX_RANGE);
}

/* A setting of the airway, which is float. */
static plx_status setting(const job *j, plx_action_key key, range r, float *out)
{
    double value = (double)*out;
    PLX_TRY(number(j, key, r, &value));
    *out = (float)value;
    return PLX_OK;
}

/* Airway: an action replaces all of it, so what was set before is carried on here. */

static plx_status oxygen(const job *j, plx_airway *a)
{
    static const char *const words[PLX_OXYGEN_N] = {"room_air", "nasal_cannula", "simple_mask",
                                                    "non_rebreather", "high_flow_nasal"};
    plx_slice word = j->words->text[PLX_KEY_device];
    bool fraction = plx_slice_is(word, "fio2"), flows = false;
    plx_oxygen found = fraction ? PLX_OXYGEN_ROOM : PLX_OXYGEN_N;
    for (unsigned i = 0; i < PLX_OXYGEN_N; i++)
        if (plx_slice_is(word, words[i])) found = (plx_oxygen)i;
    if (found == PLX_OXYGEN_N)
        return wrong(j, PLX_KEY_device,
                     "room_air, nasal_cannula, simple_mask, non_rebreather, high_flow_nasal or "
                     "fio2");
    flows = found != PLX_OXYGEN_ROOM;
    if (flows != said(j, PLX_KEY_flow_l_min))
        return complain(j, flows ? "this device needs flow_l_min"
                                 : "flow_l_min means nothing to this device");
    if (fraction != said(j, PLX_KEY_fio2))
        return complain(j, fraction ? "device: fio2 needs fio2"
                                    : "fio2 is said with device: fio2 only");
    if (a->vent != PLX_VENT_NONE)
        return complain(j, "a mask does not go with a ventilator or cpap; say fio2 there");
    *a = (plx_airway){.device = found};
    PLX_TRY(setting(j, PLX_KEY_flow_l_min, (range){0, 80}, &a->flow_l_min));
    return setting(j, PLX_KEY_fio2, (range){0.1, 1}, &a->fi_o2);
}

static plx_status cpap(const job *j, plx_airway *a)
{
    *a = (plx_airway){.vent = PLX_VENT_CPAP};
    PLX_TRY(setting(j, PLX_KEY_peep, (range){0, 30}, &a->peep_cmh2o));
    PLX_TRY(setting(j, PLX_KEY_pressure, (range){0, 50}, &a->pressure_cmh2o));
    return setting(j, PLX_KEY_fio2, (range){0.21, 1}, &a->fi_o2);
}

static plx_status machine(const job *j, plx_airway *a)
{
    double kg = plx_person_ideal_weight_kg(j->reader->person), vt_ml_kg = VT_ML_KG;
    bool runs = a->vent == PLX_VENT_VOLUME || a->vent == PLX_VENT_PRESSURE;
    if (!runs) {
        *a = after_intubation;
        a->vt_l = (float)(VT_ML_KG * kg / 1000);
    }
    if (said(j, PLX_KEY_mode)) {
        plx_slice mode = j->words->text[PLX_KEY_mode];
        if (!plx_slice_is(mode, "vc") && !plx_slice_is(mode, "pc"))
            return wrong(j, PLX_KEY_mode, "vc (volume) or pc (pressure)");
        a->vent = mode.at[0] == 'v' ? PLX_VENT_VOLUME : PLX_VENT_PRESSURE;
    }
    if (said(j, PLX_KEY_pressure) && a->vent == PLX_VENT_VOLUME)
        return complain(j, "pressure is said with mode: pc only");
    if (said(j, PLX_KEY_vt_ml_kg) && a->vent == PLX_VENT_PRESSURE)
        return complain(j, "vt_ml_kg is said with mode: vc only");
    PLX_TRY(number(j, PLX_KEY_vt_ml_kg, (range){2, 15}, &vt_ml_kg));
    if (said(j, PLX_KEY_vt_ml_kg)) a->vt_l = (float)(vt_ml_kg * kg / 1000);
    PLX_TRY(setting(j, PLX_KEY_rr_per_min, (range){4, 60}, &a->rate_per_min));
    PLX_TRY(setting(j, PLX_KEY_peep, (range){0, 30}, &a->peep_cmh2o));
    PLX_TRY(setting(j, PLX_KEY_pressure, (range){1, 50}, &a->pressure_cmh2o));
    return setting(j, PLX_KEY_fio2, (range){0.21, 1}, &a->fi_o2);
}

static plx_status airway(const job *j, plx_airway *a)
{
    plx_slice word = j->words->verb;
    if (plx_slice_is(word, "oxygen")) return oxygen(j, a);
    if (plx_slice_is(word, "cpap") || plx_slice_is(word, "niv")) return cpap(j, a);
    if (plx_slice_is(word, "peep")) {
        if (a->vent == PLX_VENT_NONE)
            return complain(j, "peep needs cpap, intubate or ventilator before it");
        return setting(j, PLX_KEY_peep, (range){0, 30}, &a->peep_cmh2o);
    }
    if (plx_slice_is(word, "extubate")) {
        *a = (plx_airway){0};
        return PLX_OK;
    }
    return machine(j, a);
}

/* Words. */

static const verb *find_verb(plx_slice word, plx_action *action)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (plx_slice_is(word, verbs[i].word)) return &verbs[i];
    if (plx_drug_named(word, &action->drug) == PLX_OK) return &drug_verb;
    if (plx_fluid_named(word, &action->fluid) != PLX_OK) return NULL;
    bool cells = action->fluid == PLX_FLUID_PRBC || action->fluid == PLX_FLUID_WHOLE_BLOOD;
    return cells ? &cells_verb : &fluid_verb;
}

static plx_status check_keys(const job *j, const verb *v)
{
    plx_action_fault *fault = &j->reader->fault;
    for (unsigned key = 0; key < PLX_KEY_N; key++) {
        bool is_said = said(j, (plx_action_key)key);
        if (!is_said && v->must >> key & 1) {
            plx_out out = plx_action_fault_begin(fault, PLX_ACTION_AT_VERB, PLX_KEY_N);
            plx_out_slice_add(&out, j->words->verb);
            plx_out_text(&out, " needs ");
            plx_out_text(&out, key_names[key]);
            return plx_action_fault_end(fault, &out, PLX_MISSING);
        }
        if (is_said && !((v->must | v->may) >> key & 1)) {
            plx_out out = plx_action_fault_begin(fault, PLX_ACTION_AT_KEY, (plx_action_key)key);
            plx_out_text(&out, key_names[key]);
            plx_out_text(&out, " means nothing to ");
            plx_out_slice_add(&out, j->words->verb);
            return plx_action_fault_end(fault, &out, PLX_CONFLICT);
        }
    }
    return PLX_OK;
}

static plx_status read_words(const job *j, plx_action *a)
{
    const plx_slice *text = j->words->text;
    if (said(j, PLX_KEY_unit) && plx_dose_unit_named(text[PLX_KEY_unit], &a->unit) != PLX_OK)
        return wrong(j, PLX_KEY_unit, PLX_ACTION_DOSE_UNITS);
    if (a->kind == PLX_ACTION_STOP) a->drug = PLX_DRUG_N; /* all fluids and bleeding */
    if (said(j, PLX_KEY_drug) && plx_drug_named(text[PLX_KEY_drug], &a->drug) != PLX_OK)
        return wrong(j, PLX_KEY_drug, "no drug of that name is known");
    if (said(j, PLX_KEY_fluid)) {
        plx_status status = plx_fluid_named(text[PLX_KEY_fluid], &a->fluid);
        if (status != PLX_OK || (a->fluid != PLX_FLUID_RINGER && a->fluid != PLX_FLUID_SALINE))
            return wrong(j, PLX_KEY_fluid, "a crystalloid is ringer or saline");
    }
    if (said(j, PLX_KEY_name) && plx_condition_named(text[PLX_KEY_name], &a->condition) != PLX_OK)
        return wrong(j, PLX_KEY_name, "no condition of that name is known");
    return PLX_OK;
}

static plx_status read_numbers(const job *j, const verb *v, plx_action *a)
{
    const range seconds = {1, PLX_ACTION_SECONDS_MAX};
    if (v->amount != PLX_KEY_N) PLX_TRY(number(j, v->amount, (range){v->low, v->high}, &a->amount));
    PLX_TRY(number(j, PLX_KEY_duration_s, seconds, &a->duration_s));
    PLX_TRY(number(j, PLX_KEY_rate_ml_min, (range){0.01, 1200}, &a->rate_ml_min));
    PLX_TRY(number(j, PLX_KEY_hct, (range){0.01, 0.9}, &a->hct));
    if (!said(j, PLX_KEY_onset_s)) return PLX_OK;
    PLX_TRY(number(j, PLX_KEY_onset_s, (range){0, PLX_ACTION_SECONDS_MAX}, &a->duration_s));
    if (a->duration_s < 1) a->duration_s = 1; /* at once; 0 would be the condition's own time */
    return PLX_OK;
}

plx_status plx_action_read(plx_action_reader *reader, const plx_action_words *words, uint32_t at_s,
                           plx_action *action)
{
    job j = {reader, words};
    plx_action a = {.at_s = at_s};
    const verb *v = find_verb(words->verb, &a);
    if (!v) {
        plx_out out = plx_action_fault_begin(&reader->fault, PLX_ACTION_AT_VERB, PLX_KEY_N);
        plx_out_text(&out, "no action is called ");
        plx_out_quote(&out, words->verb, PLX_ACTION_QUOTE_MAX);
        return plx_action_fault_end(&reader->fault, &out, PLX_UNKNOWN);
    }
    a.kind = v->kind;
    PLX_TRY(check_keys(&j, v));
    PLX_TRY(read_words(&j, &a));
    PLX_TRY(read_numbers(&j, v, &a));
    if (a.kind == PLX_ACTION_AIRWAY) {
        plx_airway next = reader->airway;
        PLX_TRY(airway(&j, &next));
        reader->airway = a.airway = next;
    }
    *action = a;
    return PLX_OK;
}

/* Names. */

const char *plx_action_key_name(plx_action_key key)
{
    PLX_ASSERT((unsigned)key < PLX_KEY_N);
    return key_names[key];
}

bool plx_action_key_named(plx_slice word, plx_action_key *key)
{
    for (unsigned i = 0; i < PLX_KEY_N; i++)
        if (plx_slice_is(word, key_names[i])) {
            *key = (plx_action_key)i;
            return true;
        }
    return false;
}

bool plx_action_verb_keys(plx_slice word, uint32_t *keys)
{
    plx_action unused;
    const verb *v = find_verb(word, &unused);
    if (v) *keys = v->must | v->may;
    return v != NULL;
}

const char *plx_action_verb_word(size_t i)
{
    return i < sizeof verbs / sizeof *verbs ? verbs[i].word : NULL;
}
