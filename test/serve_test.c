/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the real server over its sockets: a dead letter is seen, edited, resent or discarded and
 * the books balance; state, reports and the reason of a number can be asked for; strangers are
 * refused; a start that cannot be ends with one sentence and the right exit status. Oracle: the
 * books' own equation (operations 3); RFC 8259 for every answer; exit statuses of the command line.
 * Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/time.h"
#include "core/format/json/json.h"
#include "core/hospital/hospital.h"
#include "edge/host/clock.h"
#include "test/exchange.h"
#include "test/traffic.h"

enum { TOKENS_MAX = 1 << 20, HISTORY_H = 4, WAITS_MAX = 500 };

static void is_json(const char *text)
{
    plx_json_token *tokens = malloc(TOKENS_MAX * sizeof *tokens);
    plx_json json = {.tokens = tokens, .capacity = TOKENS_MAX};
    plx_json_error error = {0};
    assert_int_equal(plx_json_parse(plx_slice_of(text), &json, &error), PLX_OK);
    free(tokens);
}

static void answers(const server_process *server, const char *target, int status)
{
    answer a = get(server, target);
    assert_int_equal(a.status, status);
    is_json(a.body);
    answer_free(&a);
}

static void posts(const server_process *server, const char *target, const char *body, int status)
{
    answer a = post(server, target, server->http, body);
    assert_int_equal(a.status, status);
    is_json(a.body);
    answer_free(&a);
}

/* The same, and compares MSA-1. */
static void sends(const server_process *server, const char *message, const char *code)
{
    char reply[2048], wanted[16];
    exchanges(server, message, reply);
    snprintf(wanted, sizeof wanted, "MSA|%s", code);
    assert_non_null(strstr(reply, wanted));
}

typedef struct books {
    uint64_t received, applied, duplicate, ignored, refused, open, fixed, discarded;
} books;

static uint64_t number_in(const plx_json *json, uint32_t object, const char *key)
{
    uint64_t value = 0;
    assert_true(
        plx_slice_u64(plx_json_text(json, plx_json_get(json, object, key)), INT64_MAX, &value));
    return value;
}

/* All interfaces together; each one's books must balance. */
static books read_books(const server_process *server)
{
    answer a = get(server, "/api/feeds");
    assert_int_equal(a.status, 200);
    plx_json_token *tokens = malloc(TOKENS_MAX * sizeof *tokens);
    plx_json json = {.tokens = tokens, .capacity = TOKENS_MAX};
    plx_json_error error = {0};
    assert_int_equal(plx_json_parse(plx_slice_of(a.body), &json, &error), PLX_OK);
    uint32_t list = plx_json_get(&json, 0, "interfaces");
    assert_int_not_equal(list, UINT32_MAX);
    books sum = {0};
    uint32_t at = list + 1;
    for (uint32_t i = 0; i < tokens[list].children; i++, at = tokens[at].next) {
        books b = {number_in(&json, at, "received"),   number_in(&json, at, "applied"),
                   number_in(&json, at, "duplicate"),  number_in(&json, at, "ignored"),
                   number_in(&json, at, "refused"),    number_in(&json, at, "dead_open"),
                   number_in(&json, at, "dead_fixed"), number_in(&json, at, "dead_discarded")};
        assert_int_equal(b.received, b.applied + b.duplicate + b.ignored + b.refused + b.open +
                                         b.fixed + b.discarded);
        sum.received += b.received;
        sum.applied += b.applied;
        sum.open += b.open;
        sum.fixed += b.fixed;
        sum.discarded += b.discarded;
    }
    free(tokens);
    answer_free(&a);
    return sum;
}

/* Until the twin has applied what was acknowledged. */
static books wait_for_received(const server_process *server, uint64_t received)
{
    for (int i = 0; i < WAITS_MAX; i++) {
        books b = read_books(server);
        if (b.received >= received) return b;
        usleep(20000);
    }
    fail();
    return (books){0};
}

