/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the generator keeps its promises: same seed, same bytes; due times never run back; faults
 * at their rates and never in the way of the truth; a plausible department; bounded memory. Oracle:
 * a golden hash; the same run without faults; binomial limits (5 sd); counting. Tolerance: none but
 * the limits named beside each rate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "core/base/hash.h"
#include "core/hospital/hospital.h"
#include "core/hospital/inner.h"

typedef struct run {
    void *memory;
    plx_hospital *hospital;
} run;

static run begin(const plx_hospital_model *m)
{
    run r = {0};
    const size_t size = plx_hospital_size(m);
    assert_true(size > 0);
    r.memory = aligned_alloc(16, (size + 15) / 16 * 16);
    assert_non_null(r.memory);
    assert_int_equal(plx_hospital_init(&r.hospital, r.memory, size, m), PLX_OK);
    return r;
}

static plx_hospital_model journeys(uint64_t seed, uint32_t n, const char *faults)
{
    plx_hospital_model m = plx_hospital_model_default();
    const char *problem;
    m.seed = seed;
    m.journeys_max = n;
    assert_int_equal(plx_hospital_faults_parse(plx_slice_of(faults), &m.faults, &problem), PLX_OK);
    return m;
}

/* Owner of the text: the caller. */
static char *truth_of(const plx_hospital *h, size_t *n)
{
    const size_t capacity = 16 << 20, scratch_n = 8 << 20;
    char *text = malloc(capacity);
    void *scratch = malloc(scratch_n);
    assert_non_null(text);
    assert_non_null(scratch);
    plx_arena arena = plx_arena_init(scratch, scratch_n);
    plx_out out = plx_out_init(text, capacity - 1);
    assert_int_equal(plx_hospital_truth_write(h, &arena, &out), PLX_OK);
    free(scratch);
    text[out.n] = 0;
    *n = out.n;
    return text;
}

static void faults_spec(void **state)
{
    (void)state;
    const char *problem = NULL;
    plx_hospital_faults f = {.late = 0.5};
    assert_int_equal(plx_hospital_faults_parse(plx_slice_of("all"), &f, &problem), PLX_OK);
    assert_true(f.duplicate == 0.02 && f.late == 0.01 && f.reorder == 0.02 && f.malformed == 0.01 &&
                f.drop == 0.005 && f.clock_s == 600);
    assert_int_equal(plx_hospital_faults_parse(plx_slice_of(" clock=30 , late=1"), &f, &problem),
                     PLX_OK);
    assert_true(f.late == 1 && f.clock_s == 30 && f.duplicate == 0);
    assert_int_equal(plx_hospital_faults_parse(plx_slice_of("none"), &f, &problem), PLX_OK);
    assert_true(f.late == 0);
    assert_int_equal(plx_hospital_faults_parse((plx_slice){0}, &f, &problem), PLX_OK);
    f.late = 0.25;
    const char *const BAD[] = {"late", "late=", "late=x", "early=1", "late=0.1,", "=", ",", "ALL"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        problem = NULL;
        assert_int_equal(plx_hospital_faults_parse(plx_slice_of(BAD[i]), &f, &problem), PLX_SYNTAX);
        assert_non_null(problem);
    }
    assert_int_equal(plx_hospital_faults_parse(plx_slice_of("late=1.01"), &f, &problem), PLX_RANGE);
    assert_int_equal(plx_hospital_faults_parse(plx_slice_of("drop=-0.1"), &f, &problem), PLX_RANGE);
    assert_int_equal(plx_hospital_faults_parse(plx_slice_of("clock=86401"), &f, &problem),
                     PLX_RANGE);
    assert_true(f.late == 0.25); /* untouched by all of them */
}

