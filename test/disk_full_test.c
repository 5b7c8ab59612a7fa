/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: on a full disk the real server acknowledges nothing that it did not store, stays up, and
 * goes on by itself when space returns. Oracle: what the sender was told; the journal read back.
 * Tolerance: none. Needs root for a small tmpfs of its own; skipped elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/base/time.h"
#include "test/server_process.h"
#include "test/traffic.h"

enum { MESSAGES = 30000, FREE_BYTES = 4 << 20 };

/* Takes all space of the file system but a little. */
static void fill_disk(const char *file, const char *directory)
{
    struct statvfs fs;
    assert_int_equal(statvfs(directory, &fs), 0);
    int64_t free_bytes = (int64_t)(fs.f_bavail * fs.f_frsize);
    assert_true(free_bytes > FREE_BYTES);
    int fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(posix_fallocate(fd, 0, free_bytes - FREE_BYTES), 0);
    close(fd);
}

static void full_disk_is_waited_out(void **state)
{
    (void)state;
    server_process server;
    server_prepare(&server);
    if (geteuid() != 0 || mount("tmpfs", server.data, "tmpfs", 0, "size=512m") != 0) {
        server_remove(&server);
        skip();
    }
    char mounted[256], filler[300];
    snprintf(mounted, sizeof mounted, "%s", server.data);
    snprintf(filler, sizeof filler, "%s/filler", mounted);
    snprintf(server.data, sizeof server.data, "%.200s/pollux", mounted);
    assert_true(server_start(&server));
    traffic *load = traffic_make(MESSAGES);
    plx_mllp_client *client = traffic_connect(&server, load);
    traffic_send_for(client, load, PLX_SECOND_US / 10);
    fill_disk(filler, mounted);
    traffic_send_for(client, load, 8 * PLX_SECOND_US);
    size_t when_full = load->answers;
    assert_true(when_full < load->n);         /* the disk really was full */
    assert_int_equal(kill(server.pid, 0), 0); /* and the server still stands */
    traffic_send_for(client, load, PLX_SECOND_US);
    assert_int_equal(unlink(filler), 0);
    traffic_send_for(client, load, 60 * PLX_SECOND_US);
    assert_int_equal(load->answers, load->n);
    plx_mllp_client_destroy(client);
    assert_int_equal(server_terminate(&server), 0);
    traffic_in_journal_once(&server, load);
    print_message("# full after %zu of %zu answers\n", when_full, load->n);
    traffic_destroy(load);
    assert_int_equal(umount(mounted), 0);
    snprintf(server.data, sizeof server.data, "%s", mounted);
    server_remove(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(full_disk_is_waited_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
