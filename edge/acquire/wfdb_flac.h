/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Private to this room: the signals of a FLAC file (WFDB formats 508, 516, 524), by libFLAC. */
#ifndef PLX_EDGE_ACQUIRE_WFDB_FLAC_H
#define PLX_EDGE_ACQUIRE_WFDB_FLAC_H

#include "core/format/wfdb/wfdb.h"

/* Decodes a stream into malloc'd bytes as core/format/wfdb/format.h says for the format: channels
 * in turn, 1, 2 or 3 bytes each. At most samples_max samples are kept; what follows is not read.
 * PLX_SYNTAX (no or damaged FLAC), PLX_CONFLICT (other channels or bits than the header tells) or
 * PLX_FULL; *why is a constant sentence. *md5_differs: the whole stream was read, and
 * its samples are not those that its writer summed up. */
PLX_MUST_CHECK plx_status plx_wfdb_flac_decode(plx_slice stream, const plx_wfdb_signal *signal,
                                               uint64_t samples_max, plx_slice *decoded,
                                               bool *md5_differs, const char **why);

#endif
