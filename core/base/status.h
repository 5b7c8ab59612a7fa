/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What can go wrong in the world, in one table. A bug is PLX_ASSERT, never a status; a bad or
 * missing measurement is a value with a quality, never a status. */
#ifndef PLX_CORE_BASE_STATUS_H
#define PLX_CORE_BASE_STATUS_H

#define PLX_MUST_CHECK __attribute__((warn_unused_result))

/* X(name, sentence for people: what is wrong and what to do) */
#define PLX_STATUS_TABLE(X)                                                                        \
    X(OK, "all is well")                                                                           \
    X(FULL, "a named maximum is reached; raise the limit or wait")                                 \
    X(SPACE, "the caller's memory is too small; pass the size that was returned")                  \
    X(SYNTAX, "the input does not follow its format; see the byte offset")                         \
    X(TRUNCATED, "the input ends too early; send it whole")                                        \
    X(LIMIT, "the input is larger than the limit; split it or raise the limit")                    \
    X(UNSUPPORTED, "this kind of input is not supported")                                          \
    X(MISSING, "a required part is missing")                                                       \
    X(RANGE, "a value is outside its range")                                                       \
    X(UNKNOWN, "nothing is known under that name")                                                 \
    X(CONFLICT, "two statements contradict each other")                                            \
    X(DUPLICATE, "this was received before")                                                       \
    X(IO, "reading or writing failed; see the system's reason")                                    \
    X(DISK_FULL, "the disk is full; free some space and the program goes on by itself")            \
    X(CORRUPT, "stored data does not match its checksum; run pollux journal verify")               \
    X(LOCKED, "another process uses this data directory; stop it first")                           \
    X(NETWORK, "the connection failed; check the address and that the peer is up")                 \
    X(TIMEOUT, "no answer came in time")                                                           \
    X(STOPPED, "the program is shutting down")                                                     \
    X(CONFIG, "the configuration is wrong; see the line number")                                   \
    X(NO_ANSWER, "the model has no answer here; see the reason")

typedef enum plx_status {
#define X(name, text) PLX_##name,
    PLX_STATUS_TABLE(X)
#undef X
        PLX_STATUS_COUNT
} plx_status;

/* Constant text, never NULL. */
const char *plx_status_name(plx_status status);
const char *plx_status_text(plx_status status);

#define PLX_TRY(call)                                                                              \
    do {                                                                                           \
        plx_status plx_try_status_ = (call);                                                       \
        if (plx_try_status_ != PLX_OK) return plx_try_status_;                                     \
    } while (0)

/* A bug stops the program where it stands: a trap, no libc needed. */
#define PLX_ASSERT(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) __builtin_trap();                                                        \
    } while (0)

#endif
