/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/patient_picture.h"

#include <math.h>
#include <string.h>

#include "app/app.h"
#include "app/svg.h"

enum {
    WIDTH = 1120,
    MARGIN = 34,
    GUTTER = 38, /* between the columns */
    AXIS = 48,   /* left of a panel, for the numbers */
    END = 46,    /* right of a panel, for the last value */
    HEAD = 104,  /* title, subtitle, the name of the first panels */
    PANEL = 128, /* height of the drawing area */
    GAP = 54,    /* between panels: ticks, the next one's name */
    ROW = 26,    /* of a table */
    COLUMNS = 2,
    NAME_MAX_N = 60, /* bytes of an arm's text that have room */
    CHANCE_X = 330,  /* the first column of chances */
    PAST_S = 3600,
    HOUR_S = 3600,
    MINUTE_S = 60
};
#define PAST_SHARE 0.42 /* of a panel of a forecast */
#define INK "#18222c"
#define HARM "#b3402a"
#define NDASH "\xe2\x80\x93"
#define MINUS "\xe2\x88\x92"
#define DOT " \xc2\xb7 "

/* Of the arms, the first without actions; all have a contrast of 4.5 or more with white. */
static const char *const colours[PLX_OUTLOOK_ARMS_MAX] = {PLX_SVG_GREY, "#1b4f8a", "#b3402a",
                                                          "#1c7a5a",    "#7a4fa3", "#8f560a",
                                                          "#0b6f82",    "#9c1c5c", "#4d5d0b"};

typedef struct panel {
    double x, y, width; /* of the drawing area, upper left */
    plx_svg_axis values;
} panel;

static double y_of(const panel *p, double value)
{
    return p->y + PANEL * (1 - plx_svg_share(&p->values, value));
}

/* The i-th of a picture, in two columns. */
static panel panel_of(uint32_t i, double low, double high)
{
    const double column = (WIDTH - 2.0 * MARGIN - (COLUMNS - 1) * GUTTER) / COLUMNS;
    return (panel){.x = MARGIN + AXIS + (i % COLUMNS) * (column + GUTTER),
                   .y = HEAD + (i / COLUMNS) * (double)(PANEL + GAP),
                   .width = column - AXIS - END,
                   .values = plx_svg_axis_of(low, high, 4)};
}

static double panels_end(uint32_t n)
{
    return HEAD + (n + COLUMNS - 1) / COLUMNS * (double)(PANEL + GAP);
}

static void horizon_text(uint32_t at_s, char text[24])
{
    if (at_s % HOUR_S == 0 && at_s > HOUR_S)
        snprintf(text, 24, "%u h", at_s / HOUR_S);
    else if (at_s % MINUTE_S == 0)
        snprintf(text, 24, "%u min", at_s / MINUTE_S);
    else
        snprintf(text, 24, "%u s", at_s);
}

static void head(const plx_patient_bank *b, const char *title, const char *what, double height,
                 FILE *to)
{
    const plx_person *who = &b->track.input.person;
    fprintf(to,
            "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%.0f' "
            "viewBox='0 0 %d %.0f' role='img'>\n<title>%s</title>\n%s"
            "<rect width='100%%' height='100%%' fill='#fff'/>\n",
            WIDTH, height, WIDTH, height, title, plx_svg_style);
    fprintf(to, "<text class='title' x='%d' y='36'>%s</text>\n<text x='%d' y='58'>", MARGIN, title,
            MARGIN);
    fprintf(to,
            "%s, %g years, %g cm, %g kg" DOT "from second %u of the chart" DOT "mechanism %s" DOT
            "%s%s",
            who->sex ? "Woman" : "Man", who->age, who->height_cm, who->weight_kg, b->now_s,
            plx_patient_bank_mechanism(b), what,
            b->track.updates < PLX_PATIENT_BANK_UPDATES ? DOT
                "hardly anything was measured: what persons of this kind are"
                                                        : "");
    fputs("</text>\n", to);
}

static void panel_name(const panel *p, const char *name, const char *unit, FILE *to)
{
    fprintf(to, "<text class='name' x='%.1f' y='%.1f'>%s", p->x - AXIS, p->y - 15, name);
    if (strcmp(unit, "1") != 0)
        fprintf(to, " <tspan font-weight='400' fill='" PLX_SVG_GREY "'>%s</tspan>", unit);
    fputs("</text>\n", to);
}

