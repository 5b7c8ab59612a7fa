/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the staff does about the values that it has just measured: plain protocols as they hang on
 * the walls of departments, simplified; doses are customary adult ones. No advice to anybody. */
#include "core/hospital/inner.h"

#define BOLUS_ML 500.0
#define CRYSTALLOID_ML_KG 30.0
#define HEART_ML 250.0 /* a failing heart gets no more than this */
#define RED_CELLS_ML 300.0
#define HELD_LEFT 0.1 /* share of the bleeding that pressure and surgery leave */
#define NALOXONE_MG_H 0.3
#define NOREPINEPHRINE_STEP 0.05
#define NOREPINEPHRINE_MAX 0.6
enum {
    MAP_LOW = 65,
    SBP_LOW = 90,
    MAP_ENOUGH = 75, /* above it norepinephrine is taken back */
    SPO2_LOW = 92,
    SPO2_HIGH = 97,      /* above it oxygen is weaned */
    SPO2_LOW_COPD = 88,  /* BTS guideline for oxygen (O'Driscoll 2017): 88 to 92 % */
    SPO2_HIGH_COPD = 93, /* */
    WOUND_SEEN_MIN = 40,
    BOLUS_S = 900,
    RED_CELLS_S = 600,
    RED_CELLS_MAX = 12,
    SLOW_RR = 9,      /* breaths a minute */
    NALOXONE_MAX = 8, /* boluses */
    REPEATS_MAX = 4   /* of epinephrine, atropine */
};

static const struct {
    plx_oxygen device;
    float l_min;
} LADDER[] = {{PLX_OXYGEN_ROOM, 0},          {PLX_OXYGEN_NASAL_CANNULA, 2},
              {PLX_OXYGEN_NASAL_CANNULA, 4}, {PLX_OXYGEN_SIMPLE_MASK, 6},
              {PLX_OXYGEN_SIMPLE_MASK, 10},  {PLX_OXYGEN_NON_REBREATHER, 15}};
enum { LADDER_TOP = sizeof LADDER / sizeof *LADDER - 1, MASK = 3 };

/* Whose bedside it is. */
typedef struct staff {
    hospital *h;
    visit *v;
    bedside *b;
} staff;

/* Done, and told when it is a drug or a fluid. */
static bool give(const staff *s, const plx_action *a)
{
    char why[100];
    if (plx_care_act(&s->b->care, a, why, sizeof why) != PLX_OK) return false;
    plx_hosp_medication_given(s->h, s->v, s->b, a);
    return true;
}

static bool has(const bedside *b, plx_condition what)
{
    return b->ill && b->ill->kind == ILLNESS_CONDITION && b->ill->what == what;
}

static bool bleeds(const bedside *b)
{
    return b->ill && b->ill->kind == ILLNESS_WOUND;
}

/* Minutes since then are over, or it never was. */
static bool due(const hospital *h, int64_t last_us, int64_t minutes)
{
    return last_us == 0 || h->now_us - last_us >= minutes * PLX_MINUTE_US;
}

static uint8_t oxygen_wanted(uint8_t step, int32_t spo2, bool copd)
{
    const int32_t low = copd ? SPO2_LOW_COPD : SPO2_LOW;
    uint8_t wanted = step;
    if (spo2 < low) wanted = (uint8_t)(step + 1);
    if (spo2 < low - 5 && wanted < MASK) wanted = MASK;
    if (spo2 < low - 10) wanted = LADDER_TOP;
    return wanted > LADDER_TOP ? LADDER_TOP : wanted;
}

