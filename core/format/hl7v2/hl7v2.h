/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* HL7 v2 bytes, indexed in place (v2.5.1/2.8 chapter 2). One pass writes the offset of every delimiter
 * byte into the caller's array; the kind of a delimiter is the byte itself. No copy, no tree, no
 * allocation: access walks from a segment's first index entry. Every byte is kept, so writing the
 * spans back gives the same message. */
#ifndef PLX_CORE_FORMAT_HL7V2_H
#define PLX_CORE_FORMAT_HL7V2_H

#include "core/base/slice.h"
#include "core/record/kind.h"

enum {
    PLX_HL7_MESSAGE_MAX = 16 * 1024 * 1024,
    PLX_HL7_SEGMENTS_MAX = 1000000,
    PLX_HL7_REPETITIONS_MAX = 4000,
    PLX_HL7_WARNINGS_MAX = 32 /* kept; further ones are counted */
};

typedef struct plx_hl7_segment {
    uint32_t offset, length; /* in the message, without its terminator, after stripped blanks */
    uint32_t id_length;      /* bytes up to the first field separator */
    uint32_t first, end;     /* index entries of this segment: [first, end) */
} plx_hl7_segment;

typedef struct plx_hl7_warning {
    const char *code; /* constant, e.g. "delimiter-twice"; the list is in hl7v2.c */
    uint32_t segment, field, offset;
} plx_hl7_warning;

/* Delimiters by position; a missing one takes its place of ^~\& ; truncation is 0 unless given. */
typedef struct plx_hl7_delimiters {
    char field, component, repetition, escape, subcomponent, truncation;
} plx_hl7_delimiters;

typedef struct plx_hl7_message {
    plx_slice bytes; /* borrowed */
    plx_hl7_delimiters delimiters;
    uint32_t *index; /* caller's memory */
    uint32_t index_n, index_capacity;
    plx_hl7_segment *segments; /* caller's memory */
    uint32_t segments_n, segments_capacity;
    uint32_t warnings_n; /* all, also those not kept */
    plx_hl7_warning warnings[PLX_HL7_WARNINGS_MAX];
} plx_hl7_message;

typedef struct plx_hl7_error {
    const char *text;   /* constant sentence, never NULL after an error */
    uint32_t offset;    /* byte */
    uint32_t index_needed, segments_needed; /* after PLX_SPACE */
} plx_hl7_error;

/* Indexes one message (no MLLP frame). index and segments arrays with their capacities must be set.
 * PLX_SYNTAX: no MSH, or MSH-1 missing, a letter, a digit or a control character; PLX_LIMIT;
 * PLX_SPACE: arrays too small, sizes needed in *error. On error only *error is written. */
PLX_MUST_CHECK plx_status plx_hl7_parse(plx_slice bytes, plx_hl7_message *message,
                                        plx_hl7_error *error);

/* A field, repetition, component or sub-component: a span of the message, escapes not decoded. */
typedef struct plx_hl7_span {
    uint32_t offset, length;
    plx_presence presence;
} plx_hl7_span;

plx_slice plx_hl7_slice(const plx_hl7_message *m, plx_hl7_span span);
/* Number of the n-th (0-based) segment with that id at or after segment "from"; UINT32_MAX if none. */
uint32_t plx_hl7_find(const plx_hl7_message *m, const char *id, uint32_t from);
bool plx_hl7_segment_is(const plx_hl7_message *m, uint32_t segment, const char *id);
/* field is HL7's number (MSH-1 is the separator, MSH-2 the encoding characters; both unsplit). A field
 * beyond the end is PLX_ABSENT. */
plx_hl7_span plx_hl7_field(const plx_hl7_message *m, uint32_t segment, uint32_t field);
uint32_t plx_hl7_field_count(const plx_hl7_message *m, uint32_t segment);
/* 1-based parts of a span. */
plx_hl7_span plx_hl7_repetition(const plx_hl7_message *m, plx_hl7_span field, uint32_t n);
plx_hl7_span plx_hl7_component(const plx_hl7_message *m, plx_hl7_span repetition, uint32_t n);
plx_hl7_span plx_hl7_subcomponent(const plx_hl7_message *m, plx_hl7_span component, uint32_t n);
uint32_t plx_hl7_repetition_count(const plx_hl7_message *m, plx_hl7_span field);
/* Shorthand: segment, field, repetition 1, component. component 0 = the whole first repetition. */
plx_hl7_span plx_hl7_get(const plx_hl7_message *m, uint32_t segment, uint32_t field,
                         uint32_t component);

/* Decodes escapes (\F\ \S\ \T\ \R\ \E\ \P\ \Xhh..\ \.br\ ...) of a span into out; what is unknown or
 * unclosed stays verbatim. Without an escape character inside, a copy. Returns true when nothing had
 * to be changed (the raw slice can be used as it is). */
bool plx_hl7_decode(const plx_hl7_message *m, plx_hl7_span span, plx_out *out);

/* Writes the message back from its spans: byte-exact. */
void plx_hl7_encode(const plx_hl7_message *m, plx_out *out);

#endif
