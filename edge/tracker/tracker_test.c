/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: monitored stays are followed by threads, and what is told of them does not depend on how
 * many these are; questions are answered or refused with a sentence; who leaves is let go.
 * Oracle: the same world with one worker and with three, byte by byte; messages written by hand.
 * Tolerance: none. */
#include "edge/tracker/tracker.h"

#include <pthread.h>
#include <unistd.h>

#include "core/assimilate/posterior.h"
#include "core/twin/feed.h"
#include "core/twin/world_for_test.h"

enum { RESULTS_MAX = 512, WAITS_MAX = 6000, ANSWER_MAX = 1 << 16 };

typedef struct heard {
    pthread_mutex_t mutex;
    uint32_t results_n, documents_n;
    plx_posterior result[RESULTS_MAX];
    size_t bytes_n[RESULTS_MAX];
    uint8_t bytes[RESULTS_MAX][PLX_POSTERIOR_BYTES_MAX];
    int status; /* of the last answer or document */
    uint64_t ticket;
    char answer[ANSWER_MAX];
} heard;

static plx_status submit(void *self, const void *bytes, size_t n, uint64_t ticket)
{
    heard *h = self;
    pthread_mutex_lock(&h->mutex);
    if (*(const char *)bytes == '{') {
        h->documents_n++;
        h->ticket = ticket;
        h->status = 200;
        snprintf(h->answer, ANSWER_MAX, "%.*s", (int)n, (const char *)bytes);
    } else if (h->results_n < RESULTS_MAX) {
        uint32_t at = h->results_n++;
        memcpy(h->bytes[at], bytes, n);
        h->bytes_n[at] = n;
        if (plx_posterior_decode(bytes, n, &h->result[at]) != PLX_OK) h->results_n = RESULTS_MAX;
    }
    pthread_mutex_unlock(&h->mutex);
    return PLX_OK;
}

static void answer(void *self, uint64_t ticket, int status, const char *type, const void *bytes,
                   size_t n)
{
    heard *h = self;
    (void)type;
    pthread_mutex_lock(&h->mutex);
    h->status = status;
    h->ticket = ticket;
    snprintf(h->answer, ANSWER_MAX, "%.*s", (int)n, (const char *)bytes);
    pthread_mutex_unlock(&h->mutex);
}

static heard *heard_make(void)
{
    heard *h = calloc(1, sizeof *h);
    assert_non_null(h);
    pthread_mutex_init(&h->mutex, NULL);
    return h;
}

static void heard_drop(heard *h)
{
    pthread_mutex_destroy(&h->mutex);
    free(h);
}

static plx_tracker *start(heard *h, uint32_t slots, uint32_t workers)
{
    plx_tracker *t = NULL;
    const plx_tracker_options options = {.slots = slots,
                                         .workers = workers,
                                         .members = 16,
                                         .submit = submit,
                                         .answer = answer,
                                         .self = h};
    assert_int_equal(plx_tracker_start(&t, &options), PLX_OK);
    return t;
}

static void end(plx_tracker *t)
{
    plx_tracker_stop(t);
    plx_tracker_destroy(t);
}

static void admit(world *w, const char *mrn, const char *visit, const char *bed, const char *birth)
{
    char text[1024];
    snprintf(text, sizeof text,
             MSH("%s", "ADT^A01", "1150") EVN("A01", "1150") PIDN("%s", "DOE^JANE", "%s", "F")
                 PV1("E", "Majors^%s^1^H", "%s"),
             visit, mrn, birth, bed, visit);
    assert_int_equal(world_message(w, text), PLX_OUTCOME_APPLIED);
}

/* A monitor's values at a minute past noon. */
static void measure(world *w, const char *mrn, const char *visit, const char *bed, int minute,
                    int hr, int sbp)
{
    char text[2048], at[16];
    snprintf(at, sizeof at, "%02d%02d", 12 + minute / 60, minute % 60);
    snprintf(text, sizeof text,
             "MSH|^~\\&|MON|H|PLX|ED|" DAY "%s||ORU^R01|%s%s|P|2.5.1\r" PID("%s")
                 PV1("E", "Majors^%s^1^H",
                     "%s") "OBR|1|||182777000^Monitoring^SCT|||" DAY "%s\r"
                           "OBX|1|NM|8867-4^HR^LN||%d|/min|||||R|||" DAY "%s\r"
                           "OBX|2|NM|76215-3^ABP^LN||%d|mm[Hg]|||||R|||" DAY "%s\r",
             at, visit, at, mrn, bed, visit, at, hr, at, sbp, at);
    assert_int_equal(world_message(w, text), PLX_OUTCOME_APPLIED);
}

