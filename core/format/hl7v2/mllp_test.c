/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the splitter finds the same frames however the bytes arrive, and tells cut-off frames and
 * noise from messages. Oracle: what was framed; every split point of a stream against the stream in
 * one piece. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/format/hl7v2/mllp.h"

enum { LOG_MAX = 1 << 14, STREAM_MAX = 1 << 13 };

/* "F:body;" "B:body;" and, for noise, only its bytes after "N:" at the end. */
typedef struct record {
    char log[LOG_MAX], noise[LOG_MAX];
    plx_out out, noise_out;
} record;

static void record_init(record *r)
{
    r->out = plx_out_init(r->log, sizeof r->log);
    r->noise_out = plx_out_init(r->noise, sizeof r->noise);
}

/* One connection: its buffer holds what is received and not consumed. */
typedef struct peer {
    plx_mllp_splitter splitter;
    char buffer[STREAM_MAX];
    size_t n;
} peer;

static void receive(peer *p, const char *bytes, size_t n, record *r)
{
    assert_true(p->n + n <= sizeof p->buffer);
    memcpy(p->buffer + p->n, bytes, n);
    p->n += n;
    for (;;) {
        plx_slice body = {0};
        size_t consumed = SIZE_MAX;
        plx_mllp_found found =
            plx_mllp_next(&p->splitter, (plx_slice){p->buffer, p->n}, &body, &consumed);
        assert_true(consumed <= p->n);
        if (found == PLX_MLLP_NOISE)
            plx_out_slice_add(&r->noise_out, body);
        else if (found != PLX_MLLP_MORE) {
            plx_out_text(&r->out, found == PLX_MLLP_FRAME ? "F:" : "B:");
            plx_out_slice_add(&r->out, body);
            plx_out_char(&r->out, ';');
        }
        memmove(p->buffer, p->buffer + consumed, p->n - consumed);
        p->n -= consumed;
        if (found == PLX_MLLP_MORE) break;
    }
    assert_false(r->out.full || r->noise_out.full);
}

static void assert_record(const record *r, const char *log, const char *noise)
{
    assert_int_equal(r->out.n, strlen(log));
    assert_memory_equal(r->log, log, r->out.n);
    assert_int_equal(r->noise_out.n, strlen(noise));
    assert_memory_equal(r->noise, noise, r->noise_out.n);
}

