/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Shared by the files of this room only. Each part names its file. Indices of records are 0 for
 * none unless it says otherwise; functions that take one expect a live record. */
#ifndef PLX_CORE_TWIN_PRIVATE_H
#define PLX_CORE_TWIN_PRIVATE_H

#include "core/base/arena.h"
#include "core/format/hl7v2/intake.h"
#include "core/record/provenance.h"
#include "core/twin/state.h"

enum {
    TWIN_EVENTS_MAX = 4096,     /* ADT events of one encounter; at the limit the older half goes */
    TWIN_SERIES_ROWS_MAX = 256, /* observations of one quantity in one encounter; the oldest go */
    TWIN_VERSIONS_MAX = 16,     /* of one result or dose; the oldest go */
    TWIN_DOSES_MAX = 512,       /* words on drugs of one order; the oldest go */
    TWIN_SCORES_MAX = 4,        /* NEWS2 values kept of one encounter, with the current one */
    TWIN_VISITS_WALK_MAX = 256, /* stays of a person that are looked at to place a result by time */
    TWIN_EDGES_FOLD_MAX = 256,  /* merges of one person that are put in order of time anew */
    TWIN_WAKES_MAX = 400,       /* encounters that time changes in one entry; the rest wait */
    TWIN_DEAD_MAX = 65536       /* dead letters held */
};
/* A provisional stay is shown so long after its last vital sign. */
#define TWIN_PROVISIONAL_SHOWN_US PLX_HOUR_US

/* What apply works with during one entry. */
typedef struct twin_context {
    plx_twin *t;
    const plx_entry *entry;
    const plx_event *event; /* NULL when the entry is no message */
    plx_arena *step;
    plx_applied *applied;
    uint32_t source;    /* of this entry, made when something first names it */
    uint32_t derived_n; /* derived values this entry made */
    uint32_t waveforms; /* OBX of waveforms that were left out of the event */
} twin_context;

