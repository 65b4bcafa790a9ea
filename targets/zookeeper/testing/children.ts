import { OpCode, readStat, type Stat } from '../protocol/records.js';
import type { Request } from '../protocol/requests.js';

/** Asks for the names below a path, which no operation of a client needs. */
export function getChildren(
  path: string,
  watch = false,
): Request<{ children: string[]; stat: Stat }> {
  return {
    type: OpCode.getChildren2,
    write: (writer) => writer.string(path).boolean(watch),
    read: (reader) => ({
      children: reader.vector((r) => r.string() ?? ''),
      stat: readStat(reader),
    }),
  };
}
