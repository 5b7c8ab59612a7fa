/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/tracker/tracker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/time.h"
#include "edge/host/clock.h"
#include "edge/host/lanes.h"
#include "edge/host/log.h"
#include "edge/tracker/private.h"

enum { WAIT_MS = 250 };
#define ALL_CAUSES ((1u << PLX_CAUSE_N) - 1)
#define BIN_US ((PLX_LIVE_BIN_S + PLX_LIVE_GRACE_S) * PLX_SECOND_US)
#define BEGINNING_US                                                                               \
    (45 * PLX_SECOND_US) /* who is not followed yet comes before those who are                     \
                            less behind */

/* Of a person for whom the model has an answer: what a slot needs does not depend on him. */
static const plx_person anybody = {
    .sex = PLX_SEX_MALE, .age = 40, .height_cm = 176, .weight_kg = 80};

/* Workers. */

static bool is_due(const plx_tracker *t, const tracker_slot *s)
{
    return s->at_us != PLX_TIME_NONE ? t->now_us - s->at_us >= BIN_US : s->values_n > 0;
}

/* The most urgent patient who is nobody's; NULL: nothing is due. */
static tracker_slot *choose(plx_tracker *t)
{
    tracker_slot *best = NULL;
    int64_t most_us = -1;
    for (uint32_t i = 0; i < t->options.slots; i++) {
        tracker_slot *s = &t->slots[i];
        if (!s->number || s->busy) continue;
        if (s->untold) return s;
        if (s->leaving || s->refused) continue;
        if (!is_due(t, s)) continue;
        bool begun = s->at_us != PLX_TIME_NONE;
        int64_t behind_us = begun ? t->now_us - s->at_us : BEGINNING_US;
        if (behind_us <= most_us) continue;
        best = s;
        most_us = behind_us;
    }
    return best;
}

static void free_slot(tracker_slot *s)
{
    plx_live *live = s->live;
    memset(s, 0, sizeof *s);
    s->live = live;
    s->at_us = s->told_us = s->forecast_us = s->far_us = PLX_TIME_NONE;
}

void tracker_slot_return(plx_tracker *t, tracker_slot *s)
{
    s->busy = false;
    s->at_us = s->made && s->live->begun ? s->live->at_us : PLX_TIME_NONE;
    if (s->at_us != PLX_TIME_NONE && t->now_us - s->at_us < 2 * BIN_US) s->up_to_date = true;
    if (s->leaving && !s->untold) free_slot(s);
    pthread_cond_broadcast(&t->idle);
}

static void wait_for_work(plx_tracker *t)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += WAIT_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(&t->work, &t->mutex, &until);
}

/* With the mutex, which it gives away meanwhile. */
static void work(tracker_worker *w, tracker_slot *s)
{
    plx_tracker *t = w->tracker;
    const int64_t now_us = t->now_us;
    const bool say = s->untold;
    const plx_posterior_status status = (plx_posterior_status)s->word;
    char why[PLX_POSTERIOR_TEXT];
    memcpy(why, s->why, sizeof why);
    s->untold = false;
    if (!say) tracker_slot_load(s, &t->input);
    pthread_mutex_unlock(&t->mutex);
    if (say)
        tracker_slot_say(t, s, status, why, now_us);
    else
        tracker_slot_run(w, s, now_us);
    pthread_mutex_lock(&t->mutex);
}

static void *worker_main(void *self)
{
    tracker_worker *w = self;
    plx_tracker *t = w->tracker;
    if (setpriority(PRIO_PROCESS, (id_t)gettid(), TRACKER_NICE) != 0)
        plx_log(PLX_LOG_WARN, "tracker", "priority-kept", PLX_LOG_NONE);
    pthread_mutex_lock(&t->mutex);
    while (!t->stopping) {
        if (t->questions_n > 0) {
            tracker_question question = t->questions[0];
            t->questions_n--;
            memmove(t->questions, t->questions + 1, t->questions_n * sizeof *t->questions);
            tracker_question_run(w, &question);
            free(question.body);
            continue;
        }
        tracker_slot *s = choose(t);
        if (!s) {
            wait_for_work(t);
            continue;
        }
        s->busy = true;
        work(w, s);
        tracker_slot_return(t, s);
    }
    pthread_mutex_unlock(&t->mutex);
    return NULL;
}

