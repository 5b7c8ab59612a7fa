/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What a message says, freed from its format: HL7 v2 today, FHIR and PCD later, give the same
 * event. The twin knows these words and no field numbers. Plain data; texts are borrowed from the
 * message or from the step arena it was mapped in. */
#ifndef PLX_CORE_RECORD_EVENT_H
#define PLX_CORE_RECORD_EVENT_H

#include "core/base/decimal.h"
#include "core/base/time.h"
#include "core/record/kind.h"
#include "core/record/medication.h"
#include "core/record/quantity.h"

enum {
    PLX_EVENT_IDS_MAX = 16, /* identifiers of a person in one message; more are warnings, dropped */
    PLX_EVENT_STAFF_MAX = 16,
    PLX_EVENT_ORDERS_MAX = 1024, /* a message with more is refused */
    /* provenance index space, with the medications; a message with more of both is refused */
    PLX_EVENT_OBSERVATIONS_MAX = 3071
};

/* A time as sent. precision: digits before the zone, 4 year .. 14 second, 15..20 fraction; never
 * invented. What does not exist (0000 dates, month 13) is PLX_EMPTY, so it changes nothing. */
typedef struct plx_when {
    int64_t time_us; /* PLX_TIME_NONE unless presence is PLX_VALUE; zone applied */
    uint8_t precision;
    bool zone_known; /* false: the interface's configured zone was assumed */
    plx_presence presence;
} plx_when;

/* CX or EI: who numbers it matters as much as the number. */
typedef struct plx_identifier {
    plx_text value;      /* presence tells whether the identifier is there at all */
    plx_slice authority; /* CX-4 / EI-2 namespace, else universal id; may be empty */
    plx_slice type;      /* table 0203: MR, VN, AN ...; may be empty */
} plx_identifier;

/* PL. presence VALUE when any part has characters. */
typedef struct plx_location {
    plx_presence presence;
    plx_slice point_of_care, room, bed, facility, building, floor, status, type;
} plx_location;

/* XCN, XPN or ROL. presence VALUE when id or a name has characters. */
typedef struct plx_staff_name {
    plx_presence presence;
    plx_slice id, family, given, authority;
} plx_staff_name;

typedef struct plx_person_facts {
    /* PID-3 repetitions, then those of PID-2 and PID-4; all PLX_VALUE, no two equal */
    plx_identifier ids[PLX_EVENT_IDS_MAX];
    uint32_t ids_n;
    plx_identifier account;      /* PID-18 */
    plx_text family, given, sex; /* PID-5 (first repetition), PID-8 */
    plx_when birth;              /* PID-7 as written, no zone applied: the day stays that day */
    plx_text death_indicator;    /* PID-30 */
} plx_person_facts;

typedef struct plx_visit_facts {
    bool given;                     /* a PV1 was there */
    plx_identifier visit;           /* PV1-19 */
    plx_identifier alternate_visit; /* PV1-50 */
    plx_text patient_class;         /* PV1-2: E I O P R B C N U */
    plx_location assigned;          /* PV1-3; A20 with NPU: the bed, NPU-1 */
    plx_location prior;             /* PV1-6 */
    plx_location temporary;         /* PV1-11 */
    plx_location pending;           /* PV1-42 */
    plx_location prior_temporary;   /* PV1-43 */
    plx_staff_name attending;       /* PV1-7, first repetition */
    /* ROL-4 of the last ROL with role NURSE / RN / PN (house reading); PLX_NULL when ROL-2 is DE */
    plx_staff_name nurse;
    plx_text disposition;          /* PV1-36 */
    plx_when admitted, discharged; /* PV1-44, PV1-45 */
    plx_text complaint;            /* PV2-3: text, else code */
    plx_text bed_status;           /* NPU-2 (also without PV1), else PV1-40: table 0116 */
} plx_visit_facts;

