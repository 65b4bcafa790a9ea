import { Option } from '@commander-js/extra-typings';

import { parseImage, parseShare, parseSize } from './parse.js';
import { runCommand } from './run-options.js';

/** The options of `schism test`, with their defaults. */
export function testCommandOptions() {
  const defaults = { rate: 200, time: '30s', checkTimeout: '2m', memory: '2g' };
  return runCommand('test', defaults)
    .description('start a cluster, use it, break it, and judge what its clients saw')
    .argument('<target>', 'a target, or target@version (schism list targets)')
    .option(
      '--runtime <name>',
      "where the nodes run (schism list runtimes); the target's own way if left out",
    )
    .option('--upgrade-to <version>', 'what the fault upgrade has nodes run instead (docker)')
    .addOption(
      new Option('--image <name>', "run this image instead of the target's own (docker)").argParser(
        parseImage,
      ),
    )
    .addOption(new Option('--node-memory <size>', 'of each node (docker)').argParser(parseSize))
    .addOption(new Option('--node-cpus <n>', 'of each node (docker)').argParser(parseShare))
    .option('--keep', 'leave the cluster up at the end, and say how to reach it (docker)')
    .option('--online', 'judge completed prefixes while the run goes on')
    .option('--fail-fast', 'stop the load at the first violation (implies --online)');
}

export type TestOptions = ReturnType<ReturnType<typeof testCommandOptions>['opts']>;
