/** 0 good, 1 failed, 2 wrong input: the same for every command. */
export const EXIT_FAILED = 1
export const EXIT_WRONG_INPUT = 2
