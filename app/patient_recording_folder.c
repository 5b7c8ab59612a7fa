/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The recordings of a folder. A header that another one names as its segment is part of that one.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"
#include "app/patient_recording.h"

static int add(plx_recording_folder *f, const char *folder, const char *name)
{
    if (f->n == f->max) {
        const size_t max = f->max ? 2 * f->max : 64;
        char **more = realloc(f->paths, max * sizeof *more);
        if (!more) return -1;
        f->paths = more;
        f->max = max;
    }
    const size_t n = strlen(folder) + strlen(name) + 2;
    char *path = malloc(n);
    if (!path) return -1;
    snprintf(path, n, "%s/%s", folder, name);
    f->paths[f->n++] = path;
    return 0;
}

static bool ends_with(const char *name, const char *ending)
{
    const size_t n = strlen(name), m = strlen(ending);
    return n > m && strcmp(name + n - m, ending) == 0;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The next line of a header that is no comment, its first word; empty at the end. */
static plx_slice next_word(plx_slice *rest)
{
    while (rest->n > 0) {
        const char *end = memchr(rest->at, '\n', rest->n);
        const size_t n = end ? (size_t)(end - rest->at) : rest->n, step = end ? n + 1 : n;
        plx_slice word = {rest->at, 0};
        while (word.n < n && word.at[word.n] != ' ' && word.at[word.n] != '\t' &&
               word.at[word.n] != '\r')
            word.n++;
        rest->at += step;
        rest->n -= step;
        if (word.n > 0 && word.at[0] != '#') return word;
    }
    return (plx_slice){NULL, 0};
}

static void drop(plx_recording_folder *f, const char *folder, plx_slice name)
{
    char path[4096];
    const int n = snprintf(path, sizeof path, "%s/%.*s.hea", folder, (int)name.n, name.at);
    if (n < 0 || (size_t)n >= sizeof path) return;
    for (size_t i = 0; i < f->n; i++)
        if (f->paths[i] && strcmp(f->paths[i], path) == 0) {
            free(f->paths[i]);
            f->paths[i] = NULL;
        }
}

static void drop_segments(plx_recording_folder *f, const char *folder, const char *master)
{
    char *text = NULL;
    size_t n = 0;
    if (plx_app_read_file(master, &text, &n) == PLX_OK) {
        plx_slice rest = {text, n};
        plx_slice word = next_word(&rest);
        if (word.n > 0 && memchr(word.at, '/', word.n))
            while ((word = next_word(&rest)).n > 0)
                drop(f, folder, word);
    }
    free(text);
}

int plx_recording_folder_read(const char *path, plx_recording_folder *f)
{
    *f = (plx_recording_folder){0};
    DIR *folder = opendir(path);
    if (!folder) return -1;
    int status = 0;
    for (struct dirent *one; status == 0 && (one = readdir(folder)) != NULL;)
        if (ends_with(one->d_name, ".hea") || ends_with(one->d_name, ".edf") ||
            ends_with(one->d_name, ".bdf"))
            status = add(f, path, one->d_name);
    closedir(folder);
    if (f->n > 0) qsort(f->paths, f->n, sizeof *f->paths, compare);
    for (size_t i = 0; i < f->n; i++)
        if (f->paths[i] && ends_with(f->paths[i], ".hea")) drop_segments(f, path, f->paths[i]);
    size_t kept = 0;
    for (size_t i = 0; i < f->n; i++)
        if (f->paths[i]) f->paths[kept++] = f->paths[i];
    f->n = kept;
    return status;
}

void plx_recording_folder_release(plx_recording_folder *f)
{
    for (size_t i = 0; i < f->n; i++)
        free(f->paths[i]);
    free(f->paths);
    *f = (plx_recording_folder){0};
}
