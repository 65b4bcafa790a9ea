import { Option } from '@commander-js/extra-typings';

import { collectNames, collectPair, parseDuration } from './parse.js';

/** With a default that is told as a person would type it. */
export function duration<Flags extends string>(flags: Flags, description: string, value: string) {
  return new Option(flags, description)
    .argParser(parseDuration)
    .default(parseDuration(value), value);
}

/** Several names, with commas or by repeating the option. */
export function listed<Flags extends string>(
  flags: Flags,
  description: string,
  otherwise = 'none',
) {
  const none: string[] = [];
  return new Option(flags, description).argParser(collectNames).default(none, otherwise);
}

/** Names with values, by repeating the option. */
export function pairs<Flags extends string>(flags: Flags, description: string) {
  const none: Record<string, string> = {};
  return new Option(flags, description).argParser(collectPair).default(none, 'none');
}
