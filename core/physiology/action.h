/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The words of actions -> actions of care.h. An action is a verb (bleed, ringer, norepinephrine,
 * ventilator) and texts under keys (volume_ml "500"); scenarios, VITALS.csv and what-if arms all
 * come to this form and share the words, the ranges and the sentences. Words with their units:
 * knowledge/physiology/README.md. */
#ifndef PLX_CORE_PHYSIOLOGY_ACTION_H
#define PLX_CORE_PHYSIOLOGY_ACTION_H

#include "core/physiology/care.h"

/* The time of an action is no key: the caller says it. */
#define PLX_ACTION_KEYS(X)                                                                         \
    X(volume_ml)                                                                                   \
    X(rate_ml_min)                                                                                 \
    X(duration_s)                                                                                  \
    X(fluid)                                                                                       \
    X(hct)                                                                                         \
    X(dose)                                                                                        \
    X(unit)                                                                                        \
    X(drug)                                                                                        \
    X(device)                                                                                      \
    X(flow_l_min)                                                                                  \
    X(fio2)                                                                                        \
    X(mode)                                                                                        \
    X(vt_ml_kg)                                                                                    \
    X(rr_per_min)                                                                                  \
    X(peep)                                                                                        \
    X(pressure)                                                                                    \
    X(factor)                                                                                      \
    X(temp_c)                                                                                      \
    X(pressure_mmhg)                                                                               \
    X(name)                                                                                        \
    X(severity)                                                                                    \
    X(onset_s)

typedef enum plx_action_key {
#define X(key) PLX_KEY_##key,
    PLX_ACTION_KEYS(X)
#undef X
        PLX_KEY_N
} plx_action_key;

enum {
    PLX_ACTION_WHY_MAX = 400,       /* bytes of a sentence with its end */
    PLX_ACTION_QUOTE_MAX = 60,      /* bytes of what is quoted in it */
    PLX_ACTION_SECONDS_MAX = 604800 /* of a duration or an onset */
};

typedef struct plx_action_words {
    plx_slice verb;
    plx_slice text[PLX_KEY_N]; /* at is NULL: not said */
} plx_action_words;

/* What is wrong, and which of the words it is about. */
typedef enum plx_action_place {
    PLX_ACTION_AT_VERB,
    PLX_ACTION_AT_KEY,  /* that it is said at all */
    PLX_ACTION_AT_VALUE /* what is said under it */
} plx_action_place;

typedef struct plx_action_fault {
    plx_action_place place;
    plx_action_key key; /* means nothing at the verb */
    char why[PLX_ACTION_WHY_MAX];
} plx_action_fault;

/* Goes from one action to the next, by rising time. */
typedef struct plx_action_reader {
    const plx_person *person; /* borrowed: tidal volumes are per ideal weight */
    plx_airway airway;        /* as it is before the next action; zeroed: room air */
    plx_action_fault fault;   /* after an error */
} plx_action_reader;

const char *plx_action_key_name(plx_action_key key);
bool plx_action_key_named(plx_slice word, plx_action_key *key);

/* Whether there is such a verb, and a bit (1 << key) for each key that it takes. */
bool plx_action_verb_keys(plx_slice verb, uint32_t *keys);

/* PLX_OK: *action at at_s, and the reader's airway is what it leaves. PLX_UNKNOWN: there is no such
 * verb; PLX_MISSING, PLX_RANGE, PLX_CONFLICT: a key is missing, wrong or out of place. *action and
 * the airway are unchanged on error. Whether a body can bear it is for plx_care_act to say. */
PLX_MUST_CHECK plx_status plx_action_read(plx_action_reader *reader, const plx_action_words *words,
                                          uint32_t at_s, plx_action *action);

/* Texts without keys (VITALS.csv, arms) */

/* "500" "mL", "2" "L/min", "0.1" "ug/kg/min", "0.1" "" -> the key that means this at words->verb,
 * which is known. PLX_RANGE: no such unit there; PLX_CONFLICT: said before. words unchanged on
 * error. */
PLX_MUST_CHECK plx_status plx_action_say_amount(plx_action_words *words, plx_slice number,
                                                plx_slice unit, plx_action_fault *fault);
/* "key=value". PLX_SYNTAX: has another form; PLX_UNKNOWN: the verb takes no such key; PLX_CONFLICT:
 * said before. */
PLX_MUST_CHECK plx_status plx_action_say(plx_action_words *words, plx_slice pair,
                                         plx_action_fault *fault);
/* The same with the two apart. */
PLX_MUST_CHECK plx_status plx_action_say_key(plx_action_words *words, plx_slice key,
                                             plx_slice value, plx_action_fault *fault);
/* no action is called "pray"; known are the drugs, the fluids and bleed, wound, ... */
void plx_action_say_unknown(plx_slice verb, plx_action_fault *fault);

#endif