static void grid(const panel *p, FILE *to)
{
    const plx_svg_axis *v = &p->values;
    const int n = (int)((v->high - v->low) / v->step + 0.5);
    for (int i = 0; i <= n; i++) {
        const double value = v->low + i * v->step, y = y_of(p, value);
        fprintf(to,
                "<path d='M%.1f %.1fh%.1f' stroke='#e6eaee'/>"
                "<text class='tick' x='%.1f' y='%.1f' text-anchor='end'>%.*f</text>\n",
                p->x, y, p->width, p->x - 8, y + 4, v->decimals, fabs(value) < 1e-9 ? 0 : value);
    }
    fprintf(to, "<path d='M%.1f %.1fh%.1f' stroke='#aab4bd'/>\n", p->x, p->y + PANEL, p->width);
}

static void tick(const panel *p, double x, const char *text, FILE *to)
{
    fprintf(to,
            "<path d='M%.1f %.1fv4' stroke='#aab4bd'/>"
            "<text class='tick' x='%.1f' y='%.1f' text-anchor='middle'>%s</text>\n",
            x, p->y + PANEL, x, p->y + PANEL + 17, text);
}

/* A value below which, or over which, one fears for him. */
static void threshold(const panel *p, double value, FILE *to)
{
    if (value <= p->values.low || value >= p->values.high) return;
    fprintf(to,
            "<path d='M%.1f %.1fh%.1f' stroke='" HARM "' stroke-dasharray='2 4'/>"
            "<text class='tick' x='%.1f' y='%.1f' fill='" HARM "' style='fill:" HARM
            "'>%g</text>\n",
            p->x, y_of(p, value), p->width, p->x + 3, y_of(p, value) - 3, value);
}

/* A forecast. */

typedef struct fan {
    const plx_patient_bank *bank;
    const plx_outlook_shown *shown;
    uint32_t answers, past_s; /* horizons before the first without an answer */
} fan;

static double x_past(const fan *f, const panel *p, uint32_t time_s)
{
    const double ago = (double)f->bank->now_s - time_s;
    return p->x + p->width * PAST_SHARE * (1 - ago / f->past_s);
}

static double x_horizon(const fan *f, const panel *p, uint32_t h)
{
    const double share = (h + 1.0) / f->bank->outlook.plan.horizons_n;
    return p->x + p->width * (PAST_SHARE + (1 - PAST_SHARE) * share);
}

static bool is_shown(const fan *f, const plx_vitals_observation *o, uint32_t kind)
{
    return (uint32_t)plx_track_kind_of(o->quantity) == kind &&
           o->time_s + f->past_s >= f->bank->now_s;
}

static panel fan_panel(const fan *f, uint32_t i, uint32_t kind)
{
    const plx_vitals *v = &f->bank->p->vitals;
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (uint32_t j = 0; j < v->observations_n; j++)
        if (is_shown(f, &v->observations[j], kind)) {
            low = fmin(low, v->observations[j].value);
            high = fmax(high, v->observations[j].value);
        }
    for (uint32_t h = 0; h < f->answers; h++) {
        low = fmin(low, f->shown[h].vital[kind].p05);
        high = fmax(high, f->shown[h].vital[kind].p95);
    }
    if (low > high) low = 0, high = 1;
    return panel_of(i, low, high);
}

static void band(const fan *f, const panel *p, uint32_t kind, bool wide, FILE *to)
{
    fprintf(to, "<path class='%s' fill='" PLX_SVG_LINE "' fill-opacity='%s' d='",
            wide ? "wide" : "half", wide ? ".14" : ".24");
    for (uint32_t h = 0; h < f->answers; h++) {
        const plx_weighted_summary *s = &f->shown[h].vital[kind];
        fprintf(to, "%c%.1f %.1f", h ? 'L' : 'M', x_horizon(f, p, h),
                y_of(p, wide ? s->p95 : s->p75));
    }
    for (uint32_t h = f->answers; h-- > 0;) {
        const plx_weighted_summary *s = &f->shown[h].vital[kind];
        fprintf(to, "L%.1f %.1f", x_horizon(f, p, h), y_of(p, wide ? s->p05 : s->p25));
    }
    fputs("z'/>\n", to);
}

