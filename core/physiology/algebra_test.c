/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the formulas of blood gases, and the lanes' versions of them.
 * Oracle: published points (Severinghaus 1979; the alveolar gas equation; normal blood: pH 7.40 at
 *   PaCO2 40 has bicarbonate 24.4 and base excess 0), and the double version for the lanes.
 * Tolerance: 0.002 of a saturation, 0.3 mmHg, 0.2 mmol/L; lanes 0.0005, 0.5 % of a pressure, 0.002
 *   of a pH. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "core/physiology/algebra.h"
#include "core/physiology/kernel_gas.h"

static void near(double a, double b, double tolerance)
{
    if (fabs(a - b) > tolerance) print_message("# %.6f is not %.6f\n", a, b);
    assert_true(fabs(a - b) <= tolerance);
}

static void published_points(void **state)
{
    (void)state;
    near(plx_so2(27, 40, 7.4, 37), 0.5035, 0.002);
    near(plx_so2(60, 40, 7.4, 37), 0.9058, 0.002);
    near(plx_so2(100, 40, 7.4, 37), 0.9775, 0.002);
    near(plx_so2(60, 40, 7.2, 37), 0.8492, 0.002);
    near(plx_alveolar_po2(0.21, 40, 760, 0.8), 101.8, 0.3);
    near(plx_alveolar_po2(1, 40, 760, 0.8), 673, 0.3);
    near(plx_hco3(40, 7.4), 24.4, 0.2);
    near(plx_base_excess(40, 7.4, 15), 0, 0.2);
    assert_true(plx_base_excess(40, 7.2, 15) < -8);
}

static void inverses_come_back(void **state)
{
    (void)state;
    for (double po2 = 15; po2 < 700; po2 *= 1.3) {
        double c = plx_o2_content_ml_dl(po2, plx_so2(po2, 40, 7.4, 37), 13);
        near(plx_po2_of_content(c, 13), po2, 0.01);
    }
    for (double ph = 6.9; ph < 7.7; ph += 0.05)
        near(plx_ph_of(50, plx_base_excess(50, ph, 12), 12), ph, 1e-6);
    near(plx_shunt_po2(0, 100, 15, 5), 100, 0.01);
}

static double first(lane x)
{
    return (double)x[0];
}

static void lanes_agree(void **state)
{
    (void)state;
    for (double po2 = 20; po2 < 650; po2 *= 1.25)
        for (double ph = 7.0; ph < 7.65; ph += 0.15) {
            lane shift = gas_shift(lane_all(38), lane_all((float)ph), lane_all(55));
            near(first(gas_saturation((float)po2 * shift)), plx_so2(po2, 55, ph, 38), 5e-4);
            lane content = gas_o2_content(lane_all((float)po2), shift, lane_all(11));
            lane back = gas_po2_of(content, shift, lane_all(11), lane_all((float)(po2 * 0.9)));
            near(first(back), po2, 0.005 * po2);
        }
    for (double pco2 = 15; pco2 < 120; pco2 *= 1.3)
        for (double be = -20; be < 15; be += 5) {
            lane ph = lane_all(7.4f);
            for (int i = 0; i < 4; i++)
                ph = gas_ph(lane_all((float)pco2), lane_all((float)be), lane_all(14), ph);
            near(first(ph), plx_ph_of(pco2, be, 14), 0.002);
            lane c = gas_co2_content(lane_all((float)pco2), lane_all(90), lane_all((float)be));
            near(first(gas_pco2_of(c, lane_all(90), lane_all((float)be))), pco2, 0.005 * pco2);
        }
    /* points of the Spencer form: 21.35 mmol/L at 40/100, 23.50 at 46/40 */
    near(first(gas_co2_content(lane_all(40), lane_all(100), lane_all(0))) / 22.26 * 1000, 21.35,
         0.1);
    near(first(gas_co2_content(lane_all(46), lane_all(40), lane_all(0))) / 22.26 * 1000, 23.50,
         0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_points),
        cmocka_unit_test(inverses_come_back),
        cmocka_unit_test(lanes_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
