/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux patient forecast PATH: what would have been shown at each origin of recorded patients,
 * and how good it was beside its rivals and the raw twin. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/json_pair.h"
#include "app/patient_now.h"
#include "app/patient_prior.h"
#include "app/patient_rolling.h"
#include "app/patient_twin.h"

enum { LINE_BYTES = 1 << 13, COVER50 = 0, COVER90 = 2, FILES_MAX = 1024 };

static const char WORDS[] = "patient forecast";

typedef struct paths {
    const char *at[FILES_MAX];
    size_t n;
} paths;

/* What the table says of one vital at one horizon. NaN: not known. */
typedef struct result {
    const char *vital;
    double horizon_s;
    uint64_t n, origins, without_truth, twin_n;
    double crps, skill[PLX_RIVAL_KIND_N], cover50, cover90, width90, bias;
    double rival_crps[PLX_RIVAL_KIND_N], rival_cover90[PLX_RIVAL_KIND_N], ratio_best;
    double twin_crps, twin_cover50, twin_cover90, twin_width90, twin_bias, beside_twin;
    double twin_ratio; /* the raw twin against the best rival on all forecasts */
    double weight[PLX_BLEND_PART_N];
} result;

static double share(const plx_validate_tally *tally, uint32_t level)
{
    plx_validate_coverage cover;
    return plx_validate_tally_coverage(tally, level, &cover) == PLX_OK ? cover.share : NAN;
}

static double width(const plx_validate_tally *tally, uint32_t level)
{
    plx_validate_coverage cover;
    return plx_validate_tally_coverage(tally, level, &cover) == PLX_OK ? cover.width : NAN;
}

static double mean(const plx_validate_moments *moments)
{
    return moments->n > 0 ? moments->mean : NAN;
}

static result result_of(const plx_patient_rolling *p, uint32_t v, uint32_t h)
{
    const plx_rolling_score *s = &p->scores.at[v][h];
    result r = {.vital = plx_patient_rolling_name((int)v),
                .horizon_s = p->model.horizon_s[h],
                .n = s->shown.crps.n,
                .origins = s->origins,
                .without_truth = s->without_truth,
                .twin_n = s->twin.crps.n,
                .crps = mean(&s->shown.crps),
                .cover50 = share(&s->shown, COVER50),
                .cover90 = share(&s->shown, COVER90),
                .width90 = width(&s->shown, COVER90),
                .bias = mean(&s->shown.error),
                .twin_crps = mean(&s->twin.crps),
                .twin_cover50 = share(&s->twin, COVER50),
                .twin_cover90 = share(&s->twin, COVER90),
                .twin_width90 = width(&s->twin, COVER90),
                .twin_bias = mean(&s->twin.error),
                .beside_twin = mean(&s->shown_beside_twin)};
    double best = INFINITY;
    for (int k = 0; k < PLX_RIVAL_KIND_N; k++) {
        r.rival_crps[k] = mean(&s->rival[k].crps);
        r.rival_cover90[k] = share(&s->rival[k], COVER90);
        r.skill[k] = r.rival_crps[k] > 0 ? 1 - r.crps / r.rival_crps[k] : NAN;
        if (r.rival_crps[k] < best) best = r.rival_crps[k];
    }
    r.ratio_best = best > 0 && isfinite(best) ? r.crps / best : NAN;
    r.twin_ratio = best > 0 && isfinite(best) ? r.twin_crps / best : NAN;
    for (int i = 0; i < PLX_BLEND_PART_N; i++)
        r.weight[i] = mean(&s->weight[i]);
    return r;
}

/* The table. */

static void cell(double value, int decimals)
{
    if (isfinite(value))
        printf(",%.*f", decimals, value);
    else
        putchar(',');
}

