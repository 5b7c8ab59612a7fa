/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A key with its value, as the commands write them with --json. */
#ifndef PLX_APP_JSON_PAIR_H
#define PLX_APP_JSON_PAIR_H

#include <math.h>
#include <stdio.h>

#include "core/format/json/json.h"

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

static inline void plx_pair_text(plx_json_writer *w, const char *key, const char *text)
{
    plx_json_key(w, key);
    plx_json_put_text(w, text);
}

static inline void plx_pair_count(plx_json_writer *w, const char *key, uint64_t value)
{
    plx_json_key(w, key);
    plx_json_put_u64(w, value);
}

#endif
