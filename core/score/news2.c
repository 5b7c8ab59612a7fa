/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/score/news2.h"

/* Chart 1 read from low to high: a value belongs to the first step whose upper edge it does not
 * exceed. Every edge has one decimal at most, so edges are whole tenths. */
typedef struct step {
    int16_t upper_tenths; /* up to and including; OPEN: everything above */
    uint8_t points;
    const char *rule;      /* as printed */
    const char *at_most;   /* how the step is entered from above */
    const char *more_than; /* how the step is entered from below */
} step;

enum { OPEN = INT16_MAX, STEPS_MAX = 8, POINTS_MAX = 3 };

static const step RR[] = {{80, 3, "<=8", "<=8", ""},
                          {110, 1, "9-11", "<=11", ">8"},
                          {200, 0, "12-20", "<=20", ">11"},
                          {240, 2, "21-24", "<=24", ">20"},
                          {OPEN, 3, ">=25", "", ">24"}};
static const step SPO2_1[] = {{910, 3, "<=91", "<=91", ""},
                              {930, 2, "92-93", "<=93", ">91"},
                              {950, 1, "94-95", "<=95", ">93"},
                              {OPEN, 0, ">=96", "", ">95"}};
static const step SPO2_2_AIR[] = {{830, 3, "<=83", "<=83", ""},
                                  {850, 2, "84-85", "<=85", ">83"},
                                  {870, 1, "86-87", "<=87", ">85"},
                                  {920, 0, "88-92", "<=92", ">87"},
                                  {OPEN, 0, ">=93 on air", "", ">92"}};
static const step SPO2_2_O2[] = {
    {830, 3, "<=83", "<=83", ""},           {850, 2, "84-85", "<=85", ">83"},
    {870, 1, "86-87", "<=87", ">85"},       {920, 0, "88-92", "<=92", ">87"},
    {940, 1, "93-94 on O2", "<=94", ">92"}, {960, 2, "95-96 on O2", "<=96", ">94"},
    {OPEN, 3, ">=97 on O2", "", ">96"}};
static const step SBP[] = {{900, 3, "<=90", "<=90", ""},
                           {1000, 2, "91-100", "<=100", ">90"},
                           {1100, 1, "101-110", "<=110", ">100"},
                           {2190, 0, "111-219", "<=219", ">110"},
                           {OPEN, 3, ">=220", "", ">219"}};
static const step PULSE[] = {
    {400, 3, "<=40", "<=40", ""},          {500, 1, "41-50", "<=50", ">40"},
    {900, 0, "51-90", "<=90", ">50"},      {1100, 1, "91-110", "<=110", ">90"},
    {1300, 2, "111-130", "<=130", ">110"}, {OPEN, 3, ">=131", "", ">130"}};
static const step TEMP[] = {{350, 3, "<=35.0", "<=35.0", ""},
                            {360, 1, "35.1-36.0", "<=36.0", ">35.0"},
                            {380, 0, "36.1-38.0", "<=38.0", ">36.0"},
                            {390, 1, "38.1-39.0", "<=39.0", ">38.0"},
                            {OPEN, 2, ">=39.1", "", ">39.0"}};
static const step O2[] = {{0, 0, "air", "air", ""}, {OPEN, 2, "oxygen", "", "oxygen"}};
static const step ACVPU[] = {{0, 0, "A", "A", ""}, {OPEN, 3, "CVPU", "", "CVPU"}};

typedef struct chart {
    const step *steps;
    uint32_t n;
} chart;

#define CHART(steps) ((chart){steps, sizeof steps / sizeof *steps})

static chart spo2_chart(bool scale2, bool on_oxygen)
{
    if (!scale2) return CHART(SPO2_1);
    return on_oxygen ? CHART(SPO2_2_O2) : CHART(SPO2_2_AIR);
}

/* All inputs but SpO2, whose chart depends on others. */
static chart chart_of(plx_news2_input input)
{
    switch (input) {
    case PLX_NEWS2_RR:
        return CHART(RR);
    case PLX_NEWS2_O2:
        return CHART(O2);
    case PLX_NEWS2_SBP:
        return CHART(SBP);
    case PLX_NEWS2_PULSE:
        return CHART(PULSE);
    case PLX_NEWS2_ACVPU:
        return CHART(ACVPU);
    default:
        PLX_ASSERT(input == PLX_NEWS2_TEMP);
        return CHART(TEMP);
    }
}

/* One saturation of each class that any of the three charts tells apart. */
static const int16_t SPO2_TENTHS[] = {830, 850, 870, 910, 920, 930, 940, 950, 960, 1000};
enum { SPO2_N = sizeof SPO2_TENTHS / sizeof *SPO2_TENTHS };

