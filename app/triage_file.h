/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Triage cases from a table: columns by name whatever their case and order, ';' or ',' between (the
 * header tells), decimal comma or point; "??", an empty field and what is no number are missing.
 * Known columns: those of the public KTAS data (knowledge/triage/README.md) and plain names (temp,
 * spo2, complaint, level). Everything that is known only later is read as truth alone. */
#ifndef PLX_APP_TRIAGE_FILE_H
#define PLX_APP_TRIAGE_FILE_H

#include "core/triage/triage_learn.h"

enum { PLX_TRIAGE_WHY_MAX = 200 };

typedef struct plx_triage_file {
    char *bytes, *scratch;    /* owner */
    plx_triage_case *cases;   /* (n), owner; complaints lie in bytes or scratch */
    plx_triage_truth *truths; /* (n), owner */
    uint32_t n;
    uint32_t refused; /* values that cannot be and count as missing */
} plx_triage_file;

/* bytes: n bytes of malloc; taken over also on error. PLX_SYNTAX, PLX_MISSING (a column that is
 * needed), PLX_LIMIT, PLX_SPACE: why says it in a sentence, nothing is left to be freed. */
PLX_MUST_CHECK plx_status plx_triage_file_read(plx_triage_file *file, char *bytes, size_t n,
                                               char *why);
void plx_triage_file_destroy(plx_triage_file *file);

#endif
