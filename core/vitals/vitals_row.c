/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The header and the rows under it. */
#include "core/base/decimal.h"
#include "core/base/time.h"
#include "core/base/utf8.h"
#include "core/vitals/limit.h"
#include "core/vitals/noise.h"
#include "core/vitals/vitals_private.h"

static const char *const column_names[PLX_COLUMN_N] = {
#define X(name) #name,
    PLX_VITALS_COLUMNS(X)
#undef X
};

/* A measured column: its quantity, and the keys of its limits (core/record) by cuff and by arterial
 * line. */
static const struct {
    plx_measure quantity;
    const char *limit[2];
} measured[PLX_VITALS_MEASURED_N] = {
    [PLX_COLUMN_hr_bpm] = {PLX_MEASURE_hr_bpm, {"hr", "hr"}},
    [PLX_COLUMN_sbp_mmhg] = {PLX_MEASURE_sbp_mmhg, {"nibp_sys", "abp_sys"}},
    [PLX_COLUMN_dbp_mmhg] = {PLX_MEASURE_dbp_mmhg, {"nibp_dia", "abp_dia"}},
    [PLX_COLUMN_map_mmhg] = {PLX_MEASURE_map_mmhg, {"nibp_mean", "abp_mean"}},
    [PLX_COLUMN_spo2_pct] = {PLX_MEASURE_spo2_pct, {"spo2", "spo2"}},
    [PLX_COLUMN_rr_per_min] = {PLX_MEASURE_rr_per_min, {"resp_rate", "resp_rate"}},
    [PLX_COLUMN_etco2_mmhg] = {PLX_MEASURE_etco2_mmhg, {"etco2", "etco2"}},
    [PLX_COLUMN_temp_c] = {PLX_MEASURE_core_temp_c, {"temp_core", "temp_core"}},
};
#define SPO2_TOP 100.0

/* The row that is read: what its cells say. */
typedef struct row {
    uint32_t time_s;
    bool art, poor;
    bool has[PLX_VITALS_MEASURED_N];
    double value[PLX_VITALS_MEASURED_N];
} row;

/* Cells. */

/* Without blanks; at is NULL when it is empty or there is no such column. */
static plx_slice cell(const plx_vitals_reader *r, plx_vitals_column column)
{
    if (r->place[column] < 0) return (plx_slice){0};
    plx_slice text = plx_slice_trim(r->csv.fields[r->place[column]]);
    return text.n ? text : (plx_slice){0};
}

static plx_status number(plx_vitals_reader *r, plx_vitals_column column, plx_slice text,
                         double *value)
{
    plx_decimal d;
    if (plx_decimal_parse(text, &d) != PLX_OK)
        return plx_vitals_wrong(r, PLX_SYNTAX, column_names[column], text,
                                "a number, or nothing when it was not measured");
    *value = d.value;
    return PLX_OK;
}

/* One of two words or nothing, which is the first. */
static plx_status choose(plx_vitals_reader *r, plx_vitals_column column, const char *const words[2],
                         bool *second)
{
    plx_slice text = cell(r, column);
    if (!text.at) return PLX_OK;
    *second = plx_slice_is(text, words[1]);
    if (*second || plx_slice_is(text, words[0])) return PLX_OK;
    (void)plx_vitals_wrong(r, PLX_UNKNOWN, column_names[column], text, words[0]);
    plx_out_text(&r->why, " or ");
    plx_out_text(&r->why, words[1]);
    return PLX_UNKNOWN;
}

/* Header. */

static plx_status unknown_column(plx_vitals_reader *r, plx_slice name)
{
    (void)plx_vitals_wrong(r, PLX_UNKNOWN, "header", name, "the columns are ");
    for (int k = 0; k < PLX_COLUMN_N; k++) {
        plx_out_text(&r->why, k == 0 ? "" : k + 1 == PLX_COLUMN_N ? " and " : ", ");
        plx_out_text(&r->why, column_names[k]);
    }
    return PLX_UNKNOWN;
}

