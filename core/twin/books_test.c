/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: every message ends in exactly one column of the books, dead letters are held with their
 * reason and can be repaired or discarded. Oracle: received = applied + duplicate + ignored +
 * refused + dead (design operations 3), counted by hand. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/format/hl7v2/charset.h"
#include "core/format/json/json.h"
#include "core/twin/world_for_test.h"

#define GOOD ADT("1", "A04", "1000", "P1", "E", "ED^R1^1^H", "V1")
#define NO_PID MSH("2", "ADT^A04", "1000") EVN("A04", "1000") PV1("E", "ED", "V1")

static plx_books books_of(const world *w, uint32_t iface)
{
    plx_books b;
    plx_twin_books(w->t, iface, &b);
    assert_true(b.received == b.applied + b.duplicate + b.ignored + b.refused + b.dead_open +
                                  b.dead_fixed + b.dead_discarded);
    return b;
}

static plx_outcome with_verdict(world *w, plx_verdict verdict, const char *text)
{
    return world_entry(w, (plx_entry){.kind = PLX_ENTRY_MESSAGE,
                                      .verdict = verdict,
                                      .iface = PLX_IFACE_FIRST,
                                      .body = plx_slice_of(text)});
}

static plx_outcome repaired(world *w, uint64_t original, const char *text)
{
    return world_entry(w, (plx_entry){.kind = PLX_ENTRY_EDITED,
                                      .verdict = world_judge(plx_slice_of(text)),
                                      .iface = PLX_IFACE_REPAIR,
                                      .ref = original,
                                      .peer = PLX_LIT("nurse"),
                                      .body = plx_slice_of(text)});
}

static void each_verdict_has_its_column(void **state)
{
    (void)state;
    world w = world_init(NULL);
    assert_int_equal(with_verdict(&w, PLX_VERDICT_ACCEPTED, GOOD), PLX_OUTCOME_APPLIED);
    assert_null(w.applied.reason);
    assert_int_equal(with_verdict(&w, PLX_VERDICT_DUPLICATE, GOOD), PLX_OUTCOME_DUPLICATE);
    assert_int_equal(with_verdict(&w, PLX_VERDICT_REFUSED, GOOD), PLX_OUTCOME_REFUSED);
    assert_non_null(w.applied.reason);
    assert_int_equal(with_verdict(&w, PLX_VERDICT_SHADOW, GOOD), PLX_OUTCOME_IGNORED);
    assert_string_equal(w.applied.reason, "shadow");
    assert_int_equal(with_verdict(&w, PLX_VERDICT_CONFLICT, GOOD), PLX_OUTCOME_DEAD);
    assert_int_equal(with_verdict(&w, PLX_VERDICT_ERROR, NO_PID), PLX_OUTCOME_DEAD);
    assert_int_equal(with_verdict(&w, PLX_VERDICT_BROKEN, "MSH|^~\\&|cut"), PLX_OUTCOME_DEAD);
    /* accepted by a rule of then, unreadable by the rules of now: dead, never lost */
    assert_int_equal(with_verdict(&w, PLX_VERDICT_ACCEPTED, "rubbish"), PLX_OUTCOME_DEAD);
    assert_int_equal(with_verdict(&w, PLX_VERDICT_ACCEPTED, MSH("9", "ACK", "1000") "MSA|AA|1\r"),
                     PLX_OUTCOME_IGNORED);
    assert_int_equal(with_verdict(&w, PLX_VERDICT_ACCEPTED, MSH("10", "SIU^S12", "1000") "SCH|1\r"),
                     PLX_OUTCOME_IGNORED);
    assert_int_equal(with_verdict(&w, PLX_VERDICT_ACCEPTED,
                                  MSH("11", "ADT^A60", "1000") EVN("A60", "1000") PID("P1")),
                     PLX_OUTCOME_IGNORED);
    plx_books b = books_of(&w, PLX_IFACE_FIRST);
    assert_int_equal(b.received, 11);
    assert_int_equal(b.applied, 1);
    assert_int_equal(b.duplicate, 1);
    assert_int_equal(b.refused, 1);
    assert_int_equal(b.ignored, 4);
    assert_int_equal(b.dead_open, 4);
    assert_true(b.last_arrival_us == NOON_US + 10 * PLX_SECOND_US);
    world_destroy(&w);
}