static void bad_models(void **state)
{
    (void)state;
    const plx_hospital_model good = journeys(1, 5, "none");
    plx_hospital_model bad[6];
    plx_hospital *h = NULL;
    for (int i = 0; i < 6; i++)
        bad[i] = good;
    bad[0].arrivals_per_hour = 0;
    bad[1].arrivals_per_hour = NAN;
    bad[2].beds_minors = PLX_HOSPITAL_BEDS_MAX + 1;
    bad[3].faults.late = 1.5;
    bad[4].start_us = -1;
    bad[5].journeys_max = PLX_HOSPITAL_JOURNEYS_MAX + 1;
    for (int i = 0; i < 6; i++) {
        char memory[64];
        assert_int_equal(plx_hospital_size(&bad[i]), 0);
        assert_int_equal(plx_hospital_init(&h, memory, sizeof memory, &bad[i]), PLX_RANGE);
    }
    const size_t size = plx_hospital_size(&good);
    char *memory = aligned_alloc(16, (size + 31) / 16 * 16);
    assert_int_equal(plx_hospital_init(&h, memory, size - 1, &good), PLX_SPACE);
    assert_int_equal(plx_hospital_init(&h, memory + 1, size, &good), PLX_SPACE);
    assert_null(h);
    assert_int_equal(plx_hospital_init(&h, memory, size, &good), PLX_OK);
    free(memory);
}

/* The first 10,000 messages of seed 1 with all faults: bytes, due times, streams and marks. */
static void golden(void **state)
{
    (void)state;
    plx_hospital_model m = journeys(1, 0, "all");
    run r = begin(&m);
    plx_hospital_message msg;
    plx_blake2b hash;
    plx_blake2b_init(&hash, 16);
    for (int i = 0; i < 10000; i++) {
        assert_true(plx_hospital_next(r.hospital, &msg));
        const uint64_t marks[3] = {(uint64_t)msg.due_us, msg.stream,
                                   (uint64_t)msg.malformed << 1 | msg.drop_after};
        plx_blake2b_add(&hash, marks, sizeof marks);
        plx_blake2b_add(&hash, msg.bytes.at, msg.bytes.n);
    }
    uint8_t bytes[16];
    char text[33];
    plx_out out = plx_out_init(text, 32);
    plx_blake2b_end(&hash, bytes);
    plx_out_hex(&out, bytes, sizeof bytes);
    text[32] = 0;
    assert_string_equal(text, "e6ea392f5dd017e7fe8cb51e334d6505");
    free(r.memory);
}

/* A sum over messages that does not depend on their order. */
static uint64_t sum_of_good(plx_hospital *h, uint64_t *n)
{
    plx_hospital_message msg;
    uint64_t sum = 0;
    int64_t last_us = INT64_MIN;
    while (plx_hospital_next(h, &msg)) {
        assert_true(msg.due_us >= last_us);
        assert_true(msg.stream < PLX_HOSPITAL_STREAMS);
        assert_true(msg.bytes.n > 0 && msg.bytes.n <= PLX_HOSPITAL_MESSAGE_MAX);
        last_us = msg.due_us;
        if (msg.malformed || h->slots[h->returned].duplicate) continue;
        sum += plx_hash64(msg.bytes.at, msg.bytes.n, 7);
        ++*n;
    }
    assert_false(plx_hospital_next(h, &msg));
    return sum;
}

/* Faults change when and how often something is sent, never what happened. */
static void faults_leave_the_truth(void **state)
{
    (void)state;
    static const char *const FAULTS[] = {"none", "all", "late=0.5,duplicate=0.5", "reorder=1",
                                         "malformed=1,drop=1"};
    for (uint64_t seed = 1; seed <= 3; seed++) {
        char *first = NULL;
        size_t first_n = 0;
        uint64_t sum = 0, good = 0;
        for (size_t k = 0; k < sizeof FAULTS / sizeof *FAULTS; k++) {
            const plx_hospital_model m = journeys(seed, 150, FAULTS[k]);
            run r = begin(&m);
            size_t n;
            uint64_t count = 0;
            const uint64_t s = sum_of_good(r.hospital, &count);
            char *truth = truth_of(r.hospital, &n);
            if (k == 0) {
                first = truth;
                first_n = n;
                sum = s;
                good = count;
            } else {
                assert_int_equal(n, first_n);
                assert_memory_equal(truth, first, n);
                if (m.faults.clock_s == 0) assert_int_equal(s, sum); /* the very same messages */
                assert_int_equal(count, good);
                free(truth);
            }
            free(r.memory);
        }
        free(first);
    }
}

