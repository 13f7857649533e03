/** Exit codes of the contract. */
export const exitCodes = { other: 1, configuration: 2, notReachable: 3 } as const;

/** Ends a command with words for the person at the terminal and an exit code; no stack is shown. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
