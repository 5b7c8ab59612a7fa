/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the live twin of a stay is fed with what is news, and its word stands on the stay.
 * Oracle: messages written by hand. Tolerance: none. */
#include "core/twin/body.h"
#include "core/twin/feed.h"
#include "core/twin/world_for_test.h"

#define STAY ADT("1", "A01", "1150", "M1", "E", "Majors^M01^1^H", "V1")
#define MONITOR(id, at, hr, sbp)                                                                   \
    ORU(id, at)                                                                                    \
    PID("M1")                                                                                      \
    PV1("E", "Majors^M01^1^H", "V1")                                                               \
    OBR("", "", "182777000^Monitoring^SCT", at, at, "")                                            \
    OBX("1", "8867-4^HR^LN", "", hr, "/min", "R", at)                                              \
    OBX("2", "76215-3^ABP^LN", "", sbp, "mm[Hg]", "R", at)

static plx_feed feed;

static void a_feed_is_what_is_news(void **state)
{
    (void)state;
    world w = world_init(NULL);
    assert_int_equal(world_message(&w, STAY), PLX_OUTCOME_APPLIED);
    assert_int_equal(plx_feed_next(w.t, 0), 0); /* nothing is measured */
    assert_int_equal(world_message(&w, MONITOR("2", "1158", "88", "131.5")), PLX_OUTCOME_APPLIED);
    assert_int_equal(world_message(&w, MONITOR("3", "1159", "90", "129")), PLX_OUTCOME_APPLIED);
    uint32_t stay = plx_feed_next(w.t, 0);
    assert_int_not_equal(stay, 0);
    assert_int_equal(plx_feed_next(w.t, stay), 0);
    plx_feed_fill(w.t, stay, 0, &feed);
    assert_int_equal(feed.number, plx_feed_number(w.t, stay));
    assert_int_equal(feed.values_n, 4);
    assert_int_equal(feed.values[0].kind, PLX_TRACK_hr_bpm);
    assert_true(feed.values[0].value == 88 && feed.values[1].value == 90);
    assert_true(feed.values[2].value == 131.5 && feed.values[2].how == PLX_LIVE_ART);
    assert_int_equal(feed.values[3].seq, 3);
    assert_true(feed.age_known && feed.sex_known && feed.size_assumed);
    assert_int_equal(feed.person.sex, PLX_SEX_FEMALE);
    assert_true(feed.person.age == 56);
    plx_feed_fill(w.t, stay, 2, &feed);
    assert_int_equal(feed.values_n, 2);
    plx_feed_fill(w.t, stay, 3, &feed);
    assert_int_equal(feed.values_n, 0);
    w.clock_us += 2 * PLX_HOUR_US;
    world_entry(&w, (plx_entry){.kind = PLX_ENTRY_TICK});
    assert_false(plx_feed_is_monitored(w.t, stay));
    world_destroy(&w);
}

static void oxygen_and_size_are_fed(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, STAY);
    world_message(&w, MONITOR("2", "1158", "88", "131"));
    world_message(&w, ORU("3", "1159") PID("M1") PV1("E", "Majors^M01^1^H", "V1")
                          OBR("", "", "85353-1^Vital signs^LN", "1159", "1159", "")
                              OBX("1", "3151-8^O2 flow^LN", "", "4", "L/min", "F", "1159")
                                  OBX("2", "29463-7^Weight^LN", "", "70.5", "kg", "F", "1159")
                                      OBX("3", "8302-2^Height^LN", "", "168", "cm", "F", "1159"));
    uint32_t stay = plx_feed_next(w.t, 0);
    plx_feed_fill(w.t, stay, 0, &feed);
    assert_false(feed.size_assumed);
    assert_true(feed.person.weight_kg == 70.5 && feed.person.height_cm == 168);
    assert_int_equal(feed.treatments_n, 1);
    assert_int_equal(feed.treatments[0].action.kind, PLX_ACTION_AIRWAY);
    plx_feed_fill(w.t, stay, 3, &feed);
    assert_int_equal(feed.treatments_n, 0);
    world_destroy(&w);
}

