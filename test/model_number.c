/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "test/model_number.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/physiology/kernel_breath.h"
#include "core/physiology/person.h"
#include "core/physiology/pharmacodynamics.h"

static const char *const files[] = {
    "kernel_circulation.h",
    "kernel_reflex.h",
    "kernel_drive.h",
    "kernel_breath.h",
    "kernel_gas.h",
    "kernel_slow.h",
    "kernel_averaged.h",
    "kernel_observe.h",
    "kernel_block.h",
    "kernel.c",
    "pharmacodynamics.h",
    "body.h",
    "drug.c",
    "person.c",
    "settle.c",
    "care.c",
};
enum { FILES = sizeof files / sizeof *files };

static source_text *source_of(const char *file)
{
    static source_text *read[FILES];
    for (size_t i = 0; i < FILES; i++) {
        if (strcmp(files[i], file) != 0) continue;
        if (read[i]) return read[i];
        char path[64];
        snprintf(path, sizeof path, "core/physiology/%s", file);
        read[i] = calloc(1, sizeof *read[i]);
        if (read[i] && source_text_read(read[i], path)) return read[i];
        free(read[i]);
        return read[i] = NULL;
    }
    return NULL;
}

/* Names of one list: as they are written in the tables, and in the code. */
typedef struct word {
    const char *text, *id;
} word;
static const word drugs[] = {
#define X(id, text) {text, #id},
    PLX_DRUG_LIST(X)};
static const word fluids[] = {PLX_FLUID_LIST(X)};
static const word conditions[] = {PLX_CONDITION_LIST(X)
#undef X
};
static const word devices[PLX_OXYGEN_N] = {
    [PLX_OXYGEN_ROOM] = {"", ""},
    [PLX_OXYGEN_NASAL_CANNULA] = {"nasal_cannula", ""},
    [PLX_OXYGEN_SIMPLE_MASK] = {"simple_mask", ""},
    [PLX_OXYGEN_NON_REBREATHER] = {"non_rebreather", ""},
    [PLX_OXYGEN_HIGH_FLOW_NASAL] = {"high_flow_nasal", ""},
};
static const word params[] = {
#define X(name, unit, low, high, text) {#name, #name},
    PLX_BODY_PARAM(X)
#undef X
};
#define WORDS(list) list, sizeof list / sizeof *list

static size_t word_index(const word *list, size_t n, const char *text)
{
    size_t i = 0;
    while (i < n && strcmp(list[i].text, text) != 0)
        i++;
    return i;
}

/* A field of a row in memory. */
typedef struct field {
    const char *name;
    enum { FLOAT, INT, BOOL } type;
    size_t offset;
} field;
#define F(name)                                                                                    \
    {                                                                                              \
#name, FLOAT, offsetof(plx_pharmacodynamics, name)                                         \
    }
#define B(name)                                                                                    \
    {                                                                                              \
#name, BOOL, offsetof(plx_pharmacodynamics, name)                                          \
    }
static const field effects[] = {F(ec50_ug_l),
                                {"gamma", INT, offsetof(plx_pharmacodynamics, gamma)},
                                F(r),
                                F(e_max),
                                F(dvu_ml),
                                F(c_sa),
                                F(period),
                                F(vagal),
                                F(vagal_s),
                                F(baroreflex),
                                F(drive),
                                F(urine),
                                F(r_aw),
                                F(nmb),
                                F(lactate_mmol_l_s),
                                F(late_ec50_ug_l),
                                F(late_r),
                                F(late_dvu_ml),
                                F(late_c_sa),
                                B(pressor),
                                B(sedative),
                                B(opioid),
                                B(drive_squared)};
#undef F
#undef B
#define F(name)                                                                                    \
    {                                                                                              \
#name, FLOAT, offsetof(breath_device, name)                                                \
    }
static const field device_fields[] = {
    F(waits_s), F(waits_l), F(mixing), F(most), {"nose", BOOL, offsetof(breath_device, nose)}};
#undef F

static bool field_value(const field *list, size_t n, const char *name, const void *row,
                        double *value)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i].name, name) != 0) continue;
        const char *at = (const char *)row + list[i].offset;
        if (list[i].type == FLOAT) *value = (double)*(const float *)(const void *)at;
        if (list[i].type == INT) *value = (double)*(const int *)(const void *)at;
        if (list[i].type == BOOL) *value = (double)*(const bool *)(const void *)at;
        return true;
    }
    return false;
}

static bool person_value(size_t param, double *value)
{
    static const plx_person man = {
        .sex = PLX_SEX_MALE, .age = 30, .height_cm = 175, .weight_kg = 70, .base = {.bv = 5300}};
    plx_body *body = calloc(1, plx_body_size(PLX_BODY_GROUP));
    if (!body) return false;
    body->members = PLX_BODY_GROUP;
    plx_person_body(&man, 0, body);
    *value = (double)plx_body_param_get(body, (plx_body_param_id)param)[0];
    free(body);
    return true;
}

