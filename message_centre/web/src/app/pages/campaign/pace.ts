/** How many messages were done at a moment (milliseconds). */
export interface Sample {
  at: number;
  done: number;
}

/** Samples older than this say nothing about the present rate. */
const WINDOW = 60_000;
/** A rate needs samples that are so far apart. */
const LEAST = 4_000;

/** The samples with one more, those of the last minute only; one that goes back begins anew. */
export function sampled(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last && sample.done < last.done) {
    return [sample];
  }
  return [...samples.filter(({ at }) => sample.at - at <= WINDOW), sample];
}

/** Messages a second, null while it is not known. */
export function rateOf(samples: readonly Sample[]): number | null {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last || last.at - first.at < LEAST) {
    return null;
  }
  return ((last.done - first.done) / (last.at - first.at)) * 1000;
}

/** Messages a second since the beginning, for the time before there are samples. */
export function averageRate(done: number, began: string | null, now: number): number | null {
  const seconds = began ? (now - Date.parse(began)) / 1000 : 0;
  return seconds > 0 && done > 0 ? done / seconds : null;
}

/** In how many seconds the rest is done at this rate, null when that cannot be said. */
export function secondsLeft(rest: number, rate: number | null): number | null {
  return rate ? rest / rate : null;
}
