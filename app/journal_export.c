/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux journal export: the messages as they arrived, each in an MLLP frame, so that hl7 parse and
 * hl7 send read them; or the replayed state as sorted lines. Frames that came in broken are left
 * out: they are not messages. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"
#include "app/replay.h"

static const char WORDS[] = "journal export";

static plx_status message_write(void *self, const plx_entry *entry)
{
    (void)self;
    bool message = entry->kind == PLX_ENTRY_MESSAGE || entry->kind == PLX_ENTRY_BATCH_PART ||
                   entry->kind == PLX_ENTRY_EDITED;
    if (!message || entry->verdict == PLX_VERDICT_BROKEN) return PLX_OK;
    bool written = putchar_unlocked(0x0B) != EOF &&
                   fwrite(entry->body.at, 1, entry->body.n, stdout) == entry->body.n &&
                   putchar_unlocked(0x1C) != EOF && putchar_unlocked(0x0D) != EOF;
    return written ? PLX_OK : PLX_STOPPED;
}

static int written(plx_status status)
{
    if (status == PLX_OK && fflush(stdout) == 0) return PLX_EXIT_OK;
    if (status == PLX_OK || status == PLX_STOPPED)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "the output cannot be written", strerror(errno));
    return plx_app_fail(PLX_EXIT_WORLD, WORDS, plx_status_text(status), NULL);
}

static int messages_export(const char *data, uint64_t from, uint64_t to)
{
    plx_store *store = NULL;
    char problem[256];
    plx_store_options options = {.directory = data, .read_only = true};
    if (plx_store_open(&store, &options, problem, sizeof problem) != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, problem, NULL);
    plx_status status = plx_journal_read(store, from, to, message_write, NULL);
    plx_store_close(store);
    return written(status);
}

static int state_export(const char *data, int which, uint64_t to)
{
    static plx_replay r;
    char *bytes = NULL;
    size_t n = 0;
    int status = plx_replay_open(&r, WORDS, data);
    if (status == PLX_EXIT_OK) status = plx_replay_run(&r, to, NULL);
    if (status == PLX_EXIT_OK) status = plx_replay_report(&r, which, &bytes, &n);
    plx_replay_close(&r);
    if (status == PLX_EXIT_OK)
        status = written(fwrite(bytes, 1, n, stdout) == n ? PLX_OK : PLX_STOPPED);
    free(bytes);
    return status;
}

int plx_app_journal_export(int argc, char **argv)
{
    const char *data = PLX_DATA_DEFAULT, *what = "messages";
    uint64_t from = 1, to = UINT64_MAX;
    const plx_option options[] = {{"--data", PLX_OPTION_TEXT, &data, 0, 0},
                                  {"--what", PLX_OPTION_TEXT, &what, 0, 0},
                                  {"--from", PLX_OPTION_U64, &from, 0, 0},
                                  {"--to", PLX_OPTION_U64, &to, 0, 0}};
    size_t files_n = 0;
    int status = plx_options_read(WORDS, argc, argv, options, 4, NULL, 0, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    if (strcmp(what, "messages") == 0) return messages_export(data, from, to);
    int which = plx_replay_report_named(what);
    if (which < 0)
        return plx_app_fail(PLX_EXIT_USAGE, WORDS,
                            "--what takes messages, census, beds, results or dead, not", what);
    if (from != 1)
        return plx_app_fail(PLX_EXIT_USAGE, WORDS, "--from goes with --what messages only", NULL);
    return state_export(data, which, to);
}
