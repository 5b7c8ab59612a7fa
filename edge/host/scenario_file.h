/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A scenario as people write it, in YAML. An unknown key, a wrong type or a value that cannot be is
 * one sentence with its line. Examples: knowledge/physiology/scenario; keys and words of actions,
 * with their units: knowledge/physiology/README.md. */
#ifndef PLX_EDGE_HOST_SCENARIO_FILE_H
#define PLX_EDGE_HOST_SCENARIO_FILE_H

#include "core/physiology/scenario.h"

enum { PLX_SCENARIO_TITLE_MAX = 120, PLX_SCENARIO_LABEL_MAX = 48 };

/* Plain data, owns nothing. About 20 kB. */
typedef struct plx_scenario_file {
    plx_scenario scenario;
    char title[PLX_SCENARIO_TITLE_MAX];                            /* may be empty */
    char labels[PLX_SCENARIO_ACTIONS_MAX][PLX_SCENARIO_LABEL_MAX]; /* of actions: "ringer 500 mL" */
} plx_scenario_file;

/* PLX_OK: the scenario passes plx_scenario_check, but for a person outside the model's envelope:
 * the check says so (PLX_UNSUPPORTED), and that is no fault of the file. PLX_CONFIG (also when the
 * file cannot be read) or PLX_FULL with a sentence in problem ("FILE line 3: ...", 300 bytes are
 * enough); *file is then undefined. */
PLX_MUST_CHECK plx_status plx_scenario_file_read(const char *path, plx_scenario_file *file,
                                                 char *problem, size_t problem_n);
/* The same from memory; name stands for the file in the sentence. */
PLX_MUST_CHECK plx_status plx_scenario_file_parse(const char *name, plx_slice yaml,
                                                  plx_scenario_file *file, char *problem,
                                                  size_t problem_n);

#endif
