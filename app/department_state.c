/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/department_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"

/* 1970-01-05 was a Monday. A week before the start keeps what began earlier above 0. */
#define MONDAY_US (4 * PLX_DAY_US)
#define WEEK_US (7 * PLX_DAY_US)
enum { DOCTORS_MAX = PLX_FLOW_DOCTORS_MAX };

typedef struct state_reader {
    plx_reader *r;
    const plx_flow_model *m;
    plx_department_state *s;
    char doctor[DOCTORS_MAX][PLX_DEPARTMENT_ID_MAX];
    uint8_t doctor_slot[DOCTORS_MAX];
    uint32_t doctors_n;
} state_reader;

/* +-HH:MM or Z at the end; false: no zone. */
static bool zone_offset(const char *text, int64_t *offset_us)
{
    const size_t n = strlen(text);
    int hours, minutes;
    char sign;
    *offset_us = 0;
    if (n > 0 && text[n - 1] == 'Z') return true;
    if (n < 16 || sscanf(text + n - 6, "%c%2d:%2d", &sign, &hours, &minutes) != 3 ||
        (sign != '+' && sign != '-'))
        return false;
    *offset_us = (hours * PLX_HOUR_US + minutes * PLX_MINUTE_US) * (sign == '-' ? -1 : 1);
    return true;
}

/* UTC; a text without zone is local time of the state. */
static int64_t read_time(state_reader *x, uint32_t token, bool first)
{
    char text[48];
    int64_t offset_us, time_us = 0;
    plx_reader_text(x->r, token, text, sizeof text - 1);
    if (x->r->failed) return 0;
    const bool zoned = zone_offset(text, &offset_us);
    if (!zoned) strcat(text, "Z");
    if (plx_time_from_iso(plx_slice_of(text), &time_us) != PLX_OK) {
        plx_reader_fault(x->r, token, "a time such as 2026-01-12T14:05:00-05:00 is expected here");
        return 0;
    }
    if (first) x->s->offset_us = offset_us;
    return zoned ? time_us : time_us - x->s->offset_us;
}

/* Time of the model's clock; not after the state's. */
static int64_t past(state_reader *x, uint32_t token, int64_t otherwise_us)
{
    if (token == UINT32_MAX || x->r->failed) return otherwise_us;
    const int64_t at = read_time(x, token, false) - x->s->zero_us;
    if (!x->r->failed && (at > x->s->start_us || at < x->s->start_us - 60 * PLX_DAY_US))
        plx_reader_fault(x->r, token, "this time is after the state's, or 60 days before it");
    return at;
}

static unsigned zone_of(state_reader *x, uint32_t token)
{
    char name[PLX_FLOW_NAME_MAX];
    if (token == UINT32_MAX) return PLX_FLOW_NONE;
    plx_reader_text(x->r, token, name, sizeof name);
    for (unsigned z = 0; z < x->m->zone_n; z++)
        if (strcmp(x->m->zone[z].name, name) == 0) return z;
    x->s->adrift++;
    return PLX_FLOW_NONE;
}

static unsigned word_index(state_reader *x, uint32_t token, const char *const *words, unsigned n,
                           unsigned otherwise, const char *sentence)
{
    char word[24];
    if (token == UINT32_MAX || x->r->failed) return otherwise;
    plx_reader_text(x->r, token, word, sizeof word);
    for (unsigned i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0) return i;
    plx_reader_fault(x->r, token, sentence);
    return otherwise;
}

/* The doctors of the state are, in order, those whom the roster has on duty. */
static uint8_t doctor_of(state_reader *x, uint32_t token)
{
    char id[PLX_DEPARTMENT_ID_MAX];
    if (token == UINT32_MAX || !x->m->people) return PLX_FLOW_NONE;
    plx_reader_text(x->r, token, id, sizeof id);
    for (uint32_t i = 0; i < x->doctors_n; i++)
        if (strcmp(x->doctor[i], id) == 0) return x->doctor_slot[i];
    if (x->doctors_n == DOCTORS_MAX || x->r->failed) return PLX_FLOW_NONE;
    const unsigned minute = (unsigned)(x->s->start_us / PLX_MINUTE_US % 10080);
    unsigned on = 0;
    for (unsigned i = 0; i < x->m->shift_n; i++) {
        const plx_flow_shift *shift = &x->m->shift[i];
        if (shift->what != PLX_FLOW_CHANGE_POOL || shift->index != x->m->doctor_pool ||
            (minute + 10080 - shift->from_min) % 10080 >= shift->length_min)
            continue;
        for (unsigned d = 0; d < shift->n; d++, on++)
            if (on == x->doctors_n) {
                snprintf(x->doctor[x->doctors_n], PLX_DEPARTMENT_ID_MAX, "%s", id);
                x->doctor_slot[x->doctors_n++] = (uint8_t)(shift->first + d);
                return (uint8_t)(shift->first + d);
            }
    }
    return PLX_FLOW_NONE;
}

