/** A machine that cannot do what is asked; the message has one sentence for each thing it lacks. */
export class MachineError extends Error {
  override readonly name = 'MachineError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** Wrong options or operands, told as `what: what is wrong and what is right`. */
export class InputError extends Error {
  override readonly name = 'InputError'
}
