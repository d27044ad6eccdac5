/** What every benchmark prints: each figure's median with its spread, and ratios against the baseline of the same run. */

export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** One line a series, the first of which is the baseline: minimum, median, maximum, and the ratio of medians. */
export function printSeries(title: string, unit: string, series: readonly Series[]): void {
  const baseline = median(series[0]?.values ?? []);
  const decimals = baseline < 100 ? 1 : 0;
  console.log(`\n${title} (${unit}; minimum, median, maximum; ratio to "${series[0]?.name}")`);
  for (const { name, values } of series) {
    const figures = [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(decimals).padStart(9)).join('');
    console.log(`  ${name.padEnd(44)}${figures}   ${(median(values) / baseline).toFixed(2)}`);
  }
}

export const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
