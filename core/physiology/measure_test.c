/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: every quantity has one name, and what is read from a running body fits together.
 * Oracle: definitions, computed in double from other quantities and from the state; the blood gas
 *   formulas of algebra.c; ranges that a living adult does not leave.
 * Tolerance: 1e-4 relative (floats), 0.01 pH-like for the blood gas formulas in lanes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/physiology/algebra.h"
#include "core/physiology/care.h"
#include "core/physiology/measure.h"
#include "core/physiology/person.h"

enum { MEMBERS = 16, RUN_S = 60 };

static const plx_person adult = {
    .sex = PLX_SEX_FEMALE, .age = 61, .height_cm = 165, .weight_kg = 72};

static void names_find_their_quantity(void **state)
{
    (void)state;
    plx_measure q = PLX_MEASURE_ph;
    for (unsigned i = 0; i < PLX_MEASURE_N; i++) {
        const char *name = plx_measure_name((plx_measure)i);
        assert_int_equal(plx_measure_named(plx_slice_of(name), &q), PLX_OK);
        assert_int_equal(q, i);
        assert_true(strlen(plx_measure_unit((plx_measure)i)) > 0);
    }
    assert_string_equal(plx_measure_name(PLX_MEASURE_map_mmhg), "map_mmhg");
    assert_string_equal(plx_measure_unit(PLX_MEASURE_map_mmhg), "mmHg");
    assert_string_equal(plx_measure_name(PLX_MEASURE_N), "?");
    assert_string_equal(plx_measure_unit((plx_measure)999), "?");
    q = PLX_MEASURE_ph;
    assert_int_equal(plx_measure_named(PLX_LIT("map"), &q), PLX_UNKNOWN);
    assert_int_equal(plx_measure_named(PLX_LIT("map_mmhg "), &q), PLX_UNKNOWN);
    assert_int_equal(plx_measure_named((plx_slice){0}, &q), PLX_UNKNOWN);
    assert_int_equal(q, PLX_MEASURE_ph);
}

/* Five minutes of rest, then a minute of a bleed, norepinephrine and rocuronium on a ventilator. */
static plx_body *body;
static float seen[RUN_S][PLX_MEASURE_N][MEMBERS];

static int run_once(void **state)
{
    (void)state;
    uint8_t all[PLX_MEASURE_N];
    plx_second second[RUN_S];
    plx_care care;
    char why[100];
    for (unsigned i = 0; i < PLX_MEASURE_N; i++)
        all[i] = (uint8_t)i;
    body = calloc(1, plx_body_size(MEMBERS));
    if (!body) return -1;
    body->members = MEMBERS, body->seed = 3;
    plx_care_init(&care, &adult);
    const plx_action actions[] = {
        {.kind = PLX_ACTION_BLEED, .rate_ml_min = 300},
        {.kind = PLX_ACTION_DRUG,
         .drug = PLX_DRUG_NOREPINEPHRINE,
         .amount = 0.2,
         .unit = PLX_DOSE_UG_KG_MIN},
        {.kind = PLX_ACTION_DRUG, .drug = PLX_DRUG_ROCURONIUM, .amount = 80, .unit = PLX_DOSE_MG},
        {.kind = PLX_ACTION_AIRWAY,
         .airway = {.vent = PLX_VENT_VOLUME, .vt_l = 0.45f, .rate_per_min = 16, .fi_o2 = 0.5f}}};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (plx_care_act(&care, &actions[i], why, sizeof why) != PLX_OK) return -1;
    for (int i = 0; i < RUN_S; i++)
        plx_care_step(&care, &second[i]);
    const plx_body_run_options options = {PLX_BODY_PULSATILE, 4, 0, MEMBERS};
    const plx_body_trace trace = {
        .quantities = all, .quantities_n = PLX_MEASURE_N, .values = &seen[0][0][0]};
    if (plx_person_settle(&adult, 1, 4, 300, body) != PLX_OK) return -1;
    return plx_body_run(body, &options, second, RUN_S, &trace) == PLX_OK ? 0 : -1;
}

static int release(void **state)
{
    (void)state;
    free(body);
    return 0;
}

static double q(plx_measure id, uint32_t m)
{
    return (double)seen[RUN_S - 1][id][m];
}

static double state_of(plx_body_state_id id, uint32_t m)
{
    return (double)plx_body_state_get(body, id)[m];
}

static void near_to(double x, double expected, double tolerance)
{
    if (!(fabs(x - expected) <= tolerance)) print_message("# %.6g, not %.6g\n", x, expected);
    assert_true(fabs(x - expected) <= tolerance);
}

#define Q(name) q(PLX_MEASURE_##name, m)

