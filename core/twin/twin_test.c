/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a twin is one relocatable value: copied, saved and loaded it goes on alike; its hash is a
 * function of the entries alone; the order of messages within a window does not matter; what
 * leaves, leaves wholly; errors change nothing. Oracle: symmetry (copy, permutation, repetition),
 * conservation of records, the simulated hospital's truth, one golden hash. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/rng.h"
#include "core/hospital/hospital.h"
#include "core/twin/world_for_test.h"

#define BED "ED^R1^1^H"
#define STAY PID("P1") PV1("E", BED, "V1")

/* A little of everything. */
static const char *const STORY[] = {
    ADT("1", "A04", "1000", "P1", "E", BED, "V1"),
    MSH("2", "ADT^A08", "1001") EVN("A08", "1001") PIDA("P1", "AC1")
        PV1X("E", BED, "", "D1^CHEN^L", "", "V1", "", "", DAY "0958", "") PV2("^chest pain"),
    ORU("3", "1005") STAY "OBR|1|||VS|||" DAY
                          "1004\r" OBX("1", "8867-4^HR^LN", "", "118", "/min", "F", "1004")
                              OBX("2", "9279-1^RR^LN", "", "24", "/min", "F", "1004")
                                  OBX("3", "8310-5^T^LN", "", "101.3", "[degF]", "F", "1004"),
    "MSH|^~\\&|LAB|H|PLX|ED|" DAY "1006||OML^O21|4|P|2.5.1\r" STAY
    "ORC|NW|PL1\rOBR|1|PL1||CBC^Count^L"
    "||||||||||||||||||||LAB\r",
    ORU("5", "1030") STAY OBR("PL1", "F1", "CBC", "1010", "1030", "P")
        OBX("1", "718-7^Hb^LN", "", "118", "g/L", "P", "1010"),
    ORU("6", "1040") STAY OBR("PL1", "F1", "CBC", "1010", "1040", "C")
        OBX("1", "718-7^Hb^LN", "", "81", "g/L", "C", "1010"),
    ADT("7", "A02", "1045", "P1", "E", "ED^R2^1^H", "V1"),
    ADT6("8", "A12", "1050", "1045", "P1", "E", BED, "V1"),
    ADT("9", "A04", "1046", "P2", "E", BED, "V2"),
    MSH("10", "ADT^A40", "1055") EVN("A40", "1055") PID("P3") MRG("P2"),
    ADT("11", "A12", "1056", "P1", "E", BED, "V1"),
    MSH("12", "ADT^A20", "1057") EVN("A20", "1057") "NPU|ED^R2^1^H|C\r",
    MSH("13", "ADT^A04", "1000") EVN("A04", "1000") "PV1|1|E\r",
    ADT("14", "A03", "1100", "P3", "E", BED, "V2"),
};
enum { STORY_N = sizeof STORY / sizeof *STORY };

static world tell_story(void)
{
    world w = world_init(NULL);
    for (int i = 0; i < STORY_N; i++)
        world_message(&w, STORY[i]);
    world_tick(&w, 12, 30);
    return w;
}

static void hex_of(const plx_twin *t, char hex[65])
{
    uint8_t hash[32];
    plx_out out = plx_out_init(hex, 64);
    plx_twin_hash(t, hash);
    plx_out_hex(&out, hash, sizeof hash);
    hex[64] = 0;
}

static void golden_hash(void **state)
{
    (void)state;
    char hex[65];
    world w = tell_story();
    hex_of(w.t, hex);
    assert_string_equal(hex, "1839a8240aa949402d382653da0db518abeab721f1949174af0291efbcd1c698");
    assert_true(plx_twin_seq(w.t) == STORY_N + 1);
    assert_true(plx_twin_now(w.t) == NOON_US + 30 * PLX_MINUTE_US);
    world_destroy(&w);
}

