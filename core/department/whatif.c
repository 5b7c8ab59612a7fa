/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/department/whatif.h"

#include <math.h>
#include <string.h>

enum { COUNT_MAX = 100, SURGE_MAX = 200, OVER_MAX_MIN = 1440, PERCENT_MAX = 900 };

typedef struct parse {
    plx_slice text;
    uint32_t at, word_at; /* next byte; begin of the word at hand */
    plx_slice word;       /* n = 0: the item ends */
    int64_t start_us, end_us, from_us, to_us;
    bool windowed;
    plx_flow_model *m;
    plx_whatif_fault *fault;
} parse;

/* --- words --- */

static void next(parse *p)
{
    const char *text = p->text.at;
    while (p->at < p->text.n && text[p->at] == ' ')
        p->at++;
    p->word_at = p->at;
    while (p->at < p->text.n && text[p->at] != ' ' && text[p->at] != ';')
        p->at++;
    p->word = (plx_slice){text + p->word_at, p->at - p->word_at};
}

static plx_status fail(parse *p, plx_status status, const char *sentence)
{
    p->fault->at = p->word_at;
    return plx_refuse(p->fault->why, PLX_WHATIF_WHY_MAX, status, sentence);
}

static bool is(const parse *p, const char *word)
{
    return plx_slice_is(p->word, word);
}

/* The word, or its plural with s. */
static bool is_noun(const parse *p, const char *word)
{
    const size_t n = strlen(word);
    return is(p, word) ||
           (p->word.n == n + 1 && p->word.at[n] == 's' && memcmp(p->word.at, word, n) == 0);
}

static bool whole(plx_slice s, uint64_t max, uint64_t *value)
{
    return s.n > 0 && plx_slice_u64(s, max, value);
}

/* "+3" or "-3"; tail bytes at its end are not of the number. */
static bool signed_number(plx_slice s, size_t tail, uint64_t max, int *value)
{
    uint64_t n;
    if (s.n < 2 + tail || (s.at[0] != '+' && s.at[0] != '-')) return false;
    if (!whole((plx_slice){s.at + 1, s.n - 1 - tail}, max, &n)) return false;
    *value = s.at[0] == '-' ? -(int)n : (int)n;
    return true;
}

/* "18:00": minutes of the day. */
static bool clock_time(plx_slice s, unsigned *minute)
{
    uint64_t h, m;
    if (s.n != 5 || s.at[2] != ':' || !whole((plx_slice){s.at, 2}, 24, &h) ||
        !whole((plx_slice){s.at + 3, 2}, 59, &m) || (h == 24 && m != 0))
        return false;
    *minute = (unsigned)(h * 60 + m) % 1440;
    return true;
}

static int64_t next_time(int64_t after_us, unsigned minute)
{
    const int64_t at = after_us / PLX_DAY_US * PLX_DAY_US + minute * PLX_MINUTE_US;
    return at < after_us ? at + PLX_DAY_US : at;
}

/* [from "-" to], then the end of the item. */
static plx_status window(parse *p)
{
    unsigned from, to;
    p->from_us = p->start_us;
    p->to_us = p->end_us;
    p->windowed = false;
    if (p->word.n == 0) return PLX_OK;
    if (p->word.n != 11 || p->word.at[5] != '-' || !clock_time((plx_slice){p->word.at, 5}, &from) ||
        !clock_time((plx_slice){p->word.at + 6, 5}, &to))
        return fail(p, PLX_SYNTAX, "times are expected here, such as 18:00-02:00, or nothing");
    p->windowed = true;
    p->from_us = next_time(p->start_us, from);
    p->to_us = next_time(p->from_us + 1, to);
    next(p);
    return p->word.n ? fail(p, PLX_SYNTAX, "nothing more is expected after the times") : PLX_OK;
}

/* --- changes --- */

static plx_status change(parse *p, int64_t at_us, plx_flow_what what, unsigned index, int n)
{
    plx_flow_model *m = p->m;
    if (m->change_n == PLX_FLOW_CHANGES_MAX)
        return fail(p, PLX_FULL, "these are too many changes for one arm");
    unsigned at = m->change_n++;
    for (; at > 0 && m->change[at - 1].at_us > at_us; at--)
        m->change[at] = m->change[at - 1];
    m->change[at] = (plx_flow_change){at_us, n, (uint8_t)what, (uint8_t)index};
    return PLX_OK;
}

