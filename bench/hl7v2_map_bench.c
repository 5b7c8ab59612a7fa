/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How fast HL7 v2 messages are parsed, judged and mapped on one core, as CSV:
 *   case,messages,mean_bytes,parse_ns,judge_ns,map_ns,all_ns,msg_per_s
 * Each row is the best of ROUNDS rounds. adt: one admission of a typical length. oru: a laboratory
 * panel. corpus: the public corpus where it lies beside the sources. observations-n: one result
 * message with n OBX, to see that the time per OBX does not grow. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/format/hl7v2/map.h"

enum {
    MESSAGES_MAX = 2048,
    BYTES_MAX = 1 << 24,
    INDEX_MAX = 1 << 20,
    SEGMENTS_MAX = 1 << 14,
    ARENA = 1 << 24,
    ROUNDS = 7
};

static const double SECONDS_PER_ROUND = 0.15;
static const char CORPUS[] = "../shared/data/hl7v2/corpus.mllp";

static const char ADT[] =
    "MSH|^~\\&|REGISTRATION|NORTH|PLX|ED|20260714093000||ADT^A01^ADT_A01|MSG00001|P|2.5.1\r"
    "EVN|A01|20260714092900||||20260714091500\r"
    "PID|1||4711^^^NORTH^MR~943476^^^NHS^SS||Roe^Ada^M^^Ms||19880818|F|||12 Long Lane^^Aston^^B6 "
    "4NX^GBR||0121 496 0000|||||4000776^^^NORTH^AN\r"
    "PV1|1|E|ED^3^A^NORTH|||WAIT^^^NORTH|D7^House^Greg^^^Dr|||MED|||||||||V100^^^NORTH^VN||||||||||"
    "||"
    "|||||||||||||20260714091500\r"
    "PV2|||R07.4^Chest pain^I10\rROL|1|AD|NURSE^Nurse^L|N5^Bell^Clara\r";

static const char ORU[] =
    "MSH|^~\\&|LAB|NORTH|PLX|ED|20260714093000||ORU^R01^ORU_R01|MSG00002|P|2.5.1\r"
    "PID|1||4711^^^NORTH^MR||Roe^Ada||19880818|F\rPV1|1|E|ED^3^A|||||||||||||||||V100\r"
    "ORC|RE|P1|F1||CM||||20260714080000\r"
    "OBR|1|P1|F1|24323-8^CMP^LN|||20260714080000|||||||20260714081000||||||||20260714092900||LAB|"
    "F\r"
    "OBX|1|NM|2823-3^Potassium^LN||4.4|mmol/L^^UCUM|3.5-5.0|N|||F|||20260714080000\r"
    "OBX|2|NM|2951-2^Sodium^LN||140|mmol/L^^UCUM|135-145|N|||F|||20260714080000\r"
    "OBX|3|NM|2160-0^Creatinine^LN||0.64|mg/dL^^UCUM|0.5-1.1|N|||F|||20260714080000\r"
    "OBX|4|NM|718-7^Haemoglobin^LN||14.3|g/dL^^UCUM|12-16|N|||F|||20260714080000\r"
    "OBX|5|NM|1988-5^CRP^LN||<5|mg/L^^UCUM|<5|N|||F|||20260714080000\r";

static char bytes[BYTES_MAX], arena_memory[ARENA];
static uint32_t index_memory[INDEX_MAX];
static plx_hl7_segment segment_memory[SEGMENTS_MAX];

typedef struct work {
    plx_slice messages[MESSAGES_MAX];
    size_t n, size;
} work;