/* A shadow message changes nothing, however well it reads. */
static void shadow_leaves_no_trace(void **state)
{
    (void)state;
    world w = world_init(NULL);
    with_verdict(&w, PLX_VERDICT_SHADOW, GOOD);
    with_verdict(&w, PLX_VERDICT_DUPLICATE, GOOD);
    assert_int_equal(w.t->pools[TWIN_ENCOUNTER].live, 0);
    assert_int_equal(w.t->pools[TWIN_SOURCE].live, 0);
    assert_int_equal(w.t->maps[TWIN_MAP_TEXT].live, 0);
    world_destroy(&w);
}

static void dead_letter_tells_where_and_why(void **state)
{
    (void)state;
    world w = world_init(NULL);
    with_verdict(&w, PLX_VERDICT_ERROR, NO_PID);
    const twin_dead *d = twin_dead_at(w.t, plx_twin_dead_find(w.t, 1));
    assert_int_equal(d->code, 100); /* table 0357: a required segment is missing */
    assert_memory_equal(d->segment, "PID", 4);
    assert_int_equal(d->state, TWIN_DEAD_OPEN);
    assert_int_equal(d->iface, PLX_IFACE_FIRST);
    with_verdict(&w, PLX_VERDICT_CONFLICT, GOOD);
    assert_int_equal(twin_dead_at(w.t, plx_twin_dead_find(w.t, 2))->code, 205);
    assert_int_equal(plx_twin_dead_find(w.t, 3), 0);
    world_destroy(&w);
}

static void repair_closes_the_original(void **state)
{
    (void)state;
    world w = world_init(NULL);
    with_verdict(&w, PLX_VERDICT_ERROR, NO_PID);                 /* 1 */
    assert_int_equal(repaired(&w, 1, NO_PID), PLX_OUTCOME_DEAD); /* 2: no better */
    assert_int_equal(twin_dead_at(w.t, plx_twin_dead_find(w.t, 1))->attempts, 1);
    assert_int_equal(repaired(&w, 2, GOOD), PLX_OUTCOME_APPLIED); /* 3: a copy of the copy */
    assert_true(w.applied.feeds);
    assert_int_equal(twin_dead_at(w.t, plx_twin_dead_find(w.t, 2))->state, TWIN_DEAD_FIXED);
    const twin_dead *d = twin_dead_at(w.t, plx_twin_dead_find(w.t, 1));
    assert_int_equal(d->state, TWIN_DEAD_FIXED);
    assert_memory_equal(twin_text_get(w.t, d->by).at, "nurse", 5);
    plx_books b = books_of(&w, PLX_IFACE_FIRST);
    assert_int_equal(b.dead_open, 0);
    assert_int_equal(b.dead_fixed, 1);
    b = books_of(&w, PLX_IFACE_REPAIR);
    assert_int_equal(b.received, 2);
    assert_int_equal(b.applied, 1);
    assert_int_equal(b.dead_fixed, 1);
    /* repaired again: the state of the world moves, the letter is closed already */
    assert_int_equal(repaired(&w, 1, GOOD), PLX_OUTCOME_APPLIED);
    assert_int_equal(books_of(&w, PLX_IFACE_FIRST).dead_fixed, 1);
    /* an original nobody knows does no harm */
    assert_int_equal(repaired(&w, 999, GOOD), PLX_OUTCOME_APPLIED);
    world_destroy(&w);
}

