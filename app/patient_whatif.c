/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux patient whatif VITALS.csv --arm TEXT: the fitted bodies live on under each treatment, and
 * under none; what differs is told with its interval. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/json_pair.h"
#include "app/patient_vitals.h"
#include "core/assimilate/whatif.h"

enum { LINE_BYTES = 1 << 14, MINUTES = 30 };

static const char WORDS[] = "patient whatif";
static const uint8_t usual_minutes[] = {5, 15, 30};

typedef struct patient_whatif {
    plx_patient_fit p;
    plx_option_list texts; /* of the arms that were asked for */
    uint64_t last_minute;
    bool json;
    plx_arm arms[PLX_WHATIF_ARMS_MAX];
    uint8_t minutes[PLX_WHATIF_HORIZONS_MAX];
    plx_whatif_input input;
    plx_whatif whatif;
    void *memory;
} patient_whatif;

static const char *text_of(const patient_whatif *c, uint32_t arm)
{
    return arm == 0 ? "none" : c->texts.at[arm - 1];
}

/* The usual horizons before the last one, and that. */
static void set_minutes(patient_whatif *c)
{
    for (size_t i = 0; i < sizeof usual_minutes; i++)
        if (usual_minutes[i] < c->last_minute) c->minutes[c->input.horizons_n++] = usual_minutes[i];
    c->minutes[c->input.horizons_n++] = (uint8_t)c->last_minute;
}

/* The first arm is that without actions; -1 = go on. */
static int read_arms(patient_whatif *c, const plx_care *care, uint32_t at_s)
{
    char why[PLX_ARM_WHY_MAX];
    plx_arm_fork fork = {care, at_s};
    c->input.arms_n = 1;
    for (size_t i = 0; i < c->texts.n; i++) {
        plx_arm *arm = &c->arms[c->input.arms_n++];
        if (plx_arm_parse(plx_slice_of(c->texts.at[i]), &fork, arm, why, sizeof why) != PLX_OK)
            return plx_app_fail(PLX_EXIT_WORLD, WORDS, c->texts.at[i], why);
    }
    return -1;
}

static int run_arms(patient_whatif *c)
{
    const plx_esmda *fit = &c->p.fit;
    c->input.body = fit->body, c->input.care = &fit->care, c->input.lanes = c->p.input.lanes;
    c->input.arms = c->arms, c->input.minutes = c->minutes;
    set_minutes(c);
    int status = read_arms(c, &fit->care, c->p.input.window_s);
    if (status >= 0) return status;
    c->memory = malloc(plx_whatif_size(&c->input));
    if (!c->memory) return plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left", NULL);
    plx_whatif_begin(&c->whatif, &c->input, c->memory);
    for (uint32_t a = 0; a < c->input.arms_n; a++) {
        plx_patient_fit_progress(&c->p, (double)a / c->input.arms_n, "of the arms");
        plx_whatif_run(&c->whatif, a);
    }
    plx_patient_fit_progress_end(&c->p);
    return -1;
}

/* The table. */

static void table_horizon(const patient_whatif *c, uint32_t a, uint32_t h)
{
    const plx_whatif *w = &c->whatif;
    uint32_t members = c->p.input.members, left = plx_whatif_present(w, a, h);
    printf("\nafter %u min: map_mmhg at least %d in %.0f %%; spo2_pct below %d until then in %.0f "
           "%%\n",
           c->minutes[h], PLX_WHATIF_MAP_MMHG, 100 * plx_whatif_perfused(w, a, h),
           PLX_WHATIF_SPO2_PCT, 100 * plx_whatif_hypoxic(w, a, h));
    if (left < members)
        printf("%u of %u members left physiological bounds or had no circulation\n", members - left,
               members);
    if (plx_whatif_no_answer(w, a, h)) {
        puts("no_answer: too few are left to tell their values");
        return;
    }
    bool contrast = a > 0 && !plx_whatif_no_answer(w, 0, h);
    printf("  %-12s %-7s %8s %8s %8s%s\n", "", "", "5 %", "50 %", "95 %",
           contrast ? "    minus none:   5 %     50 %     95 %" : "");
    for (int q = 0; q < PLX_WHATIF_QUANTITY_N; q++) {
        plx_quantity id = plx_whatif_quantity_of((plx_whatif_quantity)q);
        plx_esmda_summary s = plx_whatif_value(w, a, h, (plx_whatif_quantity)q);
        printf("  %-12s %-7s %8.1f %8.1f %8.1f", plx_quantity_name(id), plx_quantity_unit(id),
               s.p05, s.p50, s.p95);
        s = plx_whatif_contrast(w, a, h, (plx_whatif_quantity)q);
        if (contrast) printf("           %+8.1f %+8.1f %+8.1f", s.p05, s.p50, s.p95);
        putchar('\n');
    }
}

static void write_table(const patient_whatif *c)
{
    const plx_patient_fit *p = &c->p;
    printf("status %s: %u members, seed %llu, from second %u of the file; each value is the mean "
           "of the minute before\n",
           plx_patient_fit_status(p), p->input.members, (unsigned long long)p->input.seed,
           p->from_s + p->input.window_s);
    for (uint32_t a = 0; a < c->input.arms_n; a++) {
        printf("\narm: %s\n", text_of(c, a));
        for (uint32_t h = 0; h < c->input.horizons_n; h++)
            table_horizon(c, a, h);
    }
}

/* JSON: a line an arm and horizon. */

