/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/department_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/json_pair.h"

enum { LINE_BYTES = 2048, LEVELS = 7 };
static const double levels[LEVELS] = {0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95};
static const char *const level_names[LEVELS] = {"05", "10", "25", "50", "75", "90", "95"};

typedef struct law_of {
    double mean, q[LEVELS];
    uint32_t n; /* values that are numbers */
} law_of;

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Sorts what are numbers among values; quantiles: linear between order statistics (type 7). */
static law_of summarize(double *values, uint32_t n)
{
    law_of l = {.mean = NAN};
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        if (values[i] == values[i]) {
            sum += values[i];
            values[l.n++] = values[i];
        }
    qsort(values, l.n, sizeof *values, by_value);
    if (l.n) l.mean = sum / l.n;
    for (int k = 0; k < LEVELS; k++) {
        const double at = levels[k] * (l.n ? l.n - 1.0 : 0);
        const uint32_t i = (uint32_t)at;
        l.q[k] =
            l.n == 0 ? NAN : values[i] + (at - i) * (values[i + 1 < l.n ? i + 1 : i] - values[i]);
    }
    return l;
}

/* Of whole numbers below 1024, by counting. */
static law_of summarize_counts(const uint16_t *values, uint32_t n)
{
    uint32_t times[PLX_FLOW_PATIENTS_MAX + 1] = {0}, below = 0, k = 0;
    uint64_t sum = 0;
    law_of l = {.n = n};
    for (uint32_t i = 0; i < n; i++) {
        times[values[i] < PLX_FLOW_PATIENTS_MAX ? values[i] : PLX_FLOW_PATIENTS_MAX]++;
        sum += values[i];
    }
    l.mean = (double)sum / n;
    for (uint32_t value = 0; value <= PLX_FLOW_PATIENTS_MAX; value++) {
        below += times[value];
        for (; k < LEVELS && levels[k] * (n - 1.0) < below; k++)
            l.q[k] = value; /* whole patients */
    }
    return l;
}

/* --- JSON --- */

typedef struct line {
    char text[LINE_BYTES];
    plx_out out;
    plx_json_writer w;
} line;

static void begin(line *l, const char *kind)
{
    l->out = plx_out_init(l->text, sizeof l->text);
    l->w = plx_json_writer_init(&l->out);
    plx_json_object(&l->w);
    plx_pair_text(&l->w, "kind", kind);
}

static void end(line *l)
{
    plx_json_object_end(&l->w);
    printf("%.*s\n", (int)l->out.n, l->out.at);
}

static void put_time(line *l, const plx_department_report *r, const char *key, int64_t time_us)
{
    char text[40];
    plx_out out = plx_out_init(text, sizeof text);
    plx_json_key(&l->w, key);
    if (time_us <= 0) { /* not within the horizon */
        plx_json_put_null(&l->w);
        return;
    }
    plx_department_time(r->state, time_us, &out);
    plx_json_put_string(&l->w, plx_out_slice(&out));
}

static void put_law(line *l, const law_of *law)
{
    plx_pair_number(&l->w, "mean", law->mean);
    plx_json_key(&l->w, "q");
    plx_json_object(&l->w);
    for (int k = 0; k < LEVELS; k++)
        plx_pair_number(&l->w, level_names[k], law->q[k]);
    plx_json_object_end(&l->w);
}

static int64_t grid_us(const plx_department_report *r, uint32_t g)
{
    return r->plan->start_us + g * PLX_FORECAST_STEP_MIN * PLX_MINUTE_US;
}

static void json_meta(const plx_department_report *r)
{
    line l;
    uint64_t beyond = 0;
    for (uint32_t i = 0; i < r->plan->replications; i++)
        beyond = r->slots->beyond[i] > beyond ? r->slots->beyond[i] : beyond;
    begin(&l, "meta");
    plx_pair_text(&l.w, "model", r->plan->arm[0]->name);
    plx_pair_text(&l.w, "input_hash", r->input_hash);
    put_time(&l, r, "time", r->plan->start_us);
    plx_pair_count(&l.w, "seed", r->plan->seed);
    plx_pair_count(&l.w, "replications", r->plan->replications);
    plx_pair_count(&l.w, "hours", r->plan->hours);
    plx_pair_count(&l.w, "patients", r->state->patients_n);
    plx_pair_count(&l.w, "longer_than_the_model_knows", beyond);
    plx_pair_number(&l.w, "wall_ms", r->wall_ms);
    plx_pair_text(&l.w, "output_hash", r->output_hash);
    plx_pair_text(&l.w, "method", "flow");
    plx_json_key(&l.w, "skill_30d");
    plx_json_put_null(&l.w);
    end(&l);
}

