// The colour of a small palette that is nearest to a picture: what stands in its place until it is there.
// @ts-check

/** As `tones.css` has them. @type {Record<string, [number, number, number]>} */
const TONES = {
  ink: [22, 24, 28],
  coal: [61, 65, 71],
  ash: [139, 143, 148],
  snow: [233, 234, 236],
  cream: [239, 228, 207],
  sand: [200, 171, 132],
  brown: [110, 74, 48],
  red: [168, 50, 42],
  orange: [217, 128, 50],
  yellow: [224, 194, 74],
  green: [79, 154, 81],
  moss: [91, 107, 60],
  teal: [58, 143, 143],
  sky: [143, 187, 224],
  blue: [53, 102, 168],
  violet: [109, 85, 158],
  rose: [216, 138, 160],
};

/**
 * @param {Uint8ClampedArray} pixels red, green, blue and alpha of each
 * @returns {string | undefined} nothing, for what cannot be seen
 */
export function toneOf(pixels) {
  const sum = [0, 0, 0];
  let weight = 0;
  for (let place = 0; place < pixels.length; place += 4) {
    const alpha = pixels[place + 3] ?? 0;
    for (const part of [0, 1, 2]) sum[part] = (sum[part] ?? 0) + (pixels[place + part] ?? 0) * alpha;
    weight += alpha;
  }
  if (weight === 0) return undefined;
  const mean = sum.map((part) => part / weight);
  // The eye tells greens apart best: https://www.compuphase.com/cmetric.htm
  const distance = (/** @type {number[]} */ tone) => {
    const [red = 0, green = 0, blue = 0] = tone.map((part, place) => part - (mean[place] ?? 0));
    const warmth = ((tone[0] ?? 0) + (mean[0] ?? 0)) / 512;
    return (2 + warmth) * red * red + 4 * green * green + (3 - warmth) * blue * blue;
  };
  return Object.entries(TONES).sort(([, a], [, b]) => distance(a) - distance(b))[0]?.[0];
}
