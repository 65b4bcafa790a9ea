#!/usr/bin/env node
import { processOutput } from './output.js';
import { createProgram } from './program.js';
import { runProgram } from './run-program.js';

const args = process.argv.slice(2);
const code = await runProgram(createProgram(processOutput), args, processOutput);
// Not exitCode: when many sockets were reset, Node 20 can spin for ever while it cleans up its handles at a
// natural end (Environment::CleanupHandles), long after all of our work is done.
process.exit(code);