static void put_summaries(plx_json_writer *json, const patient_whatif *c, uint32_t a, uint32_t h,
                          bool contrast)
{
    plx_json_key(json, contrast ? "minus_none" : "values");
    plx_json_object(json);
    for (int q = 0; q < PLX_WHATIF_QUANTITY_N; q++) {
        plx_whatif_quantity quantity = (plx_whatif_quantity)q;
        plx_esmda_summary s = contrast ? plx_whatif_contrast(&c->whatif, a, h, quantity)
                                       : plx_whatif_value(&c->whatif, a, h, quantity);
        plx_json_key(json, plx_quantity_name(plx_whatif_quantity_of(quantity)));
        plx_json_object(json);
        plx_pair_number(json, "mean", s.mean);
        plx_pair_number(json, "p05", s.p05);
        plx_pair_number(json, "p50", s.p50);
        plx_pair_number(json, "p95", s.p95);
        plx_json_object_end(json);
    }
    plx_json_object_end(json);
}

static void json_horizon(const patient_whatif *c, uint32_t a, uint32_t h)
{
    static char line[LINE_BYTES];
    const plx_whatif *w = &c->whatif;
    plx_out out = plx_out_init(line, sizeof line);
    plx_json_writer json = plx_json_writer_init(&out);
    bool none = plx_whatif_no_answer(w, a, h);
    plx_json_object(&json);
    plx_json_key(&json, "arm");
    plx_json_put_text(&json, text_of(c, a));
    plx_json_key(&json, "minute");
    plx_json_put_u64(&json, c->minutes[h]);
    plx_json_key(&json, "status");
    plx_json_put_text(&json, none ? "no_answer" : plx_patient_fit_status(&c->p));
    plx_json_key(&json, "members");
    plx_json_put_u64(&json, c->p.input.members);
    plx_json_key(&json, "present");
    plx_json_put_u64(&json, plx_whatif_present(w, a, h));
    plx_pair_number(&json, "map_at_least_65", plx_whatif_perfused(w, a, h));
    plx_pair_number(&json, "spo2_below_90", plx_whatif_hypoxic(w, a, h));
    if (!none) put_summaries(&json, c, a, h, false);
    if (!none && a > 0 && !plx_whatif_no_answer(w, 0, h)) put_summaries(&json, c, a, h, true);
    plx_json_object_end(&json);
    plx_out_char(&out, '\n');
    fwrite(out.at, 1, out.n, stdout);
}

static int write_all(const patient_whatif *c)
{
    if (!c->json) write_table(c);
    for (uint32_t a = 0; c->json && a < c->input.arms_n; a++)
        for (uint32_t h = 0; h < c->input.horizons_n; h++)
            json_horizon(c, a, h);
    bool bad = fflush(stdout) != 0 || ferror(stdout);
    return bad ? plx_app_fail(PLX_EXIT_WORLD, WORDS, "not all could be written", NULL)
               : PLX_EXIT_OK;
}

/* "30m" as in the names of horizons, or a number of minutes. */
static int read_horizon(patient_whatif *c, const char *text)
{
    size_t n = strlen(text);
    if (n > 0 && text[n - 1] == 'm') n--;
    if (plx_slice_u64((plx_slice){text, n}, PLX_WHATIF_MINUTES_MAX, &c->last_minute) &&
        c->last_minute >= 1)
        return -1;
    return plx_app_fail(PLX_EXIT_USAGE, WORDS, "--horizon takes 1m to 240m, not", text);
}

/* -1 = go on. */
static int read_words(patient_whatif *c, int argc, char **argv, const char **path)
{
    size_t files = 0;
    const char *horizon = NULL;
    const plx_option options[] = {
        {"--arm", PLX_OPTION_LIST, &c->texts, 0, 0},
        {"--minutes", PLX_OPTION_U64, &c->last_minute, 1, PLX_WHATIF_MINUTES_MAX},
        {"--horizon", PLX_OPTION_TEXT, &horizon, 0, 0},
        {"--members", PLX_OPTION_U64, &c->p.members, 32, PLX_ESMDA_MEMBERS_MAX},
        {"--seed", PLX_OPTION_U64, &c->p.seed, 0, 0},
        {"--json", PLX_OPTION_FLAG, &c->json, 0, 0}};
    int status = plx_options_read(WORDS, argc, argv, options, sizeof options / sizeof *options,
                                  path, 1, &files);
    if (status < 0) return PLX_EXIT_OK;
    if (status != PLX_EXIT_OK) return status;
    if (files == 0)
        return plx_app_fail(PLX_EXIT_USAGE, WORDS, "name a file of vitals (try --help)", NULL);
    if (c->texts.n == 0)
        return plx_app_fail(PLX_EXIT_USAGE, WORDS, "say what to compare with --arm (try --help)",
                            NULL);
    return horizon ? read_horizon(c, horizon) : -1;
}

int plx_app_patient_whatif(int argc, char **argv)
{
    const char *path;
    patient_whatif *c = calloc(1, sizeof *c);
    if (!c) return plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left", NULL);
    c->p.words = WORDS, c->p.members = PLX_PATIENT_FIT_MEMBERS, c->p.seed = PLX_PATIENT_FIT_SEED;
    c->last_minute = MINUTES;
    int status = read_words(c, argc, argv, &path);
    if (status < 0) status = plx_patient_fit_read(&c->p, path);
    if (status < 0) status = plx_patient_fit_run(&c->p);
    if (status < 0) status = run_arms(c);
    if (status < 0) status = write_all(c);
    plx_patient_fit_release(&c->p);
    free(c->memory);
    free(c);
    return status;
}
