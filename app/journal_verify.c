/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux journal verify: contiguity, checksums and chain of every entry, checksums of closed files,
 * and the books recomputed by a replay, in one walk. */
#include <stdio.h>

#include "app/app.h"
#include "app/replay.h"
#include "core/format/json/json.h"

static const char WORDS[] = "journal verify";

typedef struct findings {
    plx_journal_verdict verdict;
    uint64_t received, applied;
    uint32_t unbalanced_n, unbalanced; /* interfaces; the first */
    char sentence[384];
} findings;

static void books_check(const plx_replay *r, findings *f)
{
    for (uint32_t i = 0; i < PLX_IFACE_MAX; i++) {
        plx_books books;
        bool balanced = plx_replay_balanced(r, i, &books);
        f->received += books.received;
        f->applied += books.applied;
        if (balanced) continue;
        if (f->unbalanced_n++ == 0) f->unbalanced = i;
    }
}

static void sentence_make(const plx_replay *r, findings *f)
{
    plx_out out = plx_out_init(f->sentence, sizeof f->sentence - 1);
    plx_out_text(&out, f->verdict.sentence);
    if (f->verdict.status != PLX_OK) {
        /* nothing to add: what comes after it was not looked at */
    } else if (r->partial) {
        plx_out_text(&out, "; older files were removed, so the books were not recomputed");
    } else if (f->unbalanced_n) {
        plx_out_text(&out, "; but the books of interface ");
        plx_out_u64(&out, f->unbalanced);
        plx_out_text(&out, " do not balance");
    } else {
        plx_out_text(&out, "; books balance: ");
        plx_out_u64(&out, f->received);
        plx_out_text(&out, " received, ");
        plx_out_u64(&out, f->applied);
        plx_out_text(&out, " applied, ");
        plx_out_u64(&out, f->received - f->applied);
        plx_out_text(&out, " rejected with a reason");
    }
    f->sentence[out.n] = '\0';
}

static void json_print(const plx_replay *r, const findings *f, bool good)
{
    char memory[2048], hex[65];
    plx_out out = plx_out_init(memory, sizeof memory), chain = plx_out_init(hex, 64);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_json_key(&w, "status");
    plx_json_put_text(&w, good ? "ok" : f->verdict.status == PLX_OK ? "unbalanced" : "corrupt");
    plx_json_key(&w, "sentence");
    plx_json_put_text(&w, f->sentence);
    plx_json_key(&w, "entries");
    plx_json_put_u64(&w, f->verdict.entries);
    plx_json_key(&w, "first_seq");
    plx_json_put_u64(&w, f->verdict.first_seq);
    plx_json_key(&w, "last_seq");
    plx_json_put_u64(&w, f->verdict.last_seq);
    plx_json_key(&w, "chain");
    plx_out_hex(&chain, f->verdict.chain, sizeof f->verdict.chain);
    plx_json_put_string(&w, plx_out_slice(&chain));
    if (f->verdict.status != PLX_OK) {
        plx_json_key(&w, "broken_seq");
        plx_json_put_u64(&w, f->verdict.broken_seq);
    } else if (!r->partial) {
        plx_json_key(&w, "received");
        plx_json_put_u64(&w, f->received);
        plx_json_key(&w, "applied");
        plx_json_put_u64(&w, f->applied);
        plx_json_key(&w, "rejected");
        plx_json_put_u64(&w, f->received - f->applied);
        plx_json_key(&w, "unbalanced_interfaces");
        plx_json_put_u64(&w, f->unbalanced_n);
    }
    plx_json_object_end(&w);
    plx_out_char(&out, '\n');
    fwrite(out.at, 1, out.n, stdout);
}

static int verify(plx_replay *r, bool json)
{
    static findings f;
    int status = plx_replay_run(r, UINT64_MAX, &f.verdict);
    if (status != PLX_EXIT_OK) return status;
    if (f.verdict.status == PLX_OK && !r->partial) books_check(r, &f);
    sentence_make(r, &f);
    bool good = f.verdict.status == PLX_OK && f.unbalanced_n == 0;
    if (json) json_print(r, &f, good);
    if (!good) return plx_app_fail(PLX_EXIT_WORLD, WORDS, f.sentence, NULL);
    if (!json) printf("%s\n", f.sentence);
    return PLX_EXIT_OK;
}

int plx_app_journal_verify(int argc, char **argv)
{
    return plx_replay_command(WORDS, argc, argv, verify);
}
