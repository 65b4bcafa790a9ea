import type { Entry, Message } from '../state/messages.js';
import { createRaftProgram, type RaftProgram } from '../program.js';
import {
  runScenario,
  type Scenario,
  type ScenarioNode,
  type ScenarioProtocol,
} from '../../replication/testing/scenario.js';

const ELECTION_TIMEOUT_MS = 100;

const protocol: ScenarioProtocol<RaftProgram> = {
  settings: { electionTimeoutMs: String(ELECTION_TIMEOUT_MS), heartbeatMs: '10' },
  create: createRaftProgram,
  commands: {
    join: (scenario, members) => scenario.start(members[0], members),
    timeout: (scenario, [name]) => scenario.timer(name, 'election'),
    campaign: (scenario, [name]) => campaign(scenario, name),
    elect: (scenario, [name]) => {
      campaign(scenario, name);
      scenario.describeOutcome([name]);
    },
    put: (scenario, [name, key, value]) => scenario.request(name, '/put', { key, value }),
    get: (scenario, [name, key, read]) =>
      scenario.request(name, '/get', { key, ...(read ? { read } : {}) }),
    add: (scenario, [name, added]) => scenario.request(name, '/members/add', { name: added }),
    remove: (scenario, [name, removed]) =>
      scenario.request(name, '/members/remove', { name: removed }),
    transfer: (scenario, [name, to]) => scenario.request(name, '/transfer', { to }),
  },
  describeMessage: (message) => {
    const known = message as Message;
    return { type: known.type, text: describeMessage(known) };
  },
  describeAnswer: (body) => JSON.stringify(body),
  describeStatus: (program) => {
    const { role, term, commit } = program.status();
    return `${role}, term ${term}, commit ${commit}`;
  },
  describeLog,
};

/**
 * Runs a scenario file; see `runScenario` of `nodes/replication`. Commands beside those that are there:
 *
 *     join n4 n1 n2 …       starts a server that was told of these members
 *     timeout n1            the election timer of this node runs out, if it is time
 *     campaign n1           two election timeouts pass, then its timer runs out
 *     elect n1              the same, and the trace tells only what came of it
 *     put n1 key value      also: get n1 key [mode], add n1 name, remove n1 name, transfer n1 name
 */
export function runRaftScenario(text: string): string {
  return runScenario(text, protocol);
}

function campaign(scenario: Scenario<RaftProgram>, name: string): void {
  scenario.wait(2 * ELECTION_TIMEOUT_MS);
  scenario.timer(name, 'election');
}

/** As its disk has it. */
function describeLog({ disk }: ScenarioNode<RaftProgram>): string[] {
  const { snapshot, records } = disk.read();
  const entries: string[] = [];
  const base = (snapshot as { index: number } | null)?.index ?? 0;
  for (const record of records as readonly (Entry | { term: number })[]) {
    if (!('index' in record)) continue;
    entries.length = record.index - base - 1;
    entries.push(describeEntry(record));
  }
  return base > 0 ? [`snapshot to ${base}`, ...entries] : entries;
}

function describeEntry({ index, term, command }: Entry): string {
  const place = `${index}@${term}`;
  switch (command.kind) {
    case 'write':
      return `${place} ${command.op} ${command.key}${command.op === 'put' ? `=${command.value}` : ''}`;
    case 'members':
      return `${place} members ${command.members.join(',')}`;
    default:
      return `${place} ${command.kind}`;
  }
}

function describeMessage(message: Message): string {
  const { type, term } = message;
  const head = `${type} t${term}`;
  switch (type) {
    case 'append': {
      const entries = message.entries.map(describeEntry).join(' | ') || 'nothing';
      return `${head} after ${message.prevIndex}@${message.prevTerm}: ${entries}; commit ${message.commit}`;
    }
    case 'snapshot':
      return `${head} index ${message.index}, from ${message.offset} of ${message.total}`;
    default: {
      const rest = Object.entries(message).filter(([name]) => name !== 'type' && name !== 'term');
      const known = rest.filter(([name]) => name !== 'id' && name !== 'replies' && name !== 'body');
      return [head, ...known.map(([name, value]) => `${name} ${value}`)].join(' ');
    }
  }
}
