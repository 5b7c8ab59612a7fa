/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/clean/chart.h"

const plx_chart_limit plx_chart_limits[PLX_CHART_VITAL_N] = {
    [PLX_CHART_HR] = {20, 300},  [PLX_CHART_SBP] = {30, 330},  [PLX_CHART_DBP] = {10, 250},
    [PLX_CHART_MAP] = {20, 280}, [PLX_CHART_SPO2] = {30, 100}, [PLX_CHART_RR] = {2, 100},
    [PLX_CHART_TEMP] = {25, 45}, [PLX_CHART_ETCO2] = {1, 150},
};

enum { MALE_CM = 170, FEMALE_CM = 160, MALE_KG = 75, FEMALE_KG = 65 };

void plx_chart_begin(plx_chart *chart, uint64_t record_id)
{
    chart->record_id = record_id;
    chart->n = 0;
}

plx_status plx_chart_add(plx_chart *chart, const plx_cinc_row *row)
{
    if (row->parameter == PLX_CINC_OTHER || row->parameter == PLX_CINC_RecordID) return PLX_OK;
    if (chart->n == PLX_CHART_ROWS_MAX) return PLX_FULL;
    chart->rows[chart->n++] = *row;
    return PLX_OK;
}

/* By time, parameter and value, so that the order they came in is forgotten. */
static bool comes_before(const plx_cinc_row *a, const plx_cinc_row *b)
{
    if (a->minute != b->minute) return a->minute < b->minute;
    if (a->parameter != b->parameter) return a->parameter < b->parameter;
    if (a->readable != b->readable) return a->readable;
    return a->value < b->value;
}

static void sift(plx_cinc_row *rows, uint32_t from, uint32_t n)
{
    const plx_cinc_row row = rows[from];
    for (uint32_t child; (child = 2 * from + 1) < n; from = child) {
        if (child + 1 < n && comes_before(&rows[child], &rows[child + 1])) child++;
        if (!comes_before(&row, &rows[child])) break;
        rows[from] = rows[child];
    }
    rows[from] = row;
}

/* Charts are nearly in order; the heap sort is for those that are not. */
static void sort(plx_cinc_row *rows, uint32_t n)
{
    uint32_t i = 1;
    while (i < n && !comes_before(&rows[i], &rows[i - 1]))
        i++;
    if (i >= n) return;
    for (i = n / 2; i-- > 0;)
        sift(rows, i, n);
    for (i = n; i-- > 1;) {
        const plx_cinc_row row = rows[0];
        rows[0] = rows[i];
        rows[i] = row;
        sift(rows, 0, i);
    }
}

typedef struct place {
    plx_chart_vital vital; /* PLX_CHART_VITAL_N: not a vital sign */
    bool art;
} place;

static place place_of(plx_cinc_parameter parameter)
{
    switch (parameter) {
    case PLX_CINC_HR:
        return (place){PLX_CHART_HR, false};
    case PLX_CINC_SysABP:
        return (place){PLX_CHART_SBP, true};
    case PLX_CINC_DiasABP:
        return (place){PLX_CHART_DBP, true};
    case PLX_CINC_MAP:
        return (place){PLX_CHART_MAP, true};
    case PLX_CINC_NISysABP:
        return (place){PLX_CHART_SBP, false};
    case PLX_CINC_NIDiasABP:
        return (place){PLX_CHART_DBP, false};
    case PLX_CINC_NIMAP:
        return (place){PLX_CHART_MAP, false};
    case PLX_CINC_SaO2:
        return (place){PLX_CHART_SPO2, false};
    case PLX_CINC_RespRate:
        return (place){PLX_CHART_RR, false};
    case PLX_CINC_Temp:
        return (place){PLX_CHART_TEMP, false};
    default:
        return (place){PLX_CHART_VITAL_N, false};
    }
}

/* What one source says at one time. */
typedef struct source {
    bool measured[PLX_CHART_VITAL_N];
    double value[PLX_CHART_VITAL_N];
} source;

/* The rows of one parameter at one time, from..to. */
static void fold(const plx_cinc_row *rows, uint32_t n, plx_chart_vital vital, source *into,
                 plx_chart_counts *counts)
{
    const plx_chart_limit *limit = &plx_chart_limits[vital];
    uint32_t plausible = 0;
    double sum = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        counts->rows++;
        if (!rows[i].readable) {
            counts->unreadable++;
        } else if (!(rows[i].value >= limit->low && rows[i].value <= limit->high)) {
            counts->implausible++;
        } else {
            sum += rows[i].value;
            plausible++;
        }
    }
    if (plausible == 0) return;
    counts->repeated += plausible - 1;
    into->measured[vital] = true;
    into->value[vital] = plausible == 1 ? sum : sum / plausible;
}

static void drop(source *s, plx_chart_vital vital, plx_chart_counts *counts)
{
    s->measured[vital] = false;
    counts->contradicted++;
}

