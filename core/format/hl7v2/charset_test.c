/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the character set of a message is found from its raw bytes, also where a character before
 * MSH-18 holds a delimiter. Oracle: HL7 table 0211, and headers written byte by byte. Tolerance:
 * none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/format/hl7v2/charset.h"

static void names_of_the_table(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        plx_charset charset;
    } names[] = {
        {"8859/1", PLX_CHARSET_LATIN1},
        {"ISO 8859/1", PLX_CHARSET_LATIN1},
        {"iso-8859-1", PLX_CHARSET_LATIN1},
        {"ISO_IR 100", PLX_CHARSET_LATIN1},
        {"8859/15", PLX_CHARSET_LATIN9},
        {"ISO8859-15", PLX_CHARSET_LATIN9},
        {"8859/5", PLX_CHARSET_CYRILLIC},
        {"8859/10", PLX_CHARSET_LATIN6},
        {"GB 18030-2000", PLX_CHARSET_CHINESE},
        {"GB18030", PLX_CHARSET_CHINESE},
        {"BIG-5", PLX_CHARSET_TAIWANESE},
        {"Big5", PLX_CHARSET_TAIWANESE},
        {"KS X 1001", PLX_CHARSET_KOREAN},
        {"EUC-KR", PLX_CHARSET_KOREAN},
        {"ISO IR14", PLX_CHARSET_JAPANESE},
        {"ISO IR87", PLX_CHARSET_JAPANESE},
        {"ISO IR159", PLX_CHARSET_JAPANESE},
        {"UNICODE UTF-8", PLX_CHARSET_UTF8},
        {"UTF-8", PLX_CHARSET_UTF8},
        {"UNICODE", PLX_CHARSET_UTF8},
        {"ASCII", PLX_CHARSET_UTF8},
        {"", PLX_CHARSET_NONE},
        {"8859/12", PLX_CHARSET_NONE},
        {"8859/16", PLX_CHARSET_NONE},
        {"GB", PLX_CHARSET_NONE},
        {"ISO", PLX_CHARSET_NONE},
        {"885915885915885915885915885915", PLX_CHARSET_NONE},
        {"8859\x81/1", PLX_CHARSET_NONE},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(plx_charset_named(plx_slice_of(names[i].name)), names[i].charset);
    for (int i = PLX_CHARSET_NONE; i < PLX_CHARSET_COUNT; i++) /* what is written is read back */
        assert_int_equal(plx_charset_named(plx_slice_of(plx_charset_name((plx_charset)i))), i);
}

#define HEAD(application, charset)                                                                 \
    "MSH|^~\\&|" application "|H|PLX|ED|2026||ADT^A04|1|P|2.5.1|||AL|NE||" charset

static void header_names_it(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        plx_charset charset;
        bool named, unknown;
    } heads[] = {
        {HEAD("A", "8859/15") "|x\rPID|", PLX_CHARSET_LATIN9, true, false},
        {HEAD("A", "8859/15"), PLX_CHARSET_LATIN9, true, false},
        {HEAD("A", " BIG-5 ~UTF-8") "\r", PLX_CHARSET_TAIWANESE, true, false},
        {"\r\n " HEAD("A", "8859/2") "\r", PLX_CHARSET_LATIN2, true, false},
        {HEAD("A", "") "\rPID||||||||||||||||8859/1", PLX_CHARSET_GREEK, false, false},
        {HEAD("A", "\"\"") "\r", PLX_CHARSET_GREEK, false, false},
        {"MSH|^~\\&|A\r", PLX_CHARSET_GREEK, false, false},
        {HEAD("A", "EBCDIC") "\r", PLX_CHARSET_UTF8, false, true},
        {"PID|1", PLX_CHARSET_NONE, false, false},
        {"{\"event\":\"start\"}", PLX_CHARSET_NONE, false, false},
        {"MSH", PLX_CHARSET_NONE, false, false},
        {"", PLX_CHARSET_NONE, false, false},
        /* other delimiters */
        {"MSH$*%\\&$A$H$P$E$2026$$ADT*A04$1$P$2.5$$$$$$8859/7%8859/1\r", PLX_CHARSET_GREEK, true,
         false},
        /* the application's name ends with 0x83 0x7C: one character, no separator */
        {HEAD("\x83|", "GB 18030-2000") "\r", PLX_CHARSET_CHINESE, true, false},
        {HEAD("\x83|\xA5|", "BIG-5") "\r", PLX_CHARSET_TAIWANESE, true, false},
        {HEAD("\x1B$BK|\x1B(B", "ISO IR87") "\r", PLX_CHARSET_JAPANESE, true, false},
        {HEAD("\x1B$(DK|\x1B(B", "ISO IR159") "\r", PLX_CHARSET_JAPANESE, true, false},
        /* cut in the middle of a character: nothing is named */
        {HEAD("\x83|", "") "\x83", PLX_CHARSET_GREEK, false, false},
        /* code extensions: ASCII first, and what escapes switch to */
        {HEAD("A", "~ISO IR87") "\r", PLX_CHARSET_JAPANESE, true, false},
        {HEAD("A", "ASCII~ISO IR14~ISO IR87") "\r", PLX_CHARSET_JAPANESE, true, false},
        {HEAD("A", "8859/1~ISO IR87") "\r", PLX_CHARSET_LATIN1, true, false},
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        plx_charset_found f = plx_hl7_charset(plx_slice_of(heads[i].bytes), PLX_CHARSET_GREEK);
        if (f.charset != heads[i].charset || f.named != heads[i].named ||
            f.unknown != heads[i].unknown)
            fail_msg("%s: set %d, named %d, unknown %d", heads[i].bytes, f.charset, f.named,
                     f.unknown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_the_table),
        cmocka_unit_test(header_names_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