static plx_posterior word_of(uint64_t subject, int64_t at_us, bool forecast)
{
    plx_posterior p;
    plx_posterior_init(&p);
    p.subject = subject;
    p.at_us = at_us;
    p.cutoff = 2;
    p.used = 4;
    p.worst = PLX_POSTERIOR_SBP;
    for (uint32_t i = 0; i < PLX_MECHANISM_N; i++)
        p.number[PLX_POSTERIOR_AT_MECHANISM + i] = i == PLX_MECHANISM_HYPOVOLAEMIC ? 0.875F : 0;
    for (uint32_t i = 0; i < PLX_POSTERIOR_INTERVAL_N; i++)
        p.number[plx_posterior_hidden_at(PLX_POSTERIOR_H_DEFICIT, i)] = 800 + 300 * (float)i;
    p.number[PLX_POSTERIOR_AT_DIVERGENCE + PLX_POSTERIOR_SBP] = 1.25F;
    p.forecast = forecast;
    for (uint32_t h = 0; forecast && h < PLX_POSTERIOR_HORIZON_N; h++) {
        for (uint32_t e = 0; e < PLX_POSTERIOR_CHANCE_N; e++)
            p.number[plx_posterior_chance_at(h, e)] = 0.125F * (float)h;
        for (uint32_t i = 0; i < PLX_POSTERIOR_LEVEL_N; i++)
            p.number[plx_posterior_fan_at(h, PLX_POSTERIOR_HR, i)] = 80 + (float)i;
    }
    return p;
}

static const char *say(world *w, const plx_posterior *p)
{
    uint8_t bytes[PLX_POSTERIOR_BYTES_MAX];
    size_t n = plx_posterior_encode(p, bytes);
    world_entry(w, (plx_entry){.kind = PLX_ENTRY_RESULT, .body = {(const char *)bytes, n}});
    return w->applied.reason;
}

static void make_demo(world *w)
{
    world_entry(w, (plx_entry){.kind = PLX_ENTRY_ADMIN, .body = PLX_LIT("{\"event\":\"demo\"}")});
}

static const char *document(world *w, uint32_t stay)
{
    plx_out out = plx_out_init(w->text, WORLD_TEXT);
    plx_board_stay_write(w->t, stay, &out);
    plx_out_char(&out, '\0');
    assert_false(out.full);
    return w->text;
}

static void expect(const char *text, const char *part)
{
    const char *found = strstr(text, part);
    if (!found) print_error("%s is not there\n", part);
    assert_non_null(found);
}

/* Why a word was said, from its entry; NULL: not known. */
static const char *why(world *w, const plx_posterior *p, plx_entry_kind kind, uint64_t other)
{
    uint8_t bytes[PLX_POSTERIOR_BYTES_MAX];
    const plx_entry entry = {
        .seq = 7, .kind = kind, .body = {(const char *)bytes, plx_posterior_encode(p, bytes)}};
    plx_out out = plx_out_init(w->text, WORLD_TEXT);
    if (plx_why_result_write(&entry, plx_provenance_of(7 + other, 0), &out) != PLX_OK) return NULL;
    plx_out_char(&out, '\0');
    return w->text;
}

static void a_word_stands_until_a_newer_one(void **state)
{
    (void)state;
    world w = world_init(NULL);
    make_demo(&w);
    world_message(&w, STAY);
    world_message(&w, MONITOR("2", "1158", "88", "131"));
    uint32_t stay = plx_feed_next(w.t, 0);
    uint64_t number = plx_feed_number(w.t, stay);
    expect(document(&w, stay), "\"body\":null");
    plx_posterior p = word_of(number, NOON_US, true);
    assert_null(say(&w, &p));
    assert_int_equal(w.applied.touched_n, 1);
    assert_int_equal(w.applied.touched[0], stay);
    const char *text = document(&w, stay);
    expect(text, "\"topic\":\"enc:1\"");
    expect(text, "\"status\":\"tracking\"");
    expect(text, "{\"m\":\"hypovolaemic\",\"p\":0.875}");
    expect(
        text,
        "\"deficit\":{\"v\":\"1100\",\"u\":\"mL\",\"k\":\"p\",\"lo\":800,\"hi\":1400,\"l\":0.9}");
    expect(text, "\"hr\":{\"u\":\"/min\",\"q\":[[82.0,86.0,91.0,96.0,100.0]");
    expect(text, "\"shock\":{\"v\":\"hypovolaemic 0.88, -1.1 L\"");
    expect(text, "\"risk\":{\"v\":\"0.38\"");
    p = word_of(number, NOON_US + PLX_MINUTE_US, false);
    p.status = PLX_POSTERIOR_ADRIFT;
    assert_null(say(&w, &p));
    text = document(&w, stay);
    expect(text, "\"status\":\"adrift\"");
    expect(text, "\"q\":[[82.0"); /* the forecast before stands */
    expect(text, "\"shock\":null");
    p.at_us = NOON_US;
    assert_string_equal(say(&w, &p), "result-older-than-known");
    expect(why(&w, &p, PLX_ENTRY_RESULT, 0), "\"what\":\"live twin\",\"value\":{\"v\":\"adrift\"");
    expect(w.text, "\"cutoff\":2,\"used\":4");
    assert_null(why(&w, &p, PLX_ENTRY_TICK, 0));
    assert_null(why(&w, &p, PLX_ENTRY_RESULT, 1)); /* of another entry */
    p.subject = 99;
    assert_string_equal(say(&w, &p), "result-of-a-stay-that-left");
    assert_int_equal(world_entry(&w, (plx_entry){.kind = PLX_ENTRY_RESULT}), PLX_OUTCOME_INTERNAL);
    assert_string_equal(w.applied.reason, "result-not-readable");
    world_destroy(&w);
}

