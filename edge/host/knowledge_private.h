/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Between knowledge_file.c (files and their shapes) and knowledge_make.c (what they mean). */
#ifndef PLX_EDGE_HOST_KNOWLEDGE_PRIVATE_H
#define PLX_EDGE_HOST_KNOWLEDGE_PRIVATE_H

#include "edge/host/knowledge_file.h"
#include "edge/host/yaml.h"

/* As they stand in the files; texts are libcyaml's, NULL when not said. */
typedef struct file_source {
    char *id, *citation, *doi, *read, *date;
} file_source;

typedef struct file_cost {
    char *seconds, *harm, *money;
} file_cost;

typedef struct file_finding {
    char *id, *text, *ask, *kind, *base, *source, *status, *group, *needs, *derive, *reliability,
        *decisive;
    file_cost *cost;
} file_finding;

typedef struct file_prior {
    char *presentation, *source, *status;
    char **age, **f, **m;
    unsigned age_n, f_n, m_n;
} file_prior;

typedef struct file_evidence {
    char *finding, *lr_pos, *lr_neg, *source, *status, *note;
} file_evidence;

typedef struct file_diagnosis {
    char *id, *name, *must_not_miss, *miss_cost, *test_threshold;
    char **icd10;
    unsigned icd10_n;
    file_prior *prior;
    unsigned prior_n;
    file_evidence *evidence;
    unsigned evidence_n;
} file_diagnosis;

typedef struct file_presentation {
    char *id, *text, *age_low, *age_high;
    char **diagnoses;
    unsigned diagnoses_n;
} file_presentation;

typedef enum doc_kind { DOC_SOURCE, DOC_FINDING, DOC_DIAGNOSIS, DOC_PRESENTATION } doc_kind;

typedef struct doc {
    char path[256];
    doc_kind kind;
    plx_yaml yaml;
    void *root; /* one mapping; of sources and findings a list */
    unsigned n; /* entries of the list */
} doc;

typedef struct loader {
    doc *docs;
    uint32_t docs_n;
    bool unverified;
    plx_knowledge *k;
    plx_knowledge_counts *counts;
    plx_arena arena;
    char *problem;
    size_t problem_n;
} loader;

/* Counts what the files hold into *k; then, with an arena, the records. */
void plx_knowledge_count(loader *l);
PLX_MUST_CHECK plx_status plx_knowledge_make(loader *l);

#endif
