/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux patient fit VITALS.csv: which bodies explain what was measured, and how surely. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"
#include "app/patient_picture.h"

enum {
    LINE_BYTES = 1 << 16,
    LINE_FULL = LINE_BYTES / 2,
    FULL = 128 /* members of a fit below which the bank is small, too */
};

static const char WORDS[] = "patient fit";

static const char *const meanings[PLX_ESMDA_PARAMETER_N] = {
    [PLX_ESMDA_deficit] = "blood lost before the window",
    [PLX_ESMDA_tone] = "resistance of the vessels, times that of health",
    [PLX_ESMDA_r_scale] = "resistance of the vessels in health",
    [PLX_ESMDA_vu_v] = "what the veins hold without pressure",
    [PLX_ESMDA_e_scale] = "contractility of the heart",
    [PLX_ESMDA_c_sa] = "compliance of the arteries",
    [PLX_ESMDA_p_n] = "pressure that the reflexes defend",
    [PLX_ESMDA_g_tv] = "strength of the vagal reflex",
    [PLX_ESMDA_t0] = "heart period without nerves",
    [PLX_ESMDA_shunt] = "blood that passes no air",
    [PLX_ESMDA_vd_alv] = "air that meets no blood",
    [PLX_ESMDA_vo2_0] = "demand of oxygen",
    [PLX_ESMDA_drive] = "strength of the drive to breathe",
    [PLX_ESMDA_k_fluid] = "exchange of fluid with the tissues",
    [PLX_ESMDA_bleeding] = "bleeding that goes on",
};
static const struct {
    const char *name, *unit, *meaning;
} hidden[PLX_ESMDA_HIDDEN_N] = {
    [PLX_ESMDA_CO] = {"co_l_min", "L/min", "output of the heart"},
    [PLX_ESMDA_SVR] = {"svr_dyn_s_cm5", "dyn.s/cm5", "resistance of all vessels"},
    [PLX_ESMDA_DEFICIT] = {"deficit_ml", "mL", "blood below the volume of health"},
};
static const char *const flags[] = {
    [PLX_ESMDA_UNUSED] = "unused",       [PLX_ESMDA_USED] = "used",
    [PLX_ESMDA_DOUBTFUL] = "doubtful",   [PLX_ESMDA_ARTEFACT] = "artefact",
    [PLX_ESMDA_ONE_SIDED] = "one_sided",
};

/* Which part of the prior's standard deviation is gone. */
static double shrinkage(const plx_esmda *fit, uint32_t k)
{
    return fit->prior[k].sd > 0 ? 1 - fit->posterior[k].sd / fit->prior[k].sd : 0;
}

/* The table. */

static void table_parameters(const plx_esmda *fit)
{
    printf("\n%-14s %-9s %10s %10s %10s %10s %10s %9s\n", "parameter", "unit", "prior", "posterior",
           "5 %", "50 %", "95 %", "shrinkage");
    for (uint32_t k = 0; k < fit->fitted_n; k++) {
        const plx_esmda_summary *s = &fit->posterior[k];
        printf("%-14s %-9s %10.4g %10.4g %10.4g %10.4g %10.4g %9.2f  %s\n",
               plx_esmda_parameter_name(fit->fitted[k]), plx_esmda_parameter_unit(fit->fitted[k]),
               fit->prior[k].mean, s->mean, s->p05, s->p50, s->p95, shrinkage(fit, k),
               meanings[fit->fitted[k]]);
    }
    printf("\n%-14s %-9s %10s %10s %10s %10s %10s\n", "hidden, now", "unit", "", "mean", "5 %",
           "50 %", "95 %");
    for (int h = 0; h < PLX_ESMDA_HIDDEN_N; h++) {
        const plx_esmda_summary *s = &fit->hidden[h];
        printf("%-14s %-9s %10s %10.4g %10.4g %10.4g %10.4g %9s  %s\n", hidden[h].name,
               hidden[h].unit, "", s->mean, s->p05, s->p50, s->p95, "", hidden[h].meaning);
    }
}

/* Only those that the fit did not take at their word. */
static void table_doubts(const plx_patient_fit *p)
{
    bool headed = false;
    for (uint32_t i = 0; i < p->input.observations_n; i++) {
        const plx_vitals_observation *o = &p->input.observations[i];
        uint8_t flag = p->fit.flags[i];
        if (flag != PLX_ESMDA_DOUBTFUL && flag != PLX_ESMDA_ARTEFACT) continue;
        if (!headed) puts("\nmeasured, but not what the fit expects (an artefact is not used)");
        headed = true;
        printf("line %u: %s %.6g: %s\n", o->line, plx_measure_name(o->quantity), o->value,
               flags[flag]);
    }
}

