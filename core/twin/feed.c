/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/twin/feed.h"

#include "core/twin/private.h"

/* Who is not weighed or measured is taken to be of a size that is common in Europe (prior). */
#define MAN_CM 176
#define MAN_KG 82
#define WOMAN_CM 163
#define WOMAN_KG 69

static const struct {
    plx_quantity quantity;
    uint8_t kind, how;
} sources[] = {
    {PLX_QUANTITY_HR, PLX_TRACK_hr_bpm, 0},
    {PLX_QUANTITY_PULSE, PLX_TRACK_hr_bpm, PLX_LIVE_PULSE},
    {PLX_QUANTITY_NIBP_SYS, PLX_TRACK_sbp_mmhg, 0},
    {PLX_QUANTITY_NIBP_DIA, PLX_TRACK_dbp_mmhg, 0},
    {PLX_QUANTITY_NIBP_MEAN, PLX_TRACK_map_mmhg, 0},
    {PLX_QUANTITY_ABP_SYS, PLX_TRACK_sbp_mmhg, PLX_LIVE_ART},
    {PLX_QUANTITY_ABP_DIA, PLX_TRACK_dbp_mmhg, PLX_LIVE_ART},
    {PLX_QUANTITY_ABP_MEAN, PLX_TRACK_map_mmhg, PLX_LIVE_ART},
    {PLX_QUANTITY_SPO2, PLX_TRACK_spo2_pct, 0},
    {PLX_QUANTITY_RESP_RATE, PLX_TRACK_rr_per_min, 0},
    {PLX_QUANTITY_ETCO2, PLX_TRACK_etco2_mmhg, 0},
    {PLX_QUANTITY_TEMP, PLX_TRACK_core_temp_c, 0},
    {PLX_QUANTITY_TEMP_CORE, PLX_TRACK_core_temp_c, 0},
    {PLX_QUANTITY_TEMP_ORAL, PLX_TRACK_core_temp_c, 0},
    {PLX_QUANTITY_TEMP_RECTAL, PLX_TRACK_core_temp_c, 0},
    {PLX_QUANTITY_TEMP_EAR, PLX_TRACK_core_temp_c, 0},
};
enum { SOURCES = sizeof sources / sizeof *sources };
_Static_assert(SOURCES *PLX_FEED_SERIES_MAX <= PLX_FEED_VALUES_MAX, "a feed holds all series");

static double number_of(const plx_twin *t, uint32_t row)
{
    plx_decimal d = plx_decimal_make(0, 0);
    plx_status status = plx_decimal_parse(twin_text_get(t, twin_row_at(t, row)->canonical), &d);
    PLX_ASSERT(status == PLX_OK); /* it was written from a decimal */
    return d.value;
}

static int64_t oldest_us(const plx_twin *t)
{
    return t->world.now_us - PLX_FEED_BACK_S * PLX_SECOND_US;
}

static int64_t newest_us(const plx_twin *t)
{
    return t->world.now_us + PLX_FEED_AHEAD_S * PLX_SECOND_US;
}

bool plx_feed_is_here(const plx_twin *t, uint32_t encounter)
{
    return plx_twin_is_on_board(t, encounter);
}

/* Whether a value of the last hour is among the rows, which rise by time. */
static bool is_measured(const plx_twin *t, uint32_t series)
{
    if (!series) return false;
    const twin_series *s = twin_series_at(t, series);
    for (uint32_t i = s->rows_n; i > 0; i--) {
        const twin_row *r = twin_row_at(t, twin_series_rows(t, s)[i - 1]);
        if (r->when_us < oldest_us(t)) return false;
        if (r->when_us <= newest_us(t) && plx_twin_row_usable(r)) return true;
    }
    return false;
}

bool plx_feed_is_monitored(const plx_twin *t, uint32_t encounter)
{
    static const plx_quantity ANY[] = {PLX_QUANTITY_HR, PLX_QUANTITY_PULSE, PLX_QUANTITY_NIBP_SYS,
                                       PLX_QUANTITY_ABP_SYS};
    if (!plx_twin_is_on_board(t, encounter)) return false;
    for (size_t i = 0; i < sizeof ANY / sizeof *ANY; i++)
        if (is_measured(t, plx_twin_series_find(t, encounter, ANY[i]))) return true;
    return false;
}

uint64_t plx_feed_number(const plx_twin *t, uint32_t encounter)
{
    return twin_is_live(t, TWIN_ENCOUNTER, encounter) ? twin_encounter_at(t, encounter)->number : 0;
}

