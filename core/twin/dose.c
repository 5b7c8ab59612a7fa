/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Doses that were given -> actions of a body. What an administration leaves open (route, strength)
 * is taken from the order. A rate runs until the next one of the drug, its end, or the end of its
 * order. */
#include "core/twin/treatment_private.h"

/* Of a fluid without an end or an ordered rate: as a bolus, 500 mL in 15 min (prior; customary). */
#define BOLUS_ML_PER_MIN (500.0 / 15)
#define OPEN_RATE_MIN 60.0 /* a fluid by rate, end and volume not known: for so long (prior) */

/* Volume of a unit of blood (priors; customary). */
static const struct {
    const char *key;
    double ml;
} UNITS_OF_BLOOD[] = {{"prbc", 300}, {"plasma", 250}, {"whole_blood", 450}};

typedef struct dose {
    const twin_dose *d;
    const twin_dose *ordered; /* NULL when the order is not known */
    const char *key;          /* of the medication */
    plx_amount_kind kind;
    double value;      /* ug, mL or units; for each minute of a rate */
    double minutes;    /* end - start, 0 = not said */
    double weight_kg;  /* 0 = not known */
    bool rate, per_kg; /* per_kg: the weight is not known, so the dose is for each kg */
} dose;

static const twin_dose *newest_order(const plx_twin *t, uint32_t order)
{
    for (uint32_t i = twin_order_at(t, order)->doses; i; i = twin_dose_at(t, i)->next)
        if (twin_dose_at(t, i)->word <= PLX_MEDICATION_ORDERED) return twin_dose_at(t, i);
    return NULL;
}

/* The last before the moment, else the first; 0 = none. */
static double weight_kg(const plx_twin *t, uint32_t encounter, int64_t at_us)
{
    const uint32_t series = plx_twin_series_find(t, encounter, PLX_QUANTITY_WEIGHT);
    double kg = 0;
    if (!series) return 0;
    const twin_series *s = twin_series_at(t, series);
    for (uint32_t i = 0; i < s->rows_n; i++) {
        const twin_row *r = twin_row_at(t, twin_series_rows(t, s)[i]);
        plx_decimal d;
        if (!plx_twin_row_usable(r) || (kg > 0 && r->when_us > at_us)) continue;
        if (plx_decimal_parse(twin_text_get(t, r->canonical), &d) == PLX_OK) kg = d.value;
    }
    return kg;
}

/* A number that is not below 0, in a unit. */
static bool read_amount(const plx_twin *t, twin_text number, twin_text unit, double *value,
                        plx_amount_unit *u)
{
    plx_decimal d;
    if (!number || plx_decimal_parse(twin_text_get(t, number), &d) != PLX_OK) return false;
    if (d.value < 0 || !plx_amount_unit_parse(twin_text_get(t, unit), u)) return false;
    *value = d.value * u->factor;
    return true;
}

/* How much drug (ug or units) is in a millilitre. */
static bool strength_per_ml(const plx_twin *t, const twin_dose *d, double *value,
                            plx_amount_kind *kind)
{
    plx_amount_unit drug, fluid;
    double amount, ml = 1;
    if (!d || !read_amount(t, d->strength, d->strength_unit, &amount, &drug)) return false;
    if (drug.kind == PLX_AMOUNT_VOLUME || drug.per_kg || drug.per_s > 0) return false;
    if (!drug.per_ml) {
        if (!read_amount(t, d->volume, d->volume_unit, &ml, &fluid)) return false;
        if (fluid.kind != PLX_AMOUNT_VOLUME || fluid.per_kg || fluid.per_s > 0 || !(ml > 0))
            return false;
    }
    *value = amount / ml;
    *kind = drug.kind;
    return true;
}

static bool read_dose(const plx_twin *t, uint32_t encounter, uint32_t index, dose *x)
{
    const twin_dose *d = twin_dose_at(t, index);
    plx_amount_unit u;
    *x = (dose){.d = d, .ordered = newest_order(t, d->order)};
    x->key = plx_medication_get(d->medication)->key;
    x->weight_kg = weight_kg(t, encounter, d->at_us);
    if (d->end_us != PLX_TIME_NONE && d->end_us > d->at_us)
        x->minutes = (double)(d->end_us - d->at_us) / (double)PLX_MINUTE_US;
    /* HL7's number for an amount that is not known */
    if (!d->unit && plx_slice_is(twin_text_get(t, d->amount), "999")) return false;
    const twin_text unit = d->unit || !x->ordered ? d->unit : x->ordered->unit;
    if (!read_amount(t, d->amount, unit, &x->value, &u) || u.per_ml) return false;
    if (d->per && !plx_amount_unit_each(twin_text_get(t, d->per), &u)) return false;
    x->kind = u.kind;
    x->rate = u.per_s > 0;
    if (x->rate) x->value *= 60 / u.per_s;
    x->per_kg = u.per_kg && !(x->weight_kg > 0);
    if (u.per_kg && !x->per_kg) x->value *= x->weight_kg;
    return true;
}

