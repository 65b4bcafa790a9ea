import { Html } from './escape.js';

/**
 * The report's style sheet. Light by default, dark where the reader prefers it, light on paper.
 * Text keeps a contrast of at least 4.5 : 1 against its ground; types of operations differ in shape too.
 */
const COLOURS = `
:root {
  color-scheme: light dark;
  --font: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
:root, :root.printing {
  --ground: #f6f7f9; --paper: #ffffff; --text: #16191f; --muted: #59616e; --line: #dfe3e9; --link: #1a56c4;
  --code: #eef1f5;
  --pass: #12753f; --pass-ground: #e4f5ea; --violation: #b4182d; --violation-ground: #fdeaec;
  --inconclusive: #8a5300; --inconclusive-ground: #fdf1da; --vacuous: #4a5568; --vacuous-ground: #e9edf2;
  --error: #7c2fb0; --error-ground: #f4e9fb;
  --type-ok: #2563c9; --type-fail: #c2570c; --type-info: #a21a8c;
  --bar-ok: #dbe7fb; --bar-fail: #fbe5d3; --bar-info: #f7dff2; --bar-stuck: #fbd3d8; --stripe: #f2aab4;
  --fault-partition: #9a6a00; --fault-kill: #b4182d; --fault-pause: #6b3fc4; --fault-slow: #0c7480;
  --fault-power: #1d4fb8; --fault-clock: #1f7a3d; --fault-disk: #a0307a;
  --fault-other: #4a5568;
  --series-1: #2563c9; --series-2: #0c7480; --series-3: #8a4fc7; --series-4: #b35a0f;
}
@media screen and (prefers-color-scheme: dark) {
  :root:not(.printing) {
    --ground: #0f1217; --paper: #181c23; --text: #e8ebf0; --muted: #a3acba; --line: #2d3440; --link: #8ab4ff;
    --code: #222833;
    --pass: #5fd08f; --pass-ground: #12291c; --violation: #ff8591; --violation-ground: #331519;
    --inconclusive: #f0b653; --inconclusive-ground: #2e220c; --vacuous: #b3bdcc; --vacuous-ground: #222833;
    --error: #cf9bf5; --error-ground: #291738;
    --type-ok: #6ea3ff; --type-fail: #ff9d57; --type-info: #f07fdc;
    --bar-ok: #203a66; --bar-fail: #55321a; --bar-info: #4d2246; --bar-stuck: #5c1d26; --stripe: #8c2f3c;
    --fault-partition: #e0b04a; --fault-kill: #ff8591; --fault-pause: #b79bff; --fault-slow: #55c8d4;
    --fault-power: #7fa8ff; --fault-clock: #6fd08f; --fault-disk: #f08ccb;
    --fault-other: #b3bdcc;
    --series-1: #6ea3ff; --series-2: #55c8d4; --series-3: #c79bf5; --series-4: #ffa366;
  }
}`;