static int start_server(void **state)
{
    server_process *server = malloc(sizeof *server);
    server_prepare(server);
    *state = server;
    if (!server_start(server)) return -1;
    for (int i = 0; i < WAITS_MAX; i++) { /* the first entries are applied */
        answer a = get(server, "/health/ready");
        bool ready = a.status == 200;
        answer_free(&a);
        if (ready) return 0;
        usleep(10000);
    }
    return -1;
}

static int end_server(void **state)
{
    server_process *server = *state;
    int status = server->pid ? server_terminate(server) : 0;
    server_remove(server);
    free(server);
    return status;
}

static uint64_t oldest_dead(const server_process *server)
{
    answer a = get(server, "/api/feeds");
    uint64_t seq = UINT64_MAX;
    for (const char *at = strstr(a.body, "\"dead\":["); at && (at = strstr(at, "{\"seq\":"));
         at++) {
        uint64_t found = strtoull(at + 7, NULL, 10);
        if (found < seq) seq = found;
    }
    answer_free(&a);
    assert_int_not_equal(seq, UINT64_MAX);
    return seq;
}

static void dead_letter_is_edited_and_resent(void **state)
{
    server_process *server = *state;
    char text[2048];
    sends(server, "MSH|^~\\&|A|B|C|D|20261125120000||ADT^A04^ADT_A01|1|P|2.5.1\rPID|1||\rPV1|1|E\r",
          "AE");
    assert_int_equal(wait_for_received(server, 1).open, 1);
    uint64_t seq = oldest_dead(server);
    snprintf(text, sizeof text, "/api/feeds/raw?seq=%llu", (unsigned long long)seq);
    answer raw = get(server, text);
    assert_int_equal(raw.status, 200);
    is_json(raw.body);
    assert_non_null(strstr(raw.body, "ADT^A04"));
    answer_free(&raw);

    /* still without an identity: the letter stays open, and its copy is a second one */
    snprintf(
        text, sizeof text,
        "{\"seq\":%llu,\"body\":\"MSH|^~\\\\&|A|B|C|D|20261125120000||ADT^A04^ADT_A01|2|P|2.5.1"
        "\\rPID|1||\\rPV1|1|E\\r\"}",
        (unsigned long long)seq);
    posts(server, "/api/feeds/resend", text, 200);
    books b = read_books(server);
    assert_int_equal(b.open, 2);
    assert_int_equal(b.fixed, 0);

    snprintf(
        text, sizeof text,
        "{\"seq\":%llu,\"body\":\"MSH|^~\\\\&|A|B|C|D|20261125120000||ADT^A04^ADT_A01|3|P|2.5.1"
        "\\rPID|1||P1^^^H^MR||D\\u00f6rr^J\\rPV1|1|E|ED^1^1||||||||||||||||V1\\r\"}",
        (unsigned long long)seq);
    posts(server, "/api/feeds/resend", text, 200);
    b = read_books(server);
    assert_int_equal(b.open, 1);
    assert_int_equal(b.fixed, 1);
    answer census = get(server, "/api/report?what=census");
    assert_string_equal(census.body, "V1,P1,arrived,E,ED^1^1,\n");
    answer_free(&census);
}

static void dead_letter_is_discarded(void **state)
{
    server_process *server = *state;
    char text[256];
    sends(server, "garbage", "AE");
    assert_int_equal(wait_for_received(server, 1).open, 1);
    uint64_t seq = oldest_dead(server);
    snprintf(text, sizeof text, "{\"seq\":%llu,\"why\":\" \"}", (unsigned long long)seq);
    posts(server, "/api/feeds/discard", text, 400);
    snprintf(text, sizeof text, "{\"seq\":%llu,\"why\":\"line \\\"noise\\\" \\u20ac\"}",
             (unsigned long long)seq);
    for (int i = 0; i < 2; i++) { /* the second time there is nothing to discard */
        posts(server, "/api/feeds/discard", text, 200);
        books b = read_books(server);
        assert_int_equal(b.open, 0);
        assert_int_equal(b.discarded, 1);
    }
    assert_int_equal(server_terminate(server), 0);
    assert_true(server_start(server)); /* the books are in the journal, not in memory */
    assert_int_equal(wait_for_received(server, 1).discarded, 1);
}

