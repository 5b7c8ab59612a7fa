/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: one second of fluids, bleeding, drugs, illness and heat on a body whose circulation holds a
 *   given pressure: volumes go where they were measured, effects add up as receptors say, nothing
 *   is lost.
 * Oracle: volume kinetics of Hahn 2020 and Rodhe 2010, tetrastarch against Ringer (PMC6901468), one
 *   gram of haemoglobin a unit (AABB); the equations of Bighamian 2016 in double with steps of
 *   50 ms; closed forms of the drug effects; books of what crosses the border.
 * Tolerance: the published ranges; 1 mL beside the slow program; 1e-6 of closed forms; 1e-4 of
 *   what went through in a day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/physiology/kernel_slow.h"

static double first(lane x)
{
    return (double)x[0];
}

static void between(const char *what, double x, double low, double high)
{
    if (!(x >= low && x <= high))
        print_message("# %s: %.5f is not in %g..%g\n", what, x, low, high);
    assert_true(x >= low && x <= high);
}

static void close_to(const char *what, lane x, double wanted)
{
    between(what, first(x), wanted - 1e-5 * fabs(wanted) - 1e-6,
            wanted + 1e-5 * fabs(wanted) + 1e-6);
}

/* A person of this blood volume and haemoglobin at rest; all of the blood is in four places. */
static lane_block person(float blood_ml, float hb)
{
    lane_block b;
    memset(&b, 0, sizeof b);
    const struct {
        lane *at;
        float value;
    } set[] = {
        {&b.p.v_scale, blood_ml / 5300},
        {&b.p.v_blood0, blood_ml},
        {&b.p.hb0, hb},
        {&b.p.k_fluid, 0.001f},
        {&b.p.a_fluid, 1},
        {&b.p.pd_max, 1},
        {&b.p.pd_ec50, 1},
        {&b.p.sick, 1},
        {&b.p.bleed, 1},
        {&b.p.beta, 1},
        {&b.x.o2_art, 0.195f},
        {&b.p.r_scale, 1},
        {&b.p.rp_scale, 1},
        {&b.p.e_scale, 1},
        {&b.p.c_sa, 0.28f},
        {&b.p.t0, 0.58f},
        {&b.p.vo2_0, 4.1f},
        {&b.p.c_l, 0.2f},
        {&b.p.frc, 2.6f},
        {&b.p.r_aw, 1.75f},
        {&b.p.shunt, 0.03f},
        {&b.p.vd_alv, 0.1f},
        {&b.x.map, 92},
        {&b.x.pcwp, 8},
        {&b.x.ph, 7.4f},
        {&b.x.temp, 37},
        {&b.x.t_set, 37},
        {&b.x.v_blood, blood_ml},
        {&b.x.v_rbc, blood_ml * hb / PLX_HB_PER_HCT},
        {&b.x.urine, 1 / 60.0f},
        {&b.x.v_sa, 500},
        {&b.x.v_pv, 400},
        {&b.x.v_ev, 1500},
        {&b.x.v_sv, blood_ml - 2400},
    };
    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        *set[i].at = lane_all(set[i].value);
    return b;
}

static const plx_body_books no_books;

/* One second, and what the circulation would do with the flow. */
static void live_by(lane_block *b, const plx_second *s, uint64_t time_s,
                    const plx_body_books *books)
{
    slow_step(b, s, time_s, books);
    b->x.v_sv += b->k.inflow;
}

static void live(lane_block *b, plx_second s, uint64_t from_s, uint64_t to_s)
{
    for (uint64_t t = from_s; t < to_s; t++)
        live_by(b, &s, t, &no_books);
}

static double plasma_ml(const lane_block *b)
{
    return first(b->x.v_blood - b->x.v_rbc);
}

/* The coefficients of one second under this. */
static lane_block under(plx_second s)
{
    lane_block b = person(5300, 15);
    live_by(&b, &s, 1, &no_books);
    return b;
}

