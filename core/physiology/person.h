/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A person -> the parameters of his body: published regressions for the middle, log-normal spread
 * around it for the members of an ensemble. Sources stand beside each number in person.c. */
#ifndef PLX_CORE_PHYSIOLOGY_PERSON_H
#define PLX_CORE_PHYSIOLOGY_PERSON_H

#include "core/base/slice.h"
#include "core/physiology/body.h"

enum {
    PLX_CHRONIC_HYPERTENSION = 1,
    PLX_CHRONIC_HEART_FAILURE = 2,
    PLX_CHRONIC_BETA_BLOCKER = 4,
    PLX_CHRONIC_COPD = 8,
    PLX_CHRONIC_ATRIAL_FIBRILLATION = 16,
    PLX_CHRONIC_DIABETES = 32,      /* weaker baroreflex */
    PLX_CHRONIC_KIDNEY_DISEASE = 64 /* less urine */
};

typedef enum plx_sex { PLX_SEX_MALE, PLX_SEX_FEMALE } plx_sex;

/* A word ("hypertension", "copd", ...: the names above in small letters) -> its bit. PLX_UNKNOWN.
 */
plx_status plx_person_chronic_named(plx_slice word, uint32_t *chronic);
#define PLX_PERSON_CHRONIC_WORDS                                                                   \
    "hypertension, heart_failure, beta_blocker, copd, atrial_fibrillation, diabetes or "           \
    "kidney_disease"

/* 0 in a base value means that it is not known. */
typedef struct plx_person {
    plx_sex sex;
    double age, height_cm, weight_kg;
    uint32_t chronic;       /* PLX_CHRONIC_* */
    uint32_t pregnant_week; /* 0 = no */
    double saps2; /* severity score, for catecholamine clearance; 0 = well (taken as 20) */
    struct {
        double hr, sbp, dbp, map, pp, cvp, sv, bv, hb;
    } base; /* resting values to start from */
} plx_person;

/* PLX_OK, or PLX_RANGE with the sentence why this model has no answer for him ("age 4 below 16").
 * why: at least 80 bytes. Envelope: age 16-95, 140-210 cm, 35-250 kg, pregnancy to week 20. */
plx_status plx_person_check(const plx_person *person, char *why, size_t why_size);

/* Derived figures, also used by drugs and fluids. */
double plx_person_bsa_m2(const plx_person *person);          /* Du Bois 1916 */
double plx_person_blood_volume_ml(const plx_person *person); /* Nadler 1962, or base.bv */
double plx_person_ideal_weight_kg(const plx_person *person); /* ARDSNet 2000 */
double plx_person_lean_mass_kg(const plx_person *person);    /* James 1976 */

/* Parameters and a plausible first state of every member. spread 0: all are the median person;
 * 1: the prior spread. Draws are keyed by (seed, member, parameter), so the first n members are the
 * same in any ensemble. The state is not settled: run the body for some minutes. body: members,
 * seed set; the rest is written. */
void plx_person_body(const plx_person *person, double spread, plx_body *body);

/* The same, then brought to the base values that are given: T0, resistance, arterial compliance,
 * elastance, set point and unstressed volume of each member by itself, within 1 unit of each value
 * (settle.c), and settle_s seconds of rest under the care that he always has. At the end blood
 * volume and haemoglobin are those of the start and the fluid books are empty. All members are run
 * with `lanes`, pulsatile.
 * PLX_RANGE: more than a tenth of the members are over 1 unit away from a value (1 mL, 1 mmHg,
 * 1/min): it cannot be reached; the nearest bodies are left in place. */
plx_status plx_person_settle(const plx_person *person, double spread, uint32_t lanes,
                             uint32_t settle_s, plx_body *body);

/* Two of its steps, for bodies whose parameters were changed and that came to rest by other means.
 * The reflexes of members first..first+count are used to what they do now; alarm is what goes
 * beyond. part, 0..1: of the way from what was taken for rest so far to what is seen now. */
void plx_person_settle_nerves(plx_body *body, uint32_t first, uint32_t count, float part);

/* The books of a member begin anew: what a rest cost in water is given back; the pericardium has
 * grown with the heart, so it does not press at rest (room for 1.15 of it, a prior). */
void plx_person_settle_books(plx_body *body, uint32_t member);

#endif
