/**
 * Whether any of many words stands in a text, in one pass over it however many there are (Aho and Corasick,
 * "Efficient string matching", CACM 18/6, 1975): a pasted list of a hundred addresses costs what one of them does.
 */

const codeUnits = 65_536;
/** Characters that are told apart; a list with more of them is looked for word by word, so that the table stays small. */
const classesMax = 256;

export class WordFinder {
  readonly #words: readonly string[];
  /** By UTF-16 code unit; a character of no word is class 0. */
  readonly #classes = new Uint16Array(codeUnits);
  /** Next state by state and class. */
  readonly #next: Int32Array;
  /** States at which a word has ended. */
  readonly #ends: Uint8Array;
  readonly #width: number;

  /** None of the words may be empty. */
  constructor(words: readonly string[]) {
    this.#words = words;
    let width = 1;
    let states = 1;
    for (const word of words) {
      states += word.length;
      for (let index = 0; index < word.length; index += 1) {
        const unit = word.charCodeAt(index);
        if (this.#classes[unit] === 0) this.#classes[unit] = width++;
      }
    }
    this.#width = width;
    const isSmall = width <= classesMax;
    this.#next = new Int32Array(isSmall ? states * width : 0);
    this.#ends = new Uint8Array(isSmall ? states : 0);
    if (isSmall) this.#build(words);
  }

  /** Whether one of the words stands in the text. */
  isIn(text: string): boolean {
    if (this.#ends.length === 0) return this.#words.some((word) => text.includes(word));
    const classes = this.#classes;
    const next = this.#next;
    const ends = this.#ends;
    const width = this.#width;
    let state = 0;
    for (let index = 0; index < text.length; index += 1) {
      state = next[state * width + (classes[text.charCodeAt(index)] ?? 0)] ?? 0;
      if (ends[state] === 1) return true;
    }
    return false;
  }

  #build(words: readonly string[]): void {
    let count = 1;
    for (const word of words) {
      let state = 0;
      for (let index = 0; index < word.length; index += 1) {
        const at = state * this.#width + (this.#classes[word.charCodeAt(index)] ?? 0);
        if (this.#next[at] === 0) this.#next[at] = count++;
        state = this.#next[at] ?? 0;
      }
      this.#ends[state] = 1;
    }
    this.#link();
  }

  /** By breadth: a missing step goes where the longest end of what was read, itself the begin of a word, would go. */
  #link(): void {
    const back = new Int32Array(this.#ends.length);
    const queue: number[] = [];
    for (let letter = 0; letter < this.#width; letter += 1) {
      const state = this.#next[letter] ?? 0;
      if (state !== 0) queue.push(state);
    }
    for (const state of queue) {
      const shorter = back[state] ?? 0;
      if (this.#ends[shorter] === 1) this.#ends[state] = 1;
      for (let letter = 0; letter < this.#width; letter += 1) {
        const at = state * this.#width + letter;
        const other = this.#next[shorter * this.#width + letter] ?? 0;
        const own = this.#next[at] ?? 0;
        if (own === 0) this.#next[at] = other;
        else {
          back[own] = other;
          queue.push(own);
        }
      }
    }
  }
}
