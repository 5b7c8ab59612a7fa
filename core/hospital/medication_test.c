/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: what the messages tell of drugs, fluids and blood is what the staff gave, with its times,
 * under orders that were told before. Oracle: the books of the bedside and of the body; a small
 * reader of messages of its own. Tolerance: the decimals of the messages. */
#include "core/hospital/bedside_for_test.h"

#include <math.h>

#include "core/hospital/reader_for_test.h"

enum { ORDERS = 400, TEXT = 40 };

typedef struct told_order {
    char number[TEXT];
    int doses;
    bool ended;
} told_order;

/* All that was told of one patient. */
typedef struct account {
    told_order orders[ORDERS];
    int orders_n, rates_n, stops_n, weights_n;
    double crystalloid_ml, red_cells_ml, rate, naloxone_ug, naloxone_mg_h, epinephrine_ug;
    int64_t last_us;
} account;

static told_order *order_named(account *a, const char *number)
{
    for (int i = 0; i < a->orders_n; i++)
        if (strcmp(a->orders[i].number, number) == 0) return &a->orders[i];
    return NULL;
}

static void read_order(account *a, const char *m)
{
    char control[TEXT], number[TEXT], code[TEXT];
    get(segment(m, "ORC", 0), 1, 0, control, sizeof control);
    get(segment(m, "ORC", 0), 2, 1, number, sizeof number);
    get(segment(m, "RXE", 0), 2, 1, code, sizeof code);
    assert_true(code[0] && number[0] == 'D');
    told_order *o = order_named(a, number);
    if (strcmp(control, "DC") == 0) {
        assert_true(o && o->doses > 0 && !o->ended);
        o->ended = true;
        return;
    }
    assert_string_equal(control, "NW");
    assert_null(o);
    assert_true(a->orders_n < ORDERS);
    memcpy(a->orders[a->orders_n++].number, number, sizeof number);
}

static void add_amount(account *a, const char *code, const char *unit, double amount)
{
    const bool rate = strchr(unit, '/') != NULL;
    if (strcmp(code, "RL") == 0) a->crystalloid_ml += amount;
    if (strcmp(code, "PRBC") == 0) a->red_cells_ml += amount;
    if (strcmp(code, "3992") == 0) a->epinephrine_ug += amount;
    if (strcmp(code, "7242") == 0) *(rate ? &a->naloxone_mg_h : &a->naloxone_ug) = amount;
    if (strcmp(code, "7512") != 0) return;
    assert_string_equal(unit, "ug/kg/min");
    a->rate = amount;
    a->rates_n++;
    a->stops_n += amount == 0;
}

static void read_dose(account *a, const char *m, int64_t since_us)
{
    char number[TEXT], sub[TEXT], code[TEXT], amount[TEXT], unit[TEXT], start[TEXT], now[TEXT];
    const char *rxa = segment(m, "RXA", 0);
    get(segment(m, "ORC", 0), 2, 1, number, sizeof number);
    get(rxa, 2, 0, sub, sizeof sub);
    get(rxa, 3, 0, start, sizeof start);
    get(rxa, 5, 1, code, sizeof code);
    get(rxa, 6, 0, amount, sizeof amount);
    get(rxa, 7, 1, unit, sizeof unit);
    told_order *o = order_named(a, number);
    assert_true(o && !o->ended); /* it was told before */
    assert_int_equal(atoi(sub), ++o->doses);
    plx_out out = plx_out_init(now, sizeof now - 1);
    plx_hosp_put_time(&out, since_us, false);
    now[out.n] = 0;
    assert_true(strcmp(start, now) >= 0);
    get(rxa, 20, 0, sub, sizeof sub);
    assert_string_equal(sub, "CP");
    get(segment(m, "RXR", 0), 1, 1, sub, sizeof sub);
    assert_true(sub[0]);
    add_amount(a, code, unit, strtod(amount, NULL));
}

