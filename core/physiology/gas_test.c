/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: breathing, lung, blood and tissues together, with a heart that gives a fixed output: rest,
 *   apnoea, shunt, dead space, acidosis, carbon dioxide, paralysis; nothing is lost.
 * Oracle: published figures (each beside its test); the ideal alveolar gas equation; Berggren's
 *   shunt; books of what crosses the mouth and what tissues use, against stores in double.
 * Tolerance: the published spread; 3 mmHg of alveolar oxygen; 5 mmHg behind a shunt; 1e-5 of what
 *   went through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/physiology/algebra.h"
#include "core/physiology/kernel_gas.h"

static double first(lane x)
{
    return (double)x[0];
}

static void between(const char *what, double x, double low, double high)
{
    if (!(x >= low && x <= high))
        print_message("# %s: %.4f is not in %g..%g\n", what, x, low, high);
    assert_true(x >= low && x <= high);
}

/* 35 years, 175 cm, 70 kg; lungs, blood and heart at rest. */
static lane_block man(void)
{
    lane_block b;
    memset(&b, 0, sizeof b);
    const struct {
        lane *at;
        float value;
    } set[] = {
        {&b.p.frc, 2.6f},       {&b.k.frc, 2.6f},        {&b.p.vd_anat, 0.155f},
        {&b.x.ds, 0.155f},      {&b.k.c_l, 0.2f},        {&b.k.c_cw, 0.2445f},
        {&b.k.r_in, 1.75f},     {&b.k.r_ex, 2.1f},       {&b.k.shunt, 0.03f},
        {&b.k.vd_alv, 0.1f},    {&b.k.hb, 15},           {&b.k.vo2_demand, 4.1f},
        {&b.p.vo2_0, 4.1f},     {&b.k.extraction, .65f}, {&b.k.drive, 1},
        {&b.k.strength, 1},     {&b.p.drive, 1},         {&b.p.g_r, 1},
        {&b.p.v_blood0, 5000},  {&b.x.edv, 140},         {&b.x.esv, 59},
        {&b.x.beat_s, 0.9f},    {&b.x.map, 93},          {&b.x.th_rep, 0.5f},
        {&b.x.temp, 37},        {&b.x.fi_o2, 0.21f},     {&b.x.f_o2, 0.146f},
        {&b.x.f_co2, 0.055f},   {&b.x.o2_fast, 0.145f},  {&b.x.o2_slow, 0.145f},
        {&b.x.co2_fast, .015f}, {&b.x.co2_slow, .015f},  {&b.x.o2_art, 0.195f},
        {&b.x.co2_art, 0.478f}, {&b.x.o2_ven, 0.147f},   {&b.x.co2_ven, 0.515f},
        {&b.x.spo2, 0.97f},     {&b.x.pao2, 95},         {&b.x.paco2, 40},
        {&b.x.ph, 7.4f},        {&b.x.lactate, 1},       {&b.p.s_rest, 0.97f},
    };
    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        *set[i].at = lane_all(set[i].value);
    return b;
}

static const plx_body_books no_books;

static void live_by(lane_block *b, const plx_second *s, uint32_t seconds,
                    const plx_body_books *books)
{
    lane volume = gas_volume(b);
    for (uint32_t tick = 0; tick < 50 * seconds; tick++) {
        if (tick % 5 == 0) drive_step(b, s, PLX_GAS_STEP_S);
        breath_step(b, s);
        if (tick % 5 != 4) continue;
        gas_step(b, s, volume, PLX_GAS_STEP_S, books);
        volume = gas_volume(b);
    }
}

static void live(lane_block *b, plx_airway airway, uint32_t seconds)
{
    plx_second s = {.airway = airway};
    live_by(b, &s, seconds, &no_books);
}