static void bad_requests_are_refused(void **state)
{
    server_process *server = *state;
    static const struct {
        const char *target, *body;
        int status;
    } POSTS[] = {{"/api/feeds/resend", "", 400},
                 {"/api/feeds/resend", "{", 400},
                 {"/api/feeds/resend", "[]", 400},
                 {"/api/feeds/resend", "{\"seq\":1}", 400},
                 {"/api/feeds/resend", "{\"seq\":0,\"body\":\"x\"}", 400},
                 {"/api/feeds/resend", "{\"seq\":-1,\"body\":\"x\"}", 400},
                 {"/api/feeds/resend", "{\"seq\":99999,\"body\":\"x\"}", 400},
                 {"/api/feeds/resend", "{\"seq\":1,\"seq\":1,\"body\":\"x\"}", 400},
                 {"/api/feeds/resend", "{\"seq\":1,\"body\":\"\\ud800\"}", 400},
                 {"/api/feeds/resend", "{\"seq\":1,\"body\":\"\\u20ac\"}", 400},
                 {"/api/feeds/discard", "{\"seq\":1}", 400},
                 {"/api/nothing", "{\"seq\":1}", 404}};
    for (size_t i = 0; i < sizeof POSTS / sizeof POSTS[0]; i++)
        posts(server, POSTS[i].target, POSTS[i].body, POSTS[i].status);
    static const char *const GETS[] = {"/api/state",           "/api/state?topic=x",
                                       "/api/report?what=x",   "/api/feeds/raw?seq=0",
                                       "/api/feeds/raw?seq=x", "/api/feeds/raw?seq=99999",
                                       "/api/why/1",           "/api/nothing"};
    for (size_t i = 0; i < sizeof GETS / sizeof GETS[0]; i++)
        answers(server, GETS[i], 404);
    answers(server, "/api/why/-", 400);
    static const char *const ORIGINS[] = {NULL, "evil.example", "127.0.0.1:1"};
    for (size_t i = 0; i < sizeof ORIGINS / sizeof ORIGINS[0]; i++) {
        answer a = post(server, "/api/feeds/discard", ORIGINS[i], "{\"seq\":1,\"why\":\"x\"}");
        assert_int_equal(a.status, 403);
        answer_free(&a);
    }
    answers(server, "/health/ready", 200); /* and it still stands */
    assert_int_equal(read_books(server).received, 0);
}

/* The provenance id of the first NEWS2 with a value; false when the board has none. */
static bool find_news2(const char *board, char id[16])
{
    static const char BEGIN[] = "\"news2\":{\"v\":", ID[] = "\"i\":\"";
    const char *cell = strstr(board, BEGIN);
    const char *from = cell ? strstr(cell, ID) : NULL;
    if (!from) return false;
    from += sizeof ID - 1;
    size_t n = strcspn(from, "\"");
    assert_true(n > 0 && n < 16);
    memcpy(id, from, n);
    id[n] = 0;
    return true;
}

/* What a hospital would have sent in the last hours: its patients are still there. */
static traffic *recent_traffic(void)
{
    traffic *load = calloc(1, sizeof *load);
    plx_clock clock;
    plx_clock_init(&clock, 1);
    int64_t now_us = plx_clock_now(&clock);
    plx_hospital_model model = plx_hospital_model_default();
    model.start_us = now_us - HISTORY_H * PLX_HOUR_US;
    size_t size = plx_hospital_size(&model);
    void *memory = malloc(size);
    plx_hospital *hospital = NULL;
    assert_int_equal(plx_hospital_init(&hospital, memory, size, &model), PLX_OK);
    plx_hospital_message message;
    while (load->n < TRAFFIC_MESSAGES_MAX && plx_hospital_next(hospital, &message) &&
           message.due_us < now_us) {
        char *copy = malloc(message.bytes.n);
        memcpy(copy, message.bytes.at, message.bytes.n);
        load->streams[load->n] = message.stream;
        load->messages[load->n++] = (plx_slice){copy, message.bytes.n};
    }
    free(memory);
    return load;
}

