/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/department_model.h"

#include <stdio.h>
#include <string.h>

enum { DAY_MIN = 1440, ALL_DAYS = 127 };
#define MINUTES_MAX 1e6

typedef struct model_reader {
    plx_reader *r;
    plx_flow_model *m;
} model_reader;

/* --- small parts --- */

static void law(model_reader *x, uint32_t token, plx_flow_law *out)
{
    static const char *const words[] = {
#define X(name, word) word,
        PLX_LAW_TABLE(X)
#undef X
    };
    plx_reader *r = x->r;
    char name[16], why[128];
    plx_law l = {.family = PLX_LAW_FAMILY_N};
    if (r->failed || token == UINT32_MAX || plx_reader_is(r, token, PLX_JSON_NULL)) return;
    plx_reader_keys(r, token, "law,mean,cv,p0,max,n,se_mean,quantiles,source");
    const uint32_t family = plx_reader_need(r, token, "law");
    plx_reader_text(r, family, name, sizeof name);
    for (unsigned i = 0; i < PLX_LAW_FAMILY_N; i++)
        if (strcmp(name, words[i]) == 0) l.family = (plx_law_family)i;
    if (l.family == PLX_LAW_FAMILY_N && !r->failed)
        plx_reader_fault(r, family,
                         "known laws: deterministic, exponential, lognormal, gamma, weibull, "
                         "loglogistic, empirical");
    if (l.family == PLX_LAW_EMPIRICAL) {
        const uint32_t list = plx_reader_need(r, token, "quantiles");
        l.point_n = (uint8_t)plx_reader_array(r, list, 2, PLX_LAW_POINTS_MAX);
        if (l.point_n) plx_reader_numbers(r, list, 0, MINUTES_MAX, l.point, l.point_n);
    } else {
        l.mean = plx_reader_number(r, plx_reader_need(r, token, "mean"), 1e-6, MINUTES_MAX, 1);
        l.cv = plx_reader_number(r, plx_reader_get(r, token, "cv"), 0, 100, 0);
        l.p0 = plx_reader_number(r, plx_reader_get(r, token, "p0"), 0, 1, 0);
        l.max = plx_reader_number(r, plx_reader_get(r, token, "max"), 0, MINUTES_MAX, 0);
    }
    if (!r->failed && plx_flow_model_law(x->m, &l, out, why, sizeof why) != PLX_OK)
        plx_reader_fault(r, token, why);
}

/* A list of five laws (null = none), or one law for all. */
static void laws_by_acuity(model_reader *x, uint32_t token, plx_flow_law *out)
{
    if (x->r->failed || token == UINT32_MAX) return;
    if (plx_reader_is(x->r, token, PLX_JSON_OBJECT)) {
        law(x, token, &out[0]);
        for (unsigned a = 1; a < PLX_FLOW_ACUITIES; a++)
            out[a] = out[0];
        return;
    }
    if (!plx_reader_array(x->r, token, PLX_FLOW_ACUITIES, PLX_FLOW_ACUITIES)) return;
    uint32_t at = plx_reader_first(token);
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++, at = plx_reader_next(x->r, at))
        law(x, at, &out[a]);
}

static void below_by_acuity(model_reader *x, uint32_t token, uint64_t *below)
{
    double p[PLX_FLOW_ACUITIES] = {0};
    plx_reader_numbers(x->r, token, 0, 1, p, PLX_FLOW_ACUITIES);
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++)
        below[a] = plx_flow_below(p[a]);
}

static unsigned minute_of_day(plx_reader *r, uint32_t token)
{
    char text[8];
    unsigned hour, minute;
    plx_reader_text(r, token, text, sizeof text);
    if (r->failed) return 0;
    const bool shaped = strlen(text) == 5 && text[2] == ':' && strspn(text, "0123456789") == 2 &&
                        strspn(text + 3, "0123456789") == 2;
    if (shaped && sscanf(text, "%u:%u", &hour, &minute) == 2 && minute < 60 &&
        (hour < 24 || (hour == 24 && minute == 0)))
        return hour * 60 + minute;
    plx_reader_fault(r, token, "a time HH:MM from 00:00 to 24:00 is expected here");
    return 0;
}

