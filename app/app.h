/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The sub-commands of pollux, one small file each. They choose and join; they hold no logic. Exit
 * status: 0 success, 1 a failure of the world (one line on stderr: what and what to do), 2 wrong
 * usage. */
#ifndef PLX_APP_H
#define PLX_APP_H

#include "core/base/slice.h"

enum { PLX_EXIT_OK = 0, PLX_EXIT_WORLD = 1, PLX_EXIT_USAGE = 2 };

/* X(function, words, usage line, one sentence, example) */
#define PLX_COMMAND_TABLE(X)                                                                       \
    X(serve, "serve", "[--config FILE] [--http HOST:PORT] [--mllp HOST:PORT] [--data DIR]",        \
      "listen to hospital systems and serve the live department",                                  \
      "pollux serve --mllp 127.0.0.1:2575 --http 127.0.0.1:8080 --data /var/lib/pollux")           \
    X(demo, "demo",                                                                                \
      "[--speed N] [--seed N] [--bodies N] [--waves N] [--http HOST:PORT] [--data DIR]",           \
      "serve and the simulated hospital, joined by real MLLP on one demo clock",                   \
      "pollux demo --speed 10 --seed 1")                                                           \
    X(hospital, "hospital",                                                                        \
      "[--to HOST:PORT] [--speed N] [--seed N] [--hours H] [--journeys N] [--bodies N] "           \
      "[--waves N] [--faults SPEC] [--out FILE]",                                                  \
      "a simulated emergency department that sends HL7 v2, and waveforms of N monitored beds, a "  \
      "message each a second",                                                                     \
      "pollux hospital --to 127.0.0.1:2575 --speed 60 --faults all --out day.mllp")                \
    X(hl7_parse, "hl7 parse", "FILE [--json] [--max-mib N]",                                       \
      "print the tree of every message of a file", "pollux hl7 parse messages.mllp --json")        \
    X(hl7_encode, "hl7 encode", "FILE [--max-mib N]", "write back what was parsed, byte for byte", \
      "pollux hl7 encode messages.hl7 > copy.hl7")                                                 \
    X(hl7_send, "hl7 send",                                                                        \
      "FILE --to HOST:PORT [--rate N] [--connections N] [--window N] [--repeat N] [--unordered] "  \
      "[--json]",                                                                                  \
      "send messages, match their ACKs, report counts and latency",                                \
      "pollux hl7 send messages.mllp --to 127.0.0.1:2575 --connections 20")                        \
    X(score, "score", "< LINES", "compute scores: one JSON object per line in, one out",           \
      "echo '{\"score\":\"NEWS2\",\"inputs\":{\"rr\":22}}' | pollux score")                        \
    X(triage_learn, "triage learn", "CASES.csv --out MODEL.csv",                                   \
      "learn the triage and risk model from cases whose level and outcome are known",              \
      "pollux triage learn data.csv --out knowledge/triage/model.csv")                             \
    X(triage_eval, "triage eval", "CASES.csv [--folds N] [--seeds N] [--seed N] [--json]",         \
      "learn from some cases and judge on the others, fold by fold",                               \
      "pollux triage eval data.csv --folds 5")                                                     \
    X(triage, "triage", "CASES.csv [--json]",                                                      \
      "level of urgency, admission and critical outcome of each case, with reasons",               \
      "pollux triage data.csv --json")                                                             \
    X(journal_verify, "journal verify", "[--data DIR] [--json]",                                   \
      "walk chain, checksums and books of the journal", "pollux journal verify --data DIR")        \
    X(journal_stats, "journal stats", "[--data DIR] [--json]", "the books, per interface",         \
      "pollux journal stats --data DIR")                                                           \
    X(journal_hash, "journal hash", "[--data DIR] [--json]", "replay and print the state hash",    \
      "pollux journal hash --data DIR")                                                            \
    X(journal_replay, "journal replay", "[--data DIR] [--to SEQ] [--diff OTHER_POLLUX] [--json]",  \
      "replay the journal and time it, or compare two builds",                                     \
      "pollux journal replay --data DIR --diff ./old/pollux")                                      \
    X(journal_export, "journal export",                                                            \
      "[--data DIR] [--what messages|census|beds|results|dead] [--from SEQ] [--to SEQ]",           \
      "write messages or the replayed state as text", "pollux journal export --what census")       \
    X(patient_run, "patient run",                                                                  \
      "SCENARIO [--members N] [--out FILE.csv] [--summary] [--plot FILE.svg] [--waves FILE.csv] "  \
      "[--json]",                                                                                  \
      "run a scenario on the patient model",                                                       \
      "pollux patient run knowledge/physiology/scenario/haemorrhage.yaml --members 64 --summary "  \
      "--plot bleed.svg")                                                                          \
    X(patient_fit, "patient fit",                                                                  \
      "VITALS.csv [--members N] [--seed N] [--no-mechanism] [--plot FILE.svg] [--json]",           \
      "find the bodies that explain the vitals of a person, and what they hide",                   \
      "pollux patient fit knowledge/physiology/vitals/bleeding.csv")                               \
    X(patient_check, "patient check", "TARGETS.csv [--json]",                                      \
      "run published experiments on the model and judge each row",                                 \
      "pollux patient check targets.csv")                                                          \
    X(patient_whatif, "patient whatif",                                                            \
      "VITALS.csv --arm TEXT [--arm TEXT ...] [--minutes N | --horizon 30m] "                      \
      "[--members N] [--seed N] [--plot FILE.svg] [--json]",                                       \
      "follow the vitals of a person, then compare what treatments would do",                      \
      "pollux patient whatif knowledge/physiology/vitals/bleeding.csv --arm "                      \
      "'crystalloid 500 mL 15 min' --arm 'norepinephrine 0.1 ug/kg/min'")                          \
    X(patient_forecast, "patient forecast",                                                        \
      "PATH... [--horizons 15m,30m,60m] [--stays N] [--no-twin] [--blank] [--folds N] "            \
      "[--learn FILE.csv] [--json] | VITALS.csv --now [--horizons 5m,15m,4h] [--acvpu A] "         \
      "[--plot FILE.svg] [--json]",                                                                \
      "forecast recorded patients (charts, VITALS.csv, WFDB and EDF) from each of their moments "  \
      "and score it beside simple rivals; --now: what will be measured after the last row",        \
      "pollux patient forecast set-a.csv.gz --horizons 1h,4h")                                     \
    X(patient_cohort, "patient cohort",                                                            \
      "COHORT.csv [--limit N] [--from N] [--members N] [--horizons 5m,15m,30m,60m] [--perturbed] " \
      "[--what-if] [--json] [--cases] [--workers N] | --draw N [--seed N]",                        \
      "twin experiments: track simulated patients whose truth is known, and score what is told",   \
      "pollux patient cohort knowledge/cohort/adults.csv --limit 20 --cases")                      \
    X(department_backtest, "department backtest",                                                  \
      "SERIES.csv [--test-days 365] [--time-column NAME] [--value NAME ...] [--json]",             \
      "forecast the last days of hourly counts from each of their hours, and score it beside "     \
      "persistence, profile and damped baselines",                                                 \
      "pollux department backtest census.csv --test-days 365")                                     \
    X(department_fit, "department fit",                                                            \
      "LOG.csv [--map sepsis|xes|FILE.yaml] [--output MODEL.json] [--days N] [--hold-out] "        \
      "[--force]",                                                                                 \
      "fit a department from its event log, and tell how the model does beside it",                \
      "pollux department fit log.csv --output model.json")                                         \
    X(department_run, "department run",                                                            \
      "MODEL.json [--days N] [--replications N] [--seed N] [--workers N] [--json | --log]",        \
      "run the flow of a department from empty and print what it counts, or the log of one run",   \
      "pollux department run knowledge/department/example.json --days 28 --replications 100")      \
    X(department_census, "department census",                                                      \
      "SERIES.csv [--now TIME] [--time-column NAME] [--value NAME ...] [--json]",                  \
      "look whether a feed of hourly counts is sound, and forecast it from its last hour",         \
      "pollux department census census.csv --json")                                                \
    X(diagnose_learn, "diagnose learn",                                                            \
      "CASES [--out FILE] [--folds N] [--questions N] [--drop X] [--flip X] [--lost-as-no] "       \
      "[--seed N] [--json]",                                                                       \
      "learn likelihoods and lists from known cases; with --folds also evaluate on parts left "    \
      "out",                                                                                       \
      "pollux diagnose learn ddxplus/ --out learnt.json --folds 3")                                \
    X(diagnose_eval, "diagnose eval",                                                              \
      "KNOWLEDGE CASES [--questions N] [--drop X] [--flip X] [--lost-as-no] [--seed N] [--json]",  \
      "how good the differentials of known cases are, also question by question",                  \
      "pollux diagnose eval learnt.json patients.csv.gz --questions 15")                           \
    X(department_forecast, "department forecast",                                                  \
      "MODEL.json --state STATE.json [--hours 24] [--replications 1000] [--seed N] "               \
      "[--what-if SPEC ...] [--workers N] [--json]",                                               \
      "forecast a department from who is present now, and compare what-ifs by the same patients",  \
      "pollux department forecast knowledge/department/example.json --state "                      \
      "knowledge/department/evening.json --what-if '+1 doctor 18:00-02:00'")                       \
    X(diagnose, "diagnose", "CASE.json [--knowledge FOLDER|FILE] [--unverified]",                  \
      "the differential of one case with its reasons, what would change it, and the next "         \
      "questions",                                                                                 \
      "pollux diagnose knowledge/example/chest_pain.json")                                         \
    X(wave, "wave",                                                                                \
      "RECORD [--from S] [--to S] [--signals 0,2] [--high] [--physical] [--annotations EXT] "      \
      "[--bare] [--json]",                                                                         \
      "print the samples or the annotations of a WFDB record or an EDF file",                      \
      "pollux wave 100s --from 10 --to 20 --physical")                                             \
    X(version, "version", "", "print the version and what it was built with", "pollux version")

