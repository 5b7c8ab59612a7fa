/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: an outlook is the bank's own bodies, weighted as their causes are; an arm is the same
 * bodies under its actions and nothing else; who does not live through it counts as lost.
 * Oracle: one group run second by second; sums over the ensembles; an arm that does nothing;
 * textbook directions; chances that are certain. Tolerance: rounding of a mean; none for what has
 * to be the same bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/assimilate/outlook.h"
#include "core/physiology/widest_for_test.h"

enum { MEMBERS = 32, ARMS = 6, HORIZONS = 3 };
enum { NONE, NOTHING, PRESSOR, OXYGEN, LOSS, FLUID };
enum { FEW = 1u << PLX_CAUSE_STABLE | 1u << PLX_CAUSE_HAEMORRHAGE | 1u << PLX_CAUSE_SEPSIS };

static const plx_person woman = {
    .sex = PLX_SEX_FEMALE, .age = 67, .height_cm = 162, .weight_kg = 70};
static const char *const texts[ARMS] = {[NONE] = "none",
                                        [NOTHING] = "none",
                                        [PRESSOR] = "norepinephrine 0.1 ug/kg/min",
                                        [OXYGEN] = "oxygen 15 L/min device=non_rebreather",
                                        [LOSS] = "bleed 4500 mL rate_ml_min=900",
                                        [FLUID] = "crystalloid 1000 mL 5 min"};

static plx_track track;
static plx_arm arms[ARMS];
static plx_outlook_plan plan;
static plx_outlook outlook;
static plx_outlook_worker worker;
static plx_weighted scratch[2 * PLX_OUTLOOK_SLOTS_MAX];
static void *track_memory, *memory;

static void near(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance)) fail_msg("%.17g is not %.17g", a, b);
}

static void *aligned(size_t n)
{
    void *p = aligned_alloc(64, n);
    assert_non_null(p);
    return p;
}

static void live(plx_track *t, uint32_t to_s)
{
    for (uint32_t s = t->now_s + 60; s <= to_s; s += 60) {
        const plx_vitals_observation all[] = {
            {.quantity = PLX_MEASURE_hr_bpm, .value = 98, .sd = 2},
            {.quantity = PLX_MEASURE_map_mmhg, .value = 74, .sd = 5},
            {.quantity = PLX_MEASURE_spo2_pct, .value = 95, .sd = 2}};
        plx_track_advance(t, s);
        plx_track_observe(t, all, 3, NULL);
    }
}

static int begin(void **state)
{
    (void)state;
    char why[PLX_ARM_WHY_MAX];
    const plx_track_input in = {.person = woman,
                                .members = MEMBERS,
                                .lanes = widest(),
                                .causes = FEW,
                                .variant = PLX_BODY_AVERAGED,
                                .seed = 3};
    track_memory = aligned(plx_track_size(&in));
    plx_track_begin(&track, &in, track_memory);
    live(&track, 180);
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++) /* an arm that bleeds is to be one in all */
        for (uint32_t m = 0; track.body[c] && m < MEMBERS; m++)
            plx_body_param(track.body[c], PLX_BODY_P_bleed)[m] = 1;
    const plx_arm_fork fork = {&track.care[PLX_CAUSE_STABLE], track.now_s};
    for (int i = 0; i < ARMS; i++) {
        plx_status status =
            i == LOSS ? plx_arm_parse(plx_slice_of(texts[i]), &fork, &arms[i], why, sizeof why)
                      : plx_outlook_arm(&track, plx_slice_of(texts[i]), &arms[i], why, sizeof why);
        if (status != PLX_OK) fail_msg("%s: %s", texts[i], why);
    }
    plan = plx_outlook_usual(arms, ARMS, widest());
    plan.horizons_n = HORIZONS;
    plan.at_s[0] = 60, plan.at_s[1] = 180, plan.at_s[2] = 480;
    memory = aligned(plx_outlook_size(&plan, &track.input));
    plx_outlook_begin(&outlook, &plan, &track, memory);
    plx_outlook_complete(&outlook, &worker);
    return 0;
}

static int end(void **state)
{
    (void)state;
    free(track_memory);
    free(memory);
    return 0;
}

