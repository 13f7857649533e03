import type { Command } from 'commander';
import { toPort } from './sandbox.ts';

/** `relay365 quickstart`: relay and Microsoft 365 stand-in with real mail through them. Exit 0; 1 something differed. */
export function registerQuickstart(program: Command): void {
  program
    .command('quickstart')
    .description('start a relay and a Microsoft 365 stand-in on loopback and send real messages through them')
    .option('--dir <dir>', 'keep configuration and data here (default: a throw-away directory)')
    .option(
      '--once',
      'end after the messages; exit 0 only if all arrived unchanged but for what was declared',
    )
    .option('--port <port>', 'SMTP port of the relay (default: a free one)', toPort)
    .option('--console-port <port>', 'port of console and admin API (default: a free one)', toPort)
    .option('--inspect-port <port>', 'port that shows what arrived (default: a free one)', toPort)
    .action(async (options) => (await import('./quickstart/run.ts')).runQuickstart(options));
}