static plx_second infusion(plx_fluid fluid, double ml, double over_s)
{
    plx_second s = {0};
    s.fluid_ml_s[fluid] = (float)(ml / over_s);
    return s;
}

/* Fluids. */

static void ringer_goes_where_it_was_measured(void **state)
{
    (void)state;
    lane_block b = person(5255, 15); /* a man of 78 kg */
    double start = plasma_ml(&b), ml = 25 * 78;
    live(&b, infusion(PLX_FLUID_RINGER, ml, 1800), 0, 1800);
    between("in plasma at the end", (plasma_ml(&b) - start) / ml, 0.50, 0.60);
    live(&b, (plx_second){0}, 1800, 3600);
    between("in plasma 30 min later", (plasma_ml(&b) - start) / ml, 0.12, 0.25);
}

static void urine_rises_after_ringer(void **state)
{
    (void)state;
    lane_block b = person(3860, 13.5f); /* a woman of 62 kg */
    double top = 0;
    plx_second s = infusion(PLX_FLUID_RINGER, 25 * 62, 1800);
    for (uint64_t t = 0; t < 5400; t++) {
        live_by(&b, t < 1800 ? &s : &(plx_second){0}, t, &no_books);
        if (first(b.x.urine) * 60 > top) top = first(b.x.urine) * 60;
    }
    between("urine at its peak, mL/min", top, 13, 31);
    double last = first(b.x.urine) * 60;
    b.x.map = lane_all(45);
    live(&b, (plx_second){0}, 5400, 5400 + 7200);
    between("urine without pressure", first(b.x.urine) * 60, 0, last - 0.5);
}

static double plasma_gained_ml(plx_fluid fluid)
{
    lane_block b = person(5255, 15);
    double start = plasma_ml(&b);
    live(&b, infusion(fluid, 1000, 3600), 0, 3600);
    live(&b, (plx_second){0}, 3600, 9000);
    return plasma_ml(&b) - start;
}

static void a_colloid_stays_longer(void **state)
{
    (void)state;
    double ringer = plasma_gained_ml(PLX_FLUID_RINGER);
    between("starch over Ringer", plasma_gained_ml(PLX_FLUID_HES) / ringer, 2, 4.5);
    between("albumin over Ringer", plasma_gained_ml(PLX_FLUID_ALBUMIN5) / ringer, 2, 4.5);
    between("plasma over albumin",
            plasma_gained_ml(PLX_FLUID_PLASMA) / plasma_gained_ml(PLX_FLUID_ALBUMIN5), 1, 1.5);
}

static void a_unit_of_red_cells_gives_a_gram(void **state)
{
    (void)state;
    lane_block b = person(4900, 7);
    plx_second s = infusion(PLX_FLUID_PRBC, 300, 3600);
    s.fluid_hct[PLX_FLUID_PRBC] = 0.6f;
    live(&b, s, 0, 3600);
    live(&b, (plx_second){0}, 3600, 4500);
    between("haemoglobin gained", first(b.k.hb) - 7, 0.6, 1.2);
    close_to("red cells", b.x.v_rbc, 4900 * 7.0 / 34 + 180);
}

/* The equations of Bighamian, Reisner & Hahn 2016 with the urine of Drobin & Hahn 1999. */
typedef struct slow_program {
    double x, r, urine, rbc;
} slow_program;

static void program_step(slow_program *p, double v0, double in, double a, double out, double h)
{
    double plasma0 = v0 * (1 - 15 / 34.0), over = p->x + v0 - p->rbc - plasma0;
    double deficit = p->x < 0 ? -p->x : 0;
    over -= p->r > 0 ? 0.7 * p->r : 0;
    double wanted = (1 + 72 * exp(-deficit / 660) * (over > 0 ? over : 0) / plasma0) / 60;
    double ringer = (double)plx_fluid_distribution[PLX_FLUID_RINGER];
    double exchange = 0.06 / 60 * (p->x - p->r), lost = out / 1.8 + p->urine / (1 + ringer);
    p->rbc -= h * out * p->rbc / (p->x + v0);
    p->x += h * (in - out - p->urine - exchange);
    p->r += h * (in / (1 + a) - lost);
    p->urine += h * (wanted - p->urine) / 400;
}

