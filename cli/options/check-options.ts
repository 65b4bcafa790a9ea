import { Command, Option } from '@commander-js/extra-typings';

import { parseDuration, parseSize } from './parse.js';

/** The options of `schism check`, with their defaults. */
export function checkCommandOptions() {
  return new Command('check')
    .description("judge recorded histories: Schism's own, Jepsen's EDN or logs, key-value logs")
    .argument('<files...>', 'history files, or run folders')
    .option('--model <name>', 'what the system promises to be (schism list models)')
    .option('--checker <name>', 'ask another checker than linearizability (schism list checkers)')
    .option('--format <name>', 'jsonl, edn, jepsen-log or kv; told by its content when left out')
    .addOption(
      new Option('--timeout <duration>', 'for each history')
        .argParser(parseDuration)
        .default(60_000, '60s'),
    )
    .addOption(
      new Option('--memory <size>', 'how much memory the check of one history may take')
        .argParser(parseSize)
        .default(2 ** 31, '2g'),
    )
    .option('--explain', 'show why: the smallest evidence, or an order that explains everything');
}

export type CheckOptions = ReturnType<ReturnType<typeof checkCommandOptions>['opts']>;
