import type { InvariantsEvidence } from '../../../harness/run/invariants.js';
import { formatTime } from '../../../harness/text/time.js';
import { plainView } from '../view/plain.js';
import type { EvidenceView, ViewMaker } from '../view/view.js';

const WATCHED =
  'In simulation a monitor holds each step of each node against the invariants that the proof of the protocol rests on. ' +
  'It saw this one first; clients may have seen nothing of it yet.';

/** The first step of a node after which an invariant of its protocol did not hold. */
export const invariantsView: ViewMaker<InvariantsEvidence> = (step, check): EvidenceView => {
  const { invariant, node, time, message } = step;
  const detail = message.startsWith(`${invariant}: `)
    ? message.slice(invariant.length + 2)
    : message;
  const sentence = `The invariant “${invariant}” did not hold after a step of ${node} at ${formatTime(time)}.`;
  const rows = [
    ['Invariant', invariant],
    ['What broke it', detail],
    ['Node', node],
    ['Time', formatTime(time)],
  ];
  const data = {
    sentence,
    lines: [detail],
    sections: [{ title: 'The step', text: WATCHED, rows }],
  };
  return {
    ...plainView(data, check, 'A node broke an invariant of its protocol'),
    seenInside: true,
  };
};
