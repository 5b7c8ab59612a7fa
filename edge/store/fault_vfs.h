/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Tests only: a file layer for SQLite between it and the system's that fails on request. It counts
 * every change (write, sync, truncation, removal) and does harm at a chosen one. One plan at a time
 * for the whole process. */
#ifndef PLX_EDGE_STORE_FAULT_VFS_H
#define PLX_EDGE_STORE_FAULT_VFS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum plx_fault {
    PLX_FAULT_NONE,
    PLX_FAULT_KILL,        /* SIGKILL before, in the middle of, or after the change */
    PLX_FAULT_POWER_CUT,   /* this and every later change fails; see plx_fault_power_cut */
    PLX_FAULT_FULL,        /* every write from here on finds a full disk */
    PLX_FAULT_WRITE_ERROR, /* the first write from here on fails */
    PLX_FAULT_SYNC_ERROR   /* the first sync from here on fails */
} plx_fault;

typedef struct plx_fault_plan {
    plx_fault fault;
    uint64_t at;            /* number of the change, from 1 */
    uint64_t seed;          /* of choices inside the fault */
    bool skip_sync;         /* syncs succeed without asking the system */
    uint32_t sync_delay_us; /* a slow disk: added to each sync */
} plx_fault_plan;

const char *plx_fault_vfs(void); /* SQLite's name of it; registered at the first call */
void plx_fault_arm(const plx_fault_plan *plan); /* counts from 0 again */
uint64_t plx_fault_changes(void);
bool plx_fault_fired(void);
/* After a POWER_CUT fired and every file was closed: leaves the files as a disk might have them.
 * What was synced is there; of what was not, any subset of sectors (512 or 4,096 bytes) in any
 * order. */
void plx_fault_power_cut(uint64_t seed);

#endif
