/** A listener's surroundings for tests: one policy that all conversations speak to, and nothing outside of memory. */
import { listener as listenerSchema, type ListenerConfig } from '../../src/config/node-schema.ts';
import { policySchema } from '../../src/config/policy-schema.ts';
import type { ListenerOptions } from '../../src/listener/options.ts';
import { RecordedEvents } from '../../src/observe/events.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { idFactory, seededRandom } from '../../src/platform/random.ts';
import { compilePolicy } from '../../src/policy/compile.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { RateBook } from '../../src/policy/rates.ts';
import type { Refusal } from '../../src/policy/verdict.ts';
import { FakeAcceptance } from './fake-acceptance.ts';

/** Test value: the password of the test user `erp`. */
export const testPassword = 'test-only-password';
// Test value: no password has this hash; the fake login check below does not look at it.
const testHash = `$scrypt$ln=15,r=8,p=1$${Buffer.alloc(16).toString('base64url')}$${Buffer.alloc(32).toString('base64url')}`;

const document = {
  sources: [
    {
      name: 'printer',
      networks: ['192.0.2.7'],
      senders: ['*@contoso.com', '*@bücher.example'],
      recipients: ['*@contoso.com', '*@bücher.example'],
    },
    {
      name: 'old-device',
      networks: ['192.0.2.8'],
      senders: ['*'],
      quirks: [
        'space-after-colon',
        'missing-angle-brackets',
        'hello-without-domain',
        'auth-login-plain-prompts',
        'auth-in-clear',
      ],
      repair: ['bare-line-feeds'],
    },
    {
      name: 'limited',
      networks: ['192.0.2.9'],
      senders: ['*@contoso.com'],
      limits: { messageBytes: 1000, recipientsPerMessage: 2, messagesPerMinute: 3, connections: 1 },
    },
    { name: 'secure', networks: ['192.0.2.10'], senders: ['*@contoso.com'], requireTls: true },
    {
      name: 'erp',
      networks: ['192.0.2.11'],
      require: ['network', 'login'],
      login: { username: 'erp', password: testHash },
      senders: ['*@contoso.com'],
    },
    { name: 'loopback', networks: ['127.0.0.1'], senders: ['*@contoso.com'] },
  ],
};

export function testPolicy(extra: readonly unknown[] = []): Policy {
  const { policy } = compilePolicy(policySchema.parse({ sources: [...document.sources, ...extra] }), 1);
  return policy;
}

export interface TestSurroundings {
  readonly options: ListenerOptions;
  readonly acceptance: FakeAcceptance;
  readonly events: RecordedEvents;
}

const wrongPassword: Refusal = {
  kind: 'refuse',
  code: 535,
  enhanced: '5.7.8',
  text: 'Authentication failed',
  rule: 'login',
  explanation: 'the password is wrong',
};

/** `config` is written as in relay365.yaml. */
export function testSurroundings(
  config: Partial<Record<keyof ListenerConfig, unknown>> = {},
  given: { clock?: Clock; policy?: Policy; identity?: ListenerOptions['identity'] } = {},
): TestSurroundings {
  const acceptance = new FakeAcceptance();
  const events = new RecordedEvents();
  const clock = given.clock ?? systemClock;
  const policy = given.policy ?? testPolicy();
  const options: ListenerOptions = {
    config: listenerSchema.parse({ name: 'devices', port: 0, ...config }),
    hostname: 'relay.test',
    policy: { current: policy },
    acceptance,
    logins: {
      verify: (current, { username, password }) => {
        const source = current.logins.get(username) ?? current.sources.get('erp');
        return Promise.resolve(
          source !== undefined && username === 'erp' && password === testPassword
            ? { kind: 'accepted', source, username }
            : { kind: 'refused', refusal: wrongPassword },
        );
      },
    },
    rates: new RateBook(clock),
    events,
    clock,
    newId: idFactory(seededRandom(1)),
    identity: given.identity ?? { pairs: [] },
  };
  return { options, acceptance, events };
}
