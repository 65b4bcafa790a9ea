import type { Cleaned, Leftover } from '../../campaigns/machine/machine.js';
import { enumerate } from '../../harness/text/sentences.js';
import { plural } from '../../harness/text/numbers.js';

/** Why something was left alone, and what would remove it. */
const LEFT: Readonly<Record<Leftover['state'], (runId: string) => string>> = {
  stale: () => 'it appeared while the rest was removed: clean again',
  'in use': () => 'its controller still runs',
  kept: (runId) => `it was kept on purpose; “npx schism clean --run ${runId}” removes it`,
  'of another host': (runId) =>
    `its controller runs on another host; clean there, or remove it with “npx schism clean --run ${runId}”`,
};

/** What `clean` did, in lines for a person; `run` where only that one was asked for. */
export function describeCleaned({ removed, ended, left }: Cleaned, run?: string): string[] {
  const lines = [
    ...ended.map((what) => `Ended ${what}, which had outlived its controller.`),
    ...removed.flatMap(({ runId, things }) => [
      `Removed what run ${runId} had left: ${countKinds(things)}.`,
      ...things.map((thing) => `  ${thing}`),
    ]),
    ...left.map(({ runId, state }) => `Left run ${runId} alone: ${LEFT[state](runId)}.`),
  ];
  if (removed.length + ended.length > 0) return lines;
  const nothing =
    run === undefined
      ? 'No dead controller has left anything.'
      : `Nothing of run ${run} was removed.`;
  return [...lines, nothing];
}

/** `7 containers, 1 network and 3 volumes`; a thing begins with its kind. */
function countKinds(things: readonly string[]): string {
  const kinds = things.map((thing) => thing.split(' ', 1)[0]);
  return enumerate(
    [...new Set(kinds)].map((kind) => plural(kinds.filter((each) => each === kind).length, kind)),
  );
}