/* Within 5 standard deviations of a binomial count. */
static void expect_rate(uint64_t seen, uint64_t of, double p)
{
    const double sd = sqrt((double)of * p * (1 - p)), expected = (double)of * p;
    if (fabs((double)seen - expected) > 5 * sd + 1)
        fail_msg("%.0f of %.0f seen where %.0f were expected", (double)seen, (double)of, expected);
}

static void fault_rates(void **state)
{
    (void)state;
    const plx_hospital_model m = journeys(5, 600, "all");
    run r = begin(&m);
    plx_hospital_message msg;
    plx_hospital_counts c;
    while (plx_hospital_next(r.hospital, &msg)) {
    }
    plx_hospital_count(r.hospital, &c);
    const uint64_t good = c.messages - c.duplicates - c.malformed;
    expect_rate(c.duplicates, good, 0.02);
    expect_rate(c.malformed, good, 0.01);
    expect_rate(c.late, good, 0.01);
    expect_rate(c.reordered, good, 0.02 * 0.99);
    expect_rate(c.dropped, good, 0.005);
    assert_int_equal(c.arrivals, 600);
    assert_int_equal(c.turned_away, 0);
    assert_int_equal(c.present, 0);
    free(r.memory);
}

static plx_slice field_of(plx_slice m, unsigned n) /* of the header, from 3 */
{
    size_t at = 0, end;
    for (unsigned bars = 0; bars + 1 < n && at < m.n; at++)
        bars += m.at[at] == '|';
    for (end = at; end < m.n && m.at[end] != '|' && m.at[end] != '\r';)
        end++;
    return (plx_slice){m.at + at, end - at};
}

typedef struct seen {
    uint64_t *hashes;
    size_t mask;
} seen;

/* true when it was there; open addressing over a table that never fills. */
static bool seen_add(seen *s, uint64_t hash)
{
    size_t i = hash & s->mask;
    hash |= 1;
    for (; s->hashes[i]; i = (i + 1) & s->mask)
        if (s->hashes[i] == hash) return true;
    s->hashes[i] = hash;
    return false;
}

/* Control ids are unique but for duplicates, and those repeat every byte; a broken copy's good
 * message follows it, at once or when it was held back. */
static void copies(void **state)
{
    (void)state;
    const plx_hospital_model m = journeys(6, 300, "duplicate=0.1,late=0.05,malformed=0.1");
    run r = begin(&m);
    seen ids = {calloc(1 << 18, 8), (1 << 18) - 1}, bodies = {calloc(1 << 18, 8), (1 << 18) - 1};
    plx_hospital_message msg;
    uint64_t broken = 0, again = 0, late = 0;
    while (plx_hospital_next(r.hospital, &msg)) {
        const slot *s = &r.hospital->slots[r.hospital->returned];
        if (msg.malformed) {
            broken++;
            continue;
        }
        const plx_slice id = field_of(msg.bytes, 10);
        const bool known = seen_add(&ids, plx_hash64(id.at, id.n, 1));
        const bool same = seen_add(&bodies, plx_hash64(msg.bytes.at, msg.bytes.n, 2));
        assert_int_equal(known, s->duplicate);
        assert_int_equal(same, s->duplicate);
        again += known;
        late += s->late;
    }
    assert_true(broken > 500 && again > 500 && late > 300);
    free(ids.hashes);
    free(bodies.hashes);
    free(r.memory);
}

/* The lines of a block of the truth, one after the other; false at its end. */
static bool next_line(const char **at, plx_slice *line)
{
    const char *end = strchr(*at, '\n');
    if (!end || **at == '#') return false;
    *line = (plx_slice){*at, (size_t)(end - *at)};
    *at = end + 1;
    return true;
}

static plx_slice csv(plx_slice line, unsigned column)
{
    size_t at = 0, end;
    for (; column > 0; at++)
        column -= line.at[at] == ',';
    for (end = at; end < line.n && line.at[end] != ',';)
        end++;
    return (plx_slice){line.at + at, end - at};
}