static void causes_have_the_weights_of_the_bank(void **state)
{
    (void)state;
    double weight[PLX_CAUSE_N] = {0}, all = 0;
    for (uint32_t g = 0; g < outlook.groups_n; g++) {
        weight[outlook.cause[g]] += outlook.weight[g] * PLX_BODY_GROUP;
        all += outlook.weight[g] * PLX_BODY_GROUP;
    }
    near(all, 1, 1e-12);
    assert_true(outlook.groups_n >= 3 && outlook.groups_n <= 6);
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        if (track.body[c] && track.weight[c] >= plan.least)
            near(weight[c], track.weight[c] / outlook.covered, 1e-12);
        else
            assert_true(weight[c] == 0);
}

/* Half of the members tell what all of them do, within what chance gives: 3 standard errors. */
static void few_members_stand_for_all(void **state)
{
    (void)state;
    plx_outlook_plan few = plan, all = plan;
    few.members = PLX_BODY_GROUP, all.members = 0;
    few.arms_n = all.arms_n = 1, few.horizons_n = all.horizons_n = 1;
    plx_outlook a, b;
    void *first = aligned(plx_outlook_size(&few, &track.input));
    void *second = aligned(plx_outlook_size(&all, &track.input));
    plx_outlook_begin(&a, &few, &track, first);
    plx_outlook_begin(&b, &all, &track, second);
    plx_outlook_complete(&a, &worker);
    plx_outlook_complete(&b, &worker);
    assert_true(a.groups_n < b.groups_n);
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++) {
        const plx_weighted_summary x = plx_outlook_value(&a, 0, 0, (plx_outlook_quantity)k);
        const plx_weighted_summary y = plx_outlook_value(&b, 0, 0, (plx_outlook_quantity)k);
        near(x.mean, y.mean, 3 * y.sd / sqrt(PLX_BODY_GROUP));
    }
    free(first);
    free(second);
}

static void an_arm_without_actions_changes_nothing(void **state)
{
    (void)state;
    for (uint32_t h = 0; h < HORIZONS; h++)
        for (int q = 0; q < PLX_OUTLOOK_QUANTITY_N; q++) {
            const plx_weighted_summary s =
                plx_outlook_contrast(&outlook, NOTHING, h, (plx_outlook_quantity)q);
            assert_true(s.p05 == 0 && s.p95 == 0 && s.mean == 0);
        }
}

/* Mean pressure of a cause under the pressor, member by member and second by second: of the second
 * and of the third minute. */
static void second_by_second(uint32_t cause, plx_body_variant variant, double sum[2][MEMBERS])
{
    static const uint8_t map[] = {PLX_MEASURE_map_mmhg};
    static float now[MEMBERS];
    plx_body *copy = malloc(plx_body_size(MEMBERS));
    assert_non_null(copy);
    memcpy(copy, track.body[cause], plx_body_size(MEMBERS));
    plx_care care = track.care[cause];
    char why[100];
    assert_int_equal(plx_care_act(&care, &arms[PRESSOR].actions[0], why, sizeof why), PLX_OK);
    const plx_body_trace trace = {.quantities = map, .quantities_n = 1, .values = now};
    const plx_body_run_options options = {variant, widest(), 0, MEMBERS};
    memset(sum, 0, 2 * sizeof *sum);
    for (uint32_t s = 0; s < 180; s++) {
        plx_care_live(&care, copy, &options, 1, &trace);
        for (uint32_t m = 0; s >= 60 && m < MEMBERS; m++)
            sum[s / 60 - 1][m] += (double)now[m] / 60;
    }
    free(copy);
}

static void a_value_is_the_mean_of_the_minute(void **state)
{
    (void)state;
    static double beats[2][MEMBERS], averaged[2][MEMBERS];
    plx_outlook_plan whole = plan;
    whole.members = 0, whole.at_s[0] = 120;
    void *other = aligned(plx_outlook_size(&whole, &track.input));
    plx_outlook o;
    plx_outlook_begin(&o, &whole, &track, other);
    plx_outlook_complete(&o, &worker);
    second_by_second(o.cause[0], PLX_BODY_PULSATILE, beats);
    second_by_second(o.cause[0], PLX_BODY_AVERAGED, averaged);
    const double *first = plx_outlook_values(&o, PRESSOR, 0, PLX_OUTLOOK_map_mmhg);
    const double *second = plx_outlook_values(&o, PRESSOR, 1, PLX_OUTLOOK_map_mmhg);
    for (uint32_t m = 0; m < MEMBERS; m++) {
        near(first[m], beats[0][m], 1e-3);
        near(second[m], averaged[1][m] + beats[0][m] - averaged[0][m], 1e-3);
    }
    free(other);
}

