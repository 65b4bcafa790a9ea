import { readAsset } from '../../harness/machine/asset.js';
import { Html } from '../markup/escape.js';

/** In their order: a later rule wins. */
const SHEETS = [
  'colours',
  'layout',
  'head',
  'tables',
  'evidence',
  'figures',
  'comparison',
  'media',
];

/**
 * The report's style sheet. Light by default, dark where the reader prefers it, light on paper.
 * Text keeps a contrast of at least 4.5 : 1 against its ground; types of operations differ in shape too.
 */
export function readStyle(): Html {
  return new Html(SHEETS.map((name) => readAsset(`./style/${name}.css`, import.meta.url)).join(''));
}