static void contradict(source *s, plx_chart_counts *counts)
{
    const bool *is = s->measured;
    const double *v = s->value;
    if (is[PLX_CHART_SBP] && is[PLX_CHART_DBP] && !(v[PLX_CHART_SBP] > v[PLX_CHART_DBP])) {
        drop(s, PLX_CHART_SBP, counts);
        drop(s, PLX_CHART_DBP, counts);
    }
    if (!is[PLX_CHART_MAP]) return;
    if ((is[PLX_CHART_SBP] && v[PLX_CHART_MAP] > v[PLX_CHART_SBP]) ||
        (is[PLX_CHART_DBP] && v[PLX_CHART_MAP] < v[PLX_CHART_DBP]))
        drop(s, PLX_CHART_MAP, counts);
}

/* The rows of one time. */
static void read_moment(const plx_cinc_row *rows, uint32_t n, plx_chart_stay *stay,
                        plx_chart_counts *counts)
{
    source other = {0}, line = {0};
    for (uint32_t i = 0; i < n;) {
        uint32_t end = i + 1;
        while (end < n && rows[end].parameter == rows[i].parameter)
            end++;
        const place at = place_of(rows[i].parameter);
        if (at.vital != PLX_CHART_VITAL_N)
            fold(&rows[i], end - i, at.vital, at.art ? &line : &other, counts);
        i = end;
    }
    contradict(&other, counts);
    contradict(&line, counts);
    plx_chart_moment moment = {.minute = rows[0].minute};
    bool any = false;
    for (int v = 0; v < PLX_CHART_VITAL_N; v++) {
        if (!other.measured[v] && !line.measured[v]) continue;
        any = true;
        if (other.measured[v] && line.measured[v]) counts->doubled++;
        moment.measured[v] = true;
        moment.art[v] = line.measured[v];
        moment.value[v] = line.measured[v] ? line.value[v] : other.value[v];
    }
    if (any) stay->moments[stay->n++] = moment;
}

/* First in time that is inside, the smallest then; 0 if none. */
static double first_of(const plx_chart *chart, plx_cinc_parameter parameter, double low,
                       double high)
{
    for (uint32_t i = 0; i < chart->n; i++) {
        const plx_cinc_row *row = &chart->rows[i];
        if (row->parameter == parameter && row->readable && row->value >= low && row->value <= high)
            return row->value;
    }
    return 0.0;
}

/* Those of the first time that has any stand side by side, rising. */
static double middle_age(const plx_chart *chart, plx_chart_counts *counts)
{
    uint32_t first = 0, n = 0;
    for (uint32_t i = 0; i < chart->n; i++) {
        const plx_cinc_row *row = &chart->rows[i];
        if (row->parameter != PLX_CINC_Age || !row->readable) continue;
        if (!(row->value >= 0.0 && row->value <= 120.0)) continue;
        if (n > 0 && row->minute != chart->rows[first].minute) break;
        if (n++ == 0) first = i;
    }
    if (n > 1) counts->ages_many++;
    return n > 0 ? chart->rows[first + (n - 1) / 2].value : -1.0;
}

static void read_person(const plx_chart *chart, plx_chart_stay *stay, plx_chart_counts *counts)
{
    plx_person *p = &stay->person;
    *p = (plx_person){.sex = PLX_SEX_MALE};
    bool sex_known = false;
    for (uint32_t i = 0; i < chart->n && !sex_known; i++) {
        const plx_cinc_row *row = &chart->rows[i];
        if (row->parameter != PLX_CINC_Gender || !row->readable) continue;
        sex_known = row->value == 0.0 || row->value == 1.0;
        if (sex_known && row->value == 0.0) p->sex = PLX_SEX_FEMALE;
    }
    const bool female = p->sex == PLX_SEX_FEMALE;
    p->age = middle_age(chart, counts);
    stay->age_known = p->age >= 0.0;
    p->height_cm = first_of(chart, PLX_CINC_Height, 100, 230);
    p->weight_kg = first_of(chart, PLX_CINC_Weight, 20, 300);
    counts->no_age += !stay->age_known;
    counts->no_sex += !sex_known;
    counts->no_height += p->height_cm == 0.0;
    counts->no_weight += p->weight_kg == 0.0;
    if (p->height_cm == 0.0) p->height_cm = female ? FEMALE_CM : MALE_CM;
    if (p->weight_kg == 0.0) p->weight_kg = female ? FEMALE_KG : MALE_KG;
}

void plx_chart_read(plx_chart *chart, plx_chart_stay *stay, plx_chart_counts *counts)
{
    sort(chart->rows, chart->n);
    stay->n = 0;
    read_person(chart, stay, counts);
    for (uint32_t i = 0; i < chart->n;) {
        uint32_t end = i + 1;
        while (end < chart->n && chart->rows[end].minute == chart->rows[i].minute)
            end++;
        read_moment(&chart->rows[i], end - i, stay, counts);
        i = end;
    }
}