/* Two minutes with beats tell what eight tell. */
static void few_beats_are_as_good_as_many(void **state)
{
    (void)state;
    plx_outlook_plan many = plan;
    many.arms_n = 1, many.beats_s = 480;
    void *other = aligned(plx_outlook_size(&many, &track.input));
    plx_outlook o;
    plx_outlook_begin(&o, &many, &track, other);
    plx_outlook_complete(&o, &worker);
    static const plx_outlook_quantity asked[] = {PLX_OUTLOOK_hr_bpm, PLX_OUTLOOK_sbp_mmhg,
                                                 PLX_OUTLOOK_map_mmhg};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        const double few = plx_outlook_value(&outlook, NONE, 2, asked[i]).mean;
        const double all = plx_outlook_value(&o, NONE, 2, asked[i]).mean;
        print_message("# %s in 8 min: %.2f, with beats all the time %.2f\n",
                      plx_outlook_name(asked[i]), few, all);
        near(few, all, 1.5);
    }
    free(other);
}

static void directions_are_those_of_a_textbook(void **state)
{
    (void)state;
    const plx_weighted_summary map =
        plx_outlook_contrast(&outlook, PRESSOR, 2, PLX_OUTLOOK_map_mmhg);
    const plx_weighted_summary spo2 =
        plx_outlook_contrast(&outlook, OXYGEN, 2, PLX_OUTLOOK_spo2_pct);
    const plx_weighted_summary wedge =
        plx_outlook_contrast(&outlook, FLUID, 2, PLX_OUTLOOK_pcwp_mmhg);
    const plx_outlook_chances fluid = plx_outlook_chances_of(&outlook, FLUID, 2);
    const plx_outlook_chances none = plx_outlook_chances_of(&outlook, NONE, 2);
    print_message(
        "# norepinephrine: map %+.1f (%+.1f to %+.1f); oxygen: spo2 %+.1f; a litre: wedge "
        "%+.1f, responds %.2f\n",
        map.mean, map.p05, map.p95, spo2.mean, wedge.mean, fluid.responds);
    assert_true(map.p05 > 0 && map.mean > 2 && spo2.p05 > 0 && wedge.p05 > 0);
    assert_true(none.responds == 0 && none.starved == plx_outlook_gone_share(&outlook, NONE, 2));
    assert_true(fluid.responds > 0 && fluid.congested >= none.congested);
    assert_true(plx_outlook_chances_of(&outlook, PRESSOR, 2).perfused >= none.perfused);
    /* the same members in both: surer than the difference of two ensembles would be */
    const double none_sd = plx_outlook_value(&outlook, NONE, 2, PLX_OUTLOOK_map_mmhg).sd;
    const double with_sd = plx_outlook_value(&outlook, PRESSOR, 2, PLX_OUTLOOK_map_mmhg).sd;
    assert_true(map.sd < sqrt(none_sd * none_sd + with_sd * with_sd));
}

static void oxygen_delivery_is_output_times_content(void **state)
{
    (void)state;
    const double *co = plx_outlook_values(&outlook, NONE, 0, PLX_OUTLOOK_co_l_min);
    const double *hb = plx_outlook_values(&outlook, NONE, 0, PLX_OUTLOOK_hb_g_dl);
    const double *sat = plx_outlook_values(&outlook, NONE, 0, PLX_OUTLOOK_sao2_fraction);
    const double *do2 = plx_outlook_values(&outlook, NONE, 0, PLX_OUTLOOK_do2_ml_min);
    for (uint32_t i = 0; i < outlook.groups_n * PLX_BODY_GROUP; i++)
        near(do2[i], 10 * 1.34 * co[i] * hb[i] * sat[i], 1e-9 * do2[i]);
    assert_true(do2[0] > 200 && do2[0] < 2000);
    assert_string_equal(plx_outlook_name(PLX_OUTLOOK_do2_ml_min), "do2_ml_min");
    assert_string_equal(plx_outlook_name(PLX_OUTLOOK_map_mmhg), "map_mmhg");
    assert_string_equal(plx_outlook_unit(PLX_OUTLOOK_do2_ml_min), "mL/min");
}

