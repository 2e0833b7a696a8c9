import { Command } from 'commander'
import { isClusterError } from '../cluster/cluster-error.ts'
import { NoClusterError } from '../cluster/no-cluster-error.ts'
import { RUNNER_VERSION } from '../version.ts'
import { compileCommand } from './compile.ts'
import { doctorCommand } from './doctor.ts'
import { diffCommand } from './diff.ts'
import { ecrRefreshCommand } from './ecr-refresh.ts'
import { explainCommand } from './explain.ts'
import { EXIT_FAILED, EXIT_NOBODY_READS, EXIT_WRONG_INPUT } from './exit-codes.ts'
import { runsCommand } from './runs.ts'
import { schedulesCommand } from './schedules.ts'
import { secretsCommand } from './secrets.ts'
import { serveCommand } from './serve.ts'
import { uninstallCommand } from './uninstall.ts'

/** Exit codes: 0 good, 1 failed, 2 wrong input. */
const program = new Command('hybrid-runner')
  .description("Runs Collate's ingestion in your own Kubernetes cluster.")
  .version(RUNNER_VERSION)
  .showHelpAfterError('Add --help to see what can be given.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_WRONG_INPUT))
  .addCommand(serveCommand())
  .addCommand(compileCommand())
  .addCommand(diffCommand())
  .addCommand(explainCommand())
  .addCommand(runsCommand())
  .addCommand(uninstallCommand())
  .addCommand(doctorCommand())
  .addCommand(schedulesCommand())
  .addCommand(ecrRefreshCommand())
  .addCommand(secretsCommand())

// Commands made on their own do not take these settings over by themselves.
for (const command of program.commands) command.copyInheritedSettings(program)

/** Runs the command that the arguments name, and ends the process with its code where it fails. */
export async function runProgram(): Promise<void> {
  // `hybrid-runner runs | head` closes the pipe: as with any program, that ends it, without a word.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(EXIT_NOBODY_READS)
  })
  try {
    await program.parseAsync(knownCommandOrName(process.argv))
  } catch (error) {
    // Both are told in words for the user; anything else is a fault of this program and keeps its stack.
    if (!(error instanceof NoClusterError) && !isClusterError(error)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(EXIT_FAILED)
  }
}

/**
 * Of a name that is no command, the name alone: it is refused, with the command that was perhaps meant. With its options, `--help`
 * would show the help of the program as if all were well.
 */
function knownCommandOrName([node = '', main = '', ...args]: readonly string[]): string[] {
  const [name] = args[0] === 'help' ? args.slice(1) : args
  const isKnown = name === undefined || name.startsWith('-') || program.commands.some((command) => command.name() === name)
  return [node, main, ...(isKnown ? args : [name])]
}