/* 900 mL bled in 15 min, 45 min of refill, a litre of Ringer in 30 min, 3 hours. */
static void refill_and_infusion_follow_the_equations(void **state)
{
    (void)state;
    lane_block b = person(5300, 15);
    slow_program p = {.urine = 1 / 60.0, .rbc = 5300 * 15 / 34.0};
    double lowest = 0, refilled = 0;
    for (uint64_t t = 0; t < 4 * 3600; t++) {
        plx_second s = {.bleed_ml_s = t < 900 ? 1 : 0};
        if (t >= 3600 && t < 5400) s.fluid_ml_s[PLX_FLUID_RINGER] = 1000 / 1800.0f;
        live_by(&b, &s, t, &no_books);
        for (int i = 0; i < 20; i++)
            program_step(&p, 5300, (double)s.fluid_ml_s[PLX_FLUID_RINGER],
                         (double)plx_fluid_distribution[PLX_FLUID_RINGER], (double)s.bleed_ml_s,
                         0.05);
        if (t % 600 == 599)
            between("blood beside the slow program", first(b.x.v_blood) - 5300 - p.x, -1, 1);
        if (t == 899) lowest = first(b.x.v_blood);
        if (t == 3599) refilled = first(b.x.v_blood) - lowest;
    }
    close_to("blood lost", b.x.bled, 900);
    close_to("red cells beside the slow program", b.x.v_rbc, p.rbc);
    between("refill in 45 min of 900 mL", refilled, 150, 400); /* a third; Drobin & Hahn 1999 */
}

static void an_open_wound_bleeds_by_pressure(void **state)
{
    (void)state;
    lane_block b = person(5300, 15);
    b.p.bleed[1] = 2;
    b.x.map[2] = 8;
    plx_second s = {.wound_ml_s_mmhg = 100 / 60.0f / 80, .clot_per_s = 1 / 10800.0f};
    b.x.map[0] = b.x.map[1] = 90;
    live_by(&b, &s, 1, &no_books);
    between("at 90 mmHg", (double)b.x.bled[0], 1.664, 1.669); /* in whole quanta */
    between("twice the wound", (double)b.x.bled[1], 3.331, 3.336);
    assert_true(b.x.bled[2] == 0); /* under the floor nothing flows */
    s.wound_ml_s_mmhg = 0;
    lane before = b.x.bled;
    s.bleed_held = true, s.bleed_factor = 0.1f;
    live_by(&b, &s, 2, &no_books);
    between("under a tourniquet", first(b.x.bled - before), 0.164, 0.169);
    s.bleed_held = false;
    lane_block clotting = b;
    live(&clotting, s, 3, 10803);
    between("clotting", first(clotting.x.bleed_k / b.x.bleed_k), exp(-1) - 1e-3, exp(-1) + 1e-3);
    s.clot_per_s = 1;
    before = b.x.bled;
    live_by(&b, &s, 4, &no_books);
    assert_true(first(b.x.bled - before) == 0); /* closed */
}

static void an_empty_body_bleeds_no_more(void **state)
{
    (void)state;
    lane_block b = person(5300, 15);
    live(&b, (plx_second){.bleed_ml_s = 10}, 0, 3600);
    between("what is left", first(b.x.v_blood), 850, 1200);
    assert_true(first(b.x.v_rbc) > 0);
}

static void a_litre_of_saline_takes_base(void **state)
{
    (void)state;
    lane_block b = person(5300, 15);
    live(&b, infusion(PLX_FLUID_SALINE, 1000, 1000), 0, 1000);
    between("base excess", first(b.x.be_fix), -0.91, -0.89);
    b = person(5300, 15);
    live(&b, infusion(PLX_FLUID_RINGER, 1000, 1000), 0, 1000);
    assert_true(first(b.x.be_fix) == 0);
}

