/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A file of recorded patients, moment by moment, to the rolling origins of core/validate and to a
 * forecaster beside them. Layouts: recordings of waveforms, told by their name; VITALS.csv and
 * charts, told by their first line. */
#ifndef PLX_APP_PATIENT_ROLLING_H
#define PLX_APP_PATIENT_ROLLING_H

#include "core/assimilate/forecaster.h"
#include "core/clean/chart.h"
#include "core/validate/rolling.h"
#include "edge/acquire/lines.h"

typedef struct plx_patient_rolling {
    const char *words;    /* of the command, in its sentences */
    plx_forecaster *twin; /* NULL: none */
    uint64_t stays_max;   /* 0: all */
    bool blank;           /* nothing is believed before the first patient: no table of priors */
    uint32_t horizons_n;  /* 0: those of the layout */
    double horizon_s[PLX_ROLLING_HORIZONS_MAX];
    bool begun;   /* a file was read: its layout holds */
    bool charted; /* CinC 2012 layout */
    bool waves;   /* recordings; neither: VITALS.csv */
    /* Of a recording that gives no vital sign, or of a folder cannot be read; NULL: nobody asks. */
    void (*skipped)(const char *path, const char *why);
    uint64_t skipped_n, assumed;               /* assumed: recordings that do not tell age or sex */
    uint64_t stays, out_of_envelope, left_out; /* left_out: values of a VITALS.csv */
    plx_chart_counts counts;
    plx_rolling_model model;
    plx_rolling_scores scores;
    plx_rolling_population population;
    /* Teaching: each patient comes as if nobody had been before, and all are added up. */
    bool teaching, believes; /* believes: the prior is that of those taught, not of the table */
    uint64_t folds, fold;    /* folds > 0: of every so many patients one is of a fold; those of it
                                are left out when teaching, and alone seen when not */
    uint64_t seen;           /* patients, left out or not */
    plx_rolling_population taught, adding; /* adding: of the round that runs */
    plx_rolling_prior prior[PLX_ROLLING_VITALS_MAX][PLX_ROLLING_HORIZONS_MAX];
    plx_rolling rolling; /* of the members here and below */
    plx_lines lines;
    plx_chart chart;
    plx_chart_stay stay;
    bool asks; /* the twin knows this patient */
    int64_t began_us, shown_us;
    plx_vitals_observation told[PLX_CHART_VITAL_N];
    double member[PLX_ROLLING_VITALS_MAX * PLX_ROLLING_HORIZONS_MAX * PLX_ROLLING_MEMBERS_MAX];
} plx_patient_rolling;

/* The quantity of a vital sign of plx_chart_vital, and its name as a column of VITALS.csv. */
plx_measure plx_patient_rolling_quantity(int vital);
const char *plx_patient_rolling_name(int vital);

/* Reads, forecasts and scores all of one file; called again, the patients of the next file come
 * after those of the one before: both are of one layout. A folder is its recordings, by name. An
 * exit status, after a sentence on stderr if it is not PLX_EXIT_OK. */
int plx_patient_rolling_run(plx_patient_rolling *p, const char *path);

#endif
