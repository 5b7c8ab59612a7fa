/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/physiology/protocol.h"

#include "core/physiology/algebra.h"

enum { ACTIONS_MAX = 64, BLEED_STEPS_MAX = 40, EVENT_S = 1800, PC_LOOK_S = 20, PC_TUNE_S = 400 };

/* What happens in a simulation, beside the actions. */
typedef struct plan {
    plx_slice params;
    plx_person person;
    bool group; /* the mean of 64 prior members, not the median person */
    plx_action actions[ACTIONS_MAX];
    uint32_t actions_n;
    double suction_per_s; /* mmHg/s of a ramp; 0 = none */
    bool stops_at_presyncope;
    double vt_l; /* pressure control is set to reach this; 0 = no control */
    uint32_t vt_from_s;
    double lasts_s; /* of a ramp that is the whole experiment; 0 = as long as is asked */
    plx_drug drug;  /* whose plasma is watched; PLX_DRUG_N = none */
    double paco2_per_s, paco2_from; /* imposed carbon dioxide, a ramp from the start */
    double map_low, map_per_s;      /* imposed arterial pressure, a ramp from the start */
} plan;

static plx_status refuse(plx_protocol_run *run, const char *sentence)
{
    return plx_refuse(run->why, sizeof run->why, PLX_UNKNOWN, sentence);
}

static double param(const plan *p, const char *key, double fallback)
{
    return plx_target_number(p->params, key, fallback);
}

static bool param_is(const plan *p, const char *key, const char *word)
{
    plx_slice text;
    return plx_target_key(p->params, key, &text) && plx_slice_is(text, word);
}

static plx_action *add(plan *p, uint32_t at_s, plx_action action)
{
    PLX_ASSERT(p->actions_n < ACTIONS_MAX);
    plx_action *a = &p->actions[p->actions_n++];
    *a = action;
    a->at_s = at_s;
    return a;
}

/* Is every key of the list among those that the protocol knows? */
static bool keys_known(plx_slice list, const char *known)
{
    for (size_t i = 0; i < list.n;) {
        size_t end = i;
        while (end < list.n && list.at[end] != '=' && list.at[end] != ';')
            end++;
        const char *at = known;
        size_t n = end - i;
        while (*at && !(strncmp(at, list.at + i, n) == 0 && at[n] == ' '))
            at += strcspn(at, " ") + 1;
        if (n > 0 && !*at) return false;
        while (end < list.n && list.at[end] != ';')
            end++;
        i = end + 1;
    }
    return true;
}

/* Populations. */

static const char population_keys[] = "sex age height_cm weight_kg base_hr base_sbp base_dbp "
                                      "base_map base_pp base_cvp base_sv base_bv "
                                      "base_hb saps2 chronic pregnant_week n species any ";

static const char *const chronic_words[] = {"hypertension",  "heart_failure",       "beta_blocker",
                                            "copd",          "atrial_fibrillation", "diabetes",
                                            "kidney_disease"}; /* bit i of PLX_CHRONIC_* */

/* a|b|c -> bits; false: a word is not known. */
static bool read_chronic(plx_slice list, uint32_t *bits)
{
    for (size_t i = 0; i < list.n;) {
        size_t end = i, word = 0, words = sizeof chronic_words / sizeof *chronic_words;
        while (end < list.n && list.at[end] != '|')
            end++;
        while (word < words &&
               !plx_slice_is((plx_slice){list.at + i, end - i}, chronic_words[word]))
            word++;
        if (word == words) return false;
        *bits |= 1u << word;
        i = end + 1;
    }
    return true;
}

