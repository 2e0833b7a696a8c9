/** 0 good, 1 failed, 2 wrong input: the same for every command. */
export const EXIT_FAILED = 1
export const EXIT_WRONG_INPUT = 2
/** What a shell says of a program that SIGPIPE ended: the reader of its output has gone. */
export const EXIT_NOBODY_READS = 141
