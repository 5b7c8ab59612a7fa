/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One entry of the journal becomes state. Everything that can fail without being content (memory,
 * scratch) is asked for before the first change. */
#include "core/format/hl7v2/charset.h"
#include "core/format/hl7v2/map.h"
#include "core/format/json/json.h"
#include "core/twin/body.h"
#include "core/twin/trust.h"

enum {
    ZONE_MINUTES_MAX = 840,
    JSON_TOKENS_MAX = 256,
    /* What a message of PLX_EVENT_OBSERVATIONS_MAX observations and PLX_EVENT_ORDERS_MAX orders can
     * take at most, with a new chunk in every pool and growing arrays. */
    NEED_BYTES = 12 * 1024 * 1024,
    NEED_FACTOR = 4 /* texts of a message, as sent and converted, in blocks */
};

/* A message as far as it could be read. */
typedef struct reading {
    plx_hl7_message message;
    plx_hl7_error error;
    plx_status parsed;   /* PLX_OK, or why message is not there */
    bool mapped;         /* event is there */
    plx_hl7_fault fault; /* why it is not */
    plx_event event;
    uint32_t waveforms; /* OBX left out of it */
} reading;

/* What there is to read: the body, or its text when that is in another character set. */
static plx_slice text_of(const plx_entry *entry)
{
    return entry->view ? entry->view->text : entry->body;
}

static bool is_message(plx_entry_kind kind)
{
    return kind == PLX_ENTRY_MESSAGE || kind == PLX_ENTRY_BATCH_PART || kind == PLX_ENTRY_EDITED;
}

/* PLX_SPACE when the arena cannot hold the index; what is wrong with the bytes is in *r. */
static plx_status parse(plx_slice body, plx_arena *step, reading *r)
{
    r->parsed = PLX_SPACE;
    r->error.index_needed = (uint32_t)(body.n / 4 + 64);
    r->error.segments_needed = (uint32_t)(body.n / 32 + 16);
    for (int attempt = 0; attempt < 2 && r->parsed == PLX_SPACE; attempt++) {
        plx_hl7_message *m = &r->message;
        m->index_capacity = r->error.index_needed;
        m->segments_capacity = r->error.segments_needed;
        m->index = plx_arena_take(step, m->index_capacity, sizeof *m->index);
        m->segments = plx_arena_take(step, m->segments_capacity, sizeof *m->segments);
        if (!m->index || !m->segments) return PLX_SPACE;
        r->parsed = plx_hl7_parse_within(body, PLX_HL7_MESSAGE_CEILING, m, &r->error);
    }
    PLX_ASSERT(r->parsed != PLX_SPACE);
    return PLX_OK;
}

/* Where and why a message that was answered with an error is wrong. */
static void judge(const plx_entry *entry, reading *r)
{
    plx_hl7_intake intake;
    bool whole = r->parsed == PLX_OK;
    plx_hl7_judge(text_of(entry), whole ? &r->message : NULL, whole ? NULL : &r->error,
                  entry->iface, false, &intake);
    if (intake.fault.text) r->fault = intake.fault;
}

/* Messages. */

static void outcome_set(twin_context *c, plx_outcome outcome, const char *reason)
{
    twin_book *b = plx_twin_book_of(c->t, c->entry->iface);
    c->applied->outcome = outcome;
    c->applied->reason = reason;
    switch (outcome) {
    case PLX_OUTCOME_APPLIED:
        b->applied++;
        break;
    case PLX_OUTCOME_DUPLICATE:
        b->duplicate++;
        break;
    case PLX_OUTCOME_IGNORED:
        b->ignored++;
        break;
    case PLX_OUTCOME_REFUSED:
        b->refused++;
        break;
    case PLX_OUTCOME_DEAD:
    case PLX_OUTCOME_INTERNAL:
        break;
    }
}

static void die(twin_context *c, const plx_hl7_fault *fault)
{
    plx_twin_dead_add(c, fault);
    outcome_set(c, PLX_OUTCOME_DEAD, fault->text);
}

