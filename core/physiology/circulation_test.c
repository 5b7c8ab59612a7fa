/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the lanes' circulation and baroreflex solve the published equations.
 * Oracle: a scalar program in double, Heun 2 ms, written from the equations alone; it must first
 *   reproduce the published settings (table in `settings`), then stands beside the lanes.
 * Tolerance: published: heart rate 2, pressures 3, stroke volume 3; lanes against scalar: heart
 * rate 0.5, pressures 0.7, stroke volume 0.7; half the step: 0.3; volume 1e-4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/physiology/kernel_circulation.h"
#include "core/physiology/kernel_reflex.h"

enum { SA, SP, EP, SV, EV, PA, PP, PV, LA, RA, LV, RV, VOLUMES };
enum { RING_MAX = 10000 };

typedef struct setting {
    double p_n, volume, r, t0, g_ts, g_tv, g_vu, p_th, e, vu;
} setting;

typedef struct beat {
    double hr, sbp, dbp, map, cvp, sv;
} beat;

/* The scalar program. */

typedef struct scalar {
    setting set;
    bool stiff, frozen; /* frozen: the reflex keeps what it has */
    double h, v[VOLUMES], d[VOLUMES], p[VOLUMES];
    double p_b, theta[8], xi, loss_ml_s;
    double command[RING_MAX], vagal[RING_MAX];
    long step;
    double t, sums[2], rate_sum, top, low, top_lv, low_lv;
    beat seen;
} scalar;

static double arterial(const scalar *m, double v)
{
    return m->stiff ? -90 * log(1 - v / (0.28 * 90 * exp(95.0 / 90))) : v / 0.28;
}

static double period(const scalar *m)
{
    return m->set.t0 + m->theta[6] + m->theta[7];
}

/* Pressure in a ventricle; *out is the flow that leaves it. */
static double ventricle_pressure(double v, double phi, const double c[5], double next, double ext,
                                 double *out)
{
    double ke_v = c[1] * v > 8 ? 8 : c[1] * v;
    double max = phi * c[4] * (v - c[2]) + (1 - phi) * c[0] * (exp(ke_v) - 1);
    double push = max + ext - next;
    *out = push > 0 ? push / (c[3] * (max > 1 ? max : 1) + 0.003) : 0;
    return max - c[3] * max * *out + ext;
}

static double vein(double v, double vu, double c)
{
    return v < vu ? (v - vu) / (8 * c) : (v - vu) / c;
}

static double narrowed(double v, double vu, double r)
{
    return v < vu ? r * (vu / v) * (vu / v) : r;
}