/* "mon-fri", "sat,sun", "mon-sun"; bit 0 = Monday. */
static unsigned days_of(plx_reader *r, uint32_t token)
{
    static const char names[] = "montuewedthufrisatsun";
    char text[32];
    unsigned days = 0;
    if (token == UINT32_MAX) return ALL_DAYS;
    plx_reader_text(r, token, text, sizeof text);
    for (const char *at = text; !r->failed && *at;) {
        int day[2] = {-1, -1}, n = 0;
        for (; n < 2; n++) {
            for (int d = 0; d < 7 && strlen(at) >= 3; d++)
                if (memcmp(at, names + (size_t)d * 3, 3) == 0) day[n] = d;
            if (day[n] < 0) break;
            at += 3;
            if (n == 1 || *at != '-') break;
            at++;
        }
        if (day[0] < 0 || (n > 0 && day[1] < 0) || (*at && *at != ',')) {
            plx_reader_fault(r, token, "days such as mon-fri or sat,sun are expected here");
            break;
        }
        const int last = day[1] < 0 ? day[0] : day[1];
        for (int d = day[0];; d = (d + 1) % 7) {
            days |= 1u << d;
            if (d == last) break;
        }
        at += *at == ',';
    }
    return days;
}

/* A roster: stretches of n of something. */
static void shifts(model_reader *x, uint32_t list, plx_flow_what what, unsigned index)
{
    plx_reader *r = x->r;
    uint32_t n = plx_reader_array(r, list, 0, PLX_FLOW_SHIFTS_MAX), at = plx_reader_first(list);
    for (; n > 0; n--, at = plx_reader_next(r, at)) {
        plx_flow_shift shift = {.what = (uint8_t)what, .index = (uint8_t)index};
        plx_reader_keys(r, at, "days,from,to,n");
        const unsigned from = minute_of_day(r, plx_reader_need(r, at, "from"));
        const unsigned to = minute_of_day(r, plx_reader_need(r, at, "to"));
        shift.n = (uint16_t)plx_reader_count(r, plx_reader_need(r, at, "n"), 1000, 0);
        const unsigned days = days_of(r, plx_reader_get(r, at, "days"));
        if (!r->failed && from == DAY_MIN) plx_reader_fault(r, at, "a shift begins before 24:00");
        if (r->failed) return;
        if (plx_flow_model_shift(x->m, days, from, to, shift) != PLX_OK)
            plx_reader_fault(r, at, "there are too many shifts (256 of a day and line)");
    }
}

static unsigned zone_named(model_reader *x, uint32_t token)
{
    char name[PLX_FLOW_NAME_MAX];
    plx_reader_text(x->r, token, name, sizeof name);
    for (unsigned z = 0; z < x->m->zone_n && !x->r->failed; z++)
        if (strcmp(x->m->zone[z].name, name) == 0) return z;
    plx_reader_fault(x->r, token == UINT32_MAX ? 0 : token, "no zone has this name");
    return 0;
}

static unsigned pool_named(model_reader *x, uint32_t token)
{
    char name[PLX_FLOW_NAME_MAX];
    plx_reader_text(x->r, token, name, sizeof name);
    for (unsigned p = 0; p < x->m->pool_n && !x->r->failed; p++)
        if (strcmp(x->m->pool[p].name, name) == 0) return p;
    plx_reader_fault(x->r, token == UINT32_MAX ? 0 : token, "no pool of staff has this name");
    return 0;
}

static uint8_t acuities(model_reader *x, uint32_t list)
{
    uint32_t n = plx_reader_array(x->r, list, 0, PLX_FLOW_ACUITIES), at = plx_reader_first(list);
    unsigned bits = 0;
    for (; n > 0; n--, at = plx_reader_next(x->r, at)) {
        const double a = plx_reader_number(x->r, at, 1, PLX_FLOW_ACUITIES, 1);
        if (a != (double)(unsigned)a) plx_reader_fault(x->r, at, "an acuity is 1, 2, 3, 4 or 5");
        bits |= 1u << ((unsigned)a - 1);
    }
    return (uint8_t)bits;
}

/* --- sections --- */

