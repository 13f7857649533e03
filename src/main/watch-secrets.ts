/**
 * Takes up what stands in the files that connectors name (certificates, keys, CAs, secrets) when they change, without a
 * restart: whoever renews a certificate replaces a file, and nobody tells the relay.
 */
import type { Secret } from '../config/node-schema.ts';
import type { ConnectorConfig } from '../config/policy-schema.ts';
import type { Events } from '../observe/events.ts';
import type { Clock } from '../platform/clock.ts';
import type { PolicyHolder } from '../policy/holder.ts';
import { watchFile } from './watch-file.ts';

export interface SecretsWatch {
  readonly holder: PolicyHolder;
  readonly clock: Clock;
  readonly events: Events;
  /** Reads them all again; a faulty one changes nothing. */
  readonly reread: () => Promise<unknown>;
}

export function watchSecrets({ holder, clock, events, reread }: SecretsWatch): Disposable {
  const watches = new Map<string, Disposable>();
  const fault = (error: unknown): void => {
    const text = error instanceof Error ? error.message : String(error);
    events.emit({ kind: 'fault', where: 'watch of certificates and secrets', text });
  };
  const options = { clock, changed: () => void reread().catch(fault), failed: fault };
  const follow = (): void => {
    const wanted = new Set(
      Array.from(holder.current.connectors.values(), ({ config }) => filesOf(config)).flat(),
    );
    for (const [file, watch] of watches) {
      if (wanted.has(file)) continue;
      watch[Symbol.dispose]();
      watches.delete(file);
    }
    for (const file of wanted) {
      if (watches.has(file)) continue;
      try {
        watches.set(file, watchFile(file, options));
      } catch (error) {
        fault(error);
      }
    }
  };
  follow();
  const unfollow = holder.onChange(follow);
  return {
    [Symbol.dispose]() {
      unfollow();
      for (const watch of watches.values()) watch[Symbol.dispose]();
    },
  };
}

/** Absolute, as the policy in force has them. */
export function filesOf({ ca, certificate, key, route, proxyLogin }: ConnectorConfig): readonly string[] {
  const pairs = [ca, certificate, key];
  const secrets: (Secret | undefined)[] = [proxyLogin?.password];
  if (route.type === 'exchange-online') pairs.push(route.certificate, route.key);
  if (route.type === 'smart-host') secrets.push(route.login?.password);
  if ('credential' in route) {
    const { credential } = route;
    if (credential.type === 'password') secrets.push(credential.password);
    else {
      pairs.push(credential.certificate, credential.key);
      secrets.push(credential.secret);
    }
  }
  const named = secrets.map((one) => (typeof one === 'object' && 'file' in one ? one.file : undefined));
  return [...pairs, ...named].filter((file) => file !== undefined);
}
