/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The words of actions: which keys each takes, and what it becomes. */
#include <stdio.h>
#include <string.h>

#include "edge/host/scenario_private.h"

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
    uint32_t must, may;    /* keys beside at_s */
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

/* Values. */

static plx_yaml_value value_of(const plx_action_reader *r, const plx_action_entry *e,
                               plx_action_key key)
{
    return (plx_yaml_value){r->yaml, e->from, e->to, key_names[key], e->text[key]};
}

static plx_status complain(const plx_action_reader *r, const plx_action_entry *e,
                           const char *sentence)
{
    size_t at = plx_yaml_find(r->yaml->text, e->from, e->to, "do", "");
    return plx_yaml_complain(r->yaml, plx_yaml_line(r->yaml->text, at), sentence);
}

static plx_status number(const plx_action_reader *r, const plx_action_entry *e, plx_action_key key,
                         plx_number_range range, double *out)
{
    plx_yaml_value v = value_of(r, e, key);
    return v.text ? plx_scenario_number(&v, range, out) : PLX_OK;
}

/* A setting of the airway, which is float; what is not said stays. */
static plx_status setting(const plx_action_reader *r, const plx_action_entry *e, plx_action_key key,
                          plx_number_range range, float *out)
{
    double value = (double)*out;
    PLX_TRY(number(r, e, key, range, &value));
    *out = (float)value;
    return PLX_OK;
}

/* Airway: an action replaces all of it, so what was set before is carried on here. */

static plx_status oxygen(const plx_action_reader *r, const plx_action_entry *e, plx_airway *a)
{
    static const char *const words[PLX_OXYGEN_N] = {"room_air", "nasal_cannula", "simple_mask",
                                                    "non_rebreather", "high_flow_nasal"};
    const char *word = e->text[PLX_KEY_device];
    plx_yaml_value device = value_of(r, e, PLX_KEY_device);
    bool fraction = strcmp(word, "fio2") == 0, flows = false;
    plx_oxygen found = fraction ? PLX_OXYGEN_ROOM : PLX_OXYGEN_N;
    for (unsigned i = 0; i < PLX_OXYGEN_N; i++)
        if (strcmp(word, words[i]) == 0) found = (plx_oxygen)i;
    if (found == PLX_OXYGEN_N)
        return plx_scenario_wrong(&device, "room_air, nasal_cannula, simple_mask, non_rebreather, "
                                           "high_flow_nasal or fio2");
    flows = found != PLX_OXYGEN_ROOM;
    if (flows != (e->text[PLX_KEY_flow_l_min] != NULL))
        return complain(r, e,
                        flows ? "this device needs flow_l_min"
                              : "flow_l_min means nothing to this device");
    if (fraction != (e->text[PLX_KEY_fio2] != NULL))
        return complain(
            r, e, fraction ? "device: fio2 needs fio2" : "fio2 is said with device: fio2 only");
    if (a->vent != PLX_VENT_NONE)
        return complain(r, e, "a mask does not go with a ventilator or cpap; say fio2 there");
    *a = (plx_airway){.device = found};
    PLX_TRY(setting(r, e, PLX_KEY_flow_l_min, (plx_number_range){0, 80}, &a->flow_l_min));
    return setting(r, e, PLX_KEY_fio2, (plx_number_range){0.1, 1}, &a->fi_o2);
}

static plx_status cpap(const plx_action_reader *r, const plx_action_entry *e, plx_airway *a)
{
    *a = (plx_airway){.vent = PLX_VENT_CPAP};
    PLX_TRY(setting(r, e, PLX_KEY_peep, (plx_number_range){0, 30}, &a->peep_cmh2o));
    PLX_TRY(setting(r, e, PLX_KEY_pressure, (plx_number_range){0, 50}, &a->pressure_cmh2o));
    return setting(r, e, PLX_KEY_fio2, (plx_number_range){0.21, 1}, &a->fi_o2);
}