static void furosemide_makes_water(void **state)
{
    (void)state;
    plx_second s = {.drugs = 1u << PLX_DRUG_FUROSEMIDE};
    s.effect_ug_l[PLX_DRUG_FUROSEMIDE] = plx_pharmacodynamics_of[PLX_DRUG_FUROSEMIDE].ec50_ug_l;
    lane_block b = person(5300, 15);
    live(&b, s, 0, 1800);
    double most = 1 + 0.5 * (double)plx_pharmacodynamics_of[PLX_DRUG_FUROSEMIDE].urine;
    between("urine", first(b.x.urine) * 60, 0.9 * most, most);
}

/* The book and the circulation meet once a minute, before the book takes the flows of the second:
 * what the circulation has is then what the book had. */
static void the_circulation_is_put_back_to_the_book(void **state)
{
    (void)state;
    for (uint64_t t = 60; t < 62; t++) {
        lane_block b = person(5300, 15);
        b.x.v_sv += 7; /* what rounding did */
        plx_second s = {.bleed_ml_s = 15};
        slow_step(&b, &s, t, &no_books);
        lane circulating = b.x.v_sa + b.x.v_pv + b.x.v_ev + b.x.v_sv;
        double apart = first(circulating + b.k.inflow - b.x.v_blood);
        between("apart", apart, t == 60 ? -0.01 : 6.99, t == 60 ? 0.01 : 7.01);
    }
}

/* A day with a wound that clots, all fluids, leaky vessels, furosemide. */
static void water_and_red_cells_are_conserved(void **state)
{
    (void)state;
    double rows[6][PLX_LANES];
    memset(rows, 0, sizeof rows);
    plx_body_books books = {.blood_in = rows[0],
                            .blood_out = rows[1],
                            .water_in = rows[2],
                            .urine_out = rows[3],
                            .rbc_in = rows[4],
                            .rbc_out = rows[5]};
    lane_block b = person(5300, 15);
    b.p.bleed[1] = 0.3f, b.p.k_fluid[2] = 0.004f, b.p.a_fluid[3] = 2;
    lane blood0 = b.x.v_blood, rbc0 = b.x.v_rbc;
    for (uint64_t t = 0; t < 86400; t++) {
        plx_second s = {.clot_per_s = 1 / 10800.0f};
        if (t == 600) s.wound_ml_s_mmhg = 8 / 60.0f / 80;
        uint32_t fluid = (uint32_t)(t / 3600 % PLX_FLUID_N);
        if (t < 6 * 3600) s.fluid_ml_s[fluid] = 0.11f, s.fluid_hct[fluid] = fluid > 4 ? 0.5f : 0;
        s.severity[PLX_CONDITION_SEPSIS] = t > 30000 && t < 50000 ? 0.4f : 0;
        s.drugs = t > 60000 ? 1u << PLX_DRUG_FUROSEMIDE : 0;
        s.effect_ug_l[PLX_DRUG_FUROSEMIDE] = 300;
        live_by(&b, &s, t, &books);
    }
    for (int i = 0; i < PLX_LANES && i < 4; i++) {
        double blood = (double)(b.x.v_blood[i] - blood0[i]), rbc = (double)(b.x.v_rbc[i] - rbc0[i]);
        double water = blood + (double)b.x.isf[i], in = rows[0][i], out = rows[1][i] + rows[3][i];
        print_message("# water %+.3f, in %.3f, out %.3f; red cells %+.4f, in %.4f, out %.4f\n",
                      water, in, out, rbc, rows[4][i], rows[5][i]);
        assert_true(in > 2000 && out > 1500 && rows[5][i] > 30);
        assert_true(fabs(water - in + out) < 1e-4 * in);
        assert_true(fabs(rbc - rows[4][i] + rows[5][i]) < 1e-4 * (rows[4][i] + rows[5][i]));
        assert_true(fabs(rows[2][i] + rows[4][i] - in) < 1e-6 * in);
        double circulating = (double)(b.x.v_sa[i] + b.x.v_pv[i] + b.x.v_ev[i] + b.x.v_sv[i]);
        assert_true(fabs(circulating - (double)b.x.v_blood[i]) < 1e-4 * circulating);
    }
}

