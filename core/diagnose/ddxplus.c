/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/diagnose/ddxplus.h"

#include "core/base/decimal.h"
#include "core/diagnose/literal.h"

#define QUESTION_S 5 /* seconds of a question */

typedef struct maker {
    const plx_json *conditions, *evidences;
    plx_arena *arena;
    plx_knowledge *k;
    char *why;
    size_t why_n;
} maker;

/* Members of the object at "object": key tokens, from the first. */
#define EACH_MEMBER(json, object, key)                                                             \
    (uint32_t key = (object) + 1; key < (json)->tokens[object].next;                               \
     key = (json)->tokens[key + 1].next)

static plx_status take_text(plx_arena *arena, const plx_json *json, uint32_t token, plx_slice *text)
{
    *text = (plx_slice){NULL, 0};
    if (token == PLX_NO_INDEX) return PLX_OK;
    const plx_slice raw = plx_json_text(json, token);
    if (json->tokens[token].type != PLX_JSON_STRING && json->tokens[token].type != PLX_JSON_NUMBER)
        return PLX_OK;
    char *memory = plx_arena_take(arena, raw.n + 1, 1);
    if (!memory) return PLX_FULL;
    plx_out out = plx_out_init(memory, raw.n + 1);
    if (json->tokens[token].type == PLX_JSON_STRING)
        plx_json_string(json, token, &out);
    else
        plx_out_slice_add(&out, raw);
    *text = plx_out_slice(&out);
    return PLX_OK;
}

static bool is_object(const plx_json *json, uint32_t token)
{
    return token != PLX_NO_INDEX && json->tokens[token].type == PLX_JSON_OBJECT;
}

static bool is_true(const plx_json *json, uint32_t token)
{
    return token != PLX_NO_INDEX && json->tokens[token].type == PLX_JSON_TRUE;
}

static double number_at(const plx_json *json, uint32_t token, double otherwise)
{
    plx_decimal d;
    if (token == PLX_NO_INDEX || json->tokens[token].type == PLX_JSON_OBJECT ||
        plx_decimal_parse(plx_json_text(json, token), &d) != PLX_OK)
        return otherwise;
    return d.value;
}

static plx_status bad(maker *m, const char *sentence)
{
    return plx_refuse(m->why, m->why_n, PLX_SYNTAX, sentence);
}

/* B: yes_no; M: many_of; C: number when its values are numbers, else one_of. */
static plx_finding_kind kind_of(const plx_json *json, uint32_t evidence, uint32_t *items_n)
{
    const uint32_t type = plx_json_get(json, evidence, "data_type"),
                   values = plx_json_get(json, evidence, "possible-values");
    const plx_slice word = type == PLX_NO_INDEX ? PLX_LIT("B") : plx_json_text(json, type);
    const bool listed = values != PLX_NO_INDEX && json->tokens[values].type == PLX_JSON_ARRAY &&
                        json->tokens[values].children > 0;
    *items_n = 1;
    if (!listed || plx_slice_is(word, "B")) return PLX_FINDING_YES_NO;
    *items_n = json->tokens[values].children;
    if (plx_slice_is(word, "M")) return PLX_FINDING_MANY_OF;
    return json->tokens[values + 1].type == PLX_JSON_NUMBER ? PLX_FINDING_NUMBER
                                                            : PLX_FINDING_ONE_OF;
}

static plx_status count_records(maker *m)
{
    plx_knowledge *k = m->k;
    *k = (plx_knowledge){.presentations_n = 1, .sources_n = 2};
    if (m->conditions->n == 0 || m->evidences->n == 0 || !is_object(m->conditions, 0) ||
        !is_object(m->evidences, 0))
        return bad(m, "each table is one JSON object, by the name of a condition or evidence");
    for
        EACH_MEMBER(m->evidences, 0, key)
        {
            uint32_t items_n;
            if (!is_object(m->evidences, key + 1)) return bad(m, "an evidence is a JSON object");
            kind_of(m->evidences, key + 1, &items_n);
            if (items_n > PLX_FINDING_ITEMS_MAX)
                return bad(m, "an evidence has more than 256 possible values");
            k->findings_n++;
            k->items_n += items_n;
        }
    for
        EACH_MEMBER(m->conditions, 0, key)
        {
            if (!is_object(m->conditions, key + 1)) return bad(m, "a condition is a JSON object");
            k->diagnoses_n++;
        }
    k->groups_n = k->findings_n;
    k->priors_n = k->diagnoses_n;
    if (k->findings_n == 0 || k->diagnoses_n == 0) return bad(m, "a table is empty");
    return PLX_OK;
}

