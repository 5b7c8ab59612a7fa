/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: messages that others wrote get the verdicts that a reader of them agrees with, and their
 * main facts arrive in the event; changed in random places, nothing breaks the rules of
 * map_check.h. Oracle: for facts a plain splitter at | and ^ in this file; for verdicts a table by
 * source, whose refusals were read one by one (below); own messages where the corpus is not there.
 * Tolerance: none.
 *
 * The 17 refusals: cosyte: MSH-9 missing (1), MSH-7 in forms of vendors (5), results without any
 * patient identifier (1); hl7apy: MSH-9 = {} (2); mirth: fragments of orders without PID (3);
 * python-hl7: ADT without PID (1), fragments without MSH-9 (4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/rng.h"
#include "core/format/hl7v2/map_check.h"
#include "core/format/hl7v2/map_for_test.h"

enum { CORPUS_BYTES_MAX = 1 << 24, MESSAGES_MAX = 2048, SOURCE_MAX = 32, SOURCES_MAX = 16 };

static const char CORPUS[] = PLX_SOURCE_ROOT "/../shared/data/hl7v2/corpus.mllp";
static const char INDEX[] = PLX_SOURCE_ROOT "/../shared/data/hl7v2/index.tsv";

static char bytes[CORPUS_BYTES_MAX];
static plx_slice messages[MESSAGES_MAX];
static size_t messages_n;
static check_memory memory;

static void read_corpus(void)
{
    FILE *f = fopen(CORPUS, "rb");
    if (!f) skip();
    const size_t n = fread(bytes, 1, sizeof bytes, f);
    (void)fclose(f);
    messages_n = 0;
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] != 0x0B) continue;
        const char *end = memchr(bytes + i, 0x1C, n - i);
        assert_non_null(end);
        assert_true(messages_n < MESSAGES_MAX);
        messages[messages_n++] = (plx_slice){bytes + i + 1, (size_t)(end - bytes) - i - 1};
        i = (size_t)(end - bytes);
    }
    assert_int_equal(messages_n, 1243);
}

/* The n-th piece (from 1) of a text split at c; empty when there are fewer. */
static plx_slice piece(plx_slice s, char c, unsigned n)
{
    for (;;) {
        const char *hit = s.n ? memchr(s.at, c, s.n) : NULL;
        const size_t length = hit ? (size_t)(hit - s.at) : s.n;
        if (--n == 0) return (plx_slice){s.at, length};
        if (!hit) return (plx_slice){0};
        s = (plx_slice){hit + 1, s.n - length - 1};
    }
}

/* The n-th segment with an id, split at CR. */
static plx_slice segment(plx_slice message, const char *id, unsigned n)
{
    for (unsigned i = 1;; i++) {
        const plx_slice s = piece(message, '\r', i);
        if (s.n == 0 && s.at == NULL) return s;
        if (s.n >= 4 && memcmp(s.at, id, 3) == 0 && s.at[3] == '|' && --n == 0) return s;
    }
}

static plx_slice field(plx_slice s, unsigned number, unsigned component)
{
    return piece(piece(s, '|', number + 1), '^', component);
}

static bool is_simple(plx_slice s)
{
    return !memchr(s.at, '\\', s.n) && !memchr(s.at, '~', s.n) && !memchr(s.at, '&', s.n) &&
           !(s.n == 2 && memcmp(s.at, "\"\"", 2) == 0);
}

/* What the mapping says must be what the plain splitter finds, where the text is simple. */
static unsigned assert_fact(plx_slice mapped, plx_slice found)
{
    if (found.n == 0 || !is_simple(found)) return 0;
    const plx_slice text = plx_slice_trim(found);
    if (!plx_slice_equal(mapped, text))
        fail_msg("%.*s is not %.*s", (int)mapped.n, mapped.at, (int)text.n, text.at);
    return 1;
}

