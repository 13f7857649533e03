/** Why a relay cannot start, in words for the person who started it. `configuration`: exit code 2, else 1. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
  readonly kind: 'configuration' | 'environment';
  constructor(kind: StartFailure['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
