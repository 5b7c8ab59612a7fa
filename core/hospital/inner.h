/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The state of the simulated hospital and what its files ask of each other. Inner to this room.
 *
 *   hospital.c   memory, the event loop, the public door
 *   journey.c    from the door to the bed          treat.c    doctors, moves, decision
 *   leave.c      ward, discharge, and their undoing identity.c persons, merges, moved visits
 *   order.c      orders and results                vitals.c   signs, monitors and charts
 *   place.c      beds, queue                       outbox.c   rendered and not sent yet; faults
 *   adt.c        ADT messages                      segment.c  segments and fields
 *   truth.c      the ledger of what was told       table.c    the lists
 *   bedside.c illness.c protocol.c                 the bodies of adults, and their treatment
 *   medication.c what is given, as messages
 *   waveform.c waveform_message.c                  monitors whose waveforms are sent
 */
#ifndef PLX_CORE_HOSPITAL_INNER_H
#define PLX_CORE_HOSPITAL_INNER_H

#include "core/base/decimal.h"
#include "core/base/heap.h"
#include "core/base/rng.h"
#include "core/base/slice.h"
#include "core/base/time.h"
#include "core/hospital/bedside.h"
#include "core/hospital/hospital.h"
#include "core/hospital/table.h"

enum {
    LEDGER_MAX = 48,          /* ADT statements a visit */
    LEDGER_OPTIONAL_MAX = 30, /* above it only what must be said is said */
    ORDERS_MAX = 8,           /* a visit */
    FACTS_MAX = 8,            /* results a message */
    SLOT_BYTES = 8192,        /* a rendered message; most take less than half */
    SLOTS = 4096,             /* rendered and not sent */
    SLOTS_RESERVE = 64,       /* more than one event can fill */
    EVENTS_PER_VISIT = 24,
    PERSONS_PER_JOURNEY = 2, /* a temporary or mistaken person beside the true one */
    RESULTS_PER_JOURNEY = 24,
    WARDS = 8,
    AREAS = 4 + WARDS,
    DOCTORS = 12,
    NURSES = 24,
    KNOWN = 1024, /* persons who may come again */
    NONE = -1
};

#define NOBODY UINT32_MAX

/* Place numbers: 0 nowhere, then those without beds, then every bed. */
enum { PLACE_NOWHERE, PLACE_WAITING, PLACE_CORRIDOR, PLACE_IMAGING, PLACE_FIRST_BED };
typedef enum area { AREA_RESUS, AREA_MAJORS, AREA_MINORS, AREA_PAEDS, AREA_WARD } area_kind;
typedef enum place_state { PLACE_FREE, PLACE_BUSY, PLACE_DIRTY } place_state;

typedef struct place {
    uint8_t area;  /* 0..AREAS-1 */
    uint8_t state; /* place_state */
    uint8_t bed;   /* 1, 2 */
    uint8_t unused;
    uint16_t room;
    uint16_t messages; /* of its monitor */
    int32_t clock_ms;  /* error of its monitor's clock */
    uint32_t visit;    /* occupant's slot, NOBODY */
} place;

typedef struct person {
    uint32_t number;      /* after M or T */
    uint32_t merged_into; /* NOBODY, else slot: the registry's truth */
    uint32_t refs;        /* visits, histories and merges that name it; 0 = slot is free */
    uint32_t present;     /* visits under this person that are not over */
    bool temporary, man, merge_sent; /* merge_sent: the A40 was handed out */
    uint8_t family, given, street;
    int32_t birth_day; /* days since 1970 */
} person;

typedef enum visit_status {
    STATUS_NONE,
    STATUS_PLANNED,
    STATUS_ARRIVED,
    STATUS_IN_PROGRESS,
    STATUS_ON_LEAVE,
    STATUS_FINISHED,
    STATUS_CANCELLED
} visit_status;

enum { ATTENDING_UNSAID = 0xFF, ATTENDING_NONE = 0xFE, UNDOES_NOTHING = 0xFF };

/* What one ADT message states about its visit; 0 / UNSAID / NOBODY = nothing. In order of
 * happening. */
typedef struct statement {
    uint32_t person, number;
    uint16_t place;
    char class;
    uint8_t status, attending;
    uint8_t undoes; /* the statement whose status falls with this one */
    bool sent;
} statement;

typedef enum order_phase { ORDER_PLACED, ORDER_RUNNING, ORDER_DONE, ORDER_OFF } order_phase;

