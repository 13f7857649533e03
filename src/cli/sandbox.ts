import { InvalidArgumentError, type Command } from 'commander';

/** `relay365 sandbox`: the Microsoft 365 stand-in alone. Exit 0; 1 cannot listen; 2 configuration fault. */
export function registerSandbox(program: Command): void {
  program
    .command('sandbox')
    .description('run the Microsoft 365 stand-in alone; it receives mail on loopback and delivers nothing')
    .option('--config <file>', 'settings of the stand-in')
    .option('--port <port>', 'SMTP port (default: a free one)', toPort)
    .option('--inspect-port <port>', 'HTTP port that shows what arrived (default: a free one)', toPort)
    .option('--dir <dir>', 'write ca.pem and all messages here')
    .action(async (options) => (await import('./sandbox/run.ts')).runSandbox(options));
}

/** 0: the system chooses. */
export function toPort(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535) {
    throw new InvalidArgumentError('a port from 0 to 65535 is needed.');
  }
  return value;
}
