import { Command } from 'commander'
import { EXIT_WRONG_INPUT } from './exit-codes.ts'
import { secretsCommand } from './secrets.ts'

/** The program as far as the init container of runs needs it: the same command, and nothing else of the program is loaded. */
export async function runSecrets(): Promise<void> {
  const program = new Command('hybrid-runner')
    .showHelpAfterError('Add --help to see what can be given.')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_WRONG_INPUT))
  const command = secretsCommand()
  program.addCommand(command)
  command.copyInheritedSettings(program)
  await program.parseAsync(process.argv)
}
