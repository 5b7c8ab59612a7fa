/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The text form of the faults. */
#include <stddef.h>

#include "core/base/decimal.h"
#include "core/hospital/hospital.h"

typedef struct fault_name {
    const char *name;
    size_t offset; /* of the double in plx_hospital_faults */
    double high;
} fault_name;

static const fault_name NAMES[] = {{"duplicate", offsetof(plx_hospital_faults, duplicate), 1},
                                   {"late", offsetof(plx_hospital_faults, late), 1},
                                   {"reorder", offsetof(plx_hospital_faults, reorder), 1},
                                   {"malformed", offsetof(plx_hospital_faults, malformed), 1},
                                   {"drop", offsetof(plx_hospital_faults, drop), 1},
                                   {"clock", offsetof(plx_hospital_faults, clock_s), 86400}};

static const plx_hospital_faults ALL = {.duplicate = 0.02,
                                        .late = 0.01,
                                        .reorder = 0.02,
                                        .malformed = 0.01,
                                        .drop = 0.005,
                                        .clock_s = 600};

static plx_status parse_one(plx_slice part, plx_hospital_faults *faults, const char **problem)
{
    size_t at = 0;
    plx_decimal value;
    while (at < part.n && part.at[at] != '=')
        at++;
    const plx_slice name = plx_slice_trim((plx_slice){part.at, at});
    if (at == part.n) {
        *problem = "a fault is NAME=VALUE; or write \"all\" or \"none\"";
        return PLX_SYNTAX;
    }
    if (plx_decimal_parse((plx_slice){part.at + at + 1, part.n - at - 1}, &value) != PLX_OK) {
        *problem = "the value of a fault is a number";
        return PLX_SYNTAX;
    }
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (!plx_slice_is(name, NAMES[i].name)) continue;
        if (value.value < 0 || value.value > NAMES[i].high) {
            *problem = "a fault is a probability from 0 to 1; clock is 0 to 86400 seconds";
            return PLX_RANGE;
        }
        memcpy((char *)faults + NAMES[i].offset, &value.value, sizeof value.value);
        return PLX_OK;
    }
    *problem = "faults are duplicate, late, reorder, malformed, drop and clock";
    return PLX_SYNTAX;
}

plx_status plx_hospital_faults_parse(plx_slice spec, plx_hospital_faults *faults,
                                     const char **problem)
{
    plx_hospital_faults parsed = {0};
    const plx_slice text = plx_slice_trim(spec);
    if (plx_slice_is(text, "all")) parsed = ALL;
    const bool word = text.n == 0 || plx_slice_is(text, "all") || plx_slice_is(text, "none");
    for (size_t at = 0; !word && at <= text.n;) {
        size_t end = at;
        while (end < text.n && text.at[end] != ',')
            end++;
        PLX_TRY(parse_one((plx_slice){text.at + at, end - at}, &parsed, problem));
        at = end + 1;
    }
    *faults = parsed;
    return PLX_OK;
}
