/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The live twin (track.h) of a patient whose data arrive by the clock: unordered, late, by the
 * second or by the hour. His time is cut into bins of 15 s of the clock (:00, :15 ..); a bin is
 * lived through when it is over, with what was known then.
 *
 *   put      values and actions, as they come
 *   step     one bin, if one is over: bodies live to its end, then see what was measured in it
 *
 * What the twin knows after a bin follows from the person, the seed and the values each bin held:
 * the same on every machine. Nothing is read from a clock, nothing is allocated. */
#ifndef PLX_CORE_ASSIMILATE_LIVE_H
#define PLX_CORE_ASSIMILATE_LIVE_H

#include "core/assimilate/divergence.h"
#include "core/assimilate/track.h"

enum {
    PLX_LIVE_BIN_S = 15,
    PLX_LIVE_GRACE_S = 2,     /* a bin is over so long after its end */
    PLX_LIVE_LATE_S = 180,    /* an older value of a bin before is seen in this one; older: late */
    PLX_LIVE_BACK_S = 900,    /* of what was measured before he is followed, so much is lived */
    PLX_LIVE_FIRST_S = 60,    /* lived before the first value */
    PLX_LIVE_SILENT_S = 3600, /* no value for so long: vital signs expire, the twin rests */
    PLX_LIVE_BEHIND_S = 600,  /* so far behind the clock he is begun anew */
    PLX_LIVE_ADRIFT_S = 300,  /* adrift for so long, too */
    PLX_LIVE_VALUES_MAX = 2048,
    PLX_LIVE_ACTIONS_MAX = 128,
    PLX_LIVE_STANDING_MAX = 12,
    PLX_LIVE_BIN_VALUES_MAX = PLX_TRACK_MEASURED_N * 2
};

/* Before anything is measured: of those who are monitored in an emergency department most are not
 * in shock (prior of this project, unverified). */
#define PLX_LIVE_STABLE 0.6

enum {                      /* how a value was measured; bits */
       PLX_LIVE_ART = 1,    /* a pressure by an arterial line */
       PLX_LIVE_PULSE = 2,  /* a heart rate by an oximeter */
       PLX_LIVE_COUNTED = 4 /* breaths by hand */
};

typedef struct plx_live_value {
    int64_t time_us;
    uint64_t seq; /* journal sequence that brought it */
    double value;
    uint8_t kind; /* plx_track_kind, below PLX_TRACK_MEASURED_N */
    uint8_t how;  /* PLX_LIVE_ bits */
} plx_live_value;

typedef struct plx_live_action {
    int64_t time_us;
    uint64_t seq;
    plx_action action; /* at_s is not looked at */
} plx_live_action;

typedef struct plx_live_counts {
    uint32_t used, doubtful, artefacts; /* values that were compared */
    uint32_t late, full;                /* that were not: too old; no room */
    uint32_t acted, refused;            /* actions */
    uint32_t begun;                     /* times */
} plx_live_counts;

typedef struct plx_live {
    plx_track track;
    plx_track_input input; /* of the next beginning */
    void *memory;          /* of the track */
    bool begun;
    int64_t zero_us;   /* the track's second 0 */
    int64_t at_us;     /* end of the last bin that was lived */
    int64_t heard_us;  /* time of the newest value that was seen; PLX_TIME_NONE */
    int64_t adrift_us; /* adrift since; PLX_TIME_NONE */
    uint64_t cutoff;   /* largest journal sequence that was used */
    plx_live_counts counts;
    double sd[PLX_TRACK_MEASURED_N]; /* of the last measurement of each; before: the usual */
    plx_divergence divergence[PLX_TRACK_MEASURED_N];
    uint32_t values_n, actions_n; /* that wait, by rising time */
    uint32_t standing_n;
    plx_action
        standing[PLX_LIVE_STANDING_MAX]; /* what holds until changed: airway, rates of drugs */
    plx_live_value values[PLX_LIVE_VALUES_MAX];
    plx_live_action actions[PLX_LIVE_ACTIONS_MAX];
} plx_live;

/* input: its person and members passed plx_track_check. memory: plx_track_size bytes, aligned to
 * 64, borrowed as long as *live is used. */
void plx_live_init(plx_live *live, const plx_track_input *input, void *memory);
/* PLX_FULL: too many wait; it is counted and not kept. The same value twice is put twice. */
PLX_MUST_CHECK plx_status plx_live_put(plx_live *live, const plx_live_value *value);
PLX_MUST_CHECK plx_status plx_live_act(plx_live *live, const plx_live_action *action);

typedef enum plx_live_step {
    PLX_LIVE_WAITS,   /* nothing is over yet, or nothing was ever measured */
    PLX_LIVE_STEPPED, /* a bin was lived through */
    PLX_LIVE_SILENT   /* nothing was measured for an hour: he rests until the next value */
} plx_live_step;

/* One bin at most that was over at now_us. */
plx_live_step plx_live_run(plx_live *live, int64_t now_us);
/* How far the last bin's end is behind, s; 0 before the first. */
int64_t plx_live_behind_s(const plx_live *live, int64_t now_us);
/* The worst of his vital signs, and which. */
plx_divergence_state plx_live_state(const plx_live *live, plx_track_kind *worst);

#endif