static void median(const fan *f, const panel *p, uint32_t kind, FILE *to)
{
    fputs("<path class='median' fill='none' stroke='" PLX_SVG_LINE "' stroke-width='1.8' d='", to);
    for (uint32_t h = 0; h < f->answers; h++)
        fprintf(to, "%c%.1f %.1f", h ? 'L' : 'M', x_horizon(f, p, h),
                y_of(p, f->shown[h].vital[kind].p50));
    fputs("'/>\n", to);
    const plx_patient_last *last = &f->bank->last[kind];
    if (last->known && last->time_s + f->past_s >= f->bank->now_s)
        fprintf(to,
                "<path class='join' fill='none' stroke='" PLX_SVG_LINE
                "' stroke-dasharray='1 4' d='M%.1f %.1fL%.1f %.1f'/>\n",
                x_past(f, p, last->time_s), y_of(p, last->value), x_horizon(f, p, 0),
                y_of(p, f->shown[0].vital[kind].p50));
    const double end = f->shown[f->answers - 1].vital[kind].p50;
    fprintf(to, "<text class='last' x='%.1f' y='%.1f'>%.*f</text>\n",
            x_horizon(f, p, f->answers - 1) + 6, y_of(p, end) + 4, p->values.decimals, end);
}

static void points(const fan *f, const panel *p, uint32_t kind, FILE *to)
{
    const plx_vitals *v = &f->bank->p->vitals;
    for (uint32_t j = 0; j < v->observations_n; j++)
        if (is_shown(f, &v->observations[j], kind))
            fprintf(to, "<circle class='measured' cx='%.1f' cy='%.1f' r='2.6' fill='" INK "'/>\n",
                    x_past(f, p, v->observations[j].time_s), y_of(p, v->observations[j].value));
}

static void fan_ticks(const fan *f, const panel *p, FILE *to)
{
    const plx_svg_time t = plx_svg_time_of(f->past_s, 1);
    char text[24];
    for (double at = t.step; at * t.unit_s <= f->past_s + 1e-6; at += t.step) {
        snprintf(text, sizeof text, MINUS "%g %s", at, t.unit);
        tick(p, p->x + p->width * PAST_SHARE * (1 - at * t.unit_s / f->past_s), text, to);
    }
    tick(p, p->x + p->width * PAST_SHARE, "now", to);
    fprintf(to, "<path d='M%.1f %.1fv%d' stroke='#75808a' stroke-dasharray='3 3'/>\n",
            p->x + p->width * PAST_SHARE, p->y, PANEL);
    for (uint32_t h = 0; h < f->bank->outlook.plan.horizons_n; h++) {
        horizon_text(f->bank->outlook.plan.at_s[h], text);
        tick(p, x_horizon(f, p, h), text, to);
    }
}

static void draw_fan(const fan *f, uint32_t i, uint32_t kind, FILE *to)
{
    const plx_measure quantity = plx_track_quantity((plx_track_kind)kind);
    const panel p = fan_panel(f, i, kind);
    fputs("<g class='fan'>\n", to);
    panel_name(&p, plx_svg_people_say(quantity), plx_measure_unit(quantity), to);
    grid(&p, to);
    fan_ticks(f, &p, to);
    if (kind == PLX_TRACK_map_mmhg) threshold(&p, PLX_OUTLOOK_MAP_MMHG, to);
    if (kind == PLX_TRACK_spo2_pct) threshold(&p, PLX_OUTLOOK_SPO2_PCT, to);
    if (f->answers > 0) {
        band(f, &p, kind, true, to);
        band(f, &p, kind, false, to);
        median(f, &p, kind, to);
    }
    points(f, &p, kind, to);
    fputs("</g>\n", to);
}

/* A cell with a percentage, redder the more it is. */
static void chance(double x, double y, double share, FILE *to)
{
    fprintf(to,
            "<rect class='chance' x='%.1f' y='%.1f' width='96' height='%d' fill='" HARM
            "' fill-opacity='%.3f'/><text x='%.1f' y='%.1f' text-anchor='middle' style='fill:" INK
            "'>%.0f %%</text>\n",
            x, y, ROW - 4, 0.45 * share, x + 48, y + 15, 100 * share);
}

