/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: orders and results are what the messages amount to in any order, versions stay readable,
 * and nothing that cannot be a vital sign becomes one. Oracle: worked out by hand from HL7 v2.5.1
 * chapters 4 and 7 (paragraph beside each scenario) and design acquisition 6, 7, 13, 14. Tolerance:
 * none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/twin/world_for_test.h"

enum { MESSAGES_MAX = 5 };

#define BED "ED^R1^1^H"
#define STAY PID("P1") PV1("E", BED, "V1")
#define ARRIVAL ADT("A", "A04", "1000", "P1", "E", BED, "V1")
#define HB(value, status) OBX("1", "718-7^Hb^LN", "", value, "g/L", status, "1010")
#define K(value, status) OBX("2", "2823-3^K^LN", "", value, "mmol/L", status, "1010")
/* A report of filler F1, issued and sent at a time */
#define REPORT(id, issued, obr_status, obx)                                                        \
    ORU(id, issued) STAY OBR("PL1", "F1", "CBC^Blood count^L", "1010", issued, obr_status) obx
#define ORDER(id, sent, control, placer, filler, status)                                           \
    "MSH|^~\\&|LAB|H|PLX|ED|" DAY sent "||ORM^O01|" id "|P|2.5.1\r" STAY "ORC|" control "|" placer \
    "|" filler "||" status "||||" DAY sent "\rOBR|1|" placer "|" filler                            \
    "|CBC^Blood count^L||||||||||||||||||||LAB\r"

typedef struct scenario {
    const char *name, *paragraph;
    const char *messages[MESSAGES_MAX];
    const char *results;
} scenario;

/* Every permutation of the messages must give this report. */
static const scenario SCENARIOS[] = {
    {"preliminary, final",
     "7.4.2.11: P is replaced by F",
     {REPORT("1", "1020", "P", HB("118", "P")), REPORT("2", "1030", "F", HB("120", "F"))},
     "F1,718-7,,F,120,g/L\n"},
    {"correction",
     "7.4.2.11: C replaces what was final",
     {REPORT("1", "1020", "P", HB("118", "P")), REPORT("2", "1030", "F", HB("120", "F")),
      REPORT("3", "1040", "C", HB("90", "C"))},
     "F1,718-7,,C,90,g/L\n"},
    {"deleted",
     "7.4.2.11: D deletes the OBX",
     {REPORT("1", "1030", "F", HB("120", "F") K("4.1", "F")),
      REPORT("2", "1040", "C", HB("", "D"))},
     "F1,2823-3,,F,4.1,mmol/L\nF1,718-7,,D,,g/L\n"},
    {"wrong patient",
     "7.4.2.11: W, posted as wrong",
     {REPORT("1", "1030", "F", HB("120", "F")), REPORT("2", "1040", "C", HB("120", "W"))},
     "F1,718-7,,W,120,g/L\n"},
    {"cannot be obtained",
     "7.4.2.11: X",
     {REPORT("1", "1020", "P", HB("118", "P")), REPORT("2", "1030", "F", HB("", "X"))},
     "F1,718-7,,X,,g/L\n"},
    {"not asked, order detail only",
     "7.4.2.11: N and O change nothing",
     {REPORT("1", "1030", "F", HB("120", "F")), REPORT("2", "1040", "F", HB("999", "N")),
      REPORT("3", "1050", "F", HB("888", "O"))},
     "F1,718-7,,F,120,g/L\n"},
    {"two corrections",
     "7.4.1.22: the later report counts",
     {REPORT("1", "1030", "C", HB("100", "C")), REPORT("2", "1040", "C", HB("110", "C"))},
     "F1,718-7,,C,110,g/L\n"},
    {"issued in the same minute",
     "final weighs more than preliminary",
     {REPORT("1", "1030", "P", HB("118", "P")), REPORT("2", "1030", "F", HB("120", "F"))},
     "F1,718-7,,F,120,g/L\n"},
    {"sub-ids",
     "7.4.2.4: OBX-4 tells results of one code apart",
     {REPORT("1", "1030", "F",
             OBX("1", "600-7^Culture^LN", "1", "5", "1", "F", "1010")
                 OBX("2", "600-7^Culture^LN", "2", "6", "1", "F", "1010")),
      REPORT("2", "1040", "C", OBX("1", "600-7^Culture^LN", "2", "7", "1", "C", "1010"))},
     "F1,600-7,1,F,5,1\nF1,600-7,2,C,7,1\n"},
    {"order, filler's number later",
     "4.5.1.2, 4.5.1.3: one order once both numbers are known",
     {ARRIVAL, ORDER("2", "1005", "NW", "PL1", "", "IP"),
      ORDER("3", "1015", "SC", "PL1", "F1", "IP"), REPORT("4", "1030", "F", HB("120", "F"))},
     "F1,718-7,,F,120,g/L\n"},
};

