/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What acts on a patient during one second: the same for all members of the ensemble, plain
 * numbers, made by care.c from the actions and read by the kernels. Zeroed means: room air, nothing
 * given. */
#ifndef PLX_CORE_PHYSIOLOGY_SECOND_H
#define PLX_CORE_PHYSIOLOGY_SECOND_H

#include <stdbool.h>
#include <stdint.h>

/* Drugs, as they are written in scenarios and orders. The order is that of the table in drug.c. */
#define PLX_DRUG_LIST(X)                                                                           \
    X(NOREPINEPHRINE, "norepinephrine")                                                            \
    X(PHENYLEPHRINE, "phenylephrine")                                                              \
    X(EPINEPHRINE, "epinephrine")                                                                  \
    X(VASOPRESSIN, "vasopressin")                                                                  \
    X(DOBUTAMINE, "dobutamine")                                                                    \
    X(PROPOFOL, "propofol")                                                                        \
    X(ETOMIDATE, "etomidate")                                                                      \
    X(KETAMINE, "ketamine")                                                                        \
    X(MIDAZOLAM, "midazolam")                                                                      \
    X(FENTANYL, "fentanyl")                                                                        \
    X(MORPHINE, "morphine")                                                                        \
    X(NALOXONE, "naloxone")                                                                        \
    X(ROCURONIUM, "rocuronium")                                                                    \
    X(SUCCINYLCHOLINE, "succinylcholine")                                                          \
    X(ATROPINE, "atropine")                                                                        \
    X(NITROGLYCERIN, "nitroglycerin")                                                              \
    X(FUROSEMIDE, "furosemide")                                                                    \
    X(SALBUTAMOL, "salbutamol")

typedef enum plx_drug {
#define X(id, text) PLX_DRUG_##id,
    PLX_DRUG_LIST(X)
#undef X
        PLX_DRUG_N
} plx_drug;

/* Fluids, with their distribution ratio a (Bighamian, Reisner & Hahn 2016) and haematocrit in the
 * table of care.c. */
#define PLX_FLUID_LIST(X)                                                                          \
    X(RINGER, "ringer")                                                                            \
    X(SALINE, "saline")                                                                            \
    X(ALBUMIN5, "albumin5")                                                                        \
    X(HES, "hes")                                                                                  \
    X(PLASMA, "plasma")                                                                            \
    X(PRBC, "prbc")                                                                                \
    X(WHOLE_BLOOD, "whole_blood")

typedef enum plx_fluid {
#define X(id, text) PLX_FLUID_##id,
    PLX_FLUID_LIST(X)
#undef X
        PLX_FLUID_N
} plx_fluid;

#define PLX_CONDITION_LIST(X)                                                                      \
    X(ASTHMA, "asthma")                                                                            \
    X(COPD, "copd")                                                                                \
    X(ARDS, "ards")                                                                                \
    X(PNEUMONIA, "pneumonia")                                                                      \
    X(TENSION_PNEUMOTHORAX, "tension_pneumothorax")                                                \
    X(TAMPONADE, "tamponade")                                                                      \
    X(PULMONARY_EMBOLISM, "pulmonary_embolism")                                                    \
    X(SEPSIS, "sepsis")                                                                            \
    X(ANAPHYLAXIS, "anaphylaxis")                                                                  \
    X(CARDIOGENIC, "cardiogenic")                                                                  \
    X(ATRIAL_FIBRILLATION, "atrial_fibrillation")                                                  \
    X(TACHYCARDIA, "tachycardia")                                                                  \
    X(BRADYCARDIA, "bradycardia")

typedef enum plx_condition {
#define X(id, text) PLX_CONDITION_##id,
    PLX_CONDITION_LIST(X)
#undef X
        PLX_CONDITION_N
} plx_condition;

typedef enum plx_oxygen {
    PLX_OXYGEN_ROOM, /* also: a face in a gas of fraction fi_o2 (preoxygenation, "fio2") */
    PLX_OXYGEN_NASAL_CANNULA,
    PLX_OXYGEN_SIMPLE_MASK,
    PLX_OXYGEN_NON_REBREATHER,
    PLX_OXYGEN_HIGH_FLOW_NASAL,
    PLX_OXYGEN_N
} plx_oxygen;

typedef enum plx_vent {
    PLX_VENT_NONE, /* breathes by himself */
    PLX_VENT_CPAP, /* by himself, on a pressure; pressure_cmh2o is support in inspiration */
    PLX_VENT_VOLUME,
    PLX_VENT_PRESSURE
} plx_vent;

typedef struct plx_airway {
    plx_oxygen device;
    float flow_l_min;       /* 0..80 */
    float fi_o2;            /* 0.1..1: of the gas at the face or from the ventilator; 0 = air */
    plx_vent vent;          /* */
    float peep_cmh2o;       /* 0..30 */
    float pressure_cmh2o;   /* over PEEP in inspiration; 0..50 */
    float vt_l;             /* of volume control */
    float rate_per_min;     /* of the machine, 4..60 */
    float set_rate_per_min; /* he is told to breathe at this rate; 0 = as he likes */
    float inspiration;      /* share of the breath, 0.2..0.7; 0 = 1/3 */
    bool closed;            /* nothing passes */
    bool still;             /* the patient makes no effort at all */
} plx_airway;

typedef struct plx_second {
    float effect_ug_l[PLX_DRUG_N];   /* concentration at the effect site */
    uint32_t drugs;                  /* bit d: effect_ug_l[d] is not 0 */
    float fluid_ml_s[PLX_FLUID_N];   /* running in */
    float fluid_hct[PLX_FLUID_N];    /* share of red cells in it */
    float severity[PLX_CONDITION_N]; /* 0..1, after onset and relief */
    float bleed_ml_s;                /* withdrawn at a fixed rate */
    float wound_ml_s_mmhg;           /* added to each member's wound in this second, once */
    float clot_per_s;                /* rate at which a wound closes */
    float bleed_factor;              /* 0..1: share left by tourniquet or pressure; 0 means none
                                      * bleeds only when bleed_held is set */
    bool bleed_held;
    float effusion_ml_s;      /* into the pericardium; negative drains */
    float legs_up_ml;         /* shifted out of the leg veins by posture; negative: stands up */
    float lbnp_mmhg;          /* lower body suction, 0 or negative */
    float temp_set_degc;      /* fever or heat aims at this; 0 = 37 */
    float temp_tau_s;         /* time constant towards it; 0 = 2400 */
    float temp_imposed_degc;  /* not 0: the temperature is this */
    float imposed_map_mmhg;   /* not 0: the baroreceptors feel this mean with the arteries' pulse */
    float imposed_paco2_mmhg; /* not 0: the chemoreceptors feel this */
    plx_airway airway;
} plx_second;

#endif
