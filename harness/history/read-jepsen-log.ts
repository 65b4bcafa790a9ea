import type { JsonObject, JsonValue } from '../json.js';
import { EdnError } from './edn-atoms.js';
import { EdnReader } from './edn.js';
import type { HistoryEvent } from './event.js';
import { eventFault, show } from './event-fields.js';
import { HistoryError } from './history-error.js';
import { fromJepsen, looksKeyed, splitKeys } from './jepsen-event.js';
import type { ReadEvents } from './read-events.js';

/** `INFO  jepsen.util - 3⇥:invoke⇥:read⇥nil`, with whatever the logger puts in front. */
const OPERATION_LINE = /\bjepsen\.util(?: - |: )(.*)$/;
/** A line that some other part of Jepsen logged. */
const LOG_LINE = /\b(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b.*(?: - |: )/;

/** Reads the operations out of a log of Jepsen's; lines of other loggers are skipped with a warning. */
export function readJepsenLog(file: string, text: string, keyed?: boolean): ReadEvents {
  const events: HistoryEvent[] = [];
  const lines: number[] = [];
  let skipped = 0;
  text.split('\n').forEach((line, i) => {
    const refuse = (reason: string): never => {
      throw new HistoryError(reason, { file, line: i + 1 });
    };
    if (line.trim() === '') return;
    const match = OPERATION_LINE.exec(line);
    if (!match) {
      if (!LOG_LINE.test(line)) refuse(`this is no line of a Jepsen log: ${show(line)}`);
      skipped++;
      return;
    }
    const fields = parseFields(match[1], refuse);
    const event = fromJepsen(fields, events.length, events.length - 1);
    const fault = eventFault(event);
    if (fault) refuse(fault);
    events.push(event);
    lines.push(i + 1);
  });
  if (keyed ?? looksKeyed(events)) splitKeys(events);
  const warnings = skipped > 0 ? [`${file}: ${skipped} lines of other loggers were skipped`] : [];
  return { events, lines, warnings };
}

/** Process, type, f, value, and where there is one the error: values of EDN with tabs between them. */
function parseFields(text: string, refuse: (reason: string) => never): JsonObject {
  const reader = new EdnReader(text);
  const values: JsonValue[] = [];
  try {
    for (let value = reader.next(); value !== undefined; value = reader.next()) values.push(value);
  } catch (error) {
    if (error instanceof EdnError) refuse(error.message);
    throw error;
  }
  if (values.length < 4 || values.length > 5) {
    refuse(`an operation has a process, a type, a function and a value, not ${show(text)}`);
  }
  const [process, type, f, value, error] = values;
  return { process, type, f, value, error };
}