static void read_source(model_reader *x, uint32_t token)
{
    plx_reader *r = x->r;
    plx_flow_source *s = &x->m->source[x->m->source_n];
    s->number_first = 0;
    plx_reader_keys(r, token, "source,rate_per_h,day_cv,level_now,holiday_factor,acuity_p");
    plx_reader_text(r, plx_reader_need(r, token, "source"), s->name, sizeof s->name);
    s->ambulance = strcmp(s->name, "ambulance") == 0;
    plx_reader_numbers(r, plx_reader_need(r, token, "rate_per_h"), 0, 10000, s->rate_per_h,
                       PLX_FLOW_WEEK_H);
    s->day_cv = plx_reader_number(r, plx_reader_get(r, token, "day_cv"), 0, 2, 0);
    if (s->day_cv > 0 && s->day_cv < 0.01) s->day_cv = 0; /* below what a law can have */
    s->level = plx_reader_number(r, plx_reader_get(r, token, "level_now"), 0, 100, 1);
    const uint32_t hours = plx_reader_need(r, token, "acuity_p");
    if (!plx_reader_array(r, hours, 24, 24)) return;
    uint32_t at = plx_reader_first(hours);
    for (unsigned h = 0; h < 24; h++, at = plx_reader_next(r, at)) {
        double p[PLX_FLOW_ACUITIES] = {0}, sum = 0;
        plx_reader_numbers(r, at, 0, 1, p, PLX_FLOW_ACUITIES);
        for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++) {
            sum += p[a];
            if (a < 4) s->acuity_below[h][a] = plx_flow_below(sum);
        }
        if (sum < 0.999 || sum > 1.001)
            plx_reader_fault(r, at, "the probabilities of the five acuities must add up to 1");
    }
    x->m->source_n++;
}

static void read_arrivals(model_reader *x, uint32_t list)
{
    if (list == UINT32_MAX && !x->r->failed) {
        plx_reader_fault(x->r, 0,
                         "there are no arrivals in this model (a log with shifted calendar has "
                         "none); add arrivals before it can run");
        return;
    }
    uint32_t n = plx_reader_array(x->r, list, 1, 4), at = plx_reader_first(list);
    for (; n > 0; n--, at = plx_reader_next(x->r, at))
        read_source(x, at);
}

static void read_zones(model_reader *x, uint32_t list)
{
    plx_reader *r = x->r;
    const uint32_t n = plx_reader_array(r, list, 1, PLX_FLOW_ZONES_MAX);
    uint32_t at = plx_reader_first(list);
    for (uint32_t i = 0; i < n; i++, at = plx_reader_next(r, at)) {
        plx_flow_zone *z = &x->m->zone[x->m->zone_n];
        plx_reader_keys(r, at, "name,places,overflow,overflow_after_min,clean_min");
        plx_reader_text(r, plx_reader_need(r, at, "name"), z->name, sizeof z->name);
        z->places = (uint16_t)plx_reader_count(r, plx_reader_need(r, at, "places"), 10000, 1);
        z->overflow_after_us =
            (int64_t)(plx_reader_number(r, plx_reader_get(r, at, "overflow_after_min"), 0,
                                        MINUTES_MAX, 60) *
                      (double)PLX_MINUTE_US);
        law(x, plx_reader_get(r, at, "clean_min"), &z->clean);
        if (r->failed) return;
        x->m->zone_n++;
    }
    at = plx_reader_first(list);
    for (uint32_t i = 0; i < n; i++, at = plx_reader_next(r, at)) { /* names of later zones too */
        plx_flow_zone *z = &x->m->zone[i];
        const uint32_t names = plx_reader_get(r, at, "overflow");
        z->overflow_n = (uint8_t)plx_reader_array(r, names, 0, PLX_FLOW_ZONES_MAX);
        uint32_t name = plx_reader_first(names);
        for (unsigned k = 0; k < z->overflow_n && !r->failed; k++, name = plx_reader_next(r, name))
            z->overflow[k] = (uint8_t)zone_named(x, name);
    }
}

static void read_zone_order(model_reader *x, uint32_t object)
{
    static const char *const keys[] = {"1", "2", "3", "4", "5"};
    plx_reader_keys(x->r, object, "1,2,3,4,5");
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES && !x->r->failed; a++) {
        const uint32_t list = plx_reader_need(x->r, object, keys[a]);
        const uint32_t n = plx_reader_array(x->r, list, 1, PLX_FLOW_ZONES_MAX);
        uint32_t at = plx_reader_first(list);
        for (uint32_t i = 0; i < n && !x->r->failed; i++, at = plx_reader_next(x->r, at))
            x->m->zone_order[a][i] = (uint8_t)zone_named(x, at);
        x->m->zone_order_n[a] = (uint8_t)n;
    }
}

