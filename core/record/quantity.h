/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The house vocabulary of measured quantities. The table is knowledge/quantity.csv;
 * quantity_table.h is generated from it by tool/make_quantity_table and compared by a test. */
#ifndef PLX_CORE_RECORD_QUANTITY_H
#define PLX_CORE_RECORD_QUANTITY_H

#include <stdint.h>

#include "core/base/slice.h"

typedef uint16_t plx_quantity; /* row of the table; stored in the twin, so rows are append-only */

/* Rows the code names. The generator checks that their numbers agree with the CSV. */
enum {
    PLX_QUANTITY_OTHER = 0,
    PLX_QUANTITY_HR = 1,
    PLX_QUANTITY_PULSE = 2,
    PLX_QUANTITY_RESP_RATE = 3,
    PLX_QUANTITY_SPO2 = 4,
    PLX_QUANTITY_NIBP_SYS = 5,
    PLX_QUANTITY_NIBP_DIA = 6,
    PLX_QUANTITY_NIBP_MEAN = 7,
    PLX_QUANTITY_ABP_SYS = 8,
    PLX_QUANTITY_ABP_DIA = 9,
    PLX_QUANTITY_ABP_MEAN = 10,
    PLX_QUANTITY_TEMP = 11,
    PLX_QUANTITY_FIO2 = 12,
    PLX_QUANTITY_O2_FLOW = 13,
    PLX_QUANTITY_ACVPU = 14,
    PLX_QUANTITY_GCS = 15,
    PLX_QUANTITY_TRIAGE = 16,
    PLX_QUANTITY_SPO2_SCALE = 17,
    PLX_QUANTITY_O2_DEVICE = 18,
    PLX_QUANTITY_TEMP_CORE = 19,
    PLX_QUANTITY_TEMP_ORAL = 20,
    PLX_QUANTITY_TEMP_RECTAL = 21,
    PLX_QUANTITY_TEMP_EAR = 22,
    PLX_QUANTITY_TEMP_AXILLA = 23,
    PLX_QUANTITY_ETCO2 = 29,
    PLX_QUANTITY_WEIGHT = 39,
    PLX_QUANTITY_HEIGHT = 40
};

typedef struct plx_quantity_info {
    const char *key;            /* "resp_rate" */
    const char *unit;           /* canonical UCUM; "1" has no dimension, "" is a code */
    double hard_low, hard_high; /* outside: impossible; infinite where there is no limit */
    double soft_low, soft_high; /* outside: suspect; the hard limits where there is none */
    double max_change_per_min;  /* 0 = no limit */
} plx_quantity_info;

uint32_t plx_quantity_count(void);
/* The row of PLX_QUANTITY_OTHER when q is unknown. */
const plx_quantity_info *plx_quantity_get(plx_quantity q);
/* system: "LN", "LOINC" or empty for a LOINC code; "MDC" for an ISO/IEEE 11073-10101 number or name
 * (MDC_...), the name with an empty system too. PLX_QUANTITY_OTHER when not mapped. */
plx_quantity plx_quantity_from_code(plx_slice code, plx_slice system);
plx_quantity plx_quantity_from_key(plx_slice key); /* PLX_QUANTITY_OTHER when not known */

#endif