static plx_status read_person(plx_slice list, plan *p, plx_protocol_run *run)
{
    plx_slice species, chronic = {0};
    if (!keys_known(list, population_keys)) return refuse(run, "a key of population is not known");
    if (plx_target_key(list, "species", &species) && !plx_slice_is(species, "human"))
        return refuse(run, "only humans have a body here");
    plx_slice sex;
    bool female = plx_target_key(list, "sex", &sex) && plx_slice_is(sex, "f");
    plx_person *q = &p->person;
    *q = (plx_person){.sex = female ? PLX_SEX_FEMALE : PLX_SEX_MALE};
    q->age = plx_target_number(list, "age", 35);
    q->height_cm = plx_target_number(list, "height_cm", female ? 163 : 175);
    q->weight_kg = plx_target_number(list, "weight_kg", female ? 60 : 70);
    q->saps2 = plx_target_number(list, "saps2", 0);
    q->base.hr = plx_target_number(list, "base_hr", 0);
    q->base.sbp = plx_target_number(list, "base_sbp", 0);
    q->base.dbp = plx_target_number(list, "base_dbp", 0);
    q->base.map = plx_target_number(list, "base_map", 0);
    q->base.pp = plx_target_number(list, "base_pp", 0);
    q->base.cvp = plx_target_number(list, "base_cvp", 0);
    q->base.sv = plx_target_number(list, "base_sv", 0);
    q->base.bv = plx_target_number(list, "base_bv", 0);
    q->base.hb = plx_target_number(list, "base_hb", 0);
    q->pregnant_week = (uint32_t)plx_target_number(list, "pregnant_week", 0);
    p->group = plx_target_number(list, "n", 0) > 0;
    plx_target_key(list, "chronic", &chronic);
    return read_chronic(chronic, &q->chronic) ? PLX_OK
                                              : refuse(run, "a chronic illness is not known");
}

static double ideal_ml(const plan *p, double per_kg)
{
    return per_kg * plx_person_ideal_weight_kg(&p->person);
}

/* Protocols: each adds its actions; time 0 is PLX_PROTOCOL_SETTLE_S. */

enum { START = PLX_PROTOCOL_SETTLE_S };

static plx_status plan_rest(plan *p, plx_protocol_run *run)
{
    (void)p, (void)run;
    return PLX_OK;
}

/* *end_s: when the last step ends. */
static plx_status bleed_in_steps(plan *p, plx_protocol_run *run, double *end_s)
{
    double bv = plx_person_blood_volume_ml(&p->person);
    double volume = param(p, "volume_ml", param(p, "fraction", 0) * bv);
    double steps = param(p, "steps", 1), pause = param(p, "step_pause_s", 0);
    double rate = param(p, "rate_ml_min", 0), duration = param(p, "duration_s", 0);
    if (volume <= 0) volume = rate * duration / 60;
    if (rate <= 0) rate = duration > 0 ? volume / duration * 60 : 60;
    if (!(volume > 0)) return refuse(run, "a bleed needs volume_ml, fraction or rate and duration");
    if (!(steps >= 1 && steps <= BLEED_STEPS_MAX)) return refuse(run, "a bleed has 1 to 40 steps");
    double step_s = volume / steps / rate * 60, at = START;
    for (int i = 0; i < steps; i++, at += step_s + pause)
        add(p, (uint32_t)at,
            (plx_action){.kind = PLX_ACTION_BLEED, .amount = volume / steps, .rate_ml_min = rate});
    *end_s = at - pause;
    return PLX_OK;
}

static plx_status plan_haemorrhage(plan *p, plx_protocol_run *run)
{
    double end_s;
    return bleed_in_steps(p, run, &end_s);
}

static plx_status add_fluid(plan *p, plx_protocol_run *run, double at_s, double volume, double s)
{
    plx_slice word = PLX_LIT("ringer");
    plx_fluid fluid;
    plx_target_key(p->params, "fluid", &word);
    if (plx_fluid_named(word, &fluid) != PLX_OK) return refuse(run, "the fluid is not known");
    add(p, (uint32_t)at_s,
        (plx_action){.kind = PLX_ACTION_FLUID,
                     .fluid = fluid,
                     .amount = volume,
                     .duration_s = s,
                     .hct = param(p, "hct", 0)});
    run->infused_ml = volume;
    run->infusion_s = s;
    return PLX_OK;
}