/* The board names what is likelier than not, and blood that is surely lost. */
static void the_board_names_what_is_likely(void **state)
{
    (void)state;
    world w = world_init(NULL);
    make_demo(&w);
    world_message(&w, STAY);
    world_message(&w, MONITOR("2", "1158", "88", "131"));
    uint32_t stay = plx_feed_next(w.t, 0);
    plx_posterior p = word_of(plx_feed_number(w.t, stay), NOON_US, true);
    p.number[plx_posterior_hidden_at(PLX_POSTERIOR_H_DEFICIT, PLX_POSTERIOR_LOW)] = -30;
    assert_null(say(&w, &p));
    expect(document(&w, stay), "\"shock\":{\"v\":\"hypovolaemic 0.88\"");
    p.at_us += PLX_MINUTE_US;
    p.number[PLX_POSTERIOR_AT_MECHANISM + PLX_MECHANISM_HYPOVOLAEMIC] = 0.45F;
    assert_null(say(&w, &p));
    expect(document(&w, stay), "\"shock\":null");
    expect(w.text, "\"named\":\"unknown\"");
    world_destroy(&w);
}

static void a_word_grows_old(void **state)
{
    (void)state;
    world w = world_init(NULL);
    make_demo(&w);
    world_message(&w, STAY);
    world_message(&w, MONITOR("2", "1158", "88", "131"));
    uint32_t stay = plx_feed_next(w.t, 0);
    plx_posterior p = word_of(plx_feed_number(w.t, stay), NOON_US, true);
    assert_null(say(&w, &p));
    w.clock_us = NOON_US + 15 * PLX_MINUTE_US - 1;
    world_entry(&w, (plx_entry){.kind = PLX_ENTRY_TICK});
    expect(document(&w, stay), "\"status\":\"tracking\"");
    w.clock_us++;
    world_entry(&w, (plx_entry){.kind = PLX_ENTRY_TICK});
    assert_int_equal(w.applied.touched_n, 1); /* viewers hear of it */
    expect(document(&w, stay), "\"status\":\"stale\"");
    expect(w.text, "\"shock\":null");
    expect(w.text, "\"risk\":null");
    p.at_us = w.clock_us;
    assert_null(say(&w, &p));
    expect(document(&w, stay), "\"status\":\"tracking\"");
    world_destroy(&w);
}

/* A heart rate of 83 to 93 and a mean pressure of 57 to 59. */
static void measure(world *w, int minute)
{
    char text[1024], at[8];
    snprintf(at, sizeof at, "%02d%02d", 12 + minute / 60, minute % 60);
    snprintf(text, sizeof text,
             "MSH|^~\\&|MON|H|PLX|ED|" DAY "%s||ORU^R01|M%d|P|2.5.1\r" PID("M1")
                 PV1("E", "Majors^M01^1^H",
                     "V1") "OBR|1|||182777000^Monitoring^SCT|||" DAY "%s\r"
                           "OBX|1|NM|8867-4^HR^LN||%d|/min|||||R|||" DAY "%s\r"
                           "OBX|2|NM|76214-6^ABP^LN||%d|mm[Hg]|||||R|||" DAY "%s\r",
             at, minute, at, 83 + minute * 37 % 11, at, 57 + minute % 3, at);
    assert_int_equal(world_message(w, text), PLX_OUTCOME_APPLIED);
}

/* Two hours of a heart rate of 88 that a twin foresees as `hr`; what is then shown 5 min ahead. */
static const char *foresee(world *w, bool demo, float hr)
{
    if (demo) make_demo(w);
    world_message(w, STAY);
    measure(w, 0);
    uint32_t stay = plx_feed_next(w->t, 0);
    for (int minute = 1; minute <= 120; minute++) {
        w->clock_us = NOON_US + minute * PLX_MINUTE_US;
        measure(w, minute);
        plx_posterior p =
            word_of(plx_feed_number(w->t, stay), NOON_US + minute * PLX_MINUTE_US, true);
        for (uint32_t h = 0; h < PLX_POSTERIOR_HORIZON_N; h++)
            for (uint32_t i = 0; i < PLX_POSTERIOR_LEVEL_N; i++)
                p.number[plx_posterior_fan_at(h, PLX_POSTERIOR_HR, i)] =
                    hr - 6 + 12 * (float)i / 22;
        for (uint32_t h = 0; h < PLX_POSTERIOR_HORIZON_N; h++)
            p.number[plx_posterior_chance_at(h, PLX_POSTERIOR_MAP_LOW)] = 0.9F;
        assert_null(say(w, &p));
    }
    return document(w, stay);
}

