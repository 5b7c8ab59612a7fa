/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a recording of waveforms becomes the vital signs of its windows, with gaps as gaps and the
 * person of its comments, and pollux patient forecast runs on it; what is unusable is named.
 * Oracle: a drawn patient of known rate and pressure, written as a WFDB record; the records of the
 * shared folder (skipped without it). Tolerance: 1.5 /min, 3 mmHg. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/command_for_test.h"
#include "app/patient_recording_private.h"
#include "core/signal/patient_for_test.h"

#define SHARED PLX_SOURCE_ROOT "/../shared/data/wfdb/records"

enum { FS = 125, SECONDS = 480, GAP_FROM_S = 150, GAP_TO_S = 210, TEXT_MAX = 1 << 16 };

static char output[TEXT_MAX], folder[] = "/tmp/pollux-recording-XXXXXX", path[256];
static patient man;

static int forecast(const char *what, const char *options)
{
    char words[768];
    snprintf(words, sizeof words, "%s %s", what, options);
    return command_output(output, sizeof output, "patient forecast", words);
}

static void has(const char *text)
{
    output_has(output, text);
}

static const char *in_folder(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const void *bytes, size_t n)
{
    FILE *f = fopen(in_folder(name), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

static void write_text(const char *name, const char *text)
{
    write_file(name, text, strlen(text));
}

/* 1/1000 mV and 1/50 mmHg; nothing was recorded in the gap. */
static void write_patient(void)
{
    static int16_t frames[SECONDS * FS][3];
    patient_init(&man, 84, 0.01, SECONDS + 2);
    man.sys = 128;
    man.dia = 66;
    for (int i = 0; i < SECONDS * FS; i++) {
        const double t = (double)i / FS;
        const bool gap = t >= GAP_FROM_S && t < GAP_TO_S;
        for (int k = 0; k < 2; k++)
            frames[i][k] =
                gap ? INT16_MIN : (int16_t)(1000 * (double)patient_ecg(&man, t + k * 0.5 / FS));
        frames[i][2] = gap ? INT16_MIN : (int16_t)(50 * (double)patient_abp(&man, t));
    }
    write_file("man.dat", frames, sizeof frames);
    write_text("man.hea", "man 2 125 60000\n"
                          "man.dat 16x2 1000/mV 16 0 0 0 0 ECG lead II\n"
                          "man.dat 16 50/mmHg 16 0 0 0 0 ART\n"
                          "# <age>: 71 <sex>: F <diagnoses>: (none)\n");
}

static void windows_tell_the_patient(void **state)
{
    (void)state;
    char problem[PLX_RECORDING_PROBLEM_MAX];
    plx_recording r;
    write_patient();
    assert_true(plx_recording_is(in_folder("man.hea")));
    assert_int_equal(plx_recording_read(in_folder("man"), &r, problem), PLX_OK);
    assert_true(r.age_stated && r.sex_stated && r.person.age == 71);
    assert_true(r.person.sex == PLX_SEX_FEMALE && r.person.height_cm == 160);
    uint32_t outside = 0;
    for (uint32_t i = 0; i < r.windows_n; i++) {
        const plx_recording_window *w = &r.windows[i];
        assert_int_equal(w->time_s % PLX_RECORDING_WINDOW_S, 0);
        assert_false(w->time_s > GAP_FROM_S && w->time_s <= GAP_TO_S); /* nothing is made up */
        const bool edge = w->time_s <= 15 || w->time_s == GAP_TO_S + 15;
        if (edge) continue;
        outside++;
        assert_true(w->measured[PLX_CHART_HR] && w->measured[PLX_CHART_SBP]);
        assert_true(fabs(w->value[PLX_CHART_HR] - 84) < 1.5);
        assert_true(fabs(w->value[PLX_CHART_SBP] - 128) < 3);
        assert_true(fabs(w->value[PLX_CHART_DBP] - 66) < 3);
        assert_true(w->value[PLX_CHART_MAP] > 80 && w->value[PLX_CHART_MAP] < 97);
        assert_true(w->sd[PLX_CHART_HR] == 2 && w->sd[PLX_CHART_SBP] == 3);
        assert_false(w->measured[PLX_CHART_RR]);
    }
    assert_int_equal(outside, 32 - 4 - 2); /* of 32 windows */
    plx_recording_release(&r);
}

static void put_field(FILE *f, int width, const char *text)
{
    fprintf(f, "%-*s", width, text);
}

/* A plain EDF file: data records of 20 s, so that the channels come in parts. */
static void write_edf(void)
{
    enum { RECORDS = 9, RECORD_S = 20, SIGNALS = 2 };
    static const int rate[SIGNALS] = {250, 125};
    static const struct {
        int width;
        const char *value[SIGNALS];
    } fields[] = {{16, {"ECG II", "ABP"}},  {80, {"", ""}},
                  {8, {"uV", "mmHg"}},      {8, {"-32768", "-655.36"}},
                  {8, {"32767", "655.34"}}, {8, {"-32768", "-32768"}},
                  {8, {"32767", "32767"}},  {80, {"", ""}},
                  {8, {"5000", "2500"}},    {32, {"", ""}}};
    FILE *f = fopen(in_folder("man.edf"), "wb");
    assert_non_null(f);
    put_field(f, 8, "0"), put_field(f, 80, "somebody"), put_field(f, 80, "a line");
    put_field(f, 8, "01.02.20"), put_field(f, 8, "10.00.00"), put_field(f, 8, "768");
    put_field(f, 44, ""), put_field(f, 8, "9"), put_field(f, 8, "20"), put_field(f, 4, "2");
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        for (int s = 0; s < SIGNALS; s++)
            put_field(f, fields[i].width, fields[i].value[s]);
    for (int i = 0; i < RECORDS; i++)
        for (int s = 0; s < SIGNALS; s++)
            for (int j = 0; j < RECORD_S * rate[s]; j++) {
                const double t = i * RECORD_S + (double)j / rate[s];
                const double x = s == 0 ? 1000 * (double)patient_ecg(&man, t)
                                        : 50 * (double)patient_abp(&man, t);
                const int16_t digital = (int16_t)x;
                assert_int_equal(fwrite(&digital, sizeof digital, 1, f), 1);
            }
    fclose(f);
}

static void an_edf_file_tells_the_same(void **state)
{
    (void)state;
    char problem[PLX_RECORDING_PROBLEM_MAX];
    plx_recording r;
    patient_init(&man, 70, 0.01, SECONDS + 2);
    man.sys = 110;
    man.dia = 60;
    write_edf();
    assert_true(plx_recording_is(in_folder("man.edf")));
    assert_int_equal(plx_recording_read(in_folder("man.edf"), &r, problem), PLX_OK);
    assert_false(r.age_stated || r.sex_stated);
    assert_int_equal(r.windows_n, 12);
    for (uint32_t i = 1; i < r.windows_n; i++) {
        const plx_recording_window *w = &r.windows[i];
        assert_int_equal(w->time_s, (i + 1) * PLX_RECORDING_WINDOW_S);
        assert_true(fabs(w->value[PLX_CHART_HR] - 70) < 1.5);
        assert_true(fabs(w->value[PLX_CHART_SBP] - 110) < 3);
        assert_true(fabs(w->value[PLX_CHART_DBP] - 60) < 3);
    }
    plx_recording_release(&r);
    unlink(in_folder("man.edf"));
}

static void names_and_units(void **state)
{
    (void)state;
    static const struct {
        const char *name, *unit;
        double fs;
        plx_recording_kind kind;
        double factor;
    } rows[] = {{"MCL1", "mV", 500, PLX_RECORDING_ECG, 1},
                {"II,", "mV", 125, PLX_RECORDING_ECG, 1},
                {"ECG lead V5", "uV", 250, PLX_RECORDING_ECG, 1e-3},
                {"II", "mV", 50, PLX_RECORDING_NOTHING, 0}, /* too slow for an ECG */
                {"ART", "mmHg", 125, PLX_RECORDING_ABP, 1},
                {"ABP", "kPa", 125, PLX_RECORDING_ABP, 7.50062},
                {"ABP", "NU", 125, PLX_RECORDING_NOTHING, 0}, /* no pressure */
                {"PAP", "mmHg", 125, PLX_RECORDING_NOTHING, 0},
                {"CVP", "mmHg", 125, PLX_RECORDING_NOTHING, 0},
                {"Pleth", "NU", 125, PLX_RECORDING_PPG, 1},
                {"Resp. Imp.", "mV", 360, PLX_RECORDING_RESP, 1},
                {"RESP", "pm", 1, PLX_RECORDING_NUMBER, 1},
                {"HR", "bpm", 1, PLX_RECORDING_NUMBER, 1},
                {"EEG", "mV", 250, PLX_RECORDING_NOTHING, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        plx_recording_channel c = {.fs = rows[i].fs};
        plx_recording_name(plx_slice_of(rows[i].name), plx_slice_of(rows[i].unit), &c);
        if (c.kind != rows[i].kind) print_message("# %s %s\n", rows[i].name, rows[i].unit);
        assert_int_equal(c.kind, rows[i].kind);
        if (c.kind != PLX_RECORDING_NOTHING) assert_true(fabs(c.factor - rows[i].factor) < 1e-9);
    }
}

static void names_of_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        plx_chart_vital vital;
    } rows[] = {{"HR,", PLX_CHART_HR},      {"PULSE", PLX_CHART_HR},    {"ABP Sys", PLX_CHART_SBP},
                {"ABPdias", PLX_CHART_DBP}, {"ABPMean", PLX_CHART_MAP}, {"NBP Sys", PLX_CHART_SBP},
                {"NBPDias", PLX_CHART_DBP}, {"NIBP_M", PLX_CHART_MAP},  {"RESP,", PLX_CHART_RR},
                {"awRR", PLX_CHART_RR},     {"%SpO2", PLX_CHART_SPO2},  {"ART_MBP", PLX_CHART_MAP},
                {"EtCO2", PLX_CHART_ETCO2}, {"Temp", PLX_CHART_TEMP}};
    uint32_t line = 0, cuff = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        plx_recording_channel c = {.fs = 1};
        plx_recording_name(plx_slice_of(rows[i].name), plx_slice_of("x"), &c);
        if (c.kind != PLX_RECORDING_NUMBER) print_message("# %s\n", rows[i].name);
        assert_int_equal(c.kind, PLX_RECORDING_NUMBER);
        assert_int_equal(c.vital, rows[i].vital);
        if (strcmp(rows[i].name, "ABP Sys") == 0) line = c.rank;
        if (strcmp(rows[i].name, "NBP Sys") == 0) cuff = c.rank;
    }
    assert_true(line < cuff); /* the arterial line is taken where both are there */
    static const char *const none[] = {"ST II", "PVC", "NBP", "CVP", "PAP Mean", "S"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        plx_recording_channel c = {.fs = 1};
        plx_recording_name(plx_slice_of(none[i]), plx_slice_of("x"), &c);
        assert_int_equal(c.kind, PLX_RECORDING_NOTHING);
    }
}