const LAYOUT = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.55 var(--font); }
.page { max-width: 1120px; margin: 0 auto; padding: 24px 20px 48px; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 8px; top: 8px; background: var(--paper); padding: 8px 12px; z-index: 2; }
.patterns { position: absolute; }
a, .skip { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
h1 { font-size: 2.3rem; line-height: 1.15; margin: 6px 0 10px; letter-spacing: -0.02em; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 10px; letter-spacing: -0.01em; }
h3 { font-size: 1.02rem; margin: 20px 0 6px; }
p { margin: 0 0 10px; max-width: 78ch; }
ul { margin: 0 0 10px; padding-left: 22px; }
h1, h2, h3, p, li, dt, dd, summary, footer { overflow-wrap: anywhere; }
.small { color: var(--muted); font-size: 0.875rem; font-weight: 400; }
.good { color: var(--pass); font-weight: 600; margin: 0 0 2px; }
.bad { color: var(--violation); font-weight: 600; margin: 0 0 2px; }
code, pre { font-family: var(--mono); font-size: 0.86em; }
code { background: var(--code); border-radius: 4px; padding: 1px 5px; overflow-wrap: anywhere; }
pre { background: var(--code); border-radius: 8px; padding: 12px 14px; margin: 0 0 10px; overflow: auto;
  max-height: 420px; white-space: pre-wrap; overflow-wrap: anywhere; }
pre code { padding: 0; background: none; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 12px;
  padding: 22px 24px; margin-top: 18px; }
details { margin: 8px 0; }
summary { cursor: pointer; color: var(--link); }
button { font: inherit; font-size: 0.9rem; color: var(--text); background: var(--paper);
  border: 1px solid var(--line); border-radius: 7px; padding: 4px 12px; cursor: pointer; }
button:hover { border-color: var(--muted); }
footer { color: var(--muted); font-size: 0.875rem; margin: 24px 4px 0; }`;

const HEAD = `
.head { --accent: var(--vacuous); background: var(--accent-ground); border-radius: 14px;
  border: 1px solid var(--line); border-left: 8px solid var(--accent); padding: 22px 26px 16px; }
.head.pass { --accent: var(--pass); --accent-ground: var(--pass-ground); }
.head.violation { --accent: var(--violation); --accent-ground: var(--violation-ground); }
.head.inconclusive { --accent: var(--inconclusive); --accent-ground: var(--inconclusive-ground); }
.head.vacuous { --accent: var(--vacuous); --accent-ground: var(--vacuous-ground); }
.head.error { --accent: var(--error); --accent-ground: var(--error-ground); }
.head h1 { color: var(--accent); display: flex; align-items: center; gap: 14px; }
.badge { display: inline-grid; place-items: center; width: 46px; height: 46px; flex: none; border-radius: 50%;
  background: var(--accent); color: var(--accent-ground); font-size: 1.6rem; }
.eyebrow { color: var(--muted); font-size: 0.9rem; margin: 0; max-width: none; }
.eyebrow > :not(:last-child)::after { content: " ·"; }
.why { font-size: 1.16rem; line-height: 1.5; }
.proves { max-width: 100ch; font-size: 0.95rem; border-top: 1px solid var(--line); padding-top: 10px; }
.note { background: var(--inconclusive-ground); border: 1px solid var(--line); border-radius: 8px;
  padding: 10px 14px; margin: 10px 0; }
.note ul { margin: 4px 0 0; }
section[aria-label="Key figures"] { background: none; border: 0; padding: 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 0; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 14px 18px; }
.card dt { color: var(--muted); font-size: 0.875rem; }
.card dd { margin: 0; }
.figure { font-size: 1.7rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.02em;
  font-variant-numeric: tabular-nums; }`;

const TABLES = `
.scroll { overflow-x: auto; margin-bottom: 10px; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; }
th, td { text-align: left; vertical-align: top; padding: 8px 14px 8px 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--muted); font-weight: 600; font-size: 0.85rem; white-space: nowrap; }
th[scope=row] { font-weight: 600; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
td.number, th.number { text-align: right; }
.faults td.number { text-align: left; }
.faults th[scope=row] { white-space: nowrap; }
.faults th[scope=row] .small { display: block; }
.faults td:last-child { min-width: 260px; }
.observations { margin-bottom: 6px; }
.swatch { display: inline-block; width: 12px; height: 12px; border-radius: 3px; background: var(--fault-other); }
.swatch[data-fault=partition] { background: var(--fault-partition); }
.swatch[data-fault=kill] { background: var(--fault-kill); }
.swatch[data-fault=pause] { background: var(--fault-pause); }
.swatch[data-fault=slow] { background: var(--fault-slow); }
.swatch[data-fault=power] { background: var(--fault-power); }
.swatch[data-fault^=clock] { background: var(--fault-clock); }
.swatch[data-fault^=disk] { background: var(--fault-disk); }
.stuck-row td { background: var(--violation-ground); }
.checks { list-style: none; padding: 0; margin: 0; }
.check { --accent: var(--pass); border-top: 1px solid var(--line); padding: 12px 0 4px; }
.check:first-child { border-top: 0; padding-top: 0; }
.check.invalid { --accent: var(--violation); }
.check.unknown { --accent: var(--inconclusive); }
.check h3 { margin: 0 0 4px; }
.verdict { display: inline-block; min-width: 92px; color: var(--accent); border: 1.5px solid var(--accent);
  border-radius: 99px; padding: 0 12px; margin-right: 8px; text-align: center; font-size: 0.88rem; }
.reason { color: var(--inconclusive); }
.configuration { columns: 2 380px; column-gap: 40px; margin: 0; font-size: 0.94rem; }
.configuration div { display: flex; gap: 12px; padding: 5px 0; border-bottom: 1px solid var(--line);
  break-inside: avoid; }
.configuration dt { flex: 0 0 130px; color: var(--muted); }
.configuration dd { margin: 0; min-width: 0; }
.command { display: flex; gap: 10px; align-items: flex-start; }
.command pre { flex: 1; min-width: 0; }
.command button { flex: none; margin-top: 6px; }`;

const FIGURES = `
.toolbar { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; justify-content: space-between; }
.toolbar p { margin: 0; color: var(--muted); font-size: 0.92rem; }
.toolbar button { min-width: 38px; }
.chart { position: relative; height: 260px; overflow: hidden; }
.chart.tall { height: 440px; }
.chart canvas { cursor: crosshair; }
.selection { position: absolute; background: var(--link); opacity: 0.18; pointer-events: none; }
.timeline { margin: 16px 0 6px; }
.timeline-frame { display: flex; overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; }
.timeline-frame svg { flex: none; display: block; font: 13px var(--font); }
.lanes { position: sticky; left: 0; flex: none; background: var(--paper); border-right: 1px solid var(--line);
  z-index: 1; }
.lane-name { height: 58px; display: flex; align-items: center; padding: 0 12px; color: var(--muted);
  font-size: 0.85rem; white-space: nowrap; }
.lane { stroke: var(--line); }
.bar rect { fill: var(--bar-ok); stroke: var(--type-ok); stroke-width: 1.2; }
.bar.fail rect { fill: var(--bar-fail); stroke: var(--type-fail); stroke-dasharray: 2 3; }
.bar.info rect { fill: var(--bar-info); stroke: var(--type-info); stroke-dasharray: 6 3; }
.bar.stuck rect { fill: url(#stripes); stroke: var(--violation); stroke-width: 2.4; }
.stripe-ground { fill: var(--bar-stuck); }
.stripe { fill: var(--stripe); }
.bar text { fill: var(--text); }
.bar.stuck text { font-weight: 700; }
.bar .open-mark { fill: var(--type-info); font-size: 16px; }
.bar:focus { outline: none; }
.bar:focus rect, .bar:hover rect { stroke: var(--text); stroke-width: 3; }
.order { fill: none; stroke: var(--muted); stroke-width: 1.2; stroke-dasharray: 3 4; opacity: 0.8; }
.points circle { fill: var(--text); }
.points text { fill: var(--paper); font-size: 10.5px; font-weight: 700; text-anchor: middle; }
.axis line { stroke: var(--line); stroke-dasharray: 2 4; }
.axis text { fill: var(--muted); font-size: 11px; }
.timeline-detail { min-height: 1.6em; margin: 8px 2px; font-size: 0.92rem; max-width: none; }
figcaption { color: var(--muted); font-size: 0.875rem; max-width: 90ch; }
.stuck-word { color: var(--violation); }`;

const COMPARISON = `
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 8px 32px; }
.panel h3 { margin: 8px 0 0; }
.panel { min-width: 0; }
.bars { position: relative; overflow: hidden; }
.standings { list-style: none; padding: 0; margin: 0 0 14px; }
.standing { --accent: var(--vacuous); padding: 4px 0; }
.standing.kept { --accent: var(--pass); }
.standing.promised { --accent: var(--inconclusive); }
.standing.broken { --accent: var(--violation); font-weight: 600; }
.mark { display: inline-grid; place-items: center; width: 22px; height: 22px; border-radius: 50%; margin-right: 6px;
  color: var(--accent); border: 1.5px solid var(--accent); font-size: 0.8rem; font-weight: 700; }
.spread { display: block; }
.page table.compared th[scope=row], .compared .spread { white-space: nowrap; }
.compared { font-size: 0.86rem; }
.outcome { --accent: var(--vacuous); color: var(--accent); font-weight: 600; white-space: nowrap; }
.outcome.pass { --accent: var(--pass); }
.outcome.violation { --accent: var(--violation); }
.outcome.inconclusive { --accent: var(--inconclusive); }
.outcome.error { --accent: var(--error); }`;

const MEDIA = `
@media (max-width: 640px) {
  .page { padding: 12px 10px 32px; }
  section, .head { padding: 16px 14px; }
  .figures { grid-template-columns: 1fr 1fr; }
  .card:last-child:nth-child(odd) { grid-column: span 2; }
  h1 { font-size: 1.8rem; }
  .chart.tall { height: 360px; }
  .command { flex-direction: column; }
}
@media print {
  body { background: #fff; font-size: 11pt; }
  .page { max-width: none; padding: 0; }
  .figures { grid-template-columns: repeat(3, 1fr); }
  section, .card, .head { break-inside: avoid; }
  .toolbar, button, .timeline-detail, .skip { display: none; }
  .timeline-frame, .scroll, pre { overflow: visible; max-height: none; }
}`;

export const STYLE = new Html(
  [COLOURS, LAYOUT, HEAD, TABLES, FIGURES, COMPARISON, MEDIA].join('\n'),
);
