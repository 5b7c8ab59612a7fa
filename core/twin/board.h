/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The tracking board: one row an active encounter of the department, one served value object a cell
 * (design: web 2 and 4.1). A row as JSON:
 *   {"id":"4f","area":"Majors","person":"2c","provisional":false,"conflict":false,
 *    "c":{"bed":V,"name":V,"age":V,"sex":V,"triage":V,"complaint":V,"arrived":V,"news2":V,"hr":V,
 *         "bp":V,"spo2":V,"rr":V,"temp":V,"acvpu":V,"o2":V,"alarm":V,"shock":V,"doctor":V,
 *         "nurse":V,"lab":V,"img":V,"med":V,"next":V,"dispo":V,"padmit":V,"risk":V,"fresh":V}}
 * V is the value object {"v","e","u","k","t","q","i","f","st"}; a cell without anything is null. q
 * is left out when good, else a word, with a reason behind a colon ("suspect:unit-missing"); st is
 * the staleness class (core/twin/staleness.h). news2's V also carries "lo","hi" (when an input is
 * missing), "band" or "bands", "trend" (-1, 0, 1), "missing"; alarm's the "band" that rang.
 *
 * On the board is who is here: arrived, in progress or on leave, in an area where an emergency
 * patient (class E) has been, or with no place yet; and data without an ADT message as long as they
 * are young
 * ("provisional"). Inpatients on wards are not. */
#ifndef PLX_CORE_TWIN_BOARD_H
#define PLX_CORE_TWIN_BOARD_H

#include "core/twin/twin.h"

enum { PLX_BOARD_PART_BYTES = 32768, PLX_BOARD_CELLS_MAX = 32 };

/* What a viewer was told last: one hash a cell, so that only changes travel. Caller's memory; what
 * it held before does not matter. */
typedef struct plx_board_view plx_board_view;
size_t plx_board_view_size(uint32_t encounters_max);
plx_board_view *plx_board_view_init(void *memory, uint32_t encounters_max);

/* The whole topic: {"topic":"board","j":..,"now":..,"demo":bool,"rows":[..],
 * "beds":[{"bed":"R2","area":"Resus","location":"Resus^R2^1^PGH","status":V or null,
 *          "rows":["4f"]}],"counts":{"dept":..,"waiting":..,"boarding":..}}. beds and counts stand
 * in the whole document only. */
void plx_board_write(const plx_twin *twin, plx_out *out);
/* The stay of an id as rows carry it, as the other functions take it; 0: none. */
uint32_t plx_board_stay_find(const plx_twin *twin, plx_slice id);
/* The topic of one stay: {"topic":"enc:4f","j":..,"now":..,"demo":bool, what a row has, "body":what
 * its live twin says (body.h) or null}. */
void plx_board_stay_write(const plx_twin *twin, uint32_t encounter, plx_out *out);
/* The topic of trust: {"topic":"trust","j":..,"now":..,"demo":bool,"predictions":..,"open":..,
 * "dropped":..,"refused":..,"cells":[{"model":"live-twin","version":"..","target":"8867-4",
 * "unit":"/min","horizon":"5 min","state":"live","reason":"..","since":..,"n":..,"fates":{..},
 * "calibration":"..","crps":..,"bias":..,"coverage90":..,"width90":..,
 * "skill":{"persistence":..,..}}]}: one element a model, target and horizon; with fewer than 50
 * scored the figures are null. An event ("event.map-below-65") has "brier" for "crps", its rival is
 * the "base rate", and there is no bias, coverage and width. */
void plx_board_trust_write(const plx_twin *twin, plx_out *out);

/* Operations that bring a viewer up to date for one encounter, appended as elements of an ops array
 * (comma placed when out is not at ops_begin): ["board","row+",row], ["board","row-","4f"],
 * ["enc:4f","hr",V], and "area", "provisional", "conflict" likewise; to stays, what only those want
 * who look at one stay: ["enc:4f","body",..]. Nothing is written when nothing changed. Encounter
 * numbers are those of plx_applied; beyond encounters_max nothing is written. */
void plx_board_delta(const plx_twin *twin, uint32_t encounter, plx_board_view *view, plx_out *out,
                     plx_out *stays);
/* Every encounter on the board or in the view; and ["board","demo",true] when that was not told. */
void plx_board_delta_all(const plx_twin *twin, plx_board_view *view, plx_out *out, plx_out *stays);

#endif