static void every_field_changes_the_hash(void **state)
{
    (void)state;
    char before[65], after[65];
    world w = tell_story();
    hex_of(w.t, before);
    for (int pool = 0; pool < TWIN_POOLS; pool++) {
        uint32_t index = twin_next(w.t, (twin_pool_kind)pool, 0);
        if (!index) continue;
        const twin_layout *layout = plx_twin_layout_of((twin_pool_kind)pool);
        uint8_t *record = plx_twin_pool_get(w.t, &w.t->pools[pool], index);
        for (uint32_t i = 0; i < layout->fields_n; i++) {
            const twin_field *f = &layout->fields[i];
            bool place = f->kind == TWIN_KIND_BLOCK || f->kind == TWIN_KIND_TEXT;
            if (place || strcmp(f->name, "live") == 0) continue; /* places in memory say nothing */
            if (strcmp(f->name, "events_n") == 0 || strcmp(f->name, "rows_n") == 0) continue;
            record[f->offset] ^= 1;
            hex_of(w.t, after);
            record[f->offset] ^= 1;
            if (strcmp(before, after) == 0) fail_msg("%s.%s is not hashed", layout->name, f->name);
        }
    }
    hex_of(w.t, after);
    assert_string_equal(before, after);
    world_destroy(&w);
}

/* Every number of a live record lies where its table says. */
static void fields_lie_in_their_limits(void **state)
{
    (void)state;
    world w = tell_story();
    uint32_t checked = 0;
    for (int pool = 0; pool < TWIN_POOLS; pool++) {
        const twin_layout *layout = plx_twin_layout_of((twin_pool_kind)pool);
        for (uint32_t r = twin_next(w.t, (twin_pool_kind)pool, 0); r;
             r = twin_next(w.t, (twin_pool_kind)pool, r)) {
            const uint8_t *record = plx_twin_pool_get(w.t, &w.t->pools[pool], r);
            for (uint32_t i = 0; i < layout->fields_n; i++) {
                const twin_field *f = &layout->fields[i];
                bool number = f->kind == TWIN_KIND_U8 || f->kind == TWIN_KIND_U16;
                for (uint32_t k = 0; number && k < f->n; k++, checked++) {
                    size_t bytes = plx_twin_kind_bytes(f->kind);
                    uint16_t value = 0;
                    memcpy(&value, record + f->offset + k * bytes, bytes);
                    if (value < f->low || value > f->high)
                        fail_msg("%s.%s is %u", layout->name, f->name, value);
                }
            }
        }
    }
    assert_true(checked > 100);
    world_destroy(&w);
}

/* Copy the region elsewhere in the middle: both go on to the same state. */
static void a_fork_goes_on_alike(void **state)
{
    (void)state;
    char one[65], other[65];
    for (int cut = 0; cut <= STORY_N; cut += 3) {
        world w = world_init(NULL);
        for (int i = 0; i < cut; i++)
            world_message(&w, STORY[i]);
        world f = w;
        size_t used = plx_twin_used(w.t), capacity = WORLD_BYTES + 4096;
        f.region = malloc(capacity);
        memset(f.region, 0xA5, capacity); /* what lies behind the used bytes must not matter */
        memcpy(f.region, w.region, used);
        assert_int_equal(plx_twin_adopt(&f.t, f.region, used, capacity), PLX_OK);
        hex_of(w.t, one);
        hex_of(f.t, other);
        assert_string_equal(one, other);
        for (int i = cut; i < STORY_N; i++) {
            world_message(&w, STORY[i]);
            world_message(&f, STORY[i]);
        }
        world_tick(&w, 14, 0);
        world_tick(&f, 14, 0);
        hex_of(w.t, one);
        hex_of(f.t, other);
        assert_string_equal(one, other);
        free(f.region);
        world_destroy(&w);
    }
}

static void adopt_refuses_what_is_no_twin(void **state)
{
    (void)state;
    plx_twin *t = NULL;
    world w = tell_story();
    size_t used = plx_twin_used(w.t);
    assert_int_equal(plx_twin_adopt(&t, w.region, sizeof *t - 1, WORLD_BYTES), PLX_CORRUPT);
    assert_int_equal(plx_twin_adopt(&t, w.region, used, used - 1), PLX_CORRUPT);
    assert_int_equal(plx_twin_adopt(&t, w.region, used - 16, WORLD_BYTES), PLX_CORRUPT);
    w.t->layout_version++;
    assert_int_equal(plx_twin_adopt(&t, w.region, used, WORLD_BYTES), PLX_UNSUPPORTED);
    w.t->layout_version--;
    w.t->magic[0] = 'X';
    assert_int_equal(plx_twin_adopt(&t, w.region, used, WORLD_BYTES), PLX_CORRUPT);
    w.t->magic[0] = 'P';
    assert_null(t);
    assert_int_equal(plx_twin_adopt(&t, w.region, used, WORLD_BYTES), PLX_OK);
    world_destroy(&w);
}

