import { Option } from '@commander-js/extra-typings';

import type { OptionKind } from '../../campaigns/options/kinds.js';
import {
  type AnyRunOption,
  defaultOf,
  type GivenRunOptions,
  optionsFor,
  RUN_OPTIONS,
  type RunOptionName,
  type RunPlace,
} from '../../campaigns/options/run-options.js';

/** The part of a command that takes options. */
interface TakesOptions {
  addOption(option: Option): unknown;
}

/** Gives a command all options of a run, in the order of their table. */
export function addRunOptions(command: TakesOptions, place: RunPlace): void {
  for (const option of Object.values(optionsFor(place))) {
    command.addOption(commanderOption(option, defaultOf(option, place)));
  }
}

/** Gives a command one option of a run, in other words or with another default where it has these. */
export function runOption(
  name: RunOptionName,
  { description, typed }: { description?: string; typed?: string } = {},
): Option {
  const option: AnyRunOption = RUN_OPTIONS[name];
  const worded = { ...option, description: description ?? option.description };
  return commanderOption(worded, typed ?? defaultOf(option, 'test'));
}

/** What was typed, by the names that options have in a request. */
export function givenRunOptions(
  typed: Readonly<Record<string, unknown>>,
  place: RunPlace,
): GivenRunOptions {
  const options = Object.entries(optionsFor(place));
  return Object.fromEntries(
    options.map(([name, { flag }]) => [name, typed[new Option(flag).attributeName()]]),
  );
}

function commanderOption(
  { flag, argument, description, kind, emptyText }: AnyRunOption,
  typed: string | undefined,
): Option {
  const option = new Option(argument === undefined ? flag : `${flag} ${argument}`, description);
  if (argument !== undefined) option.argParser(parserOf(kind));
  if (typed !== undefined && kind.empty === undefined) {
    return kind.showsTyped
      ? option.default(kind.parse(typed), typed)
      : option.default(kind.parse(typed));
  }
  return kind.empty === undefined ? option : option.default(kind.empty, typed ?? emptyText);
}

/** Of an option that was used before, what all its uses say together. */
export function parserOf<Value>({
  parse,
  join,
}: OptionKind<Value, unknown>): (word: string, before: Value) => Value {
  return (word, before) => (join === undefined ? parse(word) : join(before, parse(word)));
}
