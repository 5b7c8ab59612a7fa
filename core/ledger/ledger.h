/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The ledger of predictions: every forecast stands here from its issue until nothing more can
 * change its score, beside the forecasts of three rivals that were made at the same moment from the
 * same values.
 *
 *   predict -> open -> due (valid_to + window): scored, and scored again when a late value, a
 *   correction, an action or a leaving changes what is true -> settled (valid_to + grace): what
 *   stands then goes, in order of that time, to the detectors and to the days
 *
 * The score of a forecast is a function of what is known about its subject, not of the order in
 * which it became known; the sums are whole numbers. So events between issue and settling may come
 * in any order and leave the same digest. Three things do depend on the order: what rivals know (a
 * late value is not seen again), the share of patients adrift (it is of the moment), and values
 * that no longer fit among the last PLX_TRUTH_SAMPLES_MAX, which are final.
 *
 * All memory is one block of the caller's, without pointers: a snapshot is its copy. now_us is the
 * arrival of the journal entry that says it; a time before an earlier one counts as that one.
 * Output goes to the sink, in order. */
#ifndef PLX_CORE_LEDGER_LEDGER_H
#define PLX_CORE_LEDGER_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/ledger/aggregate.h"
#include "core/ledger/drift.h"
#include "core/ledger/meter.h"
#include "core/ledger/prediction.h"
#include "core/ledger/truth.h"
#include "core/record/kind.h"

enum {
    PLX_LEDGER_OPEN_MAX = 1 << 20,
    PLX_LEDGER_SERIES_MAX = 1 << 16,
    PLX_LEDGER_TRACKS_MAX = 1 << 18,
    PLX_LEDGER_CELLS_MAX = 1 << 12,
    PLX_LEDGER_MODELS_MAX = 256,
    PLX_LEDGER_ACTIONS_KEPT = 8, /* newest, of one subject and target */
    PLX_LEDGER_LIVE_LEAST = 500, /* scored forecasts before a model may go live */
    PLX_LEDGER_LIVE_DAYS = 7,
};

/* Named maxima. What happens at each: open: the oldest forecast that nobody saw is closed as
 * dropped; when all were seen the new one is refused (PLX_FULL). series: the one that rested
 * longest without open forecasts goes, with its tracks; if none, PLX_FULL. tracks: no meter for
 * that patient, counted. cells, models: PLX_FULL. */
typedef struct plx_ledger_limits {
    uint32_t open_max;   /* 1..PLX_LEDGER_OPEN_MAX */
    uint32_t series_max; /* subject x target; 1..PLX_LEDGER_SERIES_MAX */
    uint32_t tracks_max; /* series x model x horizon; 1..PLX_LEDGER_TRACKS_MAX */
    uint32_t cells_max;  /* model x target x horizon; 1..PLX_LEDGER_CELLS_MAX */
    uint32_t models_max; /* 1..PLX_LEDGER_MODELS_MAX */
    uint32_t demo;       /* 1: demo values may be truth; for a demonstration only */
    uint64_t seed;       /* of PIT draws and of resampling */
} plx_ledger_limits;

typedef struct plx_ledger plx_ledger;

/* Bytes of a ledger; 0 when a limit is outside its range. */
size_t plx_ledger_size(const plx_ledger_limits *limits);
/* memory: plx_ledger_size bytes, aligned to 16, the caller's as long as the ledger is used. A copy
 * of these bytes is another ledger (cast it). PLX_RANGE: limits; PLX_SPACE: too few bytes. */
PLX_MUST_CHECK plx_status plx_ledger_init(void *memory, size_t bytes,
                                          const plx_ledger_limits *limits, plx_ledger **out);

/* One score of one forecast; a later version replaces an earlier one, both are kept by the sink.
 * The one that is settled is the last, with the version of the one before when nothing changed. */
typedef struct plx_ledger_score {
    uint64_t prediction, subject;
    plx_target target;
    uint32_t version; /* from 1 */
    bool settled;     /* nothing will change it any more */
    plx_fate outcome;
    double truth; /* with OBSERVED and INTERVENED, as the judgement */
    plx_judgement judgement;
} plx_ledger_score;