static void read_open(state_reader *x, uint32_t list, plx_flow_present *p)
{
    static const char *const stages[] = {"ordered", "exam", "sent", "report"};
    static const uint8_t test[] = {PLX_FLOW_TEST_ORDERED, PLX_FLOW_TEST_EXAM, PLX_FLOW_TEST_SENT,
                                   PLX_FLOW_TEST_SENT};
    plx_reader *r = x->r;
    uint32_t n = plx_reader_array(r, list, 0, 32), at = plx_reader_first(list);
    for (; n > 0 && !r->failed; n--, at = plx_reader_next(r, at)) {
        char name[PLX_FLOW_NAME_MAX];
        unsigned kind = 0;
        plx_reader_keys(r, at, "kind,stage,since");
        const uint32_t kind_token = plx_reader_need(r, at, "kind");
        plx_reader_text(r, kind_token, name, sizeof name);
        while (kind < x->m->kind_n && strcmp(x->m->kind[kind].name, name) != 0)
            kind++;
        if (kind == x->m->kind_n) {
            plx_reader_fault(r, kind_token, "the model has no diagnostics of this kind");
            return;
        }
        const unsigned stage = word_index(x, plx_reader_get(r, at, "stage"), stages, 4, 0,
                                          "a test is ordered, exam, sent or report");
        p->test[kind] = test[stage];
        p->test_since_us[kind] = past(x, plx_reader_get(r, at, "since"), p->since_us);
    }
}

static unsigned source_of(state_reader *x, uint32_t token)
{
    char name[PLX_FLOW_NAME_MAX];
    plx_reader_text(x->r, token, name, sizeof name);
    for (unsigned i = 0; i < x->m->source_n; i++)
        if (strcmp(x->m->source[i].name, name) == 0) return i;
    return PLX_FLOW_NONE;
}

static unsigned ward_of(state_reader *x, uint32_t token)
{
    char name[PLX_FLOW_NAME_MAX];
    plx_reader_text(x->r, token, name, sizeof name);
    for (unsigned w = 0; w < x->m->ward_n; w++)
        if (strcmp(x->m->ward[w].name, name) == 0) return w;
    return PLX_FLOW_NONE;
}

static void read_patient(state_reader *x, uint32_t token)
{
    static const char *const stages[] = {
#define X(name, word) word,
        PLX_FLOW_STAGE_TABLE(X)
#undef X
    };
    static const char *const ends[] = {
#define X(name, word) word,
        PLX_FLOW_DISPOSITION_TABLE(X)
#undef X
    };
    plx_reader *r = x->r;
    plx_department_state *s = x->s;
    plx_flow_present *p = &s->present[s->n];
    plx_reader_keys(r, token,
                    "id,arrival,source,acuity,stage,since,zone,place,contacts,doctor,open,"
                    "disposition,ward,ventilated");
    const uint32_t id = plx_reader_need(r, token, "id"),
                   acuity = plx_reader_need(r, token, "acuity");
    plx_reader_text(r, id, s->id[s->n], PLX_DEPARTMENT_ID_MAX);
    p->number = plx_hash64(s->id[s->n], strlen(s->id[s->n]), 0);
    const uint32_t a = plx_reader_count(r, acuity, 5, 3);
    if (a < 1) plx_reader_fault(r, acuity, "an acuity is 1, 2, 3, 4 or 5");
    p->acuity = (uint8_t)(a - 1);
    p->stage = (uint8_t)word_index(x, plx_reader_get(r, token, "stage"), stages, PLX_FLOW_CLEANING,
                                   PLX_FLOW_STAGE_N,
                                   "this stage is not known; knowledge/department/README.md lists "
                                   "the twelve");
    s->unknown += p->stage == PLX_FLOW_STAGE_N;
    p->arrival_us = past(x, plx_reader_need(r, token, "arrival"), s->start_us);
    p->since_us = past(x, plx_reader_get(r, token, "since"), p->arrival_us);
    p->zone = (uint8_t)zone_of(x, plx_reader_get(r, token, "zone"));
    p->source = (uint8_t)source_of(x, plx_reader_get(r, token, "source"));
    p->contacts = (uint8_t)plx_reader_count(r, plx_reader_get(r, token, "contacts"), 50, 0);
    p->doctor = doctor_of(x, plx_reader_get(r, token, "doctor"));
    p->ward = (uint8_t)ward_of(x, plx_reader_get(r, token, "ward"));
    p->disposition = (uint8_t)word_index(
        x, plx_reader_get(r, token, "disposition"), ends, PLX_FLOW_DISPOSITION_N,
        PLX_FLOW_UNDECIDED, "dispositions: admit, icu, transfer, died, lama, discharge");
    s->ventilated += plx_reader_flag(r, plx_reader_get(r, token, "ventilated"), false);
    read_open(x, plx_reader_get(r, token, "open"), p);
}

