/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* libcyaml checks keys and shapes; every value is read as a text and checked here, because libcyaml
 * takes any word for true and cuts numbers. */
#include "edge/host/scenario_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/decimal.h"
#include "edge/host/scenario_private.h"

enum { TEXT_MAX = 256, CONDITIONS_MAX = 16, CHRONIC_MAX = 8 };

/* The shape of the file. */

#define BASE_KEYS(X)                                                                               \
    X(hr_bpm, hr, 20, 200)                                                                         \
    X(sbp_mmhg, sbp, 50, 250)                                                                      \
    X(dbp_mmhg, dbp, 20, 150)                                                                      \
    X(map_mmhg, map, 35, 180)                                                                      \
    X(pp_mmhg, pp, 10, 150)                                                                        \
    X(cvp_mmhg, cvp, 0.5, 25)                                                                      \
    X(sv_ml, sv, 15, 200)                                                                          \
    X(blood_volume_ml, bv, 1500, 12000)                                                            \
    X(hb_g_dl, hb, 4, 22)

typedef struct file_base {
#define X(key, field, low, high) char *key;
    BASE_KEYS(X)
#undef X
} file_base;

typedef struct file_patient {
    char *sex, *age, *height_cm, *weight_kg, *pregnant_week, *saps2;
    char **chronic;
    unsigned chronic_n;
    file_base *base;
} file_patient;

typedef struct file_condition {
    char *name, *severity, *onset_s, *at_s;
} file_condition;

typedef struct file_outputs {
    char *every_s;
    char **quantities;
    unsigned quantities_n;
} file_outputs;

typedef struct file_root {
    char *title, *members, *seed, *duration_s, *model;
    file_patient *patient;
    file_condition *conditions;
    unsigned conditions_n;
    plx_action_entry *actions;
    unsigned actions_n;
    file_outputs *outputs;
} file_root;

#define TEXT_OF(type, key, member, flags)                                                          \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (flags), type, member, 0, TEXT_MAX)
#define MUST(type, key) TEXT_OF(type, #key, key, 0)
#define MAY(type, key) TEXT_OF(type, #key, key, CYAML_FLAG_OPTIONAL)
#define LIST(type, key, schema, max)                                                               \
    CYAML_FIELD_SEQUENCE_COUNT(#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, key, key##_n, \
                               schema, 0, max)

static const cyaml_schema_value_t WORD = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, TEXT_MAX)};
static const cyaml_schema_field_t BASE_FIELDS[] = {
#define X(key, field, low, high) MAY(file_base, key),
    BASE_KEYS(X)
#undef X
        CYAML_FIELD_END};
static const cyaml_schema_field_t PATIENT_FIELDS[] = {
    MUST(file_patient, sex),
    MUST(file_patient, age),
    MUST(file_patient, height_cm),
    MUST(file_patient, weight_kg),
    MAY(file_patient, pregnant_week),
    MAY(file_patient, saps2),
    LIST(file_patient, chronic, &WORD, CHRONIC_MAX),
    CYAML_FIELD_MAPPING_PTR("base", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, file_patient, base,
                            BASE_FIELDS),
    CYAML_FIELD_END};
static const cyaml_schema_field_t CONDITION_FIELDS[] = {
    MUST(file_condition, name), MUST(file_condition, severity), MAY(file_condition, onset_s),
    MAY(file_condition, at_s), CYAML_FIELD_END};
static const cyaml_schema_field_t ACTION_FIELDS[] = {
    TEXT_OF(plx_action_entry, "do", verb, 0),
    TEXT_OF(plx_action_entry, "at_s", at_text, CYAML_FLAG_OPTIONAL),
#define X(key) TEXT_OF(plx_action_entry, #key, text[PLX_KEY_##key], CYAML_FLAG_OPTIONAL),
    PLX_ACTION_KEYS(X)
#undef X
        CYAML_FIELD_END};
static const cyaml_schema_field_t OUTPUT_FIELDS[] = {
    MAY(file_outputs, every_s), LIST(file_outputs, quantities, &WORD, PLX_SCENARIO_QUANTITIES_MAX),
    CYAML_FIELD_END};
static const cyaml_schema_value_t CONDITION = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, file_condition, CONDITION_FIELDS)};
static const cyaml_schema_value_t ACTION = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, plx_action_entry, ACTION_FIELDS)};
static const cyaml_schema_field_t ROOT_FIELDS[] = {
    MAY(file_root, title),
    CYAML_FIELD_MAPPING_PTR("patient", CYAML_FLAG_POINTER, file_root, patient, PATIENT_FIELDS),
    MAY(file_root, members),
    MAY(file_root, seed),
    MUST(file_root, duration_s),
    MAY(file_root, model),
    LIST(file_root, conditions, &CONDITION, CONDITIONS_MAX),
    LIST(file_root, actions, &ACTION, PLX_SCENARIO_ACTIONS_MAX),
    CYAML_FIELD_MAPPING_PTR("outputs", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, file_root, outputs,
                            OUTPUT_FIELDS),
    CYAML_FIELD_END};