static plx_status make_items(maker *m, uint32_t evidence, plx_finding *f)
{
    const plx_json *json = m->evidences;
    const uint32_t values = plx_json_get(json, evidence, "possible-values"),
                   meaning = plx_json_get(json, evidence, "value_meaning");
    plx_slice normal;
    PLX_TRY(take_text(m->arena, json, plx_json_get(json, evidence, "default_value"), &normal));
    uint32_t item = f->first;
    for (uint32_t v = values + 1; v < json->tokens[values].next; v = json->tokens[v].next, item++) {
        plx_item *i = &m->k->items[item];
        PLX_TRY(take_text(m->arena, json, v, &i->id));
        i->value = number_at(json, v, 0);
        if (plx_slice_equal(i->id, normal)) f->normal = item;
        if (!is_object(json, meaning)) continue;
        for
            EACH_MEMBER(json, meaning, key)
        if (plx_slice_equal(plx_json_text(json, key), plx_json_text(json, v)))
            PLX_TRY(take_text(m->arena, json, plx_json_get(json, key + 1, "en"), &i->text));
    }
    return PLX_OK;
}

static plx_status make_findings(maker *m)
{
    const plx_json *json = m->evidences;
    uint32_t n = 0, item = 0;
    for
        EACH_MEMBER(json, 0, key)
        {
            const uint32_t evidence = key + 1;
            plx_finding *f = &m->k->findings[n];
            *f = (plx_finding){.first = item,
                               .normal = PLX_NO_INDEX,
                               .parent = PLX_NO_INDEX,
                               .group = n,
                               .cost_s = QUESTION_S,
                               .reliability = 1};
            f->kind = kind_of(json, evidence, &f->items_n);
            f->is_antecedent = is_true(json, plx_json_get(json, evidence, "is_antecedent"));
            PLX_TRY(take_text(m->arena, json, key, &f->id));
            PLX_TRY(
                take_text(m->arena, json, plx_json_get(json, evidence, "question_en"), &f->text));
            for (uint32_t i = item; i < item + f->items_n; i++)
                m->k->items[i].base = 0.5;
            if (f->kind != PLX_FINDING_YES_NO) PLX_TRY(make_items(m, evidence, f));
            item += f->items_n;
            n++;
        }
    return PLX_OK;
}

static void make_parents(maker *m)
{
    const plx_json *json = m->evidences;
    uint32_t n = 0;
    for
        EACH_MEMBER(json, 0, key)
        {
            const uint32_t parent = plx_json_get(json, key + 1, "code_question");
            if (parent != PLX_NO_INDEX) {
                const uint32_t f = plx_knowledge_finding(m->k, plx_json_text(json, parent));
                if (f != n) m->k->findings[n].parent = f;
            }
            n++;
        }
}

static void make_listed(maker *m, uint32_t condition, uint32_t d, const char *list)
{
    const plx_json *json = m->conditions;
    const uint32_t object = plx_json_get(json, condition, list);
    if (!is_object(json, object)) return;
    for
        EACH_MEMBER(json, object, key)
        {
            const uint32_t f = plx_knowledge_finding(m->k, plx_json_text(json, key));
            if (f != PLX_NO_INDEX) m->k->listed[(size_t)f * m->k->diagnoses_n + d] = 1;
        }
}

