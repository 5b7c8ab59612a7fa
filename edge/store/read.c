/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Walks over the journal: entries in order, across files, each checked before it is shown. */
#include <stdio.h>

#include "edge/store/inner.h"

typedef struct walker {
    const plx_store *store;
    plx_journal_walk *walk;
    plx_journal_file file;
    uint32_t last_number;
    uint64_t next; /* sequence that must come */
} walker;

static plx_status broken(walker *w, const char *what)
{
    plx_journal_walk *walk = w->walk;
    walk->broken_seq = w->next;
    uint64_t last = 0;
    uint8_t chain[32];
    char range[64] = "";
    if (w->file.db && plx_journal_file_last(&w->file, &last, chain) == PLX_OK && last >= w->next)
        snprintf(range, sizeof range, "; the file holds %llu to %llu",
                 (unsigned long long)w->file.first_seq, (unsigned long long)last);
    snprintf(walk->problem, sizeof walk->problem, "journal/%08u.db: entry %llu %s%s",
             w->file.number, (unsigned long long)w->next, what, range);
    return PLX_CORRUPT;
}

/* One row: in its place, whole, chained to the one before. */
static plx_status row_take(walker *w)
{
    plx_entry entry;
    plx_journal_walk *walk = w->walk;
    bool usable = plx_journal_row_read(w->file.rows, &entry);
    if (entry.seq != w->next) return broken(w, "is missing");
    if (!usable) return broken(w, "cannot be read");
    if (plx_entry_check(&entry, walk->chain) != PLX_OK)
        return broken(w, "does not match its checksum or chain");
    memcpy(walk->chain, entry.chain, 32);
    walk->last_seq = w->next++;
    walk->entries++;
    if (!walk->visit) return PLX_OK;
    plx_status status = walk->visit(walk->self, &entry);
    walk->visitor = status != PLX_OK;
    return status;
}

/* Some rows in one short transaction; *more when the file may hold others. */
static plx_status rows_take(walker *w, bool *more)
{
    sqlite3_stmt *rows = w->file.rows;
    plx_status status = PLX_OK;
    int n = 0, code = SQLITE_ROW;
    sqlite3_bind_int64(rows, 1, (sqlite3_int64)w->next);
    sqlite3_bind_int(rows, 2, PLX_JOURNAL_READ_ROWS);
    while (status == PLX_OK && w->next <= w->walk->to &&
           (code = sqlite3_step(rows)) == SQLITE_ROW) {
        status = row_take(w);
        n++;
    }
    if (status == PLX_OK && code != SQLITE_ROW && code != SQLITE_DONE) {
        status = plx_status_of_sqlite(w->file.db);
        if (status == PLX_CORRUPT) status = broken(w, "and what follows it cannot be read");
    }
    sqlite3_reset(rows);
    *more = n == PLX_JOURNAL_READ_ROWS;
    return status;
}

static plx_status file_take(walker *w)
{
    bool more = true;
    while (more && w->next <= w->walk->to)
        PLX_TRY(rows_take(w, &more));
    if (!w->walk->seals || w->file.number == w->last_number) return PLX_OK;
    plx_status status = plx_journal_seal_check(w->store, w->file.number);
    if (status != PLX_CORRUPT) return status == PLX_MISSING ? PLX_OK : status;
    w->walk->broken_seq = w->file.first_seq;
    snprintf(
        w->walk->problem, sizeof w->walk->problem,
        "journal/%08u.db, entries %llu to %llu: the file differs from the checksum taken when it "
        "was closed, though its entries verify",
        w->file.number, (unsigned long long)w->file.first_seq, (unsigned long long)(w->next - 1));
    return PLX_CORRUPT;
}

/* First and last entry of a file that cannot be asked, from its neighbours; 0 = they cannot either.
 */
static void range_guess(const walker *w, uint32_t number, uint64_t *first, uint64_t *last)
{
    plx_journal_file other;
    char problem[256];
    uint8_t chain[32];
    *first = *last = 0;
    if (plx_journal_file_open(w->store, number - 1, PLX_FILE_READ, &other, problem,
                              sizeof problem) == PLX_OK) {
        uint64_t before = 0;
        if (plx_journal_file_last(&other, &before, chain) == PLX_OK) *first = before + 1;
        plx_journal_file_close(&other);
    }
    if (plx_journal_file_open(w->store, number + 1, PLX_FILE_READ, &other, problem,
                              sizeof problem) == PLX_OK) {
        *last = other.first_seq - 1;
        plx_journal_file_close(&other);
    }
}

/* A file that does not open is broken when its bytes are; a newer version's is only not for us. */
static plx_status unopened(walker *w, uint32_t number, plx_status status)
{
    plx_journal_walk *walk = w->walk;
    if (status != PLX_CORRUPT && plx_journal_seal_check(w->store, number) != PLX_CORRUPT)
        return status;
    uint64_t first = 0, last = 0;
    char sentence[sizeof walk->problem], range[64];
    range_guess(w, number, &first, &last);
    if (first == 0) first = w->next;
    walk->broken_seq = first;
    if (last >= first)
        snprintf(range, sizeof range, "entries %llu to %llu", (unsigned long long)first,
                 (unsigned long long)last);
    else
        snprintf(range, sizeof range, "entry %llu and those after it", (unsigned long long)first);
    snprintf(sentence, sizeof sentence, "journal/%08u.db does not open: %s cannot be read", number,
             range);
    memcpy(walk->problem, sentence, sizeof sentence);
    return PLX_CORRUPT;
}

