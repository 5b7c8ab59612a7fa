/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* CASES of the diagnose commands one by one: JSON Lines, or patients of DDXPlus (.csv, .csv.gz, or
 * the folder that holds one such file beside the two tables). */
#ifndef PLX_APP_DIAGNOSE_CASES_H
#define PLX_APP_DIAGNOSE_CASES_H

#include "core/diagnose/ddxplus.h"
#include "core/diagnose/lister.h"
#include "core/format/csv/csv.h"
#include "edge/acquire/lines.h"

enum { PLX_DIAGNOSE_PATH_MAX = 4096, PLX_DIAGNOSE_CASES_MAX = 1000000 };

typedef struct plx_diagnose_cases {
    const char *words; /* of the command, for sentences */
    char path[PLX_DIAGNOSE_PATH_MAX];
    plx_lines lines;
    bool json;
    plx_ddxplus_layout layout;
    uint64_t broken; /* lines that were left out */
    plx_case_unknown unknown;
    char *scratch;          /* PLX_LINES_LINE_MAX */
    plx_json_token *tokens; /* PLX_LINES_LINE_MAX / 2 + 1 */
} plx_diagnose_cases;

/* A folder becomes its patients file in cases->path. PLX_EXIT_OK, or a sentence on stderr. */
int plx_diagnose_cases_open(plx_diagnose_cases *cases, const char *words, const char *path);
/* The next case; broken lines are named on stderr and passed over. PLX_MISSING at the end; else the
 * file cannot be read on and a sentence was printed. k may be NULL: the line is only looked at
 * (cases->line). */
PLX_MUST_CHECK plx_status plx_diagnose_cases_next(plx_diagnose_cases *cases, const plx_knowledge *k,
                                                  plx_case *c);
/* Says what was unknown or broken; PLX_EXIT_WORLD when anything was broken. */
int plx_diagnose_cases_close(plx_diagnose_cases *cases);

/* All cases in memory, with the knowledge of their tables. */
typedef struct plx_diagnose_set {
    plx_knowledge k; /* records only, until learnt */
    plx_case *cases;
    uint32_t n;
    void *memory[2]; /* of the tables, of the cases */
    int exit_status; /* of the lines that were broken */
} plx_diagnose_set;

/* PLX_EXIT_OK, or a sentence on stderr. */
int plx_diagnose_set_load(plx_diagnose_set *set, const char *words, const char *path);
void plx_diagnose_set_free(plx_diagnose_set *set);

/* A knowledge that was learnt, from its file; *memory is to be freed. */
int plx_diagnose_knowledge_load(const char *words, const char *path, plx_knowledge *k,
                                plx_lister *lister, void **memory);

#endif
