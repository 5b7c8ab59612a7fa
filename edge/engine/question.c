/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Questions about the state, answered on the twin thread between two entries:
 *   GET  /api/state?topic=board|feeds|trust|enc:ID   GET /api/feeds      GET /api/feeds/raw?seq=N
 *   GET  /api/why/ID                    GET /api/report?what=census|beds|results
 *   POST /api/feeds/resend {"seq":N,"body":"..."}           POST /api/feeds/discard
 * {"seq":N,"why":".."} */
#include <stdlib.h>

#include "core/format/hl7v2/intake.h"
#include "core/format/json/json.h"
#include "core/record/provenance.h"
#include "edge/engine/private.h"

enum { QUESTION_JSON_TOKENS = 64, RESULT_JSON_TOKENS = 1 << 15 };
#define ENGINE_REPAIR_US (60 * PLX_SECOND_US) /* an outcome that late will not come */

static const char JSON[] = "application/json";
static const char TEXT[] = "text/plain; charset=utf-8";

plx_status plx_engine_ask(plx_engine *e, uint64_t ticket, bool post, plx_slice path,
                          plx_slice query, plx_slice body)
{
    char *text = malloc(path.n + query.n + body.n + 1);
    if (!text) return PLX_SPACE;
    if (path.n) memcpy(text, path.at, path.n);
    if (query.n) memcpy(text + path.n, query.at, query.n);
    if (body.n) memcpy(text + path.n + query.n, body.at, body.n);
    plx_status status = PLX_FULL;
    pthread_mutex_lock(&e->questions_mutex);
    if (e->questions_n < PLX_ENGINE_QUESTIONS_MAX) {
        e->questions[e->questions_n++] =
            (engine_question){ticket, post, path.n, query.n, body.n, text};
        status = PLX_OK;
    }
    pthread_mutex_unlock(&e->questions_mutex);
    if (status != PLX_OK) free(text);
    plx_inbox_poke(&e->inbox);
    return status;
}

static void answer(plx_engine *e, uint64_t ticket, int status, const char *type, plx_slice text)
{
    e->ports.answer(e->ports.self, ticket, status, type, text.at, text.n);
}

static void refuse(plx_engine *e, uint64_t ticket, int status, const char *sentence)
{
    char memory[512];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_json_key(&w, "error");
    plx_json_put_text(&w, sentence);
    plx_json_object_end(&w);
    answer(e, ticket, status, JSON, plx_out_slice(&out));
}

static void answer_document(plx_engine *e, uint64_t ticket, const plx_out *out)
{
    if (out->full)
        refuse(e, ticket, 507, "The answer is larger than the limit; ask for less.");
    else
        answer(e, ticket, 200, JSON, plx_out_slice(out));
}

/* Value of "name" in a decoded query string a=b&c=d. */
static plx_slice query_get(plx_slice query, const char *name)
{
    size_t name_n = strlen(name), at = 0;
    while (at < query.n) {
        const char *end = memchr(query.at + at, '&', query.n - at);
        size_t n = end ? (size_t)(end - query.at) - at : query.n - at;
        if (n > name_n && query.at[at + name_n] == '=' && memcmp(query.at + at, name, name_n) == 0)
            return (plx_slice){query.at + at + name_n + 1, n - name_n - 1};
        at += n + 1;
    }
    return (plx_slice){NULL, 0};
}

static void answer_state(plx_engine *e, const engine_question *q, plx_slice query)
{
    plx_slice topic = query_get(query, "topic");
    plx_out out = plx_out_init(e->document_memory, PLX_ENGINE_DOCUMENT_MAX);
    if (plx_slice_is(topic, "board"))
        plx_board_write(e->twin, &out);
    else if (plx_slice_is(topic, "feeds"))
        plx_feeds_write(e->twin, ENGINE_DEAD_SHOWN, &out);
    else if (plx_slice_is(topic, "trust"))
        plx_board_trust_write(e->twin, &out);
    else if (topic.n > 4 && memcmp(topic.at, "enc:", 4) == 0) {
        uint32_t stay = plx_board_stay_find(e->twin, (plx_slice){topic.at + 4, topic.n - 4});
        if (!stay) return refuse(e, q->ticket, 404, "No such stay; it may have left the twin.");
        plx_board_stay_write(e->twin, stay, &out);
    } else
        return refuse(e, q->ticket, 404,
                      "No such topic; known are board, feeds, trust and enc:ID.");
    answer_document(e, q->ticket, &out);
}

