/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/twin/staleness.h"

static const plx_staleness ROWS[] = {
#define X(NAME, key, fresh, stale, expires) {key, fresh, stale, expires},
    PLX_STALENESS_TABLE(X)
#undef X
};

/* Rows of knowledge/quantity.csv, which are append-only. */
enum {
    ROW_PULSE_RPPG = 24,
    ROW_GLUCOSE = 42,
    ROW_LACTATE = 44,
    ROW_HCO3 = 50,
    ROW_OSMOLALITY = 84
};

const plx_staleness *plx_staleness_get(plx_staleness_class class)
{
    PLX_ASSERT((unsigned)class < PLX_STALENESS_CLASSES);
    return &ROWS[class];
}

plx_staleness_class plx_staleness_of(plx_quantity q, plx_kind kind, int64_t gap_us)
{
    if (q == PLX_QUANTITY_TRIAGE || q == PLX_QUANTITY_SPO2_SCALE) return PLX_STALENESS_DECISION;
    if (q == ROW_PULSE_RPPG) return PLX_STALENESS_CAMERA;
    if (q >= ROW_LACTATE && q <= ROW_HCO3) return PLX_STALENESS_GAS;
    if (q >= ROW_GLUCOSE && q <= ROW_OSMOLALITY) return PLX_STALENESS_LAB;
    bool temperature =
        q == PLX_QUANTITY_TEMP || (q >= PLX_QUANTITY_TEMP_CORE && q <= PLX_QUANTITY_TEMP_AXILLA);
    bool charted = q == PLX_QUANTITY_ACVPU || q == PLX_QUANTITY_GCS || q == PLX_QUANTITY_O2_DEVICE;
    if (kind == PLX_KIND_MANUAL || temperature || charted) return PLX_STALENESS_CHARTED;
    bool stream = gap_us != PLX_TIME_NONE && gap_us <= PLX_STALENESS_STREAM_US;
    return stream ? PLX_STALENESS_CONTINUOUS : PLX_STALENESS_SPOT;
}

int64_t plx_staleness_expires_us(plx_staleness_class class, int64_t when_us)
{
    uint32_t expires_s = plx_staleness_get(class)->expires_s;
    return expires_s ? when_us + expires_s * PLX_SECOND_US : INT64_MAX;
}