static void comments_tell_the_person(void **state)
{
    (void)state;
    plx_recording r = {0};
    plx_recording_person(plx_slice_of("a 1 250 10\n# 69 M 1085 1629 x1\n# Aldomet\n"), &r);
    assert_true(r.age_stated && r.person.age == 69 && r.person.sex == PLX_SEX_MALE);
    r = (plx_recording){0};
    plx_recording_person(plx_slice_of("#Height: 170 average 12\n# sex: female\n"), &r);
    plx_recording_person_end(&r);
    assert_true(!r.age_stated && r.sex_stated && r.person.age == 60);
    assert_true(r.person.height_cm == 170 && r.person.weight_kg == 65);
}

static void the_command_runs(void **state)
{
    (void)state;
    write_patient();
    assert_int_equal(forecast(in_folder("man"), "--no-twin --json"), 0);
    has("{\"vital\":\"hr_bpm\",\"horizon_s\":60,\"n\":");
    has("{\"vital\":\"map_mmhg\",\"horizon_s\":300,\"n\":");
    has("{\"summary\":\"recordings\",\"stays\":1,\"twin\":null,\"skipped\":0,\"persons_assumed\":0,"
        "\"out_of_envelope\":0,");
    write_text("none.hea", "none 1 250 4\nnone.dat 16 200 16 0 0 0 0 EEG\n");
    write_file("none.dat", "12345678", 8);
    write_text("lost.hea", "lost 1 250 4\nlost.dat 16 200 16 0 0 0 0 II\n");
    assert_int_equal(forecast(in_folder("none"), "--no-twin"), 0);
    has("# left out: ");
    has("none: no channel of ECG, arterial pressure, plethysmogram or breath\n# 0 recordings; ");
    assert_int_equal(forecast(in_folder("lost"), "--no-twin"), 1);
    has("this recording cannot be read: ");
    assert_int_equal(forecast(folder, "--no-twin --horizons 1m"), 0);
    has("lost.dat: No such file or directory\n# left out: ");
    has("# 1 recording; ");
    has("\nhr_bpm,60,");
    write_text("both.hea", "both/2 2 125 120000\nman 60000\nman 60000\n");
    assert_int_equal(forecast(folder, "--no-twin --json"), 0);
    has("\"summary\":\"recordings\",\"stays\":1,"); /* man is a part of both */
    unlink(in_folder("both.hea"));
    write_text("table.csv", "# sex=f age=67 height_cm=162 weight_kg=70\ntime_s,hr_bpm\n0,80\n");
    char two[600];
    snprintf(two, sizeof two, "%s/man %s/table.csv", folder, folder);
    assert_int_equal(forecast(two, "--no-twin"), 1);
    has("files of two layouts cannot be scored together");
}

