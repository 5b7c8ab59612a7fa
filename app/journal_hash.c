/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux journal hash: the hash of the state that the journal makes. */
#include <stdio.h>

#include "app/app.h"
#include "app/replay.h"

static const char WORDS[] = "journal hash";

static int hash_print(plx_replay *r, bool json)
{
    int status = plx_replay_run(r, UINT64_MAX, NULL);
    if (status != PLX_EXIT_OK) return status;
    char hex[65];
    plx_replay_hash(r, hex);
    if (json)
        printf("{\"seq\":%llu,\"hash\":\"%s\"}\n", (unsigned long long)plx_twin_seq(r->twin), hex);
    else
        printf("%s\n", hex);
    return PLX_EXIT_OK;
}

int plx_app_journal_hash(int argc, char **argv)
{
    return plx_replay_command(WORDS, argc, argv, hash_print);
}