static plx_route route_of(const plx_twin *t, const dose *x)
{
    const twin_dose *d = x->d;
    if (!d->route && !d->route_text && x->ordered) d = x->ordered;
    return plx_route_named(twin_text_get(t, d->route), twin_text_get(t, d->route_text));
}

static bool drug_action(const plx_twin *t, dose *x, plx_action *a)
{
    double per_ml, over_s, share;
    a->kind = PLX_ACTION_DRUG;
    if (plx_drug_named(plx_slice_of(x->key), &a->drug) != PLX_OK) return false;
    if (x->kind == PLX_AMOUNT_VOLUME) {
        if (!strength_per_ml(t, x->d, &per_ml, &x->kind) &&
            !strength_per_ml(t, x->ordered, &per_ml, &x->kind))
            return false;
        x->value *= per_ml;
    }
    const bool units = x->kind == PLX_AMOUNT_UNITS;
    if (units && (a->drug != PLX_DRUG_VASOPRESSIN || x->per_kg)) return false;
    const plx_route route = route_of(t, x);
    if (!plx_medication_uptake(x->d->medication, route, &over_s, &share)) return false;
    if (x->rate) {
        if (route != PLX_ROUTE_IV) return false;
        if (x->value == 0) a->kind = PLX_ACTION_STOP;
        a->unit = units ? PLX_DOSE_UNIT_MIN : x->per_kg ? PLX_DOSE_UG_KG_MIN : PLX_DOSE_UG_MIN;
        a->amount = x->value;
        return true;
    }
    a->unit = units ? PLX_DOSE_UNIT : x->per_kg ? PLX_DOSE_UG_KG : PLX_DOSE_UG;
    a->amount = x->value * share;
    a->duration_s = over_s > x->minutes * 60 ? over_s : x->minutes * 60;
    return x->value > 0;
}

/* mL; false: the amount has another unit. */
static bool in_ml(dose *x)
{
    if (x->per_kg) return false;
    if (x->kind == PLX_AMOUNT_VOLUME) return true;
    for (size_t i = 0; i < sizeof UNITS_OF_BLOOD / sizeof *UNITS_OF_BLOOD; i++)
        if (x->kind == PLX_AMOUNT_UNITS && strcmp(x->key, UNITS_OF_BLOOD[i].key) == 0) {
            x->value *= UNITS_OF_BLOOD[i].ml;
            return true;
        }
    return false;
}

/* Of the order: mL, or mL/min. 0 = not said. */
static double ordered_volume(const plx_twin *t, const dose *x, bool rate)
{
    plx_amount_unit u;
    double value;
    const twin_dose *o = x->ordered;
    if (!o ||
        !read_amount(t, rate ? o->rate : o->amount, rate ? o->rate_unit : o->unit, &value, &u))
        return 0;
    if (u.kind != PLX_AMOUNT_VOLUME || u.per_kg || rate != (u.per_s > 0)) return 0;
    return rate ? value * 60 / u.per_s : value;
}

static bool fluid_action(const plx_twin *t, dose *x, plx_action *a)
{
    a->kind = PLX_ACTION_FLUID;
    if (plx_fluid_named(plx_slice_of(x->key), &a->fluid) != PLX_OK || !in_ml(x)) return false;
    if (!(x->value > 0)) return false;
    double minutes = x->minutes;
    a->amount = x->value;
    if (x->rate) {
        const double ml = ordered_volume(t, x, false);
        if (minutes == 0) minutes = ml > 0 ? ml / x->value : OPEN_RATE_MIN;
        a->amount = x->value * minutes;
    } else if (minutes == 0) {
        const double ml_per_min = ordered_volume(t, x, true);
        minutes = x->value / (ml_per_min > 0 ? ml_per_min : BOLUS_ML_PER_MIN);
    }
    a->duration_s = minutes * 60;
    return true;
}

