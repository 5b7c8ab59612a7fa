/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* HL7 v2 bytes, indexed in place (v2.5.1/2.8 chapter 2). One pass writes the offset of every
 * delimiter byte into the caller's array; the kind of a delimiter is the byte itself. No copy, no
 * tree, no allocation: access walks from a segment's first index entry. Every byte is kept, so
 * writing the spans back gives the same message. */
#ifndef PLX_CORE_FORMAT_HL7V2_H
#define PLX_CORE_FORMAT_HL7V2_H

#include "core/base/slice.h"
#include "core/record/kind.h"

enum {
    PLX_HL7_MESSAGE_MAX = 16 * 1024 * 1024,     /* bytes, unless the caller allows more */
    PLX_HL7_MESSAGE_CEILING = 64 * 1024 * 1024, /* bytes, the most a caller may allow */
    PLX_HL7_SEGMENTS_MAX = 1000000,
    PLX_HL7_REPETITIONS_MAX = 4000, /* of one field */
    PLX_HL7_WARNINGS_MAX = 32       /* kept; further ones are counted */
};

typedef struct plx_hl7_segment {
    uint32_t offset, length; /* in the message, without its terminator, after stripped blanks */
    uint32_t id_length;      /* bytes up to the first field separator */
    uint32_t first, end;     /* index entries [first, end); first is the first field separator */
} plx_hl7_segment;

/* X(NAME, code, sentence): what is odd but never stops a message. */
#define PLX_HL7_WARNING_TABLE(X)                                                                   \
    X(MARK, "byte-order-mark", "a byte order mark before MSH is skipped")                          \
    X(MISSING, "delimiters-missing", "MSH-2 has fewer than four characters; ^~\\& fill it up")     \
    X(EXTRA, "delimiters-extra", "MSH-2 has more than five characters; the rest is ignored")       \
    X(TWICE, "delimiter-twice", "two delimiters are the same; the higher level wins")              \
    X(ODD, "delimiter-odd", "a delimiter is a letter, a digit, a blank or a control character")    \
    X(BLANKS, "leading-blanks", "blanks before a segment id are stripped")                         \
    X(CASE, "segment-case", "a segment id is not in capitals; it is taken as it stands")           \
    X(ID, "segment-id", "a segment id is not three letters and digits; the segment is kept")       \
    X(AGAIN, "header-again", "a second MSH stays a segment of this message")                       \
    X(BATCH, "batch-inside", "a batch header or trailer stays a segment of this message")          \
    X(ESCAPE, "escape-unknown", "an escape sequence is unknown; it stays as it is")                \
    X(UNCLOSED, "escape-unclosed", "an escape sequence is not closed; it stays as it is")

typedef enum plx_hl7_warning_code {
#define X(name, code, text) PLX_HL7_WARN_##name,
    PLX_HL7_WARNING_TABLE(X)
#undef X
        PLX_HL7_WARN_COUNT
} plx_hl7_warning_code;

typedef struct plx_hl7_warning {
    const char *code;                /* constant, from the table above */
    uint32_t segment, field, offset; /* number of the segment; HL7's field number, 0 = none; byte */
} plx_hl7_warning;

/* Constant sentence for a code of the table; "" for any other text. */
const char *plx_hl7_warning_text(const char *code);

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
    const char *text;                       /* constant sentence, never NULL after an error */
    uint32_t offset;                        /* byte of the message */
    uint32_t index_needed, segments_needed; /* after PLX_SPACE */
} plx_hl7_error;

/* Indexes one message (no MLLP frame). index and segments arrays with their capacities must be set;
 * an index of bytes.n + 1 entries and as many segments always suffices, a quarter of it nearly
 * always. PLX_SYNTAX: no MSH, or MSH-1 missing, a letter, a digit or a control character;
 * PLX_LIMIT: more than PLX_HL7_MESSAGE_MAX bytes, or one of the other maxima; PLX_SPACE: arrays too
 * small, sizes needed in *error. On error only *error and the contents of the two arrays are
 * written. */
PLX_MUST_CHECK plx_status plx_hl7_parse(plx_slice bytes, plx_hl7_message *message,
                                        plx_hl7_error *error);
/* The same for messages of up to bytes_max <= PLX_HL7_MESSAGE_CEILING bytes. */
PLX_MUST_CHECK plx_status plx_hl7_parse_within(plx_slice bytes, size_t bytes_max,
                                               plx_hl7_message *message, plx_hl7_error *error);

/* A field, repetition, component or sub-component: a span of the message, escapes not decoded. */
typedef struct plx_hl7_span {
    uint32_t offset, length;
    plx_presence presence;
    uint32_t entry; /* index entry where a walk of the parts starts; 0 when not known */
} plx_hl7_span;

