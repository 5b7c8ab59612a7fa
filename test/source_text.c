/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "test/source_text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Bytes of blank, comment or broken line at `at`. */
static size_t blank(const char *at)
{
    if (isspace((unsigned char)*at)) return 1;
    if (at[0] == '\\' && at[1] == '\n') return 2;
    if (at[0] != '/' || at[1] != '*') return 0;
    const char *end = strstr(at + 2, "*/");
    return end ? (size_t)(end + 2 - at) : strlen(at);
}

/* The marks of a pattern stand for words. */
static bool is_part(char c)
{
    return is_word(c) || c == '@' || c == '$';
}

static size_t squeeze(const char *in, char *out)
{
    size_t n = 0;
    while (*in) {
        size_t skipped = 0;
        for (size_t one; (one = blank(in)) > 0; skipped += one)
            in += one;
        if (skipped > 0 && n > 0 && is_part(out[n - 1]) && is_part(*in)) out[n++] = ' ';
        if (*in) out[n++] = *in++;
    }
    out[n] = 0;
    return n;
}

bool source_text_squeeze(const char *in, char *out)
{
    if (strlen(in) >= SOURCE_PATTERN_MAX) return false;
    squeeze(in, out);
    return true;
}

bool source_text_read(source_text *source, const char *path)
{
    static char whole[SOURCE_BYTES_MAX], at[512];
    memset(source, 0, sizeof *source);
    snprintf(source->path, sizeof source->path, "%s", path);
    snprintf(at, sizeof at, "%s/%s", PLX_SOURCE_ROOT, path);
    FILE *file = fopen(at, "rb");
    if (!file) return false;
    size_t n = fread(whole, 1, sizeof whole, file);
    fclose(file);
    if (n == 0 || n == sizeof whole) return false;
    whole[n] = 0;
    source->n = squeeze(whole, source->text);
    return true;
}

size_t source_text_number(const char *at, double *value)
{
    const char *digits = at + (*at == '-');
    if (!isdigit((unsigned char)*digits) && !(*digits == '.' && isdigit((unsigned char)digits[1])))
        return 0;
    char *end;
    *value = strtod(at, &end);
    while (*end && strchr("fFuUlL", *end))
        end++;
    return is_word(*end) ? 0 : (size_t)(end - at);
}

bool source_text_starts(const source_text *source, size_t at)
{
    return at == 0 || (!is_word(source->text[at - 1]) && source->text[at - 1] != '.');
}

/* The pattern at this place of the text; *number_at: where its @ fits. */
static bool fits(const source_text *source, size_t at, const char *pattern, double *value,
                 size_t *number_at)
{
    const char *text = source->text;
    if (at > 0 && is_word(*pattern) && is_word(text[at - 1])) return false;
    for (; *pattern; pattern++) {
        if (*pattern != '@' && *pattern != '$') {
            if (text[at++] != *pattern) return false;
            continue;
        }
        double x;
        size_t n = text[at] == '-' ? 0 : source_text_number(text + at, &x);
        if (n == 0 || !source_text_starts(source, at)) return false;
        if (*pattern == '@') *value = x, *number_at = at;
        at += n;
    }
    return !(is_word(pattern[-1]) && is_word(text[at]));
}

source_found source_text_find(source_text *source, const char *pattern)
{
    source_found found = {0};
    for (size_t i = 0; i < source->n; i++) {
        double value = 0;
        size_t number_at = i;
        if (!fits(source, i, pattern, &value, &number_at)) continue;
        source->asked[number_at] = true;
        if (found.places++ == 0) found.value = found.other = value;
        if (value < found.value || value > found.value) found.other = value;
    }
    return found;
}