static void write_table(const plx_patient_fit *p, const plx_patient_bank *bank)
{
    const plx_esmda *fit = &p->fit;
    printf("status %s: %u members, seed %llu, seconds %u to %u of the file, means of %u s\n",
           plx_patient_fit_status(p), p->input.members, (unsigned long long)p->input.seed,
           p->from_s, p->from_s + p->input.window_s, fit->bin_s);
    if (fit->prior_only)
        puts("fewer than 3 moments with a heart rate or a blood pressure: this is what persons of "
             "his age and build are");
    if (fit->base_missed)
        puts("not all resting values can be had together: the nearest bodies were taken");
    table_parameters(fit);
    if (bank) plx_patient_bank_print(bank);
    if (bank) plx_patient_bank_print_challenges(bank);
    for (uint32_t i = 0; i < p->vitals.notes_n; i++) {
        char text[PLX_VITALS_WHY_MAX];
        plx_vitals_note_write(&p->vitals.notes[i], text, sizeof text);
        printf("%s%s\n", i == 0 ? "\n" : "", text);
    }
    table_doubts(p);
}

/* One line of JSON. */

static void put_summary(plx_json_writer *w, const char *key, const plx_esmda_summary *s)
{
    plx_json_key(w, key);
    plx_json_object(w);
    plx_pair_number(w, "mean", s->mean);
    plx_pair_number(w, "sd", s->sd);
    plx_pair_number(w, "p05", s->p05);
    plx_pair_number(w, "p50", s->p50);
    plx_pair_number(w, "p95", s->p95);
    plx_json_object_end(w);
}

/* What is long goes out in pieces; the writer keeps its place. */
static void flush(plx_json_writer *w, size_t above)
{
    if (w->out->n <= above) return;
    fwrite(w->out->at, 1, w->out->n, stdout);
    w->out->n = 0;
}

static void json_estimates(plx_json_writer *w, const plx_esmda *fit)
{
    plx_json_key(w, "parameters");
    plx_json_array(w);
    for (uint32_t k = 0; k < fit->fitted_n; k++) {
        plx_json_object(w);
        plx_pair_text(w, "name", plx_esmda_parameter_name(fit->fitted[k]));
        plx_pair_text(w, "unit", plx_esmda_parameter_unit(fit->fitted[k]));
        plx_pair_text(w, "meaning", meanings[fit->fitted[k]]);
        put_summary(w, "prior", &fit->prior[k]);
        put_summary(w, "posterior", &fit->posterior[k]);
        plx_pair_number(w, "shrinkage", shrinkage(fit, k));
        plx_json_object_end(w);
    }
    plx_json_array_end(w);
    plx_json_key(w, "hidden");
    plx_json_array(w);
    for (int h = 0; h < PLX_ESMDA_HIDDEN_N; h++) {
        plx_json_object(w);
        plx_pair_text(w, "name", hidden[h].name);
        plx_pair_text(w, "unit", hidden[h].unit);
        plx_pair_text(w, "meaning", hidden[h].meaning);
        put_summary(w, "now", &fit->hidden[h]);
        plx_json_object_end(w);
    }
    plx_json_array_end(w);
}

static void json_values(plx_json_writer *w, const plx_patient_fit *p)
{
    plx_json_key(w, "left_out");
    plx_json_array(w);
    for (uint32_t i = 0; i < p->vitals.notes_n; i++) {
        char text[PLX_VITALS_WHY_MAX];
        plx_vitals_note_write(&p->vitals.notes[i], text, sizeof text);
        plx_json_put_text(w, text);
        flush(w, LINE_FULL);
    }
    plx_json_array_end(w);
    plx_json_key(w, "observations");
    plx_json_array(w);
    for (uint32_t i = 0; i < p->input.observations_n; i++) {
        const plx_vitals_observation *o = &p->input.observations[i];
        plx_json_object(w);
        plx_pair_count(w, "line", o->line);
        plx_pair_count(w, "time_s", (uint64_t)o->time_s + p->from_s);
        plx_pair_text(w, "quantity", plx_measure_name(o->quantity));
        plx_pair_number(w, "value", o->value);
        plx_pair_text(w, "flag", flags[p->fit.flags[i]]);
        plx_json_object_end(w);
        flush(w, LINE_FULL);
    }
    plx_json_array_end(w);
}