static plx_status machine(const plx_action_reader *r, const plx_action_entry *e, plx_airway *a)
{
    const char *mode = e->text[PLX_KEY_mode];
    double kg = plx_person_ideal_weight_kg(r->person), vt_ml_kg = VT_ML_KG;
    bool runs = a->vent == PLX_VENT_VOLUME || a->vent == PLX_VENT_PRESSURE;
    if (!runs) {
        *a = after_intubation;
        a->vt_l = (float)(VT_ML_KG * kg / 1000);
    }
    if (mode) {
        plx_yaml_value v = value_of(r, e, PLX_KEY_mode);
        if (strcmp(mode, "vc") != 0 && strcmp(mode, "pc") != 0)
            return plx_scenario_wrong(&v, "vc (volume) or pc (pressure)");
        a->vent = mode[0] == 'v' ? PLX_VENT_VOLUME : PLX_VENT_PRESSURE;
    }
    if (e->text[PLX_KEY_pressure] && a->vent == PLX_VENT_VOLUME)
        return complain(r, e, "pressure is said with mode: pc only");
    if (e->text[PLX_KEY_vt_ml_kg] && a->vent == PLX_VENT_PRESSURE)
        return complain(r, e, "vt_ml_kg is said with mode: vc only");
    PLX_TRY(number(r, e, PLX_KEY_vt_ml_kg, (plx_number_range){2, 15}, &vt_ml_kg));
    if (e->text[PLX_KEY_vt_ml_kg]) a->vt_l = (float)(vt_ml_kg * kg / 1000);
    PLX_TRY(setting(r, e, PLX_KEY_rr_per_min, (plx_number_range){4, 60}, &a->rate_per_min));
    PLX_TRY(setting(r, e, PLX_KEY_peep, (plx_number_range){0, 30}, &a->peep_cmh2o));
    PLX_TRY(setting(r, e, PLX_KEY_pressure, (plx_number_range){1, 50}, &a->pressure_cmh2o));
    return setting(r, e, PLX_KEY_fio2, (plx_number_range){0.21, 1}, &a->fi_o2);
}

static plx_status airway(const plx_action_reader *r, const plx_action_entry *e, plx_airway *a)
{
    if (strcmp(e->verb, "oxygen") == 0) return oxygen(r, e, a);
    if (strcmp(e->verb, "cpap") == 0 || strcmp(e->verb, "niv") == 0) return cpap(r, e, a);
    if (strcmp(e->verb, "peep") == 0) {
        if (a->vent == PLX_VENT_NONE)
            return complain(r, e, "peep needs cpap, intubate or ventilator before it");
        return setting(r, e, PLX_KEY_peep, (plx_number_range){0, 30}, &a->peep_cmh2o);
    }
    if (strcmp(e->verb, "extubate") == 0) {
        *a = (plx_airway){0};
        return PLX_OK;
    }
    return machine(r, e, a);
}

/* Words. */

static const verb *find_verb(const char *word, plx_action *action)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].word, word) == 0) return &verbs[i];
    if (plx_drug_named(plx_slice_of(word), &action->drug) == PLX_OK) return &drug_verb;
    if (plx_fluid_named(plx_slice_of(word), &action->fluid) != PLX_OK) return NULL;
    bool cells = action->fluid == PLX_FLUID_PRBC || action->fluid == PLX_FLUID_WHOLE_BLOOD;
    return cells ? &cells_verb : &fluid_verb;
}

static plx_status check_keys(const plx_action_reader *r, const plx_action_entry *e, const verb *v)
{
    char sentence[160];
    for (unsigned key = 1; key < PLX_KEY_N; key++) { /* at_s goes with all */
        bool said = e->text[key] != NULL;
        if (!said && v->must >> key & 1) {
            snprintf(sentence, sizeof sentence, "%.40s needs %s", e->verb, key_names[key]);
            return complain(r, e, sentence);
        }
        if (said && !((v->must | v->may) >> key & 1)) {
            snprintf(sentence, sizeof sentence, "%s means nothing to %.40s", key_names[key],
                     e->verb);
            size_t at = plx_yaml_find(r->yaml->text, e->from, e->to, key_names[key], "");
            return plx_yaml_complain(r->yaml, plx_yaml_line(r->yaml->text, at), sentence);
        }
    }
    return PLX_OK;
}

