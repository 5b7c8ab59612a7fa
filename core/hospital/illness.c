/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What ails the adults of each complaint, and how it goes on: the amount follows the severity of
 * the visit, so that what worsens or mends there worsens or mends the body. Shares and amounts are
 * invented for the simulation. */
#include "core/base/mathx.h"
#include "core/hospital/inner.h"

#define CONDITION(name) ILLNESS_CONDITION, PLX_CONDITION_##name
#define WOUND ILLNESS_WOUND, 0
#define POISON(name) ILLNESS_POISON, PLX_DRUG_##name

const illness plx_hosp_illnesses[] = {
    {"CP", 12, CONDITION(CARDIOGENIC), 0.15, 0.95, 240},
    {"CP", 12, CONDITION(ATRIAL_FIBRILLATION), 1, 1, 0},
    {"CP", 5, CONDITION(PULMONARY_EMBOLISM), 0.15, 0.75, 180},
    {"SOB", 30, CONDITION(PNEUMONIA), 0.45, 1.00, 0},
    {"SOB", 20, CONDITION(COPD), 0.50, 1.00, 180},
    {"SOB", 20, CONDITION(CARDIOGENIC), 0.40, 1.00, 240},
    {"SOB", 15, CONDITION(ASTHMA), 0.30, 0.95, 90},
    {"SOB", 10, CONDITION(PULMONARY_EMBOLISM), 0.35, 0.90, 180},
    {"ABDO", 20, CONDITION(SEPSIS), 0.10, 0.70, 0},
    {"ABDO", 5, WOUND, 2, 50, 0},
    {"FALL", 8, WOUND, 2, 30, 0},
    {"LAC", 50, WOUND, 1, 40, 0},
    {"SEPSIS", 70, CONDITION(SEPSIS), 0.40, 0.90, 0},
    {"SEPSIS", 30, CONDITION(PNEUMONIA), 0.55, 1.00, 0},
    {"COUGH", 70, CONDITION(PNEUMONIA), 0.25, 0.95, 0},
    {"ASTHMA", 100, CONDITION(ASTHMA), 0.30, 0.95, 90},
    {"COPD", 100, CONDITION(COPD), 0.55, 1.00, 180},
    {"SYNCOPE", 12, CONDITION(PULMONARY_EMBOLISM), 0.20, 0.85, 180},
    {"SYNCOPE", 12, WOUND, 3, 45, 0},
    {"SYNCOPE", 15, CONDITION(BRADYCARDIA), 0.20, 0.80, 240},
    {"SYNCOPE", 8, CONDITION(ATRIAL_FIBRILLATION), 1, 1, 0},
    {"PALP", 50, CONDITION(ATRIAL_FIBRILLATION), 1, 1, 0},
    {"PALP", 40, CONDITION(TACHYCARDIA), 0.40, 1.00, 60},
    {"VOMIT", 15, CONDITION(SEPSIS), 0.08, 0.45, 0},
    {"GIB", 100, WOUND, 5, 90, 0},
    {"URINE", 60, CONDITION(SEPSIS), 0.08, 0.70, 0},
    {"ALLERGY", 70, CONDITION(ANAPHYLAXIS), 0.05, 0.90, 40},
    {"OVERDOSE", 50, POISON(MORPHINE), 0.10, 0.80, 0},
    {"OVERDOSE", 25, POISON(MIDAZOLAM), 0.10, 0.60, 0},
    {"DIABETES", 40, CONDITION(SEPSIS), 0.08, 0.50, 0},
    {"RTC", 60, WOUND, 4, 100, 0},
    {"RTC", 5, CONDITION(TENSION_PNEUMOTHORAX), 0.20, 0.70, 5},
    {"THROAT", 70, CONDITION(SEPSIS), 0.08, 0.45, 0},
};
const uint32_t plx_hosp_illnesses_n = sizeof plx_hosp_illnesses / sizeof *plx_hosp_illnesses;

enum {
    ONSET_BEFORE_S = 600, /* what began at home has come on when the bed is reached */
    FOLLOW_S = 300,       /* a change of severity is spread over this time */
    TAKEN_UP_S = 1800
};
#define DETERIORATION 0.2 /* a jump of the target of the severity that opens a wound again */
#define PAIN_SHARE 0.5    /* of the complaint's own rise of the heart rate, where nothing else is */

