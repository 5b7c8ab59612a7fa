/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: programs that are not ours talk to our MLLP server and answer our client.
 * Oracle: python3-hl7 (mllp_send and its server) and Medplum's @medplum/hl7: each message they send
 * gets AA with its own control id, each message we send gets their AA. Tolerance: none. A peer that
 * is not installed is skipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/format/hl7v2/batch.h"
#include "core/format/hl7v2/mllp.h"
#include "edge/acquire/mllp_client.h"
#include "edge/acquire/mllp_fixture.h"
#include "edge/host/clock.h"
#include "test/server_process.h"

enum { MISSING = 77, NO_PROGRAM = 127, OWN_MESSAGES = 25, OUTPUT_MAX = 1 << 20 };

static const char PEERS[] = PLX_SOURCE_ROOT "/test/peer/";
static const char HOSPITAL[] =
    PLX_SOURCE_ROOT "/../shared/data/hl7v2/simhospital/files/docs/artifacts/messages.out";

/* a child with pipes. */

typedef struct child {
    pid_t pid;
    int in, out;
} child;

static child start_child(const char *const arguments[])
{
    int in[2], out[2];
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        execvp(arguments[0], (char *const *)(uintptr_t)arguments);
        _exit(NO_PROGRAM);
    }
    close(in[0]);
    close(out[1]);
    return (child){pid, in[1], out[0]};
}

/* Until the child closes its output, or until a line when one is enough. */
static void read_output(const child *c, char *text, size_t capacity, bool one_line)
{
    size_t n = 0;
    for (ssize_t got; n + 1 < capacity && (got = read(c->out, text + n, capacity - n - 1)) > 0;) {
        n += (size_t)got;
        if (one_line && memchr(text, '\n', n)) break;
    }
    text[n] = 0;
}

