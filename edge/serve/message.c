/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/serve/message.h"

#include "core/format/json/json.h"

enum { MESSAGE_TOKENS_MAX = 512 };

/* Topics a viewer may name: a word, or a kind with an id behind its colon. */
static const char *const TOPICS[] = {"board", "alarms", "dept",  "feeds", "trust",
                                     "bed:",  "enc:",   "wave:", "job:"};

static bool topic_known(plx_slice topic)
{
    for (size_t i = 0; i < topic.n; i++) {
        char c = topic.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && !(i > 0 && (c == ':' || c == '-' || c == '_'))) return false;
    }
    for (size_t i = 0; i < sizeof TOPICS / sizeof TOPICS[0]; i++) {
        size_t n = strlen(TOPICS[i]);
        bool family = TOPICS[i][n - 1] == ':';
        if (family ? topic.n > n && memcmp(topic.at, TOPICS[i], n) == 0
                   : plx_slice_is(topic, TOPICS[i]))
            return true;
    }
    return false;
}

static bool number(const plx_json *json, const char *key, uint64_t *value)
{
    uint32_t token = plx_json_get(json, 0, key);
    return token != UINT32_MAX && json->tokens[token].type == PLX_JSON_NUMBER &&
           plx_slice_u64(plx_json_text(json, token), INT64_MAX, value);
}

static int read_subs(const plx_json *json, serve_message *message, const char **why)
{
    uint32_t list = plx_json_get(json, 0, "subs");
    if (list == UINT32_MAX) return 0;
    *why = "subs must be a list of topic names";
    if (json->tokens[list].type != PLX_JSON_ARRAY) return SERVE_CLOSE_PROTOCOL;
    uint32_t n = json->tokens[list].children, token = list + 1;
    for (uint32_t i = 0; i < n; i++, token = json->tokens[token].next) {
        if (json->tokens[token].type != PLX_JSON_STRING) return SERVE_CLOSE_PROTOCOL;
        plx_slice topic = plx_json_text(json, token);
        if (topic.n >= SERVE_TOPIC_MAX || !topic_known(topic)) {
            *why = "forbidden topic";
            return SERVE_CLOSE_FORBIDDEN;
        }
        if (message->subs_n == SERVE_SUBS_MAX) {
            *why = "too many topics";
            return SERVE_CLOSE_PROTOCOL;
        }
        memcpy(message->subs[message->subs_n++], topic.at, topic.n);
    }
    return 0;
}

static int read_hello(const plx_json *json, serve_message *message, const char **why)
{
    uint64_t version = 0;
    if (!number(json, "v", &version) || version != 1) {
        *why = "this server speaks version 1 only; reload the page";
        return SERVE_CLOSE_VERSION;
    }
    uint32_t token = plx_json_get(json, 0, "epoch");
    if (token != UINT32_MAX && json->tokens[token].type == PLX_JSON_STRING) {
        plx_out out = plx_out_init(message->epoch, sizeof message->epoch - 1);
        plx_json_string(json, token, &out);
        if (out.full) message->epoch[0] = '\0'; /* longer than any of ours: another journal */
    }
    if (!number(json, "j", &message->j)) message->j = UINT64_MAX;
    return read_subs(json, message, why);
}

int serve_message_parse(plx_slice text, serve_message *message, const char **why)
{
    plx_json_token tokens[MESSAGE_TOKENS_MAX];
    plx_json json = {.tokens = tokens, .capacity = MESSAGE_TOKENS_MAX};
    plx_json_error error = {0};
    *message = (serve_message){.j = UINT64_MAX};
    *why = "a message must be a JSON object with a text \"t\"";
    if (plx_json_parse(text, &json, &error) != PLX_OK || tokens[0].type != PLX_JSON_OBJECT)
        return SERVE_CLOSE_PROTOCOL;
    uint32_t token = plx_json_get(&json, 0, "t");
    if (token == UINT32_MAX || tokens[token].type != PLX_JSON_STRING) return SERVE_CLOSE_PROTOCOL;
    plx_slice t = plx_json_text(&json, token);
    if (plx_slice_is(t, "hello")) {
        message->kind = SERVE_MESSAGE_HELLO;
        return read_hello(&json, message, why);
    }
    if (plx_slice_is(t, "ack")) {
        message->kind = SERVE_MESSAGE_ACK;
        *why = "ack needs the number of a message";
        return number(&json, "n", &message->n) ? 0 : SERVE_CLOSE_PROTOCOL;
    }
    if (plx_slice_is(t, "sub") || plx_slice_is(t, "unsub")) {
        message->kind = t.n == 3 ? SERVE_MESSAGE_SUB : SERVE_MESSAGE_UNSUB;
        return read_subs(&json, message, why);
    }
    return 0;
}
