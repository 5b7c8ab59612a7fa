/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: lung, muscles, ventilator, oxygen devices and dead space do what the equations say.
 * Oracle: scalar programs in double of the lung (step 0.1 ms) and of the dead space; the closed
 *   solution of a pressure that is switched on and off; sums of what enters and leaves; fractions
 * of oxygen published for devices (Wettstein 2005, Garcia 2005). Tolerance: 0.01 L of volume
 * against the scalar program; 2 % of a tidal volume; 1e-4 L of a sum; 0.1 of a published fraction
 * (their spread); 8 % between the two variants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/physiology/kernel_breath.h"

static const plx_airway room_air = {.device = PLX_OXYGEN_ROOM};

/* The lung of the reference man, breathing with this amplitude at this rate. */
static lane_block lung(double effort_cmh2o, double rate_per_min)
{
    lane_block b;
    memset(&b, 0, sizeof b);
    b.p.frc = b.k.frc = lane_all(2.4f);
    b.p.vd_anat = b.x.ds = lane_all(0.154f);
    b.k.c_l = lane_all(0.2f);
    b.k.c_cw = lane_all(0.2445f);
    b.k.r_in = lane_all(1.75f);
    b.k.r_ex = lane_all(2.1f);
    b.k.vd_alv = lane_all(0.1f);
    b.x.f_co2 = lane_all(0.055f);
    b.x.fi_o2 = lane_all(AIR_O2);
    b.f.effort = lane_all((float)effort_cmh2o);
    b.f.wanted_br_s = lane_all(rate_per_min > 0 ? (float)(60 / rate_per_min) : 0);
    return b;
}

static double first(lane x)
{
    return (double)x[0];
}

static void breathe(lane_block *b, const plx_airway *airway, double seconds)
{
    plx_second s = {.airway = *airway};
    for (int i = 0; i < (int)(seconds * 50 + 0.5); i++)
        breath_step(b, &s);
}

static void near(const char *what, double a, double expected, double tolerance)
{
    if (fabs(a - expected) > tolerance)
        print_message("# %s: %.4f is not %.4f\n", what, a, expected);
    assert_true(fabs(a - expected) <= tolerance);
}

static void an_effort_begins_and_ends_at_nothing(void **state)
{
    (void)state;
    near("start", first(breath_effort(lane_all(0))), 0, 1e-6);
    near("top", first(breath_effort(lane_all(EFFORT_SHARE))), -1, 1e-6);
    near("end", first(breath_effort(lane_all(1))), 0, 1e-5);
    double before = 0;
    for (double phase = 0; phase <= 1; phase += 0.01) {
        double now = first(breath_effort(lane_all((float)phase)));
        assert_true(phase < 0.37 ? now <= before : phase < 0.39 || now >= before);
        before = now;
    }
}

/* Volume after some seconds of R dV/dt = -V/C - Pmus in double, from the equations alone. */
static double scalar_volume(double amplitude, double length_s, double seconds)
{
    const double h = 1e-4, e = 1 / 0.2 + 1 / 0.2445, gone = exp(-5);
    double v = 0;
    for (long i = 0; i < (long)(seconds / h + 0.5); i++) {
        double t = fmod((double)i * h, length_s), ti = 0.375 * length_s, te = length_s - ti;
        double pull = t <= ti ? (length_s * t - t * t) / (ti * te)
                              : (exp(-5 * (t - ti) / te) - gone) / (1 - gone);
        double gap = amplitude * pull - v * e;
        v += h * gap / (gap > 0 ? 1.75 : 2.1);
    }
    return v;
}

static void a_breath_follows_the_equation(void **state)
{
    (void)state;
    lane_block b = lung(5, 12);
    for (double t = 0.5; t <= 20; t += 0.5) {
        breathe(&b, &room_air, 0.5);
        near("volume", first(b.x.v_l), scalar_volume(5, 5, t), 0.01);
    }
    near("tidal volume", first(b.x.vt), 0.53, 0.02);
    near("rate", first(breath_rate(&b.x)), 12, 1e-3);
    near("end-tidal", first(b.x.etco2), 0.055 * 713 * 0.9, 0.1);
    breathe(&b, &room_air, 1.6);
    assert_true(first(b.f.p_th) * 1.36 < -7); /* inspiration sucks */
}

