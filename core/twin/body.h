/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The newest word of the live twin on each stay, as it came through the journal. Inner to this
 * room. */
#ifndef PLX_CORE_TWIN_BODY_H
#define PLX_CORE_TWIN_BODY_H

#include "core/twin/value.h"

/* Result entries whose body is a posterior. NULL when it was taken, else the rule by which it is
 * ignored: what is not readable, of a stay that is not here any more, or older than what stands. */
const char *plx_twin_body_apply(twin_context *c);
void plx_twin_body_free(plx_twin *t, uint32_t encounter);

/* The object, or null when no twin has said anything:
 *   {"status":"tracking","text":"..","f":"device-type","k":"p","shown":true,"at":..,"heard":..,
 *    "since":..,"i":"..","assumed":false,"used":..,"artefacts":..,"late":..,"acts":..,
 *    "worst":"sbp","d":1.1,
 *    "mechanisms":[{"m":"hypovolaemic","p":0.83},..],"named":"hypovolaemic" or "unknown",
 *    "hidden":{"deficit":{"v":"1100","u":"mL","k":"p","lo":800,"hi":1400,"l":0.9},..},
 *    "now":{"hr":{"v":..},..},
 *    "forecast":null or {"at":[..],"i":"..","horizons":[300,..],
 *      "vitals":{"hr":{"u":"/min","q":[[5,25,50,75,95 %],..],
 *                                       "by":["twin",..],"why":["..",..]},..},
 *      "chances":{"map_low":[..],"spo2_low":[..],"news2_high":[..]}}} */
void plx_twin_body_write(const plx_twin *t, uint32_t encounter, plx_json_writer *w);
/* When its word is 15 minutes old: since then its status is "stale" and it has no cells on the
 * board. PLX_TIME_NONE: it is, or there is none. */
int64_t plx_twin_body_stale_us(const plx_twin *t, uint32_t encounter);
/* Cells of the board. Of a mechanism that is likelier than not, with its probability and the blood
 * that is surely missing; of the chance of a NEWS2 of 7 within an hour. */
void plx_twin_body_cell(const plx_twin *t, uint32_t encounter, plx_json_writer *w);
void plx_twin_body_risk(const plx_twin *t, uint32_t encounter, plx_json_writer *w);

#endif
