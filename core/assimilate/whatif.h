/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What would follow: fitted bodies are forked, one copy an arm, and each copy lives on under the
 * care as it was and the actions of its arm: two minutes with beats, then with the averaged
 * circulation. All arms have the same members and the same random keys, so what differs between
 * two arms in one member is what the arm did. A value is the mean of the minute before its horizon.
 * A member that leaves physiological bounds, or whose circulation stands still, is gone from that
 * minute on: no value of his is used, and he counts as one with a mean pressure below 65 and a
 * saturation below 90. Same input, same bits, for every lane width. */
#ifndef PLX_CORE_ASSIMILATE_WHATIF_H
#define PLX_CORE_ASSIMILATE_WHATIF_H

#include "core/assimilate/esmda.h"
#include "core/vitals/arm.h"

/* X(quantity of measure.h): what is told of an arm. */
#define PLX_WHATIF_QUANTITY_LIST(X)                                                                \
    X(hr_bpm)                                                                                      \
    X(sbp_mmhg)                                                                                    \
    X(dbp_mmhg)                                                                                    \
    X(map_mmhg)                                                                                    \
    X(spo2_pct)                                                                                    \
    X(rr_per_min)                                                                                  \
    X(etco2_mmhg)                                                                                  \
    X(co_l_min)                                                                                    \
    X(pcwp_mmhg)

typedef enum plx_whatif_quantity {
#define X(name) PLX_WHATIF_##name,
    PLX_WHATIF_QUANTITY_LIST(X)
#undef X
        PLX_WHATIF_QUANTITY_N
} plx_whatif_quantity;

enum {
    PLX_WHATIF_ARMS_MAX = 9, /* with none */
    PLX_WHATIF_HORIZONS_MAX = 6,
    PLX_WHATIF_MINUTES_MAX = 240,
    PLX_WHATIF_BEATS_MIN = 2,     /* minutes with beats */
    PLX_WHATIF_MINUTE_S = 60,     /* */
    PLX_WHATIF_MAP_MMHG = 65,     /* at least so much is wanted */
    PLX_WHATIF_SPO2_PCT = 90,     /* less is feared */
    PLX_WHATIF_GONE_PCT_MAX = 20, /* of the members; more: the arm has no answer */
};

typedef struct plx_whatif_input {
    const plx_body *body; /* borrowed, as all here: at the fork */
    const plx_care *care;
    const plx_arm *arms;    /* (arms_n); the first without actions: what others are compared with */
    const uint8_t *minutes; /* (horizons_n), rising, 1 to PLX_WHATIF_MINUTES_MAX */
    uint32_t arms_n, horizons_n, lanes;
} plx_whatif_input;

typedef struct plx_whatif {
    const plx_whatif_input *input;
    plx_body *body;
    float *trace;     /* a minute: (60 x quantities x members) */
    double *values;   /* (arms x horizons x quantities x members) */
    double *sorting;  /* (members) */
    uint8_t *gone;    /* (arms x members): in which minute, from 1; 0 = never */
    uint8_t *hypoxic; /* (arms x members): the first minute below 90 %; 0 = never */
} plx_whatif;

plx_quantity plx_whatif_quantity_of(plx_whatif_quantity quantity);

/* Bytes of memory, aligned as malloc's. */
size_t plx_whatif_size(const plx_whatif_input *input);
/* memory: plx_whatif_size bytes, borrowed as long as *w is used. The arms were parsed with this
 * care, so none of their actions fails. */
void plx_whatif_begin(plx_whatif *w, const plx_whatif_input *input, void *memory);
/* Runs an arm to the last horizon; in any order. */
void plx_whatif_run(plx_whatif *w, uint32_t arm);

/* Of arms that were run, at a horizon of the input (by its place). Members who were not gone. */
uint32_t plx_whatif_present(const plx_whatif *w, uint32_t arm, uint32_t horizon);
/* More are gone than a trustworthy answer allows. */
bool plx_whatif_no_answer(const plx_whatif *w, uint32_t arm, uint32_t horizon);
/* Across those present, and for a contrast (arm minus the first one) present in both; NaN when
 * fewer than two are. */
plx_esmda_summary plx_whatif_value(const plx_whatif *w, uint32_t arm, uint32_t horizon,
                                   plx_whatif_quantity quantity);
plx_esmda_summary plx_whatif_contrast(const plx_whatif *w, uint32_t arm, uint32_t horizon,
                                      plx_whatif_quantity quantity);
/* Share of all members: the mean pressure is at least 65 mmHg at the horizon. */
double plx_whatif_perfused(const plx_whatif *w, uint32_t arm, uint32_t horizon);
/* Share of all members: the saturation was below 90 % in a minute until the horizon. */
double plx_whatif_hypoxic(const plx_whatif *w, uint32_t arm, uint32_t horizon);

#endif
