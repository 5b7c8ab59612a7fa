/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Shared by the files of this room only. */
#ifndef PLX_EDGE_STORE_INNER_H
#define PLX_EDGE_STORE_INNER_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "core/base/hash.h"
#include "edge/store/store.h"

enum {
    PLX_STORE_PATH_MAX = 1024,
    PLX_JOURNAL_FORMAT = 1, /* user_version of a file */
    PLX_JOURNAL_PAGE_BYTES = 16384,
    PLX_JOURNAL_ROW_BYTES = 160, /* what a row costs beside peer and body, about */
    PLX_JOURNAL_TAIL = 10000,    /* entries verified when a store is opened */
    PLX_JOURNAL_READ_ROWS = 256, /* rows read in one transaction: a reader never holds up the WAL */
    PLX_JOURNAL_NUMBER_MAX = 99999999,
    PLX_STORE_BUSY_MS = 5000
};

/* One SQLite file of the journal, open. */
typedef struct plx_journal_file {
    sqlite3 *db;                                      /* NULL = not open */
    sqlite3_stmt *begin, *insert, *commit, *rollback; /* writer */
    sqlite3_stmt *rows;                               /* reader */
    uint32_t number;
    uint64_t first_seq;       /* of the first entry it holds or will hold */
    uint8_t before_chain[32]; /* chain of the entry before that */
    char epoch[9];
} plx_journal_file;

/* The checksum of a closed file, in the making. */
typedef struct plx_seal {
    bool begun; /* the file is open */
    int fd;
    uint32_t number;
    uint64_t bytes; /* read so far */
    plx_blake2b hash;
} plx_seal;

/* Takes finished WAL pages into the files, off the commit thread. */
typedef struct plx_checkpoint {
    pthread_t thread;
    bool running;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool due; /* under mutex: enough frames wait */
    atomic_bool stopping;
    atomic_uint current;  /* number of the file that is written */
    int frames_max;       /* set before the start; 0 = the usual */
    atomic_int frames;    /* in its WAL, as of the last commit */
    int frames_done;      /* thread: of those, taken over */
    uint32_t sealed_upto; /* thread: files up to here have their checksum */
    plx_seal seal;        /* thread: of the file after that */
    uint64_t seal_bytes;  /* read for it at a time; set before the start; 0 = the usual */
    sqlite3 *db;          /* thread: own connection to file "open" */
    uint32_t open;
    /* The writer waits here while the WAL is wound back. */
    pthread_mutex_t gate;
    pthread_cond_t gate_free;
    atomic_bool gate_wanted;
} plx_checkpoint;

struct plx_store {
    char directory[PLX_STORE_PATH_MAX - 64];
    const char *vfs;
    bool read_only;
    uint64_t file_bytes_max, ballast_bytes;
    int lock_fd;
    bool ballast_held, disk_full; /* writer */
    plx_journal_file file;        /* writer: the one appended to */
    uint64_t file_bytes;          /* writer: about */
    int64_t file_day;             /* writer: UTC day of its first arrival; INT64_MIN = empty */
    atomic_ullong last_seq;
    uint8_t chain[32]; /* writer: of last_seq */
    char epoch[9];
    atomic_bool suspect; /* a write or sync failed: nothing is written any more */
    plx_checkpoint checkpoint;
};

/* directory.c. */

/* DIR/name. */
void plx_store_path(const plx_store *store, const char *name, char path[PLX_STORE_PATH_MAX]);
/* DIR/journal/NNNNNNNN<suffix>. */
void plx_journal_path(const plx_store *store, uint32_t number, const char *suffix,
                      char path[PLX_STORE_PATH_MAX]);
plx_status plx_store_directories_make(const plx_store *store, char *problem, size_t problem_n);
plx_status plx_store_lock(plx_store *store, char *problem, size_t problem_n);
/* Holds the ballast back, or finds it there; PLX_DISK_FULL when it does not fit with so much to
 * spare: its own space alone, which dropping it gave free, is not for the journal. */