static plx_status make_diagnoses(maker *m)
{
    const plx_json *json = m->conditions;
    uint32_t n = 0;
    for
        EACH_MEMBER(json, 0, key)
        {
            plx_diagnosis *d = &m->k->diagnoses[n];
            const double severity = number_at(json, plx_json_get(json, key + 1, "severity"), 5);
            PLX_TRY(take_text(m->arena, json, key, &d->id));
            PLX_TRY(take_text(m->arena, json, plx_json_get(json, key + 1, "icd10-id"), &d->icd10));
            d->name = d->id;
            d->must_not_miss = severity <= 2;
            d->miss_cost = d->must_not_miss ? 10 : 1;
            d->test_threshold = 0.01;
            make_listed(m, key + 1, n, "symptoms");
            make_listed(m, key + 1, n, "antecedents");
            n++;
        }
    return PLX_OK;
}

plx_status plx_ddxplus_tables(const plx_json *conditions, const plx_json *evidences,
                              plx_arena *arena, plx_knowledge *k, char *why, size_t why_n)
{
    maker m = {conditions, evidences, arena, k, why, why_n};
    PLX_TRY(count_records(&m));
    plx_status status = plx_knowledge_take(k, arena);
    if (status != PLX_OK)
        return plx_refuse(why, why_n, status, "the tables are larger than a knowledge may be");
    if ((status = make_findings(&m)) != PLX_OK || (status = make_diagnoses(&m)) != PLX_OK)
        return plx_refuse(why, why_n, status, "not enough memory for the tables");
    make_parents(&m);
    k->closed_default = true;
    k->sources[1].id = PLX_LIT("learnt");
    k->sources[1].citation = PLX_LIT("counted in cases");
    k->sources[1].read = PLX_LIT("data");
    k->presentations[0] = (plx_presentation){PLX_LIT("any"), PLX_LIT("any complaint"), 0, 130};
    return PLX_OK;
}

/* Patients. */

plx_status plx_ddxplus_layout_read(const plx_slice *fields, uint32_t n, plx_ddxplus_layout *layout)
{
    static const char *const names[][2] = {
#define X(name, here, published) {here, published},
        PLX_DDXPLUS_COLUMNS(X)
#undef X
    };
    layout->fields_n = n;
    for (int c = 0; c < PLX_DDXPLUS_COLUMN_N; c++) {
        layout->column[c] = -1;
        for (uint32_t i = 0; i < n; i++)
            if (plx_slice_is(fields[i], names[c][0]) || plx_slice_is(fields[i], names[c][1]))
                layout->column[c] = (int)i;
    }
    return layout->column[PLX_DDXPLUS_EVIDENCES] < 0 ? PLX_MISSING : PLX_OK;
}

static void read_token(const plx_knowledge *k, plx_slice token, plx_case *c,
                       plx_case_unknown *unknown)
{
    static const char mark[] = "_@_";
    const size_t mark_n = sizeof mark - 1;
    size_t at = 0;
    while (at + mark_n <= token.n && memcmp(token.at + at, mark, mark_n) != 0)
        at++;
    const bool has_value = at + mark_n <= token.n;
    const plx_slice code = {token.at, has_value ? at : token.n};
    const uint32_t f = plx_knowledge_finding(k, code);
    uint32_t item = 0;
    if (f != PLX_NO_INDEX && k->findings[f].kind != PLX_FINDING_YES_NO) {
        const plx_slice value = has_value
                                    ? (plx_slice){token.at + at + mark_n, token.n - at - mark_n}
                                    : (plx_slice){NULL, 0};
        item = plx_knowledge_item(k, f, value);
        plx_decimal d;
        if (item == PLX_NO_INDEX && k->findings[f].kind == PLX_FINDING_NUMBER &&
            plx_decimal_parse(value, &d) == PLX_OK)
            item = plx_knowledge_number_item(k, f, d.value);
    }
    if (f == PLX_NO_INDEX || item == PLX_NO_INDEX)
        plx_case_note_unknown(unknown, token);
    else
        plx_case_answer_yes(k, c, f, item);
}

