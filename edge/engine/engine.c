/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/engine/engine.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "edge/engine/private.h"
#include "edge/host/clock.h"
#include "edge/host/log.h"

int64_t engine_boot_us(void)
{
    return plx_boot_us();
}

/* When processors are short the twin waits, and not the senders: what is durable is acknowledged,
 * and a full inbox holds the commit thread back until the twin has caught up. */
void engine_step_back(int steps)
{
    pid_t thread = gettid();
    errno = 0;
    int now = getpriority(PRIO_PROCESS, (id_t)thread);
    if (errno == 0 && setpriority(PRIO_PROCESS, (id_t)thread, now + steps) != 0)
        plx_log(PLX_LOG_WARN, "engine", "priority-kept", PLX_LOG_NONE);
}

void *engine_map(size_t n)
{
    void *at =
        mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) return NULL;
    /* Where the kernel has no large pages it works with small ones. */
    madvise(at, n, MADV_HUGEPAGE);
    return at;
}

static void engine_unmap(void *at, size_t n)
{
    if (at) munmap(at, n);
}

plx_status plx_engine_init(plx_engine **engine, const plx_twin_model *model,
                           const plx_engine_ports *ports)
{
    plx_engine *e = calloc(1, sizeof *e);
    if (!e) return PLX_SPACE;
    e->ports = *ports;
    e->model = *model;
    pthread_mutex_init(&e->questions_mutex, NULL);
    pthread_mutex_init(&e->submit_mutex, NULL);
    size_t view_bytes = plx_board_view_size(ENGINE_VIEW_ENCOUNTERS);
    e->region = engine_map(PLX_ENGINE_REGION_BYTES);
    e->view_memory = engine_map(view_bytes);
    e->ops_memory = engine_map(PLX_ENGINE_DOCUMENT_MAX);
    e->document_memory = engine_map(PLX_ENGINE_DOCUMENT_MAX);
    void *step = engine_map(ENGINE_STEP_BYTES);
    plx_status status = plx_inbox_init(&e->inbox);
    e->charsets = plx_charset_converter_init();
    if (!e->charsets || !e->region || !e->view_memory || !e->ops_memory || !e->document_memory ||
        !step)
        status = PLX_SPACE;
    if (status == PLX_OK)
        status = plx_twin_init(&e->twin, e->region, PLX_ENGINE_REGION_BYTES, &e->model);
    e->step = plx_arena_init(step, ENGINE_STEP_BYTES);
    if (status != PLX_OK) {
        plx_engine_destroy(e);
        return status;
    }
    e->view = plx_board_view_init(e->view_memory, ENGINE_VIEW_ENCOUNTERS);
    *engine = e;
    return PLX_OK;
}

void plx_engine_destroy(plx_engine *e)
{
    if (!e) return;
    engine_snapshot_finish(e);
    plx_inbox_destroy(&e->inbox);
    plx_charset_converter_destroy(e->charsets);
    for (uint32_t i = 0; i < e->questions_n; i++)
        free(e->questions[i].text);
    engine_unmap(e->region, PLX_ENGINE_REGION_BYTES);
    engine_unmap(e->view_memory, plx_board_view_size(ENGINE_VIEW_ENCOUNTERS));
    engine_unmap(e->ops_memory, PLX_ENGINE_DOCUMENT_MAX);
    engine_unmap(e->document_memory, PLX_ENGINE_DOCUMENT_MAX);
    engine_unmap(e->step.base, ENGINE_STEP_BYTES);
    engine_unmap(e->snapshot.region, PLX_ENGINE_REGION_BYTES);
    pthread_mutex_destroy(&e->questions_mutex);
    pthread_mutex_destroy(&e->submit_mutex);
    free(e);
}

/* Recovery. */

static plx_status apply_entry(plx_engine *e, const plx_entry *entry, plx_applied *applied)
{
    plx_entry read = *entry;
    PLX_TRY(plx_charset_attach(e->charsets, (plx_charset)plx_twin_charset(e->twin, entry), &read));
    plx_arena_reset(&e->step);
    return plx_twin_apply(e->twin, &read, &e->step, applied);
}

static plx_status replay_entry(void *self, const plx_entry *entry)
{
    plx_applied applied;
    return apply_entry(self, entry, &applied);
}

