/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/patient_now.h"

#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/patient_picture.h"
#include "edge/host/lanes.h"

enum { LINE_BYTES = 1 << 14, MINUTE_S = 60 };

static const uint32_t usual_s[] = {300, 900, 1800, 3600, 14400};
enum { USUAL_N = sizeof usual_s / sizeof *usual_s };

typedef struct patient_now {
    const plx_patient_now *asked;
    plx_patient_fit p;
    plx_patient_bank bank;
    plx_outlook_plan plan;
    char acvpu;
    plx_outlook_shown shown[PLX_OUTLOOK_HORIZONS_MAX];
} patient_now;

static const plx_arm none = {0};

/* -1 = go on. */
static int plan_horizons(patient_now *c)
{
    const plx_patient_now *asked = c->asked;
    const bool usual = asked->horizons_n == 0;
    c->plan = plx_outlook_usual(&none, 1, plx_host_lanes());
    c->plan.horizons_n = usual ? USUAL_N : asked->horizons_n;
    for (uint32_t h = 0; h < c->plan.horizons_n; h++) {
        const double at_s = usual ? usual_s[h] : asked->horizon_s[h];
        const uint32_t before_s = h > 0 ? c->plan.at_s[h - 1] : 0;
        if (at_s > PLX_OUTLOOK_S_MAX || at_s <= before_s)
            return plx_app_fail(PLX_EXIT_USAGE, asked->words,
                                "--now takes rising horizons of at most 4h", NULL);
        c->plan.at_s[h] = (uint32_t)at_s;
    }
    return -1;
}

static const char *vital_name(uint32_t k)
{
    return plx_measure_name(plx_track_quantity((plx_track_kind)k));
}

static const char *vital_unit(uint32_t k)
{
    return plx_measure_unit(plx_track_quantity((plx_track_kind)k));
}

/* The table. */

static void table_horizon(const patient_now *c, uint32_t h)
{
    const plx_outlook *o = &c->bank.outlook;
    const plx_outlook_shown *s = &c->shown[h];
    const uint32_t at_s = c->plan.at_s[h];
    if (at_s % MINUTE_S)
        printf("\nin %u s: ", at_s);
    else
        printf("\nin %u min: ", at_s / MINUTE_S);
    printf(
        "map_mmhg below %d in %.0f %%; spo2_pct below %d in %.0f %%; NEWS2 of %d or more in %.0f "
        "%%\n",
        PLX_OUTLOOK_MAP_MMHG, 100 * s->map_below_65, PLX_OUTLOOK_SPO2_PCT, 100 * s->spo2_below_90,
        PLX_OUTLOOK_NEWS2, 100 * s->news2_7);
    if (plx_outlook_gone_share(o, 0, h) > 0)
        printf("%.0f %% left physiological bounds or had no circulation\n",
               100 * plx_outlook_gone_share(o, 0, h));
    if (plx_outlook_no_answer(o, 0, h)) {
        puts("no_answer: too few are left to tell their values");
        return;
    }
    printf("  %-12s %-7s %8s %8s %8s %8s %8s %8s\n", "", "", "last", "5 %", "25 %", "50 %", "75 %",
           "95 %");
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++) {
        const plx_weighted_summary *v = &s->vital[k];
        printf("  %-12s %-7s ", vital_name(k), vital_unit(k));
        if (c->bank.last[k].known)
            printf("%8.1f", c->bank.last[k].value);
        else
            printf("%8s", "-");
        printf(" %8.1f %8.1f %8.1f %8.1f %8.1f\n", v->p05, v->p25, v->p50, v->p75, v->p95);
    }
}

static void write_table(const patient_now *c)
{
    const plx_outlook *o = &c->bank.outlook;
    printf("status %s: %u members of the causes that weigh %.2f, seed %llu, from second %u of the "
           "file; what a monitor will show\n",
           plx_patient_bank_status(&c->bank), o->groups_n * PLX_BODY_GROUP, o->covered,
           (unsigned long long)c->p.seed, c->bank.now_s);
    plx_patient_bank_print(&c->bank);
    plx_patient_bank_print_challenges(&c->bank);
    for (uint32_t h = 0; h < c->plan.horizons_n; h++)
        table_horizon(c, h);
}

/* JSON: a line of what is now, then one a horizon. */

static void json_end(plx_json_writer *w, plx_out *out)
{
    plx_json_object_end(w);
    plx_out_char(out, '\n');
    fwrite(out->at, 1, out->n, stdout);
}