typedef struct why_result {
    uint64_t id;
    plx_out out;
    bool told;
} why_result;

static plx_status write_why_result(void *self, const plx_entry *entry)
{
    why_result *why = self;
    why->told = plx_why_result_write(entry, why->id, &why->out) == PLX_OK;
    return PLX_OK;
}

/* What a live twin said is told from the journal: the world keeps the newest word only. */
static bool answer_why_result(plx_engine *e, const engine_question *q, uint64_t id)
{
    const uint64_t seq = plx_provenance_seq(id);
    why_result why = {.id = id, .out = plx_out_init(e->document_memory, PLX_ENGINE_DOCUMENT_MAX)};
    if (seq == 0 || seq > plx_twin_seq(e->twin) ||
        e->ports.journal_read(e->ports.self, seq, seq, write_why_result, &why) != PLX_OK ||
        !why.told)
        return false;
    answer_document(e, q->ticket, &why.out);
    return true;
}

static void answer_why(plx_engine *e, const engine_question *q, plx_slice id_text)
{
    uint64_t id = 0;
    plx_out out = plx_out_init(e->document_memory, PLX_ENGINE_DOCUMENT_MAX);
    if (plx_base36_parse(id_text, &id) != PLX_OK)
        return refuse(e, q->ticket, 400, "A provenance id is 1 to 13 characters of 0-9 and a-z.");
    if (answer_why_result(e, q, id)) return;
    if (plx_why_write(e->twin, id, &out) != PLX_OK)
        return refuse(e, q->ticket, 404,
                      "Nothing is known under that id; it may be older than "
                      "what the twin keeps.");
    answer_document(e, q->ticket, &out);
}

static void answer_report(plx_engine *e, const engine_question *q, plx_slice query)
{
    static const char *const NAMES[] = {"census", "beds", "results"};
    plx_slice what = query_get(query, "what");
    for (int i = 0; i < 3; i++) {
        if (!plx_slice_is(what, NAMES[i])) continue;
        plx_out out = plx_out_init(e->document_memory, PLX_ENGINE_DOCUMENT_MAX);
        plx_arena_reset(&e->step);
        if (plx_report_write(e->twin, (plx_report)i, &e->step, &out) != PLX_OK)
            return refuse(e, q->ticket, 507,
                          "The report is larger than the limit; use pollux "
                          "journal export.");
        return answer(e, q->ticket, 200, TEXT, plx_out_slice(&out));
    }
    refuse(e, q->ticket, 404, "No such report; known are census, beds and results.");
}

/* Raw bytes as a JSON string in which each byte is one character (ISO 8859-1), so nothing is lost.
 */
static void put_bytes(plx_out *out, plx_slice bytes)
{
    static const char HEX[] = "0123456789abcdef";
    plx_out_char(out, '"');
    for (size_t i = 0; i < bytes.n; i++) {
        uint8_t b = (uint8_t)bytes.at[i];
        if (b >= 0x20 && b < 0x7F && b != '"' && b != '\\') {
            plx_out_char(out, (char)b);
            continue;
        }
        char escape[6] = {'\\', 'u', '0', '0', HEX[b >> 4], HEX[b & 15]};
        plx_out_bytes(out, escape, sizeof escape);
    }
    plx_out_char(out, '"');
}

static plx_status write_raw(void *self, const plx_entry *entry)
{
    plx_out *out = self;
    plx_json_writer w = plx_json_writer_init(out);
    plx_json_object(&w);
    plx_json_key(&w, "seq");
    plx_json_put_u64(&w, entry->seq);
    plx_json_key(&w, "kind");
    plx_json_put_text(&w, plx_entry_kind_text(entry->kind));
    plx_json_key(&w, "verdict");
    plx_json_put_text(&w, plx_verdict_text(entry->verdict));
    plx_json_key(&w, "iface");
    plx_json_put_u64(&w, entry->iface);
    plx_json_key(&w, "ref");
    plx_json_put_u64(&w, entry->ref);
    plx_json_key(&w, "arrival");
    plx_json_put_i64(&w, entry->arrival_us);
    plx_json_key(&w, "peer");
    plx_json_put_string(&w, entry->peer);
    plx_out_text(out, ",\"body\":");
    put_bytes(out, entry->body);
    plx_json_object_end(&w);
    return PLX_OK;
}

