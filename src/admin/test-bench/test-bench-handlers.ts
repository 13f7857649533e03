/** Conversations and validations, asked for through the API. */
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';

type TestBenchRoutes = 'holdConversation' | 'conversations' | 'validateConnector' | 'connectorValidation';

export function testBenchHandlers({ testBench }: AdminContext): Pick<Handlers, TestBenchRoutes> {
  return {
    holdConversation({ body }, caller) {
      const { target } = body;
      const object =
        target.kind === 'connector'
          ? target.name
          : target.kind === 'host'
            ? `${target.host}:${target.port}`
            : `${target.listener ?? 'listener'} as ${target.address}`;
      caller.note({ object, after: { send: body.send } });
      return testBench.hold(body, caller);
    },
    conversations: () => ({ items: testBench.conversations() }),
    async validateConnector({ params, body }, caller) {
      const view = await testBench.validate(params.name, body, caller);
      caller.note({ after: { to: body.to, outcome: view.outcome, leastPrivilege: view.leastPrivilege } });
      return view;
    },
    connectorValidation({ params }) {
      const view = testBench.lastValidation(params.name);
      if (!view) throw new Problem(404, 'Not found', `the connector ${params.name} was never validated`);
      return view;
    },
  };
}