/* The same without single breaths. */
static void live_in_means(lane_block *b, const plx_second *s, uint32_t seconds,
                          const plx_body_books *books)
{
    for (uint32_t i = 0; i < seconds; i++) {
        drive_step(b, s, 1);
        for (int half = 0; half < 2; half++) {
            lane volume = gas_volume(b);
            breath_mean(b, s, 0.5f);
            if (half == 0) breath_mean_settle(b, s);
            gas_step(b, s, volume, 0.5f, books);
        }
    }
}

static const plx_airway air = {.device = PLX_OXYGEN_ROOM};
static const plx_airway oxygen = {.device = PLX_OXYGEN_ROOM, .fi_o2 = 1};

/* Nunn's Applied Respiratory Physiology; Albanese 2016 for the use of oxygen. */
static void a_man_at_rest(void **state)
{
    (void)state;
    lane_block b = man();
    live(&b, air, 600);
    between("tidal volume", first(b.x.vt), 0.45, 0.6);
    between("rate", first(breath_rate(&b.x)), 12, 16);
    between("PaO2", first(b.x.pao2), 85, 105);
    between("PaCO2", first(b.x.paco2), 36, 44);
    between("gap", first(b.x.paco2 - b.x.etco2), 2, 5);
    between("pH", first(b.x.ph), 7.37, 7.43);
    between("saturation", first(b.f.sao2), 0.96, 0.985);
    between("oximeter", first(b.x.spo2), 0.96, 0.985);
    between("use", first(b.f.vo2) * 60, 245, 247);
    between("lactate", first(b.x.lactate), 0.99, 1.01);
    plx_second s = {.airway = air};
    double rate = first(breath_rate(&b.x)), pao2 = first(b.x.pao2), paco2 = first(b.x.paco2);
    live_in_means(&b, &s, 600, &no_books);
    between("rate in means", first(breath_rate(&b.x)), rate - 0.5, rate + 0.5);
    between("PaO2 in means", first(b.x.pao2), pao2 - 4, pao2 + 4);
    between("PaCO2 in means", first(b.x.paco2), paco2 - 1, paco2 + 1);
}

/* Alveolar fractions, mean of a minute, as pressures. */
static void alveolar(lane_block *b, plx_airway airway, double *po2, double *pco2)
{
    *po2 = *pco2 = 0;
    plx_second s = {.airway = airway};
    lane volume = gas_volume(b);
    for (int tick = 0; tick < 3000; tick++) {
        if (tick % 5 == 0) drive_step(b, &s, PLX_GAS_STEP_S);
        breath_step(b, &s);
        if (tick % 5 != 4) continue;
        gas_step(b, &s, volume, PLX_GAS_STEP_S, &no_books);
        volume = gas_volume(b);
        *po2 += first(b->x.f_o2) * 713 / 600, *pco2 += first(b->x.f_co2) * 713 / 600;
    }
}

static void the_alveolar_gas_equation_and_the_shunt_equation_hold(void **state)
{
    (void)state;
    const float fi_o2[] = {0.21f, 0.3f, 0.5f, 0.8f}, shunt[] = {0.02f, 0.1f, 0.2f, 0.35f};
    for (int i = 0; i < 16; i++) {
        lane_block b = man();
        plx_airway machine = {.vent = PLX_VENT_VOLUME,
                              .vt_l = 0.5f,
                              .rate_per_min = 14,
                              .still = true,
                              .fi_o2 = fi_o2[i / 4]};
        b.k.shunt = lane_all(shunt[i % 4]);
        live(&b, machine, 7200);
        double po2, pco2;
        alveolar(&b, machine, &po2, &pco2);
        double ideal = plx_alveolar_po2((double)fi_o2[i / 4], pco2, 760, 0.84);
        between("alveolar oxygen", po2, ideal - 3, ideal + 3);
        double avdo2 = first(b.x.o2_art - b.x.o2_ven) * 100;
        double behind = plx_shunt_po2((double)shunt[i % 4], po2, 15, avdo2);
        between("behind the shunt", first(b.x.pao2), behind - 5 - 0.02 * behind,
                behind + 5 + 0.02 * behind);
    }
}

