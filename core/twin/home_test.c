/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: what names a person and a time and no visit lies in the stay that held the time, whichever
 * of them is heard of first. Oracle: worked out by hand from the times (paragraph beside each
 * scenario), for every permutation of the messages. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/rng.h"
#include "core/twin/invariant_for_test.h"
#include "core/twin/world_for_test.h"

enum { MESSAGES_MAX = 6, SCORED = PLX_QUANTITY_HR };

#define BED "ED^R1^1^H"
#define BED2 "ED^R2^1^H"
#define ARRIVES(id, at, visit, place) ADT(id, "A04", at, "P1", "E", place, visit)
#define LEAVES(id, at, visit, place) ADT(id, "A03", at, "P1", "E", place, visit)
#define HR(at, value) OBX("1", "8867-4^Heart rate^LN", "", value, "/min", "F", at)
/* A report of a filler with the values that follow, collected and seen at a time, sent later. */
#define REPORT(id, filler, at, sent, obx)                                                          \
    ORU(id, sent) PID("P1") OBR("", filler, "X", at, sent, "F") obx
/* A value without an order. */
#define CHARTED(id, at, sent, value) ORU(id, sent) PID("P1") "OBR|1|||X\r" HR(at, value)
#define ASKED(id, placer, at)                                                                      \
    "MSH|^~\\&|LAB|H|PLX|ED|" DAY at "||ORM^O01|" id                                               \
    "|P|2.5.1\r" PID("P1") "ORC|NW|" placer "|||||||" DAY at "\rOBR|1|" placer                     \
                           "||CBC^Blood count^L||||||||||||||||||||LAB\r"

typedef struct scenario {
    const char *name, *paragraph;
    const char *messages[MESSAGES_MAX];
    const char *homes; /* each stay with the numbers of its orders and its heart rates, by name */
} scenario;

static const scenario SCENARIOS[] = {
    {"older stay heard of last",
     "7.4.2.14: the time of the observation tells the stay",
     {ARRIVES("1", "0800", "V1", BED), LEAVES("2", "0900", "V1", BED),
      ARRIVES("3", "1000", "V2", BED2), REPORT("4", "F1", "0830", "1030", HR("0830", "88"))},
     "V1 F1 88; V2;"},
    {"values without an order",
     "the same, charted",
     {ARRIVES("1", "0800", "V1", BED), LEAVES("2", "0900", "V1", BED),
      ARRIVES("3", "1000", "V2", BED2), CHARTED("4", "0830", "1030", "88"),
      CHARTED("5", "1010", "1040", "77")},
     "V1 88; V2 77;"},
    {"an order without a result",
     "4.5.1.9: the time of the order tells the stay",
     {ARRIVES("1", "0800", "V1", BED), LEAVES("2", "0900", "V1", BED),
      ARRIVES("3", "1000", "V2", BED2), ASKED("4", "PL1", "0830")},
     "V1 PL1; V2;"},
    {"two stays at once",
     "design: two candidates, a person decides",
     {ARRIVES("1", "0800", "V1", BED), ARRIVES("2", "0805", "V2", BED2),
      REPORT("3", "F1", "0830", "1030", HR("0830", "88"))},
     "- F1 88; V1; V2;"},
    {"two stays, one of which ended in time",
     "design: a discharge leaves one candidate",
     {ARRIVES("1", "0800", "V1", BED), ARRIVES("2", "0805", "V2", BED2),
      LEAVES("3", "0820", "V1", BED), REPORT("4", "F1", "0830", "1030", HR("0830", "88"))},
     "V1; V2 F1 88;"},
    {"held by none",
     "the nearest stay",
     {ARRIVES("1", "0800", "V1", BED), LEAVES("2", "0900", "V1", BED),
      ARRIVES("3", "1100", "V2", BED2), REPORT("4", "F1", "0910", "1130", HR("0910", "88")),
      REPORT("5", "F2", "1050", "1140", HR("1050", "77"))},
     "V1 F1 88; V2 F2 77;"},
    {"values of two times in one report",
     "an order is one: its first value tells the stay",
     {ARRIVES("1", "0800", "V1", BED), LEAVES("2", "0900", "V1", BED),
      ARRIVES("3", "1000", "V2", BED2),
      REPORT("4", "F1", "0830", "1030",
             HR("1010", "77") OBX("2", "2823-3^K^LN", "", "4", "mmol/L", "F", "0830"))},
     "V1 F1 77; V2;"},
    {"discharge cancelled",
     "3.3.13: the first stay goes on",
     {ARRIVES("1", "0800", "V1", BED), LEAVES("2", "0900", "V1", BED),
      ADT6("3", "A13", "0905", "0900", "P1", "E", BED, "V1"),
      REPORT("4", "F1", "0930", "1030", HR("0930", "88"))},
     "V1 F1 88;"},
    {"the visit named by a later word on the order",
     "4.5.1: PV1-19 goes before the time",
     {ARRIVES("1", "0800", "V1", BED), LEAVES("2", "0900", "V1", BED),
      ARRIVES("3", "1000", "V2", BED2), REPORT("4", "F1", "0830", "1030", HR("0830", "88")),
      "MSH|^~\\&|LAB|H|PLX|ED|" DAY "1040||ORM^O01|5|P|2.5.1\r" PID("P1")
          PV1("E", BED2, "V2") "ORC|SC||F1||IP||||" DAY "1040\rOBR|1||F1|X\r"},
     "V1; V2 F1 88;"},
};

