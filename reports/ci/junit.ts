import type { CheckResult, Outcome } from '../../harness/verdict.js';
import { figuresOf } from '../data/figures.js';
import { viewOf } from '../evidence/registry.js';
import type { ReportData } from '../data/report-data.js';

/**
 * Runs as JUnit XML, as CI systems read it: a suite per run, a case per check, and one for the outcome. A
 * violation is a failure, and everything that is neither a violation nor a pass is an error: what was not
 * decided must not look green.
 */
export function junitXml(runs: readonly ReportData[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${runs.map(suite).join('')}</testsuites>\n`;
}

interface TestCase {
  name: string;
  problem?: { kind: 'failure' | 'error'; type: string; message: string; text: string };
}

function suite(data: ReportData): string {
  const { run } = data;
  const cases = [outcomeCase(data), ...data.checks.map(checkCase)];
  const count = (kind: 'failure' | 'error'): string =>
    String(cases.filter(({ problem }) => problem?.kind === kind).length);
  const { lastTime } = figuresOf(data.operations);
  const attributes = {
    name: `${run.target} ${run.version} ${run.workload} seed ${String(run.seed)}`,
    tests: String(cases.length),
    failures: count('failure'),
    errors: count('error'),
    skipped: '0',
    time: (lastTime / 1e9).toFixed(3),
    timestamp: run.startedAt.replace(/(\.\d+)?Z$/, ''),
  };
  const className = `schism.${run.target}.${run.workload}`;
  return (
    `  <testsuite${attributeList(attributes)}>\n` +
    '    <properties>\n' +
    `      <property${attributeList({ name: 'replay', value: run.replayCommand })}/>\n` +
    `      <property${attributeList({ name: 'directory', value: run.directory })}/>\n` +
    '    </properties>\n' +
    `${cases.map((testCase) => caseXml(testCase, className)).join('')}  </testsuite>\n`
  );
}

const OUTCOME_KINDS: Readonly<Record<Outcome, 'failure' | 'error' | undefined>> = {
  pass: undefined,
  violation: 'failure',
  inconclusive: 'error',
  vacuous: 'error',
  error: 'error',
};

function outcomeCase({ outcome: { outcome, sentence }, run }: ReportData): TestCase {
  const kind = OUTCOME_KINDS[outcome];
  if (kind === undefined) return { name: 'outcome' };
  const text = `${sentence}\nReplay: ${run.replayCommand}`;
  return { name: 'outcome', problem: { kind, type: outcome, message: sentence, text } };
}

function checkCase(check: CheckResult): TestCase {
  const { checker, verdict, summary } = check;
  if (verdict === 'valid') return { name: checker };
  const view = viewOf(check);
  const details = view?.violationLines({ color: false }) ?? [];
  const kind = verdict === 'invalid' ? 'failure' : 'error';
  const type = check.unknownReason ?? verdict;
  const text = details.length > 0 ? details : [summary, view?.sentence ?? []].flat();
  return { name: checker, problem: { kind, type, message: summary, text: text.join('\n') } };
}

function caseXml({ name, problem }: TestCase, classname: string): string {
  const attributes = attributeList({ classname, name });
  if (!problem) return `    <testcase${attributes}/>\n`;
  const { kind, type, message, text } = problem;
  return (
    `    <testcase${attributes}>\n` +
    `      <${kind}${attributeList({ type, message })}>${escapeXml(text)}</${kind}>\n` +
    '    </testcase>\n'
  );
}

function attributeList(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(value).replace(/[\n\r\t]/g, ' ')}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** XML 1.0 has no way at all to write most control characters: they become U+FFFD. */
export function escapeXml(text: string): string {
  let escaped = '';
  for (const character of text) {
    escaped += isXmlCharacter(character.codePointAt(0) ?? 0)
      ? (ENTITIES[character] ?? character)
      : '\ufffd';
  }
  return escaped;
}

/** The production `Char` of XML 1.0, section 2.2. */
function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || code >= 0x10000;
}
