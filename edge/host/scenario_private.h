/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Between scenario_file.c (the file) and scenario_action.c (the words of actions). */
#ifndef PLX_EDGE_HOST_SCENARIO_PRIVATE_H
#define PLX_EDGE_HOST_SCENARIO_PRIVATE_H

#include "core/physiology/action.h"
#include "edge/host/scenario_file.h"
#include "edge/host/yaml.h"

/* An action as it stands in the file; texts are libcyaml's, null when not said. */
typedef struct plx_action_entry {
    char *verb, *at_text;
    char *text[PLX_KEY_N];
    uint32_t at_s;
    size_t from, to; /* bytes of the file that hold it */
} plx_action_entry;

/* The entry -> an action. reader goes from one to the next. label: for people, of
 * PLX_SCENARIO_LABEL_MAX bytes. PLX_CONFIG with a sentence. */
plx_status plx_scenario_action(const plx_yaml *yaml, plx_action_reader *reader,
                               const plx_action_entry *entry, plx_action *action, char *label);

typedef struct plx_number_range {
    double low, high;
} plx_number_range;

/* One text of the file. */
typedef struct plx_yaml_value {
    const plx_yaml *yaml;
    size_t from, to; /* bytes that hold it */
    const char *key, *text;
} plx_yaml_value;
/* "FILE line 3: KEY: "TEXT" is wrong: EXPECTED". */
plx_status plx_scenario_wrong(const plx_yaml_value *value, const char *expected);
/* A number of the range; the second without a fraction. */
plx_status plx_scenario_number(const plx_yaml_value *value, plx_number_range range, double *out);
plx_status plx_scenario_whole(const plx_yaml_value *value, uint64_t low, uint64_t high,
                              uint64_t *out);

#endif
