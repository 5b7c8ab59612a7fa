/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/record/medication.h"

#include "core/record/medication_table.h"

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof *(array)))
enum { NAME_MAX = 64, PARTS_MAX = 3 };

uint32_t plx_medication_count(void)
{
    return COUNT(medication_rows);
}

const plx_medication_info *plx_medication_get(plx_medication m)
{
    return &medication_rows[m < COUNT(medication_rows) ? m : PLX_MEDICATION_NONE];
}

static plx_medication value_of(const plx_name *found)
{
    return found ? found->value : PLX_MEDICATION_NONE;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

static bool is_one_of(plx_slice text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < text.n && words[i][k] && lower(text.at[k]) == words[i][k])
            k++;
        if (k == text.n && !words[i][k]) return true;
    }
    return false;
}
#define IS(text, ...)                                                                              \
    is_one_of(text, (const char *const[]){__VA_ARGS__},                                            \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* A word ends here. */
static bool ends(plx_slice text, size_t at)
{
    if (at == text.n) return true;
    const char c = text.at[at];
    return c == ' ' || c == ',' || c == ';' || c == '(' || c == '[' || c == ':';
}

plx_medication plx_medication_from_text(plx_slice text)
{
    char name[NAME_MAX];
    const plx_slice s = plx_slice_trim(text);
    const size_t most = s.n < NAME_MAX ? s.n : NAME_MAX;
    for (size_t i = 0; i < most; i++)
        name[i] = lower(s.at[i]);
    for (size_t n = most; n > 0; n--) {
        if (!ends(s, n)) continue;
        const plx_slice words = {name, n};
        const plx_name *found =
            plx_name_find(medication_names, medication_slots, COUNT(medication_slots), words);
        if (found) return found->value;
    }
    return PLX_MEDICATION_NONE;
}

plx_medication plx_medication_from_code(plx_slice code, plx_slice system, plx_slice text)
{
    if (IS(system, "rxnorm", "rxn"))
        return value_of(plx_name_find(rxnorm_names, rxnorm_slots, COUNT(rxnorm_slots), code));
    if (IS(system, "atc", "wc"))
        return value_of(plx_name_find(atc_names, atc_slots, COUNT(atc_slots), code));
    if (IS(system, "plx", "99plx")) {
        for (uint32_t i = 1; i < COUNT(medication_rows); i++)
            if (plx_slice_is(code, medication_rows[i].key)) return (plx_medication)i;
        return PLX_MEDICATION_NONE;
    }
    const plx_medication m = plx_medication_from_text(text);
    return m ? m : plx_medication_from_text(code);
}

static const plx_name *route_find(plx_slice word)
{
    char name[NAME_MAX];
    const plx_slice s = plx_slice_trim(word);
    if (s.n == 0 || s.n > NAME_MAX) return NULL;
    for (size_t i = 0; i < s.n; i++)
        name[i] = upper(s.at[i]);
    return plx_name_find(route_names, route_slots, COUNT(route_slots), (plx_slice){name, s.n});
}

plx_route plx_route_named(plx_slice code, plx_slice text)
{
    if (code.n == 0 && text.n == 0) return PLX_ROUTE_IV;
    const plx_name *found = route_find(code);
    if (!found) found = route_find(text);
    return found ? (plx_route)found->value : PLX_ROUTE_OTHER;
}

bool plx_medication_uptake(plx_medication m, plx_route route, double *over_s, double *share)
{
    if (route == PLX_ROUTE_IV) {
        *over_s = 0;
        *share = 1;
        return true;
    }
    for (uint32_t i = 0; i < COUNT(uptakes); i++) {
        if (uptakes[i].medication != m || uptakes[i].route != (uint16_t)route) continue;
        *over_s = uptakes[i].over_s;
        *share = uptakes[i].share;
        return true;
    }
    return false;
}

static bool amount_named(plx_slice word, plx_amount_unit *unit)
{
    unit->factor = 1;
    if (IS(word, "ug", "mcg", "\xC2\xB5g", "\xCE\xBCg", "microgram", "micrograms")) return true;
    if (IS(word, "ng")) return unit->factor = 1e-3, true;
    if (IS(word, "mg", "milligram", "milligrams")) return unit->factor = 1e3, true;
    if (IS(word, "g", "gm", "gram", "grams")) return unit->factor = 1e6, true;
    unit->kind = PLX_AMOUNT_VOLUME;
    if (IS(word, "ml", "cc", "milliliter", "milliliters")) return true;
    if (IS(word, "l", "liter", "liters")) return unit->factor = 1e3, true;
    unit->kind = PLX_AMOUNT_UNITS;
    if (IS(word, "u", "unit", "units", "iu", "[iu]", "[u]")) return true;
    if (IS(word, "mu", "milliunit", "milliunits")) return unit->factor = 1e-3, true;
    return false;
}

static bool divisor_named(plx_slice word, plx_amount_unit *unit)
{
    if (IS(word, "kg")) return !unit->per_kg && (unit->per_kg = true);
    if (IS(word, "ml")) return !unit->per_ml && (unit->per_ml = true);
    const double s = IS(word, "s", "sec", "second")             ? 1
                     : IS(word, "min", "minute")                ? 60
                     : IS(word, "h", "hr", "hour", "1h", "hrs") ? 3600
                     : IS(word, "d", "day", "24h", "24hr")      ? 86400
                                                                : 0;
    if (s == 0 || unit->per_s > 0) return false;
    unit->per_s = s;
    return true;
}

/* What stands before the first slash; the rest moves behind it. */
static plx_slice next_part(plx_slice *rest)
{
    size_t n = 0;
    while (n < rest->n && rest->at[n] != '/')
        n++;
    const plx_slice part = plx_slice_trim((plx_slice){rest->at, n});
    const size_t past = n < rest->n ? n + 1 : n;
    *rest = (plx_slice){rest->at + past, rest->n - past};
    return part;
}

bool plx_amount_unit_each(plx_slice text, plx_amount_unit *unit)
{
    plx_amount_unit found = *unit;
    plx_slice rest = text;
    for (uint32_t part = 0; part < PARTS_MAX; part++) {
        if (!divisor_named(next_part(&rest), &found)) return false;
        if (rest.n > 0) continue;
        *unit = found;
        return true;
    }
    return false;
}

bool plx_amount_unit_parse(plx_slice text, plx_amount_unit *unit)
{
    plx_amount_unit found = {.kind = PLX_AMOUNT_MASS};
    plx_slice rest = text;
    if (text.n > 0 && text.at[text.n - 1] == '/') return false;
    if (!amount_named(next_part(&rest), &found)) return false;
    if (rest.n > 0 && !plx_amount_unit_each(rest, &found)) return false;
    *unit = found;
    return true;
}
