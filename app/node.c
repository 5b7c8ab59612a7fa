/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/node.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/format/json/json.h"
#include "edge/host/address.h"
#include "edge/host/log.h"

/* Who handed an item to the commit thread; the address is the name. */
static const char FROM_MLLP, FROM_ENGINE;
enum { DONE_BATCH = 512, LOOKS_PER_SECOND = 5 };

static void answer_not_accepted(plx_node *node, uint64_t ticket)
{
    static const char TEXT[] =
        "{\"error\":\"The journal does not accept entries now; try again.\"}";
    plx_serve_answer(node->serve, ticket, 503, "application/json", TEXT, sizeof TEXT - 1);
}

/* commit -> engine and acknowledgements. */

/* What is durable, in journal order; the engine copies it. */
static void tell_engine(plx_node *node, const plx_commit_item *items, size_t n)
{
    plx_inbox_item put[DONE_BATCH];
    for (size_t i = 0; i < n;) {
        size_t put_n = 0;
        for (; i < n && put_n < DONE_BATCH; i++)
            if (items[i].status == PLX_OK)
                put[put_n++] = (plx_inbox_item){
                    items[i].entry, items[i].owner == &FROM_ENGINE ? items[i].token : 0};
        if (plx_engine_put(node->engine, put, put_n) != PLX_OK)
            plx_log(PLX_LOG_WARN, "node", "entry-after-stop", PLX_LOG_NONE);
    }
}

static void tell_askers(plx_node *node, const plx_commit_item *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (items[i].owner != &FROM_ENGINE) continue;
        if (items[i].token && items[i].status != PLX_OK) answer_not_accepted(node, items[i].token);
        free((void *)(uintptr_t)items[i].entry.body.at);
    }
}

static void tell_senders(plx_node *node, const plx_commit_item *items, size_t n)
{
    plx_mllp_done done[DONE_BATCH];
    for (size_t i = 0; i < n;) {
        size_t done_n = 0;
        for (; i < n && done_n < DONE_BATCH; i++) {
            const plx_commit_item *item = &items[i];
            if (item->owner == &FROM_MLLP)
                done[done_n++] = (plx_mllp_done){item->token,
                                                 item->entry.seq,
                                                 item->first.seq,
                                                 item->entry.arrival_us,
                                                 item->first.arrival_us,
                                                 item->entry.verdict,
                                                 item->first.verdict,
                                                 item->status};
        }
        if (done_n) plx_mllp_server_done(node->mllp, done, done_n);
    }
}

/* The engine copies first: a body that was told done belongs to its sender again. */
static void on_durable(void *self, plx_commit_item *items, size_t n)
{
    tell_engine(self, items, n);
    tell_askers(self, items, n);
    tell_senders(self, items, n);
}

/* The MLLP server's thread only; all of a round or nothing. */
static plx_status submit_mllp(void *self, const plx_mllp_intake *items, size_t n)
{
    plx_node *node = self;
    PLX_ASSERT(n <= PLX_MLLP_BATCH_MAX);
    for (size_t i = 0; i < n; i++)
        node->batch[i] = (plx_commit_item){.entry = items[i].entry,
                                           .owner = (void *)(uintptr_t)&FROM_MLLP,
                                           .token = items[i].token};
    return plx_commit_submit(node->commit, node->batch, n);
}

/* The body is copied: it must live until on_durable. */
static plx_status submit_copy(void *self, const plx_entry *entry, uint64_t ticket)
{
    plx_node *node = self;
    if (ticket) { /* the twin thread does not wait for space */
        plx_commit_metrics metrics;
        plx_commit_measure(node->commit, &metrics);
        if (metrics.disk_full) return PLX_FULL;
    }
    char *body = malloc(entry->body.n + 1);
    if (!body) return PLX_SPACE;
    if (entry->body.n) memcpy(body, entry->body.at, entry->body.n);
    plx_commit_item item = {
        .entry = *entry, .owner = (void *)(uintptr_t)&FROM_ENGINE, .token = ticket};
    item.entry.body.at = body;
    item.entry.peer = PLX_LIT("local"); /* constant: it outlives the caller's */
    plx_status status = plx_commit_submit(node->commit, &item, 1);
    if (status != PLX_OK) free(body);
    return status;
}

