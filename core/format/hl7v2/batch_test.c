/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the reader finds every message of a file, whatever holds them together, with batch number
 * and position, checks the trailers' counts, and hands out what belongs to no message. Oracle: own
 * files with known messages; the same messages in every kind of file. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/format/hl7v2/batch.h"

#define A "MSH|^~\\&|A\rPID|1\r"
#define B "MSH|^~\\&|B\rPID|2\r"
#define C "MSH|^~\\&|C\rPID|3\r"
#define FRAME(text) "\x0b" text "\x1c\r"

/* "bytes@offset(batch.position)" of each message, joined; "!" for the rest of a cut-off frame. */
static plx_hl7_reader read_all(const char *input, size_t n, char *log, size_t log_n)
{
    plx_hl7_reader reader;
    plx_slice message;
    uint64_t offset;
    plx_out out = plx_out_init(log, log_n - 1);
    plx_hl7_reader_init(&reader, (plx_slice){input, n});
    while (plx_hl7_reader_next(&reader, &message, &offset)) {
        assert_ptr_equal(message.at, input + offset);
        for (size_t i = 0; i < message.n; i++)
            plx_out_char(&out, message.at[i] == '\r' ? '$' : message.at[i]);
        plx_out_char(&out, '@');
        plx_out_u64(&out, offset);
        if (reader.batch || reader.in_batch) {
            plx_out_char(&out, '(');
            plx_out_u64(&out, reader.batch);
            plx_out_char(&out, '.');
            plx_out_u64(&out, reader.in_batch);
            plx_out_char(&out, ')');
        }
        plx_out_char(&out, reader.broken ? '!' : ';');
    }
    assert_false(out.full);
    log[out.n] = 0;
    return reader;
}

static void assert_reads(const char *input, const char *want, uint64_t mismatches)
{
    char log[1024];
    plx_hl7_reader reader = read_all(input, strlen(input), log, sizeof log);
    assert_string_equal(log, want);
    assert_int_equal(reader.declared_mismatch, mismatches);
}

static void plain_files(void **state)
{
    (void)state;
    assert_reads("", "", 0);
    assert_reads("\r\n \t\r\n", "", 0);
    assert_reads(A, "MSH|^~\\&|A$PID|1$@0;", 0);
    assert_reads("MSH|^~\\&|A", "MSH|^~\\&|A@0;", 0);
    assert_reads("\n\nMSH|x\n\nPID|1\n\n", "MSH|x\n\nPID|1\n@2;", 0);
    assert_reads(A B C, "MSH|^~\\&|A$PID|1$@0;MSH|^~\\&|B$PID|2$@17;MSH|^~\\&|C$PID|3$@34;", 0);
    assert_reads(A "\r\r" B "\r", "MSH|^~\\&|A$PID|1$@0;MSH|^~\\&|B$PID|2$@19;", 0);
    assert_reads("MSH|1\r\nPID|1\r\n\r\nMSH|2\r\nPID|2\r\n",
                 "MSH|1$\nPID|1$\n@0;MSH|2$\nPID|2$\n@16;", 0);
    assert_reads("  MSH|1\r \tMSH|2\r", "  MSH|1$@0; \tMSH|2$@8;", 0);
    assert_reads("\xEF\xBB\xBFMSH|1\rPID|MSH|2\r", "\xEF\xBB\xBFMSH|1$PID|MSH|2$@0;", 0);
    assert_reads("MSH|1\r\x1c\r\x1a", "MSH|1$@0;", 0);
    assert_reads("MSH\rMSHx\r", "MSH$@0;MSHx$@4;", 0);
}

static void what_belongs_to_no_message_is_handed_out(void **state)
{
    (void)state;
    assert_reads("PID|1\rPV1|2\r", "PID|1$PV1|2$@0;", 0);
    assert_reads("hello\r\r" A, "hello$@0;MSH|^~\\&|A$PID|1$@7;", 0);
    assert_reads("BHS|^~\\&\rEVN|1\rBTS|0\rx", "EVN|1$@9(1.0);x@21;", 0);
    assert_reads(A "BHS|x\rPID|1\r", "MSH|^~\\&|A$PID|1$@0;PID|1$@23(1.0);", 0);
}

static void framed_files(void **state)
{
    (void)state;
    assert_reads(FRAME(A) FRAME(B) FRAME(C),
                 "MSH|^~\\&|A$PID|1$@1;MSH|^~\\&|B$PID|2$@21;MSH|^~\\&|C$PID|3$@41;", 0);
    assert_reads(FRAME(A B), "MSH|^~\\&|A$PID|1$MSH|^~\\&|B$PID|2$@1;", 0);
    assert_reads("\r\n" FRAME(A) "\r\n\x0b\x1c\r" FRAME("PID|1"), "MSH|^~\\&|A$PID|1$@3;PID|1@28;",
                 0);
    assert_reads("\x0bMSH|1\r" FRAME(A), "MSH|1$@1!MSH|^~\\&|A$PID|1$@8;", 0);
    assert_reads(FRAME(A) "\x0bMSH|2", "MSH|^~\\&|A$PID|1$@1;MSH|2@21!", 0);
    assert_reads("\x0b\x0b" A "\x1c", "MSH|^~\\&|A$PID|1$@2;", 0);
    assert_reads("\x0b", "", 0);
    char log[256];
    const char *noisy = "log line\r" FRAME(A) "xx\r" FRAME(B) "y";
    plx_hl7_reader reader = read_all(noisy, strlen(noisy), log, sizeof log);
    assert_string_equal(log, "MSH|^~\\&|A$PID|1$@10;MSH|^~\\&|B$PID|2$@33;");
    assert_true(reader.framed);
    assert_int_equal(reader.noise_bytes, 8 + 2 + 1);
    reader = read_all(A "\x0b", sizeof A, log, sizeof log);
    assert_false(reader.framed); /* no header follows that 0x0B */
    reader = read_all("\0\0" FRAME("MSH|1"), 10, log, sizeof log);
    assert_string_equal(log, "MSH|1@3;");
}

