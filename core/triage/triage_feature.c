/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <math.h>

#include "core/score/news2.h"
#include "core/triage/complaint.h"
#include "core/triage/triage.h"

typedef struct gathered {
    plx_triage_feature *at;
    uint32_t n;
} gathered;

typedef struct bounds {
    const char *key;
    double low, high;
} bounds;

static const bounds NUMBERS[] = {
#define X(NAME, key, low, high) {key, low, high},
    PLX_TRIAGE_NUMBER_TABLE(X)
#undef X
};

/* Centre and width of each number, a round figure near those of adults in emergency departments
 * (priors; they only set the scale on which the ridge acts). */
static const struct {
    plx_triage_number number;
    double centre, width;
} SCALES[] = {{PLX_TRIAGE_AGE, 55, 18}, {PLX_TRIAGE_SBP, 130, 25}, {PLX_TRIAGE_DBP, 80, 15},
              {PLX_TRIAGE_HR, 85, 18},  {PLX_TRIAGE_RR, 20, 2.5},  {PLX_TRIAGE_TEMP, 36.7, 0.7},
              {PLX_TRIAGE_SPO2, 97, 3}, {PLX_TRIAGE_NRS, 4, 1.5}};

/* Bands of diagnosis-and-treatment, section 7, and of the modifiers of the Canadian scale. */
static const struct {
    const char *name;
    plx_triage_number number;
    double low, high; /* low <= value < high */
} BANDS[] = {{"sbp<90", PLX_TRIAGE_SBP, 0, 90},       {"sbp<100", PLX_TRIAGE_SBP, 0, 100},
             {"sbp>=160", PLX_TRIAGE_SBP, 160, 999},  {"sbp>=200", PLX_TRIAGE_SBP, 200, 999},
             {"dbp>=110", PLX_TRIAGE_DBP, 110, 999},  {"dbp<60", PLX_TRIAGE_DBP, 0, 60},
             {"hr>110", PLX_TRIAGE_HR, 110.01, 999},  {"age>=50", PLX_TRIAGE_AGE, 50, 999},
             {"rr>20", PLX_TRIAGE_RR, 20.01, 999},    {"sbp>=180", PLX_TRIAGE_SBP, 180, 999},
             {"hr<50", PLX_TRIAGE_HR, 0, 50},         {"hr>100", PLX_TRIAGE_HR, 100.01, 999},
             {"hr>130", PLX_TRIAGE_HR, 130.01, 999},  {"rr>=22", PLX_TRIAGE_RR, 22, 999},
             {"rr>=25", PLX_TRIAGE_RR, 25, 999},      {"temp<36", PLX_TRIAGE_TEMP, 0, 36},
             {"temp>38", PLX_TRIAGE_TEMP, 38.01, 99}, {"temp>=38.5", PLX_TRIAGE_TEMP, 38.5, 99},
             {"temp>=39", PLX_TRIAGE_TEMP, 39, 99},   {"spo2<92", PLX_TRIAGE_SPO2, 0, 92},
             {"spo2<95", PLX_TRIAGE_SPO2, 0, 95},     {"age<30", PLX_TRIAGE_AGE, 0, 30},
             {"age<40", PLX_TRIAGE_AGE, 0, 40},       {"age>=65", PLX_TRIAGE_AGE, 65, 999},
             {"age>=75", PLX_TRIAGE_AGE, 75, 999},    {"nrs<=3", PLX_TRIAGE_NRS, 0, 3.01},
             {"nrs>=5", PLX_TRIAGE_NRS, 5, 99},       {"nrs>=6", PLX_TRIAGE_NRS, 6, 99},
             {"nrs>=7", PLX_TRIAGE_NRS, 7, 99}};

enum { OLD = 65, HURTS = 5, NEWS2_RAISED = 3, NEWS2_MEDIUM = 5, LEVEL_UNKNOWN = 4 };

const char *plx_triage_number_key(plx_triage_number number)
{
    PLX_ASSERT(number < PLX_TRIAGE_NUMBERS);
    return NUMBERS[number].key;
}

