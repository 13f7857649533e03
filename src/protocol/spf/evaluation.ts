/** What one evaluation shares: its question, its limits and the record of what it looked at. */
import type { ClientAddress } from './client-address.ts';
import { isWithin } from './client-address.ts';
import type { SpfAnswer, SpfQuestion, SpfResolver, SpfStep } from './spf.ts';
import { lookupsMax, namesMax, voidLookupsMax } from './spf.ts';

/** Ends an evaluation with an error (RFC 7208 2.6.6, 2.6.7). */
export class SpfError extends Error {
  override readonly name = 'SpfError';
  readonly result: 'temperror' | 'permerror';

  constructor(result: 'temperror' | 'permerror', message: string) {
    super(message);
    this.result = result;
  }
}

export class Evaluation {
  readonly question: SpfQuestion;
  readonly client: ClientAddress;
  readonly sender: { readonly local: string; readonly domain: string };
  readonly resolver: SpfResolver;
  readonly steps: SpfStep[] = [];
  lookups = 0;
  voidLookups = 0;
  #clientNames: Promise<readonly string[]> | undefined;

  constructor(
    question: SpfQuestion,
    client: ClientAddress,
    sender: { readonly local: string; readonly domain: string },
    resolver: SpfResolver,
  ) {
    this.question = question;
    this.client = client;
    this.sender = sender;
    this.resolver = resolver;
  }

  note(step: Omit<SpfStep, 'lookups'>): void {
    this.steps.push({ ...step, lookups: this.lookups });
  }

  /** RFC 7208 4.6.4: to be called for each term that asks DNS, before it asks. */
  countLookup(): void {
    this.lookups += 1;
    if (this.lookups > lookupsMax) {
      throw new SpfError(
        'permerror',
        `more than ${lookupsMax} terms ask DNS (RFC 7208 4.6.4): receivers stop here and treat the record as broken`,
      );
    }
  }

  /** The records; none for a void look-up, which is counted. Throws SpfError. */
  async records<T>(answer: Promise<SpfAnswer<T>>, what: string): Promise<readonly T[]> {
    const got = await answer;
    if (got.kind === 'failed') throw new SpfError('temperror', `${what}: ${got.reason}`);
    if (got.kind === 'records' && got.records.length > 0) return got.records;
    this.voidLookups += 1;
    if (this.voidLookups > voidLookupsMax) {
      throw new SpfError(
        'permerror',
        `more than ${voidLookupsMax} look-ups found nothing (RFC 7208 4.6.4), the last was ${what}`,
      );
    }
    return [];
  }

  /** RFC 7208 5.5: names of the client whose addresses hold the client's; failures make none. Looked up once. */
  clientNames(): Promise<readonly string[]> {
    this.#clientNames ??= this.#validatedNames();
    return this.#clientNames;
  }

  async #validatedNames(): Promise<readonly string[]> {
    const { client, resolver } = this;
    const names = await resolver.ptr(client.text);
    if (names.kind !== 'records') return [];
    const checked = await Promise.all(
      names.records.slice(0, namesMax).map(async (name) => {
        const answer = await resolver.addresses(name, client.family);
        const isOwn = (address: string) => isWithin(client, address);
        return answer.kind === 'records' && answer.records.some(isOwn) ? [name] : [];
      }),
    );
    return checked.flat();
  }
}