const illness *plx_hosp_illness_draw(plx_rng *rng, const char *code)
{
    uint64_t at = plx_rng_below(rng, 100);
    for (uint32_t i = 0; i < plx_hosp_illnesses_n; i++) {
        const illness *ill = &plx_hosp_illnesses[i];
        if (strcmp(ill->complaint, code) != 0) continue;
        if (at < ill->percent) return ill;
        at -= ill->percent;
    }
    return NULL;
}

static double amount(const illness *ill, double severity)
{
    return ill->mild + (ill->grave - ill->mild) * severity;
}

static void act(bedside *b, const plx_action *a)
{
    char why[100];
    const plx_status status = plx_care_act(&b->care, a, why, sizeof why);
    PLX_ASSERT(status == PLX_OK || status == PLX_FULL); /* the table keeps to its ranges */
}

static void condition(bedside *b, plx_condition what, double severity, double onset_s)
{
    act(b, &(plx_action){.kind = PLX_ACTION_CONDITION,
                         .condition = what,
                         .amount = severity,
                         .duration_s = onset_s});
}

/* Pain and fear drive the heart of those who have nothing else. */
static void pain(bedside *b, const visit *v)
{
    const double more = PAIN_SHARE * plx_hosp_complaints[v->complaint].hr * v->severity;
    if (more > 0) condition(b, PLX_CONDITION_TACHYCARDIA, more / (0.45 * (72 + more)), FOLLOW_S);
}

static void wound(bedside *b, double ml_min)
{
    act(b, &(plx_action){.kind = PLX_ACTION_WOUND, .amount = ml_min});
}

/* Fever takes hours to rise and is there already; the same rule as in the body's own fever. */
static void fever(bedside *b, double severity)
{
    const uint8_t what = b->ill->what;
    if (what == PLX_CONDITION_SEPSIS || what == PLX_CONDITION_PNEUMONIA)
        act(b, &(plx_action){.kind = PLX_ACTION_TEMPERATURE, .amount = 37 + 2 * severity});
}

/* Before the bed is reached: it came on, and it bled for ten minutes. */
uint32_t plx_hosp_illness_begin(bedside *b, const visit *v)
{
    const illness *ill = b->ill;
    b->relief = 1;
    b->seen_target = v->target;
    const double x = ill ? amount(ill, v->severity) : 0;
    if (!ill)
        pain(b, v);
    else if (ill->kind == ILLNESS_CONDITION)
        condition(b, (plx_condition)ill->what, x, ONSET_BEFORE_S / 2), fever(b, x);
    else if (ill->kind == ILLNESS_WOUND)
        wound(b, x);
    else
        act(b, &(plx_action){.kind = PLX_ACTION_DRUG,
                             .drug = (plx_drug)ill->what,
                             .unit = PLX_DOSE_MG_KG,
                             .amount = x,
                             .duration_s = TAKEN_UP_S});
    return ONSET_BEFORE_S;
}

void plx_hosp_illness_release(bedside *b)
{
    act(b, &(plx_action){.kind = PLX_ACTION_TEMPERATURE});
}

void plx_hosp_illness_go_on(bedside *b, const visit *v, double minutes)
{
    const illness *ill = b->ill;
    const bool worse = v->target > b->seen_target + DETERIORATION;
    b->seen_target = v->target;
    if (!ill) {
        pain(b, v);
        return;
    }
    const bool treated = b->given.epinephrine_n || ill->what != PLX_CONDITION_ANAPHYLAXIS;
    if (ill->better_min && treated) b->relief *= plx_exp(-minutes / ill->better_min);
    if (worse) b->relief = 1;
    if (ill->kind == ILLNESS_CONDITION) {
        condition(b, (plx_condition)ill->what, amount(ill, v->severity) * b->relief, FOLLOW_S);
    } else if (ill->kind == ILLNESS_WOUND && worse) {
        wound(b, amount(ill, v->target));
        act(b, &(plx_action){.kind = PLX_ACTION_BLEEDING_CONTROL, .amount = 1});
        b->given.held = false;
    }
}
