/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <stdio.h>

#include "app/app.h"

int plx_app_version(int argc, char **argv)
{
    size_t files_n = 0;
    int status = plx_options_read("version", argc, argv, NULL, 0, NULL, 0, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    printf("pollux %s (%s %s)\n", PLX_VERSION,
#ifdef __clang__
           "clang", __clang_version__
#else
           "gcc", __VERSION__
#endif
    );
    return PLX_EXIT_OK;
}
