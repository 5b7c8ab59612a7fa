/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What-if: the arms of a question, forked from a patient's twin. */
#include <stdlib.h>
#include <string.h>

#include "core/base/time.h"
#include "core/format/json/json.h"
#include "core/format/json/pair.h"
#include "core/record/provenance.h"
#include "edge/tracker/private.h"

enum { TOKENS_MAX = 128, SENTENCE_MAX = 512, DOCUMENT_MAX = 256 * 1024 };

static const char JSON[] = "application/json";

void tracker_refuse(plx_tracker *t, uint64_t ticket, int status, const char *sentence)
{
    char memory[2 * SENTENCE_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_json_key(&w, "error");
    plx_json_put_text(&w, sentence);
    plx_json_object_end(&w);
    t->options.answer(t->options.self, ticket, status, JSON, out.at, out.n);
}

/* Asking. */

typedef struct tracker_wish {
    uint64_t number; /* of the stay */
    uint32_t arms_n, minutes_n;
    char text[PLX_OUTLOOK_ARMS_MAX][PLX_ARM_WHY_MAX]; /* the first is "none" */
    uint32_t minutes[PLX_OUTLOOK_HORIZONS_MAX];
} tracker_wish;

static const char *read_arms(const plx_json *json, tracker_wish *to)
{
    uint32_t list = plx_json_get(json, 0, "arms");
    if (list == UINT32_MAX || json->tokens[list].type != PLX_JSON_ARRAY ||
        json->tokens[list].children == 0 || json->tokens[list].children >= PLX_OUTLOOK_ARMS_MAX)
        return "The question needs \"arms\": a list of 1 to 8 treatments such as "
               "\"crystalloid 500 mL 15 min\".";
    strcpy(to->text[0], "none");
    to->arms_n = 1;
    uint32_t token = list + 1;
    for (uint32_t i = 0; i < json->tokens[list].children; i++, token = json->tokens[token].next) {
        plx_out out = plx_out_init(to->text[to->arms_n], PLX_ARM_WHY_MAX - 1);
        if (json->tokens[token].type != PLX_JSON_STRING) return "An arm is a text.";
        plx_json_string(json, token, &out);
        if (out.full) return "An arm is longer than 480 bytes.";
        out.at[out.n] = '\0';
        to->arms_n++;
    }
    return NULL;
}

static const char *read_minutes(const plx_json *json, tracker_wish *to)
{
    static const uint32_t USUAL[] = {5, 15, 30, 60};
    static const char SENTENCE[] =
        "\"minutes\" is a list of 1 to 8 rising whole numbers from 1 to 240.";
    uint32_t list = plx_json_get(json, 0, "minutes");
    to->minutes_n = 4;
    memcpy(to->minutes, USUAL, sizeof USUAL);
    if (list == UINT32_MAX) return NULL;
    if (json->tokens[list].type != PLX_JSON_ARRAY || json->tokens[list].children == 0 ||
        json->tokens[list].children > PLX_OUTLOOK_HORIZONS_MAX)
        return SENTENCE;
    uint32_t token = list + 1;
    to->minutes_n = json->tokens[list].children;
    for (uint32_t i = 0; i < to->minutes_n; i++, token = json->tokens[token].next) {
        uint64_t minutes = 0;
        if (json->tokens[token].type != PLX_JSON_NUMBER ||
            !plx_slice_u64(plx_json_text(json, token), PLX_OUTLOOK_S_MAX / 60, &minutes))
            return SENTENCE;
        if (minutes < 1 || (i > 0 && minutes <= to->minutes[i - 1])) return SENTENCE;
        to->minutes[i] = (uint32_t)minutes;
    }
    return NULL;
}

/* NULL, or what is wrong with the question. */
static const char *read_wish(plx_slice body, tracker_wish *to)
{
    plx_json_token tokens[TOKENS_MAX];
    plx_json json = {.tokens = tokens, .capacity = TOKENS_MAX};
    plx_json_error error = {0};
    if (plx_json_parse(body, &json, &error) != PLX_OK || tokens[0].type != PLX_JSON_OBJECT)
        return "The question is not a JSON object.";
    uint32_t stay = plx_json_get(&json, 0, "stay");
    if (stay == UINT32_MAX || tokens[stay].type != PLX_JSON_STRING ||
        plx_base36_parse(plx_json_text(&json, stay), &to->number) != PLX_OK || to->number == 0)
        return "The question needs \"stay\": the id of a row of the board.";
    const char *wrong = read_arms(&json, to);
    return wrong ? wrong : read_minutes(&json, to);
}

void plx_tracker_ask(plx_tracker *t, uint64_t ticket, plx_slice body)
{
    tracker_wish *w = malloc(sizeof *w);
    char *copy = malloc(body.n + 1);
    const char *wrong = w && copy ? read_wish(body, w) : "There is not enough memory now.";
    if (wrong) {
        tracker_refuse(t, ticket, w && copy ? 400 : 503, wrong);
        free(copy);
        free(w);
        return;
    }
    free(w);
    if (body.n) memcpy(copy, body.at, body.n);
    pthread_mutex_lock(&t->mutex);
    bool room = t->questions_n < PLX_TRACKER_QUESTIONS_MAX && !t->stopping && t->options.slots > 0;
    if (room) t->questions[t->questions_n++] = (tracker_question){ticket, body.n, copy};
    pthread_cond_signal(&t->work);
    pthread_mutex_unlock(&t->mutex);
    if (room) return;
    free(copy);
    tracker_refuse(t, ticket, 503,
                   t->options.slots ? "Too many questions are waiting; try again."
                                    : "Live twins are switched off on this server.");
}

/* Answering. */

static void put_number(plx_json_writer *w, const char *key, double x)
{
    plx_json_key(w, key);
    plx_json_put_double(w, x, 3);
}

static const plx_outlook_quantity told[] = {
    PLX_OUTLOOK_hr_bpm,     PLX_OUTLOOK_sbp_mmhg, PLX_OUTLOOK_map_mmhg,  PLX_OUTLOOK_spo2_pct,
    PLX_OUTLOOK_rr_per_min, PLX_OUTLOOK_co_l_min, PLX_OUTLOOK_pcwp_mmhg, PLX_OUTLOOK_do2_ml_min};
enum { TOLD = sizeof told / sizeof *told };

static void put_summary(plx_json_writer *w, plx_outlook_quantity q, const plx_weighted_summary *s)
{
    plx_json_key(w, plx_outlook_name(q));
    plx_json_object(w);
    put_number(w, "v", s->mean);
    put_number(w, "lo", s->p05);
    put_number(w, "hi", s->p95);
    plx_json_object_end(w);
}

static void put_horizon(plx_json_writer *w, const plx_outlook *o, uint32_t arm, uint32_t h)
{
    plx_json_object(w);
    plx_pair_count(w, "minutes", o->plan.at_s[h] / 60);
    put_number(w, "gone", plx_outlook_gone_share(o, arm, h));
    bool none = plx_outlook_no_answer(o, arm, h);
    plx_json_key(w, "no_answer");
    plx_json_put_bool(w, none);
    if (!none) {
        const plx_outlook_chances c = plx_outlook_chances_of(o, arm, h);
        put_number(w, "map_65", c.perfused);
        put_number(w, "spo2_below_90", c.hypoxic);
        put_number(w, "congested", c.congested);
        put_number(w, "starved", c.starved);
        put_number(w, "responds", c.responds);
        plx_json_key(w, "values");
        plx_json_object(w);
        for (uint32_t i = 0; i < TOLD; i++) {
            const plx_weighted_summary s = plx_outlook_value(o, arm, h, told[i]);
            put_summary(w, told[i], &s);
        }
        plx_json_object_end(w);
    }
    plx_json_key(w, "difference");
    if (none || arm == 0 || plx_outlook_no_answer(o, 0, h)) {
        plx_json_put_null(w);
    } else {
        plx_json_object(w);
        for (uint32_t i = 0; i < TOLD; i++) {
            const plx_weighted_summary s = plx_outlook_contrast(o, arm, h, told[i]);
            put_summary(w, told[i], &s);
        }
        plx_json_object_end(w);
    }
    plx_json_object_end(w);
}

static void write_answer(const tracker_wish *wish, const plx_live *live, const plx_outlook *o,
                         plx_out *out)
{
    char id[PLX_BASE36_MAX + 1];
    plx_out name = plx_out_init(id, sizeof id);
    plx_json_writer w = plx_json_writer_init(out);
    plx_out_base36(&name, wish->number);
    plx_json_object(&w);
    plx_pair_text(&w, "what", "whatif");
    plx_json_key(&w, "stay");
    plx_json_put_string(&w, plx_out_slice(&name));
    plx_pair_text(&w, "k", "p");
    plx_pair_text(&w, "f", "device-type");
    plx_json_key(&w, "at");
    plx_json_put_i64(&w, live->at_us);
    plx_pair_count(&w, "cutoff", live->cutoff);
    plx_pair_count(&w, "seed", live->input.seed);
    put_number(&w, "l", 0.9);
    plx_json_key(&w, "arms");
    plx_json_array(&w);
    for (uint32_t arm = 0; arm < wish->arms_n; arm++) {
        plx_json_object(&w);
        plx_pair_text(&w, "arm", wish->text[arm]);
        plx_json_key(&w, "horizons");
        plx_json_array(&w);
        for (uint32_t h = 0; h < wish->minutes_n; h++)
            put_horizon(&w, o, arm, h);
        plx_json_array_end(&w);
        plx_json_object_end(&w);
    }
    plx_json_array_end(&w);
    plx_json_object_end(&w);
}

/* NULL, or why there is no answer. */
static const char *read_treatments(const tracker_wish *wish, const plx_live *live, plx_arm *arms,
                                   char why[SENTENCE_MAX])
{
    arms[0] = (plx_arm){0};
    for (uint32_t i = 1; i < wish->arms_n; i++)
        if (plx_outlook_arm(&live->track, plx_slice_of(wish->text[i]), &arms[i], why,
                            SENTENCE_MAX) != PLX_OK)
            return why;
    return NULL;
}

static void fork_and_answer(tracker_worker *worker, uint64_t ticket, const tracker_wish *wish,
                            const plx_live *live)
{
    plx_tracker *t = worker->tracker;
    plx_arm arms[PLX_OUTLOOK_ARMS_MAX];
    char why[SENTENCE_MAX];
    const char *wrong = read_treatments(wish, live, arms, why);
    if (wrong) {
        tracker_refuse(t, ticket, 400, wrong);
        return;
    }
    plx_outlook_plan plan = plx_outlook_usual(arms, wish->arms_n, live->input.lanes);
    plan.horizons_n = wish->minutes_n;
    for (uint32_t h = 0; h < wish->minutes_n; h++)
        plan.at_s[h] = 60 * wish->minutes[h];
    void *memory = aligned_alloc(PLX_CACHE_LINE, plx_outlook_size(&plan, &live->input));
    char *document = malloc(DOCUMENT_MAX);
    if (memory && document) {
        plx_outlook *o = &worker->teller->outlook;
        plx_outlook_begin(o, &plan, &live->track, memory);
        if (o->groups_n > 0) plx_outlook_complete(o, &worker->teller->worker);
        plx_out out = plx_out_init(document, DOCUMENT_MAX);
        write_answer(wish, live, o, &out);
        PLX_ASSERT(!out.full);
        if (t->options.submit(t->options.self, out.at, out.n, ticket) != PLX_OK)
            tracker_refuse(t, ticket, 503, "The journal does not accept entries now; try again.");
    } else {
        tracker_refuse(t, ticket, 503, "There is not enough memory now.");
    }
    free(document);
    free(memory);
}

/* Why this patient's twin may not be asked; NULL: it may. */
static const char *unable(const tracker_slot *s)
{
    plx_track_kind worst;
    if (s->refused) return "The model has no answer for this person.";
    if (!s->made || !s->live->begun || s->live->track.updates < PLX_LIVE_UPDATES_LEAST)
        return "Too little was measured yet to fork this patient's twin.";
    if (plx_live_state(s->live, &worst) == PLX_DIVERGENCE_ADRIFT)
        return "The twin does not follow this patient now: no what-if.";
    return NULL;
}

void tracker_question_run(tracker_worker *worker, const tracker_question *question)
{
    plx_tracker *t = worker->tracker;
    plx_slice body = {question->body, question->n};
    pthread_mutex_unlock(&t->mutex);
    tracker_wish *wish = malloc(sizeof *wish);
    bool read = wish && read_wish(body, wish) == NULL;
    if (!read) tracker_refuse(t, question->ticket, 503, "There is not enough memory now.");
    pthread_mutex_lock(&t->mutex);
    if (!read) {
        free(wish);
        return;
    }
    tracker_slot *s = tracker_slot_of(t, wish->number);
    while (s && s->busy && !t->stopping) {
        pthread_cond_wait(&t->idle, &t->mutex);
        s = tracker_slot_of(t, wish->number);
    }
    const char *wrong = "The server is being stopped."; /* then he may still be another's */
    if (!t->stopping) wrong = s ? unable(s) : "No live twin follows this stay.";
    if (!wrong) s->busy = true;
    pthread_mutex_unlock(&t->mutex);
    if (wrong)
        tracker_refuse(t, question->ticket, 409, wrong);
    else
        fork_and_answer(worker, question->ticket, wish, s->live);
    free(wish);
    pthread_mutex_lock(&t->mutex);
    if (wrong) return;
    tracker_slot_return(t, s);
}
