/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/host/knowledge_file.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/host/knowledge_private.h"

enum { TEXT_MAX = 600, LIST_MAX = 2048, SPARE_BYTES = 1 << 16 };

/* The shapes of the files. */

#define TEXT_OF(type, key, member, flags)                                                          \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (flags), type, member, 0, TEXT_MAX)
#define MUST(type, key) TEXT_OF(type, #key, key, 0)
#define MAY(type, key) TEXT_OF(type, #key, key, CYAML_FLAG_OPTIONAL)
#define WORDS(type, name, key)                                                                     \
    CYAML_FIELD_SEQUENCE_COUNT(name, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, key, key##_n, \
                               &WORD, 0, LIST_MAX)
#define ENTRIES(type, key, schema)                                                                 \
    CYAML_FIELD_SEQUENCE_COUNT(#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, key, key##_n, \
                               schema, 0, LIST_MAX)

static const cyaml_schema_value_t WORD = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, TEXT_MAX)};

static const cyaml_schema_field_t SOURCE_FIELDS[] = {
    MUST(file_source, id),  MUST(file_source, citation), MAY(file_source, doi),
    MAY(file_source, read), MAY(file_source, date),      CYAML_FIELD_END};
static const cyaml_schema_field_t COST_FIELDS[] = {MAY(file_cost, seconds), MAY(file_cost, harm),
                                                   MAY(file_cost, money), CYAML_FIELD_END};
static const cyaml_schema_field_t FINDING_FIELDS[] = {
    MUST(file_finding, id),
    MUST(file_finding, text),
    MAY(file_finding, ask),
    MAY(file_finding, kind),
    MAY(file_finding, base),
    MAY(file_finding, source),
    MAY(file_finding, status),
    MAY(file_finding, group),
    MAY(file_finding, needs),
    MAY(file_finding, derive),
    MAY(file_finding, reliability),
    MAY(file_finding, decisive),
    CYAML_FIELD_MAPPING_PTR("cost", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, file_finding, cost,
                            COST_FIELDS),
    CYAML_FIELD_END};
static const cyaml_schema_field_t PRIOR_FIELDS[] = {MUST(file_prior, presentation),
                                                    MAY(file_prior, source),
                                                    MAY(file_prior, status),
                                                    WORDS(file_prior, "age", age),
                                                    WORDS(file_prior, "F", f),
                                                    WORDS(file_prior, "M", m),
                                                    CYAML_FIELD_END};
static const cyaml_schema_field_t EVIDENCE_FIELDS[] = {MUST(file_evidence, finding),
                                                       MAY(file_evidence, lr_pos),
                                                       MAY(file_evidence, lr_neg),
                                                       MAY(file_evidence, source),
                                                       MAY(file_evidence, status),
                                                       MAY(file_evidence, note),
                                                       CYAML_FIELD_END};
static const cyaml_schema_value_t PRIOR = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, file_prior, PRIOR_FIELDS)};
static const cyaml_schema_value_t EVIDENCE = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, file_evidence, EVIDENCE_FIELDS)};
static const cyaml_schema_field_t DIAGNOSIS_FIELDS[] = {
    MUST(file_diagnosis, id),
    MUST(file_diagnosis, name),
    WORDS(file_diagnosis, "icd10", icd10),
    MAY(file_diagnosis, must_not_miss),
    MAY(file_diagnosis, miss_cost),
    MAY(file_diagnosis, test_threshold),
    ENTRIES(file_diagnosis, prior, &PRIOR),
    ENTRIES(file_diagnosis, evidence, &EVIDENCE),
    CYAML_FIELD_END};
static const cyaml_schema_field_t PRESENTATION_FIELDS[] = {
    MUST(file_presentation, id),
    MUST(file_presentation, text),
    MAY(file_presentation, age_low),
    MAY(file_presentation, age_high),
    WORDS(file_presentation, "diagnoses", diagnoses),
    CYAML_FIELD_END};

static const cyaml_schema_value_t SOURCE_ENTRY = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, file_source, SOURCE_FIELDS)};
static const cyaml_schema_value_t FINDING_ENTRY = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, file_finding, FINDING_FIELDS)};
static const cyaml_schema_value_t ROOTS[] = {
    {CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER, file_source, &SOURCE_ENTRY, 0, LIST_MAX)},
    {CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER, file_finding, &FINDING_ENTRY, 0, LIST_MAX)},
    {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, file_diagnosis, DIAGNOSIS_FIELDS)},
    {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, file_presentation, PRESENTATION_FIELDS)}};

