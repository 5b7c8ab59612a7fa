/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: every example scenario goes the way a clinician expects, and pollux patient run writes what
 * its contract says. Oracle: directions of the median (bounds are what a textbook would not
 * dispute, not what the model happens to give); the form of the table.
 * Tolerance: the bounds of each row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "edge/host/lanes.h"
#include "edge/host/scenario_file.h"

#define EXAMPLES PLX_SOURCE_ROOT "/knowledge/physiology/scenario/"

typedef struct direction {
    const char *file, *quantity;
    uint32_t from_s, to_s;
    double low, high; /* of the change of the median */
} direction;

static const direction directions[] = {
    {"haemorrhage", "blood_volume_ml", 300, 1900, -1500, -900},
    {"haemorrhage", "map_mmhg", 300, 1900, -60, -8},
    {"haemorrhage", "hr_bpm", 300, 1900, 5, 80},
    {"haemorrhage", "cvp_mmhg", 300, 1900, -10, -1},
    {"haemorrhage", "map_mmhg", 1900, 3900, 5, 60},
    {"haemorrhage", "hr_bpm", 1900, 3900, -80, -4},
    {"haemorrhage", "hb_g_dl", 1900, 2900, -4, -1},
    {"haemorrhage", "hb_g_dl", 2980, 3900, 0.5, 4},
    {"sepsis", "map_mmhg", 300, 2700, -60, -15},
    {"sepsis", "hr_bpm", 300, 2700, 8, 80},
    {"sepsis", "svr_mmhg_s_ml", 300, 2700, -1, -0.2},
    {"sepsis", "lactate_mmol_l", 300, 2700, 1, 12},
    {"sepsis", "map_mmhg", 3000, 6000, 1, 20},
    {"sepsis", "co_l_min", 3000, 6000, 0.3, 4},
    {"sepsis", "map_mmhg", 6000, 6600, 5, 40},
    {"sepsis", "svr_mmhg_s_ml", 6000, 6600, 0.05, 1},
    {"sepsis", "core_temp_c", 300, 9000, 0.7, 2.5},
    {"tension_pneumothorax", "cvp_mmhg", 180, 600, 4, 25},
    {"tension_pneumothorax", "map_mmhg", 180, 600, -60, -8},
    {"tension_pneumothorax", "hr_bpm", 180, 600, 10, 90},
    {"tension_pneumothorax", "spo2_pct", 180, 300, -30, -3},
    {"tension_pneumothorax", "cvp_mmhg", 600, 720, -25, -4},
    {"tension_pneumothorax", "map_mmhg", 600, 720, 5, 60},
    {"tension_pneumothorax", "rr_per_min", 600, 720, -40, -5},
    {"tamponade", "cvp_mmhg", 300, 1500, 4, 20},
    {"tamponade", "sv_ml", 300, 1500, -80, -20},
    {"tamponade", "map_mmhg", 300, 1500, -60, -8},
    {"tamponade", "hr_bpm", 300, 1500, 5, 80},
    {"tamponade", "sv_ml", 1500, 1740, 20, 80},
    {"tamponade", "map_mmhg", 1500, 1740, 8, 60},
    {"tamponade", "cvp_mmhg", 1500, 1740, -20, -4},
    {"opioid_overdose", "rr_per_min", 120, 240, -15, -4},
    {"opioid_overdose", "spo2_pct", 120, 320, -60, -5},
    {"opioid_overdose", "paco2_mmhg", 120, 600, 8, 60},
    {"opioid_overdose", "rr_per_min", 600, 720, 4, 20},
    {"opioid_overdose", "paco2_mmhg", 600, 900, -60, -5},
    {"anaphylaxis", "map_mmhg", 180, 600, -60, -15},
    {"anaphylaxis", "hr_bpm", 180, 600, 8, 90},
    {"anaphylaxis", "hb_g_dl", 180, 600, 0.5, 6},
    {"anaphylaxis", "rr_per_min", 180, 480, 5, 35},
    {"anaphylaxis", "map_mmhg", 600, 700, 10, 80},
    {"asthma", "spo2_pct", 120, 1200, -25, -3},
    {"asthma", "rr_per_min", 120, 1200, 6, 30},
    {"asthma", "spo2_pct", 1200, 1500, 3, 25},
    {"asthma", "paco2_mmhg", 1500, 2700, -30, -1},
    {"asthma", "hr_bpm", 1500, 2700, 3, 50},
    {"rapid_sequence_induction", "pao2_mmhg", 60, 300, 350, 600},
    {"rapid_sequence_induction", "nmb_fraction", 300, 400, 0.9, 1},
    {"rapid_sequence_induction", "rr_per_min", 300, 410, -20, -10},
    {"rapid_sequence_induction", "spo2_pct", 300, 430, -3, 0.1},
    {"rapid_sequence_induction", "etco2_mmhg", 300, 450, 1, 20},
    {"rapid_sequence_induction", "etco2_mmhg", 600, 1800, -15, -1},
    {"rapid_sequence_induction", "pao2_mmhg", 600, 900, -450, -200},
    {"fever", "core_temp_c", 600, 10800, 0.7, 2.5},
    {"fever", "hr_bpm", 600, 10800, 4, 40},
    {"fever", "spo2_pct", 600, 3600, -20, -2},
    {"fever", "spo2_pct", 3600, 4200, 1, 20},
    {"fever", "core_temp_c", 10800, 18000, -2.5, -0.7},
    {"fever", "hr_bpm", 10800, 18000, -40, -4},
};
enum { DIRECTIONS_N = sizeof directions / sizeof *directions, MEMBERS = 16 };