static void discard_needs_an_open_letter(void **state)
{
    (void)state;
    world w = world_init(NULL);
    with_verdict(&w, PLX_VERDICT_ERROR, NO_PID);
    world_json(&w, PLX_ENTRY_ACTION,
               "{\"action\":\"discard\",\"seq\":7,\"by\":\"x\",\"why\":\"y\"}");
    assert_string_equal(w.applied.reason, "not-an-open-dead-letter");
    world_json(&w, PLX_ENTRY_ACTION,
               "{\"action\":\"discard\",\"seq\":1,\"by\":\"Li\",\"why\":\"test \\u00e9\"}");
    assert_null(w.applied.reason);
    assert_int_equal(w.applied.outcome, PLX_OUTCOME_INTERNAL);
    const twin_dead *d = twin_dead_at(w.t, plx_twin_dead_find(w.t, 1));
    assert_int_equal(d->state, TWIN_DEAD_DISCARDED);
    assert_memory_equal(twin_text_get(w.t, d->why).at, "test \xc3\xa9", 7);
    assert_int_equal(books_of(&w, PLX_IFACE_FIRST).dead_discarded, 1);
    world_json(&w, PLX_ENTRY_ACTION,
               "{\"action\":\"discard\",\"seq\":1,\"by\":\"Li\",\"why\":\"z\"}");
    assert_string_equal(w.applied.reason, "not-an-open-dead-letter");
    world_json(&w, PLX_ENTRY_ACTION, "{\"action\":\"discard\"}");
    assert_string_equal(w.applied.reason, "no-dead-letter-named");
    world_json(&w, PLX_ENTRY_ACTION, "{\"action\":\"dance\"}");
    assert_string_equal(w.applied.reason, "action-not-known");
    world_json(&w, PLX_ENTRY_ACTION, "not json");
    assert_string_equal(w.applied.reason, "action-not-known");
    world_destroy(&w);
}

static void administrative_entries(void **state)
{
    (void)state;
    world w = world_init(NULL);
    assert_false(plx_twin_is_demo(w.t));
    world_json(&w, PLX_ENTRY_ADMIN, "{\"event\":\"demo\",\"speed\":10}");
    assert_true(plx_twin_is_demo(w.t));
    assert_true(w.applied.all);
    world_json(&w, PLX_ENTRY_ADMIN, "{\"event\":\"start\",\"version\":\"1\"}");
    world_json(&w, PLX_ENTRY_ADMIN, "{\"event\":\"start\"}");
    assert_int_equal(w.t->world.starts, 2);
    world_json(&w, PLX_ENTRY_ADMIN,
               "{\"event\":\"interface\",\"iface\":2,\"name\":\"ADT main\",\"zone_minutes\":-300}");
    assert_memory_equal(twin_text_get(w.t, w.t->books[2].name).at, "ADT main", 8);
    /* a time without a zone is the sender's: 10:00 at -5 h is 15:00 */
    world_message(&w, GOOD);
    assert_true(world_stay(&w, "V1")->stay.arrived_us == NOON_US + 3 * PLX_HOUR_US);
    world_json(&w, PLX_ENTRY_ADMIN, "{\"event\":\"interface\",\"iface\":600,\"name\":\"x\"}");
    world_json(&w, PLX_ENTRY_ADMIN,
               "{\"event\":\"interface\",\"iface\":2,\"name\":\"\",\"zone_minutes\":9999}");
    assert_int_equal(w.t->books[2].zone_minutes, -300);
    /* the character set that its messages do not name; who does not say one changes nothing */
    plx_entry entry = {.kind = PLX_ENTRY_MESSAGE, .iface = 2};
    assert_int_equal(plx_twin_charset(w.t, &entry), PLX_CHARSET_NONE);
    world_json(&w, PLX_ENTRY_ADMIN,
               "{\"event\":\"interface\",\"iface\":2,\"charset\":\"8859/15\"}");
    world_json(&w, PLX_ENTRY_ADMIN, "{\"event\":\"interface\",\"iface\":2}");
    assert_int_equal(plx_twin_charset(w.t, &entry), PLX_CHARSET_LATIN9);
    entry.iface = 3;
    assert_int_equal(plx_twin_charset(w.t, &entry), PLX_CHARSET_NONE);
    world_message(&w, "MSH|^~\\&|A|B|C|D|20261125120000||ADT^A04|9|P|2.5.1\rPID|1\rPV1|1|E\r");
    assert_int_equal(w.applied.outcome, PLX_OUTCOME_DEAD); /* a repaired copy is the original's */
    plx_entry edited = {.kind = PLX_ENTRY_EDITED, .iface = PLX_IFACE_REPAIR, .ref = w.seq};
    assert_int_equal(plx_twin_charset(w.t, &edited), PLX_CHARSET_LATIN9);
    world_json(&w, PLX_ENTRY_ADMIN, "{\"event\":\"interface\",\"iface\":2,\"charset\":\"\"}");
    entry.iface = 2;
    assert_int_equal(plx_twin_charset(w.t, &entry), PLX_CHARSET_NONE);
    world_json(&w, PLX_ENTRY_ADMIN, "{\"event\":\"other\"}");
    assert_string_equal(w.applied.reason, "event-not-known");
    world_json(&w, PLX_ENTRY_ADMIN, "[1]");
    assert_string_equal(w.applied.reason, "event-not-known");
    world_json(&w, PLX_ENTRY_CLOCK_STEP, "{}");
    assert_int_equal(w.t->world.clock_steps, 1);
    world_json(&w, PLX_ENTRY_COMMAND, "{}");
    world_json(&w, PLX_ENTRY_RESULT, "{}");
    assert_int_equal(w.applied.outcome, PLX_OUTCOME_INTERNAL);
    plx_books b;
    plx_twin_books(w.t, PLX_IFACE_MAX, &b);
    assert_int_equal(b.received, 0);
    world_destroy(&w);
}