/* Drugs. */

static plx_second of_drug(plx_drug drug, double over_ec50)
{
    plx_second s = {.drugs = 1u << drug};
    s.effect_ug_l[drug] = (float)over_ec50 * plx_pharmacodynamics_of[drug].ec50_ug_l;
    return s;
}

static void an_effect_is_half_at_its_ec50(void **state)
{
    (void)state;
    lane rest = under((plx_second){0}).k.r_sys;
    const plx_drug vessels[] = {PLX_DRUG_NOREPINEPHRINE, PLX_DRUG_PHENYLEPHRINE,
                                PLX_DRUG_VASOPRESSIN, PLX_DRUG_PROPOFOL, PLX_DRUG_NITROGLYCERIN};
    for (size_t i = 0; i < sizeof vessels / sizeof *vessels; i++) {
        const plx_pharmacodynamics *d = &plx_pharmacodynamics_of[vessels[i]];
        lane_block b = under(of_drug(vessels[i], 1));
        close_to("resistance", b.k.r_sys / rest, 1 + 0.5 * (double)d->r);
        close_to("veins", b.k.vu_sv, 1435.4 + 0.6 * 0.5 * (double)d->dvu_ml);
        close_to("arteries", b.k.c_sa, 0.28 * (1 + 0.5 * (double)d->c_sa));
    }
    /* a steep one: C^4 / (EC50^4 + C^4) */
    close_to("rocuronium", under(of_drug(PLX_DRUG_ROCURONIUM, 2)).k.strength, 1 / 17.0);
    plx_second none = of_drug(PLX_DRUG_PROPOFOL, 1);
    none.drugs = 0; /* only marked drugs act */
    close_to("unmarked", under(none).k.r_sys / rest, 1);
}

static void epinephrine_opens_before_it_closes(void **state)
{
    (void)state;
    const plx_pharmacodynamics *d = &plx_pharmacodynamics_of[PLX_DRUG_EPINEPHRINE];
    double rest = first(under((plx_second){0}).k.r_sys);
    double little = first(under(of_drug(PLX_DRUG_EPINEPHRINE, 1)).k.r_sys);
    double much = first(under(of_drug(PLX_DRUG_EPINEPHRINE, 60)).k.r_sys);
    assert_true(little < 0.8 * rest && much > 1.2 * rest);
    double c = (double)(d->ec50_ug_l / d->late_ec50_ug_l), late = c * c / (1 + c * c);
    between("both actions", little / rest,
            (1 + 0.5 * (double)d->r) * (1 + late * (double)d->late_r) - 1e-5,
            (1 + 0.5 * (double)d->r) * (1 + late * (double)d->late_r) + 1e-5);
    lane_block b = under(of_drug(PLX_DRUG_EPINEPHRINE, 1));
    assert_true(first(b.k.lactate_add) > 0 && first(b.k.period) < 1 && first(b.k.r_in) < 1.75);
}

static void members_answer_differently(void **state)
{
    (void)state;
    lane_block b = person(5300, 15);
    b.p.pd_ec50[1] = 3, b.p.pd_max[2] = 0.5f;
    plx_second s = of_drug(PLX_DRUG_PHENYLEPHRINE, 1);
    double rise = 0.5 * (double)plx_pharmacodynamics_of[PLX_DRUG_PHENYLEPHRINE].r;
    lane rest = under((plx_second){0}).k.r_sys;
    live_by(&b, &s, 1, &no_books);
    lane r = b.k.r_sys / rest;
    between("median", (double)r[0], 1 + rise - 1e-5, 1 + rise + 1e-5);
    between("three times the EC50", (double)r[1], 1 + 0.5 * rise - 1e-5, 1 + 0.5 * rise + 1e-5);
    between("half of the effect", (double)r[2], 1 + 0.5 * rise - 1e-5, 1 + 0.5 * rise + 1e-5);
}