typedef enum depth { DEPTH_PARSE, DEPTH_JUDGE, DEPTH_MAP, DEPTHS } depth;

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static uint64_t one(plx_slice message, depth how)
{
    const plx_hl7_map_options options = {0};
    plx_hl7_message m = {.index = index_memory,
                         .index_capacity = INDEX_MAX,
                         .segments = segment_memory,
                         .segments_capacity = SEGMENTS_MAX};
    plx_arena arena = plx_arena_init(arena_memory, sizeof arena_memory);
    plx_hl7_error error;
    plx_hl7_intake intake;
    plx_hl7_fault fault;
    plx_event event;
    if (plx_hl7_parse(message, &m, &error) != PLX_OK) return 0;
    if (how == DEPTH_PARSE) return m.index_n;
    plx_hl7_judge(message, &m, NULL, 2, false, &intake);
    if (how == DEPTH_JUDGE) return intake.body_hash[0];
    if (plx_hl7_map(&m, &options, &arena, &event, &fault) != PLX_OK) return 1;
    return event.observations_n + event.person.ids_n + intake.body_hash[0];
}

static double time_one_ns(const work *w, depth how, uint64_t *sum)
{
    double best = 1e18;
    for (int round = 0; round < ROUNDS; round++) {
        const double start = now_s();
        uint64_t done = 0;
        double seconds = 0;
        for (; seconds < SECONDS_PER_ROUND; seconds = now_s() - start, done += w->n)
            for (size_t i = 0; i < w->n; i++)
                *sum += one(w->messages[i], how);
        const double ns = 1e9 * seconds / (double)done;
        if (ns < best) best = ns;
    }
    return best;
}

static uint64_t run(const char *name, const work *w)
{
    double ns[DEPTHS];
    uint64_t sum = 0;
    if (w->n == 0) return 0;
    for (depth d = DEPTH_PARSE; d < DEPTHS; d++)
        ns[d] = time_one_ns(w, d, &sum);
    printf("%s,%zu,%zu,%.0f,%.0f,%.0f,%.0f,%.0f\n", name, w->n, w->size / w->n, ns[DEPTH_PARSE],
           ns[DEPTH_JUDGE] - ns[DEPTH_PARSE], ns[DEPTH_MAP] - ns[DEPTH_JUDGE], ns[DEPTH_MAP],
           1e9 / ns[DEPTH_MAP]);
    (void)fflush(stdout);
    return sum;
}

static work single(const char *text)
{
    work w = {.n = 1, .size = strlen(text)};
    w.messages[0] = plx_slice_of(text);
    return w;
}

static void read_corpus(work *w)
{
    w->n = w->size = 0;
    FILE *f = fopen(CORPUS, "rb");
    if (!f) return;
    const size_t n = fread(bytes, 1, sizeof bytes, f);
    (void)fclose(f);
    for (size_t i = 0; i < n && w->n < MESSAGES_MAX; i++) {
        if (bytes[i] != 0x0B) continue;
        const char *end = memchr(bytes + i, 0x1C, n - i);
        if (!end) return;
        const plx_slice s = {bytes + i + 1, (size_t)(end - bytes) - i - 1};
        w->messages[w->n++] = s;
        w->size += s.n;
        i = (size_t)(end - bytes);
    }
}

static work many_observations(unsigned n)
{
    plx_out out = plx_out_init(bytes, sizeof bytes);
    plx_out_text(&out, "MSH|^~\\&|L|N|||2026||ORU^R01|C5|P|2.6\rPID|1||4711\rOBR|1\r");
    for (unsigned i = 0; i < n; i++)
        plx_out_text(&out, "OBX|1|NM|8867-4^Heart rate^LN|1|80|/min|||||F|||20260714093000\r");
    work w = {.n = 1, .size = out.n};
    w.messages[0] = plx_out_slice(&out);
    return w;
}

int main(void)
{
    static work w;
    uint64_t sum = 0;
    printf("case,messages,mean_bytes,parse_ns,judge_ns,map_ns,all_ns,msg_per_s\n");
    w = single(ADT);
    sum += run("adt", &w);
    w = single(ORU);
    sum += run("oru", &w);
    read_corpus(&w);
    sum += run("corpus", &w);
    w = many_observations(100);
    sum += run("observations-100", &w);
    w = many_observations(3000);
    sum += run("observations-3000", &w);
    return sum == 0;
}
