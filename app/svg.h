/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the pictures of the commands share: text that is safe in SVG, axes with round numbers, names
 * that people use, one style. */
#ifndef PLX_APP_SVG_H
#define PLX_APP_SVG_H

#include <stdio.h>

#include "core/physiology/measure.h"

#define PLX_SVG_LINE "#1b4f8a"
#define PLX_SVG_GREY "#5f6b76"

/* A <style> element: classes title, name, tick, mark, last. */
extern const char plx_svg_style[];

/* &, <, > as entities; control characters are left out. */
void plx_svg_escape(FILE *to, const char *text);

typedef struct plx_svg_axis {
    double low, high, step; /* low and high are multiples of the step */
    int decimals;           /* of the ticks */
} plx_svg_axis;
/* About n ticks at 1, 2 or 5 times a power of ten; a range that is hardly one is not blown up. */
plx_svg_axis plx_svg_axis_of(double low, double high, int n);
static inline double plx_svg_share(const plx_svg_axis *axis, double value) /* 0 low, 1 high */
{
    return (value - axis->low) / (axis->high - axis->low);
}

typedef struct plx_svg_time {
    double unit_s;
    const char *unit;
    double step; /* in units */
} plx_svg_time;
plx_svg_time plx_svg_time_of(double duration_s, int ticks);

/* "Mean arterial pressure"; some keep the name of the column. */
const char *plx_svg_people_say(plx_measure quantity);

#endif