static void rates(scalar *m, const double v[VOLUMES], double xi, double d[VOLUMES])
{
    const setting *s = &m->set;
    const double *th = m->theta;
    double T = period(m), sys = 0.5 - 0.075 / T, u = xi * T / (sys < 0.15 ? 0.15 : sys);
    double phi = u < 1 ? pow(sin(3.14159265358979 * u), 2) : 0, ext = s->p_th;
    double vu_sv = 1435.4 + th[4] + 0.6 * s->vu, vu_ev = 1537 + th[5] + 0.4 * s->vu;
    double *p = m->p, q_lv, q_rv;
    p[SA] = arterial(m, v[SA]);
    double soft =
        m->stiff ? (1 - exp(-m->seen.map / 90)) / m->seen.map * 95 / (1 - exp(-95.0 / 90)) : 1;
    p[SP] = (v[SP] - 274.4) / (2.05 * soft);
    p[EP] = (v[EP] - 336.6) / (1.67 * soft);
    p[SV] = vein(v[SV], vu_sv, 61.11);
    p[EV] = vein(v[EV], vu_ev, 50);
    p[PA] = v[PA] / 0.76 + ext;
    p[PP] = vein(v[PP], 123, 5.8) + ext;
    p[PV] = vein(v[PV], 120, 25.37) + ext;
    p[LA] = vein(v[LA], 25, 19.23) + ext;
    p[RA] = vein(v[RA], 25, 31.25) + ext;
    double lv[5] = {1.5, 0.014, 16.77, 3.75e-4, (2.392 + th[0]) * s->e};
    double rv[5] = {1.5, 0.011, 40.8, 1.4e-3, (1.412 + th[1]) * s->e};
    p[LV] = ventricle_pressure(v[LV], phi, lv, p[SA], ext, &q_lv);
    p[RV] = ventricle_pressure(v[RV], phi, rv, p[PA], ext, &q_rv);
    double q_sp = (p[SA] - p[SP]) / 0.12, q_ep = (p[SA] - p[EP]) / 0.12;
    double q_sv = (p[SP] - p[SV]) / ((2.49 + th[2]) * s->r);
    double q_ev = (p[EP] - p[EV]) / ((0.78 + th[3]) * s->r);
    double q_sra = (p[SV] - p[RA]) / narrowed(v[SV], vu_sv, 0.038);
    double q_era = (p[EV] - p[RA]) / narrowed(v[EV], vu_ev, 0.016);
    double q_pp = (p[PA] - p[PP]) / 0.023, q_pv = (p[PP] - p[PV]) / 0.0894;
    double q_la = (p[PV] - p[LA]) / 0.0056;
    double q_mi = p[LA] > p[LV] ? (p[LA] - p[LV]) / 0.0025 : 0;
    double q_tr = p[RA] > p[RV] ? (p[RA] - p[RV]) / 0.0025 : 0;
    double all[VOLUMES] = {
        q_lv - q_sp - q_ep, q_sp - q_sv,          q_ep - q_ev, q_sv - q_sra - m->loss_ml_s,
        q_ev - q_era,       q_rv - q_pp,          q_pp - q_pv, q_pv - q_la,
        q_la - q_mi,        q_sra + q_era - q_tr, q_mi - q_lv, q_tr - q_rv};
    memcpy(d, all, sizeof all);
}

static double command_ago(const scalar *m, const double *ring, double s)
{
    long at = m->step - lround(s / m->h);
    return ring[(at < 0 ? 0 : at) % RING_MAX];
}

static void reflex(scalar *m, double p_sa, double dp_sa)
{
    const setting *s = &m->set;
    m->p_b += m->h * (p_sa + 6.37 * dp_sa - m->p_b) / 2.076;
    double e = exp((m->p_b - s->p_n) / 11.758);
    double f_cs = isinf(e) ? 47.78 : (2.52 + 47.78 * e) / (1 + e);
    double f_es = 2.10 + 14.01 * exp(-0.0675 * f_cs), e2 = exp((f_cs - 25) / 7.06);
    m->command[m->step % RING_MAX] = f_es > 2.66 ? log(f_es - 2.66 + 1) : 0;
    m->vagal[m->step % RING_MAX] = (3.2 + 6.3 * e2) / (1 + e2);
    double s2 = command_ago(m, m->command, 2), s5 = command_ago(m, m->command, 5);
    const double gain[7] = {0.475,          0.282, 0.695, 0.53, -265.4 * s->g_vu, -132.5 * s->g_vu,
                            -0.13 * s->g_ts};
    const double tau[7] = {8, 8, 6, 6, 20, 20, 2};
    for (int i = 0; i < 7; i++)
        m->theta[i] += m->h * (gain[i] * (i == 4 || i == 5 ? s5 : s2) - m->theta[i]) / tau[i];
    double f_ev = command_ago(m, m->vagal, 0.2);
    m->theta[7] += m->h * (0.09 * s->g_tv * f_ev - m->theta[7]) / 1.5;
}

static void scalar_step(scalar *m)
{
    double first[VOLUMES], second[VOLUMES], guess[VOLUMES], h = m->h, T = period(m);
    rates(m, m->v, m->xi, first);
    m->rate_sum += 60 / T;
    double p_sa = m->p[SA];
    m->t += h;
    m->sums[0] += h * p_sa, m->sums[1] += h * m->p[RA];
    m->top = fmax(m->top, p_sa), m->low = fmin(m->low, p_sa);
    m->top_lv = fmax(m->top_lv, m->v[LV]), m->low_lv = fmin(m->low_lv, m->v[LV]);
    for (int i = 0; i < VOLUMES; i++)
        guess[i] = m->v[i] + h * first[i];
    double xi = m->xi + h / T;
    bool wrap = xi >= 1;
    rates(m, guess, wrap ? xi - 1 : xi, second);
    double before = m->v[SA];
    for (int i = 0; i < VOLUMES; i++)
        m->v[i] += h / 2 * (first[i] + second[i]);
    if (!m->frozen) reflex(m, p_sa, (arterial(m, m->v[SA]) - arterial(m, before)) / h);
    m->step++;
    m->xi = wrap ? xi - 1 : xi;
    if (!wrap) return;
    m->seen = (beat){
        60 / m->t, m->top, m->low, m->sums[0] / m->t, m->sums[1] / m->t, m->top_lv - m->low_lv};
    m->t = m->sums[0] = m->sums[1] = m->top = m->top_lv = 0;
    m->low = m->low_lv = 1e9;
}