static void recorded_patients(void **state)
{
    (void)state;
    static const char *const records[] = {
        "03700181",     "mixedsignals",
        "a103l",        "multi-segment/fixed1/v102s",
        "3000003_0003", "multi-segment/p000878/p000878-2137-10-26-16-57"};
    char all[2048] = "";
    if (access(SHARED, R_OK) != 0) skip();
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        snprintf(all + strlen(all), sizeof all - strlen(all), SHARED "/%s ", records[i]);
    assert_int_equal(forecast(all, "--no-twin --json"), 0);
    has("3000003_0003\",\"why\":\"no vital sign could be had from its channels\"}"); /* 8 s */
    /* of the last record 30 s of 117 h are there: a window or none */
    assert_true(strstr(output, "\"stays\":5,\"twin\":null,\"skipped\":1,") ||
                strstr(output, "\"stays\":4,\"twin\":null,\"skipped\":2,"));
    has("{\"vital\":\"sbp_mmhg\",\"horizon_s\":300,\"n\":2");
    has("{\"vital\":\"rr_per_min\",\"horizon_s\":60,\"n\":");
}

static void clean(void)
{
    static const char *const names[] = {"man.hea",  "man.dat",  "none.hea", "none.dat",
                                        "lost.hea", "both.hea", "table.csv"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(in_folder(names[i]));
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_tell_the_patient), cmocka_unit_test(an_edf_file_tells_the_same),
        cmocka_unit_test(names_and_units),          cmocka_unit_test(names_of_numbers),
        cmocka_unit_test(comments_tell_the_person), cmocka_unit_test(the_command_runs),
        cmocka_unit_test(recorded_patients),
    };
    if (!mkdtemp(folder)) return 1;
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    clean();
    return failed;
}