/* engine <-> store, serve. */

static void port_publish(void *self, uint64_t j, const char *topic, const char *ops, size_t n)
{
    plx_serve_publish(((plx_node *)self)->serve, j, topic, ops, n);
}

static void port_answer(void *self, uint64_t ticket, int status, const char *type,
                        const void *bytes, size_t n)
{
    plx_serve_answer(((plx_node *)self)->serve, ticket, status, type, bytes, n);
}

static plx_status port_read(void *self, uint64_t from, uint64_t to, plx_engine_visit visit,
                            void *visitor)
{
    return plx_journal_read(((plx_node *)self)->store, from, to, visit, visitor);
}

static plx_status port_snapshot_put(void *self, uint64_t seq, const uint8_t hash[32],
                                    const void *bytes, size_t n)
{
    return plx_snapshot_put(((plx_node *)self)->store, seq, hash, bytes, n);
}

static plx_status port_snapshot_get(void *self, uint64_t at_most, uint64_t *seq, uint8_t hash[32],
                                    void *memory, size_t capacity, size_t *n)
{
    return plx_snapshot_get(((plx_node *)self)->store, at_most, seq, hash, memory, capacity, n);
}

/* tracker <-> engine, commit, serve. */

static void port_look(void *self, const plx_twin *twin)
{
    plx_tracker_look(((plx_node *)self)->tracker, twin);
}

/* While the disk is full a result is lost: a newer one follows. */
static plx_status submit_result(void *self, const void *bytes, size_t n, uint64_t ticket)
{
    plx_node *node = self;
    plx_commit_metrics metrics;
    plx_commit_measure(node->commit, &metrics);
    if (metrics.disk_full) return PLX_FULL;
    plx_entry entry = {.kind = PLX_ENTRY_RESULT,
                       .iface = PLX_IFACE_INTERNAL,
                       .schema = PLX_ENTRY_SCHEMA,
                       .body = {bytes, n}};
    return submit_copy(node, &entry, ticket);
}

static void port_ask(void *self, const plx_serve_request *request)
{
    static const char BUSY[] = "{\"error\":\"Too many questions at once; try again.\"}";
    plx_node *node = self;
    if (request->post && plx_slice_is(request->path, "/api/whatif/patient")) {
        plx_tracker_ask(node->tracker, request->ticket, request->body);
        return;
    }
    if (plx_engine_ask(node->engine, request->ticket, request->post, request->path, request->query,
                       request->body) != PLX_OK)
        plx_serve_answer(node->serve, request->ticket, 429, "application/json", BUSY,
                         sizeof BUSY - 1);
}

/* Administrative entries. */

static plx_status journal_admin(plx_node *node, plx_slice json)
{
    plx_entry entry = {.kind = PLX_ENTRY_ADMIN,
                       .iface = PLX_IFACE_INTERNAL,
                       .schema = PLX_ENTRY_SCHEMA,
                       .body = json};
    return submit_copy(node, &entry, 0);
}