static uint32_t step_of_tenths(chart c, int32_t tenths)
{
    uint32_t i = 0;
    while (c.steps[i].upper_tenths < tenths)
        i++;
    return i;
}

static uint32_t step_of(chart c, const plx_decimal *value)
{
    uint32_t i = 0;
    while (c.steps[i].upper_tenths != OPEN &&
           plx_decimal_compare_to(value, c.steps[i].upper_tenths, 1) > 0)
        i++;
    return i;
}

static bool within_limits(const plx_news2_inputs *in, plx_news2_input input)
{
    static const int16_t HIGH[PLX_NEWS2_INPUTS] = {120, 100, 0, 350, 350, 0, 45};
    if (input == PLX_NEWS2_O2) return true;
    if (input == PLX_NEWS2_ACVPU) return in->acvpu && strchr("ACVPU", in->acvpu) != NULL;
    const plx_decimal *number = &in->number[input];
    return plx_decimal_compare_to(number, input == PLX_NEWS2_TEMP ? 20 : 0, 0) >= 0 &&
           plx_decimal_compare_to(number, HIGH[input], 0) <= 0;
}

/* What is certain of one scoring: the step of each usable input. */
typedef struct scoring {
    uint16_t have;                  /* bit per input that is given and inside its limits */
    uint8_t step[PLX_NEWS2_INPUTS]; /* not of SpO2 */
    bool oxygen_possible[2], scale_possible[2];
    int16_t spo2_tenths; /* representative of the class, when given */
} scoring;

static bool have(const scoring *s, plx_news2_input input)
{
    return s->have >> input & 1;
}

static int16_t spo2_class(const plx_decimal *value)
{
    uint32_t i = 0;
    while (i + 1 < SPO2_N && plx_decimal_compare_to(value, SPO2_TENTHS[i], 1) > 0)
        i++;
    return SPO2_TENTHS[i];
}

static scoring scoring_of(const plx_news2_inputs *in)
{
    scoring s = {0};
    for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS; i++) {
        if (!in->given[i] || !within_limits(in, i)) continue;
        s.have |= (uint16_t)(1u << i);
        if (i == PLX_NEWS2_SPO2)
            s.spo2_tenths = spo2_class(&in->number[i]);
        else if (i == PLX_NEWS2_O2)
            s.step[i] = in->on_oxygen;
        else if (i == PLX_NEWS2_ACVPU)
            s.step[i] = in->acvpu != 'A';
        else
            s.step[i] = (uint8_t)step_of(chart_of(i), &in->number[i]);
    }
    const bool o2 = have(&s, PLX_NEWS2_O2);
    s.oxygen_possible[0] = !o2 || !in->on_oxygen;
    s.oxygen_possible[1] = !o2 || in->on_oxygen;
    s.scale_possible[0] = in->scale_unknown || !in->scale2;
    s.scale_possible[1] = in->scale_unknown || in->scale2;
    return s;
}

static uint8_t spo2_points(bool scale2, bool on_oxygen, int16_t tenths)
{
    const chart c = spo2_chart(scale2, on_oxygen);
    return c.steps[step_of_tenths(c, tenths)].points;
}

/* Sums that can be reached: bit n of plain without, of red with a single 3 among the points. */
typedef struct reach {
    uint32_t plain, red;
} reach;

static reach reach_add(reach r, unsigned points)
{
    if (points == POINTS_MAX) return (reach){0, (r.plain | r.red) << points};
    return (reach){r.plain << points, r.red << points};
}

static reach reach_or(reach a, reach b)
{
    return (reach){a.plain | b.plain, a.red | b.red};
}

/* All inputs but SpO2 and O2, which act together, and but one more (PLX_NEWS2_INPUTS = none). */
static reach reach_of_simple(const scoring *s, plx_news2_input without)
{
    reach all = {1, 0};
    for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS; i++) {
        if (i == without || i == PLX_NEWS2_SPO2 || i == PLX_NEWS2_O2) continue;
        const chart c = chart_of(i);
        reach sum = {0, 0};
        if (have(s, i))
            sum = reach_add(all, c.steps[s->step[i]].points);
        else
            for (uint32_t k = 0; k < c.n; k++)
                sum = reach_or(sum, reach_add(all, c.steps[k].points));
        all = sum;
    }
    return all;
}

