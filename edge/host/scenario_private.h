/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Between scenario_file.c (the file) and scenario_action.c (the words of actions). */
#ifndef PLX_EDGE_HOST_SCENARIO_PRIVATE_H
#define PLX_EDGE_HOST_SCENARIO_PRIVATE_H

#include "edge/host/scenario_file.h"
#include "edge/host/yaml.h"

/* Keys of an action beside "do". */
#define PLX_ACTION_KEYS(X)                                                                         \
    X(at_s)                                                                                        \
    X(volume_ml)                                                                                   \
    X(rate_ml_min)                                                                                 \
    X(duration_s)                                                                                  \
    X(fluid)                                                                                       \
    X(hct)                                                                                         \
    X(dose)                                                                                        \
    X(unit)                                                                                        \
    X(drug)                                                                                        \
    X(device)                                                                                      \
    X(flow_l_min)                                                                                  \
    X(fio2)                                                                                        \
    X(mode)                                                                                        \
    X(vt_ml_kg)                                                                                    \
    X(rr_per_min)                                                                                  \
    X(peep)                                                                                        \
    X(pressure)                                                                                    \
    X(factor)                                                                                      \
    X(temp_c)                                                                                      \
    X(pressure_mmhg)                                                                               \
    X(name)                                                                                        \
    X(severity)                                                                                    \
    X(onset_s)

typedef enum plx_action_key {
#define X(key) PLX_KEY_##key,
    PLX_ACTION_KEYS(X)
#undef X
        PLX_KEY_N
} plx_action_key;

/* An action as it stands in the file; texts are libcyaml's, null when not said. */
typedef struct plx_action_entry {
    char *verb;
    char *text[PLX_KEY_N];
    uint32_t at_s;
    size_t from, to; /* bytes of the file that hold it */
} plx_action_entry;

/* The entry -> an action. airway: as it was before, and as it is after. label: for people, of
 * PLX_SCENARIO_LABEL_MAX bytes. PLX_CONFIG with a sentence. */
typedef struct plx_action_reader {
    const plx_yaml *yaml;
    const plx_person *person;
    plx_airway airway;
} plx_action_reader;

plx_status plx_scenario_action(plx_action_reader *reader, const plx_action_entry *entry,
                               plx_action *action, char *label);

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