static const char *series_word(uint32_t series)
{
    static const char *const words[] = {
#define X(name, word) word,
        PLX_FORECAST_SERIES_TABLE(X)
#undef X
    };
    if (series < PLX_FORECAST_BY_ACUITY) return words[series];
    if (series < PLX_FORECAST_ZONE)
        return words[(series - PLX_FORECAST_BY_ACUITY) / PLX_FLOW_ACUITIES];
    return words[0];
}

static void put_what(line *l, const char *what, int acuity, const char *zone)
{
    plx_pair_text(&l->w, "what", what);
    if (acuity >= 0)
        plx_pair_count(&l->w, "acuity", (uint64_t)acuity + 1);
    else
        plx_pair_text(&l->w, "acuity", "all");
    plx_json_key(&l->w, "zone");
    if (zone)
        plx_json_put_text(&l->w, zone);
    else
        plx_json_put_null(&l->w);
}

static const uint16_t *column(const plx_department_report *r, uint32_t series, uint32_t g)
{
    return r->slots->count +
           ((size_t)series * plx_forecast_grid(r->plan) + g) * r->plan->replications;
}

static void json_counts(const plx_department_report *r)
{
    const plx_flow_model *m = r->plan->arm[0];
    for (uint32_t series = 0; series < (uint32_t)PLX_FORECAST_ZONE + m->zone_n; series++)
        for (uint32_t g = 0; g < plx_forecast_grid(r->plan); g++) {
            line l;
            const law_of law = summarize_counts(column(r, series, g), r->plan->replications);
            const bool by_acuity = series >= PLX_FORECAST_BY_ACUITY && series < PLX_FORECAST_ZONE;
            const int acuity =
                by_acuity ? (int)(series - PLX_FORECAST_BY_ACUITY) % PLX_FLOW_ACUITIES : -1;
            begin(&l, "series");
            put_what(&l, series_word(series), acuity,
                     series >= PLX_FORECAST_ZONE ? m->zone[series - PLX_FORECAST_ZONE].name : NULL);
            put_time(&l, r, "t", grid_us(r, g));
            put_law(&l, &law);
            end(&l);
        }
}

/* Occupancy, NEDOCS, EDWIN: values made by make of replication i at grid point g. */
static double occupancy(const plx_department_report *r, uint32_t g, uint32_t i)
{
    return column(r, PLX_FORECAST_PRESENT, g)[i] / (double)r->plan->arm[0]->treatment_places;
}

static double nedocs(const plx_department_report *r, uint32_t g, uint32_t i)
{
    return (double)r->slots->nedocs[(size_t)g * r->plan->replications + i];
}

static double edwin(const plx_department_report *r, uint32_t g, uint32_t i)
{
    return (double)r->slots->edwin[(size_t)g * r->plan->replications + i];
}

static void json_scores(const plx_department_report *r, double *values)
{
    static const struct {
        const char *what;
        double (*make)(const plx_department_report *, uint32_t, uint32_t);
    } rows[] = {{"occupancy_frac", occupancy}, {"nedocs", nedocs}, {"edwin", edwin}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        for (uint32_t g = 0; g < plx_forecast_grid(r->plan); g++) {
            line l;
            for (uint32_t i = 0; i < r->plan->replications; i++)
                values[i] = rows[k].make(r, g, i);
            const law_of law = summarize(values, r->plan->replications);
            begin(&l, "series");
            put_what(&l, rows[k].what, -1, NULL);
            put_time(&l, r, "t", grid_us(r, g));
            put_law(&l, &law);
            if (law.n < r->plan->replications)
                plx_pair_count(&l.w, "not_defined", r->plan->replications - law.n);
            end(&l);
        }
}

/* p (G) at each grid point, by (G) at any until then. */
static void crowded(const plx_department_report *r, double *p, double *by)
{
    const plx_flow_model *m = r->plan->arm[0];
    const uint32_t n = r->plan->replications, grid = plx_forecast_grid(r->plan);
    memset(p, 0, grid * sizeof *p);
    memset(by, 0, grid * sizeof *by);
    for (uint32_t i = 0; i < n; i++) {
        bool ever = false;
        for (uint32_t g = 0; g < grid; g++) {
            const bool now = occupancy(r, g, i) >= m->crowded_from;
            ever = ever || now;
            p[g] += now / (double)n;
            by[g] += ever / (double)n;
        }
    }
}

static void json_crowded(const plx_department_report *r, double *p, double *by)
{
    crowded(r, p, by);
    for (uint32_t g = 0; g < plx_forecast_grid(r->plan); g++) {
        line l;
        char rule[40];
        snprintf(rule, sizeof rule, "occupancy>=%g", r->plan->arm[0]->crowded_from);
        begin(&l, "crowded");
        put_time(&l, r, "t", grid_us(r, g));
        plx_pair_number(&l.w, "p", p[g]);
        plx_pair_number(&l.w, "p_by_then", by[g]);
        plx_pair_text(&l.w, "rule", rule);
        end(&l);
    }
}

static double share_of(const uint8_t *flags, uint32_t n)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += flags[i];
    return sum / (double)n;
}

