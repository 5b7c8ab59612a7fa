/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the waveforms of a bed are one unbroken recording of the patient whose numbers its monitor
 * sends. Oracle: a reader that knows nothing but the messages: it counts samples, joins the seconds
 * by their times, finds R waves and pulses by thresholds, and compares them with the numbers of the
 * same monitor. Tolerance: none for times and counts; 2/min for the heart rate, 5 mmHg for
 * pressures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/hospital/inner.h"
#include "core/hospital/reader_for_test.h"

enum { CHANNELS = 5, BEDS_MAX = 64, PEAKS = 13, TEXT = 48, FIELD = 2048 };
#define R_WAVE_MV 0.5

/* What the messages may hold: part (OBX-4), samples a second, most that is plausible between two
 * samples, in the unit. */
static const struct {
    const char *name, *part;
    int rate;
    double jump, low, high;
} EXPECTED[CHANNELS] = {{"MDC_ECG_ELEC_POTL_II", "1.1.1.131330", 250, 0.5, -1, 2},
                        {"MDC_PRESS_BLD_ART_ABP", "1.4.1.150036", 125, 12, 15, 260},
                        {"MDC_PULS_OXIM_PLETH", "1.2.1.150452", 125, 0.1, 0, 3},
                        {"MDC_IMPED_TTHOR", "1.1.2.151780", 50, 0.2, -1, 4},
                        {"MDC_AWAY_CO2", "1.5.1.151724", 50, 60, 0, 120}};
enum { ECG, ABP, PLETH, RESP, CO2 };

typedef struct bed {
    char bed_name[TEXT], stay[16], end[32]; /* end: OBR-8 of the last second */
    double last[CHANNELS], t_s;             /* t_s: of the recording */
    bool seen[CHANNELS], above;
    double peaks_s[PEAKS], top[PEAKS], low[PEAKS], now_top, now_low;
    double ecg[250], abp[125]; /* of the last second */
    uint32_t peaks_n, seconds, line_s;
} bed;

typedef struct reader {
    bed beds[BEDS_MAX];
    uint32_t beds_n, waves, numbers, lines, gaps;
    double worst_hr, worst_sys, worst_dia;
} reader;

static double number(const char *text)
{
    char *end;
    const double x = strtod(text, &end);
    assert_true(end != text && *end == 0);
    return x;
}

/* Seconds of the day of a time with milliseconds. */
static double time_of(const char *text)
{
    unsigned hour, minute, second, ms;
    assert_int_equal(strlen(text), 23);
    assert_int_equal(sscanf(text + 8, "%2u%2u%2u.%3u+0000", &hour, &minute, &second, &ms), 4);
    return hour * 3600 + minute * 60 + second + ms / 1000.0;
}

static bed *bed_at(reader *r, const char *where, const char *whose)
{
    for (uint32_t i = 0; i < r->beds_n; i++)
        if (strcmp(r->beds[i].bed_name, where) == 0 &&
            (!whose[0] || strcmp(r->beds[i].stay, whose) == 0))
            return &r->beds[i];
    return NULL;
}

static bed *bed_new(reader *r, const char *where, const char *whose)
{
    assert_true(r->beds_n < BEDS_MAX);
    bed *b = &r->beds[r->beds_n++];
    snprintf(b->bed_name, sizeof b->bed_name, "%s", where);
    snprintf(b->stay, sizeof b->stay, "%s", whose);
    return b;
}

/* The beats by their R waves; the pressure between two of them. */
static void ecg_sample(bed *b, double mv, double at_s)
{
    if (mv > R_WAVE_MV && !b->above) {
        const uint32_t k = b->peaks_n++ % PEAKS;
        b->peaks_s[k] = at_s;
        b->top[k] = b->now_top;
        b->low[k] = b->now_low;
        b->now_top = 0;
        b->now_low = 999;
    }
    b->above = mv > R_WAVE_MV;
}

static int channel_named(const char *name)
{
    for (int c = 0; c < CHANNELS; c++)
        if (strcmp(EXPECTED[c].name, name) == 0) return c;
    fail_msg("no channel %s", name);
    return 0;
}