plx_status plx_store_ballast_make(plx_store *store, uint64_t spare);
void plx_store_ballast_drop(plx_store *store);
plx_status plx_directory_sync(const char *path); /* of the directory that holds path */
plx_status plx_path_sync(const char *path);
plx_status plx_status_of_errno(int error);
/* Smallest and largest number of a file; PLX_MISSING when there is none; PLX_CORRUPT when one
 * between is missing (*last is then the last before the gap, and problem names it). */
plx_status plx_journal_range(const plx_store *store, uint32_t *first, uint32_t *last, char *problem,
                             size_t problem_n);

/* file.c. */

plx_status plx_status_of_sqlite(sqlite3 *db);
typedef enum plx_file_mode { PLX_FILE_READ, PLX_FILE_WRITE } plx_file_mode;
plx_status plx_sqlite_open(const plx_store *store, uint32_t number, plx_file_mode mode,
                           sqlite3 **db);
/* Opens and reads its description. On error *file is closed; problem gets a sentence. */
plx_status plx_journal_file_open(const plx_store *store, uint32_t number, plx_file_mode mode,
                                 plx_journal_file *file, char *problem, size_t problem_n);
void plx_journal_file_close(plx_journal_file *file);
/* Makes file number whole and empty, or leaves no trace under its name. */
plx_status plx_journal_file_create(const plx_store *store, uint32_t number, uint64_t first_seq,
                                   const uint8_t before_chain[32], const char epoch[9]);
plx_status plx_journal_row_write(plx_journal_file *file, const plx_entry *entry);
/* The row under the statement; slices live until its next step. false when columns are unusable. */
bool plx_journal_row_read(sqlite3_stmt *rows, plx_entry *entry);
/* Last sequence and its chain; first_seq - 1 and before_chain when empty. */
plx_status plx_journal_file_last(plx_journal_file *file, uint64_t *seq, uint8_t chain[32]);
/* Chain of one entry that the file holds. */
plx_status plx_journal_file_chain(plx_journal_file *file, uint64_t seq, uint8_t chain[32]);

/* seal.c. */

bool plx_journal_sealed(const plx_store *store, uint32_t number);
/* Of a closed file whose WAL is gone: begin, read until all is read, then write or drop, which
 * both close it. A file that is read has no name but its own to lose: it may be dropped any time.
 */
plx_status plx_seal_begin(const plx_store *store, uint32_t number, plx_seal *seal);
plx_status plx_seal_read(plx_seal *seal, uint64_t bytes, bool *all);
plx_status plx_seal_write(const plx_store *store, plx_seal *seal);
void plx_seal_drop(plx_seal *seal);
/* PLX_CORRUPT when the file differs from its checksum; PLX_MISSING when it has none. */
plx_status plx_journal_seal_check(const plx_store *store, uint32_t number);

/* read.c. */

/* What a walk over the journal found. */
typedef struct plx_journal_walk {
    uint64_t from, to;
    plx_journal_visit visit; /* may be NULL */
    void *self;
    uint64_t entries, last_seq, broken_seq; /* results */
    uint8_t chain[32];
    bool seals;   /* also check closed files against their checksums */
    bool visitor; /* the status came from visit */
    char problem[256];
} plx_journal_walk;

plx_status plx_journal_walk_run(const plx_store *store, plx_journal_walk *walk);
/* keys.c. */

/* The first copies that a duplicate window of this size would hold now, in journal order: seq,
 * kind, verdict, arrival_us, ext_key and body_hash of the entry are set, nothing else. Checksums
 * are not looked at. */
plx_status plx_journal_keys(const plx_store *store, uint32_t keys_max, int64_t window_us,
                            void (*visit)(void *self, const plx_entry *entry), void *self);

/* checkpoint.c. */

/* first: number of the oldest file. */
plx_status plx_checkpoint_start(plx_store *store, uint32_t first, uint32_t current);
/* Writer: after a commit, or when a new file is begun. */
void plx_checkpoint_note(plx_store *store, int frames);
void plx_checkpoint_turn(plx_store *store, uint32_t current);
void plx_checkpoint_stop(plx_store *store);
/* Writer: around each transaction. */
void plx_gate_enter(plx_store *store);
void plx_gate_leave(plx_store *store);

#endif
