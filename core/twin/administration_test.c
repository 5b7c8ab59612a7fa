/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: what is said of drugs has one state, whatever comes first; corrections, refusals and
 * withdrawals are kept as versions; each word can be traced to its bytes. Oracle: worked out by
 * hand, for every permutation of the messages. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/format/json/json.h"
#include "core/twin/invariant_for_test.h"
#include "core/twin/world_for_test.h"

enum { MESSAGES_MAX = 7, TEXT = 2048 };

#define STAY ADT("1", "A04", "0900", "P1", "E", "ED^R1^1^H", "V1")
#define PH(id, type, sent) "MSH|^~\\&|PH|H|PLX|ED|" DAY sent "||" type "|" id "|P|2.5.1\r"
#define WHO PID("P1") PV1("E", "ED^R1^1^H", "V1")
#define NE "7512^norepinephrine^RXNORM"
#define RDE(id, sent, control)                                                                     \
    PH(id, "RDE^O11", sent) WHO "ORC|" control "|N1^H|F1^PH\rRXE||" NE "|0.05||ug/kg/min\r"
/* sub-id, start, amount, status, action */
#define RXA(sub, start, amount, status, action)                                                    \
    "RXA|0|" sub "|" DAY start "||" NE "|" amount "|ug/kg/min|||||||||||||" status "|" action "\r"
#define RAS(id, sent, rxa) PH(id, "RAS^O17", sent) WHO "ORC|RE|N1^H|F1^PH\r" rxa "RXR|IV\r"

typedef struct scenario {
    const char *name;
    const char *messages[MESSAGES_MAX];
    const char *expected; /* orders with state, and their doses, newest first */
} scenario;

static const scenario SCENARIOS[] = {
    {"given, raised, corrected, stopped",
     {STAY, RDE("2", "1000", "NW"), RAS("3", "1011", RXA("1", "1010", "0.05", "CP", "A")),
      RAS("4", "1021", RXA("2", "1020", "0.1", "CP", "A")),
      RAS("5", "1030", RXA("2", "1020", "0.15", "CP", "U")), RDE("6", "1100", "DC")},
     "N1 F1 8: 1100 ordered 0.05 (1000 0.05); 1020 given 0.15 stands (1020 0.1); 1010 given 0.05 "
     "stands;"},
    {"a correction of the time names the one of its sub-id",
     {STAY, RAS("3", "1011", RXA("1", "1010", "0.05", "CP", "A")),
      RAS("4", "1021", RXA("2", "1020", "0.1", "CP", "A")),
      RAS("5", "1030", RXA("2", "1025", "0.1", "CP", "U")),
      RAS("6", "1031", RXA("1", "1012", "0.05", "CP", "D"))},
     "N1 F1 10: 1025 given 0.1 stands; 1020 given 0.1; 1012 given 0.05; 1010 given 0.05;"},
    {"refused, not given, withdrawn",
     {STAY, RDE("2", "1000", "NW"), RAS("3", "1011", RXA("1", "1010", "0.05", "RE", "A")),
      RAS("4", "1021", RXA("2", "1020", "0.1", "NA", "A")),
      RAS("5", "1030", RXA("3", "1030", "0.2", "PA", "")),
      RAS("6", "1040", RXA("3", "1030", "0.2", "PA", "D"))},
     "N1 F1 1: 1030 given 0.2 (1030 0.2); 1020 given 0.1; 1010 given 0.05; 1000 ordered 0.05;"},
    {"said again under another control id",
     {STAY, RAS("3", "1011", RXA("1", "1010", "0.05", "CP", "A")),
      RAS("4", "1011", RXA("1", "1010", "0.05", "CP", "A"))},
     "N1 F1 10: 1010 given 0.05 stands;"},
    {"one order by placer here and filler there",
     {STAY, PH("2", "RDE^O11", "1000") WHO "ORC|NW|N1^H\rRXE||" NE "|0.05||ug/kg/min\r",
      PH("3", "RAS^O17", "1011") WHO "ORC|RE||F1^PH\r" RXA("1", "1010", "0.05", "CP", "A"),
      PH("4", "RDE^O11", "1005") WHO "ORC|OK|N1^H|F1^PH\rRXE||" NE "|0.05||ug/kg/min\r"},
     "N1 F1 10: 1010 given 0.05 stands; 1005 ordered 0.05 (1000 0.05);"},
    {"without any order",
     {STAY, PH("2", "RAS^O17", "1011") WHO RXA("1", "1010", "0.05", "CP", "A"),
      PH("3", "RAS^O17", "1021") WHO "ORC|RE\r" RXA("2", "1020", "0.1", "CP", "A")},
     "10: 1020 given 0.1 stands; 1010 given 0.05 stands;"},
};
enum { SCENARIOS_N = sizeof SCENARIOS / sizeof *SCENARIOS };