/* One NA and its facets, OBX number n of the message. */
static void read_channel(bed *b, const char *m, int n, const char *start)
{
    static char field[FIELD];
    char name[TEXT], part[TEXT], facet[TEXT], text[TEXT], unit[TEXT];
    const char *obx = segment(m, "OBX", n);
    get(obx, 3, 2, name, sizeof name);
    get(obx, 4, 0, part, sizeof part);
    const int c = channel_named(name);
    assert_string_equal(part, EXPECTED[c].part);
    get(obx, 14, 0, text, sizeof text);
    assert_string_equal(text, start);
    static const char *const FACETS[] = {"MDC_ATTR_SAMP_RATE", "MDC_ATTR_NU_MSMT_RES",
                                         "MDC_EVT_INOP"};
    double values[3];
    for (int k = 0; k < 3; k++) {
        const char *row = segment(m, "OBX", n + 1 + k);
        get(row, 3, 2, text, sizeof text);
        assert_string_equal(text, FACETS[k]);
        get(row, 4, 0, text, sizeof text);
        snprintf(facet, sizeof facet, "%s.%d", part, k + 1);
        assert_string_equal(text, facet);
        get(row, 5, 0, text, sizeof text);
        values[k] = number(text);
    }
    get(segment(m, "OBX", n + 2), 6, 0, unit, sizeof unit);
    get(obx, 6, 0, text, sizeof text);
    assert_string_equal(unit, text); /* of samples and their resolution */
    assert_true(values[0] == EXPECTED[c].rate && values[2] == 32767);
    get(obx, 5, 0, field, sizeof field);
    int samples = 0;
    for (char *at = strtok(field, "^"); at; at = strtok(NULL, "^"), samples++) {
        const double steps = number(at), x = steps * values[1];
        assert_true(steps == floor(steps) && fabs(steps) < 32767);
        assert_true(x >= EXPECTED[c].low && x <= EXPECTED[c].high);
        if (b->seen[c]) assert_true(fabs(x - b->last[c]) <= EXPECTED[c].jump);
        b->last[c] = x;
        b->seen[c] = true;
        if (c == ECG) b->ecg[samples] = x;
        if (c == ABP) b->abp[samples] = x;
    }
    assert_int_equal(samples, EXPECTED[c].rate);
}

static void read_waveform(reader *r, const char *m)
{
    char where[TEXT], whose[16], start[32], end[32], type[8];
    const char *obr = segment(m, "OBR", 0), *obx;
    get(segment(m, "PV1", 0), 3, 0, where, sizeof where);
    get(segment(m, "PV1", 0), 19, 1, whose, sizeof whose);
    get(obr, 7, 0, start, sizeof start);
    get(obr, 8, 0, end, sizeof end);
    assert_true(fabs(time_of(end) - time_of(start) - 1) < 1e-6);
    assert_true(where[0] && whose[0]);
    bed *b = bed_at(r, where, whose);
    if (!b) b = bed_new(r, where, whose);
    if (b->seconds > 0 && strcmp(b->end, start) != 0) r->gaps++;
    snprintf(b->end, sizeof b->end, "%s", end);
    for (int n = 0; (obx = segment(m, "OBX", n)) != NULL; n++) {
        get(obx, 2, 0, type, sizeof type);
        if (strcmp(type, "NA") == 0) read_channel(b, m, n, start);
    }
    assert_true(b->seen[ECG] && b->seen[PLETH] && b->seen[RESP]);
    for (int i = 0; i < 250; i++) {
        ecg_sample(b, b->ecg[i], b->t_s + i / 250.0);
        b->now_top = fmax(b->now_top, b->abp[i / 2]);
        b->now_low = fmin(b->now_low, b->abp[i / 2]);
    }
    b->line_s += b->seen[ABP];
    b->t_s += 1;
    b->seconds++;
    r->waves++;
}

static bool value_of(const char *m, const char *name, double *value)
{
    char text[TEXT];
    const char *obx;
    for (int n = 0; (obx = segment(m, "OBX", n)) != NULL; n++) {
        get(obx, 3, 2, text, sizeof text);
        if (strcmp(text, name) != 0) continue;
        get(obx, 5, 0, text, sizeof text);
        *value = number(text);
        return true;
    }
    return false;
}

static void compare_pressures(reader *r, const bed *b, const char *m)
{
    double sys, dia, top = 0, low = 0;
    const bool line = value_of(m, "MDC_PRESS_BLD_ART_ABP_SYS", &sys);
    assert_int_equal(line, b->seen[ABP]); /* a number where there is a wave, and only there */
    if (!line || b->line_s < 30) return;
    assert_true(value_of(m, "MDC_PRESS_BLD_ART_ABP_DIA", &dia));
    for (int k = 0; k < PEAKS; k++) {
        top += b->top[k] / PEAKS;
        low += b->low[k] / PEAKS;
    }
    r->worst_sys = fmax(r->worst_sys, fabs(top - sys));
    r->worst_dia = fmax(r->worst_dia, fabs(low - dia));
    r->lines++;
}

