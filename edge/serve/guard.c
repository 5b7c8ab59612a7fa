/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/serve/guard.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_word(plx_slice a, plx_slice b)
{
    if (a.n != b.n) return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.at[i]) != lower(b.at[i])) return false;
    return true;
}

/* Next element of a comma-separated list, trimmed; false at its end. */
static bool next_element(plx_slice *list, plx_slice *element)
{
    if (list->n == 0) return false;
    const char *comma = memchr(list->at, ',', list->n);
    size_t n = comma ? (size_t)(comma - list->at) : list->n;
    *element = plx_slice_trim((plx_slice){list->at, n});
    size_t used = comma ? n + 1 : n;
    *list = (plx_slice){list->at + used, list->n - used};
    return true;
}

/* Host and port parts of "host:port"; port empty when there is none. Brackets stay. */
static void split_port(plx_slice text, plx_slice *host, plx_slice *port)
{
    size_t from = 0;
    if (text.n && text.at[0] == '[') {
        const char *end = memchr(text.at, ']', text.n);
        from = end ? (size_t)(end - text.at) : text.n;
    }
    const char *colon = from < text.n ? memchr(text.at + from, ':', text.n - from) : NULL;
    size_t n = colon ? (size_t)(colon - text.at) : text.n;
    *host = (plx_slice){text.at, n};
    *port = colon ? (plx_slice){colon + 1, text.n - n - 1} : (plx_slice){NULL, 0};
}

plx_status serve_address_split(plx_slice text, char host[SERVE_HOST_MAX], uint16_t *port)
{
    plx_slice h, p;
    uint64_t number = 0;
    split_port(text, &h, &p);
    if (!plx_slice_u64(p, UINT16_MAX, &number)) return PLX_SYNTAX;
    if (h.n && h.at[0] == '[') {
        if (h.n < 3 || h.at[h.n - 1] != ']') return PLX_SYNTAX;
        h = (plx_slice){h.at + 1, h.n - 2};
    }
    if (plx_slice_is(h, "*")) h.n = 0;
    if (h.n >= SERVE_HOST_MAX || (h.n && memchr(h.at, '\0', h.n))) return PLX_SYNTAX;
    if (h.n) memcpy(host, h.at, h.n);
    host[h.n] = '\0';
    *port = (uint16_t)number;
    return PLX_OK;
}

/* Looks like an address: digits and dots, or in brackets. A name made of these cannot be in DNS. */
static bool is_address(plx_slice host)
{
    if (host.n >= 2 && host.at[0] == '[') return true;
    bool dot = false;
    for (size_t i = 0; i < host.n; i++) {
        dot |= host.at[i] == '.';
        if (host.at[i] != '.' && (host.at[i] < '0' || host.at[i] > '9')) return false;
    }
    return dot;
}

static plx_slice first_label(plx_slice host)
{
    const char *dot = host.n ? memchr(host.at, '.', host.n) : NULL;
    return (plx_slice){host.at, dot ? (size_t)(dot - host.at) : host.n};
}

bool serve_host_known(plx_slice host, const char *configured, const char *machine)
{
    plx_slice name, port;
    split_port(host, &name, &port);
    if (name.n == 0) return false;
    plx_slice own = plx_slice_of(machine), set = plx_slice_of(configured);
    if (is_address(name) || same_word(name, PLX_LIT("localhost"))) return true;
    if (set.n && same_word(name, set)) return true;
    return own.n && same_word(first_label(name), first_label(own));
}

bool serve_origin_same(plx_slice origin, plx_slice host)
{
    static const char *const SCHEMES[] = {"http://", "https://"};
    for (int i = 0; i < 2; i++) {
        size_t n = strlen(SCHEMES[i]);
        if (origin.n > n && memcmp(origin.at, SCHEMES[i], n) == 0)
            return same_word((plx_slice){origin.at + n, origin.n - n}, host);
    }
    return false;
}