static bool read_evidences(const plx_knowledge *k, plx_slice field, plx_case *c,
                           plx_case_unknown *unknown)
{
    plx_literal l = {.rest = field};
    if (plx_literal_next(&l) != PLX_LITERAL_OPEN) return false;
    plx_literal_kind kind;
    while ((kind = plx_literal_next(&l)) == PLX_LITERAL_STRING)
        read_token(k, l.text, c, unknown);
    return kind == PLX_LITERAL_CLOSE && plx_literal_next(&l) == PLX_LITERAL_END;
}

static uint32_t diagnosis_of(const plx_knowledge *k, plx_slice text)
{
    char memory[PLX_NAME_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_literal_string(text, &out);
    return plx_knowledge_diagnosis(k, plx_out_slice(&out));
}

/* [['Pneumonia', 0.1], ...] */
static bool read_differential(const plx_knowledge *k, plx_slice field, plx_case *c,
                              plx_case_unknown *unknown)
{
    plx_literal l = {.rest = field};
    plx_literal_kind kind;
    if (plx_literal_next(&l) != PLX_LITERAL_OPEN) return false;
    while ((kind = plx_literal_next(&l)) == PLX_LITERAL_OPEN) {
        if (plx_literal_next(&l) != PLX_LITERAL_STRING) return false;
        const uint32_t d = diagnosis_of(k, l.text);
        double number;
        if (plx_literal_next(&l) != PLX_LITERAL_NUMBER || !plx_literal_number(l.text, &number))
            return false;
        if (plx_literal_next(&l) != PLX_LITERAL_CLOSE) return false;
        if (d == PLX_NO_INDEX)
            unknown->diagnoses++;
        else
            c->reference[d] = (float)number;
    }
    c->reference_told = true;
    return kind == PLX_LITERAL_CLOSE && plx_literal_next(&l) == PLX_LITERAL_END;
}

plx_status plx_ddxplus_row(const plx_knowledge *k, const plx_ddxplus_layout *layout,
                           const plx_slice *fields, uint32_t n, plx_case *c,
                           plx_case_unknown *unknown, char *why, size_t why_n)
{
    plx_slice field[PLX_DDXPLUS_COLUMN_N];
    plx_decimal age;
    if (n != layout->fields_n)
        return plx_refuse(why, why_n, PLX_SYNTAX, "not as many fields as the first line has");
    for (int i = 0; i < PLX_DDXPLUS_COLUMN_N; i++)
        field[i] = layout->column[i] < 0 ? (plx_slice){NULL, 0} : fields[layout->column[i]];
    plx_case_clear(k, c);
    c->closed_world = true;
    if (field[PLX_DDXPLUS_AGE].n > 0) {
        if (plx_decimal_parse(field[PLX_DDXPLUS_AGE], &age) != PLX_OK || age.value < 0)
            return plx_refuse(why, why_n, PLX_SYNTAX, "the age is no number of years");
        c->age = age.value;
    }
    const plx_slice sex = field[PLX_DDXPLUS_SEX];
    c->sex = plx_slice_is(sex, "M") ? 1 : plx_slice_is(sex, "F") ? 0 : -1;
    if (!read_evidences(k, field[PLX_DDXPLUS_EVIDENCES], c, unknown))
        return plx_refuse(why, why_n, PLX_SYNTAX, "the evidences are no list of strings");
    if (field[PLX_DDXPLUS_INITIAL].n > 0)
        c->initial = plx_knowledge_finding(k, field[PLX_DDXPLUS_INITIAL]);
    if (field[PLX_DDXPLUS_DIFFERENTIAL].n > 0 &&
        !read_differential(k, field[PLX_DDXPLUS_DIFFERENTIAL], c, unknown))
        return plx_refuse(why, why_n, PLX_SYNTAX,
                          "the differential is no list of [name, probability]");
    if (field[PLX_DDXPLUS_DIAGNOSIS].n > 0) {
        c->truth = diagnosis_of(k, field[PLX_DDXPLUS_DIAGNOSIS]);
        unknown->diagnoses += c->truth == PLX_NO_INDEX;
    }
    return PLX_OK;
}
