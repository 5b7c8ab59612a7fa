/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/department_fit_write.h"

#include <stdio.h>
#include <string.h>

#include "app/json_pair.h"

enum { UNLIMITED = 999 };
static const char *const families[PLX_LAW_FAMILY_N] = {
#define X(name, word) word,
    PLX_LAW_TABLE(X)
#undef X
};
static const char *const dispositions[PLX_FLOW_DISPOSITION_N] = {
#define X(name, word) word,
    PLX_FLOW_DISPOSITION_TABLE(X)
#undef X
};
static const char *const digits[] = {"1", "2", "3", "4", "5"};

static void put_value(plx_json_writer *j, double value)
{
    char text[40];
    const int n = snprintf(text, sizeof text, "%.6g", value);
    plx_json_put_raw(j, (plx_slice){text, (size_t)n});
}

static void put_values(plx_json_writer *j, const char *key, const double *values, unsigned n)
{
    if (key) plx_json_key(j, key);
    plx_json_array(j);
    for (unsigned i = 0; i < n; i++)
        put_value(j, values[i]);
    plx_json_array_end(j);
}

/* A step that takes no time stands for one that the log does not show. */
static void put_law(plx_json_writer *j, const char *key, const plx_sample_law *l)
{
    if (key) plx_json_key(j, key);
    plx_json_object(j);
    if (!l->known) {
        plx_pair_text(j, "law", "deterministic");
        plx_pair_number(j, "mean", 0.01);
        plx_json_object_end(j);
        return;
    }
    plx_pair_text(j, "law", families[l->law.family]);
    if (l->law.family == PLX_LAW_EMPIRICAL) {
        put_values(j, "quantiles", l->law.point, l->law.point_n);
        plx_pair_count(j, "n", l->n);
        plx_json_object_end(j);
        return;
    }
    plx_pair_number(j, "mean", l->law.mean);
    if (l->law.family != PLX_LAW_EXPONENTIAL) plx_pair_number(j, "cv", l->law.cv);
    if (l->law.p0 > 0) plx_pair_number(j, "p0", l->law.p0);
    plx_pair_count(j, "n", l->n);
    if (isfinite(l->se_log_mean)) plx_pair_number(j, "se_mean", l->se_log_mean * l->law.mean);
    plx_json_object_end(j);
}

static void put_arrivals(plx_json_writer *j, const plx_fit_written *w)
{
    const plx_fit_model *m = w->model;
    double one[PLX_ARRIVALS_WEEK_H];
    const bool none = m->missing[PLX_FIT_NO_CALENDAR];
    plx_json_key(j, "arrivals");
    if (none && !w->any_arrivals) {
        plx_json_put_null(j);
        return;
    }
    for (int h = 0; h < PLX_ARRIVALS_WEEK_H; h++)
        one[h] = 1;
    plx_json_array(j);
    plx_json_object(j);
    plx_pair_text(j, "source", "all");
    put_values(j, "rate_per_h", none ? one : m->arrivals.rate_per_h, PLX_ARRIVALS_WEEK_H);
    plx_pair_number(j, "day_cv", m->arrivals.day_cv);
    plx_pair_number(j, "level_now", w->any_arrivals ? 1 : m->arrivals.level_now);
    plx_json_key(j, "acuity_p");
    plx_json_array(j);
    for (int h = 0; h < 24; h++)
        put_values(j, NULL, m->acuity_p[h], PLX_FIT_CLASSES);
    plx_json_array_end(j);
    plx_json_object_end(j);
    plx_json_array_end(j);
}

static void put_zones(plx_json_writer *j, const plx_fit_written *w)
{
    const plx_log_names *zones = &w->log->zones;
    const bool limited = zones->n > 0 && !w->model->missing[PLX_FIT_NO_PLACES];
    plx_json_key(j, "zones");
    plx_json_array(j);
    for (unsigned z = 0; z < (limited ? zones->n : 1); z++) {
        const unsigned places = limited ? w->model->places[z] : UNLIMITED;
        plx_json_object(j);
        plx_pair_text(j, "name", limited ? zones->name[z] : "department");
        plx_pair_count(j, "places", places ? places : 1);
        plx_json_object_end(j);
    }
    plx_json_array_end(j);
    plx_json_key(j, "zone_by_acuity");
    plx_json_object(j);
    for (int c = 0; c < PLX_FIT_CLASSES; c++) {
        plx_json_key(j, digits[c]);
        plx_json_array(j);
        for (unsigned i = 0; limited && i < w->model->zone_order_n[c]; i++)
            plx_json_put_text(j, zones->name[w->model->zone_order[c][i]]);
        if (!limited) plx_json_put_text(j, "department");
        plx_json_array_end(j);
    }
    plx_json_object_end(j);
}

