/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/serve/serve.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include "edge/host/log.h"
#include "edge/serve/private.h"

enum { SERVE_FILES_WANTED = 4096, SERVE_GOODBYE_US = 500000 };

static const struct lws_protocols PROTOCOLS[] = {
    {.name = "http", .callback = serve_http_callback, .per_session_data_size = sizeof(serve_http)},
    {.name = "plx.1",
     .callback = serve_live_callback,
     .per_session_data_size = sizeof(serve_live),
     .rx_buffer_size = SERVE_MESSAGE_MAX},
    {.name = SERVE_GATE, .callback = serve_gate_callback},
    {.name = SERVE_FAREWELL,
     .callback = serve_farewell_callback,
     .per_session_data_size = sizeof(size_t)},
    {.name = NULL}};

plx_serve *serve_of(struct lws *wsi)
{
    return lws_context_user(lws_get_context(wsi));
}

/* Mailbox. */

static void mailbox_init(serve_mailbox *m)
{
    pthread_mutex_init(&m->mutex, NULL);
    m->answers_end = &m->answers;
    m->published_end = &m->published;
}

static void free_answers(serve_answer *a)
{
    while (a) {
        serve_answer *next = a->next;
        free(a->bytes);
        free(a);
        a = next;
    }
}

static void free_publications(serve_publication *p)
{
    while (p) {
        serve_publication *next = p->next;
        free(p);
        p = next;
    }
}

static void mailbox_destroy(serve_mailbox *m)
{
    free_answers(m->answers);
    free_publications(m->published);
    pthread_mutex_destroy(&m->mutex);
}

void plx_serve_answer(plx_serve *serve, uint64_t ticket, int status, const char *content_type,
                      const void *bytes, size_t n)
{
    serve_answer *answer = calloc(1, sizeof *answer);
    uint8_t *copy = malloc(n + 1);
    if (!answer || !copy) { /* the asker gets 504 when its time is over */
        free(answer);
        free(copy);
        plx_log(PLX_LOG_ERROR, "serve", "answer-no-memory", PLX_LOG_NONE);
        return;
    }
    if (n) memcpy(copy, bytes, n);
    *answer = (serve_answer){.ticket = ticket, .status = status, .n = n, .bytes = copy};
    plx_out type = plx_out_init(answer->type, sizeof answer->type - 1);
    plx_out_text(&type, content_type);
    serve_mailbox *m = &serve->mailbox;
    pthread_mutex_lock(&m->mutex);
    *m->answers_end = answer;
    m->answers_end = &answer->next;
    pthread_mutex_unlock(&m->mutex);
    lws_cancel_service(serve->context);
}

/* With the mutex. Viewers that miss what is dropped here are told to take a snapshot. */
static void drop_publications(serve_mailbox *m, uint64_t j)
{
    free_publications(m->published);
    m->published = NULL;
    m->published_end = &m->published;
    m->published_bytes = 0;
    m->overflow = true;
    m->overflow_j = j;
}

void plx_serve_publish(plx_serve *serve, uint64_t j, const char *topic, const char *ops, size_t n)
{
    serve_mailbox *m = &serve->mailbox;
    size_t topic_n = strlen(topic);
    PLX_ASSERT(topic_n > 0 && topic_n < SERVE_TOPIC_MAX);
    serve_publication *p =
        n <= SERVE_PUBLISHED_MAX ? malloc(sizeof *p + n) : NULL; /* larger: as if there was none */
    if (p) {
        *p = (serve_publication){.j = j, .n = n};
        memcpy(p->topic, topic, topic_n);
        if (n) memcpy(p->text, ops, n);
    }
    pthread_mutex_lock(&m->mutex);
    if (p) {
        *m->published_end = p;
        m->published_end = &p->next;
        m->published_bytes += n + sizeof *p;
    }
    if (!p || m->published_bytes > SERVE_PUBLISHED_MAX) drop_publications(m, j);
    pthread_mutex_unlock(&m->mutex);
    if (!serve->ready) serve->ready = true;
    lws_cancel_service(serve->context);
}

static void take_publications(plx_serve *s, serve_publication *list)
{
    int64_t now_us = plx_boot_us();
    for (serve_publication *p = list; p; p = p->next) {
        plx_status status = serve_ring_add(&s->ring, p->j, plx_slice_of(p->topic),
                                           (plx_slice){p->text, p->n}, now_us);
        if (status == PLX_OK) continue;
        plx_log_fields fields = PLX_LOG_NONE;
        fields.seq = p->j;
        fields.status = plx_status_name(status);
        plx_log(PLX_LOG_ERROR, "serve", "publication-refused", fields);
        serve_ring_clear(&s->ring, p->j);
    }
    free_publications(list);
}

