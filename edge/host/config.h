/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Configuration of pollux serve: one YAML file, checked as a whole before anything starts. An
 * unknown key, a wrong type or a value that cannot be is one sentence with its line. Example with
 * every key: knowledge/site/pollux.yaml.
 *
 *   http    HOST:PORT of the web pages          127.0.0.1:8080
 *   data    directory of the journal            pollux-data
 *   zone    of senders that state none          +00:00
 *   mllp    list of interfaces                  one: 127.0.0.1:2575, "mllp"
 *     address            HOST:PORT, required
 *     name               letters, digits, - _ .  mllp, mllp-2, mllp-3 ...
 *     reused_control_id  true for monitors that restart their counters   false
 *     zone               minutes east of UTC, or +02:00                   the file's zone
 *     charset            of messages without MSH-18, as table 0211 has it ASCII or UTF-8
 *   log
 *     level   debug, info, warn, error          info
 *     form    json, text                        json
 *   limits
 *     connections_per_peer   1..512, of one address other than loopback  64
 *     live_twins             0..128, patients whose bodies are followed  64
 *     live_twin_workers      0..64, threads for it; 0: one a processor   0
 * Interfaces are numbered in the order of the list, from PLX_IFACE_FIRST on: append, do not
 * reorder. */
#ifndef PLX_EDGE_HOST_CONFIG_H
#define PLX_EDGE_HOST_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"
#include "core/format/hl7v2/charset.h"
#include "edge/host/log.h"

enum {
    PLX_CONFIG_MLLP_MAX = 500,  /* interfaces */
    PLX_CONFIG_TEXT_MAX = 1024, /* bytes of one value */
    PLX_CONFIG_NAME_MAX = 64,
    PLX_CONFIG_FILE_MAX = 1024 * 1024,
    PLX_CONFIG_PER_PEER = 64,
    PLX_CONFIG_TWINS = 64,
    PLX_CONFIG_TWINS_MAX = 128,
    PLX_CONFIG_WORKERS_MAX = 64
};

typedef struct plx_config_mllp {
    const char *address, *name;
    bool reused_control_id;
    int32_t zone_minutes; /* east of UTC */
    plx_charset charset;  /* of messages that name none */
} plx_config_mllp;

typedef struct plx_config {
    const char *http, *data;
    int32_t zone_minutes; /* of senders that state none */
    const plx_config_mllp *mllp;
    uint32_t mllp_n; /* at least 1 */
    plx_log_level log_level;
    bool log_json;
    uint32_t connections_per_peer;
    uint32_t live_twins, live_twin_workers;
    void *memory; /* owned; all texts lie in it */
} plx_config;

/* The values above; needs no destroy. */
void plx_config_default(plx_config *config);
/* Defaults where the file says nothing. PLX_CONFIG (also when the file cannot be read) or PLX_FULL
 * with a sentence in problem ("FILE line 3: ..."); *config is unchanged on error. */
PLX_MUST_CHECK plx_status plx_config_read(const char *path, plx_config *config, char *problem,
                                          size_t problem_n);
/* The same from memory; name stands for the file in the sentence. */
PLX_MUST_CHECK plx_status plx_config_parse(const char *name, plx_slice yaml, plx_config *config,
                                           char *problem, size_t problem_n);
void plx_config_destroy(plx_config *config); /* accepts a zeroed struct */

/* "120", "-300", "+02:00", "-05:30", "Z": minutes east of UTC, -1440..1440. False on anything else.
 */
bool plx_config_zone(plx_slice text, int32_t *minutes);

#endif
