import type { PackedOperations } from './packed-operations.js';

/** A fault as the charts shade it. Times in seconds since the run began. */
export interface ChartBand {
  fault: string;
  label: string;
  start: number;
  end: number;
}

/** Where a part of the run begins, in seconds since the run began. */
export interface ChartMark {
  label: string;
  at: number;
}

/** What the page's script finds in the page. */
export interface ChartData {
  operations: PackedOperations;
  bands: readonly ChartBand[];
  marks: readonly ChartMark[];
  /** Where the x axis begins and ends, in seconds since the run began. */
  startSeconds: number;
  endSeconds: number;
}

/** The id of the element that holds `ChartData` as JSON. */
export const CHART_DATA_ID = 'chart-data';