static bool is_bed(plx_slice location) /* has a room and a bed */
{
    const char *bar = memchr(location.at, '^', location.n);
    return bar && bar[1] != '^';
}

/* Every active visit in a bed of the census is in the list of beds, every visit there is active. */
static void expect_consistent(const char *truth)
{
    const char *census = strstr(truth, "# census\n") + 9, *beds = strstr(truth, "# beds\n") + 7;
    plx_slice line, previous = {0};
    size_t active = 0, listed = 0;
    while (next_line(&census, &line)) {
        const plx_slice status = csv(line, 2), location = csv(line, 4);
        assert_true(previous.n == 0 || plx_slice_compare(previous, line) < 0);
        previous = line;
        active += is_bed(location) && !plx_slice_is(status, "finished") &&
                  !plx_slice_is(status, "planned") && status.n > 0;
    }
    previous = (plx_slice){0};
    while (next_line(&beds, &line)) {
        assert_true(is_bed(csv(line, 0)));
        assert_true(previous.n == 0 || plx_slice_compare(previous, line) < 0);
        previous = line;
        listed++;
        for (size_t i = 0; i < line.n; i++)
            listed += line.at[i] == ';';
    }
    assert_int_equal(active, listed);
    const char *results = strstr(truth, "# results\n") + 10;
    previous = (plx_slice){0};
    while (next_line(&results, &line)) {
        assert_true(previous.n == 0 || plx_slice_compare(previous, line) < 0);
        previous = line;
    }
    assert_int_equal(*results, 0);
}

static void truth_on_the_way(void **state)
{
    (void)state;
    const plx_hospital_model m = journeys(8, 200, "all");
    run r = begin(&m);
    plx_hospital_message msg;
    size_t n;
    for (int i = 0; plx_hospital_next(r.hospital, &msg); i++) {
        if (i % 500 != 0) continue;
        char *truth = truth_of(r.hospital, &n);
        expect_consistent(truth);
        free(truth);
    }
    char *truth = truth_of(r.hospital, &n);
    expect_consistent(truth);
    assert_non_null(strstr(truth, "# beds\n# results\n")); /* all journeys are over */
    free(truth);
    free(r.memory);
}

static void truth_needs_room(void **state)
{
    (void)state;
    const plx_hospital_model m = journeys(9, 20, "none");
    run r = begin(&m);
    plx_hospital_message msg;
    char small[64], scratch[4096];
    while (plx_hospital_next(r.hospital, &msg)) {
    }
    plx_arena arena = plx_arena_init(scratch, sizeof scratch);
    plx_out out = plx_out_init(small, sizeof small);
    assert_int_equal(plx_hospital_truth_write(r.hospital, &arena, &out), PLX_SPACE);
    arena = plx_arena_init(scratch, 32);
    char *text = malloc(1 << 20);
    out = plx_out_init(text, 1 << 20);
    assert_int_equal(plx_hospital_truth_write(r.hospital, &arena, &out), PLX_SPACE);
    free(text);
    free(r.memory);
}

/* History is due before the first live moment and fills the department. */
static void warm_start(void **state)
{
    (void)state;
    plx_hospital_model m = journeys(10, 0, "none");
    m.warm_us = 24 * PLX_HOUR_US;
    run r = begin(&m);
    plx_hospital_message msg;
    plx_hospital_counts c;
    do
        assert_true(plx_hospital_next(r.hospital, &msg));
    while (msg.due_us < m.start_us);
    plx_hospital_count(r.hospital, &c);
    assert_in_range(c.arrivals, 100, 190); /* 144 in the mean */
    assert_in_range(c.present, 30, 100);
    free(r.memory);
}

static void stopping(void **state)
{
    (void)state;
    const plx_hospital_model m = journeys(11, 0, "late=0.2");
    run r = begin(&m);
    plx_hospital_message msg;
    plx_hospital_counts before, after;
    for (int i = 0; i < 3000; i++)
        assert_true(plx_hospital_next(r.hospital, &msg));
    const int64_t last_us = msg.due_us;
    plx_hospital_count(r.hospital, &before);
    plx_hospital_stop(r.hospital);
    while (plx_hospital_next(r.hospital, &msg))
        assert_int_equal(msg.due_us, last_us);
    plx_hospital_count(r.hospital, &after);
    assert_int_equal(before.arrivals, after.arrivals);
    assert_true(after.messages > before.messages);
    size_t n;
    char *truth = truth_of(r.hospital, &n);
    expect_consistent(truth);
    assert_null(strstr(truth, ",,E,")); /* nothing held back: every visit has a status */
    free(truth);
    free(r.memory);
}

