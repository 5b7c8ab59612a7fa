/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: `pollux hl7 parse` and `pollux hl7 encode` as scripts see them: output, exit status, what
 * is said on stderr; JSON is UTF-8 whatever the bytes are; encoding is byte-exact. Oracle: outputs
 * written by hand; the Unicode standard's examples of ill-formed UTF-8 (table 3-8); the expected
 * trees of the public corpus, compared by its own script. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DATA PLX_SOURCE_ROOT "/../shared/data/hl7v2"
#define ORACLE PLX_SOURCE_ROOT "/../shared/oracles/hl7_tree.py"

enum { OUTPUT_MAX = 1 << 16, COMMAND_MAX = 8192 };

static char folder[] = "/tmp/pollux-hl7-XXXXXX", path[64];
static char output[OUTPUT_MAX], complaint[OUTPUT_MAX];

static size_t read_whole(const char *name, char *into)
{
    char file[128];
    snprintf(file, sizeof file, "%s/%s", folder, name);
    FILE *f = fopen(file, "rb");
    assert_non_null(f);
    size_t n = fread(into, 1, OUTPUT_MAX - 1, f);
    fclose(f);
    into[n] = 0;
    return n;
}

static void write_input(const char *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* Runs a shell command with $POLLUX and $FILE; its stdout and stderr into files of the folder. */
static int run(const char *command)
{
    char line[COMMAND_MAX];
    snprintf(line, sizeof line, "{ %s; } > %s/out 2> %s/err", command, folder, folder);
    int status = system(line);
    assert_true(WIFEXITED(status));
    (void)read_whole("out", output);
    (void)read_whole("err", complaint);
    return WEXITSTATUS(status);
}

static int run_on(const char *input, const char *command)
{
    write_input(input, strlen(input));
    return run(command);
}

#define PARSE "\"$POLLUX\" hl7 parse \"$FILE\""
#define ENCODE "\"$POLLUX\" hl7 encode \"$FILE\""

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/input", folder);
    return setenv("FILE", path, 1);
}

static int tear_down(void **state)
{
    (void)state;
    char line[128];
    snprintf(line, sizeof line, "rm -r %s", folder);
    return system(line);
}

static void need_program(void)
{
    if (!getenv("POLLUX")) skip();
}

static void json_is_one_tree_a_line(void **state)
{
    (void)state;
    need_program();
    assert_int_equal(
        run_on("MSH|^~\\&|A\rPID|1||a^b&c~d|\"\"|\\F\\\r\rZZZ\r\nMSH|^~\rMSH\r", PARSE " --json"),
        1);
    assert_string_equal(
        output,
        "{\"n\":0,\"segments\":[[\"MSH\",[[[[\"|\"]]],[[[\"^~\\\\&\"]]],[[[\"A\"]]]]],"
        "[\"PID\",[[[[\"1\"]]],[[[\"\"]]],[[[\"a\"],[\"b\",\"c\"]],[[\"d\"]]],[[[\"\\\"\\\"\"]]],"
        "[[[\"\\\\F\\\\\"]]]]],[\"ZZZ\",[]]]}\n"
        "{\"n\":1,\"segments\":[[\"MSH\",[[[[\"|\"]]],[[[\"^~\"]]]]]]}\n"
        "{\"n\":2,\"error\":\"the field separator (MSH-1, the byte after MSH) is missing\","
        "\"offset\":3,\"file_offset\":46}\n");
    assert_int_equal(run_on("\x0bMSH|^~\\&|A\rMSH\r\x1c\r", PARSE " --json"), 0);
    assert_non_null(strstr(output, ",[\"MSH\",[[[[\"|\"]]],[[[\"\"]]]]]]}\n"));
}

