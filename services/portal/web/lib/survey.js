/* survey — what a survey asks, as text that an administrator can write: a line "# Vietnamese | English" begins a factor, each line after
   it is a criterion; and how staff read a wave. */
import { t } from "./words.js";

const two = (line) => line.split("|").map((part) => part.trim());

/** [{vi, en, criteria: [{vi, en}]}]; what stands before the first factor belongs to one without a name. */
export function factorsOf(text) {
  const factors = [];
  for (const line of text.split("\n").map((l) => l.trim()).filter(Boolean)) {
    const isFactor = line.startsWith("#"), [vi, en = ""] = two(isFactor ? line.slice(1) : line);
    if (isFactor || !factors.length) factors.push({ vi: isFactor ? vi : "", en: isFactor ? en : "", criteria: [] });
    if (!isFactor) factors[factors.length - 1].criteria.push({ vi, en });
  }
  return factors;
}

export const textOf = (factors) => factors.map((f) => [`# ${f.vi} | ${f.en}`, ...f.criteria.map((c) => `${c.vi} | ${c.en}`)].join("\n")).join("\n\n");

export const isWaveOver = (wave) => Date.now() >= wave.closes_at_ms;
export const waveState = (wave) => (isWaveOver(wave) ? t("wave.over") : wave.is_drawn ? t("wave.open") : t("wave.drawing"));