/* Nurses limit the zones that they are listed for. */
static void read_nurses(model_reader *x, uint32_t token, unsigned pool)
{
    const uint32_t ratio = plx_reader_get(x->r, token, "patients_per_nurse");
    const uint32_t zones = plx_reader_get(x->r, token, "zones");
    if (ratio == UINT32_MAX) return;
    const uint32_t per_nurse = plx_reader_count(x->r, ratio, 100, 1);
    if (plx_reader_array(x->r, zones, 1, 1) != 1) {
        plx_reader_fault(x->r, token,
                         "patients_per_nurse limits one zone: name it alone in zones, and list "
                         "nurses of other zones as pools of their own");
        return;
    }
    const unsigned zone = zone_named(x, plx_reader_first(zones));
    x->m->zone[zone].nurse_pool = (uint8_t)pool;
    x->m->zone[zone].patients_per_nurse = (uint8_t)per_nurse;
}

static void read_doctors(model_reader *x, uint32_t token)
{
    plx_reader *r = x->r;
    plx_flow_model *m = x->m;
    const double minute = (double)PLX_MINUTE_US;
    m->carry_max = (uint16_t)plx_reader_count(r, plx_reader_get(r, token, "carry_max"), 1000, 0);
    m->same_doctor = plx_reader_flag(r, plx_reader_get(r, token, "same_doctor"), false);
    m->wind_down_us =
        (int64_t)(minute *
                  plx_reader_number(r, plx_reader_get(r, token, "wind_down_min"), 0, DAY_MIN, 0));
    m->handover_us =
        (int64_t)(minute *
                  plx_reader_number(r, plx_reader_get(r, token, "handover_min"), 0, DAY_MIN, 0));
}

static void read_staff(model_reader *x, uint32_t list)
{
    plx_reader *r = x->r;
    plx_flow_model *m = x->m;
    uint32_t n = plx_reader_array(r, list, 1, PLX_FLOW_POOLS_MAX), at = plx_reader_first(list);
    for (; n > 0 && !r->failed; n--, at = plx_reader_next(r, at)) {
        const unsigned pool = m->pool_n;
        char *name = m->pool[pool].name;
        plx_reader_keys(r, at,
                        "pool,zones,carry_max,wind_down_min,handover_min,same_doctor,"
                        "patients_per_nurse,shifts");
        plx_reader_text(r, plx_reader_need(r, at, "pool"), name, PLX_FLOW_NAME_MAX);
        for (unsigned i = 0; i < pool && !r->failed; i++)
            if (strcmp(m->pool[i].name, name) == 0)
                plx_reader_fault(r, at, "two pools of staff have this name");
        m->pool_n++;
        if (strcmp(name, "doctor") == 0) {
            m->doctor_pool = (uint8_t)pool;
            read_doctors(x, at);
        }
        if (strcmp(name, "cleaner") == 0) m->cleaner_pool = (uint8_t)pool;
        read_nurses(x, at, pool);
        shifts(x, plx_reader_need(r, at, "shifts"), PLX_FLOW_CHANGE_POOL, pool);
    }
}

static void read_triage(model_reader *x, uint32_t token)
{
    if (token == UINT32_MAX) return;
    plx_reader_keys(x->r, token, "pool,time,skip_acuity");
    x->m->triage_pool = (uint8_t)pool_named(x, plx_reader_need(x->r, token, "pool"));
    law(x, plx_reader_need(x->r, token, "time"), &x->m->triage);
    x->m->skip_triage = acuities(x, plx_reader_get(x->r, token, "skip_acuity"));
}