/* Seconds of a shut airway until the oximeter reads 90 %. */
static int until_90(lane_block *b, double rise[2])
{
    double start = first(b->x.paco2);
    const plx_airway shut = {.closed = true, .still = true, .fi_o2 = 1};
    for (int t = 1; t < 1500; t++) {
        live(b, shut, 1);
        if (t == 60) rise[0] = first(b->x.paco2) - start;
        if (t == 300) rise[1] = first(b->x.paco2) - start;
        if (first(b->x.spo2) < 0.9) return t;
    }
    return 1500;
}

/* Berthoud 1991: 595 (142) s after oxygen; Farmery & Roe 1996: about 60 s on air; Stock 1989: PaCO2
 * 8 to 16 mmHg in the first minute, then 3 to 4 a minute. */
static void apnoea_with_a_shut_airway(void **state)
{
    (void)state;
    lane_block b = man();
    double rise[2];
    live(&b, air, 300);
    between("on air", until_90(&b, rise), 45, 90);
    b = man();
    live(&b, air, 300);
    live(&b, oxygen, 180);
    between("after oxygen", until_90(&b, rise), 430, 825);
    between("PaCO2 in a minute", rise[0], 8, 16);
    between("PaCO2 in five", rise[1], 20, 32);
}

/* Nitrogen has nowhere to go: the lung shrinks around it. */
static void a_shut_lung_keeps_its_nitrogen(void **state)
{
    (void)state;
    lane_block b = man();
    live(&b, air, 300);
    double volume = first(gas_volume(&b));
    double nitrogen = volume * (1 - first(b.x.f_o2) - first(b.x.f_co2));
    live(&b, (plx_airway){.closed = true, .still = true}, 180);
    double now = first(gas_volume(&b));
    between("volume", now, volume - 0.5, volume - 0.2);
    between("nitrogen", now * (1 - first(b.x.f_o2) - first(b.x.f_co2)) / nitrogen, 0.999, 1.001);
}

/* Apnoeic oxygenation (Frumin 1959): saturated for a quarter of an hour, PaCO2 up by 3 to 4.5 mmHg
 * a minute; with air at the mouth it does not last. */
static void apnoea_with_an_open_airway(void **state)
{
    (void)state;
    lane_block b = man();
    live(&b, oxygen, 600);
    double before = first(b.x.paco2);
    lane_block other = b;
    live(&b, (plx_airway){.still = true, .fi_o2 = 1}, 900);
    between("oxygen at the mouth", first(b.x.spo2), 0.99, 1);
    between("PaCO2 a minute", (first(b.x.paco2) - before) / 15, 3, 4.5);
    between("rate", first(breath_rate(&b.x)), 0, 0);
    between("end-tidal", first(b.x.etco2), 0, 0);
    live(&other, (plx_airway){.still = true}, 900);
    between("air at the mouth", first(other.x.spo2), 0, 0.8);
}

typedef struct stores {
    double o2, co2;
} stores;

static stores held(const lane_block *b)
{
    double gas = first(gas_volume(b)) * 826.2, art = 0.2 * 5000, ven = 0.17 * 5000;
    return (stores){gas * first(b->x.f_o2) + art * first(b->x.o2_art) + ven * first(b->x.o2_ven) +
                        700 * first(b->x.o2_fast) + 1000 * first(b->x.o2_slow),
                    gas * first(b->x.f_co2) + art * first(b->x.co2_art) +
                        ven * first(b->x.co2_ven) + 9000 * (first(b->x.co2_fast) + 0.5) +
                        31200 * (first(b->x.co2_slow) + 0.5)};
}

