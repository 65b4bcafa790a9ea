/** What programs call what went wrong, in their logs. */
const TROUBLE = /\b(panic|fatal|error|exception|corrupt\w*|cannot|can't|refus\w+|broken)\b/i;
/** Where a JVM has come to the bottom of things. */
const BOTTOM = /^Caused by: /;
/** What follows a cause and is none: where it was in the program. */
const PLACE = /^\s+at |^goroutine |^\s*\.\.\. \d+ more/;
const MOST = 300;

/** The line of a node's log that says best why it ended, cut at 300 characters; undefined of an empty one. */
export function failureLine(log: string): string | undefined {
  const lines = log.split('\n').filter((line) => line.trim() !== '' && !PLACE.test(line));
  const line =
    lines.findLast((each) => BOTTOM.test(each)) ??
    lines.findLast((each) => TROUBLE.test(each)) ??
    lines.at(-1);
  if (line === undefined) return undefined;
  const text = line.trim();
  return text.length <= MOST ? text : `${text.slice(0, MOST - 1)}…`;
}