/* Medians of the rows that the directions of this file ask for. */
typedef struct medians {
    double from[DIRECTIONS_N], to[DIRECTIONS_N];
    unsigned found; /* values, two a direction */
} medians;

static uint32_t column_of(const plx_scenario *s, const char *name)
{
    for (uint32_t q = 0; q < s->quantities_n; q++)
        if (strcmp(plx_measure_name(s->quantities[q]), name) == 0) return q;
    fail_msg("%s is not among the outputs", name);
    return 0;
}

static void take(plx_scenario_run *run, const plx_scenario_row *row, const char *file, medians *m)
{
    for (unsigned i = 0; i < DIRECTIONS_N; i++) {
        const direction *d = &directions[i];
        if (strcmp(d->file, file) != 0) continue;
        if (row->time_s != d->from_s && row->time_s != d->to_s) continue;
        uint32_t q = column_of(run->scenario, d->quantity);
        double p50 = plx_scenario_summarise(run, row, q).p50;
        *(row->time_s == d->from_s ? &m->from[i] : &m->to[i]) = p50;
        m->found++;
    }
}

static void run_example(const char *file, medians *m)
{
    static plx_scenario_file f;
    char path[500], problem[300] = "";
    snprintf(path, sizeof path, EXAMPLES "%s.yaml", file);
    if (plx_scenario_file_read(path, &f, problem, sizeof problem) != PLX_OK)
        fail_msg("%s", problem);
    f.scenario.members = MEMBERS;
    plx_scenario_run run;
    plx_scenario_row row;
    void *memory = malloc(plx_scenario_size(&f.scenario));
    assert_non_null(memory);
    plx_status status = plx_scenario_begin(&run, &f.scenario, plx_host_lanes(), memory, &row);
    for (bool ready = true; status == PLX_OK; status = plx_scenario_step(&run, 60, &ready, &row))
        if (ready) take(&run, &row, file, m);
    assert_int_equal(status, PLX_MISSING); /* the end */
    assert_int_equal(run.redraw.total, 0); /* no member was broken */
    free(memory);
}

