/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux hl7 send: the messages of a file over MLLP, with their answers matched. Messages of one
 * patient stay in order; different patients run in parallel. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/app.h"
#include "core/base/hash.h"
#include "core/format/hl7v2/batch.h"
#include "core/format/hl7v2/hl7v2.h"
#include "edge/acquire/mllp_client.h"
#include "edge/host/clock.h"
#include "edge/host/histogram.h"

static const char WORDS[] = "hl7 send";

enum {
    INDEX_MAX = 1 << 18, /* entries; a message that needs more is its own stream */
    SEGMENTS_MAX = 1 << 16,
    SUFFIX_MAX = 24,
    ATTEMPTS_MAX = 10,
    QUEUED_MAX = 16384,
    CODES_MAX = 8,
    PROGRESS_AFTER_US = 2000000,
    PROGRESS_EVERY_US = 200000,
    PROGRESS_CELLS = 40
};

typedef struct outgoing {
    plx_slice bytes;
    uint64_t stream;
    size_t id_end; /* where a suffix of MSH-10 goes; 0 when it has none */
} outgoing;

typedef struct sending {
    const char *to;
    double rate; /* messages per second, 0 = as fast as they are answered */
    uint64_t connections, window, repeat, timeout_s;
    bool unordered; /* each message is a stream of its own: no patient's order is kept */
    bool json;
    char *file; /* owned */
    size_t file_n;
    outgoing *messages; /* owned */
    size_t messages_n, messages_capacity, longest, skipped;
    plx_mllp_client *client;
    char *scratch; /* owned: one message with a suffix */
    uint64_t total, queued, answers, none_asked, no_answer;
    struct {
        char code[3];
        uint64_t n;
    } codes[CODES_MAX];
    plx_histogram latency;
    int64_t start_us, shown_us;
} sending;

/* the file. */

static uint64_t stream_of(const plx_hl7_message *m, uint64_t number)
{
    uint32_t pid = plx_hl7_find(m, "PID", 0), pv1 = plx_hl7_find(m, "PV1", 0);
    plx_slice id = plx_hl7_slice(m, plx_hl7_get(m, pid, 3, 1));
    if (id.n == 0) id = plx_hl7_slice(m, plx_hl7_get(m, pv1, 19, 1));
    return id.n > 0 ? plx_hash64(id.at, id.n, 1) : plx_hash64(&number, sizeof number, 2);
}

static bool add_message(sending *s, plx_hl7_message *m, plx_slice bytes)
{
    if (s->messages_n == s->messages_capacity) {
        size_t capacity = s->messages_capacity ? 2 * s->messages_capacity : 1024;
        outgoing *more = realloc(s->messages, capacity * sizeof *more);
        if (!more) return false;
        s->messages = more;
        s->messages_capacity = capacity;
    }
    outgoing *o = &s->messages[s->messages_n];
    plx_hl7_error error;
    *o = (outgoing){.bytes = bytes};
    if (plx_hl7_parse(bytes, m, &error) == PLX_OK) {
        plx_hl7_span id = plx_hl7_get(m, 0, 10, 0);
        if (id.length > 0) o->id_end = (size_t)id.offset + id.length;
        o->stream = s->unordered ? s->messages_n : stream_of(m, s->messages_n);
    } else {
        uint64_t number = s->messages_n; /* sent as it is: the peer has to answer it, too */
        o->stream = plx_hash64(&number, sizeof number, 2);
    }
    if (bytes.n > s->longest) s->longest = bytes.n;
    s->messages_n++;
    return true;
}

static bool find_messages(sending *s)
{
    plx_hl7_message m = {.index = calloc(INDEX_MAX, sizeof *m.index),
                         .index_capacity = INDEX_MAX,
                         .segments = calloc(SEGMENTS_MAX, sizeof *m.segments),
                         .segments_capacity = SEGMENTS_MAX};
    plx_hl7_reader reader;
    plx_slice bytes;
    uint64_t offset;
    bool ok = m.index && m.segments;
    plx_hl7_reader_init(&reader, (plx_slice){s->file, s->file_n});
    while (ok && plx_hl7_reader_next(&reader, &bytes, &offset)) {
        if (reader.broken)
            s->skipped++;
        else
            ok = add_message(s, &m, bytes);
    }
    free(m.index);
    free(m.segments);
    s->scratch = ok ? malloc(s->longest + SUFFIX_MAX) : NULL;
    return s->scratch != NULL;
}

static int load(sending *s, const char *path)
{
    if (plx_app_read_file(path, &s->file, &s->file_n) != PLX_OK) {
        char detail[256];
        snprintf(detail, sizeof detail, "%s: %s", path, strerror(errno));
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "the file cannot be read; check name and rights",
                            detail);
    }
    if (!find_messages(s))
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "not enough memory; split the file", path);
    if (s->skipped > 0)
        fprintf(stderr, "pollux %s: note: frames cut off in the file, not sent: %zu\n", WORDS,
                s->skipped);
    if (s->messages_n == 0)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS,
                            "no HL7 message in this file; check that it is the right one", path);
    s->total = s->messages_n * s->repeat;
    return PLX_EXIT_OK;
}