static void run_in_order(const void *self, const uint8_t *order, uint32_t n)
{
    const scenario *s = self;
    world w = world_init(NULL);
    for (uint32_t i = 0; i < n; i++)
        assert_int_equal(world_message(&w, s->messages[order[i]]), PLX_OUTCOME_APPLIED);
    const char *got = world_report(&w, PLX_REPORT_RESULTS);
    if (strcmp(got, s->results) != 0)
        fail_msg("%s (%s), first message %d: expected\n%sgot\n%s", s->name, s->paragraph,
                 order[0] + 1, s->results, got);
    uint32_t orders = 0;
    for (uint32_t o = twin_next(w.t, TWIN_ORDER, 0); o; o = twin_next(w.t, TWIN_ORDER, o))
        orders++;
    assert_int_equal(orders, 1);
    world_destroy(&w);
}

static void every_order_ends_alike(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SCENARIOS / sizeof *SCENARIOS; i++) {
        uint32_t n = 0;
        while (n < MESSAGES_MAX && SCENARIOS[i].messages[n])
            n++;
        world_every_order(n, run_in_order, &SCENARIOS[i]);
    }
}

static const twin_order *only_order(const world *w)
{
    uint32_t o = twin_next(w->t, TWIN_ORDER, 0);
    assert_int_not_equal(o, 0);
    assert_int_equal(twin_next(w->t, TWIN_ORDER, o), 0);
    return twin_order_at(w->t, o);
}

static void milestones_and_state(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    world_message(&w, ORDER("1", "1005", "NW", "PL1", "", "IP"));
    assert_int_equal(only_order(&w)->state, TWIN_ORDER_IN_PROGRESS);
    assert_int_equal(only_order(&w)->category, TWIN_CATEGORY_LAB);
    assert_true(only_order(&w)->ordered_us == NOON_US - 115 * PLX_MINUTE_US);
    world_message(&w, REPORT("2", "1020", "P", HB("118", "P")));
    assert_int_equal(only_order(&w)->state, TWIN_ORDER_PRELIMINARY);
    world_message(&w, REPORT("3", "1030", "F", HB("120", "F")));
    const twin_order *o = only_order(&w);
    assert_int_equal(o->state, TWIN_ORDER_FINAL);
    assert_true(o->collected_us == NOON_US - 110 * PLX_MINUTE_US);
    assert_true(o->first_result_us == NOON_US - 100 * PLX_MINUTE_US);
    assert_true(o->final_us == NOON_US - 90 * PLX_MINUTE_US);
    world_message(&w, REPORT("4", "1040", "C", HB("90", "C")));
    assert_int_equal(only_order(&w)->state, TWIN_ORDER_CORRECTED);
    world_destroy(&w);
}

