/**
 * Makes `syllables.json`: has eSpeak NG say ba, da and ga in many voices and keeps what Waibel's network reads of each. Needs
 * the program `espeak-ng` (a package of Debian); nothing else in this folder does. Run it with
 * `node --import tsx --conditions=@unfold/source packages/examples/src/shelf/tdnn/speak.ts`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { COEFFICIENTS, FRAMES, type StoredSyllables } from "./stored-syllables.js";

const ACCENTS = ["en-us", "en-gb", "en-gb-scotland", "en-029", "en-gb-x-rp", "en-gb-x-gbcwmd"];
const VOICES = ["m1", "m3", "m7", "f1", "f2", "f4"];
const SPEEDS = [130, 170];
const PITCHES = [40, 60];
const CONSONANTS = ["b", "d", "g"];
const VOWELS = ["a", "i:", "u:", "E", "O:"];

/** Hz; what lies above is not read. Waibel's speech was sampled at 12 kHz. */
const BAND = 6000;
/** Seconds between two frames, and of the speech that one frame is of. */
const STEP = 0.01;
const WINDOW = 0.0213;
/** The part of the loudest frame's energy at which a syllable begins; the frames before it hold the voice bar. */
const BEGIN = 0.02;
const BEFORE = 3;

const folder = mkdtempSync(path.join(tmpdir(), "syllables-"));
const found = new Map<string, { consonant: number; voice: number; frames: string }>();
for (const accent of ACCENTS)
  for (const [voice, name] of VOICES.entries())
    for (const speed of SPEEDS)
      for (const pitch of PITCHES)
        for (const [consonant, letter] of CONSONANTS.entries())
          for (const vowel of VOWELS) {
            const frames = framesOf(speak(`${accent}+${name}`, speed, pitch, `${letter}${vowel}`));
            const key = Buffer.from(frames).toString("base64");
            // Some voices say a syllable alike at two settings: it must not be in two parts of the data.
            if (!found.has(key)) found.set(key, { consonant, voice, frames: key });
          }
rmSync(folder, { recursive: true });
const clips = [...found.values()];
const stored: StoredSyllables = {
  consonants: CONSONANTS,
  voices: VOICES,
  clips: clips.map(({ consonant, voice }) => [consonant, voice]),
  frames: clips.map(({ frames }) => frames),
};
writeFileSync(fileURLToPath(new URL("syllables.json", import.meta.url)), `${JSON.stringify(stored)}\n`);
process.stdout.write(`${clips.length} syllables\n`);

/** Samples in [-1, 1], and how many there are in a second. */
function speak(voice: string, speed: number, pitch: number, phonemes: string): { samples: Float64Array; rate: number } {
  const file = path.join(folder, "syllable.wav");
  const words = ["-v", voice, "-s", String(speed), "-p", String(pitch), "-w", file, `[[${phonemes}]]`];
  const { status, stderr, error } = spawnSync("espeak-ng", words, { encoding: "utf8" });
  if (error !== undefined || status !== 0) throw new Error(`espeak-ng must run: ${error?.message ?? stderr}`);
  const wave = readFileSync(file);
  // A header of 44 bytes, then one channel of 16 bits.
  const samples = Float64Array.from(
    { length: (wave.length - 44) >> 1 },
    (_, i) => wave.readInt16LE(44 + 2 * i) / 32768,
  );
  return { samples, rate: wave.readUInt32LE(24) };
}

/** 15 frames of 16 mel coefficients from where the syllable begins, as bytes: 0 for the least of them, 255 for the largest. */
function framesOf({ samples, rate }: { samples: Float64Array; rate: number }): Uint8Array {
  const size = Math.round(WINDOW * rate);
  const count = Math.floor((samples.length - size) / (STEP * rate));
  const windows = Array.from({ length: count }, (_, t) => {
    const start = Math.round(t * STEP * rate);
    return samples.subarray(start, start + size);
  });
  const energies = windows.map((window) => window.reduce((sum, sample) => sum + sample * sample, 0));
  const begin = Math.max(0, energies.findIndex((energy) => energy > BEGIN * Math.max(...energies)) - BEFORE);
  const logs = Array.from({ length: FRAMES }, (_, t) => melEnergies(windows[begin + t]!, rate)).flat();
  const [least, largest] = [Math.min(...logs), Math.max(...logs)];
  return Uint8Array.from(logs, (log) => Math.round((255 * (log - least)) / (largest - least)));
}

/** Logarithms of the energy in bands of one width on the mel scale. @source Stevens, Volkmann & Newman 1937; O'Shaughnessy's formula, 2595 log10(1 + f / 700) */
function melEnergies(window: Float64Array, rate: number): number[] {
  const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
  const size = window.length;
  const weighted = window.map((sample, i) => sample * (0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (size - 1))));
  const circle = Array.from(weighted, (_, i) => (2 * Math.PI * i) / size);
  const [cosines, sines] = [circle.map((angle) => Math.cos(angle)), circle.map((angle) => Math.sin(angle))];
  const bands = new Array<number>(COEFFICIENTS).fill(1e-8);
  for (let k = 1; (k * rate) / size < BAND; k++) {
    let [real, imaginary] = [0, 0];
    for (let i = 0; i < size; i++) {
      real += weighted[i]! * cosines[(k * i) % size]!;
      imaginary += weighted[i]! * sines[(k * i) % size]!;
    }
    const band = Math.floor((mel((k * rate) / size) / mel(BAND)) * COEFFICIENTS);
    bands[band]! += real * real + imaginary * imaginary;
  }
  return bands.map((energy) => Math.log(energy));
}