/* sending. */

static void on_answer(void *self, const plx_mllp_answer *answer)
{
    sending *s = self;
    if (answer->ack.n == 0) {
        *(answer->none_asked ? &s->none_asked : &s->no_answer) += 1;
        return;
    }
    s->answers++;
    plx_histogram_add(&s->latency, (uint64_t)(answer->ms * 1000));
    const char *code = answer->code[0] ? answer->code : "??";
    for (size_t i = 0; i < CODES_MAX; i++) {
        bool last = i + 1 == CODES_MAX, unused = s->codes[i].n == 0;
        if (unused) memcpy(s->codes[i].code, last ? "??" : code, sizeof s->codes[i].code);
        if (!last && strcmp(s->codes[i].code, code) != 0) continue;
        s->codes[i].n++;
        return;
    }
}

/* Messages with which there is nothing left to do. */
static uint64_t settled(const sending *s)
{
    return s->answers + s->none_asked + s->no_answer;
}

/* The first round sends what the file says; later ones give each message a control id of its own.
 */
static plx_slice with_suffix(sending *s, const outgoing *o, uint64_t round)
{
    if (round == 0 || o->id_end == 0) return o->bytes;
    plx_out out = plx_out_init(s->scratch, s->longest + SUFFIX_MAX);
    plx_out_bytes(&out, o->bytes.at, o->id_end);
    plx_out_char(&out, '.');
    plx_out_u64(&out, round);
    plx_out_bytes(&out, o->bytes.at + o->id_end, o->bytes.n - o->id_end);
    return plx_out_slice(&out);
}

static void queue_messages(sending *s)
{
    uint64_t due = s->total, limit = 4 * s->connections * s->window + 64;
    if (limit > QUEUED_MAX) limit = QUEUED_MAX;
    if (s->rate > 0) {
        double by_now = s->rate * (double)(plx_boot_us() - s->start_us) / 1e6 + 1;
        if (by_now < (double)due) due = (uint64_t)by_now;
    }
    while (s->queued < due && s->queued - settled(s) < limit) {
        const outgoing *o = &s->messages[s->queued % s->messages_n];
        plx_slice bytes = with_suffix(s, o, s->queued / s->messages_n);
        if (plx_mllp_client_send(s->client, o->stream, s->queued, bytes, false) != PLX_OK) return;
        s->queued++;
    }
}

static void show_progress(sending *s)
{
    int64_t now_us = plx_boot_us();
    if (now_us - s->start_us < PROGRESS_AFTER_US || now_us - s->shown_us < PROGRESS_EVERY_US ||
        !isatty(STDERR_FILENO))
        return;
    s->shown_us = now_us;
    uint64_t done = settled(s);
    fprintf(stderr, "\r[%-*.*s] %" PRIu64 " of %" PRIu64 " messages", PROGRESS_CELLS,
            (int)(PROGRESS_CELLS * done / s->total), "########################################",
            done, s->total);
}

/* Nobody has been there yet, and each connection was tried. */
static bool is_unreachable(const sending *s)
{
    plx_mllp_client_metrics metrics;
    plx_mllp_client_measure(s->client, &metrics);
    bool waited = plx_boot_us() - s->start_us > (int64_t)s->timeout_s * 1000000;
    return metrics.connected == 0 && (metrics.connect_failures >= s->connections || waited);
}

static int send_all(sending *s)
{
    s->start_us = plx_boot_us();
    while (settled(s) < s->total) {
        queue_messages(s);
        int wait_ms = s->rate > 0 && s->queued < s->total ? 1 : 100;
        plx_mllp_client_run(s->client, wait_ms);
        show_progress(s);
        if (is_unreachable(s))
            return plx_app_fail(PLX_EXIT_WORLD, WORDS,
                                "the peer cannot be reached; check the address and that it is up",
                                s->to);
    }
    return PLX_EXIT_OK;
}

/* the report. */

static uint64_t positive(const sending *s)
{
    uint64_t n = 0;
    for (size_t i = 0; i < CODES_MAX; i++)
        if (s->codes[i].code[1] == 'A') n += s->codes[i].n;
    return n;
}

static void report_json(const sending *s, const plx_mllp_client_metrics *m, double seconds)
{
    printf("{\"sent\":%" PRIu64 ",\"accepted\":%" PRIu64 ",\"refused\":%" PRIu64
           ",\"none_asked\":%" PRIu64 ",\"no_answer\":%" PRIu64 ",\"resent\":%" PRIu64
           ",\"late\":%" PRIu64 ",\"codes\":{",
           m->sent, positive(s), s->answers - positive(s), s->none_asked, s->no_answer, m->resent,
           m->late);
    for (size_t i = 0; i < CODES_MAX && s->codes[i].n > 0; i++)
        printf("%s\"%s\":%" PRIu64, i ? "," : "", s->codes[i].code, s->codes[i].n);
    printf("},\"seconds\":%.3f,\"msg_per_s\":%.1f,\"latency_ms\":{\"p50\":%.3f,\"p90\":%.3f,"
           "\"p99\":%.3f,\"max\":%.3f}}\n",
           seconds, (double)s->answers / seconds,
           (double)plx_histogram_quantile(&s->latency, 0.5) / 1000,
           (double)plx_histogram_quantile(&s->latency, 0.9) / 1000,
           (double)plx_histogram_quantile(&s->latency, 0.99) / 1000,
           (double)s->latency.max_us / 1000);
}

