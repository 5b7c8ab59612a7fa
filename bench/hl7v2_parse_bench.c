/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How fast HL7 v2 messages are indexed and read on one core, as CSV:
 *   case,messages,bytes,seconds,mb_per_s,msg_per_s,allocations
 * index: plx_hl7_parse alone. access: the same, and OBX-3.1 and OBX-5 of every OBX. walk: every
 * sub-component of every message. "corpus" rows are the public messages where they lie beside the
 * sources and the working directory is the root of the sources, else "built-in" ones; base64 and
 * waveform are one large message each. seconds are processor time; allocations counts calls of
 * malloc and realloc during the timed part. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/format/hl7v2/batch.h"
#include "core/format/hl7v2/hl7v2.h"

enum { MESSAGES_MAX = 4096, INDEX_MAX = 1 << 20, SEGMENTS_MAX = 1 << 14 };

static const char CORPUS[] = "../shared/data/hl7v2/corpus.mllp";
static const double SECONDS_PER_CASE = 1.0;

static uint64_t allocations;

void *malloc(size_t n)
{
    static void *(*next)(size_t);
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, "malloc");
    allocations++;
    return next(n);
}

void *realloc(void *at, size_t n)
{
    static void *(*next)(void *, size_t);
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, "realloc");
    allocations++;
    return next(at, n);
}

typedef struct work {
    plx_slice messages[MESSAGES_MAX];
    size_t n, bytes;
    plx_hl7_message m;
    uint64_t sum; /* of what was read, so that nothing is optimised away */
} work;

/* Time of this process on its core, so that a busy machine counts less. */
static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void index_one(work *w, plx_slice message)
{
    plx_hl7_error error;
    if (plx_hl7_parse(message, &w->m, &error) == PLX_OK) w->sum += w->m.index_n;
}

static void access_one(work *w, plx_slice message)
{
    plx_hl7_error error;
    if (plx_hl7_parse(message, &w->m, &error) != PLX_OK) return;
    for (uint32_t s = plx_hl7_find(&w->m, "OBX", 0); s != UINT32_MAX;
         s = plx_hl7_find(&w->m, "OBX", s + 1)) {
        plx_slice code = plx_hl7_slice(&w->m, plx_hl7_get(&w->m, s, 3, 1));
        plx_slice value = plx_hl7_slice(&w->m, plx_hl7_field(&w->m, s, 5));
        w->sum += code.n + value.n + (value.n ? (unsigned char)value.at[0] : 0);
    }
}

static void walk_field(work *w, plx_hl7_span field)
{
    plx_hl7_span r, c, s;
    plx_hl7_walk repetitions = plx_hl7_walk_repetitions(&w->m, field);
    while (plx_hl7_walk_next(&w->m, &repetitions, &r)) {
        plx_hl7_walk components = plx_hl7_walk_components(&w->m, r);
        while (plx_hl7_walk_next(&w->m, &components, &c)) {
            plx_hl7_walk subs = plx_hl7_walk_subcomponents(&w->m, c);
            while (plx_hl7_walk_next(&w->m, &subs, &s))
                w->sum += s.length;
        }
    }
}

static void walk_one(work *w, plx_slice message)
{
    plx_hl7_error error;
    if (plx_hl7_parse(message, &w->m, &error) != PLX_OK) return;
    for (uint32_t s = 0; s < w->m.segments_n; s++) {
        plx_hl7_walk fields = plx_hl7_walk_fields(&w->m, s);
        plx_hl7_span field;
        while (plx_hl7_walk_next(&w->m, &fields, &field))
            walk_field(w, field);
    }
}

static void run(const char *name, work *w, void (*one)(work *, plx_slice))
{
    uint64_t rounds = 0, before = allocations;
    for (size_t i = 0; i < w->n; i++) /* once, to warm up */
        one(w, w->messages[i]);
    double start = now_s(), seconds = 0;
    for (; seconds < SECONDS_PER_CASE; rounds++, seconds = now_s() - start)
        for (size_t i = 0; i < w->n; i++)
            one(w, w->messages[i]);
    uint64_t counted = allocations - before;
    double messages = (double)(rounds * w->n), bytes = (double)(rounds * w->bytes);
    printf("%s,%zu,%zu,%.3f,%.1f,%.0f,%llu\n", name, w->n, w->bytes, seconds, bytes / seconds / 1e6,
           messages / seconds, (unsigned long long)counted);
    fflush(stdout);
}

