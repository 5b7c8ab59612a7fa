/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A recording of waveforms (a WFDB record, an EDF file) -> the vital signs of its windows. Channels
 * are known by their names and units; a signal of low rate that is a number already (HR, ABPSys) is
 * taken as it is. What the quality does not allow is absent. */
#ifndef PLX_APP_PATIENT_RECORDING_H
#define PLX_APP_PATIENT_RECORDING_H

#include "core/clean/chart.h"
#include "core/physiology/person.h"

enum { PLX_RECORDING_PROBLEM_MAX = 480, PLX_RECORDING_WINDOW_S = 15 };

typedef struct plx_recording_window {
    uint32_t time_s; /* its end, from the first sample on */
    bool measured[PLX_CHART_VITAL_N];
    double value[PLX_CHART_VITAL_N], sd[PLX_CHART_VITAL_N];
} plx_recording_window;

typedef struct plx_recording {
    plx_person person;
    bool age_stated, sex_stated, size_stated; /* else those of a usual adult */
    uint64_t left_out;                        /* values that are not possible or contradicted */
    uint32_t windows_n, windows_max;
    plx_recording_window *windows; /* owned */
} plx_recording;

/* A WFDB record (with or without ".hea") or an EDF or BDF file, by its name. */
bool plx_recording_is(const char *path);
/* PLX_OK; PLX_UNSUPPORTED: it is readable and holds nothing that gives a vital sign; else it cannot
 * be read. Then problem (PLX_RECORDING_PROBLEM_MAX bytes) is a sentence. Release it in any case. */
PLX_MUST_CHECK plx_status plx_recording_read(const char *path, plx_recording *r, char *problem);
void plx_recording_release(plx_recording *r);

/* What a folder holds: its recordings by name, without the segments of those that have some. Both
 * return 0, or -1 with errno. */
typedef struct plx_recording_folder {
    char **paths; /* owned */
    size_t n, max;
} plx_recording_folder;
int plx_recording_folder_read(const char *path, plx_recording_folder *f);
void plx_recording_folder_release(plx_recording_folder *f);

#endif