bool plx_triage_number_possible(plx_triage_number number, double value)
{
    PLX_ASSERT(number < PLX_TRIAGE_NUMBERS);
    return value >= NUMBERS[number].low && value <= NUMBERS[number].high;
}

/* prefix and name together, cut to the size; nothing when the name is there already. */
static void add(gathered *g, const char *prefix, const char *name, double value)
{
    if (g->n == PLX_TRIAGE_FEATURES_MAX || value == 0) return;
    plx_triage_feature *f = &g->at[g->n];
    plx_out out = plx_out_init(f->name, sizeof f->name - 1);
    plx_out_text(&out, prefix);
    for (const char *c = name; *c && !out.full; c++)
        plx_out_char(&out, *c);
    f->name[out.n] = 0;
    f->value = value;
    for (uint32_t i = 0; i < g->n; i++)
        if (strcmp(g->at[i].name, f->name) == 0) return;
    g->n++;
}

static void add_digit(gathered *g, const char *prefix, double digit)
{
    const char text[2] = {(char)('0' + (int)digit), 0};
    add(g, prefix, text, 1);
}

static double clip(double z)
{
    return z < -3 ? -3 : z > 3 ? 3 : z;
}

static void add_numbers(gathered *g, const plx_triage_case *c)
{
    for (size_t i = 0; i < sizeof SCALES / sizeof *SCALES; i++) {
        const double x = c->number[SCALES[i].number];
        const char *key = NUMBERS[SCALES[i].number].key;
        if (isnan(x))
            add(g, "missing:", key, 1);
        else
            add(g, "", key, clip((x - SCALES[i].centre) / SCALES[i].width));
    }
    for (size_t i = 0; i < sizeof BANDS / sizeof *BANDS; i++) {
        const double x = c->number[BANDS[i].number];
        add(g, "", BANDS[i].name, x >= BANDS[i].low && x < BANDS[i].high);
    }
    const double hr = c->number[PLX_TRIAGE_HR], sbp = c->number[PLX_TRIAGE_SBP];
    if (hr >= 0 && sbp > 0) add(g, "", "shock_index", clip((hr / sbp - 0.65) / 0.2));
}

/* SIRS (Bone 1992) without the white cells, which nobody knows at the door. */
static void add_sirs(gathered *g, const plx_triage_case *c)
{
    const double temp = c->number[PLX_TRIAGE_TEMP];
    const int signs = (temp > 38 || temp < 36) + (c->number[PLX_TRIAGE_HR] > 90) +
                      (c->number[PLX_TRIAGE_RR] > 20);
    add(g, "", "sirs>=2", signs >= 2);
    add(g, "", "sirs>=3", signs >= 3);
}

/* Hundredths are enough for charted values. */
static void give(plx_news2_inputs *in, plx_news2_input input, double value)
{
    if (isnan(value)) return;
    in->given[input] = true;
    in->number[input] = plx_decimal_make((int64_t)floor(value * 100 + 0.5), 2);
}

static plx_news2_result news2_of(const plx_triage_case *c)
{
    plx_news2_inputs in = {0};
    plx_news2_result r;
    give(&in, PLX_NEWS2_RR, c->number[PLX_TRIAGE_RR]);
    give(&in, PLX_NEWS2_SPO2, c->number[PLX_TRIAGE_SPO2]);
    give(&in, PLX_NEWS2_SBP, c->number[PLX_TRIAGE_SBP]);
    give(&in, PLX_NEWS2_PULSE, c->number[PLX_TRIAGE_HR]);
    give(&in, PLX_NEWS2_TEMP, c->number[PLX_TRIAGE_TEMP]);
    in.given[PLX_NEWS2_ACVPU] = !isnan(c->number[PLX_TRIAGE_MENTAL]);
    if (in.given[PLX_NEWS2_ACVPU]) in.acvpu = "AVPU"[(int)c->number[PLX_TRIAGE_MENTAL] - 1];
    plx_news2_score(&in, &r);
    return r;
}

