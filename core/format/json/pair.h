/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A key with its value. */
#ifndef PLX_CORE_FORMAT_JSON_PAIR_H
#define PLX_CORE_FORMAT_JSON_PAIR_H

#include "core/format/json/json.h"

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
