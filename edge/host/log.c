/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "core/base/time.h"
#include "edge/host/clock.h"
#include "edge/host/log.h"

static const char *const LEVELS[] = {"debug", "info", "warn", "error"};

typedef struct counter {
    const char *room, *event;
    plx_log_level level;
    int64_t window_us; /* boot clock at the window's start */
    uint64_t n;        /* lines asked for in the window */
} counter;

static struct {
    pthread_mutex_t mutex;
    plx_log_level lowest;
    bool text;
    uint64_t suppressed;
    uint32_t counters_n;
    counter counters[PLX_LOG_EVENTS_MAX];
} the = {.mutex = PTHREAD_MUTEX_INITIALIZER, .lowest = PLX_LOG_INFO};

/* Constant texts of the program, but a quote in one must not break a line. */
static void add_json_text(plx_out *out, const char *name, const char *value)
{
    plx_out_text(out, ",\"");
    plx_out_text(out, name);
    plx_out_text(out, "\":\"");
    for (; *value; value++) {
        unsigned char c = (unsigned char)*value;
        plx_out_char(out, c < 0x20 || c == '"' || c == '\\' ? '_' : *value);
    }
    plx_out_char(out, '"');
}

static void add_json_name(plx_out *out, const char *name)
{
    plx_out_text(out, ",\"");
    plx_out_text(out, name);
    plx_out_text(out, "\":");
}

static void write_json(const plx_log_line *l, plx_out *out)
{
    plx_out_text(out, "{\"t\":\"");
    plx_out_iso(out, l->wall_us, 3);
    plx_out_char(out, '"');
    add_json_text(out, "level", LEVELS[l->level]);
    add_json_text(out, "room", l->room);
    add_json_text(out, "event", l->event);
    if (l->fields.seq) add_json_name(out, "seq"), plx_out_u64(out, l->fields.seq);
    if (l->fields.iface) add_json_name(out, "iface"), plx_out_u64(out, l->fields.iface);
    if (l->fields.n != INT64_MIN) add_json_name(out, "n"), plx_out_i64(out, l->fields.n);
    if (l->fields.ms >= 0) add_json_name(out, "ms"), plx_out_double(out, l->fields.ms, 3);
    if (l->fields.status) add_json_text(out, "status", l->fields.status);
    if (l->repeated) add_json_name(out, "repeated"), plx_out_u64(out, l->repeated);
    if (l->suppressed) add_json_name(out, "suppressed"), plx_out_u64(out, l->suppressed);
    plx_out_text(out, "}\n");
}

static void write_text(const plx_log_line *l, plx_out *out)
{
    plx_out_iso(out, l->wall_us, 3);
    plx_out_char(out, ' ');
    plx_out_text(out, LEVELS[l->level]);
    plx_out_char(out, ' ');
    plx_out_text(out, l->room);
    plx_out_char(out, ' ');
    plx_out_text(out, l->event);
    if (l->fields.seq) plx_out_text(out, " seq="), plx_out_u64(out, l->fields.seq);
    if (l->fields.iface) plx_out_text(out, " iface="), plx_out_u64(out, l->fields.iface);
    if (l->fields.n != INT64_MIN) plx_out_text(out, " n="), plx_out_i64(out, l->fields.n);
    if (l->fields.ms >= 0) plx_out_text(out, " ms="), plx_out_double(out, l->fields.ms, 3);
    if (l->fields.status) plx_out_text(out, " status="), plx_out_text(out, l->fields.status);
    if (l->repeated) plx_out_text(out, " repeated="), plx_out_u64(out, l->repeated);
    if (l->suppressed) plx_out_text(out, " suppressed="), plx_out_u64(out, l->suppressed);
    plx_out_char(out, '\n');
}

void plx_log_write(const plx_log_line *line, bool json, plx_out *out)
{
    if (json)
        write_json(line, out);
    else
        write_text(line, out);
}

/* With the lock held. A pipe that says it is writable has room for one line. */
static void put_line(plx_log_line *line)
{
    char memory[PLX_LOG_LINE_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    line->wall_us = plx_wall_us();
    line->suppressed = the.suppressed;
    plx_log_write(line, !the.text, &out);
    if (out.full) out.at[out.n - 1] = '\n';
    struct pollfd writable = {.fd = STDERR_FILENO, .events = POLLOUT};
    bool ready = poll(&writable, 1, 0) == 1 && (writable.revents & POLLOUT);
    if (ready && write(STDERR_FILENO, out.at, out.n) > 0)
        the.suppressed = 0;
    else
        the.suppressed++;
}

static void close_window(counter *c, int64_t now_us)
{
    uint64_t repeated = c->n > PLX_LOG_SAME_MAX ? c->n - PLX_LOG_SAME_MAX : 0;
    c->n = 0;
    c->window_us = now_us;
    if (repeated == 0) return;
    plx_log_line line = {.level = c->level,
                         .room = c->room,
                         .event = c->event,
                         .fields = PLX_LOG_NONE,
                         .repeated = repeated};
    put_line(&line);
}

static void close_old_windows(int64_t now_us)
{
    for (uint32_t i = 0; i < the.counters_n; i++)
        if (now_us - the.counters[i].window_us >= PLX_LOG_WINDOW_S * PLX_SECOND_US)
            close_window(&the.counters[i], now_us);
}

/* NULL when the table is full. */
static counter *find_counter(const char *room, const char *event, int64_t now_us)
{
    for (uint32_t i = 0; i < the.counters_n; i++)
        if (strcmp(the.counters[i].event, event) == 0 && strcmp(the.counters[i].room, room) == 0)
            return &the.counters[i];
    if (the.counters_n == PLX_LOG_EVENTS_MAX) return NULL;
    counter *c = &the.counters[the.counters_n++];
    *c = (counter){.room = room, .event = event, .window_us = now_us};
    return c;
}

void plx_log_configure(plx_log_level lowest, bool json)
{
    pthread_mutex_lock(&the.mutex);
    the.lowest = lowest;
    the.text = !json;
    pthread_mutex_unlock(&the.mutex);
}

void plx_log_put(plx_log_level level, const char *room, const char *event, plx_log_fields fields)
{
    pthread_mutex_lock(&the.mutex);
    if (level >= the.lowest) {
        int64_t now_us = plx_boot_us();
        close_old_windows(now_us);
        counter *c = find_counter(room, event, now_us);
        if (c && c->n == 0) c->window_us = now_us;
        if (c) c->level = level;
        if (!c || ++c->n <= PLX_LOG_SAME_MAX) {
            plx_log_line line = {.level = level, .room = room, .event = event, .fields = fields};
            put_line(&line);
        }
    }
    pthread_mutex_unlock(&the.mutex);
}

void plx_log_tick_at(int64_t boot_us)
{
    pthread_mutex_lock(&the.mutex);
    close_old_windows(boot_us);
    pthread_mutex_unlock(&the.mutex);
}

void plx_log_tick(void)
{
    plx_log_tick_at(plx_boot_us());
}
