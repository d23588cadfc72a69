/** All published results, in the order of the table. */
import type { Row } from "./row.js";
import { anotsorandomwalk } from "./rows/anotsorandomwalk.js";
import { adding } from "./rows/adding.js";
import { elmanLetters, elmanSentences, elmanWords } from "./rows/elman-experiments.js";
import { elmanXor } from "./rows/elman-xor.js";
import { reberElman, reberElmanThroughTime, reberLstm } from "./rows/embedded-reber.js";
import { boldDriverRule, hochreiterFactor } from "./rows/rules.js";
import { mazur, mazurErrors } from "./rows/mazur.js";
import { micrograd } from "./rows/micrograd.js";
import { lagElman, lagLstm } from "./rows/noise-free-lag.js";
import {
  latchFixed,
  latchFree,
  parityGuessing,
  parityGuessingConnected,
  tomita1,
  tomita2,
  tomita4,
  twoSequences,
} from "./rows/random-guessing.js";
import { timeDelay } from "./rows/time-delay.js";
import { twoSequence1, twoSequence3, twoSequenceFar, twoSequenceNoisy } from "./rows/two-sequence.js";
import { continualReber } from "./rows/continual-reber.js";
import { copy100Lstm, copy100Tcn, copy1000 } from "./rows/copy-memory.js";
import { chunker, chunkerAlone } from "./rows/chunker.js";
import { adding600 } from "./rows/adding-600.js";
import { lstmOdyssey } from "./rows/lstm-odyssey.js";
import { stringAddition, stringAdditionLstm } from "./rows/string-addition.js";
import { spiralsRow } from "./rows/spirals.js";

/** The rows. */
export const rows: readonly Row[] = [
  mazur,
  mazurErrors,
  anotsorandomwalk,
  micrograd,
  spiralsRow,
  boldDriverRule,
  hochreiterFactor,
  elmanXor,
  elmanLetters,
  elmanWords,
  elmanSentences,
  reberElman,
  reberElmanThroughTime,
  reberLstm,
  continualReber,
  lagElman,
  lagLstm,
  adding,
  ...adding600,
  lstmOdyssey,
  copy100Tcn,
  copy100Lstm,
  ...copy1000,
  chunker,
  chunkerAlone,
  twoSequence3,
  twoSequence1,
  twoSequenceFar,
  twoSequenceNoisy,
  timeDelay,
  latchFree,
  latchFixed,
  twoSequences,
  parityGuessing,
  parityGuessingConnected,
  tomita1,
  tomita2,
  tomita4,
  stringAddition,
  stringAdditionLstm,
];