typedef enum plx_adt_action {
    PLX_ADT_NONE,                     /* kept, counted, no state */
    PLX_ADT_REGISTER,                 /* A04 */
    PLX_ADT_ADMIT,                    /* A01 */
    PLX_ADT_PREADMIT,                 /* A05, A14 */
    PLX_ADT_UPDATE,                   /* A08, A31, A28 */
    PLX_ADT_TRANSFER,                 /* A02 */
    PLX_ADT_DEPART,                   /* A09 patient departing: temporary location */
    PLX_ADT_ARRIVE,                   /* A10 patient arriving */
    PLX_ADT_TO_INPATIENT,             /* A06 */
    PLX_ADT_TO_OUTPATIENT,            /* A07 */
    PLX_ADT_DISCHARGE,                /* A03 */
    PLX_ADT_LEAVE,                    /* A21 */
    PLX_ADT_RETURN,                   /* A22 */
    PLX_ADT_PENDING_TRANSFER,         /* A15 */
    PLX_ADT_PENDING_DISCHARGE,        /* A16 */
    PLX_ADT_SWAP,                     /* A17 */
    PLX_ADT_BED_STATUS,               /* A20 */
    PLX_ADT_ATTENDING,                /* A54 */
    PLX_ADT_CANCEL_ADMIT,             /* A11: undoes REGISTER or ADMIT */
    PLX_ADT_CANCEL_TRANSFER,          /* A12 */
    PLX_ADT_CANCEL_DISCHARGE,         /* A13 */
    PLX_ADT_CANCEL_PREADMIT,          /* A38 */
    PLX_ADT_CANCEL_PENDING_ADMIT,     /* A27 */
    PLX_ADT_CANCEL_PENDING_TRANSFER,  /* A26 */
    PLX_ADT_CANCEL_PENDING_DISCHARGE, /* A25 */
    PLX_ADT_CANCEL_LEAVE,             /* A52 */
    PLX_ADT_CANCEL_RETURN,            /* A53 */
    PLX_ADT_CANCEL_DEPART,            /* A33 */
    PLX_ADT_CANCEL_ARRIVE,            /* A32 */
    PLX_ADT_CANCEL_ATTENDING,         /* A55 */
    PLX_ADT_MERGE_PERSON,             /* A40, A34, A36, A39, A18, A30 */
    PLX_ADT_MERGE_ACCOUNT,            /* A41, A35 */
    PLX_ADT_MERGE_VISIT,              /* A42 */
    PLX_ADT_MOVE_PERSON,              /* A43: identifier moves to another person */
    PLX_ADT_MOVE_ACCOUNT,             /* A44 */
    PLX_ADT_MOVE_VISIT,               /* A45 */
    PLX_ADT_CHANGE_PERSON_ID,         /* A46, A47, A48 */
    PLX_ADT_CHANGE_ACCOUNT_ID,        /* A49 */
    PLX_ADT_CHANGE_VISIT_ID,          /* A50 */
    PLX_ADT_CHANGE_ALT_VISIT_ID,      /* A51 */
    PLX_ADT_LINK,                     /* A24 */
    PLX_ADT_UNLINK,                   /* A37 */
    PLX_ADT_DELETE_VISIT,             /* A23 */
    PLX_ADT_DELETE_PERSON             /* A29 */
} plx_adt_action;

/* MRG: the identifiers that end. */
typedef struct plx_merge_facts {
    plx_identifier ids[PLX_EVENT_IDS_MAX]; /* MRG-1, then MRG-4 and MRG-2; as in a person */
    uint32_t ids_n;
    plx_identifier account;         /* MRG-3 */
    plx_identifier visit;           /* MRG-5 */
    plx_identifier alternate_visit; /* MRG-6 */
} plx_merge_facts;