plx_status plx_vitals_header_read(plx_vitals_reader *r)
{
    for (int k = 0; k < PLX_COLUMN_N; k++)
        r->place[k] = -1;
    r->columns_n = r->csv.fields_n;
    for (uint32_t i = 0; i < r->csv.fields_n; i++) {
        plx_slice name = plx_slice_trim(r->csv.fields[i]);
        int k = 0;
        while (k < PLX_COLUMN_N && !plx_slice_is(name, column_names[k]))
            k++;
        if (k == PLX_COLUMN_N) return unknown_column(r, name);
        if (r->place[k] >= 0)
            return plx_vitals_wrong(r, PLX_CONFLICT, "header", name, "it stands twice");
        r->place[k] = (int)i;
    }
    bool seconds = r->place[PLX_COLUMN_time_s] >= 0, clock = r->place[PLX_COLUMN_time] >= 0;
    if (seconds && clock)
        return plx_vitals_complain(r, PLX_CONFLICT, "the header has time_s and time; one is meant");
    if (!seconds && !clock)
        return plx_vitals_complain(r, PLX_MISSING, "the header needs time_s or time");
    bool useful = r->place[PLX_COLUMN_action] >= 0;
    for (int k = 0; k < PLX_VITALS_MEASURED_N; k++)
        useful = useful || r->place[k] >= 0;
    return useful ? PLX_OK
                  : plx_vitals_complain(r, PLX_MISSING,
                                        "the header has neither a vital sign nor actions");
}

/* Time. */

static plx_status read_seconds(plx_vitals_reader *r, plx_slice text, uint32_t *time_s)
{
    uint64_t value = 0;
    if (!plx_slice_u64(text, PLX_VITALS_SECONDS_MAX, &value))
        return plx_vitals_wrong(r, PLX_RANGE, "time_s", text,
                                "a whole number of seconds from 0 to 604800");
    *time_s = (uint32_t)value;
    return PLX_OK;
}

/* Second 0 is t0, or the first row when the comment lines say none. */
static plx_status read_clock(plx_vitals_reader *r, plx_slice text, uint32_t *time_s)
{
    int64_t at_us = 0;
    if (plx_time_from_iso(text, &at_us) != PLX_OK)
        return plx_vitals_wrong(r, PLX_RANGE, "time", text,
                                "a time like 2026-11-25T16:06:55Z, with its zone");
    if (r->vitals->t0_us == PLX_TIME_NONE) r->vitals->t0_us = at_us;
    int64_t since_us = at_us - r->vitals->t0_us;
    if (since_us < 0) {
        bool first = r->vitals->rows_n == 0;
        return plx_vitals_wrong(r, PLX_CONFLICT, "time", text,
                                first ? "it is before t0" : "it is before the row above");
    }
    if (since_us > PLX_VITALS_SECONDS_MAX * PLX_SECOND_US)
        return plx_vitals_wrong(r, PLX_RANGE, "time", text, "it is over 7 days after the start");
    *time_s = (uint32_t)(since_us / PLX_SECOND_US);
    return PLX_OK;
}

static plx_status read_time(plx_vitals_reader *r, uint32_t *time_s)
{
    bool clock = r->place[PLX_COLUMN_time] >= 0;
    plx_vitals_column column = clock ? PLX_COLUMN_time : PLX_COLUMN_time_s;
    plx_slice text = cell(r, column);
    if (!text.at) return plx_vitals_complain(r, PLX_MISSING, "a row needs its time");
    PLX_TRY(clock ? read_clock(r, text, time_s) : read_seconds(r, text, time_s));
    if (r->vitals->rows_n > 0 && *time_s < r->vitals->last_s)
        return plx_vitals_wrong(r, PLX_CONFLICT, column_names[column], text,
                                "it is before the row above");
    return PLX_OK;
}

/* One row of values at a time; more rows at it are for more actions. */
static plx_status check_double(plx_vitals_reader *r, const row *w, bool measures)
{
    bool again = r->vitals->rows_n > 0 && w->time_s == r->vitals->last_s;
    bool acts = cell(r, PLX_COLUMN_action).at != NULL;
    if (again && ((measures && r->measured_now) || (!measures && !acts)))
        return plx_vitals_complain(r, PLX_CONFLICT,
                                   "the time is that of the row above; only actions may share it");
    r->measured_now = measures || (again && r->measured_now);
    return PLX_OK;
}

/* Values. */

static void leave_out(plx_vitals_reader *r, const row *w, plx_vitals_note note)
{
    note.time_s = w->time_s;
    note.line = (uint32_t)r->line;
    r->vitals->notes[r->vitals->notes_n++] = note;
}

static void drop(plx_vitals_reader *r, row *w, plx_vitals_column column, plx_vitals_fault fault)
{
    w->has[column] = false;
    leave_out(r, w,
              (plx_vitals_note){.fault = fault,
                                .quantity = measured[column].quantity,
                                .value = w->value[column]});
}

