/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: pollux patient fit tells simulated men what they lost; the example is the chart of one of
 * them. Oracle: the bodies that the charts were taken from. Tolerance: who lost more is told to
 * lack more; the chart of the example to the byte. */
#include "app/command_for_test.h"

enum { OUTPUT_MAX = 1 << 18, TRUE_DEFICIT_ML = 702, MEN = 16, MAN = 2, ARRIVAL_S = 1200 };

#define EXAMPLE PLX_SOURCE_ROOT "/knowledge/physiology/vitals/bleeding.csv"

static char output[OUTPUT_MAX];

/* The men behind the example: their charts as it is written, and what they lack at its end. */
typedef struct man {
    char chart[1024];
    double volume_ml, deficit_ml;
} man;

static void read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    text[fread(text, 1, size - 1, file)] = 0;
    fclose(file);
}

/* Of a line of the table of patient run. */
static void note_row(man *men, const char *line)
{
    unsigned time_s, m;
    double hr, sbp, dbp, spo2, rr, volume_ml;
    if (sscanf(line, "%u,%u,%lf,%lf,%lf,%lf,%lf,%lf", &time_s, &m, &hr, &sbp, &dbp, &spo2, &rr,
               &volume_ml) != 8)
        return;
    assert_true(m < MEN);
    if (time_s == 0) men[m].volume_ml = volume_ml;
    men[m].deficit_ml = men[m].volume_ml - volume_ml;
    if (time_s < ARRIVAL_S) return;
    size_t n = strlen(men[m].chart);
    snprintf(men[m].chart + n, sizeof men[m].chart - n, "%u,%.0f,%.0f,%.0f,%.0f,%.0f,%s\n",
             time_s - ARRIVAL_S, hr, sbp, dbp, spo2, rr,
             time_s == 1440 ? "ringer,500,mL,900" : ",,,");
}

/* With the scenario of the example, but for the amount that is lost in ten minutes. */
static void make_men(man *men, unsigned loss_ml)
{
    static char text[4096];
    char path[] = "/tmp/pollux-men-XXXXXX", command[512], line[256];
    const char *words = "rate_ml_min: 120, volume_ml: 1200";
    read_file(PLX_SOURCE_ROOT "/knowledge/physiology/vitals/bleeding.yaml", text, sizeof text);
    const char *at = strstr(text, words);
    assert_non_null(at);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    fprintf(file, "%.*srate_ml_min: %u, volume_ml: %u%s", (int)(at - text), text, loss_ml / 10,
            loss_ml, at + strlen(words));
    fclose(file);
    memset(men, 0, MEN * sizeof *men);
    snprintf(command, sizeof command, "\"%s\" patient run %s", getenv("POLLUX"), path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    while (fgets(line, sizeof line, pipe))
        note_row(men, line);
    assert_int_equal(pclose(pipe), 0);
    unlink(path);
}

/* Mean of what the fit says they lack. */
static double fit_men(const man *men, unsigned loss_ml)
{
    static char text[2048];
    double told = 0, truth = 0;
    int held = 0;
    for (int m = 0; m < MEN; m++) {
        snprintf(text, sizeof text,
                 "# sex=m age=44 height_cm=180 weight_kg=77 bp=art\n"
                 "time_s,hr_bpm,sbp_mmhg,dbp_mmhg,spo2_pct,rr_per_min,action,dose,unit,duration_s\n"
                 "%.1023s",
                 men[m].chart);
        assert_int_equal(
            command_output_of(output, sizeof output, "patient fit", text, "--json --no-mechanism"),
            0);
        assert_null(strstr(output, "\"mechanisms\""));
        const char *word = "\"name\":\"deficit_ml\"";
        told += output_number(output, word, "\"mean\":") / MEN;
        truth += men[m].deficit_ml / MEN;
        held += output_number(output, word, "\"p05\":") <= men[m].deficit_ml &&
                men[m].deficit_ml <= output_number(output, word, "\"p95\":");
    }
    print_message("# %u mL lost: %.0f mL lacking, told %.0f, interval holds %d of %d\n", loss_ml,
                  truth, told, held, MEN);
    return told;
}

static void who_lost_more_lacks_more(void **state)
{
    (void)state;
    static man men[MEN];
    static char example[4096];
    make_men(men, 600);
    double less = fit_men(men, 600);
    make_men(men, 1200);
    assert_true(fit_men(men, 1200) > less);
    assert_true(men[MAN].deficit_ml > TRUE_DEFICIT_ML - 0.5);
    assert_true(men[MAN].deficit_ml < TRUE_DEFICIT_ML + 0.5);
    read_file(EXAMPLE, example, sizeof example);
    const char *rows = strstr(example, "duration_s\n");
    assert_non_null(rows);
    assert_string_equal(rows + strlen("duration_s\n"), men[MAN].chart);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(who_lost_more_lacks_more)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
