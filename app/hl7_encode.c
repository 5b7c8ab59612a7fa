/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux hl7 encode FILE: writes every message back from its parts; frames, batch lines and white
 * space between messages are copied. A message that cannot be parsed is copied as it is, said on
 * stderr, and makes the exit status 1. */
#include <inttypes.h>
#include <stdio.h>

#include "app/app.h"
#include "app/hl7_file.h"

static void write_bytes(plx_slice s)
{
    if (s.n > 0) fwrite(s.at, 1, s.n, stdout);
}

static void write_message(plx_hl7_file *f)
{
    if (!f->parsed) {
        fprintf(stderr,
                "pollux hl7 encode: message %" PRIu64 " at byte %" PRIu64 " is copied: %s\n",
                f->found - 1, f->offset + f->error.offset, f->error.text);
        write_bytes(f->raw);
        return;
    }
    f->out.n = 0;
    plx_hl7_encode(&f->message, &f->out);
    write_bytes(plx_out_slice(&f->out));
}

int plx_app_hl7_encode(int argc, char **argv)
{
    plx_hl7_file f;
    int exit_status;
    if (!plx_hl7_file_command(&f, "hl7 encode", argc, argv, NULL, &exit_status)) return exit_status;
    uint64_t written = 0;
    while (plx_hl7_file_next(&f)) {
        write_bytes((plx_slice){f.bytes + written, (size_t)(f.offset - written)});
        write_message(&f);
        written = f.offset + f.raw.n;
    }
    write_bytes((plx_slice){f.bytes + written, (size_t)(f.n - written)});
    return plx_hl7_file_close(&f);
}