/* The second order of a message shows that the first one is an order known by its filler. */
static void numbers_of_one_message_join(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w,
                  ORU("1", "1020") STAY OBR("", "F1", "CBC", "1010", "1020", "P") HB("118", "P"));
    world_message(&w, ORU("2", "1030") STAY OBR("PL1", "", "CBC", "1010", "1030", "P") K("4", "P")
                          OBR("PL1", "F1", "CBC", "1010", "1030", "F") HB("120", "F"));
    assert_int_equal(only_order(&w)->rows_n, 2);
    assert_string_equal(world_report(&w, PLX_REPORT_RESULTS),
                        "F1,2823-3,,P,4,mmol/L\nF1,718-7,,F,120,g/L\n");
    world_destroy(&w);
}

/* The numbers turn out to be one order of two stays: its results come to the one stay. */
static void results_lie_where_their_order_lies(void **state)
{
    (void)state;
    world w = world_init(NULL);
#define IN(visit) PID("P1") PV1("E", BED, visit)
    world_message(&w,
                  ORU("1", "1020") IN("V1") OBR("PL1", "", "CBC", "1010", "1020", "P") K("4", "P"));
    world_message(&w, ORU("2", "1030") IN("V2") OBR("", "F1", "CBC", "1010", "1030", "F")
                          HB("120", "F"));
    world_message(&w, ORU("3", "1040") IN("V2") OBR("PL1", "F1", "CBC", "1010", "1040", "F")
                          HB("120", "F"));
    assert_int_equal(only_order(&w)->encounter, world_visit(&w, "V2"));
    assert_int_equal(only_order(&w)->rows_n, 2);
    for (uint32_t r = only_order(&w)->rows; r; r = twin_row_at(w.t, r)->order_next)
        assert_int_equal(twin_series_at(w.t, twin_row_at(w.t, r)->series)->encounter,
                         world_visit(&w, "V2"));
    world_destroy(&w);
}

static void cancelled_order(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ORDER("2", "1015", "CA", "PL1", "", "CA")); /* overtakes its order */
    world_message(&w, ORDER("1", "1005", "NW", "PL1", "", "IP"));
    assert_int_equal(only_order(&w)->state, TWIN_ORDER_CANCELLED);
    world_destroy(&w);
}

static void imaging_by_service_or_name(void **state)
{
    (void)state;
    static const struct {
        const char *code, *service;
        twin_category category;
    } CASES[] = {
        {"X^CT head^L", "", TWIN_CATEGORY_IMAGING},    {"CT_HEAD^^L", "", TWIN_CATEGORY_IMAGING},
        {"X^Blood^L", "CT", TWIN_CATEGORY_IMAGING},    {"X^Blood^L", "RAD", TWIN_CATEGORY_IMAGING},
        {"X^Blood^L", "MB", TWIN_CATEGORY_LAB},        {"X^Blood^L", "", TWIN_CATEGORY_OTHER},
        {"CTX^Ceftriaxone^L", "", TWIN_CATEGORY_OTHER}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[512];
        world w = world_init(NULL);
        snprintf(text, sizeof text,
                 "MSH|^~\\&|RIS|H|PLX|ED|" DAY "1005||ORM^O01|1|P|2.5.1\r" STAY
                 "ORC|NW|PL1\rOBR|1|PL1||%s||||||||||||||||||||%s\r",
                 CASES[i].code, CASES[i].service);
        assert_int_equal(world_message(&w, text), PLX_OUTCOME_APPLIED);
        assert_int_equal(only_order(&w)->category, CASES[i].category);
        world_destroy(&w);
    }
}

static void withdrawn_result_is_flagged_and_comes_back(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    world_message(&w, REPORT("1", "1030", "F", HB("120", "F")));
    assert_int_equal(world_stay(&w, "V1")->marks & TWIN_MARK_WRONG_PATIENT, 0);
    world_message(&w, REPORT("2", "1040", "C", HB("120", "W")));
    assert_int_not_equal(world_stay(&w, "V1")->marks & TWIN_MARK_WRONG_PATIENT, 0);
    uint32_t series = twin_encounter_at(w.t, world_visit(&w, "V1"))->series;
    assert_int_equal(plx_twin_series_latest(w.t, series, false), 0);
    world_message(&w, REPORT("3", "1050", "C", HB("121", "C")));
    assert_int_equal(world_stay(&w, "V1")->marks & TWIN_MARK_WRONG_PATIENT, 0);
    world_destroy(&w);
}