/* Every (scale, oxygen, saturation) that is possible, added to r. */
static reach reach_oxygen(const scoring *s, reach r)
{
    reach sum = {0, 0};
    for (unsigned cell = 0; cell < 4; cell++) {
        const bool scale2 = cell & 1, oxygen = cell >> 1;
        if (!s->scale_possible[scale2] || !s->oxygen_possible[oxygen]) continue;
        const reach base = reach_add(r, O2[oxygen].points);
        uint32_t seen = 0;
        for (uint32_t k = 0; k < SPO2_N; k++) {
            const int16_t t = have(s, PLX_NEWS2_SPO2) ? s->spo2_tenths : SPO2_TENTHS[k];
            seen |= 1u << spo2_points(scale2, oxygen, t);
        }
        for (unsigned p = 0; p <= POINTS_MAX; p++)
            if (seen >> p & 1) sum = reach_or(sum, reach_add(base, p));
    }
    return sum;
}

static plx_news2_band band_of(unsigned sum, bool red)
{
    if (sum >= 7) return PLX_NEWS2_HIGH;
    if (sum >= 5) return PLX_NEWS2_MEDIUM;
    return red ? PLX_NEWS2_LOW_MEDIUM : PLX_NEWS2_LOW;
}

enum { RANK = 64 }; /* a step of the band outweighs all points */

/* Largest step of the band between two ways to go on from any reachable sum, then of the points. */
static int spread(reach from, unsigned less, bool less_red, unsigned more, bool more_red)
{
    int best = 0;
    for (uint32_t bits = from.plain | from.red; bits && best < PLX_NEWS2_HIGH; bits &= bits - 1) {
        const unsigned sum = (unsigned)__builtin_ctz(bits);
        for (unsigned red = 0; red < 2; red++) {
            if (!((red ? from.red : from.plain) >> sum & 1)) continue;
            const int rise = (int)band_of(sum + more, red || more_red) -
                             (int)band_of(sum + less, red || less_red);
            if (rise > best) best = rise;
        }
    }
    return best ? best * RANK + (int)(more - less) : 0;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int spread_of_simple(const scoring *s, plx_news2_input input)
{
    const reach rest = reach_oxygen(s, reach_of_simple(s, input));
    unsigned most = 0;
    const chart c = chart_of(input);
    for (uint32_t k = 0; k < c.n; k++)
        if (c.steps[k].points > most) most = c.steps[k].points;
    return spread(rest, 0, false, most, most == POINTS_MAX);
}

static int spread_of_spo2(const scoring *s)
{
    const reach rest = reach_of_simple(s, PLX_NEWS2_INPUTS);
    int best = 0; /* every chart of SpO2 goes from 0 to 3 */
    for (unsigned oxygen = 0; oxygen < 2; oxygen++)
        if (s->oxygen_possible[oxygen])
            best = larger(best, spread(reach_add(rest, O2[oxygen].points), 0, false, 3, true));
    return best;
}

static int spread_of_o2(const scoring *s)
{
    const reach rest = reach_of_simple(s, PLX_NEWS2_INPUTS);
    int best = 0;
    for (unsigned scale2 = 0; scale2 < 2; scale2++) {
        for (uint32_t k = 0; s->scale_possible[scale2] && k < SPO2_N; k++) {
            const int16_t t = have(s, PLX_NEWS2_SPO2) ? s->spo2_tenths : SPO2_TENTHS[k];
            const unsigned air = spo2_points(scale2, false, t), o2 = spo2_points(scale2, true, t);
            best = larger(
                best, spread(rest, air, air == POINTS_MAX, o2 + O2[1].points, o2 == POINTS_MAX));
        }
    }
    return best;
}

static int8_t most_useful(const scoring *s)
{
    int8_t found = -1;
    int best = 0;
    for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS; i++) {
        if (have(s, i)) continue;
        const int size = i == PLX_NEWS2_SPO2 ? spread_of_spo2(s)
                         : i == PLX_NEWS2_O2 ? spread_of_o2(s)
                                             : spread_of_simple(s, i);
        if (size <= best) continue;
        best = size;
        found = (int8_t)i;
    }
    return found;
}

static void put_points(const scoring *s, plx_news2_result *r)
{
    for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS; i++)
        if (have(s, i) && i != PLX_NEWS2_SPO2) r->points[i] = chart_of(i).steps[s->step[i]].points;
    if (!have(s, PLX_NEWS2_SPO2)) return;
    uint32_t seen = 0, last = 0;
    for (unsigned cell = 0; cell < 4; cell++) {
        if (!s->scale_possible[cell & 1] || !s->oxygen_possible[cell >> 1]) continue;
        last = spo2_points(cell & 1, cell >> 1, s->spo2_tenths);
        seen |= 1u << last;
    }
    if (seen == 1u << last)
        r->points[PLX_NEWS2_SPO2] = (uint8_t)last;
    else
        r->open |= 1u << PLX_NEWS2_SPO2;
}