static void the_ill_answer_less_to_vasopressors(void **state)
{
    (void)state;
    plx_second s = of_drug(PLX_DRUG_VASOPRESSIN, 1);
    s.severity[PLX_CONDITION_SEPSIS] = 0.5f;
    lane_block b = person(5300, 15), rest = b;
    b.x.ph = rest.x.ph = lane_all(7.1f);
    plx_second without = s;
    without.drugs = 0;
    live_by(&b, &s, 1, &no_books);
    live_by(&rest, &without, 1, &no_books);
    double ec50 = (1 + 2 * 0.5) * (1 + 5 * 0.1), e = 1 / (1 + ec50) * (1 - 0.4 * 0.5);
    close_to("in acid sepsis", b.k.r_sys / rest.k.r_sys,
             1 + e * (double)plx_pharmacodynamics_of[PLX_DRUG_VASOPRESSIN].r);
}

static void naloxone_drives_opioids_from_their_receptor(void **state)
{
    (void)state;
    plx_second s = of_drug(PLX_DRUG_MORPHINE, 1);
    close_to("morphine alone", under(s).k.drive, 0.5);
    s.drugs |= 1u << PLX_DRUG_FENTANYL;
    s.effect_ug_l[PLX_DRUG_FENTANYL] = plx_pharmacodynamics_of[PLX_DRUG_FENTANYL].ec50_ug_l;
    close_to("two opioids", under(s).k.drive, 1 - 4 / 5.0);
    s.drugs |= 1u << PLX_DRUG_NALOXONE;
    s.effect_ug_l[PLX_DRUG_NALOXONE] = 7 * NALOXONE_EC50_UG_L;
    close_to("and naloxone", under(s).k.drive, 1 - 1 / 17.0); /* 2 / (1 + 7), squared */
}

static void an_opioid_and_a_sedative_are_worse_than_each(void **state)
{
    (void)state;
    double alone = first(under(of_drug(PLX_DRUG_MIDAZOLAM, 1)).k.drive);
    plx_second s = of_drug(PLX_DRUG_FENTANYL, 1);
    s.drugs |= 1u << PLX_DRUG_MIDAZOLAM;
    s.effect_ug_l[PLX_DRUG_MIDAZOLAM] = plx_pharmacodynamics_of[PLX_DRUG_MIDAZOLAM].ec50_ug_l;
    close_to("both", under(s).k.drive, alone * 0.5 * (1 - 0.4 * 0.5 * 0.5));
}

static void two_blockers_share_the_muscles(void **state)
{
    (void)state;
    plx_second s = of_drug(PLX_DRUG_ROCURONIUM, 1);
    s.drugs |= 1u << PLX_DRUG_SUCCINYLCHOLINE;
    s.effect_ug_l[PLX_DRUG_SUCCINYLCHOLINE] =
        plx_pharmacodynamics_of[PLX_DRUG_SUCCINYLCHOLINE].ec50_ug_l;
    close_to("strength", under(s).k.strength, 0.25);
}

/* Illness, posture, heat. */

static plx_second of_illness(plx_condition condition, double severity)
{
    plx_second s = {0};
    s.severity[condition] = (float)severity;
    return s;
}

