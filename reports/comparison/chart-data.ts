/** A figure of one group of runs as a chart draws it: a bar to the median, a whisker from least to most. */
export interface ChartBar {
  median: number;
  least: number;
  most: number;
  /** What stands behind the bar. */
  text: string;
}

/** One bar of each group. */
export interface ChartSeries {
  name: string;
  bars: readonly (ChartBar | null)[];
}

/** How a group's losses stand to its promise: decides colours, never alone. */
export type Standing = 'kept' | 'promised' | 'broken' | 'unknown';

export interface ComparisonChart {
  /** The id of the canvas. */
  id: string;
  scale: 'linear' | 'logarithmic';
  /** What the axis counts, for its ticks. */
  unit: 'count' | 'share' | 'milliseconds';
  /** Whether bars are coloured by target, by standing, or by series. */
  colour: 'target' | 'standing' | 'series';
  series: readonly ChartSeries[];
}

/** What the comparison's script finds in its page. */
export interface ComparisonChartData {
  groups: readonly { label: string; target: string; standing: Standing }[];
  charts: readonly ComparisonChart[];
}

/** The id of the element that holds `ComparisonChartData` as JSON. */
export const COMPARISON_DATA_ID = 'comparison-data';