static void draw_chances(const fan *f, double y, FILE *to)
{
    const plx_outlook_plan *plan = &f->bank->outlook.plan;
    static const char *const names[] = {"Mean pressure below 65 mmHg", "Saturation below 90 %",
                                        "NEWS2 of 7 or more"};
    char text[24];
    fprintf(to, "<text class='name' x='%d' y='%.1f'>Chance that a measurement shows</text>\n",
            MARGIN, y + 15);
    for (uint32_t h = 0; h < plan->horizons_n; h++) {
        horizon_text(plan->at_s[h], text);
        fprintf(to, "<text x='%.1f' y='%.1f' text-anchor='middle'>in %s</text>\n",
                CHANCE_X + 48 + 104.0 * h, y + 15, text);
    }
    for (int i = 0; i < 3; i++) {
        const double row = y + ROW * (i + 1);
        fprintf(to, "<text x='%d' y='%.1f'>%s</text>\n", MARGIN, row + 15, names[i]);
        for (uint32_t h = 0; h < plan->horizons_n; h++) {
            const plx_outlook_shown *s = &f->shown[h];
            chance(CHANCE_X + 104.0 * h, row,
                   i == 0   ? s->map_below_65
                   : i == 1 ? s->spo2_below_90
                            : s->news2_7,
                   to);
        }
    }
}

void plx_picture_forecast(const plx_patient_bank *b, const plx_outlook_shown *shown, FILE *to)
{
    const uint32_t horizons = b->outlook.plan.horizons_n;
    const uint32_t kinds = b->kinds | 1u << PLX_TRACK_map_mmhg;
    fan f = {.bank = b, .shown = shown, .past_s = b->now_s - b->from_s};
    uint32_t n = 0;
    if (f.past_s > PAST_S) f.past_s = PAST_S;
    if (f.past_s < MINUTE_S) f.past_s = MINUTE_S;
    while (f.answers < horizons && !plx_outlook_no_answer(&b->outlook, 0, f.answers))
        f.answers++;
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
        n += kinds >> k & 1;
    const double table = panels_end(n);
    head(b, "What will be measured",
         f.answers == horizons ? "median, half and nine tenths of what is likely"
                               : "no answer where too many bodies are lost",
         table + 4.0 * ROW + 20, to);
    for (uint32_t k = 0, i = 0; k < PLX_TRACK_MEASURED_N; k++)
        if (kinds >> k & 1) draw_fan(&f, i++, k, to);
    draw_chances(&f, table - 18, to);
    fputs("</svg>\n", to);
}

/* Arms. */

static const plx_outlook_quantity compared[] = {
    PLX_OUTLOOK_map_mmhg, PLX_OUTLOOK_hr_bpm,     PLX_OUTLOOK_sbp_mmhg,  PLX_OUTLOOK_spo2_pct,
    PLX_OUTLOOK_co_l_min, PLX_OUTLOOK_do2_ml_min, PLX_OUTLOOK_pcwp_mmhg, PLX_OUTLOOK_rr_per_min};
enum { COMPARED_N = sizeof compared / sizeof *compared };

static const char *name_of(plx_outlook_quantity q)
{
    plx_measure quantity;
    const char *name = plx_outlook_name(q);
    if (q == PLX_OUTLOOK_do2_ml_min) return "Oxygen delivery";
    return plx_measure_named(plx_slice_of(name), &quantity) == PLX_OK ? plx_svg_people_say(quantity)
                                                                      : name;
}

static double x_arm(const plx_outlook *o, const panel *p, uint32_t h, uint32_t arm)
{
    const double group = p->width / o->plan.horizons_n;
    const double step = fmin(16, 0.7 * group / o->plan.arms_n);
    return p->x + group * (h + 0.5) + step * (arm - (o->plan.arms_n - 1) / 2.0);
}