static void report_table(const sending *s, const plx_mllp_client_metrics *m, double seconds)
{
    printf("sent        %12" PRIu64 "\n", m->sent);
    printf("accepted    %12" PRIu64 "\n", positive(s));
    printf("refused     %12" PRIu64 "\n", s->answers - positive(s));
    for (size_t i = 0; i < CODES_MAX && s->codes[i].n > 0; i++)
        printf("  %s        %12" PRIu64 "\n", s->codes[i].code, s->codes[i].n);
    printf("none asked  %12" PRIu64 "\n", s->none_asked);
    printf("no answer   %12" PRIu64 "\n", s->no_answer);
    printf("resent      %12" PRIu64 "\n", m->resent);
    printf("late        %12" PRIu64 "\n", m->late);
    printf("seconds     %12.3f\n", seconds);
    printf("msg/s       %12.1f\n", (double)s->answers / seconds);
    const double q[] = {0.5, 0.9, 0.99};
    const char *names[] = {"p50", "p90", "p99"};
    for (int i = 0; i < 3; i++)
        printf("%s ms      %12.3f\n", names[i],
               (double)plx_histogram_quantile(&s->latency, q[i]) / 1000);
    printf("max ms      %12.3f\n", (double)s->latency.max_us / 1000);
}

static int report(sending *s)
{
    double seconds = (double)(plx_boot_us() - s->start_us) / 1e6;
    plx_mllp_client_metrics metrics;
    plx_mllp_client_measure(s->client, &metrics);
    if (s->shown_us) fputc('\n', stderr);
    (s->json ? report_json : report_table)(s, &metrics, seconds > 0 ? seconds : 1e-6);
    if (s->no_answer == 0) return PLX_EXIT_OK;
    char detail[64];
    snprintf(detail, sizeof detail, "%" PRIu64 " of %" PRIu64, s->no_answer, s->total);
    return plx_app_fail(PLX_EXIT_WORLD, WORDS,
                        "messages got no answer; check the peer and send them again", detail);
}

static int run(sending *s, const char *path)
{
    int status = load(s, path);
    if (status != PLX_EXIT_OK) return status;
    plx_mllp_client_options options = {.to = s->to,
                                       .connections = (uint32_t)s->connections,
                                       .window = (uint32_t)s->window,
                                       .timeout_ms = (uint32_t)s->timeout_s * 1000,
                                       .attempts_max = ATTEMPTS_MAX};
    char problem[256];
    plx_status made =
        plx_mllp_client_init(&s->client, &options, on_answer, s, problem, sizeof problem);
    if (made != PLX_OK)
        return plx_app_fail(made == PLX_CONFIG ? PLX_EXIT_USAGE : PLX_EXIT_WORLD, WORDS,
                            "cannot send", problem);
    status = send_all(s);
    return status == PLX_EXIT_OK ? report(s) : status;
}

int plx_app_hl7_send(int argc, char **argv)
{
    sending s = {.connections = 1, .window = 1, .repeat = 1, .timeout_s = 30};
    const plx_option options[] = {
        {"--to", PLX_OPTION_TEXT, &s.to, 0, 0},
        {"--rate", PLX_OPTION_DOUBLE, &s.rate, 0.001, 1e7},
        {"--connections", PLX_OPTION_U64, &s.connections, 1, PLX_MLLP_CLIENT_CONNECTIONS_MAX},
        {"--window", PLX_OPTION_U64, &s.window, 1, PLX_MLLP_CLIENT_WINDOW_MAX},
        {"--repeat", PLX_OPTION_U64, &s.repeat, 1, 1e9},
        {"--timeout", PLX_OPTION_U64, &s.timeout_s, 1, 3600},
        {"--json", PLX_OPTION_FLAG, &s.json, 0, 0},
        {"--unordered", PLX_OPTION_FLAG, &s.unordered, 0, 0},
    };
    const char *file = NULL;
    size_t files_n = 0;
    int status = plx_options_read(WORDS, argc, argv, options, sizeof options / sizeof options[0],
                                  &file, 1, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    if (files_n == 0)
        return plx_app_fail(PLX_EXIT_USAGE, WORDS, "a FILE is needed (try --help)", NULL);
    if (!s.to)
        return plx_app_fail(PLX_EXIT_USAGE, WORDS, "--to HOST:PORT is needed (try --help)", NULL);
    status = run(&s, file);
    plx_mllp_client_destroy(s.client);
    free(s.scratch);
    free(s.messages);
    free(s.file);
    return status;
}