/* Withdrawn from one patient, told of another under the same number: two patients, two orders. */
static void result_of_another_patient(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ARRIVAL);
    world_message(&w, ADT("B", "A04", "1000", "P2", "E", "ED^R2^1^H", "V2"));
    world_message(&w, REPORT("1", "1030", "F", HB("120", "F")));
    world_message(&w, REPORT("2", "1040", "C", HB("120", "W")));
    world_message(&w, ORU("3", "1041") PID("P2") PV1("E", BED, "V2")
                          OBR("PL1", "F1", "CBC", "1010", "1041", "F") HB("120", "F"));
    assert_int_not_equal(world_stay(&w, "V1")->marks & TWIN_MARK_WRONG_PATIENT, 0);
    assert_int_equal(world_stay(&w, "V2")->marks, 0);
    assert_int_not_equal(world_stay(&w, "V2")->orders, 0);
    /* one line a result key: the latest word on it */
    assert_string_equal(world_report(&w, PLX_REPORT_RESULTS), "F1,718-7,,F,120,g/L\n");
    world_destroy(&w);
}

static void versions_stay_readable_up_to_the_limit(void **state)
{
    (void)state;
    char text[1024];
    world w = world_init(NULL);
    for (int i = 0; i < TWIN_VERSIONS_MAX + 5; i++) {
        snprintf(text, sizeof text,
                 "MSH|^~\\&|LAB|H|PLX|ED|" DAY "10%02d||ORU^R01|%d|P|2.5.1\r" STAY
                 "OBR|1||F1|CBC|||" DAY "1010|||||||||||||||" DAY "10%02d||LAB|C\r"
                 "OBX|1|NM|718-7^Hb^LN||%d|g/L|||||C|||" DAY "1010\r",
                 20 + i, i, 20 + i, 100 + i);
        assert_int_equal(world_message(&w, text), PLX_OUTCOME_APPLIED);
    }
    uint32_t row = only_order(&w)->rows, n = 0;
    for (; row; row = twin_row_at(w.t, row)->older, n++) {
        plx_slice value = twin_text_get(w.t, twin_row_at(w.t, row)->value);
        snprintf(text, sizeof text, "%d", 100 + TWIN_VERSIONS_MAX + 4 - (int)n);
        assert_int_equal(value.n, strlen(text));
        assert_memory_equal(value.at, text, value.n);
    }
    assert_int_equal(n, TWIN_VERSIONS_MAX);
    world_destroy(&w);
}

static void same_result_sent_again_is_no_version(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, REPORT("1", "1030", "F", HB("120", "F")));
    world_message(&w, REPORT("2", "1030", "F", HB("120", "F")));
    assert_int_equal(twin_row_at(w.t, only_order(&w)->rows)->older, 0);
    assert_int_equal(w.t->pools[TWIN_ROW].live, 1);
    world_destroy(&w);
}