typedef struct order {
    uint32_t placer, filler; /* numbers; filler 0 until the service answers */
    uint32_t first_result;   /* of the table of results */
    uint8_t service, phase;
    uint8_t doctor, changed; /* changed: item that a correction touched, plus 1 */
    uint8_t report;          /* row of plx_hosp_reports that was told last */
    uint32_t wrong_visit;    /* whose the result was posted to by mistake, NOBODY */
    int64_t ordered_us, collected_us;
    plx_rng rng;     /* values, drawn again for each message */
    double severity; /* at collection */
} order;

typedef enum phase {
    PHASE_EXPECTED,
    PHASE_WAITING,
    PHASE_PLACED,
    PHASE_BOARDING,
    PHASE_WARD,
    PHASE_LEFT, /* discharged; may come back by A13 */
    PHASE_OVER
} phase;

typedef struct visit {
    plx_rng rng;
    uint64_t journey;
    uint32_t number, old_number; /* PV1-19 after V; the one before an A50, 0 */
    uint32_t person, old_person; /* slots; the one before an A40, NOBODY */
    uint32_t outbox_n, events_n; /* what still refers to this slot */
    uint32_t stream;
    bool used, queued, by_a14, by_a01; /* by_a14: expected; by_a01: admitted, without A06 */
    uint8_t phase, complaint, triage, doctor, nurse, ward;
    uint8_t orders_n, ledger_n;
    char class;
    uint16_t place, held_place;                                /* held_place: kept for an undo, 0 */
    uint8_t status, status_before, phase_before;               /* before leave or discharge */
    uint8_t left_statement, leave_statement, return_statement; /* ledger index to undo */
    uint8_t doctor_before;
    uint16_t body; /* NO_BODY or slot + 1 of the bedsides */
    bool on_oxygen, undo_pending, attending_known;
    int32_t age_years;
    int64_t arrived_us, left_us, moved_us, handed_us, placed_us;
    int64_t stale_until_us;                /* other systems use the old identity */
    int64_t last_adt_us, last_recorded_us; /* ADT event times strictly increase */
    int64_t walk_us;
    double severity, target, oxygen_l_min; /* severity 0..1 */
    double hr, sbp, rr, temp;              /* resting values of this body */
    order orders[ORDERS_MAX];
    statement ledger[LEDGER_MAX];
} visit;

/* A visit that is over: its line of the census. */
typedef struct history {
    uint32_t number, person;
    uint16_t place;
    uint8_t attending, status;
    char class;
    uint8_t unused[3];
} history;

typedef struct result {
    uint32_t filler, version; /* version: number of the message that told it last, 0 = none yet */
    int32_t value;            /* decimal mantissa, or row of plx_hosp_reports */
    uint8_t service, item;    /* item: analyte, or 0 findings, 1 impression */
    char status;
    uint8_t unused;
} result;

typedef struct fact { /* one OBX as sent */
    uint32_t result;
    int32_t value;
    char status;
} fact;

typedef enum sender {
    REGISTRATION,
    LAB,
    RADIOLOGY,
    MONITOR,
    CHART,
    PHARMACY, /* orders of drugs */
    BEDSIDE,  /* their administrations */
    SENDERS
} sender;

/* A message that is rendered and not sent yet. */
typedef struct slot {
    int64_t due_us;
    uint32_t n;      /* bytes */
    uint32_t visit;  /* slot, NOBODY */
    uint32_t merged; /* person whose merge it tells, NOBODY */
    uint32_t version, stream;
    uint8_t statement;       /* of the visit's ledger, UNDOES_NOTHING = none */
    uint8_t other_statement; /* of a swap */
    uint32_t other_visit;
    uint8_t facts_n;
    bool malformed, drop_after, duplicate, late, reordered;
    fact facts[FACTS_MAX];
} slot;

typedef struct plx_hospital hospital;
struct plx_hospital {
    plx_hospital_model model;
    plx_hospital_counts counts;
    plx_rng arrivals, faults, global;
    uint64_t ties; /* of events */
    int64_t now_us, last_due_us;
    bool stopped, forgot; /* forgot: some truth is lost */
    uint32_t journeys, visit_numbers, person_numbers, temporary_numbers;
    uint32_t placer_numbers, filler_numbers, drug_numbers, versions;
    uint32_t control_ids[SENDERS];
    uint32_t control_at, control_n; /* where the message being rendered names itself */
    uint32_t returned;              /* slot whose bytes the caller holds, NOBODY */
    plx_heap events, outbox;
    place *places;
    uint32_t places_n, area_first[AREAS + 1];
    visit *visits;
    uint32_t visits_capacity, visits_high; /* high: slots ever used */
    uint32_t *free_visits, free_visits_n;
    uint32_t known[KNOWN], known_n;
    person *persons;
    uint32_t persons_capacity, persons_next, persons_high; /* high: slots ever used */
    history *histories;                                    /* ring */
    uint32_t histories_capacity, histories_first, histories_n;
    result *results;
    uint32_t results_capacity, results_n;
    slot *slots;
    char *slot_bytes;
    uint32_t *free_slots, free_slots_n;
    char *bedsides; /* (model.bodies x plx_hosp_bedside_bytes) */
    uint16_t *free_bedsides;
    uint32_t free_bedsides_n;
    waveform *waveforms; /* (model.waves) */
};

