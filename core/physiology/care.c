/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/physiology/care.h"

#include <string.h>

#include "core/base/mathx.h"

#define FOREVER -1.0
#define GONE 1e-6 /* ug, or ug/L: a drug that has left the body */
#define ANTIPYRETIC_S (6 * 3600)
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

/* ug/kg at once or in a minute: ten times what is customary, or a known overdose. Beyond it a unit
 * is wrong more likely than the dose is meant. */
static const double most_ug_kg[PLX_DRUG_N] = {
    [PLX_DRUG_NOREPINEPHRINE] = 20, [PLX_DRUG_PHENYLEPHRINE] = 100,    [PLX_DRUG_EPINEPHRINE] = 150,
    [PLX_DRUG_VASOPRESSIN] = 10,    [PLX_DRUG_DOBUTAMINE] = 500,       [PLX_DRUG_PROPOFOL] = 25e3,
    [PLX_DRUG_ETOMIDATE] = 4e3,     [PLX_DRUG_KETAMINE] = 50e3,        [PLX_DRUG_MIDAZOLAM] = 4e3,
    [PLX_DRUG_FENTANYL] = 500,      [PLX_DRUG_MORPHINE] = 10e3,        [PLX_DRUG_NALOXONE] = 2e3,
    [PLX_DRUG_ROCURONIUM] = 12e3,   [PLX_DRUG_SUCCINYLCHOLINE] = 20e3, [PLX_DRUG_ATROPINE] = 2e3,
    [PLX_DRUG_NITROGLYCERIN] = 500, [PLX_DRUG_FUROSEMIDE] = 40e3,      [PLX_DRUG_SALBUTAMOL] = 1e3,
};

static const double fluid_hct[PLX_FLUID_N] = {
    [PLX_FLUID_PRBC] = 0.60, [PLX_FLUID_WHOLE_BLOOD] = 0.40};