static void circulation_fits_together(void **state)
{
    (void)state;
    double bsa = plx_person_bsa_m2(&adult);
    for (uint32_t m = 0; m < MEMBERS; m++) {
        double co = Q(sv_ml) * Q(hr_bpm) / 1000;
        near_to(Q(hr_bpm), 60 / state_of(PLX_BODY_beat_s, m), 1e-3);
        near_to(Q(sv_ml), Q(lv_edv_ml) - Q(lv_esv_ml), 1e-2);
        near_to(Q(co_l_min), co, 1e-3);
        near_to(Q(lv_ef), Q(sv_ml) / Q(lv_edv_ml), 1e-4);
        near_to(Q(pp_mmhg), Q(sbp_mmhg) - Q(dbp_mmhg), 1e-3);
        near_to(Q(svr_mmhg_s_ml), (Q(map_mmhg) - Q(cvp_mmhg)) / (co * 1000 / 60), 1e-3);
        near_to(Q(svr_dyn_s_cm5), 1333.2 * Q(svr_mmhg_s_ml), 0.5);
        double vo2_0 = (double)plx_body_param_get(body, PLX_BODY_P_vo2_0)[m];
        near_to(Q(ci_l_min_m2) * plx_measure_ci_factor(vo2_0, bsa), co / bsa, 1e-3);
        assert_true(Q(dbp_mmhg) < Q(map_mmhg) && Q(map_mmhg) < Q(sbp_mmhg));
        assert_true(Q(pap_dia_mmhg) < Q(mpap_mmhg) && Q(mpap_mmhg) < Q(pap_sys_mmhg));
    }
}

static void blood_fits_together(void **state)
{
    (void)state;
    for (uint32_t m = 0; m < MEMBERS; m++) {
        double v = state_of(PLX_BODY_v_blood, m), cells = state_of(PLX_BODY_v_rbc, m);
        near_to(Q(blood_volume_ml), v, 0.1);
        near_to(Q(plasma_volume_ml), v - cells, 0.1);
        near_to(Q(hct), cells / v, 1e-5);
        near_to(Q(hb_g_dl), 34 * cells / v, 1e-2);
        near_to(Q(blood_lost_ml), 300 * (double)plx_body_param_get(body, PLX_BODY_P_bleed)[m], 1);
        double co2 = Q(paco2_mmhg), ph = Q(ph);
        near_to(Q(hco3_meq_l), plx_hco3(co2, ph), 0.05);
        near_to(Q(base_excess_meq_l), plx_base_excess(co2, ph, Q(hb_g_dl)), 1.5);
        near_to(Q(sao2_fraction), plx_so2(Q(pao2_mmhg), co2, ph, Q(core_temp_c)), 2e-3);
        near_to(Q(pao2_fio2_mmhg), Q(pao2_mmhg) / Q(fio2), 0.1);
        near_to(Q(paco2_minus_etco2_mmhg), co2 - Q(etco2_mmhg), 1e-3);
        near_to(Q(vco2_ml_min) / Q(vo2_ml_min), 0.84, 1e-4);
    }
}

static void breathing_is_what_was_set(void **state)
{
    (void)state;
    for (uint32_t m = 0; m < MEMBERS; m++) {
        near_to(Q(fio2), 0.5, 1e-4);
        near_to(Q(rr_per_min), 16, 0.2);
        near_to(Q(tv_ml), 450, 25);
        near_to(Q(ve_l_min), Q(rr_per_min) * Q(tv_ml) / 1000, 1e-2);
        assert_true(Q(nmb_fraction) > 0 && Q(nmb_fraction) <= 1);
        assert_true(Q(vd_vt) > 0.1 && Q(vd_vt) < 0.7);
    }
}

/* In any second, any member: what no living adult at such a treatment leaves. */
static void ranges_of_the_living(void **state)
{
    (void)state;
    static const struct {
        plx_measure id;
        double low, high;
    } living[] = {{PLX_MEASURE_hr_bpm, 35, 160},        {PLX_MEASURE_sbp_mmhg, 70, 260},
                  {PLX_MEASURE_cvp_mmhg, -5, 15},       {PLX_MEASURE_pcwp_mmhg, -3, 25},
                  {PLX_MEASURE_mpap_mmhg, 5, 40},       {PLX_MEASURE_co_l_min, 2, 12},
                  {PLX_MEASURE_spo2_pct, 85, 100},      {PLX_MEASURE_pvo2_mmhg, 18, 60},
                  {PLX_MEASURE_pvco2_mmhg, 25, 70},     {PLX_MEASURE_lactate_mmol_l, 0.2, 4},
                  {PLX_MEASURE_shunt_fraction, 0, 0.2}, {PLX_MEASURE_vo2_ml_min, 120, 400},
                  {PLX_MEASURE_urine_ml_min, 0, 6},     {PLX_MEASURE_core_temp_c, 36, 38},
                  {PLX_MEASURE_v_heart_ml, 150, 1500},  {PLX_MEASURE_p_pleural_mmhg, -15, 15}};
    for (int s = 0; s < RUN_S; s++)
        for (uint32_t m = 0; m < MEMBERS; m++) {
            for (unsigned i = 0; i < PLX_MEASURE_N; i++)
                assert_true(isfinite(seen[s][i][m]));
            for (size_t i = 0; i < sizeof living / sizeof *living; i++) {
                double x = (double)seen[s][living[i].id][m];
                if (!(x >= living[i].low && x <= living[i].high))
                    print_message("# %s is %g\n", plx_measure_name(living[i].id), x);
                assert_true(x >= living[i].low && x <= living[i].high);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_find_their_quantity), cmocka_unit_test(circulation_fits_together),
        cmocka_unit_test(blood_fits_together),       cmocka_unit_test(breathing_is_what_was_set),
        cmocka_unit_test(ranges_of_the_living),
    };
    return cmocka_run_group_tests(tests, run_once, release);
}