static const cyaml_schema_value_t ROOT = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, file_root, ROOT_FIELDS)};

/* Values. */

plx_status plx_scenario_wrong(const plx_yaml_value *v, const char *expected)
{
    char sentence[256];
    size_t at = plx_yaml_find(v->yaml->text, v->from, v->to, v->key, v->text);
    if (at >= v->to) at = plx_yaml_find(v->yaml->text, v->from, v->to, v->key, "");
    snprintf(sentence, sizeof sentence, "%s: \"%.60s\" is wrong: %s", v->key, v->text, expected);
    unsigned line = at < v->to ? plx_yaml_line(v->yaml->text, at) : 0;
    return plx_yaml_complain(v->yaml, line, sentence);
}

plx_status plx_scenario_number(const plx_yaml_value *v, plx_number_range range, double *out)
{
    char expected[80];
    plx_decimal d;
    plx_status status = plx_decimal_parse(plx_slice_of(v->text), &d);
    if (status == PLX_OK && d.value >= range.low && d.value <= range.high) {
        *out = d.value;
        return PLX_OK;
    }
    snprintf(expected, sizeof expected, "a number from %.10g to %.10g", range.low, range.high);
    return plx_scenario_wrong(v, expected);
}

plx_status plx_scenario_whole(const plx_yaml_value *v, uint64_t low, uint64_t high, uint64_t *out)
{
    char expected[80];
    uint64_t value = 0;
    if (plx_slice_u64(plx_slice_of(v->text), high, &value) && value >= low) {
        *out = value;
        return PLX_OK;
    }
    snprintf(expected, sizeof expected, "a whole number from %llu to %llu", (unsigned long long)low,
             (unsigned long long)high);
    return plx_scenario_wrong(v, expected);
}

/* The text of a key that is nowhere else in the file but in its own block. */
static plx_yaml_value anywhere(const plx_yaml *y, const char *key, const char *text)
{
    return (plx_yaml_value){y, 0, y->text.n, key, text};
}

static plx_status whole_or(const plx_yaml_value *v, uint64_t low, uint64_t high, uint64_t *out)
{
    return v->text ? plx_scenario_whole(v, low, high, out) : PLX_OK;
}

static plx_status number_or(const plx_yaml_value *v, plx_number_range range, double *out)
{
    return v->text ? plx_scenario_number(v, range, out) : PLX_OK;
}

static plx_status whole_u32(const plx_yaml_value *v, uint64_t low, uint64_t high, uint32_t *out)
{
    uint64_t value = *out;
    PLX_TRY(whole_or(v, low, high, &value));
    *out = (uint32_t)value;
    return PLX_OK;
}

/* The person. */

static plx_status read_chronic(const plx_yaml *y, const char *word, uint32_t *chronic)
{
    uint32_t bit = 0;
    plx_yaml_value v = anywhere(y, "chronic", word);
    if (plx_person_chronic_named(plx_slice_of(word), &bit) != PLX_OK)
        return plx_scenario_wrong(&v, PLX_PERSON_CHRONIC_WORDS);
    *chronic |= bit;
    return PLX_OK;
}

