/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Oxygen as charted -> the airway of a body. Device, flow and fraction are observations of their
 * own and say the same thing in parts; the newest word counts, and what it leaves open is taken
 * from the words before it as long as both can be true.
 *
 * Flows that go with a device: O'Driscoll 2017 (BTS guideline for oxygen), Thorax 72 suppl 1:
 * nasal cannula 1-6 L/min, simple mask 5-10, mask with a reservoir 15, high flow up to 60. */
#include "core/twin/treatment_private.h"

#define AIR_PCT 21.5           /* a fraction up to here is air */
#define CANNULA_MOST_L_MIN 5.0 /* a flow alone: by cannula up to here */
#define MASK_MOST_L_MIN 10.0   /* by simple mask up to here */
#define BAG_MOST_L_MIN 15.0    /* by a mask with a reservoir up to here, else by high flow */

typedef enum source_of_oxygen {
    NOT_SAID,
    AIR,
    CANNULA,
    MASK,
    RESERVOIR,
    HIGH_FLOW,
    VENTURI,
    OTHER /* a ventilator, CPAP, words that are not known */
} source_of_oxygen;

/* flow: which can be true with the device; usual: when none was said (priors, 0 = none). */
static const struct {
    plx_oxygen device;
    double low_l_min, high_l_min, usual_l_min;
} DEVICES[] = {[NOT_SAID] = {PLX_OXYGEN_ROOM, 0, 0, 0},
               [AIR] = {PLX_OXYGEN_ROOM, 0, 0, 0},
               [CANNULA] = {PLX_OXYGEN_NASAL_CANNULA, 0.1, 8, 2},
               [MASK] = {PLX_OXYGEN_SIMPLE_MASK, 4, 12, 6},
               [RESERVOIR] = {PLX_OXYGEN_NON_REBREATHER, 6, 30, 15},
               [HIGH_FLOW] = {PLX_OXYGEN_HIGH_FLOW_NASAL, 10, 80, 0},
               [VENTURI] = {PLX_OXYGEN_ROOM, 2, 20, 0},
               [OTHER] = {PLX_OXYGEN_ROOM, 0, 1000, 0}};

typedef struct oxygen {
    source_of_oxygen by;
    double flow_l_min, fio2_pct; /* below 0: not said */
} oxygen;

static bool holds(plx_slice text, const char *word)
{
    const size_t n = strlen(word);
    for (size_t at = 0; at + n <= text.n; at++) {
        size_t i = 0;
        while (i < n) {
            const char c = text.at[at + i];
            if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != word[i]) break;
            i++;
        }
        if (i == n) return true;
    }
    return false;
}

/* The first row that fits decides. */
static source_of_oxygen source_named(plx_slice text)
{
    static const struct {
        const char *word;
        source_of_oxygen by;
    } WORDS[] = {{"cpap", OTHER},       {"bipap", OTHER},         {"niv", OTHER},
                 {"ventilator", OTHER}, {"trach", OTHER},         {"tube", OTHER},
                 {"bag", OTHER},        {"rebreath", RESERVOIR},  {"reservoir", RESERVOIR},
                 {"nrb", RESERVOIR},    {"high flow", HIGH_FLOW}, {"high-flow", HIGH_FLOW},
                 {"hfn", HIGH_FLOW},    {"venturi", VENTURI},     {"entrain", VENTURI},
                 {"cannula", CANNULA},  {"prong", CANNULA},       {"nasal", CANNULA},
                 {"mask", MASK}};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (holds(text, WORDS[i].word)) return WORDS[i].by;
    return text.n == 2 && holds(text, "nc") ? CANNULA : OTHER;
}

/* What the series say at one moment. */
typedef struct word {
    source_of_oxygen by;
    double flow_l_min, fio2_pct;
    uint32_t row; /* the last of them */
} word;

static void listen(const plx_twin *t, uint32_t row, plx_quantity q, word *w)
{
    const twin_row *r = twin_row_at(t, row);
    const plx_slice canonical = twin_text_get(t, r->canonical);
    plx_decimal d;
    w->row = row;
    if (q == PLX_QUANTITY_O2_DEVICE) {
        const bool air = plx_slice_is(canonical, "air");
        w->by = air ? AIR : source_named(twin_text_get(t, r->value));
    } else if (plx_decimal_parse(canonical, &d) == PLX_OK) {
        *(q == PLX_QUANTITY_O2_FLOW ? &w->flow_l_min : &w->fio2_pct) = d.value;
    }
}

static bool goes_with(source_of_oxygen by, double flow_l_min)
{
    return flow_l_min >= DEVICES[by].low_l_min && flow_l_min <= DEVICES[by].high_l_min;
}

static bool sets_a_fraction(source_of_oxygen by)
{
    return by == HIGH_FLOW || by == VENTURI || by == OTHER;
}

