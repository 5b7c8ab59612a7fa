/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Files of the department commands. */
#ifndef PLX_APP_DEPARTMENT_FILE_H
#define PLX_APP_DEPARTMENT_FILE_H

#include "app/department_model.h"

/* Whole JSON file with room for its tokens. free both pointers. */
typedef struct plx_department_file {
    char *bytes;
    size_t n;
    plx_reader reader;
} plx_department_file;

/* PLX_EXIT_OK, or PLX_EXIT_WORLD after a sentence on stderr; then there is nothing to free. */
int plx_department_file_open(plx_department_file *f, const char *words, const char *path);
void plx_department_file_close(plx_department_file *f);
/* The model of the file, malloc'd: free it. NULL after a sentence on stderr. */
plx_flow_model *plx_department_model_load(const char *words, const char *path);

#endif