/* Whatever happens to lung, blood flow and what is breathed. */
static void nothing_is_lost(void **state)
{
    (void)state;
    const plx_second ways[] = {{.airway = {.device = PLX_OXYGEN_ROOM}},
                               {.airway = {.device = PLX_OXYGEN_NASAL_CANNULA, .flow_l_min = 4}},
                               {.airway = {.closed = true, .still = true}},
                               {.airway = {.vent = PLX_VENT_PRESSURE,
                                           .fi_o2 = 0.8f,
                                           .peep_cmh2o = 14,
                                           .pressure_cmh2o = 12,
                                           .rate_per_min = 20}},
                               {.airway = {.still = true, .fi_o2 = 1}}};
    for (int means = 0; means < 2; means++) {
        double o2_in[PLX_LANES] = {0}, used[PLX_LANES] = {0}, made[PLX_LANES] = {0};
        double co2_out[PLX_LANES] = {0};
        plx_body_books books = {
            .o2_in = o2_in, .o2_used = used, .co2_made = made, .co2_out = co2_out};
        lane_block b = man();
        stores before = held(&b);
        for (int i = 0; i < 60; i++) {
            b.k.frc = lane_all(i % 4 == 0 ? 2.6f : 1.7f);
            b.k.vd_alv = lane_all(0.1f + 0.15f * (float)(i % 3));
            b.k.shunt = lane_all(i % 5 == 0 ? 0.3f : 0.03f);
            b.x.esv = lane_all(i % 7 == 0 ? 100 : 59);
            const plx_second *s = &ways[i % 5];
            if (means)
                live_in_means(&b, s, 120, &books);
            else
                live_by(&b, s, 120, &books);
        }
        stores after = held(&b);
        double o2 = after.o2 - before.o2 - (o2_in[0] - used[0]);
        double co2 = after.co2 - before.co2 - (made[0] - co2_out[0]);
        print_message("# off by: oxygen %.3f of %.0f mL, carbon dioxide %.3f of %.0f\n", o2,
                      used[0], co2, made[0]);
        between("oxygen", o2 / used[0], -1e-5, 1e-5);
        between("carbon dioxide", co2 / made[0], -1e-5, 1e-5);
    }
}

/* Arnal 2013: PaCO2 35 to 42 at 7 mL/kg and 15 a minute. */
static void a_ventilated_man(void **state)
{
    (void)state;
    lane_block b = man();
    plx_airway machine = {.vent = PLX_VENT_VOLUME,
                          .vt_l = 0.495f,
                          .rate_per_min = 15,
                          .peep_cmh2o = 5,
                          .fi_o2 = 0.3f,
                          .still = true};
    live(&b, machine, 1200);
    between("PaCO2", first(b.x.paco2), 35, 42);
    between("PaO2", first(b.x.pao2), 85, 160);
    double before = first(b.x.paco2);
    b.k.vd_alv = lane_all(0.4f);
    live(&b, machine, 1200);
    between("PaCO2 with dead space", first(b.x.paco2), before + 8, before + 20);
    between("gap with dead space", first(b.x.paco2 - b.x.etco2), 15, 30);
}

/* Nunn: 1.5 to 3 L/min a mmHg, in hyperoxia. */
static void carbon_dioxide_drives(void **state)
{
    (void)state;
    lane_block b = man();
    live(&b, oxygen, 300);
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (int t = 0; t < 240; t++) {
        plx_second s = {.airway = oxygen, .imposed_paco2_mmhg = 50 + 5.0f * (float)t / 60};
        live_by(&b, &s, 1, &no_books);
        double p = (double)s.imposed_paco2_mmhg, ve = first(b.x.vt * breath_rate(&b.x));
        if (t < 60) continue;
        n += 1, x += p, y += ve, xx += p * p, xy += p * ve;
    }
    between("slope", (n * xy - x * y) / (n * xx - x * x), 1.5, 3);
}