/* The text behind "[key] = " in a table of a file, or NULL. */
static const char *cell(const char *file, const char *head, const char *prefix, const char *id)
{
    char key[64];
    source_text *source = source_of(file);
    const char *table = source ? strstr(source->text, head) : NULL;
    const char *end = table ? strstr(table, "};") : NULL;
    snprintf(key, sizeof key, "[%s%s]=", prefix, id);
    const char *at = end ? strstr(table, key) : NULL;
    return at && at < end ? at + strlen(key) : NULL;
}

/* Rows of drug.c: what their numbers are called depends on the form. */
enum { PK_CELLS = 8 };
static const struct {
    const char *form, *name[PK_CELLS + 1];
} pk_forms[] = {
    {"PER_KG_RATES", {"v1_l_kg", "k10", "k12", "k13", "k21", "k31", "ke0", "peak_min"}},
    {"FIXED_VOLUMES",
     {"v1_l", "v2_l", "v3_l", "cl1_l_min", "cl2_l_min", "cl3_l_min", "ke0", "peak_min"}},
    {"PER_KG_VOLUMES",
     {"v1_l_kg", "v2_l_kg", "v3_l_kg", "cl1_l_min_kg", "cl2_l_min_kg", "cl3_l_min_kg", "ke0",
      "peak_min"}},
    {"ONE", {"half_life_min", "volume_l", "ke0", "peak_min"}},
};

/* The numbers of a drug's row and what they are called; their count, 0 = no row. */
static size_t pk_row(const char *id, const char *const **names, double numbers[PK_CELLS])
{
    const char *at = cell("drug.c", "rows[PLX_DRUG_N]={", "PLX_DRUG_", id);
    *names = NULL;
    if (!at || *at++ != '{') return 0;
    for (size_t i = 0; i < sizeof pk_forms / sizeof *pk_forms; i++) {
        size_t length = strlen(pk_forms[i].form);
        if (strncmp(at, pk_forms[i].form, length) != 0 || at[length] != ',') continue;
        *names = pk_forms[i].name, at += length;
        break;
    }
    size_t n = 0;
    for (int depth = 1; *names && *at && depth > 0;) {
        size_t one = n < PK_CELLS ? source_text_number(at, &numbers[n]) : 0;
        n += one > 0;
        depth += one > 0 ? 0 : *at == '{' ? 1 : *at == '}' ? -1 : 0;
        at += one > 0 ? one : 1;
    }
    return n;
}

static bool pk_value(const char *id, const char *name, double *value)
{
    const char *const *names = NULL;
    double numbers[PK_CELLS];
    size_t n = pk_row(id, &names, numbers);
    for (size_t i = 0; i < n && names[i]; i++)
        if (strcmp(names[i], name) == 0) {
            *value = numbers[i];
            return true;
        }
    return false;
}

/* "left.right" of the tables. *known: left is the name of something. */
static bool table_value(const char *left, const char *right, double *value, bool *known)
{
    const char *at = NULL, *const * unused;
    double numbers[PK_CELLS];
    size_t i = word_index(WORDS(params), right);
    *known = true;
    if (strcmp(left, "person") == 0) return i < PLX_BODY_PARAM_N && person_value(i, value);
    if (strcmp(left, "spread") == 0) {
        at = cell("person.c", "spread_of[PLX_BODY_PARAM_N]={", "PLX_BODY_P_", right);
        return at && source_text_number(at, value) > 0;
    }
    if ((i = word_index(WORDS(drugs), left)) < PLX_DRUG_N)
        return field_value(WORDS(effects), right, &plx_pharmacodynamics_of[i], value) ||
               (pk_row(drugs[i].id, &unused, numbers) > 0 && pk_value(drugs[i].id, right, value));
    if ((i = word_index(WORDS(fluids), left)) < PLX_FLUID_N) {
        if (strcmp(right, "a") == 0) return *value = (double)plx_fluid_distribution[i], true;
        at = cell("care.c", "fluid_hct[PLX_FLUID_N]={", "PLX_FLUID_", fluids[i].id);
        return strcmp(right, "hct") == 0 && at && source_text_number(at, value) > 0;
    }
    if ((i = word_index(WORDS(conditions), left)) < PLX_CONDITION_N) {
        at = cell("care.c", "onset_s[PLX_CONDITION_N]={", "PLX_CONDITION_", conditions[i].id);
        return strcmp(right, "onset_s") == 0 && at && source_text_number(at, value) > 0;
    }
    if ((i = word_index(WORDS(devices), left)) < PLX_OXYGEN_N)
        return field_value(WORDS(device_fields), right, &breath_devices[i], value);
    return *known = false;
}