static law_of door_law(const plx_department_report *r, uint32_t acuity, double *values)
{
    const uint32_t n = r->plan->replications;
    for (uint32_t i = 0; i < n; i++)
        values[i] = (double)r->slots->door_min[(size_t)acuity * n + i];
    return summarize(values, n);
}

static void json_new_arrival(const plx_department_report *r, double *values)
{
    const uint32_t n = r->plan->replications;
    for (uint32_t a = 0; a < PLX_FLOW_ACUITIES; a++) {
        line l;
        const law_of law = door_law(r, a, values);
        begin(&l, "new_arrival");
        plx_pair_count(&l.w, "acuity", a + 1);
        plx_pair_number(&l.w, "p_lwbs", share_of(r->slots->lwbs + (size_t)a * n, n));
        plx_json_key(&l.w, "time_to_doctor_min");
        plx_json_object(&l.w);
        put_law(&l, &law);
        plx_json_object_end(&l.w);
        end(&l);
    }
}

typedef struct person {
    int64_t depart_us[3];          /* 10, 50, 90 %; 0 = beyond the horizon */
    double p_admit, p_lwbs, by[4]; /* 1, 2, 4, 8 h */
} person;

/* Who is not decided when he is still there counts by those who are. */
static person person_of(const plx_department_report *r, uint32_t who, double *values)
{
    static const int hours[4] = {1, 2, 4, 8};
    const uint32_t n = r->plan->replications;
    const int64_t *gone = r->slots->gone_us + (size_t)who * n;
    const uint8_t *ends = r->slots->end + (size_t)who * n;
    person p = {{0}, 0, 0, {0}};
    uint32_t ended = 0;
    for (uint32_t i = 0; i < n; i++) {
        values[i] = gone[i] > 0 ? (double)gone[i] : INFINITY;
        if (gone[i] <= 0) continue;
        ended++;
        p.p_admit += ends[i] <= PLX_FLOW_ICU;
        p.p_lwbs += ends[i] == PLX_FLOW_LWBS;
        for (int h = 0; h < 4; h++)
            p.by[h] += (gone[i] <= r->plan->start_us + hours[h] * PLX_HOUR_US) / (double)n;
    }
    p.p_admit = ended ? p.p_admit / ended : NAN;
    p.p_lwbs /= n;
    qsort(values, n, sizeof *values, by_value);
    const double levels3[3] = {0.1, 0.5, 0.9};
    for (int k = 0; k < 3; k++) {
        const double v = values[(uint32_t)(levels3[k] * (n - 1.0))];
        p.depart_us[k] = isfinite(v) ? (int64_t)v : 0;
    }
    return p;
}

static void json_patients(const plx_department_report *r, double *values)
{
    static const char *const hours[4] = {"1h", "2h", "4h", "8h"};
    for (uint32_t who = 0; who < r->state->patients_n; who++) {
        line l;
        const person p = person_of(r, who, values);
        begin(&l, "patient");
        plx_pair_text(&l.w, "id", r->state->id[who]);
        plx_json_key(&l.w, "depart");
        plx_json_object(&l.w);
        put_time(&l, r, "10", p.depart_us[0]);
        put_time(&l, r, "50", p.depart_us[1]);
        put_time(&l, r, "90", p.depart_us[2]);
        plx_json_object_end(&l.w);
        plx_pair_number(&l.w, "p_admit", p.p_admit);
        plx_json_key(&l.w, "p_depart_by");
        plx_json_object(&l.w);
        for (int h = 0; h < 4; h++)
            plx_pair_number(&l.w, hours[h], p.by[h]);
        plx_json_object_end(&l.w);
        plx_pair_number(&l.w, "p_lwbs", p.p_lwbs);
        end(&l);
    }
}

typedef struct beds {
    uint32_t at_least[2], enough[2]; /* 70, 90 % */
} beds;

