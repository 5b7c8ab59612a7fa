/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What an HL7 v2 message deserves before it is written down: verdict, keys for the duplicate test and,
 * once it is durable, the acknowledgement (v2 chapter 2, 2.9). Pure functions of the bytes. */
#ifndef PLX_CORE_FORMAT_INTAKE_H
#define PLX_CORE_FORMAT_INTAKE_H

#include "core/format/hl7v2/hl7v2.h"
#include "core/record/entry.h"

/* Where and what is wrong; ERR-2, ERR-3 (table 0357), ERR-4, ERR-8. */
typedef struct plx_hl7_fault {
    uint16_t code;        /* 0 none; 100 segment sequence, 101 required field, 102 data type, 103 table
                             value, 200..203 unsupported, 204 unknown key, 205 duplicate key, 206 locked,
                             207 internal */
    char segment[4];      /* "" when the message as a whole */
    uint16_t segment_n, field, component; /* 1-based, 0 = not that precise */
    uint32_t offset;      /* byte in the message */
    const char *text;     /* constant sentence for people: what is wrong, what to do */
} plx_hl7_fault;

typedef struct plx_hl7_intake {
    plx_verdict verdict;  /* ACCEPTED, SHADOW, ERROR or REFUSED; duplicates are found later */
    plx_hl7_fault fault;  /* when ERROR or REFUSED */
    bool is_ack;          /* an ACK: journalled, never acknowledged */
    bool enhanced;        /* MSH-15 or MSH-16 is valued */
    char accept_when, application_when; /* MSH-15, MSH-16: 'A' always, 'S' success, 'E' error, 'N' never, 0 */
    uint8_t ext_key[16], body_hash[16];
} plx_hl7_intake;

/* message may be NULL when parsing failed with *error (verdict ERROR or REFUSED then).
 * reused_control_id: identity is MSH-7 + body hash (monitors that restart their counters). */
void plx_hl7_judge(plx_slice bytes, const plx_hl7_message *message, const plx_hl7_error *error,
                   uint32_t iface, bool reused_control_id, plx_hl7_intake *intake);

/* Which acknowledgement to write. */
typedef enum plx_hl7_ack_level { PLX_HL7_ACK_ORIGINAL, PLX_HL7_ACK_ACCEPT, PLX_HL7_ACK_APPLICATION } plx_hl7_ack_level;

/* Writes the ACK (no frame). verdict and fault decide AA/AE/AR or CA/CE/CR; a DUPLICATE repeats what
 * its first got, so the caller passes that one's verdict, seq and arrival. message may be NULL: then
 * delimiters |^~\& and an empty MSA-2. MSH-10 of the answer is "P" + seq. ERR in the form of the sender's
 * version (2.4 and older: ERR-1). Same bytes for the same arguments. */
void plx_hl7_ack_write(const plx_hl7_message *message, plx_hl7_ack_level level, plx_verdict verdict,
                       const plx_hl7_fault *fault, uint64_t seq, int64_t arrival_us, plx_out *out);

#endif