static void read_contact(model_reader *x, uint32_t token)
{
    plx_reader *r = x->r;
    char word[24];
    plx_reader_keys(r, token, "first,review,priority,slope,again_p,rounds_max");
    const uint32_t first = plx_reader_need(r, token, "first");
    const uint32_t review = plx_reader_get(r, token, "review");
    plx_reader_keys(r, first, "by_acuity");
    laws_by_acuity(x, plx_reader_need(r, first, "by_acuity"), x->m->first);
    if (review != UINT32_MAX) {
        plx_reader_keys(r, review, "by_acuity,when");
        laws_by_acuity(x, plx_reader_need(r, review, "by_acuity"), x->m->review);
        const uint32_t when = plx_reader_get(r, review, "when");
        plx_reader_text(r, when, word, sizeof word);
        if (word[0] && strcmp(word, "after_diagnostics") != 0)
            plx_reader_fault(r, when, "a review comes after_diagnostics; nothing else is known");
    }
    const uint32_t priority = plx_reader_get(r, token, "priority");
    plx_reader_text(r, priority, word, sizeof word);
    x->m->accumulating = strcmp(word, "accumulating") == 0;
    if (word[0] && !x->m->accumulating && strcmp(word, "strict") != 0)
        plx_reader_fault(r, priority, "priority is strict or accumulating");
    const uint32_t slope = plx_reader_get(r, token, "slope");
    if (slope != UINT32_MAX) plx_reader_numbers(r, slope, 0, 1000, x->m->slope, PLX_FLOW_ACUITIES);
    x->m->again_below =
        plx_flow_below(plx_reader_number(r, plx_reader_get(r, token, "again_p"), 0, 1, 0));
    x->m->rounds_max = (uint8_t)plx_reader_count(r, plx_reader_get(r, token, "rounds_max"), 3, 1);
}

static void read_diagnostics(model_reader *x, uint32_t list)
{
    plx_reader *r = x->r;
    uint32_t n = plx_reader_array(r, list, 0, PLX_FLOW_KINDS_MAX), at = plx_reader_first(list);
    for (; n > 0 && !r->failed; n--, at = plx_reader_next(r, at)) {
        const unsigned index = x->m->kind_n++;
        plx_flow_kind *k = &x->m->kind[index];
        plx_reader_keys(r, at, "kind,p_by_acuity,delay,servers,exam,report");
        plx_reader_text(r, plx_reader_need(r, at, "kind"), k->name, sizeof k->name);
        below_by_acuity(x, plx_reader_need(r, at, "p_by_acuity"), k->below);
        const uint32_t servers = plx_reader_get(r, at, "servers");
        k->machine = servers != UINT32_MAX;
        if (!k->machine) {
            law(x, plx_reader_need(r, at, "delay"), &k->delay);
            continue;
        }
        law(x, plx_reader_need(r, at, "exam"), &k->exam);
        law(x, plx_reader_get(r, at, "report"), &k->report);
        shifts(x, servers, PLX_FLOW_CHANGE_MACHINE, index);
    }
}

static void read_consult(model_reader *x, uint32_t list)
{
    plx_reader *r = x->r;
    uint32_t n = plx_reader_array(r, list, 0, PLX_FLOW_SERVICES_MAX), at = plx_reader_first(list);
    for (; n > 0 && !r->failed; n--, at = plx_reader_next(r, at)) {
        plx_flow_service *s = &x->m->service[x->m->service_n++];
        plx_reader_keys(r, at, "service,p_by_acuity,delay,after");
        plx_reader_text(r, plx_reader_need(r, at, "service"), s->name, sizeof s->name);
        below_by_acuity(x, plx_reader_need(r, at, "p_by_acuity"), s->below);
        law(x, plx_reader_need(r, at, "delay"), &s->delay);
        s->take_below =
            plx_flow_below(plx_reader_number(r, plx_reader_get(r, at, "after"), 0, 1, 0));
    }
}

static void read_disposition(model_reader *x, uint32_t token)
{
    static const char *const keys[] = {"1", "2", "3", "4", "5"};
    static const char *const words[] = {
#define X(name, word) word,
        PLX_FLOW_DISPOSITION_TABLE(X)
#undef X
    };
    plx_reader *r = x->r;
    plx_reader_keys(r, token, "p_by_acuity");
    const uint32_t object = plx_reader_need(r, token, "p_by_acuity");
    plx_reader_keys(r, object, "1,2,3,4,5");
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES && !r->failed; a++) {
        const uint32_t p = plx_reader_need(r, object, keys[a]);
        double sum = 0;
        plx_reader_keys(r, p, "admit,icu,transfer,died,lama,discharge");
        for (unsigned d = 0; d < PLX_FLOW_DISPOSITION_N; d++) {
            sum += plx_reader_number(r, plx_reader_get(r, p, words[d]), 0, 1, 0);
            x->m->disposition_below[a][d] = plx_flow_below(sum);
        }
        if (!r->failed && (sum < 0.999 || sum > 1.001))
            plx_reader_fault(r, p, "the probabilities of the dispositions must add up to 1");
    }
}

