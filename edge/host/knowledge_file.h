/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What clinicians edit about diagnoses, in YAML: FOLDER/source.yaml and FOLDER/{finding, diagnosis,
 * presentation}/ *.yaml -> one knowledge. Every number names its source and whether it was read
 * there; likelihood ratios that were not are left out unless they are asked for. A mistake is one
 * sentence with file and line. Keys and rules: knowledge/diagnosis/README.md. */
#ifndef PLX_EDGE_HOST_KNOWLEDGE_FILE_H
#define PLX_EDGE_HOST_KNOWLEDGE_FILE_H

#include "core/diagnose/knowledge.h"

enum { PLX_KNOWLEDGE_FILES_MAX = 1024 };

typedef struct plx_knowledge_counts {
    uint32_t verified, unverified; /* likelihood ratios in the files */
    uint32_t priors_unverified;
} plx_knowledge_counts;

/* PLX_OK: *k is compiled; *memory holds all of it, to be freed. PLX_CONFIG or PLX_FULL with a
 * sentence in problem (300 bytes are enough); *memory is then NULL. unverified: take those
 * likelihood ratios too. */
PLX_MUST_CHECK plx_status plx_knowledge_folder_read(const char *folder, bool unverified,
                                                    plx_knowledge *k, plx_knowledge_counts *counts,
                                                    void **memory, char *problem, size_t problem_n);

#endif
