#!/usr/bin/env node
import { createProgram } from './program.js';
import { processOutput } from './output.js';
import { runProgram } from './run-program.js';

process.exitCode = await runProgram(
  createProgram(processOutput),
  process.argv.slice(2),
  processOutput,
);