/* Each illness moves what it is known to move, and more of it moves that further. */
static void illness_moves_what_it_should(void **state)
{
    (void)state;
#define OF(member) (offsetof(lane_coef, member) / sizeof(lane))
    const struct {
        plx_condition condition;
        size_t what;
        int way;
    } moves[] = {
        {PLX_CONDITION_ASTHMA, OF(r_in), 1},
        {PLX_CONDITION_ASTHMA, OF(r_ex), 1},
        {PLX_CONDITION_ASTHMA, OF(vd_alv), 1},
        {PLX_CONDITION_ASTHMA, OF(shunt), 1},
        {PLX_CONDITION_COPD, OF(r_ex), 1},
        {PLX_CONDITION_COPD, OF(p_set), 1},
        {PLX_CONDITION_COPD, OF(c_l), 1},
        {PLX_CONDITION_ARDS, OF(shunt), 1},
        {PLX_CONDITION_ARDS, OF(c_l), -1},
        {PLX_CONDITION_PNEUMONIA, OF(shunt), 1},
        {PLX_CONDITION_PNEUMONIA, OF(vo2_demand), 1},
        {PLX_CONDITION_TENSION_PNEUMOTHORAX, OF(p_extra), 1},
        {PLX_CONDITION_TENSION_PNEUMOTHORAX, OF(shunt), 1},
        {PLX_CONDITION_TENSION_PNEUMOTHORAX, OF(c_l), -1},
        {PLX_CONDITION_PULMONARY_EMBOLISM, OF(r_pul), 1},
        {PLX_CONDITION_PULMONARY_EMBOLISM, OF(vd_alv), 1},
        {PLX_CONDITION_SEPSIS, OF(r_sys), -1},
        {PLX_CONDITION_SEPSIS, OF(vu_sv), 1},
        {PLX_CONDITION_SEPSIS, OF(e_lv), -1},
        {PLX_CONDITION_SEPSIS, OF(extraction), -1},
        {PLX_CONDITION_ANAPHYLAXIS, OF(r_sys), -1},
        {PLX_CONDITION_ANAPHYLAXIS, OF(vu_ev), 1},
        {PLX_CONDITION_ANAPHYLAXIS, OF(r_in), 1},
        {PLX_CONDITION_CARDIOGENIC, OF(e_lv), -1},
        {PLX_CONDITION_ATRIAL_FIBRILLATION, OF(irregular), 1},
        {PLX_CONDITION_ATRIAL_FIBRILLATION, OF(e_lv), -1},
        {PLX_CONDITION_TACHYCARDIA, OF(period), -1},
        {PLX_CONDITION_BRADYCARDIA, OF(period), 1},
    };
    const lane_block well = under((plx_second){0});
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        double last = first(((const lane *)&well.k)[moves[i].what]);
        for (int severity = 1; severity <= 4; severity++) {
            lane_block b = under(of_illness(moves[i].condition, severity / 4.0));
            double now = first(((const lane *)&b.k)[moves[i].what]);
            if (!((now - last) * moves[i].way > 0))
                print_message("# condition %d, coefficient %zu: %g after %g\n",
                              (int)moves[i].condition, moves[i].what, now, last);
            assert_true((now - last) * moves[i].way > 0);
            last = now;
        }
    }
#undef OF
    close_to("irregular", under(of_illness(PLX_CONDITION_ATRIAL_FIBRILLATION, 1)).k.irregular, .15);
}

static void peep_opens_sick_lungs_only(void **state)
{
    (void)state;
    plx_second s = of_illness(PLX_CONDITION_ARDS, 0.6);
    double closed = first(under(s).k.shunt);
    s.airway = (plx_airway){.vent = PLX_VENT_PRESSURE, .peep_cmh2o = 10};
    double opened = first(under(s).k.shunt);
    between("1.5 % a cmH2O above 5, by severity", closed - opened, 0.044, 0.046);
    s.severity[PLX_CONDITION_ARDS] = 0;
    close_to("well", under(s).k.shunt, 0.03);
}

static void a_failing_heart_wets_the_lung_when_it_is_full(void **state)
{
    (void)state;
    plx_second s = of_illness(PLX_CONDITION_CARDIOGENIC, 0.8);
    close_to("low pressure", under(s).k.shunt, 0.03);
    lane_block b = person(5300, 15);
    b.x.pcwp = lane_all(26);
    live_by(&b, &s, 1, &no_books);
    close_to("high pressure", b.k.shunt, 0.03 + 0.15 * 0.8);
}

