/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* "HOST:PORT" as people write it: 127.0.0.1:2575, [::1]:2575, hospital.example:2575; ":2575" is
 * every address of this machine. */
#ifndef PLX_EDGE_HOST_ADDRESS_H
#define PLX_EDGE_HOST_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "core/base/slice.h"

enum { PLX_ADDRESS_HOST_MAX = 254, PLX_ADDRESS_TEXT_MAX = 56 };

typedef struct plx_address {
    struct sockaddr_storage socket;
    socklen_t n;
} plx_address;

/* Form only, no look-up. host gets the name without brackets. On error outputs are unchanged and
 * *problem is a constant sentence. */
PLX_MUST_CHECK plx_status plx_address_split(plx_slice text, char host[PLX_ADDRESS_HOST_MAX],
                                            uint16_t *port, const char **problem);
/* Looks the name up (waits for the resolver). PLX_CONFIG: wrong form; PLX_NETWORK: no such host; a
 * sentence in problem. */
PLX_MUST_CHECK plx_status plx_address_find(const char *text, plx_address *address, char *problem,
                                           size_t problem_n);
/* "10.0.0.5:51234", "[fe80::1]:51234"; returns its length, *host_n the length of the part before
 * the port. Not terminated. */
uint32_t plx_address_text(const struct sockaddr_storage *socket, char text[PLX_ADDRESS_TEXT_MAX],
                          uint32_t *host_n);
bool plx_address_is_loopback(const struct sockaddr_storage *socket);
uint16_t plx_address_port(const struct sockaddr_storage *socket);

#endif
