/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/vitals/arm.h"

#include <string.h>

#include "core/base/decimal.h"
#include "core/base/utf8.h"
#include "core/physiology/action.h"

enum { DURATION_TEXT_MAX = 24 };

typedef struct arm_reader {
    plx_slice rest; /* of the text */
    plx_arm arm;
    plx_care care; /* a copy that bears what was read */
    plx_action_reader actions;
    plx_out why;
    uint32_t at_s;
    char duration[DURATION_TEXT_MAX]; /* of this item, in seconds */
} arm_reader;

static plx_status complain(arm_reader *r, plx_status status, const char *sentence)
{
    plx_out_text(&r->why, sentence);
    return status;
}

/* "word" is wrong: EXPECTED */
static plx_status wrong(arm_reader *r, plx_status status, plx_slice word, const char *expected)
{
    plx_out_quote(&r->why, word, PLX_ACTION_QUOTE_MAX);
    plx_out_text(&r->why, " is wrong: ");
    return complain(r, status, expected);
}

/* Words, between blanks. Empty at the end. */

static plx_slice peek(const arm_reader *r)
{
    plx_slice s = plx_slice_trim(r->rest);
    size_t n = 0;
    while (n < s.n && s.at[n] != ' ' && s.at[n] != '\t')
        n++;
    return (plx_slice){s.at, n};
}

static plx_slice take(arm_reader *r)
{
    plx_slice word = peek(r);
    r->rest = plx_slice_trim(r->rest);
    r->rest.at += word.n;
    r->rest.n -= word.n;
    return word;
}

static bool is_plus(plx_slice word)
{
    return plx_slice_is(word, "+");
}

static bool is_pair(plx_slice word)
{
    return word.n > 0 && memchr(word.at, '=', word.n) != NULL;
}

static bool is_number(plx_slice word)
{
    plx_decimal d;
    return plx_decimal_parse(word, &d) == PLX_OK;
}

/* Looks like one, so that a mistyped number is told as such. */
static bool begins_number(plx_slice word)
{
    char c = word.n > 0 ? word.at[0] : ' ';
    return (c >= '0' && c <= '9') || c == '.' || ((c == '-' || c == '+') && word.n > 1);
}

/* Items. */

/* Seconds of a unit of time, or 0. */
static uint32_t seconds_of(plx_slice unit)
{
    return plx_slice_is(unit, "s")     ? 1
           : plx_slice_is(unit, "min") ? 60
           : plx_slice_is(unit, "h")   ? 3600
                                       : 0;
}

static plx_status fault(arm_reader *r, plx_status status)
{
    return complain(r, status, r->actions.fault.why);
}

/* "15 min" is said as seconds. */
static plx_status say_duration(arm_reader *r, plx_action_words *words, plx_slice number,
                               plx_slice unit)
{
    plx_slice whole = {number.at, (size_t)(unit.at + unit.n - number.at)};
    plx_decimal d;
    uint32_t keys = 0;
    plx_status status = plx_decimal_parse(number, &d);
    bool known = plx_action_verb_keys(words->verb, &keys);
    PLX_ASSERT(status == PLX_OK && known);
    double seconds = d.value * seconds_of(unit);
    if (!(keys >> PLX_KEY_duration_s & 1)) {
        (void)wrong(r, PLX_RANGE, whole, "no time is said with ");
        plx_out_slice_add(&r->why, words->verb);
        return PLX_RANGE;
    }
    if (words->text[PLX_KEY_duration_s].at)
        return wrong(r, PLX_CONFLICT, whole, "a time is said before it");
    if (!(seconds >= 1 && seconds <= PLX_ACTION_SECONDS_MAX))
        return wrong(r, PLX_RANGE, whole, "a time goes from 1 s to 168 h");
    plx_out text = plx_out_init(r->duration, sizeof r->duration);
    plx_out_double_short(&text, seconds, 3);
    words->text[PLX_KEY_duration_s] = plx_out_slice(&text);
    return PLX_OK;
}

