/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the simulated hospital is made of: complaints, laboratory, imaging, names, staff. Inner to
 * this room. Medical numbers are plausible textbook values for adults, chosen for the simulation;
 * names and places are invented. */
#ifndef PLX_CORE_HOSPITAL_TABLE_H
#define PLX_CORE_HOSPITAL_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#define HOSPITAL_FACILITY "PGH"

typedef enum age_class { AGE_ANY, AGE_CHILD, AGE_ADULT, AGE_ELDER } age_class;

/* Bits of an order set. */
enum {
    ORDER_CBC = 1,
    ORDER_CHEM = 2,
    ORDER_LACTATE = 4,
    ORDER_TROPONIN = 8,
    ORDER_XRAY_CHEST = 16,
    ORDER_XRAY_LIMB = 32,
    ORDER_CT_HEAD = 64,
    ORDER_CT_ABDOMEN = 128,
    ORDER_ULTRASOUND = 256
};

typedef struct complaint {
    const char *code, *text; /* local code, free text of PV2-3 */
    age_class age;
    uint8_t weight;    /* share among arrivals */
    uint8_t triage[5]; /* percent at level 1..5, sums to 100 */
    uint16_t orders;   /* likely orders; each is placed with order_percent */
    uint8_t order_percent;
    uint8_t admit_percent;    /* at triage 3; level 1, 2: more, 4, 5: less */
    int8_t hr, sbp, rr, spo2; /* change of the vital at full severity */
    int8_t temp_tenths;
} complaint;

extern const complaint plx_hosp_complaints[];
extern const uint32_t plx_hosp_complaints_n;

typedef struct analyte {
    const char *loinc, *name, *unit, *range; /* range: OBX-7 */
    double low, high;                        /* of the range; flags L and H */
    double mean, sd;                         /* healthy adult */
    double shift;                            /* added at full severity */
    bool
        skewed; /* mean and shift act on the logarithm's scale: value = mean x e^(sd N + shift s) */
    uint8_t decimals;
} analyte;

typedef struct service {              /* an orderable test or study */
    const char *code, *name, *system; /* OBR-4 */
    bool imaging, moves;              /* moves: the patient leaves the bed for it */
    const analyte *analytes;
    uint32_t analytes_n;
    uint16_t minutes; /* median from collection to result */
} service;

extern const service plx_hosp_services[]; /* in the order of the ORDER_ bits */
extern const uint32_t plx_hosp_services_n;
enum { ANALYTES_MAX = 8 };

typedef struct report_text {
    const char *findings, *impression; /* no comma, quote or line break; HL7 escapes allowed */
    const char *plain_findings, *plain_impression; /* the same, decoded */
} report_text;

extern const report_text plx_hosp_reports[];
extern const uint32_t plx_hosp_reports_n;
extern const char *const plx_hosp_family_names[];
extern const uint32_t plx_hosp_family_names_n;
extern const char *const plx_hosp_given_names[2][24]; /* women, men */
enum { GIVEN_NAMES_N = 24 };
extern const char *const plx_hosp_streets[];
extern const uint32_t plx_hosp_streets_n;

/* Relative arrival rate by hour of day, mean 1: quiet at 04:00, busiest late in the morning. */
extern const double plx_hosp_arrivals_by_hour[24];
#define ARRIVALS_BY_HOUR_MAX 1.60

#endif