uint32_t plx_feed_next(const plx_twin *t, uint32_t encounter)
{
    uint32_t e = twin_next(t, TWIN_ENCOUNTER, encounter);
    while (e && !plx_feed_is_monitored(t, e))
        e = twin_next(t, TWIN_ENCOUNTER, e);
    return e;
}

/* The newest number of a quantity, however old; 0 when there is none. */
static double newest(const plx_twin *t, uint32_t encounter, plx_quantity q)
{
    uint32_t row = plx_twin_series_latest(t, plx_twin_series_find(t, encounter, q), true);
    return row ? number_of(t, row) : 0;
}

static void fill_person(const plx_twin *t, uint32_t encounter, plx_feed *feed)
{
    const twin_encounter *e = twin_encounter_at(t, encounter);
    uint32_t group = twin_group_of(t, e->owner);
    int32_t age = group ? plx_twin_person_age_years(t, group, t->world.now_us) : -1;
    uint32_t facts = group ? plx_twin_person_fact(t, group, TWIN_FACT_SEX) : 0;
    plx_slice sex = facts ? twin_text_get(t, twin_facts_at(t, facts)->sex) : (plx_slice){NULL, 0};
    bool woman = plx_slice_is(sex, "F");
    feed->sex_known = woman || plx_slice_is(sex, "M");
    feed->age_known = age >= 0;
    double height = newest(t, encounter, PLX_QUANTITY_HEIGHT);
    double weight = newest(t, encounter, PLX_QUANTITY_WEIGHT);
    feed->size_assumed = !(height > 0 && weight > 0);
    feed->person = (plx_person){
        .sex = woman ? PLX_SEX_FEMALE : PLX_SEX_MALE,
        .age = age,
        .height_cm = height > 0 ? height
                     : woman    ? WOMAN_CM
                                : MAN_CM,
        .weight_kg = weight > 0 ? weight
                     : woman    ? WOMAN_KG
                                : MAN_KG,
    };
}

static char consciousness(const plx_twin *t, uint32_t encounter)
{
    uint32_t series = plx_twin_series_find(t, encounter, PLX_QUANTITY_ACVPU);
    uint32_t row = plx_twin_series_latest(t, series, true);
    plx_slice letter =
        row ? twin_text_get(t, twin_row_at(t, row)->canonical) : (plx_slice){NULL, 0};
    return letter.n == 1 ? letter.at[0] : 'A';
}

static void fill_series(const plx_twin *t, uint32_t series, uint32_t source, uint64_t since,
                        plx_feed *feed)
{
    const twin_series *s = twin_series_at(t, series);
    const uint32_t *rows = twin_series_rows(t, s);
    uint32_t first = feed->values_n;
    for (uint32_t i = s->rows_n; i > 0 && feed->values_n - first < PLX_FEED_SERIES_MAX; i--) {
        const twin_row *r = twin_row_at(t, rows[i - 1]);
        if (r->when_us < oldest_us(t)) break;
        if (r->when_us > newest_us(t)) continue;
        uint64_t seq = twin_source_at(t, r->source)->seq;
        if (seq <= since || !plx_twin_row_usable(r)) continue;
        bool counted = r->kind == PLX_KIND_MANUAL && sources[source].kind == PLX_TRACK_rr_per_min;
        feed->values[feed->values_n++] = (plx_live_value){
            .time_us = r->when_us,
            .seq = seq,
            .value = number_of(t, rows[i - 1]),
            .kind = sources[source].kind,
            .how = (uint8_t)(sources[source].how | (counted ? PLX_LIVE_COUNTED : 0))};
    }
    for (uint32_t a = first, b = feed->values_n; a + 1 < b; a++) { /* by time */
        plx_live_value x = feed->values[a];
        feed->values[a] = feed->values[--b];
        feed->values[b] = x;
    }
}

void plx_feed_fill(const plx_twin *t, uint32_t encounter, uint64_t since, plx_feed *feed)
{
    feed->number = twin_encounter_at(t, encounter)->number;
    feed->seq = t->world.seq;
    feed->now_us = t->world.now_us;
    feed->values_n = feed->treatments_n = 0;
    fill_person(t, encounter, feed);
    feed->acvpu = consciousness(t, encounter);
    for (uint32_t i = 0; i < SOURCES; i++) {
        uint32_t series = plx_twin_series_find(t, encounter, sources[i].quantity);
        if (series) fill_series(t, series, i, since, feed);
    }
    feed->treatments_n = plx_twin_treatments_after(t, encounter, since, feed->treatments);
}