static void table_head(const plx_patient_rolling *p)
{
    printf("# %llu %s; horizons from each measured value with %d before it; ",
           (unsigned long long)p->stays,
           p->charted      ? "stays"
           : p->stays == 1 ? "recording"
                           : "recordings",
           PLX_ROLLING_BEFORE);
    if (p->twin)
        printf("twin %s; %llu out_of_envelope for it\n", p->twin->name,
               (unsigned long long)p->out_of_envelope);
    else
        printf("no twin was asked: its columns are empty; %llu would be out_of_envelope\n",
               (unsigned long long)p->out_of_envelope);
    printf("# believed at first: %s\n", p->folds         ? "what the other folds taught"
                                        : p->model.prior ? "the table of what others taught"
                                                         : "nothing of others");
    const plx_chart_counts *c = &p->counts;
    if (p->charted)
        printf("# of %llu values left out: %llu unreadable, %llu implausible, %llu contradicted; "
               "%llu repeated were averaged, %llu cuff values stood beside an arterial line\n"
               "# stays with several ages (median taken) %llu, without age %llu, sex %llu, height "
               "%llu, weight %llu\n",
               (unsigned long long)c->rows, (unsigned long long)c->unreadable,
               (unsigned long long)c->implausible, (unsigned long long)c->contradicted,
               (unsigned long long)c->repeated, (unsigned long long)c->doubled,
               (unsigned long long)c->ages_many, (unsigned long long)c->no_age,
               (unsigned long long)c->no_sex, (unsigned long long)c->no_height,
               (unsigned long long)c->no_weight);
    else
        printf("# %llu values left out as implausible, contradicted or of poor signal\n",
               (unsigned long long)p->left_out);
    if (p->waves)
        printf("# %llu of them do not state age and sex: a man of 60 years, 170 cm and 75 kg is "
               "assumed in what is not stated; %llu more were left out\n",
               (unsigned long long)p->assumed, (unsigned long long)p->skipped_n);
    puts("vital,horizon_s,n,crps,skill_persistence,skill_trend,skill_ar1,cover50,cover90,width90,"
         "bias,crps_persistence,crps_trend,crps_ar1,crps_ratio_best_rival,twin_n,twin_crps,"
         "twin_cover90,twin_width90,twin_bias,twin_weight");
}

static void table_row(const result *r)
{
    printf("%s,%.0f,%llu", r->vital, r->horizon_s, (unsigned long long)r->n);
    cell(r->crps, 4);
    for (int k = 0; k < PLX_RIVAL_KIND_N; k++)
        cell(r->skill[k], 4);
    cell(r->cover50, 4);
    cell(r->cover90, 4);
    cell(r->width90, 3);
    cell(r->bias, 3);
    for (int k = 0; k < PLX_RIVAL_KIND_N; k++)
        cell(r->rival_crps[k], 4);
    cell(r->ratio_best, 4);
    if (r->twin_n > 0)
        printf(",%llu", (unsigned long long)r->twin_n);
    else
        putchar(',');
    cell(r->twin_crps, 4);
    cell(r->twin_cover90, 4);
    cell(r->twin_width90, 3);
    cell(r->twin_bias, 3);
    const double earned = r->weight[PLX_BLEND_TWIN] + r->weight[PLX_BLEND_TWIN_CHANGE];
    cell(r->twin_n > 0 ? earned : NAN, 3);
    putchar('\n');
}

/* Too few for a verdict: trust.md section 4. */
static void table_few(const plx_patient_rolling *p)
{
    for (uint32_t v = 0; v < p->model.vitals; v++)
        for (uint32_t h = 0; h < p->model.horizons; h++) {
            const result r = result_of(p, v, h);
            if (r.n > 0 && r.n < PLX_ROLLING_FEW)
                printf("# too few for a verdict: %s at %.0f s, %llu scored\n", r.vital, r.horizon_s,
                       (unsigned long long)r.n);
        }
}

/* The raw twin's figures stand in the row all the same. */
static void table_unearned(const plx_patient_rolling *p)
{
    const char *before = "# the twin has not earned a part in what is shown of ";
    for (uint32_t v = 0; v < p->model.vitals; v++)
        for (uint32_t h = 0; h < p->model.horizons; h++) {
            const result r = result_of(p, v, h);
            if (r.twin_n == 0) continue;
            if (r.weight[PLX_BLEND_TWIN] + r.weight[PLX_BLEND_TWIN_CHANGE] > 0) continue;
            printf("%s%s at %.0f s", before, r.vital, r.horizon_s);
            before = ", ";
        }
    if (*before == ',') putchar('\n');
}

