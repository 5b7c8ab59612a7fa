/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux diagnose CASE.json: the differential of one case with its reasons, what would change it,
 * and the next questions. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "app/app.h"
#include "app/diagnose_answer.h"
#include "app/diagnose_cases.h"
#include "core/diagnose/case_json.h"
#include "edge/host/knowledge_file.h"

static const char WORDS[] = "diagnose";
enum { OUT_BYTES = 8 << 20, ID_MAX = 256 };

typedef struct diagnoser {
    plx_knowledge k;
    plx_lister lister;
    plx_knowledge_counts counts;
    void *knowledge, *memory;
    char *text, *out;
    plx_json json;
} diagnoser;

/* A folder of YAML, or a file that was learnt. */
static int load(diagnoser *d, const char *path, bool unverified)
{
    struct stat s;
    char problem[300];
    if (stat(path, &s) == 0 && S_ISREG(s.st_mode))
        return plx_diagnose_knowledge_load(WORDS, path, &d->k, &d->lister, &d->knowledge);
    if (plx_knowledge_folder_read(path, unverified, &d->k, &d->counts, &d->knowledge, problem,
                                  sizeof problem) != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, problem, NULL);
    if (!unverified && d->counts.unverified)
        fprintf(stderr,
                "pollux %s: %u likelihood ratios are left out, nobody has read them in their "
                "source (--unverified takes them); %u are used\n",
                WORDS, d->counts.unverified, d->counts.verified);
    return PLX_EXIT_OK;
}

static int read_text(diagnoser *d, const char *path)
{
    size_t n;
    plx_json_error error = {plx_status_text(PLX_LIMIT), 0};
    if (plx_app_read_file(path, &d->text, &n) != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "the case cannot be read", path);
    d->json.capacity = (uint32_t)(n / 2 + 1);
    d->json.tokens = n < UINT32_MAX ? malloc(d->json.capacity * sizeof *d->json.tokens) : NULL;
    if (d->json.tokens && plx_json_parse((plx_slice){d->text, n}, &d->json, &error) == PLX_OK)
        return PLX_EXIT_OK;
    return plx_app_fail(PLX_EXIT_WORLD, WORDS, path, error.text);
}

static int answer(diagnoser *d, const char *path, bool unverified)
{
    const size_t bytes = plx_diagnose_answer_bytes(&d->k) + plx_case_bytes(&d->k) + 1024;
    char why[200], id[ID_MAX];
    plx_case c;
    plx_case_unknown unknown = {0};
    d->memory = malloc(bytes);
    d->out = malloc(OUT_BYTES);
    plx_arena arena = plx_arena_init(d->memory, bytes);
    if (!d->memory || !d->out || plx_case_take(&d->k, &arena, &c) != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "not enough memory", NULL);
    if (plx_case_json_read(&d->k, &d->json, &c, &unknown, why, sizeof why) != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, path, why);
    if (unknown.evidences)
        fprintf(stderr, "pollux %s: %llu findings are not in the knowledge (first: %s)\n", WORDS,
                (unsigned long long)unknown.evidences, unknown.first);
    plx_out name = plx_out_init(id, sizeof id), out = plx_out_init(d->out, OUT_BYTES);
    const uint32_t token = plx_json_get(&d->json, 0, "id");
    if (token != UINT32_MAX) plx_json_string(&d->json, token, &name);
    const plx_diagnose_answer a = {.k = &d->k,
                                   .lister = &d->lister,
                                   .c = &c,
                                   .id = plx_out_slice(&name),
                                   .unverified = unverified && d->counts.unverified > 0,
                                   .priors_unverified = d->counts.priors_unverified,
                                   .ignored = unknown.evidences};
    if (plx_diagnose_answer_write(&a, &arena, &out) != PLX_OK || out.full)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "not enough memory for the answer", NULL);
    fwrite(out.at, 1, out.n, stdout);
    return PLX_EXIT_OK;
}

int plx_app_diagnose(int argc, char **argv)
{
    const char *file = NULL, *knowledge = "knowledge";
    bool unverified = false;
    size_t files_n = 0;
    const plx_option options[] = {{"--knowledge", PLX_OPTION_TEXT, &knowledge, 0, 0},
                                  {"--unverified", PLX_OPTION_FLAG, &unverified, 0, 0}};
    int status = plx_options_read(WORDS, argc, argv, options, sizeof options / sizeof *options,
                                  &file, 1, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    if (files_n != 1) return plx_app_fail(PLX_EXIT_USAGE, WORDS, "name the file of a case", NULL);
    diagnoser d = {.lister = {0}};
    status = load(&d, knowledge, unverified);
    if (status == PLX_EXIT_OK) status = read_text(&d, file);
    if (status == PLX_EXIT_OK) status = answer(&d, file, unverified);
    free(d.knowledge);
    free(d.memory);
    free(d.text);
    free(d.out);
    free(d.json.tokens);
    return status;
}