static bool possible(plx_vitals_reader *r, const row *w, plx_measure quantity, double value,
                     plx_limit limit)
{
    if (value >= limit.low && value <= limit.high) return true;
    leave_out(r, w,
              (plx_vitals_note){.fault = PLX_VITALS_IMPOSSIBLE,
                                .quantity = quantity,
                                .value = value,
                                .low = limit.low,
                                .high = limit.high});
    return false;
}

static void check_pressures(plx_vitals_reader *r, row *w)
{
    const double *v = w->value;
    bool sbp = w->has[PLX_COLUMN_sbp_mmhg], dbp = w->has[PLX_COLUMN_dbp_mmhg],
         map = w->has[PLX_COLUMN_map_mmhg];
    if (sbp && dbp && !(v[PLX_COLUMN_sbp_mmhg] > v[PLX_COLUMN_dbp_mmhg])) {
        drop(r, w, PLX_COLUMN_sbp_mmhg, PLX_VITALS_CONTRADICTED);
        drop(r, w, PLX_COLUMN_dbp_mmhg, PLX_VITALS_CONTRADICTED);
    } else if (map && ((sbp && v[PLX_COLUMN_map_mmhg] > v[PLX_COLUMN_sbp_mmhg]) ||
                       (dbp && v[PLX_COLUMN_map_mmhg] < v[PLX_COLUMN_dbp_mmhg]))) {
        drop(r, w, PLX_COLUMN_map_mmhg, PLX_VITALS_CONTRADICTED);
    }
}

static double sd_of(const plx_vitals_reader *r, const row *w, int column)
{
    if (column == PLX_COLUMN_hr_bpm && r->pulse) return PLX_VITALS_PULSE_SD;
    if (column == PLX_COLUMN_rr_per_min && r->counted) return PLX_VITALS_COUNTED_SD;
    return plx_vitals_sd(measured[column].quantity, w->art, w->value[column]);
}

static bool is_pressure(int column)
{
    return column == PLX_COLUMN_sbp_mmhg || column == PLX_COLUMN_dbp_mmhg ||
           column == PLX_COLUMN_map_mmhg;
}

static void add_observations(plx_vitals_reader *r, const row *w)
{
    plx_vitals *v = r->vitals;
    bool steady = false;
    for (int k = 0; k < PLX_VITALS_MEASURED_N; k++) {
        if (!w->has[k]) continue;
        steady = steady || k == PLX_COLUMN_hr_bpm || is_pressure(k);
        v->observations[v->observations_n++] = (plx_vitals_observation){
            .time_s = w->time_s,
            .line = (uint32_t)r->line,
            .quantity = measured[k].quantity,
            .value = w->value[k],
            .sd = sd_of(r, w, k),
            .one_sided = k == PLX_COLUMN_spo2_pct && w->value[k] >= SPO2_TOP,
            .art = w->art && is_pressure(k)};
    }
    v->steady_rows_n += steady;
}

/* *measures: the row has a value, be it one that is left out. */
static plx_status read_values(plx_vitals_reader *r, row *w, bool *measures)
{
    static const char *const sources[] = {"cuff", "art"}, *const qualities[] = {"good", "poor"};
    w->art = r->bp == PLX_VITALS_ART;
    PLX_TRY(choose(r, PLX_COLUMN_bp_source, sources, &w->art));
    PLX_TRY(choose(r, PLX_COLUMN_quality, qualities, &w->poor));
    for (int k = 0; k < PLX_VITALS_MEASURED_N; k++) {
        plx_slice text = cell(r, (plx_vitals_column)k);
        if (!text.at) continue;
        PLX_TRY(number(r, (plx_vitals_column)k, text, &w->value[k]));
        *measures = true;
        w->has[k] = possible(r, w, measured[k].quantity, w->value[k],
                             plx_limit_of(measured[k].limit[w->art]));
    }
    check_pressures(r, w);
    if (w->poor && w->has[PLX_COLUMN_spo2_pct]) drop(r, w, PLX_COLUMN_spo2_pct, PLX_VITALS_POOR);
    if (w->poor && r->pulse && w->has[PLX_COLUMN_hr_bpm])
        drop(r, w, PLX_COLUMN_hr_bpm, PLX_VITALS_POOR);
    return PLX_OK;
}

static plx_status read_fio2(plx_vitals_reader *r, const row *w, bool *measures)
{
    plx_slice text = cell(r, PLX_COLUMN_fio2);
    plx_limit percent = plx_limit_of("fio2");
    plx_vitals *v = r->vitals;
    double value = 0;
    if (!text.at) return PLX_OK;
    PLX_TRY(number(r, PLX_COLUMN_fio2, text, &value));
    *measures = true;
    if (possible(r, w, PLX_MEASURE_fio2, value, (plx_limit){percent.low / 100, percent.high / 100}))
        v->fio2[v->fio2_n++] = (plx_vitals_fio2){w->time_s, value};
    return PLX_OK;
}

