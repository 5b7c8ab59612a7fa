/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A case as one JSON object: {"id":"c1","age":58,"sex":"M","presentation":["chest_pain"],
 * "initial":["E_53"],"findings":{"radiation_both_arms":true,"sbp":{"v":92,"u":"mm[Hg]"},
 * "pain":["V_55"],"intensity":5,"st_depression":null},"closed_world":false,"diagnosis":"...",
 * "differential":[["...",0.1]]}. null: asked, not known; an absent key: not asked. A finding may be
 * {"v":...,"u":...,"reliability":0.5..1}. */
#ifndef PLX_CORE_DIAGNOSE_CASE_JSON_H
#define PLX_CORE_DIAGNOSE_CASE_JSON_H

#include "core/diagnose/case.h"
#include "core/format/json/json.h"

/* *c is cleared before; closed world but not closed. Of several presentations the first known one
 * counts. A key of "findings" that is neither a finding nor the variable of a rule is counted in
 * *unknown and left out, as are presentations. PLX_SYNTAX: a part has another type than it must; a
 * unit is not the rule's and cannot be converted to it; why says which (cut). */
PLX_MUST_CHECK plx_status plx_case_json_read(const plx_knowledge *k, const plx_json *json,
                                             plx_case *c, plx_case_unknown *unknown, char *why,
                                             size_t why_n);

#endif
