/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Viewers on plx.1 (design: web 5). A viewer has no queue of its own: it has a place in the ring,
 * and when its socket takes bytes it gets everything since that place in one message, the newest
 * value per field. So the slow cost nobody anything, and what they get is never old. */
#include "core/format/json/json.h"
#include "core/format/json/pair.h"
#include "edge/serve/private.h"

static void close_with(serve_live *live, int code, const char *why)
{
    if (live->close_code) return;
    live->close_code = code;
    live->close_why = why;
    live->closing_us = plx_boot_us();
    lws_callback_on_writable(live->wsi);
}

void serve_live_close_all(plx_serve *serve, int code, const char *why)
{
    for (uint32_t i = 0; i < serve->live_n; i++)
        close_with(serve->live[i], code, why);
}

/* Writing. */

static plx_out message_out(plx_serve *serve)
{
    return plx_out_init((char *)serve->scratch + LWS_PRE, PLX_SERVE_CLIENT_BYTES_MAX);
}

static int message_write(serve_live *live, const plx_out *out)
{
    PLX_ASSERT(!out->full && out->at == (char *)live->serve->scratch + LWS_PRE);
    if (lws_write(live->wsi, (uint8_t *)out->at, out->n, LWS_WRITE_TEXT) < (int)out->n) return -1;
    lws_callback_on_writable(live->wsi); /* one write a callback: there may be more to say */
    return 0;
}

static void put_kind(plx_json_writer *w, const char *kind)
{
    plx_json_object(w);
    plx_json_key(w, "t");
    plx_json_put_text(w, kind);
}

static void put_now(plx_json_writer *w, const plx_serve *serve)
{
    plx_json_key(w, "now");
    plx_json_put_i64(w, plx_clock_now(serve->options.clock));
}

static int write_welcome(serve_live *live)
{
    plx_serve *s = live->serve;
    plx_out out = message_out(s);
    plx_json_writer w = plx_json_writer_init(&out);
    put_kind(&w, "welcome");
    plx_pair_count(&w, "v", 1);
    plx_json_key(&w, "build");
    plx_json_put_text(&w, s->build);
    plx_json_key(&w, "epoch");
    plx_json_put_text(&w, s->epoch);
    plx_pair_count(&w, "j", s->ring.j);
    put_now(&w, s);
    plx_json_key(&w, "resume");
    plx_json_put_text(&w, live->by_delta ? "delta" : "snapshot");
    plx_json_key(&w, "lost"); /* state topics lose nothing, and there are no others yet */
    plx_json_array(&w);
    plx_json_array_end(&w);
    plx_json_object_end(&w);
    live->welcome_due = false;
    return message_write(live, &out);
}

/* Confirms sub and unsub: from here on the topics' changes come, so a snapshot asked for now misses
 * none of them. */
static int write_subs(serve_live *live)
{
    plx_out out = message_out(live->serve);
    plx_json_writer w = plx_json_writer_init(&out);
    put_kind(&w, "subs");
    plx_pair_count(&w, "n", ++live->n);
    plx_pair_count(&w, "j", live->told_j);
    plx_json_key(&w, "subs");
    plx_json_array(&w);
    for (uint32_t i = 0; i < live->subs_n; i++)
        plx_json_put_text(&w, live->subs[i]);
    plx_json_array_end(&w);
    plx_json_object_end(&w);
    live->subs_due = false;
    return message_write(live, &out);
}

static int write_heartbeat(serve_live *live, int64_t now_us)
{
    plx_out out = message_out(live->serve);
    plx_json_writer w = plx_json_writer_init(&out);
    put_kind(&w, "hb");
    plx_pair_count(&w, "n", ++live->n);
    plx_pair_count(&w, "j", live->told_j);
    put_now(&w, live->serve);
    plx_json_object_end(&w);
    live->told_us = now_us;
    return message_write(live, &out);
}

/* {"t":"d",...,"ops":[ what is new since the viewer's place ]} */
static plx_status put_delta(serve_live *live, plx_out *out)
{
    serve_ring *ring = &live->serve->ring;
    plx_out_text(out, "{\"t\":\"d\",\"n\":");
    plx_out_u64(out, live->n + 1);
    plx_out_text(out, ",\"j\":");
    plx_out_u64(out, ring->j);
    plx_out_text(out, ",\"ops\":[");
    PLX_TRY(serve_ring_merge(ring, live->cursor, &live->wish, out));
    plx_out_text(out, "]}");
    return out->full ? PLX_SPACE : PLX_OK;
}

