/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What an evaluation of diagnoses came to, as a table for people or one JSON object. */
#ifndef PLX_APP_DIAGNOSE_REPORT_H
#define PLX_APP_DIAGNOSE_REPORT_H

#include "core/diagnose/evaluate.h"

void plx_diagnose_report(const plx_evaluation *e, const plx_spoil *spoil, bool json);

#endif
