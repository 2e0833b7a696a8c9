#!/usr/bin/env node
import { Command } from 'commander'
import { RUNNER_VERSION } from '../version.ts'
import { compileCommand } from './compile.ts'
import { diffCommand } from './diff.ts'
import { runsCommand } from './runs.ts'
import { serveCommand } from './serve.ts'

/** Exit codes: 0 good, 1 failed, 2 wrong input. */
const program = new Command('hybrid-runner')
  .description("Runs Collate's ingestion in your own Kubernetes cluster.")
  .version(RUNNER_VERSION)
  .showHelpAfterError()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .addCommand(serveCommand())
  .addCommand(compileCommand())
  .addCommand(diffCommand())
  .addCommand(runsCommand())

await program.parseAsync()