static plx_status read_words(const plx_action_reader *r, const plx_action_entry *e, plx_action *a)
{
    plx_yaml_value unit = value_of(r, e, PLX_KEY_unit), drug = value_of(r, e, PLX_KEY_drug),
                   fluid = value_of(r, e, PLX_KEY_fluid), name = value_of(r, e, PLX_KEY_name);
    if (unit.text && plx_dose_unit_named(plx_slice_of(unit.text), &a->unit) != PLX_OK)
        return plx_scenario_wrong(&unit, "ug, mg, ug/kg, mg/kg, U, ug/min, mg/min, mg/h, "
                                         "ug/kg/min, ug/kg/h, mg/kg/h, U/min or U/h");
    if (a->kind == PLX_ACTION_STOP) a->drug = PLX_DRUG_N; /* all fluids and bleeding */
    if (drug.text && plx_drug_named(plx_slice_of(drug.text), &a->drug) != PLX_OK)
        return plx_scenario_wrong(&drug, "no drug of that name is known");
    if (fluid.text) {
        plx_status status = plx_fluid_named(plx_slice_of(fluid.text), &a->fluid);
        if (status != PLX_OK || (a->fluid != PLX_FLUID_RINGER && a->fluid != PLX_FLUID_SALINE))
            return plx_scenario_wrong(&fluid, "a crystalloid is ringer or saline");
    }
    if (name.text && plx_condition_named(plx_slice_of(name.text), &a->condition) != PLX_OK)
        return plx_scenario_wrong(&name, "no condition of that name is known");
    return PLX_OK;
}

static plx_status read_numbers(const plx_action_reader *r, const plx_action_entry *e, const verb *v,
                               plx_action *a)
{
    const plx_number_range seconds = {1, PLX_SCENARIO_SECONDS_MAX};
    if (v->amount != PLX_KEY_N)
        PLX_TRY(number(r, e, v->amount, (plx_number_range){v->low, v->high}, &a->amount));
    PLX_TRY(number(r, e, PLX_KEY_duration_s, seconds, &a->duration_s));
    PLX_TRY(number(r, e, PLX_KEY_rate_ml_min, (plx_number_range){0.01, 1200}, &a->rate_ml_min));
    PLX_TRY(number(r, e, PLX_KEY_hct, (plx_number_range){0.01, 0.9}, &a->hct));
    if (!e->text[PLX_KEY_onset_s]) return PLX_OK;
    PLX_TRY(number(r, e, PLX_KEY_onset_s, (plx_number_range){0, PLX_SCENARIO_SECONDS_MAX},
                   &a->duration_s));
    if (a->duration_s < 1) a->duration_s = 1; /* at once; 0 would be the condition's own time */
    return PLX_OK;
}

/* "norepinephrine 0.1 ug/kg/min", "ringer 500 mL", "tension_pneumothorax 0.8". */
static void write_label(const plx_action_entry *e, const plx_action *a, char *label)
{
    const char *const *text = (const char *const *)e->text;
    const char *fluid = text[PLX_KEY_fluid] ? text[PLX_KEY_fluid] : e->verb;
    size_t n = PLX_SCENARIO_LABEL_MAX;
    if (text[PLX_KEY_dose])
        snprintf(label, n, "%s %s %s", e->verb, text[PLX_KEY_dose], text[PLX_KEY_unit]);
    else if (a->kind == PLX_ACTION_CONDITION)
        snprintf(label, n, "%s %s", text[PLX_KEY_name], text[PLX_KEY_severity]);
    else if (text[PLX_KEY_volume_ml])
        snprintf(label, n, "%s %s mL", fluid, text[PLX_KEY_volume_ml]);
    else if (text[PLX_KEY_rate_ml_min])
        snprintf(label, n, "%s %s mL/min", e->verb, text[PLX_KEY_rate_ml_min]);
    else if (text[PLX_KEY_temp_c])
        snprintf(label, n, "%s %s degC", e->verb, text[PLX_KEY_temp_c]);
    else if (text[PLX_KEY_flow_l_min])
        snprintf(label, n, "oxygen %s L/min", text[PLX_KEY_flow_l_min]);
    else if (text[PLX_KEY_drug])
        snprintf(label, n, "stop %s", text[PLX_KEY_drug]);
    else
        snprintf(label, n, "%s", e->verb);
}

plx_status plx_scenario_action(plx_action_reader *r, const plx_action_entry *e, plx_action *action,
                               char *label)
{
    char sentence[160];
    plx_action a = {.at_s = e->at_s};
    const verb *v = find_verb(e->verb, &a);
    if (!v) {
        snprintf(sentence, sizeof sentence, "no action is called \"%.60s\"", e->verb);
        return complain(r, e, sentence);
    }
    a.kind = v->kind;
    PLX_TRY(check_keys(r, e, v));
    PLX_TRY(read_words(r, e, &a));
    PLX_TRY(read_numbers(r, e, v, &a));
    if (a.kind == PLX_ACTION_AIRWAY) {
        plx_airway next = r->airway;
        PLX_TRY(airway(r, e, &next));
        r->airway = a.airway = next;
    }
    *action = a;
    write_label(e, &a, label);
    return PLX_OK;
}
