/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/patient_rolling.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "app/patient_prior.h"
#include "app/patient_recording.h"
#include "core/vitals/limit.h"
#include "core/vitals/noise.h"
#include "edge/host/clock.h"

static const struct {
    plx_measure quantity;
    const char *name;     /* column of VITALS.csv */
    const char *limit;    /* key of knowledge/quantity.csv */
    double usual_drift_h; /* mean absolute change in an hour but for noise, a prior */
} vitals[PLX_CHART_VITAL_N] = {
    [PLX_CHART_HR] = {PLX_MEASURE_hr_bpm, "hr_bpm", "hr", 4},
    [PLX_CHART_SBP] = {PLX_MEASURE_sbp_mmhg, "sbp_mmhg", "abp_sys", 8},
    [PLX_CHART_DBP] = {PLX_MEASURE_dbp_mmhg, "dbp_mmhg", "abp_dia", 5},
    [PLX_CHART_MAP] = {PLX_MEASURE_map_mmhg, "map_mmhg", "abp_mean", 6},
    [PLX_CHART_SPO2] = {PLX_MEASURE_spo2_pct, "spo2_pct", "spo2", 1},
    [PLX_CHART_RR] = {PLX_MEASURE_rr_per_min, "rr_per_min", "resp_rate", 2},
    [PLX_CHART_TEMP] = {PLX_MEASURE_core_temp_c, "temp_c", "temp", 0.4},
    [PLX_CHART_ETCO2] = {PLX_MEASURE_etco2_mmhg, "etco2_mmhg", "etco2", 2},
};

plx_measure plx_patient_rolling_quantity(int vital)
{
    return vitals[vital].quantity;
}

const char *plx_patient_rolling_name(int vital)
{
    return vitals[vital].name;
}

static int fail(const plx_patient_rolling *p, const char *sentence, const char *detail)
{
    return plx_app_fail(PLX_EXIT_WORLD, p->words, sentence, detail);
}

static int fail_line(const plx_patient_rolling *p, uint64_t line, const char *why)
{
    char text[PLX_VITALS_WHY_MAX + 40];
    snprintf(text, sizeof text, "line %llu: %s", (unsigned long long)line, why);
    return fail(p, text, NULL);
}

static int fail_read(const plx_patient_rolling *p, plx_status status)
{
    if (status == PLX_CORRUPT) return fail_line(p, p->lines.line, "the compressed file is damaged");
    if (status == PLX_TRUNCATED)
        return fail_line(p, p->lines.line, "the compressed file ends too early");
    return fail_line(p, p->lines.line, plx_status_text(status));
}

static void progress(plx_patient_rolling *p, double share)
{
    static const char bar[] = "########################################";
    const int64_t now_us = plx_boot_us();
    if (!isatty(STDERR_FILENO) || now_us - p->began_us < 1000000) return;
    if (now_us - p->shown_us < 200000) return;
    p->shown_us = now_us;
    if (p->stays_max > 0) share = (double)p->seen / (double)p->stays_max;
    fprintf(stderr, "\r[%-40.*s] %3.0f %%, %llu stays\033[K", (int)(40 * share), bar, 100 * share,
            (unsigned long long)p->stays);
}

static void progress_end(plx_patient_rolling *p)
{
    if (p->shown_us) fputs("\r\033[K", stderr);
    p->shown_us = 0;
}

/* The usual horizons of the layout, unless others were asked for. */
static int set_model(plx_patient_rolling *p)
{
    static const double charted[] = {3600, 4 * 3600}, dense[] = {900, 1800, 3600},
                        waves[] = {60, 120, 300};
    const double *usual = p->charted ? charted : p->waves ? waves : dense;
    plx_rolling_model *m = &p->model;
    *m = (plx_rolling_model){.vitals = PLX_CHART_VITAL_N, .charted = p->charted};
    m->horizons = p->horizons_n ? p->horizons_n : p->charted ? 2 : 3;
    for (uint32_t h = 0; h < m->horizons; h++)
        m->horizon_s[h] = p->horizons_n ? p->horizon_s[h] : usual[h];
    for (int v = 0; v < PLX_CHART_VITAL_N; v++) {
        const plx_limit possible = plx_limit_of(vitals[v].limit);
        const plx_chart_limit chart = plx_chart_limits[v];
        m->vital[v] = (plx_rolling_vital){p->charted ? chart.low : possible.low,
                                          p->charted ? chart.high : possible.high,
                                          vitals[v].usual_drift_h, 0, 0};
    }
    if (plx_rolling_check(m) != PLX_OK)
        return plx_app_fail(PLX_EXIT_USAGE, p->words, "horizons rise, from 1m to 24h", NULL);
    plx_patient_prior_use(p);
    p->rolling.model = m;
    p->rolling.population = &p->population;
    p->rolling.scores = &p->scores;
    return PLX_EXIT_OK;
}

