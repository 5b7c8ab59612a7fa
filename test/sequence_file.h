/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Message sequences written by hand, with the state that they must lead to: the texts in
 * test/sequence. Lines:
 *
 *   sequence NAME              a new one begins
 *   rule TEXT                  chapter and paragraph of HL7 v2, and what follows from it here
 *   any-order                  the state is the same in whatever order the messages arrive
 *   @2026-03-01T10:00:00Z      the next message arrives then; else a second after the one before it
 *   MSH|...                    a message, a segment a line, up to an empty line
 *   edit N                     the next message is a repaired copy of message N
 *   tick 2026-03-01T10:20:00Z  time passes
 *   census LINE | none         what core/twin/report.h must print, line by line; each of the three
 *   beds LINE | none           reports is stated, if only as "none"
 *   results LINE | none
 *   outcome N WORD             what the twin did with message N: applied, dead, ignored ...
 *   ack N CODE [ERROR]         MSA-1 and ERR-3 of its answer; "none" when there must be no answer
 *   books WORD=NUMBER ...      of the interface of the messages (core/twin/report.h)
 *   news2 WHO 5 | 4..7 | none  of the one row on the board whose name holds WHO or which lies in
 *                              bed WHO; * is any row. The board shows emergency visits only
 *   cell WHO CELL VALUE | none v of that row's cell, or its e in parentheses: (absent) (null)
 *   row WHO FLAG true | false  provisional or conflict
 *   # ...                      a remark
 */
#ifndef PLX_TEST_SEQUENCE_FILE_H
#define PLX_TEST_SEQUENCE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"

enum {
    SEQUENCE_STEPS_MAX = 40,
    SEQUENCE_WISHES_MAX = 48,
    SEQUENCE_NAME_MAX = 96,
    SEQUENCES_MAX = 400
};

typedef enum sequence_step_kind { SEQUENCE_MESSAGE, SEQUENCE_TICK } sequence_step_kind;

typedef struct sequence_step {
    sequence_step_kind kind;
    int64_t arrival_us;
    uint32_t edits;  /* number of the message that this one repairs, 0 = none */
    plx_slice bytes; /* of a message, segments ended by CR; in the sequence's own memory */
} sequence_step;

/* A line of expectation: its first word and the rest. */
typedef struct sequence_wish {
    plx_slice verb, rest;
    unsigned line; /* of the file */
} sequence_wish;

typedef struct sequence {
    char name[SEQUENCE_NAME_MAX]; /* file/name, terminated */
    bool any_order, has_rule;
    sequence_step steps[SEQUENCE_STEPS_MAX];
    uint32_t steps_n, messages_n;
    sequence_wish wishes[SEQUENCE_WISHES_MAX];
    uint32_t wishes_n;
} sequence;

/* Appends the sequences of a file. False, with what is wrong on stderr, when it cannot be read or
 * is not written as above. The memory of the texts is kept until the process ends. */
bool sequence_file_read(const char *path, sequence *sequences, uint32_t *n);
/* The next word of a line (blanks separate), which moves behind it; empty at its end. */
plx_slice sequence_word(plx_slice *rest);
/* Text of all wishes with the verb, a line each; "none" gives no line. Terminated, at most
 * capacity - 1 bytes. */
void sequence_wished_lines(const sequence *s, const char *verb, char *text, size_t capacity);

#endif
