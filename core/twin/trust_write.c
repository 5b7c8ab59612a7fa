/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the ledger holds, as the topic of trust tells it. */
#include "core/format/json/pair.h"
#include "core/record/provenance.h"
#include "core/twin/trust.h"

enum { NINETY = 2 }; /* of plx_validate_levels */

static void put_number(plx_json_writer *w, const char *key, double x, bool known)
{
    plx_json_key(w, key);
    if (known && x == x)
        plx_json_put_double(w, x, 3);
    else
        plx_json_put_null(w);
}

static void write_fates(const plx_ledger_cell *cell, plx_json_writer *w)
{
    plx_json_key(w, "fates");
    plx_json_object(w);
    for (uint32_t i = 0; i < PLX_FATE_N; i++)
        if (cell->outcome[i]) plx_pair_count(w, plx_fate_text((plx_fate)i), cell->outcome[i]);
    plx_json_object_end(w);
}

static void write_scores(const plx_ledger_cell *cell, plx_json_writer *w)
{
    plx_aggregate_summary s;
    const plx_truth_rule *rule = plx_truth_rule_of(cell->key.target);
    const bool event = plx_truth_is_event(rule);
    const bool enough =
        plx_aggregate_summarise(&cell->sums[PLX_STRATUM_AS_IS], rule->scale, &s) == PLX_OK;
    plx_pair_count(w, "n", s.n);
    write_fates(cell, w);
    plx_pair_text(w, "calibration", plx_calibration_text(s.calibration));
    put_number(w, event ? "brier" : "crps", s.score, enough);
    put_number(w, "bias", s.bias, enough && !event);
    put_number(w, "coverage90", s.cover[NINETY].share, enough && !event);
    put_number(w, "width90", s.cover[NINETY].width, enough && !event);
    plx_json_key(w, "skill");
    plx_json_object(w);
    for (uint32_t k = 0; k < (event ? 1 : PLX_RIVAL_KIND_N); k++)
        put_number(w, event ? "base rate" : plx_rival_name((plx_rival_kind)k), s.skill[k],
                   enough && s.pairs[k] > 0);
    plx_json_object_end(w);
}

static void write_cell(const plx_ledger_cell *cell, plx_json_writer *w)
{
    char memory[PLX_BASE36_MAX];
    plx_out version = plx_out_init(memory, sizeof memory);
    const plx_truth_rule *rule = plx_truth_rule_of(cell->key.target);
    plx_out_base36(&version, cell->key.version);
    plx_json_object(w);
    plx_pair_text(w, "model", cell->key.model);
    plx_json_key(w, "version");
    plx_json_put_string(w, plx_out_slice(&version));
    plx_pair_text(w, "target", rule->code);
    plx_pair_text(w, "unit", rule->unit);
    plx_pair_text(w, "horizon", plx_horizon_text(cell->key.horizon));
    plx_pair_text(w, "state", plx_model_state_text(cell->state));
    plx_pair_text(w, "reason", plx_state_reason_text(cell->reason));
    plx_json_key(w, "since");
    if (cell->since_us == PLX_TIME_NONE)
        plx_json_put_null(w);
    else
        plx_json_put_i64(w, cell->since_us);
    write_scores(cell, w);
    plx_json_object_end(w);
}

void plx_twin_trust_write(const plx_twin *t, plx_json_writer *w)
{
    const plx_ledger *l = t->world.ledger ? plx_twin_at(t, t->world.ledger) : NULL;
    const plx_ledger_counts n = l ? plx_ledger_counted(l) : (plx_ledger_counts){0};
    plx_pair_count(w, "predictions", n.predictions);
    plx_pair_count(w, "open", l ? plx_ledger_open(l) : 0);
    plx_pair_count(w, "dropped", n.dropped);
    plx_pair_count(w, "refused", n.refused);
    plx_pair_count(w, "late", n.late_issued);
    plx_pair_count(w, "truths", n.truths);
    plx_json_key(w, "cells");
    plx_json_array(w);
    for (uint32_t i = 0; l && i < plx_ledger_cells(l); i++)
        write_cell(plx_ledger_cell_at(l, i), w);
    plx_json_array_end(w);
}
