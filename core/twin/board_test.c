/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the board shows who is in the department, each cell one value object; a viewer that applies
 * the deltas holds what a fresh document says; every number leads back to the bytes of its message.
 * Oracle: hand-worked cells; the document itself for the deltas. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/format/json/json.h"
#include "core/twin/cell.h"
#include "core/twin/world_for_test.h"

#define BED "ED^R1^1^H"
#define STAY PID("P1") PV1("E", BED, "V1")
#define ARRIVAL                                                                                    \
    MSH("A", "ADT^A04", "1000")                                                                    \
    EVN("A04", "1000")                                                                             \
    PID("P1")                                                                                      \
    PV1X("E", BED, "", "D1^CHEN^LI", "", "V1", "", "", "", "")                                     \
    PV2("^chest pain") "ROL|1|AD|NURSE|N1^OKO^ADA\r"
#define NUMBER(code, value, unit, at) "OBX|1|NM|" code "||" value "|" unit "|||||F|||" DAY at "\r"
#define VITALS(id, at, obx) ORU(id, at) STAY "OBR|1|||VS|||" DAY at "\r" obx

enum { TOKENS = 20000 };
static plx_json_token tokens[TOKENS];

static plx_json parse(const char *text)
{
    plx_json json = {.tokens = tokens, .capacity = TOKENS};
    plx_json_error error;
    if (plx_json_parse(plx_slice_of(text), &json, &error) != PLX_OK)
        fail_msg("%s at %u of %.200s", error.text, error.offset, text);
    return json;
}

/* A cell of a stay as JSON text. */
static const char *cell_of(world *w, const char *visit, const char *key)
{
    for (int cell = 0; cell < TWIN_CELLS; cell++) {
        if (strcmp(plx_twin_cell_key((twin_cell)cell), key) != 0) continue;
        plx_out out = plx_out_init(w->text, WORLD_TEXT - 1);
        plx_json_writer writer = plx_json_writer_init(&out);
        plx_twin_cell_write(w->t, world_visit(w, visit), (twin_cell)cell, &writer);
        w->text[out.n] = 0;
        return w->text;
    }
    fail_msg("no cell %s", key);
    return "";
}

static void expect_member(world *w, const char *cell, const char *key, const char *value)
{
    const char *text = cell_of(w, "V1", cell);
    plx_json json = parse(text);
    uint32_t token = plx_json_get(&json, 0, key);
    plx_slice got = token == UINT32_MAX ? (plx_slice){"(none)", 6} : plx_json_text(&json, token);
    if (!plx_slice_is(got, value)) fail_msg("%s.%s: %s is not %s", cell, key, text, value);
}

static void cells_say_what_was_sent(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    expect_member(&w, "bed", "v", "R1-1");
    expect_member(&w, "bed", "t", "1795600800000000");
    expect_member(&w, "bed", "i", "35s"); /* entry 1: 4096 in base 36 */
    expect_member(&w, "name", "v", "DOE, JANE");
    expect_member(&w, "age", "v", "56");
    expect_member(&w, "age", "u", "a");
    expect_member(&w, "sex", "v", "F");
    expect_member(&w, "complaint", "v", "chest pain");
    expect_member(&w, "arrived", "v", "2026-11-25T10:00:00Z");
    expect_member(&w, "arrived", "t", "1795600800000000");
    expect_member(&w, "doctor", "v", "CHEN");
    expect_member(&w, "nurse", "v", "OKO");
    expect_member(&w, "next", "(none)", "(none)");
    assert_string_equal(cell_of(&w, "V1", "next"), "null");
    static const char *const EMPTY[] = {"triage", "news2", "hr",     "bp",    "spo2", "rr",
                                        "temp",   "acvpu", "o2",     "alarm", "lab",  "img",
                                        "med",    "dispo", "padmit", "risk"};
    for (size_t i = 0; i < sizeof EMPTY / sizeof *EMPTY; i++)
        assert_string_equal(cell_of(&w, "V1", EMPTY[i]), "null");
    world_destroy(&w);
}