static void who_does_not_live_through_it_is_counted(void **state)
{
    (void)state;
    const double gone = plx_outlook_gone_share(&outlook, LOSS, 2);
    const plx_outlook_chances c = plx_outlook_chances_of(&outlook, LOSS, 2);
    const plx_outlook_shown shown = plx_outlook_show(&outlook, LOSS, 2, 'A');
    print_message("# %.2f gone after a loss of 4.5 L\n", gone);
    assert_true(gone > 0.5);
    assert_true(plx_outlook_no_answer(&outlook, LOSS, 2));
    assert_false(plx_outlook_no_answer(&outlook, NONE, 2));
    assert_true(plx_outlook_gone_share(&outlook, LOSS, 0) == 0);
    assert_true(c.perfused <= 1 - gone + 1e-9 && c.hypoxic >= gone - 1e-9);
    assert_true(c.congested >= gone - 1e-9 && c.starved >= gone - 1e-9);
    assert_true(shown.map_below_65 >= gone - 1e-9 && shown.news2_7 >= gone - 1e-9);
    if (gone > 1 - 1e-9)
        assert_true(isnan(plx_outlook_value(&outlook, LOSS, 2, PLX_OUTLOOK_map_mmhg).mean));
}

/* What is shown is what is, and noise; chances agree with the quantiles. */
static void a_measurement_is_wider_than_the_bodies(void **state)
{
    (void)state;
    const plx_outlook_shown shown = plx_outlook_show(&outlook, NONE, 1, 'A');
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++) {
        const plx_weighted_summary is =
            plx_outlook_value(&outlook, NONE, 1, (plx_outlook_quantity)k);
        const double sd = sqrt(is.sd * is.sd + plan.sd[k] * plan.sd[k]);
        if (k == PLX_TRACK_spo2_pct) continue; /* cut at 100 */
        near(shown.vital[k].mean, is.mean, 0.25 * plan.sd[k]);
        near(shown.vital[k].sd, sd, 0.15 * sd);
    }
    assert_true(shown.vital[PLX_TRACK_spo2_pct].p95 <= 100);
    const double shares[] = {0.05, 0.5, 0.99};
    double q[3];
    plx_outlook_show_quantiles(&outlook, NONE, 1, PLX_TRACK_hr_bpm, shares, 3, q);
    assert_true(q[0] == shown.vital[PLX_TRACK_hr_bpm].p05);
    assert_true(q[1] == shown.vital[PLX_TRACK_hr_bpm].p50 && q[2] > q[1]);
    const bool likely = shown.map_below_65 > 0.5;
    assert_int_equal(likely, shown.vital[PLX_TRACK_map_mmhg].p50 < PLX_OUTLOOK_MAP_MMHG);
    const plx_outlook_shown drowsy = plx_outlook_show(&outlook, NONE, 1, 'V');
    assert_true(drowsy.news2_7 > shown.news2_7); /* three points more */
    assert_true(drowsy.map_below_65 == shown.map_below_65);
}

static void lanes_groups_and_order_change_no_bit(void **state)
{
    (void)state;
    plx_outlook other;
    plx_outlook_plan narrow = plan;
    narrow.lanes = 4;
    void *second = aligned(plx_outlook_size(&narrow, &track.input));
    plx_outlook_begin(&other, &narrow, &track, second);
    live(&track, track.now_s + 60); /* the fork is a copy */
    for (uint32_t g = outlook.groups_n; g-- > 0;)
        for (uint32_t a = ARMS; a-- > 0;)
            plx_outlook_run(&other, a, g, &worker);
    const size_t slots = (size_t)ARMS * outlook.groups_n * PLX_BODY_GROUP;
    assert_int_equal(other.groups_n, outlook.groups_n);
    assert_memory_equal(outlook.value, other.value,
                        slots * HORIZONS * PLX_OUTLOOK_QUANTITY_N * sizeof(double));
    assert_memory_equal(outlook.gone_s, other.gone_s, slots * sizeof(uint32_t));
    assert_memory_equal(outlook.hypoxic_s, other.hypoxic_s, slots * sizeof(uint32_t));
    free(second);
}