static void take(oxygen *o, const word *w)
{
    const bool device = w->by != NOT_SAID, flow = w->flow_l_min >= 0, fio2 = w->fio2_pct >= 0;
    if (device && w->by != o->by) *o = (oxygen){w->by, -1, -1};
    if (flow) {
        if (!device && !goes_with(o->by, w->flow_l_min)) o->by = NOT_SAID;
        o->flow_l_min = w->flow_l_min;
        if (!fio2 && !sets_a_fraction(o->by)) o->fio2_pct = -1;
    }
    if (fio2) {
        if (!device && !flow && !sets_a_fraction(o->by)) *o = (oxygen){NOT_SAID, -1, -1};
        o->fio2_pct = w->fio2_pct;
    }
}

static plx_airway by_flow(double flow_l_min)
{
    plx_airway a = {.flow_l_min = (float)flow_l_min};
    a.device = flow_l_min <= 0                    ? PLX_OXYGEN_ROOM
               : flow_l_min <= CANNULA_MOST_L_MIN ? PLX_OXYGEN_NASAL_CANNULA
               : flow_l_min <= MASK_MOST_L_MIN    ? PLX_OXYGEN_SIMPLE_MASK
               : flow_l_min <= BAG_MOST_L_MIN     ? PLX_OXYGEN_NON_REBREATHER
                                                  : PLX_OXYGEN_HIGH_FLOW_NASAL;
    if (a.device == PLX_OXYGEN_ROOM) a.flow_l_min = 0;
    return a;
}

/* false: no body understands it. High flow with its fraction known meets the whole breath, so it
 * is a gas at the face. */
static bool airway_of(const oxygen *o, plx_airway *a)
{
    const double usual = DEVICES[o->by].usual_l_min;
    *a = (plx_airway){.device = DEVICES[o->by].device};
    if (o->by == OTHER) return false;
    if (o->by == AIR) return true;
    if (o->fio2_pct >= 0 && (o->flow_l_min < 0 || sets_a_fraction(o->by))) {
        *a = (plx_airway){.fi_o2 = o->fio2_pct > AIR_PCT ? (float)(o->fio2_pct / 100) : 0};
        return true;
    }
    if (o->by == VENTURI) return false;
    if (o->by == NOT_SAID || o->flow_l_min == 0) {
        *a = by_flow(o->flow_l_min);
        return o->flow_l_min >= 0;
    }
    a->flow_l_min = (float)(o->flow_l_min > 0 ? o->flow_l_min : usual);
    return a->flow_l_min > 0;
}

static bool same(const plx_airway *a, const plx_airway *b)
{
    return a->device == b->device && a->flow_l_min == b->flow_l_min && a->fi_o2 == b->fi_o2;
}

enum { SERIES_N = 3 };

/* The earliest rows not heard yet, all those of one moment; false at the end. */
static bool next_word(const plx_twin *t, const uint32_t series[SERIES_N], uint32_t at[SERIES_N],
                      word *w)
{
    int64_t when_us = INT64_MAX;
    *w = (word){NOT_SAID, -1, -1, 0};
    for (int i = 0; i < SERIES_N; i++) {
        const twin_series *s = series[i] ? twin_series_at(t, series[i]) : NULL;
        while (s && at[i] < s->rows_n &&
               !plx_twin_row_usable(twin_row_at(t, twin_series_rows(t, s)[at[i]])))
            at[i]++;
        if (!s || at[i] == s->rows_n) continue;
        const int64_t x = twin_row_at(t, twin_series_rows(t, s)[at[i]])->when_us;
        if (x < when_us) when_us = x;
    }
    for (int i = 0; i < SERIES_N; i++) {
        const twin_series *s = series[i] ? twin_series_at(t, series[i]) : NULL;
        for (; s && at[i] < s->rows_n; at[i]++) {
            const uint32_t row = twin_series_rows(t, s)[at[i]];
            if (twin_row_at(t, row)->when_us > when_us) break;
            if (plx_twin_row_usable(twin_row_at(t, row))) listen(t, row, s->quantity, w);
        }
    }
    return w->row != 0;
}

void plx_twin_oxygen_treatments(twin_treatments *all, uint32_t encounter)
{
    static const plx_quantity SAY[SERIES_N] = {PLX_QUANTITY_O2_DEVICE, PLX_QUANTITY_O2_FLOW,
                                               PLX_QUANTITY_FIO2};
    const plx_twin *t = all->t;
    uint32_t series[SERIES_N], at[SERIES_N] = {0};
    for (int i = 0; i < SERIES_N; i++)
        series[i] = plx_twin_series_find(t, encounter, SAY[i]);
    oxygen now = {NOT_SAID, -1, -1};
    plx_airway given = {.device = PLX_OXYGEN_ROOM};
    for (word w; next_word(t, series, at, &w);) {
        const twin_row *r = twin_row_at(t, w.row);
        plx_twin_treatment x = {.at_us = r->when_us,
                                .seq = twin_source_at(t, r->source)->seq,
                                .first_seq = twin_source_at(t, r->source)->seq,
                                .id = plx_twin_source_id(t, r->source, r->index),
                                .action = {.kind = PLX_ACTION_AIRWAY}};
        take(&now, &w);
        if (!airway_of(&now, &x.action.airway)) {
            plx_twin_treatment_leave_out(all, r->when_us);
        } else if (!same(&x.action.airway, &given)) {
            given = x.action.airway;
            plx_twin_treatment_add(all, &x);
        }
    }
}