static void read_leaving(model_reader *x, uint32_t token)
{
    plx_reader_keys(x->r, token, "discharge,transfer,died,lama");
    law(x, plx_reader_get(x->r, token, "discharge"), &x->m->leaving[PLX_FLOW_DISCHARGE]);
    law(x, plx_reader_get(x->r, token, "transfer"), &x->m->leaving[PLX_FLOW_TRANSFER]);
    law(x, plx_reader_get(x->r, token, "died"), &x->m->leaving[PLX_FLOW_DIED]);
    law(x, plx_reader_get(x->r, token, "lama"), &x->m->leaving[PLX_FLOW_LAMA]);
}

static void read_ward(model_reader *x, uint32_t token, double *share)
{
    plx_reader *r = x->r;
    const unsigned index = x->m->ward_n++;
    plx_flow_ward *w = &x->m->ward[index];
    plx_reader_keys(r, token, "ward,share,delay,delay_by_hour,beds,beds_per_h");
    plx_reader_text(r, plx_reader_need(r, token, "ward"), w->name, sizeof w->name);
    *share += plx_reader_number(r, plx_reader_need(r, token, "share"), 0, 1, 0);
    w->share_below = plx_flow_below(*share);
    if (strcmp(w->name, "icu") == 0) x->m->icu_ward = (uint8_t)index;
    const uint32_t hours = plx_reader_get(r, token, "delay_by_hour");
    if (plx_reader_array(r, hours, 24, 24)) {
        uint32_t at = plx_reader_first(hours);
        for (unsigned h = 0; h < 24; h++, at = plx_reader_next(r, at))
            law(x, at, &w->delay[h]);
    } else {
        law(x, plx_reader_need(r, token, "delay"), &w->delay[0]);
        for (unsigned h = 1; h < 24; h++)
            w->delay[h] = w->delay[0];
    }
    for (unsigned h = 0; h < 24 && !r->failed; h++)
        if (w->delay[h].table == PLX_FLOW_NONE) plx_reader_fault(r, hours, "each hour needs a law");
    const uint32_t beds = plx_reader_get(r, token, "beds");
    w->beds = beds != UINT32_MAX;
    w->beds_free = (uint16_t)plx_reader_count(r, beds, 1000, 0);
    if (w->beds)
        plx_reader_numbers(r, plx_reader_need(r, token, "beds_per_h"), 0, 100, w->beds_per_h, 24);
}

static void read_boarding(model_reader *x, uint32_t list)
{
    uint32_t n = plx_reader_array(x->r, list, 0, PLX_FLOW_WARDS_MAX), at = plx_reader_first(list);
    double share = 0;
    for (; n > 0 && !x->r->failed; n--, at = plx_reader_next(x->r, at))
        read_ward(x, at, &share);
    if (!x->r->failed && x->m->ward_n && (share < 0.999 || share > 1.001))
        plx_reader_fault(x->r, list, "the shares of the wards must add up to 1");
}

static void read_patience(model_reader *x, uint32_t token)
{
    plx_reader *r = x->r;
    char word[16];
    if (token == UINT32_MAX) return;
    plx_reader_keys(r, token, "from,until,by_acuity,queue_effect");
    const uint32_t from = plx_reader_get(r, token, "from");
    const uint32_t until = plx_reader_get(r, token, "until");
    plx_reader_text(r, from, word, sizeof word);
    x->m->patience_from_arrival = strcmp(word, "arrival") == 0;
    if (word[0] && !x->m->patience_from_arrival && strcmp(word, "triage_end") != 0)
        plx_reader_fault(r, from, "patience runs from arrival or triage_end");
    plx_reader_text(r, until, word, sizeof word);
    x->m->patience_until_doctor = strcmp(word, "doctor") == 0;
    if (word[0] && !x->m->patience_until_doctor && strcmp(word, "place") != 0)
        plx_reader_fault(r, until, "patience runs until place or doctor");
    laws_by_acuity(x, plx_reader_need(r, token, "by_acuity"), x->m->patience);
    x->m->queue_effect = plx_reader_number(r, plx_reader_get(r, token, "queue_effect"), 0, 1, 0);
}

