/** Health, alerts and heartbeat of one relay: one loop looks at the checks, then at the rules. */
import type { HeartbeatConfig } from '../config/alerts-schema.ts';
import type { Clock } from '../platform/clock.ts';
import { AlertKeeper } from './keeper.ts';
import type { AlertKeeperOptions } from './keeper.ts';
import type { Channel, Sent } from './channels/channel.ts';
import { HealthRounds } from './health/rounds.ts';
import type { HealthSources } from './health/rounds.ts';
import { Heartbeat } from './heartbeat.ts';
import type { Snapshot } from './snapshot.ts';

export const heartbeatName = 'heartbeat';

export interface WatchOptions {
  readonly clock: Clock;
  readonly health: HealthSources;
  readonly alerts: Omit<AlertKeeperOptions, 'gather'>;
  /** All but the queue and the checks, which the round has just looked at. No I/O. */
  readonly facts: () => Omit<Snapshot, 'queue' | 'checks'>;
  readonly heartbeat?: {
    readonly config: HeartbeatConfig;
    readonly target: string;
    readonly send: (body: { readonly test: boolean }) => Promise<Sent>;
  };
}

export class Watch implements AsyncDisposable {
  readonly health: HealthRounds;
  readonly alerts: AlertKeeper;
  /** The heartbeat among them, where there is one. */
  readonly channels: readonly Channel[];
  readonly #heartbeat: Heartbeat | undefined;

  constructor(options: WatchOptions) {
    const { clock, heartbeat, facts } = options;
    this.health = new HealthRounds(options.health);
    this.alerts = new AlertKeeper({
      ...options.alerts,
      gather: async () => {
        await this.health.round();
        const { queue, board } = this.health;
        return { ...facts(), ...(queue === undefined ? {} : { queue }), checks: board.all() };
      },
    });
    this.#heartbeat = heartbeat
      ? new Heartbeat({
          config: heartbeat.config,
          clock,
          lastLookAt: () => this.alerts.lastLookAt,
          send: heartbeat.send,
          onSent: (sent) => this.alerts.teller.noteSent(heartbeatName, sent),
        })
      : undefined;
    this.channels = [
      ...options.alerts.channels,
      ...(heartbeat
        ? [
            {
              name: heartbeatName,
              type: 'heartbeat' as const,
              target: heartbeat.target,
              send: () => heartbeat.send({ test: true }),
            },
          ]
        : []),
    ];
  }

  start(): void {
    this.health.begin();
    this.alerts.start();
    this.#heartbeat?.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#heartbeat?.[Symbol.dispose]();
    await this.alerts[Symbol.asyncDispose]();
    await this.health[Symbol.asyncDispose]();
  }
}