static plx_status say_number(arm_reader *r, plx_action_words *words)
{
    plx_slice number = take(r), unit = peek(r);
    if (!is_number(number)) return wrong(r, PLX_SYNTAX, number, "it is not a number");
    bool without = unit.n == 0 || is_plus(unit) || is_pair(unit) || begins_number(unit);
    if (without)
        unit = (plx_slice){0};
    else
        take(r);
    if (seconds_of(unit)) return say_duration(r, words, number, unit);
    plx_status status = plx_action_say_amount(words, number, unit, &r->actions.fault);
    return status == PLX_OK ? PLX_OK : fault(r, status);
}

/* "intubate etomidate 20 mg": the drug is an item of its own. */
static bool drug_follows(const plx_action_words *words, plx_slice word)
{
    plx_drug drug;
    return plx_slice_is(words->verb, "intubate") && plx_drug_named(word, &drug) == PLX_OK;
}

static plx_status say(arm_reader *r, plx_action_words *words, bool *ends)
{
    plx_slice word = peek(r);
    *ends = word.n == 0 || is_plus(word) || drug_follows(words, word);
    if (*ends) return PLX_OK;
    if (begins_number(word)) return say_number(r, words);
    if (!is_pair(word))
        return wrong(r, PLX_SYNTAX, word,
                     "behind a word come an amount with its unit, a time (s, min, h) or key=value; "
                     "\" + \" is between two actions");
    plx_status status = plx_action_say(words, take(r), &r->actions.fault);
    return status == PLX_OK ? PLX_OK : fault(r, status);
}

static plx_status act(arm_reader *r, const plx_action_words *words)
{
    plx_action *action = &r->arm.actions[r->arm.actions_n];
    char why[100];
    plx_status status = plx_action_read(&r->actions, words, r->at_s, action);
    if (status != PLX_OK) return fault(r, status);
    status = plx_care_act(&r->care, action, why, sizeof why);
    if (status == PLX_FULL)
        return wrong(r, status, words->verb, "too many drugs (8) or infusions (16) at once");
    if (status != PLX_OK) return wrong(r, status, words->verb, why);
    r->arm.actions_n++;
    return PLX_OK;
}

static plx_status read_item(arm_reader *r)
{
    plx_action_words words = {.verb = take(r)};
    uint32_t keys;
    bool ends = false;
    if (words.verb.n == 0 || is_plus(words.verb))
        return complain(r, PLX_SYNTAX, "an action is missing before or behind a \"+\"");
    if (plx_slice_is(words.verb, "none"))
        return wrong(r, PLX_CONFLICT, words.verb, "it stands alone, without other actions");
    if (r->arm.actions_n == PLX_ARM_ACTIONS_MAX)
        return wrong(r, PLX_LIMIT, words.verb, "an arm has at most 16 actions");
    if (!plx_action_verb_keys(words.verb, &keys)) {
        plx_action_say_unknown(words.verb, &r->actions.fault);
        return fault(r, PLX_UNKNOWN);
    }
    while (!ends)
        PLX_TRY(say(r, &words, &ends));
    return act(r, &words);
}

static plx_status read_items(arm_reader *r)
{
    if (plx_slice_is(plx_slice_trim(r->rest), "none")) return PLX_OK;
    if (peek(r).n == 0)
        return complain(r, PLX_MISSING,
                        "an arm needs an action, as in \"crystalloid 500 mL 15 "
                        "min\", or none");
    for (;;) {
        PLX_TRY(read_item(r));
        if (peek(r).n == 0) return PLX_OK;
        if (is_plus(peek(r))) take(r); /* or a drug behind intubate */
    }
}

plx_status plx_arm_parse(plx_slice text, const plx_arm_fork *fork, plx_arm *arm, char *why,
                         size_t why_n)
{
    arm_reader r = {
        .rest = text, .care = *fork->care, .why = plx_out_init(why, why_n - 1), .at_s = fork->at_s};
    r.actions.person = &fork->care->person;
    r.actions.airway = fork->care->airway;
    plx_status status = read_items(&r);
    why[r.why.n] = 0;
    if (status == PLX_OK) *arm = r.arm;
    return status;
}