static void read_fast_track(model_reader *x, uint32_t token)
{
    plx_reader *r = x->r;
    if (token == UINT32_MAX) return;
    plx_reader_keys(r, token, "zone,acuity,hours,pool");
    x->m->fast_zone = (uint8_t)zone_named(x, plx_reader_need(r, token, "zone"));
    x->m->fast_acuity = acuities(x, plx_reader_need(r, token, "acuity"));
    const uint32_t pool = plx_reader_get(r, token, "pool"),
                   hours = plx_reader_need(r, token, "hours");
    if (pool != UINT32_MAX) x->m->fast_pool = (uint8_t)pool_named(x, pool);
    if (!plx_reader_array(r, hours, 2, 2)) return;
    const uint32_t second = plx_reader_next(r, plx_reader_first(hours));
    const unsigned from = minute_of_day(r, plx_reader_first(hours)), to = minute_of_day(r, second);
    const plx_flow_shift open = {.what = PLX_FLOW_CHANGE_FAST, .n = 1};
    if (!r->failed &&
        (from == DAY_MIN || plx_flow_model_shift(x->m, ALL_DAYS, from, to, open) != PLX_OK))
        plx_reader_fault(r, hours, "the hours are two times of a day, the first before 24:00");
}

static void read_crowding(model_reader *x, uint32_t token)
{
    plx_reader *r = x->r;
    char rule[32];
    unsigned places = 0;
    for (unsigned z = 0; z < x->m->zone_n; z++)
        places += x->m->zone[z].places;
    x->m->treatment_places = (uint16_t)places;
    if (token == UINT32_MAX) return;
    plx_reader_keys(r, token, "treatment_places,hospital_beds,crowded");
    x->m->treatment_places =
        (uint16_t)plx_reader_count(r, plx_reader_get(r, token, "treatment_places"), 10000, places);
    x->m->hospital_beds =
        (uint16_t)plx_reader_count(r, plx_reader_get(r, token, "hospital_beds"), 60000, 0);
    const uint32_t crowded = plx_reader_get(r, token, "crowded");
    plx_reader_text(r, crowded, rule, sizeof rule);
    if (rule[0] && sscanf(rule, "occupancy>=%lf", &x->m->crowded_from) != 1)
        plx_reader_fault(r, crowded,
                         "the rule is occupancy>= and a number, such as occupancy>=1.0");
}

static void read_model(model_reader *x)
{
    plx_reader *r = x->r;
    char schema[64];
    plx_reader_keys(r, 0,
                    "schema,name,timezone,fitted,arrivals,zones,zone_by_acuity,staff,triage,"
                    "contact,diagnostics,consult,disposition,leaving,boarding,patience,fast_track,"
                    "crowding,inferred,quality,source");
    const uint32_t named = plx_reader_need(r, 0, "schema");
    plx_reader_text(r, named, schema, sizeof schema);
    if (!r->failed && strcmp(schema, "pollux.department.model/1") != 0)
        plx_reader_fault(r, named, "the schema must be pollux.department.model/1");
    plx_reader_text(r, plx_reader_get(r, 0, "name"), x->m->name, sizeof x->m->name);
    read_zones(x, plx_reader_need(r, 0, "zones"));
    read_zone_order(x, plx_reader_need(r, 0, "zone_by_acuity"));
    read_arrivals(x, plx_reader_get(r, 0, "arrivals"));
    read_staff(x, plx_reader_need(r, 0, "staff"));
    read_triage(x, plx_reader_get(r, 0, "triage"));
    read_contact(x, plx_reader_need(r, 0, "contact"));
    read_diagnostics(x, plx_reader_get(r, 0, "diagnostics"));
    read_consult(x, plx_reader_get(r, 0, "consult"));
    read_disposition(x, plx_reader_need(r, 0, "disposition"));
    read_leaving(x, plx_reader_get(r, 0, "leaving"));
    read_boarding(x, plx_reader_get(r, 0, "boarding"));
    read_patience(x, plx_reader_get(r, 0, "patience"));
    read_fast_track(x, plx_reader_get(r, 0, "fast_track"));
    read_crowding(x, plx_reader_get(r, 0, "crowding"));
}

plx_status plx_department_model_read(plx_reader *r, plx_slice text, plx_flow_model *model)
{
    char why[160];
    model_reader x = {r, model};
    plx_flow_model_begin(model);
    plx_reader_parse(r, text);
    if (!r->failed) read_model(&x);
    if (!r->failed && plx_flow_model_finish(model, why, sizeof why) != PLX_OK)
        plx_reader_fault(r, 0, why);
    return r->failed ? PLX_SYNTAX : PLX_OK;
}