static plx_status journal_start(plx_node *node, const plx_node_options *options)
{
    char memory[1024];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_json_key(&w, "event");
    plx_json_put_text(&w, options->demo ? "demo" : "start");
    plx_json_key(&w, "version");
    plx_json_put_text(&w, PLX_VERSION);
    plx_json_key(&w, "epoch_us");
    plx_json_put_i64(&w, node->clock.epoch_wall_us);
    plx_json_key(&w, "speed");
    plx_json_put_double(&w, options->speed, 3);
    plx_json_key(&w, "seed");
    plx_json_put_u64(&w, options->seed);
    if (options->demo) {
        plx_json_key(&w, "bodies");
        plx_json_put_u64(&w, options->bodies);
        plx_json_key(&w, "waves");
        plx_json_put_u64(&w, options->waves);
    }
    plx_json_object_end(&w);
    PLX_TRY(journal_admin(node, plx_out_slice(&out)));
    for (uint32_t i = 0; i < options->ports_n; i++) {
        out = plx_out_init(memory, sizeof memory);
        w = plx_json_writer_init(&out);
        plx_json_object(&w);
        plx_json_key(&w, "event");
        plx_json_put_text(&w, "interface");
        plx_json_key(&w, "iface");
        plx_json_put_u64(&w, options->ports[i].iface);
        plx_json_key(&w, "name");
        plx_json_put_text(&w, options->ports[i].name);
        plx_json_key(&w, "zone_minutes");
        plx_json_put_i64(&w, options->zones_minutes ? options->zones_minutes[i] : 0);
        plx_json_key(&w, "charset");
        plx_json_put_text(&w, plx_charset_name(options->ports[i].charset));
        plx_json_object_end(&w);
        PLX_TRY(journal_admin(node, plx_out_slice(&out)));
    }
    return PLX_OK;
}

/* Life. */

/* A wrong address is told before the journal is touched. */
static plx_status check_address(const char *text, char *problem, size_t problem_n)
{
    char host[PLX_ADDRESS_HOST_MAX];
    uint16_t port;
    const char *sentence;
    plx_status status = plx_address_split(plx_slice_of(text), host, &port, &sentence);
    if (status != PLX_OK) snprintf(problem, problem_n, "\"%.100s\": %s", text, sentence);
    return status;
}

static plx_status check_addresses(const plx_node_options *options, char *problem, size_t problem_n)
{
    if (options->http[0] != '*') /* every address, as the web server writes it */
        PLX_TRY(check_address(options->http, problem, problem_n));
    for (uint32_t i = 0; i < options->ports_n; i++)
        PLX_TRY(check_address(options->ports[i].address, problem, problem_n));
    return PLX_OK;
}

static plx_status start_engine(plx_node *node, char *problem, size_t problem_n)
{
    plx_engine_ports ports = {.self = node,
                              .publish = port_publish,
                              .answer = port_answer,
                              .submit = submit_copy,
                              .look = port_look,
                              .journal_read = port_read,
                              .snapshot_put = port_snapshot_put,
                              .snapshot_get = port_snapshot_get};
    plx_twin_model model = plx_twin_model_default();
    plx_status status = plx_engine_init(&node->engine, &model, &ports);
    if (status == PLX_OK)
        status = plx_engine_recover(node->engine, plx_store_last_seq(node->store));
    if (status != PLX_OK)
        snprintf(problem, problem_n, "the journal could not be replayed: %s",
                 plx_status_text(status));
    return status;
}

static plx_status start_rest(plx_node *node, const plx_node_options *options, char *problem,
                             size_t problem_n)
{
    plx_clock_init(&node->clock, options->speed);
    node->clock.fixed |= options->demo;
    node->recovered_us = plx_engine_now(node->engine);
    if (node->clock.epoch_wall_us < node->recovered_us)
        node->clock.epoch_wall_us = node->recovered_us;
    char epoch[9];
    plx_store_epoch(node->store, epoch);
    plx_serve_options serve = {.http = options->http,
                               .build = PLX_VERSION,
                               .epoch = epoch,
                               .clock = &node->clock,
                               .ask = port_ask,
                               .self = node};
    plx_commit_options commit = {.store = node->store,
                                 .clock = &node->clock,
                                 .done = on_durable,
                                 .self = node,
                                 .ticks = true};
    plx_tracker_options tracker = {.slots = options->twins,
                                   .workers = options->workers,
                                   .submit = submit_result,
                                   .answer = port_answer,
                                   .self = node};
    static const char NO_THREAD[] = "a thread could not be started; is there enough memory?";
    snprintf(problem, problem_n, NO_THREAD);
    PLX_TRY(plx_tracker_start(&node->tracker, &tracker)); /* before anybody may ask it */
    PLX_TRY(plx_serve_start(&node->serve, &serve, problem, problem_n));
    snprintf(problem, problem_n, NO_THREAD);
    PLX_TRY(plx_engine_start(node->engine));
    plx_status status = plx_commit_start(&node->commit, &commit);
    if (status != PLX_OK && status != PLX_SPACE)
        snprintf(problem, problem_n, "the journal could not be read: %s", plx_status_text(status));
    PLX_TRY(status);
    PLX_TRY(journal_start(node, options));
    plx_engine_accept(node->engine, true);
    plx_mllp_server_options mllp = {.ports = options->ports,
                                    .ports_n = options->ports_n,
                                    .per_peer_max = options->per_peer_max,
                                    .submit = submit_mllp,
                                    .self = node};
    return plx_mllp_server_start(&node->mllp, &mllp, problem, problem_n);
}