static int end_child(const child *c)
{
    int status = 0;
    close(c->in);
    close(c->out);
    waitpid(c->pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Skips the test when the peer is not there. */
static void run_peer(const char *const arguments[], char text[OUTPUT_MAX])
{
    child c = start_child(arguments);
    read_output(&c, text, OUTPUT_MAX, false);
    int status = end_child(&c);
    if (status == MISSING || status == NO_PROGRAM) return;
    assert_int_equal(status, 0);
}

/* files of frames. */

typedef struct frames {
    char path[64];
    size_t n;
} frames;

static FILE *create_file(frames *f)
{
    *f = (frames){.path = "/tmp/plx-peer-XXXXXX"};
    int fd = mkstemp(f->path);
    assert_true(fd >= 0);
    return fdopen(fd, "wb");
}

static void put_frame(FILE *to, frames *f, plx_slice message)
{
    fputc(PLX_MLLP_START, to);
    fwrite(message.at, 1, message.n, to);
    fputc(PLX_MLLP_END, to);
    fputc(PLX_MLLP_CR, to);
    f->n++;
}

static frames own_frames(const char *prefix)
{
    frames f;
    FILE *to = create_file(&f);
    for (int i = 0; i < OWN_MESSAGES; i++) {
        char message[1024], id[32];
        snprintf(id, sizeof id, "%s%d", prefix, i);
        put_frame(to, &f, (plx_slice){message, message_make(message, sizeof message, id, "note")});
    }
    assert_int_equal(fclose(to), 0);
    return f;
}

/* The messages of the Simulated Hospital; n is 0 when they are not there. */
static frames hospital_frames(void)
{
    frames f = {0};
    FILE *from = fopen(HOSPITAL, "rb");
    if (!from) return f;
    static char bytes[1 << 20];
    size_t n = fread(bytes, 1, sizeof bytes, from);
    fclose(from);
    FILE *to = create_file(&f);
    plx_hl7_reader reader;
    plx_slice message;
    uint64_t offset;
    plx_hl7_reader_init(&reader, (plx_slice){bytes, n});
    while (plx_hl7_reader_next(&reader, &message, &offset))
        put_frame(to, &f, message);
    assert_int_equal(fclose(to), 0);
    return f;
}

static size_t count_of(const char *text, const char *part)
{
    size_t n = 0;
    for (; (text = strstr(text, part)) != NULL; text++)
        n++;
    return n;
}

/* peers that send to us. */

typedef size_t (*sender)(uint16_t port, const frames *f, char text[OUTPUT_MAX]);

/* Both give the number of positive answers that the peer reports; 0 when it is not there. */

static size_t send_by_python(uint16_t port, const frames *f, char text[OUTPUT_MAX])
{
    char number[8];
    snprintf(number, sizeof number, "%u", port);
    const char *arguments[] = {"mllp_send", "--port", number, "--file", f->path, "127.0.0.1", NULL};
    run_peer(arguments, text);
    return count_of(text, "MSA|AA|") + count_of(text, "MSA|CA|");
}

static size_t send_by_medplum(uint16_t port, const frames *f, char text[OUTPUT_MAX])
{
    char number[8], script[512];
    snprintf(number, sizeof number, "%u", port);
    snprintf(script, sizeof script, "%smedplum_send.mjs", PEERS);
    const char *arguments[] = {"node", script, number, f->path, NULL};
    run_peer(arguments, text);
    return count_of(text, "AA ") + count_of(text, "CA ");
}

static char text[OUTPUT_MAX];

/* Against a journal in memory: what comes in is what the file holds. */
static void check_memory(sender send_file)
{
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    frames own = own_frames("own"), hospital = hospital_frames();
    size_t answered = send_file(journal_port(&j), &own, text);
    bool missing = answered == 0 && journal_count(&j) == 0;
    if (!missing) {
        assert_int_equal(answered, own.n);
        assert_int_equal(journal_count(&j), own.n);
        for (size_t i = 0; i < own.n; i++) {
            char id[32];
            snprintf(id, sizeof id, "|own%zu|", i);
            assert_non_null(
                memmem(j.entries[i].entry.body.at, j.entries[i].entry.body.n, id, strlen(id)));
            assert_int_equal(j.entries[i].entry.verdict, PLX_VERDICT_ACCEPTED);
        }
        if (hospital.n > 0) {
            assert_int_equal(send_file(journal_port(&j), &hospital, text), hospital.n);
            assert_int_equal(journal_count(&j), own.n + hospital.n);
        }
    }
    unlink(own.path);
    if (hospital.n > 0) unlink(hospital.path);
    journal_stop(&j);
    if (missing) skip();
}

/* Against the real server: everything is acknowledged from its journal on disk, and again after
 * that. */
static void check_server(sender send_file)
{
    if (!getenv("POLLUX")) skip();
    server_process server;
    server_prepare(&server);
    assert_true(server_start(&server));
    uint16_t port = (uint16_t)strtoul(strrchr(server.mllp, ':') + 1, NULL, 10);
    frames own = own_frames("srv");
    size_t answered = send_file(port, &own, text);
    size_t again = answered ? send_file(port, &own, text) : 0;
    unlink(own.path);
    assert_int_equal(server_terminate(&server), 0);
    server_remove(&server);
    if (answered == 0) skip();
    assert_int_equal(answered, own.n);
    assert_int_equal(again, own.n);
}

static void python_sends(void **state)
{
    (void)state;
    check_memory(send_by_python);
}

static void medplum_sends(void **state)
{
    (void)state;
    check_memory(send_by_medplum);
}

static void python_sends_to_pollux(void **state)
{
    (void)state;
    check_server(send_by_python);
}

static void medplum_sends_to_pollux(void **state)
{
    (void)state;
    check_server(send_by_medplum);
}

/* peers that answer us. */

static size_t positive;

static void on_answer(void *self, const plx_mllp_answer *answer)
{
    (void)self;
    positive += strcmp(answer->code, "AA") == 0 && answer->attempts == 1;
}

static void check_client(const char *const arguments[])
{
    child c = start_child(arguments);
    read_output(&c, text, OUTPUT_MAX, true);
    char to[64], problem[256];
    snprintf(to, sizeof to, "127.0.0.1:%lu", strtoul(text, NULL, 10));
    if (text[0] == 0) { /* it ended without a port */
        int status = end_child(&c);
        assert_true(status == MISSING || status == NO_PROGRAM);
        skip();
    }
    plx_mllp_client_options options = {.to = to, .connections = 3, .attempts_max = 1};
    plx_mllp_client *client = NULL;
    assert_int_equal(
        plx_mllp_client_init(&client, &options, on_answer, NULL, problem, sizeof problem), PLX_OK);
    positive = 0;
    for (size_t i = 0; i < 4 * OWN_MESSAGES; i++) {
        char message[1024], id[16];
        snprintf(id, sizeof id, "c%zu", i);
        plx_slice bytes = {message, message_make(message, sizeof message, id, "")};
        assert_int_equal(plx_mllp_client_send(client, i % 7, i, bytes, false), PLX_OK);
    }
    int64_t until_us = plx_boot_us() + FIXTURE_WAIT_MS * 1000;
    while (plx_mllp_client_run(client, 100) > 0)
        assert_true(plx_boot_us() < until_us);
    assert_int_equal(positive, 4 * OWN_MESSAGES);
    plx_mllp_client_destroy(client);
    assert_int_equal(end_child(&c), 0);
}

static void python_answers(void **state)
{
    (void)state;
    char script[512];
    snprintf(script, sizeof script, "%shl7_serve.py", PEERS);
    /* Debian's interpreter: it is the one that has Debian's python3-hl7. */
    const char *arguments[] = {"/usr/bin/python3", script, NULL};
    check_client(arguments);
}

static void medplum_answers(void **state)
{
    (void)state;
    char script[512];
    snprintf(script, sizeof script, "%smedplum_serve.mjs", PEERS);
    const char *arguments[] = {"node", script, NULL};
    check_client(arguments);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(python_sends),           cmocka_unit_test(medplum_sends),
        cmocka_unit_test(python_sends_to_pollux), cmocka_unit_test(medplum_sends_to_pollux),
        cmocka_unit_test(python_answers),         cmocka_unit_test(medplum_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