/* The text behind the one #define or enum value of this name in the files; NULL with *times when
 * there is not one. */
static const char *define_of(const char *name, size_t *times)
{
    static const char *const forms[] = {"#define %s", "{%s=", ",%s="};
    const char *behind = NULL;
    *times = 0;
    for (size_t i = 0; i < FILES * sizeof forms / sizeof *forms; i++) {
        char key[MODEL_NAME_MAX + 16];
        source_text *source = source_of(files[i % FILES]);
        size_t n = (size_t)snprintf(key, sizeof key, forms[i / FILES], name);
        for (const char *at = source ? source->text : ""; (at = strstr(at, key)) != NULL;) {
            at += n;
            if (i < FILES && (isalnum((unsigned char)*at) || *at == '_')) continue;
            behind = at + (*at == ' ');
            ++*times;
        }
    }
    return *times == 1 ? behind : NULL;
}

/* A number, a name of one, or a product or quotient of them in brackets. */
static bool define_value(const char *name, int depth, double *value)
{
    size_t times;
    const char *at = define_of(name, &times);
    char operation = '*';
    if (!at || depth > 4) return false;
    bool bracket = *at == '(';
    *value = 1;
    for (at += bracket;; at++) {
        double x;
        char part[64];
        size_t n = source_text_number(at, &x);
        if (n == 0) {
            while (n < sizeof part - 1 && (isalnum((unsigned char)at[n]) || at[n] == '_'))
                part[n] = at[n], n++;
            part[n] = 0;
            if (n == 0 || !define_value(part, depth + 1, &x)) return false;
        }
        *value = operation == '*' ? *value * x : *value / x;
        at += n;
        if (!bracket || *at == ')') return true;
        if ((operation = *at) != '*' && operation != '/') return false;
    }
}

static bool in_expression(const char *name, size_t file_n, double *value, char *why)
{
    char file[64], pattern[SOURCE_PATTERN_MAX];
    snprintf(file, sizeof file, "%.*s", (int)file_n, name);
    source_text *source = source_of(file);
    const char *mark = strchr(name + file_n + 1, '@');
    if (!source) return snprintf(why, MODEL_WHY_MAX, "no file of that name is looked at"), false;
    if (!mark || strchr(mark + 1, '@') || !source_text_squeeze(name + file_n + 1, pattern))
        return snprintf(why, MODEL_WHY_MAX, "an expression needs one @ for its number"), false;
    source_found found = source_text_find(source, pattern);
    if (found.places == 0)
        return snprintf(why, MODEL_WHY_MAX, "that expression is not in %s", source->path), false;
    if (found.value < found.other || found.value > found.other)
        return snprintf(why, MODEL_WHY_MAX, "it is %.7g at one place of %s and %.7g at another",
                        found.value, source->path, found.other),
               false;
    *value = found.value;
    return true;
}

bool model_number(const char *name, double *value, char *why)
{
    const char *colon = strchr(name, ':'), *dot = strchr(name, '.');
    char left[64];
    bool known;
    size_t times;
    why[0] = 0;
    if (colon && colon - name < 40) return in_expression(name, (size_t)(colon - name), value, why);
    if (!dot) {
        if (define_value(name, 0, value)) return true;
        snprintf(why, MODEL_WHY_MAX, "%s",
                 define_of(name, &times) ? "what it is defined to be is no number that can be read"
                 : times > 1             ? "it is defined more than once"
                                         : "nothing of that name is defined in core/physiology");
        return false;
    }
    snprintf(left, sizeof left, "%.*s", (int)(dot - name), name);
    if (table_value(left, dot + 1, value, &known)) return true;
    if (known)
        snprintf(why, MODEL_WHY_MAX, "%s has no number called %s", left, dot + 1);
    else
        snprintf(why, MODEL_WHY_MAX, "%s is not known", left);
    return false;
}

/* #defines that are numbers. */
static void each_define(void (*need)(const char *name))
{
    for (size_t i = 0; i < FILES; i++) {
        source_text *source = source_of(files[i]);
        const char *at = source ? source->text : "";
        for (; (at = strstr(at, "#define ")) != NULL;) {
            char name[64];
            size_t n = 0;
            for (at += 8; n < sizeof name - 1 && (isalnum((unsigned char)at[n]) || at[n] == '_');
                 n++)
                name[n] = at[n];
            name[n] = 0;
            const char *behind = at + n + (at[n] == ' ');
            behind += *behind == '(';
            if (isdigit((unsigned char)*behind) || *behind == '-' || *behind == '.') need(name);
        }
    }
}

static void each_field(const field *list, size_t n, const char *row, const void *memory,
                       void (*need)(const char *name))
{
    for (size_t i = 0; i < n; i++) {
        char name[64];
        double value = 0;
        snprintf(name, sizeof name, "%s.%s", row, list[i].name);
        if (field_value(list, n, list[i].name, memory, &value) && (value < 0 || value > 0))
            need(name);
    }
}