static void every_example_goes_the_way_that_is_expected(void **state)
{
    (void)state;
    static medians m;
    unsigned examples = 0, wrong = 0;
    DIR *folder = opendir(EXAMPLES);
    assert_non_null(folder);
    for (struct dirent *e; (e = readdir(folder));) {
        char *dot = strstr(e->d_name, ".yaml");
        if (!dot) continue;
        *dot = 0;
        unsigned before = m.found;
        run_example(e->d_name, &m);
        if (m.found == before) fail_msg("%s: nothing is expected of it", e->d_name);
        examples++;
    }
    closedir(folder);
    assert_true(examples >= 9);
    assert_int_equal(m.found, 2 * DIRECTIONS_N);
    for (unsigned i = 0; i < DIRECTIONS_N; i++) {
        const direction *d = &directions[i];
        double change = m.to[i] - m.from[i];
        if (change >= d->low && change <= d->high) continue;
        print_error("# %s: %s from %u to %u s: %.4g -> %.4g, change outside %g..%g\n", d->file,
                    d->quantity, d->from_s, d->to_s, m.from[i], m.to[i], d->low, d->high);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

/* The command. */

typedef struct place {
    char folder[64], scenario[96], out[96], plot[96], waves[96];
} place;

static const char small[] = "title: Bleed & <fluid>\n"
                            "patient: {sex: f, age: 50, height_cm: 165, weight_kg: 70}\n"
                            "duration_s: 60\n"
                            "actions: [{at_s: 10, do: bleed, rate_ml_min: 100, volume_ml: 50}]\n"
                            "outputs: {every_s: 20, quantities: [hr_bpm, spo2_pct]}\n";

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static int set_up(void **state)
{
    place *p = calloc(1, sizeof *p);
    if (!p) return 1;
    strcpy(p->folder, "/tmp/patient_test_XXXXXX");
    if (!mkdtemp(p->folder)) return 1;
    snprintf(p->scenario, sizeof p->scenario, "%s/s.yaml", p->folder);
    snprintf(p->out, sizeof p->out, "%s/o.csv", p->folder);
    snprintf(p->plot, sizeof p->plot, "%s/p.svg", p->folder);
    snprintf(p->waves, sizeof p->waves, "%s/w.csv", p->folder);
    write_text(p->scenario, small);
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    place *p = *state;
    const char *files[] = {p->scenario, p->out, p->plot, p->waves};
    for (size_t i = 0; i < 4; i++)
        unlink(files[i]);
    int failed = rmdir(p->folder);
    free(p);
    return failed;
}

typedef struct said {
    int status;
    size_t n;
    char text[1 << 20]; /* stdout and stderr */
} said;

static said *pollux(const char *arguments)
{
    static said s;
    char line[800];
    const char *program = getenv("POLLUX");
    assert_non_null(program);
    snprintf(line, sizeof line, "%s patient run %s 2>&1", program, arguments);
    FILE *f = popen(line, "r");
    assert_non_null(f);
    s.n = fread(s.text, 1, sizeof s.text - 1, f);
    s.text[s.n] = 0;
    s.status = WEXITSTATUS(pclose(f));
    return &s;
}

static said *run_with(const place *p, const char *more)
{
    char arguments[500];
    snprintf(arguments, sizeof arguments, "%s %s", p->scenario, more);
    return pollux(arguments);
}

static unsigned lines_of(const char *text)
{
    unsigned n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static char *content(const char *path)
{
    static char text[4 << 20];
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = 0;
    fclose(f);
    return text;
}

static void a_table_has_a_line_a_member(void **state)
{
    const place *p = *state;
    said *s = run_with(p, "--members 3");
    assert_int_equal(s->status, 0);
    assert_non_null(strstr(s->text, "# seed=0 model=pollux-physiology-2/pulsatile version="));
    assert_non_null(strstr(s->text, "\ntime_s,member,hr_bpm,spo2_pct\n0,0,"));
    assert_int_equal(lines_of(s->text), 2 + 4 * 3); /* 0, 20, 40, 60 */
    assert_non_null(strstr(s->text, "\n60,2,"));
    char *first = strdup(s->text);
    assert_string_equal(first, run_with(p, "--members 3")->text);
    free(first);
}

static void a_summary_has_four_columns_a_quantity(void **state)
{
    const place *p = *state;
    said *s = run_with(p, "--members 20 --summary");
    assert_int_equal(s->status, 0);
    assert_non_null(strstr(s->text, "\ntime_s,hr_bpm_mean,hr_bpm_p05,hr_bpm_p50,hr_bpm_p95,"
                                    "spo2_pct_mean,spo2_pct_p05,spo2_pct_p50,spo2_pct_p95\n"));
    assert_int_equal(lines_of(s->text), 2 + 4);
    double v[5];
    assert_int_equal(sscanf(strstr(s->text, "\n60,"), "\n%lf,%lf,%lf,%lf,%lf", &v[0], &v[1], &v[2],
                            &v[3], &v[4]),
                     5);
    assert_true(v[2] < v[3] && v[3] < v[4] && v[1] > v[2] && v[1] < v[4]);
}

static void json_is_a_line_a_row(void **state)
{
    const place *p = *state;
    said *s = run_with(p, "--json");
    assert_int_equal(s->status, 0);
    assert_int_equal(lines_of(s->text), 1 + 4);
    assert_true(strncmp(s->text, "{\"seed\":0,\"model\":\"", 19) == 0);
    assert_non_null(strstr(s->text, "\n{\"time_s\":20,\"member\":0,\"hr_bpm\":"));
    s = run_with(p, "--json --summary");
    assert_non_null(strstr(s->text, "\n{\"time_s\":20,\"hr_bpm\":{\"mean\":"));
}

static void a_plot_is_one_svg(void **state)
{
    const place *p = *state;
    char more[300];
    snprintf(more, sizeof more, "--members 16 --out %s --plot %s", p->out, p->plot);
    said *s = run_with(p, more);
    assert_int_equal(s->status, 0);
    assert_int_equal(s->n, 0);
    assert_int_equal(lines_of(content(p->out)), 2 + 4 * 16);
    const char *svg = content(p->plot);
    assert_true(strncmp(svg, "<svg ", 5) == 0);
    assert_string_equal(svg + strlen(svg) - 7, "</svg>\n");
    assert_non_null(strstr(svg, "Bleed &amp; &lt;fluid&gt;"));
    assert_non_null(strstr(svg, "Heart rate"));
    assert_non_null(strstr(svg, "bleed 50 mL"));
    assert_null(strstr(svg, "nan"));
    assert_null(strstr(svg, "inf"));
}

static void waves_are_the_last_seconds_at_250_hz(void **state)
{
    const place *p = *state;
    char more[300];
    snprintf(more, sizeof more, "--out %s --waves %s", p->out, p->waves);
    assert_int_equal(run_with(p, more)->status, 0);
    const char *waves = content(p->waves);
    assert_true(strncmp(waves, "time_s,ecg_mv,abp_mmhg,ppg,resp_l,co2_mmhg\n30.004,", 50) == 0);
    assert_int_equal(lines_of(waves), 1 + 30 * 250);
    assert_non_null(strstr(waves, "\n60.000,"));
    write_text(p->scenario, "patient: {sex: f, age: 50, height_cm: 165, weight_kg: 70}\n"
                            "model: averaged\nduration_s: 60\n");
    said *s = run_with(p, more);
    assert_int_equal(s->status, 2);
    assert_non_null(strstr(s->text, "waves need model: pulsatile"));
    write_text(p->scenario, small);
}

static void who_is_out_of_the_envelope_is_told(void **state)
{
    const place *p = *state;
    write_text(p->scenario, "patient: {sex: f, age: 4, height_cm: 102, weight_kg: 16}\n"
                            "duration_s: 60\n");
    said *s = run_with(p, "");
    assert_int_equal(s->status, 0);
    assert_string_equal(s->text,
                        "{\"status\":\"out_of_envelope\",\"reason\":\"age 4 below 16\"}\n");
    write_text(p->scenario, small);
}

/* 800 mL a minute until a volume is lost that only some, or nobody, can lose. */
static void write_bleeding(const place *p, unsigned volume_ml)
{
    char text[300];
    snprintf(text, sizeof text,
             "patient: {sex: m, age: 35, height_cm: 178, weight_kg: 80}\n"
             "seed: 1\nduration_s: 600\n"
             "actions: [{at_s: 10, do: bleed, rate_ml_min: 800, volume_ml: %u}]\n"
             "outputs: {every_s: 60, quantities: [map_mmhg, blood_volume_ml]}\n",
             volume_ml);
    write_text(p->scenario, text);
}

static void redrawn_members_are_counted(void **state)
{
    const place *p = *state;
    unsigned redrawn = 0, n = 0;
    write_bleeding(p, 3000);
    said *s = run_with(p, "--members 40 --summary");
    assert_int_equal(s->status, 0);
    const char *foot = strstr(s->text, "\n# redrawn=");
    assert_non_null(foot);
    assert_int_equal(sscanf(foot, "\n# redrawn=%u members=%u", &redrawn, &n), 2);
    assert_true(redrawn > 0 && redrawn < n && n == 40);
    assert_int_equal(lines_of(s->text), 2 + 11 + 1);
    assert_null(strstr(s->text, "nan"));
    s = run_with(p, "--members 40 --json");
    assert_int_equal(s->status, 0);
    foot = strstr(s->text, "\n{\"redrawn\":");
    assert_non_null(foot);
    assert_int_equal(sscanf(foot, "\n{\"redrawn\":%u,\"members\":%u}", &n, &redrawn), 2);
    assert_int_equal(redrawn, 40);
    assert_int_equal(lines_of(s->text), 1 + 11 * 40 + 1);
    write_text(p->scenario, small);
}

/* Nobody has so much blood: what came before is written, in the table and in the picture. */
static void who_leaves_all_bounds_has_no_answer(void **state)
{
    static const char status[] = "{\"status\":\"no_answer\",\"reason\":\"1 of 1 members left "
                                 "physiological bounds in the window up to ";
    const place *p = *state;
    char more[320];
    write_bleeding(p, 9000);
    said *s = run_with(p, "");
    assert_int_equal(s->status, 0);
    assert_non_null(strstr(s->text, "\n240,0,"));
    assert_null(strstr(s->text, "\n600,0,"));
    assert_non_null(strstr(s->text, status));
    assert_string_equal(s->text + s->n - 4, ")\"}\n");
    assert_null(strstr(s->text, "nan"));
    unlink(p->waves); /* of an earlier test */
    snprintf(more, sizeof more, "--out %s --plot %s --waves %s", p->out, p->plot, p->waves);
    s = run_with(p, more);
    assert_int_equal(s->status, 0);
    assert_int_equal(lines_of(s->text), 1);
    assert_true(strncmp(s->text, status, sizeof status - 1) == 0);
    const char *table = content(p->out);
    assert_non_null(strstr(table, "\n240,0,"));
    assert_non_null(strstr(table, "\n# status=no_answer reason=1 of 1 members left "));
    assert_non_null(strstr(content(p->plot), "</svg>"));
    assert_int_equal(access(p->waves, F_OK), -1); /* of seconds that never came */
    snprintf(more, sizeof more, "--members 40 --summary --json --out %s", p->out);
    s = run_with(p, more);
    assert_int_equal(s->status, 0);
    assert_true(strncmp(s->text, status, strcspn(status, "1")) == 0);
    assert_non_null(strstr(s->text, " of 40 members left physiological bounds "));
    assert_non_null(strstr(content(p->out), s->text)); /* its last line */
    write_text(p->scenario, small);
}

static void what_is_wrong_is_one_sentence(void **state)
{
    const place *p = *state;
    assert_int_equal(pollux("")->status, 2);
    assert_int_equal(run_with(p, "--speed 3")->status, 2);
    assert_int_equal(run_with(p, "--members 5000")->status, 2);
    said *s = pollux("/no/such.yaml");
    assert_int_equal(s->status, 1);
    assert_int_equal(lines_of(s->text), 1);
    s = run_with(p, "--out /no/such/folder/x.csv");
    assert_int_equal(s->status, 1);
    assert_int_equal(lines_of(s->text), 1);
    s = run_with(p, "--out /dev/full");
    assert_int_equal(s->status, 1);
    write_text(p->scenario, "patient: {sex: f, age: 50, height_cm: 165, weight_kg: 70}\n"
                            "duration_s: 60\nactions: [{at_s: 1, do: pray}]\n");
    s = run_with(p, "");
    assert_int_equal(s->status, 1);
    assert_non_null(strstr(s->text, "line 3: no action is called \"pray\""));
    write_text(p->scenario, small);
    s = pollux("--help");
    assert_int_equal(s->status, 0);
    assert_non_null(strstr(s->text, "example:"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_goes_the_way_that_is_expected),
        cmocka_unit_test(a_table_has_a_line_a_member),
        cmocka_unit_test(a_summary_has_four_columns_a_quantity),
        cmocka_unit_test(json_is_a_line_a_row),
        cmocka_unit_test(a_plot_is_one_svg),
        cmocka_unit_test(waves_are_the_last_seconds_at_250_hz),
        cmocka_unit_test(who_is_out_of_the_envelope_is_told),
        cmocka_unit_test(redrawn_members_are_counted),
        cmocka_unit_test(who_leaves_all_bounds_has_no_answer),
        cmocka_unit_test(what_is_wrong_is_one_sentence),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