static void answer_raw(plx_engine *e, const engine_question *q, plx_slice query)
{
    uint64_t seq = 0;
    if (!plx_slice_u64(query_get(query, "seq"), INT64_MAX, &seq) || seq == 0 ||
        seq > plx_twin_seq(e->twin))
        return refuse(e, q->ticket, 404, "No entry of the journal has that sequence number.");
    plx_out out = plx_out_init(e->document_memory, PLX_ENGINE_DOCUMENT_MAX);
    if (e->ports.journal_read(e->ports.self, seq, seq, write_raw, &out) != PLX_OK || out.n == 0)
        return refuse(e, q->ticket, 503, "The journal could not be read; try again.");
    answer_document(e, q->ticket, &out);
}

/* A resent body is text whose characters are bytes again: the inverse of put_bytes. False on a
 * character above U+00FF. */
static bool bytes_from_text(plx_slice utf8, plx_out *out)
{
    for (size_t i = 0; i < utf8.n; i++) {
        uint8_t b = (uint8_t)utf8.at[i];
        if (b < 0x80) {
            plx_out_char(out, (char)b);
        } else if ((b == 0xC2 || b == 0xC3) && i + 1 < utf8.n) {
            plx_out_char(out, (char)((b & 3) << 6 | ((uint8_t)utf8.at[++i] & 0x3F)));
        } else {
            return false;
        }
    }
    return !out->full;
}

static plx_verdict judge_edited(plx_engine *e, plx_slice body, plx_entry *entry)
{
    plx_charset charset = (plx_charset)plx_twin_charset(e->twin, entry);
    const plx_view *view = NULL;
    bool other = plx_charset_view(e->charsets, body, charset, &view, NULL) == PLX_OK && view;
    size_t room = e->step.capacity / 16;
    plx_hl7_message message = {.index = plx_arena_take(&e->step, room / 4, sizeof(uint32_t)),
                               .index_capacity = (uint32_t)(room / 4),
                               .segments =
                                   plx_arena_take(&e->step, room / 64, sizeof(plx_hl7_segment)),
                               .segments_capacity = (uint32_t)(room / 64)};
    plx_hl7_error error = {0};
    plx_hl7_intake intake;
    plx_status status =
        plx_hl7_parse_within(other ? view->text : body, PLX_HL7_MESSAGE_CEILING, &message, &error);
    plx_hl7_judge(body, status == PLX_OK ? &message : NULL, status == PLX_OK ? NULL : &error,
                  PLX_IFACE_REPAIR, false, &intake);
    memcpy(entry->ext_key, intake.ext_key, sizeof entry->ext_key);
    memcpy(entry->body_hash, intake.body_hash, sizeof entry->body_hash);
    return intake.verdict;
}

/* Only while the inbox has room: when the commit thread waits for this thread to empty the inbox,
 * this thread may not wait for the commit thread. */
static void submit(plx_engine *e, const plx_entry *entry, uint64_t ticket)
{
    plx_status status = PLX_STOPPED;
    pthread_mutex_lock(&e->submit_mutex);
    if (e->accepting)
        status = plx_inbox_has_room(&e->inbox) ? e->ports.submit(e->ports.self, entry, ticket)
                                               : PLX_FULL;
    pthread_mutex_unlock(&e->submit_mutex);
    if (status != PLX_OK)
        refuse(e, ticket, 503, "The journal does not accept entries now; try again.");
}

/* Notes that the dead letter is being resent; false when it is already, or when too many are. */
static bool repair_begin(plx_engine *e, uint64_t seq)
{
    engine_repair *place = NULL;
    int64_t now_us = engine_boot_us();
    for (int i = 0; i < ENGINE_REPAIRS_MAX; i++) {
        engine_repair *r = &e->repairs[i];
        bool lost = r->seq && now_us - r->since_us > ENGINE_REPAIR_US;
        if (r->seq == seq && !lost) return false;
        if (!r->seq || lost) place = r;
    }
    if (!place) return false;
    *place = (engine_repair){seq, now_us};
    return true;
}

static void repair_end(plx_engine *e, uint64_t seq)
{
    for (int i = 0; i < ENGINE_REPAIRS_MAX; i++)
        if (e->repairs[i].seq == seq) e->repairs[i].seq = 0;
}

