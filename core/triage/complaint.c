/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/triage/complaint.h"

#include "core/triage/complaint_table.h"

static const char *const SYNONYMS[][2] = {{"abd", "abdomen"},       {"abdo", "abdomen"},
                                          {"abdominal", "abdomen"}, {"distended", "distension"},
                                          {"ocular", "eye"},        {"lac", "laceration"},
                                          {"cp", "chest"}};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void replace_synonym(char *word)
{
    for (size_t i = 0; i < sizeof SYNONYMS / sizeof *SYNONYMS; i++) {
        if (strcmp(word, SYNONYMS[i][0]) != 0) continue;
        memcpy(word, SYNONYMS[i][1], strlen(SYNONYMS[i][1]) + 1);
        return;
    }
}

void plx_complaint_split(plx_slice text, plx_complaint_words *words)
{
    memset(words, 0, sizeof *words);
    for (size_t i = 0; i < text.n && words->n < PLX_COMPLAINT_WORDS_MAX;) {
        char *word = words->at[words->n];
        size_t n = 0;
        for (; i < text.n && is_letter(text.at[i]); i++)
            if (n + 1 < PLX_COMPLAINT_WORD_MAX) word[n++] = lower(text.at[i]);
        word[n] = 0;
        if (n > 0) {
            replace_synonym(word);
            words->n++;
        }
        while (i < text.n && !is_letter(text.at[i]))
            i++;
    }
}

const plx_complaint *plx_complaint_at(uint32_t n)
{
    return n < sizeof COMPLAINTS / sizeof *COMPLAINTS ? &COMPLAINTS[n] : NULL;
}

static bool has_word(const plx_complaint_words *words, const char *word, size_t n)
{
    const bool begins = word[n - 1] == '*';
    if (begins) n--;
    for (uint32_t i = 0; i < words->n; i++)
        if (strncmp(words->at[i], word, n) == 0 && (begins || words->at[i][n] == 0)) return true;
    return false;
}

bool plx_complaint_matches(const plx_complaint *complaint, const plx_complaint_words *words)
{
    bool all = true;
    for (const char *at = complaint->ways; *at;) {
        const size_t n = strcspn(at, " |");
        all = all && has_word(words, at, n);
        at += n;
        if (*at != ' ') {
            if (all) return true;
            all = true;
        }
        if (*at) at++;
    }
    return false;
}