typedef enum plx_result_status {                           /* table 0085 */
                                 PLX_RESULT_NONE,          /* OBX-11 empty: treated as final */
                                 PLX_RESULT_PRELIMINARY,   /* P, R, S, I */
                                 PLX_RESULT_FINAL,         /* F, U, V */
                                 PLX_RESULT_CORRECTED,     /* C, A, B */
                                 PLX_RESULT_DELETED,       /* D */
                                 PLX_RESULT_WRONG_PATIENT, /* W */
                                 PLX_RESULT_UNOBTAINABLE,  /* X */
                                 PLX_RESULT_NO_CHANGE      /* N, O: nothing */
} plx_result_status;

/* One OBX. A value is there only when value.presence is PLX_VALUE; otherwise it is absent. */
typedef struct plx_observation_facts {
    uint32_t index;          /* provenance index, 1.. in message order */
    uint32_t order;          /* index into orders[], UINT32_MAX when it stands under no OBR */
    uint32_t offset, length; /* bytes of the segment in the message */
    /* OBX-3.1, .3, .2; 3.4, .6, .5 when those map and the first do not, or when 3.1 is empty */
    plx_slice code, code_system, code_text;
    plx_slice sub_id;      /* OBX-4 */
    plx_quantity quantity; /* PLX_QUANTITY_OTHER when the code is not mapped */
    plx_slice value_type;  /* OBX-2 */
    /* OBX-5 as text: a number as sent, with its comparator; CE: text, else code; ST, TX, FT:
     * repetitions are lines; RP: the pointer; ED, NA, MA: what it is and its size. */
    plx_text value;
    plx_slice value_code; /* CE/CWE: OBX-5.1 */
    bool numeric;         /* number holds the value, in the sent unit */
    /* A number or text that the device means as "no value" (-999, 32767, "---"; acquisition 7):
     * numeric is false and value.presence PLX_EMPTY. */
    bool sentinel;
    char comparator; /* 0, '<', '>', 'l' (<=), 'g' (>=) */
    plx_decimal number;
    plx_slice unit; /* UCUM after aliases; empty when none was sent */
    plx_result_status status;
    char status_code;                      /* OBX-11 as sent, 0 when empty */
    plx_when when;                         /* OBX-14, else the order's collected time */
    plx_slice abnormal, reference, method; /* OBX-8, OBX-7, OBX-17 */
    plx_slice device;                      /* OBX-18 first repetition: id; empty when not sent */
    bool demo;                             /* OBX-8 says DEMO or MSH-11 is not P */
} plx_observation_facts;

typedef enum plx_order_control { /* ORC-1, table 0119 */
                                 PLX_ORDER_NONE,
                                 PLX_ORDER_NEW,
                                 PLX_ORDER_OK,
                                 PLX_ORDER_CANCEL,
                                 PLX_ORDER_CANCELLED,
                                 PLX_ORDER_DISCONTINUE,
                                 PLX_ORDER_HOLD,
                                 PLX_ORDER_RELEASE,
                                 PLX_ORDER_REPLACE,
                                 PLX_ORDER_CHANGE,
                                 PLX_ORDER_STATUS,
                                 PLX_ORDER_REFUSED
} plx_order_control;

/* One ORC/OBR pair (either may be missing). */
typedef struct plx_order_facts {
    plx_identifier placer, filler; /* ORC-2/OBR-2, ORC-3/OBR-3 */
    plx_order_control control;
    plx_text status;                        /* ORC-5, table 0038 */
    plx_slice code, code_system, code_text; /* OBR-4, else RXO-1 */
    char result_status;                     /* OBR-25, 0 when empty */
    /* ORC-9; OBR-7, else SPM-17; OBR-14, else SPM-18; OBR-22 */
    plx_when ordered, collected, received, reported;
    plx_slice service; /* OBR-24 (0074): LAB, RAD ...; "PHR" for an RXO; empty when not sent */
    plx_staff_name ordered_by; /* ORC-12 / OBR-16 */
} plx_order_facts;

