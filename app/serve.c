/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <stdio.h>

#include "app/app.h"
#include "app/node.h"
#include "edge/host/config.h"

static int fail(int exit_status, const char *sentence)
{
    return plx_app_fail(exit_status, "serve", sentence, NULL);
}

static int run(const plx_node_options *options)
{
    char problem[256] = "";
    plx_node node;
    plx_node_block_signals();
    plx_status status = plx_node_start(&node, options, problem, sizeof problem);
    if (status != PLX_OK)
        return fail(status == PLX_CONFIG ? PLX_EXIT_USAGE : PLX_EXIT_WORLD, problem);
    fprintf(stderr, "Pollux listens: HTTP on port %u, data in %s\n", plx_serve_bound(node.serve),
            options->data);
    status = plx_node_wait(&node);
    plx_node_stop(&node);
    return status == PLX_OK ? PLX_EXIT_OK : fail(PLX_EXIT_WORLD, plx_status_text(status));
}

static int run_config(const plx_config *config)
{
    static plx_mllp_port ports[PLX_CONFIG_MLLP_MAX];
    static int32_t zones_minutes[PLX_CONFIG_MLLP_MAX];
    for (uint32_t i = 0; i < config->mllp_n; i++) {
        const plx_config_mllp *mllp = &config->mllp[i];
        ports[i] = (plx_mllp_port){.address = mllp->address,
                                   .iface = PLX_IFACE_FIRST + i,
                                   .name = mllp->name,
                                   .reused_control_id = mllp->reused_control_id,
                                   .charset = mllp->charset};
        zones_minutes[i] = mllp->zone_minutes;
    }
    plx_log_configure(config->log_level, config->log_json);
    const plx_node_options options = {.data = config->data,
                                      .http = config->http,
                                      .ports = ports,
                                      .ports_n = config->mllp_n,
                                      .zones_minutes = zones_minutes,
                                      .per_peer_max = config->connections_per_peer,
                                      .twins = config->live_twins,
                                      .workers = config->live_twin_workers,
                                      .speed = 1};
    return run(&options);
}

int plx_app_serve(int argc, char **argv)
{
    const char *file = NULL, *http = NULL, *mllp = NULL, *data = NULL;
    const plx_option options[] = {{"--config", PLX_OPTION_TEXT, &file, 0, 0},
                                  {"--http", PLX_OPTION_TEXT, &http, 0, 0},
                                  {"--mllp", PLX_OPTION_TEXT, &mllp, 0, 0},
                                  {"--data", PLX_OPTION_TEXT, &data, 0, 0}};
    size_t files_n = 0;
    int exit_status = plx_options_read("serve", argc, argv, options,
                                       sizeof options / sizeof options[0], NULL, 0, &files_n);
    if (exit_status != PLX_EXIT_OK) return exit_status < 0 ? PLX_EXIT_OK : exit_status;

    char problem[256] = "";
    plx_config config;
    plx_config_default(&config);
    if (file && plx_config_read(file, &config, problem, sizeof problem) != PLX_OK)
        return fail(PLX_EXIT_USAGE, problem);
    plx_config_mllp single = config.mllp[0]; /* --mllp stands for the whole list */
    single.address = mllp;
    if (mllp) config.mllp = &single;
    if (mllp) config.mllp_n = 1;
    if (http) config.http = http;
    if (data) config.data = data;
    exit_status = run_config(&config);
    plx_config_destroy(&config);
    return exit_status;
}