/* An endless run forgets its oldest journeys instead of growing, and says so. */
static void endless(void **state)
{
    (void)state;
    plx_hospital_model m = journeys(12, 0, "all");
    m.arrivals_per_hour = 40;
    run r = begin(&m);
    plx_hospital_message msg;
    char text[1024], scratch[1024];
    r.hospital->histories_capacity = 100; /* as if 65,536 had passed */
    r.hospital->persons_capacity = 3000;
    for (int i = 0; i < 120000; i++)
        assert_true(plx_hospital_next(r.hospital, &msg));
    plx_hospital_counts c;
    plx_hospital_count(r.hospital, &c);
    assert_true(c.arrivals > 1500);
    assert_int_equal(c.turned_away, 0);
    assert_int_equal(r.hospital->histories_n, 100);
    plx_arena arena = plx_arena_init(scratch, sizeof scratch);
    plx_out out = plx_out_init(text, sizeof text);
    assert_int_equal(plx_hospital_truth_write(r.hospital, &arena, &out), PLX_LIMIT);
    free(r.memory);
}

/* A department with no beds, with every fault at once, with a flood: nothing breaks, all ends. */
static void extremes(void **state)
{
    (void)state;
    static const char *const FAULTS[] = {
        "none", "all", "duplicate=1,late=1,reorder=1,malformed=1,drop=1,clock=86400", "late=1"};
    for (uint64_t seed = 100; seed < 124; seed++) {
        plx_hospital_model m = journeys(seed, 60, FAULTS[seed % 4]);
        if (seed % 3 == 0) m.beds_resus = m.beds_majors = m.beds_minors = m.beds_paeds = 0;
        if (seed % 3 == 1) m.beds_majors = m.beds_paeds = 1;
        if (seed % 5 == 0) m.arrivals_per_hour = 1000;
        if (seed % 5 == 1) m.arrivals_per_hour = 0.01;
        run r = begin(&m);
        uint64_t good = 0;
        size_t n;
        sum_of_good(r.hospital, &good);
        assert_true(good > 200);
        char *truth = truth_of(r.hospital, &n);
        expect_consistent(truth);
        free(truth);
        free(r.memory);
    }
}

/* Shares of a plausible department (invented, so the limits are wide). */
static void plausible(void **state)
{
    (void)state;
    const plx_hospital_model m = journeys(13, 1500, "none");
    run r = begin(&m);
    plx_hospital_message msg;
    int64_t first_us = 0, last_us = 0;
    uint64_t arrivals_by_night = 0, registered = 0;
    while (plx_hospital_next(r.hospital, &msg)) {
        if (!plx_slice_is(field_of(msg.bytes, 9), "ADT^A04^ADT_A01")) continue;
        if (!first_us) first_us = msg.due_us;
        last_us = msg.due_us;
        registered++;
        arrivals_by_night += msg.due_us % PLX_DAY_US < 6 * PLX_HOUR_US;
    }
    const double hours = (double)(last_us - first_us) / (double)PLX_HOUR_US;
    assert_in_range((uint64_t)(1500 / hours * 100), 540, 660);    /* 6 an hour */
    assert_in_range(arrivals_by_night * 100 / registered, 7, 17); /* 11.4 % by the profile */
    size_t n;
    char *truth = truth_of(r.hospital, &n);
    const char *at = truth + 9;
    plx_slice line;
    uint64_t visits = 0, inpatients = 0;
    while (next_line(&at, &line)) {
        visits++;
        inpatients += plx_slice_is(csv(line, 3), "I");
        assert_true(plx_slice_is(csv(line, 2), "finished"));
    }
    assert_in_range(visits, 1450, 1500); /* some are cancelled */
    assert_in_range(inpatients * 100 / visits, 18, 38);
    free(truth);
    free(r.memory);
}