static size_t read_corpus(char **bytes)
{
    FILE *f = fopen(CORPUS, "rb");
    if (!f) return 0;
    enum { CORPUS_BYTES_MAX = 1 << 24 };
    *bytes = malloc(CORPUS_BYTES_MAX);
    size_t n = *bytes ? fread(*bytes, 1, CORPUS_BYTES_MAX, f) : 0;
    fclose(f);
    return n;
}

/* Laboratory results and admissions of the usual size, all different. */
static size_t write_messages(char **bytes)
{
    enum { SYNTHETIC_MESSAGES = 1000, SYNTHETIC_BYTES_MAX = 1 << 22 };
    *bytes = malloc(SYNTHETIC_BYTES_MAX);
    if (!*bytes) return 0;
    size_t n = 0;
    for (int i = 0; i < SYNTHETIC_MESSAGES; i++) {
        n +=
            (size_t)sprintf(*bytes + n,
                            "\x0bMSH|^~\\&|LAB|HOSP|POLLUX|ED|202601%02d1200||ORU^R01|C%06d|P|2.5\r"
                            "PID|1||%d^^^HOSP^MR||Doe^Jane^%d||19600101|F|||1 Main St^^Town\r"
                            "OBR|1|P%d|F%d|24323-8^Metabolic panel^LN|||202601011130\r",
                            i % 28 + 1, i, 100000 + i, i, i, i);
        for (int k = 0; k < 8 + i % 9; k++)
            n +=
                (size_t)sprintf(*bytes + n,
                                "OBX|%d|NM|29%d-2^Analyte %d^LN||%d.%d|mmol/L^mmol/L^UCUM|135-145|N"
                                "|||F|||20260101113%d||^Tech&A\r",
                                k + 1, k, k, 100 + k, i % 10, k % 10);
        n += (size_t)sprintf(*bytes + n, "\x1c\r");
    }
    return n;
}

static void split(work *w, plx_slice input)
{
    plx_hl7_reader reader;
    uint64_t offset;
    plx_hl7_reader_init(&reader, input);
    w->n = w->bytes = 0;
    while (w->n < MESSAGES_MAX && plx_hl7_reader_next(&reader, &w->messages[w->n], &offset))
        w->bytes += w->messages[w->n++].n;
}

static size_t fill(char *at, const char *head, const char *unit, size_t n)
{
    size_t used = strlen(head), length = strlen(unit);
    memcpy(at, head, used);
    for (; used + length < n; used += length)
        memcpy(at + used, unit, length);
    return used;
}

int main(void)
{
    static work w;
    static uint32_t index[INDEX_MAX];
    static plx_hl7_segment segments[SEGMENTS_MAX];
    w.m.index = index;
    w.m.index_capacity = INDEX_MAX;
    w.m.segments = segments;
    w.m.segments_capacity = SEGMENTS_MAX;
    char *bytes = NULL;
    size_t n = read_corpus(&bytes);
    const char *corpus = n > 0 ? "corpus" : "built-in";
    if (n == 0) n = write_messages(&bytes);
    enum { LARGE = 1 << 22 };
    char *large = malloc(LARGE), name[64];
    if (n == 0 || !large) return 1;
    printf("case,messages,bytes,seconds,mb_per_s,msg_per_s,allocations\n");
    split(&w, (plx_slice){bytes, n});
    snprintf(name, sizeof name, "%s index", corpus);
    run(name, &w, index_one);
    snprintf(name, sizeof name, "%s access", corpus);
    run(name, &w, access_one);
    snprintf(name, sizeof name, "%s walk", corpus);
    run(name, &w, walk_one);
    w.n = 1;
    w.bytes = fill(large, "MSH|^~\\&|A\rOBX|1|ED|D||^^PDF^Base64^", "JVBERi0xLjQKJeLjz9MK", LARGE);
    w.messages[0] = (plx_slice){large, w.bytes};
    run("base64 access", &w, access_one);
    w.bytes = fill(large, "MSH|^~\\&|A\rOBX|1|NA|W||", "-123^", LARGE);
    w.messages[0] = (plx_slice){large, w.bytes};
    run("waveform walk", &w, walk_one);
    free(bytes);
    free(large);
    return w.sum == 0;
}
