/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/patient_plot.h"

#include <math.h>
#include <string.h>

#include "app/svg.h"

enum {
    WIDTH = 1120,
    MARGIN = 34,
    GUTTER = 38, /* between the columns */
    AXIS = 48,   /* left of a panel, for the numbers */
    END = 46,    /* right of a panel, for the last value */
    HEAD = 112,  /* title, subtitle and the marks' numbers */
    PANEL = 128, /* height of the drawing area */
    GAP = 54,    /* between panels: the next one's name */
    ENTRY = 22,  /* a line of the list of actions */
    ONE_COLUMN_MAX = 3
};

#define HARM "#b3402a"
#define CARE "#1c7a5a"
#define LINE PLX_SVG_LINE

/* Of the values of a quantity. */
static plx_svg_axis value_axis(const plx_plot *p, uint32_t q)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (uint32_t i = 0; i < p->rows; i++) {
        const plx_scenario_summary *s = &p->summary[i * p->file->scenario.quantities_n + q];
        low = fmin(low, s->p05);
        high = fmax(high, s->p95);
    }
    return plx_svg_axis_of(low, high, 4);
}

typedef struct panel {
    double x, y, width; /* of the drawing area, upper left */
    plx_svg_axis values;
    uint32_t duration_s;
} panel;

static double x_of(const panel *p, double time_s)
{
    return p->x + p->width * time_s / p->duration_s;
}

static double y_of(const panel *p, double value)
{
    return p->y + PANEL * (p->values.high - value) / (p->values.high - p->values.low);
}

static bool does_harm(const plx_action *a)
{
    return a->kind == PLX_ACTION_BLEED || a->kind == PLX_ACTION_WOUND ||
           a->kind == PLX_ACTION_LBNP || (a->kind == PLX_ACTION_CONDITION && a->amount > 0);
}

static void draw_grid(const panel *p, FILE *to)
{
    const plx_svg_axis *v = &p->values;
    int n = (int)((v->high - v->low) / v->step + 0.5);
    for (int i = 0; i <= n; i++) {
        double value = v->low + i * v->step, y = y_of(p, value);
        fprintf(to, "<path d='M%.1f %.1fh%.1f' stroke='#e6eaee'/>", p->x, y, p->width);
        fprintf(to, "<text class='tick' x='%.1f' y='%.1f' text-anchor='end'>%.*f</text>\n",
                p->x - 8, y + 4, v->decimals, fabs(value) < 1e-9 ? 0 : value);
    }
    plx_svg_time t = plx_svg_time_of(p->duration_s, (int)(p->width / 62));
    for (double at = 0; at * t.unit_s <= p->duration_s + 1e-6; at += t.step) {
        double x = x_of(p, at * t.unit_s);
        bool last = (at + t.step) * t.unit_s > p->duration_s + 1e-6;
        fprintf(to, "<path d='M%.1f %.1fv4' stroke='#aab4bd'/>", x, p->y + PANEL);
        fprintf(to, "<text class='tick' x='%.1f' y='%.1f' text-anchor='middle'>%g%s%s</text>\n", x,
                p->y + PANEL + 17, at, last ? " " : "", last ? t.unit : "");
    }
    fprintf(to, "<path d='M%.1f %.1fh%.1f' stroke='#aab4bd'/>\n", p->x, p->y + PANEL, p->width);
}

/* Numbers stand above the upper row only, beside each other where their times are close. */
static void draw_marks(const plx_plot *plot, const panel *p, bool numbers, FILE *to)
{
    const plx_scenario *s = &plot->file->scenario;
    double at = -100;
    for (uint32_t i = 0; i < s->actions_n; i++) {
        double x = x_of(p, s->actions[i].at_s);
        const char *color = does_harm(&s->actions[i]) ? HARM : CARE;
        fprintf(to,
                "<path d='M%.1f %.1fv%d' stroke='%s' stroke-opacity='.55' stroke-dasharray='3 3'/>",
                x, p->y, PANEL, color);
        if (!numbers) continue;
        at = fmax(x, at + 15.5);
        fprintf(to, "<circle cx='%.1f' cy='%.1f' r='7' fill='%s'/>", at, p->y - 9, color);
        fprintf(to, "<text class='mark' x='%.1f' y='%.1f'>%u</text>\n", at, p->y - 5.4, i + 1);
    }
}

static void draw_values(const plx_plot *plot, const panel *p, uint32_t q, FILE *to)
{
    uint32_t n = plot->file->scenario.quantities_n;
    const plx_scenario_summary *s = plot->summary + q;
    if (plot->file->scenario.members > 1) {
        fprintf(to, "<path fill='" LINE "' fill-opacity='.16' d='");
        for (uint32_t i = 0; i < plot->rows; i++)
            fprintf(to, "%c%.1f %.1f", i ? 'L' : 'M', x_of(p, plot->time_s[i]),
                    y_of(p, s[i * n].p95));
        for (uint32_t i = plot->rows; i-- > 0;)
            fprintf(to, "L%.1f %.1f", x_of(p, plot->time_s[i]), y_of(p, s[i * n].p05));
        fputs("z'/>\n", to);
    }
    fprintf(to, "<path fill='none' stroke='" LINE "' stroke-width='1.8' stroke-linejoin='round' "
                "d='");
    for (uint32_t i = 0; i < plot->rows; i++)
        fprintf(to, "%c%.1f %.1f", i ? 'L' : 'M', x_of(p, plot->time_s[i]), y_of(p, s[i * n].p50));
    double last = s[(plot->rows - 1) * n].p50;
    int decimals = p->values.decimals ? p->values.decimals : fabs(last) < 20 ? 1 : 0;
    fprintf(to, "'/>\n<text class='last' x='%.1f' y='%.1f'>%.*f</text>\n", p->x + p->width + 6,
            y_of(p, last) + 4, decimals, last);
}

