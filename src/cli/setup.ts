/** `relay365 setup`, `limits`, `certificates`. */
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { countOf, formatTime, write, writeJson, writeTable } from './output.ts';

interface Options extends ConfigOption {
  readonly json?: true;
}

const marks = { done: '[x]', open: '[ ]', attention: '[!]', unknown: '[?]' } as const;
const tiers = { 'can-send': 'Can send', 'delivers-well': 'Delivers well' } as const;

export async function setup(options: Options): Promise<void> {
  const found = await (await connect(options)).call('setup');
  if (options.json) {
    writeJson(found);
    return;
  }
  for (const tier of ['can-send', 'delivers-well'] as const) {
    write(tiers[tier]);
    for (const step of found.steps.filter((one) => one.tier === tier)) {
      write(`  ${marks[step.state]} ${step.title}: ${step.detail}`);
      if (step.state === 'open' || step.state === 'attention') {
        write(`      ${step.why}`);
        for (const how of step.how) write(`      ${how}`);
      }
    }
  }
  write(`${found.done} of ${countOf(found.total, 'step')} ${found.total === 1 ? 'is' : 'are'} done`);
}

export async function limits(options: Options): Promise<void> {
  const found = await (await connect(options)).call('limits');
  if (options.json) {
    writeJson(found);
    return;
  }
  writeTable(
    found.items,
    [
      { title: 'limit', value: ({ quota }) => quota, widthMax: 60 },
      { title: 'used', value: ({ used, limit }) => `${used} of ${limit}` },
      { title: 'connectors', value: ({ connectors }) => connectors.join(', '), widthMax: 40 },
      { title: 'what follows', value: ({ consequence }) => consequence, widthMax: 120 },
    ],
    'no connector has a limit of Microsoft 365',
  );
}

export async function certificates(options: Options): Promise<void> {
  const found = await (await connect(options)).call('certificates');
  if (options.json) {
    writeJson(found);
    return;
  }
  writeTable(
    found.items,
    [
      { title: 'what', value: ({ kind }) => kind },
      { title: 'used by', value: ({ usedBy }) => usedBy, widthMax: 50 },
      { title: 'subject', value: ({ subject }) => subject ?? '', widthMax: 40 },
      { title: 'ends', value: ({ notAfter }) => (notAfter === undefined ? '' : formatTime(notAfter)) },
      { title: 'days', value: ({ days }) => (days === undefined ? '' : String(days)) },
      { title: 'state', value: ({ state }) => state },
    ],
    'there is no certificate and no secret',
  );
}