static int by_since(const void *a, const void *b)
{
    const plx_flow_present *p = a, *q = b;
    if (p->since_us != q->since_us) return p->since_us < q->since_us ? -1 : 1;
    if (p->arrival_us != q->arrival_us) return p->arrival_us < q->arrival_us ? -1 : 1;
    return p->number < q->number ? -1 : p->number > q->number;
}

/* Ids follow their patients by the number that was made of them. */
static void sort_patients(state_reader *x)
{
    plx_department_state *s = x->s;
    static char sorted[PLX_DEPARTMENT_PRESENT_MAX][PLX_DEPARTMENT_ID_MAX];
    qsort(s->present, s->n, sizeof *s->present, by_since);
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t k = 0; k < s->n; k++)
            if (plx_hash64(s->id[k], strlen(s->id[k]), 0) == s->present[i].number)
                memcpy(sorted[i], s->id[k], PLX_DEPARTMENT_ID_MAX);
    memcpy(s->id, sorted, sizeof sorted);
}

static void read_patients(state_reader *x, uint32_t list)
{
    plx_reader *r = x->r;
    plx_department_state *s = x->s;
    const uint32_t n = plx_reader_array(r, list, 0, PLX_DEPARTMENT_PRESENT_MAX / 2);
    uint32_t at = plx_reader_first(list);
    for (uint32_t i = 0; i < n && !r->failed; i++, at = plx_reader_next(r, at)) {
        read_patient(x, at);
        for (uint32_t k = 0; k < s->n && !r->failed; k++)
            if (s->present[k].number == s->present[s->n].number)
                plx_reader_fault(r, at, "this id was told before");
        s->n++;
    }
    if (!r->failed) sort_patients(x);
    s->patients_n = s->n;
}

/* Only counts: so many who are not known, waiting or not. */
static void read_census(state_reader *x, uint32_t token)
{
    plx_reader *r = x->r;
    plx_department_state *s = x->s;
    plx_reader_keys(r, token, "present,waiting");
    const uint32_t most = PLX_DEPARTMENT_PRESENT_MAX / 2;
    const uint32_t present = plx_reader_count(r, plx_reader_need(r, token, "present"), most, 0);
    const uint32_t waiting = plx_reader_get(r, token, "waiting");
    const uint32_t waiting_n = plx_reader_count(r, waiting, most, present / 3);
    if (waiting_n > present) plx_reader_fault(r, waiting, "more wait than are present");
    for (uint32_t i = 0; i < present && !r->failed; i++) {
        snprintf(s->id[s->n], PLX_DEPARTMENT_ID_MAX, "%s %u", i < waiting_n ? "waiting" : "placed",
                 i + 1);
        s->present[s->n++] = (plx_flow_present){.number = UINT64_C(1) << 42 | i,
                                                .arrival_us = s->start_us,
                                                .since_us = s->start_us,
                                                .stage = PLX_FLOW_STAGE_N,
                                                .acuity = PLX_FLOW_NONE,
                                                .zone = PLX_FLOW_NONE,
                                                .source = PLX_FLOW_NONE,
                                                .ward = PLX_FLOW_NONE,
                                                .doctor = PLX_FLOW_NONE,
                                                .contacts = i >= waiting_n,
                                                .disposition = PLX_FLOW_UNDECIDED};
    }
    s->unknown += present;
    s->patients_n = s->n;
}