static const double first_volumes[VOLUMES] = {26, 460, 490, 0, 0, 11, 200, 240, 130, 100, 110, 110};

static void scalar_init(scalar *m, const setting *s, bool stiff, double h)
{
    *m = (scalar){.set = *s, .stiff = stiff, .h = h, .p_b = 95, .low = 1e9, .low_lv = 1e9};
    m->seen.map = 90;
    double left = s->volume;
    memcpy(m->v, first_volumes, sizeof m->v);
    for (int i = 0; i < VOLUMES; i++)
        left -= m->v[i];
    m->v[SV] = 0.5 * left, m->v[EV] = 0.5 * left;
    m->theta[7] = 0.5;
}

static void add(beat *sum, const beat *b, double weight)
{
    sum->hr += weight * b->hr, sum->sbp += weight * b->sbp, sum->dbp += weight * b->dbp;
    sum->map += weight * b->map, sum->cvp += weight * b->cvp, sum->sv += weight * b->sv;
}

/* Mean over the last 20 s of the time given. */
static beat scalar_run(scalar *m, double seconds)
{
    beat mean = {0};
    long n = lround(seconds / m->h), from = n - lround(20 / m->h);
    for (long i = 0; i < n; i++) {
        scalar_step(m);
        if (i >= from) add(&mean, &m->seen, 1.0 / (double)(n - from));
    }
    return mean;
}

/* The lanes, alone with the reflex. */

static void lanes_init(lane_block *b, const setting *s)
{
    memset(b, 0, sizeof *b);
    lane_param *p = &b->p;
    p->s_rest = lane_all(6); /* the published equations: nothing joins in */
    p->v_scale = p->r_scale = p->rp_scale = p->e_scale = p->g_r = p->g_e = lane_all(1);
    p->g_ts = lane_all((float)s->g_ts), p->g_tv = lane_all((float)s->g_tv);
    p->g_vu = lane_all((float)s->g_vu), p->p_n = lane_all((float)s->p_n);
    p->v_heart0 = lane_all(1e6f);
    lane_coef *k = &b->k;
    k->r_sys = lane_all((float)s->r), k->e_lv = k->e_rv = lane_all((float)s->e);
    k->r_pul = k->period = k->sympathetic = k->vagal = lane_all(1);
    k->c_sa = lane_all(0.28f), k->t0 = lane_all((float)(s->t0 + 0.09 * 4.5 * (s->g_tv - 1)));
    k->vu_sv = lane_all((float)(1435.4 + 0.6 * s->vu));
    k->vu_ev = lane_all((float)(1537 + 0.4 * s->vu));
    b->f.p_th = lane_all((float)s->p_th), b->f.f_p = lane_all(3.7f);
    lane_state *x = &b->x;
    double left = s->volume;
    for (int i = 0; i < VOLUMES; i++) {
        ((lane *)x)[i] = lane_all((float)first_volumes[i]);
        left -= first_volumes[i];
    }
    x->v_sv = x->v_ev = lane_all((float)(left / 2));
    x->p_b = lane_all((float)(95 - AT_ONCE * 95)), x->th_tv = lane_all(0.5f);
    x->rhythm = x->beat_s = lane_all(1), x->map = lane_all(90);
    x->low_sa = x->low_pa = x->low_lv = lane_all(500);
}

