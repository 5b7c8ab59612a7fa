/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What a recording says in words: the names and units of its channels, and who the person is. */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "app/patient_recording_private.h"

enum {
    WORD_MAX = 32,
    USUAL_AGE = 60,
    MALE_CM = 170,
    FEMALE_CM = 160,
    MALE_KG = 75,
    FEMALE_KG = 65
};

#define NUMBER_FS_MAX 20.0 /* a signal of HR at a higher rate is no number of a monitor */

/* Letters and digits only, in capitals: "Resp. Imp." -> "RESPIMP", "II," -> "II". */
static void word_of(plx_slice text, char word[WORD_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < text.n && n + 1 < WORD_MAX; i++)
        if (isalnum((unsigned char)text.at[i]))
            word[n++] = (char)toupper((unsigned char)text.at[i]);
    word[n] = 0;
}

static bool is_one(const char *word, const char *const *of)
{
    for (; *of; of++)
        if (strcmp(word, *of) == 0) return true;
    return false;
}

/* Leads, the most telling one first; PLX_ECG_LEADS of them are taken. */
static bool is_ecg(const char *word, uint32_t *rank)
{
    static const char *const leads[] = {"II",   "MLII", "MCL1",  "MCL", "V",   "V5",  "I",
                                        "MLI",  "V2",   "V1",    "V4",  "V6",  "V3",  "AVF",
                                        "MCL6", "III",  "MLIII", "AVR", "AVL", "MV1", "D4"};
    const char *lead = word;
    for (const char *before = "ECG"; strncmp(lead, before, 3) == 0;)
        lead += 3;
    if (strncmp(word, "EKG", 3) == 0) lead = word + 3;
    if (strncmp(lead, "LEAD", 4) == 0) lead += 4;
    for (uint32_t i = 0; i < sizeof leads / sizeof *leads; i++)
        if (strcmp(lead, leads[i]) == 0) {
            *rank = i;
            return true;
        }
    *rank = (uint32_t)(sizeof leads / sizeof *leads);
    return lead != word;
}

static bool is_pressure(const char *word, uint32_t *rank)
{
    static const char *const lines[] = {"ABP",           "ART",  "BP",       "AO",    "AOBP",
                                        "FAP",           "UAP",  "RADIAL",   "ARTBP", "IBP",
                                        "BLOODPRESSURE", "NIBP", "FINAPRES", "AOP"};
    for (uint32_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const size_t n = strlen(lines[i]);
        if (strncmp(word, lines[i], n) != 0) continue;
        if (word[n] && !isdigit((unsigned char)word[n]) && strcmp(word + n, "MMHG") != 0) continue;
        *rank = i;
        return true;
    }
    return false;
}

static double millivolts_of(plx_slice unit)
{
    char word[WORD_MAX];
    word_of(unit, word);
    if (strcmp(word, "UV") == 0 || (unit.n > 1 && strcmp(word, "V") == 0)) return 1e-3;
    return strcmp(word, "V") == 0 ? 1e3 : 1;
}

static double mmhg_of(plx_slice unit)
{
    char word[WORD_MAX];
    word_of(unit, word);
    if (strcmp(word, "MMHG") == 0 || strcmp(word, "TORR") == 0) return 1;
    if (strcmp(word, "CMH2O") == 0) return 0.735559;
    return strcmp(word, "KPA") == 0 ? 7.50062 : 0;
}

