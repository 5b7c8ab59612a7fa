/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/diagnose_report.h"

#include <stdio.h>

enum { LINES_MAX = 20 };

typedef struct line {
    const char *name, *about;
    double value;
} line;

static uint32_t lines_of(const plx_diagnose_tally *t, line *out)
{
    const double n = t->n ? (double)t->n : 1, lists = t->lists_n ? (double)t->lists_n : 1;
    const line all[] = {{"top_1", "share of cases whose truth is first", (double)t->first / n},
                        {"top_3", "or among the first 3", (double)t->in_3 / n},
                        {"top_5", "or among the first 5", (double)t->in_5 / n},
                        {"mrr", "mean reciprocal rank of the truth", t->reciprocal / n},
                        {"ece", "expected calibration error, 10 bins", plx_diagnose_tally_ece(t)},
                        {"brier", "sum over diagnoses, mean over cases", t->brier / n},
                        {"log_loss", "nats", t->log_loss / n},
                        {"grave_recall_5", "must-not-miss truths among the first 5",
                         t->grave_n ? (double)t->grave_in_5 / (double)t->grave_n : 1},
                        {"ddr", "recall of the reference differential", t->recall / lists},
                        {"ddp", "precision of it", t->precision / lists},
                        {"ddf1", "F1 per patient, mean", t->f1 / lists},
                        {"list_length", "diagnoses listed, mean", t->list_length / lists}};
    uint32_t n_lines = sizeof all / sizeof *all;
    if (t->lists_n == 0) n_lines -= 4;
    memcpy(out, all, n_lines * sizeof *all);
    return n_lines;
}

static void print_table(const plx_evaluation *e, const plx_spoil *spoil)
{
    line lines[LINES_MAX];
    const uint32_t n = lines_of(&e->full, lines);
    printf("%-16s %10llu\n", "cases", (unsigned long long)e->full.n);
    if (spoil->drop > 0 || spoil->flip > 0)
        printf("%-16s %10.3f  findings lost %s; %.3f made wrong\n", "spoilt", spoil->drop,
               spoil->lost_as_no ? "(read as no)" : "(not known)", spoil->flip);
    for (uint32_t i = 0; i < n; i++)
        printf("%-16s %10.4f  %s\n", lines[i].name, lines[i].value, lines[i].about);
    printf("%-16s %10.1e  shares of the first diagnosis against its log-odds, worst\n",
           "shares_off", e->shares_off);
    if (e->questions_n == 0) return;
    printf("%-16s %10.2f  mean\n\n%9s %8s %8s %8s %8s %14s\n", "questions_asked",
           e->full.n ? (double)e->asked / (double)e->full.n : 0, "questions", "top_1", "top_5",
           "ece", "brier", "grave_recall_5");
    for (uint32_t q = 0; q <= e->questions_n; q++) {
        lines_of(&e->after[q], lines);
        printf("%9u %8.4f %8.4f %8.4f %8.4f %14.4f\n", q, lines[0].value, lines[2].value,
               lines[4].value, lines[5].value, lines[7].value);
    }
}

static void print_members(const plx_diagnose_tally *t)
{
    line lines[LINES_MAX];
    const uint32_t n = lines_of(t, lines);
    printf("\"n\":%llu", (unsigned long long)t->n);
    for (uint32_t i = 0; i < n; i++)
        printf(",\"%s\":%.6f", lines[i].name, lines[i].value);
}

static void print_json(const plx_evaluation *e, const plx_spoil *spoil)
{
    printf("{");
    print_members(&e->full);
    printf(",\"shares_off\":%.3e,\"drop\":%.4f,\"flip\":%.4f,\"lost_as_no\":%s", e->shares_off,
           spoil->drop, spoil->flip, spoil->lost_as_no ? "true" : "false");
    if (e->questions_n > 0) {
        printf(",\"questions_asked\":%.4f,\"after\":[",
               e->full.n ? (double)e->asked / (double)e->full.n : 0);
        for (uint32_t q = 0; q <= e->questions_n; q++) {
            printf("%s{\"questions\":%u,", q ? "," : "", q);
            print_members(&e->after[q]);
            printf("}");
        }
        printf("]");
    }
    printf("}\n");
}

void plx_diagnose_report(const plx_evaluation *e, const plx_spoil *spoil, bool json)
{
    if (json)
        print_json(e, spoil);
    else
        print_table(e, spoil);
}
