/** The token endpoint is down for an hour, in each way that an endpoint can be down. */
import { expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { Gate } from './gate.ts';
import { graphConnector, oauth, submissionConnector } from './routes.ts';
import { hour, minute, owns, Scenario } from './scenario.ts';

interface Outage {
  begin(sandbox: Sandbox, gate: Gate): Promise<void> | void;
  end(sandbox: Sandbox, gate: Gate): Promise<void> | void;
  readonly says: RegExp;
  readonly isSilent?: boolean;
}

const behindGate = (state: 'shut' | 'silent', says: RegExp): Outage => ({
  begin: (_, gate) => gate.set(state),
  end: (_, gate) => gate.set('open'),
  says,
  isSilent: state === 'silent',
});

const bySwitch = (tokenEndpointFault: string, says: RegExp): Outage => ({
  begin: ({ switches }) => switches.set({ tokenEndpointFault }),
  end: ({ switches }) => switches.set({ tokenEndpointFault: '' }),
  says,
});

const outages: readonly (readonly [string, Outage])[] = [
  ['connections are refused', behindGate('shut', /ECONNREFUSED/)],
  ['it takes connections and never answers', behindGate('silent', /no answer within 30 s/)],
  ['it answers 503', bySwitch('503', /503/)],
  ['it drops connections', bySwitch('drop', /token/)],
];

const routes = [
  ['smtp-submission', submissionConnector],
  ['graph', graphConnector],
] as const;

test.each(
  routes.flatMap(([name, connector]) => outages.map((one) => [name, one[0], connector, one[1]] as const)),
)(
  '%s, and %s: mail waits, and all of it is delivered when it is back',
  async (_name, _why, connector, outage) => {
    let gate: Gate | undefined;
    const scenario = await Scenario.start({
      silentPeer: outage.isSilent === true,
      async connectors(sandbox) {
        gate = await Gate.before(Number(new URL(sandbox.identity.url).port));
        owns(() => gate?.close() ?? Promise.resolve());
        const document = connector(sandbox);
        const authority = `https://127.0.0.1:${gate.port}`;
        const credential = oauth(sandbox, { authority });
        return [{ ...document, route: { ...(document['route'] as object), credential } }];
      },
    });
    const { sandbox } = scenario;
    if (!gate) throw new Error('no gate');
    await outage.begin(sandbox, gate);
    await scenario.pass(hour, 2 * minute, (passed) => scenario.send([`minute ${passed / minute}`]));
    expect(sandbox.messages()).toEqual([]);
    expect(scenario.events('connector-suspended')[0]?.reason).toMatch(outage.says);

    await outage.end(sandbox, gate);
    await scenario.untilSettled(hour, minute);
    scenario.expectAllDelivered();
  },
);
