/** Names the variable in which a node of ours finds the skew of its clocks at its start, a `ClockSkew` as JSON. */
export const CLOCK_VARIABLE = 'SCHISM_CLOCK';