static void batches_are_numbered_and_counted(void **state)
{
    (void)state;
    assert_reads("BHS|^~\\&|x\r" A B "BTS|2\r",
                 "MSH|^~\\&|A$PID|1$@11(1.1);MSH|^~\\&|B$PID|2$@28(1.2);", 0);
    assert_reads("FHS|^~\\&\rBHS|^~\\&\r" A "BTS|1\rBHS|^~\\&\r" B C "BTS|2|ok\rFTS|2\r",
                 "MSH|^~\\&|A$PID|1$@18(1.1);MSH|^~\\&|B$PID|2$@50(2.1);"
                 "MSH|^~\\&|C$PID|3$@67(2.2);",
                 0);
    assert_reads("FHS|^~\\&\r" A B "FTS|1\r", "MSH|^~\\&|A$PID|1$@9;MSH|^~\\&|B$PID|2$@26;", 0);
    assert_reads("FHS|^~\\&\rFTS|0\r", "", 0);
    assert_reads("BHS@~&#\\@x\r" A "BTS@1@\r", "MSH|^~\\&|A$PID|1$@11(1.1);", 0);
    assert_reads(A "BTS|1\r", "MSH|^~\\&|A$PID|1$@0;", 0);
    assert_reads("BHS|\r" A "BTS\r" B, "MSH|^~\\&|A$PID|1$@5(1.1);MSH|^~\\&|B$PID|2$@26;", 0);
    assert_reads("FHSX|1\rBTS1|x\r", "FHSX|1$BTS1|x$@0;", 0); /* no batch lines */
    assert_reads(FRAME("BHS|^~\\&\r" A B "BTS|2\r") FRAME(C),
                 "MSH|^~\\&|A$PID|1$@10(1.1);MSH|^~\\&|B$PID|2$@27(1.2);"
                 "MSH|^~\\&|C$PID|3$@53;",
                 0);
    assert_reads(FRAME("BHS|^~\\&\r") FRAME(A) FRAME(B) FRAME("BTS|2\r"),
                 "MSH|^~\\&|A$PID|1$@13(1.1);MSH|^~\\&|B$PID|2$@33(1.2);", 0);
}

static void wrong_counts_are_told(void **state)
{
    (void)state;
    char log[1024];
    static const struct {
        const char *input;
        uint64_t mismatches;
    } CASES[] = {
        {"BHS|\r" A B "BTS|3\r", 1},
        {"BHS|\r" A "BTS|one\r", 1},
        {"BHS|\r" A "BTS||text\r", 0},
        {"BHS|\r" A "BTS| 1 |\r", 0},
        {"BHS|\r" A "BTS|-1\r", 1},
        {"BHS|\rBTS|0\r", 0},
        {"BHS|\rEVN|1\rBTS|1\r", 1},
        {"FHS|\rBHS|\r" A "BTS|1\rFTS|2\r", 1},
        {"FHS|\rBHS|\r" A "BTS|2\rFTS|2\r", 2},
        {"FHS|\rBHS|\rBHS|\rFTS|2\r", 0},
        {"FHS|\rFTS|1\r", 1},
        {"BTS|99999999999999999999\r", 1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        plx_hl7_reader r = read_all(CASES[i].input, strlen(CASES[i].input), log, sizeof log);
        assert_int_equal(r.declared_mismatch, CASES[i].mismatches);
    }
}

static void large_files_are_read_in_linear_time(void **state)
{
    (void)state;
    enum { N = 1 << 24 };
    static const char *const UNITS[] = {"MSH|\r",  "x\r",    "\r",  "BHS\r",
                                        "\x0bMSH", "\x1c\n", "\x0b"};
    char *text = malloc(N);
    assert_non_null(text);
    for (size_t u = 0; u < sizeof UNITS / sizeof UNITS[0]; u++) {
        size_t length = strlen(UNITS[u]);
        for (size_t i = 0; i < N; i++)
            text[i] = UNITS[u][i % length];
        plx_hl7_reader reader;
        plx_slice message;
        uint64_t offset, n = 0;
        plx_hl7_reader_init(&reader, (plx_slice){text, N});
        while (plx_hl7_reader_next(&reader, &message, &offset))
            n++;
        static const uint64_t MESSAGES[] = {N / 5, 1, 0, 0, N / 4, 0, 0};
        assert_int_equal(n, MESSAGES[u]);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_files),
        cmocka_unit_test(what_belongs_to_no_message_is_handed_out),
        cmocka_unit_test(framed_files),
        cmocka_unit_test(batches_are_numbered_and_counted),
        cmocka_unit_test(wrong_counts_are_told),
        cmocka_unit_test(large_files_are_read_in_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