static void state_reports_and_reasons_can_be_asked_for(void **state)
{
    server_process *server = *state;
    traffic *load = recent_traffic();
    assert_true(load->n > 100);
    plx_mllp_client *client = traffic_connect(server, load);
    traffic_send_for(client, load, 60 * PLX_SECOND_US);
    assert_int_equal(load->answers, load->n);
    plx_mllp_client_destroy(client);
    wait_for_received(server, load->n);
    traffic_destroy(load);
    answers(server, "/api/state?topic=feeds", 200);
    answer board = get(server, "/api/state?topic=board");
    assert_int_equal(board.status, 200);
    is_json(board.body);
    char id[16], target[64];
    assert_true(find_news2(board.body, id));
    answer_free(&board);
    snprintf(target, sizeof target, "/api/why/%s", id);
    answer why = get(server, target);
    assert_int_equal(why.status, 200);
    is_json(why.body);
    assert_non_null(strstr(why.body, "NEWS2"));
    answer_free(&why);

    static const char *const WHAT[] = {"census", "beds", "results"};
    for (int i = 0; i < 3; i++) { /* the running server says what its journal says */
        char words[512];
        snprintf(target, sizeof target, "/api/report?what=%s", WHAT[i]);
        answer live = get(server, target);
        assert_int_equal(live.status, 200);
        assert_true(strlen(live.body) > 0);
        snprintf(words, sizeof words, "journal export --data %s --what %s", server->data, WHAT[i]);
        int status = -1;
        char *exported = pollux_output(words, &status);
        assert_int_equal(status, 0);
        assert_string_equal(live.body, exported);
        free(exported);
        answer_free(&live);
    }
}

/* One patient, a result each, in another character set: application, set, id, name (PID-5). */
#define FOREIGN(application, charset, id, name)                                                    \
    "MSH|^~\\&|" application "|H|PLX|ED|" NOW "||ADT^A04^ADT_A01|" id "|P|2.5.1||||||" charset     \
    "\rEVN||" NOW "\rPID|1||" id "^^^H^MR||" name "\rPV1|1|E|ED^R" id "^1||||||||||||||||V" id     \
    "\r"
#define NOW "20261130120000"

typedef struct foreign {
    const char *message;
    const char *application, *charset; /* as they must stand in the answer */
    const char *name;                  /* on the board: UTF-8 */
} foreign;

static const foreign FOREIGNERS[] = {
    {FOREIGN("A", "GB 18030-2000", "1", "\x83|^\x8A^"), "A", "GB 18030-2000",
     "\xE5\x84\x84, \xE5\xA5\xAE"},
    {FOREIGN("\x83|\x8A^", "GB 18030-2000", "2", "\x95\x32\x82\x36^\xCD\xF5"), "\x83|\x8A^",
     "GB 18030-2000", "\xF0\xA0\x80\x80, \xE7\x8E\x8B"},
    {FOREIGN("A", "BIG-5", "3", "\xB3\\\xA5\\^\xA5|"), "A", "BIG-5",
     "\xE8\xA8\xB1\xE5\x8A\x9F, \xE5\x9B\x9B"},
    {FOREIGN("A", "8859/15", "4", "\xBCuvr\xE9^\xA4"), "A", "8859/15",
     "\xC5\x92uvr\xC3\xA9, \xE2\x82\xAC"},
    {FOREIGN("A", "~ISO IR87", "5", "\x1B$BK|8^\x1B(B^\x1B$BB@O:\x1B(B"), "A", "~ISO IR87",
     "\xE4\xB8\x87\xE4\xBA\x94, \xE5\xA4\xAA\xE9\x83\x8E"},
    {FOREIGN("A", "KS X 1001", "6", "\xC8\xAB^\xB1\xE6"), "A", "KS X 1001",
     "\xED\x99\x8D, \xEA\xB8\xB8"},
    {FOREIGN("A", "UNICODE UTF-8", "7", "M\xC3\xBCller^J"), "A", "UNICODE UTF-8",
     "M\xC3\xBCller, J"},
    {FOREIGN("A", "KLINGON", "8", "M\xFCller^K"), "A", "KLINGON", "M\xEF\xBF\xBDller, K"},
    {FOREIGN("A", "BIG-5", "9", "X\xFF^\xA6^"), "A", "BIG-5", "X\xEF\xBF\xBD, \xE5\x9B\x9E"},
};
enum { FOREIGNERS_N = sizeof FOREIGNERS / sizeof *FOREIGNERS };