/* Who is told of: a visit, or "-" for what is held for the person. */
static void tell(const world *w, uint32_t encounter, char *text, size_t capacity)
{
    const twin_encounter *e = twin_encounter_at(w->t, encounter);
    plx_out out = plx_out_init(text, capacity - 1);
    uint32_t node = e->visit ? plx_twin_group_name(w->t, e->visit) : 0;
    plx_slice number = node ? twin_text_get(w->t, twin_node_at(w->t, node)->value) : PLX_LIT("-");
    plx_out_slice_add(&out, number);
    for (uint32_t o = e->orders; o; o = twin_order_at(w->t, o)->next) {
        const twin_order *x = twin_order_at(w->t, o);
        plx_out_char(&out, ' ');
        plx_out_slice_add(&out, twin_text_get(w->t, x->filler ? x->filler : x->placer));
    }
    uint32_t series = plx_twin_series_find(w->t, encounter, SCORED);
    for (uint32_t i = 0; series && i < twin_series_at(w->t, series)->rows_n; i++) {
        uint32_t row = twin_series_rows(w->t, twin_series_at(w->t, series))[i];
        plx_out_char(&out, ' ');
        plx_out_slice_add(&out, twin_text_get(w->t, twin_row_at(w->t, row)->value));
    }
    plx_out_char(&out, ';');
    text[out.n] = 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void expect(const world *w, const scenario *s, const uint8_t *order, uint32_t n)
{
    char lines[8][64], got[1024] = "", said[64] = "";
    size_t lines_n = 0;
    for (uint32_t e = twin_next(w->t, TWIN_ENCOUNTER, 0); e; e = twin_next(w->t, TWIN_ENCOUNTER, e))
        tell(w, e, lines[lines_n++], sizeof lines[0]);
    qsort(lines, lines_n, sizeof lines[0], by_text);
    plx_out out = plx_out_init(got, sizeof got - 1);
    for (size_t i = 0; i < lines_n; i++) {
        if (i > 0) plx_out_char(&out, ' ');
        plx_out_text(&out, lines[i]);
    }
    got[out.n] = 0;
    for (uint32_t i = 0; i < n; i++)
        snprintf(said + strlen(said), sizeof said - strlen(said), "%d ", order[i] + 1);
    if (strcmp(got, s->homes) != 0)
        fail_msg("%s (%s), order %s: expected\n%s\ngot\n%s", s->name, s->paragraph, said, s->homes,
                 got);
}

static void run_in_order(const void *self, const uint8_t *order, uint32_t n)
{
    const scenario *s = self;
    world w = world_init(NULL);
    for (uint32_t i = 0; i < n; i++) {
        assert_int_equal(world_message(&w, s->messages[order[i]]), PLX_OUTCOME_APPLIED);
        check_twin(w.t);
    }
    expect(&w, s, order, n);
    world_destroy(&w);
}

static void every_order(const scenario *s)
{
    uint32_t n = 0;
    while (n < MESSAGES_MAX && s->messages[n])
        n++;
    world_every_order(n, run_in_order, s);
}

static void every_order_ends_alike(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SCENARIOS / sizeof *SCENARIOS; i++)
        every_order(&SCENARIOS[i]);
}

/* The rule by hand over the whole: slow, and from the times alone. */

enum { STAYS = 3, DATA = 3, WORLDS = 400, DAY_MINUTES = 600, FIRST_MINUTE = 60 };

typedef struct history {
    int arrived[STAYS], left[STAYS]; /* minutes of the day; left 0 = still here */
    int seen[DATA];
    bool order[DATA];
} history;

