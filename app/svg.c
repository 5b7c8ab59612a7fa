/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/svg.h"

#include <math.h>

const char plx_svg_style[] =
    "<style>text{font-family:'Inter','Segoe UI','Helvetica Neue',Arial,'DejaVu Sans',sans-serif;"
    "font-size:12px;fill:#4a5560}.title{font-size:21px;font-weight:600;fill:#18222c}"
    ".name{font-size:13.5px;font-weight:600;fill:#18222c}.tick{font-size:11px;fill:" PLX_SVG_GREY
    "}"
    ".mark{font-size:10px;font-weight:600;fill:#fff;text-anchor:middle}"
    ".last{font-size:12px;font-weight:600;fill:" PLX_SVG_LINE "}</style>\n";

const char *plx_svg_people_say(plx_measure q)
{
    static const char *const names[PLX_MEASURE_N] = {
        [PLX_MEASURE_hr_bpm] = "Heart rate",
        [PLX_MEASURE_sbp_mmhg] = "Systolic pressure",
        [PLX_MEASURE_dbp_mmhg] = "Diastolic pressure",
        [PLX_MEASURE_map_mmhg] = "Mean arterial pressure",
        [PLX_MEASURE_pp_mmhg] = "Pulse pressure",
        [PLX_MEASURE_cvp_mmhg] = "Central venous pressure",
        [PLX_MEASURE_pcwp_mmhg] = "Wedge pressure",
        [PLX_MEASURE_mpap_mmhg] = "Mean pulmonary artery pressure",
        [PLX_MEASURE_sv_ml] = "Stroke volume",
        [PLX_MEASURE_co_l_min] = "Cardiac output",
        [PLX_MEASURE_lv_ef] = "Ejection fraction",
        [PLX_MEASURE_svr_mmhg_s_ml] = "Systemic resistance",
        [PLX_MEASURE_rr_per_min] = "Respiratory rate",
        [PLX_MEASURE_tv_ml] = "Tidal volume",
        [PLX_MEASURE_ve_l_min] = "Minute ventilation",
        [PLX_MEASURE_spo2_pct] = "Oxygen saturation, pulse oximeter",
        [PLX_MEASURE_pao2_mmhg] = "Arterial oxygen pressure",
        [PLX_MEASURE_paco2_mmhg] = "Arterial carbon dioxide pressure",
        [PLX_MEASURE_etco2_mmhg] = "End-tidal carbon dioxide",
        [PLX_MEASURE_ph] = "Arterial pH",
        [PLX_MEASURE_lactate_mmol_l] = "Lactate",
        [PLX_MEASURE_fio2] = "Inspired oxygen fraction",
        [PLX_MEASURE_blood_volume_ml] = "Blood volume",
        [PLX_MEASURE_plasma_volume_ml] = "Plasma volume",
        [PLX_MEASURE_hb_g_dl] = "Haemoglobin",
        [PLX_MEASURE_urine_ml_min] = "Urine",
        [PLX_MEASURE_blood_lost_ml] = "Blood lost",
        [PLX_MEASURE_core_temp_c] = "Core temperature",
        [PLX_MEASURE_nmb_fraction] = "Neuromuscular block",
    };
    return names[q] ? names[q] : plx_measure_name(q);
}

void plx_svg_escape(FILE *to, const char *text)
{
    for (; *text; text++) {
        const char *as = *text == '&'   ? "&amp;"
                         : *text == '<' ? "&lt;"
                         : *text == '>' ? "&gt;"
                                        : NULL;
        if (as)
            fputs(as, to);
        else if ((unsigned char)*text >= ' ')
            fputc(*text, to);
    }
}

/* Ticks at 1, 2 or 5 times a power of ten, so that about n of them span the range. */
static double nice_step(double span, int n)
{
    double raw = span / n, power = 1;
    while (power * 10 <= raw)
        power *= 10;
    while (power > raw)
        power /= 10;
    double times = raw / power;
    return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
}

static int decimals_of(double step)
{
    int n = 0;
    for (; step < 0.999 && n < 6; n++)
        step *= 10;
    return n;
}

plx_svg_axis plx_svg_axis_of(double low, double high, int n)
{
    double least = fmax(0.04 * fmax(fabs(low), fabs(high)), 1e-3), middle = (low + high) / 2;
    if (high - low < least) low = middle - least / 2, high = middle + least / 2;
    plx_svg_axis a = {.step = nice_step(high - low, n)};
    a.low = floor(low / a.step + 1e-9) * a.step;
    a.high = ceil(high / a.step - 1e-9) * a.step;
    a.decimals = decimals_of(a.step);
    return a;
}

plx_svg_time plx_svg_time_of(double duration_s, int ticks)
{
    plx_svg_time t = {1, "s", 0};
    if (duration_s > 300) t = (plx_svg_time){60, "min", 0};
    if (duration_s > 4 * 3600) t = (plx_svg_time){3600, "h", 0};
    static const double minutes[] = {1, 2, 5, 10, 15, 20, 30, 60};
    double span = duration_s / t.unit_s;
    t.step = nice_step(span, ticks);
    if (t.unit_s != 60) return t;
    for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++)
        if (span / minutes[i] <= ticks + 1) {
            t.step = minutes[i];
            break;
        }
    return t;
}