static plx_status plan_haemorrhage_fluid(plan *p, plx_protocol_run *run)
{
    double end_s, volume = param(p, "fluid_ml", 500);
    PLX_TRY(bleed_in_steps(p, run, &end_s));
    return add_fluid(p, run, end_s + param(p, "pause_s", 120), volume,
                     volume / param(p, "fluid_rate_ml_min", 50) * 60);
}

static plx_status plan_fluid(plan *p, plx_protocol_run *run)
{
    double volume = param(p, "volume_ml", param(p, "ml_per_kg", 0) * p->person.weight_kg);
    return add_fluid(p, run, START, volume, param(p, "duration_s", 1800));
}

static plx_status plan_lbnp(plan *p, plx_protocol_run *run)
{
    plx_slice stages;
    double ramp = param(p, "ramp_mmhg_min", 0) / 60;
    p->stops_at_presyncope = param_is(p, "stop", "presyncope");
    p->suction_per_s = ramp > 0 ? -ramp : ramp;
    if (!plx_target_key(p->params, "stages_mmhg", &stages))
        return ramp != 0 ? PLX_OK : refuse(run, "suction needs stages_mmhg or ramp_mmhg_min");
    double stage_s = param(p, "stage_s", 300), at = START;
    for (size_t i = 0; i < stages.n && p->actions_n < 40; at += stage_s) {
        size_t end = i;
        while (end < stages.n && stages.at[end] != '|')
            end++;
        char pair[32] = "x=";
        size_t n = end - i < 20 ? end - i : 20;
        memcpy(pair + 2, stages.at + i, n);
        double mmhg = plx_target_number((plx_slice){pair, n + 2}, "x", 0);
        add(p, (uint32_t)at,
            (plx_action){.kind = PLX_ACTION_LBNP, .amount = mmhg > 0 ? -mmhg : mmhg});
        i = end + 1;
    }
    return PLX_OK;
}

static plx_status plan_fever(plan *p, plx_protocol_run *run)
{
    (void)run;
    add(p, 0, (plx_action){.kind = PLX_ACTION_TEMPERATURE, .amount = param(p, "from_c", 37)});
    add(p, START,
        (plx_action){.kind = PLX_ACTION_TEMPERATURE, .amount = param(p, "core_temp_c", 38)});
    return PLX_OK;
}

static plx_status plan_apnoea(plan *p, plx_protocol_run *run)
{
    (void)run;
    double alveolar = param(p, "preox_fao2", 0), fi_o2 = param(p, "preox_fio2", 0);
    if (alveolar > 0) fi_o2 = alveolar + 0.065; /* carbon dioxide and its room */
    double before_s = param(p, "preox_s", alveolar > 0 ? 300 : 180);
    if (before_s > START) before_s = START;
    if (fi_o2 > 0)
        add(p, (uint32_t)(START - before_s),
            (plx_action){.kind = PLX_ACTION_AIRWAY,
                         .airway.fi_o2 = (float)(fi_o2 > 1 ? 1 : fi_o2)});
    add(p, START,
        (plx_action){.kind = PLX_ACTION_AIRWAY,
                     .airway = {.closed = !param_is(p, "airway", "open"),
                                .still = true,
                                .fi_o2 = (float)param(p, "mouth_fio2", 0.21)}});
    return PLX_OK;
}

static plx_status plan_oxygen(plan *p, plx_protocol_run *run)
{
    static const char *const words[PLX_OXYGEN_N] = {"room", "nasal_cannula", "simple_mask",
                                                    "non_rebreather", "high_flow_nasal"};
    plx_action a = {.kind = PLX_ACTION_AIRWAY};
    int device = 0;
    while (device < PLX_OXYGEN_N && !param_is(p, "device", words[device]))
        device++;
    if (device == PLX_OXYGEN_N) return refuse(run, "the oxygen device is not known");
    a.airway.device = (plx_oxygen)device;
    a.airway.flow_l_min = (float)param(p, "flow_l_min", 2);
    a.airway.set_rate_per_min = (float)param(p, "rr_per_min", 0);
    add(p, START, a);
    return PLX_OK;
}

