/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/physiology/care.h"

#include <string.h>

#include "core/base/mathx.h"

#define FOREVER -1.0
#define VASOPRESSIN_UG_PER_UNIT 1.9 /* verify */
#define DECOMPRESSION_TAU_S 20.0
#define DRAIN_ML_S 5.0          /* a pericardial tap */
#define CLOT_TAU_S (3 * 3600.0) /* prior, 1 to 6 h */
#define EFFUSION_FULL_ML 650.0  /* at severity 1, in the time of onset */

/* Severity goes from 0 to its aim in this time when the action names none (s). */
static const double onset_s[PLX_CONDITION_N] = {
    [PLX_CONDITION_ASTHMA] = 60,
    [PLX_CONDITION_COPD] = 1,
    [PLX_CONDITION_ARDS] = 60,
    [PLX_CONDITION_PNEUMONIA] = 60,
    [PLX_CONDITION_TENSION_PNEUMOTHORAX] = 120,
    [PLX_CONDITION_TAMPONADE] = 300,
    [PLX_CONDITION_PULMONARY_EMBOLISM] = 30,
    [PLX_CONDITION_SEPSIS] = 1800,
    [PLX_CONDITION_ANAPHYLAXIS] = 180,
    [PLX_CONDITION_CARDIOGENIC] = 120,
    [PLX_CONDITION_ATRIAL_FIBRILLATION] = 1,
    [PLX_CONDITION_TACHYCARDIA] = 5,
    [PLX_CONDITION_BRADYCARDIA] = 5,
};

static const double fluid_hct[PLX_FLUID_N] = {
    [PLX_FLUID_PRBC] = 0.60, [PLX_FLUID_WHOLE_BLOOD] = 0.40};

void plx_care_init(plx_care *c, const plx_person *person)
{
    memset(c, 0, sizeof *c);
    c->person = *person;
    c->bleed_factor = 1;
    for (int i = 0; i < PLX_CARE_DRUGS_MAX; i++)
        c->drugs[i].model.drug = PLX_DRUG_N;
    if (person->chronic & PLX_CHRONIC_COPD) c->severity_aim[PLX_CONDITION_COPD] = 0.3;
    if (person->chronic & PLX_CHRONIC_ATRIAL_FIBRILLATION)
        c->severity_aim[PLX_CONDITION_ATRIAL_FIBRILLATION] = 1;
    for (int i = 0; i < PLX_CONDITION_N; i++)
        c->severity[i] = c->severity_aim[i];
}

static plx_status refuse(char *why, size_t size, const char *sentence)
{
    size_t n = strlen(sentence);
    if (n >= size) n = size - 1;
    memcpy(why, sentence, n);
    why[n] = 0;
    return PLX_RANGE;
}

/* Doses. */

static bool is_rate(plx_dose_unit unit)
{
    return unit >= PLX_DOSE_UG_MIN;
}

/* ug, or ug/s of a rate. */
static double in_ug(const plx_care *c, plx_dose_unit unit, double amount)
{
    double kg = c->person.weight_kg;
    switch (unit) {
    case PLX_DOSE_UG:
        return amount;
    case PLX_DOSE_MG:
        return amount * 1e3;
    case PLX_DOSE_UG_KG:
        return amount * kg;
    case PLX_DOSE_MG_KG:
        return amount * kg * 1e3;
    case PLX_DOSE_UNIT:
        return amount * VASOPRESSIN_UG_PER_UNIT;
    case PLX_DOSE_UG_MIN:
        return amount / 60;
    case PLX_DOSE_MG_MIN:
        return amount * 1e3 / 60;
    case PLX_DOSE_MG_H:
        return amount * 1e3 / 3600;
    case PLX_DOSE_UG_KG_MIN:
        return amount * kg / 60;
    case PLX_DOSE_UG_KG_H:
        return amount * kg / 3600;
    case PLX_DOSE_MG_KG_H:
        return amount * kg * 1e3 / 3600;
    case PLX_DOSE_UNIT_MIN:
        return amount * VASOPRESSIN_UG_PER_UNIT / 60;
    case PLX_DOSE_UNIT_H:
        return amount * VASOPRESSIN_UG_PER_UNIT / 3600;
    case PLX_DOSE_N:
    default:
        return 0;
    }
}

