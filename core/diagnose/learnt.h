/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Knowledge that was learnt, as JSON text and back: the records, the likelihoods, the lister. One
 * object; numbers as short as they may be without moving a probability by more than 1e-6. */
#ifndef PLX_CORE_DIAGNOSE_LEARNT_H
#define PLX_CORE_DIAGNOSE_LEARNT_H

#include "core/diagnose/lister.h"
#include "core/format/json/json.h"

enum { PLX_LEARNT_VERSION = 1 };

/* lister may be NULL. out->full when it did not fit. note: where the cases came from. */
void plx_learnt_write(const plx_knowledge *k, const plx_lister *lister, uint64_t cases,
                      plx_slice note, plx_out *out);
/* json: of such a text. Memory from the arena; texts too. *lister gets NULL arrays when there is
 * none. PLX_SYNTAX, PLX_UNSUPPORTED (another version), PLX_FULL or as plx_knowledge_compile, with a
 * sentence in why. */
PLX_MUST_CHECK plx_status plx_learnt_read(const plx_json *json, plx_arena *arena, plx_knowledge *k,
                                          plx_lister *lister, char *why, size_t why_n);
/* Arena that reading needs at most. */
size_t plx_learnt_read_bytes(const plx_json *json);

#endif
