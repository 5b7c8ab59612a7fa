/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: run time follows the boot clock inside an epoch, never runs back there, follows a step of
 * the system clock with a new epoch and slews a small difference. Oracle: closed form (epoch +
 * speed x elapsed) on invented readings. Tolerance: 1 us of rounding; real waits only have a lower
 * bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <time.h>

#include "edge/host/clock.h"

enum { S = 1000000 };

static plx_clock clock_at(int64_t wall_us, int64_t boot_us, double speed)
{
    return (plx_clock){.epoch_wall_us = wall_us,
                       .epoch_boot_us = boot_us,
                       .speed = speed,
                       .fixed = speed < 1 || speed > 1};
}

static void follows_boot_time(void **state)
{
    (void)state;
    plx_clock c = clock_at(1000 * S, 50 * S, 1);
    assert_int_equal(plx_clock_at(&c, 50 * S), 1000 * S);
    assert_int_equal(plx_clock_at(&c, 51 * S + 7), 1001 * S + 7);
    assert_int_equal(plx_clock_at(&c, 49 * S), 999 * S);
    plx_clock demo = clock_at(1000 * S, 50 * S, 60);
    assert_int_equal(plx_clock_at(&demo, 52 * S), 1120 * S);
}

static void real_clock_moves(void **state)
{
    (void)state;
    plx_clock c;
    plx_clock_init(&c, 1);
    assert_false(c.fixed);
    int64_t boot_us = plx_boot_us(), now_us = plx_clock_now(&c);
    int64_t difference_us = now_us - plx_wall_us();
    assert_true(difference_us < S / 2 && difference_us > -S / 2);
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    assert_true(plx_boot_us() - boot_us >= 2000);
    assert_true(plx_clock_now(&c) - now_us >= 2000);
}

static void waits_are_real_time(void **state)
{
    (void)state;
    plx_clock c;
    plx_clock_init(&c, 100);
    assert_true(c.fixed);
    assert_int_equal(plx_clock_until(&c, c.epoch_wall_us), 0);
    assert_int_equal(plx_clock_until(&c, INT64_MIN), 0);
    int64_t wait_us = plx_clock_until(&c, c.epoch_wall_us + 1000 * (int64_t)S);
    assert_true(wait_us <= 10 * S + 1 && wait_us > 9 * S);
    plx_clock stopped = clock_at(0, 0, 0);
    assert_int_equal(plx_clock_until(&stopped, INT64_MAX), 0);
}

static void step_opens_an_epoch(void **state)
{
    (void)state;
    plx_clock c = clock_at(1000 * S, 50 * S, 1);
    int64_t before_us = 1, after_us = 2;
    assert_true(plx_clock_step_to(&c, 1009 * S, 60 * S, &before_us, &after_us) ==
                (1010 * (int64_t)S - 1009 * (int64_t)S > PLX_CLOCK_STEP_US));
    assert_int_equal(before_us, 1010 * (int64_t)S);
    assert_int_equal(after_us, 1009 * (int64_t)S);
    assert_int_equal(plx_clock_at(&c, 60 * S), 1009 * (int64_t)S);
    /* Forward, just above and exactly at the limit. */
    assert_true(plx_clock_step_to(&c, 1010 * S + S / 2 + 1, 61 * S, &before_us, &after_us));
    assert_int_equal(plx_clock_at(&c, 61 * S), 1010 * (int64_t)S + S / 2 + 1);
    assert_false(plx_clock_step_to(&c, 1012 * S + 1, 62 * S, &before_us, &after_us));
}

static void small_difference_is_slewed(void **state)
{
    (void)state;
    plx_clock c = clock_at(0, 0, 1);
    int64_t before_us = 1, after_us = 2, last_us = 0;
    /* The system's clock is 0.4 s ahead, then 0.4 s behind: never a step, never backwards, at most
     * 500 ppm away from real time, and the difference is gone after an hour. */
    for (int direction = 1; direction >= -1; direction -= 2) {
        int64_t offset_us = plx_clock_at(&c, last_us) - last_us + direction * 400000;
        for (int64_t i = 1; i <= 3600; i++) {
            int64_t boot_us = last_us + S, was_us = plx_clock_at(&c, last_us);
            assert_false(
                plx_clock_step_to(&c, boot_us + offset_us, boot_us, &before_us, &after_us));
            int64_t gone_us = plx_clock_at(&c, boot_us) - was_us;
            assert_in_range(gone_us, S - 501, S + 501);
            last_us = boot_us;
        }
        int64_t left_us = plx_clock_at(&c, last_us) - last_us - offset_us;
        assert_true(left_us < 100 && left_us > -100);
    }
    assert_int_equal(before_us, 1);
    assert_int_equal(after_us, 2);
}

static void demo_is_never_stepped(void **state)
{
    (void)state;
    plx_clock c = clock_at(1000 * S, 50 * S, 10);
    int64_t before_us = 1, after_us = 2;
    assert_false(plx_clock_step_to(&c, 5000 * (int64_t)S, 50 * S, &before_us, &after_us));
    assert_int_equal(plx_clock_at(&c, 51 * S), 1010 * (int64_t)S);
    plx_clock real;
    plx_clock_init(&real, 1);
    assert_false(plx_clock_step(&real, &before_us, &after_us));
    assert_int_equal(before_us, 1);
}

static void *read_clock(void *argument)
{
    const plx_clock *c = argument;
    int64_t wrong = 0;
    for (int i = 0; i < 200000; i++) {
        /* The writer moves both readings by the same amount: any mixture shows. */
        int64_t t_us = plx_clock_at(c, 0);
        wrong += t_us != 7 * (int64_t)S;
    }
    return (void *)(intptr_t)wrong;
}

static void readers_see_whole_epochs(void **state)
{
    (void)state;
    plx_clock c = clock_at(7 * S, 0, 1);
    pthread_t reader;
    assert_int_equal(pthread_create(&reader, NULL, read_clock, &c), 0);
    int64_t before_us, after_us;
    for (int64_t i = 1; i < 100000; i++)
        plx_clock_step_to(&c, 7 * S + i * S, i * S, &before_us, &after_us);
    void *wrong = NULL;
    pthread_join(reader, &wrong);
    assert_int_equal((intptr_t)wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_boot_time),          cmocka_unit_test(real_clock_moves),
        cmocka_unit_test(waits_are_real_time),        cmocka_unit_test(step_opens_an_epoch),
        cmocka_unit_test(small_difference_is_slewed), cmocka_unit_test(demo_is_never_stepped),
        cmocka_unit_test(readers_see_whole_epochs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
