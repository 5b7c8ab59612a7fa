/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Private to this room: one header file and the signal files that it names, in memory. */
#ifndef PLX_EDGE_ACQUIRE_WFDB_PART_H
#define PLX_EDGE_ACQUIRE_WFDB_PART_H

#include "edge/acquire/wfdb_record.h"

/* All memory is the part's own; zeroed: nothing is open. */
typedef struct plx_wfdb_part {
    char *text; /* of the header */
    plx_wfdb_header header;
    char **bytes;      /* header.groups_n */
    plx_slice *files;  /* of bytes */
    bool *md5_differs; /* header.groups_n */
    int32_t *sums;
    plx_wfdb_reader reader; /* usable when files is not NULL */
} plx_wfdb_part;

/* Reads FOLDER/NAME.hea. PLX_MISSING when the file does not exist. */
PLX_MUST_CHECK plx_status plx_wfdb_part_open(plx_wfdb_part *part, const char *folder,
                                             plx_slice name, char *problem);
/* Reads the signal files of a part that is open and no record of segments. */
PLX_MUST_CHECK plx_status plx_wfdb_part_load(plx_wfdb_part *part, const char *folder,
                                             char *problem);
void plx_wfdb_part_close(plx_wfdb_part *part);
/* Compares checksums and initial values with the header's. */
void plx_wfdb_part_check(const plx_wfdb_part *part, uint64_t first, plx_wfdb_notes notes);
/* Writes a sentence; returns status. */
plx_status plx_wfdb_problem(char *problem, plx_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