static void vital_signs_carry_quality_and_class(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    world_message(&w, VITALS("1", "1150",
                             NUMBER("8867-4^HR^LN", "118", "/min", "1150")
                                 NUMBER("8480-6^S^LN", "82", "mm[Hg]", "1150")
                                     NUMBER("8462-4^D^LN", "50", "mm[Hg]", "1150")
                                         NUMBER("59408-5^O^LN", "91", "%", "1150")
                                             NUMBER("9279-1^R^LN", "30", "/min", "1150")
                                                 NUMBER("8310-5^T^LN", "101.3", "[degF]", "1150")
                                                     NUMBER("75636-1^T^LN", "2", "1", "1150")));
    expect_member(&w, "hr", "v", "118");
    expect_member(&w, "hr", "u", "/min");
    expect_member(&w, "hr", "k", "m");
    expect_member(&w, "hr", "q", "(none)");
    expect_member(&w, "hr", "st", "spot");
    expect_member(&w, "hr", "i", "6bl"); /* entry 2, first observation: 8193 */
    expect_member(&w, "bp", "v", "82/50");
    expect_member(&w, "temp", "v", "38.5");
    expect_member(&w, "temp", "u", "Cel");
    expect_member(&w, "triage", "k", "h");
    /* a value without a unit is shown, marked, and does not displace the good one */
    world_message(&w, VITALS("2", "1155", NUMBER("8867-4^HR^LN", "60", "", "1155")));
    expect_member(&w, "hr", "v", "118");
    world_message(&w, VITALS("3", "1156", NUMBER("8480-6^S^LN", "55", "mm[Hg]", "1156")));
    expect_member(&w, "bp", "v", "55");
    expect_member(&w, "bp", "q", "suspect:limit");
    world_message(&w, VITALS("4", "1157", NUMBER("3151-8^F^LN", "4", "L/min", "1157")));
    expect_member(&w, "o2", "v", "4");
    world_message(&w, VITALS("5", "1158", NUMBER("3151-8^F^LN", "0", "L/min", "1158")));
    expect_member(&w, "o2", "v", "air");
    world_destroy(&w);
}

/* A converted number has no more digits than were sent, three at least; what scores use is exact.
 */
