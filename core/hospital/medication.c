/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the staff gives to a body, as it is told: the order (RDE^O11) before the first dose, each
 * dose or change of a rate (RAS^O17), and the end of an order, HL7 v2.5.1 chapter 4. A bag of fluid
 * or blood is an order of its own, whose rate says how long it runs. */
#include <math.h>

#include "core/hospital/inner.h"

#define SECONDS_AN_HOUR 3600.0

/* How one action is written. */
typedef struct drug_text {
    plx_action_kind kind;
    int32_t what;             /* plx_drug or plx_fluid */
    bool rate;                /* an infusion */
    const char *code;         /* RXE-2, RXA-5 */
    const char *unit, *route; /* UCUM; RXR-1 */
    double in_unit;           /* of 1 of the action's amount */
    unsigned decimals;
} drug_text;

#define IV "IV^Intravenous^HL70162"
#define PARACETAMOL_MG 1000

static const drug_text TEXTS[MEDICATIONS] = {
    {PLX_ACTION_DRUG, PLX_DRUG_NOREPINEPHRINE, true, "7512^norepinephrine^RXNORM", "ug/kg/min", IV,
     1, 2},
    {PLX_ACTION_DRUG, PLX_DRUG_NALOXONE, true, "7242^naloxone^RXNORM", "mg/h", IV, 1, 1},
    {PLX_ACTION_DRUG, PLX_DRUG_NALOXONE, false, "7242^naloxone^RXNORM", "ug", IV, 1, 0},
    {PLX_ACTION_DRUG, PLX_DRUG_EPINEPHRINE, false, "3992^epinephrine^RXNORM", "ug",
     "IM^Intramuscular^HL70162", 1, 0},
    {PLX_ACTION_DRUG, PLX_DRUG_SALBUTAMOL, false, "435^albuterol^RXNORM", "mg",
     "NEB^Nebulized^HL70162", 1, 1},
    {PLX_ACTION_DRUG, PLX_DRUG_ATROPINE, false, "1223^atropine^RXNORM", "ug", IV, 1, 0},
    {PLX_ACTION_DRUG, PLX_DRUG_FUROSEMIDE, false, "4603^furosemide^RXNORM", "mg", IV, 1, 0},
    {PLX_ACTION_FLUID, PLX_FLUID_RINGER, false, "RL^Lactated Ringers^L", "mL", IV, 1, 0},
    {PLX_ACTION_FLUID, PLX_FLUID_PRBC, false, "PRBC^Packed red blood cells^L", "mL", IV, 1, 0},
    {PLX_ACTION_ANTIPYRETIC, 0, false, "161^acetaminophen^RXNORM", "mg", IV, 1, 0},
};

static bool is_rate(const plx_action *a)
{
    return a->kind == PLX_ACTION_STOP || (a->kind == PLX_ACTION_DRUG && a->unit >= PLX_DOSE_UG_MIN);
}

static uint32_t text_of(const plx_action *a)
{
    const plx_action_kind kind = a->kind == PLX_ACTION_STOP ? PLX_ACTION_DRUG : a->kind;
    for (uint32_t i = 0; i < MEDICATIONS; i++) {
        const drug_text *x = &TEXTS[i];
        const int32_t what = kind == PLX_ACTION_FLUID  ? (int32_t)a->fluid
                             : kind == PLX_ACTION_DRUG ? (int32_t)a->drug
                                                       : 0;
        if (x->kind == kind && x->what == what && x->rate == is_rate(a)) return i;
    }
    return MEDICATIONS;
}

static void bars(plx_out *out, unsigned n)
{
    for (; n > 0; n--)
        plx_out_char(out, '|');
}

static void put_amount(plx_out *out, double value, unsigned decimals)
{
    const double power = decimals == 2 ? 100 : decimals == 1 ? 10 : 1;
    const plx_decimal d = plx_decimal_make((int64_t)floor(value * power + 0.5), decimals);
    plx_out_slice_add(out, plx_decimal_text(&d));
}

static void put_unit(plx_out *out, const char *unit)
{
    plx_out_text(out, unit);
    plx_out_char(out, '^');
    plx_out_text(out, unit);
    plx_out_text(out, "^UCUM");
}

