/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The messages of a file, one after the other, for the hl7 commands: reads the file, finds the
 * messages (MLLP frames, batches, plain), indexes each and keeps the books. */
#ifndef PLX_APP_HL7_FILE_H
#define PLX_APP_HL7_FILE_H

#include "core/format/hl7v2/batch.h"
#include "core/format/hl7v2/hl7v2.h"
#include "edge/host/charset.h"

enum { PLX_HL7_WRITE_AT = 1 << 16 /* bytes gathered before they are written */ };

typedef struct plx_hl7_file {
    const char *words; /* of the command, for its notes on stderr */
    char *bytes;       /* owned: the whole file */
    size_t n, bytes_max;
    plx_hl7_reader reader;
    uint64_t found, failed; /* messages */
    /* the message at hand */
    plx_slice raw;
    uint64_t offset;         /* of raw in the file */
    const plx_view *view;    /* message is the index of its text; NULL: of raw */
    bool charset_unknown;    /* raw names a character set that is not known */
    bool parsed;             /* message holds its index; otherwise error says why not */
    plx_hl7_message message; /* arrays owned */
    plx_hl7_error error;
    plx_charset_converter *charsets; /* owned; NULL: texts are not looked at */
    plx_out out; /* owned: room for 6 times raw or its text and twice PLX_HL7_WRITE_AT; empty at the
                    start */
    /* progress, shown on a terminal after two seconds */
    int64_t started_ms, shown_ms;
} plx_hl7_file;

/* A command that takes FILE [--max-mib N], and, when json is not NULL, --json and messages as text:
 * those in other character sets are converted (offsets stay those of raw). Reads them and opens the
 * file ("-" is stdin). False when there is nothing to do but to return *exit_status, after a
 * sentence or the help; then *f needs no close. */
bool plx_hl7_file_command(plx_hl7_file *f, const char *words, int argc, char **argv, bool *json,
                          int *exit_status);
/* False at the end. */
bool plx_hl7_file_next(plx_hl7_file *f);
/* Says on stderr what was not as it should be and frees everything. PLX_EXIT_WORLD when a message
 * could not be parsed, when there was nothing to parse, or when stdout could not be written. */
int plx_hl7_file_close(plx_hl7_file *f);

#endif