static void put_shift(plx_json_writer *j, const char *days, int from_h, int to_h, unsigned n)
{
    char text[8];
    plx_json_object(j);
    plx_pair_text(j, "days", days);
    snprintf(text, sizeof text, "%02d:00", from_h);
    plx_pair_text(j, "from", text);
    snprintf(text, sizeof text, "%02d:00", to_h);
    plx_pair_text(j, "to", text);
    plx_pair_count(j, "n", n);
    plx_json_object_end(j);
}

static void put_pool(plx_json_writer *j, const char *name, bool limited,
                     const uint16_t n[2][PLX_PRESENCE_BLOCKS])
{
    plx_json_object(j);
    plx_pair_text(j, "pool", name);
    plx_json_key(j, "shifts");
    plx_json_array(j);
    if (!limited) put_shift(j, "mon-sun", 0, 24, UNLIMITED);
    for (int d = 0; limited && d < 2; d++)
        for (int b = 0; b < PLX_PRESENCE_BLOCKS; b++)
            put_shift(j, d ? "sat,sun" : "mon-fri", b * PLX_PRESENCE_BLOCK_H,
                      (b + 1) * PLX_PRESENCE_BLOCK_H, n[d][b] ? n[d][b] : 1);
    plx_json_array_end(j);
    plx_json_object_end(j);
}

static void put_staff(plx_json_writer *j, const plx_fit_model *m)
{
    const bool free_doctors = m->missing[PLX_FIT_NO_DOCTORS] || m->missing[PLX_FIT_NO_CALENDAR];
    const bool free_nurses = m->missing[PLX_FIT_NO_TRIAGE] || m->missing[PLX_FIT_NO_CALENDAR];
    plx_json_key(j, "staff");
    plx_json_array(j);
    put_pool(j, "doctor", !free_doctors, m->doctors);
    if (m->triage.known) put_pool(j, "triage_nurse", !free_nurses, m->nurses);
    plx_json_array_end(j);
    if (!m->triage.known) return;
    plx_json_key(j, "triage");
    plx_json_object(j);
    plx_pair_text(j, "pool", "triage_nurse");
    put_law(j, "time", &m->triage);
    plx_json_object_end(j);
}

static void put_contact(plx_json_writer *j, const plx_fit_model *m)
{
    plx_json_key(j, "contact");
    plx_json_object(j);
    for (int review = 0; review < 2; review++) {
        plx_json_key(j, review ? "review" : "first");
        plx_json_object(j);
        plx_json_key(j, "by_acuity");
        plx_json_array(j);
        for (int c = 0; c < PLX_FIT_CLASSES; c++)
            put_law(j, NULL, review ? &m->review : &m->first[c]);
        plx_json_array_end(j);
        plx_json_object_end(j);
    }
    plx_pair_text(j, "priority", "strict");
    plx_json_object_end(j);
}

static void put_tests(plx_json_writer *j, const plx_fit_written *w)
{
    const plx_fit_model *m = w->model;
    plx_json_key(j, "diagnostics");
    plx_json_array(j);
    for (unsigned k = 0; k < w->log->kinds.n; k++) {
        if (!m->test[k].known) continue;
        plx_json_object(j);
        plx_pair_text(j, "kind", w->log->kinds.name[k]);
        put_values(j, "p_by_acuity", m->test_p[k], PLX_FIT_CLASSES);
        put_law(j, "delay", &m->test[k]);
        plx_json_object_end(j);
    }
    plx_json_array_end(j);
    plx_json_key(j, "consult");
    plx_json_array(j);
    for (unsigned s = 0; s < w->log->services.n; s++) {
        if (!m->consult[s].known) continue;
        plx_json_object(j);
        plx_pair_text(j, "service", w->log->services.name[s]);
        put_values(j, "p_by_acuity", m->consult_p[s], PLX_FIT_CLASSES);
        put_law(j, "delay", &m->consult[s]);
        plx_json_object_end(j);
    }
    plx_json_array_end(j);
}

static void put_ways_out(plx_json_writer *j, const plx_fit_model *m)
{
    plx_json_key(j, "disposition");
    plx_json_object(j);
    plx_json_key(j, "p_by_acuity");
    plx_json_object(j);
    for (int c = 0; c < PLX_FIT_CLASSES; c++) {
        plx_json_key(j, digits[c]);
        plx_json_object(j);
        for (int d = 0; d < PLX_FLOW_DISPOSITION_N; d++)
            plx_pair_number(j, dispositions[d], m->disposition_p[c][d]);
        plx_json_object_end(j);
    }
    plx_json_object_end(j);
    plx_json_object_end(j);
    plx_json_key(j, "leaving");
    plx_json_object(j);
    for (int d = PLX_FLOW_TRANSFER; d < PLX_FLOW_DISPOSITION_N; d++)
        if (m->leaving[d].known) put_law(j, dispositions[d], &m->leaving[d]);
    plx_json_object_end(j);
    if (!m->board[0].known) return;
    plx_json_key(j, "boarding");
    plx_json_array(j);
    plx_json_object(j);
    plx_pair_text(j, "ward", "ward");
    plx_pair_number(j, "share", 1);
    plx_json_key(j, "delay_by_hour");
    plx_json_array(j);
    for (int h = 0; h < 24; h++)
        put_law(j, NULL, &m->board[m->missing[PLX_FIT_NO_CALENDAR] ? 0 : h / 6]);
    plx_json_array_end(j);
    plx_json_object_end(j);
    plx_json_array_end(j);
}