static plx_drug_state *drug_place(plx_care *c, plx_drug drug)
{
    plx_drug_state *spare = NULL;
    for (int i = 0; i < PLX_CARE_DRUGS_MAX; i++) {
        if (c->drugs[i].model.drug == (uint32_t)drug) return &c->drugs[i];
        if (c->drugs[i].model.drug == PLX_DRUG_N && !spare) spare = &c->drugs[i];
    }
    return spare;
}

static plx_care_run *run_place(plx_care *c, uint32_t kind, uint32_t what)
{
    for (int i = 0; i < PLX_CARE_INFUSIONS_MAX; i++)
        if (c->runs[i].rate > 0 && c->runs[i].kind == kind && c->runs[i].what == what &&
            kind == PLX_ACTION_DRUG)
            return &c->runs[i]; /* a new rate replaces the old one */
    for (int i = 0; i < PLX_CARE_INFUSIONS_MAX; i++)
        if (c->runs[i].rate <= 0) return &c->runs[i];
    return NULL;
}

static plx_status give_drug(plx_care *c, const plx_action *a, char *why, size_t size)
{
    if ((unsigned)a->drug >= PLX_DRUG_N) return refuse(why, size, "the drug is not known");
    double ug = in_ug(c, a->unit, a->amount);
    if (!(ug >= 0) || ug > 1e7) return refuse(why, size, "the dose is below 0 or above 10 g");
    plx_drug_state *place = drug_place(c, a->drug);
    plx_care_run *run = run_place(c, PLX_ACTION_DRUG, (uint32_t)a->drug);
    bool runs = is_rate(a->unit) || a->duration_s > 0;
    if (!place || (runs && !run)) return PLX_FULL;
    double rate = is_rate(a->unit) ? ug : a->duration_s > 0 ? ug / a->duration_s : 0;
    double per_kg_min = rate * 60 / c->person.weight_kg;
    if (place->model.drug != (uint32_t)a->drug) memset(place, 0, sizeof *place);
    place->model = plx_drug_model_for(a->drug, &c->person, per_kg_min);
    if (!runs) {
        place->amount_ug[0] += ug;
        place->given_ug += ug;
        return PLX_OK;
    }
    double total = !is_rate(a->unit) ? ug : a->duration_s > 0 ? rate * a->duration_s : FOREVER;
    *run = (plx_care_run){PLX_ACTION_DRUG, (uint32_t)a->drug, rate, total, 0};
    return PLX_OK;
}

static plx_status give_fluid(plx_care *c, const plx_action *a, char *why, size_t size)
{
    if ((unsigned)a->fluid >= PLX_FLUID_N) return refuse(why, size, "the fluid is not known");
    if (!(a->amount > 0) || a->amount > 20000)
        return refuse(why, size, "a fluid needs a volume of up to 20 L");
    if (!(a->hct >= 0) || a->hct > 0.9) return refuse(why, size, "hct goes from 0 to 0.9");
    plx_care_run *run = run_place(c, PLX_ACTION_FLUID, (uint32_t)a->fluid);
    if (!run) return PLX_FULL;
    double rate = a->rate_ml_min > 0 ? a->rate_ml_min / 60
                                     : a->amount / (a->duration_s > 0 ? a->duration_s : 60);
    if (rate > 20) return refuse(why, size, "no line takes more than 20 mL/s");
    *run = (plx_care_run){PLX_ACTION_FLUID, (uint32_t)a->fluid, rate, a->amount,
                          a->hct > 0 ? a->hct : fluid_hct[a->fluid]};
    return PLX_OK;
}

