/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Why a live twin said so (design: trust 9): the entry itself names the model, its version, the
 * seed and what was used, so nothing of it has to stand in the world any more. */
#include "core/assimilate/posterior.h"
#include "core/format/json/pair.h"
#include "core/record/provenance.h"
#include "core/twin/report.h"
#include "core/twin/value.h"

static void put_name(plx_json_writer *w, const char *key, uint64_t number)
{
    char memory[PLX_BASE36_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_out_base36(&out, number);
    plx_json_key(w, key);
    plx_json_put_string(w, plx_out_slice(&out));
}

static void put_posterior(plx_json_writer *w, const plx_posterior *p)
{
    twin_value x = twin_value_none();
    x.v = plx_slice_of(plx_posterior_status_word((plx_posterior_status)p->status));
    x.k = 'p';
    x.t = p->at_us;
    x.f = "device-type";
    plx_json_key(w, "value");
    plx_twin_value_write(w, &x);
    if (p->reason[0]) plx_pair_text(w, "note", p->reason);
    plx_pair_text(w, "rule", "live-twin");
    put_name(w, "version", p->version);
    plx_pair_text(w, "class", "device-type");
    put_name(w, "stay", p->subject);
    put_name(w, "seed", p->seed);
    plx_pair_count(w, "cutoff", p->cutoff);
    plx_pair_count(w, "used", p->used);
    plx_pair_count(w, "artefacts", p->artefacts);
    plx_pair_count(w, "late", p->late);
    plx_pair_count(w, "acts", p->acts);
}

/* The document tells seed, cutoff and arms itself. */
static void put_document(plx_json_writer *w, plx_slice document)
{
    plx_pair_text(w, "rule", "live-twin");
    plx_pair_text(w, "class", "device-type");
    plx_json_key(w, "document");
    plx_json_put_raw(w, document);
}

plx_status plx_why_result_write(const plx_entry *entry, uint64_t id, plx_out *out)
{
    plx_posterior p;
    const bool document = entry->body.n > 0 && entry->body.at[0] == '{';
    if (entry->kind != PLX_ENTRY_RESULT || plx_provenance_seq(id) != entry->seq) return PLX_UNKNOWN;
    if (!document &&
        plx_posterior_decode((const uint8_t *)entry->body.at, entry->body.n, &p) != PLX_OK)
        return PLX_UNKNOWN;
    plx_json_writer w = plx_json_writer_init(out);
    plx_json_object(&w);
    plx_json_key(&w, "id");
    plx_twin_put_id(&w, id);
    plx_pair_text(&w, "what", document ? "what-if" : "live twin");
    if (document)
        put_document(&w, entry->body);
    else
        put_posterior(&w, &p);
    plx_json_key(&w, "raw");
    plx_json_object(&w);
    plx_pair_count(&w, "seq", entry->seq);
    plx_pair_count(&w, "iface", entry->iface);
    plx_json_key(&w, "arrival");
    plx_json_put_i64(&w, entry->arrival_us);
    plx_pair_count(&w, "from", 0);
    plx_pair_count(&w, "length", entry->body.n);
    plx_json_object_end(&w);
    plx_json_object_end(&w);
    return PLX_OK;
}