void serve_mailbox_empty(plx_serve *s)
{
    serve_mailbox *m = &s->mailbox;
    pthread_mutex_lock(&m->mutex);
    serve_answer *answers = m->answers;
    serve_publication *published = m->published;
    bool overflow = m->overflow;
    m->answers = NULL;
    m->answers_end = &m->answers;
    m->published = NULL;
    m->published_end = &m->published;
    m->published_bytes = 0;
    m->overflow = false;
    pthread_mutex_unlock(&m->mutex);
    for (serve_answer *a = answers; a; a = a->next)
        serve_http_answer(s, a);
    free_answers(answers);
    if (overflow) {
        plx_log(PLX_LOG_WARN, "serve", "publications-dropped", PLX_LOG_NONE);
        serve_ring_clear(&s->ring, m->overflow_j);
    }
    if (published || overflow) {
        take_publications(s, published);
        serve_live_published(s);
    }
}

/* Thread. */

static void on_tick(lws_sorted_usec_list_t *sul)
{
    plx_serve *s = lws_container_of(sul, plx_serve, tick);
    int64_t now_us = plx_boot_us();
    serve_ring_expire(&s->ring, now_us);
    serve_http_tick(s, now_us);
    serve_live_tick(s, now_us);
    lws_sul_schedule(s->context, 0, &s->tick, on_tick, SERVE_TICK_US);
}

static void *serve_main(void *self)
{
    plx_serve *s = self;
    lws_sul_schedule(s->context, 0, &s->tick, on_tick, SERVE_TICK_US);
    int n = 0;
    while (n >= 0 && !s->stopping)
        n = lws_service(s->context, 0);
    serve_live_close_all(s, SERVE_CLOSE_GOING_AWAY, "the server stops");
    int64_t until_us = plx_boot_us() + SERVE_GOODBYE_US;
    while (n >= 0 && s->live_n > 0 && plx_boot_us() < until_us)
        n = lws_service(s->context, 0); /* the tick wakes it */
    return NULL;
}

/* Start. */

/* One connection is one file: raise the soft limit where the hard one allows. */
static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= SERVE_FILES_WANTED) return;
    limit.rlim_cur = limit.rlim_max < SERVE_FILES_WANTED ? limit.rlim_max : SERVE_FILES_WANTED;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        plx_log(PLX_LOG_WARN, "serve", "file-limit-low", PLX_LOG_NONE);
}

/* Tries the address with a socket of our own: 0, or errno of what fails. */
static int probe(const struct addrinfo *a)
{
    int on = 1, failed = 0;
    int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, a->ai_addr, a->ai_addrlen) != 0 || listen(fd, 1) != 0)
        failed = errno;
    close(fd);
    return failed;
}

/* What happened, and what to do about it. */
static plx_status cannot_listen(const plx_serve *s, int error, char *problem, size_t problem_n)
{
    const char *remedy = "choose another address";
    if (error == EADDRINUSE) remedy = "another program has this port; stop it, or choose another";
    if (error == EADDRNOTAVAIL) remedy = "that is not an address of this machine; choose another";
    if (error == EACCES) remedy = "ports below 1024 need rights; choose a higher one";
    snprintf(problem, problem_n, "cannot listen on %.80s: %s; %s by --http HOST:PORT",
             s->options.http, strerror(error), remedy);
    return PLX_NETWORK;
}