static void no_drive_no_breath(void **state)
{
    (void)state;
    lane_block b = lung(5, 12);
    breathe(&b, &room_air, 20);
    b.f.effort = b.f.wanted_br_s = lane_all(0);
    breathe(&b, &room_air, 20);
    near("rate", first(breath_rate(&b.x)), 0, 0);
    near("tidal volume", first(b.x.vt), 0, 0);
    near("end-tidal", first(b.x.etco2), 0, 0);
    near("volume", first(b.x.v_l), 0, 1e-4);
    b.f.effort = lane_all(5), b.f.wanted_br_s = lane_all(5);
    breathe(&b, &room_air, 11);
    near("and again", first(b.x.vt), 0.53, 0.02);
}

static void a_closed_airway_lets_nothing_through(void **state)
{
    (void)state;
    lane_block b = lung(5, 12);
    breathe(&b, &room_air, 21);
    double before = first(b.x.v_l), ds = first(b.x.ds);
    const plx_airway shut = {.closed = true};
    b.f.alv_in = b.f.alv_out = lane_all(0);
    breathe(&b, &shut, 20);
    near("volume", first(b.x.v_l), before, 0);
    near("dead space", first(b.x.ds), ds, 0);
    near("in", first(b.f.alv_in), 0, 0);
    near("out", first(b.f.alv_out), 0, 0);
    near("end-tidal", first(b.x.etco2), 0, 0);
}

static void pressure_fills_and_empties_exponentially(void **state)
{
    (void)state;
    for (float rate = 10; rate <= 40; rate += 10)
        for (float r = 2; r < 30; r *= 3) {
            lane_block b = lung(0, 0);
            b.k.r_in = lane_all(r), b.k.r_ex = lane_all(1.5f * r);
            const plx_airway machine = {.vent = PLX_VENT_PRESSURE,
                                        .peep_cmh2o = 5,
                                        .pressure_cmh2o = 10,
                                        .rate_per_min = rate};
            breathe(&b, &machine, 60);
            double c = 0.2 * 0.2445 / 0.4445, t = 60 / (double)rate, rc = (double)r * c;
            double in = exp(-t / 3 / rc), out = exp(-t * 2 / 3 / (1.5 * rc));
            double expected = 10 * c * (1 - in) * (1 - out) / (1 - in * out);
            near("tidal volume", first(b.x.vt), expected, 0.02 * 10 * c);
        }
}

static void volume_is_given_until_the_alarm(void **state)
{
    (void)state;
    plx_airway machine = {
        .vent = PLX_VENT_VOLUME, .peep_cmh2o = 5, .vt_l = 0.5f, .rate_per_min = 15};
    lane_block b = lung(0, 0);
    breathe(&b, &machine, 30);
    near("tidal volume", first(b.x.vt), 0.5, 0.01);
    near("rate", first(breath_rate(&b.x)), 15, 1e-3);
    b.k.c_l = lane_all(0.012f);
    breathe(&b, &machine, 30);
    double e = 1 / 0.012 + 1 / 0.2445;
    near("to the limit", first(b.x.vt), (40 - 5) / e, 0.02);
    assert_true(first(b.x.br_top) * e <= 40.5);
}

static void a_machine_goes_with_the_patient(void **state)
{
    (void)state;
    const plx_airway machine = {.vent = PLX_VENT_VOLUME, .vt_l = 0.5f, .rate_per_min = 15};
    lane_block b = lung(1, 24);
    breathe(&b, &machine, 20);
    near("his rate when it is faster", first(breath_rate(&b.x)), 24, 1e-3);
    b = lung(5, 2);
    breathe(&b, &room_air, 2);
    breathe(&b, &machine, 3); /* in the middle of a breath of 30 s */
    near("the machine's when it is slower", first(breath_rate(&b.x)), 15, 1e-3);
}

