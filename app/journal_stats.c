/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux journal stats: the books, per interface and in total:
 *   received = applied + duplicate + ignored + refused + dead (open, fixed, discarded)
 * recomputed from the journal, so nothing is pending. */
#include <stdio.h>

#include "app/app.h"
#include "app/replay.h"
#include "core/base/time.h"
#include "core/format/json/json.h"

static const char WORDS[] = "journal stats";

/* X(field): the columns, in order. */
#define COLUMNS(X)                                                                                 \
    X(received)                                                                                    \
    X(applied) X(duplicate) X(ignored) X(refused) X(dead_open) X(dead_fixed) X(dead_discarded)

static void books_add(plx_books *total, const plx_books *books)
{
#define X(field) total->field += books->field;
    COLUMNS(X)
#undef X
    if (books->last_arrival_us > total->last_arrival_us)
        total->last_arrival_us = books->last_arrival_us;
}

static void time_write(int64_t time_us, char text[40])
{
    plx_out out = plx_out_init(text, 39);
    if (time_us > 0) plx_out_iso(&out, time_us, 0);
    text[out.n] = '\0';
}

static void row_print(const char *iface, const char *name, const plx_books *b)
{
    char last[40];
    time_write(b->last_arrival_us, last);
    printf("%5s  %-24.24s %10llu %10llu %10llu %10llu %10llu %10llu %10llu %10llu  %s\n", iface,
           name, (unsigned long long)b->received, (unsigned long long)b->applied,
           (unsigned long long)b->duplicate, (unsigned long long)b->ignored,
           (unsigned long long)b->refused, (unsigned long long)b->dead_open,
           (unsigned long long)b->dead_fixed, (unsigned long long)b->dead_discarded, last);
}

/* iface < 0: the total. */
static void row_json(int iface, const char *name, const plx_books *b, bool balanced)
{
    char memory[1024], last[40];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    if (iface >= 0) {
        plx_json_key(&w, "iface");
        plx_json_put_i64(&w, iface);
    }
    plx_json_key(&w, "name");
    plx_json_put_text(&w, name);
#define X(field)                                                                                   \
    plx_json_key(&w, #field);                                                                      \
    plx_json_put_u64(&w, b->field);
    COLUMNS(X)
#undef X
    plx_json_key(&w, "pending");
    plx_json_put_u64(&w, 0);
    plx_json_key(&w, "last_arrival");
    time_write(b->last_arrival_us, last);
    if (last[0])
        plx_json_put_text(&w, last);
    else
        plx_json_put_null(&w);
    plx_json_key(&w, "balanced");
    plx_json_put_bool(&w, balanced);
    plx_json_object_end(&w);
    plx_out_char(&out, '\n');
    fwrite(out.at, 1, out.n, stdout);
}

static int stats_print(plx_replay *r, bool json)
{
    int status = plx_replay_run(r, UINT64_MAX, NULL);
    if (status != PLX_EXIT_OK) return status;
    plx_books total = {0};
    bool all_balanced = true;
    if (!json)
        printf("%5s  %-24s %10s %10s %10s %10s %10s %10s %10s %10s  %s\n", "iface", "name",
               "received", "applied", "duplicate", "ignored", "refused", "dead_open", "dead_fixed",
               "discarded", "last_arrival");
    for (uint32_t i = 0; i < PLX_IFACE_MAX; i++) {
        plx_books books;
        bool balanced = plx_replay_balanced(r, i, &books);
        if (books.received == 0 && r->counts[i].received == 0 && r->counts[i].name[0] == '\0')
            continue;
        if (books.received == 0 && balanced && i < PLX_IFACE_FIRST) continue;
        char number[8];
        snprintf(number, sizeof number, "%u", i);
        if (json)
            row_json((int)i, r->counts[i].name, &books, balanced);
        else
            row_print(number, r->counts[i].name, &books);
        books_add(&total, &books);
        all_balanced &= balanced;
        if (!balanced)
            plx_app_fail(PLX_EXIT_WORLD, WORDS, "the books do not balance for interface", number);
    }
    if (json)
        row_json(-1, "total", &total, all_balanced);
    else
        row_print("", "total", &total);
    return all_balanced ? PLX_EXIT_OK : PLX_EXIT_WORLD;
}

int plx_app_journal_stats(int argc, char **argv)
{
    return plx_replay_command(WORDS, argc, argv, stats_print);
}