/* Looking. */

tracker_slot *tracker_slot_of(plx_tracker *t, uint64_t number)
{
    for (uint32_t i = 0; i < t->options.slots; i++)
        if (t->slots[i].number == number && !t->slots[i].leaving) return &t->slots[i];
    return NULL;
}

static tracker_slot *slot_free(plx_tracker *t)
{
    if (t->resting_us != PLX_TIME_NONE && t->now_us < t->resting_us) return NULL;
    for (uint32_t i = 0; i < t->options.slots; i++)
        if (!t->slots[i].number) return &t->slots[i];
    return NULL;
}

static bool same_person(const plx_person *a, const plx_person *b)
{
    return a->sex == b->sex && a->age == b->age && a->height_cm == b->height_cm &&
           a->weight_kg == b->weight_kg;
}

static void say_later(tracker_slot *s, plx_posterior_status word)
{
    s->word = (uint8_t)word;
    s->untold = true;
}

/* Who he is, as far as it matters to a body; a change begins him anew. */
static void know(plx_tracker *t, tracker_slot *s, const plx_feed *feed)
{
    plx_track_input input = t->input;
    bool known = feed->age_known && feed->sex_known;
    bool first = s->person.age == 0 && !s->why[0];
    if (!first && same_person(&s->person, &feed->person)) return;
    s->person = input.person = feed->person;
    s->assumed = feed->size_assumed;
    s->anew = !first;
    s->why[0] = '\0';
    if (!known)
        strcpy(s->why, "age and sex are not known");
    else if (plx_track_check(&input, s->why, sizeof s->why) == PLX_OK)
        s->why[0] = '\0';
    s->refused = s->why[0] != '\0';
}

static void add(tracker_slot *s, const plx_feed *feed)
{
    memcpy(s->values + s->values_n, feed->values, feed->values_n * sizeof *s->values);
    s->values_n += feed->values_n;
    for (uint32_t i = 0; i < feed->treatments_n; i++)
        s->actions[s->actions_n++] = (plx_live_action){.time_us = feed->treatments[i].at_us,
                                                       .seq = feed->treatments[i].seq,
                                                       .action = feed->treatments[i].action};
}

/* The news of one stay; what has no room is told again with the next look. */
static void feed_slot(plx_tracker *t, tracker_slot *s, const plx_twin *twin, uint32_t encounter)
{
    plx_feed_fill(twin, encounter, s->fed_seq, &t->feed);
    const plx_feed *feed = &t->feed;
    pthread_mutex_lock(&t->mutex);
    bool was_refused = s->refused;
    know(t, s, feed);
    s->acvpu = feed->acvpu;
    bool room = s->values_n + feed->values_n <= PLX_FEED_VALUES_MAX &&
                s->actions_n + feed->treatments_n <= TRACKER_ACTIONS_MAX;
    if (s->anew && s->fed_seq > 0) {
        s->fed_seq = 0; /* all of the last hour, with the next look */
        s->values_n = s->actions_n = 0;
    } else if (room) {
        add(s, feed);
        s->fed_seq = feed->seq;
    }
    if (s->refused && !was_refused) say_later(s, PLX_POSTERIOR_OUT_OF_ENVELOPE);
    pthread_mutex_unlock(&t->mutex);
}