/* A number of a monitor, which comes some times a second at most. */
static bool is_number(const char *word, plx_recording_channel *c)
{
    static const struct {
        const char *names[10]; /* the last one NULL */
        plx_chart_vital vital;
    } numbers[] = {
        {{"HR", "HEARTRATE", "ECGHR"}, PLX_CHART_HR},
        {{"PULSE", "PR", "PULSERATE", "PLETHHR", "SPO2HR"}, PLX_CHART_HR},
        {{"ABPSYS", "ABPS", "ARTSYS", "ARTS", "SBP", "ABPSYSTOLIC", "ARTSBP", "IBPSYS"},
         PLX_CHART_SBP},
        {{"ABPDIAS", "ABPD", "ARTDIAS", "ARTD", "DBP", "ABPDIASTOLIC", "ARTDBP", "IBPDIAS"},
         PLX_CHART_DBP},
        {{"ABPMEAN", "ABPM", "ARTMEAN", "ARTM", "MAP", "MBP", "ARTMBP", "IBPMEAN"}, PLX_CHART_MAP},
        {{"NBPSYS", "NBPS", "NIBPSYS", "NIBPS", "NIBPSBP", "NBPSYSTOLIC"}, PLX_CHART_SBP},
        {{"NBPDIAS", "NBPD", "NIBPDIAS", "NIBPD", "NIBPDBP", "NBPDIASTOLIC"}, PLX_CHART_DBP},
        {{"NBPMEAN", "NBPM", "NIBPMEAN", "NIBPM", "NIBPMBP"}, PLX_CHART_MAP},
        {{"RESP", "RR", "RESPRATE", "RESPIRATION", "RESPIRATORYRATE", "AWRR", "CO2RR"},
         PLX_CHART_RR},
        {{"SPO2", "SPO2SAT", "PLETHSPO2", "SAO2"}, PLX_CHART_SPO2},
        {{"ETCO2", "CO2ET", "EMCO2"}, PLX_CHART_ETCO2},
        {{"TEMP", "TEMPERATURE", "TBLOOD", "TCORE", "BT", "TEMPC"}, PLX_CHART_TEMP}};
    if (c->fs > NUMBER_FS_MAX) return false;
    for (uint32_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (is_one(word, numbers[i].names)) {
            c->kind = PLX_RECORDING_NUMBER;
            c->vital = numbers[i].vital;
            c->rank = i;
            return true;
        }
    return false;
}

static plx_recording_kind kind_of(const char *word, uint32_t *rank)
{
    static const char *const pulses[] = {"PLETH", "PLETHL", "PLETHR",        "PLETHT", "PPG",
                                         "SPO2",  "PULSE",  "PLETHYSMOGRAM", "PLE",    NULL};
    *rank = 0;
    if (is_pressure(word, rank)) return PLX_RECORDING_ABP;
    *rank = 0;
    if (is_one(word, pulses) || strncmp(word, "PPG", 3) == 0) return PLX_RECORDING_PPG;
    if (strncmp(word, "RESP", 4) == 0 || strstr(word, "THOR")) return PLX_RECORDING_RESP;
    *rank = 1;
    if (strncmp(word, "CO2", 3) == 0 || strncmp(word, "FLOW", 4) == 0) return PLX_RECORDING_RESP;
    return is_ecg(word, rank) ? PLX_RECORDING_ECG : PLX_RECORDING_NOTHING;
}

void plx_recording_name(plx_slice name, plx_slice unit, plx_recording_channel *c)
{
    char word[WORD_MAX];
    word_of(name, word);
    c->factor = 1;
    if (is_number(word, c)) return;
    c->kind = kind_of(word, &c->rank);
    if (c->kind == PLX_RECORDING_ECG) c->factor = millivolts_of(unit);
    if (c->kind == PLX_RECORDING_ABP) c->factor = mmhg_of(unit);
    const double least = c->kind == PLX_RECORDING_ECG ? PLX_ECG_FS_MIN : PLX_SIGNAL_FS_MIN;
    if (c->factor == 0 || !(c->fs >= least && c->fs <= PLX_SIGNAL_FS_MAX))
        c->kind = PLX_RECORDING_NOTHING;
}

/* The person. */

/* What stands behind a word ("age", then ">: " or the like); "" when the word is not there. */
static const char *behind(const char *line, const char *word)
{
    const size_t n = strlen(word);
    for (const char *at = line; *at; at++) {
        if (strncasecmp(at, word, n) != 0 || isalpha((unsigned char)at[n])) continue;
        if (at > line && isalpha((unsigned char)at[-1])) continue;
        return at + n + strspn(at + n, ">:=( \t");
    }
    return "";
}

static void take_number(const char *text, double low, double high, double *value, bool *stated)
{
    char *end = NULL;
    const double x = strtod(text, &end);
    if (end == text || !(x >= low && x <= high)) return;
    *value = x;
    if (stated) *stated = true;
}

static void take_sex(const char *text, plx_recording *r)
{
    const char c = (char)toupper((unsigned char)text[0]);
    if (c != 'F' && c != 'M') return;
    r->person.sex = c == 'F' ? PLX_SEX_FEMALE : PLX_SEX_MALE;
    r->sex_stated = true;
}

/* "69 M 1085 1629 x1": age and sex begin a comment of the MIT-BIH databases. */
static void take_bare(const char *line, plx_recording *r)
{
    char *end = NULL;
    const double age = strtod(line, &end);
    if (end == line || !(age >= 0 && age <= 120) || *end != ' ') return;
    end += strspn(end, " ");
    if ((*end != 'M' && *end != 'F') || isalnum((unsigned char)end[1])) return;
    r->person.age = age;
    r->age_stated = true;
    take_sex(end, r);
}

static void take_comment(const char *line, plx_recording *r)
{
    take_bare(line + strspn(line, " \t"), r);
    take_number(behind(line, "age"), 0, 120, &r->person.age, &r->age_stated);
    take_sex(behind(line, "sex"), r);
    take_sex(behind(line, "gender"), r);
    take_number(behind(line, "height"), 30, 250, &r->person.height_cm, &r->size_stated);
    take_number(behind(line, "weight"), 2, 400, &r->person.weight_kg, &r->size_stated);
}

void plx_recording_person(plx_slice header, plx_recording *r)
{
    char line[1024];
    for (size_t i = 0; i < header.n;) {
        const char *at = header.at + i, *end = memchr(at, '\n', header.n - i);
        const size_t n = end ? (size_t)(end - at) : header.n - i;
        i += n + 1;
        if (n < 2 || at[0] != '#') continue;
        const size_t kept = n - 1 < sizeof line - 1 ? n - 1 : sizeof line - 1;
        memcpy(line, at + 1, kept);
        line[kept] = 0;
        take_comment(line, r);
    }
}

void plx_recording_person_end(plx_recording *r)
{
    plx_person *p = &r->person;
    if (!r->age_stated) p->age = USUAL_AGE;
    if (!r->sex_stated) p->sex = PLX_SEX_MALE;
    const bool female = p->sex == PLX_SEX_FEMALE;
    if (p->height_cm == 0) p->height_cm = female ? FEMALE_CM : MALE_CM;
    if (p->weight_kg == 0) p->weight_kg = female ? FEMALE_KG : MALE_KG;
}
