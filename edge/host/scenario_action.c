/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* An entry of the file -> an action: the words are core/physiology/action.h's, the line is found
 * here. */
#include <stdio.h>

#include "edge/host/scenario_private.h"

/* "norepinephrine 0.1 ug/kg/min", "ringer 500 mL", "tension_pneumothorax 0.8". */
static void write_label(const plx_action_entry *e, const plx_action *a, char *label)
{
    const char *const *text = (const char *const *)e->text;
    const char *fluid = text[PLX_KEY_fluid] ? text[PLX_KEY_fluid] : e->verb;
    size_t n = PLX_SCENARIO_LABEL_MAX;
    if (text[PLX_KEY_dose])
        snprintf(label, n, "%s %s %s", e->verb, text[PLX_KEY_dose], text[PLX_KEY_unit]);
    else if (a->kind == PLX_ACTION_CONDITION)
        snprintf(label, n, "%s %s", text[PLX_KEY_name], text[PLX_KEY_severity]);
    else if (text[PLX_KEY_volume_ml])
        snprintf(label, n, "%s %s mL", fluid, text[PLX_KEY_volume_ml]);
    else if (text[PLX_KEY_rate_ml_min])
        snprintf(label, n, "%s %s mL/min", e->verb, text[PLX_KEY_rate_ml_min]);
    else if (text[PLX_KEY_temp_c])
        snprintf(label, n, "%s %s degC", e->verb, text[PLX_KEY_temp_c]);
    else if (text[PLX_KEY_flow_l_min])
        snprintf(label, n, "oxygen %s L/min", text[PLX_KEY_flow_l_min]);
    else if (text[PLX_KEY_drug])
        snprintf(label, n, "stop %s", text[PLX_KEY_drug]);
    else
        snprintf(label, n, "%s", e->verb);
}

/* Where the fault lies in the file; behind its end when the value is not found. */
static size_t place_of(const plx_yaml *yaml, const plx_action_entry *e, const plx_action_fault *f)
{
    if (f->place == PLX_ACTION_AT_VERB) return plx_yaml_find(yaml->text, e->from, e->to, "do", "");
    const char *key = plx_action_key_name(f->key);
    const char *value = f->place == PLX_ACTION_AT_VALUE ? e->text[f->key] : "";
    size_t at = plx_yaml_find(yaml->text, e->from, e->to, key, value);
    return at < e->to ? at : plx_yaml_find(yaml->text, e->from, e->to, key, "");
}

plx_status plx_scenario_action(const plx_yaml *yaml, plx_action_reader *reader,
                               const plx_action_entry *e, plx_action *action, char *label)
{
    plx_action_words words = {.verb = plx_slice_of(e->verb)};
    plx_action a;
    for (int key = 0; key < PLX_KEY_N; key++)
        words.text[key] = plx_slice_of(e->text[key]);
    if (plx_action_read(reader, &words, e->at_s, &a) != PLX_OK) {
        size_t at = place_of(yaml, e, &reader->fault);
        bool lost = reader->fault.place == PLX_ACTION_AT_VALUE && at >= e->to;
        unsigned line = lost ? 0 : plx_yaml_line(yaml->text, at);
        return plx_yaml_complain(yaml, line, reader->fault.why);
    }
    *action = a;
    write_label(e, &a, label);
    return PLX_OK;
}