static void draw_arm(const plx_outlook *o, const panel *p, uint32_t h, uint32_t arm,
                     plx_outlook_quantity q, FILE *to)
{
    if (plx_outlook_no_answer(o, arm, h)) return;
    const plx_weighted_summary s = plx_outlook_value(o, arm, h, q);
    const double x = x_arm(o, p, h, arm);
    fprintf(to,
            "<path class='arm' d='M%.1f %.1fV%.1f' stroke='%s' stroke-width='1.6'/>"
            "<path class='half' d='M%.1f %.1fV%.1f' stroke='%s' stroke-width='5.5'/>"
            "<circle class='median' cx='%.1f' cy='%.1f' r='4' fill='#fff' stroke='%s' "
            "stroke-width='2'/>\n",
            x, y_of(p, s.p95), y_of(p, s.p05), colours[arm], x, y_of(p, s.p75), y_of(p, s.p25),
            colours[arm], x, y_of(p, s.p50), colours[arm]);
}

static void draw_compared(const plx_outlook *o, uint32_t i, FILE *to)
{
    const plx_outlook_quantity q = compared[i];
    double low = HUGE_VAL, high = -HUGE_VAL;
    char text[24];
    for (uint32_t a = 0; a < o->plan.arms_n; a++)
        for (uint32_t h = 0; h < o->plan.horizons_n; h++) {
            if (plx_outlook_no_answer(o, a, h)) continue;
            const plx_weighted_summary s = plx_outlook_value(o, a, h, q);
            low = fmin(low, s.p05), high = fmax(high, s.p95);
        }
    if (low > high) low = 0, high = 1;
    const panel p = panel_of(i, low, high);
    fputs("<g class='compared'>\n", to);
    panel_name(&p, name_of(q), plx_outlook_unit(q), to);
    grid(&p, to);
    if (q == PLX_OUTLOOK_map_mmhg) threshold(&p, PLX_OUTLOOK_MAP_MMHG, to);
    if (q == PLX_OUTLOOK_spo2_pct) threshold(&p, PLX_OUTLOOK_SPO2_PCT, to);
    if (q == PLX_OUTLOOK_pcwp_mmhg) threshold(&p, PLX_OUTLOOK_PCWP_MMHG, to);
    for (uint32_t h = 0; h < o->plan.horizons_n; h++) {
        horizon_text(o->plan.at_s[h], text);
        tick(&p, p.x + p.width * (h + 0.5) / o->plan.horizons_n, text, to);
        for (uint32_t a = 0; a < o->plan.arms_n; a++)
            draw_arm(o, &p, h, a, q, to);
    }
    fputs("</g>\n", to);
}

static void cell(double x, double y, const char *text, FILE *to)
{
    fprintf(to, "<text x='%.1f' y='%.1f' text-anchor='end' style='fill:" INK "'>%s</text>\n", x, y,
            text);
}

/* What an arm does at the last horizon. */
static void draw_row(const plx_outlook *o, uint32_t arm, const char *name, double y, FILE *to)
{
    const uint32_t h = o->plan.horizons_n - 1;
    const plx_outlook_chances c = plx_outlook_chances_of(o, arm, h);
    const double shares[] = {c.perfused, c.hypoxic, c.congested, c.starved, c.responds};
    char text[80];
    fprintf(to,
            "<rect class='key' x='%d' y='%.1f' width='14' height='14' fill='%s'/>"
            "<text x='%d' y='%.1f' style='fill:" INK "'>",
            MARGIN, y - 11, colours[arm], MARGIN + 22, y);
    snprintf(text, sizeof text, "%.*s%s", NAME_MAX_N, name, strlen(name) > NAME_MAX_N ? "..." : "");
    plx_svg_escape(to, text);
    fputs("</text>\n", to);
    for (int i = 0; i < 5; i++) {
        if (arm == 0 && i > 2) continue;
        snprintf(text, sizeof text, "%.0f %%", 100 * shares[i]);
        cell(520 + 88 * i, y, text, to);
    }
    if (arm == 0) return;
    if (plx_outlook_no_answer(o, arm, h) || plx_outlook_no_answer(o, 0, h)) {
        cell(WIDTH - MARGIN, y, "no answer", to);
        return;
    }
    const plx_weighted_summary s = plx_outlook_contrast(o, arm, h, PLX_OUTLOOK_map_mmhg);
    snprintf(text, sizeof text, "%+.1f (%+.1f to %+.1f)", s.p50, s.p05, s.p95);
    cell(WIDTH - MARGIN, y, text, to);
}

