/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: ED-A as the full engine runs it is the reference department. Oracle: the limits of the
 * shared ed_a_expected.csv for the workloads W1 (10 years) and W2 (1,000 days from empty), agreed
 * by four other programs; without the file, its first rows, copied here. Tolerance: the limits;
 * every metric of the file must be there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "core/department/ed_a_for_test.h"
#include "core/department/flow_measure.h"

static plx_flow_model model;
static plx_flow_state state;
static plx_flow_histogram los, door;
static plx_flow_tally all;
static plx_flow_ratio measure[PLX_FLOW_MEASURE_N];

static const char first_rows[] = "W1,departed_per_day,1/d,174.41,0.0237,0.184,173.67,175.15\n"
                                 "W1,lwbs_pct,%,3.9564,0.00958,0.0742,3.6572,4.2556\n"
                                 "W1,los_min,min,134.25,0.0445,0.345,132.86,135.64\n"
                                 "W1,door_to_doctor_min,min,26.512,0.0276,0.214,25.651,27.373\n"
                                 "W1,census,patients,16.593,0.00639,0.0495,16.394,16.793\n"
                                 "W1,lwbs_pct_a5,%,11.161,0.0317,0.246,10.169,12.152\n"
                                 "W1,los_q90,min,291.56,0.1,0.778,288.42,294.69\n"
                                 "W2,lwbs_pct,%,4.1782,0.018,0.14,3.6147,4.7418\n"
                                 "W2,los_min,min,114.28,0.0707,0.547,112.07,116.49\n"
                                 "W2,d2d_q50,min,10.633,0.0133,0.103,10.217,11.049\n";

/* true and *value when the metric is known. */
static bool find(const char *name, double *value)
{
    int percent;
    if (sscanf(name, "los_q%d", &percent) == 1) {
        *value = plx_flow_histogram_quantile_min(&los, percent / 100.0);
        return true;
    }
    if (sscanf(name, "d2d_q%d", &percent) == 1) {
        *value = plx_flow_histogram_quantile_min(&door, percent / 100.0);
        return true;
    }
    for (int i = 0; i < PLX_FLOW_MEASURE_N; i++) {
        char text[32];
        plx_out out = plx_out_init(text, sizeof text - 1);
        plx_flow_measure_name((plx_flow_measure)i, &out);
        text[out.n] = 0;
        if (strcmp(text, name) != 0) continue;
        *value = plx_flow_ratio_pooled(&measure[i], 1, 1, NULL);
        return true;
    }
    return false;
}

/* How many rows of the workload were compared. */
static int compare(const char *rows, const char *workload)
{
    int compared = 0;
    bool inside = true;
    for (const char *line = rows; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        char name[40];
        double low, high, value;
        if (strncmp(line, workload, 2) != 0) continue;
        assert_int_equal(sscanf(line, "W%*c,%39[^,],%*[^,],%*f,%*f,%*f,%lf,%lf", name, &low, &high),
                         3);
        if (!find(name, &value)) {
            print_message("# %s is not measured\n", name);
            inside = false;
        } else if (!(value >= low && value <= high)) {
            print_message("# %s %s: %g is not in %g to %g\n", workload, name, value, low, high);
            inside = false;
        }
        compared++;
    }
    assert_true(inside);
    return compared;
}

static void check(const char *workload, uint64_t replications, int64_t days)
{
    static char file[1 << 16];
    memset(&los, 0, sizeof los);
    memset(&door, 0, sizeof door);
    memset(&all, 0, sizeof all);
    all.end_us = (int64_t)replications * days * PLX_DAY_US;
    for (uint64_t r = 0; r < replications; r++) {
        plx_flow_tally tally = {.los = &los, .door = &door};
        plx_flow_begin(&model, &state, 20260101, r, 0);
        plx_flow_tally_begin(&tally, &model, &state, days * PLX_DAY_US);
        plx_flow_advance(&model, &state, days * PLX_DAY_US, &tally);
        plx_flow_tally_end(&tally, &model, &state);
        assert_false(state.overrun);
        plx_flow_tally_add(&all, &tally);
    }
    plx_flow_measures(&model, &all, measure);
    FILE *from = fopen(PLX_SOURCE_ROOT "/../shared/oracles/ed_a_expected.csv", "r");
    if (from) {
        file[fread(file, 1, sizeof file - 1, from)] = 0;
        fclose(from);
        assert_true(compare(file, workload) >= 50);
    } else {
        assert_true(compare(first_rows, workload) >= 3);
    }
    assert_true(all.left[0] == 0 && all.left[1] == 0);
}

static void test_long(void **test_state)
{
    (void)test_state;
    check("W1", 1, 3650);
}

static void test_from_empty(void **test_state)
{
    (void)test_state;
    check("W2", 1000, 1);
}

static int setup(void **test_state)
{
    (void)test_state;
    ed_a_for_test(&model, 4);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_long),
                                       cmocka_unit_test(test_from_empty)};
    return cmocka_run_group_tests(tests, setup, NULL);
}