/* JSON. */

static void put_rivals(plx_json_writer *w, const result *r)
{
    char key[40];
    for (int k = 0; k < PLX_RIVAL_KIND_N; k++) {
        snprintf(key, sizeof key, "crps_%s", plx_rival_name((plx_rival_kind)k));
        plx_pair_number(w, key, r->rival_crps[k]);
        snprintf(key, sizeof key, "cover90_%s", plx_rival_name((plx_rival_kind)k));
        plx_pair_number(w, key, r->rival_cover90[k]);
    }
    plx_pair_number(w, "crps_ratio_best_rival", r->ratio_best);
}

static void put_twin(plx_json_writer *w, const result *r)
{
    plx_json_key(w, "twin");
    if (r->twin_n == 0) {
        plx_json_put_null(w);
        return;
    }
    plx_json_object(w);
    plx_pair_count(w, "n", r->twin_n);
    plx_pair_number(w, "crps", r->twin_crps);
    plx_pair_number(w, "crps_shown_on_same", r->beside_twin);
    plx_pair_number(w, "crps_ratio_best_rival", r->twin_ratio);
    plx_pair_number(w, "cover50", r->twin_cover50);
    plx_pair_number(w, "cover90", r->twin_cover90);
    plx_pair_number(w, "width90", r->twin_width90);
    plx_pair_number(w, "bias", r->twin_bias);
    plx_json_object_end(w);
}

static void json_end(plx_json_writer *w, plx_out *out)
{
    plx_json_object_end(w);
    plx_out_char(out, '\n');
    fwrite(out->at, 1, out->n, stdout);
}

static void json_row(const result *r)
{
    static char line[LINE_BYTES];
    plx_out out = plx_out_init(line, sizeof line);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_json_key(&w, "vital");
    plx_json_put_text(&w, r->vital);
    plx_pair_number(&w, "horizon_s", r->horizon_s);
    plx_pair_count(&w, "n", r->n);
    plx_json_key(&w, "too_few");
    plx_json_put_bool(&w, r->n < PLX_ROLLING_FEW);
    plx_pair_number(&w, "crps", r->crps);
    plx_pair_number(&w, "skill_persistence", r->skill[PLX_RIVAL_PERSISTENCE]);
    plx_pair_number(&w, "skill_trend", r->skill[PLX_RIVAL_TREND]);
    plx_pair_number(&w, "skill_ar1", r->skill[PLX_RIVAL_AR1]);
    plx_pair_number(&w, "cover50", r->cover50);
    plx_pair_number(&w, "cover90", r->cover90);
    plx_pair_number(&w, "width90", r->width90);
    plx_pair_number(&w, "bias", r->bias);
    put_rivals(&w, r);
    plx_pair_count(&w, "origins", r->origins);
    plx_pair_count(&w, "without_truth", r->without_truth);
    put_twin(&w, r);
    plx_json_key(&w, "weights");
    plx_json_object(&w);
    for (int i = 0; i < PLX_BLEND_PART_N; i++)
        plx_pair_number(&w, plx_blend_part_name((plx_blend_part)i), r->weight[i]);
    plx_json_object_end(&w);
    json_end(&w, &out);
}