/* What holds from from_us to to_us, and what holds again then. */
static plx_status during(parse *p, plx_flow_what what, unsigned index, int n, int after)
{
    PLX_TRY(change(p, p->from_us, what, index, n));
    return p->windowed ? change(p, p->to_us, what, index, after) : PLX_OK;
}

static plx_status more_doctors(parse *p, int n)
{
    plx_flow_model *m = p->m;
    if (!m->people) return during(p, PLX_FLOW_CHANGE_POOL, m->doctor_pool, n, -n);
    if (n < 0) return during(p, PLX_FLOW_CHANGE_CUT, 0, -n, n);
    if (m->doctor_n + n > PLX_FLOW_DOCTORS_MAX)
        return fail(p, PLX_FULL, "a department has at most 64 doctors here");
    for (; n > 0; n--) {
        const unsigned doctor = m->doctor_n++;
        const int64_t wind_us = p->to_us - m->wind_down_us;
        PLX_TRY(change(p, p->from_us, PLX_FLOW_CHANGE_PERSON, doctor, 1));
        if (!p->windowed) continue;
        if (wind_us > p->from_us && m->wind_down_us > 0)
            PLX_TRY(change(p, wind_us, PLX_FLOW_CHANGE_WIND, doctor, 1));
        PLX_TRY(change(p, p->to_us, PLX_FLOW_CHANGE_PERSON, doctor, 0));
    }
    return PLX_OK;
}

static unsigned pool_named(const plx_flow_model *m, const char *name)
{
    for (unsigned i = 0; i < m->pool_n; i++)
        if (strcmp(m->pool[i].name, name) == 0) return i;
    return PLX_FLOW_NONE;
}

static unsigned zone_at_word(const parse *p)
{
    for (unsigned z = 0; z < p->m->zone_n; z++)
        if (is(p, p->m->zone[z].name)) return z;
    return PLX_FLOW_NONE;
}

static unsigned kind_at_word(const parse *p)
{
    for (unsigned k = 0; k < p->m->kind_n; k++)
        if (is(p, p->m->kind[k].name)) return k;
    return PLX_FLOW_NONE;
}

static plx_status pool_item(parse *p, unsigned pool, int n, const char *none)
{
    if (pool == PLX_FLOW_NONE) return fail(p, PLX_UNSUPPORTED, none);
    next(p);
    PLX_TRY(window(p));
    return during(p, PLX_FLOW_CHANGE_POOL, pool, n, -n);
}

static plx_status nurse_item(parse *p, int n)
{
    const parse noun = *p;
    next(p);
    const unsigned zone = zone_at_word(p);
    if (zone != PLX_FLOW_NONE)
        return pool_item(p, p->m->zone[zone].nurse_pool, n,
                         "this model has no nurses that limit this zone");
    *p = noun;
    return pool_item(p, pool_named(p->m, "nurse"), n,
                     "this model has no pool of staff named nurse; name a zone that has nurses");
}

static plx_status place_item(parse *p, int n)
{
    next(p);
    unsigned zone = zone_at_word(p);
    if (zone != PLX_FLOW_NONE)
        next(p);
    else if (p->m->zone_n == 1)
        zone = 0;
    else
        return fail(p, PLX_SYNTAX, "the name of a zone of the model is expected here");
    PLX_TRY(window(p));
    return during(p, PLX_FLOW_CHANGE_PLACES, zone, n, -n);
}