/* A change of state of one model x target x horizon, with its evidence. */
typedef struct plx_ledger_change {
    char model[PLX_PREDICTION_TEXT];
    uint64_t version;
    plx_target target;
    plx_horizon horizon;
    plx_model_state from, to;
    plx_state_reason reason;
    double evidence; /* M, CUSUM, skill or coverage, by reason */
    int64_t at_us;
} plx_ledger_change;

/* Both functions may be NULL; they must not call the ledger. */
typedef struct plx_ledger_sink {
    void *context;
    void (*scored)(void *context, const plx_ledger_score *score);
    void (*changed)(void *context, const plx_ledger_change *change);
} plx_ledger_sink;

typedef struct plx_ledger_counts {
    uint64_t predictions, abstained, late_issued, no_rule, refused, duplicates, dropped;
    uint64_t truths, not_truth, repeated, too_late; /* too_late: older than all values kept */
    uint64_t rescored, rival_late, without_meter, series_gone;
} plx_ledger_counts;

/* A model with a valid context-of-use file. state: CANDIDATE or SHADOW; each target and horizon
 * begins in it. PLX_DUPLICATE: known already, nothing changed. */
PLX_MUST_CHECK plx_status plx_ledger_model_add(plx_ledger *ledger,
                                               const char model[PLX_PREDICTION_TEXT],
                                               uint64_t version, plx_model_state state);

/* Ids rise. PLX_UNKNOWN: no such model; PLX_DUPLICATE: an id not above the newest; PLX_CONFLICT:
 * unit or form do not fit the target, or the model is retired; PLX_FULL; or what
 * plx_prediction_check says: nothing is kept but the count. PLX_OK also for a target without rule,
 * an abstention and a forecast that came after its truth: these are counted only. */
PLX_MUST_CHECK plx_status plx_ledger_predict(plx_ledger *ledger, int64_t now_us,
                                             const plx_prediction *p, const plx_ledger_sink *sink);

typedef struct plx_ledger_value {
    uint64_t subject;
    uint64_t id;      /* > 0: of the first statement of this value */
    uint64_t version; /* journal sequence of this statement, < 2^63; the newest one holds */
    plx_target target;
    int64_t time_us; /* when it was so, by the corrected clock */
    double value;    /* event targets: 1 = it happened, 0 = the feed lives */
    plx_quality quality;
    plx_kind kind;
    uint32_t source; /* PLX_SOURCE_ */
    bool retracted;  /* deleted or wrong patient */
} plx_ledger_value;

/* Any value of a target: the rivals see it, open forecasts are judged by it, if it was measured and
 * is good and of a source that the rule takes. PLX_RANGE: not finite or a time outside the limits
 * of rivals; PLX_FULL: no room for a new series. */
PLX_MUST_CHECK plx_status plx_ledger_truth(plx_ledger *ledger, int64_t now_us,
                                           const plx_ledger_value *value,
                                           const plx_ledger_sink *sink);
/* Time passes: what is due is scored, what is past its grace is settled. */
void plx_ledger_tick(plx_ledger *ledger, int64_t now_us, const plx_ledger_sink *sink);
/* Actions of these kinds (PLX_ACT_ bits) began on the subject. */
void plx_ledger_action(plx_ledger *ledger, int64_t now_us, uint64_t subject, uint32_t kinds,
                       int64_t began_us, const plx_ledger_sink *sink);
/* The subject left; PLX_TIME_NONE: it did not (a cancelled discharge), or came back. */
void plx_ledger_leave(plx_ledger *ledger, int64_t now_us, uint64_t subject, int64_t left_us,
                      const plx_ledger_sink *sink);

typedef enum plx_ledger_mark {
    PLX_LEDGER_WITHDRAW,   /* by who issued it */
    PLX_LEDGER_CARRIED_OUT /* exactly the arm of this what-if was done */
} plx_ledger_mark;

/* PLX_UNKNOWN: that forecast is not open (any more). */
PLX_MUST_CHECK plx_status plx_ledger_mark_set(plx_ledger *ledger, int64_t now_us, uint64_t subject,
                                              plx_target target, uint64_t prediction,
                                              plx_ledger_mark mark, const plx_ledger_sink *sink);