static void what_is_hidden_is_that_of_the_weighted_bank(void **state)
{
    (void)state;
    double mean = 0, all = 0;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        for (uint32_t m = 0; track.body[c] && m < MEMBERS; m++) {
            all += track.weight[c];
            mean +=
                track.weight[c] * plx_track_hidden_of(&track, (plx_cause)c, PLX_TRACK_DEFICIT, m);
        }
    const plx_outlook_hidden_state deficit =
        plx_outlook_hidden_of(&track, PLX_OUTLOOK_H_deficit_ml, scratch);
    near(deficit.now.mean, mean / all, 1e-6);
    for (int i = 0; i < PLX_OUTLOOK_HIDDEN_N; i++) {
        const plx_outlook_hidden_state s =
            plx_outlook_hidden_of(&track, (plx_outlook_hidden)i, scratch);
        print_message("# %s %.4g (%.4g to %.4g %s), with hr %+.2f, map %+.2f\n",
                      plx_outlook_hidden_name((plx_outlook_hidden)i), s.now.p50, s.now.p05,
                      s.now.p95, plx_outlook_hidden_unit((plx_outlook_hidden)i),
                      s.correlation[PLX_TRACK_hr_bpm], s.correlation[PLX_TRACK_map_mmhg]);
        assert_true(s.now.p05 <= s.now.p50 && s.now.p50 <= s.now.p95);
        for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
            assert_true(fabs(s.correlation[k]) <= 1 + 1e-9);
    }
    const plx_outlook_hidden_state output =
        plx_outlook_hidden_of(&track, PLX_OUTLOOK_H_co_l_min, scratch);
    assert_true(output.now.p50 > 2 && output.now.p50 < 10);
    const plx_outlook_hidden_state heart =
        plx_outlook_hidden_of(&track, PLX_OUTLOOK_H_lv_elastance_mmhg_ml, scratch);
    assert_true(heart.now.p50 > 0.5 && heart.now.p50 < 10);
}

/* Nothing that is looked at tells nothing; more that is looked at tells more; and no test tells
 * more than there is to know. */
static void a_test_tells_what_it_can(void **state)
{
    (void)state;
    double weight[PLX_MECHANISM_N] = {0}, entropy = 0;
    for (uint32_t g = 0; g < outlook.groups_n; g++)
        weight[plx_causes[outlook.cause[g]].mechanism] += outlook.weight[g] * PLX_BODY_GROUP;
    for (int i = 0; i < PLX_MECHANISM_N; i++)
        if (weight[i] > 0) entropy -= weight[i] * log2(weight[i]);
    near(plx_outlook_information(&outlook, FLUID, 2, 0), 0, 1e-12);
    const double hr = plx_outlook_information(&outlook, FLUID, 2, 1u << PLX_TRACK_hr_bpm);
    const double more = plx_outlook_information(&outlook, FLUID, 2,
                                                1u << PLX_TRACK_hr_bpm | 1u << PLX_TRACK_sbp_mmhg |
                                                    1u << PLX_TRACK_rr_per_min);
    print_message("# of %.2f bits heart rate tells %.2f, with pressure and breathing %.2f\n",
                  entropy, hr, more);
    assert_true(hr > 0 && more > hr && more < entropy + 1e-9);
    assert_true(plx_outlook_information(&outlook, NONE, 2, 1) ==
                plx_outlook_information(&outlook, NOTHING, 2, 1));
}

static void what_cannot_be_done_is_refused(void **state)
{
    (void)state;
    char why[PLX_ARM_WHY_MAX];
    plx_arm arm = {.actions_n = 7};
    assert_int_equal(plx_outlook_arm(&track, plx_slice_of("levitate 3 mL"), &arm, why, sizeof why),
                     PLX_UNKNOWN);
    assert_int_equal(arm.actions_n, 7);
    assert_non_null(strstr(why, "levitate"));
    assert_int_equal(plx_outlook_arm(&track, plx_slice_of(texts[LOSS]), &arm, why, sizeof why),
                     PLX_UNSUPPORTED);
    assert_non_null(strstr(why, "bleeding_control"));
    assert_int_equal(arm.actions_n, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(causes_have_the_weights_of_the_bank),
        cmocka_unit_test(few_members_stand_for_all),
        cmocka_unit_test(an_arm_without_actions_changes_nothing),
        cmocka_unit_test(a_value_is_the_mean_of_the_minute),
        cmocka_unit_test(few_beats_are_as_good_as_many),
        cmocka_unit_test(directions_are_those_of_a_textbook),
        cmocka_unit_test(oxygen_delivery_is_output_times_content),
        cmocka_unit_test(who_does_not_live_through_it_is_counted),
        cmocka_unit_test(a_measurement_is_wider_than_the_bodies),
        cmocka_unit_test(lanes_groups_and_order_change_no_bit),
        cmocka_unit_test(what_is_hidden_is_that_of_the_weighted_bank),
        cmocka_unit_test(a_test_tells_what_it_can),
        cmocka_unit_test(what_cannot_be_done_is_refused),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
