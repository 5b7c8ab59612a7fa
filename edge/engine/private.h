/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Shared by the files of this room only. */
#ifndef PLX_EDGE_ENGINE_PRIVATE_H
#define PLX_EDGE_ENGINE_PRIVATE_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "core/twin/board.h"
#include "core/twin/report.h"
#include "edge/engine/engine.h"
#include "edge/engine/inbox.h"
#include "edge/host/charset.h"

enum {
    ENGINE_BATCH = 512,      /* entries applied between two looks at questions and viewers */
    ENGINE_DIRTY_MAX = 4096, /* more encounters changed in one frame: everything is compared */
    ENGINE_VIEW_ENCOUNTERS = 1 << 22,
    ENGINE_FEEDS_US = 500000, /* the books are told at most twice a second */
    ENGINE_LOOK_US = 250000,  /* models see the world so often */
    ENGINE_DEAD_SHOWN = 500,
    ENGINE_NICE = 5, /* steps behind the threads that acknowledge */
    ENGINE_SNAPSHOT_NICE = 10,
    ENGINE_SNAPSHOT_REST = 20, /* times as long as one took, before entries call for the next */
    ENGINE_YIELD_EVERY = 4,    /* entries between two offers of the processor to others */
    ENGINE_REPAIRS_MAX = 64,   /* resent dead letters whose outcome is not known yet */
    ENGINE_STEP_BYTES = 512 * 1024 * 1024 /* address space; a message of 16 MiB maps in it */
};

typedef struct engine_question {
    uint64_t ticket;
    bool post;
    size_t path_n, query_n, body_n;
    char *text; /* path, query, body; owned */
} engine_question;

/* A dead letter that was resent: a second click must not send it again. */
typedef struct engine_repair {
    uint64_t seq;     /* 0 = free */
    int64_t since_us; /* boot clock */
} engine_repair;

typedef struct engine_snapshot {
    pthread_t thread;
    bool running, copied; /* twin thread: the fork is taken */
    atomic_bool finished;
    sem_t fetched, taken; /* the memory, by the thread; the fork, by the twin's */
    int64_t finished_us;  /* boot clock, by the thread */
    void *region;         /* owned: the fork that is hashed and written */
    size_t used, wanted;  /* bytes of the fork; that are made ready for it */
    uint64_t seq;
    const plx_engine_ports *ports;
} engine_snapshot;

struct plx_engine {
    plx_engine_ports ports;
    plx_twin_model model;
    plx_twin *twin;
    void *region;
    plx_charset_converter *charsets; /* owned */
    plx_arena step;
    plx_board_view *view;
    void *view_memory, *ops_memory, *document_memory;
    plx_inbox inbox;
    pthread_t thread;
    bool started;
    atomic_bool stopping;

    pthread_mutex_t questions_mutex;
    engine_question questions[PLX_ENGINE_QUESTIONS_MAX];
    uint32_t questions_n;

    pthread_mutex_t submit_mutex; /* held while the submit port is called */
    bool accepting;               /* under submit_mutex */

    engine_repair repairs[ENGINE_REPAIRS_MAX];

    /* viewers */
    uint32_t dirty[ENGINE_DIRTY_MAX], dirty_n;
    bool dirty_all, feeds_dirty;
    uint64_t published_j;
    int64_t frame_next_us, feeds_next_us, look_next_us; /* boot clock */

    engine_snapshot snapshot;
    uint64_t snapshot_seq;
    int64_t snapshot_at_us, snapshot_next_us; /* boot clock; next: for the sake of entries */
    _Atomic uint64_t applied_seq, snapshots;
};

/* question.c: answers what was asked, on the twin thread. */
void engine_answer_questions(plx_engine *engine);
void engine_answer_outcome(plx_engine *engine, const plx_inbox_item *item,
                           const plx_applied *applied);
/* A result whose body is a document: told to those who look at its stay, and to whoever asked. */
void engine_tell_result(plx_engine *engine, const plx_inbox_item *item);
/* snapshot.c */
void engine_snapshot_consider(plx_engine *engine, bool now);
void engine_snapshot_finish(plx_engine *engine); /* waits for a running one */
int64_t engine_boot_us(void);
void engine_step_back(int steps); /* the calling thread's priority */
void *engine_map(size_t n);       /* reserved address space, zero pages; NULL when refused */

#endif