/* Winters (Albert, Dell & Winters 1967): PaCO2 = 1.5 HCO3 + 8. */
static void acidosis_is_answered(void **state)
{
    (void)state;
    for (float be = -20; be < 0; be += 5) {
        lane_block b = man();
        b.x.be_fix = lane_all(be);
        live(&b, air, 3600);
        double hco3 = first(drive_hco3(b.x.paco2, b.x.ph)), expected = 1.5 * hco3 + 8;
        between("PaCO2", first(b.x.paco2), expected - 3, expected + 3);
        double ph = plx_ph_of(first(b.x.paco2), first(drive_base_excess(&b.x)), 15);
        between("pH", first(b.x.ph), ph - 0.003, ph + 0.003);
    }
}

static void hypoxia_and_fever_drive(void **state)
{
    (void)state;
    lane_block b = man(), hot = man();
    hot.x.temp = lane_all(38);
    live(&b, air, 600);
    live(&hot, air, 600);
    double rate = first(breath_rate(&b.x)), ve = rate * first(b.x.vt);
    between("fever", first(breath_rate(&hot.x)) - rate, 0.9, 1.9); /* Jensen 2019: 1.4 a degree */
    live(&b, (plx_airway){.device = PLX_OXYGEN_ROOM, .fi_o2 = 0.11f}, 600);
    between("saturation", first(b.f.sao2), 0.6, 0.85);
    assert_true(first(breath_rate(&b.x)) * first(b.x.vt) > ve);
    assert_true(first(b.x.paco2) < 38);
}

static void who_cannot_or_will_not_breathe(void **state)
{
    (void)state;
    lane_block b = man();
    live(&b, oxygen, 120);
    b.k.strength = lane_all(0.05f); /* paralysed */
    live(&b, oxygen, 60);
    between("rate", first(breath_rate(&b.x)), 0, 0);
    between("tidal volume", first(b.x.vt), 0, 0);
    b = man();
    plx_airway help = {.vent = PLX_VENT_CPAP, .peep_cmh2o = 5, .pressure_cmh2o = 10};
    live(&b, help, 900);
    between("awake under pressure support", first(breath_rate(&b.x)), 5, 14);
    b.k.drive = lane_all(0.2f);
    live(&b, air, 30);
    between("much opioid", first(breath_rate(&b.x)), 0, 2);
    live(&b, air, 2400);
    between("PaCO2 then", first(b.x.paco2), 50, 75);
    between("rate then", first(breath_rate(&b.x)), 4, 9);
    b.k.drive = lane_all(1);
    live(&b, air, 600);
    between("and none any more", first(b.x.paco2), 36, 44);
}

static void too_little_blood_makes_lactate(void **state)
{
    (void)state;
    lane_block b = man();
    b.x.esv = lane_all(125);
    live(&b, air, 1200);
    between("use", first(b.f.vo2), 1, 3.5);
    between("lactate", first(b.x.lactate), 2, 20);
    between("base excess", first(drive_base_excess(&b.x)), -18, -1);
    assert_true(first(b.x.o2_fast) > 0 && first(b.x.o2_slow) > 0);
    double high = first(b.x.lactate);
    b.x.esv = lane_all(59);
    live(&b, air, 2400);
    between("cleared", first(b.x.lactate), 1, 1 + 0.4 * (high - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_man_at_rest),
        cmocka_unit_test(the_alveolar_gas_equation_and_the_shunt_equation_hold),
        cmocka_unit_test(apnoea_with_a_shut_airway),
        cmocka_unit_test(a_shut_lung_keeps_its_nitrogen),
        cmocka_unit_test(apnoea_with_an_open_airway),
        cmocka_unit_test(nothing_is_lost),
        cmocka_unit_test(a_ventilated_man),
        cmocka_unit_test(carbon_dioxide_drives),
        cmocka_unit_test(acidosis_is_answered),
        cmocka_unit_test(hypoxia_and_fever_drive),
        cmocka_unit_test(who_cannot_or_will_not_breathe),
        cmocka_unit_test(too_little_blood_makes_lactate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
