// Pictures that are pleasant to look at: a sky, a sun, hills before it.
import { blend, drawing } from "./files.js";

/**
 * @typedef {import("./files.js").Upload} Upload
 * @typedef {import("./files.js").Colour} Colour
 *
 * @typedef {object} Landscape
 * @property {string} name
 * @property {Colour} top of the sky
 * @property {Colour} bottom of the sky
 * @property {Colour} sun
 * @property {[number, number, number]} place of the sun, and its radius, as shares of the height
 * @property {Colour} land
 * @property {number} waves how restless the hills are
 */

/** @type {Landscape[]} */
const LANDSCAPES = [
  {
    name: "Morning fog.png",
    top: [176, 196, 208],
    bottom: [238, 232, 222],
    sun: [252, 246, 230],
    place: [0.9, 0.4, 0.1],
    land: [92, 120, 122],
    waves: 2,
  },
  {
    name: "Harbour at dusk.png",
    top: [38, 44, 92],
    bottom: [232, 140, 108],
    sun: [255, 206, 140],
    place: [0.5, 0.62, 0.09],
    land: [30, 34, 62],
    waves: 1,
  },
  {
    name: "Dunes.png",
    top: [96, 164, 214],
    bottom: [226, 236, 238],
    sun: [255, 250, 236],
    place: [1.0, 0.22, 0.07],
    land: [214, 162, 96],
    waves: 1.5,
  },
  {
    name: "Northern lights.png",
    top: [10, 18, 48],
    bottom: [52, 168, 132],
    sun: [210, 240, 224],
    place: [0.3, 0.2, 0.04],
    land: [12, 26, 40],
    waves: 4,
  },
  {
    name: "Lavender field.png",
    top: [150, 190, 232],
    bottom: [248, 226, 214],
    sun: [255, 244, 220],
    place: [0.3, 0.3, 0.08],
    land: [122, 92, 158],
    waves: 0.8,
  },
  {
    name: "Vineyard in October.png",
    top: [118, 168, 206],
    bottom: [250, 224, 176],
    sun: [255, 238, 190],
    place: [0.8, 0.45, 0.09],
    land: [168, 92, 48],
    waves: 2.4,
  },
  {
    name: "Winter evening.png",
    top: [84, 92, 140],
    bottom: [244, 196, 192],
    sun: [255, 232, 220],
    place: [0.95, 0.55, 0.07],
    land: [216, 222, 236],
    waves: 3,
  },
  {
    name: "Lake house.png",
    top: [64, 132, 172],
    bottom: [206, 230, 226],
    sun: [250, 250, 240],
    place: [0.35, 0.28, 0.06],
    land: [44, 98, 84],
    waves: 2.8,
  },
  {
    name: "Red rocks.png",
    top: [92, 142, 198],
    bottom: [252, 212, 168],
    sun: [255, 236, 204],
    place: [0.6, 0.35, 0.08],
    land: [176, 74, 50],
    waves: 5,
  },
  {
    name: "Sunrise over the bay.png",
    top: [252, 178, 116],
    bottom: [252, 226, 170],
    sun: [255, 250, 214],
    place: [0.66, 0.56, 0.12],
    land: [52, 92, 124],
    waves: 1.2,
  },
];

/**
 * In the order in which they are to be uploaded.
 * @returns {Upload[]}
 */
export function landscapes() {
  return LANDSCAPES.map(draw);
}

/** As cameras and telephones make them, in pixels. @type {[number, number][]} */
const SIDES = [
  [720, 480],
  [640, 480],
  [480, 720],
  [853, 480],
  [640, 480],
];

/**
 * @param {Landscape} landscape
 * @param {number} index
 */
function draw({ name, top, bottom, sun, place: [left, height, radius], land, waves }, index) {
  const [wide, high] = SIDES[index % SIDES.length] ?? [640, 480];
  return drawing(name, wide, high, (x, y) => {
    for (const [layer, horizon] of [0.88, 0.76, 0.66].entries()) {
      const hill = horizon + 0.05 * Math.sin(x * waves * 3 + layer * 2.1) + 0.02 * Math.sin(x * waves * 7 + layer);
      if (y > hill) return blend(land, bottom, layer * 0.24 + (y - hill) * 0.2);
    }
    const distance = Math.hypot((x - left * 0.75) * (wide / high), y - height);
    const glow = distance < radius ? 1 : Math.exp((radius - distance) * 5) * 0.6;
    return blend(blend(top, bottom, y * 1.3), sun, glow);
  });
}
