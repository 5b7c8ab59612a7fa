/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the pump hands every message of the hospital to the sender, in order, not before it is due,
 * and counts the answers; it waits for a full sender and stops when told. Oracle: the hospital
 * itself, run beside it without a pump; a sender written here. Tolerance: none; for the clock, no
 * message earlier than due. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "core/base/hash.h"
#include "edge/simulate/pump.h"

enum { QUEUE_MAX = 8 };

typedef struct sender {
    plx_pump *pump;
    const plx_clock *clock;
    atomic_bool stop;
    uint64_t sent, seen, full, hash, stop_after;
    uint64_t queue[QUEUE_MAX]; /* tokens not answered yet */
    size_t queue_n;
    int64_t due_us; /* of the message seen last */
    uint64_t early; /* sent before it was due */
} sender;

static uint64_t add_hash(uint64_t hash, plx_slice bytes)
{
    return hash * 31 + plx_hash64(bytes.at, bytes.n, 5);
}

static void see(void *self, const plx_hospital_message *message)
{
    sender *s = self;
    s->seen++;
    s->due_us = message->due_us;
}

static plx_status take(void *self, uint64_t stream, uint64_t token, plx_slice message, bool drop)
{
    sender *s = self;
    (void)drop;
    assert_true(stream < PLX_HOSPITAL_STREAMS);
    if (s->queue_n == QUEUE_MAX) {
        s->full++;
        return PLX_FULL;
    }
    s->queue[s->queue_n++] = token;
    s->hash = add_hash(s->hash, message);
    s->sent++;
    if (s->clock && plx_clock_now(s->clock) < s->due_us) s->early++;
    if (s->sent == s->stop_after) s->stop = true;
    return PLX_OK;
}

/* Answers everything, broken copies negatively; only when the queue is full or work is asked for.
 */
static size_t work(void *self, int wait_ms)
{
    sender *s = self;
    if (wait_ms == 0) return s->queue_n;
    for (; s->queue_n > 0; s->queue_n--)
        plx_pump_answered(s->pump, s->queue[s->queue_n - 1], !(s->queue[s->queue_n - 1] & 1));
    return 0;
}

static plx_pump_options options_of(uint32_t journeys, const char *faults)
{
    plx_pump_options o = {.model = plx_hospital_model_default()};
    const char *problem;
    o.model.journeys_max = journeys;
    assert_int_equal(plx_hospital_faults_parse(plx_slice_of(faults), &o.model.faults, &problem),
                     PLX_OK);
    return o;
}

static plx_pump *begin(sender *s, const plx_pump_options *o)
{
    const plx_pump_ports ports = {s, take, work, see};
    s->clock = o->clock;
    assert_int_equal(plx_pump_init(&s->pump, o, &ports), PLX_OK);
    return s->pump;
}

/* The same hospital without a pump; messages due before from_us are left out of the hash. */
static uint64_t alone(const plx_hospital_model *m, int64_t from_us, uint64_t *n,
                      uint64_t *malformed)
{
    const size_t size = (plx_hospital_size(m) + 15) / 16 * 16;
    void *memory = aligned_alloc(16, size);
    plx_hospital *h;
    plx_hospital_message message;
    uint64_t hash = 0;
    *n = *malformed = 0;
    assert_int_equal(plx_hospital_init(&h, memory, size, m), PLX_OK);
    while (plx_hospital_next(h, &message)) {
        if (message.due_us < from_us) continue;
        hash = add_hash(hash, message.bytes);
        ++*n;
        *malformed += message.malformed;
    }
    free(memory);
    return hash;
}

static void sends_everything(void **state)
{
    (void)state;
    const plx_pump_options o = options_of(30, "all");
    sender s = {0};
    plx_pump *p = begin(&s, &o);
    plx_pump_counts c;
    uint64_t n, malformed;
    plx_pump_run(p, &s.stop);
    plx_pump_count(p, &c);
    assert_int_equal(s.hash, alone(&o.model, INT64_MIN, &n, &malformed));
    assert_int_equal(c.made, n);
    assert_int_equal(c.sent, n);
    assert_int_equal(s.seen, n);
    assert_int_equal(c.malformed, malformed);
    assert_int_equal(c.negative, malformed);
    assert_int_equal(c.positive, n - malformed);
    assert_int_equal(c.unanswered + c.malformed_taken + c.refused_good + c.skipped, 0);
    assert_true(s.full > 0); /* the sender was full, and nothing was lost */
    plx_pump_destroy(p);
}

