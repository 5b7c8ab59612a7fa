/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>

#include "edge/host/address.h"

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* An address and perhaps a zone ("fe80::1%eth0"); getaddrinfo does the rest. */
static bool is_ipv6_text(plx_slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_alphanumeric(s.at[i]) && s.at[i] != ':' && s.at[i] != '.' && s.at[i] != '%')
            return false;
    return s.n > 0;
}

static bool is_name(plx_slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_alphanumeric(s.at[i]) && s.at[i] != '.' && s.at[i] != '-' && s.at[i] != '_')
            return false;
    return true;
}

plx_status plx_address_split(plx_slice text, char host[PLX_ADDRESS_HOST_MAX], uint16_t *port,
                             const char **problem)
{
    size_t colon = text.n;
    while (colon > 0 && text.at[colon - 1] != ':')
        colon--;
    uint64_t number = 0;
    if (colon == 0) {
        *problem = "the port is missing; write HOST:PORT";
        return PLX_CONFIG;
    }
    if (!plx_slice_u64((plx_slice){text.at + colon, text.n - colon}, UINT16_MAX, &number)) {
        *problem = "the port is not a number from 0 to 65535";
        return PLX_CONFIG;
    }
    plx_slice name = {text.at, colon - 1};
    bool bracket = name.n >= 2 && name.at[0] == '[' && name.at[name.n - 1] == ']';
    if (bracket) name = (plx_slice){name.at + 1, name.n - 2};
    if (name.n >= PLX_ADDRESS_HOST_MAX || !(bracket ? is_ipv6_text(name) : is_name(name))) {
        *problem = "the host is neither a name nor an address; an IPv6 address needs [ ]";
        return PLX_CONFIG;
    }
    if (name.n > 0) memcpy(host, name.at, name.n);
    host[name.n] = 0;
    *port = (uint16_t)number;
    return PLX_OK;
}

plx_status plx_address_find(const char *text, plx_address *address, char *problem, size_t problem_n)
{
    char host[PLX_ADDRESS_HOST_MAX], service[8];
    uint16_t port;
    const char *sentence;
    plx_status status = plx_address_split(plx_slice_of(text), host, &port, &sentence);
    if (status != PLX_OK) {
        snprintf(problem, problem_n, "\"%.100s\": %s", text, sentence);
        return status;
    }
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    int failed = getaddrinfo(host[0] ? host : NULL, service, &hints, &found);
    if (failed) {
        snprintf(problem, problem_n, "\"%.100s\": %s; check the host's name", text,
                 gai_strerror(failed));
        return PLX_NETWORK;
    }
    memset(address, 0, sizeof *address);
    memcpy(&address->socket, found->ai_addr, found->ai_addrlen);
    address->n = found->ai_addrlen;
    freeaddrinfo(found);
    return PLX_OK;
}

uint16_t plx_address_port(const struct sockaddr_storage *socket)
{
    if (socket->ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)(const void *)socket)->sin6_port);
    return ntohs(((const struct sockaddr_in *)(const void *)socket)->sin_port);
}

/* An IPv4 address that came in over an IPv6 socket is written, and treated, as IPv4. */
static const struct in_addr *ipv4_of(const struct sockaddr_storage *socket)
{
    if (socket->ss_family == AF_INET)
        return &((const struct sockaddr_in *)(const void *)socket)->sin_addr;
    const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)socket)->sin6_addr;
    if (!IN6_IS_ADDR_V4MAPPED(six)) return NULL;
    return (const struct in_addr *)(const void *)&six->s6_addr[12];
}

uint32_t plx_address_text(const struct sockaddr_storage *socket, char text[PLX_ADDRESS_TEXT_MAX],
                          uint32_t *host_n)
{
    char host[INET6_ADDRSTRLEN] = "";
    const struct in_addr *four = ipv4_of(socket);
    plx_out out = plx_out_init(text, PLX_ADDRESS_TEXT_MAX);
    if (four) {
        inet_ntop(AF_INET, four, host, sizeof host);
        plx_out_text(&out, host);
    } else {
        const struct sockaddr_in6 *six = (const void *)socket;
        inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
        plx_out_char(&out, '[');
        plx_out_text(&out, host);
        plx_out_char(&out, ']');
    }
    *host_n = (uint32_t)out.n;
    plx_out_char(&out, ':');
    plx_out_u64(&out, plx_address_port(socket));
    return (uint32_t)out.n;
}

bool plx_address_is_loopback(const struct sockaddr_storage *socket)
{
    const struct in_addr *four = ipv4_of(socket);
    if (four) return ntohl(four->s_addr) >> 24 == 127;
    const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)socket)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(six);
}