static bool is_drug_rate(const plx_action *a)
{
    return a->kind == PLX_ACTION_STOP || (a->kind == PLX_ACTION_DRUG && a->unit >= PLX_DOSE_UG_MIN);
}

static bool action_of(const plx_twin *t, uint32_t encounter, uint32_t index, plx_action *a)
{
    dose x;
    const plx_medication_kind kind = plx_medication_get(twin_dose_at(t, index)->medication)->kind;
    *a = (plx_action){.kind = PLX_ACTION_ANTIPYRETIC};
    if (kind == PLX_MEDICATION_ANTIPYRETIC) return true; /* how much makes no difference */
    if (!read_dose(t, encounter, index, &x)) return false;
    if (kind == PLX_MEDICATION_DRUG) return drug_action(t, &x, a);
    return kind == PLX_MEDICATION_FLUID && fluid_action(t, &x, a);
}

/* Another rate of the drug began after `from_us` and not after `to_us`. */
static bool is_replaced(const plx_twin *t, uint32_t encounter, plx_drug drug, int64_t from_us,
                        int64_t to_us)
{
    plx_action a;
    for (uint32_t o = twin_encounter_at(t, encounter)->orders; o; o = twin_order_at(t, o)->next)
        for (uint32_t i = twin_order_at(t, o)->doses; i; i = twin_dose_at(t, i)->next) {
            const int64_t at_us = twin_dose_at(t, i)->at_us;
            if (at_us <= from_us || at_us > to_us || !plx_twin_dose_stands(t, i)) continue;
            if (action_of(t, encounter, i, &a) && is_drug_rate(&a) && a.drug == drug) return true;
        }
    return false;
}

/* When the rate ends by itself, and the source that says so; 0 = it does not. */
static uint32_t end_of(const plx_twin *t, const twin_dose *d, int64_t *end_us)
{
    const twin_order *o = twin_order_at(t, d->order);
    const bool ends = d->end_us != PLX_TIME_NONE && d->end_us > d->at_us;
    const bool off = plx_twin_order_is_off(t, d->order) && o->control_us >= d->at_us;
    *end_us = ends && (!off || d->end_us <= o->control_us) ? d->end_us : o->control_us;
    return ends && *end_us == d->end_us ? d->source : off ? o->control_source : 0;
}

static void add_stop(twin_treatments *all, uint32_t encounter, uint32_t index, plx_drug drug)
{
    const plx_twin *t = all->t;
    const twin_dose *d = twin_dose_at(t, index);
    int64_t end_us;
    const uint32_t source = end_of(t, d, &end_us);
    if (!source || is_replaced(t, encounter, drug, d->at_us, end_us)) return;
    const uint64_t seq = twin_source_at(t, source)->seq;
    plx_twin_treatment_add(
        all, &(plx_twin_treatment){
                 .at_us = end_us,
                 .seq = seq,
                 .first_seq = seq,
                 .id = plx_twin_source_id(t, source, source == d->source ? d->index : 0),
                 .action = {.kind = PLX_ACTION_STOP, .drug = drug}});
}

static void add_dose(twin_treatments *all, uint32_t encounter, uint32_t index)
{
    const plx_twin *t = all->t;
    const twin_dose *d = twin_dose_at(t, index);
    plx_twin_treatment x = {.at_us = d->at_us,
                            .seq = twin_source_at(t, d->source)->seq,
                            .first_seq = plx_twin_dose_first_seq(t, index),
                            .id = plx_twin_source_id(t, d->source, d->index)};
    if (!action_of(t, encounter, index, &x.action)) {
        plx_twin_treatment_leave_out(all, d->at_us);
        return;
    }
    plx_twin_treatment_add(all, &x);
    if (x.action.kind == PLX_ACTION_DRUG && is_drug_rate(&x.action))
        add_stop(all, encounter, index, x.action.drug);
}

void plx_twin_dose_treatments(twin_treatments *all, uint32_t encounter)
{
    const plx_twin *t = all->t;
    for (uint32_t o = twin_encounter_at(t, encounter)->orders; o; o = twin_order_at(t, o)->next)
        for (uint32_t i = twin_order_at(t, o)->doses; i; i = twin_dose_at(t, i)->next)
            if (plx_twin_dose_stands(t, i)) add_dose(all, encounter, i);
}
