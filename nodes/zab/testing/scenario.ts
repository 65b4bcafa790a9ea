import type { JsonValue } from '../../../harness/json.js';
import { runScenario, type ScenarioProtocol } from '../../replication/testing/scenario.js';
import type { ChannelMessage, Message, Transaction } from '../state/messages.js';
import { createZabProgram, type ZabProgram } from '../program.js';
import { formatZxid } from '../state/zxid.js';

const protocol: ScenarioProtocol<ZabProgram> = {
  settings: { tickMs: '10' },
  create: createZabProgram,
  commands: {
    finalize: (scenario, names) => {
      for (const each of names) scenario.timer(each, 'finalize');
    },
    elect: (scenario, names) => {
      for (const each of names) scenario.timer(each, 'tick');
      // The last one leads where histories are equal; the others would come too early.
      for (const each of names.toReversed()) scenario.timer(each, 'finalize');
      scenario.describeOutcome(names);
    },
    set: (scenario, [name, path, value]) => scenario.request(name, '/set', { path, value }),
    create: (scenario, [name, path, value]) => scenario.request(name, '/create', { path, value }),
    get: (scenario, [name, path, mode]) =>
      scenario.request(name, '/get', { path, sync: mode !== 'local' }),
    sync: (scenario, [name]) => scenario.request(name, '/sync', {}),
  },
  describeMessage: (message) => describeMessage(message as unknown as Message),
  describeAnswer,
  describeStatus: (program) => {
    const { role, phase, epoch, delivered } = program.status();
    return `${String(role)}, ${String(phase)}, epoch ${String(epoch)}, delivered ${String(delivered)}`;
  },
  describeLog: ({ program: { state } }) => {
    const { log } = state;
    const base = log.base > 0 ? [`up to ${formatZxid(log.base)}`] : [];
    return [...base, ...log.after(log.base).map(describeTransaction)];
  },
};

/**
 * Runs a scenario file; see `runScenario` of `nodes/replication`. Commands beside those that are there:
 *
 *     finalize n1 …         the wait for a better vote is over
 *     elect n1 …            ticks them, then finalizes; the trace tells only what came of it
 *     set n1 path value     also: create n1 path value, get n1 path [local], sync n1
 */
export function runZabScenario(text: string): string {
  return runScenario(text, protocol);
}

function describeTransaction({ zxid, changes }: Transaction): string {
  const written = changes.filter(({ path, node }) => path !== '/' && node?.mzxid === zxid);
  const what = written.map(({ path, node }) => `${path}=${String(node?.value)}`).join(' ');
  return `${formatZxid(zxid)} ${what || 'nothing'}`;
}

function describeAnswer(body: JsonValue): string {
  const { value, error, zxid } = body as Record<string, JsonValue>;
  const parts = error === undefined ? { value, zxid: formatZxid(Number(zxid)) } : { error };
  return JSON.stringify(parts);
}

/** A frame is told as what it carries; one that carries nothing is not told. */
function describeMessage(message: Message): { type: string; text?: string } {
  const { type } = message;
  switch (type) {
    case 'notification': {
      const { round, role, vote } = message;
      const history = `epoch ${vote.epoch}, ${formatZxid(vote.zxid)}`;
      const text = `notification round ${round}, ${role}, for ${vote.leader} (${history})`;
      return { type, text };
    }
    case 'reset':
      return { type, text: type };
    case 'frame': {
      const { body } = message;
      return body ? { type: body.type, text: describeBody(body) } : { type: 'frame-ack' };
    }
  }
}

function describeBody(body: ChannelMessage): string {
  switch (body.type) {
    case 'propose':
      return `propose ${body.transactions.map(describeTransaction).join(' | ')}`;
    case 'snap':
      return `snap ${formatZxid(body.snapshot.zxid)}`;
    case 'replies':
    case 'request':
      return body.type;
    default: {
      const fields = Object.entries(body).filter(([name]) => name !== 'type' && name !== 'touched');
      const shown = fields.map(([name, value]) =>
        name === 'zxid' ? `zxid ${formatZxid(value as number)}` : `${name} ${String(value)}`,
      );
      return [body.type, ...shown].join(' ');
    }
  }
}