static void read_places(state_reader *x, uint32_t list)
{
    plx_reader *r = x->r;
    const uint32_t n = plx_reader_array(r, list, 0, PLX_DEPARTMENT_PRESENT_MAX / 2);
    uint32_t at = plx_reader_first(list);
    for (uint32_t i = 0; i < n && !r->failed; i++, at = plx_reader_next(r, at)) {
        char status[24];
        plx_flow_present *p = &x->s->present[x->s->n];
        plx_reader_keys(r, at, "zone,place,status,since");
        plx_reader_text(r, plx_reader_need(r, at, "status"), status, sizeof status);
        if (strcmp(status, "cleaning") != 0) continue; /* patients tell which are in use */
        *p = (plx_flow_present){.number = UINT64_C(1) << 40 | i,
                                .stage = PLX_FLOW_CLEANING,
                                .zone = (uint8_t)zone_of(x, plx_reader_need(r, at, "zone")),
                                .source = PLX_FLOW_NONE,
                                .ward = PLX_FLOW_NONE,
                                .doctor = PLX_FLOW_NONE,
                                .disposition = PLX_FLOW_UNDECIDED};
        p->since_us = p->arrival_us = past(x, plx_reader_get(r, at, "since"), x->s->start_us);
        if (p->zone != PLX_FLOW_NONE) x->s->n++;
    }
}

/* Doctors that the state names get their numbers before their patients. */
static void read_staff(state_reader *x, uint32_t list)
{
    plx_reader *r = x->r;
    uint32_t n = plx_reader_array(r, list, 0, 1000), at = plx_reader_first(list);
    for (; n > 0 && !r->failed; n--, at = plx_reader_next(r, at)) {
        char pool[PLX_FLOW_NAME_MAX];
        plx_reader_keys(r, at, "pool,id,on_until,busy_with,since");
        plx_reader_text(r, plx_reader_need(r, at, "pool"), pool, sizeof pool);
        if (strcmp(pool, "doctor") == 0) doctor_of(x, plx_reader_get(r, at, "id"));
    }
}

static void read_state(state_reader *x)
{
    plx_reader *r = x->r;
    plx_department_state *s = x->s;
    char schema[64];
    plx_reader_keys(r, 0,
                    "schema,time,patients,census,staff,places,arrivals_today,hospital,feed,source");
    const uint32_t named = plx_reader_need(r, 0, "schema");
    plx_reader_text(r, named, schema, sizeof schema);
    if (!r->failed && strcmp(schema, "pollux.department.state/1") != 0)
        plx_reader_fault(r, named, "the schema must be pollux.department.state/1");
    const int64_t time_us = read_time(x, plx_reader_need(r, 0, "time"), true);
    const int64_t local_us = time_us + s->offset_us - MONDAY_US;
    s->start_us = (local_us % WEEK_US + WEEK_US) % WEEK_US + 9 * WEEK_US;
    s->zero_us = time_us - s->start_us;
    read_staff(x, plx_reader_get(r, 0, "staff"));
    const uint32_t census = plx_reader_get(r, 0, "census");
    if (census != UINT32_MAX)
        read_census(x, census);
    else
        read_patients(x, plx_reader_need(r, 0, "patients"));
    read_places(x, plx_reader_get(r, 0, "places"));
    s->arrivals_today = plx_reader_number(r, plx_reader_get(r, 0, "arrivals_today"), 0, 100000, -1);
    const uint32_t hospital = plx_reader_get(r, 0, "hospital");
    if (hospital != UINT32_MAX) {
        plx_reader_keys(r, hospital, "beds,free");
        s->hospital_beds = plx_reader_count(r, plx_reader_get(r, hospital, "beds"), 60000, 0);
    }
}

plx_status plx_department_state_read(plx_reader *r, plx_slice text, const plx_flow_model *model,
                                     plx_department_state *state)
{
    state_reader x = {.r = r, .m = model, .s = state};
    memset(state, 0, sizeof *state);
    state->arrivals_today = -1;
    plx_reader_parse(r, text);
    if (!r->failed) read_state(&x);
    return r->failed ? PLX_SYNTAX : PLX_OK;
}

void plx_department_time(const plx_department_state *state, int64_t time_us, plx_out *out)
{
    char text[40];
    plx_out iso = plx_out_init(text, sizeof text);
    plx_out_iso(&iso, time_us + state->zero_us + state->offset_us, 0);
    const int64_t minutes = state->offset_us / PLX_MINUTE_US;
    const uint64_t size = (uint64_t)(minutes < 0 ? -minutes : minutes);
    if (iso.n > 0) iso.n--; /* the Z */
    plx_out_slice_add(out, plx_out_slice(&iso));
    if (minutes == 0) {
        plx_out_char(out, 'Z');
        return;
    }
    plx_out_char(out, minutes < 0 ? '-' : '+');
    plx_out_u64_padded(out, size / 60, 2);
    plx_out_char(out, ':');
    plx_out_u64_padded(out, size % 60, 2);
}
