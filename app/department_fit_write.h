/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A fitted department as MODEL.json (app/department_model.h reads it back). */
#ifndef PLX_APP_DEPARTMENT_FIT_WRITE_H
#define PLX_APP_DEPARTMENT_FIT_WRITE_H

#include "core/fit/log.h"
#include "core/fit/quality.h"

typedef struct plx_fit_written {
    const char *name; /* of the log */
    const plx_fit *fit;
    const plx_fit_model *model;
    const plx_log_result *log;
    const plx_quality_row *quality;
    unsigned quality_n;
    bool any_arrivals; /* one an hour where the log has none: for holding the model against it */
} plx_fit_written;

enum { PLX_FIT_WRITTEN_MAX = 1 << 18 };

/* Into memory (PLX_FIT_WRITTEN_MAX); empty when there is no room. */
plx_slice plx_fit_write(const plx_fit_written *w, char *memory);

#endif
