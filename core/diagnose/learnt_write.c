/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/diagnose/learnt.h"

enum { CHANCE_DIGITS = 6, PRIOR_DIGITS = 9, LEAF_DIGITS = 5 };

static void put_slice(plx_json_writer *w, const char *key, plx_slice text)
{
    if (text.n == 0) return;
    plx_json_key(w, key);
    plx_json_put_string(w, text);
}

static void put_number(plx_json_writer *w, double value, unsigned digits)
{
    char memory[40];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_out_double_short(&out, value, digits);
    plx_json_put_raw(w, plx_out_slice(&out));
}

static void put_field(plx_json_writer *w, const char *key, double value)
{
    plx_json_key(w, key);
    put_number(w, value, CHANCE_DIGITS);
}

static void put_true(plx_json_writer *w, const char *key, bool value)
{
    if (!value) return;
    plx_json_key(w, key);
    plx_json_put_bool(w, true);
}

static void write_items(plx_json_writer *w, const plx_knowledge *k, const plx_finding *f)
{
    plx_json_key(w, "items");
    plx_json_array(w);
    for (uint32_t i = f->first; i < f->first + f->items_n; i++) {
        const plx_item *item = &k->items[i];
        plx_json_object(w);
        put_slice(w, "id", item->id);
        put_slice(w, "text", item->text);
        if (f->kind == PLX_FINDING_NUMBER) put_field(w, "value", item->value);
        put_field(w, "base", item->base);
        plx_json_key(w, "p");
        plx_json_array(w);
        for (uint32_t d = 0; d < k->diagnoses_n; d++)
            put_number(w, k->p1[(size_t)i * k->diagnoses_n + d], CHANCE_DIGITS);
        plx_json_array_end(w);
        plx_json_object_end(w);
    }
    plx_json_array_end(w);
}

static void write_finding(plx_json_writer *w, const plx_knowledge *k, const plx_finding *f)
{
    plx_json_object(w);
    put_slice(w, "id", f->id);
    put_slice(w, "text", f->text);
    plx_json_key(w, "kind");
    plx_json_put_text(w, plx_finding_kind_word(f->kind));
    if (f->parent != PLX_NO_INDEX) put_slice(w, "parent", k->findings[f->parent].id);
    if (f->normal != PLX_NO_INDEX) put_slice(w, "normal", k->items[f->normal].id);
    plx_json_key(w, "group");
    plx_json_put_u64(w, f->group);
    put_field(w, "cost_s", f->cost_s);
    put_true(w, "antecedent", f->is_antecedent);
    put_true(w, "decisive", f->decisive);
    write_items(w, k, f);
    plx_json_object_end(w);
}

static void write_diagnosis(plx_json_writer *w, const plx_knowledge *k, uint32_t d)
{
    const plx_diagnosis *about = &k->diagnoses[d];
    const plx_prior *p = &k->priors[d];
    plx_json_object(w);
    put_slice(w, "id", about->id);
    put_slice(w, "name", about->name);
    put_slice(w, "icd10", about->icd10);
    put_true(w, "must_not_miss", about->must_not_miss);
    put_field(w, "miss_cost", about->miss_cost);
    put_field(w, "cases", about->cases);
    for (int sex = 0; sex < 2; sex++) {
        plx_json_key(w, sex ? "prior_m" : "prior_f");
        plx_json_array(w);
        for (uint32_t b = 0; b < p->bands_n; b++)
            put_number(w, p->p[sex][b] > 1e-9 ? p->p[sex][b] : 1e-9, PRIOR_DIGITS);
        plx_json_array_end(w);
    }
    plx_json_object_end(w);
}

static void write_lister(plx_json_writer *w, const plx_lister *l)
{
    enum { SPLITS = PLX_LISTER_TREES * PLX_LISTER_SPLITS };
    enum { LEAVES = PLX_LISTER_TREES * PLX_LISTER_LEAVES };
    plx_json_key(w, "lister");
    plx_json_object(w);
    put_field(w, "threshold", l->threshold);
    plx_json_key(w, "diagnoses");
    plx_json_array(w);
    for (size_t d = 0; d < l->diagnoses_n; d++) {
        plx_json_object(w);
        put_field(w, "bias", l->bias[d]);
        plx_json_key(w, "split");
        plx_json_array(w);
        for (size_t i = d * SPLITS; i < (d + 1) * SPLITS; i++)
            plx_json_put_i64(w, l->split[i] == PLX_NO_INDEX ? -1 : (int64_t)l->split[i]);
        plx_json_array_end(w);
        plx_json_key(w, "leaf");
        plx_json_array(w);
        for (size_t i = d * LEAVES; i < (d + 1) * LEAVES; i++)
            put_number(w, l->leaf[i], LEAF_DIGITS);
        plx_json_array_end(w);
        plx_json_object_end(w);
    }
    plx_json_array_end(w);
    plx_json_object_end(w);
}

void plx_learnt_write(const plx_knowledge *k, const plx_lister *lister, uint64_t cases,
                      plx_slice note, plx_out *out)
{
    plx_json_writer writer = plx_json_writer_init(out), *w = &writer;
    plx_json_object(w);
    plx_json_key(w, "pollux_knowledge");
    plx_json_put_u64(w, PLX_LEARNT_VERSION);
    put_slice(w, "from", note);
    plx_json_key(w, "cases");
    plx_json_put_u64(w, cases);
    put_field(w, "temperature", k->temperature);
    put_field(w, "rho", k->rho);
    plx_json_key(w, "ages");
    plx_json_array(w);
    for (uint32_t b = 0; b < k->priors[0].bands_n; b++)
        put_number(w, k->priors[0].from_years[b], 2);
    plx_json_array_end(w);
    plx_json_key(w, "diagnoses");
    plx_json_array(w);
    for (uint32_t d = 0; d < k->diagnoses_n; d++)
        write_diagnosis(w, k, d);
    plx_json_array_end(w);
    plx_json_key(w, "findings");
    plx_json_array(w);
    for (uint32_t f = 0; f < k->findings_n; f++)
        write_finding(w, k, &k->findings[f]);
    plx_json_array_end(w);
    if (lister && lister->bias) write_lister(w, lister);
    plx_json_object_end(w);
    plx_out_char(out, '\n');
}
