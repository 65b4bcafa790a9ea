import type { CodeBlock } from './markdown.js';
import type { KnownCommand } from './sources.js';

/** `schism …` or `npx schism …`, at the beginning or behind what a transcript puts before it. */
const CALL = /(?:^|[\s(])(?:npx )?schism (?=[a-z])(.*)$/;
/** A word that a command is called by. */
const NAME = /^[a-z][\w-]*$/;
const OPTION = /^--?[a-z][\w-]*$/;

/**
 * The calls of `schism` in a block: of a transcript (`console`) those behind `$ `, and the one that a run prints to
 * be replayed; of a shell script (`sh`) every line that is one.
 */
export function callsIn({ language, lines }: CodeBlock): string[] {
  if (language === 'sh') return lines.flatMap((line) => CALL.exec(withoutComment(line))?.[1] ?? []);
  if (language !== 'console') return [];
  return lines
    .filter((line) => /^(?:\$|Replay) /.test(line))
    .flatMap((line) => CALL.exec(line)?.[1] ?? []);
}

/** The call in a line's code, `schism test TARGET`; undefined where it is something else. */
export function callOf(span: string): string | undefined {
  return /^(?:npx )?schism [a-z]/.test(span) ? CALL.exec(span)?.[1] : undefined;
}

/** What of a call the command line does not know, as a sentence; undefined where it knows all. */
export function faultOf(call: string, program: KnownCommand): string | undefined {
  const words = call.split(/\s+/).map((word) => word.replace(/^[[(]+|[\])…,]+$/g, ''));
  const path = ['schism'];
  let command = program;
  for (const word of words) {
    if (command.commands.size === 0 || !NAME.test(word)) break;
    const next = command.commands.get(word);
    if (next === undefined) return `there is no command "${[...path, word].join(' ')}"`;
    path.push(word);
    command = next;
  }
  const options = words.map((word) => word.split('=')[0]).filter((word) => OPTION.test(word));
  const stranger = options.find((option) => !command.options.has(option));
  return stranger && `"${path.join(' ')}" has no option ${stranger}`;
}

/** Every option of every command. */
export function optionsOf({ commands, options }: KnownCommand): ReadonlySet<string> {
  return new Set([...options, ...[...commands.values()].flatMap((each) => [...optionsOf(each)])]);
}

function withoutComment(line: string): string {
  return line.replace(/(?:^|\s)#\s.*$/, '');
}
