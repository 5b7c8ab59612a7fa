/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A key with a number, as the commands write it with --json. */
#ifndef PLX_APP_JSON_PAIR_H
#define PLX_APP_JSON_PAIR_H

#include <math.h>
#include <stdio.h>

#include "core/format/json/pair.h"

/* Six digits; what is no number is null. */
static inline void plx_pair_number(plx_json_writer *w, const char *key, double value)
{
    char text[40];
    plx_json_key(w, key);
    if (!isfinite(value)) {
        plx_json_put_null(w);
        return;
    }
    const int n = snprintf(text, sizeof text, "%.6g", value);
    plx_json_put_raw(w, (plx_slice){text, (size_t)n});
}

#endif
