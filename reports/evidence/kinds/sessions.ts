import type { BrokenSession, SessionsEvidence } from '../../../checkers/sessions/evidence.js';
import type { EvidenceViewData } from '../../../harness/evidence.js';
import { enumerate } from '../../../harness/text/sentences.js';
import { formatTime } from '../../../harness/text/time.js';
import { plural } from '../../../harness/text/numbers.js';
import { plainView } from '../view/plain.js';
import type { ViewMaker } from '../view/view.js';

/** What was promised, for readers who do not know ZooKeeper's words for it. */
const PROMISES: Readonly<Record<BrokenSession['promise'], string>> = {
  'watch before data':
    'A client that watches a key is told of a change before, or with, the first answer that shows the new version.',
  'ephemeral lifetime':
    'Once the end of a session was answered, nobody who asks later sees a key held by it.',
  'session ownership':
    'Once a session has moved to another node, nothing that is asked for through the node where it was succeeds for it.',
  'single system image':
    'A client that goes on through another node sees nothing older there than it has seen before.',
};

const COLUMNS = ['Time', 'What was seen', 'Process', 'Node', 'Session', 'Key'];

/** Each promise that was broken, with the operations that show it. */
export const sessionsView: ViewMaker<SessionsEvidence> = (evidence, check) =>
  plainView(dataOf(evidence), check, 'Sessions did not get what they were promised');

function dataOf({ broken, first }: SessionsEvidence): EvidenceViewData {
  if (broken === 0) return { sentence: 'No promise to a session was seen to be broken.' };
  const byPromise = Object.keys(PROMISES).flatMap((promise) => {
    const cases = first.filter((each) => each.promise === promise);
    return cases.length === 0 ? [] : [{ promise, cases }];
  });
  const counts = enumerate(byPromise.map(({ promise, cases }) => `${cases.length} × ${promise}`));
  const shown = broken > first.length ? `, of which the first ${first.length} are` : ':';
  return {
    sentence: `${plural(broken, 'promise was', 'promises were')} broken${shown} ${counts}.`,
    sections: byPromise.map(({ promise, cases }) => ({
      title: promise[0].toUpperCase() + promise.slice(1),
      text: PROMISES[cases[0].promise],
      columns: COLUMNS,
      rows: cases.map(rowOf),
    })),
  };
}

function rowOf({ time, process, node, session, key, sentence }: BrokenSession) {
  return [time === null ? null : formatTime(time), sentence, process, node, session, key];
}
