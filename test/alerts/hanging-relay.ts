/** A relay in a process of its own whose event loop hangs for good when its parent says so. */
import { loadNodeConfig } from '../../src/config/load.ts';
import { startRelay } from '../../src/main.ts';

await startRelay(await loadNodeConfig(process.argv[2] ?? ''), { log: { write: () => undefined } });
process.on('message', () => {
  process.send?.('hanging', () => {
    for (;;);
  });
});
process.send?.('ready');