void plx_picture_arms(const plx_patient_bank *b, const char *const *arms, FILE *to)
{
    static const char *const heads[] = {"MAP \xe2\x89\xa5 65", "SpO2 &lt; 90", "PCWP &gt; 18",
                                        "DO2 " MINUS "10 %", "CO +10 %"};
    const plx_outlook *o = &b->outlook;
    const double table = panels_end(COMPARED_N);
    char text[24], title[64];
    horizon_text(o->plan.at_s[o->plan.horizons_n - 1], text);
    snprintf(title, sizeof title, "in %s, chance of", text);
    head(b, "What treatments would do", "median, half and nine tenths of the bodies",
         table + (o->plan.arms_n + 1.0) * ROW + 14, to);
    for (uint32_t i = 0; i < COMPARED_N; i++)
        draw_compared(o, i, to);
    cell(432 - 20, table, title, to);
    for (int i = 0; i < 5; i++)
        cell(520 + 88 * i, table, heads[i], to);
    cell(WIDTH - MARGIN, table, "MAP minus none, mmHg", to);
    for (uint32_t a = 0; a < o->plan.arms_n; a++)
        draw_row(o, a, arms[a], table + ROW * (a + 1.0), to);
    fputs("</svg>\n", to);
}

/* Mechanisms and what is hidden. */

enum { BAR_X = 170, BAR = 300, BAR_STEP = 30, HIDDEN_X = 620, HIDDEN = 300, HIDDEN_STEP = 62 };

static void draw_mechanisms(const plx_patient_bank *b, FILE *to)
{
    fprintf(to, "<text class='name' x='%d' y='92'>Mechanism</text>\n", MARGIN);
    for (int i = 0; i < PLX_MECHANISM_N; i++) {
        const double y = HEAD + 4 + BAR_STEP * (double)i, p = b->mechanism[i];
        fprintf(
            to,
            "<text x='%d' y='%.1f' text-anchor='end' style='fill:" INK "'>%s</text>"
            "<rect x='%d' y='%.1f' width='%d' height='18' fill='#eef1f4'/>"
            "<rect class='mechanism' x='%d' y='%.1f' width='%.1f' height='18' fill='" PLX_SVG_LINE
            "'/><text x='%d' y='%.1f' style='fill:" INK "'>%.0f %%</text>\n",
            BAR_X - 10, y + 13.5, plx_mechanism_name((plx_mechanism)i), BAR_X, y, BAR, BAR_X, y,
            BAR * p, BAR_X + BAR + 8, y + 13.5, 100 * p);
    }
}

static void hidden_text(const plx_weighted_summary *s, char text[96])
{
    const double size = fmax(fabs(s->p05), fabs(s->p95));
    const int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    snprintf(text, 96, "%.*f (%.*f to %.*f)", decimals, s->p50, decimals, s->p05, decimals, s->p95);
}

