/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The live twin behind the door of forecaster.h. A forecast forks the ensemble of each cause that
 * is not unlikely, lets it live on under the care as it is, and draws evenly from the members by
 * the weights of their causes; the noise of the measurement is added. */
#ifndef PLX_CORE_ASSIMILATE_TRACK_FORECASTER_H
#define PLX_CORE_ASSIMILATE_TRACK_FORECASTER_H

#include "core/assimilate/forecaster.h"
#include "core/assimilate/outlook.h"

enum {
    PLX_TRACK_FORECAST_MEMBERS = 64, /* told */
    PLX_TRACK_FORECAST_UPDATES = 3,  /* before the first answer */
    PLX_TRACK_FORECAST_BEATS_S = 60  /* then with the averaged circulation */
};

typedef struct plx_track_forecaster {
    plx_track_input input; /* the person is that of begin */
    plx_track track;
    void *memory; /* of the track */
    void *ahead;  /* of the outlook */
    plx_outlook outlook;
    plx_outlook_worker *worker;
    uint32_t zero_s; /* that the track's second 0 is */
    bool begun;
    double sd[PLX_TRACK_MEASURED_N]; /* of the last measurement */
} plx_track_forecaster;

/* Bytes, a multiple of 64 and to be aligned to it. input: all but the person is looked at. */
size_t plx_track_forecaster_size(const plx_track_input *input);

/* memory and *self are borrowed as long as the forecaster is used. */
plx_forecaster plx_track_forecaster_make(plx_track_forecaster *self, const plx_track_input *input,
                                         void *memory);

#endif