static int write_delta(serve_live *live)
{
    plx_out out = message_out(live->serve);
    if (put_delta(live, &out) != PLX_OK) {
        close_with(live, SERVE_CLOSE_SLOW, "too slow");
        return 0;
    }
    live->n++;
    live->cursor = live->serve->ring.next;
    live->told_j = live->serve->ring.j;
    return message_write(live, &out);
}

/* Names of which nothing was published have no bits yet. */
static void refresh_topics(serve_live *live)
{
    const serve_ring *ring = &live->serve->ring;
    live->wish = (serve_wish){0};
    live->topics_n = ring->topics_n;
    for (uint32_t i = 0; i < live->subs_n; i++)
        serve_ring_want(ring, live->subs[i], &live->wish);
}

static int on_writable(serve_live *live)
{
    if (live->close_code) {
        char why[128];
        size_t n = strnlen(live->close_why, 100);
        memcpy(why, live->close_why, n);
        lws_close_reason(live->wsi, (enum lws_close_status)live->close_code, (unsigned char *)why,
                         n);
        return -1;
    }
    if (!live->greeted) return 0;
    const serve_ring *ring = &live->serve->ring;
    if (live->topics_n != ring->topics_n) refresh_topics(live);
    if (live->welcome_due) return write_welcome(live);
    if (live->subs_due) return write_subs(live);
    if (live->cursor < ring->first) {
        close_with(live, SERVE_CLOSE_SLOW, "too slow");
        return 0;
    }
    if (serve_ring_has(ring, live->cursor, &live->wish)) return write_delta(live);
    live->cursor = ring->next;
    live->told_j = ring->j;
    int64_t now_us = plx_boot_us();
    return now_us - live->told_us >= SERVE_HEARTBEAT_US ? write_heartbeat(live, now_us) : 0;
}

/* Reading. */

static void subscribe(serve_live *live, const serve_message *message)
{
    for (uint32_t i = 0; i < message->subs_n; i++) {
        uint32_t k = 0;
        while (k < live->subs_n && strcmp(live->subs[k], message->subs[i]) != 0)
            k++;
        if (k < live->subs_n) continue;
        if (live->subs_n == SERVE_SUBS_MAX) {
            close_with(live, SERVE_CLOSE_PROTOCOL, "too many topics");
            return;
        }
        memcpy(live->subs[live->subs_n++], message->subs[i], SERVE_TOPIC_MAX);
    }
    refresh_topics(live);
}

static void unsubscribe(serve_live *live, const serve_message *message)
{
    for (uint32_t i = 0; i < message->subs_n; i++) {
        uint32_t k = 0;
        while (k < live->subs_n && strcmp(live->subs[k], message->subs[i]) != 0)
            k++;
        if (k == live->subs_n) continue;
        memmove(live->subs[k], live->subs[k + 1], (live->subs_n - k - 1) * sizeof live->subs[0]);
        live->subs_n--;
    }
    refresh_topics(live);
}

/* By delta when the ring holds everything the viewer lacks and it fits into one message. */
static bool try_delta(serve_live *live, const serve_message *message)
{
    plx_serve *s = live->serve;
    if (message->j == UINT64_MAX || strcmp(message->epoch, s->epoch) != 0 ||
        !serve_ring_covers(&s->ring, message->j))
        return false;
    live->cursor = serve_ring_find(&s->ring, message->j);
    plx_out out = message_out(s);
    return put_delta(live, &out) == PLX_OK;
}

static void greet(serve_live *live, const serve_message *message)
{
    if (live->greeted) {
        close_with(live, SERVE_CLOSE_PROTOCOL, "only one hello a connection");
        return;
    }
    subscribe(live, message);
    live->greeted = true;
    live->welcome_due = true;
    live->by_delta = try_delta(live, message);
    if (live->by_delta) {
        live->told_j = message->j;
    } else {
        live->cursor = live->serve->ring.next;
        live->told_j = live->serve->ring.j;
    }
}

static void understand(serve_live *live, plx_slice text)
{
    serve_message message;
    const char *why = NULL;
    int code = serve_message_parse(text, &message, &why);
    if (code != 0) {
        close_with(live, code, why);
    } else if (!live->greeted && message.kind != SERVE_MESSAGE_HELLO) {
        close_with(live, SERVE_CLOSE_PROTOCOL, "the first message must be hello");
    } else if (message.kind == SERVE_MESSAGE_HELLO) {
        greet(live, &message);
    } else if (message.kind == SERVE_MESSAGE_ACK && message.n > live->n) {
        close_with(live, SERVE_CLOSE_PROTOCOL, "ack of a message that was never sent");
    } else if (message.kind == SERVE_MESSAGE_SUB || message.kind == SERVE_MESSAGE_UNSUB) {
        if (message.kind == SERVE_MESSAGE_SUB)
            subscribe(live, &message);
        else
            unsubscribe(live, &message);
        live->subs_due = true;
    }
    lws_callback_on_writable(live->wsi);
}