static void pressure_in_expiration_keeps_the_lung_open(void **state)
{
    (void)state;
    lane_block b = lung(5, 12);
    const plx_airway cpap = {.vent = PLX_VENT_CPAP, .peep_cmh2o = 10};
    breathe(&b, &cpap, 30);
    near("volume", first(b.x.v_l), 10 * 0.2 * 0.2445 / 0.4445, 0.02);
    near("tidal volume", first(b.x.vt), 0.53, 0.02);
    near("airway", first(b.f.p_ao), 10, 1e-4);
}

static void gas_flows_when_the_resting_volume_changes(void **state)
{
    (void)state;
    lane_block b = lung(0, 0);
    breathe(&b, &room_air, 5);
    b.f.alv_in = b.f.alv_out = lane_all(0);
    b.k.frc = lane_all(1.8f);
    breathe(&b, &room_air, 10);
    near("volume", first(b.x.v_l), -0.6, 1e-3);
    near("out", first(b.f.alv_out), 0.6, 1e-3);
    near("chest", first(b.f.p_th), -5 / 1.36, 0.01); /* at rest again */
    near("in", first(b.f.alv_in), 0, 1e-4);
}

/* Dead space that a breath washes, L, in double: a front of slope 1.5 goes in and comes out. */
static double washed(double vt)
{
    const double room = 0.154, h = vt / 5000;
    double full = 1, back = 0;
    for (int breath = 0; breath < 40; breath++) {
        back = 0;
        for (int i = 0; i < 5000; i++) {
            double alveolar = h * fmin(1, 1.5 * full);
            full -= alveolar / room, back += alveolar;
        }
        for (int i = 0; i < 5000; i++)
            full += h * fmin(1, 1.5 * (1 - full)) / room;
    }
    return back;
}

/* Fresh gas of a breath is what is left after the dead space; what enters the alveoli and the dead
 * space is what the lung gained. */
static void dead_space_comes_back_first(void **state)
{
    (void)state;
    const double efforts[] = {0.3, 0.7, 1.5, 3, 5, 9};
    for (size_t i = 0; i < sizeof efforts / sizeof *efforts; i++) {
        lane_block b = lung(efforts[i], 12);
        breathe(&b, &room_air, 200);
        double ds = first(b.x.ds), v = first(b.x.v_l);
        b.f.alv_in = b.f.alv_out = lane_all(0);
        breathe(&b, &room_air, 10); /* two breaths */
        double in = first(b.f.alv_in), out = first(b.f.alv_out), vt = first(b.x.vt);
        near("balance", in - out, first(b.x.v_l) - v + first(b.x.ds) - ds, 1e-4);
        near("dead space washed", vt - in / 2, washed(vt), 0.005);
        assert_true(in > 0);
        near("without single breaths", first(breath_mean_dead(&b, b.x.vt)), washed(vt), 0.01);
    }
}

static double fraction(plx_oxygen device, float flow_l_min, float rate_per_min)
{
    plx_airway a = {.device = device, .flow_l_min = flow_l_min};
    lane length = lane_all(60 / rate_per_min);
    return first(breath_fi_o2(&a, lane_all(0.5f), EFFORT_SHARE * length));
}

static void devices_give_what_was_measured(void **state)
{
    (void)state;
    near("cannula 1", fraction(PLX_OXYGEN_NASAL_CANNULA, 1, 14), 0.26, 0.1);
    near("cannula 6", fraction(PLX_OXYGEN_NASAL_CANNULA, 6, 14), 0.54, 0.1);
    near("cannula 1, fast", fraction(PLX_OXYGEN_NASAL_CANNULA, 1, 28), 0.24, 0.1);
    near("high flow 15", fraction(PLX_OXYGEN_HIGH_FLOW_NASAL, 15, 14), 0.75, 0.1);
    near("mask 7.5", fraction(PLX_OXYGEN_SIMPLE_MASK, 7.5f, 14), 0.5, 0.1);
    near("non-rebreather 15", fraction(PLX_OXYGEN_NON_REBREATHER, 15, 14), 0.7, 0.1);
    for (int d = PLX_OXYGEN_NASAL_CANNULA; d < PLX_OXYGEN_N; d++) {
        near("no flow", fraction((plx_oxygen)d, 0, 14), 0.21, 1e-6);
        double before = 0.21;
        for (float flow = 1; flow <= 80; flow *= 1.5f) {
            double now = fraction((plx_oxygen)d, flow, 14);
            assert_true(now >= before && now <= 1);
            assert_true(fraction((plx_oxygen)d, flow, 30) <= now);
            before = now;
        }
    }
}