static void put_minute(plx_out *out, int64_t time_us)
{
    const plx_civil c = plx_time_to_civil(time_us);
    plx_out_u64_padded(out, (uint64_t)c.hour, 2);
    plx_out_u64_padded(out, (uint64_t)c.minute, 2);
    plx_out_char(out, ' ');
}

static void put_dose(const plx_twin *t, uint32_t dose, plx_out *out)
{
    const twin_dose *d = twin_dose_at(t, dose);
    plx_out_char(out, ' ');
    put_minute(out, d->at_us);
    plx_out_text(out, d->word == PLX_MEDICATION_GIVEN ? "given " : "ordered ");
    plx_out_slice_add(out, twin_text_get(t, d->amount));
    if (plx_twin_dose_stands(t, dose)) plx_out_text(out, " stands");
    for (uint32_t v = d->older; v; v = twin_dose_at(t, v)->older) {
        plx_out_text(out, " (");
        put_minute(out, twin_dose_at(t, v)->at_us);
        plx_out_slice_add(out, twin_text_get(t, twin_dose_at(t, v)->amount));
        plx_out_char(out, ')');
    }
    plx_out_char(out, ';');
}

static void describe(const plx_twin *t, const twin_encounter *e, plx_out *out)
{
    for (uint32_t i = e->orders; i; i = twin_order_at(t, i)->next) {
        const twin_order *o = twin_order_at(t, i);
        plx_out_slice_add(out, twin_text_get(t, o->placer));
        if (o->placer) plx_out_char(out, ' ');
        plx_out_slice_add(out, twin_text_get(t, o->filler));
        if (o->filler) plx_out_char(out, ' ');
        plx_out_u64(out, o->state);
        plx_out_char(out, ':');
        for (uint32_t d = o->doses; d; d = twin_dose_at(t, d)->next)
            put_dose(t, d, out);
    }
}

static void one_order_of_arrival(const void *self, const uint8_t *order, uint32_t n)
{
    const scenario *s = self;
    char text[TEXT];
    world w = world_init(NULL);
    for (uint32_t i = 0; i < n; i++)
        assert_int_equal(world_message(&w, s->messages[order[i]]), PLX_OUTCOME_APPLIED);
    plx_out out = plx_out_init(text, TEXT - 1);
    describe(w.t, world_stay(&w, "V1"), &out);
    text[out.n] = 0;
    if (strcmp(text, s->expected) != 0) fail_msg("%s: %s is not %s", s->name, text, s->expected);
    check_twin(w.t);
    world_destroy(&w);
}

static void every_order_of_arrival(void **state)
{
    (void)state;
    for (int i = 0; i < SCENARIOS_N; i++) {
        uint32_t n = 0;
        while (n < MESSAGES_MAX && SCENARIOS[i].messages[n])
            n++;
        world_every_order(n, one_order_of_arrival, &SCENARIOS[i]);
    }
}