static plx_status read_base(const plx_yaml *y, const file_base *from, plx_person *person)
{
    size_t block = plx_yaml_find(y->text, 0, y->text.n, "base", "");
#define X(key, field, low_, high_)                                                                 \
    PLX_TRY(number_or(&(plx_yaml_value){y, block, y->text.n, #key, from->key},                     \
                      (plx_number_range){low_, high_}, &person->base.field));
    BASE_KEYS(X)
#undef X
    return PLX_OK;
}

/* The envelope is the model's matter, not the file's: here only what no person can have. */
static plx_status read_patient(const plx_yaml *y, const file_patient *from, plx_person *person)
{
    plx_yaml_value sex = anywhere(y, "sex", from->sex), age = anywhere(y, "age", from->age),
                   height = anywhere(y, "height_cm", from->height_cm),
                   weight = anywhere(y, "weight_kg", from->weight_kg),
                   week = anywhere(y, "pregnant_week", from->pregnant_week),
                   saps2 = anywhere(y, "saps2", from->saps2);
    bool male = strcmp(from->sex, "m") == 0;
    if (!male && strcmp(from->sex, "f") != 0) return plx_scenario_wrong(&sex, "m or f");
    person->sex = male ? PLX_SEX_MALE : PLX_SEX_FEMALE;
    PLX_TRY(plx_scenario_number(&age, (plx_number_range){0, 130}, &person->age));
    PLX_TRY(plx_scenario_number(&height, (plx_number_range){20, 280}, &person->height_cm));
    PLX_TRY(plx_scenario_number(&weight, (plx_number_range){0.3, 650}, &person->weight_kg));
    PLX_TRY(whole_u32(&week, 0, 44, &person->pregnant_week));
    PLX_TRY(number_or(&saps2, (plx_number_range){0, 163}, &person->saps2));
    for (unsigned i = 0; i < from->chronic_n; i++)
        PLX_TRY(read_chronic(y, from->chronic[i], &person->chronic));
    return from->base ? read_base(y, from->base, person) : PLX_OK;
}

/* Actions. */

/* Where entry i of the actions lies: libcyaml does not tell. An entry begins at the last "{" or
 * leading "-" before its "do". */
static void place_entries(plx_slice text, plx_action_entry *entries, uint32_t n)
{
    size_t at = plx_yaml_find(text, 0, text.n, "actions", ""), before = at;
    for (uint32_t i = 0; i < n; i++) {
        size_t verb = plx_yaml_find(text, before, text.n, "do", "");
        entries[i].from = before;
        for (size_t k = before; k < verb; k++) {
            bool leads =
                text.at[k] == '-' && k > 0 && (text.at[k - 1] == ' ' || text.at[k - 1] == '\n');
            if (text.at[k] == '{' || leads) entries[i].from = k;
        }
        if (i > 0) entries[i - 1].to = entries[i].from;
        entries[i].to = text.n;
        before = verb + 1;
    }
}

/* Conditions become entries like actions, in front of them. */
static plx_status gather(const plx_yaml *y, const file_root *root, plx_action_entry *entries)
{
    size_t conditions = plx_yaml_find(y->text, 0, y->text.n, "conditions", "");
    static char verb[] = "condition";
    for (uint32_t i = 0; i < root->conditions_n; i++) {
        const file_condition *c = &root->conditions[i];
        entries[i] = (plx_action_entry){.verb = verb, .from = conditions, .to = y->text.n};
        entries[i].text[PLX_KEY_name] = c->name;
        entries[i].text[PLX_KEY_severity] = c->severity;
        entries[i].text[PLX_KEY_onset_s] = c->onset_s;
        entries[i].at_text = c->at_s;
    }
    plx_action_entry *rest = entries + root->conditions_n;
    if (root->actions_n) memcpy(rest, root->actions, root->actions_n * sizeof *rest);
    place_entries(y->text, rest, root->actions_n);
    for (uint32_t i = 0; i < root->conditions_n + root->actions_n; i++) {
        plx_yaml_value at_s = {y, entries[i].from, entries[i].to, "at_s", entries[i].at_text};
        if (!at_s.text && i >= root->conditions_n) {
            size_t at = plx_yaml_find(y->text, entries[i].from, entries[i].to, "do", "");
            return plx_yaml_complain(y, plx_yaml_line(y->text, at), "an action needs at_s");
        }
        PLX_TRY(whole_u32(&at_s, 0, PLX_SCENARIO_SECONDS_MAX, &entries[i].at_s));
    }
    return PLX_OK;
}

/* By time; those of one time stay in the order of the file. */
static void sort(plx_action_entry *entries, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        plx_action_entry e = entries[i];
        uint32_t k = i;
        for (; k > 0 && entries[k - 1].at_s > e.at_s; k--)
            entries[k] = entries[k - 1];
        entries[k] = e;
    }
}

static plx_status read_actions(const plx_yaml *y, const file_root *root, plx_action_entry *entries,
                               plx_scenario_file *file)
{
    plx_action_reader reader = {.person = &file->scenario.person};
    uint32_t n = root->conditions_n + root->actions_n;
    if (n > PLX_SCENARIO_ACTIONS_MAX)
        return plx_yaml_complain(y, 0, "no more than 64 actions and conditions are possible");
    PLX_TRY(gather(y, root, entries));
    sort(entries, n);
    for (uint32_t i = 0; i < n; i++)
        PLX_TRY(plx_scenario_action(y, &reader, &entries[i], &file->scenario.actions[i],
                                    file->labels[i]));
    file->scenario.actions_n = n;
    return PLX_OK;
}

/* The rest. */