static void frames_noise_and_cut_off_frames(void **state)
{
    (void)state;
    static const struct {
        const char *stream, *log, *noise;
        size_t left; /* bytes that wait for more */
    } CASES[] = {
        {"", "", "", 0},
        {"\x0b"
         "a\r\x1c\r",
         "F:a\r;", "", 0},
        {"\x0b"
         "a\x1c\r\x0b"
         "b\x1c\r\x0b"
         "c\x1c\r",
         "F:a;F:b;F:c;", "", 0},
        {"\x0b"
         "a\x1c\x0b"
         "b\x1c",
         "F:a;F:b;", "", 0}, /* no CR after 0x1C */
        {"\r\n\n\x0b"
         "a\x1c\r\n\r\x0b"
         "b\x1c\n",
         "F:a;F:b;", "", 0}, /* line ends between */
        {"\x0b\x1c\r", "F:;", "", 0},
        {"\x0b"
         "a\x0b"
         "b\x1c\r",
         "B:a;F:b;", "", 0}, /* the older part is broken */
        {"\x0b\x0b\x0b"
         "b\x1c\r",
         "B:;B:;F:b;", "", 0},
        {"xy\x0b"
         "a\x1c\rz\r\nw\x1c\x0b"
         "b\x1c\r",
         "F:a;F:b;", "xyzw\x1c", 0},
        {"\x0b"
         "abc",
         "", "", 4},
        {"\x0b"
         "a\x1c\r\n\x0b",
         "F:a;", "", 1},
        {"\x0b"
         "a\r\nb\n\x1c\r",
         "F:a\r\nb\n;", "", 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        peer p = {0};
        record r;
        record_init(&r);
        receive(&p, CASES[i].stream, strlen(CASES[i].stream), &r);
        assert_record(&r, CASES[i].log, CASES[i].noise);
        assert_int_equal(p.n, CASES[i].left);
        assert_int_equal(p.splitter.inside, CASES[i].left > 0);
    }
}

static void nul_between_frames_is_no_noise(void **state)
{
    (void)state;
    peer p = {0};
    record r;
    record_init(&r);
    receive(&p,
            "\0\0\x0b"
            "a\0b\x1c\r\0\n\x0b"
            "c\x1c\r\0",
            15, &r);
    assert_int_equal(r.out.n, 10);
    assert_memory_equal(r.log, "F:a\0b;F:c;", 10);
    assert_int_equal(r.noise_out.n, 0);
}

/* Ten messages with everything that is tolerated between and inside them. */
static size_t ten_messages(char *stream)
{
    plx_out out = plx_out_init(stream, STREAM_MAX);
    for (int i = 0; i < 10; i++) {
        char body[200];
        snprintf(body, sizeof body, "MSH|^~\\&|A|B|C|D|20260102||ADT^A0%d|%d|P|2.5\rPID|1||%d\r%s",
                 i, i, 1000 + i, i % 2 ? "PV1|1|E\r\n" : "");
        if (i == 3)
            plx_out_text(&out, "\x0b"
                               "MSH|cut off");
        if (i == 7) {
            plx_out_text(&out, "\x0b"
                               "no CR follows\x1c");
        }
        plx_mllp_write(&out, plx_slice_of(body));
        if (i == 1) plx_out_text(&out, "\r\n\n");
        if (i == 2) plx_out_bytes(&out, "\0\r\0", 3);
        if (i == 5) plx_out_text(&out, "noise\rmore\x1c noise");
    }
    assert_false(out.full);
    return out.n;
}

static void every_split_point_gives_the_same(void **state)
{
    (void)state;
    static char stream[STREAM_MAX];
    static record whole, parts;
    static peer p;
    size_t n = ten_messages(stream);
    record_init(&whole);
    p = (peer){0};
    receive(&p, stream, n, &whole);
    assert_int_equal(p.n, 0);
    int frames = 0;
    for (size_t i = 0; i + 1 < whole.out.n; i++)
        frames += memcmp(whole.log + i, "F:", 2) == 0;
    assert_int_equal(frames, 11);
    assert_int_equal(whole.noise_out.n, strlen("noisemore\x1c noise"));
    for (size_t cut = 0; cut <= n; cut++) {
        record_init(&parts);
        p = (peer){0};
        receive(&p, stream, cut, &parts);
        receive(&p, stream + cut, n - cut, &parts);
        whole.log[whole.out.n] = whole.noise[whole.noise_out.n] = 0;
        assert_record(&parts, whole.log, whole.noise);
    }
    for (size_t step = 1; step < 40; step++) {
        record_init(&parts);
        p = (peer){0};
        for (size_t at = 0; at < n; at += step)
            receive(&p, stream + at, step < n - at ? step : n - at, &parts);
        assert_record(&parts, whole.log, whole.noise);
    }
}

static void three_peers_do_not_mix(void **state)
{
    (void)state;
    static char stream[STREAM_MAX];
    static record whole, records[3];
    static peer peers[3], one;
    size_t n = ten_messages(stream), at[3] = {0};
    record_init(&whole);
    one = (peer){0};
    receive(&one, stream, n, &whole);
    whole.log[whole.out.n] = whole.noise[whole.noise_out.n] = 0;
    for (size_t i = 0; i < 3; i++)
        record_init(&records[i]);
    memset(peers, 0, sizeof peers);
    for (size_t turn = 0; at[0] + at[1] + at[2] < 3 * n; turn++) {
        size_t i = turn % 3, step = 1 + (turn * 7 + i * 5) % 23;
        if (step > n - at[i]) step = n - at[i];
        receive(&peers[i], stream + at[i], step, &records[i]);
        at[i] += step;
    }
    for (size_t i = 0; i < 3; i++)
        assert_record(&records[i], whole.log, whole.noise);
}

/* A window of starts only, and a large frame that comes byte by byte in growing windows: looking at
 * bytes again would not end in the time of a test. */
static void no_byte_is_looked_at_twice(void **state)
{
    (void)state;
    enum { N = 1 << 24, STEP = 16 };
    char *window = malloc(N);
    assert_non_null(window);
    memset(window, PLX_MLLP_START, N);
    plx_mllp_splitter s = {0};
    plx_slice body;
    size_t start = 0, consumed = 0, broken = 0;
    while (plx_mllp_next(&s, (plx_slice){window + start, N - start}, &body, &consumed) ==
           PLX_MLLP_BROKEN) {
        start += consumed;
        broken++;
    }
    assert_int_equal(broken, N - 1);
    memset(window + 1, 'x', N - 1);
    s = (plx_mllp_splitter){0};
    for (size_t n = 1; n < N; n += STEP) {
        assert_int_equal(plx_mllp_next(&s, (plx_slice){window, n}, &body, &consumed),
                         PLX_MLLP_MORE);
        assert_int_equal(consumed, 0);
    }
    window[N - 1] = PLX_MLLP_END;
    assert_int_equal(plx_mllp_next(&s, (plx_slice){window, N}, &body, &consumed), PLX_MLLP_FRAME);
    assert_int_equal(body.n, N - 2);
    assert_int_equal(consumed, N);
    free(window);
}

static void a_written_frame_is_found_again(void **state)
{
    (void)state;
    char memory[64];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_mllp_write(&out, PLX_LIT("MSH|^~\\&|\r"));
    assert_int_equal(out.n, 13);
    assert_memory_equal(memory, "\x0bMSH|^~\\&|\r\x1c\r", 13);
    plx_mllp_splitter s = {0};
    plx_slice body;
    size_t consumed;
    assert_int_equal(plx_mllp_next(&s, plx_out_slice(&out), &body, &consumed), PLX_MLLP_FRAME);
    assert_true(plx_slice_is(body, "MSH|^~\\&|\r"));
    assert_int_equal(consumed, 13);
    out = plx_out_init(memory, 5);
    plx_mllp_write(&out, PLX_LIT("MSH|^~\\&|\r"));
    assert_true(out.full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_noise_and_cut_off_frames),
        cmocka_unit_test(nul_between_frames_is_no_noise),
        cmocka_unit_test(every_split_point_gives_the_same),
        cmocka_unit_test(three_peers_do_not_mix),
        cmocka_unit_test(no_byte_is_looked_at_twice),
        cmocka_unit_test(a_written_frame_is_found_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