static void why_of_a_dose(void **state)
{
    (void)state;
    char text[TEXT];
    world w = world_init(NULL);
    world_message(&w, STAY);
    world_message(&w, RAS("2", "1011", RXA("1", "1010", "0.05", "CP", "A")));
    world_message(&w, RAS("3", "1031", RXA("1", "1010", "0.15", "CP", "U")));
    const twin_order *o = twin_order_at(w.t, world_stay(&w, "V1")->orders);
    const twin_dose *d = twin_dose_at(w.t, o->doses);
    plx_out out = plx_out_init(text, TEXT - 1);
    assert_int_equal(plx_why_write(w.t, plx_twin_source_id(w.t, d->source, d->index), &out),
                     PLX_OK);
    text[out.n] = 0;
    assert_non_null(strstr(text, "\"what\":\"norepinephrine\""));
    assert_non_null(strstr(text, "\"v\":\"0.15\",\"u\":\"ug/kg/min\""));
    assert_non_null(strstr(text, "\"status\":\"given complete\""));
    assert_non_null(strstr(text, "\"source\":\"RAS^O17, sent by PH\""));
    assert_non_null(strstr(text, "\"v\":\"0.05\"")); /* the version before it */
    const char *from = strstr(text, "\"from\":");
    assert_non_null(from);
    const char *message = RAS("3", "1031", RXA("1", "1010", "0.15", "CP", "U"));
    assert_int_equal(strncmp(message + strtoul(from + 7, NULL, 10), "RXA|0|1|", 8), 0);
    /* on the board: what was given last */
    assert_non_null(strstr(world_board(&w), "norepinephrine given"));
    world_destroy(&w);
}

static void the_oldest_go_at_the_limit(void **state)
{
    (void)state;
    char text[TEXT];
    world w = world_init(NULL);
    world_message(&w, STAY);
    for (int i = 0; i < TWIN_DOSES_MAX + 3; i++) {
        char start[8];
        (void)snprintf(start, sizeof start, "%02d%02d", 10 + i / 60, i % 60);
        (void)snprintf(text, sizeof text,
                       "MSH|^~\\&|PH|H|PLX|ED|" DAY "1000||RAS^O17|%d|P|2.5.1\r" WHO
                       "ORC|RE|N1^H\rRXA|0|%d|%s%s||" NE "|1|mg\r",
                       i, i, DAY, start);
        assert_int_equal(world_message(&w, text), PLX_OUTCOME_APPLIED);
    }
    const twin_order *o = twin_order_at(w.t, world_stay(&w, "V1")->orders);
    assert_int_equal(o->doses_n, TWIN_DOSES_MAX);
    assert_int_equal(w.t->world.cut, 3);
    check_twin(w.t);
    world_destroy(&w);
}

/* As much as one message may say: what apply asks for beforehand (12 MiB and four times the text)
 * must suffice. */
static void the_longest_message(void **state)
{
    (void)state;
    enum { ALL = 1023, BYTES = 1 << 20 };
    char *text = malloc(BYTES);
    world w = world_init(NULL);
    assert_non_null(text);
    world_message(&w, STAY);
    size_t n = (size_t)snprintf(text, BYTES, "%s", PH("2", "RAS^O17", "1000") WHO);
    for (int i = 0; i < ALL; i++) {
        n += (size_t)snprintf(text + n, BYTES - n, "ORC|RE|N%d\r", i);
        for (int k = 0; k < 3; k++)
            n += (size_t)snprintf(text + n, BYTES - n,
                                  "RXA|%d|%d|" DAY "10%02d||C%d%d^T%d%d^S%d|%d.%d|u%d\r", k, k,
                                  i % 60, i, k, i, k, i, i, k, i);
    }
    const size_t before = plx_twin_used(w.t);
    assert_int_equal(world_message(&w, text), PLX_OUTCOME_APPLIED);
    const size_t grown = plx_twin_used(w.t) - before;
    print_message("# %zu bytes, the twin grew by %zu\n", n, grown);
    assert_int_equal(w.t->pools[TWIN_DOSE].live, 3 * ALL);
    assert_true(grown < 12 * 1024 * 1024 + 4 * n);
    check_twin(w.t);
    world_destroy(&w);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_of_arrival),
        cmocka_unit_test(why_of_a_dose),
        cmocka_unit_test(the_oldest_go_at_the_limit),
        cmocka_unit_test(the_longest_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