static beat lanes_run(lane_block *b, uint64_t *tick, uint64_t seconds)
{
    beat mean = {0};
    for (uint64_t i = 0; i < seconds * 50; i++) {
        reflex_step(b, (*tick)++, 0);
        circulation_steps(b, NULL, 0);
        const lane_state *x = &b->x;
        beat now = {60 / x->beat_s[1], x->sbp[1], x->dbp[1],
                    x->map[1],         x->cvp[1], x->edv[1] - x->esv[1]};
        if (i >= (seconds - 20) * 50) add(&mean, &now, 1.0 / 1000);
    }
    return mean;
}

static void near(const beat *a, const beat *b, double hr, double p, double sv)
{
    print_message(
        "# HR %.1f/%.1f SBP %.1f/%.1f DBP %.1f/%.1f MAP %.1f/%.1f CVP %.2f/%.2f SV %.1f/%.1f\n",
        a->hr, b->hr, a->sbp, b->sbp, a->dbp, b->dbp, a->map, b->map, a->cvp, b->cvp, a->sv, b->sv);
    assert_true(fabs(a->hr - b->hr) <= hr);
    assert_true(fabs(a->sbp - b->sbp) <= p);
    assert_true(fabs(a->dbp - b->dbp) <= p);
    assert_true(fabs(a->map - b->map) <= p);
    assert_true(fabs(a->cvp - b->cvp) <= p);
    assert_true(fabs(a->sv - b->sv) <= sv);
}

/* Published settings and what they come to. The rate there is the mean of 60 / period over time,
 * and the stroke volume the output over that rate. */
static const struct {
    setting set;
    beat rest;
} settings[] = {
    {{92, 5300, 1, 0.58, 1, 1, 1, -4, 1, 0}, {68, 139, 91, 105, 2.4, 87}},
    {{84, 5300, 1, 0.58, 1, 1, 1, -4, 1, 0}, {66, 134, 86, 100, 2.4, 87}},
    {{80, 5200, 0.9, 0.58, 1, 1, 1, -4, 1, 0}, {69, 128, 80, 94, 2.3, 86}},
    {{80, 5200, 0.92, 0.50, 0.7, 1.4, 1.5, -4, 1, 0}, {61, 131, 79, 93, 3.2, 93}},
    {{84, 5300, 1, 0.58, 1, 1, 1, 1.5, 1, 0}, {70, 121, 81, 92, 6.0, 70}},
    {{84, 5300, 2, 0.58, 1, 1, 1, -4, 1.3, -200}, {56, 156, 108, 121, 1.6, 86}},
    {{84, 5300, 0.5, 0.58, 1, 1, 1, -4, 0.7, 500}, {85, 102, 60, 73, 2.3, 75}},
};

static void scalar_reproduces_the_published_settings(void **state)
{
    (void)state;
    static scalar m;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        scalar_init(&m, &settings[i].set, false, 0.002);
        beat seen = scalar_run(&m, 300);
        double output = seen.hr * seen.sv;
        seen.hr = m.rate_sum / (double)m.step;
        seen.sv = output / seen.hr;
        near(&seen, &settings[i].rest, 2, 3, 3);
    }
}

static void lanes_follow_the_scalar_program(void **state)
{
    (void)state;
    static scalar m;
    static lane_block b;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        uint64_t tick = 0;
        scalar_init(&m, &settings[i].set, true, 0.002);
        lanes_init(&b, &settings[i].set);
        beat oracle = scalar_run(&m, 300), seen = lanes_run(&b, &tick, 300);
        near(&seen, &oracle, 0.5, 0.7, 0.7);
        m.loss_ml_s = 1000.0 / 1500;
        b.k.inflow = lane_all(-1000.0f / 1500);
        oracle = scalar_run(&m, 1500), seen = lanes_run(&b, &tick, 1500);
        near(&seen, &oracle, 0.5, 0.7, 0.7);
    }
}

/* Largest difference in any volume after 16 ms from the same place, in steps of h. */
static double drift(const scalar *from, double h, const double truth[VOLUMES], double end[VOLUMES])
{
    static scalar m;
    m = *from;
    m.h = h;
    m.frozen = true;
    for (long i = lround(0.016 / h); i > 0; i--)
        scalar_step(&m);
    memcpy(end, m.v, sizeof m.v);
    double worst = 0;
    for (int i = 0; truth && i < VOLUMES; i++)
        worst = fmax(worst, fabs(end[i] - truth[i]));
    return worst;
}