static void board_names_them(const server_process *server)
{
    answer board = get(server, "/api/state?topic=board");
    assert_int_equal(board.status, 200);
    is_json(board.body);
    for (size_t i = 0; i < FOREIGNERS_N; i++)
        if (!strstr(board.body, FOREIGNERS[i].name))
            fail_msg("%s (%s) is not in %s", FOREIGNERS[i].name, FOREIGNERS[i].charset, board.body);
    answer_free(&board);
}

static char *journal_says(const server_process *server, const char *command)
{
    char words[512];
    int status = -1;
    snprintf(words, sizeof words, "journal %s --data %s", command, server->data);
    char *text = pollux_output(words, &status);
    assert_int_equal(status, 0);
    return text;
}

/* Shown as they are meant, stored as they came, answered as the sender writes. */
static void other_character_sets(void **state)
{
    server_process *server = *state;
    for (size_t i = 0; i < FOREIGNERS_N; i++) {
        char reply[2048], wanted[256];
        exchanges(server, FOREIGNERS[i].message, reply);
        snprintf(wanted, sizeof wanted, "\x0bMSH|^~\\&|PLX|ED|%s|H|", FOREIGNERS[i].application);
        assert_int_equal(strncmp(reply, wanted, strlen(wanted)), 0);
        snprintf(wanted, sizeof wanted, "|P|2.5.1||||||%s\rMSA|AA|%zu\r", FOREIGNERS[i].charset,
                 i + 1);
        assert_non_null(strstr(reply, wanted));
    }
    books b = wait_for_received(server, FOREIGNERS_N);
    assert_int_equal(b.applied, FOREIGNERS_N);
    board_names_them(server);
    answer raw = get(server, "/api/report?what=census");
    char *census = journal_says(server, "export --what census");
    assert_string_equal(raw.body, census);
    answer_free(&raw);
    free(census);

    char *bytes = journal_says(server, "export --what messages"), *at = bytes;
    for (size_t i = 0; i < FOREIGNERS_N; i++) {
        size_t n = strlen(FOREIGNERS[i].message);
        assert_int_equal(*at++, 0x0b);
        assert_memory_equal(at, FOREIGNERS[i].message, n);
        at += n;
        assert_memory_equal(at, "\x1c\r", 2);
        at += 2;
    }
    assert_int_equal(*at, 0);
    free(bytes);

    assert_int_equal(server_terminate(server), 0);
    char *hash = journal_says(server, "hash"), *again = journal_says(server, "hash");
    assert_true(strlen(hash) >= 64);
    assert_string_equal(hash, again); /* the same bytes, the same state */
    free(hash);
    free(again);
    assert_true(server_start(server));
    wait_for_received(server, FOREIGNERS_N);
    board_names_them(server);
}

