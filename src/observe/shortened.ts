/** Text for people that must keep to a length: it ends with a sentence, or else with a word, and says that it was cut. */

/** A sentence that ends before this share of the room would throw away too much. */
const leastShare = 0.5;

/** At most `max` UTF-16 code units, the mark of the cut included. */
export function shortened(text: string, max: number): string {
  if (text.length <= max) return text.toWellFormed();
  const room = text.slice(0, max - 2);
  const sentence = Math.max(...['. ', '; ', '! ', '? ', '\n'].map((end) => room.lastIndexOf(end)));
  const least = room.length * leastShare;
  if (sentence >= least)
    return `${room
      .slice(0, sentence + 1)
      .trimEnd()
      .toWellFormed()} …`;
  const word = room.lastIndexOf(' ');
  return `${room
    .slice(0, word >= least ? word : room.length)
    .trimEnd()
    .toWellFormed()} …`;
}
