/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The knowledge tables as the tests of this room read them: their own small CSV reader, so that the
 * generated C tables are compared with the file itself. */
#ifndef PLX_CORE_RECORD_CSV_FOR_TEST_H
#define PLX_CORE_RECORD_CSV_FOR_TEST_H

#include <stdio.h>
#include <string.h>

enum { CSV_FIELDS = 13, CSV_LINE = 600 };

typedef struct csv {
    FILE *file;
    char line[CSV_LINE];
    char *field[CSV_FIELDS];
} csv;

/* Opens and skips the comments and the line of names; NULL file when it is not there. */
static inline csv csv_open(const char *path)
{
    csv c = {.file = fopen(path, "r")};
    while (c.file && fgets(c.line, sizeof c.line, c.file) && c.line[0] == '#')
        continue;
    return c;
}

/* The next row, quotes removed; false at the end, and the file is closed. */
static inline int csv_next(csv *c)
{
    if (!fgets(c->line, sizeof c->line, c->file)) {
        fclose(c->file);
        return 0;
    }
    char *in = c->line, *out = c->line;
    for (int i = 0; i < CSV_FIELDS; i++) {
        c->field[i] = out;
        for (int quoted = 0; *in && *in != '\n' && (quoted || *in != ','); in++) {
            if (*in == '"')
                quoted = !quoted;
            else
                *out++ = *in;
        }
        const int more = *in == ',';
        in += more;
        *out++ = 0;
        if (!more) in = out - 1; /* empty fields up to the last */
    }
    return 1;
}

#endif
