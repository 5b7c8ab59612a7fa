/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The flow of an emergency department as events: who arrives, waits, is seen, tested, boarded, and
 * leaves, and which places, staff and machines that takes. A model does not change during a run; a
 * state is one flat block without pointers, so a fork is a copy; statistics live in a tally.
 *
 * Every draw is a function of (seed, replication, patient, purpose), so the same patient comes in
 * every arm of a comparison and the number of threads does not matter.
 *
 * Time is int64 microseconds of the department's local clock from a Monday 00:00; a change of
 * clocks inside a run is not modelled. Acuity 0..4 here is 1..5 (1 = sickest) outside. */
#ifndef PLX_CORE_DEPARTMENT_FLOW_H
#define PLX_CORE_DEPARTMENT_FLOW_H

#include "core/base/time.h"
#include "core/department/law.h"

enum {
    PLX_FLOW_ACUITIES = 5,
    PLX_FLOW_SOURCES_MAX = 12, /* 4 of a model, others of what-if arms */
    PLX_FLOW_ZONES_MAX = 8,
    PLX_FLOW_POOLS_MAX = 8,
    PLX_FLOW_KINDS_MAX = 6,
    PLX_FLOW_SERVICES_MAX = 4,
    PLX_FLOW_WARDS_MAX = 6,
    PLX_FLOW_TABLES_MAX = 48,
    PLX_FLOW_SHIFTS_MAX = 256, /* one a day of the week and line of the roster */
    PLX_FLOW_STEPS_MAX = 2 * PLX_FLOW_SHIFTS_MAX + 64,
    PLX_FLOW_DOCTORS_MAX = 64,
    PLX_FLOW_CHANGES_MAX = 256,
    PLX_FLOW_PATIENTS_MAX = 1024, /* slot 0 is nobody */
    PLX_FLOW_EVENTS_MAX = 4096,
    PLX_FLOW_NAME_MAX = 24,
    PLX_FLOW_WEEK_H = 168,
    PLX_FLOW_NONE = 255 /* of an index of 8 bits */
};

/* X(NAME, word in files): where a patient is; all but the last are present. */
#define PLX_FLOW_STAGE_TABLE(X)                                                                    \
    X(ARRIVED, "arrived")                                                                          \
    X(WAIT_TRIAGE, "wait_triage")                                                                  \
    X(TRIAGE, "triage")                                                                            \
    X(WAIT_PLACE, "wait_place")                                                                    \
    X(WAIT_DOCTOR, "wait_doctor")                                                                  \
    X(WITH_DOCTOR, "with_doctor")                                                                  \
    X(IN_DIAGNOSTICS, "in_diagnostics")                                                            \
    X(WAIT_REVIEW, "wait_review")                                                                  \
    X(IN_CONSULT, "in_consult")                                                                    \
    X(WAIT_DECISION, "wait_decision")                                                              \
    X(BOARDING, "boarding")                                                                        \
    X(LEAVING, "leaving")                                                                          \
    X(CLEANING, "cleaning") /* gone; the place is not ready yet */

typedef enum plx_flow_stage {
#define X(name, word) PLX_FLOW_##name,
    PLX_FLOW_STAGE_TABLE(X)
#undef X
        PLX_FLOW_STAGE_N
} plx_flow_stage;

/* X(NAME, word in files) */
#define PLX_FLOW_DISPOSITION_TABLE(X)                                                              \
    X(ADMIT, "admit")                                                                              \
    X(ICU, "icu")                                                                                  \
    X(TRANSFER, "transfer")                                                                        \
    X(DIED, "died")                                                                                \
    X(LAMA, "lama")                                                                                \
    X(DISCHARGE, "discharge")

typedef enum plx_flow_disposition {
#define X(name, word) PLX_FLOW_##name,
    PLX_FLOW_DISPOSITION_TABLE(X)
#undef X
        PLX_FLOW_DISPOSITION_N,
    PLX_FLOW_LWBS = PLX_FLOW_DISPOSITION_N,
    PLX_FLOW_UNDECIDED
} plx_flow_disposition;

/* A duration of the model; table PLX_FLOW_NONE = this part does not exist. */
typedef struct plx_flow_law {
    double scale_us;
    uint8_t table;
} plx_flow_law;