static const char *sentence_of(const char *rule)
{
    static const struct {
        const char *rule, *text;
    } TEXTS[] = {
        {"no-stay-named", "The message names no visit, account or patient; add PV1-19 or PID-3."},
        {"no-patient-visit-or-bed-named",
         "The message names no patient, visit or bed; add PID-3, PV1-19 or PV1-3."},
        {"swap-needs-two-stays", "A swap (A17) needs two patients with a visit each."},
        {"merge-names-no-person", "The merge needs PID-3 and MRG-1."},
        {"merge-names-no-visit", "The merge needs PV1-19 and MRG-5."},
        {"merge-names-no-account", "The merge needs PID-18 and MRG-3."},
        {"move-names-no-person", "The move needs PID-3, and MRG-1 with the identifiers that move."},
        {"move-names-no-account", "The move needs PID-3, MRG-1 and MRG-3."},
        {"move-names-no-visit", "The move needs PID-3 and MRG-5."},
        {"link-needs-two-persons", "A link needs two PID segments of different patients."},
        {"delete-names-no-person", "The message names no patient; add PID-3."},
        {"bed-status-names-no-bed", "The message names no bed; add NPU-1 or PV1-3."},
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        if (strcmp(TEXTS[i].rule, rule) == 0) return TEXTS[i].text;
    return rule;
}

static void accepted(twin_context *c)
{
    const plx_event *e = c->event;
    bool dead = false, adt = plx_slice_is(e->type, "ADT");
    if (plx_slice_is(e->type, "ACK")) {
        outcome_set(c, PLX_OUTCOME_IGNORED, "acknowledgement");
        return;
    }
    const char *why = adt ? plx_twin_adt_apply(c, &dead) : plx_twin_observations_apply(c, &dead);
    if (!why) {
        outcome_set(c, PLX_OUTCOME_APPLIED, NULL);
    } else if (dead) {
        die(c, &(plx_hl7_fault){.code = 101, .text = sentence_of(why)});
    } else {
        outcome_set(c, PLX_OUTCOME_IGNORED, why);
    }
}

static void message_apply(twin_context *c, const plx_hl7_fault *fault)
{
    const plx_entry *entry = c->entry;
    twin_book *b = plx_twin_book_of(c->t, entry->iface);
    b->received++;
    if (entry->arrival_us > b->last_us) b->last_us = entry->arrival_us;
    switch (entry->verdict) {
    case PLX_VERDICT_DUPLICATE:
        outcome_set(c, PLX_OUTCOME_DUPLICATE, "received before");
        break;
    case PLX_VERDICT_REFUSED:
        outcome_set(c, PLX_OUTCOME_REFUSED, fault->text);
        break;
    case PLX_VERDICT_SHADOW:
        outcome_set(c, PLX_OUTCOME_IGNORED, "shadow");
        break;
    case PLX_VERDICT_ACCEPTED:
        if (c->event)
            accepted(c);
        else
            die(c, fault);
        break;
    default:
        die(c, fault);
        break;
    }
    if (entry->kind == PLX_ENTRY_EDITED)
        plx_twin_dead_repaired(c, entry->ref, c->applied->outcome == PLX_OUTCOME_APPLIED);
}

static void presume_fault(const plx_entry *entry, plx_hl7_fault *fault)
{
    *fault = (plx_hl7_fault){.code = 207, .text = "The message cannot be read; see its raw bytes."};
    if (entry->verdict == PLX_VERDICT_CONFLICT)
        *fault = (plx_hl7_fault){.code = 205,
                                 .text = "Another message was received with this control id; send "
                                         "it with an id of its own."};
    if (entry->verdict == PLX_VERDICT_BROKEN)
        *fault = (plx_hl7_fault){.code = 207,
                                 .offset = (uint32_t)entry->body.n,
                                 .text = "The frame was cut off or is longer than the limit."};
}

/* Offsets are those of the body. */
static void name_raw_bytes(const plx_view *view, reading *r)
{
    r->fault.offset = plx_view_raw(view, r->fault.offset);
    for (uint32_t i = 0; r->mapped && i < r->event.observations_n; i++) {
        plx_observation_facts *o = &r->event.observations[i];
        const uint32_t end = plx_view_raw(view, o->offset + o->length);
        o->offset = plx_view_raw(view, o->offset);
        o->length = end - o->offset;
    }
    for (uint32_t i = 0; r->mapped && i < r->event.medications_n; i++) {
        plx_medication_facts *d = &r->event.medications[i];
        const uint32_t end = plx_view_raw(view, d->offset + d->length);
        d->offset = plx_view_raw(view, d->offset);
        d->length = end - d->offset;
    }
}

/* Reads a message before anything changes: PLX_SPACE when the arena is too small for it. */
static plx_status message_read(plx_twin *t, const plx_entry *entry, plx_arena *step, reading *r)
{
    presume_fault(entry, &r->fault);
    bool accepted = entry->verdict == PLX_VERDICT_ACCEPTED;
    bool look =
        accepted || entry->verdict == PLX_VERDICT_ERROR || entry->verdict == PLX_VERDICT_REFUSED;
    if (!look) return PLX_OK;
    PLX_TRY(parse(text_of(entry), step, r));
    if (!accepted || r->parsed != PLX_OK) {
        judge(entry, r);
        return PLX_OK;
    }
    const twin_book *b = plx_twin_book_of(t, entry->iface);
    plx_hl7_map_options options = {b->zone_given ? b->zone_minutes : t->world.zone_minutes};
    plx_status status = plx_hl7_map(&r->message, &options, step, &r->event, &r->fault);
    if (status == PLX_SPACE) return status;
    r->mapped = status == PLX_OK;
    if (r->mapped) r->waveforms = plx_twin_waveforms_drop(&r->event);
    size_t later = r->mapped ? (r->event.orders_n + 8) * sizeof(uint32_t) : 0;
    return step->capacity - step->used >= later ? PLX_OK : PLX_SPACE;
}

/* Entries that are no messages. */

typedef struct document {
    plx_json_token tokens[JSON_TOKENS_MAX];
    plx_json json;
    bool object;
} document;

static void document_read(plx_slice text, document *d)
{
    plx_json_error error;
    d->json = (plx_json){.tokens = d->tokens, .capacity = JSON_TOKENS_MAX};
    d->object = plx_json_parse(text, &d->json, &error) == PLX_OK && d->json.n > 0 &&
                d->tokens[0].type == PLX_JSON_OBJECT;
}

/* Decoded text of a member, cut at the capacity; empty when it is no string. */
static plx_slice member_text(const document *d, const char *key, char *memory, size_t capacity)
{
    plx_out out = plx_out_init(memory, capacity);
    uint32_t token = d->object ? plx_json_get(&d->json, 0, key) : UINT32_MAX;
    if (token != UINT32_MAX && d->tokens[token].type == PLX_JSON_STRING)
        plx_json_string(&d->json, token, &out);
    return plx_out_slice(&out);
}

static bool member_u64(const document *d, const char *key, uint64_t max, uint64_t *value)
{
    uint32_t token = d->object ? plx_json_get(&d->json, 0, key) : UINT32_MAX;
    return token != UINT32_MAX && d->tokens[token].type == PLX_JSON_NUMBER &&
           plx_slice_u64(plx_json_text(&d->json, token), max, value);
}

static void interface_named(twin_context *c, const document *d)
{
    char memory[256];
    uint64_t iface, minutes;
    if (!member_u64(d, "iface", PLX_IFACE_MAX - 1, &iface)) return;
    twin_book *b = plx_twin_book_of(c->t, (uint32_t)iface);
    plx_slice name = member_text(d, "name", memory, sizeof memory);
    if (name.n) plx_twin_text_set(c->t, &b->name, name);
    uint32_t token = plx_json_get(&d->json, 0, "zone_minutes");
    if (token != UINT32_MAX && d->tokens[token].type == PLX_JSON_NUMBER) {
        plx_slice text = plx_json_text(&d->json, token);
        bool west = text.n > 0 && text.at[0] == '-';
        if (west) text = (plx_slice){text.at + 1, text.n - 1};
        if (plx_slice_u64(text, ZONE_MINUTES_MAX, &minutes)) {
            b->zone_minutes = west ? -(int32_t)minutes : (int32_t)minutes;
            b->zone_given = 1;
        }
    }
    if (plx_json_get(&d->json, 0, "charset") != UINT32_MAX) {
        plx_slice charset = member_text(d, "charset", memory, sizeof memory);
        b->charset = (uint32_t)plx_charset_named(charset);
    }
    c->applied->feeds = true;
}

static const char *admin_apply(twin_context *c)
{
    char memory[32];
    document d;
    document_read(c->entry->body, &d);
    plx_slice event = member_text(&d, "event", memory, sizeof memory);
    if (plx_slice_is(event, "demo")) {
        c->t->world.demo = 1;
        c->applied->all = true;
        c->applied->feeds = true;
    } else if (plx_slice_is(event, "interface")) {
        interface_named(c, &d);
    } else if (plx_slice_is(event, "start")) {
        c->t->world.starts++;
    } else {
        return "event-not-known";
    }
    return NULL;
}

static const char *action_apply(twin_context *c)
{
    char memory[32], by_memory[256], why_memory[TWIN_TEXT_MAX];
    document d;
    uint64_t seq;
    document_read(c->entry->body, &d);
    plx_slice action = member_text(&d, "action", memory, sizeof memory);
    if (!plx_slice_is(action, "discard")) return "action-not-known";
    if (!member_u64(&d, "seq", UINT64_MAX, &seq)) return "no-dead-letter-named";
    plx_slice by = member_text(&d, "by", by_memory, sizeof by_memory);
    plx_slice why = member_text(&d, "why", why_memory, sizeof why_memory);
    return plx_twin_dead_close(c, seq, TWIN_DEAD_DISCARDED, by, why) ? NULL
                                                                     : "not-an-open-dead-letter";
}

static void other_apply(twin_context *c)
{
    const char *reason = NULL;
    switch (c->entry->kind) {
    case PLX_ENTRY_ADMIN:
        reason = admin_apply(c);
        break;
    case PLX_ENTRY_ACTION:
        reason = action_apply(c);
        break;
    case PLX_ENTRY_RESULT:
        reason = plx_twin_body_apply(c);
        break;
    case PLX_ENTRY_CLOCK_STEP:
        c->t->world.clock_steps++;
        break;
    default:
        break;
    }
    c->applied->outcome = PLX_OUTCOME_INTERNAL;
    c->applied->reason = reason;
}

/* One entry. */

static bool has_room(const plx_twin *t, const plx_entry *entry)
{
    uint64_t need = NEED_BYTES + (uint64_t)NEED_FACTOR * (entry->body.n + text_of(entry).n) +
                    plx_twin_index_growth(t) +
                    (entry->kind == PLX_ENTRY_RESULT ? plx_twin_trust_growth(t) : 0) +
                    (uint64_t)4 * t->heap_capacity * sizeof(plx_heap_item);
    for (int i = 0; i < TWIN_POOLS; i++)
        need += (uint64_t)4 * t->pools[i].directory_capacity * sizeof(twin_block);
    return t->region.capacity - t->region.used >= need;
}

plx_status plx_twin_apply(plx_twin *t, const plx_entry *entry, plx_arena *step,
                          plx_applied *applied)
{
    if (entry->seq != t->world.seq + 1) return PLX_CONFLICT;
    if (!has_room(t, entry)) return PLX_FULL;
    reading r = {.mapped = false};
    if (is_message(entry->kind)) PLX_TRY(message_read(t, entry, step, &r));
    if (entry->view) name_raw_bytes(entry->view, &r);
    *applied = (plx_applied){.outcome = PLX_OUTCOME_INTERNAL};
    twin_context c = {.t = t, .entry = entry, .step = step, .applied = applied};
    t->world.seq = entry->seq;
    if (entry->arrival_us > t->world.now_us) t->world.now_us = entry->arrival_us;
    plx_twin_trust_tick(t);
    plx_twin_wake_all(&c);
    if (r.mapped) c.event = &r.event;
    c.waveforms = r.waveforms;
    if (is_message(entry->kind))
        message_apply(&c, &r.fault);
    else
        other_apply(&c);
    if (c.source) plx_twin_source_release(t, c.source);
    return PLX_OK;
}
