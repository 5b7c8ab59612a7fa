/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What happens in a simulated department, as an event log that `department fit` reads. */
#ifndef PLX_APP_DEPARTMENT_LOG_H
#define PLX_APP_DEPARTMENT_LOG_H

#include <stdio.h>

#include "core/department/flow.h"

/* One replication of days from empty; times are local, from Monday 2024-01-01 on. PLX_FULL: it
 * fills beyond all bounds; PLX_SPACE: no memory. */
PLX_MUST_CHECK plx_status plx_department_log(const plx_flow_model *model, unsigned days,
                                             uint64_t seed, FILE *to);

#endif
