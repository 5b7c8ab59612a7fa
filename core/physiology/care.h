/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What is being done to a patient and what befalls him: actions at times -> one plx_second after
 * the other. Holds the pharmacokinetics (shared by all members, in double; the spread of response
 * is in the members' PD factors), the running fluids, devices, conditions. Plain data, copied with
 * =. */
#ifndef PLX_CORE_PHYSIOLOGY_CARE_H
#define PLX_CORE_PHYSIOLOGY_CARE_H

#include "core/physiology/drug.h"
#include "core/physiology/person.h"

/* X(id, word): the actions of scenarios, VITALS.csv and what-if arms. */
#define PLX_ACTION_LIST(X)                                                                         \
    X(DRUG, "drug")   /* drug; amount, unit; duration_s: bolus when 0 and not a rate */            \
    X(FLUID, "fluid") /* fluid; amount mL over duration_s (0 = 60 s); hct */                       \
    X(BLEED, "bleed") /* rate_ml_min for amount mL (0 = until stopped) */                          \
    X(WOUND, "wound") /* amount mL/min at a MAP of 90; flows by pressure, clots in hours */        \
    X(BLEEDING_CONTROL, "bleeding_control") /* amount: share of the flow that is left, 0..1 */     \
    X(CONDITION, "condition") /* condition, amount: severity 0..1, duration_s: onset */            \
    X(AIRWAY, "airway")       /* airway: all of it replaces what was */                            \
    X(DECOMPRESS, "decompress")                                                                    \
    X(PERICARDIOCENTESIS, "pericardiocentesis") /* amount mL drained; 0 = all */                   \
    X(ANTIPYRETIC, "antipyretic")               /* acts for duration_s (0 = 6 h) */                \
    X(COOLING, "cooling")                       /* amount: degC to reach */                        \
    X(TEMPERATURE, "temperature")     /* amount: degC imposed on the body at once; 0 = released */ \
    X(LEG_RAISE, "passive_leg_raise") /* amount mL (0 = 250); lies flat again after duration_s */  \
    X(STAND, "stand")                 /* amount mL that pool in the legs (0 = 600) */              \
    X(LBNP, "lbnp")                   /* amount mmHg, 0 or negative */                             \
    X(STOP, "stop") /* ends all infusions of drug; of PLX_DRUG_N: all fluids, bleeding, wounds */

typedef enum plx_action_kind {
#define X(id, word) PLX_ACTION_##id,
    PLX_ACTION_LIST(X)
#undef X
        PLX_ACTION_N
} plx_action_kind;

typedef enum plx_dose_unit {
    PLX_DOSE_UG,
    PLX_DOSE_MG,
    PLX_DOSE_UG_KG,
    PLX_DOSE_MG_KG,
    PLX_DOSE_UNIT, /* vasopressin, 1 U = 1.9 ug (verify) */
    PLX_DOSE_UG_MIN,
    PLX_DOSE_MG_MIN,
    PLX_DOSE_MG_H,
    PLX_DOSE_UG_KG_MIN,
    PLX_DOSE_UG_KG_H,
    PLX_DOSE_MG_KG_H,
    PLX_DOSE_UNIT_MIN,
    PLX_DOSE_UNIT_H,
    PLX_DOSE_N
} plx_dose_unit;

typedef struct plx_action {
    uint32_t at_s; /* simulated second at whose start it happens */
    plx_action_kind kind;
    plx_drug drug;
    plx_fluid fluid;
    plx_condition condition;
    plx_dose_unit unit;
    double amount, duration_s, rate_ml_min;
    double hct; /* of a blood product; 0 = that of its kind */
    plx_airway airway;
} plx_action;

enum { PLX_CARE_INFUSIONS_MAX = 16, PLX_CARE_DRUGS_MAX = 8 };

typedef struct plx_care_run {
    uint32_t kind; /* PLX_ACTION_DRUG, _FLUID or _BLEED; 0 rate = free place */
    uint32_t what; /* drug or fluid */
    double rate;   /* ug/s or mL/s */
    double left;   /* ug or mL still to give; infinite = -1 */
    float hct;     /* of a blood product */
    bool ordered;  /* as a rate: the next such order replaces it */
} plx_care_run;

typedef struct plx_care {
    plx_person person;
    uint64_t time_s;
    plx_drug_state drugs[PLX_CARE_DRUGS_MAX]; /* free when .model.drug is PLX_DRUG_N */
    plx_care_run runs[PLX_CARE_INFUSIONS_MAX];
    double severity[PLX_CONDITION_N], severity_aim[PLX_CONDITION_N],
        severity_per_s[PLX_CONDITION_N];
    double tension_relief; /* 0..1, share of a tension pneumothorax that is let out */
    bool relieving;
    double wound_new_ml_s_mmhg, clot_per_s, bleed_factor, drain_ml;
    double legs_up_ml, legs_left_s, lbnp_mmhg, temp_set_degc, temp_imposed_degc;
    uint32_t antipyretic_left_s;
    bool bleed_held;
    plx_airway airway;
} plx_care;

/* Nothing is done to this person. */
void plx_care_init(plx_care *care, const plx_person *person);

/* Now. PLX_RANGE: an amount outside what is sensible (the sentence is in why, 100 bytes);
 * PLX_FULL: too many infusions or drugs at once (a drug that has left the body gives up its place);
 * nothing is changed on error. */
plx_status plx_care_act(plx_care *care, const plx_action *action, char *why, size_t why_size);

/* The coming second: *second is filled and the care moves on by one second. */
void plx_care_step(plx_care *care, plx_second *second);

/* The body lives through n seconds, 1 to PLX_BODY_WINDOW_S_MAX, of the care: all of its members
 * that the options name, in one go; its time_s moves along. trace may be null. */
void plx_care_live(plx_care *care, plx_body *body, const plx_body_run_options *options, uint32_t n,
                   const plx_body_trace *trace);

/* Plasma concentration of a drug, endogenous included, ug/L; 0 if it was never given. */
double plx_care_plasma_ug_l(const plx_care *care, plx_drug drug);

/* Names as in scenarios; PLX_UNKNOWN. */
plx_status plx_drug_named(plx_slice word, plx_drug *drug);
plx_status plx_fluid_named(plx_slice word, plx_fluid *fluid);
plx_status plx_condition_named(plx_slice word, plx_condition *condition);
plx_status plx_dose_unit_named(plx_slice word, plx_dose_unit *unit);

#endif