#define X(function, words, usage, sentence, example) int plx_app_##function(int argc, char **argv);
PLX_COMMAND_TABLE(X)
#undef X

/* Options, read in one place so that every command treats them alike. */
typedef enum plx_option_kind {
    PLX_OPTION_FLAG,
    PLX_OPTION_TEXT,
    PLX_OPTION_U64,
    PLX_OPTION_DOUBLE,
    PLX_OPTION_LIST /* may be said again */
} plx_option_kind;

enum { PLX_OPTION_LIST_MAX = 16 };
typedef struct plx_option_list {
    const char *at[PLX_OPTION_LIST_MAX];
    size_t n;
} plx_option_list;

typedef struct plx_option {
    const char *name; /* "--speed" */
    plx_option_kind kind;
    void *into;       /* bool *, const char **, uint64_t *, double *, plx_option_list * */
    double low, high; /* for numbers; both 0 = any */
} plx_option;

/* argv[0] is the command's last word. Takes options out; positional arguments go to
 * files[files_max]. Prints one sentence to stderr and returns PLX_EXIT_USAGE on wrong usage; prints
 * the help and returns -1 for --help (the caller returns 0); PLX_EXIT_OK otherwise. */
int plx_options_read(const char *words, int argc, char **argv, const plx_option *options,
                     size_t options_n, const char **files, size_t files_max, size_t *files_n);
/* "pollux WORDS: sentence" on stderr; returns PLX_EXIT_USAGE or PLX_EXIT_WORLD as given. */
int plx_app_fail(int exit_status, const char *words, const char *sentence, const char *detail);
/* Whole file into malloc'd memory ("-" = stdin); PLX_IO with errno set. Free it. */
PLX_MUST_CHECK plx_status plx_app_read_file(const char *path, char **bytes, size_t *n);

#endif