/* The newest snapshot whose state hash is what the twin itself computes; else an empty world. */
static plx_status load_snapshot(plx_engine *e)
{
    uint64_t at_most = UINT64_MAX;
    while (e->ports.snapshot_get) {
        uint64_t seq = 0;
        uint8_t hash[32], own[32];
        size_t used = 0;
        if (e->ports.snapshot_get(e->ports.self, at_most, &seq, hash, e->region,
                                  PLX_ENGINE_REGION_BYTES, &used) != PLX_OK)
            break;
        plx_log_fields fields = PLX_LOG_NONE;
        fields.seq = seq;
        if (plx_twin_adopt(&e->twin, e->region, used, PLX_ENGINE_REGION_BYTES) == PLX_OK) {
            plx_twin_hash(e->twin, own);
            if (memcmp(own, hash, sizeof own) == 0) {
                plx_log(PLX_LOG_INFO, "engine", "snapshot-loaded", fields);
                e->snapshot_seq = seq;
                return PLX_OK;
            }
        }
        plx_log(PLX_LOG_WARN, "engine", "snapshot-refused", fields);
        if (seq == 0) break;
        at_most = seq - 1;
    }
    madvise(e->region, PLX_ENGINE_REGION_BYTES, MADV_DONTNEED);
    return plx_twin_init(&e->twin, e->region, PLX_ENGINE_REGION_BYTES, &e->model);
}

plx_status plx_engine_recover(plx_engine *e, uint64_t journal_last_seq)
{
    PLX_TRY(load_snapshot(e));
    uint64_t from = plx_twin_seq(e->twin) + 1;
    if (from <= journal_last_seq)
        PLX_TRY(e->ports.journal_read(e->ports.self, from, journal_last_seq, replay_entry, e));
    if (plx_twin_seq(e->twin) != journal_last_seq) return PLX_CORRUPT;
    e->applied_seq = journal_last_seq;
    e->published_j = journal_last_seq;
    e->snapshot_at_us = engine_boot_us();
    return PLX_OK;
}

/* Live. */

static void mark_dirty(plx_engine *e, const plx_applied *applied)
{
    e->feeds_dirty |= applied->feeds || applied->outcome != PLX_OUTCOME_INTERNAL;
    e->dirty_all |= applied->all || e->dirty_n + applied->touched_n > ENGINE_DIRTY_MAX;
    if (e->dirty_all) return;
    for (uint32_t i = 0; i < applied->touched_n; i++) {
        bool known = false; /* the same patient's messages often come together */
        for (uint32_t k = e->dirty_n; k > 0 && k + 8 > e->dirty_n && !known; k--)
            known = e->dirty[k - 1] == applied->touched[i];
        if (!known) e->dirty[e->dirty_n++] = applied->touched[i];
    }
}

static plx_status apply_item(plx_engine *e, const plx_inbox_item *item)
{
    plx_applied applied = {0};
    plx_status status = apply_entry(e, &item->entry, &applied);
    if (status != PLX_OK) {
        plx_log_fields fields = PLX_LOG_NONE;
        fields.seq = item->entry.seq;
        fields.status = plx_status_name(status);
        plx_log(PLX_LOG_ERROR, "engine", "apply-failed", fields);
        return status;
    }
    mark_dirty(e, &applied);
    if (item->entry.kind == PLX_ENTRY_RESULT)
        engine_tell_result(e, item);
    else if (item->ticket)
        engine_answer_outcome(e, item, &applied);
    return PLX_OK;
}

static void publish_board(plx_engine *e)
{
    plx_out ops = plx_out_init(e->ops_memory, PLX_ENGINE_DOCUMENT_MAX);
    plx_out stays = plx_out_init(e->document_memory, PLX_ENGINE_DOCUMENT_MAX);
    if (e->dirty_all)
        plx_board_delta_all(e->twin, e->view, &ops, &stays);
    else
        for (uint32_t i = 0; i < e->dirty_n; i++)
            plx_board_delta(e->twin, e->dirty[i], e->view, &ops, &stays);
    PLX_ASSERT(!ops.full && !stays.full);
    e->published_j = plx_twin_seq(e->twin);
    if (stays.n) e->ports.publish(e->ports.self, e->published_j, "enc:", stays.at, stays.n);
    e->ports.publish(e->ports.self, e->published_j, "board", ops.at, ops.n);
    e->dirty_n = 0;
    e->dirty_all = false;
}

static void publish_feeds(plx_engine *e)
{
    plx_out ops = plx_out_init(e->ops_memory, PLX_ENGINE_DOCUMENT_MAX);
    plx_out_text(&ops, "[\"feeds\",\"all\",");
    plx_feeds_write(e->twin, ENGINE_DEAD_SHOWN, &ops);
    plx_out_text(&ops, "]");
    if (ops.full) return;
    e->ports.publish(e->ports.self, plx_twin_seq(e->twin), "feeds", ops.at, ops.n);
    e->feeds_dirty = false;
}