static void bytes_that_are_not_utf8_become_u_fffd(void **state)
{
    (void)state;
    need_program();
#define BAD "\xEF\xBF\xBD"
    static const char *const CASES[][2] = {
        {"\xC3\xA9\xE4\xBD\xA0\xF0\x9F\x98\x80", "\xC3\xA9\xE4\xBD\xA0\xF0\x9F\x98\x80"},
        {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", BAD BAD BAD BAD BAD BAD BAD BAD "A"},
        {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", BAD BAD BAD BAD BAD BAD BAD BAD "A"},
        {"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", BAD BAD BAD BAD BAD "A" BAD BAD "B"},
        {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", BAD BAD BAD BAD "A"},
        {"\xE9t\xE9", BAD "t" BAD}, /* ISO 8859-1 */
        {"\xE2\x82|\xAC", BAD "\"]]],[[[\"" BAD},
        {"\x01\t\x1f\x7f", "\\u0001\\t\\u001f\x7f"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char input[64], want[256];
        snprintf(input, sizeof input, "MSH|^~\\&\rNTE|%s", CASES[i][0]);
        snprintf(want, sizeof want, ",[\"NTE\",[[[[\"%s\"]]]]]]}\n", CASES[i][1]);
        assert_int_equal(run_on(input, PARSE " --json"), 0);
        assert_non_null(strstr(output, want));
    }
}

/* Second bytes of characters are no delimiters; what is written back is what was read. */
static void other_character_sets_are_shown_as_text(void **state)
{
    (void)state;
    need_program();
#define IN(charset, text)                                                                          \
    "MSH|^~\\&|||||||ADT|1|P|2.5|||||"                                                             \
    "|" charset "\rNTE|" text "\r"
    static const char *const CASES[][2] = {
        {IN("GB 18030-2000", "\x83|\x8A^^x"),
         ",[\"NTE\",[[[[\"\xE5\x84\x84\xE5\xA5\xAE\"],[\"x\"]]]]]]}\n"},
        {IN("BIG-5", "\xA6^|\xFF"), ",[\"NTE\",[[[[\"\xE5\x9B\x9E\"]]],[[[\"" BAD "\"]]]]]]}\n"},
        {IN("ISO IR87", "\x1B$BK|\x1B(B|x"), ",[\"NTE\",[[[[\"\xE4\xB8\x87\"]]],[[[\"x\"]]]]]]}\n"},
        {IN("KLINGON", "\xE9"), ",[\"NTE\",[[[[\"" BAD "\"]]]]]]}\n"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        assert_int_equal(run_on(CASES[i][0], PARSE " --json"), 0);
        assert_non_null(strstr(output, CASES[i][1]));
        assert_int_equal(run_on(CASES[i][0], PARSE), 0);
        assert_true((strstr(output, "charset-unknown") != NULL) == (i == 3));
        assert_true((strstr(output, "characters-undecodable: 1 ") != NULL) == (i == 1));
        assert_int_equal(run_on(CASES[i][0], ENCODE), 0);
        assert_string_equal(output, CASES[i][0]);
    }
    /* an offset is one of the file's bytes: of the unknown escape, behind two characters of two */
    assert_int_equal(run_on(IN("GB 18030-2000", "\x83|\x8A^\\Q\\"), PARSE), 0);
    char want[64];
    snprintf(want, sizeof want,
             "escape-unknown: byte %zu:", sizeof IN("GB 18030-2000", "\x83|\x8A^") - 2);
    assert_non_null(strstr(output, want));
}

static void one_bad_message_does_not_stop_the_others(void **state)
{
    (void)state;
    need_program();
    const char *input =
        "\x0bMSH|^~\\&|A\r\x1c\r\x0bPID|1\r\x1c\r\x0bMSH|cut\x0bMSH|^~\\&|C\r\x1c\r";
    assert_int_equal(run_on(input, PARSE " --json"), 1);
    assert_string_equal(
        output,
        "{\"n\":0,\"segments\":[[\"MSH\",[[[[\"|\"]]],[[[\"^~\\\\&\"]]],[[[\"A\"]]]]]]}\n"
        "{\"n\":1,\"error\":\"the message does not begin with an MSH segment\",\"offset\":0,"
        "\"file_offset\":15}\n"
        "{\"n\":2,\"error\":\"the frame is cut off; have the message sent again\",\"offset\":7,"
        "\"file_offset\":24}\n"
        "{\"n\":3,\"segments\":[[\"MSH\",[[[[\"|\"]]],[[[\"^~\\\\&\"]]],[[[\"C\"]]]]]]}\n");
    assert_string_equal(complaint, "pollux hl7 parse: messages that cannot be parsed, see their "
                                   "error lines: 2 of 4\n");
    assert_int_equal(run_on(input, ENCODE " | cmp - \"$FILE\""), 0);
    assert_int_equal(run_on(input, ENCODE " > /dev/null"), 1);
    assert_non_null(strstr(complaint, "message 1 at byte 15 is copied"));
}

static void people_get_a_table(void **state)
{
    (void)state;
    need_program();
    assert_int_equal(
        run_on("MSH|^~\\&|A\r pid|1||a^b&c~d|\"\"|x\\F\\y\\Q\\\rNTE|a\x1b[2J\n", PARSE), 0);
    assert_string_equal(output, "message 0, byte 0 of the file, 49 bytes, 3 segments\n"
                                "     1  MSH-1            |\n"
                                "     1  MSH-2            ^~\\&\n"
                                "     1  MSH-3            A\n"
                                "     2  pid-1            1\n"
                                "     2  pid-3[1].1       a\n"
                                "     2  pid-3[1].2.1     b\n"
                                "     2  pid-3[1].2.2     c\n"
                                "     2  pid-3[2]         d\n"
                                "     2  pid-4            \"\"\n"
                                "     2  pid-5            x|y\\Q\\\n"
                                "        warning          escape-unknown: byte 35: an escape "
                                "sequence is unknown; it stays as"
                                " it is\n"
                                "     3  NTE-1            a\\x1B[2J\n"
                                "     2  warning          leading-blanks: byte 11: blanks before a "
                                "segment id are stripped\n"
                                "     2  warning          segment-case: byte 12: a segment id is "
                                "not in capitals; it is taken"
                                " as it stands\n\n");
    assert_int_equal(run_on("MSH|\rMSH", PARSE), 1);
    assert_non_null(strstr(output, "error            byte 3: the field separator"));
}

static void the_world_and_wrong_usage_have_their_exit_status(void **state)
{
    (void)state;
    need_program();
    write_input("MSH|^~\\&|A\r", 11);
    assert_int_equal(run("\"$POLLUX\" hl7 parse"), 2);
    assert_int_equal(run("\"$POLLUX\" hl7 encode"), 2);
    assert_int_equal(run(PARSE " --no-such-option"), 2);
    assert_int_equal(run(PARSE " --max-mib 65"), 2);
    assert_int_equal(run(PARSE " another"), 2);
    assert_int_equal(run("\"$POLLUX\" hl7 parse --help"), 0);
    assert_int_equal(run("\"$POLLUX\" hl7 parse /no/such/file"), 1);
    assert_non_null(strstr(complaint, strerror(ENOENT)));
    assert_int_equal(run("\"$POLLUX\" hl7 parse - --json < \"$FILE\""), 0);
    assert_int_equal(run(PARSE " > /dev/full"), 1);
    assert_int_equal(run(ENCODE " > /dev/full"), 1);
    assert_int_equal(run_on("", PARSE), 1);
    assert_int_equal(run_on("\r\n", ENCODE), 1);
    assert_int_equal(run_on("BHS|^~\\&\rBTS|0\r", PARSE), 0); /* an empty batch is a batch */
    assert_int_equal(run_on("BHS|^~\\&\rMSH|^~\\&\rBTS|2\r", PARSE), 0);
    assert_non_null(strstr(complaint, "counts (BTS-1, FTS-1) that differ"));
}

static void the_size_limit_can_be_raised(void **state)
{
    (void)state;
    need_program();
    enum { BYTES = (2 << 20) + 1 };
    char *big = malloc(BYTES);
    assert_non_null(big);
    memset(big, 'x', BYTES);
    memcpy(big, "MSH|^~\\&|A\rOBX|", 15);
    write_input(big, BYTES);
    free(big);
    assert_int_equal(run(PARSE " --json --max-mib 2"), 1);
    assert_non_null(strstr(output, "\"error\":\"the message is larger than allowed"));
    assert_int_equal(run(PARSE " --json --max-mib 3"), 0);
    assert_int_equal(run(PARSE " --json"), 0);
    assert_int_equal(run(ENCODE " | cmp - \"$FILE\""), 0);
}

static void framing_line_ends_and_batches_are_encoded_as_they_were(void **state)
{
    (void)state;
    need_program();
    static const char *const FILES[] = {
        "MSH|^~\\&|A\rPID|1|a~b^c&d\r",
        "MSH|^~\\&|A\nPID|1\n",
        "\xEF\xBB\xBFMSH|^~\\&|A\r\nPID|1\r\n\r\n",
        "\n  MSH|^~\\&|A\r\r \tPID|1| \r",
        "\x0bMSH|^~\\&|A\r\x1c\r\n\x0bMSH@~&#\\@B\r\x1c",
        "FHS|^~\\&\rBHS|^~\\&\rMSH|^~\\&|A\rMSH|&&&&|B\rZ|a&b\rBTS|2\rFTS|1\r",
        "MSH|^~\\&|A\r\rMSH|^~\\&|B",
    };
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++)
        assert_int_equal(run_on(FILES[i], ENCODE " | cmp - \"$FILE\" && " ENCODE " > /dev/null"),
                         0);
}

static void the_public_corpus_has_its_expected_trees(void **state)
{
    (void)state;
    need_program();
    if (access(DATA "/corpus.mllp", R_OK) != 0 || system("python3 --version > /dev/null 2>&1") != 0)
        skip();
    setenv("FILE", DATA "/corpus.mllp", 1);
    int status = run(PARSE " --json | python3 '" ORACLE "' compare '" DATA
                           "/expected/spec_split.jsonl.gz' /dev/stdin");
    assert_string_equal(output, "1243 messages: 1243 equal, 0 different, 0 errors, 0 missing, "
                                "0 surplus (0 of the differences allowed)\n");
    assert_int_equal(status, 0);
    assert_int_equal(run(ENCODE " | cmp - \"$FILE\""), 0);
    setenv("FILE", path, 1);
}

/* Every raw file of the public projects, with its own framing, line ends and faults. */
static void public_raw_files_are_encoded_as_they_were(void **state)
{
    (void)state;
    need_program();
    if (access(DATA, R_OK) != 0) skip();
    int status = run("cd '" DATA "'; n=0; for f in $(find . -name '*.hl7' -o -name '*.ndhl7'"
                     " -o -name '*put.txt'); do n=$((n+1));"
                     " \"$POLLUX\" hl7 encode $f 2>/dev/null | cmp - $f || exit 1; done; echo $n");
    assert_int_equal(status, 0);
    assert_true(atoi(output) > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_one_tree_a_line),
        cmocka_unit_test(bytes_that_are_not_utf8_become_u_fffd),
        cmocka_unit_test(other_character_sets_are_shown_as_text),
        cmocka_unit_test(one_bad_message_does_not_stop_the_others),
        cmocka_unit_test(people_get_a_table),
        cmocka_unit_test(the_world_and_wrong_usage_have_their_exit_status),
        cmocka_unit_test(the_size_limit_can_be_raised),
        cmocka_unit_test(framing_line_ends_and_batches_are_encoded_as_they_were),
        cmocka_unit_test(the_public_corpus_has_its_expected_trees),
        cmocka_unit_test(public_raw_files_are_encoded_as_they_were),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
