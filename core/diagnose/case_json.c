/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/diagnose/case_json.h"

#include "core/base/decimal.h"
#include "core/diagnose/literal.h"
#include "core/record/unit.h"

typedef struct reader {
    const plx_knowledge *k;
    const plx_json *json;
    plx_case *c;
    plx_case_unknown *unknown;
    char *why;
    size_t why_n;
    char memory[PLX_NAME_MAX];
} reader;

static plx_status bad(reader *r, const char *what, plx_slice name)
{
    char sentence[200];
    plx_out out = plx_out_init(sentence, sizeof sentence - 1);
    plx_out_text(&out, what);
    plx_out_slice_add(&out, name);
    sentence[out.n] = 0;
    return plx_refuse(r->why, r->why_n, PLX_SYNTAX, sentence);
}

static bool is(const reader *r, uint32_t token, plx_json_type type)
{
    return token != UINT32_MAX && r->json->tokens[token].type == type;
}

/* Decoded, cut to a name; valid until the next call. */
static plx_slice name_of(reader *r, uint32_t token)
{
    plx_out out = plx_out_init(r->memory, sizeof r->memory);
    if (is(r, token, PLX_JSON_STRING))
        plx_json_string(r->json, token, &out);
    else
        plx_out_slice_add(&out, plx_json_text(r->json, token));
    return plx_out_slice(&out);
}

static bool number_of(const reader *r, uint32_t token, double *value)
{
    return is(r, token, PLX_JSON_NUMBER) &&
           plx_literal_number(plx_json_text(r->json, token), value);
}

/* An item by its id, or of a number by its value. PLX_NO_INDEX: unknown. */
static uint32_t item_of(reader *r, uint32_t f, uint32_t token)
{
    double value;
    const uint32_t item = plx_knowledge_item(r->k, f, name_of(r, token));
    if (item == PLX_NO_INDEX && r->k->findings[f].kind == PLX_FINDING_NUMBER &&
        number_of(r, token, &value))
        return plx_knowledge_number_item(r->k, f, value);
    return item;
}

static plx_status read_list(reader *r, uint32_t f, uint32_t list, plx_slice name)
{
    const plx_json_token *tokens = r->json->tokens;
    if (r->k->findings[f].kind != PLX_FINDING_MANY_OF && tokens[list].children != 1)
        return bad(r, "only a many_of finding has a list of values: ", name);
    if (tokens[list].children == 0) plx_case_answer_no(r->k, r->c, f);
    for (uint32_t v = list + 1; v < tokens[list].next; v = tokens[v].next) {
        const uint32_t item = item_of(r, f, v);
        if (item == PLX_NO_INDEX)
            plx_case_note_unknown(r->unknown, name_of(r, v));
        else
            plx_case_answer_yes(r->k, r->c, f, item);
    }
    return PLX_OK;
}

static plx_status read_value(reader *r, uint32_t f, uint32_t token, plx_slice name)
{
    const plx_knowledge *k = r->k;
    switch (r->json->tokens[token].type) {
    case PLX_JSON_NULL:
        plx_case_answer_unknown(k, r->c, f);
        return PLX_OK;
    case PLX_JSON_FALSE:
        plx_case_answer_no(k, r->c, f);
        return PLX_OK;
    case PLX_JSON_TRUE:
        if (k->findings[f].kind != PLX_FINDING_YES_NO)
            return bad(r, "true is no value of this finding; name one: ", name);
        plx_case_answer_yes(k, r->c, f, 0);
        return PLX_OK;
    case PLX_JSON_ARRAY:
        return read_list(r, f, token, name);
    case PLX_JSON_OBJECT:
        return bad(r, "an object here has \"v\": ", name);
    case PLX_JSON_NUMBER:
    case PLX_JSON_STRING:
        break;
    }
    if (k->findings[f].kind == PLX_FINDING_YES_NO)
        return bad(r, "this finding is true, false or null: ", name);
    const uint32_t item = item_of(r, f, token);
    if (item == PLX_NO_INDEX)
        plx_case_note_unknown(r->unknown, name_of(r, token));
    else
        plx_case_answer_yes(k, r->c, f, item);
    return PLX_OK;
}