static void draw_panel(const plx_plot *plot, const panel *p, uint32_t q, FILE *to)
{
    plx_measure quantity = plot->file->scenario.quantities[q];
    const char *unit = plx_measure_unit(quantity);
    bool upper = p->y < HEAD + 1;
    fprintf(to, "<g><text class='name' x='%.1f' y='%.1f'>%s", p->x - AXIS, p->y - (upper ? 27 : 15),
            plx_svg_people_say(quantity));
    if (strcmp(unit, "1") != 0)
        fprintf(to, " <tspan font-weight='400' fill='#75808a'>%s</tspan>", unit);
    fputs("</text>\n", to);
    draw_grid(p, to);
    draw_marks(plot, p, upper, to);
    draw_values(plot, p, q, to);
    fputs("</g>\n", to);
}

static void write_list(const plx_plot *plot, double y, FILE *to)
{
    const plx_scenario *s = &plot->file->scenario;
    const char *unit = s->duration_s > 300 ? "min" : "s";
    double unit_s = s->duration_s > 300 ? 60 : 1;
    uint32_t lines = (s->actions_n + 2) / 3;
    for (uint32_t i = 0; i < s->actions_n; i++) {
        double x = MARGIN + 8 + (i / lines) * (WIDTH - 2 * MARGIN) / 3.0,
               line = y + ENTRY * (i % lines);
        fprintf(to, "<circle cx='%.1f' cy='%.1f' r='7' fill='%s'/>", x, line - 4,
                does_harm(&s->actions[i]) ? HARM : CARE);
        fprintf(to, "<text class='mark' x='%.1f' y='%.1f'>%u</text><text x='%.1f' y='%.1f'>", x,
                line - 0.4, i + 1, x + 14, line);
        plx_svg_escape(to, plot->file->labels[i]);
        fprintf(to, " <tspan fill='#75808a'>%g %s</tspan></text>\n",
                round(10 * s->actions[i].at_s / unit_s) / 10, unit);
    }
}

static void write_head(const plx_plot *plot, double height, FILE *to)
{
    const plx_scenario *s = &plot->file->scenario;
    fprintf(to,
            "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%.0f' "
            "viewBox='0 0 %d %.0f' role='img'>\n<title>",
            WIDTH, height, WIDTH, height);
    plx_svg_escape(to, plot->file->title[0] ? plot->file->title : "Scenario");
    fprintf(to, "</title>\n%s<rect width='100%%' height='100%%' fill='#fff'/>\n", plx_svg_style);
    fprintf(to, "<text class='title' x='%d' y='36'>", MARGIN);
    plx_svg_escape(to, plot->file->title[0] ? plot->file->title : "Scenario");
    fprintf(to, "</text>\n<text x='%d' y='56'>", MARGIN);
    fprintf(to, "%s, %g years, %g cm, %g kg \xc2\xb7 ", s->person.sex ? "Woman" : "Man",
            s->person.age, s->person.height_cm, s->person.weight_kg);
    if (s->members > 1)
        fprintf(to,
                "%u members: median and 5\xe2\x80\x93"
                "95 %% \xc2\xb7 seed %llu",
                s->members, (unsigned long long)s->seed);
    else
        fputs("the median person", to);
    fprintf(to, " \xc2\xb7 %s model</text>\n",
            s->variant == PLX_BODY_AVERAGED ? "averaged" : "pulsatile");
}

void plx_plot_write(const plx_plot *plot, FILE *to)
{
    const plx_scenario *s = &plot->file->scenario;
    uint32_t columns = s->quantities_n <= ONE_COLUMN_MAX ? 1 : 2;
    uint32_t lines = (s->quantities_n + columns - 1) / columns, entries = (s->actions_n + 2) / 3;
    double column = (WIDTH - 2.0 * MARGIN - (columns - 1) * GUTTER) / columns;
    double list_y = HEAD + lines * (PANEL + GAP);
    write_head(plot, list_y + entries * ENTRY + 14, to);
    for (uint32_t q = 0; q < s->quantities_n; q++) {
        panel p = {.x = MARGIN + AXIS + (q % columns) * (column + GUTTER),
                   .y = HEAD + (q / columns) * (PANEL + GAP),
                   .width = column - AXIS - END,
                   .values = value_axis(plot, q),
                   .duration_s = s->duration_s};
        draw_panel(plot, &p, q, to);
    }
    write_list(plot, list_y, to);
    fputs("</svg>\n", to);
}