/* Files. */

static plx_status read_doc(loader *l, const char *path, doc_kind kind)
{
    if (l->docs_n == PLX_KNOWLEDGE_FILES_MAX) {
        snprintf(l->problem, l->problem_n, "%.120s: more than %d files of knowledge", path,
                 PLX_KNOWLEDGE_FILES_MAX);
        return PLX_CONFIG;
    }
    doc *d = &l->docs[l->docs_n];
    snprintf(d->path, sizeof d->path, "%s", path);
    d->kind = kind;
    d->yaml = (plx_yaml){.name = d->path,
                         .all_keys = "knowledge/diagnosis/README.md",
                         .problem = l->problem,
                         .problem_n = l->problem_n};
    PLX_TRY(plx_yaml_read(path, "knowledge", &d->yaml.text, l->problem, l->problem_n));
    l->docs_n++; /* from here on it is to be freed */
    if (kind == DOC_SOURCE || kind == DOC_FINDING)
        PLX_TRY(plx_yaml_load_list(&d->yaml, &ROOTS[kind], &d->root, &d->n));
    else
        PLX_TRY(plx_yaml_load(&d->yaml, &ROOTS[kind], &d->root));
    return d->root ? PLX_OK : plx_yaml_complain(&d->yaml, 0, "the file says nothing");
}

/* By name, so that the order of a knowledge does not depend on the disk. */
static plx_status read_folder(loader *l, const char *folder, const char *part, doc_kind kind)
{
    char pattern[300];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%.200s/%s", folder, part);
    plx_status status = PLX_OK;
    if (glob(pattern, 0, NULL, &found) != 0) {
        snprintf(l->problem, l->problem_n, "%.200s: there is no such knowledge; name its folder",
                 pattern);
        return PLX_CONFIG;
    }
    for (size_t i = 0; i < found.gl_pathc && status == PLX_OK; i++)
        status = read_doc(l, found.gl_pathv[i], kind);
    globfree(&found);
    return status;
}

static plx_status make(loader *l, void **memory)
{
    size_t bytes = SPARE_BYTES;
    plx_knowledge_count(l);
    for (uint32_t i = 0; i < l->docs_n; i++)
        bytes += 32 * l->docs[i].yaml.text.n;
    bytes += plx_knowledge_bytes(l->k);
    *memory = malloc(bytes);
    if (!*memory) {
        snprintf(l->problem, l->problem_n, "not enough memory for the knowledge");
        return PLX_FULL;
    }
    l->arena = plx_arena_init(*memory, bytes);
    return plx_knowledge_make(l);
}

plx_status plx_knowledge_folder_read(const char *folder, bool unverified, plx_knowledge *k,
                                     plx_knowledge_counts *counts, void **memory, char *problem,
                                     size_t problem_n)
{
    loader l = {.docs = calloc(PLX_KNOWLEDGE_FILES_MAX, sizeof *l.docs),
                .unverified = unverified,
                .k = k,
                .counts = counts,
                .problem = problem,
                .problem_n = problem_n};
    *memory = NULL;
    *counts = (plx_knowledge_counts){0};
    snprintf(problem, problem_n, "not enough memory to read %.120s", folder);
    plx_status status = l.docs ? PLX_OK : PLX_FULL;
    if (status == PLX_OK) status = read_folder(&l, folder, "source.yaml", DOC_SOURCE);
    if (status == PLX_OK) status = read_folder(&l, folder, "finding/*.yaml", DOC_FINDING);
    if (status == PLX_OK) status = read_folder(&l, folder, "diagnosis/*.yaml", DOC_DIAGNOSIS);
    if (status == PLX_OK) status = read_folder(&l, folder, "presentation/*.yaml", DOC_PRESENTATION);
    if (status == PLX_OK) status = make(&l, memory);
    for (uint32_t i = 0; i < l.docs_n; i++) {
        doc *d = &l.docs[i];
        if (d->kind == DOC_SOURCE || d->kind == DOC_FINDING)
            plx_yaml_free_list(&ROOTS[d->kind], d->root, d->n);
        else
            plx_yaml_free(&ROOTS[d->kind], d->root);
        free((char *)d->yaml.text.at);
    }
    free(l.docs);
    if (status != PLX_OK) {
        free(*memory);
        *memory = NULL;
    }
    return status;
}