static plx_status add_drug(plan *p, plx_protocol_run *run, double duration_s)
{
    plx_slice word, unit;
    plx_action a = {
        .kind = PLX_ACTION_DRUG, .amount = param(p, "dose", 0), .duration_s = duration_s};
    if (!plx_target_key(p->params, "drug", &word) || plx_drug_named(word, &a.drug) != PLX_OK)
        return refuse(run, "the drug is not known");
    if (!plx_target_key(p->params, "unit", &unit) || plx_dose_unit_named(unit, &a.unit) != PLX_OK)
        return refuse(run, "the unit of the dose is not known");
    p->drug = a.drug;
    add(p, START, a);
    return PLX_OK;
}

static plx_status plan_infusion(plan *p, plx_protocol_run *run)
{
    return add_drug(p, run, param(p, "duration_s", 1800));
}

static plx_status plan_bolus(plan *p, plx_protocol_run *run)
{
    return add_drug(p, run, 0);
}

static plx_status plan_rsi(plan *p, plx_protocol_run *run)
{
    plx_slice word;
    plx_action block = {
        .kind = PLX_ACTION_DRUG, .amount = param(p, "nmb_mg", 0), .unit = PLX_DOSE_MG};
    PLX_TRY(add_drug(p, run, 0));
    if (!plx_target_key(p->params, "nmb", &word) || plx_drug_named(word, &block.drug) != PLX_OK)
        return refuse(run, "the muscle relaxant is not known");
    add(p, START, block);
    if (param_is(p, "ventilate", "no")) return PLX_OK;
    add(p, START + 60,
        (plx_action){.kind = PLX_ACTION_AIRWAY,
                     .airway = {.vent = PLX_VENT_VOLUME,
                                .vt_l = (float)(ideal_ml(p, 8) / 1000),
                                .rate_per_min = 12,
                                .fi_o2 = 1,
                                .peep_cmh2o = 5}});
    return PLX_OK;
}

static plx_status add_condition(plan *p, plx_protocol_run *run, plx_slice word, double onset_s)
{
    plx_action a = {
        .kind = PLX_ACTION_CONDITION, .amount = param(p, "severity", 0.5), .duration_s = onset_s};
    if (plx_slice_is(word, "none")) return PLX_OK;
    if (plx_condition_named(word, &a.condition) != PLX_OK)
        return refuse(run, "the condition is not known");
    add(p, START, a);
    return PLX_OK;
}

static plx_status plan_condition(plan *p, plx_protocol_run *run)
{
    plx_slice word = PLX_LIT("none");
    plx_target_key(p->params, "name", &word);
    PLX_TRY(add_condition(p, run, word, 0));
    double fluid = param(p, "resuscitated_ml_kg", 0) * p->person.weight_kg;
    return fluid > 0 ? add_fluid(p, run, START, fluid, 1800) : PLX_OK;
}

/* Baseline and time of a later change of PEEP count from that change. */
static plx_status plan_ventilator(plan *p, plx_protocol_run *run)
{
    plx_slice word = PLX_LIT("none");
    plx_target_key(p->params, "condition", &word);
    PLX_TRY(add_condition(p, run, word, 1));
    bool pressure = param_is(p, "mode", "pc");
    plx_slice mode;
    if (!pressure && plx_target_key(p->params, "mode", &mode) && !plx_slice_is(mode, "vc"))
        return refuse(run, "the mode is neither vc nor pc");
    double vt_l = ideal_ml(p, param(p, "vt_ml_kg_ibw", 7)) / 1000,
           preload = param(p, "preload_ml", 0);
    plx_action a = {.kind = PLX_ACTION_AIRWAY,
                    .airway = {.vent = pressure ? PLX_VENT_PRESSURE : PLX_VENT_VOLUME,
                               .vt_l = (float)vt_l,
                               .pressure_cmh2o = pressure ? 14 : 0,
                               .rate_per_min = (float)param(p, "rr_per_min", 15),
                               .peep_cmh2o = (float)param(p, "peep_cmh2o", 5),
                               .fi_o2 = (float)param(p, "fio2", 0.3),
                               .still = !param_is(p, "sedated", "no")}};
    if (preload > 0)
        add(p, START,
            (plx_action){.kind = PLX_ACTION_FLUID,
                         .fluid = PLX_FLUID_RINGER,
                         .amount = preload,
                         .duration_s = 600});
    add(p, START, a);
    if (pressure) p->vt_l = vt_l, p->vt_from_s = START;
    double later = param(p, "then_peep_cmh2o", -1);
    if (later < 0) return PLX_OK;
    run->start_s = START + (uint32_t)param(p, "hold_s", 1200);
    a.airway.peep_cmh2o = (float)later;
    add(p, run->start_s, a);
    return PLX_OK;
}