static plx_status count_item(parse *p, int n)
{
    plx_flow_model *m = p->m;
    next(p);
    if (is_noun(p, "doctor")) {
        next(p);
        PLX_TRY(window(p));
        return more_doctors(p, n);
    }
    if (is_noun(p, "np"))
        return pool_item(p, pool_named(m, "np"), n, "this model has no pool of staff named np");
    if (is_noun(p, "cleaner"))
        return pool_item(p, m->cleaner_pool, n, "this model has no pool of staff named cleaner");
    if (is_noun(p, "porter"))
        return pool_item(p, pool_named(m, "porter"), n, "this model has no porters");
    if (is(p, "triage")) {
        next(p);
        if (!is_noun(p, "nurse"))
            return fail(p, PLX_SYNTAX, "nurse or nurses is expected after triage");
        return pool_item(p, m->triage_pool, n, "this model has no triage");
    }
    if (is_noun(p, "nurse")) return nurse_item(p, n);
    if (is_noun(p, "bed") || is_noun(p, "chair")) return place_item(p, n);
    const unsigned kind = kind_at_word(p);
    if (kind != PLX_FLOW_NONE && m->kind[kind].machine) {
        next(p);
        PLX_TRY(window(p));
        return during(p, PLX_FLOW_CHANGE_MACHINE, kind, n, -n);
    }
    if (kind != PLX_FLOW_NONE || is(p, "ct") || is(p, "xray") || is(p, "us"))
        return fail(p, PLX_UNSUPPORTED, "this model has no machines of this kind");
    return fail(p, PLX_SYNTAX,
                "after a count: doctor, np, nurse, triage nurse, cleaner, porter, bed, chair, or a "
                "kind of machine such as ct, xray, us");
}

/* --- arrivals --- */

static plx_status thin(parse *p, bool ambulances, double share)
{
    bool any = false;
    for (unsigned i = 0; i < p->m->source_n; i++) {
        plx_flow_source *s = &p->m->source[i];
        if (ambulances && !s->ambulance) continue;
        if (s->thin_below || s->from_us > 0)
            return fail(p, PLX_UNSUPPORTED, "arrivals can be changed once in an arm");
        s->thin_below = plx_flow_below(share);
        s->thin_from_us = p->from_us;
        s->thin_to_us = p->windowed ? p->to_us : INT64_MAX;
        any = true;
    }
    return any ? PLX_OK : fail(p, PLX_UNSUPPORTED, "this model has no ambulances");
}

/* More arrivals are patients of an extra source. */
static plx_status thicken(parse *p, bool ambulances, double share)
{
    const unsigned n = p->m->source_n;
    bool any = false;
    for (unsigned i = 0; i < n; i++) {
        const plx_flow_source *s = &p->m->source[i];
        if (ambulances && !s->ambulance) continue;
        if (s->thin_below || s->from_us > 0)
            return fail(p, PLX_UNSUPPORTED, "arrivals can be changed once in an arm");
        if (p->m->source_n == PLX_FLOW_SOURCES_MAX)
            return fail(p, PLX_FULL, "these are too many sources of arrivals for one arm");
        plx_flow_source *extra = &p->m->source[p->m->source_n++];
        *extra = *s;
        extra->level *= share;
        extra->from_us = p->from_us > 0 ? p->from_us : 1;
        extra->to_us = p->windowed ? p->to_us : INT64_MAX;
        any = true;
    }
    return any ? PLX_OK : fail(p, PLX_UNSUPPORTED, "this model has no ambulances");
}

static plx_status arrivals(parse *p, bool ambulances, int percent)
{
    return percent < 0 ? thin(p, ambulances, -percent / 100.0)
                       : thicken(p, ambulances, percent / 100.0);
}

/* --- things --- */

typedef enum thing {
    THING_FAST,
    THING_BOARD,
    THING_AMBULANCES,
    THING_ARRIVALS,
    THING_CLEAN,
    THING_CONTACT,
    THING_TRIAGE,
    THING_KIND
} thing;

static plx_status turn(parse *p, thing t, unsigned kind, bool on)
{
    switch (t) {
    case THING_FAST:
        if (p->m->fast_zone == PLX_FLOW_NONE)
            return fail(p, PLX_UNSUPPORTED, "this model has no fast track");
        return during(p, PLX_FLOW_CHANGE_FAST_FORCE, 0, on, -1);
    case THING_BOARD:
        return during(p, PLX_FLOW_CHANGE_BOARD, 0, !on, 0);
    case THING_AMBULANCES:
        return on ? PLX_OK : thin(p, true, 1);
    case THING_KIND:
        if (p->m->kind[kind].machine) return during(p, PLX_FLOW_CHANGE_STOP, kind, !on, 0);
        return fail(p, PLX_UNSUPPORTED, "this kind has no machine that could stand still");
    default:
        return fail(p, PLX_SYNTAX,
                    "only fast-track, boarding, ambulances and machines go on or off");
    }
}