static void a_twin_that_loses_steps_back(void **state)
{
    (void)state;
    world w = world_init(NULL);
    const char *text = foresee(&w, true, 88);
    expect(text, "\"shown\":true");
    expect(text, "\"by\":[\"twin\",");
    expect(text, "\"why\":[\"its recent forecasts for this patient were right\"");
    world_destroy(&w);
    w = world_init(NULL);
    text = foresee(&w, true, 130);
    expect(text, "\"why\":[\"the model is switched off"); /* five minutes ahead, by itself */
    expect(text, "\"it does not follow this patient now\"");
    plx_out out = plx_out_init(w.text, WORLD_TEXT);
    plx_board_trust_write(w.t, &out);
    plx_out_char(&out, '\0');
    expect(w.text,
           "\"target\":\"8867-4\",\"unit\":\"/min\",\"horizon\":\"5 min\",\"state\":\"demoted\"");
    expect(w.text, "\"calibration\":\"too high\"");
    assert_null(strstr(text, "\"by\":[\"twin\","));
    world_destroy(&w);
    w = world_init(NULL); /* outside a demonstration a new model stays in the shadow */
    text = foresee(&w, false, 88);
    expect(text, "\"shown\":false");
    expect(text, "\"why\":[\"the model is switched off or was never switched on\"");
    assert_null(strstr(text, "\"by\":[\"twin\","));
    expect(text, "\"risk\":null");
    world_destroy(&w);
}

/* The mean pressure is below 65 all the time, and so the twin said with 0.9: Brier score 0.01. */
static void an_event_is_judged(void **state)
{
    (void)state;
    world w = world_init(NULL);
    foresee(&w, true, 88);
    plx_out out = plx_out_init(w.text, WORLD_TEXT);
    plx_board_trust_write(w.t, &out);
    plx_out_char(&out, '\0');
    const char *cell = strstr(w.text, "\"target\":\"event.map-below-65\",\"unit\":\"1\"");
    assert_non_null(cell);
    expect(cell, "\"brier\":0.010,\"bias\":null,\"coverage90\":null,\"width90\":null,"
                 "\"skill\":{\"base rate\":");
    world_destroy(&w);
}

static void it_goes_with_the_stay_and_into_a_snapshot(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, STAY);
    world_message(&w, MONITOR("2", "1158", "88", "131"));
    uint32_t stay = plx_feed_next(w.t, 0);
    plx_posterior p = word_of(plx_feed_number(w.t, stay), NOON_US, true);
    uint8_t before[32], after[32], copied[32];
    plx_twin_hash(w.t, before);
    assert_null(say(&w, &p));
    plx_twin_hash(w.t, after);
    assert_memory_not_equal(before, after, 32);
    size_t used = plx_twin_used(w.t);
    void *memory = malloc(used);
    plx_twin *copy = NULL;
    assert_non_null(memory);
    memcpy(memory, w.t, used);
    assert_int_equal(plx_twin_adopt(&copy, memory, used, used), PLX_OK);
    plx_twin_hash(copy, copied);
    assert_memory_equal(after, copied, 32);
    free(memory);
    world_message(&w, ADT("9", "A03", "1201", "M1", "E", "Majors^M01^1^H", "V1"));
    w.clock_us += 15 * PLX_DAY_US;
    world_entry(&w, (plx_entry){.kind = PLX_ENTRY_TICK});
    assert_int_equal(w.t->pools[TWIN_BODY].live, 0);
    assert_int_equal(plx_feed_number(w.t, stay), 0);
    world_destroy(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_feed_is_what_is_news),
        cmocka_unit_test(oxygen_and_size_are_fed),
        cmocka_unit_test(a_word_stands_until_a_newer_one),
        cmocka_unit_test(the_board_names_what_is_likely),
        cmocka_unit_test(a_word_grows_old),
        cmocka_unit_test(a_twin_that_loses_steps_back),
        cmocka_unit_test(an_event_is_judged),
        cmocka_unit_test(it_goes_with_the_stay_and_into_a_snapshot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