void plx_care_init(plx_care *c, const plx_person *person)
{
    memset(c, 0, sizeof *c);
    c->person = *person;
    c->bleed_factor = 1;
    c->clot_per_s = 1 / CLOT_TAU_S;
    for (int i = 0; i < PLX_CARE_DRUGS_MAX; i++)
        c->drugs[i].model.drug = PLX_DRUG_N;
    if (person->chronic & PLX_CHRONIC_COPD) c->severity_aim[PLX_CONDITION_COPD] = 0.3;
    if (person->chronic & PLX_CHRONIC_ATRIAL_FIBRILLATION)
        c->severity_aim[PLX_CONDITION_ATRIAL_FIBRILLATION] = 1;
    for (int i = 0; i < PLX_CONDITION_N; i++)
        c->severity[i] = c->severity_aim[i];
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

static bool drug_is_gone(const plx_care *c, const plx_drug_state *d)
{
    for (int i = 0; i < PLX_CARE_INFUSIONS_MAX; i++)
        if (c->runs[i].rate > 0 && c->runs[i].kind == PLX_ACTION_DRUG &&
            c->runs[i].what == d->model.drug)
            return false;
    return d->amount_ug[0] + d->amount_ug[1] + d->amount_ug[2] < GONE && d->effect_ug_l < GONE;
}

/* Where the drug is kept: its own place, a free one, or that of a drug which is gone. */
static plx_drug_state *drug_place(plx_care *c, plx_drug drug)
{
    plx_drug_state *spare = NULL, *gone = NULL;
    for (int i = 0; i < PLX_CARE_DRUGS_MAX; i++) {
        plx_drug_state *d = &c->drugs[i];
        if (d->model.drug == (uint32_t)drug) return d;
        if (d->model.drug == PLX_DRUG_N)
            spare = spare ? spare : d;
        else if (!gone && drug_is_gone(c, d))
            gone = d;
    }
    return spare ? spare : gone;
}

static plx_care_run *run_place(plx_care *c)
{
    for (int i = 0; i < PLX_CARE_INFUSIONS_MAX; i++)
        if (c->runs[i].rate <= 0) return &c->runs[i];
    return NULL;
}

/* A new rate replaces the old one; an amount over some time runs beside it. */
static plx_care_run *rate_place(plx_care *c, plx_drug drug)
{
    for (int i = 0; i < PLX_CARE_INFUSIONS_MAX; i++) {
        plx_care_run *r = &c->runs[i];
        if (r->rate > 0 && r->kind == PLX_ACTION_DRUG && r->what == (uint32_t)drug && r->ordered)
            return r;
    }
    return run_place(c);
}

static plx_status dose_check(const plx_care *c, const plx_action *a, char *why, size_t size)
{
    if ((unsigned)a->drug >= PLX_DRUG_N)
        return plx_refuse(why, size, PLX_RANGE, "the drug is not known");
    if ((unsigned)a->unit >= PLX_DOSE_N)
        return plx_refuse(why, size, PLX_RANGE, "the unit is not known");
    bool units =
        a->unit == PLX_DOSE_UNIT || a->unit == PLX_DOSE_UNIT_MIN || a->unit == PLX_DOSE_UNIT_H;
    if (units && a->drug != PLX_DRUG_VASOPRESSIN)
        return plx_refuse(why, size, PLX_RANGE, "only vasopressin is given in units");
    double ug = in_ug(c, a->unit, a->amount) * (is_rate(a->unit) ? 60 : 1);
    if (!(ug >= 0)) return plx_refuse(why, size, PLX_RANGE, "a dose is not below 0");
    if (ug > most_ug_kg[a->drug] * c->person.weight_kg)
        return plx_refuse(why, size, PLX_RANGE,
                          "the dose is over ten times what is customary: check its unit");
    return PLX_OK;
}

/* The clearance is that of the rate ordered last (drug.h), for as long as some of it is there. */
static plx_status give_drug(plx_care *c, const plx_action *a, char *why, size_t size)
{
    PLX_TRY(dose_check(c, a, why, size));
    bool rate = is_rate(a->unit), runs = rate || a->duration_s > 0;
    double ug = in_ug(c, a->unit, a->amount), over_s = a->duration_s;
    plx_drug_state *place = drug_place(c, a->drug);
    plx_care_run *run = rate ? rate_place(c, a->drug) : run_place(c);
    if (!place || (runs && !run)) return PLX_FULL;
    bool other = place->model.drug != (uint32_t)a->drug;
    if (other) memset(place, 0, sizeof *place);
    if (other || rate || drug_is_gone(c, place))
        place->model =
            plx_drug_model_for(a->drug, &c->person, rate ? ug * 60 / c->person.weight_kg : 0);
    if (!runs) {
        place->amount_ug[0] += ug;
        place->given_ug += ug;
        return PLX_OK;
    }
    double total = !rate ? ug : over_s > 0 ? ug * over_s : FOREVER;
    *run = (plx_care_run){.kind = PLX_ACTION_DRUG,
                          .what = (uint32_t)a->drug,
                          .rate = rate ? ug : ug / over_s,
                          .left = total,
                          .ordered = rate};
    return PLX_OK;
}

static plx_status give_fluid(plx_care *c, const plx_action *a, char *why, size_t size)
{
    if ((unsigned)a->fluid >= PLX_FLUID_N)
        return plx_refuse(why, size, PLX_RANGE, "the fluid is not known");
    if (!(a->amount > 0) || a->amount > 20000)
        return plx_refuse(why, size, PLX_RANGE, "a fluid needs a volume of up to 20 L");
    if (!(a->hct >= 0) || a->hct > 0.9)
        return plx_refuse(why, size, PLX_RANGE, "hct goes from 0 to 0.9");
    plx_care_run *run = run_place(c);
    if (!run) return PLX_FULL;
    double rate = a->rate_ml_min > 0 ? a->rate_ml_min / 60
                                     : a->amount / (a->duration_s > 0 ? a->duration_s : 60);
    if (rate > 20) return plx_refuse(why, size, PLX_RANGE, "no line takes more than 20 mL/s");
    *run = (plx_care_run){.kind = PLX_ACTION_FLUID,
                          .what = (uint32_t)a->fluid,
                          .rate = rate,
                          .left = a->amount,
                          .hct = (float)(a->hct > 0 ? a->hct : fluid_hct[a->fluid])};
    return PLX_OK;
}

static plx_status bleed(plx_care *c, const plx_action *a, char *why, size_t size)
{
    if (!(a->rate_ml_min > 0) || a->rate_ml_min > 1200)
        return plx_refuse(why, size, PLX_RANGE, "bleeding needs a rate of up to 1200 mL/min");
    if (a->amount < 0) return plx_refuse(why, size, PLX_RANGE, "the blood lost is not below 0 mL");
    plx_care_run *run = run_place(c);
    if (!run) return PLX_FULL;
    *run = (plx_care_run){.kind = PLX_ACTION_BLEED,
                          .rate = a->rate_ml_min / 60,
                          .left = a->amount > 0 ? a->amount : FOREVER};
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
    if (a->drug != PLX_DRUG_N) return;
    c->wound_new_ml_s_mmhg = 0;
    c->clot_per_s = 1; /* what bleeds by itself is closed within the coming second */
}

static bool within(double x, double low, double high)
{
    return x >= low && x <= high;
}

static bool zero_or_within(double x, double low, double high)
{
    return x == 0 || within(x, low, high);
}

static bool airway_is_sound(const plx_airway *w)
{
    return (unsigned)w->device < PLX_OXYGEN_N && (unsigned)w->vent <= PLX_VENT_PRESSURE &&
           within((double)w->flow_l_min, 0, 80) && zero_or_within((double)w->fi_o2, 0.1, 1) &&
           within((double)w->peep_cmh2o, 0, 30) && within((double)w->pressure_cmh2o, 0, 50) &&
           within((double)w->vt_l, 0, 2) && zero_or_within((double)w->rate_per_min, 4, 60) &&
           within((double)w->set_rate_per_min, 0, 60) &&
           zero_or_within((double)w->inspiration, 0.2, 0.7);
}

static plx_status check_range(const plx_action *a, char *why, size_t size)
{
    double x = a->amount;
    if (x != x) return plx_refuse(why, size, PLX_RANGE, "the amount is not a number");
    if (!within(a->duration_s, 0, 1e7))
        return plx_refuse(why, size, PLX_RANGE, "a duration goes from 0 to 115 days");
    switch (a->kind) {
    case PLX_ACTION_CONDITION:
        if ((unsigned)a->condition >= PLX_CONDITION_N)
            return plx_refuse(why, size, PLX_RANGE, "the condition is not known");
        return within(x, 0, 1) ? PLX_OK
                               : plx_refuse(why, size, PLX_RANGE, "severity goes from 0 to 1");
    case PLX_ACTION_BLEEDING_CONTROL:
        return within(x, 0, 1)
                   ? PLX_OK
                   : plx_refuse(why, size, PLX_RANGE, "the share left goes from 0 to 1");
    case PLX_ACTION_WOUND:
        return within(x, 0, 1200)
                   ? PLX_OK
                   : plx_refuse(why, size, PLX_RANGE, "a wound bleeds up to 1200 mL/min");
    case PLX_ACTION_PERICARDIOCENTESIS:
        return within(x, 0, 2500) ? PLX_OK
                                  : plx_refuse(why, size, PLX_RANGE, "0 to 2500 mL can be drained");
    case PLX_ACTION_TEMPERATURE:
    case PLX_ACTION_COOLING:
        return zero_or_within(x, 25, 42)
                   ? PLX_OK
                   : plx_refuse(why, size, PLX_RANGE, "temperature goes from 25 to 42 degC");
    case PLX_ACTION_LBNP:
        return within(x, -120, 0)
                   ? PLX_OK
                   : plx_refuse(why, size, PLX_RANGE, "suction goes from -120 to 0 mmHg");
    case PLX_ACTION_LEG_RAISE:
    case PLX_ACTION_STAND:
        return within(x, 0, 1500)
                   ? PLX_OK
                   : plx_refuse(why, size, PLX_RANGE, "posture shifts up to 1500 mL");
    case PLX_ACTION_AIRWAY:
        return airway_is_sound(&a->airway)
                   ? PLX_OK
                   : plx_refuse(why, size, PLX_RANGE,
                                "a setting of the airway is outside its range (second.h)");
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
        break;
    case PLX_ACTION_ANTIPYRETIC:
        c->antipyretic_left_s = a->duration_s > 0 ? (uint32_t)a->duration_s : ANTIPYRETIC_S;
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
        return plx_refuse(why, size, PLX_RANGE, "the action is not known");
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
        float *flow = &s->fluid_ml_s[r->what], *hct = &s->fluid_hct[r->what];
        float both = *flow + (float)now; /* two bags that differ are mixed */
        if (both > 0) *hct += (r->hct - *hct) * (float)now / both;
        *flow = both;
    }
}

static void drugs_step(plx_care *c, plx_second *s, const double drug_ug_s[PLX_DRUG_N])
{
    for (int i = 0; i < PLX_CARE_DRUGS_MAX; i++) {
        plx_drug_state *d = &c->drugs[i];
        uint32_t drug = d->model.drug;
        if (drug == PLX_DRUG_N || (drug_ug_s[drug] <= 0 && drug_is_gone(c, d))) continue;
        plx_drug_step(d, drug_ug_s[drug]);
        s->effect_ug_l[drug] = (float)d->effect_ug_l;
        s->drugs |= 1u << drug;
    }
}

/* The effusion follows the severity, and the severity what is drained. */
static float effusion_step(plx_care *c, double severity_before)
{
    double *severity = &c->severity[PLX_CONDITION_TAMPONADE];
    if (c->drain_ml <= 0) return (float)(EFFUSION_FULL_ML * (*severity - severity_before));
    double now = c->drain_ml < DRAIN_ML_S ? c->drain_ml : DRAIN_ML_S;
    c->drain_ml -= now;
    *severity = severity_before - now / EFFUSION_FULL_ML;
    if (*severity < 0) *severity = 0;
    c->severity_aim[PLX_CONDITION_TAMPONADE] = *severity;
    return (float)-now;
}

static void conditions_step(plx_care *c, plx_second *s)
{
    double tamponade = c->severity[PLX_CONDITION_TAMPONADE];
    for (int i = 0; i < PLX_CONDITION_N; i++) {
        double way = c->severity_aim[i] - c->severity[i], most = c->severity_per_s[i];
        c->severity[i] += way > most ? most : way < -most ? -most : way;
    }
    s->effusion_ml_s = effusion_step(c, tamponade);
    for (int i = 0; i < PLX_CONDITION_N; i++)
        s->severity[i] = (float)c->severity[i];
    if (c->relieving) c->tension_relief += (1 - c->tension_relief) / DECOMPRESSION_TAU_S;
    s->severity[PLX_CONDITION_TENSION_PNEUMOTHORAX] *= (float)(1 - c->tension_relief);
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
    s->clot_per_s = (float)c->clot_per_s;
    c->clot_per_s = 1 / CLOT_TAU_S;
    s->bleed_factor = (float)c->bleed_factor;
    s->bleed_held = c->bleed_held;
    s->legs_up_ml = (float)c->legs_up_ml;
    if (c->legs_left_s > 0 && (c->legs_left_s -= 1) <= 0) c->legs_up_ml = 0;
    s->lbnp_mmhg = (float)c->lbnp_mmhg;
    s->temp_set_degc = (float)c->temp_set_degc;
    if (c->antipyretic_left_s > 0) {
        c->antipyretic_left_s--;
        if (c->temp_set_degc == 0) s->temp_set_degc = 37, s->temp_tau_s = 1500;
    }
    s->temp_imposed_degc = (float)c->temp_imposed_degc;
    s->airway = c->airway;
    c->time_s++;
}

void plx_care_live(plx_care *care, plx_body *body, const plx_body_run_options *options, uint32_t n,
                   const plx_body_trace *trace)
{
    plx_second second[PLX_BODY_WINDOW_S_MAX];
    PLX_ASSERT(n >= 1 && n <= PLX_BODY_WINDOW_S_MAX);
    for (uint32_t i = 0; i < n; i++)
        plx_care_step(care, &second[i]);
    plx_status status = plx_body_run(body, options, second, n, trace);
    PLX_ASSERT(status == PLX_OK);
    body->time_s += n;
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