/* A series keeps the newest; orders known from results alone go with their last one. */
static void series_keeps_the_newest(void **state)
{
    (void)state;
    char text[1024];
    world w = world_init(NULL);
    for (int i = 0; i < TWIN_SERIES_ROWS_MAX + 50; i++) {
        snprintf(text, sizeof text,
                 "MSH|^~\\&|MON|H|PLX|ED|" DAY "10%02d%02d||ORU^R01|%d|P|2.5.1\r" STAY
                 "OBR|1||X%d|VS\rOBX|1|NM|8867-4^HR^LN||%d|/min|||||F|||" DAY "10%02d%02d\r",
                 i / 60, i % 60, i, i, 60 + i % 100, i / 60, i % 60);
        assert_int_equal(world_message(&w, text), PLX_OUTCOME_APPLIED);
    }
    uint32_t series = plx_twin_series_find(w.t, world_visit(&w, "V1"), PLX_QUANTITY_HR);
    const twin_series *s = twin_series_at(w.t, series);
    assert_int_equal(s->rows_n, TWIN_SERIES_ROWS_MAX);
    assert_int_equal(s->cut, 50);
    assert_int_equal(w.t->pools[TWIN_ORDER].live, TWIN_SERIES_ROWS_MAX);
    const twin_row *first = twin_row_at(w.t, twin_series_rows(w.t, s)[0]);
    assert_true(first->when_us == NOON_US - 2 * PLX_HOUR_US + 50 * PLX_SECOND_US);
    /* older than all that is kept: taken and dropped, nothing else moves */
    assert_int_equal(world_message(&w,
                                   ORU("L", "0900") STAY OBR("", "X9", "VS", "0900", "0900", "F")
                                       OBX("1", "8867-4^HR^LN", "", "70", "/min", "F", "0900")),
                     PLX_OUTCOME_APPLIED);
    assert_int_equal(s->rows_n, TWIN_SERIES_ROWS_MAX);
    assert_int_equal(s->cut, 51);
    world_destroy(&w);
}

typedef struct worth {
    const char *obx; /* after OBX|1| */
    plx_quantity quantity;
    plx_quality quality;
    twin_reason reason;
    plx_kind kind;
    const char *canonical; /* NULL: none */
    bool usable;
} worth;

