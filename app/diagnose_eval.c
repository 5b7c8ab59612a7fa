/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux diagnose eval: cases whose diagnosis is known against a knowledge that was learnt. */
#include <stdio.h>
#include <stdlib.h>

#include "app/diagnose_cases.h"
#include "app/diagnose_learn.h"
#include "app/diagnose_report.h"

static const char WORDS[] = "diagnose eval";

/* One case after the other: the file may be of any length. */
static int run(plx_diagnose_cases *cases, const plx_knowledge *k, const plx_lister *lister,
               const plx_spoil *spoil, plx_evaluation *sum)
{
    const size_t bytes = plx_evaluator_bytes(k) + plx_case_bytes(k) + 1024;
    void *memory = malloc(bytes);
    plx_arena arena = plx_arena_init(memory, memory ? bytes : 0);
    plx_evaluator evaluator;
    plx_case c;
    uint64_t silent = 0, i = 0;
    plx_status status = plx_evaluator_take(k, &arena, &evaluator);
    if (status == PLX_OK) status = plx_case_take(k, &arena, &c);
    if (status != PLX_OK) plx_app_fail(PLX_EXIT_WORLD, WORDS, "not enough memory", NULL);
    while (status == PLX_OK && (status = plx_diagnose_cases_next(cases, k, &c)) == PLX_OK) {
        i++;
        if (c.truth == PLX_NO_INDEX ||
            plx_evaluate(k, lister, &c, i - 1, spoil, &evaluator, sum) != PLX_OK)
            silent++;
    }
    free(memory);
    if (silent)
        fprintf(stderr, "pollux %s: %llu cases have no known diagnosis or no answer\n", WORDS,
                (unsigned long long)silent);
    return status == PLX_MISSING ? PLX_EXIT_OK : PLX_EXIT_WORLD;
}

int plx_app_diagnose_eval(int argc, char **argv)
{
    const char *files[2];
    size_t files_n = 0;
    static plx_evaluation sum;
    plx_spoil spoil = {0};
    plx_diagnose_evaluation_options evaluation = {.spoil = &spoil};
    const plx_option options[] = {PLX_DIAGNOSE_EVALUATION_OPTIONS(evaluation)};
    int status = plx_options_read(WORDS, argc, argv, options, sizeof options / sizeof *options,
                                  files, 2, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    if (files_n != 2) return plx_app_fail(PLX_EXIT_USAGE, WORDS, "name KNOWLEDGE and CASES", NULL);
    plx_knowledge k;
    plx_lister lister;
    plx_diagnose_cases cases;
    void *memory = NULL;
    if (plx_diagnose_knowledge_load(WORDS, files[0], &k, &lister, &memory) != PLX_EXIT_OK)
        return PLX_EXIT_WORLD;
    status = plx_diagnose_cases_open(&cases, WORDS, files[1]);
    if (status == PLX_EXIT_OK) {
        sum.questions_n = (uint32_t)evaluation.questions;
        status = run(&cases, &k, &lister, &spoil, &sum);
        const int broken = plx_diagnose_cases_close(&cases);
        if (status == PLX_EXIT_OK) plx_diagnose_report(&sum, &spoil, evaluation.json);
        if (status == PLX_EXIT_OK) status = broken;
    }
    free(memory);
    return status;
}