/* False when a viewer says more than anybody has to say. */
static bool count_message(serve_live *live, int64_t now_us)
{
    if (now_us - live->second_us >= 1000000) {
        live->second_us = now_us;
        live->messages = 0;
    }
    return ++live->messages <= SERVE_MESSAGES_PER_S;
}

static void on_receive(serve_live *live, const void *bytes, size_t n)
{
    if (live->close_code) return;
    if (lws_frame_is_binary(live->wsi)) {
        close_with(live, SERVE_CLOSE_NOT_TEXT, "text messages only");
        return;
    }
    if (n > sizeof live->rx - live->rx_n) {
        close_with(live, SERVE_CLOSE_TOO_LARGE, "a message may have 8192 bytes");
        return;
    }
    if (n) memcpy(live->rx + live->rx_n, bytes, n);
    live->rx_n += (uint32_t)n;
    if (!lws_is_final_fragment(live->wsi) || lws_remaining_packet_payload(live->wsi) > 0) return;
    live->heard_us = plx_boot_us();
    plx_slice text = {live->rx, live->rx_n};
    live->rx_n = 0;
    if (count_message(live, live->heard_us))
        understand(live, text);
    else
        close_with(live, SERVE_CLOSE_PROTOCOL, "too many messages");
}

/* Life. */

void serve_live_published(plx_serve *serve)
{
    for (uint32_t i = 0; i < serve->live_n; i++)
        lws_callback_on_writable(serve->live[i]->wsi);
}

/* A viewer whose socket takes nothing: its arrears may be at most PLX_SERVE_CLIENT_BYTES_MAX,
 * merged. */
static void look_behind(serve_live *live, int64_t now_us)
{
    if (now_us - live->looked_us < SERVE_BEHIND_US) return;
    live->looked_us = now_us;
    uint64_t behind = serve_ring_behind(&live->serve->ring, live->cursor);
    if (behind <= PLX_SERVE_CLIENT_BYTES_MAX) return;
    plx_out out = message_out(live->serve);
    if (put_delta(live, &out) != PLX_OK) close_with(live, SERVE_CLOSE_SLOW, "too slow");
}

void serve_live_tick(plx_serve *serve, int64_t now_us)
{
    for (uint32_t i = 0; i < serve->live_n; i++) {
        serve_live *live = serve->live[i];
        if (live->close_code) {
            if (now_us - live->closing_us > SERVE_CLOSE_US) /* it does not even take the close */
                lws_set_timeout(live->wsi, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_ASYNC);
        } else if (!live->greeted) {
            if (now_us - live->opened_us > SERVE_HELLO_US)
                close_with(live, SERVE_CLOSE_PROTOCOL, "no hello came");
        } else if (now_us - live->heard_us > SERVE_SILENCE_US) {
            close_with(live, SERVE_CLOSE_SLOW, "no ack for 30 s");
        } else {
            look_behind(live, now_us);
            if (now_us - live->told_us >= SERVE_HEARTBEAT_US) lws_callback_on_writable(live->wsi);
        }
    }
}

static int opened(serve_live *live, struct lws *wsi)
{
    plx_serve *s = serve_of(wsi);
    if (s->live_n == PLX_SERVE_WEBSOCKETS_MAX) return -1;
    *live = (serve_live){.serve = s, .wsi = wsi, .at = s->live_n};
    live->opened_us = live->heard_us = plx_boot_us();
    s->live[s->live_n++] = live;
    return 0;
}

static void closed(serve_live *live)
{
    plx_serve *s = live->serve;
    s->live[live->at] = s->live[--s->live_n];
    s->live[live->at]->at = live->at;
    live->serve = NULL;
}

int serve_live_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                        size_t n)
{
    serve_live *live = user;
    switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
        return opened(live, wsi);
    case LWS_CALLBACK_RECEIVE:
        on_receive(live, in, n);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return on_writable(live);
    case LWS_CALLBACK_CLOSED:
        if (live && live->serve) closed(live);
        return 0;
    default:
        return 0;
    }
}