/* --- chance (hospital.c) --- */
bool plx_hosp_chance(plx_rng *rng, double p);
double plx_hosp_between(plx_rng *rng, double low, double high);
/* Whole seconds in microseconds. */
int64_t plx_hosp_minutes_between(plx_rng *rng, double low, double high);
int64_t plx_hosp_minutes_lognormal(plx_rng *rng, double median, double sigma);

/* --- events (hospital.c) --- */
#define EVENT_TABLE(X)                                                                             \
    X(ARRIVAL)                                                                                     \
    X(BED_CLEAN)                                                                                   \
    X(WAVEFORMS)                                                                                   \
    X(REGISTER)                                                                                    \
    X(NO_SHOW)                                                                                     \
    X(PREALERT)                                                                                    \
    X(MISTAKE)                                                                                     \
    X(AGAIN)                                                                                       \
    X(TRIAGE)                                                                                      \
    X(PATIENCE)                                                                                    \
    X(OVERFLOW)                                                                                    \
    X(TREAT)                                                                                       \
    X(VITALS)                                                                                      \
    X(CHARTED)                                                                                     \
    X(UPDATE)                                                                                      \
    X(HANDOVER)                                                                                    \
    X(UNDO_HANDOVER)                                                                               \
    X(MOVE)                                                                                        \
    X(UNDO_MOVE)                                                                                   \
    X(SWAP)                                                                                        \
    X(TRACK)                                                                                       \
    X(TRACK_BACK)                                                                                  \
    X(COLLECT)                                                                                     \
    X(PRELIMINARY)                                                                                 \
    X(FINAL)                                                                                       \
    X(CORRECT)                                                                                     \
    X(CANCEL_ORDER)                                                                                \
    X(RIGHT_PATIENT)                                                                               \
    X(DECIDE)                                                                                      \
    X(CANCEL_PENDING)                                                                              \
    X(REVERSE)                                                                                     \
    X(WARD_READY)                                                                                  \
    X(LEAVE)                                                                                       \
    X(RETURN)                                                                                      \
    X(UNDO_LEAVE)                                                                                  \
    X(UNDO_RETURN)                                                                                 \
    X(DISCHARGE)                                                                                   \
    X(UNDO_DISCHARGE)                                                                              \
    X(AFTER)                                                                                       \
    X(IDENTIFY)                                                                                    \
    X(MOVE_VISIT)                                                                                  \
    X(RENUMBER)

typedef enum event_kind {
#define X(name) EVENT_##name,
    EVENT_TABLE(X)
#undef X
        EVENT_KINDS
} event_kind;

typedef struct event {
    uint32_t visit; /* slot; for BED_CLEAN the place; of WAVEFORMS nothing */
    uint8_t kind;
    uint16_t order; /* of the visit */
} event;

/* Never refused: the heap holds EVENTS_PER_VISIT a visit, and schedule asserts it. */
void plx_hosp_schedule(hospital *h, int64_t time_us, event e);
void plx_hosp_schedule_visit(hospital *h, visit *v, int64_t time_us, event_kind kind);
void plx_hosp_schedule_order(hospital *h, visit *v, int64_t time_us, event_kind kind,
                             uint32_t order);
/* Frees the slot when nothing refers to it any more. */
void plx_hosp_close_when_over(hospital *h, visit *v);
uint32_t plx_hosp_visit_slot(const hospital *h, const visit *v);
/* NULL when no slot is left. */
visit *plx_hosp_visit_new(hospital *h);
void plx_hosp_handle_journey(hospital *h, visit *v, const event *e);
void plx_hosp_handle_treat(hospital *h, visit *v, const event *e);
void plx_hosp_handle_leave(hospital *h, visit *v, const event *e);
void plx_hosp_handle_identity(hospital *h, visit *v, const event *e);
void plx_hosp_handle_order(hospital *h, visit *v, const event *e);
void plx_hosp_handle_vitals(hospital *h, visit *v, const event *e);

