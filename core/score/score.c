/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/score/score.h"

#include <math.h>

#include "core/record/unit.h"
#include "core/score/chart.h"

static const plx_score *const SCORES[] = {
#define X(name) &plx_score_##name,
    PLX_SCORE_TABLE(X)
#undef X
};

const plx_score *plx_score_at(uint32_t n)
{
    return n < sizeof SCORES / sizeof *SCORES ? SCORES[n] : NULL;
}

const plx_score *plx_score_find(plx_slice name)
{
    for (uint32_t i = 0; plx_score_at(i); i++)
        if (plx_slice_is(name, SCORES[i]->name)) return SCORES[i];
    return NULL;
}

uint32_t plx_score_input_find(const plx_score *score, plx_slice key)
{
    uint32_t i = 0;
    while (i < score->inputs_n && !plx_slice_is(key, score->inputs[i].key))
        i++;
    return i;
}

static bool inside(const plx_score_input *input, const plx_decimal *number)
{
    return plx_decimal_compare_to(number, input->low_hundredths, 2) >= 0 &&
           (input->high_hundredths == INT32_MAX ||
            plx_decimal_compare_to(number, input->high_hundredths, 2) <= 0) &&
           (!input->whole || plx_decimal_compare_to(number, (int64_t)number->value, 0) == 0);
}

/* Ten digits: an edge that is exact in the other unit (106.08 umol/L, 1.2 mg/dL) stays exact. */
static plx_status by_factor(const plx_score_unit *unit, plx_decimal *number)
{
    const double value = number->value * unit->factor / unit->divisor;
    double power = 1;
    unsigned scale = 0;
    if (!(fabs(value) < 1e9)) return PLX_RANGE;
    while (scale < 12 && fabs(value) * power * 10 < 1e10) {
        power *= 10;
        scale++;
    }
    int64_t mantissa = (int64_t)floor(value * power + 0.5);
    for (; scale > 0 && mantissa % 10 == 0; scale--)
        mantissa /= 10;
    *number = plx_decimal_make(mantissa, scale);
    return PLX_OK;
}

static const plx_score_unit *unit_of(const plx_score_input *input, plx_slice ucum, plx_slice as)
{
    for (const plx_score_unit *u = input->units; u && u->unit; u++)
        if (plx_slice_is(ucum, u->unit) && plx_slice_is(as, u->as ? u->as : "")) return u;
    return NULL;
}

static plx_status convert(const plx_score_input *input, plx_slice unit, plx_slice as,
                          plx_decimal *number)
{
    const plx_slice ucum = plx_unit_alias(unit);
    const plx_score_unit *own = unit_of(input, ucum, as);
    if (own) return by_factor(own, number);
    if (as.n > 0) return PLX_UNKNOWN;
    if (unit.n == 0 || plx_slice_is(ucum, input->unit)) return PLX_OK;
    const plx_quantity quantity = plx_quantity_from_key(plx_slice_of(input->quantity));
    return plx_unit_to_canonical(quantity, ucum, number, number);
}

/* Would the number as written be plausible in the unit that is often meant? */
static bool fits_other_unit(const plx_score_input *input, const plx_score_given *given)
{
    plx_decimal number = given->number;
    if (given->unit.n > 0 || !input->other_unit[0]) return false;
    return convert(input, plx_slice_of(input->other_unit), (plx_slice){0}, &number) == PLX_OK &&
           inside(input, &number);
}

static void add_note(plx_score_result *r, uint32_t input, plx_score_note_kind kind)
{
    PLX_ASSERT(r->notes_n < PLX_SCORE_NOTES_MAX);
    r->notes[r->notes_n++] = (plx_score_note){input, kind};
}

/* Why a given input cannot be used; false when it can, then *value is in the house unit. */
static bool rejected(const plx_score_input *input, const plx_score_given *given,
                     plx_score_given *value, plx_score_note_kind *why)
{
    *why = PLX_SCORE_NOTE_TYPE;
    if (given->unreadable) return true;
    if (input->type == PLX_SCORE_CODE)
        return given->code == 0 || strchr(input->codes, given->code) == NULL;
    if (input->type == PLX_SCORE_FLAG || input->type == PLX_SCORE_WORD) return false;
    *why = PLX_SCORE_NOTE_UNIT;
    if (convert(input, given->unit, given->as, &value->number) != PLX_OK) return true;
    value->unit = plx_slice_of(input->unit);
    *why = fits_other_unit(input, given) ? PLX_SCORE_NOTE_HINT : PLX_SCORE_NOTE_LIMITS;
    return !inside(input, &value->number);
}

