/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <stdio.h>

#include "app/app.h"
#include "app/node.h"

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
    if (status != PLX_OK) {
        bool usage = status == PLX_CONFIG;
        return fail(usage ? PLX_EXIT_USAGE : PLX_EXIT_WORLD, problem);
    }
    fprintf(stderr, "Pollux serves http port %u; data in %s\n", plx_serve_bound(node.serve),
            options->data);
    status = plx_node_wait(&node);
    plx_node_stop(&node);
    return status == PLX_OK ? PLX_EXIT_OK : fail(PLX_EXIT_WORLD, plx_status_text(status));
}

int plx_app_serve(int argc, char **argv)
{
    const char *http = NULL, *mllp = NULL, *data = NULL;
    const plx_option options[] = {{"--http", PLX_OPTION_TEXT, &http, 0, 0},
                                  {"--mllp", PLX_OPTION_TEXT, &mllp, 0, 0},
                                  {"--data", PLX_OPTION_TEXT, &data, 0, 0}};
    size_t files_n = 0;
    int exit_status = plx_options_read("serve", argc, argv, options,
                                       sizeof options / sizeof options[0], NULL, 0, &files_n);
    if (exit_status != PLX_EXIT_OK) return exit_status < 0 ? PLX_EXIT_OK : exit_status;
    const plx_mllp_port port = {
        .address = mllp ? mllp : "127.0.0.1:2575", .iface = PLX_IFACE_FIRST, .name = "mllp"};
    const plx_node_options node = {.data = data ? data : "pollux-data",
                                   .http = http ? http : "127.0.0.1:8080",
                                   .ports = &port,
                                   .ports_n = 1,
                                   .speed = 1};
    return run(&node);
}
