/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Any file: messages lie inside it, in order, without overlap, none is empty, and every byte of
 * unframed input is part of a message, a batch line or white space. */
#include "core/format/hl7v2/batch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool is_text(char c)
{
    return (unsigned char)c > ' ';
}

/* Between messages of unframed input only batch lines hold text. */
static void check_gap(plx_slice gap, uint64_t *lines)
{
    for (size_t i = 0; i < gap.n;) {
        while (i < gap.n && !is_text(gap.at[i]))
            i++;
        if (i + 3 <= gap.n && memcmp(gap.at + i, "\xEF\xBB\xBF", 3) == 0) {
            i += 3;
            continue;
        }
        if (i == gap.n) return;
        PLX_ASSERT(gap.n - i >= 3 && (gap.at[i] == 'F' || gap.at[i] == 'B'));
        PLX_ASSERT(gap.at[i + 2] == 'S');
        ++*lines;
        while (i < gap.n && gap.at[i] != '\r' && gap.at[i] != '\n')
            i++;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    plx_hl7_reader reader;
    plx_slice input = {(const char *)data, n}, message = {0};
    uint64_t offset = 0, end = 0, lines = 0, messages = 0;
    plx_hl7_reader_init(&reader, input);
    while (plx_hl7_reader_next(&reader, &message, &offset)) {
        messages++;
        PLX_ASSERT(message.n > 0 && offset >= end && offset + message.n <= n);
        PLX_ASSERT(message.at == input.at + offset);
        PLX_ASSERT(reader.in_batch <= messages && (reader.in_batch == 0 || reader.batch > 0));
        if (!reader.framed) check_gap((plx_slice){input.at + end, offset - end}, &lines);
        end = offset + message.n;
    }
    if (!reader.framed && n > 0) check_gap((plx_slice){input.at + end, n - end}, &lines);
    PLX_ASSERT(reader.framed || lines == reader.batch_lines);
    PLX_ASSERT(!plx_hl7_reader_next(&reader, &message, &offset));
    return 0;
}
