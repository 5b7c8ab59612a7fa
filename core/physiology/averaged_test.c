/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the cycle-averaged circulation goes where the beating one goes.
 * Oracle: the beating kernel from the same state, with 20 s of beats each 10
 *   minutes, one hour of a bleed, of fluid, of tightened and
 * of widened vessels; and the book of blood. Tolerance: heart rate 2, mean pressure 3, output 5 %;
 * volume 1e-4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/physiology/kernel_averaged.h"

typedef struct case_of {
    const char *name;
    float inflow_ml_s, r, dvu, e; /* during half an hour, then inflow stops */
} case_of;

static void reference_man(lane_block *b)
{
    static const float volumes[12] = {26, 460, 490, 1850, 1750, 11, 200, 240, 130, 100, 110, 110};
    memset(b, 0, sizeof *b);
    lane_param *p = &b->p;
    p->v_scale = p->r_scale = p->rp_scale = p->e_scale = lane_all(1);
    p->g_r = p->g_e = p->g_ts = p->g_tv = p->g_vu = lane_all(1);
    p->s_rest = lane_all(1.1f);
    p->p_n = lane_all(80), p->v_heart0 = lane_all(790);
    lane_coef *k = &b->k;
    k->r_sys = lane_all(0.9f), k->e_lv = k->e_rv = k->r_pul = lane_all(1);
    k->period = k->sympathetic = k->vagal = lane_all(1);
    k->c_sa = lane_all(0.28f), k->t0 = lane_all(0.58f);
    k->vu_sv = lane_all(1435.4f), k->vu_ev = lane_all(1537);
    b->f.p_th = lane_all(-4), b->f.f_p = lane_all(3.7f);
    lane_state *x = &b->x;
    for (int i = 0; i < 12; i++)
        ((lane *)x)[i] = lane_all(volumes[i]);
    x->p_b = lane_all(95 - AT_ONCE * 95), x->th_tv = lane_all(0.5f);
    x->rhythm = x->beat_s = x->av_left = x->av_right = x->av_pp = lane_all(1);
    x->map = lane_all(90), x->mpap = lane_all(13);
}

static void beating_second(lane_block *b, uint64_t time_s)
{
    for (uint64_t tick = time_s * 50; tick < time_s * 50 + 50; tick++) {
        reflex_step(b, tick, 0);
        circulation_steps(b, NULL, 0);
    }
    averaged_follow(b, time_s, b->f.p_th, b->f.p_th);
}

static double volume(const lane_block *b)
{
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += (double)((const lane *)&b->x)[i][0];
    return sum;
}

typedef struct seen {
    double hr, map, co, cvp, pp;
} seen;

static void note(seen *mean, const lane_block *b)
{
    const lane_state *x = &b->x;
    mean->hr += 1.0 / (double)x->beat_s[0];
    mean->map += (double)x->map[0] / 60;
    mean->co += (double)lane_output(x)[0] * 60 / 1000 / 60;
    mean->cvp += (double)x->cvp[0] / 60;
    mean->pp += (double)(x->sbp[0] - x->dbp[0]) / 60;
}

static void compare(const case_of *c)
{
    static lane_block beating, averaged;
    reference_man(&beating);
    for (uint64_t s = 0; s < 300; s++)
        beating_second(&beating, s);
    averaged = beating;
    lane_block *both[2] = {&beating, &averaged};
    for (uint64_t minute = 5; minute < 65; minute++) {
        seen m[2];
        memset(m, 0, sizeof m);
        for (uint64_t s = minute * 60; s < minute * 60 + 60; s++) {
            for (int i = 0; i < 2; i++) {
                lane_coef *k = &both[i]->k;
                k->inflow = lane_all(minute < 35 ? c->inflow_ml_s : 0);
                k->r_sys = lane_all(0.9f * c->r), k->e_lv = k->e_rv = lane_all(c->e);
                k->vu_sv = lane_all(1435.4f + 0.6f * c->dvu);
                k->vu_ev = lane_all(1537 + 0.4f * c->dvu);
            }
            beating_second(&beating, s);
            if (minute % 10 == 4 && s % 60 < 20)
                beating_second(&averaged, s); /* as in use: the rows av_* are brought up to date */
            else
                averaged_second(&averaged, s, 0);
            note(&m[0], &beating), note(&m[1], &averaged);
        }
        if (minute % 10 == 4)
            print_message("# %s %d min: HR %.1f/%.1f MAP %.1f/%.1f CO %.2f/%.2f CVP %.2f/%.2f PP "
                          "%.1f/%.1f\n",
                          c->name, (int)minute - 5, m[1].hr, m[0].hr, m[1].map, m[0].map, m[1].co,
                          m[0].co, m[1].cvp, m[0].cvp, m[1].pp, m[0].pp);
        if (minute < 7) continue;
        assert_true(fabs(m[1].hr - m[0].hr) <= 2);
        assert_true(fabs(m[1].map - m[0].map) <= 3);
        assert_true(fabs(m[1].co / m[0].co - 1) <= 0.05);
    }
    assert_true(fabs(volume(&averaged) - volume(&beating)) < 1e-4 * volume(&beating));
}

static void rest(void **state)
{
    (void)state;
    compare(&(case_of){"rest", 0, 1, 0, 1});
}

static void bleed(void **state)
{
    (void)state;
    compare(&(case_of){"bleed", -1000.0f / 1800, 1, 0, 1});
}

static void fluid(void **state)
{
    (void)state;
    compare(&(case_of){"fluid", 800.0f / 1800, 1, 0, 1});
}

static void tightened_vessels(void **state)
{
    (void)state;
    compare(&(case_of){"vasopressor", 0, 1.6f, -200, 1.2f});
}

static void widened_vessels(void **state)
{
    (void)state;
    compare(&(case_of){"sepsis", 0, 0.6f, 300, 0.85f});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rest),
        cmocka_unit_test(bleed),
        cmocka_unit_test(fluid),
        cmocka_unit_test(tightened_vessels),
        cmocka_unit_test(widened_vessels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