/* Records by index */
#define X(NAME, name, text)                                                                        \
    static inline twin_##name *twin_##name##_at(const plx_twin *t, uint32_t index)                 \
    {                                                                                              \
        return plx_twin_pool_get(t, &t->pools[TWIN_##NAME], index);                                \
    }
TWIN_POOL_TABLE(X)
#undef X

static inline bool twin_is_live(const plx_twin *t, twin_pool_kind pool, uint32_t index)
{
    return plx_twin_pool_is_live(t, &t->pools[pool], index);
}

/* Walks the live records of a pool: for (i = next(t, pool, 0); i; i = next(t, pool, i)). */
static inline uint32_t twin_next(const plx_twin *t, twin_pool_kind pool, uint32_t index)
{
    for (index++; index < t->pools[pool].n; index++)
        if (twin_is_live(t, pool, index)) return index;
    return 0;
}

/* record.c: records come zeroed with their times at PLX_TIME_NONE; freeing one lets go of its texts
 * and sources. */
uint32_t plx_twin_record_take(plx_twin *t, twin_pool_kind pool);
void plx_twin_record_free(plx_twin *t, twin_pool_kind pool, uint32_t index);
/* The source record of the context's entry, held once more. */
uint32_t plx_twin_source_hold(twin_context *c);
void plx_twin_source_keep(plx_twin *t, uint32_t source);
void plx_twin_source_release(plx_twin *t, uint32_t source);
/* Puts the entry's source into a field, letting go of the one that was there. */
void plx_twin_source_set(twin_context *c, uint32_t *field);
/* Order of sources: when sent, number of the control id, journal sequence. -1, 0, 1. */
int plx_twin_source_compare(const plx_twin *t, uint32_t a, uint32_t b);
plx_provenance plx_twin_source_id(const plx_twin *t, uint32_t source,
                                  uint32_t index); /* 0 for none */

/* text.c: texts longer than TWIN_TEXT_MAX are cut at a character. */
twin_text plx_twin_text_hold(plx_twin *t, plx_slice text); /* counted once more */
void plx_twin_text_keep(plx_twin *t, twin_text text);
void plx_twin_text_release(plx_twin *t, twin_text text);
void plx_twin_text_set(plx_twin *t, twin_text *field, plx_slice text);
/* The text when the twin holds it already; false otherwise. The empty text is 0 and always there.
 */
bool plx_twin_text_find(const plx_twin *t, plx_slice text, twin_text *found);
static inline plx_slice twin_text_get(const plx_twin *t, twin_text text)
{
    if (text == 0) return (plx_slice){NULL, 0};
    const twin_text_head *head = plx_twin_at(t, text);
    return (plx_slice){(const char *)(head + 1), head->n};
}

/* identity.c: what identifiers name. A node is an identifier, a group the thing behind it.
 *
 * Two identifiers are the same when value, authority and type agree; an empty type agrees with any
 * (the merge segment often has none). An empty authority agrees with any only for visits and
 * accounts, and only when there is one candidate: for persons a wrong match is worse than none. */
uint32_t plx_twin_node_find(const plx_twin *t, uint8_t kind, const plx_identifier *id);
/* Found, or made in a group of its own (group 0) or in a given one. */
uint32_t plx_twin_node_get(plx_twin *t, uint8_t kind, const plx_identifier *id, uint32_t group);
static inline uint32_t twin_group_of(const plx_twin *t, uint32_t node)
{
    return node ? twin_node_at(t, node)->group : 0;
}
/* "from" gave way to "to": their groups become one, for ever. Which identifier survives follows
 * from the times of all merges, whatever the order in which they came. Returns the one group. Its
 * encounter field is that of to's group, else that of from's: the caller joins the two stays. */
uint32_t plx_twin_node_merge(twin_context *c, uint32_t from, uint32_t to, int64_t happened_us);
/* A43: the node leaves its group for another one, unless a later move has placed it. */
void plx_twin_node_move(twin_context *c, uint32_t node, uint32_t group, int64_t happened_us);
/* The identifier a group goes by: what merges left, else the one named last. */
uint32_t plx_twin_group_name(const plx_twin *t, uint32_t group);

/* person.c */
/* The main identifier of a message's person (MR first, else the first), with what it says of the
 * person taken in. 0 when it names none. Only the main one decides who it is: other identifiers
 * join that person when they are new, and are left where they are when they belong to someone else.
 */
uint32_t plx_twin_person_take(twin_context *c, const plx_person_facts *facts);
/* The record that holds the valid word on a fact of a person, 0 when there is none. */
uint32_t plx_twin_person_fact(const plx_twin *t, uint32_t group, twin_fact fact);
void plx_twin_person_link(twin_context *c, uint32_t one, uint32_t other, bool linked,
                          int64_t at_us);
/* Years between birth and a moment; -1 when unknown. */
int32_t plx_twin_person_age_years(const plx_twin *t, uint32_t group, int64_t at_us);

/* place.c */
uint32_t plx_twin_place_find(const plx_twin *t,
                             const plx_location *location); /* 0 when not known */
uint32_t plx_twin_place_get(plx_twin *t,
                            const plx_location *location); /* 0 unless a part has characters */
void plx_twin_place_status(twin_context *c, uint32_t place, plx_slice status, int64_t at_us);
/* The encounter is at the place (0 = nowhere); marks conflicts where they begin and end. */
void plx_twin_place_occupy(twin_context *c, uint32_t encounter, uint32_t place);
uint32_t plx_twin_staff_get(twin_context *c, const plx_staff_name *said); /* 0 unless named */

/* stay.c: the fold of ADT events, a pure function of them and of now. */
static inline plx_presence twin_event_said(const twin_event *e, twin_said field)
{
    return (plx_presence)(e->presence >> (2 * field) & 3);
}
bool plx_twin_action_is_cancel(uint8_t action);
bool plx_twin_action_is_arrival(uint8_t action);
/* Puts an event where its time says. True when it came in order, so that the fold can go on from
 * the stay as it is; false when it must be made anew. The event's references pass to the encounter.
 */
bool plx_twin_stay_insert(plx_twin *t, uint32_t encounter, const twin_event *event);
/* Goes on with the last event, or makes the whole stay anew; sets waiting_n and the mark of cancels
 * that found nothing. */
void plx_twin_stay_continue(plx_twin *t, uint32_t encounter);
void plx_twin_stay_fold(plx_twin *t, uint32_t encounter);
static inline twin_event *twin_events_of(const plx_twin *t, const twin_encounter *e)
{
    return plx_twin_at(t, e->events);
}
static inline bool twin_status_is_active(uint8_t status)
{
    return status == TWIN_STATUS_ARRIVED || status == TWIN_STATUS_IN_PROGRESS ||
           status == TWIN_STATUS_ON_LEAVE;
}

/* encounter.c */
uint32_t plx_twin_encounter_make(twin_context *c);
/* Named in the outcome of this entry. */
void plx_twin_encounter_touch(twin_context *c, uint32_t encounter);
/* Touched, and its retention starts anew. */
void plx_twin_encounter_news(twin_context *c, uint32_t encounter);
/* A message says whose stay it is. moved: a move event (A45, A44), which later messages with the
 * old identifier do not undo. */
void plx_twin_encounter_own(twin_context *c, uint32_t encounter, uint32_t node, bool moved);
void plx_twin_encounter_account(twin_context *c, uint32_t encounter, uint32_t node);
/* After a change of its stay: bed, marks, waking, provisional data that now belong to it. */
typedef struct twin_span { /* of a stay: what decides which data are its own */
    int64_t arrived_us, finished_us;
    uint8_t status;
} twin_span;
static inline twin_span twin_span_of(const twin_encounter *e)
{
    return (twin_span){e->stay.arrived_us, e->stay.finished_us, e->stay.status};
}
void plx_twin_encounter_settle(twin_context *c, uint32_t encounter, twin_span before);
/* By its name outside; 0: it is not here (any more). */
uint32_t plx_twin_encounter_numbered(const plx_twin *t, uint64_t number);
/* Everything of "from" goes to "into"; from ends. */
void plx_twin_encounter_absorb(twin_context *c, uint32_t into, uint32_t from);
/* Joins what a person's identifiers brought together: provisional data, identity marks. */
void plx_twin_encounter_join_person(twin_context *c, uint32_t group);
void plx_twin_encounter_retire(twin_context *c, uint32_t encounter); /* it leaves the twin */
static inline bool twin_encounter_is_provisional(const twin_encounter *e)
{
    return e->stay.status == TWIN_STATUS_NONE;
}

/* find.c: which stay a message is about */
typedef struct twin_clue {
    const plx_visit_facts *visit;  /* may be NULL */
    const plx_identifier *account; /* may be NULL */
    uint32_t person;               /* node, 0 = unknown */
    uint32_t order;                /* known order of the message, 0 = none */
    int64_t at_us;                 /* of the datum or event */
    bool adt, arrival, device;
} twin_clue;

/* 0 when nothing names a stay. Makes one when the names are new. *loose: found by time alone. */
uint32_t plx_twin_encounter_for(twin_context *c, const twin_clue *clue, bool *loose);
/* The stay of a person whose interval holds the moment; the number of such in *candidates. Without
 * one the latest, *candidates 0. account: group, 0 = any. */
uint32_t plx_twin_encounter_at_time(const plx_twin *t, uint32_t group, int64_t at_us,
                                    uint32_t account, uint32_t *candidates);

/* home.c: where data belong that name a person and a time alone ("loose").
 *
 * The stay of the person that holds the moment, else the nearest one; 0 when there is none. The
 * number that hold it in *holders. */
uint32_t plx_twin_home_find(const plx_twin *t, uint32_t group, int64_t at_us, uint32_t *holders);
/* The one stay of the person that holds what cannot be placed yet. */
uint32_t plx_twin_home_provisional(twin_context *c, uint32_t group, bool ambiguous);
/* Where a loose datum of a stay belongs: that stay, or another one of its person. */
uint32_t plx_twin_home_of(twin_context *c, uint32_t from, int64_t at_us);
/* An order that is loose goes where it belongs, with its results; whether it went. It must not be
 * busy. */
bool plx_twin_home_order(twin_context *c, uint32_t order);
/* Data went from stay to stay: the scores of the person's stays are made once, afterwards. */
void plx_twin_home_score(twin_context *c, uint32_t group);
/* What is held for a person and has become empty ends. */
void plx_twin_home_tidy(twin_context *c, uint32_t encounter);
/* All that is loose of a person, when the time of a stay changed. */
void plx_twin_home_review(twin_context *c, uint32_t group);

/* wake.c: what time alone changes */
void plx_twin_wake_set(plx_twin *t, uint32_t encounter); /* earliest of its reasons */
void plx_twin_wake_all(twin_context *c);                 /* everything due until now */

/* order.c */
/* The order of numbers in a message, of the stay or the person of group (0 = unknown); 0 when not
 * known. */
uint32_t plx_twin_order_find(const plx_twin *t, const plx_order_facts *facts, uint32_t encounter,
                             uint32_t group);
/* Found or made, with what the message says of it; 0 when it has no number. */
uint32_t plx_twin_order_take(twin_context *c, uint32_t encounter, const plx_order_facts *facts,
                             uint32_t group, bool loose);
void plx_twin_order_results_seen(twin_context *c, uint32_t order, const plx_order_facts *facts,
                                 bool has_values);
void plx_twin_order_move(plx_twin *t, uint32_t order, uint32_t encounter);
void plx_twin_order_free(plx_twin *t, uint32_t order); /* without rows */
/* Orders that a message works with stay until it is done, even when their last row goes. */
void plx_twin_order_busy(plx_twin *t, uint32_t order, bool busy);

/* The order without a number that such words on one drug share, one for each drug of a stay. */
uint32_t plx_twin_order_unnumbered(twin_context *c, uint32_t encounter,
                                   const plx_medication_facts *said, bool loose);
bool plx_twin_order_is_off(const plx_twin *t, uint32_t order); /* cancelled, ended or on hold */
/* Its state, after a word on its drug. */
void plx_twin_order_doses_seen(plx_twin *t, uint32_t order);

/* administration.c */
/* Takes a word on a drug or fluid in; false: it only repeats the order as a context. */
bool plx_twin_dose_take(twin_context *c, uint32_t order, const plx_medication_facts *said);
void plx_twin_doses_free(plx_twin *t, uint32_t order);
void plx_twin_doses_pour(plx_twin *t, uint32_t from_order, uint32_t to_order);
/* When the drug was given first; PLX_TIME_NONE for never. */
int64_t plx_twin_doses_first_us(const plx_twin *t, uint32_t order);
/* It was given, and nobody took that back. */
bool plx_twin_dose_stands(const plx_twin *t, uint32_t dose);
/* Journal sequence of the first message that told of it as given. */
uint64_t plx_twin_dose_first_seq(const plx_twin *t, uint32_t dose);
/* The newest of the order that stands; 0 = none. */
uint32_t plx_twin_dose_given(const plx_twin *t, uint32_t order);

/* result.c */
/* Takes one observation in: a new row, a new version of one, or nothing. */
void plx_twin_result_take(twin_context *c, uint32_t encounter, uint32_t order,
                          const plx_observation_facts *said, int64_t issued_us, bool loose);
void plx_twin_series_move(plx_twin *t, uint32_t series, uint32_t encounter);
void plx_twin_result_note_loose(plx_twin *t,
                                uint32_t encounter); /* it holds data found by time alone */
/* A result without an order, or the order's results one by one, goes to another stay. */
void plx_twin_result_move(plx_twin *t, uint32_t row, uint32_t encounter);
void plx_twin_series_free(plx_twin *t, uint32_t series); /* with all rows */
/* Results that lie in another stay than their order come to it. The order must be busy. */
void plx_twin_result_follow(plx_twin *t, uint32_t order);
/* Results of one order go to another one. */
void plx_twin_result_pour(plx_twin *t, uint32_t from_order, uint32_t to_order);
uint32_t plx_twin_series_find(const plx_twin *t, uint32_t encounter, plx_quantity quantity);
static inline uint32_t *twin_series_rows(const plx_twin *t, const twin_series *s)
{
    return plx_twin_at(t, s->rows);
}
/* False when the same result (filler number, OBX-3, OBX-4) was later told of another patient. */
bool plx_twin_result_is_latest(const plx_twin *t, uint32_t row);
bool plx_twin_row_withdrawn(const twin_row *r);
bool plx_twin_row_usable(const twin_row *r); /* by scores: a value that may be true */
/* The newest value of a series that may be shown: not withdrawn, not of a demo; 0 when none. */
uint32_t plx_twin_series_latest(const plx_twin *t, uint32_t series, bool usable);

/* quality.c: what an observation is worth. Fills canonical, kind, quality, reason. */
void plx_twin_quality_judge(twin_context *c, const plx_observation_facts *said, twin_row *r);
twin_category plx_twin_quantity_category(plx_quantity q);

/* score.c */
void plx_twin_score_update(twin_context *c, uint32_t encounter);
/* The same when what is known of the person's age makes a difference. */
void plx_twin_score_review(twin_context *c, uint32_t encounter);
/* When the next input of the current score expires, or its trend ends; PLX_TIME_NONE for never. */
int64_t plx_twin_score_wake_us(const plx_twin *t, uint32_t encounter);
void plx_twin_score_free(plx_twin *t, uint32_t encounter);

/* board.c: whoever has a row */
bool plx_twin_is_on_board(const plx_twin *t, uint32_t encounter);

/* adt.c, apply.c: NULL when applied, else the rule by which it is ignored or, with *dead, the
 * sentence why it cannot be used. */
const char *plx_twin_adt_apply(twin_context *c, bool *dead);
const char *plx_twin_observations_apply(twin_context *c, bool *dead);
/* Whether a message may hold an input of a score. */
bool plx_twin_observations_score(const plx_event *e);
/* Observations and orders of a message that belong to a stay. */
void plx_twin_observations_take(twin_context *c, uint32_t encounter, bool loose);

/* waveform.c: takes waveforms and their facets out of a message; gives how many OBX these were. */
uint32_t plx_twin_waveforms_drop(plx_event *e);
bool plx_twin_waveform_trigger(const plx_event *e); /* W01, W02 */

/* books.c */
twin_book *plx_twin_book_of(plx_twin *t, uint32_t iface);
void plx_twin_dead_add(twin_context *c, const plx_hl7_fault *fault);
/* The dead letter of a sequence becomes fixed or discarded; false when it is not open or not held.
 */
bool plx_twin_dead_close(twin_context *c, uint64_t seq, twin_dead_state state, plx_slice by,
                         plx_slice why);
/* A repaired copy was applied (or not): its original, and that one's, become fixed (or count an
 * attempt). */
void plx_twin_dead_repaired(twin_context *c, uint64_t original, bool applied);
uint32_t plx_twin_dead_find(const plx_twin *t, uint64_t seq);

/* sound.c: a loaded region may be walked without leaving it. */
bool plx_twin_region_sound(const plx_twin *t, uint64_t used);
size_t plx_twin_kind_bytes(twin_field_kind kind);

/* index.c */
uint64_t plx_twin_key_hash(twin_map_kind map, const uint32_t key[4]);
uint32_t plx_twin_index_find(const plx_twin *t, twin_map_kind map, uint64_t hash, uint32_t *at);
void plx_twin_index_put(plx_twin *t, twin_map_kind map, uint64_t hash, uint32_t value);
void plx_twin_index_remove(plx_twin *t, twin_map_kind map, uint64_t hash, uint32_t value);
/* The hash under which a value of a map is filed, from its record. */
uint64_t plx_twin_index_hash_of(const plx_twin *t, twin_map_kind map, uint32_t value);
/* Bytes that the largest growth of a map can take now. */
uint64_t plx_twin_index_growth(const plx_twin *t);

#endif