static void draw_hidden(const plx_patient_bank *b, plx_outlook_hidden h, FILE *to)
{
    static const char *const names[PLX_OUTLOOK_HIDDEN_N] = {"Blood-volume deficit",
                                                            "Bleeding",
                                                            "Cardiac output",
                                                            "Systemic resistance",
                                                            "Contractility of the left heart",
                                                            "Shunt"};
    static const double least[PLX_OUTLOOK_HIDDEN_N] = {100, 10, 1, 500, 1, 0.05}; /* of an axis */
    const plx_weighted_summary *s = &b->hidden[h].now;
    const plx_track_kind k = plx_patient_bank_teller(b, h);
    const double y = HEAD + HIDDEN_STEP * (double)h;
    const plx_svg_axis a = plx_svg_axis_of(fmin(s->p05, 0), fmax(s->p95, least[h]), 4);
    const char *unit = plx_outlook_hidden_unit(h);
    char text[96];
    hidden_text(s, text);
    fprintf(to,
            "<text class='name' x='%d' y='%.1f'>%s <tspan font-weight='400' fill='" PLX_SVG_GREY
            "'>%s</tspan></text>\n",
            HIDDEN_X - 40, y - 6, names[h], strcmp(unit, "1") ? unit : "of the blood");
    fprintf(to, "<path d='M%d %.1fh%d' stroke='#aab4bd'/>\n", HIDDEN_X, y + 16, HIDDEN);
    for (int i = 0; a.low + i * a.step <= a.high + 1e-9 * a.step; i++) {
        const double value = a.low + i * a.step, x = HIDDEN_X + HIDDEN * plx_svg_share(&a, value);
        fprintf(to,
                "<path d='M%.1f %.1fv4' stroke='#aab4bd'/><text class='tick' x='%.1f' y='%.1f' "
                "text-anchor='middle'>%.*f</text>\n",
                x, y + 16, x, y + 32, a.decimals, fabs(value) < 1e-9 * a.step ? 0 : value);
    }
    fprintf(to,
            "<path class='hidden' d='M%.1f %.1fH%.1f' stroke='" PLX_SVG_LINE "' stroke-width='2'/>"
            "<path class='half' d='M%.1f %.1fH%.1f' stroke='" PLX_SVG_LINE "' stroke-width='7'/>"
            "<circle class='median' cx='%.1f' cy='%.1f' r='4.5' fill='#fff' stroke='" PLX_SVG_LINE
            "' stroke-width='2'/>\n",
            HIDDEN_X + HIDDEN * plx_svg_share(&a, s->p05), y + 8,
            HIDDEN_X + HIDDEN * plx_svg_share(&a, s->p95),
            HIDDEN_X + HIDDEN * plx_svg_share(&a, s->p25), y + 8,
            HIDDEN_X + HIDDEN * plx_svg_share(&a, s->p75),
            HIDDEN_X + HIDDEN * plx_svg_share(&a, s->p50), y + 8);
    fprintf(to, "<text x='%d' y='%.1f' style='fill:" INK "'>%s</text>\n", HIDDEN_X + HIDDEN + 26,
            y + 6, text);
    fprintf(to, "<text class='tick' x='%d' y='%.1f'>", HIDDEN_X + HIDDEN + 26, y + 21);
    if (k == PLX_TRACK_KIND_N)
        fputs("nothing measured tells it", to);
    else
        fprintf(to, "by %s (%+.2f)", plx_measure_name(plx_track_quantity(k)),
                b->hidden[h].correlation[k]);
    fputs("</text>\n", to);
}

static void draw_challenges(const plx_patient_bank *b, double y, FILE *to)
{
    fprintf(to, "<text class='name' x='%d' y='%.1f'>Would output rise by 10 %%?</text>\n", MARGIN,
            y);
    for (uint32_t i = 0; i < PLX_PATIENT_CHALLENGES_N; i++) {
        const plx_patient_challenge *c = &b->challenge[i];
        const double row = y + ROW + i * 1.6 * ROW;
        fprintf(to, "<text x='%d' y='%.1f' style='fill:" INK "'>", MARGIN, row);
        plx_svg_escape(to, plx_patient_challenge_word(i));
        if (c->no_answer) {
            fputs(": no answer</text>\n", to);
            continue;
        }
        fprintf(to, ": in %.0f %%" DOT "change %+.2f (%+.2f to %+.2f) L/min</text>\n",
                100 * c->responds, c->output.p50, c->output.p05, c->output.p95);
        fprintf(to,
                "<text class='tick' x='%d' y='%.1f'>tells %.2f bits of the mechanism, as much "
                "waiting %.2f</text>\n",
                MARGIN, row + 16, c->bits, c->waiting_bits);
    }
}

void plx_picture_fit(const plx_patient_bank *b, FILE *to)
{
    const double bars = HEAD + BAR_STEP * (double)PLX_MECHANISM_N + 34;
    head(b, "What the body is doing", "median, half and nine tenths of the bodies",
         HEAD + HIDDEN_STEP * (double)PLX_OUTLOOK_HIDDEN_N + 10, to);
    draw_mechanisms(b, to);
    for (int h = 0; h < PLX_OUTLOOK_HIDDEN_N; h++)
        draw_hidden(b, (plx_outlook_hidden)h, to);
    draw_challenges(b, bars, to);
    fputs("</svg>\n", to);
}

/* Files. */

FILE *plx_picture_open(const char *words, const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f) plx_app_fail(PLX_EXIT_WORLD, words, "this file cannot be written", path);
    return f;
}

int plx_picture_close(const char *words, const char *path, FILE *f)
{
    const bool bad = ferror(f) != 0;
    if (fclose(f) == 0 && !bad) return PLX_EXIT_OK;
    return plx_app_fail(PLX_EXIT_WORLD, words, "not all could be written", path);
}