static void submit_resend(plx_engine *e, const engine_question *q, const plx_json *json,
                          uint64_t seq)
{
    uint32_t token = plx_json_get(json, 0, "body");
    if (token == UINT32_MAX || json->tokens[token].type != PLX_JSON_STRING)
        return refuse(e, q->ticket, 400, "The request needs \"body\": the edited message as text.");
    plx_arena_reset(&e->step);
    char *utf8 = plx_arena_take(&e->step, q->body_n + 1, 1);
    char *raw = plx_arena_take(&e->step, q->body_n + 1, 1);
    plx_out text = plx_out_init(utf8, q->body_n), bytes = plx_out_init(raw, q->body_n);
    plx_json_string(json, token, &text);
    if (!bytes_from_text(plx_out_slice(&text), &bytes))
        return refuse(e, q->ticket, 400,
                      "The message holds a character above U+00FF; write it as its bytes.");
    if (!plx_twin_dead_is_open(e->twin, seq) || !repair_begin(e, seq))
        return refuse(e, q->ticket, 409,
                      "That entry is not an open dead letter, or it is being resent already.");
    plx_entry entry = {.kind = PLX_ENTRY_EDITED,
                       .iface = PLX_IFACE_REPAIR,
                       .schema = PLX_ENTRY_SCHEMA,
                       .ref = seq,
                       .peer = PLX_LIT("web"),
                       .body = plx_out_slice(&bytes)};
    entry.verdict = judge_edited(e, entry.body, &entry);
    submit(e, &entry, q->ticket);
}

static void submit_discard(plx_engine *e, const engine_question *q, const plx_json *json,
                           uint64_t seq)
{
    uint32_t token = plx_json_get(json, 0, "why");
    plx_slice why = {NULL, 0};
    if (token != UINT32_MAX && json->tokens[token].type == PLX_JSON_STRING)
        why = plx_json_text(json, token);
    if (plx_slice_trim(why).n == 0)
        return refuse(e, q->ticket, 400, "The request needs \"why\": the reason in words.");
    char memory[4096];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_json_key(&w, "action");
    plx_json_put_text(&w, "discard");
    plx_json_key(&w, "seq");
    plx_json_put_u64(&w, seq);
    plx_json_key(&w, "by");
    plx_json_put_text(&w, "web");
    plx_json_key(&w, "why");
    /* the string as it came, with its quotes and escapes */
    plx_json_put_raw(&w, (plx_slice){why.at - 1, why.n + 2});
    plx_json_object_end(&w);
    if (out.full)
        return refuse(e, q->ticket, 400, "The reason is too long; keep it below 3,000 bytes.");
    plx_entry entry = {.kind = PLX_ENTRY_ACTION,
                       .iface = PLX_IFACE_INTERNAL,
                       .schema = PLX_ENTRY_SCHEMA,
                       .peer = PLX_LIT("web"),
                       .body = plx_out_slice(&out)};
    submit(e, &entry, q->ticket);
}

static void answer_post(plx_engine *e, const engine_question *q, plx_slice path, plx_slice body)
{
    plx_json_token tokens[QUESTION_JSON_TOKENS];
    plx_json json = {.tokens = tokens, .capacity = QUESTION_JSON_TOKENS};
    plx_json_error error = {0};
    if (plx_json_parse(body, &json, &error) != PLX_OK || tokens[0].type != PLX_JSON_OBJECT)
        return refuse(e, q->ticket, 400, "The request is not a JSON object.");
    uint32_t token = plx_json_get(&json, 0, "seq");
    uint64_t seq = 0;
    if (token == UINT32_MAX || !plx_slice_u64(plx_json_text(&json, token), INT64_MAX, &seq) ||
        seq == 0 || seq > plx_twin_seq(e->twin))
        return refuse(e, q->ticket, 400, "The request needs \"seq\": the dead letter's number.");
    if (plx_slice_is(path, "/api/feeds/resend")) return submit_resend(e, q, &json, seq);
    if (plx_slice_is(path, "/api/feeds/discard")) return submit_discard(e, q, &json, seq);
    refuse(e, q->ticket, 404, "There is nothing at this address.");
}