/* Flipped bits: refused, or walked without leaving the region and told by the hash. */
static void damaged_regions_do_no_harm(void **state)
{
    (void)state;
    char whole[65], hex[65];
    world w = tell_story();
    size_t used = plx_twin_used(w.t);
    hex_of(w.t, whole);
    uint8_t *copy = malloc(used); /* exactly, so that a sanitizer sees a step outside */
    plx_rng rng = plx_rng_init(7, 1);
    uint32_t refused = 0, other = 0;
    for (int i = 0; i < 3000; i++) {
        plx_twin *t;
        memcpy(copy, w.region, used);
        /* most of the region is empty chunks: aim at the header and at what is in use */
        uint64_t span = i % 3 == 0 ? used : i % 3 == 1 ? 2048 : sizeof(plx_twin) + 262144;
        copy[plx_rng_below(&rng, span)] ^= (uint8_t)(1u << plx_rng_below(&rng, 8));
        if (plx_twin_adopt(&t, copy, used, used) != PLX_OK) {
            refused++;
            continue;
        }
        hex_of(t, hex);
        other += strcmp(whole, hex) != 0;
    }
    assert_true(refused > 100);
    assert_true(other > 20);
    free(copy);
    world_destroy(&w);
}

static void init_checks_its_model(void **state)
{
    (void)state;
    plx_twin *t = NULL;
    size_t n = plx_twin_size_min();
    void *memory = malloc(n);
    plx_twin_model m = plx_twin_model_default();
    assert_int_equal(plx_twin_init(&t, memory, n - 1, &m), PLX_SPACE);
    m.zone_minutes = 841;
    assert_int_equal(plx_twin_init(&t, memory, n, &m), PLX_RANGE);
    m = plx_twin_model_default();
    m.cancel_wait_us = -1;
    assert_int_equal(plx_twin_init(&t, memory, n, &m), PLX_RANGE);
    m = plx_twin_model_default();
    m.implied_transfer = (plx_twin_implied)3;
    assert_int_equal(plx_twin_init(&t, memory, n, &m), PLX_RANGE);
    assert_null(t);
    m = plx_twin_model_default();
    assert_true(m.cancel_wait_us == 10 * PLX_MINUTE_US);
    assert_true(m.retention_us == 14 * PLX_DAY_US);
    assert_int_equal(plx_twin_init(&t, memory, n, &m), PLX_OK);
    assert_true(plx_twin_seq(t) == 0);
    free(memory);
}

static void errors_change_nothing(void **state)
{
    (void)state;
    char before[65], after[65];
    world w = tell_story();
    hex_of(w.t, before);
    plx_applied applied;
    plx_slice body = plx_slice_of(STORY[0]);
    plx_entry entry = {.seq = w.seq + 2,
                       .kind = PLX_ENTRY_MESSAGE,
                       .verdict = PLX_VERDICT_ACCEPTED,
                       .iface = 2,
                       .arrival_us = w.clock_us,
                       .body = body};
    plx_arena step = plx_arena_init(w.step, WORLD_TEXT);
    assert_int_equal(plx_twin_apply(w.t, &entry, &step, &applied), PLX_CONFLICT);
    entry.seq = w.seq;
    assert_int_equal(plx_twin_apply(w.t, &entry, &step, &applied), PLX_CONFLICT);
    entry.seq = w.seq + 1;
    for (size_t n = 0; n < 4096; n += 512) { /* too little scratch, at any point */
        plx_arena small = plx_arena_init(w.step, n);
        plx_status status = plx_twin_apply(w.t, &entry, &small, &applied);
        if (status == PLX_OK) break;
        assert_int_equal(status, PLX_SPACE);
    }
    if (plx_twin_seq(w.t) == w.seq) {
        hex_of(w.t, after);
        assert_string_equal(before, after);
    }
    world_destroy(&w);
}

/* Any message of a mebibyte fits the step arena that twin.h names: all delimiters, all segments,
 * all observations. */