static void wrong_answers_are_counted(void **state)
{
    (void)state;
    const plx_pump_options o = options_of(1, "none");
    sender s = {0};
    plx_pump *p = begin(&s, &o);
    plx_pump_counts c;
    plx_pump_answered(p, 2 << 1, false);    /* a good message refused */
    plx_pump_answered(p, 3 << 1 | 1, true); /* a broken one taken */
    plx_pump_answered(p, 4 << 1 | 1, false);
    plx_pump_count(p, &c);
    assert_int_equal(c.refused_good, 1);
    assert_int_equal(c.malformed_taken, 1);
    assert_int_equal(c.negative, 2);
    assert_int_equal(c.positive, 1);
    plx_pump_destroy(p);
}

static void goes_on_where_it_was(void **state)
{
    (void)state;
    plx_pump_options o = options_of(30, "none");
    sender s = {0};
    uint64_t n, malformed;
    o.skip_before_us = o.model.start_us + 3 * PLX_HOUR_US;
    plx_pump *p = begin(&s, &o);
    plx_pump_counts c;
    plx_pump_run(p, &s.stop);
    plx_pump_count(p, &c);
    assert_int_equal(s.hash, alone(&o.model, o.skip_before_us, &n, &malformed));
    assert_int_equal(c.sent, n);
    assert_int_equal(c.skipped, c.made - n);
    assert_true(c.skipped > 0);
    plx_pump_destroy(p);
}

static void ends_in_time(void **state)
{
    (void)state;
    plx_pump_options o = options_of(0, "late=0.2");
    sender s = {0};
    o.end_us = o.model.start_us + 5 * PLX_HOUR_US;
    plx_pump *p = begin(&s, &o);
    plx_pump_run(p, &s.stop);
    assert_true(s.due_us >= o.end_us && s.due_us < o.end_us + PLX_HOUR_US);
    char *text = malloc(1 << 20), *memory = malloc(1 << 20);
    plx_arena scratch = plx_arena_init(memory, 1 << 20);
    plx_out out = plx_out_init(text, 1 << 20);
    assert_int_equal(plx_pump_truth_write(p, &scratch, &out), PLX_OK);
    assert_true(out.n > 500);
    free(text);
    free(memory);
    plx_pump_destroy(p);
}

static void stops_at_once(void **state)
{
    (void)state;
    const plx_pump_options o = options_of(0, "none");
    sender s = {.stop_after = 50};
    plx_pump *p = begin(&s, &o);
    plx_pump_run(p, &s.stop); /* endless otherwise */
    assert_int_equal(s.sent, 50);
    plx_pump_destroy(p);
}

static void waits_for_the_clock(void **state)
{
    (void)state;
    plx_pump_options o = options_of(0, "none");
    plx_clock clock;
    sender s = {.stop_after = 60};
    plx_clock_init(&clock, 100000);
    o.model.start_us = plx_clock_now(&clock);
    o.clock = &clock;
    plx_pump *p = begin(&s, &o);
    plx_pump_run(p, &s.stop);
    assert_int_equal(s.early, 0);
    assert_true(plx_clock_now(&clock) >= s.due_us);
    plx_pump_destroy(p);
}

static void without_a_sender(void **state)
{
    (void)state;
    const plx_pump_options o = options_of(10, "none");
    sender s = {0};
    const plx_pump_ports ports = {.self = &s, .message = see};
    plx_pump *p;
    plx_pump_counts c;
    assert_int_equal(plx_pump_init(&p, &o, &ports), PLX_OK);
    plx_pump_run(p, &s.stop);
    plx_pump_count(p, &c);
    assert_int_equal(c.made, s.seen);
    assert_int_equal(c.sent, 0);
    plx_pump_destroy(p);
    plx_pump_destroy(NULL);
}

static void bad_model(void **state)
{
    (void)state;
    plx_pump_options o = options_of(1, "none");
    const plx_pump_ports ports = {0};
    plx_pump *p = NULL;
    o.model.arrivals_per_hour = -1;
    assert_int_equal(plx_pump_init(&p, &o, &ports), PLX_RANGE);
    assert_null(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sends_everything),     cmocka_unit_test(wrong_answers_are_counted),
        cmocka_unit_test(goes_on_where_it_was), cmocka_unit_test(ends_in_time),
        cmocka_unit_test(stops_at_once),        cmocka_unit_test(waits_for_the_clock),
        cmocka_unit_test(without_a_sender),     cmocka_unit_test(bad_model)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