/* When one who was up to date falls far behind, the one who came last has to go. */
static void make_room(plx_tracker *t)
{
    tracker_slot *last = NULL;
    bool crowded = false;
    for (uint32_t i = 0; i < t->options.slots; i++) {
        tracker_slot *s = &t->slots[i];
        if (!s->number || s->leaving || s->refused) continue;
        if (!last || s->number > last->number) last = s;
        crowded |= s->up_to_date && s->at_us != PLX_TIME_NONE &&
                   t->now_us - s->at_us > TRACKER_CROWDED_S * PLX_SECOND_US;
    }
    int64_t boot_us = plx_boot_us();
    if (!crowded || t->crowded_boot_us == 0) t->crowded_boot_us = crowded ? boot_us : 0;
    if (!crowded || boot_us - t->crowded_boot_us < TRACKER_CROWDED_BOOT_S * PLX_SECOND_US) return;
    t->crowded_boot_us = 0;
    t->resting_us = t->now_us + TRACKER_REST_S * PLX_SECOND_US;
    last->leaving = true;
    say_later(last, PLX_POSTERIOR_CROWDED);
    plx_log(PLX_LOG_WARN, "tracker", "crowded", PLX_LOG_NONE);
}

/* Of who is still here and is not measured any more the twin's last word may not stand. */
static void leave(tracker_slot *s, bool here)
{
    s->leaving = true;
    if (!here) s->untold = false;
    if (here && s->made && !s->refused && (s->busy || !s->silent))
        say_later(s, PLX_POSTERIOR_SILENT);
    if (!s->busy && !s->untold) free_slot(s);
}

static void let_go(plx_tracker *t, const plx_twin *twin)
{
    for (uint32_t i = 0; i < t->options.slots; i++) {
        tracker_slot *s = &t->slots[i];
        if (!s->number || s->leaving) continue;
        bool here = plx_feed_number(twin, s->encounter) == s->number &&
                    plx_feed_is_here(twin, s->encounter);
        if (!here || !plx_feed_is_monitored(twin, s->encounter)) leave(s, here);
    }
}

void plx_tracker_look(plx_tracker *t, const plx_twin *twin)
{
    pthread_mutex_lock(&t->mutex);
    t->now_us = plx_twin_now(twin);
    let_go(t, twin);
    make_room(t);
    pthread_mutex_unlock(&t->mutex);
    for (uint32_t e = plx_feed_next(twin, 0); e; e = plx_feed_next(twin, e)) {
        uint64_t number = plx_feed_number(twin, e);
        pthread_mutex_lock(&t->mutex);
        tracker_slot *s = tracker_slot_of(t, number);
        if (!s && (s = slot_free(t))) {
            s->number = number;
            s->encounter = e;
        }
        pthread_mutex_unlock(&t->mutex);
        if (s) feed_slot(t, s, twin, e);
    }
    pthread_cond_broadcast(&t->work);
}

/* Life. */

static bool make_slots(plx_tracker *t)
{
    size_t live_bytes = plx_aligned(sizeof(plx_live));
    t->slot_bytes = live_bytes + plx_aligned(plx_track_size(&t->input));
    t->memory_bytes = t->slot_bytes * t->options.slots;
    t->slots = calloc(t->options.slots, sizeof *t->slots);
    void *at = mmap(NULL, t->memory_bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) return false;
    t->memory = at;
    if (!t->slots) return false;
    for (uint32_t i = 0; i < t->options.slots; i++) {
        char *memory = t->memory + i * t->slot_bytes;
        t->slots[i].live = (plx_live *)(void *)memory;
        free_slot(&t->slots[i]);
    }
    return true;
}

static bool make_worker(plx_tracker *t, tracker_worker *w)
{
    w->tracker = t;
    w->teller = aligned_alloc(PLX_CACHE_LINE, plx_aligned(sizeof *w->teller));
    if (!w->teller) return false;
    w->teller->memory = aligned_alloc(PLX_CACHE_LINE, plx_live_tell_size(&t->input));
    if (!w->teller->memory) return false;
    w->started = pthread_create(&w->thread, NULL, worker_main, w) == 0;
    return w->started;
}