/* The quantity behind the short word of a case: "sbp" may come from a cuff or a line. */
static plx_quantity quantity_of(plx_slice variable)
{
    static const struct {
        const char *word;
        plx_quantity quantity;
    } words[] = {{"sbp", PLX_QUANTITY_NIBP_SYS},
                 {"dbp", PLX_QUANTITY_NIBP_DIA},
                 {"map", PLX_QUANTITY_NIBP_MEAN},
                 {"rr", PLX_QUANTITY_RESP_RATE}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (plx_slice_is(variable, words[i].word)) return words[i].quantity;
    return plx_quantity_from_key(variable);
}

/* The value in the rule's unit, which is the quantity's canonical one where that is known. */
static bool in_unit(const plx_finding_rule *rule, plx_slice unit, plx_decimal *d)
{
    const plx_quantity q = quantity_of(rule->variable);
    if (unit.n == 0 || plx_slice_equal(plx_unit_alias(unit), plx_unit_alias(rule->unit)))
        return true;
    return q != PLX_QUANTITY_OTHER && plx_slice_is(rule->unit, plx_quantity_get(q)->unit) &&
           plx_unit_to_canonical(q, unit, d, d) == PLX_OK;
}

static bool rule_holds(const plx_finding_rule *rule, double value)
{
    if (rule->op[0] == '<') return rule->op[1] ? value <= rule->limit : value < rule->limit;
    return rule->op[1] ? value >= rule->limit : value > rule->limit;
}

/* A measured number answers the findings that follow from it. found: some do. */
static plx_status read_measured(reader *r, uint32_t value, plx_slice unit, plx_slice name,
                                bool *found)
{
    for (uint32_t i = 0; i < r->k->rules_n; i++) {
        const plx_finding_rule *rule = &r->k->rules[i];
        plx_decimal d;
        if (!plx_slice_equal(rule->variable, name)) continue;
        *found = true;
        if (is(r, value, PLX_JSON_NULL)) {
            plx_case_answer_unknown(r->k, r->c, rule->finding);
            continue;
        }
        if (!is(r, value, PLX_JSON_NUMBER) ||
            plx_decimal_parse(plx_json_text(r->json, value), &d) != PLX_OK)
            return bad(r, "this is a number, or {\"v\":number,\"u\":unit}: ", name);
        if (!in_unit(rule, unit, &d))
            return bad(r, "the unit is not the one of the knowledge's rule: ", name);
        if (rule_holds(rule, d.value))
            plx_case_answer_yes(r->k, r->c, rule->finding, 0);
        else
            plx_case_answer_no(r->k, r->c, rule->finding);
    }
    return PLX_OK;
}

static plx_status read_finding(reader *r, uint32_t key)
{
    char memory[PLX_NAME_MAX];
    plx_slice name = name_of(r, key), unit = {NULL, 0};
    memcpy(memory, name.at, name.n);
    name.at = memory;
    uint32_t value = key + 1;
    double reliability = -1;
    if (is(r, value, PLX_JSON_OBJECT)) {
        const uint32_t object = value, u = plx_json_get(r->json, object, "u"),
                       sure = plx_json_get(r->json, object, "reliability");
        value = plx_json_get(r->json, object, "v");
        if (value == UINT32_MAX) return bad(r, "an object here has \"v\": ", name);
        if (is(r, u, PLX_JSON_STRING)) unit = plx_json_text(r->json, u);
        if (sure != UINT32_MAX &&
            (!number_of(r, sure, &reliability) || reliability < 0.5 || reliability > 1))
            return bad(r, "a reliability lies from 0.5 to 1: ", name);
    }
    bool measured = false;
    PLX_TRY(read_measured(r, value, unit, name, &measured));
    const uint32_t f = plx_knowledge_finding(r->k, name);
    if (f == PLX_NO_INDEX) {
        if (!measured) plx_case_note_unknown(r->unknown, name);
        return PLX_OK;
    }
    PLX_TRY(read_value(r, f, value, name));
    if (reliability > 0) r->c->doubt[f] = (uint8_t)((1 - reliability) * 200 + 0.5);
    return PLX_OK;
}

static plx_status read_differential(reader *r, uint32_t list)
{
    const plx_json_token *tokens = r->json->tokens;
    if (!is(r, list, PLX_JSON_ARRAY)) return bad(r, "\"differential\" is a list", PLX_LIT(""));
    for (uint32_t pair = list + 1; pair < tokens[list].next; pair = tokens[pair].next) {
        double p;
        if (!is(r, pair, PLX_JSON_ARRAY) || tokens[pair].children != 2 ||
            !is(r, pair + 1, PLX_JSON_STRING) || !number_of(r, pair + 2, &p))
            return bad(r, "\"differential\" is a list of [name, probability]", PLX_LIT(""));
        const uint32_t d = plx_knowledge_diagnosis(r->k, name_of(r, pair + 1));
        if (d == PLX_NO_INDEX)
            r->unknown->diagnoses++;
        else
            r->c->reference[d] = (float)p;
    }
    r->c->reference_told = true;
    return PLX_OK;
}

static plx_status read_person(reader *r)
{
    const uint32_t age = plx_json_get(r->json, 0, "age"), sex = plx_json_get(r->json, 0, "sex");
    if (age != UINT32_MAX && !is(r, age, PLX_JSON_NULL) &&
        (!number_of(r, age, &r->c->age) || r->c->age < 0))
        return bad(r, "\"age\" is a number of years", PLX_LIT(""));
    if (is(r, sex, PLX_JSON_STRING)) {
        const plx_slice text = plx_json_text(r->json, sex);
        r->c->sex = plx_slice_is(text, "M") || plx_slice_is(text, "m")   ? 1
                    : plx_slice_is(text, "F") || plx_slice_is(text, "f") ? 0
                                                                         : -1;
    }
    return PLX_OK;
}

/* The first of a list (or a lone text) that the knowledge knows. */
static uint32_t first_known(reader *r, const char *key,
                            uint32_t (*find)(const plx_knowledge *, plx_slice))
{
    const uint32_t token = plx_json_get(r->json, 0, key);
    if (is(r, token, PLX_JSON_STRING)) return find(r->k, name_of(r, token));
    if (!is(r, token, PLX_JSON_ARRAY)) return PLX_NO_INDEX;
    for (uint32_t v = token + 1; v < r->json->tokens[token].next; v = r->json->tokens[v].next) {
        const uint32_t index = find(r->k, name_of(r, v));
        if (index != PLX_NO_INDEX) return index;
    }
    return PLX_NO_INDEX;
}

plx_status plx_case_json_read(const plx_knowledge *k, const plx_json *json, plx_case *c,
                              plx_case_unknown *unknown, char *why, size_t why_n)
{
    reader r = {.k = k, .json = json, .c = c, .unknown = unknown, .why = why, .why_n = why_n};
    const plx_slice none = PLX_LIT("");
    plx_case_clear(k, c);
    if (json->n == 0 || !is(&r, 0, PLX_JSON_OBJECT))
        return bad(&r, "a case is a JSON object", none);
    const uint32_t findings = plx_json_get(json, 0, "findings"),
                   diagnosis = plx_json_get(json, 0, "diagnosis"),
                   differential = plx_json_get(json, 0, "differential");
    PLX_TRY(read_person(&r));
    c->closed_world = is(&r, plx_json_get(json, 0, "closed_world"), PLX_JSON_TRUE);
    c->presentation = first_known(&r, "presentation", plx_knowledge_presentation);
    c->initial = first_known(&r, "initial", plx_knowledge_finding);
    if (findings != UINT32_MAX) {
        if (!is(&r, findings, PLX_JSON_OBJECT)) return bad(&r, "\"findings\" is an object", none);
        for (uint32_t key = findings + 1; key < json->tokens[findings].next;
             key = json->tokens[key + 1].next)
            PLX_TRY(read_finding(&r, key));
    }
    if (diagnosis != UINT32_MAX && is(&r, diagnosis, PLX_JSON_STRING)) {
        c->truth = plx_knowledge_diagnosis(k, name_of(&r, diagnosis));
        unknown->diagnoses += c->truth == PLX_NO_INDEX;
    }
    return differential == UINT32_MAX ? PLX_OK : read_differential(&r, differential);
}