/* Ejection and late filling: no valve moves there, so the order is that of the method. */
static void the_method_is_of_second_order(void **state)
{
    (void)state;
    static scalar m;
    static const double phases[] = {0.25, 0.75};
    for (size_t i = 0; i < 2; i++) {
        scalar_init(&m, &settings[1].set, true, 0.001);
        scalar_run(&m, 60);
        while (m.xi < phases[i] || m.xi > phases[i] + 0.01)
            scalar_step(&m);
        double truth[VOLUMES], end[VOLUMES];
        drift(&m, 0.0000625, NULL, truth);
        double coarse = drift(&m, 0.004, truth, end), fine = drift(&m, 0.002, truth, end);
        print_message("# phase %.2f: %.2e mL at 4 ms, %.2e at 2 ms, order %.2f\n", phases[i],
                      coarse, fine, log2(coarse / fine));
        assert_true(log2(coarse / fine) >= 1.8);
    }
}

static void half_the_step_changes_no_average(void **state)
{
    (void)state;
    static scalar m;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        scalar_init(&m, &settings[i].set, true, 0.004);
        beat coarse = scalar_run(&m, 200);
        scalar_init(&m, &settings[i].set, true, 0.002);
        beat fine = scalar_run(&m, 200);
        near(&coarse, &fine, 0.3, 0.3, 0.3);
    }
}

static double total(const lane_block *b, int member)
{
    double sum = 0;
    for (int i = 0; i < VOLUMES; i++)
        sum += (double)((const lane *)&b->x)[i][member];
    return sum;
}

static void no_blood_is_lost(void **state)
{
    (void)state;
    static lane_block b;
    uint64_t tick = 0;
    lanes_init(&b, &settings[1].set);
    double before = total(&b, 0);
    lanes_run(&b, &tick, 600);
    print_message("# %.4f mL of %.0f in 600 s\n", total(&b, 0) - before, before);
    assert_true(fabs(total(&b, 0) - before) < 1e-4 * before);
}

/* Veins that are nearly empty let little through and never go below nothing. */
static void an_empty_circulation_stays_bounded(void **state)
{
    (void)state;
    static lane_block b;
    uint64_t tick = 0;
    lanes_init(&b, &settings[1].set);
    b.k.inflow = lane_all(-3.6f); /* 60 % of the blood */
    lanes_run(&b, &tick, 900);
    b.k.inflow = lane_all(0);
    lanes_run(&b, &tick, 120);
    for (int i = 0; i < VOLUMES; i++)
        assert_true(((lane *)&b.x)[i][0] >= 0);
    print_message("# MAP %.1f, output %.1f mL/s\n", (double)b.x.map[0],
                  (double)lane_output(&b.x)[0]);
    assert_true(b.x.map[0] > -5 && b.x.map[0] < 40);
}

/* sd of the beats' length over the regular length is what was asked for. */
static void an_irregular_rhythm_has_its_spread(void **state)
{
    (void)state;
    static lane_block b;
    lanes_init(&b, &settings[1].set);
    b.k.irregular = lane_all(0.15f);
    for (int i = 0; i < PLX_LANES; i++)
        b.member[i] = i;
    double n = 0, sum = 0, square = 0;
    lane beats = b.x.beats;
    for (uint64_t tick = 0; tick < 50 * 900; tick++) {
        reflex_step(&b, tick, 0);
        circulation_steps(&b, NULL, 0);
        if (b.x.beats[2] == beats[2]) continue;
        beats = b.x.beats;
        double r = (double)b.x.rhythm[2];
        n++, sum += r, square += r * r;
    }
    double mean = sum / n, sd = sqrt(square / n - mean * mean);
    assert_true(fabs(mean - 1) < 0.02 && fabs(sd - 0.15) < 0.015);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalar_reproduces_the_published_settings),
        cmocka_unit_test(lanes_follow_the_scalar_program),
        cmocka_unit_test(the_method_is_of_second_order),
        cmocka_unit_test(half_the_step_changes_no_average),
        cmocka_unit_test(no_blood_is_lost),
        cmocka_unit_test(an_empty_circulation_stays_bounded),
        cmocka_unit_test(an_irregular_rhythm_has_its_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