static plx_status file_open(walker *w, uint32_t number)
{
    plx_journal_file_close(&w->file);
    plx_status status = plx_journal_file_open(w->store, number, PLX_FILE_READ, &w->file,
                                              w->walk->problem, sizeof w->walk->problem);
    return status == PLX_OK ? PLX_OK : unopened(w, number, status);
}

/* The file that holds "from": the last one that does not begin after it. */
static plx_status start_find(walker *w, uint32_t first)
{
    uint32_t low = first, high = w->last_number;
    while (low < high) {
        uint32_t middle = high - (high - low) / 2;
        PLX_TRY(file_open(w, middle));
        if (w->file.first_seq <= w->walk->from)
            low = middle;
        else
            high = middle - 1;
    }
    if (w->file.number != low) PLX_TRY(file_open(w, low));
    if (w->walk->from >= w->file.first_seq) return PLX_OK;
    snprintf(w->walk->problem, sizeof w->walk->problem,
             "the journal begins at entry %llu; older files were removed",
             (unsigned long long)w->file.first_seq);
    return PLX_MISSING;
}

static plx_status chain_find(walker *w)
{
    plx_journal_walk *walk = w->walk;
    if (walk->from == w->file.first_seq) {
        memcpy(walk->chain, w->file.before_chain, 32);
        return PLX_OK;
    }
    uint64_t last = 0;
    uint8_t chain[32];
    PLX_TRY(plx_journal_file_last(&w->file, &last, chain));
    if (walk->from > last + 1) { /* beyond the end: nothing to see, nothing broken */
        walk->to = 0;
        return PLX_OK;
    }
    if (plx_journal_file_chain(&w->file, walk->from - 1, walk->chain) == PLX_OK) return PLX_OK;
    w->next = walk->from - 1;
    return broken(w, "is missing or cannot be read");
}

static plx_status files_take(walker *w)
{
    for (;;) {
        PLX_TRY(file_take(w));
        if (w->next > w->walk->to || w->file.number == w->last_number) return PLX_OK;
        PLX_TRY(file_open(w, w->file.number + 1));
        if (w->file.first_seq != w->next)
            return broken(w, w->file.first_seq > w->next ? "is missing before this file"
                                                         : "is told twice");
        if (memcmp(w->file.before_chain, w->walk->chain, 32) != 0)
            return broken(w, "does not continue the chain of the file before");
    }
}

plx_status plx_journal_walk_run(const plx_store *store, plx_journal_walk *walk)
{
    walker w = {.store = store, .walk = walk};
    uint32_t first = 0;
    walk->problem[0] = '\0';
    plx_status gap =
        plx_journal_range(store, &first, &w.last_number, walk->problem, sizeof walk->problem);
    if (gap != PLX_OK && gap != PLX_CORRUPT) return gap;
    char gap_problem[sizeof walk->problem];
    memcpy(gap_problem, walk->problem, sizeof gap_problem);
    if (walk->from == 0) { /* from wherever it begins */
        w.next = 1;
        PLX_TRY(file_open(&w, first));
        walk->from = w.file.first_seq;
    }
    w.next = walk->from;
    walk->last_seq = walk->from - 1;
    plx_status status = walk->from == w.file.first_seq ? PLX_OK : start_find(&w, first);
    if (status == PLX_OK) status = chain_find(&w);
    if (status == PLX_OK) status = files_take(&w);
    plx_journal_file_close(&w.file);
    if (status != PLX_OK || gap == PLX_OK || w.next > walk->to) return status;
    walk->broken_seq = w.next;
    memcpy(walk->problem, gap_problem, sizeof gap_problem);
    return PLX_CORRUPT;
}

plx_status plx_journal_read(plx_store *store, uint64_t from_seq, uint64_t to_seq,
                            plx_journal_visit visit, void *self)
{
    uint64_t last = atomic_load(&store->last_seq);
    plx_journal_walk walk = {
        .from = from_seq ? from_seq : 1, .to = to_seq, .visit = visit, .self = self};
    if (!store->read_only && walk.to > last) walk.to = last;
    if (walk.to < walk.from) return PLX_OK;
    return plx_journal_walk_run(store, &walk);
}

plx_status plx_journal_verify(plx_store *store, plx_journal_verdict *verdict)
{
    return plx_journal_verify_each(store, verdict, NULL, NULL);
}

plx_status plx_journal_verify_each(plx_store *store, plx_journal_verdict *verdict,
                                   plx_journal_visit visit, void *self)
{
    plx_journal_walk walk = {.to = UINT64_MAX, .visit = visit, .self = self, .seals = true};
    if (!store->read_only) walk.to = atomic_load(&store->last_seq);
    plx_status status = plx_journal_walk_run(store, &walk);
    if (walk.visitor || (status != PLX_OK && status != PLX_CORRUPT)) return status;
    *verdict = (plx_journal_verdict){.entries = walk.entries,
                                     .first_seq = walk.from,
                                     .last_seq = walk.last_seq,
                                     .status = status,
                                     .broken_seq = walk.broken_seq};
    memcpy(verdict->chain, walk.chain, 32);
    memcpy(verdict->sentence, walk.problem, sizeof verdict->sentence);
    if (status == PLX_OK)
        snprintf(verdict->sentence, sizeof verdict->sentence,
                 "entries %llu to %llu verify: contiguous, checksums right, chain unbroken",
                 (unsigned long long)walk.from, (unsigned long long)walk.last_seq);
    return PLX_OK;
}
