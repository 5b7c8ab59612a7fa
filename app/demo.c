/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Server and simulated hospital on one demo clock. A demo that is started again goes on where it
 * was: the first entry of its journal holds seed and epoch, the generator is run forward in silence
 * to the last entry, and what is sent twice around that moment is recognised as a duplicate. */
#include <stdio.h>

#include "app/app.h"
#include "app/feeder.h"
#include "app/node.h"
#include "core/format/json/json.h"

enum { DEMO_IFACE = PLX_IFACE_FIRST, DEMO_TOKENS = 32, DEMO_BODIES = 64, PROBLEM_BYTES = 256 };
/* Who starts a demo at the end of a night sees a department too: such a one has more arrivals. */
enum { NIGHT_FROM = 2, NIGHT_TO = 10, NIGHT_FACTOR = 3 };
#define DEMO_WARM_US (8 * PLX_HOUR_US)       /* history that is sent at once: a full department */
#define DEMO_OVERLAP_US (10 * PLX_MINUTE_US) /* sent again after a restart */

typedef struct demo_origin {
    bool known, demo;
    uint64_t seed;
    uint32_t bodies, waves; /* of the hospital */
    int64_t epoch_us;
} demo_origin;

static int fail(int exit_status, const char *sentence, const char *detail)
{
    return plx_app_fail(exit_status, "demo", sentence, detail);
}

static uint64_t number_of(const plx_json *json, const char *key, uint64_t max)
{
    uint64_t value = 0;
    uint32_t token = plx_json_get(json, 0, key);
    if (token != UINT32_MAX) (void)plx_slice_u64(plx_json_text(json, token), max, &value);
    return value;
}

/* The first entry of a demo's journal tells its seed, its epoch, its bodies and its waves; one that
 * tells no bodies or waves is of a demo without. */
static plx_status read_origin(void *self, const plx_entry *entry)
{
    demo_origin *origin = self;
    plx_json_token tokens[DEMO_TOKENS];
    plx_json json = {.tokens = tokens, .capacity = DEMO_TOKENS};
    plx_json_error error;
    origin->known = true;
    if (entry->kind != PLX_ENTRY_ADMIN) return PLX_OK;
    if (plx_json_parse(entry->body, &json, &error) != PLX_OK) return PLX_OK;
    uint32_t event = plx_json_get(&json, 0, "event");
    origin->demo = event != UINT32_MAX && plx_slice_is(plx_json_text(&json, event), "demo");
    origin->seed = number_of(&json, "seed", UINT64_MAX);
    origin->bodies = (uint32_t)number_of(&json, "bodies", PLX_HOSPITAL_BODIES_MAX);
    origin->waves = (uint32_t)number_of(&json, "waves", PLX_HOSPITAL_WAVES_MAX);
    origin->epoch_us = (int64_t)number_of(&json, "epoch_us", INT64_MAX);
    return PLX_OK;
}

static plx_status look_at_journal(const char *data, demo_origin *origin, char *problem,
                                  size_t problem_n)
{
    plx_store *store = NULL;
    plx_store_options options = {.directory = data, .read_only = true};
    plx_status status = plx_store_open(&store, &options, problem, problem_n);
    if (status != PLX_OK)
        return PLX_OK; /* nothing there yet; a real fault shows when it is opened */
    if (plx_store_last_seq(store) > 0) status = plx_journal_read(store, 1, 1, read_origin, origin);
    plx_store_close(store);
    return status;
}

static plx_status start_node(plx_node *node, plx_node_options *options, const char *http,
                             char *problem, size_t problem_n)
{
    options->http = http ? http : "127.0.0.1:8080";
    plx_status status = plx_node_start(node, options, problem, problem_n);
    if (status != PLX_NETWORK || http) return status;
    options->http = "127.0.0.1:0"; /* somebody else has 8080: any free port will do */
    return plx_node_start(node, options, problem, problem_n);
}