/* One patient. */

static void begin_patient(plx_patient_rolling *p, const plx_person *person, bool age_known)
{
    char why[PLX_FORECASTER_WHY_MAX];
    bool known = age_known && plx_person_check(person, why, sizeof why) == PLX_OK;
    p->asks = known && p->twin != NULL;
    if (p->asks && p->twin->begin(p->twin->self, person, why, sizeof why) != PLX_OK)
        p->asks = known = false;
    if (!known) p->out_of_envelope++;
    if (p->teaching) p->population = (plx_rolling_population){0};
    plx_rolling_begin(&p->rolling);
}

static void end_patient(plx_patient_rolling *p)
{
    plx_rolling_end(&p->rolling);
    if (p->teaching) plx_rolling_merge(&p->model, &p->adding, &p->population);
    p->stays++;
}

/* The next patient: is he of those who are to be seen now? */
static bool is_chosen(plx_patient_rolling *p)
{
    const uint64_t i = p->seen++;
    return p->folds == 0 || (i % p->folds == p->fold) != p->teaching;
}

/* A twin that cannot follow is not asked again about this patient. */
static const plx_rolling_twin *ask_twin(plx_patient_rolling *p, const plx_rolling_values *values,
                                        const plx_vitals_observation *told, uint32_t told_n,
                                        plx_rolling_twin *twin)
{
    plx_measure quantities[PLX_CHART_VITAL_N];
    if (!p->asks) return NULL;
    if (told_n > 0) p->asks = p->twin->observe(p->twin->self, told, told_n) == PLX_OK;
    if (!p->asks || !plx_rolling_is_origin(&p->rolling, values)) return NULL;
    for (int v = 0; v < PLX_CHART_VITAL_N; v++)
        quantities[v] = vitals[v].quantity;
    const plx_forecaster_request request = {.now_s = (uint32_t)(values->time_us / 1000000),
                                            .horizons_n = p->model.horizons,
                                            .horizon_s = p->model.horizon_s,
                                            .quantities_n = PLX_CHART_VITAL_N,
                                            .quantities = quantities};
    plx_forecaster_answer answer = {.member = p->member};
    if (p->twin->forecast(p->twin->self, &request, &answer) != PLX_OK) return NULL;
    *twin = (plx_rolling_twin){.members = answer.members, .member = p->member};
    memcpy(twin->answers, answer.answers, sizeof twin->answers);
    memcpy(twin->now, answer.now, sizeof twin->now);
    return twin;
}

static int step(plx_patient_rolling *p, const plx_rolling_values *values, uint32_t told_n,
                uint64_t line)
{
    plx_rolling_twin twin;
    const plx_rolling_twin *said = ask_twin(p, values, p->told, told_n, &twin);
    if (plx_rolling_step(&p->rolling, values, said) == PLX_OK) return PLX_EXIT_OK;
    return fail_line(p, line, "a value or a time cannot be used");
}

/* The CinC 2012 layout. */

static int end_stay(plx_patient_rolling *p)
{
    if (!is_chosen(p)) return PLX_EXIT_OK;
    plx_chart_read(&p->chart, &p->stay, &p->counts);
    begin_patient(p, &p->stay.person, p->stay.age_known);
    for (uint32_t i = 0; i < p->stay.n; i++) {
        const plx_chart_moment *m = &p->stay.moments[i];
        plx_rolling_values values = {.time_us = (int64_t)m->minute * 60000000};
        uint32_t told = 0;
        for (int v = 0; v < PLX_CHART_VITAL_N; v++) {
            values.measured[v] = m->measured[v];
            values.value[v] = m->value[v];
            if (!m->measured[v]) continue;
            const bool saturation = v == PLX_CHART_SPO2;
            const double sd = v == PLX_CHART_RR
                                  ? PLX_VITALS_COUNTED_SD
                                  : plx_vitals_sd(vitals[v].quantity, m->art[v], m->value[v]);
            p->told[told++] =
                (plx_vitals_observation){.time_s = 60 * m->minute,
                                         .quantity = vitals[v].quantity,
                                         .value = m->value[v],
                                         .sd = sd,
                                         .one_sided = saturation && m->value[v] >= 100,
                                         .art = m->art[v]};
        }
        const int status = step(p, &values, told, p->lines.line);
        if (status != PLX_EXIT_OK) return status;
    }
    end_patient(p);
    progress(p, plx_lines_share(&p->lines));
    return PLX_EXIT_OK;
}

