/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Speed of diagnosis on one core: probabilities of one case from the start, the shares of the
 * first diagnosis, the next question; with 50 diagnoses and 223 findings of every kind (as many as
 * DDXPlus has) and with 300 and 1,500. CSV on stdout: name,value,unit; the best of 5 runs. Noise on
 * a shared machine: 15 %. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/diagnose/ask.h"
#include "core/diagnose/explain.h"
#include "core/diagnose/knowledge_for_test.h"

enum { RUNS = 5, MEMORY = 192 << 20 };

typedef struct bench {
    plx_knowledge k;
    plx_case known, begun; /* nine tenths of the answers; one tenth */
    plx_belief b;
    double *share;
    double sum; /* of results, so that nothing is left out */
} bench;

static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + 1e-6 * (double)t.tv_nsec;
}

static void check(plx_status status)
{
    if (status == PLX_OK) return;
    fprintf(stderr, "%s\n", plx_status_text(status));
    exit(1);
}

static void update(bench *b)
{
    char why[100];
    check(plx_infer(&b->k, &b->known, &b->b, why, sizeof why));
    b->sum += b->b.p[0];
}

static void explain(bench *b)
{
    plx_explanation e = {.share = b->share};
    plx_explain(&b->k, &b->known, &b->b, 0, &e);
    b->sum += e.residue;
}

static void ask(bench *b)
{
    char why[100];
    const plx_ask_rule rule = PLX_ASK_RULE_USUAL;
    plx_question questions[3];
    check(plx_infer(&b->k, &b->begun, &b->b, why, sizeof why));
    b->sum += plx_ask(&b->k, &b->begun, &b->b, &rule, questions, 3);
}

static void measure(const char *name, void (*what)(bench *), bench *b, int times)
{
    double best = 1e300;
    for (int run = 0; run < RUNS; run++) {
        const double began = cpu_ms();
        for (int i = 0; i < times; i++)
            what(b);
        const double ms = (cpu_ms() - began) / times;
        if (ms < best) best = ms;
    }
    printf("%s_%ux%u,%.4f,ms\n", name, b->k.diagnoses_n, b->k.findings_n, best);
}

static void run(void *memory, uint32_t diagnoses, uint32_t findings, int times)
{
    plx_arena arena = plx_arena_init(memory, MEMORY);
    bench b = {.sum = 0};
    knowledge_for_test(&b.k, diagnoses, findings, 1, &arena);
    check(plx_case_take(&b.k, &arena, &b.known));
    check(plx_case_take(&b.k, &arena, &b.begun));
    check(plx_belief_take(&b.k, &arena, &b.b));
    b.share = plx_arena_take(&arena, findings, sizeof *b.share);
    if (!b.share) check(PLX_FULL);
    case_for_test(&b.k, &b.known, 0.9, 1);
    case_for_test(&b.k, &b.begun, 0.1, 1);
    for (uint32_t f = 0; f < findings; f++) /* sure reports come from the tables */
        b.k.findings[f].reliability = 1;
    measure("diagnose_update", update, &b, times);
    measure("diagnose_shares", explain, &b, times);
    measure("diagnose_next_question", ask, &b, times / 4 + 1);
    if (!(b.sum > 0)) exit(1);
}

int main(void)
{
    void *memory = malloc(MEMORY);
    if (!memory) check(PLX_FULL);
    printf("name,value,unit\n");
    run(memory, 50, 223, 40);
    run(memory, 300, 1500, 1);
    free(memory);
    return 0;
}