static plx_status resolve(plx_serve *s, char numeric[SERVE_HOST_MAX], bool *v6, char *problem,
                          size_t problem_n)
{
    if (serve_address_split(plx_slice_of(s->options.http), s->host, &s->port) != PLX_OK) {
        snprintf(problem, problem_n, "%.80s is not HOST:PORT; write for example 127.0.0.1:8080",
                 s->options.http);
        return PLX_CONFIG;
    }
    char port[8];
    snprintf(port, sizeof port, "%u", s->port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found = NULL;
    if (!s->host[0]) hints.ai_family = AF_INET;
    int failed = getaddrinfo(s->host[0] ? s->host : NULL, port, &hints, &found);
    if (failed) {
        snprintf(problem, problem_n,
                 "cannot resolve %.80s: %s; check the name, or write an address: 127.0.0.1:8080",
                 s->options.http, gai_strerror(failed));
        return PLX_NETWORK;
    }
    int error = probe(found);
    *v6 = found->ai_family == AF_INET6;
    bool named = getnameinfo(found->ai_addr, found->ai_addrlen, numeric, SERVE_HOST_MAX, NULL, 0,
                             NI_NUMERICHOST) == 0;
    freeaddrinfo(found);
    if (error == 0 && !named) error = EADDRNOTAVAIL;
    return error == 0 ? PLX_OK : cannot_listen(s, error, problem, problem_n);
}

static plx_status listen_on(plx_serve *s, char *problem, size_t problem_n)
{
    char numeric[SERVE_HOST_MAX] = "";
    bool v6 = false;
    PLX_TRY(resolve(s, numeric, &v6, problem, problem_n));
    lws_set_log_level(0, NULL); /* its lines may hold addresses people typed */
    struct lws_context_creation_info info = {
        .port = s->port,
        .iface = s->host[0] ? numeric : NULL,
        .protocols = PROTOCOLS,
        .user = s,
        .options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | (v6 ? 0 : LWS_SERVER_OPTION_DISABLE_IPV6),
        .gid = -1,
        .uid = -1,
        .keepalive_timeout = 600,
        .ka_time = 60,
        .ka_interval = 10,
        .ka_probes = 6,
        .timeout_secs = 10,
        .timeout_secs_ah_idle = 10,
        .max_http_header_data = SERVE_HEADER_MAX,
        .max_http_header_pool2 = PLX_SERVE_HTTP_MAX,
        .pt_serv_buf_size = 16384,
        .headers = serve_head_always,
        .vhost_name = "pollux",
    };
    s->context = lws_create_context(&info);
    s->vhost = s->context ? lws_create_vhost(s->context, &info) : NULL;
    if (!s->vhost) return cannot_listen(s, EADDRINUSE, problem, problem_n);
    s->port = (uint16_t)lws_get_vhost_listen_port(s->vhost);
    return PLX_OK;
}

static void copy_text(char *to, size_t capacity, const char *from)
{
    plx_out out = plx_out_init(to, capacity - 1);
    plx_out_text(&out, from ? from : "");
    to[out.n] = '\0';
}

static plx_status start(plx_serve *s, char *problem, size_t problem_n)
{
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed) seed = (uint64_t)plx_boot_us();
    s->scratch = malloc(LWS_PRE + PLX_SERVE_CLIENT_BYTES_MAX);
    if (!s->scratch || serve_ring_init(&s->ring, seed) != PLX_OK) {
        snprintf(problem, problem_n, "not enough memory for the web server");
        return PLX_SPACE;
    }
    if (gethostname(s->machine, sizeof s->machine - 1) != 0) s->machine[0] = '\0';
    raise_file_limit();
    PLX_TRY(listen_on(s, problem, problem_n));
    if (pthread_create(&s->thread, NULL, serve_main, s) != 0) {
        snprintf(problem, problem_n, "cannot start the web server's thread");
        return PLX_SPACE;
    }
    s->started = true;
    return PLX_OK;
}

plx_status plx_serve_start(plx_serve **serve, const plx_serve_options *options, char *problem,
                           size_t problem_n)
{
    PLX_ASSERT(options->http && options->clock && options->ask);
    plx_serve *s = calloc(1, sizeof *s);
    if (!s) {
        snprintf(problem, problem_n, "not enough memory for the web server");
        return PLX_SPACE;
    }
    s->options = *options;
    copy_text(s->build, sizeof s->build, options->build);
    copy_text(s->epoch, sizeof s->epoch, options->epoch);
    mailbox_init(&s->mailbox);
    *serve = s; /* before its thread asks the first question */
    plx_status status = start(s, problem, problem_n);
    if (status != PLX_OK) {
        plx_serve_stop(s);
        *serve = NULL;
    }
    return status;
}

uint16_t plx_serve_bound(const plx_serve *serve)
{
    return serve->port;
}

void plx_serve_stop(plx_serve *s)
{
    if (!s) return;
    if (s->started) {
        s->stopping = true;
        lws_cancel_service(s->context);
        pthread_join(s->thread, NULL);
    }
    if (s->context) lws_context_destroy(s->context);
    mailbox_destroy(&s->mailbox);
    serve_ring_destroy(&s->ring);
    free(s->scratch);
    free(s);
}