static plx_status bleed(plx_care *c, const plx_action *a, char *why, size_t size)
{
    if (!(a->rate_ml_min > 0) || a->rate_ml_min > 1200)
        return refuse(why, size, "bleeding needs a rate of up to 1200 mL/min");
    plx_care_run *run = run_place(c, PLX_ACTION_BLEED, 0);
    if (!run) return PLX_FULL;
    *run = (plx_care_run){PLX_ACTION_BLEED, 0, a->rate_ml_min / 60,
                          a->amount > 0 ? a->amount : FOREVER, 0};
    return PLX_OK;
}

static void fall_ill(plx_care *c, const plx_action *a)
{
    double s = a->duration_s > 0 ? a->duration_s : onset_s[a->condition];
    c->severity_aim[a->condition] = a->amount;
    double way = a->amount - c->severity[a->condition];
    c->severity_per_s[a->condition] = (way < 0 ? -way : way) / s;
    if (a->condition == PLX_CONDITION_TENSION_PNEUMOTHORAX)
        c->relieving = false, c->tension_relief = 0;
}

static void stop(plx_care *c, const plx_action *a)
{
    for (int i = 0; i < PLX_CARE_INFUSIONS_MAX; i++) {
        plx_care_run *r = &c->runs[i];
        bool this_drug = r->kind == PLX_ACTION_DRUG && r->what == (uint32_t)a->drug;
        if (a->drug == PLX_DRUG_N ? r->kind != PLX_ACTION_DRUG : this_drug) r->rate = 0;
    }
}

static plx_status check_range(const plx_action *a, char *why, size_t size)
{
    double x = a->amount;
    if (x != x || a->duration_s != a->duration_s || a->duration_s < 0)
        return refuse(why, size, "an amount or a duration is not a number");
    switch (a->kind) {
    case PLX_ACTION_CONDITION:
        if ((unsigned)a->condition >= PLX_CONDITION_N)
            return refuse(why, size, "the condition is not known");
        return x < 0 || x > 1 ? refuse(why, size, "severity goes from 0 to 1") : PLX_OK;
    case PLX_ACTION_BLEEDING_CONTROL:
        return x < 0 || x > 1 ? refuse(why, size, "the share left goes from 0 to 1") : PLX_OK;
    case PLX_ACTION_WOUND:
        return x < 0 || x > 1200 ? refuse(why, size, "a wound bleeds up to 1200 mL/min") : PLX_OK;
    case PLX_ACTION_TEMPERATURE:
    case PLX_ACTION_COOLING:
        return x != 0 && (x < 25 || x > 42)
                   ? refuse(why, size, "temperature goes from 25 to 42 degC")
                   : PLX_OK;
    case PLX_ACTION_LBNP:
        return x > 0 || x < -120 ? refuse(why, size, "suction goes from -120 to 0 mmHg") : PLX_OK;
    case PLX_ACTION_LEG_RAISE:
    case PLX_ACTION_STAND:
        return x < 0 || x > 1500 ? refuse(why, size, "posture shifts up to 1500 mL") : PLX_OK;
    case PLX_ACTION_AIRWAY: {
        const plx_airway *w = &a->airway;
        bool good = w->flow_l_min >= 0 && w->flow_l_min <= 80 && w->peep_cmh2o >= 0 &&
                    w->peep_cmh2o <= 30 && w->pressure_cmh2o >= 0 && w->pressure_cmh2o <= 60 &&
                    w->rate_per_min >= 0 && w->rate_per_min <= 60 && w->vt_l >= 0 && w->vt_l <= 2 &&
                    (w->fi_o2 == 0 || (w->fi_o2 >= 0.1f && w->fi_o2 <= 1));
        return good ? PLX_OK
                    : refuse(why, size, "a setting of the airway is outside its range (second.h)");
    }
    default:
        return PLX_OK;
    }
}