plx_status plx_tracker_start(plx_tracker **tracker, const plx_tracker_options *options)
{
    if (options->slots > PLX_TRACKER_SLOTS_MAX || options->workers > PLX_TRACKER_WORKERS_MAX)
        return PLX_RANGE;
    plx_tracker *t = calloc(1, sizeof *t);
    if (!t) return PLX_SPACE;
    t->options = *options;
    t->resting_us = PLX_TIME_NONE;
    t->input = (plx_track_input){.person = anybody,
                                 .members = options->members ? options->members : PLX_TRACK_MEMBERS,
                                 .lanes = plx_host_lanes(),
                                 .causes = ALL_CAUSES,
                                 .variant = PLX_BODY_PULSATILE,
                                 .stable = PLX_LIVE_STABLE};
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&t->mutex, NULL);
    pthread_cond_init(&t->work, &monotonic);
    pthread_cond_init(&t->idle, &monotonic);
    pthread_condattr_destroy(&monotonic);
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (processors < 1) processors = 1;
    if (processors > PLX_TRACKER_WORKERS_MAX) processors = PLX_TRACKER_WORKERS_MAX;
    if (t->options.workers == 0) t->options.workers = (uint32_t)processors;
    if (t->options.slots == 0) t->options.workers = 0;
    bool made = t->options.slots == 0 || make_slots(t);
    for (uint32_t i = 0; made && i < t->options.workers; i++)
        made = make_worker(t, &t->workers[i]);
    if (!made) {
        plx_tracker_stop(t);
        plx_tracker_destroy(t);
        return PLX_SPACE;
    }
    *tracker = t;
    return PLX_OK;
}

void plx_tracker_stop(plx_tracker *t)
{
    if (!t) return;
    pthread_mutex_lock(&t->mutex);
    t->stopping = true;
    pthread_cond_broadcast(&t->work);
    pthread_cond_broadcast(&t->idle);
    pthread_mutex_unlock(&t->mutex);
    for (uint32_t i = 0; i < PLX_TRACKER_WORKERS_MAX; i++) {
        tracker_worker *w = &t->workers[i];
        if (w->started) pthread_join(w->thread, NULL);
        w->started = false;
    }
    for (uint32_t i = 0; i < t->questions_n; i++) {
        tracker_refuse(t, t->questions[i].ticket, 503, "The server is being stopped.");
        free(t->questions[i].body);
    }
    t->questions_n = 0;
}

void plx_tracker_destroy(plx_tracker *t)
{
    if (!t) return;
    for (uint32_t i = 0; i < PLX_TRACKER_WORKERS_MAX; i++) {
        tracker_worker *w = &t->workers[i];
        if (w->teller) free(w->teller->memory);
        free(w->teller);
    }
    if (t->memory) munmap(t->memory, t->memory_bytes);
    free(t->slots);
    pthread_cond_destroy(&t->work);
    pthread_cond_destroy(&t->idle);
    pthread_mutex_destroy(&t->mutex);
    free(t);
}

void plx_tracker_measure(plx_tracker *t, plx_tracker_metrics *metrics)
{
    *metrics = (plx_tracker_metrics){0};
    pthread_mutex_lock(&t->mutex);
    metrics->results = t->results;
    metrics->lost = t->lost;
    for (uint32_t i = 0; i < t->options.slots; i++) {
        const tracker_slot *s = &t->slots[i];
        if (!s->number || s->refused) continue;
        metrics->followed++;
        metrics->due += s->busy || is_due(t, s);
        if (s->at_us == PLX_TIME_NONE) continue;
        int64_t behind_s = (t->now_us - s->at_us) / PLX_SECOND_US;
        if (behind_s > metrics->behind_s) metrics->behind_s = behind_s;
    }
    pthread_mutex_unlock(&t->mutex);
}
