/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The real pollux binary as a child process, for tests: started on free loopback ports over a
 * directory of its own, ended by its process id. */
#ifndef PLX_TEST_SERVER_PROCESS_H
#define PLX_TEST_SERVER_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct server_process {
    pid_t pid; /* 0 = not running */
    char data[256];
    char mllp[64], http[64]; /* HOST:PORT */
} server_process;

/* A new empty directory below the temporary one, and two free ports. */
void server_prepare(server_process *server);
/* POLLUX serve; returns when its MLLP port answers or after 20 s. Takes other ports when these are
 * no longer free: read the addresses afterwards. */
bool server_start(server_process *server);
void server_kill(server_process *server);     /* SIGKILL, waits */
int server_terminate(server_process *server); /* SIGTERM, waits; its exit status */
void server_remove(server_process *server);   /* deletes the directory */
/* Runs POLLUX with words (one string, split at blanks) and gives its output, NUL-terminated,
 * malloc'd; *exit_status is set. */
char *pollux_output(const char *words, int *exit_status);

#endif
