/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The web UI inside the binary. web/meson.build makes the table; it is empty when the UI was not
 * built, and then the notice is served. */
#ifndef PLX_EDGE_SERVE_ASSET_H
#define PLX_EDGE_SERVE_ASSET_H

#include <stddef.h>
#include <stdint.h>

typedef struct plx_serve_bytes {
    const uint8_t *at; /* static; NULL when this form does not exist */
    size_t n;
} plx_serve_bytes;

typedef struct plx_serve_asset {
    const char *path; /* "/" or "/a/<hash>.<ext>" */
    const char *type; /* Content-Type */
    const char *etag; /* with its quotes */
    plx_serve_bytes plain, gz, br;
} plx_serve_asset;

extern const plx_serve_asset plx_serve_assets[];
extern const size_t plx_serve_assets_n;

extern const plx_serve_asset plx_serve_notice;

#endif