plx_status plx_node_start(plx_node *node, const plx_node_options *options, char *problem,
                          size_t problem_n)
{
    *node = (plx_node){0};
    PLX_TRY(check_addresses(options, problem, problem_n));
    snprintf(problem, problem_n, "not enough memory");
    node->batch = malloc(PLX_MLLP_BATCH_MAX * sizeof(plx_commit_item));
    if (!node->batch) return PLX_SPACE;
    plx_store_options store = {.directory = options->data};
    plx_status status = plx_store_open(&node->store, &store, problem, problem_n);
    if (status == PLX_OK) status = start_engine(node, problem, problem_n);
    if (status == PLX_OK && !options->demo && plx_engine_is_demo(node->engine)) {
        snprintf(problem, problem_n, "%s holds the journal of a demo; choose another directory",
                 options->data);
        status = PLX_CONFIG;
    }
    if (status == PLX_OK) status = start_rest(node, options, problem, problem_n);
    if (status != PLX_OK) plx_node_stop(node);
    return status;
}

/* The system's clock was set: a new epoch, known to whoever replays. */
static void journal_clock_step(plx_node *node)
{
    int64_t before_us = 0, after_us = 0;
    if (!plx_clock_step(&node->clock, &before_us, &after_us)) return;
    char memory[256];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_json_key(&w, "before_us");
    plx_json_put_i64(&w, before_us);
    plx_json_key(&w, "after_us");
    plx_json_put_i64(&w, after_us);
    plx_json_object_end(&w);
    plx_entry entry = {.kind = PLX_ENTRY_CLOCK_STEP,
                       .iface = PLX_IFACE_INTERNAL,
                       .schema = PLX_ENTRY_SCHEMA,
                       .body = plx_out_slice(&out)};
    plx_log_fields fields = PLX_LOG_NONE;
    fields.ms = (double)(after_us - before_us) / 1e3;
    fields.status = plx_status_name(submit_copy(node, &entry, 0));
    plx_log(PLX_LOG_WARN, "node", "clock-stepped", fields);
}

/* Against the stream: nobody is left waiting for a room that is gone. */
void plx_node_stop(plx_node *node)
{
    plx_mllp_server_stop(node->mllp);
    plx_engine_accept(node->engine, false);
    plx_tracker_stop(node->tracker);
    plx_commit_stop(node->commit);
    plx_engine_stop(node->engine);
    plx_serve_stop(node->serve);
    plx_tracker_destroy(node->tracker);
    plx_engine_destroy(node->engine);
    plx_store_close(node->store);
    free(node->batch);
    *node = (plx_node){0};
}

static sigset_t ending_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    return set;
}

void plx_node_block_signals(void)
{
    sigset_t set = ending_signals();
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

plx_status plx_node_wait(plx_node *node)
{
    sigset_t set = ending_signals();
    struct timespec wait = {.tv_nsec = 1000000000 / LOOKS_PER_SECOND};
    for (int64_t looks = 0;; looks++) {
        if (looks % LOOKS_PER_SECOND == 0) {
            journal_clock_step(node);
            plx_log_tick();
        }
        plx_commit_metrics metrics;
        plx_commit_measure(node->commit, &metrics);
        if (metrics.fatal != PLX_OK) return metrics.fatal;
        int got = sigtimedwait(&set, NULL, &wait);
        if (got == SIGINT || got == SIGTERM) return PLX_OK;
    }
}
