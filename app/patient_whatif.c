/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux patient whatif VITALS.csv --arm TEXT: the bodies of the live twin, of all causes that he
 * may have, live on under each treatment, and under none; what differs is told with its interval.
 */
#include <stdlib.h>

#include "app/app.h"
#include "app/patient_picture.h"

enum { LINE_BYTES = 1 << 14, MINUTES = 30, MINUTE_S = 60, MINUTES_MAX = PLX_OUTLOOK_S_MAX / 60 };

static const char WORDS[] = "patient whatif";
static const uint32_t usual_minutes[] = {5, 15, 30};
static const plx_outlook_quantity told[] = {
    PLX_OUTLOOK_hr_bpm,     PLX_OUTLOOK_sbp_mmhg,   PLX_OUTLOOK_dbp_mmhg,   PLX_OUTLOOK_map_mmhg,
    PLX_OUTLOOK_spo2_pct,   PLX_OUTLOOK_rr_per_min, PLX_OUTLOOK_etco2_mmhg, PLX_OUTLOOK_co_l_min,
    PLX_OUTLOOK_do2_ml_min, PLX_OUTLOOK_pcwp_mmhg};
enum { TOLD_N = sizeof told / sizeof *told };

typedef struct patient_whatif {
    plx_patient_fit p;
    plx_patient_bank bank;
    plx_option_list texts; /* of the arms that were asked for */
    uint64_t last_minute;
    bool json;
    const char *plot; /* of an SVG file; or null */
    plx_arm arms[PLX_OUTLOOK_ARMS_MAX];
    plx_outlook_plan plan;
} patient_whatif;

static const char *text_of(const patient_whatif *c, uint32_t arm)
{
    return arm == 0 ? "none" : c->texts.at[arm - 1];
}

static uint32_t minute_of(const patient_whatif *c, uint32_t h)
{
    return c->plan.at_s[h] / MINUTE_S;
}

static int run_arms(patient_whatif *c)
{
    const uint32_t last = (uint32_t)c->last_minute;
    for (size_t i = 0; i < c->texts.n; i++) {
        const int status = plx_patient_bank_arm(&c->bank, c->texts.at[i], &c->arms[i + 1]);
        if (status >= 0) return status;
    }
    c->plan = plx_outlook_usual(c->arms, (uint32_t)c->texts.n + 1, c->bank.track.input.lanes);
    for (size_t i = 0; i < sizeof usual_minutes / sizeof *usual_minutes; i++)
        if (usual_minutes[i] < last)
            c->plan.at_s[c->plan.horizons_n++] = usual_minutes[i] * MINUTE_S;
    c->plan.at_s[c->plan.horizons_n++] = last * MINUTE_S;
    return plx_patient_bank_ahead(&c->bank, &c->plan);
}

/* The table. */

static void table_horizon(const patient_whatif *c, uint32_t a, uint32_t h)
{
    const plx_outlook *o = &c->bank.outlook;
    const plx_outlook_chances p = plx_outlook_chances_of(o, a, h);
    const double gone = plx_outlook_gone_share(o, a, h);
    printf("\nafter %u min: map_mmhg at least %d in %.0f %%; spo2_pct below %d until then in %.0f "
           "%%\n",
           minute_of(c, h), PLX_OUTLOOK_MAP_MMHG, 100 * p.perfused, PLX_OUTLOOK_SPO2_PCT,
           100 * p.hypoxic);
    printf("harm: pcwp_mmhg over %d in %.0f %%", PLX_OUTLOOK_PCWP_MMHG, 100 * p.congested);
    if (a > 0)
        printf(
            "; do2_ml_min lower by %d %% than without it in %.0f %%; co_l_min higher by %d %% in "
            "%.0f %%",
            PLX_OUTLOOK_RESPONSE_PCT, 100 * p.starved, PLX_OUTLOOK_RESPONSE_PCT, 100 * p.responds);
    putchar('\n');
    if (gone > 0) printf("%.0f %% left physiological bounds or had no circulation\n", 100 * gone);
    if (plx_outlook_no_answer(o, a, h)) {
        puts("no_answer: too few are left to tell their values");
        return;
    }
    const bool contrast = a > 0 && !plx_outlook_no_answer(o, 0, h);
    printf("  %-12s %-7s %8s %8s %8s%s\n", "", "", "5 %", "50 %", "95 %",
           contrast ? "    minus none:   5 %     50 %     95 %" : "");
    for (int q = 0; q < TOLD_N; q++) {
        plx_weighted_summary s = plx_outlook_value(o, a, h, told[q]);
        printf("  %-12s %-7s %8.1f %8.1f %8.1f", plx_outlook_name(told[q]),
               plx_outlook_unit(told[q]), s.p05, s.p50, s.p95);
        s = plx_outlook_contrast(o, a, h, told[q]);
        if (contrast) printf("           %+8.1f %+8.1f %+8.1f", s.p05, s.p50, s.p95);
        putchar('\n');
    }
}

static void write_table(const patient_whatif *c)
{
    const plx_outlook *o = &c->bank.outlook;
    printf("status %s: %u members of the causes that weigh %.2f, seed %llu, from second %u of the "
           "file; each value is the mean of the minute before\n",
           plx_patient_bank_status(&c->bank), o->groups_n * PLX_BODY_GROUP, o->covered,
           (unsigned long long)c->p.seed, c->bank.now_s);
    plx_patient_bank_print(&c->bank);
    for (uint32_t a = 0; a < c->plan.arms_n; a++) {
        printf("\narm: %s\n", text_of(c, a));
        for (uint32_t h = 0; h < c->plan.horizons_n; h++)
            table_horizon(c, a, h);
    }
}

/* JSON: a line an arm and horizon. */