static plx_status scale(parse *p, thing t, unsigned kind, int percent)
{
    static const unsigned what[] = {[THING_BOARD] = PLX_FLOW_SCALE_BOARD,
                                    [THING_CLEAN] = PLX_FLOW_SCALE_CLEAN,
                                    [THING_CONTACT] = PLX_FLOW_SCALE_CONTACT,
                                    [THING_TRIAGE] = PLX_FLOW_SCALE_TRIAGE};
    if (percent < -100) return fail(p, PLX_SYNTAX, "nothing becomes less by more than 100 %");
    if (t == THING_ARRIVALS || t == THING_AMBULANCES)
        return arrivals(p, t == THING_AMBULANCES, percent);
    if (t == THING_FAST)
        return fail(p, PLX_SYNTAX, "the fast track goes on or off, not by per cent");
    return during(p, PLX_FLOW_CHANGE_SCALE, t == THING_KIND ? kind : what[t], 1000 + 10 * percent,
                  1000);
}

static plx_status thing_item(parse *p)
{
    static const char *const names[] = {"fast-track", "boarding", "ambulances", "arrivals",
                                        "cleaning",   "contact",  "triage"};
    int percent = 0;
    unsigned t = 0;
    const unsigned kind = kind_at_word(p);
    while (t < THING_KIND && !is(p, names[t]))
        t++;
    if (t == THING_KIND && kind == PLX_FLOW_NONE)
        return fail(
            p, PLX_SYNTAX,
            "an item begins with +n or -n, fast-track, boarding, ambulances, arrivals, "
            "cleaning, contact, triage, surge, ward, or a kind of diagnostics of the model");
    next(p);
    const bool on = is(p, "on"), off = is(p, "off");
    const bool by = p->word.n > 0 && p->word.at[p->word.n - 1] == '%' &&
                    signed_number(p->word, 1, PERCENT_MAX, &percent);
    if (!on && !off && !by)
        return fail(p, PLX_SYNTAX, "on, off, or per cent such as +20% or -30% is expected here");
    next(p);
    PLX_TRY(window(p));
    return by ? scale(p, (thing)t, kind, percent) : turn(p, (thing)t, kind, on);
}

/* --- surge, ward --- */

/* "1:4,2:10": patients by acuity; their sum is n. */
static plx_status surge_mix(parse *p, uint64_t n, uint64_t *of)
{
    uint64_t sum = 0;
    plx_slice rest = p->word;
    while (rest.n > 0) {
        const char *comma = memchr(rest.at, ',', rest.n);
        const size_t length = comma ? (size_t)(comma - rest.at) : rest.n;
        uint64_t count;
        if (length < 3 || rest.at[0] < '1' || rest.at[0] > '5' || rest.at[1] != ':' ||
            !whole((plx_slice){rest.at + 2, length - 2}, n, &count))
            return fail(p, PLX_SYNTAX, "counts by acuity are expected here, such as 1:4,2:10,3:16");
        of[rest.at[0] - '1'] += count;
        sum += count;
        rest = comma ? (plx_slice){comma + 1, rest.n - length - 1} : (plx_slice){rest.at, 0};
    }
    return sum == n ? PLX_OK
                    : fail(p, PLX_SYNTAX, "the counts by acuity must add up to the patients");
}

/* Without a mix: that of the first source at this hour. */
static void usual_mix(const parse *p, int64_t at_us, uint64_t n, uint64_t *of)
{
    const uint64_t *below = p->m->source[0].acuity_below[at_us / PLX_HOUR_US % 24];
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t bits = plx_flow_below(((double)i + 0.5) / (double)n);
        of[(bits >= below[0]) + (bits >= below[1]) + (bits >= below[2]) + (bits >= below[3])]++;
    }
}