/* At the limit closed letters go first, the books go on counting them. */
static void dead_letters_have_a_limit(void **state)
{
    (void)state;
    world w = world_init(NULL);
    for (uint64_t i = 0; i < TWIN_DEAD_MAX; i++)
        with_verdict(&w, PLX_VERDICT_BROKEN, "x");
    char json[96];
    snprintf(json, sizeof json, "{\"action\":\"discard\",\"seq\":%d,\"why\":\"old\"}", 5);
    world_json(&w, PLX_ENTRY_ACTION, json);
    with_verdict(&w, PLX_VERDICT_BROKEN, "x");
    assert_int_equal(plx_twin_dead_find(w.t, 5), 0);
    assert_int_not_equal(plx_twin_dead_find(w.t, 1), 0);
    with_verdict(&w, PLX_VERDICT_BROKEN, "x");
    assert_int_equal(plx_twin_dead_find(w.t, 1), 0);
    assert_int_equal(w.t->world.dead_n, TWIN_DEAD_MAX);
    assert_int_equal(w.t->world.dead_dropped, 2);
    plx_books b = books_of(&w, PLX_IFACE_FIRST);
    assert_int_equal(b.received, TWIN_DEAD_MAX + 2);
    assert_int_equal(b.dead_discarded, 1);
    world_destroy(&w);
}

static plx_json parse(const char *text, plx_json_token *tokens, uint32_t n)
{
    plx_json json = {.tokens = tokens, .capacity = n};
    plx_json_error error;
    if (plx_json_parse(plx_slice_of(text), &json, &error) != PLX_OK)
        fail_msg("%s at %u of %s", error.text, error.offset, text);
    return json;
}

static void expect_text(const plx_json *json, uint32_t token, const char *text)
{
    assert_int_not_equal(token, UINT32_MAX);
    plx_slice s = plx_json_text(json, token);
    if (!plx_slice_is(s, text)) fail_msg("%.*s is not %s", (int)s.n, s.at, text);
}