/* Until all that is followed is up to date. */
static void settle(plx_tracker *t, const world *w, uint32_t followed)
{
    plx_tracker_metrics m = {0};
    plx_tracker_look(t, w->t);
    for (int i = 0; i < WAITS_MAX; i++) {
        plx_tracker_measure(t, &m);
        if (m.due == 0 && m.followed == followed) return;
        usleep(5000);
    }
    fail_msg("followed %u, behind %ld s", m.followed, (long)m.behind_s);
}

static void tell_minutes(plx_tracker *t, world *w, int minutes)
{
    for (int minute = 0; minute < minutes; minute++) {
        measure(w, "M1", "V1", "M01", minute, 80 + 2 * minute, 130 - 3 * minute);
        measure(w, "M2", "V2", "M02", minute, 70, 120);
        w->clock_us = NOON_US + (minute + 1) * PLX_MINUTE_US;
        world_entry(w, (plx_entry){.kind = PLX_ENTRY_TICK});
        settle(t, w, 2);
    }
}

static const plx_posterior *find(const heard *h, uint64_t subject, int64_t at_us, size_t *index)
{
    for (uint32_t i = 0; i < h->results_n; i++)
        if (h->result[i].subject == subject && h->result[i].at_us == at_us) {
            *index = i;
            return &h->result[i];
        }
    return NULL;
}

static void any_number_of_workers_tells_the_same(void **state)
{
    (void)state;
    static const uint32_t WORKERS[2] = {1, 3};
    heard *h[2];
    for (int run = 0; run < 2; run++) {
        world w = world_init(NULL);
        h[run] = heard_make();
        plx_tracker *t = start(h[run], 4, WORKERS[run]);
        admit(&w, "M1", "V1", "M01", "19700101");
        admit(&w, "M2", "V2", "M02", "19450505");
        tell_minutes(t, &w, 6);
        end(t);
        world_destroy(&w);
    }
    uint32_t forecasts = 0, same = 0;
    assert_true(h[0]->results_n >= 10 && h[0]->results_n < RESULTS_MAX);
    for (uint32_t i = 0; i < h[0]->results_n; i++) {
        const plx_posterior *p = &h[0]->result[i];
        size_t other = 0;
        if (!find(h[1], p->subject, p->at_us, &other)) continue;
        assert_int_equal(h[0]->bytes_n[i], h[1]->bytes_n[other]);
        assert_memory_equal(h[0]->bytes[i], h[1]->bytes[other], h[0]->bytes_n[i]);
        same++;
        forecasts += p->forecast;
    }
    assert_true(same >= 10);
    assert_true(forecasts >= 4);
    heard_drop(h[0]);
    heard_drop(h[1]);
}

static void wait_for_answer(heard *h, uint64_t ticket)
{
    for (int i = 0; i < WAITS_MAX; i++) {
        pthread_mutex_lock(&h->mutex);
        bool there = h->ticket == ticket;
        pthread_mutex_unlock(&h->mutex);
        if (there) return;
        usleep(5000);
    }
    fail_msg("no answer to %lu", (unsigned long)ticket);
}

static void ask(plx_tracker *t, heard *h, uint64_t ticket, const char *question, int status,
                const char *part)
{
    plx_tracker_ask(t, ticket, plx_slice_of(question));
    wait_for_answer(h, ticket);
    assert_int_equal(h->status, status);
    if (!strstr(h->answer, part)) fail_msg("no %s in %.300s", part, h->answer);
}

static void questions_are_answered_or_refused(void **state)
{
    (void)state;
    world w = world_init(NULL);
    heard *h = heard_make();
    plx_tracker *t = start(h, 4, 2);
    admit(&w, "M1", "V1", "M01", "19700101");
    admit(&w, "M2", "V2", "M02", "19450505");
    ask(t, h, 1, "{\"stay\":\"1\",\"arms\":[\"crystalloid 500 mL 15 min\"]}", 409,
        "No live twin follows this stay.");
    tell_minutes(t, &w, 5);
    ask(t, h, 2, "{\"stay\":\"1\",\"arms\":[\"crystalloid 500 mL 15 min\"],\"minutes\":[5,30]}",
        200, "\"arm\":\"crystalloid 500 mL 15 min\"");
    if (!strstr(h->answer, "\"arm\":\"none\"")) fail_msg("%.200s", h->answer);
    if (!strstr(h->answer, "\"minutes\":30")) fail_msg("%.200s", h->answer);
    ask(t, h, 3, "{\"stay\":\"1\",\"arms\":[\"cristalloid 5 mL\"]}", 400, "no action is called");
    ask(t, h, 4, "{\"stay\":\"1\",\"arms\":[]}", 400, "The question needs \\\"arms\\\"");
    ask(t, h, 5, "{\"arms\":[\"none\"]}", 400, "The question needs \\\"stay\\\"");
    ask(t, h, 6, "[]", 400, "is not a JSON object");
    ask(t, h, 7, "{\"stay\":\"1\",\"arms\":[\"none\"],\"minutes\":[5,5]}", 400, "rising");
    ask(t, h, 8, "{\"stay\":\"zz\",\"arms\":[\"none\"]}", 409, "No live twin");
    plx_tracker_stop(t);
    ask(t, h, 9, "{\"stay\":\"1\",\"arms\":[\"none\"]}", 503, "");
    plx_tracker_destroy(t);
    heard_drop(h);
    world_destroy(&w);
}