static void put_summaries(plx_json_writer *json, const plx_outlook *o, uint32_t a, uint32_t h,
                          bool contrast)
{
    plx_json_key(json, contrast ? "minus_none" : "values");
    plx_json_object(json);
    for (int q = 0; q < TOLD_N; q++) {
        const plx_weighted_summary s =
            contrast ? plx_outlook_contrast(o, a, h, told[q]) : plx_outlook_value(o, a, h, told[q]);
        plx_patient_bank_json_summary(json, plx_outlook_name(told[q]), &s);
    }
    plx_json_object_end(json);
}

static void json_horizon(const patient_whatif *c, uint32_t a, uint32_t h)
{
    static char line[LINE_BYTES];
    const plx_outlook *o = &c->bank.outlook;
    const plx_outlook_chances p = plx_outlook_chances_of(o, a, h);
    plx_out out = plx_out_init(line, sizeof line);
    plx_json_writer json = plx_json_writer_init(&out);
    const bool none = plx_outlook_no_answer(o, a, h);
    plx_json_object(&json);
    plx_pair_text(&json, "arm", text_of(c, a));
    plx_pair_count(&json, "minute", minute_of(c, h));
    plx_pair_text(&json, "status", none ? "no_answer" : plx_patient_bank_status(&c->bank));
    plx_pair_count(&json, "members", o->groups_n * PLX_BODY_GROUP);
    plx_pair_number(&json, "covered", o->covered);
    plx_pair_number(&json, "gone", plx_outlook_gone_share(o, a, h));
    plx_pair_number(&json, "map_at_least_65", p.perfused);
    plx_pair_number(&json, "spo2_below_90", p.hypoxic);
    plx_pair_number(&json, "pcwp_over_18", p.congested);
    if (a > 0) plx_pair_number(&json, "do2_lower_10_pct", p.starved);
    if (a > 0) plx_pair_number(&json, "co_higher_10_pct", p.responds);
    if (!none) put_summaries(&json, o, a, h, false);
    if (!none && a > 0 && !plx_outlook_no_answer(o, 0, h)) put_summaries(&json, o, a, h, true);
    plx_json_object_end(&json);
    plx_out_char(&out, '\n');
    fwrite(out.at, 1, out.n, stdout);
}

static int write_all(const patient_whatif *c)
{
    if (!c->json) write_table(c);
    for (uint32_t a = 0; c->json && a < c->plan.arms_n; a++)
        for (uint32_t h = 0; h < c->plan.horizons_n; h++)
            json_horizon(c, a, h);
    bool bad = fflush(stdout) != 0 || ferror(stdout);
    return bad ? plx_app_fail(PLX_EXIT_WORLD, WORDS, "not all could be written", NULL)
               : PLX_EXIT_OK;
}

static int write_plot(const patient_whatif *c)
{
    const char *texts[PLX_OUTLOOK_ARMS_MAX];
    FILE *f = plx_picture_open(WORDS, c->plot);
    if (!f) return PLX_EXIT_WORLD;
    for (uint32_t a = 0; a < c->plan.arms_n; a++)
        texts[a] = text_of(c, a);
    plx_picture_arms(&c->bank, texts, f);
    return plx_picture_close(WORDS, c->plot, f);
}

/* "30m" as in the names of horizons, or a number of minutes. */
static int read_horizon(patient_whatif *c, const char *text)
{
    size_t n = strlen(text);
    if (n > 0 && text[n - 1] == 'm') n--;
    if (plx_slice_u64((plx_slice){text, n}, MINUTES_MAX, &c->last_minute) && c->last_minute >= 1)
        return -1;
    return plx_app_fail(PLX_EXIT_USAGE, WORDS, "--horizon takes 1m to 240m, not", text);
}

_Static_assert(PLX_OUTLOOK_ARMS_MAX == 9, "eight arms and none, as the sentence says");

/* -1 = go on. */
static int read_words(patient_whatif *c, int argc, char **argv, const char **path)
{
    size_t files = 0;
    const char *horizon = NULL;
    const plx_option options[] = {
        {"--arm", PLX_OPTION_LIST, &c->texts, 0, 0},
        {"--minutes", PLX_OPTION_U64, &c->last_minute, 1, MINUTES_MAX},
        {"--horizon", PLX_OPTION_TEXT, &horizon, 0, 0},
        {"--members", PLX_OPTION_U64, &c->p.members, PLX_BODY_GROUP, PLX_ADJUST_MEMBERS_MAX},
        {"--seed", PLX_OPTION_U64, &c->p.seed, 0, 0},
        {"--plot", PLX_OPTION_TEXT, &c->plot, 0, 0},
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
    if (c->texts.n >= PLX_OUTLOOK_ARMS_MAX) /* the first is none */
        return plx_app_fail(PLX_EXIT_USAGE, WORDS, "this option can be said 8 times", "--arm");
    c->bank.members = (uint32_t)c->p.members;
    return horizon ? read_horizon(c, horizon) : -1;
}

int plx_app_patient_whatif(int argc, char **argv)
{
    const char *path;
    patient_whatif *c = calloc(1, sizeof *c);
    if (!c) return plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left", NULL);
    c->p.words = WORDS, c->p.members = PLX_PATIENT_BANK_MEMBERS, c->p.seed = PLX_PATIENT_FIT_SEED;
    c->last_minute = MINUTES;
    int status = read_words(c, argc, argv, &path);
    if (status < 0) status = plx_patient_bank_of_file(&c->bank, &c->p, path);
    if (status < 0) status = run_arms(c);
    if (status < 0) status = write_all(c);
    if (status == PLX_EXIT_OK && c->plan.arms_n > 0 && c->plot) status = write_plot(c);
    plx_patient_bank_release(&c->bank);
    plx_patient_fit_release(&c->p);
    free(c);
    return status;
}