typedef struct plx_flow_source {
    char name[PLX_FLOW_NAME_MAX];
    bool ambulance;                     /* may take a place of the overflow list at once */
    bool off;                           /* no arrivals of its own: set for a source that is cut */
    double rate_per_h[PLX_FLOW_WEEK_H]; /* Monday 00 first */
    double level;                       /* factor of all rates, default 1 */
    double day_cv;                      /* of the day's factor (gamma, mean 1); 0 = none */
    uint64_t acuity_below[24][4];       /* cumulative thresholds of 64 random bits, by hour */
    int64_t from_us, to_us;             /* arrivals only inside; 0, INT64_MAX = always */
    uint64_t number_first;              /* bits of the numbers of its patients */
    uint64_t thin_below;                /* dropped inside the thinning window when bits < this */
    int64_t thin_from_us, thin_to_us;
    /* made by plx_flow_model_finish */
    double us_per_arrival[PLX_FLOW_WEEK_H]; /* with level; 0 = no arrivals in that hour */
    double arrivals_per_us[PLX_FLOW_WEEK_H];
    uint8_t day_table;   /* of the day's factor */
    uint8_t today_table; /* of the first day's, given what was seen of it */
    double today_scale;
    int64_t today; /* day of the run for which it holds; -1 = none */
} plx_flow_source;

typedef struct plx_flow_zone {
    char name[PLX_FLOW_NAME_MAX];
    uint16_t places;
    uint8_t overflow[PLX_FLOW_ZONES_MAX], overflow_n; /* other zones when the wait is too long */
    int64_t overflow_after_us;
    plx_flow_law clean;
    uint8_t nurse_pool;         /* PLX_FLOW_NONE = nurses do not limit the zone */
    uint8_t patients_per_nurse; /* places in use <= this x nurses on duty */
} plx_flow_zone;

typedef struct plx_flow_pool {
    char name[PLX_FLOW_NAME_MAX];
} plx_flow_pool;

typedef enum plx_flow_what {
    PLX_FLOW_CHANGE_POOL,       /* n more (or fewer) of pool index */
    PLX_FLOW_CHANGE_PERSON,     /* doctor index comes (1) or goes (0) */
    PLX_FLOW_CHANGE_WIND,       /* doctor index takes nobody new */
    PLX_FLOW_CHANGE_CUT,        /* n doctors fewer, the next to be free; -n: they are back */
    PLX_FLOW_CHANGE_MACHINE,    /* n more machines of kind index */
    PLX_FLOW_CHANGE_STOP,       /* kind index stands still (1) or runs again (0) */
    PLX_FLOW_CHANGE_PLACES,     /* n more places of zone index */
    PLX_FLOW_CHANGE_FAST,       /* fast track open (1) or closed (0), by the week */
    PLX_FLOW_CHANGE_FAST_FORCE, /* 1 open, 0 closed, -1 as the week says */
    PLX_FLOW_CHANGE_BOARD,      /* ward moves stand still (1) or run (0) */
    PLX_FLOW_CHANGE_SCALE,      /* durations of scale index become n thousandths */
    PLX_FLOW_CHANGE_WARD,       /* n more beds of ward index */
    PLX_FLOW_CHANGE_SURGE       /* n patients of acuity index arrive */
} plx_flow_what;

/* What PLX_FLOW_CHANGE_SCALE scales: kinds of diagnostics, then these. */
enum {
    PLX_FLOW_SCALE_BOARD = PLX_FLOW_KINDS_MAX,
    PLX_FLOW_SCALE_CLEAN,
    PLX_FLOW_SCALE_CONTACT,
    PLX_FLOW_SCALE_TRIAGE,
    PLX_FLOW_SCALE_N
};

/* One change of a what-if arm, at a time of the run. */
typedef struct plx_flow_change {
    int64_t at_us;
    int32_t n;
    uint8_t what, index;
} plx_flow_change;

/* One day's stretch of a roster: n of something from a minute of the week on. */
typedef struct plx_flow_shift {
    uint16_t from_min, length_min; /* 0..10079; 1..1440 */
    uint16_t n;
    uint8_t what;  /* PLX_FLOW_CHANGE_POOL, _MACHINE or _FAST */
    uint8_t index; /* pool or kind */
    uint8_t first; /* doctors one by one: the first of its n */
} plx_flow_shift;

typedef struct plx_flow_step {
    uint16_t at_min;
    int16_t n;
    uint8_t what, index;
} plx_flow_step;

