/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the parts of the reader of recordings share. */
#ifndef PLX_APP_PATIENT_RECORDING_PRIVATE_H
#define PLX_APP_PATIENT_RECORDING_PRIVATE_H

#include "app/patient_recording.h"
#include "core/signal/abp.h"
#include "core/signal/ecg.h"
#include "core/signal/ppg.h"
#include "core/signal/resp.h"
#include "core/signal/summary.h"

typedef enum plx_recording_kind {
    PLX_RECORDING_ECG,
    PLX_RECORDING_ABP,
    PLX_RECORDING_PPG,
    PLX_RECORDING_RESP,
    PLX_RECORDING_NUMBER, /* a vital sign that a monitor has found */
    PLX_RECORDING_NOTHING
} plx_recording_kind;

enum { PLX_RECORDING_CHANNELS_MAX = 512 };

typedef struct plx_recording_channel {
    plx_recording_kind kind;
    uint32_t rank;         /* of those of a kind the lowest is taken */
    plx_chart_vital vital; /* of a number */
    double factor;         /* to mV, mmHg */
    double fs, step;       /* samples a second; what a digital unit is, in the unit of factor 1 */
    uint32_t samples;      /* of a block */
} plx_recording_channel;

/* kind, rank, vital and factor by name and unit; fs is known before. */
void plx_recording_name(plx_slice name, plx_slice unit, plx_recording_channel *c);

/* A run of time in which each channel has the same number of samples: a frame, a data record. */
typedef struct plx_recording_block {
    void *context;
    double (*sample)(void *context, uint32_t channel, uint32_t j); /* NaN: missing */
    uint32_t parts; /* fed in so many, so that no channel runs far ahead of another */
    bool missing;   /* all of it */
} plx_recording_block;

/* The detectors, and which channels they take. */
typedef struct plx_recording_feed {
    plx_recording *out;
    const plx_recording_channel *channels;
    int32_t lead[PLX_ECG_LEADS], at[PLX_RECORDING_NUMBER], number_at[PLX_CHART_VITAL_N]; /* -1 */
    uint32_t leads;
    double base_s, seconds; /* where the detectors began; of a block */
    uint64_t blocks;        /* since base_s */
    double missing_s;       /* in a row, up to now */
    plx_signal_ecg ecg;
    plx_signal_abp abp;
    plx_signal_ppg ppg;
    plx_signal_resp resp;
    plx_signal_summary summary;
    struct plx_recording_numbers {
        double sum[PLX_CHART_VITAL_N];
        uint32_t n[PLX_CHART_VITAL_N];
    } numbers[2]; /* of a window and the next, at index % 2 */
} plx_recording_feed;

/* PLX_UNSUPPORTED: none of the channels gives a vital sign. */
PLX_MUST_CHECK plx_status plx_recording_feed_begin(plx_recording_feed *f, plx_recording *out,
                                                   const plx_recording_channel *channels,
                                                   uint32_t n, double block_s);
PLX_MUST_CHECK plx_status plx_recording_feed_block(plx_recording_feed *f,
                                                   const plx_recording_block *block);
/* Nothing was recorded for so long. */
PLX_MUST_CHECK plx_status plx_recording_feed_gap(plx_recording_feed *f, double seconds);
PLX_MUST_CHECK plx_status plx_recording_feed_end(plx_recording_feed *f);

/* Age, sex, height and weight that the comments of a header tell. */
void plx_recording_person(plx_slice header, plx_recording *r);
/* A person of whom not all is known becomes a usual adult in what is not. */
void plx_recording_person_end(plx_recording *r);

#endif