/* Hyperoxic rebreathing (Read 1967) from a bag with 7 % carbon dioxide in oxygen: blood and bag
 * meet near the mixed venous pressure within some breaths, then climb by 4.5 mmHg a minute. */
static plx_status plan_hypercapnia(plan *p, plx_protocol_run *run)
{
    plx_slice method;
    if (plx_target_key(p->params, "method", &method) &&
        !plx_slice_is(method, "hyperoxic_rebreathing"))
        return refuse(run, "the method is not hyperoxic_rebreathing");
    add(p, START, (plx_action){.kind = PLX_ACTION_AIRWAY, .airway.fi_o2 = 0.93f});
    p->paco2_from = 0.07 * (760 - 47);
    p->paco2_per_s = 4.5 / 60;
    p->lasts_s = param(p, "duration_s", 240);
    return PLX_OK;
}

static plx_status plan_baroreflex(plan *p, plx_protocol_run *run)
{
    (void)run;
    double range = param(p, "range_mmhg", 20);
    p->lasts_s = 60;
    p->map_per_s = range / p->lasts_s;
    p->map_low = -0.5 * range; /* around the pressure of rest, where the reflex works */
    return PLX_OK;
}

/* Algebra only. */

static plx_status solve_so2(plan *p, plx_protocol_run *run)
{
    run->algebra = plx_so2(param(p, "po2", 100), param(p, "pco2", 40), param(p, "ph", 7.4),
                           param(p, "temp_c", 37));
    return PLX_OK;
}

static double alveolar(const plan *p)
{
    return plx_alveolar_po2(param(p, "fio2", 0.21), param(p, "paco2", 40), param(p, "pb_mmhg", 760),
                            param(p, "r", 0.8));
}

static plx_status solve_alveolar(plan *p, plx_protocol_run *run)
{
    run->algebra = alveolar(p);
    return PLX_OK;
}

static plx_status solve_shunt(plan *p, plx_protocol_run *run)
{
    run->algebra = plx_shunt_po2(param(p, "shunt", 0), alveolar(p), param(p, "hb_g_dl", 15),
                                 param(p, "avdo2_ml_dl", 5));
    return PLX_OK;
}

static plx_status solve_anthropometry(plan *p, plx_protocol_run *run)
{
    if (!param_is(p, "formula", "nadler")) return refuse(run, "the formula is not known");
    run->algebra = plx_person_blood_volume_ml(&p->person);
    return PLX_OK;
}

static plx_status solve_pk(plan *p, plx_protocol_run *run)
{
    plx_slice word;
    plx_drug drug;
    if (!plx_target_key(p->params, "drug", &word) || plx_drug_named(word, &drug) != PLX_OK)
        return refuse(run, "the drug is not known");
    plx_person person = p->person;
    person.saps2 = param(p, "saps2", 0);
    plx_drug_model m = plx_drug_model_for(drug, &person, 0);
    run->algebra = m.clearance_l_min;
    run->infusion_s = m.half_life_min; /* told apart by the quantity, below */
    return PLX_OK;
}

typedef struct protocol {
    const char *name, *keys;
    bool algebraic;
    plx_status (*make)(plan *p, plx_protocol_run *run);
} protocol;

