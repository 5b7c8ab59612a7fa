/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The safe tests of patient_bank.h: legs raised, a small fluid challenge. */
#include "app/patient_bank.h"

enum { MINUTE_S = 60, LEGS_S = 120, FLUID_S = 600 };

static const struct {
    const char *arm, *word;
    uint32_t at_s;
} tests[PLX_PATIENT_CHALLENGES_N] = {{"passive_leg_raise", "legs raised", LEGS_S},
                                     {"crystalloid 250 mL 10 min", "250 mL in 10 min", FLUID_S}};

const char *plx_patient_challenge_word(uint32_t challenge)
{
    return tests[challenge].word;
}

static void read_challenge(plx_patient_bank *b, uint32_t i, plx_patient_challenge *to)
{
    const plx_outlook *o = &b->outlook;
    *to = (plx_patient_challenge){.arm = tests[i].arm,
                                  .at_s = tests[i].at_s,
                                  .no_answer = plx_outlook_no_answer(o, i + 1, i) ||
                                               plx_outlook_no_answer(o, 0, i),
                                  .responds = plx_outlook_chances_of(o, i + 1, i).responds,
                                  .output = plx_outlook_contrast(o, i + 1, i, PLX_OUTLOOK_co_l_min),
                                  .bits = plx_outlook_information(o, i + 1, i, b->kinds),
                                  .waiting_bits = plx_outlook_information(o, 0, i, b->kinds)};
}

int plx_patient_bank_challenge(plx_patient_bank *b)
{
    plx_arm arms[1 + PLX_PATIENT_CHALLENGES_N] = {{0}};
    plx_outlook_plan plan =
        plx_outlook_usual(arms, 1 + PLX_PATIENT_CHALLENGES_N, b->track.input.lanes);
    for (uint32_t i = 0; i < PLX_PATIENT_CHALLENGES_N; i++) {
        const int status = plx_patient_bank_arm(b, tests[i].arm, &arms[i + 1]);
        if (status >= 0) return status;
        plan.at_s[plan.horizons_n++] = tests[i].at_s;
    }
    const int status = plx_patient_bank_ahead(b, &plan);
    if (status >= 0) return status;
    for (uint32_t i = 0; i < PLX_PATIENT_CHALLENGES_N; i++)
        read_challenge(b, i, &b->challenge[i]);
    return -1;
}

void plx_patient_bank_print_challenges(const plx_patient_bank *b)
{
    printf("\n%-18s %6s %24s %17s %14s\n", "safe test", "after", "co_l_min 5 % 50 % 95 %",
           "responds (+10 %)", "bits / waiting");
    for (uint32_t i = 0; i < PLX_PATIENT_CHALLENGES_N; i++) {
        const plx_patient_challenge *c = &b->challenge[i];
        printf("%-18s %2u min ", tests[i].word, c->at_s / MINUTE_S);
        if (c->no_answer)
            puts("no_answer: too few bodies are left");
        else
            printf("     %+6.2f %+6.2f %+6.2f %15.0f %% %7.2f / %.2f\n", c->output.p05,
                   c->output.p50, c->output.p95, 100 * c->responds, c->bits, c->waiting_bits);
    }
}

void plx_patient_bank_json_challenges(const plx_patient_bank *b, plx_json_writer *w)
{
    plx_json_key(w, "safe_tests");
    plx_json_array(w);
    for (uint32_t i = 0; i < PLX_PATIENT_CHALLENGES_N; i++) {
        const plx_patient_challenge *c = &b->challenge[i];
        plx_json_object(w);
        plx_pair_text(w, "arm", c->arm);
        plx_pair_count(w, "after_s", c->at_s);
        plx_pair_text(w, "status", c->no_answer ? "no_answer" : plx_patient_bank_status(b));
        if (!c->no_answer) {
            plx_pair_number(w, "responds", c->responds);
            plx_patient_bank_json_summary(w, "co_l_min_change", &c->output);
            plx_pair_number(w, "mechanism_bits", c->bits);
            plx_pair_number(w, "mechanism_bits_waiting", c->waiting_bits);
        }
        plx_json_object_end(w);
    }
    plx_json_array_end(w);
}
