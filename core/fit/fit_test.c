/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a department is found again in its own log.
 * Oracle: ED-A, whose numbers are known; its log of a year, whole and with rows lost.
 * Tolerance (design, section 4.4): rates 3 %, stays 5 %, waits 10 %, leavers 0.5 points; twice that
 * with a tenth of the rows lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/department/ed_a_for_test.h"
#include "core/fit/quality.h"

enum { DAYS = 364, NOTES = 900000 };

static plx_flow_model truth;
static plx_flow_state state;
static plx_flow_log flow_log;
static plx_visit_event *events;
static plx_fit *fit;
static plx_fit_model model;

static int make_log(void **unused)
{
    (void)unused;
    flow_log = (plx_flow_log){.note = malloc(NOTES * sizeof(plx_flow_note)), .max = NOTES};
    events = malloc(NOTES * sizeof *events);
    fit = malloc(sizeof *fit);
    if (!flow_log.note || !events || !fit) return -1;
    plx_flow_tally tally = {.log = &flow_log};
    ed_a_for_test(&truth, 4);
    plx_flow_begin(&truth, &state, 11, 0, 0);
    plx_flow_tally_begin(&tally, &truth, &state, DAYS * PLX_DAY_US);
    plx_flow_advance(&truth, &state, DAYS * PLX_DAY_US, &tally);
    return flow_log.full;
}

static int free_log(void **unused)
{
    (void)unused;
    free(flow_log.note);
    free(events);
    free(fit);
    return 0;
}

static void presence(plx_presence *p)
{
    p->slots_n = (size_t)DAYS * 24 * (60 / PLX_PRESENCE_SLOT_MIN);
    p->change = calloc(p->slots_n + 1, sizeof *p->change);
    assert_non_null(p->change);
}

/* kept: share of the rows that nobody lost. */
static void fit_log(double kept)
{
    size_t n = 0;
    plx_rng rng = plx_rng_init(2, 2);
    plx_visit_faults faults = {0};
    for (size_t i = 0; i < flow_log.n; i++) {
        const plx_flow_note *x = &flow_log.note[i];
        if (plx_rng_unit(&rng) >= kept) continue;
        const bool decided = x->disposition < PLX_FLOW_DISPOSITION_N;
        events[n++] = (plx_visit_event){.time_us = x->time_us,
                                        .id = x->patient,
                                        .what = x->what,
                                        .index = x->index,
                                        .acuity = x->acuity,
                                        .disposition =
                                            decided ? x->disposition : (uint8_t)PLX_FLOW_UNDECIDED};
    }
    *fit = (plx_fit){.end_us = DAYS * PLX_DAY_US, .hours = (size_t)DAYS * 24};
    fit->arrivals = calloc(fit->hours, sizeof *fit->arrivals);
    presence(&fit->doctors);
    presence(&fit->nurses);
    presence(&fit->places[0]);
    plx_visit_sort(events, n);
    for (size_t at = 0; at < n;) {
        plx_visit v;
        bool valid;
        at = plx_visit_next(events, n, at, PLX_DAY_US, &v, &valid, &faults);
        if (valid) plx_fit_add(fit, &v);
    }
    plx_fit_end(fit, 1, &model);
    free(fit->arrivals);
    free(fit->doctors.change);
    free(fit->nurses.change);
    free(fit->places[0].change);
}

static void near_to(const char *what, double value, double expected, double relative)
{
    if (!(fabs(value - expected) <= relative * expected))
        fail_msg("%s: %g is not %g", what, value, expected);
}

static void ed_a_is_found(double kept, double slack)
{
    static const double contact_min[] = {40, 30, 20, 12, 8}, test_p[] = {1, 0.8, 0.6, 0.3, 0.1};
    static const double admit_p[] = {0.8, 0.35, 0.15, 0.05, 0.01};
    double rate = 0, true_rate = 0;
    fit_log(kept);
    for (int h = 0; h < PLX_ARRIVALS_WEEK_H; h++) {
        rate += model.arrivals.rate_per_h[h];
        true_rate += truth.source[0].rate_per_h[h];
    }
    near_to("rate", rate, true_rate, 0.03 * slack);
    near_to("triage", model.triage.law.mean, 6, 0.02 * slack);
    for (int c = 1; c < PLX_FIT_CLASSES; c++) { /* the sickest are one in a hundred */
        near_to("contact", model.first[c].law.mean, contact_min[c], 0.05 * slack);
        near_to("test", model.test_p[0][c], test_p[c], 0.06 * slack);
        assert_true(fabs(model.disposition_p[c][PLX_FLOW_ADMIT] - admit_p[c]) < 0.02 * slack);
    }
    near_to("review", model.review.law.mean, 8, 0.03 * slack);
    near_to("result", model.test[0].law.mean, 75, 0.03 * slack);
    near_to("boarding", model.board[2].law.mean, 240, 0.08 * slack);
    near_to("patience", model.patience[3].law.mean, 240, 0.12 * slack);
    assert_false(model.patience[0].known);
    assert_int_equal(model.places[0], 22);
    for (int d = 0; d < 2; d++)
        for (int b = 2; b < PLX_PRESENCE_BLOCKS; b++) { /* at night they are seldom all at work */
            assert_int_equal(model.doctors[d][b], 4);
            assert_int_equal(model.nurses[d][b], 2);
        }
}

static void a_whole_log(void **unused)
{
    (void)unused;
    ed_a_is_found(2, 1);
    assert_true(model.missing[PLX_FIT_NO_CALENDAR] == false && !model.missing[PLX_FIT_NO_PLACES]);
}

static void a_log_with_a_tenth_of_its_rows_lost(void **unused)
{
    (void)unused;
    ed_a_is_found(0.9, 2);
}

/* The truth itself is run beside its log: what chance alone does. */
static void a_model_is_held_against_its_log(void **unused)
{
    (void)unused;
    static plx_quality_desk desk;
    plx_quality_row rows[PLX_QUALITY_ROWS_MAX];
    fit_log(2);
    const unsigned n = plx_quality_run(&truth, fit, DAYS, 5, &desk, rows);
    assert_true(n > 30);
    for (unsigned i = 0; i < n; i++) {
        const bool wait = strncmp(rows[i].what, "door", 4) == 0;
        const bool rare = strstr(rows[i].what, "acuity01") || strncmp(rows[i].what, "lwbs", 4) == 0;
        near_to(rows[i].what, rows[i].fit, rows[i].log, rare ? 0.15 : wait ? 0.1 : 0.07);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_whole_log),
                                       cmocka_unit_test(a_log_with_a_tenth_of_its_rows_lost),
                                       cmocka_unit_test(a_model_is_held_against_its_log)};
    return cmocka_run_group_tests(tests, make_log, free_log);
}