typedef struct plx_flow_kind {
    char name[PLX_FLOW_NAME_MAX];
    uint64_t below[PLX_FLOW_ACUITIES]; /* ordered when 64 random bits are below */
    bool machine;                      /* queue for a machine, exam, report; else a pure delay */
    plx_flow_law delay, exam, report;
} plx_flow_kind;

typedef struct plx_flow_service {
    char name[PLX_FLOW_NAME_MAX];
    uint64_t below[PLX_FLOW_ACUITIES]; /* asked */
    plx_flow_law delay;
    uint64_t take_below; /* takes the patient over: admitted without the table of dispositions */
} plx_flow_service;

typedef struct plx_flow_ward {
    char name[PLX_FLOW_NAME_MAX];
    uint64_t share_below;   /* cumulative over wards */
    plx_flow_law delay[24]; /* by hour of request: until gone, or the move once a bed is free */
    bool beds;              /* beds are counted */
    uint16_t beds_free;     /* at the beginning */
    double beds_per_h[24];  /* that come free for the department */
} plx_flow_ward;

typedef struct plx_flow_model {
    plx_law_quantiles table[PLX_FLOW_TABLES_MAX];
    char name[64];
    plx_flow_source source[PLX_FLOW_SOURCES_MAX];
    plx_flow_zone zone[PLX_FLOW_ZONES_MAX];
    plx_flow_pool pool[PLX_FLOW_POOLS_MAX];
    plx_flow_kind kind[PLX_FLOW_KINDS_MAX];
    plx_flow_service service[PLX_FLOW_SERVICES_MAX];
    plx_flow_ward ward[PLX_FLOW_WARDS_MAX];
    plx_flow_shift shift[PLX_FLOW_SHIFTS_MAX];
    plx_flow_step step[PLX_FLOW_STEPS_MAX];       /* of the week, rising: made by finish */
    plx_flow_change change[PLX_FLOW_CHANGES_MAX]; /* rising */
    uint8_t table_n, source_n, zone_n, pool_n, kind_n, service_n, ward_n, doctor_n;
    uint16_t shift_n, step_n, change_n;
    uint8_t zone_order[PLX_FLOW_ACUITIES][PLX_FLOW_ZONES_MAX], zone_order_n[PLX_FLOW_ACUITIES];
    uint8_t wants[PLX_FLOW_ZONES_MAX];     /* acuities (bits) that list the zone: made by finish */
    uint8_t overflows[PLX_FLOW_ZONES_MAX]; /* acuities that come to it by overflow: likewise */
    /* triage */
    uint8_t triage_pool; /* PLX_FLOW_NONE = nobody is triaged */
    uint8_t skip_triage; /* acuities (bits) */
    plx_flow_law triage;
    /* contacts */
    uint8_t doctor_pool;
    bool people; /* doctors are persons: same doctor, most carried, wind-down */
    bool same_doctor;
    uint16_t carry_max; /* 0 = any number */
    int64_t wind_down_us, handover_us;
    bool accumulating; /* priority = slope x waiting time, else strict by acuity */
    double slope[PLX_FLOW_ACUITIES];
    plx_flow_law first[PLX_FLOW_ACUITIES], review[PLX_FLOW_ACUITIES];
    uint64_t again_below; /* another round of diagnostics after a review */
    uint8_t rounds_max;
    /* decisions: cumulative thresholds in the order of plx_flow_disposition */
    uint64_t disposition_below[PLX_FLOW_ACUITIES][PLX_FLOW_DISPOSITION_N];
    plx_flow_law leaving[PLX_FLOW_DISPOSITION_N]; /* from decision to door; not admit, icu */
    uint8_t icu_ward;                             /* PLX_FLOW_NONE = as other admissions */
    /* patience */
    plx_flow_law patience[PLX_FLOW_ACUITIES];
    bool patience_from_arrival; /* else from the end of triage */
    bool patience_until_doctor; /* else until placed */
    double queue_effect;        /* patience x exp(-effect x waiting ahead) */
    /* fast track */
    uint8_t fast_zone, fast_acuity, fast_pool; /* zone NONE = none; acuities (bits); pool or NONE */
    uint8_t cleaner_pool;                      /* PLX_FLOW_NONE = cleaning needs nobody */
    /* crowding */
    uint16_t treatment_places, hospital_beds;
    double crowded_from;
    /* made by plx_flow_model_finish */
    uint8_t exponential; /* table of the unit exponential law */
} plx_flow_model;

