/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A YAML file through libcyaml with sentences that name the line. libcyaml checks keys and shapes
 * and tells lines in its log only; what it does not tell is looked for in the text. */
#ifndef PLX_EDGE_HOST_YAML_H
#define PLX_EDGE_HOST_YAML_H

#include <cyaml/cyaml.h>
#include <stdbool.h>

#include "core/base/slice.h"

enum { PLX_YAML_SAID_MAX = 256, PLX_YAML_FILE_MAX = 1024 * 1024 };

typedef struct plx_yaml {
    const char *name; /* of the file */
    plx_slice text;
    const char *all_keys; /* where people find them, for the sentence about an unknown one */
    char *problem;        /* (problem_n) gets the sentence */
    size_t problem_n;
    char said[PLX_YAML_SAID_MAX]; /* libcyaml's first complaint */
    unsigned line;                /* and the innermost line of its backtrace, 0 = none */
} plx_yaml;

/* *data is libcyaml's, to be freed by plx_yaml_free; NULL when the file says nothing, which is for
 * the caller to allow or to refuse. PLX_CONFIG or PLX_FULL with the sentence. */
PLX_MUST_CHECK plx_status plx_yaml_load(plx_yaml *yaml, const cyaml_schema_value_t *schema,
                                        void **data);
void plx_yaml_free(const cyaml_schema_value_t *schema, void *data); /* accepts NULL */
/* The same for a file that is a list of n entries. */
PLX_MUST_CHECK plx_status plx_yaml_load_list(plx_yaml *yaml, const cyaml_schema_value_t *schema,
                                             void **data, unsigned *n);
void plx_yaml_free_list(const cyaml_schema_value_t *schema, void *data, unsigned n);

/* "FILE line 3: sentence", without the line when it is 0. Always PLX_CONFIG. */
plx_status plx_yaml_complain(const plx_yaml *yaml, unsigned line, const char *sentence);

/* Byte offset of the next "key:" (bare or quoted) at or after from and before to; to when there is
 * none. Comments and other quoted texts are passed over; value: a text that must follow on the
 * line,
 * "" = any. */
size_t plx_yaml_find(plx_slice text, size_t from, size_t to, const char *key, const char *value);
unsigned plx_yaml_line(plx_slice text, size_t offset); /* from 1; 0 at or behind the end */

/* A whole file of at most PLX_YAML_FILE_MAX in malloc'd memory; PLX_CONFIG or PLX_FULL with a
 * sentence in problem (problem_n). kind: what it should be ("configuration"), for the sentence. */
PLX_MUST_CHECK plx_status plx_yaml_read(const char *path, const char *kind, plx_slice *text,
                                        char *problem, size_t problem_n);

#endif
