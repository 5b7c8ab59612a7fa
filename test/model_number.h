/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The numbers of the body model by the names that knowledge/physiology gives them. Where a C
 * program can see a number it is taken from there, else it is read in the source:
 *   RECRUIT, DELAY_2S     #define or enum value of core/physiology
 *   norepinephrine.r      plx_pharmacodynamics_of; .k10, .v1_l ...: the table of drug.c
 *   ringer.a              plx_fluid_distribution; .hct: the table of care.c
 *   nasal_cannula.mixing  breath_devices
 *   sepsis.onset_s        the table of care.c
 *   person.g_ts           what a man of 30 years, 175 cm, 70 kg and 5300 mL of blood gets
 *   spread.g_ts           the table of person.c
 *   kernel_slow.h:1.0f - @ * sepsis    the number at @ in that expression of that file */
#ifndef PLX_TEST_MODEL_NUMBER_H
#define PLX_TEST_MODEL_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "test/source_text.h"

enum { MODEL_NAME_MAX = SOURCE_PATTERN_MAX, MODEL_WHY_MAX = 480 };

/* The value that the code has now. False with a sentence in why (MODEL_WHY_MAX) when the name means
 * nothing there, or several numbers. */
bool model_number(const char *name, double *value, char *why);

/* Calls need() with every name that knowledge/physiology must have: the #defines, the cells of the
 * tables that are not 0, all parameters and spreads of a person. */
void model_number_each(void (*need)(const char *name));

/* Calls loose() with every number but 0 and 1 in the functions that are recorded to the last one,
 * when no name has asked for it yet. around: some of the text before and after it. */
void model_number_unasked(void (*loose)(const char *path, const char *function,
                                        const char *around));

#endif