/* --- journey.c --- */
void plx_hosp_arrival_next(hospital *h);
void plx_hosp_arrive(hospital *h);
/* Gives free beds to who waits for them. */
void plx_hosp_fill_beds(hospital *h);
/* The journey ends; results may still come. */
void plx_hosp_journey_over(hospital *h, visit *v);

/* --- treat.c --- */
void plx_hosp_treat_begin(hospital *h, visit *v); /* in a bed now */
void plx_hosp_doctor_change(visit *v);

/* --- leave.c --- */
void plx_hosp_leave_department(hospital *h, visit *v, const char *disposition);

/* --- place.c --- */
void plx_hosp_places_init(hospital *h);
uint32_t plx_hosp_places_count(const plx_hospital_model *model);
/* A free bed of the area, PLACE_NOWHERE when there is none. */
uint16_t plx_hosp_place_find(hospital *h, uint32_t area);
void plx_hosp_place_take(hospital *h, uint16_t place, visit *v);
/* ED beds are cleaned (A20 twice), ward beds are free at once. */
void plx_hosp_place_release(hospital *h, uint16_t place);
void plx_hosp_place_cleaned(hospital *h, uint16_t place);
uint32_t plx_hosp_area_for(const hospital *h, const visit *v);
void plx_hosp_place_write(plx_out *out, const place *places, uint16_t place); /* PL */
/* Bytewise order of the written forms. */
int plx_hosp_place_compare(const place *places, uint16_t a, uint16_t b);

/* --- identity.c --- */
/* NOBODY when the table is full. */
uint32_t plx_hosp_person_new(hospital *h, plx_rng *rng, bool temporary, age_class age);
uint32_t plx_hosp_person_resolve(const hospital *h, uint32_t person);
/* Follows only the merges whose message was handed out. */
uint32_t plx_hosp_person_told(const hospital *h, uint32_t person);
/* Someone whose visits are all over, NOBODY. Chosen from what happened, not from what was sent. */
uint32_t plx_hosp_person_known(const hospital *h, plx_rng *rng);
void plx_hosp_person_remember(hospital *h, uint32_t person);
void plx_hosp_person_keep(hospital *h, uint32_t person);
void plx_hosp_person_drop(hospital *h, uint32_t person);
int32_t plx_hosp_person_age(const person *p, int64_t now_us);

/* --- adt.c --- */
typedef struct adt {
    const char *trigger;                          /* "A02" */
    uint16_t prior;                               /* PV1-6 */
    uint16_t temporary, prior_temporary, pending; /* PV1-11, 43, 42 */
    const char *disposition;                      /* PV1-36, NULL */
    int64_t recorded_us;                          /* EVN-2; 0 = some minutes after the event */
    int64_t undone_us; /* EVN-6 of a cancel: when the event happened that is undone */
    bool sparse;       /* PV1 with empty fields: nothing is stated but the class */
    bool clear_attending, clear_phone; /* null fields */
    bool states;                       /* states the visit's status (most do not) */
    uint8_t undoes;                    /* 0 = nothing, else ledger index + 1 */
    bool person_only;                  /* A40, A47: no PV1 */
    uint32_t from_person;              /* MRG-1: slot + 1, 0 unless A40, A45, A47 */
    uint32_t from_number;              /* MRG-5, 0 */
} adt;

/* The event happens now: states it in the ledger, renders it. Returns the ledger index. */
uint8_t plx_hosp_adt_send(hospital *h, visit *v, const adt *a);
void plx_hosp_adt_swap(hospital *h, visit *a, visit *b); /* A17, places already exchanged */
void plx_hosp_adt_person(hospital *h, const visit *v);   /* A31 */
void plx_hosp_adt_bed_status(hospital *h, uint16_t place, char status);
bool plx_hosp_adt_room(const visit *v); /* may an optional message be sent? */

/* --- segment.c --- */
void plx_hosp_put_time(plx_out *out, int64_t time_us, bool milliseconds);
void plx_hosp_put_number(plx_out *out, const char *prefix, uint64_t number, unsigned width);
typedef struct header {
    sender from;
    const char *type; /* "ADT^A04^ADT_A01" */
    int64_t sent_us;
} header;
void plx_hosp_put_msh(hospital *h, plx_out *out, const header *m);
void plx_hosp_put_pid(const hospital *h, plx_out *out, const visit *v, uint32_t person,
                      bool clear_phone);
void plx_hosp_put_person_id(plx_out *out, const person *p);
void plx_hosp_put_visit_number(plx_out *out, uint32_t number);
void plx_hosp_put_staff(plx_out *out, char kind, uint32_t number); /* XCN; kind 'D' or 'N' */
uint32_t plx_hosp_staff_number(char kind, uint32_t number);
/* PID and PV1 as LAB, RADIOLOGY, MONITOR and CHART know them. */
void plx_hosp_put_short_identity(hospital *h, plx_out *out, const visit *v, bool with_visit);

