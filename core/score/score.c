/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/score/score.h"

#include "core/record/unit.h"

static const plx_score *const SCORES[] = {&plx_score_news2};

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
           plx_decimal_compare_to(number, input->high_hundredths, 2) <= 0 &&
           (!input->whole || plx_decimal_compare_to(number, (int64_t)number->value, 0) == 0);
}

static plx_status convert(const plx_score_input *input, plx_slice unit, plx_decimal *number)
{
    const plx_slice ucum = plx_unit_alias(unit);
    if (unit.n == 0 || plx_slice_is(ucum, input->unit)) return PLX_OK;
    const plx_quantity quantity = plx_quantity_from_key(plx_slice_of(input->quantity));
    return plx_unit_to_canonical(quantity, ucum, number, number);
}

/* Would the number as written be plausible in the unit that is often meant? */
static bool fits_other_unit(const plx_score_input *input, const plx_score_given *given)
{
    plx_decimal number = given->number;
    if (given->unit.n > 0 || !input->other_unit[0]) return false;
    return convert(input, plx_slice_of(input->other_unit), &number) == PLX_OK &&
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
    if (input->type == PLX_SCORE_FLAG) return false;
    *why = PLX_SCORE_NOTE_UNIT;
    if (convert(input, given->unit, &value->number) != PLX_OK) return true;
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
    score->run(usable, result);
}

static void write_limits(const plx_score_input *input, plx_out *out)
{
    const unsigned decimals = input->low_hundredths % 100 || input->high_hundredths % 100 ? 2 : 0;
    plx_out_text(out, " is outside ");
    plx_out_double(out, input->low_hundredths / 100.0, decimals);
    plx_out_text(out, " to ");
    plx_out_double(out, input->high_hundredths / 100.0, decimals);
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
        plx_out_text(out, input->type == PLX_SCORE_CODE   ? input->codes
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
    case PLX_SCORE_NOTE_NOT_APPLICABLE:
        plx_out_text(out, ": the score does not apply to this patient");
        break;
    }
}
