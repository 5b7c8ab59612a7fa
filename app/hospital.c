/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/app.h"
#include "app/feeder.h"
#include "app/node.h"
#include "core/format/hl7v2/mllp.h"

enum { BODIES = 64, BODIES_UNSAID = PLX_HOSPITAL_BODIES_MAX + 1 };
#define WAVES_WARM_US (8 * PLX_HOUR_US)
enum { TRUTH_BYTES = 512 << 20, SCRATCH_BYTES = 64 << 20 };

typedef struct hospital_arguments {
    const char *to, *faults, *out;
    double speed, hours;
    uint64_t seed, journeys, bodies, waves;
} hospital_arguments;

static int fail(int exit_status, const char *sentence, const char *detail)
{
    return plx_app_fail(exit_status, "hospital", sentence, detail);
}

/* Framed messages to the file that --out names. */
static void write_message(void *self, const plx_hospital_message *message)
{
    char frame[PLX_HOSPITAL_MESSAGE_MAX + 8];
    plx_out out = plx_out_init(frame, sizeof frame);
    plx_mllp_write(&out, message->bytes);
    fwrite(out.at, 1, out.n, self);
}

static int write_truth(const plx_pump *pump, const char *out_name)
{
    char name[4096];
    snprintf(name, sizeof name, "%s.truth", out_name);
    void *scratch_memory = malloc(SCRATCH_BYTES);
    char *text = malloc(TRUTH_BYTES);
    FILE *f = fopen(name, "wb");
    plx_status status = PLX_IO;
    if (scratch_memory && text && f) {
        plx_arena scratch = plx_arena_init(scratch_memory, SCRATCH_BYTES);
        plx_out out = plx_out_init(text, TRUTH_BYTES);
        status = plx_pump_truth_write(pump, &scratch, &out);
        if (status == PLX_OK && fwrite(out.at, 1, out.n, f) != out.n) status = PLX_IO;
    }
    if (f && fclose(f) != 0) status = PLX_IO;
    free(scratch_memory);
    free(text);
    return status == PLX_OK
               ? PLX_EXIT_OK
               : fail(PLX_EXIT_WORLD, "the truth could not be written", plx_status_text(status));
}

static int report(const plx_pump *pump, const char *to)
{
    plx_pump_counts c;
    plx_pump_count(pump, &c);
    fprintf(stderr,
            "made %llu, sent %llu, positive %llu, negative %llu (broken on purpose %llu), "
            "unanswered %llu\n",
            (unsigned long long)c.made, (unsigned long long)c.sent, (unsigned long long)c.positive,
            (unsigned long long)c.negative, (unsigned long long)c.malformed,
            (unsigned long long)c.unanswered);
    if (c.malformed_taken || c.refused_good)
        fprintf(stderr, "answers that should not be: %llu broken taken, %llu good refused\n",
                (unsigned long long)c.malformed_taken, (unsigned long long)c.refused_good);
    if (to && c.sent > 0 && c.positive + c.negative == 0)
        return fail(PLX_EXIT_WORLD, "nobody answered; is a server listening there?", to);
    return PLX_EXIT_OK;
}

static int run(const hospital_arguments *a, const plx_feeder_options *options, FILE *out)
{
    char problem[256] = "";
    plx_feeder *feeder = NULL;
    plx_node_block_signals();
    plx_status status = plx_feeder_start(&feeder, options, problem, sizeof problem);
    if (status != PLX_OK) {
        int usage = status == PLX_CONFIG || status == PLX_RANGE;
        return fail(usage ? PLX_EXIT_USAGE : PLX_EXIT_WORLD,
                    problem[0] ? problem : plx_status_text(status), NULL);
    }
    plx_feeder_wait(feeder);
    int exit_status = report(plx_feeder_pump(feeder), a->to);
    if (out && (fflush(out) != 0 || ferror(out)))
        exit_status = fail(PLX_EXIT_WORLD, "the messages could not be written", a->out);
    if (out && exit_status == PLX_EXIT_OK)
        exit_status = write_truth(plx_feeder_pump(feeder), a->out);
    plx_feeder_stop(feeder);
    return exit_status;
}