/* The number that a monitor sends against the last twelve beats of its waveform. */
static void compare_numbers(reader *r, const char *m)
{
    char where[TEXT], whose[16];
    double hr;
    get(segment(m, "PV1", 0), 3, 0, where, sizeof where);
    get(segment(m, "PV1", 0), 19, 1, whose, sizeof whose);
    const bed *b = bed_at(r, where, whose);
    if (!b || b->peaks_n < 2 * PEAKS || !value_of(m, "MDC_ECG_HEART_RATE", &hr)) return;
    const double last_s = b->peaks_s[(b->peaks_n - 1) % PEAKS];
    const double first_s = b->peaks_s[b->peaks_n % PEAKS];
    if (b->t_s - last_s > 3) return; /* not drawn any more */
    r->worst_hr = fmax(r->worst_hr, fabs(60 * (PEAKS - 1) / (last_s - first_s) - hr));
    r->numbers++;
    compare_pressures(r, b, m);
}

static void read_message(reader *r, const plx_hospital_message *msg)
{
    static char text[PLX_HOSPITAL_MESSAGE_MAX + 1];
    char from[16], code[16];
    memcpy(text, msg->bytes.at, msg->bytes.n);
    text[msg->bytes.n] = 0;
    get(text, 3, 0, from, sizeof from);
    get(segment(text, "OBR", 0), 4, 1, code, sizeof code);
    if (strcmp(code, "69121") == 0)
        read_waveform(r, text);
    else if (strcmp(from, "MONITOR") == 0)
        compare_numbers(r, text);
}

typedef struct run {
    void *memory;
    hospital *h;
    plx_hospital_model model;
} run;

static run begin(uint64_t seed, uint32_t waves, int64_t warm_h, const char *faults)
{
    run r = {.model = plx_hospital_model_default()};
    const char *problem;
    r.model.seed = seed;
    r.model.bodies = 32;
    r.model.waves = waves;
    r.model.warm_us = warm_h * PLX_HOUR_US;
    assert_int_equal(plx_hospital_faults_parse(plx_slice_of(faults), &r.model.faults, &problem),
                     PLX_OK);
    const size_t size = (plx_hospital_size(&r.model) + 15) / 16 * 16;
    r.memory = aligned_alloc(16, size);
    assert_non_null(r.memory);
    assert_int_equal(plx_hospital_init(&r.h, r.memory, size, &r.model), PLX_OK);
    return r;
}

static void of_the_same_patient(void **state)
{
    (void)state;
    enum { WAVES = 4, MINUTES = 30 };
    run r = begin(7, WAVES, 4, "none");
    reader *read = calloc(1, sizeof *read);
    plx_hospital_message msg;
    plx_hospital_counts c;
    const int64_t end_us = r.model.start_us + MINUTES * PLX_MINUTE_US;
    while (plx_hospital_next(r.h, &msg) && msg.due_us < end_us) {
        const uint32_t before = read->waves;
        read_message(read, &msg);
        if (read->waves > before) assert_true(msg.due_us >= r.model.start_us);
    }
    plx_hospital_count(r.h, &c);
    print_message("# %u seconds of waveforms of %u beds; %u heart rates, off by %.2f at most\n",
                  read->waves, read->beds_n, read->numbers, read->worst_hr);
    assert_true(c.waves - read->waves <= WAVES); /* the others are still in the outbox */
    assert_true(read->waves <= WAVES * MINUTES * 60);
    assert_true(read->waves > WAVES * MINUTES * 60 * 9 / 10);
    assert_int_equal(read->gaps, 0);
    assert_true(read->numbers > 10);
    assert_true(read->worst_hr <= 2);
    free(read);
    free(r.memory);
}

/* A patient in the first bed that no event of the hospital knows of. */
static visit *in_bed(hospital *h, const char *code, illness_kind kind)
{
    for (uint64_t journey = 1;; journey++) {
        visit *v = plx_hosp_visit_new(h);
        assert_non_null(v);
        v->journey = journey;
        v->rng = plx_rng_init(1, journey);
        v->person = plx_hosp_person_new(h, &v->rng, false, AGE_ADULT);
        for (uint32_t i = 0; i < plx_hosp_complaints_n; i++)
            if (strcmp(plx_hosp_complaints[i].code, code) == 0) v->complaint = (uint8_t)i;
        v->triage = 1;
        v->age_years = 45;
        v->number = (uint32_t)journey;
        plx_hosp_vitals_begin(v);
        v->severity = v->target = 0.7;
        v->phase = PHASE_PLACED;
        v->place = PLACE_FIRST_BED;
        v->placed_us = h->now_us;
        h->places[v->place].visit = plx_hosp_visit_slot(h, v);
        plx_hosp_bedside_begin(h, v);
        const bedside *b = plx_hosp_bedside_of(h, v);
        if (b && b->ill && b->ill->kind == kind) return v;
        plx_hosp_bedside_end(h, v);
    }
}

