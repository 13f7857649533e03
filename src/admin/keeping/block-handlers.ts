/** Addresses that the review of the log blocks by itself. */
import type { ReviewBlocks } from '../../../contract/schemas/review.ts';
import { formatInstant, plus } from '../../platform/clock.ts';
import type { OwnBlocks, ReviewBlock } from '../../review/own-blocks.ts';
import { leftAloneMs } from '../../review/own-blocks.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';

export type BlockControl = Pick<OwnBlocks, 'active' | 'leftAlone' | 'lift' | 'config'>;

export function blockHandlers(context: AdminContext): Pick<Handlers, 'reviewBlocks' | 'liftReviewBlock'> {
  return {
    reviewBlocks: () => viewOf(context.keeping.blocks),
    async liftReviewBlock({ params: { address } }, caller) {
      const { blocks } = context.keeping;
      const lifted = await blocks.lift(address, caller.name);
      if (!lifted) throw new Problem(404, 'Not found', `the review does not block ${address}`);
      caller.note({ object: lifted.key, before: { until: formatInstant(lifted.until) } });
      return viewOf(blocks);
    },
  };
}

function viewOf(blocks: BlockControl): ReviewBlocks {
  const { config } = blocks;
  return {
    enabled: config !== undefined,
    ...(config && { from: config.from, seconds: Math.round(config.for / 1_000), most: config.most }),
    items: blocks.active().map((block) => ({ ...common(block), until: formatInstant(block.until) })),
    leftAlone: blocks.leftAlone().flatMap((block) => {
      const { ended } = block;
      if (ended?.by === undefined) return [];
      const until = formatInstant(plus(ended.at, leftAloneMs));
      return [{ ...common(block), until, by: ended.by }];
    }),
  };
}

function common({ key, at, finding, text }: ReviewBlock) {
  return { address: key, at: formatInstant(at), finding, text };
}