static void add_state(gathered *g, const plx_triage_case *c, const plx_news2_result *news2)
{
    if (c->male >= 0) add(g, "", "male", c->male ? 0.5 : -0.5);
    if (!isnan(c->number[PLX_TRIAGE_ARRIVAL]))
        add_digit(g, "arrival:", c->number[PLX_TRIAGE_ARRIVAL]);
    if (!isnan(c->number[PLX_TRIAGE_MENTAL])) add_digit(g, "mental:", c->number[PLX_TRIAGE_MENTAL]);
    add(g, "", "injury", c->injury == 1);
    add(g, "", "pain", c->pain == 1);
    add(g, "", "news2_min", news2->min / 3.0);
    add(g, "", "news2_max", news2->max / 3.0);
    add(g, "", "news2>=3", news2->min >= NEWS2_RAISED);
    add(g, "", "news2>=5", news2->min >= NEWS2_MEDIUM);
}

/* What is known of the complaint (a concept or its system) meets what is known of the patient.
 * Arrival 2 and 4: public and private ambulance. */
static void add_meetings(gathered *g, const plx_triage_case *c, const char *of,
                         const plx_news2_result *news2)
{
    const double arrival = c->number[PLX_TRIAGE_ARRIVAL];
    add(g, "old:", of, c->number[PLX_TRIAGE_AGE] >= OLD);
    add(g, "hurts:", of, c->number[PLX_TRIAGE_NRS] >= HURTS);
    add(g, "news2:", of, news2->min >= NEWS2_RAISED);
    add(g, "fast:", of, c->number[PLX_TRIAGE_HR] > 100);
    add(g, "ambulance:", of, arrival == 2 || arrival == 4);
    add(g, "no_spo2:", of, isnan(c->number[PLX_TRIAGE_SPO2]));
}

/* The level that the pain modifier asks for, were the pain acute. */
static void add_pain_level(gathered *g, const plx_triage_case *c, bool central)
{
    const double nrs = c->number[PLX_TRIAGE_NRS];
    if (c->pain != 1 || isnan(nrs)) return;
    add_digit(g, "pain_level:", (central ? 2 : 3) + (nrs >= 8 ? 0 : nrs >= 4 ? 1 : 2));
}

static void add_complaint(gathered *g, const plx_triage_case *c, const plx_news2_result *news2)
{
    plx_complaint_words words;
    uint8_t level = UINT8_MAX;
    bool central = false, peripheral = false;
    plx_complaint_split(c->complaint, &words);
    for (uint32_t i = 0; plx_complaint_at(i); i++) {
        const plx_complaint *k = plx_complaint_at(i);
        if (!plx_complaint_matches(k, &words)) continue;
        add(g, "complaint:", k->concept, 1);
        add(g, "system:", k->system, 1);
        add_meetings(g, c, k->system, news2);
        add_meetings(g, c, k->concept, news2);
        level = k->level < level ? k->level : level;
        central = central || k->place == PLX_PLACE_CENTRAL;
        peripheral = peripheral || k->place == PLX_PLACE_PERIPHERAL;
    }
    add(g, "", "complaint_unknown", level == UINT8_MAX);
    if (level == UINT8_MAX) level = LEVEL_UNKNOWN;
    add(g, "", "complaint_level", 3.5 - level);
    add_digit(g, "complaint_level:", level);
    add(g, "", "place:central", central);
    add(g, "", "place:peripheral", peripheral && !central);
    add_pain_level(g, c, central);
    for (uint32_t i = 0; i < words.n; i++)
        if (words.at[i][1]) add(g, "word:", words.at[i], 1);
}

uint32_t plx_triage_features(const plx_triage_case *c,
                             plx_triage_feature features[PLX_TRIAGE_FEATURES_MAX])
{
    gathered g = {features, 0};
    const plx_news2_result news2 = news2_of(c);
    add_numbers(&g, c);
    add_sirs(&g, c);
    add_state(&g, c, &news2);
    add_complaint(&g, c, &news2);
    return g.n;
}
