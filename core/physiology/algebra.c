/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/physiology/algebra.h"

#include "core/base/mathx.h"

enum { BISECTIONS = 60 };

double plx_so2(double po2, double pco2, double ph, double temp_c)
{
    double log10_co2 = plx_log(40 / pco2) / 2.302585092994046;
    double p = po2 * plx_pow(10, 0.024 * (37 - temp_c) + 0.40 * (ph - 7.4) + 0.06 * log10_co2);
    return 1 / (23400 / (p * p * p + 150 * p) + 1);
}

double plx_o2_content_ml_dl(double po2, double so2, double hb_g_dl)
{
    return 1.34 * hb_g_dl * so2 + 0.0031 * po2;
}

double plx_po2_of_content(double content, double hb_g_dl)
{
    double low = 0, high = 750;
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = 0.5 * (low + high);
        double c = plx_o2_content_ml_dl(middle, plx_so2(middle, 40, 7.4, 37), hb_g_dl);
        if (c < content)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

double plx_alveolar_po2(double fio2, double paco2, double pb, double r)
{
    return fio2 * (pb - 47) - paco2 * (fio2 + (1 - fio2) / r);
}

/* c_a = c_c - s/(1-s) (c_a - c_v): what the shunt takes is told by the arterio-venous difference.
 */
double plx_shunt_po2(double shunt, double pao2_alveolar, double hb_g_dl, double avdo2)
{
    double end = plx_o2_content_ml_dl(pao2_alveolar, plx_so2(pao2_alveolar, 40, 7.4, 37), hb_g_dl);
    return plx_po2_of_content(end - avdo2 * shunt / (1 - shunt), hb_g_dl);
}

double plx_hco3(double paco2, double ph)
{
    return 0.0307 * paco2 * plx_pow(10, ph - 6.105);
}

double plx_base_excess(double paco2, double ph, double hb_g_dl)
{
    double hb = 0.6206 * hb_g_dl;
    return (plx_hco3(paco2, ph) - 24.4 + (2.3 * hb + 7.7) * (ph - 7.4)) * (1 - 0.023 * hb);
}

double plx_ph_of(double paco2, double base_excess, double hb_g_dl)
{
    double low = 6, high = 8.5;
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = 0.5 * (low + high);
        if (plx_base_excess(paco2, middle, hb_g_dl) < base_excess)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}
