/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The kernels behind plx_body_run, one set per lane width; kernel.c is compiled once for each. */
#ifndef PLX_CORE_PHYSIOLOGY_KERNEL_H
#define PLX_CORE_PHYSIOLOGY_KERNEL_H

#include "core/physiology/body.h"

typedef void plx_kernel(plx_body *body, const plx_body_run_options *options,
                        const plx_second *seconds, uint32_t n, const plx_body_trace *trace);

plx_kernel plx_kernel_run_4, plx_kernel_run_8, plx_kernel_run_16;

#endif
