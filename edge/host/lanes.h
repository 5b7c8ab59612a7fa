/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Which lane width of the body kernels this processor runs fastest: 16 with AVX-512, 8 with AVX2,
 * else 4. Only a matter of speed: results have the same bits at every width. */
#ifndef PLX_EDGE_HOST_LANES_H
#define PLX_EDGE_HOST_LANES_H

#include <stdint.h>

uint32_t plx_host_lanes(void);

#endif