static const worth WORTHS[] = {
    {"NM|8867-4^HR^LN||88|/min", PLX_QUANTITY_HR, PLX_QUALITY_GOOD, TWIN_REASON_NONE,
     PLX_KIND_MEASURED, "88", true},
    {"NM|8310-5^T^LN||98.6|[degF]", PLX_QUANTITY_TEMP, PLX_QUALITY_GOOD, TWIN_REASON_NONE,
     PLX_KIND_MEASURED, "37.0", true},
    {"NM|8310-5^T^LN||101|Cel", PLX_QUANTITY_TEMP, PLX_QUALITY_IMPOSSIBLE, TWIN_REASON_HARD_LIMIT,
     PLX_KIND_MEASURED, "101", false},
    {"NM|8480-6^SBP^LN||55|mm[Hg]", PLX_QUANTITY_NIBP_SYS, PLX_QUALITY_SUSPECT,
     TWIN_REASON_SOFT_LIMIT, PLX_KIND_MEASURED, "55", true}, /* may be true: it must ring */
    {"NM|8480-6^SBP^LN||60|mm[Hg]", PLX_QUANTITY_NIBP_SYS, PLX_QUALITY_GOOD, TWIN_REASON_NONE,
     PLX_KIND_MEASURED, "60", true},
    {"NM|8480-6^SBP^LN||20|mm[Hg]", PLX_QUANTITY_NIBP_SYS, PLX_QUALITY_SUSPECT,
     TWIN_REASON_SOFT_LIMIT, PLX_KIND_MEASURED, "20", true},
    {"NM|8480-6^SBP^LN||19|mm[Hg]", PLX_QUANTITY_NIBP_SYS, PLX_QUALITY_IMPOSSIBLE,
     TWIN_REASON_HARD_LIMIT, PLX_KIND_MEASURED, "19", false},
    {"NM|8480-6^SBP^LN||16|kPa", PLX_QUANTITY_NIBP_SYS, PLX_QUALITY_GOOD, TWIN_REASON_NONE,
     PLX_KIND_MEASURED, "120", true},
    {"NM|8867-4^HR^LN||88|", PLX_QUANTITY_HR, PLX_QUALITY_SUSPECT, TWIN_REASON_UNIT_MISSING,
     PLX_KIND_MEASURED, NULL, false},
    {"NM|8867-4^HR^LN||88|mg/dL", PLX_QUANTITY_HR, PLX_QUALITY_SUSPECT, TWIN_REASON_UNIT_UNKNOWN,
     PLX_KIND_MEASURED, NULL, false},
    {"ST|8867-4^HR^LN||fast|/min", PLX_QUANTITY_HR, PLX_QUALITY_SUSPECT, TWIN_REASON_NO_NUMBER,
     PLX_KIND_MEASURED, NULL, false},
    {"NM|8867-4^HR^LN||-999|/min", PLX_QUANTITY_HR, PLX_QUALITY_ABSENT, TWIN_REASON_SENTINEL,
     PLX_KIND_MEASURED, NULL, false},
    {"NM|8867-4^HR^LN|||/min", PLX_QUANTITY_HR, PLX_QUALITY_ABSENT, TWIN_REASON_NO_VALUE,
     PLX_KIND_MEASURED, NULL, false},
    {"NM|8867-4^HR^LN|||/min|||||X", PLX_QUANTITY_HR, PLX_QUALITY_ABSENT, TWIN_REASON_UNOBTAINABLE,
     PLX_KIND_MEASURED, NULL, false},
    {"NM|8867-4^HR^LN||88|/min||DEMO", PLX_QUANTITY_HR, PLX_QUALITY_GOOD, TWIN_REASON_NONE,
     PLX_KIND_DEMO, "88", false},
    {"NM|8867-4^HR^LN||88|/min|||||F||||||MMEAS", PLX_QUANTITY_HR, PLX_QUALITY_GOOD,
     TWIN_REASON_NONE, PLX_KIND_MANUAL, "88", true},
    {"NM|8867-4^HR^LN||88|/min|||||C", PLX_QUANTITY_HR, PLX_QUALITY_GOOD, TWIN_REASON_NONE,
     PLX_KIND_CORRECTED, "88", true},
    {"SN|8867-4^HR^LN||>^200|/min", PLX_QUANTITY_HR, PLX_QUALITY_GOOD, TWIN_REASON_NONE,
     PLX_KIND_MEASURED, "200", false}, /* a bound is no value to score */
    {"CWE|67775-7^ACVPU^LN||V^Responds to voice^L", PLX_QUANTITY_ACVPU, PLX_QUALITY_GOOD,
     TWIN_REASON_NONE, PLX_KIND_MANUAL, "V", true},
    {"CWE|67775-7^ACVPU^LN||LA1^New confusion^L", PLX_QUANTITY_ACVPU, PLX_QUALITY_GOOD,
     TWIN_REASON_NONE, PLX_KIND_MANUAL, "C", true},
    {"ST|67775-7^ACVPU^LN||drowsy", PLX_QUANTITY_ACVPU, PLX_QUALITY_SUSPECT,
     TWIN_REASON_CODE_UNKNOWN, PLX_KIND_MANUAL, NULL, false},
    {"ST|o2_device^Oxygen^PLX||Room air", PLX_QUANTITY_O2_DEVICE, PLX_QUALITY_GOOD,
     TWIN_REASON_NONE, PLX_KIND_MANUAL, "air", true},
    {"ST|o2_device^Oxygen^PLX||Nasal cannula", PLX_QUANTITY_O2_DEVICE, PLX_QUALITY_GOOD,
     TWIN_REASON_NONE, PLX_KIND_MANUAL, "oxygen", true},
    {"NM|9269-2^GCS^LN||15|", PLX_QUANTITY_GCS, PLX_QUALITY_GOOD, TWIN_REASON_NONE, PLX_KIND_MANUAL,
     "15", true}, /* its unit is 1 */
};