static const protocol protocols[] = {
    {"dissociation", "po2 pco2 ph temp_c ", true, solve_so2},
    {"alveolar_gas", "fio2 paco2 pb_mmhg r ", true, solve_alveolar},
    {"shunt", "shunt fio2 paco2 hb_g_dl avdo2_ml_dl pb_mmhg r ", true, solve_shunt},
    {"anthropometry", "formula ", true, solve_anthropometry},
    {"pk", "drug saps2 ", true, solve_pk},
    {"rest", "duration_s ", false, plan_rest},
    {"haemorrhage", "volume_ml fraction rate_ml_min duration_s steps step_pause_s ", false,
     plan_haemorrhage},
    {"haemorrhage_fluid",
     "volume_ml fraction rate_ml_min duration_s steps step_pause_s fluid fluid_ml "
     "fluid_rate_ml_min pause_s hct ",
     false, plan_haemorrhage_fluid},
    {"fluid", "fluid volume_ml ml_per_kg duration_s hct compare ", false, plan_fluid},
    {"lbnp", "stages_mmhg stage_s ramp_mmhg_min stop max_s ", false, plan_lbnp},
    {"fever", "core_temp_c from_c hold_s ", false, plan_fever},
    {"apnoea", "preox_fio2 preox_s preox_fao2 airway mouth_fio2 max_s ", false, plan_apnoea},
    {"oxygen_device", "device flow_l_min rr_per_min hold_s ", false, plan_oxygen},
    {"drug_infusion", "drug dose unit duration_s ", false, plan_infusion},
    {"drug_bolus", "drug dose unit duration_s ", false, plan_bolus},
    {"rsi", "drug dose unit nmb nmb_mg ventilate ", false, plan_rsi},
    {"condition", "name severity resuscitated_ml_kg hold_s ", false, plan_condition},
    {"ventilator",
     "condition severity mode vt_ml_kg_ibw rr_per_min peep_cmh2o fio2 sedated then_peep_cmh2o "
     "preload_ml hold_s ",
     false, plan_ventilator},
    {"hypercapnia", "method duration_s ", false, plan_hypercapnia},
    {"baroreflex_gain", "range_mmhg ", false, plan_baroreflex},
};

static const protocol *protocol_named(plx_slice name)
{
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
        if (plx_slice_is(name, protocols[i].name)) return &protocols[i];
    return NULL;
}

/* The simulation. */

static double mean_of(const float *values, uint32_t n)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += (double)values[i];
    return sum / n;
}

static void impose(const plan *p, uint32_t s, plx_second *second)
{
    if (s < START) return;
    double since = s - START;
    if (p->suction_per_s != 0) second->lbnp_mmhg = (float)(p->suction_per_s * since);
    if (p->paco2_per_s > 0)
        second->imposed_paco2_mmhg = (float)(p->paco2_from + p->paco2_per_s * since);
    if (p->map_per_s > 0) second->imposed_map_mmhg = (float)(p->map_low + p->map_per_s * since);
}

/* Pressure control looks at the volume it got and sets itself anew. */
static void tune_pressure(const plan *p, uint32_t s, double vt_ml, plx_care *care)
{
    if (p->vt_l <= 0 || s < p->vt_from_s + PC_LOOK_S || s > p->vt_from_s + PC_TUNE_S) return;
    if (s % PC_LOOK_S != 0 || vt_ml < 20) return;
    double ratio = 1000 * p->vt_l / vt_ml, pressure = (double)care->airway.pressure_cmh2o * ratio;
    care->airway.pressure_cmh2o = (float)(pressure < 2 ? 2 : pressure > 40 ? 40 : pressure);
}

static bool presyncope(const plan *p, const plx_protocol_run *run, uint32_t s, double *top_hr)
{
    if (!p->stops_at_presyncope || s < START) return false;
    double hr = (double)run->series->at[PLX_MEASURE_hr_bpm][s];
    if (hr > *top_hr) *top_hr = hr;
    return run->series->at[PLX_MEASURE_sbp_mmhg][s] < 80 || hr < *top_hr - 20;
}

static plx_status act_due(plan *p, uint32_t s, plx_care *care, plx_protocol_run *run)
{
    for (uint32_t i = 0; i < p->actions_n; i++)
        if (p->actions[i].at_s == s)
            PLX_TRY(plx_care_act(care, &p->actions[i], run->why, sizeof run->why));
    return PLX_OK;
}