/* What a message says of a drug or fluid: that it was ordered, prepared, is to be given, was. */
typedef enum plx_medication_word {
    PLX_MEDICATION_REQUESTED, /* RXO */
    PLX_MEDICATION_ORDERED,   /* RXE */
    PLX_MEDICATION_DISPENSED, /* RXD */
    PLX_MEDICATION_TO_GIVE,   /* RXG */
    PLX_MEDICATION_GIVEN      /* RXA */
} plx_medication_word;

typedef enum plx_given_status {                     /* RXA-20, table 0322 */
                                PLX_GIVEN_NONE,     /* not said: taken for complete */
                                PLX_GIVEN_COMPLETE, /* CP */
                                PLX_GIVEN_PARTLY,   /* PA */
                                PLX_GIVEN_REFUSED,  /* RE */
                                PLX_GIVEN_NOT       /* NA */
} plx_given_status;

/* An amount as sent: a number as text, and its unit (code, else text). */
typedef struct plx_amount {
    plx_text number;
    plx_slice unit;
} plx_amount;

/* One RXO, RXE, RXD, RXG or RXA, with the RXR and RXC that follow it. */
typedef struct plx_medication_facts {
    uint32_t index;          /* provenance index, after those of the OBX, in message order */
    uint32_t order;          /* index into orders[], UINT32_MAX when it stands under no ORC */
    uint32_t offset, length; /* bytes of the segment in the message */
    plx_medication_word word;
    /* RXO-1, RXE-2, RXD-2, RXG-4, RXA-5; the alternate triplet when that one is known alone */
    plx_slice code, code_system, code_text;
    plx_medication medication; /* PLX_MEDICATION_NONE when it is not known */
    plx_slice sub_id;          /* RXA-2, RXG-1, RXD-1 */
    plx_amount amount;         /* RXO-2, RXE-3, RXD-4, RXG-5, RXA-6 */
    plx_slice per;             /* a time in which the amount is given: RXE-22, RXG-14, RXA-12 */
    plx_amount rate;           /* RXO-21, RXE-23, RXG-15 */
    /* how much of the drug is in how much fluid: RXO-18, RXE-25 and -33, RXD-16, RXG-17, RXA-13 and
     * -23; else the first additive (RXC-1 = A) and the first base (B) */
    plx_amount strength, volume;
    plx_slice route, route_text, device; /* RXR-1.1, 1.2, RXR-3 */
    plx_when start, end;                 /* RXA-3, -4; RXD-3; TQ1-7, -8 */
    plx_when entered;                    /* RXA-22 */
    plx_given_status status;
    char action;      /* RXA-21, table 0323: A, D, U; 0 when empty */
    plx_slice reason; /* RXA-18 */
    bool demo;        /* MSH-11 is not P */
} plx_medication_facts;

typedef struct plx_event {
    /* MSH-9.1, 9.2 (else EVN-1), 10, 3, 4 */
    plx_slice type, trigger, control_id, application, facility;
    char processing;     /* MSH-11.1: P, T, D; P when empty */
    int64_t sent_us;     /* MSH-7; PLX_TIME_NONE when missing */
    int64_t recorded_us; /* EVN-2, else MSH-7 */
    int64_t happened_us; /* EVN-6, else EVN-2, else MSH-7 (arrival when all are missing) */
    int64_t
        event_occurred_us; /* EVN-6 alone, PLX_TIME_NONE when missing: names what a cancel undoes */
    plx_adt_action adt;
    plx_person_facts person, other_person; /* other: the second PID of A17, A24, A37 */
    plx_visit_facts visit, other_visit;    /* other: the second PV1 of A17 */
    plx_merge_facts merge;
    plx_order_facts *orders;             /* step arena */
    plx_observation_facts *observations; /* step arena */
    plx_medication_facts *medications;   /* step arena */
    uint32_t orders_n, observations_n, medications_n;
    uint32_t warnings; /* counted by the parser and the mapping */
} plx_event;

#endif