/* What was told since the last look. */
static void look(hospital *h, account *a, int64_t since_us)
{
    static char text[SLOT_BYTES + 1];
    plx_hospital_message msg;
    while (plx_hosp_outbox_pop(h, &msg)) {
        char type[TEXT];
        memcpy(text, msg.bytes.at, msg.bytes.n);
        text[msg.bytes.n] = 0;
        get(text, 9, 1, type, sizeof type);
        if (strcmp(type, "RDE") == 0) read_order(a, text);
        if (strcmp(type, "RAS") == 0) read_dose(a, text, since_us);
        a->weights_n += strstr(text, "29463-7^Body weight^LN") != NULL;
        assert_true(msg.due_us >= a->last_us);
        a->last_us = msg.due_us;
        plx_hosp_outbox_free(h, h->returned);
    }
}

static bedside *treat(hospital *h, visit *v, account *a, int minutes)
{
    bedside *b = NULL;
    for (int i = 0; i < minutes; i++) {
        const int64_t since_us = h->now_us;
        b = pass(h, v, 1, true);
        look(h, a, since_us);
    }
    return b;
}

static void blood_and_pressor(void **state)
{
    (void)state;
    account a = {0};
    run r = begin(1, 10, 4);
    visit *v = ill_with(r.h, "GIB", ILLNESS_WOUND, UINT8_MAX);
    pass(r.h, v, 60, false);
    const bedside *b = treat(r.h, v, &a, 150);
    print_message("# %d orders; %.0f mL Ringer, %.0f mL red cells, %d rates of norepinephrine\n",
                  a.orders_n, a.crystalloid_ml, a.red_cells_ml, a.rates_n);
    assert_true(a.crystalloid_ml > 0 && fabs(a.crystalloid_ml - b->given.crystalloid_ml) <= 1);
    assert_true(a.red_cells_ml == 300 * b->given.red_cells_n);
    assert_true(fabs(a.rate - b->given.norepinephrine) < 0.005);
    assert_int_equal(a.weights_n, 0);
    plx_hosp_vitals_size(r.h, v);
    look(r.h, &a, 0);
    assert_int_equal(a.weights_n, 1);
    free(r.memory);
}

static void sepsis_and_its_pressor(void **state)
{
    (void)state;
    account a = {0};
    run r = begin(3, 10, 4);
    visit *v = ill_with(r.h, "SEPSIS", ILLNESS_CONDITION, PLX_CONDITION_SEPSIS);
    const bedside *b = treat(r.h, v, &a, 240);
    print_message("# sepsis: %d rates, %d stops, now %.2f\n", a.rates_n, a.stops_n, a.rate);
    assert_true(a.rates_n > 2);
    assert_true(fabs(a.rate - b->given.norepinephrine) < 0.005);
    /* his pressure is seen to be high for an hour, then low: off, and a new order */
    const measured high = {80, 150, 110, 16, 98, 370}, low = {110, 70, 50, 24, 95, 370};
    for (int i = 0; i < 70; i++) {
        const int64_t since_us = r.h->now_us += PLX_MINUTE_US;
        plx_hosp_protocol(r.h, v, plx_hosp_bedside_of(r.h, v), i < 60 ? &high : &low);
        look(r.h, &a, since_us);
    }
    int ended = 0;
    for (int i = 0; i < a.orders_n; i++)
        ended += a.orders[i].ended;
    assert_int_equal(a.stops_n, 1);
    assert_int_equal(ended, 1);
    assert_true(a.rate > 0 && fabs(a.rate - b->given.norepinephrine) < 0.005);
    free(r.memory);
}

static void single_doses(void **state)
{
    (void)state;
    account a = {0};
    run r = begin(5, 10, 4);
    visit *v = ill_with(r.h, "ALLERGY", ILLNESS_CONDITION, PLX_CONDITION_ANAPHYLAXIS);
    const bedside *b = treat(r.h, v, &a, 60);
    assert_true(b->given.epinephrine_n > 0);
    assert_true(a.epinephrine_ug == 500.0 * b->given.epinephrine_n);
    free(r.memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blood_and_pressor),
        cmocka_unit_test(sepsis_and_its_pressor),
        cmocka_unit_test(single_doses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
