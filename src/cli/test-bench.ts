/** `relay365 test conversation` and `relay365 connector validate`. */
import type { ConversationEvent, ValidationView } from '../../contract/schemas.ts';
import { stepLines } from '../diagnostics/conversation/as-text.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import type { TargetOptions } from './conversation-target.ts';
import { targetOf } from './conversation-target.ts';
import { exitCodes } from './failure.ts';
import { answer, formatTime, write, writeJson, writeTable } from './output.ts';
import { eventsOf } from './server-events.ts';

interface ConversationOptions extends ConfigOption, TargetOptions {
  readonly json?: true;
  readonly sender?: string;
  readonly recipient?: string;
  readonly helo?: string;
  readonly send?: true;
}

/** Exits with 1 where a step failed. */
export async function conversation(options: ConversationOptions): Promise<void> {
  const body = {
    target: await targetOf(options),
    ...(options.sender !== undefined && { sender: options.sender }),
    ...(options.recipient !== undefined && { recipient: options.recipient }),
    ...(options.helo !== undefined && { helo: options.helo }),
    send: options.send ?? false,
  };
  const text = (await connect(options)).download('holdConversation', { body: body as never });
  for await (const event of eventsOf<ConversationEvent>(text)) {
    if (event.kind === 'begin' && !options.json) write(event.title);
    if (event.kind === 'step' && !options.json) write(stepLines(event.step).join('\n'));
    if (event.kind === 'end') {
      if (options.json) writeJson(event.conversation);
      else write(`Result after ${event.conversation.ms} ms: ${event.conversation.summary}`);
      if (event.conversation.outcome === 'fail') process.exitCode = exitCodes.other;
    }
  }
}

/** The last conversations of the test bench. */
export async function conversations(options: ConfigOption & { readonly json?: true }): Promise<void> {
  const found = await (await connect(options)).call('conversations');
  answer(options, found, ({ items }) =>
    writeTable(
      items,
      [
        { title: 'at', value: ({ at }) => formatTime(at) },
        { title: 'by', value: ({ by }) => by, widthMax: 32 },
        { title: 'with', value: ({ title }) => title, widthMax: 60 },
        { title: 'outcome', value: ({ outcome }) => outcome },
        { title: 'what', value: ({ summary }) => summary, widthMax: 90 },
      ],
      'no conversation was held yet',
    ),
  );
}

/** Exits with 1 where the connector does not work, or may do more than it needs. */
export async function validate(
  name: string,
  options: ConfigOption & {
    readonly to: string;
    readonly from?: string;
    readonly canary?: string;
    readonly json?: true;
  },
): Promise<void> {
  const { to, from, canary } = options;
  const body = { to, ...(from !== undefined && { from }), ...(canary !== undefined && { canary }) };
  const pieces: string[] = [];
  const client = await connect(options);
  for await (const piece of client.download('validateConnector', { params: { name }, body }))
    pieces.push(piece);
  const view = JSON.parse(pieces.join('')) as ValidationView;
  if (view.outcome === 'fail') process.exitCode = exitCodes.other;
  if (options.json) {
    writeJson(view);
    return;
  }
  for (const step of view.steps) write(stepLines(step).join('\n'));
  write(`${name}: ${view.summary}`);
}