static plx_status surge(parse *p, int64_t at_us, uint64_t n, uint64_t over_min, uint64_t *of)
{
    for (uint64_t i = 0; i < n; i++) {
        /* Triangle over the time; acuities spread evenly along it. */
        const double q = ((double)i + 0.5) / (double)n;
        const double share = q < 0.5 ? sqrt(q / 2) : 1 - sqrt((1 - q) / 2);
        uint64_t most = 0;
        for (uint64_t a = 1; a < PLX_FLOW_ACUITIES; a++)
            if (of[a] > of[most]) most = a;
        of[most]--;
        const int64_t when = at_us + (int64_t)(share * (double)over_min) * PLX_MINUTE_US;
        PLX_TRY(change(p, when, PLX_FLOW_CHANGE_SURGE, (unsigned)most, 1));
    }
    return PLX_OK;
}

static plx_status surge_item(parse *p)
{
    uint64_t n, over_min = 0, of[PLX_FLOW_ACUITIES] = {0};
    unsigned minute;
    next(p);
    if (!whole(p->word, SURGE_MAX, &n) || n == 0)
        return fail(p, PLX_SYNTAX, "after surge: a number of patients, 1 to 200");
    next(p);
    if (!is_noun(p, "patient")) return fail(p, PLX_SYNTAX, "the word patients is expected here");
    next(p);
    if (!clock_time(p->word, &minute))
        return fail(p, PLX_SYNTAX, "a time is expected here, such as 15:00");
    const int64_t at_us = next_time(p->start_us, minute);
    next(p);
    if (is(p, "over")) {
        next(p);
        if (!whole(p->word, OVER_MAX_MIN, &over_min))
            return fail(p, PLX_SYNTAX, "minutes are expected here, such as over 90 min");
        next(p);
        if (!is(p, "min")) return fail(p, PLX_SYNTAX, "the word min is expected here");
        next(p);
    }
    if (is(p, "acuity")) {
        next(p);
        PLX_TRY(surge_mix(p, n, of));
        next(p);
    } else {
        usual_mix(p, at_us, n, of);
    }
    if (p->word.n)
        return fail(p, PLX_SYNTAX, "over 90 min, acuity 1:4,2:10 or the end is expected");
    return surge(p, at_us, n, over_min, of);
}

static plx_status ward_item(parse *p)
{
    int n;
    unsigned minute, ward = PLX_FLOW_NONE;
    next(p);
    if (!signed_number(p->word, 0, COUNT_MAX, &n))
        return fail(p, PLX_SYNTAX, "after ward: +n or -n");
    next(p);
    if (!is_noun(p, "bed")) return fail(p, PLX_SYNTAX, "the word beds is expected here");
    next(p);
    for (unsigned w = 0; w < p->m->ward_n; w++)
        if (is(p, p->m->ward[w].name)) ward = w;
    if (ward != PLX_FLOW_NONE) next(p);
    for (unsigned w = 0; w < p->m->ward_n && ward == PLX_FLOW_NONE; w++)
        if (p->m->ward[w].beds) ward = w;
    if (ward == PLX_FLOW_NONE || !p->m->ward[ward].beds)
        return fail(p, PLX_UNSUPPORTED, "this model counts no beds of that ward");
    if (!clock_time(p->word, &minute))
        return fail(p, PLX_SYNTAX, "the name of a ward, then a time, is expected here");
    next(p);
    if (p->word.n) return fail(p, PLX_SYNTAX, "nothing more is expected after the time");
    return change(p, next_time(p->start_us, minute), PLX_FLOW_CHANGE_WARD, ward, n);
}

static plx_status item(parse *p)
{
    int n;
    next(p);
    if (is(p, "surge")) return surge_item(p);
    if (is(p, "ward")) return ward_item(p);
    if (signed_number(p->word, 0, COUNT_MAX, &n)) return count_item(p, n);
    return thing_item(p);
}

plx_status plx_whatif_parse(plx_slice text, int64_t start_us, int64_t end_us, plx_flow_model *arm,
                            plx_whatif_fault *fault)
{
    parse p = {.text = text, .start_us = start_us, .end_us = end_us, .m = arm, .fault = fault};
    for (;;) {
        PLX_TRY(item(&p));
        if (p.at >= text.n) break;
        p.at++; /* the semicolon */
    }
    return plx_flow_model_finish(arm, fault->why, PLX_WHATIF_WHY_MAX);
}
