/**
 * A notice leaves by a mailbox, which has no null sender: it comes from the mailbox, its trace says so, and whoever answers it
 * ends the matter there.
 */
import { expect, test } from 'vitest';
import type { Arrival } from '../../sandbox/sandbox.ts';
import { graphConnector, submissionConnector } from './routes.ts';
import { minute, Scenario, second } from './scenario.ts';

const device = 'scanner@contoso.com';
const isNotice = ({ content }: Arrival): boolean => content.includes('report-type=delivery-status');

test.each([
  ['smtp-submission', submissionConnector],
  ['graph', graphConnector],
])(
  'by %s: from the mailbox, with the reason, and a robot that answers makes no loop',
  async (name, connector) => {
    const scenario = await Scenario.start({ connectors: (sandbox) => [connector(sandbox)] });
    const { sandbox, relay } = scenario;
    const { mailbox } = sandbox.submission;
    await scenario.send(['to nobody'], { from: device, to: 'permfail@fabrikam.com' });
    await scenario.pass(minute, 5 * second);
    const [notice, ...more] = sandbox.messages().filter(isNotice);
    expect(more).toEqual([]);
    expect(notice).toMatchObject({ login: mailbox, recipients: [{ address: device }] });
    expect(notice?.content.toString()).toMatch(new RegExp(`^From: "[^"]*" <${mailbox}>\r$`, 'm'));
    expect(notice?.content.toString()).toContain('\r\nAuto-Submitted: auto-replied\r\n');

    const [told] = scenario.events('notice');
    const story = await scenario.storyOf(told?.id ?? '');
    expect(story).toContain(`leaves as ${mailbox}, the mailbox of connector ${name}`);

    // RFC 3834 2 forbids it, and robots do it: an answer with a sender of its own, to whom the notice seems to come from.
    await scenario.send(['I am away'], { from: device, to: mailbox });
    await scenario.pass(10 * minute, minute);
    expect(scenario.arrivals('I am away')).toHaveLength(1);
    // RFC 3834 4: the null sender, for which nobody gives notice. This source may not even use it.
    expect(scenario.events('notice')).toHaveLength(1);
    expect(relay.events.counts()).toMatchObject({ accepted: 2, notice: 1 });
    expect(sandbox.messages()).toHaveLength(2);
    expect(sandbox.returned()).toEqual([]);
  },
);