static void oxygen(const staff *s, int32_t spo2)
{
    const hospital *h = s->h;
    bedside_care *g = &s->b->given;
    const bool copd = has(s->b, PLX_CONDITION_COPD);
    uint8_t step = oxygen_wanted(g->oxygen, spo2, copd);
    const bool more = step > g->oxygen, enough = spo2 > (copd ? SPO2_HIGH_COPD : SPO2_HIGH);
    if (!more && enough && g->oxygen > 0) step--;
    if (step == g->oxygen || !due(h, g->oxygen_us, more ? 2 : 10)) return;
    const plx_action a = {
        .kind = PLX_ACTION_AIRWAY,
        .airway = {.device = LADDER[step].device, .flow_l_min = LADDER[step].l_min}};
    if (!give(s, &a)) return;
    g->oxygen = step;
    g->oxygen_us = h->now_us;
    s->v->on_oxygen = step > 0;
    s->v->oxygen_l_min = (double)LADDER[step].l_min;
}

static void infuse(const staff *s, plx_fluid fluid, double ml, int32_t over_s)
{
    bedside *b = s->b;
    const plx_action a = {
        .kind = PLX_ACTION_FLUID, .fluid = fluid, .amount = ml, .duration_s = over_s};
    if (!give(s, &a)) return;
    b->given.line_until_us = s->h->now_us + over_s * PLX_SECOND_US;
    if (fluid == PLX_FLUID_PRBC)
        b->given.red_cells_n++;
    else
        b->given.crystalloid_ml += ml;
}

/* A bolus after the other; who bleeds gets red cells after the first one. false: no more fluid. */
static bool fluid(const staff *s)
{
    const bedside *b = s->b;
    const bedside_care *g = &b->given;
    const double most =
        has(b, PLX_CONDITION_CARDIOGENIC) ? HEART_ML : CRYSTALLOID_ML_KG * b->care.person.weight_kg;
    if (s->h->now_us < g->line_until_us) return true;
    if (bleeds(b) && g->crystalloid_ml > 0 && g->red_cells_n < RED_CELLS_MAX) {
        infuse(s, PLX_FLUID_PRBC, RED_CELLS_ML, RED_CELLS_S);
        return true;
    }
    if (g->crystalloid_ml >= most) return false;
    const double left = most - g->crystalloid_ml;
    infuse(s, PLX_FLUID_RINGER, left < BOLUS_ML ? left : BOLUS_ML, BOLUS_S);
    return true;
}

static void norepinephrine(const staff *s, double rate)
{
    bedside_care *g = &s->b->given;
    if (!due(s->h, g->norepinephrine_us, 3)) return;
    if (rate > NOREPINEPHRINE_MAX) rate = NOREPINEPHRINE_MAX;
    const bool off = rate < NOREPINEPHRINE_STEP / 2;
    const plx_action a = {.kind = off ? PLX_ACTION_STOP : PLX_ACTION_DRUG,
                          .drug = PLX_DRUG_NOREPINEPHRINE,
                          .unit = PLX_DOSE_UG_KG_MIN,
                          .amount = rate};
    if (!give(s, &a)) return;
    g->norepinephrine = off ? 0 : rate;
    g->norepinephrine_us = s->h->now_us;
}

/* At once in shock, else when the doctor has got to it. */
static void hold_wound(const staff *s)
{
    bedside *b = s->b;
    const plx_action a = {.kind = PLX_ACTION_BLEEDING_CONTROL, .amount = HELD_LEFT};
    if (bleeds(b) && !b->given.held) b->given.held = give(s, &a);
}

static void pressure(const staff *s, const measured *m)
{
    const double rate = s->b->given.norepinephrine;
    if (due(s->h, s->v->placed_us, WOUND_SEEN_MIN)) hold_wound(s);
    if (m->map < MAP_LOW || m->sbp < SBP_LOW) {
        hold_wound(s);
        const bool running = fluid(s);
        if (!running || rate > 0 || m->map < MAP_LOW - 15)
            norepinephrine(s, rate + (m->map < MAP_LOW - 10 ? 2 : 1) * NOREPINEPHRINE_STEP);
    } else if (rate > 0 && m->map > MAP_ENOUGH) {
        norepinephrine(s, rate - NOREPINEPHRINE_STEP);
    }
}