static void large_messages_fit_the_step_arena(void **state)
{
    (void)state;
    enum { MIB = 1 << 20 };
    static const char *const UNITS[] = {"|", "A\r", "OBX|1|ST|X^Y^L|1|text|||||F\r",
                                        "OBX|1|TX|X^Y^L|1|\\.sp9\\~\\.sp9\\|||||F\r"};
    char *text = malloc(MIB + 1);
    void *memory = malloc(PLX_TWIN_STEP_BYTES);
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
        world w = world_init(NULL);
        int head = snprintf(text, MIB, "%s", ORU("1", "1010") STAY "OBR|1||F1|X\r");
        size_t n = (size_t)head, unit = strlen(UNITS[i]);
        for (uint32_t k = 0; n + unit <= MIB && (i < 2 || k < PLX_EVENT_OBSERVATIONS_MAX); k++) {
            memcpy(text + n, UNITS[i], unit);
            n += unit;
        }
        plx_arena step = plx_arena_init(memory, PLX_TWIN_STEP_BYTES);
        plx_entry entry = {.seq = 1,
                           .kind = PLX_ENTRY_MESSAGE,
                           .iface = 2,
                           .arrival_us = NOON_US,
                           .body = {text, n}};
        assert_int_equal(plx_twin_apply(w.t, &entry, &step, &w.applied), PLX_OK);
        world_destroy(&w);
    }
    free(memory);
    free(text);
}

static void full_is_said_before_anything_changes(void **state)
{
    (void)state;
    char text[1024], before[65], after[65];
    world w = world_init(NULL);
    plx_status status = PLX_OK;
    int i = 0;
    for (; status == PLX_OK && i < 200000; i++) {
        snprintf(text, sizeof text,
                 MSH("%d", "ADT^A04", "1000")
                     EVN("A04", "1000") "PID|1||P%d^^^H^MR||NAME%d^N\rPV1|1|E|ED^R%d^1^H|||||||||||"
                                        "|||||V%d^^^H^VN\r",
                 i, i, i, i, i);
        plx_entry entry = {.seq = w.seq + 1,
                           .kind = PLX_ENTRY_MESSAGE,
                           .iface = 2,
                           .arrival_us = NOON_US,
                           .body = plx_slice_of(text)};
        plx_arena step = plx_arena_init(w.step, WORLD_TEXT);
        status = plx_twin_apply(w.t, &entry, &step, &w.applied);
        if (status == PLX_OK) w.seq++;
    }
    assert_int_equal(status, PLX_FULL);
    assert_true(i > 10000);
    hex_of(w.t, before);
    plx_entry tick = {.seq = w.seq + 1, .kind = PLX_ENTRY_TICK, .arrival_us = NOON_US};
    plx_arena step = plx_arena_init(w.step, WORLD_TEXT);
    assert_int_equal(plx_twin_apply(w.t, &tick, &step, &w.applied), PLX_FULL);
    hex_of(w.t, after);
    assert_string_equal(before, after);
    world_destroy(&w);
}

/* Retention. */

static uint32_t live_records(const plx_twin *t)
{
    uint32_t n = 0;
    for (int pool = 0; pool < TWIN_POOLS; pool++)
        if (pool != TWIN_PLACE && pool != TWIN_STAFF) n += t->pools[pool].live;
    return n;
}

static void one_short_life(world *w)
{
    int64_t start_us = w->clock_us;
    for (int i = 0; i < 7; i++)
        world_message(w, STORY[i]);
    world_message(w, ADT("99", "A03", "1100", "P1", "E", BED, "V1"));
    w->clock_us = start_us + 14 * PLX_DAY_US;
    world_entry(w, (plx_entry){.kind = PLX_ENTRY_TICK});
    assert_int_not_equal(w->t->pools[TWIN_ENCOUNTER].live, 0); /* a few seconds too early */
    w->clock_us = start_us + 14 * PLX_DAY_US + PLX_MINUTE_US;
    world_entry(w, (plx_entry){.kind = PLX_ENTRY_TICK});
}

