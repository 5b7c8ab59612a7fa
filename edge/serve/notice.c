/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The one page of a binary that was built without Node. */
#include "edge/serve/asset.h"

static const uint8_t TEXT[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\"><title>Pollux</title></head><body><main>\n"
    "<h1>Pollux is running, without its web pages</h1>\n"
    "<p>This program was built on a machine without Node, so the web pages are not inside it.\n"
    "Everything else works: feeds are received and the API answers.</p>\n"
    "<p>To have the pages: install node and npm, run <code>npm ci</code> in the folder\n"
    "<code>web</code>, and build again.</p>\n"
    "<p><a href=\"/api/state?topic=board\">The board as data</a>.\n"
    "<a href=\"/api/feeds\">The feeds as data</a>.</p>\n"
    "</main></body></html>\n";

const plx_serve_asset plx_serve_notice = {.path = "/",
                                          .type = "text/html; charset=utf-8",
                                          .etag = "\"notice-1\"",
                                          .plain = {TEXT, sizeof TEXT - 1}};