/* A dose that may be repeated after some minutes; true when it was given. */
static bool dose(const staff *s, int64_t *last_us, int64_t minutes, const plx_action *a)
{
    if (!due(s->h, *last_us, minutes) || !give(s, a)) return false;
    *last_us = s->h->now_us;
    return true;
}

/* A bolus wears off before an opioid does, so each leaves an infusion behind. */
static void naloxone(const staff *s)
{
    static const plx_action BOLUS = {
        .kind = PLX_ACTION_DRUG, .drug = PLX_DRUG_NALOXONE, .unit = PLX_DOSE_UG, .amount = 400};
    bedside_care *g = &s->b->given;
    if (g->naloxone_n >= NALOXONE_MAX || !dose(s, &g->naloxone_us, 3, &BOLUS)) return;
    g->naloxone_n++;
    const plx_action infusion = {.kind = PLX_ACTION_DRUG,
                                 .drug = PLX_DRUG_NALOXONE,
                                 .unit = PLX_DOSE_MG_H,
                                 .amount = NALOXONE_MG_H * g->naloxone_n};
    (void)give(s, &infusion);
}

static void drugs(const staff *s, const measured *m)
{
    static const plx_action EPINEPHRINE = {.kind = PLX_ACTION_DRUG, /* into a muscle */
                                           .drug = PLX_DRUG_EPINEPHRINE,
                                           .unit = PLX_DOSE_UG,
                                           .amount = 500,
                                           .duration_s = 1200};
    static const plx_action SALBUTAMOL = {.kind = PLX_ACTION_DRUG, /* inhaled */
                                          .drug = PLX_DRUG_SALBUTAMOL,
                                          .unit = PLX_DOSE_MG,
                                          .amount = 5,
                                          .duration_s = 600};
    static const plx_action ATROPINE = {
        .kind = PLX_ACTION_DRUG, .drug = PLX_DRUG_ATROPINE, .unit = PLX_DOSE_UG, .amount = 600};
    static const plx_action FUROSEMIDE = {
        .kind = PLX_ACTION_DRUG, .drug = PLX_DRUG_FUROSEMIDE, .unit = PLX_DOSE_MG, .amount = 40};
    static const plx_action ANTIPYRETIC = {.kind = PLX_ACTION_ANTIPYRETIC};
    const bedside *b = s->b;
    bedside_care *g = &s->b->given;
    const bool low = m->map < MAP_LOW || m->sbp < SBP_LOW, short_of = m->spo2 < SPO2_LOW;
    if (has(b, PLX_CONDITION_ANAPHYLAXIS) && g->epinephrine_n < REPEATS_MAX &&
        (g->epinephrine_n == 0 || low || short_of))
        g->epinephrine_n += dose(s, &g->epinephrine_us, 5, &EPINEPHRINE);
    if (has(b, PLX_CONDITION_ASTHMA)) (void)dose(s, &g->salbutamol_us, 60, &SALBUTAMOL);
    if (b->ill && b->ill->kind == ILLNESS_POISON && m->rr < SLOW_RR) naloxone(s);
    if (m->hr < 45 && low && g->atropine_n < REPEATS_MAX)
        g->atropine_n += dose(s, &g->atropine_us, 5, &ATROPINE);
    if (has(b, PLX_CONDITION_CARDIOGENIC) && short_of && !low && !g->furosemide)
        g->furosemide = give(s, &FUROSEMIDE);
    if (m->temp_tenths > 385) (void)dose(s, &g->antipyretic_us, 360, &ANTIPYRETIC);
}

void plx_hosp_protocol(hospital *h, visit *v, bedside *b, const measured *m)
{
    const staff s = {h, v, b};
    oxygen(&s, m->spo2);
    pressure(&s, m);
    drugs(&s, m);
}

bool plx_hosp_protocol_close_watch(const bedside *b)
{
    return b->given.norepinephrine > 0 || b->given.held || b->given.oxygen > MASK ||
           b->given.epinephrine_n > 0;
}