typedef struct plx_flow_patient {
    uint64_t key;                 /* of its random numbers */
    int64_t arrival_us, since_us; /* since: of the stage */
    uint32_t clock;               /* number of the event of its patience; 0 = none */
    uint16_t next, previous;      /* in its queue */
    uint16_t machine_next[PLX_FLOW_KINDS_MAX];
    uint16_t watch; /* 1 + index in the tally's watch; 0 = not watched */
    uint8_t acuity, stage, zone, queue;
    uint8_t source, pool, doctor, open; /* open: kinds (bits) that are not back */
    uint8_t contacts, rounds, disposition, ward;
    uint8_t spare[6]; /* 0: no padding, so that states can be hashed */
} plx_flow_patient;
_Static_assert(sizeof(plx_flow_patient) == 64, "one cache line");

typedef struct plx_flow_event {
    int64_t time_us;
    uint64_t tail; /* sequence << 32 | who << 16 | kind << 8 | argument */
} plx_flow_event;

typedef struct plx_flow_queue {
    uint16_t head[PLX_FLOW_ACUITIES], tail[PLX_FLOW_ACUITIES], n;
    uint16_t waiting; /* classes (bits) that are not empty */
} plx_flow_queue;

/* Queues: triage, place, cleaning, held before the ward, one a pool for contacts, one a ward. */
enum {
    PLX_FLOW_QUEUE_TRIAGE,
    PLX_FLOW_QUEUE_PLACE,
    PLX_FLOW_QUEUE_CLEAN,
    PLX_FLOW_QUEUE_HELD,
    PLX_FLOW_QUEUE_POOL,
    PLX_FLOW_QUEUE_WARD = PLX_FLOW_QUEUE_POOL + PLX_FLOW_POOLS_MAX,
    PLX_FLOW_QUEUE_N = PLX_FLOW_QUEUE_WARD + PLX_FLOW_WARDS_MAX
};

typedef struct plx_flow_doctor {
    uint16_t with, carried; /* patient; patients whose doctor this is */
    uint8_t on, cut, winding;
} plx_flow_doctor;

typedef struct plx_flow_state {
    int64_t time_us, hour_end_us;
    int64_t tick_us, step_us, change_us; /* next: any of hour, week's step, change */
    int64_t arrival_us;                  /* earliest of next_us */
    uint64_t key;                        /* of the replication */
    uint64_t surge_n;
    uint32_t sequence, event_n;
    uint16_t slot_n, free_slot, present; /* slots used so far; chain of free ones */
    uint16_t step_at, change_at;
    uint8_t hour_of_day, hour_of_week, arrival_source;
    bool overrun; /* no room for a patient or an event: the replication does not count */
    bool hole;    /* the root of the events is free */
    bool fast_week, fast_open, board_off, stopped[PLX_FLOW_KINDS_MAX];
    int8_t fast_force;
    int64_t last_wait_us; /* of the last patient placed */
    struct {
        int64_t next_us, day;
        uint64_t key, number;
        double factor; /* of the day */
    } source[PLX_FLOW_SOURCES_MAX];
    struct {
        int16_t on, busy;
    } pool[PLX_FLOW_POOLS_MAX];
    struct {
        int16_t places, busy, dirty, limit;
    } zone[PLX_FLOW_ZONES_MAX];
    struct {
        int16_t on, busy;
        plx_flow_queue queue;
    } machine[PLX_FLOW_KINDS_MAX];
    struct {
        int16_t free;
        uint16_t requests; /* so far */
        int64_t next_free_us;
        uint64_t number;
    } ward[PLX_FLOW_WARDS_MAX];
    double scale[PLX_FLOW_SCALE_N];
    plx_flow_queue queue[PLX_FLOW_QUEUE_N];
    plx_flow_doctor doctor[PLX_FLOW_DOCTORS_MAX];
    uint32_t in_stage[PLX_FLOW_STAGE_N]; /* patients */
    uint32_t beyond;                     /* put in although no law of the model lasts so long */
    _Alignas(64) plx_flow_patient patient[PLX_FLOW_PATIENTS_MAX];
    _Alignas(64) plx_flow_event event[PLX_FLOW_EVENTS_MAX + 8]; /* 4-ary heap, root at 3 */
} plx_flow_state;

/* Durations in bins of 1/64 of an octave, from 1 s to 12 days. */
enum { PLX_FLOW_BINS = 20 * 64 + 2 };
typedef struct plx_flow_histogram {
    uint32_t n[PLX_FLOW_BINS];
} plx_flow_histogram;

