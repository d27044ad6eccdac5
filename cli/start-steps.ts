/** Tells a person at a terminal what a start is doing, and how long each step took. */

export interface Steps {
  /** Runs one step. Its line is complete when it is done. */
  step<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  /** Since the process began, what it loaded included. */
  elapsed(): string;
}

const TITLE_WIDTH = 44;

export function createSteps(write: (text: string) => void): Steps {
  return {
    async step(title, work) {
      const stepBegan = performance.now();
      write(`  ${title.padEnd(TITLE_WIDTH)}`);
      try {
        const result = await work();
        write(`${seconds(stepBegan).padStart(8)}\n`);
        return result;
      } catch (error) {
        write('  failed\n');
        throw error;
      }
    },
    elapsed: () => seconds(0),
  };
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