/* A third of plasma in ten minutes (Fisher 1986). */
static void anaphylaxis_leaks(void **state)
{
    (void)state;
    lane_block b = person(5300, 15);
    double start = plasma_ml(&b), water = first(b.x.v_blood);
    live(&b, of_illness(PLX_CONDITION_ANAPHYLAXIS, 1), 0, 600);
    between("plasma lost", 1 - plasma_ml(&b) / start, 0.28, 0.42);
    between("it is in the tissues", first(b.x.v_blood + b.x.isf) - water, -12, 0);
}

static void suction_and_standing_fill_the_legs(void **state)
{
    (void)state;
    lane flat = under((plx_second){0}).k.vu_ev;
    assert_true(first(under((plx_second){.lbnp_mmhg = -40}).k.vu_ev - flat) > 100);
    close_to("legs up", under((plx_second){.legs_up_ml = 250}).k.vu_ev - flat, -250);
    close_to("standing", under((plx_second){.legs_up_ml = -600}).k.vu_ev - flat, 600);
}

static void thick_blood_flows_badly(void **state)
{
    (void)state;
    lane_block thin = person(5300, 8), thick = person(5300, 18);
    plx_second s = {0};
    live_by(&thin, &s, 1, &no_books);
    live_by(&thick, &s, 1, &no_books);
    close_to("resistance", thick.k.r_sys - thin.k.r_sys, 1.7 * 10 / 34.0);
}

static void fever_comes_and_an_antipyretic_takes_it(void **state)
{
    (void)state;
    lane_block b = person(5300, 15);
    plx_second s = of_illness(PLX_CONDITION_PNEUMONIA, 0.7);
    live(&b, s, 0, 2400);
    between("after one time constant", first(b.x.temp), 37.5, 37.95);
    live(&b, s, 2400, 6 * 3600);
    between("fever", first(b.x.temp), 38.35, 38.41);
    close_to("oxygen", b.k.vo2_demand / 4.1f, 1 + 0.1 * (first(b.x.temp) - 37) + 0.1 * 0.7);
    assert_true(first(b.k.t0) < 0.58);
    s.temp_set_degc = 37, s.temp_tau_s = 1500;
    live(&b, s, 6 * 3600, 8 * 3600);
    between("relieved", first(b.x.temp), 37, 37.1);
    live_by(&b, &(plx_second){.temp_imposed_degc = 39.5f}, 1, &no_books);
    close_to("imposed", b.x.temp, 39.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ringer_goes_where_it_was_measured),
        cmocka_unit_test(urine_rises_after_ringer),
        cmocka_unit_test(a_colloid_stays_longer),
        cmocka_unit_test(a_unit_of_red_cells_gives_a_gram),
        cmocka_unit_test(refill_and_infusion_follow_the_equations),
        cmocka_unit_test(an_open_wound_bleeds_by_pressure),
        cmocka_unit_test(an_empty_body_bleeds_no_more),
        cmocka_unit_test(a_litre_of_saline_takes_base),
        cmocka_unit_test(furosemide_makes_water),
        cmocka_unit_test(the_circulation_is_put_back_to_the_book),
        cmocka_unit_test(water_and_red_cells_are_conserved),
        cmocka_unit_test(an_effect_is_half_at_its_ec50),
        cmocka_unit_test(epinephrine_opens_before_it_closes),
        cmocka_unit_test(members_answer_differently),
        cmocka_unit_test(the_ill_answer_less_to_vasopressors),
        cmocka_unit_test(naloxone_drives_opioids_from_their_receptor),
        cmocka_unit_test(an_opioid_and_a_sedative_are_worse_than_each),
        cmocka_unit_test(two_blockers_share_the_muscles),
        cmocka_unit_test(illness_moves_what_it_should),
        cmocka_unit_test(peep_opens_sick_lungs_only),
        cmocka_unit_test(a_failing_heart_wets_the_lung_when_it_is_full),
        cmocka_unit_test(anaphylaxis_leaks),
        cmocka_unit_test(suction_and_standing_fill_the_legs),
        cmocka_unit_test(thick_blood_flows_badly),
        cmocka_unit_test(fever_comes_and_an_antipyretic_takes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