/* X(NAME, word in an event log): what happens to a patient. */
#define PLX_FLOW_NOTE_TABLE(X)                                                                     \
    X(ARRIVAL, "arrival")                                                                          \
    X(TRIAGE_START, "triage_start")                                                                \
    X(TRIAGE_END, "triage_end")                                                                    \
    X(PLACE, "place")               /* index: zone */                                              \
    X(DOCTOR_START, "doctor_start") /* index: doctor one by one, else pool */                      \
    X(DOCTOR_END, "doctor_end")                                                                    \
    X(ORDER, "order") /* index: kind of diagnostics */                                             \
    X(RESULT, "result")                                                                            \
    X(CONSULT_REQUEST, "consult_request") /* index: service */                                     \
    X(CONSULT_SEEN, "consult_seen")                                                                \
    X(DECISION, "decision")                                                                        \
    X(BED_REQUEST, "bed_request") /* index: ward */                                                \
    X(LWBS, "lwbs")                                                                                \
    X(DEPART, "depart")

typedef enum plx_flow_noted {
#define X(name, word) PLX_FLOW_NOTE_##name,
    PLX_FLOW_NOTE_TABLE(X)
#undef X
        PLX_FLOW_NOTE_N
} plx_flow_noted;

typedef struct plx_flow_note {
    int64_t time_us;
    uint64_t patient; /* key of his random numbers: one for each */
    uint8_t what, index, acuity, disposition;
} plx_flow_note;

typedef struct plx_flow_log {
    plx_flow_note *note; /* (max), the caller's */
    size_t n, max;
    bool full; /* notes were lost */
} plx_flow_log;

/* What a run counts between two times; only whole numbers, so sums do not depend on an order.
 * Integrals are patients x microseconds. */
typedef struct plx_flow_tally {
    int64_t begin_us, end_us; /* end: as planned */
    uint64_t arrived[PLX_FLOW_ACUITIES], departed[PLX_FLOW_ACUITIES], left[PLX_FLOW_ACUITIES];
    uint64_t los_us[PLX_FLOW_ACUITIES];  /* of departed */
    uint64_t left_us[PLX_FLOW_ACUITIES]; /* stay of those who left without being seen */
    uint64_t seen[PLX_FLOW_ACUITIES], door_us[PLX_FLOW_ACUITIES]; /* door to doctor */
    uint64_t admitted[PLX_FLOW_ACUITIES];
    uint64_t events; /* arrivals, ends of triage, contact, test, boarding; patience run out, also of
                        somebody who was placed before it did */
    int64_t open[PLX_FLOW_STAGE_N];        /* integral over the running hour, see flow_step.h */
    int64_t by_hour[PLX_FLOW_STAGE_N][24]; /* by hour of the day */
    int64_t present_us[PLX_FLOW_ACUITIES]; /* integral of who is present, by acuity */
    int64_t pool_us[PLX_FLOW_POOLS_MAX];   /* staff on duty */
    int64_t place_us;                      /* places */
    plx_flow_histogram *los, *door;        /* may be NULL; the caller's */
    int64_t *watch_us;                     /* [watched] when gone or, watch_seen, when seen */
    uint8_t *watch_end;                    /* [watched] plx_flow_disposition */
    bool watch_seen;                       /* watch the first contact, not the end */
    plx_flow_log *log;                     /* may be NULL; the caller's */
} plx_flow_tally;

/* Stages of an open test of somebody present. */
typedef enum plx_flow_test {
    PLX_FLOW_TEST_NONE,
    PLX_FLOW_TEST_ORDERED, /* waits for the machine */
    PLX_FLOW_TEST_EXAM,    /* on the machine */
    PLX_FLOW_TEST_SENT     /* in the laboratory; or seen, being reported */
} plx_flow_test;

/* A patient who is present when a run begins, or a place that is being cleaned (stage CLEANING). */
typedef struct plx_flow_present {
    uint64_t number;              /* hash of the id */
    int64_t arrival_us, since_us; /* since: of the stage */
    int64_t test_since_us[PLX_FLOW_KINDS_MAX];
    uint8_t test[PLX_FLOW_KINDS_MAX]; /* plx_flow_test */
    uint8_t acuity, stage;
    uint8_t zone, source, ward; /* index or NONE: drawn or the first that is wanted */
    uint8_t doctor;             /* of doctors one by one: index or NONE */
    uint8_t contacts;           /* begun so far */
    uint8_t disposition;        /* plx_flow_disposition, UNDECIDED when not known */
} plx_flow_present;