static void a_child_is_told_once_and_who_leaves_is_let_go(void **state)
{
    (void)state;
    world w = world_init(NULL);
    heard *h = heard_make();
    plx_tracker *t = start(h, 4, 1);
    plx_tracker_metrics m = {0};
    admit(&w, "M1", "V1", "M01", "20200101");
    for (int minute = 0; minute < 3; minute++) {
        measure(&w, "M1", "V1", "M01", minute, 110, 95);
        settle(t, &w, 0);
    }
    for (int i = 0; i < WAITS_MAX && h->results_n == 0; i++)
        usleep(5000);
    assert_int_equal(h->results_n, 1);
    assert_int_equal(h->result[0].status, PLX_POSTERIOR_OUT_OF_ENVELOPE);
    assert_string_equal(h->result[0].reason, "age 6 below 16");
    admit(&w, "M2", "V2", "M02", "19700101");
    measure(&w, "M2", "V2", "M02", 3, 80, 120);
    plx_tracker_look(t, w.t);
    plx_tracker_measure(t, &m);
    assert_int_equal(m.followed, 1);
    world_message(&w, ADT("9", "A03", "1204", "M2", "E", "Majors^M02^1^H", "V2"));
    settle(t, &w, 0);
    end(t);
    heard_drop(h);
    world_destroy(&w);
}

/* A monitor that is taken off: the last word says so, and the slot is free again. */
static void who_is_not_measured_any_more_is_told_of(void **state)
{
    (void)state;
    world w = world_init(NULL);
    heard *h = heard_make();
    plx_tracker *t = start(h, 1, 1);
    admit(&w, "M1", "V1", "M01", "19700101");
    measure(&w, "M1", "V1", "M01", 0, 80, 120);
    settle(t, &w, 1);
    w.clock_us = NOON_US + PLX_HOUR_US + PLX_MINUTE_US;
    world_entry(&w, (plx_entry){.kind = PLX_ENTRY_TICK});
    settle(t, &w, 0);
    assert_true(h->results_n > 0 && h->results_n < RESULTS_MAX);
    assert_int_equal(h->result[h->results_n - 1].status, PLX_POSTERIOR_SILENT);
    measure(&w, "M1", "V1", "M01", 62, 80, 120);
    settle(t, &w, 1);
    end(t);
    heard_drop(h);
    world_destroy(&w);
}

/* A monitor whose clock is an hour ahead says nothing of now; the right one is followed. */
static void a_value_of_a_time_to_come_stops_nobody(void **state)
{
    (void)state;
    world w = world_init(NULL);
    heard *h = heard_make();
    plx_tracker *t = start(h, 1, 1);
    admit(&w, "M1", "V1", "M01", "19700101");
    measure(&w, "M1", "V1", "M01", 62, 80, 120);
    settle(t, &w, 0);
    measure(&w, "M1", "V1", "M01", 0, 80, 120);
    settle(t, &w, 1);
    w.clock_us = NOON_US + PLX_MINUTE_US;
    world_entry(&w, (plx_entry){.kind = PLX_ENTRY_TICK});
    settle(t, &w, 1);
    assert_true(h->results_n > 0);
    assert_true(h->result[0].at_us <= w.clock_us);
    end(t);
    heard_drop(h);
    world_destroy(&w);
}

static void without_slots_nobody_is_followed(void **state)
{
    (void)state;
    plx_tracker *t = NULL;
    heard *h = heard_make();
    const plx_tracker_options many = {.slots = PLX_TRACKER_SLOTS_MAX + 1};
    assert_int_equal(plx_tracker_start(&t, &many), PLX_RANGE);
    world w = world_init(NULL);
    t = start(h, 0, 0);
    admit(&w, "M1", "V1", "M01", "19700101");
    measure(&w, "M1", "V1", "M01", 0, 80, 120);
    settle(t, &w, 0);
    ask(t, h, 1, "{\"stay\":\"1\",\"arms\":[\"none\"]}", 503, "switched off");
    end(t);
    heard_drop(h);
    world_destroy(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_workers_tells_the_same),
        cmocka_unit_test(questions_are_answered_or_refused),
        cmocka_unit_test(a_child_is_told_once_and_who_leaves_is_let_go),
        cmocka_unit_test(who_is_not_measured_any_more_is_told_of),
        cmocka_unit_test(a_value_of_a_time_to_come_stops_nobody),
        cmocka_unit_test(without_slots_nobody_is_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
