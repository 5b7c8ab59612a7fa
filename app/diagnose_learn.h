/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Options that evaluations of diagnoses share. */
#ifndef PLX_APP_DIAGNOSE_LEARN_H
#define PLX_APP_DIAGNOSE_LEARN_H

#include "app/app.h"
#include "core/diagnose/evaluate.h"

typedef struct plx_diagnose_evaluation_options {
    uint64_t questions;
    bool json;
    plx_spoil *spoil;
} plx_diagnose_evaluation_options;

#define PLX_DIAGNOSE_EVALUATION_OPTIONS(e)                                                         \
    {"--questions", PLX_OPTION_U64, &(e).questions, 0, PLX_EVALUATE_QUESTIONS_MAX},                \
        {"--drop", PLX_OPTION_DOUBLE, &(e).spoil->drop, 0, 1},                                     \
        {"--flip", PLX_OPTION_DOUBLE, &(e).spoil->flip, 0, 1},                                     \
        {"--lost-as-no", PLX_OPTION_FLAG, &(e).spoil->lost_as_no, 0, 0},                           \
        {"--seed", PLX_OPTION_U64, &(e).spoil->seed, 0, 0},                                        \
    {                                                                                              \
        "--json", PLX_OPTION_FLAG, &(e).json, 0, 0                                                 \
    }

#endif
