/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A YAML file whose keys are the user's own words, which a schema cannot name: pairs of a key and a
 * text, at the top or in a named group. Read with libyaml. */
#ifndef PLX_EDGE_HOST_YAML_PAIRS_H
#define PLX_EDGE_HOST_YAML_PAIRS_H

#include "core/base/slice.h"

/* group: empty at the top. PLX_CONFIG with a sentence in why. */
typedef plx_status plx_yaml_pair(void *to, plx_slice group, plx_slice key, plx_slice value,
                                 char *why, size_t why_n);

/* PLX_OK; PLX_CONFIG: "NAME line 3: sentence" in problem. name: of the file. */
PLX_MUST_CHECK plx_status plx_yaml_pairs(const char *name, plx_slice text, plx_yaml_pair *take,
                                         void *to, char *problem, size_t problem_n);

#endif
