/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The durable side: journal, snapshots. One data directory belongs to one process (lock file). The
 * journal is a set of SQLite files DIR/journal/NNNNNNNN.db (WAL, synchronous=FULL); a new one at 1
 * GiB or at midnight UTC. A closed file gets NNNNNNNN.sum beside it (BLAKE2b-256 of the whole
 * file). See core/record/entry.h for what an entry is. */
#ifndef PLX_EDGE_STORE_H
#define PLX_EDGE_STORE_H

#include "core/base/slice.h"
#include "core/record/entry.h"

typedef struct plx_store plx_store;

/* A file held back so that log, audit and shutdown work on a full disk: it is removed when the
 * journal meets a full disk, and intake goes on when it could be made again. */
#define PLX_STORE_BALLAST_BYTES (UINT64_C(64) << 20)
#define PLX_STORE_NO_BALLAST UINT64_MAX

typedef struct plx_store_options {
    const char *directory;   /* created when absent (mode 0700) */
    bool read_only;          /* no lock, no writes: for journal verify|stats|hash|replay|export */
    uint64_t file_bytes_max; /* 0 = 1 GiB */
    uint64_t ballast_bytes;  /* 0 = PLX_STORE_BALLAST_BYTES; PLX_STORE_NO_BALLAST = none */
    uint32_t wal_frames_max; /* the WAL is wound back at about so many pages; 0 = 4,096, 64 MiB */
    uint64_t seal_bytes;     /* read at a time of a file that is sealed; 0 = 2 MiB */
    const char *vfs; /* SQLite's name of a file layer; NULL = the system's. For fault tests */
} plx_store_options;

/* PLX_LOCKED: another process has it; PLX_CORRUPT: the last 10,000 entries do not verify (open it
 * read-only then); PLX_MISSING: read-only and there is no journal; PLX_UNSUPPORTED: written by a
 * newer version. problem (at least 256 bytes) gets a sentence; *store unchanged on error. */
PLX_MUST_CHECK plx_status plx_store_open(plx_store **store, const plx_store_options *options,
                                         char *problem, size_t problem_n);
void plx_store_close(plx_store *store); /* accepts NULL */

uint64_t plx_store_last_seq(const plx_store *store);
void plx_store_epoch(const plx_store *store, char epoch[9]); /* names the journal; 8 hex digits */

/* Durable when it returns PLX_OK: all n or none. Sets seq, crc, chain of each entry. One thread
 * (the commit thread). PLX_DISK_FULL, PLX_LOCKED (a foreign tool holds the file) and PLX_SPACE:
 * nothing written, may be tried again. PLX_IO: the file is suspect; every later call gives PLX_IO
 * too. */
PLX_MUST_CHECK plx_status plx_journal_append(plx_store *store, plx_entry *entries, size_t n);

/* Reads from_seq .. to_seq (inclusive; UINT64_MAX = to the end) in order with bounded memory; the
 * entry's slices are valid during the call. Checksum and chain of every entry are checked before it
 * is shown: PLX_CORRUPT at the first bad one. PLX_MISSING when from_seq lies in files that were
 * removed. Stops early when visit returns something else than PLX_OK and returns that. Any thread;
 * own connection. */
typedef plx_status (*plx_journal_visit)(void *self, const plx_entry *entry);
PLX_MUST_CHECK plx_status plx_journal_read(plx_store *store, uint64_t from_seq, uint64_t to_seq,
                                           plx_journal_visit visit, void *self);

typedef struct plx_journal_verdict {
    uint64_t entries, first_seq, last_seq;
    plx_status status;   /* OK or CORRUPT */
    uint64_t broken_seq; /* first bad entry */
    char sentence[256];  /* names file and range */
    uint8_t chain[32];   /* last */
} plx_journal_verdict;

/* Walks contiguity, checksums and chain over all files; closed files against their checksum
 * besides. PLX_OK when the walk could be made, whatever it found. */
PLX_MUST_CHECK plx_status plx_journal_verify(plx_store *store, plx_journal_verdict *verdict);
/* The same, and shows each entry that verified; stops early as plx_journal_read does. */
PLX_MUST_CHECK plx_status plx_journal_verify_each(plx_store *store, plx_journal_verdict *verdict,
                                                  plx_journal_visit visit, void *self);

/* Snapshots: DIR/snapshot/<seq>.plx, written to a temporary name, synced, renamed. The newest three
 * stay, and the newest of each day for 14 days. Any thread, one at a time. */
PLX_MUST_CHECK plx_status plx_snapshot_put(plx_store *store, uint64_t seq, const uint8_t hash[32],
                                           const void *bytes, size_t n);
/* Newest snapshot with seq <= at_most whose file checksum is right, into memory; PLX_UNKNOWN when
 * none; PLX_SPACE when it does not fit (n gets its size). */
PLX_MUST_CHECK plx_status plx_snapshot_get(plx_store *store, uint64_t at_most, uint64_t *seq,
                                           uint8_t hash[32], void *memory, size_t capacity,
                                           size_t *n);

#endif