static unsigned compare_observations(plx_slice message, const plx_event *e)
{
    unsigned facts = 0;
    for (uint32_t i = 0; i < e->observations_n; i++) {
        const plx_slice obx = segment(message, "OBX", i + 1);
        const plx_slice type = field(obx, 2, 1), value = piece(obx, '|', 6);
        const plx_observation_facts *o = &e->observations[i];
        assert_ptr_equal(message.at + o->offset, obx.at);
        assert_int_equal(o->length, obx.n);
        if (o->quantity == PLX_QUANTITY_OTHER) facts += assert_fact(o->code, field(obx, 3, 1));
        if (plx_slice_is(type, "NM") && !o->sentinel) facts += assert_fact(o->value.text, value);
    }
    assert_int_equal(segment(message, "OBX", e->observations_n + 1).n, 0);
    return facts;
}

static unsigned compare_facts(plx_slice message, const plx_event *e)
{
    const plx_slice pid = segment(message, "PID", 1), pv1 = segment(message, "PV1", 1);
    const plx_slice msh = piece(message, '\r', 1);
    unsigned facts = assert_fact(e->type, field(msh, 8, 1));
    facts += assert_fact(e->control_id, piece(msh, '|', 10));
    if (pid.n && e->person.ids_n) {
        const plx_slice ids = piece(pid, '|', 4);
        if (is_simple(ids)) facts += assert_fact(e->person.ids[0].value.text, field(pid, 3, 1));
        if (is_simple(ids)) facts += assert_fact(e->person.ids[0].authority, field(pid, 3, 4));
        facts += assert_fact(e->person.family.text, field(pid, 5, 1));
        facts += assert_fact(e->person.sex.text, field(pid, 8, 1));
    }
    if (pv1.n) {
        facts += assert_fact(e->visit.patient_class.text, field(pv1, 2, 1));
        facts += assert_fact(e->visit.assigned.point_of_care, field(pv1, 3, 1));
        facts += assert_fact(e->visit.assigned.bed, field(pv1, 3, 3));
        facts += assert_fact(e->visit.visit.value.text, field(pv1, 19, 1));
    }
    if (e->observations_n > 0) facts += compare_observations(message, e);
    return facts;
}

static void test_facts_of_the_corpus(void **state)
{
    (void)state;
    read_corpus();
    const plx_hl7_map_options options = {0};
    unsigned facts = 0, mapped = 0, observations = 0;
    for (size_t i = 0; i < messages_n; i++) {
        plx_hl7_message m;
        plx_hl7_error error;
        plx_hl7_fault fault;
        plx_event e;
        plx_arena arena = plx_arena_init(test_memory, sizeof test_memory);
        assert_int_equal(test_parse(messages[i], &m, &error), PLX_OK);
        if (plx_hl7_map(&m, &options, &arena, &e, &fault) != PLX_OK) continue;
        mapped++;
        observations += e.observations_n;
        if (messages[i].n > 9 && memcmp(messages[i].at, "MSH|^~\\&|", 9) == 0)
            facts += compare_facts(messages[i], &e);
    }
    print_message("# %u messages mapped, %u observations, %u facts compared\n", mapped,
                  observations, facts);
    assert_true(mapped > 1200 && facts > 15000);
}

typedef struct source {
    char name[SOURCE_MAX];
    unsigned verdicts[PLX_VERDICT_COUNT];
} source;

static source *find_source(source *sources, unsigned *n, const char *name)
{
    for (unsigned i = 0; i < *n; i++)
        if (strcmp(sources[i].name, name) == 0) return &sources[i];
    assert_true(*n < SOURCES_MAX);
    source *s = &sources[(*n)++];
    memset(s, 0, sizeof *s);
    (void)snprintf(s->name, sizeof s->name, "%s", name);
    return s;
}

static void assert_source(source *sources, unsigned *n, const char *name, source expected)
{
    const source *s = find_source(sources, n, name);
    print_message("# %-15s accepted %4u  shadow %4u  error %2u  refused %2u\n", name,
                  s->verdicts[PLX_VERDICT_ACCEPTED], s->verdicts[PLX_VERDICT_SHADOW],
                  s->verdicts[PLX_VERDICT_ERROR], s->verdicts[PLX_VERDICT_REFUSED]);
    assert_memory_equal(s->verdicts, expected.verdicts, sizeof s->verdicts);
}