/* from is into: open forecasts and values follow, and what comes later under the old name too, for
 * the targets that were known of it. PLX_FULL: no room; what was moved stays moved, call again. */
PLX_MUST_CHECK plx_status plx_ledger_merge(plx_ledger *ledger, int64_t now_us, uint64_t from,
                                           uint64_t into, const plx_ledger_sink *sink);

typedef struct plx_ledger_key {
    char model[PLX_PREDICTION_TEXT];
    uint64_t version;
    plx_target target;
    plx_horizon horizon;
} plx_ledger_key;

/* A named person changes the state. demo: the demonstration's exception to the conditions of LIVE.
 * PLX_UNKNOWN: no such cell; PLX_CONFLICT: no such step, or the conditions of LIVE are not met: 500
 * scored in the last 30 days, 7 days in the shadow, coverage interval meets 87-93 %, skill interval
 * above 0 against the best rival.
 */
PLX_MUST_CHECK plx_status plx_ledger_decide(plx_ledger *ledger, int64_t now_us,
                                            const plx_ledger_key *key, plx_model_state to,
                                            bool demo, const plx_ledger_sink *sink);
/* The stability index of a model's inputs rose above its alarm (plx_drift_stability) for two days.
 */
void plx_ledger_inputs_drifted(plx_ledger *ledger, int64_t now_us, const plx_ledger_key *key,
                               double index, const plx_ledger_sink *sink);

/* How the next forecast of that model for that subject should be shown. Always answers. */
void plx_ledger_advise(const plx_ledger *ledger, const plx_ledger_key *key, uint64_t subject,
                       plx_advice *out);
/* The rival's own forecast now, as plx_rival_forecast. PLX_NO_ANSWER when the subject is unknown.
 */
PLX_MUST_CHECK plx_status plx_ledger_rival(plx_ledger *ledger, uint64_t subject, plx_target target,
                                           plx_rival_kind kind, int64_t origin_us,
                                           int64_t target_us, plx_validate_normal *out);

enum { PLX_STRATUM_AS_IS, PLX_STRATUM_INTERVENED, PLX_STRATUM_WHAT_IF, PLX_STRATUM_N };

/* One model x target x horizon. */
typedef struct plx_ledger_cell {
    plx_ledger_key key;
    plx_model_state state;
    plx_state_reason reason;
    int64_t since_us;
    double evidence;
    uint64_t outcome[PLX_FATE_N];      /* forecasts that have it now */
    plx_aggregate sums[PLX_STRATUM_N]; /* since the version began */
    uint64_t settled, settled_events;  /* events: base rate of the rival */
    plx_drift_coverage coverage;
    plx_drift_skill skill;
    uint64_t alarms;           /* raised while it was not shown */
    uint32_t patients, adrift; /* judged lately, and those not followed */
    int64_t adrift_since_us;   /* more than a quarter of them; PLX_TIME_NONE */
    plx_rival_kind rival;      /* that skill is measured against */
    uint32_t zero;
    plx_drift_day day[PLX_DRIFT_DAYS]; /* by day modulo; day 0 is none */
} plx_ledger_cell;

/* A never share above 20 %: observation is not random, the record is in doubt. */
bool plx_ledger_cell_in_doubt(const plx_ledger_cell *cell);
/* The newest days of a cell, oldest first; how many, at most `days`. */
uint32_t plx_ledger_cell_days(const plx_ledger_cell *cell, int64_t now_us, uint32_t days,
                              plx_drift_day out[PLX_DRIFT_DAYS]);
uint32_t plx_ledger_cells(const plx_ledger *ledger);
const plx_ledger_cell *plx_ledger_cell_at(const plx_ledger *ledger, uint32_t index);
/* NULL: nothing was predicted there. */
const plx_ledger_cell *plx_ledger_cell_find(const plx_ledger *ledger, const plx_ledger_key *key);
uint32_t plx_ledger_open(const plx_ledger *ledger);
plx_ledger_counts plx_ledger_counted(const plx_ledger *ledger);

/* Of all that was concluded (cells, meters, open forecasts with their scores), whatever the order
 * in which it lies in memory. Not of what rivals know. */
void plx_ledger_digest(const plx_ledger *ledger, uint8_t out[32]);

#endif