static void each_kinetics(const word *drug, void (*need)(const char *name))
{
    const char *const *names;
    double numbers[PK_CELLS];
    size_t n = pk_row(drug->id, &names, numbers);
    for (size_t i = 0; i < n && names[i]; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s.%s", drug->text, names[i]);
        if (numbers[i] < 0 || numbers[i] > 0) need(name);
    }
}

/* "word.what" when the tables have such a number. */
static void need_cell(const char *left, const char *right, void (*need)(const char *name))
{
    char name[64];
    double value;
    bool known;
    snprintf(name, sizeof name, "%s.%s", left, right);
    if (table_value(left, right, &value, &known)) need(name);
}

void model_number_each(void (*need)(const char *name))
{
    each_define(need);
    for (size_t i = 0; i < PLX_DRUG_N; i++) {
        each_field(WORDS(effects), drugs[i].text, &plx_pharmacodynamics_of[i], need);
        each_kinetics(&drugs[i], need);
    }
    for (size_t i = 0; i < PLX_OXYGEN_N; i++)
        each_field(WORDS(device_fields), devices[i].text, &breath_devices[i], need);
    for (size_t i = 0; i < PLX_FLUID_N; i++) {
        need_cell(fluids[i].text, "a", need);
        need_cell(fluids[i].text, "hct", need);
    }
    for (size_t i = 0; i < PLX_CONDITION_N; i++)
        need_cell(conditions[i].text, "onset_s", need);
    for (size_t i = 0; i < PLX_BODY_PARAM_N; i++) {
        need_cell("person", params[i].text, need);
        need_cell("spread", params[i].text, need);
    }
}

/* Functions in which each number has a row. */
static const struct {
    const char *file, *name;
} recorded[] = {
    {"kernel_circulation.h", "circulation_circuit"},
    {"kernel_circulation.h", "circulation_ventricle"},
    {"kernel_circulation.h", "circulation_vein"},
    {"kernel_reflex.h", "reflex_sympathetic"},
    {"kernel_reflex.h", "reflex_vagal"},
    {"kernel_reflex.h", "reflex_joined"},
    {"kernel_reflex.h", "reflex_effectors"},
    {"kernel_reflex.h", "reflex_spread"},
    {"kernel_reflex.h", "reflex_receptor"},
    {"kernel_drive.h", "drive_hco3"},
    {"kernel_drive.h", "drive_peripheral"},
    {"kernel_drive.h", "drive_base_excess"},
    {"kernel_drive.h", "drive_set_point"},
    {"kernel_drive.h", "drive_rate_extra"},
    {"kernel_drive.h", "drive_step"},
    {"kernel_gas.h", "gas_saturation"},
    {"kernel_gas.h", "gas_co2_content"},
    {"kernel_gas.h", "gas_fast_flow"},
    {"kernel_gas.h", "gas_tissues"},
    {"kernel_gas.h", "gas_lactate"},
    {"kernel_slow.h", "slow_refractory"},
    {"kernel_slow.h", "slow_lung"},
    {"kernel_slow.h", "slow_vessels"},
    {"kernel_slow.h", "slow_heat"},
    {"kernel_slow.h", "slow_bleeding"},
    {"kernel_slow.h", "slow_urine"},
    {"kernel_slow.h", "slow_exchange"},
    {"kernel_slow.h", "slow_effusion"},
    {"kernel_block.h", "lane_alarm"},
    {"drug.c", "norepinephrine"},
    {"drug.c", "epinephrine"},
};

void model_number_unasked(void (*loose)(const char *path, const char *function, const char *around))
{
    for (size_t i = 0; i < sizeof recorded / sizeof *recorded; i++) {
        const source_text *source = source_of(recorded[i].file);
        char key[64], around[80];
        snprintf(key, sizeof key, " %s(", recorded[i].name);
        const char *body = source ? strstr(source->text, key) : NULL;
        if (body) body = strchr(body, '{');
        if (!body) {
            loose(recorded[i].file, recorded[i].name, "no such function");
            continue;
        }
        int depth = 0;
        for (size_t at = (size_t)(body - source->text); source->text[at]; at++) {
            double x;
            depth += (source->text[at] == '{') - (source->text[at] == '}');
            if (depth == 0) break;
            size_t n = source->text[at] == '-' || !source_text_starts(source, at)
                           ? 0
                           : source_text_number(source->text + at, &x);
            if (n == 0) continue;
            snprintf(around, sizeof around, "%.48s", source->text + (at > 20 ? at - 20 : 0));
            bool plain = !(x > 0) || (x >= 1 && x <= 1);
            if (!plain && !source->asked[at]) loose(source->path, recorded[i].name, around);
            at += n - 1;
        }
    }
}
