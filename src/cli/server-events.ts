/** Reads server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.6. */

/** The data of each event, as JSON; comments and ids are left out. */
export async function* eventsOf<T>(text: AsyncIterable<string>): AsyncGenerator<T> {
  let rest = '';
  for await (const chunk of text) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = block
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(line.startsWith('data: ') ? 6 : 5));
      if (data.length > 0) yield JSON.parse(data.join('\n')) as T;
    }
  }
}