/* --- outbox.c --- */
/* A slot to render into; outbox_put hands it over, with faults. */
uint32_t plx_hosp_outbox_take(hospital *h, plx_out *out);
void plx_hosp_outbox_put(hospital *h, uint32_t slot, const plx_out *out, int64_t due_us);
bool plx_hosp_outbox_pop(hospital *h, plx_hospital_message *message);
void plx_hosp_outbox_free(hospital *h, uint32_t slot);

/* --- order.c --- */
void plx_hosp_orders_place(hospital *h, visit *v);
bool plx_hosp_orders_pending(const visit *v);
void plx_hosp_order_point_of_care(hospital *h, visit *v);

/* --- vitals.c --- */
void plx_hosp_vitals_begin(visit *v);
void plx_hosp_vitals_walk(visit *v, int64_t now_us);
void plx_hosp_vitals_chart(hospital *h, visit *v, bool triage, bool with_visit);
void plx_hosp_vitals_monitor(hospital *h, visit *v, bool with_visit);
/* Weight and height of a body, by which doses are given; nothing when there is none. */
void plx_hosp_vitals_size(hospital *h, const visit *v);
int64_t plx_hosp_vitals_interval_us(const hospital *h, visit *v); /* 0 = no monitor here */

/* --- bedside.c --- */
size_t plx_hosp_bedside_bytes(void); /* of a body and its bedside */
/* Now in a bed: an adult gets a body while there are slots; others keep the walk. */
void plx_hosp_bedside_begin(hospital *h, visit *v);
/* The visit needs no body any more; nothing happens when it has none. */
void plx_hosp_bedside_end(hospital *h, visit *v);
/* NULL: no body. */
bedside *plx_hosp_bedside_of(const hospital *h, const visit *v);
/* Lives up to now. NULL: no body, or it has left its bounds just now and is gone. */
bedside *plx_hosp_bedside_catch_up(hospital *h, visit *v);
/* Lives a second of beats, up to now, of the body of a visit that has one. wave (PLX_WAVE_PER_S x
 * PLX_WAVE_N). false: it has left its bounds and is gone. */
bool plx_hosp_bedside_beat(hospital *h, visit *v, float *wave);

/* --- waveform.c --- */
void plx_hosp_waveforms_init(hospital *h);
/* A second of hospital time is over. */
void plx_hosp_waveforms_second(hospital *h);
/* NULL: the waveforms of this bed are not sent. */
waveform *plx_hosp_waveform_of(const hospital *h, const bedside *b);
void plx_hosp_waveform_end(hospital *h, bedside *b);
/* false, *numbers unchanged: not enough was seen yet. */
bool plx_hosp_waveform_count(const waveform *w, waveform_numbers *numbers);

/* --- waveform_message.c --- */
bool plx_hosp_waveform_has(const bedside *b, plx_signal signal);
void plx_hosp_waveform_send(hospital *h, visit *v, const bedside *b, const waveform_second *drawn);

/* --- illness.c --- */
const illness *plx_hosp_illness_draw(plx_rng *rng, const char *code); /* NULL = none */
/* Strikes; returns the seconds that it takes to come on. Its fever is imposed until released. */
uint32_t plx_hosp_illness_begin(bedside *b, const visit *v);
void plx_hosp_illness_release(bedside *b);
/* Follows the severity of the visit, which has just walked, after so many minutes. */
void plx_hosp_illness_go_on(bedside *b, const visit *v, double minutes);

/* --- protocol.c --- */
/* What was just measured. */
typedef struct measured {
    int32_t hr, sbp, map, rr, spo2, temp_tenths;
} measured;
void plx_hosp_protocol(hospital *h, visit *v, bedside *b, const measured *m);
/* --- medication.c --- */
/* Tells of what was just given; what is no drug or fluid is not told here. */
void plx_hosp_medication_given(hospital *h, visit *v, bedside *b, const plx_action *a);

/* Looked at every few minutes, whatever the area says. */
bool plx_hosp_protocol_close_watch(const bedside *b);

/* --- truth.c --- */
typedef struct told { /* what a visit's sent statements tell together */
    uint32_t person, number;
    uint16_t place;
    uint8_t attending, status;
    char class;
} told;
told plx_hosp_ledger_fold(const visit *v);
void plx_hosp_visit_close(hospital *h, visit *v); /* into the histories; frees the slot */

#endif
