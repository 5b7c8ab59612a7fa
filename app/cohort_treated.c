/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/cohort_treated.h"

#include <stdlib.h>

#include "app/cohort_work.h"
#include "app/json_pair.h"

typedef struct treatments {
    const plx_cohort_plan *plan;
    const plx_cohort_case *cases;
    plx_cohort_treated *results;
} treatments;

static plx_status run(const void *self, uint32_t i, void *memory)
{
    const treatments *t = self;
    return plx_cohort_treat(t->plan, &t->cases[i], memory, &t->results[i]);
}

typedef struct sums {
    uint32_t told, foretold;
    plx_cohort_cover hidden[PLX_COHORT_TOLD_N];
    plx_cohort_cover effect[PLX_COHORT_TREATMENT_N][PLX_COHORT_EFFECT_N];
    double brier, responded;
} sums;

static void add(sums *s, const plx_cohort_treated *r)
{
    if (!r->told) return;
    s->told++;
    for (int i = 0; i < PLX_COHORT_TOLD_N; i++)
        plx_cohort_cover_add(&s->hidden[i], &r->hidden[i]);
    if (!r->foretold) return;
    const double miss = r->responds - r->responded;
    s->foretold++;
    s->brier += miss * miss;
    s->responded += r->responded;
    for (int t = 0; t < PLX_COHORT_TREATMENT_N; t++)
        for (int i = 0; i < PLX_COHORT_EFFECT_N; i++)
            plx_cohort_cover_add(&s->effect[t][i], &r->effect[t][i]);
}

static void row(const char *what, const char *name, const plx_cohort_cover *c, bool json, FILE *to)
{
    const double n = c->n > 0 ? (double)c->n : (double)NAN;
    if (!json) {
        fprintf(to, "%s,%s,%llu,%.3f,%.3f,%.3f,%.3g,%.3g,%.3g,%.3g\n", what, name,
                (unsigned long long)c->n, (double)c->inside / n, (double)c->below / n,
                (double)c->above / n, c->miss / n, c->error / n, c->width / n, c->size / n);
        return;
    }
    char line[800];
    plx_out out = plx_out_init(line, sizeof line);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_pair_text(&w, "what", what);
    plx_pair_text(&w, "quantity", name);
    plx_pair_count(&w, "n", c->n);
    plx_pair_number(&w, "cover90", (double)c->inside / n);
    plx_pair_number(&w, "truth_below", (double)c->below / n);
    plx_pair_number(&w, "truth_above", (double)c->above / n);
    plx_pair_number(&w, "mae", c->miss / n);
    plx_pair_number(&w, "bias", c->error / n);
    plx_pair_number(&w, "width90", c->width / n);
    plx_pair_number(&w, "mean_truth", c->size / n);
    plx_json_object_end(&w);
    fprintf(to, "%.*s\n", (int)out.n, out.at);
}

static void tell(const sums *s, uint32_t cases, bool json, FILE *to)
{
    const double n = s->foretold > 0 ? (double)s->foretold : (double)NAN, base = s->responded / n;
    if (json)
        fprintf(to, "{\"cases\":%u,\"told\":%u,\"foretold\":%u}\n", cases, s->told, s->foretold);
    else
        fprintf(to,
                "# %u cases, %u told (who died is not), %u treated for %d min; changes are those "
                "against no treatment\n"
                "what,quantity,n,cover90,truth_below,truth_above,mae,bias,width90,mean_truth\n",
                cases, s->told, s->foretold, PLX_COHORT_TREAT_S / 60);
    for (int i = 0; i < PLX_COHORT_TOLD_N; i++)
        row("hidden", plx_cohort_told_name(i), &s->hidden[i], json, to);
    for (int t = 0; t < PLX_COHORT_TREATMENT_N; t++)
        for (int i = 0; i < PLX_COHORT_EFFECT_N; i++)
            row(plx_cohort_treatment_arm(t), plx_cohort_effect_name(i), &s->effect[t][i], json, to);
    if (s->foretold == 0) return;
    fprintf(to,
            json ? "{\"what\":\"output rises by 10 %%\",\"share\":%.4f,\"brier\":%.4f,"
                   "\"brier_of_share\":%.4f}\n"
                 : "# output rose by 10 %% under the fluid in %.2f of them; Brier score of its "
                   "chance %.3f, of that share %.3f\n",
            base, s->brier / n, base * (1 - base));
}

plx_status plx_cohort_treated_run(const plx_cohort_plan *plan, const plx_cohort_case *cases,
                                  uint32_t n, uint32_t workers, bool json, FILE *to)
{
    const treatments t = {plan, cases, calloc(n, sizeof *t.results)};
    const plx_cohort_job job = {&t, plx_cohort_treat_size(plan), run};
    sums all = {0};
    plx_status status = t.results ? plx_cohort_share(&job, n, workers) : PLX_SPACE;
    for (uint32_t i = 0; i < n && status == PLX_OK; i++)
        add(&all, &t.results[i]);
    if (status == PLX_OK) tell(&all, n, json, to);
    free(t.results);
    return status;
}