static void who_has_left_leaves_nothing(void **state)
{
    (void)state;
    world w = world_init(NULL);
    size_t used = 0;
    uint32_t texts = 0;
    for (int round = 0; round < 40; round++) {
        one_short_life(&w);
        assert_int_equal(live_records(w.t),
                         w.t->pools[TWIN_SOURCE].live); /* staff and beds name one */
        assert_int_equal(w.t->world.retired, round + 1);
        if (round == 2) {
            used = plx_twin_used(w.t);
            texts = w.t->maps[TWIN_MAP_TEXT].live;
        }
        if (round > 2) {
            assert_int_equal(plx_twin_used(w.t), used);
            assert_int_equal(w.t->maps[TWIN_MAP_TEXT].live, texts);
        }
    }
    assert_string_equal(world_report(&w, PLX_REPORT_CENSUS), "");
    world_destroy(&w);
}

static void who_is_here_stays(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ADT("1", "A04", "1000", "P1", "E", BED, "V1"));
    world_message(&w, ADT("2", "A05", "1000", "P2", "P", "ED", "V2"));
    w.clock_us = NOON_US + 13 * PLX_DAY_US;
    world_entry(&w, (plx_entry){.kind = PLX_ENTRY_TICK});
    assert_int_equal(w.t->pools[TWIN_ENCOUNTER].live, 2);
    w.clock_us = NOON_US + 60 * PLX_DAY_US;
    world_entry(&w, (plx_entry){.kind = PLX_ENTRY_TICK});
    assert_string_equal(world_report(&w, PLX_REPORT_CENSUS), "V1,P1,arrived,E,ED^R1^1^H,\n");
    world_destroy(&w);
}

/* Merged identifiers forward for ever. */
static void merged_persons_are_remembered(void **state)
{
    (void)state;
    world w = world_init(NULL);
    world_message(&w, ADT("1", "A04", "1000", "OLD", "E", BED, "V1"));
    world_message(&w, MSH("2", "ADT^A40", "1010") EVN("A40", "1010") PID("NEW") MRG("OLD"));
    world_message(&w, ADT("3", "A03", "1100", "NEW", "E", BED, "V1"));
    w.clock_us = NOON_US + 30 * PLX_DAY_US;
    world_entry(&w, (plx_entry){.kind = PLX_ENTRY_TICK});
    assert_int_equal(w.t->pools[TWIN_ENCOUNTER].live, 0);
    world_message(&w, ADT("4", "A04", "1200", "OLD", "E", BED, "V2"));
    assert_string_equal(world_report(&w, PLX_REPORT_CENSUS), "V2,NEW,arrived,E,ED^R1^1^H,\n");
    world_destroy(&w);
}

/* Order of messages. */

enum { STREAM_MAX = 4000, WINDOW = 150 };

typedef struct stream {
    char *bodies[STREAM_MAX];
    size_t lengths[STREAM_MAX];
    int64_t due_us[STREAM_MAX];
    uint32_t n;
    char *truth;
} stream;

static void stream_fill(stream *s, uint64_t seed)
{
    plx_hospital_model model = plx_hospital_model_default();
    plx_hospital_message m;
    plx_hospital *h;
    model.seed = seed;
    model.start_us = NOON_US;
    model.journeys_max = 40;
    size_t n = plx_hospital_size(&model);
    void *memory = malloc(n);
    assert_int_equal(plx_hospital_init(&h, memory, n, &model), PLX_OK);
    s->n = 0;
    while (s->n < STREAM_MAX && plx_hospital_next(h, &m)) {
        s->bodies[s->n] = malloc(m.bytes.n);
        memcpy(s->bodies[s->n], m.bytes.at, m.bytes.n);
        s->lengths[s->n] = m.bytes.n;
        s->due_us[s->n++] = m.due_us;
    }
    free(memory);
}

static void apply_stream(world *w, const stream *s, const uint32_t *order, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = order[i];
        w->clock_us = s->due_us[k];
        world_entry(w, (plx_entry){.kind = PLX_ENTRY_MESSAGE,
                                   .iface = 2,
                                   .body = {s->bodies[k], s->lengths[k]}});
        assert_int_equal(w->applied.outcome, PLX_OUTCOME_APPLIED);
    }
}

static char *all_reports(world *w)
{
    char *text = calloc(1, WORLD_TEXT);
    for (int i = 0; i < 3; i++)
        strcat(text, world_report(w, (plx_report)i));
    return text;
}