static void json_summary(const plx_patient_rolling *p)
{
    static char line[LINE_BYTES];
    plx_out out = plx_out_init(line, sizeof line);
    plx_json_writer w = plx_json_writer_init(&out);
    const plx_chart_counts *c = &p->counts;
    plx_json_object(&w);
    plx_json_key(&w, "summary");
    plx_json_put_text(&w, p->charted ? "cinc2012" : p->waves ? "recordings" : "vitals");
    plx_pair_count(&w, "stays", p->stays);
    plx_json_key(&w, "twin");
    if (p->twin)
        plx_json_put_text(&w, p->twin->name);
    else
        plx_json_put_null(&w);
    if (p->waves) {
        plx_pair_count(&w, "skipped", p->skipped_n);
        plx_pair_count(&w, "persons_assumed", p->assumed);
    }
    plx_pair_count(&w, "out_of_envelope", p->out_of_envelope);
    plx_pair_count(&w, "values", c->rows);
    plx_pair_count(&w, "unreadable", c->unreadable);
    plx_pair_count(&w, "implausible", c->implausible);
    plx_pair_count(&w, "contradicted", c->contradicted);
    plx_pair_count(&w, "repeated", c->repeated);
    plx_pair_count(&w, "doubled", c->doubled);
    plx_pair_count(&w, "left_out", p->left_out + c->unreadable + c->implausible + c->contradicted);
    plx_pair_count(&w, "several_ages", c->ages_many);
    plx_pair_count(&w, "without_age", c->no_age);
    plx_pair_count(&w, "without_sex", c->no_sex);
    plx_pair_count(&w, "without_height", c->no_height);
    plx_pair_count(&w, "without_weight", c->no_weight);
    json_end(&w, &out);
}

static void say_skipped(const char *path, const char *why)
{
    printf("# left out: %s: %s\n", path, why);
}

static void json_skipped(const char *path, const char *why)
{
    static char line[LINE_BYTES];
    plx_out out = plx_out_init(line, sizeof line);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_json_key(&w, "skipped");
    plx_json_put_text(&w, path);
    plx_json_key(&w, "why");
    plx_json_put_text(&w, why);
    json_end(&w, &out);
}

static int write_all(const plx_patient_rolling *p, bool json)
{
    bool any = false;
    if (!json) table_head(p);
    for (uint32_t v = 0; v < p->model.vitals; v++)
        for (uint32_t h = 0; h < p->model.horizons; h++) {
            const result r = result_of(p, v, h);
            if (r.n == 0) continue;
            any = true;
            if (json)
                json_row(&r);
            else
                table_row(&r);
        }
    if (json)
        json_summary(p);
    else
        table_unearned(p);
    if (!json) table_few(p);
    if (!json && !any)
        puts("# no forecast found its truth: too few values, or none a horizon later");
    const bool bad = fflush(stdout) != 0 || ferror(stdout);
    return bad ? plx_app_fail(PLX_EXIT_WORLD, WORDS, "not all could be written", NULL)
               : PLX_EXIT_OK;
}

/* "90s,15m,4h"; -1 = go on. */
static int read_horizons(plx_patient_rolling *p, const char *text)
{
    plx_slice rest = plx_slice_of(text);
    while (rest.n > 0 && p->horizons_n < PLX_ROLLING_HORIZONS_MAX) {
        const char *comma = memchr(rest.at, ',', rest.n);
        const plx_slice one = {rest.at, comma ? (size_t)(comma - rest.at) : rest.n};
        const char unit = one.n > 1 ? one.at[one.n - 1] : 0;
        const uint64_t unit_s = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : 0;
        uint64_t count = 0;
        if (unit_s == 0 || !plx_slice_u64((plx_slice){one.at, one.n - 1}, 86400, &count)) break;
        p->horizon_s[p->horizons_n++] = (double)(count * unit_s);
        rest.at += one.n + (comma ? 1 : 0);
        rest.n -= one.n + (comma ? 1 : 0);
        if (!comma) return -1;
    }
    return plx_app_fail(PLX_EXIT_USAGE, WORDS,
                        "--horizons takes up to 8 times such as 15m,30m,60m or 1h,4h, not", text);
}

typedef struct choice {
    bool json, no_twin, now;
    const char *plot, *acvpu;
    const char *learn; /* NULL: nothing is to be learnt */
} choice;