/* Rendering may take a tenth of the thread: intake goes before pixels. */
static void tell_viewers(plx_engine *e)
{
    int64_t now_us = engine_boot_us();
    if (now_us >= e->frame_next_us && plx_twin_seq(e->twin) != e->published_j) {
        publish_board(e);
        int64_t took_us = engine_boot_us() - now_us, pause_us = 9 * took_us;
        if (pause_us < PLX_ENGINE_FRAME_MS * 1000) pause_us = PLX_ENGINE_FRAME_MS * 1000;
        if (pause_us > PLX_SECOND_US) pause_us = PLX_SECOND_US;
        e->frame_next_us = now_us + took_us + pause_us;
    }
    if (e->feeds_dirty && now_us >= e->feeds_next_us) {
        publish_feeds(e);
        e->feeds_next_us = now_us + ENGINE_FEEDS_US;
    }
}

/* The workers of the models see the world between two entries. */
static void let_look(plx_engine *e)
{
    int64_t now_us = engine_boot_us();
    if (!e->ports.look || now_us < e->look_next_us) return;
    pthread_mutex_lock(&e->submit_mutex);
    if (e->accepting) e->ports.look(e->ports.self, e->twin);
    pthread_mutex_unlock(&e->submit_mutex);
    int64_t took_us = engine_boot_us() - now_us;
    e->look_next_us =
        now_us + took_us + (took_us > ENGINE_LOOK_US / 9 ? 9 * took_us : ENGINE_LOOK_US);
}

static int64_t idle_wait_us(const plx_engine *e)
{
    bool behind = plx_twin_seq(e->twin) != e->published_j;
    int64_t rest_us = e->ports.look ? ENGINE_LOOK_US : PLX_SECOND_US;
    if (!behind) return e->feeds_dirty ? ENGINE_FEEDS_US / 4 : rest_us;
    int64_t wait_us = e->frame_next_us - engine_boot_us();
    return wait_us > 0 ? wait_us : 1;
}

static void *engine_main(void *self)
{
    plx_engine *e = self;
    engine_step_back(ENGINE_NICE);
    plx_inbox_item items[ENGINE_BATCH];
    plx_status status = PLX_OK;
    for (;;) {
        uint64_t end = 0;
        size_t n = plx_inbox_peek(&e->inbox, items, ENGINE_BATCH, idle_wait_us(e), &end);
        for (size_t i = 0; i < n && status == PLX_OK; i++) {
            status = apply_item(e, &items[i]);
            if (i % ENGINE_YIELD_EVERY == 0) sched_yield();
        }
        if (n) plx_inbox_release(&e->inbox, end, n);
        if (status != PLX_OK) abort(); /* the journal holds everything: a restart replays it */
        e->applied_seq = plx_twin_seq(e->twin);
        engine_answer_questions(e);
        tell_viewers(e);
        let_look(e);
        engine_snapshot_consider(e, false);
        if (n == 0 && e->stopping) break;
    }
    return NULL;
}

bool plx_engine_is_demo(const plx_engine *e)
{
    return plx_twin_is_demo(e->twin);
}

int64_t plx_engine_now(const plx_engine *e)
{
    return plx_twin_now(e->twin);
}

plx_status plx_engine_start(plx_engine *e)
{
    if (pthread_create(&e->thread, NULL, engine_main, e) != 0) return PLX_SPACE;
    e->started = true;
    return PLX_OK;
}

plx_status plx_engine_put(plx_engine *e, const plx_inbox_item *items, size_t n)
{
    return plx_inbox_put(&e->inbox, items, n);
}

void plx_engine_accept(plx_engine *e, bool accept)
{
    if (!e) return;
    pthread_mutex_lock(&e->submit_mutex);
    e->accepting = accept;
    pthread_mutex_unlock(&e->submit_mutex);
}

void plx_engine_stop(plx_engine *e)
{
    if (!e || !e->started) return;
    e->stopping = true;
    plx_inbox_poke(&e->inbox);
    pthread_join(e->thread, NULL);
    e->started = false;
    plx_inbox_close(&e->inbox);
    engine_snapshot_finish(e);
    engine_snapshot_consider(e, true);
    engine_snapshot_finish(e);
}

void plx_engine_measure(plx_engine *e, plx_engine_metrics *metrics)
{
    *metrics = (plx_engine_metrics){.applied_seq = e->applied_seq,
                                    .waiting = plx_inbox_depth(&e->inbox),
                                    .snapshots = e->snapshots};
}
