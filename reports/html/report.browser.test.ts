import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtInChecks } from '../../checkers/testing/built-in-checks.js';
import { describeWith } from '../../harness/testing/requirements.js';
import { junitXml } from '../ci/junit.js';
import { operationColumns, type ReportData } from '../data/report-data.js';
import { bundleBrowserCode } from '../testing/bundle.js';
import { PAGE_AUDIT } from '../testing/page-audit.js';
import { sampleOperations, sampleReport } from '../testing/sample.js';
import { renderReport } from './report.js';

/** Values as a hostile or broken database might hold them. */
const HOSTILE = [
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  `"' onmouseover="alert(1)`,
  '</title></style></pre><!--',
  '\u2028\u2029\u0000\ud800',
  '😀'.repeat(50),
  'x'.repeat(20_000),
  '${alert(1)}`',
].join(' ');

interface Opened {
  page: Page;
  /** Everything that must not happen: requests, dialogs, errors. */
  trouble: string[];
}

describeWith('chromium', 'the report in a browser', (executablePath) => {
  let browser: Browser;
  let code: string;
  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'schism-report-'));
    code = await bundleBrowserCode();
    browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function open(data: ReportData, options: BrowserContextOptions = {}): Promise<Opened> {
    const file = join(directory, 'report.html');
    writeFileSync(file, renderReport(data, code));
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
    const trouble: string[] = [];
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) trouble.push(`request ${request.url()}`);
    });
    page.on('dialog', (dialog) => {
      trouble.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') trouble.push(message.text());
    });
    await page.goto(pathToFileURL(file).href);
    if (options.javaScriptEnabled !== false) await page.waitForSelector('html[data-ready]');
    return { page, trouble };
  }

  /** How many pixels of a chart have something on them. */
  function drawnPixels(page: Page, id: string): Promise<number> {
    return page.evaluate(`(() => {
      const canvas = document.getElementById(${JSON.stringify(id)});
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((value, i) => i % 4 === 3 && value > 0).length;
    })()`);
  }

  it('is complete and accessible, light and dark, wide and narrow', async () => {
    const data = { ...sampleReport('violation'), warnings: ['a warning'] };
    const { page, trouble } = await open(data);
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1200, 390]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate(PAGE_AUDIT)).toEqual([]);
        expect(await drawnPixels(page, 'latency-chart')).toBeGreaterThan(2000);
        expect(await drawnPixels(page, 'throughput-chart')).toBeGreaterThan(2000);
      }
    }
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('never lets a value out of its place', async () => {
    const { page, trouble } = await open(hostileReport());
    expect(trouble).toEqual([]);
    const injected =
      'document.querySelectorAll("img, [onerror], [onmouseover], main script").length';
    expect(await page.evaluate(injected)).toBe(0);
    expect(await page.evaluate('document.scripts.length')).toBe(2);
    const text = String(await page.evaluate('document.body.innerText'));
    expect(text).toContain('</script><script>alert(1)</script>');
    expect(text).toContain('<img src=x onerror=alert(1)>');
    expect(await page.evaluate(PAGE_AUDIT)).toEqual([]);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('shows every kind of evidence, %s', async (colorScheme) => {
    const data = { ...sampleReport('violation'), checks: await everyKind() };
    const { page, trouble } = await open(data, { colorScheme });
    await page.evaluate(
      'document.querySelectorAll(".checks details").forEach((each) => (each.open = true))',
    );
    for (const width of [1200, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(PAGE_AUDIT)).toEqual([]);
    }
    const text = String(await page.evaluate('document.body.innerText'));
    expect(text).toContain('n2 shows process 1 version 4 of k after version 5');
    expect(text).toContain('The invariant “one leader” did not hold');
    expect(text).toContain('Two of 90 items were lost.');
    const entries = String(await page.evaluate('document.querySelector(".checks").innerText'));
    expect(entries).toContain('name a');
    expect(entries).not.toContain('{"');
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('never lets evidence out of its place either', async () => {
    const checks = replaceStrings(await everyKind()) as ReportData['checks'];
    const { page, trouble } = await open({ ...sampleReport('violation'), checks });
    await page.evaluate(
      'document.querySelectorAll(".checks details").forEach((each) => (each.open = true))',
    );
    expect(trouble).toEqual([]);
    expect(
      await page.evaluate('document.querySelectorAll("img, [onerror], main script").length'),
    ).toBe(0);
    expect(await page.evaluate('document.scripts.length')).toBe(2);
    expect(await page.evaluate(PAGE_AUDIT)).toEqual([]);
    await page.close();
  });

  it('writes JUnit XML that is well-formed whatever it holds', async () => {
    const page = await browser.newPage();
    const xml = junitXml([hostileReport(), sampleReport('violation')]);
    const parsed = await page.evaluate<{ names: string[]; cases: number }>(`(() => {
      const { childNodes: [root] } = new DOMParser().parseFromString(${JSON.stringify(xml)}, 'text/xml');
      const names = [...root.querySelectorAll('*')].map(({ tagName }) => tagName);
      return { names, cases: root.querySelectorAll('testcase').length };
    })()`);
    expect(parsed.names).toEqual(
      expect.arrayContaining(['testsuite', 'testcase', 'failure', 'error']),
    );
    expect(parsed.names).not.toContain('parsererror');
    expect(parsed.cases).toBe(8);
    await page.close();
  });

  it('opens a hundred thousand operations, as fewer points than that', async () => {
    const { page, trouble } = await open(sampleReport('pass', sampleOperations(100_000, 60)));
    expect(await drawnPixels(page, 'latency-chart')).toBeGreaterThan(2000);
    const label = await page.getAttribute('#latency-chart', 'aria-label');
    expect(label).toContain('Latency of 100,000 operations');
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('shows part of the time when it is dragged over, and all of it again', async () => {
    const { page } = await open(sampleReport('pass'));
    const whole = await drawnPixels(page, 'latency-chart');
    await page.locator('#latency-chart').scrollIntoViewIfNeeded();
    const box = await page.locator('#latency-chart').boundingBox();
    if (!box) throw new Error('the chart has no place');
    await page.mouse.move(box.x + 300, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x + 400, box.y + 210, { steps: 3 });
    expect(await page.locator('.selection:not([hidden])').count()).toBe(1);
    await page.mouse.up();
    expect(await drawnPixels(page, 'latency-chart')).not.toBe(whole);
    await page.click('[data-zoom=all]');
    expect(await drawnPixels(page, 'latency-chart')).toBe(whole);
    await page.click('[data-zoom=in]');
    expect(await drawnPixels(page, 'latency-chart')).not.toBe(whole);
    await page.close();
  });

  it('says what a bar is when it is reached with the keyboard', async () => {
    const { page } = await open(sampleReport('violation'));
    await page.focus('.timeline-frame');
    await page.keyboard.press('Tab');
    const detail = page.locator('.timeline-detail');
    expect(await detail.textContent()).toContain('process 0: write 4 · 9.200 s to 9.203 s');
    await page.locator('.bar.stuck').hover();
    expect(await detail.textContent()).toContain('fits nowhere');
    await page.close();
  });

  it('copies the command that replays the run', async () => {
    const data = sampleReport('pass');
    const { page } = await open(data, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.click('[data-copy=replay-command]');
    await page.waitForSelector('text=Copied ✓');
    expect(await page.evaluate('getSelection().toString()')).toBe(data.run.replayCommand);
    await page.close();
  });

  it('can be read without JavaScript', async () => {
    const { page } = await open(sampleReport('violation'), { javaScriptEnabled: false });
    expect(await page.locator('.bar.stuck').count()).toBe(1);
    await page.close();
  });

  /** What every built-in checker found, a kind that nobody described, and a view that a checker brought. */
  async function everyKind(): Promise<ReportData['checks']> {
    const mine = { checker: 'mine', verdict: 'invalid', summary: 'Two were lost.' } as const;
    const evidence = {
      kind: 'queues',
      lost: 2,
      items: [{ name: 'a', at: { node: 'n1', log: [[1]] } }],
    };
    const view = {
      sentence: 'Two of 90 items were lost.',
      sections: [
        { title: 'Lost items', columns: ['Item', 'Queue'], rows: [['a-17', 'q1']] },
        { title: 'Totals', text: 'Of all queues.', rows: [['items', 90]] },
      ],
    };
    return [
      ...(await builtInChecks()),
      { ...mine, evidence },
      { ...mine, evidence, view },
      { ...mine, evidence, view, verdict: 'valid' },
    ];
  }

  /** A report in which every text that comes from outside is hostile. */
  function hostileReport(): ReportData {
    const data = sampleReport('violation', sampleOperations(200, 20));
    const operations = sampleOperations(200, 20).map((operation) => ({
      ...operation,
      f: HOSTILE,
      key: HOSTILE,
      node: HOSTILE,
      error: { code: HOSTILE, message: HOSTILE },
    }));
    const replaced = replaceStrings(data) as ReportData;
    return {
      ...replaced,
      run: { ...replaced.run, settings: { [HOSTILE]: HOSTILE } },
      operations: operationColumns(operations),
      crashes: [{ node: HOSTILE, time: 1, exitCode: 1, signal: HOSTILE, logTail: HOSTILE }],
      warnings: [HOSTILE],
    };
  }
});

/** Strings that name a choice of ours, which the report looks up. */
const WORDS = new Set([
  'kind',
  'type',
  'verdict',
  'unknownReason',
  'outcome',
  'action',
  'startedAt',
  'promise',
]);

/** The same value with every string in it made hostile, except those that name a choice of ours. */
function replaceStrings(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return WORDS.has(name) ? value : HOSTILE;
  if (Array.isArray(value)) return value.map((item) => replaceStrings(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, replaceStrings(item, key)]),
  );
}