static void seconds_pass(run *r, reader *read, visit *v, int n)
{
    plx_hospital_message msg;
    for (int i = 1; i <= n; i++) {
        r->h->now_us += PLX_SECOND_US;
        plx_hosp_waveforms_second(r->h);
        if (i % 20 == 0) plx_hosp_vitals_monitor(r->h, v, true);
        while (plx_hosp_outbox_pop(r->h, &msg)) {
            read_message(read, &msg);
            plx_hosp_outbox_free(r->h, r->h->returned);
        }
    }
}

/* A line when there is a vasopressor; then its numbers are those of the wave. */
static void arterial_line(void **state)
{
    (void)state;
    run r = begin(4, 1, 0, "none");
    reader *read = calloc(1, sizeof *read);
    visit *v = in_bed(r.h, "SEPSIS", ILLNESS_CONDITION);
    bedside *b = plx_hosp_bedside_of(r.h, v);
    seconds_pass(&r, read, v, 60);
    assert_true(b->waveform != NO_WAVEFORM);
    assert_int_equal(read->beds_n, 1);
    assert_false(read->beds[0].seen[ABP] || read->beds[0].seen[CO2]);
    b->given.norepinephrine_us = r.h->now_us;
    for (int i = 0; i < 3; i++) {
        seconds_pass(&r, read, v, 60);
        assert_true(read->beds[0].seen[ABP]);
    }
    print_message("# %u pressures by line: systolic off by %.1f, diastolic by %.1f; HR %.2f\n",
                  read->lines, read->worst_sys, read->worst_dia, read->worst_hr);
    assert_true(read->lines >= 6);
    assert_true(read->worst_sys <= 5 && read->worst_dia <= 5 && read->worst_hr <= 2);
    assert_int_equal(read->gaps, 0);
    free(read);
    free(r.memory);
}

/* Capnography is for who took an opioid; and with him gone nothing is sent of the bed. */
static void capnography(void **state)
{
    (void)state;
    run r = begin(5, 1, 0, "none");
    reader *read = calloc(1, sizeof *read);
    visit *v = in_bed(r.h, "OVERDOSE", ILLNESS_POISON);
    seconds_pass(&r, read, v, WAVEFORM_LEAD_IN_S + 1);
    assert_int_equal(read->waves, 0);
    seconds_pass(&r, read, v, 30);
    assert_int_equal(read->waves, 30);
    assert_true(read->beds[0].seen[CO2] && !read->beds[0].seen[ABP]);
    v->place = PLACE_IMAGING;
    seconds_pass(&r, read, v, 5);
    assert_int_equal(read->waves, 30);
    assert_int_equal(plx_hosp_bedside_of(r.h, v)->waveform, NO_WAVEFORM);
    v->place = PLACE_FIRST_BED; /* comes back: a new recording */
    seconds_pass(&r, read, v, WAVEFORM_LEAD_IN_S + 3);
    assert_int_equal(read->waves, 32);
    assert_int_equal(read->gaps, 1);
    plx_hosp_bedside_end(r.h, v);
    assert_int_equal(r.h->waveforms[0].visit, NOBODY);
    free(read);
    free(r.memory);
}

/* With every fault, and to the end: no more than it should be, and the hospital comes to rest. */
static void with_faults_to_the_end(void **state)
{
    (void)state;
    run r = begin(6, 2, 2, "all");
    plx_hospital_message msg;
    plx_hospital_counts c;
    const int64_t end_us = r.model.start_us + 3 * PLX_MINUTE_US;
    while (plx_hospital_next(r.h, &msg))
        if (msg.due_us >= end_us) plx_hospital_stop(r.h);
    plx_hospital_count(r.h, &c);
    assert_true(c.waves > 180 && c.waves <= 2 * 3 * 60 + 2);
    assert_int_equal(r.h->free_slots_n, SLOTS);
    free(r.memory);
    /* Nobody comes any more: the seconds stop. */
    plx_hospital_model m = plx_hospital_model_default();
    m.journeys_max = 1;
    m.bodies = m.waves = 1;
    const size_t size = (plx_hospital_size(&m) + 15) / 16 * 16;
    r.memory = aligned_alloc(16, size);
    assert_int_equal(plx_hospital_init(&r.h, r.memory, size, &m), PLX_OK);
    while (plx_hospital_next(r.h, &msg))
        continue;
    assert_int_equal(r.h->events.n, 0);
    free(r.memory);
}

static void limits(void **state)
{
    (void)state;
    plx_hospital_model m = plx_hospital_model_default();
    m.waves = 1; /* of no bodies */
    assert_int_equal(plx_hospital_size(&m), 0);
    m.bodies = 64;
    assert_true(plx_hospital_size(&m) > 0);
    m.waves = PLX_HOSPITAL_WAVES_MAX + 1;
    assert_int_equal(plx_hospital_size(&m), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_the_same_patient), cmocka_unit_test(arterial_line),
        cmocka_unit_test(capnography), cmocka_unit_test(with_faults_to_the_end),
        cmocka_unit_test(limits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