/* Before a second is written down. */
static plx_status replace_broken(plx_redraw *redraw, uint32_t s, plx_protocol_run *run)
{
    plx_status status = plx_redraw_look(redraw, run->body, (int64_t)s + 1 - START);
    if (status == PLX_NO_ANSWER) {
        refuse(run, redraw->why);
        return status;
    }
    for (uint32_t m = 0; m < redraw->members; m++)
        for (uint32_t q = 0; redraw->source[m] != m && q < PLX_MEASURE_N; q++) {
            float *of = run->values + (size_t)q * run->body->members;
            of[m] = of[redraw->source[m]];
        }
    return PLX_OK;
}

static plx_status run_second(plan *p, uint32_t s, plx_care *care, plx_redraw *redraw,
                             plx_protocol_run *run)
{
    static const plx_body_run_options all = {PLX_BODY_PULSATILE, 4, 0, 0};
    uint8_t quantities[PLX_MEASURE_N];
    plx_second second;
    for (uint32_t i = 0; i < PLX_MEASURE_N; i++)
        quantities[i] = (uint8_t)i;
    plx_body_trace trace = {
        .quantities = quantities, .quantities_n = PLX_MEASURE_N, .values = run->values};
    plx_body_run_options options = all;
    options.count = p->group ? run->body->members : 4;
    options.lanes = p->group ? run->lanes : 4;
    PLX_TRY(act_due(p, s, care, run));
    plx_care_step(care, &second);
    impose(p, s, &second);
    PLX_TRY(plx_body_run(run->body, &options, &second, 1, &trace));
    run->body->time_s++;
    PLX_TRY(replace_broken(redraw, s, run));
    for (uint32_t q = 0; q < PLX_MEASURE_N; q++)
        run->series->at[q][s] =
            (float)mean_of(run->values + (size_t)q * run->body->members, redraw->members);
    run->series->at[PLX_MEASURE_ci_l_min_m2][s] =
        run->series->at[PLX_MEASURE_co_l_min][s] / (float)plx_person_bsa_m2(&p->person);
    if (p->drug != PLX_DRUG_N) {
        run->series->at[PLX_PROTOCOL_PLASMA][s] = (float)plx_care_plasma_ug_l(care, p->drug);
        run->series->at[PLX_PROTOCOL_EFFECT][s] = second.effect_ug_l[p->drug];
    }
    tune_pressure(p, s, (double)run->series->at[PLX_MEASURE_tv_ml][s], care);
    return PLX_OK;
}

static plx_status simulate(plan *p, uint32_t seconds, plx_protocol_run *run)
{
    plx_care care;
    double top_hr = 0;
    uint16_t source[PLX_PROTOCOL_MEMBERS_MAX];
    plx_redraw redraw = {.members = p->group ? PLX_PROTOCOL_MEMBERS_MAX : 1, .source = source};
    plx_care_init(&care, &p->person);
    run->body->members = p->group ? PLX_PROTOCOL_MEMBERS_MAX : PLX_BODY_GROUP;
    run->body->seed = 7;
    plx_status settled =
        plx_person_settle(&p->person, p->group ? 1 : 0, p->group ? run->lanes : 4, 0, run->body);
    (void)settled; /* the nearest body is what there is; the row will tell */
    if (p->map_per_s > 0) p->map_low += (double)plx_body_state(run->body, PLX_BODY_map)[0];
    for (uint32_t s = 0; s < seconds; s++) {
        PLX_TRY(run_second(p, s, &care, &redraw, run));
        run->seconds = s + 1;
        if (!presyncope(p, run, s, &top_hr)) continue;
        run->event_s = s - START;
        break;
    }
    return PLX_OK;
}

/* Least-squares slope of y on x over columns. */
static double slope(const plx_protocol_run *run, uint32_t from, const float *x, const float *y)
{
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (uint32_t s = from; s < run->seconds; s++) {
        double a = (double)x[s], b = (double)y[s];
        n++, sx += a, sy += b, sxx += a * a, sxy += a * b;
    }
    double d = n * sxx - sx * sx;
    return d > 0 ? (n * sxy - sx * sy) / d : 0;
}