/* Runs pollux to its end: exit status, and that it said one sentence on stderr. */
static int run_refused(const char *const *arguments)
{
    int fds[2];
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    pid_t pid = fork();
    if (pid == 0) {
        const char *path = getenv("POLLUX");
        alarm(30); /* one that starts after all does not stay */
        dup2(fds[1], STDERR_FILENO);
        execv(path ? path : "pollux", (char *const *)(uintptr_t)arguments);
        _exit(127);
    }
    close(fds[1]);
    char text[4096];
    size_t used = 0;
    for (ssize_t got; (got = read(fds[0], text + used, sizeof text - 1 - used)) > 0;)
        used += (size_t)got;
    text[used] = 0;
    close(fds[0]);
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    size_t lines = 0, sentences = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        lines += line[0] != '{'; /* the log's lines are objects */
        sentences += strncmp(line, "pollux ", 7) == 0;
    }
    assert_int_equal(lines, 1);
    assert_int_equal(sentences, 1);
    return WEXITSTATUS(status);
}

static int refused_serve(const char *data, const char *http, const char *mllp)
{
    const char *arguments[] = {"pollux", "serve",  "--data", data, "--http",
                               http,     "--mllp", mllp,     NULL};
    return run_refused(arguments);
}

static void second_server_is_refused(void **state)
{
    server_process *server = *state;
    char other[300];
    snprintf(other, sizeof other, "%s/other", server->data);
    assert_int_equal(refused_serve(server->data, "127.0.0.1:0", "127.0.0.1:0"), 1);
    assert_int_equal(refused_serve(other, server->http, "127.0.0.1:0"), 1);
    assert_int_equal(refused_serve(other, "127.0.0.1:0", server->mllp), 1);
    const char *demo[] = {"pollux", "demo", "--data", server->data, "--http", "127.0.0.1:0", NULL};
    assert_int_equal(run_refused(demo), 2); /* a real server's journal takes no simulated patient */
    answers(server, "/health/ready", 200);
}

static void wrong_start_touches_nothing(void **state)
{
    server_process *server = *state;
    char other[300], file[300];
    snprintf(other, sizeof other, "%s/other", server->data);
    assert_int_equal(refused_serve(other, "here", "127.0.0.1:0"), 2);
    assert_int_equal(refused_serve(other, "127.0.0.1:0", "127.0.0.1:99999"), 2);
    const char *demo[] = {"pollux", "demo", "--data", other, "--http", "here", NULL};
    assert_int_equal(run_refused(demo), 2);
    const char *waves[] = {"pollux", "demo",    "--data", other, "--speed",
                           "10",     "--waves", "7",      NULL};
    assert_int_equal(run_refused(waves), 2); /* 70 messages a second */
    assert_int_not_equal(access(other, F_OK), 0);
    const char *rushed[] = {"pollux", "hospital", "--to", server->mllp, "--waves", "1", NULL};
    assert_int_equal(run_refused(rushed), 2); /* seconds without a clock */
    snprintf(file, sizeof file, "%s/file", server->data);
    FILE *f = fopen(file, "wb");
    assert_non_null(f);
    fclose(f);
    assert_int_equal(refused_serve(file, "127.0.0.1:0", "127.0.0.1:0"), 1);
    const char *unknown[] = {"pollux", "serve", "--nothing", NULL};
    assert_int_equal(run_refused(unknown), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(dead_letter_is_edited_and_resent, start_server, end_server),
        cmocka_unit_test_setup_teardown(dead_letter_is_discarded, start_server, end_server),
        cmocka_unit_test_setup_teardown(bad_requests_are_refused, start_server, end_server),
        cmocka_unit_test_setup_teardown(state_reports_and_reasons_can_be_asked_for, start_server,
                                        end_server),
        cmocka_unit_test_setup_teardown(other_character_sets, start_server, end_server),
        cmocka_unit_test_setup_teardown(second_server_is_refused, start_server, end_server),
        cmocka_unit_test_setup_teardown(wrong_start_touches_nothing, start_server, end_server)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