static int read_stays(plx_patient_rolling *p)
{
    plx_slice line;
    plx_cinc_row row;
    const char *why = NULL;
    bool begun = false;
    plx_status status = plx_lines_next(&p->lines, &line); /* the header */
    while (status == PLX_OK && (status = plx_lines_next(&p->lines, &line)) == PLX_OK) {
        if (line.n == 0 || (line.n == 1 && line.at[0] == '\r')) continue;
        if (plx_cinc_parse(line, &row, &why) != PLX_OK) return fail_line(p, p->lines.line, why);
        if (begun && row.record_id != p->chart.record_id) {
            const int ended = end_stay(p);
            if (ended != PLX_EXIT_OK) return ended;
            if (p->seen == p->stays_max) return PLX_EXIT_OK; /* 0 is never reached */
            begun = false;
        }
        if (!begun) plx_chart_begin(&p->chart, row.record_id);
        begun = true;
        if (plx_chart_add(&p->chart, &row) != PLX_OK)
            return fail_line(p, p->lines.line, "a stay has more than 16384 rows that matter");
    }
    if (status != PLX_MISSING) return fail_read(p, status);
    return begun ? end_stay(p) : fail(p, "this file holds no stay", NULL);
}

/* VITALS.csv. */

static int tell_actions(plx_patient_rolling *p, const plx_vitals *v, uint32_t *told, uint32_t to_s)
{
    while (*told < v->actions_n && v->actions[*told].at_s <= to_s) {
        if (p->asks) p->asks = p->twin->act(p->twin->self, &v->actions[*told]) == PLX_OK;
        ++*told;
    }
    return PLX_EXIT_OK;
}

static int run_vitals(plx_patient_rolling *p, const plx_vitals *v)
{
    uint32_t actions = 0;
    if (!is_chosen(p)) return PLX_EXIT_OK;
    begin_patient(p, &v->person, true);
    for (uint32_t i = 0; i < v->observations_n;) {
        const plx_vitals_observation *first = &v->observations[i];
        plx_rolling_values values = {.time_us = (int64_t)first->time_s * 1000000};
        uint32_t n = 0;
        for (; i < v->observations_n && v->observations[i].time_s == first->time_s; i++) {
            for (int k = 0; k < PLX_CHART_VITAL_N; k++) {
                if (vitals[k].quantity != v->observations[i].quantity) continue;
                values.measured[k] = true;
                values.value[k] = v->observations[i].value;
            }
            if (n < PLX_CHART_VITAL_N) p->told[n++] = v->observations[i];
        }
        tell_actions(p, v, &actions, first->time_s);
        const int status = step(p, &values, n, first->line);
        if (status != PLX_EXIT_OK) return status;
        progress(p, (double)i / v->observations_n);
    }
    end_patient(p);
    p->left_out += v->notes_n;
    return PLX_EXIT_OK;
}

static int read_vitals(plx_patient_rolling *p)
{
    char why[PLX_VITALS_WHY_MAX];
    char *text = NULL;
    size_t n = 0;
    const plx_status read = plx_lines_whole(&p->lines, &text, &n);
    if (read != PLX_OK) return fail_read(p, read);
    const plx_slice bytes = {text, n};
    const size_t size = plx_vitals_size(bytes);
    void *memory = malloc(size);
    plx_vitals *parsed = calloc(1, sizeof *parsed);
    int status = PLX_EXIT_WORLD;
    plx_arena arena = plx_arena_init(memory, size);
    if (!memory || !parsed)
        status = fail(p, "no memory left; the file is too large", NULL);
    else if (plx_vitals_parse(bytes, &arena, parsed, why, sizeof why) != PLX_OK)
        status = fail(p, why, NULL);
    else
        status = run_vitals(p, parsed);
    free(parsed);
    free(memory);
    free(text);
    return status;
}

/* Recordings of waveforms. */

