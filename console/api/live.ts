/** What happens now, pushed by the relay; where the stream does not hold (a proxy that buffers), the last hour is asked for instead. */
import { useEffect, useState } from 'react';
import { urlOf } from './client.ts';
import type { Answer } from './types.ts';

export type LiveView = Answer<'live'>;

export interface Live {
  readonly state: 'connecting' | 'live' | 'lost';
  readonly latest?: LiveView;
  /** Up to `keptEvents`, the oldest first. */
  readonly recent: readonly LiveView[];
}

const keptEvents = 120;
/** After so many failures in a row the stream is given up, and asked for again after `retryMs`. */
const failuresMax = 3;
const retryMs = 30_000;

export function useLive(enabled: boolean): Live {
  const [live, setLive] = useState<Live>({ state: 'connecting', recent: [] });
  useEffect(() => {
    if (!enabled) return;
    let failures = 0;
    let stream: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = (): void => {
      stream = new EventSource(urlOf('live', {}));
      stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
        failures = 0;
        const latest = JSON.parse(data) as LiveView;
        setLive(({ recent }) => ({
          state: 'live',
          latest,
          recent: [...recent.slice(1 - keptEvents), latest],
        }));
      });
      stream.addEventListener('error', () => {
        failures += 1;
        // A closed stream does not come back by itself (an answer other than 200); an interrupted one does.
        if (failures < failuresMax && stream?.readyState !== EventSource.CLOSED) return;
        stream?.close();
        setLive((before) => ({ ...before, state: 'lost' }));
        timer = setTimeout(open, retryMs);
      });
    };
    open();
    return () => {
      stream?.close();
      clearTimeout(timer);
    };
  }, [enabled]);
  return live;
}
