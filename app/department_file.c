/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/department_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"

enum { FILE_MAX = 16 << 20 };

int plx_department_file_open(plx_department_file *f, const char *words, const char *path)
{
    memset(f, 0, sizeof *f);
    if (plx_app_read_file(path, &f->bytes, &f->n) != PLX_OK) {
        char what[512];
        snprintf(what, sizeof what, "%s (%s)", path, strerror(errno));
        return plx_app_fail(PLX_EXIT_WORLD, words, "this file cannot be read", what);
    }
    f->reader.json.capacity = (uint32_t)(f->n < FILE_MAX ? f->n / 2 + 1 : 0);
    f->reader.json.tokens = malloc(((size_t)f->reader.json.capacity + 1) * sizeof(plx_json_token));
    if (f->n < FILE_MAX && f->reader.json.tokens) return PLX_EXIT_OK;
    plx_department_file_close(f);
    return plx_app_fail(PLX_EXIT_WORLD, words, "this file is larger than 16 MiB", path);
}

void plx_department_file_close(plx_department_file *f)
{
    free(f->reader.json.tokens);
    free(f->bytes);
    memset(f, 0, sizeof *f);
}

plx_flow_model *plx_department_model_load(const char *words, const char *path)
{
    plx_department_file f;
    plx_flow_model *model = NULL;
    if (plx_department_file_open(&f, words, path) != PLX_EXIT_OK) return NULL;
    model = malloc(sizeof *model);
    if (!model) {
        plx_app_fail(PLX_EXIT_WORLD, words, "no memory left", NULL);
    } else if (plx_department_model_read(&f.reader, (plx_slice){f.bytes, f.n}, model) != PLX_OK) {
        char what[PLX_READER_WHY_MAX + 256];
        snprintf(what, sizeof what, "%s: %s", path, f.reader.why);
        plx_app_fail(PLX_EXIT_WORLD, words, what, NULL);
        free(model);
        model = NULL;
    }
    plx_department_file_close(&f);
    return model;
}