static void a_gas_at_the_mouth_is_breathed_as_it_is(void **state)
{
    (void)state;
    plx_airway a = {.device = PLX_OXYGEN_ROOM, .fi_o2 = 0.6f};
    near("face", first(breath_fi_o2(&a, lane_all(0.5f), lane_all(1))), 0.6, 1e-6);
    a.fi_o2 = 0;
    near("air", first(breath_fi_o2(&a, lane_all(0.5f), lane_all(1))), 0.21, 1e-6);
    a = (plx_airway){.device = PLX_OXYGEN_NASAL_CANNULA,
                     .flow_l_min = 6,
                     .vent = PLX_VENT_VOLUME,
                     .fi_o2 = 0.3f};
    near("machine", first(breath_fi_o2(&a, lane_all(0.5f), lane_all(1))), 0.3, 1e-6);
}

/* The variant without single breaths comes to the same. */
static void means_are_means(void **state)
{
    (void)state;
    const plx_airway ways[] = {
        {.device = PLX_OXYGEN_ROOM},
        {.vent = PLX_VENT_CPAP, .peep_cmh2o = 8, .pressure_cmh2o = 8},
        {.vent = PLX_VENT_PRESSURE, .peep_cmh2o = 5, .pressure_cmh2o = 12, .rate_per_min = 20},
        {.vent = PLX_VENT_VOLUME, .peep_cmh2o = 5, .vt_l = 0.45f, .rate_per_min = 18}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        for (float r = 2; r < 20; r *= 2) {
            bool own = i < 2;
            lane_block b = lung(own ? 6 : 0, own ? 18 : 0);
            b.k.r_in = lane_all(r), b.k.r_ex = lane_all(1.3f * r);
            breathe(&b, &ways[i], 60);
            b.f.alv_in = b.f.alv_out = lane_all(0);
            double vt = first(b.x.vt), length = first(b.x.br_s), volume = 0;
            int ticks = (int)(30 * length * 50 + 0.5);
            for (int tick = 0; tick < ticks; tick++) {
                breathe(&b, &ways[i], 0.02);
                volume += first(b.x.v_l) / ticks;
            }
            double fresh = first(b.f.alv_in) / 30;
            plx_second s = {.airway = ways[i]};
            breath_mean(&b, &s, (float)length);
            near("tidal volume", first(b.x.vt), vt, 0.08 * vt);
            near("fresh gas", first(b.f.alv_in), fresh, 0.08 * vt);
            b.x.v_l = lane_all(0), b.f.alv_in = b.f.alv_out = lane_all(0);
            breath_mean_settle(&b, &s);
            near("gas follows volume", first(b.f.alv_in - b.f.alv_out), first(b.x.v_l), 1e-6);
            near("volume", first(b.x.v_l), volume, 0.1);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_effort_begins_and_ends_at_nothing),
        cmocka_unit_test(a_breath_follows_the_equation),
        cmocka_unit_test(no_drive_no_breath),
        cmocka_unit_test(a_closed_airway_lets_nothing_through),
        cmocka_unit_test(pressure_fills_and_empties_exponentially),
        cmocka_unit_test(volume_is_given_until_the_alarm),
        cmocka_unit_test(a_machine_goes_with_the_patient),
        cmocka_unit_test(pressure_in_expiration_keeps_the_lung_open),
        cmocka_unit_test(gas_flows_when_the_resting_volume_changes),
        cmocka_unit_test(dead_space_comes_back_first),
        cmocka_unit_test(devices_give_what_was_measured),
        cmocka_unit_test(a_gas_at_the_mouth_is_breathed_as_it_is),
        cmocka_unit_test(means_are_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