static void each_observation_has_its_worth(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof WORTHS / sizeof *WORTHS; i++) {
        const worth *x = &WORTHS[i];
        char text[512];
        world w = world_init(NULL);
        snprintf(text, sizeof text, ORU("1", "1010") STAY "OBR|1|||VS|||" DAY "1010\rOBX|1|%s\r",
                 x->obx);
        assert_int_equal(world_message(&w, text), PLX_OUTCOME_APPLIED);
        uint32_t series = plx_twin_series_find(w.t, world_visit(&w, "V1"), x->quantity);
        if (!series) fail_msg("%s: not taken as its quantity", x->obx);
        const twin_row *r = twin_row_at(w.t, twin_series_rows(w.t, twin_series_at(w.t, series))[0]);
        plx_slice canonical = twin_text_get(w.t, r->canonical);
        bool number = plx_slice_is(canonical, x->canonical ? x->canonical : "");
        /* 16 kPa is 120 mmHg to the precision of the table */
        if (x->canonical && strcmp(x->canonical, "120") == 0)
            number = canonical.n >= 3 && memcmp(canonical.at, "120", 3) == 0;
        if (r->quality != x->quality || r->reason != x->reason || r->kind != x->kind || !number ||
            plx_twin_row_usable(r) != x->usable)
            fail_msg("%s: quality %d reason %d kind %d canonical %.*s usable %d", x->obx,
                     r->quality, r->reason, r->kind, (int)canonical.n,
                     canonical.n ? canonical.at : "", plx_twin_row_usable(r));
        world_destroy(&w);
    }
}

static void unmapped_codes_are_kept(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ORU("1", "1010") STAY "OBR|1||F7|X|||" DAY
                                            "1010\rOBX|1|ST|99X^Odd thing^99LOCAL||blue|\r");
    assert_string_equal(world_report(&w, PLX_REPORT_RESULTS), "F7,99X,,,blue,\n");
    const twin_series *s = twin_series_at(w.t, world_stay(&w, "V1")->series);
    assert_int_equal(s->quantity, PLX_QUANTITY_OTHER);
    assert_int_equal(twin_text_get(w.t, s->code).n, 3);
    world_destroy(&w);
}

/* A correction without an order finds its datum by quantity and time. */
static void series_without_order_is_corrected_by_time(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ORU("1", "1010") STAY
                  "OBR|1|||VS\r" OBX("1", "8867-4^HR^LN", "", "180", "/min", "F", "1010"));
    world_message(&w, ORU("2", "1015") STAY
                  "OBR|1|||VS\r" OBX("1", "8867-4^HR^LN", "", "80", "/min", "C", "1010"));
    uint32_t series = plx_twin_series_find(w.t, world_visit(&w, "V1"), PLX_QUANTITY_HR);
    const twin_series *s = twin_series_at(w.t, series);
    assert_int_equal(s->rows_n, 1);
    const twin_row *r = twin_row_at(w.t, twin_series_rows(w.t, s)[0]);
    assert_int_equal(r->kind, PLX_KIND_CORRECTED);
    assert_int_not_equal(r->older, 0);
    assert_memory_equal(twin_text_get(w.t, twin_row_at(w.t, r->older)->value).at, "180", 3);
    world_destroy(&w);
}

static void observations_in_adt_are_charted(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, MSH("1", "ADT^A04", "1000") EVN("A04", "1000") STAY
                  "OBX|1|NM|29463-7^Weight^LN||72.5|kg|||||F\r"
                  "OBX|2|NM|75636-1^Triage^LN||2|\r");
    uint32_t triage = plx_twin_series_find(w.t, world_visit(&w, "V1"), PLX_QUANTITY_TRIAGE);
    assert_int_not_equal(triage, 0);
    const twin_row *r = twin_row_at(w.t, plx_twin_series_latest(w.t, triage, true));
    assert_int_equal(r->kind, PLX_KIND_MANUAL);
    world_destroy(&w);
}

