/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/diagnose_cases.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "app/app.h"
#include "core/diagnose/case_json.h"
#include "core/diagnose/discover.h"
#include "core/diagnose/learnt.h"

enum { BROKEN_SHOWN_MAX = 10, TABLE_ARENA_PER_BYTE = 8 };

static int fail(const char *words, const char *path, const char *sentence)
{
    return plx_app_fail(PLX_EXIT_WORLD, words, path, sentence);
}

static bool is_folder(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

/* The one patients file of a folder. */
static int find_patients(plx_diagnose_cases *cases, const char *folder)
{
    char pattern[PLX_DIAGNOSE_PATH_MAX];
    glob_t found = {0};
    snprintf(pattern, sizeof pattern, "%s/*.csv", folder);
    glob(pattern, 0, NULL, &found);
    snprintf(pattern, sizeof pattern, "%s/*.csv.gz", folder);
    glob(pattern, GLOB_APPEND, NULL, &found);
    const size_t n = found.gl_pathc;
    if (n == 1) snprintf(cases->path, sizeof cases->path, "%s", found.gl_pathv[0]);
    globfree(&found);
    if (n == 1) return PLX_EXIT_OK;
    return fail(cases->words, folder,
                n ? "it holds more than one .csv or .csv.gz file; name the one that is meant"
                  : "it holds no patients (.csv or .csv.gz)");
}

static int read_layout(plx_diagnose_cases *cases, plx_slice line)
{
    plx_csv csv;
    plx_csv_init(&csv, line, cases->scratch, PLX_LINES_LINE_MAX);
    if (plx_csv_next(&csv) == PLX_OK &&
        plx_ddxplus_layout_read(csv.fields, csv.fields_n, &cases->layout) == PLX_OK)
        return PLX_EXIT_OK;
    return fail(cases->words, cases->path,
                "these are no cases: neither JSON Lines nor a table with EVIDENCES");
}

int plx_diagnose_cases_open(plx_diagnose_cases *cases, const char *words, const char *path)
{
    plx_slice line;
    *cases = (plx_diagnose_cases){.words = words};
    snprintf(cases->path, sizeof cases->path, "%s", path);
    if (is_folder(path) && find_patients(cases, path) != PLX_EXIT_OK) return PLX_EXIT_WORLD;
    if (plx_lines_open(&cases->lines, cases->path) != PLX_OK)
        return fail(words, cases->path, strerror(errno));
    cases->scratch = malloc(PLX_LINES_LINE_MAX);
    cases->tokens = calloc(PLX_LINES_LINE_MAX / 2 + 1, sizeof *cases->tokens);
    int status = PLX_EXIT_OK;
    if (!cases->scratch || !cases->tokens)
        status = fail(words, cases->path, "not enough memory to read it");
    else if (plx_lines_peek(&cases->lines, &line) != PLX_OK)
        status = fail(words, cases->path, "it is empty or cannot be read");
    else if ((cases->json = line.n > 0 && line.at[0] == '{'))
        return PLX_EXIT_OK;
    else if (plx_lines_next(&cases->lines, &line) != PLX_OK)
        status = fail(words, cases->path, "it cannot be read");
    else
        status = read_layout(cases, line);
    if (status != PLX_EXIT_OK) plx_diagnose_cases_close(cases);
    return status;
}

static plx_status read_json(plx_diagnose_cases *cases, const plx_knowledge *k, plx_slice line,
                            plx_case *c, char *why, size_t why_n)
{
    plx_json json = {.tokens = cases->tokens, .capacity = PLX_LINES_LINE_MAX / 2 + 1};
    plx_json_error error;
    const plx_status status = plx_json_parse(line, &json, &error);
    if (status != PLX_OK) return plx_refuse(why, why_n, status, error.text);
    return plx_case_json_read(k, &json, c, &cases->unknown, why, why_n);
}

static plx_status read_row(plx_diagnose_cases *cases, const plx_knowledge *k, plx_slice line,
                           plx_case *c, char *why, size_t why_n)
{
    plx_csv csv;
    plx_csv_init(&csv, line, cases->scratch, PLX_LINES_LINE_MAX);
    const plx_status status = plx_csv_next(&csv);
    if (status != PLX_OK) return plx_refuse(why, why_n, status, plx_status_text(status));
    return plx_ddxplus_row(k, &cases->layout, csv.fields, csv.fields_n, c, &cases->unknown, why,
                           why_n);
}

plx_status plx_diagnose_cases_next(plx_diagnose_cases *cases, const plx_knowledge *k, plx_case *c)
{
    plx_slice line;
    plx_status status;
    char why[160];
    while ((status = plx_lines_next(&cases->lines, &line)) == PLX_OK) {
        line = plx_slice_trim(line);
        if (line.n > 0 && line.at[line.n - 1] == '\r') line.n--;
        if (line.n == 0) continue;
        if (!k) return PLX_OK;
        status = cases->json ? read_json(cases, k, line, c, why, sizeof why)
                             : read_row(cases, k, line, c, why, sizeof why);
        if (status == PLX_OK) return PLX_OK;
        if (cases->broken++ < BROKEN_SHOWN_MAX)
            fprintf(stderr, "pollux %s: %s line %llu is left out: %s\n", cases->words, cases->path,
                    (unsigned long long)cases->lines.line, why);
    }
    if (status != PLX_MISSING) fail(cases->words, cases->path, plx_status_text(status));
    return status;
}

int plx_diagnose_cases_close(plx_diagnose_cases *cases)
{
    if (cases->unknown.evidences)
        fprintf(stderr, "pollux %s: %s: %llu findings are not in the knowledge (first: %s)\n",
                cases->words, cases->path, (unsigned long long)cases->unknown.evidences,
                cases->unknown.first);
    if (cases->unknown.diagnoses)
        fprintf(stderr, "pollux %s: %s: %llu times a diagnosis that is not in the knowledge\n",
                cases->words, cases->path, (unsigned long long)cases->unknown.diagnoses);
    plx_lines_close(&cases->lines);
    free(cases->scratch);
    free(cases->tokens);
    cases->scratch = NULL;
    cases->tokens = NULL;
    if (cases->broken == 0) return PLX_EXIT_OK;
    fprintf(stderr, "pollux %s: %s: %llu lines were left out\n", cases->words, cases->path,
            (unsigned long long)cases->broken);
    return PLX_EXIT_WORLD;
}

/* Whole JSON files. */

typedef struct json_file {
    char *bytes;
    plx_json json;
} json_file;

static void json_file_free(json_file *f)
{
    free(f->bytes);
    free(f->json.tokens);
    *f = (json_file){0};
}

static int json_file_load(const char *words, const char *path, json_file *f)
{
    size_t n;
    plx_json_error error = {plx_status_text(PLX_LIMIT), 0};
    *f = (json_file){0};
    if (plx_app_read_file(path, &f->bytes, &n) != PLX_OK) return fail(words, path, strerror(errno));
    f->json.capacity = (uint32_t)(n / 2 + 1);
    f->json.tokens = n < UINT32_MAX ? malloc(f->json.capacity * sizeof *f->json.tokens) : NULL;
    if (f->json.tokens && plx_json_parse((plx_slice){f->bytes, n}, &f->json, &error) == PLX_OK)
        return PLX_EXIT_OK;
    json_file_free(f);
    return fail(words, path, error.text);
}

int plx_diagnose_knowledge_load(const char *words, const char *path, plx_knowledge *k,
                                plx_lister *lister, void **memory)
{
    json_file file;
    char why[160];
    if (json_file_load(words, path, &file) != PLX_EXIT_OK) return PLX_EXIT_WORLD;
    const size_t bytes = plx_learnt_read_bytes(&file.json);
    *memory = malloc(bytes);
    plx_arena arena = plx_arena_init(*memory, *memory ? bytes : 0);
    const plx_status status = plx_learnt_read(&file.json, &arena, k, lister, why, sizeof why);
    json_file_free(&file);
    if (status == PLX_OK) return PLX_EXIT_OK;
    free(*memory);
    *memory = NULL;
    return fail(words, path, why);
}

/* Sets. */

/* "FOLDER/NAME" beside a patients file. */
static void beside(const char *path, const char *name, char *out)
{
    const char *slash = strrchr(path, '/');
    const int n = slash ? (int)(slash - path + 1) : 0;
    snprintf(out, PLX_DIAGNOSE_PATH_MAX, "%.*s%s", n, path, name);
}

static int load_tables(plx_diagnose_set *set, const char *words, const char *patients)
{
    char path[PLX_DIAGNOSE_PATH_MAX], why[160];
    json_file conditions, evidences;
    beside(patients, "release_conditions.json", path);
    if (json_file_load(words, path, &conditions) != PLX_EXIT_OK) return PLX_EXIT_WORLD;
    beside(patients, "release_evidences.json", path);
    if (json_file_load(words, path, &evidences) != PLX_EXIT_OK) {
        json_file_free(&conditions);
        return PLX_EXIT_WORLD;
    }
    const size_t texts = conditions.json.text.n + evidences.json.text.n,
                 bytes = texts * TABLE_ARENA_PER_BYTE + (64u << 20);
    set->memory[0] = malloc(bytes);
    plx_arena arena = plx_arena_init(set->memory[0], set->memory[0] ? bytes : 0);
    const plx_status status =
        plx_ddxplus_tables(&conditions.json, &evidences.json, &arena, &set->k, why, sizeof why);
    json_file_free(&conditions);
    json_file_free(&evidences);
    return status == PLX_OK ? PLX_EXIT_OK : fail(words, path, why);
}

/* Records from the cases themselves. */
static int discover(plx_diagnose_set *set, const char *words, const char *path)
{
    enum { DISCOVERY_BYTES = 256 << 20 };
    plx_diagnose_cases cases;
    plx_discovery discovery;
    plx_slice line;
    char why[160] = "more names or values than is possible";
    set->memory[0] = malloc(DISCOVERY_BYTES);
    plx_arena arena = plx_arena_init(set->memory[0], set->memory[0] ? DISCOVERY_BYTES : 0);
    if (plx_diagnose_cases_open(&cases, words, path) != PLX_EXIT_OK) return PLX_EXIT_WORLD;
    plx_status status = plx_discovery_take(&discovery, &arena);
    while (status == PLX_OK && plx_lines_next(&cases.lines, &line) == PLX_OK) {
        plx_json json = {.tokens = cases.tokens, .capacity = PLX_LINES_LINE_MAX / 2 + 1};
        if (plx_json_parse(plx_slice_trim(line), &json, NULL) == PLX_OK)
            status = plx_discovery_add(&discovery, &json);
    }
    if (status == PLX_OK) status = plx_discovery_make(&discovery, &arena, &set->k, why, sizeof why);
    plx_diagnose_cases_close(&cases);
    return status == PLX_OK ? PLX_EXIT_OK : fail(words, path, why);
}

static plx_status count_cases(const char *words, const char *path, uint32_t *n)
{
    plx_diagnose_cases cases;
    plx_status status;
    if (plx_diagnose_cases_open(&cases, words, path) != PLX_EXIT_OK) return PLX_IO;
    *n = 0;
    while ((status = plx_diagnose_cases_next(&cases, NULL, NULL)) == PLX_OK &&
           *n < PLX_DIAGNOSE_CASES_MAX)
        ++*n;
    plx_diagnose_cases_close(&cases);
    if (status != PLX_OK) return status == PLX_MISSING ? PLX_OK : status;
    fail(words, path, "it holds more than a million cases; take a part of it");
    return PLX_LIMIT;
}

/* Only cases whose diagnosis is known are of use. */
static int load_cases(plx_diagnose_set *set, plx_diagnose_cases *cases, uint32_t max)
{
    const size_t bytes = max * (sizeof *set->cases + plx_case_bytes(&set->k)) + 1024;
    set->memory[1] = malloc(bytes);
    plx_arena arena = plx_arena_init(set->memory[1], set->memory[1] ? bytes : 0);
    set->cases = plx_arena_take(&arena, max ? max : 1, sizeof *set->cases);
    plx_status status = set->cases ? PLX_OK : PLX_FULL;
    while (status == PLX_OK && set->n < max) {
        plx_case *c = &set->cases[set->n];
        status = plx_case_take(&set->k, &arena, c);
        if (status == PLX_OK) status = plx_diagnose_cases_next(cases, &set->k, c);
        if (status == PLX_OK && c->truth != PLX_NO_INDEX) {
            if (c->closed_world) plx_case_close(&set->k, c);
            set->n++;
        }
    }
    if (status == PLX_FULL) return fail(cases->words, cases->path, "not enough memory for it");
    if (status != PLX_OK && status != PLX_MISSING) return PLX_EXIT_WORLD;
    if (set->n == 0) return fail(cases->words, cases->path, "no case tells its diagnosis");
    return PLX_EXIT_OK;
}

int plx_diagnose_set_load(plx_diagnose_set *set, const char *words, const char *path)
{
    plx_diagnose_cases cases;
    uint32_t n = 0;
    *set = (plx_diagnose_set){0};
    if (count_cases(words, path, &n) != PLX_OK) return PLX_EXIT_WORLD;
    if (plx_diagnose_cases_open(&cases, words, path) != PLX_EXIT_OK) return PLX_EXIT_WORLD;
    int status =
        cases.json ? discover(set, words, cases.path) : load_tables(set, words, cases.path);
    if (status == PLX_EXIT_OK) status = load_cases(set, &cases, n);
    set->exit_status = plx_diagnose_cases_close(&cases);
    if (status != PLX_EXIT_OK) plx_diagnose_set_free(set);
    return status;
}

void plx_diagnose_set_free(plx_diagnose_set *set)
{
    free(set->memory[0]);
    free(set->memory[1]);
    *set = (plx_diagnose_set){0};
}