/* Doctor 0 is a doctor like any other; nobody and not said are no doctor. */
static void ledger(void **state)
{
    (void)state;
    visit v = {.ledger_n = 1};
    v.ledger[0] = (statement){.person = 7, .number = 9, .attending = 0, .undoes = UNDOES_NOTHING};
    told t = plx_hosp_ledger_fold(&v);
    assert_int_equal(t.person, NOBODY); /* not handed out */
    assert_int_equal(t.attending, ATTENDING_NONE);
    v.ledger[0].sent = true;
    t = plx_hosp_ledger_fold(&v);
    assert_int_equal(t.person, 7);
    assert_int_equal(t.attending, 0);
    v.ledger[v.ledger_n++] = (statement){.person = 7,
                                         .number = 9,
                                         .status = STATUS_ARRIVED,
                                         .attending = ATTENDING_UNSAID,
                                         .undoes = UNDOES_NOTHING,
                                         .sent = true};
    assert_int_equal(plx_hosp_ledger_fold(&v).attending, 0);
    v.ledger[v.ledger_n] = v.ledger[1];
    v.ledger[v.ledger_n].status = STATUS_FINISHED;
    v.ledger[v.ledger_n++].attending = ATTENDING_NONE;
    t = plx_hosp_ledger_fold(&v);
    assert_int_equal(t.attending, ATTENDING_NONE);
    assert_int_equal(t.status, STATUS_FINISHED);
    v.ledger[v.ledger_n] = v.ledger[1];
    v.ledger[v.ledger_n].status = STATUS_NONE;
    v.ledger[v.ledger_n++].undoes = 2; /* the status falls, the doctor does not come back */
    t = plx_hosp_ledger_fold(&v);
    assert_int_equal(t.status, STATUS_ARRIVED);
    assert_int_equal(t.attending, ATTENDING_NONE);
    v = (visit){.ledger_n = 1};
    v.ledger[0] =
        (statement){.attending = ATTENDING_UNSAID, .undoes = UNDOES_NOTHING, .sent = true};
    assert_int_equal(plx_hosp_ledger_fold(&v).attending, ATTENDING_NONE);
}

/* The first and the last of the staff, and the census line of a stay with and without a doctor. */
static void attending_in_the_census(void **state)
{
    (void)state;
    assert_int_equal(plx_hosp_staff_number('D', 0), 101);
    assert_int_equal(plx_hosp_staff_number('D', DOCTORS - 1), 100 + DOCTORS);
    assert_int_equal(plx_hosp_staff_number('N', 0), 201);
    const plx_hospital_model m = journeys(4, 300, "none");
    run r = begin(&m);
    plx_hospital_message msg;
    while (plx_hospital_next(r.hospital, &msg))
        ;
    size_t n = 0, first = 0, none = 0;
    char *truth = truth_of(r.hospital, &n);
    for (const char *line = truth; strncmp(line, "# beds", 6) != 0;) {
        const char *end = strchr(line, '\n');
        assert_non_null(end);
        first += end - line > 5 && memcmp(end - 5, ",D101", 5) == 0;
        none += line[0] == 'V' && end[-1] == ',';
        line = end + 1;
    }
    assert_true(first > 0);
    assert_true(none > 0);
    free(truth);
    free(r.memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(faults_spec),
                                       cmocka_unit_test(bad_models),
                                       cmocka_unit_test(golden),
                                       cmocka_unit_test(faults_leave_the_truth),
                                       cmocka_unit_test(fault_rates),
                                       cmocka_unit_test(copies),
                                       cmocka_unit_test(truth_on_the_way),
                                       cmocka_unit_test(truth_needs_room),
                                       cmocka_unit_test(warm_start),
                                       cmocka_unit_test(stopping),
                                       cmocka_unit_test(endless),
                                       cmocka_unit_test(extremes),
                                       cmocka_unit_test(plausible),
                                       cmocka_unit_test(ledger),
                                       cmocka_unit_test(attending_in_the_census)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