#define VERDICTS(accepted, shadow, error)                                                          \
    (source)                                                                                       \
    {                                                                                              \
        .verdicts = {                                                                              \
            [PLX_VERDICT_ACCEPTED] = accepted,                                                     \
            [PLX_VERDICT_SHADOW] = shadow,                                                         \
            [PLX_VERDICT_ERROR] = error                                                            \
        }                                                                                          \
    }

static void test_verdicts_by_source(void **state)
{
    (void)state;
    static source sources[SOURCES_MAX];
    unsigned n = 0;
    read_corpus();
    FILE *f = fopen(INDEX, "r");
    if (!f) skip();
    char line[1024], name[SOURCE_MAX];
    assert_non_null(fgets(line, sizeof line, f)); /* the head */
    for (size_t i = 0; i < messages_n; i++) {
        plx_hl7_message m;
        plx_hl7_error error;
        plx_hl7_intake intake;
        assert_non_null(fgets(line, sizeof line, f));
        assert_int_equal(sscanf(line, "%*s %*s %*s %31s", name), 1);
        assert_int_equal(test_parse(messages[i], &m, &error), PLX_OK);
        plx_hl7_judge(messages[i], &m, NULL, 2, false, &intake);
        find_source(sources, &n, name)->verdicts[intake.verdict]++;
    }
    (void)fclose(f);
    assert_int_equal(n, 6);
    assert_source(sources, &n, "simhospital", VERDICTS(0, 1013, 0));
    assert_source(sources, &n, "cosyte", VERDICTS(98, 5, 7));
    assert_source(sources, &n, "fhir-converter", VERDICTS(66, 4, 0));
    assert_source(sources, &n, "hl7apy", VERDICTS(4, 13, 2));
    assert_source(sources, &n, "mirth", VERDICTS(15, 2, 3));
    assert_source(sources, &n, "python-hl7", VERDICTS(6, 0, 5));
}

static const char *const OWN[] = {
    ("MSH|^~\\&|REG|N|PLX|ED|20260714093000+0200||ADT^A01^ADT_A01|C1|P|2.5.1|||AL|NE||8859/1\r"
     "EVN|A01|20260714||||20260714091500\rPID|1||4711^^^N&1.2&ISO^MR~99^^^S^SS|A|Roe&v^Ada^^^\r"
     "PV1|1|E|ED^3^A|||W^1|D7^House^Greg\rPV2|||^Chest \\T\\ arm\rROL|1|AD|RN|N5^Bell^C\r"),
    ("MSH|^~\\&|LAB|N|||2026||ORU^R01|C2|P|2.3\rPID|1||4711\rORC|RE|P1|F1||CM\r"
     "OBR|1|P1|F1|24323-8^CMP^LN|||202607140800||||||||||D7|||||||LAB|F\r"
     "OBX|1|NM|2823-3^K^LN||4.4|mmol/L|3.5-5|N|||F\rOBX|2|FT|X||a\\.br\\b~\\XFC\\c||||||C\r"
     "OBX|3|SN|Y||>^5\rOBX|4|CE|Z||A^B^L\rOBX|5|ED|D||^pdf^x^Base64^AAAA\rNTE|1||n\r"),
    ("MSH|^~\\&|REG|N|||2026||ADT^A40|C3|P|2.4\rPID|1||4711\rMRG|4712^^^N^MR||A||V\r"),
    ("MSH|^~\\&|REG|N|||2026||ADT^A17|C4|T|2.2\rPID|1||1\rPV1|1|E|A^1\rPID|2||2\rPV1|2|E|A^2\r"),
    ("MSH|^~\\&|L|N|||2026||OUL^R22|C5|P|2.6\rPID|1||1\rSPM|1|||B|||||||||||||20260714|2026\r"
     "OBR|1||F1|A\rORC|RE|P1\rOBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.2.1.1|-999|264864\r"),
};