/* at_least: largest N with P(need >= N) >= p; enough: smallest N with P(need <= N) >= p. */
static beds beds_of(const plx_department_report *r, uint32_t window, uint32_t ward)
{
    const uint32_t n = r->plan->replications;
    const uint16_t *need = r->slots->beds + ((size_t)window * PLX_FLOW_WARDS_MAX + ward) * n;
    uint32_t times[PLX_FLOW_PATIENTS_MAX + 1] = {0};
    const double p[2] = {0.7, 0.9};
    beds b = {{0, 0}, {0, 0}};
    for (uint32_t i = 0; i < n; i++)
        times[need[i] < PLX_FLOW_PATIENTS_MAX ? need[i] : PLX_FLOW_PATIENTS_MAX]++;
    for (int k = 0; k < 2; k++) {
        uint32_t below = 0;
        bool found = false;
        for (uint32_t value = 0; value <= PLX_FLOW_PATIENTS_MAX; value++) {
            if (n - below >= p[k] * n) b.at_least[k] = value;
            below += times[value];
            if (!found && below >= p[k] * n) b.enough[k] = value;
            found = found || below >= p[k] * n;
        }
    }
    return b;
}

static const int window_h[PLX_FORECAST_WINDOWS] = {4, 8, 12};

static void json_beds(const plx_department_report *r)
{
    for (uint32_t w = 0; w < PLX_FORECAST_WINDOWS; w++)
        for (uint32_t ward = 0; ward < r->plan->arm[0]->ward_n; ward++) {
            line l;
            const beds b = beds_of(r, w, ward);
            if ((uint32_t)window_h[w] > r->plan->hours) continue;
            begin(&l, "beds_needed");
            plx_pair_count(&l.w, "window_h", (uint64_t)window_h[w]);
            plx_pair_text(&l.w, "ward", r->plan->arm[0]->ward[ward].name);
            plx_pair_count(&l.w, "at_least_70", b.at_least[0]);
            plx_pair_count(&l.w, "at_least_90", b.at_least[1]);
            plx_pair_count(&l.w, "enough_70", b.enough[0]);
            plx_pair_count(&l.w, "enough_90", b.enough[1]);
            end(&l);
        }
}

static plx_forecast_pair pair_of(const plx_department_report *r, uint32_t arm, uint32_t effect)
{
    const uint32_t n = r->plan->replications;
    const double *base = r->slots->effect + (size_t)effect * r->plan->arms_n * n;
    return plx_forecast_compare(base, base + (size_t)arm * n, n);
}

static const char *verdict(const plx_forecast_pair *p)
{
    if (p->low <= 0 && p->high >= 0) return "no difference found";
    return p->difference < 0 ? "better" : "worse"; /* less of every measure is better */
}

static const char *const effects[PLX_FORECAST_EFFECT_N] = {
#define X(name, word) word,
    PLX_FORECAST_EFFECT_TABLE(X)
#undef X
};

static void json_what_if(const plx_department_report *r)
{
    for (uint32_t arm = 1; arm < r->plan->arms_n; arm++)
        for (uint32_t e = 0; e < PLX_FORECAST_EFFECT_N; e++) {
            line l;
            const plx_forecast_pair p = pair_of(r, arm, e);
            if (p.n == 0) continue; /* not defined in this model */
            begin(&l, "what_if");
            plx_pair_text(&l.w, "arm", r->arm_text[arm - 1]);
            plx_pair_text(&l.w, "measure", effects[e]);
            plx_pair_number(&l.w, "base", p.base);
            plx_pair_number(&l.w, "value", p.value);
            plx_pair_number(&l.w, "diff", p.difference);
            plx_pair_number(&l.w, "lo", p.low);
            plx_pair_number(&l.w, "hi", p.high);
            plx_pair_number(&l.w, "p_better", p.lower_p);
            plx_pair_count(&l.w, "n", p.n);
            plx_pair_text(&l.w, "verdict", verdict(&p));
            plx_pair_number(&l.w, "detectable", p.detectable);
            end(&l);
        }
}

void plx_department_report_json(const plx_department_report *r)
{
    const uint32_t grid = plx_forecast_grid(r->plan);
    const size_t n = r->plan->replications > 2 * grid ? r->plan->replications : 2 * grid;
    double *values = malloc(n * sizeof *values);
    if (!values) return;
    json_meta(r);
    json_counts(r);
    json_scores(r, values);
    json_crowded(r, values, values + grid);
    json_new_arrival(r, values);
    json_patients(r, values);
    json_beds(r);
    json_what_if(r);
    free(values);
}

/* --- tables --- */