void plx_score_run(const plx_score *score, const plx_score_given *given, plx_score_result *result)
{
    plx_score_given usable[PLX_SCORE_INPUTS_MAX];
    memset(result, 0, sizeof *result);
    result->applicable = true;
    result->most_useful = result->worse_input = -1;
    result->worse_at = "";
    PLX_ASSERT(score->inputs_n <= PLX_SCORE_INPUTS_MAX);
    for (uint32_t i = 0; i < score->inputs_n; i++) {
        const plx_score_input *input = &score->inputs[i];
        plx_score_note_kind why;
        usable[i] = given[i];
        result->parts[i].rule = "";
        if (!given[i].given) {
            if (!input->optional) result->missing |= 1u << i;
            if (input->assumed) add_note(result, i, PLX_SCORE_NOTE_ASSUMED);
        } else if (rejected(input, &given[i], &usable[i], &why)) {
            usable[i].given = false;
            usable[i].unreadable = true; /* a score may treat it otherwise than one never sent */
            result->rejected |= 1u << i;
            result->missing |= 1u << i;
            add_note(result, i, why);
        } else if (input->expires_s && given[i].age_known && given[i].age_s > input->expires_s) {
            usable[i].given = false;
            result->stale |= 1u << i;
            result->missing |= 1u << i;
        }
        result->parts[i].value = usable[i].number;
    }
    if (score->chart)
        plx_chart_run(score, usable, result);
    else
        score->run(usable, result);
}

static void write_limits(const plx_score_input *input, plx_out *out)
{
    const bool open = input->high_hundredths == INT32_MAX;
    plx_out_text(out, open ? " is below " : " is outside ");
    plx_out_double_short(out, input->low_hundredths / 100.0, 2);
    if (!open) {
        plx_out_text(out, " to ");
        plx_out_double_short(out, input->high_hundredths / 100.0, 2);
    }
    if (strcmp(input->unit, "1") != 0) {
        plx_out_char(out, ' ');
        plx_out_text(out, input->unit);
    }
    if (input->whole) plx_out_text(out, ", whole numbers only");
}

void plx_score_note_write(const plx_score *score, const plx_score_given *given,
                          const plx_score_note *note, plx_out *out)
{
    const plx_score_input *input = &score->inputs[note->input];
    plx_out_text(out, input->key);
    switch (note->kind) {
    case PLX_SCORE_NOTE_TYPE:
        plx_out_text(out, " takes ");
        if (input->type == PLX_SCORE_CODE) plx_out_text(out, "one of the letters ");
        if (input->type == PLX_SCORE_WORD) plx_out_text(out, "one of the words ");
        plx_out_text(out, input->codes[0]                 ? input->codes
                          : input->type == PLX_SCORE_FLAG ? "true or false"
                                                          : "a number");
        break;
    case PLX_SCORE_NOTE_UNIT:
        plx_out_text(out, " cannot be converted from this unit to ");
        plx_out_text(out, input->unit);
        break;
    case PLX_SCORE_NOTE_LIMITS:
    case PLX_SCORE_NOTE_HINT:
        plx_out_char(out, ' ');
        plx_out_slice_add(out, plx_decimal_text(&given[note->input].number));
        write_limits(input, out);
        if (note->kind == PLX_SCORE_NOTE_LIMITS) break;
        plx_out_text(out, "; it would fit in ");
        plx_out_text(out, input->other_unit);
        break;
    case PLX_SCORE_NOTE_ASSUMED:
        plx_out_text(out, " not given, taken as no");
        break;
    case PLX_SCORE_NOTE_NOT_APPLICABLE:
        plx_out_text(out, ": the score does not apply to this patient");
        break;
    }
}