/* The parameters say q=0, q=0.0 ... */
static bool refused(plx_slice parameters)
{
    const char *q = NULL;
    for (size_t i = 0; i + 1 < parameters.n; i++)
        if (lower(parameters.at[i]) == 'q' && parameters.at[i + 1] == '=')
            q = parameters.at + i + 2;
    if (!q) return false;
    const char *end = parameters.at + parameters.n;
    bool digit = false;
    for (; q < end && (*q == '0' || *q == '.'); q++)
        digit |= *q == '0';
    return digit && (q == end || *q < '1' || *q > '9');
}

serve_encodings serve_accept_encoding(plx_slice header)
{
    serve_encodings taken = {false, false};
    for (plx_slice element; next_element(&header, &element);) {
        const char *semicolon = element.n ? memchr(element.at, ';', element.n) : NULL;
        size_t n = semicolon ? (size_t)(semicolon - element.at) : element.n;
        plx_slice name = plx_slice_trim((plx_slice){element.at, n});
        bool wanted = !refused((plx_slice){element.at + n, element.n - n});
        if (same_word(name, PLX_LIT("gzip")) || same_word(name, PLX_LIT("x-gzip")))
            taken.gzip = wanted;
        else if (same_word(name, PLX_LIT("br")))
            taken.br = wanted;
    }
    return taken;
}

bool serve_etag_match(plx_slice header, const char *etag)
{
    for (plx_slice element; next_element(&header, &element);) {
        if (element.n > 2 && memcmp(element.at, "W/", 2) == 0)
            element = (plx_slice){element.at + 2, element.n - 2};
        if (plx_slice_is(element, etag) || plx_slice_is(element, "*")) return true;
    }
    return false;
}

bool serve_list_has(plx_slice list, const char *name)
{
    for (plx_slice element; next_element(&list, &element);)
        if (plx_slice_is(element, name)) return true;
    return false;
}

static const char *const METHODS[] = {"GET",   "HEAD",   "POST",    "PUT",
                                      "PATCH", "DELETE", "OPTIONS", "CONNECT"};

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'f');
}

static const char ZERO_BYTE[] = "The address holds a zero byte.";

static const char *target_problem(plx_slice target)
{
    size_t arguments = 1;
    if (target.n == 0 || target.at[0] != '/') return "The address must begin with a slash.";
    for (size_t i = 0; i < target.n; i++) {
        char c = target.at[i];
        arguments += c == '&' || c == ';';
        if (c >= 0 && c < 0x20) return "The address holds a control character.";
        if (c != '%') continue;
        if (i + 2 >= target.n || !is_hex(target.at[i + 1]) || !is_hex(target.at[i + 2]))
            return "A % in the address is not followed by two hexadecimal digits.";
        if (target.at[i + 1] == '0' && target.at[i + 2] == '0') return ZERO_BYTE;
    }
    return arguments > SERVE_ARGUMENTS_MAX ? "The address has too many arguments." : NULL;
}

int serve_request_check(plx_slice bytes, const char **sentence)
{
    const char *end = bytes.n ? memchr(bytes.at, '\n', bytes.n) : NULL;
    if (!end) return 0;
    plx_slice line = {bytes.at, (size_t)(end - bytes.at)};
    if (line.n && line.at[line.n - 1] == '\r') line.n--;
    if (line.n == 0) return 0; /* an empty line before the request is no fault (RFC 9112 2.2) */
    const char *space = memchr(line.at, ' ', line.n);
    plx_slice method = {line.at, space ? (size_t)(space - line.at) : line.n};
    bool known = false;
    for (size_t i = 0; i < sizeof METHODS / sizeof METHODS[0]; i++)
        known |= plx_slice_is(method, METHODS[i]);
    if (!known) {
        *sentence = "This server does not know that method.";
        return 501;
    }
    plx_slice target = {line.at + method.n, line.n - method.n};
    while (target.n && target.at[0] == ' ')
        target = (plx_slice){target.at + 1, target.n - 1};
    space = target.n ? memchr(target.at, ' ', target.n) : NULL;
    if (space) target.n = (size_t)(space - target.at);
    *sentence = memchr(line.at, '\0', line.n) ? ZERO_BYTE : target_problem(target);
    return *sentence ? 400 : 0;
}