/* What is watched as it happens has bodies, and so has what sends waveforms; what is made in bulk
 * is made fast, unless told. */
static uint32_t bodies_of(const hospital_arguments *a)
{
    if (a->bodies != BODIES_UNSAID) return (uint32_t)a->bodies;
    const bool watched = a->to && a->speed > 0 && !a->out && !a->journeys;
    return watched || a->waves > 0 ? BODIES : 0;
}

int plx_app_hospital(int argc, char **argv)
{
    hospital_arguments a = {.speed = 0, .seed = 1, .bodies = BODIES_UNSAID};
    const plx_option options[] = {
        {"--to", PLX_OPTION_TEXT, &a.to, 0, 0},
        {"--speed", PLX_OPTION_DOUBLE, &a.speed, 0, 100000},
        {"--seed", PLX_OPTION_U64, &a.seed, 0, 0},
        {"--hours", PLX_OPTION_DOUBLE, &a.hours, 0, 100000},
        {"--journeys", PLX_OPTION_U64, &a.journeys, 1, 1000000},
        {"--bodies", PLX_OPTION_U64, &a.bodies, 0, PLX_HOSPITAL_BODIES_MAX},
        {"--waves", PLX_OPTION_U64, &a.waves, 0, PLX_HOSPITAL_WAVES_MAX},
        {"--faults", PLX_OPTION_TEXT, &a.faults, 0, 0},
        {"--out", PLX_OPTION_TEXT, &a.out, 0, 0}};
    size_t files_n = 0;
    int exit_status = plx_options_read("hospital", argc, argv, options,
                                       sizeof options / sizeof options[0], NULL, 0, &files_n);
    if (exit_status != PLX_EXIT_OK) return exit_status < 0 ? PLX_EXIT_OK : exit_status;
    if (!a.to && !a.out)
        return fail(PLX_EXIT_USAGE, "say where to: --to HOST:PORT, --out FILE, or both", NULL);
    if (!a.to && a.hours == 0 && !a.journeys)
        return fail(PLX_EXIT_USAGE, "a file needs an end: --hours H or --journeys N", NULL);

    const char *problem = plx_feeder_waves_problem(a.waves, bodies_of(&a), a.to ? a.speed : 1);
    if (problem) return fail(PLX_EXIT_USAGE, problem, NULL);
    plx_feeder_options feed = {.to = a.to, .model = plx_hospital_model_default()};
    feed.model.seed = a.seed;
    feed.model.journeys_max = (uint32_t)a.journeys;
    feed.model.bodies = bodies_of(&a);
    feed.model.waves = (uint32_t)a.waves;
    if (a.waves > 0) feed.model.warm_us = WAVES_WARM_US; /* there are patients to draw */
    if (a.faults &&
        plx_hospital_faults_parse(plx_slice_of(a.faults), &feed.model.faults, &problem) != PLX_OK)
        return fail(PLX_EXIT_USAGE, problem, a.faults);
    plx_clock clock;
    plx_clock_init(&clock, a.speed > 0 ? a.speed : 1);
    if (a.to) feed.model.start_us = clock.epoch_wall_us;
    if (a.to && a.speed > 0) feed.clock = &clock;
    if (a.hours > 0) feed.end_us = feed.model.start_us + (int64_t)(a.hours * (double)PLX_HOUR_US);
    FILE *out = a.out ? fopen(a.out, "wb") : NULL;
    if (a.out && !out) return fail(PLX_EXIT_WORLD, "the file cannot be written", a.out);
    feed.message = out ? write_message : NULL;
    feed.message_self = out;
    exit_status = run(&a, &feed, out);
    if (out) fclose(out);
    return exit_status;
}
