/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Amounts with units and key=value pairs -> the keys of an action. */
#include <string.h>

#include "core/base/utf8.h"
#include "core/physiology/action_fault.h"

/* What a bare amount means, by its unit. An empty unit: a share, which has none. */
static const struct {
    plx_action_key key;
    const char *unit;
} units[] = {
    {PLX_KEY_volume_ml, "mL"}, {PLX_KEY_rate_ml_min, "mL/min"}, {PLX_KEY_flow_l_min, "L/min"},
    {PLX_KEY_peep, "cmH2O"},   {PLX_KEY_temp_c, "degC"},        {PLX_KEY_pressure_mmhg, "mmHg"},
    {PLX_KEY_factor, ""},
};
enum { UNITS_N = sizeof units / sizeof *units };

/* A ventilator has several settings, so a bare amount would be a guess there. */
static bool takes_amount(uint32_t keys, plx_action_key key)
{
    bool guess = key == PLX_KEY_peep && keys >> PLX_KEY_vt_ml_kg & 1;
    return (keys >> key & 1) && !guess;
}

static void add_quote(plx_out *out, plx_slice text)
{
    plx_out_quote(out, text, PLX_ACTION_QUOTE_MAX);
}

static plx_status set(plx_action_words *words, plx_action_key key, plx_slice value,
                      plx_action_fault *fault)
{
    if (words->text[key].at) {
        plx_out out = plx_action_fault_begin(fault, PLX_ACTION_AT_KEY, key);
        plx_out_slice_add(&out, words->verb);
        plx_out_text(&out, ": ");
        plx_out_text(&out, plx_action_key_name(key));
        plx_out_text(&out, " is said twice, the second time as ");
        add_quote(&out, value);
        return plx_action_fault_end(fault, &out, PLX_CONFLICT);
    }
    words->text[key] = value;
    return PLX_OK;
}

/* ringer: "500 L" is wrong: say it in mL or mL/min */
static plx_status wrong_amount(const plx_action_words *words, uint32_t keys, plx_slice amount[2],
                               plx_action_fault *fault)
{
    plx_out out = plx_action_fault_begin(fault, PLX_ACTION_AT_VERB, PLX_KEY_N);
    unsigned n = 0, kinds = 0;
    plx_out_slice_add(&out, words->verb);
    plx_out_text(&out, ": ");
    add_quote(&out, amount[0]);
    plx_out_text(&out, amount[1].n ? " with the unit " : " without a unit");
    if (amount[1].n) add_quote(&out, amount[1]);
    plx_out_text(&out, " is wrong: ");
    if (keys >> PLX_KEY_dose & 1) {
        plx_out_text(&out, "the unit is " PLX_ACTION_DOSE_UNITS);
        return plx_action_fault_end(fault, &out, PLX_RANGE);
    }
    for (unsigned i = 0; i < UNITS_N; i++)
        kinds += takes_amount(keys, units[i].key);
    for (unsigned i = 0; i < UNITS_N; i++) {
        if (!takes_amount(keys, units[i].key)) continue;
        plx_out_text(&out, n == 0 ? "" : n + 1 == kinds ? " or " : ", ");
        if (n++ == 0) plx_out_text(&out, *units[i].unit ? "the unit is " : "it takes no unit");
        plx_out_text(&out, units[i].unit);
    }
    if (kinds == 0) plx_out_text(&out, "it takes no amount");
    return plx_action_fault_end(fault, &out, PLX_RANGE);
}

plx_status plx_action_say_amount(plx_action_words *words, plx_slice number, plx_slice unit,
                                 plx_action_fault *fault)
{
    uint32_t keys = 0;
    plx_dose_unit dose_unit;
    bool known = plx_action_verb_keys(words->verb, &keys);
    PLX_ASSERT(known && number.at);
    if (keys >> PLX_KEY_dose & 1 && plx_dose_unit_named(unit, &dose_unit) == PLX_OK) {
        if (!words->text[PLX_KEY_dose].at)
            PLX_TRY(set(words, PLX_KEY_unit, unit, fault)); /* neither or both */
        return set(words, PLX_KEY_dose, number, fault);
    }
    for (unsigned i = 0; i < UNITS_N; i++)
        if (takes_amount(keys, units[i].key) && plx_slice_is(unit, units[i].unit))
            return set(words, units[i].key, number, fault);
    return wrong_amount(words, keys, (plx_slice[2]){number, unit}, fault);
}

/* Keys. */

static plx_status no_such_key(const plx_action_words *words, uint32_t keys, plx_slice key,
                              plx_action_fault *fault)
{
    plx_out out = plx_action_fault_begin(fault, PLX_ACTION_AT_VERB, PLX_KEY_N);
    unsigned n = 0;
    add_quote(&out, key);
    plx_out_text(&out, " means nothing to ");
    plx_out_slice_add(&out, words->verb);
    plx_out_text(&out, keys ? "; it takes " : "; it takes no keys");
    for (unsigned k = 0; k < PLX_KEY_N; k++) {
        if (!(keys >> k & 1)) continue;
        plx_out_text(&out, n++ ? ", " : "");
        plx_out_text(&out, plx_action_key_name((plx_action_key)k));
    }
    return plx_action_fault_end(fault, &out, PLX_UNKNOWN);
}

plx_status plx_action_say_key(plx_action_words *words, plx_slice key, plx_slice value,
                              plx_action_fault *fault)
{
    uint32_t keys = 0;
    plx_action_key found = PLX_KEY_N;
    bool known = plx_action_verb_keys(words->verb, &keys);
    PLX_ASSERT(known && value.at);
    if (!plx_action_key_named(key, &found) || !(keys >> found & 1))
        return no_such_key(words, keys, key, fault);
    return set(words, found, value, fault);
}

plx_status plx_action_say(plx_action_words *words, plx_slice pair, plx_action_fault *fault)
{
    const char *equals = pair.n ? memchr(pair.at, '=', pair.n) : NULL;
    size_t key_n = equals ? (size_t)(equals - pair.at) : 0;
    if (key_n == 0 || key_n + 1 == pair.n) {
        plx_out out = plx_action_fault_begin(fault, PLX_ACTION_AT_VERB, PLX_KEY_N);
        plx_out_slice_add(&out, words->verb);
        plx_out_text(&out, ": ");
        add_quote(&out, pair);
        plx_out_text(&out, " is wrong: it is not key=value");
        return plx_action_fault_end(fault, &out, PLX_SYNTAX);
    }
    plx_slice key = {pair.at, key_n}, value = {equals + 1, pair.n - key_n - 1};
    return plx_action_say_key(words, plx_slice_trim(key), plx_slice_trim(value), fault);
}

void plx_action_say_unknown(plx_slice verb, plx_action_fault *fault)
{
    plx_out out = plx_action_fault_begin(fault, PLX_ACTION_AT_VERB, PLX_KEY_N);
    plx_out_text(&out, "no action is called ");
    add_quote(&out, verb);
    plx_out_text(&out, "; known are all drugs, fluids and ");
    for (size_t i = 0; plx_action_verb_word(i); i++) {
        const char *next = plx_action_verb_word(i + 1);
        plx_out_text(&out, i == 0 ? "" : next ? ", " : " and ");
        plx_out_text(&out, plx_action_verb_word(i));
    }
    plx_action_fault_end(fault, &out, PLX_UNKNOWN);
}