/* --- model --- */

/* An empty department: no sources, zones or laws; defaults of everything else. */
void plx_flow_model_begin(plx_flow_model *model);
/* The law with mean and max in minutes; shares tables. PLX_RANGE, PLX_FULL with a sentence. */
PLX_MUST_CHECK plx_status plx_flow_model_law(plx_flow_model *model, const plx_law *law,
                                             plx_flow_law *out, char *why, size_t why_n);
/* Adds a stretch of n for each day of days (bit 0 Monday); to <= from goes over midnight.
 * PLX_FULL when there are too many. */
PLX_MUST_CHECK plx_status plx_flow_model_shift(plx_flow_model *model, unsigned days,
                                               unsigned from_min, unsigned to_min,
                                               plx_flow_shift shift);
/* Checks what is filled in and makes the parts that say so; again after a change. PLX_RANGE or
 * PLX_FULL with a sentence. */
PLX_MUST_CHECK plx_status plx_flow_model_finish(plx_flow_model *model, char *why, size_t why_n);
/* The first day's factor given that n patients came where the rates say e (section 4.1 of the
 * design: gamma, shape k + n, rate k + e, k = 1 / day_cv^2); nothing when day_cv is 0. */
PLX_MUST_CHECK plx_status plx_flow_model_today(plx_flow_model *model, unsigned source, int64_t day,
                                               double n, double e, char *why, size_t why_n);
/* 64 random bits below this have probability p. */
uint64_t plx_flow_below(double p);

/* --- run --- */

/* An empty department at start_us (>= 0). */
void plx_flow_begin(const plx_flow_model *model, plx_flow_state *state, uint64_t seed,
                    uint64_t replication, int64_t start_us);
/* Puts in who is present, in the order of the list (queues keep it); what runs already is drawn
 * given the time it has lasted. Watched when watch: patient i of the list is i. False when there
 * is no room. Call plx_flow_settle after the last. */
bool plx_flow_put(const plx_flow_model *model, plx_flow_state *state,
                  const plx_flow_present *present, size_t n, bool watch);
void plx_flow_settle(const plx_flow_model *model, plx_flow_state *state);
/* A patient arrives now, watched as number 0. */
void plx_flow_visitor(const plx_flow_model *model, plx_flow_state *state, unsigned acuity,
                      plx_flow_tally *tally);
/* All that happens until until_us (inclusive). The tally was begun. */
void plx_flow_advance(const plx_flow_model *model, plx_flow_state *state, int64_t until_us,
                      plx_flow_tally *tally);
/* Copies the used ranges only. */
void plx_flow_fork(plx_flow_state *to, const plx_flow_state *from);
/* Of the used ranges. */
uint64_t plx_flow_hash(const plx_flow_state *state);
/* Patients by stage and acuity, by looking at each. */
void plx_flow_count(const plx_flow_state *state,
                    uint16_t count[PLX_FLOW_STAGE_N][PLX_FLOW_ACUITIES]);
size_t plx_flow_used(const plx_flow_state *state); /* bytes */

/* --- tally --- */

/* Zeroes it, keeps the pointers; counts from now on. */
void plx_flow_tally_begin(plx_flow_tally *tally, const plx_flow_model *model,
                          const plx_flow_state *state, int64_t end_us);
/* Closes the running hour. */
void plx_flow_tally_end(plx_flow_tally *tally, const plx_flow_model *model,
                        const plx_flow_state *state);
void plx_flow_tally_add(plx_flow_tally *sum, const plx_flow_tally *tally);
void plx_flow_histogram_add(plx_flow_histogram *sum, const plx_flow_histogram *part);
/* Quantile in minutes, linear inside a bin; NaN when empty. */
double plx_flow_histogram_quantile_min(const plx_flow_histogram *histogram, double p);

static inline unsigned plx_flow_histogram_bin(int64_t us)
{
    if (us < 1 << 20) return 0;
    const unsigned octave = 63u - (unsigned)__builtin_clzll((uint64_t)us);
    if (octave >= 40) return PLX_FLOW_BINS - 1;
    return 1 + (octave - 20) * 64 + ((unsigned)(us >> (octave - 6)) & 63);
}

#endif