static void write_json(const plx_patient_fit *p, const plx_patient_bank *bank)
{
    static char line[LINE_BYTES];
    plx_out out = plx_out_init(line, sizeof line);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_pair_text(&w, "status", plx_patient_fit_status(p));
    plx_pair_count(&w, "members", p->input.members);
    plx_pair_count(&w, "seed", p->input.seed);
    plx_pair_text(&w, "version", PLX_VERSION);
    plx_pair_count(&w, "from_s", p->from_s);
    plx_pair_count(&w, "to_s", (uint64_t)p->from_s + p->input.window_s);
    plx_pair_count(&w, "bin_s", p->fit.bin_s);
    plx_pair_count(&w, "redrawn", p->fit.redrawn);
    plx_pair_count(&w, "unused_later", p->unused_n);
    plx_json_key(&w, "base_missed");
    plx_json_put_bool(&w, p->fit.base_missed);
    json_estimates(&w, &p->fit);
    if (bank) {
        plx_patient_bank_json_mechanism(bank, &w);
        plx_patient_bank_json_hidden(bank, "hidden_all_causes", &w);
        plx_patient_bank_json_challenges(bank, &w);
    }
    json_values(&w, p);
    plx_json_object_end(&w);
    plx_out_char(&out, '\n');
    flush(&w, 0);
}

static int write_plot(const plx_patient_bank *bank, const char *path)
{
    FILE *f = plx_picture_open(WORDS, path);
    if (!f) return PLX_EXIT_WORLD;
    plx_picture_fit(bank, f);
    return plx_picture_close(WORDS, path, f);
}

static int write_all(plx_patient_fit *p, bool json, plx_patient_bank *bank, const char *plot)
{
    if (bank) {
        bank->members = p->input.members < FULL ? PLX_BODY_GROUP : PLX_PATIENT_BANK_MEMBERS;
        int status = plx_patient_bank_of_fit(bank, p);
        if (status < 0) status = plx_patient_bank_challenge(bank);
        if (status >= 0) return status;
    }
    if (json)
        write_json(p, bank);
    else
        write_table(p, bank);
    bool bad = fflush(stdout) != 0 || ferror(stdout);
    if (bad) return plx_app_fail(PLX_EXIT_WORLD, WORDS, "not all could be written", NULL);
    return plot ? write_plot(bank, plot) : PLX_EXIT_OK;
}

int plx_app_patient_fit(int argc, char **argv)
{
    bool json = false, no_mechanism = false;
    const char *path, *plot = NULL;
    size_t files = 0;
    plx_patient_fit *p = calloc(1, sizeof *p);
    plx_patient_bank *bank = calloc(1, sizeof *bank);
    if (!p || !bank) {
        free(p);
        free(bank);
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left", NULL);
    }
    p->words = WORDS, p->members = PLX_PATIENT_FIT_MEMBERS, p->seed = PLX_PATIENT_FIT_SEED;
    const plx_option options[] = {
        {"--members", PLX_OPTION_U64, &p->members, 32, PLX_ESMDA_MEMBERS_MAX},
        {"--seed", PLX_OPTION_U64, &p->seed, 0, 0},
        {"--no-mechanism", PLX_OPTION_FLAG, &no_mechanism, 0, 0},
        {"--plot", PLX_OPTION_TEXT, &plot, 0, 0},
        {"--json", PLX_OPTION_FLAG, &json, 0, 0}};
    int status = plx_options_read(WORDS, argc, argv, options, sizeof options / sizeof *options,
                                  &path, 1, &files);
    if (status == PLX_EXIT_OK && files == 0)
        status = plx_app_fail(PLX_EXIT_USAGE, WORDS, "name a file of vitals (try --help)", NULL);
    else if (status == PLX_EXIT_OK && plot && no_mechanism)
        status = plx_app_fail(PLX_EXIT_USAGE, WORDS, "--plot shows what --no-mechanism leaves out",
                              NULL);
    else if (status < 0)
        status = PLX_EXIT_OK;
    else if (status == PLX_EXIT_OK && (status = plx_patient_fit_read(p, path)) < 0 &&
             (status = plx_patient_fit_run(p)) < 0)
        status = write_all(p, json, no_mechanism ? NULL : bank, plot);
    plx_patient_bank_release(bank);
    free(bank);
    plx_patient_fit_release(p);
    free(p);
    return status;
}