static plx_status read_outputs(const plx_yaml *y, const file_outputs *from, plx_scenario *s)
{
    static const plx_measure usual[] = {PLX_MEASURE_hr_bpm,   PLX_MEASURE_sbp_mmhg,
                                        PLX_MEASURE_dbp_mmhg, PLX_MEASURE_map_mmhg,
                                        PLX_MEASURE_spo2_pct, PLX_MEASURE_rr_per_min};
    plx_yaml_value every_s = anywhere(y, "every_s", from ? from->every_s : NULL);
    s->every_s = s->duration_s < 10 ? 1 : 10;
    PLX_TRY(whole_u32(&every_s, 1, s->duration_s, &s->every_s));
    s->quantities_n = sizeof usual / sizeof *usual;
    memcpy(s->quantities, usual, sizeof usual);
    if (!from || from->quantities_n == 0) return PLX_OK;
    s->quantities_n = from->quantities_n;
    for (unsigned i = 0; i < from->quantities_n; i++) {
        plx_yaml_value word = anywhere(y, "quantities", from->quantities[i]);
        if (plx_measure_named(plx_slice_of(word.text), &s->quantities[i]) != PLX_OK)
            return plx_scenario_wrong(&word, "no quantity of that name is known");
        for (unsigned k = 0; k < i; k++)
            if (s->quantities[k] == s->quantities[i])
                return plx_scenario_wrong(&word, "it stands twice");
    }
    return PLX_OK;
}

static plx_status read_root(const plx_yaml *y, const file_root *root, plx_action_entry *entries,
                            plx_scenario_file *file)
{
    plx_scenario *s = &file->scenario;
    plx_yaml_value members = anywhere(y, "members", root->members),
                   seed = anywhere(y, "seed", root->seed),
                   model = anywhere(y, "model", root->model),
                   duration_s = {y, 0, y->text.n, "duration_s", root->duration_s};
    s->members = 1;
    PLX_TRY(read_patient(y, root->patient, &s->person));
    PLX_TRY(whole_u32(&members, 1, PLX_BODY_MEMBERS_MAX, &s->members));
    PLX_TRY(whole_or(&seed, 0, UINT64_MAX, &s->seed));
    PLX_TRY(whole_u32(&duration_s, 1, PLX_SCENARIO_SECONDS_MAX, &s->duration_s));
    if (model.text && strcmp(model.text, "averaged") == 0)
        s->variant = PLX_BODY_AVERAGED;
    else if (model.text && strcmp(model.text, "pulsatile") != 0)
        return plx_scenario_wrong(&model, "pulsatile or averaged");
    if (root->title) snprintf(file->title, sizeof file->title, "%s", root->title);
    PLX_TRY(read_outputs(y, root->outputs, s));
    return read_actions(y, root, entries, file);
}

/* The whole is checked by those who will run it; a person outside the envelope is no fault here. */
static plx_status check(const plx_yaml *y, const plx_action_entry *entries,
                        const plx_scenario_file *file)
{
    char why[100];
    uint32_t action;
    plx_status status = plx_scenario_check(&file->scenario, &action, why, sizeof why);
    if (status == PLX_OK || status == PLX_UNSUPPORTED) return PLX_OK;
    if (action >= file->scenario.actions_n) return plx_yaml_complain(y, 0, why);
    const plx_action_entry *e = &entries[action];
    size_t at = plx_yaml_find(y->text, e->from, e->to, "do", "");
    if (at >= e->to) at = plx_yaml_find(y->text, e->from, e->to, "name", e->text[PLX_KEY_name]);
    return plx_yaml_complain(y, plx_yaml_line(y->text, at), why);
}

plx_status plx_scenario_file_parse(const char *name, plx_slice text, plx_scenario_file *file,
                                   char *problem, size_t problem_n)
{
    plx_yaml y = {.name = name,
                  .text = text,
                  .all_keys = "knowledge/physiology/README.md",
                  .problem = problem,
                  .problem_n = problem_n};
    enum { ENTRIES_MAX = PLX_SCENARIO_ACTIONS_MAX + CONDITIONS_MAX };
    plx_action_entry *entries = calloc(ENTRIES_MAX, sizeof *entries);
    void *root = NULL;
    memset(file, 0, sizeof *file);
    snprintf(problem, problem_n, "not enough memory to read %.120s", name);
    plx_status status = entries ? plx_yaml_load(&y, &ROOT, &root) : PLX_FULL;
    if (status == PLX_OK && !root) status = plx_yaml_complain(&y, 0, "the file says nothing");
    if (status == PLX_OK) status = read_root(&y, root, entries, file);
    if (status == PLX_OK) status = check(&y, entries, file);
    plx_yaml_free(&ROOT, root);
    free(entries);
    return status;
}

plx_status plx_scenario_file_read(const char *path, plx_scenario_file *file, char *problem,
                                  size_t problem_n)
{
    plx_slice text;
    PLX_TRY(plx_yaml_read(path, "scenario", &text, problem, problem_n));
    plx_status status = plx_scenario_file_parse(path, text, file, problem, problem_n);
    free((char *)text.at);
    return status;
}