static plx_status start_hospital(plx_feeder **feeder, plx_node *node, const demo_origin *origin,
                                 const plx_node_options *options, char *problem)
{
    char to[64];
    snprintf(to, sizeof to, "127.0.0.1:%u", plx_mllp_server_bound(node->mllp, 0));
    plx_feeder_options feed = {
        .to = to, .model = plx_hospital_model_default(), .clock = &node->clock};
    feed.model.seed = options->seed;
    feed.model.bodies = options->bodies;
    feed.model.waves = options->waves;
    feed.model.start_us = origin->demo ? origin->epoch_us : node->clock.epoch_wall_us;
    feed.model.warm_us = DEMO_WARM_US;
    int64_t hour = feed.model.start_us % PLX_DAY_US / PLX_HOUR_US;
    if (hour >= NIGHT_FROM && hour < NIGHT_TO) feed.model.arrivals_per_hour *= NIGHT_FACTOR;
    if (origin->demo) feed.skip_before_us = node->recovered_us - DEMO_OVERLAP_US;
    return plx_feeder_start(feeder, &feed, problem, PROBLEM_BYTES);
}

static int run(plx_node_options *options, const char *http, const demo_origin *origin)
{
    char problem[PROBLEM_BYTES] = "";
    plx_node node;
    plx_feeder *feeder = NULL;
    plx_node_block_signals();
    plx_status status = start_node(&node, options, http, problem, sizeof problem);
    if (status != PLX_OK)
        return fail(status == PLX_CONFIG ? PLX_EXIT_USAGE : PLX_EXIT_WORLD, problem, NULL);
    status = start_hospital(&feeder, &node, origin, options, problem);
    if (status == PLX_OK) {
        printf("Pollux is running: http://127.0.0.1:%u/\n"
               "Demo at %g times real time. Ctrl+C stops it; started again it goes on.\n"
               "Its data lies in %s; delete that directory to begin anew.\n",
               plx_serve_bound(node.serve), options->speed, options->data);
        fflush(stdout);
        status = plx_node_wait(&node);
        if (status != PLX_OK) snprintf(problem, sizeof problem, "%s", plx_status_text(status));
    }
    plx_feeder_stop(feeder);
    plx_node_stop(&node);
    return status == PLX_OK ? PLX_EXIT_OK : fail(PLX_EXIT_WORLD, problem, NULL);
}

int plx_app_demo(int argc, char **argv)
{
    double speed = 10;
    uint64_t seed = 1, bodies = DEMO_BODIES, waves = 0, twins = PLX_TRACKER_SLOTS;
    const char *http = NULL, *data = "pollux-demo";
    const plx_option options[] = {{"--speed", PLX_OPTION_DOUBLE, &speed, 0.1, 1000},
                                  {"--seed", PLX_OPTION_U64, &seed, 0, 0},
                                  {"--bodies", PLX_OPTION_U64, &bodies, 0, PLX_HOSPITAL_BODIES_MAX},
                                  {"--waves", PLX_OPTION_U64, &waves, 0, PLX_HOSPITAL_WAVES_MAX},
                                  {"--twins", PLX_OPTION_U64, &twins, 0, PLX_TRACKER_SLOTS_MAX},
                                  {"--http", PLX_OPTION_TEXT, &http, 0, 0},
                                  {"--data", PLX_OPTION_TEXT, &data, 0, 0}};
    size_t files_n = 0;
    int exit_status = plx_options_read("demo", argc, argv, options,
                                       sizeof options / sizeof options[0], NULL, 0, &files_n);
    if (exit_status != PLX_EXIT_OK) return exit_status < 0 ? PLX_EXIT_OK : exit_status;

    char problem[256] = "";
    demo_origin origin = {0};
    if (look_at_journal(data, &origin, problem, sizeof problem) != PLX_OK)
        return fail(PLX_EXIT_WORLD, "the journal cannot be read", problem);
    if (origin.known && !origin.demo)
        return fail(PLX_EXIT_USAGE,
                    "this directory holds the journal of a real server; choose another by --data",
                    data);
    const plx_mllp_port port = {
        .address = "127.0.0.1:0", .iface = DEMO_IFACE, .name = "simulated hospital"};
    plx_node_options node = {.data = data,
                             .ports = &port,
                             .ports_n = 1,
                             .speed = speed,
                             .demo = true,
                             .twins = (uint32_t)twins,
                             .seed = origin.demo ? origin.seed : seed,
                             .bodies = origin.demo ? origin.bodies : (uint32_t)bodies,
                             .waves = origin.demo ? origin.waves : (uint32_t)waves};
    const char *wrong = plx_feeder_waves_problem(node.waves, node.bodies, speed);
    if (wrong) return fail(PLX_EXIT_USAGE, wrong, NULL);
    if (waves > 0 && waves != node.waves)
        fprintf(stderr, "pollux demo: this demo goes on with waveforms of %u beds, as it began\n",
                node.waves);
    return run(&node, http, &origin);
}