static void answer_one(plx_engine *e, const engine_question *q)
{
    plx_slice path = {q->text, q->path_n}, query = {q->text + q->path_n, q->query_n};
    plx_slice body = {q->text + q->path_n + q->query_n, q->body_n};
    static const char WHY[] = "/api/why/";
    size_t why_n = sizeof WHY - 1;
    if (q->post) return answer_post(e, q, path, body);
    if (plx_slice_is(path, "/api/state")) return answer_state(e, q, query);
    if (plx_slice_is(path, "/api/feeds")) return answer_state(e, q, PLX_LIT("topic=feeds"));
    if (plx_slice_is(path, "/api/feeds/raw")) return answer_raw(e, q, query);
    if (plx_slice_is(path, "/api/report")) return answer_report(e, q, query);
    if (path.n > why_n && memcmp(path.at, WHY, why_n) == 0)
        return answer_why(e, q, (plx_slice){path.at + why_n, path.n - why_n});
    refuse(e, q->ticket, 404, "There is nothing at this address.");
}

void engine_answer_questions(plx_engine *e)
{
    engine_question taken[PLX_ENGINE_QUESTIONS_MAX / 16];
    for (;;) {
        pthread_mutex_lock(&e->questions_mutex);
        uint32_t n = e->questions_n, most = sizeof taken / sizeof taken[0];
        if (n > most) n = most;
        memcpy(taken, e->questions, n * sizeof taken[0]);
        memmove(e->questions, e->questions + n, (e->questions_n - n) * sizeof taken[0]);
        e->questions_n -= n;
        pthread_mutex_unlock(&e->questions_mutex);
        if (n == 0) return;
        for (uint32_t i = 0; i < n; i++) {
            answer_one(e, &taken[i]);
            free(taken[i].text);
        }
    }
}

void engine_answer_outcome(plx_engine *e, const plx_inbox_item *item, const plx_applied *applied)
{
    static const char *const OUTCOMES[] = {"applied", "duplicate", "ignored",
                                           "refused", "dead",      "internal"};
    if (item->entry.kind == PLX_ENTRY_EDITED) repair_end(e, item->entry.ref);
    char memory[1024];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_json_key(&w, "seq");
    plx_json_put_u64(&w, item->entry.seq);
    plx_json_key(&w, "verdict");
    plx_json_put_text(&w, plx_verdict_text(item->entry.verdict));
    plx_json_key(&w, "outcome");
    plx_json_put_text(&w, OUTCOMES[applied->outcome]);
    if (applied->reason) {
        plx_json_key(&w, "reason");
        plx_json_put_text(&w, applied->reason);
    }
    plx_json_object_end(&w);
    answer(e, item->ticket, 200, JSON, plx_out_slice(&out));
}

void engine_tell_result(plx_engine *e, const plx_inbox_item *item)
{
    const plx_slice body = item->entry.body;
    plx_json_error error = {0};
    if (body.n == 0 || body.at[0] != '{') return; /* a posterior: it stands on its stay */
    plx_arena_reset(&e->step);
    plx_json json = {.tokens = plx_arena_take(&e->step, RESULT_JSON_TOKENS, sizeof(plx_json_token)),
                     .capacity = RESULT_JSON_TOKENS};
    if (!json.tokens || plx_json_parse(body, &json, &error) != PLX_OK) return;
    uint32_t stay = plx_json_get(&json, 0, "stay");
    if (stay == UINT32_MAX) return;
    plx_out out = plx_out_init(e->document_memory, PLX_ENGINE_DOCUMENT_MAX);
    plx_out_text(&out, "[\"enc:");
    plx_out_slice_add(&out, plx_json_text(&json, stay));
    plx_out_text(&out, "\",\"whatif\",");
    plx_out_slice_add(&out, body);
    plx_out_text(&out, "]");
    e->ports.publish(e->ports.self, plx_twin_seq(e->twin), "enc:", out.at, out.n);
    if (!item->ticket) return;
    out = plx_out_init(e->document_memory, PLX_ENGINE_DOCUMENT_MAX);
    plx_out_text(&out, "{\"j\":");
    plx_out_u64(&out, item->entry.seq);
    plx_out_text(&out, ",\"i\":\"");
    plx_out_base36(&out, plx_provenance_of(item->entry.seq, 0));
    plx_out_text(&out, "\",\"result\":");
    plx_out_slice_add(&out, body);
    plx_out_text(&out, "}");
    answer(e, item->ticket, 200, JSON, plx_out_slice(&out));
}