static uint32_t tell_window(plx_patient_rolling *p, const plx_recording_window *w,
                            plx_rolling_values *values)
{
    uint32_t told = 0;
    *values = (plx_rolling_values){.time_us = (int64_t)w->time_s * 1000000};
    for (int v = 0; v < PLX_CHART_VITAL_N; v++) {
        if (!w->measured[v]) continue;
        if (!(w->value[v] >= p->model.vital[v].low && w->value[v] <= p->model.vital[v].high)) {
            p->left_out++;
            continue;
        }
        const bool pressure = v == PLX_CHART_SBP || v == PLX_CHART_DBP || v == PLX_CHART_MAP;
        values->measured[v] = true;
        values->value[v] = w->value[v];
        p->told[told++] = (plx_vitals_observation){.time_s = w->time_s,
                                                   .quantity = vitals[v].quantity,
                                                   .value = w->value[v],
                                                   .sd = w->sd[v],
                                                   .art = pressure};
    }
    return told;
}

static int run_windows(plx_patient_rolling *p, const plx_recording *r)
{
    if (!is_chosen(p)) return PLX_EXIT_OK;
    begin_patient(p, &r->person, true);
    for (uint32_t i = 0; i < r->windows_n; i++) {
        plx_rolling_values values;
        const uint32_t told = tell_window(p, &r->windows[i], &values);
        if (told == 0) continue;
        const int status = step(p, &values, told, i + 1);
        if (status != PLX_EXIT_OK) return status;
        progress(p, (double)i / r->windows_n);
    }
    end_patient(p);
    p->left_out += r->left_out;
    p->assumed += !r->age_stated || !r->sex_stated;
    return PLX_EXIT_OK;
}

static int begin_file(plx_patient_rolling *p, bool charted, bool waves, const char *path)
{
    if (p->begun && (p->charted != charted || p->waves != waves))
        return fail(p, "files of two layouts cannot be scored together", path);
    p->begun = true;
    p->charted = charted;
    p->waves = waves;
    return set_model(p);
}

static int run_recording(plx_patient_rolling *p, const char *path, bool of_folder)
{
    char problem[PLX_RECORDING_PROBLEM_MAX] = "";
    plx_recording r;
    int status = begin_file(p, false, true, path);
    if (status != PLX_EXIT_OK) return status;
    p->began_us = plx_boot_us();
    const plx_status read = plx_recording_read(path, &r, problem);
    if (read == PLX_UNSUPPORTED || (read != PLX_OK && of_folder)) {
        p->skipped_n++;
        if (p->skipped) p->skipped(path, problem);
    } else if (read != PLX_OK) {
        status = fail(p, "this recording cannot be read", problem);
    } else {
        p->rolling.patient = malloc(sizeof *p->rolling.patient);
        status = p->rolling.patient ? run_windows(p, &r) : fail(p, "no memory left", NULL);
        progress_end(p);
        free(p->rolling.patient);
        p->rolling.patient = NULL;
    }
    plx_recording_release(&r);
    return status;
}

static int run_folder(plx_patient_rolling *p, const char *path)
{
    plx_recording_folder folder;
    int status = PLX_EXIT_OK;
    if (plx_recording_folder_read(path, &folder) != 0)
        status = fail(p, "this folder cannot be read", strerror(errno));
    else if (folder.n == 0)
        status = fail(p, "this folder holds no recording", path);
    for (size_t i = 0; status == PLX_EXIT_OK && i < folder.n; i++)
        if (p->stays_max == 0 || p->seen < p->stays_max)
            status = run_recording(p, folder.paths[i], true);
    plx_recording_folder_release(&folder);
    return status;
}

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

int plx_patient_rolling_run(plx_patient_rolling *p, const char *path)
{
    plx_slice first = {0};
    p->began_us = plx_boot_us();
    if (plx_recording_is(path)) return run_recording(p, path, false);
    if (is_folder(path)) return run_folder(p, path);
    if (plx_lines_open(&p->lines, path) != PLX_OK) return fail(p, "this file cannot be read", path);
    p->rolling.patient = malloc(sizeof *p->rolling.patient);
    plx_status peeked = plx_lines_peek(&p->lines, &first);
    int status = PLX_EXIT_WORLD;
    if (!p->rolling.patient) {
        status = fail(p, "no memory left", NULL);
    } else if (peeked == PLX_IO) {
        status = fail(p, "this file cannot be read", path);
    } else if (peeked != PLX_OK && peeked != PLX_MISSING && peeked != PLX_LIMIT) {
        status = fail_read(p, peeked);
    } else {
        const bool charted = peeked == PLX_OK && plx_cinc_is_header(first);
        status = begin_file(p, charted, false, path);
        if (status == PLX_EXIT_OK) status = p->charted ? read_stays(p) : read_vitals(p);
        progress_end(p);
    }
    free(p->rolling.patient);
    p->rolling.patient = NULL;
    plx_lines_close(&p->lines);
    return status;
}
