/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/status.h"

static const char *const names[] = {
#define X(name, text) #name,
    PLX_STATUS_TABLE(X)
#undef X
};

static const char *const texts[] = {
#define X(name, text) text,
    PLX_STATUS_TABLE(X)
#undef X
};

const char *plx_status_name(plx_status status)
{
    return (unsigned)status < PLX_STATUS_COUNT ? names[status] : "UNDEFINED";
}

const char *plx_status_text(plx_status status)
{
    return (unsigned)status < PLX_STATUS_COUNT ? texts[status] : "this status is not in the table";
}
