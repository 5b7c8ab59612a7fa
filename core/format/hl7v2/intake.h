/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What an HL7 v2 message deserves before it is written down: verdict, keys for the duplicate test
 * and, once it is durable, the acknowledgement (v2 chapter 2, 2.9). Pure functions of the bytes. */
#ifndef PLX_CORE_FORMAT_INTAKE_H
#define PLX_CORE_FORMAT_INTAKE_H

#include "core/format/hl7v2/hl7v2.h"
#include "core/record/entry.h"

enum {
    /* An acknowledgement needs at most the bytes of the MSH segment and these. */
    PLX_HL7_ACK_EXTRA = 4096
};

/* Where and what is wrong; ERR-2, ERR-3 (table 0357), ERR-4, ERR-8. */
typedef struct plx_hl7_fault {
    /* 0 none; 100 segment sequence, 101 required field, 102 data type, 103 table value, 200..203
     * unsupported, 204 unknown key, 205 duplicate key, 206 locked, 207 internal and limits */
    uint16_t code;
    char segment[4];                      /* "" when the message as a whole */
    uint16_t segment_n, field, component; /* 1-based, 0 = not that precise */
    uint32_t offset;                      /* byte in the message; its end for what is missing */
    const char *text; /* constant sentence for people: what is wrong, what to do */
} plx_hl7_fault;

typedef struct plx_hl7_intake {
    plx_verdict verdict; /* ACCEPTED, SHADOW, ERROR or REFUSED; duplicates are found later */
    plx_hl7_fault fault; /* when ERROR or REFUSED */
    bool is_ack;         /* an ACK: journalled, never acknowledged */
    bool enhanced;       /* MSH-15 or MSH-16 is valued */
    /* MSH-15, MSH-16: 'A' always (and what is no code of table 0155), 'S' on success, 'E' on error,
     * 'N' never, 0 not valued */
    char accept_when, application_when;
    /* Zero when there is nothing to know the message by (no MSH-10; with reused control ids no
     * MSH-7): such a message is never a duplicate. */
    uint8_t ext_key[16];
    uint8_t body_hash[16];
} plx_hl7_intake;

/* bytes: as they were sent. message: their index, or that of their text when they are in another
 * character set (core/record/view.h); it may be NULL when parsing failed with *error (verdict ERROR
 * or REFUSED then; zero keys). reused_control_id: identity is MSH-7 + body hash (monitors that
 * restart their counters). REFUSED: a version other than 2.x, MSH-11 other than P, T, D, and what
 * is over a limit. ERROR: MSH-9 or MSH-10 missing, MSH-7 no time, segments or identifiers missing
 * that the event needs, several patients in one message. Message types that nobody maps are
 * ACCEPTED. */
void plx_hl7_judge(plx_slice bytes, const plx_hl7_message *message, const plx_hl7_error *error,
                   uint32_t iface, bool reused_control_id, plx_hl7_intake *intake);

/* Which acknowledgement to write. */
typedef enum plx_hl7_ack_level {
    PLX_HL7_ACK_ORIGINAL,
    PLX_HL7_ACK_ACCEPT,
    PLX_HL7_ACK_APPLICATION
} plx_hl7_ack_level;

/* Whether the sender wants an acknowledgement of that level for that verdict (table 0155): in
 * original mode always the original one; never for an ACK. */
bool plx_hl7_ack_due(const plx_hl7_intake *intake, plx_hl7_ack_level level, plx_verdict verdict);

/* Writes the ACK (no frame). verdict and fault decide AA/AE/AR or CA/CE/CR; a DUPLICATE repeats
 * what its first got, so the caller passes that one's verdict, seq and arrival. message may be
 * NULL: then delimiters |^~\& and an empty MSA-2. fault may be NULL: then a fault of the message as
 * a whole. MSH-10 of the answer is "P" + seq. ERR in the form of the sender's version (2.4 and
 * older: ERR-1). Same bytes for the same arguments. Bytes 0x0B and 0x1C of the sender are left out,
 * because they would break the frame. */
void plx_hl7_ack_write(const plx_hl7_message *message, plx_hl7_ack_level level, plx_verdict verdict,
                       const plx_hl7_fault *fault, uint64_t seq, int64_t arrival_us, plx_out *out);

#endif
