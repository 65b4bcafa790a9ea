#!/usr/bin/env node
import { EXIT_CODES } from '../harness/verdict.js';
import { processOutput } from './terminal/output.js';
import { createProgram } from './program.js';
import { runProgram } from './run-program.js';

// Node's own exit code for this is 1, which here says that a violation was found.
process.on('uncaughtException', (error) => {
  processOutput.error(`schism: a fault of its own: ${error.stack ?? error.message}`);
  processOutput.error('schism: “npx schism clean” removes what this run may have left');
  process.exit(EXIT_CODES.error);
});

const args = process.argv.slice(2);
const code = await runProgram(createProgram(processOutput), args, processOutput);
// Not exitCode: when many sockets were reset, Node 20 can spin for ever while it cleans up its handles at a
// natural end (Environment::CleanupHandles), long after all of our work is done.
process.exit(code);