/* -1 = go on. */
static int read_words(plx_patient_rolling *p, int argc, char **argv, choice *chosen, paths *files)
{
    const char *horizons = NULL;
    const plx_option options[] = {{"--horizons", PLX_OPTION_TEXT, &horizons, 0, 0},
                                  {"--stays", PLX_OPTION_U64, &p->stays_max, 1, 1e9},
                                  {"--folds", PLX_OPTION_U64, &p->folds, 2, 1000},
                                  {"--learn", PLX_OPTION_TEXT, &chosen->learn, 0, 0},
                                  {"--blank", PLX_OPTION_FLAG, &p->blank, 0, 0},
                                  {"--no-twin", PLX_OPTION_FLAG, &chosen->no_twin, 0, 0},
                                  {"--now", PLX_OPTION_FLAG, &chosen->now, 0, 0},
                                  {"--acvpu", PLX_OPTION_TEXT, &chosen->acvpu, 0, 0},
                                  {"--plot", PLX_OPTION_TEXT, &chosen->plot, 0, 0},
                                  {"--json", PLX_OPTION_FLAG, &chosen->json, 0, 0}};
    const int status =
        plx_options_read(WORDS, argc, argv, options, sizeof options / sizeof *options, files->at,
                         FILES_MAX, &files->n);
    if (status < 0) return PLX_EXIT_OK;
    if (status != PLX_EXIT_OK) return status;
    if (files->n == 0)
        return plx_app_fail(PLX_EXIT_USAGE, WORDS,
                            "name a file of vitals or a recording (try --help)", NULL);
    if (!chosen->now && (chosen->plot || chosen->acvpu))
        return plx_app_fail(PLX_EXIT_USAGE, WORDS, "--plot and --acvpu go with --now", NULL);
    return horizons ? read_horizons(p, horizons) : -1;
}

static bool is_enough(const plx_patient_rolling *p)
{
    return p->stays_max > 0 && p->seen >= p->stays_max;
}

static int run_files(plx_patient_rolling *p, const void *all)
{
    const paths *files = all;
    int status = PLX_EXIT_OK;
    for (size_t i = 0; i < files->n && status == PLX_EXIT_OK && !is_enough(p); i++)
        status = plx_patient_rolling_run(p, files->at[i]);
    return status;
}

static int run_now(const plx_patient_rolling *p, const choice *chosen, const paths *files)
{
    const plx_patient_now now = {.words = WORDS,
                                 .path = files->at[0],
                                 .plot = chosen->plot,
                                 .acvpu = chosen->acvpu,
                                 .horizon_s = p->horizon_s,
                                 .horizons_n = p->horizons_n,
                                 .json = chosen->json};
    if (files->n == 1) return plx_patient_now_run(&now);
    return plx_app_fail(PLX_EXIT_USAGE, WORDS, "--now takes one file of vitals", NULL);
}

static int run_as_chosen(plx_patient_rolling *p, const choice *chosen, const paths *files)
{
    if (chosen->learn) {
        p->folds = 0;
        const int status = plx_patient_prior_teach(p, run_files, files);
        return status == PLX_EXIT_OK ? plx_patient_prior_write(p, chosen->learn) : status;
    }
    int status = p->folds ? plx_patient_prior_folds(p, run_files, files) : run_files(p, files);
    return status == PLX_EXIT_OK ? write_all(p, chosen->json) : status;
}

int plx_app_patient_forecast(int argc, char **argv)
{
    choice chosen = {0};
    plx_patient_twin twin = {0};
    static paths files;
    plx_patient_rolling *p = calloc(1, sizeof *p);
    if (!p) return plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left", NULL);
    p->words = WORDS;
    int status = read_words(p, argc, argv, &chosen, &files);
    if (status < 0 && chosen.now) {
        status = run_now(p, &chosen, &files);
    } else if (status < 0) {
        bool made = chosen.no_twin || plx_patient_twin_make(&twin, &p->charted);
        if (made && !chosen.no_twin) p->twin = &twin.door;
        p->skipped = chosen.json ? json_skipped : say_skipped;
        status = made ? run_as_chosen(p, &chosen, &files)
                      : plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left", NULL);
    }
    plx_patient_twin_release(&twin);
    free(p);
    return status;
}