/* In all functions a segment number beyond the last one (UINT32_MAX of plx_hl7_find, too) is a
 * segment without id and fields. */
plx_slice plx_hl7_slice(const plx_hl7_message *m, plx_hl7_span span);
/* Number of the first segment with that id at or after segment "from"; UINT32_MAX if none. Ids are
 * compared byte by byte: "pid" is not "PID". */
uint32_t plx_hl7_find(const plx_hl7_message *m, const char *id, uint32_t from);
bool plx_hl7_segment_is(const plx_hl7_message *m, uint32_t segment, const char *id);
/* The id of a segment, as sent. */
plx_slice plx_hl7_id(const plx_hl7_message *m, uint32_t segment);
/* MSH, FHS or BHS: field 1 is the separator and field 2 the encoding characters. */
bool plx_hl7_is_header(const plx_hl7_message *m, uint32_t segment);
/* field is HL7's number (MSH-1 is the separator, MSH-2 the encoding characters; both unsplit). A
 * field beyond the end is PLX_ABSENT, and so is field 0. A header that is only its id has no
 * fields. */
plx_hl7_span plx_hl7_field(const plx_hl7_message *m, uint32_t segment, uint32_t field);
uint32_t plx_hl7_field_count(const plx_hl7_message *m, uint32_t segment);
/* 1-based parts of a span; beyond the last one PLX_ABSENT. Each call walks from the first part: use
 * a plx_hl7_walk to visit all. */
plx_hl7_span plx_hl7_repetition(const plx_hl7_message *m, plx_hl7_span field, uint32_t n);
plx_hl7_span plx_hl7_component(const plx_hl7_message *m, plx_hl7_span repetition, uint32_t n);
plx_hl7_span plx_hl7_subcomponent(const plx_hl7_message *m, plx_hl7_span component, uint32_t n);
/* 0 for PLX_ABSENT, 1 for PLX_EMPTY and PLX_NULL. */
uint32_t plx_hl7_repetition_count(const plx_hl7_message *m, plx_hl7_span field);
/* Shorthand: segment, field, repetition 1, component. component 0 = the whole first repetition. */
plx_hl7_span plx_hl7_get(const plx_hl7_message *m, uint32_t segment, uint32_t field,
                         uint32_t component);

/* Visits the parts of one level in order; each index entry is looked at once, so a whole walk is
 * linear in the bytes. The fields are private. */
typedef struct plx_hl7_walk {
    uint32_t offset, end;      /* bytes not visited yet */
    uint32_t entry, entry_end; /* index entries not visited yet */
    char separator;
    bool more;      /* one more part comes, perhaps an empty one */
    bool header_id; /* the next field is the separator itself (MSH-1) */
} plx_hl7_walk;

plx_hl7_walk plx_hl7_walk_fields(const plx_hl7_message *m, uint32_t segment);
plx_hl7_walk plx_hl7_walk_repetitions(const plx_hl7_message *m, plx_hl7_span field);
plx_hl7_walk plx_hl7_walk_components(const plx_hl7_message *m, plx_hl7_span repetition);
plx_hl7_walk plx_hl7_walk_subcomponents(const plx_hl7_message *m, plx_hl7_span component);
/* The next part; false after the last one, *part unchanged. */
bool plx_hl7_walk_next(const plx_hl7_message *m, plx_hl7_walk *walk, plx_hl7_span *part);

/* Decodes the escapes of a span into out, in one pass (what a decoded byte looks like is never
 * decoded again): \F\ \S\ \T\ \R\ \E\ \P\ become the delimiter of this message, \Xhh..\ its bytes,
 * \.br\ and \.ce\ a line feed, \.sp n\ n line feeds, \.sk n\ n spaces, \.in n\ \.ti n\ \.fi\ \.nf\
 * and \H\ \N\ nothing (n from 0 to 99, sp and sk alone mean 1). \Cxxyy\ \Mxxyy[zz]\ \Z..\ stay as
 * they are, and so does what is unknown or unclosed: from one escape character to the next, or to
 * the end of the span. Returns true when nothing had to be changed (the raw slice can be used). */
bool plx_hl7_decode(const plx_hl7_message *m, plx_hl7_span span, plx_out *out);
/* Looks for the first escape of a span that is unknown or unclosed: true and *warning (code,
 * offset; segment and field 0) when there is one, else *warning is unchanged. */
bool plx_hl7_decode_check(const plx_hl7_message *m, plx_hl7_span span, plx_hl7_warning *warning);

/* Writes the message back part by part, with the delimiters of its header: byte-exact. */
void plx_hl7_encode(const plx_hl7_message *m, plx_out *out);

#endif
