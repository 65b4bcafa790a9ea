import { Command } from '@commander-js/extra-typings';

import { addBugsCommand } from './commands/bugs.js';
import { addCheckCommand } from './commands/check.js';
import { addCleanCommand, addDoctorCommand } from './commands/doctor.js';
import { addImagesCommand } from './commands/images.js';
import { addCompareCommand } from './commands/compare.js';
import { addDurabilityCommand } from './commands/durability.js';
import { addListCommand } from './commands/list.js';
import { addMinimiseCommand } from './commands/minimise.js';
import { addReplayCommand } from './commands/replay.js';
import { addReportCommand } from './commands/report.js';
import { addSimulateCommand } from './commands/simulate.js';
import { addTestCommand } from './commands/test.js';
import type { Output } from './terminal/output.js';
import { openSession } from './terminal/session.js';
import { schismVersion } from '../campaigns/definitions/version.js';

const EPILOGUE = `
Exit codes: 0 pass, 1 violation, 2 inconclusive, 3 vacuous (nothing was learnt), 4 error, 64 wrong usage.

Examples:
  $ schism test raft --nodes 5 --time 30s --faults partition,kill,pause --seed 7
  $ schism test raft --bug stale-read --faults partition --time 30s
  $ schism check history.jsonl --model cas-register
`;

/** The whole command line. Errors are thrown, never exited on, so that a test can run it. */
export function createProgram(output: Output): Command {
  const session = () => openSession(output);
  const program = new Command('schism')
    .description(
      'Tells whether a distributed system keeps its promises: starts a cluster, breaks it in planned ways, ' +
        'and judges what its clients saw.',
    )
    .version(schismVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.error(text.trimEnd()),
    })
    .showSuggestionAfterError()
    .addHelpText('after', EPILOGUE);
  addTestCommand(program, session, output);
  addSimulateCommand(program, session, output);
  addCheckCommand(program, session, output);
  addReplayCommand(program, session, output);
  addMinimiseCommand(program, session, output);
  addReportCommand(program, session, output);
  addDurabilityCommand(program, session, output);
  addCompareCommand(program, session, output);
  addListCommand(program, session, output);
  addBugsCommand(program, session, output);
  addDoctorCommand(program, output);
  addCleanCommand(program, output);
  addImagesCommand(program, output);
  return program;
}