plx_status plx_care_act(plx_care *c, const plx_action *a, char *why, size_t size)
{
    PLX_TRY(check_range(a, why, size));
    switch (a->kind) {
    case PLX_ACTION_DRUG:
        return give_drug(c, a, why, size);
    case PLX_ACTION_FLUID:
        return give_fluid(c, a, why, size);
    case PLX_ACTION_BLEED:
        return bleed(c, a, why, size);
    case PLX_ACTION_WOUND:
        c->wound_new_ml_s_mmhg += a->amount / 60 / 80;
        break; /* 90 - 10 mmHg */
    case PLX_ACTION_BLEEDING_CONTROL:
        c->bleed_factor = a->amount, c->bleed_held = true;
        break;
    case PLX_ACTION_CONDITION:
        fall_ill(c, a);
        break;
    case PLX_ACTION_AIRWAY:
        c->airway = a->airway;
        break;
    case PLX_ACTION_DECOMPRESS:
        c->relieving = true;
        break;
    case PLX_ACTION_PERICARDIOCENTESIS:
        c->drain_ml += a->amount > 0 ? a->amount : EFFUSION_FULL_ML;
        c->severity_aim[PLX_CONDITION_TAMPONADE] = c->severity[PLX_CONDITION_TAMPONADE];
        break;
    case PLX_ACTION_ANTIPYRETIC:
        c->antipyretic = true;
        break;
    case PLX_ACTION_COOLING:
        c->temp_set_degc = a->amount;
        break;
    case PLX_ACTION_TEMPERATURE:
        c->temp_imposed_degc = a->amount;
        break;
    case PLX_ACTION_LEG_RAISE:
        c->legs_up_ml = a->amount > 0 ? a->amount : 250;
        c->legs_left_s = a->duration_s > 0 ? a->duration_s : FOREVER;
        break;
    case PLX_ACTION_STAND:
        c->legs_up_ml = -(a->amount > 0 ? a->amount : 600);
        c->legs_left_s = a->duration_s > 0 ? a->duration_s : FOREVER;
        break;
    case PLX_ACTION_LBNP:
        c->lbnp_mmhg = a->amount;
        break;
    case PLX_ACTION_STOP:
        stop(c, a);
        break;
    case PLX_ACTION_N:
    default:
        return refuse(why, size, "the action is not known");
    }
    return PLX_OK;
}

/* The coming second. */

/* What runs in this second, and what is left of it. */
static double run_on(plx_care_run *r)
{
    double now = r->rate;
    if (r->left != FOREVER) {
        if (now >= r->left) now = r->left, r->rate = 0;
        r->left -= now;
    }
    return now;
}

static void runs_step(plx_care *c, plx_second *s, double drug_ug_s[PLX_DRUG_N])
{
    for (int i = 0; i < PLX_CARE_INFUSIONS_MAX; i++) {
        plx_care_run *r = &c->runs[i];
        if (r->rate <= 0) continue;
        double now = run_on(r);
        if (r->kind == PLX_ACTION_DRUG) drug_ug_s[r->what] += now;
        if (r->kind == PLX_ACTION_BLEED) s->bleed_ml_s += (float)now;
        if (r->kind != PLX_ACTION_FLUID) continue;
        s->fluid_ml_s[r->what] += (float)now;
        s->fluid_hct[r->what] = (float)r->hct;
    }
}

static void drugs_step(plx_care *c, plx_second *s, const double drug_ug_s[PLX_DRUG_N])
{
    for (int i = 0; i < PLX_CARE_DRUGS_MAX; i++) {
        plx_drug_state *d = &c->drugs[i];
        uint32_t drug = d->model.drug;
        if (drug == PLX_DRUG_N) continue;
        plx_drug_step(d, drug_ug_s[drug]);
        if (d->effect_ug_l < 1e-6 && drug_ug_s[drug] <= 0 && d->amount_ug[0] < 1e-6) continue;
        s->effect_ug_l[drug] = (float)d->effect_ug_l;
        s->drugs |= 1u << drug;
    }
}