static void feeds_document(void **state)
{
    (void)state;
    plx_json_token tokens[512];
    world w = world_init(NULL);
    world_json(&w, PLX_ENTRY_ADMIN,
               "{\"event\":\"interface\",\"iface\":2,\"name\":\"A \\\"B\\\"\"}");
    world_message(&w, GOOD);
    with_verdict(&w, PLX_VERDICT_ERROR, NO_PID);
    with_verdict(&w, PLX_VERDICT_BROKEN, "x");
    world_json(&w, PLX_ENTRY_ACTION,
               "{\"action\":\"discard\",\"seq\":3,\"by\":\"Li\",\"why\":\"w\"}");
    plx_out out = plx_out_init(w.text, WORLD_TEXT - 1);
    plx_feeds_write(w.t, 10, &out);
    w.text[out.n] = 0;
    plx_json json = parse(w.text, tokens, 512);
    expect_text(&json, plx_json_get(&json, 0, "topic"), "feeds");
    expect_text(&json, plx_json_get(&json, 0, "j"), "5");
    uint32_t iface = plx_json_get(&json, 0, "interfaces") + 1;
    expect_text(&json, plx_json_get(&json, iface, "iface"), "2");
    expect_text(&json, plx_json_get(&json, iface, "received"), "3");
    expect_text(&json, plx_json_get(&json, iface, "applied"), "1");
    expect_text(&json, plx_json_get(&json, iface, "dead_open"), "1");
    expect_text(&json, plx_json_get(&json, iface, "dead_discarded"), "1");
    uint32_t dead = plx_json_get(&json, 0, "dead") + 1; /* open first */
    expect_text(&json, plx_json_get(&json, dead, "seq"), "4");
    expect_text(&json, plx_json_get(&json, dead, "state"), "open");
    dead = tokens[dead].next;
    expect_text(&json, plx_json_get(&json, dead, "seq"), "3");
    expect_text(&json, plx_json_get(&json, dead, "state"), "discarded");
    expect_text(&json, plx_json_get(&json, dead, "segment"), "PID");
    expect_text(&json, plx_json_get(&json, dead, "by"), "Li");
    out = plx_out_init(w.text, WORLD_TEXT - 1);
    plx_feeds_write(w.t, 1, &out);
    w.text[out.n] = 0;
    json = parse(w.text, tokens, 512);
    assert_int_equal(tokens[plx_json_get(&json, 0, "dead")].children, 1);
    world_destroy(&w);
}

#define MON(id, trigger, rest)                                                                     \
    "MSH|^~\\&|MONITOR|H|PLX|ED|" DAY "1010||ORU^" trigger "|" id "|P|2.5.1\r" PID("P1")           \
        PV1("E", "ED^R1^1^H", "V1") rest
#define MON_OBR(n, code) "OBR|" n "||F" n "^M|" code "|||" DAY "1010\r"
#define MON_OBX(n, type, code, sub, value)                                                         \
    "OBX|" n "|" type "|" code "^MDC|" sub "|" value "||||||R|||" DAY "1010\r"
#define SAMPLES(n, sub, value) MON_OBX(n, "NA", "131330^MDC_ECG_ELEC_POTL_II", sub, value)
#define RATE(n, sub) MON_OBX(n, "NM", "0^MDC_ATTR_SAMP_RATE", sub, "250")
#define RES(n, sub) MON_OBX(n, "NM", "2327^MDC_ATTR_NU_MSMT_RES", sub, "0.005")
#define HEART(n) MON_OBX(n, "NM", "147842^MDC_ECG_HEART_RATE", "1.1.1.147842", "88")