static void put_patience(plx_json_writer *j, const plx_fit_model *m)
{
    if (m->missing[PLX_FIT_NO_LEAVERS]) return;
    plx_json_key(j, "patience");
    plx_json_object(j);
    plx_pair_text(j, "from", m->patience_from_arrival ? "arrival" : "triage_end");
    plx_pair_text(j, "until", m->patience_until_doctor ? "doctor" : "place");
    plx_json_key(j, "by_acuity");
    plx_json_array(j);
    for (int c = 0; c < PLX_FIT_CLASSES; c++) {
        if (m->patience[c].known)
            put_law(j, NULL, &m->patience[c]);
        else
            plx_json_put_null(j);
    }
    plx_json_array_end(j);
    plx_json_object_end(j);
}

static void put_time(plx_json_writer *j, const char *key, int64_t time_us)
{
    char text[32];
    plx_out out = plx_out_init(text, sizeof text);
    plx_out_iso(&out, time_us + 4 * PLX_DAY_US, 0); /* fit times begin on a Monday */
    plx_slice s = plx_out_slice(&out);
    if (s.n > 0) s.n--; /* local: no zone */
    plx_json_key(j, key);
    plx_json_put_string(j, s);
}

static void put_fitted(plx_json_writer *j, const plx_fit_written *w)
{
    plx_json_key(j, "fitted");
    plx_json_object(j);
    if (!w->fit->shifted) {
        put_time(j, "from", w->log->first_us);
        put_time(j, "to", w->log->last_us);
    }
    plx_pair_count(j, "cases", w->fit->visits);
    plx_pair_count(j, "open", w->fit->open);
    if (!w->fit->shifted) {
        plx_pair_number(j, "hour_dispersion", w->model->arrivals.hour_dispersion);
        plx_pair_number(j, "day_dispersion", w->model->arrivals.day_dispersion);
    }
    plx_json_object_end(j);
}

/* What was not seen but follows from what was. */
static void put_inferred(plx_json_writer *j, const plx_fit_model *m)
{
    plx_json_key(j, "inferred");
    plx_json_array(j);
    if (!m->missing[PLX_FIT_NO_CALENDAR]) {
        if (!m->missing[PLX_FIT_NO_DOCTORS]) plx_json_put_text(j, "staff.doctor.shifts");
        if (!m->missing[PLX_FIT_NO_TRIAGE]) plx_json_put_text(j, "staff.triage_nurse.shifts");
        if (!m->missing[PLX_FIT_NO_PLACES]) plx_json_put_text(j, "zones.places");
    }
    for (int i = 0; i < PLX_FIT_MISSING_N; i++)
        if (m->missing[i]) plx_json_put_text(j, plx_fit_missing_text((plx_fit_missing)i));
    plx_json_array_end(j);
}

static void put_quality(plx_json_writer *j, const plx_fit_written *w)
{
    plx_json_key(j, "quality");
    plx_json_array(j);
    for (unsigned i = 0; i < w->quality_n; i++) {
        plx_json_object(j);
        plx_pair_text(j, "what", w->quality[i].what);
        plx_pair_number(j, "fit", w->quality[i].fit);
        plx_pair_number(j, "log", w->quality[i].log);
        plx_json_object_end(j);
    }
    plx_json_array_end(j);
}

plx_slice plx_fit_write(const plx_fit_written *w, char *memory)
{
    plx_out out = plx_out_init(memory, PLX_FIT_WRITTEN_MAX);
    plx_json_writer writer = plx_json_writer_init(&out), *j = &writer;
    plx_json_object(j);
    plx_pair_text(j, "schema", "pollux.department.model/1");
    plx_pair_text(j, "name", w->name);
    put_fitted(j, w);
    put_arrivals(j, w);
    put_zones(j, w);
    put_staff(j, w->model);
    put_contact(j, w->model);
    put_tests(j, w);
    put_ways_out(j, w->model);
    put_patience(j, w->model);
    put_inferred(j, w->model);
    put_quality(j, w);
    plx_json_object_end(j);
    plx_out_char(&out, '\n');
    return out.full ? (plx_slice){memory, 0} : plx_out_slice(&out);
}