static int gap(const history *h, int stay, int minute)
{
    if (minute < h->arrived[stay]) return h->arrived[stay] - minute;
    return h->left[stay] && minute > h->left[stay] ? minute - h->left[stay] : 0;
}

/* STAYS: held for the person. */
static int home_by_hand(const history *h, int minute)
{
    int best = 0, inside = 0;
    for (int k = 0; k < STAYS; k++) {
        inside += gap(h, k, minute) == 0;
        bool nearer = gap(h, k, minute) < gap(h, best, minute);
        bool as_near = gap(h, k, minute) == gap(h, best, minute);
        if (nearer || (as_near && h->arrived[k] >= h->arrived[best])) best = k;
    }
    return inside > 1 ? STAYS : best;
}

static history history_draw(plx_rng *rng)
{
    history h = {.left = {0}};
    for (int k = 0; k < STAYS; k++) {
        h.arrived[k] = FIRST_MINUTE + (int)plx_rng_below(rng, DAY_MINUTES);
        if (plx_rng_below(rng, 5) > 0) h.left[k] = h.arrived[k] + 1 + (int)plx_rng_below(rng, 240);
    }
    for (int k = 0; k < DATA; k++) {
        h.seen[k] = (int)plx_rng_below(rng, DAY_MINUTES + 2 * FIRST_MINUTE);
        h.order[k] = plx_rng_below(rng, 2);
    }
    return h;
}

static int hhmm(int minute)
{
    return minute / 60 * 100 + minute % 60;
}

/* Message k of a history: arrivals, then departures, then data. Empty when there is none. */
static void message_write(const history *h, int k, char *text, size_t capacity)
{
    int at = k < STAYS ? h->arrived[k] : k < 2 * STAYS ? h->left[k - STAYS] : 0;
    int i = k - 2 * STAYS;
    text[0] = 0;
    if (k < 2 * STAYS && at > 0)
        snprintf(text, capacity,
                 "MSH|^~\\&|REG|H|PLX|ED|" DAY "%04d||ADT^%s|%d|P|2.5.1\rEVN||" DAY
                 "%04d\r" PID("P1") "PV1|1|E|ED^R%d^1^H||||||||||||||||V%d^^^H^VN\r",
                 hhmm(at), k < STAYS ? "A04" : "A03", k, hhmm(at), k % STAYS, k % STAYS);
    if (i < 0) return;
    char filler[16] = "";
    if (h->order[i]) snprintf(filler, sizeof filler, "F%d", i);
    snprintf(text, capacity, ORU("%d", "2300") PID("P1") "OBR|1||%s|X\r" HR("%04d", "%d"), k,
             filler, 60 + i, hhmm(h->seen[i]));
}

static void datum_lies(const world *w, const history *h, int i)
{
    char name[8], wished[64] = "-", value[8];
    int home = home_by_hand(h, h->seen[i]);
    snprintf(value, sizeof value, "%d", 60 + i);
    if (home < STAYS) snprintf(wished, sizeof wished, "V%d", home);
    for (uint32_t r = twin_next(w->t, TWIN_ROW, 0); r; r = twin_next(w->t, TWIN_ROW, r)) {
        const twin_row *x = twin_row_at(w->t, r);
        if (!plx_slice_is(twin_text_get(w->t, x->value), value)) continue;
        char got[64];
        tell(w, twin_series_at(w->t, x->series)->encounter, got, sizeof got);
        snprintf(name, sizeof name, "%.*s", (int)strcspn(got, " ;"), got);
        assert_string_equal(name, wished);
        return;
    }
    fail_msg("the value %s is lost", value);
}

static void random_orders_end_where_the_times_say(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(20261130, 1);
    for (int n = 0; n < WORLDS; n++) {
        enum { MESSAGES = 2 * STAYS + DATA };
        history h = history_draw(&rng);
        int order[MESSAGES];
        char text[512];
        world w = world_init(NULL);
        for (int k = 0; k < MESSAGES; k++) {
            int other = (int)plx_rng_below(&rng, (uint32_t)k + 1);
            order[k] = order[other];
            order[other] = k;
        }
        for (int k = 0; k < MESSAGES; k++) {
            message_write(&h, order[k], text, sizeof text);
            if (text[0]) assert_int_equal(world_message(&w, text), PLX_OUTCOME_APPLIED);
            check_twin(w.t);
        }
        for (int k = 0; k < DATA; k++)
            datum_lies(&w, &h, k);
        world_destroy(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_ends_alike),
        cmocka_unit_test(random_orders_end_where_the_times_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
