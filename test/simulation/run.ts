/**
 * A longer simulation than the suite's: `node test/simulation/run.ts [SEEDS] [FIRST SEED] [MESSAGES]`, each seed once
 * without and once with kills. Prints the seeds that broke an invariant; exits 1 when there is one.
 */
import { simulate } from './simulate.ts';

const [seeds = 1000, first = 1, messages = 300] = process.argv.slice(2).map(Number);
let broken = 0;
const started = performance.now();
for (let seed = first; seed < first + seeds; seed++) {
  for (const kills of [0, 10]) {
    const report = await simulate({ seed, messages, kills, processes: kills > 0 ? 2 : 1 });
    if (report.violations.length === 0) continue;
    broken++;
    process.stdout.write(
      `seed ${seed}, kills ${kills}:\n${report.violations.map((line) => `  ${line}\n`).join('')}`,
    );
  }
}
const seconds = (performance.now() - started) / 1000;
process.stdout.write(
  `${seeds} seeds of ${messages} messages in ${seconds.toFixed(1)} s, ${broken} runs broke an invariant\n`,
);
process.exitCode = broken > 0 ? 1 : 0;