static void conditions_step(plx_care *c, plx_second *s)
{
    for (int i = 0; i < PLX_CONDITION_N; i++) {
        double way = c->severity_aim[i] - c->severity[i], most = c->severity_per_s[i];
        c->severity[i] += way > most ? most : way < -most ? -most : way;
        s->severity[i] = (float)c->severity[i];
    }
    if (c->relieving) c->tension_relief += (1 - c->tension_relief) / DECOMPRESSION_TAU_S;
    s->severity[PLX_CONDITION_TENSION_PNEUMOTHORAX] *= (float)(1 - c->tension_relief);
    double grows = c->severity_aim[PLX_CONDITION_TAMPONADE] - c->severity[PLX_CONDITION_TAMPONADE];
    if (grows > 0)
        s->effusion_ml_s = (float)(EFFUSION_FULL_ML * c->severity_per_s[PLX_CONDITION_TAMPONADE]);
    if (c->drain_ml > 0) {
        s->effusion_ml_s = (float)-DRAIN_ML_S;
        c->drain_ml -= DRAIN_ML_S;
    }
}

void plx_care_step(plx_care *c, plx_second *s)
{
    double drug_ug_s[PLX_DRUG_N] = {0};
    memset(s, 0, sizeof *s);
    runs_step(c, s, drug_ug_s);
    drugs_step(c, s, drug_ug_s);
    conditions_step(c, s);
    s->wound_ml_s_mmhg = (float)c->wound_new_ml_s_mmhg;
    c->wound_new_ml_s_mmhg = 0;
    s->clot_per_s = (float)(1 / CLOT_TAU_S);
    s->bleed_factor = (float)c->bleed_factor;
    s->bleed_held = c->bleed_held;
    s->legs_up_ml = (float)c->legs_up_ml;
    if (c->legs_left_s > 0 && (c->legs_left_s -= 1) <= 0) c->legs_up_ml = 0;
    s->lbnp_mmhg = (float)c->lbnp_mmhg;
    s->temp_set_degc = (float)c->temp_set_degc;
    if (c->antipyretic && c->temp_set_degc == 0) s->temp_set_degc = 37, s->temp_tau_s = 1500;
    s->temp_imposed_degc = (float)c->temp_imposed_degc;
    s->airway = c->airway;
    c->time_s++;
}

double plx_care_plasma_ug_l(const plx_care *c, plx_drug drug)
{
    for (int i = 0; i < PLX_CARE_DRUGS_MAX; i++)
        if (c->drugs[i].model.drug == (uint32_t)drug) return plx_drug_plasma_ug_l(&c->drugs[i]);
    return 0;
}

/* Names. */

static plx_status named(plx_slice word, const char *const *names, unsigned n, unsigned *out)
{
    for (unsigned i = 0; i < n; i++)
        if (word.n == strlen(names[i]) && memcmp(word.at, names[i], word.n) == 0) {
            *out = i;
            return PLX_OK;
        }
    return PLX_UNKNOWN;
}

#define NAMED(function, type, list, count)                                                         \
    plx_status function(plx_slice word, type *out)                                                 \
    {                                                                                              \
        static const char *const names[] = {list(X)};                                              \
        unsigned i = 0;                                                                            \
        PLX_TRY(named(word, names, count, &i));                                                    \
        *out = (type)i;                                                                            \
        return PLX_OK;                                                                             \
    }
#define X(id, text) text,
NAMED(plx_drug_named, plx_drug, PLX_DRUG_LIST, PLX_DRUG_N)
NAMED(plx_fluid_named, plx_fluid, PLX_FLUID_LIST, PLX_FLUID_N)
NAMED(plx_condition_named, plx_condition, PLX_CONDITION_LIST, PLX_CONDITION_N)
#undef X
#define UNITS(X)                                                                                   \
    X("ug")                                                                                        \
    X("mg")                                                                                        \
    X("ug/kg")                                                                                     \
    X("mg/kg")                                                                                     \
    X("U")                                                                                         \
    X("ug/min") X("mg/min") X("mg/h") X("ug/kg/min") X("ug/kg/h") X("mg/kg/h") X("U/min") X("U/h")
#define X(text) text,
NAMED(plx_dose_unit_named, plx_dose_unit, UNITS, PLX_DOSE_N)
