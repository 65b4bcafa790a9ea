import { CREATE_FLAGS, OpCode, readStat, writeOpenAcl } from './records.js';
import type { CreateMode, Stat } from './records.js';
import type { JuteReader, JuteWriter } from './jute.js';

/** A request: what its header announces, how its body is written, and how the answer is read. */
export interface Request<T> {
  type: number;
  write(writer: JuteWriter): void;
  read(reader: JuteReader): T;
}

/** Any version will do, in `setData`, `remove` and `check`. */
const ANY_VERSION = -1;

/** Makes a node; the answer is its path, which a sequential mode completes with a number. */
export function create(
  path: string,
  data: Buffer,
  mode: CreateMode = 'persistent',
  ttlMs = 0n,
): Request<string> {
  const withTtl = mode.endsWith('-ttl');
  const hasOwnType = withTtl || mode === 'container';
  return {
    type: withTtl ? OpCode.createTTL : hasOwnType ? OpCode.createContainer : OpCode.create,
    write: (writer) => {
      writer.string(path).buffer(data);
      writeOpenAcl(writer);
      writer.int(CREATE_FLAGS[mode]);
      if (withTtl) writer.long(ttlMs);
    },
    // Containers and nodes with a time to live are answered with their Stat behind the path.
    read: (reader) => reader.string() ?? '',
  };
}

export function remove(path: string, version = ANY_VERSION): Request<void> {
  return {
    type: OpCode.delete,
    write: (writer) => writer.string(path).int(version),
    read: () => undefined,
  };
}

export function setData(path: string, data: Buffer, version = ANY_VERSION): Request<Stat> {
  return {
    type: OpCode.setData,
    write: (writer) => writer.string(path).buffer(data).int(version),
    read: readStat,
  };
}

export function getData(path: string, watch = false): Request<{ data: Buffer; stat: Stat }> {
  return {
    type: OpCode.getData,
    write: (writer) => writer.string(path).boolean(watch),
    read: (reader) => ({ data: Buffer.from(reader.buffer() ?? []), stat: readStat(reader) }),
  };
}

export function exists(path: string, watch = false): Request<Stat> {
  return {
    type: OpCode.exists,
    write: (writer) => writer.string(path).boolean(watch),
    read: readStat,
  };
}

/** Answered once this server has applied all that the leader had committed when it passed the request on. */
export function sync(path: string): Request<string> {
  return {
    type: OpCode.sync,
    write: (writer) => writer.string(path),
    read: (reader) => reader.string() ?? '',
  };
}

/** Says whether the node has this version; only as a part of `multi`. */
export function check(path: string, version = ANY_VERSION): Request<void> {
  return {
    type: OpCode.check,
    write: (writer) => writer.string(path).int(version),
    read: () => undefined,
  };
}

/** Lets servers (`server.N` lines) into the ensemble, or others (numbers) go. From 3.5 on. */
export function reconfig(joining: readonly string[], leaving: readonly string[]): Request<void> {
  const listed = (entries: readonly string[]): string | null =>
    entries.length > 0 ? entries.join(',') : null;
  return {
    type: OpCode.reconfig,
    // Neither all members anew, nor only on top of a certain configuration.
    write: (writer) =>
      writer.string(listed(joining)).string(listed(leaving)).string(null).long(-1n),
    read: () => undefined,
  };
}

/** What a part of a `multi` came to: its answer, or the number of an error. */
export type PartResult = { ok: true; value: unknown } | { ok: false; error: number };

/** All parts, or none: it always goes through the leader and a quorum, even where nothing is changed. */
export function multi(parts: readonly Request<unknown>[]): Request<PartResult[]> {
  return {
    type: OpCode.multi,
    write: (writer) => {
      for (const part of parts) {
        writer.int(part.type).boolean(false).int(-1);
        part.write(writer);
      }
      writer.int(-1).boolean(true).int(-1);
    },
    read: (reader) => readMultiResults(reader, parts),
  };
}

function readMultiResults(reader: JuteReader, parts: readonly Request<unknown>[]): PartResult[] {
  const results: PartResult[] = [];
  for (;;) {
    const type = reader.int();
    const done = reader.boolean();
    reader.int();
    if (done) return results;
    const part = parts.at(results.length);
    if (type === OpCode.error) results.push({ ok: false, error: reader.int() });
    else if (part) results.push({ ok: true, value: part.read(reader) });
    else throw new RangeError('more results than parts');
  }
}
