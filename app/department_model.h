/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* MODEL.json ("pollux.department.model/1") into a model of the flow. Durations are minutes, rates
 * an hour, times of the day HH:MM of the department's clock. A part that is missing does not exist;
 * a key that is not known is refused, with line, column and path. knowledge/department/README.md
 * lists the keys. */
#ifndef PLX_APP_DEPARTMENT_MODEL_H
#define PLX_APP_DEPARTMENT_MODEL_H

#include "app/json_reader.h"
#include "core/department/flow.h"

/* r->json.tokens has room for half the bytes of the text and one. PLX_SYNTAX with r->why on any
 * fault; the model is not whole then. */
PLX_MUST_CHECK plx_status plx_department_model_read(plx_reader *r, plx_slice text,
                                                    plx_flow_model *model);

#endif
