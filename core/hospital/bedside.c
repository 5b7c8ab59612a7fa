/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A body lives only when somebody looks at it: then it catches up with the clock. */
#include "core/base/mathx.h"
#include "core/hospital/inner.h"
#include "core/physiology/measure.h"

enum {
    REST_S = 60, /* of beats at first: the averaged body learns from them */
    FIT_S = 60,  /* averaged, between two corrections */
    FIT_ROUNDS = 5,
    AGE_MIN = 16,  /* */
    AGE_MAX = 95,  /* of the envelope of a person */
    ALIGNMENT = 16 /* */
};
#define SPREAD 0.6                      /* of the prior spread among persons */
#define BODY_STREAM (UINT64_C(1) << 40) /* of random numbers, + journey */
#define FIT_GAIN 1.5                    /* mmHg of the set point for one of the pressure */
#define T0_LEAST 0.8
#define T0_MOST 1.3
#define CORE_DEGC 37.0

static const struct {
    double low, high;
} PARAM_BOUNDS[PLX_BODY_PARAM_N] = {
#define X(name, unit, low, high, text) {low, high},
    PLX_BODY_PARAM(X)
#undef X
};

static double within(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

static size_t aligned(size_t n)
{
    return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

size_t plx_hosp_bedside_bytes(void)
{
    return aligned(sizeof(bedside)) + aligned(plx_body_size(PLX_BODY_GROUP));
}

static bedside *bedside_at(const hospital *h, uint32_t at)
{
    return (bedside *)(void *)(h->bedsides + (size_t)at * plx_hosp_bedside_bytes());
}

static plx_body *body_of(bedside *b)
{
    return (plx_body *)(void *)((char *)b + aligned(sizeof *b));
}

bedside *plx_hosp_bedside_of(const hospital *h, const visit *v)
{
    return v->body == NO_BODY ? NULL : bedside_at(h, v->body - 1u);
}

/* Sizes and what is chronic: invented for a plausible grown-up public, more of it with age. */
static plx_person person_of(plx_rng *rng, const hospital *h, const visit *v)
{
    const bool man = h->persons[v->person].man;
    const double age = v->age_years, old = age > 40 ? (age - 40) / 50 : 0;
    const double height = plx_rng_normal(rng, man ? 176 : 163, 7);
    const double bmi = 26 * plx_exp(plx_rng_normal(rng, 0, 0.17));
    plx_person p = {.sex = man ? PLX_SEX_MALE : PLX_SEX_FEMALE, .age = age};
    p.height_cm = within(height, 145, 205);
    p.weight_kg = within(bmi * p.height_cm * p.height_cm * 1e-4, 38, 200);
    if (plx_hosp_chance(rng, 0.05 + 0.5 * old)) p.chronic |= PLX_CHRONIC_HYPERTENSION;
    if (plx_hosp_chance(rng, 0.12 * old)) p.chronic |= PLX_CHRONIC_HEART_FAILURE;
    if (plx_hosp_chance(rng, 0.25 * old)) p.chronic |= PLX_CHRONIC_BETA_BLOCKER;
    if (plx_hosp_chance(rng, 0.10 * old)) p.chronic |= PLX_CHRONIC_ATRIAL_FIBRILLATION;
    if (plx_hosp_chance(rng, 0.04 + 0.2 * old)) p.chronic |= PLX_CHRONIC_DIABETES;
    return p;
}

static void look(bedside *b, const float *seen)
{
    b->signs = (bedside_signs){.hr = (double)seen[0 * PLX_BODY_GROUP],
                               .sbp = (double)seen[1 * PLX_BODY_GROUP],
                               .dbp = (double)seen[2 * PLX_BODY_GROUP],
                               .map = (double)seen[3 * PLX_BODY_GROUP],
                               .rr = (double)seen[4 * PLX_BODY_GROUP],
                               .spo2 = (double)seen[5 * PLX_BODY_GROUP],
                               .temp = (double)seen[6 * PLX_BODY_GROUP] + b->temp_offset,
                               .paco2 = (double)seen[7 * PLX_BODY_GROUP]};
}

static const uint8_t QUANTITIES[] = {
    PLX_MEASURE_hr_bpm,     PLX_MEASURE_sbp_mmhg, PLX_MEASURE_dbp_mmhg,    PLX_MEASURE_map_mmhg,
    PLX_MEASURE_rr_per_min, PLX_MEASURE_spo2_pct, PLX_MEASURE_core_temp_c, PLX_MEASURE_paco2_mmhg};

/* false: the body has left its bounds. */
static bool live(bedside *b, uint32_t seconds)
{
    float seen[sizeof QUANTITIES * PLX_BODY_GROUP] = {0};
    plx_body *body = body_of(b);
    const plx_body_trace trace = {
        .quantities = QUANTITIES, .quantities_n = sizeof QUANTITIES, .values = seen};
    const plx_body_run_options options = {PLX_BODY_AVERAGED, BODY_LANES, 0, BODY_LANES};
    for (uint32_t left = seconds, n; left > 0; left -= n) {
        n = left - 1 < PLX_BODY_WINDOW_S_MAX ? left - 1 : PLX_BODY_WINDOW_S_MAX;
        n += n == 0; /* the last second, alone, is the one that is seen */
        plx_care_live(&b->care, body, &options, n, left == 1 ? &trace : NULL);
        if (plx_body_broken(body, NULL, NULL)) return false;
    }
    if (seconds > 0) look(b, seen);
    return true;
}

/* Adds to a parameter of the patient, as far as the bounds let it. */
static void correct(plx_body *body, plx_body_param_id id, double by)
{
    float *x = plx_body_param(body, id);
    *x = (float)within((double)*x + by, PARAM_BOUNDS[id].low, PARAM_BOUNDS[id].high);
}

/* To the resting heart rate and mean pressure of the visit, so that the first value in the bed goes
 * with that of triage: by the period of the heart without nerves and the set point of the
 * baroreflex. The period only so far, or else the heart would be too fast in shock. */
static bool settle(bedside *b, const visit *v)
{
    plx_body *body = body_of(b);
    const double map = (v->sbp + 2 * (0.5 * v->sbp + 14)) / 3;
    /* without base values there is none that could be missed */
    (void)plx_person_settle(&b->care.person, SPREAD, BODY_LANES, REST_S, body);
    const double t0 = (double)*plx_body_param(body, PLX_BODY_P_t0);
    for (int i = 0; i < FIT_ROUNDS; i++) {
        if (!live(b, FIT_S)) return false;
        const double now = (double)*plx_body_param(body, PLX_BODY_P_t0);
        const double wanted = now + 60 / v->hr - 60 / b->signs.hr;
        correct(body, PLX_BODY_P_t0, within(wanted, T0_LEAST * t0, T0_MOST * t0) - now);
        correct(body, PLX_BODY_P_p_n, FIT_GAIN * (map - b->signs.map));
    }
    return live(b, FIT_S);
}

void plx_hosp_bedside_end(hospital *h, visit *v)
{
    if (v->body == NO_BODY) return;
    plx_hosp_waveform_end(h, plx_hosp_bedside_of(h, v));
    h->free_bedsides[h->free_bedsides_n++] = (uint16_t)(v->body - 1);
    v->body = NO_BODY;
}

static void lose(hospital *h, visit *v)
{
    h->counts.bodies_lost++;
    plx_hosp_bedside_end(h, v);
}

static bool adult_in_the_envelope(const visit *v)
{
    return v->age_years >= AGE_MIN && v->age_years <= AGE_MAX;
}

void plx_hosp_bedside_begin(hospital *h, visit *v)
{
    if (v->body != NO_BODY || !adult_in_the_envelope(v) || h->free_bedsides_n == 0) return;
    plx_rng rng = plx_rng_init(h->model.seed, BODY_STREAM + v->journey);
    const uint32_t at = h->free_bedsides[--h->free_bedsides_n];
    bedside *b = bedside_at(h, at);
    v->body = (uint16_t)(at + 1);
    h->counts.bodies++;
    const plx_person who = person_of(&rng, h, v);
    *b = (bedside){
        .lived_us = h->now_us, .followed_us = h->now_us, .temp_offset = v->temp - CORE_DEGC};
    *body_of(b) = (plx_body){.members = PLX_BODY_GROUP, .seed = plx_rng_u64(&rng)};
    plx_care_init(&b->care, &who);
    b->ill = plx_hosp_illness_draw(&rng, plx_hosp_complaints[v->complaint].code);
    const bool sound = settle(b, v) && live(b, plx_hosp_illness_begin(b, v));
    plx_hosp_illness_release(b);
    h->counts.body_seconds += body_of(b)->time_s;
    if (!sound) lose(h, v);
}

/* Whole seconds since then, which moves on by them. */
static int64_t seconds_passed(const hospital *h, int64_t *since_us)
{
    const int64_t gap_s = (h->now_us - *since_us) / PLX_SECOND_US;
    if (gap_s <= 0) return 0;
    *since_us += gap_s * PLX_SECOND_US;
    return gap_s;
}

bedside *plx_hosp_bedside_catch_up(hospital *h, visit *v)
{
    bedside *b = plx_hosp_bedside_of(h, v);
    if (!b) return NULL;
    const int64_t ill_s = seconds_passed(h, &b->followed_us);
    if (ill_s > 0) plx_hosp_illness_go_on(b, v, (double)ill_s / 60);
    if (b->waveform != NO_WAVEFORM) return b; /* lives by the second: plx_hosp_bedside_beat */
    const int64_t gap_s = seconds_passed(h, &b->lived_us);
    const uint32_t lived_s = gap_s < BODY_CATCH_UP_S ? (uint32_t)gap_s : BODY_CATCH_UP_S;
    if (gap_s == 0) return b;
    h->counts.body_seconds += lived_s;
    if (live(b, lived_s)) return b;
    lose(h, v);
    return NULL;
}

bool plx_hosp_bedside_beat(hospital *h, visit *v, float *wave)
{
    bedside *b = plx_hosp_bedside_of(h, v);
    plx_body *body = body_of(b);
    plx_second now;
    float seen[sizeof QUANTITIES * PLX_BODY_GROUP] = {0};
    const plx_body_trace trace = {
        .quantities = QUANTITIES, .quantities_n = sizeof QUANTITIES, .values = seen, .wave = wave};
    const plx_body_run_options options = {PLX_BODY_PULSATILE, BODY_LANES, 0, BODY_LANES};
    plx_care_step(&b->care, &now);
    const plx_status status = plx_body_run(body, &options, &now, 1, &trace);
    PLX_ASSERT(status == PLX_OK);
    body->time_s++;
    h->counts.body_seconds++;
    b->lived_us = h->now_us;
    if (plx_body_broken(body, NULL, NULL)) {
        lose(h, v);
        return false;
    }
    look(b, seen);
    return true;
}
