import { expect, it } from 'vitest';

import { describeCleaned } from './describe-cleaned.js';

it('what was removed, ended and left alone is told run by run', () => {
  const things = ['container r1-n1', 'container r1-n2', 'network r1', 'volume r1-n1-data'];
  const lines = describeCleaned({
    removed: [{ runId: 'r1', things }],
    ended: ['process 7 (node main.js)'],
    left: [
      { runId: 'r2', controller: '', things: [], state: 'in use' },
      { runId: 'r3', controller: '', things: [], state: 'kept' },
    ],
  });
  expect(lines).toEqual([
    'Ended process 7 (node main.js), which had outlived its controller.',
    'Removed what run r1 had left: 2 containers, 1 network and 1 volume.',
    ...things.map((thing) => `  ${thing}`),
    'Left run r2 alone: its controller still runs.',
    'Left run r3 alone: it was kept on purpose; “npx schism clean --run r3” removes it.',
  ]);
});

it('that there was nothing is told, of all or of the run that was named', () => {
  const nothing = { removed: [], ended: [], left: [] };
  expect(describeCleaned(nothing)).toEqual(['No dead controller has left anything.']);
  expect(describeCleaned(nothing, 'r1')).toEqual(['Nothing of run r1 was removed.']);
});
