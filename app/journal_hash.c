/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux journal hash: the hash of the state that the journal makes. */
#include <stdio.h>

#include "app/app.h"
#include "app/replay.h"

int plx_app_journal_hash(int argc, char **argv)
{
    static const char WORDS[] = "journal hash";
    const char *data = PLX_DATA_DEFAULT;
    bool json = false;
    const plx_option options[] = {{"--data", PLX_OPTION_TEXT, &data, 0, 0},
                                  {"--json", PLX_OPTION_FLAG, &json, 0, 0}};
    size_t files_n = 0;
    int status = plx_options_read(WORDS, argc, argv, options, 2, NULL, 0, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    static plx_replay r;
    status = plx_replay_open(&r, WORDS, data);
    if (status == PLX_EXIT_OK) status = plx_replay_run(&r, UINT64_MAX, NULL);
    if (status == PLX_EXIT_OK) {
        char hex[65];
        plx_replay_hash(&r, hex);
        if (json)
            printf("{\"seq\":%llu,\"hash\":\"%s\"}\n", (unsigned long long)plx_twin_seq(r.twin),
                   hex);
        else
            printf("%s\n", hex);
    }
    plx_replay_close(&r);
    return status;
}
