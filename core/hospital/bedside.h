/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The bodies behind the vital signs of adults in a bed: one averaged body a visit (four lanes of
 * core/physiology, of which the first is the patient), an illness that follows the severity of the
 * visit, and the treatment that the staff gives by simple protocols on what was measured.
 *
 *   bedside.c   the pool, the person, catching up with the clock, what a monitor sees
 *   illness.c   complaint -> illness, its course
 *   protocol.c  measured values -> treatment
 *   medication.c  treatment -> messages
 *
 * Inner to this room. */
#ifndef PLX_CORE_HOSPITAL_BEDSIDE_H
#define PLX_CORE_HOSPITAL_BEDSIDE_H

#include "core/base/rng.h"
#include "core/hospital/waveform.h"
#include "core/physiology/care.h"

enum {
    BODY_LANES = 4,
    BODY_CATCH_UP_S = 900, /* of a longer gap only the end is lived through */
    NO_BODY = 0,           /* else slot + 1 */
    MEDICATIONS = 10       /* rows of medication.c */
};

/* How an illness acts on a body. */
typedef enum illness_kind {
    ILLNESS_NONE,
    ILLNESS_CONDITION, /* what: plx_condition; amounts: its severity */
    ILLNESS_WOUND,     /* amounts: mL/min at a mean pressure of 90 */
    ILLNESS_POISON     /* what: plx_drug; amounts: mg/kg, taken up in half an hour */
} illness_kind;

typedef struct illness {
    const char *complaint; /* code in plx_hosp_complaints */
    uint8_t percent;       /* of the adults with this complaint; the rest has none */
    uint8_t kind, what;
    double mild, grave;  /* amount at a severity of the visit of 0 and of 1 */
    uint16_t better_min; /* time constant of what its own treatment does; 0: nothing but the course
                          * of the visit */
} illness;

extern const illness plx_hosp_illnesses[];
extern const uint32_t plx_hosp_illnesses_n;

/* What a monitor and a thermometer would show, without noise. */
typedef struct bedside_signs {
    double hr, sbp, dbp, map, rr, spo2, temp, paco2;
} bedside_signs;

/* The order of a drug, and what was given of it. */
typedef struct bedside_order {
    uint32_t number; /* 0 = none */
    uint32_t doses;
} bedside_order;

/* What the staff has done, and when (hospital time in us, 0 = never). */
typedef struct bedside_care {
    uint8_t oxygen; /* step of the ladder in protocol.c */
    uint8_t epinephrine_n, naloxone_n, atropine_n, red_cells_n;
    bool held, furosemide; /* held: pressure or tourniquet on the wound */
    double norepinephrine; /* ug/kg/min */
    double crystalloid_ml;
    int64_t oxygen_us, line_until_us, norepinephrine_us, epinephrine_us, salbutamol_us, naloxone_us,
        atropine_us, antipyretic_us;
    bedside_order orders[MEDICATIONS];
} bedside_care;

typedef struct bedside {
    plx_care care;
    const illness *ill;  /* NULL = none */
    double relief;       /* 1..0: share of the illness that its own treatment has left */
    double seen_target;  /* of the visit's severity: a jump is a deterioration */
    double temp_offset;  /* degC of this person from 37 */
    int64_t lived_us;    /* hospital time up to which the body has lived */
    int64_t followed_us; /* the same of its illness */
    uint16_t waveform;   /* NO_WAVEFORM, or slot + 1 of the monitor that draws it */
    bedside_signs signs;
    bedside_care given;
} bedside;

#endif
