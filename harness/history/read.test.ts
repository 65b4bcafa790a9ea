import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toEDNStringFromSimpleObject } from 'edn-data';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../environment/virtual.js';
import { HistoryError } from './history-error.js';
import { readHistory, type ReadHistoryOptions } from './read.js';
import { HistoryRecorder } from './recorder.js';
import { histories } from './testing/arbitraries.js';

const samples = fileURLToPath(new URL('../../checkers/testdata/histories/', import.meta.url));

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'schism-read-'));
  path = join(directory, 'history');
});
afterEach(() => rmSync(directory, { recursive: true }));

const readText = (text: string, options?: ReadHistoryOptions) => {
  writeFileSync(path, text);
  return readHistory(path, options);
};

const INVOKE = '{"index":0,"time":0,"process":0,"type":"invoke","f":"read"}\n';
const OK = '{"index":1,"time":5,"process":0,"type":"ok","f":"read","value":1}\n';

describe('readHistory of our own format', () => {
  it('reads what the recorder writes', async () => {
    await fc.assert(
      fc.asyncProperty(histories(), async (events) => {
        const clock = createVirtualClock();
        const recorder = new HistoryRecorder(path, clock);
        for (const event of events) {
          await clock.advance(1);
          recorder.record(event);
        }
        recorder.close();
        const { history, warnings, format } = await readHistory(path);
        expect(history.events).toEqual(JSON.parse(JSON.stringify(recorder.events)));
        expect(history.events.map(({ time }) => time)).toEqual(events.map((_, i) => (i + 1) * 1e6));
        expect([format, warnings]).toEqual(['jsonl', []]);
      }),
      { numRuns: 50 },
    );
  });

  it('drops a last line that is torn at any place, and says so', async () => {
    for (let length = 1; length < OK.length - 1; length++) {
      const { history, warnings } = await readText(INVOKE + OK.slice(0, length));
      expect(history.operations).toMatchObject([{ type: 'info', return: Infinity }]);
      expect(warnings).toEqual([
        `${path}:2: the last line is torn and was dropped (${length} characters)`,
      ]);
    }
    const whole = await readText(INVOKE + OK.trimEnd());
    expect(whole).toMatchObject({ warnings: [], history: { operations: [{ type: 'ok' }] } });
  });

  it('takes a line over the edge of a chunk, and characters of several bytes there', async () => {
    const value = 'ü'.repeat(1_500_001);
    const { history } = await readText(INVOKE + OK.replace('1}', `"${value}"}`));
    expect(history.operations[0].output).toBe(value);
  });

  it('fills in the index and the time where a person left them out', async () => {
    const { history } = await readText(
      '{"process":0,"type":"invoke","f":"read"}\n\n{"process":0,"type":"ok","f":"read","value":2}',
    );
    expect(history.operations).toMatchObject([{ call: 0, return: 1, startTime: 0, endTime: 1 }]);
  });

  it('has no events in an empty file', async () => {
    expect((await readText('')).history).toEqual({ events: [], operations: [] });
  });

  it.each([
    [
      'text that is no JSON',
      `${INVOKE}{"index":1,\n${OK}`,
      2,
      'this is not JSON: "{\\"index\\":1,"',
    ],
    ['a list', `${INVOKE}[1]\n`, 2, 'an event is an object, not [1]'],
    [
      'a process that is none',
      INVOKE.replace(':0,"type', ':"x","type'),
      1,
      'process is "x" and should be a whole number or "nemesis"',
    ],
    [
      'a type that is none',
      `${INVOKE}\n${OK.replace('ok', 'okay')}`,
      3,
      'type is "okay" and should be invoke, ok, fail or info',
    ],
    ['no f', INVOKE.replace(',"f":"read"', ''), 1, 'f is missing and should be a name'],
    [
      'a time that is none',
      INVOKE.replace('"time":0', '"time":"now"'),
      1,
      'time is "now" and should be nanoseconds',
    ],
    ['a key that is no string', INVOKE.replace('"f"', '"key":7,"f"'), 1, 'key is 7, not a string'],
    [
      'an error without a code',
      INVOKE + OK.replace('"value":1', '"error":"no"'),
      2,
      'error is "no" and should be an object with a code',
    ],
    ['an index twice', INVOKE + OK.replace('"index":1', '"index":0'), 2, 'the index is 0 after 0'],
    [
      'time backwards',
      INVOKE.replace('"time":0', '"time":9') + OK,
      2,
      'time runs backwards, from 9 to 5',
    ],
    [
      'a completion of nothing',
      `\n\n${OK}`,
      3,
      'process 0 completes a read that it did not invoke',
    ],
  ])('refuses %s, with the line', async (_, text, line, reason) => {
    const error: unknown = await readText(text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HistoryError);
    expect(error).toMatchObject({
      file: path,
      line,
      reason,
      message: `${path}:${line}: ${reason}`,
    });
  });

  it('refuses a file that is not there, and one in no known format', async () => {
    await expect(readHistory(join(directory, 'nothing'))).rejects.toThrow(HistoryError);
    await expect(readText('process,type,f\n1,ok,read\n')).rejects.toThrow(
      `${path}:1: this is none of the formats jsonl, edn, jepsen-log, kv: "process,type,f"`,
    );
  });
});