/* One random change: a byte, a piece cut out, doubled, or taken from elsewhere. */
static size_t mutate(plx_rng *rng, char *text, size_t n, size_t capacity)
{
    static const char special[] = "||^^~~&&\\\\\r\n\"\"-<>.0129AMEXZ \x80\xC3\xFC";
    const size_t at = n ? plx_rng_below(rng, n) : 0;
    size_t length = plx_rng_below(rng, 24);
    if (at + length > n) length = n - at;
    switch (plx_rng_below(rng, 5)) {
    case 0:
        if (n) text[at] = special[plx_rng_below(rng, sizeof special - 1)];
        return n;
    case 1:
        if (n) text[at] = (char)plx_rng_below(rng, 256);
        return n;
    case 2:
        memmove(text + at, text + at + length, n - at - length);
        return n - length;
    case 3:
        if (n + length > capacity) return n;
        memmove(text + at + length, text + at, n - at);
        return n + length;
    default:
        if (length > 0) memmove(text + at, text + plx_rng_below(rng, n - length + 1), length);
        return n;
    }
}

static void mutate_and_check(const plx_slice *texts, size_t texts_n, unsigned rounds)
{
    enum { TEXT_MAX = 1 << 14 };
    static char text[TEXT_MAX];
    plx_rng rng = plx_rng_init(20260714, texts_n);
    for (unsigned round = 0; round < rounds; round++) {
        const plx_slice source_text = texts[plx_rng_below(&rng, texts_n)];
        size_t n = source_text.n < TEXT_MAX ? source_text.n : TEXT_MAX;
        memcpy(text, source_text.at, n);
        for (uint64_t changes = plx_rng_below(&rng, 8); changes > 0; changes--)
            n = mutate(&rng, text, n, TEXT_MAX);
        check_all((plx_slice){text, n}, (uint32_t)plx_rng_below(&rng, 65536), &memory);
    }
}

static void test_changed_own_messages(void **state)
{
    (void)state;
    plx_slice own[sizeof OWN / sizeof OWN[0]];
    for (size_t i = 0; i < sizeof OWN / sizeof OWN[0]; i++)
        own[i] = plx_slice_of(OWN[i]);
    mutate_and_check(own, sizeof OWN / sizeof OWN[0], 30000);
}

static void test_changed_messages_of_the_corpus(void **state)
{
    (void)state;
    read_corpus();
    mutate_and_check(messages, messages_n, 30000);
}

/* As many observations as an event holds but some, each in a group of its own. */
static void test_a_large_message(void **state)
{
    (void)state;
    enum { LINES = 3000, LINE_MAX = 64 };
    static char text[LINES * LINE_MAX + 256];
    plx_out out = plx_out_init(text, sizeof text);
    plx_out_text(&out, "MSH|^~\\&|L|N|||2026||ORU^R01|C5|P|2.6\rPID|1||4711\r");
    for (unsigned i = 0; i < LINES; i++)
        plx_out_text(&out, "PID|2||4711\rPV1|1|E\rROL|1|AD|RN|N5\rOBX|1|NM|X1||7\r");
    assert_false(out.full);
    plx_hl7_message m = {.index = memory.index,
                         .index_capacity = CHECK_INDEX_MAX,
                         .segments = memory.segments,
                         .segments_capacity = CHECK_SEGMENTS_MAX};
    plx_hl7_error error;
    assert_int_equal(plx_hl7_parse(plx_out_slice(&out), &m, &error), PLX_SPACE);
    m.index = calloc(error.index_needed, sizeof *m.index);
    m.segments = calloc(error.segments_needed, sizeof *m.segments);
    m.index_capacity = error.index_needed;
    m.segments_capacity = error.segments_needed;
    assert_true(m.index && m.segments);
    assert_int_equal(plx_hl7_parse(plx_out_slice(&out), &m, &error), PLX_OK);
    const plx_hl7_map_options options = {0};
    plx_hl7_intake intake;
    plx_hl7_fault fault;
    plx_event e;
    plx_arena arena = plx_arena_init(test_memory, sizeof test_memory);
    plx_hl7_judge(m.bytes, &m, NULL, 2, false, &intake);
    assert_int_equal(intake.verdict, PLX_VERDICT_ACCEPTED);
    assert_int_equal(plx_hl7_map(&m, &options, &arena, &e, &fault), PLX_OK);
    assert_int_equal(e.observations_n, LINES);
    free(m.index);
    free(m.segments);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts_of_the_corpus),
        cmocka_unit_test(test_verdicts_by_source),
        cmocka_unit_test(test_changed_own_messages),
        cmocka_unit_test(test_changed_messages_of_the_corpus),
        cmocka_unit_test(test_a_large_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
