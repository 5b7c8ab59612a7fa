/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/patient_prior.h"

#include <errno.h>
#include <stdio.h>

#include "app/app.h"
#include "core/validate/prior.h"

enum { ROUNDS = 3, LEVELS_LEAST = 50 }; /* patients from which their mean level is worth a prior */

static double step_of(const plx_rolling_population *t, uint32_t v)
{
    return t->step_n[v] > 0 ? t->step_sum[v] / t->step_n[v] : 0;
}

static double level_of(const plx_patient_rolling *p, uint32_t v)
{
    return p->charted && p->taught.level[v].n >= LEVELS_LEAST ? p->taught.level[v].mean : 0;
}

static void use_taught(plx_patient_rolling *p)
{
    plx_rolling_prior taught[PLX_ROLLING_VITALS_MAX];
    for (uint32_t h = 0; h < p->model.horizons; h++) {
        plx_rolling_teach(&p->model, &p->taught, h, taught);
        for (uint32_t v = 0; v < p->model.vitals; v++)
            p->prior[v][h] = taught[v];
    }
    for (uint32_t v = 0; v < p->model.vitals; v++) {
        p->model.vital[v].usual_step = step_of(&p->taught, v);
        p->model.vital[v].usual_level = level_of(p, v);
    }
    p->model.prior = (const plx_rolling_prior(*)[PLX_ROLLING_HORIZONS_MAX])p->prior;
}

void plx_patient_prior_use(plx_patient_rolling *p)
{
    const char *names[PLX_CHART_VITAL_N];
    for (int v = 0; v < PLX_CHART_VITAL_N; v++)
        names[v] = plx_patient_rolling_name(v);
    if (p->believes)
        use_taught(p);
    else if (!p->blank && !p->teaching && (p->charted || p->waves))
        plx_prior_fill(p->charted ? PLX_PRIOR_CHART : PLX_PRIOR_WAVE, names, &p->model, p->prior);
}

/* Everything but what teaching is for. */
typedef struct books {
    plx_forecaster *twin;
    void (*skipped)(const char *path, const char *why);
    uint64_t skipped_n, assumed, stays, out_of_envelope, left_out;
    plx_chart_counts counts;
    plx_rolling_scores scores;
} books;

static void keep(const plx_patient_rolling *p, books *b)
{
    *b = (books){p->twin,     p->skipped, p->skipped_n, p->assumed, p->stays, p->out_of_envelope,
                 p->left_out, p->counts,  p->scores};
}

static void put_back(plx_patient_rolling *p, const books *b)
{
    p->twin = b->twin;
    p->skipped = b->skipped;
    p->skipped_n = b->skipped_n;
    p->assumed = b->assumed;
    p->stays = b->stays;
    p->out_of_envelope = b->out_of_envelope;
    p->left_out = b->left_out;
    p->counts = b->counts;
    p->scores = b->scores;
}

static void begin_round(plx_patient_rolling *p, bool teaching)
{
    p->teaching = teaching;
    p->seen = 0;
    p->population = (plx_rolling_population){0};
}

/* What a round has taught is believed in the next one. */
static int one_round(plx_patient_rolling *p, plx_patient_prior_run run, const void *files)
{
    begin_round(p, true);
    p->adding = (plx_rolling_population){0};
    const int status = run(p, files);
    p->taught = p->adding;
    p->believes = true;
    return status;
}

int plx_patient_prior_teach(plx_patient_rolling *p, plx_patient_prior_run run, const void *files)
{
    static books before;
    int status = PLX_EXIT_OK;
    keep(p, &before);
    p->twin = NULL;
    p->skipped = NULL;
    p->believes = false;
    for (int round = 0; round < ROUNDS && status == PLX_EXIT_OK; round++)
        status = one_round(p, run, files);
    put_back(p, &before);
    begin_round(p, false);
    plx_patient_prior_use(p);
    return status;
}

int plx_patient_prior_folds(plx_patient_rolling *p, plx_patient_prior_run run, const void *files)
{
    int status = PLX_EXIT_OK;
    for (p->fold = 0; p->fold < p->folds && status == PLX_EXIT_OK; p->fold++) {
        const uint64_t skipped = p->skipped_n;
        status = plx_patient_prior_teach(p, run, files);
        if (status == PLX_EXIT_OK) status = run(p, files);
        p->skipped = NULL; /* each was named once */
        if (p->fold > 0) p->skipped_n = skipped;
    }
    return status;
}

/* The table. */

static void head(FILE *f)
{
    fputs("family,vital,horizon_s,step,level,errors,growth,last_growth,counts", f);
    for (int i = 0; i < PLX_BLEND_TWIN; i++)
        fprintf(f, ",w_%s", plx_blend_part_name((plx_blend_part)i));
    for (int i = 0; i < PLX_BLEND_SPREAD; i++)
        fprintf(f, ",s_%s", plx_blend_sign_name((plx_blend_sign)i));
    for (int i = 0; i < PLX_BLEND_KNOTS; i++)
        fprintf(f, ",z_%g", plx_blend_levels[i]);
    fputc('\n', f);
}

static void row(const plx_patient_rolling *p, uint32_t v, uint32_t h, FILE *f)
{
    const plx_rolling_prior *of = &p->prior[v][h];
    const plx_prior_family family = p->charted ? PLX_PRIOR_CHART : PLX_PRIOR_WAVE;
    fprintf(f, "%s,%s,%.0f,%.4g,%.4g,%.0f,%.4g,%.4g,%.0f", plx_prior_family_name(family),
            plx_patient_rolling_name((int)v), p->model.horizon_s[h], p->model.vital[v].usual_step,
            p->model.vital[v].usual_level, p->taught.sums[v][h].error_n, of->growth,
            of->last_growth, of->blend.counts);
    for (int i = 0; i < PLX_BLEND_TWIN; i++)
        fprintf(f, ",%.4f", of->blend.weight[i]);
    for (int i = 0; i < PLX_BLEND_SPREAD; i++)
        fprintf(f, ",%.3f", of->blend.sign[i]);
    for (int i = 0; i < PLX_BLEND_KNOTS; i++)
        fprintf(f, ",%.3f", of->blend.shape[i]);
    fputc('\n', f);
}

int plx_patient_prior_write(const plx_patient_rolling *p, const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f) return plx_app_fail(PLX_EXIT_WORLD, p->words, "the table cannot be written", path);
    head(f);
    for (uint32_t v = 0; v < p->model.vitals; v++)
        for (uint32_t h = 0; h < p->model.horizons; h++)
            if (p->prior[v][h].blend.counts > 0) row(p, v, h, f);
    const bool bad = ferror(f) != 0;
    if (fclose(f) == 0 && !bad) return PLX_EXIT_OK;
    return plx_app_fail(PLX_EXIT_WORLD, p->words, "not all of the table could be written", path);
}
