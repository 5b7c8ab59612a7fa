/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The journal replayed from nothing into a world of its own, for the journal commands. Read-only:
 * it works beside a running server and needs no lock. */
#ifndef PLX_APP_REPLAY_H
#define PLX_APP_REPLAY_H

#include "core/twin/report.h"
#include "edge/host/charset.h"
#include "edge/store/store.h"

#define PLX_DATA_DEFAULT "pollux-data" /* directory of a server that was given none */
#define PLX_REPLAY_REGION_BYTES                                                                    \
    (UINT64_C(16) << 30) /* address space; untouched pages cost nothing */
enum {
    PLX_REPLAY_STEP_BYTES = 512 * 1024 * 1024, /* address space; a message of 16 MiB maps in it */
    PLX_REPLAY_NAME_BYTES = 64
};

/* What the journal alone tells of an interface, without looking into any message. */
typedef struct plx_replay_count {
    uint64_t received, duplicate; /* messages; verdict duplicate */
    char name[PLX_REPLAY_NAME_BYTES];
} plx_replay_count;

typedef struct plx_replay {
    const char *words; /* the command, for sentences */
    plx_store *store;
    plx_twin *twin;
    uint64_t entries, bytes, to;
    bool partial; /* older files were removed: nothing was applied */
    double seconds;
    plx_replay_count counts[PLX_IFACE_MAX];
    plx_applied applied; /* of the newest entry */
    plx_arena step;
    plx_charset_converter *charsets; /* owned */
    void *region;                    /* owned */
    double shown_s;                  /* progress */
} plx_replay;

/* Both print one sentence and return PLX_EXIT_WORLD when they fail. words: the command; data: the
 * directory. Close it also after a failure. */
int plx_replay_open(plx_replay *r, const char *words, const char *data);
/* Entries up to "to" (UINT64_MAX = all); with a verdict chain and checksums of everything are
 * walked at the same time, and what they find is no failure. */
int plx_replay_run(plx_replay *r, uint64_t to, plx_journal_verdict *verdict);
void plx_replay_close(plx_replay *r); /* accepts a zeroed struct */
/* A command that takes [--data DIR] [--json]: reads them, opens the journal, lets "use" run the
 * replay and print, closes. Returns the exit status. */
int plx_replay_command(const char *words, int argc, char **argv,
                       int (*use)(plx_replay *r, bool json));

/* Text of a report into memory of its own: *bytes is freed by the caller. dead: PLX_REPLAY_DEAD. */
enum { PLX_REPLAY_DEAD = 100 };
int plx_replay_report(plx_replay *r, int which, char **bytes, size_t *n);
/* The name of --what as a report; -1 for anything else. */
int plx_replay_report_named(const char *name);

/* Whether the books of an interface balance, and agree with the journal. */
bool plx_replay_balanced(const plx_replay *r, uint32_t iface, plx_books *books);
/* 64 hex digits and a NUL. */
void plx_replay_hash(const plx_replay *r, char hex[65]);

#endif
