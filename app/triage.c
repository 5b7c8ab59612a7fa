/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux triage CASES.csv: level, probabilities, admission and critical outcome, reasons per case.
 */
#include <math.h>
#include <stdio.h>

#include "app/app.h"
#include "app/triage_file.h"
#include "core/format/json/json.h"

static void write_probability(plx_json_writer *w, const char *key, double p)
{
    plx_json_key(w, key);
    plx_json_put_double(w, p, 4);
}

static void write_levels(plx_json_writer *w, const plx_triage_result *r)
{
    plx_json_key(w, "level");
    plx_json_put_u64(w, r->best);
    plx_json_key(w, "probability");
    plx_json_array(w);
    for (uint32_t k = 0; k < PLX_TRIAGE_LEVELS; k++)
        plx_json_put_double(w, r->level[k], 4);
    plx_json_array_end(w);
    plx_json_key(w, "expected_level");
    plx_json_put_double(w, r->expected, 2);
    plx_json_key(w, "rule_level");
    if (r->rule)
        plx_json_put_u64(w, r->rule);
    else
        plx_json_put_null(w);
    plx_json_key(w, "red_rule");
    if (r->red)
        plx_json_put_text(w, r->red);
    else
        plx_json_put_null(w);
}

static void write_reasons(plx_json_writer *w, const plx_triage_result *r)
{
    char about[32];
    snprintf(about, sizeof about, "level <= %u", (unsigned)r->explained + 1);
    plx_json_key(w, "reasons_for");
    plx_json_put_text(w, about);
    plx_json_key(w, "base_logit");
    plx_json_put_double(w, r->base, 6);
    plx_json_key(w, "reasons");
    plx_json_array(w);
    for (uint32_t i = 0; i < r->reasons_n; i++) {
        plx_json_object(w);
        plx_json_key(w, "feature");
        plx_json_put_text(w, r->reasons[i].name);
        plx_json_key(w, "value");
        plx_json_put_double(w, r->reasons[i].value, 3);
        plx_json_key(w, "share");
        plx_json_put_double(w, r->reasons[i].share, 6);
        plx_json_object_end(w);
    }
    plx_json_array_end(w);
    plx_json_key(w, "other_shares");
    plx_json_put_double(w, r->rest, 6);
}

static void write_missing(plx_json_writer *w, const plx_triage_case *c)
{
    plx_json_key(w, "missing");
    plx_json_array(w);
    for (plx_triage_number k = 0; k < PLX_TRIAGE_NUMBERS; k++)
        if (isnan(c->number[k])) plx_json_put_text(w, plx_triage_number_key(k));
    plx_json_array_end(w);
}

static void print_json(uint32_t n, const plx_triage_case *c, const plx_triage_result *r)
{
    char memory[8192];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_json_key(&w, "case");
    plx_json_put_u64(&w, n);
    write_levels(&w, r);
    write_probability(&w, "admission", r->admission);
    write_probability(&w, "critical", r->critical);
    write_reasons(&w, r);
    write_missing(&w, c);
    plx_json_object_end(&w);
    printf("%.*s\n", (int)out.n, out.at);
}

static void print_row(uint32_t n, const plx_triage_case *c, const plx_triage_result *r)
{
    printf("%5u %5u   %4.2f %4.2f %4.2f %4.2f %4.2f  %8.2f %5c   %9.2f %8.3f  %-28.*s", n, r->best,
           r->level[0], r->level[1], r->level[2], r->level[3], r->level[4], r->expected,
           r->rule ? '0' + r->rule : '-', r->admission, r->critical,
           c->complaint.n > 28 ? 28 : (int)c->complaint.n, c->complaint.at ? c->complaint.at : "");
    if (r->red) printf(" red rule: %s;", r->red);
    for (uint32_t i = 0; i < r->reasons_n && i < 3; i++)
        printf(" %s %+.2f", r->reasons[i].name, r->reasons[i].share);
    printf("\n");
}

int plx_app_triage(int argc, char **argv)
{
    const char *path = NULL;
    size_t files_n = 0, n = 0;
    bool json = false;
    char *bytes = NULL, why[PLX_TRIAGE_WHY_MAX];
    plx_triage_file file;
    const plx_option options[] = {{"--json", PLX_OPTION_FLAG, &json, 0, 0}};
    const int status = plx_options_read("triage", argc, argv, options, 1, &path, 1, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    if (files_n != 1)
        return plx_app_fail(PLX_EXIT_USAGE, "triage", "name one file of cases (CSV)", NULL);
    if (plx_app_read_file(path, &bytes, &n) != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, "triage", "cannot read the file", path);
    if (plx_triage_file_read(&file, bytes, n, why) != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, "triage", why, path);
    if (!json)
        printf(" case level   P(1) P(2) P(3) P(4) P(5)  expected  rule   admission critical  "
               "complaint                    reasons (log odds)\n");
    for (uint32_t i = 0; i < file.n; i++) {
        plx_triage_result r;
        plx_triage_grade(&plx_triage_model_builtin, &file.cases[i], &r);
        (json ? print_json : print_row)(i + 1, &file.cases[i], &r);
    }
    if (file.refused)
        fprintf(stderr, "pollux triage: %u values are impossible and count as missing\n",
                file.refused);
    plx_triage_file_destroy(&file);
    return PLX_EXIT_OK;
}
