/** Where a verb writes, and how it ends. */
import type { Command } from 'commander';

export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => Date;
  out(text: string): void;
  error(text: string): void;
  /** Whether a person looks on while it runs: bars that move are for them, lines for everybody else. */
  readonly isInteractive: boolean;
}

export const PROBLEM_EXIT_CODE = 1;
export const USAGE_EXIT_CODE = 2;

/** Makes the command of one verb. `exitWith` sets the code that the process ends with; default 0. */
export type Verb = (terminal: Terminal, exitWith: (code: number) => void) => Command;

export function processTerminal(): Terminal {
  return {
    env: process.env,
    now: () => new Date(),
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    isInteractive: process.stderr.isTTY === true,
  };
}
