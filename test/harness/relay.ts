/** A whole relay in the process of the test: real sockets on port 0, a real store in a temporary directory. */
import { loadNodeConfig } from '../../src/config/load.ts';
import { RecordedEvents } from '../../src/observe/events.ts';
import type { EventKind, EventOf } from '../../src/observe/event-table.ts';
import type { Overrides, Relay } from '../../src/main.ts';
import { startRelay } from '../../src/main.ts';
import type { Workspace, WorkspaceOptions } from './workspace.ts';
import { makeWorkspace } from './workspace.ts';

export interface TestRelay extends AsyncDisposable {
  readonly relay: Relay;
  readonly workspace: Workspace;
  /** Port of the first listener. */
  readonly port: number;
  readonly events: RecordedEvents;
  /** Lines of the log, as they were written. */
  readonly log: readonly string[];
  /** Resolves with the first event of this kind that fits, also one that was emitted before. */
  event<K extends EventKind>(kind: K, fits?: (event: EventOf<K>) => boolean): Promise<EventOf<K>>;
  /** Token of the admin API. */
  token(): Promise<string>;
}

export async function startTestRelay(
  options: (WorkspaceOptions | { readonly workspace: Workspace }) & { readonly overrides?: Overrides },
): Promise<TestRelay> {
  // One that is given is kept at the end, for the next relay over the same data.
  const given = 'workspace' in options ? options.workspace : undefined;
  const workspace = 'workspace' in options ? options.workspace : await makeWorkspace(options);
  const events = new RecordedEvents();
  const waiting = new Set<() => void>();
  const log: string[] = [];
  const relay = await startRelay(await loadNodeConfig(workspace.configFile), {
    log: { write: (line) => void log.push(line) },
    ...options.overrides,
    onEvent(event) {
      events.emit(event);
      for (const look of waiting) look();
    },
  });
  return {
    relay,
    workspace,
    events,
    log,
    port: relay.listeners[0]?.port ?? 0,
    event<K extends EventKind>(kind: K, fits: (event: EventOf<K>) => boolean = () => true) {
      return new Promise<EventOf<K>>((resolve) => {
        const look = (): void => {
          const found = events.list.find((event) => event.kind === kind && fits(event as EventOf<K>));
          if (!found) return;
          waiting.delete(look);
          resolve(found as EventOf<K>);
        };
        waiting.add(look);
        look();
      });
    },
    token: async () => (await workspace.read('data/admin.token')).trim(),
    async [Symbol.asyncDispose]() {
      await relay.stop({ graceMs: 0 });
      if (!given) await workspace[Symbol.asyncDispose]();
    },
  };
}