static void put_orc(const hospital *h, plx_out *out, const visit *v, const char *control,
                    uint32_t number)
{
    plx_out_text(out, "ORC|");
    plx_out_text(out, control);
    plx_hosp_put_number(out, "|D", number, 8);
    plx_out_text(out, "^" HOSPITAL_FACILITY);
    bars(out, 7);
    plx_hosp_put_time(out, h->now_us, false);
    bars(out, 3);
    plx_hosp_put_staff(out, 'D', v->doctor);
    plx_out_char(out, '\r');
}

static void put_route(plx_out *out, const drug_text *x)
{
    plx_out_text(out, "RXR|");
    plx_out_text(out, x->route);
    plx_out_char(out, '\r');
}

/* What a rate or a dose is in the unit of its text. */
static double amount_of(const plx_action *a)
{
    if (a->kind == PLX_ACTION_STOP) return 0;
    return a->kind == PLX_ACTION_ANTIPYRETIC ? PARACETAMOL_MG : a->amount;
}

static uint32_t begin(hospital *h, plx_out *out, const visit *v, const header *head)
{
    const uint32_t i = plx_hosp_outbox_take(h, out);
    plx_hosp_put_msh(h, out, head);
    plx_hosp_put_short_identity(h, out, v, true);
    h->slots[i].visit = plx_hosp_visit_slot(h, v);
    h->slots[i].stream = v->stream;
    return i;
}

static void send_order(hospital *h, const visit *v, const plx_action *a, const char *control,
                       uint32_t number)
{
    plx_out out;
    const drug_text *x = &TEXTS[text_of(a)];
    const bool ends = a->kind == PLX_ACTION_STOP; /* told behind the last dose */
    const int64_t sent_us = h->now_us + (ends ? 3 : 1) * PLX_SECOND_US;
    const uint32_t i = begin(h, &out, v, &(header){PHARMACY, "RDE^O11^RDE_O11", sent_us});
    put_orc(h, &out, v, control, number);
    plx_out_text(&out, "RXE||");
    plx_out_text(&out, x->code);
    bars(&out, 1);
    put_amount(&out, amount_of(a), x->decimals);
    bars(&out, 2);
    put_unit(&out, x->unit);
    if (a->kind == PLX_ACTION_FLUID && a->duration_s > 0) {
        bars(&out, 18);
        put_amount(&out, a->amount * SECONDS_AN_HOUR / a->duration_s, 0);
        bars(&out, 1);
        put_unit(&out, "mL/h");
    }
    plx_out_char(&out, '\r');
    put_route(&out, x);
    plx_hosp_outbox_put(h, i, &out, sent_us + PLX_SECOND_US / 5);
}

static void send_dose(hospital *h, const visit *v, const plx_action *a, uint32_t number,
                      uint32_t dose)
{
    plx_out out;
    const drug_text *x = &TEXTS[text_of(a)];
    const int64_t sent_us = h->now_us + 2 * PLX_SECOND_US;
    const uint32_t i = begin(h, &out, v, &(header){BEDSIDE, "RAS^O17^RAS_O17", sent_us});
    put_orc(h, &out, v, "RE", number);
    plx_out_text(&out, "RXA|0|");
    plx_out_u64(&out, dose);
    bars(&out, 1);
    plx_hosp_put_time(&out, h->now_us, false);
    bars(&out, 2);
    plx_out_text(&out, x->code);
    bars(&out, 1);
    put_amount(&out, amount_of(a), x->decimals);
    bars(&out, 1);
    put_unit(&out, x->unit);
    bars(&out, 3);
    plx_hosp_put_staff(&out, 'N', v->nurse);
    bars(&out, 10);
    plx_out_text(&out, "CP|A\r");
    put_route(&out, x);
    plx_hosp_outbox_put(h, i, &out, sent_us + PLX_SECOND_US / 5);
}

void plx_hosp_medication_given(hospital *h, visit *v, bedside *b, const plx_action *a)
{
    const uint32_t i = text_of(a);
    if (i == MEDICATIONS) return; /* no drug or fluid */
    bedside_order *o = &b->given.orders[i];
    const bool begins = o->number == 0 || a->kind == PLX_ACTION_FLUID;
    if (begins) {
        *o = (bedside_order){.number = ++h->drug_numbers};
        send_order(h, v, a, "NW", o->number);
    }
    send_dose(h, v, a, o->number, ++o->doses);
    if (a->kind != PLX_ACTION_STOP) return;
    send_order(h, v, a, "DC", o->number);
    *o = (bedside_order){0};
}