describe("readHistory of Jepsen's formats", () => {
  const operations = [
    { process: 0, type: 'invoke', f: 'read', value: null, time: 10, index: 0 },
    { process: 1, type: 'invoke', f: 'cas', value: [1, 2], time: 11, index: 1 },
    { process: 'nemesis', type: 'info', f: 'start', value: null, time: 12, index: 2 },
    { process: 1, type: 'fail', f: 'cas', value: [1, 2], time: 13, index: 3 },
    { process: 0, type: 'ok', f: 'read', value: 3, time: 14, index: 4 },
  ];
  const edn = operations.map((operation) => toEDNStringFromSimpleObject(operation));
  const wanted = [
    { f: 'read', input: null, output: 3, type: 'ok', startTime: 10, endTime: 14 },
    { f: 'cas', input: [1, 2], type: 'fail', error: { code: 'mismatch' } },
  ];

  it.each([
    ['a map a line', edn.join('\n')],
    ['one vector', `[${edn.join('\n ')}]\n`],
    ['one list on one line', `(${edn.join(' ')})`],
    ['records', edn.map((map) => `#jepsen.history.Op${map}`).join('\n')],
  ])('reads EDN as %s', async (_, text) => {
    const { history, format } = await readText(text);
    expect(format).toBe('edn');
    expect(history.operations).toMatchObject(wanted);
    expect(history.events[2]).toMatchObject({ process: 'nemesis', f: 'start' });
  });

  it('takes the tuples of independent keys apart, and only those', async () => {
    const keyed = `{:process 0 :type :invoke :f :read :value [4 nil]}
      {:process 1 :type :invoke :f :cas :value ["b" [1 2]]}
      {:process 0 :type :ok :f :read :value [4 7]}
      {:process 1 :type :info :f :cas :value ["b" [1 2]] :error [:conn-lost "by peer"]}`;
    expect((await readText(keyed)).history.operations).toMatchObject([
      { key: '4', input: null, output: 7 },
      { key: 'b', input: [1, 2], type: 'info', error: { code: 'conn-lost', message: 'by peer' } },
    ]);
    const [plain] = (await readText(keyed, { keyed: false })).history.operations;
    expect(plain).toMatchObject({ key: undefined, input: [4, null], output: [4, 7] });
    const onlyCas = '{:process 0 :type :invoke :f :cas :value [1 2]}';
    expect((await readText(onlyCas)).history.operations[0].input).toEqual([1, 2]);
    const transaction = '{:process 0 :type :invoke :f :txn :value [[:r 1 nil] [:w 1 2]]}';
    expect((await readText(transaction)).history.operations[0].input).toHaveLength(2);
  });

  it('keeps the order of lines where times overtake each other, and says so', async () => {
    const { history, warnings } = await readText(edn.join('\n').replace(':time 14', ':time 2'));
    expect(history.events[4].time).toBe(13);
    expect(warnings).toEqual([
      `${path}: 1 times ran backwards; the order of the operations was kept`,
    ]);
  });

  it('reads logs: other loggers are skipped, a timeout is info', async () => {
    const { history, warnings } = await readText(
      [
        '2024-05-01 10:00:00,1 INFO [main] jepsen.core: Running test',
        '2024-05-01 10:00:00,2 INFO [worker 0] jepsen.util: 0\t:invoke\t:write\t5',
        'INFO  jepsen.util - :nemesis\t:info\t:start\tnil',
        'INFO  jepsen.util - 0\t:info\t:write\t:timed-out',
        'INFO  jepsen.util - 5\t:invoke\t:cas\t[5 6]',
        'INFO  jepsen.util - 5\t:info\t:cas\t[5 6]\t"socket timed out"',
      ].join('\n'),
    );
    expect(history.operations).toMatchObject([
      { input: 5, type: 'info', error: { code: 'timeout' } },
      { input: [5, 6], type: 'info', error: { code: 'error', message: 'socket timed out' } },
    ]);
    expect(warnings).toEqual([`${path}: 1 lines of other loggers were skipped`]);
  });

  it.each([
    ['an operation that is no map', `${edn[0]}\n5`, 2, 'an operation is a map, not 5'],
    ['a map that does not end', `${edn[0]}\n\n{:process 1`, 3, 'a "}" is missing'],
    [
      'a vector that does not end',
      `[${edn[0]}\n${edn[1]}`,
      2,
      'the vector of operations has no end',
    ],
    ['more behind the vector', `[${edn[0]}]\n\n5`, 3, 'something follows the vector of operations'],
    [
      'a type that is none',
      '{:type :invoked\n :process 1 :f :read}',
      1,
      'type is "invoked" and should be invoke, ok, fail or info',
    ],
    [
      'a log line cut short',
      'INFO  jepsen.util - 0\t:invoke\t:read\tnil\nINFO  jepsen.util - 0\t:ok',
      2,
      'an operation has a process, a type, a function and a value, not "0\\t:ok"',
    ],
    [
      'a line of no log',
      'INFO  jepsen.util - 0\t:invoke\t:read\tnil\n0 ok read',
      2,
      'this is no line of a Jepsen log: "0 ok read"',
    ],
    [
      'a key-value line without a key',
      '{:process 1 :key "a" :type :invoke :f :get}\n{:process 1}',
      2,
      'there is no :key',
    ],
  ])('refuses %s, with the line', async (_, text, line, reason) => {
    await expect(readText(text)).rejects.toMatchObject({ file: path, line, reason });
  });

  it.each(readdirSync(join(samples, 'etcd-jepsen')).filter((name) => name.endsWith('.log')))(
    'reads every operation of %s',
    async (name) => {
      const file = join(samples, 'etcd-jepsen', name);
      const { history, format, warnings } = await readHistory(file);
      const lines = readFileSync(file, 'utf8').trim().split('\n');
      expect([format, warnings, history.events.length]).toEqual(['jepsen-log', [], lines.length]);
      const invoked = lines.filter((line) => line.includes(':invoke'));
      expect(history.operations).toHaveLength(invoked.length);
      const timedOut = history.operations.filter(({ error }) => error?.code === 'timeout');
      expect(timedOut).toHaveLength(lines.filter((line) => line.includes(':timed-out')).length);
    },
  );

  it.each(readdirSync(join(samples, 'kv')))('reads every operation of %s', async (name) => {
    const { history, format } = await readHistory(join(samples, 'kv', name));
    expect(format).toBe('kv');
    const kinds = new Set(history.operations.map(({ f }) => f));
    expect(history.operations.every(({ key, type }) => key !== undefined && type === 'ok')).toBe(
      true,
    );
    expect([...kinds].every((f) => ['get', 'put', 'append'].includes(f))).toBe(true);
    expect(history.operations.length * 2).toBe(history.events.length);
  });
});