static void print_time(const plx_department_report *r, int64_t time_us)
{
    char text[40];
    plx_out out = plx_out_init(text, sizeof text);
    if (time_us > 0) plx_department_time(r->state, time_us, &out);
    printf("%-16.*s", (int)(out.n > 16 ? 16 : out.n), text);
    if (time_us <= 0) printf(" later");
}

static void table_series(const plx_department_report *r, double *values)
{
    static const uint32_t hours[] = {0, 1, 2, 4, 8, 12, 24, 48, 72};
    double *by = values + plx_forecast_grid(r->plan);
    crowded(r, values, by);
    puts("\nt                 present (5-95 %)    waiting (5-95 %)   boarding (5-95 %)  crowded  "
         "by then");
    for (size_t i = 0; i < sizeof hours / sizeof *hours && hours[i] <= r->plan->hours; i++) {
        const uint32_t g = hours[i] * (60 / PLX_FORECAST_STEP_MIN);
        print_time(r, grid_us(r, g));
        for (uint32_t series = PLX_FORECAST_PRESENT; series <= PLX_FORECAST_BOARDING; series++) {
            const law_of law = summarize_counts(column(r, series, g), r->plan->replications);
            printf("  %6.1f (%3.0f-%3.0f)   ", law.mean, law.q[0], law.q[LEVELS - 1]);
        }
        printf("%6.2f   %6.2f\n", values[g], by[g]);
    }
}

static void table_rest(const plx_department_report *r, double *values)
{
    const uint32_t n = r->plan->replications;
    puts("\nwho walks in now: minutes to a doctor (10, 50, 90 %), probability of leaving unseen");
    for (uint32_t a = 0; a < PLX_FLOW_ACUITIES; a++) {
        const law_of law = door_law(r, a, values);
        printf("acuity %u  %6.0f %6.0f %6.0f   %.3f\n", a + 1, law.q[1], law.q[3], law.q[5],
               share_of(r->slots->lwbs + (size_t)a * n, n));
    }
    puts("\nbeds needed       hours  at least 70 %  90 %   enough 70 %  90 %");
    for (uint32_t ward = 0; ward < r->plan->arm[0]->ward_n; ward++)
        for (uint32_t w = 0; w < PLX_FORECAST_WINDOWS; w++) {
            const beds b = beds_of(r, w, ward);
            if ((uint32_t)window_h[w] > r->plan->hours) continue;
            printf("%-18s%5d%14u%7u%13u%6u\n", r->plan->arm[0]->ward[ward].name, window_h[w],
                   b.at_least[0], b.at_least[1], b.enough[0], b.enough[1]);
        }
    puts("\npatient           leaves 10 %       50 %              90 %              admitted");
    for (uint32_t who = 0; who < r->state->patients_n; who++) {
        const person p = person_of(r, who, values);
        printf("%-18.18s", r->state->id[who]);
        for (int k = 0; k < 3; k++) {
            print_time(r, p.depart_us[k]);
            fputs("  ", stdout);
        }
        printf("%.2f\n", p.p_admit);
    }
}

static void table_what_if(const plx_department_report *r)
{
    for (uint32_t arm = 1; arm < r->plan->arms_n; arm++) {
        printf("\nwhat if %s\n%-26s%10s%10s%12s  %-22s%9s\n", r->arm_text[arm - 1], "measure",
               "base", "value", "difference", "95 % interval", "P(less)");
        for (uint32_t e = 0; e < PLX_FORECAST_EFFECT_N; e++) {
            const plx_forecast_pair p = pair_of(r, arm, e);
            char interval[40];
            if (p.n == 0) continue;
            snprintf(interval, sizeof interval, "%.4g to %.4g", p.low, p.high);
            printf("%-26s%10.4g%10.4g%12.4g  %-22s%9.2f  %s", effects[e], p.base, p.value,
                   p.difference, interval, p.lower_p, verdict(&p));
            if (p.low <= 0 && p.high >= 0) printf(" (would see >= %.3g)", p.detectable);
            putchar('\n');
        }
    }
    if (r->plan->arms_n > 1)
        puts("\nThe intervals cover chance in the future, not errors of the model.");
}

void plx_department_report_table(const plx_department_report *r)
{
    const uint32_t grid = plx_forecast_grid(r->plan);
    const size_t n = r->plan->replications > 2 * grid ? r->plan->replications : 2 * grid;
    double *values = malloc(n * sizeof *values);
    if (!values) return;
    printf("%s, %u patients present, %u replications, %u hours\n", r->plan->arm[0]->name,
           r->state->patients_n, r->plan->replications, r->plan->hours);
    table_series(r, values);
    table_rest(r, values);
    table_what_if(r);
    free(values);
}