static void json_now(const patient_now *c)
{
    static char line[LINE_BYTES];
    plx_out out = plx_out_init(line, sizeof line);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_pair_count(&w, "now_s", c->bank.now_s);
    plx_pair_text(&w, "status", plx_patient_bank_status(&c->bank));
    plx_pair_count(&w, "members", c->bank.outlook.groups_n * PLX_BODY_GROUP);
    plx_pair_number(&w, "covered", c->bank.outlook.covered);
    plx_pair_count(&w, "seed", c->p.seed);
    plx_pair_text(&w, "version", PLX_VERSION);
    plx_patient_bank_json_mechanism(&c->bank, &w);
    plx_patient_bank_json_hidden(&c->bank, "hidden", &w);
    plx_patient_bank_json_challenges(&c->bank, &w);
    json_end(&w, &out);
}

static void json_horizon(const patient_now *c, uint32_t h)
{
    static char line[LINE_BYTES];
    const plx_outlook *o = &c->bank.outlook;
    const plx_outlook_shown *s = &c->shown[h];
    const bool no_answer = plx_outlook_no_answer(o, 0, h);
    plx_out out = plx_out_init(line, sizeof line);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_pair_count(&w, "horizon_s", c->plan.at_s[h]);
    plx_pair_text(&w, "status", no_answer ? "no_answer" : plx_patient_bank_status(&c->bank));
    plx_pair_number(&w, "gone", plx_outlook_gone_share(o, 0, h));
    plx_pair_number(&w, "map_below_65", s->map_below_65);
    plx_pair_number(&w, "spo2_below_90", s->spo2_below_90);
    plx_pair_number(&w, "news2_at_least_7", s->news2_7);
    if (!no_answer) {
        plx_json_key(&w, "vitals");
        plx_json_object(&w);
        for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
            plx_patient_bank_json_summary(&w, vital_name(k), &s->vital[k]);
        plx_json_object_end(&w);
    }
    json_end(&w, &out);
}

static int write_all(const patient_now *c)
{
    if (c->asked->json)
        json_now(c);
    else
        write_table(c);
    for (uint32_t h = 0; c->asked->json && h < c->plan.horizons_n; h++)
        json_horizon(c, h);
    const bool bad = fflush(stdout) != 0 || ferror(stdout);
    return bad ? plx_app_fail(PLX_EXIT_WORLD, c->asked->words, "not all could be written", NULL)
               : PLX_EXIT_OK;
}

static int write_plot(const patient_now *c)
{
    FILE *f = plx_picture_open(c->asked->words, c->asked->plot);
    if (!f) return PLX_EXIT_WORLD;
    plx_picture_forecast(&c->bank, c->shown, f);
    return plx_picture_close(c->asked->words, c->asked->plot, f);
}

static int look_ahead(patient_now *c)
{
    int status = plx_patient_bank_challenge(&c->bank);
    if (status < 0) status = plx_patient_bank_ahead(&c->bank, &c->plan);
    for (uint32_t h = 0; status < 0 && h < c->plan.horizons_n; h++)
        c->shown[h] = plx_outlook_show(&c->bank.outlook, 0, h, c->acvpu);
    return status;
}

int plx_patient_now_run(const plx_patient_now *asked)
{
    const char *acvpu = asked->acvpu ? asked->acvpu : "A";
    if (strlen(acvpu) != 1 || !strchr("ACVPU", acvpu[0]))
        return plx_app_fail(PLX_EXIT_USAGE, asked->words, "--acvpu takes A, C, V, P or U, not",
                            acvpu);
    patient_now *c = calloc(1, sizeof *c);
    if (!c) return plx_app_fail(PLX_EXIT_WORLD, asked->words, "no memory left", NULL);
    c->asked = asked;
    c->acvpu = acvpu[0];
    c->p.words = asked->words;
    c->p.members = PLX_PATIENT_BANK_MEMBERS, c->p.seed = PLX_PATIENT_FIT_SEED;
    int status = plan_horizons(c);
    if (status < 0) status = plx_patient_bank_of_file(&c->bank, &c->p, asked->path);
    if (status < 0) status = look_ahead(c);
    if (status < 0) {
        status = write_all(c);
        if (status == PLX_EXIT_OK && asked->plot) status = write_plot(c);
    }
    plx_patient_bank_release(&c->bank);
    plx_patient_fit_release(&c->p);
    free(c);
    return status;
}