static void converted_numbers_are_rounded_for_the_eye(void **state)
{
    (void)state;
    static const struct {
        const char *obx, *key, *shown;
    } CASES[] = {{"8310-5^T^LN||99.0|[degF]", "temp", "37.2"},
                 {"8310-5^T^LN||101.30|[degF]", "temp", "38.50"},
                 {"8310-5^T^LN||37.25|Cel", "temp", "37.25"},
                 {"2345-7^Glu^LN||90|mg/dL", "glucose", "5.00"},
                 {"2345-7^Glu^LN||1000|mg/dL", "glucose", "55.5"},
                 {"8480-6^S^LN||16|kPa", "nibp_sys", "120"},
                 {"718-7^Hb^LN||8.1|g/dL", "haemoglobin", "81"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[512];
        world w = world_init(NULL);
        snprintf(text, sizeof text,
                 ORU("1", "1010") STAY "OBR|1|||X\rOBX|1|NM|%s|||||F|||" DAY "1010\r",
                 CASES[i].obx);
        world_message(&w, text);
        plx_quantity q = plx_quantity_from_key(plx_slice_of(CASES[i].key));
        uint32_t series = plx_twin_series_find(w.t, world_visit(&w, "V1"), q);
        assert_int_not_equal(series, 0);
        twin_value x;
        plx_twin_value_of_row(w.t, plx_twin_series_latest(w.t, series, true), &x);
        if (!plx_slice_is(x.v, CASES[i].shown))
            fail_msg("%s: %.*s is not %s", CASES[i].obx, (int)x.v.n, x.v.at, CASES[i].shown);
        world_destroy(&w);
    }
}

static void only_bad_values_are_shown_as_such(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    world_message(&w, VITALS("1", "1150",
                             NUMBER("8867-4^HR^LN", "-999", "/min", "1150")
                                 NUMBER("59408-5^O^LN", "430", "%", "1150")));
    expect_member(&w, "hr", "e", "absent");
    expect_member(&w, "hr", "q", "absent:no-value-code");
    expect_member(&w, "spo2", "v", "430");
    expect_member(&w, "spo2", "q", "impossible:limit");
    /* a demo value is nobody's vital sign */
    world_message(&w,
                  VITALS("2", "1151", "OBX|1|NM|9279-1^R^LN||30|/min||DEMO|||F|||" DAY "1151\r"));
    assert_string_equal(cell_of(&w, "V1", "rr"), "null");
    world_destroy(&w);
}

static void news2_and_alarm(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    world_message(&w, VITALS("1", "1150",
                             NUMBER("9279-1^R^LN", "30", "/min", "1150")
                                 NUMBER("59408-5^O^LN", "91", "%", "1150")
                                     NUMBER("8480-6^S^LN", "82", "mm[Hg]", "1150")));
    expect_member(&w, "news2", "v", "(none)"); /* 3 + 3 + 3, and what is missing can add 11 */
    expect_member(&w, "news2", "lo", "9");
    expect_member(&w, "news2", "hi", "20");
    expect_member(&w, "news2", "band", "high");
    expect_member(&w, "news2", "f", "discrete-cds");
    expect_member(&w, "news2", "k", "d");
    expect_member(&w, "alarm", "v", "NEWS2 9-20");
    expect_member(&w, "alarm", "band", "high");
    const char *text = cell_of(&w, "V1", "news2");
    plx_json json = parse(text);
    assert_int_equal(tokens[plx_json_get(&json, 0, "missing")].children, 4);
    world_message(&w, ADT("2", "A04", "1151", "P2", "E", BED, "V2"));
    expect_member(&w, "alarm", "v", "NEWS2 9-20; bed-conflict");
    world_destroy(&w);
}

static void orders_and_next_step(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
#define ORM(id, sent, placer, code, service)                                                       \
    "MSH|^~\\&|CPOE|H|PLX|ED|" DAY sent "||ORM^O01|" id "|P|2.5.1\r" STAY "ORC|NW|" placer         \
    "|||IP||||" DAY sent "\rOBR|1|" placer "||" code "||||||||||||||||||||" service "\r"
    world_message(&w, ORM("1", "1005", "PL1", "CBC^Blood count^L", "LAB"));
    world_message(&w, ORM("2", "1006", "PL2", "CH^Chemistry^L", "LAB"));
    world_message(&w, ORM("3", "1007", "PL3", "CTH^CT head^L", "CT"));
    expect_member(&w, "lab", "v", "0/2");
    expect_member(&w, "img", "v", "CT head in progress");
    expect_member(&w, "img", "t", "1795601220000000");
    expect_member(&w, "next", "v", "Blood count: in progress");
    world_message(&w,
                  ORU("4", "1030") STAY OBR("PL1", "F1", "CBC^Blood count^L", "1010", "1030", "F")
                      OBX("1", "718-7^Hb^LN", "", "120", "g/L", "F", "1010"));
    expect_member(&w, "lab", "v", "1/2");
    expect_member(&w, "next", "v", "Chemistry: in progress");
    world_message(&w, ADT("5", "A06", "1100", "P1", "I", BED, "V1"));
    expect_member(&w, "next", "v", "boarding");
    expect_member(&w, "dispo", "v", "admit");
    world_message(&w, MSH("6", "ADT^A15", "1105") EVN("A15", "1105") PID("P1")
                          PV1X("I", BED, "", "", "", "V1", "", "W3^4^1^H", "", ""));
    expect_member(&w, "next", "v", "boarding, bed in W3");
    expect_member(&w, "next", "t", "1795604400000000");
    world_destroy(&w);
}

static bool on_board(world *w, const char *name)
{
    return strstr(world_board(w), name) != NULL;
}

static void board_is_the_department(void **state)
{
    (void)state;
    world w = world_init(NULL);
    parse(world_board(&w));
    world_message(&w, ARRIVAL);
    assert_true(on_board(&w, "DOE"));
    world_message(&w, MSH("1", "ADT^A01", "1010") EVN("A01", "1010") PIDN("P2", "WARD^X", "", "M")
                          PV1("I", "W3^4^1^H", "V2"));
    assert_false(on_board(&w, "WARD")); /* an inpatient where no emergency patient has been */
    world_message(&w, ADT("2", "A06", "1020", "P1", "I", BED, "V1"));
    assert_true(on_board(&w, "DOE")); /* admitted, still here: boarding */
    plx_json json = parse(world_board(&w));
    uint32_t counts = plx_json_get(&json, 0, "counts");
    assert_memory_equal(plx_json_text(&json, plx_json_get(&json, counts, "dept")).at, "1", 1);
    assert_memory_equal(plx_json_text(&json, plx_json_get(&json, counts, "boarding")).at, "1", 1);
    assert_memory_equal(plx_json_text(&json, plx_json_get(&json, counts, "waiting")).at, "0", 1);
    uint32_t beds = plx_json_get(&json, 0, "beds");
    assert_int_equal(tokens[beds].children, 1); /* the department's, not the ward's */
    world_message(&w, ADT("3", "A02", "1030", "P1", "I", "W3^4^2^H", "V1"));
    assert_false(on_board(&w, "DOE"));
    world_message(&w, ADT("4", "A05", "1030", "P3", "P", "ED", "V3"));
    assert_string_equal(strstr(world_board(&w), "\"rows\":[]") ? "none" : "some", "none");
    world_destroy(&w);
}

#define MONITOR(id, at, place, hr)                                                                 \
    "MSH|^~\\&|MON|H|PLX|ED|" DAY at "||ORU^R01|" id "|P|2.6\rPID|1\rPV1|1|E|" place               \
    "\rOBR|1|||MDC^^MDC|||" DAY at "\rOBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|" hr          \
    "|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R|||" DAY at "\r"

static void provisional_rows_come_and_go(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    world_message(&w, MONITOR("1", "1200", "ED^M7^1^H", "96"));
    plx_json json = parse(world_board(&w));
    uint32_t rows = plx_json_get(&json, 0, "rows");
    assert_int_equal(tokens[rows].children, 2);
    assert_non_null(strstr(w.text, "\"provisional\":true"));
    assert_non_null(strstr(w.text, "identify; ADT not seen"));
    assert_non_null(strstr(w.text, "M7-1"));
    world_tick(&w, 13, 10);
    assert_null(strstr(world_board(&w), "\"provisional\":true"));
    assert_true(w.applied.touched_n > 0); /* viewers are told */
    /* results alone, from the whole hospital, fill no board */
    world_message(&w, ORU("2", "1030") PID("P9") PV1("E", "W1", "V9")
                          OBR("", "F9", "CBC", "1010", "1030", "F")
                              OBX("1", "718-7^Hb^LN", "", "120", "g/L", "F", "1010"));
    assert_null(strstr(world_board(&w), "\"provisional\":true"));
    world_destroy(&w);
}

/* Deltas. */

enum { ROWS_MAX = 64, PARTS_MAX = 40 };

typedef struct viewer { /* what a browser would hold: row id -> field -> JSON text */
    char ids[ROWS_MAX][16];
    char *fields[ROWS_MAX][PARTS_MAX];
    char names[PARTS_MAX][16];
    uint32_t names_n;
} viewer;

static char **field_of(viewer *v, const char *id, plx_slice name)
{
    uint32_t f = 0, r = 0, free_row = ROWS_MAX;
    for (; f < v->names_n && !plx_slice_is(name, v->names[f]); f++) {
    }
    if (f == v->names_n) snprintf(v->names[v->names_n++], 16, "%.*s", (int)name.n, name.at);
    for (r = 0; r < ROWS_MAX && strcmp(v->ids[r], id) != 0; r++)
        if (!v->ids[r][0] && free_row == ROWS_MAX) free_row = r;
    if (r == ROWS_MAX) snprintf(v->ids[r = free_row], 16, "%s", id);
    return &v->fields[r][f];
}

static void set_field(viewer *v, const char *id, plx_slice name, const plx_json *json,
                      uint32_t token)
{
    char **field = field_of(v, id, name);
    free(*field);
    plx_slice raw = plx_json_text(json, token);
    bool string = json->tokens[token].type == PLX_JSON_STRING;
    *field = calloc(1, raw.n + 3);
    snprintf(*field, raw.n + 3, string ? "\"%.*s\"" : "%.*s", (int)raw.n, raw.at);
}

static void row_leaves(viewer *v, const char *id)
{
    for (uint32_t r = 0; r < ROWS_MAX; r++) {
        if (strcmp(v->ids[r], id) != 0) continue;
        v->ids[r][0] = 0;
        for (uint32_t f = 0; f < PARTS_MAX; f++) {
            free(v->fields[r][f]);
            v->fields[r][f] = NULL;
        }
    }
}

static void row_comes(viewer *v, const plx_json *json, uint32_t row)
{
    char id[16] = "";
    plx_slice text = plx_json_text(json, plx_json_get(json, row, "id"));
    snprintf(id, sizeof id, "%.*s", (int)text.n, text.at);
    row_leaves(v, id);
    for (int meta = 0; meta < 3; meta++) {
        static const char *const META[] = {"area", "provisional", "conflict"};
        set_field(v, id, plx_slice_of(META[meta]), json, plx_json_get(json, row, META[meta]));
    }
    uint32_t cells = plx_json_get(json, row, "c");
    for (uint32_t k = cells + 1; k < json->tokens[cells].next;) {
        set_field(v, id, plx_json_text(json, k), json, k + 1);
        k = json->tokens[k + 1].next;
    }
}

static void viewer_take(viewer *v, const char *ops)
{
    plx_json json = parse(ops);
    for (uint32_t op = 1; op < json.n; op = json.tokens[op].next) {
        plx_slice topic = plx_json_text(&json, op + 1), field = plx_json_text(&json, op + 2);
        char id[16] = "";
        if (plx_slice_is(topic, "board") && plx_slice_is(field, "row+")) {
            row_comes(v, &json, op + 3);
        } else if (plx_slice_is(topic, "board") && plx_slice_is(field, "row-")) {
            plx_slice text = plx_json_text(&json, op + 3);
            snprintf(id, sizeof id, "%.*s", (int)text.n, text.at);
            row_leaves(v, id);
        } else if (!plx_slice_is(topic, "board")) {
            assert_memory_equal(topic.at, "enc:", 4);
            snprintf(id, sizeof id, "%.*s", (int)topic.n - 4, topic.at + 4);
            set_field(v, id, field, &json, op + 3);
        }
    }
}

static void viewers_agree(const viewer *a, viewer *b)
{
    for (uint32_t r = 0; r < ROWS_MAX; r++)
        for (uint32_t f = 0; f < a->names_n; f++) {
            if (!a->ids[r][0] || !a->fields[r][f]) continue;
            char **other = field_of(b, a->ids[r], plx_slice_of(a->names[f]));
            if (!*other || strcmp(a->fields[r][f], *other) != 0)
                fail_msg("%s.%s: %s, but the document says %s", a->ids[r], a->names[f],
                         a->fields[r][f], *other ? *other : "nothing");
        }
}

static void viewer_destroy(viewer *v)
{
    for (uint32_t r = 0; r < ROWS_MAX; r++)
        for (uint32_t f = 0; f < PARTS_MAX; f++)
            free(v->fields[r][f]);
}

static const char *const STORY[] = {
    ARRIVAL,
    VITALS("1", "1150", NUMBER("9279-1^R^LN", "30", "/min", "1150")),
    MSH("2", "ADT^A04", "1010") EVN("A04", "1010") PIDN("P2", "ROE^X", "19500101", "M")
        PV1("E", "ED^R2^1^H", "V2"),
    ADT("3", "A02", "1020", "P1", "E", "ED^R2^1^H", "V1"),
    VITALS("4", "1155", NUMBER("9279-1^R^LN", "18", "/min", "1155")),
    ADT("5", "A03", "1030", "P2", "E", "ED^R2^1^H", "V2"),
    MSH("6", "ADT^A08", "1040") EVN("A08", "1040") PIDN("P1", "NEW^NAME", "", "")
        PV1("E", "", "V1"),
    ADT6("7", "A13", "1050", "1030", "P2", "E", "ED^R3^1^H", "V2"),
    MSH("8", "ADT^A50", "1055") EVN("A50", "1055")
        PID("P1") "MRG|P1^^^H^MR||||V1^^^H^VN\r" PV1("E", BED, "V7"),
    ADT("9", "A03", "1100", "P1", "E", "ED^R2^1^H", "V7"),
};

/* One viewer is fed by what each entry touched, the other reads the document anew each time. */
static void deltas_keep_a_viewer_up_to_date(void **state)
{
    (void)state;
    world w = world_init(NULL);
    void *memory = malloc(plx_board_view_size(1000));
    memset(memory, 0xEE, plx_board_view_size(1000));
    plx_board_view *view = plx_board_view_init(memory, 1000);
    viewer fed = {.names_n = 0};
    char *ops_text = malloc(WORLD_TEXT);
    for (size_t i = 0; i < sizeof STORY / sizeof *STORY; i++) {
        world_message(&w, STORY[i]);
        plx_out ops = plx_out_init(ops_text, WORLD_TEXT - 2);
        plx_out_char(&ops, '[');
        if (w.applied.all)
            plx_board_delta_all(w.t, view, &ops, &ops);
        else
            for (uint32_t k = 0; k < w.applied.touched_n; k++)
                plx_board_delta(w.t, w.applied.touched[k], view, &ops, &ops);
        plx_out_char(&ops, ']');
        ops_text[ops.n] = 0;
        viewer_take(&fed, ops_text);
        viewer fresh = {.names_n = 0};
        plx_json json = parse(world_board(&w));
        uint32_t rows = plx_json_get(&json, 0, "rows"), n = 0;
        for (uint32_t row = rows + 1; row < json.tokens[rows].next;
             row = json.tokens[row].next, n++)
            row_comes(&fresh, &json, row);
        viewers_agree(&fed, &fresh);
        viewers_agree(&fresh, &fed);
        uint32_t held = 0;
        for (uint32_t r = 0; r < ROWS_MAX; r++)
            held += fed.ids[r][0] != 0;
        assert_int_equal(held, n);
        /* nothing changed: nothing is said */
        ops = plx_out_init(ops_text, WORLD_TEXT - 2);
        plx_board_delta_all(w.t, view, &ops, &ops);
        assert_int_equal(ops.n, 0);
        viewer_destroy(&fresh);
    }
    viewer_destroy(&fed);
    free(ops_text);
    free(memory);
    world_destroy(&w);
}

static void delta_bounds(void **state)
{
    (void)state;
    world w = world_init(NULL);
    void *memory = malloc(plx_board_view_size(1));
    plx_board_view *view = plx_board_view_init(memory, 1);
    plx_out ops = plx_out_init(w.text, WORLD_TEXT);
    plx_board_delta(w.t, 0, view, &ops, &ops);
    plx_board_delta(w.t, 1, view, &ops, &ops); /* not there yet */
    plx_board_delta(w.t, 2, view, &ops, &ops); /* beyond the view */
    assert_int_equal(ops.n, 0);
    world_json(&w, PLX_ENTRY_ADMIN, "{\"event\":\"demo\"}");
    plx_board_delta_all(w.t, view, &ops, &ops);
    assert_int_equal(ops.n, strlen("[\"board\",\"demo\",true]"));
    assert_memory_equal(w.text, "[\"board\",\"demo\",true]", ops.n);
    free(memory);
    world_destroy(&w);
}

/* A number that is used again for another stay is another row. */
static void a_reused_slot_is_another_row(void **state)
{
    (void)state;
    world w = world_init(NULL);
    void *memory = malloc(plx_board_view_size(10));
    plx_board_view *view = plx_board_view_init(memory, 10);
    char *text = malloc(WORLD_TEXT);
    world_message(&w, ARRIVAL);
    plx_out ops = plx_out_init(text, WORLD_TEXT - 1);
    plx_board_delta(w.t, 1, view, &ops, &ops);
    assert_memory_equal(text, "[\"board\",\"row+\",{\"id\":\"1\"", 25);
    world_message(&w, ADT("2", "A03", "1100", "P1", "E", BED, "V1"));
    w.clock_us = NOON_US + 15 * PLX_DAY_US;
    world_message(&w, ADT("3", "A04", "1000", "P1", "E", BED, "V2"));
    assert_int_equal(world_visit(&w, "V2"), 1); /* the same slot */
    ops = plx_out_init(text, WORLD_TEXT - 1);
    plx_board_delta(w.t, 1, view, &ops, &ops);
    assert_memory_equal(text, "[\"board\",\"row-\",\"1\"],[\"board\",\"row+\",{\"id\":\"2\"", 45);
    free(text);
    free(memory);
    world_destroy(&w);
}

/* Why. */

static plx_json why(world *w, uint64_t id)
{
    plx_out out = plx_out_init(w->text, WORLD_TEXT - 1);
    assert_int_equal(plx_why_write(w->t, id, &out), PLX_OK);
    w->text[out.n] = 0;
    return parse(w->text);
}

static void expect_at(const plx_json *json, uint32_t node, const char *key, const char *value)
{
    uint32_t token = plx_json_get(json, node, key);
    assert_int_not_equal(token, UINT32_MAX);
    plx_slice s = plx_json_text(json, token);
    if (!plx_slice_is(s, value)) fail_msg("%s: %.*s is not %s", key, (int)s.n, s.at, value);
}

static void a_score_leads_to_the_bytes(void **state)
{
    (void)state;
    world w = world_init(NULL);
    const char *message = VITALS("1", "1150",
                                 NUMBER("9279-1^R^LN", "30", "/min", "1150")
                                     NUMBER("8310-5^T^LN", "101.3", "[degF]", "1150"));
    world_message(&w, ARRIVAL);
    world_message(&w, message);
    plx_json json = why(&w, plx_provenance_of(2, PLX_PROVENANCE_DERIVED));
    expect_at(&json, 0, "what", "NEWS2");
    expect_at(&json, 0, "class", "discrete-cds");
    uint32_t inputs = plx_json_get(&json, 0, "inputs");
    assert_int_equal(json.tokens[inputs].children, 2);
    uint32_t rr = inputs + 1;
    expect_at(&json, rr, "what", "rr");
    expect_at(&json, rr, "points", "3");
    expect_at(&json, rr, "id", "6bl");
    uint32_t raw = plx_json_get(&json, rr, "raw");
    expect_at(&json, raw, "seq", "2");
    uint64_t from = 0, length = 0;
    assert_true(
        plx_slice_u64(plx_json_text(&json, plx_json_get(&json, raw, "from")), 1 << 20, &from));
    assert_true(
        plx_slice_u64(plx_json_text(&json, plx_json_get(&json, raw, "length")), 1 << 20, &length));
    assert_memory_equal(message + from, "OBX|1|NM|9279-1", 15);
    assert_int_equal(message[from + length], '\r');
    /* the temperature was converted: the node says what was sent */
    json = why(&w, plx_provenance_of(2, 2));
    expect_at(&json, 0, "what", "temp");
    expect_at(&json, 0, "note", "sent as 101.3 [degF]");
    expect_at(&json, plx_json_get(&json, 0, "value"), "v", "38.5");
    world_destroy(&w);
}

static void versions_and_messages_answer(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    world_message(&w, ORU("2", "1030") STAY OBR("", "F1", "CBC", "1010", "1030", "F")
                          OBX("1", "718-7^Hb^LN", "", "120", "g/L", "F", "1010"));
    world_message(&w, ORU("3", "1040") STAY OBR("", "F1", "CBC", "1010", "1040", "C")
                          OBX("1", "718-7^Hb^LN", "", "90", "g/L", "C", "1010"));
    plx_json json = why(&w, plx_provenance_of(3, 1));
    expect_at(&json, 0, "what", "haemoglobin");
    expect_at(&json, 0, "status", "C");
    uint32_t before = plx_json_get(&json, 0, "inputs") + 1;
    expect_at(&json, plx_json_get(&json, before, "value"), "v", "120");
    expect_at(&json, plx_json_get(&json, before, "raw"), "seq", "2");
    json = why(&w, plx_provenance_of(2, 1)); /* the version that was replaced answers too */
    expect_at(&json, plx_json_get(&json, 0, "value"), "v", "120");
    json = why(&w, plx_provenance_of(1, 0));
    expect_at(&json, 0, "source", "ADT^A04, sent by REG");
    assert_int_equal(world_message(&w, ORU("4", "1010") "PID|1\rOBR|1||F1|X\r" OBX(
                                           "1", "718-7^Hb^LN", "", "120", "g/L", "F", "1010")),
                     PLX_OUTCOME_DEAD);
    json = why(&w, plx_provenance_of(4, 0));
    expect_at(&json, 0, "what", "dead letter");
    plx_out out = plx_out_init(w.text, WORLD_TEXT);
    assert_int_equal(plx_why_write(w.t, 0, &out), PLX_UNKNOWN);
    assert_int_equal(plx_why_write(w.t, plx_provenance_of(2, 9), &out), PLX_UNKNOWN);
    assert_int_equal(plx_why_write(w.t, plx_provenance_of(2, 4000), &out), PLX_UNKNOWN);
    assert_int_equal(plx_why_write(w.t, plx_provenance_of(77, 1), &out), PLX_UNKNOWN);
    world_destroy(&w);
}

/* Every id that stands on the board has an answer. */
static void every_number_on_the_board_answers(void **state)
{
    (void)state;
    world w = world_init(NULL);
    for (int i = 0; i < 5; i++)
        world_message(&w, STORY[i]);
    char *board = strdup(world_board(&w));
    uint32_t n = 0;
    for (const char *at = board; (at = strstr(at, "\"i\":\"")) != NULL; n++) {
        at += 5;
        uint64_t id = 0;
        assert_int_equal(plx_base36_parse((plx_slice){at, strcspn(at, "\"")}, &id), PLX_OK);
        plx_out out = plx_out_init(w.text, WORLD_TEXT);
        assert_int_equal(plx_why_write(w.t, id, &out), PLX_OK);
    }
    assert_true(n > 15);
    free(board);
    world_destroy(&w);
}

static void reports_say_when_room_is_short(void **state)
{
    (void)state;
    world w = world_init(NULL);
    for (int i = 0; i < 5; i++)
        world_message(&w, STORY[i]);
    char small[64];
    for (int which = 0; which < 3; which++) {
        plx_arena none = plx_arena_init(w.step, 8), some = plx_arena_init(w.step, WORLD_TEXT);
        plx_out out = plx_out_init(small, sizeof small);
        assert_int_equal(plx_report_write(w.t, (plx_report)which, &none, &out), PLX_SPACE);
        if (which == PLX_REPORT_CENSUS)
            assert_int_equal(plx_report_write(w.t, (plx_report)which, &some, &out), PLX_SPACE);
    }
    /* appended behind what was there; fields with a comma are quoted */
    plx_arena some = plx_arena_init(w.step, WORLD_TEXT);
    plx_out out = plx_out_init(w.text, WORLD_TEXT);
    world_message(&w, ORU("9", "1030") STAY
                  "OBR|1||F,1|X\rOBX|1|ST|A^B^C||say \"no\", twice\\.br\\x||||||F\r");
    plx_out_text(&out, "# head\n");
    assert_int_equal(plx_report_write(w.t, PLX_REPORT_RESULTS, &some, &out), PLX_OK);
    w.text[out.n] = 0;
    assert_string_equal(w.text, "# head\n\"F,1\",A,,F,\"say \"\"no\"\", twice\\nx\",\n");
    world_destroy(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_say_what_was_sent),
        cmocka_unit_test(vital_signs_carry_quality_and_class),
        cmocka_unit_test(converted_numbers_are_rounded_for_the_eye),
        cmocka_unit_test(only_bad_values_are_shown_as_such),
        cmocka_unit_test(news2_and_alarm),
        cmocka_unit_test(orders_and_next_step),
        cmocka_unit_test(board_is_the_department),
        cmocka_unit_test(provisional_rows_come_and_go),
        cmocka_unit_test(deltas_keep_a_viewer_up_to_date),
        cmocka_unit_test(delta_bounds),
        cmocka_unit_test(a_reused_slot_is_another_row),
        cmocka_unit_test(a_score_leads_to_the_bytes),
        cmocka_unit_test(versions_and_messages_answer),
        cmocka_unit_test(every_number_on_the_board_answers),
        cmocka_unit_test(reports_say_when_room_is_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