/* Slopes are answers of their own: the imposed quantity against what followed. */
static void answer_slope(const plan *p, plx_protocol_run *run)
{
    if (p->paco2_per_s <= 0 && p->map_per_s <= 0) return;
    plx_protocol_series *at = run->series;
    float *imposed = at->at[PLX_PROTOCOL_OTHER], *answer = at->at[PLX_PROTOCOL_EFFECT];
    for (uint32_t s = START; s < run->seconds; s++) {
        double since = s - START;
        imposed[s] = (float)(p->paco2_per_s > 0 ? p->paco2_per_s * since : p->map_per_s * since);
        answer[s] = p->paco2_per_s > 0 ? at->at[PLX_MEASURE_ve_l_min][s]
                                       : 60000 / at->at[PLX_MEASURE_hr_bpm][s];
    }
    run->algebraic = true;
    run->algebra = slope(run, START + (p->paco2_per_s > 0 ? 60 : 5), imposed, answer);
}

/* A slope, and the difference from another fluid's run, are nothing in the middle. */
static bool asks_whole_run(const plan *p)
{
    plx_slice word;
    return p->paco2_per_s > 0 || p->map_per_s > 0 || plx_target_key(p->params, "compare", &word);
}

static plx_status with_other_fluid(plan *p, uint32_t seconds, plx_protocol_run *run)
{
    plx_slice word;
    if (!plx_target_key(p->params, "compare", &word)) return PLX_OK;
    plx_fluid mine = p->actions[0].fluid;
    if (plx_fluid_named(word, &p->actions[0].fluid) != PLX_OK)
        return refuse(run, "the fluid to compare with is not known");
    PLX_TRY(simulate(p, seconds, run));
    memcpy(run->series->at[PLX_PROTOCOL_OTHER], run->series->at[PLX_MEASURE_plasma_volume_ml],
           sizeof run->series->at[0]);
    p->actions[0].fluid = mine;
    return PLX_OK;
}

double plx_protocol_wait_s(const plx_target *t)
{
    bool slow = plx_slice_is(t->quantity, "intravascular_half_life_h");
    return plx_target_number(t->params, "max_s",
                             slow ? PLX_PROTOCOL_SECONDS_MAX - START - 1 : EVENT_S);
}

plx_status plx_protocol_simulate(const plx_target *t, double until_s, plx_protocol_run *run)
{
    const protocol *found = protocol_named(t->protocol);
    plan p = {.params = t->params, .drug = PLX_DRUG_N};
    run->start_s = START, run->seconds = 0, run->event_s = -1,
    run->infused_ml = run->infusion_s = 0;
    run->out_of_envelope = run->no_answer = run->algebraic = false, run->why[0] = 0;
    if (!found) return refuse(run, "the protocol is not known");
    if (!keys_known(t->params, found->keys))
        return refuse(run, "a key of protocol_params is not known");
    PLX_TRY(read_person(t->population, &p, run));
    if (!found->algebraic && plx_person_check(&p.person, run->why, sizeof run->why) != PLX_OK) {
        run->out_of_envelope = true;
        return PLX_OK;
    }
    run->algebraic = found->algebraic;
    PLX_TRY(found->make(&p, run));
    if (plx_slice_is(t->quantity, "half_life_min")) run->algebra = run->infusion_s;
    if (found->algebraic) return PLX_OK;
    double last = run->start_s + (p.lasts_s > 0 ? p.lasts_s : until_s + 1);
    if (last > PLX_PROTOCOL_SECONDS_MAX) return refuse(run, "the protocol is too long");
    plx_status status = with_other_fluid(&p, (uint32_t)last, run);
    if (status == PLX_OK) status = simulate(&p, (uint32_t)last, run);
    run->no_answer = status == PLX_NO_ANSWER;
    if (run->no_answer && asks_whole_run(&p)) run->seconds = 0;
    if (status == PLX_OK) answer_slope(&p, run);
    return run->no_answer ? PLX_OK : status;
}