/* As vendors send them (acquisition 7): each is told as a waveform and changes nothing. */
static void waveforms_are_ignored(void **state)
{
    (void)state;
    static const char *const MESSAGES[] = {
        MON("2", "R01",
            MON_OBR("1", "69121^MDC_OBS_WAVE_CTS^MDC") SAMPLES("1", "1.1.1.131330", "1^2")
                RATE("2", "1.1.1.131330.1") RES("3", "1.1.1.131330.2")),
        MON("3", "R01",
            MON_OBR("1", "CONTINUOUS WAVEFORM") SAMPLES("1", "1.1.1.1001", "1.0^-2.5")
                RATE("2", "1.1.1.1001.1")),
        MON("4", "R01", MON_OBR("1", "0^WAVEFORM") SAMPLES("1", "1.1.1.1001", "Pleth signal")),
        MON("5", "R01",
            MON_OBR("1", "85353-1^Vital signs^LN") SAMPLES("1", "1.1.1.9", "1^2")
                RATE("2", "1.1.1.9.1")),
        MON("6", "W01", MON_OBR("1", "5^ECG^L") SAMPLES("1", "1", "1^2")),
        "MSH|^~\\&|M|H|PLX|ED|" DAY
        "1010||ORU^R01|7|P|2.6\rPV1|1|E|ED^R9^1^H\r" MON_OBR("1", "WAVEFORM")
            SAMPLES("1", "1.1.1.9", "1^2")}; /* of a bed: no stay is presumed */
    enum { N = sizeof MESSAGES / sizeof *MESSAGES };
    world w = world_init(NULL);
    assert_int_equal(world_message(&w, GOOD), PLX_OUTCOME_APPLIED);
    const uint32_t texts = w.t->maps[TWIN_MAP_TEXT].live;
    for (int i = 0; i < N; i++) {
        assert_int_equal(world_message(&w, MESSAGES[i]), PLX_OUTCOME_IGNORED);
        assert_string_equal(w.applied.reason, "waveform-not-stored-yet");
    }
    assert_int_equal(w.t->pools[TWIN_SERIES].live + w.t->pools[TWIN_ROW].live, 0);
    assert_int_equal(w.t->pools[TWIN_ORDER].live, 0);
    assert_int_equal(w.t->pools[TWIN_ENCOUNTER].live, 1);
    assert_int_equal(w.t->maps[TWIN_MAP_TEXT].live, texts);
    plx_books b = books_of(&w, PLX_IFACE_FIRST);
    assert_int_equal(b.received, 1 + N);
    assert_int_equal(b.ignored, N);
    assert_int_equal(b.dead_open, 0);
    world_destroy(&w);
}

/* Beside samples there are numbers: these are results, under their own order. */
static void numbers_beside_a_waveform_are_applied(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, GOOD);
    world_message(&w, MON("2", "R01",
                          MON_OBR("1", "69121^MDC_OBS_WAVE_CTS^MDC")
                              SAMPLES("1", "1.1.1.131330", "1^2^3") RATE("2", "1.1.1.131330.1")
                                  MON_OBR("2", "69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC")
                                      HEART("3") SAMPLES("4", "1.1.1.9", "4^5")
                                          RES("5", "1.1.1.9.2") HEART("6")));
    assert_int_equal(w.applied.outcome, PLX_OUTCOME_APPLIED);
    assert_string_equal(world_report(&w, PLX_REPORT_RESULTS), "F2,147842,1.1.1.147842,R,88,\n");
    assert_int_equal(w.t->pools[TWIN_ORDER].live, 1);
    books_of(&w, PLX_IFACE_FIRST);
    world_destroy(&w);
}

/* A laboratory's array is a result: it has no code of a device. */
static void other_arrays_stay_results(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, GOOD);
    world_message(&w, ORU("2", "1010") PID("P1") PV1("E", "ED^R1^1^H", "V1")
                          OBR("PL1", "F1", "SEQ^Sequence^L", "1010", "1020",
                              "F") "OBX|1|NA|SEQ^Sequence^L||1^2^3||||||F\r");
    assert_int_equal(w.applied.outcome, PLX_OUTCOME_APPLIED);
    assert_int_equal(w.t->pools[TWIN_ROW].live, 1);
    world_destroy(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_verdict_has_its_column),
        cmocka_unit_test(shadow_leaves_no_trace),
        cmocka_unit_test(dead_letter_tells_where_and_why),
        cmocka_unit_test(repair_closes_the_original),
        cmocka_unit_test(discard_needs_an_open_letter),
        cmocka_unit_test(administrative_entries),
        cmocka_unit_test(dead_letters_have_a_limit),
        cmocka_unit_test(feeds_document),
        cmocka_unit_test(waveforms_are_ignored),
        cmocka_unit_test(numbers_beside_a_waveform_are_applied),
        cmocka_unit_test(other_arrays_stay_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