void plx_news2_score(const plx_news2_inputs *inputs, plx_news2_result *result)
{
    const scoring s = scoring_of(inputs);
    plx_news2_result r = {.most_useful = -1};
    for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS; i++) {
        const bool usable = have(&s, i);
        r.missing |= (uint16_t)(!usable << i);
        r.rejected |= (uint16_t)((inputs->given[i] && !usable) << i);
    }
    put_points(&s, &r);
    const reach all = reach_oxygen(&s, reach_of_simple(&s, PLX_NEWS2_INPUTS));
    const uint32_t sums = all.plain | all.red;
    r.min = (uint8_t)__builtin_ctz(sums);
    r.max = (uint8_t)(31 - __builtin_clz(sums));
    for (unsigned sum = r.min; sum <= r.max; sum++) {
        if (all.plain >> sum & 1) r.bands |= (uint8_t)(1u << band_of(sum, false));
        if (all.red >> sum & 1) r.bands |= (uint8_t)(1u << band_of(sum, true));
    }
    r.known = r.min == r.max;
    r.value = r.known ? r.min : 0;
    if (r.missing && (r.bands & (r.bands - 1))) r.most_useful = most_useful(&s);
    *result = r;
}

/* The steps of the chart that an input stands on, when everything is given. */
static chart chart_now(const plx_news2_inputs *in, plx_news2_input input, uint32_t *at)
{
    const scoring s = scoring_of(in);
    if (input != PLX_NEWS2_SPO2) {
        *at = s.step[input];
        return chart_of(input);
    }
    const chart c = spo2_chart(in->scale2, in->on_oxygen);
    *at = step_of(c, &in->number[input]);
    return c;
}

/* Points of everything given with one input moved to another step of its chart. */
static plx_news2_band band_moved(const plx_news2_inputs *in, const plx_news2_result *now,
                                 plx_news2_input input, const step *to)
{
    unsigned sum = 0;
    bool red = false;
    for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS; i++) {
        unsigned points = i == input ? to->points : now->points[i];
        if (input == PLX_NEWS2_O2 && i == PLX_NEWS2_SPO2)
            points = spo2_points(in->scale2, to->points > 0, spo2_class(&in->number[i]));
        sum += points;
        red = red || points == POINTS_MAX;
    }
    return band_of(sum, red);
}

bool plx_news2_next_worse(const plx_news2_inputs *inputs, plx_news2_worse *worse)
{
    plx_news2_result now;
    plx_news2_score(inputs, &now);
    if (now.missing || inputs->scale_unknown) return false;
    uint32_t best = 0; /* smaller is nearer; 0 = none yet */
    for (plx_news2_input i = 0; i < PLX_NEWS2_INPUTS; i++) {
        uint32_t at;
        const chart c = chart_now(inputs, i, &at);
        for (uint32_t k = 0; k < c.n; k++) {
            const plx_news2_band to = band_moved(inputs, &now, i, &c.steps[k]);
            if (k == at || 1u << to <= now.bands) continue;
            const uint32_t far = k < at ? at - k : k - at;
            const uint32_t rank = far * PLX_NEWS2_BANDS + (PLX_NEWS2_HIGH - to);
            if (best && rank >= best) continue;
            best = rank;
            *worse = (plx_news2_worse){i, k < at ? c.steps[k].at_most : c.steps[k].more_than, to};
        }
    }
    return best > 0;
}

const char *plx_news2_key(plx_news2_input input)
{
    static const char *const KEYS[] = {
#define X(name, key, unit, what) key,
        PLX_NEWS2_INPUT_TABLE(X)
#undef X
    };
    PLX_ASSERT(input < PLX_NEWS2_INPUTS);
    return KEYS[input];
}

const char *plx_news2_unit(plx_news2_input input)
{
    static const char *const UNITS[] = {
#define X(name, key, unit, what) unit,
        PLX_NEWS2_INPUT_TABLE(X)
#undef X
    };
    PLX_ASSERT(input < PLX_NEWS2_INPUTS);
    return UNITS[input];
}

const char *plx_news2_band_text(plx_news2_band band)
{
    static const char *const TEXTS[] = {"low", "low-medium", "medium", "high"};
    PLX_ASSERT(band < PLX_NEWS2_BANDS);
    return TEXTS[band];
}

const char *plx_news2_rule(const plx_news2_inputs *inputs, plx_news2_input input)
{
    PLX_ASSERT(input < PLX_NEWS2_INPUTS);
    if (!inputs->given[input] || !within_limits(inputs, input)) return "";
    if (input != PLX_NEWS2_SPO2) {
        const scoring s = scoring_of(inputs);
        return chart_of(input).steps[s.step[input]].rule;
    }
    const bool scale2 = inputs->scale2 && !inputs->scale_unknown;
    const chart c = spo2_chart(scale2, inputs->given[PLX_NEWS2_O2] && inputs->on_oxygen);
    return c.steps[step_of(c, &inputs->number[input])].rule;
}
