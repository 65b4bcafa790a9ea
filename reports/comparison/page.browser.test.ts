import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../../harness/testing/requirements.js';
import { bundleBrowserCode } from '../testing/bundle.js';
import { PAGE_AUDIT } from '../testing/page-audit.js';
import { sampleRun } from '../testing/sample-comparison.js';
import { compareRun } from './compared-run.js';
import { compareRuns } from './comparison.js';
import { renderComparison } from './page.js';

const HOSTILE = `</script><img src=x onerror=alert(1)>"' onmouseover="alert(1)`;

describeWith('chromium', 'the comparison in a browser', (executablePath) => {
  let browser: Browser;
  let directory: string;
  let page: Page;
  const trouble: string[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'schism-comparison-'));
    const args = ['--no-sandbox', '--disable-gpu', '--no-first-run'];
    const [code, launched] = await Promise.all([
      bundleBrowserCode(),
      chromium.launch({ executablePath, args }),
    ]);
    browser = launched;
    const runs = [
      sampleRun({ durability: 'never', lost: 100, lostAsPromised: 100, windowMs: 812 }),
      sampleRun({ durability: 'never', seed: 2, lost: 300, lostAsPromised: 300, windowMs: 1_200 }),
      sampleRun({ durability: 'always' }),
      sampleRun({ target: HOSTILE, lost: 2, lostAsPromised: 0, outcome: 'violation' }),
    ].map(compareRun);
    const file = join(directory, 'comparison.html');
    const html = renderComparison(
      {
        comparison: compareRuns(runs),
        command: `npx schism durability raft ${HOSTILE}`,
        schismVersion: '0.1.0',
        reportOf: (run) => `${run}/report.html`,
      },
      code,
    );
    writeFileSync(file, html);
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) trouble.push(`request ${request.url()}`);
    });
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('dialog', (dialog) => {
      trouble.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('html[data-ready]');
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('is complete and accessible, light and dark, wide and narrow', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1200, 390]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate(PAGE_AUDIT)).toEqual([]);
      }
    }
    expect(trouble).toEqual([]);
  });

  it('draws a bar for what was lost, and none for what was not', async () => {
    const colours = await page.evaluate<string[]>(`(() => {
      const canvas = document.getElementById('lost-chart');
      const scale = canvas.width / canvas.clientWidth;
      const chart = canvas.getContext('2d');
      const rows = [0, 1, 2].map((row) => 8 + (canvas.height - 40 * scale) * (row + 0.5) / 3);
      const left = canvas.width - 100 * scale;
      return rows.map((y) => {
        let painted = 0;
        for (let x = 0; x < left; x++) if (chart.getImageData(x, y, 1, 1).data[3] > 200) painted++;
        return painted > left / 3 ? 'bar' : 'none';
      });
    })()`);
    expect(colours).toEqual(['bar', 'none', 'none']);
  });

  it('says in words what the charts show, and lets no value out of its place', async () => {
    const label = await page.getAttribute('#lost-chart', 'aria-label');
    expect(label).toContain('raft never: 20 % (10–30 %). raft always: 0 %');
    expect(await page.evaluate('document.querySelectorAll("img, [onmouseover]").length')).toBe(0);
    const text = String(await page.evaluate('document.body.innerText'));
    expect(text).toContain('raft never lost 400 of 2,000 acknowledged writes (20 %)');
    expect(text).toContain('acknowledged writes against its promise');
    expect(trouble).toEqual([]);
  });
});