/* A body in another character set, and its text: a name of two bytes is one of three. */
static void offsets_name_the_bytes_as_they_were_sent(void **state)
{
    (void)state;
#define BODY(name, more)                                                                           \
    ORU("1", "1030")                                                                               \
    "PID|1||P1^^^H^MR||" name "^" name "\r" OBR("", "F1", "X", "1010", "1030", "F") HB("120", "F") \
        more
    static const char raw[] = BODY("\x83|", ""), text[] = BODY("\xE5\x84\x84", "");
    const char *first = strstr(raw, "\x83|"), *in_text = strstr(text, "\xE5\x84\x84");
    const uint32_t at = (uint32_t)(first - raw), there = (uint32_t)(in_text - text);
    assert_int_equal(at, there);
    const plx_view_mark marks[] = {{there + 3, at + 2}, {there + 7, at + 5}};
    const plx_view view = {{text, sizeof text - 1}, marks, 2, 0};
    world w = world_init(NULL);
    plx_entry entry = {.kind = PLX_ENTRY_MESSAGE,
                       .verdict = PLX_VERDICT_ACCEPTED,
                       .iface = PLX_IFACE_FIRST,
                       .body = {raw, sizeof raw - 1},
                       .view = &view};
    assert_int_equal(world_entry(&w, entry), PLX_OUTCOME_APPLIED);
    const twin_row *r = twin_row_at(w.t, twin_next(w.t, TWIN_ROW, 0));
    assert_int_equal(strncmp(raw + r->offset, "OBX|1", 5), 0);
    assert_int_equal(raw[r->offset + r->length], '\r');
    /* a dead letter, too: the same fault in UTF-8 lies one byte further on */
    static const char bad_raw[] = MSH("2", "ADT^A04", "1030") "PID|\x83||||\rPV1|1|E\r";
    static const char bad[] = MSH("2", "ADT^A04", "1030") "PID|\xE5\x84\x84|||\rPV1|1|E\r";
    const uint32_t name = (uint32_t)(strstr(bad, "\xE5") - bad);
    const plx_view_mark mark = {name + 3, name + 2};
    const plx_view bad_view = {{bad, sizeof bad - 1}, &mark, 1, 0};
    entry.verdict = PLX_VERDICT_ERROR;
    entry.body = bad_view.text;
    entry.view = NULL;
    assert_int_equal(world_entry(&w, entry), PLX_OUTCOME_DEAD);
    const uint32_t fault = twin_dead_at(w.t, w.t->world.open_last)->offset;
    assert_true(fault >= name + 3);
    entry.body = (plx_slice){bad_raw, sizeof bad_raw - 1};
    entry.view = &bad_view;
    assert_int_equal(world_entry(&w, entry), PLX_OUTCOME_DEAD);
    assert_int_equal(twin_dead_at(w.t, w.t->world.open_last)->offset, fault - 1);
    world_destroy(&w);
}

static void message_that_names_nobody_is_a_dead_letter(void **state)
{
    (void)state;
    world w = world_init(NULL);
    assert_int_equal(world_message(&w, ORU("1", "1010") "PID|1\rOBR|1||F1|X\r" HB("120", "F")),
                     PLX_OUTCOME_DEAD);
    assert_non_null(strstr(w.applied.reason, "PID-3"));
    assert_true(w.applied.feeds);
    assert_int_equal(w.t->pools[TWIN_ENCOUNTER].live, 0);
    world_destroy(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_ends_alike),
        cmocka_unit_test(milestones_and_state),
        cmocka_unit_test(numbers_of_one_message_join),
        cmocka_unit_test(results_lie_where_their_order_lies),
        cmocka_unit_test(cancelled_order),
        cmocka_unit_test(imaging_by_service_or_name),
        cmocka_unit_test(withdrawn_result_is_flagged_and_comes_back),
        cmocka_unit_test(result_of_another_patient),
        cmocka_unit_test(versions_stay_readable_up_to_the_limit),
        cmocka_unit_test(same_result_sent_again_is_no_version),
        cmocka_unit_test(series_keeps_the_newest),
        cmocka_unit_test(each_observation_has_its_worth),
        cmocka_unit_test(unmapped_codes_are_kept),
        cmocka_unit_test(series_without_order_is_corrected_by_time),
        cmocka_unit_test(observations_in_adt_are_charted),
        cmocka_unit_test(offsets_name_the_bytes_as_they_were_sent),
        cmocka_unit_test(message_that_names_nobody_is_a_dead_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