/* Each message moves by at most WINDOW places; some come twice. */
static uint32_t shuffle(plx_rng *rng, uint32_t n, uint32_t *order)
{
    static uint64_t keys[2 * STREAM_MAX];
    uint32_t m = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t copies = plx_rng_below(rng, 10) == 0 ? 2 : 1;
        for (; copies > 0; copies--)
            keys[m++] = (i + plx_rng_below(rng, WINDOW)) << 32 | i;
    }
    for (uint32_t gap = m / 2; gap > 0; gap /= 2)
        for (uint32_t i = gap; i < m; i++) {
            uint64_t x = keys[i];
            uint32_t k = i;
            for (; k >= gap && keys[k - gap] > x; k -= gap)
                keys[k] = keys[k - gap];
            keys[k] = x;
        }
    for (uint32_t i = 0; i < m; i++)
        order[i] = (uint32_t)keys[i];
    return m;
}

static void order_within_a_window_does_not_matter(void **state)
{
    (void)state;
    static stream s;
    static uint32_t order[2 * STREAM_MAX];
    plx_twin_model model = plx_twin_model_default();
    model.retention_us = 0; /* the ends of permuted streams lie days apart */
    for (uint64_t seed = 1; seed <= 3; seed++) {
        stream_fill(&s, seed);
        world w = world_init(&model);
        for (uint32_t i = 0; i < s.n; i++)
            order[i] = i;
        apply_stream(&w, &s, order, s.n);
        char *expected = all_reports(&w);
        world_destroy(&w);
        plx_rng rng = plx_rng_init(seed, 99);
        for (int trial = 0; trial < 4; trial++) {
            w = world_init(&model);
            uint32_t n = shuffle(&rng, s.n, order);
            apply_stream(&w, &s, order, n);
            char *got = all_reports(&w);
            if (strcmp(expected, got) != 0) {
                size_t at = 0;
                while (expected[at] == got[at])
                    at++;
                fail_msg("seed %d trial %d: expected %.80s got %.80s", (int)seed, trial,
                         expected + at, got + at);
            }
            free(got);
            world_destroy(&w);
        }
        free(expected);
        for (uint32_t i = 0; i < s.n; i++)
            free(s.bodies[i]);
    }
}

/* Growth is linear: the last thousandth of a long stay costs about what the first did. Counted in
 * events looked at, by the fold's own bookkeeping: an ordered stream never folds anew. */
static void ordered_streams_are_not_folded_anew(void **state)
{
    (void)state;
    char text[512];
    world w = world_init(NULL);
    world_message(&w, ADT("1", "A04", "1000", "P1", "E", BED, "V1"));
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof text,
                 "MSH|^~\\&|REG|H|PLX|ED|" DAY "11%02d%02d||ADT^A02|X%d|P|2.5.1\rEVN|A02|" DAY
                 "11%02d%02d\r" PID("P1") "PV1|1|E|ED^R%d^1^H||||||||||||||||V1^^^H^VN\r",
                 i / 60, i % 60, i, i / 60, i % 60, i % 7);
        const twin_encounter *e = world_stay(&w, "V1");
        /* a mark that only a fold would take away */
        ((twin_encounter *)(uintptr_t)e)->stay.zero_8 = 77;
        world_message(&w, text);
        assert_int_equal(e->stay.zero_8, 77);
        ((twin_encounter *)(uintptr_t)e)->stay.zero_8 = 0;
    }
    world_destroy(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_hash),
        cmocka_unit_test(every_field_changes_the_hash),
        cmocka_unit_test(fields_lie_in_their_limits),
        cmocka_unit_test(a_fork_goes_on_alike),
        cmocka_unit_test(adopt_refuses_what_is_no_twin),
        cmocka_unit_test(damaged_regions_do_no_harm),
        cmocka_unit_test(init_checks_its_model),
        cmocka_unit_test(errors_change_nothing),
        cmocka_unit_test(large_messages_fit_the_step_arena),
        cmocka_unit_test(full_is_said_before_anything_changes),
        cmocka_unit_test(who_has_left_leaves_nothing),
        cmocka_unit_test(who_is_here_stays),
        cmocka_unit_test(merged_persons_are_remembered),
        cmocka_unit_test(order_within_a_window_does_not_matter),
        cmocka_unit_test(ordered_streams_are_not_folded_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