/* Actions. */

static plx_status action_wrong(plx_vitals_reader *r, plx_status status)
{
    plx_vitals_begin(r);
    plx_out_text(&r->why, r->actions.fault.why);
    return status;
}

/* Cells that belong to an action, without one. */
static plx_status check_idle(plx_vitals_reader *r)
{
    static const plx_vitals_column columns[] = {PLX_COLUMN_dose, PLX_COLUMN_unit,
                                                PLX_COLUMN_duration_s, PLX_COLUMN_args};
    for (unsigned i = 0; i < sizeof columns / sizeof *columns; i++) {
        plx_slice text = cell(r, columns[i]);
        if (text.at)
            return plx_vitals_wrong(r, PLX_MISSING, column_names[columns[i]], text,
                                    "there is no action in this row");
    }
    return PLX_OK;
}

/* key=value;key=value */
static plx_status say_arguments(plx_vitals_reader *r, plx_action_words *words, plx_slice list)
{
    while (list.n > 0) {
        size_t n = 0;
        while (n < list.n && list.at[n] != ';')
            n++;
        plx_slice pair = plx_slice_trim((plx_slice){list.at, n});
        plx_status status = plx_action_say(words, pair, &r->actions.fault);
        if (status != PLX_OK) return action_wrong(r, status);
        size_t whole = n < list.n ? n + 1 : n;
        list = (plx_slice){list.at + whole, list.n - whole};
    }
    return PLX_OK;
}

static plx_status say(plx_vitals_reader *r, plx_action_words *words)
{
    plx_slice dose = cell(r, PLX_COLUMN_dose), unit = cell(r, PLX_COLUMN_unit),
              duration_s = cell(r, PLX_COLUMN_duration_s), args = cell(r, PLX_COLUMN_args);
    plx_action_fault *fault = &r->actions.fault;
    uint32_t keys;
    if (!plx_action_verb_keys(words->verb, &keys)) {
        plx_action_say_unknown(words->verb, fault);
        return action_wrong(r, PLX_UNKNOWN);
    }
    if (unit.at && !dose.at)
        return plx_vitals_wrong(r, PLX_MISSING, "unit", unit, "there is no dose before it");
    plx_status status = dose.at ? plx_action_say_amount(words, dose, unit, fault) : PLX_OK;
    if (status == PLX_OK && duration_s.at)
        status = plx_action_say_key(words, PLX_LIT("duration_s"), duration_s, fault);
    if (status != PLX_OK) return action_wrong(r, status);
    return say_arguments(r, words, args);
}

static plx_status read_action(plx_vitals_reader *r, const row *w)
{
    plx_action_words words = {.verb = cell(r, PLX_COLUMN_action)};
    plx_vitals *v = r->vitals;
    if (!words.verb.at) return check_idle(r);
    PLX_TRY(say(r, &words));
    plx_status status = plx_action_read(&r->actions, &words, w->time_s, &v->actions[v->actions_n]);
    if (status != PLX_OK) return action_wrong(r, status);
    v->action_lines[v->actions_n++] = (uint32_t)r->line;
    return PLX_OK;
}

plx_status plx_vitals_row_read(plx_vitals_reader *r)
{
    row w = {0};
    bool measures = false;
    if (r->csv.fields[0].n > 0 && r->csv.fields[0].at[0] == '#')
        return plx_vitals_complain(r, PLX_SYNTAX, "comment lines stand before the header only");
    if (r->csv.fields_n != r->columns_n) {
        plx_vitals_begin(r);
        plx_out_text(&r->why, "the row has ");
        plx_out_u64(&r->why, r->csv.fields_n);
        plx_out_text(&r->why, " cells, the header ");
        plx_out_u64(&r->why, r->columns_n);
        return PLX_SYNTAX;
    }
    PLX_TRY(read_time(r, &w.time_s));
    PLX_TRY(read_values(r, &w, &measures));
    PLX_TRY(read_fio2(r, &w, &measures));
    PLX_TRY(check_double(r, &w, measures));
    add_observations(r, &w);
    PLX_TRY(read_action(r, &w));
    r->vitals->rows_n++;
    r->vitals->last_s = w.time_s;
    return PLX_OK;
}
